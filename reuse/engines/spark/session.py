"""A master and settings to a session on which stages run: functions of Arrow batches, or of one group."""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import tempfile
import threading
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import process_time
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from reuse import __version__
from reuse.drafts import scratch
from reuse.engines.spark.executors import require_executors, require_version
from reuse.engines.spark.faults import carry, error_of, told
from reuse.engines.spark.installed import require_spark
from reuse.engines.spark.places import Place, apart, as_glob, uri_of
from reuse.errors import ReuseError, UsageError
from reuse.options import ALGORITHM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pyspark.sql import DataFrame, SparkSession

#: On one machine, with executors in the process of Java or beside it.
_LOCAL = re.compile(r"local(?:\[.*\])?|local-cluster\[.*\]")
_PARTS = "spark.sql.shuffle.partitions"
#: Rows of a batch that a stage is given: few documents may be much text.
_BATCH_ROWS, _BATCH_BYTES = 10_000, 32 << 20
#: What is set in any session, unless the user gives it.
_SQL = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(_BATCH_ROWS),
    "spark.sql.execution.arrow.maxBytesPerBatch": str(_BATCH_BYTES),
    # A stage that takes minutes of little data is not to be put into one task because there is little data.
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
}
_ANYWHERE = {"spark.app.name": "reuse", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
_ON_ONE_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",  # whatever its name resolves to; and nobody else can connect
    "spark.driver.bindAddress": "127.0.0.1",
}
_CONNECT = "is one of Spark Connect, which has no broadcasts: values that all executors get"
_TAIL = 4000
#: GiB.
_LEAST_HEAP, _LARGEST_HEAP = 2, 16
_DESCRIPTION = "spark.job.description"


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
    _spent: dict[str, Any] = field(default_factory=dict, init=False, compare=False)

    @classmethod
    def of(cls, spark: SparkSession, work: str, parts: int | None = None) -> Session:
        """Return a session of one that runs already, such as that of a notebook; its settings stay as they are.

        What Spark raises later, where `open_session` is not around it, comes as Spark raises it; inside
        `reuse.engines.spark.faults.told` it is an error of ours.

        Parameters
        ----------
        spark : pyspark.sql.SparkSession
        work : str
            A folder that all executors reach: a URI, or a path of this machine if Spark runs on it. What is
            kept there is the caller's to delete.
        parts : int, optional
            ``spark.sql.shuffle.partitions`` if not given.

        Raises
        ------
        UsageError
            If it is one of Spark Connect.
        EngineError
            If executors run another version of the package, or do not reach the folder.
        """
        if not hasattr(spark, "_jsparkSession"):
            raise UsageError(f"the session {_CONNECT}; take one that SparkSession.builder.master(…) makes")
        with told():
            Place(spark, uri_of(work)).make()
            require_executors(spark, uri_of(work))
        return cls(spark, uri_of(work), parts or int(spark.conf.get(_PARTS) or 1))

    def map(
        self,
        name: str,
        frame: DataFrame,
        stage: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]],
        schema: pa.Schema,
    ) -> DataFrame:
        """Let a stage make batches of batches.

        Parameters
        ----------
        name : str
            What its time is counted under, see `seconds`, and what it is called in Spark's plans.
        frame : pyspark.sql.DataFrame
        stage : callable
            Is given all batches of a task. What it raises of ours is raised here, when rows are asked for.
        schema : pyarrow.Schema
            Of what it makes.
        """
        return frame.mapInArrow(_mapped(name, stage, self._clock(name)), spark_schema(schema))

    def by_group(
        self,
        name: str,
        frame: DataFrame,
        column: str,
        stage: Callable[[pa.Table], pa.Table],
        schema: pa.Schema,
    ) -> DataFrame:
        """Let a stage make one table of each group: the rows with the same value of a column; see `map`."""
        run = _grouped(name, stage, self._clock(name))
        return frame.groupBy(column).applyInArrow(run, spark_schema(schema))

    def keep(self, name: str, frame: DataFrame) -> DataFrame:
        """Have rows on disk, so that what comes after begins there.

        Parameters
        ----------
        name : str
            How the name of a folder in `work` begins, which is another at each call; and what the jobs are
            called, as Spark shows them.
        frame : pyspark.sql.DataFrame
        """
        place = f"{self.work}/{name}-{uuid.uuid4().hex}"
        context: Any = self.spark.sparkContext
        before = context.getLocalProperty(_DESCRIPTION)
        context.setLocalProperty(_DESCRIPTION, name)
        try:
            frame.write.parquet(place)
        finally:
            context.setLocalProperty(_DESCRIPTION, before)
        return self.spark.read.schema(frame.schema).parquet(as_glob(place))

    def seconds(self) -> dict[str, float]:
        """Return the seconds of a processor that each stage took, in all tasks that have ended.

        Neither the time in which a stage waits for rows is among them, nor that of Spark; those of a task that
        was done twice count twice.
        """
        return {name: clock.value for name, clock in self._spent.items()}

    def _clock(self, name: str) -> Any:
        if name not in self._spent:
            self._spent[name] = self.spark.sparkContext.accumulator(0.0)
        return self._spent[name]


