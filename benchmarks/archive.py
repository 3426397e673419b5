r"""An archive of any size, and pages of which is known what they take from it.

    python benchmarks/archive.py 1000000 DIR                     made texts
    python benchmarks/archive.py 1000000 DIR --corpora FOLDER    real news, and copies by people and machines

Writes ``DIR/archive.jsonl`` and ``DIR/pages.jsonl``; a page tells its ``kind`` and, of copies, its ``source``.

**There are no millions of real articles here**: some thousand are repeated, each time perturbed. Background
news is joined to articles of some 700 words; of each repetition a tenth of the sentences is exchanged for
some of other articles, three pairs of sentences change places, and one word in twenty is another. So nearly
all words of an archive of a million stand in it two hundred times over, in other company each time: that is
harder on postings than any real archive (most fingerprints are common), and easier on memory and disk.

Kinds of pages: those of the labelled corpus (``dipper``, ``back_translation``, ``paraphrase``, ...), whose
sources are all in the archive; ``lifted``, a paragraph of 60 words, verbatim, in a page of 5,000 words, from a
source; ``lifted-repeated``, the same from an article that is repeated; ``edited``, an article with one word in
twelve replaced; ``unrelated``, articles that are not in the archive. Without corpora the last four alone.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = 700  # of a joined article
MADE = 5_000  # articles that are repeated, where there is no corpus
HELD_BACK = 500  # articles that are not in the archive
EXCHANGED, MOVED, REPLACED = (
    0.1,
    3,
    20,
)  # sentences exchanged; pairs of them moved; one word in so many replaced
LIFTED, BODY = 60, 5_000  # words of a lifted paragraph, and of the page around it
PLANTED = 200  # pages of a kind that is made here
SENTENCE = re.compile(r"(?<=[.!?])\s+")


class Page(NamedTuple):
    """A page, and what it takes from which source; of a lifted paragraph the span, too."""

    kind: str
    source: str | None
    text: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What archives are made of.

    Attributes
    ----------
    sources : dict of str to str
        Articles that stand in the archive once.
    copies : list of Page
        Pages made from these by people and machines.
    repeated : list of str
        Articles that fill the archive.
    others : list of str
        Articles that are not in it.
    """

    sources: dict[str, str]
    copies: list[Page]
    repeated: list[str]
    others: list[str]


def real(folder: Path) -> Base:
    """Return real news."""
    sources: dict[str, str] = {}
    copies = []
    for row in _rows(folder / "news-pairs-dev.jsonl.xz"):
        if row["label"] == "copy":
            name = sources.setdefault(row["source"], f"source-{len(sources)}")
            copies.append(Page(row["kind"], name, row["page"]))
    joined = list(_joined(row["text"] for row in _rows(folder / "news-background-en.jsonl.xz")))
    named = {name: text for text, name in sources.items()}
    return Base(named, copies, joined[:-HELD_BACK], joined[-HELD_BACK:])


def made(repeated: int = MADE) -> Base:
    """Return made texts: articles that are repeated, and for each ten a source, and one that is held back."""
    others = max(repeated // 10, 1)
    texts = corpus.make(repeated + 2 * others, 5)
    sources = {f"source-{number}": text for number, text in enumerate(texts[:others])}
    return Base(sources, [], texts[others:-others], texts[-others:])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _joined(texts: Iterator[str]) -> Iterator[str]:
    """Yield texts joined to some length."""
    some: list[str] = []
    for text in texts:
        some.append(text)
        if sum(len(one.split()) for one in some) >= WORDS:
            yield "\n\n".join(some)
            some = []


class Archive:
    """The articles of an archive, one after another, the same for the same number and base."""

    def __init__(self, base: Base, size: int) -> None:
        self._base = base
        self._size = size
        self._rng = random.Random(size)
        self._sentences = [SENTENCE.split(text) for text in base.repeated]
        self._every = [sentence for sentences in self._sentences for sentence in sentences]
        self._words = " ".join(base.repeated[:1000]).split()
        self.sample: dict[str, str] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield id and text of each; of the repeated ones some are kept in `sample`."""
        yield from self._base.sources.items()
        rest = self._size - len(self._base.sources)
        step = max(rest // PLANTED, 1)
        for number in range(rest):
            name, text = f"article-{number}", self._perturbed(number % len(self._sentences))
            if number % step == 0:
                self.sample[name] = text
            yield name, text

    def _perturbed(self, number: int) -> str:
        rng, every = self._rng, self._every
        sentences = [
            every[int(rng.random() * len(every))] if rng.random() < EXCHANGED else sentence
            for sentence in self._sentences[number]
        ]
        for _ in range(MOVED):
            one, other = (int(rng.random() * len(sentences)) for _ in range(2))
            sentences[one], sentences[other] = sentences[other], sentences[one]
        return " ".join(replaced(" ".join(sentences).split(), REPLACED, self._words, rng))


def replaced(words: list[str], one_in: int, others: list[str], rng: random.Random) -> list[str]:
    """Return words of which one in so many is another."""
    for _ in range(len(words) // one_in):
        words[int(rng.random() * len(words))] = others[int(rng.random() * len(others))]
    return words


def pages(base: Base, archive: Archive) -> Iterator[Page]:
    """Yield the pages of an archive that has been gone through."""
    rng = random.Random(7)
    yield from base.copies
    for kind, articles in (("lifted", base.sources), ("lifted-repeated", archive.sample)):
        long = [name for name, text in articles.items() if len(text.split()) > 2 * LIFTED]
        for name in rng.sample(sorted(long), min(PLANTED, len(long))):
            yield Page(kind, name, *_with_paragraph(articles[name].split(), base.others, rng))
    for name in rng.sample(sorted(base.sources), min(PLANTED, len(base.sources))):
        yield Page(
            "edited", name, " ".join(replaced(base.sources[name].split(), 12, base.others[0].split(), rng))
        )
    yield from (Page("unrelated", None, text) for text in base.others)


def _with_paragraph(words: list[str], others: list[str], rng: random.Random) -> tuple[str, tuple[int, int]]:
    """Return a long page of other articles' sentences with a paragraph of an article within it, and where."""
    at = rng.randrange(len(words) - LIFTED)
    body: list[str] = []
    while sum(len(sentence.split()) for sentence in body) < BODY - LIFTED:
        body += rng.sample(SENTENCE.split(rng.choice(others)), 1)
    place = rng.randrange(len(body))
    paragraph, before = " ".join(words[at : at + LIFTED]), " ".join(body[:place])
    begin = len(before) + 1
    return " ".join((before, paragraph, *body[place:])), (begin, begin + len(paragraph))


def write(base: Base, size: int, folder: Path) -> int:
    """Write an archive and its pages; return how many bytes of text the archive has."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = Archive(base, size)
    total = 0
    with (folder / "archive.jsonl").open("w", encoding="utf-8") as stream:
        for name, text in archive:
            total += len(text.encode())
            stream.write(json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n")
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as stream:
        for number, page in enumerate(pages(base, archive)):
            row = {"id": f"page-{number}", **page._asdict()}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("size", type=int, help="articles in the archive")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="real news")
    asked = parser.parse_args()
    total = write(real(asked.corpora) if asked.corpora else made(), asked.size, asked.folder)
    print(f"{asked.size:,} articles, {total / 1e6:,.0f} MB of text", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
