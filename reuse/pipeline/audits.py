"""Sources and pages to an audit: which pages reuse which sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from reuse.boilerplate import find_boilerplate, leave_out, stretches
from reuse.candidates import find_candidates
from reuse.options import Options
from reuse.pairs import ACCUSED
from reuse.pipeline.account import Side, inputs_record, notices_of, run_record, unwatched, without
from reuse.pipeline.careful import describe_pages, judge_articles
from reuse.pipeline.comparisons import comparisons
from reuse.pipeline.insertions import see_through
from reuse.pipeline.judged import findings_of
from reuse.plan import Plan, plan_bands
from reuse.sketches import sketch
from reuse.stock import find_stock
from reuse.texts import extract
from reuse.web import Originals, skim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.pairs import Candidates
    from reuse.pipeline.account import Input, Watch
    from reuse.pipeline.comparisons import Comparison
    from reuse.values import Boilerplate, Document, Notice, Stretch, Texts, Unreadable


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
    sides : pair of Side
        The texts that findings refer to, of sources and of pages.
    own : Texts or None
        The boilerplate that the user named.
    boilerplate : Boilerplate
        What is left out.
    """

    options: Options
    sources: Texts
    pages: Texts
    too_short: tuple[Document, ...]
    plan: Plan
    candidates: Candidates
    scored: tuple[Finding, ...]
    sides: tuple[Side, Side]
    own: Texts | None
    boilerplate: Boilerplate

    def __repr__(self) -> str:
        counts = f"sources={len(self.sources)}, pages={len(self.pages)}, scored={len(self.scored)}"
        return f"Audit({counts}, findings={len(self.findings)})"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The pairs whose verdict is ``excerpt`` or worse."""
        return tuple(finding for finding in self.scored if finding.verdict in ACCUSED)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the readers had to say."""
        own = () if self.own is None else notices_of(self.own)
        return notices_of(self.sources) + notices_of(self.pages) + own + self.boilerplate.notices

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs that gave no text."""
        own = () if self.own is None else self.own.unreadable
        return self.sources.unreadable + self.pages.unreadable + own

    def left_out(self) -> Iterator[Stretch]:
        """Yield the boilerplate of the pages, site by site, the most frequent first."""
        return stretches(self.pages)

    def compare(self, findings: Iterable[Finding]) -> Iterator[Comparison]:
        """Set findings side by side, in their order."""
        return comparisons(findings, self.texts_of, self.options)

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""
        return self.sides[0][finding.source], self.sides[1][finding.page]

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
            "boilerplate_words": {
                "sources": int(self.sources.words_left_out.sum()),
                "pages": int(self.pages.words_left_out.sum()),
            },
            "read_carefully": {"sources": self.sides[0].articles, "pages": self.sides[1].articles},
            "verdicts": dict(Counter(finding.verdict for finding in self.scored)),
            **inputs_record(self.notices, self.unreadable),
        }


def audit(
    sources: Input,
    pages: Input,
    options: Options | None = None,
    watch: Watch = unwatched,
    *,
    boilerplate: Input | None = None,
) -> Audit:
    """Find which pages reuse which sources.

    Parameters
    ----------
    sources, pages : iterables of Document, Unreadable and Notice
        The publisher's articles and the pages that may reuse them; `reuse.read` makes them from paths.
    options : Options, optional
    watch : callable, optional
        Called with the name of each stage as it begins.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself.

    Returns
    -------
    Audit

    Raises
    ------
    UsageError
        If two documents of one side have the same id.
    OutputError
        If there is no room on disk for web pages until they are read again.

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
    originals = Originals()
    watch("reading sources")
    source_texts = extract(skim(sources, originals))
    watch("reading pages")
    page_texts = extract(skim(pages, originals))
    watch("boilerplate")
    own = None if boilerplate is None else extract(skim(boilerplate, originals))
    left_out = find_boilerplate(source_texts, page_texts, options, own)
    options = replace(options, boilerplate=left_out.digest())
    clean = partial(leave_out, boilerplate=left_out, options=options)
    texts = source_texts, page_texts = clean(source_texts), clean(page_texts)
    sides = Side(source_texts), Side(page_texts)
    plan = plan_bands(options)
    watch("sketches")
    sketches = (
        sketch(source_texts, options, values=plan.values),
        sketch(page_texts, options, values=plan.values),
    )
    stock = find_stock(sketches[0])
    watch("candidates")
    ids = [document.id for document in source_texts.documents]
    sites = [document.site for document in page_texts.documents]
    candidates = find_candidates(*sketches, ids, sites, plan, options)
    enough = [side.words >= options.min_words for side in sketches]
    watch("scores, passages and verdicts")
    judged = candidates.take(enough[0][candidates.source] & enough[1][candidates.page])
    scored: Sequence[Finding] = tuple(findings_of(judged, texts, options, stock))
    watch("articles of web pages")
    for judge_anew in (judge_articles, see_through):
        scored = judge_anew(scored, sides, options, clean, stock)
    publisher = {document.site for document in source_texts.documents if document.site is not None}
    return Audit(
        options=options,
        sources=source_texts,
        pages=page_texts,
        too_short=without(source_texts, enough[0]) + without(page_texts, enough[1]),
        plan=plan,
        candidates=candidates,
        scored=describe_pages(scored, publisher),
        sides=sides,
        own=own,
        boilerplate=left_out,
    )
