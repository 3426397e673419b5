"""Candidates by shuffles of hashes, whatever comes together and in whatever order.

Covers: ``reuse/engines/spark/lanes.py``. Compares against: `reuse.candidates.find_candidates` on the same
sketches in memory.
Run: ``pytest tests/spark/test_lanes.py``
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.candidates import find_buckets, find_candidates, find_holders
from reuse.options import Options
from reuse.pipeline.tally import Tally
from reuse.plan import plan_bands
from reuse.sources import FEW, NO_HASHES, HeldSources
from reuse.stock import Stock
from reuse.texts import lay_out
from reuse.values import NO_BOILERPLATE, Fingerprints, Signatures, Sketches, Terms, key_of_id
from tests.spark.small_cluster import Cluster, Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.pairs import Candidates

pa = pytest.importorskip("pyarrow", reason="needs pyarrow")

#: Caps so low that a few documents reach them; more than so many sources of one hash are not all told.
OPTIONS = Options(
    permutations=16, resemblance=0.8, recall=0.5, max_articles=2, max_bucket=2, max_term_articles=3, threads=1
)
PLAN = plan_bands(OPTIONS)

laws = settings(derandomize=True, deadline=None, max_examples=25)
#: Few different ones, with the first and the last that there are.
hashes = st.one_of(st.integers(0, 9), st.integers(2**64 - 4, 2**64 - 1), st.integers(2**63 - 1, 2**63 + 1))


@dataclass(frozen=True)
class Document:
    """What is kept of a document: as many words, fingerprints, values of a signature or none, and terms."""

    words: int
    fingerprints: tuple[int, ...]
    signature: tuple[int, ...] | None
    terms: tuple[int, ...]


@st.composite
def a_document(draw: st.DrawFn) -> Document:
    values = draw(st.lists(st.integers(0, 3), min_size=PLAN.values, max_size=PLAN.values))
    return Document(
        words=draw(st.sampled_from([3, 19, 20, 500])),
        fingerprints=tuple(draw(st.lists(hashes, max_size=10))),
        signature=tuple(values) if draw(st.booleans()) else None,
        terms=tuple(sorted(set(draw(st.lists(hashes, max_size=8))))),
    )


documents = st.lists(a_document(), max_size=30)


@dataclass(frozen=True)
class WithBroadcasts(Cluster):
    """A cluster that passes values on."""

    @property
    def spark(self) -> Any:
        return SimpleNamespace(
            sparkContext=SimpleNamespace(broadcast=lambda value: SimpleNamespace(value=value))
        )


def flat(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    values = np.array([one for row in rows for one in row], np.uint64)
    return values, np.cumsum([0, *map(len, rows)])


def sketches_of(some: Sequence[Document]) -> tuple[Sketches, Terms]:
    empty = np.array([one.signature is None for one in some], np.bool_)
    nothing = (2**32 - 1,) * PLAN.values
    minimum = np.array([one.signature or nothing for one in some], np.uint32).reshape(-1, PLAN.values)
    minimum[empty] = 2**32 - 1
    words = np.array([one.words for one in some], np.int64)
    fingerprints = Fingerprints(*flat([one.fingerprints for one in some]))
    return Sketches(words, fingerprints, Signatures(minimum, empty, 1)), Terms(
        *flat([one.terms for one in some])
    )


def in_memory(
    sources: Sequence[Document], pages: Sequence[Document], options: Options, on_many: Any
) -> Candidates:
    known, terms = sketches_of(sources)
    buckets = find_buckets(known.signatures, known.signatures.empty, PLAN, options)
    stock = Stock(NO_HASHES, NO_HASHES)
    texts = lay_out([""] * len(sources))
    held = HeldSources(texts, known, buckets, find_holders(terms), NO_BOILERPLATE, stock, options)
    return find_candidates(held, *sketches_of(pages), PLAN, options, on_many)


def rows_of(some: Sequence[Document], **more: Any) -> Any:
    """Return documents as rows that have the columns of `SKETCHED`."""

    def blobs(rows: Sequence[Sequence[int] | None], kind: Any) -> Any:
        return pa.array([None if row is None else np.array(row, kind).tobytes() for row in rows], pa.binary())

    return pa.table(
        {
            **more,
            "words": pa.array([one.words for one in some], pa.int32()),
            "fingerprints": blobs([one.fingerprints for one in some], np.uint64),
            "signature": blobs([one.signature for one in some], np.uint32),
            "terms": blobs([one.terms for one in some], np.uint64),
        }
    )


def on_a_cluster(
    sources: Sequence[Document],
    pages: Sequence[Document],
    options: Options,
    on_many: Any,
    draw: Random,
    parts: int,
) -> tuple[list[tuple[int, ...]], Tally]:
    """Return pairs of a page, a source's row and what they share, in order; and what was counted."""
    from reuse.engines.spark.lanes import pair

    keys = np.array([key_of_id(str(row)) for row in range(len(sources))], np.uint64)
    rank = np.argsort(np.argsort(keys))
    known = rows_of(sources, row=pa.array(rank, pa.int32()))
    chunks = [draw.choice([-7, 0, 5 << 32]) for _ in pages]
    positions = sorted(draw.sample(range(-(1 << 40), 1 << 40), len(pages)))
    asking = rows_of(pages, chunk=pa.array(chunks, pa.int64()), position=pa.array(positions, pa.int64()))
    cluster: Any = WithBroadcasts(parts)
    answering: Any = Frame(known, draw)
    asked: Any = Frame(asking, draw)
    words = np.zeros(len(sources), np.int32)
    words[rank] = [one.words for one in sources]
    found: Any = pair(cluster, answering, asked, options, words, on_many)
    tally, pairs = Tally(), []
    by_rank = np.argsort(rank)
    for row in found.toArrow().to_pylist():
        if row["tally"] is not None:
            tally.add(Tally.of_json(json.loads(row["tally"])))
            continue
        shared = (row["lanes"], row["shared"], row["buckets"], row["terms"])
        pairs.append((positions.index(row["position"]), int(by_rank[row["row"]]), *shared))
    return sorted(pairs), tally


