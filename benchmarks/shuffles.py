"""What Spark itself has counted of the stages of a session, its web interface on or off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from reuse.engines.spark.session import Session


class Shuffled(NamedTuple):
    """A stage of Spark that has ended: what its tasks wrote to a shuffle, packed, and how long they took.

    `name` is that of the rows its job was to keep (`Session.keep`), or is empty.
    """

    stage_id: int
    name: str
    bytes_written: int
    records: int
    run_seconds: float
    cpu_seconds: float


def shuffled(session: Session) -> list[Shuffled]:
    """Return the stages that have ended, in the order in which they began; those that were skipped are none."""
    context: Any = session.spark.sparkContext
    java: Any = session.spark._jvm
    quantiles = context._gateway.new_array(java.double, 0)
    stages = (
        context._jsc.sc().statusStore().stageList(None, False, False, quantiles, java.java.util.ArrayList())
    )
    told = [stages.apply(number) for number in range(stages.size())]
    return sorted(
        Shuffled(
            stage.stageId(),
            stage.description().get() if stage.description().isDefined() else "",
            stage.shuffleWriteBytes(),
            stage.shuffleWriteRecords(),
            stage.executorRunTime() / 1e3,
            stage.executorCpuTime() / 1e9,
        )
        for stage in told
        if stage.status().toString() == "COMPLETE"
    )
