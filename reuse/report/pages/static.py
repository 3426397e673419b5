"""HTML pages without a script: what is made for the archive, for mail and for paper."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from reuse.report.escape import is_web_address, markup, one_line
from reuse.report.pages.policy import policy

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLE = "pair.css"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def static_page(title: str, body: Iterable[str]) -> str:
    """Return a whole page, in which nothing can run, load, or be sent.

    Parameters
    ----------
    title : str
        As it is; it is escaped here.
    body : iterable of str
        HTML, made safe.
    """
    head = (
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(_style())}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{markup_of_line(title)}</title>",
        f"<style>{_style()}</style>",
        "</head>",
        "<body>",
    )
    return "\n".join((*head, *body, "</body>", "</html>", ""))


@cache
def _style() -> str:
    return resources.files("reuse.report.pages").joinpath("assets", _STYLE).read_text("utf-8")


def markup_of_line(text: str) -> str:
    r"""Return one line of text as HTML, for places where no label can stand: titles and attributes.

    Examples
    --------
    >>> markup_of_line('a "b"\u202e\n')
    'a &quot;b&quot;\\u202e\\n'
    """
    return markup(one_line(text))


def link(url: str) -> str:
    """Return an address as HTML: a link if it may become one, else its text.

    Examples
    --------
    >>> link("javascript:alert(1)")
    'javascript:alert(1)'
    >>> link("https://example.org/?a=1&b=2")
    '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow">https://example.org/?a=1&amp;b=2</a>'
    """
    if not is_web_address(url):
        return markup(url)
    return f'<a href="{markup(url)}" rel="noopener noreferrer nofollow">{markup(url)}</a>'


def language(tag: str | None) -> str:
    """Return the attribute that tells a language, nothing if there is none.

    Examples
    --------
    >>> language("pt-BR"), language('en" onclick="'), language(None)
    (' lang="pt-BR"', '', '')
    """
    return f' lang="{tag}"' if tag and _LANGUAGE.fullmatch(tag) else ""
