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
SCHEMA = "reuse.group/1"

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
)

#: What is counted beside the words, by what findings are grouped by: what can only be one is left out.
_COUNTED = {
    "site": ("findings", "pages", "sources"),
    "source": ("findings", "pages", "sites"),
    "page": ("sources",),
    "cluster": ("pages", "sources", "sites"),
}
#: With less room for names there are no dates.
_NARROWEST_NAME = 24
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
        are no dates.
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
    beside, dates = _numbers(shown), _dates(shown)
    if _room(width, [*number, *beside, *dates]) >= _NARROWEST_NAME:
        beside += dates
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
    }
