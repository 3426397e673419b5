"""What depends on the day depends on ``--as-of`` alone: nothing else looks at the clock.

Covers: all of ``reuse/``, by its source; `reuse audit --as-of` and its default, by what they write.
Run: ``pytest tests/test_as_of.py``
"""

from __future__ import annotations

import ast
import json
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reuse.report.folder import Draft
from tests.policy_example import write

if TYPE_CHECKING:
    from tests.conftest import Command

PACKAGE = Path(__file__).parents[1] / "reuse"
#: Calls that tell the day. Those that measure how long something takes do not.
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "ctime", "strftime"}
#: Modules whose names a call must be one of.
TELL = {"date", "datetime", "time", "dt"}


def looks_at_the_clock(source: str) -> bool:
    """Tell whether a source asks what day it is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and ast.unparse(node.value) in TELL:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "time" and CLOCKS & {x.name for x in node.names}:
            return True
    return False


def test_one_place_looks_at_the_clock() -> None:
    assert looks_at_the_clock("import datetime as dt\ndt.now()")
    assert looks_at_the_clock("from time import time")
    assert not looks_at_the_clock("import time\ntime.monotonic()")
    places = [
        file.relative_to(PACKAGE).as_posix()
        for file in sorted(PACKAGE.rglob("*.py"))
        if "cpp" not in file.parts and looks_at_the_clock(file.read_text("utf-8"))
    ]
    assert places == ["cli/options.py"]


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an archive, a policy and a crawl, to work in."""
    write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


ARGUMENTS = [
    "audit",
    "archive.jsonl",
    "crawl.warc.gz",
    "saved",
    "--policy",
    "policy.toml",
    "-o",
    "report",
    "-q",
]


def on(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock."""
    # By this name `reuse.cli` has the command.
    monkeypatch.setattr(import_module("reuse.cli.audit"), "today", lambda: date.fromisoformat(day))


def test_the_same_day_gives_the_same_bytes_on_any_day(
    command: Command, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    for clock in ("2026-11-22", "2031-01-01"):
        on(clock, monkeypatch)
        done = command(*ARGUMENTS, "--as-of", "2026-11-22", "-f", "jsonl")
        written.append((done, files_of(example / "report")))
    assert written[0] == written[1]


def test_the_default_is_today_and_is_recorded(
    command: Command, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on("2026-11-22", monkeypatch)
    command(*ARGUMENTS)
    by_default = files_of(example / "report")
    assert json.loads(by_default["run.json"])["as_of"] == "2026-11-22"
    on("2031-01-01", monkeypatch)
    command(*ARGUMENTS, "--as-of", "2026-11-22")
    assert files_of(example / "report") == by_default


def test_another_day_changes_what_is_of_the_day_and_nothing_else(command: Command, example: Path) -> None:
    told = []
    for day in ("2026-11-22", "2027-07-01"):
        command(*ARGUMENTS, "--as-of", day)
        lines = (example / "report" / "findings.jsonl").read_text("utf-8").splitlines()
        told.append({one["finding"]: one for one in map(json.loads, lines)})
    early, late = told
    assert early.keys() == late.keys()
    changed = {
        part: {one["source"]["id"] for name, one in early.items() if one[part] != late[name][part]}
        for part in ("standing", "precedence", "metadata")
    }
    # A suppression has expired; a date is believed that was to come.
    to_come = {"news-date-to-come"}
    assert changed == {"standing": {"news-suppressed"}, "precedence": to_come, "metadata": to_come}
    timeless = next(iter(early.values())).keys() - changed.keys()
    for name, one in early.items():
        assert {key: one[key] for key in timeless} == {key: late[name][key] for key in timeless}


def test_an_interrupted_audit_goes_on_as_of_the_day_it_was_begun(
    command: Command, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on("2026-11-22", monkeypatch)
    command(*ARGUMENTS)
    expected = files_of(example / "report")
    on("2026-11-22", monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(Draft, "finish", _interrupted)
        assert command(*ARGUMENTS[:-1]).code == 130
    on("2026-11-23", monkeypatch)
    assert command(*ARGUMENTS, "--resume").code == 0
    assert files_of(example / "report") == expected
    with monkeypatch.context() as patch:
        patch.setattr(Draft, "finish", _interrupted)
        command(*ARGUMENTS[:-1])
    other = command(*ARGUMENTS, "--resume", "--as-of", "2026-11-20")
    assert other.code == 2
    assert "an interrupted audit of other inputs" in other.err


def _interrupted(*_arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "22.11.2026", ""])
def test_what_is_no_day_is_refused(command: Command, day: str) -> None:
    done = command("audit", "a", "p", "--as-of", day)
    assert done.code == 2
    assert f"{day!r} is no day; write it as 2026-11-22" in done.err
