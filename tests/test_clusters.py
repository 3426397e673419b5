"""Verified pairs to clusters, and the choice of what is kept.

Covers: ``reuse/clusters.py``. Compares against: sets joined one pair at a time, and what clusters promise:
nothing is dropped without a near-duplicate that is kept, and nothing is kept twice.
Run: ``pytest tests/test_clusters.py``
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reuse import Document, Options, UsageError
from reuse.clusters import cluster, preference
from reuse.pairs import BANDS, Clusters, Scores
from reuse.texts import extract

if TYPE_CHECKING:
    from collections.abc import Sequence

laws = settings(derandomize=True, deadline=None, max_examples=300)

#: Shingles of every document below: two that share `n` have a resemblance of n / (2 * 90 - n).
SHINGLES = 90


class Corpus(NamedTuple):
    """Documents by number: their pairs with the shingles both have, and the rank of each."""

    pairs: dict[tuple[int, int], int]
    rank: list[int]

    def alike(self, one: int, other: int) -> float | None:
        """Return the resemblance of a pair, None if it is no near-duplicate."""
        shared = self.pairs.get((min(one, other), max(one, other)))
        return None if shared is None else shared / (2 * SHINGLES - shared)

    def clusters(self) -> Clusters:
        scores = scores_of([(*pair, shared) for pair, shared in self.pairs.items()])
        return cluster(scores, np.array(self.rank, np.int32))


def scores_of(pairs: Sequence[tuple[int, int, int]]) -> Scores:
    source, page, shared = (np.array([pair[column] for pair in pairs], np.int32) for column in range(3))
    shingles = np.full(len(pairs), SHINGLES, np.int32)
    return Scores(source, page, np.full(len(pairs), BANDS, np.uint8), shared, shingles, shingles.copy())


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """Draw some documents, pairs of them, and a rank for each."""
    size = draw(st.integers(0, 12))
    every = list(itertools.combinations(range(size), 2))
    chosen = draw(st.lists(st.sampled_from(every), unique=True, max_size=20)) if every else []
    # Few different ones, so that there are ties.
    pairs = {pair: draw(st.sampled_from([60, 70, 80, 90])) for pair in chosen}
    return Corpus(pairs, draw(st.permutations(range(size))))


def joined(corpus: Corpus) -> list[set[int]]:
    """Return the connected components of two documents and more, by their first documents."""
    parts = [{row} for row in range(len(corpus.rank))]
    for one, other in corpus.pairs:
        left, right = (next(part for part in parts if row in part) for row in (one, other))
        if left is not right:
            parts.remove(right)
            left |= right
    return sorted((part for part in parts if len(part) > 1), key=min)


# --- components -------------------------------------------------------------------------------


@laws
@given(corpora())
def test_clusters_are_the_connected_components_by_their_first_documents(corpus: Corpus) -> None:
    clusters = corpus.clusters()
    components = joined(corpus)
    number_of = {row: number for number, part in enumerate(components) for row in part}
    assert clusters.cluster.tolist() == [number_of.get(row, -1) for row in range(len(corpus.rank))]
    assert [set(members.tolist()) for members in clusters.members()] == components
    assert clusters.cluster.dtype == clusters.duplicate_of.dtype == np.int32


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shape", ["chain", "star", "circle"])
def test_clusters_of_thousands_are_one_whatever_their_shape(shape: str, seed: int) -> None:
    size = 3000
    order = np.random.default_rng(seed).permutation(size) if seed else np.arange(size)
    ends = {
        "chain": (order[:-1], order[1:]),
        "star": (np.repeat(order[:1], size - 1), order[1:]),
        "circle": (order, np.roll(order, 1)),
    }[shape]
    pairs = scores_of([(int(one), int(other), 60) for one, other in zip(*ends, strict=True)])
    # One document more, which is alone.
    clusters = cluster(pairs, np.arange(size + 1, dtype=np.int32))
    assert clusters.cluster.tolist() == [0] * size + [-1]


# --- what is kept -----------------------------------------------------------------------------


@laws
@given(corpora())
@example(Corpus({(0, 1): 60, (1, 2): 70, (2, 3): 80}, [0, 1, 2, 3]))
@example(Corpus({(0, 2): 60, (1, 2): 90}, [0, 1, 2]))
def test_what_is_dropped_is_named_after_its_most_similar_kept_near_duplicate(corpus: Corpus) -> None:
    clusters = corpus.clusters()
    kept = clusters.kept.tolist()
    for row, (of, told) in enumerate(zip(clusters.duplicate_of, clusters.resemblance, strict=True)):
        if kept[row]:
            assert (of, told) == (row, 1)
            continue
        assert kept[of]
        assert corpus.alike(row, int(of)) == told
        # Of those as alike the preferred one.
        rivals = [
            (-alike, corpus.rank[other], other)
            for other in range(len(kept))
            if kept[other] and corpus.rank[other] < corpus.rank[row]
            if (alike := corpus.alike(row, other)) is not None
        ]
        assert min(rivals)[2] == of


@laws
@given(corpora())
def test_what_is_kept_is_kept_once_and_nothing_is_lost(corpus: Corpus) -> None:
    clusters = corpus.clusters()
    kept = set(np.flatnonzero(clusters.kept).tolist())
    # No two near-duplicates are both kept ...
    assert not any(set(pair) <= kept for pair in corpus.pairs)
    # ... and no other document could be kept beside these.
    for row in set(range(len(corpus.rank))) - kept:
        assert any(corpus.alike(row, other) is not None for other in kept)
    # Documents without a near-duplicate stay.
    assert {row for row, number in enumerate(clusters.cluster) if number < 0} <= kept


@laws
@given(corpora())
def test_the_preferred_document_of_every_cluster_is_kept(corpus: Corpus) -> None:
    clusters = corpus.clusters()
    for members in clusters.members():
        assert clusters.kept[min(members.tolist(), key=corpus.rank.__getitem__)]
    # So is, by rank, every document without a kept near-duplicate before it: the choice is the greedy one.
    kept: list[int] = []
    for row in sorted(range(len(corpus.rank)), key=corpus.rank.__getitem__):
        if all(corpus.alike(row, other) is None for other in kept):
            kept.append(row)
    assert np.flatnonzero(clusters.kept).tolist() == sorted(kept)


@laws
@given(corpora(), st.randoms())
def test_the_order_of_the_pairs_changes_nothing(corpus: Corpus, random: Any) -> None:
    pairs = [(*pair, shared) for pair, shared in corpus.pairs.items()]
    mixed = [
        (page, source, shared) if random.random() < 0.5 else (source, page, shared)
        for source, page, shared in pairs
    ]
    random.shuffle(mixed)
    rank = np.array(corpus.rank, np.int32)
    one, other = (cluster(scores_of(rows), rank) for rows in (pairs, mixed))
    for name in ("cluster", "duplicate_of", "resemblance"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()


def test_without_a_pair_everything_stays() -> None:
    clusters = Corpus({}, [2, 0, 1]).clusters()
    assert clusters.kept.all()
    assert clusters.members() == []
    assert clusters.cluster.tolist() == [-1] * 3
    assert len(Corpus({}, []).clusters().kept) == 0


# --- preference -------------------------------------------------------------------------------


def ranked(keep: str, words: Sequence[int], dates: Sequence[str | None] | None = None) -> list[int]:
    """Return the rows of documents by rank."""
    dates = [None] * len(words) if dates is None else dates
    documents = (Document(str(row), "text", "p", date=date) for row, date in enumerate(dates))
    rank = preference(extract(documents), np.array(words, np.int64), Options(keep=keep))
    assert rank.dtype == np.int32
    assert sorted(rank) == list(range(len(words)))
    return sorted(range(len(words)), key=rank.__getitem__)


words_of_documents = st.lists(st.integers(0, 5), max_size=8)


@laws
@given(words_of_documents)
def test_first_is_the_order_of_the_input(words: list[int]) -> None:
    assert ranked("first", words) == list(range(len(words)))


@laws
@given(words_of_documents)
def test_longest_goes_by_words_and_ties_by_the_order_of_the_input(words: list[int]) -> None:
    assert ranked("longest", words) == sorted(range(len(words)), key=lambda row: (-words[row], row))


@laws
@given(st.lists(st.none() | st.integers(-3, 3), max_size=8))
def test_oldest_goes_by_date_and_undated_ones_come_last(days: list[int | None]) -> None:
    dates = [None if day is None else f"2026-11-{10 + day:02}" for day in days]
    if days and not any(dates):
        dates = [*dates, "2026-11-10"]
        days = [*days, 0]
    order = sorted(range(len(days)), key=lambda row: (days[row] is None, days[row] or 0, row))
    assert ranked("oldest", [1] * len(dates), dates) == order


def test_dates_are_compared_across_zones_and_dresses() -> None:
    dates = [
        "2026-11-21T12:00:00+00:00",
        "Sat, 21 Nov 2026 12:30:00 +0100",
        None,
        "2026-11-21T06:45:00-05:00",
        "no date",
        "2026-11-21",
        "Fri, 20 Nov 2026 23:59:59 GMT",
        "2026-11-21T12:00:00Z",
    ]
    assert ranked("oldest", [1] * len(dates), dates) == [6, 5, 1, 3, 0, 7, 2, 4]


@pytest.mark.parametrize("date", ["1970-01-01", "1970-01-01T01:00:00+01:00", "1961-04-12"])
def test_a_date_in_or_before_1970_is_a_date(date: str) -> None:
    assert ranked("oldest", [1, 1], [None, date]) == [1, 0]


@pytest.mark.parametrize("dates", [[None], ["soon", "", None], ["32 January 2026"]])
def test_without_a_date_there_is_no_oldest(dates: list[str | None]) -> None:
    with pytest.raises(UsageError, match=r"no document has a date that can be read.*--date-field"):
        ranked("oldest", [1] * len(dates), dates)


def test_of_no_documents_there_is_an_order() -> None:
    for keep in ("first", "longest", "oldest"):
        assert ranked(keep, []) == []
