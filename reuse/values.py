"""The values of documents that travel between stages: frozen records of read-only NumPy arrays.

Ragged data is ``values + offsets`` (row d is ``values[offsets[d]:offsets[d + 1]]``), which is Arrow's
list layout; such values slice by document and concatenate. Spans are half-open, ``begin`` to ``end``,
in code points of the document's text. `Document` and `Unreadable` are what readers yield.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np

from reuse.sites import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Bytes: TypeAlias = NDArray[np.uint8]
    Hashes: TypeAlias = NDArray[np.uint64]
    Ids: TypeAlias = NDArray[np.int32]
    Offsets: TypeAlias = NDArray[np.int64]
    Minima: TypeAlias = NDArray[np.uint32]
    Ratios: TypeAlias = NDArray[np.float64]
    Truths: TypeAlias = NDArray[np.bool_]

# Bits of `Tokens.flags`; the numbers are those of cpp/tokens.hpp, cpp/quotes.hpp and cpp/sentences.hpp.
CHARACTER = 1
INVISIBLE = 2
MIXED_SCRIPT = 4
QUOTED = 8
FIRST = 16
# Set by reuse/stock.py and reuse/debts.py beside `QUOTED`, in what is judged alone.
STOCK = 32
COMMON = 64

#: What `Document.content` can be.
TEXT, HTML = "text", "html"
#: What `Document.extent` can be.
GIVEN, PAGE, ARTICLE = "given", "page", "article"


def key_of_id(name: str) -> int:
    """Return what decides between documents that are equal in all else: 64 bits of SHA-256 of the id."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")


class Arrays:
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


def gathered(offsets: Offsets, rows: Sequence[int] | Offsets | Ids) -> tuple[Offsets, Offsets]:
    """Return where the values of some rows stand, and the offsets they have one after another.

    Examples
    --------
    >>> [array.tolist() for array in gathered(np.array([0, 2, 2, 5]), [2, 0])]
    [[2, 3, 4, 0, 1], [0, 3, 5]]
    """
    some = np.asarray(rows, np.int64)
    counts = np.diff(offsets)[some]
    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    return np.arange(ends[-1]) + np.repeat(offsets[:-1][some] - ends[:-1], counts), ends


