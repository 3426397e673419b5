"""What is gone, full or closed while a command works: inputs, places for output, temporary files, stdout.

Covers: all commands. Compares against: the exit codes of the README, what the rest of the input gives, and what
was on disk before. That any call that writes may fail is tried by ``tests/trials/faults.py``.
Run: ``pytest -m "slow or not slow" tests/test_faults.py``; at length
``python -m tests.trials.faults --times 500``
"""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import zstandard

from reuse.cli.endings import exit_code
from reuse.documents.file import File
from tests.conftest import Command
from tests.templates import newspaper
from tests.test_resume import MINE, lines, page_text
from tests.trials import calls

COPY = page_text(0)
ROWS = [{"id": f"p{number}", "text": page_text(number)} for number in range(40)]
JSON_LINES = lines(*ROWS).encode()
PLAIN = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE", "COV_"))}


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in ROWS:
            archive.writestr(f"{row['id']}.txt", row["text"])
    return made.getvalue()


def tarred() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for row in ROWS:
            member = tarfile.TarInfo(f"{row['id']}.txt")
            member.size = len(row["text"].encode())
            archive.addfile(member, io.BytesIO(row["text"].encode()))
    return made.getvalue()


def parquet(path: Path) -> None:
    with duckdb.connect(config={"threads": "1"}) as base:
        base.execute("CREATE TABLE t (id TEXT, text TEXT)")
        base.executemany("INSERT INTO t VALUES (?, ?)", [tuple(row.values()) for row in ROWS])
        base.execute(f"COPY t TO '{path}' (FORMAT parquet)")


def warc() -> bytes:
    records = []
    for row in ROWS:
        page = newspaper(row["id"], [row["text"]]).encode()
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://x.example/{row['id']}\r\n"
        head += (
            f"WARC-Date: 2026-11-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {len(http)}"
        )
        records.append(gzip.compress(f"{head}\r\n\r\n".encode() + http + b"\r\n\r\n"))
    return b"".join(records)


FORMATS: dict[str, Callable[[], bytes]] = {
    "a.txt": lambda: COPY.encode() * 20,
    "a.html": lambda: newspaper("A story", [page_text(number) for number in range(40)]).encode(),
    "a.jsonl": lambda: JSON_LINES,
    "a.jsonl.gz": lambda: gzip.compress(JSON_LINES),
    "a.jsonl.zst": lambda: zstandard.compress(JSON_LINES),
    "a.json": lambda: json.dumps(ROWS).encode(),
    "a.csv": lambda: b"id,text\n" + b"".join(f'{row["id"]},"{row["text"]}"\n'.encode() for row in ROWS),
    "a.parquet": lambda: b"",
    "a.zip": zipped,
    "a.tar.gz": tarred,
    "a.warc.gz": warc,
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with sources, and a sound page beside what something happens to."""
    monkeypatch.chdir(tmp_path)
    Path("mine.jsonl").write_text(
        lines(*({"id": f"mine{number}", "text": " ".join(article)} for number, article in enumerate(MINE)))
    )
    Path("in").mkdir()
    Path("in/sound.txt").write_text(" ".join(MINE[5]))
    return tmp_path


# --- inputs -------------------------------------------------------------------------------------


class Failing(io.RawIOBase):
    """A file of which the second half cannot be read."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115  (closed with this)
        self._half = os.path.getsize(path) // 2

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, room: Any) -> int | None:
        if self._file.tell() >= self._half:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self._file.readinto(memoryview(room)[: self._half])

    def close(self) -> None:
        self._file.close()
        super().close()


def deleted(path: str) -> None:
    os.unlink(path)


def emptied(path: str) -> None:
    os.truncate(path, 0)


def made_a_folder(path: str) -> None:
    os.unlink(path)
    os.mkdir(path)


def overwritten(path: str) -> None:
    Path(path).write_bytes(bytes(range(256)) * 50)


def halved(path: str) -> None:
    os.truncate(path, os.path.getsize(path) // 2)


def forbidden(path: str) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)


BEFORE = [deleted, emptied, made_a_folder, overwritten, forbidden]
QUICK = {("a.txt", "deleted"), ("a.jsonl", "halved"), ("a.parquet", "emptied"), ("a.zip", "fails")}


