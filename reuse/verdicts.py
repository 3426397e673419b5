"""Scores and passages to verdicts: a small, inspectable decision for every pair.

Three features of agreement, all outside quotation marks, say whether one text was made from the other:

order
    Longest common subsequence of the content words, less the one with a text read backwards, over the
    content words of the shorter text. What two texts on one subject share by chance is shared in either
    direction; what was copied, or rewritten sentence by sentence, stands in order.
spread
    The same, summed over stretches of 32 content words of which each may count for a quarter at most: one
    official statement in common is no copy of the article.
shared
    Share of the narration that stands in shared runs of 4 words.

Speech that one text quotes counts as quoted in the other too. A logistic regression over them (``model.toml``)
gives the probability of copying. Whole copies and lifted paragraphs are told by their words: by passages.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.values import VERDICTS, Passages, Scores, Tokens, Verdicts

if TYPE_CHECKING:
    from reuse.options import Options
    from reuse.values import Hashes, Ids, Offsets, Ratios, Truths

#: A run of so many tokens is shared narration, and quoted on both sides if it is on one.
_RUN = 4
#: Content words of a stretch, and the share of it that may count for `spread`.
_BLOCK, _BLOCK_CAP = 32, 0.25
#: Content words, and words of narration, of doubt: forty words in common order say little.
_CONTENT_PRIOR, _NARRATION_PRIOR = 20.0, 30.0

#: Share of the source's words that stand in the page word for word where the whole of it was copied.
WHOLE = 0.8
#: Agreement in order from which most of one text, and not a part, was made from the other: nine in ten
#: rewritten articles reach it.
SPUN_ORDER = 0.2
#: Words of narration, in runs of at least `LIFTED_RUN`, that are an excerpt whatever else the texts have in
#: common. News on the same event shares up to 70 (official statements without quotation marks, captions).
LIFTED_WORDS = 75
LIFTED_RUN = 12


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
    ['order', 'shared', 'spread']
    """
    table = tomllib.loads(resources.files("reuse").joinpath("model.toml").read_text("utf-8"))
    return Model(table["intercept"], table["coefficients"], table["cut"]["copy"])


@cache
def _function_words() -> Hashes:
    """Hashes of the words that carry grammar and not matter."""
    lines = resources.files("reuse").joinpath("function_words.txt").read_text("utf-8").splitlines()
    words = " ".join(line for line in lines if not line.startswith("#")).encode()
    text = np.frombuffer(words, np.uint8)
    return np.unique(kernels.tokenize(text, np.array([0, len(text)]), 1)[0])


