"""HTML (.html, .htm, .xhtml): one file, one document, its bytes as they are.

Which characters they stand for, and which of them are the article, is found out later.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from reuse.documents.file import File, whole
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import HTML, Document, Unreadable

#: So many bytes tell whether something is HTML.
HEAD = 1024

# Atomic groups: a thousand comments, taken apart in every way there is, would take forever.
_BEGINS = re.compile(
    rb"""\s* (?:<\?xml [^>]* >\s*)? (?> <!-- (?>.*?-->) \s* )*+ (?: <!doctype\s+html | <html ) \b""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read(
    file: File, stream: io.BufferedReader, _fields: Fields, options: Options
) -> Iterator[Document | Unreadable]:
    """Read one file as one page; nothing of one over ``max_bytes``.

    Examples
    --------
    >>> stream = io.BufferedReader(io.BytesIO(b"<p>Some text."))
    >>> [(page.content, page.media) for page in read(File("a.html"), stream, Fields(), Options())]
    [(b'<p>Some text.', 'html')]
    """
    content = whole(stream, options.max_bytes)
    if isinstance(content, str):
        yield Unreadable(file.name, None, content)
    else:
        yield Document(file.name, content, file.name, media=HTML)


def begins(head: bytes) -> bool:
    """Tell whether something begins as HTML does, in UTF-8, UTF-16 or any other superset of ASCII.

    Examples
    --------
    >>> begins(b"<!-- saved --> <!DOCTYPE html>"), begins(b"<htmlarea>"), begins("<html>".encode("utf-16"))
    (True, False, True)
    """
    head = head[:HEAD]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return _BEGINS.match(head.replace(b"\0", b"")) is not None
