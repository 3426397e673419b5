"""Buckets of documents, put away until those of all are known, and taken back a part of all hashes at a time.

A bucket is in one part, whole; so the pairs of each part can be found by themselves.
"""

from __future__ import annotations

import os
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import numpy as np

from reuse.values import Fingerprints
from reuse.web import no_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.values import Hashes, Ids

#: Into which buckets can be parted: their numbers have 16 bits.
MOST_PARTS = 2**16


class Buckets:
    """Buckets in parts by hash: in memory, or in a temporary file where there are many.

    Used as a context manager, at the end of which they go.

    Parameters
    ----------
    parts : int
        `MOST_PARTS` at most.
    held : int
        Bytes that stay in memory.

    Examples
    --------
    >>> with Buckets(parts=2, held=100) as buckets:
    ...     buckets.add(Fingerprints(np.array([7, 8], np.uint64), np.array([0, 2])))
    ...     buckets.add(Fingerprints(np.array([8], np.uint64), np.array([0, 0, 1])))
    ...     [(part.hash.tolist(), part.offsets.tolist()) for part in buckets]
    [([8, 8], [0, 1, 1, 2]), ([7], [0, 1, 1, 1])]
    """

    def __init__(self, parts: int, held: int) -> None:
        self._file = SpooledTemporaryFile(held, prefix="reuse-")  # noqa: SIM115 (closed below)
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(parts)]
        self._documents = 0

    def __enter__(self) -> Buckets:
        return self

    def __exit__(self, *_fault: object) -> None:
        with suppress(OSError):  # what is not written yet is of no use any more
            self._file.close()

    def add(self, buckets: Fingerprints) -> None:
        """Put away the buckets of the next documents.

        Raises
        ------
        OutputError
            If there is no room on disk.
        """
        size = len(buckets.offsets) - 1
        numbers = np.arange(self._documents, self._documents + size, dtype=np.int32)
        row = np.repeat(numbers, np.diff(buckets.offsets))
        # Of numbers of 16 bits NumPy's stable sort takes a tenth of the time.
        part = (buckets.hash % np.uint64(len(self._places))).astype(np.uint16)
        order = np.argsort(part, kind="stable")
        ends = np.cumsum(np.bincount(part, minlength=len(self._places)))
        for places, some in zip(self._places, np.split(order, ends[:-1]), strict=True):
            places.append((self._put(row[some], buckets.hash[some]), len(some)))
        self._documents += size

    def _put(self, row: Ids, hashes: Hashes) -> int:
        """Put columns behind the others, and return where."""
        try:
            place = self._file.seek(0, os.SEEK_END)  # writes what is not written yet
            self._file.write(row.tobytes() + hashes.tobytes())
        except OSError as fault:
            raise no_room("buckets", None, fault) from fault
        return place

    def __iter__(self) -> Iterator[Fingerprints]:
        """Yield the buckets of all documents that were put away so far, a part of all hashes at a time."""
        for places in self._places:
            columns = [self._taken(*place) for place in places]
            row = np.concatenate([np.zeros(0, np.int32), *(row for row, _ in columns)])
            hashes = np.concatenate([np.zeros(0, np.uint64), *(hashes for _, hashes in columns)])
            counts = np.bincount(row, minlength=self._documents)
            yield Fingerprints(hashes, np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))))

    def _taken(self, place: int, count: int) -> tuple[Ids, Hashes]:
        try:
            self._file.seek(place)
        except OSError as fault:
            raise no_room("buckets", None, fault) from fault
        row = np.frombuffer(self._file.read(4 * count), np.int32)
        return row, np.frombuffer(self._file.read(8 * count), np.uint64)
