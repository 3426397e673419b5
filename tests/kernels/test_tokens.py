"""Tokens: UTF-8 to folded words and characters with their spans.

Covers: `tokenize`. Compares against: laws of folding and of spans, Python's decoder and unicodedata, stored
hashes, and the native kernel against its twin. Run: ``pytest tests/kernels/test_tokens.py``
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import (
    Kernels,
    all_texts,
    assert_same,
    assert_same_without_avx512,
    differential,
    laws,
    row_lists,
    texts,
    words,
)
from tests.reference.tables import CHARACTER, IGNORABLE, WORD, entry, lookalike

pytestmark = pytest.mark.kernels

CHARACTER_FLAG, INVISIBLE_FLAG, MIXED_SCRIPT_FLAG = 1, 2, 4

INVISIBLES = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f\u034f\u061c\u180e\U000e0020"
ALPHABETS = ["abxyzßéñøåœÿĳǆ", "αβγσςάώϊ", "абгёйљџ", "აბგ", "հայ"]
LATIN_WORDS = st.text("abcdefghijklmnopqrstuvwxyzéñöß", min_size=1, max_size=10)

# Letters and marks of scripts in which canonical equivalence is common, composed where they can be.
COMPOSED = (
    "abeiouéèêëãåçñộǖǆĳ αάᾳᾴῷϊΐ йёїў קשּׁ אָ كآأؤئإ का क़ ড় খো தொ കോ ගෝ がぱヴカ゚ 가각힣 ǭ ữ 漢豈 ཀཱི"
    "\u0301\u0308\u0323\u05b8\u064e\u093c\u3099"
)
# Whole scripts, digits, spaces, ignorables, marks, quotation marks and what is assigned to nothing.
ADVERSARIAL = (
    "aAbzZ09éßﬁĲ½Ⅷª ʼ'-_.,\n\u2028 аеорсхІіЙйё αοΟΑςᾳᾴ ΣϒѴ ґҐ "
    "\u05e9\u05c1לו\u05b8\ufb2c\ufb1e كتاب\u064e\u0640ﻛﺘﷺﹷﹱﹰ "
    "कि\u093c\u0958० ไทยดี๓ำ ລາຳ ខ្មែរ မြန် "
    "漢字\uf900〇々〆㈠㍿ かがカガｶﾞﾟー゛゜〱 가힣\u1100\u1161\u11a8\u115f\u3164 ㄅ "
    "\u0300\u0308\u0345\u0344\u20dd\u20e3\u0483 \u200b\u200d\u00ad\ufeff\ufe0f\u034f\U000e0041 "
    "𝐚𝟘𝛼Ａｚ１\U0001f600\ufffd"
    '\u0378\ue000\uffff\U0010ffff«»“”‘’„"\u0000\u0085\u3000'
)
# Of every kind that the tokenizer cuts in another way: by masks or not, a word or between words, broken.
PIECES = [
    *(b" ", b". ", b"\n", b"-", b"word", b"A9", b"x" * 17, b"x" * 70, b"3.5", b"it's"),
    *(piece.encode() for piece in ("’", "“q” ", " — ", "…", "\u00a0", "😀", "漢", "。", "¿")),
    *(piece.encode() for piece in ("é", "Ça", "œuf", "naïve", "Straße", "ŉ", "ñ" * 40, "ẽ", "e\u0301", "ª")),
    *(piece.encode() for piece in ("мир", "саре", "pа", "λόγος", "كَتَب", "שָׁ", "हिं", "가", "カ゛")),
    *(piece.encode() for piece in ("\u200b", "\u00ad", "\u0301", "\u061f", "\u2028", "\ufffd")),
    *(b"\xff", b"\xc3", b"\xe2\x80", b"\xe2a", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf0\x9f\x98"),
]
SURROGATES = set(range(0xD800, 0xE000))
BROKEN = [
    b"\x80", b"\xbf", b"\xc0\x80", b"\xc1", b"\xc3", b"\xe0\x80\x80", b"\xe0\xa4", b"\xe2\x80", b"\xe2a",
    b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xef\xbf", b"\xef\xbf\xbd", b"\xf0\x80\x80\x80", b"\xf0\x90\x80",
    b"\xf0\x9f\x98", b"\xf0\x9fa", b"\xf4\x90\x80\x80", b"\xf5", b"\xf8\x88", b"\xff",
]  # fmt: skip
any_text = st.lists(st.text(ADVERSARIAL, max_size=12) | st.text(max_size=4), max_size=6).map("".join)
fragments = st.text(ADVERSARIAL, max_size=8).map(str.encode) | st.sampled_from(BROKEN) | st.binary(max_size=4)
any_bytes = st.lists(fragments, max_size=8).map(b"".join)


def spans(kernels: Kernels, document: str | bytes) -> list[tuple[int, int, int]]:
    """Return begin, end and flags of the tokens of a document, but for quotations and sentences."""
    _, begin, end, flags, _, _ = kernels.tokenize(*all_texts(document), 1)
    own = flags & (CHARACTER_FLAG | INVISIBLE_FLAG | MIXED_SCRIPT_FLAG)
    return list(zip(begin.tolist(), end.tolist(), own.tolist(), strict=True))


def flags_of(kernels: Kernels, document: str) -> list[int]:
    return [flags for _, _, flags in spans(kernels, document)]


# --- spans and rows ---------------------------------------------------------------------------


@laws
@given(any_bytes)
def test_spans_ascend_and_are_cut_at_letters(kernels: Kernels, document: bytes) -> None:
    decoded = document.decode("utf-8", "replace")
    tokens = spans(kernels, document)
    for begin, end, flags in tokens:
        assert 0 <= begin < end <= len(decoded)
        assert entry(ord(decoded[begin])).kind == (CHARACTER if flags & CHARACTER_FLAG else WORD)
        assert entry(ord(decoded[end - 1])).kind != IGNORABLE
    assert all(left[1] <= right[0] for left, right in pairwise(tokens))


@laws
@given(any_text)
def test_every_letter_is_in_a_token(kernels: Kernels, document: str) -> None:
    inside = {position for begin, end, _ in spans(kernels, document) for position in range(begin, end)}
    letters = {place for place, char in enumerate(document) if entry(ord(char)).kind in {WORD, CHARACTER}}
    assert letters <= inside


@laws
@given(st.lists(any_bytes, max_size=5))
def test_rows_do_not_depend_on_each_other(kernels: Kernels, documents: list[bytes]) -> None:
    token_hash, begin, end, flags, offsets, replaced = kernels.tokenize(*all_texts(*documents), 1)
    alone = [kernels.tokenize(*all_texts(document), 1) for document in documents]
    for column, number in ((token_hash, 0), (begin, 1), (end, 2), (flags, 3)):
        assert row_lists(column, offsets) == [one[number].tolist() for one in alone]
    assert replaced.tolist() == [one[5][0] for one in alone]


@laws
@given(st.lists(st.tuples(any_bytes, st.sampled_from([0, 1, 255])), max_size=5))
def test_texts_that_are_not_wanted_have_no_tokens(kernels: Kernels, documents: list[tuple[bytes, int]]) -> None:
    wanted = np.array([mark for _, mark in documents], np.uint8)
    given_ = kernels.tokenize(*texts(*(document for document, _ in documents)), wanted, 1)
    blanked = kernels.tokenize(*all_texts(*(document if mark else b"" for document, mark in documents)), 1)
    for column, expected in zip(given_, blanked, strict=True):
        np.testing.assert_array_equal(column, expected, strict=True)


@laws
@given(any_text, any_text)
def test_a_space_cuts(kernels: Kernels, left: str, right: str) -> None:
    assert words(kernels, f"{left} {right}") == words(kernels, left) + words(kernels, right)


def test_no_rows_and_empty_rows(kernels: Kernels) -> None:
    for documents in ([], [""], ["", " ", "", "\u200b\u0301", "\u0640"]):
        token_hash, begin, end, flags, offsets, replaced = kernels.tokenize(*all_texts(*documents), 1)
        assert len(token_hash) == len(begin) == len(end) == len(flags) == 0
        assert offsets.tolist() == [0] * (len(documents) + 1)
        assert replaced.tolist() == [0] * len(documents)


# --- decoding ---------------------------------------------------------------------------------


@laws
@given(any_bytes)
def test_broken_sequences_are_replaced_as_python_does(kernels: Kernels, document: bytes) -> None:
    decoded = document.decode("utf-8", "replace")
    assert spans(kernels, document) == spans(kernels, decoded)
    assert words(kernels, document) == words(kernels, decoded)


@pytest.mark.parametrize("broken", BROKEN)
def test_replacements_are_counted(kernels: Kernels, broken: bytes) -> None:
    *_, replaced = kernels.tokenize(*all_texts(b"a " + broken, broken + b" b", b"\xef\xbf\xbd"), 1)
    count = broken.decode("utf-8", "replace").count("\ufffd") if broken != b"\xef\xbf\xbd" else 0
    assert replaced.tolist() == [count, count, 0]


# --- folding ----------------------------------------------------------------------------------


@laws
@given(st.text(COMPOSED, max_size=20))
def test_canonically_equivalent_texts_have_the_same_tokens(kernels: Kernels, text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    # Composition may take a mark past another one, and folding does not sort them again. That is never seen
    # where marks are dropped, and not in the scripts where they count: they compose in order. A letter with
    # iota subscript folds to two, which nothing looks like: that is only seen in words of several scripts.
    # So is a vowel sign that is written beside its letter, which may look like one of another script.
    in_order = "".join(unicodedata.normalize("NFD", char) for char in composed) == decomposed
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in decomposed}
    beside = len(scripts) > 1 and any(unicodedata.category(char) == "Mc" for char in decomposed)
    if in_order and "\u0345" not in decomposed and not beside:
        assert words(kernels, composed) == words(kernels, decomposed)


def test_every_composed_code_point_equals_its_parts(kernels: Kernels) -> None:
    everything = (chr(number) for number in range(0x110000) if not 0xD800 <= number <= 0xDFFF)
    composed = [char for char in everything if unicodedata.normalize("NFD", char) != char]
    assert len(composed) > 13_000  # 11,172 Hangul syllables among them
    for form in ("NFC", "NFD"):
        normal = [unicodedata.normalize(form, char) for char in composed]
        left, right = (kernels.tokenize(*all_texts(*documents), 1) for documents in (composed, normal))
        assert row_lists(left[0], left[4]) == row_lists(right[0], right[4])


@laws
@given(st.lists(st.sampled_from(ALPHABETS).flatmap(st.text)).map(" ".join))
def test_case_does_not_count(kernels: Kernels, text: str) -> None:
    for other in (text.upper(), text.lower(), text.title(), text.casefold()):
        assert words(kernels, other) == words(kernels, text)


@laws
@given(st.text([chr(number) for number in range(0x21, 0x7F)], max_size=20))
def test_width_does_not_count(kernels: Kernels, text: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in text)
    assert words(kernels, wide) == words(kernels, text)
    assert flags_of(kernels, wide) == flags_of(kernels, text)


@laws
@given(LATIN_WORDS, st.lists(st.tuples(st.integers(0, 10), st.sampled_from(INVISIBLES)), max_size=4))
def test_invisible_code_points_leave_hashes(
    kernels: Kernels, word: str, insertions: list[tuple[int, str]]
) -> None:
    text, inside = word, False
    for place, invisible in insertions:
        cut = min(place, len(text))
        text = text[:cut] + invisible + text[cut:]
    stripped = text.strip(INVISIBLES)
    inside = len(stripped) > len(word)
    assert words(kernels, text) == words(kernels, word)
    begin = text.index(stripped)
    flag = INVISIBLE_FLAG if inside else 0
    assert spans(kernels, text) == [(begin, begin + len(stripped), flag)]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("in\u200bvisible", [INVISIBLE_FLAG]),
        ("in\u200b visible\u200b.", [0, 0]),
        ("\u200bword", [0]),
        ("e\u200b\u0301", [INVISIBLE_FLAG]),
        ("ש\u200b\u05b8", [INVISIBLE_FLAG]),
        ("漢\u200b字", [CHARACTER_FLAG, CHARACTER_FLAG]),
        ("か\u200b\u3099", [CHARACTER_FLAG | INVISIBLE_FLAG]),
        ("a\u200b漢b", [0, CHARACTER_FLAG, 0]),
    ],
)
def test_invisible_code_points_count_inside_tokens(kernels: Kernels, text: str, flags: list[int]) -> None:
    assert flags_of(kernels, text) == flags


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("café naïve", "cafe\u0301 nai\u0308ve"), ("café", "cafe"), ("Straße", "STRASSE"),
        ("ﬁnance", "finance"), ("𝐟𝐢𝐧𝐚𝐧𝐜𝐞", "finance"), ("ⅷ", "VIII"), ("ёлка й", "елка и"),
        ("λόγος", "ΛΟΓΟΣ"), ("ᾠδή", "ΩΙΔΗ"), ("ᾠδή", "ω\u0313\u0345δη"), ("١٢٣ ४५ ๖๗ 𝟠", "123 45 67 8"),
        ("كَتَبَ", "كتب"), ("كـــتب", "كتب"), ("ﻛﺘﺎﺏ", "كتاب"), ("ﻛﹷﺘﺎﺏ", "كتاب"), ("ﻻ", "لا"),
        ("שָׁלוֹם", "שלום"), ("\ufb2cלום", "שלום"), ("ガ", "カ\u3099"), ("ｶﾞｷﾞ", "ガギ"), ("カ゛", "ガ"),
        ("ハ゜", "パ"), ("ｶｰﾄﾞ", "カード"), ("한", "\u1112\u1161\u11ab"), ("\uf900", "\u8c48"),
    ],
)  # fmt: skip
def test_spellings_that_are_one(kernels: Kernels, left: str, right: str) -> None:
    assert words(kernels, left) == words(kernels, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("कि", "का"), ("कि", "क"), ("ดี", "ดา"), ("ดี", "ด"), ("ด่า", "ด้า"), ("が", "か"), ("ば", "ぱ"),
        ("ガ", "カ"), ("ខិ", "ខី"), ("မိ", "မီ"), ("தி", "தீ"),
        ("ক", "কি"), ("ii", "и"), ("ss", "s"), ("é1", "é2"), ("ـ", "a"),
    ],
)  # fmt: skip
def test_spellings_that_are_two(kernels: Kernels, left: str, right: str) -> None:
    assert words(kernels, left) != words(kernels, right)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It's 3.14 o'clock", [(0, 2, 0), (3, 4, 0), (5, 6, 0), (7, 9, 0), (10, 11, 0), (12, 17, 0)]),
        ("cafe\u0301.", [(0, 5, 0)]),
        ("漢字kana9か\u3099", [(0, 1, 1), (1, 2, 1), (2, 7, 0), (7, 9, 1)]),
        ("ดี๓", [(0, 2, 1), (2, 3, 0)]),
        ("가각", [(0, 2, 0)]),
        ("\u0301a\u0301 \u0301", [(1, 3, 0)]),
        ("ﷺ", [(0, 1, 0)]),
        ("カード", [(0, 1, 1), (1, 2, 1), (2, 3, 1)]),
        ("😀 a", [(2, 3, 0)]),
    ],
)
def test_spans_of_examples(kernels: Kernels, text: str, expected: list[tuple[int, int, int]]) -> None:
    assert spans(kernels, text) == expected


# --- look-alikes ------------------------------------------------------------------------------


@laws
@given(st.text("aceopxyijs", min_size=1, max_size=8), st.data())
def test_look_alikes_restore_the_word(kernels: Kernels, letters: str, data: st.DataObject) -> None:
    # Neither d nor k, f, g can be written in Cyrillic or Greek letters: the word is Latin.
    word = data.draw(st.permutations("dfg" + letters).map("".join))
    spoofed = "".join(data.draw(st.sampled_from(alternatives(char))) for char in word)
    assert words(kernels, spoofed) == words(kernels, word)
    assert flags_of(kernels, spoofed) == [MIXED_SCRIPT_FLAG if spoofed != word else 0]


def alternatives(char: str) -> str:
    """Return a Latin letter and the Cyrillic letter that is taken for it."""
    cyrillic = dict(zip("aceopxyijs", "асеорхуіјѕ", strict=True))
    return char + cyrillic.get(char, "")


@pytest.mark.parametrize(
    ("text", "restored", "flags"),
    [
        ("pаypal", "paypal", MIXED_SCRIPT_FLAG),
        ("мoсква", "москва", MIXED_SCRIPT_FLAG),
        ("Αthens", "athens", MIXED_SCRIPT_FLAG),
        ("соре", "соре", 0),  # all Cyrillic
        ("aо", "ao", MIXED_SCRIPT_FLAG),  # either script: Latin comes first
        ("aос", "аос", MIXED_SCRIPT_FLAG),  # most letters are Cyrillic
        ("pаypаl2024", "paypal2024", MIXED_SCRIPT_FLAG),
        ("дfа", "дfа", 0),  # neither script has them all
        ("pа\u0301ypal", "paypal", MIXED_SCRIPT_FLAG),
        ("ёxample ëжик άxis", "example ежик axis", MIXED_SCRIPT_FLAG),
        ("pа\u200bypal", "paypal", MIXED_SCRIPT_FLAG | INVISIBLE_FLAG),
        ("aπ", "απ", MIXED_SCRIPT_FLAG),
    ],
)
def test_mixed_words(kernels: Kernels, text: str, restored: str, flags: int) -> None:
    assert set(flags_of(kernels, text)) == {flags}
    assert words(kernels, text) == words(kernels, restored)


def test_a_script_that_the_word_has_not_is_no_target(kernels: Kernels) -> None:
    # Both letters have Cyrillic look-alikes, but b none in Greek and kappa none in Latin.
    assert lookalike(ord("b"), 2)
    assert lookalike(ord("κ"), 2)
    assert flags_of(kernels, "bκ") == [0]


NINE = "one two three four five six seven eight nine"


@pytest.mark.parametrize(
    ("before", "word", "restored"),
    [
        (NINE, "соре", "cope"),  # all Cyrillic, in a text that is Latin
        (NINE, "ΟΡΑ", "opa"),
        (NINE, "реорlе", "people"),  # of its letters l alone is Latin
        (NINE, "а", "a"),
        (NINE, "дом", "дом"),  # has letters that Latin has not
        (NINE.rpartition(" ")[0], "соре", "соре"),  # too early to tell
        (f"{NINE} дом", "соре", "соре"),
        ("1 2 3 4 5 6 7 8 2024", "соре", "cope"),  # numbers count as Latin
        ("раз два три четыре пять шесть семь восемь девять", "cop", "cop"),  # a name in a Russian text
    ],
)
def test_words_of_another_script_throughout(kernels: Kernels, before: str, word: str, restored: str) -> None:
    assert words(kernels, f"{before} {word}")[-1] == words(kernels, restored)[0]
    assert flags_of(kernels, f"{before} {word}")[-1] == (
        MIXED_SCRIPT_FLAG if word.casefold() != restored else 0
    )


@laws
@given(
    st.lists(
        st.sampled_from([*NINE.split(), "соре", "реорlе", "ΟΡΑ", "дом", "пe", "é", "漢", "7"]), max_size=60
    )
)
def test_scripts_of_texts_are_counted_as_by_the_twin(
    native: Kernels, reference: Kernels, text: list[str]
) -> None:
    assert_same(native.tokenize, reference.tokenize, *all_texts(" ".join(text).encode()))


# --- hashes -----------------------------------------------------------------------------------


def test_hashes_are_those_of_stored_indexes(kernels: Kernels) -> None:
    """Hashes are written to disk: a change here needs a new version of the index format."""
    assert words(kernels, "A longer-than-eight wörd, Москва 漢 internationalisation") == GOLDEN


GOLDEN = [
    0xDA974710F554E9E0,
    0x48C51C3D197C1651,
    0x25AEDFE9C699D60B,
    0x9EB6D934157CEDBB,
    0x0953602FDBA6A02C,
    0xD6B4A6FFD9EE0A9E,
    0x5F2EED6D8223057F,
    0x8151D42ED20F2B20,
]


@laws
@given(st.lists(LATIN_WORDS, min_size=2, max_size=20))
def test_hashes_tell_words_apart(kernels: Kernels, texts_: list[str]) -> None:
    plain = {word.casefold().replace("é", "e").replace("ñ", "n").replace("ö", "o") for word in texts_}
    assert len(set(words(kernels, " ".join(texts_)))) == len(plain)


# --- native against its twin ------------------------------------------------------------------


@differential
@given(st.lists(any_bytes | any_text.map(str.encode), max_size=6))
def test_native_equals_twin(native: Kernels, reference: Kernels, documents: list[bytes]) -> None:
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))


@differential
@given(st.lists(st.text("aсеoрхkбwΑοκ\u0301\u200bы9 ", max_size=12), max_size=6))
def test_native_equals_twin_on_mixed_words(native: Kernels, reference: Kernels, documents: list[str]) -> None:
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))


@pytest.mark.slow
@pytest.mark.parametrize("around", ["", "a", "bа", "क", "か"])
def test_native_equals_twin_on_every_code_point(native: Kernels, reference: Kernels, around: str) -> None:
    # Of Han, Hangul and what is not assigned every 64th will do.
    ranges = [(0x3400, 0xA000), (0xAC00, 0xF900), (0x13000, 0x1D000), (0x1FC00, 0x110000)]
    left_out = SURROGATES | {number for begin, end in ranges for number in range(begin, end) if number % 64}
    letters = [chr(number) for number in range(0x110000) if number not in left_out]
    document = " ".join(around + letter + around for letter in letters)
    assert_same(native.tokenize, reference.tokenize, *all_texts(document))


@pytest.mark.parametrize("length", [1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097, 100_003])
def test_native_equals_twin_across_its_blocks(native: Kernels, reference: Kernels, length: int) -> None:
    long_word = "x" * length
    documents = [long_word, f"{long_word} é", f"{long_word}é", " " * length + "é", "é" * length, ""]
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents, long_word.encode() + b"\xe2\x80"))


def test_native_equals_twin_wherever_a_word_stands_in_a_block(native: Kernels, reference: Kernels) -> None:
    # Words of every short length, begun at every place of 64 bytes, and so many bytes behind them.
    documents = [
        f"{' ' * place}{('Ab9' * 6)[:length]}{' ' * behind}"
        for length in range(1, 19)
        for place in range(64)
        for behind in (0, 1, 64 - place, 80)
    ]
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))


@differential
@given(st.integers(0, 200), st.lists(st.sampled_from(PIECES), max_size=80))
def test_native_equals_twin_wherever_anything_stands_in_a_block(
    native: Kernels, reference: Kernels, place: int, pieces: list[bytes]
) -> None:
    arguments = all_texts(b" " * place + b"".join(pieces), b"a" * place + b"".join(pieces))
    assert_same(native.tokenize, reference.tokenize, *arguments)
    assert_same(native.shingle_sets, reference.shingle_sets, *arguments, 1, 1)


@pytest.mark.parametrize("piece", PIECES)
def test_native_equals_twin_at_the_edges_of_blocks_and_stretches(
    native: Kernels, reference: Kernels, piece: bytes
) -> None:
    # Before it a word that ends a block or begins it, behind it what is cut by masks and what is not.
    documents = [
        b"ab " * (edge // 3) + b"a" * (edge % 3 + place) + piece + behind
        for edge, behinds in ((60, (b"", b" b", b"e\xcc\x81", "мир".encode() * 20)), (1020, (b" b",)))
        for place in range(6)
        for behind in behinds
    ]
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))


def test_without_avx512_the_same_comes_out() -> None:
    assert_same_without_avx512(DIGEST)


DIGEST = f"""
import hashlib, random
import numpy as np
from reuse import kernels
draw, pieces = random.Random(0), {PIECES!r}
texts = [b"".join(draw.choices(pieces, k=draw.randrange(400))) for _ in range(400)]
values = np.frombuffer(b"".join(texts), np.uint8)
offsets = np.cumsum([0, *map(len, texts)])
every = np.ones(len(texts), np.uint8)
columns = kernels.tokenize(values, offsets, every, 1) + kernels.shingle_sets(values, offsets, every, 2, 3, 1)
print(*(hashlib.sha256(column.tobytes()).hexdigest() for column in columns))
"""


def test_native_equals_twin_on_many_rows(native: Kernels, reference: Kernels) -> None:
    documents = [f"row {number} é{number % 7} " + "wörd " * (number % 11) for number in range(3_000)]
    assert_same(native.tokenize, reference.tokenize, *all_texts(*documents))
    wanted = np.arange(len(documents), dtype=np.uint8) // 3 % 2
    assert_same(native.tokenize, reference.tokenize, *texts(*documents), wanted)


@pytest.mark.parametrize("wanted", [0, 1, 3])
def test_every_text_is_wanted_or_not(native: Kernels, wanted: int) -> None:
    with pytest.raises(ValueError, match="wanted"):
        native.tokenize(*texts("a", "b"), np.ones(wanted, np.uint8), 1)
