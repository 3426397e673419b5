"""Reports cut short, chosen from, or of every pair, and evidence, in a browser: no number says more than is so.

Covers: ``reuse/report/pages/``, ``evidence/``. Compares against: the overview of the findings, the rules of
axe-core. Run: ``pytest tests/browser``
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

import reuse
from reuse.report.evidence import write_evidence
from reuse.report.overview import overview
from reuse.report.pages.report_page import write_html
from reuse.report.selection import ordered
from tests.browser.reports import BRIDGE, FERRY, OWN
from tests.browser.test_access import violations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reuse.pipeline import Audit
    from tests.browser.conftest import Tab


@pytest.fixture(scope="module")
def audit() -> Audit:
    """Return an audit of pages dated in several manners, one of them not accused."""
    bridge, ferry, own = ("\n".join(parts) for parts in (BRIDGE, FERRY, OWN))
    articles = [reuse.Document("bridge", bridge, "a"), reuse.Document("ferry", ferry, "a")]
    dates = ("2026-11-03", format_datetime(datetime(2026, 11, 2, tzinfo=UTC)), "20261104", "2026-11-03T10:00Z")
    pages = [
        reuse.Document(f"p{n}", text, "p", url=f"https://site{n % 3}.example/{n}", date=date)
        for n, (text, date) in enumerate(zip((bridge, ferry, f"{bridge}\n{ferry}", bridge), dates, strict=True))
    ]
    alone = reuse.Document("q", f"{own}\n{BRIDGE[0].split('. ')[0]}.", "p", url="https://quiet.example/9")
    return reuse.audit(articles, [*pages, alone])


def write(audit: Audit, path: Path, **more: Any) -> str:
    with path.open("wb") as stream:
        write_html(stream.write, ordered(audit.scored, "verdict"), audit.run(), audit.compare, **more)
    return path.as_uri()


def test_a_report_cut_short_counts_all(open_tab: Callable[..., Tab], audit: Audit, tmp_path: Path) -> None:
    told = overview(audit.findings)
    tab = open_tab(write(audit, tmp_path / "cut.html", most=1)).settled()
    assert tab.texts(".statement a") == [
        f"{told.findings} findings",
        f"{told.pages} pages",
        f"{told.sites} sites",
        f"{told.sources} articles",
    ]
    assert "This file shows 1 of" in tab.texts(".notice")[0]


def test_a_choice_says_that_it_is_one(open_tab: Callable[..., Tab], audit: Audit, tmp_path: Path) -> None:
    tab = open_tab(write(audit, tmp_path / "some.html", chosen="--site site1.example")).settled()
    assert tab.texts(".notice code") == ["--site site1.example"]
    assert tab.texts(".looked") == []


def test_what_is_not_accused_is_listed_and_not_counted(
    open_tab: Callable[..., Tab], audit: Audit, tmp_path: Path
) -> None:
    assert len(audit.scored) > len(audit.findings)
    tab = open_tab(write(audit, tmp_path / "all.html")).settled()
    tab.view("#pages")
    assert tab.texts(".looked")[0].startswith("4 pages with findings")
    tab.view("#sites")
    assert tab.texts(".looked")[0].startswith("3 sites with findings")
    tab.view("#findings?q=quiet.example")
    assert "quiet.example" in " ".join(tab.texts(".results tbody tr"))


def test_every_bar_of_the_timeline_leads_to_its_pages(
    open_tab: Callable[..., Tab], audit: Audit, tmp_path: Path
) -> None:
    tab = open_tab(write(audit, tmp_path / "bars.html")).settled()
    hashes = [
        name
        for name in tab.js("[...document.querySelectorAll('.overview details a')].map((link) => link.hash)")
        if "from=" in name
    ]
    found = {}
    for name in hashes:
        tab.view(name)
        found[name] = {row.split("\n")[0] for row in tab.texts(".results tbody tr")}
    days = sorted(name.partition("from=")[2][:10] for name in hashes)
    assert days == ["2026-11-02", "2026-11-03", "2026-11-04"]
    assert all(found.values())


@pytest.mark.parametrize("name", ["#constructor", "#__proto__", "#toString=1"])
def test_an_address_names_views_alone(
    open_tab: Callable[..., Tab], audit: Audit, tmp_path: Path, name: str
) -> None:
    tab = open_tab(write(audit, tmp_path / "odd.html") + name).settled()
    assert tab.texts(".statement") != []


def test_an_address_that_is_not_what_it_seems_is_no_link(open_tab: Callable[..., Tab], tmp_path: Path) -> None:
    text = "\n".join(BRIDGE)
    seeming = reuse.Document("p", text, "p", url="https://bank.example@evil.example/")
    audit = reuse.audit([reuse.Document("s", text, "s")], [seeming])
    tab = open_tab(write(audit, tmp_path / "seems.html")).settled()
    tab.view(f"#finding={audit.findings[0].id}")
    assert tab.js("[...document.links].filter((a) => a.host.includes('evil')).length") == 0
    assert "evil.example" in tab.js("document.body.innerText")


DARK = pytest.param("dark", 1280, marks=pytest.mark.slow)


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), DARK])
def test_evidence_is_sound_in_a_browser(
    open_tab: Callable[..., Tab], audit: Audit, axe: str, tmp_path: Path, scheme: str, width: int
) -> None:
    write_evidence(str(tmp_path / "case"), audit.findings, audit.run(), audit.compare)
    pages = [tmp_path / "case" / "index.html", *sorted((tmp_path / "case" / "site1.example").rglob("*.html"))]
    assert len(pages) == 2
    for page in pages:
        tab = open_tab(page.as_uri(), width=width, color_scheme=scheme)
        tab.js(axe)
        assert violations(tab) == []
        assert tab.js("document.documentElement.scrollWidth") <= width
        assert tab.js("document.scripts.length") == 0
