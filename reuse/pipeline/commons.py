"""Findings to findings that common sources do not explain: wire copy, press releases, the publisher's own feed.

What is accused is looked at once more. Each of its texts is audited against the common sources, as a page is
against sources; what it owes to them counts as quoted; and the pair is judged anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reuse.boilerplate import leave_out_besides
from reuse.candidates import find_candidates
from reuse.debts import NOBODY, Debts, find_debts
from reuse.findings import Owed
from reuse.pairs import ACCUSED
from reuse.pipeline.judged import aligned, findings_of, key_of, named, scored
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.sources import NO_HASHES
from reuse.terms import OF_A_PAGE, key_terms
from reuse.texts import extract
from reuse.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.findings import Finding, Spans
    from reuse.options import Options
    from reuse.pipeline.account import Side
    from reuse.sources import Sources
    from reuse.stock import Stock
    from reuse.values import Document, Ids, Texts

#: The verdict on what is explained: official wording is all that the texts share.
_EXPLAINED = "quotation"


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
    texts = (
        _texts(sides[0], ((f.source, f.source_apart.left_out) for f in accused), options),
        _texts(sides[1], ((f.page, f.page_apart.left_out) for f in accused), options),
    )
    debts = debts_of(texts[0], commons, options), debts_of(texts[1], commons, options)
    rows = tuple({one.id: row for row, one in enumerate(side.documents)} for side in texts)
    owing = {}
    for finding in accused:
        sides_of = debts[0].row(rows[0][finding.source.id]), debts[1].row(rows[1][finding.page.id])
        if owed := _owed(finding, *sides_of):
            owing[key_of(finding)] = owed
    if not owing:
        return tuple(found)
    pages = {page for page, _ in owing}
    judged = [finding for finding in accused if finding.page.id in pages]  # all of a page, for they are rivals
    anew = {key_of(one): one for one in findings_of(named(judged, texts), texts, options, stock, debts)}
    told = {key_of(old): _told(old, anew[key_of(old)], owing.get(key_of(old), ()), commons) for old in judged}
    return tuple(told.get(key_of(finding), finding) for finding in found)


def _texts(side: Side, documents: Iterable[tuple[Document, Spans]], options: Options) -> Texts:
    """Return the texts of one side as they were judged: each once, less what is left out of it."""
    known = {document.id: (document, spans) for document, spans in documents}
    texts = extract(map(side.as_it_is, side.distinct(document for document, _ in known.values())))
    left_out = {row: spans for row, one in enumerate(texts.documents) if (spans := known[one.id][1])}
    return leave_out_besides(texts, left_out, options) if left_out else texts


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
        return Debts(np.full(len(tokens.flags), NOBODY, np.int32), tokens.offsets)
    rows = np.unique(candidates.source)
    both = commons.texts(rows), texts
    place = {document.id: row for row, document in enumerate(both[0].documents)}
    at = np.array([place.get(one.id, NOBODY) for one in commons.documents(rows)], np.int32)
    source = at[np.searchsorted(rows, candidates.source)]
    order = np.lexsort((source, candidates.page))
    pairs = replace(candidates, source=source).take(order)
    scores = scored(pairs.take(pairs.source != NOBODY), both, options)
    passages = aligned(scores, both, options).passages
    there = rows[at != NOBODY]
    found = find_debts(scores, passages, tokens, commons.keys[there])
    owner = np.where(found.owner == NOBODY, NOBODY, np.append(there, 0)[found.owner]).astype(np.int32)
    return Debts(owner, found.offsets)


def _owed(finding: Finding, source: Ids, page: Ids) -> tuple[tuple[int, int], ...]:
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
    return tuple(sorted(words.items(), key=lambda one: (-one[1], one[0])))


def _told(old: Finding, new: Finding, owed: Sequence[tuple[int, int]], commons: Sources) -> Finding:
    """Tell of a finding what it owes, and what remains of it; its passages stay what they were."""
    if not owed and new.verdict not in ACCUSED:
        return old
    if not owed:  # a rival may have lost its words
        return replace(old, credited_words=new.credited_words, also_matches=new.also_matches)
    rows = np.array(sorted(row for row, _ in owed), np.int32)
    documents = dict(zip(rows.tolist(), commons.documents(rows), strict=True))
    shares = tuple(
        Owed(documents[row].id, documents[row].url, documents[row].title, words) for row, words in owed
    )
    is_explained = new.verdict not in ACCUSED
    return replace(
        old,
        verdict=_EXPLAINED if is_explained else new.verdict,
        probability=new.probability,
        reasons=(_said(old, shares, is_explained=is_explained), *(() if is_explained else new.reasons)),
        features=new.features,
        credited_words=new.credited_words,
        also_matches=new.also_matches,
        source_apart=old.source_apart._replace(common=new.source_apart.common),
        page_apart=old.page_apart._replace(common=new.page_apart.common),
        owed=shares,
    )


def _said(old: Finding, owed: Sequence[Owed], *, is_explained: bool) -> str:
    """Say how much of a finding common sources explain."""
    words = sum(one.words for one in owed)
    sources = "a common source" if len(owed) == 1 else f"{len(owed)} common sources"
    without = f"; without that {old.verdict}" if is_explained else ""
    return f"{words:,} of {old.matched_words:,} reused words stand in {sources}{without}"
