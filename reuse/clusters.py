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
    from collections.abc import Sequence

    from reuse.options import Options
    from reuse.values import Document, Ids, Offsets, Ratios, Texts


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
    return ranked(claims(texts.documents, words, options), options)


def claims(documents: Sequence[Document], words: Offsets, options: Options) -> Ratios:
    """Return what `Options.keep` goes by, float64 [D]: the document with the lower number is kept.

    It is known of each document by itself; infinite where nothing is known.

    Examples
    --------
    >>> from reuse.options import Options
    >>> claims((), np.array([20, 30]), Options(keep="longest")).tolist()
    [-20.0, -30.0]
    """
    match options.keep:
        case "longest":
            return -words.astype(np.float64)
        case "oldest":
            dates = (document.published for document in documents)
            return np.array([np.inf if date is None else date for date in dates], np.float64)
        case _:
            return np.zeros(len(words))


def ranked(claim: Ratios, options: Options) -> Ids:
    """Return the rank of each claim, int32 [D]: the lowest first, of equal ones the first.

    Raises
    ------
    UsageError
        If the oldest are to be kept and no document has a date.

    Examples
    --------
    >>> from reuse.options import Options
    >>> ranked(np.array([3.0, np.inf, 1.0, 3.0]), Options(keep="oldest")).tolist()
    [1, 3, 0, 2]
    """
    if options.keep == "oldest" and len(claim) and np.all(claim == np.inf):
        raise UsageError(
            "keep is oldest, but no document has a date that can be read (ISO 8601 or as in e-mail); "
            "name the field with --date-field, or keep the first or the longest"
        )
    ranks = np.empty(len(claim), np.int32)
    ranks[np.argsort(claim, kind="stable")] = np.arange(len(claim), dtype=np.int32)
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
    kept = np.ones(len(rank), np.bool_)
    # A document can duplicate those of lower rank alone, and of these it is known whether they are kept.
    is_source = rank[pairs.source] > rank[pairs.page]
    documents = np.where(is_source, pairs.source, pairs.page)
    preferred = np.where(is_source, pairs.page, pairs.source)
    alike = pairs.resemblance
    order = np.argsort(rank[documents], kind="stable")
    begins = np.flatnonzero(np.diff(documents[order], prepend=-1, append=-1)).tolist()
    for begin, end in pairwise(begins):
        some = order[begin:end]
        found = some[kept[preferred[some]]]
        if len(found):
            found = found[alike[found] == alike[found].max()]
            nearest = found[np.argmin(rank[preferred[found]])]
            document = documents[nearest]
            kept[document] = False
            duplicate_of[document] = preferred[nearest]
            resemblance[document] = alike[nearest]
    return Clusters(_components(pairs, len(rank)), duplicate_of, resemblance)


def _components(pairs: Scores, size: int) -> Ids:
    """Give connected components numbers in the order of their first documents; -1 without a pair."""
    label = np.arange(size, dtype=np.int32)
    while True:
        lower = np.minimum(label[pairs.source], label[pairs.page])
        before = label.copy()
        np.minimum.at(label, label[pairs.source], lower)
        np.minimum.at(label, label[pairs.page], lower)
        label = label[label]
        if np.array_equal(label, before):
            break
    numbers = np.full(size, -1, np.int32)
    is_paired = np.zeros(size, np.bool_)
    is_paired[pairs.source] = is_paired[pairs.page] = True
    paired = np.flatnonzero(is_paired)
    numbers[paired] = np.unique(label[paired], return_inverse=True)[1]
    return numbers
