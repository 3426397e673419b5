"""Agreement: how far two texts tell the same things in the same order outside quotations.

Covers: `agreement`. Compares against: laws of order, spread and shared, subsequences found by trying all of
them, and the native kernel against its twin. Run: ``pytest tests/kernels/test_agreement.py``
"""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.contract import (
    Bytes,
    Hashes,
    Ids,
    Offsets,
    all_pairs,
    assert_same,
    assert_same_without_avx512,
    differential,
    hashes,
    ids,
    laws,
)
from tests.reference.ragged import flat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

pytestmark = pytest.mark.kernels

QUOTED = 8
FUNCTION, COMMON = 1, 2
OTHER_FLAGS = 1 | 2 | 4

Ratios = tuple["NDArray[np.float64]", ...]
Text = list[int]
Side = tuple[Hashes, Hashes, Bytes, Offsets]
Lexicon = tuple[Hashes, Hashes, Bytes]


class Agreement(Protocol):
    """The kernel this is about."""

    def agreement(
        self,
        source: Hashes,
        source_root: Hashes,
        source_flags: Bytes,
        source_offsets: Offsets,
        page: Hashes,
        page_root: Hashes,
        page_flags: Bytes,
        page_offsets: Offsets,
        source_row: Ids,
        page_row: Ids,
        words: Hashes,
        root: Hashes,
        parts: Bytes,
        run: int,
        block: int,
        block_cap: float,
        chunk: int,
        content_prior: float,
        narration_prior: float,
        fact_prior: float,
        shared_prior: float,
        threads: int,
        /,
    ) -> Ratios:
        """Return order, reach, spread, shared, facts, unquoted."""


class Rule(NamedTuple):
    """How agreement is measured, in the order of the kernel's arguments; these are the shipped numbers."""

    run: int = 4
    block: int = 32
    block_cap: float = 0.25
    chunk: int = 48
    content_prior: float = 20.0
    narration_prior: float = 30.0
    fact_prior: float = 10.0
    shared_prior: float = 20.0


class Agreed(NamedTuple):
    """What the kernel says of one pair."""

    order: float
    reach: float
    spread: float
    shared: float
    facts: float
    unquoted: float


SHIPPED = Rule()
# Small enough that short texts show everything.
FINE = Rule(2, 3, 0.5, 4, 1.0, 1.0, 1.0, 1.0)

tiny_texts = st.lists(st.integers(1, 4), max_size=14)
flag_bytes = st.sampled_from([0, QUOTED, OTHER_FLAGS, QUOTED | OTHER_FLAGS])
rules = st.builds(
    Rule,
    run=st.integers(1, 5),
    block=st.integers(1, 9),
    block_cap=st.sampled_from([0.0, 0.25, 1 / 3, 1.0]),
    chunk=st.integers(1, 6),
    content_prior=st.sampled_from([0.1, 1.0, 20.0]),
    narration_prior=st.sampled_from([0.1, 1.0, 30.0]),
    fact_prior=st.sampled_from([0.1, 1.0, 10.0]),
    shared_prior=st.sampled_from([0.1, 1.0, 20.0]),
)


@st.composite
def flagged_rows(draw: st.DrawFn) -> tuple[list[Text], list[list[int]]]:
    """Draw rows of tokens, and flags for each token."""
    rows = draw(st.lists(tiny_texts, min_size=1, max_size=4))
    flags = [draw(st.lists(flag_bytes, min_size=len(row), max_size=len(row))) for row in rows]
    return rows, flags


@st.composite
def flagged(draw: st.DrawFn) -> tuple[Text, list[int]]:
    """Draw one text and its flags."""
    row = draw(tiny_texts)
    return row, draw(st.lists(flag_bytes, min_size=len(row), max_size=len(row)))


def side(
    lists: Sequence[Sequence[int]], flags: Sequence[Sequence[int]], roots: Sequence[Sequence[int]] | None = None
) -> Side:
    """Return the arrays of one side: tokens, their roots, their flags, offsets."""
    values, offsets = hashes(lists)
    return values, values if roots is None else flat(roots, np.uint64), flat(flags, np.uint8), offsets


