"""The pages that an audit has read as keys on disk: whether one was read, not which there were.

A finding is gone when its page was changed or taken down, and also when nobody has read it again. So every page
leaves 64 bits of the SHA-256 of its id, and as many of its address in one spelling (`reuse.sites.page_key`,
`reuse.values.key_of_id`): sorted, little endian, packed.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import numpy as np
import zstandard

from reuse.errors import InputError
from reuse.report.unpacking import chunks_of, unpacked
from reuse.sites import page_key
from reuse.values import key_of_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from reuse.values import Document, Hashes

#: The file, in a report folder.
VISITS = "pages.keys.zst"
_BYTES = 8
#: Pages, at most, where nobody says how many there were.
_MOST = 2**30
#: Of a page: that of its id, and that of its address.
_KEYS = 2


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


def read_visits(path: Path, pages: int | None = None) -> Hashes:
    """Return the keys of pages.

    Parameters
    ----------
    path : Path
    pages : int, optional
        How many there were: more keys than theirs are not unpacked.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    most = _KEYS * (_MOST if pages is None else pages)
    try:
        with path.open("rb") as stream:
            parts = list(_ascending(unpacked(chunks_of(stream)), most))
    except (OSError, ValueError, zstandard.ZstdError) as fault:
        raise InputError(f"{path}: cannot be read ({fault}); audit again, or remove it") from fault
    return np.concatenate([np.zeros(0, np.uint64), *parts])


def _ascending(chunks: Iterable[bytes], most: int) -> Iterator[Hashes]:
    """Yield keys, some at a time: what breaks their order is found before the rest is unpacked."""
    count, last, held = 0, np.zeros(0, np.uint64), b""
    for chunk in chunks:
        held += chunk
        whole = len(held) // _BYTES
        keys = np.frombuffer(held, "<u8", whole).astype(np.uint64)
        held = held[whole * _BYTES :]
        count += whole
        if count > most:
            raise ValueError(f"it has more than the {most:,} keys of its pages")
        both = np.append(last, keys)
        if (both[1:] <= both[:-1]).any():
            raise ValueError("its keys are not in order")
        last = both[-1:]
        yield keys
    if held:
        raise ValueError("its last key is not whole")


def was_read(keys: Hashes, page: Document) -> bool:
    """Tell whether a page was read: by its address, however that is spelled, or by its id if it has none.

    Examples
    --------
    >>> from reuse.values import Document
    >>> page = Document("a", "", "a")
    >>> was_read(np.array([key_of_id("a")], np.uint64), page), was_read(np.zeros(0, np.uint64), page)
    (True, False)
    """
    key = np.uint64(key_of_id(page_key(page.url) or page.id))
    at = int(np.searchsorted(keys, key))
    return at < len(keys) and bool(keys[at] == key)
