"""Copies made to be missed: how many of them an audit finds, by attack and strength.

    python benchmarks/attacks.py --corpora FOLDER                 recall, coverage, verdicts, false findings
    python benchmarks/attacks.py --corpora FOLDER --plot FILE     the same, and a picture of recall by strength
    python benchmarks/attacks.py --corpora FOLDER --only quoting  one kind of attacks alone

The publisher's archive are the articles of a broadcaster, and half of the agency reports, drawn by a hash of
their ids, of ``news-background-en.jsonl.xz``. The other half is held out: it is what attackers pad with and
take words of. Innocent pages beside are those of the labelled pairs that are no copies. Attacked are N articles
of 250 to 700 words of the broadcaster's, seeded, of which the archive has no other edition: audited as they
are they are accused of themselves alone. What of the held-out half is accused of anything, or has fewer than
100 words, is no padding.

Every attack gets a web site of its own at every strength, one page or more for each article, and all are
audited in one go as `reuse audit` does it. *Found* is an article of which one page is accused of it; *covered*
is the share of the words taken, where it was found, that stand in passages of these findings, in the source;
*false* are articles with a page that is accused of another article, from which nothing was taken.

Rewriting by language models, and translation there and back, is measured on labelled pairs as they are; there
is no translator here: ``news-pairs-dev`` by kind, and the training corpus of PAN 2013 by obfuscation, in which
copies are passages within longer texts. Synonyms are learnt: see ``evading/synonyms.py``.

Fails if a floor is missed: what README.md says of an attack is seen through, is.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from evading import ATTACKS, Attack, Copy, Material, Text
from evading.synonyms import learnt, nearest
from tabulate import tabulate

from reuse import ACCUSED, VERDICTS, Document, Finding, Options, audit
from reuse.evaluation.pan import read_pan
from reuse.pipeline import hold, judge_pairs
from reuse.sources import Sources
from reuse.texts import lay_out
from reuse.values import HTML, TEXT, key_of_id

ARTICLES, INNOCENT = 50, 1000
LEAST_WORDS, MOST_WORDS = 250, 700
#: Shorter texts are no padding: too short for a verdict when they are asked for, they may be copies.
PADDING_WORDS = 100
SEED = "attacks"
#: A pair that no lane brought.
NOT_COMPARED = "not compared"
#: What is seen through at any strength, and the recall that it must have.
SEEN_THROUGH = (
    "Cyrillic, a letter of each",
    "Cyrillic, all letters",
    "Greek, all letters",
    "full width",
    "zero-width spaces",
    "soft hyphens",
    "strokes over letters",
    "letters as entities",
    "tags in words",
    "words not displayed",
    "white words on white",
    "words of no size",
    "words off the screen",
    "sentences shuffled",
    "paragraphs shuffled",
    "shuffled within paragraphs",
    "words deleted",
    "words put in",
    "synonyms",
    "other words",
    "sentences left out",
    "padding in front",
    "padding behind",
    "paragraphs scattered",
    "in quotation marks, padding in front",
    "put on several pages",
    "interleaved by sentence",
    "interleaved by paragraph",
    "paragraphs in quotation marks",
    "sentences in quotation marks",
    "one long quotation",
    "attributions added",
    "synonyms, padding of three times",
)
FLOOR = 0.85


class Row(NamedTuple):
    """What came of an attack at a strength.

    Attributes
    ----------
    attack, panel, strength : str
    value : float
        The strength as a number.
    cases, found, false : int
        Articles; those found; those with a page that is accused of another one.
    covered : float
        Of what was taken of those found the share that passages cover.
    verdicts : dict of str to int
        The worst of each article, or `NOT_COMPARED`.
    """

    attack: str
    panel: str
    strength: str
    value: float
    cases: int
    found: int
    covered: float
    verdicts: dict[str, int]
    false: int

    @property
    def recall(self) -> float:
        """Of the articles those that are found."""
        return self.found / self.cases


class Field(NamedTuple):
    """What takes part: sources, the articles that are attacked, attackers' own texts, innocent pages."""

    sources: Sources
    articles: dict[str, Text]
    own: list[Text]
    innocent: list[Text]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a corpus."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def field(rows: Sequence[Mapping[str, str]], pairs: Sequence[Mapping[str, str]], articles: int) -> Field:
    """Divide a corpus into what takes part; innocent are pages of pairs that are no copies."""
    texts = {row["id"]: Text.of(row["text"]) for row in rows}
    agency = [name for name in texts if name.startswith("reuters")]
    held_out = sorted((name for name in agency if key_of_id(name) % 2), key=key_of_id)
    apart = {*held_out}
    kept = [Document(name, text.written, "archive") for name, text in texts.items() if name not in apart]
    sources = hold(kept, Options())
    may_be = [
        name
        for name, text in texts.items()
        if not name.startswith("reuters") and LEAST_WORDS <= text.words <= MOST_WORDS
    ]
    drawn = Random(SEED).sample(may_be, min(2 * articles, len(may_be)))
    wanted = [Document(name, texts[name].written, "as it is") for name in (*drawn, *held_out)]
    accused = defaultdict(set)
    for found in audit(sources, wanted).findings:
        accused[found.page.id].add(found.source.id)
    alone = [name for name in drawn if accused[name] == {name}][:articles]
    own = [texts[name] for name in held_out if not accused[name] and texts[name].words >= PADDING_WORDS]
    independent = dict.fromkeys(row["page"] for row in pairs if row["label"] == "independent")
    innocent = [Text.of(text) for text in sorted(independent, key=key_of_id)[:INNOCENT]]
    return Field(sources, {name: texts[name] for name in alone}, own, innocent)


