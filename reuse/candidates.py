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
from reuse.values import Fingerprints, Sketches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.values import Ids, Offsets, Signatures, Truths


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
    source, page, shared, _, pairs, capped_articles, capped_sites = kernels.join(
        sources.fingerprints.hash,
        sources.fingerprints.offsets,
        pages.fingerprints.hash,
        pages.fingerprints.offsets,
        _numbered(page_sites),
        _ranks(source_ids),
        options.max_articles,
        options.max_sites,
        options.min_shared,
        options.single_hits,
        options.thread_count,
    )
    sides = (
        _bands(sources.signatures, sources.signatures.empty, plan, options),
        _bands(pages.signatures, pages.signatures.empty, plan, options),
    )
    collisions = _collide(*sides, options, within=False)
    return _either((source, page, shared), collisions, pairs, capped_articles, capped_sites)


def find_near_duplicates(sketches: Sketches, plan: Plan, options: Options) -> Candidates:
    """Pair the documents of one corpus by bands; of each pair the earlier document is the source.

    Parameters
    ----------
    sketches : Sketches
    plan : Plan
    options : Options
        `max_bucket`, and `min_words`: shorter documents are in no pair.
    """
    left_out = sketches.signatures.empty | (sketches.words < options.min_words)
    buckets = _bands(sketches.signatures, left_out, plan, options)
    source, page, shared, overfull = _collide(buckets, buckets, options, within=True)
    lanes = np.full(len(source), BANDS, np.uint8)
    return Candidates(source, page, lanes, np.zeros_like(shared), shared, overfull=overfull)


def _bands(signatures: Signatures, left_out: Truths, plan: Plan, options: Options) -> Fingerprints:
    """Return the buckets of each document: one hash for each band, none for those left out."""
    minima, size = signatures.minimum.reshape(-1), signatures.minimum.shape[1]
    hashes, offsets = kernels.bands(
        minima, left_out.astype(np.uint8), size, plan.bands, plan.rows, options.thread_count
    )
    return Fingerprints(hashes, offsets)


def _collide(
    sources: Fingerprints, pages: Fingerprints, options: Options, *, within: bool
) -> tuple[Ids, Ids, Ids, int]:
    """Return source, page and shared buckets of each pair, and how many buckets were overfull."""
    return kernels.collide(
        sources.hash,
        sources.offsets,
        pages.hash,
        pages.offsets,
        within,
        options.max_bucket,
        options.thread_count,
    )


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
