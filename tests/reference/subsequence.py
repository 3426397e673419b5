"""Longest common subsequences by the textbook table, n * m cells."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def common_subsequences(text: Sequence[int], other: Sequence[int]) -> list[int]:
    """Return the length of the longest common subsequence of `text` with each beginning of `other`.

    >>> common_subsequences([1, 2, 3, 4], [2, 9, 4, 3])
    [0, 1, 1, 2, 2]
    """

    def next_row(above: list[int], token: int) -> list[int]:
        row = [0]
        for place, mine in enumerate(text):
            row.append(above[place] + 1 if mine == token else max(above[place + 1], row[place]))
        return row

    table = accumulate(other, next_row, initial=[0] * (len(text) + 1))
    return [row[-1] for row in table]
