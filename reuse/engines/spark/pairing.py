"""Documents of one corpus to near-duplicates and their findings: what executors do of a deduplication.

::

    documents -> buckets, shuffled by part of all hashes -> pairs, shuffled by block of pages
              -> groups of pairs, with their texts -> near-duplicates -> findings

In between only numbers and texts travel; which document is which is known by its position in the input.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow.compute import is_valid

from reuse.boilerplate import leave_out
from reuse.candidates import buckets_within, pair_within
from reuse.clusters import claims
from reuse.engines.spark.carried import finding_of_row, finding_row
from reuse.engines.spark.columns import blob, document_of, encoded, part_of, ragged, texts_of
from reuse.engines.spark.output import finding_rows
from reuse.pairs import BANDS, Candidates, Scores
from reuse.pipeline.account import replaced_of
from reuse.pipeline.deduplications import odd_date, verified
from reuse.pipeline.judged import PAIRS_AT_A_TIME, aligned, at_a_time, built
from reuse.report.clusters import cluster_record
from reuse.report.records import json_line
from reuse.sketches import sketch
from reuse.values import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark import Broadcast

    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.values import Boilerplate, Ids, Offsets, Ratios, Sketches, Texts

    Batches = Iterator[pa.RecordBatch]

#: Documents whose pairs are brought together, at most: with `Options.max_bucket` pairs in each band of each.
_BLOCK = 4_000
#: Text of the sources of a group of pairs, at most, in bytes; but the pairs of a page stay together.
_MOST_OF_A_GROUP = 2**25
#: What documents are called in rows that have several, as bytes: `position` int64, `claim` float64 (see
#: `reuse.clusters.claims`), `size` int32 (bytes of text).
_OF_DOCUMENTS = [("position", pa.binary()), ("claim", pa.binary()), ("size", pa.binary())]
#: The buckets of a block of documents, which is named by a position, in one part of all hashes: how many each
#: document has, int32, and their hashes, uint64. Without a part what is told of some documents instead: their
#: words, int32, and JSON.
BUCKETS = pa.schema(
    [
        ("part", pa.int64()),
        ("block", pa.int64()),
        *_OF_DOCUMENTS,
        ("count", pa.binary()),
        ("hash", pa.binary()),
        ("words", pa.binary()),
        ("told", pa.binary()),
    ]
)
#: Pairs that share a bucket: positions, int64, and sizes, int32; `block` is that of the pages. Without one how
#: many buckets are overfull.
MET = pa.schema(
    [
        ("block", pa.int64()),
        ("source", pa.binary()),
        ("page", pa.binary()),
        ("source_size", pa.binary()),
        ("page_size", pa.binary()),
        ("overfull", pa.int64()),
    ]
)
#: Pairs whose texts are looked at together, by page, then by source: positions, int64. `group` is a position.
GROUPS = pa.schema(
    [("group", pa.int64()), ("pairs", pa.int64()), ("source", pa.binary()), ("page", pa.binary())]
)
#: What `Scores` counts of a pair.
COUNTS = ("shared", "source_shingles", "page_shingles")
#: Near-duplicates of a group, with what `Scores` counts, int32.
NEAR = pa.schema([*GROUPS, *((name, pa.binary()) for name in COUNTS)])
#: A document that a group asks for.
ASKED = pa.schema([("group", pa.int64()), ("position", pa.int64())])
#: Findings, by the position of the page and the id of the source; with both texts where a group mentions one of
#: these for the first time.
FOUND = pa.schema(
    [
        ("position", pa.int64()),
        ("source", pa.binary()),
        ("finding", pa.binary()),
        ("source_text", pa.binary()),
        ("page_text", pa.binary()),
    ]
)

#: Lines of ``clusters.jsonl``.
CLUSTERS = pa.schema([("cluster", pa.int64()), ("line", pa.string())])


class _Documents(NamedTuple):
    """What is known of documents whose buckets are brought together."""

    position: Offsets
    claim: Ratios
    size: Ids
    block: Offsets


# --- documents to buckets ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bucketing:
    """Puts documents into buckets: rows of `reuse.engines.spark.columns.ITEMS` become `BUCKETS`.

    Attributes
    ----------
    options : Options
    plan : Plan
        Of the bands.
    boilerplate : pyspark.Broadcast of Boilerplate
    parts : int
        Into how many parts hashes are cut.
    """

    options: Options
    plan: Plan
    boilerplate: Broadcast[Boilerplate]
    parts: int

    def __call__(self, batches: Batches) -> Batches:
        """Return the rows of some documents at a time."""
        for batch in batches:
            yield self._rows(batch)

    def _rows(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        texts = leave_out(texts_of(batch), self.boilerplate.value, self.options)
        sketches = sketch(texts, self.options, winnowed=False, values=self.plan.values)
        position = np.asarray(batch["position"], np.int64)
        documents = _Documents(
            position,
            claims(texts.documents, sketches.words, self.options),
            np.diff(texts.offsets).astype(np.int32),
            position[np.arange(len(position)) // _BLOCK * _BLOCK],
        )
        rows = list(_by_part(buckets_within(sketches, self.plan, self.options), documents, self.parts))
        rows.append(_told(texts, sketches, documents, self.options))
        return pa.RecordBatch.from_pylist(rows, BUCKETS)


def _by_part(buckets: Fingerprints, documents: _Documents, parts: int) -> Iterator[dict[str, Any]]:
    """Yield the buckets of each block in each part of all hashes."""
    row = np.repeat(np.arange(len(documents.position)), np.diff(buckets.offsets))
    part = part_of(buckets.hash, parts)
    order = np.lexsort((row, part, documents.block[row]))
    row, part, hashes = row[order], part[order], buckets.hash[order]
    block = documents.block[row]
    begins = (np.diff(part, prepend=-1) != 0) | (np.diff(block, prepend=block[:1]) != 0)
    for begin, end in pairwise([*np.flatnonzero(begins).tolist(), len(row)]):
        distinct, count = np.unique(row[begin:end], return_counts=True)
        yield {
            "part": int(part[begin]),
            "block": int(block[begin]),
            "position": blob(documents.position[distinct]),
            "claim": blob(documents.claim[distinct]),
            "size": blob(documents.size[distinct]),
            "count": blob(count.astype(np.int32)),
            "hash": blob(hashes[begin:end]),
        }


class Told(NamedTuple):
    """What is told of some documents besides their numbers; documents by position and id.

    Attributes
    ----------
    too_short : list of (int, str)
        Those with fewer words than `Options.min_words`.
    replaced : list of (int, str, int)
        Those that were no text in places, and in how many.
    odd : int
        How many have a date that cannot be read, if these are asked for.
    first_odd : list of (int, str, str)
        The first of these, with its date.
    left_out : int
        Words of boilerplate.
    """

    too_short: list[tuple[int, str]]
    replaced: list[tuple[int, str, int]]
    odd: int
    first_odd: list[tuple[int, str, str]]
    left_out: int


def _told(texts: Texts, sketches: Sketches, documents: _Documents, options: Options) -> dict[str, Any]:
    position = documents.position.tolist()
    short = np.flatnonzero(sketches.words < options.min_words).tolist()
    malformed = zip(np.flatnonzero(texts.replaced).tolist(), replaced_of(texts), strict=True)
    dates = map(odd_date, texts.documents if options.keep == "oldest" else ())
    odd = [(position[row], *told) for row, told in enumerate(dates) if told]
    told = Told(
        too_short=[(position[row], texts.documents[row].id) for row in short],
        replaced=[(position[row], name, count) for row, (name, count) in malformed],
        odd=len(odd),
        first_odd=sorted(odd)[:1],
        left_out=int(texts.words_left_out.sum()),
    )
    return {
        "position": blob(documents.position),
        "claim": blob(documents.claim),
        "words": blob(sketches.words.astype(np.int32)),
        "told": json.dumps(told).encode(),
    }


# --- buckets to pairs -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    """Pairs what shares a bucket: `BUCKETS` of one part become `MET`.

    A part holds the whole of each of its buckets, so that the first documents of each are the first of all.
    However many documents a bucket has, it makes at most `Options.max_bucket` pairs of each.
    """

    options: Options

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Return the pairs of one part."""
        buckets, documents = _joined(rows)
        order = np.lexsort((documents.position, documents.claim))
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        found = pair_within(buckets, rank, self.options)
        paired = list(_by_block(found, documents))
        if found.overfull:
            paired.append({"overfull": found.overfull})
        return pa.Table.from_pylist(paired, MET)


