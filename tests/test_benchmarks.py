"""Benchmarks: they know their answers, and fail when these come out otherwise.

Covers: ``benchmarks/near_duplicates.py`` with its corpus, ``crawl.py``, ``report.py``, ``scale.py``,
``scoring.py``, ``stages.py`` and ``growth.py``, small ones; ``instructions.py`` as it is. Compares against: the
digest and the number of pairs that are known, brute force, and the instructions that are recorded. Run:
``pytest -m slow tests/test_benchmarks.py``
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def benchmark(name: str) -> ModuleType:
    """Import a benchmark; these import each other from their own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        return importlib.import_module(name)


@pytest.fixture(scope="module")
def corpus() -> ModuleType:
    """Return the module that makes corpora."""
    return benchmark("corpus")


@pytest.fixture(scope="module")
def growth() -> ModuleType:
    """Return the module that measures growth."""
    return benchmark("growth")


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], words[3:], words[4:], strict=False))


def test_the_truth_is_that_of_brute_force(corpus: ModuleType) -> None:
    texts = corpus.make(400, 7)
    sets = [shingles(text) for text in texts]
    expected = {
        (left, right): shared / (len(sets[left]) + len(sets[right]) - shared)
        for left, right in itertools.combinations(range(len(texts)), 2)
        if (shared := len(sets[left] & sets[right]))
    }
    found = corpus.truth(texts, 0.4)
    pairs = zip(found["left"].tolist(), found["right"].tolist(), strict=True)
    assert dict(zip(pairs, found["resemblance"].round(9).tolist(), strict=True)) == {
        pair: round(resemblance, 9) for pair, resemblance in expected.items() if resemblance >= 0.4
    }
    assert len(found) > 20
    # Copies were planted over the whole range.
    assert np.histogram(found["resemblance"], [0.4, 0.6, 0.8, 1.0])[0].min() > 0


def test_the_runner_knows_its_answer() -> None:
    command = [sys.executable, "near_duplicates.py", "--documents", "2000", "--rounds", "1", "--only", "reuse"]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "not known beforehand" not in done.stdout
    (row,) = re.findall(r"^reuse .*$", done.stdout, re.M)
    recall, precision, false = re.split(r"\s{2,}", row)[5:8]
    assert float(recall) >= 0.95
    assert (float(precision), int(false)) == (1.0, 0)


def test_a_corpus_that_drifted_fails(tmp_path: Path) -> None:
    for name in ("near_duplicates.py", "peers.py", "corpus.py"):
        text = (BENCHMARKS / name).read_text("utf-8")
        if name == "corpus.py":
            text = text.replace("MEAN_LENGTH, SPREAD = 702, 0.6", "MEAN_LENGTH, SPREAD = 703, 0.6")
            assert "703" in text
        (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "near_duplicates.py", "--documents", "2000", "--rounds", "1", "--only", "reuse"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert "the corpus has drifted" in done.stderr


def test_the_reused_pages_of_a_crawl_are_found_and_no_others() -> None:
    command = [sys.executable, "crawl.py", "--check"]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    figures = dict(re.findall(r"^(\S.*?) {2,}(\S+)", done.stdout, re.M))
    assert figures["found of 5 planted"] == "100.0%"
    assert figures["accused besides"] == "0"
    assert 0 < float(figures["pages read carefully"].rstrip("%")) < 5


def test_a_report_is_rendered_as_the_audit_wrote_it() -> None:
    command = [sys.executable, "report.py", "--pages", "60", "--rounds", "1"]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is the one rendered from its folder" in done.stdout
    assert re.match(r"\d+ findings on 60 pages", done.stdout)


@pytest.mark.long
def test_an_index_is_measured_with_all_that_is_planted_found(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    sizes = ("--sizes", "300", "600", "--base", "200", "--pages", "120", "--json", str(figures))
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "scale.py"), *sizes], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    small, large = json.loads(figures.read_bytes())
    assert (small["articles"], large["articles"]) == (300, 600)
    assert large["text_mb"] > 1.8 * small["text_mb"]
    assert "articles a second" in done.stdout
    for row in (small, large):
        found = {one["kind"]: one for one in row["recall"]}
        assert found["unrelated"]["found"] == 0
        for kind in ("edited", "lifted", "lifted-repeated"):
            assert found[kind]["told"] == found[kind]["pages"] > 10


