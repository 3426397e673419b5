"""Web pages through the whole line: templates, disguises, and what is told of a page.

Covers: ``reuse/web/``, ``reuse/pipeline/careful.py``, ``reuse/tricks.py``. Compares against: the verdicts and
passages of the same articles as plain texts. Run: ``pytest tests/test_web.py``
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import reuse
from reuse.markup import Article
from reuse.report.records import json_line, record
from reuse.tricks import TRICKS
from reuse.values import ARTICLE, GIVEN, HTML, PAGE, Document
from reuse.web import Originals, describe, skim
from tests.templates import EVASIONS, ODD, TEMPLATES, evaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse import Audit, Finding

SEEDS = Path(__file__).parents[1] / "seeds"
MANIFEST = tomllib.loads((SEEDS / "MANIFEST.toml").read_text("utf-8"))
TEXTS = {entry["path"]: (SEEDS / entry["path"]).read_text("utf-8") for entry in MANIFEST["document"]}
ORIGINAL, SPUN = "sources/prisons-original.txt", "pages/prisons-spun-copy.txt"
SOURCES = [Document(ORIGINAL, TEXTS[ORIGINAL], ORIGINAL)]
#: Of each page the words of its passages may differ by so much from those of the plain text.
MOST_LOST = 0.03


def paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def web_page(name: str, html: str, url: str | None = None) -> Document:
    return Document(name, html.encode(), f"{name}.html", url=url, media=HTML)


def by_page(audit: Audit) -> dict[str, Finding]:
    return {finding.page.id: finding for finding in audit.scored}


def words_found(audit: Audit, finding: Finding) -> Counter[str]:
    """Count the words of the page's side of the passages."""
    text = audit.texts_of(finding)[1]
    spans = ((passage.page_begin, passage.page_end) for passage in finding.passages)
    return Counter(word for begin, end in spans for word in re.findall(r"\w+", text[begin:end].casefold()))


@pytest.fixture(scope="module")
def plain() -> Audit:
    """The seeds as they are."""
    return reuse.audit(SOURCES, [Document(name, text, name) for name, text in TEXTS.items()])


# --- templates --------------------------------------------------------------------------------


@pytest.mark.parametrize("template", [*TEMPLATES, *ODD])
def test_seeds_in_a_template_keep_verdict_and_words(plain: Audit, template: str) -> None:
    made = {**TEMPLATES, **ODD}[template]
    pages = [web_page(name, made(*_titled(text))) for name, text in TEXTS.items() if name != ORIGINAL]
    audit = reuse.audit(SOURCES, pages)
    found, expected = by_page(audit), by_page(plain)
    assert found[SPUN].verdict == expected[SPUN].verdict == "spun"
    assert [finding.page.id for finding in audit.findings] == [SPUN]
    there, wanted = words_found(audit, found[SPUN]), words_found(plain, expected[SPUN])
    assert (wanted - there).total() <= MOST_LOST * wanted.total()
    assert (there - wanted).total() <= MOST_LOST * wanted.total()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_whole_copy_in_a_template_is_one(template: str) -> None:
    page = web_page("copy", TEMPLATES[template](*_titled(TEXTS[ORIGINAL])))
    (finding,) = reuse.audit(SOURCES, [page]).findings
    # Of a thread that quotes it, or a page that asks for money in the middle, the article is a part.
    assert finding.verdict == ("near-duplicate" if template in ("forum", "paywall") else "identical")
    assert finding.share_of_source > 1 - MOST_LOST


def _titled(text: str) -> tuple[str, list[str]]:
    title, *rest = paragraphs(text)
    return title, rest


def test_compare_sees_what_an_audit_sees() -> None:
    page = web_page("copy", TEMPLATES["newspaper"](*_titled(TEXTS[SPUN])))
    (finding,) = reuse.audit(SOURCES, [page]).findings
    compared = reuse.compare(SOURCES[0], page)
    assert compared.finding.verdict == finding.verdict
    assert compared.finding.passages == finding.passages
    assert compared.finding.page_sha256 == finding.page_sha256


# --- disguises --------------------------------------------------------------------------------

