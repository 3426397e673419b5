"""Sketches to candidates: the pairs worth scoring, by postings and by bands.

Covers: ``reuse/candidates.py``. Compares against: a selection over sets in plain Python, and buckets in a dict.
Run: ``pytest tests/test_candidates.py``
"""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reuse import Document, Options, Plan, UsageError, plan_bands
from reuse.candidates import find_candidates, find_near_duplicates
from reuse.pairs import BANDS, POSTINGS, Candidates
from reuse.sketches import sketch
from reuse.texts import extract
from reuse.values import Fingerprints, Signatures, Sketches
from tests.reference.ragged import flat, offsets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

laws = settings(derandomize=True, deadline=None, max_examples=200)

Rows = list[list[int]]
Sites = list[str | None]

#: Of the signatures made by hand below: four values, two bands of two.
PLAN = Plan(bands=2, rows=2, permutations=4, resemblance=0.5)
NO_VALUES = [0, 0, 0, 0]


class Pair(NamedTuple):
    """One candidate, in the order in which candidates are listed."""

    page: int
    source: int
    lanes: int
    shared: int
    buckets: int


def sketches(rows: Rows, signatures: Rows | None = None, words: Sequence[int] | None = None) -> Sketches:
    """Return sketches of fingerprints and signatures; an empty signature is that of an empty document."""
    signatures = [[]] * len(rows) if signatures is None else signatures
    minimum = np.array([row or NO_VALUES for row in signatures], np.uint32).reshape(-1, 4)
    empty = np.array([not row for row in signatures], bool)
    return Sketches(
        np.array([99] * len(rows) if words is None else words, np.int64),
        Fingerprints(flat(rows, np.uint64), offsets_of(rows)),
        Signatures(minimum, empty, 1),
    )


def pairs_of(candidates: Candidates) -> list[Pair]:
    columns = (
        candidates.page,
        candidates.source,
        candidates.lanes,
        candidates.shared,
        candidates.buckets,
    )
    return [Pair(*map(int, row)) for row in zip(*columns, strict=True)]


def posted(page: int, source: int, shared: int) -> Pair:
    """Return a pair that postings alone brought."""
    return Pair(page, source, POSTINGS, shared, 0)


def banded(page: int, source: int, buckets: int) -> Pair:
    """Return a pair that bands alone brought."""
    return Pair(page, source, BANDS, 0, buckets)


def found(sources: Rows, pages: Rows, sites: Sites | None = None, options: Options | None = None) -> list[Pair]:
    """Return the candidates of postings; pages have no site unless `sites` says otherwise."""
    sites = [None] * len(pages) if sites is None else sites
    both = sketches(sources), sketches(pages)
    return pairs_of(find_candidates(*both, names(len(sources)), sites, PLAN, options or Options()))


def names(count: int) -> list[str]:
    """Return ids whose order is that of the rows."""
    return [f"{row:05}" for row in range(count)]


class Sharing(NamedTuple):
    """A pair that shares fingerprints, and how rare the rarest is."""

    page: int
    source: int
    shared: int
    rarity: int


def sharing(sources: Rows, pages: Rows, sites: Sites, options: Options) -> list[Sharing]:
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
                pairs.append(Sharing(page, source, len(rarities), min(rarities)))
    return pairs


def selected(pairs: list[Sharing], options: Options) -> list[Sharing]:
    """Return the pairs that share enough, and of the others each page's rarest."""
    kept = [pair for pair in pairs if pair.shared >= options.min_shared]
    for page in {pair.page for pair in pairs}:
        weak = [pair for pair in pairs if pair.page == page and pair.shared < options.min_shared]
        kept += sorted(weak, key=lambda pair: (pair.rarity, pair.source))[: options.single_hits]
    return sorted(kept)


Buckets = dict[tuple[int, ...], list[int]]


def buckets_of(signatures: Rows) -> Buckets:
    """Return the rows in each bucket, a bucket being the number of a band and its values."""
    buckets: Buckets = defaultdict(list)
    for row, values in enumerate(signatures):
        for band in range(PLAN.bands if values else 0):
            buckets[(band, *values[band * PLAN.rows : (band + 1) * PLAN.rows])].append(row)
    return buckets


