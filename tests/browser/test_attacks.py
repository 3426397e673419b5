"""``report.html`` made from pages that attack it: nothing they wrote is run, followed, or steers what is shown.

Covers: ``reuse/report/pages/``. Compares against: what the attacks would have left behind. Run: ``pytest
tests/browser``
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.reports import ATTACK
from tests.browser.test_access import views

if TYPE_CHECKING:
    from tests.browser.conftest import Tab
    from tests.browser.reports import Made

#: What steers or hides, wherever it stands.
STEERING = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def test_nothing_that_a_page_wrote_takes_effect(tab: Tab, made: Made) -> None:
    for view in views(made):
        tab.view(view)
        assert tab.js("window.hacked") is None
        assert (
            tab.page.locator(
                "img, iframe, object, embed, form[action], base, [onload], [onerror], svg script"
            ).count()
            == 0
        )
        schemes = set(tab.js("[...document.querySelectorAll('a')].map((link) => link.protocol)"))
        assert schemes <= {"file:", "http:", "https:"}, view
        elsewhere = "[...document.querySelectorAll('a')].filter((link) => link.protocol !== 'file:')"
        assert set(tab.js(f"{elsewhere}.map((link) => link.rel + ' ' + link.target)")) <= {
            "noopener noreferrer nofollow _blank"
        }


def test_characters_that_steer_or_hide_are_named(tab: Tab, made: Made) -> None:
    for view in views(made):
        tab.view(view)
        assert not STEERING.search(tab.page.locator("body").inner_text()), view
        attributes = tab.js(
            "[...document.querySelectorAll('body *')]"
            ".flatMap((one) => [...one.attributes].map(({value}) => value))"
        )
        assert not [value for value in attributes if STEERING.search(value)], view
        assert not STEERING.search(tab.page.title())
    tab.view(f"#finding={made.of('hostile').id}")
    named = set(tab.texts("[data-side=page] .odd"))
    assert {"U+202D", "U+2066", "U+001B", "U+200D", "U+200B", "U+E0041 U+E0042"} <= named
    assert set(
        tab.js("[...document.querySelectorAll('.odd')].map((one) => one.getAttribute('aria-label'))")
    ) >= {"character U+202D"}
    # Joiners stay where they belong: Persian, Devanagari, pictures.
    shown = tab.page.locator("[data-side=page]").inner_text()
    assert all(
        word in shown for word in re.findall("می\u200cخواهم|क्\u200dष|\U0001f469\u200d\U0001f680", ATTACK)
    )


def test_strangers_text_keeps_its_direction_to_itself(tab: Tab, made: Made) -> None:
    tab.view(f"#finding={made.of('hostile').id}")
    assert set(tab.js("[...document.querySelectorAll('.prose > p')].map((one) => one.dir)")) == {"auto"}
    tab.view("#findings")
    links = "[...document.querySelectorAll('.results .main .title, .results .site a')]"
    assert tab.js(f"{links}.filter((one) => !one.querySelector('bdi')).length") == 0


def test_the_policy_stops_what_the_script_would_never_do(tab: Tab) -> None:
    tab.js("() => addEventListener('securitypolicyviolation', () => { window.stopped = true })")
    for attack in (
        "fetch('https://elsewhere.example/')",
        "Object.assign(new Image(), {src: 'data:image/gif,'}).decode()",
        "document.body.insertAdjacentHTML('beforeend', '<b>bold</b>')",
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.hacked = 8'}))",
        "document.body.setAttribute('style', 'color: red')",
        "document.body.setAttribute('onclick', 'window.hacked = 9')",
    ):
        tab.js("() => { window.stopped = false }")
        tab.js(f"async () => {{ try {{ await ({attack}) }} catch {{ /* refused, which is told, too */ }} }}")
        tab.page.locator("h1").dispatch_event("click")
        tab.until("() => window.stopped")
        assert tab.js("window.hacked") is None
    # That the browser tells of it is as it should be here.
    tab.errors.clear()
    tab.asked.clear()
