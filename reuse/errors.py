"""Every error the toolkit raises on purpose.

::

    ReuseError                 the root: catch this one
    ├── UsageError             options or arguments that cannot be meant          exit 2
    │   └── PolicyError        a policy file that says what cannot be meant           exit 2
    ├── InputError             an input that cannot be read or is no text         exit 3
    ├── OutputError            a result that cannot be written                    exit 3
    ├── IndexFileError         an index that is damaged, or was made otherwise        exit 4
    │   └── IndexBusyError     one that another process works on                      exit 4
    ├── EngineError            a cluster that fails, or runs another version          exit 4
    ├── InterruptedRunError    stopped by the user, to be gone on with            exit 130
    └── NativeCoreError        the compiled extension is missing or another one   exit 2

A message says the fault, the value and the remedy, in that order. One unreadable document among many
is not an exception but a row of the report (`reuse.values.Unreadable`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ReuseError(Exception):
    """Root of all errors of the toolkit; `exit_code` is what the command line exits with.

    Examples
    --------
    >>> import reuse
    >>> try:
    ...     reuse.Options(window=0)
    ... except reuse.ReuseError as fault:
    ...     print(f"{fault.exit_code}: {fault}")
    2: window is 0, must be at least 1
    """

    exit_code = 2


class UsageError(ReuseError):
    """Options or arguments that cannot be meant, such as a window of 0 or a path that is not there."""


class PolicyError(UsageError):
    """A policy file that cannot be read, or says what cannot be meant.

    Parameters
    ----------
    faults : iterable of str
        One line each, with file, line and field; the message has them all, one below the other.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class InputError(ReuseError):
    """An input that cannot be read, or holds no text."""

    exit_code = 3


class OutputError(ReuseError):
    """A result that cannot be written: no space, no permission, not a folder."""

    exit_code = 3


class IndexFileError(ReuseError):
    """An index that cannot be used: damaged, made with other options or by another version, or without room."""

    exit_code = 4


class IndexBusyError(IndexFileError):
    """An index that another process, or this one, works on."""


class EngineError(ReuseError):
    """A cluster that cannot be used: not reached, without room, lost on the way, or with another version."""

    exit_code = 4


class InterruptedRunError(ReuseError):
    """An audit that the user has stopped, and can go on with."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("interrupted; the same command with --resume goes on from here")


class NativeCoreError(ReuseError, ImportError):
    """The compiled extension `reuse._core` is missing, or was built from another version."""
