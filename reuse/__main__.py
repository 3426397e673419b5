"""The entry point: runs a command and turns every ending into a message and an exit code."""

from __future__ import annotations

import io
import os
import sys

import click

from reuse.cli import main
from reuse.errors import ReuseError

# 0 ran, 1 a finding reached --fail-on, 2 wrong usage, 3 some input or output failed, 4 index incompatible.
INTERRUPTED = 130
#: A fault of the toolkit itself (EX_SOFTWARE of sysexits.h).
FAULT = 70


def run() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show is shown as an escape
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        # Not main.main(): it would exit with 1, which means a finding, where the reader of our output goes away.
        with main.make_context("reuse", sys.argv[1:]) as context:
            code = main.invoke(context)
        if sys.stdout is not None:  # closed by the caller, >&-
            sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except ReuseError as fault:
        return _fail(str(fault), fault.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted; nothing half-written is left", INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does. Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        return _fail(f"{fault.filename or 'output'}: {fault.strerror or fault}", 3)
    except MemoryError:
        return _fail("out of memory; audit the pages in smaller parts", 3)
    except Exception as fault:  # the last line of defence: no traceback reaches a user
        if "-vv" in sys.argv:
            raise
        what = f"{type(fault).__name__}: {fault}"
        return _fail(f"a fault of reuse itself ({what}); please report it with what -vv prints", FAULT)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"reuse: {message}", err=True)
    return code


if __name__ == "__main__":
    run()
