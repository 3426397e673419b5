"""Kills and power cuts: a short turn of both; at length they are run by themselves.

Covers: every command that writes files. Compares against: what was on disk before, and what a run that nobody
stopped has written, byte for byte.
Run: ``pytest -m slow tests/test_kills.py``; at length ``python -m tests.trials.kills --times 1000 --jobs 2``
and ``python -m tests.trials.power --jobs 2``
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reuse.drafts import beside, scratch, take_place
from reuse.errors import OutputError
from reuse.report.folder import Draft
from reuse.report.moving import moving, standing
from reuse.report.reading import read_report
from tests.test_resume import ARGUMENTS, Call, Report, call, expected, files_of
from tests.trials import calls, kills, power

__all__ = ["call", "expected"]  # fixtures

needs_compiler = pytest.mark.skipif(calls.COMPILER is None, reason="g++ is not installed")


@needs_compiler
@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("tests.trials.kills", ["--times", "18"]),
        ("tests.trials.power", ["--only", "audit over,report csv,diff", "--complete", "2"]),
    ],
)
def test_what_is_stopped_is_done_or_undone_and_completed(module: str, arguments: list[str]) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "; 0 faults\n" in done.stdout


def test_texts_that_were_written_and_not_committed_are_there_once(
    call: Call, expected: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first batch was on disk, and no word of how far."""

    def interrupted(folder: Path) -> None:
        if folder.name == ".unfinished":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("reuse.report.folder.sync", interrupted)
        assert call(*ARGUMENTS).code == 130
    assert Path("report/.unfinished/texts.jsonl").stat().st_size
    assert not Path("report/.unfinished/progress.jsonl").exists()
    again = call(*ARGUMENTS, "--resume")
    assert (again.code, again.out, files_of(Path())) == (3, *expected)


# --- a report that takes its place ----------------------------------------------------------------


