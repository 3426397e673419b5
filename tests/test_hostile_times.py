"""Large input that means ill, up to ten megabytes, is read or refused within ten seconds of a processor.

Covers: ``reuse/documents/``, ``reuse/markup/``, ``reuse/metadata/``, ``reuse/rights/policy_file.py``,
``reuse/report/reading.py``, ``reuse/evaluation/``. Compares against: bounds of time, and what is said of each;
`test_hostile.py` has what goes through the command. Run: ``pytest -m long tests/test_hostile_times.py``
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import zstandard

from reuse.documents import asked_for, items
from reuse.documents.file import File
from reuse.errors import ReuseError
from reuse.evaluation.pan import read_pan
from reuse.markup import article, decode, page_text, parse
from reuse.metadata import describe
from reuse.options import Options
from reuse.report.reading import read_findings
from reuse.rights import read_policy
from reuse.texts import extract
from reuse.values import Document, Unreadable
from reuse.web import Originals, skim

#: Of a processor, for ten megabytes at most; no read takes a tenth of that on a machine that is not busy.
SECONDS, LARGEST = 10, 10_000_000
MEGABYTE = 1_000_000


@contextmanager
def in_time() -> Iterator[None]:
    begin = time.process_time()
    yield
    assert time.process_time() - begin < SECONDS


def read(name: str, content: bytes) -> list[object]:
    """Read bytes as a file of this name in memory, their texts too."""

    @contextmanager
    def opened() -> Iterator[io.BufferedReader]:
        yield io.BufferedReader(io.BytesIO(content))

    assert len(content) <= LARGEST
    with in_time():
        found = list(items(File(name), asked_for(None, None, [], []), opened))
        extract(skim(found, Originals()))
    return list(found)


# --- tar ---------------------------------------------------------------------------------------


def headed(kind: bytes, content: bytes, name: str = "x") -> bytes:
    """Return a header of a tar with what follows it."""
    header = tarfile.TarInfo(name)
    header.type, header.size = kind, len(content)
    return header.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512)


def record(rest: bytes) -> bytes:
    """Return a record of POSIX: its own length, and the rest."""
    size = len(rest) + 2
    while len(str(size)) + 1 + len(rest) != size:
        size += 1
    return b"%d %b" % (size, rest)


MEMBER = headed(tarfile.REGTYPE, b"Some words.", "a.txt")
END = bytes(1024)
PAX, GLOBAL, LONG = tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (headed(PAX, b"1" * 900_000), "records that are none"),
        (headed(PAX, record(b"comment=" + b"1" * 900_000 + b"\n")), "records that are none"),
        (headed(PAX, b"5 ab\n" * 150_000 + b"="), "records that are none"),
        (headed(PAX, b"0 a=b\n" * 100), "records that are none"),
        (headed(PAX, record(b"path=b.txt\n")) * 600, "over 50 headers"),
        (headed(LONG, b"name\0") * 600, "over 50 headers"),
        (headed(GLOBAL, record(b"a=b\n")) * 600, "over 50 headers"),
        (headed(PAX, record(b"a=" + b"b" * (1 << 21) + b"\n")), "a header is over"),
    ],
    ids=["digits", "digits of a record", "without signs", "no length", "records", "names", "for all", "long"],
)
def test_headers_of_a_tar_that_take_forever(headers: bytes, why: str) -> None:
    *before, row = read("a.tar", MEMBER + headers + MEMBER + END)
    assert [one.content for one in before if isinstance(one, Document)] == [b"Some words."]
    assert isinstance(row, Unreadable)
    assert why in row.reason


def test_headers_of_a_tar_as_programs_write_them() -> None:
    records = record(b"path=long/name.txt\n") + record("comment=é".encode() + b"\n")
    content = headed(GLOBAL, record(b"comment=1\n")) + headed(PAX, records) + MEMBER + MEMBER + END
    found = read("a.tar", content)
    assert [one.id for one in found if isinstance(one, Document)] == ["a.tar/long/name.txt", "a.tar/a.txt"]


@pytest.mark.slow
def test_records_that_hold_for_all_members() -> None:
    records = b"".join(record(b"key%d=1\n" % number) for number in range(60_000))
    members = headed(tarfile.REGTYPE, b"", "a.jpg") * 8000
    found = read("a.tar", headed(GLOBAL, records) + members + MEMBER + END)
    assert [one.content for one in found if isinstance(one, Document)] == [b"Some words."]


def test_a_size_below_nothing() -> None:
    block = bytearray(headed(tarfile.REGTYPE, b"", "a.txt"))
    block[124:136] = b"\xff" * 10 + b"\x80\0"
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + sum(block[156:512]) + 256)
    rows = [one for one in read("a.tar", bytes(block) + MEMBER + END) if isinstance(one, Unreadable)]
    assert any("damaged tar" in row.reason for row in rows)


# --- the other readers -------------------------------------------------------------------------


def zipped(count: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", "x")
    return held.getvalue()


def lying_zip() -> bytes:
    """Return a zip whose one member says, in 64 bits, that it lies beyond all."""
    content = zipped(1)
    at, end = content.rindex(b"PK\1\2"), content.rindex(b"PK\5\6")
    entry, tail = bytearray(content[at:end]), bytearray(content[end:])
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    entry[42:46], entry[30:32] = b"\xff" * 4, struct.pack("<H", len(extra))
    tail[12:16] = struct.pack("<I", len(entry) + len(extra))
    return content[:at] + bytes(entry) + extra + bytes(tail)


def warc(length: int, block: bytes = b"") -> bytes:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n"
    return head + b"Content-Length: %d\r\n\r\n%b" % (length, block)


def answered(*headers: bytes, content: bytes = b"<p>x") -> bytes:
    """Return a record with an answer of these headers."""
    block = b"\r\n".join((b"HTTP/1.1 200 OK", b"Content-Type: text/html", *headers, b"", b"")) + content
    return warc(len(block), block) + b"\r\n\r\n"


NESTED = b'{"a":' * 900 + b"1" + b"}" * 900
SEVERAL = b"Content-Type: multipart/related; boundary=a\n\n"
BODIES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "members of gzip": ("a.txt.gz", lambda: gzip.compress(b"") * 450_000),
    "members of bzip2": ("a.txt.bz2", lambda: bz2.compress(b"") * 700_000),
    "members of xz": ("a.txt.xz", lambda: lzma.compress(b"") * 300_000),
    "frames of Zstandard": ("a.txt.zst", lambda: zstandard.compress(b"") * 1_000_000),
    "zeros behind gzip": ("a.txt.gz", lambda: gzip.compress(b"x") + bytes(9 * MEGABYTE)),
    "files in a zip": ("a.zip", lambda: zipped(40_000)),
    "a zip that lies in 64 bits": ("a.zip", lying_zip),
    "files in a tar": ("a.tar", lambda: MEMBER * 9000 + END),
    "columns": ("a.csv", lambda: b"text," + b"a," * (2 * MEGABYTE) + b"\n" + b"x," * (2 * MEGABYTE)),
    "quotes never closed": ("a.csv", lambda: b"text,id\n" + b'"x\n' * MEGABYTE),
    "quotes closed at times": ("a.csv", lambda: b"text,id\n" + b'"a",b\n"x\n' * 400_000),
    "stray quotes": ("a.csv", lambda: b"text,id\n" + b'"a" b,c\n' * 400_000),
    "quotes alone": ("a.csv", lambda: b"text\n" + b'"' * (9 * MEGABYTE)),
    "lines of one byte": ("a.csv", lambda: b"text\nx\n" + b"\r" * (9 * MEGABYTE)),
    "lines with nothing else": ("a.jsonl", lambda: b'{"text":"a"}\n' * 400_000),
    "names in a record": (
        "a.jsonl",
        lambda: b'{"text":"a b",' + b",".join(b'"k%d":1' % n for n in range(600_000)) + b"}",
    ),
    "other names in each": ("a.jsonl", lambda: b"".join(b'{"k%d":1}\n' % n for n in range(300_000))),
    "dots in a name": ("a.jsonl", lambda: b'{"' + b"a." * (2 * MEGABYTE) + b'b":1}\n{"text":"x"}\n'),
    "objects in objects": ("a.jsonl", lambda: (NESTED + b"\n") * 1500),
    "lists without end": ("a.jsonl", lambda: b"[" * (9 * MEGABYTE)),
    "digits": ("a.jsonl", lambda: b'{"text":"x","id":' + b"1" * (9 * MEGABYTE) + b"}\n"),
    "digits of a fraction": ("a.json", lambda: b'{"text":"x","id":0.' + b"1" * (9 * MEGABYTE) + b"}"),
    "escapes": ("a.json", lambda: b'{"text":"' + b"\\ud800" * 1_500_000 + b'"}'),
    "one name again and again": ("a.json", lambda: b"{" + b'"text":"x",' * 800_000 + b'"id":1}'),
    "blanks": ("a.json", lambda: b"[" + b" " * (9 * MEGABYTE)),
    "empty records": ("a.warc", lambda: (warc(0) + b"\r\n\r\n") * 90_000),
    "records that claim the rest": ("a.warc", lambda: (warc(60_000_000) + b"x") * 90_000),
    "marks": ("a.warc", lambda: b"WARC/1.0\r\n" * 900_000),
    "headers without end": ("a.warc", lambda: b"WARC/1.0\r\n" + b"a: b\r\n" * 1_400_000),
    "headers of a server": ("a.warc", lambda: answered(b"\r\n".join([b"a: b"] * 1_400_000))),
    "encodings": ("a.warc", lambda: answered(b"Content-Encoding: " + b"gzip, " * 1_400_000)),
    "chunks": (
        "a.warc",
        lambda: answered(b"Transfer-Encoding: chunked", content=b"1\r\na\r\n" * 1_500_000 + b"0\r\n\r\n"),
    ),
    "a chunk that lies": (
        "a.warc",
        lambda: answered(b"Transfer-Encoding: chunked", content=b"ffffffffffffffff\r\na") * 9000,
    ),
    "parts": ("a.mht", lambda: SEVERAL + b"--a\n\n" * 1_900_000),
    "headers of a part": ("a.mht", lambda: SEVERAL + b"--a\n" + b"X: y\n" * 1_800_000),
    "parameters": (
        "a.mht",
        lambda: SEVERAL + (b'--a\nContent-Type: multipart/mixed; a="' + b";" * 60_000 + b'"\n\n') * 150,
    ),
    "a parameter": ("a.mht", lambda: b'Content-Type: text/html; a="' + b"\\;" * 32_000 + b"\n\n<p>x"),
    "line ends of a mail": (
        "a.mht",
        lambda: (
            b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 4_500_000
        ),
    ),
    "a text without spaces": ("a.txt", lambda: b"a" * (9 * MEGABYTE)),
    "bytes of no encoding": ("a.txt", lambda: b"\xc3(" * 4_500_000),
    "surrogates": ("a.txt", lambda: b"\xed\xa0\x80" * 3_000_000),
    "letters with marks": ("a.txt", lambda: ("a" + "\u0301" * 4_000_000).encode()),
    "pages of a PDF": ("a.pdf", lambda: b"%PDF-1.7\n" + b"1 0 obj\n<< /Kids [1 0 R] >>\nendobj\n" * 200_000),
    "Parquet that is none": (
        "a.parquet",
        lambda: b"PAR1" + b"\x15\x00" * 4_000_000 + struct.pack("<I", 8 * MEGABYTE) + b"PAR1",
    ),
}


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("name", BODIES)
def test_large_files(name: str) -> None:
    file, make = BODIES[name]
    assert read(file, make()), "something is said of it"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "rows"),
    [("repeat('some words ', 20000)", 20_000), ("'a'", 2 * MEGABYTE), ("NULL::VARCHAR", 2 * MEGABYTE)],
    ids=["texts", "letters", "nothing"],
)
def test_a_small_parquet_of_many_rows(tmp_path: Path, column: str, rows: int) -> None:
    path = tmp_path / "a.parquet"
    with duckdb.connect(":memory:") as base:
        base.sql(f"SELECT {column} AS text FROM range({rows})").write_parquet(str(path), compression="zstd")
    assert path.stat().st_size < 50_000
    with in_time():
        *before, row = items(File(str(path)), asked_for(None, None, [], []))
    assert isinstance(row, Unreadable)
    assert row.reason.startswith("unpacks to over 200 times its size")
    texts = [one for one in before if isinstance(one, Document)]
    assert sum(len(one.content) + 256 for one in texts) <= 64 << 20
    assert bool(texts) == (column != "NULL::VARCHAR")


# --- web pages ---------------------------------------------------------------------------------

WORDS = "The old bridge at the mill was closed on Monday after its keeper heard the stones speak. " * 5


def page(filling: str, size: int = 2 * MEGABYTE) -> str:
    """Return a page that is full of something."""
    return f"<html><title>x</title><p>{WORDS}</p>{filling * (size // len(filling))}</html>"


PAGES = (
    *(
        "<p>",
        "<b>",
        "<div>",
        "<table>",
        "<table><tr><td>",
        "<a href=x>",
        "<ul><li>",
        "<svg>",
        "<math>",
        "<i hidden>x</i>",
    ),
    *(
        "<select><option>",
        "<h1>x",
        "<time datetime=2026>x</time>",
        "<meta name=date content=2026>",
        "<!--",
        "<![CDATA[",
    ),
    *(
        "<style>.a{display:none}</style>",
        "<link rel=canonical href=//e.org>",
        "&#x41;",
        "&amp;",
        "<p style='left:-1px'>",
    ),
    *(
        "vil<i></i>lage ",
        "<script type='application/ld+json'>{</script>",
        "<p hidden>x</p>",
        "<span class=a>x</span>",
    ),
    *(
        "<noscript>x</noscript>",
        "2026-11-22 ",
        "<base href=//e.org>",
        "<a rel=author>x</a>",
        "\u200b",
        "<form>",
        "<body>",
    ),
    *(
        "<template>",
        "</p>",
        "</br>",
        "<frameset>",
        "<p itemprop=author>x",
        "<ruby><rt>",
        "<article>x</article>",
        "<plaintext>",
    ),
)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("filling", PAGES)
def test_pages_full_of_one_thing(filling: str) -> None:
    html = page(filling, 500_000)
    with in_time():
        text, _ = decode(html.encode(), None)
        page_text(parse(text))
        article(text, None)
        describe(parse(text), text, Document("a", b"", "a"), {"e.org"})


# --- what comes by mail ------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        b"a.a.a = 1\n" * 100_000,
        b"[[partner]]\n" * 100_000,
        b'[[suppress]]\nreason = "x"\nuntil = 2026-11-22\nsite = "e.example"\n' * 20_000,
        b"a = [" + b"[" * 3000 + b"]" * 3000 + b"]",
        b"a = [\n" + b"'x',\n" * 300_000 + b"]",
        b"".join(b"a%d = 1\n" % number for number in range(150_000)),
        b'a = "' + b"\\\\" * 1900 + b'"\n',
        b"a = '''\n" + b"x\n" * 900_000,
    ],
    ids=["keys", "tables", "suppressions", "lists", "items", "fields", "escapes", "an open text"],
)
def test_policies(tmp_path: Path, lines: bytes) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(lines)
    with in_time(), pytest.raises(ReuseError):
        read_policy(str(path))


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [b"{}", b"[" * 100_000, b'{"schema":"' + b"x" * MEGABYTE + b'"}', b"1" * MEGABYTE, b'{"a":1,' * 100_000],
)
def test_findings_by_mail(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_bytes((line + b"\n") * (LARGEST // (len(line) + 1)))
    with in_time(), pytest.raises(ReuseError):
        list(read_findings(path))


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(
    "filling", ["<a/>", "<a>", '<feature name="plagiarism"/>', "&#65;", "<!-- -->", "<?a?>"]
)
def test_truths_of_pan(tmp_path: Path, filling: str) -> None:
    for name in ("src", "susp", "a"):
        (tmp_path / name).mkdir()
    for side in ("src", "susp"):
        (tmp_path / side / f"{side}1.txt").write_text("Some words.")
    (tmp_path / "a" / "pairs").write_text("susp1.txt src1.txt\n")
    full = filling * (5 * MEGABYTE // len(filling))
    (tmp_path / "a" / "susp1-src1.xml").write_text(f"<document>{full}</document>")
    with in_time(), contextlib.suppress(ReuseError):
        read_pan(str(tmp_path), [], Options())


def test_numbers_of_json_are_no_work() -> None:
    """The limit of digits is Python's, and told as a row."""
    (row,) = read("a.jsonl", json.dumps({"text": "x"}).encode()[:-1] + b', "id": ' + b"9" * 5000 + b"}")
    assert isinstance(row, Unreadable)
    assert "too long" in row.reason
