"""Fuzz the readers: ``python -m tests.fuzz_readers [FORMAT...] --runs 100000 [--jobs 2]``; needs atheris.

Prints a line for each format: executions, executions a second, edges of Python reached, faults.
Exits with 1 if there was a fault; its input is kept and the command that reads it again is printed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.fuzz_readers.formats import FORMATS, HERE, check, kept
from tests.fuzz_readers.oracles import in_memory

#: Bytes of an input; seconds that one may take.
SIZE, SECONDS = 4500, 10


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Turn(NamedTuple):
    """What came of one format."""

    name: str
    executions: int
    seconds: float
    edges: int
    fault: str


def turn(name: str, runs: int, seed: int, place: Path) -> Turn:
    """Fuzz one format in a process of its own."""
    corpus, faults = place / "corpus" / name, place / "faults"
    for folder in (corpus, faults):
        folder.mkdir(parents=True, exist_ok=True)
    for path in (*kept(name, "seeds"), *kept(name, "regressions")):
        (corpus / path.name).write_bytes(path.read_bytes())
    flags = [f"-runs={runs}", f"-seed={seed}", f"-max_len={SIZE}", f"-timeout={SECONDS}", "-rss_limit_mb=4096"]
    flags += [f"-artifact_prefix={faults}/{name}-", "-print_final_stats=1", str(corpus)]
    command = [sys.executable, "-m", "tests.fuzz_readers.turn", name, *flags]
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-readers-", dir=in_memory()) as own:
        done = subprocess.run(
            command,
            cwd=HERE.parents[1],
            env=os.environ | {"TMPDIR": own},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    return turned(name, done, time.monotonic() - begin, faults)


def turned(name: str, done: subprocess.CompletedProcess[str], seconds: float, faults: Path) -> Turn:
    """Read what libFuzzer tells at its end."""
    counts = re.findall(r"number_of_executed_units:\s*(\d+)|^#(\d+)\s", done.stderr, re.MULTILINE)
    edges = re.findall(r"cov: (\d+)", done.stderr)
    fault = ""
    if done.returncode:
        inputs = sorted(map(str, faults.glob(f"{name}-*")))
        said = re.search(r"Uncaught Python exception: ===\n(.*)", done.stderr)
        what = said[1] if said else "\n".join(done.stderr.strip().splitlines()[-9:])
        fault = (
            f"{what}\n  again: python -m tests.fuzz_readers {name} --read {' '.join(inputs) or '(no input)'}"
        )
    executions = max((int(one or other) for one, other in counts), default=0)
    return Turn(name, executions, seconds, int(edges[-1]) if edges else 0, fault)


def shares(names: Sequence[str], runs: int) -> dict[str, int]:
    """Share executions out among formats; each has one at least."""
    total = sum(FORMATS[name].share for name in names)
    return {name: -(-runs * FORMATS[name].share // total) for name in names}


def read(name: str, paths: Sequence[str]) -> int:
    """Read kept inputs again, so that a fault shows its traceback."""
    for path in paths:
        check(name, Path(path).read_bytes())
        _say(f"{path}: nothing is wrong")
    return 0


def fuzz(names: Sequence[str], runs: int, seed: int, jobs: int) -> int:
    """Fuzz formats, some at a time, and print what came of each."""
    place = Path(tempfile.mkdtemp(prefix="fuzz-readers-"))
    shared = shares(names, runs)
    begin = time.monotonic()
    total = faults = 0
    _say(f"{'format':12} {'executions':>10} {'a second':>9} {'edges':>6}  faults")
    with ThreadPoolExecutor(jobs) as pool:
        for done in pool.map(lambda name: turn(name, shared[name], seed, place), names):
            total, faults = total + done.executions, faults + bool(done.fault)
            pace = done.executions / max(done.seconds, 1e-9)
            _say(f"{done.name:12} {done.executions:10,} {pace:9,.0f} {done.edges:6,}  {done.fault or '-'}")
    _say(f"{'all':12} {total:10,} in {time.monotonic() - begin:,.0f} s; {faults} faults; inputs are in {place}")
    return 1 if faults else 0


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_readers", description=__doc__)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--runs", type=int, default=100_000, help="executions of all formats together")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", nargs="+", metavar="FILE", help="read these inputs again, and do not fuzz")
    told = parser.parse_args()
    if unknown := set(told.formats) - FORMATS.keys():
        parser.error(f"no such format: {', '.join(sorted(unknown))}; there are {', '.join(FORMATS)}")
    if told.read:
        if len(told.formats) != 1:
            parser.error("name the one format that these inputs are read as")
        return read(told.formats[0], told.read)
    return fuzz(told.formats or list(FORMATS), told.runs, told.seed, told.jobs)


if __name__ == "__main__":
    sys.exit(main())
