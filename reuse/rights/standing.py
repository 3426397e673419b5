"""Findings and a policy to standings: what covers a page, or which term of a licence it breaks, and why."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from reuse.metadata.facts import GUESSED
from reuse.rights.addresses import whereabouts
from reuse.rights.names import folded
from reuse.rights.policy import FOLLOW, Partner, Terms
from reuse.rights.precedence import FIRST_ZONE, LAST_ZONE
from reuse.rights.values import (
    BREACH,
    BROKEN,
    IGNORED,
    KEPT,
    LICENSED,
    OWN,
    PAGE_FIRST,
    SUPPRESSED,
    UNCLEAR,
    UNLICENSED,
    Dated,
    Standing,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from reuse.findings import Finding
    from reuse.rights.policy import Policy

#: Of several licences the one is told that lets a page have most.
_BEST = (LICENSED, UNCLEAR, BREACH, UNLICENSED)


def stand(finding: Finding, policy: Policy, as_of: date) -> Standing:
    """Return what a policy says of a finding.

    Own sites come first, then those that are not looked at, then suppressions, then licences. A page is where
    the input says: what it calls its own address makes it nobody's partner.

    Parameters
    ----------
    finding : Finding
        With its attribution and its precedence, which terms are read off; a term that needs what is not there
        is unclear.
    policy : Policy
    as_of : datetime.date
        The day on which suppressions are asked for.

    Returns
    -------
    Standing
    """
    page = whereabouts(finding)
    if entry := policy.own.cover(page.given):
        return Standing(OWN, f"the page is on your own site, {entry}")
    if entry := policy.ignored.cover(page.given):
        return Standing(IGNORED, f"the page is on {entry}, which the policy ignores")
    for one in policy.suppressions_of(finding):
        if one.until >= as_of:
            reason = f"suppressed until {one.until}: {one.reason}"
            return Standing(SUPPRESSED, reason, until=one.until.isoformat())
    partners = policy.partners_at(page.given)
    if not partners:
        return _of_nobody(finding, policy)
    standings = [_licensed(finding, partner) for partner in partners]
    return min(standings, key=lambda standing: _BEST.index(standing.status))


def _of_nobody(finding: Finding, policy: Policy) -> Standing:
    """Return the standing of a page that is at no partner's address, as far as the input says."""
    page = whereabouts(finding)
    if page.url is None:
        return Standing(UNLICENSED, "the input gives no address of the page, so no licence covers it")
    if page.claimed_by is None:
        return Standing(UNLICENSED, f"no licence of the policy covers {finding.page.site or page.url}")
    says = f"{page.claimed_by.where} of the page alone says that it is at {page.url}, as any copy can"
    remedy = "give addresses with the input"
    if claimed := policy.partners_at(page.url):
        return Standing(
            UNCLEAR, f"{says}: {remedy} to tell whether it is of {claimed[0].name}", claimed[0].name
        )
    return Standing(UNLICENSED, f"no licence is known to cover the page: {says}; {remedy}")


# --- licences ---------------------------------------------------------------------------------


def _licensed(finding: Finding, partner: Partner) -> Standing:
    """Return what one licence says of a finding on its partner's site."""
    whose = partner.name, partner.reference
    if not partner.covers(finding.source):
        reason = f"the licence of {partner.label} does not cover this article, {finding.source.id}"
        return Standing(UNLICENSED, reason, *whose)
    covered, when = _in_time(finding, partner)
    if covered is False:
        return Standing(UNLICENSED, when, *whose)
    terms = tuple(_TERMS[name](finding, partner.terms) for name in partner.terms.asked)
    broken, unclear = ([term for term in terms if term.status == status] for status in (BROKEN, UNCLEAR))
    if covered is None:
        and_breaks = f"; besides, it breaks {_listed(broken)}" if broken else ""
        return Standing(UNCLEAR, f"{when}{and_breaks}", *whose, terms)
    if broken:
        return Standing(BREACH, f"breaks the licence of {partner.label}: {_listed(broken)}", *whose, terms)
    if unclear:
        reason = f"nobody can tell whether the licence of {partner.label} is kept: {_listed(unclear)}"
        return Standing(UNCLEAR, reason, *whose, terms)
    return Standing(LICENSED, f"the licence of {partner.label} covers it: {_listed(terms)}", *whose, terms)


