"""What may go wrong with an index: full disks, damage, others at work, other versions.

Covers: ``reuse/index/``; kills at any moment are in ``tests/trials/kills.py``. Compares against: the answers
of the index before, and of the one that was to be.
Run: ``pytest tests/test_index_faults.py``
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from reuse import index
from reuse.cli.endings import exit_code
from reuse.errors import IndexBusyError, IndexFileError, UsageError
from reuse.options import Options
from tests.newsroom import OPTIONS, documents, write

COMMAND = [sys.executable, "-m", "reuse", "index"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an index, and with what is to be added to it."""
    folder = tmp_path_factory.mktemp("made")
    first = write(folder / "first", documents(range(60)))
    write(folder / "second", documents(range(40, 100), edition=1))
    assert exit_code(["index", "build", str(folder / "news.index"), str(first), "-q"]) == 0
    return folder


@pytest.fixture
def path(made: Path, tmp_path: Path) -> str:
    shutil.copy(made / "news.index", tmp_path / "news.index")
    return str(tmp_path / "news.index")


def digest(path: str) -> str:
    with index.open_index(path) as found:
        return found.digest()


def answers(path: str, asked: dict[str, np.ndarray]) -> list[Any]:
    """Return what an index says to questions of every kind."""
    with index.open_index(path) as found:
        told: list[Any] = [found.digest(), found.words.tolist(), found.keys.tolist(), found.sites]
        for lane, hashes in asked.items():
            postings = getattr(found, lane)(hashes)
            told += [postings.row.tolist(), postings.hash.tolist(), postings.common.tolist()]
        texts = found.texts(np.arange(len(found), dtype=np.int32))
        pages = [one.original and one.original.read() for one in texts.documents]
        told += [texts.values.tobytes(), [one._replace(original=None) for one in texts.documents], pages]
        return [*told, found.stock.in_lists.tolist(), found.boilerplate.digest()]


@pytest.fixture(scope="module")
def asked(made: Path) -> dict[str, np.ndarray]:
    tables = {"fingerprints": "postings", "buckets": "buckets", "terms": "terms"}
    with closing(duckdb.connect(str(made / "news.index"), read_only=True)) as base:
        return {
            lane: base.execute(f"SELECT DISTINCT hash FROM {table}").fetchnumpy()["hash"]
            for lane, table in tables.items()
        }


# --- kills ------------------------------------------------------------------------------------


def command_of(kind: str, path: str, made: Path) -> list[str]:
    """Return the command that changes an index in one of three ways."""
    if kind == "remove":
        return [*COMMAND, "remove", path, *(f"article-{number}" for number in range(0, 60, 2)), "-q", "-j1"]
    return [*COMMAND, kind, path, str(made / "second"), "-q", "-j1"]


def test_what_a_killed_build_has_left_is_cleared_away(path: str, made: Path, tmp_path: Path) -> None:
    for suffix in (".building", ".building.wal", ".writing"):
        Path(path + suffix).write_bytes(b"left by a build that was killed" * 1000)
    assert exit_code(["index", "build", path, str(made / "first"), "-q"]) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["news.index"]
    assert index.verify(path).faults == ()


