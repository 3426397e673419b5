"""Sentences: which tokens begin one.

Covers: the flag `FIRST` of `tokenize`. Compares against: examples in several scripts, laws, and the native
kernel against its twin. Run: ``pytest tests/kernels/test_sentences.py``
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, all_texts, assert_same, differential, laws, row_lists

pytestmark = pytest.mark.kernels

FIRST_FLAG = 16
LINE_ENDS = "\n\u2028\u2029"
FULL_STOPS = "…。！．？｡؟۔।॥"
# Words of several scripts, what ends sentences, what does not, and what is left out of tokens.
PIECES = [
    *"ab9漢éक.!?,:;- \t\r\"”)»'",
    *LINE_ENDS,
    *FULL_STOPS,
    "\u200b",
    "\u0301",
    "\ufeff",
    "😀",
    "3.5",
    "U.S.",
]

documents = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def sentences(kernels: Kernels, *contents: str) -> list[list[list[str]]]:
    """Return the sentences of each document, token by token."""
    _, begin, end, flags, offsets, _ = kernels.tokenize(*all_texts(*contents), 1)
    columns = (row_lists(column, offsets) for column in (begin, end, flags & FIRST_FLAG))
    found: list[list[list[str]]] = []
    for content, *row in zip(contents, *columns, strict=True):
        found.append([])
        for token_begin, token_end, first in zip(*row, strict=True):
            if first:
                found[-1].append([])
            found[-1][-1].append(content[token_begin:token_end])
    return found


def shown(kernels: Kernels, content: str) -> str:
    """Return the sentences of a document, with bars between them."""
    return " | ".join(" ".join(sentence) for sentence in sentences(kernels, content)[0])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("He came. She left", "He came | She left"),
        ("Who? Me! No.", "Who | Me | No"),
        ("one, two; three: four - five", "one two three four five"),
        # Within numbers, addresses and abbreviations
        ("It cost 3.5 million", "It cost 3 5 million"),
        ("see example.org today", "see example org today"),
        ("read example.org/?q=a!b now", "read example org q a b now"),
        ("U.S. troops", "U S | troops"),  # what an abbreviation looks like
        ("So.What", "So What"),
        ("Well...so", "Well | so"),
        ("Well…so", "Well | so"),
        # Quotation marks and brackets after the stop
        ("“He came.” She left", "He came | She left"),
        ('"He came!" she said', "He came | she said"),
        ("(He came.) She left", "He came | She left"),
        ("He (the man) came", "He the man came"),
        ("“Really?”", "Really"),
        # Lines
        ("Title\nFirst line\nsecond", "Title | First line | second"),
        ("a\r\nb\rc", "a | b c"),
        ("a\u2028b\u2029c\u0085d", "a | b | c d"),
        # Other scripts
        ("他来了。她走了", "他 来 了 | 她 走 了"),
        ("来！走？好．完｡", "来 | 走 | 好 | 完"),
        ("كيف حالك؟ بخير", "كيف حالك | بخير"),
        ("یہ ہے۔وہ تھا", "یہ ہے | وہ تھا"),
        ("वह आया।वह गया॥अंत", "वह आया | वह गया | अंत"),
        # What is left out of tokens
        ("\ufeffHe came. She left", "He came | She left"),
        ("a.\u200bb", "a | b"),
        ("a\u200b.b", "a b"),
        (".a", "a"),
        ("... a", "a"),
        ("😀. a 😀.b c😀.😀d", "a b c | d"),
    ],
)
def test_examples(kernels: Kernels, content: str, expected: str) -> None:
    assert shown(kernels, content) == expected


@laws
@given(st.lists(documents, max_size=4))
def test_rows_do_not_depend_on_each_other(kernels: Kernels, contents: list[str]) -> None:
    assert sentences(kernels, *contents) == [sentences(kernels, content)[0] for content in contents]


@laws
@given(documents, st.sampled_from([*LINE_ENDS, *FULL_STOPS, ". ", "!\t", "?)"]), documents)
def test_an_end_divides_a_text_in_two(kernels: Kernels, left: str, end: str, right: str) -> None:
    # A space before: what follows could be a mark upon the last word.
    divided = sentences(kernels, f"{left} {end} {right}")[0]
    assert divided == [*sentences(kernels, f"{left} ")[0], *sentences(kernels, f" {right}")[0]]


@laws
@given(st.text("ab9漢é ,:;-\t\r\"”)»'\u200b", max_size=40))
def test_without_an_end_there_is_one_sentence(kernels: Kernels, content: str) -> None:
    assert len(sentences(kernels, content)[0]) <= 1


def test_no_tokens(kernels: Kernels) -> None:
    assert sentences(kernels) == []
    assert sentences(kernels, "", "...", "a", "\n", "b") == [[], [], [["a"]], [], [["b"]]]


@differential
@given(st.lists(documents, max_size=5))
def test_native_equals_twin(native: Kernels, reference: Kernels, contents: list[str]) -> None:
    assert_same(native.tokenize, reference.tokenize, *all_texts(*contents))


@laws
@given(st.lists(st.sampled_from([b"a", b".", b" ", b"\n", b"\xe3\x80\x82", b"\xff", b"\xe3\x80"]), max_size=20))
def test_native_equals_twin_on_broken_text(native: Kernels, reference: Kernels, pieces: list[bytes]) -> None:
    assert_same(native.tokenize, reference.tokenize, *all_texts(b"".join(pieces)))


@pytest.mark.parametrize("pattern", [".", "a.", "a. ", "\n", "。"])
def test_time_is_linear(native: Kernels, pattern: str) -> None:
    arguments = all_texts(pattern * 2_000_000)
    started = time.process_time()
    native.tokenize(*arguments, 1)
    assert time.process_time() - started < 5
