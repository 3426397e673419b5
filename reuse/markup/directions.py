"""Markup that has letters shown in another order to the characters that do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.markup.styles import direction_by
from reuse.markup.trees import document, select

if TYPE_CHECKING:
    from resiliparse.parse.html import ElementNode, HTMLTree

#: As CSS Writing Modes words it (2.4.2): what stands for a style at its beginning, and at its end.
_WRITTEN = {
    ("bidi-override", "rtl"): ("\u202e", "\u202c"),
    ("bidi-override", "ltr"): ("\u202d", "\u202c"),
    ("isolate-override", "rtl"): ("\u2068\u202e", "\u202c\u2069"),
    ("isolate-override", "ltr"): ("\u2068\u202d", "\u202c\u2069"),
}


#: Elements whose text is in others.
_WITHOUT_TEXT = ("table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl", "select")


def write_overrides(tree: HTMLTree) -> None:
    r"""Write down as characters what ``<bdo>`` and styles of elements' own override.

    Directions that elements inherit, rules of style sheets, and what follows a line break within an element are
    not looked at; pages where nothing is shown from right to left stay as they are.

    Examples
    --------
    >>> from reuse.markup.trees import parse
    >>> tree = parse('<p>an <bdo dir="rtl">dlo</bdo> bridge')
    >>> write_overrides(tree)
    >>> tree.body.text == "an \u2068\u202edlo\u202c\u2069 bridge"
    True
    """
    some = select(tree, 'bdo, [style*="bidi" i]')
    found = [(element, _override(element)) for element in some if element.tag not in _WITHOUT_TEXT]
    if not any(direction == "rtl" for _, (_, direction) in found):
        return
    root = document(tree)
    for element, override in found:
        if override in _WRITTEN:
            begin, end = _WRITTEN[override]
            element.insert_before(root.create_text_node(begin), element.first_child)
            element.append(root.create_text_node(end))


def _override(element: ElementNode) -> tuple[str, str]:
    """Return what an element says of the order of its letters, and of their direction."""
    bidi, direction = direction_by(element.get_attribute("style") or "")
    return (
        bidi or ("isolate-override" if element.tag == "bdo" else ""),
        direction or (element.get_attribute("dir") or "").lower(),
    )
