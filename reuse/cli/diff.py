"""``reuse diff``: what is new, changed, gone and still there from one report to another."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from reuse.cli.output import ACCUSED
from reuse.cli.progress import Progress
from reuse.cli.report import FORMS, form_named, uncollected
from reuse.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reuse.report.diff import Diff

    Write = Callable[[bytes], object]

#: The words of `reuse.report.diff.followed.KINDS`: that module loads NumPy, which help must not.
KINDS = ("new", "changed", "worse", "gone")
#: Findings that are told where nothing else is said: in a table, else under each heading.
_ROWS, _LISTED = 100, 1_000


class Demand(NamedTuple):
    """What is to end in exit code 1: findings that are `kind`, and as bad as `verdict` or worse."""

    kind: str
    verdict: str


class _Demand(click.ParamType[Demand]):
    name = "demand"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Demand:
        kind, _, verdict = str(value).partition(":")
        if kind not in KINDS or verdict not in ACCUSED:
            kinds, verdicts = (", ".join(names) for names in (KINDS, ACCUSED))
            self.fail(
                f"{value!r} is no KIND:VERDICT; write new:excerpt, say, with a kind of {kinds} and a verdict "
                f"of {verdicts}",
                param,
                ctx,
            )
        return Demand(kind, verdict)


@click.command(
    epilog="""\b
Examples:
  reuse diff monday/ tuesday/                           what the night has brought
  reuse diff monday/ tuesday/ --fail-on new:excerpt -q  exit code 1 if there is a new finding
  reuse diff before-notice/ today/ -f html -o followed.html   what the notices have done
  reuse diff monday/ tuesday/ -f jsonl | jq 'select(.status == "new")'"""
)
@click.argument("old")
@click.argument("new")
@click.option("-f", "--format", "form", type=click.Choice(FORMS), help="What -o is named for, or else a table.")
@click.option("-o", "--output", metavar="FILE", help="Write it to a file, whole or not at all.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Findings told at most.")
@click.option(
    "--fail-on",
    type=_Demand(),
    multiple=True,
    metavar="KIND:VERDICT",
    help="Exit with 1 if a finding is new, changed, worse or gone, and as bad as this or worse; may be given "
    "again.",
)
@click.option("-q", "--quiet", is_flag=True, help="Faults only.")
def diff(old: str, new: str, **flags: Any) -> int:
    """Tell which findings are new, changed, gone and still there, from the report OLD to the report NEW.

    Each is a report folder that `reuse audit -o` or `reuse dedupe -o` wrote, the findings.jsonl in one, or -
    for findings from standard input. A finding is known again by its id, and where files have moved by the
    address or the text of its page.
    """
    if old == new == "-":
        raise UsageError("standard input cannot be OLD and NEW at once; name a file for one of them")
    form = form_named(flags["form"], flags["output"]) or FORMS[0]
    with uncollected():
        return _diff(old, new, form, flags)


def _diff(old: str, new: str, form: str, flags: dict[str, Any]) -> int:
    from reuse.report import diff as followed
    from reuse.report.escape import one_line
    from reuse.report.folder import write_file
    from reuse.report.reading import read_report

    told = followed.diff(read_report(old), read_report(new))
    progress = Progress(quiet=flags["quiet"])
    for notice in told.notices:
        progress.say(f"note: {one_line(notice)}")
    content = _WRITERS[form](told, flags)
    if flags["output"]:

        def write(take: Write) -> None:
            take(content)

        write_file(flags["output"], write)
        progress.say(f"written to {flags['output']}")
    else:
        click.echo(content, nl=False)
    return int(any(told.count(*demand) for demand in flags["fail_on"]))


def _table(told: Diff, flags: dict[str, Any]) -> bytes:
    from reuse.report.diff.table import diff_summary, diff_table

    width = shutil.get_terminal_size((160, 24)).columns
    return f"{diff_table(told, width, flags['top'] or _ROWS)}{diff_summary(told)}\n".encode()


def _html(told: Diff, flags: dict[str, Any]) -> bytes:
    from reuse.report.diff.page import diff_page

    return diff_page(told, flags["top"] or _LISTED).encode()


def _markdown(told: Diff, flags: dict[str, Any]) -> bytes:
    from reuse.report.diff.markdown import diff_markdown

    return diff_markdown(told, flags["top"] or _ROWS).encode()


def _csv(told: Diff, flags: dict[str, Any]) -> bytes:
    from reuse.report.diff.records import diff_csv_header, diff_csv_row

    lines = (diff_csv_row(one) for one in told.followed[: flags["top"]])
    return "".join((diff_csv_header(bom=flags["output"] is not None), *lines)).encode()


def _jsonl(told: Diff, flags: dict[str, Any]) -> bytes:
    from reuse.report.diff.records import diff_record
    from reuse.report.records import json_line

    return "".join(json_line(diff_record(one)) for one in told.followed[: flags["top"]]).encode()


_WRITERS: dict[str, Callable[[Diff, dict[str, Any]], bytes]] = {
    "table": _table,
    "html": _html,
    "md": _markdown,
    "csv": _csv,
    "jsonl": _jsonl,
}
