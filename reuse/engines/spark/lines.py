"""JSON Lines in parts, so that one large file is read by all executors; see `reuse.documents.parts`.

Parts of a file at a path are ranges of bytes that executors read themselves. Those of one at a URI are the
splits that Spark makes of it, line by line.
"""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from reuse.documents import jsonl, parts, unreadable
from reuse.documents.file import PACKED, File
from reuse.documents.formats import HEAD, format_of
from reuse.documents.parts import Before, Survey
from reuse.documents.unpacked import unpacked
from reuse.engines.spark.columns import ITEMS
from reuse.engines.spark.extracting import END, RUNNING, Placed, mark, rows_of
from reuse.engines.spark.listing import LOST, Listed, head_of, loaded, spark_name
from reuse.values import Unreadable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from reuse.documents import Asked
    from reuse.documents.jsonl import Line
    from reuse.engines.spark.session import Session
_SUFFIXES = (".jsonl", ".ndjson")
_MARK = 3  # bytes that say a file is UTF-8, which Spark takes away
#: Bytes of a line that Spark holds in memory: of one that is longer, it gives pieces.
_LONGEST = 256 << 20
_LONGEST_OPTION = "mapreduce.input.linerecordreader.line.maxlength"
_CHANGED = "changed while it was read, or has a line of over {:,} bytes; split that, or leave the file out"

#: What is found out of each part: `fault` is what is wrong with the file.
_SURVEYS = pa.schema(
    [
        ("file", pa.string()),
        ("begin", pa.int64()),
        ("bytes", pa.int64()),
        ("longest", pa.int64()),
        ("survey", pa.string()),
        ("fault", pa.string()),
    ]
)


class Rows(NamedTuple):
    """What comes of files in parts.

    Attributes
    ----------
    frames : list of pyspark.sql.DataFrame
        Of `reuse.engines.spark.columns.ITEMS`, nothing of it read yet.
    told : list of (int, Unreadable or Notice)
        What the surveys told.
    expected : dict of int to int
        Positions at which `reuse.engines.spark.extracting.mark` says how many lines there were, and how many
        there have to be.
    """

    frames: list[DataFrame]
    told: list[Placed]
    expected: dict[int, int]


def chosen(
    session: Session, files: Sequence[tuple[int, Listed]], asked: Asked, share: int
) -> tuple[list[tuple[int, Listed]], list[tuple[int, Listed]]]:
    """Return the files that are read in parts, and the others.

    Parameters
    ----------
    session : Session
    files : sequence of (int, Listed)
        Each with its number.
    asked : Asked
    share : int
        Bytes that a task should read.
    """
    most = _part(session, share)
    cut: list[tuple[int, Listed]] = []
    entire: list[tuple[int, Listed]] = []
    for number, file in files:
        is_cut = file.size > most and _is_lines(session, file, asked)
        (cut if is_cut else entire).append((number, file))
    return cut, entire


def rows(session: Session, files: Sequence[tuple[int, Listed]], asked: Asked, share: int) -> Rows:
    """Survey files in parts, and return the rows that these will give; parameters are those of `chosen`."""
    made = Rows([], [], {})
    here = [(number, file) for number, file in files if not file.uri]
    there = [(number, file) for number, file in files if file.uri]
    if here:
        _add(made, *_of_paths(session, here, asked, _part(session, share)))
    if there:
        _add(made, *_of_uris(session, there, asked))
    return made


def _add(made: Rows, frame: DataFrame | None, told: list[Placed], expected: dict[int, int]) -> None:
    if frame is not None:
        made.frames.append(frame)
    made.told.extend(told)
    made.expected.update(expected)


def _part(session: Session, share: int) -> int:
    """Return how many bytes a part has: not more than Spark would give it."""
    most = session.spark._jsparkSession.sessionState().conf().filesMaxPartitionBytes()
    return max(1, min(share, int(most)))


def _is_lines(session: Session, file: Listed, asked: Asked) -> bool:
    """Tell whether a file is JSON Lines by its name and its first bytes, and not packed."""
    if file.file.suffix not in _SUFFIXES or file.file.path.lower().endswith(PACKED):
        return False
    begin = head_of(session, file, HEAD)
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(begin))
    is_packed = unpacked(stream) is not stream
    return (
        not is_packed
        and not jsonl.is_wide(begin)
        and format_of(file.file, begin, asked.fields).read is jsonl.read
    )


class _Surveyed(NamedTuple):
    """A part and what was found out of it."""

    begin: int
    bytes: int
    longest: int
    survey: Survey


