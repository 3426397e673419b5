"""Twin of sign: MinHash by Python's own integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

MASK = 2**32 - 1


def sign(
    hashes: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    factors: NDArray[np.uint32],
    summands: NDArray[np.uint32],
    threads: int,
) -> NDArray[np.uint32]:
    """Return for every row the minimum of each permutation over its hashes, row after row."""
    del threads
    permutations = list(zip(factors.tolist(), summands.tolist(), strict=True))
    minima = []
    for row in rows(hashes, offsets):
        mixed = [finalized(value >> 32) for value in row]
        for factor, summand in permutations:
            minima.append(min((factor * h + summand & MASK for h in mixed), default=MASK))
    return np.array(minima, np.uint32)


def finalized(h: int) -> int:
    """Return the finalizer of MurmurHash3 of 32 bits.

    >>> hex(finalized(1))
    '0x514e28b7'
    """
    h = (h ^ h >> 16) * 0x85EBCA6B & MASK
    h = (h ^ h >> 13) * 0xC2B2AE35 & MASK
    return h ^ h >> 16
