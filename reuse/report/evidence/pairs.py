"""Findings to ``pairs.csv``: addresses, and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.report.decided import DECIDED, decided
from reuse.report.facts import page_facts, source_facts
from reuse.report.spreadsheet import csv_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reuse.findings import Finding
    from reuse.metadata import Fact

_COLUMNS = (
    "verdict",
    "probability",
    "page_url",
    "source_url",
    "page_title",
    "source_title",
    "page_author",
    "source_author",
    "page_published",
    "page_published_certainty",
    "page_published_where",
    "page_modified",
    "page_modified_certainty",
    "page_crawled",
    "source_published",
    "source_published_certainty",
    *DECIDED,
    "matched_words",
    "verbatim_words",
    "edited_words",
    "spun_words",
    "own_words",
    "moved_words",
    "quoted_words",
    "matched_source_words",
    "page_words",
    "source_words",
    "share_of_page",
    "share_of_source",
    "longest_run",
    "page_sha256",
    "source_sha256",
    "page_original_sha256",
    "source_original_sha256",
    "page",
    "source",
    "finding",
)


def pairs(findings: Iterable[Finding]) -> Iterator[bytes]:
    """Yield the lines of ``pairs.csv``, one for each finding behind the head."""
    return csv_table(_COLUMNS, map(_pair, findings))


def _pair(finding: Finding) -> tuple[str | int | None, ...]:
    """Return the row of a finding in ``pairs.csv``."""
    source, page = finding.source, finding.page
    of_source, of_page = source_facts(finding), page_facts(finding)
    published, modified, first = of_page["published"], of_page["modified"], of_source["published"]
    return (
        finding.verdict,
        f"{finding.probability:.4f}",
        page.url or "",
        source.url or "",
        *(_value(side[name]) for name in ("title", "author") for side in (of_page, of_source)),
        *(_value(published), published.certainty if published else "", published.where if published else ""),
        *(_value(modified), modified.certainty if modified else ""),
        page.fetched or "",
        *(_value(first), first.certainty if first else ""),
        *decided(finding),
        finding.matched_words,
        *finding.words_by_kind.values(),
        finding.moved_words,
        finding.quoted_words,
        finding.matched_source_words,
        finding.page_words,
        finding.source_words,
        f"{finding.share_of_page:.4f}",
        f"{finding.share_of_source:.4f}",
        finding.longest_run,
        finding.page_sha256,
        finding.source_sha256,
        page.original_sha256 or "",
        source.original_sha256 or "",
        page.id,
        source.id,
        finding.id,
    )


def _value(fact: Fact | None) -> str:
    return fact.value if fact else ""
