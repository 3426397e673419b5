"""Records to documents: which field holds the text, the id, the address, the headline, the date and more.

Shared by the formats that hold a record a line or row. A field the user does not name goes by a
well-known name, and the choice is told in a `Notice`. Each name is looked for as it stands, then without
regard to case, blanks, hyphens and underscores: ``published_at`` finds ``Published At``.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from reuse.documents.file import File, printable
from reuse.values import HTML, TEXT, Document, Notice, Unreadable

Record: TypeAlias = Mapping[str, Any]

#: Names tried in this order where the user gives none. An address is no id: a page crawled twice has
#: one address and two texts. What a page calls its own address comes last: a copy may call the original's so.
WELL_KNOWN: Mapping[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        "text": "text content body article maintext article_text article_body full_text content_text raw_text",
        "id": "id doc_id _id uuid document_id article_id guid",
        "url": "url link page_url article_url web_url permalink document_identifier source canonical_url",
        "title": "title headline article_title page_title web_title title.rendered",
        "date": "date published published_at date_published publish_date published_date publication_date "
        "date_publish pub_date web_publication_date",
        "author": "author authors byline creator author_name",
        "modified": "modified updated updated_at date_modified modified_at last_modified lastmod date_modify",
        "language": "language lang in_language human_language meta_lang",
        "html": "html raw_html html_content content_html page_html article_html body_html content.rendered",
    }.items()
}
#: The fields that make a document; their names are those of the media.
_CONTENTS = (TEXT, HTML)
#: What stands under this name is mostly a paper; only with a scheme is it taken for an address.
_SOURCE = "source"

_NO_TEXT = "has no text in its field"
_REMEDY = "correct or remove the record"
_SHOWN = 20  # field names listed in a message
_LOOKED_FOR = 4  # and well-known ones
_WIDTH = 60  # characters of a listed name: where a table has no header it may be a text
_KEPT = 1000  # field names, and sets of them, remembered at a time
_SEPARATORS = str.maketrans("", "", "-_ \t\n\r\xa0")
_KINDS = {
    bool: "a boolean",
    str: "a string",
    bytes: "binary",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


class TooLong(NamedTuple):
    """Stands in a record for a text that was not fetched.

    Attributes
    ----------
    size : int
        Its length in bytes.
    limit : int
        The most it may have.
    """

    size: int
    limit: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields of a record; None leaves the choice to `WELL_KNOWN`.

    A dot leads into nested objects, ``meta.url``; commas part names of which the first that a record has is
    taken, ``body,text``, so that sources and pages may have different ones.

    Attributes
    ----------
    text, id, url, title, date, author, modified, language : str or None
        Where to find what `Document` has under these names.
    html : str or None
        Where to find a whole page. If it is named here, the page is read even from records with a text; one
        that goes by a well-known name is read only from records without, and not at all if `text` is named.

    Examples
    --------
    >>> fields = Fields(text="body", url="meta.url")
    >>> fields.text, fields.url, fields.title
    ('body', 'meta.url', None)
    """

    text: str | None = None
    id: str | None = None
    url: str | None = None
    title: str | None = None
    date: str | None = None
    author: str | None = None
    modified: str | None = None
    language: str | None = None
    html: str | None = None


