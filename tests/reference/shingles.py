"""Twin of shingling: runs of tokens, hashed, and the set of them that a text has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import flat, offsets_of, rows
from tests.reference.tokens import CHARACTER_FLAG, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BASE = 0x9E3779B97F4A7C15
MIX_FACTOR = 0xD6E8FEB86659FD93
MASK = 2**64 - 1


def shingle_sets(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    wanted: NDArray[np.uint8],
    k: int,
    character_k: int,
    threads: int,
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return hash, offsets: the distinct shingles of the wanted texts, ascending; none of the others."""
    del threads
    sets = [
        sorted(set(shingles_of(bytes(row), k, character_k))) if is_wanted else []
        for row, is_wanted in zip(rows(text, offsets), wanted.tolist(), strict=True)
    ]
    return flat(sets, np.uint64), offsets_of(sets)


def shingles_of(content: bytes, k: int, character_k: int) -> list[int]:
    """Return the shingles of a text, in order."""
    tokens = tokens_of(content)
    lengths = [character_k if flags & CHARACTER_FLAG else k for _, _, _, flags in tokens]
    return shingles([token_hash for token_hash, *_ in tokens], lengths)


def shingles(tokens: Sequence[int], lengths: Sequence[int]) -> list[int]:
    """Return the shingles of a row; `lengths` says how many tokens the one that begins there has.

    >>> shingles([7, 8, 9], [2, 3, 1]) == [shingle_hash([7, 8]), shingle_hash([9])]
    True
    """
    return [
        shingle_hash(tokens[position : position + length])
        for position, length in enumerate(lengths)
        if position + length <= len(tokens)
    ]


def shingle_hash(tokens: Sequence[int]) -> int:
    """Return the mixed polynomial of the token hashes.

    >>> hex(shingle_hash([1, 2, 3])), hex(shingle_hash([2, 3, 2**64 - 1]))
    ('0x23ca49628f582465', '0xab721b9d82814356')
    """
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
