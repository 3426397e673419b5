"""Findings to comparisons, word by word; one pair to its comparison, or to its explanation, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.boilerplate import leave_out_besides
from reuse.candidates import find_candidates
from reuse.differences import differ
from reuse.errors import InputError
from reuse.explanations import Explanation, put_together
from reuse.findings import Finding, passages_of
from reuse.options import Options
from reuse.pairs import ACCUSED, Candidates, Differences, Scores
from reuse.pipeline.account import Side, without
from reuse.pipeline.careful import has_lost, read_articles
from reuse.pipeline.holding import held
from reuse.pipeline.insertions import insertions, may_hide, told
from reuse.pipeline.judged import aligned, built, findings_of, scored
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.sources import NO_HASHES
from reuse.terms import OF_A_PAGE, key_terms
from reuse.texts import extract, lay_out
from reuse.tokens import tokenize
from reuse.verdicts import explain as explain_verdict
from reuse.web import Originals, skim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reuse.findings import Spans
    from reuse.pipeline.account import Input
    from reuse.values import Document, Ids, Texts, Tokens

#: Findings whose texts are cut into tokens together.
_AT_A_TIME = 500
_OTHER_TEXT = "a text of the finding {} is not the one that it is of; audit again"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A finding and its two texts, which its spans refer to.

    Attributes
    ----------
    finding : Finding
    source_text, page_text : str
    source_tokens, page_tokens : Tokens
        Of the one and of the other, in one row.
    differences : Differences
        How the two sides of each passage of the finding differ, step by step.

    Examples
    --------
    >>> from reuse.values import Document
    >>> article = "The council voted on Tuesday to close the old bridge, which engineers have called unsafe "
    >>> article += "since the flood of last spring, and to build a new one a mile further down the river."
    >>> page = Document("page", article.replace("a mile", "two miles"), "p")
    >>> compared = compare(Document("article", article, "a"), page)
    >>> [(step.kind, step.page_begin, step.page_end) for step in compared.differences[0]]
    [('equal', 0, 143)]
    """

    finding: Finding
    source_text: str
    page_text: str
    source_tokens: Tokens
    page_tokens: Tokens
    differences: Differences


def comparisons(
    findings: Iterable[Finding], texts_of: Callable[[Finding], tuple[str, str]], options: Options | None = None
) -> Iterator[Comparison]:
    """Set the texts of findings side by side: cut into words, their differences found.

    Findings and texts may come from a report that somebody else has had in his hands.

    Parameters
    ----------
    findings : iterable of Finding
        Gone through once, some at a time.
    texts_of : callable
        Returns the texts of a finding, the source's and the page's.
    options : Options, optional
        Only `threads` is used.

    Yields
    ------
    Comparison
        In the order of the findings.

    Raises
    ------
    InputError
        If a text is not the one that a finding is of.
    """
    waiting = iter(findings)
    while some := list(islice(waiting, _AT_A_TIME)):
        yield from _compared(some, texts_of, options or Options())


def _compared(
    findings: Sequence[Finding], texts_of: Callable[[Finding], tuple[str, str]], options: Options
) -> Iterator[Comparison]:
    both = [texts_of(finding) for finding in findings]
    for finding, (there, here) in zip(findings, both, strict=True):
        _require_within(finding, len(there), len(here))
    source, sources = _cut(
        [(text, finding.source_apart.left_out) for (text, _), finding in zip(both, findings, strict=True)],
        options,
    )
    page, pages = _cut(
        [(text, finding.page_apart.left_out) for (_, text), finding in zip(both, findings, strict=True)],
        options,
    )
    counted = sources.counts[source].tolist(), pages.counts[page].tolist()
    for finding, *words in zip(findings, *counted, strict=True):
        if words != [finding.source_words, finding.page_words]:
            raise InputError(_OTHER_TEXT.format(finding.id))
    passages = passages_of(findings)
    differences = differ(passages, Scores.named(source, page), sources, pages, options)
    for number, finding in enumerate(findings):
        yield Comparison(
            finding=finding,
            source_text=both[number][0],
            page_text=both[number][1],
            source_tokens=sources.row(source[number]),
            page_tokens=pages.row(page[number]),
            differences=differences.part(*passages.offsets[number : number + 2].tolist()),
        )


def _require_within(finding: Finding, source: int, page: int) -> None:
    """Refuse spans beyond the texts of a finding, which have so many characters."""
    of_source = [finding.source_apart.left_out, [(p.source_begin, p.source_end) for p in finding.passages]]
    of_page = [finding.page_apart.left_out, [(p.page_begin, p.page_end) for p in finding.passages]]
    for sides, length in ((of_source, source), (of_page, page)):
        if any(end > length for spans in sides for _, end in spans):
            raise InputError(_OTHER_TEXT.format(finding.id))


