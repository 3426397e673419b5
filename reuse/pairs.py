"""The values of pairs that travel between stages: frozen records with one row for each pair of documents.

What is of single documents is in `reuse.values`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.values import Arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Self

    from reuse.values import Bytes, Ids, Offsets, Ratios, Truths

#: Bits of `Candidates.lanes`: what brought a pair.
POSTINGS, BANDS, TERMS = 1, 2, 4
ALL_LANES = POSTINGS | BANDS | TERMS
_LANES = {POSTINGS: "postings", BANDS: "bands", TERMS: "terms"}
#: Key terms that a pair shares, at least, to be brought by them: one name is in many articles.
LEAST_TERMS = 2


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

    def slices(self, pairs: int, weight: Ids | Offsets | None = None, most: int = 0) -> Iterator[Self]:
        """Cut the pairs between pages, into parts of at least so many.

        Parameters
        ----------
        pairs : int
        weight : int32 or int64, optional
            By row of a source: a part ends sooner where its sources would weigh more than `most` together, but
            the pairs of a page stay together.
        most : int
        """
        begin = 0
        while begin < len(self):
            end = begin + pairs
            if weight is not None:
                some = self.source[begin:end]
                firsts = np.sort(np.unique(some, return_index=True)[1])
                reached = np.cumsum(weight[some[firsts]], dtype=np.int64)
                fit = int(np.searchsorted(reached, most, side="right"))
                end = begin + max(int(firsts[fit]), 1) if fit < len(firsts) else end
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
        What brought the pair: bits `POSTINGS`, `BANDS`, `TERMS`.
    shared : int32 [P]
        Distinct fingerprints both have, those over a cap left out; 0 where postings did not bring the pair.
    buckets : int32 [P]
        Bands in which both have the same values; 0 where bands did not bring the pair.
    terms : int32 [P]
        Key terms both have; 0 where key terms did not bring the pair.
    pairs : int
        Pairs that share at least one fingerprint.
    capped_articles, capped_sites : int
        Fingerprints of pages left out because too many sources, or too many sites, have them.
    capped_terms : int
        Key terms of pages left out because too many sources have them.
    overfull : int
        How often a page met a bucket of more sources than `Options.max_bucket`, of which the first alone are
        looked at; within one corpus, buckets of so many documents.
    crowded : int
        Pairs left out because their page had too many.
    """

    source: Ids
    page: Ids
    lanes: Bytes
    shared: Ids
    buckets: Ids
    terms: Ids
    pairs: int = 0
    capped_articles: int = 0
    capped_sites: int = 0
    capped_terms: int = 0
    overfull: int = 0
    crowded: int = 0

    @classmethod
    def pair(cls) -> Candidates:
        """Return the one pair of two sides of one document each, whatever they share."""
        row = np.zeros(1, np.int32)
        return cls.named(row, row.copy(), np.zeros(1, np.uint8))

    @classmethod
    def named(cls, source: Ids, page: Ids, lanes: Bytes) -> Candidates:
        """Return pairs that are known by name, whatever they share."""
        shared, buckets, terms = np.zeros((3, len(source)), np.int32)
        return cls(source, page, lanes, shared, buckets, terms)


def lane_counts(lanes: Bytes) -> dict[str, int]:
    """Return how many pairs each lane brought; some were brought by several.

    Examples
    --------
    >>> lane_counts(np.array([POSTINGS, POSTINGS | BANDS], np.uint8))
    {'postings': 2, 'bands': 1, 'terms': 0}
    """
    return {name: int(np.count_nonzero(lanes & bit)) for bit, name in _LANES.items()}


def lane_bits(names: Iterable[str]) -> int:
    """Return the bits of lanes.

    Examples
    --------
    >>> lane_bits(("postings", "bands")) == POSTINGS | BANDS
    True
    """
    return sum(bit for bit, name in _LANES.items() if name in names)


