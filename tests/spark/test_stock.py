"""Stock text, and what stands on many sites, on Spark.

Covers: ``reuse/engines/spark/stock.py``. Compares against: `reuse.stock` and `reuse.candidates` on the same
fingerprints in memory. Run: ``pytest tests/spark/test_stock.py``; with Spark itself ``-m slow``.
"""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse.candidates import on_many_sites
from reuse.options import Options
from reuse.sources import Postings
from reuse.stock import Stock, find_stock
from reuse.values import Fingerprints, Signatures, Sketches
from tests.spark.small_cluster import Cluster, Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from reuse.engines.spark.session import Session

pa = pytest.importorskip("pyarrow", reason="needs pyarrow")

laws = settings(derandomize=True, deadline=None, max_examples=50)

#: Few different ones, with the first and the last that there are.
hashes = st.one_of(st.integers(0, 12), st.integers(2**64 - 8, 2**64 - 1), st.integers(2**63 - 2, 2**63 + 2))
sources = st.lists(st.lists(hashes, max_size=12), max_size=14)
draws = st.randoms(use_true_random=False)


def fingerprints_of(rows: Sequence[Sequence[int]]) -> Fingerprints:
    flat = np.array([one for row in rows for one in row], np.uint64)
    return Fingerprints(flat, np.cumsum([0, *map(len, rows)]))


def sketches_of(rows: Sequence[Sequence[int]]) -> Sketches:
    nothing = Signatures(np.zeros((len(rows), 0), np.uint32), np.ones(len(rows), np.bool_), 1)
    return Sketches(np.array([99] * len(rows), np.int64), fingerprints_of(rows), nothing)


def blobs(rows: Sequence[Sequence[int]], kind: Any = np.uint64) -> Any:
    return pa.array([np.array(row, kind).tobytes() for row in rows], pa.binary())


def table_of(rows: Sequence[Sequence[int]], draw: Random) -> Any:
    """Return the rows of sources in drawn chunks."""
    chunks = [draw.choice([-5, 0, 7 << 32]) for _ in rows]
    return pa.table({"chunk": pa.array(chunks, pa.int64()), "fingerprints": blobs(rows)})


def assert_same(one: Stock, other: Stock) -> None:
    np.testing.assert_array_equal(one.anywhere, other.anywhere, strict=True)
    np.testing.assert_array_equal(one.in_lists, other.in_lists, strict=True)


# --- stock ------------------------------------------------------------------------------------


@laws
@given(sources, draws, st.integers(1, 9))
def test_stock_is_that_in_memory_in_any_chunks_any_order_and_any_ranges(
    rows: list[list[int]], draw: Random, parts: int
) -> None:
    from reuse.engines.spark import stock

    frame = Frame(table_of(rows, draw), draw)
    found = stock.find_stock(Cluster(parts), frame)  # type: ignore[arg-type]
    assert_same(found, find_stock(sketches_of(rows)))


def test_the_law_is_about_something() -> None:
    """Most corpora like the drawn ones have stock of one kind at least."""
    draw = Random(0)
    some = [[[draw.randrange(12) for _ in range(draw.randrange(12))] for _ in range(10)] for _ in range(50)]
    found = [find_stock(sketches_of(rows)) for rows in some]
    assert sum(len(one.in_lists) > len(one.anywhere) > 0 for one in found) > 10


def made_sources(draw: Random) -> list[list[int]]:
    """Return the fingerprints of sources: own ones, formulas that many have, stories in editions."""
    formulas = [[draw.randrange(2**64) for _ in range(9)] for _ in range(6)]
    stories = [[draw.randrange(2**64) for _ in range(60)] for _ in range(10)]
    return [
        [
            *(draw.choice(stories) if draw.random() < 0.3 else []),
            *draw.choice(formulas),
            *(draw.randrange(2**64) for _ in range(draw.choice([0, 5, 100, 100, 100]))),
        ]
        for _ in range(120)
    ]


@pytest.mark.slow
@pytest.mark.spark
def test_stock_is_that_in_memory_on_spark(session: Session) -> None:
    from reuse.engines.spark import stock

    draw = Random(3)
    rows = made_sources(draw)
    expected = find_stock(sketches_of(rows))
    assert 0 < len(expected.anywhere) < len(expected.in_lists)
    frame = session.spark.createDataFrame(table_of(rows, draw)).repartition(3)
    assert_same(stock.find_stock(replace(session, parts=3), frame), expected)
    nothing = session.spark.createDataFrame(table_of([], draw))
    assert_same(stock.find_stock(session, nothing), find_stock(sketches_of([])))


