"""Sources and pages on a cluster to what too many of them have: stock text, and what stands on many sites.

Both are counted as in `reuse.stock` and `reuse.candidates`, each part of all hashes in a place of its own. Of a
hash that every source has no more than a number comes there from each chunk of these: what a chunk needs to
know of others is brought back to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from reuse.candidates import in_many
from reuse.engines.spark.columns import blob, blobs, ragged
from reuse.engines.spark.known import (
    among,
    by_part,
    joined,
    pairs_of,
    place_within,
    rows_of,
    runs_of,
    with_places,
)
from reuse.stock import MANY_OF_A_LIST, Stock, are_stock, in_order, shared_with, shares, sums_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyspark.sql import DataFrame

    from reuse.engines.spark.session import Session
    from reuse.options import Options
    from reuse.values import Hashes, Ids, Offsets

#: How many sources of a chunk (int32), or of all (int64), have each of some fingerprints.
_COUNTS = pa.schema([("part", pa.int32()), ("chunk", pa.int64()), ("hash", pa.binary()), ("many", pa.binary())])
_TOTALS = pa.schema([("chunk", pa.int64()), ("hash", pa.binary()), ("many", pa.binary())])
#: And the sums of the shares of these sources, for each kind of stock.
_SUMS = pa.schema(
    [
        ("part", pa.int32()),
        ("hash", pa.binary()),
        ("many", pa.binary()),
        ("anywhere", pa.binary()),
        ("in_lists", pa.binary()),
    ]
)
_STOCK = pa.schema([("part", pa.int32()), ("anywhere", pa.binary()), ("in_lists", pa.binary())])
#: How many sources have each of some fingerprints (int32), or on which sites they stand (int32).
_SOURCES = pa.schema([("part", pa.int32()), ("hash", pa.binary()), ("many", pa.binary())])
_PAGES = pa.schema([("part", pa.int32()), ("hash", pa.binary()), ("site", pa.binary())])
_ON_MANY = pa.schema([("part", pa.int32()), ("hash", pa.binary())])


def find_stock(session: Session, frame: DataFrame) -> Stock:
    """Find the fingerprints that are stock text: those that `reuse.stock.find_stock` finds.

    Parameters
    ----------
    session : Session
    frame : DataFrame
        Of all sources: the columns ``chunk`` and ``fingerprints`` of `reuse.engines.spark.known.SOURCES`. The
        sources of a chunk are looked at together.
    """
    sources = frame.select("chunk", "fingerprints")
    counts = session.by_group("counting in chunks", sources, "chunk", _Counting(session.parts), _COUNTS)
    totals = session.by_group("stock: totals", counts, "part", _total, _TOTALS)
    known = sources.unionByName(totals, allowMissingColumns=True)
    sums = session.by_group("stock: shares", known, "chunk", _Sharing(session.parts), _SUMS)
    found = session.by_group("stock: choosing", sums, "part", _choose, _STOCK).toArrow()
    anywhere, in_lists = (np.sort(joined(found[name], np.uint64)) for name in ("anywhere", "in_lists"))
    return Stock(anywhere, in_lists)


@dataclass(frozen=True, slots=True)
class _Counting:
    """Counts in how many sources of a chunk each fingerprint stands."""

    parts: int

    def __call__(self, rows: pa.Table) -> pa.Table:
        hashes, _ = _within(rows["fingerprints"])
        distinct, many = runs_of(hashes)
        chunk = rows["chunk"][0].as_py()
        counts = by_part(_COUNTS, self.parts, distinct, many.astype(np.int32), chunk=chunk)
        return pa.Table.from_batches([counts])


def _total(rows: pa.Table) -> pa.Table:
    """Tell each chunk which of its fingerprints stand in several sources of all, and in how many."""
    hashes, offsets = ragged(rows["hash"], np.uint64)
    alike = _Alike.of(hashes)
    many = np.empty(len(hashes), np.int64)
    many[alike.order] = np.repeat(alike.summed(joined(rows["many"], np.int32)), alike.many)
    kept = many >= MANY_OF_A_LIST
    ends = np.concatenate(([0], np.cumsum(kept)))[offsets]
    columns = blobs(hashes[kept], ends), blobs(many[kept], ends)
    return pa.Table.from_arrays([rows["chunk"], *columns], schema=_TOTALS)


@dataclass(frozen=True, slots=True)
class _Sharing:
    """Sums up, for each fingerprint of a chunk that may be stock, the shares of the sources it stands in."""

    parts: int

    def __call__(self, rows: pa.Table) -> pa.Table:
        is_source = rows["fingerprints"].is_valid()
        fingerprints = rows["fingerprints"].filter(is_source)
        told = rows.filter(rows["hash"].is_valid())
        totals, total = joined(told["hash"], np.uint64), joined(told["many"], np.int64)
        totals, order = with_places(totals)
        total = total[order]
        hashes, row = _within(fingerprints)
        in_several = among(hashes, totals)
        hashes, row = hashes[in_several], row[in_several]
        many = total[np.searchsorted(totals, hashes)]
        sizes = np.diff(ragged(fingerprints, np.uint64)[1])
        of_stock = shares(shared_with(many, row, len(sizes)), sizes)
        begins = np.flatnonzero(place_within(hashes) == 0)
        sums = sums_of(of_stock, row, begins) if len(begins) else of_stock[:, :0]
        return pa.Table.from_batches([by_part(_SUMS, self.parts, hashes[begins], many[begins], *sums)])


def _choose(rows: pa.Table) -> pa.Table:
    """Return the stock among the fingerprints of a part."""
    alike = _Alike.of(joined(rows["hash"], np.uint64))
    sums = np.stack([alike.summed(joined(rows[name], np.int64)) for name in ("anywhere", "in_lists")])
    many = joined(rows["many"], np.int64)[alike.order[alike.begin]]
    found = are_stock(alike.hash, many, sums)
    part = rows["part"][0].as_py()
    return pa.Table.from_batches([rows_of(_STOCK, [part], *([blob(hashes)] for hashes in found))])


# --- what stands on many sites ----------------------------------------------------------------


def on_many_sites(session: Session, sources: DataFrame, pages: DataFrame, options: Options) -> Hashes:
    """Return the fingerprints that `reuse.candidates.on_many_sites` finds.

    Parameters
    ----------
    session : Session
    sources : DataFrame
        The column ``fingerprints`` of `reuse.engines.spark.known.SOURCES`.
    pages : DataFrame
        Of some pages in each row: ``hash``, a blob of their fingerprints, uint64, and ``site``, a blob of int32
        with the number of the site for each of these. Pages without a site have one number together.
    options : Options
        `max_sites`, `max_articles`.
    """
    parts = session.parts
    of_sources = session.map(
        "fingerprints of sources", sources.select("fingerprints"), _OfSources(parts), _SOURCES
    )
    of_pages = session.map(
        "fingerprints of sites", pages.select("hash", "site"), _OfSites(options.max_sites, parts), _PAGES
    )
    both = of_sources.unionByName(of_pages, allowMissingColumns=True)
    found = session.by_group(
        "on many sites", both, "part", _OnMany(options.max_articles, options.max_sites), _ON_MANY
    )
    return np.sort(joined(found.toArrow()["hash"], np.uint64))


@dataclass(frozen=True, slots=True)
class _OfSources:
    """Counts in how many sources each fingerprint stands, some sources at a time."""

    parts: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            hashes, _ = _within(batch["fingerprints"])
            distinct, many = runs_of(hashes)
            yield by_part(_SOURCES, self.parts, distinct, many.astype(np.int32))


@dataclass(frozen=True, slots=True)
class _OfSites:
    """Names the sites on which each fingerprint stands: of some pages, one more than allowed at most."""

    most: int
    parts: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            hashes, site = in_order(joined(batch["hash"], np.uint64), joined(batch["site"], np.int32))
            enough = place_within(hashes) <= self.most
            yield by_part(_PAGES, self.parts, hashes[enough], site[enough])


@dataclass(frozen=True, slots=True)
class _OnMany:
    """Returns the fingerprints of a part that stand in sources, not in too many, and on too many sites."""

    most_sources: int
    most_sites: int

    def __call__(self, rows: pa.Table) -> pa.Table:
        of_sources, of_pages = (rows.filter(rows[name].is_valid()) for name in ("many", "site"))
        alike = _Alike.of(joined(of_sources["hash"], np.uint64))
        many = alike.summed(joined(of_sources["many"], np.int32))
        hashes, site = joined(of_pages["hash"], np.uint64), joined(of_pages["site"], np.int32)
        is_known = among(hashes, alike.hash[many <= self.most_sources])
        hashes, _ = in_order(hashes[is_known], site[is_known])
        found = in_many(hashes, self.most_sites)
        return pa.Table.from_batches([rows_of(_ON_MANY, [rows["part"][0].as_py()], [blob(found)])])


# --- columns ----------------------------------------------------------------------------------


def _within(fingerprints: Any) -> tuple[Hashes, Any]:
    """Return the distinct pairs of a fingerprint and a source of some, ascending; these by number."""
    return in_order(*pairs_of(fingerprints, np.arange(len(fingerprints), dtype=np.int32)))


class _Alike(NamedTuple):
    """Hashes in order: each once, how often it is there, where it begins, and from where each of them came."""

    hash: Hashes
    many: Offsets
    begin: Offsets
    order: Ids

    @classmethod
    def of(cls, hashes: Hashes) -> _Alike:
        ascending, order = with_places(hashes)
        distinct, count = runs_of(ascending)
        return cls(distinct, count, np.cumsum(count) - count, order)

    def summed(self, values: Ids | Offsets) -> Offsets:
        """Return the sums of what stands beside hashes, a sum for each that is another."""
        if not len(self.hash):
            return np.zeros(0, np.int64)
        return np.add.reduceat(values[self.order].astype(np.int64), self.begin)
