"""One finding as a page without a script.

Covers: ``reuse/report/pages/pair_page.py``, ``static.py``, ``facts.py`` and ``assets/pair.css``, ``markup`` of
``escape.py``, ``reuse compare -f html``. Compares against: the texts themselves, read back by Python's own
parser of HTML; the contrast that WCAG asks for. Run: ``pytest tests/test_pair_page.py``
"""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reuse
from reuse import Document, Options
from reuse.metadata import Fact, Link, Metadata
from reuse.pairs import KINDS, VERDICTS, Trick
from reuse.report.escape import markup
from reuse.report.facts import page_facts, place_of, source_facts
from reuse.report.meanings import sentence
from reuse.report.pages.pair_page import pair_page
from reuse.report.pages.static import language, link, static_page
from reuse.report.summary import share
from tests.static_pages import Page

if TYPE_CHECKING:
    from reuse.pipeline import Comparison

laws = settings(derandomize=True, deadline=None, max_examples=60)

SEEDS = Path(__file__).parents[1] / "seeds"
ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm. "
    "“We cannot wait for the next flood,” she told reporters, “and we cannot pay for a new bridge.” "
    "Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November."
)
EDITED = ARTICLE.replace("lorries", "trucks").replace("fear for", "are afraid for").replace("evening ", "")
OWN = "Nobody knows how many hedgehogs live in the gardens behind the station, but Per Lund has counted forty. "
#: What ends an element, begins one, or stands for a character; what moves, turns or hides.
HOSTILE = (
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "&lt;&#60;&amp;amp;",
    "\" onmouseover=\"alert(1)' x='",
    "a\u202eb\u2066c\x1b[2J\x9b\x00\u2028\ufeff\u200b\xad\U000e0041",
    "a\rb\r\nc\n\n\td",
    "می\u200cخواهم 👩\u200d🚀",
    "e" + "\u0301" * 40,
    "\ufffe\uffff",
    "[x](javascript:alert(1))",
    "=1+1",
)
hostile_text = st.lists(
    st.sampled_from(HOSTILE) | st.text(max_size=8) | st.sampled_from(ARTICLE.split()), max_size=8
).map(" ".join)


def document(name: str, text: str, **more: Any) -> Document:
    return Document(name, text, f"{name}.txt", **more)


def compared(source: str, page: str, **more: Any) -> Comparison:
    return reuse.compare(document("s", source), document("p", page, **more))


def with_finding(comparison: Comparison, **changes: Any) -> Comparison:
    return dataclasses.replace(comparison, finding=dataclasses.replace(comparison.finding, **changes))


RUN = {"version": "9.9", "options_digest": "0123456789abcdef", "inputs": {"source": "a b", "page": "c"}}


# --- laws -------------------------------------------------------------------------------------


@laws
@given(hostile_text, hostile_text, st.integers(0, 3))
def test_every_block_is_the_text_it_is_of(before: str, within: str, at: int) -> None:
    words = EDITED.split(". ")
    page = Page(
        pair_page(result := compared(ARTICLE, f"{before}{'. '.join([*words[:at], within, *words[at:]])}"), RUN)
    )
    passages = result.finding.passages
    whole = [result.source_text, result.page_text]
    spans = [
        text
        for p in passages
        for text in (whole[0][p.source_begin : p.source_end], whole[1][p.page_begin : p.page_end])
    ]
    assert [block.text for block in page.blocks] == [*spans, *whole]


@laws
@given(hostile_text, hostile_text, hostile_text, hostile_text)
@example(*HOSTILE[:4])
@example(HOSTILE[6], "javascript:alert(1)", "data:text/html,<b>", HOSTILE[5])
def test_names_of_documents_do_nothing(title: str, url: str, author: str, name: str) -> None:
    """What cannot stand in such a page is asserted where it is read back."""
    named: dict[str, Any] = {"title": title, "url": url, "author": author, "date": name, "language": name}
    pair = Document("s", ARTICLE, name, **named), Document(name or "p", EDITED, name, line=3, **named)
    result = reuse.compare(*pair)
    tricks = (Trick(name, ((0, 3),)),)
    page = Page(pair_page(with_finding(result, tricks=tricks, reasons=(title, name)), RUN | {"version": name}))
    assert not any(link.startswith("http") for link in page.links)
    if title.strip():
        assert title in page.shown


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=1&c=<x>", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("java\nscript:alert(1)", False),
        ("https:alert(1)", False),
        ("https://\\evil", False),
        ("//example.org/a", False),
        ("https://bank.example@evil.example/", False),
        ("https://example.org?a@b", True),
        ("https://example.org/\u202egro", False),
        ("https://example.org/a b", True),
        (" https://example.org/", False),
    ],
)
def test_links_lead_to_the_web_alone(url: str, linked: bool) -> None:  # noqa: FBT001
    assert link(url).startswith("<a ") is linked
    page = Page(static_page("t", [f"<main>{link(url)}</main>"]))
    assert page.links == ([url] if linked else [])
    assert page.shown.strip("\n") == url


