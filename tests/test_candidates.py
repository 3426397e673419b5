"""Fingerprints to candidates: the pairs worth scoring.

Covers: ``reuse/candidates.py``. Compares against: a selection over sets in plain Python.
Run: ``pytest tests/test_candidates.py``
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse import Options
from reuse.candidates import find_candidates
from reuse.values import Candidates, Fingerprints
from tests.reference.ragged import flat, offsets_of

laws = settings(derandomize=True, deadline=None, max_examples=200)

Rows = list[list[int]]
Sites = list[str | None]


class Pair(NamedTuple):
    """One candidate, in the order in which candidates are listed."""

    page: int
    source: int
    shared: int
    rarity: int


def fingerprints(rows: Rows) -> Fingerprints:
    positions = flat([range(len(row)) for row in rows], np.int32)
    return Fingerprints(flat(rows, np.uint64), positions, offsets_of(rows))


def pairs_of(candidates: Candidates) -> list[Pair]:
    columns = (candidates.page, candidates.source, candidates.shared, candidates.rarity)
    return [Pair(*map(int, row)) for row in zip(*columns, strict=True)]


def found(sources: Rows, pages: Rows, sites: Sites | None = None, options: Options | None = None) -> list[Pair]:
    """Return the candidates; pages have no site unless `sites` says otherwise."""
    sites = [None] * len(pages) if sites is None else sites
    both = fingerprints(sources), fingerprints(pages)
    return pairs_of(find_candidates(*both, names(len(sources)), sites, options or Options()))


def names(count: int) -> list[str]:
    """Return ids whose order is that of the rows."""
    return [f"{row:05}" for row in range(count)]


def sharing(sources: Rows, pages: Rows, sites: Sites, options: Options) -> list[Pair]:
    """Return every pair that shares a fingerprint under the caps, page by page, then source by source."""
    pairs = []
    for page, on_page in enumerate(pages):
        for source, in_source in enumerate(sources):
            rarities = []
            for fingerprint in set(on_page) & set(in_source):
                articles = sum(fingerprint in row for row in sources)
                holders = [row for row, held in enumerate(pages) if fingerprint in held]
                # All pages without a site count as one site.
                places = {sites[row] for row in holders}
                if articles <= options.max_articles and len(places) <= options.max_sites:
                    rarities.append(articles * len(places))
            if rarities:
                pairs.append(Pair(page, source, len(rarities), min(rarities)))
    return pairs


def selected(pairs: list[Pair], options: Options) -> list[Pair]:
    """Return the pairs that share enough, and of the others each page's rarest."""
    kept = [pair for pair in pairs if pair.shared >= options.min_shared]
    for page in {pair.page for pair in pairs}:
        weak = [pair for pair in pairs if pair.page == page and pair.shared < options.min_shared]
        kept += sorted(weak, key=lambda pair: (pair.rarity, pair.source))[: options.single_hits]
    return sorted(kept)


rows = st.lists(st.lists(st.integers(1, 9), max_size=5), max_size=5)
pages_with_sites = st.lists(
    st.tuples(st.lists(st.integers(1, 9), max_size=5), st.sampled_from([None, None, "a.org", "b.org"])),
    max_size=5,
)
any_options = st.builds(
    Options,
    max_articles=st.integers(1, 4),
    max_sites=st.integers(1, 4),
    min_shared=st.integers(1, 3),
    single_hits=st.integers(0, 3),
    threads=st.sampled_from([1, 2, 8]),
)


@laws
@given(rows, pages_with_sites, any_options)
def test_candidates_are_those_of_a_plain_selection(
    sources: Rows, pages: list[tuple[list[int], str | None]], options: Options
) -> None:
    on_pages = [held for held, _ in pages]
    sites = [site for _, site in pages]
    candidates = find_candidates(
        fingerprints(sources), fingerprints(on_pages), names(len(sources)), sites, options
    )
    sharing_pairs = sharing(sources, on_pages, sites, options)
    assert pairs_of(candidates) == selected(sharing_pairs, options)
    assert candidates.pairs == len(sharing_pairs)


