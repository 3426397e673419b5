"""``report.html`` of an audit with a policy: licences, dates, credits, common sources, as a reader finds them.

Covers: ``reuse/report/pages/``. Compares against: ``tests/policy_example.py``, which says what is right.
Run: ``pytest tests/browser``
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

import reuse
from reuse.report.pages.report_page import write_html
from reuse.report.selection import ordered
from reuse.rights import read_policy
from tests.browser.reports import ATTACK, Made
from tests.browser.test_access import violations
from tests.policy_example import AS_OF, CASES, RELEASED, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Tab

ROWS = ".results tbody tr"
CARELESS = "mirror-own-address"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("policy")
    write(folder)
    policy = folder / "policy.toml"
    policy.write_text(policy.read_text("utf-8").replace("file 7", f"file 7 {ATTACK[:60]}"), "utf-8")
    sources, crawl, release = (folder / name for name in ("archive.jsonl", "crawl.warc.gz", "release.txt"))
    result = reuse.audit(
        reuse.read([str(sources)]),
        reuse.read([str(crawl), str(folder / "saved")]),
        commons=reuse.read([str(release)]),
        policy=read_policy(str(policy)),
        as_of=date.fromisoformat(AS_OF),
    )
    path = folder / "report.html"
    with path.open("wb") as stream:
        write_html(stream.write, ordered(result.findings, "verdict"), result.run(), result.compare)
    return Made(path, result.findings, result)


@pytest.fixture
def opened(open_tab: Callable[..., Tab], example: Made) -> Tab:
    tab: Tab = open_tab(example.url)
    return tab.settled()


def the(example: Made, name: str) -> str:
    """Return the address of the view of a case's finding."""
    return next(f"#finding={f.id}" for f in example.findings if f.source.id.removeprefix("news-") == name)


def test_counts_of_licences_lead_to_their_findings(opened: Tab) -> None:
    right = Counter(case.status for case in CASES)
    right["unlicensed"] += sum(is_accused for *_, is_accused in RELEASED)
    shown = dict(text.split("\n")[:2] for text in opened.texts(".licences li a"))
    assert {name: int(count) for name, count in shown.items()} == dict(right)
    opened.page.locator(".licences a", has_text="breach").click()
    opened.settled()
    assert opened.hash == "#findings?licence=breach"
    assert len(opened.texts(ROWS)) == right["breach"]
    assert set(opened.texts(".results [data-name=Licence]")) == {"breach"}


def test_older_pages_are_told_loudly(opened: Tab, example: Made) -> None:
    count = sum(case.order == "page-first" for case in CASES)
    assert opened.texts(".notice.loud a") == [f"{count} findings"]
    opened.page.locator(".notice.loud a").click()
    opened.settled()
    assert opened.hash == "#findings?order=page-first"
    assert opened.texts(".results .tag.loud") == ["the page is older"] * count
    opened.view(the(example, "page-older"))
    assert "THE PAGE IS OLDER THAN YOUR ARTICLE" in opened.texts(".notice.loud")[0]


def test_switches_of_licences_and_orders_can_be_pressed_together(opened: Tab) -> None:
    opened.view("#findings")
    opened.page.locator(".chip[data-decided=unlicensed]").click()
    opened.page.locator(".chip[data-decided=unclear]").click()
    opened.page.locator(".chip[data-decided=cannot-order]").click()
    assert opened.hash == "#findings?licence=unlicensed%2Cunclear&order=cannot-order"
    right = sum(case.status in ("unlicensed", "unclear") and case.order == "cannot-order" for case in CASES)
    assert len(opened.texts(ROWS)) == right
    opened.page.locator(".chip[data-decided=unlicensed]").click()
    pressed = opened.page.locator(".chip[aria-pressed=true]")
    assert sorted(pressed.all_inner_texts()) == ["the dates do not tell", "unclear"]


def test_a_finding_tells_its_terms_dates_and_credits(opened: Tab, example: Made) -> None:
    opened.view(the(example, CARELESS))
    told = opened.page.locator("section.decided").inner_text()
    for words in (
        "Mirror Press", "canonical", "broken", "keep_byline", "kept", "the article is older",
        "The page was published", "stated as 2026-11-05T10:00:00+00:00", "Credit line",
        "First published by Example News", "Byline",
    ):  # fmt: skip
        assert words in told
    links = opened.page.locator("section.decided").get_by_text("to the article: https://www.example.com/")
    assert links.count() == 1


def test_common_sources_are_told_and_marked(opened: Tab, example: Made) -> None:
    opened.view("#findings?common=1")
    assert opened.texts(".results .tag") == ["common source"]
    opened.view(the(example, "on-release"))
    assert "345 words: " in opened.page.locator("section.decided").inner_text()
    marked = opened.page.locator(".texts .common")
    assert marked.count() > 0
    assert marked.first.evaluate("e => getComputedStyle(e).textDecorationLine") == "overline"
    opened.page.get_by_text("owed to a common source", exact=True).click()
    assert marked.first.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"


def test_sites_tell_how_much_of_them_and_how_much_later(opened: Tab) -> None:
    opened.view("#sites")
    assert "Of site" in opened.texts("thead th span")
    courier = next(text for text in opened.texts("tbody tr") if text.startswith("courier.org"))
    assert "100%" in courier
    assert "3.1 d" in courier
    opened.page.locator("tbody a", has_text="courier.org").click()
    opened.settled()
    known = opened.texts("#content p.soft")
    assert known[0].endswith("pages read here have findings, 100%.")
    assert known[1] == "Later than the articles by 3.1 d, the median of 6 findings."


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_decided_breaks_no_rule_of_accessibility(
    open_tab: Callable[..., Tab], example: Made, axe: str, scheme: str
) -> None:
    tab = open_tab(example.url, color_scheme=scheme).settled()
    tab.js(axe)
    views = [
        "#overview",
        "#findings",
        "#sites",
        "#site=0",
        *(the(example, name) for name in (CARELESS, "on-release")),
    ]
    broken = {}
    for view in views:
        tab.view(view)
        broken[view] = violations(tab)
    assert broken == {view: [] for view in broken}


def test_it_fits_small_screens(open_tab: Callable[..., Tab], example: Made) -> None:
    tab = open_tab(example.url, width=360, height=740).settled()
    for view in ("#overview", "#findings", "#sites", the(example, CARELESS), the(example, "suppressed")):
        tab.view(view)
        assert tab.js("document.documentElement.scrollWidth") <= 360, view
