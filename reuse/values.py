"""The values that travel between stages: frozen records of read-only NumPy arrays.

Ragged data is ``values + offsets`` (row d is ``values[offsets[d]:offsets[d + 1]]``), which is Arrow's
list layout; such values slice by document and concatenate. Spans are half-open, ``begin`` to ``end``,
in code points of the document's text. `Document` and `Unreadable` are what readers yield.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Bytes: TypeAlias = NDArray[np.uint8]
    Hashes: TypeAlias = NDArray[np.uint64]
    Ids: TypeAlias = NDArray[np.int32]
    Offsets: TypeAlias = NDArray[np.int64]
    Minima: TypeAlias = NDArray[np.uint32]
    Ratios: TypeAlias = NDArray[np.float64]
    Truths: TypeAlias = NDArray[np.bool_]

# Bits of `Tokens.flags`; the numbers are those of cpp/tokens.hpp and cpp/quotes.hpp.
CHARACTER = 1
INVISIBLE = 2
MIXED_SCRIPT = 4
QUOTED = 8


class _Arrays:
    """Makes the arrays of a frozen dataclass read-only, so that no stage changes another's value."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def __repr__(self) -> str:
        """Name the fields with their sizes: the values of a corpus fill no screen."""
        names = (field.name for field in dataclasses.fields(self))  # type: ignore[arg-type]
        fields = (f"{name}={_brief(getattr(self, name))}" for name in names)
        return f"{type(self).__name__}({', '.join(fields)})"


