"""A cluster of one process: what stages on Spark ask of a session and of frames, for laws of many examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random


@dataclass(frozen=True)
class Frame:
    """Rows, which any step may turn around."""

    rows: Any
    draw: Random

    def _turned(self) -> Any:
        count = len(self.rows)
        return self.rows.take(np.array(self.draw.sample(range(count), count), np.int64))

    def select(self, *names: str) -> Frame:
        return Frame(self.rows.select(names), self.draw)

    def unionByName(self, other: Frame, *, allowMissingColumns: bool) -> Frame:  # noqa: N802, N803
        import pyarrow as pa

        assert allowMissingColumns
        return Frame(pa.concat_tables([self.rows, other.rows], promote_options="default"), self.draw)

    def toArrow(self) -> Any:  # noqa: N802
        return self.rows


@dataclass(frozen=True)
class Cluster:
    """What stages run on."""

    parts: int

    def map(self, name: str, frame: Frame, stage: Callable[[Iterator[Any]], Any], schema: Any) -> Frame:
        """Let a stage make batches of batches of drawn sizes, in one task or two."""
        import pyarrow as pa

        assert name
        rows, made = frame._turned(), []
        cut = frame.draw.randint(0, len(rows))
        for task in (rows.slice(0, cut), rows.slice(cut)):
            made += list(stage(iter(task.to_batches(max_chunksize=frame.draw.randint(1, 9)))))
        return Frame(pa.Table.from_batches(made, schema=schema), frame.draw)

    def by_group(self, name: str, frame: Frame, column: str, stage: Callable[[Any], Any], schema: Any) -> Frame:
        """Let a stage make a table of each group."""
        import pyarrow as pa
        import pyarrow.compute as pc

        assert name
        rows = frame._turned()
        groups = [
            stage(rows.filter(pc.equal(rows[column], value))) for value in pc.unique(rows[column]).to_pylist()
        ]
        return Frame(pa.concat_tables([schema.empty_table(), *groups]), frame.draw)
