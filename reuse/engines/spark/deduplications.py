"""One corpus that was read on Spark to its near-duplicates, clusters and findings: those of `reuse.dedupe`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from reuse.boilerplate import of_samples
from reuse.clusters import cluster, ranked
from reuse.engines.spark import pairing
from reuse.engines.spark.carried import finding_of_row
from reuse.engines.spark.columns import document_of, ragged, signed
from reuse.engines.spark.output import FINDINGS
from reuse.engines.spark.samples import SparkSamples
from reuse.engines.spark.stretches import left_out
from reuse.options import Options
from reuse.pairs import BANDS, Scores
from reuse.pipeline.account import notices_of, replaced_in, unwatched
from reuse.pipeline.deduplications import deduplication_record, undated_notice
from reuse.plan import plan_bands
from reuse.texts import extract
from reuse.values import key_of_id
from reuse.web import Originals, skim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pyspark import Broadcast
    from pyspark.sql import DataFrame, Row

    from reuse.engines.spark.reading import Read
    from reuse.engines.spark.session import Session
    from reuse.engines.spark.stretches import SparkStretches
    from reuse.findings import Finding
    from reuse.pairs import Clusters
    from reuse.pipeline.account import Input, Watch
    from reuse.plan import Plan
    from reuse.stretches import Stretches
    from reuse.values import Boilerplate, Document, Ids, Notice, Offsets, Ratios, Texts, Unreadable

#: Findings that come to the driver at once, about: with the texts of many of them.
_IN_A_PART = 1000
#: Of the folder below the session's where all is kept.
_NAME = "deduplication"


class _Told(NamedTuple):
    """What the executors told of all documents, in the order of these."""

    position: Offsets
    claim: Ratios
    words: Offsets
    too_short: tuple[str, ...]
    replaced: tuple[tuple[str, int], ...]
    odd: int
    first_odd: tuple[str, str] | None
    left_out: int


@dataclass(frozen=True, eq=False, repr=False)
class SparkDeduplication:
    """The near-duplicates of one corpus; see `reuse.pipeline.Deduplication`, which tells the same.

    Of documents and pairs numbers alone are held; texts and findings are brought as they are asked for.

    Attributes
    ----------
    options : Options
    plan : Plan
        Of the bands.
    too_short : tuple of str
        Ids of the documents with fewer words than `Options.min_words`: they are in no pair.
    words : int64 [D]
        Tokens of each document.
    compared : int
        Pairs that share a bucket.
    overfull : int
        Buckets with more documents than `Options.max_bucket`.
    pairs : Scores
        The near-duplicates.
    clusters : Clusters
    notices : tuple of Notice
    unreadable : tuple of Unreadable
    """

    options: Options
    plan: Plan
    too_short: tuple[str, ...]
    words: Offsets
    compared: int
    overfull: int
    pairs: Scores
    clusters: Clusters
    notices: tuple[Notice, ...]
    unreadable: tuple[Unreadable, ...]
    _corpus: _Corpus
    _position: Offsets
    _near: DataFrame
    _words_left_out: int
    _texts: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        counts = f"documents={len(self.words)}, pairs={len(self.pairs)}, dropped={len(self.dropped)}"
        return f"SparkDeduplication({counts})"

    @property
    def dropped(self) -> Ids:
        """Rows of the documents that duplicate one that is kept."""
        return np.flatnonzero(~self.clusters.kept).astype(np.int32)

    def documents(self, rows: Ids) -> Iterator[Document]:
        """Yield the documents of some rows, in the order of these."""
        for row in self._corpus.some(self._position[rows], "document"):
            yield document_of(row["document"])

    def left_out(self) -> Stretches | SparkStretches:
        """Return the boilerplate."""
        return self._left_out

    @cached_property
    def _left_out(self) -> Stretches | SparkStretches:
        corpus = self._corpus
        name = f"{_NAME}/left-out"
        return left_out(corpus.session, name, corpus.frame, corpus.boilerplate.value, corpus.options)

    @cached_property
    def found(self) -> DataFrame:
        """The findings, of `reuse.engines.spark.pairing.FOUND`; made when first asked for, and kept."""
        corpus = self._corpus
        aligning = pairing.Aligning(corpus.options, corpus.boilerplate)
        return corpus.keep("findings", corpus.of_groups("findings", self._near, aligning, pairing.FOUND))

    def findings(self) -> Iterator[Finding]:
        """Yield the finding of every pair, in page order, then by source id; made at the first call."""
        order = "position", "source"
        parts = max(self._corpus.session.parts, len(self.pairs) // _IN_A_PART)
        rows = self.found.repartitionByRange(parts, *order).sortWithinPartitions(*order)
        for row in rows.toLocalIterator():
            finding = finding_of_row(row["finding"])
            if row["page_text"] is not None:
                self._texts.clear()
                self._texts[finding.id] = bytes(row["source_text"]).decode(), bytes(row["page_text"]).decode()
            yield finding

    def rows(self) -> DataFrame:
        """Return the findings as `reuse.engines.spark.output.FINDINGS`, in any order, kept."""
        corpus = self._corpus
        recording = pairing.Recording(self.options.digest())
        found = self.found.select("position", "finding")
        return corpus.keep("records", corpus.session.map("records", found, recording, FINDINGS))

    def cluster_rows(self) -> DataFrame:
        """Return the lines of ``clusters.jsonl``, one of text each, in order."""
        rows = np.flatnonzero(self.clusters.cluster >= 0)
        numbers = pa.table(
            {
                "position": self._position[rows],
                "cluster": self.clusters.cluster[rows].astype(np.int64),
                "words": self.words[rows],
                "duplicate_of": self._position[self.clusters.duplicate_of[rows]],
                "resemblance": self.clusters.resemblance[rows],
            }
        )
        session, documents = self._corpus.session, self._corpus.frame.select("position", "document")
        members = session.spark.createDataFrame(numbers).join(documents, "position")
        lines = session.by_group("clusters", members, "cluster", pairing.cluster_lines, pairing.CLUSTERS)
        return self._corpus.keep("clusters", lines).orderBy("cluster").select("line")

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's.

        Those of the last of the `findings` that was the first to mention one are at hand; others are looked for
        among all.
        """
        if finding.id in self._texts:
            return self._texts[finding.id]
        texts = self._corpus.texts({finding.source.id, finding.page.id})
        return texts[finding.source.id], texts[finding.page.id]

    def run(self) -> dict[str, Any]:
        """Return how the clusters came about, as JSON values: the contents of ``run.json``."""
        return deduplication_record(self, len(self.words), self.too_short, self._words_left_out)


