"""The seconds a user waits: `reuse audit` on the seeds, and `reuse --help`.

    python benchmarks/startup.py

Fails if the audit does not find the spun copy and it alone, or if a floor of README.md is missed.
"""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 9
ROOT = Path(__file__).parents[1]
AUDIT_SECONDS, HELP_CPU_SECONDS = 1.0, 0.2


def timed(*arguments: str) -> tuple[float, float, str]:
    """Run the command once; return its wall seconds, its CPU seconds and what it printed."""
    before, begin = os.times(), time.perf_counter()
    ran = subprocess.run(["reuse", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    wall, after = time.perf_counter() - begin, os.times()
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return wall, cpu, ran.stdout


def main() -> None:
    audits = [timed("audit", "seeds/sources", "seeds/pages", "-f", "csv") for _ in range(ROUNDS)]
    helps = [timed("--help") for _ in range(ROUNDS)]
    found = [row[0:3:2] for row in csv.reader(audits[0][2].splitlines()[1:])]
    if found != [["spun", "seeds/pages/prisons-spun-copy.txt"]]:
        sys.exit(f"the seeds gave {found}, not the spun copy alone")
    wall = statistics.median(run[0] for run in audits)
    cpu = statistics.median(run[1] for run in helps)
    print(
        f"reuse audit seeds/sources seeds/pages  {wall:.2f} s wall, floor {AUDIT_SECONDS}; median of {ROUNDS}"
    )
    print(
        f"reuse --help                           {cpu:.2f} s CPU, floor {HELP_CPU_SECONDS}; median of {ROUNDS}"
    )
    if wall > AUDIT_SECONDS or cpu > HELP_CPU_SECONDS:
        sys.exit("slower than the floor")


if __name__ == "__main__":
    main()
