"""``reuse audit``: which pages reuse which sources."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from reuse import __version__
from reuse.cli.engine import engine_options, open_engine, require_engine
from reuse.cli.options import (
    as_of_option,
    output_options,
    shared_options,
    take_fields,
    take_options,
    today,
)
from reuse.cli.output import exit_code, print_findings
from reuse.cli.progress import Progress, tell
from reuse.cli.sizes import memory_option
from reuse.cli.sources import open_common_sources, open_sources
from reuse.errors import InterruptedRunError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reuse.cli.progress import Progress
    from reuse.documents import Fields
    from reuse.engines.spark.audits import SparkAudit
    from reuse.findings import Finding
    from reuse.options import Options
    from reuse.pipeline import AnyAudit, Audit, Batch
    from reuse.report.folder import Draft
    from reuse.rights import Policy

#: Seconds from which on it says something how fast it went.
_A_WHILE = 5


@click.command(
    epilog="""\b
Examples:
  reuse audit articles/ pages/                      two folders, of text or web pages
  reuse audit articles/ crawl.warc.gz -o report/    a web archive; keep a report
  reuse audit articles.csv posts.json --text-field Body,text     fields that go by other names
  reuse audit articles/ saved.zip --include '*.html' --exclude drafts
  reuse audit articles/ 'pages/**/*.txt' --all      also the pairs that are not accused
  zcat feed.jsonl.gz | reuse audit articles/ -      pages from standard input
  reuse audit articles/ --from-file pages.list --fail-on spun -q
  reuse audit articles/ crawl.warc.gz --policy policy.toml --common-source wire/

