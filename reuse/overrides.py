r"""Text to text as it is shown: what an override displays backwards is turned about.

U+202E has the characters that follow shown from right to left, whatever they are, up to U+202C or the end of
the paragraph. A word stored from its end to its beginning then looks as it should, and is another word to who
reads what is stored. Here it is put the way readers see it: as many code points, with U+202D in the override's
place, which says that what follows is shown as it is stored. Words of scripts that are written from right to
left are left alone, for an override changes nothing about them.

After the Unicode Bidirectional Algorithm (UAX #9, rules X1 to X8 and L2 to L4) with one difference: each
stretch is turned about by itself, so that overridden words keep their order, though nothing but a space parts
them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

#: The override, and what takes its place. Nothing else in UTF-8 has these bytes.
OVERRIDE = "\u202e".encode()
_LEFT_TO_RIGHT = "\u202d"
_OVERRIDE = "\u202e"
_ISOLATES, _EMBEDDINGS = tuple("\u2066\u2067\u2068"), tuple("\u202a\u202b\u202d\u202e")
_KINDS = dict.fromkeys((*_ISOLATES, *_EMBEDDINGS), "opening") | {"\u202c": "pop", "\u2069": "pop isolate"}
_MARKS = re.compile("([\u202a-\u202e\u2066-\u2069])")
_PARAGRAPHS = re.compile("([\n\r\x1c-\x1e\x85\u2029])")
#: Signs whose mirror image is shown from right to left (L4).
_MIRRORED = str.maketrans("()<>[]{}«»‹›", ")(><][}{»«›‹")
#: Stretches within stretches, as many as browsers follow (BD2).
_DEEPEST = 125


@dataclass(slots=True)
class _Stretch:
    """What one mark opened, in pieces that stay as they are where the stretch is turned about."""

    mark: str
    begin: int
    pieces: list[str] = field(default_factory=list)
    is_right_to_left: bool = False

    @property
    def is_isolate(self) -> bool:
        return self.mark in _ISOLATES

    @property
    def is_embedding(self) -> bool:
        return self.mark in _EMBEDDINGS

    def add(self, text: str) -> None:
        if self.mark != _OVERRIDE:
            self.pieces.append(text)
            return
        self.pieces += _clusters(text)
        letters = "" if text.isascii() else text
        self.is_right_to_left |= any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters)


def as_shown(text: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    r"""Turn about what overrides show backwards.

    Parameters
    ----------
    text : bytes
        UTF-8.

    Returns
    -------
    text : bytes
        As long as before, and the same when it is put in again.
    stretches : list of (int, int)
        What was turned about, in code points, in order; of stretches within others the outer ones.

    Examples
    --------
    >>> shown, stretches = as_shown("an \u202edlo\u202c bridge".encode())
    >>> shown.decode() == "an \u202dold\u202c bridge", stretches
    (True, [(4, 7)])
    """
    pieces: list[str] = []
    stretches: list[tuple[int, int]] = []
    at = 0
    for paragraph in _PARAGRAPHS.split(text.decode()):
        pieces.append(_Paragraph(at, stretches).as_shown(paragraph) if _OVERRIDE in paragraph else paragraph)
        at += len(paragraph)
    return "".join(pieces).encode(), stretches


class _Paragraph:
    """A paragraph on its way: the stretches that are open at a place, the outermost first."""

    def __init__(self, begin: int, turned: list[tuple[int, int]]) -> None:
        self._open = [_Stretch("", begin)]
        self._turned = turned
        self._ignored = 0  # marks that nest too deeply

    def as_shown(self, text: str) -> str:
        at = self._open[0].begin
        for piece in _MARKS.split(text):
            at += len(piece)
            if not self._is_edge(piece, at):
                self._open[-1].add(piece)
        while len(self._open) > 1:
            self._close("")
        return "".join(self._open[0].pieces)

    def _is_edge(self, piece: str, end: int) -> bool:
        """Open a stretch that begins at a code point, or close the one that ends there; tell if it did."""
        kind = _KINDS.get(piece)
        if kind == "opening":
            if len(self._open) <= _DEEPEST:
                self._open.append(_Stretch(piece, end))
                return True
            self._ignored += 1
        elif kind and self._ignored:
            self._ignored -= 1
        elif kind == "pop" and self._open[-1].is_embedding:
            self._close(piece)
            return True
        elif kind == "pop isolate" and any(stretch.is_isolate for stretch in self._open):
            while not self._open[-1].is_isolate:
                self._close("")
            self._close(piece)
            return True
        return False

    def _close(self, pop: str) -> None:
        stretch = self._open.pop()
        mark, inner = stretch.mark, "".join(stretch.pieces)
        if mark == _OVERRIDE and not stretch.is_right_to_left:
            # Of what is but a character the mirror image is shown; what others opened has been looked at.
            turned = (
                piece.translate(_MIRRORED) if len(piece) == 1 else piece for piece in stretch.pieces[::-1]
            )
            mark, inner = _LEFT_TO_RIGHT, "".join(turned)
            while self._turned and self._turned[-1][0] >= stretch.begin:
                self._turned.pop()
            self._turned.append((stretch.begin, stretch.begin + len(inner)))
        self._open[-1].pieces.append(mark + inner + pop)


def _clusters(text: str) -> list[str]:
    """Split into characters, each with the accents that follow it (L3)."""
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        if found and unicodedata.category(character)[0] == "M":
            found[-1] += character
        else:
            found.append(character)
    return found
