"""Sketches to candidates: the pairs worth scoring, by postings, by bands and by key terms.

Covers: ``reuse/candidates.py``. Compares against: a selection over sets in plain Python, buckets in a dict, the
twin of retrieval.
Run: ``pytest tests/test_candidates.py``
"""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reuse import Document, Options, Plan, plan_bands
from reuse.candidates import (
    find_buckets,
    find_candidates,
    find_holders,
    find_near_duplicates,
    on_many_sites,
)
from reuse.pairs import BANDS, POSTINGS, TERMS, Candidates, lane_counts
from reuse.pipeline.holding import held
from reuse.sketches import sketch
from reuse.sources import NO_HASHES, HeldSources, Postings
from reuse.stock import Stock
from reuse.terms import OF_A_PAGE, key_terms
from reuse.texts import extract, lay_out
from reuse.values import NO_BOILERPLATE, Fingerprints, Signatures, Sketches, Terms, key_of_id
from tests.reference.ragged import flat, offsets_of
from tests.reference.retrieval import retrieve

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
    terms: int = 0


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


def terms_of(rows: Rows) -> Terms:
    """Return key terms, each row's in order."""
    return Terms(flat([sorted(row) for row in rows], np.uint64), offsets_of(rows))


def known(
    of_sources: Sketches,
    plan: Plan = PLAN,
    options: Options | None = None,
    ids: Sequence[str] | None = None,
    terms: Rows | None = None,
) -> HeldSources:
    """Return sources that have some sketches; the order of their keys is that of the rows, but for `ids`."""
    options = options or Options()
    count = len(of_sources.words)
    texts = extract(Document(name, "x", "p") for name in (names(count) if ids is None else ids))
    buckets = find_buckets(of_sources.signatures, of_sources.signatures.empty, plan, options)
    return HeldSources(
        texts,
        of_sources,
        buckets,
        find_holders(terms_of([[]] * count if terms is None else terms)),
        NO_BOILERPLATE,
        Stock(NO_HASHES, NO_HASHES),
        options,
    )


def candidates_of(
    sources: HeldSources,
    pages: Sketches,
    plan: Plan,
    options: Options,
    sites: Sites | None = None,
    terms: Rows | None = None,
) -> Candidates:
    """Return the candidates of an audit; pages have no site unless `sites` says otherwise."""
    count = len(pages.words)
    numbers: dict[str | None, int] = {}
    of_pages = [numbers.setdefault(site, len(numbers)) for site in sites or [None] * count]
    each = [(pages.fingerprints, np.array(of_pages, np.int32))]
    on_many = on_many_sites(sources, each, options)
    asked = terms_of([[]] * count if terms is None else terms)
    return find_candidates(sources, pages, asked, plan, options, on_many)


