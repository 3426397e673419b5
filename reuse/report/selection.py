"""Findings that a reader asks for, in the order that he asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.timeline import published
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
}
#: What findings can be ordered by, the default first: the worst verdict, then the most words; the most words;
#: the largest share of the source; the newest page; the site; the source; as they were written, page by page.
ORDERS = ("verdict", "words", "share", "date", "site", "source", "page")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which findings are asked for; of what is empty, or None, all.

    Attributes
    ----------
    verdict : str or None
        This bad or worse.
    sites : sequence of str
        Of their pages; an address, or a name below a registrable domain, stands for its site.
    sources, pages : sequence of str
        Ids or addresses.
    """

    verdict: str | None = None
    sites: Sequence[str] = ()
    sources: Sequence[str] = ()
    pages: Sequence[str] = ()

    def of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings asked for, in their order."""
        verdicts = VERDICTS[: VERDICTS.index(self.verdict) + 1] if self.verdict else VERDICTS
        sites = {site_of(site if "//" in site else f"https://{site}") or site for site in self.sites}
        return [
            finding
            for finding in findings
            if finding.verdict in verdicts
            and (not sites or finding.page.site in sites)
            and _is_one_of(finding.source, self.sources)
            and _is_one_of(finding.page, self.pages)
        ]


def _is_one_of(document: Document, names: Sequence[str]) -> bool:
    return not names or document.id in names or document.url in names


def ordered(findings: Iterable[Finding], by: str) -> list[Finding]:
    """Return findings in one of `ORDERS`; of equals the first stays the first."""
    if by == "page":
        return list(findings)
    if by == "date":  # dates that are less precise stand behind those of the same month or year
        return sorted(findings, key=lambda finding: published(finding) or "", reverse=True)
    return sorted(findings, key=_KEYS[by])


def ordered_groups(groups: Iterable[Group], by: str) -> list[Group]:
    """Return groups in one of `ORDERS`; names stand for that of the group, dates for its newest page."""
    if by == "date":
        return sorted(groups, key=lambda group: group.last or "", reverse=True)
    return sorted(groups, key=_GROUP_KEYS.get(by, lambda group: group.name))
