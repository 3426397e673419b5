r"""Sketched documents to candidates: hashes are shuffled, and `reuse.candidates` runs on what comes together.

::

    sources -> postings  \
                           by part of all hashes -> answers  \
    pages   -> questions /                                     by chunk of pages -> candidates
    pages   -------------------------------------- sketches  /

A chunk of pages asks for each of its hashes once, and each question is answered once, with so many sources as
the lane's cap allows. So no hash, however many documents have it, makes more than a bounded row on either side.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from reuse import kernels
from reuse.boilerplate import leave_out
from reuse.candidates import find_buckets, find_candidates
from reuse.engines.spark.columns import blob, blobs, hashes_of, ragged, texts_of
from reuse.engines.spark.known import by_part, place_within, runs_of, with_places
from reuse.pipeline.judged import PAIRS_AT_A_TIME
from reuse.pipeline.tally import Tally
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.sources import FEW, Holders, Postings
from reuse.stock import in_order
from reuse.terms import key_terms
from reuse.values import Fingerprints, Signatures, Sketches, Terms, gathered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.options import Options
    from reuse.values import Hashes, Ids, Offsets, Texts, Truths

    Batches = Iterator[pa.RecordBatch]

#: What is kept of a document so that pairs can be found: its tokens, and as bytes its fingerprints (uint64),
#: its signature (uint32, nothing where it has no shingle) and its key terms (uint64).
SKETCHED = pa.schema(
    [
        ("words", pa.int32()),
        ("fingerprints", pa.binary()),
        ("signature", pa.binary()),
        ("terms", pa.binary()),
    ]
)
#: Hashes of a lane, as bytes: of sources with the row of one for each, or a chunk's questions.
POSTED = pa.schema(
    [
        ("part", pa.int32()),
        ("lane", pa.int8()),
        ("chunk", pa.int64()),
        ("hash", pa.binary()),
        ("row", pa.binary()),
    ]
)
_ASKED = pa.schema([field for field in POSTED if field.name != "row"])
#: Of the hashes that a chunk asked for those that sources have, how many of these follow, and their rows; and
#: those that are too common.
ANSWERED = pa.schema(
    [
        ("chunk", pa.int64()),
        ("lane", pa.int8()),
        ("hash", pa.binary()),
        ("count", pa.binary()),
        ("row", pa.binary()),
        ("common", pa.binary()),
    ]
)
#: A pair worth scoring, or, without a page, the counts of a chunk. `group` names pairs judged together.
PAIRS = pa.schema(
    [
        ("group", pa.int64()),
        ("position", pa.int64()),
        ("row", pa.int32()),
        ("lanes", pa.int32()),
        ("shared", pa.int32()),
        ("buckets", pa.int32()),
        ("terms", pa.int32()),
        ("tally", pa.binary()),
    ]
)

_FINGERPRINTS, _BUCKETS, _TERMS = range(3)
_LANES = (_FINGERPRINTS, _BUCKETS, _TERMS)
_SEED = 1
#: Words of the sources of pairs that are judged together, at most, but for those of one page.
_MOST_WORDS = 2**24


class _Cap(NamedTuple):
    """How many sources a hash may have, how many are told of one that has more, and whether it is named."""

    most: int
    few: int
    is_named: bool


def _caps(options: Options) -> tuple[_Cap, _Cap, _Cap]:
    return (
        _Cap(options.max_articles, FEW, True),
        _Cap(options.max_bucket, options.max_bucket + 1, False),
        _Cap(options.max_term_articles, 0, True),
    )


# --- sketches ---------------------------------------------------------------------------------


def sketched_columns(texts: Texts, options: Options, most_terms: int | None) -> list[pa.Array]:
    """Sketch documents; return the columns of `SKETCHED`."""
    sketches = sketch(texts, options, values=plan_bands(options).values)
    terms = key_terms(texts, options, most=most_terms)
    kept = ~sketches.signatures.empty
    size = sketches.signatures.minimum.shape[1]
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept * size)))
    return [
        pa.array(sketches.words, pa.int32()),
        blobs(sketches.fingerprints.hash, sketches.fingerprints.offsets),
        blobs(sketches.signatures.minimum[kept].reshape(-1), offsets),
        blobs(terms.hash, terms.offsets),
    ]


@dataclass(frozen=True, slots=True)
class Sketching:
    """Sketches documents, and passes other columns on.

    Attributes
    ----------
    options : Options
    passed : sequence of str
        Those that stay.
    most_terms : int or None
        See `reuse.terms.key_terms`.
    boilerplate : pyspark.Broadcast of Boilerplate, or None
        What is left out.
    keys : pyspark.Broadcast of uint64, or None
        Of all documents, ascending: each gets the column ``row``, the rank of its key.
    """

    options: Options
    passed: Sequence[str]
    most_terms: int | None = None
    boilerplate: Any = None
    keys: Any = None

    def __call__(self, batches: Batches) -> Batches:
        """Sketch batches of documents."""
        for batch in batches:
            if self.boilerplate is None:
                texts = texts_of(batch.select(["text", "replaced"]))
            else:
                texts = leave_out(texts_of(batch), self.boilerplate.value, self.options)
            columns = {name: batch[name] for name in self.passed}
            if self.keys is not None:
                rank = np.searchsorted(self.keys.value, hashes_of(batch["key"]))
                columns["row"] = pa.array(rank, pa.int32())
            sketched = sketched_columns(texts, self.options, self.most_terms)
            columns |= dict(zip(SKETCHED.names, sketched, strict=True))
            yield pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def sketches_of(rows: pa.Table | pa.RecordBatch, options: Options) -> tuple[Sketches, Terms]:
    """Return the sketches of rows that have the columns of `SKETCHED`."""
    size = plan_bands(options).values
    fingerprints = Fingerprints(*ragged(rows["fingerprints"], np.uint64))
    values, offsets = ragged(rows["signature"], np.uint32)
    empty = np.diff(offsets) == 0
    minimum = np.full((len(empty), size), np.iinfo(np.uint32).max, np.uint32)
    minimum[~empty] = values.reshape(-1, size)
    words = np.asarray(rows["words"], np.int64)
    terms = Terms(*ragged(rows["terms"], np.uint64))
    return Sketches(words, fingerprints, Signatures(minimum, empty, _SEED)), terms


def _hashes(rows: pa.RecordBatch, options: Options) -> tuple[Fingerprints | Terms, ...]:
    """Return the hashes of documents in each lane."""
    sketches, terms = sketches_of(rows, options)
    buckets = find_buckets(sketches.signatures, sketches.signatures.empty, plan_bands(options), options)
    return sketches.fingerprints, buckets, terms


# --- postings and questions -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Posting:
    """Makes postings of sketched sources, which have the column ``row``."""

    options: Options
    parts: int

    def __call__(self, batches: Batches) -> Batches:
        """Post batches of sources."""
        for batch in batches:
            row = np.asarray(batch["row"], np.int32)
            for lane, (of_lane, cap) in enumerate(
                zip(_hashes(batch, self.options), _caps(self.options), strict=True)
            ):
                hashes, rows = in_order(of_lane.hash, np.repeat(row, np.diff(of_lane.offsets)))
                # One more than may be tells that there are; and of these some are told.
                kept = place_within(hashes) < max(cap.most + 1, cap.few)
                yield by_part(POSTED, self.parts, hashes[kept], rows[kept], lane=lane, chunk=None)


@dataclass(frozen=True, slots=True)
class Asking:
    """Makes questions of sketched pages, which have the column ``chunk``."""

    options: Options
    parts: int

    def __call__(self, batches: Batches) -> Batches:
        """Ask for batches of pages."""
        for batch in batches:
            chunk = np.asarray(batch["chunk"], np.int64)
            for lane, of_lane in enumerate(_hashes(batch, self.options)):
                if lane == _TERMS and not self.options.term_candidates:
                    continue
                of_hash = np.repeat(chunk, np.diff(of_lane.offsets))
                for number in distinct(chunk).tolist():
                    asked = distinct(of_lane.hash[of_hash == number])
                    yield by_part(_ASKED, self.parts, asked, lane=lane, chunk=number)


def distinct(values: Any) -> Any:
    """Return values in order, each once; `np.unique` takes longer."""
    ascending = np.sort(values)
    return ascending[np.append(True, ascending[1:] != ascending[:-1])[: len(ascending)]]


# --- answers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers the questions for the hashes of one part."""

    options: Options

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Return the rows of `ANSWERED`."""
        lanes, chunks = np.asarray(rows["lane"]), rows["chunk"].to_numpy(zero_copy_only=False)
        of_source = np.asarray(rows["chunk"].is_null())
        found: list[tuple[Any, ...]] = []
        for lane, cap in zip(_LANES, _caps(self.options), strict=True):
            mine = rows.filter(pa.array((lanes == lane) & of_source))
            asks = np.flatnonzero((lanes == lane) & ~of_source)
            asking = chunks[asks].astype(np.int64)
            asked = [np.frombuffer(rows["hash"][int(at)].as_py(), np.uint64) for at in asks]
            if not len(mine) or not asked:
                continue
            known = _Known.of(mine, distinct(np.concatenate(asked)), cap, self.options)
            for chunk in distinct(asking).tolist():
                of_chunk = distinct(np.concatenate([asked[at] for at in np.flatnonzero(asking == chunk)]))
                found.append((chunk, lane, *known.answer(of_chunk)))
        columns = zip(*found, strict=True) if found else ((),) * len(ANSWERED)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, ANSWERED, strict=True)]
        return pa.Table.from_arrays(arrays, schema=ANSWERED)


class _Known(NamedTuple):
    """Some hashes that sources have, ascending; the rows of these; which of them are too common to be told."""

    hash: Hashes
    row: Ids
    offsets: Offsets
    is_common: Truths

    @classmethod
    def of(cls, posted: pa.Table, asked: Hashes, cap: _Cap, options: Options) -> _Known:
        hashes, _ = ragged(posted["hash"], np.uint64)
        rows, _ = ragged(posted["row"], np.int32)
        wanted = kernels.members(hashes, asked, options.thread_count).astype(np.bool_)
        hashes, rows = in_order(hashes[wanted], rows[wanted])
        distinct_hashes, counts = runs_of(hashes)
        is_common = counts > cap.most
        told = np.where(is_common, np.minimum(counts, cap.few), counts)
        kept = place_within(hashes) < np.repeat(told, counts)
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(told)))
        return cls(distinct_hashes, rows[kept], offsets, is_common & cap.is_named)

    def answer(self, asked: Hashes) -> tuple[bytes, bytes, bytes, bytes]:
        """Return what is known of some hashes, as the last columns of `ANSWERED`."""
        if not len(self.hash):
            return b"", b"", b"", b""
        number = np.minimum(np.searchsorted(self.hash, asked), len(self.hash) - 1)
        number = number[self.hash[number] == asked]
        places, _ = gathered(self.offsets, number)
        counts = np.diff(self.offsets)[number].astype(np.int32)
        common = self.hash[number[self.is_common[number]]]
        return blob(self.hash[number]), blob(counts), blob(self.row[places]), blob(common)


class Answers:
    """What the sources have of the hashes that one chunk of pages asked for: all that `find_candidates` asks.

    Parameters
    ----------
    rows : pa.Table
        Of `ANSWERED`.
    total : int
        How many sources there are.

    Attributes
    ----------
    row : int32
        The rows of those sources that are told of, ascending; here they have their places among these.
    keys : uint64
        Rows are ranks of keys.
    """

    def __init__(self, rows: pa.Table, total: int) -> None:
        self._total = total
        lanes = np.asarray(rows["lane"])
        parts = [rows.filter(pa.array(lanes == lane)) for lane in _LANES]
        self.row: Ids = distinct(np.concatenate([ragged(part["row"], np.int32)[0] for part in parts]))
        self.keys = np.arange(len(self.row), dtype=np.uint64)
        *by_row, of_terms = map(self._pairs, parts)
        self._by_row = [self._postings(*pairs) for pairs in by_row]
        hashes, local, common = of_terms
        self._terms = Holders.of_pairs(*in_order(hashes, local), common)

    def _pairs(self, part: pa.Table) -> tuple[Hashes, Ids, Hashes]:
        """Return hashes, and for each a row that has it; and the hashes that are common."""
        hashes, _ = ragged(part["hash"], np.uint64)
        counts, _ = ragged(part["count"], np.int32)
        rows, _ = ragged(part["row"], np.int32)
        local = np.searchsorted(self.row, rows).astype(np.int32)
        common = distinct(ragged(part["common"], np.uint64)[0])
        return np.repeat(hashes, counts), local, common

    def _postings(self, hashes: Hashes, local: Ids, common: Hashes) -> Postings:
        hashes, local = in_order(hashes, local)
        # By row, hashes staying in order; rows stand in the highest bits, by which it is sorted first.
        by_row, order = with_places(local.astype(np.uint64) << np.uint64(33))
        _, sizes = runs_of(by_row)
        begins = np.cumsum(sizes) - sizes
        return Postings(local[order[begins]], hashes[order], np.append(begins, len(order)), common)

    def __len__(self) -> int:
        return self._total

    def fingerprints(self, hashes: Hashes) -> Postings:  # noqa: ARG002 (just these were asked for)
        """Return the sources that have some fingerprints."""
        return self._by_row[_FINGERPRINTS]

    def buckets(self, hashes: Hashes) -> Postings:  # noqa: ARG002
        """Return the sources that have some buckets."""
        return self._by_row[_BUCKETS]

    def terms(self, hashes: Hashes) -> Holders:  # noqa: ARG002
        """Return the sources that have some key terms."""
        return self._terms


# --- candidates -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pairing:
    """Finds the candidates of one chunk of pages, whose sketches and answers come together.

    Attributes
    ----------
    options : Options
    words : pyspark.Broadcast of int32 [D]
        Tokens of each source, by row.
    on_many : pyspark.Broadcast of uint64
        See `reuse.candidates.on_many_sites`.
    """

    options: Options
    words: Any
    on_many: Any

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Return the rows of `PAIRS`."""
        is_page = np.asarray(rows["position"].is_valid())
        pages = rows.filter(pa.array(is_page)).sort_by("position")
        words: Ids = self.words.value
        answers = Answers(rows.filter(pa.array(~is_page)), len(words))
        sketches, terms = sketches_of(pages, self.options)
        position = np.asarray(pages["position"], np.int64)
        plan = plan_bands(self.options)
        found = find_candidates(answers, sketches, terms, plan, self.options, self.on_many.value)
        tally = json.dumps(Tally.of_candidates(found).json()).encode()
        least, of_sources = self.options.min_words, words[answers.row]
        found = found.take((sketches.words[found.page] >= least) & (of_sources[found.source] >= least))
        parts = found.slices(PAIRS_AT_A_TIME, of_sources, _MOST_WORDS)
        groups = [np.full(len(some), position[some.page[0]]) for some in parts]
        columns = {
            "group": np.concatenate([np.zeros(0, np.int64), *groups]),
            "position": position[found.page],
            "row": answers.row[found.source],
            "lanes": found.lanes,
            "shared": found.shared,
            "buckets": found.buckets,
            "terms": found.terms,
        }
        pairs = pa.Table.from_arrays(
            [
                *(pa.array(columns[field.name], field.type) for field in PAIRS if field.name in columns),
                pa.nulls(len(found), pa.binary()),
            ],
            schema=PAIRS,
        )
        counts = pa.Table.from_pylist([{"tally": tally}], schema=PAIRS)
        return pa.concat_tables([pairs, counts])


