"""The tables of an index that follow from the others: what is common, stock text, boilerplate.

They are made anew whenever documents come or go, so that an index that has grown is one that was built. The
boilerplate of a site depends on the sample of that site alone, and is made anew for the sites that changed.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse.boilerplate import of_samples
from reuse.index.base import given
from reuse.index.rows import column, insert, table
from reuse.index.schema import FIELDS
from reuse.samples import LARGEST, SAMPLE, Samples, together
from reuse.sources import FEW, NO_HASHES
from reuse.stock import Stock, in_order, stock_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from reuse.index.reading import Reader
    from reuse.stock import Part
    from reuse.values import Boilerplate, Hashes, Ids, Offsets, Texts

#: Pairs of a hash and a row that are fetched together, about, and of these looked at together.
_FETCHED, _AT_A_TIME = 1 << 22, 1 << 20
_LAST = (1 << 64) - 1
#: Times as many documents of a common hash as are chosen that are looked at.
_SURE = 4


def refresh(reader: Reader, sites: Collection[str] | None) -> None:
    """Make the derived tables anew; of boilerplate that of some sites, or of all."""
    base = reader.base
    for name, columns in derived(reader, sites).items():
        if name == "boilerplate" and sites is not None:
            with given(base, "asked", table({"site": column(str, sites)})):
                base.execute("DELETE FROM boilerplate WHERE site IN (SELECT site FROM asked WHERE is_real)")
        else:
            base.execute(f"DELETE FROM {name}")
        insert(base, name, columns)
    base.execute("DELETE FROM meta WHERE key = 'digest'")
    base.execute("INSERT INTO meta VALUES ('digest', ?)", [digest(reader)])


def derived(reader: Reader, sites: Collection[str] | None) -> dict[str, dict[str, NDArray[Any]]]:
    """Return the columns of the derived tables, as they follow from the others."""
    base, options = reader.base, reader.options
    common = Common(options.max_articles, keys_by_row(base)), Common(options.max_term_articles)
    stock = find_stock(base, common[0])
    for _ in common[1].of(parts(base, "terms")):
        pass
    each = [found.hashes() for found in common]
    lanes = chain.from_iterable([lane] * len(of) for lane, of in zip(("postings", "terms"), each, strict=True))
    hashes, rows = common[0].few()
    boilerplate = find_boilerplate(reader, sites)
    counts = np.diff(boilerplate.offsets).tolist()
    of_hash = chain.from_iterable([site] * count for site, count in zip(boilerplate.sites, counts, strict=True))
    return {
        "common": {"lane": column(str, lanes), "hash": np.concatenate(each)},
        "few": {"hash": hashes, "row": rows},
        "stock": {
            "hash": stock.in_lists,
            "anywhere": np.isin(stock.in_lists, stock.anywhere),
        },
        "boilerplate": {
            "site": column(str, of_hash),
            "hash": boilerplate.hash,
            "pages": boilerplate.pages,
        },
    }


def digest(reader: Reader) -> str:
    """Return what names the documents of an index, in any order, and what it was made with."""
    fields = ", ".join(f'"{name}"' for name in FIELDS)
    said = f"row(key, {fields}, exact, content, sha256)::VARCHAR"
    sums = [f"coalesce(sum(md5_number_{half}({said})::HUGEINT), 0)::VARCHAR" for half in ("lower", "upper")]
    counted = reader.base.execute(f"SELECT count(*), {', '.join(sums)} FROM documents").fetchall()
    named = reader.base.execute("SELECT hash FROM named ORDER BY hash").fetchnumpy()["hash"]
    state = hashlib.sha256(json.dumps([reader.meta["options"], *counted]).encode())
    state.update(named.astype("<u8").tobytes())
    return state.hexdigest()[:16]


class Common:
    """The hashes that more documents have than a cap, and of each the few documents with the lowest keys.

    Parameters
    ----------
    cap : int
    keys : uint64, optional
        Of the document of each row. Without them no documents are chosen.
    """

    def __init__(self, cap: int, keys: Hashes | None = None) -> None:
        self._cap = cap
        self._hashes = [NO_HASHES]
        self._few: list[Part] = [(NO_HASHES, np.zeros(0, np.int32))]
        self._chooses = keys is not None
        if keys is not None:
            self._by_rank = np.argsort(keys, kind="stable").astype(np.int32)
            self._rank = np.empty(len(keys), np.int32)
            self._rank[self._by_rank] = np.arange(len(keys), dtype=np.int32)

    def of(self, some: Iterable[Part]) -> Iterator[Part]:
        """Yield ordered pairs of a hash and a row as they are, with all of one hash in one part."""
        for hashes, row in some:
            common = np.unique(hashes[self._cap :][hashes[self._cap :] == hashes[: -self._cap]])
            self._hashes.append(common)
            if self._chooses and len(common):
                self._choose(common, hashes, row)
            yield hashes, row

    def _choose(self, common: Hashes, hashes: Hashes, row: Ids) -> None:
        begins, ends = (np.searchsorted(hashes, common, side) for side in ("left", "right"))
        counts = ends - begins
        offsets = np.cumsum(counts) - counts
        rank = self._rank[row[np.arange(counts.sum()) + np.repeat(begins - offsets, counts)]]
        # The lowest of many are nearly always among those below a bound, and then the others need no order.
        bound = np.where(counts > _SURE * FEW, _SURE * FEW * len(self._rank) // counts, len(self._rank))
        is_low = rank <= np.repeat(bound, counts)
        found = np.add.reduceat(is_low, offsets, dtype=np.int64)
        is_low |= np.repeat(found < np.minimum(counts, FEW), counts)
        counts = np.add.reduceat(is_low, offsets, dtype=np.int64)
        # One number of the hash and the rank: the lowest ranks of each hash come first.
        pairs = ((np.repeat(np.arange(len(common)), ends - begins) << 32) | rank)[is_low]
        pairs.sort()
        place = np.arange(len(pairs)) - np.repeat(np.cumsum(counts) - counts, counts)
        chosen = pairs[place < FEW]
        self._few.append((common[chosen >> 32], self._by_rank[chosen & 0xFFFFFFFF]))

    def hashes(self) -> Hashes:
        """Return the common hashes seen so far, ascending."""
        return np.concatenate(self._hashes)

    def few(self) -> Part:
        """Return the few documents of each."""
        hashes, rows = zip(*self._few, strict=True)
        return np.concatenate(hashes), np.concatenate(rows)


def find_stock(base: DuckDBPyConnection, common: Common) -> Stock:
    """Find the stock text among the postings of an index, and on the way the common ones."""
    rows, sizes = document_sizes(base)
    first = _dense(common.of(parts(base, "postings")), rows)
    return stock_of(first, _dense(parts(base, "postings"), rows), sizes)


def keys_by_row(base: DuckDBPyConnection) -> Hashes:
    """Return the key of each row; 0 where there is no document."""
    found = base.execute('SELECT "row", key FROM documents').fetchnumpy()
    keys = np.zeros(int(found["row"].max(initial=-1)) + 1, np.uint64)
    keys[found["row"]] = found["key"]
    return keys


def document_sizes(base: DuckDBPyConnection) -> tuple[Ids, Offsets]:
    """Return the rows of all documents, ascending, and how many fingerprints each has."""
    found = base.execute('SELECT "row", fingerprints FROM documents').fetchnumpy()
    order = np.argsort(found["row"], kind="stable")
    return found["row"][order], found["fingerprints"][order].astype(np.int64)


def _dense(some: Iterable[Part], rows: Ids) -> Iterator[Part]:
    """Give rows numbers from 0."""
    place = places(rows)
    for hashes, row in some:
        yield hashes, place[row]


def places(rows: Ids) -> Ids:
    """Return for each number up to the last of some rows, ascending, its place among them."""
    place = np.full(int(rows[-1]) + 1 if len(rows) else 0, -1, np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    return place


def parts(base: DuckDBPyConnection, lane: str) -> Iterator[Part]:
    """Yield the pairs of a hash and a row of a lane, ascending, all of one hash together.

    The next are fetched meanwhile: until the end the connection is to be used for nothing else.
    """
    ((count,),) = base.execute(f"SELECT count(*) FROM {lane}").fetchall()
    ranges = max(-(-count // _FETCHED), 1)
    bounds = [number * (_LAST + 1) // ranges for number in range(ranges)] + [_LAST + 1]

    def fetch(low: int, high: int) -> Part:
        found = base.execute(
            f'SELECT hash, "row" FROM {lane} WHERE hash BETWEEN ?::UBIGINT AND ?::UBIGINT', [low, high - 1]
        ).fetchnumpy()
        return found["hash"], found["row"]

    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(fetch, *bounds[:2])
        for following in [*pairwise(bounds[1:]), None]:
            hashes, row = ahead.result()
            if following is not None:
                ahead = pool.submit(fetch, *following)
            if np.any(hashes[1:] < hashes[:-1]):
                hashes, row = in_order(hashes, row)
            yield from _cut(hashes, row)


def _cut(hashes: Hashes, row: Ids) -> Iterator[Part]:
    """Yield ordered pairs some at a time, all of one hash together."""
    begin = 0
    while begin < len(hashes):
        end = int(np.searchsorted(hashes, hashes[min(begin + _AT_A_TIME, len(hashes)) - 1], "right"))
        yield hashes[begin:end], row[begin:end]
        begin = end


# --- boilerplate ------------------------------------------------------------------------------


def find_boilerplate(reader: Reader, sites: Collection[str] | None) -> Boilerplate:
    """Find the boilerplate of some sites, or of all."""
    return of_samples(_Samples(reader, sites), reader.options)


class _Samples(Samples):
    """The sampled documents of an index; which these are says `reuse.samples`."""

    def __init__(self, reader: Reader, sites: Collection[str] | None) -> None:
        self._reader = reader
        self._sites = sites

    def groups(self, sites: Collection[str] | None = None) -> Iterator[Texts]:
        """Yield the sampled documents of all sites, or of some, in the order of these, some sites at a time."""
        wanted = self._sites if sites is None else sites
        rows: dict[str, list[int]] = {}
        sizes: dict[str, int] = {}
        for site, row, size in self._sampled(wanted):
            rows.setdefault(site, []).append(row)
            sizes[site] = sizes.get(site, 0) + size
        for some in together(rows, sizes):
            chosen = np.array([row for site in some for row in rows[site]], np.int32)
            texts = self._reader.texts(np.sort(chosen))
            at_hand = {document.id: place for place, document in enumerate(texts.documents)}
            names = [document.id for document in self._reader.documents(chosen)]
            yield texts.take([at_hand[name] for name in names if name in at_hand])

    def _sampled(self, sites: Collection[str] | None) -> list[tuple[str, int, int]]:
        """Return site, row and bytes of every sampled document, by site and by the hash of its address."""
        least = self._reader.options.boilerplate_pages
        if not least or (sites is not None and not sites):
            return []
        some = "" if sites is None else "AND site IN (SELECT site FROM asked WHERE is_real)"
        with given(self._reader.base, "asked", table({"site": column(str, sites or [])})):
            return self._reader.base.execute(
                f"""WITH able AS (
                    SELECT site, "row", bytes, address, sha256 FROM documents
                    WHERE site IS NOT NULL AND octet_length(address) > 0 AND bytes <= {LARGEST} {some}
                ), each AS (
                    SELECT * FROM able
                    QUALIFY row_number() OVER (PARTITION BY site, address ORDER BY sha256, "row") = 1
                ), chosen AS (
                    SELECT * FROM each
                    QUALIFY row_number() OVER (PARTITION BY site ORDER BY address) <= {SAMPLE}
                )
                SELECT site, "row", bytes FROM chosen
                QUALIFY count(*) OVER (PARTITION BY site) >= {max(least, 1)}
                ORDER BY site, address"""
            ).fetchall()
