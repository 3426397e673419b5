"""What a publisher allows whom, as its policy file says: frozen records that answer who may have what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from reuse.rights.addresses import NOWHERE, Sites, fits, whereabouts
from reuse.sites import site_of
from reuse.values import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from reuse.findings import Finding
    from reuse.values import Document

#: What `Terms.must_link` can be.
ANY, FOLLOW = "any", "follow"


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a licence. What is None, False or empty is not asked for.

    Attributes
    ----------
    asked : tuple of str
        The names of what is asked for, in the order of the file.
    full : bool
        Articles may be printed in full.
    max_words : int or None
        Words of the page that may come from the article, at most.
    max_share : float or None
        Share of the article's words that may stand in the page, at most.
    after_days : int or None
        Days from the article to the page, at least.
    must_link : str or None
        `ANY`: the page links to the article; `FOLLOW`: so that search engines may follow.
    must_credit : tuple of str
        What the page has to say: one of these.
    keep_byline : bool
        The author of the article is named.
    canonical : bool
        The page names the article as its canonical address.
    verbatim : bool
        Nothing is edited, rewritten or put elsewhere.
    """

    asked: tuple[str, ...] = ()
    full: bool = False
    max_words: int | None = None
    max_share: float | None = None
    after_days: int | None = None
    must_link: str | None = None
    must_credit: tuple[str, ...] = ()
    keep_byline: bool = False
    canonical: bool = False
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    """A licence: who may print what, from when to when, on which terms.

    Attributes
    ----------
    name : str
    sites : Sites
        Where they publish.
    terms : Terms
    reference : str or None
        Of the contract.
    first, last : datetime.date or None
        Pages published from the one day to the other are covered; None where nothing bounds it.
    sources : tuple of str
        Patterns for ids and addresses of articles; all, if there are none.
    """

    name: str
    sites: Sites
    terms: Terms
    reference: str | None = None
    first: date | None = None
    last: date | None = None
    sources: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name, with the reference of the contract."""
        return f"{self.name} ({self.reference})" if self.reference else self.name

    def covers(self, source: Document) -> bool:
        """Tell whether the licence is for an article."""
        return not self.sources or any(fits(each, name) for each in self.sources for name in _names(source))


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings that need no decision, because somebody has made it: those that fit all that is not None.

    Attributes
    ----------
    reason : str
    until : datetime.date
        The last day on which it holds.
    finding : str or None
        The id of the one.
    page, source : str or None
        Patterns for ids and addresses.
    site : str or None
        A domain, or the beginning of an address.
    """

    reason: str
    until: date
    finding: str | None = None
    page: str | None = None
    source: str | None = None
    site: str | None = None

    def fits(self, finding: Finding, address: str | None) -> bool:
        """Tell whether a finding is meant, given the address of its page if the input gives it."""
        return (
            (self.finding is None or self.finding == finding.id)
            and (self.page is None or fits(self.page, finding.page.id) or fits(self.page, address))
            and (self.source is None or any(fits(self.source, name) for name in _names(finding.source)))
            and (self.site is None or Sites((self.site,)).cover(address) is not None)
        )

    @property
    def label(self) -> str:
        """What it is for: ``site third.example``."""
        named = (("finding", self.finding), ("page", self.page), ("source", self.source), ("site", self.site))
        return ", ".join(f"{name} {value}" for name, value in named if value is not None)


