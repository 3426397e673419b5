"""``report.html`` as a reader uses it: from disk, in a browser, with a mouse, with keys, on paper.

Covers: ``reuse/report/pages/``. Compares against: the findings that went into the report, and the texts their
spans refer to. Run: ``pytest tests/browser``; needs chromium, and for the rules of accessibility ``npm ci
--prefix tests/browser``
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from typing import TYPE_CHECKING

from reuse.report.pages.report_page import write_html
from reuse.report.selection import ordered
from tests.browser.conftest import MANY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reuse.findings import Finding
    from tests.browser.conftest import Tab
    from tests.browser.reports import Made

ROWS = ".results tbody tr"
TITLES = ".results .main .title"


def title_of(finding: Finding) -> str:
    """Return how a list names a page; of odd characters it has the escape."""
    return (finding.page.title or finding.page.id).replace("\u202e", r"\u202e")


def plain(text: str) -> str:
    """Return text without white space: paragraphs are elements of their own."""
    return re.sub(r"\s+", "", text)


# --- overview and lists -----------------------------------------------------------------------


def test_opens_from_disk_with_its_counts(tab: Tab, made: Made) -> None:
    verdicts = Counter(finding.verdict for finding in made.findings)
    shown = dict(text.split("\n")[:2] for text in tab.texts(".verdicts li a"))
    assert {name: int(count) for name, count in shown.items()} == {
        name: verdicts[name] for name in ("identical", "near-duplicate", "spun", "excerpt")
    }
    assert tab.texts(".statement a")[:2] == [f"{len(made.findings)} findings", f"{len(made.findings)} pages"]
    assert tab.page.title() == "Overview – Text reuse report"
    assert tab.asked == [made.url]


def test_a_count_leads_to_its_findings_and_back_leads_back(tab: Tab, made: Made) -> None:
    spun = [title_of(finding) for finding in made.findings if finding.verdict == "spun"]
    tab.page.locator(".verdicts a", has_text="spun").click()
    tab.settled()
    assert tab.hash == "#findings?verdict=spun"
    assert tab.texts(TITLES) == spun
    tab.page.locator(TITLES).first.click()
    tab.settled()
    assert tab.hash.startswith("#finding=")
    tab.page.go_back()
    tab.page.wait_for_selector(ROWS)
    # The link that was followed has the focus again.
    assert tab.js("document.activeElement.textContent") == spun[0]
    tab.page.go_back()
    tab.page.wait_for_selector(".verdicts")
    assert tab.hash == ""


def test_an_address_is_never_written_over_another_place(tab: Tab) -> None:
    tab.view("#findings?sort=words")
    tab.page.locator(TITLES).nth(0).click()
    tab.settled().press("n")
    tab.until("() => location.hash.includes('passage=1')")
    tab.page.go_back()
    tab.page.wait_for_selector(ROWS)
    tab.page.locator(TITLES).nth(1).click()
    tab.settled().press("n")
    # Before the passage is noted.
    tab.page.go_back()
    tab.page.wait_for_selector(ROWS)
    assert tab.hash == "#findings?sort=words"


def test_sorts(tab: Tab, made: Made) -> None:
    orders: dict[str, Callable[[Finding], float]] = {
        "words": lambda finding: finding.matched_words,
        "ofPage": lambda finding: round(finding.share_of_page, 4),
        "longest": lambda finding: finding.longest_run,
    }
    tab.view("#findings")
    for key, value in orders.items():
        by_title = {title_of(finding): value(finding) for finding in made.findings}
        header = tab.page.locator(f".sort[data-key={key}]")
        for way, is_descending in (("descending", True), ("ascending", False)):
            header.click()
            assert header.locator("..").get_attribute("aria-sort") == way
            values = [by_title[title] for title in tab.texts(TITLES)]
            assert values == sorted(by_title.values(), reverse=is_descending)
            assert tab.js("document.activeElement.dataset.key") == key


def test_filters(tab: Tab, made: Made) -> None:
    def expected(test: Callable[[Finding], bool]) -> list[str]:
        return sorted(title_of(finding) for finding in made.findings if test(finding))

    def shown() -> list[str]:
        return sorted(tab.texts(TITLES))

    tab.view("#findings")
    assert shown() == expected(lambda _: True)
    chip = tab.page.locator(".chip[data-verdict=identical]")
    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    assert shown() == expected(lambda f: f.verdict == "identical")
    tab.page.locator(".chip[data-verdict=excerpt]").click()
    assert shown() == expected(lambda f: f.verdict in ("identical", "excerpt"))
    tab.page.get_by_label("Disguised only").check()
    assert shown() == expected(lambda f: bool(f.tricks))
    tab.page.go_back()
    tab.settled()
    assert shown() == expected(lambda f: f.verdict in ("identical", "excerpt"))
    tab.page.get_by_text("Clear all").click()
    tab.settled()
    tab.page.get_by_label("Words, at least").fill("200")
    assert shown() == expected(lambda f: f.matched_words >= 200)
    tab.until("() => location.hash.includes('min=200')")
    tab.view("#findings")
    tab.page.get_by_role("combobox", name="Site", exact=True).fill("echo.example")
    tab.press("Enter")
    assert shown() == expected(lambda f: f.page.site == "echo.example")
    assert tab.texts("#status") == [f"{len(shown())} findings"]


def test_searches_titles_addresses_and_ids(tab: Tab, made: Made) -> None:
    tab.view("#findings")
    search = tab.page.locator("#search")
    for typed, pages in {
        "ODDS AND": {"part"},
        "mill.example": {"edited", "spun"},
        made.of("moved").id: {"moved"},
        "ferry echo": {"moved"},
        "nowhere": set(),
    }.items():
        search.fill(typed)
        assert set(tab.texts(TITLES)) == {title_of(made.of(page)) for page in pages}
    search.fill("mill.example")
    tab.until("() => location.hash.includes('mill.example')")
    tab.page.reload()
    tab.settled()
    assert len(tab.texts(TITLES)) == 2


def test_views_lead_to_each_other(tab: Tab) -> None:
    tab.view("#findings")
    tab.page.locator(f"{ROWS} .site a").first.click()
    tab.settled()
    assert tab.hash.startswith("#site=")
    tab.page.locator(".main .title").first.click()
    tab.settled()
    assert tab.hash.startswith("#finding=")
    tab.press("Escape")
    tab.until("() => location.hash.startsWith('#site=')")
    tab.settled().page.locator("td.article a").first.click()
    tab.settled()
    assert tab.hash.startswith("#article=")
    for view in ("pages", "sites", "articles", "overview"):
        tab.page.locator(f"#nav a[href='#{view}']").click()
        tab.settled()
        assert tab.js("document.activeElement.tagName") == "H1"
        assert tab.texts("#nav [aria-current=page]") == [view.capitalize()]


def test_ten_thousand_findings_are_quick(open_tab: Callable[..., Tab], many: Path) -> None:
    tab = open_tab("about:blank")
    tab.seconds()
    tab.go(f"{many.as_uri()}#findings")
    took: list[float] = []
    assert tab.texts(".count strong") == [f"{MANY:,} findings"]
    assert tab.page.locator(ROWS).count() == 100
    assert tab.seconds() < 5
    for typed in ("f", "fe", "fer", "ferr", "ferri", "ferries"):
        before = tab.seconds()
        tab.page.locator("#search").fill(typed)
        tab.js("document.body.offsetHeight")
        took.append(tab.seconds() - before)
    # 60 ms where nothing else runs.
    assert statistics.median(took) < 0.5
    ferries = len(range(0, MANY, 3))
    assert tab.texts(".count strong") == [f"{ferries:,} findings"]
    tab.page.get_by_role("button", name="Last").click()
    assert tab.page.locator(ROWS).count() == ferries % 100
    assert tab.js("document.activeElement.className") == "listing"
    assert tab.texts(".pager span") == [f"{ferries // 100 * 100 + 1:,}–{ferries:,} of {ferries:,}"]


def test_a_part_of_the_findings_says_so(open_tab: Callable[..., Tab], made: Made, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    with path.open("wb") as stream:
        write_html(
            stream.write,
            ordered(made.findings, "words"),
            made.audit.run(),
            made.audit.compare,
            chosen="--site '<b>'",
            order="words",
            most=2,
        )
    tab = open_tab(path.as_uri()).settled()
    assert tab.texts(".statement a")[0] == f"{len(made.findings)} findings"
    assert tab.texts(".notice")[0] == "Of the report this is a choice: --site '<b>'"
    assert (
        f"shows 2 of {len(made.findings)} findings, the ones that have most words." in tab.texts(".notice")[1]
    )
    tab.view("#findings")
    assert tab.page.locator(ROWS).count() == 2
    tab.view("#articles").page.locator(".main .title", has_text="The old bridge").click()
    assert "shows none of its findings" in " ".join(tab.settled().texts(".notice"))


# --- one finding ------------------------------------------------------------------------------


_MARKED = """() => ['source', 'page'].map((side) => {
  const texts = {};
  for (const mark of document.querySelectorAll(`[data-side=${side}] span.passage`)) {
    const copy = mark.cloneNode(true);
    copy.querySelectorAll('.nth').forEach((number) => number.remove());
    texts[mark.dataset.passage] = (texts[mark.dataset.passage] ?? '') + copy.textContent;
  }
  return Object.values(texts);
})"""


def test_marks_the_passages_where_they_are(tab: Tab, made: Made) -> None:
    for page in ("copied", "edited", "moved", "part", "spun", "long", "hostile", "web"):
        finding = made.of(page)
        tab.view(f"#finding={finding.id}")
        spans = (
            [(passage.source_begin, passage.source_end) for passage in finding.passages],
            [(passage.page_begin, passage.page_end) for passage in finding.passages],
        )
        for shown, text, places in zip(tab.js(_MARKED), made.audit.texts_of(finding), spans, strict=True):
            assert [plain(part) for part in shown] == [plain(text[slice(*place)]) for place in places], page
        kinds = [text.split()[-1] for text in tab.texts(".finding button.to")]
        assert kinds == [passage.kind for passage in finding.passages]


def test_marks_what_was_changed(tab: Tab, made: Made) -> None:
    tab.view(f"#finding={made.of('edited').id}")
    assert {"found cracks", "new"} <= set(tab.texts("[data-side=source] del"))
    assert {"discovered fissures", "fresh"} <= set(tab.texts("[data-side=page] ins"))
    assert tab.page.locator("[data-side=source] ins, [data-side=page] del").count() == 0
    tab.page.locator("input[name=layer-changed]").uncheck()
    assert tab.js("getComputedStyle(document.querySelector('.pane ins')).fontWeight") == "400"


def test_kinds_differ_by_more_than_colour(tab: Tab, made: Made) -> None:
    looks = set()
    for page, kind in (("copied", "verbatim"), ("edited", "edited"), ("spun", "spun")):
        tab.view(f"#finding={made.of(page).id}")
        looks.add(tab.js(f"getComputedStyle(document.querySelector('.pane .k-{kind}')).textDecorationStyle"))
    assert len(looks) == 3


def test_keys_walk_through_passages_and_findings(tab: Tab, made: Made) -> None:
    finding = made.of("part")
    count = len(finding.passages)
    assert count == 2
    tab.view(f"#finding={finding.id}?sort=-words")

    def chosen() -> list[str]:
        return sorted(
            set(tab.js("[...document.querySelectorAll('.pane .chosen')].map((one) => one.dataset.passage)"))
        )

    for key, expected in (("n", "0"), ("j", "1"), ("n", "0"), ("k", "1"), ("p", "0")):
        tab.press(key)
        assert chosen() == [expected]
        assert tab.page.locator(".pane .chosen").count() >= 2
    assert tab.texts("#status") == [f"Passage 1, verbatim, {finding.passages[0].words} words"]
    tab.until("() => location.hash.includes('passage=1')")
    words = sorted({one.matched_words for one in made.findings})
    tab.press("]")
    tab.until("id => !location.hash.includes(id)", finding.id)
    tab.settled()
    following = next(one for one in made.findings if one.id in tab.hash)
    assert following.matched_words == words[words.index(finding.matched_words) + 1]
    tab.press("[")
    tab.until("id => location.hash.includes(id)", finding.id)
    tab.settled().press("Escape")
    tab.page.wait_for_selector(ROWS)
    assert tab.hash == "#findings?sort=-words"


def test_keys_can_be_switched_off(tab: Tab, made: Made) -> None:
    tab.view(f"#finding={made.of('part').id}").press("?")
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_label("Keys are on").uncheck()
    tab.press("Escape")
    assert dialog.count() == 0
    tab.press("n")
    assert tab.page.locator(".pane .chosen").count() == 0
    tab.page.get_by_role("button", name="Next").click()
    assert tab.page.locator(".pane .chosen").count() == 2


def test_slash_goes_to_the_search_and_typing_there_is_no_command(tab: Tab) -> None:
    tab.press("/")
    tab.until("() => document.activeElement.id === 'search'")
    tab.press("n", "?", "/")
    assert tab.js("document.activeElement.value") == "n?/"


_TOPS = """(passage) => ['source', 'page'].map((side) => {
  const pane = document.querySelector(`[data-side=${side}]`);
  const mark = pane.querySelector(`span[data-passage="${passage}"]`);
  return mark.getBoundingClientRect().top - pane.getBoundingClientRect().top;
})"""


def test_texts_scroll_together_by_passages(open_tab: Callable[..., Tab], made: Made) -> None:
    tab = open_tab(f"{made.url}#finding={made.of('long').id}", height=480).settled()
    moved = [passage.moved for passage in made.of("long").passages]
    for passage in (moved.index(True), moved.index(False)):
        tab.js(
            """(passage) => {
              const pane = document.querySelector('[data-side=page]');
              const mark = pane.querySelector(`span[data-passage="${passage}"]`);
              pane.dispatchEvent(new Event('wheel'));
              pane.scrollTop += mark.getBoundingClientRect().top - pane.getBoundingClientRect().top
                - pane.clientHeight * 0.3 + 20;
            }""",
            passage,
        )
        tab.until(
            f"(n) => {{ const [source, page] = ({_TOPS})(n); return Math.abs(source - page) < 40 }}", passage
        )


def test_a_passage_is_chosen_on_both_sides_by_a_click(tab: Tab, made: Made) -> None:
    tab.view(f"#finding={made.of('long').id}")
    tab.page.locator("[data-side=page] button.nth").nth(1).click()
    assert tab.page.locator("[data-side=source] .chosen").count() >= 1
    source, page = tab.js(_TOPS, 1)
    assert abs(source - page) < 40
    tab.page.locator(".finding button.to").first.click()
    assert tab.texts("tr[data-chosen] button.to") == tab.texts(".finding button.to")[:1]


def test_words_taken_twice_are_shown_for_either_passage(tab: Tab, made: Made) -> None:
    finding = made.of("twice")
    text = made.audit.texts_of(finding)[0]
    spans = [(passage.source_begin, passage.source_end) for passage in finding.passages]
    assert spans[0][1] > spans[1][0]
    tab.view(f"#finding={finding.id}")
    for begin, end in spans:
        tab.press("n")
        chosen = "".join(tab.texts("[data-side=source] .chosen"))
        assert plain(re.sub(r"^\d", "", chosen)) in plain(text[begin:end])
        assert len(plain(chosen)) > 0.9 * len(plain(text[begin:end]))


def test_numbers_add_up(tab: Tab, made: Made) -> None:
    finding = made.of("edited")
    tab.view(f"#finding={finding.id}")
    rows = tab.js(
        "[...document.querySelectorAll('.grid')].find((grid) => grid.caption?.textContent.includes('words'))"
        ".innerText.split('\\n').map((row) => row.trim().split(/\\s+/))"
    )
    words = {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[1].isdigit()}
    assert words == finding.words_by_kind | {"all": finding.page_words}
    assert sum(finding.words_by_kind.values()) == finding.page_words


def test_tells_what_a_page_says_of_itself(tab: Tab, made: Made) -> None:
    finding = made.of("web")
    tab.view(f"#finding={finding.id}")
    table = tab.page.get_by_role("region", name="What the page says of itself").inner_text()
    assert finding.metadata is not None
    assert finding.metadata.published is not None
    assert finding.metadata.published.where in table
    assert "2026-06-07" in table
    # It calls the article its canonical address, and links to it.
    assert tab.page.locator(".notes a[href='https://news.example/ferry']").count() == 2


def test_a_report_without_texts_has_numbers_and_offsets(
    open_tab: Callable[..., Tab], made_without_texts: Made
) -> None:
    finding = made_without_texts.of("moved")
    tab = open_tab(f"{made_without_texts.url}#finding={finding.id}").settled()
    assert tab.page.get_by_text("made without texts").count() == 1
    assert tab.page.locator(".pane").count() == 0
    spans = tab.texts("td.offsets")
    passage = finding.passages[0]
    assert f"{passage.page_begin:,}–{passage.page_end:,}" in spans
    tab.press("n")
    assert tab.page.locator("tr[data-chosen]").count() == 1
    tab.view("#article=0")
    assert tab.page.locator(".strip").count() == 1


# --- one article ------------------------------------------------------------------------------


def test_an_article_shows_how_often_its_words_are_out_there(tab: Tab, made: Made) -> None:
    tab.view("#articles")
    tab.page.locator(".main .title", has_text="The night ferry").click()
    tab.settled()
    findings = [finding for finding in made.findings if finding.source.id == "ferry"]
    pages = sum(any(passage.source_begin == 0 for passage in finding.passages) for finding in findings)
    cells = tab.page.locator(".heat .cell")
    assert cells.count() == 4
    assert str(cells.first.get_attribute("aria-label")).endswith(f"on {pages} pages")
    cells.nth(2).click()
    assert tab.js("document.activeElement.innerText").startswith("3 ")
    tab.page.locator(".heat .cell").first.focus()
    tab.press("ArrowRight", "Enter")
    assert tab.js("document.activeElement.innerText").startswith("2 ")
    assert tab.page.locator(".listing tbody tr").count() == len(findings)


def test_links_of_another_report_are_told(tab: Tab) -> None:
    for address, told in {
        "#finding=00": "no such finding",
        "#article=99": "no such article",
        "#site=x": "no such site",
    }.items():
        tab.view(address)
        assert told in tab.texts("h1")[0]
    tab.view("#elsewhere?%E0%A4%A=1")
    assert tab.page.locator(".verdicts").count() == 1


# --- looks ------------------------------------------------------------------------------------


def test_follows_the_system_and_a_button_switches(open_tab: Callable[..., Tab], made: Made) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    light, dark = (open_tab(made.url, color_scheme=scheme).settled() for scheme in ("light", "dark"))
    colours = light.js(paper), dark.js(paper)
    assert colours[0] != colours[1]
    light.page.get_by_role("button", name="Dark").click()
    assert light.js(paper) == colours[1]

    def is_kept() -> bool:
        light.page.reload()
        return bool(light.settled().js(paper) == colours[1])

    # The browser notes it a little later, perhaps not before it loads the page again.
    assert any(is_kept() for _ in range(5))


def test_prints_the_whole_of_both_texts_without_controls(tab: Tab, made: Made) -> None:
    tab.view(f"#finding={made.of('spun').id}")
    tab.page.emulate_media(media="print", color_scheme="dark")
    assert tab.js("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for selector in ("#nav", ".tools", ".bar button", ".gutter", ".trail"):
        assert not tab.page.locator(selector).first.is_visible()
    heights = tab.js(
        "[...document.querySelectorAll('.pane')].map((pane) => [pane.scrollHeight, pane.clientHeight])"
    )
    assert all(whole <= seen + 1 for whole, seen in heights)
    assert len(tab.page.pdf()) > 20_000


def test_skip_link_leads_to_the_heading(tab: Tab) -> None:
    tab.page.locator("#skip").focus()
    tab.press("Enter")
    assert tab.js("document.activeElement.tagName") == "H1"