def lexicon(
    function_words: Sequence[int] = (), common_words: Sequence[int] = (), roots: Mapping[int, int] | None = None
) -> Lexicon:
    """Return what is known of words: the words, the root of each, the parts they play."""
    of = {word: word for word in (*function_words, *common_words)} | dict(roots or {})
    parts = [FUNCTION * (word in function_words) | COMMON * (word in common_words) for word in of]
    return np.array(list(of), np.uint64), np.array(list(of.values()), np.uint64), np.array(parts, np.uint8)


def measured(
    kernels: Agreement,
    source: Side,
    page: Side,
    pairs: tuple[Ids, Ids],
    words: Lexicon,
    rule: Rule,
) -> Ratios:
    """Return what the kernel says of pairs of rows."""
    kernel: Callable[..., Ratios] = kernels.agreement
    return kernel(*source, *page, *pairs, *words, *rule, 1)


def agree(
    kernels: Agreement,
    left: Sequence[int],
    right: Sequence[int],
    *,
    left_flags: Sequence[int] | None = None,
    right_flags: Sequence[int] | None = None,
    function_words: Sequence[int] = (),
    common_words: Sequence[int] = (),
    roots: Mapping[int, int] | None = None,
    rule: Rule = FINE,
) -> Agreed:
    """Return what the kernel says of one pair of texts."""
    source = side([left], [[0] * len(left) if left_flags is None else left_flags])
    page = side([right], [[0] * len(right) if right_flags is None else right_flags])
    first = ids([0]), ids([0])
    results = measured(kernels, source, page, first, lexicon(function_words, common_words, roots), rule)
    assert [result.dtype for result in results] == [np.float64] * 6
    return Agreed(*(float(result[0]) for result in results))


def subsequence_by_trial(left: Sequence[int], right: Sequence[int]) -> int:
    """Return the length of the longest common subsequence, trying all of one text."""
    for length in range(len(left), 0, -1):
        for chosen in set(combinations(left, length)):
            rest = iter(right)
            if all(token in rest for token in chosen):
                return length
    return 0


# --- order ------------------------------------------------------------------------------------


@laws
@given(st.lists(st.integers(1, 3), max_size=8), st.lists(st.integers(1, 3), max_size=8))
def test_order_is_the_common_subsequence_less_that_read_backwards(
    kernels: Agreement, left: Text, right: Text
) -> None:
    gained = subsequence_by_trial(left, right) - subsequence_by_trial(left, right[::-1])
    assert agree(kernels, left, right).order == gained / (min(len(left), len(right)) + FINE.content_prior)


@laws
@given(tiny_texts, tiny_texts)
def test_reading_one_text_backwards_turns_order_round(kernels: Agreement, left: Text, right: Text) -> None:
    forward = agree(kernels, left, right).order
    assert agree(kernels, left, right[::-1]).order == -forward
    assert agree(kernels, left[::-1], right).order == -forward
    assert agree(kernels, left[::-1], right[::-1]).order == forward


@laws
@given(tiny_texts)
def test_a_text_never_agrees_better_with_itself_backwards(kernels: Agreement, text: Text) -> None:
    assert agree(kernels, text, text).order >= 0 >= agree(kernels, text, text[::-1]).order


@laws
@given(st.integers(0, 150))
def test_distinct_words_agree_with_themselves_but_for_the_one_of_chance(
    kernels: Agreement, length: int
) -> None:
    text = list(range(1, length + 1))
    agreed = agree(kernels, text, text, rule=SHIPPED)
    assert agreed.order == max(length - 1, 0) / (length + SHIPPED.content_prior)
    assert agreed.shared == (length if length >= SHIPPED.run else 0) / (length + SHIPPED.narration_prior)
    assert agreed.facts == length / (length + SHIPPED.fact_prior)


# --- spread -----------------------------------------------------------------------------------


