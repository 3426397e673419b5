"""``reuse index``: the archive's fingerprints on disk, kept from night to night."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from reuse.cli.options import index_options, take_fields, take_options
from reuse.cli.progress import Progress, tell
from reuse.cli.sizes import memory_option
from reuse.errors import IndexFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reuse.documents import Fields
    from reuse.index import Change
    from reuse.options import Options
    from reuse.values import Document, Notice, Unreadable

_STANDARD_INPUT = "-"


@click.group(
    epilog="""\b
Examples:
  reuse index build archive.index articles/        fingerprint the archive once
  reuse index add archive.index today.jsonl        every night: new articles, and changed ones
  reuse audit archive.index crawl.warc.gz          an index wherever sources are named
  reuse index remove archive.index 4711 4712       by id; - reads ids, one a line
  reuse index info archive.index                   what is in it, and with which options

\b
An index is one DuckDB file, which any DuckDB 2 opens: `documents`, `texts`, `postings` and other
tables. A change is made whole or not at all. While one process writes, others are told to wait."""
)
def index() -> None:
    """Keep the fingerprints of your articles on disk, so that an audit need not read them again."""


@index.command(
    epilog="""\b
Examples:
  reuse index build archive.index articles/                 a folder of text or web pages
  reuse index build archive.index export.jsonl --text-field body --no-text
"""
)
@click.argument("path", metavar="INDEX")
@click.argument("sources", nargs=-1)
@click.option(
    "--no-text",
    is_flag=True,
    help="Keep no texts: they are read again from where they came when pages are compared with them.",
)
@index_options(reads=True, makes=True)
@memory_option
def build(path: str, sources: tuple[str, ...], *, no_text: bool, **flags: Any) -> int:
    """Make INDEX of SOURCES, in place of the index that is there, if there is one.

    SOURCES are files, folders, quoted globs or - for standard input, of the formats that `reuse audit` reads.
    Pages are later compared with the options that are given here.
    """
    from reuse import documents, index

    options, fields = take_options(flags), take_fields(flags)
    if no_text and _STANDARD_INPUT in (*sources, *flags["lists"]):
        raise click.UsageError("--no-text reads texts again, which standard input cannot give; name files")
    own = flags["own_boilerplate"]
    boilerplate = documents.read(own, fields=fields, options=options) if own else None
    progress = Progress(quiet=flags["quiet"])
    try:
        stream = _documents(sources, flags, fields, options)
        change = index.build(
            path,
            progress.counted(stream),
            options,
            memory=flags["memory"],
            boilerplate=boilerplate,
            keep_texts=not no_text,
            fields=fields,
            watch=progress,
        )
    finally:
        progress.close()
    return _told(change, path, flags, progress)


@index.command(
    epilog="""\b
Examples:
  reuse index add archive.index today.jsonl        what is new, and what has changed
  zcat feed.jsonl.gz | reuse index add archive.index -
"""
)
@click.argument("path", metavar="INDEX")
@click.argument("sources", nargs=-1)
@index_options(reads=True)
@memory_option
def add(path: str, sources: tuple[str, ...], **flags: Any) -> int:
    """Add SOURCES to INDEX: new documents, and changed ones in place of those with the same id.

    What is there already, with the same content, costs next to nothing. The options are those of the index.
    """
    from reuse import index

    options, fields = take_options(flags), take_fields(flags)
    progress = Progress(quiet=flags["quiet"])
    try:
        stream = _documents(sources, flags, fields, options)
        change = index.add(
            path, progress.counted(stream), memory=flags["memory"], threads=options.threads, watch=progress
        )
    finally:
        progress.close()
    return _told(change, path, flags, progress)


@index.command(
    epilog="""\b
Examples:
  reuse index remove archive.index 4711 4712       by id
  reuse index remove archive.index --from-file withdrawn.txt
"""
)
@click.argument("path", metavar="INDEX")
@click.argument("ids", nargs=-1)
@click.option(
    "--from-file",
    "lists",
    multiple=True,
    metavar="LIST",
    help="File with an id in each line; - is standard input.",
)
@index_options()
@memory_option
def remove(path: str, ids: tuple[str, ...], **flags: Any) -> int:
    """Remove the documents with these IDS from INDEX; - reads ids from standard input, one a line."""
    from reuse import index

    options = take_options(flags)
    if not ids and not flags["lists"]:
        raise click.UsageError("no IDS given: name ids, - for standard input, or --from-file LIST")
    named = [name for name in ids if name != _STANDARD_INPUT]
    lists = [*flags["lists"], *([_STANDARD_INPUT] if _STANDARD_INPUT in ids else [])]
    progress = Progress(quiet=flags["quiet"])
    try:
        change = index.remove(
            path,
            [*named, *(name for place in lists for name in _lines(place))],
            memory=flags["memory"],
            threads=options.threads,
            watch=progress,
        )
    finally:
        progress.close()
    return _told(change, path, flags, progress)


@index.command(
    epilog="""\b
Examples:
  reuse index info archive.index                   for people
  reuse index info archive.index -f json           for programs