def spark_schema(schema: pa.Schema) -> Any:
    """Return a schema as Spark has it."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


# --- stages on executors ----------------------------------------------------------------------


def _mapped(
    name: str, stage: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]], clock: Any
) -> Any:
    """Return a stage with its clock, and with what it raises made fit for the way back."""
    version, algorithm = __version__, ALGORITHM

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        try:
            require_version(version, algorithm)
            yield from _timed(stage, batches, clock)
        except ReuseError as fault:
            raise carry(fault) from fault

    run.__name__ = name
    return run


def _grouped(name: str, stage: Callable[[pa.Table], pa.Table], clock: Any) -> Any:
    version, algorithm = __version__, ALGORITHM

    def run(rows: pa.Table) -> pa.Table:
        begin = process_time()
        try:
            require_version(version, algorithm)
            return stage(rows)
        except ReuseError as fault:
            raise carry(fault) from fault
        finally:
            clock.add(process_time() - begin)

    run.__name__ = name
    return run


def _timed(stage: Any, batches: Iterator[pa.RecordBatch], clock: Any) -> Iterator[pa.RecordBatch]:
    """Run a stage on batches; the clock stands while it waits for one, and while it is waited for."""
    spent = -process_time()

    def given() -> Iterator[pa.RecordBatch]:
        nonlocal spent
        spent += process_time()
        for batch in batches:
            spent -= process_time()
            yield batch
            spent += process_time()
        spent -= process_time()

    try:
        for made in stage(given()):
            spent += process_time()
            yield made
            spent -= process_time()
        spent += process_time()
    finally:
        clock.add(max(spent, 0.0))


# --- opening ----------------------------------------------------------------------------------


@contextmanager
def open_session(
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
    checkpoint: str | None = None,
    threads: int = 0,
) -> Iterator[Session]:
    """Open a session on a cluster or on this machine, and stop it in the end.

    What Spark raises meanwhile is raised as an error of ours. A session that already runs in this process is
    used, with SQL settings of its own, and not stopped.

    Parameters
    ----------
    master : str, optional
        As Spark writes it: ``local[4]``, ``spark://host:7077``, ``yarn``, ``k8s://…``. That of ``spark-submit``
        if it started this process, else this machine.
    conf : mapping of str to str, optional
        Settings of Spark, which go before ours.
    checkpoint : str, optional
        Folder that all executors reach, a URI or a path; what is kept in it goes at the end. Of a local master
        a temporary folder if not given.
    threads : int
        Cores to take of this machine if no master is named; 0 takes all.

    Raises
    ------
    UsageError
        If Spark or Java is not there, or settings cannot be meant.
    EngineError
        If the cluster cannot be used; see `reuse.engines.spark.faults`.
    """
    require_spark()
    given = dict(conf or {})
    if master is None and "PYSPARK_GATEWAY_PORT" not in os.environ:  # spark-submit knows its master
        master = f"local[{threads or '*'}]"
    _require_sense(master, checkpoint)
    with told(), ExitStack() as stack:
        # Goes when Spark has stopped, and nobody writes there any more.
        here = stack.enter_context(scratch())
        spark = stack.enter_context(_running(master, given))
        _require_sense(spark.sparkContext.master, checkpoint)
        work = uri_of(here) if checkpoint is None else stack.enter_context(_work(spark, checkpoint))
        require_executors(spark, work)
        if _PARTS not in given:
            spark.conf.set(_PARTS, str(_parts(spark)))
        yield Session(spark, work, int(spark.conf.get(_PARTS) or 1))


def is_local(master: str) -> bool:
    """Tell whether a master is this machine.

    Examples
    --------
    >>> is_local("local[2]"), is_local("local-cluster[2,1,1024]"), is_local("spark://localhost:7077")
    (True, True, False)
    """
    return _LOCAL.fullmatch(master) is not None


def _require_sense(master: str | None, checkpoint: str | None) -> None:
    """Refuse a cluster that cannot be used, or without a folder that all its hosts reach."""
    if master is not None and master.startswith("sc:"):
        raise UsageError(f"the session of {master} {_CONNECT}; name a master, such as spark://HOST:7077")
    if master is not None and not is_local(master) and checkpoint is None:
        raise UsageError(
            f"executors of {master} reach no temporary folder of this machine; name one that all of them reach "
            "with --checkpoint, such as hdfs://HOST/FOLDER or s3a://BUCKET/FOLDER"
        )


def _parts(spark: SparkSession) -> int:
    """Return into how many parts shuffles go, unless the user says it: two a core, and Spark's own number."""
    tasks = 2 * spark.sparkContext.defaultParallelism
    is_here = is_local(spark.sparkContext.master or "")
    return tasks if is_here else max(tasks, int(spark.conf.get(_PARTS) or 1))


