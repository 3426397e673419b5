"""What an attack is: a maker of pages, its strengths, and what it works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple, TypeAlias, TypeVar

from evading.text import LETTERS, Text

Item = TypeVar("Item")

#: Strengths that are shares of something.
TENTHS = (0.1, 0.3, 0.6, 1.0)


class Material(NamedTuple):
    """What an attacker has at hand.

    Attributes
    ----------
    draw : Random
    own : sequence of Text
        Texts that nobody misses: padding.
    sources : sequence of (str, Text)
        Other articles of the publisher's, with their ids.
    synonyms : mapping of str to str
        A word in small letters to another that may stand in its place.
    """

    draw: Random
    own: Sequence[Text]
    sources: Sequence[tuple[str, Text]]
    synonyms: Mapping[str, str]


class Copy(NamedTuple):
    """What comes of an attack.

    Attributes
    ----------
    pages : tuple of str
    taken : tuple of int, optional
        The sentences of the article that are in it; all, if not given.
    others : tuple of str
        Ids of other articles that something was taken of, too.
    """

    pages: tuple[str, ...]
    taken: tuple[int, ...] | None = None
    others: tuple[str, ...] = ()


Maker: TypeAlias = Callable[[Text, float, Material], Copy]


class Attack(NamedTuple):
    """An attack.

    Attributes
    ----------
    name : str
    panel : str
        Of the picture: attacks of a kind.
    unit : str
        What the strength is: a share of something, or a number.
    strengths : tuple of float
    make : callable
    is_html : bool
        Whether the pages are HTML.
    """

    name: str
    panel: str
    unit: str
    strengths: tuple[float, ...]
    make: Maker
    is_html: bool = False

    def told(self, strength: float) -> str:
        """Say a strength."""
        return f"{strength:.0%}" if self.unit.startswith("of ") else f"{strength:g}"


def some(items: Sequence[Item], share: float, draw: Random) -> set[int]:
    """Draw the places of a share of some items."""
    return {*draw.sample(range(len(items)), round(share * len(items)))}


def plainly(change: Callable[[Text, float, Material], Text]) -> Maker:
    """Return the maker of one page of a text that is changed."""

    def make(text: Text, strength: float, material: Material) -> Copy:
        return Copy((change(text, strength, material).written,))

    return make


def of_words(change: Callable[[str, Random], str]) -> Maker:
    """Return the maker that changes a share of the words of letters, of those that `change` can change."""

    def altered(text: Text, share: float, material: Material) -> Text:
        draw = material.draw
        places = [
            (row, found.span(), new)
            for row, sentence in enumerate(text.sentences)
            for found in LETTERS.finditer(sentence)
            if (new := change(found[0], draw)) != found[0]
        ]
        sentences = [*text.sentences]
        for place in sorted(some(places, share, draw), reverse=True):
            row, (begin, end), new = places[place]
            sentences[row] = sentences[row][:begin] + new + sentences[row][end:]
        return text.with_sentences(sentences)

    return plainly(altered)
