"""Labelled pairs of texts: a JSON object a line, ``{id, source, page, label, set, kind, group}``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from reuse.documents.file import STDIN, File, printable, reason
from reuse.documents.jsonl import objects
from reuse.documents.records import kind as json_kind
from reuse.documents.unpacked import unpacked
from reuse.errors import UsageError
from reuse.values import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.documents.records import Record
    from reuse.options import Options

#: The labels that are counted.
COPY, INDEPENDENT = "copy", "independent"
_TEXTS = ("source", "page")
_NAMES = ("label", "set", "kind", "group")


class Row(NamedTuple):
    """A pair of texts, and what is known of it.

    Attributes
    ----------
    id : str
        That of the record, ``path:line`` where it has none.
    source, page : str
        The texts.
    label : str or None
        ``copy``, ``independent``; pairs with another or none are scored and not counted.
    set, kind : str or None
        Where it is from, and what was done to it. Shares are averaged over these.
    group : str or None
        Pairs of one group are not independent of each other: rewritings of one article.
    """

    id: str
    source: str
    page: str
    label: str | None = None
    set: str | None = None
    kind: str | None = None
    group: str | None = None


def require_rows(path: str) -> None:
    """Refuse a path with nothing to read at its end.

    Raises
    ------
    UsageError
    """
    if path == STDIN:
        return
    try:
        os.stat(path)
    except FileNotFoundError:
        raise UsageError(f"'{printable(path)}' is not there; check the path") from None
    except (OSError, ValueError) as fault:
        raise UsageError(f"'{printable(path)}' cannot be found ({reason(fault)}); check the path") from None
    if os.path.isdir(path):
        raise UsageError(f"'{printable(path)}' is a folder; name a file of labelled pairs")


def read_rows(path: str, options: Options) -> Iterator[Row | Unreadable]:
    """Read labelled pairs, from a file that may be packed (gzip, xz, Zstandard), or ``-``.

    Parameters
    ----------
    path : str
    options : Options
        Only `max_bytes` is used, for the longest line.

    Yields
    ------
    Row or Unreadable
        In the order of the lines. Unreadable rows say what is wrong with a line, or with the file.
    """
    file = File(path)
    empty = True
    try:
        with file.open() as stream:
            for found in objects(file.name, unpacked(stream, options.max_ratio), options.max_bytes):
                empty = False
                yield found if isinstance(found, Unreadable) else _row(file.name, *found)
    except OSError as fault:
        yield Unreadable(file.name, None, f"cannot be read: {reason(fault)}; repair it, or leave it out")
        return
    if empty:
        yield Unreadable(file.name, None, "holds no pair; write one object a line, with source and page")


def _row(path: str, line: int, record: Record) -> Row | Unreadable:
    for name in _TEXTS:
        text = record.get(name)
        if not isinstance(text, str):
            what = f"is {json_kind(text)}, not a string" if name in record else "is not there"
            return Unreadable(path, line, f"its field '{name}' {what}; correct or remove the row")
        if not text or text.isspace():
            return Unreadable(path, line, f"its field '{name}' is empty; correct or remove the row")
    for name in ("id", *_NAMES):
        if isinstance(value := record.get(name), dict | list):
            what = f"is {json_kind(value)}, not a string"
            return Unreadable(path, line, f"its field '{name}' {what}; correct or remove the row")
    key, *named = (_name(record.get(name)) for name in ("id", *_NAMES))
    return Row(key or f"{path}:{line}", record["source"], record["page"], *named)


def _name(value: object) -> str | None:
    return None if value in (None, "") else str(value)
