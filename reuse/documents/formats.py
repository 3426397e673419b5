"""Which reader a file gets, by its suffix and first bytes. A new format is a module and a line here."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from reuse.documents import jsonl, text
from reuse.documents.file import File
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

Reader: TypeAlias = Callable[
    [File, io.BufferedReader, Fields, Options], Iterator[Document | Unreadable | Notice]
]

#: By suffix. Folders are searched for these.
READERS: Mapping[str, Reader] = {
    "": text.read,
    ".txt": text.read,
    ".text": text.read,
    ".md": text.read,
    ".markdown": text.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
}

_UNPACK = "unpack it first"
_TEXT = "save its text as .txt, or as a field in .jsonl"
_ROWS = "save its rows as .jsonl, one object a line"

# Name, suffixes, first bytes, remedy. Only first bytes that no text begins with: other binary files are
# told by their controls (`reuse.texts`).
_NOT_READ: tuple[tuple[str, tuple[str, ...], bytes, str], ...] = (
    ("HTML", (".html", ".htm", ".xhtml", ".mhtml"), b"", _TEXT),
    ("PDF", (".pdf",), b"%PDF-", _TEXT),
    ("RTF", (".rtf",), b"{\\rtf", _TEXT),
    ("office documents and e-books", (".doc", ".docx", ".odt", ".epub", ".pptx"), b"", _TEXT),
    ("XML", (".xml", ".rss", ".atom"), b"", _TEXT),
    ("CSV", (".csv", ".tsv"), b"", _ROWS),
    ("spreadsheets", (".xls", ".xlsx", ".ods"), b"", _ROWS),
    ("Parquet", (".parquet", ".arrow", ".feather"), b"", _ROWS),
    ("whole-file JSON", (".json",), b"", f"{_ROWS}: jq -c '.[]'"),
    ("WARC", (".warc", ".wet", ".wat"), b"WARC/1.", _ROWS),
    ("gzip", (".gz", ".tgz"), b"\x1f\x8b", _UNPACK),
    ("Zstandard", (".zst",), b"\x28\xb5\x2f\xfd", _UNPACK),
    ("xz", (".xz",), b"\xfd7zXZ\0", _UNPACK),
    ("bzip2", (".bz2",), b"", _UNPACK),
    ("zip (office documents are zip files, too)", (".zip",), b"PK\x03\x04", _UNPACK),
    ("archives", (".tar", ".7z", ".rar"), b"", _UNPACK),
)


def reader(file: File, head: bytes, fields: Fields) -> Reader | str:
    r"""Return the reader of a file, or what is wrong with its format.

    Parameters
    ----------
    file : File
    head : bytes
        Its first bytes, at least 6 if it has them.
    fields : Fields
        Standard input and pipes have no suffix: they are JSON Lines if fields are named or if the first
        thing in them is a brace, else text.

    Examples
    --------
    >>> reader(File("a.jsonl"), b"", Fields()) is jsonl.read
    True
    >>> reader(File("a.txt"), b"%PDF-1.7", Fields())
    'is PDF, which this version does not read; save its text as .txt, or as a field in .jsonl'
    """
    suffix = None if file.stream else file.suffix
    for name, suffixes, begin, remedy in _NOT_READ:
        if suffix in suffixes or (begin and head.startswith(begin)):
            return f"is {name}, which this version does not read; {remedy}"
    if suffix is not None:
        return READERS.get(suffix, text.read)
    braced = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    return jsonl.read if braced or fields != Fields() else text.read