class _Corpus(NamedTuple):
    """What is looked at, and with what; `frame` has the rows of `reuse.engines.spark.columns.ITEMS`."""

    session: Session
    frame: DataFrame
    options: Options
    boilerplate: Broadcast[Boilerplate]

    def keep(self, name: str, frame: DataFrame) -> DataFrame:
        """Have rows on disk."""
        return self.session.keep(f"{_NAME}/{name}", frame)

    def of_groups(self, name: str, pairs: DataFrame, stage: Any, schema: pa.Schema) -> DataFrame:
        """Let a stage look at groups of pairs, with their texts: each travels once for each group."""
        sides = pairs.select("group", "source", "page")
        asked = self.keep(f"{name}-asked", self.session.map(name, sides, pairing.asked, pairing.ASKED))
        both = pairs.unionByName(self.documents().join(asked, "position"), allowMissingColumns=True)
        return self.session.by_group(name, both, "group", stage, schema)

    def documents(self) -> DataFrame:
        """Return the documents with their texts, but without their pages as they came."""
        from pyspark.sql.functions import lit

        columns = self.frame.select("position", "document", "text", "replaced")
        return columns.withColumn("original", lit(None).cast("binary"))

    def some(self, position: Offsets, *columns: str) -> Iterator[Row]:
        """Yield the documents at some positions, in the order of these."""
        wanted = pa.table({"place": np.arange(len(position)), "position": position})
        rows = self.session.spark.createDataFrame(wanted).join(self.frame, "position")
        return rows.select("place", *columns).orderBy("place").toLocalIterator()

    def texts(self, names: Collection[str]) -> dict[str, str]:
        """Return the texts of documents by their ids."""
        keys = [signed(key_of_id(name)) for name in names]
        rows = self.frame.where(self.frame["key"].isin(keys)).select("document", "text").collect()
        found = {document_of(row["document"]).id: bytes(row["text"]).decode() for row in rows}
        return {name: found[name] for name in names}


