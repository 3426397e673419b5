"""Key terms of texts: what is kept of a source to find it where no run of words is left.

Covers: ``reuse/terms.py``, `reuse.vocabulary.lexicon_of_terms`. Compares against: words everybody knows, made
texts of several scripts, laws. Run: ``pytest tests/test_terms.py``
"""

from __future__ import annotations

import itertools
import time
from random import Random

import numpy as np
import pytest

from reuse.options import Options
from reuse.terms import OF_A_PAGE, key_terms
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.vocabulary import FUNCTION_WORDS_OF, lexicon_of_terms

SOURCE = (
    "Councillors in Skelmorlie have voted to close the Bartholomew swimming baths after an inspection by "
    "Thérèse Okonkwo found asbestos beneath the boilers. The baths, built in 1934, cost the council 61480 "
    "pounds a year. Campaigners led by Fergus Abernethy handed in a petition and chained a dinghy to the "
    "railings. Okonkwo said the building could reopen as a library if the government paid for new pipes."
)
SPUN = (
    "A petition did not help: the swimming pool named after Bartholomew is to be shut down, the authority of "
    "Skelmorlie decided. Asbestos had been discovered under its boiler when Therese Okonkwo examined the "
    "place, which dates from 1934 and for which 61480 pounds are spent every year. Protesters under Abernethy "
    "had fastened a dinghy at the fence. A library might move in, Okonkwo suggests, were the state to pay."
)


def terms_of(*texts: str, most: int | None = None, options: Options | None = None) -> list[set[int]]:
    """Return the key terms of each text."""
    terms = key_terms(lay_out(texts), options or Options(), most=most)
    return [set(terms.hash[begin:end].tolist()) for begin, end in itertools.pairwise(terms.offsets.tolist())]


def hash_of(word: str) -> int:
    (hashed,) = tokenize(lay_out([word]), Options()).hash
    return int(hashed)


def row_of(word: str) -> int:
    """Return where a word stands among those of which something is known."""
    words = lexicon_of_terms().word
    row = int(np.searchsorted(words, hash_of(word)))
    assert words[row] == hash_of(word)
    return row


# --- the words --------------------------------------------------------------------------------


def test_words_of_the_lexicon_ascend_each_once() -> None:
    lexicon = lexicon_of_terms()
    assert (lexicon.word[1:] > lexicon.word[:-1]).all()
    assert np.isin(lexicon.root, lexicon.word).all()


@pytest.mark.parametrize("language", FUNCTION_WORDS_OF)
def test_words_of_grammar_are_no_terms_in_whatever_language(language: str) -> None:
    assert terms_of(" ".join(FUNCTION_WORDS_OF[language]), most=OF_A_PAGE) == [set()]


def test_common_words_are_no_terms_and_rare_ones_are() -> None:
    rarity = lexicon_of_terms().rarity
    for word in ("said", "government", "police", "councils", "sagte", "gobierno"):
        assert rarity[row_of(word)] == 0, word
    for word in ("asbestos", "volcano", "boilers"):
        assert rarity[row_of(word)] > 0, word


def test_inflections_are_one_term() -> None:
    singular, plural = terms_of("a boiler", "the boilers")
    assert singular == plural == {hash_of("boiler")}


# --- what is kept of a text -------------------------------------------------------------------


def test_a_spun_copy_shares_what_the_story_is_about() -> None:
    (source,), (page,) = terms_of(SOURCE), terms_of(SPUN, most=OF_A_PAGE)
    for word in ("Skelmorlie", "Okonkwo", "Bartholomew", "asbestos", "dinghy", "Abernethy", "61480"):
        assert hash_of(word) in source & page, word
    assert not {hash_of(word) for word in ("the", "council", "government", "library")} & (source | page)


def test_terms_depend_on_the_text_alone() -> None:
    texts = [SOURCE, SPUN, "", "Nothing of note.", SOURCE]
    together = terms_of(*texts)
    assert together == [terms_of(text)[0] for text in texts]
    assert together == terms_of(*texts, options=Options(threads=8))
    assert together == terms_of(*reversed(texts))[::-1]


@pytest.mark.parametrize("most", [0, 1, 5, 24])
def test_a_source_keeps_so_many(most: int) -> None:
    (kept,) = terms_of(" ".join(f"neverheard{number}" for number in range(100)), most=most)
    assert len(kept) == most
    options = Options(key_terms=max(1, most))
    assert len(terms_of(" ".join(f"wort{number}" for number in range(100)), options=options)[0]) == max(1, most)


def made_words(random: Random, alphabet: str, lengths: range, count: int) -> list[str]:
    return ["".join(random.choices(alphabet, k=random.choice(lengths))) for _ in range(count)]


@pytest.mark.parametrize(
    "alphabet", ["abcdefgğhıijklmnoöprsştuüvyz", "абвгдежзийклмнопрсту", "कखगघङचछजझटठडढणत"]
)
def test_in_languages_that_nobody_counted_long_words_are_kept(alphabet: str) -> None:
    # Grammar: short words, each every other word or so. Matter: longer ones, once or twice.
    random = Random(0)
    grammar, matter = (made_words(random, alphabet, *of) for of in ((range(2, 4), 20), (range(7, 12), 60)))
    row = [*matter, *random.choices(matter, k=20), *random.choices(grammar, k=400)]
    random.shuffle(row)
    (kept,) = terms_of(" ".join(row), options=Options(key_terms=24))
    assert len(kept & set(map(hash_of, matter))) >= 20


def test_scripts_without_spaces_have_terms_that_copies_share() -> None:
    # Of 400 characters every fourth is another one, as if every other word were.
    random = Random(0)
    source = [chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(400)]
    page = [chr(random.randrange(0x4E00, 0x9FA5)) if place % 8 < 2 else one for place, one in enumerate(source)]
    (kept,), (asked,) = terms_of("".join(source)), terms_of("".join(page), most=OF_A_PAGE)
    assert len(kept) == Options().key_terms
    assert len(kept & asked) >= 5
    assert not kept & terms_of("".join(random.sample(source, 400)), most=OF_A_PAGE)[0]


def test_tricks_of_writing_change_no_term() -> None:
    disguised = SOURCE.replace("Skelmorlie", "Skel\u00admor\u200blie").replace("Okonkwo", "Оkоnkwо")
    assert disguised != SOURCE
    assert terms_of(disguised) == terms_of(SOURCE)


def test_an_endless_text_takes_no_longer_than_its_beginning() -> None:
    endless = " ".join(f"{number:x}" for number in range(2_000_000))
    begun = time.process_time()
    (kept,) = terms_of(endless, most=OF_A_PAGE)
    assert time.process_time() - begun < 1
    assert len(kept) == OF_A_PAGE
