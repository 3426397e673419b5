"""Pages as they came, packed into a file on disk until one is asked for again.

The careful pass wants the markup of the few pages that matter, and standard input cannot be read twice.
"""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from dataclasses import dataclass
from typing import IO

import zstandard

from reuse.errors import OutputError
from reuse.values import Document

#: Quick rather than small: pages of 60 kB become some 12.
_LEVEL = 1


class Originals:
    """A temporary file that goes when nothing refers to it any more.

    Examples
    --------
    >>> kept = Originals().keep(Document("a", b"<p>Some text.", "a.html"))
    >>> kept.read(), kept.size
    (b'<p>Some text.', 13)
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)

    def keep(self, document: Document) -> Original:
        """Put a page behind the others.

        Raises
        ------
        OutputError
            If there is no room on disk.
        """
        content = document.content
        if isinstance(content, str):
            content = content.encode("utf-8", "replace")
        packed = self._packer.compress(content)
        digest = hashlib.sha256(content).hexdigest()
        given = document._replace(content=b"")
        kept = Original(self, self._end, len(packed), len(content), given, digest)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="reuse-")  # noqa: SIM115 (closed with this object)
                weakref.finalize(self, self._file.close)
            self._file.seek(self._end)
            self._file.write(packed)
            self._file.flush()
        except OSError as fault:
            why = f"cannot keep web pages in {tempfile.gettempdir()}: {fault.strerror or fault}"
            raise OutputError(f"{why}; make room there, or name another folder with TMPDIR") from fault
        self._end += len(packed)
        return kept

    def read(self, begin: int, packed: int, size: int) -> bytes:
        """Return the page of `size` bytes that takes `packed` bytes from `begin` on."""
        assert self._file is not None
        self._file.seek(begin)
        return zstandard.ZstdDecompressor().decompress(self._file.read(packed), max_output_size=size)


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

    def read(self) -> bytes:
        """Return the page as it came."""
        return self._kept.read(self._begin, self._packed, self.size)
