"""Pairs that are no copies: how many of them are accused, by kind of pair and verdict.

    python benchmarks/false_accusations.py                       genres, whose texts are made here
    python benchmarks/false_accusations.py --corpora FOLDER      labelled pairs, wire copy, shared texts besides
    python benchmarks/false_accusations.py ... --list            and the genres one by one, by verdict

*Labelled*: pairs of real articles that people have called independent (``news-pairs-dev``, ``news-real-dev``),
and prints of one agency's report, without its text and with it as a common source.

*Shared*: two independent reports of one event (labelled so) that both print the same: parts of a release, a
statement, verse, a licence; in quotation marks and without, and with it given as a common source.

*Genres*: forecasts, results, recipes and so on, made from templates (``genres/``) in four languages. The
publisher's articles are of one family. Pages are of the same family with other facts (*same template*), and of
two other families with the same facts (*same facts*). Neither is a copy. What two texts of one template share
word for word they share by construction: a finding there is right of the words and wrong of what they mean.
Audited twice: twelve articles of each genre, among others, against sites of twelve pages, so that stock text
and boilerplate are seen for what they are (*in life*); and one article of each genre at a time against pages
without an address (*alone*), where nothing can be told from repetition.

The bound is the upper end of Wilson's interval with 95 % confidence, as if pairs were independent of each
other: those of one template are not, so theirs is too low.

Fails if more are accused than `MOST` allows.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from genres import LANGUAGES, Facts, Genre, filled, genres, shared
from tabulate import tabulate

from reuse import ACCUSED, Document, Options, audit
from reuse.evaluation.selftest import wilson
from reuse.pipeline import judge_pairs
from reuse.texts import lay_out

ITEMS = 12
SEED = "false accusations"
#: Pairs of reports that something is put into, and how long these are at least.
HOSTS, HOST_WORDS = 60, 120
#: Paragraphs of a release that an article prints.
PRINTED = 3
SAME_TEMPLATE, SAME_FACTS, ALONE, IN_LIFE = "same template", "same facts", "alone", "in life"
#: The most that may be accused, as a share of the pairs of a kind: a little above what was measured.
MOST: Mapping[str, float] = {
    "same-event: basil": 0.01,
    "same-event: 5w1h": 0.003,
    "other-event: ecb-other": 0.003,
    "crossed: sheepdog": 0.01,
    "crossed: detectrl-llm": 0.005,
    "crossed: llmfake-politifact": 0.005,
    "real: quotations, boilerplate": 0.025,
    "wire, with the earlier print": 0.0,
    "release, parts of it in both, given": 0.0,
    "statement in quotation marks": 0.0,
    "statement without marks, given": 0.0,
    "verse without marks, given": 0.0,
    "licence or program, given": 0.0,
    "same template, in life": 0.075,
    "same template, alone": 0.31,
    "same facts, in life": 0.04,
    "same facts, alone": 0.045,
}


class Kind(NamedTuple):
    """What came of a kind of pairs.

    Attributes
    ----------
    name : str
    pairs : int
        How many there are; those that no lane brings are not compared, and count.
    verdicts : dict of str to int
    """

    name: str
    pairs: int
    verdicts: Counter[str]

    @property
    def findings(self) -> int:
        """How many are accused."""
        return sum(self.verdicts[verdict] for verdict in ACCUSED)

    @property
    def row(self) -> list[Any]:
        """What is told of it."""
        accused = [self.verdicts[verdict] or "" for verdict in ACCUSED]
        share = f"{self.findings / self.pairs:.2%}", f"{wilson(self.findings, self.pairs)[1]:.2%}"
        return [self.name, self.pairs, self.verdicts.total(), *accused, self.findings, *share]


HEAD = ("kind", "pairs", "compared", *ACCUSED, "accused", "share", "at most")


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a corpus."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# --- labelled pairs -----------------------------------------------------------------------------


def labelled(folder: Path) -> Iterator[Kind]:
    """Judge pairs that people have called independent, and prints of one report."""
    groups: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read(folder / "news-pairs-dev.jsonl.xz"):
        if row["label"] == "independent":
            name = row["set"].removesuffix("-crossed")
            groups[f"{row['kind']}: {name}"].append((row["source"], row["page"]))
    real = read(folder / "news-real-dev.jsonl.xz")
    for row in real:
        if row["label"] == "independent":
            groups["real: quotations, boilerplate"].append((row["source"], row["page"]))
    for name, pairs in groups.items():
        yield _judged(name, pairs)
    wire = [row for row in real if (row["shared_origin"], row["label"]) == ("wire", "copy")]
    yield _judged("wire, nothing known", [(row["source"], row["page"]) for row in wire])
    verdicts = Counter(_with_common(row["source"], row["page"], row["source"]) for row in wire)
    yield Kind("wire, with the earlier print", len(wire), verdicts)


def _judged(name: str, pairs: Sequence[tuple[str, str]]) -> Kind:
    """Judge pairs as they are, whether or not a lane would bring them."""
    each = np.arange(len(pairs), dtype=np.int32)
    texts = lay_out([source for source, _ in pairs]), lay_out([page for _, page in pairs])
    return Kind(name, len(pairs), Counter(found.verdict for found in judge_pairs(texts, each, each, Options())))


def _with_common(source: str, page: str, common: str) -> str:
    """Return the verdict on a pair with a common source."""
    found = audit(
        [Document("source", source, "s")],
        [Document("page", page, "p")],
        commons=[Document("common", common, "c")],
    ).scored
    return next((one.verdict for one in found), "not compared")


# --- texts that both print ----------------------------------------------------------------------


def planted(host: str, text: str, draw: Random) -> str:
    """Put a text between two lines of another; where it is one line, between two sentences."""
    end = "\n" if "\n" in host else ". "
    parts = host.split(end)
    at = draw.randint(1, max(len(parts) - 1, 1))
    return "\n\n".join([end.join(parts[:at]) + end.rstrip(), text, end.join(parts[at:])])


def _some_of(text: str, draw: Random) -> str:
    """Return three paragraphs of a release, in their order."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(paragraphs[place] for place in sorted(draw.sample(range(len(paragraphs)), PRINTED)))


