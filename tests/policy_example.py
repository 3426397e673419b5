"""The example of a policy: an archive, licences of six partners, a crawl, a press release; and what is right.

Everything is written by `write`: ``archive.jsonl``, ``policy.toml``, ``crawl.warc.gz``, ``saved/`` and
``release.txt``. Each of `CASES` is a page that differs from others in one thing.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import BufferWARCWriter  # type: ignore[import-untyped]

AS_OF = "2026-11-22"
#: When articles are published, and when the crawl saw most pages.
PUBLISHED, SEEN = "2026-11-02T08:00:00Z", "2026-11-21T03:00:00Z"
CREDIT = "First published by Example News."
LEAVE = "Reprinted by permission of Example News."
US = "https://www.example.com"

POLICY = """\
[publisher]
names = ["Example News"]
sites = ["example.com"]
ignore = ["archive.org"]

[[partner]]
name = "The Courier"
sites = ["courier.org"]
reference = "2024-113"
from = 2026-01-01
until = 2026-11-10
[partner.terms]
full = true
must_link = "follow"
must_credit = true

[[partner]]
name = "Valley Weekly"
sites = ["valleyweekly.net"]
[partner.terms]
max_words = 80
must_link = true

[[partner]]
name = "Digest"
sites = ["papers.io/digest"]
[partner.terms]
max_share = 0.3
must_credit = ["Reprinted by permission of Example News"]

[[partner]]
name = "Late Edition"
sites = ["late-edition.com"]
[partner.terms]
full = true
after_days = 7

[[partner]]
name = "Mirror Press"
sites = ["mirrorpress.org"]
[partner.terms]
full = true
canonical = true
keep_byline = true

[[partner]]
name = "Sport Wire"
sites = ["sportwire.net"]
sources = ["sport-*"]
[partner.terms]
full = true
verbatim = true

[[suppress]]
page = "https://settled.org/*"
reason = "settled out of court, file 7"
until = 2027-06-30

