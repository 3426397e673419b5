"""One pair to its comparison, word by word, or to its explanation, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reuse.candidates import find_candidates
from reuse.differences import differ
from reuse.errors import InputError
from reuse.explanations import Explanation, put_together
from reuse.options import Options
from reuse.pairs import Candidates
from reuse.pipeline.account import without
from reuse.pipeline.judged import aligned, built, scored
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.verdicts import explain as explain_verdict

if TYPE_CHECKING:
    from reuse.findings import Finding
    from reuse.pairs import Difference
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
    texts = _two_texts(source, page)
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
        finding=finding,
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
    texts = _two_texts(source, page)
    plan = plan_bands(options)
    sketches = sketch(texts[0], options, values=plan.values), sketch(texts[1], options, values=plan.values)
    # Whatever the two share is counted, also where it would be too little to bring them.
    all_shared = replace(options, min_shared=1)
    candidates = find_candidates(*sketches, [source.id], [page.site], plan, all_shared)
    scores = scored(Candidates.pair(), texts, options)
    work = aligned(scores, texts, options)
    (finding,) = built(scores, texts, work)
    decision = explain_verdict(scores, work.runs, work.agreement, *work.tokens)
    return put_together(finding, work.tokens, sketches, candidates, scores, plan, decision, options)


def _two_texts(source: Document, page: Document) -> tuple[Texts, Texts]:
    """Extract the texts of one pair."""
    texts = extract([source]), extract([page])
    for side in texts:
        for fault in side.unreadable:
            raise InputError(str(fault))
    return texts
