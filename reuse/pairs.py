"""The values of pairs that travel between stages: frozen records with one row for each pair of documents.

What is of single documents is in `reuse.values`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reuse.values import Arrays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from reuse.values import Bytes, Ids, Offsets, Ratios, Truths

#: Bits of `Candidates.lanes`: what brought a pair.
POSTINGS, BANDS = 1, 2
_LANES = {POSTINGS: "postings", BANDS: "bands"}


class _Pairs(Arrays):
    """Columns with one value for each pair of `source` and `page`, which stand in page order."""

    __slots__ = ()

    source: Ids
    page: Ids

    def __len__(self) -> int:
        return len(self.source)

    def take(self, pairs: Truths | Offsets | slice) -> Self:
        """Return some pairs: by mask, by number, or in a row."""
        columns = {
            field.name: value[pairs]
            for field in dataclasses.fields(self)  # type: ignore[arg-type]
            if isinstance(value := getattr(self, field.name), np.ndarray)
        }
        return dataclasses.replace(self, **columns)  # type: ignore[type-var]

    def slices(self, pairs: int) -> Iterator[Self]:
        """Cut the pairs between pages, into parts of at least so many."""
        begin = 0
        while begin < len(self):
            end = begin + pairs
            if end < len(self):
                end = int(np.searchsorted(self.page, self.page[end - 1], side="right"))
            yield self.take(slice(begin, end))
            begin = end


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Candidates(_Pairs):
    """Pairs worth scoring, in page order, then source order.

    Attributes
    ----------
    source, page : int32 [P]
        Rows of the two sides.
    lanes : uint8 [P]
        What brought the pair: bits `POSTINGS`, `BANDS`.
    shared : int32 [P]
        Distinct fingerprints both have, those over a cap left out; 0 where bands alone brought the pair.
    buckets : int32 [P]
        Bands in which both have the same values; 0 where postings alone brought the pair.
    pairs : int
        Pairs that share at least one fingerprint.
    capped_articles, capped_sites : int
        Shared fingerprints left out because too many sources, or too many sites, have them.
    overfull : int
        Buckets of more documents than `Options.max_bucket`: not all of their pairs were looked at.
    """

    source: Ids
    page: Ids
    lanes: Bytes
    shared: Ids
    buckets: Ids
    pairs: int = 0
    capped_articles: int = 0
    capped_sites: int = 0
    overfull: int = 0

    @classmethod
    def pair(cls) -> Candidates:
        """Return the one pair of two sides of one document each, whatever they share."""
        row = np.zeros(1, np.int32)
        return cls(row, row.copy(), np.zeros(1, np.uint8), row.copy(), row.copy())

    def by_lane(self) -> dict[str, int]:
        """Return how many pairs each lane brought; some were brought by both."""
        return {name: int(np.count_nonzero(self.lanes & bit)) for bit, name in _LANES.items()}


def lane_names(lanes: int) -> tuple[str, ...]:
    """Return the names of lanes.

    Examples
    --------
    >>> lane_names(POSTINGS | BANDS)
    ('postings', 'bands')
    """
    return tuple(name for bit, name in _LANES.items() if lanes & bit)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scores(_Pairs):
    """What the shingle sets of each pair have in common, exactly.

    Attributes
    ----------
    source, page : int32 [P]
        Rows of the two sides.
    lanes : uint8 [P]
        As in `Candidates`.
    shared : int32 [P]
        Distinct shingles both have.
    source_shingles, page_shingles : int32 [P]
        Distinct shingles of each.
    """

    source: Ids
    page: Ids
    lanes: Bytes
    shared: Ids
    source_shingles: Ids
    page_shingles: Ids

    @classmethod
    def concatenate(cls, parts: Sequence[Scores]) -> Scores:
        """Return the pairs of several parts, one after another."""
        fields = [field.name for field in dataclasses.fields(cls)]
        columns = zip(*([getattr(part, name) for name in fields] for part in (_NO_SCORES, *parts)), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    @property
    def resemblance(self) -> Ratios:
        """Jaccard resemblance: shared shingles in all of both, float64 [P]; 0 where neither has any."""
        ratio: Ratios = self.shared / np.maximum(self.source_shingles + self.page_shingles - self.shared, 1)
        return ratio

    @property
    def source_in_page(self) -> Ratios:
        """Containment of the source in the page: the share of the source's shingles that the page has."""
        return self.shared / np.maximum(self.source_shingles, 1)

    @property
    def page_in_source(self) -> Ratios:
        """Containment of the page in the source: the share of the page's shingles that the source has."""
        return self.shared / np.maximum(self.page_shingles, 1)