@laws
@given(tiny_texts, tiny_texts, rules)
def test_spread_is_order_where_no_stretch_is_capped(
    kernels: Agreement, left: Text, right: Text, rule: Rule
) -> None:
    agreed = agree(kernels, left, right, rule=rule._replace(block_cap=1.0))
    assert agreed.spread == pytest.approx(agreed.order, abs=1e-12)


@laws
@given(tiny_texts, tiny_texts, rules)
def test_spread_is_at_most_order_and_the_cap(kernels: Agreement, left: Text, right: Text, rule: Rule) -> None:
    agreed = agree(kernels, left, right, rule=rule)
    shorter = min(len(left), len(right))
    most = rule.block_cap * shorter / (shorter + rule.content_prior)
    assert agreed.spread <= min(agreed.order, most) + 1e-12


def test_one_long_statement_in_common_is_order_and_hardly_spread(kernels: Agreement) -> None:
    statement = list(range(1, 33))
    left = statement + list(range(1000, 1096))
    right = statement + list(range(2000, 2096))
    agreed = agree(kernels, left, right, rule=SHIPPED)
    assert agreed.order == (32 - 1) / (128 + 20)
    # Of its stretch a quarter counts at most; the three others are below chance.
    assert agreed.spread == (0.25 * 32 - 3 * (1 * 32 / 128)) / (128 + 20)


# --- reach ------------------------------------------------------------------------------------


