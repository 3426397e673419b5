"""Twin of fingerprinting: shingle hashes, of which winnowing keeps some.

Winnowing is that of Schleimer, Wilkerson and Aiken (SIGMOD 2003): of each window of consecutive shingles
the smallest hash is kept, the rightmost where there are several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BASE = 0x9E3779B97F4A7C15
MIX_FACTOR = 0xD6E8FEB86659FD93
MASK = 2**64 - 1

Shingle = tuple[int, int]  # hash, position of the first token


def fingerprint(
    token_hash: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    k: int,
    character_k: int,
    window: int,
    threads: int,
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int64]]:
    """Return hash, position, offsets of the shingles that winnowing keeps."""
    del threads
    kept = [
        winnow(shingles(row, [character_k if flag & 1 else k for flag in row_flags]), window)
        for row, row_flags in zip(rows(token_hash, offsets), rows(flags, offsets), strict=True)
    ]
    return (
        flat([[shingle[0] for shingle in row] for row in kept], np.uint64),
        flat([[shingle[1] for shingle in row] for row in kept], np.int32),
        offsets_of(kept),
    )


def distinct(
    fingerprint_hash: NDArray[np.uint64], offsets: NDArray[np.int64], threads: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return hash, offsets: each row sorted, repeats dropped."""
    del threads
    sets = [sorted(set(row)) for row in rows(fingerprint_hash, offsets)]
    return flat(sets, np.uint64), offsets_of(sets)


def shingles(tokens: Sequence[int], lengths: Sequence[int]) -> list[Shingle]:
    """Return the shingles of a row; `lengths` says how many tokens the one that begins there has."""
    return [
        (shingle_hash(tokens[position : position + length]), position)
        for position, length in enumerate(lengths)
        if position + length <= len(tokens)
    ]


def shingle_hash(tokens: Sequence[int]) -> int:
    """Return the mixed polynomial of the token hashes."""
    raw = 0
    for token in tokens:
        raw = raw * BASE + token & MASK
    return mix(raw)


def mix(number: int) -> int:
    """Spread the bits of a number over all 64."""
    for _ in range(2):
        number ^= number >> 32
        number = number * MIX_FACTOR & MASK
    return number ^ number >> 32


def winnow(row: Sequence[Shingle], window: int) -> list[Shingle]:
    """Return the selected shingles, once each, in order.

    >>> winnow([(5, 0), (3, 1), (3, 2), (9, 3), (4, 4)], 3)
    [(3, 2)]
    """
    windows = [row[begin : begin + window] for begin in range(max(len(row) - window + 1, 1))] if row else []
    return sorted({smallest(shingles) for shingles in windows}, key=lambda shingle: shingle[1])


def smallest(row: Sequence[Shingle]) -> Shingle:
    """Return the shingle with the smallest hash, the rightmost on ties."""
    return min(row, key=lambda shingle: (shingle[0], -shingle[1]))