def befall(monkeypatch: pytest.MonkeyPatch, accident: str) -> None:
    """Have something happen to the input when it is opened, or right after that."""
    original = File.open

    @contextmanager
    def opened(file: File) -> Iterator[Any]:
        if not os.path.basename(file.path).startswith("a."):
            with original(file) as stream:
                yield stream
            return
        for happens in BEFORE:
            if happens.__name__ == accident and os.path.isfile(file.path):
                happens(file.path)
        if accident == "fails":
            with io.BufferedReader(Failing(file.path)) as failing:
                yield failing
            return
        with original(file) as stream:
            if accident == "halved":
                halved(file.path)
            yield stream

    monkeypatch.setattr(File, "open", opened)


@pytest.mark.parametrize(
    ("name", "accident"),
    [
        pytest.param(name, accident, marks=[pytest.mark.slow] * ((name, accident) not in QUICK))
        for name in FORMATS
        for accident in ("deleted", "emptied", "made_a_folder", "overwritten", "forbidden", "halved", "fails")
    ],
)
@pytest.mark.usefixtures("here")
def test_what_happens_to_an_input_costs_itself_alone(
    command: Command, monkeypatch: pytest.MonkeyPatch, name: str, accident: str
) -> None:
    path = Path("in", name)
    path.write_bytes(FORMATS[name]())
    if name.endswith(".parquet"):
        parquet(path)
    befall(monkeypatch, accident)
    done = command("audit", "mine.jsonl", "in", "-f", "jsonl", "--all", "-q")
    assert "a fault of reuse itself" not in done.err
    found = {json.loads(line)["page"]["id"] for line in done.out.splitlines()}
    assert "in/sound.txt" in found
    if accident in ("deleted", "emptied", "made_a_folder", "forbidden"):
        assert found == {"in/sound.txt"}
    whole = (
        accident == "overwritten"
        or (accident == "halved" and name in ("a.txt", "a.html", "a.zip", "a.parquet"))
        or (accident == "fails" and name == "a.parquet")  # which DuckDB reads, by its descriptor
    )
    assert done.code == 3 or whole, done.err  # what is half a text is a text
    if done.code == 3:
        told = [line for line in done.err.splitlines() if line.startswith(f"unreadable: in/{name}")]
        assert told
        assert all(";" in line or "limit" in line for line in told)


# --- places for output ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "where", "code"),
    [
        (["audit", "mine.jsonl", "in", "-o", "gone/report"], "reuse.report.folder.Draft.commit", 3),
        (["dedupe", "mine.jsonl", "in", "-o", "gone/report"], "reuse.report.folder.Draft._render", 3),
        (["report", "kept", "-o", "gone/told.csv"], "reuse.report.folder.take_place", 3),
        (["report", "kept", "--evidence", "gone/case"], "reuse.report.evidence.folder.take_place", 3),
        (["diff", "kept", "kept", "-o", "gone/d.md"], "reuse.report.folder.take_place", 3),
        (["index", "build", "gone/my.index", "mine.jsonl"], "reuse.index.building.refresh", 3),
        (["index", "export", "my.index", "--datasketch", "gone/x"], "reuse.index.exporting.take_place", 3),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("here")
@pytest.mark.slow
def test_a_folder_that_goes_while_it_is_written_to_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], where: str, code: int
) -> None:
    assert command("audit", "mine.jsonl", "in", "-o", "kept", "-q").code == 0
    assert command("index", "build", "my.index", "mine.jsonl", "-q").code == 0
    Path("gone").mkdir()
    module, _, name = where.rpartition(".")
    holder = __import__("pkgutil").resolve_name(module)
    original = getattr(holder, name)

    def going(*arguments: Any, **more: Any) -> Any:
        shutil.rmtree("gone", ignore_errors=True)
        return original(*arguments, **more)

    monkeypatch.setattr(holder, name, going)
    done = command(*arguments, "-q")
    assert (done.code, done.err.count("reuse: ")) == (code, 1), done.err
    assert "No such file or directory" in done.err or "is not there" in done.err
    assert ";" in done.err
    monkeypatch.undo()


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "mine.jsonl", "-"],
        ["audit", "my.index", "in"],
        ["dedupe", "-"],
        ["index", "build", "other.index", "mine.jsonl"],
        ["index", "add", "my.index", "in"],
        ["index", "info", "my.index"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("place", ["gone", "full"])
def test_a_folder_for_temporary_files_that_is_gone_or_full_is_told(
    here: Path, command: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], place: str
) -> None:
    assert command("index", "build", "my.index", "mine.jsonl", "-q").code == 0
    before = {path.name for path in here.iterdir()}
    monkeypatch.setattr("tempfile.tempdir", str(here / place))
    if place == "full":
        monkeypatch.setattr("tempfile.tempdir", "/proc/sys")  # where nobody can make a file
    monkeypatch.setattr("reuse.pipeline.spool._HELD", 0)
    done = command(*arguments, stdin=zipped())
    assert done.code in (3, 4), done.err
    assert "a fault of reuse itself" not in done.err
    (said,) = [line for line in done.err.splitlines() if line.startswith(("reuse: ", "unreadable: -"))]
    assert ";" in said
    assert {path.name for path in here.iterdir()} == before


