"""JSON Lines (.jsonl, .ndjson): one object a line, each a document; or a row that says why it is none."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from reuse.documents.file import File
from reuse.documents.records import Fields, Record, documents, kind
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

#: Its number and its bytes, or their number where they are too many.
Line: TypeAlias = tuple[int, bytes | int]

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_SKIP = 1 << 16  # bytes at a time of a line that is too long


def read(
    file: File, stream: io.BufferedReader, fields: Fields, options: Options
) -> Iterator[Document | Unreadable | Notice]:
    """Read the documents of a JSON Lines file; memory is bounded by its longest line and ``max_bytes``.

    Examples
    --------
    >>> stream = io.BufferedReader(io.BytesIO(b'{"id": "a", "text": "Some text."}'))
    >>> [found.id for found in read(File("a.jsonl"), stream, Fields(id="id", text="text"), Options())]
    ['a']
    """
    return documents(file, objects(file.name, stream, options.max_bytes), fields)


def objects(path: str, stream: io.BufferedReader, limit: int) -> Iterator[tuple[int, Record] | Unreadable]:
    r"""Read the object of each line, with the number of the line, or what is wrong with it.

    Parameters
    ----------
    path : str
        As it is shown in faults.
    stream : io.BufferedReader
    limit : int
        Longest line, in bytes.

    Examples
    --------
    >>> [*objects("a.jsonl", io.BufferedReader(io.BytesIO(b'\n{"id": 7}')), 99)]
    [(2, {'id': 7})]
    """
    if is_wide(stream.peek(2)):
        why = "is UTF-16, which JSON Lines must not be; convert it: iconv -f UTF-16 -t UTF-8"
        yield Unreadable(path, None, why)
        return
    yield from records(path, _unmarked(lines(stream, limit)), limit)


def is_wide(begin: bytes) -> bool:
    r"""Tell whether a file that begins so is UTF-16, by its mark.

    Examples
    --------
    >>> is_wide("{}".encode("utf-16")), is_wide(b"{}")
    (True, False)
    """
    return begin.startswith(_WIDE_BOMS)


def lines(stream: io.BufferedReader, limit: int, number: int = 0) -> Iterator[Line]:
    r"""Read numbered lines; of one that is too long only the size.

    Parameters
    ----------
    stream : io.BufferedReader
    limit : int
        Most bytes of a line, its end not counted.
    number : int
        Lines that come before.

    Examples
    --------
    >>> [*lines(io.BufferedReader(io.BytesIO(b"{}\n[1, 2]\n")), 3)]
    [(1, b'{}\n'), (2, 7)]
    """
    while line := stream.readline(limit + 2):  # the line end is no part of the limit
        number += 1
        if is_too_long(line, limit):
            size = _rest(stream, line)
            del line
            yield number, size
        else:
            yield number, line


def is_too_long(line: bytes, limit: int) -> bool:
    r"""Tell whether a line has more bytes than the limit, its end not counted.

    Examples
    --------
    >>> is_too_long(b"{}\r\n", 2), is_too_long(b"{ }", 2)
    (False, True)
    """
    return len(line) > limit and len(line.removesuffix(b"\n").removesuffix(b"\r")) > limit


def lines_between(
    stream: io.BufferedReader, begin: int, end: int, limit: int, number: int = 0
) -> Iterator[Line]:
    r"""Read the lines that begin in a part of a file, so that each is in one part.

    Of the file no more is read than the part, and what its last line has beyond it.

    Parameters
    ----------
    stream : io.BufferedReader
        That can go to any place.
    begin, end : int
        The part, in bytes.
    limit : int
        Most bytes of a line, its end not counted.
    number : int
        Lines that come before.

    Examples
    --------
    >>> stream = io.BufferedReader(io.BytesIO(b"{}\n[1, 2]\n{}"))
    >>> [*lines_between(stream, 1, 10, 9)], [*lines_between(stream, 10, 12, 9)]
    ([(1, b'[1, 2]\n')], [(1, b'{}')])
    """
    stream.seek(max(begin - 1, 0))
    if begin:
        _skip(stream, end)
    numbered = lines(stream, limit, number)
    if not begin:
        numbered = _unmarked(numbered)
    while stream.tell() < end and (line := next(numbered, None)):
        yield line


def records(path: str, numbered: Iterable[Line], limit: int) -> Iterator[tuple[int, Record] | Unreadable]:
    """Return the object in each line that has one, or what is wrong with it.

    Parameters
    ----------
    path : str
        As it is shown in faults.
    numbered : iterable of (int, bytes or int)
        As `lines` gives them.
    limit : int
        Most bytes of a line.

    Examples
    --------
    >>> for found in records("a.jsonl", [(7, b" "), (8, b"{}"), (9, 100)], 99):
    ...     print(found)
    (8, {})
    a.jsonl:9: the line is 100 bytes, the limit is 99; split it, or raise --max-bytes
    """
    for number, line in numbered:
        if isinstance(line, int):
            why = f"the line is {line:,} bytes, the limit is {limit:,}; split it, or raise --max-bytes"
            yield Unreadable(path, number, why)
            continue
        if line and not line.isspace():
            record = _record(line)
            yield Unreadable(path, number, record) if isinstance(record, str) else (number, record)


def _unmarked(numbered: Iterator[Line]) -> Iterator[Line]:
    """Take the mark from the first line of a file."""
    for number, line in numbered:
        yield number, line.removeprefix(_BOM) if number == 1 and isinstance(line, bytes) else line


def _skip(stream: io.BufferedReader, end: int) -> None:
    """Skip what is left of a line, as far as a part of the file goes."""
    line = b""
    while not line.endswith(b"\n") and (line := stream.readline(min(_SKIP, end - stream.tell()))):
        pass


def _rest(stream: io.BufferedReader, line: bytes) -> int:
    """Skip what is left of a line and return how long it was."""
    size = len(line)
    while not line.endswith(b"\n") and (line := stream.readline(_SKIP)):
        size += len(line)
    return size


def _record(line: bytes) -> Record | str:
    """Return the object in a line, or what is wrong with it."""
    try:
        record = json.loads(line.decode())
    except UnicodeDecodeError as fault:
        return f"byte {fault.start + 1} of the line is not UTF-8; convert the file to UTF-8"
    except json.JSONDecodeError as fault:
        fault_there = f"{fault.msg.removesuffix(' at')} at character {fault.pos + 1}"
        return f"is not JSON: {fault_there}; write one object a line"
    except RecursionError:
        return "is nested too deeply; write an object with the text in a field of its own"
    except ValueError as fault:  # a number with more digits than Python converts
        return f"holds a number that is too long ({fault}); write it as a string"
    if isinstance(record, dict):
        return record
    return f"is {kind(record)}, not an object; write one object a line, as jq -c '.[]' does for a list"
