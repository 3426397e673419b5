"""``reuse report``: a report folder in another form, another order, or as evidence."""

from __future__ import annotations

import gc
import shutil
from collections import Counter
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.options import as_of_option
from reuse.cli.output import ACCUSED
from reuse.cli.progress import Progress
from reuse.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reuse.findings import Finding
    from reuse.pipeline import Comparison
    from reuse.report.overview import Group
    from reuse.report.reading import Report
    from reuse.report.selection import Choice

    Write = Callable[[bytes], object]

#: The words of `reuse.report.selection.ORDERS` and `reuse.report.overview.BY`: these modules load NumPy, which
#: help must not.
ORDERS = ("verdict", "words", "share", "date", "site", "source", "page")
GROUPS = ("site", "source", "page", "cluster")
#: All that ask for a decision, and the words of `reuse.rights.values.STANDINGS`.
STANDINGS = ("open", "unlicensed", "breach", "unclear", "licensed", "suppressed", "own", "ignored")
#: What findings can be rendered as.
FORMS = ("table", "html", "md", "csv", "jsonl")
_SUFFIXES = {"html": "html", "htm": "html", "md": "md", "markdown": "md", "csv": "csv", "jsonl": "jsonl"}


@click.command(
    epilog="""\b
Examples:
  reuse report report/                                    the findings, worst first
  reuse report report/ --group-by site                    who does it most
  reuse report report/ --verdict spun --sort-by date -f csv -o spun.csv
  reuse report report/ -f html --no-text -o offsets.html  to send where the texts must not go
  reuse report report/ --site example.org --evidence case/    what a notice to a site needs
  reuse report report/ --policy policy.toml               under a policy that was edited since"""
)
@click.argument("findings")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(FORMS),
    help="What to make of it: what -o is named for, else a table, unless --evidence is written.",
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
@click.option(
    "--standing",
    type=click.Choice(STANDINGS),
    multiple=True,
    help="Findings of which the policy says this alone; may be given again. A table and evidence are of the "
    "open ones, unless this is given.",
)
@click.option(
    "--policy",
    metavar="FILE",
    help="Say what this policy says, not that of the audit. Credits, links and dates stay what the audit has "
    "found: a credit that it was not asked for is unclear until it is audited again.",
)
@partial(as_of_option, otherwise="The day of the audit")
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
    form = _form(flags)
    with uncollected():
        return _report(findings, form, flags)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles out: findings have none, and to go through all of them takes seconds."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _report(findings: str, form: str | None, flags: dict[str, Any]) -> int:
    from reuse.report.escape import one_line
    from reuse.report.folder import write_file
    from reuse.report.reading import read_report
    from reuse.report.selection import Choice
    from reuse.report.summary import plural

    progress = Progress(quiet=flags["quiet"])
    told = _under_policy(read_report(findings), flags, progress)
    choice = Choice(flags["verdict"], flags["site"], flags["source"], flags["page"], flags["standing"])
    for name in choice.unknown(told.findings):  # no fault: a site may have nothing tonight
        progress.say(f"note: no finding is of {one_line(name)}; --group-by tells what there is")
    view = _View(choice, told, flags, form)
    if form and flags["output"]:
        write_file(flags["output"], lambda write: _WRITERS[form](view, write))
        progress.say(f"written to {flags['output']}")
    elif form:
        _WRITERS[form](view, lambda some: click.echo(some, nl=False))
    if flags["evidence"] and view.write_evidence(flags["evidence"]):
        progress.say(f"evidence written to {flags['evidence']}")
    elif flags["evidence"]:
        progress.say(f"no evidence written to {flags['evidence']}: there is no finding to write of")
    if flags["evidence"] and (settled := len(view.findings) - len(view.to_decide)):
        progress.say(
            f"note: {plural(settled, 'finding')} left out that the policy settles; --standing names them"
        )
    return 0


def _under_policy(told: Report, flags: dict[str, Any], progress: Progress) -> Report:
    """Return a report under the policy that is named, if one is."""
    if flags["policy"] is None:
        return told
    from reuse.report.escape import one_line
    from reuse.report.summary import plural
    from reuse.report.under_policy import policy_notices, under_policy
    from reuse.rights import read_policy

    policy = read_policy(flags["policy"])
    anew = under_policy(told, policy, flags["as_of"], flags["standing"])
    for notice in policy_notices(told, policy, flags["as_of"]):
        progress.say(f"note: {one_line(notice)}")
    if out := len(told.findings) - len(anew.findings):
        progress.say(f"note: {plural(out, 'finding')} left out on own and ignored sites; --standing names them")
    return anew


