"""A file that was found: its path as the system has it, and as it can be shown."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

STDIN = "-"
#: Suffixes of packed files, which say nothing of what is in them, and those that say both at once.
PACKED = (".gz", ".zst", ".xz", ".bz2")
_BOTH = {".tgz": ".tar", ".tzst": ".tar", ".txz": ".tar", ".tbz2": ".tar", ".tbz": ".tar"}

_KINDS = 20  # listed of what was passed over
_SHOWN = 60  # characters of each
_FIRST_STEP = 1 << 16  # bytes

# Controls would break a line of a report, lone surrogates its encoding: file names may hold both.
_UNPRINTABLE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def printable(name: str) -> str:
    r"""Return `name` with everything that cannot be printed on one line written as an escape.

    Undecodable bytes of a file name, which Python holds as lone surrogates, become ``\xNN`` again.

    Examples
    --------
    >>> printable("caf\udce9\n.txt")
    'caf\\xe9\\n.txt'
    """
    return _UNPRINTABLE.sub(_escape, name)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape, PEP 383
        return f"\\x{code - 0xDC00:02x}"
    return found.group().encode("unicode_escape").decode()


def reason(fault: OSError | ValueError) -> str:
    """Return what the system says, without the path, which stands beside it anyway."""
    return (isinstance(fault, OSError) and fault.strerror) or str(fault)


def passed_over(aside: Counter[str]) -> str:
    """Say what was passed over, the most frequent first.

    Examples
    --------
    >>> passed_over(Counter({".jpg": 2, "": 1}))
    'passed over 2 .jpg, 1 without suffix'
    """
    ordered = sorted(aside.items(), key=lambda item: (-item[1], item[0]))
    kinds = [f"{count:,} {printable(kind[:_SHOWN]) or 'without suffix'}" for kind, count in ordered]
    more = f", {sum(count for _, count in ordered[_KINDS:]):,} of other kinds" if kinds[_KINDS:] else ""
    return f"passed over {', '.join(kinds[:_KINDS])}{more}"


@dataclass(frozen=True, slots=True)
class File:
    """An input to be read.

    Attributes
    ----------
    path : str
        What the system opens, undecodable bytes and all; ``-`` is standard input.
    stream : bool
        Standard input, a pipe or a device: it has neither size nor a telling suffix.
    below : str
        Its path below the folder that was named, member of an archive and all; empty where it was named
        itself.
    member : str
        Its name within the archive at `path`, which is shown and never opened; empty where it is a file.

    Examples
    --------
    >>> File("Archive/News.JSONL").suffix, File("README").suffix, File("crawl.warc.gz").suffix
    ('.jsonl', '', '.warc')
    >>> File("saved.zip", member="pages/1.html").name
    'saved.zip/pages/1.html'
    """

    path: str
    stream: bool = False
    below: str = ""
    member: str = ""

    @property
    def name(self) -> str:
        """The path as it is shown, and as an id: printable, with POSIX separators."""
        path = self.path.replace(os.sep, "/")
        return printable(f"{path}/{self.member}" if self.member else path)

    @property
    def suffix(self) -> str:
        """The last suffix but those of packed files, in lower case, with its dot; empty where there is none."""
        name, suffix = os.path.splitext(self.member or self.path)
        while suffix.lower() in PACKED:
            name, suffix = os.path.splitext(name)
        suffix = suffix.lower()
        return _BOTH.get(suffix, suffix) if len(suffix) > 1 else ""

    @contextmanager
    def open(self) -> Iterator[io.BufferedReader]:
        """Open for reading bytes; standard input is left open afterwards.

        Raises
        ------
        OSError
            As the system says.
        """
        if self.path != STDIN:
            with open(self.path, "rb") as stream:
                # A pipe gives what it has; what stands before it waits until its buffer is full.
                yield io.BufferedReader(stream) if self.stream else stream
            return
        if sys.stdin is None:
            raise OSError("standard input is closed; pipe the documents in, or name a file")
        standard: Any = sys.stdin.buffer
        patient = io.BufferedReader(standard)
        try:
            yield patient
        finally:
            patient.detach()


class RefusedError(OSError):
    """An input is not read further on purpose; the message has the fault, the value and the remedy."""


def whole(stream: io.BufferedReader, limit: int) -> bytes | str:
    """Return all bytes of a stream, or what is wrong with their number.

    Parameters
    ----------
    stream : io.BufferedReader
    limit : int
        Most bytes. Of a stream that has more no more than that is read, of a file nothing.

    Examples
    --------
    >>> whole(io.BufferedReader(io.BytesIO(b"Some text.")), 99)
    b'Some text.'
    >>> whole(io.BufferedReader(io.BytesIO(b"Some text.")), 9)
    'is over 9 bytes, the limit is 9; split it, or raise --max-bytes'
    """
    if (size := _size(stream)) > limit:
        return _too_large(f"{size:,}", limit)
    parts: list[bytes] = []
    left = limit + 1
    step = _FIRST_STEP  # room is taken before it is known to be needed
    while left and (part := stream.read(min(step, left))):
        parts.append(part)
        left -= len(part)
        step *= 2
    return b"".join(parts) if left else _too_large(f"over {limit:,}", limit)


def _too_large(shown: str, limit: int) -> str:
    return f"is {shown} bytes, the limit is {limit:,}; split it, or raise --max-bytes"


def _size(stream: io.BufferedReader) -> int:
    """Return the size of a file; 0 for what does not tell its own."""
    try:
        found = os.fstat(stream.fileno())
    except io.UnsupportedOperation:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
