"""Web archives: what warcio writes is read, packed or not, and what is damaged costs no more than itself.

Covers: `reuse.documents.warc`, `reuse.documents.unpacked`. Compares against: warcio, which writes the archives
and reads them back. Run: ``pytest tests/test_warc.py``
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import re
import time
import tracemalloc
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import BufferWARCWriter  # type: ignore[import-untyped]

from reuse.options import Options
from reuse.values import HTML, TEXT, Document
from tests.test_documents import Read, pipe_in

HEAD = [("Content-Type", "text/html; charset=ISO-8859-2"), ("Content-Language", "pl, en")]
DAMAGE = "what follows is read where it can be found"


class Writer(BufferWARCWriter):  # type: ignore[misc]
    """Leaves no temporary files open."""

    @classmethod
    def _create_temp_file(cls) -> io.BytesIO:
        return io.BytesIO()


class Archive:
    """Writes records as warcio does, each a piece of its own."""

    def __init__(self, *, packed: bool = True) -> None:
        self.packed = packed
        self.pieces: list[bytes] = []

    def add(
        self,
        content: bytes,
        kind: str = "response",
        headers: Sequence[tuple[str, str]] = HEAD,
        *,
        status: str = "200 OK",
        declared: str | None = None,
        more: dict[str, str] | None = None,
    ) -> Archive:
        """Add a record; `declared` is the type of one that is no HTTP."""
        writer = Writer(gzip=self.packed)
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1") if declared is None else None
        number = len(self.pieces) + 1
        record = writer.create_warc_record(
            f"https://example.org/{number}",
            kind,
            payload=io.BytesIO(content),
            http_headers=http,
            warc_content_type=declared or "",
            warc_headers_dict={"WARC-Date": f"2024-01-31T12:00:{number % 60:02}Z", **(more or {})},
        )
        writer.write_record(record)
        self.pieces.append(writer.get_contents())
        return self

    def page(self, text: str = "") -> Archive:
        """Add a page as most are, its number in it."""
        return self.add(f"<p>Page {len(self.pieces) + 1}. {text}".encode())

    def bytes(self) -> bytes:
        return b"".join(self.pieces)

    def write(self, name: str) -> str:
        Path(name).write_bytes(self.bytes())
        return name


def pages(count: int, *, packed: bool) -> Archive:
    archive = Archive(packed=packed)
    for number in range(count):
        archive.page(random.Random(number).randbytes(300).hex())
    return archive


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_bytes(content: bytes, name: str = "a.warc", options: Options | None = None) -> Read:
    Path(name).write_bytes(content)
    return Read(name, options=options)


# --- sound archives ---------------------------------------------------------------------------


def test_a_page_and_what_its_headers_say() -> None:
    Archive().add("<p>Zażółć".encode("iso-8859-2")).write("a.warc.gz")
    found = Read("a.warc.gz")
    assert found.documents == [
        Document(
            id="a.warc.gz:1",
            content="<p>Zażółć".encode("iso-8859-2"),
            path="a.warc.gz",
            line=1,
            url="https://example.org/1",
            language="pl",
            media=HTML,
            encoding="ISO-8859-2",
            fetched="2024-01-31T12:00:01Z",
        )
    ]
    assert (found.rows, found.notices) == ([], [])


def test_what_is_no_page_is_counted_and_passed_over() -> None:
    archive = Archive(packed=False)
    archive.add(b"software: x\r\n", "warcinfo", declared="application/warc-fields")
    archive.add(b"", "request").page().add(b"a: b", "metadata", declared="application/warc-fields")
    archive.add(b"", "revisit").add(b"<p>gone", status="404 Not Found").add(b"", status="301 Moved")
    archive.add(b"\x89PNG", headers=[("Content-Type", "image/png")])
    archive.page().add(b"<p>?", headers=[])
    archive.pieces[8] = re.sub(b"application/http[^\r]*", b"text/dns", archive.pieces[8])
    archive.add(b"Some text.", headers=[("content-type", "Text/Plain")])
    archive.add(b"<p>Resource", "resource", declared="text/html; charset=utf-8")
    archive.add(b"\x89PNG", "resource", declared="image/png")
    found = read_bytes(archive.bytes())
    assert [(page.line, page.content, page.media) for page in found.documents] == [
        (3, b"<p>Page 3. ", HTML),
        (11, b"Some text.", TEXT),
        (12, b"<p>Resource", HTML),
    ]
    assert found.documents[2].encoding == "utf-8"
    kinds = ("warcinfo", "request", "metadata", "revisit", "of status 404", "of status 301", "image/png")
    assert found.rows == []
    for kind in (*kinds, "response of type text/dns", "without content type", "resource of type image/png"):
        assert f"1 {kind}" in found.notices[0]


def test_texts_that_others_made() -> None:
    archive = Archive()
    language = {"WARC-Identified-Content-Language": "deu,eng"}
    archive.add("Grüße".encode(), "conversion", declared="text/plain", more=language).write("a.warc.wet.gz")
    (document,) = Read("a.warc.wet.gz").documents
    assert (document.content, document.media, document.language) == ("Grüße".encode(), TEXT, "deu")


def test_a_page_that_was_crawled_twice_is_two() -> None:
    content = Archive().page().pieces[0] * 2
    assert read_bytes(content, "a.warc.gz").ids == ["a.warc.gz:1", "a.warc.gz:2"]


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_however_it_is_packed(packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = pages(30, packed=False)
    expected = [document.content for document in read_bytes(plain.bytes()).documents]
    assert len(expected) == 30
    pack = PACKINGS[packing]
    for content in (pack(plain.bytes()), b"".join(map(pack, plain.pieces))):
        found = read_bytes(content, f"b.warc{packing}")
        assert [document.content for document in found.documents] == expected
        pipe_in(monkeypatch, content)
        assert Read("-").ids == [f"-:{number}" for number in range(1, 31)]


def test_zstandard_with_a_dictionary() -> None:
    plain = pages(40, packed=False)
    samples: list[bytes | bytearray | memoryview] = [piece[:400] for piece in plain.pieces * 5]
    learned = zstandard.train_dictionary(2000, samples)
    packer = zstandard.ZstdCompressor(dict_data=learned)
    frames = b"".join(map(packer.compress, plain.pieces))
    for stored in (learned.as_bytes(), zstandard.compress(learned.as_bytes())):
        skippable = b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored
        assert len(read_bytes(skippable + frames, "a.warc.zst").ids) == 40
    assert "dictionary of 4,294,967,295 bytes" in read_bytes(b"\x5d\x2a\x4d\x18" + b"\xff" * 9).rows[0]


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


PAGE = b"<!doctype html><p>" + b"Some text. " * 50


@pytest.mark.parametrize(
    ("header", "content"),
    [
        (("Transfer-Encoding", "chunked"), b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)),
        (("Content-Encoding", "gzip"), gzip.compress(PAGE)),
        (("Content-Encoding", "deflate"), zlib.compress(PAGE)),
        (("Content-Encoding", "deflate"), deflated(PAGE)),
        (("Content-Encoding", "zstd"), zstandard.compress(PAGE)),
        (("Content-Encoding", "gzip"), PAGE),  # the crawler unpacked it, and kept the header
        (("Transfer-Encoding", "chunked"), PAGE),
        (("Content-Encoding", "unheard-of"), PAGE),
    ],
    ids=["chunked", "gzip", "zlib", "deflate", "zstd", "gzip kept", "chunked kept", "unheard of"],
)
def test_what_servers_pack_is_unpacked(header: tuple[str, str], content: bytes) -> None:
    archive = Archive().add(content, headers=[*HEAD, header])
    found = read_bytes(archive.bytes(), "a.warc.gz")
    assert found.rows == []
    assert found.documents[0].content == PAGE


@given(
    st.lists(st.binary(max_size=300) | st.sampled_from([b"\r\n\r\n", b"WARC/1.0\r\n", b"\r\n\r\nWARC/1.1\r\n"]))
)
@settings(max_examples=60, deadline=None)
def test_what_is_put_in_comes_out(contents: list[bytes]) -> None:
    archive = Archive(packed=False)
    for content in contents:
        archive.add(content)
    found = read_bytes(archive.bytes())
    assert [document.content for document in found.documents] == contents
    assert len(found.rows) == (0 if contents else 1)


# --- damaged ones -----------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False])
def test_cut_off_anywhere_it_keeps_what_comes_before(packed: bool) -> None:  # noqa: FBT001
    archive = pages(4, packed=packed)
    whole = archive.bytes()
    ends = [len(b"".join(archive.pieces[: n + 1])) for n in range(4)]
    for cut in range(1, len(whole), 97 if packed else 211):
        found = read_bytes(whole[:cut], f"a.warc{'.gz' if packed else ''}")
        complete = sum(end <= cut for end in ends)
        # The last few bytes of a record are blank lines, and the check of a member.
        assert len(found.ids) in (complete, complete + 1), cut
        at_an_end = cut in ends or (not packed and any(0 <= end - cut <= 4 for end in ends))
        assert bool(found.rows) != at_an_end, cut
    assert len(read_bytes(whole[:-100]).rows) == 1


def test_a_damaged_member_costs_itself_alone() -> None:
    archive = pages(9, packed=True)
    expected = read_bytes(archive.bytes(), "a.warc.gz").documents
    for harmed in (0, 4, 8):
        for at in (0, 3, 40, 200, -3):
            piece = bytearray(archive.pieces[harmed])
            piece[at : at + 3 if at >= 0 else None] = b"\xff\xfe\xfd"
            content = b"".join([*archive.pieces[:harmed], bytes(piece), *archive.pieces[harmed + 1 :]])
            found = read_bytes(content, "a.warc.gz")
            kept = [page.content for n, page in enumerate(expected) if n != harmed]
            if harmed == 0 and at == 0:  # it is no gzip at all, to begin with
                continue
            # Damage of the check alone comes after the page.
            contents = [page.content for page in found.documents]
            assert contents in (kept, [page.content for page in expected]), (harmed, at)
            assert [row.split(": ")[0] for row in found.rows] in (
                [f"a.warc.gz:{harmed + 1}"],
                [f"a.warc.gz:{harmed + 2}"],
            )
            assert DAMAGE in found.rows[0]


def test_members_lost_in_a_row_are_one_row() -> None:
    archive = pages(12, packed=True)
    noise = random.Random(1).randbytes(3000)
    content = b"".join(archive.pieces[:3]) + noise + b"".join(archive.pieces[9:])
    found = read_bytes(content, "a.warc.gz")
    assert (len(found.ids), len(found.rows)) == (6, 1)


def wrong(piece: bytes, change: int) -> bytes:
    """Change the length that a record says it has."""
    head, _, rest = piece.partition(b"Content-Length: ")
    number, _, rest = rest.partition(b"\r\n")
    return b"%bContent-Length: %d\r\n%b" % (head, int(number) + change, rest)


@pytest.mark.parametrize("change", [-100, -5, 5, 100, 700, 5000, 10**9, 10**17])
@pytest.mark.parametrize("packed", [True, False])
def test_a_wrong_length_costs_its_record_alone(change: int, packed: bool) -> None:  # noqa: FBT001
    archive = pages(9, packed=False)
    archive.pieces[4] = wrong(archive.pieces[4], change)
    content = b"".join(map(gzip.compress, archive.pieces)) if packed else archive.bytes()
    found = read_bytes(content)
    assert [page.url for page in found.documents] == [
        f"https://example.org/{n}" for n in (1, 2, 3, 4, 6, 7, 8, 9)
    ]
    (row,) = found.rows
    assert row.startswith("a.warc:5: ")
    assert "Content-Length" in row


@pytest.mark.parametrize(
    "noise", [b"\0" * 5000, b"x", b"noise\r\n\r\n" * 9999, b"WARC/1.0\r\nno: length\r\n\r\n"]
)
def test_noise_between_records_is_one_row(noise: bytes) -> None:
    archive = pages(4, packed=False)
    found = read_bytes(b"".join([*archive.pieces[:2], noise, *archive.pieces[2:]]))
    assert (len(found.ids), len(found.rows)) == (4, 1)
    assert found.rows[0].startswith(
        f"a.warc:3: {len(noise) - noise.startswith(b'WARC'):,} bytes hold no record; "
    )


def test_headers_that_mean_nothing() -> None:
    plain = pages(3, packed=False)
    first, second, third = plain.pieces
    bad = [
        second.replace(b"HTTP/1.1 200", b"HTTP/1.1 2x0"),
        second.replace(b"WARC-Type: response", b"WARC-Type: \xff\x1b[2J"),
        second.replace(b"WARC-Type", b"WARC-Tope"),
        second.replace(b"Content-Type: text/html", b"Content-Type: \x1b]0;"),
        wrong(second.replace(b"HTTP/1.1 200", b"HTTP"), -8),
    ]
    for piece in bad:
        found = read_bytes(first + piece + third)
        assert found.ids == ["a.warc:1", "a.warc:3"], piece
        assert all(text.isprintable() for text in (*found.rows, *found.notices))
    odd = second.replace(b"charset=ISO-8859-2", b'charset="\x1b[31m"').replace(b"example.org/2", b"e\xff\x1bx")
    found = read_bytes(wrong(odd, odd.find(b"\r\n\r\n") * 0 - 4))
    assert all(ord(c) >= 32 for row in found.rows for c in row)


def test_noise_raises_nothing() -> None:
    archive = pages(4, packed=False)
    archive.add(gzip.compress(PAGE), headers=[*HEAD, ("Content-Encoding", "gzip")])
    archive.add(b"5\r\nhello\r\n0\r\n\r\n", headers=[*HEAD, ("Transfer-Encoding", "chunked")])
    archive.add(b"Some text.", "conversion", declared="text/plain")
    packed = b"".join(map(zstandard.compress, archive.pieces))
    for sound in (archive.bytes(), packed):
        for seed in range(150):
            noise = random.Random(seed)
            harmed = bytearray(sound)
            for _ in range(noise.randint(1, 12)):
                at = noise.randrange(len(harmed))
                harmed[at : at + noise.choice((1, 1, 1, 50))] = noise.randbytes(noise.choice((0, 1, 1, 30)))
            found = read_bytes(bytes(harmed))
            assert found.rows or found.documents
            assert len(set(found.ids)) == len(found.ids)
            assert all(row.isprintable() for row in found.rows)


def test_empty() -> None:
    for content in (b"", b"\r\n\r\n", gzip.compress(b"")):
        (row,) = read_bytes(content).rows
        assert row == "a.warc: holds no record; remove it, or see why it was left empty"


# --- hostile ones -----------------------------------------------------------------------------


def bounded(content: bytes, name: str, options: Options, seconds: float, memory: int) -> Read:
    """Read, within bounds of processor time and memory."""
    Path(name).write_bytes(content)
    del content
    tracemalloc.start()
    begin = time.process_time()
    try:
        found = Read(name, options=options)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - begin < seconds
    assert peak < memory
    return found


SMALL = Options(max_bytes=1 << 20)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", "br"])
def test_a_bomb_within_a_record(encoding: str) -> None:
    zeros = bytes(1 << 27)
    # Brotli's run of 16 MiB of zeros, and again.
    packed = {
        "gzip": lambda: gzip.compress(zeros),
        "deflate": lambda: zlib.compress(zeros),
        "zstd": lambda: zstandard.compress(zeros),
        "br": lambda: b"\x5b\xff\xff\xff\x02\x00" * 9,
    }[encoding]()
    archive = Archive().page().add(packed, headers=[*HEAD, ("Content-Encoding", encoding)]).page()
    for options in (SMALL, Options()):
        found = bounded(archive.bytes(), "a.warc.gz", options, 3, 140 << 20)
        assert found.ids == ["a.warc.gz:1", "a.warc.gz:3"]
        assert len(found.rows) == 1


def test_a_bomb_around_an_archive() -> None:
    archive = pages(3, packed=True)
    content = archive.bytes() + gzip.compress(bytes(1 << 27))
    found = bounded(content, "a.warc.gz", SMALL, 4, 8 << 20)
    assert len(found.ids) == 3
    assert (
        "unpacks to over 200 times its size; unpack it to see what it holds, or raise --max-ratio"
        in found.rows[0]
    )


def test_records_over_the_limit() -> None:
    archive = Archive(packed=False).page().add(b"<p>" + b"x" * 3_000_000).page()
    archive.add(bytes(2_000_000), headers=[("Content-Type", "video/mp4")]).page()
    found = bounded(archive.bytes(), "a.warc", SMALL, 2, 4 << 20)
    assert found.ids == ["a.warc:1", "a.warc:3", "a.warc:5"]
    (row,) = found.rows
    assert row.startswith("a.warc:2: is 3,000,")
    assert row.endswith("bytes, the limit is 1,048,576; raise --max-bytes")
    assert found.notices[0].startswith("passed over 1 video/mp4;")


@pytest.mark.parametrize(
    "content",
    [
        b"\x1f\x8b\x08" * 300_000,
        gzip.compress(b"WARC/1.0\r\n") * 20_000,
        b"WARC/1.0\r\n" * 100_000,
        b"WARC/1.0\r\nContent-Length: 1000000\r\n\r\n" * 30_000,
        b"WARC/1.0\r\nContent-Length: 0\r\n\r\n" * 10_000,
        b"\n" * 2_000_000,
        b"WARC/1.0\r\n" + b"a: b\r\n" * 300_000,
    ],
    ids=["members", "small members", "marks", "lengths", "empty records", "line ends", "header"],
)
def test_hostile_archives_end_soon(content: bytes) -> None:
    found = bounded(content, "a.warc", SMALL, 5, 24 << 20)
    assert found.ids == []
    assert len(found.rows) <= 1001


def test_a_large_archive_takes_little_memory() -> None:
    archive = pages(1, packed=True)
    big = Archive().page("word " * 40_000)
    with open("a.warc.gz", "wb") as file:
        for _ in range(300):
            file.write(archive.pieces[0] + big.pieces[0])
    del archive, big
    tracemalloc.start()
    try:
        from reuse.documents import read

        size = sum(len(found.content) for found in read("a.warc.gz") if isinstance(found, Document))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert size > 60_000_000
