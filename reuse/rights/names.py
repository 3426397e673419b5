"""Texts to the names in them: words as readers compare them, and whether a name came with copied words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Scripts without spaces: every character is a word. Marks and what is not seen are within words.
_ALONE = (
    "\u0e00-\u0eff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WITHIN = "\u00ad\u0300-\u036f\u200b-\u200d\u2060"
_WORD = re.compile(f"[{_ALONE}]|(?:(?![{_ALONE}])[^\\W_]|[{_WITHIN}])+")
_UNSEEN = re.compile(f"[{_WITHIN}]+")
#: Words in a row, those of the name among them, that a text has from another.
_COPIED = 5
#: Places that are looked at for a name in one text.
_MOST_PLACES = 1_000


class Word(NamedTuple):
    """A word as it is compared, and its span in code points of the text."""

    folded: str
    begin: int
    end: int


def words_in(text: str) -> tuple[Word, ...]:
    """Return the words of a text, without case, accents and what is not seen.

    Examples
    --------
    >>> [word.folded for word in words_in("Señor O'Neill: 新华社")]
    ['senor', 'o', 'neill', '新', '华', '社']
    """
    found = (Word(_folded(match[0]), *match.span()) for match in _WORD.finditer(text))
    return tuple(word for word in found if word.folded)


@lru_cache(maxsize=4)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the same of a whole text, which is asked for again and again: the last ones are kept."""
    return words_in(text)


def folded(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared."""
    return tuple(word.folded for word in words_in(text))


def may_have(text: str, name: Sequence[str]) -> bool:
    """Tell whether the longest word of a name stands in a text, be it within another: a quick look."""
    return max(name, key=len, default="\n") in _folded_whole(text)


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return word.lower() if word.isascii() else _without_marks(word)


@lru_cache(maxsize=4)
def _folded_whole(text: str) -> str:
    return text.lower() if text.isascii() else _without_marks(text)


def _without_marks(text: str) -> str:
    # Twice, for what is folded may come apart, and what comes apart may be folded.
    for _ in range(2):
        text = _UNSEEN.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return text


def places_of(name: Sequence[str], words: Sequence[Word]) -> Iterator[int]:
    """Yield where the words of a name stand in a row, by the number of the first: a thousand places at most.

    Examples
    --------
    >>> list(places_of(("example", "news"), words_of("From Example News, says EXAMPLE NEWS")))
    [1, 4]
    """
    size, found = len(name), 0
    for at in range(len(words) - size + 1 if size else 0):
        if words[at].folded == name[0] and all(words[at + k].folded == name[k] for k in range(size)):
            yield at
            found += 1
            if found == _MOST_PLACES:
                return


def places_in_any_order(name: Sequence[str], text: str) -> Iterator[int]:
    """Yield where the words of a name stand in a row, in any order, by the number of the first.

    Examples
    --------
    >>> list(places_in_any_order(("ida", "holm"), "By Holm, Ida. Ida Holm met Ida."))
    [1, 3]
    """
    if not may_have(text, name):
        return
    rows = _rows(text)
    rarest = min((rows.get(word, ()) for word in name), key=len, default=())
    words, size = words_of(text), len(name)
    for begin, end in _around(rarest, size - 1):
        lacking, left = Counter(name), size
        for at in range(begin, min(end, len(words))):
            if at - size >= begin and (gone := words[at - size].folded) in lacking:
                lacking[gone] += 1
                left += lacking[gone] > 0
            if (word := words[at].folded) in lacking:
                left -= lacking[word] > 0
                lacking[word] -= 1
            if not left:
                yield at - size + 1


def _around(rows: Sequence[int], margin: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where rows and those beside them reach."""
    begin = end = 0
    for row in rows:
        if row - margin > end:
            yield begin, end
            begin = row - margin
        end = row + margin + 1
    yield begin, end


@lru_cache(maxsize=4)
def _rows(text: str) -> dict[str, list[int]]:
    """Return where each word of a text stands."""
    found: dict[str, list[int]] = {}
    for row, word in enumerate(words_of(text)):
        found.setdefault(word.folded, []).append(row)
    return found


def came_along(at: int, words: Sequence[Word], name: Sequence[str], origin: Sequence[Word]) -> bool:
    """Tell whether a name stands in a text because words around it were copied with it.

    Parameters
    ----------
    at : int
        Where it stands in `words`.
    words, name, origin : sequences
        Of the text, of the name, and of the text that was copied.

    Examples
    --------
    >>> origin = words_of("Nobody was hurt, the mayor told Example News on Tuesday.")
    >>> page = words_of("Source: Example News. Nobody, the mayor told Example News, was hurt.")
    >>> [came_along(at, page, ("example", "news"), origin) for at in places_of(("example", "news"), page)]
    [False, True]
    """
    return any(_run(words, at, origin, there, len(name)) >= _COPIED for there in places_of(name, origin))


def _run(words: Sequence[Word], at: int, origin: Sequence[Word], there: int, size: int) -> int:
    """Return how many words are the same in a row around those that are: counted no further than asked."""
    before = 0
    while before < min(at, there, _COPIED) and _same(words[at - before - 1], origin[there - before - 1]):
        before += 1
    behind, most = size, min(len(words) - at, len(origin) - there, size + _COPIED)
    while behind < most and _same(words[at + behind], origin[there + behind]):
        behind += 1
    return before + behind


def _same(one: Word, other: Word) -> bool:
    return one.folded == other.folded
