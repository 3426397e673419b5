"""Reports that somebody else has had in his hands: no value in them ends in a fault of ours.

Covers: ``reuse report`` in every form, ``reuse/report/reading.py``, ``parsing.py``. Compares against: the exit
codes of README.md, and that nothing which steers a terminal comes out. Run:
``pytest tests/test_forged_reports.py``
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reuse.cli.endings import exit_code
from reuse.cli.report import GROUPS
from reuse.report.reading import read_report
from tests.report_folders import write_folder
from tests.test_reading import audit, folder  # fixtures

if TYPE_CHECKING:
    from reuse.pipeline import Audit
    from tests.conftest import Command

__all__ = ["audit", "folder"]

#: What no value is, or what some are and others never.
ODD = [
    None,
    True,
    -1,
    0,
    7,
    10**9,
    10**30,
    10**400,
    1e300,
    0.5,
    "",
    "x",
    "\x1b[2J\x1b]0;forged\x07\u202e",
    "\ud800",
    "=1+1",
    "</script><script>alert(1)</script>",
    [],
    [5],
    ["a", 5],
    [[0, 10**9]],
    [[5, 3]],
    {},
    {"a": [1]},
]
FORMS = [
    ("-f", "table"),
    ("-f", "html"),
    ("-f", "html", "--no-text"),
    ("-f", "md"),
    ("-f", "csv"),
    ("-f", "jsonl"),
    ("--evidence", "case"),
    *(("--group-by", by) for by in GROUPS),
]


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in JSON."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(place for key, one in inner for place in places(one, (*above, key)))]


def put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[place[0]] = put(value[place[0]], place[1:], new)
    return changed


@pytest.fixture(scope="module")
def report(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a report that tells of its inputs, too."""
    where = tmp_path_factory.mktemp("sound")
    inputs = {"sources": "a.jsonl", "pages": ["p.txt"], "lists": [], "fields": {"text": None}}
    write_folder(where, audit.scored, audit, audit.run() | {"inputs": inputs})
    return where


def safe(text: str) -> bool:
    return not any(character in text for character in "\x1b\x07\u202e")


@settings(
    derandomize=True,
    deadline=None,
    max_examples=250,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), new=st.sampled_from(ODD), form=st.sampled_from(FORMS))
@example(data=None, new="\x1b[2J\u202e", form=("-f", "table"))
def test_no_forged_value_ends_in_a_fault_of_ours(
    data: st.DataObject | None, new: Any, form: tuple[str, ...], report: Path, command: Command, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    shutil.rmtree(forged, ignore_errors=True)
    shutil.rmtree(tmp_path / "case", ignore_errors=True)
    shutil.copytree(report, forged)
    name = data.draw(st.sampled_from(["findings.jsonl", "run.json"])) if data else "findings.jsonl"
    first, *others = (
        (forged / name).read_text("utf-8").splitlines()
        if name != "run.json"
        else [(forged / name).read_text("utf-8")]
    )
    told = json.loads(first)
    place = data.draw(st.sampled_from(places(told))) if data else ("reasons", 0)
    (forged / name).write_text("\n".join([json.dumps(put(told, place, new)), *others]), "utf-8")
    arguments = [str(tmp_path / "case") if argument == "case" else argument for argument in form]
    done = command("report", str(forged), *arguments)
    assert done.code in (0, 2, 3), (place, new, done.err)
    assert safe(done.out), (place, new)
    assert safe(done.err), (place, new)


@pytest.mark.parametrize("new", ODD, ids=repr)
@pytest.mark.parametrize("key", ["sha256", "text"])
def test_no_forged_text_ends_in_a_fault_of_ours(
    key: str, new: Any, report: Path, command: Command, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(report, forged)
    packed = forged / "texts.jsonl.zst"
    plain = zstandard.ZstdDecompressor().stream_reader(packed.read_bytes()).read().decode()
    first, *others = plain.splitlines()
    line = json.dumps(json.loads(first) | {key: new})
    packed.write_bytes(zstandard.compress("\n".join([line, *others]).encode()))
    done = command("report", str(forged), "-f", "html")
    assert done.code == 3
    assert "texts.jsonl.zst" in done.err


def test_a_bomb_is_refused_at_its_first_line(
    report: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(report, forged)
    (forged / "texts.jsonl.zst").write_bytes(zstandard.compress(b" " * 50_000_000))
    monkeypatch.setattr("reuse.report.reading._LONGEST", 1_000_000)
    told = read_report(str(forged))
    with pytest.raises(Exception, match="a line has more than 1,000,000 bytes"):
        told.texts_of(told.findings)


# --- dates, under a policy ----------------------------------------------------------------------

POLICY = """\
[publisher]
names = ["Example News"]

[[partner]]
name = "The Partner"
sites = ["partner.example"]
reference = "1"
from = 2026-01-01
until = 2026-12-31

[partner.terms]
full = true
after_days = 7
"""
ARTICLE = " ".join(f"word{number}" for number in range(100))


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a report whose one finding has dates on both sides, and with a policy."""
    folder = tmp_path_factory.mktemp("dated")
    article = {"id": "a", "text": ARTICLE, "date": "2026-03-02"}
    page = article | {"id": "p", "url": "https://partner.example/1", "date": "2026-03-20"}
    for name, line in (("articles.jsonl", article), ("pages.jsonl", page)):
        (folder / name).write_text(json.dumps(line), "utf-8")
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    inputs = [str(folder / name) for name in ("articles.jsonl", "pages.jsonl")]
    assert exit_code(["audit", *inputs, "--as-of", "2026-04-01", "-q", "-o", str(folder / "report")]) == 0
    return folder


@pytest.mark.parametrize(
    "new",
    [
        *ODD[2:],
        "garbage",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "\u0662026-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("side", ["source", "page"])
@pytest.mark.parametrize("bound", ["begin", "end"])
def test_no_forged_date_ends_in_a_fault_of_ours(
    bound: str, side: str, new: Any, dated: Path, command: Command, tmp_path: Path
) -> None:
    told = json.loads((dated / "report" / "findings.jsonl").read_text("utf-8"))
    (tmp_path / "run.json").write_bytes((dated / "report" / "run.json").read_bytes())
    place = ("precedence", side, bound)
    assert isinstance(told["precedence"][side][bound], str)
    (tmp_path / "findings.jsonl").write_text(json.dumps(put(told, place, new)), "utf-8")
    done = command("report", tmp_path, "--policy", dated / "policy.toml", "-f", "csv")
    is_moment = new in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    is_in_order = is_moment and (new < "2026") == (bound == "begin")
    assert done.code == (0 if is_in_order else 3), done.err
    assert is_in_order or "findings.jsonl:1: is no whole finding" in done.err


def test_what_is_dated_has_a_length(dated: Path, command: Command, tmp_path: Path) -> None:
    told = json.loads((dated / "report" / "findings.jsonl").read_text("utf-8"))
    end = told["precedence"]["page"]["end"]
    forged = put(told, ("precedence", "page", "begin"), end)
    (tmp_path / "findings.jsonl").write_text(json.dumps(forged), "utf-8")
    done = command("report", tmp_path)
    assert done.code == 3
    assert f"what is dated ends at {end} before it begins, at {end}" in done.err
