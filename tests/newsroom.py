"""A small archive of made-up news: sites with boilerplate, stock text, copies, web pages, names."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from reuse.options import Options
from reuse.values import HTML, Document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Caps so low that a small archive reaches them.
OPTIONS = Options(max_articles=6, max_term_articles=5, boilerplate_pages=4, threads=1)

BOX = "Sign up for our newsletter and never miss a story from the valley, the coast or the hills above them."
STOCK = "Prices are quoted without tax and may be changed by the office of weights at any time of the year."
NAMES = ("Zygmunt Wiśniewski", "Ida Holm", "Per Lund", "Oreste Baldini", "Kwabena Asante", "Marit Dahl")
WORDS = [
    "bridge",
    "river",
    "council",
    "flood",
    "mayor",
    "engineer",
    "harbour",
    "winter",
    "market",
    "ferry",
    "station",
    "garden",
    "hedgehog",
    "lamp",
    "story",
    "engine",
    "valley",
    "coast",
    "hill",
    "window",
    "paper",
    "letter",
    "office",
    "summer",
    "road",
    "tower",
    "bell",
    "school",
    "fire",
    "water",
    "wall",
]


def article(number: int, edition: int = 0) -> str:
    """Return an article: words drawn by its number, of which an edition changes some, and a name."""
    draw = random.Random(number % 40)  # so that some articles are copies of others
    words = [f"{draw.choice(WORDS)}{draw.randrange(60)}" for _ in range(120)]
    for step in range(edition):
        words[7 + step :: 11] = [f"changed{edition}x{number}"] * len(words[7 + step :: 11])
    text = f"{NAMES[number % len(NAMES)]} said on day {number}: {' '.join(words)}."
    return f"{text} {STOCK}" if number % 5 == 0 else text


def document(number: int, edition: int = 0) -> Document:
    """Return a document: text with or without an address, a web page, or one in a script without spaces."""
    name, url = f"article-{number}", f"https://www.site{number % 3}.example/{number}"
    date = f"2026-01-{number % 28 + 1:02}"
    if number % 7 == 3:
        page = f"<title>Story {number}</title><p>{article(number, edition)}</p><p>{BOX}</p>"
        return Document(name, page.encode(), f"{name}.html", url=url, media=HTML, date=date)
    if number % 11 == 5:
        draw = random.Random(number)
        han = "".join(chr(0x4E00 + draw.randrange(400)) for _ in range(200 + edition))
        return Document(name, f"{han}\n{article(number)}", "asia.txt", line=number)
    text = f"{article(number, edition)}\n{BOX}" if number % 3 == 1 else article(number, edition)
    return Document(name, text, "news.jsonl", line=number + 1, url=url, title=f"Story {number}", date=date)


def documents(numbers: Iterable[int], edition: int = 0) -> list[Document]:
    """Return the documents of some numbers."""
    return [document(number, edition) for number in numbers]


def write(folder: Path, some: Iterable[Document]) -> Path:
    """Write documents as files that are read as these again: one of JSON Lines, and web pages beside it."""
    folder.mkdir()
    with (folder / "news.jsonl").open("w", encoding="utf-8") as lines:
        for one in some:
            content = one.content if isinstance(one.content, str) else one.content.decode()
            field = "html" if one.media == HTML else "text"
            said = {"id": one.id, field: content, "url": one.url, "title": one.title, "date": one.date}
            lines.write(json.dumps(said) + "\n")
    return folder
