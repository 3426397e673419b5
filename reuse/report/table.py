"""Findings as a table for a person at a terminal.

Columns: words reused, their share of the page and of the source, the longest run of them, and the reason. What
is decided of a finding stands below the reason: its licence, dates where the page is older, common sources.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tabulate import tabulate

from reuse.report.decided import remarks
from reuse.report.escape import one_line
from reuse.report.summary import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.findings import Finding
    from reuse.values import Document

HEADERS = ("verdict", "page", "source", "reused", "of page", "of source", "longest", "why")
_ALIGN = ("left", "left", "left", "right", "right", "right", "right", "left")
#: Columns that the cells between the names and the reason take, with the gaps between all cells. (tabulate pads
#: headers by two.)
_FIXED = len("near-duplicate") + sum(len(header) + 2 for header in HEADERS[3:7]) + 2 * (len(HEADERS) - 1)
#: Narrower reasons and names are hard to read: they go below the numbers.
_NARROWEST_REASON, _NARROWEST_NAME = 36, 24


def table(
    findings: Sequence[Finding], width: int, top: int, more: str = "--top", total: int | None = None
) -> str:
    """Return findings as a table and an empty line.

    Parameters
    ----------
    findings : sequence of Finding
        In the order of the rows.
    width : int
        Columns of the terminal. Names are cut in the middle and reasons folded to fit; where that leaves too
        little of them, they go below the numbers.
    top : int
        Rows at most; those left out are counted below.
    more : str
        How to see these.
    total : int, optional
        Findings in all, if `findings` are the first of them alone.

    Returns
    -------
    str
        Empty if there are no findings.
    """
    if not findings:
        return ""
    left_out = (len(findings) if total is None else total) - top
    below = f"\n… and {left_out:,} more ({more})\n\n" if left_out > 0 else "\n\n"
    beside = width >= _FIXED + 2 * _NARROWEST_NAME + _NARROWEST_REASON
    return (_beside if beside else _below)(findings[:top], width) + below


def _numbers(finding: Finding) -> tuple[str, ...]:
    return (
        f"{finding.matched_words:,}",
        share(finding.matched_words, finding.page_words, 0),
        share(finding.matched_source_words, finding.source_words, 0),
        f"{finding.longest_run:,}",
    )


def _beside(findings: Sequence[Finding], width: int) -> str:
    """Put all of a finding in one row."""
    room = width - _FIXED
    name = (room - _NARROWEST_REASON) // 2
    names = [
        (shorten(name_of(finding.page), name), shorten(name_of(finding.source), name)) for finding in findings
    ]
    reason = room - sum(max(map(len, column)) for column in zip(*names, strict=True))
    rows = [
        (one_line(finding.verdict), *named, *_numbers(finding), _why_in_a_cell(finding))
        for finding, named in zip(findings, names, strict=True)
    ]
    widths = [None] * 7 + [reason]
    return tabulate(rows, HEADERS, "simple", colalign=_ALIGN, maxcolwidths=widths, disable_numparse=True)


def _below(findings: Sequence[Finding], width: int) -> str:
    """Put the numbers of a finding in a row, and below it the names and the reason."""
    rows = [(one_line(finding.verdict), *_numbers(finding)) for finding in findings]
    headers, align = (HEADERS[0], *HEADERS[3:7]), (_ALIGN[0], *_ALIGN[3:7])
    head, rule, *body = tabulate(rows, headers, "simple", colalign=align, disable_numparse=True).split("\n")
    lines = [head, rule]
    for row, finding in zip(body, findings, strict=True):
        lines += [row, f"  page    {shorten(name_of(finding.page), width - 10)}"]
        lines.append(f"  source  {shorten(name_of(finding.source), width - 10)}")
        lines += [
            textwrap.fill(text, width, initial_indent=f"  {name:8}", subsequent_indent=" " * 10)
            for name, text in _why(finding)
        ]
    return "\n".join(lines)


def _why(finding: Finding) -> list[tuple[str, str]]:
    """Return the reasons and what is decided, each with a word for it; a stranger may have sent them."""
    told = [("why", "; ".join(finding.reasons)), *remarks(finding)]
    return [(name, one_line(text)) for name, text in told]


def _why_in_a_cell(finding: Finding) -> str:
    (_, reasons), *decided = _why(finding)
    return "\n".join([reasons, *(f"{name}: {text}" for name, text in decided)])


def name_of(document: Document) -> str:
    """Return the id of a document; its address where the id is nothing but a place in a file."""
    is_place = document.line is not None and document.id == f"{document.path}:{document.line}"
    return document.url if is_place and document.url else document.id


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
    # Once more: what stood where it belongs may not any more.
    return shorten(f"{safe[:front]}…{safe[len(safe) - (width - front - 1) :]}", width)
