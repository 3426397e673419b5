"""Web pages to text, in two passes: all of the words quickly, then those of the article with care.

`encodings` makes text of bytes, `trees` a tree of that, `plain` all the text that readers see. These three
see every page, and lose nothing: a copy may stand in a comment, a forum post or a sidebar. `articles` sees
the few pages that matter, and gives the article alone, with what somebody did to it so that machines would
not know it again. What counts as hidden from readers is said once, in `hidden`.
"""

from __future__ import annotations

from reuse.markup.articles import Article, article
from reuse.markup.encodings import decode
from reuse.markup.hidden import unlink_hidden
from reuse.markup.plain import page_text
from reuse.markup.trees import parse, with_short_tags

__all__ = ["Article", "article", "decode", "page_text", "parse", "unlink_hidden", "with_short_tags"]
