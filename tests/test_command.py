"""The command that repeats a run.

Covers: ``reuse/report/command.py``. Compares against: what a shell and the commands themselves make of it.
Run: ``pytest tests/test_command.py``
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse import Options
from reuse.cli.audit import audit
from reuse.cli.compare import compare
from reuse.cli.dedupe import dedupe
from reuse.cli.options import take_fields, take_options
from reuse.documents import Fields
from reuse.report.command import command
from reuse.report.escape import one_line

laws = settings(derandomize=True, deadline=None, max_examples=60)

BASH = shutil.which("bash")
SEEDS = Path(__file__).parents[1] / "seeds"
REUSE = [sys.executable, "-m", "reuse"]

#: What a shell, a terminal and a command line take for something else.
HOSTILE = (
    "",
    "-",
    "--",
    "-o",
    "--all",
    "-rf /",
    "--text-field=x",
    "a b",
    "it's",
    "$(touch owned)",
    "`touch owned`",
    "a;b",
    "a\nb",
    "\\x41",
    "\x1b[2J",
    "a\u202eb",
    "*.html",
    "~",
    "#x",
    "!!",
    "caf\u00e9",
    os.fsdecode(b"\xff'\xfe1"),
)
#: File names as a command is given them: bytes that are no text are kept as surrogates.
names = st.one_of(
    st.sampled_from(HOSTILE),
    st.binary(max_size=12).map(lambda name: os.fsdecode(name.replace(b"\0", b""))),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)
lists = st.lists(names, max_size=3)
fields_of_records = st.builds(Fields, **{name: st.none() | names for name in Fields.__dataclass_fields__})
shares = st.floats(0.05, 0.99)
counts = st.integers(2, 900)
options_of_dedupe = st.builds(
    Options,
    shingle=counts,
    min_run=st.sampled_from([5, 25]),
    boilerplate_pages=st.integers(0, 9),
    resemblance=shares,
    recall=shares,
    keep=st.sampled_from(["first", "longest", "oldest"]),
    boilerplate=st.sampled_from(["", "0123"]),
    threads=st.integers(0, 8),
)
options_of_audit = st.builds(
    Options,
    window=counts,
    single_hits=st.integers(0, 9),
    max_bytes=st.integers(1, 2**31 - 2),
    careful_from=st.floats(0, 1),
    recall=shares,
)


def words_of(line: str, *, shell: str | None = BASH) -> list[str]:
    """Return the words that a shell makes of a line."""
    if shell is None:
        pytest.skip("needs bash")
    done = subprocess.run([shell, "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True)
    assert not done.stderr
    return [os.fsdecode(word) for word in done.stdout.split(b"\0")[:-1]]


def understood(line: str, name: str, of: click.Command) -> tuple[Options, Fields, dict[str, Any]]:
    """Return what a command understands of a line."""
    first, second, *arguments = words_of(line)
    assert (first, second) == ("reuse", name)
    flags = of.make_context(name, arguments).params
    return take_options(flags), take_fields(flags), flags


def recorded(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run as it comes back from its file."""
    back: dict[str, Any] = json.loads(json.dumps(run))
    return back


@laws
@given(names, st.lists(names, min_size=1, max_size=3), lists, lists, lists, lists, fields_of_records,
       options_of_audit, st.booleans())  # fmt: skip
def test_an_audit_is_understood_as_it_was_meant(
    sources: str,
    pages: list[str],
    listed: list[str],
    include: list[str],
    exclude: list[str],
    own: list[str],
    fields: Fields,
    options: Options,
    everything: bool,  # noqa: FBT001
) -> None:
    inputs = {
        "sources": sources,
        "pages": pages,
        "lists": listed,
        "include": include,
        "exclude": exclude,
        "boilerplate": own,
        "all": everything,
        "fields": asdict(fields),
    }
    line = command(recorded({"inputs": inputs, "options": options.digested()}))
    assert line is not None
    assert one_line(line) == line
    again, their_fields, flags = understood(line, "audit", audit)
    assert (again, their_fields) == (options, fields)
    given_names = [
        flags[name] for name in ("sources", "pages", "lists", "include", "exclude", "own_boilerplate")
    ]
    assert given_names == [sources, *map(tuple, (pages, listed, include, exclude, own))]
    assert flags["everything"] is everything


@laws
@given(st.lists(names, min_size=1, max_size=3), lists, fields_of_records, options_of_dedupe)
def test_a_dedupe_is_understood_as_it_was_meant(
    corpus: list[str], own: list[str], fields: Fields, options: Options
) -> None:
    run = {"inputs": {"corpus": corpus, "boilerplate": own, "fields": asdict(fields)}}
    line = command(recorded(run | {"options": options.digested()}))
    assert line is not None
    again, their_fields, flags = understood(line, "dedupe", dedupe)
    assert again == replace(options, threads=0, boilerplate="")
    assert their_fields == fields
    assert (flags["corpus"], flags["own_boilerplate"]) == (tuple(corpus), tuple(own))


@pytest.mark.parametrize("name", [name for name in HOSTILE if name])
def test_a_hostile_name_does_nothing(tmp_path: Path, name: str) -> None:
    line = command({"inputs": {"source": name, "page": "-"}, "options": {}})
    assert line is not None
    _, _, flags = understood(line, "compare", compare)
    assert (flags["source"], flags["page"]) == (name, "-")
    assert not any(tmp_path.iterdir())
    assert not Path("owned").exists()


def test_only_what_differs_is_told() -> None:
    inputs = {"sources": "a", "pages": ["b", "c"], "lists": [], "fields": asdict(Fields(url="link"))}
    run = {"inputs": inputs, "options": Options(min_words=9, boilerplate="0123").digested()}
    assert command(run) == "reuse audit a b c --url-field link --min-words 9"
    assert command({"inputs": inputs | {"fields": None}}) == "reuse audit a b c"


def test_a_run_of_the_library_has_no_command() -> None:
    assert command({}) is None
    assert command({"inputs": None, "options": Options().digested()}) is None
    assert command({"inputs": {"something": "else"}}) is None


def test_the_command_of_a_report_finds_the_same_again(tmp_path: Path) -> None:
    """The one test that runs it; what the others compare is what the command is given."""
    first, again = tmp_path / "first", tmp_path / "again"
    arguments = [str(SEEDS / "sources"), str(SEEDS / "pages"), "--min-words", "25", "-q", "-o", str(first)]
    environment = os.environ | {"COLUMNS": "100"}
    done = subprocess.run([*REUSE, "audit", *arguments], env=environment, capture_output=True, check=True)
    line = command(json.loads((first / "run.json").read_bytes()))
    assert line is not None
    words = [*words_of(line)[1:], "-q", "-o", str(again)]
    assert (
        subprocess.run([*REUSE, *words], env=environment, capture_output=True, check=True).stdout == done.stdout
    )
    for name in ("findings.jsonl", "run.json"):
        assert (again / name).read_bytes() == (first / name).read_bytes()
