"""Instructions that each stage takes, counted under callgrind: what no busy machine can shake.

    python benchmarks/instructions.py            compare with what is recorded; fails where 5 % more are needed
    python benchmarks/instructions.py --write    record anew, after a change that is meant

Needs valgrind with its headers, and a compiler; without them it ends with code 2. Valgrind knows no AVX-512, so
what is counted is the code for AVX2, where the processor has that. Counts depend on it, and on the compiler,
the C library and NumPy: where these are others than those of the record, counts are printed, and compared with
nothing.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from tabulate import tabulate

RECORD = Path(__file__).parent / "records" / "instructions.json"
ALLOWED = 1.05
TOOLS = ("valgrind", "cc", "c++")
REMEDY = "install valgrind, with its headers, and a compiler (Debian: apt-get install valgrind g++)"
DOCUMENTS, SEED = 400, 1
UNRELATED = 100  # pairs, beside those that resemble each other

#: Callgrind is told what to count by instructions that only a C compiler can write.
CLIENT = """
#include <valgrind/callgrind.h>
void begin(void) { CALLGRIND_START_INSTRUMENTATION; CALLGRIND_ZERO_STATS; }
void end(const char *name) { CALLGRIND_DUMP_STATS_AT(name); CALLGRIND_STOP_INSTRUMENTATION; }
"""


# --- under callgrind --------------------------------------------------------------------------


def stages() -> Iterator[tuple[str, str, int, Callable[[], Any]]]:
    """Yield each stage: its name, what it is counted by and how many of these there are, and a call of it."""
    import corpus
    import throughput

    from reuse.agreement import agree
    from reuse.differences import differ
    from reuse.languages import find_roots
    from reuse.options import Options
    from reuse.pairs import Candidates
    from reuse.passages import locate
    from reuse.pipeline import align_pairs, judge_pairs, near_duplicates
    from reuse.runs import find_runs
    from reuse.scores import score
    from reuse.shingles import shingle_sets
    from reuse.sketches import sketch
    from reuse.terms import OF_A_PAGE, key_terms
    from reuse.texts import lay_out
    from reuse.tokens import tokenize

    options = Options(threads=1)
    written = corpus.make(DOCUMENTS, SEED)
    texts = lay_out(written)
    size = len(texts.values)
    scripts = {
        name: lay_out(
            [
                one.decode()
                for one in throughput.made(name, alphabet, mean, spaced=spaced, megabytes=0.2).documents
            ]
        )
        for name, alphabet, mean, spaced in throughput.SCRIPTS
    }
    near = near_duplicates(texts, options)
    apart = np.arange(UNRELATED, dtype=np.int32)
    source, page = np.append(near.source, apart), np.append(near.page, apart + UNRELATED)
    candidates = Candidates.named(source, page, np.zeros(len(source), np.uint8))
    sets = shingle_sets(texts, options, np.append(source, page))
    scores = score(candidates, sets, sets, options)
    tokens = tokenize(texts, options)
    roots = find_roots(texts, tokens, np.append(source, page), options)
    runs = find_runs(scores, tokens, tokens, options)
    passages = locate(scores, runs, tokens, tokens, options)
    pairs, both = len(source), (texts, texts)

    yield "lay_out", "byte", size, lambda: lay_out(written)
    yield "tokenize", "byte", size, lambda: tokenize(texts, options)
    for name, some in scripts.items():
        yield f"tokenize, {name}", "byte", len(some.values), partial(tokenize, some, options)
    yield "sketch", "byte", size, lambda: sketch(texts, options)
    yield "key_terms", "byte", size, lambda: key_terms(texts, options, most=OF_A_PAGE)
    yield (
        "shingle_sets",
        "byte",
        size,
        lambda: shingle_sets(texts, options, np.arange(len(texts), dtype=np.int32)),
    )
    yield "near_duplicates", "byte", size, lambda: near_duplicates(texts, options)
    yield "score", "pair", pairs, lambda: score(candidates, sets, sets, options)
    yield "find_roots", "pair", pairs, lambda: find_roots(texts, tokens, np.append(source, page), options)
    yield "find_runs", "pair", pairs, lambda: find_runs(scores, tokens, tokens, options)
    yield "agree", "pair", pairs, lambda: agree(scores, tokens, tokens, options, (roots, roots))
    yield "locate", "pair", pairs, lambda: locate(scores, runs, tokens, tokens, options)
    yield "differ", "pair", pairs, lambda: differ(passages, scores, tokens, tokens, options)
    yield "align_pairs", "pair", pairs, lambda: list(align_pairs(both, source, page, options))
    yield "judge_pairs", "pair", pairs, lambda: list(judge_pairs(both, source, page, options))


def count_inside(library: str) -> None:
    """Run every stage twice and have its second run counted: the first loads what it needs."""
    client = ctypes.CDLL(library)
    for name, unit, units, call in stages():
        call()
        client.begin()
        call()
        client.end(json.dumps([name, unit, units]).encode())


# --- outside ----------------------------------------------------------------------------------


def counted() -> dict[str, tuple[str, int, int]]:
    """Return of every stage its unit, how many of these there were, and the instructions."""
    with tempfile.TemporaryDirectory(prefix="reuse-") as folder:
        library, out = Path(folder, "client.so"), Path(folder, "counts")
        built = ["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", str(library)]
        compiled = subprocess.run(built, input=CLIENT, capture_output=True, text=True, check=False)
        if compiled.returncode:
            stop(f"what tells callgrind when to count cannot be compiled; {REMEDY}\n{compiled.stderr}")
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}", "-q"]
        command += [sys.executable, __file__, "--inside", str(library)]
        # Addresses that differ from run to run would order sets and tables otherwise.
        environment = os.environ | {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode:
            sys.exit(f"valgrind ended with code {ended.returncode}:\n{ended.stderr}")
        dumps = sorted(Path(folder).glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        return dict(_counts(path.read_text("utf-8") for path in dumps))


def _counts(dumps: Iterator[str]) -> Iterator[tuple[str, tuple[str, int, int]]]:
    for dump in dumps:
        told = re.search(r"^desc: Trigger: Client Request: (.*)$", dump, re.M)
        total = re.search(r"^(?:totals|summary): (\d+)", dump, re.M)
        if told and total:
            name, unit, units = json.loads(told[1])
            yield name, (unit, units, int(total[1]))


def stop(why: str) -> NoReturn:
    """End with the code of what cannot be done here."""
    print(why, file=sys.stderr)
    sys.exit(2)


def here() -> dict[str, str]:
    """Return what counts depend on."""
    compiler = subprocess.run(["c++", "-dumpfullversion"], capture_output=True, text=True, check=True)
    return {
        "compiler": compiler.stdout.strip(),
        "libc": "-".join(platform.libc_ver()),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "avx2": "yes" if re.search(r"\bavx2\b", Path("/proc/cpuinfo").read_text("utf-8")) else "no",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="record what is counted")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        count_inside(asked.inside)
        return 0
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        stop(f"{', '.join(lacking)}: not found; {REMEDY}")
    found, environment = counted(), here()
    if asked.write:
        counts = {name: count for name, (*_, count) in sorted(found.items())}
        RECORD.write_text(json.dumps({"environment": environment, "instructions": counts}, indent=1) + "\n")
    record = json.loads(RECORD.read_text("utf-8"))
    known: dict[str, int] = record["instructions"]
    rows = [
        (
            name,
            f"{count:,}",
            f"{count / units:,.2f}" if unit == "byte" else f"{count / units:,.0f}",
            unit,
            f"{count / known[name]:.3f}" if name in known else "new",
        )
        for name, (unit, units, count) in found.items()
    ]
    print(
        tabulate(
            rows,
            ("stage", "instructions", "each", "of", "to the record"),
            disable_numparse=True,
            colalign=("left", "right", "right", "left", "right"),
        )
    )
    if record["environment"] != environment:
        print(f"\nnot compared: recorded with {record['environment']}, counted with {environment}")
        return 0
    missing = sorted(known.keys() ^ found.keys())
    over = [name for name, (*_, count) in found.items() if count > ALLOWED * known.get(name, count)]
    print(f"\nmore than {ALLOWED - 1:.0%} over the record: {', '.join(over) or 'none'}")
    under = [name for name, (*_, count) in found.items() if count < (2 - ALLOWED) * known.get(name, count)]
    if under:
        print(
            f"as much under it: {', '.join(under)}; record anew with --write, or a loss as large stays unseen"
        )
    if missing:
        print(f"on one side alone: {', '.join(missing)}; record anew with --write")
    return bool(over or missing)


if __name__ == "__main__":
    sys.exit(main())