#: What each evasion is told as.
TOLD = {
    "zero width": {"invisible"},
    "soft hyphens": {"soft-hyphen"},
    "look-alikes": {"look-alike"},
    "full width": {"full-width"},
    "split words": {"split"},
    "junk within": {"hidden"},
    "junk behind": {"hidden"},
    "entities": {"entity"},
    "backwards": {"reversed"},
    "everything": set(TRICKS) - {"inserted", "reversed"},
}


def excerpted() -> str:
    """Return a page with three paragraphs of the original among words of its own."""
    own = random.Random(3)
    filler = [
        " ".join(f"{own.choice('bcdfglmnprst')}{own.choice('aeiou')}{n}" for n in range(60)) for _ in range(6)
    ]
    return "\n".join(
        ["A day of many numbers in town", *filler[:3], *paragraphs(TEXTS[ORIGINAL])[4:10], *filler[3:]]
    )


COPIES = {"identical": TEXTS[ORIGINAL], "spun": TEXTS[SPUN], "excerpt": excerpted()}


@pytest.mark.parametrize("verdict", COPIES)
@pytest.mark.parametrize("evasion", EVASIONS)
def test_an_evasion_leaves_the_verdict_and_is_told(verdict: str, evasion: str) -> None:
    title, rest = _titled(COPIES[verdict])
    html = TEMPLATES["newspaper"](title, rest)
    before = reuse.audit(SOURCES, [web_page("page", html)])
    after = reuse.audit(SOURCES, [web_page("page", evaded(html, rest, EVASIONS[evasion]))])
    (plain_finding,), (finding,) = before.findings, after.findings
    assert finding.verdict == plain_finding.verdict == verdict
    assert abs(finding.matched_words - plain_finding.matched_words) <= MOST_LOST * plain_finding.matched_words
    assert not plain_finding.tricks
    told = {trick.kind: trick.places for trick in finding.tricks}
    assert set(told) == TOLD[evasion]
    text = after.texts_of(finding)[1]
    spans = [(passage.page_begin, passage.page_end) for passage in finding.passages]
    for places in told.values():
        assert len(places) > 4
        assert list(places) == sorted(set(places))
        assert all(any(begin <= at and to <= end for begin, end in spans) for at, to in places)
    for kind, sign in (("invisible", "[\u200b-\u206f\ufeff\U000e0041]"), ("soft-hyphen", "\u00ad")):
        assert all(re.search(sign, text[at:to]) for at, to in told.get(kind, ()))
    if evasion != "soft hyphens":  # which good typography has, too
        assert finding.reasons[-1].startswith("disguised: ")


@pytest.mark.parametrize("evasion", ["zero width", "look-alikes", "full width"])
def test_a_disguised_plain_text_is_seen_through(evasion: str) -> None:
    disguised = "\n".join(map(EVASIONS[evasion], paragraphs(TEXTS[ORIGINAL])))
    (finding,) = reuse.audit(SOURCES, [Document("p", disguised, "p")]).findings
    assert finding.verdict == "identical"
    assert {trick.kind for trick in finding.tricks} == TOLD[evasion]


def with_junk(text: str, every: int) -> str:
    """Put a word of no use behind every so many words."""
    junk = random.Random(every)
    words = text.split(" ")
    return " ".join(
        f"{word} {junk.choice(('zebra', 'marmalade', 'trombone', 'gizmo'))}" if n % every == every - 1 else word
        for n, word in enumerate(words)
    )


@pytest.mark.parametrize("every", [3, 4, 5, 6, 8, 12, 20])
@pytest.mark.parametrize("verdict", COPIES)
def test_words_put_in_leave_the_verdict_and_are_told(verdict: str, every: int) -> None:
    text = with_junk(COPIES[verdict], every)
    audit = reuse.audit(SOURCES, [Document("p", text, "p")])
    (finding,) = audit.findings
    assert finding.verdict == verdict
    if verdict == "spun":  # among so many other changes nobody can tell
        return
    (trick,) = finding.tricks
    assert trick.kind == "inserted"
    shown = {text[begin:end] for begin, end in trick.places}
    assert shown <= {"zebra", "marmalade", "trombone", "gizmo"}
    assert finding.page_words + len(trick.places) == len(re.findall(r"\w+", text))
    compared = reuse.compare(SOURCES[0], Document("p", text, "p")).finding
    assert (compared.verdict, compared.tricks) == (finding.verdict, finding.tricks)