def _brief(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return f"<{len(value)}>" if isinstance(value, tuple | dict) else repr(value)


class Original(Protocol):
    """A web page as it came, to be read again."""

    @property
    def given(self) -> Document:
        """What the reader knew of it."""

    def read(self) -> bytes:
        """Return its bytes."""


class Mark(NamedTuple):
    """A place of a text where markup or an override did something that a reader does not see.

    Attributes
    ----------
    kind : str
        ``hidden`` (words that are not shown stood here), ``split`` (tags within a word), ``entity`` (letters
        written as numbers), ``reversed`` (stored backwards).
    begin, end : int
        Code points; equal where something was left out.
    """

    kind: str
    begin: int
    end: int


class Document(NamedTuple):
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
    date : str or None
        When, as the input has it.
    author : str or None
        Who wrote it, if the input says so.
    modified : str or None
        When it was changed last, as the input has it.
    language : str or None
        A tag such as ``en`` or ``pt-BR``, if the input says so.
    media : str
        What the content is: `TEXT` or `HTML`.
    encoding : str or None
        The character set that a header declared, as it stands there.
    fetched : str or None
        When a crawler saw the page: it cannot be newer than that.
    original : Original or None
        The page as it came, where the text was taken from its markup.
    original_sha256 : str or None
        SHA-256 of its bytes, in hexadecimal digits; known also where the page itself is no longer at hand.
    extent : str
        Of what the text is: `GIVEN`, all that the input has; `PAGE`, all that a web page shows; `ARTICLE`, its
        article alone.
    marks : tuple of Mark
        What the markup did to the text.
    """

    id: str
    content: bytes | str
    path: str
    line: int | None = None
    url: str | None = None
    title: str | None = None
    date: str | None = None
    author: str | None = None
    modified: str | None = None
    language: str | None = None
    media: str = TEXT
    encoding: str | None = None
    fetched: str | None = None
    original: Original | None = None
    original_sha256: str | None = None
    extent: str = GIVEN
    marks: tuple[Mark, ...] = ()

    @property
    def published(self) -> float | None:
        """Seconds from 1970 to `date`, None if that cannot be read; without a time zone it counts as UTC.

        Examples
        --------
        >>> Document("a", "", "a.jsonl", date="2026-11-21").published
        1795219200.0
        >>> Document("a", "", "a.jsonl", date="Sat, 21 Nov 2026 01:00:00 +0100").published
        1795219200.0
        """
        for read in (datetime.fromisoformat, parsedate_to_datetime):
            try:
                moment = read(self.date or "")
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
            except (ValueError, OverflowError):
                continue
        return None

    @property
    def site(self) -> str | None:
        """The site of `url`, as `site_of` tells it.

        Examples
        --------
        >>> Document("a", "", "a.jsonl", url="https://news.example.co.uk/1").site
        'example.co.uk'
        """
        return site_of(self.url) if self.url else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be used: where, why, and what to do about it.

    Examples
    --------
    >>> print(Unreadable("crawl.jsonl", 7, "is no JSON object; one object a line is wanted"))
    crawl.jsonl:7: is no JSON object; one object a line is wanted
    """

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
class LeftOut(Arrays):
    """What stands in the documents of a `Texts` but not in its `values`: stretches of boilerplate.

    Attributes
    ----------
    begin, end : int32 [N]
        Span of each stretch, in code points of the document's text.
    words : int32 [N]
        Tokens of each.
    offsets : int64 [D + 1]
        Stretches of each document.
    values : uint8 [B]
        What stands there, UTF-8, one stretch after another.
    value_offsets : int64 [N + 1]
    """

    begin: Ids
    end: Ids
    words: Ids
    offsets: Offsets
    values: Bytes
    value_offsets: Offsets

    def stretches(self, index: int) -> Iterator[tuple[int, int, str]]:
        """Yield begin, end and text of each stretch of one document, in order."""
        for row in range(self.offsets[index], self.offsets[index + 1]):
            text = self.values[self.value_offsets[row] : self.value_offsets[row + 1]]
            yield int(self.begin[row]), int(self.end[row]), text.tobytes().decode()

    def spans(self, index: int) -> list[tuple[int, int, int]]:
        """Return begin, end and words of each stretch of one document, in order."""
        some = slice(*self.offsets[index : index + 2].tolist())
        columns = self.begin[some].tolist(), self.end[some].tolist(), self.words[some].tolist()
        return list(zip(*columns, strict=True))

    def take(self, rows: Sequence[int]) -> LeftOut:
        """Return what is left out of some documents, in the order of `rows`."""
        places, offsets = gathered(self.offsets, rows)
        bytes_of, value_offsets = gathered(self.value_offsets, places)
        begin, end, words = (column[places] for column in (self.begin, self.end, self.words))
        return LeftOut(begin, end, words, offsets, self.values[bytes_of], value_offsets)

    def put_back(self, index: int, text: str) -> str:
        """Return the text of one document, given what is left of it."""
        parts, done = [], 0
        for begin, end, stretch in self.stretches(index):
            parts += [text[done:begin], stretch]
            done = end
        return "".join(parts) + text[done:]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Texts(Arrays):
    """Documents as UTF-8.

    Attributes
    ----------
    documents : sequence of Document
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
    left_out : LeftOut or None
        Boilerplate that is not matched; None where nothing is left out. In `values` each of its code points is
        a space, or the line end it was, so that spans are those of the whole text.
    """

    documents: Sequence[Document]
    values: Bytes
    offsets: Offsets
    replaced: Offsets
    unreadable: tuple[Unreadable, ...]
    notices: tuple[Notice, ...]
    left_out: LeftOut | None = None

    def __len__(self) -> int:
        return len(self.documents)

    def __getitem__(self, index: int) -> str:
        """Return the text of one document, with what is left out of `values`."""
        text = self.values[self.offsets[index] : self.offsets[index + 1]].tobytes().decode()
        return text if self.left_out is None else self.left_out.put_back(index, text)

    def matched(self, rows: Iterable[int]) -> Iterator[memoryview]:
        """Yield what stands in `values` of some documents."""
        bounds, content = self.offsets.tolist(), self.values.data
        return (content[bounds[row] : bounds[row + 1]] for row in rows)

    def whole(self, rows: Sequence[int]) -> Iterator[bytes | memoryview]:
        """Yield the texts of some documents as UTF-8, with what is left out of `values`."""
        if self.left_out is None:
            return self.matched(rows)
        cut, texts = np.diff(self.left_out.offsets).tolist(), self.matched(rows)
        return (self[row].encode() if cut[row] else text for row, text in zip(rows, texts, strict=True))

    @property
    def words_left_out(self) -> Offsets:
        """Tokens of each document that are left out, int64 [D]."""
        if self.left_out is None:
            return np.zeros(len(self), np.int64)
        before = np.concatenate(([0], np.cumsum(self.left_out.words, dtype=np.int64)))
        return np.diff(before[self.left_out.offsets])

    def take(self, rows: Sequence[int]) -> Texts:
        """Return some of the documents, in the order of `rows`."""
        bounds = self.offsets.tolist()
        some = [self.values[bounds[row] : bounds[row + 1]] for row in rows]
        return dataclasses.replace(
            self,
            documents=tuple(self.documents[row] for row in rows),
            values=np.concatenate((self.values[:0], *some)),
            offsets=np.cumsum([0, *map(len, some)], dtype=np.int64),
            replaced=self.replaced[np.asarray(rows, np.int64)],
            left_out=None if self.left_out is None else self.left_out.take(rows),
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Texts]) -> Texts:
        """Return the documents of several parts, one after another."""
        assert all(part.left_out is None for part in parts), "stretches left out are not joined"
        if len(parts) == 1:
            return parts[0]
        sizes = [np.diff(part.offsets) for part in parts]
        return cls(
            tuple(document for part in parts for document in part.documents),
            np.concatenate([np.zeros(0, np.uint8), *(part.values for part in parts)]),
            np.cumsum(np.concatenate([np.zeros(1, np.int64), *sizes])),
            np.concatenate([np.zeros(0, np.int64), *(part.replaced for part in parts)]),
            tuple(row for part in parts for row in part.unreadable),
            tuple(notice for part in parts for notice in part.notices),
        )

    def mask(self, rows: Ids | None) -> Bytes:
        """Return a 1 for each of some documents and a 0 for the others, uint8 [D]; all ones for None."""
        if rows is None:
            return np.ones(len(self), np.uint8)
        mask = np.zeros(len(self), np.uint8)
        mask[rows] = 1
        return mask


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tokens(Arrays):
    """Words, and characters of scripts without spaces, folded and hashed.

    Attributes
    ----------
    hash : uint64 [T]
        Hash of the folded token.
    begin, end : int32 [T]
        Its span in code points of the document's text.
    flags : uint8 [T]
        Bits `CHARACTER` (one character of a script without spaces), `INVISIBLE` (invisible code points
        inside), `MIXED_SCRIPT` (look-alike letters of another script), `QUOTED` (inside quotation marks),
        `FIRST` (of a sentence).
    offsets : int64 [D + 1]
    """

    hash: Hashes
    begin: Ids
    end: Ids
    flags: Bytes
    offsets: Offsets

    def row(self, index: int) -> Tokens:
        """Return the tokens of one document."""
        first, last = self.offsets[index : index + 2]
        some = slice(first, last)
        offsets = np.array([0, last - first])
        return Tokens(self.hash[some], self.begin[some], self.end[some], self.flags[some], offsets)

    @property
    def counts(self) -> Offsets:
        """Tokens of each document, int64 [D]."""
        return np.diff(self.offsets)

    def counts_with(self, flag: int) -> Offsets:
        """Tokens of each document that have a flag, int64 [D]."""
        return np.diff(np.searchsorted(np.flatnonzero((self.flags & flag) != 0), self.offsets))

    def counts_within(self, flag: int, begin: Offsets, words: Ids) -> Offsets:
        """Tokens with a flag in each of some stretches, int64 [R]; `begin` counts those of all documents."""
        places = np.flatnonzero((self.flags & flag) != 0)
        return np.searchsorted(places, begin + words) - np.searchsorted(places, begin)

    def in_characters(self, rows: Ids) -> Truths:
        """Tell of each row whether most of its tokens are characters of a script without spaces."""
        most: Truths = (2 * self.counts_with(CHARACTER) > self.counts)[rows]
        return most


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fingerprints(Arrays):
    """Of each document the hashed shingles that winnowing keeps.

    Attributes
    ----------
    hash : uint64 [F]
        In the order of the text.
    offsets : int64 [D + 1]
    """

    hash: Hashes
    offsets: Offsets


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Terms(Arrays):
    """Of each document the hashed key terms: rare words, names and numbers.

    Attributes
    ----------
    hash : uint64 [T]
        Each once in a document, ascending.
    offsets : int64 [D + 1]
    """

    hash: Hashes
    offsets: Offsets


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ShingleSets(Arrays):
    """The distinct shingles of each document.

    Attributes
    ----------
    hash : uint64 [G]
        Ascending within a document.
    offsets : int64 [D + 1]
    """

    hash: Hashes
    offsets: Offsets


