"""Pages to a spool: read once, and then taken from it some at a time, whatever they were read from.

What a site repeats is known only when all of its pages have been read, and standard input cannot be read twice.
Texts are packed block by block into a file, but where there are few; beside it there are 60 bytes a page in
memory, and what `reuse.samples` keeps of each site.
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
from reuse.web import Original, Originals, no_room, skim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from reuse.pipeline.account import Input
    from reuse.values import Hashes

#: Documents, and characters, of a block: enough to pack well, and little to unpack for one of them.
_BLOCK, _CHARACTERS = 256, 2**20
#: Bytes of text up to which everything stays in memory.
_HELD = 2**26
#: Quick rather than small.
_LEVEL = 1
#: Before each block: bytes of what is packed behind it (documents, then texts), a checksum of all that follows,
#: what it was read from (items of the input up to here, and their digest). An empty block is behind the last.
_HEAD, _READ = struct.Struct("<III"), struct.Struct("<Q16s")
#: Of the folder.
_FILE, _ORIGINALS = "pages.spool", "originals.spool"


class _Block(NamedTuple):
    """Some pages in a row: the number of the first, where they are in the file (-1: nowhere), or themselves."""

    first: int
    place: int
    size: int
    held: Texts | None


class Spool:
    """Pages that were read, in their order.

    Parameters
    ----------
    folder : Path, optional
        Where it is kept, to be gone on with after an interruption; else in a temporary file.

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

    def __init__(self, folder: Path | None = None) -> None:
        self.unreadable: list[Unreadable] = []
        self.notices: list[Notice] = []
        self.replaced: list[tuple[str, int]] = []
        self.resumed = 0
        self._path = None if folder is None else folder / _FILE
        self._file: IO[bytes] | None = None
        self._end = 0
        self._blocks: list[_Block] = []
        self._firsts = array("q")
        self._keys = array("Q")
        self._addresses = array("Q")
        self._sites: Counter[str | None] = Counter()
        self._written = 0
        self._held = 0
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
        while some := list(_some(items)):
            if self._path is not None:
                for item in some:
                    self._note(item)
            self._add(extract(skim(some, self._originals)))
        if self._path is not None and not is_whole:
            self._write(is_whole=True)
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
        size = len(texts.values)
        self._held += size
        self._take_in(texts, -1, size, texts)
        if self._path is not None or self._held > _HELD:
            self._write()

    def _take_in(self, texts: Texts, place: int, size: int, held: Texts | None) -> None:
        self._blocks.append(_Block(len(self), place, size, held))
        self._firsts.append(len(self))
        self._keys.extend(key_of_id(document.id) for document in texts.documents)
        self._addresses.extend(key_of_id(key) for one in texts.documents if (key := page_key(one.url)))
        self._sites.update(document.site for document in texts.documents)
        self._sampler.add(texts)
        self.unreadable += texts.unreadable
        self.notices += texts.notices
        self.replaced += replaced_of(texts)

    def _write(self, *, is_whole: bool = False) -> None:
        """Put the blocks that are held behind those in the file; and an empty one, if it is all there is."""
        try:
            if self._file is None:
                self._open("x+b")
            assert self._file is not None
            self._file.seek(self._end)
            for number in range(self._written, len(self._blocks)):
                block = self._blocks[number]
                assert block.held is not None
                packed = self._packed(block.held)
                self._file.write(packed)
                self._blocks[number] = block._replace(place=self._end, held=None)
                self._end += len(packed)
            self._written = len(self._blocks)
            if is_whole:
                self._originals.sync()
                self._file.write(self._framed(b"", b""))
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.flush()
        except OSError as fault:
            raise no_room("pages", self._path, fault) from fault
        self._held = 0

    def _open(self, mode: str) -> None:
        if self._path is None:
            self._file = tempfile.TemporaryFile(prefix="reuse-")  # noqa: SIM115 (closed with this object)
        else:
            self._file = self._path.open(mode)
        weakref.finalize(self, self._file.close)

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
        if block.held is not None:
            return block.held
        assert self._file is not None
        self._file.seek(block.place)
        found = self._read_block()
        assert found is not None, "a block of the spool is damaged"
        assert found[0] is not None
        return found[0]

    def _read_block(self) -> tuple[Texts | None, int, bytes] | None:
        """Read the block at the file's place, without texts if it is the last; None if it is not whole."""
        assert self._file is not None
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        first, second, checksum = _HEAD.unpack(head)
        body = self._file.read(_READ.size + first + second)
        if len(body) < _READ.size + first + second or zlib.crc32(body) != checksum:
            return None
        items, digest = _READ.unpack(body[: _READ.size])
        body = body[_READ.size :]
        if not body:
            return None, items, digest
        unpacker = zstandard.ZstdDecompressor()
        told = json.loads(unpacker.decompress(body[:first]))
        offsets = np.array(told["offsets"], np.int64)
        values = np.frombuffer(
            unpacker.decompress(body[first:], max_output_size=int(offsets[-1]) + 1), np.uint8
        )
        texts = Texts(
            documents=tuple(self._document(fields) for fields in told["documents"]),
            values=values,
            offsets=offsets,
            replaced=np.array(told["replaced"], np.int64),
            unreadable=tuple(Unreadable(*row) for row in told["unreadable"]),
            notices=tuple(Notice(*row) for row in told["notices"]),
        )
        return texts, items, digest

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
            texts, reached, of_these = found
            if texts is not None and not _are_kept(texts):
                break
            self.resumed, digest = reached, of_these
            if texts is None:
                is_whole = True
            else:
                self._take_in(texts, self._end, len(texts.values), None)
                self._end = self._file.tell()
        self._written = len(self._blocks)
        for item in islice(items, self.resumed):
            self._note(item)
        is_same = self._items == self.resumed and self._digest.digest() == digest
        if not is_same or (is_whole and next(items, None) is not None):
            raise UsageError("the pages are not those of the interrupted audit; begin anew without --resume")
        if not is_whole:
            self._file.truncate(self._end)
        return is_whole

    def _refuse_same_ids(self) -> None:
        keys = np.sort(np.array(self._keys, np.uint64))
        twice = keys[1:][keys[1:] == keys[:-1]]
        if not len(twice):
            return
        counts: Counter[str] = Counter()
        for _, texts in self.rounds(_HELD):
            counts.update(one.id for one in texts.documents if key_of_id(one.id) in twice)
        name, count = counts.most_common(1)[0]
        raise UsageError(f"the id {name!r} names {count:,} documents; give each an id of its own")

    # --- taking out -------------------------------------------------------------------------------

    @property
    def sites(self) -> Mapping[str | None, int]:
        """How many pages stand on each site, and on none."""
        return self._sites

    def keys(self) -> Hashes:
        """Return what names the pages: `key_of_id` of each id and `page_key`, ascending, each once."""
        both = np.concatenate([np.array(some, np.uint64) for some in (self._keys, self._addresses)])
        both.sort()
        distinct: Hashes = both[np.append(True, both[1:] != both[:-1])[: len(both)]]
        return distinct

    def rounds(self, size: int, first: int = 0) -> Iterator[tuple[int, Texts]]:
        """Yield pages in their order, blocks of some `size` bytes of text together, from the page `first` on.

        Yields
        ------
        int
            The number of the first of these pages.
        Texts
        """
        some: list[Texts] = []
        begin, held = first, 0
        ends = [*self._firsts, len(self)][1:]
        for block, end in zip(self._blocks, ends, strict=True):
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

    def take(self, rows: Sequence[int]) -> Texts:
        """Return some pages, in the order of `rows`."""
        wanted = np.asarray(rows, np.int64)
        order = np.argsort(wanted, kind="stable")  # each block is unpacked once
        numbers = np.searchsorted(np.array(self._firsts), wanted[order], "right") - 1
        parts = []
        for number in np.unique(numbers).tolist():
            block = self._blocks[number]
            of_block = wanted[order[numbers == number]] - block.first
            parts.append(self._unpacked(block).take(of_block.tolist()))
        return Texts.concatenate(parts).take(np.argsort(order).tolist())

    def samples(self, least: int) -> SpooledSamples:
        """Return the samples of the sites of these pages; none if `least` is 0."""
        return SpooledSamples(self, self._sampler, least)


