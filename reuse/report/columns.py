"""Running text in columns of a terminal: how wide it is, and how it is broken into lines."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Characters that take no column: marks over and under others, joiners; vowels and finals of Hangul in parts.
_NO_COLUMN = {"Mn", "Me", "Cf"}
_JUNGSEONG = range(0x1160, 0x1200)
_JOINER = "\u200d"
_RIGHT_TO_LEFT = {"R", "AL"}


class Piece(NamedTuple):
    """A stretch of text that looks the same: `look` has the parameters of SGR, as ``1;32``, or nothing."""

    text: str
    look: str = ""


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> columns("cafe\N{COMBINING ACUTE ACCENT}"), columns("漢字")
    (4, 4)
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in _NO_COLUMN or ord(character) in _JUNGSEONG:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def is_right_to_left(text: str) -> bool:
    """Tell whether a terminal may show parts of a text from right to left.

    Examples
    --------
    >>> is_right_to_left("שלום"), is_right_to_left("café")
    (True, False)
    """
    return not text.isascii() and any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)


def clusters(text: str) -> Iterator[str]:
    """Yield a text by what a terminal shows in one place: a character and what stands over or under it.

    Examples
    --------
    >>> [*clusters("e\u0301a")] == ["e\u0301", "a"]
    True
    """
    held = ""
    for character in text:
        if held and (_width(character) == 0 or held.endswith(_JOINER)):
            held += character
            continue
        if held:
            yield held
        held = character
    if held:
        yield held


def wrap(pieces: Iterable[Piece], width: int) -> list[list[Piece]]:
    """Break text into lines.

    Parameters
    ----------
    pieces : iterable of Piece
        Without line ends; several blanks are shown as one.
    width : int
        Columns of a line, two at least. Lines are broken at blanks and beside characters of two columns, and
        where a word is longer than a line, anywhere but below an accent.

    Returns
    -------
    list of list of Piece
        Neighbours look different.

    Examples
    --------
    >>> ["".join(piece.text for piece in line) for line in wrap([Piece("one two, "), Piece("three")], 8)]
    ['one two,', 'three']
    """
    lines: list[list[Piece]] = [[]]
    used = 0
    for blank, word in _words(pieces):
        size = sum(columns(piece.text) for piece in word)
        gap = 1 if blank is not None and used else 0
        if used and used + gap + size > width:
            lines.append([])
            used = gap = 0
        if gap and blank is not None:
            lines[-1].append(blank)
        if used + gap + size <= width:
            lines[-1] += word
            used += gap + size
            continue
        for part in (part for piece in word for part in _breakable(piece, width)):
            if used + columns(part.text) > width:
                lines.append([])
                used = 0
            lines[-1].append(part)
            used += columns(part.text)
    return [_joined(line) for line in lines if line]


def _breakable(piece: Piece, width: int) -> Iterator[Piece]:
    """Yield what a piece longer than a line is broken into."""
    text, look = piece
    if text.isascii():  # a line at a time: a rule of dashes may be a page of its own
        yield from (Piece(text[begin : begin + width], look) for begin in range(0, len(text), width))
    else:
        yield from (Piece(cluster, look) for cluster in clusters(text))


def paint(line: Iterable[Piece]) -> str:
    r"""Return a line with the escape sequences that give it its looks.

    Examples
    --------
    >>> paint([Piece("plain "), Piece("bold", "1")])
    'plain \x1b[1mbold\x1b[0m'
    """
    return "".join(f"\x1b[{look}m{text}\x1b[0m" if look else text for text, look in line)


def side_by_side(left: list[list[Piece]], right: list[list[Piece]], width: int, between: str) -> Iterator[str]:
    """Yield lines in two columns, the left one `width` columns wide.

    Examples
    --------
    >>> [*side_by_side([[Piece("a")]], [[Piece("b")], [Piece("c")]], 2, "|")]
    ['a |b', '  |c']
    """
    for row in range(max(len(left), len(right))):
        first = left[row] if row < len(left) else []
        second = right[row] if row < len(right) else []
        padding = " " * (width - sum(columns(piece.text) for piece in first))
        yield f"{paint(first)}{padding}{between}{paint(second)}".rstrip()


def _words(pieces: Iterable[Piece]) -> Iterator[tuple[Piece | None, list[Piece]]]:
    """Yield what may not be broken, with the blank before it if there is one."""
    blank: Piece | None = None
    word: list[Piece] = []
    wide = False  # whether the word ends with a character of two columns
    for text, look in pieces:
        for part in re.findall(r" +|[^ ]+", text):
            if part[0] == " ":
                if word:
                    yield blank, word
                    word = []
                blank = Piece(" ", look)
                continue
            for is_wide, some in _by_width(part):
                if word and (is_wide or wide):
                    yield blank, word
                    blank, word = None, []
                word.append(Piece(some, look))
                wide = is_wide
    if word:
        yield blank, word


def _by_width(text: str) -> Iterator[tuple[bool, str]]:
    """Yield each character of two columns by itself, and what is between them."""
    if text.isascii():
        yield False, text
        return
    for wide, group in groupby(clusters(text), key=lambda cluster: columns(cluster) > 1):
        if wide:
            yield from ((True, cluster) for cluster in group)
        else:
            yield False, "".join(group)


def _joined(line: list[Piece]) -> list[Piece]:
    return [
        Piece("".join(piece.text for piece in group), look)
        for look, group in groupby(line, key=lambda piece: piece.look)
    ]
