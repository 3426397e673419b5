"""Sketches to candidates: the pairs worth scoring, from postings and from bands.

*Postings* find what shares a passage. Two unrelated news articles share some 5-gram one time in forty, so a
single shared fingerprint says little: pairs that share `Options.min_shared` are candidates, and of the others
each page keeps the few whose fingerprint is rarest. A shared run of 20 words always holds two fingerprints.

*Bands* find what resembles as a whole (Indyk and Motwani 1998; Broder 1997), also where every fingerprint is
too common to bring pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.pairs import BANDS, POSTINGS, Candidates
from reuse.values import Sketches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.values import Hashes, Ids, Offsets, Signatures, Truths


def find_candidates(
    sources: Sketches,
    pages: Sketches,
    source_ids: Sequence[str],
    page_sites: Sequence[str | None],
    plan: Plan,
    options: Options,
) -> Candidates:
    """Join sources and pages by postings and by bands, and keep the pairs worth scoring.

    Parameters
    ----------
    sources, pages : Sketches
        With the same options.
    source_ids : sequence of str
        Decide between sources whose fingerprints are equally rare, so that the order of the input does not.
    page_sites : sequence of str or None
        Where each page stands. Pages without one count as one site together: a thousand copies of a story in
        a folder of files are no boilerplate.
    plan : Plan
        Of the bands.
    options : Options
        `max_articles`, `max_sites`, `min_shared`, `single_hits`, `max_bucket`.

    Raises
    ------
    UsageError
        If the signatures of the two sides are of different kinds.
    """
    sources.signatures.require_same(pages.signatures)
    ranks = _ranks(source_ids)
    source, page, shared, _, pairs, capped_articles, capped_sites = kernels.join(
        sources.fingerprints.hash,
        sources.fingerprints.offsets,
        pages.fingerprints.hash,
        pages.fingerprints.offsets,
        _numbered(page_sites),
        ranks,
        options.max_articles,
        options.max_sites,
        options.min_shared,
        options.single_hits,
        options.thread_count,
    )
    as_they_are = np.arange(len(page_sites), dtype=np.int32)
    collisions = _collide(sources.signatures, ranks, pages.signatures, as_they_are, plan, options)
    return _either((source, page, shared), collisions, pairs, capped_articles, capped_sites)


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
    left_out = sketches.signatures.empty | (sketches.words < options.min_words)
    buckets = _buckets(sketches.signatures, rank, plan, options, left_out)
    first, second, shared, overfull = kernels.collide(
        *buckets, *buckets, True, options.max_bucket, options.thread_count
    )
    row = np.argsort(rank).astype(np.int32)
    source, page = row[first], row[second]
    order = np.lexsort((source, page))
    lanes = np.full(len(source), BANDS, np.uint8)
    nothing = np.zeros(len(source), np.int32)
    return Candidates(source[order], page[order], lanes, nothing, shared[order], overfull=overfull)


def _buckets(
    signatures: Signatures, rank: Ids, plan: Plan, options: Options, left_out: Truths
) -> tuple[Hashes, Offsets]:
    """Return the buckets of documents, in order of rank: one hash for each band, none for those left out."""
    minima, size = signatures.minimum, signatures.minimum.shape[1]
    if np.any(rank[1:] < rank[:-1]):
        order = np.argsort(rank)
        minima, left_out = minima[order], left_out[order]
    hashes, offsets = kernels.bands(
        minima.reshape(-1), left_out.astype(np.uint8), size, plan.bands, plan.rows, options.thread_count
    )
    return hashes, offsets


def _collide(
    sources: Signatures, source_rank: Ids, pages: Signatures, page_rank: Ids, plan: Plan, options: Options
) -> tuple[Ids, Ids, Ids, int]:
    """Return source, page and shared buckets of each pair, and how many buckets were overfull."""
    source, page, shared, overfull = kernels.collide(
        *_buckets(sources, source_rank, plan, options, sources.empty),
        *_buckets(pages, page_rank, plan, options, pages.empty),
        False,
        options.max_bucket,
        options.thread_count,
    )
    return np.argsort(source_rank).astype(np.int32)[source], page, shared, overfull


def _either(
    postings: tuple[Ids, Ids, Ids],
    collisions: tuple[Ids, Ids, Ids, int],
    pairs: int,
    capped_articles: int,
    capped_sites: int,
) -> Candidates:
    """Return the pairs of both lanes, in page order."""
    columns = postings[:2], collisions[:2]
    keys = [(page.astype(np.int64) << 32) | source for source, page in columns]
    union = np.union1d(*keys)
    places = [np.searchsorted(union, key) for key in keys]
    lanes = np.zeros(len(union), np.uint8)
    for place, lane in zip(places, (POSTINGS, BANDS), strict=True):
        lanes[place] |= lane
    return Candidates(
        source=(union & 0xFFFFFFFF).astype(np.int32),
        page=(union >> 32).astype(np.int32),
        lanes=lanes,
        shared=_spread(postings[2], places[0], len(union)),
        buckets=_spread(collisions[2], places[1], len(union)),
        pairs=pairs,
        capped_articles=capped_articles,
        capped_sites=capped_sites,
        overfull=collisions[3],
    )


def _spread(values: Ids, places: Offsets, size: int) -> Ids:
    column = np.zeros(size, np.int32)
    column[places] = values
    return column


def _numbered(sites: Sequence[str | None]) -> Ids:
    """Give every site a number; pages without one share a number, and so never reach the cap of sites."""
    numbers: dict[str | None, int] = {}
    return np.fromiter((numbers.setdefault(site, len(numbers)) for site in sites), np.int32, len(sites))


def _ranks(ids: Sequence[str]) -> Ids:
    """Return the place of each id among all of them in order."""
    ranks = np.empty(len(ids), np.int32)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks
