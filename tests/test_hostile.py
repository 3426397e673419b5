"""Malice, through the command line: each hostile input beside sound ones, which are processed and reported.

Covers: readers and markup, as ``reuse audit`` runs them in a process of its own, within bounds of memory and of
the processor's time. Compares against: the copies that stand beside, before and behind each fault, or in it;
and the tree that the browser's own parser makes. Run: ``pytest tests/test_hostile.py``
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from resiliparse.parse.html import HTMLTree

from reuse.markup import page_text, parse
from reuse.markup.trees import select, with_short_tags
from tests.templates import ODD, TEMPLATES
from tests.test_cli import ARTICLE, OWN, PLAIN
from tests.test_parquet import make as make_parquet
from tests.test_pdf import made as make_pdf
from tests.test_warc import Archive

COPY = ARTICLE.encode()
PAGE = f"<title>Bridge</title><p>{ARTICLE}</p>".encode()
LINE = json.dumps({"text": ARTICLE}).encode() + b"\n"
ROW = b'text,title\n"%b",Bridge\n' % COPY

_RUN = """
import resource, sys
from reuse.__main__ import run
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
try:
    run()
finally:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    sys.stdout.flush()
    print("\\nused", sum(one.ru_utime + one.ru_stime for one in used), peak, file=sys.stderr)
"""


class Done(NamedTuple):
    """What a command left behind, and what it took."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: int

    @property
    def found(self) -> set[str]:
        """The pages in findings."""
        return {json.loads(line)["page"]["id"] for line in self.out.splitlines()}

    def rows(self, name: str) -> list[str]:
        """What is said of an input that is unreadable, and of what is within it."""
        begin = f"unreadable: {name}"
        return [line.removeprefix(begin) for line in self.err.splitlines() if line.startswith(begin)]


