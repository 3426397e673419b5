"""The text of a TOML file to the line of each of its values, with the parser of the standard library alone.

That parser tells no lines. But a file is cut between its tables, and a table between its statements, where both
parts can be parsed; so what stands in which part is asked of the parser itself.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

#: Lines up to which the end of a statement is looked for line by line; a longer one may take another with it.
_SHORT = 64

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class _Statement:
    """Lines that say one thing, or a few, and the number of the first."""

    first: int
    lines: list[str]
    says: dict[str, Any]

    def line_of(self, path: Path) -> int:
        """Return the line in which the item of an array begins; the first, where none is asked for."""
        number = next((key for key in path if isinstance(key, int)), None)
        rows = [] if number is None else self._items
        return self.first + (rows[number] if number is not None and number < len(rows) else 0)

    @cached_property
    def _items(self) -> list[int]:
        """In which line each item of the array begins, as far as that can be told."""
        _, _, rest = self.lines[0].partition("=")
        rows: list[int] = []
        held: list[str] = []
        for row, line in enumerate([rest.lstrip()[1:], *self.lines[1:]] if len(self.lines) > 1 else ()):
            held.append(line)
            found = _parsed(["x = [", *held, "]"]) or _parsed(["x = [", *held])
            if found is not None:
                rows += [row - len(held) + 1] * len(found["x"])
                held = []
        return rows


@dataclass(frozen=True)
class _Table:
    """The lines of a table but for its header, and the number of the first."""

    first: int
    lines: list[str]

    def line_of(self, path: Path) -> int | None:
        """Return the line of a value, or of the header; None if the value is not there."""
        if not path:
            return max(self.first - 1, 1)
        return next((one.line_of(path) for one in self._statements if _holds(one.says, path)), None)

    @cached_property
    def _statements(self) -> list[_Statement]:
        found: list[_Statement] = []
        begin = 0
        while begin < len(self.lines):
            size, says = _statement(self.lines[begin:])
            found.append(_Statement(self.first + begin, self.lines[begin : begin + size], says))
            begin += size
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
        self._lines = text.replace("\r\n", "\n").split("\n")

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
        return self.line_of(path[:-1]) if path else 1

    @cached_property
    def _tables(self) -> dict[Path, list[_Table]]:
        """The tables of the file, by what they are: those that an array has are numbered."""
        headers = [row for row, line in enumerate(self._lines) if line.lstrip().startswith("[")]
        found: dict[Path, list[_Table]] = {}
        last: dict[Path, int] = {}
        begin, is_table = 0, False
        for end in (*headers, len(self._lines)):
            body = begin + is_table
            if _parsed(self._lines[body:end]) is None:
                continue  # what looked like a header stands in a string, or in an array
            place = _place(self._lines[begin], last) if is_table else ()
            found.setdefault(place, []).append(_Table(body + 1, self._lines[body:end]))
            begin, is_table = end, True
        return found


def _parsed(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None


def _place(header: str, last: dict[Path, int]) -> Path:
    """Return what a header is of, and count the tables of arrays."""
    value: Any = tomllib.loads(header)
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


def _statement(lines: list[str]) -> tuple[int, dict[str, Any]]:
    """Return how many lines the first statement takes, and what it says."""
    for size in range(1, min(_SHORT, len(lines)) + 1):
        if (found := _parsed(lines[:size])) is not None:
            return size, found
    low, high, found = _SHORT, len(lines), _parsed(lines) or {}
    while high - low > 1 and len(found) > 1:
        middle = (low + high) // 2
        shorter = _parsed(lines[:middle])
        low, high, found = (middle, high, found) if shorter is None else (low, middle, shorter)
    return high, found


def _holds(value: Any, path: Path) -> bool:
    for key in path:
        if isinstance(value, list):
            if not isinstance(key, int) or key >= len(value):
                return False
        elif not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True
