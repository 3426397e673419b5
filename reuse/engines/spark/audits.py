"""Sources and pages that were read on Spark to an audit, whose findings are those of `reuse.pipeline.audit`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from reuse.boilerplate import find_boilerplate, of_samples
from reuse.engines.spark import stretches
from reuse.engines.spark.carried import finding_of_row
from reuse.engines.spark.columns import ITEMS, blobs, decoded, document_of, encoded, hashes_of, ragged
from reuse.engines.spark.judging import judge_groups
from reuse.engines.spark.known import SOURCES, SparkSources
from reuse.engines.spark.lanes import SKETCHED, Sketching, pair
from reuse.engines.spark.output import FINDINGS, finding_rows
from reuse.engines.spark.samples import SparkSamples
from reuse.engines.spark.stock import find_stock, on_many_sites
from reuse.errors import EngineError, UsageError
from reuse.options import Options
from reuse.pipeline.account import notices_of, replaced_in, unwatched
from reuse.pipeline.any_audit import AnyAudit, Batch, is_reported
from reuse.pipeline.audits import explained_by
from reuse.pipeline.holding import hold
from reuse.pipeline.tally import Tally
from reuse.plan import plan_bands
from reuse.sources import NO_HASHES
from reuse.terms import OF_A_PAGE
from reuse.texts import extract
from reuse.web import HeldOriginals, Originals, skim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from pyspark.sql import DataFrame

    from reuse.engines.spark.reading import Read
    from reuse.engines.spark.session import Session
    from reuse.findings import Finding
    from reuse.pipeline.account import Input, Watch
    from reuse.pipeline.any_audit import Listed
    from reuse.rights import Policy
    from reuse.sources import Sources
    from reuse.values import Document, Hashes

#: What is kept of sources beside their sketches: see `reuse.engines.spark.known.SOURCES`.
_OF_SOURCES = pa.schema([field for field in SOURCES if field.name in ITEMS.names])
#: Findings that are brought to the driver together.
_AT_A_TIME = 500


class SparkPages:
    """Pages that were read, as an audit tells of them; see `reuse.pipeline.spool.Spool`."""

    def __init__(self, read: Read) -> None:
        self.frame = read.frame
        self.notices = read.notices
        self.unreadable = read.unreadable
        self._count = read.count

    def __len__(self) -> int:
        return self._count

    @cached_property
    def replaced(self) -> list[tuple[str, int]]:
        """Pages that were no text in places: id, and how many characters."""
        return replaced_of(self.frame)

    @cached_property
    def sites(self) -> Mapping[str | None, int]:
        """How many pages stand on each site, and on none."""
        counts = self.frame.groupBy("site").count().collect()
        return Counter({decoded(row["site"]): row["count"] for row in counts})

    def keys(self) -> Hashes:
        """Return what names the pages: `key_of_id` of each id and `page_key`, ascending, each once."""
        names = self.frame.select("key").union(self.frame.where("address IS NOT NULL").select("address"))
        keys = hashes_of(names.distinct().toArrow()["key"]).copy()
        keys.sort()
        return keys


def replaced_of(frame: DataFrame) -> list[tuple[str, int]]:
    """Return the documents of rows that were no text in places: id, and how many characters."""
    rows = frame.where("replaced > 0").select("position", "document", "replaced").orderBy("position")
    return [(document_of(row["document"]).id, row["replaced"]) for row in rows.collect()]


class _Texts:
    """Texts of one side that were brought to the driver; see `reuse.pipeline.any_audit.Shown`."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], str] = {}
        self._ids: set[str] = set()

    def add(self, document: Document, text: str) -> None:
        self._texts[document.id, document.extent] = text
        self._ids.add(document.id)

    def __getitem__(self, document: Document) -> str:
        return self._texts[document.id, document.extent]

    def __contains__(self, finding: Finding) -> bool:
        return finding.page.id in self._ids


