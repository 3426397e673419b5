"""Sketches to candidates: the pairs worth scoring, from postings, from bands and from key terms.

*Postings* find what shares a passage. Two unrelated news articles share some 5-gram one time in forty, so a
single shared fingerprint says little: pairs that share `Options.min_shared` are candidates, and of the others
each page keeps the few whose fingerprint is rarest. A shared run of 20 words always holds two fingerprints.

*Bands* find what resembles as a whole (Indyk and Motwani 1998; Broder 1997), also where every fingerprint is
too common to bring pairs.

*Key terms* find what tells of the same things in other words: of the sources that share rare words, names and
numbers with a page, those that share the rarest.

Each page is a question of its own: pages can be asked about some at a time, and nothing is changed by that. The
one thing that pages must be counted for beforehand is what stands on too many sites; see `on_many_sites`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse import kernels
from reuse.pairs import BANDS, LEAST_TERMS, POSTINGS, TERMS, Candidates
from reuse.sources import FEW, Holders
from reuse.values import Fingerprints, Sketches, Terms, gathered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.sources import Fingerprinted, Posted, Postings
    from reuse.values import Hashes, Ids, Offsets, Signatures, Truths


#: Fingerprints that a pair shares, at least, if they are too common to bring pairs: a passage of some 25 words
#: of a story that is in the archive many times.
_LONG = 8


#: Candidates of a page, at most: an endless page made of thousands of articles must not stop the others.
_MOST_OF_A_PAGE = 1_000


class _Lane(NamedTuple):
    """The pairs that one lane brings: rows of sources and of pages, and how much the two share."""

    source: Ids
    page: Ids
    shared: Ids


def find_candidates(
    sources: Posted, pages: Sketches, terms: Terms, plan: Plan, options: Options, on_many: Hashes
) -> Candidates:
    """Join sources and pages by each lane, and keep the pairs worth scoring.

    Parameters
    ----------
    sources : Posted
        Sketched with the same options. Of those that are equal otherwise the ones with lower keys come first.
    pages : Sketches
    terms : Terms
        Of the pages.
    plan : Plan
        Of the bands.
    options : Options
        `max_articles`, `min_shared`, `single_hits`, `max_bucket`, `max_term_articles`, `term_candidates`.
    on_many : uint64
        Fingerprints that stand on too many sites, ascending: they bring no pairs.
    """
    fingerprints, capped_sites = _less(pages.fingerprints, on_many)
    by_postings, pairs, capped_articles = _join(sources, fingerprints, options)
    by_bands, overfull = _collide(sources, pages.signatures, plan, options)
    by_terms, capped_terms = _retrieve(sources, terms, options)
    lanes = ((POSTINGS, by_postings), (BANDS, by_bands), (TERMS, by_terms))
    found = _either(lanes, pairs, capped_articles, capped_sites, overfull)
    return _thinned(replace(found, capped_terms=capped_terms), sources.keys)


def on_many_sites(
    sources: Fingerprinted, pages: Iterable[tuple[Fingerprints, Ids]], options: Options
) -> Hashes:
    """Return the fingerprints of sources that pages of more than `Options.max_sites` sites have, ascending.

    Parameters
    ----------
    sources : Fingerprinted
    pages : iterable of (Fingerprints, int32)
        Some pages at a time, with the number of each page's site. Pages without one count as one site together:
        a thousand copies of a story in a folder of files are no boilerplate.
    options : Options
        `max_sites`, `max_articles`.
    """
    hashes, sites = np.zeros(0, np.uint64), np.zeros(0, np.int32)
    for fingerprints, site in pages:
        asked = np.unique(fingerprints.hash)
        known = np.unique(sources.fingerprints(asked).only(asked, options.max_articles).hash)
        shared = np.isin(fingerprints.hash, known)
        of_site = np.repeat(site, np.diff(fingerprints.offsets))
        hashes = np.concatenate((hashes, fingerprints.hash[shared]))
        sites = np.concatenate((sites, of_site[shared]))
        hashes, sites = kernels.ordered(hashes, sites)
    return in_many(hashes, options.max_sites)


def in_many(hashes: Hashes, most: int) -> Hashes:
    """Return the hashes of distinct pairs that are in more than `most` of these, ascending.

    Examples
    --------
    >>> in_many(np.array([7, 5, 7], np.uint64), 1).tolist()
    [7]
    """
    distinct, counts = np.unique(hashes, return_counts=True)
    many: Hashes = distinct[counts > most]
    return many


def _less(fingerprints: Fingerprints, capped: Hashes) -> tuple[Fingerprints, int]:
    """Return fingerprints less some of them, and how many are gone; of a page each counts once."""
    if not len(capped):
        return fingerprints, 0
    kept = ~np.isin(fingerprints.hash, capped)
    page = np.repeat(np.arange(len(fingerprints.offsets) - 1), np.diff(fingerprints.offsets))
    gone, _ = kernels.ordered(fingerprints.hash[~kept], page[~kept].astype(np.int32))
    offsets = np.concatenate(([0], np.cumsum(kept)))[fingerprints.offsets]
    return Fingerprints(fingerprints.hash[kept], offsets), len(gone)


def _join(sources: Posted, pages: Fingerprints, options: Options) -> tuple[_Lane, int, int]:
    """Return the pairs that postings bring, how many share any, and how many were left out as too common."""
    known = sources.fingerprints(pages.hash)
    source, page, shared, _, pairs, capped = kernels.join(
        known.hash,
        known.offsets,
        pages.hash,
        pages.offsets,
        _ranks(sources.keys[known.row]),
        known.common,
        options.max_articles,
        FEW,
        options.min_shared,
        options.single_hits,
        _LONG,
        options.thread_count,
    )
    return _Lane(known.row[source], page, shared), pairs, capped


def _collide(sources: Posted, pages: Signatures, plan: Plan, options: Options) -> tuple[_Lane, int]:
    """Return the pairs that bands bring, and how often a page met an overfull bucket."""
    buckets = find_buckets(pages, pages.empty, plan, options)
    known = sources.buckets(buckets.hash)
    order = np.argsort(_ranks(sources.keys[known.row]))
    ordered = _in_order(known, order)
    source, page, shared, overfull = kernels.collide(
        ordered.hash,
        ordered.offsets,
        buckets.hash,
        buckets.offsets,
        False,
        options.max_bucket,
        options.thread_count,
    )
    return _Lane(known.row[order][source], page, shared), overfull


def _retrieve(sources: Posted, pages: Terms, options: Options) -> tuple[_Lane, int]:
    """Return the pairs that key terms bring, and how many terms of pages were left out as too common."""
    if not options.term_candidates:
        nothing = np.zeros(0, np.int32)
        return _Lane(nothing, nothing, nothing), 0
    known = sources.terms(pages.hash)
    source, page, shared, _, _, capped = kernels.retrieve(
        known.hash,
        known.offsets,
        known.row,
        sources.keys,
        pages.hash,
        pages.offsets,
        len(sources),
        options.max_term_articles,
        LEAST_TERMS,
        options.term_candidates,
        options.thread_count,
    )
    common = int(kernels.members(pages.hash, known.common, options.thread_count).sum())
    return _Lane(source, page, shared), capped + common


def find_holders(terms: Terms) -> Holders:
    """Return which documents have which key terms.

    Examples
    --------
    >>> found = find_holders(Terms(np.array([7, 9, 5, 7], np.uint64), np.array([0, 2, 4])))
    >>> found.hash.tolist(), found.row.tolist(), found.offsets.tolist()
    ([5, 7, 9], [1, 0, 1, 0], [0, 1, 3, 4])
    """
    counts = np.diff(terms.offsets)
    row = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return Holders.of_pairs(*kernels.ordered(terms.hash, row))


def find_near_duplicates(sketches: Sketches, rank: Ids, plan: Plan, options: Options) -> Candidates:
    """Pair the documents of one corpus by bands; of each pair the document of lower rank is the source.

    Parameters
    ----------
    sketches : Sketches
    rank : int32 [D]
        Which documents come first where a bucket is overfull; see `reuse.clusters.preference`.
    plan : Plan
    options : Options
        `max_bucket`, and `min_words`: shorter documents are in no pair.
    """
    return pair_within(buckets_within(sketches, plan, options), rank, options)


def buckets_within(sketches: Sketches, plan: Plan, options: Options) -> Fingerprints:
    """Return the buckets in which documents of one corpus meet: none for those with fewer than `min_words`."""
    left_out = sketches.signatures.empty | (sketches.words < options.min_words)
    return find_buckets(sketches.signatures, left_out, plan, options)


def pair_within(buckets: Fingerprints, rank: Ids, options: Options) -> Candidates:
    """Pair the documents that share a bucket; of each pair the document of lower rank is the source.

    Parameters
    ----------
    buckets : Fingerprints
        Of one corpus; or of any range of hashes alone. What is found in ranges adds up to what is found in all:
        a pair is what is found in any of them, `Candidates.buckets` and `overfull` are sums.
    rank : int32 [D]
    options : Options
        `max_bucket`.

    Returns
    -------
    Candidates
        By page, then by source.

    Examples
    --------
    >>> from reuse.options import Options
    >>> buckets = Fingerprints(np.array([7, 8, 7, 8], np.uint64), np.array([0, 2, 3, 4]))
    >>> found = pair_within(buckets, np.array([2, 0, 1], np.int32), Options())
    >>> found.source.tolist(), found.page.tolist()
    ([1, 2], [0, 0])
    """
    order = np.argsort(rank)
    ordered = _in_order(buckets, order)
    first, second, shared, overfull = kernels.collide(
        *(ordered.hash, ordered.offsets) * 2, True, options.max_bucket, options.thread_count
    )
    row = order.astype(np.int32)
    source, page = row[first], row[second]
    order = np.lexsort((source, page))
    lanes = np.full(len(source), BANDS, np.uint8)
    nothing = np.zeros(len(source), np.int32)
    return Candidates(source[order], page[order], lanes, nothing, shared[order], nothing, overfull=overfull)


def find_buckets(signatures: Signatures, left_out: Truths, plan: Plan, options: Options) -> Fingerprints:
    """Return the buckets of documents: one hash for each band, none for those left out.

    Parameters
    ----------
    signatures : Signatures
    left_out : bool [D]
        Documents without a shingle, at least: their signatures say nothing.
    plan : Plan
    options : Options
    """
    minima, size = signatures.minimum, signatures.minimum.shape[1]
    return Fingerprints(
        *kernels.bands(
            minima.reshape(-1), left_out.astype(np.uint8), size, plan.bands, plan.rows, options.thread_count
        )
    )


def _in_order(known: Postings | Fingerprints, order: Offsets) -> Fingerprints:
    """Return the hashes of some documents in another order of these."""
    if not np.any(order[1:] < order[:-1]):
        return Fingerprints(known.hash, known.offsets)
    places, offsets = gathered(known.offsets, order)
    return Fingerprints(known.hash[places], offsets)


def _either(
    lanes: tuple[tuple[int, _Lane], ...], pairs: int, capped_articles: int, capped_sites: int, overfull: int
) -> Candidates:
    """Return the pairs of all lanes, in page order."""
    keys = [(lane.page.astype(np.int64) << 32) | lane.source for _, lane in lanes]
    union = np.unique(np.concatenate(keys))
    places = [np.searchsorted(union, key) for key in keys]
    brought_by = np.zeros(len(union), np.uint8)
    for (bit, _), place in zip(lanes, places, strict=True):
        brought_by[place] |= bit
    shared, buckets, terms = (
        _spread(lane.shared, place, len(union)) for (_, lane), place in zip(lanes, places, strict=True)
    )
    return Candidates(
        source=(union & 0xFFFFFFFF).astype(np.int32),
        page=(union >> 32).astype(np.int32),
        lanes=brought_by,
        shared=shared,
        buckets=buckets,
        terms=terms,
        pairs=pairs,
        capped_articles=capped_articles,
        capped_sites=capped_sites,
        overfull=overfull,
    )


def _thinned(candidates: Candidates, keys: Hashes) -> Candidates:
    """Keep some candidates of each page: those that share most fingerprints, then buckets, then terms."""
    page = candidates.page
    if np.bincount(page, minlength=1).max() <= _MOST_OF_A_PAGE:
        return candidates
    most = (-candidates.terms, -candidates.buckets, -candidates.shared)
    order = np.lexsort((keys[candidates.source], *most, page))
    place = np.arange(len(page)) - np.searchsorted(page[order], page[order])
    kept = np.sort(order[place < _MOST_OF_A_PAGE])
    return replace(candidates.take(kept), crowded=len(page) - len(kept))


def _spread(values: Ids, places: Offsets, size: int) -> Ids:
    column = np.zeros(size, np.int32)
    column[places] = values
    return column


def _ranks(keys: Hashes) -> Ids:
    """Return the place of each key among all of them in order."""
    ranks = np.empty(len(keys), np.int32)
    ranks[np.argsort(keys)] = np.arange(len(keys), dtype=np.int32)
    return ranks
