"""Words that look to readers as they did, and are other characters; and the same by markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from random import Random

from evading.attack import TENTHS, Attack, Copy, Maker, Material, of_words, some
from evading.text import LETTERS, Text

#: Letters and what looks like them.
_CYRILLIC = str.maketrans("acehijopsxyABCEHIKMOPTXS", "асеһіјорѕхуАВСЕНІКМОРТХЅ")
_GREEK = str.maketrans("aiknopuvxyABEHIKMNOPTXYZ", "αικηορυνχγΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
_ARMENIAN = str.maketrans("hnoqug", "հոօզսց")
_SMALL_CAPITALS = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")
_CIRCLED = {ord("a") + n: chr(0x24D0 + n) for n in range(26)} | {
    ord("A") + n: chr(0x24B6 + n) for n in range(26)
}
_FULL_WIDTH = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
_DIGITS = str.maketrans("aeiostAEIOST", "431057431057")
_ZERO_WIDTH, _SOFT_HYPHEN, _STROKE = "\u200b", "\u00ad", "\u0335"
# The last is a letter of no width: without one the spaces between such words would be turned about, too.
_RIGHT_TO_LEFT, _END = "\u202e", "\u202c\u200e"

Table = Mapping[int, int | str]


def _all(table: Table) -> Callable[[str, Random], str]:
    """Return what exchanges every letter that the table has."""
    return lambda word, _: word.translate(table)


def _one(table: Table) -> Callable[[str, Random], str]:
    """Return what exchanges one letter."""

    def change(word: str, draw: Random) -> str:
        known = [place for place, letter in enumerate(word) if ord(letter) in table]
        if not known:
            return word
        at = draw.choice(known)
        return word[:at] + word[at].translate(table) + word[at + 1 :]

    return change


def _between(mark: str) -> Callable[[str, Random], str]:
    """Return what puts something into the middle of a word."""

    def change(word: str, draw: Random) -> str:
        at = draw.randrange(1, len(word))
        return word[:at] + mark + word[at:]

    return change


def glue(text: Text, share: float, material: Material) -> Copy:
    """Leave out a share of the spaces between words."""
    gaps = [place for place, mark in enumerate(text.written) if mark == " "]
    gone = {gaps[place] for place in some(gaps, share, material.draw)}
    return Copy(("".join(mark for place, mark in enumerate(text.written) if place not in gone),))


# --- markup -------------------------------------------------------------------------------------


def as_html(title: str, paragraphs: list[str]) -> str:
    """Return paragraphs, which are HTML, as a page."""
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title></head>"
        f"<body><article>\n{body}</article></body></html>"
    )


def _marked_up(change: Callable[[str, Random], str]) -> Maker:
    """Return the maker of a web page of which a share of the words of letters is changed, markup and all."""

    def make(text: Text, share: float, material: Material) -> Copy:
        found = [
            (n, word) for n, line in enumerate(text.paragraphs) for word in LETTERS.finditer(" ".join(line))
        ]
        chosen = some(found, share, material.draw)
        lines: list[str] = []
        for n, line in enumerate(text.paragraphs):
            written, at = " ".join(line), 0
            parts: list[str] = []
            for place, (row, word) in enumerate(found):
                if row == n and place in chosen:
                    parts += escape(written[at : word.start()]), change(word[0], material.draw)
                    at = word.end()
            lines.append("".join([*parts, escape(written[at:])]))
        return Copy((as_html(text.sentences[0], lines),))

    return make


def _beside(style: str) -> Maker:
    """Return the maker that puts words of another text, in some style, behind a share of the words."""

    def make(text: Text, share: float, material: Material) -> Copy:
        junk = material.draw.choice(material.own).written.split()

        def change(word: str, draw: Random) -> str:
            return f'{word}<span style="{style}"> {escape(draw.choice(junk))}</span>'

        return _marked_up(change)(text, share, material)

    return make


def _entities(word: str, _: Random) -> str:
    return "".join(f"&#{ord(letter)};" for letter in word)


def _tags(word: str, draw: Random) -> str:
    at = draw.randrange(1, len(word))
    return f"{word[:at]}<b></b>{word[at:]}"


def pictured(text: Text, share: float, material: Material) -> Copy:
    """Show a share of the sentences as pictures, whose text says what they show."""
    chosen = some(text.sentences, share, material.draw)
    number = iter(range(len(text.sentences)))
    lines = [
        " ".join(
            f'<img src="{place}.png" alt="{escape(sentence)}">' if place in chosen else escape(sentence)
            for sentence, place in zip(line, number, strict=False)
        )
        for line in text.paragraphs
    ]
    return Copy((as_html(text.sentences[0], lines),))


_WORDS = "of words"
_LETTERS: dict[str, Callable[[str, Random], str]] = {
    "Cyrillic, a letter of each": _one(_CYRILLIC),
    "Cyrillic, all letters": _all(_CYRILLIC),
    "Greek, all letters": _all(_GREEK),
    "Armenian, all letters": _all(_ARMENIAN),
    "small capitals": _all(_SMALL_CAPITALS),
    "circled letters": _all(_CIRCLED),
    "full width": _all(_FULL_WIDTH),
    "zero-width spaces": _between(_ZERO_WIDTH),
    "soft hyphens": _between(_SOFT_HYPHEN),
    "strokes over letters": lambda word, _: _STROKE.join(word) + _STROKE,
    "right-to-left overrides": lambda word, _: f"{_RIGHT_TO_LEFT}{word[::-1]}{_END}",
}
_CUT: dict[str, Callable[[str, Random], str]] = {
    "digits for letters": _all(_DIGITS),
    "full stops in words": _between("."),
    "hyphens in words": _between("-"),
    "a space in words": _between(" "),
    "letters spaced out": lambda word, _: " ".join(word),
}
_MARKUP: dict[str, Maker] = {
    "letters as entities": _marked_up(_entities),
    "tags in words": _marked_up(_tags),
    "words not displayed": _beside("display:none"),
    "white words on white": _beside("color:#fff;background-color:#fff"),
    "words of no size": _beside("font-size:0"),
    "words off the screen": _beside("position:absolute;left:-9999px"),
}
ATTACKS = (
    *(Attack(name, "other characters", _WORDS, TENTHS, of_words(change)) for name, change in _LETTERS.items()),
    *(Attack(name, "words cut and glued", _WORDS, TENTHS, of_words(change)) for name, change in _CUT.items()),
    Attack("words glued", "words cut and glued", "of spaces", TENTHS, glue),
    *(Attack(name, "markup", _WORDS, TENTHS, make, is_html=True) for name, make in _MARKUP.items()),
    Attack("sentences as pictures", "markup", "of sentences", TENTHS, pictured, is_html=True),
)
