"""Packed files, told by their first bytes, read as if they were not: gzip, bzip2, xz and Zstandard.

Each kind of packing makes of a stream a row of members (gzip's word; streams or frames in others), which are
unpacked one after another. Memory is bounded whatever they unpack to, and so is their ratio: text unpacks to
ten times its size at most, records of it to thirty, what was made to do harm to a thousand and more.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple, Protocol

from reuse.documents.file import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer
    from zstandard import ZstdDecompressor

#: Bytes that anything may unpack to, whatever its ratio.
FREE = 64 << 20
#: How often over a file may be packed.
LAYERS = 2

_FAULTS = (EOFError, OSError, ValueError, NotImplementedError, lzma.LZMAError, zlib.error)
_STEP = 1 << 16  # unpacked bytes at a time
_PACKED_STEP = 1 << 15  # and packed ones
_ZSTD_STEP = 512  # a block of four bytes can stand for 128 KiB, and all it stands for comes at once
_WINDOW = 256 << 20  # most memory for xz
_DICTIONARY = 16 << 20  # largest dictionary for Zstandard
_HEAD = 16


class _Unpacker(Protocol):
    """Unpacks one member, as `bz2.BZ2Decompressor` and `lzma.LZMADecompressor` do."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Packing(NamedTuple):
    """How one kind of packing is told and undone: a pattern of first bytes, those of each member, the rest."""

    begins: bytes
    mark: bytes
    unpacker: Callable[[io.BufferedReader], Callable[[], _Unpacker]]
    step: int = _PACKED_STEP


def unpacked(stream: io.BufferedReader, max_ratio: int | None = None) -> io.BufferedReader:
    r"""Return a stream of what a packed stream holds; one that is not packed comes back as it is.

    One that is damaged, cut off, or unpacks to too much raises `OSError` when reading comes so far.

    Parameters
    ----------
    stream : io.BufferedReader
    max_ratio : int, optional
        Most bytes that one packed byte may stand for, beyond the first `FREE`.

    Raises
    ------
    OSError
        It is packed over more than `LAYERS` times, or as the system says.

    Examples
    --------
    >>> import gzip
    >>> unpacked(io.BufferedReader(io.BytesIO(gzip.compress(b"Some text.")))).read()
    b'Some text.'
    >>> unpacked(io.BufferedReader(io.BytesIO(lzma.compress(b"Some text.")[:-9]))).read()
    Traceback (most recent call last):
        ...
    OSError: it is packed and damaged (it ends within a member)
    """
    layers = 0
    while (packing := _packing(head(stream, _HEAD))) is not None:
        layers += 1
        if layers > LAYERS:
            raise RefusedError(f"is packed over and over, the limit is {LAYERS} times; unpack it first")
        stream = io.BufferedReader(Unpacked(stream, packing, max_ratio), _STEP)
    return stream


def head(stream: io.BufferedReader, size: int) -> bytes:
    """Return the first bytes of a stream, at least so many if it has them; none if they cannot be read.

    Reading will tell why.
    """
    try:
        return stream.peek(size)
    except OSError:
        return b""


def _packing(begin: bytes) -> _Packing | None:
    for packing in _PACKINGS:
        if re.match(packing.begins, begin):
            return packing
    return None


