"""Audits that are stopped and gone on with, or do with little memory: the report is the same to the byte.

Covers: ``--resume`` and ``--memory`` of ``reuse audit``; ``Draft`` in ``reuse/report/folder.py``. Compares
against: the report of an audit that nobody stopped, with memory for everything.
Run: ``pytest tests/test_resume.py``
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from reuse import pipeline
from reuse.__main__ import run
from reuse.pipeline import audits
from reuse.report.records import record
from tests.templates import newspaper

#: The sizes of all that is done some at a time, and such that little is.
SMALL = {
    "reuse.pipeline.audits._LEAST_ROUND": 3_000,
    "reuse.pipeline.audits._WORDS_FETCHED": 0.1,
    "reuse.pipeline.judging.PAIRS_AT_A_TIME": 3,
    "reuse.pipeline.judging._BYTES_AT_A_TIME": 2_000,
    "reuse.pipeline.judged.PAIRS_AT_A_TIME": 2,
    "reuse.pipeline.spool._BLOCK": 4,
}
ARGUMENTS = ["audit", "mine.jsonl", "pages", "more.jsonl", "-o", "report", "-f", "jsonl"]
LITTLE = ["--memory", "256M"]

#: Runs the command line in small steps; a signal comes at one of the calls of a function, before what it does.
RUNNER = """
import os, pkgutil, signal, sys
small, place, number, name = eval(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
for path, value in small.items():
    module, _, attribute = path.rpartition(".")
    setattr(pkgutil.resolve_name(module), attribute, value)
holder, _, attribute = place.rpartition(".")
holder = pkgutil.resolve_name(holder)
original, calls = getattr(holder, attribute), iter(range(number))
def stopped(*arguments, **more):
    if next(calls, None) is None:
        os.kill(os.getpid(), getattr(signal, name))
    return original(*arguments, **more)
setattr(holder, attribute, stopped)
sys.argv = ["reuse", *sys.argv[5:]]
from reuse.__main__ import run
run()
"""
PLAIN = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE", "COV_"))}

VERBS = ("praised", "doubted", "repainted", "mapped", "auctioned", "weighed", "photographed", "celebrated")
THINGS = ("harbour", "orchard", "museum", "timetable", "lantern", "quarry", "viaduct", "granary", "foundry")


def sentences(seed: int, count: int) -> list[str]:
    """Return made-up news: names and numbers that no other seed has, among common words."""
    draw = random.Random(seed)
    return [
        f"In ward {draw.randrange(10**4)} Councillor Zar{seed}ov {draw.choice(VERBS)} the old "
        f"{draw.choice(THINGS)} of Lem{draw.randrange(10**5)} while {draw.randrange(10**3)} "
        f"neighbours {draw.choice(VERBS)} a {draw.choice(THINGS)}."
        for _ in range(count)
    ]


MINE = [sentences(seed, 12) for seed in range(12)]
FOOTER = "Sign up for our newsletter and never miss a story from the valley, and all rights are reserved."


def page_text(number: int) -> str:
    """Return a page: a whole source, some sentences of several, or nothing of any."""
    own = sentences(1000 + number, 6)
    if number % 4 == 0:
        return " ".join(MINE[number % 12])
    if number % 4 == 1:
        return " ".join([*own, *MINE[number % 12][3:8], *MINE[(number + 5) % 12][:4]])
    return " ".join(own if number % 4 == 2 else [*own, MINE[number % 12][0]])


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def made(here: Path) -> None:
    """Make the sources and pages: text, web pages, records with boilerplate, and what cannot be read."""
    (here / "mine.jsonl").write_text(
        lines(*({"id": f"mine{number}", "text": " ".join(article)} for number, article in enumerate(MINE)))
    )
    (here / "pages").mkdir()
    for number in range(5):
        title, *paragraphs = page_text(number).split(". ")
        (here / "pages" / f"web{number}.html").write_text(newspaper(title, paragraphs))
    (here / "pages" / "empty.txt").write_text("")
    (here / "pages" / "short.txt").write_text("Too short for anything.")
    (here / "pages" / "latin.txt").write_bytes(page_text(1).encode() + b" \xe9t\xe9 \xff")
    (here / "more.jsonl").write_text(
        lines(
            *(
                {
                    "id": f"more{number}",
                    "text": f"{page_text(number)}\n{FOOTER}",
                    "url": f"https://s{number % 3}.example/{number}",
                }
                for number in range(18)
            ),
            {"id": "none", "text": None},
        )
    )


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Return a function that runs the command line in this process, in a folder with sources and pages."""
    made(tmp_path)
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["reuse", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        with pytest.raises(SystemExit) as ended:
            run()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        assert "Traceback" not in err
        return Done(ended.value.code, out, err)

    return called


class Report(NamedTuple):
    """What a whole audit prints, and keeps."""

    out: str
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report of an audit that nobody stopped, with memory for everything."""
    here = tmp_path_factory.mktemp("whole")
    made(here)
    done = subprocess.run(
        [sys.executable, "-m", "reuse", *ARGUMENTS], cwd=here, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3  # some of the pages cannot be read
    report = Report(done.stdout, files_of(here))
    verdicts = {json.loads(line)["verdict"] for line in report.files["findings.jsonl"].splitlines()}
    assert verdicts >= {"identical", "excerpt"}
    told = json.loads(report.files["run.json"])
    assert told["read_carefully"]["pages"] >= 2
    assert told["boilerplate_words"] > 100
    assert len(told["unreadable"]) == 2
    assert len(told["too_short"]) == 1
    assert len(told["notices"]) >= 1
    return report


def files_of(here: Path) -> dict[str, bytes]:
    """Return the files of the report; there is nothing else in its folder."""
    return {file.name: file.read_bytes() for file in sorted((here / "report").iterdir())}


def in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(name, value)


def counting(monkeypatch: pytest.MonkeyPatch, name: str) -> list[int]:
    """Return a list that has an entry for each page that goes through a stage from now on."""
    original: Callable[..., Any] = getattr(audits, name)
    seen: list[int] = []

    def counted(*arguments: Any, **more: Any) -> Any:
        seen.extend(range(len(arguments[0])))
        return original(*arguments, **more)

    monkeypatch.setattr(audits, name, counted)
    return seen


# --- memory -------------------------------------------------------------------------------------


def test_memory_changes_no_byte(call: Call, expected: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first few are for all in one go.
    assert call(*ARGUMENTS, "--memory", "1T").out == expected.out
    assert files_of(Path()) == expected.files
    in_small_steps(monkeypatch)
    rounds = counting(monkeypatch, "sketch")
    assert call(*ARGUMENTS, *LITTLE).out == expected.out
    assert files_of(Path()) == expected.files
    assert len(rounds) == json.loads(expected.files["run.json"])["pages"]
    # Nor does it without a report.
    assert call(*ARGUMENTS[:4], "-f", "jsonl", *LITTLE).out == expected.out


@pytest.mark.parametrize("form", ["table", "csv"])
def test_memory_changes_nothing_that_is_printed(call: Call, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    arguments = (*ARGUMENTS[:4], "-f", form, "--all", "--top", "5")
    whole = call(*arguments)
    in_small_steps(monkeypatch)
    monkeypatch.setattr("reuse.pipeline.spool._HELD", 0)
    little = call(*arguments, *LITTLE)
    rates = re.compile(r"; pages read at [\d,]+/s, compared at [\d,]+/s")
    assert little._replace(err=rates.sub("", little.err)) == whole._replace(err=rates.sub("", whole.err))


@pytest.mark.parametrize("first", [0, 1, 3, 11, 20])
def test_pages_may_be_judged_from_any_one_on(call: Call, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    assert call is not None
    in_small_steps(monkeypatch)
    from reuse import documents

    def audited() -> pipeline.Audit:
        return pipeline.audit(documents.read(["mine.jsonl"]), documents.read(["pages", "more.jsonl"]), memory=0)

    whole = list(audited().batches())
    ends = [batch.end for batch in whole]
    assert ends == sorted(ends)
    assert ends[-1] == len(audited().pages)
    assert len(ends) > 8
    counted = next(batch.counted for batch in whole if batch.end >= first) if first else 0
    rest = audited()
    scored = [record(finding, "") for batch in rest.batches(first, counted) for finding in batch.scored]
    pages = [document.id for _, texts in rest.pages.rounds(1) for document in texts.documents]
    left = set(pages[first:])
    assert scored == [
        record(finding, "") for batch in whole for finding in batch.scored if finding.page.id in left
    ]
    assert rest.tally.candidates == sum(batch.tally.candidates for batch in whole if batch.counted > counted)


# --- interruption -------------------------------------------------------------------------------

#: Where a signal comes, and at which call: in the order in which an audit goes there.
MOMENTS = [
    ("reuse.pipeline.spool.Spool._write", 0),
    ("reuse.pipeline.spool.Spool._write", 4),
    ("reuse.pipeline.audits.find_boilerplate", 0),
    ("os.replace", 1),
    ("reuse.report.folder.Draft.add", 0),
    ("reuse.report.folder.Draft.add", 3),
    ("reuse.report.folder.json_line", 9),
    ("reuse.report.folder.Draft.commit", 4),
    ("reuse.report.folder._sync", 14),
    ("reuse.report.folder.Draft.commit", 7),
    ("reuse.report.folder.Draft.finish", 0),
    ("reuse.report.folder._create", 1),
    ("reuse.report.folder.markdown", 0),
    ("os.replace", 2),
    ("os.replace", 4),
    ("os.replace", 8),
    ("shutil.rmtree", 0),
]
#: Those that are tried whenever tests are run.
QUICK = MOMENTS[1::8]


def stopped(
    here: Path, place: str, number: int, name: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line until a signal comes."""
    return subprocess.run(
        [sys.executable, "-c", RUNNER, repr(SMALL), place, str(number), name, *arguments],
        cwd=here,
        env=PLAIN,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which an audit was killed when it had committed three batches."""
    here = tmp_path_factory.mktemp("killed")
    made(here)
    done = stopped(here, "reuse.report.folder.Draft.commit", 3, "SIGKILL", *ARGUMENTS, *LITTLE)
    assert done.returncode == -signal.SIGKILL
    return here


@pytest.fixture
def begun(call: Call, killed: Path) -> Path:
    """Have in the present folder what that audit left; return where."""
    assert call is not None
    shutil.copytree(killed / "report", "report")
    return Path("report/.unfinished")


@pytest.mark.parametrize(
    ("place", "number"),
    [pytest.param(*moment, marks=[pytest.mark.slow] * (moment not in QUICK)) for moment in MOMENTS],
)
def test_an_audit_that_was_killed_is_completed(
    call: Call, expected: Report, monkeypatch: pytest.MonkeyPatch, place: str, number: int
) -> None:
    done = stopped(Path(), place, number, "SIGKILL", *ARGUMENTS, *LITTLE)
    assert (done.returncode, done.stderr.count("\n") < 9) == (-signal.SIGKILL, True)
    # Until all files are there, an earlier report of another audit would not have gone.
    assert ("findings.jsonl" in os.listdir("report")) == (place == "shutil.rmtree")
    in_small_steps(monkeypatch)
    again = call(*ARGUMENTS, *LITTLE, "--resume")
    assert again.code == 3
    assert again.out == expected.out
    assert files_of(Path()) == expected.files


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(("place", "number"), [MOMENTS[1], MOMENTS[11]])
def test_an_audit_that_was_interrupted_says_so_and_is_completed(
    call: Call, expected: Report, place: str, number: int, name: str
) -> None:
    done = stopped(Path(), place, number, name, *ARGUMENTS, *LITTLE)
    assert done.returncode == (130 if name == "SIGINT" else 143)
    assert "Traceback" not in done.stderr
    assert ("the same command with --resume goes on from here" in done.stderr) == (name == "SIGINT")
    assert "nothing half-written is left" not in done.stderr
    # With memory for everything now, which is not what it was begun with.
    again = call(*ARGUMENTS, "--resume")
    assert (again.code, again.out, files_of(Path())) == (3, *expected)


def test_what_was_done_is_not_done_again(
    call: Call, begun: Path, expected: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = (begun / "progress.jsonl").read_bytes().splitlines()
    assert len(committed) == 3
    end = json.loads(committed[-1])["told"]["end"]
    in_small_steps(monkeypatch)
    sketched = counting(monkeypatch, "sketch")
    monkeypatch.setattr("reuse.pipeline.spool.skim", None)  # pages are not even looked at
    assert call(*ARGUMENTS, *LITTLE, "--resume").out == expected.out
    pages = json.loads(expected.files["run.json"])["pages"]
    assert len(sketched) == pages - end < pages


@pytest.mark.slow
def test_an_audit_can_be_stopped_as_often_as_one_likes(call: Call, expected: Report) -> None:
    for number in (0, 2, 1):
        done = stopped(
            Path(), "reuse.report.folder.Draft.commit", number, "SIGKILL", *ARGUMENTS, *LITTLE, "--resume"
        )
        assert done.returncode == -signal.SIGKILL
    again = call(*ARGUMENTS, "--resume")
    assert (again.code, again.out, files_of(Path())) == (3, *expected)


@pytest.mark.slow
def test_sources_that_are_gone_are_told_whenever_it_was_found_out(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("mine").mkdir()
    for number, article in enumerate(MINE):
        Path("mine", f"{number}.txt").write_text(" ".join(article))
    assert call("index", "build", "kept", "mine", "--no-text").code == 0
    for number in (0, 4, 9):
        Path("mine", f"{number}.txt").unlink()
    arguments = ["audit", "kept", "more.jsonl", "-o", "report", "-f", "jsonl"]
    whole = call(*arguments)
    expected = files_of(Path())
    told = json.loads(expected["run.json"])["unreadable"]
    assert [row["path"] for row in told[:3]] == ["mine/0.txt", "mine/4.txt", "mine/9.txt"]
    shutil.rmtree("report")
    with monkeypatch.context() as patch:
        in_small_steps(patch)
        call(*arguments, *LITTLE)
    assert files_of(Path()) == expected
    for number in (2, 6):
        shutil.rmtree("report")
        killed = stopped(Path(), "reuse.report.folder.Draft.commit", number, "SIGKILL", *arguments, *LITTLE)
        assert killed.returncode == -signal.SIGKILL
        again = call(*arguments, "--resume")
        assert (again.code, again.out, files_of(Path())) == (3, whole.out, expected)


def test_without_the_option_an_audit_begins_anew(
    call: Call, begun: Path, expected: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert begun.is_dir()
    sketched = counting(monkeypatch, "sketch")
    again = call(*ARGUMENTS)
    assert (again.code, again.out, files_of(Path())) == (3, *expected)
    assert len(sketched) == json.loads(expected.files["run.json"])["pages"]


@pytest.mark.parametrize(
    "before", ["nothing", "a report", "nothing of what it is", "no word of what it is", "no word of how far"]
)
def test_where_there_is_nothing_to_go_on_with_an_audit_begins(
    call: Call, killed: Path, expected: Report, before: str
) -> None:
    if before == "a report":
        call("audit", "mine.jsonl", "pages/web1.html", "-o", "report")
    if before == "nothing of what it is":
        shutil.copytree(killed / "report", "report")
        Path("report/.unfinished/of.json").unlink()
    if before.startswith("no word"):  # what a power cut can leave
        shutil.copytree(killed / "report", "report")
        told = "of.json" if before == "no word of what it is" else "progress.jsonl"
        Path("report/.unfinished", told).write_bytes(bytes(50) + b"\n")
    again = call(*ARGUMENTS, "--resume")
    assert (again.code, again.out, files_of(Path())) == (3, *expected)


@pytest.mark.parametrize("name", ["findings.jsonl", "findings.csv", "texts.jsonl", "progress.jsonl"])
def test_what_was_not_committed_goes(call: Call, begun: Path, expected: Report, name: str) -> None:
    with (begun / name).open("ab") as file:
        file.write(b'{"half": ')
    again = call(*ARGUMENTS, "--resume")
    assert (again.code, again.out, files_of(Path())) == (3, *expected)


def test_pages_from_standard_input_are_given_once_more(call: Call) -> None:
    arguments = ["audit", "mine.jsonl", "-", "-o", "report", "-f", "jsonl"]
    pages = Path("more.jsonl").read_bytes()
    whole = call(*arguments, stdin=pages)
    files = files_of(Path())
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, repr(SMALL), *map(str, MOMENTS[7]), "SIGKILL", *arguments],
        input=pages,
        capture_output=True,
        env=PLAIN,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    refused = call(*arguments, "--resume", stdin=pages[: len(pages) // 2])
    assert (refused.code, refused.out) == (2, "")
    again = call(*arguments, "--resume", stdin=pages)
    assert (again.out, files_of(Path())) == (whole.out, files)


# --- refusals -----------------------------------------------------------------------------------

OTHERS: dict[str, tuple[list[str], Callable[[], object], str]] = {
    "options": ([*ARGUMENTS, "--min-words", "21"], lambda: None, "of other options;"),
    "what is reported": ([*ARGUMENTS, "--all"], lambda: None, "of other inputs;"),
    "named pages": ([*ARGUMENTS[:3], *ARGUMENTS[4:]], lambda: None, "of other inputs;"),
    "a source": (ARGUMENTS, lambda: appended("mine.jsonl", "x"), "of other sources;"),
    "an address of a source": (
        ARGUMENTS,
        lambda: changed("mine.jsonl", '"text"', '"url": "x", "text"'),
        "of other sources;",
    ),
    "a page": (ARGUMENTS, lambda: changed("more.jsonl", "ward", "word"), "the pages are not those"),
    "one page less": (ARGUMENTS, lambda: Path("pages/latin.txt").unlink(), "the pages are not those"),
    "one page more": (ARGUMENTS, lambda: appended("more.jsonl", "y"), "the pages are not those"),
}


def appended(name: str, record: str) -> None:
    with Path(name).open("a") as file:
        file.write(lines({"id": record, "text": f"{record} " * 30}))


def changed(name: str, old: str, new: str) -> None:
    text = Path(name).read_text()
    Path(name).write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("other", OTHERS)
def test_an_audit_of_something_else_is_refused_and_loses_nothing(
    call: Call, begun: Path, killed: Path, expected: Report, other: str
) -> None:
    arguments, change, told = OTHERS[other]
    change()
    refused = call(*arguments, "--resume")
    assert (refused.code, refused.out) == (2, "")
    assert told in refused.err
    assert "begin anew without --resume" in refused.err
    for name in ("mine.jsonl", "more.jsonl", "pages/latin.txt"):
        shutil.copy(killed / name, name)
    progress = (begun / "progress.jsonl").read_bytes()
    assert progress == (killed / "report/.unfinished/progress.jsonl").read_bytes()
    again = call(*ARGUMENTS, "--resume")
    assert (again.code, again.out, files_of(Path())) == (3, *expected)


def test_other_boilerplate_is_refused(call: Call) -> None:
    Path("own.txt").write_text(FOOTER)
    arguments = [*ARGUMENTS, "-b", "own.txt", "--boilerplate-pages", "0"]
    done = stopped(Path(), *MOMENTS[7], "SIGKILL", *arguments, *LITTLE)
    assert done.returncode == -signal.SIGKILL
    Path("own.txt").write_text(MINE[0][0])
    refused = call(*arguments, "--resume")
    assert (refused.code, refused.out) == (2, "")
    assert "of other boilerplate; begin anew" in refused.err


def test_resume_needs_a_folder(call: Call) -> None:
    done = call(*ARGUMENTS[:4], "--resume")
    assert (done.code, done.out) == (2, "")
    assert "name its folder with -o" in done.err


@pytest.mark.parametrize("more", [[], ["--resume"]])
def test_of_two_audits_into_one_folder_the_second_is_refused(
    call: Call, expected: Report, more: list[str]
) -> None:
    os.mkfifo("fifo.jsonl")
    waiting = [*ARGUMENTS[:3], "fifo.jsonl", *ARGUMENTS[4:]]
    with subprocess.Popen([sys.executable, "-m", "reuse", *waiting], stdout=-1, stderr=-1) as running:
        writing = os.open("fifo.jsonl", os.O_WRONLY)  # waits until it is reading pages
        refused = call(*ARGUMENTS, *more)
        os.write(writing, b"")
        os.close(writing)
        running.communicate(timeout=60)
    assert (refused.code, refused.out) == (3, "")
    assert refused.err == ("reuse: another run is writing to report; wait for it, or name another place\n")
    assert running.returncode == 3
    assert "findings.jsonl" in os.listdir("report")
    # When it is done, there is room.
    assert call(*ARGUMENTS, *more).out == expected.out


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_read(call: Call) -> None:
    Path("report").write_text("no folder")
    os.mkfifo("fifo.jsonl")  # whoever opens it waits
    for names in (["mine.jsonl", "fifo.jsonl"], ["fifo.jsonl", "pages"]):
        done = call("audit", *names, "-o", "report")
        assert (done.code, done.out) == (3, "")
        assert "cannot write the report to report: it is a file" in done.err
    assert Path("report").read_text() == "no folder"


@pytest.mark.parametrize("before", [[], ["out"]], ids=["no folder", "a folder"])
def test_where_sources_cannot_be_read_no_folder_is_left(call: Call, before: list[str]) -> None:
    for name in before:
        Path(name).mkdir()
    for names in (["gone", "pages"], ["mine.jsonl", "gone"], ["mine.jsonl", "pages", "-b", "gone"]):
        done = call("audit", *names, "-o", "out")
        assert (done.code, done.out) == (2, "")
        assert "'gone' is not there" in done.err
    assert [name for name in os.listdir() if name == "out"] == before
    assert not before or os.listdir("out") == []


@pytest.mark.slow
@pytest.mark.long
def test_an_audit_that_was_killed_at_any_time_is_completed(call: Call, expected: Report) -> None:
    draw = random.Random(0)
    begin = time.perf_counter()
    stopped(Path(), "os.getpid", 10**9, "SIGKILL", *ARGUMENTS, *LITTLE)
    whole = time.perf_counter() - begin
    begun = [sys.executable, "-c", RUNNER, repr(SMALL), "os.getpid", str(10**9), "SIGKILL"]
    for _ in range(20):
        for _ in range(draw.randrange(1, 4)):
            with subprocess.Popen(
                [*begun, *ARGUMENTS, *LITTLE, "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as running:
                time.sleep(whole * draw.random())
                running.kill()
        again = call(*ARGUMENTS, "--resume")
        assert (again.code, again.out, files_of(Path())) == (3, *expected)
