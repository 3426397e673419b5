"""Scores, runs and agreement to verdicts: a small, inspectable decision for every pair.

The model (``model.toml``) is a logistic regression over two numbers (see `reuse.agreement`): `retold`, the
lesser of order and facts, for the same things must be told in the same order; and `spread`. It gives the
probability of copying. A pair that it calls a copy must stand some tests besides. Whole copies and lifted
paragraphs are told by their words: by runs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.pairs import ACCUSED, VERDICTS, Agreement, Numerals, Runs, Scores, Verdicts
from reuse.values import CHARACTER, COMMON, QUOTED, STOCK, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reuse.values import Bytes, Ids, Offsets, Ratios, Truths

#: The most a probability says: a few thousand training pairs cannot vouch for more.
_SURE = 0.999
#: How far below the cut the probability of a pair stays that is no finding; and the most of one whose texts are
#: too short for the model.
_BELOW, UNDECIDED = 0.001, 0.5
#: Share of the source's words that stand in the page word for word where the whole of it was copied, and of the
#: source's narration: a speech that both print is no copy. From `LIFTED_WORDS` of narration on the source's own
#: marks say what it narrates: quotation marks around an article make no quotation of it.
WHOLE, WHOLE_NARRATION = 0.8, 0.5
#: Share of the longer text that one run holds where the two are the same and one was cut out of a web page, or
#: had words left out: that is never done to the word. Other texts must be equal.
SAME = 0.97
#: Agreement in order from which most of one text, and not a part, was made from the other: nine in ten
#: rewritten articles reach it.
SPUN_ORDER = 0.2
#: Words of narration, in runs of at least `LIFTED_RUN`, that are an excerpt whatever else the texts have in
#: common. Labelled pairs on the same event share fewer (official statements without quotation marks, captions).
LIFTED_WORDS = 60
LIFTED_RUN = 12
#: A word is two characters and more where scripts have no spaces: so many words count as so many characters.
_WORDS, _CHARACTERS = 5, 12
#: Words of the shorter text from which the model is asked: it has seen no copy with fewer.
MODEL_WORDS = 40
#: Share of what the source has besides common sources that the page has, too, word for word: nobody has so
#: much of it by chance.
REST = 0.9
#: A copy shares this much of its narration word for word, or else agrees in order as two reports never do. A
#: line-up of the same players is no copy. Of scripts without spaces the model has seen none: there, too,
#: order must be certain.
LEAST_SHARED, CERTAIN_ORDER = 0.02, 0.5
#: The model has seen English alone. Of reports in other languages that are made from one template, a third of
#: the content words can be in order.
FOREIGN_ORDER = 0.35
#: What two texts have in order must reach so far. A press release, a caption, a post set into both does not.
LEAST_REACH = 0.04
#: Where both texts have so many numbers, and neither is longer than twice the other, a copy keeps some of them.
#: Of 1,646 labelled copies that the model alone tells none has fewer; forecasts of one template have.
LEAST_NUMERALS, SHARED_NUMERALS, ALIKE = 3, 0.3, 2
#: Where most words in common are quoted, the model must be surer than its cut.
MOSTLY_UNQUOTED, SURER = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Model:
    """The logistic regression of ``model.toml``."""

    intercept: float
    coefficients: dict[str, float]
    copy_cut: float


@cache
def model() -> Model:
    """Return the model shipped with the package.

    Examples
    --------
    >>> sorted(model().coefficients)
    ['retold', 'spread']
    """
    table = tomllib.loads(resources.files("reuse").joinpath("model.toml").read_text("utf-8"))
    return Model(table["intercept"], table["coefficients"], table["cut"]["copy"])


def probability(agreement: Agreement) -> Ratios:
    """Return the model's probability of copying for every pair, float64 [P], between 0.001 and 0.999."""
    logit = model().intercept + sum(
        weight * getattr(agreement, name) for name, weight in model().coefficients.items()
    )
    # NumPy's exp may differ in the last bit between instruction sets; rounding hides it, so that every machine
    # writes the same bytes.
    bounded: Ratios = np.clip(1 / (1 + np.exp(-logit)), 1 - _SURE, _SURE)
    return np.round(bounded, 6)


