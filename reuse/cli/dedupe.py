"""``reuse dedupe``: the near-duplicates within one corpus."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.options import output_options, shared_options, take_fields, take_options
from reuse.cli.output import exit_code, print_findings
from reuse.cli.progress import Progress, tell
from reuse.options import KEEP

if TYPE_CHECKING:
    from reuse.pipeline import Deduplication


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
@output_options("table", "jsonl", "csv", "kept", "dropped")
@shared_options(boilerplate=True, bands=True)
def dedupe(corpus: tuple[str, ...], **flags: Any) -> int:
    """Find the near-duplicates within CORPUS, the clusters they form, and what can go.

    CORPUS is any number of files, folders, quoted globs or - for standard input, of the formats that `reuse
    audit` reads.
    """
    from reuse import documents, pipeline
    from reuse.report.clusters import cluster_records
    from reuse.report.folder import write_folder

    options, fields = take_options(flags), take_fields(flags)
    if not corpus and not flags["lists"]:
        raise click.UsageError(
            "no CORPUS given: name files or folders, - for standard input, or --from-file LIST"
        )
    progress = Progress(quiet=flags["quiet"])
    choice = {"include": flags["include"], "exclude": flags["exclude"]}
    stream = documents.read(corpus, lists=flags["lists"], fields=fields, options=options, **choice)
    own = flags["own_boilerplate"]
    boilerplate = documents.read(own, fields=fields, options=options) if own else None
    try:
        result = pipeline.dedupe(progress.counted(stream), options, progress, boilerplate=boilerplate)
    finally:
        progress.close()
    tell(result.notices, result.unreadable, quiet=flags["quiet"], verbose=flags["verbose"])
    _print(result, flags["form"], flags["top"], quiet=flags["quiet"])
    if flags["output"]:  # last: a full disk costs the folder and not the table
        inputs = {
            "corpus": corpus,
            "lists": flags["lists"],
            **choice,
            "boilerplate": own,
            "fields": asdict(fields),
        }
        more = {
            "clusters.jsonl": cluster_records(result),
            "boilerplate.jsonl": (stretch._asdict() for stretch in result.left_out()),
        }
        run = result.run() | {"inputs": inputs}
        write_folder(flags["output"], result.findings(), result, run, more)
        progress.say(f"report written to {flags['output']}")
    verdicts = (finding.verdict for finding in result.findings())
    return exit_code(verdicts, result.unreadable, flags["fail_on"])


def _print(result: Deduplication, form: str, top: int, *, quiet: bool) -> None:
    from reuse.report.clusters import cluster_table, dedupe_summary
    from reuse.report.escape import one_line

    if form == "table":
        width = shutil.get_terminal_size((160, 24)).columns
        click.echo(cluster_table(result, width, top) + dedupe_summary(result))
        return
    if form in ("kept", "dropped"):
        # As they are for the next command; a terminal would obey them.
        shown = one_line if sys.stdout.isatty() else str
        for document, kept in zip(result.texts.documents, result.clusters.kept.tolist(), strict=True):
            if kept == (form == "kept"):
                click.echo(f"{shown(document.id)}\n".encode("utf-8", "surrogateescape"), nl=False)
    else:
        print_findings(result.findings(), form, result.options.digest())
    if not quiet:
        click.echo(dedupe_summary(result), err=True)
