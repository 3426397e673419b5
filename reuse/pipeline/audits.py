"""Sources and pages to an audit: which pages reuse which sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reuse.candidates import find_candidates
from reuse.options import Options
from reuse.pairs import ACCUSED
from reuse.pipeline.account import inputs_record, notices_of, run_record, unwatched, without
from reuse.pipeline.judged import findings_of
from reuse.plan import Plan, plan_bands
from reuse.sketches import sketch
from reuse.texts import extract

if TYPE_CHECKING:
    from reuse.findings import Finding
    from reuse.pairs import Candidates
    from reuse.pipeline.account import Input, Watch
    from reuse.values import Document, Notice, Texts, Unreadable


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
        return notices_of(self.sources) + notices_of(self.pages)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs of both sides that gave no text."""
        return self.sources.unreadable + self.pages.unreadable

    def run(self) -> dict[str, Any]:
        """Return how the findings came about, as JSON values: the contents of ``run.json``."""
        return {
            **run_record(self.options, self.plan, self.too_short),
            "sources": len(self.sources),
            "pages": len(self.pages),
            "pairs_sharing_a_fingerprint": self.candidates.pairs,
            "candidates": len(self.candidates),
            "candidates_by_lane": self.candidates.by_lane(),
            "capped_by_articles": self.candidates.capped_articles,
            "capped_by_sites": self.candidates.capped_sites,
            "overfull_buckets": self.candidates.overfull,
            "verdicts": dict(Counter(finding.verdict for finding in self.scored)),
            **inputs_record(self.notices, self.unreadable),
        }


def audit(sources: Input, pages: Input, options: Options | None = None, watch: Watch = unwatched) -> Audit:
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
        too_short=without(source_texts, enough[0]) + without(page_texts, enough[1]),
        plan=plan,
        candidates=candidates,
        scored=tuple(findings_of(judged, texts, options)),
    )