def _joined(rows: pa.Table) -> tuple[Fingerprints, _Documents]:
    """Return the buckets of all rows, document by document, and what is known of these."""
    position, offsets = ragged(rows["position"], np.int64)
    counts, _ = ragged(rows["count"], np.int32)
    hashes, _ = ragged(rows["hash"], np.uint64)
    documents = _Documents(
        position,
        ragged(rows["claim"], np.int64)[0].view(np.float64),
        ragged(rows["size"], np.int32)[0],
        np.repeat(np.asarray(rows["block"], np.int64), np.diff(offsets)),
    )
    return Fingerprints(hashes, np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))), documents


def _by_block(found: Candidates, documents: _Documents) -> Iterator[dict[str, Any]]:
    """Yield the pairs of the pages of each block."""
    block = documents.block[found.page]
    order = np.argsort(block, kind="stable")
    begins = np.flatnonzero(np.diff(block[order], prepend=block[order][:1] - 1))
    for begin, end in pairwise([*begins.tolist(), len(order)]):
        some = order[begin:end]
        source, page = found.source[some], found.page[some]
        yield {
            "block": int(block[some[0]]),
            "source": blob(documents.position[source]),
            "page": blob(documents.position[page]),
            "source_size": blob(documents.size[source]),
            "page_size": blob(documents.size[page]),
        }


