"""Render a large report and open it in a browser: seconds, megabytes, and how long a click takes.

    python benchmarks/report.py                     10,000 pages, 2,000 articles of 700 words, texts made here
    python benchmarks/report.py --corpora FOLDER    of real news, joined to that length (it packs less well)
    python benchmarks/report.py --pages 500         a smaller one
    python benchmarks/report.py --keep DIR          leave the report there, to look at

Each page takes from one article: word for word, with 8 % or 30 % of its words replaced, its first half before
words of another, or its second. The page shows the 10,000 worst of the findings. The audit runs as a command,
and so does `reuse report`, three times, timed from start to end. With playwright and chromium the page is
opened from disk, sorted, searched, and a finding looked at, three times. Times are medians.

Fails if a floor of README.md is missed, or the report is not the one that the audit wrote.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import corpus

SOURCES, PAGES, WORDS = 2_000, 10_000, 700
OTHERS = 200  # articles that are in no input, for words of the pages' own
KINDS = ("verbatim", "edited", "respun", "first half", "second half")
REPLACED = {"edited": 0.08, "respun": 0.3}
ROUNDS = 3
#: What README.md promises of 10,000 findings.
RENDERED, SIZE, OPENED = 15.0, 40_000_000, 3.0


# --- making -----------------------------------------------------------------------------------


def articles(folder: Path | None, number: int) -> list[list[str]]:
    """Return articles as words, line ends kept at the end of the last word of a line."""
    if folder is None:
        stream = [word for text in corpus.make(number * 2, 7) for word in words_of(text)]
    else:
        with lzma.open(folder / "news-background-en.jsonl.xz", "rt", encoding="utf-8") as lines:
            stream = [word for row in map(json.loads, lines) for word in words_of(row["text"])]
    made = [stream[begin : begin + WORDS] for begin in range(0, number * WORDS, WORDS)]
    assert len(made[-1]) == WORDS, "the corpus has too few words"
    return made


def words_of(text: str) -> list[str]:
    """Return the words of a text, the last of each line with the line end."""
    lines = (line.split() for line in text.split("\n"))
    return [word for line in lines if line for word in (*line[:-1], line[-1] + "\n")]


def taken(article: list[str], kind: str, own: list[str], chance: random.Random) -> list[str]:
    """Return the words of a page that takes from an article."""
    half = len(article) // 2
    if kind == "first half":
        return article[:half] + own[half:]
    if kind == "second half":
        return own[:half] + article[half:]
    share = REPLACED.get(kind, 0.0)
    return [chance.choice(own) if chance.random() < share else word for word in article]


def written(folder: Path, made: list[list[str]], others: list[list[str]], pages: int) -> None:
    """Write the two inputs of the audit; what pages have of their own is from other articles."""
    chance = random.Random(11)
    with (folder / "articles.jsonl").open("w") as stream:
        for number, words in enumerate(made):
            row = {"id": f"article/{number}", "text": " ".join(words), "title": " ".join(words[:9]).strip()}
            stream.write(json.dumps(row | {"url": f"https://paper.example/{number}", "author": "N. N."}) + "\n")
    with (folder / "pages.jsonl").open("w") as stream:
        for number in range(pages):
            own = others[chance.randrange(len(others))]
            words = taken(made[number % len(made)], KINDS[number % len(KINDS)], own, chance)
            site = f"https://site-{chance.randrange(400)}.example"
            day = f"2026-{1 + number % 11:02}-{1 + number % 28:02}"
            row = {"id": f"page/{number}", "text": " ".join(words), "title": " ".join(words[3:12]).strip()}
            stream.write(json.dumps(row | {"url": f"{site}/{number}", "date": day}) + "\n")


# --- rendering --------------------------------------------------------------------------------


def reuse(*arguments: str) -> float:
    """Run a command and return its seconds."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "reuse", *arguments, "-q"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


# --- opening ----------------------------------------------------------------------------------


def opened(page: Path, number: int) -> dict[str, float] | None:
    """Return seconds of what a reader does; None without a browser."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        rounds = [walked(browser, page) for _ in range(number)]
        browser.close()
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def walked(browser: Any, file: Path) -> dict[str, float]:
    """Open the page in a fresh tab and do what a reader does; return the seconds of each."""
    page = browser.new_page()
    begin = time.perf_counter()
    page.goto(file.as_uri())
    page.wait_for_selector(".verdicts")
    taken = {"open": time.perf_counter() - begin}
    page.evaluate("location.hash = '#findings'")
    page.wait_for_selector(ROWS)
    # Of what comes next the script's own work is measured, up to when the browser has laid out the page.
    for name, action in ACTIONS.items():
        taken[name] = page.evaluate(action) / 1000
    begin = time.perf_counter()
    page.locator(f"{ROWS} a").first.click()
    page.wait_for_selector(".pane .passage")
    taken["a finding"] = time.perf_counter() - begin
    page.close()
    return taken


ROWS = ".results tbody tr"
LAID_OUT = "document.body.getBoundingClientRect(); return performance.now() - begin;"
ACTIONS = {
    "sort": f"""() => {{ const begin = performance.now();
        [...document.querySelectorAll('.results th button')].at(-1).click(); {LAID_OUT} }}""",
    "search": f"""() => {{ const begin = performance.now(); const input = document.getElementById('search');
        input.value = 'site-77'; input.dispatchEvent(new Event('input', {{bubbles: true}})); {LAID_OUT} }}""",
}


# --- running ----------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="real news")
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the report is left")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = asked.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        sources = max(asked.pages * SOURCES // PAGES, 2)
        made = articles(asked.corpora, sources + OTHERS)
        written(folder, made[:sources], made[sources:], asked.pages)
        report, again = folder / "report", folder / "again.html"
        audited = reuse("audit", str(folder / "articles.jsonl"), str(folder / "pages.jsonl"), "-o", str(report))
        rendered = [reuse("report", str(report), "-f", "html", "-o", str(again)) for _ in range(asked.rounds)]
        same = again.read_bytes() == (report / "report.html").read_bytes()
        findings = (report / "findings.jsonl").read_bytes().count(b"\n")
        size, seconds = again.stat().st_size, statistics.median(rendered)
        print(f"{findings:,} findings on {asked.pages:,} pages; audited, report and all, in {audited:.1f} s")
        print(
            f"rendered in {seconds:.1f} s (floor {RENDERED:g} s), {size / 1e6:.1f} MB (floor {SIZE / 1e6:g} MB)"
        )
        print(f"the report of the audit {'is' if same else 'is NOT'} the one rendered from its folder")
        taken = opened(again, asked.rounds)
    if taken is None:
        print("not opened: playwright and chromium are needed for that")
    else:
        print(
            ", ".join(f"{name} {value:.3f} s" for name, value in taken.items()) + f" (open: floor {OPENED:g} s)"
        )
    kept = seconds < RENDERED and size < SIZE and same and (taken is None or taken["open"] < OPENED)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
