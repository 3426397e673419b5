"""One corpus to its near-duplicates, the clusters they form, and what can go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from reuse.boilerplate import leave_out, of_samples
from reuse.candidates import find_near_duplicates
from reuse.clusters import cluster, preference
from reuse.options import Options
from reuse.pairs import Clusters, Scores
from reuse.pipeline.account import Side, inputs_record, notices_of, run_record, unwatched, without
from reuse.pipeline.comparisons import comparisons
from reuse.pipeline.judged import aligned, at_a_time, built
from reuse.plan import Plan, plan_bands
from reuse.samples import HeldSamples
from reuse.scores import score
from reuse.shingles import shingle_sets
from reuse.sketches import sketch
from reuse.stretches import Stretches
from reuse.texts import extract
from reuse.values import Notice
from reuse.web import Originals, skim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Sized

    from reuse.findings import Finding
    from reuse.pairs import Candidates
    from reuse.pipeline.account import Input, Watch
    from reuse.pipeline.comparisons import Comparison
    from reuse.stretches import Stretch
    from reuse.values import Boilerplate, Document, Ids, Offsets, Sketches, Texts, Unreadable


class Deduplicated(Protocol):
    """What became of one corpus, wherever it was looked at: a `Deduplication`, or one of Spark's."""

    @property
    def options(self) -> Options:
        """Those that were given, and what names the boilerplate."""

    @property
    def plan(self) -> Plan:
        """Of the bands."""

    @property
    def words(self) -> Offsets:
        """Tokens of each document, int64 [D]."""

    @property
    def too_short(self) -> Sized:
        """Documents with fewer words than `Options.min_words`."""

    @property
    def compared(self) -> int:
        """How many pairs share a bucket."""

    @property
    def overfull(self) -> int:
        """How many buckets had more documents than `Options.max_bucket`."""

    @property
    def pairs(self) -> Scores:
        """The near-duplicates."""

    @property
    def clusters(self) -> Clusters:
        """What goes together."""

    @property
    def dropped(self) -> Ids:
        """Rows of the documents that duplicate one that is kept."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the user should know although nothing is wrong."""

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs that gave no text."""

    def documents(self, rows: Ids) -> Iterator[Document]:
        """Yield the documents of some rows, in the order of these."""

    def left_out(self) -> Iterable[Stretch]:
        """Return the boilerplate."""

    def findings(self) -> Iterator[Finding]:
        """Yield the finding of every pair, in page order, then by source id."""

    def compare(self, findings: Iterable[Finding]) -> Iterator[Comparison]:
        """Set findings side by side, in their order."""

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""

    def run(self) -> dict[str, Any]:
        """Return how the clusters came about, as JSON values: the contents of ``run.json``."""


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
    side : Side
        The texts that findings refer to.
    own : Texts or None
        The boilerplate that the user named.
    boilerplate : Boilerplate
        What is left out.
    """

    options: Options
    texts: Texts
    words: Offsets
    too_short: tuple[Document, ...]
    plan: Plan
    candidates: Candidates
    pairs: Scores
    clusters: Clusters
    side: Side
    own: Texts | None
    boilerplate: Boilerplate

    def __repr__(self) -> str:
        return (
            f"Deduplication(documents={len(self.texts)}, pairs={len(self.pairs)}, dropped={len(self.dropped)})"
        )

    @property
    def dropped(self) -> Ids:
        """Rows of the documents that duplicate one that is kept."""
        return np.flatnonzero(~self.clusters.kept).astype(np.int32)

    @property
    def compared(self) -> int:
        """How many pairs share a bucket."""
        return len(self.candidates)

    @property
    def overfull(self) -> int:
        """How many buckets had more documents than `Options.max_bucket`."""
        return self.candidates.overfull

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the readers had to say, and how many dates say nothing where these decide."""
        own = () if self.own is None else notices_of(self.own)
        odd = (
            [row for row in map(odd_date, self.texts.documents) if row] if self.options.keep == "oldest" else []
        )
        undated = (undated_notice(len(odd), len(self.texts), odd[0]),) if odd else ()
        return notices_of(self.texts) + own + self.boilerplate.notices + undated

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs that gave no text."""
        return self.texts.unreadable + (() if self.own is None else self.own.unreadable)

    def documents(self, rows: Ids) -> Iterator[Document]:
        """Yield the documents of some rows, in the order of these."""
        return map(self.texts.documents.__getitem__, rows.tolist())

    def left_out(self) -> Stretches:
        """Return the boilerplate."""
        stretches = Stretches()
        stretches.add(self.texts)
        return stretches

    def findings(self) -> Iterator[Finding]:
        """Align and judge every pair, and yield its finding, in page order, then by source id.

        They are made anew at each call: thousands of copies of a story have millions of pairs.
        """
        for some in self.pairs.slices(at_a_time(self.texts)):
            texts = self.texts, self.texts
            yield from built(some, texts, aligned(some, texts, self.options))

    def compare(self, findings: Iterable[Finding]) -> Iterator[Comparison]:
        """Set findings side by side, in their order."""
        return comparisons(findings, self.texts_of, self.options)

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""
        return self.side[finding.source], self.side[finding.page]

    def run(self) -> dict[str, Any]:
        """Return how the clusters came about, as JSON values: the contents of ``run.json``."""
        too_short = [document.id for document in self.too_short]
        return deduplication_record(self, len(self.texts), too_short, int(self.texts.words_left_out.sum()))


