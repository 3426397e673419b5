"""Dates as they are stated to a timeline: how many pages were published when, in bars of equal unit."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from reuse.pairs import ACCUSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from reuse.findings import Finding

#: The units, the finest first, and how many bars of each are shown at most; of years there can be no more.
UNITS = {"day": 45, "week": 53, "month": 120, "year": 110}
#: There was no Web before 1990; what is stated beyond is a fault, or a program's notion of "never".
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
#: Of the dates that are stated so many must be as precise as the unit.
_PRECISE = 0.9
#: Characters of a stated date that can be put into a bar of the unit: of "2026-11-02", "2026-11" or "2026".
_NEEDED = {"day": 10, "week": 10, "month": 7, "year": 4}
_LONGEST = 64
#: Of a fact that is the day of a crawl; see `reuse.metadata.Fact`.
_BOUND = "bound"
_STATED = re.compile(r"\s*(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt\s].*)?)?)?\s*", re.ASCII | re.DOTALL)


class Bar(NamedTuple):
    """One bar of a timeline.

    Attributes
    ----------
    at : str
        Its first day, as ``2026-11-02``.
    counts : tuple of int
        Its pages by their worst verdict, in the order of `reuse.pairs.ACCUSED`.
    """

    at: str
    counts: tuple[int, ...]


class Timeline(NamedTuple):
    """How many pages were published when.

    Attributes
    ----------
    unit : str
        One of `UNITS`; weeks begin on Monday.
    bars : tuple of Bar
        Every unit from the first to the last, also those without a page.
    undated : int
        Pages in no bar: without a date that can be read, with one less precise than the unit, or from before
        1990 or after 2099.
    """

    unit: str
    bars: tuple[Bar, ...]
    undated: int


def day_of(text: str | None) -> str | None:
    """Return the day that a date states, in the time zone it is stated in.

    Parameters
    ----------
    text : str or None
        ISO 8601, or as in e-mail.

    Returns
    -------
    str or None
        As precise as stated: ``2026-11-02``, ``2026-11`` or ``2026``. None if it cannot be read.

    Examples
    --------
    >>> day_of("2026-11-02T23:30:00-08:00"), day_of("2026-11"), day_of("Mon, 02 Nov 2026 23:30:00 -0800")
    ('2026-11-02', '2026-11', '2026-11-02')
    >>> day_of("yesterday"), day_of("2026-02-30")
    (None, None)
    """
    if not text or len(text) > _LONGEST:
        return None
    readers: tuple[Callable[[str], str | None], ...] = (_stated, _moment, _mailed)
    for read in readers:
        try:
            if day := read(text):
                return day
        except (ValueError, OverflowError):
            continue
    return None


def _stated(text: str) -> str | None:
    if not (found := _STATED.fullmatch(text)):
        return None
    year, month, of_month = found.groups()
    day = date(int(year), int(month or 1), int(of_month or 1)).isoformat()
    return day[: _NEEDED["day" if of_month else "month" if month else "year"]]


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).date().isoformat()


def _mailed(text: str) -> str:
    return parsedate_to_datetime(text).date().isoformat()


def published(finding: Finding) -> str | None:
    """Return the day on which the page of a finding was published, as `day_of` does.

    As the input has it, else as the page says; not the day when a crawler saw it, nor one after the day of the
    audit. Findings of one page may tell different days; see `days`.
    """
    if finding.precedence is not None:
        told = finding.precedence.page
        return None if told.certainty == _BOUND else day_of(told.stated)
    said = finding.metadata.published if finding.metadata else None
    day = day_of(finding.page.date)
    return day_of(said.value) if day is None and said and said.certainty != _BOUND else day


def days(findings: Iterable[Finding]) -> dict[str, str | None]:
    """Return the day on which each page was published: what timelines show, and groups.

    Parameters
    ----------
    findings : iterable of Finding
        All that are at hand, in any order: what accuses nobody tells the day of a page as well. Of a page one
        may have metadata, and another none; those of several runs may differ.

    Returns
    -------
    dict of str to (str or None)
        By the id of the page, the day that its findings tell, as `published` does; of several the most precise,
        and of these the first. None where none can be told, or none is plausible.
    """
    told: dict[str, set[str]] = {}
    for finding in findings:
        of_page = told.setdefault(finding.page.id, set())
        if (day := published(finding)) and is_plausible(day):
            of_page.add(day)
    return {page: min(some, key=lambda day: (-len(day), day), default=None) for page, some in told.items()}


def is_plausible(day: str) -> bool:
    """Tell whether a page can have been published then: from 1990 to 2099.

    Examples
    --------
    >>> is_plausible("2026-11"), is_plausible("1970-01-01")
    (True, False)
    """
    return _FIRST_YEAR <= int(day[:4]) <= _LAST_YEAR


def timeline(pages: Iterable[tuple[str | None, int]], most: Mapping[str, int] = UNITS) -> Timeline:
    """Count pages by the day, week, month or year they were published.

    Parameters
    ----------
    pages : iterable of (str or None, int)
        Of each its day, as `day_of` returns it, and its worst verdict, an index into `reuse.pairs.ACCUSED`.
    most : mapping of str to int
        The units to choose from, the finest first, and how many bars of each are enough. The first is taken of
        which no more are needed, and for which nine tenths of the dates are precise enough; else the last.

    Returns
    -------
    Timeline

    Examples
    --------
    >>> timeline([("2026-11-02", 2), ("2026-11-04", 0), ("2026-11-04", 2), (None, 3)])
    Timeline(unit='day', bars=(Bar(at='2026-11-02', counts=(0, 0, 1, 0)), Bar(at='2026-11-03', \
counts=(0, 0, 0, 0)), Bar(at='2026-11-04', counts=(1, 0, 1, 0))), undated=1)
    """
    counted = Counter(pages)
    dated = {(day, verdict): count for (day, verdict), count in counted.items() if day and is_plausible(day)}
    enough = _PRECISE * sum(dated.values())
    for unit, bars in most.items():
        placed = _placed(dated, unit)
        numbers = [number for number, _ in placed]
        span = range(min(numbers, default=0), max(numbers, default=-1) + 1)
        if placed.total() >= enough and len(span) <= bars:
            break
    at = (Bar(_begin(unit, number), _counts(placed, number)) for number in span)
    return Timeline(unit, tuple(at), counted.total() - placed.total())


def _placed(dated: Mapping[tuple[str, int], int], unit: str) -> Counter[tuple[int, int]]:
    """Count pages by the number of their bar and their verdict."""
    placed: Counter[tuple[int, int]] = Counter()
    for (day, verdict), count in dated.items():
        if len(day) >= _NEEDED[unit]:
            placed[_number(unit, day), verdict] += count
    return placed


def _counts(placed: Counter[tuple[int, int]], number: int) -> tuple[int, ...]:
    return tuple(placed[number, verdict] for verdict in range(len(ACCUSED)))


def _number(unit: str, day: str) -> int:
    """Return which day, week, month or year it is, counted from the first there ever was."""
    year, month, of_month = (*map(int, day.split("-")), 1, 1)[:3]
    if unit == "year":
        return year
    if unit == "month":
        return 12 * year + month - 1
    ordinal = date(year, month, of_month).toordinal() - 1  # which was a Monday
    return ordinal if unit == "day" else ordinal // 7


def _begin(unit: str, number: int) -> str:
    """Return the first day of a unit."""
    if unit == "year":
        return date(number, 1, 1).isoformat()
    if unit == "month":
        return date(number // 12, number % 12 + 1, 1).isoformat()
    return date.fromordinal((number if unit == "day" else 7 * number) + 1).isoformat()
