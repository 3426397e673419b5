"""Streams to files, for formats that must be read from their end: Parquet, zip, PDF."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_STEP = 1 << 20


@contextmanager
def on_disk(stream: io.BufferedIOBase, limit: int) -> Iterator[str]:
    """Keep what is left of a stream in a temporary file that only the user can read.

    The file is deleted at the end, after faults too. Its folder is that of `tempfile.gettempdir`.

    Parameters
    ----------
    stream : io.BufferedIOBase
        Read to its end, a megabyte at a time.
    limit : int
        Most bytes it may have.

    Yields
    ------
    str
        Path of the file.

    Raises
    ------
    OSError
        The stream has more than `limit` bytes, or as the system says: a damaged stream, a full disk.

    Examples
    --------
    >>> with on_disk(io.BytesIO(b"PAR1"), 99) as path, open(path, "rb") as file:
    ...     file.read()
    b'PAR1'
    >>> with on_disk(io.BytesIO(b"PAR1"), 3) as path:
    ...     pass
    Traceback (most recent call last):
        ...
    OSError: it is over 3 bytes, the limit for what comes packed or from a pipe; save it as a file of its own
    """
    with tempfile.NamedTemporaryFile(prefix="reuse-") as file:
        size = 0
        while part := stream.read(min(_STEP, limit - size + 1)):
            size += len(part)
            if size > limit:
                why = f"it is over {limit:,} bytes, the limit for what comes packed or from a pipe"
                raise OSError(f"{why}; save it as a file of its own")
            file.write(part)
        file.flush()
        yield file.name