# --- damage -----------------------------------------------------------------------------------


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Return the bytes of a file with one thing broken."""
    kind = draw.choice(["flip", "flip", "head", "cut", "zeros", "grown"])
    place = draw.randrange(12_288 if kind == "head" else len(content))
    if kind == "cut":
        return content[:place]
    if kind == "zeros":
        return content[:place] + bytes(len(content[place : place + 4096])) + content[place + 4096 :]
    if kind == "grown":
        return content[:place] + b"\0" + content[place:]
    return content[:place] + bytes([content[place] ^ (1 << draw.randrange(8))]) + content[place + 1 :]


def told_or_right(path: str, asked: dict[str, np.ndarray], right: list[Any]) -> bool:
    """Tell whether an index still answers, and rightly, or says what is wrong."""
    try:
        found = answers(path, asked)
    except IndexFileError as fault:
        said = str(fault)
    else:
        assert found == right
        return True
    assert said.startswith(path)
    assert "; " in said
    return False


@pytest.mark.parametrize("seed", range(6))
def test_damage_is_told_and_nothing_wrong_is_said(
    seed: int, path: str, made: Path, asked: dict[str, np.ndarray]
) -> None:
    draw = random.Random(seed)
    content = Path(path).read_bytes()
    right = answers(str(made / "news.index"), asked)
    for _ in range(3):
        Path(path).write_bytes(damaged(content, draw))
        told_or_right(path, asked, right)
    Path(path).write_bytes(damaged(content, draw))
    codes = {
        exit_code(["index", *command, "-q"])
        for command in (["verify", path], ["add", path, str(made / "second")])
    }
    assert codes <= {0, 4}


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [*range(100, 140), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(140, 300))]
)
def test_damage_anywhere_is_told(seed: int, path: str, made: Path, asked: dict[str, np.ndarray]) -> None:
    draw = random.Random(seed)
    Path(path).write_bytes(damaged(Path(path).read_bytes(), draw))
    told_or_right(path, asked, answers(str(made / "news.index"), asked))


def test_a_file_cut_short_is_told(path: str) -> None:
    content = Path(path).read_bytes()
    for size in (0, 7, 12, 100, 4096, 12_288, len(content) // 2, len(content) - 1):
        Path(path).write_bytes(content[:size])
        with pytest.raises(IndexFileError, match=r"no index|damaged or cut short"):
            index.verify(path)
        assert exit_code(["index", "verify", path, "-q"]) == 4


def test_a_damaged_log_is_told_or_left_aside(path: str, asked: dict[str, np.ndarray]) -> None:
    changing = (
        "import duckdb, os, sys\n"
        "base = duckdb.connect(sys.argv[1])\n"
        "base.execute(\"INSERT INTO meta VALUES ('later', 'x')\")\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", changing, path], check=True)
    log = Path(path + ".wal")
    right = answers(path, asked)
    content = log.read_bytes()
    draw = random.Random(1)
    for _ in range(5):
        place = draw.randrange(len(content))
        log.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        told_or_right(path, asked, right)
    log.write_bytes(content[: len(content) // 2])
    told_or_right(path, asked, right)


# --- no room ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "share"),
    [("build", 0.7), ("add", 0.02)]
    + [
        pytest.param(kind, share / 10, marks=pytest.mark.slow)
        for kind in ("build", "add")
        for share in range(1, 12)
    ],
)
def test_a_full_disk_is_told_and_nothing_is_lost(kind: str, share: float, path: str, made: Path) -> None:
    before = digest(path)
    limit = int(Path(path).stat().st_size * share)

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = command_of(kind, path, made)
    # Without coverage, which would have no room for its own file.
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE", "COV_"))}
    done = subprocess.run(command, preexec_fn=no_more, env=plain, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if done.returncode == 0:  # there was room enough, if only in the log
        assert digest(path) != before
        assert index.verify(path).faults == ()
        return
    assert done.returncode == 4
    assert "make room" in done.stderr
    assert digest(path) == before
    assert index.verify(path).faults == ()


# --- others at work ---------------------------------------------------------------------------

HOLDER = """
import sys, time, duckdb
base = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize(
    ("held", "kind"), [("write", "add"), ("write", "remove"), ("write", "verify"), ("read", "add")]
)
def test_two_at_once_are_told(
    held: str, kind: str, path: str, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = {
        "add": ["add", path, str(made / "second")],
        "remove": ["remove", path, "x"],
        "verify": ["verify", path],
    }
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        assert exit_code(["index", *command[kind], "-q"]) == 4
        assert f"is in use by another process (PID {holder.pid}); wait" in capsys.readouterr().err
        if kind == "add":
            if held == "read":
                index.build(path, documents(range(3)), OPTIONS)
            else:
                with pytest.raises(IndexBusyError):
                    index.build(path, documents(range(3)), OPTIONS)
        assert holder.stdin is not None
        holder.stdin.close()
    assert exit_code(["index", *command[kind], "-q"]) in (0, 3)


def test_two_readers_are_none_too_many(path: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, "read"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        assert digest(path)


def test_one_build_at_a_time_works_towards_a_place(tmp_path: Path) -> None:
    path = str(tmp_path / "news.index")

    def meanwhile() -> Any:
        yield documents(range(1))[0]
        with pytest.raises(IndexBusyError, match="is being written by another process"):
            index.build(path, documents(range(3)), OPTIONS)
        yield documents([1])[0]

    assert index.build(path, meanwhile(), OPTIONS).documents == 2
    assert index.verify(path).faults == ()


def test_a_failing_input_leaves_the_index_as_it_was(path: str) -> None:
    def broken() -> Any:
        yield from documents(range(200, 210))
        raise KeyboardInterrupt

    before = digest(path)
    for change in (index.add, index.build):
        with pytest.raises(KeyboardInterrupt):
            change(path, broken(), Options(threads=1))
        assert digest(path) == before
    assert [file.name for file in Path(path).parent.iterdir()] == ["news.index"]


# --- other files, options and versions --------------------------------------------------------


def test_other_options_are_named_with_both_values(path: str) -> None:
    with pytest.raises(
        IndexFileError, match=r"was made with shingle 5 and not 6, window 4 and not 5; give the"
    ):
        index.open_index(path, Options(shingle=6, window=5))
    with pytest.raises(IndexFileError, match="recall"):
        index.add(path, [], Options(recall=0.9))
    index.open_index(path, Options(threads=1, min_run=7)).close()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("UPDATE meta SET value = '99' WHERE key = 'format'", "is an index of format 99"),
        ("UPDATE meta SET value = 'another' WHERE key = 'kind'", "is a DuckDB database, but no index"),
        ("DROP TABLE meta", "is a DuckDB database, but no index"),
        ("UPDATE meta SET value = '{' WHERE key = 'options'", "its options cannot be read"),
        ("UPDATE meta SET value = '[]' WHERE key = 'options'", "its options are no record"),
        ("DELETE FROM meta WHERE key = 'options'", "its options cannot be read"),
        (
            "UPDATE meta SET value = replace(value, 'algorithm\": ', 'algorithm\": 9') WHERE key = 'options'",
            "of the algorithm, this is version",
        ),
        ("DROP TABLE documents", "build it anew"),
    ],
)
def test_what_is_no_index_of_this_version_is_refused(
    path: str, made: Path, query: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(duckdb.connect(path)) as base:
        base.execute(query)
    before = Path(path).read_bytes()
    for command in (["verify", path], ["add", path, str(made / "second")], ["remove", path, "article-1"]):
        assert exit_code(["index", *command, "-q"]) == 4
        assert said in capsys.readouterr().err
    assert exit_code(["audit", path, str(made / "second"), "-q"]) == 4
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"some text", b"SQLite format 3\0" + bytes(100), bytes(8) + b"DUCK" + bytes(50)]
)
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "news.index"
    path.write_bytes(content)
    for command in (["verify"], ["info"], ["remove"]):
        assert exit_code(["index", *command, str(path), *(["x"] if command == ["remove"] else []), "-q"]) == 4
    assert path.read_bytes() == content


