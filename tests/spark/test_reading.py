"""Documents read by Spark: those of the local engine, in its order, with its faults and notices.

Covers: ``reuse/engines/spark/reading.py`` and what it is made of (``listing``, ``whole``, ``lines``,
``extracting``). Compares against: `reuse.documents.read`, skimmed and extracted.
Run: ``pytest -m spark tests/spark/test_reading.py``
"""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, product
from operator import le
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from reuse.documents import read as read_here
from reuse.documents.file import File
from reuse.documents.formats import ARCHIVES, SUFFIXES
from reuse.documents.globs import Choice
from reuse.documents.inputs import Search, files
from reuse.engines.spark import extracting, faults, lines, listing, reading, whole
from reuse.engines.spark.columns import texts_of
from reuse.engines.spark.listing import Listed
from reuse.engines.spark.reading import Read, find, read
from reuse.errors import ReuseError, UsageError
from reuse.options import Options
from reuse.texts import extract
from reuse.values import Document, Notice, Texts, Unreadable
from reuse.web import HeldOriginals, skim
from tests.test_pdf import made as made_pdf
from tests.test_warc import pages

if TYPE_CHECKING:
    from reuse.engines.spark.session import Session

pytestmark = [pytest.mark.slow, pytest.mark.spark]

SMALL = Options(max_bytes=5000)
WORDS = "Some words of a text that goes on for a while. "
PAGE = "<html><head><title>Page {0}</title><link rel=canonical href=https://e.org/{0}></head><p>" + WORDS * 3
_numbers = count()


@contextmanager
def cut(session: Session, size: str) -> Iterator[None]:
    """Have files cut into parts of this size."""
    session.spark.conf.set("spark.sql.files.maxPartitionBytes", size)
    yield
    session.spark.conf.unset("spark.sql.files.maxPartitionBytes")


@pytest.fixture(params=["128m", pytest.param("3000b", marks=pytest.mark.long)], ids=["whole", "cut"])
def split(request: pytest.FixtureRequest, session: Session) -> Iterator[None]:
    with cut(session, request.param):
        yield


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fresh() -> str:
    """Return the name of a folder where nothing is yet."""
    return f"read-{next(_numbers)}"


def told(found: Read | Texts) -> tuple[list[str], list[str]]:
    return [str(row) for row in found.unreadable], [str(row) for row in found.notices]


def texts(found: Read) -> Texts:
    """Return what a frame has, in the order of the input, and see that its columns are in order."""
    rows = found.frame.orderBy("position").toArrow()
    positions = rows["position"].to_pylist()
    assert len(set(positions)) == len(positions) == found.count
    assert not any(rows["told"].is_valid().to_pylist())
    assert all(map(le, rows["chunk"].to_pylist(), positions))
    return texts_of(rows)


def assert_same(found: Read, expected: Texts, was: str = "", now: str = "") -> None:
    """Compare what Spark read with what was read here; `was` stands in what Spark tells for `now`."""
    unreadable, notices = ([row.replace(was, now) for row in rows] for rows in told(found))
    assert (unreadable, notices) == told(expected)
    got = texts(found)
    assert [got[row] for row in range(len(got))] == [expected[row] for row in range(len(expected))]
    assert got.replaced.tolist() == expected.replaced.tolist()
    for one, other in zip(got.documents, expected.documents, strict=True):
        assert _comparable(one, was, now) == _comparable(other)


def _comparable(document: Document, was: str = "", now: str = "") -> tuple[Any, ...]:
    original = document.original
    held = original and (original.read(), _comparable(original.given, was, now))
    fields = document._replace(original=None)
    return *(each.replace(was, now) if isinstance(each, str) else each for each in fields), held


def read_locally(*paths: object, **asked: Any) -> Texts:
    return extract(skim(read_here([str(path) for path in paths], **asked), HeldOriginals()))


