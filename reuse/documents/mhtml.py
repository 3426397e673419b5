"""Pages as browsers save them in one file (.mhtml, .mht): the page, without what it shows and runs.

The file is an e-mail of parts (RFC 2557). Its page is the part that it names as the first, else the one that
was at the address of the whole, else the first of HTML.
"""

from __future__ import annotations

import binascii
import io
import quopri
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple

from reuse.documents.file import File, printable, whole
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import HTML, Document, Unreadable

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_LARGEST_HEADER = 1 << 16
_LEVELS = 4  # parts within parts
_MOST_PARTS = 10_000
#: A parameter of a header, such as ``; charset="utf-8"``. Python's own reader knows more ways to write one, of
#: which some raise and others take minutes; browsers write none of these.
_PARAMETER = re.compile(r""";\s*+([^\s;="]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s;"]*+))""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_REMEDY = "save the page anew, or as .html"


class _Part(NamedTuple):
    """One part: its headers, and its body as it stands."""

    headers: Message
    body: bytes


def read(
    file: File, stream: io.BufferedReader, _fields: Fields, options: Options
) -> Iterator[Document | Unreadable]:
    r"""Read the page of one file; nothing of one over ``max_bytes``.

    Examples
    --------
    >>> saved = b"Content-Type: text/html; charset=utf-8\nContent-Location: https://e.org/\n\n<p>Some text."
    >>> stream = io.BufferedReader(io.BytesIO(saved))
    >>> [(page.content, page.url, page.encoding) for page in read(File("a.mht"), stream, Fields(), Options())]
    [(b'<p>Some text.', 'https://e.org/', 'utf-8')]
    """
    content = whole(stream, options.max_bytes)
    if isinstance(content, str):
        yield Unreadable(file.name, None, content)
        return
    top = _part(content)
    page = _page(top)
    if page is None:
        yield Unreadable(file.name, None, f"has no part that is HTML; {_REMEDY}")
        return
    try:
        html = _decoded(page)
    except ValueError as fault:
        yield Unreadable(file.name, None, f"its page is damaged ({fault}); {_REMEDY}")
        return
    url = _header(top, "Snapshot-Content-Location") or _header(page, "Content-Location")
    yield Document(
        id=file.name,
        content=html,
        path=file.name,
        url=url or _header(top, "Content-Location"),
        media=HTML,
        encoding=_charset(page),
        fetched=_header(top, "Date"),
    )


def _part(content: bytes) -> _Part:
    """Part the headers from what follows the first blank line."""
    head = content[:_LARGEST_HEADER]
    ends = [at + len(blank) for blank in (b"\n\n", b"\r\n\r\n") if (at := head.find(blank)) >= 0]
    end = min(ends, default=len(head))
    return _Part(BytesHeaderParser().parsebytes(head[:end]), content[end:])


def _page(top: _Part) -> _Part | None:
    """Return the part that is the page, None if there is none."""
    part = top
    for _ in range(_LEVELS):
        if not _is_several(part):
            return part if _media(part) in _HTML else None
        parts = [each for each in _parts(part) if _may_be(each)]
        if not parts:
            return None
        start = (_parameter(part, "start") or "").strip("<>")
        place = _header(top, "Snapshot-Content-Location")
        part = min(parts, key=lambda each: _rank(each, start, place))
    return None


def _may_be(part: _Part) -> bool:
    return _is_several(part) or _media(part) in _HTML


def _is_several(part: _Part) -> bool:
    return _media(part).startswith("multipart/")


def _media(part: _Part) -> str:
    """Return the type of a part without its parameters."""
    return (_header(part, "Content-Type") or "").partition(";")[0].strip().lower()


def _parameter(part: _Part, name: str) -> str | None:
    """Return the first parameter of this name of the type of a part, None if there is none."""
    for found in _PARAMETER.finditer(str(part.headers.get("Content-Type") or "")):
        if found[1].lower() == name:
            return found[3] if found[2] is None else _ESCAPED.sub(r"\1", found[2])
    return None


def _rank(part: _Part, start: str, place: str | None) -> int:
    if start and (_header(part, "Content-ID") or "").strip("<>") == start:
        return 0
    return 1 if place and _header(part, "Content-Location") == place else 2


def _parts(part: _Part) -> Iterator[_Part]:
    """Yield the parts of a part, each up to the next boundary."""
    boundary = (_parameter(part, "boundary") or "").rstrip()
    if not boundary:
        return
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    body = b"\n" + part.body
    at = body.find(b"\n" + mark)
    for _ in range(_MOST_PARTS):
        begin = body.find(b"\n", at + 1) + 1
        if at < 0 or not begin or body.startswith(b"--", at + 1 + len(mark)):
            return
        at = body.find(b"\n" + mark, begin - 1)
        yield _part(body[begin : at if at >= 0 else len(body)])


def _decoded(part: _Part) -> bytes:
    """Return the body of a part without its transfer encoding."""
    encoding = (_header(part, "Content-Transfer-Encoding") or "").lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(part.body)
    if encoding == "base64":
        return binascii.a2b_base64(part.body)
    return part.body


def _charset(part: _Part) -> str | None:
    return printable((_parameter(part, "charset") or "").strip().lower()) or None


def _header(part: _Part, name: str) -> str | None:
    """Return the value of a header on one line, None if it is not there."""
    value = part.headers.get(name)
    return (printable(" ".join(str(value).split())) or None) if value else None
