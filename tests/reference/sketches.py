"""Twins of sketching: winnowed fingerprints, MinHash signatures, and the bands of these.

Winnowing is that of Schleimer, Wilkerson and Aiken (SIGMOD 2003): of each window of consecutive shingles
the smallest hash is kept, the rightmost where there are several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows
from tests.reference.shingles import BASE, MASK, mix, shingles_of
from tests.reference.tokens import tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MASK32 = 2**32 - 1


def sketch(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    k: int,
    character_k: int,
    window: int,
    factors: NDArray[np.uint32],
    summands: NDArray[np.uint32],
    threads: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint32]]:
    """Return tokens, then hash and offsets of the fingerprints, empty, minima."""
    del threads
    contents = [bytes(row) for row in rows(text, offsets)]
    every = [shingles_of(content, k, character_k) for content in contents]
    kept = [winnow(row, window) if window else [] for row in every]
    return (
        np.array([len(tokens_of(content)) for content in contents], dtype=np.int64),
        flat(kept, np.uint64),
        offsets_of(kept),
        np.array([not row for row in every], dtype=np.uint8),
        flat([signature(row, factors, summands) for row in every], np.uint32),
    )


def winnow(row: Sequence[int], window: int) -> list[int]:
    """Return the selected hashes, each place of the row once, in order.

    >>> winnow([5, 3, 3, 9, 4], 3), winnow([1, 7, 1, 8], 3), winnow([6, 5], 3)
    ([3], [1], [5])
    """
    windows = [range(begin, begin + window) for begin in range(len(row) - window + 1)]
    if row and not windows:
        windows = [range(len(row))]
    return [row[place] for place in sorted({smallest(row, places) for places in windows})]


def smallest(row: Sequence[int], places: Sequence[int]) -> int:
    """Return which of the places has the smallest hash, the rightmost on ties."""
    return min(places, key=lambda place: (row[place], -place))


def sign(
    hashes: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    factors: NDArray[np.uint32],
    summands: NDArray[np.uint32],
    threads: int,
) -> NDArray[np.uint32]:
    """Return the signature of every row, one after another."""
    del threads
    return flat([signature(row, factors, summands) for row in rows(hashes, offsets)], np.uint32)


def signature(hashes: Sequence[int], factors: NDArray[np.uint32], summands: NDArray[np.uint32]) -> list[int]:
    """Return the minimum of each permutation over the upper halves of hashes; all ones if there are none."""
    mixed = [finalized(value >> 32) for value in hashes]
    return [
        min((factor * h + summand & MASK32 for h in mixed), default=MASK32)
        for factor, summand in zip(factors.tolist(), summands.tolist(), strict=True)
    ]


def finalized(h: int) -> int:
    """Return the finalizer of MurmurHash3 of 32 bits.

    >>> hex(finalized(1))
    '0x514e28b7'
    """
    h = (h ^ h >> 16) * 0x85EBCA6B & MASK32
    h = (h ^ h >> 13) * 0xC2B2AE35 & MASK32
    return h ^ h >> 16


def bands(
    minima: NDArray[np.uint32],
    empty: NDArray[np.uint8],
    permutations: int,
    bands: int,
    rows: int,
    threads: int,
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return hash, offsets: the bands of each document that is not empty."""
    del threads
    signatures = minima.reshape(len(empty), permutations).tolist()
    hashes = [
        [] if is_empty else [band_hash(band, row[band * rows : (band + 1) * rows]) for band in range(bands)]
        for row, is_empty in zip(signatures, empty.tolist(), strict=True)
    ]
    return flat(hashes, np.uint64), offsets_of(hashes)


def band_hash(band: int, values: Sequence[int]) -> int:
    """Return the hash of the values of a band, the first of which is numbered 0.

    >>> band_hash(0, [7]) == band_hash(1, [7])
    False
    """
    h = band + 1
    for value in values:
        h = h * BASE + value & MASK
    return mix(h)
