"""Audit a made crawl against the articles it takes from: pages a second, what is found, what accused besides.

    python benchmarks/crawl.py                     2,000 pages of 60 KB, texts made here, seeded
    python benchmarks/crawl.py --corpora FOLDER    with real news from FOLDER/news-background-en.jsonl.xz
    python benchmarks/crawl.py --check             160 pages once, without the floors on speed

The crawl is a ``.warc.gz`` of pages of many sites, in the templates that the tests read too. One page in a
hundred reuses one of 200 articles: word for word, with words replaced, three paragraphs of it, in a comment, or
quoted in a forum. Times are seconds of the processor on one thread, medians over the rounds, so that others on
the machine count for little; the audit runs as a command of its own, whose memory is its own.

Fails if a planted page is missed in made texts, if a page is accused that reuses nothing, or if a floor of
README.md is missed. In real news nobody knows what else is reused: what is accused besides is only told.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
from tabulate import tabulate

sys.path.insert(0, str(Path(__file__).parents[1]))

from reuse.documents import read
from reuse.values import Document
from reuse.web import Originals, skim
from tests.templates import TEMPLATES

SOURCES, PAGES, SITES = 200, 2000, 100
SIZE = 60_000  # bytes of a page
KINDS = ("verbatim", "edited", "excerpt", "comment", "quotation")
REPLACED = 0.08  # of the words of an edited copy
LEAST_WORDS = 150
ROUNDS = 5
#: What README.md promises: pages and records a second on one core; the share of pages read carefully; recall.
SKIMMED, RECORDS, CAREFUL, RECALL = 300, 3000, 0.05, 1.0


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl on disk, and which of its pages take from which article by which kind of reuse."""

    sources: Path
    archive: Path
    pages: int
    planted: dict[str, tuple[str, str]]


# --- making -----------------------------------------------------------------------------------


