"""A path to a DuckDB connection, and every fault of DuckDB to an `IndexFileError` that says what to do."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from reuse.drafts import scratch
from reuse.errors import IndexBusyError, IndexFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

#: Bytes before the magic, and the magic of a DuckDB file.
_BEFORE, _MAGIC = 8, b"DUCK"
#: Share of the memory that DuckDB may take; the rest is for arrays.
_SHARE = 0.4
_LEAST = 128 << 20
_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class Limits(NamedTuple):
    """What a connection may take.

    Attributes
    ----------
    memory : int
        Bytes, in all.
    threads : int
    """

    memory: int
    threads: int


def is_index(path: str) -> bool:
    """Tell whether a path is that of a DuckDB file, by its first bytes.

    Examples
    --------
    >>> is_index("no/such.duckdb")
    False
    """
    try:
        with open(path, "rb") as file:
            return file.read(_BEFORE + len(_MAGIC))[_BEFORE:] == _MAGIC
    except (OSError, ValueError):
        return False


@contextmanager
def connection(
    path: str, limits: Limits, *, write: bool = False, log_all: bool = False, shown: str | None = None
) -> Iterator[DuckDBPyConnection]:
    """Open a DuckDB file, with no access to anything but it and a folder for what does not fit in memory.

    Parameters
    ----------
    path : str
    limits : Limits
    write : bool
        Whether it is written to.
    log_all : bool
        Whether what is committed stays in the log until the end.
    shown : str, optional
        What messages call it, if not `path`.

    Raises
    ------
    IndexFileError
        The file is locked, damaged, or of another version of DuckDB; or it could not be written to its end.
    """
    import duckdb

    with scratch() as folder, told(shown or path):
        escaped = folder.replace("'", "''")
        config: dict[str, Any] = {**_CONFIG, "threads": str(limits.threads)}
        place = os.path.abspath(path)
        place.encode()  # or DuckDB fails otherwise
        base = duckdb.connect(place, read_only=not write, config=config)
        try:
            base.execute("SET enable_progress_bar = false")
            base.execute(f"SET memory_limit = '{max(int(limits.memory * _SHARE), _LEAST)}B'")
            base.execute(f"SET temp_directory = '{escaped}'")
            if log_all:
                base.execute("SET checkpoint_threshold = '1TB'")
            base.execute("SET enable_external_access = false")
            base.execute("SET lock_configuration = true")
            yield base
        finally:
            base.close()


@contextmanager
def told(path: str) -> Iterator[None]:
    """Turn faults of DuckDB into errors that name the index and say what to do."""
    import duckdb

    try:
        yield
    except duckdb.Error as fault:
        busy = re.search(_LOCKED, str(fault))
        raise (IndexBusyError if busy else IndexFileError)(f"{path}: {_explained(fault)}") from fault
    except UnicodeEncodeError as fault:
        raise IndexFileError(f"{path!r}: is a name that DuckDB cannot open; rename the file") from fault


_LOCKED = "lock on file|different configuration"
_FAULTS = (
    (
        r"lock on file",
        "is in use by another process{holder}; wait until that is done, and run this again",
    ),
    (r"different configuration", "is open in this process already; close it first"),
    (
        r"No space left|Disk quota|File too large|could not write|not enough space",
        "cannot be written, for the disk is full or a limit is reached; what was committed before is kept: "
        "make room, and run this again",
    ),
    (
        r"newer version|older version|version number|storage version",
        "was written by another version of DuckDB ({reason}); install that, or build the index anew",
    ),
    (
        r"[Oo]ut of [Mm]emory|failed to allocate|could not allocate",
        "takes more memory than it may ({reason}); raise --memory",
    ),
    (r"[Pp]ermission denied|read-only", "cannot be opened ({reason}); see whether you may write to it"),
    (r"No such file", "cannot be opened ({reason}); check the path"),
)
_HOLDER = re.compile(r"\(PID (\d+)\)")
_MOST = 200  # characters of what DuckDB says


def _explained(fault: Exception) -> str:
    """Return what is wrong and what to do, for a fault of DuckDB."""
    said = str(fault)
    reason = " ".join(said.partition("\n")[0].split())[:_MOST]
    holder = _HOLDER.search(said)
    for pattern, message in _FAULTS:
        if re.search(pattern, said):
            return message.format(reason=reason, holder=f" (PID {holder[1]})" if holder else "")
    return f"is damaged or cut short ({reason}); build it anew, or take a copy from before"


@contextmanager
def given(base: DuckDBPyConnection, name: str, columns: Mapping[str, NDArray[Any]]) -> Iterator[None]:
    """Let SQL see some arrays as the columns of a table."""
    base.register(name, columns)
    try:
        yield
    except BaseException:
        _forgiving(base.unregister, name)
        raise
    base.unregister(name)


@contextmanager
def transaction(base: DuckDBPyConnection) -> Iterator[None]:
    """Commit what is done within, all of it or nothing."""
    base.execute("BEGIN")
    try:
        yield
        base.execute("COMMIT")
    except BaseException:
        _forgiving(base.execute, "ROLLBACK")
        raise


def _forgiving(undo: Callable[[str], object], what: str) -> None:
    """Undo something after a fault, which is what is told: a broken database has rolled back already."""
    import duckdb

    with suppress(duckdb.Error):
        undo(what)
