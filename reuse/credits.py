"""Verdicts to credits: of a page made from several sources, each word goes to one of them.

An archive holds updates of a story, and near-copies: every one of them explains the same words of a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse.pairs import Credits, Passages, Scores

if TYPE_CHECKING:
    from reuse.values import Offsets, Truths

#: Rivals named for each pair: an archive of near-copies has thousands.
_NAMED = 5


def credit(scores: Scores, passages: Passages, taken: Truths, *, rivals: bool = True) -> Credits:
    """Credit each word of a page to the best of the sources that it was taken from.

    The sources of a page take their words in turn, the one with the most words in common in the same order
    first; of as many, the first. Pairs that are no findings take none.

    Parameters
    ----------
    scores : Scores
        Names the pairs; all pairs of a page, for they are rivals.
    passages : Passages
    taken : bool [P]
        Pairs that are findings.
    rivals : bool
        Whether the sources of a page compete for its words; else each is credited with all it has.

    Returns
    -------
    Credits
    """
    words = np.where(taken, passages.per_pair(passages.words), 0)
    others: list[tuple[int, ...]] = [()] * len(scores)
    for of_page in _contested(scores, passages, taken) if rivals else ():
        words[of_page] = _shared_out(passages, of_page)
        first = of_page[: _NAMED + 1].tolist()
        for pair in of_page.tolist():
            others[pair] = tuple(other for other in first if other != pair)[:_NAMED]
    return Credits(words.astype(np.int64), tuple(others))


def _contested(scores: Scores, passages: Passages, taken: Truths) -> list[Offsets]:
    """Return for each page with several findings its pairs, the best first."""
    equal = passages.per_pair(passages.equal_words)
    pairs = np.flatnonzero(taken)
    order = pairs[np.lexsort((pairs, -equal[pairs], scores.page[pairs]))]
    by_page = np.split(order, np.flatnonzero(np.diff(scores.page[order])) + 1)
    return [of_page for of_page in by_page if len(of_page) > 1]


def _shared_out(passages: Passages, pairs: Offsets) -> list[int]:
    """Return how many words of their page each pair is credited with, the first to take them."""
    ranges = [range(passages.offsets[pair], passages.offsets[pair + 1]) for pair in pairs.tolist()]
    begin, end = passages.page_token, passages.page_token + passages.words
    free = np.ones(max((int(end[rows].max()) for rows in ranges if rows), default=0), bool)
    credited = []
    for rows in ranges:
        words = 0
        for row in rows:
            words += int(np.count_nonzero(free[begin[row] : end[row]]))
            free[begin[row] : end[row]] = False
        credited.append(words)
    return credited
