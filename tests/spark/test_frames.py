"""The stages on DataFrames give what the stages give.

Covers: ``reuse/engines/spark/frames.py``. Compares against: ``reuse.sketches``, ``reuse.terms``,
``reuse.candidates`` and ``reuse.pipeline.judge_pairs`` on the same documents.
Run: ``pytest -m spark tests/spark/test_frames.py``
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reuse.candidates import find_candidates
from reuse.errors import UsageError
from reuse.options import Options
from reuse.pairs import lane_names
from reuse.pipeline.holding import held
from reuse.pipeline.judged import judge_pairs
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.sources import NO_HASHES
from reuse.terms import OF_A_PAGE, key_terms
from reuse.texts import extract
from reuse.values import Document, Texts

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session

pytestmark = [pytest.mark.slow, pytest.mark.spark]

#: Caps so low that they are reached.
OPTIONS = Options(max_articles=5, max_bucket=4, max_term_articles=8, threads=1)


def corpus() -> tuple[Texts, Texts]:
    """Return sources, some of which are editions of one story, and pages that took from them, or from none."""
    draw = random.Random(7)
    words = [f"word{number}" for number in range(2_000)]

    def text(count: int) -> str:
        return " ".join(draw.choice(words) for _ in range(count))

    stories = [text(120) for _ in range(40)]
    stories += [f"{stories[0]} {text(4)}" for _ in range(12)]
    taken = (draw.choice(stories).split() for _ in range(60))
    pages = [
        " ".join([text(30), *some[10 : 10 + 7 * (place % 9)], text(30)]) for place, some in enumerate(taken)
    ]
    sides = [stories, [*pages, stories[0], "", "short"]]
    return tuple(lay_out_with_ids(side) for side in sides)  # type: ignore[return-value]


def lay_out_with_ids(texts: list[str]) -> Texts:
    return extract(Document(f"d{row}", text or "-", "p") for row, text in enumerate(texts))


def frame_of(session: Session, texts: Texts) -> DataFrame:
    rows = [(document.id, texts[row], row) for row, document in enumerate(texts.documents)]
    return session.spark.createDataFrame(rows, "id string, text string, other int").repartition(3)


@pytest.mark.parametrize("pages", [pytest.param(False, marks=pytest.mark.long), True])
def test_fingerprints_are_those_of_the_stages(session: Session, pages: bool) -> None:  # noqa: FBT001
    from reuse.engines.spark import fingerprint

    texts = corpus()[1]
    made = fingerprint(frame_of(session, texts), OPTIONS, pages=pages)
    rows = {row["id"]: row for row in made.collect()}
    sketches = sketch(texts, OPTIONS, values=plan_bands(OPTIONS).values)
    terms = key_terms(texts, OPTIONS, most=OF_A_PAGE if pages else None)
    assert len(rows) == len(texts)
    for at, document in enumerate(texts.documents):
        row = rows[document.id]
        some = slice(*sketches.fingerprints.offsets[at : at + 2])
        assert row["text"] == texts[at]
        assert row["other"] == at
        assert row["words"] == sketches.words[at]
        assert row["fingerprints"] == sketches.fingerprints.hash[some].view(np.int64).tolist()
        assert row["terms"] == terms.hash[slice(*terms.offsets[at : at + 2])].view(np.int64).tolist()
        empty = sketches.signatures.empty[at]
        assert row["signature"] == ([] if empty else sketches.signatures.minimum[at].tolist())


@pytest.mark.long
def test_candidates_are_those_of_the_stages(session: Session) -> None:
    from reuse.engines.spark import candidates, fingerprint

    sources, pages = corpus()
    plan = plan_bands(OPTIONS)
    expected = find_candidates(
        held(sources, OPTIONS),
        sketch(pages, OPTIONS, values=plan.values),
        key_terms(pages, OPTIONS, most=OF_A_PAGE),
        plan,
        OPTIONS,
        NO_HASHES,
    )
    known = fingerprint(frame_of(session, sources), OPTIONS)
    asking = fingerprint(frame_of(session, pages), OPTIONS, pages=True)
    found = candidates(known, asking, OPTIONS).collect()
    columns = (expected.lanes, expected.shared, expected.buckets, expected.terms)
    names = [
        (sources.documents[source].id, pages.documents[page].id)
        for source, page in zip(expected.source.tolist(), expected.page.tolist(), strict=True)
    ]
    told = {
        pair: (list(lane_names(lanes)), *counts)
        for pair, lanes, *counts in zip(names, *(column.tolist() for column in columns), strict=True)
    }
    assert expected.capped_articles
    assert expected.overfull
    assert {
        (row["source_id"], row["page_id"]): (row["lanes"], row["shared"], row["buckets"], row["terms"])
        for row in found
    } == told


def test_scores_are_those_of_pairs_by_themselves(session: Session) -> None:
    from reuse.engines.spark import score

    sources, pages = corpus()
    rows = np.arange(len(pages), dtype=np.int32)
    source = rows % len(sources)
    expected = list(judge_pairs((sources, pages), source, rows, OPTIONS))
    pairs = [
        (sources.documents[first].id, sources[first], pages.documents[second].id, pages[second])
        for first, second in zip(source.tolist(), rows.tolist(), strict=True)
    ]
    schema = "source_id string, source_text string, page_id string, page_text string"
    found = {
        row["page_id"]: row for row in score(session.spark.createDataFrame(pairs, schema), OPTIONS).collect()
    }
    assert len(found) == len(pages)
    for finding in expected:
        row = found[finding.page.id]
        assert (row["source_id"], row["verdict"]) == (finding.source.id, finding.verdict)
        assert row["probability"] == finding.probability
        assert row["resemblance"] == finding.resemblance
        assert row["matched_words"] == finding.matched_words
        assert row["reasons"] == list(finding.reasons)
        assert [passage["page_begin"] for passage in row["passages"]] == [
            passage.page_begin for passage in finding.passages
        ]


def test_what_is_not_there_is_named(session: Session) -> None:
    from reuse.engines.spark import candidates, fingerprint

    frame = session.spark.createDataFrame([("a", "Some text.")], "name string, body string")
    with pytest.raises(UsageError, match="no column text, but name, body; rename"):
        fingerprint(frame)
    with pytest.raises(UsageError, match="no column id"):
        candidates(frame, frame)


@pytest.mark.long
def test_two_sources_of_one_id_are_refused(session: Session) -> None:
    from reuse.engines.spark import candidates, fingerprint

    frame = session.spark.createDataFrame([("a", "Some text."), ("a", "More.")], "id string, text string")
    made = fingerprint(frame)
    with pytest.raises(UsageError, match="the same id"):
        candidates(made, made)
