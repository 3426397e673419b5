"""Covers `reuse.documents`: which files are found, and what each bad input becomes."""

from __future__ import annotations

import io
import json
import os
import socket
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from reuse.documents import Fields, read
from reuse.errors import UsageError
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

SMALL = Options(max_bytes=1000)


class Read:
    """What `read` yields, by kind."""

    def __init__(
        self,
        *paths: object,
        lists: Sequence[object] = (),
        fields: Fields | None = None,
        options: Options | None = None,
    ) -> None:
        found = list(
            read([str(p) for p in paths], lists=[str(p) for p in lists], fields=fields, options=options)
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
        plant("a/x.txt", "a/1.jpg", "a/b/2.JPG", "a/3.pdf", "a/.hidden.txt", "a/.git/x.txt")
        found = Read("a")
        assert found.ids == ["a/x.txt"]
        assert [n.split(";")[0] for n in found.notices] == ["passed over 2 .jpg, 2 hidden, 1 .pdf"]

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

    @pytest.mark.parametrize("name", ["a.html", "a.PDF", "a.docx", "a.gz", "a.zip", "a.zst", "a.warc", "a.csv"])
    def test_formats_not_read(self, name: str) -> None:
        plant(name)
        (row,) = Read(name).rows
        assert row.startswith(f"{name}: is ")
        assert "which this version does not read; " in row

    @pytest.mark.parametrize(
        "begin", [b"%PDF-1.7", b"\x1f\x8b\x08", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"WARC/1.0"]
    )
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
