"""PDF: the text of pages that were written by hand, and what becomes of those that cannot be read.

Covers: `reuse.documents.pdf`, `reuse.documents.pdf_text`. Compares against: the lines written into the pages.
Run: ``pytest tests/test_pdf.py``
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from reuse.documents import pdf
from reuse.options import Options
from tests.test_documents import Read, pipe_in


def made(
    pages: Sequence[Sequence[str]], info: bytes = b"", *, stream: bytes | None = None, trailer: bytes = b""
) -> bytes:
    """Write a PDF: pages of lines, or of one content stream."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< %b >>" % info,
    ]
    kids = []
    for lines in pages:
        shown = b"".join(b"(%b) Tj T*\n" % line.encode("cp1252") for line in lines)
        content = b"BT /F1 12 Tf 72 720 Td 14 TL\n%bET" % shown
        filters = b""
        if stream is not None:
            content, filters = stream, b"/Filter [/FlateDecode /FlateDecode]"
        objects.append(b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), filters, content))
        box = b"/MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R %b >>" % (len(objects), box))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(kids), len(kids))
    written, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, b"".join(places))
    ends = b"trailer << /Size %d /Root 1 0 R /Info 4 0 R %b >>\n" % (len(objects) + 1, trailer)
    return written + table + ends + b"startxref\n%d\n%%%%EOF" % len(written)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_bytes(content: bytes, options: Options | None = None) -> Read:
    Path("a.pdf").write_bytes(content)
    return Read("a.pdf", options=options)


PAGES = [
    [
        "The prisons of the country are full, said the report of the coun-",
        "cil that was published on Tuesday, and an Anglo-",
        "American commission agreed with most of what it had to say.",
        "Nobody answered.",
        "A second paragraph has lines that are as long as the others, and",
        "goes on to the very end of the page, where it is broken by a long-",
    ],
    ["ish word and comes to its end on the next one, as they often do.", "© 2024"],
]
TEXT = """\
The prisons of the country are full, said the report of the council that was published on Tuesday, and an \
Anglo-American commission agreed with most of what it had to say. Nobody answered.
A second paragraph has lines that are as long as the others, and goes on to the very end of the page, where \
it is broken by a longish word and comes to its end on the next one, as they often do. © 2024
"""


def test_text_and_information(monkeypatch: pytest.MonkeyPatch) -> None:
    info = b"/Title (A  title\\n) /Author (J. Doe) /CreationDate (D:20240131120000+01'00') /ModDate (D:2024)"
    content = made(PAGES, info)
    (document,) = read_bytes(content).documents
    assert document.content == TEXT
    assert (document.id, document.title, document.author) == ("a.pdf", "A title", "J. Doe")
    assert (document.date, document.modified) == ("2024-01-31T12:00:00+01:00", "2024-01-01")
    assert document.published == 1706698800
    pipe_in(monkeypatch, content)
    assert Read("-").documents == [document._replace(id="-", path="-")]


def test_pages_without_text() -> None:
    blank: list[list[list[str]]] = [[[]], [[" "], []]]
    for pages in blank:
        (row,) = read_bytes(made(pages)).rows
        assert row == "a.pdf: holds no text; it may be scanned: recognise its text first"


def test_damaged_and_encrypted() -> None:
    content = made(PAGES)
    damaged = "a.pdf: is a damaged PDF; repair it, or leave it out"
    assert read_bytes(content[:100]).rows == [damaged]
    assert read_bytes(b"%PDF-1.4\n" + bytes(5000)).rows == [damaged]
    locked = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (%b) /U (%b) >> /ID [(x) (x)]" % (
        b"o" * 32,
        b"u" * 32,
    )
    (row,) = read_bytes(made(PAGES, trailer=locked)).rows
    assert row == "a.pdf: is encrypted; save it without its password first"


def test_limits() -> None:
    content = made(PAGES)
    (row,) = read_bytes(content, Options(max_bytes=len(content) - 1)).rows
    size = len(content)
    assert row == f"a.pdf: is {size:,} bytes, the limit is {size - 1:,}; split it, or raise --max-bytes"
    much = zlib.compress(
        zlib.compress(b"BT /F1 12 Tf 72 720 Td 14 TL\n" + b"(some words) Tj T*\n" * 20_000 + b"ET")
    )
    many = made([[]], stream=much)
    (row,) = read_bytes(many, Options(max_bytes=50_000)).rows
    assert row == "a.pdf: has over 50,000 characters, the limit is 50,000; split it, or raise --max-bytes"


def test_a_bomb_stops_its_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a hundred megabytes of drawing, packed twice over."""
    monkeypatch.setattr(pdf, "_SECONDS", 1)
    content = made([[]], stream=zlib.compress(zlib.compress(b"BT /F1 1 Tf (a) Tj ET " * 2_500_000)))
    assert len(content) < 1_000_000
    begin = time.process_time()
    (row,) = read_bytes(content).rows
    assert time.process_time() - begin < 3
    assert row.startswith("a.pdf: is not read within 1 seconds of a processor; save its text as .txt")


def test_memory_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MEMORY", 1 << 27)
    content = made([[]], stream=zlib.compress(zlib.compress(b" " * (1 << 28))))
    (row,) = read_bytes(content).rows
    assert row.startswith("a.pdf: stops the library that reads PDF, or takes over")


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (row,) = read_bytes(made(PAGES)).rows
    assert row.endswith("install it: pip install 'textreuse[pdf]'")
