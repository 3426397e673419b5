"""What both implementations of the kernels promise, and the arrays that tests hand them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import settings
from numpy.typing import NDArray

from tests.reference.ragged import flat, offsets_of, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Bytes = NDArray[np.uint8]
Hashes = NDArray[np.uint64]
Ids = NDArray[np.int32]
Offsets = NDArray[np.int64]
Minima = NDArray[np.uint32]

THREADS = (1, 2, 8)

#: What the loops written for AVX-512 take of a processor, as Linux calls it.
AVX512 = {"avx512bw", "avx512vl", "avx512vbmi", "avx512_vbmi2", "bmi2"}
CPUINFO = Path("/proc/cpuinfo")

# The same examples on every run, and no clock: a slow machine is no failure.
laws = settings(derandomize=True, deadline=None, max_examples=60)
differential = settings(derandomize=True, deadline=None, max_examples=200)


class Kernels(Protocol):
    """The functions of `reuse.kernels` and of `tests.reference`; each tells its results by name."""

    def most_bytes(self, contents: list[bytes | str], /) -> int:
        """Return how many bytes the contents take in UTF-8 at most."""

    def lay(self, contents: list[bytes | str], first: int, memory: Bytes, begin: int, /) -> Offsets:
        """Return the lengths of the texts laid out."""

    def tokenize(
        self, text: Bytes, offsets: Offsets, wanted: Bytes, threads: int, /
    ) -> tuple[Hashes, Ids, Ids, Bytes, Offsets, Offsets]:
        """Return hash, begin, end, flags, token_offsets, replaced."""

    def sketch(
        self,
        text: Bytes,
        offsets: Offsets,
        k: int,
        character_k: int,
        window: int,
        factors: Minima,
        summands: Minima,
        threads: int,
        /,
    ) -> tuple[Offsets, Hashes, Offsets, Bytes, Minima]:
        """Return tokens, hash and offsets of the fingerprints, empty, minima."""

    def shingle_sets(
        self, text: Bytes, offsets: Offsets, wanted: Bytes, k: int, character_k: int, threads: int, /
    ) -> tuple[Hashes, Offsets]:
        """Return hash, offsets."""

    def standing(
        self,
        text: Bytes,
        offsets: Offsets,
        rows: Ids,
        site_offsets: Offsets,
        k: int,
        character_k: int,
        least_pages: int,
        one_in: int,
        least_own: int,
        most_times: int,
        threads: int,
        /,
    ) -> tuple[Hashes, Ids, Offsets]:
        """Return hash, pages, offsets."""

    def among(
        self,
        text: Bytes,
        offsets: Offsets,
        wanted: Bytes,
        hashes: Hashes,
        k: int,
        character_k: int,
        threads: int,
        /,
    ) -> tuple[Ids, Hashes, Ids, Offsets]:
        """Return distinct, hash, place, offsets."""

    def mark(
        self,
        text: Bytes,
        offsets: Offsets,
        sets: Ids,
        hashes: Hashes,
        hash_offsets: Offsets,
        own: Hashes,
        k: int,
        character_k: int,
        least: int,
        character_least: int,
        threads: int,
        /,
    ) -> tuple[Ids, Ids, Ids, Offsets]:
        """Return begin, end, words, offsets."""

    def blank(
        self, text: Bytes, offsets: Offsets, begin: Ids, end: Ids, stretch_offsets: Offsets, threads: int, /
    ) -> tuple[Bytes, Offsets, Bytes, Offsets]:
        """Return text, offsets, kept, kept_offsets."""

    def sign(
        self, hashes: Hashes, offsets: Offsets, factors: Minima, summands: Minima, threads: int, /
    ) -> Minima:
        """Return the signatures, one after another."""

    def bands(
        self, minima: Minima, empty: Bytes, permutations: int, bands: int, rows: int, threads: int, /
    ) -> tuple[Hashes, Offsets]:
        """Return hash, offsets."""

    def frequent(
        self,
        text: Bytes,
        offsets: Offsets,
        wanted: Bytes,
        words: Bytes,
        word_offsets: Offsets,
        middle: int,
        characters: int,
        least: int,
        threads: int,
        /,
    ) -> Bytes:
        """Return a 1 for each text in whose middle the words stand often."""

    def members(self, hash: Hashes, known: Hashes, threads: int, /) -> Bytes:  # noqa: A002 (as it is called)
        """Return a 1 for each hash that is among those known."""

    def shingles_among(
        self,
        hash: Hashes,  # noqa: A002 (as it is called)
        flags: Bytes,
        offsets: Offsets,
        wanted: Bytes,
        known: Hashes,
        k: int,
        character_k: int,
        threads: int,
        /,
    ) -> Offsets:
        """Return the tokens from which on there is a shingle that is among those known."""

    def ordered(self, hash: Hashes, row: Ids, /) -> tuple[Hashes, Ids]:  # noqa: A002 (as it is called)
        """Return hash, row."""

    def overlap(
        self,
        left: Hashes,
        left_offsets: Offsets,
        right: Hashes,
        right_offsets: Offsets,
        left_row: Ids,
        right_row: Ids,
        threads: int,
        /,
    ) -> Ids:
        """Return shared."""

    def join(
        self,
        source: Hashes,
        source_offsets: Offsets,
        page: Hashes,
        page_offsets: Offsets,
        source_rank: Ids,
        common: Hashes,
        max_articles: int,
        few: int,
        min_shared: int,
        single_hits: int,
        long_run: int,
        threads: int,
        /,
    ) -> tuple[Ids, Ids, Ids, Offsets, int, int]:
        """Return source, page, shared, rarity, pairs, capped."""

    def collide(
        self,
        source: Hashes,
        source_offsets: Offsets,
        page: Hashes,
        page_offsets: Offsets,
        within: bool,  # noqa: FBT001
        max_bucket: int,
        threads: int,
        /,
    ) -> tuple[Ids, Ids, Ids, int]:
        """Return source, page, shared, overfull."""

    def key_terms(
        self,
        text: Bytes,
        offsets: Offsets,
        words: Hashes,
        root: Hashes,
        rarity: Bytes,
        most: int,
        characters: int,
        unknown: int,
        letter: int,
        repeats: int,
        place: int,
        threads: int,
        /,
    ) -> tuple[Hashes, Offsets]:
        """Return hash, offsets."""

    def retrieve(
        self,
        term: Hashes,
        term_offsets: Offsets,
        source: Ids,
        source_key: Hashes,
        page: Hashes,
        page_offsets: Offsets,
        documents: int,
        max_articles: int,
        min_shared: int,
        most: int,
        threads: int,
        /,
    ) -> tuple[Ids, Ids, Ids, NDArray[np.float64], int, int]:
        """Return source, page, shared, score, pairs, capped."""

    def shared_runs(
        self,
        source: Hashes,
        source_offsets: Offsets,
        page: Hashes,
        page_offsets: Offsets,
        source_row: Ids,
        page_row: Ids,
        minimum: int,
        threads: int,
        /,
    ) -> tuple[Offsets, Ids, Ids, Ids, Ids]:
        """Return offsets, source_begin, page_begin, length, longest."""

    def passages(
        self,
        source: Hashes,
        source_flags: Bytes,
        source_offsets: Offsets,
        page: Hashes,
        page_flags: Bytes,
        page_offsets: Offsets,
        source_row: Ids,
        page_row: Ids,
        run_offsets: Offsets,
        run_source: Ids,
        run_page: Ids,
        run_length: Ids,
        rewritten: Bytes,
        words: Hashes,
        rarity: Bytes,
        min_run: int,
        bridge: int,
        edited: float,
        block: int,
        most_places: int,
        start: float,
        accept: float,
        accept_alone: float,
        drop: float,
        survival: float,
        least_survival: float,
        most_survival: float,
        least_words: int,
        threads: int,
        /,
    ) -> tuple[Offsets, Ids, Ids, Ids, Ids, Ids, Ids, Bytes, Bytes]:
        """Return offsets, source_token, source_words, page_token, words, equal, quoted, kind, moved."""

    def differences(
        self,
        source: Hashes,
        source_offsets: Offsets,
        page: Hashes,
        page_offsets: Offsets,
        source_row: Ids,
        page_row: Ids,
        source_token: Ids,
        source_words: Ids,
        page_token: Ids,
        words: Ids,
        cells: int,
        chance: int,
        beside: int,
        threads: int,
        /,
    ) -> tuple[Offsets, Bytes, Ids, Ids, Ids, Ids]:
        """Return offsets, kind, source_begin, source_end, page_begin, page_end."""


def texts(*documents: str | bytes) -> tuple[Bytes, Offsets]:
    """Return documents as ragged bytes."""
    contents = [document.encode() if isinstance(document, str) else document for document in documents]
    return np.frombuffer(b"".join(contents), dtype=np.uint8), offsets_of(contents)


def all_texts(*documents: str | bytes) -> tuple[Bytes, Offsets, Bytes]:
    """Return documents as ragged bytes, all of them wanted."""
    return (*texts(*documents), np.ones(len(documents), np.uint8))


def hashes(lists: Sequence[Sequence[int]]) -> tuple[Hashes, Offsets]:
    """Return rows of hashes as a ragged array."""
    return flat(lists, np.uint64), offsets_of(lists)


def permutations(size: int, seed: int = 1) -> tuple[Minima, Minima]:
    """Return factors and summands as datasketch draws them."""
    factors, summands = MinHash(num_perm=size, seed=seed).permutations
    return np.ascontiguousarray(factors), np.ascontiguousarray(summands)


def ids(values: Sequence[int]) -> Ids:
    """Return row numbers as an array."""
    return np.array(values, dtype=np.int32)


def all_pairs(left: int, right: int) -> tuple[Ids, Ids]:
    """Return every pair of rows of two sides."""
    pairs = [(i, j) for i in range(left) for j in range(right)]
    return ids([i for i, _ in pairs]), ids([j for _, j in pairs])


def words(kernels: Kernels, document: str | bytes) -> list[int]:
    """Return the token hashes of a document."""
    token_hash, _, _, _, offsets, _ = kernels.tokenize(*all_texts(document), 1)
    return row_lists(token_hash, offsets)[0]


def row_lists(values: NDArray[Any], offsets: Offsets) -> list[list[int]]:
    """Return the rows of a kernel's output, after checking that the offsets are sound."""
    assert offsets.dtype == np.int64
    assert offsets[0] == 0
    assert (np.diff(offsets) >= 0).all()
    assert offsets[-1] == len(values)
    return rows(values, offsets)


def assert_same(native: Callable[..., object], twin: Callable[..., object], *arguments: object) -> None:
    """Assert that a native kernel gives its twin's results, dtypes included, for any number of threads."""
    expected = results(twin(*arguments, 1))
    for threads in THREADS:
        got = results(native(*arguments, threads))
        assert len(got) == len(expected)
        for number, (left, right) in enumerate(zip(got, expected, strict=True)):
            place = f"result {number}, {threads} threads"
            assert type(left) is type(right), place
            assert getattr(left, "dtype", None) == getattr(right, "dtype", None), place
            np.testing.assert_array_equal(left, right, err_msg=place, strict=True)


def assert_same_without_avx512(program: str) -> None:
    """Assert that a program prints the same where the kernels are denied AVX-512."""
    if not (CPUINFO.exists() and set(CPUINFO.read_text().split()) >= AVX512):
        pytest.skip("the processor has no AVX-512")
    printed = [
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | more, capture_output=True, check=True
        ).stdout
        for more in ({}, {"REUSE_PORTABLE": "1"})
    ]
    assert printed[0] == printed[1] != b""


def results(output: object) -> tuple[object, ...]:
    """Return what a kernel gave as a tuple."""
    return output if isinstance(output, tuple) else (output,)
