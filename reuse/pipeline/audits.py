"""Sources and pages to an audit: which pages reuse which sources.

All pages are read first, into a spool: what a site repeats is known only then. They are taken out of it some
at a time, and findings come as these are judged; so memory follows neither the pages nor the findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reuse.boilerplate import find_boilerplate
from reuse.candidates import find_candidates, on_many_sites
from reuse.debts import LEAST_OWED
from reuse.errors import UsageError
from reuse.options import Options
from reuse.pairs import ACCUSED
from reuse.pipeline.account import Side, inputs_record, replaced_in, run_record, unwatched
from reuse.pipeline.comparisons import comparisons
from reuse.pipeline.holding import hold
from reuse.pipeline.judging import Judge, tally_of
from reuse.pipeline.spool import Spool
from reuse.pipeline.tally import Tally
from reuse.plan import Plan, plan_bands
from reuse.sketches import sketch
from reuse.sources import NO_HASHES
from reuse.stretches import Stretches
from reuse.terms import OF_A_PAGE, key_terms
from reuse.values import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from reuse.findings import Finding
    from reuse.pairs import Candidates
    from reuse.pipeline.account import Input, Watch
    from reuse.pipeline.comparisons import Comparison
    from reuse.rights import Policy
    from reuse.sources import Sources
    from reuse.values import Boilerplate, Fingerprints, Hashes, Ids, Texts, Unreadable

#: Memory to do with, unless the user says otherwise.
MEMORY = 2 * 2**30
#: What some thousand pairs need while they are judged, and all modules; the rest is for pages.
_FIXED = 3 * 2**28
#: Bytes that a byte of a page's text takes until its candidates are found, about: text, cleaned text,
#: fingerprints, and most of all the postings of sources that these meet, some hundred times a fingerprint at
#: most.
_TIMES = 20
#: And so much text is taken at least.
_LEAST_ROUND = 2**24
#: Pairs whose sources are read together: reading some thousand from an index takes as long as reading many. And
#: words of these sources, at most, for each byte of a round: there are books among articles.
_PAIRS_FETCHED, _WORDS_FETCHED = 200_000, 1.5
#: Common sources that are too short, told by name, at most.
_SHORT_TOLD = 20


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
    sides : pair of Side
        The texts that these findings refer to, of sources and of pages.
    tally : Tally
        Counts of this batch alone.
    """

    end: int
    counted: int
    scored: tuple[Finding, ...]
    sides: tuple[Side, Side]
    tally: Tally

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The pairs whose verdict is ``excerpt`` or worse."""
        return tuple(finding for finding in self.scored if finding.verdict in ACCUSED)

    def texts_of(self, finding: Finding) -> tuple[str, str]:
        """Return the texts that the spans of a finding refer to, the source's and the page's."""
        return self.sides[0][finding.source], self.sides[1][finding.page]


@dataclass(eq=False, repr=False)
class Audit:
    """An audit: what is compared, and the findings, judged as they are asked for.

    Attributes
    ----------
    options : Options
    sources : Sources
    pages : Spool
    plan : Plan
        Of the bands.
    boilerplate : Boilerplate
        What is left out.
    memory : int
        Bytes to do with, about.
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
    sources: Sources
    pages: Spool
    plan: Plan
    boilerplate: Boilerplate
    memory: int
    watch: Watch
    commons: Sources | None = None
    policy: Policy | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        self.tally = Tally()
        self._not_read = self.sources.unreadable
        self._kept: tuple[Batch, ...] | None = None
        self._is_begun = False
        self._left_out: Stretches | None = None

    def __repr__(self) -> str:
        return f"Audit(sources={len(self.sources)}, pages={len(self.pages)})"

    # --- findings, a batch at a time --------------------------------------------------------------

    def batches(self, first: int = 0, counted: int = 0) -> Iterator[Batch]:
        """Judge pages, and yield them some at a time.

        Parameters
        ----------
        first : int
            The page to begin with.
        counted : int
            Of pages before this one the candidates are not counted; see `Batch.counted`.
        """
        self._is_begun = True
        if not first:
            self.tally = Tally()
        self.watch("candidates")
        capped = self._on_many_sites()
        for begin, texts in self.pages.rounds(self._round, first):
            for row, some in _parted(texts, counted - begin):
                yield from self._judged(begin + row, some, capped, is_counted=begin + row < counted)

    def _judged(self, begin: int, raw: Texts, capped: Hashes, *, is_counted: bool) -> Iterator[Batch]:
        """Judge the pages of one round."""
        end = begin + len(raw)
        texts = self._judge.clean(raw)
        self.watch("candidates")
        sketches = sketch(texts, self.options, values=self.plan.values)
        terms = key_terms(texts, self.options, most=OF_A_PAGE)
        candidates = find_candidates(self.sources, sketches, terms, self.plan, self.options, capped)
        least = self.options.min_words
        enough = sketches.words >= least
        tally = Tally() if is_counted else Tally.of_candidates(candidates)
        if not is_counted:
            tally.too_short += [texts.documents[row].id for row in np.flatnonzero(~enough).tolist()]
        self.watch("scores, passages and verdicts")
        judged = candidates.take(enough[candidates.page] & (self.sources.words[candidates.source] >= least))
        most = int(_WORDS_FETCHED * self._round)
        groups = judged.slices(_PAIRS_FETCHED, self.sources.words, most)
        for far, group in _with_last(groups, judged):
            before = len(self.sources.unreadable)
            sources, found = self._with_sources(group)
            tally.gone |= {*self.sources.unreadable[before:]}
            for last, some in _with_last(self._judge.parts(found, sources), found):
                scored, sides = self._judge.judge(some, sources, texts)
                is_end = far and last
                reached = end if is_end else begin + int((group if last else some).page[-1]) + 1
                tally.add(tally_of(scored, sides))
                self.tally.add(tally)
                yield Batch(reached, end, scored, sides, tally)
                tally = Tally()

    def _with_sources(self, some: Candidates) -> tuple[Texts, Candidates]:
        """Return the sources of candidates, whole, by id, and the candidates left with rows of these."""
        rows = np.unique(some.source)
        found = self.sources.texts(rows)
        names = [document.id for document in found.documents]
        if len(found) < len(rows):  # those whose text is no longer at hand
            there = set(names)
            rows = rows[[document.id in there for document in self.sources.documents(rows)]]
        order = sorted(range(len(names)), key=names.__getitem__)
        place = np.full(len(self.sources), -1, np.int32)
        place[rows[order]] = np.arange(len(order))
        source = place[some.source]
        return found.take(order), replace(some, source=source).take(source >= 0)

    @cached_property
    def _judge(self) -> Judge:
        """What pairs are judged by; to the publisher's sites belong those that the policy names."""
        sites = self.sources.sites.union(self.policy.sites if self.policy else ())
        return Judge(
            self.options, self.boilerplate, self.sources.stock, sites, self.commons, self.policy, self.as_of
        )

    @property
    def _round(self) -> int:
        """Bytes of pages that are taken together, about."""
        return max((self.memory - _FIXED) // _TIMES, _LEAST_ROUND)

    def _on_many_sites(self) -> Hashes:
        """Return the fingerprints that bring no candidates because too many sites have them."""
        if len(self.pages.sites) <= self.options.max_sites:
            return NO_HASHES
        return on_many_sites(self.sources, self._by_site(), self.options)

    def _by_site(self) -> Iterator[tuple[Fingerprints, Ids]]:
        """Yield the fingerprints of pages, and the number of each page's site."""
        numbers: dict[str | None, int] = {}
        for _, raw in self.pages.rounds(self._round):
            texts = self._judge.clean(raw)
            of_pages = (numbers.setdefault(one.site, len(numbers)) for one in texts.documents)
            sites = np.fromiter(of_pages, np.int32, len(texts))
            yield sketch(texts, self.options, values=0).fingerprints, sites

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

    def left_out(self) -> Stretches:
        """Return the boilerplate of the pages, all of which are gone through once for that."""
        if self._left_out is None:
            self._left_out = Stretches()
            for _, texts in self.pages.rounds(_LEAST_ROUND) if len(self.boilerplate) else ():
                self._left_out.add(self._judge.clean(texts))
        return self._left_out

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


def audit(
    sources: Input | Sources,
    pages: Input,
    options: Options | None = None,
    watch: Watch = unwatched,
    *,
    boilerplate: Input | None = None,
    commons: Input | Sources | None = None,
    policy: Policy | None = None,
    as_of: date | None = None,
    memory: int = MEMORY,
    folder: Path | None = None,
) -> Audit:
    """Find which pages reuse which sources.

    Parameters
    ----------
    sources : Sources, or iterable of Document, Unreadable and Notice
        The publisher's articles: sketched, as `hold` and an index have them, or to be read here.
    pages : iterable of Document, Unreadable and Notice
        What may reuse them; `reuse.read` makes these from paths. They are read here, to the end.
    options : Options, optional
        With sketched sources those that they were sketched with, as far as `Options.indexed` goes.
    watch : callable, optional
        Called with the name of each stage as it begins.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself; `Sources` have their own.
    commons : Sources, or iterable of Document, Unreadable and Notice, optional
        Wire copy, press releases, the publisher's own feed: what both texts of a pair owe to these is no
        evidence.
    policy : Policy, optional
        What the publisher allows whom; `reuse.read_policy` reads it.
    as_of : datetime.date, optional
        The day on which all this is, which licences and suppressions are asked for; dates after it are not
        taken. Needed with a policy: nothing here looks at the clock.
    memory : int
        Bytes to do with, about; changes no finding.
    folder : Path, optional
        Where pages are kept until the audit is done, so that it can be gone on with after an interruption; a
        temporary file, if not given.

    Returns
    -------
    Audit
        Pairs are judged when its findings are asked for.

    Raises
    ------
    UsageError
        If two documents of one side have the same id, or sources were sketched with other options, or
        boilerplate is given beside sketched ones.
    OutputError
        If there is no room on disk for the pages.

    Examples
    --------
    >>> from reuse.values import Document
    >>> article = "The council voted on Tuesday to close the old bridge, which engineers have called unsafe "
    >>> article += "since the flood of last spring, and to build a new one a mile further down the river."
    >>> result = audit([Document("article", article, "a")], [Document("page", article.upper(), "p")])
    >>> [(finding.page.id, finding.verdict) for finding in result.findings]
    [('page', 'identical')]
    """
    if policy is not None and as_of is None:
        raise UsageError("a policy is of a day: name it with as_of")
    if isinstance(sources, Iterable):
        options = options or Options()
        watch("reading sources")
        known: Sources = hold(sources, options, boilerplate)
    else:
        if boilerplate is not None:
            raise UsageError("sketched sources have boilerplate of their own; name it where they are sketched")
        known, options = sources, options or sources.options
        _require_same(known.options, options, "sources")
    if commons is not None:
        watch("reading common sources")
        commons = hold(commons, options) if isinstance(commons, Iterable) else commons
        _require_same(commons.options, options, "common sources")
        if commons.digest() == known.digest():
            raise UsageError(
                "the common sources are the sources: they would explain every copy; name what both texts were "
                "made from"
            )
        options = replace(options, common_sources=commons.digest())
    watch("reading pages")
    spool = Spool(folder)
    spool.read(pages)
    watch("boilerplate")
    left_out = find_boilerplate(known, spool.samples(options.boilerplate_pages), options)
    options = replace(options, boilerplate=left_out.digest())
    return Audit(options, known, spool, plan_bands(options), left_out, memory, watch, commons, policy, as_of)


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


def _require_same(sketched: Options, asked: Options, what: str) -> None:
    kept, wanted = sketched.indexed(), asked.indexed()
    differ = [f"{name} {kept[name]} and not {wanted[name]}" for name in kept if kept[name] != wanted[name]]
    if differ:
        raise UsageError(f"the {what} were sketched with {', '.join(differ)}; sketch them anew")


def _with_last(parts: Iterator[Candidates], whole: Candidates) -> Iterator[tuple[bool, Candidates]]:
    """Yield parts, one at least, each with whether it is the last."""
    held = next(parts, whole)
    for part in parts:
        yield False, held
        held = part
    yield True, held


def _parted(texts: Texts, place: int) -> Iterator[tuple[int, Texts]]:
    """Yield texts in two parts, if the place is within them, each with the row of its first."""
    if not 0 < place < len(texts):
        yield 0, texts
        return
    yield 0, texts.take(range(place))
    yield place, texts.take(range(place, len(texts)))