def _in_marks(text: str, _: Random) -> str:
    return f"“{text}”"


def _bare(text: str, _: Random) -> str:
    return text


def both_print(folder: Path) -> Iterator[Kind]:
    """Judge independent reports of one event that print the same."""
    hosts = [
        (row["source"], row["page"])
        for row in read(folder / "news-pairs-dev.jsonl.xz")
        if row["kind"] == "same-event"
        and min(len(row["source"].split()), len(row["page"].split())) >= HOST_WORDS
    ]
    hosts = Random(SEED).sample(hosts, HOSTS)
    texts = shared()
    english = genres("en")[0]
    kinds: tuple[tuple[str, str, Callable[[str, Random], str]], ...] = (
        ("release, parts of it in both", "release", _some_of),
        ("statement in quotation marks", "statement", _in_marks),
        ("statement without marks", "statement", _bare),
        ("verse in quotation marks", "verse", _in_marks),
        ("verse without marks", "verse", _bare),
        ("licence or program", "licence", _bare),
    )
    for name, key, change in kinds:
        pairs, commons = [], []
        for number, (source, page) in enumerate(hosts):
            draw = Random(f"{SEED}/{name}/{number}")
            template = texts[key][number % len(texts[key])]
            is_slotted = key in _SLOTTED
            text = filled(template, _facts_of(english, template, draw)) if is_slotted else template
            commons.append(text)
            pairs.append((planted(source, change(text, draw), draw), planted(page, change(text, draw), draw)))
        yield _judged(name, pairs)
        verdicts = Counter(_with_common(*pair, common) for pair, common in zip(pairs, commons, strict=True))
        yield Kind(f"{name}, given", len(pairs), verdicts)


#: Which texts have slots.
_SLOTTED = ("release", "statement")


def _facts_of(genre: Genre, template: str, draw: Random) -> Facts:
    return genre._replace(families=(template,)).facts(draw)


# --- genres -------------------------------------------------------------------------------------


class Made(NamedTuple):
    """A text of a genre: its family, and which facts it has."""

    genre: Genre
    family: int
    facts: int
    text: str

    @property
    def id(self) -> str:
        """What it is called."""
        return f"{self.genre.language} {self.genre.name} {self.family} {self.facts}"


def made(genre: Genre, items: int) -> tuple[list[Made], list[Made]]:
    """Make articles of the first family, and pages: of the same with other facts, of others with the same."""
    facts = [genre.facts(Random(f"{SEED}/{genre.language}/{genre.name}/{n}")) for n in range(2 * items)]

    def written(family: int, number: int) -> Made:
        draw = Random(f"{SEED}/{genre.language}/{genre.name}/{number}/{family}")
        return Made(genre, family, number, genre.text(family, facts[number], draw))

    articles = [written(0, number) for number in range(items)]
    others = (written(family, number) for family in range(1, len(genre.families)) for number in range(items))
    return articles, [*(written(0, number) for number in range(items, 2 * items)), *others]


def _relation(article: Made, page: Made) -> str | None:
    """Return what two texts have in common, None if neither template nor facts."""
    if (article.genre.name, article.genre.language) != (page.genre.name, page.genre.language):
        return None
    if article.family == page.family:
        return SAME_TEMPLATE
    return SAME_FACTS if article.facts == page.facts else None


Counts = dict[tuple[str, str, str, str], Kind]


