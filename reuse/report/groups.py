"""Groups of findings, by site, source, page or cluster, as a table for a person, as CSV and as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tabulate import tabulate

from reuse.pairs import ACCUSED
from reuse.report.spreadsheet import csv_head, csv_line
from reuse.report.summary import share
from reuse.report.table import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.report.overview import Group

#: Raised with every change a reader of the records could notice.
SCHEMA = "reuse.group/2"

GROUP_COLUMNS = (
    "by",
    "key",
    "name",
    "url",
    "title",
    "worst",
    "findings",
    *(verdict.replace("-", "_") for verdict in ACCUSED),
    "pages",
    "sources",
    "sites",
    "words",
    "of_words",
    "share",
    "credited_words",
    "first",
    "last",
    "open",
    "median_lag",
    "lag_of",
    "pages_read",
    "share_of_site",
    "mirrored",
    "mirrors",
)

#: What is counted beside the words, by what findings are grouped by: what can only be one is left out.
_COUNTED = {
    "site": ("findings", "pages", "sources"),
    "source": ("findings", "pages", "sites"),
    "page": ("sources",),
    "cluster": ("pages", "sources", "sites"),
}
#: With less room for names there are no dates; then no lags, nor what is told of sites alone.
_NARROWEST_NAME = 24
#: Up to so many days lags are told in hours.
_MANY_HOURS = 2
#: Spaces between columns, and as many that tabulate adds to each header.
_GAP = 2


class _Column(NamedTuple):
    header: str
    cells: list[str]
    align: str = "right"

    @property
    def width(self) -> int:
        return max(len(self.header) + _GAP, *map(len, self.cells))


def group_table(groups: Sequence[Group], width: int, top: int) -> str:
    """Return groups of one kind as a table and an empty line, in the order given.

    Parameters
    ----------
    groups : sequence of Group
    width : int
        Columns of the terminal. Names are cut in the middle to fit; where that leaves too little of them, there
        are fewer columns.
    top : int
        Rows at most; those left out are counted below.

    Returns
    -------
    str
        Empty if there are no groups.
    """
    shown = groups[:top]
    if not shown:
        return ""
    by = groups[0].by
    number = [_Column("cluster", [group.key for group in shown])] if by == "cluster" else []
    beside = _numbers(shown)
    for more in (_policy(shown), _site(shown), _dates(shown)):
        if _room(width, [*number, *beside, *more]) >= _NARROWEST_NAME:
            beside += more
    room = max(_room(width, [*number, *beside]), _NARROWEST_NAME)
    names = [shorten(group.name, room) for group in shown]
    columns = [*number, _Column("source" if by == "cluster" else by, names, "left"), *beside]
    left_out = len(groups) - top
    below = f"\n… and {left_out:,} more (--top)\n\n" if left_out > 0 else "\n\n"
    return (
        tabulate(
            [*zip(*(column.cells for column in columns), strict=True)],
            [column.header for column in columns],
            "simple",
            colalign=[column.align for column in columns],
            disable_numparse=True,
        )
        + below
    )


def _numbers(groups: Sequence[Group]) -> list[_Column]:
    whole = "of source" if groups[0].by == "source" else "of page" if groups[0].by == "page" else "of pages"
    return [
        _Column("worst", [group.worst for group in groups], "left"),
        _Column("words", [f"{group.words:,}" for group in groups]),
        _Column(whole, [share(group.share, places=0) for group in groups]),
        *(_Column(what, [f"{getattr(group, what):,}" for group in groups]) for what in _COUNTED[groups[0].by]),
    ]


def _policy(groups: Sequence[Group]) -> list[_Column]:
    """Return how many findings ask for a decision, if some do not."""
    if all(group.open == group.findings for group in groups):
        return []
    return [_Column("open", [f"{group.open:,}" for group in groups])]


def _site(groups: Sequence[Group]) -> list[_Column]:
    """Return how late pages are, and of sites how much of them was found, and how many others are alike."""
    columns = [
        _Column(
            "of site",
            ["" if (part := group.share_of_site) is None else share(part, places=0) for group in groups],
        ),
        _Column("lag", [lag_in_words(group.lag) for group in groups]),
        _Column("mirrors", [f"{group.mirrored:,}" if group.mirrored else "" for group in groups]),
    ]
    return [column for column in columns if any(column.cells)]


def lag_in_words(lag: float | None) -> str:
    """Return a lag in hours or days, nothing if it is not known.

    Examples
    --------
    >>> lag_in_words(0.25), lag_in_words(-3.5), lag_in_words(1000.2), lag_in_words(None)
    ('6 h', '-3.5 d', '1,000 d', '')
    """
    if lag is None:
        return ""
    if abs(lag) < _MANY_HOURS:
        return f"{round(lag * 24):,} h"
    return f"{lag:,.1f} d" if abs(lag) < 100 else f"{round(lag):,} d"


def _dates(groups: Sequence[Group]) -> list[_Column]:
    first = [group.first or "" for group in groups]
    if not any(first):
        return []
    if groups[0].by == "page":
        return [_Column("published", first)]
    return [_Column("first", first), _Column("last", [group.last or "" for group in groups])]


def _room(width: int, beside: Sequence[_Column]) -> int:
    """Return how many columns of the terminal are left for a name."""
    return width - sum(column.width + _GAP for column in beside)


def group_csv_header(*, bom: bool = False) -> str:
    """Return the first line of a CSV of groups; see `reuse.report.records.csv_header`."""
    return csv_head(GROUP_COLUMNS, bom=bom)


def group_csv_row(group: Group) -> str:
    """Return a group as a line of CSV that no spreadsheet takes for a formula."""
    return csv_line(
        (
            group.by,
            group.key,
            group.name,
            group.url,
            group.title,
            group.worst,
            group.findings,
            *group.counts,
            group.pages,
            group.sources,
            group.sites,
            group.words,
            group.of_words,
            f"{round(group.share, 6):.4f}",
            group.credited,
            group.first,
            group.last,
            group.open,
            group.lag,
            group.lag_of,
            group.pages_read,
            None if group.share_of_site is None else f"{round(group.share_of_site, 6):.4f}",
            group.mirrored,
            "; ".join(mirror.site for mirror in group.mirrors),
        )
    )


def group_record(group: Group) -> dict[str, Any]:
    """Return a group as JSON values; reuse/report/README.md, "Grouped findings", tells them field by field."""
    return {
        "schema": SCHEMA,
        "by": group.by,
        "key": group.key,
        "name": group.name,
        "url": group.url,
        "title": group.title,
        "worst": group.worst,
        "findings": group.findings,
        "verdicts": dict(zip(ACCUSED, group.counts, strict=True)),
        "pages": group.pages,
        "sources": group.sources,
        "sites": group.sites,
        "words": group.words,
        "of_words": group.of_words,
        "share": round(group.share, 6),
        "credited_words": group.credited,
        "first": group.first,
        "last": group.last,
        "open": group.open,
        "median_lag": None if group.lag is None else round(group.lag, 6),
        "lag_of": group.lag_of,
        "pages_read": group.pages_read,
        "share_of_site": None if group.share_of_site is None else round(group.share_of_site, 6),
        "mirrored": group.mirrored,
        "mirrors": [
            {"site": mirror.site, "sources": mirror.sources, "alike": round(mirror.alike, 6)}
            for mirror in group.mirrors
        ],
    }
