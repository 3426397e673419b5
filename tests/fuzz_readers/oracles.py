"""What must hold of whatever a reader makes of bytes; an exception is a fault, and so is a warning."""

from __future__ import annotations

import atexit
import gzip
import io
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

import zstandard

from reuse.boilerplate import leave_out, of_samples
from reuse.documents import Fields, asked_for, items, read
from reuse.documents.file import File, printable
from reuse.errors import InputError, PolicyError, UsageError
from reuse.evaluation.pan import read_pan
from reuse.evaluation.rows import Row, read_rows
from reuse.markup import article, decode, page_text, parse
from reuse.metadata import Metadata, describe, head
from reuse.metadata.dates import normalised
from reuse.options import Options
from reuse.report.policy import policy_record, policy_text, whose
from reuse.report.records import json_line
from reuse.rights import read_policy
from reuse.samples import HeldSamples
from reuse.texts import extract, utf8
from reuse.values import HTML, TEXT, Document, Notice, Unreadable
from reuse.web import Originals, skim

Found: TypeAlias = Document | Unreadable | Notice
Oracle: TypeAlias = Callable[[bytes], None]

#: Small, so that small inputs reach them.
OPTIONS = Options(max_bytes=50_000, max_ratio=100)
#: Of records, where some are named.
NAMED = Fields(text="text,body", id="id", url="meta.url", html="html")
DAY = date(2026, 11, 22)
#: What no line of a report may hold.
_ODD = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_STEPS = (1, 7, 3, 1 << 12)
_SITES = frozenset({"example.org", "courier.example", "bücher.example"})


@contextmanager
def strict() -> Iterator[None]:
    """Take every warning for a fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def in_memory() -> str | None:
    """Return a place for folders that is quick, None where only the usual one is there, or was named."""
    return "/dev/shm" if os.path.isdir("/dev/shm") and "TMPDIR" not in os.environ else None


@cache
def folder() -> Path:
    """Return a folder of this process, which goes with it."""
    place = tempfile.mkdtemp(prefix="fuzz-readers-", dir=in_memory())
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place)


# --- documents ---------------------------------------------------------------------------------


def documents(name: str, content: bytes) -> None:
    """Read bytes as a file of this name, as a stream and packed; look at all that comes out."""
    path = folder() / name
    path.write_bytes(content)
    asked = asked_for(NAMED if len(content) % 2 else None, OPTIONS, [], [])
    file = File(str(path))
    found = list(items(file, asked))
    for one in found:
        check(one)
    assert found or not content, "nothing is said of what holds something"
    assert list(items(file, asked, partial(_in_steps, content))) == found, "a stream reads otherwise"
    distinct = list(read(str(path), fields=asked.fields, options=OPTIONS))
    _check_distinct(found, distinct)
    _check_texts(distinct)


def packed_alike(name: str, content: bytes) -> None:
    """Read bytes as they are, and packed: the same comes out, but for the name; see `documents`."""
    documents(name, content)
    path = folder() / name
    asked = asked_for(None, OPTIONS, [], [])
    plain = [str(one) for one in items(File(str(path)), asked)]
    for suffix, pack in ((".gz", partial(gzip.compress, compresslevel=1)), (".zst", zstandard.compress)):
        packed = folder() / f"{name}{suffix}"
        packed.write_bytes(pack(content))
        told = [str(one) for one in items(File(str(packed)), asked)]
        assert [one.replace(f"{name}{suffix}", name) for one in told] == plain, "packed, it reads otherwise"


class _InSteps(io.RawIOBase):
    """Bytes of which a read gives a few, as a pipe does."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = self._turn = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self._turn += 1
        step = min(_STEPS[self._turn % len(_STEPS)], len(buffer))
        part = self._content[self._at : self._at + step]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


@contextmanager
def _in_steps(content: bytes) -> Iterator[io.BufferedReader]:
    yield io.BufferedReader(io.BufferedReader(_InSteps(content)))  # type: ignore[type-var]


def check(found: Found) -> None:
    """Look at one thing that a reader yields."""
    if isinstance(found, Document):
        _check_document(found)
        return
    said = str(found)
    assert isinstance(found, Unreadable | Notice)
    assert not _ODD.search(said), f"{said!r} cannot be printed on a line"
    assert len(said) < 20_000, "a row as long as a book"


