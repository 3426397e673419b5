"""Paths to documents as rows: executors read, skim and extract what the driver has listed.

The order is that of the input, kept as a number of each document: that of its file, and a running one within.
What cannot be read is a row among the others; the driver collects these, and finds ids that are not unique.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter
from typing import TYPE_CHECKING

from reuse.documents import asked_for, same_id
from reuse.engines.spark import lines, whole
from reuse.engines.spark.columns import ITEMS, document_of, told_of
from reuse.engines.spark.extracting import RUNNING, Placed
from reuse.engines.spark.listing import LOST, Listed, listed
from reuse.engines.spark.session import spark_schema
from reuse.errors import UsageError
from reuse.values import Document, Notice, Unreadable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from reuse.documents import Asked, Fields
    from reuse.engines.spark.session import Session
    from reuse.options import Options

#: Into how many splits Spark cuts files at least: unless it is told, as many as it has processors just then.
_SPLITS = "spark.sql.files.minPartitionNum"
#: Bytes that a task reads; where there are not enough for all processors, fewer.
_MOST, _LEAST = 32 << 20, 1 << 20
#: Tasks for each processor.
_TASKS = 2


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """The files of one side, sources or pages, listed and not yet read.

    Attributes
    ----------
    files : tuple of (int, Listed)
        Each with its number, by which files are in order.
    told : tuple of (int, Unreadable or Notice)
        What listing had to say, each with its position.
    asked : Asked
        What is wanted of every file.
    """

    files: tuple[tuple[int, Listed], ...]
    told: tuple[Placed, ...]
    asked: Asked


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """One side, sources or pages, as it was read.

    Attributes
    ----------
    frame : pyspark.sql.DataFrame
        The documents that have a text, rows of `reuse.engines.spark.columns.ITEMS`, from disk.
    unreadable : tuple of Unreadable
        The inputs that gave no text, in order.
    notices : tuple of Notice
        What the readers had to say, in order.
    count : int
        Documents in `frame`.
    """

    frame: DataFrame
    unreadable: tuple[Unreadable, ...]
    notices: tuple[Notice, ...]
    count: int


def find(
    session: Session,
    paths: str | Sequence[str],
    *,
    lists: Sequence[str] = (),
    fields: Fields | None = None,
    options: Options | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Found:
    """List the files of one side, sources or pages: what is wrong with paths is known before one is read.

    Parameters
    ----------
    session : Session
    paths : str or sequence of str
        Files, folders and globs, each a path, which executors open themselves, or a URI of any file system that
        Spark knows.
    lists : sequence of str
        Files of this machine that name a file or folder in each line.
    fields, options, include, exclude
        As in `reuse.documents.read`.

    Raises
    ------
    UsageError
        As `reuse.documents.read` does; and if standard input is named, or a pipe.
    """
    asked = asked_for(fields, options, include, exclude)
    told: list[Placed] = []
    files: list[tuple[int, Listed]] = []
    some = [paths] if isinstance(paths, str) else paths
    for number, each in enumerate(listed(session, some, lists, asked.search)):
        if isinstance(each, Listed):
            files.append((number, each))
        else:
            told.append((number << RUNNING, each))
    return Found(tuple(files), tuple(told), asked)


def read(
    session: Session,
    what: str,
    paths: str | Sequence[str] | Found,
    *,
    lists: Sequence[str] = (),
    fields: Fields | None = None,
    options: Options | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Read:
    """Read the documents of one side, sources or pages.

    Parameters
    ----------
    session : Session
    what : str
        Names the folder below ``session.work`` where rows are kept.
    paths : str, sequence of str or Found
        Those of `find`; or what it found, with which goes what was asked of it.
    lists, fields, options, include, exclude
        As in `find`, of paths alone.

    Returns
    -------
    Read
        What `reuse.documents.read`, `reuse.web.skim` and `reuse.texts.extract` give one after another.

    Raises
    ------
    UsageError
        As `find` does; and if a path is here and an executor does not find it.
    """
    if not isinstance(paths, Found):
        paths = find(
            session, paths, lists=lists, fields=fields, options=options, include=include, exclude=exclude
        )
    return _read(session, what, paths)


def _read(session: Session, what: str, found: Found) -> Read:
    files, asked = found.files, found.asked
    cores = session.spark.sparkContext.defaultParallelism
    share = min(_MOST, max(_LEAST, sum(file.size for _, file in files) // (_TASKS * cores)))
    cut, entire = lines.chosen(session, files, asked, share)
    with _same_splits(session, _TASKS * cores):
        parts = lines.rows(session, cut, asked, share)
        frames = [*parts.frames, *whole.frames(session, entire, asked, share)]
        frame = session.keep(what, _together(session, frames))
    others = frame.where("told IS NOT NULL OR key IS NULL").select("position", "chunk", "key", "told")
    rows = others.toArrow().to_pylist()
    told = [*found.told, *parts.told]
    of_documents: list[Placed] = []
    for row in rows:
        if row["told"] is not None:
            (told if row["key"] is None else of_documents).append((row["position"], told_of(row["told"])))
    counts = {row["position"]: row["chunk"] for row in rows if row["told"] is None}
    by_number = dict(files)
    lost = sorted(_unseen(frame, entire) | _short(counts, parts.expected))
    told += [(number << RUNNING, Unreadable(by_number[number].file.name, None, LOST)) for number in lost]
    _require_shared(by_number, told)
    told = list(dict.fromkeys(told))  # of a file that is gone each part tells the same
    return _unique(frame, told, of_documents)


@contextmanager
def _same_splits(session: Session, least: int) -> Iterator[None]:
    """Have Spark cut files in the same places whenever it reads them, though executors come and go."""
    before = session.spark.conf.get(_SPLITS, None)
    session.spark.conf.set(_SPLITS, before or str(least))
    try:
        yield
    finally:
        if before is None:
            session.spark.conf.unset(_SPLITS)


def _together(session: Session, frames: Sequence[DataFrame]) -> DataFrame:
    if not frames:
        return session.spark.createDataFrame([], spark_schema(ITEMS))
    return reduce(lambda one, other: one.unionAll(other), frames)


def _require_shared(files: Mapping[int, Listed], told: Sequence[Placed]) -> None:
    """Refuse paths of this machine that executors on others do not find."""
    gone = os.strerror(errno.ENOENT)
    for position, row in told:
        file = files.get(position >> RUNNING)
        if (
            file
            and not file.uri
            and isinstance(row, Unreadable)
            and (row.path, row.line) == (file.file.name, None)
            and row.reason.startswith(f"cannot be read: {gone};")
            and os.path.exists(file.path)
        ):
            raise UsageError(
                f"'{file.file.name}' is on this machine, and not on that of an executor; put it where all of "
                "them have it under the same path, or name it by a URI, as hdfs://HOST/FOLDER or s3a://BUCKET/FOLDER"
            )


def _unseen(frame: DataFrame, files: Sequence[tuple[int, Listed]]) -> set[int]:
    """Return the files that Spark was to give and did not: of each that it gave something is told."""
    asked = {number for number, file in files if file.uri}
    if not asked:
        return asked
    seen = frame.selectExpr(f"shiftright(position, {RUNNING}) AS number").distinct().collect()
    return asked.difference(number for (number,) in seen)


def _short(counts: Mapping[int, int], expected: Mapping[int, int]) -> set[int]:
    """Return the files of which Spark gave fewer lines, or more, than it did before."""
    return {position >> RUNNING for position, count in expected.items() if counts.get(position) != count}


def _unique(frame: DataFrame, told: Sequence[Placed], of_documents: Sequence[Placed]) -> Read:
    """Return what was read without documents whose id is taken, and without what is told of these."""
    documents = frame.where("told IS NULL AND key IS NOT NULL")
    again = _again(frame.where("document IS NOT NULL"))
    if again:
        from pyspark.sql.functions import broadcast

        positions = frame.sparkSession.createDataFrame([(position,) for position in again], "position long")
        documents = documents.join(broadcast(positions), "position", "left_anti").select(*frame.columns)
    kept = [each for each in of_documents if each[0] not in again]
    ordered = sorted([*told, *kept, *again.items()], key=_order)
    return Read(
        documents,
        tuple(each for _, each in ordered if isinstance(each, Unreadable)),
        tuple(each for _, each in ordered if isinstance(each, Notice)),
        documents.count(),
    )


def _order(placed: Placed) -> tuple[int, int]:
    """Return what puts faults in order: what is known at one line may be about several."""
    position, told = placed
    return position, (told.line or 0) if isinstance(told, Unreadable) else 0


def _again(named: DataFrame) -> dict[int, Unreadable]:
    """Return the documents whose id one before them has, by their positions; those without text have one."""
    several = named.groupBy("key").count().where("count > 1").select("key")
    if several.isEmpty():
        return {}
    rows = named.join(several, "key", "left_semi").select("position", "document").toArrow().to_pylist()
    first: dict[str, Document] = {}
    again: dict[int, Unreadable] = {}
    for row in sorted(rows, key=itemgetter("position")):
        document = document_of(row["document"])
        before = first.setdefault(document.id, document)
        if before is not document:
            again[row["position"]] = same_id(document, before.path, before.line)
    return again
