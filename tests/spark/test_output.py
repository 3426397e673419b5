"""Covers `reuse.engines.spark.output`: findings as Parquet and JSON Lines, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
from collections.abc import Callable, Sequence
from itertools import count as numbers
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from pyspark.sql import DataFrame

from reuse.engines.spark import output
from reuse.engines.spark.output import FINDINGS, Output, finding_rows
from reuse.engines.spark.session import Session, spark_schema
from reuse.errors import EngineError, OutputError, UsageError
from reuse.findings import Finding
from reuse.report.records import json_line, record
from tests.made_findings import finding, page, source

pytestmark = [pytest.mark.slow, pytest.mark.spark]

RUN = {"version": "1", "inputs": {"pages": ["ü"]}}
FILES = ["findings.jsonl", "findings.parquet", "run.json"]


def made(count: int) -> list[Finding]:
    """Return findings in page order, then by source id: two sources for each page."""
    return [
        finding(
            page=page()._replace(id=f"page {number // 2} \x1b[1m"),
            source=source()._replace(id=f"{'ab'[number % 2]}\udcff"),
            reasons=(f"reason {number}", "ünd"),
        )
        for number in range(count)
    ]


def frame_of(session: Session, findings: Sequence[Finding]) -> DataFrame:
    """Return findings as rows in any order, in some parts."""
    position = np.arange(len(findings)) // 2 << 32
    rows = pa.Table.from_batches([finding_rows(findings, position, "digest")], FINDINGS).to_pylist()
    random.Random(7).shuffle(rows)
    told = [tuple(row.values()) for row in rows]
    return session.spark.createDataFrame(told, spark_schema(FINDINGS)).repartition(3)


def lines(folder: Path) -> str:
    parts = sorted((folder / "findings.jsonl").glob("part-*"))
    return "".join(part.read_text("utf-8") for part in parts)


def shown(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".crc"))


def test_rows_have_the_columns_and_the_values_of_findings() -> None:
    (one,) = made(1)
    (row,) = finding_rows([one], np.array([5]), "digest").to_pylist()
    assert list(row) == FINDINGS.names
    assert (row["position"], row["source_key"]) == (5, b"a\xed\xb3\xbf")
    assert (row["source"], row["page"], row["verdict"]) == ("a\\udcff", one.page.id, one.verdict)
    assert row["reason"] == "reason 0; ünd"
    assert row["record"] + "\n" == json_line(record(one, "digest"))
    told = json.loads(row["record"])
    assert told["source"]["id"] == one.source.id
    for name in (
        "matched_words",
        "credited_words",
        "longest_run",
        "share_of_page",
        "share_of_source",
        "resemblance",
    ):
        assert row[name] == told["scores"][name]
    for side in ("page", "source"):
        assert row[f"{side}_words"] == told[side]["words"]
        assert row[f"{side}_sha256"] == told[side]["sha256"]


@pytest.mark.parametrize("count", [pytest.param(0, marks=pytest.mark.long), 40])
def test_what_is_written_is_what_one_machine_writes(session: Session, tmp_path: Path, count: int) -> None:
    findings = made(count)
    folder = tmp_path / "a report"
    with Output(session, f"file://{folder}") as out:
        out.finish(frame_of(session, findings), RUN)
    assert shown(folder) == FILES
    assert lines(folder) == "".join(json_line(record(one, "digest")) for one in findings)
    table = pyarrow.parquet.read_table(folder / "findings.parquet")
    assert table.schema.names == FINDINGS.names[2:]
    assert sorted(table["finding"].to_pylist()) == sorted(one.id for one in findings)
    assert json.loads((folder / "run.json").read_bytes()) == RUN


def test_an_earlier_one_is_replaced_and_other_files_stay(session: Session, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for count in (8, 2):
        with Output(session, str(tmp_path)) as out:
            out.finish(frame_of(session, made(count)), RUN)
    assert shown(tmp_path) == sorted([*FILES, "notes.txt"])
    assert lines(tmp_path).count("\n") == 2


@pytest.mark.long
def test_clusters_are_of_a_deduplication_alone(session: Session, tmp_path: Path) -> None:
    clusters = session.spark.range(5).selectExpr("concat('cluster ', id) as record").coalesce(1)
    with Output(session, str(tmp_path)) as out:
        out.finish(frame_of(session, made(2)), RUN, {"clusters.jsonl": clusters})
    assert shown(tmp_path) == sorted([*FILES, "clusters.jsonl"])
    (part,) = (tmp_path / "clusters.jsonl").glob("part-*")
    assert part.read_text() == "".join(f"cluster {number}\n" for number in range(5))
    with Output(session, str(tmp_path)) as out:
        out.finish(frame_of(session, made(2)), RUN)
    assert shown(tmp_path) == FILES


def test_what_was_there_stays_until_the_new_one_is_whole(session: Session, tmp_path: Path) -> None:
    with Output(session, str(tmp_path)) as out:
        out.finish(frame_of(session, made(2)), RUN)
    before = lines(tmp_path)
    with pytest.raises(EngineError) as raised, Output(session, str(tmp_path)):
        raise EngineError(lines(tmp_path))
    assert str(raised.value) == before
    odd = frame_of(session, made(4)).selectExpr("*", "IF(position > 0, raise_error('odd'), '') as more")
    with (
        pytest.raises(OutputError, match=f"cannot write to file://{tmp_path}: .*odd"),
        Output(session, str(tmp_path)) as out,
    ):
        out.finish(odd, RUN)
    assert lines(tmp_path) == before
    assert shown(tmp_path) == FILES


def test_a_new_folder_without_findings_goes(session: Session, tmp_path: Path) -> None:
    with pytest.raises(EngineError), Output(session, str(tmp_path / "new")):
        raise EngineError
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("folder", "kind", "said"),
    [
        ("file:///proc/report", OutputError, "file:///proc/report"),
        ("/dev/null/report", OutputError, "/dev/null"),
        (
            "hdfs://127.0.0.1:1/report",
            OutputError,
            r"cannot write to hdfs://127.0.0.1:1/report: nothing answers",
        ),
        ("s3a://bucket/report", UsageError, "hadoop-aws"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_begun(
    session: Session, folder: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=said), Output(session, folder):
        raise AssertionError


# --- runs that are cut off, on folders of this machine ------------------------------------------


class Killed(BaseException):
    """The process is killed: nothing that it does comes to anything any more."""


class Here:
    """A place that does as Hadoop's do, `left` times; then the process is killed, or a fault is told once."""

    left = -1
    fault: BaseException = Killed()

    def __init__(self, _spark: object, uri: str) -> None:
        self.uri = uri
        self.path = Path(uri.removeprefix("file://"))

    def __truediv__(self, name: str) -> Here:
        return Here(None, f"{self.uri}/{name}")

    def _does(self) -> None:
        if Here.left == 0:
            Here.left = 0 if isinstance(Here.fault, Killed) else -1
            raise Here.fault
        Here.left -= 1

    def exists(self) -> bool:
        self._does()
        return self.path.exists()

    def make(self) -> None:
        self._does()
        self.path.mkdir(parents=True, exist_ok=True)

    def write(self, content: bytes) -> None:
        self._does()
        self.path.write_bytes(content)

    def rename(self, to: Here) -> None:
        self._does()
        assert not to.path.exists()
        self.path.rename(to.path)

    def delete(self) -> None:
        self._does()
        shutil.rmtree(self.path) if self.path.is_dir() else self.path.unlink(missing_ok=True)