def test_an_edited_copy_is_not_said_to_have_words_put_in() -> None:
    words = TEXTS[ORIGINAL].split(" ")
    added = [f"{word} indeed" if n % 97 == 0 else word for n, word in enumerate(words)]
    replaced = ["otherwise" if n % 12 == 0 else word for n, word in enumerate(added)]
    for text in (" ".join(added), " ".join(replaced)):
        (finding,) = reuse.audit(SOURCES, [Document("p", text, "p")]).findings
        assert not finding.tricks


def test_joiners_that_a_script_needs_are_no_trick() -> None:
    persian = "او می‌خواهد که خانه‌های کهن را نگه‌دارد و نمی‌گذارد آن‌ها را بسازند. "
    text = " ".join(f"{persian} بخش{n} داستان{n * 7} است." for n in range(20))
    (finding,) = reuse.audit([Document("s", text, "s")], [Document("p", text, "p")]).findings
    assert finding.verdict == "identical"
    assert not finding.tricks


# --- two passes -------------------------------------------------------------------------------


def test_what_the_article_has_lost_is_found_in_all_that_the_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    page = web_page("p", TEMPLATES["newspaper"](*_titled(TEXTS[ORIGINAL])))
    for found in (Article(""), Article("Too short."), Article("Another article. " + "Words of its own. " * 40)):
        monkeypatch.setattr("reuse.markup.article", lambda *_, found=found: found)
        (finding,) = reuse.audit(SOURCES, [page]).findings
        assert (finding.verdict, finding.page.extent) == ("near-duplicate", PAGE)
        assert reuse.compare(SOURCES[0], page).finding.page.extent == PAGE


def test_a_teaser_beside_another_article_is_no_excerpt() -> None:
    teaser = " ".join(" ".join(paragraphs(TEXTS[ORIGINAL])[2:4]).split()[:70])
    own = random.Random(1)
    rest = [" ".join(f"word{own.randrange(5000)}" for _ in range(80)) + "." for _ in range(8)]
    body = "".join(f"<p>{text}</p>" for text in rest)
    related = f"<aside class='related'><h3>Read next</h3><a href='/2'>{teaser}</a></aside>"
    page = web_page(
        "p", f"<title>Own news of the day</title><article><h1>Own news of the day</h1>{body}</article>{related}"
    )
    audit = reuse.audit(SOURCES, [page])
    assert not audit.findings


def made_words(seed: int, count: int) -> str:
    draw = random.Random(seed)
    return " ".join(
        f"{draw.choice('bdfglmnprst')}{draw.choice('aeiou')}n{draw.randrange(9999)}" for _ in range(count)
    )


def simple_page(name: str, article: str, besides: str, url: str | None = None) -> Document:
    body = "".join(f"<p>{part}.</p>" for part in re.findall(r"(?:\S+ ?){1,40}", article))
    title = f"{name} of the day today"
    html = f"<title>{title}</title><article><h1>{title}</h1>{body}</article>{besides}"
    return web_page(name, html, url)


def test_a_notice_that_two_pages_have_is_no_article() -> None:
    notice = f"<div class='cookie-banner'><p>{made_words(7, 160)}</p></div>"
    source, page = (simple_page(name, made_words(seed, 300), notice) for seed, name in enumerate(("a", "b")))
    assert not reuse.audit([source], [page]).findings
    assert reuse.compare(source, page).finding.verdict not in reuse.ACCUSED


def test_a_short_source_in_a_comment_is_found() -> None:
    brief = made_words(1, 85)
    page = simple_page(
        "p", made_words(2, 400), f"<section id=comments><div class=comment><p>{brief}</p></div></section>"
    )
    (finding,) = reuse.audit([Document("s", brief, "s")], [page]).findings
    assert (finding.verdict, finding.share_of_source) == ("near-duplicate", 1)