def _cut(sides: Sequence[tuple[str, Spans]], options: Options) -> tuple[Ids, Tokens]:
    """Cut texts into tokens, equal ones once, less what is left out of each; return their rows and tokens."""
    known = {side: row for row, side in enumerate(dict.fromkeys(sides))}
    texts = lay_out([text for text, _ in known])
    left_out = {row: spans for (_, spans), row in known.items() if spans}
    if left_out:
        texts = leave_out_besides(texts, left_out, options)
    return np.array([known[side] for side in sides], np.int32), tokenize(texts, options)


def compare(source: Document, page: Document, options: Options | None = None) -> Comparison:
    """Judge one pair, whether or not it would have been a candidate.

    Raises
    ------
    InputError
        If one of the two gives no text, or fewer words than `Options.min_words`.

    Examples
    --------
    >>> from reuse.values import Document
    >>> article = "The council voted on Tuesday to close the old bridge, which engineers have called unsafe "
    >>> article += "since the flood of last spring, and to build a new one a mile further down the river."
    >>> page = Document("page", article.replace("old bridge", "bridge"), "p")
    >>> compare(Document("article", article, "a"), page).finding.verdict
    'near-duplicate'
    """
    options = options or Options()
    pair = _pair(source, page, options)
    texts = pair.texts
    for side in texts:
        for document in without(side, tokenize(side, options).counts >= options.min_words):
            raise InputError(
                f"{document.id}: fewer than {options.min_words} words, too short for a verdict; lower "
                "--min-words to compare it all the same"
            )
    scores = scored(Candidates.pair(), texts, options)
    work = aligned(scores, texts, options)
    (finding,) = built(scores, texts, work)
    (compared,) = comparisons([pair.told(finding)], lambda _: (texts[0][0], texts[1][0]), options)
    return compared


def explain(source: Document, page: Document, options: Options | None = None) -> Explanation:
    """Follow one pair through every stage, and say what each saw of it.

    Texts too short for a verdict are followed all the same.

    Raises
    ------
    InputError
        If one of the two gives no text.
    """
    options = options or Options()
    pair = _pair(source, page, options)
    texts = pair.texts
    plan = plan_bands(options)
    sketches = sketch(texts[0], options, values=plan.values), sketch(texts[1], options, values=plan.values)
    terms = key_terms(texts[0], options), key_terms(texts[1], options, most=OF_A_PAGE)
    # Whatever the two share is counted, also where it would be too little to bring them.
    all_shared = replace(options, min_shared=1)
    candidates = find_candidates(held(texts[0], all_shared), sketches[1], terms[1], plan, all_shared, NO_HASHES)
    scores = scored(Candidates.pair(), texts, options)
    work = aligned(scores, texts, options)
    (finding,) = built(scores, texts, work)
    decision = explain_verdict(
        scores, work.runs, work.agreement, *work.tokens, work.roots[1].language, work.cut, work.numerals
    )
    return put_together(
        pair.told(finding), work.tokens, sketches, terms, candidates, scores, plan, decision, options
    )


class _Pair(NamedTuple):
    """The texts of one pair, and what was put into the page's to hide a copy and is left out of it."""

    texts: tuple[Texts, Texts]
    inserted: list[tuple[int, int]]

    def told(self, finding: Finding) -> Finding:
        """Return the finding of the pair, with what was put in."""
        return told(finding, self.inserted, self.texts[1][0]) if self.inserted else finding


def _pair(source: Document, page: Document, options: Options) -> _Pair:
    """Extract the texts of one pair: as an audit would see them that leaves no boilerplate out."""
    texts = _two_texts(source, page, options)
    finding = next(findings_of(Candidates.pair(), texts, options))
    if (finding.probability >= options.careful_from or finding.verdict in ACCUSED) and may_hide(finding):
        spans = insertions(Candidates.pair(), texts, options)
        if spans:
            return _Pair((texts[0], leave_out_besides(texts[1], spans, options)), spans[0])
    return _Pair(texts, [])


def _two_texts(source: Document, page: Document, options: Options) -> tuple[Texts, Texts]:
    """Extract the texts of one pair; of web pages the article, or all they show where that has more of it."""
    originals = Originals()
    shown = _one(skim([source], originals)), _one(skim([page], originals))
    if not any(side.documents[0].original for side in shown):
        return shown
    articles = (
        read_articles(shown[0].documents, Side(shown[0]), options, _as_they_are),
        read_articles(shown[1].documents, Side(shown[1]), options, _as_they_are),
    )
    whole = articles[0], shown[1]
    first, anew = (next(findings_of(Candidates.pair(), texts, options)) for texts in (whole, articles))
    return whole if has_lost(first, anew) else articles


def _as_they_are(texts: Texts) -> Texts:
    return texts


def _one(documents: Input) -> Texts:
    texts = extract(documents)
    for fault in texts.unreadable:
        raise InputError(str(fault))
    return texts
