"""Articles among other text, in parts, and several in one; and attacks together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, pairwise, zip_longest

from evading.attack import Attack, Copy, Item, Maker, Material, plainly
from evading.orders import paragraphs, sentences
from evading.quoting import paragraphs as quoted
from evading.text import Text
from evading.words import synonyms

_TIMES = (1, 3, 10, 30)
_PARTS = (2, 5, 10, 20)
_SOURCES = (2, 4, 8)
_SHARES = (0.1, 0.2, 0.3, 0.4, 0.6)


def other_text(words: float, material: Material) -> list[tuple[str, ...]]:
    """Return paragraphs of the attacker's own texts, of so many words or a few more."""
    found: list[tuple[str, ...]] = []
    count = 0
    while count < words:
        text = material.draw.choice(material.own)
        found += text.paragraphs
        count += text.words
    return found


def _padded(place: Callable[[Text, list[tuple[str, ...]], Material], list[tuple[str, ...]]]) -> Maker:
    """Return the maker of a page with so many times as many other words."""

    def make(text: Text, times: float, material: Material) -> Copy:
        other = other_text(times * text.words, material)
        return Copy((Text(tuple(place(text, other, material))).written,))

    return make


def _scattered(text: Text, other: list[tuple[str, ...]], material: Material) -> list[tuple[str, ...]]:
    """Put each paragraph of a text somewhere among others, in their order."""
    places = sorted(material.draw.randint(0, len(other)) for _ in text.paragraphs)
    for place, paragraph in zip(reversed(places), reversed(text.paragraphs), strict=True):
        other.insert(place, paragraph)
    return other


def _pieces(text: Text, pages: float) -> list[list[int]]:
    """Return the sentences of so many parts, in their order, of about as many each; none is empty."""
    count = min(max(int(pages), 1), len(text.sentences))
    bounds = [place * len(text.sentences) // count for place in range(count + 1)]
    return [[*range(begin, end)] for begin, end in pairwise(bounds)]


def split(text: Text, pages: float, _: Material) -> Copy:
    """Put a text on so many pages."""
    return Copy(tuple(text.only(piece).written for piece in _pieces(text, pages)))


def split_and_padded(text: Text, pages: float, material: Material) -> Copy:
    """Put a text on so many pages, each behind as much other text as the whole of it has."""
    if not pages:
        return Copy((text.written,))
    pieces = [text.only(piece).paragraphs for piece in _pieces(text, pages)]
    return Copy(tuple(Text((*other_text(text.words, material), *piece)).written for piece in pieces))


def taking_turns(lists: Sequence[Sequence[Item]]) -> list[Item]:
    """Return the first of each, the second of each, and so on."""
    return [item for row in zip_longest(*lists) for item in row if item is not None]


def _interleaved(*, by_sentence: bool) -> Maker:
    """Return the maker of a page of several articles that take turns."""

    def make(text: Text, count: float, material: Material) -> Copy:
        others = material.draw.sample(material.sources, max(int(count) - 1, 0))
        texts = [text, *(other for _, other in others)]
        names = tuple(name for name, _ in others)
        if by_sentence and others:
            lines = taking_turns([one.sentences for one in texts])
            return Copy((Text(tuple((line,) for line in lines)).written,), None, names)
        return Copy((Text(tuple(taking_turns([one.paragraphs for one in texts]))).written,), None, names)

    return make


def quoted_among_others(text: Text, times: float, material: Material) -> Copy:
    """Put every paragraph into quotation marks, behind so many times as many other words."""
    if not times:
        return Copy((text.written,))
    other = other_text(times * text.words, material)
    return Copy((Text((*other, *quoted(text, 1, material).paragraphs)).written,))


_PADDING: dict[str, Maker] = {
    "padding in front": _padded(lambda text, other, _: [*other, *text.paragraphs]),
    "padding behind": _padded(lambda text, other, _: [*text.paragraphs, *other]),
    "paragraphs scattered": _padded(_scattered),
}
ATTACKS = (
    *(Attack(name, "padding", "times its words", _TIMES, make) for name, make in _PADDING.items()),
    Attack("in quotation marks, padding in front", "padding", "times its words", _TIMES, quoted_among_others),
    Attack("put on several pages", "parts", "pages", _PARTS, split),
    Attack("the same, with padding", "parts", "pages", _PARTS, split_and_padded),
    Attack("interleaved by sentence", "parts", "articles", _SOURCES, _interleaved(by_sentence=True)),
    Attack("interleaved by paragraph", "parts", "articles", _SOURCES, _interleaved(by_sentence=False)),
)


# --- together -----------------------------------------------------------------------------------


def _then(*changes: Callable[[Text, float, Material], Text]) -> Callable[[Text, float, Material], Text]:
    """Return some changes, one after another."""

    def change(text: Text, strength: float, material: Material) -> Text:
        for one in changes:
            text = one(text, strength, material)
        return text

    return change


def _fully(change: Callable[[Text, float, Material], Text]) -> Callable[[Text, float, Material], Text]:
    """Return a change in full, unless the strength is 0."""
    return lambda text, strength, material: change(text, 1 if strength else 0, material)


def _among_others(text: Text, strength: float, material: Material) -> Text:
    """Put three times as many other words behind a text, and as many before it."""
    if not strength:
        return text
    before, behind = other_text(text.words, material), other_text(2 * text.words, material)
    return Text(tuple(chain(before, text.paragraphs, behind)))


_TOGETHER: dict[str, Callable[[Text, float, Material], Text]] = {
    "synonyms, paragraphs shuffled": _then(synonyms, _fully(paragraphs)),
    "synonyms, sentences shuffled": _then(synonyms, _fully(sentences)),
    "synonyms, padding of three times": _then(synonyms, _among_others),
    "synonyms, sentences shuffled, padding": _then(synonyms, _fully(sentences), _among_others),
}
COMBINED = tuple(
    Attack(name, "together", "of content words", _SHARES, plainly(change)) for name, change in _TOGETHER.items()
)
