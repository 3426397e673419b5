"""Articles to planted reuse: some words of one, changed as copyists change them, put into another.

What is planted is known to the word, so what an audit makes of it can be counted. Beside the kinds of reuse
there are decoys, which take from an article what anybody may: its quoted speech, a single sentence. All is
drawn by a generator of random numbers that the caller seeds, and by nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from reuse.values import CHARACTER, FIRST, QUOTED, Arrays

if TYPE_CHECKING:
    from random import Random

    from reuse.values import Bytes, Ids, Texts, Tokens

#: Share of the words of an excerpt that may be quoted, stock text or boilerplate: these are nobody's evidence.
_MOST_APART = 0.1
#: Letters of a content word, at least: shorter ones are mostly function words, in languages that have letters.
_CONTENT_LETTERS = 5
#: Light edits change one word in so many, swaps one content word.
_EDITED, _SWAPPED = 20, 5
#: What stands behind a sentence: a mark that ends one, or the white space of a new paragraph.
_ENDED = re.compile(r"[.!?…։؟।。！？｡]|\n\s")
#: Words of the windows in which everything is turned about, and how many of each are changed.
_WINDOW, _TURNED = (5, 9), 2
#: Words of a decoy of one sentence, and as how many such the article must have words; and words of a decoy of
#: quoted speech: of each quotation, and of all.
_SENTENCE, _SENTENCES = (8, 20), 4
_QUOTATION, _QUOTATIONS = 6, 60
#: How often a place is drawn before an article is said to have none.
_TRIES = 8


class Word(NamedTuple):
    """A word of a text with what stands around it; words in a row, written one after another, are the text.

    Attributes
    ----------
    before : str
        Marks that open something, without white space.
    text : str
    after : str
        Marks that end something, or join it to the next word.
    space : str
        White space to the next word; none in scripts that have none.
    is_content : bool
        Whether it is one of the words that carry the meaning, as far as its length tells.
    """

    before: str
    text: str
    after: str
    space: str
    is_content: bool

    def other(self, text: str) -> Word:
        """Return another word in its place, with a capital letter if it has one."""
        return self._replace(text=text[:1].upper() + text[1:] if self.text[:1].isupper() else text)


Words: TypeAlias = Sequence[Word]


def written(words: Words) -> str:
    """Return words as a text.

    Examples
    --------
    >>> written([Word("“", "Rain", ",”", " ", False), Word("", "she", "", " ", False)])
    '“Rain,” she'
    """
    parts = (part for word in words for part in word[:4])
    return "".join(parts).rstrip()


@dataclass(frozen=True, eq=False, repr=False)
class Article(Arrays):
    """An article, to take words of or to put some into.

    Attributes
    ----------
    id : str
        Of the document.
    text : str
    begin, end : int32 [T]
        Span of each word, in code points.
    flags : uint8 [T]
        As in `Tokens`.
    apart : tuple of (int, int)
        Spans of the text that are no evidence of copying: stock text, boilerplate.
    """

    id: str
    text: str
    begin: Ids
    end: Ids
    flags: Bytes
    apart: tuple[tuple[int, int], ...] = ()

    def __len__(self) -> int:
        """Return how many words it has."""
        return len(self.begin)

    @cached_property
    def sentences(self) -> list[int]:
        """The words that begin a sentence, ascending, the first word among them.

        A line's end alone ends none: lines may be broken to a width.
        """
        firsts = np.flatnonzero(self.flags & FIRST).tolist()
        gaps = (self.text[self.end[word - 1] : self.begin[word]] for word in firsts if word)
        ended = (
            word
            for word, gap in zip((word for word in firsts if word), gaps, strict=True)
            if _ENDED.search(gap)
        )
        return [0, *ended] if len(self) else []

    @cached_property
    def quoted(self) -> list[bool]:
        """For each word whether it stands in quotation marks."""
        return [bool(flag) for flag in (self.flags & QUOTED).tolist()]

    @cached_property
    def _apart_before(self) -> list[int]:
        """How many words before each, and before the end, are no evidence of copying."""
        inside = (self.flags & QUOTED) != 0
        spans = np.array(self.apart, np.int64).reshape(-1, 2)
        for first, last in np.searchsorted(self.begin, spans).tolist():
            inside[first:last] = True
        return [0, *np.cumsum(inside).tolist()]

    def is_own(self, begin: int, end: int) -> bool:
        """Tell whether nearly all of some words are the article's own narration, the first one surely."""
        before = self._apart_before
        is_first = before[begin + 1] == before[begin]
        return is_first and before[end] - before[begin] <= _MOST_APART * (end - begin)

    def words(self, begin: int, end: int) -> list[Word]:
        """Return some words, with what stands around them."""
        begins, ends = self.begin[begin : end + 1].tolist(), self.end[begin:end].tolist()
        following = [*begins[1:], *[len(self.text)] * (begin < end == len(self))]
        before = self._opening(begin) if begin < end else ""
        found = []
        for flag, first, last, next_first in zip(
            self.flags[begin:end].tolist(), begins, ends, following, strict=False
        ):
            after, space, opening = _marks(self.text[last:next_first])
            is_content = bool(flag & CHARACTER) or last - first >= _CONTENT_LETTERS
            found.append(Word(before, self.text[first:last], after, space, is_content))
            before = opening
        return found

    def _opening(self, word: int) -> str:
        """Return what opens before a word."""
        if not word:
            return self.text[: self.begin[0]].strip()
        return _marks(self.text[self.end[word - 1] : self.begin[word]])[2]

    def parts(self, begin: int, end: int) -> list[Words]:
        """Return some words sentence by sentence; the first and the last may be parts of one."""
        inner = [place for place in self.sentences if begin < place < end]
        return [self.words(first, last) for first, last in pairwise([begin, *inner, end])]

    def place(self, draw: Random) -> int:
        """Draw a place between two sentences that are no quoted speech, the end if there is none."""
        places = [
            word for word in self.sentences if word and not self.quoted[word] and not self.quoted[word - 1]
        ]
        if not places:
            return len(self.text)
        word = draw.choice(places)
        return int(self.begin[word]) - len(self._opening(word))


