"""The publisher's own articles to what the detector promises of them: reuse is planted, and looked for.

::

    sources -> hosts held out | sources -> repeats -> plants in hosts -> audit -> rows, false alarms

Words of articles are planted in hosts: articles of the same archive that are no sources of this run, or others
that are named. All pages are audited as any are. First the hosts are audited as they are, and the articles with
them: archives repeat themselves, and whoever copies one edition of a story copies them all.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reuse.errors import UsageError
from reuse.evaluation.drawing import Draw
from reuse.evaluation.planting import KINDS, VERBATIM, content_words, plant, take
from reuse.options import Options
from reuse.pairs import ACCUSED, VERDICTS
from reuse.pipeline import MEMORY, audit, hold
from reuse.pipeline.account import unwatched
from reuse.values import GIVEN, Document, key_of_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from reuse.evaluation.drawing import Field
    from reuse.evaluation.planting import Article, Kind, Plant
    from reuse.findings import Finding
    from reuse.pipeline.account import Input, Watch
    from reuse.sources import Sources
    from reuse.values import Notice, Unreadable

#: The kind of a host in which nothing is planted, and the verdict on a pair that was never looked at.
BARE, NOT_COMPARED = "bare host", "not compared"
#: One article repeats another if the two share so many words of narration in a row, or that share of the
#: shorter one in the same order.
REPEATED, MOSTLY = 20, 0.5
#: What must be held for a promise: that share of a size is found, as surely as the interval says.
PROMISED = 0.9
#: 95 % of a normal distribution lie within so many standard deviations.
_DEVIATIONS = 1.959963984540054
#: Kinds and sizes, as they are told.
_SORTS = [(kind, size) for kind in KINDS for size in kind.sizes]
#: Hosts whose words are put in where words are replaced.
_POOL = 50


class Row(NamedTuple):
    """What came of the cases of a kind and a size.

    Attributes
    ----------
    kind : str
        Of `reuse.evaluation.planting.KINDS`, or `BARE`.
    words : int
        Taken of an article; 0 where that differs from case to case.
    is_reuse : bool
        Whether it is to be found; else it is a decoy.
    cases : int
        Pages, each with words of another article.
    accused : int
        Those of them with a finding for the article, or for one that repeats it; of bare hosts for any.
    planted, covered : int
        Characters that were planted on these, and how many of them are in a passage of such findings.
    alarms : int
        Pages that are accused and must not be: of decoys all of `accused`; of reuse those with a finding for an
        article that has nothing of it.
    verdicts : dict of str to int
        Of the cases, the worst of the article and those that repeat it, or `NOT_COMPARED`; all of
        `reuse.pairs.VERDICTS` are there.
    """

    kind: str
    words: int
    is_reuse: bool
    cases: int
    accused: int
    planted: int
    covered: int
    alarms: int
    verdicts: dict[str, int]

    @property
    def share(self) -> float:
        """Of the cases those that are accused: the recall, where it is reuse."""
        return self.accused / self.cases if self.cases else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Between what that share lies in truth, with 95 % confidence."""
        return wilson(self.accused, self.cases)

    @property
    def coverage(self) -> float | None:
        """Of what was planted where it was found, the share that passages cover; None if it was nowhere."""
        return self.covered / self.planted if self.planted else None


class Alarm(NamedTuple):
    """A page that was accused and must not be.

    Attributes
    ----------
    kind : str
    words : int
        As in `Row`.
    host : str or None
        Id of the host.
    article : str or None
        Id of the article that the planted words are of.
    source : str
        Id of the article that is said to be reused.
    verdict : str
    probability : float
    """

    kind: str
    words: int
    host: str | None
    article: str | None
    source: str
    verdict: str
    probability: float


