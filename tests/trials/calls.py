"""The calls by which a process changes what is on disk: counted, written down, stopped and failed.

``calls.cpp`` stands between a process and the C library; this builds it, has Python start once more under it,
and says to it what is to happen at which call.
"""

from __future__ import annotations

import ctypes
import enum
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE = Path(__file__).with_suffix(".cpp")
#: As `Record` in the source.
_RECORD = struct.Struct("<cc6x5q")

COMPILER = shutil.which("g++")


class How(enum.IntEnum):
    """What happens at a call; as in ``calls.cpp``."""

    NOTHING = 0
    KILL_BEFORE = 1
    KILL_HALFWAY = 2
    KILL_AFTER = 3
    TERMINATE = 4
    FAIL_ONCE = 5
    FAIL_FROM_HERE = 6


class Call(NamedTuple):
    """What was done.

    Attributes
    ----------
    kind : str
        Of ``open`` that makes or empties a file o, of ``write`` w, ``truncate`` t, ``fsync`` s, ``rename`` r,
        ``unlink`` u, ``mkdir`` m, ``rmdir`` d.
    path : str
    other : str
        What it was renamed to.
    inode : int
    offset : int
        Where it was written, or the size it was cut to.
    data : bytes
        What was written; of an opened file, not empty if it was emptied.
    is_new : bool
        Whether the file or folder was made by this.
    """

    kind: str
    path: str
    other: str
    inode: int
    offset: int
    data: bytes
    is_new: bool


def build(folder: Path) -> Path:
    """Compile what is preloaded, into a folder."""
    assert COMPILER is not None
    built = folder / "calls.so"
    subprocess.run(
        [COMPILER, "-std=c++17", "-O1", "-shared", "-fPIC", str(_SOURCE), "-o", str(built)], check=True
    )
    return built


def start_under(built: Path, module: str, arguments: list[str]) -> int:
    """Run a module of Python with the calls preloaded; return what it exits with."""
    # One thread of BLAS: what is forked has none of the others.
    more = {"LD_PRELOAD": str(built), "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "COV_"))}
    return subprocess.run([sys.executable, "-m", module, *arguments], env=plain | more, check=False).returncode


def is_preloaded() -> bool:
    """Tell whether this process runs under the calls."""
    return hasattr(ctypes.CDLL(None), "calls_watch")


def watch(folder: Path, log: Path | None = None) -> None:
    """From here on count calls on what is below a folder, and write them down if a log is named."""
    ctypes.CDLL(None).calls_watch(os.fsencode(folder.resolve()), os.fsencode(log) if log else b"")


def watch_if_preloaded(folder: Path, log: Path) -> None:
    """Write down the calls on what is below a folder, where they are counted at all."""
    if is_preloaded():
        watch(folder, log)


def stop(number: int, how: How, code: int = 0) -> None:
    """Have something happen at the call of this number; `code` is what a call that fails says."""
    ctypes.CDLL(None).calls_stop(ctypes.c_long(number), int(how), code)


def read(log: Path) -> Iterator[Call]:
    """Yield what was written down."""
    content = log.read_bytes() if log.exists() else b""
    place = 0
    while place < len(content):
        kind, is_new, inode, offset, size, path, other = _RECORD.unpack_from(content, place)
        place += _RECORD.size
        first, second = content[place : place + path], content[place + path : place + path + other]
        place += path + other
        is_written = kind == b"w"
        data = content[place : place + size] if is_written else bytes(size)
        place += size if is_written else 0
        yield Call(
            kind.decode(), os.fsdecode(first), os.fsdecode(second), inode, offset, data, is_new == b"\x01"
        )
