"""The entry point of ``reuse`` and ``python -m reuse``."""

import signal
import sys


def run() -> None:
    """Run the command line and exit."""
    # While modules load, Ctrl-C ends the process as it does any other program: no traceback, 130 in a shell.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from reuse.cli.endings import exit_code, hear

    signal.signal(signal.SIGINT, hear)
    signal.signal(signal.SIGTERM, hear)  # what is unfinished is taken away
    sys.exit(exit_code(sys.argv[1:]))


if __name__ == "__main__":
    run()