def _listed(terms: tuple[Term, ...] | list[Term]) -> str:
    return "; ".join(f"{term.name}: {term.reason}" for term in terms)


def _in_time(finding: Finding, partner: Partner) -> tuple[bool | None, str]:
    """Tell whether a page was published while a licence held, None where nobody can; and why it was not.

    A day begins when it does in the first zone of the earth, and ends when it does in the last.
    """
    dated = finding.precedence.page if finding.precedence else Dated()
    within = _moment(dated.begin), _moment(dated.end)
    has_begun = partner.first is None or _since(partner.first, *within, either=True)
    has_ended = partner.last is not None and _since(partner.last + _DAY, *within, either=False)
    guessed = ", by a guess" if dated.certainty == GUESSED else ""
    stated = f"the page is of {dated.stated}{guessed}" if dated.stated else "the page has no date"
    if has_begun is False:
        return False, f"the licence of {partner.label} began on {partner.first}, {stated}"
    if has_ended is True:
        return False, f"the licence of {partner.label} ended on {partner.last}, {stated}"
    if has_begun is True and has_ended is False:
        return True, ""
    held = (f"from {partner.first}" if partner.first else "", f"until {partner.last}" if partner.last else "")
    told = f"the licence of {partner.label} held {' '.join(filter(None, held))}"
    return None, f"{told}, and nobody can tell whether the page is of then: {stated}"


def _since(day: date, begin: datetime | None, end: datetime | None, *, either: bool) -> bool | None:
    """Tell whether a moment between two is of a day or later; `either` where it depends on where on earth."""
    midnight = datetime.combine(day, time(), UTC)
    is_sure = begin is not None and begin >= midnight - FIRST_ZONE
    is_none = end is not None and end <= midnight + LAST_ZONE
    if is_sure and is_none:
        return either
    return True if is_sure else False if is_none else None


_DAY = timedelta(days=1)


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


# --- terms ------------------------------------------------------------------------------------


def _kept(name: str, is_kept: bool | None, reason: str) -> Term:  # noqa: FBT001
    status = {True: KEPT, False: BROKEN, None: UNCLEAR}[is_kept]
    return Term(name, status, reason)


def _full(finding: Finding, terms: Terms) -> Term:  # noqa: ARG001
    share = f"{finding.share_of_source:.0%}"
    return Term(
        "full", KEPT, f"all may be printed, {share} of the article's {finding.source_words:,} words are"
    )


def _max_words(finding: Finding, terms: Terms) -> Term:
    most, words = terms.max_words or 0, finding.matched_words
    return _kept("max_words", words <= most, f"{words:,} words of the page are the article's, {most:,} may be")


def _max_share(finding: Finding, terms: Terms) -> Term:
    most, words = terms.max_share or 0, finding.matched_source_words
    may = f"{int(most * finding.source_words + 1e-9):,} may, {100 * most:.4g}%"
    told = f"{words:,} of the article's {finding.source_words:,} words stand in the page, {may}"
    return _kept("max_share", finding.share_of_source <= most, told)


def _after_days(finding: Finding, terms: Terms) -> Term:
    days, precedence = terms.after_days or 0, finding.precedence
    asked = f"{days:,} {'day' if days == 1 else 'days'} had to pass"
    if precedence is None or precedence.order == PAGE_FIRST:
        return Term("after_days", UNCLEAR, precedence.reason if precedence else "the dates were not compared")
    least, most = (
        _lag(precedence.source.end, precedence.page.begin),
        _lag(precedence.source.begin, precedence.page.end),
    )
    if least is not None and least >= days:
        return Term("after_days", KEPT, f"{least:,.1f} days had passed at least, {asked}")
    if most is not None and most < days:
        return Term("after_days", BROKEN, f"{most:,.1f} days had passed at most, {asked}")
    if least is None or most is None:
        return Term("after_days", UNCLEAR, f"{asked}, and a date is missing: {precedence.reason}")
    return Term("after_days", UNCLEAR, f"{asked}, and by the dates {least:,.1f} to {most:,.1f} had")


def _lag(begin: str | None, end: str | None) -> float | None:
    """Return the days between two moments."""
    earlier, later = _moment(begin), _moment(end)
    return (later - earlier) / _DAY if earlier and later else None


