"""Threads of the core under ThreadSanitizer, where no Python is in between.

Covers: every kernel of ``reuse/cpp`` that has threads, and ``parallel.hpp``, by ``native/threads/threads.cpp``.
Compares against: the same kernels with one thread; a header that is broken on purpose. Needs clang.
Run: ``pytest -m slow tests/test_threads_native.py``
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DRIVER = Path(__file__).parent / "native" / "threads" / "threads.cpp"
CORE = DRIVER.parents[3] / "reuse" / "cpp"
#: Not g++: it chooses loops by instruction set as the program is loaded, before its ThreadSanitizer is there.
BUILD = ("clang++", "-std=c++20", "-O1", "-gline-tables-only", "-fsanitize=thread", "-pthread")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("clang++") is None, reason="clang++ is not installed: apt install clang"),
]


def run(source: Path, headers: Path, program: Path) -> subprocess.CompletedProcess[str]:
    subprocess.run([*BUILD, f"-I{headers}", str(source), "-o", str(program)], check=True)
    return subprocess.run([program], capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.long
def test_kernels_give_the_same_bits_and_race_nowhere(tmp_path: Path) -> None:
    ended = run(DRIVER, CORE, tmp_path / "threads")
    assert ended.returncode == 0, ended.stdout + ended.stderr[-4_000:]
    assert "WARNING: ThreadSanitizer" not in ended.stderr


def test_all_kernels_with_threads_are_run() -> None:
    bound = (CORE / "bind.cpp").read_text()
    with_threads = set(re.findall(r'm\.def\("(\w+)", [^;]*"threads"_a', bound))
    assert len(with_threads) > 15
    assert with_threads == set(re.findall(r'\{"(\w+)",', DRIVER.read_text()))


IN_TURN = """
#include <chrono>
#include "parallel.hpp"
int main() {
    reuse::InOrder order;
    long sum = 0;
    reuse::for_each_unit(2'000, 4, [&](std::size_t unit) {
        // Slow ones first, so that each of the threads has its own.
        if (unit < 4) std::this_thread::sleep_for(std::chrono::milliseconds(100));
        reuse::InOrder::Turn turn(order, unit);
        turn.pass([&] { ++sum; });
    });
    return sum != 2'000;
}
"""


@pytest.mark.parametrize("is_broken", [False, True], ids=["as it is", "broken"])
def test_a_race_would_be_told(is_broken: bool, tmp_path: Path) -> None:  # noqa: FBT001
    header = (CORE / "parallel.hpp").read_text()
    store = "order_.next_.store(unit_ + 1);"
    assert header.count(store) == 1
    if is_broken:  # what a turn wrote need not be seen by the next one
        header = header.replace(store, "order_.next_.store(unit_ + 1, std::memory_order_relaxed);")
    (tmp_path / "parallel.hpp").write_text(header)
    (tmp_path / "turns.cpp").write_text(IN_TURN)
    ended = run(tmp_path / "turns.cpp", tmp_path, tmp_path / "turns")
    assert ("WARNING: ThreadSanitizer: data race" in ended.stderr) == is_broken
    assert (ended.returncode != 0) == is_broken
