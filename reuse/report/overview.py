"""Findings to an overview: which sites, articles, pages and stories there are, and how many words of each.

Accused findings alone count as reuse. What counts once does so by place: a word of a page that stands in
passages of several findings is one word, and so is a word of a source that many pages have. Sources of one id
are one document, and so are pages. Where findings refer to several texts of it, as those of two nights do if it
was edited in between, their words cannot be told from each other: one text speaks for it; see `text_of`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reuse.errors import UsageError
from reuse.pairs import ACCUSED, VERDICTS
from reuse.report.table import name_of
from reuse.report.timeline import UNITS, Timeline, days, timeline
from reuse.values import Arrays

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.values import Document, Ids, Offsets, Ratios

#: What findings can be grouped by.
BY = ("site", "source", "page", "cluster")
#: The site of pages without an address.
NO_ADDRESS = "(no address)"
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

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(self.counts)

    @property
    def share(self) -> float:
        """Share of `words` in `of_words`."""
        return self.words / max(self.of_words, 1)

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


def overview(findings: Sequence[Finding]) -> Overview:
    """Return what findings say together; their order makes no difference.

    Parameters
    ----------
    findings : sequence of Finding
        Those that accuse nobody are counted by verdict, and nowhere else.

    Returns
    -------
    Overview
    """
    reuse = _reuse(findings)
    verdicts = Counter(finding.verdict for finding in findings)
    by_site, by_source, by_page = (
        tuple(group for _, group in _ranked(reuse, by, _labels(reuse, by))) for by in ("site", "source", "page")
    )
    return Overview(
        verdicts=tuple(verdicts[verdict] for verdict in VERDICTS),
        findings=len(reuse.page),
        pages=len(reuse.pages),
        sources=len(reuse.sources),
        sites=sum(group.key != "" for group in by_site),
        words=sum(group.words for group in by_page),
        timeline=_timeline(reuse),
        by_site=by_site,
        by_source=by_source,
        by_page=by_page,
    )


def groups(findings: Sequence[Finding], by: str) -> list[Group]:
    """Group findings; their order makes no difference.

    Parameters
    ----------
    findings : sequence of Finding
        Those that accuse nobody are in no group.
    by : str
        ``site``, ``source``, ``page``, or ``cluster``: the sources and pages of one story, which is what any
        chain of findings joins.

    Returns
    -------
    list of Group
        Most words first; of as many, by name.

    Raises
    ------
    UsageError
        If it is none of these.
    """
    return [group for group, _ in members(findings, by)]


def members(findings: Sequence[Finding], by: str) -> list[tuple[Group, list[Finding]]]:
    """Return the same groups, each with its findings in the order given; see `groups`."""
    if by not in BY:
        raise UsageError(f"findings cannot be grouped by {by!r}; choose one of {', '.join(BY)}")
    reuse = _reuse(findings)
    label = _labels(reuse, by)
    ranked = _ranked(reuse, by, label)
    of_group: list[list[Finding]] = [[] for _ in ranked]
    for finding, number in zip(_accused(findings), label.tolist(), strict=True):
        of_group[number].append(finding)
    return [(group, of_group[number]) for number, group in ranked]


def timeline_of(findings: Sequence[Finding], most: Mapping[str, int] = UNITS) -> Timeline:
    """Return when the pages of accused findings were published, in the units given; see `timeline`."""
    return _timeline(_reuse(findings), most)


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
    told = _accused(findings) or findings
    several = len({finding.source_sha256 for finding in told}) > 1
    return _sources(told, _spans(told)).text[0] if several else told[0].source_sha256


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
    taken = _accused(of_text)
    pages: dict[str, int] = {}
    row = np.array([pages.setdefault(finding.page.id, len(pages)) for finding in taken], np.int64)
    spans = _spans(taken)
    covered = _covered(row[spans.finding], spans.source_token, spans.source_words)
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


# --- what is counted ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Reuse(Arrays):
    """Accused findings as columns.

    Attributes
    ----------
    sources, pages : tuple of Document
        Each once.
    source, page, verdict, credited : int64 [F]
        Rows of the two, index into `ACCUSED`, words credited.
    taken, source_size : int64 [S]
        Words of each source that some page has, and all of its words.
    reused, page_size : int64 [P]
        Words of each page that some source has, and all of its words.
    story : int64 [F]
        Numbers of the chains of findings, in no order.
    sites : tuple of str
        Each once, the empty one for pages without an address.
    site : int64 [P]
        Rows of these.
    days : tuple of (str or None)
        When each page was published, as any finding of it tells.
    """

    sources: tuple[Document, ...]
    pages: tuple[Document, ...]
    source: Offsets
    page: Offsets
    verdict: Offsets
    credited: Offsets
    taken: Offsets
    source_size: Offsets
    reused: Offsets
    page_size: Offsets
    story: Offsets
    sites: tuple[str, ...]
    site: Offsets
    days: tuple[str | None, ...]


def _accused(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.verdict in ACCUSED]


def _reuse(findings: Sequence[Finding]) -> _Reuse:
    """Put accused findings into columns."""
    accused = _accused(findings)
    spans = _spans(accused)
    source, page = _sources(accused, spans), _pages(accused, spans)
    site, sites = _numbered(document.site or "" for document in page.documents)
    verdicts = {verdict: number for number, verdict in enumerate(ACCUSED)}
    published = days(findings)
    return _Reuse(
        sources=source.documents,
        pages=page.documents,
        source=source.row,
        page=page.row,
        verdict=np.array([verdicts[finding.verdict] for finding in accused], np.int64),
        credited=np.array([finding.credited_words for finding in accused], np.int64),
        taken=source.covered,
        source_size=source.size,
        reused=page.covered,
        page_size=page.size,
        story=_stories(accused, source, page),
        sites=tuple(sites),
        site=site,
        days=tuple(published[document.id] for document in page.documents),
    )


class _Side(NamedTuple):
    """The sources, or the pages, of findings.

    Attributes
    ----------
    row : int64 [F]
        Of the document of each finding.
    documents : tuple of Document
        Each once, as the findings of the text tell of it that speaks for it.
    text : tuple of str
        SHA-256 of these texts.
    covered, size : int64 [D]
        Their words that stand in passages, each once, and all of their words.
    """

    row: Offsets
    documents: tuple[Document, ...]
    text: tuple[str, ...]
    covered: Offsets
    size: Offsets


def _sources(findings: Sequence[Finding], spans: _Spans) -> _Side:
    told = [(finding.source, finding.source_sha256, finding.source_words) for finding in findings]
    return _side(told, spans.finding, spans.source_token, spans.source_words)


def _pages(findings: Sequence[Finding], spans: _Spans) -> _Side:
    told = [(finding.page, finding.page_sha256, finding.page_words) for finding in findings]
    return _side(told, spans.finding, spans.page_token, spans.words)


def _side(told: Sequence[tuple[Document, str, int]], finding: Offsets, begin: Offsets, words: Offsets) -> _Side:
    """Put a side together, of each finding's document, its text's hash and words, and of all passages."""
    row, _ = _numbered(document.id for document, _, _ in told)
    text, distinct = _numbered((document.id, sha256) for document, sha256, _ in told)
    of_text, size = np.zeros(len(distinct), np.int64), np.zeros(len(distinct), np.int64)
    of_text[text] = row
    np.maximum.at(size, text, np.array([words for _, _, words in told], np.int64))
    covered = _covered(text[finding], begin, words)
    total = np.bincount(covered.row, covered.end - covered.begin, len(distinct)).astype(np.int64)
    # Documents by number; of each the text first that speaks for it.
    ranks = zip(of_text.tolist(), (-total).tolist(), (sha256 for _, sha256 in distinct), strict=True)
    order = sorted(enumerate(ranks), key=itemgetter(1))
    best = [next(texts)[0] for _, texts in groupby(order, key=lambda one: one[1][0])]
    hashes = [distinct[number][1] for number in best]
    speaking: dict[int, Document] = {}
    for (document, sha256, _), number in zip(told, row.tolist(), strict=True):
        if sha256 == hashes[number]:
            speaking[number] = min(speaking.get(number, document), document, key=_shown)
    documents = tuple(speaking[number] for number in range(len(best)))
    return _Side(row, documents, tuple(hashes), total[best], size[best])


def _shown(document: Document) -> tuple[object, ...]:
    """Return what a group shows of a document in an order in which what is known comes first."""
    told = (document.url, document.title, document.path)
    return (*((text is None, text or "") for text in told), document.line or 0)


def _timeline(reuse: _Reuse, most: Mapping[str, int] = UNITS) -> Timeline:
    worst = np.full(len(reuse.pages), len(ACCUSED), np.int64)
    np.minimum.at(worst, reuse.page, reuse.verdict)
    return timeline(zip(reuse.days, worst.tolist(), strict=True), most)


def _numbered(values: Iterable[Hashable]) -> tuple[Offsets, list[Any]]:
    """Return for each value the number it got when it came first, and the values by their numbers."""
    numbers: dict[Hashable, int] = {}
    rows = np.fromiter((numbers.setdefault(value, len(numbers)) for value in values), np.int64)
    return rows, list(numbers)


class _Spans(NamedTuple):
    """The passages of findings, int64 [M]: the row of the finding, first token and tokens of each side."""

    finding: Offsets
    source_token: Offsets
    source_words: Offsets
    page_token: Offsets
    words: Offsets


def _spans(findings: Sequence[Finding]) -> _Spans:
    columns = attrgetter("source_token", "source_words", "page_token", "words")
    passages = chain.from_iterable(finding.passages for finding in findings)
    flat = np.fromiter(chain.from_iterable(map(columns, passages)), np.int64).reshape(-1, 4)
    counts = [len(finding.passages) for finding in findings]
    return _Spans(np.repeat(np.arange(len(findings)), counts), *(flat[:, side] for side in range(4)))


class _Covered(NamedTuple):
    """Stretches of words, `begin` to `end`, disjoint within a row, int64 [K]."""

    row: Offsets
    begin: Offsets
    end: Offsets


def _covered(row: Offsets, begin: Offsets, words: Offsets) -> _Covered:
    """Join the spans of each row that overlap."""
    apart = int((begin + words).max(initial=0)) + 1
    first = begin + apart * row  # rows are set apart, so that one running maximum serves all of them
    order = np.argsort(first)
    first, end = first[order], np.maximum.accumulate((first + words)[order])
    fresh = np.ones(len(first), np.bool_)
    fresh[1:] = first[1:] > end[:-1]
    last = np.append(fresh[1:], True)[: len(first)]
    return _Covered(first[fresh] // apart, first[fresh] % apart, end[last] % apart)


def _stories(accused: Sequence[Finding], source: _Side, page: _Side) -> Offsets:
    """Return the number of the chain that each finding belongs to."""
    pages = (page.row + len(source.documents)).tolist()
    joined = list(zip(source.row.tolist(), pages, strict=True))
    # Of one corpus against itself a document can be a source and a page.
    place = {(f.source.id, f.source.path): one for f, (one, _) in zip(accused, joined, strict=True)}
    both = [(place.get((f.page.id, f.page.path)), other) for f, other in zip(accused, pages, strict=True)]
    leader = list(range(len(source.documents) + len(page.documents)))

    def led(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    for one, other in chain(joined, both):
        if one is not None:
            leader[led(one)] = led(other)
    return _numbered(led(row) for row, _ in joined)[0]


# --- groups -------------------------------------------------------------------------------------


def _ranked(reuse: _Reuse, by: str, label: Offsets) -> list[tuple[int, Group]]:
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
    )
    rows = zip(heads, zip(*columns, strict=True), strict=True)
    found = [(number, Group(by, *head, *row)) for number, (head, row) in enumerate(rows)]
    found.sort(key=lambda one: (-one[1].words, one[1].name, one[1].key))
    if by == "cluster":
        found = [(label, replace(group, key=str(place))) for place, (label, group) in enumerate(found, 1)]
    return found


def _labels(reuse: _Reuse, by: str) -> Offsets:
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


def _heads(reuse: _Reuse, by: str) -> list[_Head]:
    if by == "site":
        return [_Head(site, site or NO_ADDRESS) for site in reuse.sites]
    documents = _foremost(reuse) if by == "cluster" else reuse.sources if by == "source" else reuse.pages
    return [_Head(one.id, name_of(one), one.url, one.title) for one in documents]


def _foremost(reuse: _Reuse) -> tuple[Document, ...]:
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
    reuse: _Reuse, group: Offsets, page: Offsets, count: int
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