def pairs_of(candidates: Candidates) -> list[Pair]:
    columns = (
        candidates.page,
        candidates.source,
        candidates.lanes,
        candidates.shared,
        candidates.buckets,
        candidates.terms,
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
    return pairs_of(candidates_of(known(sketches(sources)), sketches(pages), PLAN, options or Options(), sites))


def names(count: int) -> list[str]:
    """Return ids of which the order of the keys is that of the rows."""
    return sorted((f"{row:05}" for row in range(count)), key=key_of_id)


class Sharing(NamedTuple):
    """A pair that shares fingerprints: under the caps, the rarity of the rarest; and those of many sources."""

    page: int
    source: int
    shared: int
    rarity: int
    common: int

    @property
    def run(self) -> int:
        """All that both have."""
        return self.shared + self.common


class Held(NamedTuple):
    """How many sources have a fingerprint, and the pages of how many sites."""

    articles: int
    sites: int


def holders(sources: Rows, pages: Rows, sites: Sites) -> dict[int, Held]:
    """Return who has each fingerprint that both sides have; all pages without a site are one site together."""
    both = {one for row in sources for one in row} & {one for row in pages for one in row}
    return {
        one: Held(
            sum(one in row for row in sources),
            len({site for row, site in zip(pages, sites, strict=True) if one in row}),
        )
        for one in both
    }


def sharing(sources: Rows, pages: Rows, sites: Sites, options: Options, few: int) -> list[Sharing]:
    """Return every pair that shares a fingerprint, page by page, then source by source.

    One on too many sites is none; one in too many sources counts for the first few of these.
    """
    pairs = []
    known = {
        one: who
        for one, who in holders(sources, pages, sites).items()
        if who.articles > options.max_articles or who.sites <= options.max_sites
    }
    for page, on_page in enumerate(pages):
        for source, in_source in enumerate(sources):
            both = set(on_page) & set(in_source) & known.keys()
            rarities = [known[one].articles for one in both if known[one].articles <= options.max_articles]
            common = [
                one
                for one in both
                if known[one].articles > options.max_articles
                and sum(one in row for row in sources[:source]) < few
            ]
            if rarities or common:
                pairs.append(Sharing(page, source, len(rarities), min(rarities, default=0), len(common)))
    return pairs


def capped(sources: Rows, pages: Rows, sites: Sites, options: Options) -> tuple[int, int]:
    """Return how many fingerprints of pages are left out, for too many articles and for too many sites."""
    by_articles = by_sites = 0
    for one, who in holders(sources, pages, sites).items():
        on_pages = sum(one in row for row in pages)
        if who.articles > options.max_articles:
            by_articles += on_pages
        elif who.sites > options.max_sites:
            by_sites += on_pages
    return by_articles, by_sites


def selected(pairs: list[Sharing], options: Options, long: int) -> list[Sharing]:
    """Return the pairs that share enough; of the others each page's rarest, then its longest."""
    kept = [pair for pair in pairs if pair.shared >= options.min_shared]
    for page in {pair.page for pair in pairs}:
        weak = [pair for pair in pairs if pair.page == page and pair.shared < options.min_shared]
        rarest = sorted((pair for pair in weak if pair.shared), key=lambda pair: (pair.rarity, pair.source))
        kept += rarest[: options.single_hits]
        runs = [pair for pair in weak if pair.run >= long and pair not in rarest[: options.single_hits]]
        kept += sorted(runs, key=lambda pair: (-pair.run, pair.source))[: options.single_hits]
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
    """Return how many buckets each page and source share, and how often a page met an overfull one."""
    pairs: dict[tuple[int, int], int] = defaultdict(int)
    met = sources.keys() & pages.keys()
    for bucket in met:
        for source in sources[bucket][:most]:
            for page in pages[bucket]:
                pairs[page, source] += 1
    return pairs, sum(len(pages[bucket]) for bucket in met if len(sources[bucket]) > most)


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
    max_term_articles=st.integers(1, 4),
    term_candidates=st.integers(0, 3),
    threads=st.sampled_from([1, 2, 8]),
)
signature: st.SearchStrategy[list[int]] = st.lists(st.integers(0, 2), min_size=4, max_size=4) | st.builds(list)
signatures = st.lists(signature, max_size=7)
some_terms: st.SearchStrategy[list[int]] = st.lists(st.integers(1, 8), max_size=5, unique=True)


# --- postings ---------------------------------------------------------------------------------


@laws
@given(rows, pages_with_sites, any_options, st.integers(1, 3), st.integers(1, 4))
def test_candidates_of_postings_are_those_of_a_plain_selection(
    sources: Rows, pages: list[tuple[list[int], str | None]], options: Options, few: int, long: int
) -> None:
    on_pages = [held for held, _ in pages]
    sites = [site for _, site in pages]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reuse.candidates.FEW", few)
        patch.setattr("reuse.candidates._LONG", long)
        candidates = candidates_of(known(sketches(sources)), sketches(on_pages), PLAN, options, sites)
    pairs = sharing(sources, on_pages, sites, options, few)
    assert pairs_of(candidates) == [posted(*pair[:3]) for pair in selected(pairs, options, long)]
    assert candidates.pairs == sum(pair.shared > 0 for pair in pairs)
    assert (candidates.capped_articles, candidates.capped_sites) == capped(sources, on_pages, sites, options)
    assert candidates.overfull == 0