def colliding(sources: Buckets, pages: Buckets, most: int) -> tuple[dict[tuple[int, int], int], int]:
    """Return how many buckets each page and source share, and how many are overfull."""
    pairs: dict[tuple[int, int], int] = defaultdict(int)
    met = sources.keys() & pages.keys()
    for bucket in met:
        for source in sources[bucket][:most]:
            for page in pages[bucket]:
                pairs[page, source] += 1
    return pairs, sum(len(sources[bucket]) > most for bucket in met)


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
    max_bucket=st.integers(1, 4),
    threads=st.sampled_from([1, 2, 8]),
)
signature: st.SearchStrategy[list[int]] = st.lists(st.integers(0, 2), min_size=4, max_size=4) | st.builds(list)
signatures = st.lists(signature, max_size=7)


# --- postings ---------------------------------------------------------------------------------


@laws
@given(rows, pages_with_sites, any_options)
def test_candidates_of_postings_are_those_of_a_plain_selection(
    sources: Rows, pages: list[tuple[list[int], str | None]], options: Options
) -> None:
    on_pages = [held for held, _ in pages]
    sites = [site for _, site in pages]
    candidates = find_candidates(
        sketches(sources), sketches(on_pages), names(len(sources)), sites, PLAN, options
    )
    sharing_pairs = sharing(sources, on_pages, sites, options)
    assert pairs_of(candidates) == [posted(*pair[:3]) for pair in selected(sharing_pairs, options)]
    assert candidates.pairs == len(sharing_pairs)
    assert candidates.overfull == 0


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
    kept = found(sources, [[3], [2], [1], [1, 2, 3]], options=Options(min_shared=4, single_hits=1))
    assert [(pair.page, pair.source) for pair in kept] == [(0, 2), (1, 1), (2, 0), (3, 2)]


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
        (["a.org", None, "b.org", None], 3),
    ],
)
def test_pages_without_a_site_are_one_site_together(sites: Sites, expected: int) -> None:
    by_cap = {cap: len(found([[1]], [[1]] * 4, sites, Options(max_sites=cap))) for cap in (1, 2, 3, 4)}
    assert by_cap == {cap: 4 if cap >= expected else 0 for cap in by_cap}


def test_what_is_on_too_many_sites_or_in_too_many_articles_is_counted_and_left_out() -> None:
    # 1 is in both sources, 2 on two pages, 3 on both of one site, 4 is one article's on one page.
    sources = sketches([[1, 2, 3, 4], [1]])
    pages = sketches([[1, 2, 3, 4], [1, 2, 3]])
    options = Options(max_articles=1, max_sites=1)
    apart = find_candidates(sources, pages, ["a", "b"], ["a.org", "b.org"], PLAN, options)
    assert (apart.capped_articles, apart.capped_sites) == (1, 2)
    assert pairs_of(apart) == [posted(0, 0, 1)]
    together = find_candidates(sources, pages, ["a", "b"], ["a.org", "a.org"], PLAN, options)
    assert (together.capped_articles, together.capped_sites) == (1, 0)
    assert pairs_of(together) == [posted(0, 0, 3), posted(1, 0, 2)]


@pytest.mark.parametrize(
    ("sources", "pages"), [([], []), ([[1]], []), ([], [[1]]), ([[]], [[]]), ([[1]], [[2]])]
)
def test_nothing_in_common_is_no_candidate(sources: Rows, pages: Rows) -> None:
    assert found(sources, pages) == []


@given(st.permutations(["a", "b", "c", "d"]))
def test_of_equally_rare_sources_the_ids_decide_and_not_the_rows(ids: list[str]) -> None:
    sources, pages = sketches([[1]] * 4), sketches([[1]])
    options = Options(min_shared=2, single_hits=2)
    candidates = find_candidates(sources, pages, ids, [None], PLAN, options)
    assert {ids[row] for row in candidates.source} == {"a", "b"}


# --- bands ------------------------------------------------------------------------------------


@laws
@given(signatures, signatures, any_options)
def test_pairs_of_bands_are_those_of_buckets_in_a_dict(sources: Rows, pages: Rows, options: Options) -> None:
    both = sketches([[]] * len(sources), sources), sketches([[]] * len(pages), pages)
    candidates = find_candidates(*both, names(len(sources)), [None] * len(pages), PLAN, options)
    pairs, overfull = colliding(buckets_of(sources), buckets_of(pages), options.max_bucket)
    assert pairs_of(candidates) == sorted(banded(*pair, count) for pair, count in pairs.items())
    assert candidates.overfull == overfull
    assert (candidates.pairs, candidates.capped_articles, candidates.capped_sites) == (0, 0, 0)


