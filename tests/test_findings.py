"""What findings are put together from: hashes, words set apart, passages, and shares in words.

Covers: ``reuse/findings.py``, ``reuse/verdicts.py`` where it says shares. Compares against: Python's own hashes
and formats, stretches of flags read one by one, the constructors of the records. Run: ``pytest
tests/test_findings.py``
"""

from __future__ import annotations

import dataclasses
import hashlib
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reuse.findings import Finding, Passage, SetApart, _apart, _made, by_pair, passages_of
from reuse.options import Options
from reuse.pipeline import judge_pairs
from reuse.texts import lay_out
from reuse.values import COMMON, FIRST, INVISIBLE, QUOTED, STOCK, Tokens
from reuse.verdicts import _percent, _percents
from tests.paragraphs import PARAGRAPHS, REWRITTEN

if TYPE_CHECKING:
    from collections.abc import Sequence

laws = settings(derandomize=True, deadline=None, max_examples=100)
OPTIONS = Options(threads=1)
#: As tokens have them: stock text and what is owed count as quoted, too.
FLAGS = (0, FIRST, QUOTED, QUOTED | INVISIBLE, QUOTED | STOCK, QUOTED | COMMON, QUOTED | STOCK | COMMON)


def judged(texts: Sequence[str]) -> list[Finding]:
    """Judge every pair of some texts."""
    rows = np.arange(len(texts), dtype=np.int32)
    sides = lay_out(texts), lay_out(texts)
    return list(judge_pairs(sides, np.repeat(rows, len(rows)), np.tile(rows, len(rows)), OPTIONS))


def tokens_of(documents: Sequence[Sequence[int]]) -> Tokens:
    """Return tokens with flags, two characters long and three apart."""
    flags = np.array([flag for document in documents for flag in document], np.uint8)
    begin = np.array([3 * at for document in documents for at in range(len(document))], np.int32)
    offsets = np.cumsum([0, *map(len, documents)], dtype=np.int64)
    return Tokens(np.zeros(len(flags), np.uint64), begin, begin + 2, flags, offsets)


def stretches(flags: Sequence[int], *, kind: int) -> tuple[tuple[int, int], ...]:
    """Return the stretches of one kind in a document, read flag by flag."""

    def is_of_kind(at: int) -> bool:
        return flags[at] & (QUOTED | STOCK | COMMON) == QUOTED if kind == QUOTED else flags[at] & kind != 0

    found = [list(some) for own, some in groupby(range(len(flags)), is_of_kind) if own]
    return tuple((3 * some[0], 3 * some[-1] + 2) for some in found)


@laws
@given(st.lists(st.lists(st.sampled_from(FLAGS), max_size=9), min_size=1, max_size=6), st.data())
@example([[], [QUOTED], [QUOTED], [], [STOCK | QUOTED]], None)
def test_what_is_set_apart_is_so_in_its_own_document(
    documents: list[list[int]], data: st.DataObject | None
) -> None:
    every = list(range(len(documents)))
    rows = data.draw(st.lists(st.sampled_from(every), unique=True)) if data else every
    apart = _apart(lay_out([""] * len(documents)), tokens_of(documents), rows)
    assert apart == {
        row: SetApart(
            quoted=stretches(documents[row], kind=QUOTED),
            stock=stretches(documents[row], kind=STOCK),
            common=stretches(documents[row], kind=COMMON),
        )
        for row in rows
    }


@laws
@given(st.lists(st.one_of(st.floats(-1, 1), st.integers(-9, 200).map(lambda half: half / 200)), max_size=9))
@example([0.0, 0.005, 0.015, 0.025, 0.285, 0.29, 0.995, 1.0, -0.004])
def test_shares_in_words_are_those_of_python(shares: list[float]) -> None:
    # A share of exactly no part, below 0 or not, has no sign.
    expected = [f"{_percent(share or 0.0)} of it" for share in shares]
    assert _percents(np.array(shares, np.float64), "of it") == expected


def test_records_are_what_their_constructors_make() -> None:
    texts = [paragraph.text for paragraph in PARAGRAPHS.values()]
    texts += [text for some in REWRITTEN.values() for text in some]
    found = judged(["", "«", *texts[::3], f"{texts[0]}\n{texts[0][:300]}"])
    assert any(finding.passages for finding in found)
    for finding in found:
        again = dataclasses.replace(finding)
        assert again == finding
        assert repr(again) == repr(finding)
        for passage in finding.passages:
            assert dataclasses.replace(passage) == passage
            assert {type(getattr(passage, field.name)) for field in dataclasses.fields(Passage)} == {
                bool, int, str,
            }  # fmt: skip
    assert by_pair(passages_of(found)) == [finding.passages for finding in found]


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"quoted": ["a"]}, ValueError),
        ({"quoted": ["a", "b", "c"]}, ValueError),
        ({"quoted": ["a", "b"], "other": ["a", "b"]}, AssertionError),
        ({}, AssertionError),
    ],
)
def test_columns_that_make_no_records_are_our_own_mistake(
    columns: dict[str, list[str]], fault: type[Exception]
) -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Record:
        quoted: str
        stock: str = "none"

    assert _made(Record, 2, {"quoted": ["a", "b"]}) == [Record("a"), Record("b")]
    with pytest.raises(fault):
        _made(Record, 2, columns)


@settings(laws, max_examples=40)
@given(st.lists(st.one_of(st.text(max_size=20), st.text("a \ud800\0é\n", max_size=9)), min_size=1, max_size=3))
def test_hashes_are_those_of_the_texts(contents: list[str]) -> None:
    texts = lay_out(contents)
    for finding in judged(contents):
        for document, told in ((finding.source, finding.source_sha256), (finding.page, finding.page_sha256)):
            assert told == hashlib.sha256(texts[int(document.id)].encode()).hexdigest()