def test_a_language_is_a_tag_or_nothing() -> None:
    assert language("zh-Hant") == ' lang="zh-Hant"'
    for tag in ("", None, "en\n", 'en" class="x', "e", "english-but-too-long-a-word"):
        assert language(tag) == ""


@laws
@given(st.text())
def test_labels_stand_for_what_cannot_be_seen(text: str) -> None:
    page = Page(static_page(text, [f"<p>{markup(text)}</p>"]))
    assert page.shown.strip("\n") == text.strip("\n")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", markup(text))


# --- what is on the page ----------------------------------------------------------------------


def test_the_words_by_kind_add_up() -> None:
    result = compared(OWN + ARTICLE, EDITED + OWN * 2)
    page = Page(pair_page(result, RUN))
    counts, shares = (row[1:] for row in page.rows if row and row[0] in ("words", "share") and len(row) == 6)
    numbers = [int(count.replace(",", "")) for count in counts]
    assert sum(numbers[:-1]) == numbers[-1] == result.finding.page_words
    assert shares == [share(number, numbers[-1]) for number in numbers]


@pytest.mark.parametrize(
    "page", [EDITED, EDITED + OWN * 3 + ARTICLE.replace("Tuesday", "Friday").replace("flood", "spate")]
)
def test_what_is_not_marked_is_the_same_on_both_sides(page: str) -> None:
    """Also where one place of the source is in two passages, each with changes of its own."""
    result = compared(ARTICLE, page)
    blocks = Page(pair_page(result, RUN)).blocks[:-2]
    assert len(blocks) == 2 * len(result.finding.passages) > 0
    for pair in zip(blocks[::2], blocks[1::2], strict=True):
        left, right = (block.outside(tag) for block, tag in zip(pair, ("del", "ins"), strict=True))
        assert re.findall(r"\w+", left) == re.findall(r"\w+", right)
    changed = {tag: text for block in blocks for tag, text in block.pieces if tag in ("del", "ins")}
    assert set(changed) == {"del", "ins"}


def test_every_passage_leads_to_its_place_and_back() -> None:
    result = compared(ARTICLE, OWN.join(re.split(r"(?<=\.) ", EDITED)))
    page = Page(pair_page(result, RUN))
    count = len(result.finding.passages)
    assert count > 1
    for letter in "nsp":
        assert {f"{letter}{n + 1}" for n in range(count)} <= set(page.ids)
    assert page.links.count("#n1") == 2


def test_what_is_set_apart_is_marked() -> None:
    result = compared(ARTICLE, EDITED)
    apart = result.finding.page_apart._replace(stock=((0, 8),), left_out=((9, 13),))
    tricks = (Trick("invisible", ((14, 21),)), Trick("a new kind", ()))
    page = Page(pair_page(with_finding(result, page_apart=apart, tricks=tricks), RUN))
    nothing = apart._replace(quoted=(), stock=(), left_out=())
    bare = Page(pair_page(with_finding(result, page_apart=nothing, source_apart=nothing), RUN))
    for name in ("quoted", "stock", "left-out", "trick"):
        assert page.classes[name] > bare.classes[name] == 1  # in the key
    assert page.row("invisible: invisible characters within words") == ["1"]


def test_both_documents_are_told() -> None:
    source = document(
        "s", ARTICLE, url="https://example.org/a", title="The <bridge>", author="A", date="2026-01-02"
    )
    page = Document("x.jsonl:3", EDITED, "x.jsonl", line=3, fetched="2026-11-22T10:00:00Z")
    page = page._replace(original_sha256="ab" * 32, language="en")
    result = reuse.compare(source, page)
    shown = Page(pair_page(result, RUN))
    given_with = " given with the input"
    assert shown.row("Title") == [f"The <bridge>{given_with}", "not known"]
    assert shown.row("Published") == [f"2026-01-02{given_with}", "not known"]
    assert shown.row("Site") == ["example.org", "not known"]
    assert shown.row("Crawled") == ["not known", "2026-11-22T10:00:00Z"]
    assert [cell.split()[0] for cell in shown.row("Read from")] == ["s.txt", "x.jsonl:3"]
    assert shown.row("SHA-256 of the text") == [result.finding.source_sha256, result.finding.page_sha256]
    assert shown.row("SHA-256 as it came") == ["not known", "ab" * 32]
    assert "0123456789abcdef" in shown.shown
    assert "reuse compare 'a b' c" in shown.shown
    assert "textreuse 9.9" in shown.shown
    assert shown.title == f"{result.finding.verdict}: x.jsonl:3 / The <bridge>"


