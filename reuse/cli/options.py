"""Flags that commands share, and the one place where they become `Options` and `Fields`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reuse.cli.output import ACCUSED
from reuse.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from reuse.documents import Fields

    Command = TypeVar("Command", bound=Callable[..., Any])

_DEFAULT = Options()


def _option(
    name: str, help_text: str, metavar: str = "N", default: float | None = None
) -> Callable[[Command], Command]:
    """Return a flag whose name, default (unless given) and type are those of a field of `Options`."""
    default = getattr(_DEFAULT, name) if default is None else default
    flag = f"--{name.replace('_', '-')}"
    return click.option(
        flag, name, type=type(default), default=default, show_default=True, metavar=metavar, help=help_text
    )


_WINDOW = _option("window", "Winnowing window: a shared run of SHINGLE + WINDOW - 1 words is never overlooked.")
_MAX_ARTICLES = _option("max_articles", "Fingerprints in more articles than this bring no candidates.")
_KEY_TERMS = _option("key_terms", "Rare words, names and numbers that each source is kept by.")
_MAX_TERM_ARTICLES = _option("max_term_articles", "Key terms of more articles than this bring no candidates.")
#: What decides which pairs postings bring, and key terms.
_POSTINGS = (
    _WINDOW,
    _option("min_shared", "Fingerprints a pair must share to be scored."),
    _option("single_hits", "Pairs scored for each page that share fewer than that, rarest first."),
    _MAX_ARTICLES,
    _option("max_sites", "Fingerprints on more sites than this bring no candidates."),
    _KEY_TERMS,
    _option("term_candidates", "Sources that a page is compared with because they share the rarest of these."),
    _MAX_TERM_ARTICLES,
)
#: What decides which pairs bands bring.
_PLAN = (
    _option("resemblance", "Resemblance of near-duplicates, which bands are to find.", "SHARE"),
    _option("recall", "How surely bands find a pair of that resemblance.", "SHARE"),
    _option("permutations", "Most values of a signature; the plan takes what it needs."),
)
_BANDS = (
    *_PLAN,
    _option("max_bucket", "Of a bucket with more documents only so many are paired with the others."),
)
#: What is left out before anything is matched.
_BOILERPLATE = (
    click.option(
        "-b",
        "--boilerplate",
        "own_boilerplate",
        multiple=True,
        metavar="PATH",
        help="Text that is left out wherever it stands, a line each; may be given again.",
    ),
    _option("boilerplate_pages", "What stands on so many pages of a site is left out; 0 leaves all in."),
)
_SHINGLES = (
    _option("shingle", "Words in a shingle."),
    _option("character_shingle", "Characters in a shingle of a script without spaces."),
)
_LIMITS = (
    _option("max_bytes", "Largest document read.", "BYTES"),
    _option("max_ratio", "Packed input that unpacks to more than so many times its size is refused.", "TIMES"),
)
#: What decides how a pair is scored.
_SCORING = (
    *_SHINGLES,
    _option("min_words", "Documents with fewer words get no verdict but the status too-short."),
    *_LIMITS,
)
#: What an index depends on.
_INDEXED = (*_SHINGLES, _WINDOW, _MAX_ARTICLES, _KEY_TERMS, _MAX_TERM_ARTICLES, *_PLAN, *_BOILERPLATE)
_CAREFUL = _option(
    "careful_from",
    "Probability of copying from which pages are read for their article, and for words put in.",
    "SHARE",
)
_FIELDS = (
    click.option(
        "--text-field",
        metavar="NAME",
        help="Field with the text, where records have fields; dots reach into objects, commas part "
        "alternatives.",
    ),
    click.option("--id-field", metavar="NAME", help="Field with the document's id."),
    click.option("--url-field", metavar="NAME", help="Field with its address."),
    click.option("--title-field", metavar="NAME", help="Field with its headline."),
    click.option("--date-field", metavar="NAME", help="Field with the date it was published."),
    click.option("--author-field", metavar="NAME", help="Field with its author, or a list of them."),
    click.option("--modified-field", metavar="NAME", help="Field with the date it was changed last."),
    click.option("--language-field", metavar="NAME", help="Field with its language."),
    click.option("--html-field", metavar="NAME", help="Field with its whole page, read in place of the text."),
)
#: Which files are read.
_FILES = (
    click.option(
        "--from-file",
        "lists",
        multiple=True,
        metavar="LIST",
        help="File with a document's path in each line.",
    ),
    click.option(
        "--include",
        multiple=True,
        metavar="GLOB",
        help="Of folders and archives, read what fits this alone; may be given again.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="GLOB",
        help="Of folders and archives, leave out what fits this; may be given again.",
    ),
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


def shared_options(
    *,
    postings: bool = False,
    bands: bool = False,
    boilerplate: bool = False,
    careful: bool = False,
    fields: bool = True,
    min_run: int = _DEFAULT.min_run,
) -> Callable[[Command], Command]:
    """Return a decorator that adds the flags of record fields, of matching and of running to a command.

    Parameters
    ----------
    postings, bands : bool
        By which lanes the command looks for the pairs it scores.
    boilerplate : bool
        Whether it leaves boilerplate out.
    careful : bool
        Whether it screens web pages before it reads them carefully.
    fields : bool
        Whether the user may name the fields of records.
    min_run : int
        Default of the shortest shared run.
    """
    runs = _option("min_run", "Shortest shared run that counts as reused words.", default=min_run)
    some = (
        *(_FIELDS if fields else ()),
        runs,
        *_SCORING,
        *((_CAREFUL,) if careful else ()),
        *(_BOILERPLATE if boilerplate else ()),
        *(_POSTINGS if postings else ()),
        *(_BANDS if bands else ()),
        *_RUNNING,
    )
    return _adding(some)


def as_of_option(command: Command, otherwise: str = "Today") -> Command:
    """Add the flag of the day on which all is asked for; `otherwise` says which day it is if none is given."""
    return click.option(
        "--as-of",
        callback=_day,
        metavar="DATE",
        help="The day that licences and suppressions are asked for; later dates are not believed. "
        f"{otherwise} if not given.",
    )(command)


def today() -> date:
    """Return the day it is, in UTC: nothing else looks at the clock."""
    return datetime.now(UTC).date()


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """Return the day that was given."""
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write it as 2026-11-22") from None


def output_options(*forms: str) -> Callable[[Command], Command]:
    """Return a decorator that adds the flags of inputs by list and of output to a command.

    Parameters
    ----------
    *forms : str
        What it can print, the default first.
    """
    return _adding(
        (
            *_FILES,
            click.option(
                "-o", "--output", metavar="DIR", help="Write a report folder: findings, their texts, the run."
            ),
            click.option(
                "-f",
                "--format",
                "form",
                type=click.Choice(forms),
                default=forms[0],
                show_default=True,
                help="What to print.",
            ),
            click.option(
                "--top",
                type=click.IntRange(min=1),
                default=100,
                show_default=True,
                metavar="N",
                help="Rows of the table.",
            ),
            click.option(
                "--fail-on", type=click.Choice(ACCUSED), help="Exit with 1 if a finding is this bad or worse."
            ),
        )
    )


def index_options(*, reads: bool = False, makes: bool = False) -> Callable[[Command], Command]:
    """Return a decorator that adds the flags of a command on an index: those of running, and others.

    Parameters
    ----------
    reads : bool
        Whether the command reads documents.
    makes : bool
        Whether it makes an index, and so decides what that depends on.
    """
    return _adding(
        (
            *((*_FILES, *_FIELDS, *_LIMITS) if reads else ()),
            *(_INDEXED if makes else ()),
            *_RUNNING,
        )
    )


def band_options(command: Command) -> Command:
    """Add the flags that a plan of bands depends on to a command."""
    return _adding(_PLAN)(command)


def _adding(options: tuple[Callable[[Any], Any], ...]) -> Callable[[Command], Command]:
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
