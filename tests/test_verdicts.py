"""The rules of verdicts, every pair near the edges of some.

Covers: ``reuse/verdicts.py``. Compares against: ``reference/verdicts.py``, the rules as README.md words them,
pair by pair. What these tests let through when a rule is changed is counted by ``.ci/mutants``.
Run: ``pytest tests/test_verdicts.py``
"""

from __future__ import annotations

import dataclasses
import math
import random
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reuse.pairs import ACCUSED, VERDICTS, Agreement, Numerals, Runs, Scores, Verdicts
from reuse.values import CHARACTER, COMMON, QUOTED, STOCK, Tokens
from reuse.verdicts import explain, judge, model, probability
from tests.reference.verdicts import MODEL, Pair, Run, decide

if TYPE_CHECKING:
    from reuse.values import Truths

MEASURES = ("order", "reach", "spread", "shared", "facts", "unquoted")


# --- pairs ------------------------------------------------------------------------------------


def near(draw: random.Random, *edges: float) -> float:
    """Draw a share at one of some edges, a little below, a little above, or anywhere."""
    if draw.random() < 0.5:
        return round(draw.uniform(-0.05, 1), 4)
    return draw.choice(edges) + draw.choice([-1e-6, 0, 1e-6])


def measures_of(draw: random.Random) -> dict[str, float]:
    """Draw measures; of four pairs three have a probability at an edge."""
    order, facts, spread = near(draw, 0.2, 0.35, 0.5), near(draw, 0.1, 0.5, 1), near(draw, 0, 0.3)
    edge = draw.choice([None, 0.5, 0.9, 0.95])
    if edge is not None:
        sure = edge + draw.choice([-0.004, -2e-6, 0, 2e-6, 0.004])
        weights = MODEL["coefficients"]
        logit = math.log(sure / (1 - sure)) - MODEL["intercept"]
        spread = (logit - weights["retold"] * min(order, facts)) / weights["spread"]
    others = {name: near(draw, at) for name, at in (("reach", 0.04), ("shared", 0.02), ("unquoted", 0.5))}
    return {"order": order, "facts": facts, "spread": spread, **others}


EDGES = [1, 11, 12, 13, 28, 29, 39, 40, 41, 59, 60, 61, 71, 72, 73, 96, 97, 144, 145]


