"""Candidates: the pairs of rows that share fingerprints few others have, or buckets.

Covers: `join`, `collide`. Compares against: looking at every pair and every hash, laws of caps, each other, and
the native kernels against their twins.
Run: ``pytest tests/kernels/test_candidates.py``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Hashes, Ids, Kernels, Offsets, assert_same, differential, hashes, ids, laws

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

pytestmark = pytest.mark.kernels

Rows = list[list[int]]
Pair = tuple[int, int]

rows = st.lists(st.integers(0, 6) | st.sampled_from([2**63, 2**64 - 1]), max_size=8)
sides_of_rows = st.lists(rows, max_size=7)
caps = st.integers(0, 5)
buckets = st.integers(1, 4)
NO_CAP = 2**31 - 1


class Sides(NamedTuple):
    """Fingerprints of sources and of pages, the rank of each source, fingerprints known to be common."""

    source: Rows
    page: Rows
    rank: list[int]
    common: Sequence[int] = ()

    def arrays(self) -> tuple[Hashes, Offsets, Hashes, Offsets, Ids, Hashes]:
        """Return the arguments of `join` up to the cap."""
        common = np.array(self.common, np.uint64)
        return (*hashes(self.source), *hashes(self.page), ids(self.rank), common)


class Rule(NamedTuple):
    """Which hashes bring pairs, and which pairs are kept; as it stands, all."""

    max_articles: int = NO_CAP
    few: int = 0
    min_shared: int = 1
    single_hits: int = 0
    long_run: int = NO_CAP


class Joined(NamedTuple):
    """What `join` returns, as lists."""

    source: list[int]
    page: list[int]
    shared: list[int]
    rarity: list[int]
    pairs: int
    capped: int

    def by_pair(self) -> dict[Pair, Pair]:
        """Return shared and rarity of each pair."""
        counts = zip(self.shared, self.rarity, strict=True)
        return dict(zip(zip(self.source, self.page, strict=True), counts, strict=True))


class Collided(NamedTuple):
    """What `collide` returns, as lists."""

    source: list[int]
    page: list[int]
    shared: list[int]
    overfull: int

    def by_pair(self) -> dict[Pair, int]:
        """Return the buckets that each pair shares."""
        return dict(zip(zip(self.source, self.page, strict=True), self.shared, strict=True))


@st.composite
def sides(draw: st.DrawFn) -> Sides:
    """Draw sources of any rank, and pages."""
    source, page = draw(sides_of_rows), draw(sides_of_rows)
    return Sides(source, page, list(draw(st.permutations(range(len(source))))))


@st.composite
def sides_with_common(draw: st.DrawFn) -> Sides:
    """Draw two sides, and fingerprints that are known to be common."""
    common = draw(st.sets(st.integers(0, 6) | st.just(2**64 - 1), max_size=3))
    return draw(sides())._replace(common=sorted(common))


rules = st.builds(Rule, caps, caps, st.integers(1, 4), st.integers(0, 3), st.integers(1, 6))
selections = st.builds(Rule, st.just(NO_CAP), st.just(0), st.integers(1, 4), st.integers(0, 3), st.just(NO_CAP))


def joined(kernels: Kernels, sides: Sides, rule: Rule = Rule()) -> Joined:  # noqa: B008
    """Join, check the dtypes, return lists."""
    source, page, shared, rarity, *counts = kernels.join(*sides.arrays(), *rule, 1)
    assert [array.dtype for array in (source, page, shared, rarity)] == [np.int32, np.int32, np.int32, np.int64]
    return Joined(source.tolist(), page.tolist(), shared.tolist(), rarity.tolist(), *counts)


def collided(kernels: Kernels, source: Rows, page: Rows | None = None, max_bucket: int = NO_CAP) -> Collided:
    """Collide two sides, or one with itself; check the dtypes, return lists."""
    arrays = (*hashes(source), *hashes(source if page is None else page))
    first, second, shared, overfull = kernels.collide(*arrays, page is None, max_bucket, 1)
    assert [array.dtype for array in (first, second, shared)] == [np.int32] * 3
    return Collided(first.tolist(), second.tolist(), shared.tolist(), overfull)


# --- join: the pairs --------------------------------------------------------------------------


class Sharing(NamedTuple):
    """What a source and a page share."""

    source: int
    page: int
    shared: int
    rarity: int
    run: int


def sharing(sides: Sides, rule: Rule) -> list[Sharing]:
    """Look at every pair, and count the articles of every fingerprint and those that go before the pair's."""
    every = {fingerprint for row in sides.source for fingerprint in row}
    articles = {one: [place for place, row in enumerate(sides.source) if one in row] for one in every}
    common = {one for one in every if len(articles[one]) > rule.max_articles or one in sides.common}
    found = []
    for page, page_row in enumerate(sides.page):
        for source, source_row in enumerate(sides.source):
            both = set(source_row) & set(page_row)
            rare = both - common
            rank = sides.rank[source]
            before = {one: sum(sides.rank[other] < rank for other in articles[one]) for one in both & common}
            count = sum(place < rule.few for place in before.values())
            if rare or count:
                rarity = min((len(articles[one]) for one in rare), default=0)
                found.append(Sharing(source, page, len(rare), rarity, len(rare) + count))
    return found


