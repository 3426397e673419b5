"""README.md says what is so: its examples print what they show, and it names every command and option.

Covers: README.md. Compares against: the commands themselves, run in a copy of ``seeds/``.
Run: ``pytest tests/test_docs.py``
"""

from __future__ import annotations

import csv
import email.message
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import duckdb
import pytest
import zstandard

import reuse
from reuse.cli import main
from reuse.documents.file import File
from reuse.documents.formats import SUFFIXES
from reuse.documents.records import WELL_KNOWN
from reuse.languages import LANGUAGES, support
from reuse.tricks import TRICKS
from tests.test_pdf import made as pdf

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


#: Those that run the command, alone or at the end of a pipe or list.
EXAMPLES = [example for example in examples() if re.search(r"(?:^|[|&] )reuse ", example.command)]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with the seeds in it, as a clone has them."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def test_there_are_examples_of_every_command() -> None:
    shown = {name for example in EXAMPLES for name in re.findall(r"\breuse ([a-z]+) ", example.command)}
    assert shown >= set(main.commands), "README.md has no console block for some command"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_an_example_prints_what_it_shows(example: Example, clone: Path) -> None:
    assert stripped(printed(example.command, clone)) == stripped(example.shown)


def printed(command: str, folder: Path) -> str:
    """Run a command in a folder, as a shell does; return what it prints."""
    beside = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "COLUMNS": str(COLUMNS), "PATH": beside},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout


def section(heading: str) -> str:
    """Return what stands below a heading, up to the next of any depth."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", README, re.M | re.S)
    assert found, heading
    return found[1]


#: The examples in the table of formats, as a shell reads them.
FORMATS = re.findall(r"^\| .* \| `(.*\breuse audit .*)` \|$", section("Inputs").replace("\\|", "|"), re.M)


@pytest.fixture
def inputs(clone: Path) -> Path:
    """Return a folder with an input of every name in the table of formats: the copy among the seeds."""
    text = (clone / "seeds/pages/prisons-spun-copy.txt").read_text("utf-8")
    html = "<!doctype html><article>" + re.sub("(.+)", r"<p>\1</p>", text) + "</article>"
    shutil.copytree(clone / "seeds/sources", clone / "articles")
    (clone / "pages").mkdir()
    (clone / "pages/copy.txt").write_text(text)
    (clone / "saved").mkdir()
    (clone / "saved/copy.html").write_text(html)
    page = email.message.EmailMessage()
    page["Content-Location"] = "https://example.org/1"
    page.set_content(html, subtype="html")
    page.make_related()
    (clone / "story.mhtml").write_bytes(bytes(page))
    with gzip.open(clone / "feed.jsonl.gz", "wt") as feed:
        feed.write(json.dumps({"id": 1, "body": text}))
    (clone / "posts.json").write_text(json.dumps([{"id": 1, "content": {"rendered": html}}]))
    with (clone / "export.csv").open("w", newline="") as export:
        csv.writer(export).writerows([("Link", "Body"), ("https://example.org/1", text)])
    with duckdb.connect() as base:
        base.from_query("SELECT $1 AS body", params=[text]).write_parquet(str(clone / "news.parquet"))
    (clone / "crawl.warc.gz").write_bytes(gzip.compress(archived(html.encode())))
    (clone / "issue.pdf").write_bytes(pdf([lines(text)]))
    unpacked = io.BytesIO()
    with tarfile.open(fileobj=unpacked, mode="w") as archive:
        for name in ("site/copy.html", "site/drafts/copy.html"):
            entry = tarfile.TarInfo(name)
            entry.size = len(html.encode())
            archive.addfile(entry, io.BytesIO(html.encode()))
    (clone / "site.tar.zst").write_bytes(zstandard.compress(unpacked.getvalue()))
    return clone


def archived(html: bytes) -> bytes:
    """Return a web archive of one page."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/1\r\n"
    head += b"Content-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(block)
    return head + block + b"\r\n\r\n"


def lines(text: str) -> list[str]:
    """Return the lines of a text as a page can show them."""
    plain = text.replace("\\", "").replace("(", "").replace(")", "")
    return [line for line in plain.splitlines() if line]


def test_every_format_has_an_example() -> None:
    assert len(FORMATS) == section("Inputs").count("\n| ") - 1


@pytest.mark.parametrize("command", FORMATS)
def test_the_example_of_a_format_finds_the_copy(command: str, inputs: Path) -> None:
    shown = printed(command, inputs)
    assert re.search(r"^spun +1,4\d\d", shown, re.M), shown
    assert "1 source against 1 page: 1 finding" in shown


