"""Twin of retrieval: the sources with which a page shares key terms that few others have."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.candidates import holders
from tests.reference.ragged import rows
from tests.reference.rarity import natural_log

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Parts of a nat in which weights are whole numbers.
UNIT = 1024
#: Postings that are looked at for a page, at most: those of its rarest terms.
MOST_POSTINGS = 2**15


def retrieve(
    term: NDArray[np.uint64],
    term_offsets: NDArray[np.int64],
    source: NDArray[np.int32],
    source_key: NDArray[np.uint64],
    page: NDArray[np.uint64],
    page_offsets: NDArray[np.int64],
    documents: int,
    max_articles: int,
    min_shared: int,
    most: int,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], int, int]:
    """Return source, page, shared, score of the pairs kept, then pairs, capped."""
    del threads
    key_of = source_key.tolist()
    sources = dict(zip(term.tolist(), rows(source, term_offsets), strict=True))
    pages = holders(page, page_offsets)
    shared = sources.keys() & pages.keys()
    capped = {one for one in shared if len(sources[one]) > max_articles}
    weights: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for page_row, terms in enumerate(rows(page, page_offsets)):
        for one in rarest({*terms} & shared - capped, sources):
            for source_row in sources[one]:
                weights[page_row][source_row].append(weight_of(len(sources[one]), documents))
    kept = []
    for page_row, found in sorted(weights.items()):
        good = [
            row
            for row, of_pair in found.items()
            if len(of_pair) >= min_shared and sum(of_pair) >= weight_of(1, documents)
        ]
        best = sorted(good, key=lambda row: (-sum(found[row]), key_of[row], row))[:most]
        kept += [(page_row, row) for row in sorted(best)]
    return (
        np.array([row for _, row in kept], dtype=np.int32),
        np.array([page_row for page_row, _ in kept], dtype=np.int32),
        np.array([len(weights[page_row][row]) for page_row, row in kept], dtype=np.int32),
        np.array([sum(weights[page_row][row]) / UNIT for page_row, row in kept], dtype=np.float64),
        sum(map(len, weights.values())),
        sum(len(pages[one]) for one in capped),
    )


def rarest(terms: set[int], sources: dict[int, list[int]]) -> list[int]:
    """Return the terms, the rarest first, as long as no more postings are looked at than may be."""
    ordered = sorted(terms, key=lambda term: (len(sources[term]), term))
    looked_at = accumulate(len(sources[term]) for term in ordered)
    return [term for term, postings in zip(ordered, looked_at, strict=True) if postings <= MOST_POSTINGS]


def weight_of(sources: int, documents: int) -> int:
    """Return how much it says that a term of so many sources is shared.

    >>> weight_of(10, 1000) == round(math.log(100) * UNIT)
    True
    """
    return math.floor(natural_log(documents / sources) * UNIT + 0.5) if documents > sources else 0
