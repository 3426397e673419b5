"""Findings to findings that common sources do not explain: wire copy, press releases, the publisher's own feed.

What is accused is looked at once more. Each of its texts is audited against the common sources, as a page is
against sources; what it owes to them counts as quoted; and the pair is judged anew.

A text may owe words as they stand, or retell them. Words that the two texts of a pair have in a row are
explained by a common source that has these words; one that only tells the same leaves open where the two have
their common wording from.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.boilerplate import leave_out_besides
from reuse.candidates import find_candidates
from reuse.credits import credit
from reuse.debts import NOBODY, Debts, find_debts
from reuse.findings import Owed, passages_of, with_trick
from reuse.pairs import ACCUSED, Candidates, Scores
from reuse.pipeline.judged import aligned, findings_of, scored
from reuse.plan import plan_bands
from reuse.runs import find_runs
from reuse.sketches import sketch
from reuse.sources import NO_HASHES
from reuse.terms import OF_A_PAGE, key_terms
from reuse.texts import extract
from reuse.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reuse.findings import Finding, Spans
    from reuse.options import Options
    from reuse.pipeline.account import Side
    from reuse.sources import Sources
    from reuse.stock import Stock
    from reuse.values import Document, Ids, Texts

#: The verdict on what is explained: official wording is all that the texts share.
_EXPLAINED = "quotation"
#: Pairs that are judged together: each has a copy of its two texts, for words are owed pair by pair.
_AT_A_TIME = 1_000


class _Owing(NamedTuple):
    """The texts of one side, each once; what they owe; and the row of each by its id."""

    texts: Texts
    debts: Debts
    rows: dict[str, int]


def explain_away(
    found: Sequence[Finding], sides: tuple[Side, Side], options: Options, commons: Sources, stock: Stock
) -> tuple[Finding, ...]:
    """Judge accused pairs by what they do not owe to common sources.

    Parameters
    ----------
    found : sequence of Finding
        All pairs of some pages.
    sides : pair of Side
        Their texts, sources first.
    options : Options
    commons : Sources
        The common sources.
    stock : Stock
        What many of the sources say.

    Returns
    -------
    tuple of Finding
        As many, in the same order. What owes anything tells how much in `Finding.owed`; what is no finding for
        that is a quotation.
    """
    accused = [finding for finding in found if finding.verdict in ACCUSED]
    if not accused or not len(commons):
        return tuple(found)
    of_sources = {f.source.id: (f.source, f.source_apart.left_out) for f in accused}
    of_pages = {f.page.id: (f.page, f.page_apart.left_out) for f in accused}
    sources = _owing(sides[0], of_sources, commons, options)
    pages = _owing(sides[1], of_pages, commons, options)
    owing = [f for f in accused if _owes(f, sources, pages)]
    told: dict[str, Finding] = {}
    for begin in range(0, len(owing), _AT_A_TIME):
        for finding in _judged(owing[begin : begin + _AT_A_TIME], sources, pages, options, commons, stock):
            told[finding.id] = finding
    changed = {finding.page.id for finding in told.values()}
    anew = [told.get(finding.id, finding) for finding in found]
    return tuple(_credited(anew, changed)) if changed else tuple(anew)


def _owing(side: Side, known: dict[str, tuple[Document, Spans]], commons: Sources, options: Options) -> _Owing:
    """Return the texts of one side as they were judged, less what is left out of them, and what they owe."""
    texts = extract(map(side.as_it_is, side.distinct(document for document, _ in known.values())))
    left_out = {row: spans for row, one in enumerate(texts.documents) if (spans := known[one.id][1])}
    texts = leave_out_besides(texts, left_out, options) if left_out else texts
    rows = {document.id: row for row, document in enumerate(texts.documents)}
    return _Owing(texts, debts_of(texts, commons, options), rows)


def debts_of(texts: Texts, commons: Sources, options: Options) -> Debts:
    """Return what texts owe to common sources, found as an audit finds what pages owe to sources.

    Parameters
    ----------
    texts : Texts
    commons : Sources
        Owners of words are their rows.
    options : Options
    """
    tokens = tokenize(texts, options)
    plan = plan_bands(options)
    sketches = sketch(texts, options, values=plan.values)
    terms = key_terms(texts, options, most=OF_A_PAGE)
    candidates = find_candidates(commons, sketches, terms, plan, options, NO_HASHES)
    if not len(candidates):
        return Debts.none(tokens.offsets)
    rows = np.unique(candidates.source)
    both = commons.texts(rows), texts
    place = {document.id: row for row, document in enumerate(both[0].documents)}
    at = np.array([place.get(one.id, NOBODY) for one in commons.documents(rows)], np.int32)
    source = at[np.searchsorted(rows, candidates.source)]
    order = np.lexsort((source, candidates.page))
    pairs = replace(candidates, source=source).take(order)
    scores = scored(pairs.take(pairs.source != NOBODY), both, options)
    work = aligned(scores, both, options)
    there = rows[at != NOBODY]
    found = find_debts(scores, work.runs, work.passages, tokens, commons.keys[there])
    owner = np.where(found.owner == NOBODY, NOBODY, np.append(there, 0)[found.owner]).astype(np.int32)
    return replace(found, owner=owner)


def _owes(finding: Finding, sources: _Owing, pages: _Owing) -> bool:
    """Tell whether a word in a passage of a finding is owed, on either side."""
    of_source = sources.debts.owner[sources.debts.row(sources.rows[finding.source.id])]
    of_page = pages.debts.owner[pages.debts.row(pages.rows[finding.page.id])]
    return any(
        (of_page[one.page_token : one.page_token + one.words] != NOBODY).any()
        or (of_source[one.source_token : one.source_token + one.source_words] != NOBODY).any()
        for one in finding.passages
    )


def _judged(
    owing: Sequence[Finding],
    sources: _Owing,
    pages: _Owing,
    options: Options,
    commons: Sources,
    stock: Stock,
) -> Iterator[Finding]:
    """Judge findings anew, each pair with texts of its own, and yield those that owe what they share."""
    source = np.array([sources.rows[finding.source.id] for finding in owing], np.int32)
    page = np.array([pages.rows[finding.page.id] for finding in owing], np.int32)
    texts = sources.texts.take(source.tolist()), pages.texts.take(page.tolist())
    row = np.arange(len(owing), dtype=np.int32)
    tokens = tokenize(texts[0], options), tokenize(texts[1], options)
    runs = find_runs(Scores.named(row, row), *tokens, options)
    debts = (
        sources.debts.take(source).besides(tokens[0].offsets[runs.pair] + runs.source_token, runs.words),
        pages.debts.take(page).besides(tokens[1].offsets[runs.pair] + runs.page_token, runs.words),
    )
    named = Candidates.named(row, row.copy(), np.zeros(len(row), np.uint8))
    anew = findings_of(named, texts, options, stock, debts, rivals=False)
    for number, (old, new) in enumerate(zip(owing, anew, strict=True)):
        sides = (side.owner[side.row(number)] for side in debts)
        if owed := _owed(old, *sides):
            yield _told(old, new, owed, commons)


def _owed(finding: Finding, source: Ids, page: Ids) -> Counter[int]:
    """Return the common sources of a finding's passages, and how many of the page's words each explains.

    Of a passage that is owed on one side more than on the other that side counts: the page may have rewritten
    what the source has word for word, or the other way round.
    """
    words: Counter[int] = Counter()
    for passage in finding.passages:
        here = Counter(page[passage.page_token : passage.page_token + passage.words].tolist())
        there = Counter(source[passage.source_token : passage.source_token + passage.source_words].tolist())
        del here[NOBODY], there[NOBODY]
        scale = passage.words / max(passage.source_words, 1)
        if there.total() * scale > here.total():
            words.update({row: round(count * scale) for row, count in there.items()})
        else:
            words.update(here)
    return words


def _told(old: Finding, new: Finding, owed: Counter[int], commons: Sources) -> Finding:
    """Tell of a finding what it owes, and what remains of it; its passages stay what they were."""
    rows = np.array(sorted(owed), np.int32)
    documents = dict(zip(rows.tolist(), commons.documents(rows), strict=True))
    shares = sorted(
        (
            Owed(documents[row].id, documents[row].url, documents[row].title, words)
            for row, words in owed.items()
        ),
        key=lambda one: (-one.words, one.id),  # never by row: that hangs on where they are kept
    )
    for trick in old.tricks:
        if trick.kind == "inserted":  # these words were left out before the pair came here
            new = with_trick(new, trick)
    is_explained = new.verdict not in ACCUSED
    return replace(
        old,
        verdict=_EXPLAINED if is_explained else new.verdict,
        probability=new.probability,
        reasons=(_said(old, shares, is_explained=is_explained), *(() if is_explained else new.reasons)),
        features=new.features,
        source_apart=old.source_apart._replace(common=new.source_apart.common),
        page_apart=old.page_apart._replace(common=new.page_apart.common),
        owed=tuple(shares),
    )


def _said(old: Finding, owed: Sequence[Owed], *, is_explained: bool) -> str:
    """Say how much of a finding common sources explain."""
    words = sum(one.words for one in owed)
    sources = "a common source" if len(owed) == 1 else f"{len(owed)} common sources"
    without = f"; without that {old.verdict}" if is_explained else ""
    return f"{words:,} of {old.matched_words:,} reused words are owed to {sources}{without}"


def _credited(found: Sequence[Finding], changed: set[str]) -> Iterator[Finding]:
    """Share the words of some pages out once more: what is explained takes none."""
    contested = [finding for finding in found if finding.page.id in changed and finding.verdict in ACCUSED]
    row = np.arange(len(contested), dtype=np.int32)
    pages: dict[str, int] = {}
    page = np.array([pages.setdefault(one.page.id, len(pages)) for one in contested], np.int32)
    shared = credit(Scores.named(row, page), passages_of(contested), np.ones(len(contested), np.bool_))
    shares = {
        one.id: (words, tuple(contested[rival].source.id for rival in rivals))
        for one, words, rivals in zip(contested, shared.words.tolist(), shared.rivals, strict=True)
    }
    for finding in found:
        if finding.page.id not in changed:
            yield finding
            continue
        words, rivals = shares.get(finding.id, (0, ()))
        yield replace(finding, credited_words=words, also_matches=rivals)
