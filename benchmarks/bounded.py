"""`reuse dedupe` with all the memory it wants and with little: seconds, memory, whether the bytes are the same.

    python benchmarks/bounded.py                              100,000 made documents (426 MB), 1G and 512M
    python benchmarks/bounded.py --documents 3e4 --memory 256M

All runs are processes of their own and write a report. Fails if what one with little memory prints or writes
differs by a byte from what the first does, or if its peak, as the system counts it, is above what it was given.
For so many documents 256M would not do: their report alone takes 100 MB while it is rendered.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from filecmp import cmpfiles
from pathlib import Path
from typing import NamedTuple

from tabulate import tabulate

from reuse.cli.sizes import Size

BENCHMARKS = Path(__file__).parent
UNLIMITED = "1T"


class Run(NamedTuple):
    """What a command took: seconds by the clock and of processors, and its peak of memory in bytes."""

    seconds: float
    processor: float
    peak: int


def write_corpus(documents: int, path: Path) -> None:
    """Write made documents, in another process: what this one has held would count for those it starts."""
    with path.open("wb") as lines:
        subprocess.run([sys.executable, BENCHMARKS / "corpus.py", str(documents)], stdout=lines, check=True)


def run(corpus: Path, memory: str, folder: Path) -> Run:
    """Deduplicate; what is printed becomes a file beside the report."""
    command = [
        sys.executable,
        "-m",
        "reuse",
        "dedupe",
        str(corpus),
        "--memory",
        memory,
        "-q",
        "-o",
        str(folder),
    ]
    begin = time.perf_counter()
    with folder.with_suffix(".out").open("wb") as printed, folder.with_suffix(".err").open("wb") as said:
        process = subprocess.Popen(command, stdout=printed, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):  # a few of the documents are empty
        sys.exit(folder.with_suffix(".err").read_text("utf-8"))
    return Run(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def differing(one: Path, other: Path) -> list[str]:
    """Return the files of two reports that differ, or are in one of them alone, and what was printed."""
    names = sorted({file.name for folder in (one, other) for file in folder.iterdir()})
    _, mismatch, missing = cmpfiles(one, other, names, shallow=False)
    printed = [folder.with_suffix(".out").read_bytes() for folder in (one, other)]
    return [*mismatch, *missing, *(["standard output"] if printed[0] != printed[1] else [])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=float, default=100_000)
    parser.add_argument(
        "--memory", nargs="+", default=["1G", "512M"], metavar="SIZE", help="of the runs with little, one each"
    )
    asked = parser.parse_args()
    bounds = {memory: Size().convert(memory, None, None) for memory in asked.memory}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus, whole = folder / "corpus.jsonl", folder / "whole"
        write_corpus(int(asked.documents), corpus)
        runs, faults = {UNLIMITED: run(corpus, UNLIMITED, whole)}, []
        for memory, bound in bounds.items():
            little = folder / memory
            runs[memory] = run(corpus, memory, little)
            if different := differing(whole, little):
                faults.append(f"not the same with {memory}: {', '.join(different)}")
            if runs[memory].peak > bound:
                faults.append(f"the peak is above {memory}")
        size = corpus.stat().st_size
    print(f"{int(asked.documents):,} documents, {size / 1e6:,.0f} MB")
    rows = [
        (memory, f"{one.seconds:.1f}", f"{one.processor:.1f}", f"{one.peak / 1e6:,.0f}")
        for memory, one in runs.items()
    ]
    print(
        tabulate(rows, ("--memory", "seconds", "of processors", "peak, MB"), colalign=("left", *["right"] * 3))
    )
    if faults:
        sys.exit("\n".join(faults))
    print("the same bytes, printed and written")


if __name__ == "__main__":
    main()