class Raw(io.RawIOBase):
    """Raw bytes from a function, every fault of which is an `OSError`.

    A fault that comes after some bytes waits until these are taken, and then stays.

    Parameters
    ----------
    read : callable
        Returns some bytes, at most so many as it is asked for; none at the end.
    what : str
        What is wrong with it if there is a fault.
    """

    def __init__(self, read: Callable[[int], bytes], what: str) -> None:
        self._read = read
        self._what = what
        self._fault: Exception | None = None

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer, but for the end or a fault, and return how many bytes are in it."""
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view) and self._fault is None:
            try:
                part = self._read(len(view) - done)
            except _FAULTS as fault:
                self._fault = fault
                break
            if not part:
                break
            view[done : done + len(part)] = part
            done += len(part)
        if done or self._fault is None:
            return done
        if isinstance(self._fault, RefusedError):
            raise self._fault
        raise OSError(f"it is {self._what} ({self._fault})") from self._fault


class Unpacked(Raw):
    """What a packed stream holds; after a fault it can go on."""

    def __init__(self, stream: io.BufferedReader, packing: _Packing, max_ratio: int | None) -> None:
        super().__init__(self._some, "packed and damaged")
        self._stream = stream
        self._packing = packing
        self._max_ratio = max_ratio
        self._begin = packing.unpacker(stream)
        self._member = self._begin()
        self._within = False
        self._fed = b""  # packed bytes that the member got last
        self._fresh = True  # it begins with them
        self._left = b""  # those after its end
        self._ready = io.BytesIO()
        self._own = self._given = 0

    @property
    def taken(self) -> int:
        """Packed bytes read so far, of the outermost packing."""
        outer = self._stream.raw
        return outer.taken if isinstance(outer, Unpacked) else self._own

    def resume(self) -> bool:
        """After a fault, go on at the next member; return whether there may be one.

        What looks like the beginning of one can be anything: the next fault will tell.
        """
        mark = self._packing.mark
        held = self._fed[1 if self._fresh else 0 :]
        while (at := held.find(mark)) < 0:
            if not (more := self._take()):
                return False
            held = held[1 - len(mark) :] + more
        self._left = held[at:]
        self._member = self._begin()
        self._within = False
        self._fault = None
        return True

    def _some(self, size: int) -> bytes:
        if part := self._ready.read(size):
            return part
        part = self._more(min(size, _STEP))
        if len(part) <= size:
            return part
        self._ready = io.BytesIO(part)
        return self._ready.read(size)

    def _more(self, size: int) -> bytes:
        """Return the next bytes that something unpacks to, none at the end."""
        part = b""
        while not part:
            packed = self._feed() if self._member.needs_input else b""
            if not packed and not self._within:
                break
            waiting = not self._member.needs_input
            self._within = True
            part = self._member.decompress(packed, size)
            if self._member.eof:
                self._left = self._member.unused_data
                self._member = self._begin()
                self._within = False
            elif not (part or packed or waiting):
                raise EOFError("it ends within a member")
        self._given += len(part)
        if self._max_ratio and self._given > max(FREE, self._max_ratio * self.taken):
            why = f"unpacks to over {self._max_ratio:,} times its size"
            raise RefusedError(f"{why}; unpack it to see what it holds, or raise --max-ratio")
        return part

    def _feed(self) -> bytes:
        """Return packed bytes for the member; one that begins has no padding before it."""
        packed = self._left or self._take()
        self._left = b""
        while not self._within and packed and not (packed := packed.lstrip(b"\0")):
            packed = self._take()
        self._fed, self._fresh = packed, not self._within
        return packed

    def _take(self) -> bytes:
        part = self._stream.read(self._packing.step)
        self._own += len(part)
        return part


class _Gzip:
    """One member of gzip."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(data or self._inner.unconsumed_tail, max_length)


class _Frame:
    """One frame of Zstandard; zstandard's own reader takes one that is cut off for whole."""

    needs_input = True

    def __init__(self, unpacker: ZstdDecompressor, fault: type[Exception]) -> None:
        self._inner = unpacker.decompressobj()
        self._fault = fault

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: ARG002  (it gives what it has)
        try:
            return self._inner.decompress(data)
        except self._fault as fault:
            raise OSError(str(fault)) from fault


def _frames(stream: io.BufferedReader) -> Callable[[], _Unpacker]:
    """Return what begins a frame; archives of pages may have a dictionary for them in a frame of its own."""
    import zstandard

    dictionary = _dictionary(stream) if stream.peek(4).startswith(_DICTIONARY_MARK) else None
    known = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    unpacker = zstandard.ZstdDecompressor(dict_data=known)  # one for all: there may be a million frames
    return lambda: _Frame(unpacker, zstandard.ZstdError)


def _dictionary(stream: io.BufferedReader) -> bytes:
    import zstandard

    size = int.from_bytes(stream.read(8)[4:], "little")
    if size > _DICTIONARY:
        raise RefusedError(f"has a dictionary of {size:,} bytes, the limit is {_DICTIONARY:,}; unpack it first")
    dictionary = stream.read(size)
    if not dictionary.startswith(_ZSTD_MARK):
        return dictionary
    try:
        return zstandard.ZstdDecompressor().decompressobj().decompress(dictionary)[: 1 + _DICTIONARY]
    except zstandard.ZstdError as fault:
        raise OSError(f"its dictionary is damaged ({fault})") from fault


_ZSTD_MARK = b"\x28\xb5\x2f\xfd"
_DICTIONARY_MARK = b"\x5d\x2a\x4d\x18"
_GZIP_MARK = b"\x1f\x8b\x08"
_XZ_MARK = b"\xfd7zXZ\0"
_PACKINGS = (
    _Packing(rb"\x1f\x8b", _GZIP_MARK, lambda _: _Gzip),
    _Packing(rb"BZh[1-9](1AY&SY|\x17\x72\x45\x38)", b"BZh", lambda _: bz2.BZ2Decompressor),
    _Packing(re.escape(_XZ_MARK), _XZ_MARK, lambda _: lambda: lzma.LZMADecompressor(memlimit=_WINDOW)),
    _Packing(rb"\x28\xb5\x2f\xfd|\x5d\x2a\x4d\x18", _ZSTD_MARK, _frames, _ZSTD_STEP),
)
