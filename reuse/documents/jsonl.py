"""JSON Lines (.jsonl, .ndjson): one object a line, each a document; or a row that says why it is none."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from reuse.documents.file import File
from reuse.documents.records import Fields, Record, documents, kind
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

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
    if stream.peek(2).startswith(_WIDE_BOMS):
        why = "is UTF-16, which JSON Lines must not be; convert it: iconv -f UTF-16 -t UTF-8"
        yield Unreadable(path, None, why)
        return
    number = 0
    while line := stream.readline(limit + 2):  # the line end is no part of the limit
        number += 1
        if len(line) > limit and len(line.rstrip(b"\r\n")) > limit:
            size = _rest(stream, line)
            del line
            why = f"the line is {size:,} bytes, the limit is {limit:,}; split it, or raise --max-bytes"
            yield Unreadable(path, number, why)
            continue
        if number == 1:
            line = line.removeprefix(_BOM)
        if line and not line.isspace():
            record = _record(line)
            yield Unreadable(path, number, record) if isinstance(record, str) else (number, record)


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