"""
)
@click.argument("path", metavar="INDEX")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="What to print.",
)
@index_options()
@memory_option
def info(path: str, form: str, **flags: Any) -> int:
    """Show what is in INDEX: documents, sizes of tables, options, plan, sites."""
    from reuse import index
    from reuse.report.archive import archive_text

    found = index.info(path, memory=flags["memory"], threads=take_options(flags).threads)
    click.echo(json.dumps(found, indent=2) if form == "json" else archive_text(found).rstrip("\n"))
    return 0


@index.command(
    epilog="""\b
Examples:
  reuse index verify archive.index                 1,000 documents are fingerprinted again
  reuse index verify archive.index --all           all of them
"""
)
@click.argument("path", metavar="INDEX")
@click.option(
    "--sample",
    type=click.IntRange(min=0),
    default=1000,
    show_default=True,
    metavar="N",
    help="Documents whose fingerprints are made again from their texts.",
)
@click.option("--all", "everything", is_flag=True, help="Make those of every document again.")
@index_options()
@memory_option
def verify(path: str, sample: int, *, everything: bool, **flags: Any) -> int:
    """Read all of INDEX and look for faults: checksums, rows that belong together, fingerprints of a sample."""
    from reuse import index

    options = take_options(flags)
    progress = Progress(quiet=flags["quiet"])
    try:
        found = index.verify(
            path,
            sample=None if everything else sample,
            memory=flags["memory"],
            threads=options.threads,
            watch=progress,
        )
    finally:
        progress.close()
    tell((), found.unreadable, quiet=flags["quiet"], verbose=flags["verbose"], recorded=False)
    if found.faults:
        raise IndexFileError(f"{path}: {'; '.join(found.faults)}; build it anew")
    click.echo(f"{path} is sound: {found.documents:,} documents, {found.sketched:,} of them sketched again")
    return 3 if found.unreadable else 0


@index.command(
    epilog="""\b
Examples:
  reuse index export archive.index --datasketch archive.pickle
  reuse index export archive.index --datasketch archive.pickle --storage redis.json
"""
)
@click.argument("path", metavar="INDEX")
@click.option(
    "--datasketch", "target", required=True, metavar="FILE", help="Pickle of a datasketch MinHashLSH to write."
)
@click.option(
    "--storage",
    metavar="JSON",
    help="File with datasketch's storage_config, as for Redis: buckets are kept there, and not in the pickle.",
)
@index_options()
@memory_option
def export(path: str, target: str, storage: str | None, **flags: Any) -> int:
    """Fill a MinHashLSH of datasketch with the signatures in INDEX, for look-ups of single texts."""
    from reuse import index

    options = take_options(flags)
    settings = None if storage is None else _settings(storage)
    progress = Progress(quiet=flags["quiet"])
    try:
        count = index.export_datasketch(
            path, target, storage=settings, memory=flags["memory"], threads=options.threads, watch=progress
        )
    finally:
        progress.close()
    progress.say(f"{count:,} signatures written to {target}")
    return 0


def _documents(
    sources: tuple[str, ...], flags: dict[str, Any], fields: Fields, options: Options
) -> Iterator[Document | Unreadable | Notice]:
    from reuse import documents

    if not sources and not flags["lists"]:
        raise click.UsageError(
            "no SOURCES given: name files or folders, - for standard input, or --from-file LIST"
        )
    return documents.read(
        sources,
        lists=flags["lists"],
        fields=fields,
        options=options,
        include=flags["include"],
        exclude=flags["exclude"],
    )


def _lines(place: str) -> Iterable[str]:
    """Return the ids in the lines of a file."""
    if place == _STANDARD_INPUT:
        if sys.stdin is None:
            raise click.UsageError("standard input is closed; pipe the ids in, or name a file with --from-file")
        content = sys.stdin.buffer.read()
    else:
        try:
            with open(place, "rb") as file:
                content = file.read()
        except OSError as fault:
            raise click.UsageError(f"the list '{place}' cannot be read: {fault.strerror or fault}") from fault
    return [os.fsdecode(line) for line in content.splitlines() if line.strip()]


def _settings(place: str) -> dict[str, Any]:
    try:
        with open(place, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as fault:
        raise click.UsageError(f"the settings '{place}' cannot be read: {fault}") from fault
    if not isinstance(found, dict):
        raise click.UsageError(f"the settings '{place}' are no JSON object")
    return found


def _told(change: Change, path: str, flags: dict[str, Any], progress: Progress) -> int:
    """Say what became of an index, and return the exit code."""
    tell(change.notices, change.unreadable, quiet=flags["quiet"], verbose=flags["verbose"], recorded=False)
    counts = (
        ("added", change.added),
        ("replaced", change.replaced),
        ("unchanged", change.unchanged),
        ("removed", change.removed),
    )
    said = ", ".join(f"{count:,} {what}" for what, count in counts if count) or "nothing to do"
    progress.say(f"{path}: {said}; {change.documents:,} documents")
    return 3 if change.unreadable else 0
