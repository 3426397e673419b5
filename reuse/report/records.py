"""Findings as plain records: what a line of ``findings.jsonl`` and a row of ``findings.csv`` hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reuse.report.decided import DECIDED, decided
from reuse.report.escape import json_safe
from reuse.report.rights import fields_of, rights_record
from reuse.report.spreadsheet import csv_head, csv_line
from reuse.report.timeline import day_of, published

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reuse.findings import Finding, SetApart
    from reuse.metadata import Metadata
    from reuse.values import Document

#: Raised with every change a reader of the file could notice.
SCHEMA = "reuse.finding/6"

CSV_COLUMNS = (
    "verdict",
    "probability",
    "page",
    "page_url",
    "page_site",
    "page_title",
    "page_date",
    "page_author",
    "page_language",
    "page_fetched",
    "page_text",
    "source",
    "source_url",
    "source_title",
    "source_date",
    "source_author",
    "matched_words",
    "verbatim_words",
    "edited_words",
    "spun_words",
    "own_words",
    "moved_words",
    "quoted_words",
    "credited_words",
    "share_of_page",
    "share_of_source",
    "longest_run",
    "page_words",
    "source_words",
    "resemblance",
    "source_in_page",
    "page_in_source",
    "also_matches",
    "tricks",
    "links_to_us",
    "canonical_url",
    "noindex",
    "reason",
    "finding",
    "page_sha256",
    "source_sha256",
    "original_sha256",
    *DECIDED,
)


def record(finding: Finding, options_digest: str) -> dict[str, Any]:
    """Return a finding as JSON values; reuse/report/README.md documents them field by field."""
    told = head_record(finding, options_digest)
    told["page"]["apart"] = apart_record(finding.page_apart)
    told["source"]["apart"] = apart_record(finding.source_apart)
    told["passages"] = [
        {
            "kind": passage.kind,
            "moved": passage.moved,
            "source": [passage.source_begin, passage.source_end],
            "page": [passage.page_begin, passage.page_end],
            "source_token": passage.source_token,
            "page_token": passage.page_token,
            "source_words": passage.source_words,
            "words": passage.words,
            "equal_words": passage.equal_words,
            "quoted_words": passage.quoted_words,
            "identity": round(passage.identity, 6),
        }
        for passage in finding.passages
    ]
    return told


def head_record(finding: Finding, options_digest: str) -> dict[str, Any]:
    """Return a finding as JSON values, less its passages and what is set apart of its texts."""
    return {
        "schema": SCHEMA,
        "finding": finding.id,
        "options": options_digest,
        "verdict": finding.verdict,
        "probability": round(finding.probability, 6),
        "reasons": list(finding.reasons),
        "lanes": list(finding.lanes),
        "page": document_record(finding.page)
        | {
            "language": finding.page_language or finding.page.language,
            "sha256": finding.page_sha256,
            "words": finding.page_words,
        },
        "source": document_record(finding.source)
        | {
            "language": finding.source_language or finding.source.language,
            "sha256": finding.source_sha256,
            "words": finding.source_words,
        },
        "scores": {
            "matched_words": finding.matched_words,
            "matched_source_words": finding.matched_source_words,
            "words_by_kind": finding.words_by_kind,
            "moved_words": finding.moved_words,
            "quoted_words": finding.quoted_words,
            "credited_words": finding.credited_words,
            "share_of_page": round(finding.share_of_page, 6),
            "share_of_source": round(finding.share_of_source, 6),
            "longest_run": finding.longest_run,
            "resemblance": round(finding.resemblance, 6),
            "source_in_page": round(finding.source_in_page, 6),
            "page_in_source": round(finding.page_in_source, 6),
        },
        "also_matches": list(finding.also_matches),
        "tricks": [
            {"kind": trick.kind, "count": len(trick.places), "places": [list(place) for place in trick.places]}
            for trick in finding.tricks
        ],
        "metadata": None if finding.metadata is None else metadata_record(finding.metadata),
        **rights_record(finding),
        "features": {name: round(value, 6) + 0.0 for name, value in finding.features.items()},  # no -0.0
    }


def document_record(document: Document) -> dict[str, Any]:
    """Return what names a document, as JSON values."""
    return {
        "id": document.id,
        "path": document.path,
        "line": document.line,
        "url": document.url,
        "site": document.site,
        "title": document.title,
        "author": document.author,
        "date": document.date,
        "modified": document.modified,
        "fetched": document.fetched,
        "language": document.language,
        "text": document.extent,
        "original_sha256": document.original_sha256,
    }


def apart_record(apart: SetApart) -> dict[str, Any]:
    """Return what of a text is no evidence, as JSON values."""
    return {name: [list(span) for span in spans] for name, spans in apart._asdict().items()}


def metadata_record(metadata: Metadata) -> dict[str, Any]:
    """Return what a page says of itself, as JSON values."""
    facts = {
        name: None if fact is None else fields_of(fact)
        for name, fact in fields_of(metadata).items()
        if name not in ("links", "links_total", "also")
    }
    return {
        **facts,
        "links": {"total": metadata.links_total, "first": [fields_of(link) for link in metadata.links]},
        "also": [{"field": field, **fields_of(fact)} for field, fact in metadata.also],
    }


def json_line(value: Mapping[str, Any]) -> str:
    """Return one line of JSON that is safe to print."""
    return json_safe(json.dumps(value, ensure_ascii=False)) + "\n"


def csv_header(*, bom: bool = False) -> str:
    """Return the first line of a CSV of findings.

    Parameters
    ----------
    bom : bool
        Whether it begins with a byte order mark, by which spreadsheets know that a file is UTF-8.
    """
    return csv_head(CSV_COLUMNS, bom=bom)


def csv_row(finding: Finding) -> str:
    """Return a finding as a line of CSV that no spreadsheet takes for a formula."""
    page, source = finding.page, finding.source
    return csv_line(
        (
            finding.verdict,
            _ratio(finding.probability),
            page.id,
            page.url,
            page.site,
            page.title,
            published(finding) or page.date,
            page.author or _said(finding, "author"),
            finding.page_language or page.language,
            page.fetched,
            page.extent,
            source.id,
            source.url,
            source.title,
            day_of(source.date) or source.date,
            source.author,
            finding.matched_words,
            *finding.words_by_kind.values(),
            finding.moved_words,
            finding.quoted_words,
            finding.credited_words,
            _ratio(finding.share_of_page),
            _ratio(finding.share_of_source),
            finding.longest_run,
            finding.page_words,
            finding.source_words,
            _ratio(finding.resemblance),
            _ratio(finding.source_in_page),
            _ratio(finding.page_in_source),
            "; ".join(finding.also_matches),
            "; ".join(f"{trick.kind} {len(trick.places)}" for trick in finding.tricks),
            finding.metadata.links_total if finding.metadata else None,
            _said(finding, "canonical_url"),
            _said(finding, "noindex"),
            "; ".join(finding.reasons),
            finding.id,
            finding.page_sha256,
            finding.source_sha256,
            page.original_sha256,
            *decided(finding),
        )
    )


def _ratio(share: float) -> str:
    """Return four places of the six that ``findings.jsonl`` has: both give the same table."""
    return f"{round(share, 6):.4f}"


def _said(finding: Finding, name: str) -> str | None:
    """Return what the page says of itself."""
    fact = getattr(finding.metadata, name) if finding.metadata else None
    return fact.value if fact else None