def documents(
    file: File, records: Iterable[tuple[int, Record] | Unreadable | Notice], fields: Fields
) -> Iterator[Document | Unreadable | Notice]:
    """Turn the records of one file into documents.

    Parameters
    ----------
    file : File
    records : iterable of (int, mapping), Unreadable or Notice
        Each with its 1-based line; faults and notices are passed on.
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
    names = Names(fields)
    textless = array("q")  # lines seen before any record had a text
    empty = True
    for found in records:
        if not isinstance(found, tuple):
            empty = empty and isinstance(found, Notice)
            yield found
            continue
        empty = False
        line, record = found
        if guessed := names.settle(record):
            yield guess(file, line, guessed)
        if not names.contents:
            textless.append(line)
            continue
        for missed in textless:
            yield textless_row(file, missed, names.contents_in_words())
        del textless[:]
        yield document(file.name, line, record, names)
    yield from at_end(file, names, empty=empty, textless=bool(textless))


def guess(file: File, line: int, guessed: str) -> Notice:
    """Return the notice that names were guessed from a record.

    Examples
    --------
    >>> print(guess(File("a.jsonl"), 7, "text is read from 'body' (--text-field)"))
    a.jsonl: line 7: text is read from 'body' (--text-field)
    """
    return Notice(file.name, f"line {line}: {guessed}")


def textless_row(file: File, line: int, contents: str) -> Unreadable:
    """Return the row of a record without text; `contents` are the names that text and html go by, in words.

    Examples
    --------
    >>> print(textless_row(File("a.jsonl"), 7, "'body'"))
    a.jsonl:7: has no text in its field 'body'; correct or remove the record
    """
    return Unreadable(file.name, line, f"{_NO_TEXT} {contents}; {_REMEDY}")


def at_end(file: File, names: Names, *, empty: bool, textless: bool) -> Iterator[Unreadable | Notice]:
    """Say what is known of a file at its end.

    Parameters
    ----------
    file : File
    names : Names
        As all records left them.
    empty : bool
        It has no record, nor a line that should be one.
    textless : bool
        It has records, none with a text.

    Examples
    --------
    >>> [str(row) for row in at_end(File("a.jsonl"), Names(Fields()), empty=True, textless=False)]
    ['a.jsonl: holds no record; remove it, or see why it was left empty']
    """
    if empty:
        yield Unreadable(file.name, None, "holds no record; remove it, or see why it was left empty")
    if textless:
        why = f"no record has a text in its field {names.looked_for('text')}; {names.there()}"
        yield Unreadable(file.name, None, f"{why}; name the right one with --text-field")
    for field in names.missed():
        why = f"no record has a field {names.looked_for(field)}, named with --{field}-field; {names.there()}"
        yield Notice(file.name, why)


def wanted(columns: Sequence[str], fields: Fields) -> dict[str, str]:
    """Return the columns of a table that `documents` may look into, each with the field it can be.

    Parameters
    ----------
    columns : sequence of str
        Names, or the ways to nested ones with dots between.
    fields : Fields

    Returns
    -------
    dict of str to str
        Empty if none of them can hold a text or page: then the others are of no use.

    Examples
    --------
    >>> wanted(["Body", "Views", "meta.lang"], Fields(language="meta.lang"))
    {'Body': 'text', 'meta.lang': 'language'}
    >>> wanted(["Title", "Views"], Fields())
    {}
    """
    found = {way: field for field, way in reversed(list(Names(fields).ways(dict.fromkeys(columns))))}
    readable = not set(_CONTENTS).isdisjoint(found.values())
    return {column: found[column] for column in columns if readable and column in found}


def kind(value: object) -> str:
    """Return what a JSON value is, in words.

    Examples
    --------
    >>> kind([]), kind(None)
    ('a list', 'null')
    """
    return _KINDS.get(type(value), "a number")


def document(path: str, line: int, record: Record, names: Names) -> Document | Unreadable:
    """Return the document that a record is, or why it is none.

    Parameters
    ----------
    path : str
        Of its file, as it is shown.
    line : int
    record : mapping
    names : Names
        With text or html settled.

    Examples
    --------
    >>> names = Names(Fields())
    >>> names.settle({"body": "Some text."})
    "text is read from 'body' (--text-field)"
    >>> print(document("a.jsonl", 7, {"body": 1}, names))
    a.jsonl:7: its text field 'body' is a number, not a string; correct or remove the record
    """
    content, media = _content(record, names)
    if not isinstance(content, str | bytes):
        return Unreadable(path, line, _no_content(content, media, names))
    values = {field: _value(record, name) for field, name in names.settled.items()}
    key = values.get("id")
    if isinstance(key, bool | list | dict):
        why = f"its id field {names.settled['id']!r} is {kind(key)}, not a string or number"
        return Unreadable(path, line, f"{why}; correct it, or name another with --id-field")
    return Document(
        id=f"{path}:{line}" if key in (None, "", b"") else printable(_plain(key)),
        content=content,
        path=path,
        line=line,
        url=_one_line(values.get("url")),
        title=_one_line(values.get("title")),
        date=_one_line(values.get("date")),
        author=_people(values.get("author")),
        modified=_one_line(values.get("modified")),
        language=_one_line(values.get("language")),
        media=media,
    )


def _content(record: Record, names: Names) -> tuple[Any, str]:
    """Return the text or page of a record and which of them it is; what stands for it where it has neither."""
    there: tuple[Any, str] = (None, names.contents[0])
    for field in names.contents:
        value = _value(record, names.settled[field])
        if _filled(value):
            return value, field
        there = there if value is None or there[0] is not None else (value, field)
    return there


def _no_content(value: object, field: str, names: Names) -> str:
    if value is None:
        return f"{_NO_TEXT} {names.contents_in_words()}; {_REMEDY}"
    name = names.settled[field]
    if isinstance(value, TooLong):
        why = f"its {field} field {name!r} is {value.size:,} bytes, the limit is {value.limit:,}"
        return f"{why}; split it, or raise --max-bytes"
    return f"its {field} field {name!r} is {kind(value)}, not a string; {_REMEDY}"


def _filled(value: object) -> bool:
    if isinstance(value, str | bytes):
        return bool(value) and not value.isspace()
    return isinstance(value, TooLong)


def _plain(key: str | float | bytes) -> str:
    if isinstance(key, bytes):
        return key.decode(errors="replace")
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)


def _one_line(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return (printable(" ".join(value.split())) or None) if isinstance(value, str) and value else None


def _people(value: object) -> str | None:
    """Return one name, or several with commas between; each stands alone or as the name of an object."""
    several = value if isinstance(value, list) else [value]
    names = (_one_line(each.get("name") if isinstance(each, dict) else each) for each in several)
    return ", ".join(filter(None, names)) or None


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


def _alike(name: str) -> str:
    """Return what is left of a name where case and separators are taken off."""
    return name.casefold().translate(_SEPARATORS)


#: The same of the names that are looked for: there are few, and each record asks for all of them.
_looked_for_alike = lru_cache(maxsize=1000)(_alike)


def _by_likeness(names: Iterable[str]) -> dict[str, str]:
    """Return names by what they are like, the first of those that are alike."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(_alike(name), name)
    return found


