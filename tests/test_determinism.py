"""The same bytes, whatever the machine, the shell and the folder are set to.

Covers: every command that prints or writes results. Compares against: the bytes of one run, in its own
settings; tables, and what `explain` prints, are as wide as COLUMNS says, nothing else looks at the terminal.
The order of sources decides nothing; that of pages is the order of findings, and that of a corpus is what
`dedupe --keep first` goes by. Locales that are not there are made, where localedef is.
Run: ``pytest tests/test_determinism.py``; each setting by itself: ``pytest -m long tests/test_determinism.py``
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from reuse import Document, Options, index, pipeline
from reuse.report.records import record
from tests.test_resume import MINE, made, page_text

POLICY = """
[publisher]
names = ["Example News"]
sites = ["mine.example"]
[[partner]]
name = "The Courier"
sites = ["s1.example"]
until = 2026-12-31
terms = {max_words = 80, must_link = "follow", must_credit = true}
"""
NEWS = ["mine.jsonl", "pages", "more.jsonl"]
AS_OF = ["--as-of", "2026-11-22"]
COMMANDS = [
    ["audit", *NEWS, "-o", "report", "--all", "-f", "jsonl", "--policy", "policy.toml", *AS_OF],
    ["audit", *NEWS[:2], "-o", "earlier", "-f", "csv", "--common-source", "wire.txt", *AS_OF],
    ["dedupe", *NEWS, "-o", "copies", "-f", "jsonl"],
    ["dedupe", *NEWS, "-f", "kept", "--keep", "longest"],
    *(["report", "report", "-f", form] for form in ("html", "md", "csv", "jsonl")),
    ["report", "report", "-f", "csv", "--group-by", "site"],
    ["report", "report", "--evidence", "case"],
    *(["diff", "earlier", "report", "-f", form] for form in ("html", "md", "csv", "jsonl")),
    ["selftest", "mine.jsonl", "--articles", "3", "-f", "json"],
    ["index", "build", "my.index", "mine.jsonl"],
    ["index", "add", "my.index", "more.jsonl"],
    ["audit", "my.index", "pages", "-o", "of-index", "-f", "csv", *AS_OF],
    ["compare", "one.txt", "other.txt", "-f", "html"],
    ["compare", "one.txt", "other.txt", "-f", "json"],
    ["explain", "one.txt", "other.txt"],
    ["policy", "policy.toml", "-f", "json", *AS_OF],
    ["plan", "--resemblance", "0.8"],
]
THREADED = {"audit", "dedupe", "selftest", "index", "explain", "compare"}
#: Runs all commands in one process, and writes what they print beside what they write.
PROGRAM = """
import io, json, os, sys
os.umask(int(sys.argv[2], 8))
from reuse.cli.endings import exit_code
from reuse.index import open_index
for number, command in enumerate(json.loads(sys.argv[1])):
    with open(f"out-{number}", "wb") as printed:
        sys.stdout = io.TextIOWrapper(printed, sys.__stdout__.encoding, write_through=True)
        code = exit_code(command)
        sys.stdout = sys.__stdout__
        if code not in (0, 3):  # no assert: they may be switched off
            raise SystemExit(f"{command}: {code}")
with open_index("my.index") as found, open("digest", "w") as file:
    file.write(found.digest())