@laws
@given(tiny_texts, tiny_texts, rules)
def test_reach_is_order_in_texts_of_fewer_than_two_chunks(
    kernels: Agreement, left: Text, right: Text, rule: Rule
) -> None:
    longer = rule._replace(chunk=1 + min(len(left), len(right)) // 2)
    agreed = agree(kernels, left, right, rule=longer)
    assert agreed.reach == agreed.order


def test_two_chunks_may_be_more_than_any_text_has(kernels: Agreement) -> None:
    agreed = agree(kernels, list(range(9)), list(range(9)), rule=SHIPPED._replace(chunk=2**63))
    assert agreed.reach == agreed.order > 0


def test_one_statement_in_common_reaches_nowhere_and_a_copy_far(kernels: Agreement) -> None:
    statement, own = list(range(1, 41)), list(range(1000, 1152))
    short = own[:50] + statement + own[50:]
    # The statement lies within one chunk of the longer text.
    alone = agree(kernels, [*range(2000, 2480), *statement], short, rule=SHIPPED)
    assert alone.reach == 0 < alone.order
    copy = agree(kernels, [*short, *range(3000, 3100)], short, rule=SHIPPED)
    assert copy.reach == (192 - 48) / (192 + 20)


# --- unquoted ---------------------------------------------------------------------------------


@laws
@given(tiny_texts, tiny_texts)
def test_without_quotations_all_that_is_shared_is_unquoted(kernels: Agreement, left: Text, right: Text) -> None:
    grams = {tuple(left[at : at + 2]) for at in range(len(left) - 1)}
    shared = {
        token for at in range(len(right) - 1) if tuple(right[at : at + 2]) in grams for token in (at, at + 1)
    }
    assert agree(kernels, left, right).unquoted == (len(shared) + 1) / (len(shared) + 2)


def test_inflections_of_a_word_are_one_in_order_and_several_among_facts(kernels: Agreement) -> None:
    left, right, roots = [1, 2, 3], [11, 12, 13], {11: 1, 12: 2, 13: 3}
    agreed = agree(kernels, left, right, roots=roots)
    assert agreed.order == agree(kernels, left, left).order > 0
    assert agreed.facts == agreed.shared == 0


# --- roots ------------------------------------------------------------------------------------


@laws
@given(flagged(), flagged(), rules, st.permutations([1, 1, 2, 3]))
def test_order_is_by_roots_and_all_else_by_words(
    kernels: Agreement,
    left: tuple[Text, list[int]],
    right: tuple[Text, list[int]],
    rule: Rule,
    root_of: list[int],
) -> None:
    roots = [[root_of[token - 1] for token in text] for text, _ in (left, right)]

    def measure(words: Sequence[Text], roots: Sequence[Text]) -> Ratios:
        source, page = (
            side([text], [flags], [root])
            for text, (_, flags), root in zip(words, (left, right), roots, strict=True)
        )
        return measured(kernels, source, page, (ids([0]), ids([0])), lexicon(), rule)

    words = left[0], right[0]
    by_both, by_words, by_roots = measure(words, roots), measure(words, words), measure(roots, roots)
    assert by_both == (*by_roots[:3], *by_words[3:])


# --- facts ------------------------------------------------------------------------------------


@laws
@given(tiny_texts, tiny_texts, st.lists(st.integers(1, 4), max_size=2))
def test_facts_are_the_rare_words_in_common(
    kernels: Agreement, left: Text, right: Text, common_words: list[int]
) -> None:
    rare = [set(text) - set(common_words) for text in (left, right)]
    expected = len(rare[0] & rare[1]) / (min(map(len, rare)) + FINE.fact_prior)
    assert agree(kernels, left, right, common_words=common_words).facts == expected


@laws
@given(tiny_texts, tiny_texts, st.randoms(use_true_random=False))
def test_facts_have_neither_order_nor_number(
    kernels: Agreement, left: Text, right: Text, draw: random.Random
) -> None:
    more = left + left[:3]
    draw.shuffle(more)
    assert agree(kernels, more, right).facts == agree(kernels, left, right).facts


# --- bounds, symmetry, invariance -------------------------------------------------------------


@laws
@given(flagged(), flagged(), rules)
def test_bounds(
    kernels: Agreement, left: tuple[Text, list[int]], right: tuple[Text, list[int]], rule: Rule
) -> None:
    agreed = agree(kernels, left[0], right[0], left_flags=left[1], right_flags=right[1], rule=rule)
    assert -1 < agreed.order < 1
    assert -1 < agreed.spread < 1
    assert 0 <= agreed.shared < 1
    assert 0 <= agreed.facts < 1


@laws
@given(flagged(), flagged(), rules)
def test_sides_are_alike(
    kernels: Agreement, left: tuple[Text, list[int]], right: tuple[Text, list[int]], rule: Rule
) -> None:
    one = agree(kernels, left[0], right[0], left_flags=left[1], right_flags=right[1], rule=rule)
    other = agree(kernels, right[0], left[0], left_flags=right[1], right_flags=left[1], rule=rule)
    assert (one.order, one.shared, one.facts) == (other.order, other.shared, other.facts)


@laws
@given(tiny_texts, tiny_texts, rules)
def test_spread_too_is_alike_on_both_sides_of_unequal_length(
    kernels: Agreement, left: Text, right: Text, rule: Rule
) -> None:
    longer = [*left, *([9] * (len(right) + 1))]
    one, other = agree(kernels, longer, right, rule=rule), agree(kernels, right, longer, rule=rule)
    assert one._replace(unquoted=0) == other._replace(unquoted=0)


@laws
@given(flagged(), flagged(), st.permutations([2**64 - 1, 2**63, 77, 0]))
def test_only_equality_of_tokens_counts(
    kernels: Agreement,
    left: tuple[Text, list[int]],
    right: tuple[Text, list[int]],
    names: list[int],
) -> None:
    renamed = [[names[token - 1] for token in text] for text in (left[0], right[0])]
    as_they_were = agree(kernels, left[0], right[0], left_flags=left[1], right_flags=right[1])
    assert as_they_were == agree(kernels, *renamed, left_flags=left[1], right_flags=right[1])


@laws
@given(tiny_texts, tiny_texts, st.randoms(use_true_random=False))
def test_function_words_change_neither_order_nor_spread(
    kernels: Agreement, left: Text, right: Text, draw: random.Random
) -> None:
    strewn = []
    for text in (left, right):
        more = list(text)
        for word in draw.choices((90, 91, 92), k=6):
            more.insert(draw.randint(0, len(more)), word)
        strewn.append(more)
    agreed = agree(kernels, *strewn, function_words=(91, 92, 90))
    plain = agree(kernels, left, right)
    assert (agreed.order, agreed.spread) == (plain.order, plain.spread)


def test_pairs_do_not_depend_on_each_other(kernels: Agreement) -> None:
    lists = [[1, 2, 3, 4, 2, 1], [], [2, 3, 4, 1], [4, 4, 4], [1, 2, 3]]
    flags = [[0, 0, QUOTED, QUOTED, 0, 0], [], [0, 0, QUOTED, 0], [0] * 3, [0] * 3]
    both = side(lists, flags)
    pairs = all_pairs(len(lists), len(lists))
    together = measured(kernels, both, both, pairs, lexicon([4], [1, 2]), FINE)
    alone = [
        agree(
            kernels,
            lists[i],
            lists[j],
            left_flags=flags[i],
            right_flags=flags[j],
            function_words=[4],
            common_words=[1, 2],
        )
        for i, j in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True)
    ]
    assert list(zip(*(column.tolist() for column in together), strict=True)) == alone


