"""The committed table of code points.

Covers: classes, scripts, folds and look-alikes of ``reuse/cpp/tables.hpp``. Compares against: Python's
unicodedata, whatever its version, over the code points that both know.
Run: ``pytest tests/kernels/test_tables.py``
"""

from __future__ import annotations

import unicodedata

import pytest

from tests.reference import tables
from tests.reference.tables import CHARACTER, DROPPED_MARK, IGNORABLE, MARK, SEPARATOR, WORD, entry, lookalike

pytestmark = pytest.mark.kernels

# Categories that moved after Unicode 14, the oldest a supported Python knows.
MOVED = {0x0295, 0x1171E}
# These fold by rules of our own: sound marks that stand alone combine with the kana before them.
SOUND_MARKS = {0x309B, 0x309C, 0xFF9E, 0xFF9F}


def known() -> list[str]:
    """Return the code points that both unicodedata and the table know."""
    everything = (chr(number) for number in range(0x110000) if not 0xD800 <= number <= 0xDFFF)
    old = (char for char in everything if unicodedata.category(char) != "Cn" and not is_newer(char))
    return [char for char in old if ord(char) not in MOVED]


def is_newer(char: str) -> bool:
    """Tell a letter or mark that the table may not know yet."""
    unassigned = entry(ord(char)).kind == SEPARATOR and unicodedata.category(char)[0] in "LMN"
    return unassigned and unicodedata.unidata_version > "15.0.0"


def is_kept(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN" and entry(ord(char)).kind not in {IGNORABLE, DROPPED_MARK}


def expected_fold(char: str) -> str:
    """Return the fold by unicodedata: decomposed, casefolded, digits in ASCII, accents dropped."""
    folded, previous = unicodedata.normalize("NFKD", char), ""
    while folded != previous:
        previous = folded
        visible = "".join(part for part in folded.casefold() if entry(ord(part)).kind != IGNORABLE)
        folded = unicodedata.normalize("NFKD", visible)
    result = ""
    base = ""
    for part in filter(is_kept, folded):
        if unicodedata.category(part)[0] != "M":
            base = part
        elif base and unicodedata.name(base).startswith(("LATIN", "CYRILLIC", "GREEK")):
            continue
        result += str(unicodedata.decimal(part, part))
    return result


def test_the_table_is_of_the_version_that_its_head_says() -> None:
    assert 'unicode_version[] = "15.0.0"' in tables.HEADER.read_text(encoding="utf-8")
    assert len(tables.array("block_of")) * 128 == 0x110000
    assert len(tables.array("entries")) == 128 * (max(tables.array("block_of")) + 1)


@pytest.mark.slow
def test_folds_are_those_of_unicodedata() -> None:
    different = {
        char: (expected_fold(char), entry(ord(char)).fold)
        for char in known()
        if ord(char) not in SOUND_MARKS
        and entry(ord(char)).kind in {WORD, CHARACTER, MARK}
        and tuple(map(ord, expected_fold(char))) != entry(ord(char)).fold
    }
    assert different == {}


def test_classes_follow_the_general_category() -> None:
    allowed = {
        "L": {WORD, CHARACTER, DROPPED_MARK, SEPARATOR},
        "N": {WORD, CHARACTER},
        "M": {MARK, DROPPED_MARK},
    }
    different = [
        char
        for char in known()
        if entry(ord(char)).kind not in {IGNORABLE, *allowed.get(unicodedata.category(char)[0], {SEPARATOR})}
        and ord(char) not in SOUND_MARKS
    ]
    assert different == []


def test_letters_that_separate_are_diacritics_shown_alone() -> None:
    letters = (char for char in known() if unicodedata.category(char)[0] == "L")
    alone = [char for char in letters if entry(ord(char)).kind == SEPARATOR]
    assert all(unicodedata.name(char).endswith("ISOLATED FORM") for char in alone)


@pytest.mark.parametrize(
    ("kind", "examples"),
    [
        (SEPARATOR, " .,-_/'\"’“”«»「」\n\t$€@#\ufffd\u3000"),
        (WORD, "azAZ09éßжΩאبक가०٣๓೦ªⅧ²½ʼ"),
        (CHARACTER, "漢字かなカナーｰｶ々〆〇仝กາລကㄅ一〱"),
        (MARK, "\u0301\u0345\u093f\u0e31\u3099\uff9e\u20dd"),
        (DROPPED_MARK, "\u05b8\u064e\u0670\u0640"),
        (IGNORABLE, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u034f\u3164\U000e0041"),
    ],
)
def test_classes_of_examples(kind: int, examples: str) -> None:
    assert {char: entry(ord(char)).kind for char in examples} == dict.fromkeys(examples, kind)


@pytest.mark.parametrize(
    ("char", "folded"),
    [
        ("É", "e"), ("ß", "ss"), ("ﬁ", "fi"), ("Ａ", "a"), ("й", "и"), ("Ё", "е"), ("Ⅷ", "viii"),
        ("ά", "α"), ("ς", "σ"), ("ᾳ", "αι"), ("\u0345", "ι"), ("ﻛ", "ك"), ("ﷺ", "صلىاللهعليهوسلم"),
        ("\ufb2c", "ש"), ("٣", "3"), ("๓", "3"), ("½", "12"), ("\uac01", "\u1100\u1161\u11a8"),
        ("ガ", "カ\u3099"), ("ｶ", "カ"), ("\uff9e", "\u3099"), ("\u0958", "क\u093c"), ("\uf900", "\u8c48"),
    ],
)  # fmt: skip
def test_folds_of_examples(char: str, folded: str) -> None:
    assert "".join(map(chr, entry(ord(char)).fold)) == unicodedata.normalize("NFD", folded)


@pytest.mark.parametrize(
    ("script", "letters", "targets"),
    [
        (tables.LATIN, "аеорсхуіѕјАВЕІКМНОРСТХ", "aeopcxyisjabeikmhopctx"),
        (tables.LATIN, "οΟΑΒΕΖΗΙΚΜΝΡΤΥΧ", "ooabezhikmnptyx"),
        (tables.CYRILLIC, "aeocpxyABEKMHOPCTX", "аеосрхуавекмнорстх"),
        (tables.GREEK, "oOABEZHIKMNPTYX", "οοαβεζηικμνρτυχ"),
    ],
)
def test_lookalikes(script: int, letters: str, targets: str) -> None:
    assert [lookalike(ord(letter), script) for letter in letters] == [ord(target) for target in targets]


def test_lookalikes_are_sorted_folded_and_of_the_other_script() -> None:
    assert list(tables.lookalikes()) == sorted(tables.lookalikes())
    for code_point, columns in tables.lookalikes().items():
        assert columns
        for script, letter in columns.items():
            assert entry(letter).fold == (letter,)
            assert entry(letter).scripts == script
            assert not entry(code_point).scripts & script
