"""``report.html`` for everyone: rules of accessibility, small screens, browsers without this or that.

Covers: ``reuse/report/pages/assets/``. Compares against: the rules of axe-core. Run: ``pytest tests/browser``
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Tab
    from tests.browser.reports import Made

LISTS = ("#overview", "#findings", "#articles", "#pages", "#sites", "#article=0", "#site=0")


def views(made: Made) -> list[str]:
    """Return the address of every view, and of findings of every kind."""
    return [
        *LISTS,
        *(f"#finding={made.of(page).id}?passage=1" for page in ("edited", "spun", "web", "hostile")),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_breaks_no_rule_of_accessibility(
    open_tab: Callable[..., Tab], made: Made, axe: str, scheme: str
) -> None:
    tab = open_tab(made.url, color_scheme=scheme).settled()
    tab.js(axe)
    broken = {}
    for view in views(made):
        tab.view(view)
        broken[view] = violations(tab)
    tab.press("?")
    broken["keys"] = violations(tab)
    assert broken == {view: [] for view in broken}


def violations(tab: Tab) -> list[str]:
    run = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    return [
        f"{rule['impact']}: {rule['id']}: {json.dumps(node['target'])} {node['failureSummary']}"
        for rule in tab.js(run)
        for node in rule["nodes"][:3]
    ]


@pytest.mark.parametrize("width", [360, 1024, 1600])
def test_nothing_is_wider_than_the_screen(open_tab: Callable[..., Tab], made: Made, width: int) -> None:
    tab = open_tab(made.url, width=width, height=740).settled()
    for view in views(made):
        tab.view(view)
        assert tab.js("document.documentElement.scrollWidth") <= width, view


def test_rows_are_cards_on_small_screens(open_tab: Callable[..., Tab], made: Made) -> None:
    tab = open_tab(f"{made.url}#findings", width=360, height=740).settled()
    assert not tab.page.locator(".results thead").is_visible()
    assert (
        tab.js("getComputedStyle(document.querySelector('.results td.number'), '::before').content") != "none"
    )
    tab.page.get_by_label("Sort by").select_option("words")
    words = [int(text.split()[-1].replace(",", "")) for text in tab.texts("td[data-name=Words]")]
    assert words == sorted(words, reverse=True)


def test_without_scripts_a_line_says_so(open_tab: Callable[..., Tab], made: Made) -> None:
    tab = open_tab(made.url, java_script_enabled=False)
    assert "scripts are switched off" in tab.page.locator("noscript").inner_text()


def test_an_old_browser_is_told_in_a_sentence(open_tab: Callable[..., Tab], made: Made) -> None:
    tab = open_tab("about:blank")
    tab.page.add_init_script("delete globalThis.DecompressionStream")
    tab.page.goto(made.url)
    tab.page.get_by_text("This browser is too old").wait_for()
    assert tab.page.locator("h1").count() == 0


@pytest.mark.parametrize(
    ("cut", "told"), [("index", "This file cannot be read"), ("block-0", "This part cannot be read")]
)
def test_a_damaged_file_is_told_in_a_sentence(
    open_tab: Callable[..., Tab], made: Made, tmp_path: Path, cut: str, told: str
) -> None:
    begin, data = made.path.read_text("utf-8").split(f'id="{cut}">')
    path = tmp_path / "damaged.html"
    path.write_text(f'{begin}id="{cut}">{data[:200]}{data[data.index("</script>") :]}', "utf-8")
    tab = open_tab(f"{path.as_uri()}#finding={made.of('copied').id}")
    tab.page.get_by_text(told).wait_for()