def articles_of(texts: Texts, tokens: Tokens) -> list[Article]:
    """Return texts word by word.

    Parameters
    ----------
    texts : Texts
    tokens : Tokens
        Of these.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> from reuse.tokens import tokenize
    >>> texts = lay_out(["It rained. “Not here,” she said."])
    >>> (article,) = articles_of(texts, tokenize(texts, Options()))
    >>> article.sentences, article.quoted
    ([0, 2], [False, False, True, True, False, False])
    >>> written(article.words(0, 6)) == article.text
    True
    """
    return [_article(texts, tokens.row(row), row) for row in range(len(texts))]


def _article(texts: Texts, tokens: Tokens, row: int) -> Article:
    return Article(texts.documents[row].id, texts[row], tokens.begin, tokens.end, tokens.flags)


_INNER = re.compile(r"\w.*\w", re.DOTALL)
_GAP = re.compile(r"(\S*)(\s*)(.*)", re.DOTALL)


def _marks(gap: str) -> tuple[str, str, str]:
    """Return what of the marks between two words ends the first, the white space, and what opens the next.

    Examples
    --------
    >>> _marks(". “"), _marks(" ("), _marks("-"), _marks("。「")
    (('.', ' ', '“'), ('', ' ', '('), ('-', '', ''), ('。', '', '「'))
    """
    found = _GAP.fullmatch(gap)
    assert found is not None
    after, space, before = found.groups()
    if not space:
        opening = next((at for at, mark in enumerate(after) if _opens(mark)), len(after))
        return after[:opening], "", after[opening:]
    return after, space, before


def _opens(mark: str) -> bool:
    return unicodedata.category(mark) in ("Ps", "Pi")


# --- what is taken of an article ----------------------------------------------------------------


def _excerpt(article: Article, size: int, draw: Random) -> list[Words] | None:
    """Return so many words in a row, from the beginning of a sentence, sentence by sentence."""
    last = len(article) - size
    begins = [begin for begin in article.sentences if begin <= last and article.is_own(begin, begin + size)]
    if not begins:
        return None
    begin = draw.choice(begins)
    return article.parts(begin, begin + size)


def _whole(article: Article, _size: int, _draw: Random) -> list[Words] | None:
    return article.parts(0, len(article))