@dataclass(frozen=True, slots=True, repr=False)
class Selftest:
    """What the detector makes of planted reuse.

    Attributes
    ----------
    options : Options
    seed : int
        What all was drawn with.
    archive, sources : int
        Articles that there are, and those that pages were compared with.
    too_short : int
        Articles with fewer words than `Options.min_words`, which nothing is taken of.
    hosts : int
        Articles that words could be hidden in.
    own_hosts : bool
        Whether they are of the archive.
    repeating : int
        Hosts, not among these, that repeat a source: see `REPEATED`.
    articles : int
        Articles that words were taken of.
    editions : int
        Those of them that another source repeats, or that are accused of retelling one.
    rows : tuple of Row
        Reuse by kind and size, then decoys.
    alarms : tuple of Alarm
        The first of each page that was accused and must not be, row by row.
    notices : tuple of Notice
    unreadable : tuple of Unreadable
        Of reading sources and hosts.
    """

    options: Options
    seed: int
    archive: int
    sources: int
    too_short: int
    hosts: int
    own_hosts: bool
    repeating: int
    articles: int
    editions: int
    rows: tuple[Row, ...]
    alarms: tuple[Alarm, ...]
    notices: tuple[Notice, ...]
    unreadable: tuple[Unreadable, ...]

    @property
    def cases_needed(self) -> int:
        """Cases of a size that it takes for a promise if all of them are found."""
        return math.ceil(_DEVIATIONS**2 * PROMISED / (1 - PROMISED))

    @property
    def promised(self) -> int | None:
        """Words of a verbatim excerpt from which on nine in ten are surely found; None if that is not known.

        At this size the lower bound of recall is `PROMISED` at least; so it is at all larger ones, but for
        those with too few cases to say so, whose upper bound is.
        """
        found = None
        for row in reversed([row for row in self.rows if row.kind == VERBATIM and row.cases]):
            low, high = row.interval
            if low >= PROMISED:
                found = row.words
            elif row.cases >= self.cases_needed or high < PROMISED:
                break
        return found


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Return the interval of a share with 95 % confidence, as Wilson has it (1927).

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson(45, 50)]
    [0.786, 0.957]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if not cases:
        return 0.0, 1.0
    share, squared = hits / cases, _DEVIATIONS**2
    middle = (share + squared / (2 * cases)) / (1 + squared / cases)
    half = (
        _DEVIATIONS
        / (1 + squared / cases)
        * math.sqrt(share * (1 - share) / cases + squared / (2 * cases) ** 2)
    )
    # Of none and of all the bounds are exact.
    return (0.0 if not hits else max(middle - half, 0.0)), (1.0 if hits == cases else min(middle + half, 1.0))


def selftest(
    sources: Input | Sources,
    options: Options | None = None,
    watch: Watch = unwatched,
    *,
    hosts: Input | None = None,
    boilerplate: Input | None = None,
    articles: int = 200,
    seed: int = 0,
    memory: int = MEMORY,
) -> Selftest:
    """Plant reuse of known kinds and sizes, made of the sources, and count what an audit finds of it.

    Parameters
    ----------
    sources : Sources, or iterable of Document, Unreadable and Notice
        The archive, as `reuse.audit` takes it. Of a large one 20,000 are drawn, unless hosts are given.
    options : Options, optional
        As for `reuse.audit`.
    watch : callable, optional
        Called with the name of each stage as it begins.
    hosts : iterable of Document, Unreadable and Notice, optional
        What words are hidden in; articles of the archive, held out, if not given.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        As for `reuse.audit`.
    articles : int
        Cases of each kind and size, at most: each has words of another article.
    seed : int
        Of all that is drawn. Neither the order of the articles nor threads change anything.
    memory : int
        Bytes to do with, about; changes no figure.

    Raises
    ------
    UsageError
        If there are too few articles or hosts; and as `reuse.audit` does.

    Examples
    --------
    >>> from reuse.evaluation.selftest import selftest
    >>> from reuse.values import Document
    >>> words = "the council will close old bridge that flood has made unsafe and build another one".split()
    >>> def made(name):
    ...     draw = Random(name)
    ...     sentences = (" ".join(draw.choice(words) + name for _ in range(12)) for _ in range(12))
    ...     return Document(name, " ".join(f"{sentence.capitalize()}." for sentence in sentences), name)
    >>> done = selftest([made(name) for name in "abcdef"], articles=2)
    >>> [(row.kind, row.words, row.accused, row.cases) for row in done.rows[:4]]
    [('verbatim', 20, 0, 2), ('verbatim', 40, 0, 2), ('verbatim', 60, 2, 2), ('verbatim', 80, 2, 2)]
    >>> done.promised is None  # of two cases nothing can be said
    True
    """
    if isinstance(sources, Iterable):
        watch("reading sources")
        known: Sources = hold(sources, options or Options(), boilerplate)
    else:
        known = sources
    options = options or known.options
    draw = Draw(options, articles, seed)
    watch("drawing articles")
    field = draw.holding_out(known) if hosts is None else draw.against(known, hosts)
    looked_at = partial(_looked_at, field.sources, options=options, memory=memory, watch=watch)
    first = _First(field, looked_at(_as_they_are(field)))
    watch("planting")
    cases = list(_cases(first.articles, first.quiet_hosts, articles, seed))
    found = looked_at((case.id, case.plant.page) for case in cases)
    outcomes = [_outcome(case, found[case.id], first.editions[case.article.id]) for case in cases]
    outcomes += first.outcomes
    taken = {case.article.id for case in cases}
    return Selftest(
        options=options,
        seed=seed,
        archive=len(known),
        sources=len(field.sources),
        too_short=int(np.count_nonzero(known.words < options.min_words)),
        hosts=len(first.quiet_hosts),
        own_hosts=hosts is None,
        repeating=first.repeating,
        articles=len(taken),
        editions=sum(len(first.editions[name]) > 1 for name in taken),
        rows=_rows(outcomes),
        alarms=tuple(one.alarm for one in outcomes if one.alarm is not None),
        notices=(*known.notices, *field.notices),
        unreadable=(*known.unreadable, *field.unreadable),
    )


