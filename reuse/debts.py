"""Passages with common sources to debts: which words a text owes to them.

Two papers print one agency's story, one press release: what both took from it is no evidence that one took it
from the other. Each text is explained by as few common sources as possible: the greedy cover of its words, as
sourmash's *gather* covers a metagenome with genomes (Irber et al. 2022). So an archive of a million wire
stories explains a story by the one or two that it was made from, and not by a word of each.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from reuse.values import COMMON, QUOTED, Arrays, gathered

if TYPE_CHECKING:
    from reuse.pairs import Passages, Runs, Scores
    from reuse.values import Hashes, Ids, Offsets, Tokens, Truths

#: Words of a text that a common source explains, and none before it did, at least: retrieval is promised from
#: so many on, and fewer are in common by chance.
LEAST_OWED = 20
#: Of words that are owed to nobody.
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Debts(Arrays):
    """Which common source each word of some texts is owed to.

    Attributes
    ----------
    owner : int32 [T]
        Row of the common source, `NOBODY` where there is none; tokens of text d are
        ``owner[offsets[d]:offsets[d + 1]]``.
    literal : bool [T]
        Whether the word stands in a shared run with its owner; else the owner is retold there.
    offsets : int64 [D + 1]
    """

    owner: Ids
    literal: Truths
    offsets: Offsets

    @classmethod
    def none(cls, offsets: Offsets) -> Debts:
        """Return the debts of texts that owe nothing.

        Examples
        --------
        >>> Debts.none(np.array([0, 2])).owner.tolist()
        [-1, -1]
        """
        size = int(offsets[-1])
        return cls(np.full(size, NOBODY, np.int32), np.zeros(size, np.bool_), offsets)

    def row(self, index: int) -> slice:
        """Return where the words of one text stand."""
        return slice(*self.offsets[index : index + 2].tolist())

    def take(self, rows: Ids) -> Debts:
        """Return the debts of some texts, in the order of `rows`; a text may be there twice."""
        places, offsets = gathered(self.offsets, rows)
        return Debts(self.owner[places], self.literal[places], offsets)

    def besides(self, begin: Offsets, words: Ids) -> Debts:
        """Return the debts without what is retold within some stretches.

        Parameters
        ----------
        begin : int64 [R]
            First token of each, counted in all texts.
        words : int32 [R]
            Tokens of each.
        """
        edges = np.zeros(len(self.owner) + 1, np.int64)
        np.add.at(edges, begin, 1)
        np.add.at(edges, begin + words, -1)
        is_within = np.cumsum(edges[:-1]) > 0
        return replace(self, owner=np.where(is_within & ~self.literal, NOBODY, self.owner).astype(np.int32))


def find_debts(scores: Scores, runs: Runs, passages: Passages, texts: Tokens, keys: Hashes) -> Debts:
    """Explain each text by as few common sources as possible.

    The one whose passages hold most words that none before it holds comes first; until none holds
    `LEAST_OWED`.

    Parameters
    ----------
    scores : Scores
        Names the pairs; common sources stand where sources do, texts where pages do.
    runs : Runs
    passages : Passages
        Of these pairs.
    texts : Tokens
        Of all texts.
    keys : uint64 [S]
        Of common sources that explain as many words the one with the lowest key comes first.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.pairs import Scores
    >>> from reuse.passages import locate
    >>> from reuse.runs import find_runs
    >>> from reuse.texts import lay_out
    >>> from reuse.tokens import tokenize
    >>> story = " ".join(f"word{number}" for number in range(30))
    >>> texts = [tokenize(lay_out([text]), Options()) for text in (story, "Our own. " + story)]
    >>> pair = Scores.named(np.zeros(1, np.int32), np.zeros(1, np.int32))
    >>> runs = find_runs(pair, *texts, Options())
    >>> located = locate(pair, runs, *texts, Options())
    >>> debts = find_debts(pair, runs, located, texts[1], np.zeros(1, np.uint64))
    >>> debts.owner[:4].tolist(), debts.literal[:4].tolist()
    ([-1, -1, 0, 0], [False, False, True, True])
    """
    debts = Debts.none(texts.offsets)
    owner, literal = debts.owner.copy(), debts.literal.copy()
    order = np.argsort(scores.page, kind="stable")
    pages, first = np.unique(scores.page[order], return_index=True)
    for page, (begin, end) in zip(pages.tolist(), pairwise([*first.tolist(), len(order)]), strict=True):
        pairs = {int(scores.source[pair]): pair for pair in order[begin:end].tolist()}
        held = {source: _words_in(passages, pair) for source, pair in pairs.items()}
        own = owner[debts.row(page)]
        _cover(own, {source: words for source, words in held.items() if len(words)}, keys)
        for source in set(own.tolist()) - {NOBODY}:
            equal = _words_in(runs, pairs[source])
            literal[debts.row(page)][equal[own[equal] == source]] = True
    return Debts(owner, literal, texts.offsets)


def _words_in(stretches: Runs | Passages, pair: int) -> Offsets:
    """Return the words of a text that stand in stretches of a pair, ascending."""
    rows = range(*stretches.offsets[pair : pair + 2].tolist())
    begin, words_of = stretches.page_token, stretches.words
    spans = [np.arange(begin[row], begin[row] + words_of[row]) for row in rows]
    words: Offsets = np.unique(np.concatenate(spans)) if spans else np.zeros(0, np.int64)
    return words


def _cover(owner: Ids, held: dict[int, Offsets], keys: Hashes) -> None:
    """Share the words of one text out, greedily.

    What a common source adds can only grow less: it is counted anew when its turn comes, and its turn is over
    if another may add more.
    """
    queue = [(-len(words), int(keys[source]), source) for source, words in held.items()]
    heapq.heapify(queue)
    while queue:
        promised, key, source = heapq.heappop(queue)
        free = held[source][owner[held[source]] == NOBODY]
        if len(free) < LEAST_OWED:
            continue
        if -promised > len(free):
            heapq.heappush(queue, (-len(free), key, source))
            continue
        owner[free] = source


def set_aside(tokens: Tokens, debts: Debts) -> Tokens:
    """Return tokens with those that are owed marked as those of quotations are.

    Parameters
    ----------
    tokens : Tokens
        Of all the texts, or of some: the other rows are empty.
    debts : Debts
    """
    flags = tokens.flags.copy()
    for row in np.flatnonzero(tokens.counts).tolist():
        some = flags[tokens.offsets[row] : tokens.offsets[row + 1]]
        some[debts.owner[debts.row(row)] != NOBODY] |= QUOTED | COMMON
    return replace(tokens, flags=flags)
