"""What an audit counts while it goes on: sums over pages, however these are taken together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reuse.pairs import ACCUSED, lane_counts
from reuse.values import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reuse.findings import Finding
    from reuse.pairs import Candidates


@dataclass(slots=True)
class Tally:
    """Counts of an audit, or of a part of one.

    Attributes
    ----------
    pairs : int
        Pairs that share at least one fingerprint.
    candidates : int
        Pairs worth scoring.
    lanes : Counter of str
        Of these, how many each lane brought; some were brought by several.
    capped_articles, capped_sites, capped_terms, overfull, crowded : int
        See `reuse.pairs.Candidates`.
    too_short : list of str
        Ids of pages with fewer words than `Options.min_words`: they get no verdict.
    careful_pages : int
        Pages judged by their article.
    careful_sources : set of str
        Ids of sources judged by their article.
    gone : set of Unreadable
        Sources whose text was asked for and is no longer at hand.
    verdicts : Counter of str
        Scored pairs.
    open : Counter of str
        Findings that ask for a decision, by verdict: all of them where there is no policy.
    standings : Counter of str
        Findings by what the policy says of them, see `reuse.rights.Standing`; empty without one.
    explained : int
        Pairs that would be findings but for common sources.
    sites : set of str
        Of pages with findings.

    Examples
    --------
    >>> whole, part = Tally(pairs=1), Tally(pairs=2, too_short=["a"])
    >>> whole.add(part)
    >>> whole.pairs, Tally.of_json(whole.json()) == whole
    (3, True)
    """

    pairs: int = 0
    candidates: int = 0
    lanes: Counter[str] = field(default_factory=Counter)
    capped_articles: int = 0
    capped_sites: int = 0
    capped_terms: int = 0
    overfull: int = 0
    crowded: int = 0
    too_short: list[str] = field(default_factory=list)
    careful_pages: int = 0
    careful_sources: set[str] = field(default_factory=set)
    gone: set[Unreadable] = field(default_factory=set)
    verdicts: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    standings: Counter[str] = field(default_factory=Counter)
    explained: int = 0
    sites: set[str] = field(default_factory=set)

    @classmethod
    def of_candidates(cls, candidates: Candidates) -> Tally:
        """Return the counts of some pages' candidates."""
        return cls(
            pairs=candidates.pairs,
            candidates=len(candidates),
            lanes=Counter(lane_counts(candidates.lanes)),
            capped_articles=candidates.capped_articles,
            capped_sites=candidates.capped_sites,
            capped_terms=candidates.capped_terms,
            overfull=candidates.overfull,
            crowded=candidates.crowded,
        )

    @classmethod
    def of_findings(cls, scored: Iterable[Finding]) -> Tally:
        """Return the counts of scored pairs."""
        told = cls()
        for finding in scored:
            told.verdicts[finding.verdict] += 1
            if finding.verdict not in ACCUSED:
                told.explained += bool(finding.owed)
                continue
            told.open[finding.verdict] += finding.is_open
            if finding.standing is not None:
                told.standings[finding.standing.status] += 1
            if finding.page.site is not None:
                told.sites.add(finding.page.site)
        return told

    @property
    def scored(self) -> int:
        """Pairs that were judged."""
        return self.verdicts.total()

    @property
    def findings(self) -> int:
        """Pairs whose verdict is ``excerpt`` or worse."""
        return sum(self.verdicts[verdict] for verdict in ACCUSED)

    def add(self, other: Tally) -> None:
        """Add the counts of another part."""
        for name in self.__slots__:
            mine, more = getattr(self, name), getattr(other, name)
            if isinstance(mine, set):
                mine |= more
            elif isinstance(mine, Counter):
                mine.update(more)
            elif isinstance(mine, list):
                mine.extend(more)
            else:
                setattr(self, name, mine + more)

    def json(self) -> dict[str, Any]:
        """Return the counts as JSON values; what is nought is left out."""
        told = {name: value for name in self.__slots__ if (value := getattr(self, name))}
        told |= {name: sorted(value, key=str) for name, value in told.items() if isinstance(value, set)}
        if self.gone:
            told["gone"] = [[row.path, row.line, row.reason] for row in told["gone"]]
        return told

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Tally:
        """Return the counts that `json` told."""
        tally = cls(**told)
        for name in ("lanes", "verdicts", "open", "standings"):
            setattr(tally, name, Counter(getattr(tally, name)))
        tally.careful_sources, tally.sites = set(tally.careful_sources), set(tally.sites)
        tally.too_short = list(tally.too_short)
        tally.gone = {Unreadable(*row) for row in told.get("gone", ())}
        return tally
