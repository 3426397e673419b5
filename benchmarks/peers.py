"""Every detector of near-duplicates behind one face: texts in, verified pairs out.

Each finds pairs of resemblance .5 and more (Jaccard's index of the sets of 5-word shingles), in three ways:

*documented*, as its documentation shows, in bulk where it has that, with the fastest hash, and with signatures
of 128 values, which all of them take by default or in their examples, in the bands that find .996 of the pairs
at .5;

*promised*, the same with our plan of bands, which promises .95 of the pairs at .5 and needs 69 values;

*tuned*, with whatever we could do for it: the fewest bands and rows with which it still finds .95 of this
corpus's pairs, though far fewer of those at .5; hashes instead of strings where it takes them; words, shingles
and bands by bytes and numpy where that is faster than its own.

What a peer does not do itself is done here and is part of its time: words and shingles, and the exact count of
each candidate pair, as cheap as Python and numpy allow in all ways.
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

    from reuse.values import ShingleSets

LEAST = 0.5  # resemblance
SHINGLE = 5  # words
SEED = 42
Plan = tuple[int, int]  # bands, rows
#: Of 128 values; finds a pair of resemblance .5 with a probability of .996.
DOCUMENTED: Plan = (42, 3)
#: Finds a pair of resemblance .5 with a probability of .954: our own plan.
PROMISED: Plan = (23, 3)
#: Finds .97 of this corpus's pairs, and .867 of those at .5: the fewest hashes that reach .95.
FEWEST: Plan = (7, 2)

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
    """One way to find the pairs. All ways in are told the number of cores.

    Attributes
    ----------
    settings : str
        What is the same in all ways.
    find : callable
        From texts, with a plan, as documented.
    tuned : callable
        From texts.
    shingled : callable or None
        From shingles made by `prepare`, tuned; None where the detector takes nothing but text.
    """

    name: str
    package: str
    modules: tuple[str, ...]
    settings: str
    find: Callable[[list[str], int, Plan], Found]
    tuned: Callable[[list[str], int], Found]
    prepare: Callable[[list[str]], Any] | None = None
    shingled: Callable[[Prepared, int], Found] | None = None


# --- what peers leave to their users ----------------------------------------------------------


def words(text: str) -> list[bytes]:
    r"""Return the lower-cased runs of ``\w``; ASCII without a regular expression, four times as fast."""
    if text.isascii():
        return text.encode().translate(_PLAIN).split()
    return [word.encode() for word in _WORDS(text.lower())]


def plainly(text: str) -> list[str]:
    """Return the shingles as anybody would make them."""
    own = _WORDS(text.lower())
    return [" ".join(own[at : at + SHINGLE]) for at in range(len(own) - SHINGLE + 1)]


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
    shingles: Iterable[list[bytes]], hashing: Callable[[bytes], int] | None, plan: Plan
) -> set[tuple[int, int]]:
    """Ask the index for each document's likes before it goes in; `hashing` None is the default, SHA-1."""
    datasketch = import_module("datasketch")
    values = plan[0] * plan[1]
    index = datasketch.MinHashLSH(num_perm=values, params=plan)
    pairs: set[tuple[int, int]] = set()
    sketches = datasketch.MinHash.generator(shingles, num_perm=values, hashfunc=hashing)
    for row, sketch in enumerate(sketches):
        pairs.update((earlier, row) for earlier in index.query(sketch))
        index.insert(row, sketch, check_duplication=False)
    return pairs


def _fastest_hash() -> Callable[[bytes], int]:
    """Return xxhash's: mmh3, CRC-32 and FarmHash took 1.1 to 1.8 times as long in all."""
    hashing: Callable[[bytes], int] = import_module("xxhash").xxh32_intdigest
    return hashing


def _encoded(texts: list[str]) -> Iterable[list[bytes]]:
    return ([shingle.encode() for shingle in plainly(text)] for text in texts)


def _datasketch_sha1(texts: list[str], cores: int, plan: Plan) -> Found:  # noqa: ARG001
    return _counted(_datasketch(_encoded(texts), None, plan), texts)


def _datasketch_sha1_tuned(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(map(joined, texts), None, FEWEST), texts)


def _datasketch_sha1_shingled(prepared: Prepared, cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(prepared.given, None, FEWEST), prepared.shingles)


def _datasketch_fastest(texts: list[str], cores: int, plan: Plan) -> Found:  # noqa: ARG001
    return _counted(_datasketch(_encoded(texts), _fastest_hash(), plan), texts)


def _datasketch_fastest_tuned(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(map(joined, texts), _fastest_hash(), FEWEST), texts)


