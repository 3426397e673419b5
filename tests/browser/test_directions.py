"""What readers see of texts with overrides of direction.

Covers: ``reuse/overrides.py``, ``reuse/markup/directions.py``. Compares against: where a browser puts each
letter.
Run: ``pytest tests/browser/test_directions.py``
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from reuse.markup import page_text, parse
from reuse.overrides import as_shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MARKS = "\u202e\u202c" * 4 + "\u202e\u202d\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f"
#: Cherokee: no language is known that they would be words of.
LETTERS = "".join(map(chr, range(0x13A0, 0x13F0)))
#: The letters of an element from left to right; its markup or its text is given.
SEEN = """given => given.map(([kind, what]) => {
    const box = document.getElementById("box");
    box[kind] = what;
    const found = [], range = document.createRange();
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        for (let i = 0; i < node.data.length; i++) {
            range.setStart(node, i);
            range.setEnd(node, i + 1);
            const isLetter = /\\p{Script=Cherokee}/u.test(node.data[i]);
            if (isLetter) found.push([range.getBoundingClientRect().left, node.data[i]]);
        }
    return found.sort((one, other) => one[0] - other[0]).map(one => one[1]).join("");
})"""


@pytest.fixture
def page(browser: Browser) -> Page:
    opened = browser.new_page()
    opened.set_content('<div id="box" style="white-space: pre; font: 20px monospace; display: inline-block">')
    return opened


def letters(text: str) -> str:
    return "".join(character for character in text if character in LETTERS)


def made(draw: random.Random) -> str:
    """Return some letters with marks among them, whole stretches or not."""
    own = iter(LETTERS)
    pieces = []
    for _ in range(draw.randint(1, 16)):
        pieces += draw.choices(MARKS, k=draw.randint(0, 3))
        pieces += [next(own) for _ in range(draw.randint(0, 3))]
        pieces += draw.choice([[], [" "], ["."]])
    return "".join([*pieces, "\u202e"])  # without one nothing is looked at


def marked_up(draw: random.Random, own: list[str], depth: int) -> str:
    """Return some letters in elements that override directions, or do not."""
    ways = (
        "<bdo dir=rtl>{}</bdo>",
        "<bdo dir=LTR>{}</bdo>",
        "<span style='unicode-bidi: bidi-override; direction: rtl'>{}</span>",
        "<span dir=rtl style='unicode-bidi: isolate-override'>{}</span>",
        "<bdo dir=rtl style='unicode-bidi: normal'>{}</bdo>",
        "<bdo dir=rtl style='direction: ltr'>{}</bdo>",
        "<i>{}</i>",
    )
    pieces = []
    for _ in range(draw.randint(1, 4)):
        word = "".join(own.pop() for _ in range(min(len(own), draw.randint(1, 3))))
        inner = marked_up(draw, own, depth - 1) if depth and draw.random() < 0.6 else word
        pieces.append(draw.choice(ways).format(inner) + draw.choice(["", " "]))
    return "".join(pieces)


def test_letters_stand_where_a_browser_puts_them(page: Page) -> None:
    draw = random.Random(1)
    texts = [made(draw) for _ in range(2000)]
    seen = page.evaluate(SEEN, [["textContent", text] for text in texts])
    for text, expected in zip(texts, seen, strict=True):
        assert letters(as_shown(text.encode())[0].decode()) == expected, ascii(text)


def test_letters_of_markup_stand_where_a_browser_puts_them(page: Page) -> None:
    draw = random.Random(2)
    pages = [marked_up(draw, list(LETTERS), 3) for _ in range(1000)]
    seen = page.evaluate(SEEN, [["innerHTML", html] for html in pages])
    for html, expected in zip(pages, seen, strict=True):
        assert letters(as_shown(page_text(parse(html)).encode())[0].decode()) == expected, html
