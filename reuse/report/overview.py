"""Findings to an overview: which sites, articles, pages and stories there are, and how many words of each.

Accused findings alone count as reuse; what of them counts once, `reuse.report.reused` tells.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.errors import UsageError
from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.mirrors import Mirrors, mirrors
from reuse.report.reused import accused, covered_of, reused, sources_of, spans_of
from reuse.report.table import name_of
from reuse.report.timeline import UNITS, Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.report.mirrors import Mirror
    from reuse.report.reused import Reused
    from reuse.values import Document, Ids, Offsets, Ratios

#: What findings can be grouped by.
BY = ("site", "source", "page", "cluster")
#: The site of pages without an address.
NO_ADDRESS = "(no address)"
#: Mirrors of a site that are named.
MIRRORS = 20
#: Cells of the strip that shows how often each part of a source was taken.
CELLS = 60


@dataclass(frozen=True, slots=True)
class Group:
    """What the findings of a site, of a source, of a page or of a cluster have together.

    Attributes
    ----------
    by : str
        One of `BY`.
    key : str
        The site (empty for pages without an address), the id of the source or page, the number of the cluster.
    name : str
        What to call it: the site, or a document by its id or address. A cluster has the name, the address and
        the title of the source of which most words were taken.
    url, title : str or None
        Of the document; a site has none.
    counts : tuple of int
        Findings by verdict, in the order of `reuse.pairs.ACCUSED`.
    pages, sources, sites : int
        Distinct ones. Pages without an address are on no site.
    words : int
        Of a source, its words that some page has; of others, the words of their pages that some source has.
        Each counts once.
    of_words : int
        All words of that source, or of those pages.
    credited : int
        Words credited, summed over findings: of a source that ten pages have whole, ten times its words.
    first, last : str or None
        Days on which the first and the last of the pages were published, as precise as they are stated.
    open : int
        Findings that ask for a decision: all, where the publisher has no policy.
    lag : float or None
        Days from the source to the page, the median of findings whose dates have an order; of each the middle
        of what they allow. Negative where pages came first.
    lag_of : int
        Findings that it is the median of.
    pages_read : int or None
        Of a site the pages that were read; None of others, and where that is not known.
    mirrors : tuple of Mirror
        Of a site those that have the same words of the same articles, the most alike first, `MIRRORS` at most;
        see `reuse.report.mirrors`.
    mirrored : int
        How many there are.
    """

    by: str
    key: str
    name: str
    url: str | None
    title: str | None
    counts: tuple[int, ...]
    pages: int
    sources: int
    sites: int
    words: int
    of_words: int
    credited: int
    first: str | None
    last: str | None
    open: int = 0
    lag: float | None = None
    lag_of: int = 0
    pages_read: int | None = None
    mirrors: tuple[Mirror, ...] = ()
    mirrored: int = 0

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(self.counts)

    @property
    def share(self) -> float:
        """Share of `words` in `of_words`."""
        return self.words / max(self.of_words, 1)

    @property
    def share_of_site(self) -> float | None:
        """Share of the pages of a site that were read which have a finding; None where that is not known."""
        return None if self.pages_read is None else self.pages / self.pages_read

    @property
    def worst(self) -> str:
        """The worst verdict."""
        return next(verdict for verdict, count in zip(ACCUSED, self.counts, strict=True) if count)


@dataclass(frozen=True, slots=True)
class Overview:
    """What findings say together.

    Attributes
    ----------
    verdicts : tuple of int
        Findings by verdict, in the order of `reuse.pairs.VERDICTS`; all else is of accused ones.
    findings, pages, sources, sites : int
        Pages without an address are on no site.
    words : int
        Words of pages that some source has, each once.
    timeline : Timeline
        Of the pages, each by its worst verdict.
    by_site, by_source, by_page : tuple of Group
        Most words first.
    """

    verdicts: tuple[int, ...]
    findings: int
    pages: int
    sources: int
    sites: int
    words: int
    timeline: Timeline
    by_site: tuple[Group, ...]
    by_source: tuple[Group, ...]
    by_page: tuple[Group, ...]


def overview(findings: Sequence[Finding], pages_read: Mapping[str, int] | None = None) -> Overview:
    """Return what findings say together; their order makes no difference.

    Parameters
    ----------
    findings : sequence of Finding
        Those that accuse nobody are counted by verdict, and nowhere else.
    pages_read : mapping of str to int, optional
        By site how many of its pages were read, `pages_by_site` of ``run.json``.

    Returns
    -------
    Overview
    """
    reuse = reused(findings)
    verdicts = Counter(finding.verdict for finding in findings)
    by_site, by_source, by_page = (
        [group for _, group in _ranked(reuse, by, _labels(reuse, by))] for by in ("site", "source", "page")
    )
    return Overview(
        verdicts=tuple(verdicts[verdict] for verdict in VERDICTS),
        findings=len(reuse.page),
        pages=len(reuse.pages),
        sources=len(reuse.sources),
        sites=sum(group.key != "" for group in by_site),
        words=sum(group.words for group in by_page),
        timeline=_timeline(reuse),
        by_site=tuple(_of_sites(by_site, findings, pages_read)),
        by_source=tuple(by_source),
        by_page=tuple(by_page),
    )


def groups(findings: Sequence[Finding], by: str, pages_read: Mapping[str, int] | None = None) -> list[Group]:
    """Group findings; their order makes no difference.

    Parameters
    ----------
    findings : sequence of Finding
        Those that accuse nobody are in no group.
    by : str
        ``site``, ``source``, ``page``, or ``cluster``: the sources and pages of one story, which is what any
        chain of findings joins.
    pages_read : mapping of str to int, optional
        As in `overview`.

    Returns
    -------
    list of Group
        Most words first; of as many, by name.

    Raises
    ------
    UsageError
        If it is none of these.
    """
    return [group for group, _ in members(findings, by, pages_read)]


def members(
    findings: Sequence[Finding], by: str, pages_read: Mapping[str, int] | None = None
) -> list[tuple[Group, list[Finding]]]:
    """Return the same groups, each with its findings in the order given; see `groups`."""
    if by not in BY:
        raise UsageError(f"findings cannot be grouped by {by!r}; choose one of {', '.join(BY)}")
    reuse = reused(findings)
    label = _labels(reuse, by)
    ranked = _ranked(reuse, by, label)
    of_group: list[list[Finding]] = [[] for _ in ranked]
    for finding, number in zip(accused(findings), label.tolist(), strict=True):
        of_group[number].append(finding)
    told = [group for _, group in ranked]
    if by == "site":
        told = _of_sites(told, findings, pages_read)
    return [(group, of_group[number]) for group, (number, _) in zip(told, ranked, strict=True)]


def timeline_of(findings: Sequence[Finding], most: Mapping[str, int] = UNITS) -> Timeline:
    """Return when the pages of accused findings were published, in the units given; see `timeline`."""
    return _timeline(reused(findings), most)


def text_of(findings: Sequence[Finding]) -> str:
    """Return which text speaks for a source: groups count its words, and depths are of them.

    Parameters
    ----------
    findings : sequence of Finding
        Of one source, one at least. Those that accuse nobody count where there are no others.

    Returns
    -------
    str
        The SHA-256 of the text of which most words stand in passages; of as many, the first in the order of
        their hashes.
    """
    told = accused(findings) or findings
    several = len({finding.source_sha256 for finding in told}) > 1
    return sources_of(told, spans_of(told)).text[0] if several else told[0].source_sha256


def depths(findings: Sequence[Finding]) -> Ids:
    """Return how many pages have each word of a source.

    Parameters
    ----------
    findings : sequence of Finding
        Of one source, one at least. Those count that accuse somebody and refer to the text that speaks for it.

    Returns
    -------
    int32 [source_words]
        Of that text; see `text_of`.
    """
    sha256 = text_of(findings)
    of_text = [finding for finding in findings if finding.source_sha256 == sha256]
    taken = accused(of_text)
    pages: dict[str, int] = {}
    row = np.array([pages.setdefault(finding.page.id, len(pages)) for finding in taken], np.int64)
    spans = spans_of(taken)
    covered = covered_of(row[spans.finding], spans.source_token, spans.source_words)
    change = np.zeros(max(finding.source_words for finding in of_text) + 1, np.int32)
    np.add.at(change, covered.begin, 1)
    np.add.at(change, covered.end, -1)
    return np.cumsum(change[:-1], dtype=np.int32)


def strip(depth: Ids, cells: int = CELLS) -> Ratios:
    """Return the means of equal parts of a text: how many pages have an average word of each.

    Of means none is lost, and none is louder than it is: weighted by the words of their parts they add up to
    all words that pages have.

    Parameters
    ----------
    depth : int32 [source_words]
        As `depths` returns it.
    cells : int
        Parts at most; a text of fewer words has one for each word.

    Returns
    -------
    float64 [cells]

    Examples
    --------
    >>> strip(np.array([0, 0, 1, 3, 2, 2], np.int32), 3).tolist()
    [0.0, 2.0, 2.0]
    """
    edges = np.arange(min(cells, len(depth)) + 1) * len(depth) // max(min(cells, len(depth)), 1)
    sums = np.append(0, np.cumsum(depth, dtype=np.int64))
    means: Ratios = np.diff(sums[edges]) / np.diff(edges)
    return means


# --- groups -------------------------------------------------------------------------------------


def _ranked(reuse: Reused, by: str, label: Offsets) -> list[tuple[int, Group]]:
    """Return the groups of findings with their labels, most words first."""
    heads = _heads(reuse, by)
    page_group, page = _distinct(label, reuse.page)
    if by == "source":
        words, of_words = reuse.taken, reuse.source_size
    else:
        words, of_words = (
            _sums(page_group, column[page], len(heads)) for column in (reuse.reused, reuse.page_size)
        )
    site = reuse.site[reuse.page]
    known = np.array([name != "" for name in reuse.sites], np.bool_)[site]
    columns = (
        _counts(label, reuse.verdict, len(heads)),
        _sums(page_group, None, len(heads)).tolist(),
        _sums(_distinct(label, reuse.source)[0], None, len(heads)).tolist(),
        _sums(_distinct(label[known], site[known])[0], None, len(heads)).tolist(),
        words.tolist(),
        of_words.tolist(),
        _sums(label, reuse.credited, len(heads)).tolist(),
        *_days(reuse, page_group, page, len(heads)),
        _sums(label[reuse.is_open], None, len(heads)).tolist(),
        *_lags(label, reuse.lag, len(heads)),
    )
    rows = zip(heads, zip(*columns, strict=True), strict=True)
    found = [(number, Group(by, *head, *row)) for number, (head, row) in enumerate(rows)]
    found.sort(key=lambda one: (-one[1].words, one[1].name, one[1].key))
    if by == "cluster":
        found = [(label, replace(group, key=str(place))) for place, (label, group) in enumerate(found, 1)]
    return found


def _of_sites(
    groups: Iterable[Group], findings: Iterable[Finding], pages_read: Mapping[str, int] | None
) -> list[Group]:
    """Return sites with what is known of them beside their findings."""
    like, read = mirrors(findings, MIRRORS), pages_read or {}
    told = []
    for group in groups:
        count, same = read.get(group.key, 0), like.get(group.key, Mirrors(0, ()))
        known = count if count >= group.pages else None  # fewer were not of this run
        told.append(replace(group, pages_read=known, mirrors=same.first, mirrored=same.total))
    return told


def _timeline(reuse: Reused, most: Mapping[str, int] = UNITS) -> Timeline:
    worst = np.full(len(reuse.pages), len(ACCUSED), np.int64)
    np.minimum.at(worst, reuse.page, reuse.verdict)
    return timeline(zip(reuse.days, worst.tolist(), strict=True), most)


def _labels(reuse: Reused, by: str) -> Offsets:
    """Return the group of every finding, int64 [F]."""
    if by == "site":
        return reuse.site[reuse.page]
    return {"source": reuse.source, "page": reuse.page, "cluster": reuse.story}[by]


class _Head(NamedTuple):
    """What a group is called."""

    key: str
    name: str
    url: str | None = None
    title: str | None = None


def _heads(reuse: Reused, by: str) -> list[_Head]:
    if by == "site":
        return [_Head(site, site or NO_ADDRESS) for site in reuse.sites]
    documents = _foremost(reuse) if by == "cluster" else reuse.sources if by == "source" else reuse.pages
    return [_Head(one.id, name_of(one), one.url, one.title) for one in documents]


def _foremost(reuse: Reused) -> tuple[Document, ...]:
    """Return of every chain the source of which most words were taken; of as many, the most often."""
    rows = range(len(reuse.sources))
    story = np.zeros(len(rows), np.int64)
    story[reuse.source] = reuse.story
    often = _sums(reuse.source, reuse.credited, len(rows))
    order = sorted(rows, key=lambda row: (-reuse.taken[row], -often[row], reuse.sources[row].id))
    foremost: dict[int, Document] = {}
    for row in order:
        foremost.setdefault(int(story[row]), reuse.sources[row])
    return tuple(foremost[number] for number in range(len(foremost)))


def _distinct(group: Offsets, member: Offsets) -> tuple[Offsets, Offsets]:
    """Return each pair of group and member once."""
    apart = int(member.max(initial=0)) + 1
    groups, members = np.divmod(np.unique(group * apart + member), apart)
    return groups, members


def _sums(group: Offsets, values: Offsets | None, count: int) -> Offsets:
    """Return the sum of the values of each group, or how many there are, int64 [count]."""
    sums: Offsets = np.bincount(group, values, count).astype(np.int64)
    return sums


def _counts(label: Offsets, verdict: Offsets, count: int) -> list[tuple[int, ...]]:
    """Return how many findings of each verdict there are in every group."""
    several = len(ACCUSED)
    return [
        *map(tuple, _sums(label * several + verdict, None, count * several).reshape(count, several).tolist())
    ]


def _days(
    reuse: Reused, group: Offsets, page: Offsets, count: int
) -> tuple[list[str | None], list[str | None]]:
    """Return the first and the last day of the pages of each group."""
    days = sorted({day for day in reuse.days if day})
    rank = {day: number for number, day in enumerate(days)}
    ranks = np.array([-1 if day is None else rank[day] for day in reuse.days], np.int64)[page]
    group, ranks = group[ranks >= 0], ranks[ranks >= 0]
    first, last = np.full(count, len(days), np.int64), np.full(count, -1, np.int64)
    np.minimum.at(first, group, ranks)
    np.maximum.at(last, group, ranks)
    named: list[str | None] = [*days, None]  # which is also the last but none
    return [named[row] for row in first.tolist()], [named[row] for row in last.tolist()]


def _lags(label: Offsets, lag: Ratios, count: int) -> tuple[list[float | None], list[int]]:
    """Return the median lag of each group, and of how many findings it is."""
    known = np.isfinite(lag)
    label, lag = label[known], lag[known]
    order = np.lexsort((lag, label))
    ends = np.cumsum(_sums(label, None, count))
    begins = ends - _sums(label, None, count)
    ordered = lag[order].tolist()
    rows = [ordered[begin:end] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    return [median(row) if row else None for row in rows], [len(row) for row in rows]
