"""Headers of the core, fuzzed for a short while; and whether the fuzzing at length tells what is wrong.

Covers: the headers that ``tests/native/*.cpp`` are for; ``tests/native/fuzzing.py``. Compares against: naive
C++ in the targets, under two sanitizers; a made header of which all edges are known.
Needs clang. Run: ``pytest -m slow tests/test_fuzz.py``, and at length
``python -m tests.native.fuzzing --runs 1e7 --coverage``
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.native import fuzzing
from tests.native.fuzzing import SANITIZED_SOON, Target, all_targets, sets_here

TARGETS = all_targets()
RUNS = 60

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("clang++") is None, reason="clang++ is not installed: apt install clang"),
]


def instructions_for(name: str) -> str:
    """Return one of the instruction sets there are; the targets take turns."""
    there = sets_here()
    return there[sorted(TARGETS).index(name) % len(there)]


@pytest.mark.parametrize("name", TARGETS)
def test_a_header_holds_for_whatever_it_is_given(name: str, tmp_path: Path) -> None:
    target, instructions = TARGETS[name], instructions_for(name)
    program = fuzzing.build(target, instructions, SANITIZED_SOON, tmp_path / name)
    fuzzing.strew(target, tmp_path / "corpus")
    turn = fuzzing.fuzz(
        target, instructions, program, tmp_path / "corpus", tmp_path / "faults", runs=RUNS, seed=1
    )
    assert not turn.failure
    assert turn.executions >= RUNS


def test_every_header_has_a_target() -> None:
    assert not fuzzing.headers_without_target(TARGETS.values())


HEADER = """
inline int halved(int number) {
    if (number < 0) return -1;
    if (number == 77777) return 0;
    return number / 2;
}
"""
TARGET = """// Covers: halved.hpp
// Length: 8
#include "halved.hpp"
#include <cstdint>
#include <cstdlib>
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size && halved(%s) != data[0] / 2) std::abort();
    return 0;
}
"""


def made_target(folder: Path, argument: str) -> Target:
    (folder / "halved.hpp").write_text(HEADER)
    (folder / "halving.cpp").write_text(TARGET % argument)
    return fuzzing.read_target(folder / "halving.cpp")


def test_what_was_not_reached_is_told_and_what_the_last_tenth_reached_first(tmp_path: Path) -> None:
    target = made_target(tmp_path, "data[0]")
    assert (target.covers, target.length, target.share) == (("halved.hpp",), 8, 1)
    result = fuzzing.fuzz_at_length(target, "any", tmp_path, runs=2_000, coverage=True)
    assert not result.failures
    (row,) = fuzzing.rows_of([result])
    missed = ["halved.hpp:3:9: never true", "halved.hpp:3:21: never run"]
    missed += ["halved.hpp:4:9: never true", "halved.hpp:4:26: never run"]
    assert [str(edge) for edge in row.missed] == missed
    # The body; of two branches the question, what it guards, what comes behind it, and its two outcomes.
    assert (row.executions, len(row.edges), row.reached) == (2_000, 11, 7 / 11)
    assert not row.new
    (short,) = fuzzing.shortcomings([row], fuzzing.SETTLED)
    assert short.startswith("halved.hpp: 63.6 % of its edges were reached")

    edge = next(edge for edge, reached in result.edges.items() if reached)
    result.before[edge] = False
    rows = list(fuzzing.rows_of([result]))
    assert rows[0].new == [edge]
    assert len(list(fuzzing.shortcomings(rows, fuzzing.SETTLED - 1))) == 1
    assert any("the last tenth" in text for text in fuzzing.shortcomings(rows, fuzzing.SETTLED))


def test_a_fault_is_told_and_kept(tmp_path: Path) -> None:
    target = made_target(tmp_path, "data[0] > 99 ? 0 : data[0]")
    result = fuzzing.fuzz_at_length(target, "any", tmp_path, runs=2_000, coverage=True)
    (failure,) = result.failures
    (kept,) = (tmp_path / "faults" / "halving-any").iterdir()
    assert kept.read_bytes()[0] > 99
    program = tmp_path / "fuzzers" / "halving-any"
    assert failure.endswith(f"To see it again: REUSE_PORTABLE=1 {program} {kept}")
