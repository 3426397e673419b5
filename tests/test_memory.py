"""Memory: commands that get half of what they want, and nothing that is kept of what was done.

Covers: every command, every kernel, the readers. Compares against: the run of a command that has memory for
everything, byte for byte; what the process took after it had warmed up.
Run: ``pytest -m "slow or long" tests/test_memory.py``; by itself ``python -m tests.trials.memory``
"""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reuse import Options, documents, kernels, pipeline
from reuse.cli.endings import exit_code
from tests.test_resume import made
from tests.trials.memory import of_this_process

#: What may come and go: the allocator's own, and caches of a few entries.
NOISE = 6 << 20
#: End and begin, and no work.
NO_KERNELS = {"end_kernels_of"}
NAMES = sorted(
    name
    for name, value in vars(kernels).items()
    if callable(value) and type(value).__module__ == "nanobind" and name not in NO_KERNELS
)


@pytest.mark.slow
@pytest.mark.long
def test_with_half_the_memory_a_command_finishes_or_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.trials.memory"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "; 0 faults\n" in done.stdout


@pytest.mark.slow
def test_with_half_the_memory_an_audit_finishes_or_says_so() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.trials.memory",
        "--articles",
        "300",
        "--only",
        "audit --memory,compare",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.mark.parametrize("fault", [MemoryError(), OSError(12, "Cannot allocate memory")])
def test_no_memory_is_said_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: Exception
) -> None:
    def failing(*_: object) -> None:
        raise fault

    monkeypatch.setattr("reuse.plan.plan_bands", failing)
    assert exit_code(["plan"]) == 3
    assert capsys.readouterr().err == "reuse: out of memory; take fewer documents at once\n"


def test_no_room_for_a_thread_is_said_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError("can't start new thread")  # as `threading` words it

    monkeypatch.setattr("reuse.plan.plan_bands", failing)
    assert exit_code(["plan"]) == 3
    assert capsys.readouterr().err.startswith("reuse: no thread can be started; ")


@pytest.mark.slow
def test_what_the_core_raises_is_no_exception_of_duckdb() -> None:
    """Extensions of one nanobind share what turns exceptions of C++ into Python's, unless told otherwise."""
    program = (
        "import duckdb, resource, numpy as np\n"
        "from reuse import kernels\n"
        "from tests.trials.memory import of_this_process\n"
        "rows = np.zeros(4_000_000, np.int32)\n"
        "hashes = np.random.default_rng(0).integers(0, 2**63, len(rows), np.uint64)\n"
        "most = of_this_process('VmData') + (1 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (most, most))\n"
        "try:\n"
        "    kernels.ordered(hashes, rows)\n"
        "except MemoryError as fault:\n"
        "    print(type(fault).__module__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("builtins\n", 0), done.stderr


# --- nothing is kept ------------------------------------------------------------------------------


def size(arguments: tuple[Any, ...]) -> int:
    return sum(one.nbytes for one in arguments if isinstance(one, np.ndarray))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, ...]]:
    """Return for each kernel the smallest arguments that are not empty, of an audit and a deduplication."""
    found: dict[str, tuple[Any, ...]] = {}

    def recording(name: str) -> Callable[..., Any]:
        original = getattr(kernels, name)

        def call(*arguments: Any, **more: Any) -> Any:
            result = original(*arguments, **more)
            arguments = tuple(one.copy() if isinstance(one, np.ndarray) else one for one in arguments)
            is_work = all(len(one) for one in arguments if isinstance(one, np.ndarray))
            if (
                not more
                and (is_work or name not in found)
                and (name not in found or size(arguments) < size(found[name]))
            ):
                found[name] = arguments
            return result

        return call

    here = tmp_path_factory.mktemp("recorded")
    made(here)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        for name in NAMES:
            patch.setattr(kernels, name, recording(name))
        options = Options(threads=1)
        audit = pipeline.audit(documents.read(["mine.jsonl"]), documents.read(["pages", "more.jsonl"]), options)
        list(audit.compare(audit.findings))
        audit.run()
        list(pipeline.dedupe(documents.read(["mine.jsonl", "more.jsonl"]), options).findings())
    # These two are of indexes and of Spark.
    text, *shingles = found["shingle_sets"]
    hashes, offsets = kernels.shingle_sets(text, *shingles)
    found["among"] = (text, *shingles[:2], np.sort(hashes[:9]), *shingles[2:])
    found["sign"] = (hashes, offsets, *found["sketch"][5:])
    return found


def assert_nothing_is_kept(call: Callable[[], object], times: int) -> None:
    """Call often, and see that the process does not grow once it is warm."""
    for _ in range(max(times // 10, 20)):
        call()
    gc.collect()
    before = of_this_process("VmRSS")
    for _ in range(times):
        call()
    gc.collect()
    assert of_this_process("VmRSS") - before < NOISE


def test_every_kernel_is_recorded(recorded: dict[str, tuple[Any, ...]]) -> None:
    assert set(recorded) == set(NAMES)
    assert len(NAMES) > 20


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_kernel_keeps_nothing(recorded: dict[str, tuple[Any, ...]], name: str) -> None:
    times = 100_000
    kernel, arguments = getattr(kernels, name), recorded[name]

    def refused() -> None:
        with pytest.raises(TypeError):
            kernel(*arguments, None, None, None)

    assert_nothing_is_kept(lambda: kernel(*arguments), times)
    assert_nothing_is_kept(refused, times // 10)
    held = [one for one in arguments if isinstance(one, np.ndarray)]  # everybody has the small numbers
    references = [sys.getrefcount(one) for one in held]
    kernel(*arguments)
    assert [sys.getrefcount(one) for one in held] == references


@pytest.mark.parametrize("name", NAMES)
def test_what_a_kernel_returns_goes(recorded: dict[str, tuple[Any, ...]], name: str) -> None:
    result = getattr(kernels, name)(*recorded[name])
    arrays = [
        one for one in (result if isinstance(result, tuple) else (result,)) if isinstance(one, np.ndarray)
    ]
    left = [weakref.ref(one) for one in arrays] + [
        weakref.ref(one.base) for one in arrays if isinstance(one.base, np.ndarray)
    ]
    del result, arrays
    assert [one() for one in left] == [None] * len(left)


@pytest.mark.slow
def test_readers_keep_nothing(tmp_path: Path) -> None:
    made(tmp_path)

    def read() -> None:
        assert len(list(documents.read([str(tmp_path)]))) > 30

    assert_nothing_is_kept(read, 200)
