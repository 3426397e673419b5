"""Texts: laid out one after another, as long as they can be taken as they are.

Covers: `most_bytes`, `lay`. Compares against: what is known of each content, and the native kernels against
their twins.
Run: ``pytest tests/kernels/test_texts.py``
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.contract import Kernels, differential, laws

pytestmark = pytest.mark.kernels

SURROGATES = {*map(chr, range(0xD800, 0xE000))}
ALLOWED = "\a\b\t\n\v\f\r\x1b"
PLAIN: list[bytes | str] = [
    "one",
    b"two",
    "Größe",
    "Größe".encode(),
    f"a{ALLOWED}",
    "日本.",
    "\ufeffa",
    "\x85!",
    "x" * 5000,
]
ODD: list[bytes | str] = [
    "",
    b"",
    " \n",
    "\u3000",
    "日本",
    "a\0",
    b"a\x7f",
    "a\ud800",
    b"a\xff",
    b"a\xc3",
    b"a\xed\xa0\x80",
    b"a\xc0\x80",
    b"\xef\xbb\xbfa",
    "x" * 5000 + "\x01",
]
content = (
    st.sampled_from(PLAIN + ODD) | st.text(st.characters(codec="utf-8")) | st.binary() | st.text().map(ascii)
)
contents = st.lists(content, max_size=6)


def laid(kernels: Kernels, given: list[bytes | str], begin: int = 0) -> tuple[bytes, list[int]]:
    """Return what was laid out, and the length of each."""
    memory = np.full(begin + 40_000, 255, np.uint8)
    lengths = kernels.lay([b"before", *given], 1, memory, begin)
    assert lengths.dtype == np.int64
    end = begin + int(lengths.sum())
    assert (memory[:begin] == 255).all()
    assert (memory[end:] == 255).all()
    return memory[begin:end].tobytes(), lengths.tolist()


def as_bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


@pytest.mark.parametrize("begin", [0, 7])
def test_plain_texts_are_laid_one_after_another(kernels: Kernels, begin: int) -> None:
    expected = [as_bytes(content) for content in PLAIN]
    assert laid(kernels, PLAIN, begin) == (b"".join(expected), [len(text) for text in expected])


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
def test_it_stops_at_the_first_that_is_not_plain(kernels: Kernels, odd: bytes | str) -> None:
    assert laid(kernels, ["one", odd, "two"]) == (b"one", [3])


@pytest.mark.parametrize("byte", range(128))
def test_which_ascii_is_a_control(kernels: Kernels, byte: int) -> None:
    expected = 32 <= byte < 127 or chr(byte) in ALLOWED
    assert bool(laid(kernels, [f"text{chr(byte)}"])[1]) == expected
    assert bool(laid(kernels, [b"text" * 100 + bytes([byte])])[1]) == expected


def test_nothing_to_lay_out(kernels: Kernels) -> None:
    assert laid(kernels, []) == (b"", [])


@pytest.mark.parametrize(
    ("given", "expected"), [([], 0), ([b"\xff" * 9, "a" * 7], 16), (["\xe9a", "\u65e5a"], 10)]
)
def test_the_most_bytes_that_texts_take(kernels: Kernels, given: list[bytes | str], expected: int) -> None:
    assert kernels.most_bytes(given) == expected


@laws
@given(contents)
def test_there_is_room_for_what_is_laid_out(kernels: Kernels, given: list[bytes | str]) -> None:
    encoded = [as_bytes(content) for content in given if not SURROGATES & set(content)]
    assert sum(map(len, encoded)) <= kernels.most_bytes(given) <= 4 * sum(map(len, given))


@differential
@given(contents)
def test_native_most_bytes_equal_the_reference(
    native: Kernels, reference: Kernels, given: list[bytes | str]
) -> None:
    assert native.most_bytes(given) == reference.most_bytes(given)


def test_memory_that_is_too_small_is_refused(native: Kernels) -> None:
    for begin, size in ((0, 2), (3, 5), (6, 5)):
        with pytest.raises(ValueError, match="memory"):
            native.lay(["one"], 0, np.zeros(size, np.uint8), begin)
    with pytest.raises(TypeError, match="str or bytes"):
        native.lay([1], 0, np.zeros(5, np.uint8), 0)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="str or bytes"):
        native.most_bytes([1])  # type: ignore[list-item]


@laws
@given(contents)
def test_what_is_laid_out_is_utf8_and_not_blank(kernels: Kernels, given: list[bytes | str]) -> None:
    text, lengths = laid(kernels, given)
    begin = 0
    for content, length in zip(given, lengths, strict=False):
        assert text[begin : begin + length] == as_bytes(content)
        assert text[begin : begin + length].decode().strip()
        begin += length


@differential
@given(contents)
def test_native_equals_twin(native: Kernels, reference: Kernels, given: list[bytes | str]) -> None:
    assert laid(native, given) == laid(reference, given)
