"""Twins of the search for candidates: which pairs of rows share hashes that are not too common."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tests.reference.ragged import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Sharing(NamedTuple):
    """What a page and a source share: the rarities of hashes that are not common, and how many are."""

    rarities: list[int]
    common: int

    @property
    def rarity(self) -> int:
        """That of the rarest hash, 0 if all are common."""
        return min(self.rarities, default=0)

    @property
    def run(self) -> int:
        """All hashes, common ones among them."""
        return len(self.rarities) + self.common


def join(
    source: NDArray[np.uint64],
    source_offsets: NDArray[np.int64],
    page: NDArray[np.uint64],
    page_offsets: NDArray[np.int64],
    source_rank: NDArray[np.int32],
    common: NDArray[np.uint64],
    max_articles: int,
    few: int,
    min_shared: int,
    single_hits: int,
    long_run: int,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], int, int]:
    """Return source, page, shared, rarity of the pairs kept, then pairs, capped."""
    del threads
    rank_of = source_rank.tolist()
    sources, pages = holders(source, source_offsets), holders(page, page_offsets)
    known = set(common.tolist())
    found: defaultdict[int, defaultdict[int, Sharing]] = defaultdict(
        lambda: defaultdict(lambda: Sharing([], 0))
    )
    capped = 0
    for fingerprint in sources.keys() & pages.keys():
        articles = sorted(sources[fingerprint], key=rank_of.__getitem__)
        is_common = len(articles) > max_articles or fingerprint in known
        capped += is_common * len(pages[fingerprint])
        for page_row in pages[fingerprint]:
            for source_row in articles[:few] if is_common else articles:
                rarities, count = found[page_row][source_row]
                more = [] if is_common else [len(articles)]
                found[page_row][source_row] = Sharing(rarities + more, count + is_common)
    kept = []
    for page_row, sharing in sorted(found.items()):
        strong = {row for row, of_pair in sharing.items() if len(of_pair.rarities) >= min_shared}
        weak = [row for row, of_pair in sharing.items() if row not in strong and of_pair.rarities]
        weak = sorted(weak, key=lambda row: (sharing[row].rarity, rank_of[row]))[:single_hits]
        long = [
            row
            for row, of_pair in sharing.items()
            if row not in strong and row not in weak and of_pair.run >= long_run
        ]
        long = sorted(long, key=lambda row: (-sharing[row].run, rank_of[row]))[:single_hits]
        kept += [(page_row, source_row) for source_row in sorted({*strong, *weak, *long})]
    return (
        np.array([source_row for _, source_row in kept], dtype=np.int32),
        np.array([page_row for page_row, _ in kept], dtype=np.int32),
        np.array([len(found[page_row][source_row].rarities) for page_row, source_row in kept], dtype=np.int32),
        np.array([found[page_row][source_row].rarity for page_row, source_row in kept], dtype=np.int64),
        sum(bool(of_pair.rarities) for sharing in found.values() for of_pair in sharing.values()),
        capped,
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
        is_overfull = len(sources[bucket]) > max_bucket
        overfull += is_overfull if within else is_overfull * len(pages[bucket])
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