def test_of_a_hash_in_every_source_a_chunk_tells_one_number() -> None:
    from reuse.engines.spark.stock import _Counting, _Sharing, _total

    own = np.random.default_rng(1).integers(0, 2**64, 20_000, np.uint64).tolist()
    rows = pa.table(
        {
            "chunk": pa.array([4] * 20_000, pa.int64()),
            "fingerprints": blobs([[7, 7, one] for one in own]),
        }
    )
    begin = time.process_time()
    (counts,) = _Counting(1)(rows).to_pylist()
    assert np.frombuffer(counts["hash"], np.uint64).tolist() == sorted({7, *own})
    assert np.frombuffer(counts["many"], np.int32)[0] == 20_000
    totals = _total(pa.table({name: [counts[name]] for name in ("part", "chunk", "hash", "many")}))
    assert np.frombuffer(totals["hash"][0].as_py(), np.uint64).tolist() == [7]
    both = pa.concat_tables([rows, totals], promote_options="default")
    (sums,) = _Sharing(1)(both).to_pylist()
    assert [np.frombuffer(sums[name], np.int64).tolist() for name in ("hash", "many")] == [[7], [20_000]]
    assert time.process_time() - begin < 2


# --- what stands on many sites ----------------------------------------------------------------


class Known:
    """Sources of which the fingerprints are known, and nothing else."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        each = fingerprints_of(rows)
        self.postings = Postings(np.arange(len(rows), dtype=np.int32), each.hash, each.offsets)

    def fingerprints(self, asked: NDArray[np.uint64]) -> Postings:
        return self.postings.only(np.unique(asked), len(self.postings.row))


pages = st.lists(st.tuples(st.integers(-1, 5), st.lists(hashes, max_size=8)), max_size=14)
caps = st.builds(Options, threads=st.just(1), max_articles=st.integers(1, 4), max_sites=st.integers(1, 4))


def pages_table(some: Sequence[tuple[int, list[int]]], draw: Random) -> Any:
    """Return rows of pages: one, or some, in each."""
    rows: list[tuple[list[int], list[int]]] = [([], [])]
    for site, row in some:
        rows[-1][0].extend(row)
        rows[-1][1].extend([site] * len(row))
        if draw.random() < 0.5:
            rows.append(([], []))
    return pa.table(
        {"hash": blobs([row for row, _ in rows]), "site": blobs([one for _, one in rows], np.int32)}
    )


def expected_on_many(
    rows: Sequence[Sequence[int]], some: Sequence[tuple[int, list[int]]], options: Options
) -> NDArray[np.uint64]:
    sites = np.array([site for site, _ in some], np.int32)
    each = [(fingerprints_of([row for _, row in some]), sites)]
    return on_many_sites(Known(rows), each, options)  # type: ignore[arg-type]


@laws
@given(sources, pages, caps, draws, st.integers(1, 9))
def test_what_is_on_many_sites_is_that_in_memory(
    rows: list[list[int]], some: list[tuple[int, list[int]]], options: Options, draw: Random, parts: int
) -> None:
    from reuse.engines.spark import stock

    found = stock.on_many_sites(
        Cluster(parts),  # type: ignore[arg-type]
        Frame(table_of(rows, draw), draw),  # type: ignore[arg-type]
        Frame(pages_table(some, draw), draw),  # type: ignore[arg-type]
        options,
    )
    np.testing.assert_array_equal(found, expected_on_many(rows, some, options), strict=True)


@pytest.mark.slow
@pytest.mark.spark
def test_what_is_on_many_sites_is_that_in_memory_on_spark(session: Session) -> None:
    from reuse.engines.spark import stock

    draw = Random(5)
    rows = made_sources(draw)
    some = [(draw.randint(-1, 30), draw.sample(draw.choice(rows), 5)) for _ in range(300)]
    options = Options(threads=1, max_articles=20, max_sites=5)
    expected = expected_on_many(rows, some, options)
    assert len(expected)
    create = session.spark.createDataFrame
    frames = create(table_of(rows, draw)).repartition(3), create(pages_table(some, draw)).repartition(4)
    np.testing.assert_array_equal(stock.on_many_sites(session, *frames, options), expected, strict=True)
    nothing = create(pages_table([], draw))
    assert len(stock.on_many_sites(session, frames[0], nothing, options)) == 0


def test_what_is_on_every_site_costs_no_more_than_is_allowed() -> None:
    from reuse.engines.spark.stock import _OfSites

    table = pa.table({"hash": blobs([[7] * 1_000, [7, 8]]), "site": blobs([range(1_000), [5, 5]], np.int32)})
    (row,) = pa.Table.from_batches(_OfSites(3, 1)(iter(table.to_batches()))).to_pylist()
    assert np.frombuffer(row["hash"], np.uint64).tolist() == [7, 7, 7, 7, 8]
    assert np.frombuffer(row["site"], np.int32).tolist() == [0, 1, 2, 3, 5]
