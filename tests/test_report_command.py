"""``reuse report`` from the shell: every form, order and choice, and what goes wrong.

Covers: ``reuse/cli/report.py``. Compares against: the files of the report folder, and the findings in it. Run:
``pytest tests/test_report_command.py``
"""

from __future__ import annotations

import csv
import io
import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reuse.cli.report import GROUPS, ORDERS, STANDINGS
from reuse.report import overview, selection
from reuse.rights import values
from tests.test_cli import ARTICLE, jsonl

if TYPE_CHECKING:
    from tests.conftest import Command

OWN = (
    "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty of "
    "them since May. He sits on his balcony with a lamp and a thermos, and writes down when each one comes by."
)


@pytest.fixture
def report(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the folder of a report of four findings on three sites."""
    monkeypatch.chdir(tmp_path)
    jsonl("articles.jsonl", {"id": "town", "text": ARTICLE}, {"id": "own", "text": OWN})
    edited = ARTICLE.replace("Tuesday", "Wednesday")
    jsonl(
        "pages.jsonl",
        {"id": "p1", "text": ARTICLE, "url": "https://one.example/1", "date": "2026-11-03"},
        {"id": "p2", "text": f"{OWN}\n\n{ARTICLE}", "url": "https://www.two.example/2", "date": "2026-11-05"},
        {"id": "p3", "text": edited, "title": "=1+1\x1b[2J", "date": "2026-11-04"},
    )
    done = command("audit", "articles.jsonl", "pages.jsonl", "-o", "out", "-q")
    assert done.code == 0, done.err
    return "out"


def ids(out: str) -> list[tuple[str, str]]:
    return [(row["page"]["id"], row["source"]["id"]) for row in map(json.loads, out.splitlines())]


@pytest.mark.parametrize(
    ("form", "file"), [("jsonl", "findings.jsonl"), ("html", "report.html"), ("md", "summary.md")]
)
def test_a_form_is_the_file_in_the_folder(command: Command, report: str, form: str, file: str) -> None:
    written = Path(report, file).read_bytes()
    assert command("report", report, "-f", form).out.encode() == written
    done = command("report", report, "-f", form, "-o", "again")
    assert (done.code, done.out, done.err) == (0, "", "written to again\n")
    assert Path("again").read_bytes() == written
    assert sorted(path.name for path in Path().iterdir()) == ["again", "articles.jsonl", "out", "pages.jsonl"]


def test_csv_has_a_mark_in_files_alone(command: Command, report: str) -> None:
    written = Path(report, "findings.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert command("report", report, "-f", "csv").out.encode() == written[3:]
    command("report", report, "-f", "csv", "-o", "again.csv")
    assert Path("again.csv").read_bytes() == written


def test_the_table_is_that_of_the_audit(command: Command, report: str) -> None:
    audited = command("audit", "articles.jsonl", "pages.jsonl", "-q").out
    told = command("report", report).out
    assert told.splitlines()[:-1] == audited.splitlines()[:-1]
    assert told.splitlines()[-1].startswith("4 findings: ")
    assert "\x1b" not in told


def test_orders_and_groups_are_those_of_the_library() -> None:
    named = (ORDERS, GROUPS, STANDINGS)
    assert named == (selection.ORDERS, overview.BY, (selection.OPEN, *values.STANDINGS))


def test_findings_come_in_the_order_asked_for(command: Command, report: str) -> None:
    order = [page for page, _ in ids(command("report", report, "-f", "jsonl", "--sort-by", "date").out)]
    assert order == ["p2", "p2", "p3", "p1"]
    order = [source for _, source in ids(command("report", report, "-f", "jsonl", "--sort-by", "source").out)]
    assert order == ["own", "town", "town", "town"]
    assert len(ids(command("report", report, "-f", "jsonl", "--top", 2).out)) == 2


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (["--site", "two.example"], [("p2", "own"), ("p2", "town")]),
        (["--site", "two.example", "--site", "one.example"], [("p1", "town"), ("p2", "own"), ("p2", "town")]),
        (["--source", "own"], [("p2", "own")]),
        (["--page", "https://one.example/1"], [("p1", "town")]),
        (["--verdict", "identical"], [("p1", "town")]),
        (["--site", "nobody.example"], []),
    ],
)
def test_some_findings_alone(
    command: Command, report: str, choice: list[str], expected: list[tuple[str, str]]
) -> None:
    done = command("report", report, "-f", "jsonl", *choice)
    assert (done.code, ids(done.out)) == (0, expected)


@pytest.mark.parametrize("by", GROUPS)
def test_groups_in_every_form(command: Command, report: str, by: str) -> None:
    rows = list(csv.DictReader(io.StringIO(command("report", report, "--group-by", by, "-f", "csv").out)))
    lines = command("report", report, "--group-by", by, "-f", "jsonl").out.splitlines()
    told = list(map(json.loads, lines))
    assert [row["key"] for row in rows] == [row["key"] for row in told]
    assert sum(int(row["findings"]) for row in rows) == 4
    words = [row["words"] for row in told]
    assert words == sorted(words, reverse=True)
    table = command("report", report, "--group-by", by).out
    assert all(row["name"] in table for row in told)
    assert all(row["name"] in command("report", report, "--group-by", by, "-f", "md").out for row in told[:1])
    assert command("report", report, "--group-by", by, "-f", "html").code == (2 if by == "cluster" else 0)


def test_groups_in_another_order(command: Command, report: str) -> None:
    done = command("report", report, "--group-by", "site", "--sort-by", "site", "-f", "jsonl")
    names = [json.loads(row)["name"] for row in done.out.splitlines()]
    assert names == sorted(names)


def test_findings_from_a_pipe(command: Command, report: str) -> None:
    stream = Path(report, "findings.jsonl").read_bytes()
    assert command("report", "-", "-f", "csv", stdin=stream).out == command("report", report, "-f", "csv").out
    some = b"".join(stream.splitlines(keepends=True)[:1])
    assert command("report", "-", stdin=some).out.endswith("1 finding: 1 identical.\n")


def test_without_texts(command: Command, report: str) -> None:
    without = command("report", report, "-f", "html", "--no-text").out
    whole = command("report", report, "-f", "html").out
    assert len(without) < len(whole)
    stream = Path(report, "findings.jsonl").read_bytes()
    assert command("report", "-", "-f", "html", "--no-text", stdin=stream).code == 0
    Path(report, "texts.jsonl.zst").unlink()
    assert command("report", report, "-f", "html", "--no-text").out == without
    done = command("report", report, "-f", "html")
    assert (done.code, done.out) == (2, "")
    assert "--no-text" in done.err


def test_evidence(command: Command, report: str) -> None:
    done = command("report", report, "--evidence", "case", "--site", "one.example")
    assert (done.code, done.out, done.err) == (0, "", "evidence written to case\n")
    assert Path("case", "one.example", "SHA256SUMS").is_file()
    assert not list(Path("case").glob("two*"))
    again = command("report", report, "--evidence", "case")
    assert again.code != 0
    assert "case" in again.err
    assert command("report", report, "--evidence", "other", "-f", "table").out.count("\n") > 3
    assert command("report", report, "--evidence", "bare", "--no-text", "-q").err == ""
    assert not list(Path("bare").rglob("*.txt"))


@pytest.mark.parametrize(
    ("arguments", "code", "fault"),
    [
        (["nowhere"], 3, "is not there; name a report folder"),
        (["articles.jsonl"], 3, "and this version reads"),
        (["out", "-f", "pdf"], 2, "Invalid value"),
        (["out", "-o", "again.pdf"], 2, "name a format with -f"),
        (["out", "--evidence", "case", "--top", "3"], 2, "--top does nothing for evidence"),
        (["out", "-f", "md", "--sort-by", "words"], 2, "--sort-by does nothing for md"),
        (["out", "--site", ""], 2, "site"),
        (["out", "-f", "md", "-o", "out"], 3, "it is a folder"),
        (["out", "-f", "md", "-o", "nowhere/summary.md"], 3, "its folder is not there; make it"),
        (["out/findings.csv"], 3, "findings.csv:1: is no JSON"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(
    command: Command, report: str, arguments: list[str], code: int, fault: str
) -> None:
    assert report == "out"
    before = sorted(Path().rglob("*"))
    done = command("report", *arguments)
    assert (done.code, done.out) == (code, "")
    assert fault in done.err
    assert "Traceback" not in done.err
    assert sorted(Path().rglob("*")) == before


def test_reports_and_evidence_among_the_pages_are_not_tomorrows_input(command: Command, report: str) -> None:
    first = command("audit", "articles.jsonl", ".", "-o", "out")
    command("report", report, "--evidence", "case")
    second = command("audit", "articles.jsonl", ".", "-o", "out")
    assert first.out == second.out
    assert "of an earlier report" in second.err


def test_a_name_that_fits_nothing_is_noted(command: Command, report: str) -> None:
    done = command("report", report, "--site", "nobody.example", "--page", "p1", "-f", "jsonl")
    assert (done.code, done.out) == (0, "")
    assert done.err == "note: no finding is of nobody.example; --group-by tells what there is\n"
    done = command("report", report, "--site", "nobody.example", "--evidence", "case")
    assert done.code == 0
    assert "there is no finding to write of" in done.err
    assert not Path("case").exists()


@pytest.fixture
def settled(report: str) -> str:
    """Return a report of which the policy says something: one finding in breach, two licensed, one ignored."""
    lines = Path(report, "findings.jsonl").read_text("utf-8").splitlines()
    told = []
    for line, status in zip(lines, ("breach", "licensed", "licensed", "ignored"), strict=True):
        standing: dict[str, object] = {
            "status": status,
            "reason": f"is {status}",
            "partner": None,
            "reference": None,
        }
        standing |= {"terms": [], "until": None}
        told.append(json.dumps(json.loads(line) | {"standing": standing}))
    Path(report, "findings.jsonl").write_text("\n".join(told), "utf-8")
    return report


def test_a_table_has_what_asks_for_a_decision(command: Command, settled: str) -> None:
    told = command("report", settled).out
    assert "p1" in told
    assert "p2" not in told
    assert told.endswith(
        "4 findings: 1 identical, 3 near-duplicate; not shown: 2 licensed, 1 ignored (--standing).\n"
    )
    licensed = command("report", settled, "--standing", "licensed").out
    assert licensed.count("p2") == 2
    assert "not shown" not in licensed
    both = command("report", settled, "--standing", "licensed", "--standing", "open", "-f", "jsonl").out
    assert [page for page, _ in ids(both)] == ["p1", "p2", "p2"]
    rows = csv.DictReader(io.StringIO(command("report", settled, "--group-by", "site", "-f", "csv").out))
    assert {row["key"]: row["open"] for row in rows} == {"one.example": "1", "two.example": "0", "": "0"}


def test_no_notice_is_written_to_a_partner(command: Command, settled: str) -> None:
    done = command("report", settled, "--evidence", "case")
    assert (done.code, done.err) == (
        0,
        "evidence written to case\nnote: 3 findings left out that the policy settles; --standing names them\n",
    )
    assert [path.name for path in Path("case").iterdir() if path.is_dir()] == ["one.example"]
    command("report", settled, "--evidence", "all", "--standing", "licensed")
    assert [path.name for path in Path("all").iterdir() if path.is_dir()] == ["two.example"]


def test_sites_tell_how_much_of_them_was_found(command: Command, report: str) -> None:
    run = json.loads(Path(report, "run.json").read_text("utf-8"))
    Path(report, "run.json").write_text(json.dumps(run | {"pages_by_site": {"one.example": 40}}), "utf-8")
    told = list(
        map(json.loads, command("report", report, "--group-by", "site", "-f", "jsonl").out.splitlines())
    )
    assert {row["key"]: (row["pages_read"], row["share_of_site"]) for row in told} == {
        "one.example": (40, 0.025),
        "two.example": (None, None),
        "": (None, None),
    }
    table = command("report", report, "--group-by", "site").out
    assert "of site" in table
    assert "2%" in table


def test_pages_without_an_address_are_a_site(command: Command, report: str) -> None:
    done = command("report", report, "--site", "(no address)", "-f", "jsonl")
    assert ids(done.out) == [("p3", "town")]


@pytest.mark.parametrize("name", ["again.html", "again.md", "again.csv", "again.jsonl"])
def test_the_name_of_a_file_says_what_it_is_to_hold(command: Command, report: str, name: str) -> None:
    done = command("report", report, "-o", name)
    assert (done.code, done.out) == (0, "")
    form = name.partition(".")[2]
    command("report", report, "-f", form, "-o", "other")
    assert Path(name).read_bytes() == Path("other").read_bytes()


def test_a_pipe_is_written_and_stays_one(command: Command, report: str) -> None:
    os.mkfifo("fifo")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("fifo").read_bytes()))
    reader.start()
    assert command("report", report, "-f", "jsonl", "-o", "fifo").code == 0
    reader.join(10)
    assert read == [Path(report, "findings.jsonl").read_bytes()]
    assert Path("fifo").is_fifo()


def test_a_link_is_followed(command: Command, report: str) -> None:
    Path("there").mkdir()
    Path("there/summary.md").write_text("old")
    Path("link.md").symlink_to("there/summary.md")
    assert command("report", report, "-o", "link.md").code == 0
    assert Path("link.md").is_symlink()
    assert Path("there/summary.md").read_bytes() == Path(report, "summary.md").read_bytes()
