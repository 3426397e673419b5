"""Commands that write files, each run again and again in a process that has everything loaded.

A parent that has imported all of `reuse`, and started no thread, forks: so a run takes as long as its work.
What is tried on these runs stands in `kills.py`, `power.py` and `faults.py`, which run under `calls.py`, and in
`memory.py`, which does not.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pkgutil
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import reuse
from reuse import index
from reuse.__main__ import run
from tests.newsroom import documents, write
from tests.test_evaluation import prose
from tests.test_resume import LITTLE, SMALL, made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

AUDIT = ("audit", "mine.jsonl", "pages", "more.jsonl", "-q", "-j1", "-o", "report")
SIZES = ("--memory", "256M")
assert list(SIZES) == LITTLE
REMOVED = tuple(f"article-{number}" for number in range(0, 60, 2))


class Scene(NamedTuple):
    """A command that writes files, and what it finds on disk.

    Attributes
    ----------
    name : str
    command : tuple of str
    inputs : tuple of str
        What of the stock is there.
    writes : str
        The file or folder that it writes.
    before : str
        What of the stock stands in its place before; nothing if empty.
    patches : mapping
        Sizes of what is done at a time, by their names.
    more : tuple of str
        What is added to the command when it goes on after it was stopped.
    """

    name: str
    command: tuple[str, ...]
    inputs: tuple[str, ...]
    writes: str
    before: str = ""
    patches: Mapping[str, Any] = {}
    more: tuple[str, ...] = ()


NEWS = ("mine.jsonl", "pages", "more.jsonl")
#: Sources larger than what memory is for: they are put into an index for once.
NIGHT = {"reuse.cli.sources._TIMES": 2**20}
SCENES = [
    Scene("audit", AUDIT, NEWS, "report"),
    Scene("audit over another", AUDIT, NEWS, "report", "deduplicated"),
    Scene("audit --resume", (*AUDIT, *SIZES), NEWS, "report", patches=SMALL, more=("--resume",)),
    Scene(
        "audit --resume over another",
        (*AUDIT, *SIZES),
        NEWS,
        "report",
        "deduplicated",
        patches=SMALL,
        more=("--resume",),
    ),
    Scene(
        "audit of an index",
        ("audit", "news.index", "more.jsonl", "-q", "-j1", "-o", "report"),
        ("news.index", "more.jsonl"),
        "report",
        "earlier",
        more=("--resume",),
    ),
    Scene("audit of large sources", AUDIT, NEWS, "report", patches=NIGHT, more=("--resume",)),
    Scene("dedupe", ("dedupe", *NEWS, "-q", "-j1", "-o", "report"), NEWS, "report", "earlier"),
    Scene("report html", ("report", "audited", "-q", "-o", "told.html"), ("audited",), "told.html", "sums"),
    Scene("report csv", ("report", "audited", "-q", "-o", "told.csv"), ("audited",), "told.csv"),
    Scene("report evidence", ("report", "audited", "-q", "--evidence", "case"), ("audited",), "case"),
    Scene("diff", ("diff", "earlier", "audited", "-q", "-o", "d.md"), ("audited", "earlier"), "d.md", "sums"),
    Scene("index build", ("index", "build", "my.index", "second", "-q", "-j1"), ("second",), "my.index"),
    Scene(
        "index build over another",
        ("index", "build", "my.index", "second", "-q", "-j1"),
        ("second",),
        "my.index",
        "news.index",
    ),
    Scene(
        "index add",
        ("index", "add", "my.index", "second", "-q", "-j1"),
        ("second",),
        "my.index",
        "news.index",
    ),
    Scene("index remove", ("index", "remove", "my.index", *REMOVED, "-q", "-j1"), (), "my.index", "news.index"),
    Scene(
        "index export",
        ("index", "export", "news.index", "--datasketch", "lsh.pickle", "-q"),
        ("news.index",),
        "lsh.pickle",
        "sums",
    ),
    Scene(
        "evaluate pairs",
        ("evaluate", "pairs", "pairs.jsonl", "-q", "-j1", "-o", "scores.jsonl"),
        ("pairs.jsonl",),
        "scores.jsonl",
        "sums",
    ),
    Scene(
        "evaluate pan",
        ("evaluate", "pan", "pan", "-q", "-j1", "--detections", "found"),
        ("pan",),
        "found",
    ),
]
assert len({scene.name for scene in SCENES}) == len(SCENES)


def named(beginnings: str, among: Sequence[Scene] = SCENES) -> list[Scene]:
    """Return the scenes whose names begin in one of some ways, which commas part; all, if there are none."""
    ways = beginnings.split(",")
    for way in ways:
        assert any(scene.name.startswith(way) for scene in among), f"no command begins with {way!r}"
    return [scene for scene in among if scene.name.startswith(tuple(ways))]


# --- processes ----------------------------------------------------------------------------------


def load() -> None:
    """Import all that a command may, but for Spark, and start no thread."""
    for found in pkgutil.walk_packages(reuse.__path__, "reuse."):
        if not found.name.startswith(("reuse.engines", "reuse.__main__", "reuse.documents.pdf_text")):
            importlib.import_module(found.name)
    for name in ("duckdb", "htmldate", "trafilatura", "datasketch", "lxml.html", "tld"):
        importlib.import_module(name)


class Run(NamedTuple):
    """A run of a command that has begun, and where it says what."""

    process: int
    place: Path

    def end(self) -> int:
        """Wait; return the exit code, or the signal that ended it, below 0."""
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    @property
    def err(self) -> str:
        """What it said on standard error."""
        return (self.place / "err").read_text("utf-8", "replace")

    @property
    def out(self) -> str:
        """What it printed."""
        return (self.place / "out").read_text("utf-8", "replace")


def begin(
    arguments: Sequence[str],
    place: Path,
    patches: Mapping[str, Any] | None = None,
    first: Callable[[], object] = int,
    stdout: Path | None = None,
) -> Run:
    """Begin a command in the folder ``here`` of a place, with ``here/tmp`` for temporary files.

    Parameters
    ----------
    arguments : sequence of str
    place : Path
    patches : mapping, optional
        Values to set, by the names of what has them.
    first : callable
        Called in the new process when all is ready.
    stdout : Path, optional
        What is printed goes there.
    """
    process = os.fork()
    if process:
        return Run(process, place)
    code = 99
    try:
        _settle_in(place, stdout or place / "out")
        for name, value in (patches or {}).items():
            module, _, attribute = name.rpartition(".")
            setattr(pkgutil.resolve_name(module), attribute, value)
        sys.argv = ["reuse", *arguments]
        first()
        run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 98
    except BaseException:  # noqa: BLE001  (a fault of the command line, which must not get here)
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code)


def _settle_in(place: Path, out: Path) -> None:
    os.chdir(place / "here")
    os.environ["TMPDIR"] = str(place / "here" / "tmp")
    tempfile.tempdir = None
    for number, name in enumerate((Path(os.devnull), out, place / "err")):
        is_file = number and not (name == out and out.exists() and not out.is_file())
        descriptor = os.open(name, os.O_RDWR | (os.O_CREAT | os.O_TRUNC if is_file else 0))
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, mode, closefd=False), "utf-8", line_buffering=number == 2)
        for number, mode in enumerate("rww")
    )
    signal.signal(signal.SIGINT, signal.default_int_handler)


def ran(arguments: Sequence[str], place: Path, **more: Any) -> Run:
    """Run a command to its end, which must be a good one."""
    found = begin(arguments, place, **more)
    code = found.end()
    assert code in (0, 3), f"{arguments}: {code}\n{found.err}"
    return found


# --- the stock ----------------------------------------------------------------------------------


def stock(folder: Path) -> Path:
    """Make all that commands read, and what they may find in the place of what they write; return where."""
    here = folder / "here"
    (here / "tmp").mkdir(parents=True)
    made(here)
    write(here / "first", documents(range(60)))
    write(here / "second", documents(range(40, 100), edition=1))
    (here / "sums").write_text("the work of years\n")
    _write_pairs(here / "pairs.jsonl")
    _write_pan(here / "pan")
    for command in (
        ("audit", "mine.jsonl", "pages", "more.jsonl", "-q", "-j1", "-o", "audited"),
        ("audit", "mine.jsonl", "pages", "-q", "-j1", "--all", "-o", "earlier"),
        ("dedupe", "mine.jsonl", "pages", "-q", "-j1", "-o", "deduplicated"),
        ("index", "build", "news.index", "first", "-q", "-j1"),
    ):
        ran(command, folder)
    return here


def _write_pairs(path: Path) -> None:
    rows = [
        {"id": str(number), "source": text, "page": text if number % 2 else prose(50 + number, 90)}
        | {"label": "copy" if number % 2 else "independent", "set": "made"}
        for number in range(8)
        for text in [prose(number, 90)]
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _write_pan(folder: Path) -> None:
    part = folder / "02-lifted"
    for name in ("src", "susp", part.name):
        (folder / name).mkdir(parents=True)
    lines = []
    for number in range(6):
        source, page = f"source-{number}.txt", f"suspicious-{number}.txt"
        lifted = prose(number, 80)
        (folder / "src" / source).write_text(lifted)
        (folder / "susp" / page).write_text(f"{prose(90 + number, 40)} {lifted}")
        truth = f'<document reference="{page}"></document>'
        (part / f"suspicious-{number}-source-{number}.xml").write_text(truth)
        lines.append(f"{page} {source}\n")
    (part / "pairs").write_text("".join(lines))


# --- what is on disk ------------------------------------------------------------------------------


def lay(scene: Scene, stocked: Path, place: Path) -> None:
    """Have in a place what a scene begins with, and nothing else."""
    shutil.rmtree(place, ignore_errors=True)
    here = place / "here"
    (here / "tmp").mkdir(parents=True)
    pairs = [(name, name) for name in scene.inputs]
    for name, there in [*pairs, *([(scene.before, scene.writes)] if scene.before else [])]:
        if (stocked / name).is_dir():
            shutil.copytree(stocked / name, here / there)
        else:
            shutil.copy2(stocked / name, here / there)


def tree(folder: Path) -> dict[str, bytes | str]:
    """Return what is below a folder: the bytes of each file, of an index what it says."""
    return {
        path.relative_to(folder).as_posix(): _content(path)
        for path in sorted(folder.rglob("*"))
        if path.relative_to(folder).parts[0] != "tmp"
    }


def _content(path: Path) -> bytes | str:
    if path.is_dir():
        return "folder"
    return "index" if path.suffix == ".index" else path.read_bytes()


def said(path: Path) -> str:
    """Return what an index is of, in a process of its own: DuckDB starts threads. It must be whole."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        code = 1
        try:
            assert index.verify(str(path), sample=5, threads=1).faults == ()
            with index.open_index(str(path), threads=1) as found:
                os.write(writing, found.digest().encode())
            code = 0
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading, "rb") as told:
        digest = told.read().decode()
    assert os.waitpid(process, 0)[1] == 0, f"{path} cannot be read, or has faults"
    return digest
