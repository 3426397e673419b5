"""Packed files, told by their first bytes, read as if they were not: gzip, xz and Zstandard."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

_FAULTS = (EOFError, OSError, lzma.LZMAError, zlib.error)
#: Packed bytes at a time: a block of four can stand for 128 KiB.
_STEP = 512


class _Packed(Protocol):
    """What can be read and tells faults by raising one of `_FAULTS`."""

    def read(self, size: int, /) -> bytes: ...


def unpacked(stream: io.BufferedReader) -> io.BufferedReader:
    r"""Return a stream of what a packed stream holds; one that is not packed comes back as it is.

    Memory is bounded whatever the stream unpacks to. One that is damaged, or cut off, raises `OSError` when
    reading comes so far.

    Examples
    --------
    >>> unpacked(io.BufferedReader(io.BytesIO(gzip.compress(b"Some text.")))).read()
    b'Some text.'
    >>> unpacked(io.BufferedReader(io.BytesIO(lzma.compress(b"Some text.")[:-9]))).read()
    Traceback (most recent call last):
        ...
    OSError: it is packed and damaged (Compressed file ended before the end-of-stream marker was reached)
    """
    head = stream.peek(6)
    for begin, opened in _OPENED:
        if head.startswith(begin):
            return io.BufferedReader(_Unpacked(opened(stream)))
    return stream


class _Frames:
    """Frames of Zstandard, one after another; zstandard's own reader takes one that is cut off for whole."""

    def __init__(self, stream: io.BufferedReader) -> None:
        import zstandard

        self._stream = stream
        self._fault = zstandard.ZstdError
        self._begin = zstandard.ZstdDecompressor().decompressobj
        self._frame = self._begin()
        self._within = False
        self._left = b""
        self._ready = io.BytesIO()

    def read(self, size: int, /) -> bytes:
        while not (part := self._ready.read(size)) and (packed := self._left or self._stream.read(_STEP)):
            try:
                self._ready = io.BytesIO(self._frame.decompress(packed))
            except self._fault as fault:
                raise OSError(str(fault)) from fault
            self._left = self._frame.unused_data if self._frame.eof else b""
            self._within = not self._frame.eof
            if self._frame.eof:
                self._frame = self._begin()
        if not part and self._within:
            raise EOFError("it ends within a frame")
        return part


class _Unpacked(io.RawIOBase):
    """Raw bytes of a packed stream, every fault of which is an `OSError`."""

    def __init__(self, packed: _Packed) -> None:
        self._packed = packed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            part = self._packed.read(len(view))
        except _FAULTS as fault:
            raise OSError(f"it is packed and damaged ({fault})") from fault
        view[: len(part)] = part
        return len(part)


def _gzip(stream: io.BufferedReader) -> _Packed:
    return gzip.GzipFile(fileobj=stream)


_OPENED: tuple[tuple[bytes, Callable[[io.BufferedReader], _Packed]], ...] = (
    (b"\x1f\x8b", _gzip),
    (b"\xfd7zXZ\0", lzma.LZMAFile),
    (b"\x28\xb5\x2f\xfd", _Frames),
)
