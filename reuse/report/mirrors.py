"""Findings to mirrors: sites that have the same words of the same articles.

Two sites mirror each other if each has something of three articles or more, four fifths of the articles that
either has are the same, and four fifths of the words of articles that either has taken are the same words. The
second alone would take every two sites that republish much for mirrors, the third every two that have one long
article. Each pair is counted: no chain of likenesses makes a mirror.

Sites that have the very same words are taken together, so that a crowd of them is counted in full. Pairs of
others that can be mirrors are found by prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and
Srikant 2007): of sets that are alike to such a degree, the parts with the rarest members have one in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from heapq import nsmallest
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.pairs import ACCUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.values import Ratios

#: Articles that each site must have something of.
LEAST_SOURCES = 3
#: Four fifths, of articles and of words, in whole numbers: so nothing depends on how shares are rounded.
_ALIKE, _OF = 4, 5
#: Of sites that have one rare article in common, and not the very same words, each is compared with so many
#: that follow it by the number of their articles, and by which these are: of a crowd those are most alike.
_NEIGHBOURS = 200


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


class Mirrors(NamedTuple):
    """The mirrors of a site.

    Attributes
    ----------
    total : int
        How many there are.
    first : tuple of Mirror
        Some of them, the most alike first; of as much alike, those with most articles, and by name.
    """

    total: int
    first: tuple[Mirror, ...]


def mirrors(findings: Iterable[Finding], most: int) -> dict[str, Mirrors]:
    """Return the mirrors of each site that has any.

    Parameters
    ----------
    findings : iterable of Finding
        Those that accuse nobody, and pages without an address, count nowhere.
    most : int
        So many mirrors of a site are named, at most.

    Returns
    -------
    dict of str to Mirrors
    """
    twins = _twins(findings)
    alike: defaultdict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for number, some in enumerate(twins):
        if len(some.sites) > 1:
            alike[number].append((1.0, len(some.sources), number))
    for one, other in _candidates([some.sources for some in twins]):
        if share := _alike(twins[one], twins[other]):
            both = len(twins[one].sources & twins[other].sources)
            alike[one].append((share, both, other))
            alike[other].append((share, both, one))
    return {
        site: found
        for number, others in alike.items()
        for site, found in _told(twins[number], [(twins[n], share, both) for share, both, n in others], most)
    }


def _told(
    twins: _Twins, others: Sequence[tuple[_Twins, float, int]], most: int
) -> Iterator[tuple[str, Mirrors]]:
    """Yield the mirrors of each of some sites: all the `others`, but for itself."""
    named = (Mirror(site, both, share) for some, share, both in others for site in some.sites)
    first = nsmallest(most + 1, named, key=lambda mirror: (-mirror.alike, -mirror.sources, mirror.site))
    total = sum(len(some.sites) - (some is twins) for some, _, _ in others)
    for site in twins.sites:
        yield site, Mirrors(total, tuple(mirror for mirror in first if mirror.site != site)[:most])


class _Twins(NamedTuple):
    """Sites that have the very same words of the same articles.

    Attributes
    ----------
    sites : tuple of str
        By name.
    sources : frozenset of str
    edges : float64 [2 S]
        Where stretches of words that they have begin and end, in turn; all articles stand one behind the other.
    before : float64 [2 S]
        Words that they have before each edge.
    """

    sites: tuple[str, ...]
    sources: frozenset[str]
    edges: Ratios
    before: Ratios

    @property
    def words(self) -> int:
        return int(self.before[-1])


def _twins(findings: Iterable[Finding]) -> list[_Twins]:
    """Return the sites that have something of enough articles, those with the same words together."""
    taken: defaultdict[str, defaultdict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    length: defaultdict[str, int] = defaultdict(int)
    for finding in findings:
        if finding.verdict in ACCUSED and finding.page.site:
            source = finding.source.id
            for part in finding.passages:
                begin, end = part.source_token, part.source_token + part.source_words
                if begin < end:
                    taken[finding.page.site][source].append((begin, end))
                    length[source] = max(length[source], end)
    names = sorted(length)
    places = dict(zip(names, accumulate((length[name] for name in names), initial=0), strict=False))
    together: defaultdict[tuple[frozenset[str], bytes], list[str]] = defaultdict(list)
    for site in sorted(site for site, sources in taken.items() if len(sources) >= LEAST_SOURCES):
        sources = taken[site]
        moved = [(places[name] + begin, places[name] + end) for name in sources for begin, end in sources[name]]
        together[frozenset(sources), _edges(moved).tobytes()].append(site)
    return [_known(sites, *what) for what, sites in together.items()]


def _known(sites: Iterable[str], sources: frozenset[str], packed: bytes) -> _Twins:
    edges = np.frombuffer(packed)
    words = np.diff(edges)
    words[1::2] = 0  # between stretches
    return _Twins(tuple(sites), sources, edges, np.append(0, words.cumsum()))


def _edges(spans: Iterable[tuple[int, int]]) -> Ratios:
    """Return where the words in some spans begin and end, in turn: of those that touch the outer edges."""
    begins, ends = np.array(sorted(spans), np.float64).T  # whole numbers, far below 2**53
    reached = np.maximum.accumulate(ends)
    apart = begins[1:] > reached[:-1]
    outer = np.append(True, apart), np.append(apart, True)
    return np.column_stack([begins[outer[0]], reached[outer[1]]]).ravel()


def _candidates(sets: Sequence[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of sets that have four fifths of their members in common, each pair once."""
    often = Counter(source for sources in sets for source in sources)
    rarest = [sorted(sources, key=lambda name: (often[name], name)) for sources in sets]
    by_source: defaultdict[str, list[int]] = defaultdict(list)
    for number in sorted(range(len(sets)), key=lambda number: (len(sets[number]), rarest[number])):
        count = len(sets[number])
        needed = -(-_ALIKE * count // _OF)
        for source in rarest[number][: count - needed + 1]:
            by_source[source].append(number)
    told: set[tuple[int, int]] = set()
    for crowd in by_source.values():
        for place, one in enumerate(crowd):
            for other in crowd[place + 1 : place + 1 + _NEIGHBOURS]:
                if (one, other) not in told and _is_alike(sets[one], sets[other]):
                    told.add((one, other))
                    yield one, other


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    return _OF * both >= _ALIKE * (len(one) + len(other) - both)


def _alike(one: _Twins, other: _Twins) -> float | None:
    """Return the share of words that both have in those that either has, None if it is too small."""
    if _OF * min(one.words, other.words) < _ALIKE * max(one.words, other.words):
        return None
    before = np.interp(one.edges, other.edges, other.before)
    both = int((before[1::2] - before[::2]).sum())
    either = one.words + other.words - both
    return both / either if _OF * both >= _ALIKE * either else None
