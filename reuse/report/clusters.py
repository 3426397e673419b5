"""Clusters of near-duplicates, as a table for a person and as records."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from reuse.report.records import document_record
from reuse.report.summary import overfull, plural
from reuse.report.table import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.pipeline import Deduplication
    from reuse.values import Ids

#: Raised with every change a reader of the file could notice.
SCHEMA = "reuse.cluster/3"

_HEADERS = ("cluster", "", "resemblance", "words", "document")
_ALIGN = ("right", "left", "right", "right", "left")
#: Columns of the cells beside the document's name, with the gaps.
_FIXED = 48


def cluster_table(result: Deduplication, width: int, top: int) -> str:
    """Return clusters as a table and an empty line, the largest first: what is kept, and below it what can go.

    Parameters
    ----------
    result : Deduplication
    width : int
        Columns of the terminal; names are cut in the middle to fit.
    top : int
        Rows at most; those left out are counted below.

    Returns
    -------
    str
        Empty if there are no clusters.
    """
    clusters = sorted(result.clusters.members(), key=lambda rows: (-len(rows), rows[0]))
    if not clusters:
        return ""
    lines = (line for rows in clusters for line in _lines(result, rows))
    name = max(width - _FIXED, 24)
    rows = [(*line[:-1], shorten(line[-1], name)) for line in islice(lines, top)]
    left_out = sum(map(len, clusters)) - top
    below = f"\n… and {left_out:,} more (--top, or -o DIR for all)\n\n" if left_out > 0 else "\n\n"
    return tabulate(rows, _HEADERS, "simple", colalign=_ALIGN, disable_numparse=True) + below


def _lines(result: Deduplication, rows: Ids) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield a cluster's documents, those that can go below the one each duplicates."""
    clusters = result.clusters
    order = sorted(rows.tolist(), key=lambda row: (clusters.duplicate_of[row], not clusters.kept[row], row))
    for place, row in enumerate(order):
        kept = clusters.kept[row]
        yield (
            "" if place else str(clusters.cluster[row]),
            "keep" if kept else "drop",
            "" if kept else _down(clusters.resemblance[row]),
            f"{result.words[row]:,}",
            result.texts.documents[row].id,
        )


def _down(resemblance: float) -> str:
    """Return three places, rounded down: 1 is for equal sets alone."""
    return f"{math.floor(1000 * resemblance) / 1000:.3f}"


def cluster_records(result: Deduplication) -> Iterator[dict[str, Any]]:
    """Yield the records of ``clusters.jsonl``; reuse/report/README.md tells them field by field."""
    clusters, documents = result.clusters, result.texts.documents
    for number, rows in enumerate(clusters.members()):
        yield {
            "schema": SCHEMA,
            "cluster": number,
            "documents": [
                {
                    **document_record(documents[row]),
                    "words": int(result.words[row]),
                    "kept": bool(clusters.kept[row]),
                    "duplicate_of": None if clusters.kept[row] else documents[clusters.duplicate_of[row]].id,
                    "resemblance": None if clusters.kept[row] else round(float(clusters.resemblance[row]), 6),
                }
                for row in rows.tolist()
            ],
        }


def dedupe_summary(result: Deduplication) -> str:
    """Return one line: what was compared, what can go, and which stage left nothing over."""
    pairs, count = len(result.pairs), len(result.texts)
    parts = [f"{plural(count, 'document')}: {plural(pairs, 'near-duplicate pair')}"]
    if pairs:
        clusters = plural(len(result.clusters.members()), "cluster")
        parts[0] += f" in {clusters}"
        parts.append(f"{plural(len(result.dropped), 'document')} can go (--keep {result.options.keep})")
    elif not count:
        parts.append("none could be read")
    elif len(result.candidates):
        compared = plural(len(result.candidates), "pair")
        parts.append(
            f"{compared} compared, none reaches resemblance {result.options.resemblance:g} (--resemblance)"
        )
    else:
        parts.append("no two resemble each other enough to be compared")
    if result.too_short:
        parts.append(f"{plural(len(result.too_short), 'document')} too short to compare")
    if result.candidates.overfull:
        parts.append(overfull(result.candidates.overfull, result.options.max_bucket))
    if result.unreadable:
        parts.append(f"{plural(len(result.unreadable), 'input')} unreadable")
    return "; ".join(parts) + "."
