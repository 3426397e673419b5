"""Passages to tricks: what was done to copied words so that nobody finds them.

Matching sees through all of it; that it was done is evidence of intent. Nine kinds:

invisible
    Words with characters inside that nobody sees, such as zero-width spaces. Joiners of scripts that need them
    do not count.
soft-hyphen
    Words with soft hyphens inside. Good typography has them, too.
look-alike
    Words with letters borrowed from another script.
full-width
    Words in full-width letters, in a text that is not in characters.
split, entity, hidden
    What markup did (`reuse.values.Mark`): tags within a word, letters written as numbers, words that are not
    shown between words that are.
reversed
    Words stored backwards, which an override shows as they should be (`reuse.overrides`).
inserted
    Words of no use between two words of the source that follow each other there, again and again.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from reuse.pairs import STEPS, Differences, Passages, Scores, Trick, Verdicts
from reuse.values import INVISIBLE, MIXED_SCRIPT, Texts, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reuse.values import Ids, Mark, Truths

#: In the order in which they are told.
TRICKS = (
    "invisible",
    "soft-hyphen",
    "look-alike",
    "full-width",
    "split",
    "entity",
    "hidden",
    "reversed",
    "inserted",
)
#: Zero-width joiner and non-joiner, and the scripts written with them: Arabic, Syriac, Indic, Mongolian.
_JOINERS = "\u200c\u200d"
_JOINED = re.compile(
    "[\u0600-\u07bf\u0860-\u08ff\u0900-\u0dff\u0f00-\u109f\u1800-\u18af\ufb50-\ufdff\ufe70-\ufeff]"
)
_SOFT_HYPHEN = "\u00ad"
_INVISIBLE = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
#: Insertions that are no editing: their number at least, words from one to the next at most, words of one at
#: most, and their share of all changes at least.
LEAST_INSERTIONS, _WORDS_APART, _MOST_INSERTED, _MOST_OF_CHANGES = 8, 40, 3, 0.8
_FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
#: What each of these begins with as UTF-8; most texts have nothing that does.
_FULL_WIDTH_BEGINS = b"\xef"
#: Flags of tokens that may be a trick.
_DISGUISED = INVISIBLE | MIXED_SCRIPT


def find_tricks(
    texts: Texts, tokens: Tokens, scores: Scores, passages: Passages, verdicts: Verdicts
) -> tuple[tuple[Trick, ...], ...]:
    """Find the tricks in the page's side of every finding's passages.

    Parameters
    ----------
    texts : Texts
        Pages, with the marks of their markup.
    tokens : Tokens
        Of the same.
    scores : Scores
        Names the pairs.
    passages : Passages
    verdicts : Verdicts
        Pairs that are no findings have no tricks.

    Returns
    -------
    tuple of tuple of Trick
        For each pair, in the order of `TRICKS`.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> from reuse.tokens import tokenize
    >>> pages = lay_out(["an old br\N{ZERO WIDTH SPACE}idge \N{CYRILLIC SMALL LETTER ER}lace"])
    >>> row, four = np.zeros(1, np.int32), np.full(1, 4, np.int32)
    >>> spans = row, row, row, np.full(1, 20, np.int32), row, four, row, four, row, row
    >>> passages = Passages(np.array([0, 1]), *spans, row.astype(np.uint8), row.astype(np.bool_))
    >>> verdicts = Verdicts(row.astype(np.uint8), row.astype(float), {}, ((),))
    >>> scores = Scores.named(row, row)
    >>> for trick in find_tricks(pages, tokenize(pages, Options()), scores, passages, verdicts)[0]:
    ...     print(trick.kind, trick.places)
    invisible ((7, 14),)
    look-alike ((15, 20),)
    """
    told: list[tuple[Trick, ...]] = [()] * len(scores)
    spans_of: dict[int, Ids] = {}
    begin = tokens.offsets[scores.page][passages.pair] + passages.page_token
    is_odd = passages.per_pair(tokens.counts_within(_DISGUISED, begin, passages.words)) > 0
    is_wide = ~tokens.in_characters(scores.page)
    pairs = np.flatnonzero(verdicts.accused & (np.diff(passages.offsets) > 0))
    pages = scores.page[pairs].tolist()
    for p, row, text in zip(pairs.tolist(), pages, texts.whole(pages), strict=True):
        marks, wide = texts.documents[row].marks, is_wide.item(p)
        if not (marks or is_odd.item(p) or (wide and _FULL_WIDTH_BEGINS in bytes(text))):
            continue
        found = slice(*passages.offsets[p : p + 2].tolist())
        spans = np.stack([passages.page_token[found], passages.page_token[found] + passages.words[found]], 1)
        places = _of_tokens(texts, tokens, row, spans, wide=wide)
        ends = np.stack([passages.page_begin[found], passages.page_end[found]], 1)
        if row not in spans_of:
            spans_of[row] = _spans(marks)
        for kind, place in _of_marks(marks, spans_of[row], ends):
            places.setdefault(kind, []).append(place)
        told[p] = tuple(Trick(kind, tuple(places[kind])) for kind in TRICKS if kind in places)
    return tuple(told)


def find_inserted(
    passages: Passages, differences: Differences, tokens: Tokens, scores: Scores
) -> list[list[tuple[int, int]]]:
    """Find words put in, again and again, between words that follow each other in the source.

    Who edits a text replaces and cuts more than he adds. At least `LEAST_INSERTIONS` insertions of three words
    at most, one in `_WORDS_APART` words and four of five of all changes, are there to hide a copy.

    Parameters
    ----------
    passages : Passages
    differences : Differences
        Of the same.
    tokens : Tokens
        Of the pages.
    scores : Scores
        Names the pairs.

    Returns
    -------
    list of list of (int, int)
        For each pair the words put in, in code points of the page, in order.
    """
    short = (differences.source_words == 0) & (differences.words <= _MOST_INSERTED)
    within = (differences.kind == STEPS.index("inserted")) & short
    changed = differences.kind != STEPS.index("equal")
    steps = differences.offsets[passages.offsets]
    found: list[list[tuple[int, int]]] = []
    for pair, (first, last) in enumerate(pairwise(steps.tolist())):
        rows = first + np.flatnonzero(within[first:last])
        between = _between(passages, slice(*passages.offsets[pair : pair + 2].tolist()))
        places = [
            *zip(differences.page_token[rows].tolist(), differences.words[rows].tolist(), strict=True),
            *between,
        ]
        words = int(differences.words[first:last].sum())
        is_systematic = (
            len(places) >= LEAST_INSERTIONS
            and len(places) * _WORDS_APART >= words
            and len(places) >= _MOST_OF_CHANGES * (int(changed[first:last].sum()) + len(between))
        )
        at = int(tokens.offsets[scores.page[pair]])
        put_in = [at + token + n for token, count in places for n in range(count)] if is_systematic else []
        found.append([(int(tokens.begin[token]), int(tokens.end[token])) for token in sorted(put_in)])
    return found


def _between(passages: Passages, some: slice) -> list[tuple[int, int]]:
    """Return the words between passages that follow each other in the source: the first token, and how many."""
    page_begin, source_begin = passages.page_token[some], passages.source_token[some]
    page_end = (page_begin + passages.words[some])[:-1]
    source_end = (source_begin + passages.source_words[some])[:-1]
    gap = page_begin[1:] - page_end
    follows = source_end == source_begin[1:]
    rows = np.flatnonzero(follows & (gap > 0) & (gap <= _MOST_INSERTED))
    return list(zip(page_end[rows].tolist(), gap[rows].tolist(), strict=True))


def _spans(marks: tuple[Mark, ...]) -> Ids:
    """Return where each mark begins and ends, and where all up to it have ended."""
    if not marks:
        return np.zeros((3, 0), np.int32)
    begins, ends = np.array([mark[1:] for mark in marks], np.int32).T
    return np.stack([begins, ends, np.maximum.accumulate(ends)])


def _of_marks(marks: tuple[Mark, ...], spans: Ids, passages: Ids) -> list[tuple[str, tuple[int, int]]]:
    """Return the marks of a page that lie within spans of its code points, in order: the kind, and where."""
    begins, ends, ended = spans
    rows: set[int] = set()
    for begin, end in passages.tolist():
        some = slice(np.searchsorted(ended, begin), np.searchsorted(begins, end, side="right"))
        within = (begins[some] >= begin) & (ends[some] <= end)
        rows.update((some.start + np.flatnonzero(within)).tolist())
    return [(marks[row].kind, (marks[row].begin, marks[row].end)) for row in sorted(rows)]


def _of_tokens(
    texts: Texts, tokens: Tokens, row: int, spans: Ids, *, wide: bool
) -> dict[str, list[tuple[int, int]]]:
    """Return where words of a page, in spans of its tokens, are disguised, by the kind of trick."""
    at, end = tokens.offsets[row : row + 2].tolist()
    within: Truths = np.zeros(end - at, np.bool_)
    for first, last in spans.tolist():
        within[first:last] = True
    flagged = within & ((tokens.flags[at:end] & _DISGUISED) != 0)
    text = texts[row]
    full = _full_width(text) if wide else set()
    if not flagged.any() and not full:
        return {}
    places: dict[str, list[tuple[int, int]]] = {}
    look_alike = tokens.flags[at:end] & MIXED_SCRIPT
    for token in np.flatnonzero(within).tolist() if full else np.flatnonzero(flagged).tolist():
        span = int(tokens.begin[at + token]), int(tokens.end[at + token])
        for kind in _kinds(text[slice(*span)], look_alike=bool(look_alike[token])):
            if kind != "full-width" or wide:
                places.setdefault(kind, []).append(span)
    return places


def _full_width(text: str) -> set[str]:
    return set() if text.isascii() else set(_FULL_WIDTH.findall(text))


def _kinds(word: str, *, look_alike: bool) -> Iterator[str]:
    """Yield what was done to a word."""
    if word.isascii():
        return
    hidden = _INVISIBLE.findall(word)
    if any(character not in _JOINERS for character in hidden) or (hidden and not _JOINED.search(word)):
        yield "invisible"
    if _SOFT_HYPHEN in word:
        yield "soft-hyphen"
    if look_alike:
        yield "look-alike"
    if _FULL_WIDTH.search(word):
        yield "full-width"
