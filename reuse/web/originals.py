"""Pages as they came, packed into a file on disk until one is asked for again.

The careful pass wants the markup of the few pages that matter, and standard input cannot be read twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import weakref
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import zstandard

from reuse.errors import OutputError
from reuse.values import Document

if TYPE_CHECKING:
    from pathlib import Path

#: Quick rather than small: pages of 60 kB become some 12.
_LEVEL = 1


class Originals:
    """Pages in a file: a temporary one, that goes when nothing refers to it any more, or one that is named.

    Parameters
    ----------
    path : Path, optional
        Of a file to go on with; made if it is not there.

    Examples
    --------
    >>> kept = Originals().keep(Document("a", b"<p>Some text.", "a.html"))
    >>> kept.read(), kept.size
    (b'<p>Some text.', 13)
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file: IO[bytes] | None = None
        self._path = path
        self._end = 0
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)

    def keep(self, document: Document) -> Original:
        """Put a page behind the others.

        Raises
        ------
        OutputError
            If there is no room on disk.
        """
        content = _as_bytes(document)
        packed = self._packer.compress(content)
        digest = hashlib.sha256(content).hexdigest()
        given = document._replace(content=b"")
        kept = Original(self, self._end, len(packed), len(content), given, digest)
        try:
            file = self._opened()
            file.seek(self._end)
            file.write(packed)
            file.flush()
        except OSError as fault:
            raise no_room("web pages", self._path, fault) from fault
        self._end += len(packed)
        return kept

    def sync(self) -> None:
        """Have on disk what was kept."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def kept(self, place: tuple[int, int, int, str], given: Document) -> Original:
        """Return a page that was kept before, by its `Original.place`; what is kept next stands behind it."""
        begin, packed, size, sha256 = place
        self._end = max(self._end, begin + packed)
        return Original(self, begin, packed, size, given, sha256)

    def read(self, begin: int, packed: int, size: int) -> bytes:
        """Return the page of `size` bytes that takes `packed` bytes from `begin` on."""
        file = self._opened()
        file.seek(begin)
        return zstandard.ZstdDecompressor().decompress(file.read(packed), max_output_size=size)

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            if self._path is None:
                self._file = tempfile.TemporaryFile(prefix="reuse-")  # noqa: SIM115 (closed with this object)
            else:
                self._file = self._path.open("r+b" if self._path.exists() else "x+b")
            weakref.finalize(self, let_go, self._file)
        return self._file


def let_go(file: IO[bytes]) -> None:
    """Close a file that nobody needs any more; what a full disk did not take of it was told before."""
    with contextlib.suppress(OSError):
        file.close()


def no_room(what: str, path: Path | None, fault: OSError) -> OutputError:
    """Return the error to raise where a file that is needed meanwhile cannot be written."""
    place = tempfile.gettempdir() if path is None else str(path.parent)
    remedy = "or name another folder with TMPDIR" if path is None else "or name another folder with -o"
    return OutputError(f"cannot keep {what} in {place}: {fault.strerror or fault}; make room there, {remedy}")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Original:
    """Where one page is kept.

    Attributes
    ----------
    size : int
        Bytes as it came.
    given : Document
        What the reader knew of it.
    sha256 : str
        SHA-256 of the page as it came, in hexadecimal digits.
    """

    _kept: Originals
    _begin: int
    _packed: int
    size: int
    given: Document
    sha256: str

    def __repr__(self) -> str:
        return f"Original({self.size})"

    @property
    def place(self) -> tuple[int, int, int, str]:
        """Where the page is kept, for `Originals.kept`."""
        return self._begin, self._packed, self.size, self.sha256

    def read(self) -> bytes:
        """Return the page as it came."""
        return self._kept.read(self._begin, self._packed, self.size)

    def is_whole(self) -> bool:
        """Tell whether the page can still be read as it came."""
        try:
            return hashlib.sha256(self.read()).hexdigest() == self.sha256
        except zstandard.ZstdError:
            return False


class HeldOriginals:
    """Pages that stay in memory, packed, until they are put where many machines can read them.

    Examples
    --------
    >>> HeldOriginals().keep(Document("a", b"<p>Some text.", "a.html")).read()
    b'<p>Some text.'
    """

    def __init__(self) -> None:
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)

    def keep(self, document: Document) -> HeldOriginal:
        """Hold a page."""
        content = _as_bytes(document)
        digest = hashlib.sha256(content).hexdigest()
        return HeldOriginal(self._packer.compress(content), document._replace(content=b""), digest)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HeldOriginal:
    """A page in memory.

    Attributes
    ----------
    packed : bytes
        As it came, by Zstandard.
    given : Document
        What the reader knew of it.
    sha256 : str
        SHA-256 of the page as it came, in hexadecimal digits.
    """

    packed: bytes
    given: Document
    sha256: str

    def __repr__(self) -> str:
        return f"Original({len(self.read())})"  # as that of a page on disk: digests are made of it

    def read(self) -> bytes:
        """Return the page as it came."""
        return zstandard.ZstdDecompressor().decompress(self.packed)


def _as_bytes(document: Document) -> bytes:
    content = document.content
    return content.encode("utf-8", "replace") if isinstance(content, str) else content
