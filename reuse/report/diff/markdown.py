"""A `Diff` as Markdown, for a mail or a forge: what to look at today, and what is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.pairs import ACCUSED
from reuse.report.commonmark import document, more, prose, rows_of
from reuse.report.diff.changes import WORSE
from reuse.report.diff.followed import CHANGED, GONE, NEW, SAME, STATUSES
from reuse.report.meanings import CAVEAT
from reuse.report.summary import plural, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reuse.report.diff.followed import Diff, Followed

#: Of each status the heading of its list, and what the list says.
HEADINGS = {
    NEW: ("New", "Findings of the new report that the old one has not."),
    CHANGED: ("Changed", "Findings of both that differ, the worse ones first."),
    GONE: (
        "Gone",
        "Findings of the old report that the new one has not: the page was changed or taken down; or it was "
        "not read again, which says nothing.",
    ),
    SAME: ("Still there", "Findings of both that are what they were."),
}
#: Characters of what is said of a finding, and of a notice.
_WORDS = 400


def diff_markdown(told: Diff, top: int) -> str:
    """Return a diff as a text to read.

    Parameters
    ----------
    told : Diff
    top : int
        Findings at most that are listed under each heading; the rest is counted. Those that the policy settles,
        and has settled before, are counted alone.

    Returns
    -------
    str
        CommonMark with the tables of GitHub's dialect.
    """
    parts = [f"# {headline(told)}", *_notices(told), _counts(told)]
    for status in STATUSES:
        some = told.of(status)
        listed = [one for one in some if one.is_open]
        if some:
            heading, says = HEADINGS[status]
            parts += [f"## {heading}", says]
            if listed:
                parts.append(_rows(listed[:top]) + more(len(listed) - top, "finding"))
            if settled := len(some) - len(listed):
                parts.append(f"{plural(settled, 'finding')} not listed, for the policy settles them.")
    return "\n\n".join((*parts, CAVEAT)) + "\n"


def headline(told: Diff) -> str:
    """Return the one thing to know: how many findings that ask for a decision are new, and how many worse.

    Examples
    --------
    >>> from reuse.report.diff.followed import Diff
    >>> headline(Diff((), ()))
    'No new finding'
    """
    fresh, worse = told.count(NEW), told.count(WORSE)
    new = plural(fresh, "new finding") if fresh else "No new finding"
    return f"{new}, {worse:,} worse than before" if worse else new


def verdict_counts(told: Diff) -> Iterator[tuple[str, ...]]:
    """Yield for each status how many findings there are, in all and by verdict, as text."""
    for status in STATUSES:
        verdicts = [one.finding.verdict for one in told.of(status)]
        counts = (len(verdicts), *(verdicts.count(verdict) for verdict in ACCUSED))
        yield HEADINGS[status][0], *(f"{count:,}" for count in counts)


def _notices(told: Diff) -> Iterator[str]:
    if told.notices:
        yield "\n".join(f"- {prose(notice, _WORDS)}" for notice in told.notices)


def _counts(told: Diff) -> str:
    return rows_of("", ">findings", *(f">{verdict}" for verdict in ACCUSED), rows=verdict_counts(told))


def _rows(some: Iterable[Followed]) -> str:
    rows = [
        (
            one.direction,
            one.finding.verdict,
            document(one.finding.page),
            document(one.finding.source),
            f"{one.finding.matched_words:,}",
            share(one.finding.share_of_source, places=0),
            prose(one.words(), _WORDS),
        )
        for one in some
    ]
    return rows_of("", "verdict", "page", "article", ">words", ">of article", "what", rows=rows)