def records(*rows: object) -> bytes:
    """Return JSON Lines; bytes are a line as it stands."""
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def plant(folder: Path) -> Path:
    """Make a folder with files of all formats, sound, damaged and hostile."""
    sub = folder / "sub"
    sub.mkdir(parents=True)
    (folder / "a.txt").write_text(WORDS)
    (folder / "b [1] *%20 ü {x}?.txt").write_text("Odd " + WORDS)
    (folder / "c.html").write_text(PAGE.format("c"))
    (folder / "d.htm").write_bytes(PAGE.format("d").encode() + b"\xff\xfe bad \xe9")
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (folder / "large.txt").write_text(WORDS * 200)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / ".hidden.txt").write_text(WORDS)
    news = [{"id": n % 40, "body": f"{n} {WORDS}" if n % 5 else "", "date": "2024-01-02"} for n in range(60)]
    late = [{"views": n} for n in range(30)] + [
        {"Views": 1, "Content": WORDS, "uuid": f"u{n}"} for n in range(9)
    ]
    (sub / "news.jsonl").write_bytes(b"\xef\xbb\xbf" + records(*news, b"", b"{", {"body": "x" * 9000}, b"[1]"))
    (sub / "late.ndjson").write_bytes(records(b"rubbish", *late, {"content": 7}).rstrip(b"\n"))
    (sub / "textless.jsonl").write_bytes(records(*({"a": n, "b": "c" * 40} for n in range(40))))
    (sub / "blank.jsonl").write_bytes(b" \n" * 600)
    (sub / "wide.jsonl").write_text("{}" * 500, "utf-16")
    (sub / "packed.jsonl").write_bytes(gzip.compress(records(*news), mtime=0))
    (sub / "really.jsonl").write_bytes(made_pdf([["Words of a PDF that are on a page."]]))
    (sub / "html.jsonl").write_bytes(records(*({"html": PAGE.format(n), "id": f"h{n}"} for n in range(12))))
    (sub / "cut.jsonl.gz").write_bytes(gzip.compress(records(*news), mtime=0)[:-30])
    (sub / "table.csv").write_text("id,text\n1,one text\n2,\n1,again\nt3,three\n")
    (sub / "list.json").write_text(json.dumps([{"text": WORDS, "id": "j1"}, {"text": "", "id": "j2"}, 7]))
    (sub / "p.pdf").write_bytes(made_pdf([["Words of a PDF that are on a page."]]))
    (sub / "crawl.warc.gz").write_bytes(pages(12, packed=True).bytes())
    with duckdb.connect() as base:
        base.sql("SELECT range AS id, 'Text ' || range AS body FROM range(30)").write_parquet(
            str(sub / "r.parquet")
        )
    with zipfile.ZipFile(sub / "z.zip", "w") as packed:
        packed.writestr("in/a.txt", WORDS)
        packed.writestr("in/b.html", PAGE.format("z"))
        packed.writestr("in/c.jpg", b"")
        packed.writestr("in/d.jsonl", records(*news))
    with tarfile.open(sub / "t.tgz", "w:gz") as tarred:
        entry = tarfile.TarInfo("x.txt")
        entry.size = len(WORDS)
        tarred.addfile(entry, io.BytesIO(WORDS.encode()))
    (sub / "damaged.zip").write_bytes((sub / "z.zip").read_bytes()[:300])

    (folder / "same.txt").symlink_to("a.txt")
    return folder


# --- the local engine's -----------------------------------------------------------------------


@pytest.mark.usefixtures("split")
def test_paths_of_every_format(session: Session, here: Path) -> None:
    plant(here / "pages")
    (here / "pages" / os.fsdecode(b"caf\xe9.txt")).write_text(WORDS)
    (here / "pages" / os.fsdecode(b"caf\xe9.jsonl")).write_bytes(
        records(*({"text": WORDS, "n": n} for n in range(99)))
    )
    (here / "list").write_text("pages/photo.jpg\npages/no.txt\n# no more\npages/sub/late.ndjson\n")
    asked: dict[str, Any] = {"options": SMALL, "lists": ["list"], "exclude": ["p.pdf"]}
    found = read(session, fresh(), ["pages/sub/news.jsonl", "pages"], **asked)
    expected = read_locally("pages/sub/news.jsonl", "pages", **asked)
    assert len(expected) > 70
    assert len(expected.unreadable) > 60
    assert_same(found, expected)


@pytest.mark.usefixtures("split")
def test_uris_of_every_format(session: Session, here: Path) -> None:
    plant(here / "pages")
    uri = f"file://{here}/pages"
    asked: dict[str, Any] = {"options": SMALL, "exclude": ["p.pdf"], "lists": ["list"]}
    (here / "list").write_text(f"{uri}/photo.jpg\n{uri}/no.txt\n")
    found = read(session, fresh(), [f"{uri}/sub/news.jsonl", uri], **asked)
    (here / "list").write_text(f"{here}/pages/photo.jpg\n{here}/pages/no.txt\n")
    expected = read_locally(here / "pages/sub/news.jsonl", here / "pages", **asked)
    assert_same(found, expected, "file://")