def in_order(count: int) -> NDArray[np.int32]:
    """Return ranks that are the order of the rows."""
    return np.arange(count, dtype=np.int32)


@laws
@given(signatures, any_options, st.randoms(use_true_random=False))
def test_ranks_turn_pairs_and_decide_which_documents_of_a_bucket_come_first(
    corpus: Rows, options: Options, random: Random
) -> None:
    rank = list(range(len(corpus)))
    random.shuffle(rank)
    order = [rank.index(place) for place in range(len(corpus))]
    ranked = find_near_duplicates(sketches([[]] * len(corpus), corpus), np.array(rank, np.int32), PLAN, options)
    plain = find_near_duplicates(
        sketches([[]] * len(corpus), [corpus[row] for row in order]), in_order(len(corpus)), PLAN, options
    )
    pairs = zip(plain.source.tolist(), plain.page.tolist(), plain.buckets.tolist(), strict=True)
    turned = zip(ranked.page.tolist(), ranked.source.tolist(), ranked.buckets.tolist(), strict=True)
    assert sorted(turned) == sorted((order[page], order[source], shared) for source, page, shared in pairs)
    assert ranked.page.tolist() == sorted(ranked.page.tolist())
    assert ranked.overfull == plain.overfull


@laws
@given(signatures, signatures, any_options)
def test_the_order_of_sources_does_not_decide_in_overfull_buckets(
    articles: Rows, pages: Rows, options: Options
) -> None:
    ids = names(len(articles))
    found = []
    for order in (range(len(articles)), range(len(articles) - 1, -1, -1)):
        sources = sketches([[]] * len(articles), [articles[row] for row in order])
        candidates = find_candidates(
            sources,
            sketches([[]] * len(pages), pages),
            [ids[row] for row in order],
            [None] * len(pages),
            PLAN,
            options,
        )
        pairs = zip(candidates.source.tolist(), candidates.page.tolist(), strict=True)
        found.append(sorted((ids[order[source]], page) for source, page in pairs))
    assert found[0] == found[1]


@laws
@given(signatures, any_options)
def test_near_duplicates_are_pairs_of_one_corpus_each_once(corpus: Rows, options: Options) -> None:
    candidates = find_near_duplicates(
        sketches([[]] * len(corpus), corpus), in_order(len(corpus)), PLAN, options
    )
    buckets = buckets_of(corpus)
    pairs, _ = colliding(buckets, buckets, options.max_bucket)
    expected = [banded(*pair, count) for pair, count in pairs.items() if pair[1] < pair[0]]
    assert pairs_of(candidates) == sorted(expected)
    assert candidates.overfull == sum(len(held) > options.max_bucket for held in buckets.values())
    assert candidates.by_lane() == {"postings": 0, "bands": len(candidates)}


@laws
@given(st.lists(st.tuples(st.lists(st.integers(1, 5), max_size=3), signature), max_size=5), any_options)
def test_a_pair_that_both_lanes_bring_is_one_pair_with_both(
    documents: list[tuple[list[int], list[int]]], options: Options
) -> None:
    rows, signs = [held for held, _ in documents], [values for _, values in documents]
    sites: Sites = [None] * len(rows)
    both = sketches(rows, signs)
    candidates = find_candidates(both, both, names(len(rows)), sites, PLAN, options)
    by_postings = {pair[:2]: pair for pair in selected(sharing(rows, rows, sites, options), options)}
    by_bands, _ = colliding(buckets_of(signs), buckets_of(signs), options.max_bucket)
    assert pairs_of(candidates) == [
        Pair(
            *pair,
            POSTINGS * (pair in by_postings) | BANDS * (pair in by_bands),
            by_postings[pair].shared if pair in by_postings else 0,
            by_bands.get(pair, 0),
        )
        for pair in sorted(by_postings.keys() | by_bands.keys())
    ]
    assert candidates.by_lane() == {"postings": len(by_postings), "bands": len(by_bands)}