def _check_document(found: Document) -> None:
    assert isinstance(found.content, bytes | str)
    assert found.media in (TEXT, HTML)
    assert found.line is None or found.line > 0
    assert found.id
    for value in (found.id, found.path):
        assert value == printable(value)
    for line in (found.url, found.title, found.date, found.author, found.modified, found.language):
        assert line is None or (line and not _ODD.search(line)), line
    for line in (found.encoding, found.fetched):
        assert line is None or (line and not _ODD.search(line)), line
    assert found.published is None or isinstance(found.published, float)
    assert found.site is None or found.site


def _check_distinct(found: Sequence[Found], distinct: Sequence[Found]) -> None:
    """Of documents with one id the first stays, the others are told; all else is as it was."""
    assert len(found) == len(distinct)
    ids: set[str] = set()
    for one, kept in zip(found, distinct, strict=True):
        if isinstance(one, Document) and one.id in ids:
            assert isinstance(kept, Unreadable)
            check(kept)
        else:
            assert kept == one
            ids |= {one.id} if isinstance(one, Document) else set()


def _check_texts(found: Sequence[Found]) -> None:
    """Decode documents, web pages too: every text is valid, and one again when it is decoded again."""
    texts = extract(skim(found, Originals()))
    given = sum(isinstance(one, Document) for one in found)
    faults = sum(isinstance(one, Unreadable) for one in found)
    assert len(texts.documents) + len(texts.unreadable) == given + faults
    for row, document in enumerate(texts.documents):
        text = texts[row]
        sound(text)
        assert not text.isspace()
        assert 0 <= texts.replaced[row] <= text.count("\ufffd")
        _check_document(document)
        content = text.encode()
        if document.media == TEXT and not text.startswith("\ufeff"):
            assert utf8(content) == (content, 0), "decoded again, it is another"
    for fault in texts.unreadable:
        check(fault)


def sound(text: str) -> None:
    """A text has neither lone surrogates nor NULs."""
    text.encode()
    assert "\0" not in text


# --- web pages ---------------------------------------------------------------------------------


def page(content: bytes) -> None:
    """Take a web page apart: its text, its article, the marks, what it says of itself."""
    html, replaced = decode(content, "latin1" if len(content) % 3 == 0 else None)
    sound(html)
    assert 0 <= replaced <= html.count("\ufffd")
    assert decode(content, "latin1" if len(content) % 3 == 0 else None) == (html, replaced)
    url = "https://example.org/2026/11/22/a" if len(content) % 2 else None
    _check_head(html, url)
    _check_article(html, url)
    document = Document("a", b"", "a", url=url, fetched="2026-11-22T10:00:00Z")
    said = describe(parse(html), html, document, _SITES, DAY)
    _check_metadata(said)
    assert describe(parse(html), html, document, _SITES, DAY) == said
    shown = page_text(parse(html))
    sound(shown)
    assert page_text(parse(html)) == shown


def _check_head(html: str, url: str | None) -> None:
    said = head(parse(html), url, DAY)
    for value in said:
        assert value is None or (value and not _ODD.search(value) and len(value) <= 2_000)
    for moment in (said.published, said.modified):
        assert moment is None or normalised(moment, DAY) == moment


def _check_article(html: str, url: str | None) -> None:
    found = article(html, url)
    sound(found.text)
    assert list(found.marks) == sorted(found.marks, key=lambda mark: mark[1:])
    for mark in found.marks:
        assert mark.kind in ("hidden", "split", "entity")
        assert 0 <= mark.begin <= mark.end <= len(found.text)
        assert (mark.begin == mark.end) == (mark.kind == "hidden")


