"""Texts to numbers: whether two texts that tell their things in the same order tell of the same ones.

Who rewrites an article keeps its numbers; who fills in a template again has others. Forecasts, results, notices
and small ads of one form agree in all that the model looks at but in these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reuse.pairs import Numerals, Scores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reuse.values import Bytes, Hashes, Ids, Offsets, Texts, Truths

_ZERO, _POINT, _COMMA = ord("0"), ord("."), ord(",")
#: Spaces that part the thousands of a number, as UTF-8 in one number.
_NO_BREAK, _THIN, _NARROW = 0xC2A0, 0xE28089, 0xE280AF
#: What nobody sees within a number: from U+200B, U+202A and U+2060 on, and the byte order mark.
_SOFT_HYPHEN = 0xC2AD
_UNSEEN = ((0xE2808B, 0xE2808F), (0xE280AA, 0xE280AE), (0xE281A0, 0xE281A4), (0xEFBBBF, 0xEFBBBF))
_WIDE_ZERO = 0xEFBC90


def count_numerals(scores: Scores, texts: tuple[Texts, Texts], asked: Truths) -> Numerals:
    """Count the different numbers of pairs, and those they share.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    texts : pair of Texts
        Sources and pages.
    asked : bool [P]
        Which pairs are counted; of others nothing is known.

    Returns
    -------
    Numerals

    Examples
    --------
    >>> from reuse.texts import lay_out
    >>> one, two = lay_out(["In 2024, 1,500 of 3.5 million"]), lay_out(["1500 in 2023, and 1500 again"])
    >>> row = np.zeros(1, np.int32)
    >>> counted = count_numerals(Scores.named(row, row), (one, two), np.ones(1, np.bool_))
    >>> counted.fewer.tolist(), counted.shared.tolist()
    ([2], [1])
    """
    fewer, shared = np.zeros(len(scores), np.int32), np.zeros(len(scores), np.int32)
    pairs = np.flatnonzero(asked)
    sources = _numerals(texts[0], scores.source[pairs])
    pages = _numerals(texts[1], scores.page[pairs])
    for pair, source, page in zip(
        pairs.tolist(), scores.source[pairs].tolist(), scores.page[pairs].tolist(), strict=True
    ):
        fewer[pair] = min(len(sources[source]), len(pages[page]))
        shared[pair] = len(sources[source] & pages[page])
    return Numerals(fewer, shared)


def _numerals(texts: Texts, rows: Ids) -> Mapping[int, frozenset[int]]:
    """Return the different numbers of some texts, by row."""
    some = np.unique(rows).tolist()
    if not some:
        return {}
    parts = [np.frombuffer(text, np.uint8) for text in texts.matched(some)]
    # A blank between texts, and one before and behind: no number reaches over it.
    blank = np.full(1, ord(" "), np.uint8)
    content = np.concatenate([blank, *(part for text in parts for part in (text, blank))])
    begins = np.cumsum([1, *(len(part) + 1 for part in parts)])
    content, gone = seen(content)
    value, at = numbers(content)
    of_text = np.searchsorted(at, begins - np.searchsorted(gone, begins)).tolist()
    values = value.tolist()
    return {
        row: frozenset(values[first:last])
        for row, first, last in zip(some, of_text[:-1], of_text[1:], strict=True)
    }


def seen(content: Bytes) -> tuple[Bytes, Offsets]:
    """Return a text of UTF-8 as a reader sees its numbers, and the places of the bytes that went.

    Soft hyphens, zero-width characters and marks of direction go; full-width digits are ASCII.

    Examples
    --------
    >>> text, gone = seen(np.frombuffer("a 1\u200b5 ８".encode(), np.uint8))
    >>> bytes(text), gone.tolist()
    (b'a 15 8', [3, 4, 5, 8, 9])
    """
    lead = np.flatnonzero((content == 0xC2) | (content == 0xE2) | (content == 0xEF))
    one, two, three = (content.take(lead + step, mode="clip").astype(np.int32) for step in range(3))
    code = one << 16 | two << 8 | three
    short = lead[code >> 8 == _SOFT_HYPHEN]
    long = lead[np.logical_or.reduce([(first <= code) & (code <= last) for first, last in _UNSEEN])]
    wide = lead[(code >= _WIDE_ZERO) & (code < _WIDE_ZERO + 10)]
    gone = np.concatenate([short, short + 1, long, long + 1, long + 2, wide, wide + 1])
    if not len(gone):
        return content, gone
    gone.sort()
    shown = content.copy()
    shown[wide + 2] -= np.uint8((_WIDE_ZERO & 0xFF) - _ZERO)
    return np.delete(shown, gone), gone


def numbers(content: Bytes) -> tuple[Hashes, Offsets]:
    """Return the numbers of a text in ASCII digits, uint64 [N], and where each begins; separators do not count.

    Points, commas and spaces that do not break are separators. Of a number of more than twenty digits the last
    digits count.

    Examples
    --------
    >>> value, at = numbers(np.frombuffer(b" 1,500 in 3.5 x2", np.uint8))
    >>> value.tolist(), at.tolist()
    ([1500, 35, 2], [1, 10, 15])
    """
    is_digit = (content - np.uint8(_ZERO)) < 10
    places = np.flatnonzero(is_digit)
    if not len(places):
        return np.zeros(0, np.uint64), places
    gap = np.diff(places)
    one, two, three = (content.take(places[:-1] + step, mode="clip").astype(np.int32) for step in (1, 2, 3))
    code = one << 16 | two << 8 | three
    joined = (gap == 1) | ((gap == 2) & ((one == _POINT) | (one == _COMMA)))
    joined |= (gap == 3) & (code >> 8 == _NO_BREAK) | (gap == 4) & ((code == _THIN) | (code == _NARROW))
    first = np.concatenate(([0], np.flatnonzero(~joined) + 1))
    length = np.diff(np.append(first, len(places)))
    behind = np.repeat(first + length, length) - np.arange(len(places)) - 1
    powers = np.uint64(10) ** np.arange(20, dtype=np.uint64)
    digits = (content[places] - np.uint8(_ZERO)).astype(np.uint64)
    parts = np.where(behind < len(powers), digits * powers[np.minimum(behind, len(powers) - 1)], 0)
    return np.add.reduceat(parts.astype(np.uint64), first), places[first]
