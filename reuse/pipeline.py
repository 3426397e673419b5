"""The straight line from documents to findings; calls only.

::

    documents -> texts -> sketches -> candidates -> shingles -> scores
              -> tokens -> runs, agreement -> verdicts -> passages -> credits -> findings

`audit` draws it from sources to pages, `dedupe` within one corpus, where verified pairs also make clusters;
`compare` and `explain` follow one pair.
Sketches are all that is held of every document beside its text; shingles and tokens are made of documents in
pairs, some pairs at a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reuse.agreement import agree
from reuse.candidates import find_candidates, find_near_duplicates
from reuse.clusters import cluster, preference
from reuse.credits import credit
from reuse.differences import differ
from reuse.errors import InputError
from reuse.explanations import Explanation, put_together
from reuse.findings import Finding, Passage, build, by_pair
from reuse.options import Options
from reuse.pairs import ACCUSED, Candidates, Clusters, Scores
from reuse.passages import locate
from reuse.plan import Plan, plan_bands
from reuse.runs import find_runs
from reuse.scores import score
from reuse.shingles import shingle_sets
from reuse.sketches import sketch
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.values import Notice
from reuse.verdicts import explain as explain_verdict
from reuse.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reuse.pairs import Agreement, Difference, Passages, Runs, Verdicts
    from reuse.values import Document, Ids, Offsets, Sketches, Texts, Tokens, Truths, Unreadable

    Input = Iterable[Document | Unreadable | Notice]
    Watch = Callable[[str], None]


#: Pairs scored and aligned together, at least: each needs some kilobytes, and tens of them for its two texts,
#: until it is a finding.
_PAIRS_AT_A_TIME = 10_000
#: And at least one for so many documents: each time all rows are looked through for those that are in a pair.
_DOCUMENTS_FOR_A_PAIR = 16


def _at_a_time(*texts: Texts) -> int:
    return max(_PAIRS_AT_A_TIME, sum(map(len, texts)) // _DOCUMENTS_FOR_A_PAIR)


def _unwatched(_stage: str) -> None:
    pass


@dataclass(frozen=True, slots=True, repr=False)
class Audit:
    """What an audit found, and how much it looked at.

    Attributes
    ----------
    options : Options
    sources, pages : Texts
        What was compared, with the inputs that gave no text.
    too_short : tuple of Document
        Documents of either side with fewer words than `Options.min_words`: they get no verdict.
    plan : Plan
        Of the bands.
    candidates : Candidates
        The pairs the lanes brought.
    scored : tuple of Finding
        Every scored pair, in page order, then by source id: the candidates less those with a text too short.
    """

    options: Options
    sources: Texts
    pages: Texts
    too_short: tuple[Document, ...]
    plan: Plan
    candidates: Candidates
    scored: tuple[Finding, ...]

    def __repr__(self) -> str:
        counts = f"sources={len(self.sources)}, pages={len(self.pages)}, scored={len(self.scored)}"
        return f"Audit({counts}, findings={len(self.findings)})"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The pairs whose verdict is ``excerpt`` or worse."""
        return tuple(finding for finding in self.scored if finding.verdict in ACCUSED)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the readers of both sides had to say."""
        return _notices(self.sources) + _notices(self.pages)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs of both sides that gave no text."""
        return self.sources.unreadable + self.pages.unreadable

    def run(self) -> dict[str, Any]:
        """Return how the findings came about, as JSON values: the contents of ``run.json``."""
        return {
            **_run(self.options, self.plan, self.too_short),
            "sources": len(self.sources),
            "pages": len(self.pages),
            "pairs_sharing_a_fingerprint": self.candidates.pairs,
            "candidates": len(self.candidates),
            "candidates_by_lane": self.candidates.by_lane(),
            "capped_by_articles": self.candidates.capped_articles,
            "capped_by_sites": self.candidates.capped_sites,
            "overfull_buckets": self.candidates.overfull,
            "verdicts": dict(Counter(finding.verdict for finding in self.scored)),
            **_inputs(self.notices, self.unreadable),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Deduplication:
    """The near-duplicates of one corpus, and how much was looked at.

    Attributes
    ----------
    options : Options
    texts : Texts
        The corpus, with the inputs that gave no text.
    words : int64 [D]
        Tokens of each document.
    too_short : tuple of Document
        Documents with fewer words than `Options.min_words`: they are in no pair.
    plan : Plan
        Of the bands.
    candidates : Candidates
        The pairs that share a bucket.
    pairs : Scores
        Of these the near-duplicates: those whose resemblance, counted exactly, is `Options.resemblance` at
        least. The source of a pair is the document that `Options.keep` prefers.
    clusters : Clusters
    """

    options: Options
    texts: Texts
    words: Offsets
    too_short: tuple[Document, ...]
    plan: Plan
    candidates: Candidates
    pairs: Scores
    clusters: Clusters

    def __repr__(self) -> str:
        return (
            f"Deduplication(documents={len(self.texts)}, pairs={len(self.pairs)}, dropped={len(self.dropped)})"
        )

    @property
    def dropped(self) -> Ids:
        """Rows of the documents that duplicate one that is kept."""
        return np.flatnonzero(~self.clusters.kept).astype(np.int32)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the readers had to say, and how many dates say nothing where these decide."""
        return _notices(self.texts) + (_undated(self.texts) if self.options.keep == "oldest" else ())

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs that gave no text."""
        return self.texts.unreadable

    def findings(self) -> Iterator[Finding]:
        """Align and judge every pair, and yield its finding, in page order, then by source id.

        They are made anew at each call: thousands of copies of a story have millions of pairs.
        """
        for some in self.pairs.slices(_at_a_time(self.texts)):
            yield from _judged(some, (self.texts, self.texts), self.options)

    def run(self) -> dict[str, Any]:
        """Return how the clusters came about, as JSON values: the contents of ``run.json``."""
        return {
            **_run(self.options, self.plan, self.too_short),
            "documents": len(self.texts),
            "candidates": len(self.candidates),
            "overfull_buckets": self.candidates.overfull,
            "pairs": len(self.pairs),
            "clusters": len(self.clusters.members()),
            "dropped": len(self.dropped),
            **_inputs(self.notices, self.unreadable),
        }


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


def audit(sources: Input, pages: Input, options: Options | None = None, watch: Watch = _unwatched) -> Audit:
    """Find which pages reuse which sources.

    Parameters
    ----------
    sources, pages : iterables of Document, Unreadable and Notice
        The publisher's articles and the pages that may reuse them; `reuse.read` makes them from paths.
    options : Options, optional
    watch : callable, optional
        Called with the name of each stage as it begins.

    Returns
    -------
    Audit

    Examples
    --------
    >>> from reuse.values import Document
    >>> article = "The council voted on Tuesday to close the old bridge, which engineers have called unsafe "
    >>> article += "since the flood of last spring, and to build a new one a mile further down the river."
    >>> result = audit([Document("article", article, "a")], [Document("page", article.upper(), "p")])
    >>> [(finding.page.id, finding.verdict) for finding in result.findings]
    [('page', 'identical')]
    """
    options = options or Options()
    watch("reading sources")
    source_texts = extract(sources)
    watch("reading pages")
    page_texts = extract(pages)
    texts = source_texts, page_texts
    plan = plan_bands(options)
    watch("sketches")
    sketches = (
        sketch(source_texts, options, values=plan.values),
        sketch(page_texts, options, values=plan.values),
    )
    watch("candidates")
    ids = [document.id for document in source_texts.documents]
    sites = [document.site for document in page_texts.documents]
    candidates = find_candidates(*sketches, ids, sites, plan, options)
    enough = [side.words >= options.min_words for side in sketches]
    watch("scores, passages and verdicts")
    judged = candidates.take(enough[0][candidates.source] & enough[1][candidates.page])
    return Audit(
        options=options,
        sources=source_texts,
        pages=page_texts,
        too_short=_without(source_texts, enough[0]) + _without(page_texts, enough[1]),
        plan=plan,
        candidates=candidates,
        scored=tuple(_findings(judged, texts, options)),
    )


def dedupe(documents: Input, options: Options | None = None, watch: Watch = _unwatched) -> Deduplication:
    """Find the near-duplicates within one corpus, the clusters they form, and what can go.

    Parameters
    ----------
    documents : iterable of Document, Unreadable and Notice
        `reuse.read` makes them from paths.
    options : Options, optional
        `resemblance` says what a near-duplicate is, `recall` how surely one is found, `keep` which one stays.
    watch : callable, optional
        Called with the name of each stage as it begins.

    Raises
    ------
    UsageError
        If the oldest are to be kept and no document has a date; if `Options.permutations` are too few.

    Examples
    --------
    >>> from reuse.values import Document
    >>> article = "The council voted on Tuesday to close the old bridge, which engineers have called unsafe "
    >>> article += "since the flood of last spring, and to build a new one a mile further down the river."
    >>> result = dedupe([Document("first", article, "a"), Document("again", article.upper(), "b")])
    >>> [result.texts.documents[row].id for row in result.dropped]
    ['again']
    """
    options = options or Options()
    watch("reading")
    texts = extract(documents)
    sketches, rank, plan, candidates, pairs = _paired(texts, options, watch)
    return Deduplication(
        options=options,
        texts=texts,
        words=sketches.words,
        too_short=_without(texts, sketches.words >= options.min_words),
        plan=plan,
        candidates=candidates,
        pairs=pairs,
        clusters=cluster(pairs, rank),
    )


def near_duplicates(texts: Texts, options: Options) -> Scores:
    """Return the pairs of a corpus that reach `Options.resemblance`: what `dedupe` makes clusters of.

    Examples
    --------
    >>> from reuse.texts import lay_out
    >>> words = " ".join(map(str, range(40)))
    >>> near_duplicates(lay_out([f"{words} {end}" for end in "ab"]), Options()).resemblance.round(3).tolist()
    [0.947]
    """
    *_, pairs = _paired(texts, options, _unwatched)
    return pairs


def _paired(texts: Texts, options: Options, watch: Watch) -> tuple[Sketches, Ids, Plan, Candidates, Scores]:
    """Find the near-duplicates of a corpus; return all that was made on the way."""
    watch("sketches")
    plan = plan_bands(options)
    sketches = sketch(texts, options, winnowed=False, values=plan.values)
    rank = preference(texts, sketches.words, options)
    watch("candidates")
    candidates = find_near_duplicates(sketches, rank, plan, options)
    watch("scores")
    return sketches, rank, plan, candidates, _verified(candidates, texts, options)


def _verified(candidates: Candidates, texts: Texts, options: Options) -> Scores:
    """Score candidates of one corpus exactly, and return those that reach `Options.resemblance`."""
    parts = []
    for some in candidates.slices(_at_a_time(texts)):
        sets = shingle_sets(texts, options, np.concatenate([some.source, some.page]))
        scores = score(some, sets, sets, options)
        parts.append(scores.take(scores.resemblance >= options.resemblance))
    return Scores.concatenate(parts)


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
        for document in _without(side, tokenize(side, options).counts >= options.min_words):
            raise InputError(
                f"{document.id}: fewer than {options.min_words} words, too short for a verdict; lower "
                "--min-words to compare it all the same"
            )
    scores = _scored(Candidates.pair(), texts, options)
    work = _aligned(scores, texts, options)
    (finding,) = _built(scores, texts, work)
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
    scores = _scored(Candidates.pair(), texts, options)
    work = _aligned(scores, texts, options)
    (finding,) = _built(scores, texts, work)
    decision = explain_verdict(scores, work.runs, work.agreement, *work.tokens)
    return put_together(finding, work.tokens, sketches, candidates, scores, plan, decision, options)


def _two_texts(source: Document, page: Document) -> tuple[Texts, Texts]:
    """Extract the texts of one pair."""
    texts = extract([source]), extract([page])
    for side in texts:
        for fault in side.unreadable:
            raise InputError(str(fault))
    return texts


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
    at_a_time = _at_a_time(*texts)
    ids = [document.id for document in texts[0].documents]
    # As `build` has them: by page, then by source id.
    keys = [(row, ids[of_source]) for row, of_source in zip(page.tolist(), source.tolist(), strict=True)]
    for begin in range(0, len(page), at_a_time):
        pairs = range(begin, min(begin + at_a_time, len(page)))
        order = sorted(pairs, key=keys.__getitem__)
        none = np.zeros(len(order), np.int32)
        named = Candidates(source[order], page[order], none.astype(np.uint8), none, none)
        found = dict(zip(order, _findings(named, texts, options, rivals=False), strict=True))
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
    at_a_time = _at_a_time(*texts)
    for begin in range(0, len(page), at_a_time):
        named = Scores.named(source[begin : begin + at_a_time], page[begin : begin + at_a_time])
        tokens = tokenize(texts[0], options, named.source), tokenize(texts[1], options, named.page)
        runs = find_runs(named, *tokens, options)
        located = locate(named, runs, *tokens, options)
        words = (
            side.counts[rows].tolist() for side, rows in zip(tokens, (named.source, named.page), strict=True)
        )
        yield from map(Alignment, *words, by_pair(located))


def _findings(
    candidates: Candidates, texts: tuple[Texts, Texts], options: Options, *, rivals: bool = True
) -> Iterator[Finding]:
    """Score, align and judge candidates, some pages at a time: what that takes in between is bounded."""
    for some in candidates.slices(_at_a_time(*texts)):
        yield from _judged(_scored(some, texts, options), texts, options, rivals=rivals)


def _scored(candidates: Candidates, texts: tuple[Texts, Texts], options: Options) -> Scores:
    """Score candidates exactly."""
    sets = (
        shingle_sets(texts[0], options, candidates.source),
        shingle_sets(texts[1], options, candidates.page),
    )
    return score(candidates, *sets, options)


class _Work(NamedTuple):
    """What becomes of scored pairs on the way to their findings."""

    tokens: tuple[Tokens, Tokens]
    runs: Runs
    agreement: Agreement
    verdicts: Verdicts
    passages: Passages


def _judged(
    scores: Scores, texts: tuple[Texts, Texts], options: Options, *, rivals: bool = True
) -> Iterator[Finding]:
    """Align and judge scored pairs."""
    return _built(scores, texts, _aligned(scores, texts, options), rivals=rivals)


def _aligned(scores: Scores, texts: tuple[Texts, Texts], options: Options) -> _Work:
    tokens = tokenize(texts[0], options, scores.source), tokenize(texts[1], options, scores.page)
    runs = find_runs(scores, *tokens, options)
    agreement = agree(scores, *tokens, options)
    verdicts = judge(scores, runs, agreement, *tokens)
    passages = locate(scores, runs, *tokens, options, verdicts)
    return _Work(tokens, runs, agreement, verdicts, passages)


def _built(
    scores: Scores, texts: tuple[Texts, Texts], work: _Work, *, rivals: bool = True
) -> Iterator[Finding]:
    credited = credit(scores, work.passages, work.verdicts, rivals=rivals)
    return build(texts, work.tokens, scores, work.runs, work.passages, work.verdicts, credited)


def _run(options: Options, plan: Plan, too_short: tuple[Document, ...]) -> dict[str, Any]:
    from reuse import __version__

    return {
        "schema": "reuse.run/2",
        "version": __version__,
        "options_digest": options.digest(),
        "options": options.digested(),
        "plan": {"bands": plan.bands, "rows": plan.rows, "recall": round(plan.recall, 6)},
        "too_short": [document.id for document in too_short],
    }


def _inputs(notices: tuple[Notice, ...], unreadable: tuple[Unreadable, ...]) -> dict[str, Any]:
    return {
        "notices": [str(notice) for notice in notices],
        "unreadable": [{"path": row.path, "line": row.line, "reason": row.reason} for row in unreadable],
    }


def _notices(texts: Texts) -> tuple[Notice, ...]:
    return (*texts.notices, *_replaced(texts))


def _undated(texts: Texts) -> tuple[Notice, ...]:
    """Say how many documents count as the youngest because their date cannot be read."""
    odd = [one for one in texts.documents if one.date is not None and one.published is None]
    if not odd:
        return ()
    dates = f"the date of {len(odd):,} of {len(texts):,} documents cannot be read, such as {odd[0].date!r}"
    return (Notice(odd[0].id, f"{dates}; they count as the youngest"),)


def _replaced(texts: Texts) -> Iterator[Notice]:
    """Say of each document how much of it was no text."""
    for row in np.flatnonzero(texts.replaced).tolist():
        count = f"{texts.replaced[row]:,} malformed character{'' if texts.replaced[row] == 1 else 's'}"
        message = f"{count} read as U+FFFD; see whether it was saved in another encoding"
        yield Notice(texts.documents[row].id, message)


def _without(texts: Texts, enough: Truths) -> tuple[Document, ...]:
    """Return the documents that have not enough words."""
    return tuple(texts.documents[row] for row in np.flatnonzero(~enough).tolist())