@pytest.fixture
def half_moved(call: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a report folder, of another audit before, of which half has taken its place."""
    call("audit", "mine.jsonl", "pages/web1.html", "-o", "report")
    Path("report/clusters.jsonl").write_text("of an earlier run")
    original, left = os.replace, iter(range(6))

    def replaced(draft: Path, path: Path) -> None:
        if next(left, None) is None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        original(draft, path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replaced)
        assert "Input/output error" in call(*ARGUMENTS).err
    assert moving(Path("report/.unfinished")) is not None
    assert {"findings.jsonl"} < set(os.listdir("report/.unfinished"))
    return Path("report")


def test_of_a_report_that_takes_its_place_all_is_read(call: Call, half_moved: Path, expected: Report) -> None:
    lines = expected.files["findings.jsonl"].splitlines()
    for name in (half_moved, half_moved / "findings.jsonl"):
        told = read_report(str(name))
        assert [one.id for one in told.findings] == [json.loads(line)["finding"] for line in lines]
        assert told.run == json.loads(expected.files["run.json"])
        assert told.texts_of(told.findings)
    assert not standing(half_moved, "clusters.jsonl").exists()
    assert call("report", "report", "-f", "csv").code == 0


@pytest.mark.slow
@pytest.mark.usefixtures("half_moved")
@pytest.mark.parametrize("more", [[], ["--resume"]])
def test_what_took_its_place_is_there_before_another_audit_begins(
    call: Call, expected: Report, more: list[str]
) -> None:
    refused = call(*ARGUMENTS[:3], "gone.jsonl", *ARGUMENTS[4:], *more)
    assert refused.code == 2
    assert files_of(Path()) == expected.files
    assert call(*ARGUMENTS, *more).code == 3
    assert files_of(Path()) == expected.files


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[]",
        b"{}",
        b"\0" * 9,
        b'{"files": 1, "stale": []}',
        b'{"files": ["../x"], "stale": ["../mine.jsonl"]}',
    ],
)
def test_what_others_say_of_a_report_moves_and_deletes_nothing(
    tmp_path: Path, expected: Report, told: bytes
) -> None:
    report = tmp_path / "report"
    (report / ".unfinished").mkdir(parents=True)
    for name, content in expected.files.items():
        (report / name).write_bytes(content)
    (tmp_path / "mine.jsonl").write_text("the work of years")
    (report / ".unfinished" / "moving.json").write_bytes(told)
    assert len(read_report(str(report)).findings) > 3
    with Draft(str(report)):
        pass
    assert files_of(tmp_path) == expected.files
    assert (tmp_path / "mine.jsonl").exists()


# --- drafts -------------------------------------------------------------------------------------


def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / "told.csv"
    if not (process := os.fork()):
        with beside(path) as unfinished:
            (unfinished / "below").mkdir()
            (unfinished / "below" / "half").write_text("hal")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(process, 0)
    assert len(list(tmp_path.rglob("half"))) == 1
    with beside(path) as unfinished:
        assert list(unfinished.iterdir()) == []
        (unfinished / "draft").write_text("whole")
        take_place(unfinished / "draft", path)
    assert [one.name for one in tmp_path.iterdir()] == ["told.csv"]


def test_one_at_a_time_writes_to_a_place(tmp_path: Path) -> None:
    with beside(tmp_path / "a"), beside(tmp_path / "b"):
        with (
            pytest.raises(OutputError, match=r"another run is writing to .*/a; wait for it"),
            beside(tmp_path / "a"),
        ):
            pass
        assert len(list(tmp_path.iterdir())) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_a_folder_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "told.csv"
    with beside(path) as unfinished:
        name = unfinished
    name.mkdir()
    os.chown(name, 12345, -1)
    with pytest.raises(OutputError, match="is of another user"), beside(path):
        pass
    name.rmdir()
    name.symlink_to(tmp_path)
    with pytest.raises(NotADirectoryError), beside(path):
        pass


@pytest.mark.parametrize("of", ["rmdir", "unlink"])
def test_a_folder_of_scratch_that_may_not_go_is_no_fault(of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with scratch() as folder:
        Path(folder, "draft").touch()
        monkeypatch.setattr(os, of, refuse)
    assert Path(folder).is_dir()
    monkeypatch.undo()
    shutil.rmtree(folder)


# --- what the trials are worth ---------------------------------------------------------------------


def a_disk(here: Path) -> power.Disk:
    (here / "kept").mkdir()
    (here / "kept" / "old").write_bytes(b"old")
    return power.Disk(here)


def left(disk: power.Disk) -> list[dict[str, bytes | None]]:
    found = [cut.state for cut in disk.cuts(0)]
    return [state for place, state in enumerate(found) if state not in found[:place]]


def test_what_was_not_synced_may_be_lost(tmp_path: Path) -> None:
    disk = a_disk(tmp_path)
    new, old, folder = (str(tmp_path / "kept" / name) for name in ("new", "old", ""))

    def a_call(kind: str, path: str, other: str = "", data: bytes = b"", *, is_new: bool = False) -> None:
        disk.do(calls.Call(kind, path.rstrip("/"), other, 1, 0, data, is_new))

    before: dict[str, bytes | None] = {"kept": None, "kept/old": b"old"}
    assert left(disk) == [before]
    a_call("o", new, is_new=True)
    a_call("w", new, data=b"1234")
    contents = [b"", b"12", b"1234"]
    assert left(disk) == [before, *({**before, "kept/new": content} for content in contents)]
    a_call("s", new)
    assert left(disk) == [before, {**before, "kept/new": b"1234"}]
    a_call("r", new, old)
    after = {"kept": None, "kept/old": b"1234"}
    assert {**before, "kept/new": b"1234"} in left(disk)
    assert before in left(disk)
    assert after in left(disk)
    a_call("s", folder)
    assert left(disk) == [after]


def test_commits_are_tried_before_any_is_tried_twice() -> None:
    found = kills.moments("wwsrwu", 1.0, random.Random(0), "calls")
    first = [next(found) for _ in range(6 + 9)]
    assert {one.call for one in first[:6]} == {2, 3, 5}
    assert {one.call for one in first[6:]} == {0, 1, 4}