def _datasketch_fastest_shingled(prepared: Prepared, cores: int) -> Found:  # noqa: ARG001
    return _counted(_datasketch(prepared.given, _fastest_hash(), FEWEST), prepared.shingles)


# --- rensa ------------------------------------------------------------------------------------


def _rensa(texts: list[str], cores: int, plan: Plan) -> Found:  # noqa: ARG001
    """Sketch strings in bulk, and ask the index about each."""
    module = import_module("rensa")
    bands, rows = plan
    sketches = module.RMinHash.from_token_sets(map(plainly, texts), bands * rows, SEED)
    index = module.RMinHashLSH(LEAST, bands * rows, bands)
    index.insert_many(sketches)
    pairs = {
        (row, other) for row, likes in enumerate(index.query_all(sketches)) for other in likes if row < other
    }
    return _counted(pairs, texts)


def _rensa_pairs(shingles: Shingles) -> NDArray[np.int64]:
    """Sketch from hashes, which it takes eight times as fast as strings, and band the matrix."""
    sketch = import_module("rensa").RMinHash.digest_matrix_from_flat_token_hashes
    bands, rows = FEWEST
    matrix = sketch(shingles.hashes, shingles.starts, bands * rows, SEED)
    return banded(np.array(matrix.to_rows(), np.uint32), bands, rows)