def metadata(**facts: Any) -> Metadata:
    names = [field.name for field in dataclasses.fields(Metadata)]
    empty: dict[str, Any] = dict.fromkeys(names) | {"links": (), "links_total": 0, "also": ()}
    return Metadata(**empty | facts)


def test_what_the_page_says_of_itself_is_told_with_its_place() -> None:
    told = metadata(
        title=Fact("Storm", "title element"),
        published=Fact("2026-11-22", "warc-date", "bound"),
        canonical_url=Fact("https://example.org/1", "link rel=canonical"),
        noindex=Fact("noindex", "meta robots"),
        links=(Link("https://example.org/2", "example.org", (), "there"),),
        links_total=7,
        also=(("title", Fact("Sturm", "json-ld")),),
    )
    finding = dataclasses.replace(compared(ARTICLE, EDITED).finding, metadata=told)
    page = Page(pair_page(with_finding(compared(ARTICLE, EDITED), metadata=told), RUN))
    assert page.row("Title")[1] == "Storm stated, title element"
    assert page.row("Published")[1] == "2026-11-22 no later than this, warc-date"
    assert page.row("Canonical address")[1] == "https://example.org/1 stated, link rel=canonical"
    assert page.row("Search engines")[1] == "noindex stated, meta robots"
    assert page.row("Links to the sites of sources")[1] == "7, the firsthttps://example.org/2"
    assert page.row("It says elsewhere")[1] == "title: Sturm stated, json-ld"
    assert page_facts(finding)["author"] is None
    assert source_facts(finding)["title"] is None


def test_of_a_web_page_in_no_finding_the_place_is_not_known() -> None:
    finding = dataclasses.replace(
        compared(ARTICLE, EDITED).finding, source=document("s", "", title="T", extent="article")
    )
    fact = source_facts(finding)["title"]
    assert fact is not None
    assert place_of(fact) == "input or page"


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_explained(verdict: str) -> None:
    result = with_finding(compared(ARTICLE, EDITED), verdict=verdict)
    page = Page(pair_page(result, {}))
    assert sentence(verdict) in page.shown
    assert "It does not say who copied from whom" in page.shown


def test_a_pair_with_nothing_in_common_has_a_page() -> None:
    page = Page(pair_page(compared(ARTICLE, OWN * 3), {}))
    assert [block.text for block in page.blocks] == [ARTICLE, OWN * 3]
    assert "#passages" not in page.links


def test_the_same_finding_gives_the_same_page() -> None:
    assert pair_page(compared(ARTICLE, EDITED), RUN) == pair_page(compared(ARTICLE, EDITED), RUN)


def test_a_long_text_takes_time_in_proportion() -> None:
    taken = []
    for times in (40, 160):
        result = compared(ARTICLE * times, EDITED * times)
        begun = time.process_time()
        page = pair_page(result, RUN)
        taken.append(time.process_time() - begun)
        assert len(page) < 40 * len(EDITED) * times
    assert taken[1] < 12 * taken[0] + 0.5
    assert taken[1] < 10


# --- the style --------------------------------------------------------------------------------


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


STYLE = resources.files("reuse.report.pages").joinpath("assets", "pair.css").read_text("utf-8")
LIGHT, DARK = map(colours, STYLE[: STYLE.index("\n* {")].split("@media"))
TINTS = [f"{kind}-{depth}" for kind in KINDS for depth in ("tint", "deep")]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *(("ink", ground) for ground in ("paper", *TINTS)),
        *(("soft", ground) for ground in ("paper", *TINTS[::2])),
        *(("odd", ground) for ground in ("paper", *TINTS[::2])),
        ("link", "paper"),
    ],
)
def test_words_stand_out_from_their_ground(theme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("line", [*KINDS, "edge"])
def test_lines_stand_out_from_paper(theme: dict[str, str], line: str) -> None:
    assert contrast(theme[line], theme["paper"]) >= 3


def test_every_class_on_the_page_has_a_style() -> None:
    result = compared(ARTICLE, EDITED)
    page = Page(pair_page(result, RUN))
    assert {name for name in page.classes if f".{name}" not in STYLE} == set()


# --- the command ------------------------------------------------------------------------------


def test_compare_prints_the_page_in_any_locale(tmp_path: Path) -> None:
    (tmp_path / "-a b.txt").write_text(ARTICLE, "utf-8")
    (tmp_path / "p.txt").write_text(EDITED, "utf-8")
    arguments = ["compare", "--min-words", "12", "-f", "html", "--", "-a b.txt", "p.txt"]
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "reuse", *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    page = Page(done.stdout.decode("utf-8"))
    assert [block.text for block in page.blocks[-2:]] == [ARTICLE, EDITED]
    assert "reuse compare --min-words 12 -- '-a b.txt' p.txt" in page.shown
    assert Options(min_words=12).digest() in page.shown
