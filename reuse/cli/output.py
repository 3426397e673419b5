"""What commands that find pairs share: findings as data on stdout, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.findings import Finding
    from reuse.values import Unreadable

#: The words of `reuse.pairs.ACCUSED`; that module loads NumPy, which help must not.
ACCUSED = ("identical", "near-duplicate", "spun", "excerpt")


def print_findings(findings: Iterable[Finding], form: str, digest: str) -> None:
    """Print findings as they come, as ``csv`` or ``jsonl``, in UTF-8 whatever the terminal has."""
    from reuse.report import records

    if form == "csv":
        click.echo(records.csv_header().encode(), nl=False)
    for finding in findings:
        line = records.csv_row(finding) if form == "csv" else records.json_line(records.record(finding, digest))
        click.echo(line.encode(), nl=False)


def exit_code(verdicts: Iterable[str], unreadable: Sequence[Unreadable], fail_on: str | None) -> int:
    """Return 1 if a finding is as bad as `fail_on` or worse, else 3 if some input was unreadable, else 0."""
    if fail_on is not None:
        failing = {*ACCUSED[: ACCUSED.index(fail_on) + 1]}
        if not failing.isdisjoint(verdicts):
            return 1
    return 3 if unreadable else 0
