"""A `Diff` as plain records: JSON Lines and CSV, one for each finding of either report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reuse.report.diff.changes import ASPECTS
from reuse.report.spreadsheet import csv_head, csv_line

if TYPE_CHECKING:
    from reuse.findings import Finding
    from reuse.report.diff.followed import Followed
    from reuse.values import Document

#: Raised with every change a reader of the records could notice.
SCHEMA = "reuse.change/1"

DIFF_COLUMNS = (
    "status",
    "direction",
    "verdict_before",
    "verdict",
    "standing_before",
    "standing",
    "words_before",
    "words",
    "share_of_source_before",
    "share_of_source",
    "page",
    "page_url",
    "page_site",
    "page_title",
    "source",
    "source_url",
    "source_title",
    "changes",
    "what",
    "page_read",
    "page_edited",
    "source_edited",
    "finding",
    "finding_before",
    "page_sha256_before",
    "page_sha256",
    "source_sha256_before",
    "source_sha256",
)


def diff_record(one: Followed) -> dict[str, Any]:
    """Return a followed finding as JSON values; reuse/report/README.md tells them field by field."""
    finding = one.finding
    return {
        "schema": SCHEMA,
        "status": one.status,
        "direction": one.direction or None,
        "finding": finding.id,
        "finding_before": one.former_id,
        "page": _document(finding.page),
        "source": _document(finding.source),
        "before": _side(one.before),
        "after": _side(one.after),
        "page_read": one.page_read,
        "page_edited": one.page_edited,
        "source_edited": one.source_edited,
        "changes": [
            {"what": change.what, "before": change.before, "after": change.after, "told": change.told}
            for change in one.changes
        ],
    }


def _document(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in ("id", "url", "site", "title")}


def _side(finding: Finding | None) -> dict[str, Any] | None:
    """Return what a report tells of the finding, as far as it may differ from what the other tells."""
    if finding is None:
        return None
    return {
        "verdict": finding.verdict,
        "probability": round(finding.probability, 6),
        "standing": finding.standing.status if finding.standing else None,
        "precedence": finding.precedence.order if finding.precedence else None,
        "words": finding.matched_words,
        "share_of_page": round(finding.share_of_page, 6),
        "share_of_source": round(finding.share_of_source, 6),
        "page_sha256": finding.page_sha256,
        "source_sha256": finding.source_sha256,
    }


def diff_csv_header(*, bom: bool = False) -> str:
    """Return the first line of a CSV; see `reuse.report.records.csv_header`."""
    return csv_head(DIFF_COLUMNS, bom=bom)


def diff_csv_row(one: Followed) -> str:
    """Return a followed finding as a line of CSV that no spreadsheet takes for a formula."""
    finding, before, after = one.finding, _side(one.before) or {}, _side(one.after) or {}
    changed = {change.what for change in one.changes}
    return csv_line(
        (
            one.status,
            one.direction,
            before.get("verdict"),
            after.get("verdict"),
            before.get("standing"),
            after.get("standing"),
            before.get("words"),
            after.get("words"),
            _ratio(before.get("share_of_source")),
            _ratio(after.get("share_of_source")),
            finding.page.id,
            finding.page.url,
            finding.page.site,
            finding.page.title,
            finding.source.id,
            finding.source.url,
            finding.source.title,
            " ".join(what for what in ASPECTS if what in changed),
            one.words(),
            None if one.page_read is None else "yes" if one.page_read else "no",
            "yes" if one.page_edited else None,
            "yes" if one.source_edited else None,
            finding.id,
            one.former_id,
            before.get("page_sha256"),
            after.get("page_sha256"),
            before.get("source_sha256"),
            after.get("source_sha256"),
        )
    )


def _ratio(share: float | None) -> str | None:
    return None if share is None else f"{share:.4f}"
