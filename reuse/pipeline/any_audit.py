"""What an audit is of and what it tells, on whatever engine its pairs are judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from reuse.debts import LEAST_OWED
from reuse.pairs import ACCUSED
from reuse.pipeline.account import inputs_record, replaced_in, run_record
from reuse.pipeline.comparisons import comparisons
from reuse.pipeline.judging import Judge
from reuse.pipeline.tally import Tally
from reuse.rights.values import IGNORED, OWN
from reuse.values import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from reuse.findings import Finding
    from reuse.options import Options
    from reuse.pipeline.account import Watch
    from reuse.pipeline.comparisons import Comparison
    from reuse.plan import Plan
    from reuse.rights import Policy
    from reuse.sources import Sources
    from reuse.stock import Stock
    from reuse.stretches import Stretch
    from reuse.values import Boilerplate, Document, Hashes, Ids, Unreadable

#: Common sources that are too short, told by name, at most.
_SHORT_TOLD = 20


def is_reported(finding: Finding) -> bool:
    """Tell whether a finding is neither on a site of the publisher's nor on one to be ignored."""
    return finding.standing is None or finding.standing.status not in (OWN, IGNORED)


class KnownSources(Protocol):
    """What an audit tells of its sources; see `reuse.sources.Sources`."""

    @property
    def words(self) -> Ids:
        """Tokens of each, int32 [D]."""

    @property
    def stock(self) -> Stock:
        """What many of them say in a small part of them."""

    @property
    def sites(self) -> frozenset[str]:
        """Where they stand."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is to be said of reading them."""

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Those that could not be read."""

    def __len__(self) -> int:
        """Return how many there are."""

    def documents(self, rows: Ids) -> tuple[Document, ...]:
        """Return some sources without their texts."""


class ReadPages(Protocol):
    """What an audit tells of its pages; see `reuse.pipeline.spool.Spool`."""

    @property
    def notices(self) -> Sequence[Notice]:
        """What is to be said of reading them."""

    @property
    def unreadable(self) -> Sequence[Unreadable]:
        """Those that could not be read."""

    @property
    def replaced(self) -> Sequence[tuple[str, int]]:
        """Pages that were no text in places: id, and how many characters."""

    @property
    def sites(self) -> Mapping[str | None, int]:
        """How many pages stand on each site, and on none."""

    def __len__(self) -> int:
        """Return how many there are."""

    def keys(self) -> Hashes:
        """Return what names the pages; see `reuse.pipeline.spool.Spool.keys`."""


class Listed(Protocol):
    """What was left out of pages; see `reuse.stretches.Stretches`."""

    @property
    def words(self) -> int:
        """Tokens left out in all."""

    def __iter__(self) -> Iterator[Stretch]:
        """Yield what was left out, site by site."""


class Shown(Protocol):
    """The texts of one side, sources or pages, that findings refer to."""

    def __getitem__(self, document: Document) -> str:
        """Return the text of a document."""

    def __contains__(self, finding: Finding) -> bool:
        """Tell whether the page of a finding is one of these."""


class Batch(NamedTuple):
    """Some pages that were judged.

    Attributes
    ----------
    end : int
        All pages before this one are judged.
    counted : int
        All pages before this one are in what has been counted of candidates.
    scored : tuple of Finding
        Every scored pair of these pages, in page order, then by source id.
    sides : pair of Shown
        The texts that these findings refer to, of sources and of pages.
    tally : Tally
        Counts of this batch alone.
    """

    end: int
    counted: int
    scored: tuple[Finding, ...]
    sides: tuple[Shown, Shown]
    tally: Tally

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The pairs whose verdict is ``excerpt`` or worse."""
        return tuple(finding for finding in self.scored if finding.verdict in ACCUSED)

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""
        return self.sides[0][finding.source], self.sides[1][finding.page]


