"""Markup that shows words backwards to the characters that do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.markup.styles import is_reversed
from reuse.markup.trees import document, select

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

_OVERRIDE, _END = "\u202e", "\u202c"


def write_overrides(tree: HTMLTree) -> None:
    r"""Write U+202E and U+202C around what ``<bdo dir=rtl>`` or an element's own style shows backwards.

    Examples
    --------
    >>> from reuse.markup.trees import parse
    >>> tree = parse('<p>an <bdo dir="rtl">dlo</bdo> bridge')
    >>> write_overrides(tree)
    >>> tree.body.text == "an \u202edlo\u202c bridge"
    True
    """
    for element in select(tree, 'bdo[dir="rtl" i], [style*="bidi" i]'):
        if element.tag == "bdo" or is_reversed(element.get_attribute("style") or ""):
            root = document(tree)
            element.insert_before(root.create_text_node(_OVERRIDE), element.first_child)
            element.append(root.create_text_node(_END))
