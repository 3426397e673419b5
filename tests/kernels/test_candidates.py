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
    from collections.abc import Iterable

pytestmark = pytest.mark.kernels

Rows = list[list[int]]
Pair = tuple[int, int]

rows = st.lists(st.integers(0, 6) | st.sampled_from([2**63, 2**64 - 1]), max_size=8)
sides_of_rows = st.lists(rows, max_size=7)
caps = st.integers(0, 5)
buckets = st.integers(1, 4)
NO_CAP = 2**31 - 1


class Sides(NamedTuple):
    """Fingerprints of sources and of pages, the site of each page, the rank of each source."""

    source: Rows
    page: Rows
    site: list[int]
    rank: list[int]

    def arrays(self) -> tuple[Hashes, Offsets, Hashes, Offsets, Ids, Ids]:
        """Return the arguments of `join` up to the caps."""
        return (*hashes(self.source), *hashes(self.page), ids(self.site), ids(self.rank))


class Rule(NamedTuple):
    """Which hashes bring pairs, and which pairs are kept; as it stands, all."""

    max_articles: int = NO_CAP
    max_sites: int = NO_CAP
    min_shared: int = 1
    single_hits: int = 0


class Joined(NamedTuple):
    """What `join` returns, as lists."""

    source: list[int]
    page: list[int]
    shared: list[int]
    rarity: list[int]
    pairs: int
    capped_articles: int
    capped_sites: int

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
    """Draw sources of any rank and pages on few sites."""
    source, page = draw(sides_of_rows), draw(sides_of_rows)
    site = draw(st.lists(st.integers(0, 3), min_size=len(page), max_size=len(page)))
    return Sides(source, page, site, list(draw(st.permutations(range(len(source))))))


rules = st.builds(Rule, caps, caps, st.integers(1, 4), st.integers(0, 3))
selections = st.builds(Rule, st.just(NO_CAP), st.just(NO_CAP), st.integers(1, 4), st.integers(0, 3))


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


def by_brute_force(sides: Sides, rule: Rule) -> Joined:
    """Count articles and sites of every fingerprint, look at every pair, and count those that go before it."""
    every = {fingerprint for row in (*sides.source, *sides.page) for fingerprint in row}
    articles = {one: sum(one in row for row in sides.source) for one in every}
    pages = list(zip(sides.page, sides.site, strict=True))
    sites = {one: len({site for row, site in pages if one in row}) for one in every}
    both = {one for one in every if articles[one] and sites[one]}
    over_articles = {one for one in both if articles[one] > rule.max_articles}
    over_sites = {one for one in both - over_articles if sites[one] > rule.max_sites}
    found = []
    for page, page_row in enumerate(sides.page):
        for source, source_row in enumerate(sides.source):
            common = set(source_row) & set(page_row) - over_articles - over_sites
            if common:
                found.append((source, page, len(common), min(articles[one] * sites[one] for one in common)))
    weak = [
        (page, rarity, sides.rank[source]) for source, page, shared, rarity in found if shared < rule.min_shared
    ]
    kept = []
    for source, page, shared, rarity in found:
        mine = (page, rarity, sides.rank[source])
        before = sum(other[0] == page and other < mine for other in weak)
        if shared >= rule.min_shared or before < rule.single_hits:
            kept.append((source, page, shared, rarity))
    source_column, page_column, shared_column, rarities = ([row[column] for row in kept] for column in range(4))
    counts = len(found), len(over_articles), len(over_sites)
    return Joined(source_column, page_column, shared_column, rarities, *counts)


@laws
@given(sides(), rules)
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
@given(sides(), caps, caps)
def test_a_cap_takes_away(kernels: Kernels, sides: Sides, max_articles: int, max_sites: int) -> None:
    free, capped = joined(kernels, sides), joined(kernels, sides, Rule(max_articles, max_sites))
    every = free.by_pair()
    for pair, (shared, rarity) in capped.by_pair().items():
        assert shared <= every[pair][0]
        assert rarity >= every[pair][1]
    assert capped.pairs <= free.pairs
    assert free.capped_articles == free.capped_sites == 0


def test_sites_count_and_not_pages(kernels: Kernels) -> None:
    one_site = Sides([[1]], [[1], [1], [1]], [0, 0, 0], [0])
    assert joined(kernels, one_site, Rule(1, 1)) == Joined([0, 0, 0], [0, 1, 2], [1, 1, 1], [1, 1, 1], 3, 0, 0)
    three_sites = one_site._replace(site=[0, 1, 2])
    assert joined(kernels, three_sites, Rule(1, 2)) == Joined([], [], [], [], 0, 0, 1)
    assert joined(kernels, three_sites, Rule(0, 2)) == Joined([], [], [], [], 0, 1, 0)


