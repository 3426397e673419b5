"""Pages as web sites make them: an article among menus, teasers, advertisements and other people's words.

Each of `TEMPLATES` takes a title and paragraphs, and gives the HTML of a page of some 30 to 60 KB. The clutter
is the same in every run. `ODD` are pages in markup that no guide recommends, smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import count, islice, product
from typing import TypeAlias

Template: TypeAlias = Callable[[str, Sequence[str]], str]

_WHO = (
    "Harbour pilots",
    "Village bakers",
    "Tram drivers",
    "Cellists",
    "Beekeepers",
    "Lighthouse owners",
    "Rowers",
)
_DO = ("welcome", "doubt", "rehearse", "repaint", "celebrate", "map", "auction", "weigh", "photograph")
_WHAT = (
    "a timetable for winter",
    "the oldest orchard of the valley",
    "new rules on kites",
    "a museum of buttons",
)
_TAIL = (
    "and neighbours bring cake",
    "while the choir looks on",
    "after a night of fog",
    "as the ferry returns to its pier",
    "although nobody had asked",
)
_SECTIONS = ("Gardening", "Chess", "Sailing", "Recipes", "Crosswords", "Trains", "Knitting", "Opera", "Pottery")
_NAMES = (
    "Ottoline",
    "Barnaby",
    "Wilhelmina",
    "Fergus",
    "Rosalind",
    "Ambrose",
    "Philippa",
    "Leopold",
    "Henrietta",
)


def _sentences(first: int, number: int) -> list[str]:
    """Return sentences of the clutter, from the one with a number on."""
    every = product(_TAIL, _WHAT, _DO, _WHO)
    total = len(_TAIL) * len(_WHAT) * len(_DO) * len(_WHO)
    some = islice(every, first % (total - number), None)
    return [f"{who} {do} {what} {tail}" for (tail, what, do, who), _ in zip(some, range(number), strict=False)]


def _head(title: str, extra: str = "") -> str:
    script = "".join(
        f'window.slots.push({{id:"slot-{n}",sizes:[[300,250],[728,90]],target:"section=valley&pos={n}"}});\n'
        for n in range(110)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)} | The Valley Post"
        f'</title>\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta property="og:title" content="{escape(title)}">\n<meta property="og:type" content="article">\n'
        f'<link rel="stylesheet" href="/static/main.css">\n'
        f"<style>.grid{{display:grid;gap:12px}}.lead{{font:700 2rem"
        f" serif}}@media(max-width:600px){{.wide{{display:none}}}}</style>\n"
        f"<script>window.slots=[];\n{script}</script>\n"
        f"{extra}</head>\n"
    )


def _navigation() -> str:
    items = "".join(
        f'<li class="nav-item"><a class="nav-link" href="/{name.lower()}/" data-track="nav:{n}">{name}</a>'
        f'<div class="mega-menu" aria-label="{name}"><ul>'
        + "".join(
            f'<li><a href="/{name.lower()}/{other.lower()}">{other} for {name}</a></li>' for other in _SECTIONS
        )
        + "</ul></div></li>\n"
        for n, name in enumerate(_SECTIONS)
    )
    return f'<nav class="site-nav" role="navigation"><ul class="menu">\n{items}</ul></nav>\n'


def _teasers(first: int, number: int) -> str:
    return "".join(
        f'<div class="teaser card"><a href="/story/{first + n}"><img src="/img/{first + n}.jpg" '
        f'alt="" loading="lazy">'
        f'<h3 class="teaser__title">{headline}</h3></a><p class="teaser__text">{text}.</p>'
        f'<span class="teaser__time">{n + 1} hours ago</span></div>\n'
        for n, (headline, text) in enumerate(
            zip(_sentences(first, number), _sentences(first + 300, number), strict=True)
        )
    )


def _footer() -> str:
    columns = "".join(
        f'<div class="footer-column"><h4>{name}</h4><ul>'
        + "".join(f'<li><a href="/about/{name}/{n}">{name} page {n}</a></li>' for n in range(8))
        + "</ul></div>\n"
        for name in _SECTIONS[:6]
    )
    return (
        f'<footer class="site-footer">{columns}<p class="legal">© The Valley Post. All rights reserved. '
        "Reproduction in whole or in part without permission is prohibited.</p></footer>\n"
    )


def _newsletter() -> str:
    return (
        '<div class="newsletter-signup"><h4>Letters to your inbox</h4><p>Sign up to receive our '
        "letter each morning."
        '</p><form action="/subscribe"><label>Email address</label><input type="email" name="email">'
        "<button>Sign up</button></form></div>\n"
    )


def _share() -> str:
    return (
        '<div class="share-buttons"><a href="#">Facebook</a> <a href="#">Email</a> <a href="#">Copy link</a>'
        '<span style="display:none">Copied to the clipboard</span></div>\n'
    )


def _paragraphs(paragraphs: Sequence[str], opening: str = "<p>", closing: str = "</p>\n") -> str:
    return "".join(f"{opening}{escape(paragraph, quote=False)}{closing}" for paragraph in paragraphs)


def newspaper(title: str, paragraphs: Sequence[str]) -> str:
    """Return a big newspaper's page: mega navigation, newsletter box, related stories, footer."""
    return (
        _head(title) + f'<body class="article-page"><header class="site-header"><a href="/">The Valley Post'
        f"</a>{_navigation()}"
        f'</header>\n<main id="main"><article class="story"><header><h1 class="lead">{escape(title)}</h1>'
        f'<p class="byline">By <a href="/by/ottoline">Ottoline Barnaby</a></p></header>{_share()}'
        f'<div class="article-body" itemprop="articleBody">{_paragraphs(paragraphs)}</div></article>\n'
        f'{_newsletter()}<aside class="related-stories"><h2>Related stories</h2>{_teasers(0, 14)}'
        f"</aside></main>\n"
        f'<aside class="sidebar"><h2>Most read</h2>{_teasers(40, 10)}</aside>\n{_footer()}</body></html>'
    )


