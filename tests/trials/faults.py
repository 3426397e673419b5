"""Faults of the disk at every call: no room, an error, no permission, once or from then on.

``python -m tests.trials.faults --times 500`` runs every command that writes files, and has one of its calls
fail, or one and all that follow, those in ``TMPDIR`` as well. The command must end with the exit code that
the README gives, and one line that says what is wrong and what to do; what is on disk must be what was there
before, or what was to be; and with the fault gone the same command must complete it, to the very bytes.
Prints a table, and every fault with what repeats it; exits with 1 if there is one."""

from __future__ import annotations

import errno
import random
import sys
from collections import Counter
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tests.trials.calls import How
from tests.trials.conduct import Trial, conduct

if TYPE_CHECKING:
    from tests.trials.conduct import Job, Told
    from tests.trials.on_disk import Undisturbed

_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EACCES, errno.EROFS)
_HOW = (How.FAIL_ONCE, How.FAIL_FROM_HERE)
#: An index that cannot be written is exit code 4, all else that cannot be 3; what is not of the result itself
#: may fail, and the command end as ever.
_ENDS = (0, 3, 4)
_COLUMNS = ("faults of disk", "told", "unharmed", "before", "after", "faults")


class Faults:
    """Runs of one scene in which the disk fails.

    Parameters
    ----------
    undisturbed : Undisturbed
    """

    def __init__(self, undisturbed: Undisturbed) -> None:
        self._run = undisturbed
        self.counted: Counter[str] = Counter()
        self.faults: list[str] = []

    def fail(self, call: int, how: How, code: int) -> None:
        """Have a call fail, look at what is told and what is left, and have the command run once more."""
        self._run.lay()
        self.counted["faults of disk"] += 1
        try:
            run = self._run.begin_with(self._run.scene.command, call, how, code)
            ended = run.end()
            self._require_told(ended, run.err)
            found = self._run.found()
            assert ended or found == "after", "it ended well, and has not written what it was to"
            self.counted[found] += 1
            self._run.complete()
        except AssertionError as fault:
            self.counted["faults"] += 1
            name, kind = self._run.scene.name, self._run.kinds[call]
            self.faults.append(f"{name}, call {call} ({kind}), {how.name}, {errno.errorcode[code]}: {fault}")

    def _require_told(self, ended: int, said: str) -> None:
        assert ended in _ENDS, f"exit code {ended}: {said}"
        assert "Traceback" not in said, said
        assert "a fault of reuse itself" not in said, said
        lines = [line for line in said.splitlines() if line.startswith("reuse: ")]
        assert len(lines) <= 1, said
        if not lines:
            assert ended in (0, 3), f"exit code {ended}, and not a word: {said}"
            self.counted["unharmed"] += 1
            return
        self.counted["told"] += 1
        assert ";" in lines[0], f"no remedy: {said}"


def work(job: Job) -> Told:
    """Have calls fail of a share of the commands."""
    from tests.trials.on_disk import Undisturbed

    told = {}
    for scene in job.own:
        number, many = job.scenes.index(scene), len(job.scenes)
        wanted = job.asked.times // many + (number < job.asked.times % many)
        draw = random.Random(f"{job.asked.seed} {scene.name}")
        undisturbed = Undisturbed(scene, job.stock, job.folder)
        assert undisturbed.calls, f"{scene.name}: no calls were written down"
        runs = Faults(undisturbed)
        every = [(call, how) for call in range(len(undisturbed.calls)) for how in _HOW]
        draw.shuffle(every)
        for call, how in islice(cycle(every), wanted):
            runs.fail(call, how, draw.choice(_CODES))
        told[scene.name] = {"counted": runs.counted, "faults": runs.faults}
    return told


TRIAL = Trial(
    "tests.trials.faults",
    __doc__,
    _COLUMNS,
    {
        "--times": {"type": int, "default": 500, "help": "runs in all"},
        "--seed": {"type": int, "default": 0, "help": "of what is drawn"},
    },
    work,
)


if __name__ == "__main__":
    sys.exit(conduct(TRIAL, sys.argv[1:]))
