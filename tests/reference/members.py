"""Twins of the searches for hashes, and for shingles of tokens, among some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows
from tests.reference.shingles import shingle_hash
from tests.reference.tokens import CHARACTER_FLAG

if TYPE_CHECKING:
    from numpy.typing import NDArray


def members(hash: NDArray[np.uint64], known: NDArray[np.uint64], threads: int) -> NDArray[np.uint8]:  # noqa: A002
    """Return a 1 for each hash that is among those known."""
    del threads
    some = set(known.tolist())
    return np.array([one in some for one in hash.tolist()], dtype=np.uint8)


def shingles_among(
    hash: NDArray[np.uint64],  # noqa: A002 (as it is called)
    flags: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    wanted: NDArray[np.uint8],
    known: NDArray[np.uint64],
    k: int,
    character_k: int,
    threads: int,
) -> NDArray[np.int64]:
    """Return the tokens of wanted documents from which on there is a shingle that is among those known."""
    del threads
    some = set(known.tolist())
    found = []
    documents = zip(rows(hash, offsets), rows(flags, offsets), offsets.tolist(), wanted.tolist(), strict=False)
    for tokens, of_tokens, begin, is_wanted in documents:
        for place, flag in enumerate(of_tokens if is_wanted else []):
            run = tokens[place : place + (character_k if flag & CHARACTER_FLAG else k)]
            is_whole = len(run) == (character_k if flag & CHARACTER_FLAG else k)
            if is_whole and shingle_hash(run) in some:
                found.append(begin + place)
    return np.array(found, dtype=np.int64)
