"""A plan of bands for a person at a terminal: its promise and its S-curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

if TYPE_CHECKING:
    from reuse.plan import Plan

_BAR = 40


def plan_text(plan: Plan) -> str:
    """Return the plan, its promise, and what share of pairs it finds at each resemblance."""
    steps = sorted({0.01, 0.02, *(step / 20 for step in range(1, 21)), plan.resemblance})
    rows = [(f"{step:g}", _percent(chance := plan.probability(step)), _bar(chance)) for step in steps]
    curve = tabulate(
        rows, ("resemblance", "found", ""), "simple", colalign=("right", "right", "left"), disable_numparse=True
    )
    return (
        f"{plan.bands} bands of {plan.rows} rows: {plan.values} of {plan.permutations} values are used\n"
        f"a pair of resemblance {plan.resemblance:g} is found with probability {plan.recall:.3f}\n"
        f"of pairs spread evenly below that, {_percent(plan.false_share)} are compared for nothing\n\n"
        + "\n".join(line.rstrip() for line in curve.split("\n"))
        + "\n"
    )


def _bar(share: float) -> str:
    return "█" * round(share * _BAR)


def _percent(share: float) -> str:
    """Return a share in percent, with as many places as it needs to be seen.

    Examples
    --------
    >>> _percent(0.9541), _percent(0.000023), _percent(1.0), _percent(0.99999)
    ('95.4%', '0.0023%', '100%', '99.999%')
    """
    percent = 100 * share
    for places in range(1, 8):
        shown = f"{percent:.{places}f}"
        if percent in (0, 100) or (float(shown) not in (0, 100) and len(shown.strip("0.")) > 1):
            break
    return f"{percent:.0f}%" if percent in (0, 100) else f"{shown}%"
