"""Covers what of the engine spark runs without Spark: its flags, what starting takes, how faults are told."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reuse import __version__, errors
from reuse.cli.engine import open_engine, require_engine
from reuse.engines.spark import executors, installed
from reuse.engines.spark.faults import carry, error_of
from reuse.errors import EngineError, OutputError, ReuseError, UsageError
from reuse.index import build
from reuse.options import ALGORITHM, Options
from reuse.values import Document

if TYPE_CHECKING:
    from tests.conftest import Command

FLAGS: dict[str, Any] = {
    "engine": "spark",
    "master": None,
    "spark_conf": (),
    "checkpoint": None,
    "output": None,
    "resume": False,
}


def program(path: Path, *lines: str) -> Path:
    """Write a shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


# --- flags ------------------------------------------------------------------------------------


def test_the_local_engine_takes_anything() -> None:
    require_engine(FLAGS | {"engine": "local", "resume": True, "output": "report"}, ["-", "pages"])


@pytest.mark.parametrize(
    ("name", "value", "flag"),
    [
        ("master", "local[2]", "--master"),
        ("spark_conf", ("spark.a=b",), "--spark-conf"),
        ("checkpoint", "hdfs://a/b", "--checkpoint"),
    ],
)
def test_flags_of_spark_do_nothing_without_it(name: str, value: object, flag: str) -> None:
    with pytest.raises(UsageError, match=f"{flag} does nothing without --engine spark"):
        require_engine(FLAGS | {"engine": "local", name: value}, ["pages"])


def test_one_machine_writes_to_no_address() -> None:
    with pytest.raises(UsageError, match="hdfs://a/report is an address"):
        require_engine(FLAGS | {"engine": "local", "output": "hdfs://a/report"}, ["pages"])
    require_engine(FLAGS | {"output": "hdfs://a/report"}, ["pages"])


def test_spark_does_not_go_on() -> None:
    with pytest.raises(UsageError, match=r"--resume .* begins anew"):
        require_engine(FLAGS | {"resume": True, "output": "report"}, ["pages"])


@pytest.mark.parametrize("name", ["audit", "dedupe"])
def test_spark_has_memory_of_its_own(name: str, command: Command) -> None:
    done = command(name, "pages", "pages", "--engine", "spark", "--memory", "2G")
    assert done.code == 2
    assert "--memory does nothing with --engine spark" in done.err


def test_spark_reads_no_standard_input() -> None:
    with pytest.raises(UsageError, match="standard input"):
        require_engine(FLAGS, ["pages", "-"])


def test_spark_reads_no_index(tmp_path: Path) -> None:
    index = str(tmp_path / "archive.index")
    build(index, [Document("a", "some words of a text " * 20, "a.txt")], Options())
    with pytest.raises(UsageError, match=r"archive\.index is an index"):
        require_engine(FLAGS, ["pages", index])


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("spark.a", "is no setting"),
        ("=b", "is no setting"),
        ("spark.a=", "is no setting"),
        ("executor.memory=8g", "is no setting"),
        ("spark.master=yarn", "write --master yarn"),
    ],
)
def test_a_setting_is_refused_before_spark_is_looked_for(setting: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        open_engine(FLAGS | {"spark_conf": (setting,)}, Options())


def test_a_cluster_needs_a_folder_before_it_is_started() -> None:
    with (
        pytest.raises(UsageError, match=r"spark://host:7077 reach no temporary folder.*--checkpoint"),
        open_engine(FLAGS | {"master": "spark://host:7077"}, Options()),
    ):
        raise AssertionError


def test_spark_connect_is_refused_before_it_is_asked() -> None:
    with (
        pytest.raises(UsageError, match="sc://host is one of Spark Connect"),
        open_engine(FLAGS | {"master": "sc://host"}, Options()),
    ):
        raise AssertionError


# --- what it takes to start ---------------------------------------------------------------------


@pytest.mark.parametrize("package", ["pyspark", "pyarrow", "pandas"])
def test_a_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else find(name))
    with pytest.raises(UsageError, match=rf"takes {package}, .*pip install 'textreuse\[spark\]'"):
        open_engine(FLAGS, Options())


