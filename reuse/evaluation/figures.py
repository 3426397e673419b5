"""Judged pairs to figures: how many copies were accused, and how many independent texts with them.

Shares are averaged over the cells of a set and a kind, each of the same weight however many pairs it has, so
that a large set does not speak for all. Intervals come from resampling groups: pairs of one article are right
or wrong together.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.errors import UsageError
from reuse.evaluation.pairs import TOO_SHORT, Judged
from reuse.evaluation.rows import COPY, INDEPENDENT
from reuse.pairs import ACCUSED

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from reuse.values import Offsets, Ratios, Truths

#: Resamples of an interval, the share of them within, and the seed they are drawn with.
RESAMPLES, WITHIN, _SEED = 2000, 0.95, 20261122


class Cell(NamedTuple):
    """Pairs of one label, set and kind.

    Attributes
    ----------
    label, set, kind : str
        Empty where the rows have none.
    pairs, too_short, accused : int
        All, those without a verdict, and those whose verdict is a finding.
    passing : int or None
        Those whose probability reaches the cut; None if there is none.
    probability : float or None
        Mean, of those that have one.
    """

    label: str
    set: str
    kind: str
    pairs: int
    too_short: int
    accused: int
    passing: int | None
    probability: float | None


class Recall(NamedTuple):
    """A share averaged over cells, and the interval that resampling gives."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What labelled pairs say of the detector.

    Attributes
    ----------
    cells : tuple of Cell
        By label, set and kind; pairs of other labels or none are in no cell.
    unlabelled : int
        Those pairs.
    verdicts : dict of str to int
        Of all pairs.
    groups : int
        That copies are of.
    recall : Recall or None
        Of the copies those that are accused; None if there are no copies.
    cut : float or None
        The least probability from which on no more independent pairs pass than are allowed. None where there
        are none, or where no pair passes.
    recall_at_cut : Recall or None
        Of the copies those whose probability reaches it.
    allowed : dict of str to float
        What was allowed of the sets and kinds that are there, and of the ``rest``.
    independent : tuple of Cell
        By set alone.
    auc : float or None
        Share of the pairings of a copy and an independent pair in which the copy has the higher probability,
        equal ones counted half. None if there are not both.
    """

    cells: tuple[Cell, ...]
    unlabelled: int
    verdicts: dict[str, int]
    groups: int
    recall: Recall | None
    cut: float | None
    recall_at_cut: Recall | None
    allowed: dict[str, float]
    independent: tuple[Cell, ...]
    auc: float | None


def figures(judged: Sequence[Judged], allow: Mapping[str, float], rest: float) -> Figures:
    """Count what was right.

    Parameters
    ----------
    judged : sequence of Judged
    allow : mapping of str to float
        Share of the independent pairs of a set or kind that may pass the cut.
    rest : float
        Share of those that are in none of these.

    Examples
    --------
    >>> rows = [("a", "copy", "spun", 0.95), ("b", "copy", "independent", 0.3),
    ...         ("c", "independent", "independent", 0.2)]
    >>> judged = [Judged(id, label, "s", "k", None, verdict, p, {}) for id, label, verdict, p in rows]
    >>> found = figures(judged, {}, rest=0.0)
    >>> found.recall.share, found.cut, found.recall_at_cut.share, found.auc
    (0.5, 0.3, 1.0, 1.0)
    """
    labelled = [one for one in judged if one.label in (COPY, INDEPENDENT)]
    copies = [one for one in labelled if one.label == COPY]
    others = [one for one in labelled if one.label == INDEPENDENT]
    allowed = _strata(others, allow, rest)
    bound = max((_bound(stratum, share) for stratum, share in allowed.values()), default=math.inf)
    above = [p for one in labelled if (p := one.probability) is not None and p > bound]
    cut = min(above, default=None)
    reached = math.inf if cut is None else cut
    passing = [one.probability is not None and one.probability >= reached for one in copies]
    return Figures(
        cells=_cells(labelled, reached if others else None, ("label", "set", "kind")),
        unlabelled=len(judged) - len(labelled),
        verdicts=dict(Counter(one.verdict for one in judged)),
        groups=len({_unit(one) for one in copies}),
        recall=_recall(copies, [one.verdict in ACCUSED for one in copies]),
        cut=cut,
        recall_at_cut=_recall(copies, passing) if others else None,
        allowed={name: share for name, (_, share) in allowed.items()},
        independent=_cells(others, reached, ("label", "set")),
        auc=_auc(_probabilities(copies), _probabilities(others)),
    )


def require_allowed(judged: Iterable[Judged], names: Iterable[str]) -> None:
    """Refuse allowances for a set or kind that no independent pair has.

    Raises
    ------
    UsageError
        Naming those that are there.
    """
    there = {name for one in judged if one.label == INDEPENDENT for name in (one.set, one.kind) if name}
    for name in names:
        if name not in there:
            shown = ", ".join(sorted(there)) or "none"
            raise UsageError(f"no independent pair has the set or kind '{name}'; there are: {shown}")


def _strata(
    others: Sequence[Judged], allow: Mapping[str, float], rest: float
) -> dict[str, tuple[Sequence[Judged], float]]:
    """Return the independent pairs of each allowance, and what share of them may pass."""
    strata = {
        name: ([one for one in others if name in (one.set, one.kind)], share) for name, share in allow.items()
    }
    strata["rest"] = ([one for one in others if not {one.set, one.kind} & allow.keys()], rest)
    return {name: (some, share) for name, (some, share) in strata.items() if some}


def _bound(stratum: Sequence[Judged], share: float) -> float:
    """Return the probability above which no more than a share of the pairs are; those too short have none."""
    descending = np.sort(_probabilities(stratum))[::-1]
    may_pass = math.floor(share * len(stratum) + 1e-9)
    return float(descending[may_pass]) if may_pass < len(descending) else -math.inf


def _probabilities(some: Iterable[Judged]) -> Ratios:
    return np.array([one.probability for one in some if one.probability is not None], np.float64)


def _unit(one: Judged) -> tuple[str, str]:
    """Return what is resampled as one."""
    return ("id", one.id) if one.group is None else ("group", one.group)


def _cells(some: Sequence[Judged], cut: float | None, by: tuple[str, ...]) -> tuple[Cell, ...]:
    held: dict[tuple[str, ...], list[Judged]] = {}
    for one in some:
        names = {name: getattr(one, name) or "" if name in by else "" for name in ("label", "set", "kind")}
        held.setdefault(tuple(names.values()), []).append(one)
    return tuple(_cell(names, held[names], cut) for names in sorted(held))


def _cell(names: tuple[str, ...], some: Sequence[Judged], cut: float | None) -> Cell:
    probabilities = _probabilities(some)
    label, of_set, kind = names
    return Cell(
        label=label,
        set=of_set,
        kind=kind,
        pairs=len(some),
        too_short=sum(one.verdict == TOO_SHORT for one in some),
        accused=sum(one.verdict in ACCUSED for one in some),
        passing=None if cut is None else int(np.count_nonzero(probabilities >= cut)),
        probability=float(probabilities.mean()) if len(probabilities) else None,
    )


def _recall(copies: Sequence[Judged], found: Sequence[bool]) -> Recall | None:
    """Average a share over cells, and over the cells of resampled groups."""
    if not copies:
        return None
    cell = _codes((one.set, one.kind) for one in copies)
    unit = _codes(map(_unit, copies))
    right = np.array(found, np.float64)
    share = float((np.bincount(cell, right) / np.bincount(cell)).mean())
    bounds = [(1 - WITHIN) / 2, (1 + WITHIN) / 2]
    low, high = np.quantile(_resampled(cell, unit, right), bounds).tolist()
    return Recall(share, low, high)


def _codes(names: Iterable[Hashable]) -> Offsets:
    """Return a number for each name, the same for the same, in the order they come."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _resampled(cell: Offsets, unit: Offsets, right: Ratios) -> Ratios:
    """Return the average share of each resample of units, which leaves out the cells that it leaves empty."""
    rng = np.random.Generator(np.random.PCG64(_SEED))
    units = int(unit.max()) + 1
    shares = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        times = np.bincount(rng.integers(0, units, units), minlength=units)[unit].astype(np.float64)
        pairs = np.bincount(cell, times)
        there: Truths = pairs > 0
        shares[number] = (np.bincount(cell, times * right)[there] / pairs[there]).mean()
    return shares


def _auc(copies: Ratios, others: Ratios) -> float | None:
    """Return the share of pairings of a copy and another in which the copy is higher, ties counted half."""
    if not len(copies) or not len(others):
        return None
    ordered = np.sort(others)
    below, not_above = (np.searchsorted(ordered, copies, side) for side in ("left", "right"))
    return float((below + not_above).sum() / (2 * len(copies) * len(ordered)))
