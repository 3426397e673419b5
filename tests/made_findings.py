"""Findings made by hand, for what is decided of them: each test says what matters, the rest is plain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reuse.findings import Finding, Passage
from reuse.metadata import Fact, Link, Metadata
from reuse.values import ARTICLE, Document

ARTICLE_URL = "https://www.example.com/news/storm"
PAGE_URL = "https://courier.org/storm"

#: A page of which nothing is said.
SILENT = Metadata(
    url=Fact(PAGE_URL, "record"),
    site=Fact("courier.org", "record", "derived"),
    canonical_url=None,
    canonical_site=None,
    title=None,
    author=None,
    published=None,
    modified=None,
    language=None,
    noindex=None,
    paywalled=None,
    links=(),
    links_total=0,
    also=(),
)


def source(**fields: Any) -> Document:
    told = {"url": ARTICLE_URL, "date": "2026-11-02T08:00:00Z", "author": "Ida Holm", **fields}
    return Document("article-1", "", "archive.jsonl", **told)


def page(**fields: Any) -> Document:
    return Document("page-1", "", "crawl.warc", **{"url": PAGE_URL, "extent": ARTICLE, **fields})


def passage(words: int, kind: str = "verbatim", *, moved: bool = False, begin: int = 0) -> Passage:
    return Passage(kind, moved, 0, 6 * words, 6 * begin, 6 * (begin + words), 0, words, begin, words, words, 0)


def said(**fields: Any) -> Metadata:
    """Return what a page says of itself: facts, and links as pairs of an address and their rel."""
    links = tuple(
        Link(url, "example.com", tuple(rel.split()), "" if rel in ("canonical", "original-source") else "words")
        for url, rel in fields.pop("links", ())
    )
    return replace(SILENT, links=links, links_total=fields.pop("links_total", len(links)), **fields)


def finding(**fields: Any) -> Finding:
    """Return a finding of 60 words of an article of 600, verbatim, on a page of 100."""
    passages = fields.pop("passages", (passage(60),))
    words = sum(one.words for one in passages)
    plain: dict[str, Any] = {
        "verdict": "excerpt",
        "probability": 0.99,
        "reasons": ("60 words",),
        "source": source(),
        "page": page(),
        "source_sha256": "a" * 64,
        "page_sha256": "b" * 64,
        "source_language": "en",
        "page_language": "en",
        "source_words": 600,
        "page_words": max(100, words),
        "matched_words": words,
        "matched_source_words": words,
        "quoted_words": 0,
        "credited_words": words,
        "also_matches": (),
        "longest_run": words,
        "resemblance": 0.1,
        "source_in_page": 0.1,
        "page_in_source": 0.6,
        "features": {},
        "passages": passages,
        "lanes": ("postings",),
        "metadata": SILENT,
    }
    return Finding(**(plain | fields))
