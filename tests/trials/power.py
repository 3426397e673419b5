"""What a power cut may leave: the calls of a run, of which any that were not synced may be lost.

``python -m tests.trials.power`` runs every command that writes files once, and writes down its calls. Of
these it makes the states that a disk may be in if the power fails after each of them. Of a file there is what
was synced, or that and half of the rest, or all of it. Of names (files and folders made, renamed, taken away)
those are kept whose folder was synced; of the others none, all, and of the latest ones those up to each, each
alone, all but each. In every such state there must be what was there before or what was to be, and once the
command has ended the latter; and of as many states as ``--complete`` says, drawn at random, the same command
must complete it, to the very bytes. Prints a table, and every fault; exits with 1 if there is one.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tests.trials.conduct import Trial, conduct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.trials.calls import Call
    from tests.trials.conduct import Job, Told
    from tests.trials.scenes import Scene

#: DuckDB writes its own file as it goes, and promises of it what we do not look into.
_LEFT_TO_DUCKDB = ("index add", "index remove")
#: Of so many names that are not synced each is looked at for itself.
_LATEST = 8
_COLUMNS = ("calls", "syncs", "states", "before", "after", "completed", "faults")


class File:
    """A file: what is in it, and what of that is on disk."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = self.synced = content
        self._last_half = content, content

    def write(self, offset: int, data: bytes) -> None:
        """Write some bytes; between them and the end there are zeros."""
        whole = self.content.ljust(offset, b"\0")
        self.content = whole[:offset] + data + whole[offset + len(data) :]

    def cut(self, size: int) -> None:
        """Cut it off, or fill it up with zeros."""
        self.content = self.content[:size].ljust(size, b"\0")

    def left(self, data: str) -> bytes:
        """Return what a power cut leaves of it."""
        if data == "half" and self.content is not self.synced:
            return self._half
        return self.synced if data == "synced" else self.content

    @property
    def _half(self) -> bytes:
        """What was synced, and half of the rest; the very same object until something changes."""
        size = (len(self.synced) + len(self.content)) // 2
        if self._last_half[0] is not self.content or len(self._last_half[1]) != size:
            self._last_half = self.content, self.content[:size]
        return self._last_half[1]


class Folder:
    """A folder: the names in it, and those that are on disk."""

    def __init__(self) -> None:
        self.names: dict[str, Node] = {}
        self.synced: dict[str, Node] = {}


Node: TypeAlias = File | Folder
#: What a name stands for from then on, in some folders at once.
Change: TypeAlias = tuple[tuple[Folder, str, "Node | None"], ...]
State: TypeAlias = dict[str, bytes | None]


class Cut(NamedTuple):
    """What is left after a power cut: the bytes of each file, None for a folder.

    Attributes
    ----------
    after : int
        So many calls were made.
    how : str
    state : dict
    """

    after: int
    how: str
    state: State


class Disk:
    """A folder, and what becomes of it call by call.

    Parameters
    ----------
    here : Path
        All of it is on disk.
    """

    def __init__(self, here: Path) -> None:
        self._here = here
        self._top = Folder()
        self._pending: list[Change] = []
        for path in sorted(here.rglob("*")):
            node = Folder() if path.is_dir() else File(path.read_bytes())
            folder, name = self._parent(str(path))
            folder.names[name] = folder.synced[name] = node

    def do(self, call: Call) -> None:
        """Make a call."""
        if call.path.endswith(" (deleted)"):
            return
        if call.kind in "wts":
            self._on_node(call)
            return
        folder, name = self._parent(call.path)
        if call.kind == "o" and not call.is_new:
            if call.data:
                self._file(call.path).cut(0)
            return
        made = {"o": File, "m": Folder}.get(call.kind)
        change: list[tuple[Folder, str, Node | None]] = [(folder, name, made() if made else None)]
        if call.kind == "r":
            there, other = self._parent(call.other)
            change.append((there, other, folder.names[name]))
        for where, one, node in change:
            _set(where.names, one, node)
        self._pending.append(tuple(change))

    def _on_node(self, call: Call) -> None:
        node = self._node(call.path)
        if isinstance(node, Folder):
            for change in [one for one in self._pending if any(where is node for where, *_ in one)]:
                _keep(change)
                self._pending.remove(change)
        elif call.kind == "s":
            node.synced = node.content
        elif call.kind == "t":
            node.cut(call.offset)
        else:
            node.write(call.offset, call.data)

    def cuts(self, after: int) -> Iterator[Cut]:
        """Yield what a power cut now may leave."""
        every = self._pending
        kept: dict[str, Sequence[Change]] = {"no names": [], "all names": every}
        for number in range(len(every))[-_LATEST:]:
            kept[f"names up to {number}"] = every[: number + 1]
            kept[f"name {number}"] = every[number : number + 1]
            kept[f"all names but {number}"] = [*every[:number], *every[number + 1 :]]
        for names, changes in kept.items():
            for data in ("synced", "half", "all"):
                yield Cut(after, f"{names}, data {data}", self._state(changes, data))

    def _state(self, changes: Iterable[Change], data: str) -> State:
        changed: dict[int, dict[str, Node]] = {}
        for change in changes:
            for folder, name, node in change:
                _set(changed.setdefault(id(folder), dict(folder.synced)), name, node)
        state: State = {}

        def take(folder: Folder, path: str) -> None:
            for name, node in changed.get(id(folder), folder.synced).items():
                if isinstance(node, Folder):
                    state[path + name] = None
                    take(node, f"{path}{name}/")
                else:
                    state[path + name] = node.left(data)

        take(self._top, "")
        return state

    def _parts(self, path: str) -> list[str]:
        return list(Path(path).relative_to(self._here).parts)

    def _parent(self, path: str) -> tuple[Folder, str]:
        *above, name = self._parts(path)
        folder = self._top
        for part in above:
            node = folder.names[part]
            assert isinstance(node, Folder)
            folder = node
        return folder, name

    def _node(self, path: str) -> Node:
        if not self._parts(path):
            return self._top
        folder, name = self._parent(path)
        return folder.names[name]

    def _file(self, path: str) -> File:
        node = self._node(path)
        assert isinstance(node, File)
        return node


