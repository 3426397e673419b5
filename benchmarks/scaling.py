"""Near-duplicates among 20,000 documents: how much faster two cores are than one.

    python benchmarks/scaling.py

The clock runs from texts that are laid out, as a reader leaves them, to verified pairs; one thread and two take
turns. The run fails if their pairs differ, or if the floor of README.md is missed.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

import corpus
import numpy as np

from reuse.options import Options
from reuse.pipeline import near_duplicates
from reuse.texts import lay_out

DOCUMENTS, ROUNDS, FLOOR = 20_000, 15, 1.8


def main() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("two cores are needed")
    texts = lay_out(corpus.make(DOCUMENTS))
    ratios = []
    for _ in range(ROUNDS):
        seconds, pairs = [], []
        for threads in (1, 2):
            begin = time.perf_counter()
            found = near_duplicates(texts, Options(threads=threads))
            seconds.append(time.perf_counter() - begin)
            pairs.append(np.stack([found.source, found.page]))
        if not np.array_equal(pairs[0], pairs[1]):
            sys.exit("two threads find other pairs than one")
        ratios.append(seconds[0] / seconds[1])
    median = statistics.median(ratios)
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"two cores are {median:.2f} times as fast as one ({spread}), floor {FLOOR}")
    if median < FLOOR:
        sys.exit("below the floor")


if __name__ == "__main__":
    main()
