"""Near-duplicates: texts in, verified pairs out, against every peer.

    python benchmarks/near_duplicates.py                    20,000 documents, one core, five rounds
    python benchmarks/near_duplicates.py --way promised     peers with our plan of bands
    python benchmarks/near_duplicates.py --way tuned        peers with whatever we could do for them
    python benchmarks/near_duplicates.py --way shingled     tuned, and with shingling taken out
    python benchmarks/near_duplicates.py --documents 100000 --rounds 3 --cores 2

A corpus is made with planted copies, and all pairs of resemblance .5 and more are counted exactly. Every round
each detector runs in a process of its own, in turn with the others. The clock starts with the texts in memory
and stops with the verified pairs; imports and reading are outside for all alike. The run fails if the corpus or
its truth came out otherwise than is known, if our answer is wrong, or if a floor of README.md is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
import peers
from tabulate import tabulate

SEED = 1
#: How peers are used, each with its plan; see peers.py.
WAYS = {
    "documented": peers.DOCUMENTED,
    "promised": peers.PROMISED,
    "tuned": peers.FEWEST,
    "shingled": peers.FEWEST,
}
RECALL = 0.95
#: What README.md promises for 20,000 documents on one core: times faster than datasketch with its fastest hash,
#: than the fastest other peer that reaches the recall, and megabytes at most.
FLOOR_DOCUMENTS, FLOOR_WAY = 20_000, "documented"
FLOOR_DATASKETCH, FLOOR_OTHERS, FLOOR_MEMORY = 70, 25, 700

THREADS = (
    "RAYON_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One detector's answer in one round."""

    seconds: float
    verifying: float
    candidates: int
    memory: float  # MB, the process's peak
    recall: float
    false: int
    pairs: int

    @property
    def precision(self) -> float:
        """The share of the reported pairs that are true."""
        return 1 - self.false / self.pairs if self.pairs else 1.0


# --- in a process of its own ------------------------------------------------------------------


def write_corpus(documents: int, folder: Path) -> dict[str, Any]:
    """Make the corpus and its truth; complain where either is not what is known."""
    import corpus

    texts = corpus.make(documents, SEED)
    pairs = corpus.truth(texts, peers.LEAST)
    known = corpus.EXPECTED.get((documents, SEED))
    made = corpus.Answer(corpus.digest(texts), len(pairs))
    with (folder / "texts.pickle").open("wb") as file:
        pickle.dump(texts, file, pickle.HIGHEST_PROTOCOL)
    np.save(folder / "truth.npy", pairs)
    return {
        "megabytes": sum(map(len, texts)) / 1e6,
        "pairs": len(pairs),
        "known": known is not None,
        "fault": "" if known in (None, made) else f"{made} where {known} is known",
    }


def detect(name: str, folder: Path, cores: int, way: str) -> dict[str, Any]:
    """Run one detector once; the pairs go to a file."""
    detector = peers.DETECTORS[name]
    try:
        for module in detector.modules:
            import_module(module)
    except ModuleNotFoundError as error:
        return {"missing": error.name}
    with (folder / "texts.pickle").open("rb") as file:
        texts: list[str] = pickle.load(file)
    if way == "shingled":
        assert detector.prepare is not None
        assert detector.shingled is not None
        given = detector.prepare(texts)
        prepared = peers.Prepared(given, given if isinstance(given, peers.Shingles) else peers.hashed(texts))
        begin = time.perf_counter()
        found = detector.shingled(prepared, cores)
    else:
        begin = time.perf_counter()
        found = detector.tuned(texts, cores) if way == "tuned" else detector.find(texts, cores, WAYS[way])
    seconds = time.perf_counter() - begin
    np.save(folder / "pairs.npy", found.pairs)
    return {
        "seconds": seconds,
        "verifying": found.verifying,
        "candidates": found.candidates,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 * 1.048576,
        "version": metadata.version(detector.package),
    }


# --- the runner -------------------------------------------------------------------------------


def in_process(folder: Path, cores: int, *arguments: str) -> dict[str, Any]:
    """Run this script once more, on so many cores, and return what it says last."""
    environment = os.environ | dict.fromkeys(THREADS, str(cores)) | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, __file__, "--inside", str(folder), "--cores", str(cores), *arguments]
    ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{' '.join(arguments)}: ended with code {ended.returncode}")
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def judged(answer: dict[str, Any], folder: Path) -> Run:
    """Compare the pairs of one run with the truth."""
    truth = np.load(folder / "truth.npy")
    true = set(zip(truth["left"].tolist(), truth["right"].tolist(), strict=True))
    reported = list(map(tuple, np.load(folder / "pairs.npy").tolist()))
    right = len(true.intersection(reported))
    return Run(
        seconds=answer["seconds"],
        verifying=answer["verifying"],
        candidates=answer["candidates"],
        memory=answer["memory"],
        recall=right / len(true) if true else 1.0,
        false=len(reported) - right,  # a pair reported twice is false once
        pairs=len(reported),
    )


