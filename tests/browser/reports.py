"""Reports to open in a browser, made by an audit of made-up articles and pages, some of them hostile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import reuse
from reuse.report.pages.report_page import write_html
from reuse.report.selection import ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.findings import Finding
    from reuse.pipeline import Audit

SEEDS = Path(__file__).parents[2] / "seeds"

BRIDGE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm.",
    "“Nobody wants to wait until the first of them falls into the river”, she told the hall. The detour by way "
    "of the quarry takes twenty minutes, and the bakers on the far bank have asked who is to pay for it.",
    "A new bridge was promised nine years ago. The drawings lie in a cupboard of the building office, among "
    "those of a swimming pool and of a station that nobody remembers ordering.",
    "The county has offered a third of the cost, if work begins before the end of next year. The treasurer "
    "calls that a gift with a rope around it; the rest would come from the fund for schools.",
    "Lorries will be turned back from Monday on. Buses may cross one at a time, at walking speed, with a guard "
    "of the fire brigade at either end who counts them.",
)
FERRY = (
    "The night ferry to the islands has lost a third of its passengers in four years, and its owner asks for "
    "help. \U0001f6a2 In the harbour café they say that it was the price of a cabin which drove people away.",
    "Captain Ruth Ekdahl has sailed it since she was thirty. She knows every regular by name: the vet, two "
    "priests, a man who tunes pianos and has never once been seen asleep.",
    "The ministry wants to see the books before it pays. An auditor came aboard in March, stayed for one "
    "crossing, was sick for most of it, and has not been heard of since.",
    "Islanders have begun to share a fishing boat instead. It takes eleven people and no cars, leaves when it "
    "is full, and arrives smelling of herring, but it costs a quarter of the fare.",
)
OWN = (
    "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty of "
    "them since May. He sits on his balcony with a lamp and a thermos, and writes down when each one comes by.",
    "Our reader asks whether tomatoes may stand beside potatoes. They may not, and the reason is a mould that "
    "both of them have, which goes from one to the other in any wet summer.",
)
SWAPPED = {"decided": "resolved", "close": "shut", "cracks": "fissures", "found": "discovered", "new": "fresh"}

#: What a page may try: markup, the end of our own script element, handlers, turned lines, invisibles, controls.
ATTACK = (
    "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'> {{data}} ]]> --> "
    "<svg onload=window.hacked=3> \u202dturned round\u2066 \U000e0041\U000e0042 \x1b[2J a\u200db ro\u200bbot "
    "می\u200cخواهم क्\u200dष \U0001f469\u200d\U0001f680"
)
TITLE = "<img src=x onerror=window.hacked=4> \u202egnp.exe</script><script>window.hacked=5</script>"


@dataclass(frozen=True)
class Made:
    """A report, and what it was made from."""

    path: Path
    findings: tuple[Finding, ...]
    audit: Audit

    @property
    def url(self) -> str:
        """The address of the file."""
        return self.path.as_uri()

    def of(self, page: str) -> Finding:
        """Return the finding on a page."""
        return next(finding for finding in self.findings if finding.page.id == page)


def make(path: Path, *, texts: bool = True) -> Made:
    """Write the report of an audit with every verdict, every kind of passage, and every attack."""
    audit = _audit()
    run = audit.run() | {"unreadable": [{"path": f"in/{TITLE}.warc", "line": 3, "reason": f"is torn {ATTACK}"}]}
    with path.open("wb") as stream:
        write_html(stream.write, ordered(audit.findings, "verdict"), run, audit.compare if texts else None)
    return Made(path, audit.findings, audit)


def make_many(path: Path, count: int) -> None:
    """Write a report of many findings: those of the audit, on other pages of many sites."""
    audit = _audit()
    many = [_elsewhere(audit.findings[n % len(audit.findings)], n) for n in range(count)]
    with path.open("wb") as stream:
        write_html(stream.write, ordered(many, "verdict"), audit.run(), None)


def _elsewhere(finding: Finding, n: int) -> Finding:
    url = f"https://www.site{n % 701}.example/{n}"
    title = f"Story number {n} of {'bridges' if n % 3 else 'ferries'}"
    day = f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
    page = finding.page._replace(id=f"page-{n}", url=url, title=title, date=day)
    return replace(finding, page=page)


@cache
def _audit() -> Audit:
    prisons = SEEDS.joinpath("sources", "prisons-original.txt").read_text("utf-8")
    spun = SEEDS.joinpath("pages", "prisons-spun-copy.txt").read_text("utf-8")
    sources = (
        _document("bridge", BRIDGE, "The old bridge", "https://news.example/bridge", "2026-03-01"),
        _document("ferry", FERRY, "The night ferry", "https://news.example/ferry", "2026-04-02"),
        _document("prisons", (prisons,), "Prisons", "https://news.example/prisons", "2026-02-03"),
    )
    edited = tuple(" ".join(SWAPPED.get(word, word) for word in part.split(" ")) for part in BRIDGE)
    lines = prisons.split("\n")
    half, quarter = len(lines) // 2, len(lines) // 4
    turned = (*lines[:quarter], *lines[half:-quarter], OWN[0], *lines[quarter:half], *lines[-quarter:])
    disguised = tuple(part.replace("e", "е") for part in FERRY)
    pages = (
        _document("copied", BRIDGE, "The old bridge", "https://www.echo.example/bridge", "2026-03-02"),
        _document("edited", (*edited, *OWN), "Bridge shut", "https://mill.example/bridge", "2026-03-09"),
        _document("moved", (*OWN, *FERRY[2:], OWN[0], *FERRY[:2]), "Of ferries", "https://echo.example/ferry"),
        _document("part", (OWN[0], BRIDGE[3], OWN[1], BRIDGE[0]), "Odds and ends", "https://blog.example/odds"),
        _document("twice", (FERRY[1], OWN[0], FERRY[1], OWN[1]), "Captains", "https://blog.example/captains"),
        _document("spun", (spun,), "An offer of prisons", "https://mill.example/offer", "2026-02-05"),
        _document("long", turned, "Prisons, told from the middle", "https://blog.example/prisons"),
        _document("disguised", disguised, "Ferry", "https://feed.example/ferry", "2026-05-01"),
        _document("hostile", (ATTACK, *FERRY, ATTACK), TITLE, "javascript:window.hacked=6", "2026-06-01"),
        _document("web", _web_page(), "Web", "https://web.example/<b>%22onclick=", None, media="html"),
    )
    return reuse.audit(sources, pages)


def _document(
    name: str, parts: Sequence[str], title: str, url: str, date: str | None = None, *, media: str = "text"
) -> reuse.Document:
    text = "\n".join(parts)
    return reuse.Document(name, text, "made.jsonl", 1, url=url, title=title, date=date, media=media)


def _web_page() -> tuple[str, ...]:
    head = (
        '<html lang="en"><head><title>Ferry &lt;script&gt;window.hacked=7&lt;/script&gt;</title>'
        '<link rel=canonical href="https://news.example/ferry">'
        '<meta property="article:published_time" content="2026-06-07">'
        '<meta name=author content="&#x202e;nosnhoJ">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "</scr\\u0069pt><b>"}</script>'
        "</head><body><article>"
    )
    link = '<p>First seen <a href="https://news.example/ferry" rel=nofollow>elsewhere &lt;b&gt;</a>.</p>'
    return (head, *(f"<p>{part}</p>" for part in FERRY), link, "</article></body></html>")