def runs_of(draw: random.Random) -> list[Run]:
    """Draw runs in page order, disjoint there and anywhere in the source."""
    found, page = [], 0
    for _ in range(draw.randint(0, 3)):
        words = draw.choice([*EDGES, draw.randint(1, 40)])
        page += draw.choice([0, 0, 0, 1, 7])
        source = draw.choice([page, page, 0, 5, page + 9])
        quoted = draw.choice([0, 0, words, words // 2, (words + 1) // 2, max(words - 12, 0)])
        found.append(Run(source, page, words, quoted))
        page += words
    return found


def words_of(draw: random.Random, least: int, matched: int) -> list[int]:
    """Draw the flags of a text: as long as its runs, or so that these are an edge's share of it."""
    share = draw.choice([1, 1, 0.97, 0.8, 0.5, None])
    length = draw.randint(0, 200) if share is None else round(matched / share) + draw.randint(-1, 1)
    flags = np.zeros(max(least, length), np.int64)
    for flag in (QUOTED, COMMON, STOCK, CHARACTER):
        part = draw.choice([0, 0, 0, 0.2, 0.5, 1])
        marked = math.floor(part * len(flags)) + draw.choice([0, 0, 1]) if part else 0
        begin = draw.choice([0, max(len(flags) - marked, 0)])
        flags[begin : begin + marked] |= flag
    return list(flags.tolist())


def pair_of(draw: random.Random) -> Pair:
    """Draw a pair."""
    runs = runs_of(draw)
    matched = sum(run.words for run in runs)
    source = words_of(draw, max((run.source + run.words for run in runs), default=0), matched)
    page = words_of(draw, max((run.page + run.words for run in runs), default=0), matched)
    longest = max((run.words for run in runs), default=draw.randint(0, 4))
    language = draw.choice([None, None, "en", "de"])
    fewer = draw.choice([0, 0, 2, 3, 9, 10, 11])
    numerals = fewer, min(fewer, draw.choice([0, 1, 2, 3, 4, fewer]))
    return Pair(source, page, runs, longest, measures_of(draw), language, draw.random() < 0.5, numerals)


#: Some pairs, judged together.
BATCHES = [
    [pair_of(random.Random(f"{batch}.{pair}")) for pair in range(batch % 4 + 1)] for batch in range(1000)
]


# --- in arrays --------------------------------------------------------------------------------


def tokens(flags: list[list[int]]) -> Tokens:
    offsets = np.cumsum([0, *map(len, flags)])
    words = int(offsets[-1])
    spans = np.zeros(words, np.int32)
    every = np.array([flag for row in flags for flag in row], np.uint8)
    return Tokens(np.zeros(words, np.uint64), spans, spans.copy(), every, offsets)


def arrays(some: list[Pair]) -> tuple[Scores, Runs, Agreement, Tokens, Tokens]:
    """Lay pairs side by side; their sources stand the other way round."""
    count = len(some)
    rows = np.arange(count, dtype=np.int32)
    every = [run for pair in some for run in pair.runs]
    source, page, words, quoted = (
        np.array([(run.source, run.page, run.words, run.quoted) for run in every], np.int32)
        .reshape(-1, 4)
        .T.copy()
    )
    longest = np.array([pair.longest for pair in some], np.int32)
    runs = Runs(np.cumsum([0, *(len(pair.runs) for pair in some)]), source, page, words, quoted, longest)
    measures = {name: np.array([pair.measures[name] for pair in some], float) for name in MEASURES}
    sources = tokens([pair.source for pair in reversed(some)])
    pages = tokens([pair.page for pair in some])
    return Scores.named(rows[::-1], rows), runs, Agreement(**measures), sources, pages


def beside(some: list[Pair]) -> tuple[list[str | None], Truths, Numerals]:
    """Return what may be left out: languages, which pairs are cut, numerals."""
    fewer, shared = np.array([pair.numerals for pair in some], np.int32).reshape(-1, 2).T.copy()
    cut = np.array([pair.cut for pair in some], bool)
    return [pair.language for pair in some], cut, Numerals(fewer, shared)


def judged(some: list[Pair]) -> Verdicts:
    return judge(*arrays(some), *beside(some))


# --- laws -------------------------------------------------------------------------------------


def test_pairs_are_judged_as_the_rules_say() -> None:
    for some in BATCHES:
        found = judged(some)
        for row, pair in enumerate(some):
            expected = decide(pair)
            assert VERDICTS[found.verdict[row]] == expected.verdict, pair
            assert found.probability[row] == pytest.approx(expected.probability, abs=1.1e-6)
            assert found.reasons[row] == expected.reasons
            assert {name: found.features[name][row] for name in found.features} == pair.measures


def test_a_decision_is_told_rule_by_rule() -> None:
    for some in BATCHES:
        row = len(some) // 2
        told, expected = explain(*arrays(some), *beside(some), row), decide(some[row])
        assert [tuple(rule) for rule in told.copy] == [(one.name, one.asks, one.holds) for one in expected.copy]
        assert [tuple(rule) for rule in told.rules] == [
            (one.name, one.asks, one.holds) for one in expected.rules
        ]
        assert told.verdict == expected.verdict
        assert told.probability == pytest.approx(expected.modelled, abs=1.1e-6)
        measures = some[row].measures
        values = measures | {"retold": min(measures["order"], measures["facts"])}
        parts = [(name, values[name], weight) for name, weight in MODEL["coefficients"].items()]
        assert [tuple(part) for part in told.contributions] == parts
        assert [part.product for part in told.contributions] == [value * weight for _, value, weight in parts]
        assert told.logit == pytest.approx(told.intercept + sum(value * weight for _, value, weight in parts))
        assert (told.intercept, told.cut) == (MODEL["intercept"], MODEL["cut"]["copy"])


def test_findings_are_told_by_their_probability() -> None:
    for some in BATCHES:
        found = judged(some)
        accused = np.array([VERDICTS[verdict] in ACCUSED for verdict in found.verdict.tolist()])
        assert np.array_equal(found.probability >= model().copy_cut, accused)
        assert np.array_equal(found.accused, accused)


def test_what_is_not_said_is_english_and_whole() -> None:
    for some in BATCHES[:100]:
        english = [dataclasses.replace(pair, language="en", cut=False, numerals=(0, 0)) for pair in some]
        expected, laid = judged(english), arrays(some)
        for found in (judge(*laid), judge(*laid, None, None, None), judge(*laid, [None] * len(some))):
            assert np.array_equal(found.verdict, expected.verdict)
            assert found.reasons == expected.reasons
        assert explain(*laid) == explain(*laid, *beside(english), 0)


def test_no_pairs_have_no_verdicts() -> None:
    found = judged([])
    assert (len(found.verdict), len(found.probability), found.reasons) == (0, 0, ())


def test_the_model_is_read_from_its_file() -> None:
    assert model().intercept == MODEL["intercept"]
    assert model().coefficients == MODEL["coefficients"]
    assert model().copy_cut == MODEL["cut"]["copy"]


@pytest.mark.parametrize(("share", "sure"), [(-1.0, 0.001), (0.0, 0.004267), (1.0, 0.999)])
def test_a_probability_stays_within_what_is_known(share: float, sure: float) -> None:
    columns = {name: np.array([share]) for name in MEASURES} | {"spread": np.zeros(1)}
    assert probability(Agreement(**columns)).tolist() == [sure]


def test_the_pairs_meet_every_verdict_and_fail_every_test_by_itself() -> None:
    met: Counter[str] = Counter()
    for pair in (pair for some in BATCHES for pair in some):
        decided = decide(pair)
        met[decided.verdict] += 1
        failed = [test.name for test in decided.copy if not test.holds]
        met.update([f"only {failed[0]}"] if len(failed) == 1 else [])
    tests = [f"only {test.name}" for test in decide(BATCHES[0][0]).copy]
    assert {name: met[name] for name in (*VERDICTS, *tests) if met[name] < 5} == {}
