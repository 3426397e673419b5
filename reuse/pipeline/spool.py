"""Pages to a spool: read once, and then taken from it some at a time, whatever they were read from.

What a site repeats is known only when all of its pages have been read, and standard input cannot be read twice.
The first blocks of texts stay in memory, the others are packed into a file; beside them there are 60 bytes a
page in memory, and what `reuse.samples` keeps of each site.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
import weakref
import zlib
from array import array
from collections import Counter
from functools import cached_property
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
import zstandard

from reuse.errors import UsageError
from reuse.pipeline.account import replaced_of
from reuse.pipeline.plain import plain, unplain
from reuse.samples import Sampler, Samples, together
from reuse.sites import page_key
from reuse.texts import extract
from reuse.values import Document, Notice, Texts, Unreadable, key_of_id
from reuse.web import Original, Originals, let_go, no_room, skim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from reuse.pipeline.account import Input
    from reuse.values import Bytes, Hashes, Ids, Offsets

#: Documents, and characters, of a block: enough to be laid out quickly, and little to unpack for one of them.
_BLOCK, _CHARACTERS = 1024, 2**22
#: Bytes of pages that stay in memory, at most, unless the user of the spool says otherwise.
_HELD = 2**26
#: Bytes that a page takes in memory beside its text, about.
BESIDE_TEXT = 512
#: Quick rather than small.
_LEVEL = 1
#: Before each block: bytes of what is packed behind it (documents, then texts), a checksum of all that follows,
#: what it was read from (items of the input up to here, and their digest). An empty block is behind the last.
_HEAD, _READ = struct.Struct("<III"), struct.Struct("<Q16s")
#: Of the folder.
_FILE, _ORIGINALS = "pages.spool", "originals.spool"


class _Block(NamedTuple):
    """Some pages in a row.

    Attributes
    ----------
    first : int
        The number of the first of them.
    place : int
        Where they are in the file, if they are not held.
    size : int
        Bytes that they take in memory, about.
    held : Texts or None
        Themselves.
    """

    first: int
    place: int
    size: int
    held: Texts | None


class _Packed(NamedTuple):
    """A block as it stands in the file.

    Attributes
    ----------
    told : memoryview
        JSON, packed; nothing for what is behind the last block.
    values : memoryview
        Texts, packed.
    items, digest
        What it was read from.
    """

    told: memoryview
    values: memoryview
    items: int
    digest: bytes

    def unpacked(self) -> dict[str, Any]:
        """Return what was told of the pages."""
        told: dict[str, Any] = json.loads(zstandard.ZstdDecompressor().decompress(self.told))
        return told


class Spool:
    """Pages that were read, in their order.

    Parameters
    ----------
    folder : Path, optional
        Where it is kept, to be gone on with after an interruption; else in memory and in a temporary file.
    held : int, optional
        Bytes that may stay in memory, about, if it is not kept in a folder.

    Attributes
    ----------
    unreadable : list of Unreadable
    notices : list of Notice
        Of reading them.
    replaced : list of (str, int)
        Pages that were no text in places: id, and how many characters.
    resumed : int
        Items of the input that were read before an interruption.

    Examples
    --------
    >>> spool = Spool()
    >>> spool.read([Document("a", "Some text.", "a"), Document("b", "More text.", "b")])
    >>> [(first, texts[0], len(texts)) for first, texts in spool.rounds(100)]
    [(0, 'Some text.', 2)]
    """

    def __init__(self, folder: Path | None = None, held: int | None = None) -> None:
        self.unreadable: list[Unreadable] = []
        self.notices: list[Notice] = []
        self.replaced: list[tuple[str, int]] = []
        self.resumed = 0
        self._path = None if folder is None else folder / _FILE
        self._room = 0 if folder else _HELD if held is None else held
        self._file: IO[bytes] | None = None
        self._end = 0
        self._blocks: list[_Block] = []
        self._firsts = array("q")
        self._keys = array("Q")
        self._sites: Counter[str | None] = Counter()
        self._sampler = Sampler()
        self._originals = Originals(None if folder is None else folder / _ORIGINALS)
        self._digest = hashlib.blake2b(digest_size=16)
        self._items = 0

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"Spool({len(self)})"

    # --- reading ----------------------------------------------------------------------------------

    def read(self, documents: Input) -> None:
        """Read pages to the end of the input; those that were read before an interruption are passed over.

        Raises
        ------
        UsageError
            If two pages have the same id, or what was read before is another now.
        OutputError
            If there is no room on disk.
        """
        items = iter(documents)
        is_whole = self._path is not None and self._path.exists() and self._resume(items)
        while some := _some(items):
            if self._path is not None:
                for item in some:
                    self._note(item)
            self._add(extract(skim(some, self._originals)))
        if self._path is not None and not is_whole:
            self._write(self._framed(b"", b""), is_whole=True)
        self._refuse_same_ids()

    def _note(self, item: Document | Unreadable | Notice) -> None:
        """Take an item into the digest of the input."""
        self._items += 1
        content: bytes | str = b""
        if isinstance(item, Document):
            item, content = item._replace(content=b""), item.content
        self._digest.update(f"{len(content)}:{item!r}".encode("utf-8", "surrogatepass"))
        self._digest.update(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)

    def _add(self, texts: Texts) -> None:
        """Hold a block, if there is room for it, or put it into the file."""
        size = _size(texts)
        if self._path is None and size <= self._room:
            self._room -= size
            self._take_in(texts, _Block(len(self), -1, size, texts))
        else:
            place = self._end
            self._write(self._packed(texts))
            self._take_in(texts, _Block(len(self), place, size, None))

    def _take_in(self, texts: Texts, block: _Block) -> None:
        self._blocks.append(block)
        self._firsts.append(len(self))
        self._keys.extend(key_of_id(document.id) for document in texts.documents)
        self._sites.update(document.site for document in texts.documents)
        self._sampler.add(texts)
        self.unreadable += texts.unreadable
        self.notices += texts.notices
        self.replaced += replaced_of(texts)

    def _write(self, packed: bytes, *, is_whole: bool = False) -> None:
        """Put a block behind the others in the file; have them on disk, if that is all."""
        try:
            if self._file is None:
                self._open("x+b")
            assert self._file is not None
            self._file.seek(self._end)
            if is_whole:
                self._originals.sync()
            self._file.write(packed)
            self._file.flush()
            if is_whole:
                os.fsync(self._file.fileno())
        except OSError as fault:
            raise no_room("pages", self._path, fault) from fault
        self._end += len(packed)

    def _open(self, mode: str) -> None:
        if self._path is None:
            self._file = tempfile.TemporaryFile(prefix="reuse-")  # noqa: SIM115 (closed with this object)
        else:
            self._file = self._path.open(mode)
        weakref.finalize(self, let_go, self._file)

    def _packed(self, texts: Texts) -> bytes:
        packer = zstandard.ZstdCompressor(level=_LEVEL)
        told = json.dumps(
            {
                "documents": list(map(_kept, texts.documents)),
                "offsets": texts.offsets.tolist(),
                "replaced": texts.replaced.tolist(),
                "unreadable": [[row.path, row.line, row.reason] for row in texts.unreadable],
                "notices": [[row.path, row.message] for row in texts.notices],
            }
        )
        return self._framed(packer.compress(told.encode()), packer.compress(texts.values.tobytes()))

    def _framed(self, first: bytes, second: bytes) -> bytes:
        body = _READ.pack(self._items, self._digest.digest()) + first + second
        return _HEAD.pack(len(first), len(second), zlib.crc32(body)) + body

    def _unpacked(self, block: _Block) -> Texts:
        return block.held if block.held is not None else self._texts(self._packed_at(block))

    def _packed_at(self, block: _Block) -> _Packed:
        assert self._file is not None
        self._file.seek(block.place)
        found = self._read_block()
        assert found is not None, "a block of the spool is damaged"
        return found

    def _read_block(self) -> _Packed | None:
        """Read the block at the file's place; None if it is not whole."""
        assert self._file is not None
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        first, second, checksum = _HEAD.unpack(head)
        body = memoryview(self._file.read(_READ.size + first + second))
        if len(body) < _READ.size + first + second or zlib.crc32(body) != checksum:
            return None
        items, digest = _READ.unpack(body[: _READ.size])
        told, values = body[_READ.size : _READ.size + first], body[_READ.size + first :]
        return _Packed(told, values, items, digest)

    def _texts(self, packed: _Packed) -> Texts:
        told = packed.unpacked()
        offsets = np.array(told["offsets"], np.int64)
        values = zstandard.ZstdDecompressor().decompress(packed.values, max_output_size=int(offsets[-1]) + 1)
        return Texts(
            documents=tuple(map(self._document, told["documents"])),
            values=np.frombuffer(values, np.uint8),
            offsets=offsets,
            replaced=np.array(told["replaced"], np.int64),
            unreadable=tuple(Unreadable(*row) for row in told["unreadable"]),
            notices=tuple(Notice(*row) for row in told["notices"]),
        )

    def _document(self, fields: list[Any]) -> Document:
        place, *told = fields
        return unplain(told, lambda given: self._originals.kept(tuple(place), given))

    # --- going on ---------------------------------------------------------------------------------

    def _resume(self, items: Iterator[Document | Unreadable | Notice]) -> bool:
        """Take in the blocks that an interrupted run left, and pass over what they were read from.

        Tells whether that was all.
        """
        self._open("r+b")
        assert self._file is not None
        is_whole, digest = False, self._digest.digest()
        while not is_whole and (found := self._read_block()):
            texts = self._texts(found) if found.told else None
            if texts is not None and not _are_kept(texts):
                break
            self.resumed, digest = found.items, found.digest
            if texts is None:
                is_whole = True
            else:
                self._take_in(texts, _Block(len(self), self._end, _size(texts), None))
                self._end = self._file.tell()
        for item in islice(items, self.resumed):
            self._note(item)
        is_same = self._items == self.resumed and self._digest.digest() == digest
        if not is_same or (is_whole and next(items, None) is not None):
            raise UsageError("the pages are not those of the interrupted audit; begin anew without --resume")
        if not is_whole:
            self._file.truncate(self._end)
        return is_whole

    def _refuse_same_ids(self) -> None:
        keys = np.array(self._keys, np.uint64)
        ascending = np.sort(keys)
        twice = np.isin(keys, ascending[1:][ascending[1:] == ascending[:-1]])
        if not twice.any():
            return
        named = Counter(document.id for document in self.documents(np.flatnonzero(twice)))
        name, count = named.most_common(1)[0]
        raise UsageError(f"the id {name!r} names {count:,} documents; give each an id of its own")

    # --- taking out -------------------------------------------------------------------------------

    @property
    def sites(self) -> Mapping[str | None, int]:
        """How many pages stand on each site, and on none."""
        return self._sites

    def keys(self) -> Hashes:
        """Return what names the pages: `key_of_id` of each id and `page_key`, ascending, each once."""
        both = np.concatenate(
            [np.array(some, np.uint64) for some in (self._keys, array("Q", self._addresses()))]
        )
        both.sort()
        distinct: Hashes = both[np.append(True, both[1:] != both[:-1])[: len(both)]]
        return distinct

    def _addresses(self) -> Iterator[int]:
        for block, end in zip(self._blocks, self._ends(), strict=True):
            for document in self._documents(block, range(end - block.first)):
                if key := page_key(document.url):
                    yield key_of_id(key)

    def _ends(self) -> list[int]:
        """Return of each block the number behind its last page."""
        return [*self._firsts, len(self)][1:]

    def rounds(self, size: int, first: int = 0) -> Iterator[tuple[int, Texts]]:
        """Yield pages in their order, blocks of some `size` bytes together, from the page `first` on.

        Yields
        ------
        int
            The number of the first of these pages.
        Texts
        """
        some: list[Texts] = []
        begin, held = first, 0
        for block, end in zip(self._blocks, self._ends(), strict=True):
            if end <= first:
                continue
            texts = self._unpacked(block)
            if block.first < first:
                texts = texts.take(range(first - block.first, len(texts)))
            some.append(texts)
            held += block.size
            if held >= size:
                yield begin, Texts.concatenate(some)
                some, held, begin = [], 0, end
        if some:
            yield begin, Texts.concatenate(some)

    def take(self, rows: Sequence[int] | Ids | Offsets) -> Texts:
        """Return some pages, in the order of `rows`, without what is told among them."""
        order, blocks = self._blocks_of(rows)
        back = np.argsort(order).tolist()
        singles = [single for block, some in blocks for single in self._singles(block, some)]
        documents, values, replaced = (
            zip(*(singles[place] for place in back), strict=True) if back else ([],) * 3
        )
        return Texts(
            documents=tuple(documents),
            values=np.concatenate((np.zeros(0, np.uint8), *values)),
            offsets=np.cumsum([0, *map(len, values)], dtype=np.int64),
            replaced=np.array(replaced, np.int64),
            unreadable=(),
            notices=(),
        )

    def _singles(self, block: _Block, rows: Sequence[int]) -> Iterator[tuple[Document, Bytes, int]]:
        """Yield some pages of a block, each with its text and how much of that was replaced."""
        texts = self._unpacked(block)
        if block.held is None:  # the others go
            texts, rows = texts.take(rows), range(len(rows))
        bounds, replaced = texts.offsets.tolist(), texts.replaced.tolist()
        for row in rows:
            yield texts.documents[row], texts.values[bounds[row] : bounds[row + 1]], replaced[row]

    def documents(self, rows: Sequence[int] | Ids | Offsets) -> list[Document]:
        """Return what is known of some pages, in the order of `rows`; their texts stay packed."""
        order, blocks = self._blocks_of(rows)
        found = [document for block, some in blocks for document in self._documents(block, some)]
        return [found[place] for place in np.argsort(order).tolist()]

    def _documents(self, block: _Block, rows: Sequence[int]) -> Iterator[Document]:
        if block.held is not None:
            return map(block.held.documents.__getitem__, rows)
        told = self._packed_at(block).unpacked()["documents"]
        return (self._document(told[row]) for row in rows)

    def _blocks_of(
        self, rows: Sequence[int] | Ids | Offsets
    ) -> tuple[Offsets, Iterator[tuple[_Block, list[int]]]]:
        """Return the order in which rows stand in the spool, and each block once, with those that are in it."""
        wanted = np.asarray(rows, np.int64)
        order = np.argsort(wanted, kind="stable")
        number = np.searchsorted(np.array(self._firsts), wanted[order], "right") - 1
        distinct, begins = np.unique(number, return_index=True)
        blocks = map(self._blocks.__getitem__, distinct.tolist())
        parts = np.split(wanted[order], begins[1:])
        return order, (
            (block, (part - block.first).tolist()) for block, part in zip(blocks, parts, strict=False)
        )

    def rows(self, names: Sequence[str]) -> Ids:
        """Return the rows of pages, int32, by their ids.

        Raises
        ------
        KeyError
            If there is no such page.
        """
        ascending, order = self._by_key
        wanted = np.fromiter(map(key_of_id, names), np.uint64, len(names))
        place, behind = (np.searchsorted(ascending, wanted, side) for side in ("left", "right"))
        for unknown in np.flatnonzero(place == behind).tolist():
            raise KeyError(names[unknown])
        rows: Ids = order[place]
        return rows

    @cached_property
    def _by_key(self) -> tuple[Hashes, Ids]:
        keys = np.array(self._keys, np.uint64)
        order = np.argsort(keys).astype(np.int32)
        return keys[order], order

    def samples(self, least: int) -> SpooledSamples:
        """Return the samples of the sites of these pages; none if `least` is 0."""
        return SpooledSamples(self, self._sampler, least)


