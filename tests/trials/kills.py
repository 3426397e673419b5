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

import os
import random
import signal
import sys
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.trials.calls import How
from tests.trials.conduct import Trial, conduct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.trials.conduct import Job, Told
    from tests.trials.on_disk import Undisturbed

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


def work(job: Job) -> Told:
    """Kill all of the commands by turns, beginning with another one in each process."""
    from tests.trials.on_disk import Undisturbed

    asked, told = job.asked, {}
    share, more = divmod(asked.times // asked.jobs + (job.number < asked.times % asked.jobs), len(job.scenes))
    for number, scene in enumerate([*job.scenes[job.number :], *job.scenes[: job.number]]):
        wanted = share + (number < more)
        if not wanted:
            break
        draw = random.Random(f"{asked.seed} {job.number} {scene.name}")
        undisturbed = Undisturbed(scene, job.stock, job.folder)
        runs = Kills(undisturbed)
        for tried, moment in enumerate(moments(undisturbed.kinds, undisturbed.seconds, draw, asked.at)):
            if runs.counted["kills"] >= wanted:
                break
            assert tried < 20 * wanted + 100, f"{scene.name} is not killed: {runs.faults[-3:]}"
            runs.kill(moment, draw)
        told[scene.name] = {"counted": runs.counted, "faults": runs.faults}
    return told


_OPTIONS: dict[str, dict[str, Any]] = {
    "--times": {"type": int, "default": 1000, "help": "kills in all"},
    "--seed": {"type": int, "default": 0, "help": "of what is drawn"},
    "--at": {"choices": _AT, "default": _AT[0], "help": "random moments, calls, or both by turns"},
}
TRIAL = Trial("tests.trials.kills", __doc__, _COLUMNS, _OPTIONS, work)


if __name__ == "__main__":
    sys.exit(conduct(TRIAL, sys.argv[1:]))
