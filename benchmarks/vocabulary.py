"""Count words and write ``reuse/vocabulary.bin``: how rare they are, and which are inflections of one.

    python benchmarks/vocabulary.py FOLDER             count and write
    python benchmarks/vocabulary.py FOLDER --check     count and say whether the file is what would be written

FOLDER holds ``news-background-en.jsonl.xz`` and ``news-background-multi.jsonl.xz``: news articles in English,
and in German, Spanish, French, Italian, Portuguese and Arabic. The file holds hashes and numbers, no text:
`reuse.vocabulary` describes it.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reuse.options import Options
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.values import CHARACTER
from reuse.vocabulary import COMMON_BIT, FUNCTION_WORDS, RARITIES

TABLE = Path(__file__).parents[1] / "reuse" / "vocabulary.bin"
#: Occurrences from which a word of English, and of the smaller corpora of other languages, is known.
LEAST_ENGLISH, LEAST_OTHER = 3, 8
#: Share of the English articles that a common word is in: there are 5,000 such words. Other languages have
#: none: in few articles every name would be common, and many a name is that of an English story.
COMMON_SHARE = 0.002
#: Occurrences from which the inflections of an English word are told from chance likenesses.
LEAST_INFLECTED = 4

#: Endings in the order in which they are tried: the first that leaves three letters is taken off.
ENDINGS = ("ings", "ing", "edly", "ies", "ied", "ers", "er", "es", "ed", "ly", "s", "e", "y")
IRREGULAR = {
    form: root
    for root, forms in {
        "go": "went gone",
        "take": "took taken",
        "make": "made",
        "give": "gave given",
        "see": "saw seen",
        "know": "knew known",
        "tell": "told",
        "find": "found",
        "think": "thought",
        "leave": "left",
        "bring": "brought",
        "buy": "bought",
        "come": "came",
        "become": "became",
        "begin": "began begun",
        "run": "ran",
        "hold": "held",
        "keep": "kept",
        "lead": "led",
        "meet": "met",
        "pay": "paid",
        "send": "sent",
        "sell": "sold",
        "speak": "spoke spoken",
        "spend": "spent",
        "stand": "stood",
        "teach": "taught",
        "win": "won",
        "write": "wrote written",
        "rise": "rose risen",
        "fall": "fell fallen",
        "grow": "grew grown",
        "lose": "lost",
        "build": "built",
        "break": "broke broken",
        "choose": "chose chosen",
        "draw": "drew",
        "drive": "drove driven",
        "fight": "fought",
        "fly": "flew flown",
        "get": "got",
        "shoot": "shot",
        "man": "men",
        "woman": "women",
        "child": "children",
        "life": "lives",
        "wife": "wives",
        "say": "said says",
        "show": "shown",
        "feel": "felt",
        "hear": "heard",
        "mean": "meant",
    }.items()
    for form in forms.split()
}


def read(path: Path) -> list[dict[str, Any]]:
    """Read JSON Lines."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def count(texts: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the words of texts, how often each occurs, and in how many texts."""
    tokens = tokenize(lay_out(texts), Options())
    word = (tokens.flags & CHARACTER) == 0
    hashes, row, times = np.unique(tokens.hash[word], return_inverse=True, return_counts=True)
    text = np.repeat(np.arange(len(texts)), tokens.counts)[word]
    articles = np.bincount(np.unique(row * len(texts) + text) // len(texts), minlength=len(hashes))
    return hashes, times, articles


def known(texts_by_language: dict[str, list[str]]) -> dict[int, int]:
    """Return the class of rarity of every word that is known, with `COMMON_BIT` if it is common in English.

    A word of several languages has the class of the one in which it is commonest.
    """
    found: dict[int, int] = {}
    for language, texts in sorted(texts_by_language.items()):
        hashes, times, articles = count(texts)
        enough = times >= (LEAST_ENGLISH if language == "en" else LEAST_OTHER)
        classes = np.clip(np.round(-3 * np.log2(times / times.sum())), 0, RARITIES - 2).astype(int)
        common = (articles >= COMMON_SHARE * len(texts)) & (language == "en")
        print(
            f"{language}: {len(texts):,} articles, {enough.sum():,} words, {(enough & common).sum():,} common"
        )
        for word, rarity, is_common in zip(
            hashes[enough].tolist(), classes[enough].tolist(), common[enough].tolist(), strict=True
        ):
            before = found.get(word, RARITIES - 1)
            bit = COMMON_BIT if is_common else before & COMMON_BIT
            found[word] = min(before & ~COMMON_BIT, rarity) | bit
    return found


def stem(word: str) -> str:
    """Take the ending off an English word.

    >>> [stem(word) for word in ("voted", "votes", "voting", "running", "went", "bus")]
    ['vot', 'vot', 'vot', 'run', 'go', 'bus']
    """
    word = IRREGULAR.get(word, word)
    if len(word) < 4:
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "ei" else word


def hashed(words: list[str]) -> list[int]:
    """Return the hash of each word as a token."""
    tokens = tokenize(lay_out(words), Options())
    return [int(word) for word in tokens.hash]


def roots(articles: list[str]) -> dict[int, int]:
    """Return for every inflected English word the commonest one of the same stem."""
    frequency: dict[str, int] = defaultdict(int)
    for article in articles:
        for word in set(re.findall(r"[a-z]+", article.lower())):
            frequency[word] += 1
    known = sorted(
        word for word, n in frequency.items() if (n >= LEAST_INFLECTED or word in IRREGULAR) and len(word) > 1
    )
    by_stem: dict[str, list[str]] = defaultdict(list)
    grammar = set(FUNCTION_WORDS)
    for word in known:
        if word not in grammar:
            by_stem[stem(word)].append(word)
    commonest = {
        word: min(words, key=lambda w: (-frequency[w], w)) for words in by_stem.values() for word in words
    }
    inflected = [word for word, root in commonest.items() if word != root]
    return dict(zip(hashed(inflected), hashed([commonest[word] for word in inflected]), strict=True))


def table(folder: Path) -> bytes:
    """Return the contents of the file: hashes, rows of roots, classes of rarity."""
    texts: dict[str, list[str]] = {"en": [row["text"] for row in read(folder / "news-background-en.jsonl.xz")]}
    for row in read(folder / "news-background-multi.jsonl.xz"):
        texts.setdefault(row["lang"], []).append(row["text"])
    rare, root = known(texts), roots(texts["en"])
    words = sorted(rare)
    row_of = {word: row for row, word in enumerate(words)}
    rows = [row_of.get(root.get(word, word), row_of[word]) for word in words]
    print(f"{len(words):,} words, {sum(row != own for own, row in enumerate(rows)):,} inflections")
    columns = np.array(words, "<u8"), np.array(rows, "<u4"), np.array([rare[word] for word in words], np.uint8)
    return b"".join(column.tobytes() for column in columns)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file differs")
    arguments = parser.parse_args()
    content = table(arguments.folder)
    if not arguments.check:
        TABLE.write_bytes(content)
    elif TABLE.read_bytes() != content:
        sys.exit(f"{TABLE.name} is not what these corpora give: write it anew")


if __name__ == "__main__":
    main()
