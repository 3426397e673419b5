"""Candidates: the pairs of source and page that share fingerprints few others have.

Covers: `join`. Compares against: looking at every pair and every fingerprint, and the native kernel against its
twin. Run: ``pytest tests/kernels/test_candidates.py``
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Hashes, Ids, Kernels, Offsets, assert_same, differential, hashes, ids, laws

pytestmark = pytest.mark.kernels

rows = st.lists(st.integers(0, 6) | st.sampled_from([2**63, 2**64 - 1]), max_size=8)
caps = st.integers(0, 5)
NO_CAP = 2**31 - 1


class Sides(NamedTuple):
    """Fingerprints of sources and of pages, and the site of each page."""

    source: list[list[int]]
    page: list[list[int]]
    site: list[int]

    def arrays(self) -> tuple[Hashes, Offsets, Hashes, Offsets, Ids]:
        """Return the arguments of `join` up to the caps."""
        return (*hashes(self.source), *hashes(self.page), ids(self.site))


class Joined(NamedTuple):
    """What `join` returns, as lists."""

    source: list[int]
    page: list[int]
    shared: list[int]
    rarity: list[int]
    capped_articles: int
    capped_sites: int


@st.composite
def sides(draw: st.DrawFn) -> Sides:
    """Draw sources and pages on few sites."""
    source, page = draw(st.lists(rows, max_size=6)), draw(st.lists(rows, max_size=6))
    return Sides(source, page, draw(st.lists(st.integers(0, 3), min_size=len(page), max_size=len(page))))


def joined(kernels: Kernels, sides: Sides, max_articles: int = NO_CAP, max_sites: int = NO_CAP) -> Joined:
    """Join, check the dtypes, return lists."""
    source, page, shared, rarity, *capped = kernels.join(*sides.arrays(), max_articles, max_sites, 1)
    assert [array.dtype for array in (source, page, shared, rarity)] == [np.int32, np.int32, np.int32, np.int64]
    return Joined(source.tolist(), page.tolist(), shared.tolist(), rarity.tolist(), *capped)


def by_brute_force(sides: Sides, max_articles: int, max_sites: int) -> Joined:
    """Count articles and sites of every fingerprint, then look at every pair."""
    every = {fingerprint for row in (*sides.source, *sides.page) for fingerprint in row}
    articles = {one: sum(one in row for row in sides.source) for one in every}
    pages = list(zip(sides.page, sides.site, strict=True))
    sites = {one: len({site for row, site in pages if one in row}) for one in every}
    both = {one for one in every if articles[one] and sites[one]}
    over_articles = {one for one in both if articles[one] > max_articles}
    over_sites = {one for one in both - over_articles if sites[one] > max_sites}
    found = []
    for page, page_row in enumerate(sides.page):
        for source, source_row in enumerate(sides.source):
            common = set(source_row) & set(page_row) - over_articles - over_sites
            if common:
                found.append((source, page, len(common), min(articles[one] * sites[one] for one in common)))
    source_column, page_column, shared, rarity = ([row[column] for row in found] for column in range(4))
    return Joined(source_column, page_column, shared, rarity, len(over_articles), len(over_sites))


@laws
@given(sides(), caps, caps)
def test_join_equals_brute_force(kernels: Kernels, sides: Sides, max_articles: int, max_sites: int) -> None:
    assert joined(kernels, sides, max_articles, max_sites) == by_brute_force(sides, max_articles, max_sites)


@laws
@given(sides())
def test_repeats_in_a_row_count_once(kernels: Kernels, sides: Sides) -> None:
    source, page = ([sorted(set(row)) for row in side] for side in (sides.source, sides.page))
    assert joined(kernels, sides) == joined(kernels, Sides(source, page, sides.site))


@laws
@given(sides(), caps, caps)
def test_a_cap_takes_away(kernels: Kernels, sides: Sides, max_articles: int, max_sites: int) -> None:
    free, capped = joined(kernels, sides), joined(kernels, sides, max_articles, max_sites)
    free_shared = dict(zip(zip(free.source, free.page, strict=True), free.shared, strict=True))
    for source, page, shared in zip(capped.source, capped.page, capped.shared, strict=True):
        assert shared <= free_shared[source, page]
    assert free.capped_articles == free.capped_sites == 0


def test_sites_count_and_not_pages(kernels: Kernels) -> None:
    one_site = Sides([[1]], [[1], [1], [1]], [0, 0, 0])
    assert joined(kernels, one_site, 1, 1) == Joined([0, 0, 0], [0, 1, 2], [1, 1, 1], [1, 1, 1], 0, 0)
    three_sites = one_site._replace(site=[0, 1, 2])
    assert joined(kernels, three_sites, 1, 2) == Joined([], [], [], [], 0, 1)
    assert joined(kernels, three_sites, 0, 2) == Joined([], [], [], [], 1, 0)


def test_empty_sides(kernels: Kernels) -> None:
    nothing = Joined([], [], [], [], 0, 0)
    assert joined(kernels, Sides([], [], [])) == nothing
    assert joined(kernels, Sides([[1]], [[], [2]], [0, 0])) == nothing
    assert joined(kernels, Sides([[], []], [[1]], [0])) == nothing


@differential
@given(sides(), caps, caps)
def test_native_equals_twin(
    native: Kernels, reference: Kernels, sides: Sides, max_articles: int, max_sites: int
) -> None:
    assert_same(native.join, reference.join, *sides.arrays(), max_articles, max_sites)


@pytest.mark.parametrize(("max_articles", "max_sites"), [(NO_CAP, NO_CAP), (20, 3), (1, 1)])
@pytest.mark.parametrize("spread", [1, 2**33, 2**57])
def test_native_equals_twin_on_many_rows(
    native: Kernels, reference: Kernels, spread: int, max_articles: int, max_sites: int
) -> None:
    # Hashes a spread apart: in one partition by prefix, or over all of them.
    rng = np.random.default_rng(0)
    common = (rng.zipf(1.4, (270, 40)) % 100).tolist()
    rows = [[number * spread for number in row] for row in common]
    sides = Sides(rows[:150], rows[150:], rng.integers(0, 10, 120).tolist())
    assert_same(native.join, reference.join, *sides.arrays(), max_articles, max_sites)
