"""One test body over both engines: what `reuse audit` prints and writes, byte for byte.

Covers: ``reuse audit --engine spark``: the modules audits, lanes and judging of ``reuse.engines.spark``.
Compares against: the same command on this machine.
Run: ``pytest -m spark tests/spark/test_audit.py``
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests import newsroom, policy_example, templates
from tests.conftest import Command, Done

if TYPE_CHECKING:
    from reuse.engines.spark.session import Session

pytestmark = [pytest.mark.slow, pytest.mark.spark]

ROOT = Path(__file__).parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"


class Corpus(NamedTuple):
    """What is audited, and how."""

    sources: Path
    pages: tuple[Path, ...]
    options: tuple[object, ...] = ()


def seeds(_folder: Path) -> Corpus:
    return Corpus(ROOT / "seeds" / "sources", (ROOT / "seeds" / "pages",))


def a_newsroom(folder: Path) -> Corpus:
    """Sites with boilerplate, stock text, web pages, texts that are too short, and caps that are reached."""
    mine, theirs = newsroom.documents(range(60)), newsroom.documents(range(20, 90), edition=1)
    caps = ("--max-articles", 6, "--max-term-articles", 5, "--boilerplate-pages", 4, "--max-bucket", 3)
    return Corpus(newsroom.write(folder / "mine", mine), (newsroom.write(folder / "theirs", theirs),), caps)


def a_newsroom_on_many_sites(folder: Path) -> Corpus:
    corpus = a_newsroom(folder)
    return corpus._replace(options=("--max-sites", 1, "--all"))


def a_policy(folder: Path) -> Corpus:
    """A written crawl with a policy, a press release, and every order of dates."""
    policy_example.write(folder)
    release, policy = folder / "release.txt", folder / "policy.toml"
    told = ("--policy", policy, "--common-source", release, "--as-of", policy_example.AS_OF)
    return Corpus(folder / "archive.jsonl", (folder / "crawl.warc.gz", folder / "saved"), told)


def disguised(folder: Path) -> Corpus:
    """Web pages of many makes, and text with letters that were put in or changed."""
    corpus = seeds(folder)
    paragraphs = (corpus.sources / "prisons-original.txt").read_text("utf-8").split("\n\n")
    pages = folder / "pages"
    pages.mkdir()
    for make in (templates.newspaper, templates.blog, templates.forum, templates.amp, templates.paywall):
        (pages / f"{make.__name__}.html").write_text(make("Title", paragraphs), "utf-8")
    for change in (templates.zero_width, templates.look_alikes, templates.soft_hyphens):
        changed = "\n\n".join(map(change, paragraphs))
        (pages / f"{change.__name__}.txt").write_text(changed, "utf-8")
    (pages / "rubbish.txt").write_bytes(bytes(range(256)) * 9)
    (pages / "short.txt").write_text("Too short to say anything.", "utf-8")
    (pages / "malformed.txt").write_bytes("\n".join(paragraphs).encode() + b"\xff\xfe")
    return corpus._replace(pages=(pages,))


def nothing_shared(folder: Path) -> Corpus:
    (folder / "one.txt").write_text(" ".join(f"one{n}" for n in range(99)), "utf-8")
    (folder / "other.txt").write_text(" ".join(f"other{n}" for n in range(99)), "utf-8")
    return Corpus(folder / "one.txt", (folder / "other.txt",))


def pan(folder: Path) -> Corpus:
    """Some of the suspicious and source documents of PAN 2013, all against all."""
    archive = CORPORA / "pan13-train.tar.xz"
    if not archive.exists():
        pytest.skip("needs ../shared/corpora/pan13-train.tar.xz")
    wanted = 60
    found: dict[str, int] = {"src": 0, "susp": 0}
    for side in found:
        (folder / side).mkdir()
    with tarfile.open(archive) as tar:
        for member in tar:
            side, name = Path(member.name).parent.name, Path(member.name).name
            if side in found and name.endswith(".txt") and found[side] < wanted:
                content = tar.extractfile(member)
                assert content is not None
                (folder / side / name).write_bytes(content.read())
                found[side] += 1
            if min(found.values()) == wanted:
                break
    return Corpus(folder / "src", (folder / "susp",))


Audit = Callable[..., tuple[Done, dict[str, bytes]]]


@pytest.fixture
def audit(command: Command, tmp_path: Path, session: Session) -> Audit:  # noqa: ARG001 (it is running)
    """Return a function that audits a corpus on an engine: what was printed, and the files of the report."""

    def call(corpus: Corpus, engine: str, *more: object) -> tuple[Done, dict[str, bytes]]:
        report = tmp_path / "report"
        on = ("--engine", engine) if engine == "local" else ("--engine", engine, "--master", "local[2]")
        done = command("audit", corpus.sources, *corpus.pages, *corpus.options, *on, *more, "-o", report, "-q")
        return done, {path.name: path.read_bytes() for path in sorted(report.iterdir())}

    return call


#: Those that say most; the others are for nights.
CORPORA_OF_TESTS = [
    a_policy,
    *(pytest.param(make, marks=pytest.mark.long) for make in (seeds, a_newsroom, a_newsroom_on_many_sites)),
    *(pytest.param(make, marks=pytest.mark.long) for make in (disguised, nothing_shared, pan)),
]


@pytest.mark.parametrize("make", CORPORA_OF_TESTS)
def test_both_engines_print_and_write_the_same(
    make: Callable[[Path], Corpus], audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    corpus = make(tmp_path / "corpus")
    # Many tasks, and so many chunks of pages.
    monkeypatch.setattr("reuse.engines.spark.reading._LEAST", 20_000)
    here, files = audit(corpus, "local")
    there, others = audit(corpus, "spark")
    assert json.loads(others["run.json"]) == json.loads(files["run.json"])
    assert others["findings.jsonl"].decode() == files["findings.jsonl"].decode()
    assert (there.code, there.out) == (here.code, here.out)
    assert {name: others[name] == files[name] for name in files} == dict.fromkeys(files, True)
    assert others.keys() == files.keys()