@dataclass(frozen=True)
class Policy:
    """What the policy file says.

    Attributes
    ----------
    names : tuple of str
        What the publisher goes by in credit lines.
    own, ignored : Sites
        The publisher's, and those that are not looked at.
    partners : tuple of Partner
    suppressions : tuple of Suppression
    file : str
        The name of the file, without its folder.
    sha256 : str
        Of the file, in hexadecimal digits.

    Examples
    --------
    >>> from datetime import date
    >>> settled = Suppression("a licence of old", date(2026, 12, 31), site="third.example")
    >>> Policy(names=("The Herald",), suppressions=(settled,)).suppressions[0].label
    'site third.example'
    """

    names: tuple[str, ...] = ()
    own: Sites = NOWHERE
    ignored: Sites = NOWHERE
    partners: tuple[Partner, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    file: str = ""
    sha256: str = ""

    @property
    def sites(self) -> frozenset[str]:
        """The registrable domains of the publisher's own sites: links to them are links to the publisher."""
        found = (site_of(entry if "//" in entry else f"//{entry}") for entry in self.own.entries)
        return frozenset(filter(None, found))

    def partners_at(self, url: str | None) -> tuple[Partner, ...]:
        """Return the licences of whoever publishes at an address, in the order of the file."""
        there = {at for entry in self._partner_sites.covering(url) for at in self._partners_by_site[entry]}
        return tuple(self.partners[at] for at in sorted(there))

    @cached_property
    def _partners_by_site(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, partner in enumerate(self.partners):
            for entry in partner.sites.entries:
                found.setdefault(entry, []).append(at)
        return found

    @cached_property
    def _partner_sites(self) -> Sites:
        return Sites(tuple(self._partners_by_site))

    def suppressions_of(self, finding: Finding) -> Iterator[Suppression]:
        """Yield the suppressions that are for a finding, in order, whether they still hold or not."""
        address = whereabouts(finding).given
        # There may be thousands, each for one finding, page, article or site.
        named = [("page", name) for name in (finding.page.id, address) if name]
        named += [("source", name) for name in _names(finding.source)]
        keys = {("finding", finding.id), *named, _ANY}
        keys |= {("site", entry) for entry in self._sites.covering(address)}
        keys |= {(f"{kind}*", name[:size]) for kind, name in named for size in self._beginnings}
        near = sorted(at for key in keys for at in self._by_key.get(key, ()))
        return (self.suppressions[at] for at in near if self.suppressions[at].fits(finding, address))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], list[int]]:
        """Suppressions, each by the one thing it names that fewest findings have."""
        found: dict[tuple[str, str], list[int]] = {}
        for at, one in enumerate(self.suppressions):
            found.setdefault(_key(one), []).append(at)
        return found

    @cached_property
    def _beginnings(self) -> set[int]:
        """How long what stands before the first ``*`` of a pattern can be."""
        return {len(name) for kind, name in self._by_key if kind.endswith("*")}

    @cached_property
    def _sites(self) -> Sites:
        return Sites(tuple(dict.fromkeys(one.site for one in self.suppressions if one.site is not None)))

    def credits_at(self, url: str | None, source: Document) -> tuple[str, ...]:
        """Return what a page may say to credit an article: what its licences ask for, then all names."""
        partners = (partner for partner in self.partners_at(url) if partner.covers(source))
        asked = (text for partner in partners for text in partner.terms.must_credit)
        return tuple(dict.fromkeys((*asked, *self.names)))

    def notices(self, as_of: date) -> tuple[Notice, ...]:
        """Return what does not hold on a day: suppressions that have expired, licences that have ended.

        Of a policy that says nothing, that.

        Parameters
        ----------
        as_of : datetime.date
        """
        expired = [
            f"the suppression of {one.label} expired on {one.until}: renew it, or remove it"
            for one in self.suppressions
            if one.until < as_of
        ]
        ended = [
            f"the licence of {one.label} ended on {one.last}: pages published later are not covered"
            for one in self.partners
            if one.last is not None and one.last < as_of
        ]
        coming = [
            f"the licence of {one.label} begins on {one.first}: pages published sooner are not covered"
            for one in self.partners
            if one.first is not None and one.first > as_of
        ]
        rules = (self.own.entries, self.ignored.entries, self.partners, self.suppressions)
        remedy = "add who may print what, or leave --policy out"
        empty = [] if any(rules) else [f"the policy says nothing: every finding will be unlicensed; {remedy}"]
        return tuple(Notice(self.file, message) for message in (*empty, *ended, *coming, *_cut(expired)))


#: Where suppressions are that are asked of every finding.
_ANY = ("", "")


def _key(one: Suppression) -> tuple[str, str]:
    """Return what a suppression names: an id, an address, the beginning of a pattern or a site."""
    if one.finding is not None:
        return "finding", one.finding
    patterns = {kind: name for kind, name in (("page", one.page), ("source", one.source)) if name is not None}
    begun = {f"{kind}*": name.partition("*")[0] for kind, name in patterns.items() if "*" in name}
    exact = ((kind, name) for kind, name in patterns.items() if "*" not in name)
    site = [("site", one.site)] if one.site is not None else []
    return next(chain(exact, filter(itemgetter(1), begun.items()), site, [_ANY]))


#: Expired suppressions that are told one by one.
_MOST_TOLD = 20


def _cut(messages: list[str]) -> list[str]:
    more = len(messages) - _MOST_TOLD
    return [*messages[:_MOST_TOLD], f"{more:,} more suppressions have expired"] if more > 0 else messages


def _names(document: Document) -> tuple[str, ...]:
    return tuple(filter(None, (document.id, document.url)))
