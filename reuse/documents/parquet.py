"""Parquet (.parquet, .pq): each row a document; or a row that says why it is none.

DuckDB reads it, with one thread, no access to anything but this file, and no extensions. Fields may be columns
or stand in structs, ``meta.url``; binary ones are passed on as bytes, dates as ISO 8601. A text that is too
long is told by its size and not fetched. Memory is bounded by some row group's packed text and `_BATCH`
bytes more, whatever a few equal bytes unpack to.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, cast

from reuse.documents.file import File, RefusedError, printable
from reuse.documents.records import Fields, Record, TooLong, documents, wanted
from reuse.documents.spool import on_disk
from reuse.documents.unpacked import FREE
from reuse.options import Options
from reuse.values import HTML, TEXT, Document, Notice, Unreadable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb.sqltypes import DuckDBPyType

#: First bytes, and last.
MAGIC = b"PAR1"

#: What comes packed or from a pipe may be so many times the largest document.
_SPOOLED = 64
_BATCH = 1 << 26  # bytes of text fetched at a time
_VECTOR = 2048  # rows that DuckDB makes at a time: their texts are in memory together
_ROW = 256  # bytes that a row counts for, beside its texts
_SHORT = 1 << 12  # bytes of a field that is no text; what is longer is no address or name
_PEOPLE = 50  # authors of one record
_DEPTH = 4  # of structs that are searched for fields
_SETTINGS = {
    "threads": "1",
    "memory_limit": "4GB",
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_ROWS = "FROM read_parquet(?, file_row_number = true)"
_NAME = "name"
_LENGTHS = {"varchar": "strlen", "blob": "octet_length"}
_NUMBER = re.compile("u?(tiny|small|big|huge)?int(eger)?|float|double|boolean")
_NESTED = frozenset(("map", "array", "union", "interval", "struct"))
_REMEDY = "fetch or write it again"


def read(
    file: File, stream: io.BufferedReader, fields: Fields, options: Options
) -> Iterator[Document | Unreadable | Notice]:
    """Read the documents of a Parquet file; what comes packed or from a pipe is put on disk first.

    Examples
    --------
    >>> import duckdb, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with duckdb.connect() as base:
    ...         made = base.sql("SELECT 7 AS id, 'Some text.' AS body, DATE '2026-11-21' AS date")
    ...         made.write_parquet(f"{folder}/news.parquet")
    ...     with open(f"{folder}/news.parquet", "rb") as stream:
    ...         found = list(read(File("news.parquet"), stream, Fields(id="id", text="body"), Options()))
    >>> found[1].id, found[1].content, found[1].line, found[1].date
    ('7', 'Some text.', 1, '2026-11-21')
    """
    return documents(file, _records(file, stream, fields, options), fields)


def _records(
    file: File, stream: io.BufferedReader, fields: Fields, options: Options
) -> Iterator[tuple[int, Record] | Unreadable]:
    if not stream.peek(len(MAGIC)).startswith(MAGIC):
        yield Unreadable(file.name, None, f"is not Parquet: it does not begin with PAR1; {_REMEDY}")
        return
    import duckdb

    limit = options.max_bytes
    with _on_disk(stream, _SPOOLED * limit) as path, duckdb.connect(":memory:", config=dict(_SETTINGS)) as base:
        base.execute("SET enable_progress_bar = false")
        base.execute("SET TimeZone = 'UTC'")
        base.execute(f"SET allowed_paths = ['{path}']")
        base.execute("SET enable_external_access = false")
        base.execute("SET lock_configuration = true")
        line = 0
        try:
            for line, record in _rows(base, path, fields, options):
                yield line, record
        except (duckdb.Error, RuntimeError) as fault:  # RuntimeError: the name of a column is no UTF-8
            why = printable(str(fault).partition("\n")[0].replace(path, "the file"))
            rows = f"the {line:,} rows before were read" if line else "no row was read"
            yield Unreadable(file.name, None, f"is Parquet and damaged ({why}), {rows}; {_REMEDY}")


@contextmanager
def _on_disk(stream: io.BufferedReader, limit: int) -> Iterator[str]:
    """Give a path by which DuckDB opens what a stream holds: that of a descriptor, which needs no quotes."""
    if (descriptor := _descriptor(stream)) is not None:
        yield f"/dev/fd/{descriptor}"
        return
    with on_disk(stream, limit) as path, open(path, "rb") as copy:
        yield f"/dev/fd/{copy.fileno()}"


def _descriptor(stream: io.BufferedReader) -> int | None:
    """Return the descriptor of a stream that is a file on disk, from its beginning to its end."""
    try:
        descriptor = stream.fileno()
        # What is packed has the descriptor of what it is packed in.
        whole = stream.tell() == 0 and os.pread(descriptor, len(MAGIC), 0) == MAGIC
    except OSError:  # io.UnsupportedOperation, too
        return None
    return descriptor if whole and stat.S_ISREG(os.fstat(descriptor).st_mode) else None


class _Column(NamedTuple):
    """A column, or a field of a struct, that is asked for.

    Attributes
    ----------
    way : str
        Its name, or the way to it with dots between.
    value : str
        SQL for what is fetched of it.
    size : str
        SQL for its bytes, if it is a text or page; else NULL.
    fetched : str
        SQL for the bytes that are fetched of it, as far as they are counted.
    """

    way: str
    value: str
    size: str = "NULL"
    fetched: str = "0"


def _rows(
    base: DuckDBPyConnection, path: str, fields: Fields, options: Options
) -> Iterator[tuple[int, Record]]:
    """Yield the rows with their numbers, the first with the names of all columns."""
    limit = options.max_bytes
    table = base.sql("SELECT * FROM read_parquet(?)", params=[path])
    there = {way: (place, kind) for way, place, kind in _ways(zip(table.columns, table.types, strict=True))}
    names: Record = dict.fromkeys(there)
    some = wanted(list(there), fields)
    if not some:  # their names are all there is to say
        yield 1, names
        return
    columns = [_column(way, *there[way], limit if some[way] in (TEXT, HTML) else None) for way in some]
    asked = ", ".join(f"{column.value}, {column.size}" for column in columns)
    query = f"SELECT file_row_number, {asked} {_ROWS} WHERE file_row_number BETWEEN ? AND ?"
    for first, last in _batches(base.cursor(), path, columns, options.max_ratio):
        base.execute(query, [path, first, last])
        while row := base.fetchone():
            record = dict(names)
            for column, value, size in zip(columns, row[1::2], row[2::2], strict=True):
                record[column.way] = TooLong(size, limit) if size is not None and size > limit else value
            yield row[0] + 1, record
            names = {}


def _batches(
    base: DuckDBPyConnection, path: str, columns: list[_Column], ratio: int
) -> Iterator[tuple[int, int]]:
    """Yield the first and last row of what is fetched at a time, up to a fault in the file, which is raised.

    A file that says little many times over is a bomb: what it unpacks to is bounded as for any packed one.

    All rows at once, but for those that have more than `_BATCH` bytes with their neighbours: DuckDB copies
    what it makes at a time, and does not count that as memory.
    """
    import duckdb

    total = " + ".join(column.fetched for column in columns)
    left = max(FREE, ratio * os.stat(path).st_size)
    first = at = 0
    try:
        base.execute(f"SELECT {total} {_ROWS}", [path])
        while some := [size for (size,) in base.fetchmany(_VECTOR)]:
            some, left = _allowed(some, left)
            large = sum(some) > _BATCH
            held = _BATCH + 1  # what came before is a batch of its own
            for size in some if large else ():
                held += size
                if held > _BATCH and at > first:
                    yield first, at - 1
                    first = at
                if held > _BATCH:
                    held = size
                at += 1
            at += 0 if large else len(some)
            if (large or left < 0) and at > first:
                yield first, at - 1
                first = at
            if left < 0:
                why = f"unpacks to over {ratio:,} times its size"
                raise RefusedError(f"{why}; unpack it to see what it holds, or raise --max-ratio")
    except duckdb.Error:
        yield from _sound_groups(base, path, total, first)
        raise
    if at > first:
        yield first, at - 1


def _allowed(sizes: list[int], left: int) -> tuple[list[int], int]:
    """Return the sizes of the first rows that may be read, and what is left: below 0 if not all may."""
    for count, size in enumerate(sizes):
        left -= size + _ROW
        if left < 0:
            return sizes[:count], left
    return sizes, left


def _sound_groups(base: DuckDBPyConnection, path: str, total: str, first: int) -> Iterator[tuple[int, int]]:
    """Yield the groups of rows of a damaged file, from a row on, up to the first that cannot be read."""
    import duckdb

    counts = "SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(?) ORDER BY 1"
    end = 0
    try:
        for _, count in base.execute(counts, [path]).fetchall():
            begin, end = end, end + count
            if end > first:
                base.execute(
                    f"SELECT sum({total}) {_ROWS} WHERE file_row_number BETWEEN ? AND ?", [path, begin, end - 1]
                )
                base.fetchall()
                yield max(begin, first), end - 1
    except duckdb.Error:
        return  # the fault that is told is the first


def _ways(
    columns: Iterable[tuple[str, DuckDBPyType]], above: str = "", within: str = "", depth: int = _DEPTH
) -> Iterator[tuple[str, str, DuckDBPyType]]:
    """Yield the columns, and the fields of those that are structs: way, SQL and type."""
    for name, kind in columns:
        literal = name.replace("'", "''")
        place = f"struct_extract({within}, '{literal}')" if within else '"{}"'.format(name.replace('"', '""'))
        if kind.id != "struct":
            yield above + name, place, kind
        elif depth > 1:
            inner = _children(kind)
            if _NAME in inner:  # of an author
                yield above + name, f"struct_extract({place}, '{_NAME}')", inner[_NAME]
            yield from _ways(inner.items(), f"{above}{name}.", place, depth - 1)


def _column(way: str, place: str, kind: DuckDBPyType, limit: int | None) -> _Column:
    """Return what is asked for of a column; that of a text or page may have so many bytes as `limit` says."""
    if kind.id in ("varchar", "blob"):
        size, most = f"{_LENGTHS[kind.id]}({place})", _SHORT if limit is None else limit
        value, fetched = (f"CASE WHEN {size} <= {most} THEN {part} END" for part in (place, size))
        told = _Column._field_defaults["size"] if limit is None else f"coalesce({size}, 0)"
        return _Column(way, value, told, f"coalesce({fetched}, 0)")
    if _NUMBER.fullmatch(kind.id):
        return _Column(way, place)
    if kind.id.startswith("timestamp"):
        return _Column(way, f"replace(CAST({place} AS VARCHAR), ' ', 'T')")
    if kind.id == "list":
        return _Column(way, _people(place, _children(kind)["child"]))
    return _Column(way, "NULL" if kind.id in _NESTED else f"CAST({place} AS VARCHAR)")


def _people(place: str, kind: DuckDBPyType) -> str:
    """Return SQL for a list of names, or of structs that have one."""
    name = "x"
    if kind.id == "struct" and _NAME in _children(kind):
        kind, name = _children(kind)[_NAME], f"struct_extract(x, '{_NAME}')"
    if kind.id != "varchar":
        return "NULL"
    return (
        f"list_transform({place}[1:{_PEOPLE}], lambda x: CASE WHEN strlen({name}) <= {_SHORT} THEN {name} END)"
    )


def _children(kind: DuckDBPyType) -> dict[str, DuckDBPyType]:
    """Return the fields of a struct, or the elements of a list as ``child``."""
    return dict(cast("list[tuple[str, DuckDBPyType]]", kind.children))
