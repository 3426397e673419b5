"""A `Diff` as a table for a person at a terminal: what is new, what has changed, and what is gone."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from tabulate import tabulate

from reuse.report.diff.changes import BETTER, WORSE
from reuse.report.diff.followed import CHANGED, GONE, NEW, SAME
from reuse.report.escape import running
from reuse.report.summary import counted, share
from reuse.report.table import name_of, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.report.diff.followed import Diff, Followed

_HEADERS = ("", "verdict", "words", "of source", "page", "source", "what")
_ALIGN = ("left", "left", "right", "right", "left", "left", "left")
#: Narrower names and words are hard to read: they go below the numbers.
_NARROWEST_NAME, _NARROWEST_WORDS = 24, 36
#: Spaces between columns, and as many that tabulate adds to each header.
_GAP = 2


def diff_table(told: Diff, width: int, top: int) -> str:
    """Return what is new, changed or gone as a table and an empty line, less what the policy settles.

    Parameters
    ----------
    told : Diff
    width : int
        Columns of the terminal. Names are cut in the middle and words folded to fit; where that leaves too
        little of them, they go below the numbers.
    top : int
        Rows at most; those left out are counted below.

    Returns
    -------
    str
        Empty if there is nothing to tell.
    """
    listed = [one for one in told.followed if one.status != SAME and one.is_open]
    if not listed:
        return ""
    left_out = len(listed) - top
    below = f"\n… and {left_out:,} more (--top)\n\n" if left_out > 0 else "\n\n"
    shown = listed[:top]
    numbers = [_numbers(one) for one in shown]
    room = width - sum(map(_width, zip(_HEADERS[:4], *numbers, strict=True))) - 3 * _GAP
    wide = room >= 2 * _NARROWEST_NAME + _NARROWEST_WORDS
    return (_beside(shown, numbers, room) if wide else _below(shown, numbers, width)) + below


def _width(column: Sequence[str]) -> int:
    """Return how many columns of the terminal a column takes, with the gap behind it."""
    return max(len(column[0]) + _GAP, *map(len, column)) + _GAP


def _numbers(one: Followed) -> tuple[str, str, str, str]:
    finding = one.finding
    of_source = share(finding.matched_source_words, finding.source_words, 0)
    return one.kind, finding.verdict, f"{finding.matched_words:,}", of_source


def _names(one: Followed, width: int) -> tuple[str, str]:
    return shorten(name_of(one.finding.page), width), shorten(name_of(one.finding.source), width)


def _beside(shown: Iterable[Followed], numbers: Sequence[tuple[str, ...]], room: int) -> str:
    """Put all of a finding in one row."""
    width = (room - _NARROWEST_WORDS) // 2
    names = [_names(one, width) for one in shown]
    of_words = room - sum(max(map(len, (*column, "source  "))) for column in zip(*names, strict=True))
    rows = [
        (*first, *named, running(one.words())) for one, first, named in zip(shown, numbers, names, strict=True)
    ]
    widths = [None] * 6 + [of_words]
    return tabulate(rows, _HEADERS, "simple", colalign=_ALIGN, maxcolwidths=widths, disable_numparse=True)


def _below(shown: Iterable[Followed], numbers: Sequence[tuple[str, ...]], width: int) -> str:
    """Put the numbers of a finding in a row, and below it the names and what there is to say."""
    head, rule, *body = tabulate(
        numbers, _HEADERS[:4], "simple", colalign=_ALIGN[:4], disable_numparse=True
    ).split("\n")
    lines = [head, rule]
    for row, one in zip(body, shown, strict=True):
        page, source = _names(one, width - 10)
        lines += [row, f"  page    {page}", f"  source  {source}"]
        words = textwrap.fill(
            running(one.words()), width, initial_indent="  what    ", subsequent_indent=" " * 10
        )
        lines += [words] if words else []
    return "\n".join(lines)


def diff_summary(told: Diff) -> str:
    """Return one line: how many findings are new, changed, gone and still there.

    Examples
    --------
    >>> from reuse.report.diff.followed import Diff
    >>> diff_summary(Diff((), ()))
    'nothing new; nothing changed; nothing gone; nothing still there.'
    """
    parts = []
    for status, name in ((NEW, "new"), (CHANGED, "changed"), (GONE, "gone"), (SAME, "still there")):
        some = told.of(status)
        verdicts = counted(one.finding.verdict for one in some)
        if status == CHANGED:
            kinds = Counter(one.direction for one in some)
            verdicts = ", ".join(f"{kinds[kind]:,} {kind}" for kind in (WORSE, BETTER) if kinds[kind])
        inside = f" ({verdicts})" if verdicts else ""
        parts.append(f"{len(some):,} {name}{inside}" if some else f"nothing {name}")
    if unread := sum(one.page_read is False for one in told.of(GONE)):
        parts[-2] += f", {unread:,} of them on pages that were not read again"
    if edited := sum(one.page_edited for one in told.of(SAME)):
        parts[-1] += f", {edited:,} of them on pages that were edited elsewhere"
    if settled := sum(one.status != SAME and not one.is_open for one in told.followed):
        parts.append(f"{settled:,} not listed, for the policy settles them")
    return "; ".join(parts) + "."
