"""What runs over whole corpora share: what they take, and what is told of them in ``run.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from reuse.values import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.values import Document, Texts, Truths, Unreadable

    Input: TypeAlias = Iterable[Document | Unreadable | Notice]
    Watch: TypeAlias = Callable[[str], None]


def unwatched(_stage: str) -> None:
    """Let a stage begin without a word."""


def run_record(options: Options, plan: Plan, too_short: tuple[Document, ...]) -> dict[str, Any]:
    """Return what ``run.json`` tells of every run."""
    from reuse import __version__

    return {
        "schema": "reuse.run/2",
        "version": __version__,
        "options_digest": options.digest(),
        "options": options.digested(),
        "plan": {"bands": plan.bands, "rows": plan.rows, "recall": round(plan.recall, 6)},
        "too_short": [document.id for document in too_short],
    }


def inputs_record(notices: tuple[Notice, ...], unreadable: tuple[Unreadable, ...]) -> dict[str, Any]:
    """Return what it tells of the inputs."""
    return {
        "notices": [str(notice) for notice in notices],
        "unreadable": [{"path": row.path, "line": row.line, "reason": row.reason} for row in unreadable],
    }


def notices_of(texts: Texts) -> tuple[Notice, ...]:
    """Return what the user should know of texts."""
    return (*texts.notices, *_replaced(texts))


def _replaced(texts: Texts) -> Iterator[Notice]:
    """Say of each document how much of it was no text."""
    for row in np.flatnonzero(texts.replaced).tolist():
        count = f"{texts.replaced[row]:,} malformed character{'' if texts.replaced[row] == 1 else 's'}"
        message = f"{count} read as U+FFFD; see whether it was saved in another encoding"
        yield Notice(texts.documents[row].id, message)


def without(texts: Texts, enough: Truths) -> tuple[Document, ...]:
    """Return the documents that have not enough words."""
    return tuple(texts.documents[row] for row in np.flatnonzero(~enough).tolist())
