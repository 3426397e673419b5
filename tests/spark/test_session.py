"""Covers `reuse.engines.spark.session`: stages on executors, their time, and what goes wrong there.

What needs a Spark of its own runs in a process of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from reuse.engines.spark.faults import told
from reuse.engines.spark.session import Session, _timed, open_session
from reuse.errors import EngineError, InputError, OutputError, ReuseError, UsageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

pytestmark = [pytest.mark.slow, pytest.mark.spark]

NUMBERS = pa.schema([("id", pa.int64())])
TEXTS = pa.schema([("text", pa.binary())])


def numbers(session: Session, count: int = 1000) -> DataFrame:
    return session.spark.range(0, count, 1, 4)


def busy(seconds: float) -> None:
    from time import process_time

    end = process_time() + seconds
    while process_time() < end:
        pass


# --- stages -----------------------------------------------------------------------------------


def test_a_stage_makes_batches_of_batches(session: Session) -> None:
    def doubled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"id": [2 * value for value in batch["id"].to_pylist()]})

    rows = session.map("doubled", numbers(session), doubled, NUMBERS).collect()
    assert sorted(row.id for row in rows) == [2 * value for value in range(1000)]


def test_a_stage_makes_a_table_of_a_group(session: Session) -> None:
    def summed(rows: pa.Table) -> pa.Table:
        return pa.table({"id": [sum(rows["id"].to_pylist())]})

    frame = numbers(session).selectExpr("id", "id % 7 as part")
    rows = session.by_group("summed", frame, "part", summed, NUMBERS).collect()
    assert sorted(row.id for row in rows) == sorted(sum(range(part, 1000, 7)) for part in range(7))


def test_kept_rows_are_read_back(session: Session) -> None:
    # Names may be the same: of a second audit, or of a step that failed and is taken again.
    both = [session.keep("kept-numbers", numbers(session, count)) for count in (1000, 7)]
    assert [{row.id for row in kept.collect()} for kept in both] == [set(range(1000)), set(range(7))]
    assert all("/kept-numbers-" in name for kept in both for name in kept.inputFiles())


@pytest.mark.long
def test_batches_are_small_in_rows_and_in_bytes(session: Session) -> None:
    def measured(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"id": [batch.num_rows, batch.nbytes]})

    many = session.spark.range(0, 25_000, 1, 1)
    long = session.spark.range(0, 200, 1, 1).selectExpr("repeat('x', 1000000) as text")
    rows = [row.id for row in session.map("rows", many, measured, NUMBERS).collect()][::2]
    sizes = [row.id for row in session.map("bytes", long, measured, NUMBERS).collect()][1::2]
    assert (max(rows), sum(rows)) == (10_000, 25_000)
    assert max(sizes) < 40 << 20
    assert sum(sizes) > 190 << 20


def test_a_shuffle_has_as_many_tasks_as_parts(session: Session) -> None:
    def counted(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pydict({"id": [sum(batch.num_rows for batch in batches)]})

    frame = numbers(session, 64).repartition("id")
    rows = session.map("tasks", frame, counted, NUMBERS).collect()
    assert len(rows) == session.parts == 4
    assert sum(row.id for row in rows) == 64


# --- time -------------------------------------------------------------------------------------


class Clock:
    """Stands for an accumulator."""

    value = 0.0

    def add(self, seconds: float) -> None:
        self.value += seconds


def test_the_clock_stands_while_a_stage_waits_and_is_waited_for() -> None:
    clock = Clock()

    def given() -> Iterator[int]:
        for number in range(3):
            busy(0.1)
            yield number
        busy(0.1)

    def stage(batches: Iterator[int]) -> Iterator[int]:
        for number in batches:
            busy(0.02)
            yield number

    made = []
    for number in _timed(stage, given(), clock):
        busy(0.1)
        made.append(number)
    assert made == [0, 1, 2]
    assert 0.05 < clock.value < 0.1


def test_the_clock_of_a_stage_that_is_left_early_counts_what_was() -> None:
    clock = Clock()

    def stage(batches: Iterator[int]) -> Iterator[int]:
        for number in batches:
            busy(0.02)
            yield number

    made = _timed(stage, iter(range(100)), clock)
    next(made)
    made.close()  # type: ignore[attr-defined]
    assert 0.01 < clock.value < 0.04


def test_seconds_are_counted_by_stage(session: Session) -> None:
    work = busy

    def slow(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            work(0.1)
            yield batch

    def quick(rows: pa.Table) -> pa.Table:
        return rows

    frame = session.map("slow", numbers(session), slow, NUMBERS)
    session.by_group("quick", frame, "id", quick, NUMBERS).collect()
    seconds = session.seconds()
    assert 0.4 <= seconds["slow"] < 1
    assert 0 < seconds["quick"] < 0.4


# --- faults -----------------------------------------------------------------------------------


def raising(fault: Callable[[], object]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def stage(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            fault()
            yield batch

    return stage


def run(session: Session, fault: Callable[[], object]) -> None:
    with told():
        session.map("raising", numbers(session), raising(fault), NUMBERS).collect()


@pytest.mark.parametrize("kind", [InputError, UsageError, OutputError, EngineError])
def test_an_error_of_ours_comes_from_an_executor_as_it_is(session: Session, kind: type[ReuseError]) -> None:
    message = 'line 7 is "odd"\n; mend – it'

    def fault() -> None:
        raise kind(message)

    def grouped(_rows: pa.Table) -> pa.Table:
        raise kind(message)

    with pytest.raises(kind) as raised:
        run(session, fault)
    assert str(raised.value) == message
    with pytest.raises(kind) as raised, told():
        session.by_group("raising", numbers(session), "id", grouped, NUMBERS).collect()
    assert str(raised.value) == message


def test_a_fault_of_a_stage_is_told_as_one_of_reuse(session: Session) -> None:
    with pytest.raises(EngineError, match=r"\(ZeroDivisionError: .*\), which is a fault of reuse"):
        run(session, lambda: 1 // 0)


def test_a_value_that_cannot_be_sent_is_told_as_a_fault_of_reuse(session: Session) -> None:
    lock = threading.Lock()
    with pytest.raises(
        EngineError, match=r"cannot be sent to executors \(.*lock.*\), which is a fault of reuse"
    ):
        run(session, lock.acquire)
    with pytest.raises(EngineError, match=r"cannot be sent to executors \(.*lock"), told():
        session.spark.sparkContext.broadcast(lock)


def test_a_python_that_is_killed(session: Session) -> None:
    def killed() -> None:
        os.kill(os.getpid(), 9)

    with pytest.raises(EngineError, match=r"was killed, .*memory"):
        run(session, killed)


def test_a_stage_without_memory(session: Session) -> None:
    def greedy() -> None:
        import resource

        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, before[1]))
        try:
            bytearray(64 << 30)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)

    with pytest.raises(EngineError, match=r"ran out of memory .*spark\.executor\.memory"):
        run(session, greedy)


def test_a_session_goes_on_after_faults(session: Session) -> None:
    assert numbers(session).count() == 1000


@pytest.mark.parametrize(
    ("place", "kind", "said"),
    [
        ("foo://a/b", UsageError, "no file system for foo://"),
        ("s3a://bucket/b", UsageError, "S3AFileSystem, .*spark.jars.packages=org.apache.hadoop:hadoop-aws"),
        ("hdfs://127.0.0.1:1/b", EngineError, "nothing answers at "),
        ("hdfs://nowhere.invalid/b", EngineError, "the host nowhere.invalid is not known"),
        ("file:///no/such/place", EngineError, "/no/such/place is not there"),
    ],
)
def test_a_place_that_cannot_be_read(session: Session, place: str, kind: type[ReuseError], said: str) -> None:
    with pytest.raises(kind, match=said), told():
        session.spark.read.parquet(place).count()


def test_a_place_that_cannot_be_written(session: Session) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*file:/proc/x"), told():
        numbers(session).write.parquet("file:///proc/x")


def test_no_space_left(session: Session) -> None:
    def full() -> None:
        with open("/dev/full", "wb", buffering=0) as disk:
            disk.write(b"x")

    with pytest.raises(EngineError, match=r"no space left .*spark\.local\.dir"):
        run(session, full)


# --- sessions that run already ------------------------------------------------------------------


def test_a_session_that_runs_is_used_and_left_running(session: Session) -> None:
    with open_session("local[2]", {"spark.sql.shuffle.partitions": "7"}) as other:
        assert other.parts == 7
        assert other.spark.sparkContext is session.spark.sparkContext
        assert other.work != session.work
    assert session.spark.conf.get("spark.sql.shuffle.partitions") == str(session.parts)
    assert numbers(session).count() == 1000


@pytest.mark.parametrize(
    ("master", "conf", "said"),
    [
        ("local[1]", {}, r"runs in this process already, on local\[2\]"),
        ("local[2]", {"spark.executor.memory": "7g"}, "spark.executor.memory cannot be changed"),
    ],
)
def test_a_session_that_runs_cannot_be_made_another(
    session: Session, master: str, conf: dict[str, str], said: str
) -> None:
    assert session.parts
    with pytest.raises(UsageError, match=said), open_session(master, conf):
        raise AssertionError


def test_the_session_of_a_notebook(session: Session, tmp_path: Path) -> None:
    mine = Session.of(session.spark, str(tmp_path / "work [here] {x}*"), 3)
    assert mine.parts == 3
    assert mine.work == f"file://{tmp_path}/work [here] {{x}}*"
    assert mine.keep("numbers", numbers(mine)).count() == 1000
    assert len(list((tmp_path / "work [here] {x}*").glob("numbers-*/_SUCCESS"))) == 1


def test_a_session_of_spark_connect_is_refused() -> None:
    with pytest.raises(UsageError, match="Spark Connect"):
        Session.of(object(), "/rows")  # type: ignore[arg-type]


def test_a_checkpoint_is_a_folder_of_its_own_that_goes(session: Session, tmp_path: Path) -> None:
    assert session.parts
    with open_session("local[2]", checkpoint=str(tmp_path)) as other:
        other.keep("numbers", numbers(other))
        (folder,) = tmp_path.glob("reuse-*")
        assert other.work == f"file://{folder}"
        assert len(list(folder.glob("numbers-*"))) == 1
    assert not list(tmp_path.glob("*reuse-*"))


def test_a_checkpoint_that_cannot_be_made(session: Session) -> None:
    assert session.parts
    with pytest.raises(OutputError, match="file:///proc/"), open_session("local[2]", checkpoint="/proc/x"):
        raise AssertionError


# --- a Spark of its own -----------------------------------------------------------------------


def alone(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process and a folder of its own."""
    some = {name: value for name, value in os.environ.items() if name != "PYSPARK_PYTHON"}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=folder, env=some | environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.long