def table(runs: dict[str, list[Run]], versions: dict[str, str], way: str) -> str:
    """Lay the medians out; ratios are of the same round."""
    rows = []
    for name, own in runs.items():
        seconds = [run.seconds for run in own]
        rows.append(
            (
                f"{name} {versions[name]}",
                peers.settings(peers.DETECTORS[name], WAYS[way]),
                f"{statistics.median(seconds):.3f}",
                f"{min(seconds):.3f}–{max(seconds):.3f}",
                f"{ratio(runs, name):.1f}" if peers.OURS in runs else "",
                f"{min(run.recall for run in own):.3f}",
                f"{min(run.precision for run in own):.3f}",
                max(run.false for run in own),
                max(run.candidates for run in own) or "",
                f"{100 * statistics.median(run.verifying / run.seconds for run in own):.0f} %",
                f"{max(run.memory for run in own):.0f}",
            )
        )
    headers = (
        "detector",
        "settings",
        "seconds",
        "min–max",
        "to ours",
        "recall",
        "precision",
        "false",
        "candidates",
        "counting",
        "MB",
    )
    right = ("left", "left", *("right",) * (len(headers) - 2))
    return tabulate(rows, headers, tablefmt="simple", disable_numparse=True, colalign=right)


def ratio(runs: dict[str, list[Run]], name: str) -> float:
    """Return the median over the rounds of its time by ours."""
    return statistics.median(
        other.seconds / own.seconds for other, own in zip(runs[name], runs[peers.OURS], strict=True)
    )


def faults(runs: dict[str, list[Run]]) -> list[str]:
    """Say what is wrong with our answers."""
    said = []
    for run in runs.get(peers.OURS, []):
        if run.false:
            said.append(
                f"ours reports {run.false} pairs that do not resemble each other by {peers.LEAST}, or twice"
            )
        if run.recall < RECALL:
            said.append(f"ours finds {run.recall:.4f} of the pairs, floor {RECALL}")
    return sorted(set(said))


def missed(runs: dict[str, list[Run]]) -> list[str]:
    """Say which floors are missed; peers that were not run, or find too little, set none."""
    said: list[str] = []
    if peers.OURS not in runs:
        return said
    memory = max(run.memory for run in runs[peers.OURS])
    if memory >= FLOOR_MEMORY:
        said.append(f"ours takes {memory:.0f} MB, floor below {FLOOR_MEMORY}")
    for name, own in runs.items():
        if name == peers.OURS or min(run.recall for run in own) < RECALL:
            continue
        floor = FLOOR_DATASKETCH if name.startswith("datasketch") else FLOOR_OTHERS
        if ratio(runs, name) < floor:
            said.append(f"ours is {ratio(runs, name):.1f} times as fast as {name}, floor {floor}")
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=FLOOR_DOCUMENTS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument(
        "--only", nargs="+", choices=peers.DETECTORS, metavar="NAME", help="of these detectors alone"
    )
    parser.add_argument("--way", choices=WAYS, default=FLOOR_WAY, help="how peers are used (see peers.py)")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--detector", help=argparse.SUPPRESS)
    given = parser.parse_args()
    allowed = sorted(os.sched_getaffinity(0))
    if given.inside:
        if given.detector:
            answer = detect(given.detector, given.inside, given.cores, given.way)
        else:
            answer = write_corpus(given.documents, given.inside)
        print(json.dumps(answer))
        return
    if given.cores > len(allowed):
        sys.exit(f"{given.cores} cores asked for, {len(allowed)} at hand")
    os.sched_setaffinity(
        0, allowed[-given.cores :]
    )  # what is run inherits it; the first core serves interrupts
    with tempfile.TemporaryDirectory(prefix="near-duplicates-") as folder:
        run(given, Path(folder))


def run(given: argparse.Namespace, folder: Path) -> None:
    """Make the corpus, let all detectors run in turn, print the table, judge."""
    made = in_process(folder, given.cores, "--documents", str(given.documents))
    print(
        f"{given.documents:,} documents, {made['megabytes']:.1f} MB, {made['pairs']:,} pairs of resemblance"
        f" {peers.LEAST} and more{'' if made['known'] else ', not known beforehand'};"
        f" {given.rounds} rounds, cores {given.cores}, peers {given.way}",
        flush=True,
    )
    if made["fault"]:
        sys.exit(f"the corpus has drifted: {made['fault']}")
    names = list(given.only or peers.DETECTORS)
    if given.way == "shingled":
        for name in [name for name in names if peers.DETECTORS[name].shingled is None]:
            print(f"{name} takes nothing but text, left out")
            names.remove(name)
    runs, versions = in_turn(names, given, folder)
    print(table(runs, versions, given.way))
    said = faults(runs)
    if given.documents == FLOOR_DOCUMENTS and given.cores == 1 and given.way == FLOOR_WAY:
        said += missed(runs)
        if absent := [name for name in names if name not in runs]:
            said.append(f"the floors are not judged without {', '.join(absent)}")
    if said:
        sys.exit("\n".join(said))


def in_turn(
    names: list[str], given: argparse.Namespace, folder: Path
) -> tuple[dict[str, list[Run]], dict[str, str]]:
    """Run every detector once a round, and return the runs and versions of those that are installed."""
    runs: dict[str, list[Run]] = {}
    versions: dict[str, str] = {}
    left = list(names)
    for number in range(given.rounds):
        for name in list(left):
            answer = in_process(folder, given.cores, "--detector", name, "--way", given.way)
            if "missing" in answer and name == peers.OURS:
                sys.exit(f"ours cannot be imported: no module {answer['missing']}")
            if "missing" in answer:
                print(f"{name} is not installed ({answer['missing']}): pip install -e '.[bench]'")
                left.remove(name)
                continue
            versions[name] = answer["version"]
            runs.setdefault(name, []).append(judged(answer, folder))
            print(f"  round {number + 1}  {name:<20}{answer['seconds']:9.3f} s", file=sys.stderr, flush=True)
    return runs, versions


if __name__ == "__main__":
    main()
