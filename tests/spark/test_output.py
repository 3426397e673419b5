"""Covers `reuse.engines.spark.output`: findings as Parquet and JSON Lines, whole or not at all."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from pyspark.sql import DataFrame

from reuse.engines.spark.output import FINDINGS, Output, finding_rows
from reuse.engines.spark.places import Place
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


@pytest.mark.parametrize("count", [0, 1, 40])
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


@pytest.mark.parametrize("last", range(6))
def test_of_places_that_cannot_all_be_taken_none_is(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    with Output(session, str(tmp_path)) as out:
        out.finish(frame_of(session, made(2)), RUN)
    before = lines(tmp_path)
    rename, done = Place.rename, list[str]()
    findings = frame_of(session, made(6))

    def some(self: Place, to: Place) -> None:
        done.append(self.uri)
        if len(done) == last + 1:
            raise OutputError("the wire is cut")
        rename(self, to)

    monkeypatch.setattr(Place, "rename", some)
    with pytest.raises(OutputError, match="the wire is cut"), Output(session, str(tmp_path)) as out:
        out.finish(findings, {"version": "2"})
    assert shown(tmp_path) == FILES
    assert lines(tmp_path) == before
    assert json.loads((tmp_path / "run.json").read_bytes()) == RUN
    assert len(pyarrow.parquet.read_table(tmp_path / "findings.parquet")) == 2


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
