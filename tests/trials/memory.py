"""Commands with less memory than they would like.

``python -m tests.trials.memory`` runs each command once, to see how much it takes above an interpreter that
has all modules loaded, and then with no more than some shares of that. A process gets no more from the system
then (RLIMIT_DATA: it counts what a process may write to, and not what it maps of files or sets aside). It
must finish, with the very bytes, or stop with one line and the exit code of the README; what is on disk must
be what was there before, or what was to be; and with memory for everything the same command must complete it.
DuckDB has places where it ends the process if there is no memory: this is counted, and must leave what any
kill may. Prints a table, and every fault; exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
from collections import Counter
from pathlib import Path

from tests.trials import scenes
from tests.trials.conduct import Job, Told, Trial, conduct
from tests.trials.on_disk import Undisturbed
from tests.trials.scenes import Scene

#: The first is what is asked of every command; the others are to find where it breaks.
SHARES = (0.5, 0.25, 0.1)
#: What the C library says when a thread of DuckDB's has no room for its variables, and exits.
_NO_THREAD = 127, "cannot allocate memory for thread-local data"
_COLUMNS = ("megabytes", "runs", "finished", "told", "ended by a library", "faults")
_ENDED_BY_DUCKDB = (-signal.SIGSEGV, -signal.SIGABRT)
_MANY = ("many.jsonl", "others.jsonl")
_AUDIT = ("audit", *_MANY, "-q", "-o", "report")
SCENES = [
    Scene("audit", _AUDIT, _MANY, "report"),
    Scene("audit --memory", (*_AUDIT, "--memory", "256M"), _MANY, "report"),
    Scene("audit, large sources", _AUDIT, _MANY, "report", patches=scenes.NIGHT, more=("--resume",)),
    Scene(
        "audit of an index",
        ("audit", "many.index", "others.jsonl", "-q", "-o", "report"),
        ("many.index", "others.jsonl"),
        "report",
        more=("--resume",),
    ),
    Scene("dedupe", ("dedupe", *_MANY, "-q", "-o", "report"), _MANY, "report"),
    Scene("index build", ("index", "build", "my.index", "many.jsonl", "-q"), _MANY, "my.index"),
    Scene("index add", ("index", "add", "my.index", "others.jsonl", "-q"), _MANY, "my.index", "many.index"),
    Scene("index remove", ("index", "remove", "my.index", "m1", "m2", "-q"), (), "my.index", "many.index"),
    Scene("report html", ("report", "audited", "-q", "-o", "told.html"), ("audited",), "told.html"),
    Scene("report evidence", ("report", "audited", "-q", "--evidence", "case"), ("audited",), "case"),
    Scene("diff", ("diff", "audited", "audited", "-q", "-o", "d.html"), ("audited",), "d.html"),
    Scene("selftest", ("selftest", "many.jsonl", "--articles", "20"), _MANY, "nothing"),
    Scene("compare", ("compare", "one.txt", "other.txt"), ("one.txt", "other.txt"), "nothing"),
    Scene("explain", ("explain", "one.txt", "other.txt"), ("one.txt", "other.txt"), "nothing"),
    Scene("index verify", ("index", "verify", "many.index"), ("many.index",), "nothing"),
]


def stock(folder: Path, asked: argparse.Namespace) -> Path:
    """Make articles and pages, of which one in twenty is a copy, an index and a report; return where."""
    count = asked.articles
    here = folder / "here"
    (here / "tmp").mkdir(parents=True)
    draw = random.Random(0)
    words = ["".join(draw.choices("aeioubdfgklmnprst", k=draw.randint(3, 9))) for _ in range(20_000)]

    def text(seed: int, length: int = 600) -> str:
        return " ".join(random.Random(seed).choices(words, k=length))

    sides = {"many": range(count), "others": [n if n % 20 == 0 else count + n for n in range(count)]}
    for name, seeds in sides.items():
        with (here / f"{name}.jsonl").open("w") as lines:
            for number, seed in enumerate(seeds):
                row = {"id": f"{name[0]}{number}", "url": f"https://s{number % 50}.example/{number}"}
                lines.write(json.dumps({**row, "text": text(seed)}) + "\n")
    (here / "one.txt").write_text(text(1, 200_000))
    (here / "other.txt").write_text(f"{text(2, 100)} {text(1, 200_000)}")
    scenes.ran(("index", "build", "many.index", "many.jsonl", "-q"), folder)
    scenes.ran(("audit", *_MANY, "-q", "-o", "audited"), folder)
    return here


def of_this_process(what: str) -> int:
    """Return what the system says of the memory of this process, bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) << 10


class Squeezed:
    """Runs of one scene with little memory.

    Parameters
    ----------
    undisturbed : Undisturbed
    """

    def __init__(self, undisturbed: Undisturbed) -> None:
        self._run = undisturbed
        self.faults: list[str] = []
        self._run.lay()
        process = self._run.begin(self._run.scene.command).process
        _, _, used = os.wait4(process, 0)
        self._wanted = max((used.ru_maxrss << 10) - of_this_process("VmRSS"), 1 << 20)
        self.counted = Counter({"megabytes": self._wanted >> 20})

    def run(self, share: float) -> None:
        """Run it with a share of what it wants."""
        self._run.lay()
        self.counted["runs"] += 1

        def squeeze() -> None:
            most = of_this_process("VmData") + int(self._wanted * share)
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))

        running = self._run.begin(self._run.scene.command, squeeze)
        try:
            code = running.end()
            self._require_told(code, running.err)
            found = self._run.found()
            only_prints = self._run.scene.writes == "nothing"
            assert code or only_prints or found == "after", "it ended well, and has not written what it was to"
            self._run.complete()
        except AssertionError as fault:
            self.counted["faults"] += 1
            self.faults.append(f"{self._run.scene.name}, {share} of {self._wanted:,} bytes: {fault}")

    def _require_told(self, code: int, said: str) -> None:
        is_out_of_threads = code == _NO_THREAD[0] and _NO_THREAD[1] in said
        if self._uses_duckdb() and (code in _ENDED_BY_DUCKDB or is_out_of_threads):
            self.counted["ended by a library"] += 1
            return
        assert code in (0, 3, 4), f"exit code {code}: {said}"
        assert "Traceback" not in said, said
        assert "a fault of reuse itself" not in said, said
        lines = [line for line in said.splitlines() if line.startswith("reuse: ")]
        assert len(lines) == bool(code), f"exit code {code}: {said}"
        assert all("memory" in line and ";" in line for line in lines), said
        self.counted["told" if code else "finished"] += 1

    def _uses_duckdb(self) -> bool:
        return self._run.scene.patches == scenes.NIGHT or "index" in " ".join(self._run.scene.command)


def work(job: Job) -> Told:
    """Run a share of the commands with less and less memory."""
    told = {}
    for scene in job.own:
        runs = Squeezed(Undisturbed(scene, job.stock, job.folder))
        for share in SHARES:
            runs.run(share)
        told[scene.name] = {"counted": runs.counted, "faults": runs.faults}
    return told


TRIAL = Trial(
    "tests.trials.memory",
    __doc__,
    _COLUMNS,
    {"--articles": {"type": int, "default": 4000, "help": "articles, and pages"}},
    work,
    SCENES,
    stock,
    under_calls=False,
)


if __name__ == "__main__":
    sys.exit(conduct(TRIAL, sys.argv[1:]))
