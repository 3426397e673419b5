"""Covers `reuse.documents.parquet` and `spool`: what DuckDB writes comes back, and hostile files.

Run: ``pytest tests/test_parquet.py``
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reuse.documents import Fields
from reuse.documents import read as read_paths
from reuse.documents.file import File
from reuse.documents.parquet import read
from reuse.documents.spool import on_disk
from reuse.options import Options
from reuse.values import HTML, Document, Notice, Unreadable


def make(path: object, query: str, parameters: Sequence[object] = (), options: str = "") -> Path:
    """Write what a query gives as Parquet."""
    with duckdb.connect(config={"threads": "1"}) as base:
        place = str(path).replace("'", "''")
        base.execute(f"COPY ({query}) TO '{place}' (FORMAT parquet{options})", list(parameters))
    return Path(str(path))


class Read:
    """What a reader yields, by kind."""

    def __init__(self, path: Path, *, limit: int = 2**20, **fields: str) -> None:
        with open(path, "rb") as stream:
            found = list(read(File("a.parquet"), stream, Fields(**fields), Options(max_bytes=limit)))
        self.documents = [each for each in found if isinstance(each, Document)]
        self.rows = [str(each) for each in found if isinstance(each, Unreadable)]
        self.notices = [each.message for each in found if isinstance(each, Notice)]
        self.texts = [document.content for document in self.documents]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "a.parquet"


# --- laws -------------------------------------------------------------------------------------

TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6), st.sampled_from([1, 2, 99]))
def test_what_was_written_comes_back(here: Path, rows: list[tuple[str | None, str | None]], group: int) -> None:
    query = "SELECT unnest(?::VARCHAR[]) AS body, unnest(?::VARCHAR[]) AS page"
    texts, pages = zip(*rows, strict=True)
    make(here, query, [list(texts), list(pages)], f", ROW_GROUP_SIZE {group}")
    found = Read(here, text="body", html="page")
    expected = [
        (line, page if (page or "").strip() else text)
        for line, (text, page) in enumerate(rows, 1)
        if (page or "").strip() or (text or "").strip()
    ]
    assert [(d.line, d.content) for d in found.documents if str(d.content).strip()] == expected


def test_many_row_groups_in_order(here: Path) -> None:
    make(here, "SELECT i AS id, 'Text ' || i AS text FROM range(10_000) r(i)", options=", ROW_GROUP_SIZE 2048")
    found = Read(here)
    assert [d.id for d in found.documents] == [str(n) for n in range(10_000)]
    assert [d.line for d in found.documents] == list(range(1, 10_001))


# --- types ------------------------------------------------------------------------------------


def test_values_of_many_types(here: Path) -> None:
    make(
        here,
        """SELECT 'Some text.' AS text, 7::UBIGINT AS id, TIMESTAMP '2026-11-21 10:00:00.5' AS date,
        TIMESTAMPTZ '2026-11-21 10:00:00+02' AS updated, ['A', NULL, 'B'] AS authors, 'en' AS lang,
        {'url': 'https://e.org', 'more': {'title': 'Headline'}} AS meta""",
    )
    expected = Document(
        "7",
        "Some text.",
        "a.parquet",
        1,
        "https://e.org",
        "Headline",
        "2026-11-21T10:00:00.5",
        "A, B",
        "2026-11-21T08:00:00+00",
        "en",
    )
    found = Read(here, url="meta.url", title="Meta.More.Title")
    assert found.documents == [expected]
    assert found.documents[0].published == 1795255200.5


@pytest.mark.parametrize(
    ("sql", "author"),
    [
        ("{'name': 'A', 'n': 1}", "A"),
        ("[{'name': 'A'}, {'name': 'B'}]", "A, B"),
        ("repeat('x', 10_000)", None),
        ("[1, 2]", None),
        ("map {'name': 'A'}", None),
    ],
)
def test_authors(here: Path, sql: str, author: str | None) -> None:
    make(here, f"SELECT 'Some text.' AS text, {sql} AS author")
    assert Read(here).documents[0].author == author


@pytest.mark.parametrize(
    ("sql", "key"),
    [
        ("7.0::DOUBLE", "7"),
        ("7.50::DECIMAL(9, 2)", "7.50"),
        ("'b3c0e5f2-0000-4000-8000-000000000000'::UUID", "b3c0e5f2-0000-4000-8000-000000000000"),
        ("'caf\\xC3\\xA9'::BLOB", "café"),
        ("NULL", "a.parquet:1"),
        ("18446744073709551615::UBIGINT", "18446744073709551615"),
    ],
)
def test_ids(here: Path, sql: str, key: str) -> None:
    make(here, f"SELECT 'Some text.' AS text, {sql} AS id")
    assert Read(here).documents[0].id == key


def test_binary_pages_are_passed_on_as_bytes(here: Path) -> None:
    make(here, r"SELECT NULL::VARCHAR AS text, '<p>\xFF\x00'::BLOB AS html")
    (document,) = Read(here).documents
    assert (document.content, document.media) == (b"<p>\xff\0", HTML)


def test_columns_without_a_text(here: Path) -> None:
    make(here, """SELECT 1 AS "words ""x\\", {'b': 2, 'c''d': 'Some text.'} AS a""")
    assert Read(here).rows == [
        "a.parquet: no record has a text in its field 'text' or 'content' or 'body' or 'article' or the like; "
        "its fields are words \"x\\, a.b, a.c'd; name the right one with --text-field"
    ]
    assert Read(here, text="a.c'd").texts == ["Some text."]
    make(here, "SELECT 7 AS text")
    assert "no record has a text" in Read(here).rows[0]


def test_no_rows(here: Path) -> None:
    make(here, "SELECT 'x' AS text WHERE false")
    assert Read(here).rows == ["a.parquet: holds no record; remove it, or see why it was left empty"]


# --- names and streams ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["it's.pq", "a*.parquet", "[a]?.pq", "{a,b}.pq", os.fsdecode(b"\xff.pq")])
def test_a_path_is_that_of_one_file(tmp_path: Path, name: str) -> None:
    for other in ("ab.parquet", "a1.pq"):
        make(tmp_path / other, "SELECT 'Not this.' AS text")
    made = make(tmp_path / "made", "SELECT 'Some text.' AS text")
    made.rename(tmp_path / name)
    found = [each for each in read_paths([str(tmp_path / name)]) if isinstance(each, Document)]
    assert [document.content for document in found] == ["Some text."]


@pytest.mark.parametrize("name", ["-", "a.parquet.gz"])
def test_pipes_and_packed_files(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    content = make(tmp_path / "a.parquet", "SELECT 'Some text.' AS text").read_bytes()
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress(content))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    found = read_paths([name if name == "-" else str(tmp_path / name)])
    assert [each.content for each in found if isinstance(each, Document)] == ["Some text."]
    assert list(spool.iterdir()) == []


def test_a_pipe_that_is_too_long() -> None:
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(b"PAR1" + bytes(1000)))
    with pytest.raises(OSError, match="it is over 640 bytes, the limit for what comes packed or"):
        list(read(File("-", stream=True), stream, Fields(), Options(max_bytes=10)))


def test_spooled_files_are_private_and_go_away() -> None:
    seen: list[str] = []

    def look() -> None:
        with on_disk(io.BytesIO(b"x" * 3_000_000), 3_000_000) as path:
            seen.append(path)
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
            assert os.path.getsize(path) == 3_000_000
            raise KeyError

    with pytest.raises(KeyError):
        look()
    assert not os.path.exists(seen[0])
    with pytest.raises(OSError, match="over 2,999,999 bytes"), on_disk(io.BytesIO(b"x" * 3_000_000), 2_999_999):
        pass


# --- hostile ----------------------------------------------------------------------------------


def test_texts_over_the_limit_are_rows(here: Path) -> None:
    make(here, "SELECT repeat('é', i) AS text, i AS id FROM (VALUES (50), (51), (49)) r(i)")
    found = Read(here, limit=100)
    assert [d.id for d in found.documents] == ["50", "49"]
    why = "its text field 'text' is 102 bytes, the limit is 100; split it, or raise --max-bytes"
    assert found.rows == [f"a.parquet:2: {why}"]


READING = """
import resource, sys
from reuse.documents import read
from reuse.options import Options
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
options = Options(max_bytes=int(sys.argv[2]), max_ratio=1_000_000)
print(sum(hasattr(found, "content") for found in read(sys.argv[1], options=options)))
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_maxrss - before, after.ru_utime)
"""


@pytest.mark.parametrize(("limit", "count"), [(10_000_000, 100), (9_999_999, 0)])
def test_a_small_file_does_not_fill_the_memory(here: Path, limit: int, count: int) -> None:
    make(here, "SELECT repeat('x', 10_000_000) AS text FROM range(100)")
    assert here.stat().st_size < 2**20
    command = [sys.executable, "-c", READING, str(here), str(limit)]
    read_, grown, seconds = subprocess.run(command, capture_output=True, check=True).stdout.split()
    assert int(read_) == count
    assert int(grown) < 400 * 2**10  # in KiB, where the texts are a gigabyte
    assert float(seconds) < 30


@pytest.mark.parametrize("size", [4, 11, 12, 5000, -1, -8, -500])
def test_a_file_that_is_cut_off_is_one_row(here: Path, size: int) -> None:
    content = make(here, "SELECT i AS id, 'Text ' || i AS text FROM range(9000) r(i)").read_bytes()
    here.write_bytes(content[:size])
    (row,) = [row for row in Read(here).rows if "holds no record" not in row]
    assert row.startswith("a.parquet: is Parquet and damaged (")
    assert row.endswith("), no row was read; fetch or write it again")
    assert "/dev/" not in row


def test_rows_before_the_damage_are_read(here: Path) -> None:
    query = "SELECT i AS id, md5(i::VARCHAR) AS text FROM range(20_000) r(i)"
    content = bytearray(make(here, query, options=", ROW_GROUP_SIZE 2048, COMPRESSION zstd").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = bytes(3000)
    here.write_bytes(content)
    found = Read(here)
    assert 2048 <= len(found.documents) < 18_000
    (row,) = found.rows
    assert f"the {len(found.documents):,} rows before were read; fetch or write it again" in row


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4))
@example([(0.703125, 128)])  # the name of a column is no UTF-8 then
def test_whatever_the_damage_there_are_rows_only(here: Path, changes: list[tuple[float, int]]) -> None:
    query = "SELECT i AS id, 'Text ' || i AS text, ['A'] AS authors, {'b': i} AS a FROM range(50) r(i)"
    content = bytearray(make(here, query).read_bytes())
    for place, value in changes:
        content[int(place * len(content))] = value
    here.write_bytes(content)
    assert len(Read(here).documents) <= 50


def test_what_is_no_parquet(here: Path) -> None:
    here.write_bytes(b"PAR2")
    assert "a.parquet: is not Parquet: it does not begin with PAR1; fetch or write it again" in Read(here).rows


def test_nothing_but_the_file_is_touched(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(here, "SELECT 'Some text.' AS text")
    empty = here.parent / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setenv("HOME", str(empty))
    assert Read(here).texts == ["Some text."]
    assert list(empty.iterdir()) == []
