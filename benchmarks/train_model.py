"""Train the model of the verdicts and write ``reuse/model.toml`` .

    python benchmarks/train_model.py FOLDER            train, print cross-validated figures, write
    python benchmarks/train_model.py FOLDER --check    the same without writing

FOLDER holds ``news-pairs-dev.jsonl.xz`` (labelled pairs), ``news-background-en.jsonl.xz`` (unrelated articles,
of which those that agree most in order become independent pairs: reports made from one template) and
``news-real-dev.jsonl.xz`` (real pairs, never trained on). Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from reuse import agreement
from reuse.candidates import find_candidates
from reuse.options import Options
from reuse.pairs import POSTINGS, Agreement, Scores
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.texts import lay_out
from reuse.tokens import tokenize
from reuse.values import Tokens

Row = dict[str, Any]
Column = NDArray[Any]

OPTIONS = Options()
PACKAGE = Path(__file__).parents[1] / "reuse"
FEATURES = ("retold", "spread")
#: Background articles taken as sources, and agreement in order from which a pair of them is a template.
BACKGROUND_SOURCES, TEMPLATE_ORDER = 4_000, 0.15
#: Weights of the kinds of independent pairs; the kinds of copies weigh alike, and as much as all of these.
INDEPENDENT = {"basil": 0.35, "5w1h": 0.25, "ecb-other": 0.15, "crossed": 0.2, "template": 0.05}
#: False accusations allowed at the cut that recall is given for, by kind of independent pair.
ALLOWED = {"basil": 0.02, "crossed": 0.01, "5w1h": 0.01, "ecb-other": 0.01}
COPY_CUT = 0.9


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labelled pairs with their features."""

    features: Column  # [P, 3]
    copy: Column
    kind: Column
    group: Column

    def __add__(self, other: Pairs) -> Pairs:
        fields = ("features", "copy", "kind", "group")
        return Pairs(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in fields))


def read(path: Path) -> list[Row]:
    """Read JSON Lines."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measured(found: Agreement) -> Column:
    """Return the model's features side by side."""
    return np.stack([getattr(found, name) for name in FEATURES], 1)


def of_pairs(source: Column, page: Column) -> Scores:
    """Name pairs whose shingles nobody asks for."""
    none = np.zeros(len(source), np.int32)
    return Scores(source.copy(), page.copy(), none.astype(np.uint8), none, none.copy(), none.copy())


def labelled(rows: Sequence[Row]) -> Pairs:
    """Measure pairs that come with a label."""
    sources, pages = (tokenize(lay_out([row[side] for row in rows]), OPTIONS) for side in ("source", "page"))
    each = np.arange(len(rows), dtype=np.int32)
    return Pairs(
        measured(agreement.agree(of_pairs(each, each), sources, pages, OPTIONS)),
        np.array([row["label"] == "copy" for row in rows]),
        np.array([kind_of(row) for row in rows]),
        np.array([f"{row['set']} {row['group']}".replace("-crossed", "") for row in rows]),
    )


def kind_of(row: Row) -> str:
    """Return what recall is averaged over for copies, what false accusations are counted by for others."""
    if row["label"] == "copy":
        return f"{row['set']}/{row['kind']}"
    return "crossed" if row["kind"] == "crossed" else str(row["set"])


def templates(background: Sequence[str], tokens: Tokens) -> Pairs:
    """Pair unrelated background articles that share fingerprints and agree in order: made from one template."""
    sources, pages = lay_out(background[:BACKGROUND_SOURCES]), lay_out(background)
    ids = [f"{row:09}" for row in range(len(sources))]  # in their own order
    sketches = sketch(sources, OPTIONS), sketch(pages, OPTIONS)
    found = find_candidates(*sketches, ids, [None] * len(pages), plan_bands(OPTIONS), OPTIONS)
    found = found.take((found.page >= BACKGROUND_SOURCES) & (found.lanes & POSTINGS > 0))
    agreed = agreement.agree(of_pairs(found.source, found.page), tokens, tokens, OPTIONS)
    kept = agreed.order >= TEMPLATE_ORDER
    count = int(kept.sum())
    groups = np.array([f"background {source}" for source in found.source[kept]])
    return Pairs(measured(agreed)[kept], np.zeros(count, bool), np.full(count, "template"), groups)