def test_a_build_overwrites_nothing_but_an_index(tmp_path: Path) -> None:
    path = tmp_path / "thesis.txt"
    path.write_text("the work of years")
    with pytest.raises(UsageError, match="is there already and is no index"):
        index.build(str(path), [], OPTIONS)
    with pytest.raises(UsageError, match="is there already and is no index"):
        index.build(str(tmp_path), [], OPTIONS)
    assert path.read_text() == "the work of years"
    assert exit_code(["index", "build", str(tmp_path / "no" / "x"), str(path), "-q"]) == 3


@pytest.mark.parametrize(
    "name", ["it's.index", "md:news", ":memory:", "-x", "s3:", "a;b", "caf\xe9", "caf\udce9"]
)
def test_any_name_will_do_or_is_refused(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    try:
        index.build(path, documents(range(3)), OPTIONS)
    except IndexFileError as fault:
        assert "rename the file" in str(fault)  # noqa: PT017
        assert "\udce9" in name
        return
    assert os.path.exists(path)
    assert index.info(path)["documents"] == 3


def test_an_index_reaches_for_no_other_file(path: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    with closing(duckdb.connect(path)) as base:
        base.execute("DROP VIEW texts")
        base.execute("ALTER TABLE stock RENAME TO other")
        base.execute(f"CREATE VIEW stock AS SELECT a AS hash, b AS anywhere FROM read_csv('{secret}')")
    with index.open_index(path) as found, pytest.raises(IndexFileError):
        _ = found.stock


def test_json_facts_are_complete(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["index", "info", path, "-f", "json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["tables"]) >= {"documents", "pieces", "postings", "stock"}
