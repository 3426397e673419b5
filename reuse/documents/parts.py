"""A file of records in parts, each read by itself, as if the file was read from its beginning to its end.

What a record is taken for depends on those before it: the number of its line, the names that fields go by. So
parts are read twice. `survey` counts the lines of one and sees what it would settle by itself; `joined` puts
the surveys of a file together, and tells each part what comes before it; `read` reads it with that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from reuse.documents.file import File
from reuse.documents.jsonl import Line, records
from reuse.documents.records import Fields, Names, at_end, document, guess, textless_row
from reuse.values import Document, Notice, Unreadable


class Survey(NamedTuple):
    """What a part of a file has, seen by itself.

    Attributes
    ----------
    lines : int
    settled : dict of str to (int, str)
        Fields, the first line of the part that settles each, and where it is found.
    there : list of str
        Names of fields in records up to the first with a text.
    empty : bool
        All lines are blank.
    records : bool
        Some line has an object.
    """

    lines: int
    settled: dict[str, tuple[int, str]]
    there: list[str]
    empty: bool
    records: bool


class Before(NamedTuple):
    """What a part of a file has to know of the others.

    Attributes
    ----------
    lines : int
        Of all parts before it.
    settled : dict of str to str
        Fields that these settle, and where each is found.
    first : int or None
        The line of the file with the first text; None if there is none.
    contents : str
        Where that text is found, in words.
    """

    lines: int
    settled: dict[str, str]
    first: int | None
    contents: str


def survey(file: File, numbered: Iterator[Line], fields: Fields, limit: int) -> Survey:
    r"""See what a part has.

    Parameters
    ----------
    file : File
    numbered : iterator of (int, bytes or int)
        Its lines, from 1 on, as `reuse.documents.jsonl.lines` gives them. They are taken apart only as long
        as there is a field that none has settled.
    fields : Fields
    limit : int
        Most bytes of a line.

    Examples
    --------
    >>> lines = iter([(1, b"\n"), (2, b'{"body": "Some text.", "id": 7}\n')])
    >>> survey(File("a.jsonl"), lines, Fields(), 99)[:3]
    (2, {'text': (2, 'body'), 'id': (2, 'id')}, ['body', 'id'])
    """
    names = Names(fields)
    settled: dict[str, tuple[int, str]] = {}
    empty, some = True, False
    last = 0

    def counted() -> Iterator[Line]:
        nonlocal last
        for line in numbered:
            last = line[0]
            yield line

    for found in records(file.name, counted(), limit):
        empty = False
        if isinstance(found, Unreadable):
            continue
        some = True
        line, record = found
        names.settle(record)
        settled |= {field: (line, way) for field, way in names.settled.items() if field not in settled}
        if names.are_settled:
            break
    for last, _ in numbered:  # noqa: B007  (counted)
        pass
    return Survey(last, settled, names.names_there(), empty, some)


def joined(
    file: File, surveys: Sequence[Survey], fields: Fields
) -> tuple[list[Before], list[Unreadable | Notice]]:
    r"""Return what each part has to know, and what is to say at the end of the file.

    Parameters
    ----------
    file : File
    surveys : sequence of Survey
        Of its parts in their order.
    fields : Fields

    Examples
    --------
    >>> lines = [b"{}\n", b"\n", b'{"body": "Some text."}\n']
    >>> parts = [survey(File("a.jsonl"), iter([(1, line)]), Fields(), 99) for line in lines]
    >>> before, end = joined(File("a.jsonl"), parts, Fields())
    >>> before[2], end
    (Before(lines=2, settled={}, first=3, contents="'body'"), [])
    """
    names = Names(fields)
    before: list[tuple[int, dict[str, str]]] = []
    first, contents = None, ""
    lines = 0
    for part in surveys:
        before.append((lines, dict(names.settled)))
        had_text = bool(names.contents)
        here = {field: found for field, found in part.settled.items() if field not in names.settled}
        for line in sorted({line for line, _ in here.values()}):
            names.take({field: way for field, (at, way) in here.items() if at == line})
            if first is None and names.contents:
                first, contents = lines + line, names.contents_in_words()
        names.take({}, () if had_text else part.there)
        lines += part.lines
    empty, some = all(part.empty for part in surveys), any(part.records for part in surveys)
    end = list(at_end(file, names, empty=empty, textless=some and first is None))
    return [Before(*each, first, contents) for each in before], end


def read(
    file: File, numbered: Iterable[Line], fields: Fields, limit: int, before: Before
) -> Iterator[tuple[int, Document | Unreadable | Notice]]:
    r"""Read the documents of a part.

    Parameters
    ----------
    file : File
    numbered : iterable of (int, bytes or int)
        Its lines, numbered as they are in the file.
    fields : Fields
    limit : int
        Most bytes of a line.
    before : Before

    Yields
    ------
    (int, Document, Unreadable or Notice)
        With the number of the line at which it is known: that records had no text is known with the first
        that has one.

    Examples
    --------
    >>> before = Before(6, {"text": "body"}, 2, "'body'")
    >>> lines = [(7, b'{"body": "Some text."}\n')]
    >>> [(line, found.id) for line, found in read(File("a.jsonl"), lines, Fields(), 99, before)]
    [(7, 'a.jsonl:7')]
    """
    names = Names(fields)
    names.take(before.settled)
    for found in records(file.name, numbered, limit):
        if isinstance(found, Unreadable):
            assert found.line is not None
            yield found.line, found
            continue
        line, record = found
        if guessed := names.settle(record):
            yield line, guess(file, line, guessed)
        if names.contents:
            yield line, document(file.name, line, record, names)
        elif before.first is not None:
            yield before.first, textless_row(file, line, before.contents)
