"""The decision on one pair, rule by rule, as README.md words it: numbers, sets and loops."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import reuse
from reuse.values import CHARACTER, COMMON, QUOTED, STOCK

MODEL = tomllib.loads((Path(reuse.__file__).parent / "model.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Run:
    """A shared run: where it begins on both sides, its words, and those of them that are quoted."""

    source: int
    page: int
    words: int
    quoted: int


@dataclass(frozen=True)
class Pair:
    """All that a verdict may depend on. `source` and `page` are the flags of each word."""

    source: list[int]
    page: list[int]
    runs: list[Run]
    longest: int
    measures: dict[str, float]
    language: str | None = None
    cut: bool = False
    #: Different numbers of the text that has fewer, and those of them that the other has.
    numerals: tuple[int, int] = (0, 0)


class Asked(NamedTuple):
    """What a test or a rule asks of a pair, and whether it holds."""

    name: str
    asks: str
    holds: bool


class Decided(NamedTuple):
    """A verdict, and how it came about; `modelled` is the probability before the verdict moves it."""

    verdict: str
    probability: float
    modelled: float
    reasons: tuple[str, ...]
    copy: list[Asked]
    rules: list[Asked]


def decide(pair: Pair) -> Decided:
    """Return the decision on a pair, by the first rule that holds."""
    facts = Facts(pair)
    copy = tests_of_a_copy(facts)
    copied = all(test.holds for test in copy)
    rules = rules_of(facts, copied)
    verdict = next(rule.name for rule in rules if rule.holds)
    failed = [FAILS[test.name] for test in copy if not test.holds and test.name != "probable"]
    reasons = reasons_of(facts, verdict, copied, failed)
    return Decided(verdict, told(facts, verdict), facts.sure, tuple(reasons), copy, rules)


class Facts:
    """What the rules look at, counted word by word."""

    def __init__(self, pair: Pair) -> None:
        self.order, self.facts, self.shared = (pair.measures[name] for name in ("order", "facts", "shared"))
        self.reach, self.unquoted = pair.measures["reach"], pair.measures["unquoted"]
        self.sure = probability(pair.measures)
        self.longest, self.cut = pair.longest, pair.cut
        source_words, page_words = len(pair.source), len(pair.page)
        self.longer, self.shorter = max(source_words, page_words), min(source_words, page_words)
        self.foreign = pair.language not in (None, "en")
        self.characters = 2 * count(pair.page, CHARACTER) > page_words
        self.stock = count(pair.page, STOCK) > 0

        self.matched = sum(run.words for run in pair.runs)
        self.quoted = sum(run.quoted for run in pair.runs)
        taken = self.matched - self.quoted
        self.lifted = sum(words for run in pair.runs if (words := narrated_words(pair, run)) >= 12)
        covered = len({run.source + word for run in pair.runs for word in range(run.words)})
        narration, own = (len(side) - count(side, QUOTED) for side in (pair.source, pair.page))
        self.narration = min(narration, own)
        self.source_share, self.page_share = covered / max(source_words, 1), self.matched / max(page_words, 1)
        self.narration_share = min(covered * taken / max(self.matched * narration, 1), 1.0)
        unquoted = sum(run.words - count(stretch(pair.source, run), QUOTED) for run in pair.runs)
        self.requoted_share = 0.0
        if unquoted >= 60:
            self.requoted_share = min(covered * unquoted / max(self.matched * narration, 1), 1.0)
        self.numerals, self.shared_numerals = pair.numerals

        self.explained = 2 * sum(owed(pair, run) for run in pair.runs) >= max(self.matched, 1)
        has_rest = self.lifted >= 40 and self.lifted >= 0.9 * narration
        self.left = not self.explained or self.lifted >= 60 or has_rest
        self.contained = (
            self.page_share >= 0.8 and 2 * taken >= own and taken >= 12 and pair.longest >= 12 and self.left
        )


def count(flags: list[int], flag: int) -> int:
    return sum(1 for one in flags if one & flag)


def probability(measures: dict[str, float]) -> float:
    """The logistic regression, between 0.001 and 0.999, to six digits."""
    values = {"retold": min(measures["order"], measures["facts"]), "spread": measures["spread"]}
    logit = MODEL["intercept"] + sum(MODEL["coefficients"][name] * values[name] for name in values)
    return round(min(max(1 / (1 + math.exp(-logit)), 0.001), 0.999), 6)


def narrated_words(pair: Pair, run: Run) -> int:
    """Words of a run that nobody says; twelve characters count as five words."""
    words = run.words - run.quoted
    return words * 5 // 12 if pair.page[run.page] & CHARACTER else words


def owed(pair: Pair, run: Run) -> int:
    """Words of a run that either text owes to a common source."""
    page = pair.page[run.page : run.page + run.words]
    return max(count(stretch(pair.source, run), COMMON), count(page, COMMON))


def stretch(source: list[int], run: Run) -> list[int]:
    return source[run.source : run.source + run.words]


def tests_of_a_copy(facts: Facts) -> list[Asked]:
    """Return what must hold, all of it, for a pair to be a copy by the model."""
    words, least, besides = facts.shorter, 40, ""
    if facts.explained:
        words, least, besides = facts.narration, 60, " besides common sources"
    script = "characters" if facts.characters else "words"
    language = "another language" if facts.foreign else "English, or unknown"
    certain, alike = facts.order >= 0.5, facts.longer <= 2 * facts.shorter
    numbers = "asked of probable pairs"
    if facts.sure >= 0.9:
        numbers = (
            f"{facts.shared_numerals} of {facts.numerals} shared, from 0.3 of them on where there are 3, in "
            "texts of like length"
        )
    return [
        Asked("probable", f"{facts.sure:.4g}, from 0.9 on", facts.sure >= 0.9),
        Asked("long enough", f"{words:,} words{besides}, from {least} on", words >= least),
        Asked(
            "words shared",
            f"shared {facts.shared:.4g}, from 0.02 on, or order from 0.5 on",
            facts.shared >= 0.02 or certain,
        ),
        Asked("far-reaching", f"reach {facts.reach:.4g}, from 0.04 on", facts.reach >= 0.04),
        Asked(
            "narration",
            f"unquoted {facts.unquoted:.4g}, from 0.5 on, or probable from 0.95 on",
            facts.unquoted >= 0.5 or facts.sure >= 0.95,
        ),
        Asked(
            "script",
            f"the page in {script}; in words, or order from 0.5 on",
            not facts.characters or certain,
        ),
        Asked(
            "language",
            f"the page in {language}; in English, or order from 0.35 on",
            not facts.foreign or facts.order >= 0.35,
        ),
        Asked(
            "numbers", numbers, facts.numerals < 3 or not alike or facts.shared_numerals >= 0.3 * facts.numerals
        ),
    ]


def rules_of(facts: Facts, copied: bool) -> list[Asked]:  # noqa: FBT001
    """Return what each verdict asks for, in the order in which they are tried."""
    lifted = f"{facts.lifted:,} words of narration in runs of 12 or more"
    requoted = ""
    if facts.requoted_share > facts.narration_share:
        requoted = f", or {facts.requoted_share:.4g} but for the page's own quotation marks"
    rules = [
        Asked(
            "identical",
            f"the longest run has {facts.longest:,} of {facts.longer:,} words of the longer text, "
            + ("from 0.97 of them on" if facts.cut else "all of them"),
            facts.longer > 0 and facts.longest >= facts.longer * (0.97 if facts.cut else 1) and facts.left,
        ),
        Asked(
            "near-duplicate",
            f"{facts.source_share:.4g} of the source word for word, from 0.8 on; "
            f"{facts.narration_share:.4g} of its narration, from 0.5 on{requoted}",
            facts.source_share >= 0.8
            and max(facts.narration_share, facts.requoted_share) >= 0.5
            and facts.left,
        ),
        Asked(
            "spun",
            f"a copy by the model; order {facts.order:.4g}, from 0.2 on; {lifted}, less than half of "
            f"{facts.matched:,} shared",
            copied and facts.order >= 0.2 and facts.lifted < max(facts.matched, 1) / 2,
        ),
        Asked(
            "excerpt",
            f"a copy by the model, or {lifted}, from 60 on, or {facts.page_share:.4g} of the page word for "
            "word, from 0.8 on, with a run of 12 or more",
            copied or facts.lifted >= 60 or facts.contained,
        ),
        Asked(
            "quotation",
            f"{facts.quoted:,} of {facts.matched:,} shared words quoted, half or more",
            facts.quoted > 0 and facts.quoted >= facts.matched / 2,
        ),
    ]
    return [*rules, Asked("independent", "nothing of that", not any(rule.holds for rule in rules))]


def reasons_of(facts: Facts, verdict: str, copied: bool, failed: list[str]) -> list[str]:  # noqa: FBT001
    """Say what decided, the weightiest first."""
    order = f"{percent(facts.order)} of the content words in the source's order, beyond chance"
    rare = f"{percent(facts.facts)} of the rare words shared"
    shared = f"{percent(facts.shared)} of the narration in shared runs of 4 words"
    beside = facts.longer - facts.longest
    unsure = [f"not sure enough: probability {facts.sure:.2f}"] if facts.sure >= 0.5 else []
    kind = "quoted or stock text" if facts.stock else "quoted"
    excerpt = [f"{facts.lifted:,} words of narration in runs of 12 or more"] if facts.lifted >= 60 else [shared]
    if copied:
        excerpt = [*excerpt, order, rare] if facts.lifted >= 60 else [order, rare, shared]
    elif facts.contained:
        excerpt = [f"{percent(facts.page_share)} of the page word for word in the source"]
    return {
        "identical": [f"the same words from beginning to end{f', but for {beside:,}' if beside else ''}"],
        "near-duplicate": [f"{percent(facts.source_share)} of the source word for word"],
        "spun": [order, rare, shared],
        "excerpt": excerpt,
        "quotation": [f"{facts.quoted:,} of {facts.matched:,} shared words are {kind}", order],
        "independent": [
            *(failed if facts.sure >= 0.9 else unsure),
            order,
            rare,
            f"longest shared run {facts.longest} words",
        ],
    }[verdict]


def told(facts: Facts, verdict: str) -> float:
    """The model's probability, raised for findings and lowered for others."""
    if verdict == "identical":
        return 0.999
    if verdict in ("near-duplicate", "spun", "excerpt"):
        return max(facts.sure, 0.9)
    return min(facts.sure, 0.899 if facts.shorter >= 40 else 0.5)


#: What is said of a pair that is probable, and fails a test.
FAILS = {
    "long enough": "too few words to tell a copy by their order",
    "words shared": "hardly any narration word for word in common",
    "far-reaching": "what is in order stands in one place, as a statement or a caption in both",
    "narration": "most words in common are quoted",
    "script": "the model knows no scripts without spaces",
    "language": "the model knows English alone",
    "numbers": "other numbers, as another text of the same form has",
}


def percent(share: float) -> str:
    return f"{round(100 * min(max(share, 0), 1))}%"
