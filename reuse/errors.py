"""Every error the toolkit raises on purpose.

::

    ReuseError                 the root: catch this one
    ├── UsageError             options or arguments that cannot be meant          exit 2
    ├── InputError             an input that cannot be read or is no text         exit 3
    ├── OutputError            a result that cannot be written                    exit 3
    └── NativeCoreError        the compiled extension is missing or another one   exit 2

A message says the fault, the value and the remedy, in that order. One unreadable document among many
is not an exception but a row of the report (`reuse.values.Unreadable`).
"""


class ReuseError(Exception):
    """Root of all errors of the toolkit; `exit_code` is what the command line exits with."""

    exit_code = 2


class UsageError(ReuseError):
    """Options or arguments that cannot be meant, such as a window of 0 or a path that is not there."""


class InputError(ReuseError):
    """An input that cannot be read, or holds no text."""

    exit_code = 3


class OutputError(ReuseError):
    """A result that cannot be written: no space, no permission, not a folder."""

    exit_code = 3


class NativeCoreError(ReuseError, ImportError):
    """The compiled extension `reuse._core` is missing, or was built from another version."""
