r"""Text to text as it is shown: what overrides of direction display backwards is put the way readers see it.

U+202E has the characters that follow shown from right to left, whatever they are. What is stored from its end
to its beginning then looks as it should, and is other words to who reads what is stored. Here the characters
of a paragraph that has such an override take the order in which they are displayed, if it is not broken into
lines, after the Unicode Bidirectional Algorithm (UAX #9: X1 to X9, N1, N2, I1, I2, L2 to L4, and of L1 what is
about tabs). Where that has another order for what nobody overrides, words keep the one in which they are read:
letters of scripts that are written from right to left, and digits, count as letters from left to right.

A page may keep an override from its words by ways that a text does not tell, such as a frame. So a paragraph
that has three function words more as it is stored than as it would be displayed stays as it is.

What nobody sees (marks of direction, joiners) stays in its place, but that U+202D takes that of U+202E: it
means the contrary, has as many bytes, and keeps what has been turned about from being so once more.
"""

from __future__ import annotations

import unicodedata
from array import array
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from reuse.values import Mark
from reuse.vocabulary import FUNCTION_WORDS_OF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from reuse.values import Offsets, Truths

    _Codes: TypeAlias = NDArray[np.uint32]
    _Kinds: TypeAlias = NDArray[np.int8]

#: As Unicode calls them for short.
_LRM, _RLM, _ALM, _RLE, _LRO, _RLO = 0x200E, 0x200F, 0x061C, 0x202B, 0x202D, 0x202E
_LRI, _RLI, _FSI = 0x2066, 0x2067, 0x2068
#: Signs whose mirror image is displayed from right to left (L4), in order, and these.
_MIRRORED = np.array([ord(c) for c in "()<>[]{}«»‹›"], np.uint32)
_IMAGES = np.array([ord(c) for c in ")(><][}{»«›‹"], np.uint32)
#: Function words by which one of two orders is surely that of a language.
_SURE = 3
#: Levels of embedding (BD2).
_DEEPEST = 125
#: Code points that are looked at together: paragraphs that are longer are cut.
_PIECE = 1 << 18

# Kinds of character: those that take the direction of what is around them; letters of both directions, and
# marks that pass for one; accents; tabs; what begins and ends a stretch of its own; the end of a paragraph.
# What has no place in what is displayed comes behind these (X9).
_OTHER, _LEFT, _RIGHT, _RIGHT_MARK, _ACCENT, _TAB, _ISOLATE, _POP_ISOLATE, _END = range(9)
_JOINER, _OPENING, _POP = 9, 10, 11
_KIND_OF = {
    **dict.fromkeys(("", "L", "EN", "AN"), _LEFT),
    **dict.fromkeys(("R", "AL"), _RIGHT),
    "NSM": _ACCENT,
    "S": _TAB,
    **dict.fromkeys(("LRI", "RLI", "FSI"), _ISOLATE),
    "PDI": _POP_ISOLATE,
    "B": _END,
    "BN": _JOINER,
    **dict.fromkeys(("LRE", "RLE", "LRO", "RLO"), _OPENING),
    "PDF": _POP,
}
_SEEN = (_OTHER, _LEFT, _RIGHT, _ACCENT, _TAB, _END)
#: The direction that characters of each kind with a place have for themselves.
_STRONG = np.array([0, 1, 1, -1, 0, 0, 0, 0, 1])
#: What opens an odd level; and what has all displayed from left to right (1), or from right to left (-1).
_ODD, _FORCED = (_RLO, _RLE, _RLI), {_LRO: 1, _RLO: -1}
_OUTSIDE, _NOTHING = (0, 0, False), (0, 0, 0)


