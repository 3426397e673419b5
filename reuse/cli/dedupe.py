"""``reuse dedupe``: the near-duplicates within one corpus."""

from __future__ import annotations

import shutil
import sys
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.engine import engine_options, open_engine, require_engine
from reuse.cli.options import output_options, shared_options, take_fields, take_options
from reuse.cli.output import exit_code, print_findings
from reuse.cli.progress import Progress, tell
from reuse.cli.sizes import memory_option
from reuse.options import KEEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from reuse.engines.spark.deduplications import SparkDeduplication
    from reuse.engines.spark.output import Output
    from reuse.pipeline.account import Input
    from reuse.pipeline.deduplications import Deduplicated


@click.command(
    epilog="""\b
Examples:
  reuse dedupe articles/                            clusters, and which documents can go
  reuse dedupe feed.jsonl --keep oldest -o report/  keep the first published; keep a report
  reuse dedupe export.csv.gz --text-field Body      a table, packed
  reuse dedupe articles/ -f dropped | xargs -rd '\\n' rm --  leave one of each
  reuse dedupe crawl.warc.gz --resemblance 0.8      nearly equal pages of a web archive alone

\b
Two documents are near-duplicates if their resemblance, the share of shingles (5 words in a row)
that both have among all that either has, reaches --resemblance. Each pair is counted exactly;
`reuse plan` shows how surely pairs are found. A document is dropped only if one that is kept is
its near-duplicate."""
)
@click.argument("corpus", nargs=-1)
@click.option(
    "--keep",
    type=click.Choice(KEEP),
    default=KEEP[0],
    show_default=True,
    help="Which of two near-duplicates to keep: the first read, the longest, or the oldest by date.",
)
@memory_option
@output_options("table", "jsonl", "csv", "kept", "dropped")
@engine_options
@shared_options(boilerplate=True, bands=True)
def dedupe(corpus: tuple[str, ...], **flags: Any) -> int:
    """Find the near-duplicates within CORPUS, the clusters they form, and what can go.

    CORPUS is any number of files, folders, quoted globs or - for standard input, of the formats that `reuse
    audit` reads.
    """
    options, fields = take_options(flags), take_fields(flags)
    if not corpus and not flags["lists"]:
        raise click.UsageError(
            "no CORPUS given: name files or folders, - for standard input, or --from-file LIST"
        )
    require_engine(flags, corpus)
    progress = Progress(quiet=flags["quiet"])
    asked = {name: flags[name] for name in ("lists", "include", "exclude")}
    inputs = {"corpus": corpus, **asked, "boilerplate": flags["own_boilerplate"], "fields": asdict(fields)}
    reading = {**asked, "fields": fields, "options": options}
    if flags["engine"] == "spark":
        return _on_spark(flags, inputs, reading, progress)
    from reuse import documents, pipeline

    stream = documents.read(corpus, **reading)
    own = _boilerplate(flags["own_boilerplate"], reading)
    counted, memory = progress.counted(stream), flags["memory"]
    try:
        result = pipeline.dedupe(counted, options, progress, boilerplate=own, memory=memory)
    finally:
        progress.close()
    return _deliver(result, flags, inputs, progress, partial(_write, result, flags["output"]))


def _boilerplate(own: tuple[str, ...], reading: dict[str, Any]) -> Input | None:
    """Return what the user names as boilerplate."""
    from reuse import documents

    return documents.read(own, fields=reading["fields"], options=reading["options"]) if own else None


def _on_spark(
    flags: dict[str, Any], inputs: dict[str, Any], reading: dict[str, Any], progress: Progress
) -> int:
    own = _boilerplate(flags["own_boilerplate"], reading)
    with ExitStack() as stack:
        session = stack.enter_context(open_engine(flags, reading["options"]))
        from reuse.engines.spark.deduplications import dedupe
        from reuse.engines.spark.output import Output
        from reuse.engines.spark.places import is_uri
        from reuse.engines.spark.reading import read

        # Where nothing can be written nothing is read.
        output = (
            stack.enter_context(Output(session, flags["output"])) if is_uri(flags["output"] or "") else None
        )
        try:
            progress("reading")
            corpus = read(session, "corpus", inputs["corpus"], **reading)
            result = dedupe(session, corpus, reading["options"], progress, boilerplate=own)
        finally:
            progress.close()
        write = partial(_write_rows, result, output) if output else partial(_write, result, flags["output"])
        return _deliver(result, flags, inputs, progress, write)


def _deliver(
    result: Deduplicated,
    flags: dict[str, Any],
    inputs: dict[str, Any],
    progress: Progress,
    write: Callable[[dict[str, Any]], None],
) -> int:
    """Print the result, have its report written, and return the exit code."""
    tell(result.notices, result.unreadable, quiet=flags["quiet"], verbose=flags["verbose"])
    _print(result, flags["form"], flags["top"], quiet=flags["quiet"])
    if flags["output"]:  # last: a full disk costs the folder and not the table
        write(result.run() | {"inputs": inputs})
        progress.say(f"report written to {flags['output']}")
    verdicts = (finding.verdict for finding in result.findings())
    return exit_code(verdicts, result.unreadable, flags["fail_on"])


def _write(result: Deduplicated, folder: str, run: dict[str, Any]) -> None:
    from reuse import pipeline
    from reuse.report.clusters import cluster_records
    from reuse.report.folder import Draft

    more = {
        "clusters.jsonl": cluster_records(result),
        "boilerplate.jsonl": (stretch._asdict() for stretch in result.left_out()),
    }
    with Draft(folder) as draft:
        draft.add(result.findings(), result.texts_of, run["options_digest"])
        draft.finish(run, more, partial(pipeline.comparisons, options=result.options))


def _write_rows(result: SparkDeduplication, output: Output, run: dict[str, Any]) -> None:
    output.finish(result.rows(), run, {"clusters.jsonl": result.cluster_rows()})


def _print(result: Deduplicated, form: str, top: int, *, quiet: bool) -> None:
    import numpy as np

    from reuse.report.clusters import cluster_table, dedupe_summary
    from reuse.report.escape import one_line

    if form == "table":
        width = shutil.get_terminal_size((160, 24)).columns
        click.echo(cluster_table(result, width, top) + dedupe_summary(result))
        return
    if form in ("kept", "dropped"):
        # As they are for the next command; a terminal would obey them.
        shown = one_line if sys.stdout is not None and sys.stdout.isatty() else str
        rows = np.flatnonzero(result.clusters.kept == (form == "kept")).astype(np.int32)
        for document in result.documents(rows):
            click.echo(f"{shown(document.id)}\n".encode("utf-8", "surrogateescape"), nl=False)
    else:
        print_findings(result.findings(), form, result.options.digest())
    if not quiet:
        click.echo(dedupe_summary(result), err=True)
