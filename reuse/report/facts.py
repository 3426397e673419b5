"""A document, and what its page says of itself, to facts: each with its place and its certainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.metadata.facts import BOUND, RECORD, STATED, Fact
from reuse.values import GIVEN

if TYPE_CHECKING:
    from reuse.findings import Finding
    from reuse.metadata import Metadata
    from reuse.values import Document

#: Of a web page in no finding it is not kept whether the input said so or the page.
INPUT_OR_PAGE = "input or page"


def source_facts(finding: Finding) -> dict[str, Fact | None]:
    """Return what is known of a finding's source: `title`, `author`, `published` and `modified`."""
    return _of_document(finding.source)


def page_facts(finding: Finding) -> dict[str, Fact | None]:
    """Return what is known of a finding's page; what the page says of itself comes first."""
    metadata = finding.metadata
    return _of_document(finding.page) if metadata is None else _of_metadata(metadata)


def place_of(fact: Fact) -> str:
    """Say who says so, and how sure that is.

    Examples
    --------
    >>> place_of(Fact("2026-11-22", "meta article:published_time")), place_of(Fact("A. Doe", "record"))
    ('stated, meta article:published_time', 'given with the input')
    """
    if fact.where == RECORD:
        return "given with the input"
    if fact.certainty == BOUND:
        return f"no later than this, {fact.where}"
    return ", ".join(filter(None, (fact.certainty, fact.where)))


def _of_metadata(metadata: Metadata) -> dict[str, Fact | None]:
    return {name: getattr(metadata, name) for name in ("title", "author", "published", "modified")}


def _of_document(document: Document) -> dict[str, Fact | None]:
    values = (document.title, document.author, document.date, document.modified)
    place = (RECORD, STATED) if document.extent == GIVEN else (INPUT_OR_PAGE, "")
    return {
        name: Fact(value, *place) if value else None
        for name, value in zip(("title", "author", "published", "modified"), values, strict=True)
    }
