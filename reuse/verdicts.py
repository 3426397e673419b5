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
    from reuse.values import Hashes, Ratios

#: A run of so many tokens is shared narration, and quoted on both sides if it is on one.
_RUN = 4
#: Content words of a stretch, and the share of it that may count for `spread`.
_BLOCK, _BLOCK_CAP = 32, 0.25
#: Content words, and words of narration, of doubt: forty words in common order say little.
_CONTENT_PRIOR, _NARRATION_PRIOR = 20.0, 30.0


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
