"""``reuse policy``: what a policy file says, and what of it is in force on a day."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from reuse.cli.options import as_of_option, today

if TYPE_CHECKING:
    from datetime import date


@click.command(
    epilog="""\b
Examples:
  reuse policy policy.toml                                 is it whole, and what is in force today?
  reuse policy policy.toml --as-of 2027-01-01              and on New Year's Day?
  reuse policy policy.toml --page https://example.org/1    whose is this address?
  reuse policy policy.toml -f json | jq '.suppressions[] | select(.holds | not)'"""
)
@click.argument("file")
@click.option(
    "--page",
    "pages",
    multiple=True,
    metavar="URL",
    help="Tell whose this web address is: yours, ignored, a partner's, nobody's; may be given again.",
)
@as_of_option
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="What to print.",
)
def policy(file: str, pages: tuple[str, ...], as_of: date | None, form: str) -> int:
    """Check a policy FILE, and tell what of it is in force: no audit is needed for that.

    Exits with 2 and tells every fault, with its line and its field, if the file is broken.
    """
    from reuse.report.policy import policy_record, policy_text, whose
    from reuse.report.records import json_line
    from reuse.rights import read_policy

    known, day = read_policy(file), as_of or today()
    asked = [whose(known, url, day) for url in pages]
    if form == "json":
        click.echo(json_line(policy_record(known, day, asked)).encode(), nl=False)
    else:
        width = shutil.get_terminal_size((160, 24)).columns
        click.echo(policy_text(known, day, width, asked).encode(), nl=False)
    return 0