def deduplication_record(
    result: Deduplicated, documents: int, too_short: Sequence[str], left_out: int
) -> dict[str, Any]:
    """Return what ``run.json`` tells of a deduplication.

    Parameters
    ----------
    result : Deduplicated
    documents : int
    too_short : sequence of str
        Ids.
    left_out : int
        Words of boilerplate.
    """
    return {
        **run_record(result.options, result.plan, too_short),
        "documents": documents,
        "candidates": result.compared,
        "overfull_buckets": result.overfull,
        "boilerplate_words": left_out,
        "pairs": len(result.pairs),
        "clusters": len(result.clusters.members()),
        "dropped": len(result.dropped),
        **inputs_record(result.notices, result.unreadable),
    }


def dedupe(
    documents: Input,
    options: Options | None = None,
    watch: Watch = unwatched,
    *,
    boilerplate: Input | None = None,
) -> Deduplication:
    """Find the near-duplicates within one corpus, the clusters they form, and what can go.

    Parameters
    ----------
    documents : iterable of Document, Unreadable and Notice
        `reuse.read` makes them from paths.
    options : Options, optional
        `resemblance` says what a near-duplicate is, `recall` how surely one is found, `keep` which one stays.
    watch : callable, optional
        Called with the name of each stage as it begins.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself.

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
    originals = Originals()
    texts = extract(skim(documents, originals))
    watch("boilerplate")
    own = None if boilerplate is None else extract(skim(boilerplate, originals))
    left_out = of_samples(HeldSamples(texts, options.boilerplate_pages), options, own)
    options = replace(options, boilerplate=left_out.digest())
    texts = leave_out(texts, left_out, options)
    sketches, rank, plan, candidates, pairs = _paired(texts, options, watch)
    return Deduplication(
        options=options,
        texts=texts,
        words=sketches.words,
        too_short=without(texts, sketches.words >= options.min_words),
        plan=plan,
        candidates=candidates,
        pairs=pairs,
        clusters=cluster(pairs, rank),
        side=Side(texts),
        own=own,
        boilerplate=left_out,
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
    *_, pairs = _paired(texts, options, unwatched)
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
    return sketches, rank, plan, candidates, verified(candidates, texts, options)


def verified(candidates: Candidates, texts: Texts, options: Options) -> Scores:
    """Score candidates of one corpus exactly, and return those that reach `Options.resemblance`."""
    parts = []
    for some in candidates.slices(at_a_time(texts)):
        sets = shingle_sets(texts, options, np.concatenate([some.source, some.page]))
        scores = score(some, sets, sets, options)
        parts.append(scores.take(scores.resemblance >= options.resemblance))
    return Scores.concatenate(parts)


def odd_date(document: Document) -> tuple[str, str] | None:
    """Return the id of a document and its date, if it has one that cannot be read."""
    if document.date is None or document.published is not None:
        return None
    return document.id, document.date


def undated_notice(odd: int, documents: int, first: tuple[str, str]) -> Notice:
    """Say how many documents count as the youngest because their date cannot be read.

    Parameters
    ----------
    odd, documents : int
        How many these are, and how many there are.
    first : (str, str)
        The id of the first of these, and its date.

    Examples
    --------
    >>> print(undated_notice(1, 20, ("a", "last spring")))
    a: the date of 1 of 20 documents cannot be read, such as 'last spring'; they count as the youngest
    """
    name, date = first
    dates = f"the date of {odd:,} of {documents:,} documents cannot be read, such as {date!r}"
    return Notice(name, f"{dates}; they count as the youngest")
