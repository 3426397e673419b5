"""One corpus in a spool, and as many pairs of its documents at a time as have texts that fit into memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from reuse.boilerplate import leave_out
from reuse.pairs import Candidates, Scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.options import Options
    from reuse.pipeline.spool import Spool
    from reuse.values import Boilerplate, Ids, Texts

_Pairs = TypeVar("_Pairs", Candidates, Scores)

#: Bytes of documents that are looked at together: a block of the spool, as a rule.
_ROUND = 2**22
#: Pairs that are looked at to find out how many fit: so many first, and at most.
_AHEAD, _MOST = 2**10, 2**18


class Corpus(NamedTuple):
    """Documents, what is left out of them, and how much memory there is to look at them, in bytes."""

    spool: Spool
    boilerplate: Boilerplate
    options: Options
    memory: int

    def rounds(self) -> Iterator[Texts]:
        """Yield all documents, some at a time."""
        for _, texts in self.spool.rounds(_ROUND):
            yield leave_out(texts, self.boilerplate, self.options)

    def texts(self, rows: Ids) -> Texts:
        """Return the documents of some rows, in the order of these."""
        return leave_out(self.spool.take(rows), self.boilerplate, self.options)

    def with_texts(self, pairs: _Pairs) -> tuple[Ids, Texts, _Pairs]:
        """Return the rows of the documents in some pairs, ascending, their texts, and the pairs with places."""
        is_in = np.zeros(len(self.spool), np.bool_)
        is_in[pairs.source] = is_in[pairs.page] = True
        rows = np.flatnonzero(is_in).astype(np.int32)
        place = np.cumsum(is_in, dtype=np.int32) - np.int32(1)
        return rows, self.texts(rows), replace(pairs, source=place[pairs.source], page=place[pairs.page])


def parts_that_fit(pairs: _Pairs, sizes: Ids, most: int, *, each: bool = False) -> Iterator[_Pairs]:
    """Cut pairs between pages, into parts whose documents have so many bytes at most, unless one page's have.

    Parameters
    ----------
    pairs : Candidates or Scores
        Of one corpus.
    sizes : int32 [D]
    most : int
    each : bool
        Whether a document counts for each pair that it is in, and not once for all of a part.
    """
    begin = 0
    while begin < len(pairs):
        ahead = _AHEAD
        while (count := _fitting(pairs.take(slice(begin, begin + ahead)), sizes, most, each=each)) == ahead:
            if ahead == _MOST:
                break
            ahead *= 2
        end = begin + max(count, 1)
        if end < len(pairs) and pairs.page[end] == pairs.page[end - 1]:
            first = int(np.searchsorted(pairs.page, pairs.page[end], side="left"))
            last = int(np.searchsorted(pairs.page, pairs.page[end], side="right"))
            end = first if first > begin else last
        yield pairs.take(slice(begin, end))
        begin = end


def _fitting(pairs: _Pairs, sizes: Ids, most: int, *, each: bool) -> int:
    """Return how many of the first pairs have documents of so many bytes at most."""
    rows = np.stack((pairs.page, pairs.source), axis=1).reshape(-1)
    counted = np.arange(len(rows)) if each else np.sort(np.unique(rows, return_index=True)[1])
    reached = np.cumsum(sizes[rows[counted]], dtype=np.int64)
    fit = int(np.searchsorted(reached, most, side="right"))
    return int(counted[fit]) // 2 if fit < len(counted) else len(pairs)