def audit(folder: Path, *arguments: object, form: str = "jsonl") -> Done:
    """Audit the pages of a folder, or what is named, against one article."""
    (folder / "article.txt").write_text(ARTICLE)
    command = [sys.executable, "-c", _RUN, "audit", "article.txt", *map(str, arguments or ["p"])]
    done = subprocess.run(
        [*command, "-v", "-f", form], cwd=folder, env=PLAIN, capture_output=True, text=True, check=False
    )
    err, _, used = done.stderr.rpartition("\nused ")
    assert "Traceback" not in err
    assert "a fault of reuse itself" not in err
    seconds, peak = used.split()
    return Done(done.returncode, done.stdout, err, float(seconds), int(peak) // 1024)


def beside(folder: Path, pages: Mapping[str, bytes]) -> Done:
    """Audit pages with a sound copy before them and one behind."""
    (folder / "p").mkdir()
    for name, content in {"0.txt": COPY, "~.txt": COPY, **pages}.items():
        (folder / "p" / name).write_bytes(content)
    return audit(folder)


def check(done: Done, faults: Mapping[str, str], found: set[str]) -> None:
    """Every fault is one row that says why, and the copies are found, no more and no fewer."""
    for name, why in faults.items():
        (row,) = done.rows(f"p/{name}")
        assert why in row, name
    assert done.code == 3
    assert done.found == {"p/0.txt", "p/~.txt", *(f"p/{name}" for name in found)}


# --- bombs ------------------------------------------------------------------------------------

GIGABYTE = 1 << 30


@cache
def packed_block(filling: bytes) -> bytes:
    return gzip.compress(filling * (1 << 24))


def bomb(begin: bytes = b"", filling: bytes = b" ", end: bytes = b"", size: int = GIGABYTE) -> bytes:
    """Return so many bytes of filling between others, packed to a thousandth."""
    block = packed_block(filling)
    return gzip.compress(begin) + block * (size >> 24) + gzip.compress(end)


def zipped(members: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return held.getvalue()


def packed_record(content: bytes) -> bytes:
    """Return a record of WARC whose page is packed by the server."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + content
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http;msgtype=response\r\n"
    return head + b"Content-Length: %d\r\n\r\n%b\r\n\r\n" % (len(http), http)


@pytest.mark.slow
def test_bombs(tmp_path: Path) -> None:
    endless = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1073741824\r\n\r\n"
    page = Archive(packed=False).add(PAGE).bytes()
    within = page + packed_record(gzip.compress(bytes(1 << 27))) + packed_record(gzip.compress(PAGE))
    tar_head = tarfile.TarInfo("2.txt")
    tar_head.size = GIGABYTE
    pages = {
        "text.txt.gz": bomb(COPY),
        "twice.txt.gz": gzip.compress(bomb(COPY)),
        "thrice.txt.gz": gzip.compress(gzip.compress(bomb(COPY))),
        "page.html.gz": bomb(PAGE + b"<!--"),
        "lines.jsonl.gz": bomb(LINE + b'{"text": "', b"a", b'"}\n' + LINE),
        "rows.csv.gz": bomb(ROW + b'"', b"a", b'",b\n'),
        "value.json.gz": bomb(b'[{"text": "', b"a", b'"}]'),
        "crawl.warc.gz": bomb(page + endless),
        "within.warc": within,
        "a.zip": zipped({"1.txt": COPY, "2.txt": bytes(1 << 27), "3.html.gz": bomb(PAGE), "4.txt": COPY}),
        "b.zip": zipped({"1.zip": zipped({"2.txt": bytes(1 << 24)}), "2.jsonl.gz": bomb(LINE), "3.txt": COPY}),
        "c.tar.gz": bomb(tarred({"1.txt": COPY})[:1024] + tar_head.tobuf(), b"\0"),
        "mail.mhtml.gz": bomb(
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\n--a\r\n"
        ),
    }
    done = beside(tmp_path, pages)
    outer = ("text.txt", "twice.txt", "page.html", "lines.jsonl", "rows.csv", "value.json", "crawl.warc")
    faults = {
        **{f"{name}.gz": "unpacks to over 200 times its size" for name in (*outer, "mail.mhtml")},
        "thrice.txt.gz": "packed over and over, the limit is 2 times",
        "within.warc:2": "unpacks to over 200 times its 130,478 bytes",
        "a.zip/2.txt": "unpacks to 134,217,728 bytes",
        "a.zip/3.html.gz": "unpacks to over 200 times its size",
        "b.zip/1.zip": "within an archive; unpack the outer one first",
        "b.zip/2.jsonl.gz": "unpacks to over 200 times its size",
        "c.tar.gz/2.txt": "unpacks to over 200 times its size",
        "c.tar.gz:": "unpacks to over 200 times its size",
    }
    found = {"lines.jsonl.gz:1", "rows.csv.gz:2", "crawl.warc.gz:1", "within.warc:1", "within.warc:3"}
    found |= {"a.zip/1.txt", "a.zip/4.txt", "b.zip/2.jsonl.gz:1", "b.zip/3.txt", "c.tar.gz/1.txt"}
    check(done, faults, found)
    assert done.seconds < 15
    assert done.megabytes < 900


# --- pages ------------------------------------------------------------------------------------

MISLED = "<script>a='</script><p title=\"'\">"  # an odd quote in a script


def attributes(form: str, count: int = 50_000) -> str:
    """Return a tag of so many attributes, with brackets in their values."""
    return f"<p {' '.join(form.format(n) for n in range(count))}>"


def page(begin: str, end: str = "") -> bytes:
    return f"<title>Bridge</title>{begin}<p>{ARTICLE}</p>{end}".encode()


#: What a thief might do to keep a machine from reading what readers read.
PAGES = {
    "nested": page("<div>" * 1_000_000),
    "nested in turn": page("<b><p><table><tr><td>" * 50_000),
    "behind": page("", "<a><b><i>" * 50_000),
    "a long value": page(f'<p title="{"x" * 50_000_000}"></p>'),
    "attributes": page(attributes("a{}")),
    "brackets": page(attributes('a{}=">"')),
    "misled by a script": page(MISLED + attributes('a{}=">"')),
    "misled by two": page(MISLED + '<script>b="</script>' + attributes("a{}='>\"'")),
    "many such tags": page("".join(attributes('a{}=">"', 999) for _ in range(30))),
    "a tag in a tag": page("<a " * 100_000),
    "brackets and quotes": page('<a b=">' * 30_000 + '">'),
    "quotes in turn": page("<a b=\"'>" * 20_000 + "<a b='\">" * 20_000 + "'>\">"),
    "entities": b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY a%d "%b">' % (n + 1, b"&a%d;" % n * 10) for n in range(12))
    + b'<!ENTITY file SYSTEM "file:///etc/passwd">]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>'
    + COPY
    + b"</p><p>&a12;&file;</p></body></html>",
    "ampersands": page("<p>" + "&amp;" * 1_000_000),
    "numbers": page("<p>" + "&#x41;" * 100_000 + "&#99999999999999999999;" * 10_000),
    "NULs": bytes(200_000) + page("").replace(b" ", b"\0 \0") + bytes(200_000),
    "comments": page("<!--" * 100_000 + "-->"),
    "styles": page("<style>" + "".join(f".a{n}{{display:none}}" for n in range(20_000)) + "</style>"),
    "scripts of data": page(f'<script type="application/ld+json">{"[" * 400_000}</script>'),
    "meta": page("<meta name=author content=x>" * 20_000),
    "times": page("<time datetime=2026>x</time>" * 20_000),
}


@pytest.mark.slow
def test_pages(tmp_path: Path) -> None:
    done = beside(tmp_path, {f"{name}.html": content for name, content in PAGES.items()})
    assert done.rows("") == []
    assert done.code == 0
    assert done.found == {"p/0.txt", "p/~.txt", *(f"p/{name}.html" for name in PAGES)}
    assert done.seconds < 30
    assert done.megabytes < 1500


def test_entities_are_not_resolved() -> None:
    text = page_text(parse(PAGES["entities"].decode()))
    assert len(text) < 2 * len(ARTICLE)
    assert "root:" not in text


_PIECES = (
    *("<a", "<p ", "</a ", "<script>", "</script>", "<textarea>", "</textarea>", "<svg>", "<!--", "-->"),
    *("<![CDATA[", "]]>", '"', "'", "=", ">", "/", "x", "x=", '="', "='", " ", "\t", "\n", "\xa0", "\x0b", "é"),
)
_FORMS = (
    *("a{}", "/a{}", "=a{}=", "a{}=x", 'a{}=">"', "a{}='>'", 'a{}= ">" ', "a{}='\"'", 'a{}="<b c>"'),
    *("a{}\t=\n'>'", "a{}=\xa0'>'", "a{}=/"),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(_PIECES), max_size=24).map("".join),
    st.sampled_from(_FORMS),
    st.sampled_from(["<p ", "<p/", "<p\n", ""]),
)
def test_no_tag_has_more_attributes_than_a_thousand(before: str, form: str, tag: str) -> None:
    page = before + tag + " ".join(form.format(n) for n in range(1100)) + ">x"
    short = with_short_tags(page)
    assert short is not None
    assert short.replace(">", "") == page.replace(">", "")
    tree = HTMLTree.parse(short)
    assert max((len(element.attrs) for element in select(tree, "*")), default=0) <= 1000


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
def test_pages_with_few_attributes_stay_as_they_are(page: str) -> None:
    assert with_short_tags(page) == page


@pytest.mark.parametrize(
    "filling", ["<a ", "<a", "<a>", "<a b='", '<a b="', '<a b=">', "<p " + "a" * 40 + " ", "= ", " "]
)
@pytest.mark.parametrize("around", ["{}", '<p a="{}">', "<p a='{}\" '", "<script>{}</script>"])
def test_looking_for_the_ends_of_tags_takes_linear_time(filling: str, around: str) -> None:
    page = around.format(filling * (1_000_000 // len(filling)))
    begin = time.process_time()
    with_short_tags(page)
    assert time.process_time() - begin < 1


#: End tags that end nothing: in a comment, a value, a script, a cell, a list to choose from, a drawing.
UNENDED = {
    "a comment": "<{0} x={1}><!--</{0}>-->",
    "a value": "<{0} x={1}><p a='></{0}>'>",
    "a script": "<{0} x={1}><script>'</{0}>'</script>",
    "a script in a script": "<{0} x={1}><script><!--<script></script></{0}>--></script>",
    "a cell": "<{0} x={1}><table><td></{0}></table>",
    "a choice": "<{0} x={1}><select></{0}></select>",
    "bogus": "<{0} x={1}><!x </{0}><?x </{0}></0 </{0}>",
    "a drawing": "<svg><{0} x={1}><title></{0}></title><tr></tr><path></path/></svg",
}


@pytest.mark.parametrize("name", ["div", "font", "ul", "span", "b", "button", "i"])
@pytest.mark.parametrize("way", UNENDED)
def test_end_tags_that_end_nothing_mislead_nobody(way: str, name: str) -> None:
    page = "".join(UNENDED[way].format(name, number) for number in range(8000))
    page += "<p>x<table></table><li>y" * 8000
    begin = time.process_time()
    text = page_text(parse(page))
    assert time.process_time() - begin < 0.5 + len(page) / 1_000_000
    assert len(text) < 2 * len(page)


@pytest.mark.parametrize("name", [*TEMPLATES, *ODD])
def test_a_long_page_keeps_its_title(name: str) -> None:
    page = {**TEMPLATES, **ODD}[name]("Bridge closed", [f"{ARTICLE} <b>{OWN}</b>"] * 9)
    long = page * (30_000 // page.count("<") + 1)
    assert parse(long).title


def stream(path: Path, pieces: Iterator[bytes]) -> threading.Thread:
    """Write pieces into a pipe at a path until nobody reads it any more."""
    os.mkfifo(path)

    def write() -> None:
        try:
            with path.open("wb") as pipe:
                for piece in pieces:
                    pipe.write(piece)
        except BrokenPipeError:
            return

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def endless(begin: bytes, size: int, end: bytes = b"") -> Iterator[bytes]:
    """Yield so many bytes between others, a piece at a time."""
    yield begin
    for _ in range(size >> 20):
        yield b"a" * (1 << 20)
    yield end


@pytest.mark.slow
def test_what_is_over_the_limit(tmp_path: Path) -> None:
    (tmp_path / "0.txt").write_bytes(COPY)
    (tmp_path / "rows.csv").write_bytes(b"".join(endless(ROW + b'"', 40 << 20, b'",b\n' + ROW.splitlines()[1])))
    large = b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: 41943040\r\n\r\n"
    good = Archive(packed=False).add(PAGE).bytes()
    pipes = {
        "page.html": endless(b"<!doctype html><p>" + COPY + b'<p title="', 500 << 20, b'">'),
        "lines.jsonl": endless(LINE + b'{"text": "', 40 << 20, b'"}\n' + LINE),
        "crawl.warc": endless(good + large, 40 << 20, b"\r\n\r\n" + good),
    }
    threads = [stream(tmp_path / name, pieces) for name, pieces in pipes.items()]
    done = audit(tmp_path, "0.txt", "rows.csv", *pipes, "--max-bytes", 10_000_000)
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert done.code == 3
    lines = {"rows.csv:2", "rows.csv:4", "lines.jsonl:1", "lines.jsonl:3", "crawl.warc:1", "crawl.warc:3"}
    assert done.found == {"0.txt", *lines}
    limit = "the limit is 10,000,000"
    assert done.rows("page.html") == [f": is over 10,000,000 bytes, {limit}; split it, or raise --max-bytes"]
    assert all(limit in done.rows(name)[0] for name in ("rows.csv:3", "lines.jsonl:2", "crawl.warc:2"))
    assert done.seconds < 10
    assert done.megabytes < 400


# --- names, links and what is shown ------------------------------------------------------------

STEERING = "\x1b]0;owned\x07\x1b[2J\r\n\x9b31m\u202e=cmd|' /C calc'!A0"
NAMES = (
    "../../escaped.txt",
    "/etc/escaped.txt",
    "..\\..\\escaped.txt",
    "a/../../../escaped.txt",
    "\x1b[31m\n.txt",
    "=1+1.txt",
)


def steers(text: str) -> list[str]:
    """Return what a terminal would obey, besides line ends."""
    return re.findall("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e]", text)


def everything_below(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_size for path in folder.rglob("*")}


def test_names_lead_nowhere(tmp_path: Path) -> None:
    here = tmp_path / "a" / "b" / "c"
    here.mkdir(parents=True)
    (tmp_path / "a" / "escaped.txt").write_text(OWN)
    pages = here / "p"
    pages.mkdir()
    (pages / "0.txt").write_bytes(COPY)
    (pages / "a.zip").write_bytes(zipped(dict.fromkeys(NAMES, COPY)))
    (pages / "b.tar").write_bytes(tarred(dict.fromkeys(NAMES, COPY)))
    (pages / "loop").symlink_to(pages)
    (pages / "loop.txt").symlink_to("loop.txt")
    (pages / "up").symlink_to("..")
    (pages / "nowhere.txt").symlink_to("/nowhere/at all")
    os.mkfifo(pages / "pipe.txt")
    (pages / "-rf.txt").write_bytes(COPY)
    (pages / "\x1b[2J\n=1.txt").write_bytes(COPY)
    (pages / os.fsdecode(b"\xff.txt")).write_bytes(COPY)
    (here / "article.txt").write_text(ARTICLE)
    before = everything_below(tmp_path)
    done = audit(here, "p")
    assert everything_below(tmp_path) == before
    assert done.code == 3
    assert steers(done.err) == steers(done.out) == []
    inner = ("../../escaped.txt", "etc/escaped.txt", "a/../../../escaped.txt", "\\x1b[31m\\n.txt", "=1+1.txt")
    own = {"p/0.txt", "p/-rf.txt", "p/\\x1b[2J\\n=1.txt", "p/\\xff.txt", "p/up/article.txt"}
    assert done.found == own | {f"p/{archive}/{name}" for archive in ("a.zip", "b.tar") for name in inner}
    for name in ("loop.txt", "nowhere.txt", "pipe.txt"):
        assert len(done.rows(f"p/{name}: ")) == 1


def strangers(folder: Path) -> None:
    """Write pages whose every field would steer a terminal, or be a formula."""
    (folder / "p").mkdir()
    fields = {"id": STEERING, "url": f"https://e.org/{STEERING}", "title": STEERING, "author": STEERING}
    formula = {"id": "=HYPERLINK(1)", "url": "@SUM(1)", "title": "\t+1", "author": "-1+1", "date": "=1"}
    rows = [{"text": ARTICLE, "date": STEERING, **fields}, {"text": ARTICLE, **formula}]
    (folder / "p/rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with (folder / "p/rows.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "id", "title"])
        writer.writerow([ARTICLE, f"csv {STEERING}", STEERING])
        writer.writerow([ARTICLE, "＝1", "\x00=1"])
    (folder / "p/page.html").write_text(
        f"<html lang='{STEERING[:9]}'><title>{STEERING}</title><meta name=author content=\"{STEERING}\">"
        f'<link rel=canonical href="https://e.org/{STEERING}"><p>{ARTICLE}</p>',
        newline="",
    )
    crawl = Archive().add(PAGE, headers=[("Content-Type", f"text/html; charset={STEERING[:9]!r}")])
    (folder / "p/crawl.warc.gz").write_bytes(crawl.add(b"=1", headers=[("Content-Type", "\x1b[2J=1")]).bytes())
    (folder / "p/bad.jsonl").write_text('{"text": "' + STEERING + "\n" + json.dumps({STEERING: 1}) + "\n")


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_strangers_steer_neither_terminal_nor_spreadsheet(tmp_path: Path, form: str) -> None:
    strangers(tmp_path)
    done = audit(tmp_path, "p", "-o", "report", form=form)
    assert done.code == 3
    assert steers(done.out.replace("\r\n", "\n")) == steers(done.err) == []
    written = [path.read_text("utf-8") for path in (tmp_path / "report").iterdir() if path.suffix != ".zst"]
    assert len(written) >= 3
    assert [steers(text.replace("\r\n", "\n")) for text in written] == [[]] * len(written)
    tables = [(tmp_path / "report/findings.csv").read_text("utf-8")] + ([done.out] if form == "csv" else [])
    for table in tables:
        cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
        assert len(cells) > 6 * 20
        assert [cell for cell in cells if re.match(r"[\s]*[=+\-@＝＋－＠]", cell)] == []


# --- damage -----------------------------------------------------------------------------------


def test_damage_costs_no_more_than_itself(tmp_path: Path) -> None:
    packed, plain = Archive(), Archive(packed=False)
    for number in range(9):
        packed.add(PAGE + b"<p>%d" % number)
        plain.add(PAGE + b"<p>%d" % number)
    make_parquet(tmp_path / "rows.parquet", "SELECT ? AS text, i AS id FROM range(50) r(i)", [ARTICLE])
    parquet = (tmp_path / "rows.parquet").read_bytes()
    archive = zipped({"1.txt": COPY, "2.txt": COPY})
    torn = {
        "a.warc.gz": (packed.bytes()[:-200], ":9: is damaged (it is packed and damaged"),
        "b.warc": (plain.bytes()[:-200], ":9: is cut off: its Content-Length says"),
        "d.warc": (plain.bytes().replace(b"Length: ", b"Length: -"), ":1: 690 bytes hold no record"),
        "e.parquet": (parquet[:-9], ": is Parquet and damaged"),
        "f.parquet": (parquet[: len(parquet) // 2], ": is Parquet and damaged"),
        "g.jsonl.gz": (
            gzip.compress(LINE) + gzip.compress(OWN.encode())[:-20],
            ": cannot be read: it is packed",
        ),
        "h.txt.gz": (gzip.compress(COPY)[:-9], ": cannot be read: it is packed and damaged"),
        "i.zip": (archive[:-30], ": is a damaged zip"),
        "j.zip": (archive.replace(archive[45:60], bytes(15), 1), "/1.txt: cannot be read: it is damaged"),
        "k.tar": (tarred({"1.txt": COPY, "2.txt": COPY})[:1700], "/2.txt: cannot be read: it is damaged"),
        "l.pdf": (make_pdf([[ARTICLE[:90], ARTICLE[90:]]])[:600], ": is a damaged PDF"),
        "m.jsonl": (LINE + LINE[:-9], ":2: is not JSON"),
        "n.json": (b'[{"text": "' + COPY, ":1: is not JSON"),
        "o.csv": (ROW + b'"' + COPY, ":3: has a quote that is not closed"),
    }
    zeros = {
        "p.txt": (bytes(300_000), ": is binary, not text"),
        "q.jsonl": (LINE + bytes(1000) + b"\n" + LINE, ":2: is not JSON"),
        "r.csv": (bytes(1000) + ROW, ": no record has a text"),
        "s.warc": (bytes(1000) + plain.bytes(), ":1: 1,000 bytes hold no record"),
        "t.zip": (bytes(1000), ": is a damaged zip"),
        "u.pdf": (b"%PDF-1.7" + bytes(1000), ": is a damaged PDF"),
        "v.parquet": (b"PAR1" + bytes(1000) + b"PAR1", ": is Parquet and damaged"),
        "w.html": (bytes(1000), ": holds no text"),
    }
    wrong = plain.bytes().replace(b"Content-Length: ", b"Content-Length: 1", 3)
    inputs = {name: content for name, (content, _) in {**torn, **zeros}.items()}
    done = beside(tmp_path, {**inputs, "c.warc": wrong})
    for name, (_, why) in {**torn, **zeros}.items():
        assert done.rows(f"p/{name}")[0].startswith(why)
    for number in (1, 2, 3):
        assert "does not end after the 1,326 bytes" in done.rows(f"p/c.warc:{number}")[0]
    found = {"g.jsonl.gz:1", "j.zip/2.txt", "k.tar/1.txt", "m.jsonl:1", "o.csv:2", "q.jsonl:1", "q.jsonl:3"}
    found |= {f"{name}:{number}" for name in ("a.warc.gz", "b.warc") for number in range(1, 9)}
    found |= {f"c.warc:{number}" for number in range(4, 10)} | {f"s.warc:{number}" for number in range(2, 11)}
    assert done.found == {"p/0.txt", "p/~.txt", *(f"p/{name}" for name in found)}
    assert done.code == 3
    assert done.seconds < 10