# --- audits -------------------------------------------------------------------------------------


class _Pair(NamedTuple):
    """What is kept of a scored pair."""

    source: str
    verdict: str
    probability: float
    is_repeat: bool
    spans: tuple[tuple[int, int], ...]
    apart: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, finding: Finding) -> _Pair:
        """Take what is kept."""
        equal = sum(max(passage.equal_words - passage.quoted_words, 0) for passage in finding.passages)
        is_long = finding.longest_run >= REPEATED and equal >= REPEATED
        is_most = equal >= MOSTLY * min(finding.source_words, finding.page_words)
        apart = finding.page_apart.stock
        # Boilerplate is known of the source alone, for the page is on no site; they are one text if nothing was
        # cut out of a web page.
        if finding.source.extent == GIVEN:
            apart += finding.source_apart.left_out
        return cls(
            source=finding.source.id,
            verdict=finding.verdict,
            probability=finding.probability,
            is_repeat=is_long or is_most,
            spans=tuple((passage.page_begin, passage.page_end) for passage in finding.passages),
            apart=apart,
        )

    @property
    def is_accused(self) -> bool:
        return self.verdict in ACCUSED


def _looked_at(
    sources: Sources, pages: Iterable[tuple[str, str]], options: Options, memory: int, watch: Watch
) -> dict[str, list[_Pair]]:
    """Audit pages, and return the scored pairs of each, by source id.

    Pages have no address: the same host, many times on one site, would be taken for boilerplate.
    """
    given = [(name, text) for name, text in pages]
    documents = (Document(name, text, "selftest") for name, text in given)
    found: dict[str, list[_Pair]] = {name: [] for name, _ in given}
    for batch in audit(sources, documents, options, watch, memory=memory).batches():
        for finding in batch.scored:
            found[finding.page.id].append(_Pair.of(finding))
    return found


# --- articles that repeat each other ------------------------------------------------------------


def _as_they_are(field: Field) -> Iterator[tuple[str, str]]:
    """Yield hosts and articles as pages."""
    yield from ((f"host {host.id}", host.text) for host in field.hosts)
    yield from ((f"article {article.id}", article.text) for article in field.articles)


class _First:
    """What the first audit says of hosts, and of the articles that words are taken of.

    Attributes
    ----------
    repeating : int
        Hosts that repeat a source.
    outcomes : list of _Outcome
        Of the other hosts.
    quiet_hosts : list of Article
        Those of them that are not accused.
    articles : list of Article
        With what of them is no evidence.
    editions : dict of str to set of str
        Of each article itself, the sources that repeat it, and those that it is accused of retelling.
    """

    def __init__(self, field: Field, found: Mapping[str, list[_Pair]]) -> None:
        own = [host for host in field.hosts if not any(pair.is_repeat for pair in found[f"host {host.id}"])]
        self.repeating = len(field.hosts) - len(own)
        self.outcomes = [_bare_outcome(host, found[f"host {host.id}"]) for host in own]
        self.quiet_hosts = [host for host, one in zip(own, self.outcomes, strict=True) if one.alarm is None]
        if not self.quiet_hosts:
            raise UsageError(
                f"each of the {len(field.hosts):,} hosts repeats an article, or is taken for a copy of one; "
                "name others with --hosts"
            )
        self.articles = []
        self.editions = {}
        for article in field.articles:
            pairs = found[f"article {article.id}"]
            apart = tuple(span for pair in pairs if pair.source == article.id for span in pair.apart)
            self.articles.append(replace(article, apart=apart))
            others = (pair.source for pair in pairs if pair.is_repeat or pair.is_accused)
            self.editions[article.id] = {article.id, *others}


# --- cases --------------------------------------------------------------------------------------


class _Case(NamedTuple):
    """A page with something planted, and where all of it is from."""

    id: str
    kind: Kind
    size: int
    article: Article
    host: Article | None
    plant: Plant


