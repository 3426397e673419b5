"""Covers `reuse.documents`: which files are found, and what each bad input becomes."""

from __future__ import annotations

import bz2
import email.policy
import gzip
import io
import json
import lzma
import os
import random
import socket
import time
import tracemalloc
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reuse.documents import Fields, read
from reuse.documents.globs import Choice
from reuse.errors import UsageError
from reuse.options import Options
from reuse.values import HTML, TEXT, Document, Notice, Unreadable

if TYPE_CHECKING:
    from typing_extensions import Buffer

SMALL = Options(max_bytes=1000)
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


class Read:
    """What `read` yields, by kind."""

    def __init__(
        self,
        *paths: object,
        lists: Sequence[object] = (),
        fields: Fields | None = None,
        options: Options | None = None,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> None:
        found = list(
            read(
                [str(p) for p in paths],
                lists=[str(p) for p in lists],
                fields=fields,
                options=options,
                include=include,
                exclude=exclude,
            )
        )
        self.documents = [each for each in found if isinstance(each, Document)]
        self.ids = [document.id for document in self.documents]
        self.rows = [str(each) for each in found if isinstance(each, Unreadable)]
        self.notices = [each.message for each in found if isinstance(each, Notice)]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plant(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"The text of " + os.fsencode(name))


def jsonl(name: str, *records: object) -> str:
    """Write a JSON Lines file; a bytes record is a line as it stands."""
    lines = [record if isinstance(record, bytes) else json.dumps(record).encode() for record in records]
    Path(name).write_bytes(b"".join(line + b"\n" for line in lines))
    return name


def pipe_in(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


# --- which files ------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
class TestFinding:
    def test_folder_in_order_of_names(self) -> None:
        plant("a/z.txt", "a/b.md", "a/sub/c.text", "a/sub/README", "a/d.MARKDOWN")
        assert Read("a").ids == ["a/b.md", "a/d.MARKDOWN", "a/z.txt", "a/sub/README", "a/sub/c.text"]
        assert Read("a/").ids == Read("a").ids
        assert Read("./a").ids[0] == "./a/b.md"

    def test_other_suffixes_and_hidden_entries_are_counted(self) -> None:
        plant("a/x.txt", "a/1.jpg", "a/b/2.JPG", "a/3.gif", "a/.hidden.txt", "a/.git/x.txt")
        found = Read("a")
        assert found.ids == ["a/x.txt"]
        assert [n.split(";")[0] for n in found.notices] == ["passed over 2 .jpg, 2 hidden, 1 .gif"]

    @pytest.mark.parametrize(
        ("pattern", "ids"),
        [
            ("p/*.txt", ["p/a.txt", "p/b.txt"]),
            ("p/**/*.txt", ["p/a.txt", "p/b.txt", "p/q/c.txt", "p/q/r/d.txt"]),
            ("**/d.txt", ["p/q/r/d.txt"]),
            ("p/**", ["p/a.txt", "p/b.txt", "p/q/c.txt", "p/q/r/d.txt"]),
            ("p/**/", ["p/a.txt", "p/b.txt", "p/q/c.txt", "p/q/r/d.txt"]),
            ("**", ["./p/a.txt", "./p/b.txt", "./p/q/c.txt", "./p/q/r/d.txt"]),
            ("p/[b]*", ["p/b.txt"]),
            ("p/*", ["p/a.txt", "p/b.txt", "p/q/c.txt", "p/q/r/d.txt"]),
            ("*/**/q/*", ["p/q/c.txt", "p/q/r/d.txt"]),
        ],
    )
    def test_globs(self, pattern: str, ids: list[str]) -> None:
        plant("p/a.txt", "p/b.txt", "p/q/c.txt", "p/q/r/d.txt", "p/.h/e.txt")
        assert sorted(Read(pattern).ids) == ids

    def test_absolute_glob(self, here: Path) -> None:
        plant("p/q/a.txt")
        assert Read(f"{here}/**/a.txt").ids == [f"{here}/p/q/a.txt"]

    def test_a_file_that_looks_like_a_glob(self) -> None:
        plant("[1].txt")
        assert Read("[1].txt").ids == ["[1].txt"]

    def test_each_file_once(self, here: Path) -> None:
        plant("a/x.txt", "a/b/y.txt")
        Path("a/link.txt").symlink_to("x.txt")
        Path("again").symlink_to("a")
        found = Read("a/b/y.txt", "a", "a/x.txt", here / "a", "again", "a/*.txt")
        assert found.ids == ["a/b/y.txt", "a/link.txt"]  # x.txt was reached by its link first
        assert found.rows == []

    def test_circles_of_links_end(self) -> None:
        plant("a/b/x.txt")
        for name in ("one", "two", "three"):
            Path("a/b", name).symlink_to(Path("a").resolve())
        Path("a/self").symlink_to("self")
        found = Read("a")
        assert found.ids == ["a/b/x.txt"]
        assert len(found.rows) == 1
        assert found.rows[0].startswith("a/self: is a link that leads nowhere")
        assert Read("a/**/*.txt").ids == ["a/b/x.txt"]

    def test_dangling_links_and_things_that_are_no_files(self) -> None:
        plant("a/x.txt")
        Path("a/gone.txt").symlink_to("nowhere")
        os.mkfifo("a/pipe.txt")  # opening it would wait forever
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("a/socket")
            found = Read("a")
        assert found.ids == ["a/x.txt"]
        assert [row.split(":")[0] for row in found.rows] == ["a/gone.txt", "a/pipe.txt", "a/socket"]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_closed_files_and_folders(self) -> None:
        plant("a/x.txt", "a/closed.txt", "a/b/y.txt")
        Path("a/closed.txt").chmod(0)
        Path("a/b").chmod(0)
        try:
            found = Read("a", "a/b/y.txt")
        finally:
            Path("a/b").chmod(0o700)
        assert found.ids == ["a/x.txt"]
        assert len(found.rows) == 3
        assert all("Permission denied" in row for row in found.rows)

    def test_names_that_cannot_be_printed(self) -> None:
        name = os.fsdecode(b"a/caf\xe9\n.txt")
        plant("a/x.txt", name)
        document = Read("a").documents[0]
        assert document.id == document.path == "a/caf\\xe9\\n.txt"
        assert document.content == Path(name).read_bytes()
        assert Read(name).ids == [document.id]
        with pytest.raises(UsageError, match=r"gone\\xe9"):
            Read("gone\udce9")

    @pytest.mark.parametrize(
        ("paths", "message"),
        [
            ([], "no input is named"),
            (["gone.txt"], "'gone.txt' is not there; check the path"),
            (["x.txt", "gone/"], "'gone/' is not there"),
            (["x.txt/y"], "Not a directory"),
            (["x\0y"], "cannot be found"),
            (["n" * 300], "File name too long"),
            (["*.gone"], r"'\*\.gone' matches nothing to read; check the pattern"),
            (["**/*.gone"], "matches nothing"),
            (["images*"], "matches nothing to read"),
            (["-", "x.txt", "-"], "more than once"),
            (["empty"], "the folder 'empty' holds nothing to read: it is empty"),
            (["images"], "the folder 'images' holds nothing to read: passed over 2 .jpg"),
            (["dangling"], "leads nowhere"),
        ],
    )
    def test_what_cannot_be_meant_raises_at_the_call(self, paths: list[str], message: str) -> None:
        plant("x.txt", "images/1.jpg", "images/2.jpg")
        Path("empty").mkdir()
        Path("dangling").symlink_to("gone")
        with pytest.raises(UsageError, match=message):
            read(paths)

    def test_lists(self) -> None:
        plant("x.txt", "b/y.txt", " z .txt", "-")
        Path("images").mkdir()
        lines = "\ufeffx.txt\r\n\n# a remark\nb\ngone.txt\n z .txt\n-\nimages\n*.txt\nx.txt"
        Path("list").write_text(lines, newline="")
        found = Read(lists=["list"])
        assert found.ids == ["x.txt", "b/y.txt", " z .txt", "./-"]
        assert [row.split(": ")[0] for row in found.rows] == ["list:5", "list:8", "list:9"]
        assert found.rows[0].endswith("'gone.txt' cannot be read: No such file or directory; correct the line")

    def test_lists_from_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plant("x.txt")
        pipe_in(monkeypatch, b"x.txt\ngone\xe9\n")
        found = Read(lists=["-"])
        assert (found.ids, len(found.rows)) == (["x.txt"], 1)
        assert found.rows[0].startswith("-:2: 'gone\\xe9' cannot")

    def test_bad_lists(self) -> None:
        plant("a/x.txt")
        with pytest.raises(UsageError, match="the list 'gone' is not there"):
            read([], lists=["gone"])
        with pytest.raises(UsageError, match="is a folder"):
            read([], lists=["a"])
        with pytest.raises(UsageError, match="more than once"):
            read(["-"], lists=["-"])


# --- text -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
class TestText:
    def test_bytes_are_kept(self) -> None:
        Path("a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo \xff")
        assert Read("a.txt").documents == [Document("a.txt", b"\xef\xbb\xbfone\r\ntwo \xff", "a.txt")]

    @pytest.mark.parametrize("name", ["a.docx", "a.EPUB", "a.rtf", "a.xml.gz", "a.xlsx", "a.7z", "a.wat"])
    def test_formats_not_read(self, name: str) -> None:
        plant(name)
        (row,) = Read(name).rows
        assert row.startswith(f"{name}: is ")
        assert "which this version does not read; " in row

    @pytest.mark.parametrize("begin", [rb"{\rtf1", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"])
    @pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "-"])
    def test_formats_not_read_under_another_name(
        self, begin: bytes, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("a.txt").write_bytes(begin)
        Path("a.jsonl").write_bytes(begin)
        pipe_in(monkeypatch, begin)
        assert "does not read" in Read(name).rows[0]

    def test_named_files_are_read_whatever_their_suffix(self) -> None:
        plant("a.article", "a.2024")
        assert Read("a.article", "a.2024").ids == ["a.article", "a.2024"]

    def test_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("a.txt").write_bytes(b"x" * 1000)
        Path("b.txt").write_bytes(b"x" * 1001)
        found = Read("a.txt", "b.txt", options=SMALL)
        assert found.ids == ["a.txt"]
        assert found.rows == ["b.txt: is 1,001 bytes, the limit is 1,000; split it, or raise --max-bytes"]
        pipe_in(monkeypatch, b"x" * 5000)
        assert Read("-", options=SMALL).rows[0].startswith("-: is over 1,000 bytes")

    def test_a_huge_line_is_not_loaded(self) -> None:
        with open("huge.txt", "wb") as file:
            file.truncate(200 * 2**20)  # sparse
        os.link("huge.txt", "huge.jsonl")
        with open("huge.jsonl", "ab") as file:
            file.write(b'\n{"text": "Some text."}\n')
        tracemalloc.start()
        found = Read("huge.txt", "huge.jsonl", options=Options(max_bytes=2**20))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found.rows[0].startswith("huge.txt: is 209,7")
        assert found.rows[1].startswith("huge.jsonl:1: the line is 209,715,201 bytes, the limit is 1,048,576")
        assert found.ids == ["huge.jsonl:2"]
        assert peak < 8 * 2**20

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pipe_in(monkeypatch, b"Some text.")
        assert Read("-").documents == [Document("-", b"Some text.", "-")]
        pipe_in(monkeypatch, b'\xef\xbb\xbf \n{"text": "Some text."}')
        assert Read("-").documents == [Document("-:2", "Some text.", "-", 2)]
        pipe_in(monkeypatch, b"Some text.")
        assert "is not JSON" in Read("-", fields=Fields(text="body")).rows[0]
        monkeypatch.setattr("sys.stdin", None)
        assert "standard input is closed" in Read("-").rows[0]

    def test_a_named_pipe_is_read_as_a_stream(self) -> None:
        reading, writing = os.pipe()
        os.write(writing, b"Some text.")
        os.close(writing)
        assert Read(f"/dev/fd/{reading}").documents[0].content == b"Some text."
        os.close(reading)

    def test_a_file_that_goes_away(self) -> None:
        plant("a.txt", "b.txt")
        found = read(["a.txt", "b.txt"])
        os.remove("a.txt")
        gone, there = found
        assert (
            str(gone) == "a.txt: cannot be read: No such file or directory; make it readable, or leave it out"
        )
        assert isinstance(there, Document)


# --- JSON Lines -------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
class TestJsonLines:
    def test_fields_by_well_known_names(self) -> None:
        jsonl(
            "a.jsonl",
            {
                "doc_id": "x",
                "body": "One.",
                "link": " https://e.org/1 ",
                "headline": "A\n  b",
                "pubDate": " Sat, 21 Nov 2026\n01:00:00 +0100",
                "n": 1,
            },
        )
        found = Read("a.jsonl")
        date = "Sat, 21 Nov 2026 01:00:00 +0100"
        assert found.documents == [Document("x", "One.", "a.jsonl", 1, "https://e.org/1", "A b", date)]
        assert found.notices == [
            "line 1: text is read from 'body' (--text-field), id is read from 'doc_id' (--id-field), "
            "url is read from 'link' (--url-field), title is read from 'headline' (--title-field), "
            "date is read from 'pubDate' (--date-field)"
        ]

    def test_the_first_record_with_a_value_settles_a_field(self) -> None:
        jsonl(
            "a.jsonl",
            {"content": "One.", "url": None},
            {"content": "Two.", "link": "https://e.org/2"},
            {"content": "Three.", "text": "Not this.", "url": "https://e.org/3"},
        )
        found = Read("a.jsonl")
        assert [d.content for d in found.documents] == ["One.", "Two.", "Three."]
        assert [d.url for d in found.documents] == [None, "https://e.org/2", None]
        assert found.notices[1] == "line 2: url is read from 'link' (--url-field)"

    def test_fields_given(self) -> None:
        jsonl(
            "a.jsonl",
            {
                "text": "Not this.",
                "a": {"b": "One."},
                "a.c": "x",
                "d": {"e": {"f": "https://e.org"}, "on": "2026-11-21"},
                "date": "not this",
            },
        )
        fields = Fields(text="a.b", id="a.c", url="d.e.f", title="no.such", date="d.on")
        found = Read("a.jsonl", fields=fields)
        assert found.documents == [Document("x", "One.", "a.jsonl", 1, "https://e.org", date="2026-11-21")]
        assert found.notices == [
            "no record has a field 'no.such', named with --title-field; its fields are text, a.b, a.c, d.e.f, "
            "d.on, date"
        ]

    def test_a_date_field_that_is_nowhere_is_told(self) -> None:
        jsonl("a.jsonl", {"id": "x", "text": "One.", "date": "2026-11-21"})
        found = Read("a.jsonl", fields=Fields(date="when"))
        assert found.documents == [Document("x", "One.", "a.jsonl", 1)]
        assert found.notices[-1].startswith("no record has a field 'when', named with --date-field; its fields")

    @pytest.mark.parametrize("fields", [Fields(), Fields(text="story")])
    def test_no_record_has_the_text(self, fields: Fields) -> None:
        jsonl("a.jsonl", *[{"id": n, "words": "One.", "meta": {"lang": "en"}} for n in range(1000)])
        (row,) = Read("a.jsonl", fields=fields).rows
        assert "its fields are id, words, meta.lang; name the right one with --text-field" in row

    def test_field_names_are_printable_in_messages(self) -> None:
        jsonl("a.jsonl", b'{"\\ud800\\n": 1}')
        assert "its fields are \\ud800\\n;" in Read("a.jsonl").rows[0]

    def test_many_field_names_are_cut_short(self) -> None:
        jsonl("a.jsonl", {f"f{n}": 1 for n in range(100)})
        assert "f19 and 80 more" in Read("a.jsonl").rows[0]

    def test_every_bad_line_is_a_row_and_the_rest_is_read(self) -> None:
        lines: dict[bytes, str] = {
            b"{": "is not JSON",
            b'{"text": "Some"} {"text": "more"}': "is not JSON: Extra data at character 18",
            b"[1]": "is a list, not an object",
            b"null": "is null, not an object",
            b"7": "is a number, not an object",
            b'"text"': "is a string, not an object",
            b"{}": "has no text in its field 'text'",
            b'{"text": null}': "has no text in its field 'text'",
            b'{"text": 7}': "its text field 'text' is a number, not a string",
            b'{"text": ["a"]}': "is a list, not a string",
            b'{"text": "x", "id": true}': "its id field 'id' is a boolean",
            b'{"text": "x", "id": {"$oid": "1"}}': "its id field 'id' is an object",
            b'{"text": "nul \0"}': "is not JSON: Invalid control character",
            b'{"text": "caf\xe9"}': "byte 14 of the line is not UTF-8",
            b"[" * 100_000: "nested too deeply",
            b'{"text": "x", "id": ' + b"1" * 5000 + b"}": "a number that is too long",
            b'{"text": "' + b"x" * 200_000 + b'"}': "the line is 200,013 bytes, the limit is 150,000",
        }
        good = [{"text": f"Text {n}.", "id": f"good {n}"} for n in range(len(lines) + 1)]
        mixed: list[object] = [good[0]]
        for bad, sound in zip(lines, good[1:], strict=True):
            mixed += [bad, sound]
        jsonl("a.jsonl", *mixed)
        found = Read("a.jsonl", options=Options(max_bytes=150_000))
        assert found.ids == [record["id"] for record in good]
        assert len(found.rows) == len(lines)
        for number, (row, why) in enumerate(zip(found.rows, lines.values(), strict=True), 1):
            assert row.startswith(f"a.jsonl:{2 * number}: "), row
            assert why in row

    def test_records_before_the_first_text_are_rows_too(self) -> None:
        jsonl("a.jsonl", {"id": 1}, {"id": 2, "text": " "}, {"id": 3, "text": "Three."}, {"id": 4})
        found = Read("a.jsonl")
        assert found.ids == ["3"]
        assert [row.split(":")[1] for row in found.rows] == ["1", "2", "4"]

    def test_ids(self) -> None:
        ids = [7, 8.0, 2.5, 10**30, "nine", None, "", "a\nb\ud800", -1]
        jsonl("a.jsonl", *[{"text": "x", "id": key} for key in ids], {"text": "x"})
        expected = ["7", "8", "2.5", "1" + "0" * 30, "nine", "a.jsonl:6", "a.jsonl:7", "a\\nb\\ud800", "-1"]
        assert Read("a.jsonl").ids == [*expected, "a.jsonl:10"]

    def test_ids_are_unique_over_all_files(self) -> None:
        jsonl("a.jsonl", {"text": "One.", "id": 7}, {"text": "Two.", "id": "7"})
        jsonl("b.jsonl", {"text": "Three.", "id": "7"}, {"text": "Four.", "id": "c.txt"})
        plant("c.txt")
        found = Read("a.jsonl", "b.jsonl", "c.txt")
        assert [d.content for d in found.documents] == ["One.", "Four."]
        assert [row.split(";")[0] for row in found.rows] == [
            "a.jsonl:2: its id '7' is that of a.jsonl:1, which stays",
            "b.jsonl:1: its id '7' is that of a.jsonl:1, which stays",
            "c.txt: its id 'c.txt' is that of b.jsonl:2, which stays",
        ]
        assert "--id-field" in found.rows[0]

    def test_lone_surrogates_and_nuls_in_strings_are_left_to_extraction(self) -> None:
        jsonl("a.jsonl", b'{"text": "a\\ud800b\\u0000c", "url": "https://e.org/\\udfff"}')
        (document,) = Read("a.jsonl").documents
        assert document.content == "a\ud800b\0c"
        assert document.url == "https://e.org/\\udfff"

    def test_marks_line_ends_and_blank_lines(self) -> None:
        Path("a.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "One."}\r\n\r\n  \n\n{"text": "Two."}')
        assert Read("a.jsonl").ids == ["a.jsonl:1", "a.jsonl:5"]
        Path("a.jsonl").write_bytes(b'\xef\xbb\xbf\n{"text": "One."}')
        assert Read("a.jsonl").ids == ["a.jsonl:2"]

    def test_the_line_end_does_not_count(self) -> None:
        for end in (b"", b"\n", b"\r\n"):
            for size, count in ((1000, 1), (1001, 0)):
                Path("a.jsonl").write_bytes(b'{"text": "' + b"x" * (size - 12) + b'"}' + end)
                assert len(Read("a.jsonl", options=SMALL).documents) == count, (end, size)

    @pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
    def test_empty(self, content: bytes) -> None:
        Path("a.jsonl").write_bytes(content)
        assert Read("a.jsonl").rows == ["a.jsonl: holds no record; remove it, or see why it was left empty"]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
    def test_utf_16_is_one_row(self, encoding: str) -> None:
        Path("a.jsonl").write_bytes("\ufeff{}\n{}\n".encode(encoding))
        assert "is UTF-16" in Read("a.jsonl").rows[0]

    def test_values_of_other_kinds_in_optional_fields(self) -> None:
        jsonl(
            "a.jsonl", {"text": "One.", "url": 7, "title": ["x"]}, {"text": "Two.", "url": " ", "title": "\n"}
        )
        assert [(d.url, d.title) for d in Read("a.jsonl").documents] == [(None, None)] * 2


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
class TestHtml:
    @pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.xhtml"])
    def test_bytes_are_kept_and_told_apart_from_text(self, name: str) -> None:
        Path(name).write_bytes(b"<p>caf\xe9")
        assert Read(name).documents == [Document(name, b"<p>caf\xe9", name, media=HTML)]

    @pytest.mark.parametrize(
        "begin",
        [
            b"<!doctype html>",
            b"\xef\xbb\xbf \r\n<!DOCTYPE  HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>",
            b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">',
            b"<!-- saved --><!-- twice -->\n<HTML\nlang=en>",
            "\ufeff<html>".encode("utf-16-le"),
            "\ufeff<!doctype html>".encode("utf-16-be"),
        ],
    )
    def test_it_is_told_where_suffixes_say_nothing(self, begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("bare", "index.php", "a.txt"):
            Path(name).write_bytes(begin)
        assert [page.media for page in Read("bare", "index.php", "a.txt").documents] == [HTML, HTML, TEXT]
        pipe_in(monkeypatch, begin)
        assert Read("-").documents[0].media == HTML

    @pytest.mark.parametrize("begin", [b"<htmlarea>", b"<p>html", b"x <html>", b"<!--" + b"--><!--" * 200])
    def test_other_things_are_text(self, begin: bytes) -> None:
        Path("bare").write_bytes(begin)
        started = time.process_time()
        assert Read("bare").documents[0].media == TEXT
        assert time.process_time() - started < 1

    def test_too_large(self) -> None:
        Path("a.html").write_bytes(b"x" * 1001)
        assert "the limit is 1,000" in Read("a.html", options=SMALL).rows[0]

    def test_standard_input_that_comes_in_drops(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Drops(io.RawIOBase):
            def __init__(self) -> None:
                self.left = b"<!doctype html><p>Some text."

            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Buffer, /) -> int:
                part, self.left = self.left[:1], self.left[1:]
                memoryview(buffer)[: len(part)] = part
                return len(part)

        standard = io.BufferedReader(Drops())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(standard))
        (page,) = Read("-").documents
        assert (page.content, page.media) == (b"<!doctype html><p>Some text.", HTML)
        assert not standard.closed


def saved(encoding: str = "quoted-printable", *, subtype: str = "related") -> EmailMessage:
    """Make what a browser saves: a page with a picture and a frame."""
    whole = EmailMessage(policy=email.policy.SMTP)
    whole["From"] = "<Saved by Blink>"
    whole["Snapshot-Content-Location"] = "https://example.org/page"
    whole["Date"] = "Wed, 31 Jan 2024 12:00:00 -0000"
    frame, page, picture = EmailMessage(), EmailMessage(), EmailMessage()
    frame.set_content("<p>An advertisement.", subtype="html")
    frame["Content-Location"] = "https://ads.example.org/"
    page.set_content("<p>Größe = 7", subtype="html", charset="iso-8859-1", cte=encoding)
    page["Content-Location"] = "https://example.org/page"
    picture.set_content(b"\x89PNG", maintype="image", subtype="png")
    whole["Content-Type"] = f'multipart/{subtype}; type="text/html"'
    for part in (frame, picture, page):
        whole.attach(part)
    return whole


@pytest.mark.usefixtures("here")
class TestSavedPages:
    @pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
    @pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "bare"])
    def test_the_page_among_its_parts(self, encoding: str, name: str) -> None:
        Path(name).write_bytes(saved(encoding).as_bytes())
        (page,) = Read(name).documents
        assert bytes(page.content).strip() == "<p>Größe = 7".encode("latin-1")  # type: ignore[arg-type]
        assert (page.id, page.media, page.url) == (name, HTML, "https://example.org/page")
        assert (page.encoding, page.fetched) == ("iso-8859-1", "Wed, 31 Jan 2024 12:00:00 -0000")

    def test_parts_within_parts(self) -> None:
        inner = saved()
        del inner["Date"]
        outer = EmailMessage(policy=email.policy.SMTP)
        outer["Content-Type"] = "multipart/mixed"
        outer.attach(inner)
        Path("a.mht").write_bytes(outer.as_bytes())
        (page,) = Read("a.mht").documents
        assert b"advertisement" in bytes(page.content), "the first page, where none is named"  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\n\n",
            b"From: <Saved by Blink>\n\n<p>No type.",
            b"Content-Type: multipart/related\n\n--x\n\n<p>No boundary.",
            b"Content-Type: multipart/related; boundary=x\n\n--x--",
            b"Content-Type: multipart/related; boundary=x\n\n" + b"--x\n\n" * 50_000,
            b"Content-Type: multipart/related; boundary=x\n" * 20_000,
            b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(9000)),
        ],
    )
    def test_what_has_no_page_is_a_row(self, content: bytes) -> None:
        Path("a.mhtml").write_bytes(content)
        started = time.process_time()
        (row,) = Read("a.mhtml").rows
        assert row == "a.mhtml: has no part that is HTML; save the page anew, or as .html"
        assert time.process_time() - started < 4

    def test_damaged_and_hostile(self) -> None:
        head = b"Content-Type: text/html; charset=\x1b[31m\nContent-Transfer-Encoding: %b\nDate: \x00\x1b\n\n%b"
        Path("a.mht").write_bytes(head % (b"base64", b"A"))
        assert "its page is damaged (" in Read("a.mht").rows[0]
        Path("a.mht").write_bytes(head % (b"quoted-printable", b"=\n=ZZ="))
        (page,) = Read("a.mht").documents
        assert all(text is None or text.isprintable() for text in (page.encoding, page.fetched, page.url))
        Path("a.mht").write_bytes(head % (b"8bit", b"x" * 1000))
        assert "the limit is 1,000" in Read("a.mht", options=SMALL).rows[0]

    def test_every_cut_and_change_gives_a_page_or_a_row(self) -> None:
        whole = saved().as_bytes()
        for seed in range(150):
            noise = random.Random(seed)
            harmed = bytearray(whole[: noise.randrange(len(whole))])
            for _ in range(noise.randint(0, 9)):
                harmed[noise.randrange(len(harmed) or 1) :][:1] = noise.randbytes(1)
            Path("a.mhtml").write_bytes(harmed)
            found = Read("a.mhtml")
            assert len(found.rows) + len(found.documents) == 1


