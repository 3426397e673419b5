"""Texts to languages, and their words to roots: what is known of a language, and what is made of it.

A language is told by its script where one alone is written in it, else by its trigrams (resiliparse), and
believed if its function words are there. For English the rest of the package knows inflections and common
words; for the others in `LANGUAGES` roots come from Snowball's stemmers, as far as there are any. A text in a
language that is unknown, or of which nothing is known, is compared as it is written: by its shingles and runs.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.values import MIXED_SCRIPT, Arrays
from reuse.vocabulary import COUNTED, FUNCTION, FUNCTION_WORDS_OF, lexicon, lexicon_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.options import Options
    from reuse.values import Hashes, Ids, Texts, Tokens, Truths

#: Snowball's names of the stemmers; English words have roots in the vocabulary.
STEMMERS = {
    "ar": "arabic",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
#: Written without spaces: their tokens are characters.
_IN_CHARACTERS = ("ja", "th", "zh")
#: The languages that are told.
LANGUAGES = tuple(sorted({*FUNCTION_WORDS_OF, *_IN_CHARACTERS}))

#: Bytes of a text that are looked at, from its middle: at the beginning of a page there is navigation.
_SAMPLE = 2_400
#: An English text says "the", "of" or "and" once in so many characters at least; no other one does.
_ENGLISH = (" the ", " of ", " and ")
_CHARACTERS_FOR_ENGLISH = 120
#: Letters that tell a language, and characters of scripts of thousands; the share that must be of one script.
_LEAST_LETTERS, _LEAST_CHARACTERS = 60, 20
_MOST_OF_IT = 0.6
#: Share of Japanese that is kana, at least.
_KANA = 0.05
#: Share of its words that are function words of a language, at least: half of that of the poorest news.
_LEAST_FUNCTION_WORDS = 0.06
#: The detector's rank of what is nearest, however far: function words say whether to believe it.
_ANY_RANK = 100_000
#: Longer words are no words.
_LONGEST_WORD = 60
#: Sets roots apart from words: a stem that reads like a function word is none.
_ROOT = np.uint64(0x9E3779B97F4A7C15)

#: Where the letters of a script begin in Unicode, up to the next line; "" has no letters that count.
_BLOCKS = (
    (0x0, ""),
    (0x41, "Latin"),
    (0x5B, ""),
    (0x61, "Latin"),
    (0x7B, ""),
    (0xC0, "Latin"),
    (0x250, ""),
    (0x370, "Greek"),
    (0x400, "Cyrillic"),
    (0x530, ""),
    (0x5D0, "Hebrew"),
    (0x600, ""),
    (0x620, "Arabic"),
    (0x660, ""),
    (0x66E, "Arabic"),
    (0x700, ""),
    (0x900, "Devanagari"),
    (0x964, ""),
    (0xE01, "Thai"),
    (0xE50, ""),
    (0x1100, "Hangul"),
    (0x1200, ""),
    (0x1E00, "Latin"),
    (0x1F00, "Greek"),
    (0x2000, ""),
    (0x3041, "kana"),
    (0x30FB, ""),
    (0x3400, "Han"),
    (0xA000, ""),
    (0xAC00, "Hangul"),
    (0xD7B0, ""),
    (0xF900, "Han"),
    (0xFB00, ""),
    (0xFB50, "Arabic"),
    (0xFE00, ""),
    (0xFE70, "Arabic"),
    (0xFEFF, ""),
    (0x20000, "Han"),
    (0x32000, ""),
)
_BEGINS = np.array([begin for begin, _ in _BLOCKS], np.uint32)
_SCRIPTS = tuple(script for _, script in _BLOCKS)
#: Scripts of which one language alone is told; the others are asked for by trigrams.
_OF_ONE = {"Greek": "el", "Thai": "th", "Hangul": "ko", "kana": "ja", "Han": "zh"}
#: Those of which one is nearly always meant: its function words tell it from its neighbours.
_NEAREST = {"Hebrew": "he", "Devanagari": "hi"}
_IN_THOUSANDS = ("Hangul", "kana", "Han")


@dataclass(frozen=True, slots=True)
class Support:
    """What is known of a language.

    Attributes
    ----------
    language : str or None
        One of `LANGUAGES`; None stands for any other and for the unknown.
    roots : str or None
        Where inflections are told to be one word: by ``vocabulary`` or ``Snowball``.
    function_words : int
        How many are left out of what is compared.
    counted : bool
        Whether it is known how rare its words are.
    in_characters : bool
        Whether tokens are characters, for the script has no spaces.
    """

    language: str | None
    roots: str | None
    function_words: int
    counted: bool
    in_characters: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not known, and what follows from it; the gravest first.

        Examples
        --------
        >>> support("ru").missing
        ('rarity of words not known: all but function words count alike',)
        >>> support("en").missing
        ()
        """
        if self.in_characters:
            return ("no words: characters are compared, by shingles and runs; a rewritten copy may be missed",)
        lacks = []
        if self.roots is None:
            lacks.append("no stemmer: words are compared as they are written")
        if not self.function_words:
            lacks.append("no list of function words: those of English are taken")
        if not self.counted:
            lacks.append("rarity of words not known: all but function words count alike")
        return tuple(lacks)

    def __str__(self) -> str:
        """Say it in a line, for a reason or a notice.

        Examples
        --------
        >>> print(support("zh"))
        zh: no words: characters are compared, by shingles and runs; a rewritten copy may be missed
        """
        name = self.language or "language unknown"
        return f"{name}: {'; '.join(self.missing) or 'roots, function words and rarity of words are known'}"


