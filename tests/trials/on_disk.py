"""What a command that was stopped has left on disk: what was there, or what was to be, and nothing between."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reuse.errors import InputError
from reuse.report.reading import read_report
from tests.trials import scenes
from tests.trials.calls import How, read, stop, watch, watch_if_preloaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.trials.scenes import Run, Scene

#: What stands beside an index while it is written.
_BESIDE_INDEX = (".building", ".building.wal", ".writing", ".wal")
_UNFINISHED = ".unfinished"


class State:
    """All files below a folder, and what the one that is written says to those who read it."""

    def __init__(self, scene: Scene, here: Path) -> None:
        self.files = {name: content for name, content in scenes.tree(here).items() if not is_left(scene, name)}
        self.said = _said(here / scene.writes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and (self.files, self.said) == (other.files, other.said)

    __hash__ = None  # type: ignore[assignment]


def is_left(scene: Scene, name: str) -> bool:
    """Tell whether a file is what a run keeps beside what it writes until that is whole."""
    beside = {scene.writes + suffix for suffix in _BESIDE_INDEX}
    return name in beside or any(part.startswith(_UNFINISHED) for part in name.split("/"))


def _said(path: Path) -> Any:
    """Return what is read of a report or an index; None of what is neither, or not there."""
    if path.suffix == ".index":
        return scenes.said(path) if path.exists() else None
    if not path.is_dir():
        return None
    try:
        told = read_report(str(path))
        texts = told.texts_of(told.findings) if told.folder else None
    except InputError as fault:
        return f"is no report: {fault}" if (path / "run.json").exists() else None
    visits = None if told.visits is None else told.visits.tolist()
    return hashlib.sha256(repr((told.findings, told.run, texts, visits)).encode()).hexdigest()


class Undisturbed:
    """A run that nobody disturbs, what it calls, and what it makes of what was there.

    Parameters
    ----------
    scene : Scene
    stocked : Path
        What commands read; see `tests.trials.scenes.stock`.
    place : Path
        Where this one runs, and all that are compared with it.

    Attributes
    ----------
    seconds : float
        How long it takes.
    calls : list of Call
        Nothing where they are not counted.
    """

    def __init__(self, scene: Scene, stocked: Path, place: Path) -> None:
        self.scene, self._stocked, self._place = scene, stocked, place
        self._here = place / "here"
        log = place.with_suffix(".log")
        self.lay()
        self._before = State(scene, self._here)
        since = time.perf_counter()
        scenes.ran(
            scene.command, place, patches=scene.patches, first=lambda: watch_if_preloaded(self._here, log)
        )
        self.seconds = time.perf_counter() - since
        self.calls = list(read(log))
        log.unlink(missing_ok=True)
        self._after = State(scene, self._here)

    @property
    def kinds(self) -> str:
        """The kind of each call."""
        return "".join(call.kind for call in self.calls)

    @property
    def going_on(self) -> tuple[str, ...]:
        """The command that completes what was stopped."""
        return (*self.scene.command, *self.scene.more)

    def lay(self) -> Path:
        """Have in its folder what the scene begins with, and nothing else; return which."""
        scenes.lay(self.scene, self._stocked, self._place)
        return self._here

    def begin(self, command: tuple[str, ...], first: Callable[[], object] = int) -> Run:
        """Begin a command; `first` is called in its process."""
        return scenes.begin(command, self._place, self.scene.patches, first)

    def begin_with(self, command: tuple[str, ...], call: int, how: How, code: int = 0) -> Run:
        """Begin a command to which something happens at a call."""

        def first() -> None:
            watch(self._here)
            stop(call, how, code)

        return self.begin(command, first)

    def found(self) -> str:
        """Return ``before`` or ``after``, whichever is there; every file must be of one of them."""
        now, top = State(self.scene, self._here), self.scene.writes
        folders = {top} if now.files.get(top) == "folder" and top not in self._before.files else set()
        for name in now.files.keys() - folders:
            content = now.files[name]
            known = self._before.files.get(name), self._after.files.get(name)
            assert content in known, f"{name} is half written"
        gone = (self._before.files.keys() & self._after.files.keys()) - now.files.keys()
        assert not gone, f"{sorted(gone)} are gone"
        if self._after.said is not None:
            assert now.said in (self._before.said, self._after.said), f"{top} is neither: {now.said}"
            return "after" if now.said == self._after.said else "before"
        if {name: one for name, one in now.files.items() if name not in folders} == self._before.files:
            return "before"
        assert now.files == self._after.files, f"{top} is neither what was there nor what was to be"
        return "after"

    def leftovers(self) -> list[str]:
        """Return what stands beside what is written."""
        return [name for name in scenes.tree(self._here) if is_left(self.scene, name)]

    def says_it_is_there(self) -> bool:
        """Tell whether all is there, and the command would refuse to write it once more."""
        is_for_new_folders = "--evidence" in self.scene.command or "--detections" in self.scene.command
        return is_for_new_folders and State(self.scene, self._here) == self._after

    def complete(self) -> None:
        """Have the same command complete what was stopped: to the very bytes, and with nothing beside."""
        if self.says_it_is_there():
            return
        shutil.rmtree(self._here / "tmp")
        (self._here / "tmp").mkdir()
        again = self.begin(self.going_on)
        code = again.end()
        assert code in (0, 3), f"cannot be completed: {code}: {again.err}"
        assert not any((self._here / "tmp").iterdir()), "something is left in TMPDIR by a run that has ended"
        assert not self.leftovers(), f"{self.leftovers()} are left"
        now = State(self.scene, self._here)
        names = now.files.keys() | self._after.files.keys()
        differing = sorted(name for name in names if now.files.get(name) != self._after.files.get(name))
        assert not differing, f"{differing} are other bytes than without the fault"
        assert now.said == self._after.said, "it says something else than without the fault"
