"""The SOURCES of an audit, whatever they are: an index, or articles, in memory or in an index for the night."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reuse.options import INDEXED

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Iterable, Sequence

    from reuse.cli.progress import Progress
    from reuse.documents import Fields
    from reuse.options import Options
    from reuse.sources import Sources
    from reuse.values import Document, Notice, Unreadable

_BY_DEFAULT = click.core.ParameterSource.DEFAULT
#: What a source takes in memory, as often as its text: that, fingerprints, and these sorted.
_TIMES = 5


def open_sources(
    name: str,
    options: Options,
    fields: Fields,
    flags: dict[str, Any],
    progress: Progress,
    stack: contextlib.ExitStack,
) -> tuple[Sources, Options]:
    """Return the sources, and the options they are compared with.

    Parameters
    ----------
    name : str
        As the user gave it.
    options : Options
        Of an index its own stand for those that the user left out.
    fields : Fields
    flags : dict
        Of which ``own_boilerplate`` and ``memory`` count.
    progress : Progress
    stack : ExitStack
        Lets go of them at its end.

    Raises
    ------
    IndexFileError
        If an index was made with other options than the user gives.
    """
    from reuse import documents, index

    progress("reading sources")
    own = flags["own_boilerplate"]
    if index.is_index(name):
        if own:
            raise click.UsageError("an index has boilerplate of its own: give -b to `reuse index build`")
        known = stack.enter_context(index.open_index(name, None, flags["memory"], options.threads))
        given = click.get_current_context().get_parameter_source
        kept = {field: getattr(known.options, field) for field in INDEXED if given(field) is _BY_DEFAULT}
        options = replace(options, **kept)
        known.require(options)
        return known, options
    stream = progress.counted(documents.read([name], fields=fields, options=options))
    boilerplate = documents.read(own, fields=fields, options=options) if own else None
    return _read(stream, boilerplate, options, flags["memory"], progress, stack), options


def open_common_sources(
    names: Sequence[str],
    options: Options,
    fields: Fields,
    flags: dict[str, Any],
    progress: Progress,
    stack: contextlib.ExitStack,
) -> Sources | None:
    """Return the common sources, if any are named: read from files, or one index of them.

    Raises
    ------
    IndexFileError
        If the index was made with other options than the sources.
    """
    from reuse import documents, index

    if not names:
        return None
    progress("reading common sources")
    if not any(map(index.is_index, names)):
        stream = progress.counted(documents.read(names, fields=fields, options=options))
        return _read(stream, None, options, flags["memory"], progress, stack, "common sources")
    if len(names) > 1:
        raise click.UsageError(
            "common sources are files, or one index: put the others into that with `reuse index add`"
        )
    known = stack.enter_context(index.open_index(names[0], None, flags["memory"], options.threads))
    known.require(options)
    return known


def _read(
    documents: Iterable[Document | Unreadable | Notice],
    boilerplate: Iterable[Document | Unreadable | Notice] | None,
    options: Options,
    memory: int,
    progress: Progress,
    stack: contextlib.ExitStack,
    what: str = "sources",
) -> Sources:
    """Hold sources in memory; those that are too large for that are put into an index, for once."""
    from reuse import index, pipeline
    from reuse.drafts import scratch
    from reuse.values import Document

    taken: list[Document | Unreadable | Notice] = []
    size = 0
    rest = iter(documents)
    for item in rest:
        taken.append(item)
        size += len(item.content) if isinstance(item, Document) else 0
        if size > memory // _TIMES:
            break
    else:
        return pipeline.hold(taken, options, boilerplate)
    folder = stack.enter_context(scratch())
    path = str(Path(folder, "sources"))
    progress.say(
        f"note: the {what} are larger than --memory allows: they are put into an index, for this audit"
    )
    progress(f"reading {what}")
    every = chain(_emptied(taken), rest)
    change = index.build(path, every, options, memory=memory, boilerplate=boilerplate, watch=progress)
    return stack.enter_context(index.open_index(path, options, memory, options.threads, change))


def _emptied(
    items: list[Document | Unreadable | Notice],
) -> Iterable[Document | Unreadable | Notice]:
    """Yield items, and let go of each."""
    items.reverse()
    while items:
        yield items.pop()