def support(language: str | None) -> Support:
    """Return what is known of a language.

    Examples
    --------
    >>> support("de").roots, support("th").in_characters
    ('Snowball', True)
    """
    known = language if language in LANGUAGES else None
    return Support(
        language=known,
        roots="vocabulary" if known == "en" else "Snowball" if known in STEMMERS else None,
        function_words=len(FUNCTION_WORDS_OF.get(known or "", ())),
        counted=known == "en" or known in COUNTED,
        in_characters=known in _IN_CHARACTERS,
    )


def language_of(text: str) -> str | None:
    """Tell the language of a text by its middle.

    Returns
    -------
    str or None
        One of `LANGUAGES`. None of a text too short or too odd to tell, and of other languages.

    Examples
    --------
    >>> language_of("Der Rat der Stadt hat am Dienstag beschlossen, die alte Brücke zu schließen und eine neue "
    ...     "zu bauen, die nicht weit von ihr über den Fluss gehen soll.")
    'de'
    >>> language_of("ACME 17.3 +0.4 INITECH 21.0 -1.1") is None
    True
    """
    return _language(text.encode("utf-8", "replace"))


def _language(content: bytes) -> str | None:
    begin = max(0, (len(content) - _SAMPLE) // 2)
    sample = content[begin : begin + _SAMPLE].decode("utf-8", "ignore")
    if sum(map(sample.count, _ENGLISH)) * _CHARACTERS_FOR_ENGLISH > len(sample) > _LEAST_LETTERS:
        return "en"
    script = _script(sample)
    if script is None:
        return None
    return _OF_ONE.get(script) or _by_its_words(unicodedata.normalize("NFC", sample), _NEAREST.get(script))


def _script(sample: str) -> str | None:
    """Return the script that most letters are of, None if none has enough."""
    points = np.frombuffer(sample.encode("utf-32-le"), np.uint32)
    blocks = np.searchsorted(_BEGINS, points, "right") - 1
    letters: Counter[str] = Counter()
    for script, count in zip(_SCRIPTS, np.bincount(blocks, minlength=len(_BLOCKS)).tolist(), strict=True):
        letters[script] += count
    del letters[""]
    east_asian = letters["kana"] + letters["Han"]
    if letters["kana"] >= _KANA * east_asian:
        letters["Han"], letters["kana"] = 0, east_asian
    ((script, count),) = letters.most_common(1)
    least = _LEAST_CHARACTERS if script in _IN_THOUSANDS else _LEAST_LETTERS
    return script if count >= max(least, _MOST_OF_IT * letters.total()) else None


def _by_its_words(sample: str, language: str | None) -> str | None:
    """Believe in a language, or in that of the sample's trigrams, if its function words are there."""
    from resiliparse.parse.lang import detect_fast

    values = np.frombuffer(sample.encode(), np.uint8)
    words = kernels.tokenize(values, np.array([0, len(values)]), np.ones(1, np.uint8), 1)[0]

    def share(language: str) -> float:
        return float(np.mean(_is_function_word(words, language)))

    language = language or detect_fast(sample, cutoff=_ANY_RANK)[0]
    if language not in FUNCTION_WORDS_OF or (language != "en" and share(language) <= share("en")):
        # In tables and telegrams trigrams see anything: English is what has its words and nobody else's.
        english = max(FUNCTION_WORDS_OF, key=share) == "en" and share("en") >= 2 * _LEAST_FUNCTION_WORDS
        return "en" if english else None
    return language if share(language) >= _LEAST_FUNCTION_WORDS else None


def _is_function_word(words: Hashes, language: str) -> Truths:
    known = _function_words(language)
    found: Truths = known[np.minimum(np.searchsorted(known, words), len(known) - 1)] == words
    return found


@cache
def _function_words(language: str) -> Hashes:
    words = lexicon() if language == "en" else lexicon_of(language)
    function: Hashes = words.word[words.parts & FUNCTION != 0]
    return function


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Roots(Arrays):
    """The languages of documents and the roots of their words.

    Attributes
    ----------
    language : tuple of str or None [D]
        As `language_of` tells it; None of documents that nobody asked for.
    root : uint64 [T]
        A number for each token, the same for the inflections of a word. Function words, and the words of
        English, of languages in characters and of the unknown have their own hash.
    """

    language: tuple[str | None, ...]
    root: Hashes


def find_roots(texts: Texts, tokens: Tokens, rows: Ids, options: Options) -> Roots:
    """Tell the languages of some documents, and stem their words.

    What is found of a document depends on no other one.

    Parameters
    ----------
    texts : Texts
    tokens : Tokens
        Of the same documents.
    rows : int32
        Those that are asked for, in any order; a row may come twice.
    options : Options
        Only `threads` is used.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> from reuse.tokens import tokenize
    >>> texts = lay_out(["Die Stadt lässt die Häuser am Fluss nicht abreißen, sagte der Bürgermeister: ein "
    ...     "Haus am Fluss sei den Menschen in der Stadt und auch ihm selbst lieber als keines."])
    >>> tokens = tokenize(texts, Options())
    >>> roots = find_roots(texts, tokens, np.array([0]), Options())
    >>> roots.language, bool(roots.root[4] == roots.root[13]), bool(tokens.hash[4] == tokens.hash[13])
    (('de',), True, False)
    """
    language: list[str | None] = [None] * len(texts)
    spoken: dict[str, list[int]] = {}
    for row in np.unique(rows).tolist():
        language[row] = _language(texts.values[texts.offsets[row] : texts.offsets[row + 1]].tobytes())
        spoken.setdefault(language[row] or "", []).append(row)
    stemmed = {one: of_one for one, of_one in spoken.items() if one in FUNCTION_WORDS_OF and one != "en"}
    if not stemmed:
        return Roots(tuple(language), tokens.hash)
    root = tokens.hash.copy()
    for one, of_one in sorted(stemmed.items()):
        _stem(one, of_one, texts, tokens, root, options.thread_count)
    return Roots(tuple(language), root)


def _stem(language: str, rows: Sequence[int], texts: Texts, tokens: Tokens, root: Hashes, threads: int) -> None:
    """Put the roots of documents of one language in the place of their words."""
    number: dict[str, int] = {}  # of each word as it is written
    written: list[int] = []
    for row in rows:
        text, some = texts[row], slice(tokens.offsets[row], tokens.offsets[row + 1])
        spans = zip(tokens.begin[some].tolist(), tokens.end[some].tolist(), strict=True)
        written += [number.setdefault(text[begin:end], len(number)) for begin, end in spans]
    place = np.concatenate([np.arange(tokens.offsets[row], tokens.offsets[row + 1]) for row in rows])
    stems, told = _hashed(_stems(language, list(number)), threads)
    words = tokens.hash[place]
    kept = ~told[written] | (tokens.flags[place] & MIXED_SCRIPT != 0)  # look-alikes: the hash sees through them
    roots = np.where(kept, words, stems[written]) ^ _ROOT
    root[place] = np.where(_is_function_word(words, language), words, roots)


def _stems(language: str, words: list[str]) -> list[str]:
    from Stemmer import Stemmer

    plain = [_plain(word, language) for word in words]
    if language not in STEMMERS:
        return plain
    stems: list[str] = Stemmer(STEMMERS[language], 0).stemWords(plain)
    return stems


def _plain(word: str, language: str) -> str:
    """Write a word as stemmers know it: in small letters, composed, without invisible characters."""
    if len(word) > _LONGEST_WORD:
        return ""
    if language == "tr":
        word = word.replace("I", "ı").replace("İ", "i")
    if not word.isalpha():
        word = "".join(c for c in word if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", word).lower()


def _hashed(stems: list[str], threads: int) -> tuple[Hashes, Truths]:
    """Return the hash of each stem, folded as words are, and whether it is one word."""
    encoded = [stem.encode() for stem in stems]
    offsets = np.concatenate([[0], np.cumsum([len(stem) for stem in encoded])]).astype(np.int64)
    values = np.frombuffer(b"".join(encoded), np.uint8)
    every = np.ones(len(stems), np.uint8)
    hashes, _, _, _, ends, _ = kernels.tokenize(values, offsets, every, threads)
    told = np.diff(ends) == 1
    found = np.zeros(len(stems), np.uint64)
    found[told] = hashes[ends[:-1][told]]
    return found, told
