"""Verdicts to findings: everything known of a pair in one record that a report can write down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from reuse.pairs import KINDS, VERDICTS, Passages, lane_names
from reuse.values import COMMON, QUOTED, STOCK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reuse.metadata import Metadata
    from reuse.pairs import Credits, Runs, Scores, Trick, Verdicts
    from reuse.rights import Attribution, Precedence, Standing
    from reuse.values import Document, Offsets, Texts, Tokens, Truths

Spans: TypeAlias = tuple[tuple[int, int], ...]

#: Tricks in words; soft hyphens may be there for good typography, and fewer than `_SOME` may be by chance.
_DISGUISES = {
    "invisible": "invisible characters within {} words",
    "look-alike": "letters of another script in {} words",
    "full-width": "{} words in full width",
    "split": "{} words split by markup",
    "entity": "{} words written in numbers",
    "hidden": "hidden words in {} places",
    "inserted": "words of no use in {} places",
}
_SOME = 3
#: How such a reason begins.
_DISGUISED = "disguised"


class SetApart(NamedTuple):
    """What of a text is no evidence of copying, as spans in code points, in order and disjoint.

    Attributes
    ----------
    quoted : tuple of (int, int)
        Words inside quotation marks.
    stock : tuple of (int, int)
        Words that many of the sources have in a small part of them; see `reuse.stock`.
    left_out : tuple of (int, int)
        What was not matched at all: boilerplate, and words put in to hide a copy.
    common : tuple of (int, int)
        Words that the text owes to common sources.
    """

    quoted: Spans = ()
    stock: Spans = ()
    left_out: Spans = ()
    common: Spans = ()


NOTHING_APART = SetApart()


class Owed(NamedTuple):
    """What both texts of a pair owe to one common source: a wire story, a press release.

    Attributes
    ----------
    id : str
        Of the common source.
    url, title : str or None
    words : int
        Words of the page in passages with the source that stand in it, and in none named before it.
    """

    id: str
    url: str | None
    title: str | None
    words: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One aligned span pair of a finding; see `reuse.pairs.Passages`. `kind` is one of `reuse.pairs.KINDS`."""

    kind: str
    moved: bool
    source_begin: int
    source_end: int
    page_begin: int
    page_end: int
    source_token: int
    source_words: int
    page_token: int
    words: int
    equal_words: int
    quoted_words: int

    @property
    def identity(self) -> float:
        """Share of the longer side's words that the other has in the same order."""
        return self.equal_words / max(self.source_words, self.words, 1)


@dataclass(frozen=True, slots=True)
class Finding:
    """A pair with its scores, passages and verdict.

    Attributes
    ----------
    verdict : str
        One of `reuse.pairs.VERDICTS`.
    probability : float
        Of copying, by the model in ``reuse/model.toml``.
    reasons : tuple of str
        What decided, in words, the weightiest first.
    source, page : Document
    source_sha256, page_sha256 : str
        Of the texts as UTF-8, which the spans refer to.
    source_language, page_language : str or None
        As the words tell; None where that is not sure.
    source_words, page_words : int
        Tokens of each text.
    matched_words, matched_source_words : int
        Words of the page, and of the source, that stand in a passage.
    quoted_words : int
        Those of `matched_words` that are quoted speech.
    credited_words : int
        Those of `matched_words` that are credited to this source: of a page with findings for several sources,
        each word goes to one.
    also_matches : tuple of str
        Ids of the other sources for which there are findings on the page, the best first, five at most.
    longest_run : int
        Longest shared run, in words.
    resemblance, source_in_page, page_in_source : float
        See `reuse.pairs.Scores`.
    features : dict of str to float
        What the model looked at.
    passages : tuple of Passage
        In page order.
    lanes : tuple of str
        What brought the pair: ``postings``, ``bands``, or both; none where the user named it.
    tricks : tuple of Trick
        What was done to the page's side of the passages so that nobody finds them.
    metadata : Metadata or None
        What the page says of itself; of findings on web pages.
    source_apart, page_apart : SetApart
        What of each text is no evidence.
    owed : tuple of Owed
        What the page owes to common sources, the most first; of pairs that would be findings without them.
    attribution : Attribution or None
        How the page credits the source; of findings of an audit, as are the next two.
    precedence : Precedence or None
        Which was first.
    standing : Standing or None
        What the publisher's policy says of it; None where there is no policy.
    """

    verdict: str
    probability: float
    reasons: tuple[str, ...]
    source: Document
    page: Document
    source_sha256: str
    page_sha256: str
    source_language: str | None
    page_language: str | None
    source_words: int
    page_words: int
    matched_words: int
    matched_source_words: int
    quoted_words: int
    credited_words: int
    also_matches: tuple[str, ...]
    longest_run: int
    resemblance: float
    source_in_page: float
    page_in_source: float
    features: dict[str, float]
    passages: tuple[Passage, ...]
    lanes: tuple[str, ...]
    tricks: tuple[Trick, ...] = ()
    metadata: Metadata | None = None
    source_apart: SetApart = NOTHING_APART
    page_apart: SetApart = NOTHING_APART
    owed: tuple[Owed, ...] = ()
    attribution: Attribution | None = None
    precedence: Precedence | None = None
    standing: Standing | None = None

    @property
    def id(self) -> str:
        """16 hexadecimal digits that name the pair, the same in every run."""
        pair = f"{self.source.id}\0{self.page.id}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(pair).hexdigest()[:16]

    @property
    def is_open(self) -> bool:
        """Whether it asks for a decision: no policy says that it needs none."""
        return self.standing is None or self.standing.is_open

    @property
    def words_by_kind(self) -> dict[str, int]:
        """Words of the page by the kind of their passage, and its ``own``; they add up to `page_words`."""
        words = dict.fromkeys(KINDS, 0)
        for passage in self.passages:
            words[passage.kind] += passage.words
        return words | {"own": self.page_words - self.matched_words}

    @property
    def moved_words(self) -> int:
        """Words of the page in passages that stand elsewhere in its order than in the source's."""
        return sum(passage.words for passage in self.passages if passage.moved)

    @property
    def share_of_page(self) -> float:
        """Share of the page's words that stand in a passage."""
        return self.matched_words / max(self.page_words, 1)

    @property
    def share_of_source(self) -> float:
        """Share of the source's words that stand in a passage."""
        return self.matched_source_words / max(self.source_words, 1)