def judge(scores: Scores, passages: Passages, sources: Tokens, pages: Tokens, options: Options) -> Verdicts:
    """Decide on every pair.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    passages : Passages
    sources, pages : Tokens
    options : Options
        Only `threads` is used.

    Returns
    -------
    Verdicts
        The rules, in this order: the same tokens are `identical`; `WHOLE` of the source word for word, most of
        it narration, is `near-duplicate`; a probability from the model's cut on is `spun` where the texts
        agree in order from `SPUN_ORDER` on and `excerpt` below; `LIFTED_WORDS` of narration in long runs are
        `excerpt`; where most shared words are quoted it is `quotation`; anything else is `independent`.
    """
    evidence = _gather(scores, passages, sources, pages, options)
    rules = (
        ("identical", evidence.identical),
        ("near-duplicate", evidence.whole),
        ("spun", evidence.copied & (evidence.order >= SPUN_ORDER)),
        ("excerpt", evidence.copied | (evidence.lifted >= LIFTED_WORDS)),
        ("quotation", (evidence.quoted > 0) & (2 * evidence.quoted >= evidence.matched)),
    )
    verdict = np.select(
        [holds for _, holds in rules],
        [VERDICTS.index(name) for name, _ in rules],
        VERDICTS.index("independent"),
    ).astype(np.uint8)
    return Verdicts(
        verdict=verdict,
        probability=evidence.probability,
        features={"order": evidence.order, "spread": evidence.spread, "shared": evidence.shared},
        reasons=tuple(evidence.reasons(pair, VERDICTS[v]) for pair, v in enumerate(verdict.tolist())),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """What the rules look at, one value a pair."""

    order: Ratios
    spread: Ratios
    shared: Ratios
    probability: Ratios
    copied: Truths
    identical: Truths
    whole: Truths
    source_share: Ratios
    matched: Offsets
    quoted: Offsets
    lifted: Offsets
    longest_run: Ids

    def reasons(self, pair: int, verdict: str) -> tuple[str, ...]:
        """Say what decided on a pair, the weightiest first."""
        order = (
            f"{_percent(self.order[pair])} of the content words in the source's order, beyond chance",
            f"{_percent(self.shared[pair])} of the narration in shared runs of {_RUN} words",
        )
        lifted = f"{self.lifted[pair]} words of narration in runs of {LIFTED_RUN} or more"
        quoted = f"{self.quoted[pair]} of {self.matched[pair]} shared words are quoted"
        match verdict:
            case "identical":
                return ("the same words from beginning to end",)
            case "near-duplicate":
                return (f"{_percent(self.source_share[pair])} of the source word for word",)
            case "spun":
                return order
            case "excerpt":
                return (lifted, *order) if self.lifted[pair] >= LIFTED_WORDS else (*order, lifted)
            case "quotation":
                return (quoted, order[0])
            case _:
                return (order[0], f"longest shared run {self.longest_run[pair]} words")


def _gather(scores: Scores, passages: Passages, sources: Tokens, pages: Tokens, options: Options) -> _Evidence:
    order, spread, shared = _agreement(scores, sources, pages, options)
    probability = _probability(order, spread, shared)
    narrated = passages.words - passages.quoted_words
    matched = passages.per_pair(passages.words)
    quoted = passages.per_pair(passages.quoted_words)
    source_words = sources.counts[scores.source]
    page_words = pages.counts[scores.page]
    source_share = passages.source_words_covered() / np.maximum(source_words, 1)
    return _Evidence(
        order=order,
        spread=spread,
        shared=shared,
        probability=probability,
        copied=probability >= model().copy_cut,
        identical=(passages.longest_run == source_words) & (source_words == page_words),
        whole=(source_share >= WHOLE) & (2 * quoted < matched),
        source_share=source_share,
        matched=matched,
        quoted=quoted,
        lifted=passages.per_pair(np.where(narrated >= LIFTED_RUN, narrated, 0)),
        longest_run=passages.longest_run,
    )


def _agreement(
    scores: Scores, sources: Tokens, pages: Tokens, options: Options
) -> tuple[Ratios, Ratios, Ratios]:
    """Return the features order, spread and shared of every pair."""
    features: tuple[Ratios, Ratios, Ratios] = kernels.agreement(
        sources.hash,
        sources.flags,
        sources.offsets,
        pages.hash,
        pages.flags,
        pages.offsets,
        scores.source,
        scores.page,
        _function_words(),
        _RUN,
        _BLOCK,
        _BLOCK_CAP,
        _CONTENT_PRIOR,
        _NARRATION_PRIOR,
        options.thread_count,
    )
    return features


def _probability(order: Ratios, spread: Ratios, shared: Ratios) -> Ratios:
    weights = model().coefficients
    logit = (
        model().intercept + weights["order"] * order + weights["spread"] * spread + weights["shared"] * shared
    )
    # NumPy's exp may differ in the last bit between instruction sets; rounding hides it, so that every machine
    # writes the same bytes. A few thousand training pairs cannot vouch for more than one in a thousand.
    probability: Ratios = np.clip(1 / (1 + np.exp(-logit)), 0.001, 0.999)
    return np.round(probability, 6)


def _percent(share: float) -> str:
    return f"{max(share, 0):.0%}"
