"""Fingerprints to candidates: the pairs worth scoring, from postings.

Two unrelated news articles share some 5-gram one time in forty, so a single shared fingerprint says little:
pairs that share `Options.min_shared` are candidates, and of the others each page keeps the few whose
fingerprint is rarest. A shared run of 20 words always holds two fingerprints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.values import Candidates, Fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.options import Options
    from reuse.values import Ids


def find_candidates(
    sources: Fingerprints,
    pages: Fingerprints,
    source_ids: Sequence[str],
    page_sites: Sequence[str | None],
    options: Options,
) -> Candidates:
    """Join the postings of both sides and keep the pairs worth scoring.

    Parameters
    ----------
    sources, pages : Fingerprints
        Winnowed, with the same options.
    source_ids : sequence of str
        Decide between sources whose fingerprints are equally rare, so that the order of the input does not.
    page_sites : sequence of str or None
        Where each page stands. Pages without one count as one site together: a thousand copies of a story in
        a folder of files are no boilerplate.
    options : Options
        `max_articles`, `max_sites`, `min_shared`, `single_hits`.

    Returns
    -------
    Candidates
    """
    source, page, shared, rarity, capped_articles, capped_sites = kernels.join(
        sources.hash,
        sources.offsets,
        pages.hash,
        pages.offsets,
        _numbered(page_sites),
        options.max_articles,
        options.max_sites,
        options.thread_count,
    )
    kept = shared >= options.min_shared
    kept[_rarest(_ranks(source_ids)[source], page, rarity, ~kept, options.single_hits)] = True
    return Candidates(
        source[kept], page[kept], shared[kept], rarity[kept], len(source), capped_articles, capped_sites
    )


def _numbered(sites: Sequence[str | None]) -> Ids:
    """Give every site a number; pages without one share a number, and so never reach the cap of sites."""
    numbers: dict[str | None, int] = {}
    return np.fromiter((numbers.setdefault(site, len(numbers)) for site in sites), np.int32, len(sites))


def _ranks(ids: Sequence[str]) -> Ids:
    """Return the place of each id among all of them in order."""
    ranks = np.empty(len(ids), np.int32)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return ranks


def _rarest(source_rank: Ids, page: Ids, rarity: np.ndarray, eligible: np.ndarray, count: int) -> np.ndarray:
    """Return the indices of the `count` eligible pairs of each page with the smallest rarity."""
    pairs = np.flatnonzero(eligible)
    pairs = pairs[np.lexsort((source_rank[pairs], rarity[pairs], page[pairs]))]
    pages = page[pairs]
    rank = np.arange(len(pairs)) - np.searchsorted(pages, pages)
    return pairs[rank < count]