def dedupe(
    session: Session,
    corpus: Read,
    options: Options | None = None,
    watch: Watch = unwatched,
    *,
    boilerplate: Input | None = None,
) -> SparkDeduplication:
    """Find the near-duplicates within one corpus, the clusters they form, and what can go.

    All is as `reuse.dedupe` would find it. This machine holds numbers of every document and of every
    near-duplicate pair, some 40 bytes each; texts stay where executors are.

    Parameters
    ----------
    session : Session
    corpus : Read
        What `reuse.engines.spark.reading.read` returns.
    options : Options, optional
    watch : callable, optional
        Called with the name of each stage as it begins.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself; read on this machine.

    Raises
    ------
    UsageError
        If the oldest are to be kept and no document has a date; if `Options.permutations` are too few.
    EngineError
        If the cluster fails.
    """
    given = options or Options()
    plan = plan_bands(given)
    watch("boilerplate")
    own = None if boilerplate is None else extract(skim(boilerplate, Originals()))
    samples = SparkSamples(session, f"{_NAME}/samples", corpus.frame, given.boilerplate_pages)
    found = of_samples(samples, replace(given, threads=1), own)
    options = replace(given, boilerplate=found.digest())
    looked_at = _Corpus(
        session,
        corpus.frame,
        replace(options, threads=1),
        session.spark.sparkContext.broadcast(found),
    )
    watch("sketches")
    buckets = _buckets(looked_at, plan)
    told = _told(buckets.where("part IS NULL").select("position", "claim", "words", "told"))
    rank = ranked(told.claim, options)
    watch("candidates")
    groups, compared, overfull = _candidates(looked_at, buckets.where("part IS NOT NULL"))
    watch("scores")
    verifying = pairing.Verifying(looked_at.options, looked_at.boilerplate)
    near = looked_at.keep("near", looked_at.of_groups("scores", groups, verifying, pairing.NEAR))
    pairs = _scores(near, told.position)
    return SparkDeduplication(
        options=options,
        plan=plan,
        too_short=told.too_short,
        words=told.words,
        compared=compared,
        overfull=overfull,
        pairs=pairs,
        clusters=cluster(pairs, rank),
        notices=(*corpus.notices, *_notices(told, own, found)),
        unreadable=(*corpus.unreadable, *(own.unreadable if own is not None else ())),
        _corpus=looked_at,
        _position=told.position,
        _near=near,
        _words_left_out=told.left_out,
    )


def _buckets(corpus: _Corpus, plan: Plan) -> DataFrame:
    bucketing = pairing.Bucketing(corpus.options, plan, corpus.boilerplate, corpus.session.parts)
    documents = corpus.documents()
    return corpus.keep("buckets", corpus.session.map("sketches", documents, bucketing, pairing.BUCKETS))


def _told(frame: DataFrame) -> _Told:
    """Bring together what was told of some documents each."""
    rows = frame.toArrow()
    position, claim = (ragged(rows[name], np.int64)[0] for name in ("position", "claim"))
    words, _ = ragged(rows["words"], np.int32)
    parts = [pairing.Told(*json.loads(row)) for row in rows["told"].to_pylist()]
    order = np.argsort(position)
    odd = sorted(first for part in parts for first in part.first_odd)
    return _Told(
        position=position[order],
        claim=claim.view(np.float64)[order],
        words=words[order].astype(np.int64),
        too_short=tuple(name for _, name in sorted(chain.from_iterable(part.too_short for part in parts))),
        replaced=tuple(
            (name, count) for _, name, count in sorted(chain.from_iterable(part.replaced for part in parts))
        ),
        odd=sum(part.odd for part in parts),
        first_odd=(odd[0][1], odd[0][2]) if odd else None,
        left_out=sum(part.left_out for part in parts),
    )


def _candidates(corpus: _Corpus, buckets: DataFrame) -> tuple[DataFrame, int, int]:
    """Return the pairs that share a bucket, in groups; how many there are, and how many overfull buckets."""
    session = corpus.session
    postings = buckets.drop("words", "told")
    paired = session.by_group("candidates", postings, "part", pairing.Meeting(corpus.options), pairing.MET)
    pairs = corpus.keep("pairs", paired)
    by_block = session.by_group(
        "candidates", pairs.where("block IS NOT NULL"), "block", pairing.grouped, pairing.GROUPS
    )
    groups = corpus.keep("groups", by_block)
    compared = groups.groupBy().sum("pairs").collect()[0][0]
    overfull = pairs.groupBy().sum("overfull").collect()[0][0]
    return groups, compared or 0, overfull or 0


def _scores(near: DataFrame, position: Offsets) -> Scores:
    """Bring the near-duplicates together, in page order, then source order."""
    rows = near.select("source", "page", *pairing.COUNTS).toArrow()
    sides = (ragged(rows[name], np.int64)[0] for name in ("source", "page"))
    source, page = (np.searchsorted(position, side).astype(np.int32) for side in sides)
    counts = (ragged(rows[name], np.int32)[0] for name in pairing.COUNTS)
    scores = Scores(source, page, np.full(len(page), BANDS, np.uint8), *counts)
    return scores.take(np.lexsort((source, page)))


def _notices(told: _Told, own: Texts | None, boilerplate: Boilerplate) -> Iterator[Notice]:
    """Yield what is to be said besides what the readers say."""
    yield from replaced_in(told.replaced)
    if own is not None:
        yield from notices_of(own)
    yield from boilerplate.notices
    if told.first_odd:
        yield undated_notice(told.odd, len(told.position), told.first_odd)
