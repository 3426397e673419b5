"""What runs over whole corpora share: their input, the texts findings refer to, what ``run.json`` tells."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from reuse.errors import UsageError
from reuse.texts import extract
from reuse.values import ARTICLE, Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.values import Document, Texts, Truths, Unreadable

    Input: TypeAlias = Iterable[Document | Unreadable | Notice]
    Cleaning: TypeAlias = Callable[[Texts], Texts]
    Watch: TypeAlias = Callable[[str], None]


class Side:
    """The texts of one side, sources or pages, that findings refer to.

    Parameters
    ----------
    texts : Texts
        Of what the input gives, or web pages show.

    Raises
    ------
    UsageError
        If two documents have the same id.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = [texts]
        self._rows = [_rows(texts)]
        if len(self._rows[0]) < len(texts):
            ((name, count),) = Counter(document.id for document in texts.documents).most_common(1)
            raise UsageError(f"the id {name!r} names {count:,} documents; give each an id of its own")

    def learn(self, articles: Texts) -> None:
        """Take in the articles of some of the documents."""
        self._texts = [self._texts[0], articles]
        self._rows = [self._rows[0], _rows(articles)]

    @property
    def articles(self) -> int:
        """How many documents were read carefully."""
        return sum(one.extent == ARTICLE for texts in self._texts[1:] for one in texts.documents)

    def row(self, document: Document) -> int:
        """Return the row of a document in the order of the input."""
        return self._rows[0][document.id]

    def __getitem__(self, document: Document) -> str:
        """Return the text of a document."""
        at = int(document.extent == ARTICLE)
        return self._texts[at][self._rows[at][document.id]]

    def distinct(self, documents: Iterable[Document]) -> list[Document]:
        """Return each document once, in the order of the input: among equals the first takes the words."""
        return sorted({one.id: one for one in documents}.values(), key=self.row)

    def as_it_is(self, document: Document) -> Document:
        """Return a document with the text that findings refer to."""
        return document._replace(content=self[document])

    def again(self, documents: Iterable[Document], clean: Cleaning) -> Texts:
        """Return the texts of some documents, each once, in the order of the input."""
        return clean(extract(map(self.as_it_is, self.distinct(documents))))


def _rows(texts: Texts) -> dict[str, int]:
    return {document.id: row for row, document in enumerate(texts.documents)}


def unwatched(_stage: str) -> None:
    """Let a stage begin without a word."""


def run_record(options: Options, plan: Plan, too_short: tuple[Document, ...]) -> dict[str, Any]:
    """Return what ``run.json`` tells of every run."""
    from reuse import __version__

    return {
        "schema": "reuse.run/3",
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