# --- whole-file JSON --------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
class TestJson:
    @given(
        st.lists(
            st.fixed_dictionaries(
                {"text": st.text(min_size=1).filter(str.strip)}, optional={"n": st.integers()}
            )
        ),
        st.sampled_from([None, 2]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-le"]),
    )
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_a_list_of_records(
        self, records: list[dict[str, object]], indent: int | None, encoding: str
    ) -> None:
        Path("a.json").write_bytes(json.dumps(records, indent=indent).encode(encoding))
        found = Read("a.json")
        assert [document.content for document in found.documents] == [record["text"] for record in records]
        assert found.ids == [f"a.json:{number}" for number in range(1, len(records) + 1)]
        assert bool(found.rows) != bool(records)

    def test_one_object(self) -> None:
        Path("a.json").write_text('\n {"id": 7, "body": "Some text.", "meta": {}} \n')
        assert Read("a.json").documents == [Document("7", "Some text.", "a.json", 1)]

    @pytest.mark.parametrize(
        ("content", "count", "why"),
        [
            (b"", 0, "holds no record"),
            (b" [ ] ", 0, "holds no record"),
            (b'[{"text": "One."}', 1, "ends within the list"),
            (b'[{"text": "One."},', 1, "is not JSON: Expecting value at line 1 column 19"),
            (b'[{"text": "One."} {"text": "Two."}]', 1, "goes on with '{'"),
            (b'{"text": "One."} x', 1, "goes on with 'x'"),
            (b'[{"text": "One."}, 7, {"text": "Two."}]', 2, "is a number, not an object"),
            (b'"text"', 0, "is a string, not an object"),
            (b'{"text": "caf\xe9"}', 0, "byte 14 is not UTF-8"),
            (b"[" * 100_000, 0, "is nested too deeply"),
            (b'[{"text": "One."}, {"text": "x", "id": ' + b"1" * 5000 + b"}]", 1, "a number that is too long"),
        ],
    )
    def test_faults_are_rows(self, content: bytes, count: int, why: str) -> None:
        Path("a.json").write_bytes(content)
        found = Read("a.json")
        assert len(found.documents) == count
        assert len(found.rows) == 1
        assert why in found.rows[0]

    def test_a_list_of_very_many_takes_the_memory_of_the_file(self) -> None:
        Path("a.json").write_bytes(b"[" + b"{}," * 40_000 + b'{"text": "One."}]')
        tracemalloc.start()
        try:
            found = read("a.json")
            assert sum(isinstance(each, Document) for each in found) == 1
            assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
        finally:
            tracemalloc.stop()


# --- packed files -----------------------------------------------------------------------------


@pytest.mark.usefixtures("here")
class TestPacked:
    @pytest.mark.parametrize("suffix", PACKINGS)
    @pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.json", "a.md", "bare", "a.mht"])
    def test_it_is_read_as_what_is_in_it(self, suffix: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        content = {
            "a.jsonl": b'{"text": "One."}\n' * 3,
            "a.json": b'[{"text": "One."}]',
            "a.mht": saved().as_bytes(),
        }.get(name, b"<!doctype html><p>Some text.")
        Path("plain").mkdir()
        Path("packed").mkdir()
        Path("plain", name).write_bytes(content)
        pack = PACKINGS[suffix]
        half = len(content) // 2
        Path("packed", name + suffix).write_bytes(pack(content[:half]) + pack(content[half:]))
        Path("packed", f"twice-{name}{suffix}.gz").write_bytes(gzip.compress(pack(content)))
        expected = [(page.content, page.media, page.url) for page in Read("plain").documents]
        found = Read("packed").documents
        assert [(page.content, page.media, page.url) for page in found] == expected * 2
        assert {page.path for page in found} == {f"packed/{name}{suffix}", f"packed/twice-{name}{suffix}.gz"}
        Path("packed", name + suffix).rename(name)  # a name that does not tell
        assert [(page.content, page.media, page.url) for page in Read(name).documents] == expected
        if name in ("bare", "a.jsonl"):
            pipe_in(monkeypatch, pack(content))
            assert [(page.content, page.media, page.url) for page in Read("-").documents] == expected

    def test_suffixes_that_lie(self) -> None:
        Path("a.txt.gz").write_bytes(b"Not packed at all.")
        assert Read("a.txt.gz").documents[0].content == b"Not packed at all."
        Path("a.docx.gz").write_bytes(gzip.compress(b"x"))
        assert "office documents" in Read("a.docx.gz").rows[0]

    @pytest.mark.parametrize("suffix", PACKINGS)
    def test_what_comes_before_damage_stays(self, suffix: str) -> None:
        lines = [b'{"text": "%b"}\n' % random.Random(n).randbytes(900).hex().encode() for n in range(300)]
        packed = b"".join(PACKINGS[suffix](b"".join(some)) for some in (lines[:200], lines[200:]))
        Path("a.jsonl").write_bytes(packed[:-40])
        found = Read("a.jsonl")
        assert 200 <= len(found.ids) < 300
        assert found.rows[-1].startswith("a.jsonl: cannot be read: it is packed and damaged (")
        Path("a.txt").write_bytes(packed[: len(packed) // 2])
        assert Read("a.txt").ids == []

    @pytest.mark.parametrize("suffix", PACKINGS)
    def test_bombs_are_one_row(self, suffix: str) -> None:
        bomb = PACKINGS[suffix](b'{"text": "Before."}\n') + PACKINGS[suffix](bytes(2**23)) * 16
        for name, count in (("a.txt", 0), ("a.jsonl", 1)):
            Path(name + suffix).write_bytes(bomb)
            started = time.process_time()
            tracemalloc.start()
            found = Read(name + suffix, options=Options(max_bytes=2**30))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert time.process_time() - started < 4
            assert peak < 240 * 2**20  # twice the 64 MiB that anything may have, and a block
            assert len(found.ids) == count
            assert found.rows[0].split("; ")[0] == f"{name}{suffix}: unpacks to over 200 times its size"
        assert len(Read(f"a.jsonl{suffix}", options=Options(max_ratio=200_000)).ids) == 1

    def test_packed_over_and_over(self) -> None:
        content = b"Some text."
        for _ in range(60):
            content = gzip.compress(content)
        Path("a.txt.gz").write_bytes(content)
        assert Read("a.txt.gz").rows == [
            "a.txt.gz: is packed over and over, the limit is 2 times; unpack it first"
        ]


# --- include and exclude ----------------------------------------------------------------------

TREE = ("a.txt", "b.md", "news/a.txt", "news/2024/a.txt", "news/2024/b.md", "news/drafts/a.txt", "x/drafts")


@pytest.mark.usefixtures("here")
class TestChoice:
    @pytest.mark.parametrize(
        ("include", "exclude", "ids"),
        [
            (["*.md"], [], ["b.md", "news/2024/b.md"]),
            (["/*.md"], [], ["b.md"]),
            (["news/*.txt"], [], ["news/a.txt"]),
            (["news/**/a.txt"], [], ["news/2024/a.txt", "news/a.txt", "news/drafts/a.txt"]),
            (["**/2024"], [], ["news/2024/a.txt", "news/2024/b.md"]),
            (["2024", "b.*"], [], ["b.md", "news/2024/a.txt", "news/2024/b.md"]),
            ([], ["drafts"], ["a.txt", "b.md", "news/2024/a.txt", "news/2024/b.md", "news/a.txt"]),
            ([], ["news/"], ["a.txt", "b.md", "x/drafts"]),
            ([], ["news/**", "x/**"], ["a.txt", "b.md"]),
            ([], ["[ab].*"], ["x/drafts"]),
            (["*.txt"], ["news/*/*"], ["a.txt", "news/a.txt"]),
            (["A.TXT", "b.md"], [], ["b.md", "news/2024/b.md"]),
        ],
    )
    def test_patterns(self, include: list[str], exclude: list[str], ids: list[str]) -> None:
        plant(*(f"top/{name}" for name in TREE))
        for top in ("top", "top/", "./top", os.path.abspath("top")):
            found = Read(top, include=include, exclude=exclude)
            assert sorted(each.split("top/")[1].removeprefix("/") for each in found.ids) == ids

    def test_what_is_named_is_read(self) -> None:
        plant(*(f"top/{name}" for name in TREE))
        Path("list").write_text("top/b.md\ntop/news\n")
        found = Read("top/a.txt", "top/*.md", lists=["list"], include=["none"])
        assert found.ids == ["top/a.txt", "top/b.md"]
        assert found.rows == [
            "list:2: the folder 'top/news' holds nothing to read: passed over 4 not included; "
            "a file is read whatever its suffix when it is named itself"
        ]

    def test_what_is_left_out_is_counted(self) -> None:
        plant(*(f"top/{name}" for name in TREE), "top/1.jpg")
        (notice,) = Read("top", include=["*.txt"], exclude=["drafts"]).notices
        assert notice.startswith("passed over 2 excluded, 2 not included, 1 .jpg; ")

    def test_what_cannot_be_meant(self) -> None:
        plant("top/a.txt")
        with pytest.raises(UsageError, match="--exclude has an empty pattern"):
            read("top", exclude=["/"])
        with pytest.raises(UsageError, match="holds nothing to read: passed over 1 not included"):
            read("top", include=["*.html"])

    def test_names_that_match_at_every_turn(self) -> None:
        deep = "/".join(["a"] * 2000)
        started = time.process_time()
        assert Choice(include=("**/a/**/a/**/a/**/b",)).passed_over(deep) == "not included"
        assert time.process_time() - started < 2


@pytest.mark.usefixtures("here")
def test_files_that_are_shown_alike_have_one_id_once() -> None:
    plant("a/x\n.txt", "a/x\\n.txt")
    found = Read("a")
    assert found.ids == ["a/x\\n.txt"]
    assert found.rows[0].startswith("a/x\\n.txt: its id 'a/x\\n.txt' is that of a/x\\n.txt, which stays; ")