def _form(flags: dict[str, Any]) -> str | None:
    """Return what is to be made: what is named, else what the file's name says, else a table.

    Raises
    ------
    UsageError
        If a flag would do nothing.
    """
    if flags["as_of"] is not None and flags["policy"] is None:
        raise UsageError("--as-of does nothing without --policy; leave it out, or name a policy")
    form = form_named(flags["form"], flags["output"])
    if form is None and not flags["evidence"]:
        form = FORMS[0]
    idle = {
        "--top": flags["top"] is not None and form is None,
        "--group-by": flags["group_by"] is not None and form is None,
        "--sort-by": flags["sort_by"] is not None and form in (None, "md"),
        "--group-by cluster": flags["group_by"] == "cluster" and form == "html",
    }
    for flag in (flag for flag, does_nothing in idle.items() if does_nothing):
        raise UsageError(f"{flag} does nothing for {form or 'evidence'}; leave it out, or take another -f")
    return form


def form_named(form: str | None, output: str | None) -> str | None:
    """Return the form that is named, else the one that the name of a file says, None where there is neither.

    Raises
    ------
    UsageError
        If the name of the file says none.
    """
    if form is not None or not output:
        return form
    form = _SUFFIXES.get(output.rpartition(".")[2].lower())
    if form is None:
        raise UsageError(f"what {output} is to hold does not show in its name; name a format with -f")
    return form


class _View:
    """What is asked for, of a report."""

    def __init__(self, choice: Choice, report: Report, flags: dict[str, Any], form: str | None) -> None:
        from reuse.report.selection import ordered

        as_written = form in ("csv", "jsonl")
        self.order = flags["sort_by"] or ("page" if as_written else ORDERS[0])
        self.findings = ordered(choice.of(report.findings), self.order)
        self.report, self.chosen = report, choice.words()
        self.with_texts, self.top = not flags["no_text"], flags["top"]
        self.group_by, self._group_order = flags["group_by"], flags["sort_by"] or "words"
        self.to_file = flags["output"] is not None
        # What the policy settles needs no notice, and no line at a terminal, unless somebody asks for it.
        self.to_decide = [one for one in self.findings if one.is_open or flags["standing"]]

    def groups(self, findings: Iterable[Finding] | None = None) -> list[Group]:
        """Return findings in groups, all that are asked for if none are given."""
        from reuse.report.overview import groups
        from reuse.report.selection import ordered_groups

        some = self.findings if findings is None else list(findings)
        told = groups(some, self.group_by, self.report.run.get("pages_by_site"))
        return ordered_groups(told, self._group_order)

    def compare(self, findings: Iterable[Finding]) -> Callable[[Iterable[Finding]], Iterator[Comparison]]:
        """Return what sets some of the findings side by side."""
        from reuse.pipeline import comparisons

        if self.report.folder is None:
            raise UsageError(
                "FINDINGS comes without texts.jsonl.zst; name the report folder, or take --no-text"
            )
        texts = self.report.texts_of(findings)
        return lambda some: comparisons(some, lambda one: (texts[one.source_sha256], texts[one.page_sha256]))

    def write_evidence(self, folder: str) -> bool:
        """Write evidence of the findings that accuse and ask for a decision; tell whether there are any."""
        from reuse.report.evidence import write_evidence

        accused = [finding for finding in self.to_decide if finding.verdict in ACCUSED]
        if accused:
            compare = self.compare(accused) if self.with_texts else None
            write_evidence(folder, accused, self.report.run, compare)
        return bool(accused)


def _html(view: _View, write: Write) -> None:
    from reuse.report.pages.report_page import MOST, write_html

    most = view.top or MOST
    compare = view.compare(view.findings[:most]) if view.with_texts else None
    begin = {None: "overview", "site": "sites", "source": "articles", "page": "pages"}[view.group_by]
    write_html(
        write,
        view.findings,
        view.report.run,
        compare,
        chosen=view.chosen,
        view=begin,
        order=view.order,
        most=most,
    )


def _markdown(view: _View, write: Write) -> None:
    from reuse.report.markdown import markdown

    most = {} if view.top is None else {"top": view.top}
    run, groups = view.report.run, view.group_by
    write(markdown(view.findings, run, chosen=view.chosen, group_by=groups, **most).encode())


def _table(view: _View, write: Write) -> None:
    from reuse.report.groups import group_table
    from reuse.report.summary import counted, plural, standings
    from reuse.report.table import table

    width, top = shutil.get_terminal_size((160, 24)).columns, view.top or 100
    if view.group_by:
        write(group_table(view.groups(view.to_decide), width, top).encode())
    else:
        write(table(view.to_decide, width, top).encode())
    accused = [finding.verdict for finding in view.findings if finding.verdict in ACCUSED]
    passed = [finding.verdict for finding in view.findings if finding.verdict not in ACCUSED]
    below = plural(len(accused), "finding") + (f": {counted(accused)}" if accused else "")
    if passed:
        below += f"; {plural(len(passed), 'pair')} not accused ({counted(passed)})"
    shown = {finding.id for finding in view.to_decide}
    settled = Counter(one.standing.status for one in view.findings if one.standing and one.id not in shown)
    if settled:
        below += f"; not shown: {standings(settled)} (--standing)"
    write(f"{below}.\n".encode())


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
