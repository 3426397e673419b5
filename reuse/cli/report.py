"""``reuse report``: a report folder in another form, another order, or as evidence."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.output import ACCUSED
from reuse.cli.progress import Progress
from reuse.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.pipeline import Comparison
    from reuse.report.overview import Group
    from reuse.report.reading import Report

    Write = Callable[[bytes], object]

#: The words of `reuse.report.selection.ORDERS` and `reuse.report.overview.BY`: these modules load NumPy, which
#: help must not.
ORDERS = ("verdict", "words", "share", "date", "site", "source", "page")
GROUPS = ("site", "source", "page", "cluster")
_FORMS = ("table", "html", "md", "csv", "jsonl")


@click.command(
    epilog="""\b
Examples:
  reuse report report/                                    the findings, worst first
  reuse report report/ --group-by site                    who does it most
  reuse report report/ --verdict spun --sort-by date -f csv -o spun.csv
  reuse report report/ -f html --no-text -o offsets.html  to send where the texts must not go
  reuse report report/ --site example.org --evidence case/    what a notice to a site needs"""
)
@click.argument("findings")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(_FORMS),
    help="What to make of it; a table, unless --evidence is written.",
)
@click.option("-o", "--output", metavar="FILE", help="Write it to a file, whole or not at all.")
@click.option("--group-by", type=click.Choice(GROUPS), help="Tell of each of these, not of each finding.")
@click.option(
    "--sort-by", type=click.Choice(ORDERS), help="Order of findings; verdict, unless -f is csv or jsonl."
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Findings, or groups, told at most.")
@click.option("--verdict", type=click.Choice(ACCUSED), help="Findings this bad or worse alone.")
@click.option("--site", multiple=True, metavar="SITE", help="Pages of this site alone; may be given again.")
@click.option("--source", multiple=True, metavar="ID", help="This source alone, by id or address.")
@click.option("--page", multiple=True, metavar="ID", help="This page alone, by id or address.")
@click.option("--no-text", is_flag=True, help="Leave texts out: numbers and offsets alone.")
@click.option(
    "--evidence", metavar="DIR", help="Write a folder for each site: texts, findings, hashes, a notice."
)
@click.option("-q", "--quiet", is_flag=True, help="Faults only.")
def report(findings: str, **flags: Any) -> int:
    """Render the findings of a report again: in another form, order or grouping, or some of them.

    FINDINGS is a report folder that `reuse audit -o` or `reuse dedupe -o` wrote, the findings.jsonl in one, or
    - for findings from standard input, which come without their texts.
    """
    from reuse.report.evidence import write_evidence
    from reuse.report.folder import write_file
    from reuse.report.reading import read_report
    from reuse.report.selection import Choice, ordered

    told = read_report(findings)
    choice = Choice(flags["verdict"], flags["site"], flags["source"], flags["page"])
    chosen = choice.of(told.findings)
    form = flags["form"] or (None if flags["evidence"] else _FORMS[0])
    as_written = form in ("csv", "jsonl")
    view = _View(
        findings=ordered(chosen, flags["sort_by"] or ("page" if as_written else ORDERS[0])),
        report=told,
        texts=not flags["no_text"],
        group_by=flags["group_by"],
        order=flags["sort_by"] or ORDERS[0],
        group_order=flags["sort_by"] or "words",
        top=flags["top"],
        to_file=flags["output"] is not None,
    )
    progress = Progress(quiet=flags["quiet"])
    if form and flags["output"]:
        write_file(flags["output"], lambda write: _WRITERS[form](view, write))
        progress.say(f"written to {flags['output']}")
    elif form:
        _WRITERS[form](view, lambda some: click.echo(some, nl=False))
    if flags["evidence"]:
        compare = view.compare(view.findings) if view.texts else None
        write_evidence(flags["evidence"], view.findings, told.run, compare)
        progress.say(f"evidence written to {flags['evidence']}")
    return 0


@dataclass(frozen=True, slots=True)
class _View:
    """What is asked for, of a report."""

    findings: Sequence[Finding]
    report: Report
    texts: bool
    group_by: str | None
    order: str
    group_order: str
    top: int | None
    to_file: bool

    def groups(self) -> list[Group]:
        """Return the findings in groups."""
        from reuse.report.overview import groups
        from reuse.report.selection import ordered_groups

        assert self.group_by is not None
        return ordered_groups(groups(self.findings, self.group_by), self.group_order)

    def compare(self, findings: Iterable[Finding]) -> Callable[[Iterable[Finding]], Iterator[Comparison]]:
        """Return what sets some of the findings side by side."""
        from reuse.pipeline import comparisons

        if self.report.folder is None:
            raise UsageError(
                "FINDINGS comes without texts.jsonl.zst; name the report folder, or take --no-text"
            )
        texts = self.report.texts_of(findings)
        return lambda some: comparisons(some, lambda one: (texts[one.source_sha256], texts[one.page_sha256]))


def _html(view: _View, write: Write) -> None:
    from reuse.report.html import MOST, write_html

    most = view.top or MOST
    compare = view.compare(view.findings[:most]) if view.texts else None
    begin = {None: "overview", "site": "sites", "source": "articles", "page": "pages", "cluster": "articles"}
    write_html(
        write, view.findings, view.report.run, compare, view=begin[view.group_by], order=view.order, most=most
    )


def _markdown(view: _View, write: Write) -> None:
    from reuse.report.markdown import markdown

    most = {} if view.top is None else {"top": view.top}
    write(markdown(view.findings, view.report.run, group_by=view.group_by, **most).encode())


def _table(view: _View, write: Write) -> None:
    from reuse.report.groups import group_table
    from reuse.report.summary import counted, plural
    from reuse.report.table import table

    width, top = shutil.get_terminal_size((160, 24)).columns, view.top or 100
    if view.group_by:
        write(group_table(view.groups(), width, top).encode())
    else:
        write(table(view.findings, width, top).encode())
    kinds = counted(finding.verdict for finding in view.findings)
    write(f"{plural(len(view.findings), 'finding')}{f': {kinds}' if kinds else ''}.\n".encode())


def _csv(view: _View, write: Write) -> None:
    from reuse.report import groups, records

    if view.group_by:
        write(groups.group_csv_header(bom=view.to_file).encode())
        for group in view.groups()[: view.top]:
            write(groups.group_csv_row(group).encode())
        return
    write(records.csv_header(bom=view.to_file).encode())
    for finding in view.findings[: view.top]:
        write(records.csv_row(finding).encode())


def _jsonl(view: _View, write: Write) -> None:
    from reuse.report import groups, records

    if view.group_by:
        for group in view.groups()[: view.top]:
            write(records.json_line(groups.group_record(group)).encode())
        return
    for finding in view.findings[: view.top]:
        write(records.json_line(records.record(finding, view.report.options_digest)).encode())


_WRITERS: dict[str, Callable[[_View, Write], None]] = {
    "table": _table,
    "html": _html,
    "md": _markdown,
    "csv": _csv,
    "jsonl": _jsonl,
}
