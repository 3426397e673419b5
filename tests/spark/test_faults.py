"""Covers what a cluster does to a run: executors that are killed, now and then or always, no master, no folder.

On ``local-cluster``: a master, workers and executors as processes of this machine. It takes minutes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="needs Java"),
]

ROOT = Path(__file__).parents[2]
CLUSTER = "local-cluster[2,1,1024]"
#: What the programs below begin with.
HEAD = f"""
import os, sys, threading, time
from pathlib import Path
import pyarrow as pa
from reuse.engines.spark.session import open_session
from reuse.errors import ReuseError
from tests.spark.test_faults import executors

CLUSTER = {CLUSTER!r}
NUMBERS = pa.schema([("id", pa.int64())])
"""


def executors(process: int) -> list[int]:
    """Return the executors among all that a process has started, and those have."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return [child for child in parents if process in _line(child, parents) and _is_executor(child)]


def _line(process: int, parents: dict[int, int]) -> Iterator[int]:
    while process in parents:
        process = parents[process]
        yield process


def _is_executor(process: int) -> bool:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words


def alone(code: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process and a folder of its own."""
    command = [sys.executable, "-c", HEAD + code, *arguments]
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=here, capture_output=True, text=True, check=False, timeout=900
    )


def test_an_executor_that_is_killed_in_the_middle_of_a_stage_costs_no_row(tmp_path: Path) -> None:
    done = alone(
        """
BEGUN = Path("begun").absolute()

def stage(batches):
    import time
    for batch in batches:
        with open(f"{BEGUN}-{batch['id'][0]}", "w"):
            time.sleep(1)
        yield batch

def kill():
    while not list(BEGUN.parent.glob("begun-*")):
        time.sleep(0.1)
    os.kill(executors(os.getpid())[0], 9)
    print("killed")

with open_session(CLUSTER) as session:
    killer = threading.Thread(target=kill)
    killer.start()
    frame = session.spark.range(0, 1000, 1, 8)
    made = session.map("slow", frame, stage, NUMBERS).repartition("id")
    rows = session.keep("rows", session.map("again", made, stage, NUMBERS)).collect()
    killer.join()
    print(sorted(row.id for row in rows) == list(range(1000)))
""",
        tmp_path,
    )
    assert done.stdout.splitlines() == ["killed", "True"]
    assert (done.returncode, done.stderr) == (0, "")


def test_executors_that_are_killed_again_and_again_are_told(tmp_path: Path) -> None:
    done = alone(
        """
def deadly(batches):
    import os
    daemon = os.getppid()
    with open(f"/proc/{daemon}/stat") as stat:
        executor = int(stat.read().rpartition(")")[2].split()[1])
    os.kill(executor, 9)
    time.sleep(60)
    yield from batches

try:
    with open_session(CLUSTER) as session:
        session.map("deadly", session.spark.range(0, 2, 1, 2), deadly, NUMBERS).collect()
except ReuseError as fault:
    print(type(fault).__name__, fault)
""",
        tmp_path,
    )
    assert done.stdout.startswith("EngineError an executor was killed or ran out of memory (")
    assert "spark.executor.memory" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_a_master_that_is_not_there(tmp_path: Path) -> None:
    done = alone(
        """
try:
    with open_session("spark://127.0.0.1:1", checkpoint=os.getcwd()):
        print("open")
except ReuseError as fault:
    print(type(fault).__name__, fault)
""",
        tmp_path,
    )
    assert done.stdout.startswith("EngineError the master does not answer; ")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_executors_do_not_reach(tmp_path: Path) -> None:
    """A cluster of one machine reaches all of it: so the folder goes before they look."""
    done = alone(
        """
import shutil
from reuse.engines.spark import session as module
ask = module.require_executors

def gone(spark, work):
    shutil.rmtree(work.removeprefix("file://"))
    ask(spark, work)

module.require_executors = gone
try:
    with open_session(CLUSTER, checkpoint=os.getcwd()):
        print("open")
except ReuseError as fault:
    print(type(fault).__name__, fault)
""",
        tmp_path,
    )
    assert done.stdout.startswith(f"EngineError file://{tmp_path}/reuse-")
    assert "is not there for executors on " in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_an_audit_in_which_executors_are_killed_has_the_same_findings() -> None:
    command = [
        sys.executable,
        "-m",
        "reuse",
        "audit",
        "seeds/sources",
        "seeds/pages",
        "--all",
        "-f",
        "jsonl",
        "-q",
    ]
    alone = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    cluster = ["--engine", "spark", "--master", CLUSTER]
    with subprocess.Popen(
        [*command, *cluster], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        killed: set[int] = set()
        while running.poll() is None and len(killed) < 4:
            for process in set(executors(running.pid)) - killed:
                time.sleep(5)  # it has begun to work
                killed.add(process)
                with contextlib.suppress(ProcessLookupError):  # the audit has ended
                    os.kill(process, signal.SIGKILL)
        out, err = running.communicate(timeout=900)
    assert len(killed) == 4
    assert (running.returncode, out) == (0, alone.stdout), err.decode()
    assert err == alone.stderr
