"""Findings and a policy to standings: what covers a page, or which term of a licence it breaks, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from reuse.metadata.dates import normalised
from reuse.metadata.facts import GUESSED
from reuse.rights.addresses import whereabouts
from reuse.rights.names import folded, places_of, words_in
from reuse.rights.policy import FOLLOW, Partner, Terms
from reuse.rights.precedence import FIRST_ZONE, LAST_ZONE, interval
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
    Credit,
    Dated,
    Standing,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Callable

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
    if entry := policy.own.cover(page.url) or policy.ignored.cover(page.url):
        return Standing(UNCLEAR, f"{says}: {remedy} to tell whether it is on {entry}")
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
    has_ended = partner.last is not None and _since(_after(partner.last), *within, either=False)
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
    midnight = datetime.combine(min(max(day, _EARLIEST), _LATEST), time(), UTC)
    is_sure = begin is not None and begin >= midnight - FIRST_ZONE
    is_none = end is not None and end <= midnight + LAST_ZONE
    if is_sure and is_none:
        return either
    return True if is_sure else False if is_none else None


_DAY = timedelta(days=1)
#: Days that have others on both sides; no page is older or newer.
_EARLIEST, _LATEST = date.min + _DAY, date.max - _DAY


def _after(day: date) -> date:
    return day + _DAY if day < date.max else day


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
    calendar = _calendar_days(precedence.source, precedence.page)
    if calendar is not None and not -1 <= calendar - days <= 0:
        told = f"by the calendar {calendar:,} {'day' if calendar == 1 else 'days'} had passed, {asked}"
        return _kept("after_days", calendar > days, told)
    if least is None or most is None:
        return Term("after_days", UNCLEAR, f"{asked}, and a date is missing: {precedence.reason}")
    return Term("after_days", UNCLEAR, f"{asked}, and by the dates {least:,.1f} to {most:,.1f} had")


def _calendar_days(source: Dated, page: Dated) -> int | None:
    """Return the days from one date to another, if both are stated as days and no other date disagrees.

    Each is of its own place on earth. What calendars show there at one moment is a day apart at most (but for
    two islands, for an hour), so of a term that is counted by the calendar it is a day too many, or too few.
    """
    days = [_stated_day(one) for one in (source, page)]
    return None if days[0] is None or days[1] is None else (days[1] - days[0]).days


def _stated_day(dated: Dated) -> date | None:
    stated, begin, end = normalised(dated.stated), _moment(dated.begin), _moment(dated.end)
    if stated is None or len(stated) != len("2026-11-22") or begin is None or end is None:
        return None
    first, last = interval(stated)
    return date.fromisoformat(stated) if begin == first and end <= last else None


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
    wanted = " or ".join(f"“{text}”" for text in terms.must_credit)
    looked_for = {credit.text: credit for credit in found.credits} if found else {}
    lines = [credit.line for credit in looked_for.values() if credit.status == "found" and credit.line]
    told: dict[str, str] = {}
    for text in terms.must_credit:
        credit = looked_for.get(text) or _within(text, lines)
        told.setdefault(credit.status, f"says “{credit.line}”")
    if "found" in told:
        return Term(name, KEPT, told["found"])
    if "copied" in told:
        return Term(name, UNCLEAR, f"{told['copied']}, which is in the article's own words alone")
    if "doubtful" in told:
        return Term(name, UNCLEAR, f"{told['doubtful']}, and nobody can tell whether that is {wanted}")
    if "unknown" in told:
        text_alone, unasked = "nothing but the text is known of the page", "the audit has not looked for it"
        why = unasked if finding.metadata else text_alone
        return Term(name, UNCLEAR, f"{wanted} is not known to stand there: {why}")
    return Term(name, BROKEN, f"says “{lines[0]}”, not {wanted}" if lines else f"does not say {wanted}")


def _within(text: str, lines: list[str]) -> Credit:
    """Return whether a text that was not looked for stands in a line that was found for another."""
    some = folded(text)
    found = (line for line in lines if next(places_of(some, words_in(line)), None) is not None)
    line = next(found, None)
    return Credit(text, "found" if line else "unknown", line)


def _keep_byline(finding: Finding, terms: Terms) -> Term:  # noqa: ARG001
    found, author = finding.attribution, finding.source.author
    unnamed = (found.byline_missing if found else None) or author
    reasons = {
        "kept": (True, f"names {author}"),
        "changed": (False, f"names {found.byline_found if found else None}, not {unnamed}"),
        "missing": (False, f"does not name {unnamed}"),
        "unknown": (
            None,
            f"nobody can tell whether {unnamed} is named" if author else "the archive names no author",
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
