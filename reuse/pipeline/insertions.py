"""Findings on disguised pages to findings on the pages without the words that were put in."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from reuse.boilerplate import leave_out_besides
from reuse.differences import differ
from reuse.findings import with_trick
from reuse.pairs import ACCUSED, STEPS, Candidates, Scores, Trick
from reuse.passages import locate
from reuse.pipeline.judged import at_a_time, findings_of, key_of, named
from reuse.runs import find_runs
from reuse.tokens import tokenize
from reuse.tricks import LEAST_INSERTIONS, find_inserted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reuse.findings import Finding
    from reuse.options import Options
    from reuse.pairs import Differences, Passages
    from reuse.pipeline.account import Cleaning, Side
    from reuse.stock import Stock
    from reuse.values import Texts, Tokens

    Spans = list[tuple[int, int]]


def see_through(
    scored: Sequence[Finding], sides: tuple[Side, Side], options: Options, clean: Cleaning, stock: Stock
) -> tuple[Finding, ...]:
    """Judge pages with words put in, again and again, as if these were not there.

    Parameters
    ----------
    scored : sequence of Finding
        All pairs.
    sides : pair of Side
        Sources first, pages second.
    options : Options
        Pairs of a probability of `careful_from` and more are looked through.
    clean : callable
        Takes boilerplate out of texts.
    stock : Stock
        What many of the sources say.

    Returns
    -------
    tuple of Finding
        As many, in the same order. What was put in is told as a trick, and is none of the page's words.
    """
    likely = [f for f in scored if f.probability >= options.careful_from or f.verdict in ACCUSED]
    of_pages = {f.page.id for f in likely if may_hide(f)}
    doubted = [f for f in likely if f.page.id in of_pages]  # all pairs of a page, for they are rivals
    if not doubted:
        return tuple(scored)
    texts = (
        sides[0].again((f.source for f in doubted), clean),
        sides[1].again((f.page for f in doubted), clean),
    )
    spans = insertions(named(doubted, texts), texts, options)
    put_in = {texts[1].documents[row].id: row for row in spans}
    judged = [f for f in doubted if f.page.id in put_in]
    if not judged:
        return tuple(scored)
    plain = texts[0], leave_out_besides(texts[1], spans, options)
    anew = {}
    for finding in findings_of(named(judged, plain), plain, options, stock):
        row = put_in[finding.page.id]
        anew[key_of(finding)] = told(finding, spans[row], texts[1][row])
    return tuple(anew.get(key_of(first), first) for first in scored)


def may_hide(finding: Finding) -> bool:
    """Tell whether words may have been put in: the passages are longer than the source's, or hardly found."""
    longer = finding.matched_words >= finding.matched_source_words + LEAST_INSERTIONS
    return longer or finding.verdict not in ACCUSED


def told(finding: Finding, spans: Spans, text: str) -> Finding:
    """Tell of a finding which words were put into the text of its page; numbers are notes, and no trick."""
    words = tuple((begin, end) for begin, end in spans if not text[begin:end].isdecimal())
    return with_trick(finding, Trick("inserted", words)) if len(words) >= LEAST_INSERTIONS else finding


def insertions(
    candidates: Candidates, texts: tuple[Texts, Texts], options: Options
) -> dict[int, list[tuple[int, int]]]:
    """Return the words put into pages to hide a copy, by row; the most of those that a source shows."""
    inserted: dict[int, Spans] = {}
    for some in candidates.slices(at_a_time(*texts)):
        pairs = Scores.named(some.source, some.page)
        tokens = tokenize(texts[0], options, pairs.source), tokenize(texts[1], options, pairs.page)
        passages = locate(pairs, find_runs(pairs, *tokens, options), *tokens, options)
        differences = differ(passages, pairs, *tokens, options)
        found = zip(pairs.page.tolist(), find_inserted(passages, differences, tokens[1], pairs), strict=True)
        shown = [(page, spans) for page, spans in found if len(spans) >= LEAST_INSERTIONS]
        taken = _taken({page for page, _ in shown}, passages, differences, tokens[1], pairs)
        for page, spans in shown:
            own = [span for span in spans if span[0] not in taken[page]]  # what another source has is no junk
            if len(own) >= max(LEAST_INSERTIONS, len(inserted.get(page, ())) + 1):
                inserted[page] = own
    return inserted


def _taken(
    pages: Collection[int], passages: Passages, differences: Differences, tokens: Tokens, pairs: Scores
) -> dict[int, set[int]]:
    """Return where the words of some pages begin that some source has in the same place of a passage."""
    steps = differences.offsets[passages.offsets].tolist()
    equal = differences.kind == STEPS.index("equal")
    taken: dict[int, set[int]] = {}
    for page, (first, last) in zip(pairs.page.tolist(), pairwise(steps), strict=True):
        if page not in pages:
            continue
        rows = first + np.flatnonzero(equal[first:last])
        at = int(tokens.offsets[page])
        words = taken.setdefault(page, set())
        spans = zip(differences.page_token[rows].tolist(), differences.words[rows].tolist(), strict=True)
        for token, count in spans:
            words.update(tokens.begin[at + token : at + token + count].tolist())
    return taken
