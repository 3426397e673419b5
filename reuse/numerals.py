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

    from reuse.values import Bytes, Hashes, Ids, Texts, Truths

_ZERO, _POINT, _COMMA = ord("0"), ord("."), ord(",")


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
    value, at = numbers(content)
    of_text = np.searchsorted(at, begins).tolist()
    values = value.tolist()
    return {
        row: frozenset(values[first:last])
        for row, first, last in zip(some, of_text[:-1], of_text[1:], strict=True)
    }


def numbers(content: Bytes) -> tuple[Hashes, Ids]:
    """Return the numbers of a text in ASCII digits, uint64 [N], and where each begins; separators do not count.

    Of a number of more than twenty digits the last digits count.

    Examples
    --------
    >>> value, at = numbers(np.frombuffer(b" 1,500 in 3.5 x2", np.uint8))
    >>> value.tolist(), at.tolist()
    ([1500, 35, 2], [1, 10, 15])
    """
    is_digit = (content - np.uint8(_ZERO)) < 10
    places = np.flatnonzero(is_digit)
    if not len(places):
        return np.zeros(0, np.uint64), np.zeros(0, np.int32)
    gap = np.diff(places)
    between = content[places[:-1] + 1]
    joined = (gap == 1) | ((gap == 2) & ((between == _POINT) | (between == _COMMA)))
    first = np.concatenate(([0], np.flatnonzero(~joined) + 1))
    length = np.diff(np.append(first, len(places)))
    behind = np.repeat(first + length, length) - np.arange(len(places)) - 1
    powers = np.uint64(10) ** np.arange(20, dtype=np.uint64)
    digits = (content[places] - np.uint8(_ZERO)).astype(np.uint64)
    parts = np.where(behind < len(powers), digits * powers[np.minimum(behind, len(powers) - 1)], 0)
    return np.add.reduceat(parts.astype(np.uint64), first), places[first].astype(np.int32)