"""
#: Printed as wide as the terminal.
AS_WIDE_AS_THE_TERMINAL = {"explain"}


class Setting(NamedTuple):
    """What a run finds: threads, the environment, the mask of new files, and the name of its folder."""

    threads: int = 2
    environment: Mapping[str, str] = MappingProxyType({})
    umask: str = "022"
    folder: str = "here"


PLAIN = Setting()
EACH = {
    **{f"{threads} threads": Setting(threads) for threads in (1, 3, 4, 5, 6, 7, 8)},
    "portable": Setting(environment={"REUSE_PORTABLE": "1"}),
    **{f"hashes from {seed}": Setting(environment={"PYTHONHASHSEED": seed}) for seed in ("0", "1", "4711")},
    **{
        f"in {place}": Setting(environment={"TZ": place})
        for place in ("UTC", "Pacific/Kiritimati", "Etc/GMT+12")
    },
    **{f"locale {name}": Setting(environment={"LC_ALL": name, "LANG": name}) for name in ("C", "C.UTF-8")},
    **{
        f"locale {name}": Setting(environment={"LC_ALL": f"{name}.UTF-8", "LANG": name})
        for name in ("de_DE", "tr_TR", "ar_EG")
    },
    "narrow": Setting(environment={"COLUMNS": "40", "LINES": "5"}),
    "wide": Setting(environment={"COLUMNS": "400"}),
    "nobody else may read": Setting(umask="077"),
    "all may write": Setting(umask="000"),
    "another folder": Setting(folder="a folder/dort drüben ☂"),
    "no home": Setting(environment={"HOME": "/nonexistent", "USER": "", "LOGNAME": ""}),
    "optimised": Setting(environment={"PYTHONOPTIMIZE": "1"}),
}
#: All of these at once, in two ways: what each does by itself is tried at length.
AT_ONCE = {
    "first": Setting(
        1,
        {
            "REUSE_PORTABLE": "1",
            "PYTHONHASHSEED": "1",
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "COLUMNS": "40",
        },
        "077",
        "a folder/dort drüben ☂",
    ),
    "second": Setting(
        8,
        {
            "PYTHONHASHSEED": "4711",
            "TZ": "Etc/GMT+12",
            "LC_ALL": "tr_TR.UTF-8",
            "LANG": "tr_TR",
            "COLUMNS": "400",
        },
        "000",
        "x",
    ),
}


def lay(here: Path) -> None:
    """Make what is read."""
    here.mkdir(parents=True)
    made(here)
    (here / "policy.toml").write_text(POLICY)
    (here / "wire.txt").write_text(" ".join(MINE[3]))
    (here / "one.txt").write_text(" ".join(MINE[1]))
    (here / "other.txt").write_text(page_text(1))


def run(top: Path, setting: Setting) -> dict[str, str]:
    """Run all commands; return the digest of every file that is there afterwards."""
    here = top / setting.folder
    lay(here)
    commands = [
        [*command, "-j", str(setting.threads)] if command[0] in THREADED else command for command in COMMANDS
    ]
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COVERAGE", "COV_", "LC_", "LANG", "PYTHONHASHSEED", "COLUMNS"))
    }
    _make_locale(top, setting.environment.get("LC_ALL", "C"))
    plain["LOCPATH"] = str(top)
    arguments = [sys.executable, "-c", PROGRAM, json.dumps(commands), setting.umask]
    done = subprocess.run(
        arguments, cwd=here, env={**plain, **setting.environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    wide = {f"out-{number}" for number, one in enumerate(COMMANDS) if one[0] in AS_WIDE_AS_THE_TERMINAL}
    found = {
        path.relative_to(here).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(here.rglob("*"))
        if path.is_file() and path.name not in {"my.index", *wide}
    }
    shutil.rmtree(here)
    return found


def _make_locale(top: Path, name: str) -> None:
    """Make a locale of the C library, where that can be done."""
    language, _, _ = name.partition(".")
    if len(language) > 1 and shutil.which("localedef"):
        subprocess.run(
            ["localedef", "-i", language, "-f", "UTF-8", str(top / name)], capture_output=True, check=False
        )


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    found = run(tmp_path_factory.mktemp("plain"), PLAIN)
    empty = hashlib.sha256(b"").hexdigest()
    assert empty not in {found[f"out-{number}"] for number, one in enumerate(COMMANDS) if one[0] == "diff"}
    assert len(found) > 60
    return found


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", AT_ONCE)
def test_the_same_bytes_with_everything_set_otherwise(tmp_path: Path, plain: dict[str, str], name: str) -> None:
    assert differing(run(tmp_path, AT_ONCE[name]), plain) == []


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", EACH)
def test_the_same_bytes_with_one_thing_set_otherwise(tmp_path: Path, plain: dict[str, str], name: str) -> None:
    assert differing(run(tmp_path, EACH[name]), plain) == []


# --- what is quick --------------------------------------------------------------------------------


def articles(order: list[int]) -> list[Any]:
    """Return sources in some order, all from one place."""
    return [Document(f"mine{number}", " ".join(MINE[number]), "mine") for number in order]


def pages(order: list[int]) -> list[Any]:
    return [
        Document(f"p{number}", page_text(number), "pages", url=f"https://s{number % 3}.example/{number}")
        for number in order
    ]


def told(sources: list[int], read: list[int], threads: int) -> list[dict[str, Any]]:
    audit = pipeline.audit(articles(sources), pages(read), Options(threads=threads))
    return [record(finding, "") for finding in audit.scored]


def test_threads_and_the_order_of_sources_decide_nothing() -> None:
    first = list(range(12))
    expected = told(first, list(range(18)), 1)
    assert len(expected) > 12
    draw = random.Random(0)
    for threads in (2, 3, 8):
        assert told(draw.sample(first, 12), list(range(18)), threads) == expected


def test_the_order_of_pages_is_that_of_findings() -> None:
    first, order = list(range(12)), random.Random(1).sample(range(18), 18)
    found, expected = (told(first, read, 2) for read in (order, sorted(order)))
    places = {f"p{number}": place for place, number in enumerate(order)}
    assert found == sorted(expected, key=lambda one: places[one["page"]["id"]])
    assert found != expected


@pytest.mark.slow
def test_an_index_is_the_same_in_any_order(tmp_path: Path) -> None:
    digests = set()
    for number, order in enumerate((list(range(12)), list(range(12))[::-1])):
        path = str(tmp_path / f"{number}.index")
        index.build(path, articles(order), Options(threads=1 + number))
        with index.open_index(path) as found:
            digests.add(found.digest())
    assert len(digests) == 1
