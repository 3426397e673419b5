"""What all trials begin and end with: what is asked for, the processes that share the work, the table."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tests.trials import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.trials.scenes import Scene

#: Of each command what was counted, and the faults.
Told: TypeAlias = "dict[str, dict[str, Any]]"


class Job(NamedTuple):
    """What one of the processes is given.

    Attributes
    ----------
    number : int
    asked : argparse.Namespace
    scenes : sequence of Scene
        All that were asked for.
    stock : Path
        What commands read; see `tests.trials.scenes.stock`.
    folder : Path
        To work in.
    """

    number: int
    asked: argparse.Namespace
    scenes: Sequence[Scene]
    stock: Path
    folder: Path

    @property
    def own(self) -> Sequence[Scene]:
        """Return its share of the scenes."""
        return self.scenes[self.number :: self.asked.jobs]


class Trial(NamedTuple):
    """A kind of trials.

    Attributes
    ----------
    module : str
        Whose ``__main__`` it is.
    about : str
        What ``--help`` says.
    columns : sequence of str
        Of the table: what is counted.
    options : mapping
        More options, and what `argparse` is told about each.
    work : callable
        What a process does.
    scenes : sequence of Scene, optional
        If they are not those of `tests.trials.scenes`.
    stock : callable, optional
        Makes what the commands read.
    under_calls : bool
        Whether the calls of the disk are counted (`tests.trials.calls`).
    """

    module: str
    about: str
    columns: Sequence[str]
    options: Mapping[str, Mapping[str, Any]]
    work: Callable[[Job], Told]
    scenes: Sequence[Scene] | None = None
    stock: Callable[[Path, argparse.Namespace], Path] | None = None
    under_calls: bool = True


def conduct(trial: Trial, arguments: list[str]) -> int:
    """Run the trials that are asked for, and print what is found; return the exit code."""
    asked = _asked(trial, arguments)
    with tempfile.TemporaryDirectory(prefix="reuse-trial-") as folder:
        top = Path(folder).resolve()
        if trial.under_calls and not calls.is_preloaded():
            return calls.start_under(calls.build(top), trial.module, arguments)
        from tests.trials import scenes  # all of the package, which is in no hurry before

        chosen = scenes.named(asked.only, trial.scenes or scenes.SCENES)
        scenes.load()
        stock = trial.stock(top / "stock", asked) if trial.stock else scenes.stock(top / "stock")
        jobs = [Job(number, asked, chosen, stock, top / f"job{number}") for number in range(asked.jobs)]
        since = time.monotonic()
        told = _side_by_side(trial.work, jobs, top)
    return _tell(told, trial.columns, time.monotonic() - since)


def _asked(trial: Trial, arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {trial.module}", description=trial.about)
    for name, told in trial.options.items():
        parser.add_argument(name, **told)
    parser.add_argument("--jobs", type=int, default=1, help="processes that share the work")
    parser.add_argument("--only", default="", help="commands whose names begin so, or some, parted by commas")
    return parser.parse_args(arguments)


def _side_by_side(work: Callable[[Job], Told], jobs: Sequence[Job], top: Path) -> list[Told]:
    """Have some processes share the work; return what each tells."""
    processes = []
    for job in jobs:
        processes.append(os.fork())
        if not processes[-1]:
            code = 1
            try:
                (top / f"{job.number}.json").write_text(json.dumps(work(job)))
                code = 0
            except BaseException:  # noqa: BLE001  (told, and seen in the exit code)
                traceback.print_exc()
            finally:
                os._exit(code)
    codes = [os.waitpid(process, 0)[1] for process in processes]
    assert codes == [0] * len(jobs), "a process of the trials has failed"
    return [json.loads((top / f"{job.number}.json").read_text()) for job in jobs]


def _tell(told: list[Told], columns: Sequence[str], seconds: float) -> int:
    """Print a table of what was counted, and all faults; return 1 if there are any."""
    counted: dict[str, Counter[str]] = {}
    faults: list[str] = []
    for part in told:
        for name, one in part.items():
            counted.setdefault(name, Counter()).update(one["counted"])
            faults += one["faults"]
    counted["all"] = sum(counted.values(), Counter())
    lines = [f"{'command':<30}" + "".join(f"{name:>19}" for name in columns)]
    lines += [f"{name:<30}" + "".join(f"{row[one]:>19,}" for one in columns) for name, row in counted.items()]
    lines += [f"\nFAULT {fault}" for fault in faults]
    sys.stdout.write("\n".join([*lines, f"\n{seconds:.0f} s; {len(faults)} faults\n"]))
    return 1 if faults else 0
