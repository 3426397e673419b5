"""Twin of the tokenizer: UTF-8 to folded, hashed words and characters with their spans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.quotes import quoted
from tests.reference.ragged import flat, offsets_of, rows
from tests.reference.sentences import sentences
from tests.reference.tables import (
    CHARACTER,
    DROPPED_MARK,
    IGNORABLE,
    MARK,
    SCRIPTS,
    SEPARATOR,
    WORD,
    entry,
    lookalike,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

CHARACTER_FLAG, INVISIBLE_FLAG, MIXED_SCRIPT_FLAG, QUOTED_FLAG, FIRST_FLAG = 1, 2, 4, 8, 16

HASH_SEED = 0xFF51AFD7ED558CCD
HASH_FACTOR = 0x9FB21C651E98DF25
MASK = 2**64 - 1

LATIN = SCRIPTS[0]
#: Words in Latin to one that is not, and at the beginning, for a text to be Latin.
LATIN_TEXT = 8


@dataclass
class Token:
    """A token in the making.

    Attributes
    ----------
    begin, end : int
        Its span in code points.
    flags : int
    letters : list of int
        Its code points that are no marks.
    parts : list of (int or None, tuple of int)
        What it is hashed from, in order: a letter and its fold, or None and the fold of a mark.
    pending : bool
        An ignorable stands behind it; evidence of intent only if the token goes on.
    """

    begin: int
    end: int
    flags: int = 0
    letters: list[int] = field(default_factory=list)
    parts: list[tuple[int | None, tuple[int, ...]]] = field(default_factory=list)
    pending: bool = False

    @property
    def is_character(self) -> bool:
        """Tell a token of one character from a word."""
        return bool(self.flags & CHARACTER_FLAG)

    def lengthen(self, position: int) -> None:
        """Take in the code point at a position."""
        self.end = position + 1
        if self.pending:
            self.flags |= INVISIBLE_FLAG
            self.pending = False

    def add_letter(self, code_point: int) -> None:
        """Append a letter's fold."""
        self.letters.append(code_point)
        self.parts.append((code_point, entry(code_point).fold))

    def add_mark(self, code_point: int) -> None:
        """Append a mark's fold, unless it is an accent on a Latin, Cyrillic or Greek letter."""
        if not (entry(code_point).droppable and entry(self.letters[-1]).scripts):
            self.parts.append((None, entry(code_point).fold))


def tokenize(
    text: NDArray[np.uint8], offsets: NDArray[np.int64], wanted: NDArray[np.uint8], threads: int
) -> tuple[
    NDArray[np.uint64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.uint8],
    NDArray[np.int64],
    NDArray[np.int64],
]:
    """Return hash, begin, end, flags, token_offsets, replaced; texts that are not wanted have no tokens."""
    del threads
    contents = [
        bytes(row) if is_wanted else b""
        for row, is_wanted in zip(rows(text, offsets), wanted.tolist(), strict=True)
    ]
    tokens = [marked(content) for content in contents]
    return (
        flat([[token[0] for token in row] for row in tokens], np.uint64),
        flat([[token[1] for token in row] for row in tokens], np.int32),
        flat([[token[2] for token in row] for row in tokens], np.int32),
        flat([[token[3] for token in row] for row in tokens], np.uint8),
        offsets_of(tokens),
        np.array([replacements(content) for content in contents], dtype=np.int64),
    )


def marked(content: bytes) -> list[tuple[int, int, int, int]]:
    """Return the tokens of a text, those flagged besides that are quoted or the first of a sentence."""
    document, tokens = content.decode("utf-8", "replace"), tokens_of(content)
    begins, ends = [token[1] for token in tokens], [token[2] for token in tokens]
    columns = zip(tokens, quoted(document, begins), sentences(document, begins, ends), strict=True)
    return [
        (word, begin, end, flags | QUOTED_FLAG * is_quoted | FIRST_FLAG * is_first)
        for (word, begin, end, flags), is_quoted, is_first in columns
    ]


def tokens_of(content: bytes) -> list[tuple[int, int, int, int]]:
    """Return hash, begin, end, flags of each token of a text."""
    words = Words()
    return [close(token, words) for token in split(content.decode("utf-8", "replace"))]


