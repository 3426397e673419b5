"""Comparisons to pieces: both texts, cut wherever the way they are shown changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.pairs import KINDS, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reuse.findings import Finding, SetApart
    from reuse.pairs import Differences
    from reuse.pipeline import Comparison
    from reuse.values import Bytes, Ids

    Layer = tuple[int, Sequence[tuple[int, int]] | NDArray[np.int32]]

#: What `Pieces.style` says. The first two bits are 0 for words that are in no passage, else one more than the
#: index of the passage's kind in `reuse.pairs.KINDS`; the others may be there together.
KIND, CHANGED, QUOTED, STOCK, LEFT_OUT, TRICK, COMMON = 3, 4, 8, 16, 32, 64, 128


class Pieces(NamedTuple):
    """A text in pieces, each of which is shown in one way. Piece i ends where the next begins.

    Attributes
    ----------
    begin : int32 [N]
        Code points; the first is 0.
    style : uint8 [N]
        `KIND` of the passage; whether the words were `CHANGED` (on the source's side replaced or deleted, on
        the page's replaced or inserted), are `QUOTED`, `STOCK` text, `LEFT_OUT` or owed to `COMMON` sources, or
        hide a copy by a `TRICK`.
    passage : int32 [N]
        Number of the passage, -1 for none. Passages may overlap in the source: the first in page order counts.
    """

    begin: Ids
    style: Bytes
    passage: Ids


def cut(comparison: Comparison) -> tuple[Pieces, Pieces]:
    """Cut the texts of a finding, the source's and the page's.

    Both are cut where a passage begins or ends, whatever stands there.

    Examples
    --------
    >>> import reuse
    >>> text = "The old iron bridge is closed to lorries for good, said the mayor, and “not one day too early”."
    >>> page = text.replace("lorries", "trucks").replace("“", "").replace("”", "")
    >>> pair = [reuse.Document(name, words, name) for name, words in (("article", text), ("page", page))]
    >>> compared = reuse.compare(*pair, reuse.Options(min_words=5))
    >>> source, _ = cut(compared)
    >>> ends = [*source.begin[1:].tolist(), len(text)]
    >>> for begin, end, style in zip(source.begin.tolist(), ends, source.style.tolist()):
    ...     print(style, repr(text[begin:end]))
    2 'The old iron bridge is closed to '
    6 'lorries'
    2 ' for good, said the mayor, and “'
    10 'not one day too early'
    0 '”.'
    """
    finding, differences = comparison.finding, comparison.differences
    tricks = [place for trick in finding.tricks for place in trick.places]
    source = _pieces(
        len(comparison.source_text),
        [(p.source_begin, p.source_end) for p in finding.passages],
        finding,
        [*_apart(finding.source_apart), (CHANGED, _changed(differences, "source", "deleted"))],
    )
    page = _pieces(
        len(comparison.page_text),
        [(p.page_begin, p.page_end) for p in finding.passages],
        finding,
        [*_apart(finding.page_apart), (CHANGED, _changed(differences, "page", "inserted")), (TRICK, tricks)],
    )
    return source, page


def _apart(apart: SetApart) -> list[Layer]:
    return [
        (QUOTED, apart.quoted),
        (STOCK, apart.stock),
        (LEFT_OUT, apart.left_out),
        (COMMON, apart.common),
    ]


def _changed(differences: Differences, side: str, alone: str) -> NDArray[np.int32]:
    """Return the spans of one side's words that the other has not."""
    changed = (differences.kind == STEPS.index("replaced")) | (differences.kind == STEPS.index(alone))
    spans = np.empty((np.count_nonzero(changed), 2), np.int32)
    spans[:, 0] = getattr(differences, f"{side}_begin")[changed]
    spans[:, 1] = getattr(differences, f"{side}_end")[changed]
    return spans


def _pieces(
    length: int, passages: Sequence[tuple[int, int]], finding: Finding, layers: Sequence[Layer]
) -> Pieces:
    filled = [(bit, np.asarray(some, np.int32)) for bit, some in layers if len(some)]
    spans = np.concatenate([np.array(passages, np.int32).reshape(-1, 2), *(some for _, some in filled)])
    begin = _distinct(spans, max(length, 1))
    at = np.searchsorted(begin, spans)
    style, passage = np.zeros(len(begin), np.uint8), np.full(len(begin), -1, np.int32)
    for number, (first, last) in reversed(list(enumerate(at[: len(passages)].tolist()))):
        passage[first:last] = number
        style[first:last] = 1 + KINDS.index(finding.passages[number].kind)
    done = len(passages)
    for bit, some in filled:
        style[_covered(at[done : done + len(some)], len(begin))] |= bit
        done += len(some)
    return Pieces(begin, style, passage)


def _distinct(spans: NDArray[np.int32], length: int) -> Ids:
    """Return 0 and the other ends of spans within a text, each once, in their order."""
    ends = np.zeros(spans.size + 1, np.int32)
    ends[1:] = spans.ravel()
    ends.sort()
    fresh = ends < length
    fresh[1:] &= ends[1:] > ends[:-1]
    return ends[fresh]


def _covered(spans: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Tell which pieces stand in one of some spans of pieces."""
    opened, closed = (np.bincount(side, minlength=size + 1) for side in spans.T)
    covered: NDArray[np.bool_] = np.cumsum(opened - closed)[:size] > 0
    return covered