@pytest.mark.long
def test_what_one_task_reads_all_extract(session: Session, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "_LARGE", 0)
    plant(here / "pages")
    some = ["pages/sub/crawl.warc.gz", "pages/d.htm", "pages/sub/packed.jsonl"]
    expected = read_locally(*some)
    assert_same(read(session, fresh(), some), expected)
    crawl = read(session, fresh(), [f"file://{here}/{some[0]}"])
    assert crawl.count == 12


@pytest.mark.long
@pytest.mark.parametrize("was", ["", "file://"])
def test_what_is_told_where_an_id_is_taken(session: Session, here: Path, was: str) -> None:
    paths = [f"{here}/{name}" for name in ("a.jsonl", "b.jsonl", "c.htm", "d.htm", "e.jsonl")]
    (here / "a.jsonl").write_bytes(records(*({"id": name, "text": WORDS} for name in (1, was + paths[2]))))
    textless = [{"id": f"b{n}", "views": n} for n in range(5)]
    (here / "b.jsonl").write_bytes(records(*textless, {"id": 1, "text": WORDS}, {"id": 2, "text": WORDS}))
    for name in ("c", "d"):  # with a mark, and a byte that is no UTF-8
        (here / f"{name}.htm").write_bytes(b"\xef\xbb\xbf" + PAGE.format(name).encode() + b"\xff")
    (here / "e.jsonl").write_bytes(
        records({"id": "e", "text": WORDS}, {"id": 2, "text": " "}, {"id": 3, "text": " "})
    )
    with cut(session, "120b"):
        found = read(session, fresh(), [was + path for path in paths])
    (here / "a.jsonl").write_bytes(records(*({"id": name, "text": WORDS} for name in (1, paths[2]))))
    expected = read_locally(*paths)
    assert (len(expected.unreadable), len(expected.notices)) == (9, 5)
    assert_same(found, expected, was)


@pytest.mark.long
def test_files_are_found_before_they_are_read(session: Session, here: Path) -> None:
    plant(here / "pages")
    asked: dict[str, Any] = {"options": SMALL, "include": ["sub", "*.txt", "*.jsonl"], "exclude": ["p.pdf"]}
    expected = read_locally("pages", **asked)
    found = find(session, "pages", **asked)
    (here / "pages/new.txt").write_text("New " + WORDS)
    assert_same(read(session, fresh(), found), expected)
    with pytest.raises(UsageError, match="'no/such' is not there"):
        find(session, ["pages", "no/such"])
    with pytest.raises(UsageError, match="standard input"):
        find(session, [], lists=["-"])


# --- hostile input ----------------------------------------------------------------------------


