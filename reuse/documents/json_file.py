"""JSON (.json) that is one object or a list of objects: each is a document, numbered from 1 in the file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

from reuse.documents.file import File, whole
from reuse.documents.records import Fields, Record, documents, kind
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

_BLANK = re.compile(r"[ \t\r\n]*")
_REMEDY = "write a list of objects, or one object a line as .jsonl"


def read(
    file: File, stream: io.BufferedReader, fields: Fields, options: Options
) -> Iterator[Document | Unreadable | Notice]:
    """Read the documents of a JSON file; nothing of one over ``max_bytes``.

    Examples
    --------
    >>> stream = io.BufferedReader(io.BytesIO(b'[{"text": "Some text."}, {"text": "Other text."}]'))
    >>> [found.id for found in read(File("a.json"), stream, Fields(text="text"), Options())]
    ['a.json:1', 'a.json:2']
    """
    content = whole(stream, options.max_bytes)
    if isinstance(content, str):
        yield Unreadable(file.name, None, content)
        return
    try:
        text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        why = f"byte {fault.start + 1} is not UTF-8; convert the file to UTF-8"
        yield Unreadable(file.name, None, why)
        return
    del content
    yield from documents(file, _objects(file.name, text), fields)


def _objects(path: str, text: str) -> Iterator[tuple[int, Record] | Unreadable]:
    """Yield one object after another, each with its number; what follows a fault cannot be told apart."""
    at = _past_blanks(text, 0)
    listed = text[at : at + 1] == "["
    if listed:
        at = _past_blanks(text, at + 1)
    elif at == len(text):
        return
    number = 0
    decode = json.JSONDecoder().raw_decode
    while not (listed and number == 0 and text[at : at + 1] == "]"):
        number += 1
        try:
            value, at = decode(text, at)
        except json.JSONDecodeError as fault:
            why = f"is not JSON: {fault.msg.removesuffix(' at')} at line {fault.lineno} column {fault.colno}"
            yield Unreadable(path, number, f"{why}; {_REMEDY}")
            return
        except RecursionError:
            yield Unreadable(path, number, f"is nested too deeply; {_REMEDY}")
            return
        except ValueError as fault:  # a number with more digits than Python converts
            yield Unreadable(path, number, f"holds a number that is too long ({fault}); write it as a string")
            return
        if isinstance(value, dict):
            yield number, value
        else:
            yield Unreadable(path, number, f"is {kind(value)}, not an object; {_REMEDY}")
        at = _past_blanks(text, at)
        if not listed or text[at : at + 1] != ",":
            break
        at = _past_blanks(text, at + 1)
    if text[at : at + 1] != "]" if listed else at < len(text):
        what = f"goes on with {text[at : at + 1]!r}" if at < len(text) else "ends within the list"
        yield Unreadable(path, number, f"is not JSON: it {what}; {_REMEDY}")


def _past_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found
    return found.end()
