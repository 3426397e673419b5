"""Scores and passages to verdicts: a small, inspectable decision for every pair.

The model (``model.toml``) is a logistic regression over three numbers (see `reuse.agreement`): `retold`, the
lesser of order and facts, for the same things must be told in the same order; `spread`; and `shared`. It gives
the probability of copying. Whole copies and lifted paragraphs are told by their words: by passages.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from reuse.pairs import VERDICTS, Agreement, Passages, Scores, Verdicts
from reuse.values import CHARACTER, Tokens

if TYPE_CHECKING:
    from reuse.values import Bytes, Ids, Offsets, Ratios, Truths

#: The most a probability says: a few thousand training pairs cannot vouch for more.
_SURE = 0.999
#: Share of the source's words that stand in the page word for word where the whole of it was copied.
WHOLE = 0.8
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
#: A copy shares this much of its narration word for word, or else agrees in order as two reports never do.
#: A line-up of the same players is no copy.
#: Of scripts without spaces the model has seen none: there, too, order must be certain.
LEAST_SHARED, CERTAIN_ORDER = 0.05, 0.5


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
    ['retold', 'shared', 'spread']
    """
    table = tomllib.loads(resources.files("reuse").joinpath("model.toml").read_text("utf-8"))
    return Model(table["intercept"], table["coefficients"], table["cut"]["copy"])


def probability(agreement: Agreement) -> Ratios:
    """Return the model's probability of copying for every pair, float64 [P], between 0.001 and 0.999."""
    weights = model().coefficients
    features = {"retold": agreement.retold, "spread": agreement.spread, "shared": agreement.shared}
    logit = model().intercept + sum(weights[name] * feature for name, feature in features.items())
    # NumPy's exp may differ in the last bit between instruction sets; rounding hides it, so that every machine
    # writes the same bytes.
    bounded: Ratios = np.clip(1 / (1 + np.exp(-logit)), 1 - _SURE, _SURE)
    return np.round(bounded, 6)


def judge(scores: Scores, passages: Passages, agreement: Agreement, sources: Tokens, pages: Tokens) -> Verdicts:
    """Decide on every pair.

    Parameters
    ----------
    scores : Scores
        Names the pairs.
    passages : Passages
    agreement : Agreement
    sources, pages : Tokens

    Returns
    -------
    Verdicts
        The rules, in this order: the same tokens are `identical`; `WHOLE` of the source word for word, most of
        it narration, is `near-duplicate`; a probability from the model's cut on, of texts that are
        long enough for it and share some words, is `spun` where the texts
        agree in order from `SPUN_ORDER` on and less than half of the shared words stand in long runs, and
        `excerpt` elsewhere; `LIFTED_WORDS` of narration in long runs are
        `excerpt`; where most shared words are quoted it is `quotation`; anything else is `independent`.
    """
    evidence = _gather(scores, passages, agreement, sources, pages)
    rules = (
        ("identical", evidence.identical),
        ("near-duplicate", evidence.whole),
        ("spun", evidence.copied & (agreement.order >= SPUN_ORDER) & evidence.rewritten),
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
        probability=_at_least(evidence.probability, verdict),
        features={
            "order": agreement.order,
            "facts": agreement.facts,
            "spread": agreement.spread,
            "shared": agreement.shared,
        },
        reasons=tuple(evidence.reasons(pair, VERDICTS[v]) for pair, v in enumerate(verdict.tolist())),
    )


def _at_least(probability: Ratios, verdict: Bytes) -> Ratios:
    """Raise the model's probability to the cut where words decide, and to the most where texts are equal."""
    floors = dict.fromkeys(("near-duplicate", "excerpt"), model().copy_cut) | {"identical": _SURE}
    raised: Ratios = np.maximum(probability, np.array([floors.get(name, 0.0) for name in VERDICTS])[verdict])
    return raised


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """What the rules look at, one value a pair."""

    agreement: Agreement
    probability: Ratios
    copied: Truths
    identical: Truths
    whole: Truths
    rewritten: Truths
    source_share: Ratios
    matched: Offsets
    quoted: Offsets
    lifted: Offsets
    longest_run: Ids

    def reasons(self, pair: int, verdict: str) -> tuple[str, ...]:
        """Say what decided on a pair, the weightiest first."""
        order = (
            f"{_percent(self.agreement.order[pair])} of the content words in the source's order, beyond chance"
        )
        facts = f"{_percent(self.agreement.facts[pair])} of the rare words shared"
        shared = f"{_percent(self.agreement.shared[pair])} of the narration in shared runs of 4 words"
        lifted = f"{self.lifted[pair]} words of narration in runs of {LIFTED_RUN} or more"
        quoted = f"{self.quoted[pair]} of {self.matched[pair]} shared words are quoted"
        match verdict:
            case "identical":
                return ("the same words from beginning to end",)
            case "near-duplicate":
                return (f"{_percent(self.source_share[pair])} of the source word for word",)
            case "spun":
                return (order, facts, shared)
            case "excerpt":
                return (lifted, order, facts) if self.lifted[pair] >= LIFTED_WORDS else (order, facts, shared)
            case "quotation":
                return (quoted, order)
            case _:
                return (order, facts, f"longest shared run {self.longest_run[pair]} words")


def _gather(
    scores: Scores, passages: Passages, agreement: Agreement, sources: Tokens, pages: Tokens
) -> _Evidence:
    copying = probability(agreement)
    narrated = passages.words - passages.quoted_words
    first = pages.flags[pages.offsets[scores.page][passages.pair] + passages.page_token]
    narrated = np.where(first & CHARACTER, narrated * _WORDS // _CHARACTERS, narrated)
    matched = passages.per_pair(passages.words)
    quoted = passages.per_pair(passages.quoted_words)
    source_words = sources.counts[scores.source]
    page_words = pages.counts[scores.page]
    source_share = passages.source_words_covered() / np.maximum(source_words, 1)
    lifted = passages.per_pair(np.where(narrated >= LIFTED_RUN, narrated, 0))
    return _Evidence(
        agreement=agreement,
        probability=copying,
        copied=(
            (copying >= model().copy_cut)
            & (np.minimum(source_words, page_words) >= MODEL_WORDS)
            & ((agreement.shared >= LEAST_SHARED) | (agreement.order >= CERTAIN_ORDER))
            & (~pages.in_characters(scores.page) | (agreement.order >= CERTAIN_ORDER))
        ),
        identical=(passages.longest_run == source_words) & (source_words == page_words),
        whole=(source_share >= WHOLE) & (2 * quoted < matched),
        rewritten=2 * lifted < np.maximum(matched, 1),
        source_share=source_share,
        matched=matched,
        quoted=quoted,
        lifted=lifted,
        longest_run=passages.longest_run,
    )


def _percent(share: float) -> str:
    return f"{max(share, 0):.0%}"