def _brief(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return f"<{len(value)}>" if isinstance(value, tuple | dict) else repr(value)


@dataclass(frozen=True, slots=True)
class Document:
    """One text as a reader found it.

    Attributes
    ----------
    id : str
        Unique within its side (sources or pages); the path as given where the input has no ids.
    content : bytes or str
        Raw bytes of a file, or text that came decoded (a JSON string). Empty once it has become a row of
        `Texts`.
    path : str
        The file it was read from; ``-`` for standard input.
    line : int or None
        1-based line in that file, for formats with a document a line.
    url, title : str or None
        Where it was published and under which headline, if the input says so.
    """

    id: str
    content: bytes | str
    path: str
    line: int | None = None
    url: str | None = None
    title: str | None = None

    @property
    def site(self) -> str | None:
        """Host of `url` without ``www.``, or None where there is no URL.

        Examples
        --------
        >>> Document("a", "", "a.jsonl", url="https://www.example.org/news/1").site
        'example.org'
        """
        try:
            host = urlsplit(self.url or "").hostname
        except ValueError:  # "https://[": no host can be told
            return None
        return (host or "").removeprefix("www.") or None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be used: where, why, and what to do about it."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Notice:
    """What the user should know although nothing is wrong: a guess made, or files passed over.

    Examples
    --------
    >>> print(Notice("pages", "passed over 3 .jpg"))
    pages: passed over 3 .jpg
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Texts(_Arrays):
    """Documents as UTF-8.

    Attributes
    ----------
    documents : tuple of Document
        The D documents that have a text, their content released.
    values : uint8 [B]
        Their texts, valid UTF-8, one after another.
    offsets : int64 [D + 1]
        Where each begins.
    replaced : int64 [D]
        U+FFFD put in for what was no text: malformed bytes, lone surrogates, NULs.
    unreadable : tuple of Unreadable
        The inputs that gave no text.
    notices : tuple of Notice
        What the readers had to say.
    """

    documents: tuple[Document, ...]
    values: Bytes
    offsets: Offsets
    replaced: Offsets
    unreadable: tuple[Unreadable, ...]
    notices: tuple[Notice, ...]

    def __len__(self) -> int:
        return len(self.documents)

    def __getitem__(self, index: int) -> str:
        """Return the text of one document."""
        return self.values[self.offsets[index] : self.offsets[index + 1]].tobytes().decode()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tokens(_Arrays):
    """Words, and characters of scripts without spaces, folded and hashed.

    Attributes
    ----------
    hash : uint64 [T]
        Hash of the folded token.
    begin, end : int32 [T]
        Its span in code points of the document's text.
    flags : uint8 [T]
        Bits `CHARACTER` (one character of a script without spaces), `INVISIBLE` (invisible code points
        inside), `MIXED_SCRIPT` (look-alike letters of another script), `QUOTED` (inside quotation marks).
    offsets : int64 [D + 1]
    """

    hash: Hashes
    begin: Ids
    end: Ids
    flags: Bytes
    offsets: Offsets

    @property
    def counts(self) -> Offsets:
        """Tokens of each document, int64 [D]."""
        return np.diff(self.offsets)

    def only(self, rows: Ids) -> Tokens:
        """Return the tokens of some documents; the others keep their place, without tokens."""
        wanted = np.zeros(len(self.offsets) - 1, np.bool_)
        wanted[rows] = True
        kept = np.repeat(wanted, self.counts)
        columns = (self.hash[kept], self.begin[kept], self.end[kept], self.flags[kept])
        return Tokens(*columns, np.concatenate([[0], np.cumsum(np.where(wanted, self.counts, 0))]))

    def in_characters(self, rows: Ids) -> Truths:
        """Tell of each row whether most of its tokens are characters of a script without spaces."""
        distinct, place = np.unique(rows, return_inverse=True)
        spans = zip(self.offsets[distinct], self.offsets[distinct + 1], strict=True)
        most = [2 * np.count_nonzero(self.flags[b:e] & CHARACTER) > e - b for b, e in spans]
        return np.array(most, np.bool_)[place]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fingerprints(_Arrays):
    """Hashed shingles of each document, all of them or those that winnowing keeps.

    Attributes
    ----------
    hash : uint64 [F]
    position : int32 [F]
        First token of the shingle, counted in its document; ascending within a document.
    offsets : int64 [D + 1]
    """

    hash: Hashes
    position: Ids
    offsets: Offsets


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ShingleSets(_Arrays):
    """The distinct shingles of each document.

    Attributes
    ----------
    hash : uint64 [G]
        Ascending within a document.
    offsets : int64 [D + 1]
    """

    hash: Hashes
    offsets: Offsets


#: The family of permutations that signatures are made with. Signatures of different schemes, sizes or seeds say
#: nothing about each other.
SCHEME = "affine32"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Signatures(_Arrays):
    """MinHash signatures.

    Attributes
    ----------
    minimum : uint32 [D, K]
        Row d is the signature of document d.
    empty : bool [D]
        Documents without a shingle: their rows are all ones, and match nothing.
    seed : int
        Of the permutations of `SCHEME`.
    """

    minimum: Minima
    empty: Truths
    seed: int

    def __len__(self) -> int:
        return len(self.minimum)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Candidates(_Arrays):
    """Pairs worth scoring, in page order, then source order.

    Attributes
    ----------
    source, page : int32 [P]
        Rows of the two sides.
    shared : int32 [P]
        Distinct fingerprints both have, those over a cap left out.
    rarity : int64 [P]
        Sources times sites that have the rarest of them; the smaller, the more telling.
    pairs : int
        Pairs that share at least one fingerprint.
    capped_articles, capped_sites : int
        Shared fingerprints left out because too many sources, or too many sites, have them.
    """

    source: Ids
    page: Ids
    shared: Ids
    rarity: Offsets
    pairs: int
    capped_articles: int
    capped_sites: int

    def __len__(self) -> int:
        return len(self.source)

    @classmethod
    def pair(cls) -> Candidates:
        """Return the one pair of two sides of one document each, whatever they share."""
        row, nothing = np.zeros(1, np.int32), np.zeros(1, np.int64)
        return cls(row, row.copy(), row.copy(), nothing, 1, 0, 0)

    def select(self, kept: Truths) -> Candidates:
        """Return the pairs for which `kept` is true."""
        return dataclasses.replace(
            self,
            source=self.source[kept],
            page=self.page[kept],
            shared=self.shared[kept],
            rarity=self.rarity[kept],
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scores(_Arrays):
    """What the shingle sets of each pair have in common, exactly.

    Attributes
    ----------
    source, page : int32 [P]
        Rows of the two sides.
    shared : int32 [P]
        Distinct shingles both have.
    source_shingles, page_shingles : int32 [P]
        Distinct shingles of each.
    """

    source: Ids
    page: Ids
    shared: Ids
    source_shingles: Ids
    page_shingles: Ids

    def __len__(self) -> int:
        return len(self.source)

    def slices(self, pairs: int) -> Iterator[Scores]:
        """Cut the pairs, which stand in page order, between pages, into parts of at least so many."""
        begin = 0
        while begin < len(self):
            end = begin + pairs
            if end < len(self):
                end = int(np.searchsorted(self.page, self.page[end - 1], side="right"))
            columns = (self.source, self.page, self.shared, self.source_shingles, self.page_shingles)
            yield Scores(*(column[begin:end] for column in columns))
            begin = end

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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Passages(_Arrays):
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
class Agreement(_Arrays):
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
class Verdicts(_Arrays):
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