@cache
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
    def named(cls, source: Ids, page: Ids) -> Scores:
        """Return pairs that are aligned or judged without a look at their shingles."""
        none = np.zeros(len(source), np.int32)
        return cls(source.copy(), page.copy(), none.astype(np.uint8), none, none.copy(), none.copy())

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


class Trick(NamedTuple):
    """Something done to copied words so that nobody finds them; see `reuse.tricks`.

    Attributes
    ----------
    kind : str
        One of `reuse.tricks.TRICKS`.
    places : tuple of (int, int)
        Spans in code points of the page's text; empty ones where words were left out.
    """

    kind: str
    places: tuple[tuple[int, int], ...]


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


class _Spans(Arrays):
    """What runs and passages have in common: some rows for each pair."""

    __slots__ = ()
    offsets: Offsets

    @property
    def pair(self) -> Offsets:
        """The pair each row belongs to, int64 [M]."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def per_pair(self, amounts: Ids | Offsets) -> Offsets:
        """Add up an amount of each row by pair, int64 [P]."""
        totals = np.concatenate([[0], np.cumsum(amounts, dtype=np.int64)])
        return np.diff(totals[self.offsets])

    def _words_covered(self, begin: Ids, words: Ids) -> Offsets:
        """Words of one side that stand in a row, each counted once, int64 [P]."""
        order = np.lexsort((begin, self.pair))
        pair = self.pair[order]
        first = begin[order].astype(np.int64)
        end = first + words[order]
        # Pairs are set far apart, so that one running maximum serves all of them.
        apart = pair * (int(end.max(initial=0)) + 1)
        reached = np.maximum.accumulate(np.concatenate([[0], end + apart]))[:-1]
        fresh = np.maximum(end + apart - np.maximum(first + apart, reached), 0)
        return np.bincount(pair, fresh, minlength=len(self.offsets) - 1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Runs(_Spans):
    """Shared runs of every pair, maximal stretches of equal tokens, in page order within a pair.

    Attributes
    ----------
    offsets : int64 [P + 1]
        Runs of each pair.
    source_token, page_token : int32 [M]
        First token on each side, counted in its document.
    words : int32 [M]
        Tokens of the run.
    quoted_words : int32 [M]
        Those of them inside quotation marks in the source or in the page.
    longest : int32 [P]
        Tokens of the longest run the pair shares, also where it is shorter than `Options.min_run`.
    """

    offsets: Offsets
    source_token: Ids
    page_token: Ids
    words: Ids
    quoted_words: Ids
    longest: Ids

    def source_words_covered(self) -> Offsets:
        """Words of the source that stand in a run, each counted once, int64 [P]."""
        return self._words_covered(self.source_token, self.words)


#: What a passage is, by `Passages.kind`: the words of the source; most of them, in their order; its content in
#: other words.
KINDS = ("verbatim", "edited", "spun")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Passages(_Spans):
    """Aligned span pairs of every pair, in page order within a pair and disjoint on the page.

    Attributes
    ----------
    offsets : int64 [P + 1]
        Passages of each pair.
    source_begin, source_end, page_begin, page_end : int32 [M]
        Spans in code points of the two texts.
    source_token, page_token : int32 [M]
        First token on each side, counted in its document.
    source_words, words : int32 [M]
        Tokens of the source and of the page.
    equal_words : int32 [M]
        Tokens that both have in the same order.
    quoted_words : int32 [M]
        Tokens of the page inside quotation marks there or, where they stand in a shared run, in the source.
    kind : uint8 [M]
        Index into `KINDS`.
    moved : bool [M]
        Whether the passage stands elsewhere in the page's order than in the source's.
    """

    offsets: Offsets
    source_begin: Ids
    source_end: Ids
    page_begin: Ids
    page_end: Ids
    source_token: Ids
    source_words: Ids
    page_token: Ids
    words: Ids
    equal_words: Ids
    quoted_words: Ids
    kind: Bytes
    moved: Truths

    def source_words_covered(self) -> Offsets:
        """Words of the source that stand in a passage, each counted once, int64 [P]."""
        return self._words_covered(self.source_token, self.source_words)


#: What a step of `Differences` is, by `Differences.kind`: the same tokens on both sides; other tokens; tokens
#: of the page alone, and of the source alone.
STEPS = ("equal", "replaced", "inserted", "deleted")


class Difference(NamedTuple):
    """One step of a passage, with its spans in code points of the two texts. `kind` is one of `STEPS`."""

    kind: str
    source_begin: int
    source_end: int
    page_begin: int
    page_end: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Differences(Arrays):
    """How the two sides of every passage differ, step by step; the steps of a passage cover all its tokens.

    Attributes
    ----------
    offsets : int64 [M + 1]
        Steps of each passage.
    kind : uint8 [K]
        Index into `STEPS`.
    source_token, page_token : int32 [K]
        First token on each side, counted in its document.
    source_words, words : int32 [K]
        Tokens of the source and of the page; 0 on the side that has none.
    source_begin, source_end, page_begin, page_end : int32 [K]
        Spans in code points of the two texts, from the first token to the last. Where there is none both are
        the end of the token before, or where the passage begins.
    """

    offsets: Offsets
    kind: Bytes
    source_token: Ids
    source_words: Ids
    page_token: Ids
    words: Ids
    source_begin: Ids
    source_end: Ids
    page_begin: Ids
    page_end: Ids

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.offsets) - 1

    def __getitem__(self, passage: int) -> tuple[Difference, ...]:
        """Return the steps of one passage."""
        some = slice(self.offsets[passage], self.offsets[passage + 1])
        columns = (self.source_begin, self.source_end, self.page_begin, self.page_end)
        kinds = [STEPS[kind] for kind in self.kind[some].tolist()]
        return tuple(map(Difference, kinds, *(column[some].tolist() for column in columns)))

    def __iter__(self) -> Iterator[tuple[Difference, ...]]:
        """Yield the steps of each passage."""
        return map(self.__getitem__, range(len(self)))

    def part(self, begin: int, end: int) -> Differences:
        """Return the steps of the passages from `begin` to before `end`."""
        first, last = self.offsets[begin], self.offsets[end]
        others = (field.name for field in dataclasses.fields(self) if field.name != "offsets")
        columns = {name: getattr(self, name)[first:last] for name in others}
        return Differences(self.offsets[begin : end + 1] - first, **columns)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Agreement(Arrays):
    """How far the texts of each pair tell the same things in the same order; see `reuse.agreement`.

    Attributes
    ----------
    order, reach, spread, shared, facts, unquoted : float64 [P]
        Shares below 1; order, reach and spread can be a little below 0.
    """

    order: Ratios
    reach: Ratios
    spread: Ratios
    shared: Ratios
    facts: Ratios
    unquoted: Ratios

    @property
    def retold(self) -> Ratios:
        """The lesser of order and facts, float64 [P]: the same things, told in the same order."""
        lesser: Ratios = np.minimum(self.order, self.facts)
        return lesser


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Numerals(Arrays):
    """How many numbers the texts of each pair have, and share; see `reuse.numerals`.

    Attributes
    ----------
    fewer : int32 [P]
        Different numbers of the text that has fewer; 0 where nobody asked.
    shared : int32 [P]
        Those of them that the other has.
    """

    fewer: Ids
    shared: Ids


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

    @property
    def accused(self) -> Truths:
        """Pairs that are findings, bool [P]."""
        worse: Truths = self.verdict < len(ACCUSED)
        return worse


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Credits(Arrays):
    """Which source each word of a page is credited to, where several explain it.

    Attributes
    ----------
    words : int64 [P]
        Words of the page credited to the pair's source; 0 for pairs that are no findings.
    rivals : tuple of tuple of int
        For each pair the other findings of its page, the best first, five at most; none where pairs do not
        compete.
    """

    words: Offsets
    rivals: tuple[tuple[int, ...], ...]