def _surveyed(frame: DataFrame) -> tuple[dict[str, list[_Surveyed]], dict[str, str]]:
    """Return the parts of each file in their order, and what is wrong with some files."""
    found: defaultdict[str, list[_Surveyed]] = defaultdict(list)
    faults: dict[str, str] = {}
    for file, begin, size, longest, survey, fault in frame.collect():
        if fault is None:
            lines, settled, there, empty, records = json.loads(survey)
            pairs = {field: (line, way) for field, (line, way) in settled.items()}
            found[file].append(_Surveyed(begin, size, longest, Survey(lines, pairs, there, empty, records)))
        else:
            faults[file] = fault
    return {file: sorted(parts, key=itemgetter(0)) for file, parts in found.items()}, faults


def _joined(
    number: int, file: File, found: Sequence[_Surveyed], asked: Asked
) -> tuple[list[Before], list[Placed]]:
    """Return what the parts of a file have to know, and what is told at its end; no parts of too many lines."""
    if (count := sum(each.survey.lines for each in found)) >= END:
        why = f"has {count:,} lines, the limit is {END - 1:,}; split it"
        return [], [(number << RUNNING, Unreadable(file.name, None, why))]
    befores, end = parts.joined(file, [each.survey for each in found], asked.fields)
    return befores, [(number << RUNNING | END, each) for each in end]


# --- at paths ---------------------------------------------------------------------------------


def _of_paths(
    session: Session, files: Sequence[tuple[int, Listed]], asked: Asked, most: int
) -> tuple[DataFrame, list[Placed], dict[int, int]]:
    ranges = [
        _Range(number, begin, min(begin + most, file.size), file.path, file.file.path)
        for number, file in files
        for begin in range(0, file.size, most)
    ]
    surveys = session.map("survey", _ranges(session, ranges), partial(_survey_ranges, asked), _SURVEYS)
    found, faults = _surveyed(surveys)
    told: list[Placed] = []
    before: dict[tuple[int, int], Before] = {}
    for number, (file, _, _) in files:
        if (fault := faults.get(str(number))) is not None:
            told.append((number << RUNNING, Unreadable(file.name, None, fault)))
            continue
        befores, end = _joined(number, file, found[str(number)], asked)
        told += end
        places = [(number, part.begin) for part in found[str(number)]]
        before |= dict(zip(places, befores, strict=False))
    known = [each._replace(before=before[each[:2]]) for each in ranges if each[:2] in before]
    frame = session.map("read", _ranges(session, known), partial(_read_ranges, asked), ITEMS)
    return frame, told, {}


class _Range(NamedTuple):
    """A part of a file at a path: its number, the bytes of the part, and what the part has to know."""

    number: int
    begin: int
    end: int
    path: str
    name: str
    before: Before | None = None


def _ranges(session: Session, ranges: Sequence[_Range]) -> DataFrame:
    """Return ranges as rows, each in a partition of its own."""
    rows = [(each.number, each.begin, json.dumps(each)) for each in ranges]
    frame = session.spark.createDataFrame(rows, "number long, begin long, range string")
    return frame.repartitionByRange(max(1, len(ranges)), "number", "begin")


def _each_range(batches: Iterable[pa.RecordBatch]) -> Iterator[_Range]:
    return (_Range(*json.loads(row)) for batch in batches for row in batch["range"].to_pylist())


