"""Words left out, put in and replaced; sentences left out."""

from __future__ import annotations

import re

from evading.attack import Attack, Copy, Material, plainly, some
from evading.text import Text

_SIXTHS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
#: Letters of a content word.
CONTENT = 5
_PARTS = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_NAME = re.compile(r"[A-Z]|.*\d")


def _words(text: Text) -> list[tuple[int, str]]:
    """Return all words with the number of their sentence."""
    return [(row, word) for row, sentence in enumerate(text.sentences) for word in sentence.split()]


def _joined(text: Text, words: list[tuple[int, str]]) -> Text:
    """Put words together to sentences again; of an empty one nothing is left."""
    sentences: list[list[str]] = [[] for _ in text.sentences]
    for row, word in words:
        sentences[row].append(word)
    whole = text.with_sentences([" ".join(sentence) for sentence in sentences])
    kept = (tuple(sentence for sentence in paragraph if sentence) for paragraph in whole.paragraphs)
    return Text(tuple(paragraph for paragraph in kept if paragraph))


def _other(word: str, new: str) -> str:
    """Return another word in the place of one, between its marks, with a capital if it has one."""
    found = _PARTS.fullmatch(word)
    assert found is not None
    before, old, after = found.groups()
    return before + (new[:1].upper() + new[1:] if old[:1].isupper() else new) + after


def _bare(word: str) -> str:
    found = _PARTS.fullmatch(word)
    assert found is not None
    return found[2]


def deleted(text: Text, share: float, material: Material) -> Text:
    """Leave out a share of the words."""
    words = _words(text)
    gone = some(words, share, material.draw)
    return _joined(text, [word for place, word in enumerate(words) if place not in gone])


def inserted(text: Text, share: float, material: Material) -> Text:
    """Put words of another text before a share of the words."""
    words = _words(text)
    pool = material.draw.choice(material.own).written.split()
    before = some(words, share, material.draw)
    new: list[tuple[int, str]] = []
    for place, (row, word) in enumerate(words):
        if place in before:
            new.append((row, material.draw.choice(pool)))
        new.append((row, word))
    return _joined(text, new)


def synonyms(text: Text, share: float, material: Material) -> Text:
    """Replace a share of the content words by synonyms; those that have none stay."""
    words = _words(text)
    content = [place for place, (_, word) in enumerate(words) if len(_bare(word)) >= CONTENT]
    known = [place for place in content if _bare(words[place][1]).lower() in material.synonyms]
    for place in material.draw.sample(known, min(round(share * len(content)), len(known))):
        row, word = words[place]
        words[place] = row, _other(word, material.synonyms[_bare(word).lower()])
    return _joined(text, words)


def replaced(text: Text, share: float, material: Material) -> Text:
    """Replace a share of the content words by words of another text."""
    words = _words(text)
    content = [place for place, (_, word) in enumerate(words) if len(_bare(word)) >= CONTENT]
    own = " ".join(material.draw.choice(material.own).written for _ in range(5))
    pool = sorted({bare for word in own.split() if len(bare := _bare(word)) >= CONTENT})
    for place in some(content, share, material.draw):
        row, word = words[content[place]]
        words[content[place]] = row, _other(word, material.draw.choice(pool).lower())
    return _joined(text, words)


def renamed(text: Text, share: float, material: Material) -> Text:
    """Give a share of the different names and numbers other ones, each the same wherever it stands."""
    words = _words(text)
    names = sorted({bare for _, word in words if _NAME.match(bare := _bare(word))})
    other = " ".join(article.written for _, article in material.draw.sample(material.sources, 3))
    pool = sorted({bare for word in other.split() if _NAME.match(bare := _bare(word))} - {*names})
    chosen = sorted(some(names, share, material.draw))
    new = {names[place]: material.draw.choice(pool) for place in chosen}
    return _joined(
        text, [(row, _other(word, new[_bare(word)]) if _bare(word) in new else word) for row, word in words]
    )


def abridged(text: Text, share: float, material: Material) -> Copy:
    """Leave out a share of the sentences."""
    gone = some(text.sentences, share, material.draw)
    kept = tuple(place for place in range(len(text.sentences)) if place not in gone)
    return Copy((text.only(kept).written,), kept)


ATTACKS = (
    Attack("words deleted", "words", "of words", _SIXTHS, plainly(deleted)),
    Attack("words put in", "words", "of words", (*_SIXTHS, 1.0), plainly(inserted)),
    Attack("synonyms", "words", "of content words", _SIXTHS, plainly(synonyms)),
    Attack("other words", "words", "of content words", _SIXTHS, plainly(replaced)),
    Attack("names and numbers changed", "words", "of these", (0.25, 0.5, 0.75, 1.0), plainly(renamed)),
    Attack("sentences left out", "words", "of sentences", (0.2, 0.4, 0.6, 0.8), abridged),
)
