r"""The text of a TOML file to the line of each of its values, with the parser of the standard library.

That parser tells no lines. Here strings, comments and brackets are told apart in a text that it has taken,
which is enough to see where each statement begins; what a statement says, the parser is asked::

    text -> statements     [tables] and the lines of their fields
    statement -> items     of an array, the line of each
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Path: TypeAlias = tuple[str | int, ...]

#: What a text consists of: strings, comments, brackets, commas, ends of lines, and anything else.
_PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{},\n]"
    r"|[^\s\"'#\[\]{},]+",
    re.DOTALL,
)


@dataclass
class _Statement:
    """A header or a field: the number of its first line, its text, and the lines of the items of its array."""

    line: int
    text: str = ""
    items: list[int] = field(default_factory=list)

    @cached_property
    def says(self) -> dict[str, Any]:
        return tomllib.loads(self.text)

    def line_of(self, path: Path) -> int | None:
        """Return the line of a value; None if the statement does not say it."""
        if not _holds(self.says, path):
            return None
        number = next((key for key in path if isinstance(key, int)), None)
        return self.line if number is None or number >= len(self.items) else self.items[number]


@dataclass
class _Table:
    """The line of a header, 1 above all headers, and the fields below it."""

    line: int
    fields: list[_Statement] = field(default_factory=list)

    def line_of(self, path: Path) -> int | None:
        """Return the line of a value, or of the header; None if the value is not there."""
        if not path:
            return self.line
        named = (self._named.get(path[:size]) for size in range(len(path), 0, -1))
        lines = (one.line_of(path) for one in named if one)
        return next((line for line in lines if line), None)

    @cached_property
    def _named(self) -> dict[Path, _Statement]:
        """The fields by their names, and by the first parts of dotted ones."""
        found: dict[Path, _Statement] = {}
        for one in self.fields:
            value: Any = one.says
            path: Path = ()
            while isinstance(value, dict) and value:
                key = next(iter(value))
                path, value = (*path, key), value[key]
                found.setdefault(path, one)
        return found


class Lines:
    r"""Where the values of a TOML file stand.

    Parameters
    ----------
    text : str
        Of a file that can be parsed.

    Examples
    --------
    >>> lines = Lines('names = [\n  "a",\n  "b",\n]\n\n[[site]]\nurl = "c"\n[[site]]\nurl = "d"')
    >>> lines.line_of(("site", 1, "url")), lines.line_of(("names", 1)), lines.line_of(("site", 0, "date"))
    (9, 3, 6)
    """

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")

    def line_of(self, path: Path) -> int:
        """Return the line in which a value begins, counted from 1.

        Parameters
        ----------
        path : tuple of str and int
            Its keys from the top of the file, and numbers in arrays from 0. Of one that is not in the file the
            line of what it would be in.
        """
        for known in range(len(path), -1, -1):
            for table in self._tables.get(path[:known], ()):
                if line := table.line_of(path[known:]):
                    return line
        return self._first.get(path) or (self.line_of(path[:-1]) if path else 1)

    @cached_property
    def _first(self) -> dict[Path, int]:
        """The first line of what has no header of its own: an array of tables, what a table is in."""
        found: dict[Path, int] = {}
        for place, tables in self._tables.items():
            for size in range(1, len(place)):
                found.setdefault(place[:size], tables[0].line)
        return found

    @cached_property
    def _tables(self) -> dict[Path, list[_Table]]:
        """The tables of the file, by what they are: those that an array has are numbered."""
        last: dict[Path, int] = {}
        table = _Table(1)
        found: dict[Path, list[_Table]] = {(): [table]}
        for statement in _statements(self._text):
            if statement.text.startswith("["):
                table = _Table(statement.line)
                found.setdefault(_place(statement.says, last), []).append(table)
            else:
                table.fields.append(statement)
        return found


def _statements(text: str) -> Iterator[_Statement]:
    """Yield what a text consists of: a statement ends with its line, unless a bracket is open."""
    line, depth, begin, outermost = 1, 0, 0, ""
    statement: _Statement | None = None
    expects_item = False
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "\n" or piece[0] == "#":
            line += piece == "\n"
            if statement and not depth:
                statement.text = text[begin : match.start()]
                yield statement
                statement = None
            continue
        if statement is None:
            statement, begin = _Statement(line), match.start()
        if expects_item and piece != "]":
            statement.items.append(line)
        if piece in ("[", "{"):
            outermost = outermost if depth else piece
            depth += 1
        depth -= piece in ("]", "}")
        expects_item = depth == 1 and outermost == "[" and piece in ("[", ",")
        line += piece.count("\n")
    if statement:
        statement.text = text[begin:]
        yield statement


def _place(value: Any, last: dict[Path, int]) -> Path:
    """Return what a header is of, and count the tables of arrays."""
    place: Path = ()
    while value:
        ((key, value),) = value.items()
        place += (key,)
        if isinstance(value, list):
            last[place] = last.get(place, -1) + 1
            value = value[0]
        if place in last:
            place += (last[place],)
    return place


def _holds(value: Any, path: Path) -> bool:
    for key in path:
        if isinstance(value, list):
            if not isinstance(key, int) or key >= len(value):
                return False
        elif not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True
