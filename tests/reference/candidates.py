"""Twin of the join: which pairs of rows share fingerprints that are not too common."""

from __future__ import annotations

from collections import defaultdict
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
    max_articles: int,
    max_sites: int,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], int, int]:
    """Return source, page, shared, rarity of the pairs, then capped_articles, capped_sites."""
    del threads
    site_of = page_site.tolist()
    sources, pages = holders(source, source_offsets), holders(page, page_offsets)
    capped_articles = capped_sites = 0
    rarities: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
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
                    rarities[page_row, source_row].append(articles * sites)
    pairs = sorted(rarities)
    return (
        np.array([source_row for _, source_row in pairs], dtype=np.int32),
        np.array([page_row for page_row, _ in pairs], dtype=np.int32),
        np.array([len(rarities[pair]) for pair in pairs], dtype=np.int32),
        np.array([min(rarities[pair]) for pair in pairs], dtype=np.int64),
        capped_articles,
        capped_sites,
    )


def holders(values: NDArray[np.uint64], offsets: NDArray[np.int64]) -> dict[int, set[int]]:
    """Return for each fingerprint the rows that have it."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row, fingerprints in enumerate(rows(values, offsets)):
        for fingerprint in fingerprints:
            found[fingerprint].add(row)
    return dict(found)
