"""What a page holds but readers do not see: junk between the words, or an article behind a paywall's script.

The two look alike to a machine. Junk is short, or stands amid a sentence; what a script is going to show is
long. A few words of a closed menu are lost with the junk, and nobody misses them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.markup.sheets import hiding_classes
from reuse.markup.styles import hidden_by
from reuse.markup.trees import select

if TYPE_CHECKING:
    from resiliparse.parse.html import ElementNode, HTMLTree, Node

    from reuse.markup.sheets import Sheet

_SUSPECTS = "[hidden], [style], noscript, dialog"
#: Hidden blocks in a row that have so many words are text.
MANY_WORDS = 40
# Scripts without spaces have no words that split: so many characters are one.
_WORD = 10
# Hidden elements within hidden elements are read again and again.
_MOST_READ = 50_000_000
_INHERITED = ("font-size", "font", "visibility", "color", "text-indent")
_SECTIONS = (
    "article",
    "aside",
    "body",
    "div",
    "footer",
    "form",
    "header",
    "html",
    "main",
    "menu",
    "nav",
    "section",
)
_PARAGRAPHS = (
    "address",
    "blockquote",
    "center",
    "details",
    "dialog",
    "fieldset",
    "figcaption",
    "figure",
    "p",
    "pre",
)
_ITEMS = ("dd", "dl", "dt", "li", "ol", "ul", "table", "tbody", "td", "th", "thead", "tr")
_BLOCKS = frozenset((*_SECTIONS, *_PARAGRAPHS, *_ITEMS, "h1", "h2", "h3", "h4", "h5", "h6"))


def count_words(text: str) -> int:
    """Count words, long ones for more: a sentence of Chinese splits nowhere.

    Examples
    --------
    >>> count_words("two words"), count_words("一二三四五六七八九十一二")
    (2, 2)
    """
    return sum(1 + len(word) // _WORD for word in text.split())


def junk(tree: HTMLTree) -> list[ElementNode]:
    """Return the elements of a tree that nobody sees and that are no text, outermost, in order.

    A hidden element is junk if it stands amid text. So are hidden blocks that follow one another, if they have
    fewer than `MANY_WORDS` words together: paragraphs that a script fades in one by one are text. A hidden end
    of a paragraph that has many words is what "read more" shows. ``<noscript>`` and a closed ``<dialog>`` are
    hidden.

    Examples
    --------
    >>> from reuse.markup.trees import parse
    >>> tree = parse("<p>wo<i hidden>junk</i>rds<div style='display:none'>More junk.</div>")
    >>> [element.text for element in junk(tree)]
    ['junk', 'More junk.']
    """
    found: list[ElementNode] = []
    row: list[ElementNode] = []
    words = read = 0
    last: ElementNode | None = None
    for element in hidden(tree):
        if last is not None and last.contains(element):
            continue
        text = element.text_content or ""
        read += len(text)
        if read > _MOST_READ:
            break
        many = count_words(text) >= MANY_WORDS
        if is_amid_text(element):
            if not (many and _next_text(element) is None):
                found.append(element)
                last = element
            continue
        if not (row and _follows(element, row[-1])):
            found += row if words < MANY_WORDS else []
            row, words = [], 0
        row.append(element)
        words += count_words(text)
        last = None if many else element
    return found + (row if words < MANY_WORDS else [])


def unlink_hidden(tree: HTMLTree) -> None:
    """Take their addresses from the links that nobody sees.

    Examples
    --------
    >>> from reuse.markup.trees import parse
    >>> tree = parse("<p>A <a href='/1'>link</a><div hidden><a href='/2'>another</a></div>")
    >>> unlink_hidden(tree)
    >>> [link.getattr("href") for link in tree.body.query_selector_all("a")]
    ['/1', None]
    """
    for element in junk(tree):
        for link in (element, *element.query_selector_all("a[href]")):
            link.remove_attribute("href")


def hidden(tree: HTMLTree) -> list[ElementNode]:
    """Return the elements that nobody sees, by their own word or by the page's style sheets, in order.

    <html> and <body> hide only until a script has run.
    """
    sheet = hiding_classes(tree)
    suspects = ", ".join((_SUSPECTS, *(f"{tag}.{name}" for name, (tag, _) in sheet.items())))
    return [
        element
        for element in select(tree, suspects)
        if element.tag not in ("html", "body") and _is_hidden(element, sheet)
    ]


def _is_hidden(element: ElementNode, sheet: Sheet) -> bool:
    if element.tag == "noscript" or element.has_attribute("hidden"):
        return True
    if element.tag == "dialog" and not element.has_attribute("open"):
        return True
    style = element.get_attribute("style") or ""
    if sheet:
        rules = [sheet[name] for name in (element.class_name or "").split() if name in sheet]
        style = ";".join((*(text for tag, text in rules if tag in ("", element.tag)), style))
    cause = hidden_by(style) if style else ""
    # Layouts of e-mail set the letters between their cells to nothing, and those within to something again.
    return cause != "" and not (cause in _INHERITED and element.query_selector(f'[style*="{cause}" i]'))


def is_amid_text(element: ElementNode) -> bool:
    """Tell whether an element is part of running text: of a paragraph, or beside text."""
    if element.tag in _BLOCKS:
        return False
    parent = element.parent_element
    within = parent is not None and (parent.tag == "p" or parent.tag not in _BLOCKS)
    return within or _is_text(element.previous_sibling) or _is_text(element.next_sibling)


def _is_text(node: Node | None) -> bool:
    return node is not None and node.node_name == "#text" and bool((node.node_value or "").strip())


def _next_text(element: ElementNode) -> Node | None:
    """Return the next sibling that has text, None if the element is the last that has."""
    node = element.next_sibling
    while node is not None and not (node.text_content or "").strip():
        node = node.next_sibling
    return node


def _follows(element: ElementNode, other: ElementNode) -> bool:
    return element.previous_element_sibling == other and not _is_text(element.previous_sibling)
