"""``reuse audit``: which pages reuse which sources."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.options import output_options, shared_options, take_fields, take_options
from reuse.cli.output import exit_code, print_findings
from reuse.cli.progress import Progress, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.findings import Finding
    from reuse.pipeline import Audit


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

\b
Verdicts, worst first: identical, near-duplicate (the whole source, nearly word for word), spun
(made from the source in other words), excerpt (part of it), quotation (only quoted speech or
stock text in common), independent. The first four are findings; the others are counted below the
table."""
)
@click.argument("sources")
@click.argument("pages", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Report every scored pair, not the findings alone.")
@output_options("table", "jsonl", "csv")
@shared_options(postings=True, bands=True, boilerplate=True, careful=True)
def audit(sources: str, pages: tuple[str, ...], **flags: Any) -> int:
    """Find which PAGES reuse which SOURCES.

    SOURCES are your own articles, PAGES what was found elsewhere: each a file, a folder, a quoted glob or -
    for standard input. Text, Markdown, HTML, MHTML, JSON, JSON Lines, CSV, TSV, Parquet, WARC, WET and PDF are
    read, packed or in zip and tar archives, in any common encoding. What the pages of a site have in common is
    left out.
    """
    from reuse import documents, pipeline
    from reuse.report.folder import write_folder

    options, fields = take_options(flags), take_fields(flags)
    if not pages and not flags["lists"]:
        raise click.UsageError(
            "no PAGES given: name files or folders, - for standard input, or --from-file LIST"
        )
    if sources == "-" and "-" in (*pages, *flags["lists"]):
        raise click.UsageError(
            "standard input cannot be SOURCES and PAGES at once; name a file for one of them"
        )
    progress = Progress(quiet=flags["quiet"])
    article_stream = documents.read([sources], fields=fields, options=options)
    choice = {"include": flags["include"], "exclude": flags["exclude"]}
    page_stream = documents.read(pages, lists=flags["lists"], fields=fields, options=options, **choice)
    own = flags["own_boilerplate"]
    boilerplate = documents.read(own, fields=fields, options=options) if own else None
    try:
        result = pipeline.audit(
            progress.counted(article_stream),
            progress.counted(page_stream),
            options,
            progress,
            boilerplate=boilerplate,
        )
    finally:
        progress.close()
    reported = result.scored if flags["everything"] else result.findings
    tell(result.notices, result.unreadable, quiet=flags["quiet"], verbose=flags["verbose"])
    _print(result, reported, flags["form"], flags["top"], quiet=flags["quiet"])
    if flags["output"]:  # last: a full disk costs the folder and not the table
        inputs = {
            "sources": sources,
            "pages": pages,
            "lists": flags["lists"],
            **choice,
            "boilerplate": own,
            "all": flags["everything"],
            "fields": asdict(fields),
        }
        more = {"boilerplate.jsonl": (stretch._asdict() for stretch in result.left_out())}
        run = result.run() | {"inputs": inputs}
        write_folder(flags["output"], reported, result, run, more)
        progress.say(f"report written to {flags['output']}")
    return exit_code(result.findings, result.unreadable, flags["fail_on"])


def _print(result: Audit, reported: Sequence[Finding], form: str, top: int, *, quiet: bool) -> None:
    from reuse.report.selection import ordered
    from reuse.report.summary import summary
    from reuse.report.table import table

    if form == "table":
        width = shutil.get_terminal_size((160, 24)).columns
        shown = table(ordered(reported, "verdict"), width, top, "--top, or -o DIR for all")
        click.echo(shown + summary(result))
        return
    print_findings(reported, form, result.options.digest())
    if not quiet:
        click.echo(summary(result), err=True)
