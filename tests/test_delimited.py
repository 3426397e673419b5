"""Covers `reuse.documents.delimited`: what other writers of CSV write comes back, and hostile tables.

Compares against: Python's csv module, as a writer. Run: ``pytest tests/test_delimited.py``
"""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reuse.documents import Fields
from reuse.documents.delimited import read
from reuse.documents.file import File
from reuse.options import Options
from reuse.texts import extract
from reuse.values import Document, Notice, Unreadable

if TYPE_CHECKING:
    from typing_extensions import Buffer

SMALL = 1000


class Made(io.RawIOBase):
    """A stream of parts that are made as they are read."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts: Iterator[bytes] = iter(parts)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        self._left = self._left or next(self._parts, b"")
        size = min(len(view), len(self._left))
        view[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


class Read:
    """What `read` yields, by kind."""

    def __init__(
        self, *parts: bytes | Iterable[bytes], name: str = "a.csv", limit: int = 2**20, **fields: str
    ) -> None:
        stream: io.BufferedReader = io.BufferedReader(
            Made(chain.from_iterable([p] if isinstance(p, bytes) else p for p in parts))
        )
        found = list(read(File(name), stream, Fields(**fields), Options(max_bytes=limit)))
        self.documents = [each for each in found if isinstance(each, Document)]
        self.rows = [str(each) for each in found if isinstance(each, Unreadable)]
        self.notices = [each.message for each in found if isinstance(each, Notice)]
        self.texts = [document.content for document in self.documents]
        self.ids = [document.id for document in self.documents]


def records(first: int, last: int) -> bytes:
    return b"".join(b"%d,Headline %d,Some text %d.\n" % (n, n, n) for n in range(first, last + 1))


HEADER = b"id,title,text\n"

# --- laws -------------------------------------------------------------------------------------

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from('",;\t|\r\n ')).map(
    lambda cell: cell.rstrip("\r")  # before a line end Python 3.11 leaves one without quotation marks
)


@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example([("a", '"'), ("b", '""\n",'), ("c", "\n\n")], ",", "\n", csv.QUOTE_MINIMAL, "utf-8")
def test_what_was_written_comes_back(
    rows: list[tuple[str, str]], delimiter: str, end: str, quoting: int, encoding: str
) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["n", "text", "more"])
    writer.writerows([f"x{n}", *row] for n, row in enumerate(rows))
    content = table.getvalue().encode(encoding)
    found = Read(content, id="n", text="text", html="more")
    expected = [more if more.strip() else text for text, more in rows if more.strip() or text.strip()]
    assert [text for text in found.texts if text.strip()] == expected
    assert not any("quot" in row for row in found.rows)


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv"]), st.integers(1, 50))
@example(b'a","b\na","b', "a.csv", 50)
def test_whatever_the_bytes_every_line_is_read_once(content: bytes, name: str, limit: int) -> None:
    found = Read(HEADER.replace(b",", b"\t" if name == "a.tsv" else b","), content, name=name, limit=limit)
    lines = [document.line or 0 for document in found.documents]
    assert lines == sorted(set(lines))
    assert all(1 < line <= content.count(b"\n") + 2 for line in lines)


# --- headers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [b",", b";", b"\t", b"|"])
def test_delimiters_are_told_by_the_header(delimiter: bytes) -> None:
    header = delimiter.join([b"id", b'"one, two; or	three|, it says"', b"text"])
    found = Read(header, b"\n", delimiter.join([b"7", b"", b"Some text."]))
    assert (found.ids, found.texts) == (["7"], ["Some text."])


def test_tabs_by_the_suffix() -> None:
    assert Read(b"a,b,c,d\ttext\n1\tSome text.", name="a.tsv").texts == ["Some text."]
    assert Read(b"text\nSome, text.\n", name="a.TAB").texts == ["Some, text."]


def test_a_table_without_a_known_name_is_one_fault() -> None:
    found = Read(b"No header,just a story\n", repeat(b"Another,story\n", 1000))
    assert found.rows == [
        "a.csv: no record has a text in its field 'text' or 'content' or 'body' or 'article' or the like; "
        "its fields are No header, just a story; name the right one with --text-field"
    ]
    long = Read(b"x" * 100_000, b",b\n1,2\n").rows[0]
    assert len(long) < 400


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"id,text\n", b"\xef\xbb\xbfid,text", b"id,text\n,\n \n"])
def test_nothing_to_read(content: bytes) -> None:
    assert Read(content).rows == ["a.csv: holds no record; remove it, or see why it was left empty"]


def test_headers_as_programs_write_them() -> None:
    assert Read(b"sep=;\r\nID;Text\r\n7;One, two.\r\n").texts == ["One, two."]
    twice = Read(b"text,Text,text\n1,2,3\n")
    assert twice.texts == ["1"]
    assert twice.notices[0] == "line 1: 2 columns are named 'text'; the first is read"
    assert Read(b'" Article\nText ",n\nSome text.,1\n').documents[0].line == 3
    assert "has more than 10,000 columns" in Read(b"a," * 20_000 + b"\n1\n").rows[0]
    assert Read(b'id,"text\n1,2\n').rows[0].startswith("a.csv:1: has a quote that is not closed")


# --- rows -------------------------------------------------------------------------------------


def test_lines_are_those_where_records_begin() -> None:
    found = Read(b'id,text\r\n\r\n1,"a\r\n\r\nb"\r\n2,c\r\n"3","d"')
    assert [(each.line, each.content) for each in found.documents] == [(3, "a\r\n\r\nb"), (6, "c"), (7, "d")]


def test_delimiters_at_the_end_and_rows_of_them() -> None:
    assert Read(b"id,text,\n1,One.,\n2,Two.\n,,\n3,Three.,,,\n").texts == ["One.", "Two.", "Three."]


def test_a_wrong_number_of_fields_is_a_row() -> None:
    found = Read(HEADER, b'1,One.\n2,a,b\n3,a,b,c\n4,"a\nb",c,,d\n5,a,b')
    assert found.ids == ["2", "5"]
    remedy = "the header has 3; quote fields with a ',' or line end, or correct the record"
    assert found.rows == [
        f"a.csv:2: has 2 fields, {remedy}",
        f"a.csv:4: has more fields, {remedy}",
        f"a.csv:5: has more fields, {remedy}",
    ]


def test_nuls_are_left_to_extraction() -> None:
    assert Read(b"id,text\n1,a\0b\n").texts == ["a\0b"]


def test_lone_returns_end_lines_where_no_feed_is() -> None:
    found = Read(b'id,text\r1,One.\r2,"Two,\rand three."\r')
    assert found.texts == ["One.", "Two,\nand three."]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_line_end_does_not_count(end: bytes) -> None:
    for size, count in ((SMALL, 1), (SMALL + 1, 0)):
        found = Read(b"id,text\n1," + b"x" * (size - 2) + end, limit=SMALL)
        assert len(found.documents) == count
        quoted = Read(b'id,text\n1,"\n' + b"x" * (size - 5) + b'"' + end, limit=SMALL)
        assert len(quoted.documents) == count
        if not count:
            assert found.rows[0] == quoted.rows[0]
            assert "the record is 1,001 bytes, the limit is 1,000; split it, or" in found.rows[0]


# --- encodings --------------------------------------------------------------------------------

GERMAN = "Für die Bürger der Städte wäre das größte Übel eine schöne, aber müde „Lösung“ – so hieß es später."


def test_a_guessed_encoding_is_told() -> None:
    found = Read(f"id,title,text\n1,Übel,{GERMAN.replace(',', '')}\n".encode("cp1252"))
    assert (found.documents[0].title, found.texts) == ("Übel", [GERMAN.replace(",", "")])
    assert found.notices[0].startswith("is not UTF-8, and read as cp1252 by the looks of it; if that is wrong")


def test_japanese_with_quotes_among_its_bytes() -> None:
    text = '警察は「事件」と発表した。"引用"、次の行\nソフトの表示機能について、市民は十分に説明を受けた。' * 5
    table = io.StringIO()
    csv.writer(table).writerows([["id", "text"], ["1", text], ["2", "次の記事です。"]])
    assert Read(table.getvalue().encode("shift_jis")).texts == [text, "次の記事です。"]


def test_a_few_bad_bytes_leave_the_rest_as_it_is() -> None:
    found = Read(
        b"id,title,text\n1,a,b\n",
        f"2,a,{GERMAN!r}".replace(", ", " ").encode(),
        b"\n3,x\xff,caf\xe9 \xc3\xa9\n",
    )
    assert found.texts[2] == b"caf\xe9 \xc3\xa9"
    assert found.documents[2].title == "x\ufffd"
    assert extract(found.documents[2:])[0] == "caf\ufffd é"


def test_another_encoding_behind_the_sample() -> None:
    german = GERMAN.replace(",", "")
    found = Read(
        b"id,text\n", repeat(b"1," + b"Plain text. " * 99 + b"\n", 1000), f"2,{german}\n".encode("cp1252")
    )
    assert extract(found.documents[-1:])[0] == german


# --- quotes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        b'2,"Open,Some text.\n',
        b'2,Headline,"Open\n',
        b'2,"a "b" c",Some text.\n',
        b'2,"a"b,"Some text.\n',
        b'2,"Open,"Some text."\n',
    ],
)
@pytest.mark.parametrize("after", [records(3, 40), records(3, 9) + b'10,"A, b","c\nd"\n' + records(11, 40)])
def test_a_quote_out_of_place_costs_one_record(broken: bytes, after: bytes) -> None:
    found = Read(HEADER, records(1, 1), broken, after)
    assert found.ids == [str(n) for n in range(1, 41) if n != 2]
    (row,) = found.rows
    assert row.startswith("a.csv:3: has a ")
    assert row.endswith("; double those within quoted fields, or correct the record")


def test_a_stray_quote_in_a_long_field_ends_with_it() -> None:
    found = Read(HEADER, b'1,a,"One "two", three\nfour, five\n\nsix"\n', records(2, 9))
    assert found.ids == list("23456789")
    assert "and the 3 lines below are taken for a part of it" in found.rows[0]


def test_a_file_that_ends_within_a_field() -> None:
    found = Read(HEADER, records(1, 5), b'6,a,"The text goes on,\nand on, and\non')
    assert (found.ids, len(found.rows)) == (list("12345"), 1)


def test_tables_with_tabs_may_know_no_quotes() -> None:
    rows = b'1\t"Hello" he said\tOne.\n2\t"Open\tTwo.\n3\ta\tThree "3".\n4\t5" x\t"Four"\n'
    found = Read(HEADER.replace(b",", b"\t"), rows, name="a.tsv")
    assert found.texts == ["One.", "Two.", 'Three "3".', "Four"]
    assert [each.title for each in found.documents] == ['"Hello" he said', '"Open', "a", '5" x']


# --- hostile: time and memory -------------------------------------------------------------------

LIMIT = 2**16
HUGE = 2**24
PART = 2**16


def huge(of: bytes) -> Iterable[bytes]:
    return repeat(of * (PART // len(of)), HUGE // PART)


@pytest.mark.parametrize(
    ("begin", "filling", "end"),
    [
        pytest.param(b'2,a,"', b"x", b'"\n', id="quoted"),
        pytest.param(b"2,a,", b"x", b"\n", id="bare"),
        pytest.param(b'2,a,"', b"words, and\n", b'"\n', id="lines"),
        pytest.param(b'2,a,"', b"\r\n", b'"\n', id="empty lines"),
        pytest.param(b'2,a,"', b'""', b'"\n', id="doubled quotes"),
        pytest.param(b'2,a,"', b'""\n', b'"\n', id="doubled quotes in lines"),
        pytest.param(b"2", b",", b"\n", id="fields"),
        pytest.param(b"2", b',""', b"\n", id="quoted fields"),
        pytest.param(b"2", b',"\n"', b"\n", id="quoted fields with lines"),
    ],
)
def test_a_huge_record_is_one_row(begin: bytes, filling: bytes, end: bytes) -> None:
    clock = time.process_time()
    found = Read(HEADER, records(1, 1), begin, huge(filling), end, records(3, 9), limit=LIMIT)
    assert time.process_time() - clock < 5
    assert found.ids == list("13456789")
    (row,) = found.rows
    size = len(begin) + HUGE // PART * (PART // len(filling) * len(filling)) + len(end) - 1
    assert (
        row == f"a.csv:3: the record is {size:,} bytes, the limit is {LIMIT:,}; split it, or raise --max-bytes"
    )


@pytest.mark.parametrize("filling", [b"x", b"\n", b"ab\n", b'""', b",", b'a","b\n'])
def test_memory_is_bounded_by_the_limit(filling: bytes) -> None:
    tracemalloc.start()
    Read(HEADER, b'2,a,"', islice(huge(filling), 64), b'"\n', limit=LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**20 + 8 * LIMIT


def test_an_open_quote_swallows_no_more_than_the_limit() -> None:
    rows = 4 * LIMIT // len(b"3,a,Some text.\n")
    found = Read(HEADER, b'2,"Open,a\n', repeat(b"3,a,Some text.\n", rows), limit=LIMIT)
    assert len(found.texts) == rows
    assert [row.partition(";")[0] for row in found.rows] == ["a.csv:2: has a quote that is not closed"]


def test_open_quotes_everywhere_take_linear_time() -> None:
    block = b"3,a,Some text.\n" * 9 + b'a","b,c\n'
    sizes = (20_000, 80_000)
    used = []
    for count in sizes:
        clock = time.process_time()
        Read(HEADER, b'2,"Open,a\n', repeat(block, count // 10), limit=2**31 - 2)
        used.append(time.process_time() - clock)
    assert used[1] < 10 * used[0] + 0.5
