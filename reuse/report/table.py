"""Findings as a table for a person at a terminal.

Columns: words reused, their share of the page and of the source, the longest run of them, and the reason.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tabulate import tabulate

from reuse.report.escape import one_line
from reuse.values import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.findings import Finding

HEADERS = ("verdict", "page", "source", "reused", "of page", "of source", "longest", "why")
_ALIGN = ("left", "left", "left", "right", "right", "right", "right", "left")
#: Columns that the cells between the names and the reason take, with the gaps between all cells.
_FIXED = len("near-duplicate") + sum(len(header) + 2 for header in HEADERS[3:7]) + 2 * (len(HEADERS) - 1)
#: Reasons narrower than this are hard to read: they go below their row.
_NARROWEST_REASON = 36


def table(findings: Sequence[Finding], width: int, top: int) -> str:
    """Return findings as a table and an empty line, the worst verdict first, then the most words.

    Parameters
    ----------
    findings : sequence of Finding
    width : int
        Columns of the terminal. Names are cut in the middle and reasons folded to fit; where that leaves too
        little for them, reasons go below their rows.
    top : int
        Rows at most; those left out are counted below.

    Returns
    -------
    str
        Empty if there are no findings.
    """
    if not findings:
        return ""
    ordered = sorted(findings, key=lambda f: (VERDICTS.index(f.verdict), -f.matched_words))
    left_out = len(ordered) - top
    below = f"\n… and {left_out:,} more (--top, or -o DIR for all)\n\n" if left_out > 0 else "\n\n"
    return _grid(ordered[:top], width) + below


def _grid(ordered: Sequence[Finding], width: int) -> str:
    room = max(width - _FIXED, 0)
    beside = room >= _NARROWEST_REASON + 2 * 24
    name = max((room - _NARROWEST_REASON if beside else room) // 2, 16)
    rows = [
        (
            finding.verdict,
            shorten(finding.page.id, name),
            shorten(finding.source.id, name),
            f"{finding.matched_words:,}",
            f"{finding.share_of_page:.0%}",
            f"{finding.share_of_source:.0%}",
            f"{finding.longest_run:,}",
        )
        for finding in ordered
    ]
    reasons = ["; ".join(finding.reasons) for finding in ordered]
    if not beside:
        head, rule, *body = tabulate(
            rows, HEADERS[:7], "simple", colalign=_ALIGN[:7], disable_numparse=True
        ).split("\n")
        told = (
            f"{line}\n{textwrap.fill(reason, width, initial_indent='  ', subsequent_indent='  ')}"
            for line, reason in zip(body, reasons, strict=True)
        )
        return "\n".join((head, rule, *told))
    named = sum(max(len(row[column]) for row in rows) for column in (1, 2))
    full = [(*row, reason) for row, reason in zip(rows, reasons, strict=True)]
    widths = [None] * 7 + [room - named]
    return tabulate(full, HEADERS, "simple", colalign=_ALIGN, maxcolwidths=widths, disable_numparse=True)


def shorten(name: str, width: int) -> str:
    """Return `name` printable and at most `width` characters long, its middle left out.

    Examples
    --------
    >>> shorten("crawl/2026/a-very-long-name.txt", 20)
    'crawl…-long-name.txt'
    """
    safe = one_line(name)
    if len(safe) <= width:
        return safe
    front = width // 4  # what tells names apart is mostly at their end
    return f"{safe[:front]}…{safe[len(safe) - (width - front - 1) :]}"
