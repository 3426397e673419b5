"""A browser, the reports that it opens, and tabs that watch what a page does behind the reader's back."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from tests.browser.reports import Made, make, make_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, CDPSession, Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
MANY = 10_000


def _lacking(what: str) -> NoReturn:
    """Skip, and say why; where every change is checked nothing may be lacking."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _lacking("playwright is not installed: pip install -e '.[test]'")
    chromium = shutil.which("chromium")
    if chromium is None:
        _lacking("there is no chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        _lacking("axe-core is not installed: npm ci --prefix tests/browser")
    return AXE.read_text("utf-8")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="session")
def made_without_texts(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("numbers") / "report.html", texts=False)


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("many") / "report.html"
    make_many(path, MANY)
    return path


@dataclass
class Tab:
    """A page in the browser, and what it has done: errors, dialogs, and what it asked for."""

    page: Page
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _session: CDPSession | None = None

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def go(self, url: str) -> Tab:
        """Open a report, or a view of it; returns when it is drawn."""
        self.page.goto(url)
        return self.settled()

    def view(self, name: str) -> Tab:
        """Go to a view by its address."""
        self.page.evaluate("hash => { location.hash = hash }", name)
        return self.settled()

    def settled(self) -> Tab:
        """Wait until the view of the address is drawn."""
        # The browser tells of a new address in a task of its own.
        self.js("() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done))))")
        self.page.wait_for_selector("#content[aria-busy=false] h1", state="attached")
        return self

    def until(self, function: str, value: object = None) -> Tab:
        """Wait until a function, of a value, holds; of an expression the policy of the page would forbid it."""
        self.page.wait_for_function(function, arg=value)
        return self

    def press(self, *keys: str) -> Tab:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def texts(self, selector: str) -> list[str]:
        """Return the texts of all elements that a selector finds."""
        return [text.strip() for text in self.page.locator(selector).all_inner_texts()]

    def js(self, code: str, value: object = None) -> Any:
        """Return what an expression, or a function of a value, gives."""
        return self.page.evaluate(code, value)

    def seconds(self) -> float:
        """Return the processor's time that the page has taken, whatever else runs on the machine."""
        if self._session is None:
            self._session = self.page.context.new_cdp_session(self.page)
            self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    @property
    def hash(self) -> str:
        """What of the address names the view."""
        return str(self.js("location.hash"))


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Open tabs; when the test ends, none may have had an error or asked for anything but its file."""
    tabs: list[Tab] = []
    with ExitStack() as contexts:

        def opened(url: str, width: int = 1280, height: int = 800, **given: Any) -> Tab:
            given = {"reduced_motion": "reduce", "viewport": {"width": width, "height": height}} | given
            context = browser.new_context(**given)
            contexts.callback(context.close)
            context.set_default_timeout(10_000)
            tabs.append(Tab(context.new_page()))
            tabs[-1].page.goto(url)
            return tabs[-1]

        yield opened
        for tab in tabs:
            assert tab.errors == []
            assert {url.split("#")[0] for url in tab.asked} <= {"about:blank", tab.page.url.split("#")[0]}


@pytest.fixture
def tab(open_tab: Callable[..., Tab], made: Made) -> Tab:
    """The report, opened from disk."""
    opened: Tab = open_tab(made.url)
    return opened.settled()