def build(
    texts: tuple[Texts, Texts],
    tokens: tuple[Tokens, Tokens],
    languages: tuple[Sequence[str | None], Sequence[str | None]],
    remarks: Sequence[tuple[str, ...]],
    scores: Scores,
    runs: Runs,
    passages: Passages,
    verdicts: Verdicts,
    credited: Credits,
    tricks: tuple[tuple[Trick, ...], ...],
) -> Iterator[Finding]:
    """Yield the finding of every scored pair, in page order, then by source id.

    Parameters
    ----------
    texts, tokens, languages : pairs of Texts, of Tokens and of sequences
        Sources first, pages second; tokens as they were judged, stock text marked; a language for each
        document, None where it is not known.
    remarks : sequence of tuple of str
        For each page what its language lacks; it stands below the reasons.
    scores, runs, passages, verdicts, credited, tricks
        Of the same pairs.
    """
    sources, pages = texts
    source, page, lanes = scores.source.tolist(), scores.page.tolist(), scores.lanes.tolist()
    ids = [document.id for document in sources.documents]
    order = sorted(range(len(scores)), key=lambda p: (page[p], ids[source[p]]))
    source_hashes, page_hashes = _Hashes(sources), _Hashes(pages)
    source_apart, page_apart = _Apart(sources, tokens[0]), _Apart(pages, tokens[1])
    verdict, probability = verdicts.verdict.tolist(), verdicts.probability.tolist()
    source_words, page_words = (
        side.counts[rows].tolist() for side, rows in zip(tokens, (scores.source, scores.page), strict=True)
    )
    matched = passages.per_pair(passages.words).tolist()
    quoted = passages.per_pair(passages.quoted_words).tolist()
    covered = passages.source_words_covered().tolist()
    credited_words, longest = credited.words.tolist(), runs.longest.tolist()
    resemblance, source_in_page, page_in_source = (
        ratio.tolist() for ratio in (scores.resemblance, scores.source_in_page, scores.page_in_source)
    )
    names = tuple(verdicts.features)
    features = list(zip(*(values.tolist() for values in verdicts.features.values()), strict=True))
    located = by_pair(passages)
    for p in order:
        yield Finding(
            verdict=VERDICTS[verdict[p]],
            probability=probability[p],
            reasons=(*verdicts.reasons[p], *disguise(tricks[p]), *remarks[page[p]]),
            source=sources.documents[source[p]],
            page=pages.documents[page[p]],
            source_sha256=source_hashes[source[p]],
            page_sha256=page_hashes[page[p]],
            source_language=languages[0][source[p]],
            page_language=languages[1][page[p]],
            source_words=source_words[p],
            page_words=page_words[p],
            matched_words=matched[p],
            matched_source_words=covered[p],
            quoted_words=quoted[p],
            credited_words=credited_words[p],
            also_matches=tuple(ids[source[rival]] for rival in credited.rivals[p]),
            longest_run=longest[p],
            resemblance=resemblance[p],
            source_in_page=source_in_page[p],
            page_in_source=page_in_source[p],
            features=dict(zip(names, features[p], strict=True)),
            passages=located[p],
            lanes=lane_names(lanes[p]),
            tricks=tricks[p],
            source_apart=source_apart[source[p]],
            page_apart=page_apart[page[p]],
        )


