"""One pair to its comparison, word by word, or to its explanation, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from reuse.boilerplate import leave_out_besides
from reuse.candidates import find_candidates
from reuse.differences import differ
from reuse.errors import InputError
from reuse.explanations import Explanation, put_together
from reuse.findings import Finding
from reuse.options import Options
from reuse.pairs import ACCUSED, Candidates
from reuse.pipeline.account import Side, without
from reuse.pipeline.careful import has_lost, read_articles
from reuse.pipeline.insertions import insertions, may_hide, told
from reuse.pipeline.judged import aligned, built, findings_of, scored
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.verdicts import explain as explain_verdict
from reuse.web import Originals, skim

if TYPE_CHECKING:
    from reuse.pairs import Difference
    from reuse.pipeline.account import Input
    from reuse.values import Document, Texts, Tokens


@dataclass(frozen=True, slots=True)
class Comparison:
    """One pair and its two texts, which the spans of the finding refer to.

    Attributes
    ----------
    finding : Finding
    source_text, page_text : str
    source_tokens, page_tokens : Tokens
        Of the one and of the other.
    differences : tuple of tuple of Difference
        For each passage of the finding how its two sides differ, step by step.
    """

    finding: Finding
    source_text: str
    page_text: str
    source_tokens: Tokens
    page_tokens: Tokens
    differences: tuple[tuple[Difference, ...], ...]


def compare(source: Document, page: Document, options: Options | None = None) -> Comparison:
    """Judge one pair, whether or not it would have been a candidate.

    Raises
    ------
    InputError
        If one of the two gives no text, or fewer words than `Options.min_words`.
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
    differences = differ(work.passages, scores, *work.tokens, options)
    return Comparison(
        finding=pair.told(finding),
        source_text=texts[0][0],
        page_text=texts[1][0],
        source_tokens=work.tokens[0],
        page_tokens=work.tokens[1],
        differences=tuple(map(differences.steps, range(len(finding.passages)))),
    )


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
    # Whatever the two share is counted, also where it would be too little to bring them.
    all_shared = replace(options, min_shared=1)
    candidates = find_candidates(*sketches, [source.id], [page.site], plan, all_shared)
    scores = scored(Candidates.pair(), texts, options)
    work = aligned(scores, texts, options)
    (finding,) = built(scores, texts, work)
    decision = explain_verdict(
        scores, work.runs, work.agreement, *work.tokens, work.roots[1].language, work.cut
    )
    return put_together(pair.told(finding), work.tokens, sketches, candidates, scores, plan, decision, options)


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