def test_an_old_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "3.5.1")
    with pytest.raises(UsageError, match=r"pyspark is 3\.5\.1"):
        installed.require_spark()


def test_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="openjdk-17-jre-headless"):
        installed.require_java()


def test_a_home_of_java_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=f"JAVA_HOME is {tmp_path}, where there is no bin/java"):
        installed.require_java()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["echo 'openjdk version \"11.0.2\" 2019-01-15' >&2"], "is Java 11, which is too old"),
        (["echo 'java version \"1.8.0_402\"' >&2"], "is Java 8, which is too old"),
        (["echo gibberish >&2"], r"does not tell which Java it is \(gibberish\)"),
        (["exit 3"], r"\(exit status 3\)"),
    ],
)
def test_a_java_that_will_not_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: list[str], said: str
) -> None:
    program(tmp_path / "bin" / "java", *lines)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=said):
        installed.require_java()


def test_a_java_that_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "java", "echo 'openjdk version \"21\" 2023-09-19' >&2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    installed.require_java()


def test_a_java_that_is_no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "java").write_bytes(os.urandom(16) + b"\0")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="Java does not start"):
        installed.require_java()


# --- hosts ------------------------------------------------------------------------------------

HERE = executors.Host("node7", "3.11.2", __version__, ALGORITHM, "", reaches=True)


def test_a_host_like_this_one() -> None:
    executors.require_host(HERE, "hdfs://a/work")
    executors.require_version(__version__, ALGORITHM)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        (
            HERE._replace(version="0.0.9"),
            f"node7 run textreuse 0.0.9, this machine {__version__}; have the wheel",
        ),
        (HERE._replace(algorithm=3), rf"node7 run textreuse {__version__} \(algorithm 3\), this machine"),
        (
            HERE._replace(version="", fault="No module named 'numpy'"),
            "node7 .* No module named 'numpy'; have the",
        ),
        (HERE._replace(reaches=False), "file:///work is not there for executors on node7; .*--checkpoint"),
    ],
)
def test_a_host_unlike_this_one(host: executors.Host, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        executors.require_host(host, "file:///work")


@pytest.mark.parametrize("made", [("9.9", ALGORITHM), (__version__, ALGORITHM + 1)])
def test_a_stage_of_another_version(made: tuple[str, int]) -> None:
    with pytest.raises(
        EngineError, match=f"run textreuse {__version__}, the machine that asks them .*9|algorithm"
    ):
        executors.require_version(*made)


# --- how faults are told ------------------------------------------------------------------------

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ReuseError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "message", ["", "is odd; mend it", 'two\nlines, "quotes"] and \\n', "Ünïcödé \ud800 \x00"]
)
def test_an_error_of_ours_comes_back_as_it_was(kind: type[ReuseError], message: str) -> None:
    fault = kind.__new__(kind)
    fault.args = (message,)
    raised = carry(fault)
    told = (
        f"PythonException: \nTraceback (most recent call last):\n  File x\n{type(raised)}: {raised}\n\tat a.b"
    )
    again = error_of(told)
    assert type(again) is kind
    assert str(again) == message


def test_a_text_that_names_no_error_of_ours_makes_none() -> None:
    again = error_of('CarriedError: reuse-error:["SystemExit", "gone"]')
    assert type(again) is EngineError
    assert str(again) == "gone"


LOST = (
    "org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 4.0 failed 4 times, "
    "most recent failure: Lost task 0.3 in stage 4.0 (TID 17) (h executor 7): ExecutorLostFailure (executor 7 "
    "exited caused by one of the running tasks) Reason: {}\nDriver stacktrace:\n\tat org.apache.spark.X(Y:1)"
)


