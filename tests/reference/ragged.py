"""Ragged arrays to lists of rows, and back."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray


def rows(values: NDArray[Any], offsets: NDArray[np.int64]) -> list[list[int]]:
    """Return the rows as lists of Python integers.

    >>> rows(np.array([7, 8, 9]), np.array([0, 2, 2, 3]))
    [[7, 8], [], [9]]
    """
    return [values[begin:end].tolist() for begin, end in pairwise(offsets.tolist())]


def flat(lists: Iterable[Sequence[int]], dtype: type[np.integer[Any]]) -> NDArray[Any]:
    """Return the values of all rows, one after another.

    >>> flat([[7, 8], [], [9]], np.int32)
    array([7, 8, 9], dtype=int32)
    """
    return np.array([value for row in lists for value in row], dtype=dtype)


def offsets_of(lists: Iterable[Sequence[Any]]) -> NDArray[np.int64]:
    """Return where each row begins, and where the last ends.

    >>> offsets_of([[7, 8], [], [9]])
    array([0, 2, 2, 3])
    """
    return np.cumsum([0, *(len(row) for row in lists)], dtype=np.int64)