def by_brute_force(sides: Sides, rule: Rule) -> Joined:
    """Keep of the pairs of each page those that share enough, the rarest, and the longest."""
    found = sharing(sides, rule)
    kept = []
    for page in range(len(sides.page)):
        rest = [pair for pair in found if pair.page == page]
        kept += [pair for pair in rest if pair.shared >= rule.min_shared]
        rest = [pair for pair in rest if pair.shared < rule.min_shared]
        rest.sort(key=lambda pair: (pair.shared == 0, pair.rarity, sides.rank[pair.source]))
        rarest = [pair for pair in rest if pair.shared][: rule.single_hits]
        rest = [pair for pair in rest if pair not in rarest and pair.run >= rule.long_run]
        rest.sort(key=lambda pair: (-pair.run, sides.rank[pair.source]))
        kept += [*rarest, *rest[: rule.single_hits]]
    kept.sort(key=lambda pair: (pair.page, pair.source))
    source, page_column, shared, rarity = ([pair[column] for pair in kept] for column in (0, 1, 2, 3))
    counts = {one: sum(one in row for row in sides.source) for row in sides.page for one in row}
    capped = {
        one for one, count in counts.items() if count > rule.max_articles or (count and one in sides.common)
    }
    return Joined(
        source,
        page_column,
        shared,
        rarity,
        sum(pair.shared > 0 for pair in found),
        sum(one in row for row in sides.page for one in capped),
    )


