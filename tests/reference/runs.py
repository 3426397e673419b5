"""Twin of the shared runs: stretches of a page that stand in a source token for token.

For every page token the longest stretch that ends there and stands in the source is found by the table
of common suffixes, n * m cells.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Run = tuple[int, int, int]  # source_begin, page_begin, length
#: Tokens of the longest run that is looked for in several places, and how far from where it is expected.
LONGEST_PLACED, MOST_MOVED = 64, 8


def shared_runs(
    source: NDArray[np.uint64],
    source_offsets: NDArray[np.int64],
    page: NDArray[np.uint64],
    page_offsets: NDArray[np.int64],
    source_row: NDArray[np.int32],
    page_row: NDArray[np.int32],
    minimum: int,
    threads: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return offsets, source_begin, page_begin, length of the runs, and longest of each pair."""
    del threads
    sources, pages = rows(source, source_offsets), rows(page, page_offsets)
    runs: list[list[Run]] = []
    longest: list[int] = []
    for i, j in zip(source_row.tolist(), page_row.tolist(), strict=True):
        suffixes = longest_suffixes(sources[i], pages[j])
        placed = going_on(maximal(suffixes, minimum), sources[i], pages[j])
        runs.append(disjoint(placed, len(pages[j]), minimum))
        longest.append(max((length for length, _ in suffixes), default=0))
    return (
        offsets_of(runs),
        flat([[run[0] for run in row] for row in runs], np.int32),
        flat([[run[1] for run in row] for row in runs], np.int32),
        flat([[run[2] for run in row] for row in runs], np.int32),
        np.array(longest, dtype=np.int32),
    )


def longest_suffixes(source: Sequence[int], page: Sequence[int]) -> list[tuple[int, int]]:
    """Return for each page token the longest stretch ending there and its first end in the source.

    >>> longest_suffixes("abcab", "xab")
    [(0, 0), (1, 1), (2, 2)]
    """
    suffixes = []
    common = [0] * (len(source) + 1)  # common[i]: length of the common suffix with source[:i]
    for token in page:
        common = [0, *(common[i] + 1 if source[i] == token else 0 for i in range(len(source)))]
        length = max(common)
        suffixes.append((length, common.index(length)))
    return suffixes


def maximal(suffixes: Sequence[tuple[int, int]], minimum: int) -> list[Run]:
    """Return the runs of at least `minimum` tokens that do not go on."""
    runs = []
    for position, (length, end) in enumerate(suffixes):
        goes_on = position + 1 < len(suffixes) and suffixes[position + 1][0] == length + 1
        if length >= minimum and not goes_on:
            runs.append((end - length, position + 1 - length, length))
    return runs


def going_on(runs: Sequence[Run], source: Sequence[int], page: Sequence[int]) -> list[Run]:
    """Return runs with each short one taken from where the one before goes on, if it stands there too.

    >>> going_on([(0, 0, 2), (0, 3, 2)], "abcab", "abxab")
    [(0, 0, 2), (3, 3, 2)]
    """
    placed: list[Run] = []
    for source_begin, page_begin, length in runs:
        begin = source_begin
        if placed and length <= LONGEST_PLACED:
            expected = placed[-1][0] + page_begin - placed[-1][1]
            shifts = sorted(range(-MOST_MOVED, MOST_MOVED + 1), key=lambda shift: (abs(shift), shift))
            there = (expected + shift for shift in shifts if expected + shift >= 0)
            words = list(page[page_begin : page_begin + length])
            begin = next((at for at in there if list(source[at : at + length]) == words), source_begin)
        placed.append((begin, page_begin, length))
    return placed


def disjoint(runs: Sequence[Run], page_length: int, minimum: int) -> list[Run]:
    """Return runs that share no page token: the longest first, of the others what is left."""
    taken = [False] * page_length
    chosen = []
    for source_begin, page_begin, length in sorted(runs, key=lambda run: (-run[2], run[1])):
        for begin, end in stretches(taken, page_begin, page_begin + length):
            if end - begin >= minimum:
                chosen.append((source_begin + begin - page_begin, begin, end - begin))
                taken[begin:end] = [True] * (end - begin)
    return sorted(chosen, key=lambda run: run[1])


def stretches(taken: Sequence[bool], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of a range of page tokens that are not taken."""
    for is_taken, group in groupby(range(begin, end), key=lambda position: taken[position]):
        positions = list(group)
        if not is_taken:
            yield positions[0], positions[-1] + 1
