"""Values to lines of CSV that any spreadsheet opens, and takes for nothing but text and numbers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from reuse.report.escape import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARK = "\ufeff"


def csv_head(columns: Sequence[str], *, bom: bool) -> str:
    """Return the first line.

    Parameters
    ----------
    columns : sequence of str
    bom : bool
        Whether it begins with a byte order mark, by which spreadsheets know that a file is UTF-8.
    """
    return (_MARK if bom else "") + csv_line(columns)


def csv_line(values: Iterable[str | int | None]) -> str:
    r"""Return a line: each text on one line and no formula, nothing for None.

    Examples
    --------
    >>> csv_line(["=1+1", 2, None])
    "'=1+1,2,\n"
    """
    line = io.StringIO()
    safe = (cell(value) if isinstance(value, str) else value for value in values)
    csv.writer(line, lineterminator="\n").writerow(safe)
    return line.getvalue()
