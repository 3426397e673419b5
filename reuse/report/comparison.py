"""One pair for a person at a terminal: the verdict, the numbers behind it, the passages."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tabulate import tabulate

from reuse.report.escape import one_line, visible
from reuse.report.summary import plural
from reuse.report.table import shorten

if TYPE_CHECKING:
    from reuse.findings import Finding, Passage
    from reuse.pipeline import Comparison


#: Characters of a passage that are shown; its middle is left out.
_LONGEST = 600


def comparison(result: Comparison, top: int) -> str:
    """Return the finding as text, with its `top` longest passages in page order."""
    finding = result.finding
    longest = sorted(finding.passages, key=lambda passage: -passage.words)[:top]
    shown = sorted(longest, key=lambda passage: passage.page_begin)
    parts = [_verdict(finding), _numbers(finding)]
    if shown:
        parts.append(_heading(finding, len(shown)))
        parts += [_passage(passage, result.page_text) for passage in shown]
    return "\n\n".join(parts) + "\n"


def _verdict(finding: Finding) -> str:
    return "\n".join(
        (
            f"{finding.verdict} (probability of copying {finding.probability:.3f})",
            *(f"  {reason}" for reason in finding.reasons),
        )
    )


def _numbers(finding: Finding) -> str:
    rows = (
        ("document", one_line(finding.source.id), one_line(finding.page.id)),
        ("words", f"{finding.source_words:,}", f"{finding.page_words:,}"),
        ("of them shared", f"{finding.matched_source_words:,}", f"{finding.matched_words:,}"),
        ("share", f"{finding.share_of_source:.1%}", f"{finding.share_of_page:.1%}"),
        ("contained in the other", f"{finding.source_in_page:.1%}", f"{finding.page_in_source:.1%}"),
    )
    told = tabulate(
        rows, ("", "source", "page"), "simple", colalign=("left", "right", "right"), disable_numparse=True
    )
    return (
        f"{told}\nlongest run {finding.longest_run:,} words; "
        f"{finding.quoted_words:,} of the shared words quoted; resemblance {finding.resemblance:.3f}"
    )


def _heading(finding: Finding, shown: int) -> str:
    total = len(finding.passages)
    which = (
        plural(total, "shared passage")
        if shown == total
        else f"the {shown:,} longest of {total:,} shared passages"
    )
    return f"{which}, as the page has them (code points of the page <- of the source):"


def _passage(passage: Passage, page: str) -> str:
    place = (
        f"{passage.page_begin:,}-{passage.page_end:,} <- {passage.source_begin:,}-{passage.source_end:,}, "
        f"{passage.words:,} words{', quoted' if 2 * passage.quoted_words >= passage.words else ''}"
    )
    words = shorten(" ".join(visible(page[passage.page_begin : passage.page_end]).split()), _LONGEST)
    return f"{place}\n{textwrap.fill(words, 98, initial_indent='  ', subsequent_indent='  ')}"
