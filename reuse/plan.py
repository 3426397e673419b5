"""Options to the plan of bands: how many of how many rows, so that a promised share of pairs is found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reuse.errors import UsageError

if TYPE_CHECKING:
    from reuse.options import Options


@dataclass(frozen=True, slots=True)
class Plan:
    """How signatures are cut into bands: two documents are a candidate if all values of a band agree.

    Attributes
    ----------
    bands, rows : int
        Bands, and values in each.
    permutations : int
        Values there were to choose from; ``bands * rows`` of them are used.
    resemblance : float
        For which recall was asked.

    Examples
    --------
    >>> plan = Plan(bands=23, rows=3, permutations=128, resemblance=0.5)
    >>> round(plan.probability(0.5), 3), round(plan.probability(0.1), 3)
    (0.954, 0.023)
    """

    bands: int
    rows: int
    permutations: int
    resemblance: float

    @property
    def values(self) -> int:
        """Values of a signature that are used."""
        return self.bands * self.rows

    @property
    def recall(self) -> float:
        """Probability that a pair of the resemblance asked for is a candidate."""
        return self.probability(self.resemblance)

    def probability(self, resemblance: float) -> float:
        """Return the probability that a pair of so much resemblance is a candidate: the S-curve."""
        if resemblance >= 1:
            return 1.0
        # 1 - (1 - resemblance^rows)^bands, precise also where it is next to nothing.
        return -math.expm1(self.bands * math.log1p(-(resemblance**self.rows)))

    @property
    def false_share(self) -> float:
        """Share of the pairs below the resemblance asked for that are candidates, were these spread evenly.

        Real pairs are not: nearly all of them resemble in nothing, and of those the share is far smaller.
        """
        steps = 1000
        middles = ((step + 0.5) / steps * self.resemblance for step in range(steps))
        return math.fsum(map(self.probability, middles)) / steps


def plan_bands(options: Options) -> Plan:
    """Return the plan with the fewest false candidates among those that keep the promise.

    The promise is a probability of `Options.recall` at least that a pair of `Options.resemblance` is a
    candidate. More rows make a band stricter, more bands make up for it: of each number of rows the fewest
    bands that suffice are looked at, as far as `Options.permutations` go.

    Raises
    ------
    UsageError
        If no plan suffices, with the number of permutations that would.

    Examples
    --------
    >>> from reuse.options import Options
    >>> plan = plan_bands(Options())
    >>> plan.bands, plan.rows, round(plan.recall, 3)
    (23, 3, 0.954)
    """
    plans = []
    for rows in range(1, options.permutations + 1):
        bands = _fewest_bands(options.recall, options.resemblance**rows)
        if bands * rows > options.permutations:
            break
        plans.append(Plan(bands, rows, options.permutations, options.resemblance))
    if not plans:
        needed = _fewest_bands(options.recall, options.resemblance)
        raise UsageError(
            f"permutations is {options.permutations}, too few for recall {options.recall:g} at resemblance "
            f"{options.resemblance:g}; take at least {needed:,}, or ask for less recall or more resemblance"
        )
    return min(plans, key=lambda plan: plan.false_share)


def _fewest_bands(recall: float, agreement: float) -> int:
    """Return how many bands it takes until one agrees with probability `recall`; one does with `agreement`."""
    if agreement >= 1:
        return 1
    # Rounding must not cost a band where the recall is met exactly.
    return max(1, math.ceil(math.log1p(-recall) / math.log1p(-agreement) - 1e-9))
