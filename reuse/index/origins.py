"""Documents of an index without texts to their texts, read again from the files that they came from."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from reuse import documents
from reuse.documents import Fields
from reuse.errors import InputError, UsageError
from reuse.options import Options
from reuse.overrides import as_shown
from reuse.texts import utf8
from reuse.values import Document, Unreadable
from reuse.web import Original, Originals, skim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_INDEX_AGAIN = "bring it back, or index it again with `reuse index add`"


class Origin(NamedTuple):
    """Where a document came from.

    Attributes
    ----------
    document : Document
        As it was.
    folder : str
        The working folder at that time, from which its path leads.
    sha256 : bytes
        Of its text.
    """

    document: Document
    folder: str
    sha256: bytes


def read_back(
    origins: Sequence[Origin], reading: Mapping[str, Any]
) -> list[tuple[Document, bytes] | Unreadable]:
    """Read documents again, each file once.

    Parameters
    ----------
    origins : sequence of Origin
    reading : mapping
        What `reading_record` gave when they were indexed.

    Returns
    -------
    list
        Of each document itself, with its web page if it is one, and its text; or why it is not at hand.
    """
    files: defaultdict[str, dict[tuple[str, int | None], int]] = defaultdict(dict)
    found: list[tuple[Document, bytes] | Unreadable] = []
    for number, (document, folder, _) in enumerate(origins):
        found.append(_gone(document, "is no longer there"))
        if container := _container(folder, document.path):
            below = document.path[len(container) :]
            files[os.path.join(folder, container)][below, document.line] = number
    for file, wanted in files.items():
        for place, document in _documents(file, wanted, reading):
            number = wanted[place]
            found[number] = _same(origins[number], document)
    return found


def reading_record(fields: Fields, options: Options) -> dict[str, Any]:
    """Return what files were read with, as JSON values."""
    return {
        "fields": {name: getattr(fields, name) for name in Fields.__dataclass_fields__},
        "max_bytes": options.max_bytes,
        "max_ratio": options.max_ratio,
    }


def _container(folder: str, path: str) -> str | None:
    """Return the file that a path leads to or into: of a member of an archive that of the archive."""
    while path:
        if os.path.isfile(os.path.join(folder, path)):
            return path
        above = path.rpartition("/")[0]
        path = above if len(above) < len(path) else ""
    return None


def _documents(
    file: str, wanted: Mapping[tuple[str, int | None], int], reading: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, int | None], Document]]:
    """Yield the wanted documents of a file with their places in it."""
    fields = Fields(**reading["fields"])
    options = Options(max_bytes=reading["max_bytes"], max_ratio=reading["max_ratio"])
    left = len(wanted)
    try:
        for document in documents.read([file], fields=fields, options=options):
            if isinstance(document, Document):
                place = document.path[len(file) :], document.line
                if place in wanted:
                    yield place, document
                    left -= 1
                    if not left:
                        return
    except UsageError:  # it went away just now
        return


def _same(origin: Origin, document: Document) -> tuple[Document, bytes] | Unreadable:
    """Return a document as it was indexed, if it still has the same text."""
    known = origin.document
    for read in skim([document], Originals()):
        if not isinstance(read, Document):
            continue
        try:
            text, _ = as_shown(utf8(read.content)[0])
        except InputError:
            break
        if hashlib.sha256(text).digest() != origin.sha256:
            break
        original = read.original
        if isinstance(original, Original):
            original = replace(original, given=original.given._replace(id=known.id, path=known.path))
        return known._replace(original=original), text
    return _gone(known, "has changed since it was indexed")


def _gone(document: Document, what: str) -> Unreadable:
    return Unreadable(document.path, document.line, f"{what}, and the index keeps no texts; {_INDEX_AGAIN}")