#: The family of permutations that signatures are made with.
SCHEME = "affine32"
#: Raised whenever a text may give another signature than before: other tokens, shingles or hashes.
SIGNATURE_VERSION = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Boilerplate(Arrays):
    """The shingles that are not matched: those that stand on many pages of a site, and those the user names.

    Attributes
    ----------
    sites : tuple of str
        The S sites that have any, in order.
    hash : uint64 [H]
        Their shingles, ascending within a site.
    pages : int32 [H]
        On how many pages of the sample each stands.
    offsets : int64 [S + 1]
    named : uint64 [N]
        Shingles of the user's own list, ascending: boilerplate on every site, and without one.
    notices : tuple of Notice
        What of that list cannot be matched.
    """

    sites: tuple[str, ...]
    hash: Hashes
    pages: Ids
    offsets: Offsets
    named: Hashes
    notices: tuple[Notice, ...] = ()

    def __len__(self) -> int:
        return len(self.hash) + len(self.named)

    def digest(self) -> str:
        """Return what names these shingles: SHA-256 in hexadecimal digits, or "" if there are none.

        The order of documents does not change it, nor do counts of pages: the same shingles give the same
        findings.
        """
        if not len(self):
            return ""
        digest = hashlib.sha256(json.dumps([self.sites, self.offsets.tolist()]).encode())
        digest.update(self.hash.astype("<u8").tobytes())
        digest.update(self.named.astype("<u8").tobytes())
        return digest.hexdigest()

    def rows(self, documents: Iterable[Document]) -> Ids:
        """Return for each document the number of its site, int32; -1 where that has no boilerplate."""
        numbers = {site: number for number, site in enumerate(self.sites)}
        return np.fromiter((numbers.get(document.site or "", -1) for document in documents), np.int32)


