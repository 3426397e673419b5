"""Every detector of near-duplicates behind one face: texts in, verified pairs out.

Each peer is set up as somebody who knows it would for this task, pairs of resemblance .5 and more (Jaccard's
index of the sets of 5-word shingles): the fewest bands and rows that reach a recall of .95 on the corpus, its
fastest way in, its fastest hash. What a peer does not do itself is done here, as cheaply as Python and numpy
allow, and is part of its time: words and shingles, banding of bare signatures, and the exact count of each
candidate pair.
"""

from __future__ import annotations

import itertools
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

LEAST = 0.5  # resemblance
SHINGLE = 5  # words
SEED = 42
#: Of those that reach a recall of .95 on the corpus this takes the fewest hashes.
BANDS, ROWS = 7, 2

_BLOCK = 1_000  # documents whose words are hashed together
_PLAIN = bytes(
    byte | 32 if 65 <= byte <= 90 else byte if chr(byte).isalnum() or byte == 95 else 32 for byte in range(128)
) + bytes(128)
_WORDS = re.compile(r"\w+").findall
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of documents, left < right.

    Attributes
    ----------
    pairs : int array of two columns
        What the detector reports.
    candidates : int
        Pairs that were counted for it; 0 where it does that itself.
    verifying : float
        Seconds the counting took.
    """

    pairs: NDArray[np.int64]
    candidates: int = 0
    verifying: float = 0.0


@dataclass(frozen=True, slots=True)
class Shingles:
    """64-bit hashes of every document's shingles, one document after another, in the order of the text."""

    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint64]

    def __getitem__(self, row: int) -> NDArray[np.uint64]:
        return self.hashes[self.starts[row] : self.starts[row + 1]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is made before the clock starts where shingling is taken out."""

    given: Any  # shingles in the form that the detector takes
    shingles: Shingles  # for counting


@dataclass(frozen=True, slots=True)
class Detector:
    """One way to find the pairs. Both ways in are told the number of cores.

    Attributes
    ----------
    find : callable
        From texts.
    shingled : callable or None
        From shingles made by `prepare`; None where the detector takes nothing but text.
    """

    name: str
    package: str
    modules: tuple[str, ...]
    settings: str
    find: Callable[[list[str], int], Found]
    prepare: Callable[[list[str]], Any] | None = None
    shingled: Callable[[Prepared, int], Found] | None = None


# --- what peers leave to their users ----------------------------------------------------------


def words(text: str) -> list[bytes]:
    r"""Return the lower-cased runs of ``\w``; ASCII without a regular expression, four times as fast."""
    if text.isascii():
        return text.encode().translate(_PLAIN).split()
    return [word.encode() for word in _WORDS(text.lower())]


def joined(text: str) -> list[bytes]:
    """Return the shingles as bytes, in the order of the text."""
    own = words(text)
    return list(map(b" ".join, zip(own, own[1:], own[2:], own[3:], own[4:], strict=False)))


def hashed(texts: Sequence[str]) -> Shingles:
    """Hash the shingles of documents: Python hashes the words, numpy mixes the hashes of five."""
    pieces, sizes = [np.empty(0, np.uint64)], []
    for first in range(0, len(texts), _BLOCK):
        lengths, block = [], []
        for text in texts[first : first + _BLOCK]:
            own = words(text)
            lengths.append(len(own))
            block.append(np.fromiter(map(hash, own), np.int64, len(own)))
        word = np.concatenate(block).view(np.uint64)
        places = max(len(word) - SHINGLE + 1, 0)
        mixed = np.zeros(places, np.uint64)
        for at in range(SHINGLE):
            mixed *= _FACTOR
            mixed += word[at : at + places]
        mixed ^= mixed >> np.uint64(32)
        mixed *= _FACTOR
        mixed ^= mixed >> np.uint64(29)
        # No shingle begins at the last words of a document.
        ends = np.cumsum(lengths)[:, np.newaxis] - np.arange(1, SHINGLE)
        within = np.ones(len(word), np.bool_)
        within[ends[ends >= 0]] = False
        pieces.append(mixed[within[:places]])
        sizes += [max(length - SHINGLE + 1, 0) for length in lengths]
    return Shingles(np.concatenate(pieces), np.cumsum([0, *sizes]).astype(np.uint64))


def banded(signatures: NDArray[Any], bands: int, rows: int) -> NDArray[np.int64]:
    """Return the pairs of rows with one band alike, each once."""
    found = [np.empty(0, np.int64)]
    for band in range(bands):
        keys = np.zeros(len(signatures), np.uint64)
        for column in range(band * rows, (band + 1) * rows):
            keys = (keys ^ (keys >> np.uint64(29))) * _FACTOR + signatures[:, column].astype(np.uint64)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        place = np.arange(len(keys))
        for lag in itertools.count(1):
            place = place[place + lag < len(keys)]
            place = place[keys[place] == keys[place + lag]]
            if not len(place):
                break
            found.append(order[place] * len(keys) + order[place + lag])
    pairs = np.unique(np.concatenate(found))
    return np.stack(np.divmod(pairs, max(len(signatures), 1)), axis=1)


def _distinct(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return them sorted and each once, in a third of the time that `np.unique` takes for so few."""
    ordered = np.sort(values)
    return np.concatenate([ordered[:1], ordered[1:][ordered[1:] != ordered[:-1]]])


def _counted(pairs: Iterable[tuple[int, int]] | NDArray[np.int64], source: list[str] | Shingles) -> Found:
    """Count every candidate pair; shingles are made for their documents alone if there are none yet."""
    begin = time.perf_counter()
    rows = pairs if isinstance(pairs, np.ndarray) else np.array(list(pairs), np.int64).reshape(-1, 2)
    documents = np.unique(rows)
    if isinstance(source, Shingles):
        sets = [_distinct(source[row]) for row in documents.tolist()]
    else:
        shingles = hashed([source[row] for row in documents.tolist()])
        sets = [_distinct(shingles[row]) for row in range(len(documents))]
    kept = np.zeros(len(rows), np.bool_)
    places = np.searchsorted(documents, rows)
    for at, (left, right) in enumerate(places.tolist()):
        both = np.sort(np.concatenate([sets[left], sets[right]]))
        shared = int(np.count_nonzero(both[1:] == both[:-1]))
        kept[at] = shared > 0 and shared >= LEAST * (len(both) - shared)
    return Found(rows[kept], len(rows), time.perf_counter() - begin)


# --- datasketch -------------------------------------------------------------------------------


def _datasketch(
    shingles: Iterable[list[bytes]], hashing: Callable[[bytes], int] | None
) -> set[tuple[int, int]]:
    """Ask the index for each document's likes before it goes in; `hashing` None is the default, SHA-1."""
    datasketch = import_module("datasketch")
    index = datasketch.MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    pairs: set[tuple[int, int]] = set()
    sketches = datasketch.MinHash.generator(shingles, num_perm=BANDS * ROWS, hashfunc=hashing)
    for row, sketch in enumerate(sketches):
        pairs.update((earlier, row) for earlier in index.query(sketch))
        index.insert(row, sketch, check_duplication=False)
    return pairs


def _fastest_hash() -> Callable[[bytes], int]:
    """Return xxhash's: mmh3, CRC-32 and FarmHash took 1.1 to 1.8 times as long in all."""
    hashing: Callable[[bytes], int] = import_module("xxhash").xxh32_intdigest
    return hashing


def _datasketch_sha1(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(map(joined, texts), None), texts)


def _datasketch_fastest(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(map(joined, texts), _fastest_hash()), texts)


def _datasketch_sha1_shingled(prepared: Prepared, cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(prepared.given, None), prepared.shingles)


def _datasketch_fastest_shingled(prepared: Prepared, cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(prepared.given, _fastest_hash()), prepared.shingles)


# --- rensa ------------------------------------------------------------------------------------


def _rensa_pairs(shingles: Shingles) -> NDArray[np.int64]:
    """Sketch from hashes, which it takes eight times as fast as strings, and band the matrix.

    Its own index gives a flag per document and no pairs, or takes one object for each document.
    """
    sketch = import_module("rensa").RMinHash.digest_matrix_from_flat_token_hashes
    matrix = sketch(shingles.hashes, shingles.starts, BANDS * ROWS, SEED)
    return banded(np.array(matrix.to_rows(), np.uint32), BANDS, ROWS)


def _rensa(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    shingles = hashed(texts)
    return _counted(_rensa_pairs(shingles), shingles)


def _rensa_shingled(prepared: Prepared, cores: int) -> Found:  # noqa: ARG001
    return _counted(_rensa_pairs(prepared.given), prepared.shingles)


# --- gaoya ------------------------------------------------------------------------------------


def _gaoya(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    """Tokenise and sketch in Rust, then band: `par_bulk_query` would tokenise and sketch all texts once more.

    Its words end at white space, so that punctuation is part of them.
    """
    index = import_module("gaoya.minhash").MinHashStringIndex(
        hash_size=32, num_bands=BANDS, band_size=ROWS, analyzer="word", lowercase=True, ngram_range=(5, 5)
    )
    signatures = index.minhash_index.bulk_hash_docs(texts)
    return _counted(banded(np.array(signatures, np.uint32), BANDS, ROWS), texts)


# --- FastSketchLSH ----------------------------------------------------------------------------

_FAST_SIZE, _FAST_BANDS = 16, 8  # a power of two, and a divisor of it


def _fastsketch_pairs(shingles: Shingles, cores: int) -> NDArray[np.int64]:
    """Sketch from hashes, and ask the index, both in one call for all documents."""
    module = import_module("FastSketchLSH")
    sketcher = module.FastSimilaritySketch(size=_FAST_SIZE, seed=SEED)
    sketches = sketcher.batch_csr(shingles.hashes, shingles.starts, prehashed=True, num_threads=cores)
    index = module.LSH(num_perm=_FAST_SIZE, num_bands=_FAST_BANDS, num_threads=cores)
    index.insert(sketches)
    flat, starts = index.query(sketches, format="csr")
    left = np.repeat(np.arange(len(sketches)), np.diff(starts.astype(np.int64)))
    right = flat.astype(np.int64)
    pairs: NDArray[np.int64] = np.stack([left, right], axis=1)[left < right]
    return pairs


def _fastsketch(texts: list[str], cores: int) -> Found:
    shingles = hashed(texts)
    return _counted(_fastsketch_pairs(shingles, cores), shingles)


def _fastsketch_shingled(prepared: Prepared, cores: int) -> Found:
    return _counted(_fastsketch_pairs(prepared.given, cores), prepared.shingles)


# --- text-dedup -------------------------------------------------------------------------------


def _text_dedup(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    """Sketch with its function and fill its tables, as its `main` does without the files in between.

    Its `main` joins each bucket to one of its members; here all pairs of a bucket are counted.
    """
    module = import_module("text_dedup.minhash")
    prime = np.uint32((1 << 32) - 5)
    rng = np.random.RandomState(SEED)
    size = BANDS * ROWS
    permutations = (
        rng.randint(1, prime, size=size, dtype=np.uint32),
        rng.randint(0, prime, size=size, dtype=np.uint32),
    )
    ranges = [(band * ROWS, (band + 1) * ROWS) for band in range(BANDS)]
    tables: list[defaultdict[bytes, set[int]]] = [defaultdict(set) for _ in range(BANDS)]
    for row, text in enumerate(texts):
        embedded = module.embed_func(
            text,
            row,
            num_perm=size,
            ngram_size=SHINGLE,
            min_length=SHINGLE,
            hashranges=ranges,
            permutations=permutations,
            hash_func=module.xxh3_32hash,
            dtype=np.uint32,
            max_hash=np.uint32((1 << 32) - 1),
            modulo_prime=prime,
        )
        for table, key in zip(tables, embedded[module.SIGNATURE_COLUMN], strict=True):
            table[key].add(row)
    pairs = {
        pair
        for table in tables
        for bucket in table.values()
        if len(bucket) > 1
        for pair in itertools.combinations(sorted(bucket), 2)
    }
    return _counted(pairs, texts)


# --- ours -------------------------------------------------------------------------------------


def _reuse(texts: list[str], cores: int) -> Found:
    from reuse.options import Options
    from reuse.pipeline import near_duplicates
    from reuse.texts import extract
    from reuse.values import Document

    extracted = extract(Document(str(row), text, "") for row, text in enumerate(texts))
    scores = near_duplicates(extracted, Options(threads=cores))
    # Documents without a text have no row: the others keep the number they came with as their id.
    numbers = np.array([int(document.id) for document in extracted.documents], np.int64)
    return Found(np.sort(numbers[np.stack([scores.source, scores.page], axis=1)], axis=1))


def _reuse_shingled(prepared: Prepared, cores: int) -> Found:
    from reuse.options import Options

    # TODO: give the hashes in the form that the function takes, and import it as above.
    near_duplicates_of_sets = import_module("reuse.pipeline").near_duplicates_of_sets
    scores = near_duplicates_of_sets(prepared.given, Options(threads=cores))
    return Found(np.sort(np.stack([scores.source, scores.page], axis=1).astype(np.int64), axis=1))


OURS = "reuse"
DETECTORS = {
    detector.name: detector
    for detector in (
        Detector(OURS, "textreuse", ("reuse.pipeline",), "defaults", _reuse, hashed, _reuse_shingled),
        Detector(
            "datasketch, SHA-1",
            "datasketch",
            ("datasketch",),
            f"affine32, {BANDS} x {ROWS}",
            _datasketch_sha1,
            lambda texts: list(map(joined, texts)),
            _datasketch_sha1_shingled,
        ),
        Detector(
            "datasketch, xxHash",
            "datasketch",
            ("datasketch", "xxhash"),
            f"affine32, xxh32, {BANDS} x {ROWS}",
            _datasketch_fastest,
            lambda texts: list(map(joined, texts)),
            _datasketch_fastest_shingled,
        ),
        Detector(
            "rensa",
            "rensa",
            ("rensa",),
            f"RMinHash of hashes, {BANDS} x {ROWS}",
            _rensa,
            hashed,
            _rensa_shingled,
        ),
        Detector("gaoya", "gaoya", ("gaoya.minhash",), f"32 bits, {BANDS} x {ROWS}", _gaoya),
        Detector(
            "FastSketchLSH",
            "FastSketchLSH",
            ("FastSketchLSH",),
            f"of hashes, {_FAST_BANDS} x {_FAST_SIZE // _FAST_BANDS}",
            _fastsketch,
            hashed,
            _fastsketch_shingled,
        ),
        Detector(
            "text-dedup", "text-dedup", ("text_dedup.minhash",), f"32 bits, xxh3, {BANDS} x {ROWS}", _text_dedup
        ),
    )
}