def test_spark_says_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    done = alone(
        """
import os, signal
from reuse.engines.spark.session import open_session
from reuse.errors import EngineError
before = signal.getsignal(signal.SIGINT)
try:
    with open_session() as session:
        cores = session.spark.sparkContext.defaultParallelism
        print(session.spark.range(10).count(), session.parts == 2 * cores)
        session.spark.range(1).selectExpr("raise_error('odd')").collect()
except EngineError as fault:
    print("told" if "odd" in str(fault) else fault)
print(signal.getsignal(signal.SIGINT) is before, os.environ.get("PYSPARK_PYTHON"), os.listdir())
with open_session("local[1]") as session:
    print(session.spark.range(10).count(), session.parts)
""",
        tmp_path,
        TMPDIR=str(tmp_path / ".."),
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["10 True", "told", "True None []", "10 2"]
    assert done.returncode == 0
    assert not list(tmp_path.parent.glob("reuse-*"))


OPEN = """
import sys
from reuse import errors
{before}
from reuse.engines.spark.session import open_session
try:
    with open_session("local[1]", {conf!r}):
        print("open")
except errors.ReuseError as fault:
    print(type(fault).__name__, fault)
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "conf", "said"),
    [
        (
            "import reuse; reuse.__version__ = '9.9.9'",
            {},
            "EngineError executors on {host} run textreuse {version}, this machine 9.9.9; have the wheel",
        ),
        (
            "",
            {"spark.pyspark.python": "/no/such/python"},
            "EngineError executors cannot start /no/such/python; ",
        ),
        ("", {"spark.pyspark.python": "{bare}"}, "EngineError executors on {host} (Python 3."),
        ("", {"spark.driver.memory": "lots"}, "UsageError Java cannot have the memory it was told to take"),
    ],
    ids=["another version", "no Python", "no package", "no memory"],
)
def test_what_does_not_fit_is_told_before_any_work(
    tmp_path: Path, before: str, conf: dict[str, Any], said: str
) -> None:
    import platform

    from reuse import __version__

    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    conf = {key: value.format(bare=tmp_path / "bare/bin/python") for key, value in conf.items()}
    done = alone(OPEN.format(before=before, conf=conf), tmp_path)
    assert done.stderr == ""
    assert done.stdout.startswith(said.format(host=platform.node(), version=__version__)), done.stdout
    assert done.stdout.count("\n") == 1


@pytest.mark.long
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_is_interrupted_leaves_nothing(tmp_path: Path, number: signal.Signals, code: int) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "reuse", "audit", "seeds/sources", "seeds/pages", "--engine", "spark"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [*command, "--master", "local[1]"], cwd=root, env=environment, stderr=subprocess.PIPE, text=True
    ) as running:
        while not list(tmp_path.glob("reuse-*/sources-*")):
            assert running.poll() is None
            sleep(0.1)
        (java,) = children(running.pid)
        running.send_signal(number)
        _, err = running.communicate(timeout=120)
    assert running.returncode == code
    assert err == ("reuse: interrupted; nothing half-written is left\n" if code == 130 else "")
    assert not list(tmp_path.glob("reuse-*"))
    for _ in range(300):
        if not Path(f"/proc/{java}").exists():
            return
        sleep(0.1)
    raise AssertionError("Java goes on")


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