def test_of_two_versions_the_page_is_credited_to_its_own() -> None:
    words = made_words(1, 400).split()
    first = " ".join(words)
    second = " ".join(f"{word} {made_words(n, 2)}" if n % 25 == 24 else word for n, word in enumerate(words))
    sources = [Document("v1", first, "s"), Document("v2", second, "s")]
    found = {f.source.id: f for f in reuse.audit(sources, [Document("p", second, "p")]).findings}
    assert found["v2"].verdict == "identical"
    assert found["v2"].credited_words == found["v2"].page_words
    assert not found["v1"].tricks
    assert not found["v2"].tricks


def test_footnotes_are_no_trick() -> None:
    words = made_words(1, 410).split()
    noted = " ".join(f"{word} [{n // 20 + 1}]" if n % 20 == 19 else word for n, word in enumerate(words))
    (finding,) = reuse.audit([Document("s", " ".join(words), "s")], [Document("p", noted, "p")]).findings
    assert (finding.verdict, finding.page_words, finding.tricks) == ("identical", 410, ())


def test_the_order_of_pages_decides_no_credit() -> None:
    shared = made_words(1, 300)
    sources = [simple_page(name, f"{shared} {made_words(n, 30)}", "") for n, name in enumerate(("s1", "s2"))]
    pages = [simple_page(f"p{n}", f"{made_words(20 + n, 40)} {shared}", "") for n in range(3)]
    one, other = (
        {(f.page.id, f.source.id): (f.verdict, f.credited_words, f.source.extent) for f in audit.findings}
        for audit in (reuse.audit(sources, pages), reuse.audit(sources, pages[::-1]))
    )
    assert one == other
    assert len(one) == 6


def test_one_id_names_one_document() -> None:
    pages = [Document("p", made_words(n, 50), "p") for n in range(2)]
    with pytest.raises(reuse.UsageError, match="the id 'p' names 2 documents; give each an id of its own"):
        reuse.audit(SOURCES, pages)


