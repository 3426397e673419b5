"""Verdicts to findings: everything known of a pair in one record that a report can write down."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import MISSING, dataclass, fields, replace
from itertools import pairwise, repeat, starmap
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

import numpy as np

from reuse.pairs import KINDS, VERDICTS, Passages, lane_names
from reuse.values import COMMON, QUOTED, STOCK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reuse.metadata import Metadata
    from reuse.pairs import Credits, Runs, Scores, Trick, Verdicts
    from reuse.rights import Attribution, Precedence, Standing
    from reuse.values import Document, Ids, Offsets, Texts, Tokens, Truths

    #: Values by the name of a field, in whatever order.
    _Columns: TypeAlias = dict[str, Mapping[int, Any] | Sequence[Any]]

_Record = TypeVar("_Record")
Spans: TypeAlias = tuple[tuple[int, int], ...]

#: Tricks in words; soft hyphens may be there for good typography, and fewer than `_SOME` may be by chance.
_DISGUISES = {
    "invisible": "invisible characters within {} words",
    "look-alike": "letters of another script in {} words",
    "full-width": "{} words in full width",
    "split": "{} words split by markup",
    "entity": "{} words written in numbers",
    "hidden": "hidden words in {} places",
    "reversed": "{} words stored backwards",
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
    """One aligned span pair of a finding; see `reuse.pairs.Passages`. `kind` is one of `reuse.pairs.KINDS`.

    Examples
    --------
    >>> passage = Passage("edited", False, 0, 52, 9, 58, 0, 10, 2, 9, 8, 0)
    >>> passage.identity
    0.8
    """

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

    Examples
    --------
    >>> import reuse
    >>> article = " ".join(f"word{number}" for number in range(60))
    >>> finding = reuse.compare(reuse.Document("a", article, "a"), reuse.Document("p", article, "p")).finding
    >>> finding.verdict, finding.longest_run, finding.reasons
    ('identical', 60, ('the same words from beginning to end',))
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
    ids = [texts[0].documents[row].id for row in scores.source.tolist()]
    order = sorted(range(len(scores)), key=list(zip(scores.page.tolist(), ids, strict=True)).__getitem__)
    of_reasons = zip(verdicts.reasons, tricks, map(remarks.__getitem__, scores.page.tolist()), strict=True)
    of_features = zip(*(values.tolist() for values in verdicts.features.values()), strict=True)
    of_pairs: _Columns = {
        "verdict": [VERDICTS[verdict] for verdict in verdicts.verdict.tolist()],
        "probability": verdicts.probability.tolist(),
        "reasons": [(*why, *disguise(some), *lacking) for why, some, lacking in of_reasons],
        "matched_words": passages.per_pair(passages.words).tolist(),
        "matched_source_words": passages.source_words_covered().tolist(),
        "quoted_words": passages.per_pair(passages.quoted_words).tolist(),
        "credited_words": credited.words.tolist(),
        "also_matches": [tuple([ids[rival] for rival in rivals]) for rivals in credited.rivals],
        "longest_run": runs.longest.tolist(),
        "resemblance": scores.resemblance.tolist(),
        "source_in_page": scores.source_in_page.tolist(),
        "page_in_source": scores.page_in_source.tolist(),
        "features": [dict(zip(verdicts.features, values, strict=True)) for values in of_features],
        "passages": by_pair(passages),
        "lanes": [lane_names(lanes) for lanes in scores.lanes.tolist()],
        "tricks": tricks,
    }
    source, page = scores.source[order].tolist(), scores.page[order].tolist()
    columns = (
        _taken(of_pairs, order)
        | _of_documents("source", source, texts[0], tokens[0], languages[0])
        | _of_documents("page", page, texts[1], tokens[1], languages[1])
    )
    yield from _made(Finding, len(order), columns)


def _of_documents(
    side: str, rows: Sequence[int], texts: Texts, tokens: Tokens, languages: Sequence[str | None]
) -> dict[str, Iterable[Any]]:
    """Return what findings tell of their sources, or of their pages: of these rows."""
    distinct = sorted(set(rows))
    of_rows: _Columns = {
        side: texts.documents,
        f"{side}_sha256": dict(zip(distinct, map(_sha256, texts.whole(distinct)), strict=True)),
        f"{side}_language": languages,
        f"{side}_words": tokens.counts.tolist(),
        f"{side}_apart": _apart(texts, tokens, distinct),
    }
    return _taken(of_rows, rows)


def _taken(columns: _Columns, rows: Sequence[int]) -> dict[str, Iterable[Any]]:
    return {name: map(column.__getitem__, rows) for name, column in columns.items()}


def _made(record: type[_Record], count: int, columns: Mapping[str, Iterable[Any]]) -> list[_Record]:
    """Make frozen records, field by field, in less than half the time that their own constructor takes.

    Fields without a column have their default.
    """
    known = fields(record)  # type: ignore[arg-type]
    assert columns.keys() <= {field.name for field in known}
    made = list(map(object.__new__, repeat(record, count)))
    for field in known:
        assert field.name in columns or field.default is not MISSING, field.name
        put = getattr(record, field.name).__set__
        column = columns.get(field.name, repeat(field.default, count))
        deque(starmap(put, zip(made, column, strict=True)), maxlen=0)
    return made


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
    columns = {field.name: getattr(passages, field.name).tolist() for field in fields(Passage)}
    columns["kind"] = [KINDS[kind] for kind in columns["kind"]]
    rows = _made(Passage, len(passages.kind), columns)
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


def _sha256(text: bytes | memoryview) -> str:
    return hashlib.sha256(text).hexdigest()


def _apart(texts: Texts, tokens: Tokens, rows: Sequence[int]) -> dict[int, SetApart]:
    """Return what of each of some documents is set apart."""
    told = tokens.flags & (QUOTED | STOCK | COMMON)
    quoted, stock, common = (
        _stretches(flagged, tokens, rows) for flagged in (told == QUOTED, told & STOCK != 0, told & COMMON != 0)
    )
    out = texts.left_out
    left_out = _spans(out.begin, out.end, out.offsets, rows) if out else repeat(())
    return dict(zip(rows, map(SetApart, quoted, stock, left_out, common), strict=True))


def _stretches(flagged: Truths, tokens: Tokens, rows: Sequence[int]) -> list[Spans]:
    """Return the stretches of flagged tokens in each of some documents."""
    places = np.flatnonzero(flagged)
    is_first = np.zeros(len(flagged) + 1, np.bool_)
    is_first[tokens.offsets] = True  # whatever stands before: that is another document
    begins = is_first[places]
    begins[1:] |= np.diff(places) > 1
    begins[:1] = True
    first, last = places[begins], places[np.append(begins, True)[1:]]
    return _spans(tokens.begin[first], tokens.end[last], np.searchsorted(first, tokens.offsets), rows)


def _spans(begin: Ids, end: Ids, offsets: Offsets, rows: Sequence[int]) -> list[Spans]:
    """Return the spans of each of some documents."""
    if not len(begin):
        return [()] * len(rows)
    spans, bounds = list(zip(begin.tolist(), end.tolist(), strict=True)), offsets.tolist()
    return [tuple(spans[bounds[row] : bounds[row + 1]]) for row in rows]
