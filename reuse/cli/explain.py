"""``reuse explain``: how one pair came through every stage."""

from __future__ import annotations

import shutil
from typing import Any

import click

from reuse.cli.compare import read_two
from reuse.cli.options import shared_options, take_fields, take_options


@click.command(
    epilog="""\b
Examples:
  reuse explain article.txt page.txt
  reuse explain article.txt page.html
  reuse explain article.txt page.txt --min-shared 3 --resemblance 0.8
  reuse explain article.txt page.txt --format json | jq .postings"""
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
@shared_options(postings=True, bands=True)
def explain(source: str, page: str, **flags: Any) -> int:
    """Say why PAGE is found or missed as a copy of SOURCE, and why it is judged as it is.

    Each is a file with one document, or - for standard input. Every stage tells its numbers, in the order of
    an audit with the same options; boilerplate and stock text take more than one pair, and are not known.
    """
    from reuse import pipeline
    from reuse.report.explanation import explanation_record, explanation_text
    from reuse.report.records import json_line

    options, fields = take_options(flags), take_fields(flags)
    told = pipeline.explain(*read_two(source, page, fields, options, flags), options)
    if flags["form"] == "json":
        click.echo(json_line(explanation_record(told)).encode(), nl=False)
    else:
        click.echo(explanation_text(told, shutil.get_terminal_size((100, 24)).columns), nl=False)
    return 0
