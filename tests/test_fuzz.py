"""Headers of the core, fuzzed: bytes that libFuzzer makes up, against naive C++.

Covers: the headers that ``tests/native/*.cpp`` are named for. Compares against: the standard library, and what
is counted place by place; AddressSanitizer and UndefinedBehaviorSanitizer look on. Needs clang.
Run: ``pytest -m slow tests/test_fuzz.py``
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NATIVE = Path(__file__).parent / "native"
CORE = NATIVE.parents[1] / "reuse" / "cpp"
TARGETS = sorted(path.stem for path in NATIVE.glob("*.cpp"))
#: Without AVX2 some headers take another way.
SETS = {"any x86-64": (), "AVX2": ("-mavx2",)}
RUNS, SIZE = 20_000, 4_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("clang++") is None, reason="clang++ is not installed: apt install clang"),
]


@pytest.mark.parametrize("instructions", SETS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_header_holds_for_whatever_it_is_given(target: str, instructions: str, tmp_path: Path) -> None:
    if instructions == "AVX2" and "avx2" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("this processor has no AVX2")
    fuzzer = tmp_path / target
    sanitized = ("-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all")
    build = ("clang++", "-std=c++20", "-O1", "-g", *sanitized, *SETS[instructions], f"-I{CORE}")
    subprocess.run([*build, str(NATIVE / f"{target}.cpp"), "-o", str(fuzzer)], check=True)
    asked = (f"-runs={RUNS}", f"-max_len={SIZE}", "-seed=1", "-timeout=10")
    ended = subprocess.run([fuzzer, *asked], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-4_000:]
    assert f"Done {RUNS} runs" in ended.stderr