def as_shown(text: bytes, marks: Sequence[Mark] = ()) -> tuple[bytes, tuple[Mark, ...]]:
    r"""Put what overrides show backwards the way readers see it.

    Parameters
    ----------
    text : bytes
        UTF-8.
    marks : sequence of Mark
        What is known of places of the text; those that are not empty go where these do.

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
    if chr(_RLO).encode() not in text:
        return text, tuple(marks)
    stored: _Codes = np.frombuffer(text.decode().encode("utf-32-le"), np.uint32)
    shown = stored.copy()
    places = np.arange(len(stored))  # where each character goes
    walk = _Walk()
    for begin, end in _pieces(stored):
        if (stored[begin:end] == _RLO).any() or walk.is_within:
            piece = _Piece(stored[begin:end], walk)
            shown[begin:end] = piece.shown
            places[begin:end] = begin + piece.places
    changed = np.append(0, np.cumsum((shown != stored) & (stored != _RLO)))
    words = _words(shown)
    turned = words[changed[words[:, 0]] < changed[words[:, 1]]].tolist()
    moved = [_moved(mark, places) for mark in marks]
    every = [*moved, *(Mark("reversed", begin, end) for begin, end in turned)]
    return shown.tobytes().decode("utf-32-le").encode(), tuple(sorted(every, key=itemgetter(1, 2)))


def _moved(mark: Mark, places: Offsets) -> Mark:
    there = places[mark.begin : mark.end]
    return Mark(mark.kind, int(there.min()), int(there.max()) + 1) if len(there) else mark


def _pieces(codes: _Codes) -> Iterator[tuple[int, int]]:
    """Yield where to cut a text: behind the last paragraph that fits, or the last word, or wherever."""
    begin = 0
    while begin < len(codes):
        end = min(begin + _PIECE, len(codes))
        if end < len(codes):
            piece = codes[begin:end]
            for where in (_kinds()[piece] == _END, piece == ord(" ")):
                if where.any():
                    end = begin + int(np.flatnonzero(where)[-1]) + 1
                    break
        yield begin, end
        begin = end


@cache
def _kinds() -> _Kinds:
    """Return the kind of each code point."""
    every = [chr(code) for code in range(0x110000)]
    kinds = np.array([_KIND_OF.get(unicodedata.bidirectional(c), _OTHER) for c in every], np.int8)
    kinds[[unicodedata.category(c)[0] == "M" for c in every]] = _ACCENT
    kinds[[_RLM, _ALM]] = _RIGHT_MARK
    return kinds


@cache
def _is_of_word() -> Truths:
    """Tell which code points words are made of: letters and digits of all scripts, and accents."""
    is_letter = np.array([chr(code).isalnum() for code in range(0x110000)], np.bool_)
    is_letter[_kinds() == _ACCENT] = True
    return is_letter


def _is_unseen(codes: _Codes) -> Truths:
    return np.isin(_kinds()[codes], _SEEN, invert=True) | np.equal(codes, _LRM)


def _words(codes: _Codes) -> Offsets:
    """Return where each word begins and ends; what nobody sees does not part words."""
    of_word = _is_of_word()[codes]
    rows = np.flatnonzero(of_word)
    parted = np.cumsum(~(of_word | _is_unseen(codes)))[rows]
    first = np.flatnonzero(np.diff(parted, prepend=-1))
    last = np.append(first[1:], len(rows))[: len(first)] - 1
    return np.stack([rows[first], rows[last] + 1], axis=1)


@cache
def _known() -> frozenset[str]:
    return frozenset(word for words in FUNCTION_WORDS_OF.values() for word in words)


def _function_words(codes: _Codes, paragraph: Offsets) -> Offsets:
    """Count the function words of each paragraph, in whatever language."""
    is_seen = ~_is_unseen(codes)
    text = codes[is_seen].tobytes().decode("utf-32-le")
    words = _words(codes)
    at = np.append(0, np.cumsum(is_seen))[words].tolist()
    is_known = np.array([text[begin:end].casefold() in _known() for begin, end in at], np.bool_)
    return np.bincount(paragraph[words[is_known, 0]], minlength=int(paragraph[-1]) + 1)


class _Piece:
    """Some paragraphs, and how they are shown.

    Attributes
    ----------
    shown : uint32 [n]
        The characters.
    places : int64 [n]
        Where each of those that were stored has gone.
    """

    def __init__(self, codes: _Codes, walk: _Walk) -> None:
        is_within = walk.is_within
        of, to, seen = _displayed(codes, walk)
        displayed = codes.copy()
        displayed[to] = seen
        displayed[codes == _RLO] = _LRO
        is_end = _kinds()[codes] == _END
        paragraph = np.cumsum(is_end) - is_end
        surplus = _function_words(codes, paragraph) - _function_words(displayed, paragraph)
        has_override = np.bincount(paragraph[codes == _RLO], minlength=len(surplus)) > 0
        has_override[0] |= is_within  # by what came before a cut
        is_turned = (has_override & (surplus < _SURE))[paragraph]
        self.shown = np.where(is_turned, displayed, codes)
        self.places = np.arange(len(codes))
        self.places[of] = np.where(is_turned[of], to, of)


def _displayed(codes: _Codes, walk: _Walk) -> tuple[Offsets, Offsets, _Codes]:
    """Return the characters that are seen, in the order in which they are displayed.

    Returns
    -------
    of, to : int64 [m]
        Their rows, and the places that they take, in order.
    seen : uint32 [m]
        Themselves, or their mirror images.
    """
    kept = np.flatnonzero(_kinds()[codes] != _JOINER)
    level, sequence, override = _explicit(codes[kept], walk)
    is_placed = _kinds()[codes[kept]] <= _END
    kept, level, sequence, override = (array[is_placed] for array in (kept, level, sequence, override))
    kind = _kinds()[codes[kept]]
    read_from_right = _read_from_right(kind, sequence) & (override != 0)
    level = level + (_directions(kind, level, sequence, override) != np.where(level % 2, -1, 1))  # I1, I2
    level[kind == _TAB] = 0  # L1
    first = np.flatnonzero(~_follows(kind, sequence, read_from_right))
    order = _in_order(level[first])
    lengths = np.diff(np.append(first, len(kept)))[order]
    rows = np.arange(len(kept)) + np.repeat(first[order] - (np.cumsum(lengths) - lengths), lengths)
    is_seen = ~_is_unseen(codes[kept])
    rows = rows[is_seen[rows]]
    of, is_turned = kept[rows], (level % 2 == 1) & ~read_from_right
    return of, kept[is_seen], np.where(is_turned[rows], _mirrored(codes[of]), codes[of])


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
        self._outer: list[tuple[int, int]] = []

    @property
    def is_within(self) -> bool:
        """Tell whether a stretch is open."""
        return len(self._open) > 1

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
            self._open, self._ignored_isolates, self._ignored, self._outer = [_OUTSIDE], 0, 0, []
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
            self._outer.append(self._last)
            self._last = -1, 0

    def _leave_isolate(self) -> None:
        if self._ignored_isolates:
            self._ignored_isolates -= 1
        elif self._outer:
            self._ignored = 0
            while not self._open.pop()[2]:
                pass
            self._last = self._outer.pop()

    def _leave(self) -> None:
        if self._ignored_isolates:
            return
        if self._ignored:
            self._ignored -= 1
        elif len(self._open) > 1 and not self._open[-1][2]:
            self._open.pop()


def _settled(codes: _Codes) -> _Codes:
    """Put what FSI stands for in its place: it has the direction of the first letter in it (X5c)."""
    if not (codes == _FSI).any():
        return codes
    kinds = _kinds()[codes]
    is_letter = np.isin(kinds, (_LEFT, _RIGHT, _RIGHT_MARK))
    telling = np.flatnonzero(is_letter | np.isin(kinds, (_ISOLATE, _POP_ISOLATE, _END)))
    is_first = np.append(True, ~is_letter[telling][:-1])  # of letters between edges
    telling = telling[is_first | ~is_letter[telling]]
    settled, isolates = codes.copy(), []
    for row, kind in zip(telling.tolist(), kinds[telling].tolist(), strict=True):
        if kind == _ISOLATE:
            isolates.append(row)
        elif kind == _END:
            isolates.clear()
        elif isolates and kind == _POP_ISOLATE:
            isolates.pop()
        elif isolates and settled[isolates[-1]] == _FSI:
            settled[isolates[-1]] = _LRI if kind == _LEFT else _RLI
    return settled


def _explicit(codes: _Codes, walk: _Walk) -> tuple[Offsets, Offsets, Offsets]:
    """Return of each character its level, its isolating run sequence, and what direction is forced on it."""
    kinds, codes = _kinds()[codes], _settled(codes)
    edges = np.flatnonzero(kinds >= _ISOLATE)
    between = np.diff(np.concatenate([[-1], edges, [len(codes)]])) - 1
    told = array("q", walk.here() if between[0] else _NOTHING)
    # Of each edge, and of the characters behind it.
    rows = zip(kinds[edges].tolist(), codes[edges].tolist(), between[1:].tolist(), strict=True)
    for kind, code, count in rows:
        told.extend(walk.edge(kind, code))
        told.extend(walk.here() if count else _NOTHING)
    counts = np.ones(len(told) // 3, np.int64)
    counts[::2] = between
    level, sequence, override = np.repeat(np.frombuffer(told, np.int64).reshape(-1, 3), counts, axis=0).T
    return level, sequence, override


def _nearest(strong: Offsets, sequence: Offsets) -> tuple[Offsets, Offsets]:
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


def _directions(kind: _Kinds, level: Offsets, sequence: Offsets, override: Offsets) -> Offsets:
    """Return 1 for characters displayed from left to right, -1 for others (N1, N2).

    Letters that are read from right to left count as if they were not: they are to stay as they are stored.
    """
    strong = np.where(override != 0, override, _STRONG[kind])
    before, after = _nearest(strong, sequence)
    # Beyond both ends of a sequence there is what the higher of the levels that meet there has.
    _, first = np.unique(sequence, return_index=True)
    last = len(sequence) - 1 - np.unique(sequence[::-1], return_index=True)[1]
    padded = np.concatenate([[0], level, [0]])
    ahead = np.where(kind[last] == _ISOLATE, 0, padded[last + 2])
    at = np.unique(sequence, return_inverse=True)[1]
    begin = np.where(np.maximum(level[first], padded[first]) % 2, -1, 1)[at]
    end = np.where(np.maximum(level[last], ahead) % 2, -1, 1)[at]
    before, after = np.where(before, before, begin), np.where(after, after, end)
    return np.where(before == after, before, np.where(level % 2, -1, 1))


def _read_from_right(kind: _Kinds, sequence: Offsets) -> Truths:
    """Tell which characters stand among letters that are read from right to left."""
    letters = np.select([kind == _LEFT, kind == _RIGHT], [1, -1], 0)
    before, after = _nearest(letters, sequence)
    return (before < 0) & (after < 0)


def _follows(kind: _Kinds, sequence: Offsets, read_from_right: Truths) -> Truths:
    """Tell which characters go where the one before them does: accents, words read from right to left."""
    follows = np.zeros(len(kind), np.bool_)
    is_accent = (kind[1:] == _ACCENT) & (kind[:-1] <= _ACCENT)
    is_read = read_from_right[1:] & read_from_right[:-1]
    follows[1:] = (sequence[1:] == sequence[:-1]) & (is_accent | is_read)
    return follows


def _in_order(level: Offsets) -> Offsets:
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