def grouped(rows: pa.Table) -> pa.Table:
    """Cut the pairs of a block between pages, so that their texts fit in memory: `MET` become `GROUPS`."""
    columns = [ragged(rows[name], np.int64)[0] for name in ("source", "page")]
    sizes = [ragged(rows[f"{name}_size"], np.int32)[0] for name in ("source", "page")]
    position, first, row = np.unique(np.concatenate(columns), return_index=True, return_inverse=True)
    size = np.concatenate(sizes)[first]
    count = len(columns[0])
    pairs = np.unique(row[count:].astype(np.int64) << 32 | row[:count])  # those of several parts once
    source, page = (pairs & 0xFFFFFFFF).astype(np.int32), (pairs >> 32).astype(np.int32)
    every = Candidates.named(source, page, np.full(len(pairs), BANDS, np.uint8))
    groups = [
        {
            "group": int(position[some.page[0]]),
            "pairs": len(some),
            "source": blob(position[some.source]),
            "page": blob(position[some.page]),
        }
        for some in every.slices(PAIRS_AT_A_TIME, size, _MOST_OF_A_GROUP)
    ]
    return pa.Table.from_pylist(groups, GROUPS)


def asked(batches: Batches) -> Batches:
    """Ask for the documents of groups, each once for each: `GROUPS` or `NEAR` become `ASKED`."""
    for batch in batches:
        for group, *sides in zip(
            *(batch[name].to_pylist() for name in ("group", "source", "page")), strict=True
        ):
            position = np.unique(np.concatenate([np.frombuffer(side, np.int64) for side in sides]))
            yield pa.RecordBatch.from_arrays(
                [pa.array(np.full(len(position), group), pa.int64()), pa.array(position, pa.int64())],
                schema=ASKED,
            )


# --- pairs, with their texts ------------------------------------------------------------------


class _Group(NamedTuple):
    """The documents of a group, in their order, and of each pair the rows of both."""

    texts: Texts
    position: Offsets
    source: Ids
    page: Ids