def _abridged(article: Article, size: int, draw: Random) -> list[Words] | None:
    """Return so many words in sentences from a stretch twice as long; the others are left out."""
    around = _excerpt(article, 2 * size, draw)
    if around is None:
        return None
    kept: dict[int, Words] = {}
    missing = size
    for place in draw.sample(range(len(around)), len(around)):
        if missing:
            kept[place] = around[place][:missing]
            missing -= len(kept[place])
    return [kept[place] for place in sorted(kept)] if len(kept) > 1 else None


def _shuffled(article: Article, size: int, draw: Random) -> list[Words] | None:
    """Return the sentences of an excerpt, three at least, in another order."""
    for _ in range(_TRIES):
        parts = _excerpt(article, size, draw)
        if parts is None:
            return None
        if len(parts) > 2:
            order = [*range(len(parts))]
            while order == sorted(order):
                draw.shuffle(order)
            return [parts[place] for place in order]
    return None


def _speech(article: Article, size: int, _draw: Random) -> list[Words] | None:
    """Return what stands in quotation marks, each quotation of some words, up to so many words."""
    taken: list[Words] = []
    begin = 0
    for place, (is_quoted, goes_on) in enumerate(pairwise([*article.quoted, False])):
        if is_quoted and not goes_on and place + 1 - begin >= _QUOTATION:
            taken.append(article.words(begin, min(place + 1, begin + size - sum(map(len, taken)))))
        if not is_quoted:
            begin = place + 1
    quoted = [_cited(words) for words in taken if len(words) >= _QUOTATION]
    return quoted or None


def _cited(words: Words) -> Words:
    """Return words in quotation marks, without those they have."""
    inner = [word._replace(before="", after="") for word in (words[0], words[-1])]
    first, last = inner[0]._replace(before="“"), inner[1]._replace(after=".”", space="\n\n")
    return [first, *words[1:-1], last]