@laws
@given(rows, pages_with_sites, any_options, st.integers(0, 5))
def test_pages_may_be_asked_about_some_at_a_time(
    sources: Rows, pages: list[tuple[list[int], str | None]], options: Options, cut: int
) -> None:
    on_pages = [row for row, _ in pages]
    numbers = {None: 0, "a.org": 1, "b.org": 2}
    of_pages = [numbers[site] for _, site in pages]
    mine = known(sketches(sources), terms=[sorted({*row}) for row in sources])

    def asked(begin: int, end: int) -> tuple[Fingerprints, NDArray[np.int32]]:
        return sketches(on_pages[begin:end]).fingerprints, np.array(of_pages[begin:end], np.int32)

    on_many = on_many_sites(mine, [asked(0, len(pages))], options)
    parts = [(0, cut), (cut, len(pages))]
    assert on_many_sites(mine, [asked(*part) for part in parts], options).tolist() == on_many.tolist()
    (whole,), some = (
        [
            find_candidates(
                mine,
                sketches(on_pages[begin:end]),
                terms_of([sorted({*row}) for row in on_pages[begin:end]]),
                PLAN,
                options,
                on_many,
            )
            for begin, end in bounds
        ]
        for bounds in ([(0, len(pages))], parts)
    )
    found = [
        pair._replace(page=pair.page + begin)
        for part, (begin, _) in zip(some, parts, strict=True)
        for pair in pairs_of(part)
    ]
    assert found == pairs_of(whole)
    for count in ("pairs", "capped_articles", "capped_sites", "overfull"):
        assert sum(getattr(part, count) for part in some) == getattr(whole, count)


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
    # 1 is in both sources, 2 and 3 are on two pages, 4 is one article's on one page; each page has 1.
    sources = known(sketches([[1, 2, 3, 4], [1]]))
    pages = sketches([[1, 2, 3, 4], [1, 2, 3]])
    options = Options(max_articles=1, max_sites=1)
    apart = candidates_of(sources, pages, PLAN, options, ["a.org", "b.org"])
    assert (apart.capped_articles, apart.capped_sites) == (2, 4)
    assert pairs_of(apart) == [posted(0, 0, 1)]
    together = candidates_of(sources, pages, PLAN, options, ["a.org", "a.org"])
    assert (together.capped_articles, together.capped_sites) == (2, 0)
    assert pairs_of(together) == [posted(0, 0, 3), posted(1, 0, 2)]


@pytest.mark.parametrize(
    ("sources", "pages"), [([], []), ([[1]], []), ([], [[1]]), ([[]], [[]]), ([[1]], [[2]])]
)
def test_nothing_in_common_is_no_candidate(sources: Rows, pages: Rows) -> None:
    assert found(sources, pages) == []


@given(st.permutations(["a", "b", "c", "d"]))
def test_of_equally_rare_sources_the_keys_decide_and_not_the_rows(ids: list[str]) -> None:
    sources, pages = known(sketches([[1]] * 4), ids=ids), sketches([[1]])
    options = Options(min_shared=2, single_hits=2)
    candidates = candidates_of(sources, pages, PLAN, options)
    assert {ids[row] for row in candidates.source} == set(sorted(ids, key=key_of_id)[:2])


@laws
@given(
    st.sets(st.tuples(st.integers(0, 9), st.integers(0, 6)), max_size=25),
    st.sets(st.integers(0, 9)),
    st.sets(st.integers(0, 9), max_size=2),
    st.integers(1, 5),
)
def test_of_postings_only_those_asked_for_that_are_not_common(
    pairs: set[tuple[int, int]], asked: set[int], common: set[int], most: int
) -> None:
    def ascending(hashes: set[int]) -> NDArray[np.uint64]:
        return np.array(sorted(hashes), np.uint64)

    def listed(some: Postings) -> list[tuple[int, int]]:
        return list(zip(np.repeat(some.row, np.diff(some.offsets)).tolist(), some.hash.tolist(), strict=True))

    hashes, rows = (np.array([pair[part] for pair in pairs], np.uint64) for part in range(2))
    postings = Postings.of_pairs(hashes, rows.astype(np.int32), ascending(common))
    assert listed(postings) == sorted((row, held) for held, row in pairs)
    often = {held for held in range(10) if sum(pair[0] == held for pair in pairs) > most}
    wanted = asked - common - often
    found = postings.only(ascending(asked), most)
    assert listed(found) == sorted((row, held) for held, row in pairs if held in wanted)
    assert found.row.tolist() == sorted({row for held, row in pairs if held in wanted})
    assert [part.dtype for part in (found.row, found.hash, found.offsets)] == [np.int32, np.uint64, np.int64]


