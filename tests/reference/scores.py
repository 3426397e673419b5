"""Twin of the overlap of pairs: how many fingerprints two documents share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.reference.ragged import rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


def overlap(
    left: NDArray[np.uint64],
    left_offsets: NDArray[np.int64],
    right: NDArray[np.uint64],
    right_offsets: NDArray[np.int64],
    left_row: NDArray[np.int32],
    right_row: NDArray[np.int32],
    threads: int,
) -> NDArray[np.int32]:
    """Return the size of the intersection of each pair of rows."""
    del threads
    lefts = [set(row) for row in rows(left, left_offsets)]
    rights = [set(row) for row in rows(right, right_offsets)]
    pairs = zip(left_row.tolist(), right_row.tolist(), strict=True)
    return np.array([len(lefts[i] & rights[j]) for i, j in pairs], dtype=np.int32)
