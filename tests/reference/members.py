"""Twin of the search for hashes among some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def members(hash: NDArray[np.uint64], known: NDArray[np.uint64], threads: int) -> NDArray[np.uint8]:  # noqa: A002
    """Return a 1 for each hash that is among those known."""
    del threads
    some = set(known.tolist())
    return np.array([one in some for one in hash.tolist()], dtype=np.uint8)
