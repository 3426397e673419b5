"""Whose words they are where several sources explain a page.

Covers: ``reuse/credits.py``. Compares against: sets of words shared out one by one.
Run: ``pytest tests/test_credits.py``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse.credits import credit
from reuse.pairs import ACCUSED, VERDICTS, Passages, Scores
from reuse.values import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.values import Truths

laws = settings(derandomize=True, deadline=None, max_examples=200)

Spans = list[tuple[int, int]]  # begin and words of passages, in page order and disjoint


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Draw the passages of one pair."""
    found, begin = [], 0
    for gap, words in draw(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=4)):
        found.append((begin + gap, words))
        begin += gap + words
    return found


#: Page, passages and verdict of each pair.
pairs = st.lists(st.tuples(st.integers(0, 2), spans(), st.integers(0, len(VERDICTS) - 1)), max_size=9)


def values(rows: Sequence[tuple[int, Spans, int]]) -> tuple[Scores, Passages, Truths]:
    """Return pairs as the stages have them; all words of a passage are equal ones."""
    page = np.array([row[0] for row in rows], np.int32)
    flat = [span for row in rows for span in row[1]]
    begin, words = (np.array([span[side] for span in flat], np.int32) for side in (0, 1))
    columns: list[Any] = [
        begin,
        begin + words,
        begin,
        begin + words,
        begin,
        words,
        begin,
        words,
        words,
        0 * words,
    ]
    marks: list[Any] = [np.zeros(len(flat), np.uint8), np.zeros(len(flat), bool)]
    offsets = np.cumsum([0, *(len(row[1]) for row in rows)], dtype=np.int64)
    passages = Passages(offsets, *(column.copy() for column in columns), *marks)
    taken = np.array([VERDICTS[row[2]] in ACCUSED for row in rows], np.bool_)
    return Scores.named(np.arange(len(rows), dtype=np.int32), page), passages, taken


def covered(found: Spans) -> set[int]:
    return {word for begin, words in found for word in range(begin, begin + words)}


@laws
@given(pairs)
def test_every_word_goes_to_the_first_of_the_sources_that_have_most_in_common(
    rows: list[tuple[int, Spans, int]],
) -> None:
    rows.sort(key=lambda row: row[0])
    credits_of = credit(*values(rows))
    expected = [0] * len(rows)
    for page in range(3):
        rivals = [number for number, row in enumerate(rows) if row[0] == page and row[2] < len(reuse.ACCUSED)]
        rivals.sort(key=lambda number: -len(covered(rows[number][1])))
        taken: set[int] = set()
        for number in rivals:
            words = covered(rows[number][1])
            expected[number] = len(words - taken)
            taken |= words
            others = [rival for rival in rivals[:6] if rival != number][:5]
            assert list(credits_of.rivals[number]) == (others if len(rivals) > 1 else [])
    assert credits_of.words.tolist() == expected


@laws
@given(pairs)
def test_without_rivals_each_finding_has_all_its_words(rows: list[tuple[int, Spans, int]]) -> None:
    credits_of = credit(*values(rows), rivals=False)
    for words, rivals, row in zip(credits_of.words.tolist(), credits_of.rivals, rows, strict=True):
        assert words == (len(covered(row[1])) if row[2] < len(reuse.ACCUSED) else 0)
        assert rivals == ()


def test_an_update_of_a_story_gives_way_to_the_version_that_was_copied() -> None:
    first = " ".join(f"w{number}ord" for number in range(300))
    update = " ".join(f"w{number}ord" for number in range(200)) + " " + " ".join(f"n{n}ew" for n in range(100))
    sources = [Document("first", first, "1"), Document("update", update, "2")]
    by_source = {
        finding.source.id: finding for finding in reuse.audit(sources, [Document("page", first, "p")]).findings
    }
    assert (by_source["first"].credited_words, by_source["first"].also_matches) == (300, ("update",))
    assert (by_source["update"].credited_words, by_source["update"].also_matches) == (0, ("first",))
    assert by_source["update"].matched_words == 200
