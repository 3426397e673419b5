"""README.md says what is so: its examples print what they show, and it names every command and option.

Covers: README.md. Compares against: the commands themselves, run in a copy of ``seeds/``.
Run: ``pytest tests/test_docs.py``
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import pytest

import reuse
from reuse.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
#: The width the examples were printed in.
COLUMNS = 100


class Example(NamedTuple):
    """A command of the README, and what it shows below it."""

    command: str
    shown: str


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def examples() -> Iterator[Example]:
    """Yield every command of a console block with its output."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            while command.endswith("\\"):
                more, _, shown = shown.partition("\n")
                command = f"{command[:-1]}{more.removeprefix('> ').lstrip()}"
            yield Example(command, shown)


def stripped(text: str) -> list[str]:
    """Return the lines without what cannot be seen at their ends, and without empty ones at the end."""
    return [line.rstrip() for line in text.rstrip().split("\n")]


EXAMPLES = [example for example in examples() if re.match(r"(\S+ \| )*reuse ", example.command)]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with the seeds in it, as a clone has them."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def test_there_are_examples_of_every_command() -> None:
    shown = {example.command.split("reuse ", 1)[1].split()[0] for example in EXAMPLES}
    assert shown >= set(main.commands), "README.md has no console block for some command"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_an_example_prints_what_it_shows(example: Example, clone: Path) -> None:
    beside = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-c", example.command],
        cwd=clone,
        env={**os.environ, "COLUMNS": str(COLUMNS), "PATH": beside},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert stripped(done.stdout) == stripped(example.shown)


def commands(group: click.Group = main, above: str = "") -> dict[str, click.Command]:
    """Return all commands by what calls them, those of a group after it."""
    found: dict[str, click.Command] = {}
    for name, listed in group.commands.items():
        found[above + name] = listed
        if isinstance(listed, click.Group):
            found |= commands(listed, f"{above}{name} ")
    return found


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_named(name: str) -> None:
    assert f"reuse {name}" in README
    for option in commands()[name].params:
        if isinstance(option, click.Option):
            flag = max(option.opts, key=len)
            assert re.search(rf"`{re.escape(flag)}[ `]", README), (
                f"README.md does not name {flag} of reuse {name}"
            )


def test_options_that_are_named_are_there() -> None:
    known = {
        flag for command in (main, *commands().values()) for option in command.params for flag in option.opts
    }
    known |= {"--help", "-h"}
    examples = " ".join(example.command for example in examples_of_reuse())
    named = set(re.findall(r"`(--[a-z-]+)[ `]", README)) | set(re.findall(r"(?<=\s)--[a-z-]+", examples))
    assert named - known == set()


def examples_of_reuse() -> Iterator[Example]:
    """Yield the examples, and the indented lines that run the command."""
    yield from EXAMPLES
    for line in re.findall(r"^    (.*\breuse (?:audit|compare|dedupe)\b.*)$", README, re.M):
        yield Example(line, "")


def test_defaults_in_the_table_are_those_of_the_command() -> None:
    options = {
        flag: option for command in commands().values() for option in command.params for flag in option.opts
    }
    checked = set()
    for row in re.findall(r"^\|(.*`--.*)\|$", README, re.M):
        flags, *_, default = row.split("|")
        names = re.findall(r"--[a-z-]+", flags)
        found = re.findall(r"\d[\d,]*(?<!,)(?:\.\d+)?", default) or re.findall(r"`(\w+)`", default)
        numbers = [number if number.isalpha() else float(number.replace(",", "")) for number in found]
        if "MiB" in default:
            numbers = [float(number) * 2**20 for number in numbers]
        for name, number in zip(names, numbers, strict=False):
            assert options[name].default == number, name
            checked.add(options[name].name)
    assert checked >= set(reuse.Options.__dataclass_fields__)


def test_every_verdict_and_exit_code_is_explained() -> None:
    for verdict in reuse.VERDICTS:
        assert f"| `{verdict}` |" in README
    for code in (0, 1, 2, 3, 70, 130, 143):
        assert re.search(rf"^\| {code} \|", README, re.M)


def test_no_placeholder_is_left() -> None:
    assert re.findall(r"@@\w+@@|TODO|FIXME|XXX", README) == []


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        assert (ROOT / path).exists(), f"README.md links to {path}, which is not there"
        if anchor:
            text = (ROOT / path).read_text("utf-8") if path else README
            headings = re.findall(r"^#+ (.*)$", text, re.M)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"README.md links to #{anchor}, which is not there"


def test_the_examples_in_python_run(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article = "The council voted on Tuesday to close the old iron bridge to lorries until the spring, for "
    article += "engineers who inspected it after the flood found cracks in two of its piers."
    monkeypatch.chdir(clone)
    Path("articles").mkdir()
    Path("articles/a.txt").write_text(article)
    Path("crawl.jsonl").write_text('{"id": "page", "text": "' + article + '"}\n')
    printed: list[Any] = []
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), {"print": lambda *values: printed.append(values)})
    assert printed == [("identical", "page", "articles/a.txt", len(article.split())), (["bridge"],)]


def test_dependencies_are_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    section = README[README.index("Dependencies, each") :]
    for dependency in project["dependencies"]:
        name = re.split(r"[<>=]", dependency)[0]
        assert re.search(rf"\b{name}\b", section), f"README.md does not say what {name} is for"
    assert f"### {reuse.__version__}" in README


def test_two_lines_are_all_the_set_up() -> None:
    lines = [line.strip() for line in README.splitlines() if line.startswith("    pip install")]
    assert lines[:2] == [
        "pip install . && reuse audit seeds/sources seeds/pages",
        "pip install -e '.[test]' && python -m pytest",
    ]
