"""The same sentences, paragraphs and words in another order."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from evading.attack import Attack, Item, Material, plainly, some
from evading.text import Text

_QUARTERS = (0.25, 0.5, 0.75, 1.0)
_SIXTHS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_WINDOW = 5


def turned(items: Sequence[Item], share: float, draw: Random) -> list[Item]:
    """Return items of which a share has changed places among each other, none of these where it was."""
    places = sorted(some(items, share, draw))
    order = [*places]
    while len(places) > 1 and any(a == b for a, b in zip(places, order, strict=True)):
        draw.shuffle(order)
    moved = [*items]
    for place, taken in zip(places, order, strict=True):
        moved[place] = items[taken]
    return moved


def sentences(text: Text, share: float, material: Material) -> Text:
    """Let a share of the sentences change places."""
    return text.with_sentences(turned(text.sentences, share, material.draw))


def paragraphs(text: Text, share: float, material: Material) -> Text:
    """Let a share of the paragraphs change places."""
    return Text(tuple(turned(text.paragraphs, share, material.draw)))


def within(text: Text, share: float, material: Material) -> Text:
    """Let all sentences change places within a share of the paragraphs that have several."""
    several = [place for place, paragraph in enumerate(text.paragraphs) if len(paragraph) > 1]
    chosen = {several[place] for place in some(several, share, material.draw)}
    return Text(
        tuple(
            tuple(turned(paragraph, 1, material.draw)) if place in chosen else paragraph
            for place, paragraph in enumerate(text.paragraphs)
        )
    )


def _in_windows(text: Text, share: float, material: Material, size: int) -> Text:
    """Let all words change places within a share of the windows of so many words."""
    new = []
    for sentence in text.sentences:
        words = sentence.split()
        windows = [words[at : at + size] for at in range(0, len(words), size)]
        several = [place for place, window in enumerate(windows) if len(window) > 1]
        chosen = {place for place in several if material.draw.random() < share}
        new.append(
            " ".join(
                word
                for place, window in enumerate(windows)
                for word in (turned(window, 1, material.draw) if place in chosen else window)
            )
        )
    return text.with_sentences(new)


def neighbours(text: Text, share: float, material: Material) -> Text:
    """Swap neighbouring words, so that a share of the words has moved."""
    return _in_windows(text, share, material, 2)


def windows(text: Text, share: float, material: Material) -> Text:
    """Let the words of a share of the windows of five change places."""
    return _in_windows(text, share, material, _WINDOW)


ATTACKS = (
    Attack("sentences shuffled", "order", "of sentences", _QUARTERS, plainly(sentences)),
    Attack("paragraphs shuffled", "order", "of paragraphs", _QUARTERS, plainly(paragraphs)),
    Attack("shuffled within paragraphs", "order", "of paragraphs", _QUARTERS, plainly(within)),
    Attack("neighbouring words swapped", "order", "of words", (*_SIXTHS, 1.0), plainly(neighbours)),
    Attack("words shuffled in windows of five", "order", "of windows", _QUARTERS, plainly(windows)),
)