[[suppress]]
site = "lapsed.org"
reason = "they promised to take it down"
until = 2026-10-31
"""

_SYLLABLES = [
    f"{first}{second}" for first in "bdfghklmnprstv" for second in ("a", "e", "i", "o", "u", "an", "el")
]
_FORMS = (
    "The {} of {} has {} the {}, and {} {} paid {} crowns for a {} {}.",
    "After {} {} days the {} {} was {} by a {}, as {} {} saw it.",
    "{} {} wants to {} every {} below the {}, which a {} {} cannot {}.",
    "At {} in the {} a {} {} had {} {} letters about the {} before {}.",
)


def paragraphs(name: str, count: int, sentences: int = 4) -> list[str]:
    """Return narration that nothing else has, the same for a name in every run."""
    draw = random.Random(name)
    return [" ".join(_sentence(draw) for _ in range(sentences)) for _ in range(count)]


def _sentence(draw: random.Random) -> str:
    form = draw.choice(_FORMS)
    words = ("".join(draw.choices(_SYLLABLES, k=draw.randrange(2, 4))) for _ in range(form.count("{}")))
    sentence = form.format(*words)
    return sentence[0].upper() + sentence[1:]


class Case(NamedTuple):
    """A page: what it reuses and says, and what is right to say of it.

    Attributes
    ----------
    name : str
        Of the case; the article it reuses is made for it.
    url : str
        Where the crawl found it.
    status : str
        Of its standing.
    broken : tuple of str
        Terms that it breaks.
    order : str
        Of its precedence.
    taken : int
        Paragraphs of the article's eight that the page has, the first.
    sport : bool
        Whether the article is one of sport.
    published : str or None
        What the page states.
    seen : str
        When the crawl saw it.
    head, foot : str
        More of its head, and what it says below the article.
    link : str or None
        ``follow`` or ``nofollow``: how it links to the article.
    byline : str or None
    edits : int
        Every so many words of what it has is another.
    is_saved : bool
        Whether it comes as a file, without its address.
    also : str or None
        Another date that it states.
    """

    name: str
    url: str
    status: str
    broken: tuple[str, ...] = ()
    order: str = "source-first"
    taken: int = 8
    sport: bool = False
    published: str | None = "2026-11-05T10:00:00Z"
    seen: str = SEEN
    head: str = ""
    foot: str = CREDIT
    link: str | None = "follow"
    byline: str | None = "Ida Holm"
    edits: int = 0
    is_saved: bool = False
    also: str | None = None

    @property
    def source(self) -> str:
        """The id of its article."""
        return f"{'sport' if self.sport else 'news'}-{self.name}"

    @property
    def article(self) -> str:
        """The address of its article."""
        return f"{US}/{self.source}"


COURIER, WEEKLY, DIGEST = "https://www.courier.org", "https://valleyweekly.net", "https://papers.io/digest"
LATE, MIRROR, SPORT = "https://late-edition.com", "https://mirrorpress.org", "https://sportwire.net"
ELSEWHERE = "https://thirdpaper.info"

CASES = (
    # The Courier: in full, with a link that may be followed and a credit, until 10 November.
    Case("courier-keeps-all", f"{COURIER}/1", "licensed"),
    Case("courier-no-link", f"{COURIER}/2", "breach", ("must_link",), link=None),
    Case("courier-nofollow", f"{COURIER}/3", "breach", ("must_link",), link="nofollow"),
    Case("courier-no-credit", f"{COURIER}/4", "breach", ("must_credit",), foot="All rights reserved."),
    Case("courier-too-late", f"{COURIER}/5", "unlicensed", published="2026-11-15T10:00:00Z"),
    Case("courier-undated", f"{COURIER}/6", "unclear", order="cannot-order", published=None),
    # Valley Weekly: eighty words, with a link.
    Case("weekly-keeps-all", f"{WEEKLY}/1", "licensed", taken=1, link="nofollow"),
    Case("weekly-too-much", f"{WEEKLY}/2", "breach", ("max_words",), taken=4),
    Case("weekly-no-link", f"{WEEKLY}/3", "breach", ("must_link",), taken=1, link=None),
    # Digest: three tenths, with a sentence of ours.
    Case("digest-keeps-all", f"{DIGEST}/1", "licensed", taken=2, foot=LEAVE),
    Case("digest-too-much", f"{DIGEST}/2", "breach", ("max_share",), taken=4, foot=LEAVE),
    Case("digest-other-credit", f"{DIGEST}/3", "breach", ("must_credit",), taken=2),
    Case("digest-next-door", "https://papers.io/fresh/1", "unlicensed", taken=2, foot=LEAVE),
    # Late Edition: in full, seven days later.
    Case("late-keeps-all", f"{LATE}/1", "licensed", published="2026-11-10T10:00:00Z"),
    Case("late-too-soon", f"{LATE}/2", "breach", ("after_days",), published="2026-11-05T10:00:00Z"),
    Case("late-who-knows", f"{LATE}/3", "unclear", published="2026-11-09"),
    # Mirror Press: in full, with our canonical address and our byline.
    Case("mirror-keeps-all", f"{MIRROR}/1", "licensed", head="canonical"),
    Case("mirror-own-address", f"{MIRROR}/2", "breach", ("canonical",), head="own"),
    Case("mirror-other-byline", f"{MIRROR}/3", "breach", ("keep_byline",), head="canonical", byline="Staff"),
    Case("mirror-no-byline", f"{MIRROR}/4", "breach", ("keep_byline",), head="canonical", byline=None),
    # Sport Wire: sport in full, word for word.
    Case("wire-keeps-all", f"{SPORT}/1", "licensed", sport=True),
    Case("wire-edits", f"{SPORT}/2", "breach", ("verbatim",), sport=True, edits=12),
    Case("wire-no-sport", f"{SPORT}/3", "unlicensed"),
    # Everybody else.
    Case("no-licence", f"{ELSEWHERE}/1", "unlicensed"),
    Case("own-site", f"{US}/reprint", "own"),
    Case("ignored-site", "https://web.archive.org/1", "ignored"),
    Case("suppressed", "https://settled.org/1", "suppressed"),
    Case("suppression-expired", "https://lapsed.org/1", "unlicensed"),
    Case("claims-our-address", f"{US}/news-claims-our-address", "unclear", head="canonical", is_saved=True),
    Case("claims-a-partner", f"{COURIER}/7", "unclear", head="own", is_saved=True),
    # Who was first.
    Case("page-older", f"{ELSEWHERE}/2", "unlicensed", order="page-first", published="2026-10-20T10:00:00Z"),
    Case("page-older-by-crawl", f"{ELSEWHERE}/3", "unlicensed", order="page-first", published=None,
         seen="2026-10-25T03:00:00Z"),
    Case("same-day", f"{ELSEWHERE}/4", "unlicensed", order="cannot-order", published="2026-11-02"),
    Case("month-alone", f"{ELSEWHERE}/5", "unlicensed", order="cannot-order", published="2026-11"),
    Case("two-dates", f"{ELSEWHERE}/6", "unlicensed", order="cannot-order", also="2026-10-01"),
    Case("two-dates-both-later", f"{ELSEWHERE}/7", "unlicensed", also="2026-11-09"),
    Case("date-to-come", f"{ELSEWHERE}/8", "unlicensed", order="cannot-order", published="2026-12-24T10:00:00Z",
         is_saved=True),
)  # fmt: skip

#: Pages that have the press release, paragraphs of our article on it besides, and whether they are accused.
RELEASED = (("release-alone", 0, False), ("release-and-more", 0, False), ("release-and-ours", 3, True))
RELEASE = paragraphs("release", 5)
OURS_ON_RELEASE = paragraphs("ours-on-release", 5)


def write(folder: Path) -> None:
    """Write the example into a folder."""
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    (folder / "release.txt").write_text("\n\n".join(RELEASE), "utf-8")
    (folder / "saved").mkdir()
    with (folder / "archive.jsonl").open("w", encoding="utf-8") as archive:
        for case in CASES:
            archive.write(_article(case.source, case.article, paragraphs(case.name, 8)))
        archive.write(_article("news-on-release", f"{US}/news-on-release", [*RELEASE, *OURS_ON_RELEASE]))
    writer = _Writer(gzip=True)
    for case in CASES:
        html = page(case)
        if case.is_saved:
            (folder / "saved" / f"{case.name}.html").write_text(html, "utf-8")
        else:
            _record(writer, case.url, case.seen, html)
    for name, ours, _ in RELEASED:
        body = [*RELEASE, *OURS_ON_RELEASE[:ours], *paragraphs(name, 3)]
        _record(writer, f"{ELSEWHERE}/{name}", SEEN, _page(name, body, "", "2026-11-05T10:00:00Z"))
    (folder / "crawl.warc.gz").write_bytes(writer.get_contents())


class _Writer(BufferWARCWriter):  # type: ignore[misc]
    """Leaves no temporary files open."""

    @classmethod
    def _create_temp_file(cls) -> io.BytesIO:
        return io.BytesIO()


def _article(name: str, url: str, body: Sequence[str]) -> str:
    told = {"id": name, "url": url, "title": name, "author": "Ida Holm", "date": PUBLISHED}
    return json.dumps(told | {"text": "\n\n".join(body)}) + "\n"


def page(case: Case) -> str:
    """Return the page of a case."""
    body = paragraphs(case.name, 8)[: case.taken]
    if case.edits:
        body = [_edited(one, case.edits) for one in body]
    if case.taken < 8:
        body += paragraphs(f"{case.name} itself", 4)
    head = {"canonical": case.article, "own": case.url}.get(case.head)
    canonical = f'<link rel="canonical" href="{head}">' if head else ""
    author = f'<meta name="author" content="{case.byline}">' if case.byline else ""
    also = f'<meta name="dc.date" content="{case.also}">' if case.also else ""
    rel = ' rel="nofollow"' if case.link == "nofollow" else ""
    link = f'<p><a href="{case.article}"{rel}>The original</a></p>' if case.link else ""
    return _page(case.name, body, f"{canonical}{author}{also}", case.published, f"<p>{case.foot}</p>{link}")


def _page(name: str, body: Sequence[str], head: str, published: str | None, foot: str = "") -> str:
    date = f'<meta property="article:published_time" content="{published}">' if published else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>{date}{head}</head>'
        f"<body><article><h1>{name}</h1>{text}</article><footer>{foot}</footer></body></html>"
    )


def _edited(text: str, every: int) -> str:
    words = text.split(" ")
    words[every // 2 :: every] = [f"plainly{len(word)}" for word in words[every // 2 :: every]]
    return " ".join(words)


def _record(writer: _Writer, url: str, seen: str, html: str) -> None:
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    content = io.BytesIO(html.encode())
    record = writer.create_warc_record(
        url, "response", payload=content, http_headers=headers, warc_headers_dict={"WARC-Date": seen}
    )
    writer.write_record(record)