@contextmanager
def _work(spark: SparkSession, checkpoint: str) -> Iterator[str]:
    """Make a folder of its own for what is kept between stages, and delete it in the end."""
    place = Place(spark, uri_of(checkpoint)) / f"reuse-{uuid.uuid4().hex}"
    place.make()
    try:
        yield place.uri
    finally:
        apart(place.delete)


def _heap() -> int:
    """Return the GiB that Java may take where it is driver and executors in one: a quarter, as a rule."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(max(memory >> 32, _LEAST_HEAP), _LARGEST_HEAP)


@contextmanager
def _running(master: str | None, given: Mapping[str, str]) -> Iterator[SparkSession]:
    """Return the session that runs in this process, or start one and stop it in the end."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is not None:
        yield _joined(SparkSession.builder.getOrCreate().newSession(), master, given)
        return
    settings: dict[str, Any] = {**_SQL, **_ANYWHERE}
    if master is not None:
        settings["spark.master"] = master
        if is_local(master):
            settings |= {
                **_ON_ONE_MACHINE,
                "spark.driver.memory": f"{_heap()}g",
                "spark.local.dir": tempfile.gettempdir(),
            }
    settings.update(given)
    with _python(settings), _silence():
        with _interrupts():
            spark = _started(SparkSession.builder.config(map=settings), hushed="spark.log.level" not in given)
        try:
            yield spark
        finally:
            apart(spark.stop)


def _started(builder: SparkSession.Builder, *, hushed: bool) -> SparkSession:
    """Start a session; of why that fails Spark tells the most in what it logs."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    with tempfile.TemporaryFile(prefix="reuse-") as log:
        try:
            with _aside(log if hushed else None):
                return builder.getOrCreate()
        except (Py4JError, PySparkException) as fault:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL))
            tail = log.read().decode("utf-8", "replace")
            raise error_of(f"{tail}\n{type(fault).__name__}: {fault}") from fault


@contextmanager
def _aside(log: IO[bytes] | None) -> Iterator[None]:
    """Have what a process that starts meanwhile writes to stderr, then and later, in a file.

    Java begins with warnings of its own that no setting turns off. It goes on writing into the file when that
    has lost its name, until it ends.
    """
    if log is None:
        yield
        return
    stderr = os.dup(2)
    try:
        os.dup2(log.fileno(), 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def _joined(spark: SparkSession, master: str | None, given: Mapping[str, str]) -> SparkSession:
    """Return a session beside one that runs, with settings; those that cannot be changed must be as given."""
    running = spark.sparkContext.master
    if master is not None and not master.endswith("[*]") and master != running:
        raise UsageError(
            f"a session of Spark runs in this process already, on {running}; stop it, or take its master"
        )
    for key, value in {**_SQL, **given}.items():
        if spark.conf.isModifiable(key):
            spark.conf.set(key, value)
        elif spark.sparkContext.getConf().get(key) != value:
            raise UsageError(
                f"{key} cannot be changed while a session of Spark runs in this process; stop that first"
            )
    return spark


@contextmanager
def _interrupts() -> Iterator[None]:
    """Give back what an interrupt does, which PySpark takes over to ask Java in the middle of its answers."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Python's own log, by which Py4J tells of interrupts, off the terminal if nobody else wants it."""
    nobody = logging.NullHandler()
    logging.getLogger().addHandler(nobody)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nobody)


@contextmanager
def _python(settings: Mapping[str, Any]) -> Iterator[None]:
    """Name the Python of executors where PySpark looks for it: on one machine, the one that runs this."""
    name = settings.get("spark.pyspark.python")
    if name is None and is_local(settings.get("spark.master") or ""):
        name = os.environ.get("PYSPARK_PYTHON", sys.executable)
    before = os.environ.get("PYSPARK_PYTHON")
    if name is not None:
        os.environ["PYSPARK_PYTHON"] = name
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYSPARK_PYTHON", None)
        else:
            os.environ["PYSPARK_PYTHON"] = before