class SpooledSamples(Samples):
    """Samples of pages in a spool; see `reuse.samples.Samples`."""

    def __init__(self, spool: Spool, sampler: Sampler, least: int) -> None:
        self._spool = spool
        self._rows = sampler.rows(least) if least else {}
        self._sizes = sampler.sizes()

    def groups(self, sites: Collection[str] | None = None) -> Iterator[Texts]:
        """Yield the sampled pages of all sites, or of some, in the order of these, some sites at a time."""
        wanted = (site for site in self._rows if sites is None or site in sites)
        for some in together(wanted, self._sizes):
            yield self._spool.take([row for site in some for row in self._rows[site]])


def _some(
    items: Iterator[Document | Unreadable | Notice],
) -> Iterator[Document | Unreadable | Notice]:
    """Yield as many items as make a block."""
    size = 0
    for item in islice(items, _BLOCK):
        yield item
        size += len(item.content) if isinstance(item, Document) else 0
        if size > _CHARACTERS:
            return


def _are_kept(texts: Texts) -> bool:
    """Tell whether the web pages among documents are on disk: a power cut can take what was written first."""
    originals = (document.original for document in texts.documents)
    return all(original.is_whole() for original in originals if isinstance(original, Original))


def _kept(document: Document) -> list[Any]:
    """Return where the original of a document is kept, and the fields of the document."""
    original = document.original
    return [original.place if isinstance(original, Original) else None, *plain(document)]
