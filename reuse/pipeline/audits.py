"""Sources and pages to an audit: which pages reuse which sources.

All pages are read first, into a spool: what a site repeats is known only then. They are taken out of it some
at a time, and findings come as these are judged; so memory follows neither the pages nor the findings.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import starmap
from typing import TYPE_CHECKING

import numpy as np

from reuse import kernels
from reuse.boilerplate import find_boilerplate
from reuse.candidates import find_candidates, on_many_sites
from reuse.errors import UsageError
from reuse.options import Options
from reuse.pipeline.account import unwatched
from reuse.pipeline.any_audit import AnyAudit, Batch
from reuse.pipeline.holding import hold
from reuse.pipeline.judging import tally_of
from reuse.pipeline.spool import Spool
from reuse.pipeline.tally import Tally
from reuse.plan import plan_bands
from reuse.sketches import sketch
from reuse.sources import NO_HASHES
from reuse.stretches import Stretches
from reuse.terms import OF_A_PAGE, key_terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from reuse.pairs import Candidates
    from reuse.pipeline.account import Input, Watch
    from reuse.pipeline.judging import Compared
    from reuse.rights import Policy
    from reuse.sources import Sources
    from reuse.values import Fingerprints, Hashes, Ids, Texts

    #: Some candidates, and whether they are the last.
    _Part = tuple[bool, Candidates]

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


@dataclass(eq=False, repr=False)
class Audit(AnyAudit):
    """An audit on one machine.

    Attributes
    ----------
    sources : Sources
    pages : Spool
    memory : int
        Bytes to do with, about.

    Examples
    --------
    >>> from reuse.values import Document
    >>> lines = [" ".join(f"{name}{number}" for number in range(60)) for name in ("rain", "bridge")]
    >>> sources = [Document(f"article {number}", text, "a") for number, text in enumerate(lines)]
    >>> made = audit(sources, [Document("page", f"{lines[1]} and more", "p")])
    >>> [finding.source.id for batch in made.batches() for finding in batch.findings]
    ['article 1']
    """

    sources: Sources
    pages: Spool
    memory: int = MEMORY

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
        texts = self.judge.clean(raw)
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
            for (last, some), compared in self._compared(found, sources, texts):
                scored, sides = self.judge.judge(compared)
                is_end = far and last
                reached = end if is_end else begin + int((group if last else some).page[-1]) + 1
                tally.add(tally_of(scored, sides))
                self.tally.add(tally)
                yield Batch(reached, end, scored, sides, tally)
                tally = Tally()

    def _compared(self, found: Candidates, sources: Texts, pages: Texts) -> Iterator[tuple[_Part, Compared]]:
        """Yield parts of candidates with what their texts have in common; the next are compared meanwhile."""

        def compare(part: _Part) -> Compared:
            return self.judge.compare(part[1], sources, pages)

        parts = _with_last(self.judge.parts(found, sources), found)
        if self.options.thread_count == 1:
            yield from ((part, compare(part)) for part in parts)
            return
        with _Aside() as pool:
            ahead: deque[tuple[_Part, Future[Compared]]] = deque()
            for part in parts:
                ahead.append((part, pool.submit(compare, part)))
                if len(ahead) > 1:
                    yield _done(*ahead.popleft())
            yield from starmap(_done, ahead)

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
            texts = self.judge.clean(raw)
            of_pages = (numbers.setdefault(one.site, len(numbers)) for one in texts.documents)
            sites = np.fromiter(of_pages, np.int32, len(texts))
            yield sketch(texts, self.options, values=0).fingerprints, sites

    def left_out(self) -> Stretches:
        """Return the boilerplate of the pages, all of which are gone through once for that."""
        return self._left_out

    @cached_property
    def _left_out(self) -> Stretches:
        stretches = Stretches()
        for _, texts in self.pages.rounds(_LEAST_ROUND) if len(self.boilerplate) else ():
            stretches.add(self.judge.clean(texts))
        return stretches


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
        options = explained_by(commons, options, is_same=commons.digest() == known.digest())
    watch("reading pages")
    spool = Spool(folder)
    spool.read(pages)
    watch("boilerplate")
    left_out = find_boilerplate(known, spool.samples(options.boilerplate_pages), options)
    options = replace(options, boilerplate=left_out.digest())
    return Audit(
        options=options,
        sources=known,
        pages=spool,
        plan=plan_bands(options),
        boilerplate=left_out,
        watch=watch,
        commons=commons,
        policy=policy,
        as_of=as_of,
        memory=memory,
    )


def explained_by(commons: Sources, options: Options, *, is_same: bool) -> Options:
    """Return the options of an audit with common sources.

    Raises
    ------
    UsageError
        If they were sketched with other options, or are the sources themselves.
    """
    _require_same(commons.options, options, "common sources")
    if is_same:
        raise UsageError(
            "the common sources are the sources: they would explain every copy; name what both texts were "
            "made from"
        )
    return replace(options, common_sources=commons.digest())


def _require_same(sketched: Options, asked: Options, what: str) -> None:
    kept, wanted = sketched.indexed(), asked.indexed()
    differ = [f"{name} {kept[name]} and not {wanted[name]}" for name in kept if kept[name] != wanted[name]]
    if differ:
        raise UsageError(f"the {what} were sketched with {', '.join(differ)}; sketch them anew")


class _Aside(ThreadPoolExecutor):
    """One thread whose work ends, kernels and all, when it is left by an exception.

    Signals reach Python's main thread alone, which would otherwise wait until all is compared.
    """

    def __init__(self) -> None:
        super().__init__(1, initializer=self._begin)
        self._thread = 0

    def _begin(self) -> None:
        self._thread = threading.get_ident()

    def __exit__(self, *fault: object) -> None:
        kernels.end_kernels_of(self._thread, end=fault[0] is not None)
        self.shutdown(cancel_futures=True)
        kernels.end_kernels_of(self._thread, end=False)


def _done(part: _Part, compared: Future[Compared]) -> tuple[_Part, Compared]:
    return part, compared.result()


def _with_last(parts: Iterator[Candidates], whole: Candidates) -> Iterator[_Part]:
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
