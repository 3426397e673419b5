"""A packed file to its bytes, some at a time: whole, or a fault."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Bytes read at once: few, for what is packed may be thirty thousand times longer, if it means ill.
_CHUNK = 2**10


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what is in a file, some bytes at a time."""
    while chunk := stream.read(_CHUNK):
        yield chunk


def unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what was packed with Zstandard.

    Raises
    ------
    ValueError
        At the end, if it is not the end of what was packed, or something follows that.
    zstandard.ZstdError
        If it is damaged.

    Examples
    --------
    >>> b"".join(unpacked([zstandard.compress(b"some words")]))
    b'some words'
    >>> list(unpacked([zstandard.compress(b"some words")[:-1]]))
    Traceback (most recent call last):
    ValueError: it breaks off
    """
    packed = zstandard.ZstdDecompressor().decompressobj()
    for chunk in chunks:
        if packed.eof:
            raise ValueError("something follows its end")
        yield packed.decompress(chunk)
    if not packed.eof:
        raise ValueError("it breaks off")
    if packed.unused_data:
        raise ValueError("something follows its end")