_NONE = np.zeros(0, np.uint64)
#: Nothing is left out.
NO_BOILERPLATE = Boilerplate((), _NONE, np.zeros(0, np.int32), np.zeros(1, np.int64), _NONE)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Signatures(Arrays):
    """MinHash signatures. Those of another `kind` say nothing about these.

    Attributes
    ----------
    minimum : uint32 [D, K]
        Row d is the signature of document d.
    empty : bool [D]
        Documents without a shingle: their rows are all ones, and match nothing.
    seed : int
        Of the permutations.
    scheme : str
        Family of the permutations.
    version : int
        Of what is signed: tokens, shingles and their hashes.
    """

    minimum: Minima
    empty: Truths
    seed: int
    scheme: str = SCHEME
    version: int = SIGNATURE_VERSION

    def __len__(self) -> int:
        return len(self.minimum)

    @property
    def kind(self) -> tuple[str, int, int, int]:
        """Scheme, version, seed and number of values: only signatures equal in all four can be compared."""
        return self.scheme, self.version, self.seed, self.minimum.shape[1]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sketches(Arrays):
    """What is kept of every document so that pairs can be found.

    Attributes
    ----------
    words : int64 [D]
        Tokens of each document.
    fingerprints : Fingerprints
    signatures : Signatures
    """

    words: Offsets
    fingerprints: Fingerprints
    signatures: Signatures
