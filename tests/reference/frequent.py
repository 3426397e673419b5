"""Readable twin of `frequent.hpp`: how often texts say a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frequent(
    text: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    wanted: NDArray[np.uint8],
    words: NDArray[np.uint8],
    word_offsets: NDArray[np.int64],
    middle: int,
    characters: int,
    least: int,
    threads: int,  # noqa: ARG001
) -> NDArray[np.uint8]:
    """Return a 1 for each wanted text whose middle has the words more than once in so many characters.

    The middle is what can be read of so many bytes; it must have more than `least` characters. A word is found
    wherever it stands, also where its end is the beginning of the next.
    """
    asked = [bytes(word).decode() for word in rows(words, word_offsets)]
    found = []
    for one, is_wanted in zip(rows(text, offsets), wanted.tolist(), strict=True):
        begin = max(0, (len(one) - middle) // 2)
        sample = bytes(one[begin : begin + middle]).decode(errors="ignore")
        times = sum(sample.startswith(word, at) for word in asked for at in range(len(sample)))
        found.append(bool(is_wanted) and len(sample) > least and times * characters > len(sample))
    return np.array(found, np.uint8)