def _check_metadata(said: Metadata) -> None:
    facts = [said.url, said.site, said.canonical_url, said.canonical_site, said.title, said.author]
    facts += [said.published, said.modified, said.language, said.noindex, said.paywalled]
    for fact in (*filter(None, facts), *(fact for _, fact in said.also)):
        assert fact.value
        assert not _ODD.search(fact.value)
        assert len(fact.value) <= 2_000
    for fact in filter(None, (said.published, said.modified)):
        assert fact.where == "warc-date" or normalised(fact.value, DAY) == fact.value
        datetime.fromisoformat(
            fact.value + "-01-01"[: 10 - len(fact.value)] if len(fact.value) < 10 else fact.value
        )
    assert len(said.links) == min(said.links_total, 20)
    for link in said.links:
        assert link.site in _SITES
        assert not _ODD.search(link.url + link.text)


# --- what people write for the toolkit ---------------------------------------------------------


def _check_faults(told: Sequence[str], place: str) -> None:
    """Each fault says where it is, on a line."""
    assert told
    for line in told:
        assert line.startswith(place)
        assert not _ODD.search(line), f"{line!r} cannot be printed on a line"


def policy(content: bytes) -> None:
    """Read a policy: it is whole, or every fault has a line of its own."""
    path = folder() / "policy.toml"
    path.write_bytes(content)
    try:
        known = read_policy(str(path))
    except PolicyError as fault:
        _check_faults(fault.faults, str(path))
        return
    assert read_policy(str(path)) == known
    asked = [whose(known, url, DAY) for url in ("https://courier.example/1", "https://www.b.example")]
    json_line(policy_record(known, DAY, asked)).encode()
    policy_text(known, DAY, 80, asked).encode()


_PAGE = "Sign up for our newsletter and never miss a story. " + " ".join(f"word{n}" for n in range(40))


def boilerplate(content: bytes) -> None:
    """Take what a file names out of texts: what is left, with what was, is the text."""
    path = folder() / "boilerplate.txt"
    path.write_bytes(content)
    named = extract(read(str(path), options=OPTIONS))
    lines = [line for row in range(len(named.documents)) for line in named[row].splitlines() if line.strip()]
    whole = "\n".join([_PAGE, *lines])
    texts = extract([Document("a", whole, "a"), Document("b", _PAGE, "b")])
    found = of_samples(HeldSamples(texts, 5), OPTIONS, named)
    left = leave_out(texts, found, OPTIONS)
    for row in range(len(texts.documents)):
        assert left[row] == texts[row]
        if left.left_out is not None:
            end = 0
            for begin, last, stretch in left.left_out.stretches(row):
                assert end <= begin < last <= len(texts[row])
                assert texts[row][begin:last] == stretch
                end = last


def pairs(content: bytes) -> None:
    """Read labelled pairs: rows, or what is wrong with them."""
    path = folder() / "pairs.jsonl"
    path.write_bytes(content)
    found = list(read_rows(str(path), OPTIONS))
    assert found
    assert list(read_rows(str(path), OPTIONS)) == found
    for one in found:
        if not isinstance(one, Row):
            check(one)
            continue
        assert one.id
        for text in (one.source, one.page):
            assert text
            assert not text.isspace()


#: Parts a list of pairs from the truth of the first.
PARTED = b"\n====\n"
_SOURCE, _SUSPICIOUS = "Äpfel and pears. " * 9, "Other words, and pears. " * 9


def pan(content: bytes) -> None:
    """Read a corpus of PAN whose list of pairs and truth are these."""
    names, _, truth = content.partition(PARTED)
    root = folder() / "pan"
    for side, text in (("src", _SOURCE), ("susp", _SUSPICIOUS)):
        (root / side).mkdir(parents=True, exist_ok=True)
        (root / side / f"{side}1.txt").write_text(text, "utf-8")
    (root / "a").mkdir(exist_ok=True)
    (root / "a" / "pairs").write_bytes(names)
    (root / "a" / "susp1-src1.xml").write_bytes(truth)
    try:
        found = read_pan(str(root), [], OPTIONS)
    except (InputError, UsageError) as fault:
        _check_faults([str(fault)], str(root))
        return
    for pair in found.pairs:
        assert (pair.source, pair.page) == ("src1.txt", "susp1.txt")
        for case in pair.cases:
            assert 0 <= case.source_begin < case.source_end <= len(_SOURCE)
            assert 0 <= case.page_begin < case.page_end <= len(_SUSPICIOUS)