# --- attacking ----------------------------------------------------------------------------------


class _Case(NamedTuple):
    attack: Attack
    strength: float
    name: str
    copy: Copy


def cases(
    at: Field, attacks: Iterable[Attack], synonyms: Mapping[str, str], fewer: int | None = None
) -> Iterator[_Case]:
    """Yield every attack at every strength on every article; or at so many strengths, the strongest."""
    for attack in attacks:
        for strength in attack.strengths[-fewer if fewer else 0 :]:
            for name, text in at.articles.items():
                draw = Random(f"{SEED}/{attack.name}/{strength}/{name}")
                others = [(other, one) for other, one in at.articles.items() if other != name]
                material = Material(draw, at.own, others, synonyms)
                yield _Case(attack, strength, name, attack.make(text, strength, material))


def pages(some: Sequence[_Case]) -> Iterator[Document]:
    """Yield the pages of cases, each named by the number of its case, on the site of its attack."""
    for number, case in enumerate(some):
        site = f"attack{key_of_id(f'{case.attack.name} {case.strength}'):x}.example"
        media = HTML if case.attack.is_html else TEXT
        for place, page in enumerate(case.copy.pages):
            url = f"https://{site}/{number}/{place}"
            yield Document(f"{number} {place}", page, "pages", url=url, media=media)


