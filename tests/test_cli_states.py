"""The command line in whatever order, over a folder whose copies a dictionary knows.

Covers: ``reuse/cli/`` and all behind it, in this process. Compares against: a dictionary of what was planted
where, the exit codes of README.md, and the bytes of the same command run again.
Run: ``pytest -m slow tests/test_cli_states.py``
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reuse.report.folder import FILES, Draft
from tests.fuzz_readers.forgeries import ended
from tests.newsroom import article

#: Articles of which no two share more than a name: every fifth of the newsroom has stock text.
NUMBERS = (1, 2, 3, 4, 6, 7, 8, 9)
#: Some that no page copies whole: their words are nobody's.
OWN = (31, 32, 33, 34)
ARTICLES = st.sampled_from(NUMBERS)
SLOTS = st.integers(0, 5)
KINDS = st.sampled_from(["whole", "half", "web", "own", "empty"])
FORMS = st.sampled_from(["table", "jsonl", "csv"])
OUTPUTS = st.sampled_from(["r1", "r2"])
#: What a report of an audit holds.
WHOLE = set(FILES) - {"clusters.jsonl"}
#: What never changes a result.
IDLE = st.sampled_from([[], ["-j", "1"], ["-q"], ["-v"], ["--memory", "500M"], ["--top", "1"]])
#: Commands that cannot be meant, and what each ends with; see README.md, "Exit codes".
WRONG = (
    *(
        (2, words.split())
        for words in ("audit", "audit sources", "audit nowhere pages", "compare a", "dedupe", "plan x")
    ),
    *(
        (2, words.split())
        for words in ("report", "report r1 --as-of 2026-01-01", "policy nowhere.toml", "index", "no")
    ),
    *(
        (2, f"audit sources/always.txt pages {flags}".split())
        for flags in ("--window 0", "--shingle x", "--as-of soon")
    ),
    *(
        (2, f"audit sources/always.txt pages {flags}".split())
        for flags in ("-f xml", "--resume", "--unknown", "-j -1")
    ),
    *(
        (2, f"audit sources/always.txt pages {flags}".split())
        for flags in ("--policy x.toml", "--top 0", "--memory 1x")
    ),
    *(
        (2, words.split())
        for words in ("index build", "index build x.index nowhere", "index remove news.index", "diff r1")
    ),
    *(
        (3, words.split())
        for words in ("report nowhere", "report sources", "diff nowhere sources", "report pages -f html")
    ),
    *(
        (4, words.split())
        for words in (
            "index info sources/always.txt",
            "index verify nowhere.index",
            "index add no.index sources",
        )
    ),
)


class States(RuleBasedStateMachine):
    """A folder with sources, pages, reports and an index, and what should be in each."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(prefix="cli-states-", dir=memory if memory.is_dir() else None))
        self.back = os.getcwd()
        os.chdir(self.folder)
        for name in ("sources", "pages", "tmp"):
            Path(name).mkdir()
        self.temporary = patch.object(tempfile, "tempdir", str(self.folder / "tmp"))
        self.temporary.start()
        self.sources: dict[str, int] = {}
        self.pages: dict[str, tuple[str, int]] = {}
        self.index: dict[str, int] | None = None
        #: Of each report folder the pairs it tells of.
        self.reports: dict[str, set[tuple[str, str]]] = {}
        self.before: dict[str, bytes] = {}

    def teardown(self) -> None:
        self.temporary.stop()
        os.chdir(self.back)
        shutil.rmtree(self.folder)

    # --- what people do -----------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        self.write_source(NUMBERS[0])
        Path("sources/always.txt").write_text(article(OWN[0]), "utf-8")
        self.sources["sources/always.txt"] = OWN[0]
        self.write_page(0, "whole", NUMBERS[0])

    @rule(number=ARTICLES)
    def write_source(self, number: int) -> None:
        Path(f"sources/a{number}.txt").write_text(article(number), "utf-8")
        self.sources[f"sources/a{number}.txt"] = number

    @rule(number=ARTICLES)
    def remove_source(self, number: int) -> None:
        Path(f"sources/a{number}.txt").unlink(missing_ok=True)
        self.sources.pop(f"sources/a{number}.txt", None)

    @rule(slot=SLOTS, kind=KINDS, number=ARTICLES)
    def write_page(self, slot: int, kind: str, number: int) -> None:
        self.remove_page(slot)
        name = f"pages/p{slot}.{'html' if kind == 'web' else 'txt'}"
        text = article(OWN[1 + slot % 3] if kind == "own" else number)
        half = " ".join(text.split()[:90])
        page = f"<title>A page</title><article><p>{text}</p></article>"
        Path(name).write_text({"half": half, "web": page, "empty": ""}.get(kind, text), "utf-8")
        self.pages[name] = kind, number

    @rule(slot=SLOTS)
    def remove_page(self, slot: int) -> None:
        for suffix in ("txt", "html"):
            Path(f"pages/p{slot}.{suffix}").unlink(missing_ok=True)
            self.pages.pop(f"pages/p{slot}.{suffix}", None)

    # --- commands -----------------------------------------------------------------------------

    def _run(self, *arguments: str, out: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Run a command that writes no more than what is named, and nothing in the way of a traceback."""
        before = _everything(out)
        code, said, told = ended(list(arguments))
        assert "Traceback" not in told
        assert code in (0, 1, 2, 3, 4), told
        assert code in (0, 1) or told or "-q" in arguments
        assert _everything(out) == before, "it has written elsewhere"
        assert list(Path("tmp").iterdir()) == []
        return code, said, told

    def _expected(self, sources: dict[str, int]) -> set[tuple[str, str]]:
        return {
            (source, page)
            for page, (kind, number) in self.pages.items()
            for source, of in sources.items()
            if of == number and kind in ("whole", "half", "web")
        }

    def _audit(self, named: str, expected: set[tuple[str, str]], *flags: str, out: tuple[str, ...] = ()) -> str:
        code, said, told = self._run("audit", named, "pages", *flags, out=out)
        if not self.pages:
            assert code == 2, told
        elif "--fail-on" in flags and expected:
            assert code == 1, told
        else:
            assert code == (3 if any(kind == "empty" for kind, _ in self.pages.values()) else 0), told
        return said

    @rule(form=FORMS, idle=IDLE, output=st.none() | OUTPUTS, fail=st.booleans(), by_index=st.booleans())
    def audit(self, form: str, idle: list[str], output: str | None, *, fail: bool, by_index: bool) -> None:
        named, sources = (
            ("news.index", self.index or {})
            if by_index and self.index is not None
            else ("sources", self.sources)
        )
        expected = self._expected(sources)
        flags = [
            "-f",
            form,
            *idle,
            *(["--fail-on", "excerpt"] if fail else []),
            *(["-o", output] if output else []),
        ]
        said = self._audit(named, expected, *flags, out=(output,) if output else ())
        if not self.pages:
            return
        if form != "table":
            assert _pairs(said, form) == expected
        if output:
            self.reports[output] = expected
            assert {path.name for path in Path(output).iterdir()} == WHOLE
            written = _everything((), output)
            again = self._audit(named, expected, *flags, "--resume", out=(output,))
            assert (again, _everything((), output)) == (said, written), "run again, it is another"

    @precondition(lambda self: self.pages)
    @rule(output=OUTPUTS)
    def interrupt(self, output: str) -> None:
        """An audit that is stopped leaves the report that was there, and what it goes on from."""
        before = _everything((), output)
        with patch.object(Draft, "finish", side_effect=KeyboardInterrupt):
            code, _, told = ended(["audit", "sources", "pages", "-o", output, "-q"])
        assert (code, "Traceback" in told) == (130, False)
        kept = _everything((), output)
        assert {name: kept[name] for name in kept if ".unfinished" not in name} == before
        self._audit("sources", self._expected(self.sources), "-o", output, "-q", "--resume", out=(output,))
        self.reports[output] = self._expected(self.sources)
        resumed = _everything((), output)
        shutil.rmtree(output)
        self._audit("sources", self._expected(self.sources), "-o", output, "-q", out=(output,))
        assert _everything((), output) == resumed

    @rule(anew=st.booleans())
    def keep_index(self, *, anew: bool) -> None:
        if anew or self.index is None:
            code, _, told = self._run("index", "build", "news.index", "sources", "-q", out=("news.index",))
            self.index = dict(self.sources)
        else:
            code, _, told = self._run("index", "add", "news.index", "sources", "-q", out=("news.index",))
            self.index |= self.sources
        assert code == 0, told

    @precondition(lambda self: self.index is not None)
    @rule(number=ARTICLES)
    def remove_from_index(self, number: int) -> None:
        assert self.index is not None
        name = f"sources/a{number}.txt"
        code, _, told = self._run("index", "remove", "news.index", name, out=("news.index",))
        assert code == (0 if name in self.index else 3), told
        self.index.pop(name, None)
        code, said, _ = self._run("index", "info", "news.index", "-f", "json")
        assert (code, json.loads(said)["documents"]) == (0, len(self.index))

    @rule(output=OUTPUTS, form=st.sampled_from(["table", "html", "md", "csv", "jsonl"]), texts=st.booleans())
    def report(self, output: str, form: str, *, texts: bool) -> None:
        code, said, told = self._run("report", output, "-f", form, *([] if texts else ["--no-text"]))
        if output not in self.reports:
            assert (code, said) == (3, ""), told
            return
        assert code == 0, told
        if form in ("csv", "jsonl"):
            assert _pairs(said, form) == self.reports[output]
            name = f"{output}/findings.{form}"
            written = Path(name).read_bytes()
            assert said.encode() == written.removeprefix(b"\xef\xbb\xbf")  # the mark is for spreadsheets
        elif form == "html" and texts:
            assert said.encode() == Path(output, "report.html").read_bytes()

    @rule(old=OUTPUTS, new=OUTPUTS)
    def diff(self, old: str, new: str) -> None:
        code, said, told = self._run("diff", old, new, "-f", "jsonl")
        if not {old, new} <= self.reports.keys():
            assert (code, said) == (3, ""), told
            return
        assert code == 0, told
        rows = [json.loads(line) for line in said.splitlines()]
        counts = [sum(row["status"] != status for row in rows) for status in ("new", "gone")]
        assert counts == [len(self.reports[old]), len(self.reports[new])]
        same = {
            (row["source"]["id"], row["page"]["id"]) for row in rows if row["status"] not in ("new", "gone")
        }
        assert same >= self.reports[old] & self.reports[new]

    @precondition(lambda self: self.pages and all(kind != "half" for kind, _ in self.pages.values()))
    @rule()
    def dedupe(self) -> None:
        code, said, told = self._run("dedupe", "pages", "-f", "dropped", "-q")
        by_number: dict[tuple[bool, int], list[str]] = {}
        for name, (kind, number) in sorted(self.pages.items()):
            if kind in ("whole", "web", "own"):
                slot = int(name[len("pages/p") :].partition(".")[0])
                key = (True, number) if kind != "own" else (False, slot % 3)
                by_number.setdefault(key, []).append(name)
        expected = {name for names in by_number.values() for name in names[1:]}
        assert code == (3 if any(kind == "empty" for kind, _ in self.pages.values()) else 0), told
        assert set(said.split()) == expected

    @precondition(lambda self: self.pages)
    @rule(data=st.data())
    def compare(self, data: Any) -> None:
        source = data.draw(st.sampled_from(sorted(self.sources)))
        page = data.draw(st.sampled_from(sorted(self.pages)))
        code, said, told = self._run("compare", source, page, "-f", "json")
        if self.pages[page][0] == "empty":
            assert (code, said) == (3, ""), told
            return
        assert code == 0, told
        accused = json.loads(said)["verdict"] not in ("independent", "quotation")
        assert accused == ((source, page) in self._expected(self.sources))

    @rule(wrong=st.sampled_from(WRONG))
    def mean_nothing(self, wrong: tuple[int, list[str]]) -> None:
        expected, arguments = wrong
        code, said, told = self._run(*arguments)
        assert code == expected, (arguments, code, told)
        assert said == ""
        assert told.startswith(("Usage: ", "reuse: ")), told

    @rule(
        text=st.sampled_from(
            ['[publisher]\nnames = ["A"]', "[publisher", '[[partner]]\nname = "a"', "", "\xff"]
        )
    )
    def policy(self, text: str) -> None:
        Path("policy.toml").write_bytes(text.encode("latin-1"))
        code, said, told = self._run("policy", "policy.toml", "-f", "json")
        assert code == (0 if text in ("", '[publisher]\nnames = ["A"]') else 2), told
        assert isinstance(json.loads(said), dict) if code == 0 else said == ""
        Path("policy.toml").unlink()

    @invariant()
    def nothing_is_half_written(self) -> None:
        for output in ("r1", "r2"):
            assert Path(output).exists() == (output in self.reports)
            if output in self.reports:
                assert {path.name for path in Path(output).iterdir()} == WHOLE


def _everything(but: tuple[str, ...], below: str = ".") -> dict[str, bytes]:
    """Return all files and what they hold, except some folders."""
    found = {str(path): path.read_bytes() for path in Path(below).rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if name.partition("/")[0] not in but}


def _pairs(said: str, form: str) -> set[tuple[str, str]]:
    """Return the pairs that were printed, each once."""
    if form == "csv":
        told = [
            (row["source"], row["page"]) for row in csv.DictReader(io.StringIO(said.removeprefix("\ufeff")))
        ]
    else:
        rows = [json.loads(line) for line in said.splitlines()]
        told = [(row["source"]["id"], row["page"]["id"]) for row in rows]
    assert len(told) == len(set(told))
    return set(told)


def _told(examples: int, steps: int) -> Any:
    case: Any = type("Case", (States.TestCase,), {})
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    return case


TestStates = pytest.mark.slow(_told(6, 12))
TestManyStates = pytest.mark.long(pytest.mark.slow(_told(40, 25)))
