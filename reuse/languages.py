"""Texts to languages, and their words to roots: what is known of a language, and what is made of it.

A language is told by its script where one alone is written in it, else by its trigrams (resiliparse), and
believed if its function words are there. For English the rest of the package knows inflections and common
words; for the others in `LANGUAGES` roots come from Snowball's stemmers, as far as there are any. A text in a
language that is unknown, or of which nothing is known, is compared as it is written: by its shingles and runs.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.values import MIXED_SCRIPT, Arrays, gathered
from reuse.vocabulary import COUNTED, FUNCTION, FUNCTION_WORDS_OF, lexicon, lexicon_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.options import Options
    from reuse.values import Bytes, Hashes, Ids, Offsets, Ratios, Texts, Tokens, Truths

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
_ENGLISH = (b" the ", b" of ", b" and ")
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
#: Texts whose languages are told together: each has a sample, and its words, until then.
_AT_A_TIME = 1_000
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
_SCRIPTS = tuple(dict.fromkeys(script for _, script in _BLOCKS))
#: The number of the script of every code point up to the last block, whose own are like all behind it.
_SCRIPT_AT = np.repeat(
    np.array([_SCRIPTS.index(script) for _, script in _BLOCKS], np.uint8),
    np.diff([begin for begin, _ in _BLOCKS], append=_BLOCKS[-1][0] + 1),
)
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
    content = text.encode("utf-8", "replace")
    values, offsets = np.frombuffer(content, np.uint8), np.array([0, len(content)])
    return "en" if _plain_english(values, offsets, [0], 1) else _languages([content], 1)[0]


def _plain_english(values: Bytes, offsets: Offsets, rows: Sequence[int], threads: int) -> list[int]:
    """Return those of some documents that are told to be English at a glance."""
    wanted = np.zeros(len(offsets) - 1, np.uint8)
    wanted[rows] = 1
    words = np.frombuffer(b"".join(_ENGLISH), np.uint8), np.cumsum([0, *map(len, _ENGLISH)])
    rule = _SAMPLE, _CHARACTERS_FOR_ENGLISH, _LEAST_LETTERS
    found = kernels.frequent(values, offsets, wanted, *words, *rule, threads)
    english: list[int] = np.flatnonzero(found).tolist()
    return english


def _languages(contents: Iterable[bytes | memoryview], threads: int) -> list[str | None]:
    """Tell the language of each text by its middle, if it is not English at a glance."""
    languages: list[str | None] = []
    doubtful: dict[str, dict[int, str]] = {}  # samples by row, of each language that they may be in
    for row, content in enumerate(contents):
        sample = _middle(content)
        script = _script(sample)
        languages.append(_OF_ONE.get(script or ""))
        if script and languages[row] is None:
            sample = unicodedata.normalize("NFC", sample)
            doubtful.setdefault(_NEAREST.get(script) or _by_trigrams(sample), {})[row] = sample
    for language, samples in doubtful.items():
        for row, believed in zip(samples, _by_words([*samples.values()], language, threads), strict=True):
            languages[row] = believed
    return languages


def _middle(content: bytes | memoryview) -> str:
    begin = max(0, (len(content) - _SAMPLE) // 2)
    return str(content[begin : begin + _SAMPLE], "utf-8", "ignore")


def _script(sample: str) -> str | None:
    """Return the script that most letters are of, None if none has enough."""
    points = np.frombuffer(sample.encode("utf-32-le"), np.uint32)
    counts = np.bincount(_SCRIPT_AT.take(points, mode="clip"), minlength=len(_SCRIPTS))
    letters = dict(zip(_SCRIPTS, counts.tolist(), strict=True))
    del letters[""]
    east_asian = letters["kana"] + letters["Han"]
    if letters["kana"] >= _KANA * east_asian:
        letters["Han"], letters["kana"] = 0, east_asian
    script = max(letters, key=letters.__getitem__)
    least = _LEAST_CHARACTERS if script in _IN_THOUSANDS else _LEAST_LETTERS
    return script if letters[script] >= max(least, _MOST_OF_IT * sum(letters.values())) else None


def _by_trigrams(sample: str) -> str:
    from resiliparse.parse.lang import detect_fast

    language: str = detect_fast(sample, cutoff=_ANY_RANK)[0]
    return language


def _by_words(samples: list[str], language: str, threads: int) -> list[str | None]:
    """Believe in the language that some samples may be in where its function words are there."""
    words, ends = _tokenized(samples, threads)

    def share(language: str) -> Ratios:
        found = np.append(0, np.cumsum(_is_function_word(words, language, threads)))
        shares: Ratios = np.diff(found[ends]) / np.maximum(np.diff(ends), 1)
        return shares

    english = share("en")
    own = share(language) if language in FUNCTION_WORDS_OF else np.zeros(len(samples))
    told = (own > english) | (language == "en")
    # In tables and telegrams trigrams see anything: English is what has its words more than any other's.
    in_english = ~told & (english >= 2 * _LEAST_FUNCTION_WORDS)
    if in_english.any():
        in_english &= english > np.max([share(one) for one in FUNCTION_WORDS_OF if one != "en"], axis=0)
    believed = told & (own >= _LEAST_FUNCTION_WORDS)
    either = zip(believed.tolist(), in_english.tolist(), strict=True)
    return [language if own else "en" if english else None for own, english in either]


def _tokenized(texts: list[str], threads: int) -> tuple[Hashes, Offsets]:
    """Return the hashes of the words of texts, and where those of each begin."""
    encoded = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)])
    every = np.ones(len(texts), np.uint8)
    hashes, _, _, _, ends, _ = kernels.tokenize(
        np.frombuffer(b"".join(encoded), np.uint8), offsets, every, threads
    )
    return hashes, ends


def _is_function_word(words: Hashes, language: str, threads: int) -> Truths:
    found: Truths = kernels.members(words, _function_words(language), threads).view(np.bool_)
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
    asked = np.unique(rows).tolist()
    for row in _plain_english(texts.values, texts.offsets, asked, options.thread_count):
        language[row] = "en"
    rest = [row for row in asked if language[row] is None]
    contents = texts.matched(rest)
    for begin in range(0, len(rest), _AT_A_TIME):
        some = rest[begin : begin + _AT_A_TIME]
        told = _languages(islice(contents, len(some)), options.thread_count)
        for row, one in zip(some, told, strict=True):
            language[row] = one
            spoken.setdefault(one or "", []).append(row)
    stemmed = {one: of_one for one, of_one in spoken.items() if one in FUNCTION_WORDS_OF and one != "en"}
    if not stemmed:
        return Roots(tuple(language), tokens.hash)
    root = tokens.hash.copy()
    for one, of_one in sorted(stemmed.items()):
        _stem(one, of_one, texts, tokens, root, options.thread_count)
    return Roots(tuple(language), root)


def _stem(language: str, rows: Sequence[int], texts: Texts, tokens: Tokens, root: Hashes, threads: int) -> None:
    """Put the roots of documents of one language in the place of their words, but of function words."""
    place, offsets = gathered(tokens.offsets, rows)
    of_matter = ~_is_function_word(tokens.hash[place], language, threads)
    root[place[of_matter]] ^= _ROOT
    asked = of_matter & (tokens.flags[place] & MIXED_SCRIPT == 0)  # look-alikes: the hash sees through them
    place, bounds = place[asked], np.append(0, np.cumsum(asked))[offsets]
    number: dict[str, int] = {}  # of each word as it is written
    numbers: list[int] = []
    for row, (first, last) in zip(rows, pairwise(bounds.tolist()), strict=True):
        text, some = texts[row], place[first:last]
        spans = zip(tokens.begin[some].tolist(), tokens.end[some].tolist(), strict=True)
        numbers += [number.setdefault(text[begin:end], len(number)) for begin, end in spans]
    stems, told = _hashed(_stems(language, list(number)), threads)
    written = np.array(numbers, np.int64)
    has_stem = told[written]
    root[place[has_stem]] = stems[written[has_stem]] ^ _ROOT


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
    hashes, ends = _tokenized(stems, threads)
    told = np.diff(ends) == 1
    found = np.zeros(len(stems), np.uint64)
    found[told] = hashes[ends[:-1][told]]
    return found, told
