"""The sources on a cluster, as what pages are cleaned of is looked for in them.

Their texts and fingerprints stay where they are: a stage goes to them, and what it makes of them comes back.
Here there are some numbers of each.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from reuse import kernels
from reuse.engines.spark.columns import blob, decoded, document_of, hashes_of, part_of, ragged, texts_of
from reuse.sources import NO_HASHES, NO_POSTINGS, Postings
from reuse.stock import Stock, in_order
from reuse.values import NO_BOILERPLATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from numpy.typing import NDArray
    from pyspark import Broadcast
    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.options import Options
    from reuse.values import Boilerplate, Document, Hashes, Ids, Notice, Offsets, Texts, Truths, Unreadable

    _Result = TypeVar("_Result")
    _Number = TypeVar("_Number", np.uint64, np.int64, np.int32)

#: Of sources: `row` is the place of `key` among those of all, in order, `fingerprints` a blob of hashes as
#: `reuse.sketches.sketch` has them. The others are those of `reuse.engines.spark.columns.ITEMS`.
SOURCES = pa.schema(
    [
        ("row", pa.int32()),
        ("chunk", pa.int64()),
        ("key", pa.int64()),
        ("site", pa.binary()),
        ("document", pa.binary()),
        ("text", pa.binary()),
        ("replaced", pa.int64()),
        ("original", pa.binary()),
        ("words", pa.int32()),
        ("fingerprints", pa.binary()),
    ]
)
NO_STOCK = Stock(NO_HASHES, NO_HASHES)
#: What a stage made of something, pickled.
_RESULTS = pa.schema([("result", pa.binary())])
#: Pairs of a hash and the row of a source, of a part of all hashes; and hashes that too many sources have.
_POSTINGS = pa.schema([("part", pa.int32()), ("hash", pa.binary()), ("row", pa.binary())])
_FOUND = pa.schema([("hash", pa.binary()), ("row", pa.binary()), ("common", pa.binary())])
#: Rows up to which a list of them is given to all executors; a longer one is shuffled, and so is what it is
#: looked for in.
_BROADCAST = 2**21


class SparkSources:
    """The sources of an audit on a cluster; see `reuse.sources.Fingerprinted`.

    Parameters
    ----------
    session : Session
    frame : DataFrame
        Rows as `SOURCES` has them, kept: it is gone through many times.
    options : Options
    boilerplate : Boilerplate
    stock : Stock
    notices : tuple of Notice
    unreadable : tuple of Unreadable
        Of reading them.
    """

    def __init__(
        self,
        session: Session,
        frame: DataFrame,
        options: Options,
        boilerplate: Boilerplate = NO_BOILERPLATE,
        stock: Stock = NO_STOCK,
        notices: tuple[Notice, ...] = (),
        unreadable: tuple[Unreadable, ...] = (),
    ) -> None:
        self._session = session
        self.frame = frame
        self.options = options
        self.boilerplate = boilerplate
        self.stock = stock
        self.notices = notices
        self.unreadable = unreadable

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.keys)

    @cached_property
    def _numbers(self) -> pa.Table:
        found = self.frame.select("row", "key", "words").toArrow()
        return found.take(np.argsort(np.asarray(found["row"])))

    @property
    def keys(self) -> Hashes:
        """What decides between equals, uint64 [D]; ascending."""
        return hashes_of(self._numbers["key"])

    @property
    def words(self) -> Ids:
        """Tokens of each source, boilerplate included, int32 [D]."""
        return np.asarray(self._numbers["words"], np.int32)

    @cached_property
    def sites(self) -> frozenset[str]:
        """Where they stand."""
        rows = self.frame.select("site").where("site IS NOT NULL").distinct().toArrow()
        return frozenset(filter(None, map(decoded, rows["site"].to_pylist())))

    def documents(self, rows: Ids) -> tuple[Document, ...]:
        """Return some sources without their texts."""
        if not len(rows):
            return ()
        wanted = self._session.spark.createDataFrame(pa.table({"row": pa.array(rows, pa.int32())}))
        found = self.frame.select("row", "document").join(
            broadcast_if_short(wanted, len(rows)), "row", "left_semi"
        )
        documents = {row["row"]: document_of(row["document"]) for row in found.collect()}
        return tuple(documents[row] for row in rows.tolist())

    def fingerprints(self, hashes: Hashes) -> Postings:
        """Return the sources that have some fingerprints; of common ones none."""
        asked = np.unique(hashes)
        if not len(asked):
            return NO_POSTINGS
        most, parts = self.options.max_articles, self._session.parts
        shared = self._session.spark.sparkContext.broadcast(asked)
        pairs = self._session.map(
            "asking for fingerprints",
            self.frame.select("row", "fingerprints"),
            _Asking(shared, most, parts),
            _POSTINGS,
        )
        found = self._session.by_group(
            "fingerprints asked for", pairs, "part", _Gathering(most), _FOUND
        ).toArrow()
        shared.destroy()
        pairs_found = joined(found["hash"], np.uint64), joined(found["row"], np.int32)
        return Postings.of_pairs(*pairs_found, np.sort(joined(found["common"], np.uint64)))

    def each_text(self, rows: Ids, stage: Callable[[Texts], _Result]) -> Iterator[_Result]:
        """Yield what a stage makes of the texts of some sources, whole, some at a time."""
        if not len(rows):
            return
        wanted = self._session.spark.createDataFrame(pa.table({"row": pa.array(rows, pa.int32())}))
        texts = self.frame.select("row", "document", "text", "replaced")
        found = texts.join(broadcast_if_short(wanted, len(rows)), "row", "left_semi")
        yield from results(self._session, "texts of sources", found, stage, _each_batch)


def broadcast_if_short(frame: DataFrame, count: int) -> DataFrame:
    """Have a frame of so many rows joined where the other is, if they are few enough for that."""
    return frame.hint("broadcast") if count <= _BROADCAST else frame


# --- a stage goes to texts --------------------------------------------------------------------


def results(
    session: Session,
    name: str,
    frame: DataFrame,
    stage: Callable[[Texts], _Result],
    texts: Callable[[Iterable[pa.RecordBatch]], Iterator[Texts]],
) -> Iterator[_Result]:
    """Yield what a stage makes of texts on a cluster.

    Parameters
    ----------
    session : Session
    name : str
    frame : DataFrame
    stage : callable
        Given to all executors, whatever is bound to it.
    texts : callable
        A function of a module that makes texts of the batches of a part of the frame, some at a time.
    """
    shared = session.spark.sparkContext.broadcast(stage)
    found = session.map(name, frame, _Applied(shared, texts), _RESULTS).toArrow()
    shared.destroy()
    yield from map(pickle.loads, found["result"].to_pylist())


@dataclass(frozen=True, slots=True)
class _Applied:
    stage: Broadcast[Callable[[Texts], Any]]
    texts: Callable[[Iterable[pa.RecordBatch]], Iterator[Texts]]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for texts in self.texts(batches):
            yield rows_of(_RESULTS, [pickle.dumps(self.stage.value(texts))])


def _each_batch(batches: Iterable[pa.RecordBatch]) -> Iterator[Texts]:
    return (texts_of(batch) for batch in batches if len(batch))


# --- hashes and the sources that have them ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asking:
    """Finds the sources that have some of the hashes asked for, of each hash one more than allowed at most."""

    asked: Broadcast[Hashes]
    most: int
    parts: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            hashes, row = pairs_of(batch["fingerprints"], np.asarray(batch["row"], np.int32))
            is_asked = among(hashes, self.asked.value)
            hashes, row = in_order(hashes[is_asked], row[is_asked])
            few = place_within(hashes) <= self.most
            yield by_part(_POSTINGS, self.parts, hashes[few], row[few])


@dataclass(frozen=True, slots=True)
class _Gathering:
    """Puts together the sources of each hash, and apart the hashes that too many have."""

    most: int

    def __call__(self, rows: pa.Table) -> pa.Table:
        hashes, row = in_order(joined(rows["hash"], np.uint64), joined(rows["row"], np.int32))
        common = np.unique(hashes[place_within(hashes) >= self.most])
        few = ~among(hashes, common)
        return pa.Table.from_batches([rows_of(_FOUND, [blob(hashes[few])], [blob(row[few])], [blob(common)])])


def pairs_of(fingerprints: Any, row: Ids) -> tuple[Hashes, Ids]:
    """Return the pairs of a fingerprint and a source, one for each fingerprint of a column of blobs."""
    hashes, offsets = ragged(fingerprints, np.uint64)
    return hashes, np.repeat(row, np.diff(offsets))


def among(hashes: Hashes, known: Hashes) -> Truths:
    """Tell of each hash whether it is one of some, which ascend.

    Examples
    --------
    >>> among(np.array([5, 6, 9], np.uint64), np.array([5, 7], np.uint64)).tolist()
    [True, False, False]
    """
    if not len(known):
        return np.zeros(len(hashes), np.bool_)
    found: Truths = known[np.searchsorted(known[:-1], hashes)] == hashes
    return found


def with_places(hashes: Hashes) -> tuple[Hashes, Ids]:
    """Return hashes in order, equal ones as they came, and from where each of them came.

    Examples
    --------
    >>> [array.tolist() for array in with_places(np.array([7, 5, 7], np.uint64))]
    [[5, 7, 7], [1, 0, 2]]
    """
    return kernels.ordered(hashes, np.arange(len(hashes), dtype=np.int32))


def runs_of(hashes: Hashes) -> tuple[Hashes, Offsets]:
    """Return each of some ascending hashes once, and how often it is there.

    Examples
    --------
    >>> [array.tolist() for array in runs_of(np.array([5, 5, 7], np.uint64))]
    [[5, 7], [2, 1]]
    """
    begins = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)])
    return hashes[begins], np.diff(np.append(begins, len(hashes)))


def place_within(hashes: Hashes) -> Offsets:
    """Return the place of each of some ascending hashes among those that are the same.

    Examples
    --------
    >>> place_within(np.array([5, 5, 7], np.uint64)).tolist()
    [0, 1, 0]
    """
    _, counts = runs_of(hashes)
    return np.arange(len(hashes)) - np.repeat(np.cumsum(counts) - counts, counts)


def by_part(
    schema: pa.Schema, parts: int, hashes: Hashes, *values: Any, **others: int | None
) -> pa.RecordBatch:
    """Return a row for each part of all hashes that has any: its number, blobs of these and of what they have.

    Parameters
    ----------
    schema : pa.Schema
        First the number of the part, last the hashes and values, and between what is the same in all rows.
    parts : int
    hashes : uint64
        They stay in their order within a part; see `reuse.engines.spark.columns.part_of`.
    values : arrays
        Of the same length.
    others : int
        The columns between, by name.

    Examples
    --------
    >>> rows = by_part(_POSTINGS, 2, np.array([5, 6, 7], np.uint64), np.array([0, 1, 1], np.int32))
    >>> rows["part"].to_pylist(), joined(rows["hash"][1:], np.uint64).tolist()
    ([0, 1], [5, 7])
    """
    part = part_of(hashes, parts)
    order = np.argsort(part, kind="stable")
    cuts = np.searchsorted(part[order], np.arange(parts + 1))
    some = np.flatnonzero(np.diff(cuts))
    columns = [
        [blob(column[order[cuts[one] : cuts[one + 1]]]) for one in some.tolist()]
        for column in (hashes, *values)
    ]
    return rows_of(schema, some, *([value] * len(some) for value in others.values()), *columns)


def rows_of(schema: pa.Schema, *columns: Any) -> pa.RecordBatch:
    """Return rows, given the columns of a schema in order."""
    arrays = [pa.array(column, field.type) for field, column in zip(schema, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def joined(column: Any, dtype: type[_Number]) -> NDArray[_Number]:
    """Return the numbers of a column of blobs, one after another."""
    numbers, _ = ragged(column, dtype)
    return numbers
