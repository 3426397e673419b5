"""A copy dressed as quotation: quotation marks, and words that say whose it is."""

from __future__ import annotations

from evading.attack import TENTHS, Attack, Material, plainly, some
from evading.text import Text

_SAYS = (
    "according to the report",
    "according to the newspaper",
    "the paper reported",
    "it was reported",
    "sources said",
    "as the paper put it",
)


def _quoted(text: str) -> str:
    """Put a text into quotation marks; those within become single ones."""
    inner = text.replace('"', "'").replace("“", "‘").replace("”", "’")
    return f"“{inner}”"


def sentences(text: Text, share: float, material: Material) -> Text:
    """Put a share of the sentences into quotation marks, each for itself."""
    chosen = some(text.sentences, share, material.draw)
    return text.with_sentences(
        [_quoted(one) if place in chosen else one for place, one in enumerate(text.sentences)]
    )


def paragraphs(text: Text, share: float, material: Material) -> Text:
    """Put a share of the paragraphs into quotation marks, each for itself."""
    chosen = some(text.paragraphs, share, material.draw)
    return Text(
        tuple(
            (_quoted(" ".join(one)),) if place in chosen else one for place, one in enumerate(text.paragraphs)
        )
    )


def as_one(text: Text, share: float, material: Material) -> Text:
    """Quote so many paragraphs in a row: each begins with quotation marks, and the last one ends with them."""
    count = round(share * len(text.paragraphs))
    if not count:
        return text
    first = material.draw.randint(0, len(text.paragraphs) - count)
    new = []
    for place, paragraph in enumerate(text.paragraphs):
        line = _quoted(" ".join(paragraph))
        is_in, is_last = first <= place < first + count, place == first + count - 1
        new.append(((line if is_last else line[:-1]),) if is_in else paragraph)
    return Text(tuple(new))


def attributed(text: Text, share: float, material: Material) -> Text:
    """Say of a share of the sentences where they are from."""
    chosen = some(text.sentences, share, material.draw)
    return text.with_sentences(
        [
            f"{one.rstrip('.')}, {material.draw.choice(_SAYS)}." if place in chosen else one
            for place, one in enumerate(text.sentences)
        ]
    )


ATTACKS = (
    Attack("paragraphs in quotation marks", "quoting", "of paragraphs", TENTHS, plainly(paragraphs)),
    Attack("sentences in quotation marks", "quoting", "of sentences", TENTHS, plainly(sentences)),
    Attack("one long quotation", "quoting", "of paragraphs", TENTHS, plainly(as_one)),
    Attack("attributions added", "quoting", "of sentences", TENTHS, plainly(attributed)),
)
