"""Flags that commands share, and the one place where they become `Options` and `Fields`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from reuse.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from reuse.documents import Fields

    Command = TypeVar("Command", bound=Callable[..., Any])

_DEFAULT = Options()


def _option(name: str, help_text: str, metavar: str = "N") -> Callable[[Command], Command]:
    """Return a flag whose name, default and type are those of a field of `Options`."""
    default = getattr(_DEFAULT, name)
    flag = f"--{name.replace('_', '-')}"
    return click.option(
        flag, name, type=int, default=default, show_default=True, metavar=metavar, help=help_text
    )


#: What decides which pairs are scored.
_CANDIDATES = (
    _option("window", "Winnowing window: a shared run of SHINGLE + WINDOW - 1 words is never overlooked."),
    _option("min_shared", "Fingerprints a pair must share to be scored."),
    _option("single_hits", "Pairs scored for each page that share fewer than that, rarest first."),
    _option("max_articles", "Fingerprints in more articles than this bring no candidates (boilerplate)."),
    _option("max_sites", "Fingerprints on more sites than this bring no candidates."),
)
#: What decides how a pair is scored.
_SCORING = (
    _option("shingle", "Words in a shingle."),
    _option("character_shingle", "Characters in a shingle of a script without spaces."),
    _option("min_run", "Shortest shared run that counts as reused words."),
    _option("min_words", "Documents with fewer words get no verdict but the status too-short."),
    _option("max_bytes", "Largest document read.", "BYTES"),
)
_FIELDS = (
    click.option(
        "--text-field",
        metavar="NAME",
        help="Field with the text, in JSONL; dots reach into objects, commas part alternatives.",
    ),
    click.option("--id-field", metavar="NAME", help="Field with the document's id."),
    click.option("--url-field", metavar="NAME", help="Field with its address."),
    click.option("--title-field", metavar="NAME", help="Field with its headline."),
)
_RUNNING = (
    click.option(
        "-j",
        "--threads",
        type=int,
        default=0,
        metavar="N",
        help="Threads; 0 takes all. Never changes a result.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no notes, faults only."),
    click.option(
        "-v",
        "--verbose",
        count=True,
        help="List all notes and faults; -vv shows the traceback of a fault of ours.",
    ),
)


def shared_options(*, candidates: bool) -> Callable[[Command], Command]:
    """Return a decorator that adds the flags of record fields, of matching and of running to a command.

    Parameters
    ----------
    candidates : bool
        Whether the command looks for the pairs it scores.
    """
    options = (*_FIELDS, *_SCORING, *(_CANDIDATES if candidates else ()), *_RUNNING)

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def take_options(flags: dict[str, Any]) -> Options:
    """Take the matching flags out of `flags` and return them as one record.

    Raises
    ------
    UsageError
        Naming every value that is out of range.
    """
    return Options(**{name: flags.pop(name) for name in Options.__dataclass_fields__ if name in flags})


def take_fields(flags: dict[str, Any]) -> Fields:
    """Take the names of record fields out of `flags`."""
    from reuse.documents import Fields

    return Fields(**{name: flags.pop(f"{name}_field") for name in Fields.__dataclass_fields__})
