"""Candidates to findings: the part of the line that every command goes along.

::

    candidates -> shingles -> scores -> tokens -> roots, runs, agreement
               -> verdicts -> passages -> credits -> findings

Shingles and tokens are made of documents in pairs, some pairs at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.agreement import agree
from reuse.credits import credit
from reuse.debts import Debts, set_aside
from reuse.findings import Finding, Passage, build, by_pair
from reuse.languages import Roots, find_roots, support
from reuse.numerals import count_numerals
from reuse.pairs import Candidates, Scores, lane_bits
from reuse.passages import locate
from reuse.runs import find_runs
from reuse.scores import score
from reuse.shingles import shingle_sets
from reuse.stock import Stock, set_apart
from reuse.tokens import tokenize
from reuse.tricks import find_tricks
from reuse.values import GIVEN
from reuse.verdicts import judge, model, probability

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reuse.options import Options
    from reuse.pairs import Agreement, Numerals, Passages, Runs, Verdicts
    from reuse.values import Ids, Texts, Tokens, Truths

    Sides = tuple[Texts, Texts]

#: Pairs scored and aligned together, at least: each needs some kilobytes, and tens of them for its two texts,
#: until it is a finding.
PAIRS_AT_A_TIME = 10_000
#: And at least one for so many documents: each time all rows are looked through for those that are in a pair.
_DOCUMENTS_FOR_A_PAIR = 16


def judge_pairs(texts: tuple[Texts, Texts], source: Ids, page: Ids, options: Options) -> Iterator[Finding]:
    """Judge pairs that are named, whether or not they would have been candidates.

    Parameters
    ----------
    texts : pair of Texts
        Sources first, pages second.
    source, page : int32 [P]
        Their rows, a pair each, in any order; a pair may come twice. Texts too short for a verdict are judged
        all the same: the finding has their words.
    options : Options

    Yields
    ------
    Finding
        In the order of the pairs. Each is a question of its own: the sources of a page are no rivals here.
    """
    some = at_a_time(*texts)
    ids = [document.id for document in texts[0].documents]
    # As `build` has them: by page, then by source id.
    keys = [(row, ids[of_source]) for row, of_source in zip(page.tolist(), source.tolist(), strict=True)]
    for begin in range(0, len(page), some):
        pairs = range(begin, min(begin + some, len(page)))
        order = sorted(pairs, key=keys.__getitem__)
        named = Candidates.named(source[order], page[order], np.zeros(len(order), np.uint8))
        found = dict(zip(order, findings_of(named, texts, options, rivals=False), strict=True))
        yield from map(found.__getitem__, pairs)


class Alignment(NamedTuple):
    """The passages of a pair, whatever its verdict would be.

    Attributes
    ----------
    source_words, page_words : int
        Tokens of the two texts.
    passages : tuple of Passage
        In page order.
    """

    source_words: int
    page_words: int
    passages: tuple[Passage, ...]


def align_pairs(texts: tuple[Texts, Texts], source: Ids, page: Ids, options: Options) -> Iterator[Alignment]:
    """Align pairs that are named, in any order: what they have in common, without a verdict.

    Parameters
    ----------
    texts : pair of Texts
        Sources first, pages second.
    source, page : int32 [P]
        Their rows, a pair each; a pair may come twice.
    options : Options

    Yields
    ------
    Alignment
        In the order of the pairs.
    """
    some = at_a_time(*texts)
    for begin in range(0, len(page), some):
        named = Scores.named(source[begin : begin + some], page[begin : begin + some])
        tokens = tokenize(texts[0], options, named.source), tokenize(texts[1], options, named.page)
        runs = find_runs(named, *tokens, options)
        located = locate(named, runs, *tokens, options)
        words = (
            side.counts[rows].tolist() for side, rows in zip(tokens, (named.source, named.page), strict=True)
        )
        yield from map(Alignment, *words, by_pair(located))


def findings_of(
    candidates: Candidates,
    texts: Sides,
    options: Options,
    stock: Stock | None = None,
    debts: tuple[Debts, Debts] | None = None,
    *,
    rivals: bool = True,
) -> Iterator[Finding]:
    """Score, align and judge candidates, some pages at a time: what that takes in between is bounded."""
    for some in candidates.slices(at_a_time(*texts)):
        scores = scored(some, texts, options)
        yield from built(scores, texts, aligned(scores, texts, options, stock, debts), rivals=rivals)


def scored(candidates: Candidates, texts: Sides, options: Options) -> Scores:
    """Score candidates exactly."""
    sets = (
        shingle_sets(texts[0], options, candidates.source),
        shingle_sets(texts[1], options, candidates.page),
    )
    return score(candidates, *sets, options)


class Work(NamedTuple):
    """What becomes of scored pairs on the way to their findings.

    `told` are tokens with stock text marked, and what is owed to common sources.
    """

    tokens: tuple[Tokens, Tokens]
    told: tuple[Tokens, Tokens]
    roots: tuple[Roots, Roots]
    cut: Truths
    runs: Runs
    agreement: Agreement
    numerals: Numerals
    verdicts: Verdicts
    passages: Passages


def aligned(
    scores: Scores,
    texts: Sides,
    options: Options,
    stock: Stock | None = None,
    debts: tuple[Debts, Debts] | None = None,
) -> Work:
    """Align and judge scored pairs; return all that is made on the way."""
    tokens = tokenize(texts[0], options, scores.source), tokenize(texts[1], options, scores.page)
    told = set_apart(tokens, texts, stock, options) if stock else tokens
    told = (set_aside(told[0], debts[0]), set_aside(told[1], debts[1])) if debts else told
    runs = find_runs(scores, *told, options)
    roots = (
        find_roots(texts[0], tokens[0], scores.source, options),
        find_roots(texts[1], tokens[1], scores.page, options),
    )
    agreement = agree(scores, *told, options, roots)
    cut = _are_cut(texts[0])[scores.source] | _are_cut(texts[1])[scores.page]
    numerals = count_numerals(scores, texts, probability(agreement) >= model().copy_cut)
    verdicts = judge(scores, runs, agreement, *told, roots[1].language, cut, numerals)
    passages = locate(scores, runs, *tokens, options, verdicts)
    return Work(tokens, told, roots, cut, runs, agreement, numerals, verdicts, passages)


def _are_cut(texts: Texts) -> Truths:
    """Tell which texts were cut out of web pages, or had words left out."""
    of_web = np.fromiter((document.extent != GIVEN for document in texts.documents), np.bool_, len(texts))
    return of_web | (texts.words_left_out > 0)


def built(scores: Scores, texts: Sides, work: Work, *, rivals: bool = True) -> Iterator[Finding]:
    """Credit the words of pages, and put the findings together."""
    credited = credit(scores, work.passages, work.verdicts.accused, rivals=rivals)
    tricks = find_tricks(texts[1], work.tokens[1], scores, work.passages, work.verdicts)
    languages = work.roots[0].language, work.roots[1].language
    lacks = {language: support(language).missing[:1] if language else () for language in set(languages[1])}
    return build(
        texts,
        work.told,
        languages,
        [lacks[language] for language in languages[1]],
        scores,
        work.runs,
        work.passages,
        work.verdicts,
        credited,
        tricks,
    )


def key_of(finding: Finding) -> tuple[str, str]:
    """Return what names a pair in a run."""
    return finding.page.id, finding.source.id


def named(findings: Iterable[Finding], texts: Sides) -> Candidates:
    """Return the pairs of findings as candidates, by page, then by source."""
    sources, pages = ({one.id: row for row, one in enumerate(side.documents)} for side in texts)
    pairs = sorted((pages[f.page.id], sources[f.source.id], lane_bits(f.lanes)) for f in findings)
    page, source, lanes = (np.array(column, np.int32) for column in zip(*pairs, strict=True))
    return Candidates.named(source, page, lanes.astype(np.uint8))


def at_a_time(*texts: Texts) -> int:
    """Return how many pairs go through the stages together."""
    return max(PAIRS_AT_A_TIME, sum(map(len, texts)) // _DOCUMENTS_FOR_A_PAIR)
