"""Findings that a reader asks for, in the order that he asks for."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reuse.errors import UsageError
from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.escape import one_line
from reuse.report.overview import NO_ADDRESS
from reuse.report.timeline import days
from reuse.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reuse.findings import Finding
    from reuse.report.overview import Group
    from reuse.values import Document

_KEYS: dict[str, Callable[[Finding], Any]] = {
    "verdict": lambda finding: (VERDICTS.index(finding.verdict), -finding.matched_words),
    "words": lambda finding: -finding.matched_words,
    "share": lambda finding: -finding.share_of_source,
    "site": lambda finding: (finding.page.site is None, finding.page.site or ""),
    "source": lambda finding: finding.source.id,
}
_GROUP_KEYS: dict[str, Callable[[Group], Any]] = {
    "verdict": lambda group: (ACCUSED.index(group.worst), -group.findings),
    "words": lambda group: -group.words,
    "share": lambda group: -group.share,
    **dict.fromkeys(("site", "source", "page"), lambda group: group.name),
}
#: What findings can be ordered by, the default first: the worst verdict, then the most words; the most words;
#: the largest share of the source; the newest page; the site; the source; as they were written, page by page.
ORDERS = ("verdict", "words", "share", "date", "site", "source", "page")


#: Stands for every standing that asks for a decision.
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which findings are asked for; of what is empty, or None, all.

    Attributes
    ----------
    verdict : str or None
        This bad or worse.
    sites : sequence of str
        Of their pages; an address, or a name below a registrable domain, stands for its site, and `NO_ADDRESS`
        for none.
    sources, pages : sequence of str
        Ids or addresses.
    standings : sequence of str
        What the publisher's policy says of them, of `reuse.rights.values.STANDINGS`; `OPEN` stands for all that
        ask for a decision, which without a policy are all.

    Raises
    ------
    UsageError
        If the name of a site is empty.
    """

    verdict: str | None = None
    sites: Sequence[str] = ()
    sources: Sequence[str] = ()
    pages: Sequence[str] = ()
    standings: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse a site without a name: it would stand for nothing, or for all pages without an address."""
        if not all(map(str.strip, self.sites)):
            raise UsageError(f"a site is empty; name one such as example.org, or {NO_ADDRESS!r}")

    def of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings asked for, in their order."""
        verdicts = VERDICTS[: VERDICTS.index(self.verdict) + 1] if self.verdict else VERDICTS
        sites = set(map(_site, self.sites))
        return [
            finding
            for finding in findings
            if finding.verdict in verdicts
            and (not sites or finding.page.site in sites)
            and _is_one_of(finding.source, self.sources)
            and _is_one_of(finding.page, self.pages)
            and self._has_standing(finding)
        ]

    def _has_standing(self, finding: Finding) -> bool:
        if not self.standings:
            return True
        named = finding.standing is not None and finding.standing.status in self.standings
        return named or (OPEN in self.standings and finding.is_open)

    def unknown(self, findings: Iterable[Finding]) -> list[str]:
        """Return the sites, then the sources, then the pages asked for that no finding has, as they were given.

        Parameters
        ----------
        findings : iterable of Finding
            Of the whole report: what is there, and does not fit together, is not unknown.
        """
        told = list(findings)
        sites = {finding.page.site for finding in told} if self.sites else set()
        sources = _names(finding.source for finding in told) if self.sources else set()
        pages = _names(finding.page for finding in told) if self.pages else set()
        return [
            *(site for site in self.sites if _site(site) not in sites),
            *(name for name in self.sources if name not in sources),
            *(name for name in self.pages if name not in pages),
        ]

    def words(self) -> str | None:
        """Return the choice as flags of `reuse report`, None if it is of everything.

        Examples
        --------
        >>> Choice("spun", ["third.org"], pages=["my page"]).words()
        "--site third.org --page 'my page' --verdict spun"
        """
        given = {
            "site": self.sites,
            "source": self.sources,
            "page": self.pages,
            "verdict": [self.verdict] if self.verdict else [],
            "standing": self.standings,
        }
        return " ".join(_flag(f"--{name}", value) for name, values in given.items() for value in values) or None


def _site(name: str) -> str | None:
    """Return the site that a name stands for, None for pages that are on none."""
    if name == NO_ADDRESS:
        return None
    return site_of(name if "//" in name else f"https://{name}") or name


def _names(documents: Iterable[Document]) -> set[str | None]:
    return {name for document in documents for name in (document.id, document.url)}


def _flag(flag: str, value: str) -> str:
    quoted = shlex.quote(one_line(value))
    return f"{flag}={quoted}" if value.startswith("-") else f"{flag} {quoted}"


def _is_one_of(document: Document, names: Sequence[str]) -> bool:
    return not names or document.id in names or document.url in names


def ordered(findings: Iterable[Finding], by: str) -> list[Finding]:
    """Return findings in one of `ORDERS`; of equals the first stays the first."""
    if by == "page":
        return list(findings)
    if by == "date":  # dates that are less precise stand behind those of the same month or year
        told = list(findings)
        day = days(told)
        return sorted(told, key=lambda finding: day[finding.page.id] or "", reverse=True)
    return sorted(findings, key=_KEYS[by])


def ordered_groups(groups: Iterable[Group], by: str) -> list[Group]:
    """Return groups in one of `ORDERS`; of equals the first stays the first.

    Parameters
    ----------
    groups : iterable of Group
        Of one kind.
    by : str
        ``verdict``: the worst verdict of the group, then the most findings. ``words``: the most words, each
        once. ``share``: the largest share of the words of its source, or of its pages. ``date``: its newest
        page; groups without a date stand last. ``site``, ``source`` and ``page``: by name, whatever findings
        are grouped by; that of a cluster is its first source's.
    """
    if by == "date":
        return sorted(groups, key=lambda group: group.last or "", reverse=True)
    return sorted(groups, key=_GROUP_KEYS[by])
