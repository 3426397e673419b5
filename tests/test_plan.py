"""Options to a plan of bands, and whether bands find what the plan promises.

Covers: ``reuse/plan.py``, with ``reuse/sketches.py`` and ``reuse/candidates.py``. Compares against: every
plan there is, integrals by NumPy, and pairs of texts whose resemblance is known exactly.
Run: ``pytest tests/test_plan.py``
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reuse import Document, Options, Plan, UsageError, plan_bands
from reuse.candidates import find_near_duplicates
from reuse.pipeline.deduplications import verified
from reuse.sketches import sketch
from reuse.texts import extract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.values import Texts

laws = settings(derandomize=True, deadline=None, max_examples=100)

#: Of sums of floats.
ROUNDING = 1e-9

recalls = st.floats(0.01, 0.9999)
resemblances = st.floats(0.05, 1)


def planned(options: Options) -> Plan | None:
    """Return the plan, None if there is none."""
    try:
        return plan_bands(options)
    except UsageError:
        return None


# --- the promise ------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.slow
@laws
@given(recalls, resemblances, st.integers(1, 4096))
@example(0.5, 0.5, 1)
@example(0.75, 0.5, 128)
@example(0.9999, 1.0, 128)
@example(0.9999, 0.05, 4096)
@example(0.01, 1.0, 1)
def test_the_promise_is_kept(recall: float, resemblance: float, permutations: int) -> None:
    plan = planned(Options(recall=recall, resemblance=resemblance, permutations=permutations))
    if plan is None:
        # Single values are the surest bands.
        assert 1 - (1 - resemblance) ** permutations < recall
        return
    assert plan.probability(resemblance) == plan.recall >= recall - ROUNDING
    assert plan.values == plan.bands * plan.rows <= plan.permutations == permutations
    assert plan.resemblance == resemblance


def every_plan(permutations: int) -> Iterator[tuple[int, int]]:
    """Yield all numbers of bands and rows that so many values can be cut into."""
    for rows in range(1, permutations + 1):
        for bands in range(1, permutations // rows + 1):
            yield bands, rows


@settings(laws, max_examples=30)
@given(recalls, resemblances, st.integers(1, 128))
@example(0.95, 0.5, 128)
@example(0.99, 0.8, 256)
def test_no_other_plan_that_keeps_the_promise_has_fewer_false_candidates(
    recall: float, resemblance: float, permutations: int
) -> None:
    plan = planned(Options(recall=recall, resemblance=resemblance, permutations=permutations))
    below = (np.arange(1000) + 0.5) / 1000 * resemblance
    false_shares = [
        float((1 - (1 - below**rows) ** bands).mean())
        for bands, rows in every_plan(permutations)
        if 1 - (1 - resemblance**rows) ** bands >= recall
    ]
    if plan is None:
        assert false_shares == []
        return
    assert plan.false_share <= min(false_shares, default=1) + ROUNDING


@laws
@given(recalls, resemblances, st.integers(1, 200))
@example(0.95, 0.5, 1)
@example(0.9999, 0.05, 128)
def test_too_few_permutations_are_refused_with_how_many_suffice(
    recall: float, resemblance: float, permutations: int
) -> None:
    def options(count: int) -> Options:
        return Options(recall=recall, resemblance=resemblance, permutations=count)

    if planned(options(permutations)):
        return
    with pytest.raises(UsageError, match=f"permutations is {permutations}, too few for recall") as raised:
        plan_bands(options(permutations))
    (needed,) = re.findall(r"take at least ([\d,]+),", str(raised.value))
    enough = int(needed.replace(",", ""))
    assert enough > permutations
    assert plan_bands(options(enough)).recall >= recall - ROUNDING
    assert planned(options(enough - 1)) is None


# --- the S-curve ------------------------------------------------------------------------------


@laws
@given(st.integers(1, 300), st.integers(1, 60), st.lists(st.floats(0, 1), min_size=2))
def test_the_s_curve_rises_from_never_to_always(bands: int, rows: int, at: list[float]) -> None:
    plan = Plan(bands, rows, bands * rows, 0.5)
    found = [plan.probability(resemblance) for resemblance in sorted(at)]
    assert found == sorted(found)
    assert all(0 <= probability <= 1 for probability in found)
    assert (plan.probability(0), plan.probability(1)) == (0, 1)


@laws
@given(st.integers(1, 40), st.integers(1, 12), resemblances)
def test_more_bands_find_more_and_more_rows_find_less(bands: int, rows: int, resemblance: float) -> None:
    found = Plan(bands, rows, 4096, resemblance).recall
    assert (
        Plan(bands + 1, rows, 4096, resemblance).recall
        >= found
        >= Plan(bands, rows + 1, 4096, resemblance).recall
    )


@laws
@given(st.integers(1, 100), st.integers(1, 20), resemblances)
def test_the_false_share_is_the_mean_of_the_curve_below(bands: int, rows: int, resemblance: float) -> None:
    plan = Plan(bands, rows, bands * rows, resemblance)
    below = np.linspace(0, resemblance, 20_001)
    curve = 1 - (1 - below**rows) ** bands
    assert plan.false_share == pytest.approx(float((curve[1:] + curve[:-1]).mean() / 2), abs=1e-4)


# --- what bands find --------------------------------------------------------------------------

#: Of each resemblance the shingles of both documents, and those they share: of .5, 60 and 40 of 80.
MADE = {0.3: (65, 30), 0.5: (60, 40), 0.7: (85, 70), 0.8: (90, 80)}
PAIRS = 1500


def pairs_of_texts(shingles: int, shared: int) -> Texts:
    """Return documents of words that occur nowhere else, each two of which share a run of words."""
    run, own = shared + 4, shingles - shared

    def text(pair: int, side: int) -> str:
        first, begin = f"p{pair}x", run + side * own
        return " ".join(f"{first}{number}" for number in (*range(run), *range(begin, begin + own)))

    names = ((pair, side) for pair in range(PAIRS) for side in range(2))
    return extract(Document(f"{pair} {side}", text(pair, side), "p") for pair, side in names)


@pytest.fixture(scope="module")
def texts() -> dict[float, Texts]:
    """Return `PAIRS` pairs of documents of each resemblance."""
    return {resemblance: pairs_of_texts(*counts) for resemblance, counts in MADE.items()}


PLANS = {
    "default": Options(),
    "all but certain": Options(recall=0.99, permutations=256),
    "more alike": Options(resemblance=0.7, recall=0.9),
    "few values": Options(resemblance=0.7, recall=0.8, permutations=16),
    "half of them": Options(recall=0.5, permutations=64),
}


@pytest.mark.parametrize("resemblance", MADE)
@pytest.mark.parametrize("plan", PLANS)
def test_bands_find_the_share_of_pairs_that_the_plan_promises(
    texts: dict[float, Texts], plan: str, resemblance: float
) -> None:
    options = PLANS[plan]
    bands = plan_bands(options)
    corpus = texts[resemblance]
    sketches = sketch(corpus, options, winnowed=False, values=bands.values)
    found = find_near_duplicates(sketches, np.arange(len(corpus), dtype=np.int32), bands, options)
    # No pair but those that were made; nothing else has a shingle in common.
    assert (found.source % 2 == 0).all()
    assert (found.page == found.source + 1).all()
    promised = bands.probability(resemblance)
    deviation = math.sqrt(promised * (1 - promised) / PAIRS)
    # Four standard errors of a share of so many pairs.
    assert abs(len(found) / PAIRS - promised) < 4 * deviation + 1 / PAIRS
    exact = verified(found, corpus, options)
    assert len(exact) == (len(found) if resemblance >= options.resemblance else 0)
    assert (exact.resemblance == resemblance).all()
