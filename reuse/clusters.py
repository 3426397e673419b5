"""Verified pairs to clusters: what goes together, which documents are kept, and what each other one duplicates.

Clusters are joined by verified pairs alone, never by buckets. Still, in a chain of versions the last may have
little of the first; so a document is dropped only if a document that is kept is its near-duplicate itself. Most
clusters keep one document, chains keep more.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from reuse.errors import UsageError
from reuse.pairs import Clusters, Scores

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Ids, Offsets, Texts


def preference(texts: Texts, words: Offsets, options: Options) -> Ids:
    """Rank documents by `Options.keep`, int32 [D]: of two near-duplicates the one of lower rank is kept.

    Parameters
    ----------
    texts : Texts
    words : int64 [D]
        Tokens of each.
    options : Options
        ``first`` in the order of the input, ``longest`` in words, ``oldest`` by date, undated ones last; ties
        are decided by the order of the input.

    Raises
    ------
    UsageError
        If the oldest are to be kept and no document has a date.
    """
    rows = np.arange(len(texts), dtype=np.int32)
    match options.keep:
        case "longest":
            order = np.argsort(-words, kind="stable")
        case "oldest":
            dates = [document.published for document in texts.documents]
            if dates and all(date is None for date in dates):
                raise UsageError(
                    "keep is oldest, but no document has a date that can be read (ISO 8601 or as in e-mail); "
                    "name the field with --date-field, or keep the first or the longest"
                )
            order = np.array(
                sorted(rows.tolist(), key=lambda row: (dates[row] is None, dates[row] or 0.0)), np.int64
            )
        case _:
            return rows
    ranks = np.empty(len(texts), np.int32)
    ranks[order] = rows
    return ranks


def cluster(pairs: Scores, rank: Ids) -> Clusters:
    """Join near-duplicates to clusters and choose what is kept.

    Parameters
    ----------
    pairs : Scores
        Verified near-duplicates of one corpus.
    rank : int32 [D]
        Of every document, from `preference`.

    Returns
    -------
    Clusters
        Documents are gone through by rank: one that is a near-duplicate of a document already kept is dropped,
        and duplicates the most similar of these; any other is kept.

    Examples
    --------
    >>> import numpy as np
    >>> column = lambda *values: np.array(values, np.int32)
    >>> chain = Scores(column(0, 1), column(1, 2), np.zeros(2, np.uint8), *[column(6, 7)] * 2, column(9, 9))
    >>> clusters = cluster(chain, np.arange(4, dtype=np.int32))
    >>> clusters.cluster.tolist(), clusters.duplicate_of.tolist()
    ([0, 0, 0, -1], [0, 0, 2, 3])
    """
    duplicate_of = np.arange(len(rank), dtype=np.int32)
    resemblance = np.ones(len(rank))
    # Each pair from both ends, by document in order of rank, its most similar neighbours first.
    ends = np.concatenate([pairs.source, pairs.page]), np.concatenate([pairs.page, pairs.source])
    alike = np.tile(pairs.resemblance, 2)
    order = np.lexsort((rank[ends[1]], -alike, rank[ends[0]]))
    documents, neighbours, alike = ends[0][order], ends[1][order], alike[order]
    kept = np.zeros(len(rank), np.bool_)
    begins = np.flatnonzero(np.diff(documents, prepend=-1, append=-1)).tolist()
    for begin, end in pairwise(begins):
        document, found = documents[begin], np.flatnonzero(kept[neighbours[begin:end]])
        if len(found):
            duplicate_of[document] = neighbours[begin + found[0]]
            resemblance[document] = alike[begin + found[0]]
        else:
            kept[document] = True
    return Clusters(_components(pairs, len(rank)), duplicate_of, resemblance)


def _components(pairs: Scores, size: int) -> Ids:
    """Give connected components numbers in the order of their first documents; -1 without a pair."""
    label = np.arange(size)
    while True:
        lower = np.minimum(label[pairs.source], label[pairs.page])
        before = label.copy()
        np.minimum.at(label, label[pairs.source], lower)
        np.minimum.at(label, label[pairs.page], lower)
        label = label[label]
        if np.array_equal(label, before):
            break
    numbers = np.full(size, -1, np.int32)
    paired = np.unique(np.concatenate([pairs.source, pairs.page]))
    numbers[paired] = np.unique(label[paired], return_inverse=True)[1]
    return numbers
