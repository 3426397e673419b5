"""Paths to documents: one reader for each format, one line of faults for whatever cannot be read.

`inputs` finds the files, `globs` chooses among them, `unpacked` and `archive` open what is packed, `formats`
names the reader of each, `records` knows which field of a record is which. Nothing is decoded or taken out of
markup here: see `reuse.web` and `reuse.texts`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reuse.documents.file import File, RefusedError, reason
from reuse.documents.formats import ARCHIVES, HEAD, SUFFIXES, Format, format_of
from reuse.documents.globs import Choice
from reuse.documents.inputs import Search, files
from reuse.documents.records import Fields
from reuse.documents.unpacked import head, unpacked
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

__all__ = ["Fields", "read"]


def read(
    paths: str | Sequence[str],
    *,
    lists: Sequence[str] = (),
    fields: Fields | None = None,
    options: Options | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Iterator[Document | Unreadable | Notice]:
    """Read the documents of one side, sources or pages.

    Parameters
    ----------
    paths : str or sequence of str
        Files, folders, globs, or ``-`` for standard input, in any of `reuse.documents.formats`. Packed files
        (gzip, bzip2, xz, Zstandard) are unpacked, archives (zip, tar) are read like folders, but in the order
        of the archive.
    lists : sequence of str
        Files, or ``-``, that name a file or folder in each line.
    fields : Fields, optional
        Names of the fields of a record, for formats that have records.
    options : Options, optional
        Of which only ``max_bytes`` and ``max_ratio`` matter here.
    include, exclude : sequence of str
        Which files of folders and archives are read: those that fit any of `include`, if there are any, and
        none of `exclude`. Patterns are those of `reuse.documents.globs.Choice`. Files that are named, by a
        path, a glob or a list, are read whatever these say.

    Returns
    -------
    iterator of Document, Unreadable or Notice
        In the order of the paths. Ids are unique: where two documents have the same, the first stays
        and the other is unreadable.

    Raises
    ------
    UsageError
        At the call, before anything is read: a path that is not there, a folder or glob with nothing to
        read, standard input named twice, an empty pattern.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "news.jsonl").write_text('{"id": 7, "text": "Some news."}')
    ...     notice, document = read([folder], include=["*.jsonl"])
    >>> notice.message
    "line 1: text is read from 'text' (--text-field), id is read from 'id' (--id-field)"
    >>> document.id, document.content, document.line
    ('7', 'Some news.', 1)
    """
    search = Search(SUFFIXES, Choice(tuple(include), tuple(exclude)), ARCHIVES)
    found = files([paths] if isinstance(paths, str) else paths, lists, search)
    return _unique(_documents(found, _Asked(fields or Fields(), options or Options(), search)))


class _Asked(NamedTuple):
    """What the user wants of every file."""

    fields: Fields
    options: Options
    search: Search


def _documents(
    found: Iterator[File | Unreadable | Notice], asked: _Asked
) -> Iterator[Document | Unreadable | Notice]:
    for file in found:
        if not isinstance(file, File):
            yield file
            continue
        try:
            with file.open() as stream:
                yield from _content(file, stream, asked)
        except OSError as fault:
            yield _unreadable(file, fault)


def _content(file: File, stream: io.BufferedReader, asked: _Asked) -> Iterator[Document | Unreadable | Notice]:
    """Read what is in a file, or in a member of an archive."""
    plain = unpacked(stream, asked.options.max_ratio)
    chosen = format_of(file, head(plain, HEAD), asked.fields)
    if chosen.read:
        yield from chosen.read(file, plain, asked.fields, asked.options)
    elif chosen.members and not file.member:
        yield from _members(chosen, file, plain, asked)
    else:
        why = f"is {chosen.name}, which this version does not read; {chosen.remedy}"
        within = f"is {chosen.name} within an archive; unpack the outer one first"
        yield Unreadable(file.name, None, why if chosen.remedy else within)


def _members(
    archive: Format, file: File, stream: io.BufferedReader, asked: _Asked
) -> Iterator[Document | Unreadable | Notice]:
    assert archive.members
    for found in archive.members(file, stream, asked.search, asked.options):
        if isinstance(found, Unreadable | Notice):
            yield found
            continue
        member, content = found
        try:
            yield from _content(member, content, asked)
        except OSError as fault:
            yield _unreadable(member, fault)


def _unreadable(file: File, fault: OSError) -> Unreadable:
    if isinstance(fault, RefusedError):
        return Unreadable(file.name, None, str(fault))
    remedy = "repair the archive, or leave it out" if file.member else "make it readable, or leave it out"
    return Unreadable(file.name, None, f"cannot be read: {reason(fault)}; {remedy}")


def _unique(
    found: Iterator[Document | Unreadable | Notice],
) -> Iterator[Document | Unreadable | Notice]:
    first: dict[str, tuple[str, int | None]] = {}
    for document in found:
        if isinstance(document, Document):
            if document.id in first:
                path, line = first[document.id]
                place = path if line is None else f"{path}:{line}"
                why = f"its id '{document.id}' is that of {place}, which stays; give each document an id"
                yield Unreadable(document.path, document.line, f"{why} of its own, or see --id-field")
                continue
            first[document.id] = document.path, document.line
        yield document
