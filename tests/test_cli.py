"""The command line, as a shell sees it: output, messages, exit codes.

Covers: ``reuse/cli/``, ``reuse/__main__.py``. Compares against: the exit codes and streams that the help
promises, and floors on time. Run: ``pytest tests/test_cli.py``
"""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import random
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from click.testing import CliRunner

import reuse
from reuse.__main__ import run
from reuse.cli import main
from reuse.options import INDEXED
from reuse.report.folder import FILES
from reuse.report.records import CSV_COLUMNS, SCHEMA
from tests.conftest import Command

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
COMMAND = [sys.executable, "-m", "reuse"]
# What a terminal has around it; a child's time is its own, not that of measuring what it covers.
PLAIN = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE", "COV_", "COLUMNS"))}

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm."
)
OWN = (
    "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty of "
    "them since May. He sits on his balcony with a lamp and a thermos, and writes down when each one comes by."
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to work in, with one article in ``a``, and one copy of it in ``p``."""
    monkeypatch.chdir(tmp_path)
    for folder in ("a", "p"):
        Path(folder).mkdir()
    Path("a/article.txt").write_text(ARTICLE)
    Path("p/copy.txt").write_text(ARTICLE)
    return tmp_path


def jsonl(path: str, *records: object) -> None:
    Path(path).write_text("".join(json.dumps(record) + "\n" for record in records))


def ids(out: str) -> list[str]:
    """Return the pages in what ``-f jsonl`` printed."""
    return [json.loads(line)["page"]["id"] for line in out.splitlines()]


def without_rates(told: str) -> str:
    """Return what was said on stderr less how fast it went."""
    return re.sub(r"; pages read at [\d,]+/s, compared at [\d,]+/s$", "", told, flags=re.M)


# --- audit ------------------------------------------------------------------------------------


def test_the_seeds_at_a_glance(command: Command) -> None:
    done = command("audit", SEEDS / "sources", SEEDS / "pages")
    lanes = "4 candidates, 1.0 a page (postings 3, bands 0, terms 4)\n"
    assert (done.code, without_rates(done.err)) == (0, lanes)
    rows = [line for line in done.out.splitlines() if line.startswith(reuse.VERDICTS)]
    assert len(rows) == 1
    assert rows[0].startswith("spun ")
    assert "prisons" in rows[0]
    assert "1 source against 4 pages: 1 finding;" in done.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("fail_on", "code"), [("identical", 0), ("near-duplicate", 0), ("spun", 1), ("excerpt", 1)]
)
def test_fail_on_is_reached_by_what_is_as_bad_or_worse(command: Command, fail_on: str, code: int) -> None:
    arguments = ("audit", SEEDS / "sources", SEEDS / "pages", "--fail-on", fail_on)
    assert command(*arguments).code == code
    quiet = command(*arguments, "-q", "-f", "jsonl")
    assert (quiet.code, quiet.err) == (code, "")


def test_fail_on_weighs_more_than_an_unreadable_page(command: Command, here: Path) -> None:
    Path("p/empty.txt").touch()
    assert command("audit", "a", "p").code == 3
    assert command("audit", "a", "p", "--fail-on", "identical").code == 1
    assert command("audit", "a", "p/empty.txt", "--fail-on", "identical").code == 3
    assert here.is_dir()


def test_all_reports_the_pairs_that_are_not_accused(command: Command) -> None:
    findings, everything = (
        command("audit", SEEDS / "sources", SEEDS / "pages", "-f", "jsonl", *more) for more in ([], ["--all"])
    )
    verdicts = [json.loads(line)["verdict"] for line in everything.out.splitlines()]
    assert len(findings.out.splitlines()) == verdicts.count("spun") == 1
    assert set(verdicts) - {"spun"} <= {"quotation", "independent"}
    assert len(verdicts) > 1
    # What was compared is counted the same.
    assert without_rates(findings.err) == without_rates(everything.err)


def test_top_shortens_the_table_alone(command: Command, here: Path) -> None:
    for number in range(4):
        (here / "p" / f"{number}.txt").write_text(ARTICLE)
    done = command("audit", "a", "p", "--top", 2)
    assert len(re.findall("^identical", done.out, re.M)) == 2
    assert "3 more" in done.out
    assert "5 findings" in done.out
    assert len(command("audit", "a", "p", "--top", 2, "-f", "jsonl").out.splitlines()) == 5


def test_machine_formats_are_pure_on_stdout(command: Command, here: Path) -> None:
    Path("p/empty.txt").touch()
    Path("p/picture.jpg").write_bytes(b"\xff\xd8")
    lines = command("audit", "a", "p", "-f", "jsonl")
    assert ids(lines.out) == ["p/copy.txt"]
    rows = command("audit", "a", "p", "-f", "csv")
    (row,) = csv.DictReader(io.StringIO(rows.out, newline=""), strict=True)
    assert tuple(row) == CSV_COLUMNS
    assert row["page"] == "p/copy.txt"
    for done in (lines, rows):
        assert done.code == 3
        assert "note: p: passed over 1 .jpg" in done.err
        assert "unreadable: p/empty.txt: holds no text" in done.err
        assert "1 source against 1 page: 1 finding" in done.err
    assert here.is_dir()


def test_csv_without_a_finding_has_its_head(command: Command, here: Path) -> None:
    (here / "p" / "copy.txt").write_text(OWN)
    assert command("audit", "a", "p", "-f", "csv").out == ",".join(CSV_COLUMNS) + "\n"
    assert command("audit", "a", "p", "-f", "jsonl").out == ""


def test_a_report_folder_holds_what_is_printed(command: Command, here: Path) -> None:
    printed = command("audit", "a", "p", "-o", "report/new", "-f", "jsonl", "-j", 1)
    assert printed.code == 0
    assert Path("report/new/findings.jsonl").read_text("utf-8") == printed.out
    assert sorted(os.listdir("report/new")) == sorted(set(FILES) - {"clusters.jsonl"})
    before = {file.name: file.read_bytes() for file in Path("report/new").iterdir()}
    command("audit", "a", "p", "-o", "report/new", "-j", 2)
    assert {file.name: file.read_bytes() for file in Path("report/new").iterdir()} == before
    assert here.is_dir()


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        (ARTICLE.encode(), ["-"]),
        (ARTICLE.encode("utf-16"), ["-"]),
        (json.dumps({"id": "x", "text": ARTICLE}).encode(), ["x"]),
        (b'\xef\xbb\xbf {"id": "x", "text": "none"}\n' + json.dumps({"text": ARTICLE}).encode(), ["-:2"]),
    ],
    ids=["text", "UTF-16", "JSONL", "JSONL with a mark"],
)
def test_standard_input(command: Command, here: Path, stdin: bytes, expected: list[str]) -> None:
    assert ids(command("audit", here / "a", "-", "-f", "jsonl", stdin=stdin).out) == expected
    assert command("audit", "-", here / "p", "-f", "jsonl", stdin=stdin).out.count("\n") == 1


def test_lists_of_files(command: Command, here: Path) -> None:
    Path("more").mkdir()
    Path("more/again.txt").write_text(ARTICLE)
    Path("pages.list").write_text("# pages\n\np/copy.txt\nmore\nnot-there.txt\n")
    done = command("audit", "a", "--from-file", "pages.list", "-f", "jsonl")
    assert ids(done.out) == ["p/copy.txt", "more/again.txt"]
    assert done.code == 3
    assert "not-there.txt" in done.err
    assert ids(command("audit", "a", "--from-file", "-", "-f", "jsonl", stdin=b"p\n").out) == ["p/copy.txt"]
    assert here.is_dir()


def test_fields_of_records(command: Command, here: Path) -> None:
    deep = {"key": 7, "data": {"body": ARTICLE, "link": "https://www.example.org/7"}, "name": "A name"}
    jsonl("p/deep.jsonl", deep)
    names = ("--text-field=data.body", "--id-field=key", "--url-field=data.link", "--title-field=name")
    done = command("audit", "a", "p/deep.jsonl", "-f", "jsonl", *names)
    assert (done.code, "note" in done.err) == (0, False)
    page = json.loads(done.out)["page"]
    assert {name: page[name] for name in ("id", "path", "line", "url", "site", "title")} == {
        "id": "7",
        "path": "p/deep.jsonl",
        "line": 1,
        "url": "https://www.example.org/7",
        "site": "example.org",
        "title": "A name",
    }
    assert here.is_dir()


def test_guessed_fields_are_told_unless_quiet(command: Command, here: Path) -> None:
    jsonl("p/more.jsonl", {"id": "x", "content": ARTICLE})
    told = command("audit", "a", "p/more.jsonl")
    assert "note: p/more.jsonl: line 1: text is read from 'content' (--text-field)" in told.err
    assert command("audit", "a", "p/more.jsonl", "-q").err == ""
    assert here.is_dir()


def test_many_faults_are_counted_and_listed_when_asked(command: Command, here: Path) -> None:
    for number in range(30):
        (here / "p" / f"{number:02}.txt").touch()
    short, long = (command("audit", "a", "p", *more) for more in ([], ["-v"]))
    assert "10 more" in short.err
    assert short.err.count("holds no text") == 20
    assert long.err.count("holds no text") == 30
    assert "30 inputs unreadable" in short.out


def test_names_cannot_steer_a_terminal(command: Command, here: Path) -> None:
    jsonl(
        "p/hostile.jsonl",
        {"id": "\x1b[2J\u202eevil", "text": ARTICLE, "title": "\x07"},
        {"id": "\x1b[2J\u202eevil", "text": ""},
    )
    for more in ([], ["-f", "jsonl"], ["-f", "csv"]):
        done = command("audit", "a", "p", *more)
        for text in (done.out, done.err):
            assert not set(text) & {"\x1b", "\u202e", "\x07"}
    assert here.is_dir()


# --- never empty ------------------------------------------------------------------------------


def with_own_words(text: str, name: str) -> str:
    """Return a text with so many words of its own after it that as a whole it is like no other."""
    return f"{text} {' '.join(f'{name}{number}' for number in range(60))}"


LINE = " ".join(ARTICLE.split()[:14])
SITES = "".join(
    json.dumps({"id": site, "url": f"https://{site}.org/x", "text": with_own_words(LINE, site)}) + "\n"
    for site in "abc"
)
NOTHING: list[tuple[str, dict[str, str], list[str]]] = [
    ("no page shares a run of words", {"p/copy.txt": OWN}, []),
    (
        "--min-shared",
        {"p/copy.txt": OWN + " " + " ".join(ARTICLE.split()[:10])},
        ["--min-shared=9", "--single-hits=0", "--term-candidates=0"],
    ),
    ("2 documents too short for a verdict", {}, ["--min-words=1000"]),
    (
        "compared and not accused (1 independent)",
        {"p/copy.txt": OWN + " " + " ".join(ARTICLE.split()[:12])},
        [],
    ),
    ("no page could be read", {"p/copy.txt": ""}, []),
    ("no source could be read", {"a/article.txt": ""}, []),
    (
        "too common",
        {f"a/{name}.txt": with_own_words(LINE, name) for name in "abc"}
        | {"p/copy.txt": with_own_words(LINE, "p")},
        ["--max-articles=2"],
    ),
    ("--max-sites", {"p/copy.txt": "", "p/x.jsonl": SITES}, ["--max-sites=2", "--term-candidates=0"]),
]


@pytest.mark.parametrize(("stage", "files", "more"), NOTHING, ids=[case[0] for case in NOTHING])
@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_without_a_finding_the_stage_that_left_none_is_named(
    command: Command, here: Path, stage: str, files: dict[str, str], more: list[str], form: str
) -> None:
    for name, text in files.items():
        (here / name).write_text(text)
    done = command("audit", "a", "p", "-f", form, *more)
    told = done.out if form == "table" else done.err
    assert stage in told
    assert re.search(r"\d sources? against \d pages?: 0 findings", told)


# --- compare ----------------------------------------------------------------------------------


def test_compare_shows_verdict_numbers_and_passages(command: Command) -> None:
    done = command("compare", SEEDS / "sources/prisons-original.txt", SEEDS / "pages/prisons-spun-copy.txt")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("spun (probability of copying")
    assert "1 passage; [-" in done.out


def test_compare_as_json_is_the_record_of_an_audit(command: Command, here: Path) -> None:
    compared = json.loads(command("compare", "a/article.txt", "p/copy.txt", "-f", "json").out)
    audited = json.loads(command("audit", "a", "p", "-f", "jsonl").out)
    assert audited["lanes"] == ["postings", "bands", "terms"]
    for passage in compared["passages"]:
        assert passage.pop("differences")
    # Which was first, and how it is credited, is asked of what an audit finds.
    assert compared == audited | {"lanes": [], "attribution": None, "precedence": None}
    assert here.is_dir()


def test_compare_judges_pairs_that_share_nothing(command: Command, here: Path) -> None:
    (here / "p" / "own.txt").write_text(OWN)
    done = command("compare", "a/article.txt", "p/own.txt")
    assert done.code == 0
    assert done.out.startswith("independent ")
    assert command("compare", "-", "p/own.txt", stdin=OWN.encode()).out.startswith("identical ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["a/article.txt", "nowhere.txt"], 2, "'nowhere.txt' is not there"),
        (["-", "-"], 2, "standard input"),
        (["a/article.txt"], 2, "Missing argument 'PAGE'"),
        (["a/article.txt", "two.jsonl"], 2, "two.jsonl holds 2 documents"),
        (["a/article.txt", "empty.txt"], 3, "empty.txt: holds no text"),
        (["a/article.txt", "short.txt"], 3, "short.txt: fewer than 20 words"),
        (["a/article.txt", "broken.jsonl"], 3, "broken.jsonl:1: is not JSON"),
        (["a/article.txt", "a"], 0, ""),
    ],
)
def test_compare_says_what_it_cannot_take(
    command: Command, here: Path, arguments: list[str], code: int, message: str
) -> None:
    (here / "empty.txt").touch()
    (here / "short.txt").write_text("Too short to be judged.")
    (here / "broken.jsonl").write_text("{\n")
    jsonl("two.jsonl", {"text": ARTICLE}, {"text": OWN})
    done = command("compare", *arguments)
    assert done.code == code
    assert message in done.err
    assert bool(done.out) == (code == 0)


# --- dedupe -----------------------------------------------------------------------------------


@pytest.fixture
def feed(here: Path) -> str:
    """Return a feed with three versions of an article and two of another, beside one that has none."""
    dates = (
        "Sat, 21 Nov 2026 12:00:00 +0000",
        "2026-11-21T11:00:00Z",
        "2026-11-22",
        "2026-01-02",
        "",
        "2026-01-01",
    )
    texts = (ARTICLE, ARTICLE.upper(), f"{ARTICLE} Again.", OWN, with_own_words(LINE, "x"), f"{OWN} Once more.")
    records = enumerate(zip(texts, dates, strict=True))
    jsonl("feed.jsonl", *({"id": f"d{row}", "body": text, "on": date} for row, (text, date) in records))
    assert here.is_dir()
    return "feed.jsonl"


NAMED = ("--text-field=body", "--date-field=on")


def test_dedupe_shows_what_is_kept_and_what_can_go(command: Command, feed: str) -> None:
    done = command("dedupe", feed, *NAMED)
    assert done.code == 0
    assert done.err == "note: feed.jsonl: line 1: id is read from 'id' (--id-field)\n"
    rows = [line.split() for line in done.out.splitlines() if re.search(r" (keep|drop) ", line)]
    assert [(row[-1], "keep" in row) for row in rows] == [
        ("d0", True),
        ("d1", False),
        ("d2", False),
        ("d3", True),
        ("d5", False),
    ]
    assert done.out.endswith(
        "6 documents: 4 near-duplicate pairs in 2 clusters; 3 documents can go (--keep first).\n"
    )
    short = command("dedupe", feed, *NAMED, "--top", 2)
    assert len(re.findall(" (?:keep|drop) ", short.out)) == 2
    assert "3 more" in short.out


@pytest.mark.parametrize(
    ("keep", "kept"),
    [("first", ["d0", "d3", "d4"]), ("longest", ["d2", "d4", "d5"]), ("oldest", ["d1", "d4", "d5"])],
)
def test_kept_and_dropped_are_the_whole_corpus(command: Command, feed: str, keep: str, kept: list[str]) -> None:
    staying, going = (
        command("dedupe", feed, *NAMED, f"--keep={keep}", "-f", form) for form in ("kept", "dropped")
    )
    assert staying.out.splitlines() == kept
    assert sorted([*kept, *going.out.splitlines()]) == [f"d{row}" for row in range(6)]
    for done in (staying, going):
        assert done.code == 0
        assert f"3 documents can go (--keep {keep})." in done.err
    quiet = command("dedupe", feed, *NAMED, f"--keep={keep}", "-f", "kept", "-q")
    assert (quiet.out, quiet.err) == (staying.out, "")


def test_dropped_files_can_be_removed_and_then_none_is_left_to_drop(command: Command, here: Path) -> None:
    for number in range(4):
        (here / "p" / f"{number}.txt").write_text(f"{ARTICLE} {number}")
    going = command("dedupe", "a", "p", "-f", "dropped").out.splitlines()
    assert going == ["p/0.txt", "p/1.txt", "p/2.txt", "p/3.txt", "p/copy.txt"]
    for name in going:
        (here / name).unlink()
    (here / "p" / "own.txt").write_text(OWN)
    left = command("dedupe", "a", "p", "-f", "dropped")
    assert (left.code, left.out) == (0, "")
    assert "no two resemble each other enough to be compared" in left.err


@pytest.mark.skipif(not shutil.which("xargs"), reason="needs xargs")
def test_the_way_to_leave_one_of_each_that_help_shows_touches_nothing_else(here: Path) -> None:
    lines = (main.commands["dedupe"].epilog or "").splitlines()
    (line,) = (found.partition("  ")[0] for line in lines if (found := line.strip()) and "xargs" in line)
    (here / "articles").mkdir()
    for name in (
        "0.txt",
        "copy of 0.txt",
        "it's.txt",
        'a "quoted" one.txt',
        "back\\slash.txt",
        "z\u200c.txt",
        "-f",
    ):
        (here / "articles" / name).write_text(ARTICLE)
    bystanders = [here / "of", here / "0.txt", here / "one.txt", here / "articles" / "z\\u200c.txt"]
    for bystander in bystanders:
        bystander.write_text("mine")
    beside = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", line], env={**os.environ, "PATH": beside}, capture_output=True, text=True, check=False
    )
    assert all(bystander.exists() for bystander in bystanders)
    assert sorted(os.listdir("articles")) == ["-f", "z\\u200c.txt"], done.stderr


def test_dedupe_as_data_is_what_an_audit_would_say(command: Command, feed: str) -> None:
    lines, rows = (command("dedupe", feed, *NAMED, "-f", form) for form in ("jsonl", "csv"))
    records = [json.loads(line) for line in lines.out.splitlines()]
    assert [(record["source"]["id"], record["page"]["id"]) for record in records] == [
        ("d0", "d1"),
        ("d0", "d2"),
        ("d1", "d2"),
        ("d3", "d5"),
    ]
    assert [record["verdict"] for record in records] == ["identical", *["near-duplicate"] * 3]
    assert {record["schema"] for record in records} == {SCHEMA}
    assert {*map(str, (record["lanes"] for record in records))} == {"['bands']"}
    assert records[0]["page"]["date"] == "2026-11-21T11:00:00Z"
    audited = [
        json.loads(line) for line in command("audit", feed, feed, *NAMED, "-f", "jsonl").out.splitlines()
    ]
    pairs = {(record["source"]["id"], record["page"]["id"]): record for record in audited}
    for record in records:
        other = pairs[record["source"]["id"], record["page"]["id"]]
        # An audit of a corpus against itself has more sources of each page, and other lanes.
        for of_pair in (record, other):
            of_pair |= {"lanes": 0, "options": 0, "also_matches": 0, "attribution": 0, "precedence": 0}
            of_pair["scores"]["credited_words"] = 0
        assert record == other
    table = list(csv.DictReader(io.StringIO(rows.out, newline=""), strict=True))
    assert [row["finding"] for row in table] == [record["finding"] for record in records]
    assert tuple(table[0]) == CSV_COLUMNS


def test_a_report_of_dedupe_has_clusters_and_one_of_audit_has_none(command: Command, feed: str) -> None:
    done = command("dedupe", feed, *NAMED, "-o", "report", "-f", "jsonl", "--keep=oldest", "-j", 1)
    assert "report written to report" in done.err
    assert Path("report/findings.jsonl").read_text("utf-8") == done.out
    before = {file.name: file.read_bytes() for file in Path("report").iterdir()}
    assert sorted(before) == sorted(set(FILES) - {"pages.keys.zst"})
    clusters = [json.loads(line) for line in before["clusters.jsonl"].splitlines()]
    assert [(held["schema"], held["cluster"]) for held in clusters] == [
        ("reuse.cluster/3", 0),
        ("reuse.cluster/3", 1),
    ]
    documents = [held for each in clusters for held in each["documents"]]
    assert [(held["id"], held["kept"], held["duplicate_of"]) for held in documents] == [
        ("d0", False, "d1"),
        ("d1", True, None),
        ("d2", False, "d1"),
        ("d3", False, "d5"),
        ("d5", True, None),
    ]
    assert set(documents[0]) == {
        *("id", "path", "line", "url", "site", "title", "author", "date", "modified", "language"),
        *("text", "fetched", "original_sha256"),
        *("words", "kept", "duplicate_of", "resemblance"),
    }
    assert (documents[0]["resemblance"], documents[1]["resemblance"]) == (1, None)
    run = json.loads(before["run.json"])
    assert run["inputs"]["corpus"] == [feed]
    assert run["inputs"]["fields"]["date"] == "on"
    assert (run["documents"], run["clusters"], run["dropped"]) == (6, 2, 3)
    command("dedupe", feed, *NAMED, "-o", "report", "--keep=oldest", "-j", 2)
    assert {file.name: file.read_bytes() for file in Path("report").iterdir()} == before
    command("audit", "a", "p", "-o", "report")
    assert sorted(os.listdir("report")) == sorted(set(FILES) - {"clusters.jsonl"})


def test_oldest_needs_dates_and_says_where_they_may_stand(command: Command, feed: str) -> None:
    done = command("dedupe", feed, "--text-field=body", "--keep=oldest")
    assert (done.code, done.out) == (2, "")
    assert "name the field with --date-field" in done.err.splitlines()[-1]
    # An alternative, and a well-known name.
    assert command("dedupe", feed, "--text-field=body", "--date-field=date,on", "--keep=oldest").code == 0
    jsonl("dated.jsonl", {"text": ARTICLE}, {"text": ARTICLE, "pubDate": "Sat, 21 Nov 2026 12:00:00 +0000"})
    dated = command("dedupe", "dated.jsonl", "--keep=oldest", "-f", "kept")
    assert dated.out == "dated.jsonl:2\n"
    assert "date is read from 'pubDate' (--date-field)" in dated.err


def test_dedupe_exits_with_what_it_met(command: Command, here: Path) -> None:
    assert command("dedupe", "a", "p").code == 0
    Path("p/empty.txt").touch()
    for form in ("table", "jsonl", "csv", "kept", "dropped"):
        done = command("dedupe", "a", "p", "-f", form)
        assert done.code == 3
        assert "unreadable: p/empty.txt: holds no text" in done.err
        assert "1 input unreadable" in (done.out if form == "table" else done.err)
    for fail_on, edit, code in (
        ("identical", "", 1),
        ("identical", " More.", 3),
        ("near-duplicate", " More.", 1),
    ):
        (here / "p" / "copy.txt").write_text(ARTICLE + edit)
        assert command("dedupe", "a", "p", "--fail-on", fail_on).code == code


def test_dedupe_reads_standard_input_and_lists(command: Command, here: Path) -> None:
    lines = "".join(json.dumps({"id": name, "text": ARTICLE}) + "\n" for name in "xy").encode()
    assert command("dedupe", "-", "-f", "dropped", stdin=lines).out == "y\n"
    assert command("dedupe", "a", "-", "-f", "dropped", stdin=lines).out == "x\ny\n"
    Path("corpus.list").write_text("p/copy.txt\na/article.txt\n")
    assert command("dedupe", "--from-file", "corpus.list", "-f", "dropped").out == "a/article.txt\n"
    assert command("dedupe", "a", "--from-file", "-", "-f", "dropped", stdin=b"p\n").out == "p/copy.txt\n"
    # The same file named twice is one document.
    assert command("dedupe", "a", "a/article.txt", "-f", "kept").out == "a/article.txt\n"
    assert here.is_dir()


@pytest.mark.parametrize("form", ["table", "jsonl", "csv", "kept", "dropped"])
def test_names_in_a_corpus_cannot_steer_a_terminal(command: Command, here: Path, form: str) -> None:
    hostile = [f"\x1b[2J\u202e\x07\x9b31m\u2028{name}" for name in ("one", "two")]
    jsonl(
        "x.jsonl",
        *({"id": name, "text": ARTICLE, "title": name} for name in hostile),
        {"id": "\x1b", "text": ""},
    )
    done = command("dedupe", "x.jsonl", "-f", form)
    assert done.code == 3
    if form in ("kept", "dropped"):  # ids as they are: what reads them must find the document
        ending = "one" if form == "kept" else "two"
        assert done.out == "\\x1b[2J\u202e\\x07\\x9b31m\\u2028" + f"{ending}\n"
        done = done._replace(out="")
    for text in (done.out, done.err):
        assert not set(text) & {"\x1b", "\u202e", "\x07", "\x9b", "\u2028"}
    assert here.is_dir()


CORPORA: list[tuple[str, dict[str, str], list[str]]] = [
    ("no two resemble each other enough to be compared", {"p/copy.txt": OWN}, []),
    (
        "1 pair compared, none reaches resemblance 0.99 (--resemblance)",
        {"p/copy.txt": f"{ARTICLE} So it goes."},
        ["--resemblance=0.99", "--permutations=1"],
    ),
    ("2 documents too short to compare", {}, ["--min-words=1000"]),
    ("0 documents: 0 near-duplicate pairs; none could be read", {"a/article.txt": "", "p/copy.txt": ""}, []),
    ("can go", {}, []),
    ("overfull", {"p/2.txt": ARTICLE, "p/3.txt": ARTICLE}, ["--max-bucket=2"]),
]


@pytest.mark.parametrize(("stage", "files", "more"), CORPORA, ids=[case[0] for case in CORPORA])
@pytest.mark.parametrize("form", ["table", "jsonl", "csv", "kept", "dropped"])
def test_dedupe_says_what_it_looked_at_in_every_form(
    command: Command, here: Path, stage: str, files: dict[str, str], more: list[str], form: str
) -> None:
    for name, text in files.items():
        (here / name).write_text(text)
    done = command("dedupe", "a", "p", "-f", form, *more)
    assert stage in (done.out if form == "table" else done.err)


# --- plan -------------------------------------------------------------------------------------


def test_plan_shows_the_bands_and_the_curve(command: Command) -> None:
    done = command("plan")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("23 bands of 3 rows: 69 of 128 values are used\n")
    assert "a pair of resemblance 0.5 is found with probability 0.954\n" in done.out
    assert re.search(r"^ +0\.5 +95\.4%  █+$", done.out, re.M)
    other = command("plan", "--resemblance", 0.8, "--recall", 0.99, "--permutations", 64).out
    plan = reuse.plan_bands(reuse.Options(resemblance=0.8, recall=0.99, permutations=64))
    assert other.startswith(f"{plan.bands} bands of {plan.rows} rows: {plan.values} of 64 values are used\n")


# --- bad input --------------------------------------------------------------------------------


def linked(path: str, target: str) -> None:
    Path(path).symlink_to(target)


def wrote(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)


def folder(path: str, *files: str) -> None:
    Path(path).mkdir()
    for file in files:
        Path(path, file).touch()


class Bad(NamedTuple):
    """An input that is bad: what is asked, exit code and message, and how the input comes about."""

    arguments: list[str]
    code: int
    message: str
    make: Callable[[], object] = str


GOOD = json.dumps({"id": "good", "text": ARTICLE}).encode() + b"\n"
AUDIT = ["audit", "a", "p"]
X, XL = "p/x.txt", "p/x.jsonl"
DEEP, LONG = GOOD + b"[" * 10**5, GOOD + b'{"text": "x", "n": ' + b"9" * 5000 + b"}\n"
SURROGATES = GOOD + b'{"id": "\\ud800", "text": "\\udfff ' + ARTICLE.encode() + b'"}\n'
HUGE_LINE = GOOD * 9 + b'{"text": "' + b"x" * 999
LATIN = os.fsdecode(b"p/caf\xe9.txt")
NO_SUCH_FIELD = "in its field 'body'; its fields are id, text"
BAD = {
    "empty file": Bad(AUDIT, 3, "p/x.txt: holds no text", lambda: wrote(X, b"")),
    "blank file": Bad(AUDIT, 3, "p/x.txt: holds no text", lambda: wrote(X, b" \n\n\t")),
    "binary": Bad(AUDIT, 3, "p/x.txt: is binary", lambda: wrote(X, bytes(range(256)) * 9)),
    "program": Bad(AUDIT, 3, "p/x: is binary", lambda: wrote("p/x", b"\x7fELF\x02\x01" + bytes(range(32)) * 9)),
    "picture among texts": Bad(AUDIT, 0, "passed over 1 .jpg", lambda: wrote("p/x.jpg", b"\xff\xd8")),
    "PDF by its bytes": Bad(AUDIT, 3, "p/x.txt: is a damaged PDF", lambda: wrote(X, b"%PDF-1.7\n")),
    "gzip": Bad(
        [*AUDIT, "x.gz"],
        3,
        "x.gz: cannot be read: it is packed and damaged",
        lambda: wrote("x.gz", b"\x1f\x8b\x08"),
    ),
    "dangling link": Bad(AUDIT, 3, "p/x.txt: is a link that leads nowhere", lambda: linked(X, "gone")),
    "link to itself": Bad(AUDIT, 3, "p/x.txt: ", lambda: linked(X, "x.txt")),
    "folder in a circle": Bad(AUDIT, 0, "", lambda: linked("p/x", ".")),
    "read fault": Bad(AUDIT, 3, "p/x.txt: cannot be read: ", lambda: linked(X, "/proc/self/mem")),
    "pipe in a folder": Bad(AUDIT, 3, "p/x.txt: is no file but a pipe", lambda: os.mkfifo(X)),
    "undecodable name": Bad(AUDIT, 3, "p/caf\\xe9.txt: holds no text", lambda: wrote(LATIN, b"")),
    "duplicate ids": Bad(AUDIT, 3, "p/x.jsonl:2: its id 'good' is that of", lambda: wrote(XL, GOOD * 2)),
    "lone surrogates": Bad(AUDIT, 0, "U+FFFD", lambda: wrote(XL, SURROGATES)),
    "malformed line": Bad(AUDIT, 3, "p/x.jsonl:2: is not JSON", lambda: wrote(XL, GOOD + b'{"text": "x"\n')),
    "not an object": Bad(AUDIT, 3, "p/x.jsonl:1: is a list", lambda: wrote(XL, b"[1]\n" + GOOD)),
    "not UTF-8": Bad(AUDIT, 3, "p/x.jsonl:2: byte 11", lambda: wrote(XL, GOOD + b'{"text": "\xe9"}\n')),
    "UTF-16 JSONL": Bad(AUDIT, 3, "is UTF-16", lambda: wrote(XL, GOOD.decode().encode("utf-16"))),
    "nested too deeply": Bad(AUDIT, 3, "p/x.jsonl:2: ", lambda: wrote(XL, DEEP)),
    "number too long": Bad(AUDIT, 3, "p/x.jsonl:2: ", lambda: wrote(XL, LONG)),
    "no text": Bad(AUDIT, 3, "p/x.jsonl:2: has no text", lambda: wrote(XL, GOOD + b'{"text": null}\n')),
    "text is a list": Bad(AUDIT, 3, "p/x.jsonl:2: its text field", lambda: wrote(XL, GOOD + b'{"text": []}\n')),
    "empty JSONL": Bad(AUDIT, 3, "p/x.jsonl: holds no record", lambda: wrote(XL, b"")),
    "wrong text field": Bad([*AUDIT, "--text-field=body"], 3, NO_SUCH_FIELD, lambda: wrote(XL, GOOD)),
    "wrong id field": Bad([*AUDIT, "--id-field=key"], 0, "named with --id-field", lambda: wrote(XL, GOOD)),
    "shorter than a shingle": Bad([*AUDIT, "--min-words=1"], 0, "", lambda: wrote(X, b"One two.")),
    "no word at all": Bad([*AUDIT, "--min-words=1"], 0, "", lambda: wrote(X, b"... !!! ---")),
    "NUL bytes": Bad(AUDIT, 0, "1 malformed character", lambda: wrote(X, ARTICLE.encode() + b"\0 end")),
    "too large": Bad([*AUDIT, "--max-bytes=998"], 3, "is 999 bytes", lambda: wrote(X, b"x" * 999)),
    "line too large": Bad([*AUDIT, "--max-bytes=998"], 3, "p/x.jsonl:10: ", lambda: wrote(XL, HUGE_LINE)),
    "output onto a file": Bad([*AUDIT, "-o", "p/copy.txt"], 3, "cannot write the report to p/copy.txt"),
    "output below a device": Bad([*AUDIT, "-o", "/dev/full/x"], 3, "cannot write the report to /dev/full/x"),
    # What cannot be meant: nothing is read.
    "named dangling link": Bad(
        ["audit", "a", "x.txt"], 2, "'x.txt' is a link", lambda: linked("x.txt", "gone")
    ),
    "folder without text": Bad(
        ["audit", "a", "x"], 2, "'x' holds nothing to read", lambda: folder("x", "y.jpg")
    ),
    "empty folder": Bad(["audit", "x", "p"], 2, "the folder 'x' holds nothing to read", lambda: folder("x")),
    "missing page": Bad(["audit", "a", "p", "gone/x.txt"], 2, "'gone/x.txt' is not there"),
    "missing source": Bad(["audit", "gone", "p"], 2, "'gone' is not there"),
    "missing list": Bad(["audit", "a", "--from-file", "gone"], 2, "'gone' is not there"),
    "glob without a match": Bad(["audit", "a", "p/*.md"], 2, "'p/*.md' matches nothing"),
    "file as a folder": Bad(["audit", "a", "p/copy.txt/x"], 2, "p/copy.txt/x"),
    "name too long": Bad(["audit", "a", "x" * 5000], 2, "File name too long"),
    "NUL in a name": Bad(["audit", "a", "p/x\0"], 2, "p/x\\x00"),
    "out of range": Bad([*AUDIT, "--window=0", "--shingle=1"], 2, "must be at least 2; window is 0"),
    "negative threads": Bad([*AUDIT, "-j", "-1"], 2, "threads is -1"),
    "no number": Bad([*AUDIT, "--window=x"], 2, "'x' is not a valid integer"),
    "top of nothing": Bad([*AUDIT, "--top=0"], 2, "--top"),
    "unknown option": Bad([*AUDIT, "--windows=3"], 2, "--windows"),
    "unknown verdict": Bad([*AUDIT, "--fail-on=quotation"], 2, "quotation"),
    "unknown command": Bad(["adit", "a", "p"], 2, "adit"),
    "no pages": Bad(["audit", "a"], 2, "no PAGES given"),
    "no sources": Bad(["audit"], 2, "Missing argument 'SOURCES'"),
    "standard input twice": Bad(["audit", "-", "-"], 2, "standard input"),
    "no corpus": Bad(["dedupe"], 2, "no CORPUS given"),
    "missing corpus": Bad(["dedupe", "a", "gone"], 2, "'gone' is not there"),
    "empty corpus": Bad(["dedupe", "x"], 2, "the folder 'x' holds nothing to read", lambda: folder("x")),
    "standard input twice in a corpus": Bad(["dedupe", "-", "-"], 2, "more than once"),
    "resemblance of two": Bad(
        ["dedupe", "a", "p", "--resemblance=2"], 2, "resemblance is 2.0, must be at most 1"
    ),
    "resemblance of nothing": Bad(
        ["dedupe", "a", "--resemblance=0"], 2, "resemblance is 0.0, must be at least"
    ),
    "recall of all": Bad(["dedupe", "a", "p", "--recall=1"], 2, "recall is 1.0, must be at most 0.9999"),
    "recall that is no number": Bad(["dedupe", "a", "--recall=nan"], 2, "recall is nan, must be at least"),
    "too few permutations": Bad(["dedupe", "a", "--permutations=2"], 2, "take at least 5,"),
    "too few for an audit": Bad([*AUDIT, "--permutations=2"], 2, "take at least 5,"),
    "oldest without dates": Bad(["dedupe", "a", "p", "--keep=oldest"], 2, "--date-field"),
    "unknown choice": Bad(["dedupe", "a", "--keep=last"], 2, "'last' is not one of"),
    "unknown form": Bad([*AUDIT, "-f", "kept"], 2, "'kept' is not one of"),
    "postings in dedupe": Bad(["dedupe", "a", "--window=3"], 2, "--window"),
    "plan out of range": Bad(
        ["plan", "--recall=1", "--resemblance=3"], 2, "resemblance is 3.0, must be at most 1; "
    ),
    "plan that cannot be": Bad(["plan", "--recall=0.9999", "--resemblance=0.05"], 2, "take at least 180,"),
    "plan of a file": Bad(["plan", "a"], 2, "unexpected extra argument (a)"),
    "standard input as a list, too": Bad(["audit", "-", "--from-file", "-"], 2, "standard input"),
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_input_is_told_and_the_rest_processed(command: Command, here: Path, bad: str) -> None:
    case = BAD[bad]
    case.make()
    done = command(*case.arguments, stdin=ARTICLE.encode())
    assert done.code == case.code
    assert case.message in done.err
    assert done.out or done.err
    if case.code == 2:
        assert done.out == ""
        if not done.err.startswith("Usage: "):  # click shows it first where it knows what is wrong
            assert done.err.count("\n") == 1
            assert done.err.startswith("reuse: ")
    else:
        # Where a report cannot be, nothing is begun.
        assert ("identical" in done.out) == ("output" not in bad)
    assert here.is_dir()


OPTIONS = [f"--{name.replace('_', '-')}" for name in reuse.Options.__dataclass_fields__]


@pytest.mark.parametrize("size", [2**31, 10**30])
@pytest.mark.parametrize("option", [name for name in OPTIONS if "shingle" not in name])
def test_options_far_out_of_range_are_no_fault_of_the_toolkit(
    command: Command, here: Path, option: str, size: int
) -> None:
    assert command("audit", "a", "p", f"{option}={size}").code in (0, 2)
    assert here.is_dir()


@pytest.mark.parametrize("option", ["--shingle", "--character-shingle"])
def test_a_shingle_longer_than_any_text_is_told_at_once(here: Path, option: str) -> None:
    # In a process of its own: what takes for ever cannot be stopped in this one.
    done = process("audit", "a", "p", f"{option}={10**11}", timeout=5)
    assert done.returncode in (0, 2)
    assert here.is_dir()


def test_what_is_wrong_in_the_toolkit_is_said_so_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("reuse.pipeline.audit", broken)
    monkeypatch.setattr(sys, "argv", ["reuse", "audit", "a", "p"])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 70
    assert "ZeroDivisionError: by zero" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["reuse", "audit", "a", "p", "-vv"])
    with pytest.raises(ZeroDivisionError):
        run()
    monkeypatch.setattr("reuse.pipeline.audit", lambda *_, **__: (_ for _ in ()).throw(MemoryError))
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 3
    assert "out of memory" in capsys.readouterr().err
    assert here.is_dir()


# --- help -------------------------------------------------------------------------------------


def commands(group: click.Group = main, above: str = "") -> dict[str, click.Command]:
    """Return all commands by what calls them, those of a group after it."""
    found: dict[str, click.Command] = {}
    for name, listed in group.commands.items():
        found[above + name] = listed
        if isinstance(listed, click.Group):
            found |= commands(listed, f"{above}{name} ")
    return found


@pytest.mark.parametrize("name", ["", *commands()])
def test_help_tells_every_option(name: str) -> None:
    shown = commands().get(name, main)
    result = CliRunner().invoke(main, [*name.split(), "--help"], prog_name="reuse")
    assert result.exit_code == 0
    flat = " ".join(result.output.split())
    for option in shown.params:
        if isinstance(option, click.Option):
            assert option.help, f"{option.name} has no help"
            assert all(flag in flat for flag in option.opts)
            assert " ".join(option.help.split()[:4]) in flat
        else:
            assert option.make_metavar(click.Context(shown)).strip("[].") in flat
    assert shown.help
    assert " ".join(shown.help.split()[:6]) in flat
    assert shown.epilog
    assert "reuse " in shown.epilog


def test_every_command_is_in_the_help() -> None:
    output = CliRunner().invoke(main, ["-h"]).output
    for name, listed in main.commands.items():
        assert re.search(rf"^  {name}\s+{re.escape((listed.help or '?').split()[0])}", output, re.M)


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.strip().endswith(reuse.__version__)


def test_options_of_the_command_line_are_those_of_the_record() -> None:
    fields = {name: field.default for name, field in reuse.Options.__dataclass_fields__.items()}
    for name, listed in commands().items():
        if isinstance(listed, click.Group):
            continue
        defaults = {option.name: option.default for option in listed.params if option.name in fields}
        other = {"min_run": 25} if name == "evaluate pan" else {}
        assert defaults == {field: fields[field] for field in defaults} | other
        missing = {
            "audit": {"keep"},
            "compare": {*POSTINGS, *TERMS, *PLAN, *CLEANING, "max_bucket", "keep"},
            "dedupe": {*POSTINGS, *TERMS, "careful_from"},
            "explain": {*CLEANING, "keep"},
            "evaluate pairs": {*POSTINGS, *TERMS, *PLAN, *CLEANING, "max_bucket", "keep"},
            "evaluate pan": {*POSTINGS, *TERMS, *PLAN, *CLEANING, "max_bucket", "keep"},
            "plan": set(fields) - set(PLAN),
            "report": set(fields),
            "diff": set(fields),
            "policy": set(fields),
            "selftest": {"keep"},
            "index build": set(fields) - {*INDEXED, *READING, "threads"},
            "index add": set(fields) - {*READING, "threads"},
            **dict.fromkeys(
                ("index remove", "index info", "index verify", "index export"), set(fields) - {"threads"}
            ),
        }
        # The digest of boilerplate is known once the texts are read.
        assert set(fields) - set(defaults) == missing[name] | {"boilerplate", "common_sources"}


POSTINGS = ("window", "min_shared", "single_hits", "max_articles", "max_sites")
TERMS = ("key_terms", "term_candidates", "max_term_articles")
PLAN = ("resemblance", "recall", "permutations")
CLEANING = ("boilerplate_pages", "careful_from")
READING = ("max_bytes", "max_ratio")


@pytest.mark.parametrize("name", ["audit", "dedupe"])
def test_verdicts_that_can_fail_a_run_are_the_accused_ones(name: str) -> None:
    (option,) = (option for option in main.commands[name].params if option.name == "fail_on")
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == reuse.ACCUSED


# --- as a process -----------------------------------------------------------------------------


def process(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own; `more` goes to `subprocess.run`."""
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "timeout": 60}
    return subprocess.run([*COMMAND, *arguments], **{"text": True, "check": False, **given, **more})


