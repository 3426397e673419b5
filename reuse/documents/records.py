"""Records to documents: which field holds the text, the id, the address, the headline and the date.

Shared by the formats that hold a record a line or row. A field the user does not name goes by a
well-known name, and the choice is told in a `Notice`.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from reuse.documents.file import File, printable
from reuse.values import Document, Notice, Unreadable

Record: TypeAlias = Mapping[str, Any]

#: Names tried in this order where the user gives none. An address is no id: a page crawled twice has
#: one address and two texts.
WELL_KNOWN: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "article"),
    "id": ("id", "doc_id", "_id", "uuid"),
    "url": ("url", "link"),
    "title": ("title", "headline"),
    "date": ("date", "published", "published_at", "date_published", "datePublished", "pubDate"),
}

_NO_TEXT = "has no text in its field"
_REMEDY = "correct or remove the record"
_SHOWN = 20  # field names listed in a message
_KINDS = {bool: "a boolean", str: "a string", list: "a list", dict: "an object", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields of a record; None leaves the choice to `WELL_KNOWN`.

    A dot leads into nested objects, ``meta.url``; commas part names of which the first that a record has is
    taken, ``body,text``, so that sources and pages may have different ones.

    Examples
    --------
    >>> Fields(text="body", url="meta.url")
    Fields(text='body', id=None, url='meta.url', title=None, date=None)
    """

    text: str | None = None
    id: str | None = None
    url: str | None = None
    title: str | None = None
    date: str | None = None


def documents(
    file: File, records: Iterable[tuple[int, Record] | Unreadable], fields: Fields
) -> Iterator[Document | Unreadable | Notice]:
    """Turn the records of one file into documents.

    Parameters
    ----------
    file : File
    records : iterable of (int, mapping) or Unreadable
        Each with its 1-based line; faults are passed on.
    fields : Fields
        A name given here is the only one looked for. Otherwise the first record with a value under one
        of the well-known names settles it for the whole file, each field for itself.

    Yields
    ------
    Document, Unreadable or Notice
        A record without an id gets ``path:line``. A file in which no record has a text is one fault,
        not one for each record.

    Examples
    --------
    >>> for found in documents(File("a.jsonl"), [(1, {"body": "Some text.", "id": 7})], Fields()):
    ...     print(found if isinstance(found, Notice) else found[:4])
    a.jsonl: line 1: text is read from 'body' (--text-field), id is read from 'id' (--id-field)
    ('7', 'Some text.', 'a.jsonl', 1)
    """
    names = _Names(fields)
    textless = array("q")  # lines seen before any record had a text
    empty = True
    for found in records:
        empty = False
        if isinstance(found, Unreadable):
            yield found
            continue
        line, record = found
        if guessed := names.settle(record):
            yield Notice(file.name, f"line {line}: {guessed}")
        if "text" not in names.settled:
            textless.append(line)
            continue
        for missed in textless:
            yield Unreadable(file.name, missed, f"{_NO_TEXT} {names.settled['text']!r}; {_REMEDY}")
        del textless[:]
        yield _document(file.name, line, record, names.settled)
    if empty:
        yield Unreadable(file.name, None, "holds no record; remove it, or see why it was left empty")
    if textless:
        why = f"no record has a text in its field {names.looked_for('text')}; {names.there()}"
        yield Unreadable(file.name, None, f"{why}; name the right one with --text-field")
    for field in names.missed():
        why = f"no record has a field {names.looked_for(field)}, named with --{field}-field; {names.there()}"
        yield Notice(file.name, why)


def kind(value: object) -> str:
    """Return what a JSON value is, in words.

    Examples
    --------
    >>> kind([]), kind(None)
    ('a list', 'null')
    """
    return _KINDS.get(type(value), "a number")


def _document(path: str, line: int, record: Record, names: Mapping[str, str]) -> Document | Unreadable:
    values = {field: _value(record, name) for field, name in names.items()}
    text, key, url, title, date = (values.get(field) for field in WELL_KNOWN)
    if not isinstance(text, str):
        if text is None:
            return Unreadable(path, line, f"{_NO_TEXT} {names['text']!r}; {_REMEDY}")
        why = f"its text field {names['text']!r} is {kind(text)}, not a string"
        return Unreadable(path, line, f"{why}; {_REMEDY}")
    if isinstance(key, bool | list | dict):
        why = f"its id field {names['id']!r} is {kind(key)}, not a string or number"
        return Unreadable(path, line, f"{why}; correct it, or name another with --id-field")
    return Document(
        id=f"{path}:{line}" if key in (None, "") else printable(_decimal(key)),
        content=text,
        path=path,
        line=line,
        url=_one_line(url),
        title=_one_line(title),
        date=_one_line(date),
    )


def _decimal(key: str | float) -> str:
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)


def _one_line(value: object) -> str | None:
    return (printable(" ".join(value.split())) or None) if isinstance(value, str) else None


def _value(record: Record, name: str) -> Any:
    """Return what is under a name, taken whole or as a way through nested objects."""
    if name in record:
        return record[name]
    head, dot, rest = name.partition(".")
    inner = record.get(head) if dot else None
    return _value(inner, rest) if isinstance(inner, dict) else None


def _leaves(record: Record, way: str = "", depth: int = 4) -> Iterator[str]:
    """Yield the ways to the values of nested objects."""
    for name, value in record.items():
        if isinstance(value, dict) and value and depth > 1:
            yield from _leaves(value, f"{way}{name}.", depth - 1)
        else:
            yield f"{way}{name}"


class _Names:
    """The names one file goes by, as they become known."""

    def __init__(self, fields: Fields) -> None:
        given = dataclasses.asdict(fields)
        self.settled: dict[str, str] = {}
        self._given = {field for field, name in given.items() if name}
        self._open = {
            field: tuple(given[field].split(",")) if given[field] else names
            for field, names in WELL_KNOWN.items()
        }
        self._there: dict[str, None] = {}

    def settle(self, record: Record) -> str:
        """Settle what this record can, and return what of it was a guess, in words."""
        if "text" in self._open:
            self._there.update(dict.fromkeys(_leaves(record)))
        guessed = []
        for field, names in list(self._open.items()):
            for name in names:
                value = _value(record, name)
                kinds = str | int | float if field == "id" else str
                if isinstance(value, kinds) and not isinstance(value, bool) and str(value).strip():
                    self.settled[field] = name
                    del self._open[field]
                    if field not in self._given:
                        guessed.append(f"{field} is read from {name!r} (--{field}-field)")
                    break
        return ", ".join(guessed)

    def missed(self) -> list[str]:
        """Return the fields, the text apart, that the user named and no record has."""
        return [field for field in self._open if field in self._given and field != "text" and self._there]

    def looked_for(self, field: str) -> str:
        """Return the names a field might have had."""
        return " or ".join(map(repr, self._open[field]))

    def there(self) -> str:
        """Return the fields that records have instead."""
        names = [printable(name) for name in self._there]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return f"its fields are {', '.join(names[:_SHOWN])}{more}" if names else "its records are empty"