@laws
@given(sides_with_common(), rules)
def test_join_equals_brute_force(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    assert joined(kernels, sides, rule) == by_brute_force(sides, rule)


@laws
@given(sides())
def test_repeats_in_a_row_count_once(kernels: Kernels, sides: Sides) -> None:
    source, page = ([sorted(set(row)) for row in side] for side in (sides.source, sides.page))
    assert joined(kernels, sides) == joined(kernels, sides._replace(source=source, page=page))


@laws
@given(sides())
def test_the_order_of_a_row_does_not_count(kernels: Kernels, sides: Sides) -> None:
    source, page = ([row[::-1] for row in side] for side in (sides.source, sides.page))
    assert joined(kernels, sides) == joined(kernels, sides._replace(source=source, page=page))


@laws
@given(sides(), caps)
def test_a_cap_takes_away(kernels: Kernels, sides: Sides, max_articles: int) -> None:
    free, capped = joined(kernels, sides), joined(kernels, sides, Rule(max_articles))
    every = free.by_pair()
    for pair, (shared, rarity) in capped.by_pair().items():
        assert shared <= every[pair][0]
        assert rarity == every[pair][1]  # what is capped is commoner
    assert capped.pairs <= free.pairs
    assert free.capped == 0


def test_articles_count_and_not_pages(kernels: Kernels) -> None:
    three_pages = Sides([[1]], [[1], [1, 1], [1]], [0])
    assert joined(kernels, three_pages, Rule(1)) == Joined([0, 0, 0], [0, 1, 2], [1, 1, 1], [1, 1, 1], 3, 0)
    assert joined(kernels, three_pages, Rule(0)) == Joined([], [], [], [], 0, 3)  # once for each page
    two_articles = Sides([[1], [1, 1]], [[1]], [0, 1])
    assert joined(kernels, two_articles, Rule(2)) == Joined([0, 1], [0, 0], [1, 1], [2, 2], 2, 0)
    assert joined(kernels, two_articles, Rule(1)) == Joined([], [], [], [], 0, 1)


def test_empty_sides(kernels: Kernels) -> None:
    nothing = Joined([], [], [], [], 0, 0)
    for rule in (Rule(), Rule(min_shared=2, single_hits=3)):
        assert joined(kernels, Sides([], [], []), rule) == nothing
        assert joined(kernels, Sides([[1]], [[], [2]], [0]), rule) == nothing
        assert joined(kernels, Sides([[], []], [[1]], [1, 0]), rule) == nothing


# --- join: the selection ----------------------------------------------------------------------


@laws
@given(sides())
def test_one_shared_hash_keeps_every_pair(kernels: Kernels, sides: Sides) -> None:
    all_pairs = joined(kernels, sides)
    assert all_pairs.pairs == len(all_pairs.source)
    assert joined(kernels, sides, Rule(min_shared=1, single_hits=2)) == all_pairs


@laws
@given(sides(), selections)
def test_a_selection_keeps_some_pairs_as_they_are(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    every, some = joined(kernels, sides), joined(kernels, sides, rule)
    assert some[4:] == every[4:]  # the counts are of all
    kept = some.by_pair()
    assert kept.items() <= every.by_pair().items()
    strong = {pair for pair, (shared, _) in every.by_pair().items() if shared >= rule.min_shared}
    assert strong <= kept.keys()
    weak_pages = [page for source, page in every.by_pair().keys() - strong]
    for page in range(len(sides.page)):
        singles = [pair for pair in kept.keys() - strong if pair[1] == page]
        assert len(singles) == min(rule.single_hits, weak_pages.count(page))


@laws
@given(sides(), selections)
def test_more_single_hits_keep_what_fewer_kept(kernels: Kernels, sides: Sides, rule: Rule) -> None:
    some = joined(kernels, sides, rule)
    more = joined(kernels, sides, rule._replace(single_hits=rule.single_hits + 1))
    assert some.by_pair().items() <= more.by_pair().items()


@laws
@given(sides_with_common(), rules, st.randoms(use_true_random=False))
def test_ranks_decide_and_not_the_order_of_sources(
    kernels: Kernels, sides: Sides, rule: Rule, draw: random.Random
) -> None:
    order = list(range(len(sides.source)))
    draw.shuffle(order)
    shuffled = sides._replace(
        source=[sides.source[row] for row in order], rank=[sides.rank[row] for row in order]
    )
    as_they_were = joined(kernels, shuffled, rule)
    assert {
        (order[source], page): counts for (source, page), counts in as_they_were.by_pair().items()
    } == joined(kernels, sides, rule).by_pair()


def test_the_rarest_single_hits_are_kept(kernels: Kernels) -> None:
    # Hash 1 is in one source, 2 in three, 3 in two of which one shares 4 as well.
    source = [[2], [1], [2], [3, 4], [2], [3]]
    sides = Sides(source, [[1, 2, 3, 4]], [5, 4, 3, 2, 1, 0])
    assert joined(kernels, sides, Rule(min_shared=2)).source == [3]
    expected = {1: [1, 3], 2: [1, 3, 5], 3: [1, 3, 4, 5], 4: [1, 2, 3, 4, 5], 9: [0, 1, 2, 3, 4, 5]}
    for single_hits, kept in expected.items():
        assert joined(kernels, sides, Rule(min_shared=2, single_hits=single_hits)).source == kept
    # Of what a pair shares the rarest counts; of the equally rare the lower rank goes before.
    expected = {0: [], 1: [3], 2: [1, 3], 3: [1, 3, 5], 4: [1, 3, 4, 5]}
    for single_hits, kept in expected.items():
        assert joined(kernels, sides, Rule(min_shared=3, single_hits=single_hits)).source == kept


@pytest.mark.parametrize("rule", [Rule(min_shared=0), Rule(min_shared=-1), Rule(long_run=0)])
def test_selections_that_cannot_be_meant_are_refused(native: Kernels, rule: Rule) -> None:
    with pytest.raises(ValueError, match="min_shared"):
        joined(native, Sides([[1]], [[1]], [0]), rule)


@pytest.mark.parametrize("rank", [[], [0, 0]])
def test_ranks_that_do_not_fit_are_refused(native: Kernels, rank: list[int]) -> None:
    with pytest.raises(ValueError, match="source_rank"):
        joined(native, Sides([[1]], [[1]], rank))


def test_common_hashes_are_not_counted_among_the_shared(kernels: Kernels) -> None:
    # Hash 1 is in three sources, 2 in two, 3 in one. Which of them are common makes no other difference.
    sides = Sides([[1], [1, 2], [1, 2, 3]], [[1, 2, 3], [1]], [2, 1, 0])
    rule = Rule(max_articles=2, few=9, min_shared=2, single_hits=1)
    assert joined(kernels, sides, rule) == Joined([1, 2], [0, 0], [1, 2], [2, 1], 2, 2)
    told = sides._replace(common=[1])
    assert joined(kernels, told, rule._replace(max_articles=9)) == joined(kernels, sides, rule)
    # Of an index only a few of the sources that have a common hash are known: were it not told which it is,
    # it would pass for rare.
    few = Sides([[1], [2]], [[1, 2]], [0, 1], [1])
    assert joined(kernels, few, rule).source == [1]
    assert joined(kernels, few._replace(common=()), rule).source == [0]
    assert joined(kernels, few._replace(common=[2]), rule).source == [0]


def test_a_long_run_of_common_hashes_makes_a_candidate(kernels: Kernels) -> None:
    # A story that is in six sources. One page has four fingerprints of it, and one of another source.
    story = [[1, 2, 3, 4, 5] for _ in range(6)]
    sides = Sides([*story, [6]], [[1, 2, 3, 4, 6], [1, 2, 3]], [6, 5, 4, 3, 2, 1, 0])
    rule = Rule(max_articles=5, few=3, min_shared=2, single_hits=2, long_run=4)
    assert joined(kernels, sides, rule) == Joined([4, 5, 6], [0, 0, 0], [0, 0, 1], [0, 0, 1], 1, 7)
    assert joined(kernels, sides, rule._replace(few=1)).source == [5, 6]
    assert joined(kernels, sides, rule._replace(few=0)).source == [6]
    assert joined(kernels, sides, rule._replace(long_run=5)).source == [6]
    assert joined(kernels, sides, rule._replace(long_run=3)).source == [4, 5, 6, 4, 5]
    assert joined(kernels, sides, rule._replace(single_hits=0)).source == []


def test_the_longest_runs_are_kept_and_hashes_that_are_not_common_count(kernels: Kernels) -> None:
    # All have the common hashes 1 to 4; one has another one besides.
    sides = Sides([[1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3]], [[1, 2, 3, 4, 5]], [0, 1, 2], [1, 2, 3, 4])
    rule = Rule(few=9, min_shared=3, single_hits=1, long_run=3)
    # Source 1 is kept as the rarest, and 0 as the longest of the others.
    assert joined(kernels, sides, rule) == Joined([0, 1], [0, 0], [0, 1], [0, 1], 1, 4)
    assert joined(kernels, sides, rule._replace(single_hits=2)).source == [0, 1, 2]
    assert joined(kernels, sides, rule._replace(long_run=5)).source == [1]


@laws
@given(sides(), rules)
def test_where_nothing_is_common_runs_of_common_hashes_do_not_matter(
    kernels: Kernels, sides: Sides, rule: Rule
) -> None:
    rule = rule._replace(max_articles=NO_CAP, long_run=max(rule.long_run, rule.min_shared))
    assert joined(kernels, sides, rule) == joined(kernels, sides, rule._replace(few=0, long_run=NO_CAP))


@pytest.mark.parametrize("common", [[1, 1], [2, 1]])
def test_common_hashes_must_ascend(native: Kernels, common: list[int]) -> None:
    with pytest.raises(ValueError, match="common"):
        joined(native, Sides([[1]], [[1]], [0], common))


# --- collide ----------------------------------------------------------------------------------


def collided_by_brute_force(source: Rows, page: Rows | None, max_bucket: int) -> Collided:
    """Look at every pair: a shared bucket counts if fewer than `max_bucket` rows before the source have it."""
    other = source if page is None else page
    found = []
    for second, page_row in enumerate(other):
        for first, source_row in enumerate(source if page is not None else source[:second]):
            shared = sum(
                sum(bucket in row for row in source[:first]) < max_bucket
                for bucket in set(source_row) & set(page_row)
            )
            if shared:
                found.append((first, second, shared))
    full = {bucket for row in source for bucket in row if sum(bucket in one for one in source) > max_bucket}
    met = {bucket for row in other for bucket in row}
    overfull = len(full & met) if page is None else sum(len(full & set(row)) for row in page)
    first_column, second_column, shared_column = ([row[column] for row in found] for column in range(3))
    return Collided(first_column, second_column, shared_column, overfull)


@laws
@given(sides_of_rows, sides_of_rows, buckets)
def test_collide_equals_brute_force(kernels: Kernels, source: Rows, page: Rows, max_bucket: int) -> None:
    assert collided(kernels, source, page, max_bucket) == collided_by_brute_force(source, page, max_bucket)


@laws
@given(sides_of_rows, buckets)
def test_collide_within_equals_brute_force(kernels: Kernels, source: Rows, max_bucket: int) -> None:
    assert collided(kernels, source, None, max_bucket) == collided_by_brute_force(source, None, max_bucket)


@laws
@given(sides())
def test_without_a_cap_all_collide_that_join(kernels: Kernels, sides: Sides) -> None:
    every = joined(kernels, sides)
    assert collided(kernels, sides.source, sides.page) == Collided(*every[:3], 0)


@laws
@given(sides_of_rows, sides_of_rows)
def test_without_a_cap_the_sides_are_alike(kernels: Kernels, source: Rows, page: Rows) -> None:
    turned = {
        (first, second): shared for (second, first), shared in collided(kernels, page, source).by_pair().items()
    }
    assert collided(kernels, source, page).by_pair() == turned


@laws
@given(sides_of_rows, buckets)
def test_within_is_one_side_with_itself_each_pair_once(kernels: Kernels, source: Rows, max_bucket: int) -> None:
    within = collided(kernels, source, None, max_bucket)
    itself = collided(kernels, source, source, max_bucket)
    once = {(first, second): shared for (first, second), shared in itself.by_pair().items() if first < second}
    assert within.by_pair() == once
    assert (within.overfull > 0) == (itself.overfull > 0)


@laws
@given(sides_of_rows, st.none() | sides_of_rows, buckets)
def test_a_smaller_bucket_takes_away(
    kernels: Kernels, source: Rows, page: Rows | None, max_bucket: int
) -> None:
    some, more = (collided(kernels, source, page, most) for most in (max_bucket, max_bucket + 1))
    assert more.overfull <= some.overfull
    for pair, shared in some.by_pair().items():
        assert shared <= more.by_pair()[pair]


def connected(pairs: Iterable[Pair], count: int) -> list[int]:
    """Return for each row the first row that pairs lead to from it."""
    least = list(range(count))
    for _ in range(count):
        for first, second in pairs:
            least[first] = least[second] = min(least[first], least[second])
    return least


@laws
@given(sides_of_rows, buckets)
def test_an_overfull_bucket_stays_connected(kernels: Kernels, source: Rows, max_bucket: int) -> None:
    free, capped = (collided(kernels, source, None, most).by_pair() for most in (NO_CAP, max_bucket))
    assert connected(capped, len(source)) == connected(free, len(source))


@laws
@given(sides_of_rows, sides_of_rows, buckets)
def test_buckets_count_once_for_each_row(kernels: Kernels, source: Rows, page: Rows, max_bucket: int) -> None:
    one, other = ([sorted(set(row), reverse=True) for row in side] for side in (source, page))
    assert collided(kernels, source, page, max_bucket) == collided(kernels, one, other, max_bucket)
    assert collided(kernels, source, None, max_bucket) == collided(kernels, one, None, max_bucket)


def test_an_overfull_bucket_pairs_with_its_first_rows(kernels: Kernels) -> None:
    source = [[7]] * 4
    three = Collided([0, 0, 1, 0, 1, 2], [1, 2, 2, 3, 3, 3], [1] * 6, 1)
    assert collided(kernels, source, None, 3) == three
    assert collided(kernels, source, None, 1) == Collided([0, 0, 0], [1, 2, 3], [1, 1, 1], 1)
    assert collided(kernels, source, None, 4).overfull == 0
    assert collided(kernels, source, [[], [7, 8]], 2) == Collided([0, 1], [1, 1], [1, 1], 1)
    assert collided(kernels, source, [[8]], 2) == Collided([], [], [], 0)  # no page has it


def test_nothing_collides_with_nothing(kernels: Kernels) -> None:
    nothing = Collided([], [], [], 0)
    for source, page in (([], []), ([], [[1]]), ([[1]], []), ([[], [1]], [[2], []])):
        assert collided(kernels, source, page, 1) == nothing
        assert collided(kernels, source, None, 1) == nothing


def test_within_no_page_is_looked_at(kernels: Kernels) -> None:
    source = [[1, 2], [2, 3], [1, 2]]
    pages = hashes([[3], [1], [1], [9]])
    first, second, shared, overfull = kernels.collide(*hashes(source), *pages, True, 2, 1)
    given_ = Collided(first.tolist(), second.tolist(), shared.tolist(), overfull)
    assert given_ == collided(kernels, source, None, 2)


def test_a_bucket_holds_at_least_one(native: Kernels) -> None:
    with pytest.raises(ValueError, match="max_bucket"):
        collided(native, [[1]], [[1]], 0)


# --- native against its twin ------------------------------------------------------------------


@differential
@given(sides_with_common(), rules)
def test_native_equals_twin(native: Kernels, reference: Kernels, sides: Sides, rule: Rule) -> None:
    assert_same(native.join, reference.join, *sides.arrays(), *rule)


@differential
@given(sides_of_rows, sides_of_rows, buckets)
def test_native_collides_as_its_twin(
    native: Kernels, reference: Kernels, source: Rows, page: Rows, max_bucket: int
) -> None:
    for within in (False, True):
        arrays = (*hashes(source), *hashes(page))
        assert_same(native.collide, reference.collide, *arrays, within, max_bucket)


def many_rows(spread: int, factor: int) -> Sides:
    """Return rows of few hashes a spread apart, times an odd factor."""
    rng = np.random.default_rng(0)
    common = (rng.zipf(1.4, (270, 40)) % 100).tolist()
    rows = [[number * spread * factor % 2**64 for number in row] for row in common]
    return Sides(rows[:150], rows[150:], rng.permutation(150).tolist())


# Hashes a spread apart differ in one byte or two: the lowest, which the radix sort reaches last, one between,
# or the highest, by which there are parts. An odd factor spreads them over all bytes.
@pytest.mark.slow
@pytest.mark.parametrize("factor", [1, 0x9E3779B97F4A7C15])
@pytest.mark.parametrize("spread", [1, 2**8, 2**33, 2**48, 2**57])
def test_native_equals_twin_on_many_rows(native: Kernels, reference: Kernels, spread: int, factor: int) -> None:
    sides = many_rows(spread, factor)
    for rule in (Rule(), Rule(20, 5, 2, 3, 8), Rule(1), Rule(10, 50, 12, 1, 20)):
        assert_same(native.join, reference.join, *sides.arrays(), *rule)
    sources, pages = hashes(sides.source), hashes(sides.page)
    for max_bucket in (NO_CAP, 20, 1):
        assert_same(native.collide, reference.collide, *sources, *pages, False, max_bucket)
        assert_same(native.collide, reference.collide, *sources, *sources, True, max_bucket)


@pytest.mark.parametrize("byte", range(8))
@pytest.mark.parametrize("count", [1, 24, 25, 256])
def test_hashes_that_differ_in_one_byte_are_told_apart(native: Kernels, byte: int, count: int) -> None:
    # Every hash in two rows of either side, in an order that leaves the sort everything to do.
    values = [0x0123456789ABCDEF ^ number << 8 * byte for number in range(count)]
    np.random.default_rng(byte).shuffle(values)
    twice = [*([value] for value in values), *([value] for value in reversed(values))]
    expected = {(row, 2 * count - 1 - row): 1 for row in range(count)}
    assert collided(native, twice).by_pair() == expected
    sides = Sides(twice, [values], list(range(2 * count)))
    assert joined(native, sides) == Joined(
        list(range(2 * count)), [0] * 2 * count, [1] * 2 * count, [2] * 2 * count, 2 * count, 0
    )


@pytest.mark.parametrize("value", [0, 1, 2**56, 2**64 - 1])
def test_one_hash_in_all_rows(native: Kernels, value: int) -> None:
    # All equal to the last byte; rows of equal hashes must keep their order.
    count = 100
    every = [[value]] * count
    pairs = [(first, second) for second in range(count) for first in range(second)]
    got = collided(native, every)
    assert list(zip(got.source, got.page, strict=True)) == pairs
    assert collided(native, every, max_bucket=3).source[:6] == [0, 0, 1, 0, 1, 2]
    sides = Sides(every, [[value] * 3] * 2, list(range(count))[::-1])
    assert joined(native, sides, Rule(min_shared=2, single_hits=2)) == Joined(
        [98, 99] * 2, [0, 0, 1, 1], [1] * 4, [100] * 4, 200, 0
    )


@pytest.mark.slow
def test_native_equals_twin_across_units(native: Kernels, reference: Kernels) -> None:
    # Postings are parted in units of 2^18, pairs are counted in units of 2^14 matches.
    rng = np.random.default_rng(0)
    universe = rng.integers(0, 2**64, 100_000, np.uint64)
    source, page = (universe[rng.integers(0, len(universe), size)] for size in (300_000, 40_000))
    source_offsets = np.sort(np.append(rng.integers(0, len(source), 2_999), [0, len(source)]))
    page_offsets = np.sort(np.append(rng.integers(0, len(page), 499), [0, len(page)]))
    sides = source, source_offsets, page, page_offsets
    rank = rng.permutation(3_000).astype(np.int32)
    common = np.sort(np.unique(universe[:200]))
    assert_same(native.join, reference.join, *sides, rank, common, 4, 3, 2, 1, 3)
    assert_same(native.collide, reference.collide, *sides, False, 2)
    assert_same(native.collide, reference.collide, *sides, True, 2)