def test_texts_without_narration_agree_in_nothing(kernels: Agreement) -> None:
    text = [1, 2, 3, 4, 5]
    nothing = Agreed(0.0, 0.0, 0.0, 0.0, 0.0, 0.5)
    assert agree(kernels, [], []) == nothing
    assert agree(kernels, text, []) == agree(kernels, [], text) == nothing
    # All five words in common are quoted: one word of doubt in seven is not.
    assert agree(kernels, text, text, left_flags=[QUOTED] * 5) == nothing._replace(unquoted=1 / 7)
    empty = side([], [])
    no_pairs = measured(kernels, empty, empty, all_pairs(0, 0), lexicon(), SHIPPED)
    assert [len(column) for column in no_pairs] == [0] * 6


# --- quotations -------------------------------------------------------------------------------


@laws
@given(tiny_texts, tiny_texts, tiny_texts)
def test_what_is_quoted_in_both_counts_for_nothing(
    kernels: Agreement, left: Text, right: Text, speech: Text
) -> None:
    said = [token + 10 for token in speech]
    quoted = agree(
        kernels,
        left + said,
        right + said,
        left_flags=[0] * len(left) + [QUOTED] * len(said),
        right_flags=[0] * len(right) + [QUOTED] * len(said),
    )
    assert quoted[:-1] == agree(kernels, left, right)[:-1]


@laws
@given(tiny_texts, tiny_texts, st.lists(st.integers(11, 14), min_size=FINE.run, max_size=9))
def test_marks_on_one_side_are_enough(kernels: Agreement, left: Text, right: Text, speech: Text) -> None:
    flags = [0] * len(left) + [QUOTED] * len(speech)
    one_side = agree(kernels, left + speech, right + speech, left_flags=flags)
    assert one_side[:-1] == agree(kernels, left, right)[:-1]
    other_side = agree(kernels, right + speech, left + speech, right_flags=flags)
    assert (other_side.order, other_side.shared) == (one_side.order, one_side.shared)


def test_fewer_quoted_words_than_a_run_are_not_carried_over(kernels: Agreement) -> None:
    left, left_flags = [1, 2, 3, 4, 5, 2], [0, QUOTED, QUOTED, QUOTED, 0, 0]
    right = [5, 2, 3, 4]
    # Narrated are 1 5 2 in one text; in the other all, or 5 alone where 2 3 4 repeat what the first quotes.
    apart = agree(kernels, left, right, left_flags=left_flags, rule=FINE._replace(run=4))
    assert apart.order == (2 - 1) / (3 + FINE.content_prior)
    carried = agree(kernels, left, right, left_flags=left_flags, rule=FINE._replace(run=3))
    assert carried.order == 0.0