@pytest.mark.slow
def test_every_command_of_the_cookbook_does_what_it_says(inputs: Path) -> None:
    """Run them one after another, as a reader would."""
    found = (inputs / "saved/copy.html").read_text("utf-8")
    (inputs / "found.html").write_text(found)
    shutil.copy(inputs / "articles/prisons-original.txt", inputs / "articles/bridge.txt")
    (inputs / "bin").mkdir()
    (inputs / "bin/mail").write_text('#!/bin/sh\ncat > "$0.sent"; echo "$@" > "$0.told"\n')
    (inputs / "bin/mail").chmod(0o755)
    (inputs / "policy.toml").write_text('[publisher]\nsites = ["example.com"]\n')
    (inputs / "wire").mkdir()
    (inputs / "wire/release.txt").write_text("Nothing that anybody has printed so far. " * 6)
    others = (" ".join(f"word{row}x{n}" for n in range(200)) for row in range(9))
    (inputs / "others.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in others))
    scripts = re.findall(r"^```sh\n(.*?)^```$", section("Cookbook"), re.M | re.S)
    assert len(scripts) > 6
    for script in scripts:
        done = subprocess.run(
            [
                "sh",
                "-e",
                "-c",
                script.replace(
                    "reuse audit articles/ crawl.warc.gz -o", "set +e; reuse audit articles/ crawl.warc.gz -o"
                ),
            ],
            cwd=inputs,
            env=os.environ | {"PATH": f"{inputs / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (script, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
    (report,) = (inputs / "reports").iterdir()
    assert (inputs / "bin/mail.sent").read_text("utf-8") == (report / "summary.md").read_text("utf-8")
    assert f"-A reports/{report.name}/report.html rights@example.org" in (inputs / "bin/mail.told").read_text()
    assert "spun" in (inputs / "comparison.html").read_text("utf-8")
    assert (inputs / "example.org.csv").read_text("utf-8-sig").count(
        "\n"
    ) == 5  # two pages of two articles that are one
    assert (inputs / "case/example.org/SHA256SUMS").is_file()
    assert (inputs / "numbers.html").stat().st_size < (inputs / "articles.html").stat().st_size


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
        words = re.findall(r"`(\w+)`", default)
        numbers = [
            float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?<!,)(?:\.\d+)?", default)
        ]
        if "MiB" in default:
            numbers = [float(number) * 2**20 for number in numbers]
        for name, number in zip(names, words or numbers, strict=False):
            assert options[name].default == number, name
            checked.add(options[name].name)
    # What is left out, and explained, is known once the texts are read: no flag says it.
    assert checked >= set(reuse.Options.__dataclass_fields__) - {"boilerplate", "common_sources"}


def test_the_table_of_formats_has_all_suffixes() -> None:
    named = set(re.findall(r"`(\.\w+)`", section("Inputs")))
    assert named >= SUFFIXES - {""}
    for suffix in named - SUFFIXES:  # those that say two things at once
        assert File(f"a{suffix}").suffix == ".tar"


def test_the_well_known_names_are_those_that_are_tried() -> None:
    for field, names in WELL_KNOWN.items():
        assert f"| {field} | {', '.join(f'`{name}`' for name in names)} |" in section("Records")


def test_the_tricks_are_those_that_are_told() -> None:
    assert tuple(re.findall(r"^\| `([\w-]+)` \|", section("Disguises"), re.M)) == TRICKS


def test_the_table_of_languages_is_right() -> None:
    names = (
        "Arabic German Greek English Spanish French Hebrew Hindi Italian Japanese Korean Dutch Portuguese "
        "Russian Swedish Thai Turkish Chinese"
    )
    tags = dict(zip(names.split(), LANGUAGES, strict=True))
    roots = {None: "no", "vocabulary": "by the vocabulary", "Snowball": "by Snowball's stemmers"}
    told = set()
    for row in re.findall(r"^\| (\w.*) \|$", section("Languages"), re.M)[1:]:
        spoken, inflections, function_words, rarity = (cell.strip() for cell in row.split(" |"))
        for known in (support(tags.get(name)) for name in spoken.split(", ")):
            told.add(known.language)
            assert inflections.startswith("characters") == known.in_characters
            if not known.in_characters:
                assert inflections == roots[known.roots]
                assert (function_words == "yes") == bool(known.function_words)
                assert (rarity == "yes") == known.counted
    assert told == {*LANGUAGES, None}


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
    Path("wire").mkdir()
    Path("wire/release.txt").write_text("Nothing that anybody has printed. " * 6)
    Path("policy.toml").write_text('[publisher]\nsites = ["example.com"]\n')
    printed: list[Any] = []
    for code in (block for block in blocks("python") if "pyspark" not in block):
        exec(compile(code, "README.md", "exec"), {"print": lambda *values: printed.append(values)})
    decided = (
        "the input gives no address of the page, so no licence covers it",
        "cannot order: your article has no date",
        "unknown",
    )
    found = ("identical", "page", "articles/a.txt", len(article.split()))
    assert printed == [(1,), found, decided, (["bridge"],)]


@pytest.mark.slow
@pytest.mark.spark
def test_the_example_on_data_frames_runs() -> None:
    pytest.importorskip("pyspark", reason="needs pyspark")
    if shutil.which("java") is None:
        pytest.skip("needs Java")
    (code,) = (block for block in blocks("python") if "pyspark" in block)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "a1 p1 near-duplicate 45\n"


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
