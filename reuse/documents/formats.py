"""Which reader a file gets, by its suffix and first bytes. A new format is a module and a line here."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from reuse.documents import archive, delimited, html, json_file, jsonl, mhtml, parquet, pdf, text, warc
from reuse.documents.file import File
from reuse.documents.inputs import Search
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

Reader: TypeAlias = Callable[
    [File, io.BufferedReader, Fields, Options], Iterator[Document | Unreadable | Notice]
]
#: What gives the files in an archive, each to be read before the next is asked for.
Opener: TypeAlias = Callable[
    [File, io.BufferedReader, Search, Options],
    Iterator[tuple[File, io.BufferedReader] | Unreadable | Notice],
]

#: First bytes that readers are told by, at least so many where there are as many.
HEAD = html.HEAD


class Format(NamedTuple):
    """One format: how it is told, and how it is read.

    Attributes
    ----------
    name : str
    suffixes : tuple of str
        In lower case, those of packed files taken off.
    begins : bytes
        Regular expression of first bytes that nothing else begins with; they outdo a suffix.
    read : callable or None
        Its reader.
    members : callable or None
        What opens the files in it, for archives.
    remedy : str
        What to do with it instead, for a format that is not read.
    """

    name: str
    suffixes: tuple[str, ...]
    begins: bytes = b""
    read: Reader | None = None
    members: Opener | None = None
    remedy: str = ""


_UNPACK = "unpack it first"
_TEXT = "save its text as .txt, or as a field in .jsonl"
_ROWS = "save its rows as .jsonl, one object a line"

_HTML = Format("HTML", (".html", ".htm", ".xhtml"), read=html.read)
_JSONL = Format("JSON Lines", (".jsonl", ".ndjson"), read=jsonl.read)
_PLAIN = Format("text", ("", ".txt", ".text", ".md", ".markdown"), read=text.read)

#: The first that fits. Other binary files are told by their controls (`reuse.texts`).
FORMATS: tuple[Format, ...] = (
    Format("PDF", (".pdf",), b"%PDF-", read=pdf.read),
    Format("RTF", (".rtf",), rb"\{\\rtf", remedy=_TEXT),
    Format("office documents and e-books", (".doc", ".docx", ".odt", ".epub", ".pptx"), remedy=_TEXT),
    Format("XML", (".xml", ".rss", ".atom"), remedy=_TEXT),
    Format("CSV", (".csv", ".tsv", ".tab"), read=delimited.read),
    Format("spreadsheets", (".xls", ".xlsx", ".ods"), remedy=_ROWS),
    Format("Parquet", (".parquet", ".pq"), b"PAR1", read=parquet.read),
    Format("Arrow", (".arrow", ".feather"), b"ARROW1", remedy=_ROWS),
    Format("metadata of WARC", (".wat",), remedy="name the .warc or .wet files"),
    Format("WARC", (".warc", ".wet"), rb"WARC/1\.", read=warc.read),
    Format("zip", (".zip",), rb"PK(\x03\x04|\x05\x06)", members=archive.zipped),
    Format("tar", (".tar",), rb"(?s).{257}ustar", members=archive.tarred),
    Format("7z or RAR", (".7z", ".rar"), rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07", remedy=_UNPACK),
    Format("saved pages", (".mhtml", ".mht"), b"From: <Saved by ", read=mhtml.read),
    Format("JSON", (".json",), read=json_file.read),
    _HTML,
    _JSONL,
    _PLAIN,
)
#: Folders and archives are searched for these.
SUFFIXES = frozenset(suffix for row in FORMATS if not row.remedy for suffix in row.suffixes)
#: Those of archives among them.
ARCHIVES = frozenset(suffix for row in FORMATS if row.members for suffix in row.suffixes)


def format_of(file: File, head: bytes, fields: Fields) -> Format:
    r"""Return the format of a file.

    Parameters
    ----------
    file : File
    head : bytes
        Its first bytes, unpacked, at least `HEAD` if it has them.
    fields : Fields
        Standard input and pipes have no suffix: what does not begin like another format is JSON Lines if
        fields are named or if the first thing in it is a brace, else text.

    Examples
    --------
    >>> format_of(File("a.jsonl.gz"), b"{", Fields()).name
    'JSON Lines'
    >>> format_of(File("a.txt"), b"%PDF-1.7", Fields()).name
    'PDF'
    >>> format_of(File("page.php"), b"<!doctype html>", Fields()).name
    'HTML'
    """
    suffix = None if file.stream and not file.member else file.suffix
    for row in FORMATS:
        if (suffix and suffix in row.suffixes) or (row.begins and re.match(row.begins, head)):
            return row
    if html.begins(head):
        return _HTML
    braced = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    return _JSONL if suffix is None and (braced or fields != Fields()) else _PLAIN
