"""``reuse compare``: two documents, judged and set side by side."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.options import shared_options, take_fields, take_options
from reuse.cli.progress import tell
from reuse.errors import InputError, UsageError

if TYPE_CHECKING:
    from reuse.documents import Fields
    from reuse.options import Options
    from reuse.values import Document


@click.command(
    epilog="""\b
Examples:
  reuse compare article.txt page.txt
  reuse compare article.txt page.txt --full --color always | less -R
  curl -s https://example.org/page | reuse compare article.txt -    a web page, or its text
  reuse compare article.txt page.txt -f html > pair.html    to send, or to print
  reuse compare article.txt page.txt --format json | jq .scores"""
)
@click.argument("source")
@click.argument("page")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "html", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.option(
    "--top",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Passages shown, the longest.",
)
@click.option("--full", is_flag=True, help="Show passages from end to end, however long.")
@click.option(
    "--width",
    type=click.IntRange(min=20, max=10_000),
    metavar="N",
    help="Columns to fill; the terminal's, if not given. Below 80 the source stands above the page.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Tell changes by colours, or by [-marks-] and {+marks+}.",
)
@shared_options()
def compare(source: str, page: str, **flags: Any) -> int:
    """Judge one PAGE against one SOURCE and show what they share, side by side.

    Each is a file with one document, or - for standard input. Of web pages the article is compared, or all they
    show where that has far more of the source.
    """
    from reuse import pipeline
    from reuse.report.comparison import View, comparison, comparison_record
    from reuse.report.pages.pair_page import pair_page
    from reuse.report.records import json_line

    options, fields = take_options(flags), take_fields(flags)
    result = pipeline.compare(*read_two(source, page, fields, options, flags), options)
    if flags["form"] == "json":
        click.echo(json_line(comparison_record(result, options.digest())).encode(), nl=False)
        return 0
    if flags["form"] == "html":
        inputs = {"source": source, "page": page, "fields": asdict(fields)}
        run = {"options_digest": options.digest(), "options": options.digested(), "inputs": inputs}
        click.echo(pair_page(result, run).encode(), nl=False)
        return 0
    width = flags["width"] or shutil.get_terminal_size((100, 24)).columns
    view = View(flags["top"], width, color=_in_color(flags["color"]), full=flags["full"])
    click.echo(comparison(result, view), nl=False, color=view.color)
    return 0


def _in_color(wanted: str) -> bool:
    """Tell whether to use colours: unless told, on a terminal that has them and whose user wants them."""
    if wanted != "auto":
        return wanted == "always"
    # https://no-color.org: set to anything but nothing.
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout is not None and sys.stdout.isatty()


def read_two(
    source: str, page: str, fields: Fields, options: Options, flags: dict[str, Any]
) -> tuple[Document, Document]:
    """Read the one document of each of two paths."""
    if source == page == "-":
        raise UsageError("SOURCE and PAGE are both standard input; name a file for one of them")
    return _only(source, fields, options, flags), _only(page, fields, options, flags)


def _only(path: str, fields: Fields, options: Options, flags: dict[str, Any]) -> Document:
    """Read the one document of a path."""
    from reuse import documents
    from reuse.values import Document, Notice, Unreadable

    found = list(documents.read([path], fields=fields, options=options))
    notices = [row for row in found if isinstance(row, Notice)]
    unreadable = [row for row in found if isinstance(row, Unreadable)]
    read = [row for row in found if isinstance(row, Document)]
    tell(notices, unreadable, quiet=flags["quiet"], verbose=flags["verbose"])
    if not read:
        raise InputError(f"{path}: no document could be read")
    if len(read) > 1:
        raise UsageError(f"{path} holds {len(read):,} documents, not one; use `reuse audit` for many")
    return read[0]
