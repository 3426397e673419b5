"""Every ending of a command becomes an exit code and, where something went wrong, one line on stderr."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import sys

import click

from reuse.cli import main
from reuse.errors import InterruptedRunError, PolicyError, ReuseError
from reuse.report.escape import one_line

INTERRUPTED = 130
#: A fault of the toolkit itself (EX_SOFTWARE of sysexits.h).
FAULT = 70
#: Some input or output failed.
FAILED = 3
_NO_MEMORY = "out of memory; take fewer documents at once"
_ENDED = "interrupted; nothing half-written is left"
#: Signals that this process was asked to end by.
_heard: list[int] = []


def hear(number: int, _frame: object) -> None:
    """End what runs, as Ctrl-C or `kill` asks, and note it.

    DuckDB, which runs what signals call, makes an error of its own of the exception that comes out of here.
    """
    _heard.append(number)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def exit_code(arguments: list[str]) -> int:
    """Run a command and return what to exit with; no exception comes out of it.

    README.md, "Exit codes", says what each means.
    """
    _show_any_name()
    _heard.clear()
    try:
        return _run(arguments)
    except (click.Abort, KeyboardInterrupt):
        return _fail(_ENDED, INTERRUPTED)
    except InterruptedRunError as fault:
        return _fail(str(fault), fault.exit_code)
    except Exception as fault:  # the last line of defence: no traceback reaches a user who does not ask for it
        if _heard:
            return _fail(_ENDED, 128 + _heard[-1])
        if (code := _told(fault)) != FAULT:
            return code
        if _asks_for_tracebacks(arguments):
            raise
        what = f"{type(fault).__name__}: {fault}"
        return _fail(f"a fault of reuse itself ({what}); please report it with what -vv prints", FAULT)


def _told(fault: Exception) -> int:
    """Tell what went wrong, unless it is a fault of ours, and return what to exit with."""
    match fault:
        case click.ClickException():
            fault.show()
            return fault.exit_code
        case ReuseError():
            for line in fault.faults if isinstance(fault, PolicyError) else [str(fault)]:
                _fail(line, fault.exit_code)
            return fault.exit_code
        case BrokenPipeError():
            # The reader of our output went away, as `head` does. Python would complain once more while closing.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case OSError():
            return _fail(_of_system(fault), FAILED)
        case MemoryError():
            return _fail(_NO_MEMORY, FAILED)
        case RuntimeError() if "can't start new thread" in str(fault):
            return _fail("no thread can be started; free some memory, or raise `ulimit -u`", FAILED)
    return FAULT


def _of_system(fault: OSError) -> str:
    """Return what the system says, and what to do."""
    if fault.errno == errno.ENOMEM:
        return _NO_MEMORY
    place = one_line(str(fault.filename or "standard output"))
    return f"{place}: {fault.strerror or fault}; free some space, or send the output elsewhere"


def _run(arguments: list[str]) -> int:
    # Not main.main(): where the reader of our output goes away it would exit with 1, which means a finding.
    try:
        with main.make_context("reuse", arguments) as context:
            code = main.invoke(context)
        if sys.stdout is not None:  # closed by the caller, >&-
            sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    return code if isinstance(code, int) else 0


def _asks_for_tracebacks(arguments: list[str]) -> bool:
    short = (flags for flags in arguments if re.fullmatch("-[a-z]+", flags))
    return sum(flags.count("v") for flags in short) + arguments.count("--verbose") > 1


def _show_any_name() -> None:
    """Have what a terminal's encoding lacks shown as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(message: str, code: int) -> int:
    click.echo(f"reuse: {one_line(message)}", err=True)  # it may hold names that strangers gave
    return code