def pair(
    session: Session, sources: DataFrame, pages: DataFrame, options: Options, words: Ids, on_many: Hashes
) -> DataFrame:
    """Find the candidates of pages.

    Parameters
    ----------
    session : Session
    sources, pages : pyspark.sql.DataFrame
        With the columns of `SKETCHED`; ``row`` of sources, ``chunk`` and ``position`` of pages.
    options : Options
    words : int32 [D]
        Tokens of each source, by row.
    on_many : uint64
        Fingerprints that stand on too many sites.

    Returns
    -------
    pyspark.sql.DataFrame
        Of `PAIRS`.
    """
    posted = post(session, sources, pages, options)
    answers = session.by_group("answers", posted, "part", Answering(options), ANSWERED)
    sketches = pages.select("chunk", "position", *SKETCHED.names)
    both = sketches.unionByName(answers, allowMissingColumns=True)
    context = session.spark.sparkContext
    stage = Pairing(options, context.broadcast(words), context.broadcast(on_many))
    return session.by_group("candidates", both, "chunk", stage, PAIRS)


def post(session: Session, sources: DataFrame, pages: DataFrame, options: Options) -> DataFrame:
    """Return the postings of sources and the questions of pages, of `POSTED`: what is shuffled by hashes."""
    names = SKETCHED.names
    postings = session.map("postings", sources.select("row", *names), Posting(options, session.parts), POSTED)
    asking = Asking(options, session.parts)
    questions = session.map("questions", pages.select("chunk", *names), asking, _ASKED)
    return postings.unionByName(questions, allowMissingColumns=True)