@pytest.mark.parametrize(
    ("most", "pairs", "overfull"), [(1, 4, 2), (2, 7, 2), (4, 10, 2), (5, 10, 0), (9, 10, 0)]
)
def test_of_an_overfull_bucket_the_first_are_paired_with_all(most: int, pairs: int, overfull: int) -> None:
    copies = sketches([[]] * 5, [[7, 7, 7, 7]] * 5)
    candidates = find_near_duplicates(copies, in_order(5), PLAN, Options(max_bucket=most))
    assert {(pair.source, pair.page) for pair in pairs_of(candidates)} == {
        (source, page) for page in range(5) for source in range(min(page, most))
    }
    assert (len(candidates), candidates.overfull) == (pairs, overfull)


@pytest.mark.parametrize("words", [[20, 19, 20, 0], [19] * 4, [20] * 4])
def test_documents_with_too_few_words_are_no_near_duplicates(words: list[int]) -> None:
    copies = sketches([[]] * 4, [[1, 2, 3, 4]] * 4, words)
    enough = [row for row, count in enumerate(words) if count >= 20]
    found = find_near_duplicates(copies, in_order(4), PLAN, Options())
    paired = {(pair.source, pair.page) for pair in pairs_of(found)}
    assert paired == {(source, page) for page in enough for source in enough if source < page}


def test_documents_without_a_shingle_never_pair() -> None:
    # Their signatures are all alike, and so would every bucket of theirs be.
    texts = extract(Document(str(row), text, "p") for row, text in enumerate(["Too short."] * 3 + ["!?"] * 3))
    options = Options(min_words=1)
    plan = plan_bands(options)
    made = sketch(texts, options, values=plan.values)
    assert made.signatures.empty.all()
    assert len(find_near_duplicates(made, in_order(6), plan, options)) == 0
    assert len(find_candidates(made, made, names(6), [None] * 6, plan, options)) == 0


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"scheme": "legacy"},
        {"version": 0},
        {"minimum": np.zeros((1, 5), np.uint32)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_signatures_of_another_kind_are_refused(other: dict[str, Any]) -> None:
    mine = sketches([[1]], [[1, 2, 3, 4]])
    values = {"minimum": np.zeros((1, 4), np.uint32), "empty": np.zeros(1, bool), "seed": 1, **other}
    theirs = Sketches(mine.words, mine.fingerprints, Signatures(**values))
    for sides in ((mine, theirs), (theirs, mine)):
        with pytest.raises(UsageError, match="cannot be compared"):
            find_candidates(*sides, ["a"], [None], PLAN, Options())


# --- both lanes over texts --------------------------------------------------------------------


def numbers(begin: int, end: int) -> list[str]:
    return [f"w{number}" for number in range(begin, end)]


def sketched(texts: Sequence[Sequence[str]], options: Options, plan: Plan) -> Sketches:
    documents = (Document(str(row), " ".join(words), "p") for row, words in enumerate(texts))
    return sketch(extract(documents), options, values=plan.values)


def test_bands_find_near_copies_of_which_every_fingerprint_is_over_the_caps() -> None:
    story = numbers(0, 200)
    sources = [[*story, f"own{row}"] for row in range(3)]
    pages = [[*story, "page"], numbers(500, 700)]
    for options, lanes, capped in (
        (Options(max_articles=1), BANDS, True),
        (Options(max_articles=3), POSTINGS | BANDS, False),
    ):
        plan = plan_bands(options)
        both = sketched(sources, options, plan), sketched(pages, options, plan)
        candidates = find_candidates(*both, names(3), [None] * 2, plan, options)
        assert [(pair.page, pair.source, pair.lanes) for pair in pairs_of(candidates)] == [
            (0, source, lanes) for source in range(3)
        ]
        assert (candidates.shared == 0).all() == capped
        assert (candidates.capped_articles > 20) == capped
        assert (candidates.pairs == 0) == capped
        assert (candidates.buckets >= plan.bands - 5).all()


def test_postings_find_passages_that_bands_do_not() -> None:
    options = Options()
    plan = plan_bands(options)
    lifted = numbers(0, 40)
    source, page = ([*lifted, *numbers(begin, begin + 600)] for begin in (1000, 2000))
    both = sketched([source], options, plan), sketched([page], options, plan)
    (pair,) = pairs_of(find_candidates(*both, ["s"], [None], plan, options))
    assert (pair.lanes, pair.buckets) == (POSTINGS, 0)
    assert pair.shared >= 9
