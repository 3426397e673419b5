"""A `Diff` as one page of HTML, without a script, that looks as the other pages do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse import __version__
from reuse.pairs import ACCUSED
from reuse.report.diff.followed import STATUSES
from reuse.report.diff.markdown import HEADINGS, headline, verdict_counts
from reuse.report.escape import markup, running
from reuse.report.meanings import CAVEAT
from reuse.report.pages.static import link, static_page
from reuse.report.summary import plural, share
from reuse.report.table import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reuse.report.diff.followed import Diff, Followed
    from reuse.values import Document


def diff_page(told: Diff, top: int) -> str:
    """Return a diff as a page.

    Parameters
    ----------
    told : Diff
    top : int
        Findings at most that are listed under each heading; the rest is counted. Those that the policy settles,
        and has settled before, stand last.

    Returns
    -------
    str
        Self-contained: nothing in it can run, load, or be sent.
    """
    return static_page(f"Text reuse: {headline(told)}", _lines(told, top))


def _lines(told: Diff, top: int) -> Iterator[str]:
    yield f'<header><p class="kicker">Text reuse · two reports compared · textreuse {__version__}</p>'
    yield f"<h1>{headline(told)}</h1>"
    if told.notices:
        yield '<ul class="reasons">'
        yield from (f"<li>{markup(running(notice))}</li>" for notice in told.notices)
        yield "</ul>"
    yield f'<p class="caveat">{CAVEAT}</p></header>'
    yield from _contents(told)
    yield '<main><section aria-labelledby="counts"><h2 id="counts">Findings</h2>'
    yield from _counts(told)
    yield "</section>"
    for status in STATUSES:
        if some := told.of(status):
            yield from _section(status, sorted(some, key=lambda one: not one.is_open), top)
    yield "</main>"


def _contents(told: Diff) -> Iterator[str]:
    places = [(status, len(told.of(status))) for status in STATUSES]
    links = (f'<a href="#{name}">{HEADINGS[name][0]} ({count:,})</a>' for name, count in places if count)
    yield f'<nav aria-label="Contents"><a href="#counts">Findings</a> {" ".join(links)}</nav>'


def _counts(told: Diff) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("findings", *ACCUSED))
    yield f'<table class="numbers"><thead><tr><td></td>{heads}</tr></thead><tbody>'
    for name, *counts in verdict_counts(told):
        yield f'<tr><th scope="row">{name}</th>{"".join(f"<td>{count}</td>" for count in counts)}</tr>'
    yield "</tbody></table>"


def _section(status: str, some: Sequence[Followed], top: int) -> Iterator[str]:
    heading, says = HEADINGS[status]
    yield f'<section aria-labelledby="{status}"><h2 id="{status}">{heading}</h2><p>{says}</p>'
    names = ("verdict", "page", "source", "what", "words")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    yield f'<table class="findings"><thead><tr>{heads}</tr></thead><tbody>'
    yield from map(_row, some[:top])
    yield "</tbody></table>"
    if len(some) > top:
        yield f'<p class="note">… and {plural(len(some) - top, "more finding")}.</p>'
    yield "</section>"


def _row(one: Followed) -> str:
    finding = one.finding
    kind = f'<br><span class="what">{one.direction}</span>' if one.direction else ""
    of_source = share(finding.share_of_source, places=0)
    return (
        f'<tr><th scope="row">{markup(finding.verdict)}{kind}</th>'
        f"<td>{_document(finding.page)}</td><td>{_document(finding.source)}</td>"
        f"<td>{markup(running(one.words()))}</td>"
        f'<td>{finding.matched_words:,}<br><span class="what">{of_source} of source</span></td></tr>'
    )


def _document(one: Document) -> str:
    address = link(one.url) if one.url else f"<bdi>{markup(name_of(one))}</bdi>"
    return f"<bdi>{markup(one.title)}</bdi><br>{address}" if one.title else address
