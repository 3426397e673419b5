"""``reuse compare``: two documents, judged and set side by side."""

from __future__ import annotations

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
  curl -s https://example.org/page.txt | reuse compare article.txt -
  reuse compare article.txt page.txt --format json | jq .scores"""
)
@click.argument("source")
@click.argument("page")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
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
@shared_options()
def compare(source: str, page: str, **flags: Any) -> int:
    """Judge one PAGE against one SOURCE and show what they share.

    Each is a file with one document, or - for standard input.
    """
    from reuse import pipeline
    from reuse.report.comparison import comparison
    from reuse.report.records import json_line, record

    options, fields = take_options(flags), take_fields(flags)
    if source == page == "-":
        raise UsageError("SOURCE and PAGE are both standard input; name a file for one of them")
    result = pipeline.compare(
        _only(source, fields, options, flags), _only(page, fields, options, flags), options
    )
    if flags["form"] == "json":
        click.echo(json_line(record(result.finding, options.digest())).encode(), nl=False)
    else:
        click.echo(comparison(result, flags["top"]), nl=False)
    return 0


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
        raise UsageError(f"{path} holds {len(read):,} documents, compare takes one; use `reuse audit` for many")
    return read[0]
