"""The straight line from documents to findings; calls only.

::

    documents -> texts -> tokens -> fingerprints -> candidates -> scores -> passages -> verdicts -> findings
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse import findings as found
from reuse.candidates import find_candidates
from reuse.fingerprints import shingle_sets, winnow
from reuse.options import Options
from reuse.passages import locate
from reuse.scores import score
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.values import ACCUSED, Candidates
from reuse.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reuse.findings import Finding
    from reuse.values import Document, Notice, Texts, Tokens, Unreadable

    Input = Iterable[Document | Unreadable | Notice]
    Watch = Callable[[str], None]


def _unwatched(_stage: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
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
        Every scored pair, in page order, then by source id.
    """

    options: Options
    sources: Texts
    pages: Texts
    too_short: tuple[Document, ...]
    candidates: Candidates
    scored: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The pairs whose verdict is ``excerpt`` or worse."""
        return tuple(finding for finding in self.scored if finding.verdict in ACCUSED)

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
            "replaced_characters": {
                document.id: int(count)
                for texts in (self.sources, self.pages)
                for document, count in zip(texts.documents, texts.replaced, strict=True)
                if count
            },
            "notices": [str(notice) for notice in self.sources.notices + self.pages.notices],
            "unreadable": [
                {"path": row.path, "line": row.line, "reason": row.reason} for row in self.unreadable
            ],
        }


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
    watch("tokens")
    source_tokens = tokenize(source_texts, options)
    page_tokens = tokenize(page_texts, options)
    watch("fingerprints")
    source_fingerprints = winnow(source_tokens, options)
    page_fingerprints = winnow(page_tokens, options)
    watch("candidates")
    sites = [document.site for document in page_texts.documents]
    candidates = find_candidates(source_fingerprints, page_fingerprints, sites, options)
    watch("scores")
    scores = score(candidates, shingle_sets(source_tokens, options), shingle_sets(page_tokens, options), options)
    watch("passages")
    passages = locate(scores, source_tokens, page_tokens, options)
    watch("verdicts")
    verdicts = judge(scores, passages, source_tokens, page_tokens, options)
    watch("findings")
    texts, tokens = (source_texts, page_texts), (source_tokens, page_tokens)
    return Audit(
        options=options,
        sources=source_texts,
        pages=page_texts,
        too_short=_too_short(texts, tokens, options),
        candidates=candidates,
        scored=tuple(found.build(texts, tokens, scores, passages, verdicts)),
    )