def are_long(sources: Sequence[Document], pages: Sequence[Document], some: Candidates) -> Any:
    """Tell of each pair whether both have enough words for a verdict."""
    words = [
        min(sources[source].words, pages[page].words)
        for source, page in zip(some.source.tolist(), some.page.tolist(), strict=True)
    ]
    return np.array(words, np.int64) >= OPTIONS.min_words


@laws
@given(
    documents, documents, st.randoms(use_true_random=False), st.integers(1, 9), st.sampled_from([(), (0, 3)])
)
def test_candidates_are_those_in_memory_in_any_chunks_any_order_and_any_parts(
    sources: list[Document], pages: list[Document], draw: Random, parts: int, many: tuple[int, ...]
) -> None:
    on_many = np.array(many, np.uint64)
    expected = in_memory(sources, pages, OPTIONS, on_many)
    found, tally = on_a_cluster(sources, pages, OPTIONS, on_many, draw, parts)
    long_enough = expected.take(are_long(sources, pages, expected))
    columns = ("page", "source", "lanes", "shared", "buckets", "terms")
    assert found == sorted(zip(*(getattr(long_enough, name).tolist() for name in columns), strict=True))
    assert tally == Tally.of_candidates(expected)


@pytest.mark.slow
@laws
@given(documents, documents, st.randoms(use_true_random=False))
def test_a_lane_that_is_not_wanted_is_not_asked(
    sources: list[Document], pages: list[Document], draw: Random
) -> None:
    options = replace(OPTIONS, term_candidates=0)
    found, tally = on_a_cluster(sources, pages, options, NO_HASHES, draw, 3)
    expected = in_memory(sources, pages, options, NO_HASHES)
    assert len(found) == are_long(sources, pages, expected).sum()
    assert tally == Tally.of_candidates(expected)


def test_of_a_hash_that_all_have_little_comes_to_one_place() -> None:
    """Ten thousand sources of one hash: from each batch one more than the cap, to each chunk a few."""
    from reuse.engines.spark.lanes import Answering, Asking, Posting

    one = Document(500, (7, 7, 7), (1,) * PLAN.values, (7,))
    sources = rows_of([one] * 10_000, row=pa.array(range(10_000), pa.int32()))
    posted = [*Posting(OPTIONS, 4)(iter(sources.to_batches(max_chunksize=1_000)))]
    caps = {0: OPTIONS.max_articles, 1: OPTIONS.max_bucket, 2: OPTIONS.max_term_articles}
    for batch in posted:
        for lane, row in zip(batch["lane"].to_pylist(), batch["row"].to_pylist(), strict=True):
            hashes = PLAN.bands if lane == 1 else 1
            assert len(row) <= 4 * hashes * max(caps[lane] + 1, FEW if lane == 0 else 0)
    pages = rows_of([one] * 5_000, chunk=pa.array([3] * 5_000, pa.int64()))
    asked = [*Asking(OPTIONS, 4)(iter(pages.to_batches(max_chunksize=500)))]
    assert all(len(row) <= 8 * PLAN.bands for batch in asked for row in batch["hash"].to_pylist())
    tables = [pa.Table.from_batches(some) for some in (posted, asked)]
    both = pa.concat_tables(tables, promote_options="default")
    of_part = both.filter(pa.compute.equal(both["part"], 7 % 4))
    told = {row["lane"]: row for row in Answering(OPTIONS)(of_part).to_pylist()}
    assert len(told[0]["row"]) == 4 * FEW
    assert np.frombuffer(told[0]["common"], np.uint64).tolist() == [7]
    assert told[2]["row"] == b""
    assert np.frombuffer(told[2]["common"], np.uint64).tolist() == [7]


def test_of_a_common_hash_as_many_sources_are_told_as_in_memory() -> None:
    """Long passages of stories that are in the archive many times: all their fingerprints are common."""
    shared = tuple(range(100, 120))
    sources = [Document(500, shared, None, ())] * 12
    pages = [Document(500, shared, None, ())]
    expected = in_memory(sources, pages, OPTIONS, NO_HASHES)
    found, tally = on_a_cluster(sources, pages, OPTIONS, NO_HASHES, Random(1), 3)
    assert len(expected) == len(found) > 0
    assert tally == Tally.of_candidates(expected)