def judge(
    scores: Scores,
    runs: Runs,
    agreement: Agreement,
    sources: Tokens,
    pages: Tokens,
    languages: Sequence[str | None] | None = None,
    cut: Truths | None = None,
    numerals: Numerals | None = None,
) -> Verdicts:
    """Decide on every pair, by the first of the rules that holds; `explain` tells them one by one.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    runs : Runs
    agreement : Agreement
    sources, pages : Tokens
    languages : sequence of str or None, optional
        Of the pages. What is unknown counts as English.
    cut : bool [P], optional
        Whether a text of the pair was cut out of a web page, or had words left out; none was, if not given.
    numerals : Numerals, optional
        At least of the pairs that the model calls copies; no pair has numbers, if not given.

    Returns
    -------
    Verdicts
        Findings have at least the probability of the model's cut, all others less.
    """
    evidence = _gather(scores, runs, agreement, sources, pages, languages, cut, numerals)
    tests = evidence.tests_of_a_copy()
    copied = np.logical_and.reduce([test.holds for test in tests])
    rules = evidence.rules(copied)
    verdict = np.select(
        [rule.holds for rule in rules],
        [VERDICTS.index(rule.name) for rule in rules],
        VERDICTS.index("independent"),
    ).astype(np.uint8)
    return Verdicts(
        verdict=verdict,
        probability=_kept_apart(evidence, verdict),
        features={name: getattr(agreement, name) for name in agreement.__slots__},
        reasons=evidence.reasons(verdict, tests),
    )


def _kept_apart(evidence: _Evidence, verdict: Bytes) -> Ratios:
    """Raise the model's probability to the cut for findings, and lower it for others; equal texts are sure."""
    cut = model().copy_cut
    most = np.where(evidence.shorter_words >= MODEL_WORDS, cut - _BELOW, UNDECIDED)
    apart: Ratios = np.where(
        verdict < len(ACCUSED),
        np.maximum(evidence.probability, cut),
        np.minimum(evidence.probability, most),
    )
    return np.where(verdict == VERDICTS.index("identical"), _SURE, apart)