def test_quotation_is_not_carried_on_by_what_it_was_carried_to(kernels: Agreement) -> None:
    # The page's marks make [2, 3] of the source a quotation. That the source's [1, 2] is now quoted
    # throughout makes none of the page's: there 1 2 9 are narrated, and 4 1 5 2 in the source.
    source, source_flags = [1, 2, 3, 4, 1, 5, 2], [QUOTED, 0, 0, 0, 0, 0, 0]
    page, page_flags = [1, 2, 9, 2, 3], [0, 0, 0, QUOTED, QUOTED]
    agreed = agree(kernels, source, page, left_flags=source_flags, right_flags=page_flags)
    assert agreed.order == (2 - 1) / (3 + FINE.content_prior)


# --- native and twin --------------------------------------------------------------------------


@differential
@given(
    flagged_rows(),
    flagged_rows(),
    rules,
    st.lists(st.integers(0, 4), max_size=2),
    st.lists(st.integers(0, 4), max_size=2),
    st.dictionaries(st.integers(0, 4), st.integers(0, 4), max_size=3),
)
def test_native_gives_what_the_twin_gives(
    native: Agreement,
    reference: Agreement,
    sources: tuple[list[Text], list[list[int]]],
    pages: tuple[list[Text], list[list[int]]],
    rule: Rule,
    function_words: list[int],
    common_words: list[int],
    roots: dict[int, int],
) -> None:
    assert_same(
        native.agreement,
        reference.agreement,
        *side(*sources),
        *side(*pages),
        *all_pairs(len(sources[0]), len(pages[0])),
        *lexicon(function_words, common_words, roots),
        *rule,
    )