def disguise(tricks: Iterable[Trick]) -> Iterator[str]:
    """Say what was done to copied words, if it is more than chance.

    Examples
    --------
    >>> from reuse.pairs import Trick
    >>> list(disguise([Trick("split", ((0, 5), (9, 14), (20, 27))), Trick("hidden", ((30, 30),))]))
    ['disguised: 3 words split by markup']
    """
    told = [
        _DISGUISES[trick.kind].format(f"{len(trick.places):,}")
        for trick in tricks
        if trick.kind in _DISGUISES and len(trick.places) >= _SOME
    ]
    if told:
        yield f"{_DISGUISED}: {', '.join(told)}"


def with_trick(finding: Finding, trick: Trick) -> Finding:
    """Return a finding that tells one trick more."""
    tricks = (*finding.tricks, trick)
    reasons = (reason for reason in finding.reasons if not reason.startswith(_DISGUISED))
    return replace(finding, tricks=tricks, reasons=(*reasons, *disguise(tricks)))


def by_pair(passages: Passages) -> list[tuple[Passage, ...]]:
    """Return the passages of each pair, in page order."""
    columns = (
        passages.moved,
        passages.source_begin,
        passages.source_end,
        passages.page_begin,
        passages.page_end,
        passages.source_token,
        passages.source_words,
        passages.page_token,
        passages.words,
        passages.equal_words,
        passages.quoted_words,
    )
    kinds = [KINDS[kind] for kind in passages.kind.tolist()]
    rows = [Passage(*row) for row in zip(kinds, *(column.tolist() for column in columns), strict=True)]
    return [tuple(rows[begin:end]) for begin, end in pairwise(passages.offsets.tolist())]


def passages_of(findings: Sequence[Finding]) -> Passages:
    """Return the passages of findings as arrays, a pair each: `by_pair` the other way round."""
    rows = [passage for finding in findings for passage in finding.passages]
    numbers = [name for name in Passages.__dataclass_fields__ if name not in ("offsets", "kind", "moved")]
    return Passages(
        offsets=np.cumsum([0, *(len(finding.passages) for finding in findings)]),
        kind=np.array([KINDS.index(passage.kind) for passage in rows], np.uint8),
        moved=np.array([passage.moved for passage in rows], np.bool_),
        **{name: np.array([getattr(passage, name) for passage in rows], np.int32) for name in numbers},
    )


class _Hashes:
    """SHA-256 of texts, computed when first asked for: most documents are in no finding."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._known: dict[int, str] = {}

    def __getitem__(self, index: int) -> str:
        if index not in self._known:
            # The whole text, with what is left out of `Texts.values`: spans refer to it.
            self._known[index] = hashlib.sha256(self._texts[index].encode()).hexdigest()
        return self._known[index]


class _Apart:
    """What of texts is set apart, put together when first asked for."""

    def __init__(self, texts: Texts, tokens: Tokens) -> None:
        self._texts, self._tokens = texts, tokens
        stock, common = (tokens.flags & STOCK) != 0, (tokens.flags & COMMON) != 0
        quoted = ((tokens.flags & QUOTED) != 0) & ~stock & ~common
        self._stretches = tuple(_stretches(flagged, tokens) for flagged in (quoted, stock, common))
        self._known: dict[int, SetApart] = {}

    def __getitem__(self, index: int) -> SetApart:
        if index not in self._known:
            left_out = self._texts.left_out.spans(index) if self._texts.left_out else ()
            quoted, stock, common = (self._spans(index, *stretches) for stretches in self._stretches)
            spans = tuple((begin, end) for begin, end, _ in left_out)
            self._known[index] = SetApart(quoted, stock, spans, common)
        return self._known[index]

    def _spans(self, index: int, first: Offsets, last: Offsets) -> Spans:
        begin, end = np.searchsorted(first, self._tokens.offsets[index : index + 2])
        starts, stops = self._tokens.begin[first[begin:end]], self._tokens.end[last[begin:end]]
        return tuple(zip(starts.tolist(), stops.tolist(), strict=True))


def _stretches(flagged: Truths, tokens: Tokens) -> tuple[Offsets, Offsets]:
    """Return the first and the last token of every stretch of flagged ones within a document."""
    edge = np.zeros(len(flagged) + 1, np.bool_)
    edge[tokens.offsets] = True
    before, after = np.append(False, flagged[:-1]), np.append(flagged[1:], False)
    return np.flatnonzero(flagged & (~before | edge[:-1])), np.flatnonzero(flagged & (~after | edge[1:]))