class _Test(NamedTuple):
    """Something asked of every pair.

    `holds` has the answers, `asks` says it of one pair with its numbers, `fails` says what follows if it does
    not.
    """

    name: str
    holds: Truths
    asks: Callable[[int], str]
    fails: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """What the rules look at, one value a pair."""

    agreement: Agreement
    numerals: Numerals
    probability: Ratios
    source_words: Offsets
    page_words: Offsets
    in_characters: Truths
    cut: Truths
    foreign: Truths
    stock: Truths
    explained: Truths
    narration_words: Offsets
    has_rest: Truths
    matched: Offsets
    quoted: Offsets
    lifted: Offsets
    source_share: Ratios
    narration_share: Ratios
    requoted_share: Ratios
    page_share: Ratios
    contained: Truths
    longest_run: Ids

    @property
    def shorter_words(self) -> Offsets:
        """Words of the shorter text."""
        shorter: Offsets = np.minimum(self.source_words, self.page_words)
        return shorter

    def tests_of_a_copy(self) -> tuple[_Test, ...]:
        """Return what must hold, all of it, for a pair to be a copy by the model."""
        cut, agreement = model().copy_cut, self.agreement
        words = np.where(self.explained, self.narration_words, self.shorter_words)
        certain = agreement.order >= CERTAIN_ORDER
        unless = f"or order from {CERTAIN_ORDER:g} on"
        return (
            _Test(
                "probable",
                self.probability >= cut,
                lambda p: f"{self.probability[p]:.4g}, from {cut:g} on",
            ),
            _Test(
                "long enough",
                words >= np.where(self.explained, LIFTED_WORDS, MODEL_WORDS),
                lambda p: (
                    f"{words[p]:,} words besides common sources, from {LIFTED_WORDS} on"
                    if self.explained[p]
                    else f"{words[p]:,} words, from {MODEL_WORDS} on"
                ),
                "too few words to tell a copy by their order",
            ),
            _Test(
                "words shared",
                (agreement.shared >= LEAST_SHARED) | certain,
                lambda p: f"shared {agreement.shared[p]:.4g}, from {LEAST_SHARED:g} on, {unless}",
                "hardly any narration word for word in common",
            ),
            _Test(
                "far-reaching",
                agreement.reach >= LEAST_REACH,
                lambda p: f"reach {agreement.reach[p]:.4g}, from {LEAST_REACH:g} on",
                "what is in order stands in one place, as a statement or a caption in both",
            ),
            _Test(
                "narration",
                (agreement.unquoted >= MOSTLY_UNQUOTED) | (self.probability >= SURER),
                lambda p: (
                    f"unquoted {agreement.unquoted[p]:.4g}, from {MOSTLY_UNQUOTED:g} on, or probable from "
                    f"{SURER:g} on"
                ),
                "most words in common are quoted",
            ),
            _Test(
                "script",
                ~self.in_characters | certain,
                lambda p: (
                    f"the page in {'characters' if self.in_characters[p] else 'words'}; in words, {unless}"
                ),
                "the model knows no scripts without spaces",
            ),
            _Test(
                "language",
                ~self.foreign | (agreement.order >= FOREIGN_ORDER),
                lambda p: (
                    f"the page in {'another language' if self.foreign[p] else 'English, or unknown'}; in "
                    f"English, or order from {FOREIGN_ORDER:g} on"
                ),
                "the model knows English alone",
            ),
            _Test(
                "numbers",
                self._same_numerals(),
                lambda p: (
                    f"{self.numerals.shared[p]} of {self.numerals.fewer[p]} shared, from "
                    f"{SHARED_NUMERALS:g} of them on where there are {LEAST_NUMERALS}, in texts of like length"
                    if self.probability[p] >= cut
                    else "asked of probable pairs"
                ),
                "other numbers, as another text of the same form has",
            ),
        )

    def _same_numerals(self) -> Truths:
        """Tell which pairs share numbers, or have too few to say, or differ too much in length."""
        longer = np.maximum(self.source_words, self.page_words)
        asked = (self.numerals.fewer >= LEAST_NUMERALS) & (longer <= ALIKE * self.shorter_words)
        same: Truths = ~asked | (self.numerals.shared >= SHARED_NUMERALS * self.numerals.fewer)
        return same

    def rules(self, copied: Truths) -> tuple[_Test, ...]:
        """Return what each verdict asks for, in the order in which they are tried."""
        longer = np.maximum(self.source_words, self.page_words)
        # Where a common source explains most of it, what is left must be evidence by itself: an excerpt, or
        # nearly all of what is the source's own.
        left = ~self.explained | (self.lifted >= LIFTED_WORDS) | self.has_rest
        equal = (self.longest_run >= np.where(self.cut, SAME, 1) * longer) & (longer > 0) & left
        narrated = np.maximum(self.narration_share, self.requoted_share) >= WHOLE_NARRATION
        whole = (self.source_share >= WHOLE) & narrated & left
        contained = self.contained & left
        spun = copied & (self.agreement.order >= SPUN_ORDER) & (2 * self.lifted < np.maximum(self.matched, 1))
        lifted = self.lifted >= LIFTED_WORDS
        quotation = (self.quoted > 0) & (2 * self.quoted >= self.matched)
        return (
            _Test(
                "identical",
                equal,
                lambda p: (
                    f"the longest run has {self.longest_run[p]:,} of {longer[p]:,} words of the longer text, "
                    f"{f'from {SAME:g} of them on' if self.cut[p] else 'all of them'}"
                ),
            ),
            _Test(
                "near-duplicate",
                whole,
                lambda p: (
                    f"{self.source_share[p]:.4g} of the source word for word, from {WHOLE:g} on; "
                    f"{self.narration_share[p]:.4g} of its narration, from {WHOLE_NARRATION:g} on"
                    + self._requoted(p)
                ),
            ),
            _Test(
                "spun",
                spun,
                lambda p: (
                    f"a copy by the model; order {self.agreement.order[p]:.4g}, from {SPUN_ORDER:g} on; "
                    f"{self._lifted(p)}, less than half of {self.matched[p]:,} shared"
                ),
            ),
            _Test(
                "excerpt",
                copied | lifted | contained,
                lambda p: (
                    f"a copy by the model, or {self._lifted(p)}, from {LIFTED_WORDS} on, or "
                    f"{self.page_share[p]:.4g} of the page word for word, from {WHOLE:g} on, with a run of "
                    f"{LIFTED_RUN} or more"
                ),
            ),
            _Test(
                "quotation",
                quotation,
                lambda p: f"{self.quoted[p]:,} of {self.matched[p]:,} shared words quoted, half or more",
            ),
            _Test(
                "independent",
                ~(equal | whole | copied | lifted | contained | quotation),
                lambda _: "nothing of that",
            ),
        )

    def reasons(self, verdict: Bytes, tests: tuple[_Test, ...]) -> tuple[tuple[str, ...], ...]:
        """Say what decided on each pair, the weightiest first."""
        pairs, names = range(len(verdict)), map(VERDICTS.__getitem__, verdict.tolist())
        order = _percents(self.agreement.order, "of the content words in the source's order, beyond chance")
        facts = _percents(self.agreement.facts, "of the rare words shared")
        shared = _percents(self.agreement.shared, "of the narration in shared runs of 4 words")
        return tuple(map(self._reasons, pairs, names, repeat(tests), order, facts, shared))

    def _reasons(
        self, pair: int, verdict: str, tests: tuple[_Test, ...], order: str, facts: str, shared: str
    ) -> tuple[str, ...]:
        match verdict:
            case "identical":
                beside = max(self.source_words.item(pair), self.page_words.item(pair)) - self.longest_run.item(
                    pair
                )
                return (f"the same words from beginning to end{f', but for {beside:,}' if beside else ''}",)
            case "near-duplicate":
                return (f"{_percent(self.source_share.item(pair))} of the source word for word",)
            case "spun":
                return (order, facts, shared)
            case "excerpt":
                copied = all(test.holds.item(pair) for test in tests)
                if self.contained.item(pair) and not copied:
                    return (f"{_percent(self.page_share.item(pair))} of the page word for word in the source",)
                words = (self._lifted(pair),) if self.lifted.item(pair) >= LIFTED_WORDS else ()
                return (*words, *((order, facts) if copied else ()), *(() if words else (shared,)))
            case "quotation":
                kind = "quoted or stock text" if self.stock.item(pair) else "quoted"
                return (
                    f"{self.quoted.item(pair):,} of {self.matched.item(pair):,} shared words are {kind}",
                    order,
                )
            case _:
                failed: list[str] = []
                sure = self.probability.item(pair)
                if sure >= model().copy_cut:
                    failed = [test.fails for test in tests if not test.holds.item(pair)]
                elif sure >= UNDECIDED:  # what else fails says nothing of a pair that is not probable
                    failed = [f"not sure enough: probability {sure:.2f}"]
                return (*failed, order, facts, f"longest shared run {self.longest_run.item(pair)} words")

    def _requoted(self, pair: int) -> str:
        if self.requoted_share[pair] <= self.narration_share[pair]:
            return ""
        return f", or {self.requoted_share[pair]:.4g} but for the page's own quotation marks"

    def _lifted(self, pair: int) -> str:
        return f"{self.lifted[pair]:,} words of narration in runs of {LIFTED_RUN} or more"