def measured(at: Field, some: Sequence[_Case]) -> tuple[list[Row], int]:
    """Audit all pages with the innocent ones beside; return rows, and how many of the innocent are accused."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    innocent = (
        Document(f"innocent {n}", text.written, "innocent", url=f"https://innocent{n}.example/")
        for n, text in enumerate(at.innocent)
    )
    for batch in audit(at.sources, chain(pages(some), innocent)).batches():
        for one in batch.scored:
            which = one.page.id.partition(" ")[0]
            found[one.page.id if which == "innocent" else which].append(one)
    groups: defaultdict[tuple[str, float], list[int]] = defaultdict(list)
    for number, one_case in enumerate(some):
        groups[one_case.attack.name, one_case.strength].append(number)
    rows = [_row(at, [(some[n], found[str(n)]) for n in numbers]) for numbers in groups.values()]
    accused = sum(_is_accused(found[f"innocent {n}"]) for n in range(len(at.innocent)))
    return rows, accused


def _is_accused(findings: Iterable[Finding]) -> bool:
    return any(one.verdict in ACCUSED for one in findings)


def _row(at: Field, outcomes: Sequence[tuple[_Case, list[Finding]]]) -> Row:
    attack, strength = outcomes[0][0].attack, outcomes[0][0].strength
    verdicts: Counter[str] = Counter()
    false, shares = 0, []
    for case, findings in outcomes:
        own = [one for one in findings if one.source.id == case.name]
        accused = [one for one in own if one.verdict in ACCUSED]
        verdicts[min((one.verdict for one in own), key=VERDICTS.index, default=NOT_COMPARED)] += 1
        innocent = {case.name, *case.copy.others}
        false += _is_accused(one for one in findings if one.source.id not in innocent)
        if accused:
            shares.append(_covered(at.articles[case.name], case.copy, accused))
    return Row(
        attack.name,
        attack.panel,
        attack.told(strength),
        strength,
        len(outcomes),
        len(shares),
        float(np.mean(shares)) if shares else 0.0,
        {name: verdicts[name] for name in (*VERDICTS, NOT_COMPARED) if verdicts[name]},
        false,
    )


def _covered(text: Text, copy: Copy, findings: Sequence[Finding]) -> float:
    """Return which share of what was taken of a source stands in passages."""
    is_told = np.zeros(len(text.written), np.bool_)
    for finding in findings:
        for passage in finding.passages:
            is_told[passage.source_begin : passage.source_end] = True
    is_taken = np.zeros(len(text.written), np.bool_)
    for sentence in range(len(text.spans)) if copy.taken is None else copy.taken:
        is_taken[slice(*text.spans[sentence])] = True
    return float(is_told[is_taken].mean())


# --- labelled pairs -----------------------------------------------------------------------------


def labelled(rows: Sequence[Mapping[str, str]]) -> list[list[Any]]:
    """Return how many of the labelled copies of each kind are accused, as pairs."""
    copies = [row for row in rows if row["label"] == "copy"]
    verdicts = _verdicts([row["source"] for row in copies], [row["page"] for row in copies])
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row, verdict in zip(copies, verdicts, strict=True):
        counts[row["kind"]][verdict] += 1
    return [_labelled_row(f"news: {kind}", count) for kind, count in sorted(counts.items())]


def _verdicts(sources: list[str], copies: list[str]) -> list[str]:
    each = np.arange(len(sources), dtype=np.int32)
    return [found.verdict for found in judge_pairs((lay_out(sources), lay_out(copies)), each, each, Options())]


def _labelled_row(kind: str, count: Counter[str]) -> list[Any]:
    found = sum(count[verdict] for verdict in ACCUSED)
    return [kind, count.total(), f"{found / count.total():.3f}", _told(count)]


def of_pan(packed: Path) -> list[list[Any]]:
    """Return how many pairs of PAN's with a copied passage are accused, by obfuscation."""
    with tempfile.TemporaryDirectory() as name:
        with tarfile.open(packed) as archive:
            archive.extractall(name, filter="data")
        corpus = read_pan(str(Path(name, "pan13-train")), (), Options())
    found = [one.verdict for one in judge_pairs(corpus.texts, corpus.source, corpus.page, Options())]
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pair, verdict in zip(corpus.pairs, found, strict=True):
        counts[pair.subcorpus][verdict] += 1
    return [_labelled_row(f"PAN: {name}", count) for name, count in sorted(counts.items())]


# --- telling ------------------------------------------------------------------------------------


def _told(verdicts: Mapping[str, int]) -> str:
    order = (*VERDICTS, NOT_COMPARED)
    return ", ".join(f"{verdicts[name]} {name}" for name in order if verdicts.get(name))


