"""Paths to documents: one reader for each format, one line of faults for whatever cannot be read.

`inputs` finds the files, `globs` chooses among them, `unpacked` and `archive` open what is packed, `formats`
names the reader of each, `records` knows which field of a record is which. Nothing is decoded or taken out of
markup here: see `reuse.web` and `reuse.texts`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from reuse.documents.file import File, RefusedError, reason
from reuse.documents.formats import ARCHIVES, HEAD, SUFFIXES, Format, format_of
from reuse.documents.globs import Choice
from reuse.documents.inputs import Search, files
from reuse.documents.records import Fields
from reuse.documents.unpacked import head, unpacked
from reuse.options import Options
from reuse.values import Document, Notice, Unreadable

__all__ = ["Asked", "Fields", "asked_for", "items", "read", "same_id", "unreadable"]


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
    asked = asked_for(fields, options, include, exclude)
    found = files([paths] if isinstance(paths, str) else paths, lists, asked.search)
    return _unique(_documents(found, asked))


class Asked(NamedTuple):
    """What the user wants of every file.

    Attributes
    ----------
    fields : Fields
        Of records.
    options : Options
        Of which only ``max_bytes`` and ``max_ratio`` matter here.
    search : Search
        What is read in folders and archives.
    """

    fields: Fields
    options: Options
    search: Search


def asked_for(
    fields: Fields | None, options: Options | None, include: Sequence[str], exclude: Sequence[str]
) -> Asked:
    """Return what the user wants of every file, the parameters being those of `read`.

    Examples
    --------
    >>> asked_for(None, None, [], ["drafts"]).search.choice.exclude
    ('drafts',)
    """
    search = Search(SUFFIXES, Choice(tuple(include), tuple(exclude)), ARCHIVES)
    return Asked(fields or Fields(), options or Options(), search)


def _documents(
    found: Iterator[File | Unreadable | Notice], asked: Asked
) -> Iterator[Document | Unreadable | Notice]:
    for file in found:
        if isinstance(file, File):
            yield from items(file, asked)
        else:
            yield file


def items(
    file: File, asked: Asked, opened: Callable[[], AbstractContextManager[io.BufferedReader]] | None = None
) -> Iterator[Document | Unreadable | Notice]:
    """Read one file, whatever its format; a fault of the system is a row.

    Parameters
    ----------
    file : File
    asked : Asked
    opened : callable, optional
        Opens the file where the system cannot, as a file on disk.

    Examples
    --------
    >>> [str(found) for found in items(File("no/such.txt"), asked_for(None, None, [], []))]
    ['no/such.txt: cannot be read: No such file or directory; make it readable, or leave it out']
    """
    try:
        with (opened or file.open)() as stream:
            yield from _content(file, stream, asked)
    except OSError as fault:
        yield unreadable(file, fault)


def _content(file: File, stream: io.BufferedReader, asked: Asked) -> Iterator[Document | Unreadable | Notice]:
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
    archive: Format, file: File, stream: io.BufferedReader, asked: Asked
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
            yield unreadable(member, fault)


def unreadable(file: File, fault: OSError) -> Unreadable:
    """Return the row of a file that the system cannot read, or that is not read further.

    Examples
    --------
    >>> print(unreadable(File("a.txt"), FileNotFoundError(2, "No such file or directory")))
    a.txt: cannot be read: No such file or directory; make it readable, or leave it out
    """
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
                yield same_id(document, *first[document.id])
                continue
            first[document.id] = document.path, document.line
        yield document


def same_id(document: Document, path: str, line: int | None) -> Unreadable:
    """Return the row of a document whose id is that of one before it, which has this path and line.

    Examples
    --------
    >>> print(same_id(Document("a", "Some text.", "b.jsonl", line=7), "a.txt", None))
    b.jsonl:7: its id 'a' is that of a.txt, which stays; give each document an id of its own, or see --id-field
    """
    place = path if line is None else f"{path}:{line}"
    why = f"its id '{document.id}' is that of {place}, which stays; give each document an id"
    return Unreadable(document.path, document.line, f"{why} of its own, or see --id-field")
