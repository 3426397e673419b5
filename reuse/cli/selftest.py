"""``reuse selftest``: how much planted reuse is found of what size, in the user's own articles."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.options import shared_options, take_fields, take_options
from reuse.cli.progress import Progress, tell
from reuse.cli.sizes import memory_option
from reuse.cli.sources import open_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.evaluation.selftest import Selftest


@click.command(
    epilog="""\b
Examples:
  reuse selftest articles/                          what is found in your own archive
  reuse selftest archive.index --articles 500       closer intervals, from an index
  reuse selftest articles/ --hosts others.jsonl     hidden in articles that are not yours
  reuse selftest articles/ -f csv > recall.csv

\b
Words of your articles are copied, edited, shuffled, put into other articles and looked for as `reuse
audit` does. Decoys (quoted speech, a single sentence, articles as they are) must not be accused.
The last line says below which size nothing is promised."""
)
@click.argument("sources")
@click.option(
    "--hosts",
    multiple=True,
    metavar="PATH",
    help="Articles to hide words in; may be given again. Without it some of your own are held out.",
)
@click.option(
    "--articles",
    type=click.IntRange(min=1, max=10_000),
    default=200,
    show_default=True,
    metavar="N",
    help="Cases of each kind and size, each of another article.",
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="What all is drawn with.")
@memory_option
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="What to print.",
)
@shared_options(postings=True, bands=True, boilerplate=True, careful=True)
def selftest(sources: str, **flags: Any) -> int:
    """Plant reuse made of SOURCES, and print how much of it is found.

    SOURCES are your own articles or an index of them, as for `reuse audit`.
    """
    from reuse import documents
    from reuse.evaluation.selftest import selftest as run

    options, fields = take_options(flags), take_fields(flags)
    if sources == "-" and "-" in flags["hosts"]:
        raise click.UsageError(
            "standard input cannot be SOURCES and --hosts at once; name a file for one of them"
        )
    progress = Progress(quiet=flags["quiet"])
    hosts = documents.read(flags["hosts"], fields=fields, options=options) if flags["hosts"] else None
    with contextlib.ExitStack() as stack:
        stack.callback(progress.close)
        known, options = open_sources(sources, options, fields, flags, progress, stack)
        done = run(
            known,
            options,
            progress,
            hosts=None if hosts is None else progress.counted(hosts),
            articles=flags["articles"],
            seed=flags["seed"],
            memory=flags["memory"],
        )
    tell(done.notices, done.unreadable, quiet=flags["quiet"], verbose=flags["verbose"], recorded=False)
    for line in _told(done, flags["form"]):
        click.echo(line.encode(), nl=False)
    return 3 if done.unreadable else 0


def _told(done: Selftest, form: str) -> Iterator[str]:
    from reuse.report.records import json_line
    from reuse.report.selftest import selftest_csv, selftest_record, selftest_text

    if form == "csv":
        yield from selftest_csv(done)
    else:
        yield selftest_text(done) if form == "table" else json_line(selftest_record(done))