def script() -> str:
    """Return the installed command."""
    found = shutil.which("reuse", path=os.path.dirname(sys.executable)) or shutil.which("reuse")
    assert found, "the script `reuse` is not installed"
    return found


def test_the_script_and_the_module_are_one(here: Path) -> None:
    arguments = ["audit", "a", "p", "-f", "csv"]
    by_script = subprocess.run([script(), *arguments], capture_output=True, check=False, text=True)
    by_module = process(*arguments)
    assert (by_script.returncode, by_script.stdout, without_rates(by_script.stderr)) == (
        by_module.returncode,
        by_module.stdout,
        without_rates(by_module.stderr),
    )
    assert by_script.returncode == 0
    assert here.is_dir()


def test_an_interrupted_audit_that_keeps_no_report_leaves_nothing(here: Path) -> None:
    os.mkfifo("pages.txt")
    before = sorted(here.rglob("*"))
    arguments = [*COMMAND, "audit", "a", "pages.txt"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        writing = os.open("pages.txt", os.O_WRONLY)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        os.close(writing)
    assert (running.returncode, out) == (130, "")
    assert err.strip() == "reuse: interrupted; nothing half-written is left"
    assert sorted(here.rglob("*")) == before


def test_an_interrupted_audit_leaves_no_report_and_no_traceback(here: Path) -> None:
    os.mkfifo("pages.txt")
    arguments = [*COMMAND, "audit", "a", "pages.txt", "-o", "report"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        # Opening waits until the audit has opened the other end: it is reading pages now.
        writing = os.open("pages.txt", os.O_WRONLY)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        os.close(writing)
    assert (running.returncode, out) == (130, "")
    # A terminal shows ^C first, hence the empty line.
    assert err.strip() == "reuse: interrupted; the same command with --resume goes on from here"
    assert [entry.name for entry in (here / "report").iterdir()] == [".unfinished"]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv", "dropped"])
def test_a_reader_that_goes_away_is_no_fault(here: Path, form: str) -> None:
    # More than a pipe holds.
    jsonl("p/many.jsonl", *({"id": f"{number}{'x' * 200}", "text": ARTICLE} for number in range(400)))
    asked = ["dedupe"] if form == "dropped" else ["audit", "a"]
    arguments = [*COMMAND, *asked, "p", "-f", form, "--top=9999"]
    reading, writing = os.pipe()
    with subprocess.Popen(arguments, stdout=writing, stderr=subprocess.PIPE, text=True) as running:
        os.close(writing)
        if form in ("jsonl", "dropped"):
            os.read(reading, 10)
        os.close(reading)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Traceback" not in err
    assert "Broken" not in err
    assert here.is_dir()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, a disk that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "a", "p"],
        ["compare", "a/article.txt", "p/copy.txt"],
        ["explain", "a/article.txt", "p/copy.txt"],
        ["dedupe", "a", "p"],
        ["dedupe", "a", "p", "-f", "dropped"],
        ["plan"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_full_disk_under_stdout_is_told(here: Path, arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = process(*arguments, stdout=full)
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert here.is_dir()


def test_a_full_disk_under_a_report_leaves_the_earlier_one(here: Path) -> None:
    assert process("audit", "a", "p", "-o", "report").returncode == 0
    before = {file.name: file.read_bytes() for file in (here / "report").iterdir()}
    assert sorted(before) == sorted(set(FILES) - {"clusters.jsonl"})
    jsonl("p/many.jsonl", *({"id": str(number), "text": ARTICLE} for number in range(99)))

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    done = process("audit", "a", "p", "-o", "report", preexec_fn=small_disk, env=PLAIN)
    assert done.returncode == 3
    assert "cannot write the report to report: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert "100 pages: 100 findings" in done.stdout
    (kept,) = (entry for entry in (here / "report").iterdir() if entry.is_dir())
    assert kept.name == ".unfinished"
    assert {file.name: file.read_bytes() for file in (here / "report").iterdir() if file != kept} == before
    # With room again, what was done need not be done anew.
    done = process("audit", "a", "p", "-o", "report", "--resume")
    assert (done.returncode, kept.exists()) == (0, False)
    assert (here / "report" / "findings.csv").read_bytes().count(b"\n") == 101


@pytest.mark.slow
@pytest.mark.parametrize(
    "encoding",
    ["ascii", "latin-1", "utf-8"],
)
def test_names_beyond_the_encoding_of_the_terminal_are_no_fault(here: Path, encoding: str) -> None:
    (here / "p" / "Żółw–漢字.txt").write_text(ARTICLE)
    environment = {**PLAIN, "PYTHONIOENCODING": encoding}
    commands = [["audit", "a", "p", *more] for more in ([], ["-f", "jsonl"], ["-f", "csv"])]
    dropped = process("dedupe", "a", "p", "-f", "dropped", env=environment, encoding="utf-8")
    # Whatever the terminal has, names for other programs are in UTF-8.
    assert (dropped.returncode, dropped.stdout) == (0, "p/copy.txt\np/Żółw–漢字.txt\n")
    assert process("plan", env=environment, encoding="latin-1").returncode == 0
    for arguments in (
        *commands,
        *([name, "a/article.txt", "p/Żółw–漢字.txt"] for name in ("compare", "explain")),
    ):
        done = process(*arguments, env=environment, encoding="latin-1")
        assert "fault of reuse" not in done.stderr
        assert done.returncode == 0
        assert "identical" in done.stdout


@pytest.mark.parametrize("closed", ["0", "1", "2"], ids=["stdin", "stdout", "stderr"])
def test_a_closed_stream_is_no_fault_of_the_toolkit(here: Path, closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}>&-', "sh", *COMMAND, "audit", "a", "p"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "fault of reuse" not in done.stderr
    # Who closes standard output wants none; that it is gone may also be told.
    assert done.returncode in ((0, 3) if closed == "1" else (0,))
    assert ("identical" in done.stdout) == (closed != "1")
    assert here.is_dir()


def test_progress_is_shown_on_a_terminal_alone(here: Path) -> None:
    assert without_rates(process("audit", "a", "p").stderr) == (
        "1 candidate, 1.0 a page (postings 1, bands 1, terms 1)\n"
    )
    assert process("audit", "a", "p", "-q").stderr == ""
    shown, ours = pty.openpty()
    termios.tcsetwinsize(ours, (24, 100))
    done = process("audit", "a", "p", stderr=ours)
    os.close(ours)
    seen = b""
    try:
        while more := os.read(shown, 4096):
            seen += more
    except OSError:  # the other end is closed
        pass
    os.close(shown)
    assert done.returncode == 0
    assert b"reading pages" in seen
    assert b"Traceback" not in seen
    assert "identical" in done.stdout
    assert here.is_dir()


def test_columns_of_the_terminal_are_kept(here: Path) -> None:
    for columns in (100, 140):
        done = process("audit", "a", "p", env={**PLAIN, "COLUMNS": str(columns)})
        rows = [line for line in done.stdout.splitlines() if "  " in line[1:] and not line.startswith("  ")]
        assert rows
        assert max(map(len, rows)) <= columns
    assert here.is_dir()


# --- floors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], *(name.split() for name in commands())], ids=" ".join)
def test_help_loads_neither_arrays_nor_sketches(arguments: list[str]) -> None:
    code = (
        f"import atexit, sys; from reuse.__main__ import run; sys.argv = {['reuse', *arguments, '--help']!r}; "
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=PLAIN)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "reuse" in loaded
    assert not loaded & {"numpy", "datasketch", "scipy", "zstandard", "resiliparse", "tabulate"}
    assert "reuse._core" not in done.stderr.split()
    assert done.stdout.startswith("Usage: ")


def cpu_seconds(*arguments: str) -> float:
    """Return the processor time of one run, user and system."""
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL, env=PLAIN) as running:
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_help_is_quick() -> None:
    assert statistics.median(cpu_seconds("--help") for _ in range(5)) < 0.2


def test_the_seeds_are_quick() -> None:
    # Processor time, for tests run side by side; `benchmarks/startup.py` tells the time that passes.
    seeds = [str(ROOT / "seeds" / side) for side in ("sources", "pages")]
    assert min(cpu_seconds("audit", *seeds, "-j", "1") for _ in range(3)) < 1.0


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2])
def test_an_interruption_is_heard_while_the_core_is_at_work(here: Path, threads: int) -> None:
    # Work for minutes: long texts of forty words, whose common subsequences are dear.
    rng = random.Random(1)
    words = [f"w{number}" for number in range(40)]
    for side in ("a", "p"):
        texts = (" ".join(rng.choices(words, k=60_000)) for _ in range(20))
        jsonl(
            f"{side}/many.jsonl",
            *({"id": f"{side}{number}", "text": text} for number, text in enumerate(texts)),
        )
    arguments = [*COMMAND, "audit", "a/many.jsonl", "p/many.jsonl", "-j", str(threads)]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as running:
        time.sleep(4)  # by then it is past reading, which the test beside this one interrupts
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        begin = time.monotonic()
        _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert time.monotonic() - begin < 5
    assert here.is_dir()


