"""Candidates and the texts of their two sides to findings: `reuse.pipeline.judging` on one group of pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from reuse.engines.spark.carried import finding_row
from reuse.engines.spark.columns import texts_of
from reuse.pairs import ACCUSED, Candidates
from reuse.pipeline.judging import tally_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.pipeline.judging import Judge
    from reuse.values import Texts

#: What of a document is needed to judge it.
_DOCUMENT = ("document", "text", "replaced", "original")
#: A finding with the texts that its spans refer to, or, without one, the counts of what was judged together.
#: `place` is that of the finding among these. The text of the page stands with the first of its findings.
JUDGED = pa.schema(
    [
        ("position", pa.int64()),
        ("place", pa.int32()),
        ("finding", pa.binary()),
        ("source_text", pa.binary()),
        ("page_text", pa.binary()),
        ("tally", pa.binary()),
    ]
)


@dataclass(frozen=True, slots=True)
class Judging:
    """Judges the pairs of one group: rows of pairs, of their sources and of their pages.

    Attributes
    ----------
    judge : pyspark.Broadcast of Judge
    everything : bool
        Whether pairs that are not accused are wanted, too.
    """

    judge: Any
    everything: bool

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Return the rows of `JUDGED`."""
        judge: Judge = self.judge.value
        is_document = np.asarray(rows["document"].is_valid())
        is_page = is_document & np.asarray(rows["row"].is_null())
        pairs, pages, sources = (
            rows.filter(pa.array(some)) for some in (~is_document, is_page, is_document & ~is_page)
        )
        pages = pages.sort_by("position")
        found, of_sources = _rows_found(pairs, sources, np.asarray(pages["position"], np.int64))
        of_pages = judge.clean(texts_of(pages))
        position = dict(zip((one.id for one in of_pages.documents), pages["position"].to_pylist(), strict=True))
        made: list[dict[str, Any]] = []
        for some in judge.parts(found, of_sources):
            scored, sides = judge.judge(judge.compare(some, of_sources, of_pages))
            first = position[of_pages.documents[some.page[0]].id]
            made.append({"position": first, "tally": json.dumps(tally_of(scored, sides).json()).encode()})
            told: set[tuple[str, str]] = set()
            for place, finding in enumerate(scored):
                if not self.everything and finding.verdict not in ACCUSED:
                    continue
                page = finding.page.id, finding.page.extent
                made.append(
                    {
                        "position": position[finding.page.id],
                        "place": place,
                        "finding": finding_row(finding),
                        "source_text": sides[0][finding.source].encode(),
                        "page_text": None if page in told else sides[1][finding.page].encode(),
                    }
                )
                told.add(page)
        return pa.Table.from_pylist(made, schema=JUDGED)


def _rows_found(pairs: pa.Table, sources: pa.Table, position: Any) -> tuple[Candidates, Texts]:
    """Return the candidates, and the sources in the order of their ids."""
    texts = texts_of(sources)
    order = sorted(range(len(texts)), key=lambda at: texts.documents[at].id)
    rows = np.asarray(sources["row"], np.int32)[order]
    by_row = np.argsort(rows)
    source = by_row[np.searchsorted(rows, np.asarray(pairs["row"], np.int32), sorter=by_row)].astype(np.int32)
    page = np.searchsorted(position, np.asarray(pairs["position"], np.int64)).astype(np.int32)
    lanes = np.asarray(pairs["lanes"]).astype(np.uint8)
    in_order = np.lexsort((source, page))
    return Candidates.named(source[in_order], page[in_order], lanes[in_order]), texts.take(order)


def judge_groups(
    session: Session, pairs: DataFrame, sources: DataFrame, pages: DataFrame, judge: Judge, *, everything: bool
) -> DataFrame:
    """Judge candidates.

    Parameters
    ----------
    session : Session
    pairs : pyspark.sql.DataFrame
        Of `reuse.engines.spark.lanes.PAIRS`, without counts; kept.
    sources, pages : pyspark.sql.DataFrame
        Their documents: ``row`` of sources, ``position`` of pages.
    judge : Judge
    everything : bool
        Whether pairs that are not accused are wanted, too.

    Returns
    -------
    pyspark.sql.DataFrame
        Of `JUDGED`.
    """
    asked = pairs.select("group", "row").distinct()
    of_sources = sources.select("row", *_DOCUMENT).join(asked, "row")
    of_pages = pages.select("position", *_DOCUMENT).join(
        pairs.select("group", "position").distinct(), "position"
    )
    both = pairs.select("group", "position", "row", "lanes")
    for side in (of_sources, of_pages):
        both = both.unionByName(side, allowMissingColumns=True)
    stage = Judging(session.spark.sparkContext.broadcast(judge), everything)
    return session.by_group("findings", both, "group", stage, JUDGED)
