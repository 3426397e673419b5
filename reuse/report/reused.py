"""Accused findings to columns: sources, pages and sites once, and how many of their words count.

What counts once does so by place: a word of a page that stands in passages of several findings is one word, and
so is a word of a source that many pages have. Sources of one id are one document, and so are pages. Where
findings refer to several texts of it, as those of two nights do if it was edited in between, their words cannot
be told from each other: one text speaks for it; see `reuse.report.overview.text_of`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reuse.pairs import ACCUSED
from reuse.report.timeline import days
from reuse.rights.values import CANNOT_ORDER
from reuse.values import Arrays

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from reuse.findings import Finding
    from reuse.values import Document, Offsets, Ratios, Truths


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reused(Arrays):
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
    lag : float64 [F]
        Days from the source to the page, the middle of what their dates allow; not a number where they have no
        order.
    is_open : bool [F]
        Whether it asks for a decision; see `reuse.findings.Finding.is_open`.
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
    lag: Ratios
    is_open: Truths


def accused(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that accuse somebody."""
    return [finding for finding in findings if finding.verdict in ACCUSED]


def reused(findings: Sequence[Finding]) -> Reused:
    """Put accused findings into columns; those that accuse nobody tell the days of pages alone."""
    taken = accused(findings)
    spans = spans_of(taken)
    source, page = sources_of(taken, spans), _pages_of(taken, spans)
    site, sites = _numbered(document.site or "" for document in page.documents)
    verdicts = {verdict: number for number, verdict in enumerate(ACCUSED)}
    published = days(findings)
    return Reused(
        sources=source.documents,
        pages=page.documents,
        source=source.row,
        page=page.row,
        verdict=np.array([verdicts[finding.verdict] for finding in taken], np.int64),
        credited=np.array([finding.credited_words for finding in taken], np.int64),
        taken=source.covered,
        source_size=source.size,
        reused=page.covered,
        page_size=page.size,
        story=_stories(taken, source, page),
        sites=tuple(sites),
        site=site,
        days=tuple(published[document.id] for document in page.documents),
        lag=np.array([_lag(finding) for finding in taken], np.float64),
        is_open=np.array([finding.is_open for finding in taken], np.bool_),
    )


def _lag(finding: Finding) -> float:
    told = finding.precedence
    if told is None or told.order == CANNOT_ORDER or told.lag is None:
        return math.nan
    return sum(told.lag) / 2


class Side(NamedTuple):
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


def sources_of(findings: Sequence[Finding], spans: Spans) -> Side:
    """Return the sources of findings."""
    told = [(finding.source, finding.source_sha256, finding.source_words) for finding in findings]
    return _side(told, spans.finding, spans.source_token, spans.source_words)


def _pages_of(findings: Sequence[Finding], spans: Spans) -> Side:
    told = [(finding.page, finding.page_sha256, finding.page_words) for finding in findings]
    return _side(told, spans.finding, spans.page_token, spans.words)


def _side(told: Sequence[tuple[Document, str, int]], finding: Offsets, begin: Offsets, words: Offsets) -> Side:
    """Put a side together, of each finding's document, its text's hash and words, and of all passages."""
    row, _ = _numbered(document.id for document, _, _ in told)
    text, distinct = _numbered((document.id, sha256) for document, sha256, _ in told)
    of_text, size = np.zeros(len(distinct), np.int64), np.zeros(len(distinct), np.int64)
    of_text[text] = row
    np.maximum.at(size, text, np.array([words for _, _, words in told], np.int64))
    covered = covered_of(text[finding], begin, words)
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
    return Side(row, documents, tuple(hashes), total[best], size[best])


def _shown(document: Document) -> tuple[object, ...]:
    """Return what a group shows of a document in an order in which what is known comes first."""
    told = (document.url, document.title, document.path)
    return (*((text is None, text or "") for text in told), document.line or 0)


def _numbered(values: Iterable[Hashable]) -> tuple[Offsets, list[Any]]:
    """Return for each value the number it got when it came first, and the values by their numbers."""
    numbers: dict[Hashable, int] = {}
    rows = np.fromiter((numbers.setdefault(value, len(numbers)) for value in values), np.int64)
    return rows, list(numbers)


class Spans(NamedTuple):
    """The passages of findings, int64 [M]: the row of the finding, first token and tokens of each side."""

    finding: Offsets
    source_token: Offsets
    source_words: Offsets
    page_token: Offsets
    words: Offsets


def spans_of(findings: Sequence[Finding]) -> Spans:
    """Return the passages of findings."""
    columns = attrgetter("source_token", "source_words", "page_token", "words")
    passages = chain.from_iterable(finding.passages for finding in findings)
    flat = np.fromiter(chain.from_iterable(map(columns, passages)), np.int64).reshape(-1, 4)
    counts = [len(finding.passages) for finding in findings]
    return Spans(np.repeat(np.arange(len(findings)), counts), *(flat[:, side] for side in range(4)))


class Covered(NamedTuple):
    """Stretches of words, `begin` to `end`, disjoint within a row, int64 [K]."""

    row: Offsets
    begin: Offsets
    end: Offsets


def covered_of(row: Offsets, begin: Offsets, words: Offsets) -> Covered:
    """Join the spans of each row that overlap."""
    apart = int((begin + words).max(initial=0)) + 1
    first = begin + apart * row  # rows are set apart, so that one running maximum serves all of them
    order = np.argsort(first)
    first, end = first[order], np.maximum.accumulate((first + words)[order])
    fresh = np.ones(len(first), np.bool_)
    fresh[1:] = first[1:] > end[:-1]
    last = np.append(fresh[1:], True)[: len(first)]
    return Covered(first[fresh] // apart, first[fresh] % apart, end[last] % apart)


def _stories(taken: Sequence[Finding], source: Side, page: Side) -> Offsets:
    """Return the number of the chain that each finding belongs to."""
    pages = (page.row + len(source.documents)).tolist()
    joined = list(zip(source.row.tolist(), pages, strict=True))
    # Of one corpus against itself a document can be a source and a page.
    place = {(f.source.id, f.source.path): one for f, (one, _) in zip(taken, joined, strict=True)}
    both = [(place.get((f.page.id, f.page.path)), other) for f, other in zip(taken, pages, strict=True)]
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