def replacements(content: bytes) -> int:
    """Count what decoding replaces; a U+FFFD that stands in the text is none of it."""
    replacement = "\N{REPLACEMENT CHARACTER}"
    in_text = content.decode("utf-8", "ignore").count(replacement)
    return content.decode("utf-8", "replace").count(replacement) - in_text


def split(text: str) -> Iterator[Token]:
    """Yield the tokens of a text."""
    token: Token | None = None
    for position, code_point in enumerate(map(ord, text)):
        kind = entry(code_point).kind
        if token and ends(token, kind):
            yield token
            token = None
        if kind in {WORD, CHARACTER}:
            if token is None:
                token = Token(position, position, CHARACTER_FLAG if kind == CHARACTER else 0)
            token.lengthen(position)
            token.add_letter(code_point)
        elif token and kind in {MARK, DROPPED_MARK}:
            token.lengthen(position)
            if kind == MARK:
                token.add_mark(code_point)
        elif token and kind == IGNORABLE:
            token.pending = True
    if token:
        yield token


def ends(token: Token, kind: int) -> bool:
    """Tell whether a code point of this class ends the open token."""
    return kind in {SEPARATOR, CHARACTER} or (kind == WORD and token.is_character)


@dataclass
class Words:
    """How many words of a text so far are Latin, numbers among them, and how many are not."""

    latin: int = 0
    other: int = 0

    @property
    def are_latin(self) -> bool:
        """Tell whether nearly all are."""
        return self.latin > LATIN_TEXT * (self.other + 1)


def close(token: Token, words: Words) -> tuple[int, int, int, int]:
    """Return hash, begin, end, flags of a token."""
    folded = [part for _, fold in token.parts for part in fold]
    flags = token.flags
    if not token.is_character:
        scripts = {script for letter in token.letters for script in SCRIPTS if entry(letter).scripts & script}
        target: int | None = None
        if scripts - {LATIN} and words.are_latin and in_script(token, LATIN) is not None:
            target = LATIN
        elif len(scripts) >= 2:
            target = the_script_of(token)
        if target is not None:
            folded = in_script(token, target) or []
            flags |= MIXED_SCRIPT_FLAG
            scripts = {target}
        if scripts <= {LATIN}:
            words.latin += 1
        else:
            words.other += 1
    return word_hash("".join(map(chr, folded)).encode()), token.begin, token.end, flags


def the_script_of(token: Token) -> int | None:
    """Return the script in which a word can be written that most of its letters have, or None."""
    # max() returns the first of equals: Latin before Cyrillic before Greek.
    targets = [
        script for script in SCRIPTS if letters_of(token, script) and in_script(token, script) is not None
    ]
    return max(targets, key=lambda script: letters_of(token, script)) if targets else None


def in_script(token: Token, script: int) -> list[int] | None:
    """Return the folded token written in a script, or None."""
    if not all(written(letter, script) for letter in token.letters):
        return None
    folds = (fold if letter is None else written(letter, script) for letter, fold in token.parts)
    return [part for fold in folds for part in fold]


def letters_of(token: Token, script: int) -> int:
    """Count the letters of a token that are of a script already."""
    return sum(bool(entry(letter).scripts & script) for letter in token.letters)


def written(letter: int, script: int) -> tuple[int, ...]:
    """Return the fold of a letter in a script; empty where it cannot be written."""
    scripts = entry(letter).scripts
    if not scripts or scripts & script:
        return entry(letter).fold
    other = lookalike(letter, script)
    return () if other is None else (other,)


def word_hash(word: bytes) -> int:
    """Hash the UTF-8 of a folded token, eight bytes at a time, by folded multiplication."""
    state = HASH_SEED + len(word) & MASK
    for chunk in chunks(word):
        product = (state ^ chunk) * HASH_FACTOR
        state = (product & MASK) ^ (product >> 64)
    return state


def chunks(word: bytes) -> Iterable[int]:
    """Yield little-endian numbers of eight bytes, the last one padded with zeros."""
    return (int.from_bytes(word[begin : begin + 8], "little") for begin in range(0, len(word), 8))