def test_empty_sides(kernels: Kernels) -> None:
    nothing = Joined([], [], [], [], 0, 0, 0)
    for rule in (Rule(), Rule(min_shared=2, single_hits=3)):
        assert joined(kernels, Sides([], [], [], []), rule) == nothing
        assert joined(kernels, Sides([[1]], [[], [2]], [0, 0], [0]), rule) == nothing
        assert joined(kernels, Sides([[], []], [[1]], [0], [1, 0]), rule) == nothing


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
@given(sides(), rules, st.randoms(use_true_random=False))
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
    sides = Sides(source, [[1, 2, 3, 4]], [0], [5, 4, 3, 2, 1, 0])
    assert joined(kernels, sides, Rule(min_shared=2)).source == [3]
    expected = {1: [1, 3], 2: [1, 3, 5], 3: [1, 3, 4, 5], 4: [1, 2, 3, 4, 5], 9: [0, 1, 2, 3, 4, 5]}
    for single_hits, kept in expected.items():
        assert joined(kernels, sides, Rule(min_shared=2, single_hits=single_hits)).source == kept
    # Of what a pair shares the rarest counts; of the equally rare the lower rank goes before.
    expected = {0: [], 1: [3], 2: [1, 3], 3: [1, 3, 5], 4: [1, 3, 4, 5]}
    for single_hits, kept in expected.items():
        assert joined(kernels, sides, Rule(min_shared=3, single_hits=single_hits)).source == kept


@pytest.mark.parametrize("rule", [Rule(min_shared=0), Rule(min_shared=-1), Rule(single_hits=-1)])
def test_selections_that_cannot_be_meant_are_refused(native: Kernels, rule: Rule) -> None:
    with pytest.raises(ValueError, match="min_shared"):
        joined(native, Sides([[1]], [[1]], [0], [0]), rule)


@pytest.mark.parametrize(
    ("fault", "sides"),
    [("page_site", Sides([[1]], [[1]], [0, 0], [0])), ("source_rank", Sides([[1]], [[1]], [0], []))],
)
def test_columns_that_do_not_fit_are_refused(native: Kernels, fault: str, sides: Sides) -> None:
    with pytest.raises(ValueError, match=fault):
        joined(native, sides)


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
    overfull = len(full & {bucket for row in other for bucket in row})
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
    assert within.overfull == itself.overfull


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
@given(sides(), rules)
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
    return Sides(rows[:150], rows[150:], rng.integers(0, 10, 120).tolist(), rng.permutation(150).tolist())


# Hashes a spread apart differ in one byte or two: the lowest, which the radix sort reaches last, one between,
# or the highest, by which there are parts. An odd factor spreads them over all bytes.
@pytest.mark.parametrize("factor", [1, 0x9E3779B97F4A7C15])
@pytest.mark.parametrize("spread", [1, 2**8, 2**33, 2**48, 2**57])
def test_native_equals_twin_on_many_rows(native: Kernels, reference: Kernels, spread: int, factor: int) -> None:
    sides = many_rows(spread, factor)
    for rule in (Rule(), Rule(20, 3, 2, 3), Rule(1, 1), Rule(100, 8, 12, 1)):
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
    sides = Sides(twice, [values], [0], list(range(2 * count)))
    assert joined(native, sides) == Joined(
        list(range(2 * count)), [0] * 2 * count, [1] * 2 * count, [2] * 2 * count, 2 * count, 0, 0
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
    sides = Sides(every, [[value] * 3] * 2, [0, 1], list(range(count))[::-1])
    assert joined(native, sides, Rule(min_shared=2, single_hits=2)) == Joined(
        [98, 99] * 2, [0, 0, 1, 1], [1] * 4, [200] * 4, 200, 0, 0
    )


def test_native_equals_twin_across_units(native: Kernels, reference: Kernels) -> None:
    # Postings are parted in units of 2^18, pairs are counted in units of 2^14 matches.
    rng = np.random.default_rng(0)
    universe = rng.integers(0, 2**64, 100_000, np.uint64)
    source, page = (universe[rng.integers(0, len(universe), size)] for size in (300_000, 40_000))
    source_offsets = np.sort(np.append(rng.integers(0, len(source), 2_999), [0, len(source)]))
    page_offsets = np.sort(np.append(rng.integers(0, len(page), 499), [0, len(page)]))
    sides = source, source_offsets, page, page_offsets
    site = rng.integers(0, 50, 500).astype(np.int32)
    rank = rng.permutation(3_000).astype(np.int32)
    assert_same(native.join, reference.join, *sides, site, rank, 4, 2, 2, 1)
    assert_same(native.collide, reference.collide, *sides, False, 2)
    assert_same(native.collide, reference.collide, *sides, True, 2)
