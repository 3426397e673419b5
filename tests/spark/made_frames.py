"""Documents to the frames that stages on Spark are given: in any order, in any parts."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse.sketches import sketch

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.options import Options
    from reuse.values import Texts


def in_parts(session: Session, rows: Any, draw: Random) -> DataFrame:
    """Return the rows of a table in a drawn order, in a drawn number of parts."""
    turned = rows.take(np.array(draw.sample(range(len(rows)), len(rows)), np.int64))
    return session.spark.createDataFrame(turned).repartition(draw.randint(1, 5))


def items(session: Session, texts: Texts, draw: Random) -> DataFrame:
    """Return the rows of documents, with drawn positions in their order."""
    import pyarrow as pa

    from reuse.engines.spark.columns import items_of

    positions = np.sort(np.array(draw.sample(range(1 << 40), len(texts)), np.int64))
    return in_parts(session, pa.Table.from_batches([items_of(texts, positions, 0)]), draw)


def sources(session: Session, texts: Texts, options: Options, draw: Random) -> DataFrame:
    """Return the rows of sources, in drawn chunks."""
    import pyarrow as pa

    from reuse.engines.spark.columns import blob, items_of, keys_of
    from reuse.engines.spark.known import SOURCES

    sketches = sketch(texts, options, values=0)
    bounds = sketches.fingerprints.offsets[1:-1]
    of_each = np.split(sketches.fingerprints.hash, bounds) if len(texts) else []
    rows = pa.Table.from_batches([items_of(texts, np.arange(len(texts)), 0)]).drop_columns(["chunk"])
    columns = {
        "row": pa.array(np.argsort(np.argsort(keys_of(texts.documents))), pa.int32()),
        "chunk": pa.array([draw.randrange(4) for _ in range(len(texts))], pa.int64()),
        "words": pa.array(sketches.words, pa.int32()),
        "fingerprints": pa.array(map(blob, of_each), pa.binary()),
    }
    for name, column in columns.items():
        rows = rows.append_column(name, column)
    return in_parts(session, rows.select(SOURCES.names), draw)