\b
Verdicts, worst first: identical, near-duplicate (the whole source, nearly word for word), spun
(made from the source in other words), excerpt (part of it), quotation (only quoted speech or
stock text in common), independent. The first four are findings; the others are counted below the
table."""
)
@click.argument("sources")
@click.argument("pages", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Report every scored pair, not the findings alone.")
@click.option(
    "--resume", is_flag=True, help="Go on with an audit into -o DIR that was interrupted, if there is one."
)
@memory_option
@click.option(
    "--policy",
    metavar="FILE",
    help="Licences and their terms, own and ignored sites, suppressed findings: TOML.",
)
@click.option(
    "--common-source",
    "commons",
    multiple=True,
    metavar="PATH",
    help="Wire copy, press releases: what both texts owe to these, or to an index of them, is no evidence; may "
    "be given again.",
)
@as_of_option
@engine_options
@output_options("table", "jsonl", "csv")
@shared_options(postings=True, bands=True, boilerplate=True, careful=True)
def audit(sources: str, pages: tuple[str, ...], **flags: Any) -> int:
    """Find which PAGES reuse which SOURCES.

    SOURCES are your own articles, PAGES what was found elsewhere: each a file, a folder, a quoted glob or -
    for standard input. Text, Markdown, HTML, MHTML, JSON, JSON Lines, CSV, TSV, Parquet, WARC, WET and PDF are
    read, packed or in zip and tar archives, in any common encoding. What the pages of a site have in common is
    left out.
    """
    options, fields = take_options(flags), take_fields(flags)
    _require_sense(sources, pages, flags)
    policy = _policy(flags["policy"])
    progress = Progress(quiet=flags["quiet"])
    where = {name: flags[name] for name in ("lists", "include", "exclude")}
    asked = _Asked(sources, pages, where, options, fields, policy, flags, progress)
    with contextlib.ExitStack() as stack:
        stack.callback(progress.close)
        draft = _draft(asked, stack)
        as_of = flags["as_of"] or _day_of(draft) or today()
        inputs = {
            "sources": sources,
            "pages": pages,
            **where,
            "boilerplate": flags["own_boilerplate"],
            "common_sources": flags["commons"],
            "policy": flags["policy"],
            "all": flags["everything"],
            "fields": asdict(fields),
            "as_of": as_of.isoformat(),
        }
        audit_on = _on_spark if flags["engine"] == "spark" else _on_this_machine
        try:
            result, write = audit_on(asked, as_of, draft, inputs, stack)
            run = _Run(result, draft, everything=flags["everything"])
            _print(
                run,
                flags["form"],
                flags["top"],
                everything=flags["everything"],
                quiet=flags["quiet"],
                verbose=flags["verbose"],
            )
            progress.close()
            progress.say(_speed(result, progress))
            if draft:  # last: a full disk costs the folder and not the table
                run.finish(inputs)
            if write:
                write()
            if flags["output"]:
                progress.say(f"report written to {flags['output']}")
        except KeyboardInterrupt:
            if draft is None or flags["engine"] == "spark":
                raise
            raise InterruptedRunError from None
    return exit_code(+result.tally.open, result.unreadable, flags["fail_on"])


class _Asked(NamedTuple):
    """What the user asks for."""

    sources: str
    pages: tuple[str, ...]
    where: dict[str, Any]
    options: Options
    fields: Fields
    policy: Policy | None
    flags: dict[str, Any]
    progress: Progress


def _draft(asked: _Asked, stack: contextlib.ExitStack) -> Draft | None:
    """Begin the report folder, if there is to be one: where there can be none nothing is read for it."""
    from reuse.engines.spark.places import is_uri
    from reuse.report.folder import Draft

    output = asked.flags["output"]
    if not output or is_uri(output):
        return None
    return stack.enter_context(Draft(output, resume=asked.flags["resume"]))


def _on_this_machine(
    asked: _Asked, as_of: date, draft: Draft | None, inputs: dict[str, Any], stack: contextlib.ExitStack
) -> tuple[Audit, None]:
    """Audit here; what is in the draft of an interrupted run must be of the same."""
    from reuse import documents, pipeline

    flags, progress = asked.flags, asked.progress
    stream = documents.read(asked.pages, fields=asked.fields, options=asked.options, **asked.where)
    known, options = open_sources(asked.sources, asked.options, asked.fields, flags, progress, stack)
    commons = open_common_sources(flags["commons"], options, asked.fields, flags, progress, stack)
    if draft:
        told: dict[str, Any] = {"version": __version__, "inputs": inputs, "options": options.digest()}
        told["memory"] = type(known).__name__  # sources may fit into it, or not
        told["policy"] = asked.policy.sha256 if asked.policy else None
        told["common sources"] = None if commons is None else commons.digest()
        draft.require({**told, "sources": known.digest()})
    result = pipeline.audit(
        known,
        progress.counted(stream),
        options,
        progress,
        commons=commons,
        policy=asked.policy,
        as_of=as_of,
        memory=flags["memory"],
        folder=draft.place if draft else None,
    )
    if draft:
        draft.require({"boilerplate": result.boilerplate.digest()})
    return result, None


def _on_spark(
    asked: _Asked, as_of: date, _draft: Draft | None, inputs: dict[str, Any], stack: contextlib.ExitStack
) -> tuple[SparkAudit, Callable[[], None] | None]:
    """Audit on Spark; return with it what has the cluster write the findings, if it is to.

    Common sources and boilerplate are read here, for every executor has all of them.
    """
    flags, options, fields, progress = asked.flags, asked.options, asked.fields, asked.progress
    progress("starting Spark")
    session = stack.enter_context(open_engine(flags, options))
    from reuse import documents
    from reuse.engines.spark.audits import audit, hold_common_sources
    from reuse.engines.spark.output import Output
    from reuse.engines.spark.places import is_uri
    from reuse.engines.spark.reading import find, read

    output = None
    if is_uri(flags["output"] or ""):
        output = stack.enter_context(Output(session, flags["output"]))
    own, wire = flags["own_boilerplate"], flags["commons"]
    # What is wrong with a path is told before anything is read.
    mine = find(session, [asked.sources], fields=fields, options=options)
    theirs = find(session, asked.pages, fields=fields, options=options, **asked.where)
    commons = None
    if wire:
        progress("reading common sources")
        commons = hold_common_sources(documents.read(wire, fields=fields, options=options), options)
    progress("reading sources")
    sources = read(session, "sources", mine)
    result = audit(
        session,
        sources,
        lambda: read(session, "pages", theirs),
        options,
        progress,
        boilerplate=documents.read(own, fields=fields, options=options) if own else None,
        commons=commons,
        policy=asked.policy,
        as_of=as_of,
        everything=flags["everything"],
    )
    if output is None:
        return result, None
    return result, lambda: output.finish(result.reported(), result.run() | {"inputs": inputs})


def _policy(name: str | None) -> Policy | None:
    if name is None:
        return None
    from reuse.rights import read_policy

    return read_policy(name)


def _day_of(draft: Draft | None) -> date | None:
    """Return the day that an interrupted audit was of."""
    told = draft.noted.get("inputs", {}).get("as_of") if draft else None
    return None if told is None else date.fromisoformat(told)


def _speed(result: AnyAudit, progress: Progress) -> str:
    """Say what the lanes have brought, and how fast it went if it took a while."""
    from reuse.report.summary import lanes

    read = progress.seconds("reading pages")
    judged = progress.seconds("boilerplate", "candidates", "scores, passages and verdicts")
    if min(read, judged) <= 0 or read + judged < _A_WHILE:
        return lanes(result)
    pages = len(result.pages)
    return f"{lanes(result)}; pages read at {pages / read:,.0f}/s, compared at {pages / judged:,.0f}/s"


def _require_sense(sources: str, pages: tuple[str, ...], flags: dict[str, Any]) -> None:
    """Refuse what cannot be meant."""
    if not pages and not flags["lists"]:
        raise click.UsageError(
            "no PAGES given: name files or folders, - for standard input, or --from-file LIST"
        )
    require_engine(flags, [sources, *pages, *flags["lists"], *flags["commons"]])
    if [sources, *pages, *flags["lists"], *flags["commons"]].count("-") > 1:
        raise click.UsageError(
            "standard input cannot be SOURCES, PAGES and common sources at once; name a file for all but one"
        )
    if flags["resume"] and not flags["output"]:
        raise click.UsageError("--resume goes on with a report; name its folder with -o")


class _Run:
    """An audit whose findings are reported as they come, and kept in a report folder, if there is to be one."""

    def __init__(self, result: AnyAudit, draft: Draft | None, *, everything: bool) -> None:
        self.result = result
        self._draft = draft
        self._everything = everything
        self._fault: OutputError | None = None

    def findings(self) -> Iterator[Finding]:
        """Yield what is reported, in page order, then by source id; those of an interrupted run first."""
        from reuse.pipeline import Tally, is_reported

        first = counted = 0
        for told in self._draft.progress if self._draft else ():
            self.result.tally.add(Tally.of_json(told["tally"]))
            first, counted = told["end"], told["counted"]
        if self._draft and first:
            yield from self._draft.findings()
        for batch in self.result.batches(first, counted):
            reported = batch.scored if self._everything else tuple(filter(is_reported, batch.findings))
            self._keep(batch, reported)
            yield from reported

    def _keep(self, batch: Batch, reported: Sequence[Finding]) -> None:
        if self._draft is None or self._fault is not None:
            return
        try:
            self._draft.add(reported, batch.texts_of, self.result.options.digest())
            self._draft.commit({"end": batch.end, "counted": batch.counted, "tally": batch.tally.json()})
        except OutputError as fault:  # is raised when the findings have been told
            self._fault = fault

    def finish(self, inputs: dict[str, Any]) -> None:
        """Write what is made of all findings.

        Raises
        ------
        OutputError
            If the folder cannot be written, or could not be on the way.
        """
        from reuse import pipeline

        if self._fault is not None:
            raise self._fault
        assert self._draft is not None
        more = {"boilerplate.jsonl": (stretch._asdict() for stretch in self.result.left_out())}
        run = self.result.run() | {"inputs": inputs}
        self._draft.finish(run, more, pipeline.comparisons, self.result.pages.keys())


def _print(run: _Run, form: str, top: int, *, everything: bool, quiet: bool, verbose: int) -> None:
    from reuse.report.summary import summary
    from reuse.report.table import table

    if form == "table":
        worst = _Worst(top)
        for finding in run.findings():
            if finding.is_open or everything:
                worst.add(finding)
        tell(run.result.notices, run.result.unreadable, quiet=quiet, verbose=verbose)
        width = shutil.get_terminal_size((160, 24)).columns
        shown = table(worst.findings(), width, top, "--top, or -o DIR for all", worst.count)
        click.echo(shown + summary(run.result))
        return
    print_findings(run.findings(), form, run.result.options.digest())
    tell(run.result.notices, run.result.unreadable, quiet=quiet, verbose=verbose)
    if not quiet:
        click.echo(summary(run.result), err=True)


class _Worst:
    """The worst of findings, some of which are held at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.count = 0
        self._held: list[Finding] = []

    def add(self, finding: Finding) -> None:
        self.count += 1
        self._held.append(finding)
        if len(self._held) > 2 * self._most + 1000:
            self._held = self.findings()

    def findings(self) -> list[Finding]:
        """Return them, the worst first."""
        from reuse.report.selection import ordered

        return ordered(self._held, "verdict")[: self._most]
