"""Common sources: what they explain of wire copy that people have read, and what they leave of labelled copies.

    python benchmarks/common_sources.py FOLDER      FOLDER holds the corpora

Two questions. Pairs of prints of one agency's story (``news-real-dev``, ``shared_origin`` wire, labelled
copies): are they accused without the agency's text, and explained with it? That text is what of the same story
carries the agency's mark at its head; where nothing does, the earlier print. And labelled copies
(``news-pairs-dev``), of which no common source knows anything: are they still accused beside 21,000 other
articles given as common sources, other reports of the same events among them? A copy is left out of that
question if a common source is itself a copy of its source by the audit's own verdict: corpora hold some
articles twice.

Exits with 1 if a pair of wire prints is not accused without the agency's text, or not explained with it, or if
a copy is explained away.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tabulate import tabulate

from reuse import ACCUSED, Audit, Document, Finding, audit

_AGENCY = re.compile(r"\((?:AP|Reuters)\)|Associated Press|Xinhua")

Pairs = dict[tuple[str, str], Finding]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a corpus."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def documents(texts: list[str], name: str) -> list[Document]:
    """Return texts as documents, each once."""
    return [Document(f"{name}{row}", text, name) for row, text in enumerate(dict.fromkeys(texts))]


def by_pair(result: Audit) -> Pairs:
    """Return what was scored by the ids of source and page."""
    return {(found.source.id, found.page.id): found for found in result.scored}


def wire(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """Return for each pair of wire prints its verdict without the agency's text and with it."""
    table = []
    for row in rows:
        if (row["shared_origin"], row["label"]) != ("wire", "copy"):
            continue
        story = {text for one in rows if one["group"] == row["group"] for text in (one["source"], one["page"])}
        marked = sorted(text for text in story if _AGENCY.search(text[:200])) or [row["source"]]
        sides = documents([row["source"]], "s"), documents([row["page"]], "p")
        (before,) = audit(*sides).scored
        (after,) = audit(*sides, commons=documents(marked, "wire")).scored
        explained = sum(owed.words for owed in after.owed)
        table.append([row["id"], before.verdict, before.matched_words, after.verdict, explained])
    return table


def copies(
    rows: list[dict[str, Any]], background: list[dict[str, Any]]
) -> tuple[list[list[Any]], dict[str, float]]:
    """Return for each kind of copies how many are accused, without and with others as common sources."""
    sources = documents([row["source"] for row in rows], "s")
    pages = documents([row["page"] for row in rows if row["label"] == "copy"], "p")
    taken = {str(one.content) for one in (*sources, *pages)}
    texts = [*(row["page"] for row in rows), *(row["text"] for row in background)]
    commons = documents([text for text in texts if text not in taken and text.strip()], "c")
    names = {str(one.content): one.id for one in (*sources, *pages)}
    seconds = {}
    begin = time.perf_counter()
    before = by_pair(audit(sources, pages))
    seconds["without"] = time.perf_counter() - begin
    begin = time.perf_counter()
    after = by_pair(audit(sources, pages, commons=commons))
    seconds[f"with {len(commons):,} common sources"] = time.perf_counter() - begin
    twice = {found.page.id for found in audit(commons, sources).findings}
    print(f"left out: copies of {len(twice)} articles that the common sources hold, too\n")
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if row["label"] != "copy" or names[row["source"]] in twice:
            continue
        pair = names[row["source"]], names[row["page"]]
        count = counts.setdefault(row["kind"], Counter())
        count["copies"] += 1
        count["before"] += pair in before and before[pair].verdict in ACCUSED
        count["after"] += pair in after and after[pair].verdict in ACCUSED
    columns = ("copies", "before", "after")
    counts["all"] = sum(counts.values(), Counter())
    kinds = [*sorted(counts.keys() - {"all"}), "all"]
    return [[kind, *(counts[kind][name] for name in columns)] for kind in kinds], seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    prints = wire(read(folder / "news-real-dev.jsonl.xz"))
    print(tabulate(prints, ("pair", "without", "reused", "with the wire", "explained"), intfmt=","))
    accused = sum(row[1] in ACCUSED for row in prints)
    explained = sum(row[3] not in ACCUSED for row in prints)
    print(f"\n{len(prints)} pairs: {accused} accused without the wire, {explained} explained with it\n")
    background = read(folder / "news-background-en.jsonl.xz")
    table, seconds = copies(read(folder / "news-pairs-dev.jsonl.xz"), background)
    print(tabulate(table, ("kind", "copies", "accused without", "accused with"), intfmt=","))
    print("\n" + ", ".join(f"{name} {used:.1f} s" for name, used in seconds.items()))
    if not accused == explained == len(prints):
        sys.exit("a pair of wire prints is not accused without the agency's text, or not explained with it")
    if table[-1][2] != table[-1][3]:
        sys.exit("a copy is explained away")


if __name__ == "__main__":
    main()