@dataclass(eq=False, repr=False)
class SparkAudit(AnyAudit):
    """An audit on Spark.

    Attributes
    ----------
    sources : SparkSources
    pages : SparkPages
    session : Session
    everything : bool
        Whether pairs that are not accused are brought back, too.
    """

    sources: SparkSources
    pages: SparkPages
    session: Session = field(kw_only=True)
    everything: bool = False

    @cached_property
    def judged(self) -> DataFrame:
        """The findings, of `reuse.engines.spark.judging.JUDGED`; judged when first asked for, and kept."""
        self._is_begun = True
        self.watch("candidates")
        pairs = self.session.keep("pairs", self._pairs())
        self.watch("scores, passages and verdicts")
        judged = judge_groups(
            self.session,
            pairs.where("row IS NOT NULL"),
            self.sources.frame,
            self.pages.frame,
            replace(self.judge, options=replace(self.options, threads=1)),
            everything=self.everything,
        )
        kept = self.session.keep("findings", judged)
        self.tally = Tally(too_short=self._short_pages())
        for frame in (pairs, kept):
            # In page order: of a count the first page that has any says where it stands.
            tallies = frame.where("tally IS NOT NULL").select("position", "tally").orderBy("position")
            for row in tallies.toLocalIterator():
                self.tally.add(Tally.of_json(json.loads(row["tally"])))
        return kept

    def _pairs(self) -> DataFrame:
        options = replace(self.options, threads=1)
        words, on_many = self.sources.words, self._on_many_sites(options)
        return pair(self.session, self.sources.frame, self.sketches, options, words, on_many)

    @cached_property
    def sketches(self) -> DataFrame:
        """The sketches of pages without their boilerplate, of `reuse.engines.spark.lanes.SKETCHED`."""
        options = replace(self.options, threads=1)
        left_out = None
        if len(self.boilerplate):
            left_out = self.session.spark.sparkContext.broadcast(self.boilerplate)
        frame = self.pages.frame.select(*_PASSED.names, "document", "text", "replaced")
        stage = Sketching(options, _PASSED.names, OF_A_PAGE, left_out)
        schema = pa.schema([*_PASSED, *SKETCHED])
        return self.session.keep("sketches", self.session.map("sketches", frame, stage, schema))

    def _on_many_sites(self, options: Options) -> Hashes:
        """Return the fingerprints that bring no candidates because too many sites have them."""
        sites = self.pages.sites
        if len(sites) <= options.max_sites:
            return NO_HASHES
        numbers = {encoded(site): number for number, site in enumerate(sites)}
        stage = _OfSites(self.session.spark.sparkContext.broadcast(numbers))
        pages = self.session.map("fingerprints of sites", self.sketches, stage, _OF_SITES)
        return on_many_sites(self.session, self.sources.frame, pages, options)

    def _short_pages(self) -> list[str]:
        """Return the ids of pages with too few words for a verdict."""
        short = self.sketches.where(f"words < {self.options.min_words:d}").select("position")
        rows = self.pages.frame.select("position", "document").join(short, "position").orderBy("position")
        return [document_of(row["document"]).id for row in rows.toLocalIterator()]

    def batches(self, first: int = 0, counted: int = 0) -> Iterator[Batch]:  # noqa: ARG002 (none is gone on with)
        """Bring findings to the driver, some at a time."""
        found = self.judged.where("finding IS NOT NULL").drop("tally")
        # In parts so small that the driver can hold two of them.
        parts = max(self.session.parts, self.tally.scored // _AT_A_TIME)
        found = found.repartitionByRange(parts, "position", "place").sortWithinPartitions("position", "place")
        scored: list[Finding] = []
        sides = _Texts(), _Texts()
        for row in found.toLocalIterator(prefetchPartitions=True):
            finding = finding_of_row(row["finding"])
            if len(scored) >= _AT_A_TIME and scored[-1].page.id != finding.page.id:
                yield Batch(0, 0, tuple(scored), sides, Tally())
                scored, sides = [], (_Texts(), _Texts())
            scored.append(finding)
            sides[0].add(finding.source, row["source_text"].decode())
            if row["page_text"] is not None:
                sides[1].add(finding.page, row["page_text"].decode())
        yield Batch(0, 0, tuple(scored), sides, Tally())

    def reported(self) -> DataFrame:
        """Return what is reported of the findings, of `reuse.engines.spark.output.FINDINGS`."""
        stage = _Reporting(self.options.digest(), self.everything)
        found = self.judged.where("finding IS NOT NULL").select("position", "finding")
        return self.session.keep("reported", self.session.map("reported", found, stage, FINDINGS))

    def left_out(self) -> Listed:
        """Return the boilerplate of the pages."""
        return self._left_out

    @cached_property
    def _left_out(self) -> Listed:
        options = replace(self.options, threads=1)
        return stretches.left_out(self.session, "stretches", self.pages.frame, self.boilerplate, options)


#: What a page is known by on its way to candidates.
_PASSED = pa.schema([("chunk", pa.int64()), ("position", pa.int64()), ("site", pa.binary())])
#: Fingerprints of a batch of pages (uint64), and for each the number of the page's site (int32).
_OF_SITES = pa.schema([("chunk", pa.int64()), ("hash", pa.binary()), ("site", pa.binary())])


@dataclass(frozen=True, slots=True)
class _OfSites:
    """Sets the number of its site beside each fingerprint of pages."""

    numbers: Any

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Return the rows of `_OF_SITES`."""
        for batch in batches:
            hashes, offsets = ragged(batch["fingerprints"], np.uint64)
            numbers = (self.numbers.value[site] for site in batch["site"].to_pylist())
            site = np.repeat(np.fromiter(numbers, np.int32, len(batch)), np.diff(offsets))
            yield pa.RecordBatch.from_arrays(
                [batch["chunk"], blobs(hashes, offsets), blobs(site, offsets)], schema=_OF_SITES
            )


@dataclass(frozen=True, slots=True)
class _Reporting:
    """Makes the rows that are written of findings; `everything` says whether all are."""

    digest: str
    everything: bool

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Return the rows of `FINDINGS`."""
        for batch in batches:
            found = list(map(finding_of_row, batch["finding"].to_pylist()))
            kept = [at for at, finding in enumerate(found) if self.everything or is_reported(finding)]
            position = np.asarray(batch["position"], np.int64)[kept]
            yield finding_rows([found[at] for at in kept], position, self.digest)


# --- from what was read -----------------------------------------------------------------------


def audit(
    session: Session,
    sources: Read,
    pages: Callable[[], Read],
    options: Options | None = None,
    watch: Watch = unwatched,
    *,
    boilerplate: Input | None = None,
    commons: Sources | None = None,
    policy: Policy | None = None,
    as_of: date | None = None,
    everything: bool = False,
) -> SparkAudit:
    """Find which pages reuse which sources, as `reuse.pipeline.audit` does, on Spark.

    Parameters
    ----------
    session : Session
    sources : Read
    pages : callable
        Reads the pages, when their turn has come.
    options : Options, optional
    watch : callable, optional
        Called with the name of each stage as it begins.
    boilerplate : iterable of Document, Unreadable and Notice, optional
        Texts that are left out wherever they stand, each line by itself.
    commons : Sources, optional
        What both texts of a pair owe to these is no evidence. Every executor holds all of them.
    policy : Policy, optional
        What the publisher allows whom.
    as_of : datetime.date, optional
        The day on which all this is. Needed with a policy.
    everything : bool
        Whether pairs that are not accused are brought back, too.

    Raises
    ------
    UsageError
        As `reuse.pipeline.audit` does.
    """
    if policy is not None and as_of is None:
        raise UsageError("a policy is of a day: name it with as_of")
    options = options or Options()
    known = known_sources(session, sources, options, boilerplate)
    if commons is not None:
        options = explained_by(commons, options, is_same=_are_same(commons, known))
    watch("reading pages")
    read = SparkPages(pages())
    watch("boilerplate")
    samples = SparkSamples(session, "samples-of-pages", read.frame, options.boilerplate_pages)
    left_out = find_boilerplate(known, samples, replace(options, threads=1))
    options = replace(options, boilerplate=left_out.digest())
    return SparkAudit(
        options=options,
        sources=known,
        pages=read,
        plan=plan_bands(options),
        boilerplate=left_out,
        watch=watch,
        commons=commons,
        policy=policy,
        as_of=as_of,
        session=session,
        everything=everything,
    )


def known_sources(
    session: Session, read: Read, options: Options, boilerplate: Input | None = None
) -> SparkSources:
    """Sketch the sources of an audit; see `reuse.pipeline.hold`."""
    alone = replace(options, threads=1)
    own = None if boilerplate is None else extract(skim(boilerplate, Originals()))
    samples = SparkSamples(session, "samples-of-sources", read.frame, options.boilerplate_pages)
    left_out = of_samples(samples, alone, own)
    keys = hashes_of(read.frame.select("key").toArrow()["key"]).copy()
    keys.sort()
    if np.any(keys[1:] == keys[:-1]):
        raise EngineError("two sources have ids of one hash, by which Spark knows them; give one another id")
    stage = Sketching(alone, _OF_SOURCES.names, keys=session.spark.sparkContext.broadcast(keys))
    schema = pa.schema([*_OF_SOURCES, ("row", pa.int32()), *SKETCHED])
    frame = session.keep("sources-sketched", session.map("sketches of sources", read.frame, stage, schema))
    notices = (*read.notices, *replaced_in(replaced_of(read.frame)))
    if own is not None:
        notices = (*notices, *notices_of(own))
    return SparkSources(
        session,
        frame,
        options,
        left_out,
        find_stock(session, frame),
        notices=(*notices, *left_out.notices),
        unreadable=(*read.unreadable, *(() if own is None else own.unreadable)),
    )


def _are_same(commons: Sources, known: SparkSources) -> bool:
    """Tell whether common sources are the sources, by their ids and texts."""
    order = np.argsort(commons.keys).astype(np.int32)
    if not np.array_equal(commons.keys[order], known.keys):
        return False
    rows = known.frame.selectExpr("row", "sha2(text, 256) AS sha256").toArrow()
    theirs = dict(zip(rows["row"].to_pylist(), rows["sha256"].to_pylist(), strict=True))
    texts = commons.texts(np.sort(order))
    mine = {row: hashlib.sha256(texts[row].encode()).hexdigest() for row in range(len(texts))}
    return all(mine[row] == theirs[rank] for rank, row in enumerate(order.tolist()))


def hold_common_sources(documents: Input, options: Options) -> Sources:
    """Read common sources here, so that every executor can have all of them."""
    return hold(documents, options, originals=HeldOriginals())