class SpooledSamples(Samples):
    """Samples of pages in a spool; see `reuse.samples.Samples`."""

    def __init__(self, spool: Spool, sampler: Sampler, least: int) -> None:
        self._spool = spool
        self._rows = sampler.rows(least) if least else {}
        sizes = sampler.sizes()
        self._sizes = {site: sizes[site] + BESIDE_TEXT * len(rows) for site, rows in self._rows.items()}

    def groups(self, sites: Collection[str] | None = None) -> Iterator[Texts]:
        """Yield the sampled pages of all sites, or of some, in the order of these, some sites at a time."""
        wanted = (site for site in self._rows if sites is None or site in sites)
        for some in together(wanted, self._sizes):
            yield self._spool.take([row for site in some for row in self._rows[site]])


def _size(texts: Texts) -> int:
    """Return how many bytes texts take in memory, about."""
    return len(texts.values) + BESIDE_TEXT * len(texts)


def _some(items: Iterator[Document | Unreadable | Notice]) -> list[Document | Unreadable | Notice]:
    """Take as many items as make a block."""
    some: list[Document | Unreadable | Notice] = []
    size = 0
    for item in islice(items, _BLOCK):
        some.append(item)
        size += len(item.content) if isinstance(item, Document) else 0
        if size > _CHARACTERS:
            break
    return some


def _are_kept(texts: Texts) -> bool:
    """Tell whether the web pages among documents are on disk: a power cut can take what was written first."""
    originals = (document.original for document in texts.documents)
    return all(original.is_whole() for original in originals if isinstance(original, Original))


def _kept(document: Document) -> list[Any]:
    """Return where the original of a document is kept, and the fields of the document."""
    original = document.original
    return [original.place if isinstance(original, Original) else None, *plain(document)]