def blog(title: str, paragraphs: Sequence[str]) -> str:
    """Return a blog's page with advertisements and share buttons between the paragraphs."""
    pieces = []
    for n, paragraph in enumerate(paragraphs):
        pieces.append(_paragraphs([paragraph]))
        if n % 3 == 1:
            pieces.append(
                f'<div class="ad-slot ad-inline" id="ad-{n}"><span class="ad-label">Advertisement</span>'
                f'<script>slots.push("inline-{n}")</script><ins class="adsbygoogle" '
                f'style="display:block"></ins></div>\n'
            )
        if n % 5 == 2:
            pieces.append(_share())
    return (
        _head(title)
        + f'<body class="home blog"><div id="page"><div class="header">{_navigation()}</div><div id="content">'
        f'<div class="post hentry"><h1 class="entry-title">{escape(title)}</h1><div class="entry-content">'
        f'{"".join(pieces)}</div></div></div><div id="sidebar" class="sidebar widget-area">'
        f"<h3>Recent posts</h3>"
        f'{_teasers(90, 16)}<div class="widget tagcloud">'
        + " ".join(f'<a href="/tag/{name}">{name}</a>' for name in _SECTIONS)
        + f"</div></div>{_footer()}</div></body></html>"
    )


def commented(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page with thirty comments by readers."""
    comments = "".join(
        f'<li class="comment" id="comment-{n}"><div class="comment-author">{_NAMES[n % len(_NAMES)]} {n}</div>'
        f'<div class="comment-body"><p>{". ".join(_sentences(20 * n, 4))}.</p></div>'
        f'<div class="comment-meta"><a href="#c{n}">Reply</a> <a href="#r{n}">Report</a></div></li>\n'
        for n in range(30)
    )
    return (
        _head(title)
        + f'<body><div class="top">{_navigation()}</div><main><article><h1>{escape(title)}</h1>{_share()}'
        f'{_paragraphs(paragraphs)}</article><section id="comments" class="comments-area"><h2>30 comments</h2>'
        f'<ol class="comment-list">{comments}</ol></section></main>{_footer()}</body></html>'
    )


def live(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page with related stories in the middle of the text."""
    middle = len(paragraphs) // 2
    between = f'<div class="related-inline"><h4>More on this story</h4><ul>{_links(200, 6)}</ul></div>\n'
    return (
        _head(title) + f'<body><header>{_navigation()}</header><main class="live"><h1>{escape(title)}</h1>'
        f'<div class="story-body">{_paragraphs(paragraphs[:middle])}{between}'
        f"{_paragraphs(paragraphs[middle:])}</div>"
        f'<div class="most-popular"><h2>Most popular</h2>{_teasers(260, 22)}</div>'
        f"</main>{_footer()}</body></html>"
    )


def _links(first: int, number: int) -> str:
    return "".join(
        f'<li><a href="/story/{first + n}">{text}</a></li>' for n, text in enumerate(_sentences(first, number))
    )


def paywall(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page that shows two paragraphs and hides the rest until somebody pays."""
    return (
        _head(title) + f"<body><header>{_navigation()}</header><main><article><h1>{escape(title)}</h1>"
        f'<div class="article-teaser">{_paragraphs(paragraphs[:2])}</div><div '
        f'class="subscribe-box"><h3>Keep reading'
        "</h3><p>You have read all your free stories this month. Subscribe for one coin a week.</p>"
        '<a class="button" href="/subscribe">Subscribe</a> <a href="/login">Sign in</a></div>'
        f'<div class="article-rest" style="display: none">{_paragraphs(paragraphs[2:])}</div></article></main>'
        f'<div id="consent" class="consent-banner"><p>We and our partners store cookies. Accept or '
        f"manage.</p></div>"
        f'<aside class="sidebar">{_teasers(330, 24)}</aside>{_footer()}</body></html>'
    )


def amp(title: str, paragraphs: Sequence[str]) -> str:
    """Return an AMP page: custom elements, a menu off the canvas, boilerplate that hides the "
    "body for a while."""
    boilerplate = (
        "<style amp-boilerplate>body{-webkit-animation:-amp-start 8s steps(1,end) 0s 1 normal both;"
        "visibility:hidden}"
        "</style><noscript><style amp-boilerplate>body{animation:none}</style></noscript>"
        '<script async src="https://cdn.example.org/v0.js"></script>\n'
    )
    pieces = "".join(
        _paragraphs([paragraph])
        + ('<amp-ad width="300" height="250" type="network" data-slot="/1/2"></amp-ad>\n' if n % 4 == 3 else "")
        for n, paragraph in enumerate(paragraphs)
    )
    return (
        _head(title, boilerplate).replace("<html ", "<html amp ")
        + f'<body><amp-sidebar id="menu" layout="nodisplay" side="left">{_navigation()}</amp-sidebar><header>'
        f'<button on="tap:menu.toggle">Menu</button></header><main role="main"><article>'
        f"<h1>{escape(title)}</h1>"
        f'<amp-img src="/a.jpg" width="16" height="9" layout="responsive"></amp-img><div '
        f'class="article-body">{pieces}'
        f'</div></article><section class="related"><h2>You may also like</h2>'
        f"<amp-list>{_teasers(400, 22)}</amp-list>"
        f"</section></main>{_footer()}</body></html>"
    )


def print_view(title: str, paragraphs: Sequence[str]) -> str:
    """Return the view for a printer: tables of a former age, and menus that a style sheet hides on paper."""
    return (
        _head(title) + f'<body onload="window.print()"><div class="noprint">{_navigation()}</div><table '
        f'width="100%" border="0"><tr>'
        f'<td width="80%"><font size="5"><b>{escape(title)}</b></font><hr>{_paragraphs(paragraphs)}<hr>'
        "<p>Printed from www.example.org/valley/story?id=77</p></td></tr></table>"
        f'<div class="noprint"><h3>Elsewhere</h3>{_teasers(450, 30)}</div>{_footer()}</body></html>'
    )


def forum(title: str, paragraphs: Sequence[str]) -> str:
    """Return a thread of a forum in which one post of twelve quotes the article."""
    posts = []
    for n, name in zip(count(1), (*_NAMES, *_NAMES[:2]), strict=False):
        own = ". ".join(_sentences(500 + 11 * n, 9))
        quote = (
            f"<blockquote><cite>{escape(title)}</cite>"
            f"<br>{'<br><br>'.join(map(_escaped, paragraphs))}</blockquote>"
            if n == 5
            else ""
        )
        posts.append(
            f'<div class="post" id="p{n}"><div class="postprofile"><a href="/u/{name}">{name}</a>'
            f"<br>Posts: {n * 77}"
            f'<br>Joined: March</div><div class="postbody"><h3>Re: the news</h3><div '
            f'class="content">{quote}{own}.</div>'
            f'<div class="signature">{name} of the valley</div></div></div>\n'
        )
    return (
        _head("Re: the news")
        + f'<body class="section-viewtopic"><div id="wrap">{_navigation()}<h2>the news</h2>{"".join(posts)}'
        f'<div class="pagination">Page 1 of 3 <a href="?2">2</a> <a href="?3">3</a></div>'
        f"</div>{_footer()}</body></html>"
    )


def _escaped(paragraph: str) -> str:
    return escape(paragraph, quote=False)


TEMPLATES: Mapping[str, Template] = {
    "newspaper": newspaper,
    "blog": blog,
    "commented": commented,
    "live": live,
    "paywall": paywall,
    "amp": amp,
    "print": print_view,
    "forum": forum,
}


def broken_lines(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page whose article is one block with empty lines in it."""
    return (
        f"{_head(title)}<body><div id='nav'>{_links(0, 8)}</div><div class='main'><div><h1>{escape(title)}</h1>"
        f"{'<br><br>'.join(map(_escaped, paragraphs))}</div></div><div id='footer'>{_links(30, 8)}"
        f"</div></body></html>"
    )


def cells(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page laid out as a table, a paragraph in each row."""
    rows = _paragraphs(paragraphs, "<tr><td>", "</td></tr>\n")
    return (
        f"{_head(title)}<body><table><tr><td width=150><ul>{_links(0, 8)}</ul></td><td><h1>{escape(title)}</h1>"
        f"<table>{rows}</table></td></tr></table>{_footer()}</body></html>"
    )


def odd_names(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page whose main column is called a sidebar."""
    return (
        f"{_head(title)}<body><section class='sidebar-main related-wide'><h1>{escape(title)}</h1>"
        f"{_paragraphs(paragraphs)}</section><section class='sidebar'>{_teasers(10, 8)}</section>{_footer()}"
        "</body></html>"
    )


def items(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page whose paragraphs are items of a list."""
    return (
        f"{_head(title)}<body>{_navigation()}<div class='content'><h1>{escape(title)}</h1><ul>"
        f"{_paragraphs(paragraphs, '<li>', '</li>')}</ul></div>{_footer()}</body></html>"
    )


def bare_blocks(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page of nothing but <div>s with the names that a compiler gave them."""
    return (
        f"{_head(title)}<body><div class='x1a'><div class='x7q'>{_links(5, 9)}</div><div class='x9z'><div>"
        f"{escape(title)}</div>{_paragraphs(paragraphs, '<div class=x2b>', '</div>')}</div></div>{_footer()}"
        "</body></html>"
    )


def second_article(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page on which the article comes second, after a longer one of somebody else."""
    other = "".join(f"<p>{'. '.join(_sentences(9 * n, 8))}.</p>" for n in range(16))
    return (
        f"{_head(title)}<body>{_navigation()}<main><article><h2>{_sentences(3, 1)[0]}</h2>{other}</article>"
        f"<article><h2>{escape(title)}</h2>{_paragraphs(paragraphs)}</article></main>{_footer()}</body></html>"
    )


def faded_in(title: str, paragraphs: Sequence[str]) -> str:
    """Return a page whose paragraphs a script makes visible one by one."""
    return (
        f"{_head(title)}<body>{_navigation()}<main><h1>{escape(title)}</h1>"
        f"{_paragraphs(paragraphs, '<p style=opacity:0 class=reveal>')}</main>{_footer()}</body></html>"
    )


ODD: Mapping[str, Template] = {
    "broken lines": broken_lines,
    "cells": cells,
    "odd names": odd_names,
    "items": items,
    "bare blocks": bare_blocks,
    "second article": second_article,
    "faded in": faded_in,
}


# --- what thieves do to the words ----------------------------------------------------------------

Evasion: TypeAlias = Callable[[str], str]

#: Letters that look like those of another script.
LOOK_ALIKES = str.maketrans("aceopxACEHKMOPTX", "асеорхАСЕНКМОРТХ")
FULL_WIDTH = {
    ord(letter): ord(letter) + 0xFEE0 for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
}
_JUNK_STYLES = (
    "display:none",
    "position:absolute; left:-9999px",
    "font-size:0",
    "opacity: 0",
    "VISIBILITY: hidden !important",
    "width:0;height:0;overflow:hidden;display:inline-block",
    "text-indent:-9999px; display: inline-block",
    "dis/**/play: no\\6e e",
    "color: transparent; font: 0/0 a",
)
_SPLITS = ("<b></b>", "<!-- -->", "<span></span>", "<i><b></b></i>", "<span class=k></span>")


def _every(step: int, change: Callable[[str, int], str], text: str, offset: int = 0) -> str:
    """Change every so many words of four letters and more."""
    words = text.split(" ")
    for n in range(offset, len(words), step):
        if len(words[n]) > 3 and words[n].isalpha():
            words[n] = change(words[n], n)
    return " ".join(words)


def _inside(word: str, what: str) -> str:
    return f"{word[:2]}{what}{word[2:]}"


def zero_width(text: str) -> str:
    """Put characters that nobody sees into words."""
    signs = "\u200b\u200d\u2060\ufeff\u200e\U000e0041"
    return _every(2, lambda word, n: _inside(word, signs[n % len(signs)]), text)


def soft_hyphens(text: str) -> str:
    return _every(2, lambda word, n: _inside(word, "&shy;" if n % 4 else "\u00ad"), text)


def look_alikes(text: str) -> str:
    return _every(2, lambda word, _: word.translate(LOOK_ALIKES), text, 1)


def full_width(text: str) -> str:
    return _every(3, lambda word, _: word.translate(FULL_WIDTH), text)


def split_words(text: str) -> str:
    """Put tags into words, as if something were set in them."""
    return _every(
        2,
        lambda word, n: (
            f"{word[:1]}<span>{word[1:3]}</span>{word[3:]}"
            if n % 3
            else _inside(word, _SPLITS[n % len(_SPLITS)])
        ),
        text,
    )


def junk_within(text: str) -> str:
    """Put hidden words into words and between them."""
    junk = [f'<span style="{style}">zq{n} zx</span>' for n, style in enumerate(_JUNK_STYLES)]
    junk += ["<i hidden>zqh</i>", "<noscript>zqn</noscript>"]
    return _every(
        3,
        lambda word, n: _inside(word, junk[n % len(junk)]) if n % 2 else f"{word} {junk[n % len(junk)]}",
        text,
    )


def junk_behind(text: str) -> str:
    """Put a hidden block behind a paragraph."""
    style = _JUNK_STYLES[len(text) % len(_JUNK_STYLES)]
    return f'{text}</p><div style="{style}">zqa zqb zqc zqd zqe zqf{len(text)}</div><p>'


def entities(text: str) -> str:
    """Write every letter as a number."""
    return "".join(
        (f"&#{ord(c)};" if n % 2 else f"&#X{ord(c):X};") if c.isascii() and c.isalpha() else c
        for n, c in enumerate(text)
    )


def backwards(text: str) -> str:
    """Store words from their end to their beginning, shown as they should be."""
    ways = (
        "&#x202E;{}&#8236;&lrm;",
        "\u202e{}\u202c\u200e",
        "<bdo dir=RTL>{}</bdo>",
        '<span style="unicode-bidi: bidi-override; direction: rtl">{}</span>&lrm;',
    )
    return _every(2, lambda word, n: ways[n // 2 % len(ways)].format(word[::-1]), text)


def everything(text: str) -> str:
    """Do it all, each to other words."""
    numbered = _every(
        5, lambda word, _: entities(word) if word.isascii() else word, full_width(look_alikes(text))
    )
    invisible = _every(7, lambda word, _: _inside(word, "\u200b\u00ad"), numbered, 1)
    within = _every(4, lambda word, n: _inside(word, _SPLITS[n % len(_SPLITS)]), invisible, 2)
    return junk_behind(_every(4, lambda word, _: _inside(word, "<b style='display:none'>zq</b>"), within, 3))


EVASIONS: Mapping[str, Evasion] = {
    "zero width": zero_width,
    "soft hyphens": soft_hyphens,
    "look-alikes": look_alikes,
    "full width": full_width,
    "split words": split_words,
    "junk within": junk_within,
    "junk behind": junk_behind,
    "entities": entities,
    "backwards": backwards,
    "everything": everything,
}


def evaded(html: str, paragraphs: Sequence[str], evasion: Evasion) -> str:
    """Return a page with its paragraphs evaded."""
    for paragraph in paragraphs:
        html = html.replace(_escaped(paragraph), evasion(_escaped(paragraph)))
    return html
