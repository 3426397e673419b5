"""A self-test for a person at a terminal, for a spreadsheet, and as a record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from reuse.report.escape import one_line
from reuse.report.spreadsheet import csv_head, csv_line
from reuse.report.summary import plural, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reuse.evaluation.selftest import Alarm, Row, Selftest

#: Raised with every change a reader could notice.
SCHEMA = "reuse.selftest/1"
_PLACES = 6
#: What was accused wrongly is told by so many examples.
_SHOWN = 5


def selftest_text(done: Selftest) -> str:
    """Return recall by kind and size, decoys, what took part, and in the last line what is promised."""
    reuse = [row for row in done.rows if row.is_reuse]
    decoys = [row for row in done.rows if not row.is_reuse]
    parts = [
        _grid(
            ("reuse", "words", "cases", "found", "recall", "95 %", "covered", "false alarms", "verdicts"), reuse
        ),
        _grid(("decoy", "words", "cases", "accused", "share", "95 %", "verdicts"), decoys),
        "\n".join(_took_part(done)),
        *(["\n".join(_alarms(done.alarms))] if done.alarms else []),
        promise(done),
    ]
    return "\n\n".join(parts) + "\n"


def _grid(headers: tuple[str, ...], rows: list[Row]) -> str:
    numbers = len(headers) - 2
    align = ("left", *["right"] * numbers, "left")
    told = [_cells(row) for row in rows]
    grid = tabulate(told, headers, "simple", colalign=align, disable_numparse=True)
    return "\n".join(line.rstrip() for line in grid.split("\n"))


def _cells(row: Row) -> list[str]:
    low, high = row.interval
    shares = [share(row.accused, row.cases), f"{low:.1%} to {high:.1%}"] if row.cases else ["", ""]
    cells = [row.kind, f"{row.words:,}" if row.words else "", f"{row.cases:,}", f"{row.accused:,}", *shares]
    if row.is_reuse:
        coverage = "" if row.coverage is None else share(row.coverage)
        cells += [coverage, f"{row.alarms:,}"]
    return [*cells, ", ".join(f"{count:,} {name}" for name, count in row.verdicts.items() if count)]


def _took_part(done: Selftest) -> Iterator[str]:
    """Say what was drawn, and what was set apart because the archive repeats itself."""
    drawn = done.sources < done.archive and not done.own_hosts
    compared = f", of which {done.sources:,} are compared" if done.own_hosts or drawn else ""
    short = f"; {done.too_short:,} too short for a verdict (--min-words)" if done.too_short else ""
    yield f"{plural(done.archive, 'article')}{compared}{short}"
    also = f"; {done.editions:,} have other editions, which count as found, too" if done.editions else ""
    yield f"words taken of {plural(done.articles, 'article')}{also}"
    where = "held out of the archive" if done.own_hosts else "given"
    repeating = f"; {done.repeating:,} more repeat an article, and are not used" if done.repeating else ""
    yield f"hidden in {plural(done.hosts, 'host')} {where}{repeating}"


def _alarms(alarms: Sequence[Alarm]) -> Iterator[str]:
    """Tell some false alarms, those of bare hosts first: two reports in other words may be of one story."""
    pages = "1 page is" if len(alarms) == 1 else f"{len(alarms):,} pages are"
    yield f"{pages} accused and should not be, unless they retell the article (-f json has all):"
    for alarm in sorted(alarms, key=lambda alarm: alarm.article is not None)[:_SHOWN]:
        page = one_line(alarm.host or alarm.article or "")
        if alarm.host and alarm.article:
            size = f" of {alarm.words:,} words" if alarm.words else ""
            page += f", with {alarm.kind}{size} from {one_line(alarm.article)}"
        yield f"  {alarm.verdict} ({alarm.probability:.2f}) of {one_line(alarm.source)}: {page}"
    if len(alarms) > _SHOWN:
        yield f"  and {len(alarms) - _SHOWN:,} more"


def promise(done: Selftest) -> str:
    """Return in a sentence below which size nothing is promised for this archive."""
    if done.promised is not None:
        found = "of verbatim excerpts of so many or more nine in ten are found"
        return f"below {done.promised:,} words nothing is promised for this archive; {found}"
    nothing = "nothing is promised for this archive"
    cases = max((row.cases for row in done.rows if row.is_reuse), default=0)
    if cases < done.cases_needed:
        here = f"it takes {done.cases_needed} cases of a size to say more, and there are {cases:,}"
        return f"{nothing}: {here}; give more articles, or a higher --articles"
    return f"{nothing}: of verbatim excerpts of no size nine in ten are surely found"


def selftest_csv(done: Selftest) -> Iterator[str]:
    """Yield a line for each kind and size, below one of names."""
    records = [record | record.pop("verdicts") for record in map(_row_record, done.rows)]
    yield csv_head([re.sub("[^a-z]", "_", name) for name in records[0]], bom=False)
    yield from (csv_line(map(_plain, record.values())) for record in records)


def _plain(value: object) -> str | None:
    return None if value is None else str(value).lower()


def selftest_record(done: Selftest) -> dict[str, Any]:
    """Return all of it as JSON values."""
    from reuse import __version__

    return {
        "schema": SCHEMA,
        "version": __version__,
        "options_digest": done.options.digest(),
        "seed": done.seed,
        "archive": done.archive,
        "sources": done.sources,
        "too_short": done.too_short,
        "hosts": {"used": done.hosts, "own": done.own_hosts, "repeating": done.repeating},
        "articles": {"used": done.articles, "with_editions": done.editions},
        "rows": [_row_record(row) for row in done.rows],
        "promised_from": done.promised,
        "false_alarms": [
            alarm._asdict() | {"probability": round(alarm.probability, _PLACES)} for alarm in done.alarms
        ],
        "unreadable": len(done.unreadable),
    }


def _row_record(row: Row) -> dict[str, Any]:
    low, high = row.interval
    return {
        "kind": row.kind,
        "words": row.words or None,
        "is_reuse": row.is_reuse,
        "cases": row.cases,
        "accused": row.accused,
        "share": round(row.share, _PLACES) if row.cases else None,
        "low": round(low, _PLACES),
        "high": round(high, _PLACES),
        "coverage": None if row.coverage is None else round(row.coverage, _PLACES),
        "false_alarms": row.alarms,
        "verdicts": dict(row.verdicts),
    }