def weights(pairs: Pairs) -> Column:
    """Weigh every kind of copy alike, independent pairs as `INDEPENDENT` says, both sides the same in all."""
    kinds = sorted(set(pairs.kind[pairs.copy].tolist()))
    share = dict.fromkeys(kinds, 1 / len(kinds)) | INDEPENDENT
    counts = Counter(pairs.kind.tolist())
    return np.array([share[kind] / counts[kind] for kind in pairs.kind.tolist()]) * len(pairs.kind)


def fit(pairs: Pairs, rows: Column) -> Any:
    """Fit the regression on some of the pairs."""
    model = LogisticRegression(C=100, max_iter=5_000)
    return model.fit(pairs.features[rows], pairs.copy[rows], sample_weight=weights(pairs)[rows])


def cross_validated(pairs: Pairs) -> Column:
    """Return the probability of every pair by a model that has not seen its group."""
    probability = np.zeros(len(pairs.copy))
    for seen, unseen in GroupKFold(5).split(pairs.features, pairs.copy, pairs.group):
        probability[unseen] = fit(pairs, seen).predict_proba(pairs.features[unseen])[:, 1]
    return probability


def figures(pairs: Pairs, probability: Column) -> Iterator[str]:
    """Yield recall and false accusations, at the cut that `ALLOWED` sets and at the model's own."""
    strictest = max(
        np.sort(probability[pairs.kind == kind])[::-1][int(share * (pairs.kind == kind).sum())]
        for kind, share in ALLOWED.items()
    )
    kinds = sorted(set(pairs.kind[pairs.copy].tolist()))
    for name, cut in (("at the allowed false accusations", strictest), ("at the model's cut", COPY_CUT)):
        called = probability > cut
        recall = {kind: called[pairs.kind == kind].mean() for kind in kinds}
        yield f"{name} ({cut:.3f}): macro recall {np.mean(list(recall.values())):.3f}"
        yield "  recall   " + ", ".join(f"{kind} {value:.3f}" for kind, value in recall.items())
        accused = (f"{kind} {called[pairs.kind == kind].mean():.4f}" for kind in INDEPENDENT)
        yield "  accused  " + ", ".join(accused)


def real(rows: Sequence[Row], model: Any) -> str:
    """Say how many of each kind of real pair the model calls copies."""
    called = model.predict_proba(labelled(rows).features)[:, 1] > COPY_CUT
    kinds = [row["kind"] for row in rows]
    found = Counter(kind for kind, is_copy in zip(kinds, called, strict=True) if is_copy)
    return ", ".join(f"{found[kind]} of {total} {kind}" for kind, total in sorted(Counter(kinds).items()))


def written(model: Any, pairs: Pairs) -> str:
    """Return the model as TOML."""
    head = (PACKAGE / "model.toml").read_text("utf-8").split("\n\n")[0]
    coefficients = "\n".join(f"{n} = {c:.4f}" for n, c in zip(FEATURES, model.coef_[0], strict=True))
    return (
        f"{head}\n\nversion = 2\npairs = {len(pairs.copy)}\nintercept = {model.intercept_[0]:.4f}\n\n"
        f"[coefficients]\n{coefficients}\n\n"
        f"# From this probability on a pair is called a copy.\n[cut]\ncopy = {COPY_CUT}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    background = [row["text"] for row in read(arguments.folder / "news-background-en.jsonl.xz")]
    tokens = tokenize(lay_out(background), OPTIONS)
    pairs = labelled(read(arguments.folder / "news-pairs-dev.jsonl.xz")) + templates(background, tokens)
    print(f"{len(pairs.copy):,} pairs: {dict(sorted(Counter(pairs.kind.tolist()).items()))}")
    print("\n".join(figures(pairs, cross_validated(pairs))))
    model = fit(pairs, np.arange(len(pairs.copy)))
    print("real pairs:", real(read(arguments.folder / "news-real-dev.jsonl.xz"), model))
    if not arguments.check:
        (PACKAGE / "model.toml").write_text(written(model, pairs), "utf-8")
    print(dict(zip(FEATURES, model.coef_[0].round(4).tolist(), strict=True)), model.intercept_[0].round(4))


if __name__ == "__main__":
    main()
