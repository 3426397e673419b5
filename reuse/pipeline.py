"""The straight line from documents to findings; calls only.

::

    documents -> texts -> tokens -> fingerprints -> candidates
              -> scores -> passages, agreement -> verdicts -> findings
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse.agreement import agree
from reuse.candidates import find_candidates
from reuse.errors import InputError
from reuse.findings import Finding, build
from reuse.fingerprints import shingle_sets, winnow
from reuse.options import Options
from reuse.passages import locate
from reuse.scores import score
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.values import ACCUSED, Candidates, Notice
from reuse.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reuse.values import Document, Texts, Tokens, Truths, Unreadable

    Input = Iterable[Document | Unreadable | Notice]
    Watch = Callable[[str], None]


#: Pairs aligned together: each needs some kilobytes until it is a finding.
_PAIRS_AT_A_TIME = 10_000


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
    candidates : Candidates
        The pairs the lanes brought.
    scored : tuple of Finding
        Every scored pair, in page order, then by source id: the candidates less those with a text too short.
    """

    options: Options
    sources: Texts
    pages: Texts
    too_short: tuple[Document, ...]
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
        return tuple(
            notice for side in (self.sources, self.pages) for notice in (*side.notices, *_replaced(side))
        )

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs of both sides that gave no text."""
        return self.sources.unreadable + self.pages.unreadable

    def run(self) -> dict[str, Any]:
        """Return how the findings came about, as JSON values: the contents of ``run.json``."""
        from reuse import __version__

        return {
            "schema": "reuse.run/1",
            "version": __version__,
            "options_digest": self.options.digest(),
            "options": self.options.digested(),
            "sources": len(self.sources),
            "pages": len(self.pages),
            "too_short": [document.id for document in self.too_short],
            "pairs_sharing_a_fingerprint": self.candidates.pairs,
            "candidates": len(self.candidates),
            "capped_by_articles": self.candidates.capped_articles,
            "capped_by_sites": self.candidates.capped_sites,
            "verdicts": dict(Counter(finding.verdict for finding in self.scored)),
            "notices": [str(notice) for notice in self.notices],
            "unreadable": [
                {"path": row.path, "line": row.line, "reason": row.reason} for row in self.unreadable
            ],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """One pair and its two texts, which the spans of the finding refer to."""

    finding: Finding
    source_text: str
    page_text: str


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
    watch("tokens")
    tokens = tokenize(source_texts, options), tokenize(page_texts, options)
    watch("candidates")
    fingerprints = winnow(tokens[0], options), winnow(tokens[1], options)
    ids = [document.id for document in source_texts.documents]
    sites = [document.site for document in page_texts.documents]
    candidates = find_candidates(*fingerprints, ids, sites, options)
    judged = candidates.select(_long_enough(candidates, tokens, options))
    return Audit(
        options=options,
        sources=source_texts,
        pages=page_texts,
        too_short=_too_short(texts, tokens, options),
        candidates=candidates,
        scored=_findings(judged, texts, tokens, options, watch),
    )


def compare(source: Document, page: Document, options: Options | None = None) -> Comparison:
    """Judge one pair, whether or not it would have been a candidate.

    Raises
    ------
    InputError
        If one of the two gives no text, or fewer words than `Options.min_words`.
    """
    options = options or Options()
    texts = extract([source]), extract([page])
    for side in texts:
        for fault in side.unreadable:
            raise InputError(str(fault))
    tokens = tokenize(texts[0], options), tokenize(texts[1], options)
    for document in _too_short(texts, tokens, options):
        raise InputError(
            f"{document.id}: fewer than {options.min_words} words, too short for a verdict; lower --min-words "
            "to compare it all the same"
        )
    (finding,) = _findings(Candidates.pair(), texts, tokens, options, _unwatched)
    return Comparison(finding, texts[0][0], texts[1][0])


def _replaced(texts: Texts) -> Iterator[Notice]:
    """Say of each document how much of it was no text."""
    for row in np.flatnonzero(texts.replaced).tolist():
        count = f"{texts.replaced[row]:,} malformed character{'' if texts.replaced[row] == 1 else 's'}"
        message = f"{count} read as U+FFFD; see whether it was saved in another encoding"
        yield Notice(texts.documents[row].id, message)


def _findings(
    candidates: Candidates,
    texts: tuple[Texts, Texts],
    tokens: tuple[Tokens, Tokens],
    options: Options,
    watch: Watch,
) -> tuple[Finding, ...]:
    """Score, align and judge the candidates, some pages at a time: what that takes in between is bounded."""
    watch("scores")
    sets = (
        shingle_sets(tokens[0], options, candidates.source),
        shingle_sets(tokens[1], options, candidates.page),
    )
    scores = score(candidates, *sets, options)
    watch("passages and verdicts")
    found: list[Finding] = []
    for some in scores.slices(_PAIRS_AT_A_TIME):
        passages = locate(some, *tokens, options)
        agreement = agree(some, *tokens, options)
        verdicts = judge(some, passages, agreement, *tokens)
        found += build(texts, tokens, some, passages, verdicts)
    return tuple(found)


def _long_enough(candidates: Candidates, tokens: tuple[Tokens, Tokens], options: Options) -> Truths:
    """Tell which pairs have two texts long enough for a verdict."""
    sources, pages = (side.counts >= options.min_words for side in tokens)
    enough: Truths = sources[candidates.source] & pages[candidates.page]
    return enough


def _too_short(
    texts: tuple[Texts, Texts], tokens: tuple[Tokens, Tokens], options: Options
) -> tuple[Document, ...]:
    return tuple(
        document
        for side, words in zip(texts, tokens, strict=True)
        for document, count in zip(side.documents, words.counts.tolist(), strict=True)
        if count < options.min_words
    )
