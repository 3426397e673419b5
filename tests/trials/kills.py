"""Kills at random moments, and before, within and after the calls that change what is on disk.

``python -m tests.trials.kills --times 1000`` runs every command that writes files and ends it by SIGKILL, one
time in eight by SIGTERM: half of the times at a moment drawn from how long it takes, else at one of its
calls, each commit (rename, sync, unlink, mkdir, ...) in turn before any is taken twice. Then what is on disk
must be what was there before, or what was to be; whatever else was left, the same command must bring it to
the very bytes of a run that nobody stopped, and leave nothing beside. Prints a table, and every fault with
what repeats it; exits with 1 if there is one. ``--only "index build,index add" --at moments`` kills some
commands, at moments alone.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.trials import calls
from tests.trials.calls import How

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.trials.on_disk import Undisturbed
    from tests.trials.scenes import Scene

#: One in so many is killed by SIGTERM, and one in so many is killed again while it goes on.
_TERMINATED, _AGAIN = 8, 4
_AT = ("both", "calls", "moments")
_COLUMNS = ("kills", "before", "after", "resumed", "left in TMPDIR", "faults")


class Moment(NamedTuple):
    """When a run is ended: at a call, or so many seconds from its beginning."""

    how: How
    call: int = -1
    seconds: float = 0.0


def moments(kinds: str, whole: float, draw: random.Random, at: str) -> Iterator[Moment]:
    """Yield when to end runs, without end: calls that commit something come first, each once."""
    ways = {"w": (How.KILL_BEFORE, How.KILL_HALFWAY, How.KILL_AFTER)}
    every = [
        (kind == "w", Moment(how, number))
        for number, kind in enumerate(kinds)
        for how in ways.get(kind, (How.KILL_BEFORE, How.KILL_AFTER))
    ]
    draw.shuffle(every)
    every.sort(key=lambda one: one[0])
    assert every, "a command that writes nothing cannot be killed where it does"
    for number in count():
        if at == "calls" or (at == "both" and number % 2):
            moment = every[(number // 2 if at == "both" else number) % len(every)][1]
        else:
            moment = Moment(How.KILL_BEFORE, seconds=whole * draw.random())
        is_gentle = draw.randrange(_TERMINATED) == 0
        yield moment._replace(how=How.TERMINATE) if is_gentle else moment


class Kills:
    """Runs of one scene that are killed.

    Parameters
    ----------
    undisturbed : Undisturbed
    """

    def __init__(self, undisturbed: Undisturbed) -> None:
        self._run = undisturbed
        self.counted: Counter[str] = Counter()
        self.faults: list[str] = []

    def kill(self, moment: Moment, draw: random.Random) -> None:
        """End one run, look at what it left, and have the same command complete it."""
        here = self._run.lay()
        try:
            if not self._is_ended(self._run.scene.command, moment):
                return
            self._look(here)
            again = Moment(How.KILL_BEFORE, seconds=self._run.seconds * draw.random())
            if draw.randrange(_AGAIN) == 0 and not self._run.says_it_is_there():
                if not self._is_ended(self._run.going_on, again):
                    return
                self._look(here)
            self.counted["resumed"] += bool(self._run.leftovers())
            self._run.complete()
        except AssertionError as fault:
            self.counted["faults"] += 1
            self.faults.append(f"{self._run.scene.name}, {moment}: {fault}")

    def _is_ended(self, command: tuple[str, ...], moment: Moment) -> bool:
        """Run a command and end it; tell whether it had not ended by itself."""
        running = self._run.begin_with(command, moment.call, moment.how)
        if moment.call < 0:
            time.sleep(moment.seconds)
            os.kill(running.process, signal.SIGTERM if moment.how == How.TERMINATE else signal.SIGKILL)
        code = running.end()
        if code in (-signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM):
            return True
        assert code in (0, 3), f"ended with {code}: {running.err}"
        assert self._run.found() == "after", "it was not killed, and has not written what it was to"
        return False

    def _look(self, here: Path) -> None:
        self.counted["kills"] += 1
        self.counted[self._run.found()] += 1
        self.counted["left in TMPDIR"] += any((here / "tmp").iterdir())


def killed(
    scenes: list[Scene], times: int, seed: str, at: str, stocked: Path, place: Path
) -> dict[str, dict[str, Any]]:
    """Kill so many runs, some of each scene; return what was counted, and the faults."""
    from tests.trials.on_disk import Undisturbed

    told = {}
    share, more = divmod(times, len(scenes))
    for number, scene in enumerate(scenes):
        wanted = share + (number < more)
        if not wanted:
            break
        draw = random.Random(f"{seed} {scene.name}")
        undisturbed = Undisturbed(scene, stocked, place)
        runs = Kills(undisturbed)
        for tried, moment in enumerate(moments(undisturbed.kinds, undisturbed.seconds, draw, at)):
            if runs.counted["kills"] >= wanted:
                break
            assert tried < 20 * wanted + 100, f"{scene.name} is not killed: {runs.faults[-3:]}"
            runs.kill(moment, draw)
        told[scene.name] = {"counted": runs.counted, "faults": runs.faults}
    return told


def main(arguments: list[str]) -> int:
    """Run the trials that are asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=1000, help="kills in all")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="commands whose names begin so, or some, parted by commas")
    parser.add_argument("--at", choices=_AT, default=_AT[0], help="random moments, calls, or both by turns")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reuse-kills-") as folder:
        top = Path(folder).resolve()
        if not calls.is_preloaded():
            return calls.start_under(calls.build(top), "tests.trials.kills", arguments)
        from tests.trials import scenes

        chosen = scenes.named(asked.only)
        scenes.load()
        stocked = scenes.stock(top / "stock")

        def work(job: int) -> dict[str, Any]:
            times = asked.times // asked.jobs + (job < asked.times % asked.jobs)
            in_turn = chosen[job:] + chosen[:job]
            return killed(in_turn, times, f"{asked.seed} {job}", asked.at, stocked, top / f"job{job}")

        since = time.monotonic()
        told = scenes.side_by_side(asked.jobs, work, top)
    return scenes.tell(told, _COLUMNS, time.monotonic() - since)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
