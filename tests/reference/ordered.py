"""Twin of the order of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ordered(
    hash: NDArray[np.uint64],  # noqa: A002
    row: NDArray[np.int32],
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Return the distinct pairs of a hash and a row, ascending."""
    pairs = sorted(set(zip(hash.tolist(), row.tolist(), strict=True)))
    return (
        np.array([hashed for hashed, _ in pairs], np.uint64),
        np.array([at for _, at in pairs], np.int32),
    )
