"""A file that was found: its path as the system has it, and as it can be shown."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

STDIN = "-"

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


@dataclass(frozen=True, slots=True)
class File:
    """An input to be read.

    Attributes
    ----------
    path : str
        What the system opens, undecodable bytes and all; ``-`` is standard input.
    stream : bool
        Standard input, a pipe or a device: it has neither size nor a telling suffix.

    Examples
    --------
    >>> File("Archive/News.JSONL").suffix, File("README").suffix
    ('.jsonl', '')
    """

    path: str
    stream: bool = False

    @property
    def name(self) -> str:
        """The path as it is shown, and as an id: printable, with POSIX separators."""
        return printable(self.path.replace(os.sep, "/"))

    @property
    def suffix(self) -> str:
        """The last suffix in lower case, with its dot; empty where there is none."""
        suffix = os.path.splitext(self.path)[1].lower()
        return suffix if len(suffix) > 1 else ""

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
                yield stream
            return
        if sys.stdin is None:
            raise OSError("standard input is closed; pipe the documents in, or name a file")
        standard: Any = sys.stdin.buffer
        # It may have been replaced by a buffer in memory, which cannot peek.
        yield standard if isinstance(standard, io.BufferedReader) else io.BufferedReader(standard)