def _rensa_tuned(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    shingles = hashed(texts)
    return _counted(_rensa_pairs(shingles), shingles)


def _rensa_shingled(prepared: Prepared, cores: int) -> Found:  # noqa: ARG001
    return _counted(_rensa_pairs(prepared.given), prepared.shingles)


# --- gaoya ------------------------------------------------------------------------------------


def _gaoya_index(plan: Plan) -> Any:
    """Return an index that reports what it estimates at .3 or more; it is counted exactly all the same.

    Its words end at white space, so that punctuation is part of them.
    """
    bands, rows = plan
    make = import_module("gaoya.minhash").MinHashStringIndex
    return make(32, 0.3, bands, rows, analyzer="word", lowercase=True, ngram_range=(SHINGLE, SHINGLE))


def _gaoya(texts: list[str], cores: int, plan: Plan) -> Found:  # noqa: ARG001
    """Insert all, then ask about all, in bulk; its estimate is a filter."""
    index = _gaoya_index(plan)
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    pairs = {
        (row, other) for row, likes in enumerate(index.par_bulk_query(texts)) for other in likes if row < other
    }
    return _counted(pairs, texts)


def _gaoya_tuned(texts: list[str], cores: int) -> Found:  # noqa: ARG001
    """Sketch once, by a method nobody documents, and band: asking would sketch all texts once more."""
    signatures = _gaoya_index(FEWEST).minhash_index.bulk_hash_docs(texts)
    return _counted(banded(np.array(signatures, np.uint32), *FEWEST), texts)


# --- FastSketchLSH ----------------------------------------------------------------------------

# Values, a power of two, and bands, a divisor of it, in place of each plan: a pair of resemblance .5 is found
# with .9999 and .990 (half as many values find .90), and .98 of this corpus's pairs are.
_FAST_PLANS = {DOCUMENTED: (64, 32), PROMISED: (32, 16), FEWEST: (16, 8)}


def _fastsketch_pairs(sketch: Callable[[Any], Any], plan: Plan, cores: int) -> NDArray[np.int64]:
    """Sketch all, and ask the index about all."""
    module = import_module("FastSketchLSH")
    values, bands = _FAST_PLANS[plan]
    sketches = sketch(module.FastSimilaritySketch(size=values, seed=SEED))
    index = module.LSH(num_perm=values, num_bands=bands, num_threads=cores)
    index.insert(sketches)
    flat, starts = index.query(sketches, format="csr")
    left = np.repeat(np.arange(len(sketches)), np.diff(starts.astype(np.int64)))
    right = flat.astype(np.int64)
    pairs: NDArray[np.int64] = np.stack([left, right], axis=1)[left < right]
    return pairs


def _fastsketch_of(shingles: Shingles, cores: int) -> NDArray[np.int64]:
    def sketch(sketcher: Any) -> Any:
        return sketcher.batch_csr(shingles.hashes, shingles.starts, prehashed=True, num_threads=cores)

    return _fastsketch_pairs(sketch, FEWEST, cores)


def _fastsketch(texts: list[str], cores: int, plan: Plan) -> Found:
    def sketch(sketcher: Any) -> Any:
        return sketcher.batch([plainly(text) for text in texts], num_threads=cores)

    return _counted(_fastsketch_pairs(sketch, plan, cores), texts)


def _fastsketch_tuned(texts: list[str], cores: int) -> Found:
    shingles = hashed(texts)
    return _counted(_fastsketch_of(shingles, cores), shingles)


def _fastsketch_shingled(prepared: Prepared, cores: int) -> Found:
    return _counted(_fastsketch_of(prepared.given, cores), prepared.shingles)


# --- text-dedup -------------------------------------------------------------------------------


def _text_dedup_tuned(texts: list[str], cores: int) -> Found:
    return _text_dedup(texts, cores, FEWEST)


def _text_dedup(texts: list[str], cores: int, plan: Plan) -> Found:  # noqa: ARG001
    """Sketch with its function and fill its tables, as its `main` does without the files in between.

    Its `main` joins each bucket to one of its members; here all pairs of a bucket are counted.
    """
    module = import_module("text_dedup.minhash")
    prime = np.uint32((1 << 32) - 5)
    rng = np.random.RandomState(SEED)
    bands, rows = plan
    size = bands * rows
    permutations = (
        rng.randint(1, prime, size=size, dtype=np.uint32),
        rng.randint(0, prime, size=size, dtype=np.uint32),
    )
    ranges = [(band * rows, (band + 1) * rows) for band in range(bands)]
    tables: list[defaultdict[bytes, set[int]]] = [defaultdict(set) for _ in range(bands)]
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


def _reuse(texts: list[str], cores: int, plan: Plan | None = None) -> Found:  # noqa: ARG001
    from reuse.options import Options
    from reuse.pipeline import near_duplicates
    from reuse.texts import lay_out

    pairs = near_duplicates(lay_out(texts), Options(threads=cores))
    return Found(np.stack([pairs.source, pairs.page], axis=1).astype(np.int64))


def _reuse_sets(texts: list[str]) -> ShingleSets:
    from reuse.options import Options
    from reuse.shingles import shingle_sets
    from reuse.texts import lay_out

    return shingle_sets(lay_out(texts), Options())


def _reuse_shingled(prepared: Prepared, cores: int) -> Found:
    from reuse.candidates import find_near_duplicates
    from reuse.options import Options
    from reuse.plan import plan_bands
    from reuse.scores import score
    from reuse.sketches import sign
    from reuse.values import Fingerprints, Sketches

    sets = prepared.given
    plan = plan_bands(Options())
    options = Options(threads=cores, permutations=plan.values)
    none = Fingerprints(np.empty(0, np.uint64), np.zeros(len(sets.offsets), np.int64))
    sketches = Sketches(np.diff(sets.offsets), none, sign(sets, options))
    order = np.arange(len(sketches.words), dtype=np.int32)
    scores = score(find_near_duplicates(sketches, order, plan, options), sets, sets, options)
    scores = scores.take(scores.resemblance >= LEAST)
    return Found(np.stack([scores.source, scores.page], axis=1).astype(np.int64))


OURS = "reuse"
DETECTORS = {
    detector.name: detector
    for detector in (
        Detector(
            OURS, "textreuse", ("reuse.pipeline",), "defaults", _reuse, _reuse, _reuse_sets, _reuse_shingled
        ),
        Detector(
            "datasketch, SHA-1",
            "datasketch",
            ("datasketch",),
            "affine32",
            _datasketch_sha1,
            _datasketch_sha1_tuned,
            lambda texts: list(map(joined, texts)),
            _datasketch_sha1_shingled,
        ),
        Detector(
            "datasketch, xxHash",
            "datasketch",
            ("datasketch", "xxhash"),
            "affine32, xxh32",
            _datasketch_fastest,
            _datasketch_fastest_tuned,
            lambda texts: list(map(joined, texts)),
            _datasketch_fastest_shingled,
        ),
        Detector("rensa", "rensa", ("rensa",), "RMinHash", _rensa, _rensa_tuned, hashed, _rensa_shingled),
        Detector("gaoya", "gaoya", ("gaoya.minhash",), "32 bits", _gaoya, _gaoya_tuned),
        Detector(
            "FastSketchLSH",
            "FastSketchLSH",
            ("FastSketchLSH",),
            "",
            _fastsketch,
            _fastsketch_tuned,
            hashed,
            _fastsketch_shingled,
        ),
        Detector(
            "text-dedup",
            "text-dedup",
            ("text_dedup.minhash",),
            "32 bits, xxh3",
            _text_dedup,
            _text_dedup_tuned,
        ),
    )
}


def settings(detector: Detector, plan: Plan) -> str:
    """Say in a few words what a detector was told."""
    if detector.name == OURS:
        return detector.settings
    values, bands = _FAST_PLANS[plan] if detector.name == "FastSketchLSH" else (plan[0] * plan[1], plan[0])
    return f"{detector.settings} {bands} x {values // bands}".strip()