# --- stdout -------------------------------------------------------------------------------------

PRINTING = [
    ["audit", "mine.jsonl", "in", "-f", "jsonl"],
    ["audit", "mine.jsonl", "in", "-f", "csv", "--all"],
    ["compare", "in/sound.txt", "in/other.txt"],
    ["explain", "in/sound.txt", "in/other.txt"],
    ["report", "kept", "-f", "html"],
    ["report", "kept", "-f", "csv"],
    ["report", "kept"],
    ["diff", "kept", "kept", "-f", "md"],
    ["diff", "kept", "other"],
    ["dedupe", "mine.jsonl", "in", "-f", "kept"],
    ["index", "info", "my.index"],
    ["index", "verify", "my.index"],
    ["selftest", "mine.jsonl", "--articles", "3", "-f", "json"],
    ["policy", "policy.toml"],
    ["plan"],
]
CLOSED = (
    "import json, os, sys\n"
    "import reuse.__main__, reuse.cli.endings, reuse.index, reuse.pipeline, reuse.report.folder\n"
    "for command in json.loads(sys.argv[1]):\n"
    "    process = os.fork()\n"
    "    if not process:\n"
    "        sys.argv = ['reuse', *command]\n"
    "        if {close}:\n"
    "            sys.stdout = None\n"
    "        reuse.__main__.run()\n"
    "    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])\n"
    "    print(json.dumps([command, code]), file=sys.stderr, flush=True)\n"
)


@pytest.fixture
def printable(here: Path, command: Command) -> Path:
    Path("in/other.txt").write_text(f"{COPY} {' '.join(MINE[5])}")
    Path("policy.toml").write_text('[publisher]\nnames = ["Example News"]\nsites = ["example.com"]\n')
    assert command("audit", "mine.jsonl", "in", "-o", "kept", "-q").code == 0
    assert command("audit", "mine.jsonl", "in/sound.txt", "-o", "other", "-q").code == 0
    assert command("index", "build", "my.index", "mine.jsonl", "-q").code == 0
    return here


@pytest.mark.slow
@pytest.mark.parametrize(("stdout", "code"), [("full", 3), ("pipe", 0), ("closed", 0)])
@pytest.mark.usefixtures("printable")
def test_stdout_that_is_full_or_closed_is_no_traceback(stdout: str, code: int) -> None:
    program = CLOSED.format(close=stdout == "closed")
    reading, writing = os.pipe()
    os.close(reading)
    out = open("/dev/full", "wb") if stdout == "full" else os.fdopen(writing, "wb")  # noqa: SIM115
    with out:
        done = subprocess.run(
            [sys.executable, "-c", program, json.dumps(PRINTING)],
            stdout=out,
            stderr=subprocess.PIPE,
            env=PLAIN,
            text=True,
            check=False,
        )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    ends = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[[")]
    assert ends == [[command, code] for command in PRINTING], done.stderr
    assert done.stderr.count("No space left on device; ") == (len(PRINTING) if stdout == "full" else 0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["audit", "mine.jsonl", "-"], 3),
        (["audit", "mine.jsonl", "in", "--from-file", "-"], 3),
        (["dedupe", "-"], 3),
        (["report", "-"], 3),
        (["diff", "-", "kept"], 3),
        (["index", "add", "my.index", "-"], 3),
        (["index", "remove", "my.index", "-"], 2),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
@pytest.mark.slow
@pytest.mark.usefixtures("printable")
def test_stdin_that_is_closed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    capsys.readouterr()
    assert exit_code(arguments) == code
    said = capsys.readouterr().err
    assert "standard input is closed" in said
    assert "a fault of reuse itself" not in said


# --- any call ------------------------------------------------------------------------------------


@pytest.mark.skipif(calls.COMPILER is None, reason="g++ is not installed")
@pytest.mark.slow
def test_a_disk_that_fails_at_any_call_is_told_and_nothing_is_lost() -> None:
    command = [sys.executable, "-m", "tests.trials.faults", "--times", "18"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "; 0 faults\n" in done.stdout