def test_a_report_of_near_duplicates_is_not_tomorrows_input(command: Command, here: Path) -> None:
    (here / "z").mkdir()
    for name in ("one", "two"):
        (here / "z" / f"{name}.txt").write_text(ARTICLE)
    first, second = (command("dedupe", "z", "-o", "z/report") for _ in range(2))
    assert (first.code, second.code) == (0, 0), second.err
    assert first.out == second.out
    assert command("audit", "z/one.txt", "z").code == 0


def test_a_file_that_is_no_report_stays(command: Command, here: Path) -> None:
    (here / "out").mkdir()
    (here / "out" / "clusters.jsonl").write_text("precious")
    assert command("audit", "a", "p", "-o", "out").code == 0
    assert (here / "out" / "clusters.jsonl").read_text() == "precious"


@pytest.mark.parametrize("keep", ["longest", "oldest"])
@pytest.mark.usefixtures("here")
def test_of_a_flood_one_is_kept_whichever_is_preferred(command: Command, keep: str) -> None:
    words = ARTICLE.split()
    rows = [
        {"id": str(n), "text": " ".join([*words[: n % 40], f"v{n}", *words[n % 40 :], *["more"] * (n == 250)]),
         "date": f"{2030 - n // 10}-01-01"}
        for n in range(300)
    ]  # fmt: skip
    jsonl("flood.jsonl", *rows)
    done = command("dedupe", "flood.jsonl", "-f", "kept", "--keep", keep, "--max-bucket", "10")
    assert done.out.split() == (["250"] if keep == "longest" else ["290"])
    assert "overfull" in done.err


@pytest.mark.usefixtures("here")
def test_dates_that_cannot_be_read_are_told_where_they_decide(command: Command) -> None:
    dates = {"a": "05/03/2020", "b": "2024-01-01"}
    jsonl("d.jsonl", *({"id": name, "text": ARTICLE, "date": date} for name, date in dates.items()))
    told = "the date of 1 of 2 documents cannot be read, such as '05/03/2020'; they count as the youngest"
    assert told in command("dedupe", "d.jsonl", "--keep", "oldest").err
    assert told not in command("dedupe", "d.jsonl").err


@pytest.mark.slow
@pytest.mark.parametrize("resemblance", ["0.05", "0.5", "0.97", "0.999", "1"])
@pytest.mark.parametrize("permutations", ["128", "4096"])
def test_a_plan_is_printed_at_the_ends_of_its_ranges(
    command: Command, resemblance: str, permutations: str
) -> None:
    done = command("plan", "--resemblance", resemblance, "--permutations", permutations)
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 100
