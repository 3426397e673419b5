"""Documents on a cluster to the list of what was left out of them, as `reuse.stretches.Stretches` has it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from reuse.boilerplate import leave_out
from reuse.engines.spark.columns import decoded, encoded, texts_of
from reuse.engines.spark.known import rows_of
from reuse.stretches import MOST_STRETCHES, Stretch, Stretches, as_listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyspark import Broadcast
    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.options import Options
    from reuse.values import Boilerplate

#: Of documents without a site it is empty. A row without text has the words of all.
_STRETCHES = pa.schema(
    [("site", pa.binary()), ("text", pa.binary()), ("words", pa.int64()), ("pages", pa.int64())]
)


def left_out(
    session: Session, name: str, frame: DataFrame, boilerplate: Boilerplate, options: Options
) -> Stretches | SparkStretches:
    """Return what boilerplate leaves out of documents.

    Parameters
    ----------
    session : Session
    name : str
        Of the folder below `Session.work` where the list is kept.
    frame : DataFrame
        Rows of documents as `reuse.engines.spark.columns.ITEMS` has them.
    boilerplate : Boilerplate
    options : Options
        `shingle`, `character_shingle`; `threads` in each task.
    """
    if not len(boilerplate):
        return Stretches()
    shared = session.spark.sparkContext.broadcast((boilerplate, options))
    documents = frame.select("document", "text", "replaced")
    counted = session.map("counting what is left out", documents, _Counting(shared), _STRETCHES)
    return SparkStretches(session.keep(name, _listed(counted)))


def _listed(counted: DataFrame) -> DataFrame:
    """Return the stretches of each site that are on most of its pages, and the row of all words."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    each = counted.groupBy("site", "text").agg(
        f.when(f.col("text").isNull(), f.sum("words")).otherwise(f.max("words")).alias("words"),
        f.sum("pages").alias("pages"),
    )
    place = f.row_number().over(Window.partitionBy("site").orderBy(f.desc("pages"), "text"))
    return each.withColumn("place", place).where(f.col("place") <= MOST_STRETCHES)


@dataclass(frozen=True, slots=True)
class _Counting:
    shared: Broadcast[tuple[Boilerplate, Options]]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        boilerplate, options = self.shared.value
        for batch in batches:
            stretches = Stretches(most=sys.maxsize)
            stretches.add(leave_out(texts_of(batch), boilerplate, options))
            rows = [
                (encoded(each.site or ""), encoded(each.text), each.words, each.pages)
                for each in stretches.counted()
            ]
            yield rows_of(_STRETCHES, *zip(*rows, (None, None, stretches.words, 0), strict=True))


class SparkStretches:
    """What was left out of documents on a cluster: a `reuse.stretches.Stretches` that cannot be added to.

    Attributes
    ----------
    words : int
        Tokens left out in all.
    """

    def __init__(self, frame: DataFrame) -> None:
        total = frame.where("text IS NULL").select("words").collect()
        self.words: int = total[0]["words"] if total else 0
        self._frame = frame.where("text IS NOT NULL")

    def __iter__(self) -> Iterator[Stretch]:
        """Yield what was left out, site by site, the most frequent first; of each site 200 at most."""
        for row in self._frame.orderBy("site", "place").toLocalIterator():
            site, text = decoded(bytes(row["site"])), decoded(bytes(row["text"]))
            assert text is not None
            yield as_listed(Stretch(site or None, text, row["words"], row["pages"]))