def _survey_ranges(asked: Asked, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    limit = asked.options.max_bytes
    for number, begin, end, path, name, _ in _each_range(batches):
        file = File(name)
        row: dict[str, Any] = {"file": str(number), "begin": begin}
        try:
            with File(path).open() as stream:
                numbered = jsonl.lines_between(stream, begin, end, limit)
                row["survey"] = json.dumps(parts.survey(file, numbered, asked.fields, limit))
        except OSError as fault:
            row["fault"] = unreadable(file, fault).reason
        yield pa.RecordBatch.from_pylist([row], _SURVEYS)


def _read_ranges(asked: Asked, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return rows_of(_placed_ranges(asked, batches))


def _placed_ranges(asked: Asked, batches: Iterator[pa.RecordBatch]) -> Iterator[Placed]:
    limit = asked.options.max_bytes
    for number, begin, end, path, name, told in _each_range(batches):
        assert told is not None
        file, before = File(name), Before(*told)
        try:
            with File(path).open() as stream:
                numbered = jsonl.lines_between(stream, begin, end, limit, before.lines)
                for line, item in parts.read(file, numbered, asked.fields, limit, before):
                    yield number << RUNNING | line, item
        except OSError as fault:
            yield number << RUNNING | END, unreadable(file, fault)


# --- at URIs ----------------------------------------------------------------------------------


class _Known(NamedTuple):
    """What is known of a file at a URI when its lines are read.

    Attributes
    ----------
    number : int
    file : File
    before : dict of int to Before
        By where splits begin.
    last : int
        The last line if nothing ends it, else 0.
    """

    number: int
    file: File
    before: dict[int, Before]
    last: int


def _of_uris(
    session: Session, files: Sequence[tuple[int, Listed]], asked: Asked
) -> tuple[DataFrame | None, list[Placed], dict[int, int]]:
    longest = min(max(_LONGEST, 2 * asked.options.max_bytes), 2**31 - 1)
    lines = _lines(session, [file.uri for _, file in files], asked.options.max_bytes, longest)
    if lines is None:
        return None, [(number << RUNNING, Unreadable(file.file.name, None, LOST)) for number, file in files], {}
    found, _ = _surveyed(session.map("survey", lines, partial(_survey_lines, asked), _SURVEYS))
    told: list[Placed] = []
    expected: dict[int, int] = {}
    known: dict[str, _Known] = {}
    for number, (file, size, uri) in files:
        name = spark_name(session, uri)
        surveyed = found.get(name, [])
        total = sum(part.bytes for part in surveyed)
        is_whole = total in (size, size + 1, size - _MARK, size - _MARK + 1)
        if not is_whole or any(part.longest >= longest for part in surveyed):
            why = _CHANGED.format(longest) if surveyed else LOST
            told.append((number << RUNNING, Unreadable(file.name, None, why)))
            continue
        befores, end = _joined(number, file, surveyed, asked)
        told += end
        is_open = total in (size + 1, size - _MARK + 1)
        last = sum(part.survey.lines for part in surveyed) if is_open else 0
        by_begin = {part.begin: each for part, each in zip(surveyed, befores, strict=False)}
        known[name] = _Known(number, file, by_begin, last)
        expected |= {
            number << RUNNING | each.lines: part.survey.lines
            for part, each in zip(surveyed, befores, strict=False)
        }
    shared = session.spark.sparkContext.broadcast(known)
    return session.map("read", lines, partial(_read_lines, asked, shared), ITEMS), told, expected


def _lines(session: Session, uris: Sequence[str], limit: int, longest: int) -> DataFrame | None:
    """Return the lines of files, with their sizes; of those that are too long only so much as shows it."""
    from pyspark.sql import functions

    read = loaded(session, "text", uris, {"lineSep": "\n", _LONGEST_OPTION: str(longest)})
    value = functions.col("value")
    if read is None:
        return None
    return read.select(
        functions.col("_metadata.file_path").alias("file"),
        functions.col("_metadata.file_block_start").alias("begin"),
        functions.substring(value.cast("binary"), 1, limit + 2).alias("line"),
        functions.octet_length(value).alias("size"),
    )


class _Split:
    """The lines of one split, counted; Spark gives them without their ends."""

    _END = b"\n"

    def __init__(
        self, rows: Iterable[tuple[str, int, bytes, int]], limit: int, before: int = 0, last: int = 0
    ) -> None:
        self.bytes = self.longest = 0
        self.number = before
        self._rows = rows
        self._limit = limit
        self._last = last

    def __iter__(self) -> Iterator[Line]:
        for _, _, line, size in self._rows:
            self.number += 1
            self.bytes += size + 1
            self.longest = max(self.longest, size)
            if jsonl.is_too_long(line, self._limit):
                yield self.number, size + (self.number != self._last)
            else:
                yield self.number, line + self._END[self.number == self._last :]


def _splits(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[tuple[str, int], Iterator[Any]]]:
    rows = (
        row for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    return groupby(rows, key=itemgetter(0, 1))


def _survey_lines(asked: Asked, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    limit = asked.options.max_bytes
    for (name, begin), some in _splits(batches):
        split = _Split(some, limit)
        found = json.dumps(parts.survey(File(name), iter(split), asked.fields, limit))
        row = {"file": name, "begin": begin, "bytes": split.bytes, "longest": split.longest, "survey": found}
        yield pa.RecordBatch.from_pylist([row], _SURVEYS)


def _read_lines(asked: Asked, shared: Any, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    counts: list[tuple[int, int]] = []
    yield from rows_of(_placed_lines(asked, shared.value, batches, counts))
    for position, count in counts:
        yield mark(position, count)


def _placed_lines(
    asked: Asked, known: dict[str, _Known], batches: Iterable[pa.RecordBatch], counts: list[tuple[int, int]]
) -> Iterator[Placed]:
    limit = asked.options.max_bytes
    for (name, begin), some in _splits(batches):
        file = known.get(name)
        before = file and file.before.get(begin)
        if not file or not before:  # it was refused
            continue
        split = _Split(some, limit, before.lines, file.last)
        for line, item in parts.read(file.file, split, asked.fields, limit, before):
            yield file.number << RUNNING | line, item
        counts.append((file.number << RUNNING | before.lines, split.number - before.lines))