def _found(name: str, record: Iterable[str], alike: Mapping[str, str]) -> str | None:
    """Return a name as a record has it; `alike` holds the record's names by what they are like."""
    return name if name in record else alike.get(_looked_for_alike(name))


def _within(record: object, name: str) -> str | None:
    """Return a name, or the way that one with dots leads through nested objects, as a record has it."""
    if not isinstance(record, dict):
        return None
    alike = _by_likeness(record)
    if there := _found(name, record, alike):
        return there
    head, _, rest = name.partition(".")
    head = _found(head, record, alike) or ""
    below = _within(record.get(head), rest) if rest else None
    return below and f"{head}.{below}"


def _fits(field: str, way: str, value: object) -> bool:
    """Tell whether a value settles that a field goes by this name."""
    if field in _CONTENTS:
        return _filled(value)
    if field == "author":
        return _people(value) is not None
    if field == "id" and isinstance(value, int | float):
        return not isinstance(value, bool)
    line = _one_line(value)
    return line is not None and (field != "url" or way != _SOURCE or "://" in line)


class Names:
    """The names one file goes by, as they become known.

    Parameters
    ----------
    fields : Fields

    Attributes
    ----------
    settled : dict of str to str
        Fields, and where they are found.
    contents : list of str
        Which of text and html are settled, in the order a record is searched for them.

    Examples
    --------
    >>> names = Names(Fields())
    >>> names.settle({"body": "Some text."}), names.settle({"body": "More text."})
    ("text is read from 'body' (--text-field)", '')
    """

    def __init__(self, fields: Fields) -> None:
        given = dataclasses.asdict(fields)
        self.settled: dict[str, str] = {}
        self.contents: list[str] = []
        self._given = {field for field, name in given.items() if name}
        self._open = {
            field: tuple(given[field].split(",")) if given[field] else names
            for field, names in WELL_KNOWN.items()
            if field != HTML or HTML in self._given or TEXT not in self._given
        }
        self._there: dict[str, None] = {}  # in the order they came by
        self._plans: dict[tuple[str, ...], list[tuple[str, str, str]]] = {}

    def settle(self, record: Record) -> str:
        """Settle what this record can, and return what of it was a guess, in words."""
        if not self._open:
            return ""
        if not self.contents and (room := _KEPT - len(self._there)) > 0:
            self._there.update((name[: _WIDTH + 1], None) for name in islice(_leaves(record), room))
        settled: dict[str, str] = {}
        for field, way in self.ways(record):
            if field not in settled and _fits(field, way, _value(record, way)):
                settled[field] = way
        if not settled:
            return ""
        self.take(settled)
        guessed = (field for field in settled if field not in self._given)
        return ", ".join(f"{field} is read from {settled[field]!r} (--{field}-field)" for field in guessed)

    def take(self, settled: Mapping[str, str], there: Iterable[str] = ()) -> None:
        """Take over what other records of the file settled, and the fields that were there instead."""
        self.settled |= settled
        self._open = {field: names for field, names in self._open.items() if field not in settled}
        self._plans.clear()
        order = reversed(_CONTENTS) if HTML in self._given else _CONTENTS
        self.contents = [field for field in order if field in self.settled]
        self._there.update((name, None) for name in islice(there, max(0, _KEPT - len(self._there))))

    @property
    def are_settled(self) -> bool:
        """Whether no field is open any more."""
        return not self._open

    def ways(self, record: Record) -> Iterator[tuple[str, str]]:
        """Yield the open fields, each with the names it may have in a record, the likeliest first."""
        names = tuple(record)
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plan(record)
            if len(self._plans) < _KEPT and len(names) < _KEPT:
                self._plans[names] = plan
        for field, name, rest in plan:
            if not rest:
                yield field, name
            elif below := _within(record[name], rest):
                yield field, f"{name}.{below}"

    def _plan(self, record: Record) -> list[tuple[str, str, str]]:
        """Return what to look for in records with the same names: field, name, and what below that."""
        alike = _by_likeness(record)
        plan = []
        for field, names in self._open.items():
            for name in names:
                head, _, rest = name.partition(".")
                if there := _found(name, record, alike):
                    plan.append((field, there, ""))
                elif rest and (there := _found(head, record, alike)):
                    plan.append((field, there, rest))
        return plan

    def missed(self) -> list[str]:
        """Return the fields that the user named and no record has, the text only where a page was read."""
        named = [field for field in self._open if field in self._given and self._there]
        return [field for field in named if field != TEXT or self.contents]

    def contents_in_words(self) -> str:
        """Return the names that text and html go by."""
        return " or ".join(repr(self.settled[field]) for field in self.contents)

    def looked_for(self, field: str) -> str:
        """Return the names a field might have had."""
        names = list(map(repr, self._open[field]))
        return " or ".join(names if field in self._given else [*names[:_LOOKED_FOR], "the like"])

    def names_there(self) -> list[str]:
        """Return the fields of records that came before the first text."""
        return list(self._there)

    def there(self) -> str:
        """Return the fields that records have instead."""
        names = [printable(name[:_WIDTH] + "…" * (len(name) > _WIDTH)) for name in self._there]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return f"its fields are {', '.join(names[:_SHOWN])}{more}" if names else "its records are empty"
