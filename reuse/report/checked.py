"""JSON values to values of the kinds that a report writes: none is taken for granted, it may come by mail."""

from __future__ import annotations

import math
import re
from datetime import datetime
from operator import gt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    Value = TypeVar("Value")

#: No text that fits into memory has more words.
_MOST_WORDS = 2**28
_MOST = 2**31
_SHA256 = re.compile("[0-9a-f]{64}")
_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def if_any(read: Callable[[Any], Value], value: Any) -> Value | None:
    """Return what `read` makes of a value, None of None."""
    return None if value is None else read(value)


def text(value: object) -> str:
    """Return a text as it is.

    Raises
    ------
    TypeError
        If it is none; so do the others.
    """
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def truth(value: object) -> bool:
    """Return true or false as it is."""
    if not isinstance(value, bool):
        raise TypeError(f"{str(value)[:40]!r} is neither true nor false")
    return value


def listed(value: object) -> list[Any]:
    """Return a list as it is."""
    if not isinstance(value, list):
        raise TypeError(f"{str(value)[:40]!r} is no list")
    return value


def mapping(value: object) -> dict[str, Any]:
    """Return an object as it is."""
    if not isinstance(value, dict):
        raise TypeError(f"{str(value)[:40]!r} is no object")
    return value


def count(value: object) -> int:
    """Return a count as it is.

    Raises
    ------
    ValueError
        If it is no whole number, less than nothing, or more than can be.
    """
    if type(value) is not int or not 0 <= value < _MOST:
        raise ValueError(f"{str(value)[:40]!r} is no count")
    return value


def words(value: object) -> int:
    """Return how many words a text has: one at least."""
    if not 0 < count(value) < _MOST_WORDS:
        raise ValueError(f"{str(value)[:40]} words has no text")
    return count(value)


def number(value: object) -> float:
    """Return a finite number as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(float(value)):
        raise ValueError(f"{str(value)[:40]} is no number")
    return value


def share(value: object) -> float:
    """Return a number from 0 to 1."""
    told = number(value)
    if not 0 <= told <= 1:
        raise ValueError(f"{str(value)[:40]} is no share")
    return told


def one_of(known: tuple[str, ...], value: str) -> str:
    """Return a word that is known.

    Examples
    --------
    >>> one_of(("kept", "broken"), "bent")
    Traceback (most recent call last):
    ValueError: tuple.index(x): x not in tuple
    """
    return known[known.index(value)]


def sha256(value: str) -> str:
    """Return a SHA-256 in hexadecimal digits."""
    if not _SHA256.fullmatch(value):
        raise ValueError(f"{str(value)[:40]!r} is no SHA-256")
    return value


def moment(value: object) -> str:
    """Return a moment in UTC, to the second.

    Examples
    --------
    >>> moment("2026-11-22T10:00:00Z")
    '2026-11-22T10:00:00Z'
    """
    told = text(value)
    if not _MOMENT.fullmatch(told):
        raise ValueError(f"{told[:40]!r} is no moment")
    datetime.fromisoformat(told)  # one that the calendar has
    return told


def spans(told: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans in code points.

    Examples
    --------
    >>> spans([[0, 4], [7, 9]])
    ((0, 4), (7, 9))
    """
    found = tuple((begin, end) for begin, end in told)
    if found:  # all at once: a report has a hundred of them for each finding
        begins, ends = zip(*found, strict=True)
        if {*map(type, begins), *map(type, ends)} != {int} or min(begins) < 0 or max(ends) >= _MOST:
            raise ValueError("a span is not of counts")
        if any(map(gt, begins, ends)):
            raise ValueError("a span ends before it begins")
    return found
