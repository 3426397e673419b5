"""Dates as pages write them, as ISO 8601 with what precision and time zone they have."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import urlsplit

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_TIME = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[ap]m)?\s?(?P<zone>[+-]\d\d(?::?\d\d)?|[a-z]{1,5})?(?:\[[\w/+-]+\])?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?)",
        r"(?:[a-z]{3,9},?\s)?\s*(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]" + _MONTH + r",?[\s-](?P<year>\d{4})",
        r"(?:[a-z]{3,9},?\s)?\s*" + _MONTH + r"\s(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s(?P<year>\d{4})",
        r"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?(?P<year>\d{4})",
        r"(?P<year>\d{4})\s?年\s?(?P<month>\d\d?)\s?月\s?(?P<day>\d\d?)\s?日",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<year>\d{4})[-/](?P<month>\d\d)",
        r"(?P<year>\d{4})",
    )
)
_LONGEST = 64
#: Earlier and later years are faults: of parsing, or a program's notion of "never".
_FIRST_YEAR, _LAST_YEAR = 1700, 2100
# The zeros of Unix (in time zones west and east), of spreadsheets and of databases.
_ZEROS = ("1969-12-31", "1970-01-01", "1899-12-30", "1899-12-31", "1900-01-01")

_IN_PATH = re.compile(
    r"(?<![0-9])((?:19|20)\d\d)(?:"
    rf"/(\d\d?|{'|'.join(_MONTHS)})(?:/(\d\d?)(?![0-9]))?/"
    r"|([-_])(\d\d)\4(\d\d)(?![0-9])|(\d\d)(\d\d)(?=[/_-]|\Z))",
    re.ASCII,
)


def normalised(text: str | None, until: date | None = None) -> str | None:
    """Return a date in ISO 8601; None if it is unreadable, impossible or later than it can be.

    Parameters
    ----------
    text : str or None
        Year first, or day first with dots, or with an English month; ``11/12/2026`` is two dates, so none.
    until : datetime.date, optional
        The last day it can have. One more is granted: days end later west of here.

    Returns
    -------
    str or None
        A year, a month, a day or a moment; the moment with a time zone if that is given as an offset.
        None of a program's zero, such as 1970-01-01, too.

    Examples
    --------
    >>> normalised("2026-11-22T10:00:00.000Z")
    '2026-11-22T10:00:00+00:00'
    >>> normalised("Sun, 22 Nov 2026 10:00:00 +0100"), normalised("22.11.2026"), normalised("2026/11")
    ('2026-11-22T10:00:00+01:00', '2026-11-22', '2026-11')
    >>> normalised("2026-11-22", date(2026, 3, 1))
    """
    text = (text or "").strip()
    if not text or len(text) > _LONGEST:
        return None
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(character, character)) for character in text)
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _checked(_written(match), until)
    return None


def _written(match: re.Match[str]) -> str | None:
    """Return what a form found as ISO 8601, None if there is no such day or minute."""
    parts = match.groupdict()
    year, named = int(parts["year"]), (parts.get("month") or "").lower()
    month = _MONTHS.index(named) + 1 if named in _MONTHS else int(named or 1)
    try:
        day = date(year, month, int(parts.get("day") or 1))
        moment = _moment(day, parts) if parts.get("day") else None
    except ValueError:
        return None
    if moment is not None:
        return moment.isoformat(timespec="seconds" if parts["second"] else "minutes")
    return day.isoformat()[: 10 if parts.get("day") else 7 if named else 4]


def _moment(day: date, parts: dict[str, str | None]) -> datetime | None:
    if parts["hour"] is None:
        return None
    hour, half = int(parts["hour"]), (parts["half"] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(parts["zone"] or ""))


def _zone(name: str) -> timezone | None:
    """Return an offset; of names only those that mean one thing, so ``EST`` gives none."""
    if name[:1] in ("+", "-"):
        ahead = timedelta(hours=int(name[1:3]), minutes=int(name[3:].lstrip(":") or 0))
        return timezone(ahead if name[0] == "+" else -ahead)
    return UTC if name.upper() in ("Z", "UTC", "GMT") else None


def _checked(written: str | None, until: date | None) -> str | None:
    if written is None or not _FIRST_YEAR <= int(written[:4]) <= _LAST_YEAR or written[:10] in _ZEROS:
        return None
    if until is None:
        return written
    last = until.isoformat() if until == date.max else (until + timedelta(days=1)).isoformat()
    return written if written[:10] <= last else None


def in_address(url: str | None, until: date | None = None) -> str | None:
    """Return the day or month that stands in the path of an address.

    Examples
    --------
    >>> in_address("https://example.org/2026/11/22/storm.html"), in_address("https://example.org/2026/11/storm")
    ('2026-11-22', '2026-11')
    >>> in_address("https://example.org/item/2026")
    """
    try:
        path = urlsplit(url or "").path.lower()
    except ValueError:
        return None
    for match in _IN_PATH.finditer(path):
        year, month, day, _, dashed_month, dashed_day, packed_month, packed_day = match.groups()
        month = month or dashed_month or packed_month
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
        day = day or dashed_day or packed_day
        found = normalised(f"{year}-{number:02}" + (f"-{int(day):02}" if day else ""), until)
        if found and int(year) > 1990:  # no page is older
            return found
    return None


def same_time(one: str, other: str) -> bool:
    """Tell whether two dates can both be true: one is the coarser, or they are the same minute.

    Examples
    --------
    >>> same_time("2026-11-22", "2026-11-22T10:00:00+01:00")
    True
    >>> same_time("2026-11-22T09:00Z", "2026-11-22T10:00:30+01:00")
    True
    """
    if one.startswith(other) or other.startswith(one):
        return True
    if min(len(one), len(other)) <= len("2026-11-22"):
        return False
    moments = datetime.fromisoformat(one), datetime.fromisoformat(other)
    if any(moment.tzinfo is None for moment in moments):
        moments = moments[0].replace(tzinfo=None), moments[1].replace(tzinfo=None)
    return abs(moments[0] - moments[1]) < timedelta(minutes=1)