def of_genres(every: Sequence[Genre], items: int, archive: Iterable[Document]) -> tuple[Counts, int]:
    """Audit texts of genres; return what came of each, and how many others were accused of each other."""
    texts = [made(genre, items) for genre in every]
    articles = [article for some, _ in texts for article in some]
    pages = [page for _, some in texts for page in some]
    by_id = {one.id: one for one in (*articles, *pages)}
    counts: Counts = {}
    for article, page in product(articles, pages):
        relation = _relation(article, page)
        for setting in (IN_LIFE, ALONE) if relation else ():
            key = page.genre.name, page.genre.language, str(relation), setting
            kind = counts.setdefault(key, Kind(" ".join(key), 0, Counter()))
            counts[key] = kind._replace(pairs=kind.pairs + 1)
    besides = 0
    for setting, sources, suspects in _audits(articles, pages, items, archive):
        for found in audit(sources, suspects).scored:
            page, source = by_id[found.page.id], by_id.get(found.source.id)
            related = _relation(source, page) if source else None
            if related is None:
                besides += found.verdict in ACCUSED
            else:
                counts[page.genre.name, page.genre.language, related, setting].verdicts[found.verdict] += 1
    return counts, besides


def _audits(
    articles: Sequence[Made], pages: Sequence[Made], items: int, archive: Iterable[Document]
) -> Iterator[tuple[str, list[Document], list[Document]]]:
    """Yield the audits: all at once, a site for each family; then an article of each genre at a time."""
    sites = [
        _document(page, f"https://{page.genre.language}-{page.genre.name}-{page.family}.example/{page.facts}")
        for page in pages
    ]
    yield IN_LIFE, [*map(_document, articles), *archive], sites
    for number in range(items):
        alone = [_document(article) for article in articles if article.facts == number]
        yield ALONE, alone, [_document(page) for page in pages]


def _document(one: Made, url: str | None = None) -> Document:
    return Document(one.id, one.text, "made", url=url and url.replace("_", "-"))


def added(kinds: Iterable[Kind], name: str) -> Kind:
    """Add up kinds."""
    every = list(kinds)
    return Kind(name, sum(kind.pairs for kind in every), sum((kind.verdicts for kind in every), Counter()))


def genre_table(counts: Counts) -> str:
    """Return how many pairs of each genre are accused, by what they share and how they are audited."""
    settings = [(relation, setting) for relation in (SAME_TEMPLATE, SAME_FACTS) for setting in (IN_LIFE, ALONE)]
    lines = []
    for name in dict.fromkeys(key[0] for key in counts):
        languages = [*dict.fromkeys(key[1] for key in counts if key[0] == name)]
        cells = []
        for relation, setting in settings:
            some = [counts[name, language, relation, setting] for language in languages]
            by_language = "".join(
                f" {language} {kind.findings}"
                for language, kind in zip(languages, some, strict=True)
                if kind.findings and len(languages) > 1
            )
            kind = added(some, name)
            cells.append(
                f"{kind.findings} of {kind.pairs:,}{f' ({by_language.strip()})' if by_language else ''}"
            )
        lines.append([name.replace("_", " "), *cells])
    head = ("genre", *(f"{relation}, {setting}" for relation, setting in settings))
    return tabulate(lines, head, disable_numparse=True)


def totals(counts: Counts) -> list[Kind]:
    """Return the genres added up."""
    every = dict.fromkeys((key[2], key[3]) for key in counts)
    return [
        added((kind for key, kind in counts.items() if key[2:] == which), ", ".join(which)) for which in every
    ]


def too_many(kinds: Iterable[Kind]) -> list[str]:
    """Return the kinds of which more are accused than may be."""
    return [
        f"{kind.name}: {kind.findings} of {kind.pairs}, at most {MOST[kind.name]:.1%}"
        for kind in kinds
        if kind.name in MOST and kind.findings > MOST[kind.name] * kind.pairs
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, metavar="FOLDER", help="where labelled pairs are")
    parser.add_argument("--items", type=int, default=ITEMS, metavar="N", help="texts of each family")
    parser.add_argument("--list", action="store_true", help="tell the genres one by one, by verdict")
    asked = parser.parse_args()
    every: list[Kind] = []
    archive: list[Document] = []
    if asked.corpora:
        every = [*labelled(asked.corpora), *both_print(asked.corpora)]
        print(tabulate([kind.row for kind in every], HEAD), end="\n\n")
        rows = read(asked.corpora / "news-background-multi.jsonl.xz")
        archive = [Document(row["id"], row["text"], "archive") for row in rows if row["lang"] in LANGUAGES]
    counts, besides = of_genres(
        [genre for language in LANGUAGES for genre in genres(language)], asked.items, archive
    )
    print(genre_table(counts), end="\n\n")
    summed = totals(counts)
    print(tabulate([kind.row for kind in summed], HEAD))
    print(f"\n{besides} accused besides, of pairs that share neither template nor facts")
    if asked.list:
        accused = [kind.row for kind in counts.values() if kind.findings]
        print(f"\n{tabulate(accused, HEAD)}")
    faults = too_many([*every, *summed])
    for fault in faults:
        print(f"too many: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
