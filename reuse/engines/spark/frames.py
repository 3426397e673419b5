r"""The stages on DataFrames, for a user's own job or notebook: fingerprints, candidates, scores.

::

    sources -> fingerprint \
                             candidates -> (texts joined by the user) -> score
    pages   -> fingerprint /
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from reuse.engines.spark.columns import blobs, hashes_of, ragged
from reuse.engines.spark.lanes import SKETCHED, pair, sketched_columns
from reuse.engines.spark.session import Session
from reuse.errors import UsageError
from reuse.options import Options
from reuse.pairs import lane_names
from reuse.pipeline.judged import judge_pairs
from reuse.sources import NO_HASHES
from reuse.terms import OF_A_PAGE
from reuse.texts import lay_out
from reuse.values import key_of_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame

    from reuse.findings import Finding
    from reuse.values import Hashes, Ids

    Batches = Iterator[pa.RecordBatch]

#: What `fingerprint` adds.
FINGERPRINTED = pa.schema(
    [
        ("words", pa.int32()),
        ("fingerprints", pa.list_(pa.int64())),
        ("signature", pa.list_(pa.int64())),
        ("terms", pa.list_(pa.int64())),
    ]
)
#: What `candidates` returns.
CANDIDATES = pa.schema(
    [
        ("source_id", pa.string()),
        ("page_id", pa.string()),
        ("lanes", pa.list_(pa.string())),
        ("shared", pa.int32()),
        ("buckets", pa.int32()),
        ("terms", pa.int32()),
    ]
)
#: A passage: spans in code points of the two texts, the end not included.
PASSAGE = pa.struct(
    [
        ("kind", pa.string()),
        ("source_begin", pa.int32()),
        ("source_end", pa.int32()),
        ("page_begin", pa.int32()),
        ("page_end", pa.int32()),
        ("words", pa.int32()),
    ]
)
#: What `score` returns.
SCORED = pa.schema(
    [
        ("source_id", pa.string()),
        ("page_id", pa.string()),
        ("verdict", pa.string()),
        ("probability", pa.float64()),
        ("resemblance", pa.float64()),
        ("source_in_page", pa.float64()),
        ("page_in_source", pa.float64()),
        ("source_words", pa.int32()),
        ("page_words", pa.int32()),
        ("matched_words", pa.int32()),
        ("matched_source_words", pa.int32()),
        ("quoted_words", pa.int32()),
        ("longest_run", pa.int32()),
        ("reasons", pa.list_(pa.string())),
        ("passages", pa.list_(PASSAGE)),
    ]
)
#: The dtype of each list as its bytes have it.
_BLOBS: dict[str, type[np.uint64] | type[np.uint32]] = {
    "fingerprints": np.uint64,
    "signature": np.uint32,
    "terms": np.uint64,
}
#: Pages that look for candidates together.
_CHUNK = 20_000
_SIDE = pa.schema([("id", pa.string()), ("key", pa.int64()), ("chunk", pa.int64()), *SKETCHED])


def fingerprint(frame: DataFrame, options: Options | None = None, *, pages: bool = False) -> DataFrame:
    """Sketch documents.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
        With the column ``text`` (string); others are passed on.
    options : Options, optional
        Sources and pages must have been sketched with the same.
    pages : bool
        Whether these are pages: of a page more terms are kept, for it asks, and sources answer.

    Returns
    -------
    pyspark.sql.DataFrame
        With four more columns. ``words`` (int): tokens. ``fingerprints`` (array of bigint): winnowed shingles.
        ``signature`` (array of bigint): the values of a MinHash signature that the bands use, those of
        datasketch 2's ``affine32``; empty where there is no shingle. ``terms`` (array of bigint): key terms.
        Hashes have 64 bits, shown as signed numbers.
    """
    options = replace(options or Options(), threads=1)
    session = _session(frame)
    _require(frame, "text")
    names = [name for name in frame.columns if name not in FINGERPRINTED.names]
    passed = frame.select(*names)
    from pyspark.sql.pandas.types import to_arrow_schema

    schema = pa.schema([*to_arrow_schema(passed.schema), *FINGERPRINTED])
    stage = _Fingerprinting(options, OF_A_PAGE if pages else None)
    return session.map("fingerprint", passed, stage, schema)


def candidates(sources: DataFrame, pages: DataFrame, options: Options | None = None) -> DataFrame:
    """Find the pairs worth scoring.

    Parameters
    ----------
    sources, pages : pyspark.sql.DataFrame
        As `fingerprint` made them, with the column ``id`` (string), unique on each side. Both are gone through
        more than once: write them to a table first, or ``persist`` them.
    options : Options, optional
        Those that they were sketched with.

    Returns
    -------
    pyspark.sql.DataFrame
        ``source_id``, ``page_id`` (string); ``lanes`` (array of string): what brought the pair, of
        ``postings``, ``bands`` and ``terms``; ``shared``, ``buckets``, ``terms`` (int): fingerprints, bands and
        key terms that both have, each 0 where that lane did not bring the pair. Nothing is left out of pages
        as boilerplate, nor for standing on many sites: an audit does that.

    Raises
    ------
    UsageError
        If two sources have the same id, or two pages, or ids of one hash.
    """
    options = replace(options or Options(), threads=1)
    session = _session(sources)
    for side in (sources, pages):
        _require(side, "id", *FINGERPRINTED.names)
    chunks = pages.count() // _CHUNK + 1
    names = ("id", *FINGERPRINTED.names)
    known = session.map("sources", sources.select(*names), _Side(1), _SIDE)
    asking = session.map("pages", pages.select(*names), _Side(chunks), _SIDE).withColumnRenamed(
        "key", "position"
    )
    keys, words = _ranked(known, "key", "sources")
    _ranked(asking, "position", "pages")
    ranked = _Ranking(session.spark.sparkContext.broadcast(keys))
    known = session.map("rows", known, ranked, pa.schema([("id", pa.string()), ("row", pa.int32()), *SKETCHED]))
    found = pair(session, known, asking, options, words, NO_HASHES).where("row IS NOT NULL")
    named = found.join(known.selectExpr("row", "id AS source_id"), "row").join(
        asking.selectExpr("position", "id AS page_id"), "position"
    )
    columns = [name for name in CANDIDATES.names if name != "lanes"]
    return session.map("names of lanes", named.select(*columns, "lanes"), _name_lanes, CANDIDATES)


def score(pairs: DataFrame, options: Options | None = None) -> DataFrame:
    """Score and judge pairs, each by itself, whether or not they would have been candidates.

    Parameters
    ----------
    pairs : pyspark.sql.DataFrame
        ``source_id``, ``source_text``, ``page_id``, ``page_text`` (string).
    options : Options, optional

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `SCORED`: what `reuse.compare` says of the pair. ``verdict`` is one of
        `reuse.pairs.VERDICTS`; shares are of distinct shingles; ``passages`` hold spans in code points.
    """
    options = replace(options or Options(), threads=1)
    _require(pairs, *_OF_PAIRS)
    return _session(pairs).map("score", pairs.select(*_OF_PAIRS), _Scoring(options), SCORED)


_OF_PAIRS = ("source_id", "source_text", "page_id", "page_text")


def _ranked(frame: DataFrame, column: str, what: str) -> tuple[Hashes, Ids]:
    """Return the keys of one side in order, and the words of the documents."""
    found = frame.select(column, "words").toArrow()
    keys, words = hashes_of(found[column]), np.asarray(found["words"], np.int32)
    order = np.argsort(keys)
    keys = keys[order]
    if np.any(keys[1:] == keys[:-1]):
        raise UsageError(f"two {what} have the same id, or ids of one hash; give each an id of its own")
    return keys, words[order]


def _session(frame: DataFrame) -> Session:
    spark = frame.sparkSession
    return Session(spark, "", int(spark.conf.get("spark.sql.shuffle.partitions") or 1))


def _require(frame: DataFrame, *names: str) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        has = ", ".join(frame.columns)
        raise UsageError(f"the DataFrame has no column {', '.join(missing)}, but {has}; rename what it has")


@dataclass(frozen=True, slots=True)
class _Fingerprinting:
    """Sketches texts, and passes other columns on."""

    options: Options
    most_terms: int | None

    def __call__(self, batches: Batches) -> Batches:
        for batch in batches:
            texts = lay_out([text or "" for text in batch["text"].to_pylist()])
            sketched = dict(
                zip(SKETCHED.names, sketched_columns(texts, self.options, self.most_terms), strict=True)
            )
            lists = [_listed(sketched[name], kind) for name, kind in _BLOBS.items()]
            columns = [*batch.columns, sketched["words"], *lists]
            yield pa.RecordBatch.from_arrays(columns, [*batch.schema.names, *FINGERPRINTED.names])


def _listed(column: pa.Array, kind: type[Any]) -> pa.Array:
    values, offsets = ragged(column, kind)
    signed = values.view(np.int64) if kind is np.uint64 else values.astype(np.int64)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(signed))


@dataclass(frozen=True, slots=True)
class _Side:
    """Makes of the columns that `fingerprint` added those that lanes are joined by."""

    chunks: int

    def __call__(self, batches: Batches) -> Batches:
        for batch in batches:
            key = np.fromiter((key_of_id(name) for name in batch["id"].to_pylist()), np.uint64, len(batch))
            chunk = (key % np.uint64(self.chunks)).astype(np.int64)
            sketched = [batch["words"], *(_blobbed(batch[name], kind) for name, kind in _BLOBS.items())]
            columns = [batch["id"], pa.array(key.view(np.int64)), pa.array(chunk), *sketched]
            yield pa.RecordBatch.from_arrays(columns, schema=_SIDE)


def _blobbed(column: pa.Array, kind: type[Any]) -> pa.Array:
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(column.value_lengths().fill_null(0).to_numpy())))
    values = column.flatten().to_numpy(zero_copy_only=False).astype(np.int64)
    return blobs(values.view(np.uint64).astype(kind), offsets)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Gives sources their rows: the ranks of their keys."""

    keys: Any

    def __call__(self, batches: Batches) -> Batches:
        for batch in batches:
            rank = np.searchsorted(self.keys.value, hashes_of(batch["key"]))
            columns = [batch["id"], pa.array(rank, pa.int32()), *(batch[name] for name in SKETCHED.names)]
            yield pa.RecordBatch.from_arrays(columns, ["id", "row", *SKETCHED.names])


