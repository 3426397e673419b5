"""Faults of the disk at every call: no room, an error, no permission, once or from then on.

``python -m tests.trials.faults --times 500`` runs every command that writes files, and has one of its calls
fail, or one and all that follow, those in ``TMPDIR`` as well. The command must end with the exit code that
the README gives, and one line that says what is wrong and what to do; what is on disk must be what was there
before, or what was to be; and with the fault gone the same command must complete it, to the very bytes.
Prints a table, and every fault with what repeats it; exits with 1 if there is one."""

from __future__ import annotations

import argparse
import errno
import random
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.trials import calls
from tests.trials.calls import How

if TYPE_CHECKING:
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


def main(arguments: list[str]) -> int:
    """Have calls fail of the commands that are asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.faults", description=__doc__)
    parser.add_argument("--times", type=int, default=500, help="runs in all")
    parser.add_argument("--jobs", type=int, default=1, help="processes that share the commands")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="commands whose names begin so, or some, parted by commas")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reuse-faults-") as folder:
        top = Path(folder).resolve()
        if not calls.is_preloaded():
            return calls.start_under(calls.build(top), "tests.trials.faults", arguments)
        from tests.trials import scenes
        from tests.trials.on_disk import Undisturbed

        chosen = scenes.named(asked.only)
        scenes.load()
        stocked = scenes.stock(top / "stock")

        def work(job: int) -> dict[str, Any]:
            told = {}
            for number, scene in list(enumerate(chosen))[job :: asked.jobs]:
                wanted = asked.times // len(chosen) + (number < asked.times % len(chosen))
                draw = random.Random(f"{asked.seed} {scene.name}")
                undisturbed = Undisturbed(scene, stocked, top / f"job{job}")
                assert undisturbed.calls, f"{scene.name}: no calls were written down"
                runs = Faults(undisturbed)
                every = [(call, how) for call in range(len(undisturbed.calls)) for how in _HOW]
                draw.shuffle(every)
                for call, how in islice(cycle(every), wanted):
                    runs.fail(call, how, draw.choice(_CODES))
                told[scene.name] = {"counted": runs.counted, "faults": runs.faults}
            return told

        since = time.monotonic()
        told = scenes.side_by_side(asked.jobs, work, top)
    return scenes.tell(told, _COLUMNS, time.monotonic() - since)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