@laws
@given(
    flagged_rows(),
    flagged_rows(),
    rules,
    st.permutations([1, 1, 2, 3]),
    st.lists(st.integers(0, 4), max_size=2),
)
def test_native_gives_what_the_twin_gives_by_roots(
    native: Agreement,
    reference: Agreement,
    sources: tuple[list[Text], list[list[int]]],
    pages: tuple[list[Text], list[list[int]]],
    rule: Rule,
    root_of: list[int],
    function_words: list[int],
) -> None:
    source_roots, page_roots = (
        [[root_of[token - 1] for token in row] for row in rows] for rows, _ in (sources, pages)
    )
    assert_same(
        native.agreement,
        reference.agreement,
        *side(*sources, source_roots),
        *side(*pages, page_roots),
        *all_pairs(len(sources[0]), len(pages[0])),
        *lexicon(function_words),
        *rule,
    )


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 2, 3, 8, 60]),
    st.sampled_from([62, 63, 64, 65, 127, 128, 129, 150, 193, 260]),
    st.sampled_from([1, 40, 64, 65, 128, 129, 200]),
    st.sampled_from([0.0, 0.1, 0.5]),
)
def test_native_gives_what_the_twin_gives_over_many_machine_words(
    native: Agreement,
    reference: Agreement,
    seed: int,
    alphabet: int,
    source_length: int,
    page_length: int,
    quoted_share: float,
) -> None:
    draw = random.Random(seed)
    lists = [[draw.randrange(alphabet) for _ in range(length)] for length in (source_length, page_length)]
    # A page that is partly a copy: long chains of matches, whose carries run through words without any.
    begin = draw.randrange(source_length)
    lists[1][: page_length // 2] = lists[0][begin : begin + page_length // 2]
    flags = [[QUOTED if draw.random() < quoted_share else 0 for _ in text] for text in lists]
    assert_same(
        native.agreement,
        reference.agreement,
        *side(lists[:1], flags[:1]),
        *side(lists[1:], flags[1:]),
        ids([0]),
        ids([0]),
        *lexicon([alphabet - 1] if alphabet > 2 else [], range(0, alphabet, 3), {1: 4, 2: 4}),
        *SHIPPED,
    )


@pytest.mark.parametrize("alphabet", [40, 5000])
@pytest.mark.parametrize("lengths", [(511, 513), (514, 1100), (1030, 620)])
def test_native_gives_what_the_twin_gives_over_several_strips(
    native: Agreement, reference: Agreement, alphabet: int, lengths: tuple[int, int]
) -> None:
    # A strip of the common subsequence has 512 tokens, and 1,024 tokens are looked at in one go.
    draw = random.Random(alphabet)
    source = [draw.randrange(alphabet) for _ in range(lengths[0])]
    copied = [token for token in source if draw.random() < 0.9]
    page = (copied * 3)[: lengths[1] - 30] + [draw.randrange(alphabet) for _ in range(30)]
    flags = [[QUOTED if 90 < place < 120 else 0 for place in range(len(text))] for text in (source, page)]
    assert_same(
        native.agreement,
        reference.agreement,
        *side([source], flags[:1]),
        *side([page], flags[1:]),
        ids([0]),
        ids([0]),
        *lexicon([1, 2], range(0, alphabet, 3), {7: 8}),
        *SHIPPED,
    )


def test_without_avx512_the_same_comes_out() -> None:
    assert_same_without_avx512(MEASURES)


MEASURES = f"""
import numpy as np
from reuse import kernels
draw = np.random.default_rng(0)
alphabets = 2 ** np.arange(1, 13)
texts = [draw.integers(0, alphabet, draw.integers(0, 2000), np.uint64) for alphabet in alphabets]
texts += [text[draw.random(len(text)) < 0.9] for text in texts]
words, flags = np.concatenate(texts), np.zeros(sum(map(len, texts)), np.uint8)
offsets, rows = np.cumsum([0, *map(len, texts)]), np.arange(len(texts), dtype=np.int32)
side = words, words, flags, offsets
for shift in (1, len(alphabets)):
    known = words[:0], words[:0], flags[:0]
    print([column.tolist() for column in
           kernels.agreement(*side, *side, rows, np.roll(rows, shift), *known, *{tuple(SHIPPED)!r}, 1)])
"""


@pytest.mark.parametrize("words", [2, 5, 3000])
def test_all_words_of_a_lexicon_are_found_and_no_others(native: Agreement, words: int) -> None:
    draw = random.Random(words)
    known, unknown = ([draw.randrange(2**64) for _ in range(words)] for _ in range(2))
    text = [*known, *unknown, 0]
    assert agree(native, text, text, common_words=known).facts == (words + 1) / (words + 1 + FINE.fact_prior)
    inflected = dict(zip(known, unknown, strict=True))
    assert agree(native, known, unknown, roots=inflected).order == agree(native, known, known).order > 0


def test_beyond_the_most_content_words_the_beginnings_stand_for_the_texts(native: Agreement) -> None:
    most = 2**16
    whole = list(range(1, most + 501))
    agreed = agree(native, whole, [*whole[:most], *range(10**9, 10**9 + 500)], rule=SHIPPED)
    assert agreed.order == (most - 1) / (most + SHIPPED.content_prior)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("run", SHIPPED._replace(run=0)),
        ("run must be at most 32", SHIPPED._replace(run=33)),
        ("block", SHIPPED._replace(block=0)),
        ("chunk", SHIPPED._replace(chunk=0)),
        ("priors", SHIPPED._replace(content_prior=0.0)),
        ("priors", SHIPPED._replace(narration_prior=0.0)),
        ("priors", SHIPPED._replace(fact_prior=0.0)),
        ("priors", SHIPPED._replace(shared_prior=0.0)),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(native: Agreement, fault: str, rule: Rule) -> None:
    with pytest.raises(ValueError, match=fault):
        agree(native, [1, 2], [1, 2], rule=rule)


def test_arrays_that_do_not_fit_are_refused(native: Agreement) -> None:
    with pytest.raises(ValueError, match="same length"):
        agree(native, [1, 2], [1, 2], left_flags=[0])
    texts, first = side([[1, 2]], [[0, 0]]), (ids([0]), ids([0]))
    with pytest.raises(ValueError, match="roots"):
        measured(native, texts, side([[1, 2]], [[0, 0]], [[1]]), first, lexicon(), SHIPPED)
