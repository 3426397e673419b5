"""``reuse plan``: what the bands promise."""

from __future__ import annotations

from typing import Any

import click

from reuse.cli.options import band_options, take_options


@click.command(
    epilog="""\b
Examples:
  reuse plan                                        the plan of `reuse audit` and `reuse dedupe`
  reuse plan --resemblance 0.8 --recall 0.99        for more alike documents, found more surely"""
)
@band_options
def plan(**flags: Any) -> int:
    """Show how many bands of how many rows find near-duplicates, and how surely: the S-curve.

    The plan is the one with the fewest false candidates of those that keep the promise. Candidates are scored
    exactly, so false ones cost time alone.
    """
    from reuse.plan import plan_bands
    from reuse.report.plan import plan_text

    click.echo(plan_text(plan_bands(take_options(flags))), nl=False)
    return 0
