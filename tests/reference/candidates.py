"""Twins of the search for candidates: which pairs of rows share hashes that are not too common."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


def join(
    source: NDArray[np.uint64],
    source_offsets: NDArray[np.int64],
    page: NDArray[np.uint64],
    page_offsets: NDArray[np.int64],
    page_site: NDArray[np.int32],
    source_rank: NDArray[np.int32],
    max_articles: int,
    max_sites: int,
    min_shared: int,
    single_hits: int,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], int, int, int]:
    """Return source, page, shared, rarity of the pairs kept, then pairs, capped_articles, capped_sites."""
    del threads
    site_of, rank_of = page_site.tolist(), source_rank.tolist()
    sources, pages = holders(source, source_offsets), holders(page, page_offsets)
    capped_articles = capped_sites = 0
    rarities: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for fingerprint in sources.keys() & pages.keys():
        articles = len(sources[fingerprint])
        sites = len({site_of[row] for row in pages[fingerprint]})
        if articles > max_articles:
            capped_articles += 1
        elif sites > max_sites:
            capped_sites += 1
        else:
            for page_row in pages[fingerprint]:
                for source_row in sources[fingerprint]:
                    rarities[page_row][source_row].append(articles * sites)
    kept = []
    for page_row, found in sorted(rarities.items()):
        strong = {row for row, of_pair in found.items() if len(of_pair) >= min_shared}
        weak = sorted(found.keys() - strong, key=lambda row: (min(found[row]), rank_of[row]))
        kept += [(page_row, source_row) for source_row in sorted({*strong, *weak[:single_hits]})]
    return (
        np.array([source_row for _, source_row in kept], dtype=np.int32),
        np.array([page_row for page_row, _ in kept], dtype=np.int32),
        np.array([len(rarities[page_row][source_row]) for page_row, source_row in kept], dtype=np.int32),
        np.array([min(rarities[page_row][source_row]) for page_row, source_row in kept], dtype=np.int64),
        sum(map(len, rarities.values())),
        capped_articles,
        capped_sites,
    )


def collide(
    source: NDArray[np.uint64],
    source_offsets: NDArray[np.int64],
    page: NDArray[np.uint64],
    page_offsets: NDArray[np.int64],
    within: bool,  # noqa: FBT001
    max_bucket: int,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], int]:
    """Return source, page, shared of the pairs, then overfull."""
    del threads
    sources = holders(source, source_offsets)
    pages = sources if within else holders(page, page_offsets)
    shared: Counter[tuple[int, int]] = Counter()
    overfull = 0
    for bucket in sources.keys() & pages.keys():
        overfull += len(sources[bucket]) > max_bucket
        firsts = sorted(sources[bucket])[:max_bucket]
        shared.update(
            (page_row, source_row)
            for page_row in pages[bucket]
            for source_row in firsts
            if not within or source_row < page_row
        )
    pairs = sorted(shared)
    return (
        np.array([source_row for _, source_row in pairs], dtype=np.int32),
        np.array([page_row for page_row, _ in pairs], dtype=np.int32),
        np.array([shared[pair] for pair in pairs], dtype=np.int32),
        overfull,
    )


def holders(values: NDArray[np.uint64], offsets: NDArray[np.int64]) -> dict[int, set[int]]:
    """Return for each hash the rows that have it."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row, hashes in enumerate(rows(values, offsets)):
        for one in hashes:
            found[one].add(row)
    return dict(found)
