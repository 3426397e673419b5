r"""Text to text as it is shown: what overrides of direction display backwards is put the way readers see it.

U+202E has the characters that follow shown from right to left, whatever they are. What is stored from its end
to its beginning then looks as it should, and is other words to who reads what is stored. Here the characters
of a text that has such an override take the order in which they are displayed, after the Unicode Bidirectional
Algorithm (UAX #9: X1 to X9, N1, N2, I1, I2, L2 to L4). Letters of scripts that are written from right to left
stand in the order in which they are read: an override changes nothing about words in them.

A page may keep an override from its words by ways that a text does not tell, such as a frame. So what would
have more function words as it is stored than as it would be displayed stays as it is.

What nobody sees (marks of direction, joiners) stays in its place, but that U+202D takes that of U+202E: it
means the contrary, has as many bytes, and keeps what has been turned about from being so once more.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from reuse.values import Mark
from reuse.vocabulary import FUNCTION_WORDS_OF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    _Codes: TypeAlias = NDArray[np.uint32]
    _Rows: TypeAlias = NDArray[np.int64]
    _Truths: TypeAlias = NDArray[np.bool_]
    _Small: TypeAlias = NDArray[np.int8]

_OVERRIDE, _LEFT_TO_RIGHT = 0x202E, 0x202D
#: Signs whose mirror image is displayed from right to left (L4), in order, and these.
_MIRRORED = np.array([ord(c) for c in "()<>[]{}«»‹›"], np.uint32)
_IMAGES = np.array([ord(c) for c in ")(><][}{»«›‹"], np.uint32)
#: Function words by which one of two orders is surely that of a language.
_SURE = 3
#: Levels of embedding (BD2).
_DEEPEST = 125
#: Code points that are looked at together: paragraphs that are longer are cut.
_PIECE = 1 << 18


class _Kind(IntEnum):
    """Kinds of character. What has no place in what is displayed comes last (X9)."""

    OTHER = 0  # takes the direction of what is around it
    LEFT = 1  # letters of both directions, and marks that pass for one
    RIGHT = 2
    RIGHT_MARK = 3
    ACCENT = 4
    ISOLATE = 5  # begins a stretch, ends one, ends a paragraph
    POP_ISOLATE = 6
    END = 7
    UNSEEN = 8
    OPENING = 9
    POP = 10


_SEEN = (_Kind.OTHER, _Kind.LEFT, _Kind.RIGHT, _Kind.ACCENT, _Kind.END)
_KIND_OF = {
    **dict.fromkeys(("", "L", "EN", "AN"), _Kind.LEFT),
    **dict.fromkeys(("R", "AL"), _Kind.RIGHT),
    "NSM": _Kind.ACCENT,
    "BN": _Kind.UNSEEN,
    **dict.fromkeys(("LRI", "RLI", "FSI"), _Kind.ISOLATE),
    "PDI": _Kind.POP_ISOLATE,
    **dict.fromkeys(("LRE", "RLE", "LRO", "RLO"), _Kind.OPENING),
    "PDF": _Kind.POP,
    "B": _Kind.END,
}
_RIGHT_MARKS, _LEFT_MARK = (0x200F, 0x061C), 0x200E
_LEFT_ISOLATE, _RIGHT_ISOLATE, _FIRST_STRONG = 0x2066, 0x2067, 0x2068
#: What opens an odd level.
_ODD = (_OVERRIDE, 0x202B, _RIGHT_ISOLATE)
#: What has all characters displayed from left to right (1), or from right to left (-1).
_FORCED = {_LEFT_TO_RIGHT: 1, _OVERRIDE: -1}
#: The direction that characters of each kind have for themselves.
_STRONG = np.array([0, 1, 1, -1, 0, 0, 0, 1])
# Edges as plain numbers: texts may be full of them.
_ISOLATE, _POP_ISOLATE, _END, _OPENING, _POP = map(
    int, (_Kind.ISOLATE, _Kind.POP_ISOLATE, _Kind.END, _Kind.OPENING, _Kind.POP)
)
_OUTSIDE, _NOTHING = (0, 0, False), (0, 0, 0)
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_WORD = re.compile(rf"\w(?:[\w{_UNSEEN.pattern[1:-1]}]*\w)?")


def as_shown(text: bytes, marks: Sequence[Mark] = ()) -> tuple[bytes, tuple[Mark, ...]]:
    r"""Put what overrides show backwards the way readers see it.

    Parameters
    ----------
    text : bytes
        UTF-8.
    marks : sequence of Mark
        What is known of places of the text; they go where these do.

    Returns
    -------
    text : bytes
        As many bytes and code points as before; the same when it is put in again, or if it has no override.
    marks : tuple of Mark
        Those that were given, and one for each word that was stored otherwise, in order.

    Examples
    --------
    >>> shown, marks = as_shown("an \u202edlo\u202c bridge".encode())
    >>> shown.decode() == "an \u202dold\u202c bridge", marks
    (True, (Mark(kind='reversed', begin=4, end=7),))
    """
    if chr(_OVERRIDE).encode() not in text:
        return text, tuple(marks)
    stored: _Codes = np.frombuffer(text.decode().encode("utf-32-le"), np.uint32)
    shown = stored.copy()
    places = np.arange(len(stored))  # where each character goes
    for begin, end in _pieces(stored):
        if (stored[begin:end] == _OVERRIDE).any():
            piece = _Piece(stored[begin:end])
            displayed = stored[begin:end].copy()
            displayed[piece.to] = piece.displayed
            displayed[displayed == _OVERRIDE] = _LEFT_TO_RIGHT
            if _function_words(stored[begin:end]) - _function_words(displayed) < _SURE:
                shown[begin:end] = displayed
                places[begin:end][piece.of] = begin + piece.to
    changed = np.append(0, np.cumsum((shown != stored) & (stored != _OVERRIDE)))
    again = shown.tobytes().decode("utf-32-le")
    words = (match.span() for match in _WORD.finditer(again))
    turned = [Mark("reversed", *span) for span in words if changed[span[0]] < changed[span[1]]]
    moved = [_moved(mark, places) for mark in marks]
    return again.encode(), tuple(sorted((*moved, *turned), key=lambda mark: mark[1:]))


def _function_words(codes: _Codes) -> int:
    words = re.findall(r"\w+", _UNSEEN.sub("", codes.tobytes().decode("utf-32-le")).casefold())
    return sum(map(_known().__contains__, words))


@cache
def _known() -> frozenset[str]:
    return frozenset(word for words in FUNCTION_WORDS_OF.values() for word in words)


def _moved(mark: Mark, places: _Rows) -> Mark:
    there = places[mark.begin : mark.end]
    return Mark(mark.kind, int(there.min()), int(there.max()) + 1) if len(there) else mark


def _pieces(codes: _Codes) -> Iterator[tuple[int, int]]:
    """Yield where to cut a text: behind the last paragraph that fits, or wherever there is none."""
    begin = 0
    while begin < len(codes):
        end = begin + _PIECE
        if end < len(codes):
            ends = np.flatnonzero(_kinds()[codes[begin:end]] == _Kind.END)
            end = begin + int(ends[-1]) + 1 if len(ends) else end
        yield begin, min(end, len(codes))
        begin = end


@cache
def _kinds() -> _Small:
    """Return the kind of each code point."""
    kinds = np.array(
        [_KIND_OF.get(unicodedata.bidirectional(chr(c)), _Kind.OTHER) for c in range(0x110000)], np.int8
    )
    kinds[[*_RIGHT_MARKS]] = _Kind.RIGHT_MARK
    return kinds


class _Piece:
    """Some paragraphs, and how they are displayed.

    Attributes
    ----------
    of, to : int64 [n]
        The characters that are seen, in the order in which they are displayed; and their places, in order.
    displayed : uint32 [n]
        What is seen of them: themselves, or their mirror images.
    """

    def __init__(self, codes: _Codes) -> None:
        kept = np.flatnonzero(_kinds()[codes] != _Kind.UNSEEN)
        level, sequence, override = _explicit(codes[kept])
        is_placed = _kinds()[codes[kept]] <= _Kind.END
        kept, level, sequence, override = (array[is_placed] for array in (kept, level, sequence, override))
        kind = _kinds()[codes[kept]]
        read_from_right = _read_from_right(kind, sequence) & (override != 0)
        level = level + (_directions(kind, level, sequence, override) != np.where(level % 2, -1, 1))  # I1, I2
        first = np.flatnonzero(~_follows(kind, sequence, read_from_right))
        order = _displayed(level[first])
        lengths = np.diff(np.append(first, len(kept)))[order]
        rows = np.arange(len(kept)) + np.repeat(first[order] - (np.cumsum(lengths) - lengths), lengths)
        is_seen = np.isin(kind, _SEEN) & (codes[kept] != _LEFT_MARK)
        is_turned = (level % 2 == 1) & ~read_from_right
        rows = rows[is_seen[rows]]
        self.of, self.to = kept[rows], kept[is_seen]
        self.displayed = np.where(is_turned[rows], _mirrored(codes[self.of]), codes[self.of])


def _mirrored(codes: _Codes) -> _Codes:
    at = np.minimum(np.searchsorted(_MIRRORED, codes), len(_MIRRORED) - 1)
    return np.where(_MIRRORED[at] == codes, _IMAGES[at], codes)


class _Walk:
    """The way over the edges of stretches, which tells levels and isolating run sequences (X1 to X8)."""

    def __init__(self) -> None:
        # Stretches that are open: level, direction that is forced on them, whether they are isolates. And those
        # that nest too deeply.
        self._open = [_OUTSIDE]
        self._ignored_isolates = self._ignored = 0
        # The level and sequence of what came last; and of what came before each isolate that is open.
        self._sequences = 0
        self._last = (-1, 0)
        self._around: list[tuple[int, int]] = []

    def here(self) -> tuple[int, int, int]:
        """Return the level, the sequence and the override of a character that stands here."""
        level, override, _ = self._open[-1]
        if self._last[0] != level:
            self._sequences += 1
            self._last = level, self._sequences
        return level, self._last[1], override

    def edge(self, kind: int, code: int) -> tuple[int, int, int]:
        """Step over an edge, and return what is known of it; of those that have no place nothing is."""
        if kind == _OPENING:
            self._enter(code, is_isolate=False)
            return _NOTHING
        if kind == _POP:
            self._leave()
            return _NOTHING
        if kind == _END:
            self._open, self._ignored_isolates, self._ignored, self._around = [_OUTSIDE], 0, 0, []
            self._last = -1, 0
        elif kind == _POP_ISOLATE:
            self._leave_isolate()
        level, sequence, _ = self.here()
        if kind == _ISOLATE:
            self._enter(code, is_isolate=True)
        return level, sequence, 0  # X5a and X6a would have isolates overridden, browsers do not

    def _enter(self, code: int, *, is_isolate: bool) -> None:
        level = self._open[-1][0]
        level += 1 + (level % 2 == (code in _ODD))
        if level > _DEEPEST or self._ignored or self._ignored_isolates:
            if is_isolate:
                self._ignored_isolates += 1
            elif not self._ignored_isolates:
                self._ignored += 1
            return
        self._open.append((level, _FORCED.get(code, 0), is_isolate))
        if is_isolate:
            self._around.append(self._last)
            self._last = -1, 0

    def _leave_isolate(self) -> None:
        if self._ignored_isolates:
            self._ignored_isolates -= 1
        elif self._around:
            self._ignored = 0
            while not self._open.pop()[2]:
                pass
            self._last = self._around.pop()

    def _leave(self) -> None:
        if self._ignored_isolates:
            return
        if self._ignored:
            self._ignored -= 1
        elif len(self._open) > 1 and not self._open[-1][2]:
            self._open.pop()


def _settled(codes: _Codes) -> _Codes:
    """Put what FSI stands for in its place: it has the direction of the first letter in it (X5c)."""
    if not (codes == _FIRST_STRONG).any():
        return codes
    kinds = _kinds()[codes]
    is_letter = np.isin(kinds, (_Kind.LEFT, _Kind.RIGHT, _Kind.RIGHT_MARK))
    telling = np.flatnonzero(is_letter | np.isin(kinds, (_Kind.ISOLATE, _Kind.POP_ISOLATE, _Kind.END)))
    is_first = np.append(True, ~is_letter[telling][:-1])  # of letters between edges
    telling = telling[is_first | ~is_letter[telling]]
    settled, isolates = codes.copy(), []
    for row, kind in zip(telling.tolist(), kinds[telling].tolist(), strict=True):
        if kind == _Kind.ISOLATE:
            isolates.append(row)
        elif kind == _Kind.END:
            isolates.clear()
        elif isolates and kind == _Kind.POP_ISOLATE:
            isolates.pop()
        elif isolates and settled[isolates[-1]] == _FIRST_STRONG:
            settled[isolates[-1]] = _LEFT_ISOLATE if kind == _Kind.LEFT else _RIGHT_ISOLATE
    return settled


def _explicit(codes: _Codes) -> tuple[_Rows, _Rows, _Rows]:
    """Return of each character its level, its isolating run sequence, and what direction is forced on it."""
    kinds, codes = _kinds()[codes], _settled(codes)
    edges = np.flatnonzero(kinds >= _Kind.ISOLATE)
    between = np.diff(np.concatenate([[-1], edges, [len(codes)]])) - 1
    walk = _Walk()
    told = [walk.here() if between[0] else _NOTHING]
    # Of each edge, and of the characters behind it.
    for kind, code, count in zip(
        kinds[edges].tolist(), codes[edges].tolist(), between[1:].tolist(), strict=True
    ):
        told.append(walk.edge(kind, code))
        told.append(walk.here() if count else _NOTHING)
    counts = np.ones(len(told), np.int64)
    counts[::2] = between
    level, sequence, override = np.repeat(np.array(told, np.int64), counts, axis=0).T
    return level, sequence, override


def _around(strong: _Rows, sequence: _Rows) -> tuple[_Rows, _Rows]:
    """Return of each character the nearest value in its sequence, up to and from it on; 0 if none."""
    order = np.argsort(sequence, kind="stable")
    value, run = strong[order], sequence[order]
    rows, count = np.arange(len(order)), len(order)
    before = np.maximum.accumulate(np.where(value != 0, rows, -1))
    after = np.minimum.accumulate(np.where(value != 0, rows, count)[::-1])[::-1]
    is_before = before >= np.searchsorted(run, run)
    is_after = after < np.searchsorted(run, run, side="right")
    found = np.zeros((2, count), np.int64)
    found[0, order[is_before]] = value[before[is_before]]
    found[1, order[is_after]] = value[after[is_after]]
    return found[0], found[1]


def _directions(kind: _Small, level: _Rows, sequence: _Rows, override: _Rows) -> _Rows:
    """Return 1 for characters displayed from left to right, -1 for others (N1, N2).

    Letters that are read from right to left count as if they were not: they are to stay as they are stored.
    """
    strong = np.where(override != 0, override, _STRONG[kind])
    before, after = _around(strong, sequence)
    # Beyond both ends of a sequence there is what the higher of the levels that meet there has.
    _, first = np.unique(sequence, return_index=True)
    last = len(sequence) - 1 - np.unique(sequence[::-1], return_index=True)[1]
    padded = np.concatenate([[0], level, [0]])
    ahead = np.where(kind[last] == _Kind.ISOLATE, 0, padded[last + 2])
    at = np.unique(sequence, return_inverse=True)[1]
    begin = np.where(np.maximum(level[first], padded[first]) % 2, -1, 1)[at]
    end = np.where(np.maximum(level[last], ahead) % 2, -1, 1)[at]
    before, after = np.where(before, before, begin), np.where(after, after, end)
    return np.where(before == after, before, np.where(level % 2, -1, 1))


def _read_from_right(kind: _Small, sequence: _Rows) -> _Truths:
    """Tell which characters stand among letters that are read from right to left."""
    letters = np.select([kind == _Kind.LEFT, kind == _Kind.RIGHT], [1, -1], 0)
    before, after = _around(letters, sequence)
    return (before < 0) & (after < 0)


def _follows(kind: _Small, sequence: _Rows, read_from_right: _Truths) -> _Truths:
    """Tell which characters go where the one before them does: accents, words read from right to left."""
    follows = np.zeros(len(kind), np.bool_)
    is_accent = (kind[1:] == _Kind.ACCENT) & (kind[:-1] <= _Kind.ACCENT)
    is_read = read_from_right[1:] & read_from_right[:-1]
    follows[1:] = (sequence[1:] == sequence[:-1]) & (is_accent | is_read)
    return follows


def _displayed(level: _Rows) -> _Rows:
    """Return rows in the order in which they are displayed (L2)."""
    order, level = np.arange(len(level)), level.copy()
    for high, low in pairwise([*np.unique(level[level > 0])[::-1].tolist(), 0]):
        if (high - low) % 2:  # else reversed, and reversed again
            rows = np.flatnonzero(level >= high)
            breaks = np.flatnonzero(np.diff(rows) != 1)
            begins, ends = np.append(0, breaks + 1), np.append(breaks, len(rows) - 1)
            swapped = np.repeat(rows[begins] + rows[ends], ends - begins + 1) - rows
            order[rows], level[rows] = order[swapped], level[swapped]
    return order