def test_pages_are_read_carefully_from_a_probability_on(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def article(html: str, _url: str | None) -> Article:
        read.append(html)
        return Article("")

    monkeypatch.setattr("reuse.markup.article", article)
    pages = [web_page(name, TEMPLATES["blog"](*_titled(text))) for name, text in TEXTS.items()]
    audit = reuse.audit(SOURCES, pages)
    judged = by_page(audit)
    assert len(read) == 2  # the original and the spun copy
    assert audit.run()["read_carefully"] == {"sources": 0, "pages": 0}
    read.clear()
    assert reuse.audit(SOURCES, pages, reuse.Options(careful_from=1)).findings
    assert len(read) == 2  # whatever is accused
    read.clear()
    assert by_page(reuse.audit(SOURCES, pages, reuse.Options(careful_from=0))).keys() == judged.keys()
    assert len(read) == len(judged)


def test_sources_may_be_web_pages() -> None:
    source = web_page("s", TEMPLATES["newspaper"](*_titled(TEXTS[ORIGINAL])))
    pages = [Document(name, text, name) for name, text in TEXTS.items()]
    audit = reuse.audit([source], pages)
    assert {finding.page.id: finding.verdict for finding in audit.findings} == {
        ORIGINAL: "identical",
        SPUN: "spun",
    }
    assert {finding.source.extent for finding in audit.findings} == {ARTICLE}


def test_the_order_of_pages_changes_nothing() -> None:
    pages = [
        web_page(f"{name} {template}", made(*_titled(text)), f"https://{n}.example.com/{template}")
        for template, made in TEMPLATES.items()
        for n, (name, text) in enumerate(TEXTS.items())
    ]
    one = reuse.audit(SOURCES, pages)
    other = reuse.audit(SOURCES, pages[::-1])
    lines = [
        sorted(json_line(record(finding, audit.options.digest())) for finding in audit.scored)
        for audit in (one, other)
    ]
    assert lines[0] == lines[1]
    assert len(one.findings) > len(TEMPLATES)


def test_near_duplicates_among_web_pages_are_found() -> None:
    pages = [
        web_page(f"{template} {name}", TEMPLATES[template](*_titled(TEXTS[name])))
        for template in ("newspaper", "blog")
        for name in (ORIGINAL, SPUN)
    ]
    result = reuse.dedupe(pages)
    assert {dropped.id for dropped in result.documents(result.dropped)} == {"blog " + ORIGINAL, "blog " + SPUN}


# --- what is told of a page -------------------------------------------------------------------


def test_a_record_tells_what_a_page_is_and_says() -> None:
    title, rest = _titled(TEXTS[ORIGINAL])
    head = (
        "<meta property='article:published_time' content='2026-11-02T10:00:00Z'>"
        "<link rel=canonical href='https://www.example.org/prisons'><meta name=robots content=noindex>"
    )
    html = TEMPLATES["newspaper"](title, rest).replace("</head>", f"{head}</head>", 1)
    page = web_page("p", html, "https://news.copy.example.com/1")
    source = SOURCES[0]._replace(url="https://www.example.org/prisons")
    (finding,) = reuse.audit([source], [page]).findings
    told = json.loads(json_line(record(finding, "x")))
    assert told["page"]["original_sha256"] == hashlib.sha256(html.encode()).hexdigest()
    assert (told["page"]["text"], told["source"]["text"]) == (ARTICLE, GIVEN)
    assert (told["page"]["site"], told["page"]["language"]) == ("example.com", "en")
    said = told["metadata"]
    assert said["published"] == {
        "value": "2026-11-02T10:00:00+00:00",
        "where": "meta article:published_time",
        "certainty": "stated",
    }
    assert said["canonical_site"]["value"] == "example.org"
    assert said["noindex"]["value"] == "noindex"
    assert [link["site"] for link in said["links"]["first"]] == ["example.org"]
    assert (
        json.loads(json_line(record(reuse.compare(source, SOURCES[0]._replace(id="q")).finding, "x")))[
            "metadata"
        ]
        is None
    )


@pytest.mark.parametrize(
    ("link", "is_told"),
    [
        ("<a href='{}'>The original</a>", True),
        ("<a hidden href='{}'>The original</a>", False),
        ("<div style='display: none'><p><a href='{}'>The original</a></p></div>", False),
        ("<style>.x {{visibility: hidden}}</style><p class=x><a href='{}'>The original</a></p>", False),
        ("<noscript><a href='{}'>The original</a></noscript>", False),
        # What is hidden and long is an article that a script shows.
        ("<div style='display: none'>" + "some words " * 40 + "<a href='{}'>The original</a></div>", True),
    ],
)
def test_links_that_readers_do_not_see_are_not_told(link: str, is_told: bool) -> None:  # noqa: FBT001
    page = f"<article><p>Some text.</p></article>{link.format('https://example.org/1')}"
    (skimmed,) = skim([web_page("a", page)], Originals())
    assert isinstance(skimmed, Document)
    described = describe(skimmed, {"example.org"})
    assert described is not None
    assert described.metadata.links_total == is_told
    assert ("The original" in described.shown) == is_told


def test_originals_are_read_again_as_they_came() -> None:
    originals = Originals()
    contents: Sequence[bytes | str] = [b"<p>One", b"", "<p>zw\u00f6lf \ud800", bytes(range(256)) * 300]
    kept = [originals.keep(Document("d", content, "d", media=HTML)) for content in contents]
    expected = [c if isinstance(c, bytes) else c.encode("utf-8", "replace") for c in contents]
    for original, content in zip(reversed(kept), reversed(expected), strict=True):
        assert original.read() == content
        assert (original.size, original.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_full_disk_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(
        reuse.OutputError, match=r"cannot keep web pages in .*gone: .*; make room there, or name another"
    ):
        list(skim([web_page("p", "<p>Some text.")], Originals()))


def test_malformed_pages_are_told_and_read() -> None:
    broken = Document("p", b"\xef\xbb\xbf<p>Some \xff\xfe text of a page.", "p", media=HTML)
    notice, document = skim([broken], Originals())
    assert isinstance(notice, reuse.Notice)
    assert "2 malformed characters read as U+FFFD" in str(notice)
    assert isinstance(document, Document)
    assert document.content == "Some \ufffd\ufffd text of a page."