def run(*arguments: str, timeout: int = 300) -> str:
    """Run a benchmark that must not fail; return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
def test_scores_are_exact_and_put_pairs_in_order() -> None:
    table = [re.split(r"\s{2,}", line) for line in run("scoring.py", "--documents", "2000").splitlines()]
    rows = {name: columns for name, *columns in table if columns and re.match(r"[\d,]+$", columns[0])}
    for exact in ("reuse", "frozenset of hashes", "numpy intersect1d"):
        assert rows[exact][-2:] == ["0.000", "1.000"]
    assert 0.9 < float(rows["difflib, words"][-1]) <= 1


@pytest.mark.long
def test_stages_add_up() -> None:
    told = run("stages.py", "--articles", "100")
    assert told.count("in all") == 4
    for table in re.findall(r"of it in kernels\n.*?in all +\d", told, re.S):
        shares = [float(share) for share in re.findall(r"(\d+\.\d)%", table)]
        assert 98 < sum(shares) < 102
    for stage in ("agreement", "sketches", "tokens", "index/"):
        assert stage in told


@pytest.mark.long
def test_growth_is_fitted_and_all_reusers_are_found(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="draws; pip install 'textreuse[bench]'")
    picture = tmp_path / "growth.svg"
    told = run("growth.py", "--most", "1e3", "--longest", "1e4", "--reusers", "10", "--plot", str(picture))
    assert "exponents over 1.15" in told
    assert picture.read_text("utf-8").count("<svg") == 1


def grown(growth: ModuleType, series: str, *seconds: float) -> list[Any]:
    """Return points of a series, each of ten times the size."""
    return [growth.Point(series, 10 ** (3 + place), taken) for place, taken in enumerate(seconds)]


def test_an_exponent_is_of_what_grows(growth: ModuleType) -> None:
    linear, quadratic = (1.001, 1.01, 1.1, 2.0), (1.0001, 1.01, 2.0, 101.0)
    assert growth.exponent(grown(growth, "linear", *linear)) == pytest.approx(1, abs=0.1)
    assert growth.exponent(grown(growth, "quadratic", *quadratic)) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("seconds", [(1.0,), (1.0, 2.0), (1.0, 1.01, 2.0), (3.0, 2.0, 1.0)])
def test_of_too_few_points_there_is_no_exponent(growth: ModuleType, seconds: tuple[float, ...]) -> None:
    assert growth.exponent(grown(growth, "some", *seconds)) is None


@pytest.mark.parametrize(
    ("series", "seconds", "code"),
    [("audit", (0.1, 1.0, 10.0), 0), ("audit", (0.1, 10.0, 1000.0), 1), ("passages", (0.1, 10.0, 1000.0), 0)],
)
def test_what_grows_too_steeply_fails(
    growth: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    series: str,
    seconds: tuple[float, ...],
    code: int,
) -> None:
    for measured in ("by_documents", "by_length", "by_reusers"):
        monkeypatch.setattr(growth, measured, lambda *_asked: grown(growth, series, *seconds))
    monkeypatch.setattr(sys, "argv", ["growth.py"])
    assert growth.main() == code
    told = capsys.readouterr().out
    assert told.endswith("exponents over 1.15: none\n") is (code == 0)


# --- instructions -----------------------------------------------------------------------------


def test_no_stage_takes_more_instructions_than_are_recorded() -> None:
    if shutil.which("valgrind") is None or not Path("/usr/include/valgrind/callgrind.h").exists():
        pytest.skip("counts instructions under valgrind, which is not here")
    told = run("instructions.py", timeout=600)
    assert "over the record: none" in told or "not compared" in told


def counted(folder: Path) -> subprocess.CompletedProcess[str]:
    """Count instructions where the programs of a folder are all there are."""
    command = [sys.executable, "instructions.py"]
    environment = os.environ | {"PATH": str(folder)}
    return subprocess.run(
        command, cwd=BENCHMARKS, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_what_counting_needs_is_told(tmp_path: Path) -> None:
    done = counted(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "valgrind, cc, c++: not found; install valgrind" in done.stderr
    for name in ("valgrind", "cc", "c++"):
        (tmp_path / name).write_text("#!/bin/sh\necho no valgrind/callgrind.h >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    done = counted(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(r"cannot be compiled; install valgrind.*\nno valgrind/callgrind.h", done.stderr)


@pytest.mark.parametrize(
    ("count", "code", "told"),
    [(1, 0, "as much under it: sketch; record anew"), (96, 0, ""), (104, 0, ""), (106, 1, "record: sketch\n")],
)
def test_counts_are_compared_both_ways(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    count: int,
    code: int,
    told: str,
) -> None:
    instructions = benchmark("instructions")
    record = {"environment": {"compiler": "1"}, "instructions": {"sketch": 100}}
    (tmp_path / "record.json").write_text(json.dumps(record), "utf-8")
    monkeypatch.setattr(instructions, "TOOLS", ())
    monkeypatch.setattr(instructions, "RECORD", tmp_path / "record.json")
    monkeypatch.setattr(instructions, "here", lambda: record["environment"])
    monkeypatch.setattr(instructions, "counted", lambda: {"sketch": ("byte", 10, count)})
    monkeypatch.setattr(sys, "argv", ["instructions.py"])
    assert instructions.main() == code
    out = capsys.readouterr().out
    assert told in out
    assert (" over the record: none" in out) is (code == 0)
    assert ("under it" in out) is ("under it" in told)
