"""What runs over whole corpora share: their input, the texts findings refer to, what ``run.json`` tells."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from reuse.errors import UsageError
from reuse.texts import extract
from reuse.values import ARTICLE, Notice
from reuse.web import read_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reuse.findings import Finding
    from reuse.options import Options
    from reuse.plan import Plan
    from reuse.values import Document, Texts, Truths, Unreadable

    Input: TypeAlias = Iterable[Document | Unreadable | Notice]
    Cleaning: TypeAlias = Callable[[Texts], Texts]
    Watch: TypeAlias = Callable[[str], None]


class Articles:
    """Reads the articles of web pages, and remembers some thousand: of a source many pages may be copies.

    Examples
    --------
    >>> from reuse.values import Document
    >>> Articles()(Document("a", "", "a.txt")) is None
    True
    """

    _MOST = 2_000

    def __init__(self) -> None:
        self._known: dict[str, Document | None] = {}

    def __call__(self, document: Document) -> Document | None:
        """Return a web page with the text of its article, None if there is none."""
        if document.id not in self._known:
            if len(self._known) >= self._MOST:
                self._known.clear()
            self._known[document.id] = read_article(document)
        return self._known[document.id]


class Side:
    """The texts of one side, sources or pages, that findings refer to.

    Parameters
    ----------
    texts : Texts
        Of what the input gives, or web pages show.
    read_article : callable
        Returns a web page with the text of its article, None if there is none.

    Raises
    ------
    UsageError
        If two documents have the same id.
    """

    def __init__(
        self, texts: Texts, read_article: Callable[[Document], Document | None] = read_article
    ) -> None:
        self.read_article = read_article
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
    def read(self) -> Sequence[Document]:
        """The documents that were read carefully, if an article was found in them."""
        return self._texts[-1].documents if len(self._texts) > 1 else ()

    def __contains__(self, finding: Finding) -> bool:
        """Tell whether the page of a finding is one of these."""
        return finding.page.id in self._rows[0]

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


def run_record(options: Options, plan: Plan, too_short: Sequence[str]) -> dict[str, Any]:
    """Return what ``run.json`` tells of every run."""
    from reuse import __version__

    return {
        "schema": "reuse.run/5",
        "version": __version__,
        "options_digest": options.digest(),
        "options": options.digested(),
        "plan": {"bands": plan.bands, "rows": plan.rows, "recall": round(plan.recall, 6)},
        "too_short": list(too_short),
    }


def inputs_record(notices: tuple[Notice, ...], unreadable: tuple[Unreadable, ...]) -> dict[str, Any]:
    """Return what it tells of the inputs."""
    return {
        "notices": [str(notice) for notice in notices],
        "unreadable": [{"path": row.path, "line": row.line, "reason": row.reason} for row in unreadable],
    }


def notices_of(texts: Texts) -> tuple[Notice, ...]:
    """Return what the user should know of texts."""
    return (*texts.notices, *replaced_in(replaced_of(texts)))


def replaced_of(texts: Texts) -> list[tuple[str, int]]:
    """Return the documents that were no text in places: id, and how many characters."""
    return [
        (texts.documents[row].id, int(texts.replaced[row])) for row in np.flatnonzero(texts.replaced).tolist()
    ]


def replaced_in(documents: Iterable[tuple[str, int]]) -> Iterator[Notice]:
    """Say of each document how much of it was no text."""
    for name, replaced in documents:
        count = f"{replaced:,} malformed character{'' if replaced == 1 else 's'}"
        yield Notice(name, f"{count} read as U+FFFD; see whether it was saved in another encoding")


def without(texts: Texts, enough: Truths) -> tuple[Document, ...]:
    """Return the documents that have not enough words."""
    return tuple(texts.documents[row] for row in np.flatnonzero(~enough).tolist())