def made(number: int) -> list[str]:
    """Make texts of which none resembles another."""
    return unlike(corpus.make(number * 4 // 3 + 60, 3))[:number]


def news(folder: Path, number: int) -> list[str]:
    """Read real news, less what is there twice."""
    with lzma.open(folder / "news-background-en.jsonl.xz", "rt", encoding="utf-8") as lines:
        return unlike([row["text"] for row in map(json.loads, lines)])[:number]


def unlike(texts: list[str]) -> list[str]:
    """Return the texts that are long enough and resemble no other."""
    alike = corpus.truth(texts, 0.3)
    twice = {*alike["left"].tolist(), *alike["right"].tolist()}
    return [text for row, text in enumerate(texts) if row not in twice and len(text.split()) >= LEAST_WORDS]


def paragraphs(text: str) -> list[str]:
    return [paragraph.strip() for paragraph in text.split("\n") if paragraph.strip()]


def write_crawl(folder: Path, texts: Sequence[str]) -> Crawl:
    """Write the first texts as articles, and a page with each of the others."""
    rng = random.Random("crawl")
    sources, others = texts[:SOURCES], texts[SOURCES:]
    articles, archive = folder / "articles.jsonl", folder / "crawl.warc.gz"
    rows = (json.dumps({"id": f"article {row}", "text": text}) + "\n" for row, text in enumerate(sources))
    articles.write_text("".join(rows))
    reusing = rng.sample(range(len(others)), max(len(KINDS), len(others) // 100))
    kinds = {page: KINDS[turn % len(KINDS)] for turn, page in enumerate(reusing)}
    taken = dict(zip(reusing, rng.sample(range(len(sources)), len(reusing)), strict=True))
    with archive.open("wb") as out:
        for number, text in enumerate(others):
            site = number % SITES
            own = paragraphs(text)
            if number in kinds:
                page = reusing_page(kinds[number], paragraphs(sources[taken[number]]), own, site, rng)
            else:
                page = plain_page(own, site)
            out.write(record(f"https://www.paper{site}.example/{number}", filled(page, rng)))
    planted = {f"{archive}:{page + 1}": (f"article {taken[page]}", kinds[page]) for page in reusing}
    return Crawl(articles, archive, len(others), planted)


def plain_page(body: Sequence[str], site: int, template: str = "") -> str:
    """Return a page in the template of its site, or in one that is named."""
    title = " ".join(body[0].split()[:9])
    page = TEMPLATES[template or list(TEMPLATES)[site % len(TEMPLATES)]](title, body)
    return page.replace("The Valley Post", f"Paper {site}")


def reusing_page(kind: str, source: list[str], own: list[str], site: int, rng: random.Random) -> str:
    """Return a page that takes from a source."""
    if kind == "verbatim":
        return plain_page(source, site)
    if kind == "edited":
        words = " ".join(own).split()
        changed = (
            " ".join(rng.choice(words) if rng.random() < REPLACED else word for word in paragraph.split())
            for paragraph in source
        )
        return plain_page(list(changed), site)
    if kind == "excerpt":
        longest = max(range(len(source)), key=lambda at: sum(map(len, source[at : at + 3])))
        return plain_page([*own[:2], *source[longest : longest + 3], *own[2:5]], site)
    if kind == "comment":
        page = plain_page(own, site, "commented")
        begins = '<ol class="comment-list">'
        body = "".join(f"<p>{paragraph}</p>" for paragraph in source)
        assert begins in page
        return page.replace(begins, f'{begins}<li class="comment"><div class="comment-body">{body}</div></li>')
    return plain_page(source, site, "forum")


def filled(page: str, rng: random.Random) -> bytes:
    """Return a page with as much state for its scripts as makes it of full size."""
    content = page.encode()
    slots: list[str] = []
    left = SIZE - len(content)
    while left > 0:
        slots.append(f'{{"slot":"inline-{len(slots)}","id":"{rng.getrandbits(64):016x}","sizes":[300,250]}},\n')
        left -= len(slots[-1])
    return content.replace(b"</head>", f"<script>window.state=[{''.join(slots)}]</script></head>".encode(), 1)


def record(url: str, content: bytes) -> bytes:
    """Return a response as crawlers keep it: a member of gzip."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: made\r\n"
    http += b"Content-Length: %d\r\nDate: Sun, 22 Nov 2026 06:00:00 GMT\r\n\r\n" % len(content)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-22T06:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http) + len(content)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + content + b"\r\n\r\n", 6, mtime=0)


def write_dense(archive: Path, pages: int) -> None:
    """Write pages that pack poorly: pictures set in the page."""
    rng = random.Random("dense")
    with archive.open("wb") as out:
        for number in range(pages):
            picture = rng.randbytes(SIZE * 3 // 8).hex().encode()
            out.write(record(f"https://www.paper.example/{number}", b"<p>Some text.<!--" + picture + b"-->"))


# --- measuring --------------------------------------------------------------------------------


def rate(number: int, work: Callable[[], int], rounds: int) -> float:
    """Return how many are done in a second of the processor, the median; fail if others were done."""
    seconds = []
    for _ in range(rounds):
        begin = time.process_time()
        done = work()
        seconds.append(time.process_time() - begin)
        if done != number:
            sys.exit(f"{done:,} pages were read where {number:,} were written")
    return number / statistics.median(seconds)


def read_pages(archive: Path) -> Iterator[Document]:
    return (page for page in read([str(archive)]) if isinstance(page, Document))


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the command: seconds of the processor, peak memory, what it found, how it was run."""

    seconds: float
    megabytes: float
    accused: dict[str, set[str]]  # sources by page
    careful: int


#: Runs the command, and tells what it took; what a parent is told of its child may be the parent's own memory.
_COMMAND = """
import resource
from reuse.__main__ import run
try:
    run()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(used.ru_utime + used.ru_stime, peak, file=open("used", "w"))
"""


def run(crawl: Crawl, folder: Path) -> Ran:
    """Run the audit once."""
    flags = ["audit", str(crawl.sources), str(crawl.archive), "-j", "1", "-q", "-o", str(folder)]
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *flags], cwd=folder.parent, stdout=subprocess.DEVNULL
    )
    if done.returncode:
        sys.exit(f"the audit ended with {done.returncode}")
    seconds, peak = (folder.parent / "used").read_text().split()
    accused: dict[str, set[str]] = {}
    for finding in map(json.loads, (folder / "findings.jsonl").read_text().splitlines()):
        accused.setdefault(finding["page"]["id"], set()).add(finding["source"]["id"])
    careful = json.loads((folder / "run.json").read_text())["read_carefully"]["pages"]
    return Ran(float(seconds), int(peak) / 1024, accused, careful)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder with news-background-en.jsonl.xz")
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--check", action="store_true", help="a small crawl once, without the floors on speed")
    arguments = parser.parse_args()
    pages, rounds = (160, 1) if arguments.check else (arguments.pages, ROUNDS)
    wanted = SOURCES + pages
    texts = news(arguments.corpora, wanted) if arguments.corpora else made(wanted)
    with tempfile.TemporaryDirectory() as name:
        missed = report(Path(name), texts, rounds, real=bool(arguments.corpora), timed=not arguments.check)
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


def report(folder: Path, texts: Sequence[str], rounds: int, *, real: bool, timed: bool) -> list[str]:
    """Print the figures of a crawl; return what misses its floor."""
    crawl = write_crawl(folder, texts)
    dense = folder / "dense.warc.gz"
    write_dense(dense, crawl.pages // 4)
    documents = list(read_pages(crawl.archive))
    runs = [run(crawl, folder / "report") for _ in range(rounds)]
    found = runs[0].accused
    kept = [page for page, (source, _) in crawl.planted.items() if source in found.get(page, ())]
    besides = sum(len(sources) for sources in found.values()) - len(kept)
    careful, recall = runs[0].careful / crawl.pages, len(kept) / len(crawl.planted)
    speeds = (
        rate(crawl.pages, lambda: sum(1 for _ in skim(documents, Originals())), rounds),
        rate(crawl.pages, lambda: sum(1 for _ in read_pages(crawl.archive)), rounds),
        rate(crawl.pages // 4, lambda: sum(1 for _ in read_pages(dense)), rounds),
    )
    whole = crawl.pages / statistics.median(one.seconds for one in runs)
    peak = max(one.megabytes for one in runs)
    size = crawl.archive.stat().st_size / 1e6
    rows = [
        ("first pass, pages a second", f"{speeds[0]:,.0f}", f"{SKIMMED:,}", timed and speeds[0] < SKIMMED),
        ("records read a second", f"{speeds[1]:,.0f}", f"{RECORDS:,}", timed and speeds[1] < RECORDS),
        ("the same, packed poorly", f"{speeds[2]:,.0f}", "", False),
        ("pages read carefully", f"{careful:.1%}", f"under {CAREFUL:.0%}", careful >= CAREFUL),
        (f"found of {len(crawl.planted)} planted", f"{recall:.1%}", f"{RECALL:.0%}", recall < RECALL),
        ("accused besides", f"{besides}", "" if real else "0", besides > 0 and not real),
        ("whole audit, pages a second", f"{whole:,.0f}", "", False),
        ("its peak memory, MB", f"{peak:,.0f}", "", False),
    ]
    title = f"{crawl.pages:,} pages, {size:.0f} MB packed; one thread, {rounds} rounds"
    print(tabulate([row[:3] for row in rows], (title, "", "floor"), disable_numparse=True))
    for page, (source, kind) in crawl.planted.items():
        if page not in kept:
            print(f"not found: {kind} of {source} on page {page.rpartition(':')[2]}")
    return [row[0] for row in rows if row[3]]


if __name__ == "__main__":
    main()