@pytest.mark.long
def test_files_that_vanish_or_grow(session: Session, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        (here / f"{number}.txt").write_text(WORDS)
        (here / f"{number}.jsonl").write_bytes(records(*({"id": n, "text": WORDS} for n in range(90))))

    def listed_once(*asked: Any) -> Any:
        found = list(listing.listed(*asked))
        for name in ("0.txt", "1.txt", "0.jsonl", "1.jsonl"):
            (here / name).unlink()
        with (here / "3.jsonl").open("ab") as grown:
            grown.write(records({"id": "more", "text": WORDS}))
        return found

    monkeypatch.setattr(reading, "listed", listed_once)
    names = (f"{number}.{suffix}" for number, suffix in product((0, 1, 2, 3), ("txt", "jsonl")))
    order = [f"file://{here}/{name}" if name[0] in "13" else name for name in names]
    with cut(session, "3000b"):
        found = read(session, fresh(), order)
    gone = "cannot be read: No such file or directory; make it readable, or leave it out"
    assert [str(row) for row in found.unreadable if row.line is None] == [
        f"0.txt: {gone}",
        f"0.jsonl: {gone}",
        f"file://{here}/1.txt: {listing.LOST}",
        f"file://{here}/1.jsonl: {listing.LOST}",
        f"file://{here}/3.jsonl: {lines._CHANGED.format(lines._LONGEST)}",
    ]
    assert [document.path for document in texts(found).documents if document.path.endswith("txt")] == [
        "2.txt",
        f"file://{here}/3.txt",
    ]
    assert found.count == 2 + 90


@pytest.mark.long
def test_files_that_vanish_once_they_are_surveyed(
    session: Session, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (here / f"{name}.jsonl").write_bytes(records(*({"id": n, "text": WORDS} for n in range(90))))
    frames = whole.frames

    def frames_of_what_is_left(*asked: Any) -> Any:
        (here / "a.jsonl").unlink()
        (here / "b.jsonl").unlink()
        return frames(*asked)

    monkeypatch.setattr(whole, "frames", frames_of_what_is_left)
    with cut(session, "3000b"):
        found = read(session, fresh(), [f"file://{here}/a.jsonl", "b.jsonl", "c.jsonl"])
    gone = "cannot be read: No such file or directory; make it readable, or leave it out"
    assert told(found)[0] == [f"file://{here}/a.jsonl: {listing.LOST}", f"b.jsonl: {gone}"]
    assert found.count == 90


@pytest.mark.long
def test_a_line_that_is_too_long_for_spark(
    session: Session, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_LONGEST", 0)
    some = [{"text": WORDS}] * 100
    (here / "a.jsonl").write_bytes(records(*some, {"text": "x" * 40_000}, *some))
    (here / "b.jsonl").write_bytes(records(*some, {"text": "x" * 9_000}, *some))
    with cut(session, "20000b"):
        found = read(session, fresh(), [f"file://{here}"], options=SMALL)
    assert [str(row).removeprefix(f"file://{here}/") for row in found.unreadable] == [
        f"a.jsonl: {lines._CHANGED.format(10_000)}",
        "b.jsonl:101: the line is 9,013 bytes, the limit is 5,000; split it, or raise --max-bytes",
    ]
    assert found.count == 200


def test_what_is_no_input_for_executors(session: Session, here: Path) -> None:
    (here / "a.txt").write_text(WORDS)
    os.mkfifo(here / "pipe")
    with pytest.raises(UsageError, match=r"standard input .* is not read by executors"):
        read(session, fresh(), "-")
    with pytest.raises(UsageError, match="'pipe' is a pipe or device"):
        read(session, fresh(), ["a.txt", "pipe"])
    with pytest.raises(UsageError, match="'file:///no/such' is not there; check the path"):
        read(session, fresh(), "file:///no/such")
    with pytest.raises(UsageError, match="matches nothing to read"):
        read(session, fresh(), f"file://{here}/*.md")
    with pytest.raises(UsageError, match="cannot be found"):
        read(session, fresh(), os.fsdecode(b"file:///caf\xe9"))
    with pytest.raises(ReuseError, match="nonesuch"), faults.told():
        read(session, fresh(), "nonesuch://host/pages")


@pytest.mark.long
def test_nothing_but_faults(session: Session, here: Path) -> None:
    (here / "list").write_text("no.txt\nno/such\n")
    found = read(session, fresh(), [], lists=["list"])
    assert_same(found, read_locally(lists=["list"]))
    assert len(found.unreadable) == 2


def test_paths_that_executors_do_not_have(here: Path) -> None:
    (here / "a.txt").write_text(WORDS)
    files = {
        0: Listed(File("a.txt"), 1),
        1: Listed(File("b.txt"), 1),
        2: Listed(File("a.txt"), 1, "file:/a.txt"),
    }
    gone = "cannot be read: No such file or directory; make it readable, or leave it out"
    reading._require_shared(files, [(n << 32 | 5, Unreadable("b.txt", None, gone)) for n in (1, 2)])
    for row in (
        Unreadable("a.txt", 1, gone),
        Unreadable("b.txt", None, gone),
        Unreadable("a.txt", None, "there are 'No such file or directory'"),
        Notice("a.txt", gone),
    ):
        reading._require_shared(files, [(5, row)])
    with pytest.raises(UsageError, match=r"'a.txt' is on this machine, and not on that of an executor"):
        reading._require_shared(files, [(5, Unreadable("a.txt", None, gone))])


@pytest.mark.long
def test_a_field_that_is_called_as_a_fault_is(session: Session, here: Path) -> None:
    gone = "cannot be read: No such file or directory; make it readable, or leave it out"
    (here / "a.jsonl").write_bytes(records({gone: 7}))
    (here / "b.jsonl").write_bytes(records({"text": WORDS, "id": gone}, {"text": WORDS, "id": gone}))
    expected = read_locally("a.jsonl", "b.jsonl")
    assert [gone[:40] in row.reason for row in expected.unreadable] == [True, True]
    assert_same(read(session, fresh(), ["a.jsonl", "b.jsonl"]), expected)


# --- listing ----------------------------------------------------------------------------------


def listed_here(paths: list[str], search: Search) -> list[str]:
    found = files(paths, [], search)
    return [each.path if isinstance(each, File) else str(each) for each in found]


def listed_there(session: Session, paths: list[str], search: Search) -> list[str]:
    found = listing.listed(session, [f"file://{path}" for path in paths], [], search)
    shown = [each.file.path if isinstance(each, Listed) else str(each) for each in found]
    return [each.replace("file://", "") for each in shown]


@pytest.mark.long
def test_uris_are_listed_as_paths_are(session: Session, here: Path) -> None:
    for name in (
        "p/a.txt",
        "p/b.txt",
        "p/q/c.txt",
        "p/q/r/d.txt",
        "p/.h/e.txt",
        "p/[1]{x}.txt",
        "z/f.md",
        "z/g.jpg",
    ):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(WORDS)
    for name in ("findings.csv", "findings.jsonl", "run.json", "texts.jsonl.zst", "more.txt"):
        (here / "z" / name).write_text(WORDS)
    (here / "p/q/circle").symlink_to("..")
    (here / "p/z.txt").symlink_to("a.txt")
    searches = (
        Search(SUFFIXES, Choice(), ARCHIVES),
        Search(SUFFIXES, Choice(include=("*.md", "q/**"), exclude=("r",)), ARCHIVES),
    )
    for pattern in (
        "*",
        "p/*.txt",
        "p/**/*.txt",
        "**/d.txt",
        "p/**",
        "**",
        "p/[b]*",
        "*/**/q/*",
        "p/?.txt",
        "p",
        "z",
    ):
        for search in searches:
            path = [f"{here}/{pattern}", f"{here}/p/a.txt"]
            assert listed_there(session, path, search) == listed_here(path, search), (pattern, search)


@pytest.mark.long
def test_what_spark_passes_over_is_a_row(session: Session, here: Path) -> None:
    for name in ("_a.txt", "_k=v.txt", "b.txt._COPYING_", "c.txt"):
        (here / name).write_text(f"{name} {WORDS}")
    with (here / "huge.txt").open("wb") as huge:
        huge.truncate(2**31)
    some = [f"file://{here}/{name}" for name in ("_a.txt", "_k=v.txt", "b.txt._COPYING_", "c.txt", "huge.txt")]
    found = read(session, fresh(), some)
    assert [document.path.rpartition("/")[2] for document in texts(found).documents] == ["_k=v.txt", "c.txt"]
    assert [row.reason.split(";")[0] for row in found.unreadable] == [
        *["has a name that Spark passes over, as those that begin with '_' or '.'"] * 2,
        "is 2,147,483,648 bytes, and Spark reads at most 2,146,435,072 in one piece",
    ]


# --- chunks -----------------------------------------------------------------------------------


def test_chunks_are_bounded_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracting, "_CHUNK", 7)
    monkeypatch.setattr(extracting, "_BYTES", 1000)
    some = [Document(f"d{n}", "x " * (n % 9 * 40) or " ", f"{n}.txt") for n in range(100)]
    batches = list(extracting.rows_of(enumerate(some)))
    assert [p for batch in batches for p in batch["position"].to_pylist()] != []
    assert sorted(p for batch in batches for p in batch["position"].to_pylist()) == list(range(100))
    for batch in batches:
        positions = batch["position"].to_pylist()
        assert positions == sorted(positions)
        assert len(positions) <= 7
        assert set(batch["chunk"].to_pylist()) == {positions[0]}
        assert sum(map(len, filter(None, batch["text"].to_pylist()))) < 1000 + 640
    again = extracting.items_of_read(extracting.read_of(enumerate(some)))
    assert [batch.to_pylist() for batch in again] == [batch.to_pylist() for batch in batches]
