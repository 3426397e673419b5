"""All readers on what strangers may have written: seeds, what once broke one, and a turn of fuzzing.

Covers: ``reuse/documents/``, ``reuse/markup/``, ``reuse/metadata/``, the readers of policies, reports, labelled
pairs and PAN. Compares against: what must hold of whatever they read, ``fuzz_readers/oracles.py``.
Run: ``pytest tests/test_fuzz_readers.py``, and ``python -m tests.fuzz_readers`` for long
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.fuzz_readers import oracles
from tests.fuzz_readers.formats import FORMATS, HERE, Format, check, kept
from tests.fuzz_readers.mutations import mutated

#: Those whose library is started anew, or that take a process: a few inputs take a second.
DEAR = {"parquet", "pdf", "report", "page"}
QUICK = [name for name in FORMATS if name not in DEAR]
LARGEST, MOST = 2_000, 10


@pytest.mark.parametrize("name", QUICK)
def test_what_was_kept_holds(name: str) -> None:
    for path in (*kept(name, "seeds"), *kept(name, "regressions")):
        check(name, path.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DEAR))
def test_what_was_kept_of_dear_formats_holds(name: str) -> None:
    for path in (*kept(name, "seeds"), *kept(name, "regressions")):
        check(name, path.read_bytes())


@pytest.mark.parametrize("name", FORMATS)
def test_seeds_are_few_and_small(name: str) -> None:
    sizes = [path.stat().st_size for path in kept(name, "seeds")]
    assert 0 < len(sizes) <= MOST
    assert max(sizes) <= LARGEST
    assert {path.name for path in (HERE / "seeds").iterdir()} == FORMATS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_made_up_holds(name: str) -> None:
    """Without atheris, and so without knowing what is reached."""
    chosen = FORMATS[name]
    for number in range(max(3, chosen.share // 10)):
        random = Random(number)
        content = chosen.make(random)
        check(name, mutated(content, chosen.words, random) if number % 2 else content)


def broken(content: bytes) -> None:
    """Find fault with what begins with two braces."""
    assert not content.startswith(b"{{"), "two braces"


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed: pip install atheris"
)
def test_a_turn_under_atheris(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz_readers", "jsonl", "policy", "--runs", "1200", "--jobs", "2"]
    there = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=HERE.parents[1], env=there, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines()[1:]}
    assert all(int(rows[name][3].replace(",", "")) > 50 for name in ("jsonl", "policy")), "nothing is followed"
    assert int(rows["all"][1].replace(",", "")) >= 1200


def test_a_reader_that_fails_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracles see what they are for: other exceptions, warnings, other bytes from a stream."""
    monkeypatch.setitem(FORMATS, "text", Format(broken, FORMATS["text"].make, ()))
    with pytest.raises(AssertionError, match="two braces"):
        check("text", b"{{")

    def raising(*_arguments: object) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr(oracles, "items", raising)
    with pytest.raises(KeyError):
        check("jsonl", b"{}")
