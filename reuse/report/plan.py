"""A plan of bands for a person at a terminal: its promise and its S-curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tabulate import tabulate

from reuse.report.summary import plural

if TYPE_CHECKING:
    from reuse.plan import Plan

_BAR = 40
#: Unrelated articles share a phrase or two at most.
_UNRELATED = 0.01
#: Shares nearer to none or all are told as less or more than this.
_NEAREST = 1e-6
_NEVER = 1e-15


def plan_text(plan: Plan) -> str:
    """Return the plan, its promise, its price, and what share of pairs it finds at each resemblance."""
    steps = sorted({_UNRELATED, 0.05, *(step / 10 for step in range(1, 11)), plan.resemblance})
    rows = [(f"{step:g}", _percent(chance := plan.probability(step)), _bar(chance)) for step in steps]
    headers, align = ("resemblance", "found", ""), ("right", "right", "left")
    curve = tabulate(rows, headers, "simple", colalign=align, disable_numparse=True)
    return (
        f"{plural(plan.bands, 'band')} of {plural(plan.rows, 'row')}: "
        f"{plan.values} of {plan.permutations} values are used\n"
        f"a pair of resemblance {plan.resemblance:g} is found with probability {plan.recall:.3f}\n"
        f"a pair of resemblance {_UNRELATED:g} is compared for nothing "
        f"{_how_often(plan.probability(_UNRELATED))}\n\n"
        + "\n".join(line.rstrip() for line in curve.split("\n"))
        + "\n"
    )


def _how_often(chance: float) -> str:
    times = f"once in {1 / max(chance, _NEVER):,.0f} times"
    return times if chance > _NEVER else f"less than {times}"


def _bar(share: float) -> str:
    return "█" * round(share * _BAR)


def _percent(share: float) -> str:
    """Return a share in percent, with as many places as it takes to tell it from none and from all.

    Examples
    --------
    >>> [_percent(share) for share in (0, 0.000023, 0.9541, 0.99999, 1)]
    ['0%', '0.0023%', '95.4%', '99.999%', '100%']
    >>> _percent(1e-9), _percent(1 - 1e-9)
    ('<0.0001%', '>99.9999%')
    """
    if share in (0, 1):
        return f"{share:.0%}"
    if not _NEAREST <= share <= 1 - _NEAREST:
        return f"<{_NEAREST:.4%}" if share < _NEAREST else f">{1 - _NEAREST:.4%}"
    places = max(1, 1 - math.floor(math.log10(100 * min(share, 1 - share))))
    return f"{float(f'{100 * share:.{places}f}'):g}%" if share > 0.5 else f"{100 * share:.2g}%"
