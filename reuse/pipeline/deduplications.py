"""One corpus to its near-duplicates, the clusters they form, and what can go.

All documents are read first, into a spool, and taken out of it three times: some at a time to be sketched, then
those of some pairs at a time, to be counted, and to be judged if findings are asked for. So of documents and
pairs numbers alone are held, whatever their texts take.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from reuse.boilerplate import of_samples
from reuse.candidates import buckets_within, find_near_duplicates, pair_within
from reuse.clusters import claims, cluster, preference, ranked
from reuse.options import Options
from reuse.pairs import BANDS, Candidates, Clusters, Scores
from reuse.pipeline.account import Side, inputs_record, notices_of, replaced_in, run_record, unwatched
from reuse.pipeline.audits import MEMORY
from reuse.pipeline.buckets import MOST_PARTS, Buckets
from reuse.pipeline.corpus import Corpus, parts_that_fit
from reuse.pipeline.judged import aligned, at_a_time, built
from reuse.pipeline.spool import BESIDE_TEXT, Spool
from reuse.plan import Plan, plan_bands
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
    from reuse.pipeline.account import Input, Watch
    from reuse.stretches import Stretch
    from reuse.values import Boilerplate, Document, Ids, Offsets, Ratios, Texts, Unreadable

#: Bytes that all modules take. Of the rest one half is for texts that stay in memory, the other, so much at
#: least, for what is made of them.
_FIXED, _LEAST = 2**27, 2**16
#: Bytes that a bucket of a document takes while pairs are found, about.
_BYTES_OF_A_BUCKET = 60
#: Bytes that a byte of text takes while pairs are counted, about: texts are brought together, then shingles.
_TIMES_SCORED = 6
#: And while pairs are judged, for each pair that it is in.
_TIMES_JUDGED = 8
#: Documents that are told together.
_DOCUMENTS_AT_A_TIME = 10_000


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

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""

    def run(self) -> dict[str, Any]:
        """Return how the clusters came about, as JSON values: the contents of ``run.json``."""


@dataclass(frozen=True, eq=False, repr=False)
class Deduplication:
    """The near-duplicates of one corpus, and how much was looked at.

    Of documents and pairs numbers alone are held; texts and findings are brought as they are asked for.

    Attributes
    ----------
    options : Options
    plan : Plan
        Of the bands.
    words : int64 [D]
        Tokens of each document.
    compared : int
        How many pairs share a bucket.
    overfull : int
        How many buckets had more documents than `Options.max_bucket`.
    pairs : Scores
        The near-duplicates: those whose resemblance, counted exactly, is `Options.resemblance` at least. The
        source of a pair is the document that `Options.keep` prefers.
    clusters : Clusters
    boilerplate : Boilerplate
        What is left out.
    notices : tuple of Notice
        What the readers had to say, and how many dates say nothing where these decide.
    unreadable : tuple of Unreadable
        Inputs that gave no text.

    Examples
    --------
    >>> from reuse.values import Document
    >>> lines = [" ".join(f"{word}{number}" for number in range(60)) for word in ("rain", "bridge", "rain")]
    >>> found = dedupe([Document(str(row), text, "-") for row, text in enumerate(lines)])
    >>> found.clusters.cluster.tolist(), found.dropped.tolist()
    ([0, -1, 0], [2])
    """

    options: Options
    plan: Plan
    words: Offsets
    compared: int
    overfull: int
    pairs: Scores
    clusters: Clusters
    boilerplate: Boilerplate
    notices: tuple[Notice, ...]
    unreadable: tuple[Unreadable, ...]
    _corpus: Corpus
    _sizes: Ids
    _words_left_out: int
    _at_hand: list[Side] = field(default_factory=list)

    def __repr__(self) -> str:
        counts = f"documents={len(self.words)}, pairs={len(self.pairs)}, dropped={len(self.dropped)}"
        return f"Deduplication({counts})"

    @property
    def dropped(self) -> Ids:
        """Rows of the documents that duplicate one that is kept."""
        return np.flatnonzero(~self.clusters.kept).astype(np.int32)

    @property
    def too_short(self) -> Ids:
        """Rows of the documents with fewer words than `Options.min_words`: they are in no pair."""
        return np.flatnonzero(self.words < self.options.min_words).astype(np.int32)

    def documents(self, rows: Ids | Offsets) -> Iterator[Document]:
        """Yield the documents of some rows, in the order of these."""
        for begin in range(0, len(rows), _DOCUMENTS_AT_A_TIME):
            yield from self._corpus.spool.documents(rows[begin : begin + _DOCUMENTS_AT_A_TIME])

    def left_out(self) -> Stretches:
        """Return the boilerplate, for which all documents are gone through once."""
        return self._left_out

    @cached_property
    def _left_out(self) -> Stretches:
        stretches = Stretches()
        for texts in self._corpus.rounds() if len(self.boilerplate) else ():
            stretches.add(texts)
        return stretches

    def findings(self) -> Iterator[Finding]:
        """Align and judge every pair, and yield its finding, in page order, then by source id.

        They are made anew at each call: thousands of copies of a story have millions of pairs.
        """
        most = self._corpus.memory // _TIMES_JUDGED
        try:
            for some in parts_that_fit(self.pairs, self._sizes, most, each=True):
                yield from self._judged(some)
        finally:  # also where they are not asked for to the end
            self._at_hand.clear()

    def _judged(self, some: Scores) -> Iterator[Finding]:
        self._at_hand.clear()
        _, texts, pairs = self._corpus.with_texts(some)
        self._at_hand.append(Side(texts))
        both = texts, texts
        for part in pairs.slices(at_a_time(texts)):
            yield from built(part, both, aligned(part, both, self.options))

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's.

        Those of one of the `findings` are at hand until the next is asked for.
        """
        for side in self._at_hand:
            with suppress(KeyError):
                return side[finding.source], side[finding.page]
        rows = self._corpus.spool.rows([finding.source.id, finding.page.id])
        side = Side(self._corpus.texts(np.unique(rows)))
        return side[finding.source], side[finding.page]

    def run(self) -> dict[str, Any]:
        """Return how the clusters came about, as JSON values: the contents of ``run.json``."""
        too_short = [document.id for document in self.documents(self.too_short)]
        return deduplication_record(self, len(self.words), too_short, self._words_left_out)


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
    memory: int = MEMORY,
) -> Deduplication:
    """Find the near-duplicates within one corpus, the clusters they form, and what can go.

    Parameters
    ----------
    documents : iterable of Document, Unreadable and Notice
        `reuse.read` makes them from paths. They are read to the end.
    options : Options, optional
        `resemblance` says what a near-duplicate is, `recall` how surely one is found, `keep` which one stays.
    watch : callable, optional
        Called with the name of each stage as it begins.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself.
    memory : int
        Bytes to do with, about; changes no result.

    Raises
    ------
    UsageError
        If two documents have the same id; if the oldest are to be kept and no document has a date; if
        `Options.permutations` are too few.
    OutputError
        If there is no room on disk for what does not stay in memory.

    Examples
    --------
    >>> from reuse.values import Document
    >>> article = "The council voted on Tuesday to close the old bridge, which engineers have called unsafe "
    >>> article += "since the flood of last spring, and to build a new one a mile further down the river."
    >>> result = dedupe([Document("first", article, "a"), Document("again", article.upper(), "b")])
    >>> [document.id for document in result.documents(result.dropped)]
    ['again']
    """
    options = options or Options()
    plan = plan_bands(options)
    watch("reading")
    half = max((memory - _FIXED) // 2, _LEAST)
    spool = Spool(held=half)
    spool.read(documents)
    watch("boilerplate")
    own = None if boilerplate is None else extract(skim(boilerplate, Originals()))
    left_out = of_samples(spool.samples(options.boilerplate_pages), options, own)
    options = replace(options, boilerplate=left_out.digest())
    corpus = Corpus(spool, left_out, options, half)
    watch("sketches")
    with Buckets(_parts_of(len(spool) * plan.bands, half), half // 4) as buckets:
        seen = _sketched(corpus, plan, buckets)
        rank = ranked(seen.claim, options)
        watch("candidates")
        candidates = _met(buckets, rank, options)
    watch("scores")
    pairs = _near(candidates, corpus, seen.size)
    compared, overfull = len(candidates), candidates.overfull
    del candidates  # copies of one story make a great many
    return Deduplication(
        options=options,
        plan=plan,
        words=seen.words,
        compared=compared,
        overfull=overfull,
        pairs=pairs,
        clusters=cluster(pairs, rank),
        boilerplate=left_out,
        notices=tuple(_notices(corpus, seen, own)),
        unreadable=(*spool.unreadable, *(own.unreadable if own is not None else ())),
        _corpus=corpus,
        _sizes=seen.size,
        _words_left_out=seen.left_out,
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
    plan = plan_bands(options)
    sketches = sketch(texts, options, winnowed=False, values=plan.values)
    rank = preference(texts, sketches.words, options)
    candidates = find_near_duplicates(sketches, rank, plan, options)
    return verified(candidates, texts, options)


def verified(candidates: Candidates, texts: Texts, options: Options) -> Scores:
    """Score candidates of one corpus exactly, and return those that reach `Options.resemblance`."""
    parts = []
    for some in candidates.slices(at_a_time(texts)):
        sets = shingle_sets(texts, options, np.concatenate([some.source, some.page]))
        scores = score(some, sets, sets, options)
        parts.append(scores.take(scores.resemblance >= options.resemblance))
    return Scores.concatenate(parts)


# --- some documents at a time -----------------------------------------------------------------


class _Seen(NamedTuple):
    """What is kept of documents that were sketched.

    Attributes
    ----------
    words : int64 [D]
        Tokens of each.
    claim : float64 [D]
        What `Options.keep` goes by.
    size : int32 [D]
        Bytes that each takes in memory, about.
    odd : int
        How many have a date that cannot be read, if these are asked for.
    first_odd : tuple of (str, str)
        The id of the first of these, and its date.
    left_out : int
        Words of boilerplate.
    """

    words: Offsets
    claim: Ratios
    size: Ids
    odd: int
    first_odd: tuple[tuple[str, str], ...]
    left_out: int


def _sketched(corpus: Corpus, plan: Plan, buckets: Buckets) -> _Seen:
    """Put the buckets of all documents away."""
    options = corpus.options
    parts = [_Seen(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int32), 0, (), 0)]
    for texts in corpus.rounds():
        sketches = sketch(texts, options, winnowed=False, values=plan.values)
        buckets.add(buckets_within(sketches, plan, options))
        dates = map(odd_date, texts.documents if options.keep == "oldest" else ())
        odd = [told for told in dates if told]
        parts.append(
            _Seen(
                words=sketches.words,
                claim=claims(texts.documents, sketches.words, options),
                size=(np.diff(texts.offsets) + BESIDE_TEXT).astype(np.int32),
                odd=len(odd),
                first_odd=tuple(odd[:1]),
                left_out=int(texts.words_left_out.sum()),
            )
        )
    return _Seen(
        words=np.concatenate([part.words for part in parts]),
        claim=np.concatenate([part.claim for part in parts]),
        size=np.concatenate([part.size for part in parts]),
        odd=sum(part.odd for part in parts),
        first_odd=tuple(chain.from_iterable(part.first_odd for part in parts))[:1],
        left_out=sum(part.left_out for part in parts),
    )


def _parts_of(buckets: int, memory: int) -> int:
    """Return in how many parts so many buckets are paired."""
    return min(max(-(-buckets * _BYTES_OF_A_BUCKET // memory), 1), MOST_PARTS)


def _met(buckets: Buckets, rank: Ids, options: Options) -> Candidates:
    """Pair the documents that share a bucket, a part of all buckets at a time."""
    return reduce(_either, (pair_within(part, rank, options) for part in buckets))


def _either(some: Candidates, others: Candidates) -> Candidates:
    """Return the pairs that were found here or there, by page, then by source."""
    pairs = np.concatenate([found.page.astype(np.int64) << 32 | found.source for found in (some, others)])
    pairs.sort(kind="stable")  # which is quick where most is in order
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    source, page = (pairs & 0xFFFFFFFF).astype(np.int32), (pairs >> 32).astype(np.int32)
    every = Candidates.named(source, page, np.full(len(pairs), BANDS, np.uint8))
    return replace(every, overfull=some.overfull + others.overfull)


def _near(candidates: Candidates, corpus: Corpus, sizes: Ids) -> Scores:
    """Score candidates exactly, some at a time, and return those that reach `Options.resemblance`."""
    parts = []
    for some in parts_that_fit(candidates, sizes, corpus.memory // _TIMES_SCORED):
        rows, texts, pairs = corpus.with_texts(some)
        near = verified(pairs, texts, corpus.options)
        parts.append(replace(near, source=rows[near.source], page=rows[near.page]))
    return Scores.concatenate(parts)


# --- what is to be said -----------------------------------------------------------------------


def _notices(corpus: Corpus, seen: _Seen, own: Texts | None) -> Iterator[Notice]:
    """Yield what the readers had to say, and how many dates say nothing where these decide."""
    yield from corpus.spool.notices
    yield from replaced_in(corpus.spool.replaced)
    yield from notices_of(own) if own is not None else ()
    yield from corpus.boilerplate.notices
    for first in seen.first_odd:
        yield undated_notice(seen.odd, len(seen.words), first)


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