def _keep(change: Change) -> None:
    for folder, name, node in change:
        _set(folder.synced, name, node)


def _set(names: dict[str, Node], name: str, node: Node | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


class Digests:
    """What names states of the disk; the bytes of a file are looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[bytes | None, bytes]] = {}

    def of(self, state: State) -> bytes:
        """Return what names a state."""
        return hashlib.sha256(repr([(name, self._of(state[name])) for name in sorted(state)]).encode()).digest()

    def _of(self, content: bytes | None) -> bytes:
        known = self._known.get(id(content))
        if known is None:  # it is kept, so that no other bytes get its number
            known = self._known[id(content)] = content, hashlib.sha256(content or b"").digest()
        return known[1]


def lay(state: State, here: Path) -> None:
    """Have a state of the disk in a folder."""
    shutil.rmtree(here, ignore_errors=True)
    for name in ("", *sorted(state)):
        content = state.get(name)
        if content is None:
            (here / name).mkdir(parents=True, exist_ok=True)
        else:
            (here / name).write_bytes(content)
    (here / "tmp").mkdir(exist_ok=True)


class Failures:
    """The states that the power may leave of one command.

    Parameters
    ----------
    scene : Scene
    stocked, place : Path
    """

    def __init__(self, scene: Scene, stocked: Path, place: Path) -> None:
        from tests.trials.on_disk import Undisturbed

        self._run = Undisturbed(scene, stocked, place)
        assert self._run.calls, f"{scene.name}: no calls were written down"
        self._here = place / "here"
        self._disk = Disk(self._run.lay())
        self.counted: Counter[str] = Counter()
        self.faults: list[str] = []

    def look(self, complete: int, draw: random.Random) -> None:
        """Look at all states, and have as many completed, drawn at random."""
        distinct = self._distinct()
        chosen = set(draw.sample(range(len(distinct)), min(complete, len(distinct))))
        for number, cut in enumerate(distinct):
            try:
                self._look(cut, is_completed=number in chosen)
            except AssertionError as fault:
                self.counted["faults"] += 1
                self.faults.append(f"{self._run.scene.name}, after {cut.after} calls, {cut.how}: {fault}")

    def _distinct(self) -> list[Cut]:
        """Return each state once: as the last in which it may be, for what has ended must be there."""
        found: dict[bytes, Cut] = {}
        digests = Digests()
        for number, call in enumerate(self._run.calls, 1):
            self._disk.do(call)
            self.counted["calls"] += 1
            self.counted["syncs"] += call.kind == "s"
            for cut in self._disk.cuts(number):
                found[digests.of(cut.state)] = cut
        self.counted["states"] = len(found)
        return list(found.values())

    def _look(self, cut: Cut, *, is_completed: bool) -> None:
        lay(cut.state, self._here)
        found = self._run.found()
        self.counted[found] += 1
        assert cut.after < len(self._run.calls) or found == "after", "what was told to be written is not there"
        if is_completed:
            self._run.complete()
            self.counted["completed"] += 1


def work(job: Job) -> Told:
    """Look at the states of a share of the commands."""
    told = {}
    for scene in job.own:
        if scene.name in _LEFT_TO_DUCKDB:
            continue
        failures = Failures(scene, job.stock, job.folder)
        failures.look(job.asked.complete, random.Random(f"{job.asked.seed} {scene.name}"))
        told[scene.name] = {"counted": failures.counted, "faults": failures.faults}
    return told


_OPTIONS = {
    "--complete": {"type": int, "default": 40, "help": "states of each command that are completed"},
    "--seed": {"type": int, "default": 0, "help": "of what is drawn"},
}
TRIAL = Trial("tests.trials.power", __doc__, _COLUMNS, _OPTIONS, work)


if __name__ == "__main__":
    sys.exit(conduct(TRIAL, sys.argv[1:]))
