"""Files that are read from beginning to end, each by one task: all formats but JSON Lines that can be cut.

What is at a path executors open themselves, with the readers of the local engine. What is at a URI Spark gives
them in one piece, which they put on disk, so that the same readers see a file.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from reuse.documents import items
from reuse.documents.file import File
from reuse.engines.spark.columns import ITEMS
from reuse.engines.spark.extracting import READ, RUNNING, Placed, items_of_read, read_of, rows_of
from reuse.engines.spark.listing import loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from reuse.documents import Asked
    from reuse.engines.spark.listing import Listed
    from reuse.engines.spark.session import Session

    Made: TypeAlias = Callable[[Iterable[Placed]], Iterator[pa.RecordBatch]]

#: A file so many times the share of a task is read by one and passed on, to be skimmed and extracted by all.
_LARGE = 2
#: Documents that are passed on together, as a power of two.
_TOGETHER = 6
_NAMES = "number long, name string, below string"


def frames(session: Session, files: Sequence[tuple[int, Listed]], asked: Asked, share: int) -> list[DataFrame]:
    """Return the rows of files.

    Parameters
    ----------
    session : Session
    files : sequence of (int, Listed)
        Each with its number.
    asked : Asked
    share : int
        Bytes that a task should read.

    Returns
    -------
    list of pyspark.sql.DataFrame
        Of `reuse.engines.spark.columns.ITEMS`, nothing of it read yet.
    """
    made = []
    for is_large in (False, True):
        some = [each for each in files if (each[1].size > _LARGE * share) == is_large]
        here = [(number, file) for number, file in some if not file.uri]
        there = [(number, file) for number, file in some if file.uri]
        if here:
            made.append(
                _rows(session, _paths(session, here, share), partial(_read_paths, asked), is_large=is_large)
            )
        if there:
            made.append(
                _rows(session, _contents(session, there), partial(_read_contents, asked), is_large=is_large)
            )
    return made


def _rows(session: Session, frame: DataFrame, stage: Callable[..., Any], *, is_large: bool) -> DataFrame:
    if not is_large:
        return session.map("read", frame, partial(stage, rows_of), ITEMS)
    from pyspark.sql.functions import expr

    read = session.map("read", frame, partial(stage, read_of), READ)
    passed = read.repartition(session.parts, expr(f"shiftright(position, {_TOGETHER})"))
    return session.map("extract", passed, items_of_read, ITEMS)


# --- at paths ---------------------------------------------------------------------------------


def _paths(session: Session, files: Sequence[tuple[int, Listed]], share: int) -> DataFrame:
    """Return the files of each task as a row, in a partition of its own."""
    tasks = [(number, json.dumps(task)) for number, task in enumerate(_tasks(files, share))]
    frame = session.spark.createDataFrame(tasks, "task int, files string")
    return frame.repartitionByRange(len(tasks), "task")


def _tasks(files: Sequence[tuple[int, Listed]], share: int) -> Iterator[list[Any]]:
    """Yield files that come one after another, as many as are one task."""
    task: list[Any] = []
    held = 0
    for number, each in files:
        if task and held + each.size > share:
            yield task
            task, held = [], 0
        task.append([number, each.file.path, each.file.below, each.path])
        held += each.size
    yield task


def _read_paths(asked: Asked, made: Made, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return made(
        (number << RUNNING | running, item)
        for batch in batches
        for task in batch["files"].to_pylist()
        for number, name, below, path in json.loads(task)
        for running, item in enumerate(items(File(name, below=below), asked, File(path).open))
    )


# --- at URIs ----------------------------------------------------------------------------------


def _contents(session: Session, files: Sequence[tuple[int, Listed]]) -> DataFrame:
    """Return the bytes of each file as a row, with its number and names."""
    from pyspark.sql.functions import broadcast

    rows = [(file.uri, number, file.file.path, file.file.below) for number, file in files if file.size]
    known = session.spark.createDataFrame(rows, f"path string, {_NAMES}")
    blank = [(number, file.file.path, file.file.below, b"") for number, file in files if not file.size]
    empty = session.spark.createDataFrame(blank, f"{_NAMES}, content binary")  # Spark gives nothing of these
    contents = loaded(session, "binaryFile", [uri for uri, *_ in rows], {})
    if contents is None:
        return empty
    found = contents.join(broadcast(known), "path").select("number", "name", "below", "content")
    return found.unionAll(empty) if blank else found


def _read_contents(asked: Asked, made: Made, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return made(
        (number << RUNNING | running, item)
        for batch in batches
        for number, name, below, content in _rows_of(batch)
        for running, item in enumerate(items(File(name, below=below), asked, partial(_on_disk, content)))
    )


def _rows_of(batch: pa.RecordBatch) -> Iterator[tuple[int, str, str, bytes]]:
    for row in range(len(batch)):
        number, name, below, content = (column[row].as_py() for column in batch.columns)
        yield number, name, below, content


@contextmanager
def _on_disk(content: bytes) -> Iterator[io.BufferedReader]:
    """Give what was read as a file, which readers take for one that lies on disk."""
    with tempfile.TemporaryFile(prefix="reuse-") as file:
        file.write(content)
        file.seek(0)
        yield cast("io.BufferedReader", file)
