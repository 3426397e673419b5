"""Paths to documents: one reader for each format, one line of faults for whatever cannot be read.

`inputs` finds the files, `formats` names the reader of each, `text` and `jsonl` read them, `records`
knows which field of a record is which. Decoding comes later: see `reuse.texts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reuse.documents.file import File, reason
from reuse.documents.formats import READERS, reader
from reuse.documents.inputs import files
from reuse.documents.records import Fields
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

__all__ = ["Fields", "read"]


def read(
    paths: str | Sequence[str],
    *,
    lists: Sequence[str] = (),
    fields: Fields | None = None,
    options: Options | None = None,
) -> Iterator[Document | Unreadable | Notice]:
    """Read the documents of one side, sources or pages.

    Parameters
    ----------
    paths : str or sequence of str
        Files, folders, globs, or ``-`` for standard input.
    lists : sequence of str
        Files, or ``-``, that name a file or folder in each line.
    fields : Fields, optional
        Names of the fields of a record, for formats that have records.
    options : Options, optional
        Of which only ``max_bytes`` matters here.

    Returns
    -------
    iterator of Document, Unreadable or Notice
        In the order of the paths. Ids are unique: where two documents have the same, the first stays
        and the other is unreadable.

    Raises
    ------
    UsageError
        At the call, before anything is read: a path that is not there, a folder or glob with nothing to
        read, standard input named twice.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "news.jsonl").write_text('{"id": 7, "text": "Some news."}')
    ...     notice, document = read([folder])
    >>> notice.message
    "line 1: text is read from 'text' (--text-field), id is read from 'id' (--id-field)"
    >>> document.id, document.content, document.line
    ('7', 'Some news.', 1)
    """
    found = files([paths] if isinstance(paths, str) else paths, lists, READERS.keys())
    return _unique(_documents(found, fields or Fields(), options or Options()))


def _documents(
    found: Iterator[File | Unreadable | Notice], fields: Fields, options: Options
) -> Iterator[Document | Unreadable | Notice]:
    for file in found:
        if not isinstance(file, File):
            yield file
            continue
        try:
            with file.open() as stream:
                chosen = reader(file, stream.peek(6), fields)
                if isinstance(chosen, str):
                    yield Unreadable(file.name, None, chosen)
                else:
                    yield from chosen(file, stream, fields, options)
        except OSError as fault:
            yield Unreadable(
                file.name, None, f"cannot be read: {reason(fault)}; make it readable, or leave it out"
            )


def _unique(
    found: Iterator[Document | Unreadable | Notice],
) -> Iterator[Document | Unreadable | Notice]:
    first: dict[str, tuple[str, int | None]] = {}
    for document in found:
        if isinstance(document, Document):
            path, line = first.setdefault(document.id, (document.path, document.line))
            if (path, line) != (document.path, document.line):
                place = path if line is None else f"{path}:{line}"
                why = f"its id '{document.id}' is that of {place}, which stays; give each document an id"
                yield Unreadable(document.path, document.line, f"{why} of its own, or see --id-field")
                continue
        yield document
