"""Documents to a new index, made beside its place and put there when it is whole."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from reuse.boilerplate import of_samples
from reuse.documents import Fields
from reuse.drafts import sync
from reuse.errors import IndexBusyError, IndexFileError, UsageError
from reuse.index.base import Limits, connection, given, is_index, transaction
from reuse.index.changes import Change, require_unique_ids
from reuse.index.derived import refresh
from reuse.index.origins import reading_record
from reuse.index.reading import Reader
from reuse.index.schema import create, read_meta
from reuse.index.turns import turn
from reuse.index.writing import Read, Writer, in_batches, read
from reuse.plan import plan_bands
from reuse.samples import HeldSamples
from reuse.texts import extract, lay_out
from reuse.values import Document, Notice, Unreadable
from reuse.web import Originals, skim

if TYPE_CHECKING:
    from io import FileIO

    from duckdb import DuckDBPyConnection

    from reuse.options import Options

Input: TypeAlias = Iterable[Document | Unreadable | Notice]
Watch: TypeAlias = Callable[[str], None]

#: Memory that is taken unless told otherwise.
MEMORY = 2 << 30
#: What stands beside an index while it is built, and what DuckDB puts beside its files.
_DRAFT, _LOG = ".building", ".wal"


def unwatched(stage: str) -> None:
    """Watch nothing."""


def build(
    path: str,
    documents: Input,
    options: Options,
    *,
    memory: int = MEMORY,
    boilerplate: Input | None = None,
    keep_texts: bool = True,
    fields: Fields | None = None,
    watch: Watch = unwatched,
) -> Change:
    """Make an index, in place of the one that is there, if there is one.

    Parameters
    ----------
    path : str
        Where it is to be. It is made in a file beside, and is there when it is whole.
    documents : iterable of Document, Unreadable and Notice
    options : Options
        `Options.indexed` and `threads`.
    memory : int
        Bytes to do with, about.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself.
    keep_texts : bool
        Whether texts and web pages are kept; otherwise they are read again from where they came when they are
        needed.
    fields : Fields, optional
        What records were read with, to read them again.
    watch : callable, optional
        Called with the name of each stage as it begins.

    Raises
    ------
    UsageError
        If `path` is a file that is no index, or two documents have the same id.
    IndexFileError
        If there is no room, or the index that is there is in use.

    Examples
    --------
    >>> import tempfile
    >>> from reuse.options import Options
    >>> from reuse.values import Document
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     build(f"{folder}/news.index", [Document("a", "Some text.", "a")], Options()).documents
    1
    """
    options_of_bands = plan_bands(options)
    limits = Limits(memory, options.thread_count)
    more = {"texts": "kept" if keep_texts else "origins"}
    more["reading"] = json.dumps(reading_record(fields or Fields(), options))
    with (
        _draft(path) as (draft, spill),
        connection(draft, limits, write=True, log_all=True, shown=path) as base,
    ):
        create(base, options, options_of_bands, more)
        notices, unreadable = _name_boilerplate(base, boilerplate, options)
        writer = Writer(base, options, options_of_bands, spill, 0, None if keep_texts else os.getcwd())
        watch("reading sources")

        def add(some: Read) -> None:
            with transaction(base):
                writer.add(some)

        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(add, Read(lay_out([]), {}))
            for batch in in_batches(documents):
                some = read(batch)
                notices += some.texts.notices
                unreadable += some.texts.unreadable
                ahead.result()
                ahead = pool.submit(add, some)
            ahead.result()
        watch("writing fingerprints")
        with transaction(base):
            writer.finish()
        require_unique_ids(base)
        watch("stock text and boilerplate")
        reader = Reader(base, path, read_meta(base, path), options.thread_count)
        with transaction(base):
            refresh(reader, None)
        base.execute("CHECKPOINT")
        count = writer.next_row
    return Change(count, count, 0, 0, 0, (*unreadable, *reader.unreadable), tuple(notices))


def _name_boilerplate(
    base: DuckDBPyConnection, boilerplate: Input | None, options: Options
) -> tuple[list[Notice], list[Unreadable]]:
    """Put the shingles that the user names into an index; return what is to be said of them."""
    if boilerplate is None:
        return [], []
    own = extract(skim(boilerplate, Originals()))
    found = of_samples(HeldSamples(lay_out([]), 0), options, own)
    with given(base, "new", {"hash": found.named}):
        base.execute("INSERT INTO named SELECT hash FROM new")
    return [*own.notices, *found.notices], list(own.unreadable)


@contextlib.contextmanager
def _draft(path: str) -> Iterator[tuple[str, FileIO]]:
    """Give the path of a file that takes the place of `path` at the end, and a file for what does not fit."""
    if os.path.isdir(path) or (os.path.exists(path) and os.path.getsize(path) and not is_index(path)):
        raise UsageError(f"'{path}' is there already and is no index; name another file, or move it away")
    draft = path + _DRAFT
    with turn(path) as spill:
        _settle(path)  # now, and not after hours
        try:
            _remove(draft, draft + _LOG)
            yield draft, spill
            _settle(path)
            folder = Path(path).absolute().parent
            sync(folder)  # that the log of the old one is gone comes first: it would be taken for the new one's
            os.replace(draft, path)
            sync(folder)
        finally:
            _remove(draft, draft + _LOG)


def _settle(path: str) -> None:
    """See that nobody else writes the index that is to be replaced, and that it has no log.

    It would be taken for that of the new one.
    """
    if not os.path.exists(path):
        _remove(path + _LOG)
        return
    try:
        with connection(path, Limits(0, 1), write=os.path.exists(path + _LOG)):
            pass  # on closing, what the log holds is in the file
    except IndexBusyError:
        raise
    except IndexFileError:  # damaged: what it holds is given up
        _remove(path + _LOG)


def _remove(*paths: str) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