def _gather(
    scores: Scores,
    runs: Runs,
    agreement: Agreement,
    sources: Tokens,
    pages: Tokens,
    languages: Sequence[str | None] | None,
    cut: Truths | None,
    numerals: Numerals | None,
) -> _Evidence:
    foreign = np.array(
        [language not in (None, "en") for language in languages or [None] * len(pages.counts)], bool
    )
    narrated = runs.words - runs.quoted_words
    first = pages.flags[pages.offsets[scores.page][runs.pair] + runs.page_token]
    in_words = np.where(first & CHARACTER, narrated * _WORDS // _CHARACTERS, narrated)
    source_words = sources.counts[scores.source]
    covered, matched = runs.source_words_covered(), runs.per_pair(runs.words)
    told = runs.per_pair(runs.words - _quoted_by_sources(runs, scores, sources))
    narration = (sources.counts - sources.counts_with(QUOTED))[scores.source]
    page_words = pages.counts[scores.page]
    page_narration = page_words - pages.counts_with(QUOTED)[scores.page]
    page_share = matched / np.maximum(page_words, 1)
    taken = runs.per_pair(narrated)
    lifted = runs.per_pair(np.where(in_words >= LIFTED_RUN, in_words, 0))
    contained = (page_share >= WHOLE) & (2 * taken >= page_narration) & (taken >= LIFTED_RUN)
    return _Evidence(
        agreement=agreement,
        numerals=Numerals(*np.zeros((2, len(scores)), np.int32)) if numerals is None else numerals,
        probability=probability(agreement),
        source_words=source_words,
        page_words=page_words,
        in_characters=pages.in_characters(scores.page),
        cut=np.zeros(len(scores), np.bool_) if cut is None else cut,
        foreign=foreign[scores.page],
        stock=pages.counts_with(STOCK)[scores.page] > 0,
        explained=2 * _owed(runs, scores, sources, pages) >= np.maximum(matched, 1),
        narration_words=np.minimum(narration, page_narration),
        has_rest=(lifted >= MODEL_WORDS) & (lifted >= REST * narration),
        matched=matched,
        quoted=runs.per_pair(runs.quoted_words),
        lifted=lifted,
        source_share=covered / np.maximum(source_words, 1),
        narration_share=_share_of(covered, taken, matched, narration),
        requoted_share=np.where(told >= LIFTED_WORDS, _share_of(covered, told, matched, narration), 0),
        page_share=page_share,
        contained=contained & (runs.longest >= LIFTED_RUN),
        longest_run=runs.longest,
    )


def _share_of(covered: Offsets, some: Offsets, matched: Offsets, narration: Offsets) -> Ratios:
    """Return the share of the source's narration that some of the matched words are; each word counts once."""
    share: Ratios = np.minimum(covered * some / np.maximum(matched * narration, 1), 1)
    return share


def _quoted_by_sources(runs: Runs, scores: Scores, sources: Tokens) -> Offsets:
    """Return the words of each run that the source itself quotes, or owes to a common source."""
    begin = sources.offsets[scores.source][runs.pair] + runs.source_token
    return sources.counts_within(QUOTED, begin, runs.words)


def _owed(runs: Runs, scores: Scores, sources: Tokens, pages: Tokens) -> Offsets:
    """Return the words in shared runs of each pair that either text owes to a common source."""
    in_sources = sources.offsets[scores.source][runs.pair] + runs.source_token
    in_pages = pages.offsets[scores.page][runs.pair] + runs.page_token
    of_source = sources.counts_within(COMMON, in_sources, runs.words)
    of_page = pages.counts_within(COMMON, in_pages, runs.words)
    return runs.per_pair(np.maximum(of_source, of_page))


def _percent(share: float) -> str:
    return f"{max(share, 0):.0%}"


def _percents(shares: Ratios, of_what: str) -> list[str]:
    """Say each share in words, the same object for all that have as many percent."""
    said = [f"{_percent(percent / 100)} {of_what}" for percent in range(101)]
    return [said[percent] for percent in np.rint(100 * np.clip(shares, 0, 1)).astype(np.int64).tolist()]


class Contribution(NamedTuple):
    """What one feature adds to the model's logit: its value times its weight."""

    feature: str
    value: float
    weight: float

    @property
    def product(self) -> float:
        """Value times weight."""
        return self.value * self.weight


class Rule(NamedTuple):
    """One line on the way to a verdict: what it asks, with the numbers of the pair, and whether it holds."""

    name: str
    asks: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """How the verdict on one pair came about.

    Attributes
    ----------
    contributions : tuple of Contribution
        Of each feature of the model.
    probability : float
        The model's, before the verdict raises or lowers it.
    copy : tuple of Rule
        What must hold, all of it, so that the pair counts as a copy by the model.
    rules : tuple of Rule
        By verdict, in their order: the first that holds decides.
    """

    contributions: tuple[Contribution, ...]
    probability: float
    copy: tuple[Rule, ...]
    rules: tuple[Rule, ...]

    @property
    def intercept(self) -> float:
        """What the model begins with."""
        return model().intercept

    @property
    def cut(self) -> float:
        """The probability from which on a pair is a copy by the model."""
        return model().copy_cut

    @property
    def logit(self) -> float:
        """The model's sum."""
        return self.intercept + sum(part.product for part in self.contributions)

    @property
    def verdict(self) -> str:
        """The verdict of the first rule that holds."""
        return next(rule.name for rule in self.rules if rule.holds)


def explain(
    scores: Scores,
    runs: Runs,
    agreement: Agreement,
    sources: Tokens,
    pages: Tokens,
    languages: Sequence[str | None] | None = None,
    cut: Truths | None = None,
    numerals: Numerals | None = None,
    pair: int = 0,
) -> Decision:
    """Tell how `judge` decides on a pair: the same numbers and the same rules, one by one."""
    evidence = _gather(scores, runs, agreement, sources, pages, languages, cut, numerals)
    tests = evidence.tests_of_a_copy()
    rules = evidence.rules(np.logical_and.reduce([test.holds for test in tests]))

    def told(tests: tuple[_Test, ...]) -> tuple[Rule, ...]:
        return tuple(Rule(test.name, test.asks(pair), bool(test.holds[pair])) for test in tests)

    measured = {name: float(getattr(agreement, name)[pair]) for name in model().coefficients}
    parts = (Contribution(name, measured[name], weight) for name, weight in model().coefficients.items())
    return Decision(tuple(parts), float(evidence.probability[pair]), told(tests), told(rules))