@dataclass(eq=False, repr=False)
class AnyAudit(ABC):
    """An audit: what is compared, and the findings, judged as they are asked for.

    Attributes
    ----------
    options : Options
    sources : KnownSources
    pages : ReadPages
    plan : Plan
        Of the bands.
    boilerplate : Boilerplate
        What is left out.
    watch : callable
        Called with the name of each stage as it begins.
    commons : Sources or None
        What explains away what texts have in common; see `reuse.pipeline.commons`.
    policy : Policy or None
        What the publisher allows whom.
    as_of : datetime.date or None
        The day on which all this is: later dates are not taken.
    tally : Tally
        What has been counted of the batches judged so far.
    """

    options: Options
    sources: KnownSources
    pages: ReadPages
    plan: Plan
    boilerplate: Boilerplate
    watch: Watch
    commons: Sources | None = None
    policy: Policy | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        self.tally = Tally()
        self._not_read = self.sources.unreadable
        self._kept: tuple[Batch, ...] | None = None
        self._is_begun = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(sources={len(self.sources)}, pages={len(self.pages)})"

    @abstractmethod
    def batches(self, first: int = 0, counted: int = 0) -> Iterator[Batch]:
        """Judge pages from the page `first` on, and yield them some at a time; see `Audit.batches`."""

    @abstractmethod
    def left_out(self) -> Listed:
        """Return the boilerplate of the pages, all of which are gone through once for that."""

    @cached_property
    def judge(self) -> Judge:
        """What pairs are judged by; to the publisher's sites belong those that the policy names."""
        sites = self.sources.sites.union(self.policy.sites if self.policy else ())
        return Judge(
            self.options, self.boilerplate, self.sources.stock, sites, self.commons, self.policy, self.as_of
        )

    # --- all of them ------------------------------------------------------------------------------

    @property
    def scored(self) -> tuple[Finding, ...]:
        """Every scored pair, in page order, then by source id; judged when first asked for, and kept."""
        return tuple(chain.from_iterable(batch.scored for batch in self._all()))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The pairs whose verdict is ``excerpt`` or worse."""
        return tuple(finding for finding in self.scored if finding.verdict in ACCUSED)

    def _all(self) -> tuple[Batch, ...]:
        if self._kept is None:
            self._kept = tuple(self.batches())
        return self._kept

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""
        for batch in self._all():
            if finding in batch.sides[1]:
                return batch.texts_of(finding)
        raise KeyError(finding.id)

    def compare(self, findings: Iterable[Finding]) -> Iterator[Comparison]:
        """Set findings side by side, in their order."""
        return comparisons(findings, self.texts_of, self.options)

    # --- what it looked at ------------------------------------------------------------------------

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the readers had to say."""
        of_policy = self.policy.notices(self.as_of) if self.policy and self.as_of else ()
        of_commons = () if self.commons is None else (*self.commons.notices, *_unexplaining(self.commons))
        of_pages = (*self.pages.notices, *replaced_in(self.pages.replaced))
        return (*of_policy, *self.sources.notices, *of_commons, *of_pages)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Inputs that gave no text, sources among them of which that was found out so far."""
        gone = self.tally.gone.union(self.sources.unreadable).difference(self._not_read)
        of_commons = () if self.commons is None else self.commons.unreadable
        return (*self._not_read, *sorted(gone, key=str), *of_commons, *self.pages.unreadable)

    @property
    def too_short(self) -> tuple[str, ...]:
        """Ids of sources, and of the pages judged so far, with too few words for a verdict."""
        return (*self._too_short, *self.tally.too_short)

    @cached_property
    def _too_short(self) -> list[str]:
        rows = np.flatnonzero(self.sources.words < self.options.min_words).astype(np.int32)
        return sorted(document.id for document in self.sources.documents(rows))

    def run(self) -> dict[str, Any]:
        """Return how the findings came about, as JSON values: the contents of ``run.json``.

        All pairs are judged for that, unless they are being judged in batches: then it tells of these.
        """
        if not self._is_begun:
            self._all()
        tally = self.tally
        return {
            **run_record(self.options, self.plan, self.too_short),
            "sources": len(self.sources),
            "pages": len(self.pages),
            "pairs_sharing_a_fingerprint": tally.pairs,
            "candidates": tally.candidates,
            "candidates_by_lane": dict(tally.lanes),
            "capped_by_articles": tally.capped_articles,
            "capped_by_sites": tally.capped_sites,
            "capped_key_terms": tally.capped_terms,
            "overfull_buckets": tally.overfull,
            "candidates_left_out": tally.crowded,
            "boilerplate_words": self.left_out().words,
            "read_carefully": {"sources": len(tally.careful_sources), "pages": tally.careful_pages},
            "verdicts": dict(tally.verdicts),
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "policy": {"file": self.policy.file, "sha256": self.policy.sha256} if self.policy else None,
            "standings": dict(tally.standings),
            "common_sources": 0 if self.commons is None else len(self.commons),
            "explained": tally.explained,
            "pages_by_site": {site: self.pages.sites[site] for site in sorted(tally.sites)},
            **inputs_record(self.notices, self.unreadable),
        }


def _unexplaining(commons: Sources) -> Iterator[Notice]:
    """Say of common sources that they explain less than the user may think."""
    short = np.flatnonzero(commons.words < LEAST_OWED).astype(np.int32)
    for document in commons.documents(short[:_SHORT_TOLD]):
        yield Notice(document.id, f"a common source of fewer than {LEAST_OWED} words explains nothing")
    if len(short) > _SHORT_TOLD:
        more = len(short) - _SHORT_TOLD
        yield Notice("common sources", f"{more:,} more have fewer than {LEAST_OWED} words and explain nothing")
    if len(short) == len(commons):
        yield Notice("common sources", "none has a text that could explain anything: nothing is explained")
