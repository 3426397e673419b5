"""Clusters of near-duplicates, as a table for a person and as records."""

from __future__ import annotations

import math
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from tabulate import tabulate

from reuse.report.records import document_record
from reuse.report.summary import overfull, plural
from reuse.report.table import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reuse.pipeline.deduplications import Deduplicated
    from reuse.values import Document, Ids, Offsets, Ratios

#: Raised with every change a reader of the file could notice.
SCHEMA = "reuse.cluster/3"

_HEADERS = ("cluster", "", "resemblance", "words", "document")
_ALIGN = ("right", "left", "right", "right", "left")
#: Columns of the cells beside the document's name, with the gaps.
_FIXED = 48


def cluster_table(result: Deduplicated, width: int, top: int) -> str:
    """Return clusters as a table and an empty line, the largest first: what is kept, and below it what can go.

    Parameters
    ----------
    result : Deduplicated
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
    order = np.concatenate([_in_order(result, rows) for rows in clusters])
    shown = order[:top]
    name = max(width - _FIXED, 24)
    lines = (
        _line(result, row, shorten(document.id, name), is_first=is_first)
        for row, document, is_first in zip(
            shown.tolist(), result.documents(shown), _firsts(clusters), strict=False
        )
    )
    left_out = len(order) - top
    below = f"\n… and {left_out:,} more (--top, or -o DIR for all)\n\n" if left_out > 0 else "\n\n"
    return tabulate(lines, _HEADERS, "simple", colalign=_ALIGN, disable_numparse=True) + below


def _in_order(result: Deduplicated, rows: Ids) -> Ids:
    """Return a cluster's documents, those that can go below the one each duplicates."""
    duplicate_of = result.clusters.duplicate_of[rows]
    return rows[np.lexsort((rows, duplicate_of != rows, duplicate_of))]


def _firsts(clusters: Sequence[Ids]) -> Iterator[bool]:
    """Tell of each line whether a cluster begins there."""
    for rows in clusters:
        yield True
        yield from repeat(False, len(rows) - 1)


def _line(result: Deduplicated, row: int, name: str, *, is_first: bool) -> tuple[str, str, str, str, str]:
    clusters = result.clusters
    is_kept = clusters.duplicate_of[row] == row
    return (
        str(clusters.cluster[row]) if is_first else "",
        "keep" if is_kept else "drop",
        "" if is_kept else _down(clusters.resemblance[row]),
        f"{result.words[row]:,}",
        name,
    )


def _down(resemblance: float) -> str:
    """Return three places, rounded down: 1 is for equal sets alone."""
    return f"{math.floor(1000 * resemblance) / 1000:.3f}"


def cluster_records(result: Deduplicated) -> Iterator[dict[str, Any]]:
    """Yield the records of ``clusters.jsonl``; reuse/report/README.md tells them field by field."""
    clusters = result.clusters
    members = clusters.members()
    documents = result.documents(np.concatenate(members)) if members else iter(())
    for number, rows in enumerate(members):
        yield cluster_record(
            number,
            list(islice(documents, len(rows))),
            result.words[rows],
            np.searchsorted(rows, clusters.duplicate_of[rows]),
            clusters.resemblance[rows],
        )


def cluster_record(
    number: int, documents: Sequence[Document], words: Offsets, duplicate_of: Offsets, resemblance: Ratios
) -> dict[str, Any]:
    """Return a cluster as JSON values.

    Parameters
    ----------
    number : int
    documents : sequence of Document
        In the order of the input.
    words : int64
        Tokens of each.
    duplicate_of : int64
        Which of these each is a near-duplicate of; itself if it is kept.
    resemblance : float64
        Between the two.
    """
    columns = (documents, words.tolist(), duplicate_of.tolist(), resemblance.tolist())
    return {
        "schema": SCHEMA,
        "cluster": number,
        "documents": [
            {
                **document_record(document),
                "words": count,
                "kept": other == place,
                "duplicate_of": None if other == place else documents[other].id,
                "resemblance": None if other == place else round(alike, 6),
            }
            for place, (document, count, other, alike) in enumerate(zip(*columns, strict=True))
        ],
    }


def dedupe_summary(result: Deduplicated) -> str:
    """Return one line: what was compared, what can go, and which stage left nothing over."""
    pairs, count = len(result.pairs), len(result.words)
    parts = [f"{plural(count, 'document')}: {plural(pairs, 'near-duplicate pair')}"]
    if pairs:
        clusters = plural(len(result.clusters.members()), "cluster")
        parts[0] += f" in {clusters}"
        parts.append(f"{plural(len(result.dropped), 'document')} can go (--keep {result.options.keep})")
    elif not count:
        parts.append("none could be read")
    elif result.compared:
        compared = plural(result.compared, "pair")
        parts.append(
            f"{compared} compared, none reaches resemblance {result.options.resemblance:g} (--resemblance)"
        )
    else:
        parts.append("no two resemble each other enough to be compared")
    if len(result.too_short):
        parts.append(f"{plural(len(result.too_short), 'document')} too short to compare")
    if result.overfull:
        parts.append(overfull(result.overfull, result.options.max_bucket))
    if result.unreadable:
        parts.append(f"{plural(len(result.unreadable), 'input')} unreadable")
    return "; ".join(parts) + "."
