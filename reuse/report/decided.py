"""What is decided of a finding, in words: its licence, its dates, its credits, its common sources.

Values come from outside, and whoever shows them makes them safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.report.summary import plural
from reuse.rights.values import BROKEN, CANNOT_ORDER, PAGE_FIRST, SOURCE_FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.findings import Finding
    from reuse.rights import Attribution, Dated

#: Columns of tables that `decided` fills.
DECIDED = (
    "order",
    "days_later_least",
    "days_later_most",
    "licence",
    "licence_partner",
    "licence_reference",
    "terms_broken",
    "licence_reason",
    "link",
    "link_followed",
    "canonical",
    "credit",
    "credit_line",
    "byline",
    "common_words",
    "common_sources",
)
#: Of each status what it means.
STANDINGS_SAY = {
    "unlicensed": "no licence covers the page",
    "breach": "a licence covers the page, and it breaks a term",
    "unclear": "nobody can tell from what is known whether a licence is kept",
    "licensed": "a licence covers the page, and it keeps all terms",
    "suppressed": "somebody has decided on it, until a day",
    "own": "the page is the publisher’s own",
    "ignored": "the policy ignores the site",
}
#: Of each order what it says.
ORDERS_SAY = {
    SOURCE_FIRST: "the article is older",
    PAGE_FIRST: "the page is older",
    CANNOT_ORDER: "the dates do not tell",
}
_LINKS = {
    "article": "to the article",
    "site": "to the publisher’s site, not to the article",
    "none": "none to the publisher",
    "unknown": "not known: the input has no markup",
}
_CANONICALS = {
    "article": "the article",
    "site": "another page of the publisher’s",
    "own": "the page itself",
    "other": "a page of somebody else",
    "none": "none",
    "unknown": "not known",
}
_CREDITS = {"found": "found", "missing": "not found", "unknown": "not known"}
_BYLINES = {
    "kept": "the author of the article is named",
    "changed": "another author is named",
    "missing": "no author is named",
    "unknown": "not known",
}
#: Common sources that are named in a line.
_NAMED = 3


def remarks(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield what a reader of a list has to know beside the verdict, each with a word for it.

    The standing under a policy, dates where the page is the older one, and common sources.
    """
    if finding.standing:
        yield "licence", licence(finding)
    if finding.precedence and finding.precedence.order == PAGE_FIRST:
        yield "dates", finding.precedence.reason
    if finding.owed:
        yield "common", common_sources(finding)


def licence(finding: Finding) -> str:
    """Return what the policy says of a finding, empty without one."""
    standing = finding.standing
    return f"{standing.status}: {standing.reason}" if standing else ""


def common_sources(finding: Finding) -> str:
    """Return how many words are owed to common sources, and to which; empty where none are.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from reuse.findings import Owed
    >>> owed = (Owed("wire-1", None, "Storm", 40), Owed("wire-2", None, None, 5))
    >>> common_sources(SimpleNamespace(owed=owed, matched_words=60))
    '45 of 60 words are owed to common sources: 40 to Storm, 5 to wire-2'
    """
    if not finding.owed:
        return ""
    words = sum(owed.words for owed in finding.owed)
    named = [f"{owed.words:,} to {owed.title or owed.id}" for owed in finding.owed[:_NAMED]]
    if len(finding.owed) > _NAMED:
        named.append(f"and to {len(finding.owed) - _NAMED:,} more")
    of_all = f"{words:,} of {plural(finding.matched_words, 'word')}"
    return f"{of_all} are owed to common sources: {', '.join(named)}"


def credit_lines(attribution: Attribution) -> Iterator[tuple[str, str]]:
    """Yield how a page credits its source: what is asked, and the answer with what was found.

    Examples
    --------
    >>> from reuse.rights import Attribution
    >>> found = Attribution("article", "https://a.org/1", False, "none", "found", "From A", "changed", "Staff")
    >>> for name, answer in credit_lines(found):
    ...     print(f"{name}: {answer}")
    Link: to the article, not to be followed by search engines: https://a.org/1
    Canonical address: none
    Credit line: found: From A
    Byline: another author is named: Staff
    """
    follow = {None: "", True: "", False: ", not to be followed by search engines"}[attribution.follow]
    yield "Link", _with(f"{_LINKS[attribution.link]}{follow}", attribution.link_url)
    yield "Canonical address", _CANONICALS[attribution.canonical]
    yield "Credit line", _with(_CREDITS[attribution.credit], attribution.credit_line)
    yield "Byline", _with(_BYLINES[attribution.byline], attribution.byline_found)


def _with(answer: str, found: str | None) -> str:
    return f"{answer}: {found}" if found else answer


def within(dated: Dated) -> str:
    """Return between which moments a text was published.

    Examples
    --------
    >>> from reuse.rights import Dated
    >>> within(Dated("2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"))
    'from 2026-11-02T00:00:00Z, before 2026-11-03T00:00:00Z'
    >>> within(Dated(None, "2026-11-03T00:00:00Z")), within(Dated())
    ('before 2026-11-03T00:00:00Z', 'not known')
    """
    bounds = (f"from {dated.begin}" if dated.begin else "", f"before {dated.end}" if dated.end else "")
    return ", ".join(filter(None, bounds)) or "not known"


def decided(finding: Finding) -> Iterator[str | int]:
    """Yield the cells of a finding in the columns `DECIDED`."""
    precedence, standing, credit = finding.precedence, finding.standing, finding.attribution
    lag = precedence.lag if precedence else None
    yield precedence.order if precedence else ""
    yield from (f"{days:.4f}" for days in lag) if lag else ("", "")
    yield from (standing.status, standing.partner or "", standing.reference or "") if standing else ("", "", "")
    yield ", ".join(term.name for term in standing.terms if term.status == BROKEN) if standing else ""
    yield standing.reason if standing else ""
    followed = {None: "", True: "yes", False: "no"}[credit.follow if credit else None]
    yield from (credit.link, followed, credit.canonical, credit.credit) if credit else ("",) * 4
    yield from (credit.credit_line or "", credit.byline) if credit else ("", "")
    yield sum(owed.words for owed in finding.owed)
    yield "; ".join(owed.id for owed in finding.owed)
