"""Dates of pages that state none, by the heuristics of htmldate."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from reuse.metadata.dates import normalised
from reuse.metadata.facts import GUESSED, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of a page beyond which nothing is guessed: the search takes half a second for each million.
MOST_CHARACTERS = 4_000_000
# Attributes are compared with all others of their tag.
_MOST_ATTRIBUTES = 5_000
_LONG_TAG = re.compile(r"<[a-z][^<>]{4096,}", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s/=]")
_WHERE = "htmldate"
_NO_LIMIT = datetime(2100, 1, 1)


def guess(html: str, url: str | None, until: date | None) -> tuple[list[Fact], list[Fact]]:
    """Return what may be the first and the last date of a page, each a list of one fact or none.

    Examples
    --------
    >>> guess("<html><body><p>Posted on 22 November 2020</p></body></html>", None, None)[0]
    [Fact(value='2020-11-22', where='htmldate', certainty='guessed')]
    """
    if len(html) > MOST_CHARACTERS or _is_trap(html):
        return [], []
    first = list(_found(html, url, until, original=True))
    last = list(_found(html, url, until, original=False)) if first else []
    return first, last if last != first else []


def _is_trap(html: str) -> bool:
    """Tell whether a tag has so many attributes that a tree takes out of all proportion to the page."""
    return any(len(_BETWEEN.findall(tag[0])) > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(html))


def _found(html: str, url: str | None, until: date | None, *, original: bool) -> Iterator[Fact]:
    import htmldate
    from lxml.etree import LxmlError

    try:
        # A text that begins like an address would be fetched, and one that does not say "html" passed over.
        page = html.lstrip()
        found = htmldate.find_date(
            page if page[:1] == "<" and "html" in page[:50].lower() else f"<html>{page}",
            original_date=original,
            url=url or "",
            max_date=datetime.combine(until, time.max) if until else _NO_LIMIT,
        )
    except (LxmlError, ValueError, RecursionError, OverflowError):  # no tree can be made of it
        return
    value = normalised(found, until)
    if value:
        yield Fact(value, _WHERE, GUESSED)