def _group(rows: pa.Table, boilerplate: Boilerplate, options: Options) -> _Group:
    """Take a group apart: rows with a position are documents, the one without has the pairs."""
    documents = rows.filter(is_valid(rows["position"])).sort_by("position")
    position = np.asarray(documents["position"], np.int64)
    sides = [ragged(rows[name], np.int64)[0] for name in ("source", "page")]
    assert np.array_equal(position, np.unique(np.concatenate(sides))), "a group lacks documents"
    source, page = (np.searchsorted(position, side).astype(np.int32) for side in sides)
    return _Group(leave_out(texts_of(documents), boilerplate, options), position, source, page)


@dataclass(frozen=True, slots=True)
class Verifying:
    """Scores the pairs of a group exactly, and leaves the near-duplicates: rows with texts become `NEAR`."""

    options: Options
    boilerplate: Broadcast[Boilerplate]

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Return the near-duplicates of one group, none if there are none."""
        group = _group(rows, self.boilerplate.value, self.options)
        bands = np.full(len(group.source), BANDS, np.uint8)
        near = verified(Candidates.named(group.source, group.page, bands), group.texts, self.options)
        if not len(near):
            return NEAR.empty_table()
        row = {
            "group": rows["group"][0].as_py(),
            "pairs": len(near),
            "source": blob(group.position[near.source]),
            "page": blob(group.position[near.page]),
            **{name: blob(getattr(near, name)) for name in COUNTS},
        }
        return pa.Table.from_pylist([row], NEAR)


@dataclass(frozen=True, slots=True)
class Aligning:
    """Aligns and judges the near-duplicates of a group: rows with texts become `FOUND`."""

    options: Options
    boilerplate: Broadcast[Boilerplate]

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Return the findings of one group."""
        group = _group(rows, self.boilerplate.value, self.options)
        shared, of_sources, of_pages = (ragged(rows[name], np.int32)[0] for name in COUNTS)
        bands = np.full(len(group.source), BANDS, np.uint8)
        near = Scores(group.source, group.page, bands, shared, of_sources, of_pages)
        both = group.texts, group.texts
        row = {document.id: row for row, document in enumerate(group.texts.documents)}
        known: set[str] = set()
        found = []
        for some in near.slices(at_a_time(group.texts)):
            for finding in built(some, both, aligned(some, both, self.options)):
                sides = row[finding.source.id], row[finding.page.id]
                hashes = finding.source_sha256, finding.page_sha256
                texts = (
                    [group.texts[side].encode() for side in sides]
                    if not known.issuperset(hashes)
                    else [None] * 2
                )
                known.update(hashes)
                found.append(
                    (int(group.position[sides[1]]), encoded(finding.source.id), finding_row(finding), *texts)
                )
        return pa.Table.from_arrays(
            [
                pa.array(column, field.type)
                for column, field in zip(zip(*found, strict=True), FOUND, strict=True)
            ],
            schema=FOUND,
        )


@dataclass(frozen=True, slots=True)
class Recording:
    """Writes findings down: positions and findings of `FOUND` become `reuse.engines.spark.output.FINDINGS`.

    Attributes
    ----------
    digest : str
        Of the options.
    """

    digest: str

    def __call__(self, batches: Batches) -> Batches:
        """Return the rows of some findings at a time."""
        for batch in batches:
            findings = list(map(finding_of_row, batch["finding"].to_pylist()))
            yield finding_rows(findings, np.asarray(batch["position"], np.int64), self.digest)


def cluster_lines(rows: pa.Table) -> pa.Table:
    """Write a cluster down: documents with their numbers become `CLUSTERS`.

    The columns are ``cluster``, ``position``, ``document``, ``words``, ``resemblance``, and ``duplicate_of``, a
    position.
    """
    rows = rows.sort_by("position")
    number = rows["cluster"][0].as_py()
    position = np.asarray(rows["position"], np.int64)
    told = cluster_record(
        number,
        list(map(document_of, rows["document"].to_pylist())),
        np.asarray(rows["words"], np.int64),
        np.searchsorted(position, np.asarray(rows["duplicate_of"], np.int64)),
        np.asarray(rows["resemblance"], np.float64),
    )
    return pa.Table.from_pylist([{"cluster": number, "line": json_line(told).removesuffix("\n")}], CLUSTERS)
