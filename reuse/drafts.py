"""Files and folders that are made beside their place, and take it when all of them is on disk.

What a killed run leaves there goes with the next one that writes to the same place: its name follows from that,
and whoever works in it has it locked.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reuse.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give an empty folder beside a path, to make in it what `take_place` puts there; it goes at the end.

    Raises
    ------
    OutputError
        If another run writes to that path.
    OSError
        As the system says.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = Path(folder, "told.txt")
    ...     with beside(place) as unfinished:
    ...         _ = (unfinished / "draft").write_text("All of it.")
    ...         take_place(unfinished / "draft", place)
    ...     place.read_text(), [file.name for file in place.parent.iterdir()]
    ('All of it.', ['told.txt'])
    """
    name = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]  # names may be as long as any can be
    folder = path.parent / f".unfinished-{name}"
    with locked(folder, str(path), mode=0o700):
        if folder.stat().st_uid != os.geteuid():  # in a folder of all, somebody might wait for what we write
            raise _of_another(folder, str(path))
        clear(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def scratch() -> Iterator[str]:
    """Give an empty folder where the system has its temporary ones; it goes at the end, with what is in it.

    Where it cannot go, it is left to who cleans up there: what was made in it is no loss. Not
    `tempfile.TemporaryDirectory`, which tries without end if it may no longer remove anything.

    Examples
    --------
    >>> with scratch() as folder:
    ...     os.listdir(folder)
    []
    >>> os.path.exists(folder)
    False
    """
    folder = tempfile.mkdtemp(prefix="reuse-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path, shown: str, mode: int = 0o777) -> Iterator[None]:
    """Have a folder to oneself.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    shown : str
        What is written there, in messages.
    mode : int
        Of a folder that is made.

    Raises
    ------
    OutputError
        If another run has it.
    OSError
        As the system says.
    """
    descriptor = _lock(folder, shown, mode)
    try:
        yield
    finally:
        os.close(descriptor)


def _of_another(folder: Path, shown: str) -> OutputError:
    return OutputError(f"cannot write {shown}: {folder} is of another user; remove it, or name another place")


def _lock(folder: Path, shown: str, mode: int) -> int:
    """Lock a folder; one that its owner has taken away meanwhile is none."""
    while True:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode)
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except PermissionError as fault:
            raise _of_another(folder, shown) from fault
        except FileNotFoundError:
            if folder.parent.is_dir():
                continue
            raise
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), folder.stat(follow_symlinks=False)):
                    return descriptor
        except BlockingIOError as fault:
            os.close(descriptor)
            raise OutputError(
                f"another run is writing to {shown}; wait for it, or name another place"
            ) from fault
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def clear(folder: Path) -> None:
    """Take away what is in a folder."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def take_place(draft: Path, path: Path) -> None:
    """Have a file or a folder, with all that is in it, on disk, and then in its place."""
    if draft.is_dir():
        for folder, _, names in os.walk(draft):
            for name in names:
                sync(Path(folder, name))
            sync(Path(folder))
    else:
        sync(draft)
    os.replace(draft, path)
    sync(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are not there, so that they stay there."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for one in missing:
        sync(one.parent)


def sync(path: Path) -> None:
    """Have on disk what is in a file, or the names that are in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as fault:  # some file systems, those of Windows shares among them, cannot sync a folder
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP) or not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise
    finally:
        os.close(descriptor)
