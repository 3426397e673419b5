"""A page's tree to all the text that readers see, quickly: the first pass, made for recall.

The text is whole: a copy may stand in a comment, a forum's quotation or a sidebar, and finding the article
among it all is work for the second pass (`reuse.markup.articles`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.markup.directions import write_overrides
from reuse.markup.hidden import junk
from reuse.markup.trees import document, select

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

# Blocks that resiliparse takes for inline.
_BLOCKS = "summary, legend, caption, dialog, menu, noscript, listing, xmp, search, dir, hgroup, optgroup, slot"


def page_text(tree: HTMLTree) -> str:
    r"""Return all the text of a page that readers see, blocks on lines of their own.

    Inline markup neither splits words nor joins them. What it shows backwards has overrides of direction
    around it (`reuse.markup.directions`). Scripts, styles, templates, form fields, pictures and
    their descriptions are left out, and so is hidden junk (`reuse.markup.hidden.junk`). The tree is changed.

    Parameters
    ----------
    tree : HTMLTree
        As `parse` returns it.

    Examples
    --------
    >>> from reuse.markup.trees import parse
    >>> page_text(parse("<td>a<td>b<p>wo<b>r</b>ds<br>wo<i hidden>junk</i>rds<script>x</script>"))
    'ab\n\nwords\nwords'
    """
    from resiliparse.extract.html2text import extract_plain_text

    remove_junk(tree)
    part_blocks(tree)
    write_overrides(tree)
    return extract_plain_text(
        tree,
        # Blocks on lines of their own, cells apart, and white space as it is shown.
        preserve_formatting=True,
        # It knows what is no article on most sites, and takes half of the article for it on others.
        main_content=False,
        # The words of the page, and nothing else.
        list_bullets=False,
        links=False,
        form_fields=False,
        # What is behind it and short is junk; what is long is the article, for those without scripts.
        noscript=True,
        comments=True,
        # Without descriptions of pictures a whole <figure> would go, its caption too.
        alt_texts=True,
        skip_elements=["img", "title"],
    )


def remove_junk(tree: HTMLTree) -> None:
    """Remove what nobody sees and is no text."""
    for element in junk(tree):
        element.remove()


def part_blocks(tree: HTMLTree) -> None:
    """Put line breaks around blocks that would run into the text beside them."""
    root = document(tree)
    for element in select(tree, _BLOCKS):
        element.before(root.create_element("br"))
        element.after(root.create_element("br"))
