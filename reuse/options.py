"""Options: one frozen record that says everything a result depends on, and its digest.

Raw flags of the command line become an `Options` in one place (`reuse.cli`) and are then forgotten.
Two runs with the same digest, the same inputs and the same version give the same bytes; what cannot
change a result (threads, progress) is therefore left out of the digest.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any

from reuse.errors import UsageError

#: Raised whenever the same options may give other findings than the version before.
ALGORITHM = 6

#: What `Options.keep` can be.
KEEP = ("first", "longest", "oldest")

#: Fields that an index of the sources depends on: what is kept of every document, and what is left out.
INDEXED = (
    "shingle",
    "character_shingle",
    "window",
    "permutations",
    "resemblance",
    "recall",
    "max_articles",
    "key_terms",
    "max_term_articles",
    "boilerplate_pages",
)

#: Fields that change speed alone, never a result.
_NOT_DIGESTED = frozenset({"threads"})

_LOWEST = {
    "shingle": 2,
    "character_shingle": 2,
    "min_run": 2,
    "single_hits": 0,
    "term_candidates": 0,
    "boilerplate_pages": 0,
    "threads": 0,
    "resemblance": 0.05,
    "recall": 0.01,
    "careful_from": 0,
}
_HIGHEST = {
    "threads": 1024,
    "shingle": 1000,
    "character_shingle": 1000,
    "permutations": 4096,
    "resemblance": 1,
    "recall": 0.9999,
    "careful_from": 1,
}
#: Positions and counts are 32-bit numbers in the native core, so a document has fewer bytes than this too.
_LARGEST = 2**31 - 2


@dataclass(frozen=True, slots=True)
class Options:
    """What a run depends on. All faults are reported at once.

    Attributes
    ----------
    shingle, character_shingle : int
        Tokens in a shingle that begins with a word, and with a character of a script without spaces
        (Han, kana, Thai, Lao, Khmer, Myanmar). A Chinese word is two characters long on average, hence 12
        for 5.
    window : int
        Winnowing window, in shingles: every run of ``shingle + window - 1`` shared tokens shares a
        fingerprint (8 words with the defaults).
    max_articles : int
        A fingerprint that stands in more sources than this brings no candidates: the publisher's own
        newsletter line. It still counts in the scores of pairs that others brought.
    max_sites : int
        The same for pages, counted in sites and not in pages.
    min_shared : int
        Shared fingerprints that make a candidate.
    single_hits : int
        Of the sources that share fewer fingerprints with a page than `min_shared`, so many are scored
        nevertheless: those with the rarest.
    key_terms : int
        Rare words, names and numbers kept of a source.
    max_term_articles : int
        A key term of more sources than this brings no candidates.
    term_candidates : int
        Sources a page is compared with for the key terms they share, at most: those with the rarest.
    resemblance : float
        Jaccard resemblance of near-duplicates: of the pairs that reach it bands find the share `recall`, and
        `reuse.dedupe` reports those that do, counted exactly.
    recall : float
        Probability that bands find a pair of just that resemblance; more alike ones are found more surely.
    permutations : int
        Most values of a MinHash signature; see `reuse.plan`.
    max_bucket : int
        Of a bucket with more documents than this (the same band of the same values) only the first so many are
        paired with the others: a story with thousands of near-copies.
    keep : str
        Which of two near-duplicates `reuse.dedupe` keeps: one of `KEEP`.
    boilerplate_pages : int
        A shingle on so many pages of a site, and on 5 % of those sampled, is boilerplate and not matched; 0
        leaves all in.
    boilerplate : str
        Digest of the shingles that are not matched (`Boilerplate.digest`); "" where all are. No flag: it is
        known once the texts are read.
    common_sources : str
        Digest of the common sources (`reuse.sources.Sources.digest`); "" where there are none. No flag.
    min_run : int
        Tokens in the shortest shared run that counts as reused words.
    min_words : int
        A document with fewer tokens gets the status ``too-short`` and no verdict.
    max_bytes : int
        Largest document read, in bytes; larger ones are listed as unreadable.
    max_ratio : int
        Packed input that unpacks to more than so many times its size, and to over 64 MiB, is no longer read.
    careful_from : float
        Pairs of web pages that come to this probability of copying, judged on all that the pages show, are
        judged anew on the articles in them.
    threads : int
        Threads of the native core; 0 takes all processors. Never changes a result.

    Raises
    ------
    UsageError
        Listing every field that is out of range.

    Examples
    --------
    >>> Options().digest() == Options(threads=7).digest()
    True
    >>> Options().digest() == Options(window=5).digest()
    False
    >>> Options(window=0, min_run=1)
    Traceback (most recent call last):
        ...
    reuse.errors.UsageError: window is 0, must be at least 1; min_run is 1, must be at least 2
    """

    shingle: int = 5
    character_shingle: int = 12
    window: int = 4
    max_articles: int = 100
    max_sites: int = 10_000
    min_shared: int = 2
    single_hits: int = 3
    key_terms: int = 24
    max_term_articles: int = 2_000
    term_candidates: int = 4
    resemblance: float = 0.5
    recall: float = 0.95
    permutations: int = 128
    max_bucket: int = 100
    keep: str = "first"
    boilerplate_pages: int = 5
    boilerplate: str = ""
    common_sources: str = ""
    min_run: int = 5
    min_words: int = 20
    max_bytes: int = 64 * 2**20
    max_ratio: int = 200
    careful_from: float = 0.1
    threads: int = 0

    def __post_init__(self) -> None:
        faults = [fault for field in dataclasses.fields(self) if (fault := self._fault(field.name))]
        if faults:
            raise UsageError("; ".join(faults))
        for name in ("resemblance", "recall", "careful_from"):  # 1 and 1.0 are one option, and have one digest
            object.__setattr__(self, name, float(getattr(self, name)))

    def _fault(self, name: str) -> str | None:
        if name in ("boilerplate", "common_sources"):
            return None
        if name == "keep":
            return None if self.keep in KEEP else f"keep is {self.keep}, must be one of {', '.join(KEEP)}"
        value, lowest, highest = getattr(self, name), _LOWEST.get(name, 1), _HIGHEST.get(name, _LARGEST)
        if not value >= lowest:  # not "<": a float may be no number
            return f"{name} is {value}, must be at least {lowest}"
        if value > highest:
            return f"{name} is {value}, must be at most {highest}"
        return None

    def digested(self) -> dict[str, Any]:
        """Return the fields that may change a result, with the version of the algorithm."""
        fields = {k: v for k, v in dataclasses.asdict(self).items() if k not in _NOT_DIGESTED}
        return {"algorithm": ALGORITHM, **fields}

    def indexed(self) -> dict[str, Any]:
        """Return the fields that an index of the sources depends on, with the version of the algorithm."""
        return {"algorithm": ALGORITHM, **{name: getattr(self, name) for name in INDEXED}}

    def digest(self) -> str:
        """Return 16 hexadecimal digits that name these options: SHA-256 over their canonical JSON."""
        canonical = json.dumps(self.digested(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    @property
    def thread_count(self) -> int:
        """Threads to start: `threads`, or the processors this process may use."""
        return self.threads or len(os.sched_getaffinity(0))
