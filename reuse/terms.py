"""Texts to key terms: the few words of each that say most about it, for copies that share no run of words.

Names and rare words survive where sentences do not: of a text that was translated there and back, paraphrased
or retold by a language model a quarter to a half of them are left. A source is kept by its weightiest, and
asked for by nearly all that a page has. Which words weigh most depends on the text alone, and on the vocabulary
that ships: never on the other documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse import kernels
from reuse.values import Terms
from reuse.vocabulary import lexicon_of_terms

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Texts

#: Terms of a page that are looked for. An article has 50; of an endless page its weightiest will do.
OF_A_PAGE = 1024

#: Characters in a term of a script without spaces. A Chinese word has two on average, a name three.
_CHARACTERS = 3
#: Class of rarity of a word that nobody counted, were it of no letters, and what each letter adds: a word of
#: three letters is one in 130,000, one of seven or more letters as rare as can be.
_UNKNOWN, _LETTER = 42, 3
#: Times that count, of those that a word is there: the subject of a text is named more than once; but so, in a
#: language that nobody counted, is every word of its grammar.
_REPEATS = 4
#: A word that comes after so many tokens counts half.
_PLACE = 100


def key_terms(texts: Texts, options: Options, *, most: int | None = None) -> Terms:
    """Return the terms of every document that say most about it.

    A word's weight is its rarity, 1 / frequency, times how often it is there (up to four times) and divided by
    1 + place / 100, the place being where it is first, in tokens: what a text is about it says at the
    beginning, and often. Inflections of an English word are one term. Words that nobody counted are the rarer
    the longer they are. In scripts without spaces a term is three characters in a row; all weigh the same, and
    those with the smallest hashes are kept, by which two texts choose alike (Broder 1997).

    Parameters
    ----------
    texts : Texts
    options : Options
        `key_terms`, `threads`.
    most : int, optional
        Terms kept of each; `Options.key_terms` if not given. `OF_A_PAGE` for pages.

    Examples
    --------
    >>> from reuse.options import Options
    >>> from reuse.texts import lay_out
    >>> told = "Zygmunt Wiśniewski, the mayor of Kraków, opened the new bridge over the Vistula."
    >>> retold = "A bridge across the Vistula was opened by Krakow's mayor, Zygmunt Wisniewski."
    >>> terms = key_terms(lay_out([told, retold]), Options())
    >>> first, second = (set(terms.hash[terms.offsets[d] : terms.offsets[d + 1]].tolist()) for d in (0, 1))
    >>> len(first), len(first & second)
    (5, 5)
    """
    lexicon = lexicon_of_terms()
    hashes, offsets = kernels.key_terms(
        texts.values,
        texts.offsets,
        lexicon.word,
        lexicon.root,
        lexicon.rarity,
        options.key_terms if most is None else most,
        _CHARACTERS,
        _UNKNOWN,
        _LETTER,
        _REPEATS,
        _PLACE,
        options.thread_count,
    )
    return Terms(hashes, offsets)
