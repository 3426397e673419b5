"""Findings on all that web pages show to findings on their articles, and what the pages say of themselves.

Every web page is skimmed, and every pair judged on that. Where a pair may be a finding, its page and its source
are read carefully, and the pair is judged anew.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from reuse.pairs import ACCUSED
from reuse.pipeline.judged import findings_of, key_of, named
from reuse.rights import decide
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.verdicts import MODEL_WORDS, WHOLE
from reuse.web import describe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from reuse.findings import Finding
    from reuse.options import Options
    from reuse.pipeline.account import Cleaning, Side
    from reuse.rights import Policy
    from reuse.stock import Stock
    from reuse.values import Document, Texts

#: Words reused in what a page shows, and the share of them, that must be lost with what is no article for the
#: page to be judged by all that it shows: a copy in a comment or in a quoted post. A teaser has fewer. Of a
#: whole source that is lost so many are enough as the model asks for.
_LOST_WORDS, _LOST_SHARE = 100, 0.5


def judge_articles(
    scored: Sequence[Finding], sides: tuple[Side, Side], options: Options, clean: Cleaning, stock: Stock
) -> tuple[Finding, ...]:
    """Judge pairs that may be findings by the articles of their pages.

    Parameters
    ----------
    scored : sequence of Finding
        All pairs, by what the pages show.
    sides : pair of Side
        Sources first, pages second; they learn the texts of articles.
    options : Options
        Pairs of a probability of `careful_from` and more are read carefully.
    clean : callable
        Takes boilerplate out of texts.
    stock : Stock
        What many of the sources say.

    Returns
    -------
    tuple of Finding
        As many, in the same order. A page is judged by all that it shows where the article has lost most of
        what is reused.
    """
    likely = [f for f in scored if f.probability >= options.careful_from or f.verdict in ACCUSED]
    of_web = {f.page.id for f in likely if f.source.original or f.page.original}
    wanted = [f for f in likely if f.page.id in of_web]  # all pairs of a page, for they are rivals
    if not wanted:
        return tuple(scored)
    sources = read_articles(sides[0].distinct(f.source for f in wanted), sides[0], options, clean)
    pages = read_articles(sides[1].distinct(f.page for f in wanted), sides[1], options, clean)
    anew = _judged(wanted, (sources, pages), options, stock)
    doubted = {f.page.id for f in wanted if has_lost(f, anew[key_of(f)])}
    if doubted:  # once more by all they show, but against articles: menus and notices of sources are none
        again = [f for f in wanted if f.page.id in doubted]
        shown = _judged(again, (sources, sides[1].again((f.page for f in again), clean)), options, stock)
        lost = {f.page.id for key, f in shown.items() if has_lost(f, anew[key])}
        anew |= {key: f for key, f in shown.items() if f.page.id in lost}
    return tuple(anew.get(key_of(first), first) for first in scored)


def _judged(
    findings: Iterable[Finding], texts: tuple[Texts, Texts], options: Options, stock: Stock
) -> dict[tuple[str, str], Finding]:
    found = findings_of(named(findings, texts), texts, options, stock)
    return {key_of(finding): finding for finding in found}


def read_articles(documents: Sequence[Document], side: Side, options: Options, clean: Cleaning) -> Texts:
    """Return the articles of documents; the text there is where none is found, or one too short to judge."""
    articles = clean(extract(filter(None, map(side.read_article, documents))))
    enough = tokenize(articles, options).counts >= options.min_words
    found = {
        articles.documents[row].id: articles.documents[row]._replace(content=articles[row])
        for row in np.flatnonzero(enough).tolist()
    }
    texts = clean(extract(found.get(document.id) or side.as_it_is(document) for document in documents))
    side.learn(texts)
    return texts


def has_lost(first: Finding, anew: Finding) -> bool:
    """Tell whether a finding is lost with what is no article."""
    whole = first.matched_source_words >= WHOLE * first.source_words
    least = MODEL_WORDS if whole else _LOST_WORDS
    lost = first.matched_words - anew.matched_words
    return first.verdict in ACCUSED and lost >= max(least, _LOST_SHARE * first.matched_words)


def describe_pages(
    scored: Sequence[Finding],
    sides: tuple[Side, Side],
    sites: Collection[str],
    policy: Policy | None = None,
    as_of: date | None = None,
) -> tuple[Finding, ...]:
    """Let every finding know what its page says of itself and of the source, and what the policy says of it.

    Parameters
    ----------
    scored : sequence of Finding
        In page order.
    sides : pair of Side
        Their texts, sources first.
    sites : collection of str
        The publisher's.
    policy : Policy, optional
    as_of : datetime.date, optional
        Later dates are not taken; today, for the policy. Needed with one.
    """
    decided: list[Finding] = []
    for _, of_page in groupby(scored, key=lambda finding: finding.page.id):
        decided += _decided(list(of_page), sides, sites, policy, as_of)
    return tuple(decided)


def _decided(
    findings: Sequence[Finding],
    sides: tuple[Side, Side],
    sites: Collection[str],
    policy: Policy | None,
    as_of: date | None,
) -> Iterator[Finding]:
    """Decide on the findings of one page, which is read once more for that."""
    page = next((finding.page for finding in findings if finding.verdict in ACCUSED), None)
    found = None if page is None else describe(page, sites, as_of)
    for finding in findings:
        if finding.verdict not in ACCUSED:
            yield finding
            continue
        known = replace(finding, metadata=found.metadata) if found else finding
        origin, shown = sides[0][finding.source], found.shown if found else sides[1][finding.page]
        yield decide(known, policy, as_of, origin=origin, shown=shown, sites=sites)