def table(rows: Sequence[Row]) -> str:
    """Return what was measured, a line for each attack and strength."""
    lines, before = [], ""
    for row in rows:
        name = row.attack if row.attack != before else ""
        covered = f"{row.covered:.2f}" if row.found else ""
        lines.append([name, row.strength, f"{row.recall:.2f}", covered, row.false or "", _told(row.verdicts)])
        before = row.attack
    head = ("attack", "strength", "found", "covered", "false", "verdicts")
    return tabulate(lines, head, disable_numparse=True)


def plot(rows: Sequence[Row], target: Path) -> None:
    """Draw recall by strength, a panel for each kind of attack."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "attacks"
    mpl.rcParams["svg.fonttype"] = "none"  # letters stay letters
    mpl.rcParams["font.sans-serif"] = ["DejaVu Sans"]  # named at each of them
    import matplotlib.pyplot as plt

    units = {attack.name: attack.unit for attack in ATTACKS}
    panels = [*dict.fromkeys(row.panel for row in rows)]
    columns = 3
    lines = -(-len(panels) // columns)
    figure, axes = plt.subplots(lines, columns, figsize=(15, 4.4 * lines), layout="constrained", squeeze=False)
    for axis in axes.flat[len(panels) :]:
        axis.set_axis_off()
    for axis, panel in zip(axes.flat, panels, strict=False):
        some = [row for row in rows if row.panel == panel]
        for number, name in enumerate(dict.fromkeys(row.attack for row in some)):
            points = [(row.value, row.recall) for row in some if row.attack == name]
            style = "-" if number < len(mpl.rcParams["axes.prop_cycle"]) else "--"
            axis.plot(*zip(*points, strict=True), style, label=name)
        unit = ", ".join(dict.fromkeys(units[row.attack] for row in some))
        is_share = unit.startswith("of ")
        axis.set(title=panel, xlabel=f"strength, {'share ' if is_share else ''}{unit}", ylim=(-0.04, 1.04))
        if not is_share:
            axis.set_xscale("log")
        axis.set_ylabel("articles found")
        axis.set_yticks([0, 0.5, 1])
        axis.legend(fontsize=7, frameon=False)
    figure.savefig(target, metadata={"Date": None})


def missed(rows: Iterable[Row]) -> list[str]:
    """Return the floors that are missed."""
    return [
        f"{row.attack} {row.strength}: {row.recall:.2f}, floor {FLOOR}"
        for row in rows
        if row.attack in SEEN_THROUGH and row.recall < FLOOR
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, metavar="FOLDER", help="where the corpora are")
    parser.add_argument("--articles", type=int, default=ARTICLES, metavar="N", help="that are attacked")
    parser.add_argument("--only", metavar="PANEL", help="one kind of attacks alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what was measured, as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="a picture, SVG; needs matplotlib")
    asked = parser.parse_args()
    begin = time.perf_counter()
    rows = read(asked.corpora / "news-background-en.jsonl.xz")
    pairs = read(asked.corpora / "news-pairs-dev.jsonl.xz")
    copied = ((row["source"], row["page"]) for row in pairs if row["label"] == "copy")
    synonyms = {**nearest([row["text"] for row in rows]), **learnt(copied)}
    at = field(rows, pairs, asked.articles)
    attacks = [attack for attack in ATTACKS if asked.only in (None, attack.panel)]
    found, accused = measured(at, list(cases(at, attacks, synonyms)))
    print(
        f"{len(at.articles)} articles, {len(at.sources):,} sources; of {len(at.innocent):,} innocent pages "
        f"{accused} are accused\n\n{table(found)}\n"
    )
    if asked.only is None:
        lines = [*labelled(pairs), *of_pan(asked.corpora / "pan13-train.tar.xz")]
        print(tabulate(lines, ("labelled", "pairs", "found", "verdicts"), disable_numparse=True))
    print(f"\n{time.perf_counter() - begin:.0f} s")
    if asked.json:
        asked.json.write_text(json.dumps([row._asdict() for row in found], indent=1) + "\n")
    if asked.plot:
        plot(found, asked.plot)
    faults = missed(found)
    for fault in faults:
        print(f"missed: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
