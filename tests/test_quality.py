"""Verdicts on labelled news pairs: how many copies are called so, and how many independent reports.

Covers: ``reuse/verdicts.py`` with the model that ships. Compares against: labels, in corpora that are no part
of the project: skipped where ``../shared/corpora`` is not there. The figures only rise.
Run: ``pytest tests/test_quality.py``
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reuse
from reuse.agreement import agree
from reuse.pairs import ACCUSED, Scores
from reuse.runs import find_runs
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.values import Tokens
from reuse.verdicts import judge

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
OPTIONS = reuse.Options()

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(
        not CORPORA.is_dir(), reason=f"needs labelled corpora in {CORPORA.name}, which do not ship"
    ),
]


def accused(name: str) -> dict[tuple[str, str, str], list[bool]]:
    """Return for each (label, set, kind) which of its pairs are accused."""
    with lzma.open(CORPORA / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def side(field: str) -> Tokens:
        documents = (reuse.Document(str(number), row[field], "") for number, row in enumerate(rows))
        return tokenize(extract(documents), OPTIONS)

    sources, pages = side("source"), side("page")
    each = np.arange(len(rows), dtype=np.int32)
    scores = Scores.named(each, each)
    runs = find_runs(scores, sources, pages, OPTIONS)
    verdicts = judge(scores, runs, agree(scores, sources, pages, OPTIONS), sources, pages)
    found = defaultdict(list)
    for number, row in enumerate(rows):
        found[row["label"], row["set"], row["kind"]].append(verdicts.name(number) in ACCUSED)
    return found


def test_copies_are_found_and_reports_of_the_same_event_are_not_accused() -> None:
    found = accused("news-pairs-dev")
    recall = [np.mean(called) for (label, *_), called in found.items() if label == "copy"]
    assert np.mean(recall) >= 0.85
    others = [(name, kind, called) for (label, name, kind), called in found.items() if label != "copy"]
    for name, kind, called in others:
        limit = 0.03 if name == "basil" else 0.01
        assert np.mean(called) <= limit, (name, kind)


def test_real_republications_are_found() -> None:
    found = {kind: sum(called) for (_, _, kind), called in accused("news-real-dev").items()}
    assert found["republication"] >= 19
    assert found["partial"] >= 4
    assert found["quotes-or-boilerplate"] + found["independent"] <= 6