def _sentence(article: Article, _size: int, draw: Random) -> list[Words] | None:
    """Return one sentence of the narration, neither very short nor long."""
    sentences = pairwise([*article.sentences, len(article)])
    least, most = _SENTENCE
    most = min(most, len(article) // _SENTENCES + 1)
    some = [(a, b) for a, b in sentences if least <= b - a < most and article.is_own(a, b)]
    if not some:
        return None
    begin, end = draw.choice(some)
    return [article.words(begin, end)]


# --- how it is changed --------------------------------------------------------------------------


def _as_it_is(words: Words, _pool: Sequence[str], _draw: Random) -> Words:
    return words


def _edited(words: Words, pool: Sequence[str], draw: Random) -> Words:
    """Replace, drop or add a word in every twenty."""
    changed: list[Word] = []
    for begin in range(0, len(words), _EDITED):
        window = [*words[begin : begin + _EDITED]]
        if len(window) > _EDITED // 2:
            _change(window, draw.randrange(len(window)), pool, draw)
        changed += window
    return changed


def _swapped(words: Words, pool: Sequence[str], draw: Random) -> Words:
    """Replace one content word in five."""
    content = [place for place, word in enumerate(words) if word.is_content]
    chosen = {*draw.sample(content, round(len(content) / _SWAPPED))}
    return [word.other(draw.choice(pool)) if place in chosen else word for place, word in enumerate(words)]


def _at_random(words: Words, pool: Sequence[str], draw: Random) -> Words:
    """Shuffle, drop, put in and replace words, window by window, as the random obfuscation of PAN does."""
    changed: list[Word] = []
    begin = 0
    while begin < len(words):
        window = [*words[begin : begin + draw.randint(*_WINDOW)]]
        begin += len(window)
        if draw.random() < 0.5:
            draw.shuffle(window)
        else:
            for _ in range(min(_TURNED, len(window) - 1)):
                _change(window, draw.randrange(len(window)), pool, draw)
        changed += window
    return changed


def _change(words: list[Word], place: int, pool: Sequence[str], draw: Random) -> None:
    """Replace a word, drop it, or put another before it."""
    how = draw.randrange(3)
    if how == 0:
        words[place] = words[place].other(draw.choice(pool))
    elif how == 1:
        del words[place]
    else:
        space = next((word.space for word in words if word.space), "")
        words.insert(place, Word("", draw.choice(pool), "", space, True))


def content_words(articles: Sequence[Article]) -> list[str]:
    """Return the content words of articles, each once, in their order; all words if there are no others.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> from reuse.tokens import tokenize
    >>> texts = lay_out(["It rained, and rained again."])
    >>> content_words(articles_of(texts, tokenize(texts, Options())))
    ['rained', 'again']
    """
    every = [word for article in articles for word in article.words(0, len(article))]
    content = [word.text for word in every if word.is_content]
    return [*dict.fromkeys(content or [word.text for word in every])]


# --- kinds --------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """A kind of reuse, or of decoy.

    Attributes
    ----------
    name : str
    sizes : tuple of int
        Words taken, in characters of scripts without spaces; 0 where the article says how many.
    take : callable
        Returns the words, sentence by sentence; None if an article has not so many that can be taken so.
    change : callable
        Returns the words as they are planted.
    is_reuse : bool
        Whether it is to be found; a decoy is not to be accused.
    is_hidden : bool
        Whether it is put into a host; else the page has nothing else.
    """

    name: str
    sizes: tuple[int, ...]
    take: Callable[[Article, int, Random], list[Words] | None]
    change: Callable[[Words, Sequence[str], Random], Words] = _as_it_is
    is_reuse: bool = True
    is_hidden: bool = True


#: The kind whose sizes say what is promised.
VERBATIM = "verbatim"
#: In the order in which they are told.
KINDS = (
    Kind(VERBATIM, (20, 40, 60, 80, 100, 200), _excerpt),
    Kind("whole article", (0,), _whole, is_hidden=False),
    Kind("light edits", (60, 100, 200), _excerpt, _edited),
    Kind("word swaps", (60, 100, 200), _excerpt, _swapped),
    Kind("shuffled sentences", (100, 200), _shuffled),
    Kind("abridged", (100, 200), _abridged),
    Kind("random", (60, 100, 200), _excerpt, _at_random),
    Kind("quoted speech", (_QUOTATIONS,), _speech, is_reuse=False),
    Kind("one sentence", (0,), _sentence, is_reuse=False),
)


class Plant(NamedTuple):
    """A page with something planted in it.

    Attributes
    ----------
    page : str
        Its text.
    begin, end : int
        Where the planted words stand, in code points, without the marks around them.
    words : int
        How many were taken.
    """

    page: str
    begin: int
    end: int
    words: int


def take(kind: Kind, size: int, article: Article, pool: Sequence[str], draw: Random) -> tuple[str, int] | None:
    """Take words of an article and change them; return them as a text, and how many they were.

    Parameters
    ----------
    kind : Kind
    size : int
        One of its sizes.
    article : Article
    pool : sequence of str
        Words that are put in.
    draw : Random
        Says which words, and what becomes of them.

    Returns
    -------
    tuple of str and int, or None
        None if the article has nothing that could be taken so.
    """
    taken = kind.take(article, size, draw)
    if taken is None:
        return None
    words = [word for part in taken for word in _apart(part)]
    return written(kind.change(words, pool, draw)), len(words)


def _apart(part: Words) -> Words:
    """Return a sentence that others can follow, in scripts with spaces."""
    last = part[-1]
    has_spaces = any(word.space for word in part)
    return part if last.space or not has_spaces else [*part[:-1], last._replace(space=" ")]


def plant(taken: tuple[str, int], host: Article | None, draw: Random) -> Plant:
    """Put words between two sentences of a host, as a paragraph; without a host they are all there is.

    Parameters
    ----------
    taken : tuple of str and int
        As `take` returns it.
    host : Article or None
    draw : Random

    Examples
    --------
    >>> from random import Random
    >>> plant(("Some words.", 2), None, Random(0))
    Plant(page='Some words.', begin=0, end=10, words=2)
    """
    text, words = taken
    found = _INNER.search(text)
    begin, end = found.span() if found else (0, len(text))
    if host is None:
        return Plant(text, begin, end, words)
    cut = host.place(draw)
    before = host.text[:cut].rstrip()
    head = before + "\n\n" if before else ""
    page = f"{head}{text}\n\n{host.text[cut:].lstrip()}"
    return Plant(page, len(head) + begin, len(head) + end, words)
