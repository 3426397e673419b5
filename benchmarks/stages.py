"""Where the time of `audit`, `dedupe` and `index build` goes, stage by stage.

    python benchmarks/stages.py                      made texts
    python benchmarks/stages.py --corpora FOLDER     real news, repeated and perturbed, and its copies

Each command runs in a process of its own, on one thread, while another thread looks a thousand times a second
which module of the package is at work: modules are named for the value that they return, so they are the
stages. Beside it stands how much of that is in kernels, which are timed call by call; the rest is Python,
NumPy, DuckDB, and files. Last, what the one pass from bytes to fingerprints and signatures is made of.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import archive
import corpus
from tabulate import tabulate

ARTICLES, PAGES, DOCUMENTS = 5_000, 2_000, 20_000
STEP = 0.001
LEAST = 0.01  # of the whole: what takes less goes to "others"
ROUNDS = 9

# --- in a process of its own ------------------------------------------------------------------


class Sampler(threading.Thread):
    """Looks again and again where the main thread is."""

    def __init__(self, root: str) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.seen: Counter[str] = Counter()
        self.stopped = threading.Event()
        self._main = threading.main_thread().ident

    def run(self) -> None:
        """Look until it is stopped. No frame is kept: it would keep alive what its function has let go."""
        while not self.stopped.wait(STEP):
            self.seen[module_of(sys._current_frames().get(self._main or 0), self.root)] += 1


def module_of(frame: FrameType | None, root: str) -> str:
    """Return the innermost module of the package that is at work, the door to the kernels left out."""
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(root) and not path.endswith("kernels.py"):
            if frame.f_code.co_name == "<module>":
                return "imports"
            return path.removeprefix(root).removesuffix(".py").removesuffix("/__init__")
        frame = frame.f_back
    return "start and end"


def timed(kernel: Callable[..., Any], root: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Return a kernel that tells which module it took how long for."""

    def call(*arguments: Any) -> Any:
        begin = time.perf_counter()
        try:
            return kernel(*arguments)
        finally:
            spent[module_of(sys._getframe(1), root)] += time.perf_counter() - begin

    return call


def look(arguments: list[str]) -> dict[str, Any]:
    """Run a command and return how long it took, and where."""
    import reuse
    from reuse import _core, kernels
    from reuse.__main__ import run

    root = str(Path(reuse.__file__).parent) + os.sep
    native: dict[str, float] = defaultdict(float)
    core: Any = _core
    for name in dir(core):
        kernel = getattr(core, name)
        if callable(kernel) and getattr(kernels, name, core) is kernel:
            setattr(kernels, name, timed(kernel, root, native))
    sys.argv = ["reuse", *arguments]
    sys.setswitchinterval(STEP / 4)
    sampler = Sampler(root)
    begin = time.perf_counter()
    sampler.start()
    try:
        run()
    except SystemExit as ended:
        if ended.code:
            raise
    seconds = time.perf_counter() - begin
    sampler.stopped.set()
    sampler.join()
    return {"seconds": seconds, "seen": sampler.seen, "native": native}


# --- the runner -------------------------------------------------------------------------------


def profile(arguments: list[str]) -> str:
    """Return the table of one command."""
    command = [sys.executable, __file__, "--inside", json.dumps(arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{' '.join(arguments)}: ended with code {ended.returncode}\n{ended.stderr}")
    told = json.loads(ended.stdout.splitlines()[-1])
    return table(told["seconds"], told["seen"], told["native"])


def table(seconds: float, seen: dict[str, int], native: dict[str, float]) -> str:
    """Return stages by their share, those that take little together."""
    each = seconds / max(sum(seen.values()), 1)
    shares = {name: count * each for name, count in seen.items()}
    shown = [
        name for name, share in sorted(shares.items(), key=lambda one: -one[1]) if share >= LEAST * seconds
    ]
    rows = [(name, shares[name], native.get(name, 0.0)) for name in shown]
    others = [name for name in shares if name not in shown]
    rows.append(("others", sum(shares[name] for name in others), sum(native.get(name, 0.0) for name in others)))
    rows.append(("in all", seconds, sum(native.values())))
    told = [
        (name, f"{share:.2f}", f"{share / seconds:.1%}", f"{inside:.2f}" if inside else "")
        for name, share, inside in rows
    ]
    head = ("stage", "seconds", "share", "of it in kernels")
    return tabulate(told, head, disable_numparse=True, colalign=("left", "right", "right", "right"))


def one_pass() -> str:
    """Return what the pass from bytes to fingerprints and signatures is made of, in nanoseconds a word."""
    from reuse.options import Options
    from reuse.sketches import sketch
    from reuse.texts import lay_out

    options = Options(threads=1)
    texts = lay_out(corpus.make(2_000, 1))
    words = int(sketch(texts, options).words.sum())

    def nanoseconds(**asked: Any) -> float:
        times = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            sketch(texts, options, **asked)
            times.append(time.perf_counter() - begin)
        return statistics.median(times) / words * 1e9

    shingled = nanoseconds(winnowed=False, values=0)
    winnowed, signed, both = nanoseconds(values=0), nanoseconds(winnowed=False), nanoseconds()
    rows = [
        ("tokens and shingles", shingled),
        ("winnowing", winnowed - shingled),
        (f"{options.permutations} values signed", signed - shingled),
        ("all", both),
    ]
    return tabulate([(name, f"{value:.1f}") for name, value in rows], ("", "ns a word"), disable_numparse=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="real news")
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        told = look(json.loads(asked.inside))
        print(json.dumps(told))
        return 0
    with tempfile.TemporaryDirectory(prefix="reuse-") as scratch:
        folder = Path(scratch)
        base = archive.real(asked.corpora) if asked.corpora else archive.made()
        archive.write(base, asked.articles, folder)
        articles, pages, index = (
            str(folder / name) for name in ("archive.jsonl", "pages.jsonl", "archive.reuse")
        )
        documents = folder / "documents.jsonl"
        texts = corpus.make(4 * asked.articles, 1)
        # Of made texts some are empty: `reuse` ends with another code where there are any.
        lines = (
            json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts) if text
        )
        documents.write_text("".join(lines), "utf-8")
        quiet = ("-j", "1", "-q")
        commands = [
            ("audit", articles, pages, "-f", "jsonl", *quiet),
            ("dedupe", str(documents), "-f", "dropped", *quiet),
            ("index", "build", index, articles, *quiet),
            ("audit", index, pages, "-f", "jsonl", *quiet),
        ]
        for command in commands:
            shown = " ".join(Path(part).name if os.sep in part else part for part in command)
            print(f"reuse {shown}\n\n{profile(list(command))}\n", flush=True)
    print(f"one pass from bytes to fingerprints and signatures\n\n{one_pass()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