@pytest.mark.parametrize(
    ("told", "kind", "said"),
    [
        (LOST.format("worker lost"), EngineError, "executors were lost too often"),
        (LOST.format("Command exited with code 137"), EngineError, "ran out of memory.*spark.executor.memory="),
        ("java.lang.OutOfMemoryError: Java heap space", EngineError, "ran out of memory"),
        (
            "Container killed by YARN for exceeding physical memory limits. 5 GB",
            EngineError,
            "ran out of memory",
        ),
        ("ModuleNotFoundError: No module named 'reuse'", EngineError, "lack the module reuse; have"),
        (
            "No module named 'reuse.engines.spark.lanes'",
            EngineError,
            "lack the module reuse.engines.spark.lanes",
        ),
        (
            "AttributeError: Can't get attribute '_far' on <module 'reuse.engines.spark.lanes' from 'x'>",
            EngineError,
            "another version of reuse.engines.spark.lanes, which lacks _far",
        ),
        (
            "[PYTHON_VERSION_MISMATCH] Python in worker has another version: 3.10 than that in driver: 3.11, ",
            EngineError,
            "Python is 3.10 on executors and 3.11 here",
        ),
        ('java.io.IOException: Cannot run program "/opt/py": error=2', EngineError, "cannot start /opt/py"),
        ("java.io.IOException: No space left on device", EngineError, "no space left.*spark.local.dir"),
        ("Could not parse Master URL: 'there'", UsageError, "'there' is no master"),
        ("Invalid master URL: spark://a", UsageError, "'spark://a' is no master"),
        ("ERROR All masters are unresponsive! Giving up.", EngineError, "the master does not answer"),
        (
            'UnsupportedFileSystemException: No FileSystem for scheme "foo"',
            UsageError,
            "no file system for foo://",
        ),
        (
            "ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found",
            UsageError,
            "hadoop-aws",
        ),
        (
            "Call From a/1.2.3.4 to b:8020 failed on connection exception: java.net",
            EngineError,
            "nothing answers at b:80",
        ),
        (
            "IllegalArgumentException: java.net.UnknownHostException: nowhere",
            EngineError,
            "host nowhere is not known",
        ),
        (
            "AccessControlException: Permission denied: user=a, access=WRITE",
            OutputError,
            "user=a, access=WRITE",
        ),
        ("Mkdirs failed to create file:/proc/x (exists=false)", OutputError, "cannot write .*file:/proc/x"),
        (
            "[PATH_NOT_FOUND] Path does not exist: file:/a/b. SQLSTATE: 42K03",
            EngineError,
            "file:/a/b is not there",
        ),
        ("Invalid maximum heap size: -Xmxfoo\nError: ", UsageError, "-Xmxfoo.*spark.driver.memory"),
        (
            "Py4JNetworkError: Answer from Java side is empty",
            EngineError,
            "the Java process of Spark on this machine has ended",
        ),
        ("PySparkRuntimeError: [JAVA_GATEWAY_EXITED] Java gateway process exited", EngineError, "has ended"),
        (
            "Total size of serialized results of 9 tasks (1.1 GiB) is bigger than spark.driver.maxResultSize",
            EngineError,
            "1.1 GiB of rows",
        ),
        (
            'Traceback (most recent call last):\n  File "/a/b.py", line 7, in c\nZeroDivisionError: odd\n',
            EngineError,
            r"a stage fails on an executor \(ZeroDivisionError: odd, in line 7 of b.py\), which is a fault",
        ),
        ("x\nCaused by: java.io.FooException: odd\n\tat a.b", EngineError, "Spark fails: odd; --spark-conf"),
        ("", EngineError, "Spark fails: nothing is told of it"),
    ],
)
def test_what_spark_tells_becomes_fault_and_remedy(told: str, kind: type[ReuseError], said: str) -> None:
    fault = error_of(told)
    assert type(fault) is kind
    assert "\n" not in str(fault)
    with pytest.raises(kind, match=said):
        raise fault


@pytest.mark.parametrize(
    "told", ["a" * 10**6, "Traceback (most recent call last):" * 20_000, "\n" * 10**6, "(" * 10**6]
)
def test_long_texts_are_told_shortly_and_soon(told: str) -> None:
    from time import process_time

    begin = process_time()
    assert len(str(error_of(told))) < 1000
    assert process_time() - begin < 5
