"""Audit background news against itself: what is accused there, and why.

    python benchmarks/background.py CORPUS.jsonl.xz                     counts by language
    python benchmarks/background.py CORPUS.jsonl.xz --list ACCUSED      and the accused pairs, one a line
    python benchmarks/background.py CORPUS.jsonl.xz --languages de,fr   of these languages alone

CORPUS has a line of JSON for each article: ``id``, ``lang``, ``text``. Articles of one language are compared
with each other as an audit would, every pair once: what the lanes do not bring is not accused. Nobody has
labelled these pairs: somebody has to read the list. It holds no text, but ids, verdicts and reasons.

For each language it is also told how many articles `reuse.languages` takes for what the corpus says they are.
Exits with 1 if more pairs are accused than `MOST` of a hundred thousand, right or wrong.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tabulate import tabulate

from reuse import ACCUSED, Document, Finding, audit
from reuse.languages import language_of

#: Accused pairs in a hundred thousand, most of them articles that were printed twice.
MOST = 12


def read(path: Path) -> dict[str, list[Document]]:
    """Return the articles of each language."""
    documents: dict[str, list[Document]] = {}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["text"].strip():
                documents.setdefault(row["lang"], []).append(Document(row["id"], row["text"], path.name))
    return documents


def accused(documents: list[Document]) -> tuple[int, list[Finding]]:
    """Return how many pairs of a corpus an audit looks at, and those that are accused; each pair once."""
    scored = [found for found in audit(documents, documents).scored if found.source.id < found.page.id]
    return len(scored), [finding for finding in scored if finding.verdict in ACCUSED]


def line(language: str, finding: Finding) -> dict[str, Any]:
    """Return what is written of an accused pair."""
    return {
        "language": language,
        "source": finding.source.id,
        "page": finding.page.id,
        "verdict": finding.verdict,
        "probability": round(finding.probability, 4),
        "features": {name: round(value, 4) for name, value in finding.features.items()},
        "words": [finding.source_words, finding.page_words],
        "longest_run": finding.longest_run,
        "reasons": list(finding.reasons),
    }


def measured(corpus: dict[str, list[Document]], lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a row of the table for each language, and one of all; put the accused pairs into `lines`."""
    total: Counter[str] = Counter()
    for language, documents in sorted(corpus.items()):
        begin = time.perf_counter()
        compared, findings = accused(documents)
        lines += (line(language, finding) for finding in findings)
        row = Counter(
            articles=len(documents),
            told=sum(language_of(str(document.content)) == language for document in documents),
            pairs=len(documents) * (len(documents) - 1) // 2,
            compared=compared,
            accused=len(findings),
            **Counter(finding.verdict for finding in findings),
        )
        total += row
        yield {"language": language, **row, "seconds": time.perf_counter() - begin}
    yield {"language": "all", **total}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--list", type=Path, metavar="ACCUSED", help="write the accused pairs here")
    parser.add_argument("--languages", help="of these alone, by commas")
    arguments = parser.parse_args()
    corpus = read(arguments.corpus)
    if arguments.languages:
        corpus = {language: corpus[language] for language in arguments.languages.split(",")}
    lines: list[dict[str, Any]] = []
    columns = ("language", "articles", "told", "pairs", "compared", "accused", *ACCUSED, "seconds")
    rows = [[row.get(name, 0) for name in columns] for row in measured(corpus, lines)]
    print(tabulate(rows, columns, intfmt=",", floatfmt=".1f"))
    if arguments.list:
        written = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)
        arguments.list.write_text(written, encoding="utf-8")
    if len(lines) * 100_000 > MOST * rows[-1][columns.index("pairs")]:
        sys.exit(f"more than {MOST} of 100,000 pairs are accused")


if __name__ == "__main__":
    main()
