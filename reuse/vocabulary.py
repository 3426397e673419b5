"""What is known of words: how rare they are, which are inflections of one, and which carry grammar alone.

Of English, roots, common words and function words are known (`lexicon`); of some other languages function
words, and of those in the file how rare words are (`lexicon_of`); their roots are found by stemming, see
`reuse.languages`.

``vocabulary.bin`` holds no text but, of some 73,000 words counted in news in English, German, Spanish,
French, Italian, Portuguese and Arabic, in three columns: the hash of the token (uint64, ascending), the row
of the word that stands for its inflections (uint32, its own for most; English alone), and a byte: its class
of rarity, and a bit if it is common; all little-endian. ``benchmarks/vocabulary.py`` makes it from corpora
that are no part of the project. ``function_words.txt`` has a list for each language, to read and to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.values import Arrays

if TYPE_CHECKING:
    from reuse.values import Bytes, Hashes

#: Classes of rarity: a word of class r is one word in 2^(r / 3). The last is of words that are not known.
RARITIES = 64
#: The bit beside a class that marks a common word: one in 400 articles has it. Names and figures are not
#: common.
COMMON_BIT = 64
#: Bits of `Vocabulary.parts`; the numbers are those of cpp/agreement.hpp.
FUNCTION, COMMON = 1, 2

#: Languages other than English whose words the file has counted.
COUNTED = ("ar", "de", "es", "fr", "it", "pt")
#: Class of rarity up to which a word of these is common: it is one in 10,000 and says little. Names are rarer.
_COMMON_RARITY = 40


def _sections() -> dict[str, tuple[str, ...]]:
    words: dict[str, list[str]] = {}
    language = ""
    for line in resources.files("reuse").joinpath("function_words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif not line.startswith("#"):
            words.setdefault(language, []).extend(line.split())
    return {language: tuple(of_one) for language, of_one in words.items() if language}


#: Of each language that has a list, as tokens are cut.
FUNCTION_WORDS_OF = _sections()
FUNCTION_WORDS = FUNCTION_WORDS_OF["en"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Vocabulary(Arrays):
    """Words by the hashes of their tokens.

    Attributes
    ----------
    word : uint64 [W]
    root : uint64 [W]
        The word that stands for its inflections; itself for most.
    rarity : uint8 [W]
        Class of rarity, below `RARITIES`.
    parts : uint8 [W]
        Bits: `FUNCTION`, words that carry grammar and not matter; `COMMON`, words that say little.
    """

    word: Hashes
    root: Hashes
    rarity: Bytes
    parts: Bytes


@cache
def lexicon() -> Vocabulary:
    """Return the words that play a part or have another root: fewer, which are looked up faster.

    Examples
    --------
    >>> len(lexicon().word) < 10_000
    True
    """
    words = vocabulary()
    told = (words.parts != 0) | (words.root != words.word)
    return Vocabulary(words.word[told], words.root[told], words.rarity[told], words.parts[told])


@cache
def lexicon_of(language: str) -> Vocabulary:
    """Return the words of another language that play a part, each its own root.

    Function words are common, too; in languages that nobody has counted no other words are.

    Parameters
    ----------
    language : str
        One that `FUNCTION_WORDS_OF` has.

    Examples
    --------
    >>> german, russian = lexicon_of("de"), lexicon_of("ru")
    >>> bool((russian.parts == FUNCTION | COMMON).all()), bool((german.parts == COMMON).any())
    (True, True)
    """
    function = np.unique(_hashes(FUNCTION_WORDS_OF[language]))
    word = function
    if language in COUNTED:
        words = vocabulary()
        word = np.union1d(function, words.word[words.rarity <= _COMMON_RARITY])
    parts = np.full(len(word), COMMON, np.uint8)
    parts[np.searchsorted(word, function)] |= FUNCTION
    return Vocabulary(word, word, np.full(len(word), RARITIES - 1, np.uint8), parts)


@cache
def lexicon_of_terms() -> Vocabulary:
    """Return all words that are known; of rarity 0 those that are no key terms, being common or of grammar.

    A word counts as rare as the commoner of itself and its root.

    Examples
    --------
    >>> words = lexicon_of_terms()
    >>> 60_000 < int((words.rarity > 0).sum()) < 70_000
    True
    """
    known = vocabulary()
    # A language at a time: among Latin words Russian ones may be taken for Latin ones in disguise.
    function = np.unique(np.concatenate([_hashes(words) for words in FUNCTION_WORDS_OF.values()]))
    word = np.union1d(known.word, function)
    places = np.searchsorted(word, known.word)
    root, rarity = word.copy(), np.zeros(len(word), np.uint8)
    root[places] = known.root
    rarity[places] = np.minimum(known.rarity, known.rarity[np.searchsorted(known.word, known.root)])
    rarity[rarity <= _COMMON_RARITY] = 0
    rarity[np.searchsorted(word, function)] = 0
    parts = np.where(rarity == 0, COMMON, 0).astype(np.uint8)
    return Vocabulary(word, root, rarity, parts)


@cache
def vocabulary() -> Vocabulary:
    """Return what is known of words.

    Examples
    --------
    >>> words = vocabulary()
    >>> len(words.word) > 70_000, int(words.rarity.max()) < RARITIES
    (True, True)
    """
    content = resources.files("reuse").joinpath("vocabulary.bin").read_bytes()
    words = len(content) // 13
    word = np.frombuffer(content, np.dtype("<u8"), words).astype(np.uint64)
    root = np.frombuffer(content, np.dtype("<u4"), words, 8 * words)
    told = np.frombuffer(content, np.uint8, words, 12 * words)
    # Not np.isin, which loads NumPy's masked arrays: that takes longer than all else here.
    grammar = _hashes(FUNCTION_WORDS)
    rows = np.minimum(np.searchsorted(word, grammar), words - 1)
    function = np.zeros(words, bool)
    function[rows[word[rows] == grammar]] = True
    common = told & COMMON_BIT != 0
    parts = (FUNCTION * function | COMMON * common).astype(np.uint8)
    return Vocabulary(word, word[root], (told & (RARITIES - 1)).astype(np.uint8), parts)


def _hashes(words: tuple[str, ...]) -> Hashes:
    text = np.frombuffer(" ".join(words).encode(), np.uint8)
    hashes: Hashes = kernels.tokenize(text, np.array([0, len(text)]), np.ones(1, np.uint8), 1)[0]
    return hashes
