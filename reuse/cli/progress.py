"""What is said on stderr: progress while a person watches, notes, and what could not be read."""

from __future__ import annotations

import sys
from collections import defaultdict
from time import perf_counter
from typing import TYPE_CHECKING, Never, TypeVar

import click

from reuse.report.escape import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tqdm import tqdm

    from reuse.values import Notice, Unreadable

    Item = TypeVar("Item")

#: Rows of a kind that are shown; the others are counted.
_SHOWN = 20


class Progress:
    """A bar on stderr that names the stage and counts documents while they are read; off without a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._shown = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._bar: tqdm[Never] | None = None
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._stage, self._since = "", perf_counter()

    def __call__(self, stage: str) -> None:
        """Begin a stage."""
        self.close()
        self._stage = stage
        if self._shown:
            from tqdm import tqdm

            counts = stage.startswith("reading")
            shape = None if counts else "{desc} … {elapsed}"
            self._bar = tqdm(desc=stage, unit=" docs", leave=False, file=sys.stderr, bar_format=shape)

    def counted(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items, counting them in the bar of the present stage."""
        for item in items:
            if self._bar is not None:
                self._bar.update()
            yield item

    def seconds(self, *stages: str) -> float:
        """Return how long some stages took together."""
        return sum(self._seconds[stage] for stage in stages)

    def say(self, message: str) -> None:
        """Say what was done, unless told to be quiet."""
        if not self._quiet:
            click.echo(message, err=True)

    def close(self) -> None:
        """End the stage, and take the bar away."""
        now = perf_counter()
        self._seconds[self._stage] += now - self._since
        self._since = now
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def tell(
    notices: Sequence[Notice],
    unreadable: Sequence[Unreadable],
    *,
    quiet: bool,
    verbose: int,
    recorded: bool = True,
) -> None:
    """Say what the readers guessed, and what they could not read; `recorded` if a report would hold it, too."""
    more = "-v lists all of them" + (", and so does run.json with -o" if recorded else "")
    if not quiet:
        _list("note", notices, verbose, more)
    _list("unreadable", unreadable, verbose, more)


def _list(kind: str, rows: Sequence[Notice] | Sequence[Unreadable], verbose: int, where: str) -> None:
    shown = len(rows) if verbose else _SHOWN
    for row in rows[:shown]:
        click.echo(f"{kind}: {one_line(str(row))}", err=True)
    if len(rows) > shown:
        more = len(rows) - shown
        click.echo(f"{kind}: {more:,} more; {where}", err=True)