def _name_lanes(batches: Batches) -> Batches:
    for batch in batches:
        names = pa.array([lane_names(bits) for bits in batch["lanes"].to_pylist()], pa.list_(pa.string()))
        columns = {**{name: batch[name] for name in CANDIDATES.names}, "lanes": names}
        yield pa.RecordBatch.from_arrays([columns[name] for name in CANDIDATES.names], schema=CANDIDATES)


@dataclass(frozen=True, slots=True)
class _Scoring:
    """Scores and judges pairs."""

    options: Options

    def __call__(self, batches: Batches) -> Batches:
        for batch in batches:
            names = [batch[name].to_pylist() for name in ("source_id", "page_id")]
            sides = [
                lay_out([text or "" for text in batch[name].to_pylist()])
                for name in ("source_text", "page_text")
            ]
            row = np.arange(len(batch), dtype=np.int32)
            found = judge_pairs((sides[0], sides[1]), row, row.copy(), self.options)
            rows = [_row(*pair) for pair in zip(*names, found, strict=True)]
            yield pa.RecordBatch.from_pylist(rows, schema=SCORED)


def _row(source: str, page: str, finding: Finding) -> dict[str, Any]:
    passages = [{field.name: getattr(passage, field.name) for field in PASSAGE} for passage in finding.passages]
    told = {name: getattr(finding, name) for name in SCORED.names[2:-2]}
    return {
        "source_id": source,
        "page_id": page,
        **told,
        "reasons": list(finding.reasons),
        "passages": passages,
    }
