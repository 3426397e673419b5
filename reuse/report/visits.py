"""The pages that an audit has read as keys on disk: whether one was read, not which there were.

A finding is gone when its page was changed or taken down, and also when nobody has read it again. So every page
leaves 64 bits of the SHA-256 of its id, and as many of its address (`reuse.values.key_of_id`): sorted, little
endian, packed.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import numpy as np
import zstandard

from reuse.errors import InputError
from reuse.values import key_of_id

if TYPE_CHECKING:
    from pathlib import Path

    from reuse.values import Document, Hashes

#: The file, in a report folder.
VISITS = "pages.keys.zst"
_BYTES = 8
#: Keys that are unpacked, at most: those of a billion pages.
_MOST = 2**31


def write_visits(stream: IO[bytes], keys: Hashes) -> None:
    """Write the keys of pages.

    Parameters
    ----------
    stream : binary file
    keys : uint64
        Ascending, each once.
    """
    with zstandard.ZstdCompressor(level=3).stream_writer(stream, closefd=False) as packed:
        packed.write(keys.astype("<u8").tobytes())


def read_visits(path: Path) -> Hashes:
    """Return the keys of pages.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    kept = bytearray()
    try:
        with path.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as unpacked:
            while some := unpacked.read(2**20):
                kept += some
                if len(kept) > _BYTES * _MOST:
                    raise ValueError("it is too long")
        keys = np.frombuffer(bytes(kept), "<u8").astype(np.uint64)
    except (OSError, ValueError, zstandard.ZstdError) as fault:
        raise InputError(f"{path}: cannot be read ({fault}); audit again, or remove it") from fault
    if (keys[1:] <= keys[:-1]).any():
        raise InputError(f"{path}: is damaged; audit again, or remove it")
    return keys


def was_read(keys: Hashes, page: Document) -> bool:
    """Tell whether a page was read: by its address, or by its id if it has none.

    Examples
    --------
    >>> from reuse.values import Document
    >>> page = Document("a", "", "a")
    >>> was_read(np.array([key_of_id("a")], np.uint64), page), was_read(np.zeros(0, np.uint64), page)
    (True, False)
    """
    key = np.uint64(key_of_id(page.id if page.url is None else page.url))
    at = int(np.searchsorted(keys, key))
    return at < len(keys) and bool(keys[at] == key)