# --- bands ------------------------------------------------------------------------------------


@laws
@given(signatures, signatures, any_options)
def test_pairs_of_bands_are_those_of_buckets_in_a_dict(sources: Rows, pages: Rows, options: Options) -> None:
    mine = known(sketches([[]] * len(sources), sources))
    candidates = candidates_of(mine, sketches([[]] * len(pages), pages), PLAN, options)
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
        mine = known(sources, ids=[ids[row] for row in order])
        candidates = candidates_of(mine, sketches([[]] * len(pages), pages), PLAN, options)
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
    assert lane_counts(candidates.lanes) == {"postings": 0, "bands": len(candidates), "terms": 0}


@laws
@given(
    st.lists(st.tuples(st.lists(st.integers(1, 5), max_size=3), signature, some_terms), max_size=5),
    any_options,
)
def test_a_pair_that_several_lanes_bring_is_one_pair_with_all(
    documents: list[tuple[list[int], list[int], list[int]]], options: Options
) -> None:
    rows, signs, words = ([document[part] for document in documents] for part in range(3))
    sites: Sites = [None] * len(rows)
    both = sketches(rows, signs)
    candidates = candidates_of(known(both, terms=words), both, PLAN, options, terms=words)
    chosen = selected(sharing(rows, rows, sites, options, 20), options, 8)
    by_postings = {pair[:2]: pair for pair in chosen}
    by_bands, _ = colliding(buckets_of(signs), buckets_of(signs), options.max_bucket)
    by_terms = retrieved(words, words, options)
    assert pairs_of(candidates) == [
        Pair(
            *pair,
            POSTINGS * (pair in by_postings) | BANDS * (pair in by_bands) | TERMS * (pair in by_terms),
            by_postings[pair].shared if pair in by_postings else 0,
            by_bands.get(pair, 0),
            by_terms.get(pair, 0),
        )
        for pair in sorted(by_postings.keys() | by_bands.keys() | by_terms.keys())
    ]
    assert lane_counts(candidates.lanes) == {
        "postings": len(by_postings),
        "bands": len(by_bands),
        "terms": len(by_terms),
    }


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
    assert len(candidates_of(held(texts, options), made, plan, options)) == 0


# --- key terms --------------------------------------------------------------------------------


def retrieved(sources: Rows, pages: Rows, options: Options) -> dict[tuple[int, int], int]:
    """Return the pairs that key terms bring, as their twin has it: how many terms each shares."""
    if not options.term_candidates:
        return {}
    of_sources, of_pages = terms_of(sources), terms_of(pages)
    holders = find_holders(of_sources)
    source, page, shared, *_ = retrieve(
        holders.hash,
        holders.offsets,
        holders.row,
        np.arange(len(sources), dtype=np.uint64),
        of_pages.hash,
        of_pages.offsets,
        len(sources),
        options.max_term_articles,
        2,
        options.term_candidates,
        1,
    )
    return dict(zip(zip(page.tolist(), source.tolist(), strict=True), shared.tolist(), strict=True))


