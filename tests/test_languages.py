"""Eighteen languages: what they are told by, and what becomes of their words, sentences, quotations and roots.

Covers: ``reuse/languages.py``, and tokens, sentence beginnings, quotation marks and agreement in languages
other than English. Compares against: paragraphs made up for this, and what a rewriter and an independent
reporter made of them; laws (no text decides on another, English is measured as ever). Run: ``pytest
tests/test_languages.py``
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

import reuse
from reuse import pipeline
from reuse.languages import LANGUAGES, Roots, find_roots, language_of, support
from reuse.options import Options
from reuse.pairs import ACCUSED
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.values import CHARACTER, FIRST, QUOTED, Document, Texts, Tokens
from reuse.vocabulary import FUNCTION, FUNCTION_WORDS, FUNCTION_WORDS_OF, lexicon, lexicon_of
from tests.paragraphs import PARAGRAPHS, REWRITTEN

OPTIONS = Options(threads=1)
IN_CHARACTERS = {"zh", "ja", "th"}
every_language = pytest.mark.parametrize("language", PARAGRAPHS)


def roots_of(*paragraphs: str) -> tuple[Texts, Tokens, Roots]:
    """Return texts, their tokens and their roots."""
    texts = lay_out(paragraphs)
    tokens = tokenize(texts, OPTIONS)
    return texts, tokens, find_roots(texts, tokens, np.arange(len(texts), dtype=np.int32), OPTIONS)


def written(text: str, tokens: Tokens, flag: int = 0) -> list[str]:
    """Return the tokens of one text as they are written; of those with a flag, if one is given."""
    chosen = (tokens.flags & flag != 0) if flag else np.ones(len(tokens.hash), bool)
    spans = zip(tokens.begin[chosen].tolist(), tokens.end[chosen].tolist(), strict=True)
    return [text[begin:end] for begin, end in spans]


# --- what a language is told by ---------------------------------------------------------------


def test_these_are_the_languages() -> None:
    assert set(PARAGRAPHS) == set(LANGUAGES)


@every_language
def test_a_paragraph_tells_its_language(language: str) -> None:
    text = PARAGRAPHS[language].text
    assert language_of(text) == language
    assert language_of(f"{text}\n{text}\n{text}") == language


@every_language
def test_navigation_at_both_ends_does_not_tell(language: str) -> None:
    navigation = "Home\nSport\nWeather\nThe latest of the day and more\nSign in\n" * 20
    text = f"{PARAGRAPHS[language].text}\n" * 10
    assert language_of(navigation + text + navigation) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nein.",
        "12 345 6,78 " * 200,
        "\U0001f600" * 500,
        "×÷" * 200,
        "ACME 17.3 +0.4 INITECH 21.0 -1.1 UMBRELLA 4.9 +0.2 HOOLI 311.0 -7.5 " * 5,
        "qwx zrtk plmv bnkj sdfg hjkl wqzt xcvb nmkl rtzu " * 20,
        "Rada miejska podjęła we wtorek decyzję o zamknięciu starego żelaznego mostu, który inżynierowie "
        "uważają za niebezpieczny od czasu powodzi. Nikt nie chce czekać, aż pierwsza z nich wpadnie do rzeki.",
    ],
    ids=["empty", "short", "figures", "emoji", "signs", "quotes", "keys", "polish"],
)
def test_what_is_short_odd_or_of_another_language_is_unknown(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize("at_a_time", [1, 7, 1_000])
def test_languages_told_together_are_those_told_one_by_one(
    at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [paragraph.text for paragraph in PARAGRAPHS.values()]
    # Cut to pieces some are too short, and some in two languages.
    joined = " ".join(text[:400] for text in every)
    texts = [*every, "", *(joined[begin : begin + 170] for begin in range(0, len(joined), 90)), *every]
    monkeypatch.setattr("reuse.languages._AT_A_TIME", at_a_time)
    assert roots_of(*texts)[2].language == tuple(map(language_of, texts))


def test_half_and_half_is_unknown() -> None:
    mixed = " ".join(
        word
        for pair in zip(PARAGRAPHS["ru"].text.split(), PARAGRAPHS["el"].text.split(), strict=False)
        for word in pair
    )
    assert language_of(mixed) is None


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "я" * 1_000_000,
        "ก" * 1_000_000,
        "aяαא" * 250_000,
        "\u0301" * 1_000_000,
        "\U00010000" * 500_000,
        "і ї є " * 200_000,
    ],
    ids=["latin", "cyrillic", "thai", "mixed", "marks", "beyond", "ukrainian"],
)
def test_a_million_letters_take_no_time(text: str) -> None:
    begin = time.process_time()
    _, _, roots = roots_of(text)
    assert time.process_time() - begin < 2
    assert roots.language[0] in (None, "th")


@pytest.mark.parametrize("language", ["de", "ru", "ar", "tr", "hi"])
def test_a_word_of_a_million_letters_in_a_text_is_compared_as_it_is(language: str) -> None:
    paragraph = PARAGRAPHS[language].text
    long = paragraph.split()[0] * 100_000
    begin = time.process_time()
    _, tokens, roots = roots_of(f"{paragraph} {paragraph} {long} {paragraph}", f"{long} {long}")
    assert time.process_time() - begin < 3
    assert len(roots.root) == len(tokens.hash)


# --- words, sentences, quotations -------------------------------------------------------------


@every_language
def test_words_are_words_and_characters_where_there_are_no_spaces(language: str) -> None:
    text = PARAGRAPHS[language].text
    tokens = tokenize(lay_out([text]), OPTIONS)
    characters = np.count_nonzero(tokens.flags & CHARACTER) / len(tokens.hash)
    assert characters > 0.8 if language in IN_CHARACTERS else characters == 0
    assert support(language).in_characters == (language in IN_CHARACTERS)
    for word in written(text, tokens):
        assert word.strip() == word
        assert not set(word) & set(' .,;:“”„«»‘’"「」、。')


@every_language
def test_sentences_begin_where_they_do(language: str) -> None:
    paragraph = PARAGRAPHS[language]
    tokens = tokenize(lay_out([paragraph.text]), OPTIONS)
    first = set(tokens.begin[tokens.flags & FIRST != 0].tolist())
    for begins in paragraph.begins:
        assert any(paragraph.text.startswith(begins, at) for at in first), begins
    # An abbreviation ends a sentence more, as "Dr." does; never a number, nor what Thai has between sentences.
    assert len(first) <= len(paragraph.begins) + 3


@every_language
def test_quotation_marks_hold_what_is_said(language: str) -> None:
    paragraph = PARAGRAPHS[language]
    texts = lay_out([paragraph.text])
    quoted = written(paragraph.text, tokenize(texts, OPTIONS), QUOTED)
    expected = [word for said in paragraph.quoted for word in written(said, tokenize(lay_out([said]), OPTIONS))]
    assert quoted == expected


# --- roots --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [one for one, paragraph in PARAGRAPHS.items() if paragraph.inflected])
def test_inflections_have_one_root(language: str) -> None:
    paragraph = PARAGRAPHS[language]
    assert paragraph.inflected
    _, tokens, roots = roots_of(paragraph.text)
    words = written(paragraph.text, tokens)
    one, other = (words.index(word) for word in paragraph.inflected)
    assert roots.language == (language,)
    assert tokens.hash[one] != tokens.hash[other]
    assert roots.root[one] == roots.root[other]


@pytest.mark.parametrize("language", ["en", *sorted(IN_CHARACTERS)])
def test_english_and_characters_keep_their_words(language: str) -> None:
    _, tokens, roots = roots_of(PARAGRAPHS[language].text)
    assert (roots.root == tokens.hash).all()


@pytest.mark.parametrize("language", ["he", "ko"])
def test_without_a_stemmer_only_the_same_word_has_the_same_root(language: str) -> None:
    _, tokens, roots = roots_of(PARAGRAPHS[language].text)
    pairs = set(zip(tokens.hash.tolist(), roots.root.tolist(), strict=True))
    assert len(pairs) == len(set(tokens.hash.tolist())) == len(set(roots.root.tolist()))


def test_no_text_decides_on_the_roots_of_another() -> None:
    # "marche" and "marché" are one token, and have two stems.
    texts = [paragraph.text for paragraph in PARAGRAPHS.values()]
    _, tokens, together = roots_of(*texts)
    for row, text in enumerate(texts):
        _, _, alone = roots_of(text)
        assert alone.language[0] == together.language[row]
        some = slice(tokens.offsets[row], tokens.offsets[row + 1])
        assert (alone.root == together.root[some]).all()


def test_disguises_are_seen_through() -> None:
    text = PARAGRAPHS["de"].text
    soft = text.replace("beschlossen", "beschlos\u00adsen").replace("Brücke", "Bru\u0308cke")
    borrowed = text.replace("Stadtrat", "Stаdtrаt")  # two Cyrillic letters
    _, _, honest = roots_of(text)
    assert (roots_of(soft)[2].root == honest.root).all()
    assert np.count_nonzero(roots_of(borrowed)[2].root != honest.root) <= 1


def test_function_words_are_left_out_and_no_stem_becomes_one() -> None:
    _, tokens, roots = roots_of(PARAGRAPHS["de"].text.replace("Kundschaft", "Seiten"))  # whose stem is "seit"
    known = lexicon_of("de")
    function = set(known.word[known.parts & FUNCTION != 0].tolist())
    words = [int(word) in function for word in tokens.hash]
    assert any(words)
    assert [int(root) in function for root in roots.root] == words


# --- what is known, and what is not ------------------------------------------------------------


def test_every_list_has_words_and_english_is_the_one_it_was() -> None:
    assert all(100 < len(words) < 250 for words in FUNCTION_WORDS_OF.values())
    assert FUNCTION_WORDS_OF["en"] == FUNCTION_WORDS
    assert len(FUNCTION_WORDS) == 177
    assert len(lexicon().word) < 10_000


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "roots, function words and rarity of words are known"),
        ("de", "roots, function words and rarity of words are known"),
        ("ru", "rarity of words not known"),
        ("he", "no stemmer: words are compared as they are written"),
        ("ko", "no stemmer: words are compared as they are written"),
        ("th", "no words: characters are compared, by shingles and runs"),
        ("zh", "no words: characters are compared, by shingles and runs"),
        ("ja", "no words: characters are compared, by shingles and runs"),
        ("pl", "no stemmer: words are compared as they are written; no list of function words"),
        (None, "language unknown: no stemmer"),
    ],
)
def test_what_is_missing_is_told(language: str | None, told: str) -> None:
    assert told in str(support(language))


def test_stemmers_are_there() -> None:
    with_stems = {one for one in LANGUAGES if support(one).roots == "Snowball"}
    assert with_stems == {"ar", "de", "el", "es", "fr", "hi", "it", "nl", "pt", "ru", "sv", "tr"}


# --- what it is good for -----------------------------------------------------------------------


def compared(source: str, page: str) -> reuse.Finding:
    return reuse.compare(Document("source", source, "s"), Document("page", page, "p"), OPTIONS).finding


@pytest.mark.parametrize("language", REWRITTEN)
def test_a_rewritten_copy_is_found_and_a_report_of_the_same_event_is_not(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, rewritten, report = REWRITTEN[language]
    copy, independent = compared(original, rewritten), compared(original, report)
    assert (copy.verdict, independent.verdict) == ("spun", "independent")
    monkeypatch.setattr(
        "reuse.pipeline.judged.find_roots",
        lambda texts, tokens, *_: Roots((None,) * len(texts), tokens.hash),
    )
    # Inflections are one word now: more of a copy is in order, and no more of a report.
    assert copy.features["order"] > compared(original, rewritten).features["order"] + 0.03
    assert independent.features["order"] < 0.05


@every_language
def test_a_copy_is_found_in_every_language(language: str) -> None:
    text = PARAGRAPHS[language].text
    assert compared(text, text).verdict == "identical"
    own = PARAGRAPHS["sv" if language != "sv" else "nl"].text
    assert compared(text, f"{own}\n{text}\n{own}").verdict in ACCUSED


@pytest.mark.parametrize(
    ("language", "other"), [("de", "nl"), ("es", "pt"), ("it", "es"), ("ru", "el"), ("ar", "he")]
)
def test_the_same_news_in_two_languages_is_no_copy(language: str, other: str) -> None:
    assert compared(PARAGRAPHS[language].text, PARAGRAPHS[other].text).verdict not in ACCUSED


def test_english_is_measured_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    source, page = (
        PARAGRAPHS["en"].text,
        PARAGRAPHS["en"].text.replace("fear", "are afraid") + " Nobody answered.",
    )
    now = compared(source, page)
    assert (now.source_language, now.page_language) == ("en", "en")
    monkeypatch.setattr(
        "reuse.pipeline.judged.find_roots",
        lambda texts, tokens, *_: Roots((None,) * len(texts), tokens.hash),
    )
    assert replace(now, source_language=None, page_language=None) == compared(source, page)


def test_german_that_calls_itself_english_does_not_disturb_it() -> None:
    # Pairs of several languages together: each is judged as by itself.
    sources = [PARAGRAPHS["en"].text, *(original for original, _, _ in REWRITTEN.values())]
    pages = [PARAGRAPHS["en"].text[:400], *(copy for _, copy, _ in REWRITTEN.values())]
    each = np.arange(len(sources), dtype=np.int32)
    texts = lay_out(sources), lay_out(pages)
    together = [dict(found.features) for found in pipeline.judge_pairs(texts, each, each, OPTIONS)]
    assert together == [dict(compared(*pair).features) for pair in zip(sources, pages, strict=True)]
