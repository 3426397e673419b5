"""Findings to mirrors: sites that have the same words of the same articles.

Two sites mirror each other if each has something of three articles or more, four fifths of the articles that
either has are the same, and four fifths of the words of articles that either has taken are the same words. The
second alone would take every two sites that republish much for mirrors, the third every two that have one long
article. Each pair is counted: no chain of likenesses makes a mirror.

Pairs that can be mirrors are found by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and
Srikant 2007): of sets that are alike to such a degree, the parts with the rarest members have one in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from reuse.pairs import ACCUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding

    Stretches: TypeAlias = tuple[tuple[int, int], ...]

#: Articles that each site must have something of.
LEAST_SOURCES = 3
#: Four fifths, of articles and of words, in whole numbers: so nothing depends on how shares are rounded.
_ALIKE, _OF = 4, 5
#: Of sites that have one rare article in common each is compared with so many that follow it by the number of
#: their articles, and by which these are: of a crowd those are most alike.
_NEIGHBOURS = 50


class Mirror(NamedTuple):
    """A site that has the same as another.

    Attributes
    ----------
    site : str
    sources : int
        Articles that both have something of.
    alike : float
        Of the words of articles that either has, the share that both have; 0.8 to 1.
    """

    site: str
    sources: int
    alike: float


def mirrors(findings: Iterable[Finding]) -> dict[str, list[Mirror]]:
    """Return the mirrors of each site that has any.

    Parameters
    ----------
    findings : iterable of Finding
        Those that accuse nobody, and pages without an address, count nowhere.

    Returns
    -------
    dict of str to list of Mirror
        The most alike first; of as much alike, those with most articles, and by name.
    """
    taken = _taken(findings)
    known = {site: _Known(sources) for site, sources in taken.items() if len(sources) >= LEAST_SOURCES}
    found: defaultdict[str, list[Mirror]] = defaultdict(list)
    for one, other in _candidates({site: sources.keys() for site, sources in taken.items() if site in known}):
        both = taken[one].keys() & taken[other].keys()
        alike = _alike(known[one], known[other])
        if alike is not None:
            found[one].append(Mirror(other, len(both), alike))
            found[other].append(Mirror(one, len(both), alike))
    return {
        site: sorted(some, key=lambda mirror: (-mirror.alike, -mirror.sources, mirror.site))
        for site, some in found.items()
    }


def _taken(findings: Iterable[Finding]) -> dict[str, dict[str, list[Finding]]]:
    """Return the findings of each site by their source."""
    taken: defaultdict[str, dict[str, list[Finding]]] = defaultdict(dict)
    for finding in findings:
        if finding.verdict in ACCUSED and finding.page.site:
            taken[finding.page.site].setdefault(finding.source.id, []).append(finding)
    return dict(taken)


def _candidates(sites: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of sites, each once, that have four fifths of their articles in common."""
    often = Counter(source for sources in sites.values() for source in sources)
    sets = {site: frozenset(sources) for site, sources in sites.items()}
    rarest = {site: sorted(sources, key=lambda name: (often[name], name)) for site, sources in sets.items()}
    by_source: defaultdict[str, list[str]] = defaultdict(list)
    for site in sorted(sets, key=lambda name: (len(sets[name]), rarest[name], name)):
        count = len(sets[site])
        needed = -(-_ALIKE * count // _OF)
        for source in rarest[site][: count - needed + 1]:
            by_source[source].append(site)
    told: set[tuple[str, str]] = set()
    for crowd in by_source.values():
        for number, one in enumerate(crowd):
            for other in crowd[number + 1 : number + 1 + _NEIGHBOURS]:
                if (one, other) not in told and _is_alike(sets[one], sets[other]):
                    told.add((one, other))
                    yield one, other


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    return _OF * both >= _ALIKE * (len(one) + len(other) - both)


class _Known:
    """What a site has of each source, put together when first asked for."""

    def __init__(self, findings: Mapping[str, Sequence[Finding]]) -> None:
        self._findings = findings
        self._stretches: dict[str, Stretches] | None = None

    @property
    def stretches(self) -> dict[str, Stretches]:
        """The words that it has, by source, as disjoint stretches in order."""
        if self._stretches is None:
            self._stretches = {source: _stretches(some) for source, some in self._findings.items()}
        return self._stretches


def _stretches(findings: Iterable[Finding]) -> Stretches:
    spans = sorted(
        (passage.source_token, passage.source_token + passage.source_words)
        for finding in findings
        for passage in finding.passages
    )
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return tuple(joined)


def _alike(one: _Known, other: _Known) -> float | None:
    """Return the share of words that both have in those that either has, None if it is too small."""
    if one.stretches == other.stretches and _words(one):
        return 1.0
    both = sum(_common(one.stretches[source], other.stretches.get(source, ())) for source in one.stretches)
    either = _words(one) + _words(other) - both
    return both / either if either and _OF * both >= _ALIKE * either else None


def _words(known: _Known) -> int:
    return sum(end - begin for some in known.stretches.values() for begin, end in some)


def _common(one: Stretches, other: Stretches) -> int:
    """Return how many words two rows of stretches have in common."""
    first = second = common = 0
    while first < len(one) and second < len(other):
        begin, end = max(one[first][0], other[second][0]), min(one[first][1], other[second][1])
        common += max(end - begin, 0)
        if one[first][1] < other[second][1]:
            first += 1
        else:
            second += 1
    return common