def _must_link(finding: Finding, terms: Terms) -> Term:
    found, name = finding.attribution, "must_link"
    if found is None or found.link == "unknown":
        why = "links to your sites were not looked for" if finding.metadata else "the input has no markup"
        return Term(name, UNCLEAR, f"{why}, so that no link is known")
    if found.link == "article":
        if terms.must_link == FOLLOW and not found.follow:
            return Term(name, BROKEN, f"the link to {found.link_url} tells search engines not to follow it")
        return Term(name, KEPT, f"links to {found.link_url}")
    more = finding.metadata.links_total - len(finding.metadata.links) if finding.metadata else 0
    if more > 0:
        return Term(
            name, UNCLEAR, f"no link to the article is among the first, and {more:,} more were not kept"
        )
    if found.link == "site" and finding.source.url is None:
        return Term(
            name, UNCLEAR, f"links to {found.link_url}, and the archive gives no address of the article"
        )
    if found.link == "site":
        return Term(name, BROKEN, f"links to {found.link_url}, not to the article")
    return Term(name, BROKEN, "has no link to the article")


def _must_credit(finding: Finding, terms: Terms) -> Term:
    found, name = finding.attribution, "must_credit"
    line = folded(found.credit_line or "") if found else ()
    said = next((text for text in terms.must_credit if _within(folded(text), line)), None)
    if said is not None and found:
        return Term(name, KEPT, f"says “{found.credit_line}”")
    wanted = " or ".join(f"“{text}”" for text in terms.must_credit)
    if found is None or found.credit == "unknown":
        text_alone, unasked = "nothing but the text is known of the page", "the audit has not looked for it"
        why = unasked if finding.metadata else text_alone
        return Term(name, UNCLEAR, f"{wanted} is not known to stand there: {why}")
    if found.credit_line:
        return Term(name, BROKEN, f"says “{found.credit_line}”, not {wanted}")
    return Term(name, BROKEN, f"does not say {wanted}")


def _within(some: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return (
        any(words[at : at + len(some)] == some for at in range(len(words) - len(some) + 1)) if some else False
    )


def _keep_byline(finding: Finding, terms: Terms) -> Term:  # noqa: ARG001
    found, author = finding.attribution, finding.source.author
    reasons = {
        "kept": (True, f"names {author}"),
        "changed": (False, f"names {found.byline_found if found else None}, not {author}"),
        "missing": (False, f"does not name {author}"),
        "unknown": (
            None,
            f"nobody can tell whether {author} is named" if author else "the archive names no author",
        ),
    }
    return _kept("keep_byline", *reasons[found.byline if found else "unknown"])


def _canonical(finding: Finding, terms: Terms) -> Term:  # noqa: ARG001
    kind = finding.attribution.canonical if finding.attribution else "unknown"
    said = finding.metadata.canonical_url if finding.metadata else None
    url = said.value if said else None
    reasons: dict[str, tuple[bool | None, str]] = {
        "article": (True, "names the article as its canonical address"),
        "site": (False, f"names {url} as its canonical address, not the article"),
        "own": (False, f"names itself, {url}, as its canonical address"),
        "other": (False, f"names {url} as its canonical address"),
        "none": (False, "names no canonical address"),
        "unknown": (None, "names several canonical addresses" if said else "the input has no markup"),
    }
    is_kept, reason = reasons[kind]
    if kind == "site" and finding.source.url is None:
        is_kept, reason = (
            None,
            f"names {url} as its canonical address, and the archive gives none of the article",
        )
    return _kept("canonical", is_kept, reason)


def _verbatim(finding: Finding, terms: Terms) -> Term:  # noqa: ARG001
    words = finding.words_by_kind
    changed = {"edited": words["edited"], "rewritten": words["spun"], "put elsewhere": finding.moved_words}
    told = ", ".join(f"{count:,} {how}" for how, count in changed.items() if count)
    if told:
        return Term("verbatim", BROKEN, f"of {finding.matched_words:,} words {told}")
    return Term("verbatim", KEPT, f"all {finding.matched_words:,} words stand as in the article")


_TERMS: dict[str, Callable[[Finding, Terms], Term]] = {
    "full": _full,
    "max_words": _max_words,
    "max_share": _max_share,
    "after_days": _after_days,
    "must_link": _must_link,
    "must_credit": _must_credit,
    "keep_byline": _keep_byline,
    "canonical": _canonical,
    "verbatim": _verbatim,
}
