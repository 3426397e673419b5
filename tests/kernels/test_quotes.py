"""Quotations: which tokens stand between quotation marks, of any style.

Covers: the flag `QUOTED` of `tokenize`. Compares against: examples of every style, laws, and the native kernel
against its twin; time where marks are never closed. Run: ``pytest tests/kernels/test_quotes.py``
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, all_texts, assert_same, differential, laws, row_lists

pytestmark = pytest.mark.kernels

QUOTED_FLAG = 8

# Openers with their closers; PAIRS may stand beside letters.
PAIRS = [("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("‹", "›"), ("「", "」"), ("『", "』")]
STYLES = [
    *PAIRS,
    ("»", "«"),
    ("”", "”"),
    ('"', '"'),
    ("＂", "＂"),
    ("‘", "’"),
    ("‚", "‘"),
    ("‚", "’"),
    ("'", "'"),
]
CLOSER = dict(reversed(STYLES))
OVER_PARAGRAPHS = '“„«「『"＂'
MARKS = "“”„«»‹›「」『』\"＂‘’‚'"
# Words, spaces of several kinds, paragraph ends, marks, what is part of a word and what is not.
ADVERSARIAL = MARKS * 2 + "ab9漢é\u0301\u0640\u200b .,-   \t\u00a0\u3000\n\n\u2028\u2029\r\u0085😀"
FRAGMENTS = [
    "it's",
    "> ",
    ">",
    "s'",
    "'tis",
    "“",
    "”",
    '"',
    "'",
    "‘",
    "’",
    "«",
    "»",
    "a",
    " ",
    " b ",
    "\n",
    "\n \n",
    ".",
]

adversarial = st.text(ADVERSARIAL, max_size=40) | st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join)


def quoted_words(kernels: Kernels, *documents: str) -> list[list[str]]:
    """Return the quoted tokens of each document."""
    _, begin, end, flags, offsets, _ = kernels.tokenize(*all_texts(*documents), 1)
    columns = (row_lists(column, offsets) for column in (begin, end, flags & QUOTED_FLAG))
    return [
        [document[token_begin:token_end] for token_begin, token_end, flag in zip(*row, strict=True) if flag]
        for document, *row in zip(documents, *columns, strict=True)
    ]


def quoted_in(kernels: Kernels, document: str) -> str:
    """Return the quoted tokens of a document with spaces between them."""
    return " ".join(quoted_words(kernels, document)[0])


# --- styles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("opener", "closer"), STYLES)
def test_every_style(kernels: Kernels, opener: str, closer: str) -> None:
    for before, after in (("said ", " and left"), ("", ""), ("(", ")"), ("said:\n", "\nand left")):
        assert quoted_in(kernels, f"{before}{opener}so it is{closer}{after}") == "so it is"
    assert quoted_in(kernels, f"one {opener}a b,{closer} two {opener}c d.{closer} three") == "a b c d"


@pytest.mark.parametrize(("opener", "closer"), PAIRS)
def test_pairs_may_touch_words(kernels: Kernels, opener: str, closer: str) -> None:
    assert quoted_in(kernels, f"彼は{opener}是{closer}と言った") == "是"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        # Apostrophes
        ("It's the dogs' and cats' life, isn't it", ""),
        ("It’s the dogs’ and cats’ life, isn’t it", ""),
        ("He said ‘it’s the dogs’ life’ and left", "it s the dogs"),
        ("He said 'it's over' and left", "it s over"),
        ("the '90s and the 1990s", ""),
        ("O'Brien's 'word' there", "word"),
        ("a ' b' c", ""),
        ("a 'b ' c", ""),
        ("a 'b ' c' d", "b c"),
        # Block quotes
        ("He said:\n> We are done\n> for today.\nThen he left.", "We are done for today"),
        ("  > a b", "a b"),
        (">> a b", "a b"),
        (">100 people", ""),
        ("a > b", ""),
        (">", ""),
        # Straight marks
        ('5" by 7" boards', ""),
        ('a "b c" d "e" f', "b c e"),
        ('a"b" c', ""),
        ('a "b"c d" e', "b c d"),
        ('a " b" c', ""),
        ('say "', ""),
        ('"" a', ""),
        # Nesting
        ("“a ‘b’ c” d", "a b c"),
        ("‘a “b” c’ d", "a b c"),
        ("“a “b” c” d", "a b"),
        ("„a ‚b‘ c“ d", "a b c"),
        ("« a ‹b› c » d", "a b c"),
        ("「a『b』c」d", "a b c"),
        # Guillemets in either direction
        ("a «b» c «d» e", "b d"),
        ("a »b« c »d« e", "b d"),
        ("a « b » c", "b"),
        ("a» b« c", ""),
        ("a » b « c", ""),
        # Unclosed
        ("a “b c", ""),
        ("a “b\nc” d", ""),
        ("a ‹b c", ""),
        ("a 'b\nc' d", ""),
        ("a ‘b “c” d", "c"),
        ("a “b ‘c’ d", "c"),
        # Marks beside what is not part of a word
        ("—“a”—", "a"),
        ("a\u200b'b'", "b"),
        ("a\u0301'b' c", ""),
        ("漢'b' c", ""),
        ("(“a b”)", "a b"),
    ],
)
def test_examples(kernels: Kernels, document: str, expected: str) -> None:
    assert quoted_in(kernels, document) == expected


# --- paragraphs -------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\n\n", "\n \t\n", "\u2028", "\u2029", "\r\n", "\n\u3000"])
@pytest.mark.parametrize("mark", OVER_PARAGRAPHS)
def test_a_quotation_may_run_over_paragraphs(kernels: Kernels, mark: str, end: str) -> None:
    closer = CLOSER[mark]
    assert quoted_in(kernels, f"x {mark}a b{end}{mark}c d{end}{mark}e f{closer} y") == "a b c d e f"
    assert quoted_in(kernels, f"x {mark}a b{end}c d{end}{mark}e f{closer} y") == "e f"


@pytest.mark.parametrize("mark", "‘‚'»‹")
def test_other_quotations_end_with_their_paragraph(kernels: Kernels, mark: str) -> None:
    closer = CLOSER[mark]
    assert quoted_in(kernels, f"x {mark}a b\n{mark}c d{closer} y") == "c d"


def test_a_carriage_return_ends_no_paragraph(kernels: Kernels) -> None:
    assert quoted_in(kernels, "“a\rb” c\u0085") == "a b"


def test_the_next_paragraph_must_begin_with_the_same_mark(kernels: Kernels) -> None:
    assert quoted_in(kernels, "x “a\n«b» “c” d") == "b c"
    assert quoted_in(kernels, "x “a\n\n\n") == ""


# --- posts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("a b\n— A (@a_b) May 1, 2017\nc", "A a b May 1 2017"),
        ("a (@b) 1\u2028c", "a b 1"),
        ("a (@b)", ""),  # no date
        ("a (@b c) 1", ""),
        ("a (@) 1", ""),
        ("a @b) 1", ""),
        ("a (@b) (@c d) 1", ""),  # the last account counts
        ("a (@é漢9) ١ 1", "a é 漢 9 ١ 1"),
        (f"a (@b) {'c ' * 35}1", f"a b {'c ' * 35}1"),
        (f"a (@b) {'c ' * 40}1", ""),  # the account stands too far from the end
    ],
)
def test_posts(kernels: Kernels, document: str, expected: str) -> None:
    assert quoted_in(kernels, document) == expected


@pytest.mark.parametrize("letter", ["a", "é", "漢"])
def test_of_a_long_post_the_end_is_quoted(kernels: Kernels, letter: str) -> None:
    for size in (280, 293, 294, 295, 296, 297, 400):
        post = f"{f'{letter} ' * size}(@b) 1"
        words = len([place for place in range(size) if 2 * place + 600 >= len(post)])
        assert quoted_in(kernels, f"{'é ' * 300}\n{post}") == f"{f'{letter} ' * words}b 1"


# --- laws -------------------------------------------------------------------------------------


@laws
@given(st.text("ab9漢é .,-\n\u2028😀", max_size=60))
def test_no_marks_no_quotations(kernels: Kernels, document: str) -> None:
    assert quoted_in(kernels, document) == ""


@laws
@given(adversarial)
def test_only_what_follows_a_mark_in_its_paragraph_is_quoted(kernels: Kernels, document: str) -> None:
    _, begin, _, flags, _, _ = kernels.tokenize(*all_texts(document), 1)
    for position in begin[flags & QUOTED_FLAG != 0].tolist():
        paragraph = document[:position].replace("\u2028", "\n").replace("\u2029", "\n").rpartition("\n")[2]
        assert set(paragraph) & {*MARKS, ">"}


@laws
@given(st.lists(adversarial, max_size=4))
def test_rows_do_not_depend_on_each_other(kernels: Kernels, documents: list[str]) -> None:
    alone = [quoted_words(kernels, document)[0] for document in documents]
    assert quoted_words(kernels, *documents) == alone


@laws
@given(adversarial, adversarial)
def test_a_paragraph_that_begins_with_no_mark_keeps_them_apart(kernels: Kernels, left: str, right: str) -> None:
    apart = [*quoted_words(kernels, left)[0], *quoted_words(kernels, right)[0]]
    assert quoted_words(kernels, f"{left}\n.\n{right}") == [apart]


@laws
@given(st.sampled_from(STYLES), st.lists(st.text("ab漢", min_size=1, max_size=3), min_size=1, max_size=5))
def test_what_stands_between_marks_is_quoted(
    kernels: Kernels, style: tuple[str, str], inside: list[str]
) -> None:
    opener, closer = style
    content = " ".join(inside)
    words = quoted_words(kernels, f"x {opener}{content}{closer} x")[0]
    assert "".join(words) == "".join(inside)


def test_no_tokens(kernels: Kernels) -> None:
    assert quoted_words(kernels) == []
    assert quoted_words(kernels, "", "“”", "\n") == [[], [], []]


# --- time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", [*(f" {mark}a" for mark in MARKS), *MARKS])
def test_a_million_marks_that_are_never_closed(native: Kernels, pattern: str) -> None:
    assert_linear(native, pattern * 1_000_000)


@pytest.mark.parametrize(
    "pattern",
    [
        " “a «b „c 「d 『e \"f ＂g ‘h ‚i 'j »k ‹l",
        "“\n",
        "“a\n\n",
        "“a\n \n„b\n«c\n\u2028",
        " ‘a x’x",
        " 'a x'x",
        ' "a x"x',
        " »a »",
    ],
)
def test_many_unmatched_marks_of_several_kinds(native: Kernels, pattern: str) -> None:
    count = 1_000_000 // len(pattern)
    assert_linear(native, pattern * count)
    assert_linear(native, pattern * count + "\n" * 1_000_000)


def assert_linear(native: Kernels, document: str) -> None:
    """Assert that a text of a million code points and more takes no more than seconds."""
    arguments = all_texts(f"a {document} a")
    started = time.process_time()
    native.tokenize(*arguments, 1)
    # Milliseconds; hours if every mark searched the rest. The margin is for sanitizers on a busy machine.
    assert time.process_time() - started < 10


# --- native against its twin ------------------------------------------------------------------


@differential
@given(st.lists(adversarial, max_size=5))
def test_native_equals_twin(native: Kernels, reference: Kernels, documents: list[str]) -> None:
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))


@laws
@given(st.lists(st.sampled_from([*FRAGMENTS, b"\xff", b"\xe2\x80", b"\x80"]), max_size=40))
def test_native_equals_twin_on_broken_text(
    native: Kernels, reference: Kernels, pieces: list[str | bytes]
) -> None:
    text = b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
    assert_same(native.tokenize, reference.tokenize, *all_texts(text))


@pytest.mark.parametrize(("opener", "closer"), STYLES)
def test_native_equals_twin_between_all_neighbours(
    native: Kernels, reference: Kernels, opener: str, closer: str
) -> None:
    neighbours = ["", opener, *"a 漢.\u0301\u0640\u200b\u3000\r\u1680\u180e\u2009"]
    beside = [(one, other) for one in neighbours for other in neighbours]
    some = [("", ""), ("a", "a"), (" ", "漢")]
    documents = [
        f"{before}{opener}{first}b{last}{closer}{after} c"
        for openings, closings in ((beside, some), (some, beside))
        for before, first in openings
        for last, after in closings
    ]
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))


@pytest.mark.parametrize(("opener", "closer"), STYLES)
@pytest.mark.parametrize("size", [498, 499, 500, 501, 998, 999, 1000, 1001])
def test_native_equals_twin_where_quotations_are_too_long(
    native: Kernels, reference: Kernels, opener: str, closer: str, size: int
) -> None:
    inside = ("é " * size)[: size - 2] + "b"
    documents = [
        f"{opener}{inside}{closer} c",
        f"{opener}{inside} c\n{opener}d",
        f"{opener} e {opener}{inside}{closer}",
    ]
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))
