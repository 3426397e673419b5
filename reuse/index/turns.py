"""Who may write an index: one process at a time, which has a file beside it for what does not fit in memory."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from io import FileIO

from reuse.errors import IndexBusyError, OutputError

#: What stands beside an index while it is written.
_BESIDE = ".writing"


@contextlib.contextmanager
def turn(path: str) -> Iterator[FileIO]:
    """Take the turn to write an index, and give an empty file to keep things in.

    The file is locked; what a process that was killed has left in it goes with the next turn.

    Raises
    ------
    IndexBusyError
        If another has the turn.
    OutputError
        If nothing can be written beside the index.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, turn(f"{folder}/news.index") as file:
    ...     file.write(b"spilled")
    7
    """
    beside = path + _BESIDE
    try:
        file = _locked(beside)
    except BlockingIOError as fault:
        raise IndexBusyError(
            f"{path}: is being written by another process; wait until that is done, and run this again"
        ) from fault
    except OSError as fault:
        raise OutputError(
            f"cannot write beside '{path}': {fault.strerror or fault}; name a file where you may write"
        ) from fault
    with file:
        try:
            yield file
        finally:
            os.remove(beside)


def _locked(beside: str) -> FileIO:
    """Open a file and lock it; one that its owner has taken away meanwhile is none."""
    while True:
        file = FileIO(os.open(beside, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), os.stat(beside)):
                    file.truncate(0)
                    return file
        except OSError:
            file.close()
            raise
        file.close()
