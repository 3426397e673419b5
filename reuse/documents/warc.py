"""Web archives (.warc, .wet): one record, one page, numbered from 1 in the order of the archive.

Read are responses and resources that are HTML or plain text, and the plain text that others made of them
(``conversion``). Everything else, redirects and errors of servers too, is counted and passed over. Records are
cut here, so that those after a damaged one are found again, and taken apart by FastWARC.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from reuse.documents.file import File, RefusedError, passed_over, printable, reason
from reuse.documents.records import Fields
from reuse.documents.unpacked import Unpacked
from reuse.options import Options
from reuse.values import HTML, TEXT, Document, Notice, Unreadable

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap

_STEP = 1 << 17  # bytes read at a time
_LARGEST_HEADER = 1 << 16
#: Bytes that the content of a record may unpack to, whatever its ratio.
_FREE = 1 << 20
#: Of what damaged records claimed to be theirs, and was others', so many times ``max_bytes`` is looked at anew.
_PATIENCE = 64
_MOST_FAULTS = 1000
_KINDS = 1000  # told apart of what is passed over

_MARK = b"WARC/1."
_FIRST_LINE = re.compile(rb"WARC/1\.\d\r?\n")
_NEXT = re.compile(rb"\r?\n\r?\n(?=WARC/1\.\d\r?\n)")
_OVERLAP = 16  # bytes at least, so that none of these is cut in two
_LINE_ENDS = re.compile(rb"[\r\n]*")
_TYPE = re.compile(rb"^WARC-Type[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_LENGTH = re.compile(rb"^Content-Length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE_LINE = re.compile(rb"^Content-Type[ \t]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s;"',]+)""", re.IGNORECASE)
_READ = frozenset({"response", "resource", "conversion"})
_MEDIA = {
    "text/html": HTML,
    "application/xhtml+xml": HTML,
    "application/vnd.wap.xhtml+xml": HTML,
    "text/plain": TEXT,
}
_HTTP = "application/http"
_PACKED = frozenset({"content-encoding", "transfer-encoding"})
_REMEDY = "fetch the page anew, or leave it out"


def read(
    file: File, stream: io.BufferedReader, _fields: Fields, options: Options
) -> Iterator[Document | Unreadable | Notice]:
    r"""Read the pages of a web archive; memory is bounded by ``max_bytes``, whatever its records say.

    The id of a page is ``path:number``. Its address is none, for a page that was crawled twice has one address
    and two texts. Its headers give the address, the language, the encoding, and when it was fetched.

    Yields
    ------
    Document, Unreadable or Notice
        An unreadable row for each record that is damaged or too large, and for each stretch without any.

    Examples
    --------
    >>> block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Some text."
    >>> head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.org/\r\n"
    >>> head += b"Content-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(block)
    >>> stream = io.BufferedReader(io.BytesIO(head + block + b"\r\n\r\n"))
    >>> [page[:5] for page in read(File("a.warc"), stream, Fields(), Options())]
    [('a.warc:1', b'<p>Some text.', 'a.warc', 1, 'https://e.org/')]
    """
    aside: Counter[str] = Counter()
    empty = True
    for found in _Records(stream, options.max_bytes):
        empty = False
        page = _page(file.name, found, options) if isinstance(found, _Record) else found
        if isinstance(page, Document):
            yield page
        elif isinstance(page, _Fault):
            yield Unreadable(file.name, page.number, page.reason)
        else:
            aside[page if page in aside or len(aside) < _KINDS else "others"] += 1
    if empty:
        yield Unreadable(file.name, None, "holds no record; remove it, or see why it was left empty")
    if aside:
        yield Notice(file.name, f"{passed_over(aside)}; pages are HTML or plain text, of status 200")


class _Record(NamedTuple):
    """One record as it stands in the archive; its block begins at `begin`."""

    number: int
    kind: str
    content: bytes
    begin: int