_NO_IDS = np.empty(0, np.int32)
_NO_SCORES = Scores(_NO_IDS, _NO_IDS, np.empty(0, np.uint8), _NO_IDS, _NO_IDS, _NO_IDS)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Clusters(Arrays):
    """Near-duplicates of one corpus, and which of them stay.

    Attributes
    ----------
    cluster : int32 [D]
        Number of the cluster, in the order of their first documents; -1 for documents without a near-duplicate.
    duplicate_of : int32 [D]
        The kept document that a dropped one is a near-duplicate of; its own row for those that are kept.
    resemblance : float64 [D]
        Between the two; 1 for those that are kept.
    """

    cluster: Ids
    duplicate_of: Ids
    resemblance: Ratios

    @property
    def kept(self) -> Truths:
        """Documents that stay, bool [D], those without a near-duplicate among them."""
        stays: Truths = self.duplicate_of == np.arange(len(self.duplicate_of))
        return stays

    def members(self) -> list[Ids]:
        """Return the documents of each cluster, in the order of the input."""
        order = np.argsort(self.cluster, kind="stable").astype(np.int32)
        order = order[np.count_nonzero(self.cluster < 0) :]
        return np.split(order, np.flatnonzero(np.diff(self.cluster[order])) + 1) if len(order) else []


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Passages(Arrays):
    """Aligned spans of every pair, in page order within a pair.

    Attributes
    ----------
    offsets : int64 [P + 1]
        Passages of each pair.
    source_begin, source_end, page_begin, page_end : int32 [M]
        Spans in code points of the two texts.
    source_token, page_token : int32 [M]
        First token on each side, counted in its document.
    words : int32 [M]
        Tokens of the passage.
    quoted_words : int32 [M]
        Those of them inside quotation marks in the source or in the page.
    longest_run : int32 [P]
        Tokens of the longest run the pair shares, also where it is too short for a passage.
    """

    offsets: Offsets
    source_begin: Ids
    source_end: Ids
    page_begin: Ids
    page_end: Ids
    source_token: Ids
    page_token: Ids
    words: Ids
    quoted_words: Ids
    longest_run: Ids

    @property
    def pair(self) -> Offsets:
        """The pair each passage belongs to, int64 [M]."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def per_pair(self, amounts: Ids) -> Offsets:
        """Add up an amount of each passage by pair, int64 [P]."""
        totals = np.concatenate([[0], np.cumsum(amounts, dtype=np.int64)])
        return np.diff(totals[self.offsets])

    def source_words_covered(self) -> Offsets:
        """Words of the source that stand in a passage, each counted once, int64 [P]."""
        order = np.lexsort((self.source_token, self.pair))
        pair = self.pair[order]
        begin = self.source_token[order].astype(np.int64)
        end = begin + self.words[order]
        # Pairs are set far apart, so that one running maximum serves all of them.
        apart = pair * (int(end.max(initial=0)) + 1)
        reached = np.maximum.accumulate(np.concatenate([[0], end + apart]))[:-1]
        fresh = np.maximum(end + apart - np.maximum(begin + apart, reached), 0)
        return np.bincount(pair, fresh, minlength=len(self.offsets) - 1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Agreement(Arrays):
    """How far the texts of each pair tell the same things in the same order; see `reuse.agreement`.

    Attributes
    ----------
    order, spread, shared, facts : float64 [P]
        Shares below 1; order and spread can be a little below 0.
    """

    order: Ratios
    spread: Ratios
    shared: Ratios
    facts: Ratios

    @property
    def retold(self) -> Ratios:
        """The lesser of order and facts, float64 [P]: the same things, told in the same order."""
        lesser: Ratios = np.minimum(self.order, self.facts)
        return lesser


#: Worst first. What each means stands in README.md, "What the verdicts mean".
VERDICTS = ("identical", "near-duplicate", "spun", "excerpt", "quotation", "independent")
#: The verdicts that are findings: reuse that somebody answers for.
ACCUSED = VERDICTS[: VERDICTS.index("excerpt") + 1]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Verdicts(Arrays):
    """The decision on every pair.

    Attributes
    ----------
    verdict : uint8 [P]
        Index into `VERDICTS`.
    probability : float64 [P]
        Of copying.
    features : dict of str to float64 [P]
        What the model looked at.
    reasons : tuple of tuple of str
        For each pair what decided, in words, the weightiest first.
    """

    verdict: Bytes
    probability: Ratios
    features: dict[str, Ratios]
    reasons: tuple[tuple[str, ...], ...]

    def name(self, pair: int) -> str:
        """Return the verdict of a pair in words."""
        return VERDICTS[self.verdict[pair]]
