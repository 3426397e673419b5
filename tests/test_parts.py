"""Covers `reuse.documents.parts`: a file of records that is read in parts gives what it gives as a whole.

Compares against: `reuse.documents.jsonl.read`. Run: ``pytest tests/test_parts.py``
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.documents import parts
from reuse.documents.file import File
from reuse.documents.jsonl import Line, lines_between, read
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

FILE = File("a.jsonl")
LIMIT = 80

names = st.sampled_from(["id", "text", "Body", "html", "url", "source", "meta", "views", "date", "Author"])
values: st.SearchStrategy[object] = st.sampled_from(
    ["", " ", "Some text.", "x" * LIMIT, "https://e.org/", 7, None, [], {"url": "u", "id": 1}]
)
objects = st.dictionaries(names, values, max_size=5).map(lambda record: json.dumps(record).encode())
rubbish = st.sampled_from(
    [b"", b" ", b"\xff", b"[1]", b"{", b"\xef\xbb\xbf{}", b"\r", b"x" * (LIMIT + 1) + b"\r"]
)
wholes = st.lists(st.one_of(objects, objects, rubbish), max_size=12).map(b"\n".join)
contents = st.builds(
    lambda mark, whole, end: mark + whole + end,
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    wholes,
    st.sampled_from([b"", b"\n", b"\r\n"]),
)
asked = st.sampled_from([Fields(), Fields(text="Body"), Fields(html="html", url="meta.url"), Fields(id="no")])


def part(content: bytes, begin: int, end: int, lines: int = 0) -> list[Line]:
    return list(lines_between(io.BufferedReader(io.BytesIO(content)), begin, end, LIMIT, lines))


def in_parts(
    content: bytes, cuts: Sequence[int], fields: Fields
) -> tuple[list[Document], list[Unreadable], list[Notice]]:
    """Return the documents, faults and notices of a file, each in order, that is read between cuts."""
    ranges = list(pairwise(sorted({0, *cuts, len(content)}) if content else [0, 0]))
    surveys = [parts.survey(FILE, iter(part(content, *some)), fields, LIMIT) for some in ranges]
    befores, end = parts.joined(FILE, surveys, fields)
    found: list[tuple[int, int, Document | Unreadable | Notice]] = []
    for some, before in zip(ranges, befores, strict=True):
        for line, item in parts.read(FILE, part(content, *some, before.lines), fields, LIMIT, before):
            found.append((line, (item.line or 0) if isinstance(item, Unreadable) else 0, item))
    items = [item for _, _, item in sorted(found, key=lambda each: each[:2])] + end
    return (
        [item for item in items if isinstance(item, Document)],
        [item for item in items if isinstance(item, Unreadable)],
        [item for item in items if isinstance(item, Notice)],
    )


@given(contents, st.lists(st.integers(0, 400), max_size=6), asked)
@settings(deadline=None, max_examples=400)
def test_parts_give_what_the_whole_gives(content: bytes, cuts: list[int], fields: Fields) -> None:
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(content))
    whole = list(read(FILE, stream, fields, Options(max_bytes=LIMIT)))
    documents, unreadable, notices = in_parts(content, [cut for cut in cuts if cut < len(content)], fields)
    assert documents == [item for item in whole if isinstance(item, Document)]
    assert unreadable == [item for item in whole if isinstance(item, Unreadable)]
    assert notices == [item for item in whole if isinstance(item, Notice)]


@given(wholes, st.lists(st.integers(0, 400), max_size=6))
@settings(deadline=None)
def test_each_line_is_in_one_part(content: bytes, cuts: list[int]) -> None:
    ranges = pairwise(sorted({0, len(content), *(cut for cut in cuts if cut < len(content))}))
    found = [line for some in ranges for _, line in part(content, *some)]
    assert found == [line for _, line in part(content, 0, len(content))]
    assert sum(line if isinstance(line, int) else len(line) for line in found) in (
        len(content),
        len(content) - 3,
    )


class Counted(io.BytesIO):
    """A file that counts the bytes that are taken of it."""

    taken = 0

    def readinto(self, buffer: Any) -> int:
        size = super().readinto(buffer)
        self.taken += size
        return size


@given(wholes, st.lists(st.integers(0, 400), max_size=6))
@settings(deadline=None)
def test_of_what_is_before_and_after_a_part_little_is_read(content: bytes, cuts: list[int]) -> None:
    starts = [0, *(at + 1 for at, byte in enumerate(content) if byte == ord("\n"))]
    for begin, end in pairwise(sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})):
        raw = Counted(content)
        list(lines_between(io.BufferedReader(raw, 8), begin, end, LIMIT))
        last = max((start for start in starts if begin <= start < end), default=None)
        beyond = 0 if last is None else max(0, (content.find(b"\n", last) + 1 or len(content)) - end)
        assert raw.taken <= end - begin + 1 + beyond + 8


def test_one_giant_line_is_read_twice_at_most() -> None:
    content = b'{"text": "' + b"x" * 1_000_000 + b'"}'
    taken = 0
    for begin, end in pairwise([*range(0, len(content), 10_000), len(content)]):
        raw = Counted(content)
        found = list(lines_between(io.BufferedReader(raw, 64), begin, end, LIMIT))
        assert found == ([] if begin else [(1, len(content))])
        taken += raw.taken
    assert taken < 2.1 * len(content)