def _past_blank(content: bytes, begin: int, end: int) -> int:
    """Return where the first blank line ends, 0 if there is none."""
    usual = content.find(b"\n\r\n", begin, end)
    other = content.find(b"\n\n", begin, usual if usual >= 0 else end)
    return other + 2 if other >= 0 else usual + 3 if usual >= 0 else 0


class _Fault(NamedTuple):
    """A record, or a stretch without any, that cannot be read."""

    number: int
    reason: str


# --- records to pages -------------------------------------------------------------------------


class _Heads(NamedTuple):
    """The headers of a record by their names in lower case, and where its content begins."""

    own: dict[str, str]
    http: dict[str, str]
    status: int | None
    begin: int


def _page(path: str, found: _Record, options: Options) -> Document | _Fault | str:
    """Return the page of a record, what is wrong with it, or of which kind it is if it is none."""
    if found.kind not in _READ:
        return found.kind or "without type"
    try:
        heads = _heads(found)
    except (OSError, ValueError) as fault:
        return _Fault(found.number, f"its header is damaged ({printable(str(fault))}); {_REMEDY}")
    declared = heads.own.get("content-type", "")
    what = f"{found.kind} of type {_media(declared) or 'none'}"
    if found.kind == "response":
        if _media(declared) != _HTTP:
            return what
        if heads.status != 200:
            return f"of status {heads.status or 'unknown'}"
        declared = heads.http.get("content-type", "")
        what = _media(declared) or "without content type"
    media = _MEDIA.get(_media(declared))
    if media is None:
        return what
    plain = _PACKED.isdisjoint(heads.http)
    content = found.content[heads.begin :] if plain else _decoded(found, heads, options)
    if isinstance(content, str):
        return _Fault(found.number, content)
    return _document(path, found.number, content, media, declared, heads)


def _heads(found: _Record) -> _Heads:
    """Take the headers of a record apart, without what follows them."""
    from fastwarc.warc import WarcRecord

    begin = found.begin
    if found.kind == "response":
        begin = _past_blank(found.content, begin, len(found.content)) or len(found.content)
    record = WarcRecord.from_bytes(found.content[:begin])
    own = _lowered(record.headers)
    if found.kind != "response" or _media(own.get("content-type", "")) != _HTTP:
        return _Heads(own, {}, None, begin)
    record.parse_http()
    if not record.is_http_parsed:  # FastWARC does not take it for a response
        return _Heads(own, {}, None, begin)
    return _Heads(own, _lowered(record.http_headers), record.http_headers.status_code, begin)


def _lowered(headers: HeaderMap) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.to_tuples()}


def _media(declared: str) -> str:
    """Return a media type without its parameters."""
    return printable(declared.partition(";")[0].strip().lower())


def _document(path: str, number: int, content: bytes, media: str, declared: str, heads: _Heads) -> Document:
    charset = _CHARSET.search(declared)
    languages = heads.own.get("warc-identified-content-language") or heads.http.get("content-language", "")
    return Document(
        id=f"{path}:{number}",
        content=content,
        path=path,
        line=number,
        url=_shown(heads.own.get("warc-target-uri", "").strip("<> ")),
        language=_shown(languages.partition(",")[0]),
        media=media,
        encoding=_shown(charset.group(1)) if charset else None,
        fetched=_shown(heads.own.get("warc-date", "")),
    )


def _shown(value: str) -> str | None:
    return printable(value.strip()) or None


# --- what servers pack ------------------------------------------------------------------------


def _decoded(found: _Record, heads: _Heads, options: Options) -> bytes | str:
    """Return the content of a response without its transfer and content encodings, or what is wrong."""
    size = len(found.content) - heads.begin
    most = max(_FREE, options.max_ratio * size)
    limit = min(options.max_bytes, most)
    try:
        content = _unpacked(found.content, limit)
    except (OSError, ValueError) as fault:
        spare = _otherwise(found.content[heads.begin :], heads.http.get("content-encoding", ""), limit)
        if spare is None:
            return f"its content is packed and damaged ({printable(str(fault))}); {_REMEDY}"
        content = spare
    if len(content) > options.max_bytes:
        return f"is over {options.max_bytes:,} bytes, the limit is {options.max_bytes:,}; raise --max-bytes"
    if len(content) > most:
        return f"unpacks to over {options.max_ratio:,} times its {size:,} bytes; raise --max-ratio to read it"
    return content