class Rows:
    """A frame that is written as one word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.write = self

    def sort(self, *_names: str) -> Rows:
        return self

    drop = select = sort

    def parquet(self, uri: str) -> None:
        folder = Here(None, uri)
        folder.make()
        (folder / "part-0").write(self.word.encode())

    text = parquet


REPORTS = ["nothing", "an audit", "a deduplication"]
RUN_OF = '{{\n  "version": "{}"\n}}\n'
LOCAL: Any = SimpleNamespace(spark=None)


def deliver(folder: Path, word: str, report: str) -> None:
    """Write a report that holds one word everywhere."""
    if report == "nothing":
        return
    rows: Any = Rows(word)
    with Output(LOCAL, str(folder)) as out:
        out.finish(rows, {"version": word}, {"clusters.jsonl": rows} if report == "a deduplication" else {})


def held(folder: Path) -> dict[str, str]:
    """Return what a folder holds, hidden files apart."""
    shown = folder.glob("[!.]*")
    return {path.name: (path / "part-0" if path.is_dir() else path).read_text() for path in shown}


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], None]:
    """Return what has the process end, or a step fail, after so many steps; on none it goes on."""
    monkeypatch.setattr(output, "Place", Here)
    monkeypatch.setattr(output, "apart", lambda call: call())

    def after(steps: int, fault: BaseException) -> None:
        monkeypatch.setattr(Here, "left", steps)
        monkeypatch.setattr(Here, "fault", fault)

    return after


@pytest.mark.parametrize("before", REPORTS)
@pytest.mark.parametrize("report", REPORTS[1:])
def test_a_run_that_fails_at_any_step_leaves_what_was_there(
    tmp_path: Path, cut: Callable[[int, BaseException], None], before: str, report: str
) -> None:
    for steps in numbers():
        folder = tmp_path / str(steps)
        cut(-1, Killed())
        deliver(folder, "old", before)
        old = held(folder)
        cut(steps, OutputError("the wire is cut"))
        try:
            deliver(folder, "new", report)
        except OutputError:
            assert held(folder) == old
            assert folder.exists() is bool(old)
            assert not (folder / ".unfinished").exists()
        if Here.left > 0:
            break
    assert steps > 20
    assert set(held(folder)) == {*FILES, *(["clusters.jsonl"] if report == "a deduplication" else [])}


@pytest.mark.parametrize(
    ("before", "report"),
    [("nothing", "an audit"), ("an audit", "a deduplication"), ("a deduplication", "an audit")],
)
def test_what_a_killed_run_leaves_is_put_right_even_if_the_next_is_killed(
    tmp_path: Path, cut: Callable[[int, BaseException], None], before: str, report: str
) -> None:
    """Whatever was killed where: in the end all is of one run, and nothing of a report is lost."""
    whole, ends = False, set()
    for steps in numbers():
        for again in random.Random(steps).sample(range(35), 3):
            folder = tmp_path / f"{steps}-{again}"
            folder.mkdir()
            (folder / "notes.txt").write_text("mine")
            deliver(folder, "old", before)
            old = held(folder)
            for left, word in ((steps, "new"), (again, "newer")):
                cut(left, Killed())
                with contextlib.suppress(Killed):
                    deliver(folder, word, report)
                whole |= word == "new" and Here.left > 0
            cut(-1, Killed())
            with pytest.raises(EngineError), Output(LOCAL, str(folder)):
                raise EngineError
            now = held(folder)
            if now != old:
                assert now.pop("notes.txt") == "mine"
                assert len(now) == 3 + (report == "a deduplication")
                assert {*now.values()} == {now["findings.jsonl"], RUN_OF.format(now["findings.jsonl"])}
            ends.add(now.get("findings.jsonl"))
            assert not (folder / ".unfinished").exists()
        if whole:
            break
    assert ends == {None if before == "nothing" else "old", "new", "newer"}
    assert steps > 20