@laws
@given(rows, rows, any_options)
def test_no_candidate_is_lost_by_asking_for_less(sources: Rows, pages: Rows, options: Options) -> None:
    kept = set(found(sources, pages, options=options))
    more = Options(
        max_articles=options.max_articles,
        max_sites=options.max_sites,
        min_shared=options.min_shared,
        single_hits=options.single_hits + 1,
    )
    assert kept <= set(found(sources, pages, options=more))


def test_of_single_hits_the_rarest_are_scored() -> None:
    # Fingerprint 1 stands in three sources, 2 in two, 3 in one.
    sources = [[1], [1, 2], [1, 2, 3]]
    kept = found(sources, [[3], [2], [1]], options=Options(min_shared=2, single_hits=1))
    assert [(pair.page, pair.source, pair.rarity) for pair in kept] == [(0, 2, 1), (1, 1, 2), (2, 0, 3)]


def test_ties_of_rarity_go_to_the_first_sources() -> None:
    sources = [[number, 99] for number in range(6)]
    kept = found(sources, [[99]], options=Options(single_hits=3))
    assert [pair.source for pair in kept] == [0, 1, 2]


def test_every_page_has_single_hits_of_its_own() -> None:
    kept = found([[1], [2], [3]], [[1, 2, 3]] * 3, options=Options(single_hits=2))
    assert [(pair.page, pair.source) for pair in kept] == [
        (page, source) for page in range(3) for source in (0, 1)
    ]


def test_pages_that_share_enough_take_no_place_of_a_single_hit() -> None:
    kept = found([[1, 2], [3], [4]], [[1, 2, 3, 4]], options=Options(min_shared=2, single_hits=1))
    assert [(pair.source, pair.shared) for pair in kept] == [(0, 2), (1, 1)]


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        (["a.org"] * 4, 1),
        (["a.org", "a.org", "b.org", "b.org"], 2),
        ([None] * 4, 1),
        (["a.org", None, "a.org", None], 2),
    ],
)
def test_pages_without_a_site_are_one_site_together(sites: Sites, expected: int) -> None:
    kept = found([[1]], [[1]] * 4, sites)
    assert [pair.rarity for pair in kept] == [expected] * 4


def test_what_is_on_too_many_sites_or_in_too_many_articles_is_counted_and_left_out() -> None:
    # 1 is in both sources, 2 on two pages, 3 on both of one site, 4 is one article's on one page.
    sources = fingerprints([[1, 2, 3, 4], [1]])
    pages = fingerprints([[1, 2, 3, 4], [1, 2, 3]])
    apart = find_candidates(
        sources, pages, ["a", "b"], ["a.org", "b.org"], Options(max_articles=1, max_sites=1)
    )
    assert (apart.capped_articles, apart.capped_sites) == (1, 2)
    assert pairs_of(apart) == [Pair(0, 0, 1, 1)]
    together = find_candidates(
        sources, pages, ["a", "b"], ["a.org", "a.org"], Options(max_articles=1, max_sites=1)
    )
    assert (together.capped_articles, together.capped_sites) == (1, 0)
    assert pairs_of(together) == [Pair(0, 0, 3, 1), Pair(1, 0, 2, 1)]


@pytest.mark.parametrize(
    ("sources", "pages"), [([], []), ([[1]], []), ([], [[1]]), ([[]], [[]]), ([[1]], [[2]])]
)
def test_nothing_in_common_is_no_candidate(sources: Rows, pages: Rows) -> None:
    assert found(sources, pages) == []


@given(st.permutations(["a", "b", "c", "d"]))
def test_of_equally_rare_sources_the_ids_decide_and_not_the_rows(ids: list[str]) -> None:
    sources, pages = fingerprints([[1]] * 4), fingerprints([[1]])
    candidates = find_candidates(sources, pages, ids, [None], Options(min_shared=2, single_hits=2))
    assert {ids[row] for row in candidates.source} == {"a", "b"}
