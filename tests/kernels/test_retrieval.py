"""Retrieval: the sources with which a page shares key terms that few others have.

Covers: `retrieve`. Compares against: looking at every pair and every term, laws of caps, `join`, and the native
kernel against its twin. Run: ``pytest tests/kernels/test_retrieval.py``
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Hashes,
    Ids,
    Kernels,
    Offsets,
    assert_same,
    differential,
    hashes,
    ids,
    laws,
    row_lists,
)
from tests.reference.ragged import flat, offsets_of

if TYPE_CHECKING:
    import random

pytestmark = pytest.mark.kernels

Rows = list[list[int]]

NO_CAP = 2**31 - 1
rows = st.lists(st.integers(0, 6) | st.sampled_from([2**63, 2**64 - 1]), max_size=8)
sides_of_rows = st.lists(rows, max_size=7)


class Sides(NamedTuple):
    """Terms of sources and of pages, the key of each source, and how many sources there are in all."""

    source: Rows
    page: Rows
    key: list[int]
    documents: int

    def arrays(self) -> tuple[Hashes, Offsets, Ids, Hashes, Hashes, Offsets, int]:
        """Return the arguments of `retrieve` up to the caps."""
        terms = sorted({term for row in self.source for term in row})
        holders = [[number for number, row in enumerate(self.source) if term in row] for term in terms]
        return (
            *(np.array(terms, np.uint64), offsets_of(holders), flat(holders, np.int32)),
            *(np.array(self.key, np.uint64), *hashes(self.page), self.documents),
        )


class Rule(NamedTuple):
    """Which terms bring pairs, and which pairs are kept; as it stands, all that are rare enough."""

    max_articles: int = NO_CAP
    min_shared: int = 1
    most: int = NO_CAP


class Retrieved(NamedTuple):
    """What `retrieve` returns, as lists."""

    source: list[int]
    page: list[int]
    shared: list[int]
    score: list[float]
    pairs: int
    capped: int

    def by_pair(self) -> dict[tuple[int, int], tuple[int, float]]:
        """Return shared and score of each pair."""
        values = zip(self.shared, self.score, strict=True)
        return dict(zip(zip(self.source, self.page, strict=True), values, strict=True))


@st.composite
def sides(draw: st.DrawFn) -> Sides:
    """Draw sources of any key, out of some more, and pages."""
    source, page = draw(sides_of_rows), draw(sides_of_rows)
    key = list(draw(st.permutations([2**63 * (number % 2) + number for number in range(len(source))])))
    return Sides(source, page, key, len(source) + draw(st.sampled_from([0, 1, 20])))


rules = st.builds(Rule, st.integers(0, 5), st.integers(1, 3), st.integers(0, 3))


def retrieved(kernels: Kernels, sides: Sides, rule: Rule = Rule()) -> Retrieved:  # noqa: B008
    """Retrieve, check the dtypes, return lists."""
    source, page, shared, score, *counts = kernels.retrieve(*sides.arrays(), *rule, 1)
    assert [array.dtype for array in (source, page, shared, score)] == [np.int32] * 3 + [np.float64]
    return Retrieved(source.tolist(), page.tolist(), shared.tolist(), score.tolist(), *counts)


# --- the pairs --------------------------------------------------------------------------------


def rounded(nats: float) -> int:
    return math.floor(nats * 1024 + 0.5)


def by_brute_force(sides: Sides, rule: Rule) -> Retrieved:
    """Count the sources of every term, look at every pair, and count those of the page that go before it."""
    every = {term for row in sides.source for term in row}
    holders = {term: sum(term in row for row in sides.source) for term in every}
    on_pages = {term for row in sides.page for term in row}
    over = {term for term in every & on_pages if holders[term] > rule.max_articles}
    found = []
    for page, page_row in enumerate(sides.page):
        for source, source_row in enumerate(sides.source):
            common = set(source_row) & set(page_row) - over
            score = sum(rounded(math.log(sides.documents / holders[term])) for term in common)
            if common:
                found.append((page, source, len(common), score))
    good = [
        pair for pair in found if pair[2] >= rule.min_shared and pair[3] >= rounded(math.log(sides.documents))
    ]
    kept: list[tuple[int, int, int, int]] = []
    for page, source, shared, score in good:
        mine = (-score, sides.key[source])
        before = sum(other[0] == page and (-other[3], sides.key[other[1]]) < mine for other in good)
        if before < rule.most:
            kept.append((page, source, shared, score))
    pages, sources, shared_column, sums = ([row[column] for row in kept] for column in range(4))
    capped = sum(term in row for row in sides.page for term in over)
    return Retrieved(sources, pages, shared_column, [one / 1024 for one in sums], len(found), capped)


@laws
@given(sides(), rules)
def test_retrieve_equals_brute_force(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    assert retrieved(kernels, sides, rule) == by_brute_force(sides, rule)


@laws
@given(sides(), rules)
def test_all_retrieved_share_what_a_join_says(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    common = np.zeros(0, np.uint64)
    source, page, shared, _, pairs, capped = kernels.join(
        *(*hashes(sides.source), *hashes(sides.page), ids(range(len(sides.source)))),
        common,
        rule.max_articles,
        0,
        1,
        0,
        1,
        1,
    )
    joined = dict(zip(zip(source.tolist(), page.tolist(), strict=True), shared.tolist(), strict=True))
    some = retrieved(kernels, sides, rule)
    assert {pair: count for pair, (count, _) in some.by_pair().items()}.items() <= joined.items()
    assert (some.pairs, some.capped) == (pairs, capped)


@laws
@given(sides(), rules)
def test_repeats_and_their_order_on_a_page_do_not_count(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    page = [sorted(set(row))[::-1] for row in sides.page]
    assert retrieved(kernels, sides, rule) == retrieved(kernels, sides._replace(page=page), rule)


@laws
@given(sides(), rules, st.randoms(use_true_random=False))
def test_the_order_of_the_sources_of_a_term_does_not_count(
    kernels: Kernels, sides: Sides, rule: Rule, draw: random.Random
) -> None:
    term, offsets, source, key, page, page_offsets, documents = sides.arrays()
    lists = [draw.sample(row, len(row)) for row in row_lists(source, offsets)]
    shuffled = term, offsets, flat(lists, np.int32), key, page, page_offsets, documents
    some = kernels.retrieve(*shuffled, *rule, 1)
    for one, other in zip(kernels.retrieve(*sides.arrays(), *rule, 1), some, strict=True):
        np.testing.assert_array_equal(one, other)


@laws
@given(sides(), rules, st.randoms(use_true_random=False))
def test_keys_decide_and_not_the_order_of_sources(
    kernels: Kernels, sides: Sides, rule: Rule, draw: random.Random
) -> None:
    order = list(range(len(sides.source)))
    draw.shuffle(order)
    shuffled = sides._replace(
        source=[sides.source[row] for row in order], key=[sides.key[row] for row in order]
    )
    as_they_were = retrieved(kernels, shuffled, rule)
    assert {
        (order[source], page): values for (source, page), values in as_they_were.by_pair().items()
    } == retrieved(kernels, sides, rule).by_pair()


@laws
@given(sides(), rules)
def test_sources_without_terms_asked_for_need_not_be_given(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    # As from an index, which gives the sources that have any of the terms, and of each those alone.
    wanted = {term for row in sides.page for term in row}
    asked = [[term for term in row if term in wanted] for row in sides.source]
    given_ = [row for row in range(len(asked)) if asked[row]]
    some = sides._replace(source=[asked[row] for row in given_], key=[sides.key[row] for row in given_])
    few = retrieved(kernels, some, rule)
    assert few._replace(source=[given_[row] for row in few.source]) == retrieved(kernels, sides, rule)


# --- the selection ----------------------------------------------------------------------------


@laws
@given(sides(), rules)
def test_who_keeps_more_keeps_what_fewer_were(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    few = retrieved(kernels, sides, rule)
    more = retrieved(kernels, sides, rule._replace(most=rule.most + 1))
    assert few.by_pair().items() <= more.by_pair().items()
    assert (few.pairs, few.capped) == (more.pairs, more.capped)


def test_what_is_shared_must_be_rarer_than_chance(kernels: Kernels) -> None:
    # Of 100 sources 10 have term 1, one of them terms 2 and 3 besides: ln 10 < ln 100 = 2 ln 10.
    source = [[1, 2, 3], *([1] for _ in range(9))]
    one, both = Sides(source, [[1]], list(range(10)), 100), Sides(source, [[1, 2]], list(range(10)), 100)
    assert retrieved(kernels, one).source == []
    assert retrieved(kernels, one).pairs == 10
    assert retrieved(kernels, both).source == [0]
    (score,) = retrieved(kernels, both).score
    assert score == pytest.approx(math.log(10) + math.log(100), abs=1e-3)
    assert retrieved(kernels, both, Rule(min_shared=3)).source == []
    assert retrieved(kernels, both._replace(page=[[1, 2, 3]]), Rule(min_shared=3)).source == [0]


def test_the_rarest_go_first_and_of_equals_the_lowest_key(kernels: Kernels) -> None:
    # Of four sources one has term 1, two have 2 and 4, one has 3 and 5: twice as much as the others.
    sides = Sides([[1], [2, 4], [2, 4], [3, 5]], [[1, 2, 3, 4, 5]], [3, 2, 1, 0], 4)
    least = rounded(math.log(4)) / 1024
    assert retrieved(kernels, sides).score == [least, least, least, 2 * least]
    expected = {0: [], 1: [3], 2: [2, 3], 3: [1, 2, 3], 4: [0, 1, 2, 3], 5: [0, 1, 2, 3]}
    for most, sources in expected.items():
        assert retrieved(kernels, sides, Rule(most=most)).source == sources


def test_terms_of_too_many_sources_say_nothing(kernels: Kernels) -> None:
    sides = Sides([[1, 2], [1, 3]], [[1, 2, 3]], [0, 1], 50)
    free, capped = retrieved(kernels, sides), retrieved(kernels, sides, Rule(max_articles=1))
    assert (free.shared, free.capped) == ([2, 2], 0)
    assert (capped.shared, capped.capped) == ([1, 1], 1)
    assert retrieved(kernels, sides, Rule(max_articles=0)) == Retrieved([], [], [], [], 0, 3)


def test_of_a_page_only_so_many_postings_are_looked_at(kernels: Kernels) -> None:
    # 300 sources have 150 terms, 45,000 postings, of which 2^15 count: those of 109 terms, the smallest hashes.
    source = [list(range(150)) for _ in range(300)]
    sides = Sides([*source, [149, 1000, 1001]], [list(range(2000)), [149, 1000]], list(range(301)), 10**6)
    some = retrieved(kernels, sides)
    assert (some.shared, some.source) == ([109] * 300 + [2, 2], [*range(301), 300])


def test_where_there_is_one_source_anything_shared_is_enough(kernels: Kernels) -> None:
    one = Sides([[1, 2]], [[1], [2, 9], [9], [1, 2]], [0], 1)
    assert retrieved(kernels, one) == Retrieved([0, 0, 0], [0, 1, 3], [1, 1, 2], [0.0, 0.0, 0.0], 3, 0)
    assert retrieved(kernels, one, Rule(min_shared=2)).page == [3]


def test_empty_sides(kernels: Kernels) -> None:
    nothing = Retrieved([], [], [], [], 0, 0)
    for rule in (Rule(), Rule(min_shared=2, most=3)):
        assert retrieved(kernels, Sides([], [], [], 0), rule) == nothing
        assert retrieved(kernels, Sides([], [[1]], [], 5), rule) == nothing
        assert retrieved(kernels, Sides([[1]], [[], [2]], [0], 1), rule) == nothing
        assert retrieved(kernels, Sides([[], []], [[1]], [1, 0], 2), rule) == nothing


@pytest.mark.parametrize(
    ("fault", "sides", "rule"),
    [
        ("source names a row that is not there", Sides([[1]], [[1]], [], 1), Rule()),
        ("documents", Sides([[1]], [[1]], [0], 0), Rule()),
        ("documents", Sides([[1]], [[1]], [0], 2**40 + 1), Rule()),
        ("min_shared", Sides([[1]], [[1]], [0], 1), Rule(min_shared=0)),
    ],
)
def test_what_cannot_be_meant_is_refused(native: Kernels, fault: str, sides: Sides, rule: Rule) -> None:
    with pytest.raises(ValueError, match=fault):
        retrieved(native, sides, rule)


# --- native against its twin ------------------------------------------------------------------


@differential
@given(sides(), rules)
def test_native_equals_twin(native: Kernels, reference: Kernels, sides: Sides, rule: Rule) -> None:
    assert_same(native.retrieve, reference.retrieve, *sides.arrays(), *rule)


@pytest.mark.parametrize(
    ("fault", "terms", "offsets", "source"),
    [
        ("term must ascend", [2, 1], [0, 1, 2], [0, 0]),
        ("term must have one value", [1], [0, 1, 2], [0, 0]),
        ("source names a row", [1], [0, 1], [-1]),
        ("term_offsets", [1], [0, 2], [0]),
    ],
)
def test_holders_that_are_none_are_refused(
    native: Kernels, fault: str, terms: list[int], offsets: list[int], source: list[int]
) -> None:
    holders = np.array(terms, np.uint64), np.array(offsets, np.int64), ids(source), np.zeros(1, np.uint64)
    with pytest.raises(ValueError, match=fault):
        native.retrieve(*holders, *hashes([[1]]), 1, 1, 1, 1, 1)


@pytest.mark.slow
def test_native_equals_twin_across_units(native: Kernels, reference: Kernels) -> None:
    # Pages are taken in units of 2^10 terms.
    rng = np.random.default_rng(0)
    universe = rng.integers(0, 2**64, 5_000, np.uint64)
    source, page = (universe[rng.zipf(1.2, size) % len(universe)] for size in (15_000, 8_000))
    source_offsets = np.sort(np.append(rng.integers(0, len(source), 2_999), [0, len(source)]))
    page_offsets = np.sort(np.append(rng.integers(0, len(page), 499), [0, len(page)]))
    term, row = native.ordered(source, np.repeat(ids(range(3_000)), np.diff(source_offsets)))
    terms, counts = np.unique(term, return_counts=True)
    keys = rng.integers(0, 2**64, 3_000, np.uint64)
    sides = terms, np.append(0, np.cumsum(counts)), row, keys, page, page_offsets, 10_000
    for rule in (Rule(100, 2, 4), Rule(1000, 1, 1), Rule(20, 3, 10_000)):
        assert_same(native.retrieve, reference.retrieve, *sides, *rule)
