"""Documents on a cluster to the samples of their sites: chosen where they are, by `reuse.samples.Sampler`.

Each task chooses among the documents it has, some hundred of a site at most; what they chose is brought
together site by site, and chosen from again. Only then do texts travel, those of the samples alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from reuse.engines.spark.columns import decoded, encoded, texts_of
from reuse.engines.spark.known import broadcast_if_short, results, rows_of
from reuse.samples import SAMPLE, Sampled, Sampler, Samples, together

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import TypeVar

    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.values import Texts

    _Result = TypeVar("_Result")

#: What a task chose: see `reuse.samples.Sampled`; `address` is the hash of it.
_CHOSEN = pa.schema(
    [
        ("site", pa.binary()),
        ("address", pa.binary()),
        ("sha256", pa.binary()),
        ("position", pa.int64()),
        ("size", pa.int64()),
    ]
)
#: The sample of each site, its documents in order of `place`.
_PLACES = pa.schema([("site", pa.binary()), ("position", pa.int64()), ("place", pa.int32())])
_TEXTS = ("site", "place", "document", "text", "replaced")
#: Documents that a task holds the choice of, about, and rows that it gives away together.
_HELD, _ROWS = 200_000, 10_000


class SparkSamples(Samples):
    """Samples of documents on a cluster; see `reuse.samples.Samples`. Nothing is chosen before it is asked for.

    Parameters
    ----------
    session : Session
    name : str
        How the name of the folder begins, below `Session.work` where it is kept which documents are sampled.
    frame : DataFrame
        Rows as `reuse.engines.spark.columns.ITEMS` has them, kept.
    least : int
        Documents of a site that make a sample; none if 0.
    """

    def __init__(self, session: Session, name: str, frame: DataFrame, least: int) -> None:
        self._session = session
        self._name = name
        self._frame = frame.where("site IS NOT NULL")
        self._least = least

    def groups(self, sites: Collection[str] | None = None) -> Iterator[Texts]:
        """Yield the sampled documents of sites, brought here: of some, unless those of all find room.

        They are without the bytes of their originals.
        """
        if self._least:
            yield from _some_sites(self._texts(sites).orderBy("site", "place").toArrow().to_batches())

    def each(
        self, stage: Callable[[Texts], _Result], sites: Collection[str] | None = None
    ) -> Iterator[_Result]:
        """Yield what a stage makes of the sampled documents, where these are."""
        if not self._least:
            return
        texts = self._texts(sites).repartition(self._session.parts, "site")
        ordered = texts.sortWithinPartitions("site", "place")
        yield from results(self._session, "samples of sites", ordered, stage, _some_sites)

    def _texts(self, sites: Collection[str] | None) -> DataFrame:
        """Return the sampled documents of some sites, or of all."""
        places, count = self._places
        if sites is not None:
            names = pa.array(sorted(map(_name, sites)), pa.binary())
            asked = self._session.spark.createDataFrame(pa.table({"site": names}))
            places = places.join(broadcast_if_short(asked, len(names)), "site", "left_semi")
            count = min(count, SAMPLE * len(names))
        places = broadcast_if_short(places.select("position", "place"), count)
        frame = self._frame.select("position", "site", "document", "text", "replaced")
        return frame.join(places, "position").select(*_TEXTS)

    @cached_property
    def _places(self) -> tuple[DataFrame, int]:
        """Which documents are sampled, and how many."""
        session = self._session
        frame = self._frame.select("position", "document", "text", "replaced")
        chosen = session.map("choosing samples", frame, _choose, _CHOSEN)
        of_sites = chosen.repartition(session.parts, "site").sortWithinPartitions("site")
        settled = session.map("settling samples", of_sites, _Settling(self._least), _PLACES)
        places = session.keep(self._name, settled)
        return places, places.count()


def _name(site: str) -> bytes:
    name = encoded(site)
    assert name is not None
    return name


def _choose(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    sampler = Sampler()
    for batch in batches:
        sampler.add(texts_of(batch), np.asarray(batch["position"], np.int64))
        if sum(map(len, sampler.sites.values())) > _HELD:
            yield from _entries(sampler)
            sampler = Sampler()
    yield from _entries(sampler)


def _entries(sampler: Sampler) -> Iterator[pa.RecordBatch]:
    """Yield the rows of all that a sampler chose."""
    rows = [
        (_name(site), key, sampled.sha256, sampled.row, sampled.size)
        for site, of_site in sampler.sites.items()
        for key, sampled in of_site.items()
    ]
    yield from _batches(rows, _CHOSEN)


@dataclass(frozen=True, slots=True)
class _Settling:
    """Chooses from what was chosen, rows being in order of site."""

    least: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows: list[tuple[bytes, int, int]] = []
        for site, chosen in by_site(batches):
            rows += self._sample(site, chosen)
            if len(rows) > _ROWS:
                yield from _batches(rows, _PLACES)
                rows = []
        yield from _batches(rows, _PLACES)

    def _sample(self, site: bytes, chosen: pa.Table) -> Iterator[tuple[bytes, int, int]]:
        sampler = Sampler()
        keys, *fields = (chosen[name].to_pylist() for name in ("address", "sha256", "position", "size"))
        for key, *sampled in zip(keys, *fields, strict=True):
            sampler.take_in("", key, Sampled(*sampled))
        for positions in sampler.rows(self.least).values():
            yield from ((site, position, place) for place, position in enumerate(positions))


def _batches(
    rows: list[tuple[bytes, int, int]] | list[tuple[bytes, bytes, bytes, int, int]], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for begin in range(0, len(rows), _ROWS):
        yield rows_of(schema, *zip(*rows[begin : begin + _ROWS], strict=True))


def _some_sites(batches: Iterable[pa.RecordBatch]) -> Iterator[Texts]:
    """Yield the documents of rows in order of site, some sites at a time."""
    held: dict[str, pa.Table] = {}
    sizes: dict[str, int] = {}

    def sites() -> Iterator[str]:
        for name, rows in by_site(batches):
            site = decoded(name)
            assert site is not None
            held[site] = rows
            sizes[site] = sum(map(len, rows["text"].to_pylist()))
            yield site

    for some in together(sites(), sizes):
        yield texts_of(pa.concat_tables(held.pop(site) for site in some))


def by_site(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[bytes, pa.Table]]:
    """Yield the rows of each site, which are in order of it.

    Examples
    --------
    >>> batches = [pa.record_batch({"site": [b"a", b"b"]}), pa.record_batch({"site": [b"b", b"c"]})]
    >>> [(site, len(rows)) for site, rows in by_site(batches)]
    [(b'a', 1), (b'b', 2), (b'c', 1)]
    """
    held: list[pa.RecordBatch] = []
    for batch in batches:
        begin = 0
        for site, rows in groupby(batch["site"].to_pylist()):
            if held and held[0]["site"][0].as_py() != site:
                yield held[0]["site"][0].as_py(), pa.Table.from_batches(held)
                held = []
            count = sum(1 for _ in rows)
            held.append(batch.slice(begin, count))
            begin += count
    if held:
        yield held[0]["site"][0].as_py(), pa.Table.from_batches(held)
