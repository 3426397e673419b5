"""A master and settings to a session on which stages run: each is a function of Arrow batches, or of a group."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """Where stages run.

    Attributes
    ----------
    spark : pyspark.sql.SparkSession
    work : str
        URI of a folder that all executors reach, for what is kept between stages.
    parts : int
        Into how many ranges hashes are cut, and groups of rows spread.
    """

    spark: SparkSession
    work: str
    parts: int

    def map(
        self,
        name: str,
        frame: DataFrame,
        stage: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]],
        schema: pa.Schema,
    ) -> DataFrame:
        """Let a stage make batches of batches."""
        return frame.mapInArrow(_mapped(name, stage), spark_schema(schema))

    def by_group(
        self,
        name: str,
        frame: DataFrame,
        column: str,
        stage: Callable[[pa.Table], pa.Table],
        schema: pa.Schema,
    ) -> DataFrame:
        """Let a stage make one table of each group: the rows with the same value of a column."""
        return frame.groupBy(column).applyInArrow(_grouped(name, stage), spark_schema(schema))

    def keep(self, name: str, frame: DataFrame) -> DataFrame:
        """Have rows on disk, so that what comes after begins there."""
        place = f"{self.work}/{name}"
        frame.write.parquet(place)
        return self.spark.read.schema(frame.schema).parquet(place)


def _mapped(name: str, stage: Any) -> Any:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return stage(iter(batches))

    return run


def _grouped(name: str, stage: Any) -> Any:
    def run(rows: pa.Table) -> pa.Table:
        return stage(rows)

    return run


def spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


@contextmanager
def open_session(master: str | None = None, conf: Mapping[str, str] | None = None) -> Iterator[Session]:
    import tempfile

    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master or "local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "4")
    for key, value in (conf or {}).items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory(prefix="reuse-") as folder:
        yield Session(spark, f"file://{folder}", 4)
    spark.stop()
