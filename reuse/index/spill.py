"""Pairs of a hash and a row, more than fit in memory: put in a file as they come, read back in order."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from reuse.errors import IndexFileError
from reuse.stock import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from typing import Any

    from numpy.typing import NDArray

    from reuse.values import Hashes, Ids, Offsets

#: Ranges of hashes, by their first bits.
_BITS = 8
_RANGES = 1 << _BITS
#: Pairs that are put in order together, at least.
_WORTH = 1 << 20


class Spill:
    """A file of pairs.

    Parameters
    ----------
    file : binary file
        Open for reading and writing, without a buffer; several may share it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryFile(buffering=0) as file:
    ...     spill = Spill(file)
    ...     spill.add(np.array([9, 2**63, 5], np.uint64), np.array([0, 0, 1], np.int32))
    ...     [(hashes.tolist(), rows.tolist()) for hashes, rows in spill.parts(1)]
    [([5, 9, 9223372036854775808], [1, 0, 0])]
    """

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._begins: list[int] = []
        self._bounds: list[Offsets] = []

    def add(self, hashes: Hashes, rows: Ids) -> None:
        """Put pairs behind the others.

        Raises
        ------
        IndexFileError
            If there is no room on disk.
        """
        part = (hashes >> np.uint64(64 - _BITS)).astype(np.uint8)
        order = np.argsort(part, kind="stable")
        self._bounds.append(np.concatenate(([0], np.cumsum(np.bincount(part, minlength=_RANGES)))))
        try:
            self._begins.append(self._file.seek(0, os.SEEK_END))
            for column in (hashes[order], rows[order].astype(np.int32, copy=False)):
                left = column.view(np.uint8)
                while len(left):
                    left = left[self._file.write(left.data) :]
        except OSError as fault:
            why = f"cannot keep fingerprints beside the index: {fault.strerror or fault}"
            raise IndexFileError(f"{why}; make room there") from fault

    def parts(self, threads: int) -> Iterator[tuple[Hashes, Ids]]:
        """Yield the distinct pairs, ascending, some ranges of hashes at a time."""
        with ThreadPoolExecutor(threads) as pool:
            ahead: deque[Future[tuple[Hashes, Ids]]] = deque()
            for first, last in self._together():
                ahead.append(pool.submit(in_order, *self._read(first, last)))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            for part in ahead:
                yield part.result()

    def _together(self) -> Iterator[tuple[int, int]]:
        """Yield ranges, first and end, so many together that they are worth a sort and a write."""
        sizes = np.diff(sum(self._bounds, np.zeros(_RANGES + 1, np.int64))).tolist()
        first = count = 0
        for number, size in enumerate(sizes, 1):
            count += size
            if count >= _WORTH or (number == _RANGES and count):
                yield first, number
                first, count = number, 0

    def _read(self, begin_range: int, end_range: int) -> tuple[Hashes, Ids]:
        """Return the pairs of some ranges, as they came."""
        hashes, rows = [np.zeros(0, np.uint64)], [np.zeros(0, np.int32)]
        for begin, bounds in zip(self._begins, self._bounds, strict=True):
            first, last = bounds[begin_range], bounds[end_range]
            hashes.append(self._slice(begin, first, last, np.dtype(np.uint64)))
            rows.append(self._slice(begin + 8 * int(bounds[-1]), first, last, np.dtype(np.int32)))
        return np.concatenate(hashes), np.concatenate(rows)

    def _slice(self, begin: int, first: np.int64, last: np.int64, kind: np.dtype[Any]) -> NDArray[Any]:
        size = int(last - first) * kind.itemsize
        content = os.pread(self._file.fileno(), size, begin + int(first) * kind.itemsize)
        assert len(content) == size, "what was written is there"
        return np.frombuffer(content, kind)
