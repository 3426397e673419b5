"""The signatures of an index to an LSH of datasketch, to be asked about single texts while they come in."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse import interop
from reuse.drafts import beside, take_place
from reuse.errors import OutputError
from reuse.index.building import MEMORY, Watch, unwatched
from reuse.index.opened import open_index
from reuse.values import Signatures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datasketch import MinHashLSH

#: Documents moved at a time.
_AT_A_TIME = 20_000


def export_datasketch(
    path: str,
    target: str,
    *,
    storage: Mapping[str, Any] | None = None,
    memory: int = MEMORY,
    threads: int = 0,
    watch: Watch = unwatched,
) -> int:
    """Fill a datasketch MinHashLSH with the signatures of an index, and pickle it; return how many it has.

    It has the bands and rows of the index, and finds what its bands find. It is asked with signatures that have
    as many values, ``reuse.interop.signatures_of([text], options, values=bands * rows)``.

    Parameters
    ----------
    path : str
    target : str
        The pickle; in place of a file that is there.
    storage : mapping, optional
        `storage_config` of datasketch: where the buckets are kept, as in ``{"type": "redis", "redis": {"host":
        "localhost", "port": 6379}}``. In the pickle itself, if not given; with it, the pickle says where.
    memory, threads, watch
        As for `reuse.index.build`.

    Raises
    ------
    IndexFileError
        If the index is damaged or made by another version.
    OutputError
        If the pickle cannot be written, or the storage cannot be reached.

    Examples
    --------
    >>> import pickle, tempfile
    >>> from reuse import interop
    >>> from reuse.index import build
    >>> from reuse.options import Options
    >>> from reuse.values import Document
    >>> text = "The council voted on Tuesday to close the old bridge for good."
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = build(f"{folder}/news.index", [Document("a", text, "a")], Options())
    ...     count = export_datasketch(f"{folder}/news.index", f"{folder}/news.pickle")
    ...     with open(f"{folder}/news.pickle", "rb") as file:
    ...         lsh = pickle.load(file)
    >>> (asked,) = interop.lean_minhashes(interop.signatures_of([text.upper()], Options(), values=lsh.h))
    >>> lsh.query(asked)
    ['a']
    """
    with open_index(path, memory=memory, threads=threads) as index:
        index.require(index.options)
        bands, rows = int(index.meta["bands"]), int(index.meta["rows"])
        lsh = _empty(bands, rows, storage)
        watch("signatures")
        count = 0
        for begin in range(0, len(index), _AT_A_TIME):
            some = np.arange(begin, min(begin + _AT_A_TIME, len(index)), dtype=np.int32)
            signatures = index.signatures(some)
            names = [document.id for document in index.documents(some)]
            _fill(lsh, names, signatures)
            count += int((~signatures.empty).sum())
    watch("writing")
    _write(target, lsh)
    return count


def _empty(bands: int, rows: int, storage: Mapping[str, Any] | None) -> MinHashLSH:
    from datasketch import MinHashLSH

    more = {} if storage is None else {"storage_config": dict(storage)}
    try:
        return MinHashLSH(num_perm=bands * rows, params=(bands, rows), **more)
    except _storage_faults() as fault:
        raise OutputError(f"datasketch cannot open its storage ({fault}); see the settings of it") from fault


def _fill(lsh: MinHashLSH, names: list[str], signatures: Signatures) -> None:
    try:
        interop.fill(lsh, names, signatures)
    except _storage_faults() as fault:
        raise OutputError(
            f"datasketch cannot fill its storage ({fault}); see whether it can be reached"
        ) from fault


def _storage_faults() -> tuple[type[Exception], ...]:
    """Return what a storage of datasketch raises, as far as that is installed."""
    faults: list[type[Exception]] = [OSError, ImportError, ValueError, KeyError, TypeError]
    with contextlib.suppress(ImportError):
        faults.append(importlib.import_module("redis.exceptions").RedisError)
    return tuple(faults)


def _write(target: str, lsh: MinHashLSH) -> None:
    path = Path(os.path.realpath(target))
    try:
        with beside(path) as unfinished:
            draft = unfinished / path.name
            with draft.open("xb") as file:
                pickle.dump(lsh, file, pickle.HIGHEST_PROTOCOL)
            take_place(draft, path)
    except OSError as fault:
        raise OutputError(f"cannot write '{target}': {fault.strerror or fault}; name another file") from fault