@laws
@given(st.lists(some_terms, max_size=7), st.lists(some_terms, max_size=4), any_options)
def test_pairs_of_key_terms_are_those_of_their_twin_in_any_order_of_sources(
    sources: Rows, pages: Rows, options: Options
) -> None:
    ids = names(len(sources))
    expected = sorted(
        Pair(page, source, TERMS, 0, 0, shared)
        for (page, source), shared in retrieved(sources, pages, options).items()
    )
    for order in (range(len(sources)), range(len(sources) - 1, -1, -1)):
        mine = known(
            sketches([[]] * len(sources)),
            ids=[ids[row] for row in order],
            terms=[sources[row] for row in order],
        )
        candidates = candidates_of(mine, sketches([[]] * len(pages)), PLAN, options, terms=pages)
        found = sorted(pair._replace(source=order[pair.source]) for pair in pairs_of(candidates))
        assert found == expected
        holders = {term: sum(term in source for source in sources) for page in pages for term in page}
        over = {term for term, count in holders.items() if count > options.max_term_articles}
        # Where no candidate is wanted nothing is looked up.
        capped = sum(len(over & set(page)) for page in pages) if options.term_candidates else 0
        assert candidates.capped_terms == capped


def test_what_is_retold_in_other_words_shares_key_terms_alone() -> None:
    told = (
        "Zygmunt Wiśniewski, the mayor of Kraków, opened the new bridge over the Vistula on Tuesday, and said "
        "that Przemysław Nowakowski of the Wawel foundation had paid for the lanterns."
    )
    retold = (
        "Lanterns given by Nowakowski (Przemysław, of Wawel's foundation) light a bridge that Kraków's mayor "
        "Wiśniewski, first name Zygmunt, has inaugurated: it crosses the Vistula."
    )
    other = "A storm over the valley brought down trees, and trains were late until the evening of Sunday."
    options = Options(max_term_articles=50)
    plan = plan_bands(options)
    sources = held(lay_out([other + f" {number}" for number in range(30)] + [told]), options)
    pages = lay_out([retold])
    terms = key_terms(pages, options, most=OF_A_PAGE)
    sketched_pages = sketch(pages, options, values=plan.values)
    candidates = find_candidates(sources, sketched_pages, terms, plan, options, NO_HASHES)
    (pair,) = pairs_of(candidates)
    assert (pair.source, pair.lanes, pair.shared, pair.buckets) == (30, TERMS, 0, 0)
    assert pair.terms >= 4
    none = Options(max_term_articles=50, term_candidates=0)
    assert len(find_candidates(sources, sketched_pages, terms, plan, none, NO_HASHES)) == 0


# --- all lanes over texts ---------------------------------------------------------------------


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
        (Options(max_articles=1, single_hits=0), BANDS, True),
        (Options(max_articles=1), POSTINGS | BANDS, True),
        (Options(max_articles=3), POSTINGS | BANDS, False),
    ):
        plan = plan_bands(options)
        mine = known(sketched(sources, options, plan), plan, options)
        candidates = candidates_of(mine, sketched(pages, options, plan), plan, options)
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
    mine = known(sketched([source], options, plan), plan, options)
    (pair,) = pairs_of(candidates_of(mine, sketched([page], options, plan), plan, options))
    assert (pair.lanes, pair.buckets) == (POSTINGS, 0)
    assert pair.shared >= 9


@laws
@given(
    st.lists(st.lists(st.integers(0, 12), max_size=8), min_size=1, max_size=8),
    st.lists(st.lists(st.integers(0, 12), max_size=12), min_size=1, max_size=4),
    st.integers(1, 5),
)
def test_of_a_crowded_page_those_are_compared_that_share_the_most(
    sources: Rows, pages: Rows, most: int
) -> None:
    options = Options(min_shared=1)
    every = found(sources, pages, options=options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reuse.candidates._MOST_OF_A_PAGE", most)
        some = candidates_of(known(sketches(sources)), sketches(pages), PLAN, options)
    by_page: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in every:
        by_page[pair.page].append(pair)
    # Keys of the sources are in the order of their rows.
    best = [sorted(of_page, key=lambda one: (-one.shared, one.source))[:most] for of_page in by_page.values()]
    assert pairs_of(some) == sorted(pair for of_page in best for pair in of_page)
    assert some.crowded == len(every) - len(some)