def _cases(articles: Sequence[Article], hosts: Sequence[Article], most: int, seed: int) -> Iterator[_Case]:
    """Yield so many cases of each kind and size, if there are articles that have them."""
    pool = content_words(hosts[:_POOL])
    for number, (kind, size) in enumerate(_SORTS):
        count = 0
        for article in articles if most else ():
            draw = Random(f"{seed}/{kind.name}/{size}/{key_of_id(article.id)}")  # noqa: S311 (no secret)
            taken = take(kind, size, article, pool, draw)
            if taken is None:
                continue
            host = hosts[(number + count) % len(hosts)] if kind.is_hidden else None
            count += 1
            yield _Case(f"{number} {article.id}", kind, size, article, host, plant(taken, host, draw))
            if count == most:
                break


class _Outcome(NamedTuple):
    """What came of a case, or of a bare host."""

    kind: str
    words: int
    is_accused: bool
    planted: int
    covered: int
    verdict: str
    alarm: Alarm | None


def _outcome(case: _Case, pairs: Sequence[_Pair], editions: Collection[str]) -> _Outcome:
    """Count what was found of a case, given the scored pairs of its page and the sources it is taken of."""
    own = [pair for pair in pairs if pair.source in editions]
    accused = [pair for pair in own if pair.is_accused]
    wrong = [pair for pair in pairs if pair.source not in editions] if case.kind.is_reuse else pairs
    begin, end = case.plant.begin, case.plant.end
    host = None if case.host is None else case.host.id
    return _Outcome(
        kind=case.kind.name,
        words=case.size,
        is_accused=bool(accused if case.kind.is_reuse else _worst(wrong)),
        planted=end - begin if accused else 0,
        covered=_covered((span for pair in accused for span in pair.spans), begin, end),
        verdict=_verdict(own),
        alarm=_alarm(wrong, case.kind.name, case.size, host, case.article.id),
    )


def _bare_outcome(host: Article, pairs: Sequence[_Pair]) -> _Outcome:
    alarm = _alarm(pairs, BARE, 0, host.id, None)
    return _Outcome(BARE, 0, alarm is not None, 0, 0, _verdict(pairs), alarm)


def _alarm(
    pairs: Sequence[_Pair], kind: str, words: int, host: str | None, article: str | None
) -> Alarm | None:
    """Return the worst finding among pairs none of which should be one."""
    pair = _worst(pairs)
    return (
        None if pair is None else Alarm(kind, words, host, article, pair.source, pair.verdict, pair.probability)
    )


def _worst(pairs: Iterable[_Pair]) -> _Pair | None:
    """Return the worst finding, if there is one."""
    accused = (pair for pair in pairs if pair.is_accused)
    return min(
        accused, key=lambda pair: (VERDICTS.index(pair.verdict), -pair.probability, pair.source), default=None
    )


def _verdict(pairs: Iterable[_Pair]) -> str:
    """Return the worst verdict."""
    return min((pair.verdict for pair in pairs), key=VERDICTS.index, default=NOT_COMPARED)


def _covered(spans: Iterable[tuple[int, int]], begin: int, end: int) -> int:
    """Return how many characters of a stretch some spans cover.

    Examples
    --------
    >>> _covered([(0, 12), (8, 14), (18, 30)], 10, 20)
    6
    """
    total, reached = 0, begin
    for first, last in sorted(spans):
        total += max(0, min(last, end) - max(first, reached))
        reached = max(reached, min(last, end))
    return total


def _rows(outcomes: Iterable[_Outcome]) -> tuple[Row, ...]:
    """Add up outcomes by kind and size; of some there may be none."""
    held: dict[tuple[str, int], list[_Outcome]] = {(kind.name, size): [] for kind, size in _SORTS}
    held[BARE, 0] = []
    for one in outcomes:
        held[one.kind, one.words].append(one)
    reuse = {kind.name for kind in KINDS if kind.is_reuse}
    return tuple(_row(*key, some, is_reuse=key[0] in reuse) for key, some in held.items())


def _row(kind: str, words: int, some: Sequence[_Outcome], *, is_reuse: bool) -> Row:
    """Add up the outcomes of a kind and a size."""
    verdicts = Counter(one.verdict for one in some)
    return Row(
        kind=kind,
        words=words,
        is_reuse=is_reuse,
        cases=len(some),
        accused=sum(one.is_accused for one in some),
        planted=sum(one.planted for one in some),
        covered=sum(one.covered for one in some),
        alarms=sum(one.alarm is not None for one in some),
        verdicts={name: verdicts[name] for name in (*VERDICTS, NOT_COMPARED)},
    )