def _unpacked(content: bytes, limit: int) -> bytes:
    """Return what is packed in a record, a piece more than `limit` at most."""
    from fastwarc.warc import WarcRecord

    record = WarcRecord.from_bytes(content)
    record.parse_http(auto_decode="all")
    parts = []
    while limit >= 0 and (part := record.reader.read(min(limit + 1, _STEP))):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)


def _otherwise(content: bytes, encoding: str, limit: int) -> bytes | None:
    """Return the content of a response whose headers do not say how it is packed, None if nothing fits."""
    if content.lstrip()[:1] == b"<":  # unpacked by the crawler, which kept the header
        return content
    if "deflate" in encoding.lower():
        try:  # of the two formats that go by this name, the one without a header
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, limit + 1)
        except zlib.error:
            return None
    return None


# --- archives to records ----------------------------------------------------------------------


class _Records:
    """Cuts an archive into records, and finds the next one after what is damaged.

    A record must end where its header says, and the next begin there. Where a member of a packed archive is
    damaged, the next member is looked for; elsewhere the next line that begins like a record.
    """

    def __init__(self, stream: io.BufferedReader, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._held = b""
        self._at = 0
        self._number = 0
        self._lost = False  # nothing sound has come since the last fault
        self._over = False
        self._patience = _PATIENCE * limit

    def __iter__(self) -> Iterator[_Record | _Fault]:
        """Yield records, and a fault for each that is damaged and each stretch that holds none."""
        faults = 0
        while faults < _MOST_FAULTS and self._patience >= 0:
            lost = self._lost
            try:
                found = self._next()
            except OSError as fault:
                found = self._damaged(fault)
            if found is None:
                return
            faults += isinstance(found, _Fault)
            if not (lost and self._lost):
                yield found
        yield _Fault(self._number + 1, "the archive is damaged in too many places; the rest is not read")

    def _next(self) -> _Record | _Fault | None:
        """Return what comes next, None at the end."""
        if self._over or not self._skip_line_ends():
            return None
        self._reach(len(_MARK))
        if not self._held.startswith(_MARK, self._at):
            return self._no_record()
        begin = self._header()
        length = _LENGTH.search(self._held, self._at, self._at + begin)
        if not begin or not length:
            self._at += 1  # past this mark
            return self._no_record()
        kind = _TYPE.search(self._held, self._at, self._at + begin)
        name = printable(kind.group(1).decode("latin-1").lower()) if kind else ""
        return self._record(name, begin, int(length.group(1)))

    def _record(self, kind: str, begin: int, length: int) -> _Record | _Fault:
        """Return the record that begins here, with its block at `begin`, and go past it."""
        size = begin + length
        if length > self._limit:
            self._count()
            return self._too_large(kind, begin, length)
        whole = self._reach(size)
        self._count()
        if not whole or not self._ends_after(size):
            return self._of_wrong_length(begin, length)
        content = self._held[self._at : self._at + size]
        self._at += size
        return _Record(self._number, kind, content, begin)

    def _ends_after(self, size: int) -> bool:
        """Tell whether so many bytes are followed by blank lines, another record, or nothing."""
        more = 4 + len(_MARK)
        try:
            self._reach(size + more)
        except OSError:  # its turn comes after this record
            return True
        rest = self._held[self._at + size : self._at + size + more]
        after = rest.lstrip(b"\r\n")[: len(_MARK)]
        return rest.startswith((b"\r\n\r\n", b"\n\n")) or _MARK.startswith(after)

    def _of_wrong_length(self, begin: int, length: int) -> _Fault:
        """Go to the next record, which may lie within what this one took for its own."""
        have = len(self._held) - self._at - begin
        self._patience -= min(have, length)
        self._at += begin
        self._seek()
        return self._cut_off(length, have) if have < length else self._overrun(length)

    def _too_large(self, kind: str, begin: int, length: int) -> _Record | _Fault:
        """Go past a record that is over the limit, or to one that begins within."""
        self._reach(begin + min(length, _LARGEST_HEADER))
        head = self._held[self._at : self._at + begin + _LARGEST_HEADER]
        declared = _TYPE_LINE.search(head, begin if kind == "response" else 0)
        media = _media(declared.group(1).decode("latin-1")) if declared else ""
        self._at += begin
        left = length
        while left:
            going_on = self._reach(min(left, _STEP))
            here = min(left, len(self._held) - self._at)
            if inner := _NEXT.search(self._held, self._at, self._at + here):
                self._at = inner.end()
                return self._overrun(length)
            if not going_on:
                self._at = len(self._held)
                return self._cut_off(length, length - left + here)
            here -= 0 if here == left else _OVERLAP
            self._at += here
            left -= here
        if kind not in _READ or (media and media not in _MEDIA):
            return _Record(self._number, media if kind in _READ else kind, b"", 0)
        why = f"is {length:,} bytes, the limit is {self._limit:,}; raise --max-bytes"
        return _Fault(self._number, why)

    def _cut_off(self, length: int, have: int) -> _Fault:
        why = f"is cut off: its Content-Length says {length:,} bytes, and {have:,} follow"
        return _Fault(self._number, f"{why}; {_REMEDY}")

    def _overrun(self, length: int) -> _Fault:
        why = f"does not end after the {length:,} bytes that its Content-Length says"
        return _Fault(self._number, f"{why}; {_REMEDY}")

    def _no_record(self) -> _Fault:
        """Go to the next record."""
        skipped = self._seek()
        return self._stretch(f"{skipped:,} bytes hold no record; see what they are, or fetch the archive anew")

    def _damaged(self, fault: OSError) -> _Fault:
        """Go to the next member of a packed archive."""
        packed = self._stream.raw
        if isinstance(fault, RefusedError) or not isinstance(packed, Unpacked):
            raise fault
        self._held, self._at = b"", 0
        self._over = not packed.resume()
        return self._stretch(f"is damaged ({reason(fault)}); what follows is read where it can be found")

    def _stretch(self, why: str) -> _Fault:
        """Return a fault of something that is no record; of several in a row, the first is told."""
        if not self._lost:
            self._count()
        self._lost = True
        return _Fault(self._number, why)

    def _count(self) -> None:
        self._number += 1
        self._lost = False

    # What is held, from `_at` on.

    def _reach(self, size: int) -> bool:
        """Hold so many bytes, if there are as many."""
        have = len(self._held) - self._at
        if have >= size:
            return True
        parts = [self._held[self._at :]]
        try:
            while have < size and (part := self._stream.read1(_STEP)):
                parts.append(part)
                have += len(part)
        finally:
            self._held, self._at = b"".join(parts), 0
        return have >= size

    def _skip_line_ends(self) -> bool:
        """Go past line ends; return whether anything is left."""
        while self._reach(1):
            found = _LINE_ENDS.match(self._held, self._at)
            assert found
            self._at = found.end()
            if self._at < len(self._held):
                return True
        return False

    def _header(self) -> int:
        """Return the size of the header that begins here with its blank line, 0 if it has no end."""
        while True:
            if end := _past_blank(self._held, self._at, self._at + _LARGEST_HEADER):
                return end - self._at
            have = len(self._held) - self._at
            if have >= _LARGEST_HEADER or not self._reach(have + 1):
                return 0

    def _seek(self) -> int:
        """Go to the next first line of a record, or to the end; return how many bytes were passed."""
        passed = 0
        while True:
            found = _FIRST_LINE.search(self._held, self._at)
            have = len(self._held) - self._at
            if found or not self._reach(have + 1):
                end = found.start() if found else len(self._held)
                passed += end - self._at
                self._at = end
                return passed
            here = max(have - _OVERLAP, 0)
            self._at += here
            passed += here
