"""Values to lines of CSV that any spreadsheet opens, and takes for nothing but text and numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reuse.report.escape import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MARK = "\ufeff"
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def csv_table(columns: Sequence[str], rows: Iterable[Iterable[str | float | None]]) -> Iterator[bytes]:
    """Yield the lines of a file, which begins with a byte order mark."""
    yield csv_head(columns, bom=True).encode()
    yield from (csv_line(row).encode() for row in rows)


def csv_head(columns: Sequence[str], *, bom: bool) -> str:
    """Return the first line.

    Parameters
    ----------
    columns : sequence of str
        Names of letters, digits and ``_``.
    bom : bool
        Whether it begins with a byte order mark, by which spreadsheets know that a file is UTF-8.
    """
    return (_MARK if bom else "") + ",".join(columns) + "\n"


def csv_line(values: Iterable[str | float | None]) -> str:
    r"""Return a line: each text in quotes, on one line and no formula, nothing for None, numbers as they are.

    A float has four places.

    Quotes keep a text together where commas, semicolons and tabs all separate. Where they do not, no part of it
    is a formula: see `reuse.report.escape.cell`.

    Examples
    --------
    >>> print(csv_line(["=1+1", 2, None, "0.5", 'a "b"; c', -1.5]), end="")
    "'=1+1",2,,0.5,"a ""b""; c",-1.5000
    """
    return ",".join(map(_written, values)) + "\n"


def _written(value: str | float | None) -> str:
    if isinstance(value, float):  # of ours: less than nothing is no formula
        return f"{value:.4f}"
    text = "" if value is None else cell(str(value))
    return text if not text or _NUMBER.fullmatch(text) else '"' + text.replace('"', '""') + '"'
