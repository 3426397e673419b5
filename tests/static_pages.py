"""Pages without a script, read back: what is in them, and that nothing in them can do anything."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

#: All that stands in such a page; what runs, loads, frames or sends is not among it.
TAGS = frozenset(
    (
        "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article",
        "footer", "h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd", "div", "span", "b", "a", "code",
        "bdi", "br", "table", "caption", "thead", "tbody", "tr", "th", "td", "mark", "del", "ins",
    )
)  # fmt: skip
ATTRIBUTES = frozenset(
    (
        "lang", "charset", "name", "content", "http-equiv", "class", "id", "href", "rel", "title",
        "scope", "dir", "aria-label", "aria-labelledby", "data-n",
    )
)  # fmt: skip
VOID = {"meta", "br"}


@dataclass
class Block:
    """A block of one document's text, with labels read back as the characters they stand for."""

    language: str | None
    text: str = ""
    pieces: list[tuple[str, str]] = field(default_factory=list)

    def outside(self, tag: str) -> str:
        """Return the text that does not stand within a tag."""
        return "".join(" " if within == tag else text for within, text in self.pieces)


class Page(HTMLParser):
    """A page, read by Python's own parser. What must hold of every such page is asserted on the way."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.rows: list[list[str]] = []
        self.classes: Counter[str] = Counter()
        self.languages: list[str] = []
        self.title = self.shown = self._style = self._policy = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        assert content.startswith("<!doctype html>\n")
        self.feed(content)
        self.close()
        assert self._open == []
        self._check()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs)
        assert tag in TAGS, tag
        assert set(given) <= ATTRIBUTES, given
        if given.get("http-equiv") == "Content-Security-Policy":
            self._policy = given["content"]
        self.ids.update([given["id"]] if "id" in given else [])
        self.classes.update(given.get("class", "").split())
        if tag == "a":
            self.links.append(given["href"])
            outside = urlsplit(given["href"]).scheme != ""
            assert (given.get("rel") == "noopener noreferrer nofollow") == outside
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if given.get("class") == "text":
            self.blocks.append(Block(given.get("lang")))
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if not tags:
            assert data == "\n"
        elif "style" in tags:
            self._style += data
        elif "title" in tags:
            self.title += data
        else:
            self._text(data, tags)

    def _text(self, data: str, tags: list[str]) -> None:
        _, given = self._open[-1]
        if given.get("class") == "odd":
            assert data.startswith("U+")
            data = chr(int(data[2:], 16))
        self.shown += data
        if self.rows and {"td", "th"} & set(tags):
            self.rows[-1][-1] += data
        if any(attributes.get("class") == "text" for _, attributes in self._open):
            within = next((tag for tag in tags if tag in ("del", "ins", "mark")), "")
            self.blocks[-1].text += data
            self.blocks[-1].pieces.append((within, data))

    def _check(self) -> None:
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        assert self._policy == (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )
        assert "url(" not in self._style
        assert "@import" not in self._style
        assert max(self.ids.values(), default=1) == 1
        for link in self.links:
            if link.startswith("#"):
                assert link[1:] in self.ids, link
            else:
                assert urlsplit(link).scheme.lower() in ("http", "https", ""), link

    def row(self, name: str) -> list[str]:
        """Return the cells beside a heading."""
        return next(row[1:] for row in self.rows if row and row[0] == name)
