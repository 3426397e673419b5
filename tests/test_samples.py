"""Which documents are the sample of a site, by which its boilerplate is known.

Covers: ``reuse/samples.py``. Compares against: all documents sorted at once.
Run: ``pytest tests/test_samples.py``
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse import samples
from reuse.samples import HeldSamples, Sampler, address_key, together
from reuse.texts import lay_out
from reuse.values import Document, Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

laws = settings(derandomize=True, deadline=None, max_examples=200)

SITES = ["a.example", "b.example", "c.example"]


class Page:
    """A page by its site, the number of its address, what follows its "#", and its text."""

    def __init__(self, site: str | None, number: int, part: str, text: str) -> None:
        self.url = None if site is None else f"https://www.{site}/{number}{part}"
        self.site, self.text = site, text

    def __repr__(self) -> str:
        return f"Page({self.url}, {self.text!r})"


pages = st.builds(
    Page,
    st.sampled_from([*SITES, None]),
    st.integers(0, 6),
    st.sampled_from(["", "#top", "#end"]),
    st.text("ab", max_size=4),
)


def texts_of(some: Sequence[Page]) -> Texts:
    documents = [Document(str(row), "", "p", url=page.url) for row, page in enumerate(some)]
    laid_out = lay_out([page.text for page in some])
    return Texts(tuple(documents), laid_out.values, laid_out.offsets, laid_out.replaced, (), ())


def sampled(some: Sequence[Page], most: int, largest: int, least: int) -> dict[str, list[str]]:
    """Return the texts of each site's sample: sort everything."""
    of_address: dict[str, dict[bytes, list[str]]] = defaultdict(lambda: defaultdict(list))
    for page in some:
        if page.site is not None and page.url is not None and len(page.text) <= largest:
            key = hashlib.sha256(page.url.partition("#")[0].encode()).digest()[:16]
            of_address[page.site][key].append(page.text)
    return {
        site: [
            min(texts, key=lambda text: hashlib.sha256(text.encode()).digest())
            for _, texts in sorted(held.items())[:most]
        ]
        for site, held in sorted(of_address.items())
        if min(len(held), most) >= least
    }


@laws
@given(
    st.lists(pages, max_size=30),
    st.integers(1, 5),
    st.integers(0, 4),
    st.integers(1, 4),
    st.integers(1, 9),
    st.randoms(use_true_random=False),
)
def test_a_sample_is_that_of_a_sort_over_everything_in_any_order_and_any_batches(
    some: list[Page], most: int, largest: int, least: int, size: int, random: Random
) -> None:
    expected = sampled(some, most, largest, least)
    random.shuffle(some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "SAMPLE", most)
        patch.setattr(samples, "LARGEST", largest)
        sampler = Sampler()
        for begin in range(0, len(some), size):
            sampler.add(texts_of(some[begin : begin + size]))
        rows = sampler.rows(least)
        assert {site: [some[row].text for row in held] for site, held in rows.items()} == expected
        assert list(rows) == sorted(rows)
        sizes = sampler.sizes()
        assert {site: sizes[site] for site in expected} == {
            site: sum(map(len, texts)) for site, texts in expected.items()
        }
        held = HeldSamples(texts_of(some), least)
    found = [group[row] for group in held.groups() for row in range(len(group))]
    assert found == [text for texts in expected.values() for text in texts]


@laws
@given(st.lists(pages, max_size=30), st.integers(1, 5), st.integers(1, 9), st.randoms(use_true_random=False))
def test_what_several_chose_makes_the_sample_of_all(
    some: list[Page], most: int, size: int, random: Random
) -> None:
    names = np.array(random.sample(range(10**9), len(some)), np.int64) << 32
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "SAMPLE", most)
        whole, chosen, merged = Sampler(), [], Sampler()
        whole.add(texts_of(some), names)
        for begin in range(0, len(some), size):
            part = Sampler()
            part.add(texts_of(some[begin : begin + size]), names[begin : begin + size])
            chosen += [(site, *each) for site, of_site in part.sites.items() for each in of_site.items()]
        random.shuffle(chosen)
        for each in chosen:
            merged.take_in(*each)
        assert merged.rows(least=1) == whole.rows(least=1)
        assert merged.sizes() == whole.sizes()


@laws
@given(st.lists(pages, max_size=20), st.sets(st.sampled_from(SITES)), st.integers(0, 12))
def test_samples_come_some_sites_at_a_time_and_each_site_whole(
    some: list[Page], asked: set[str], at_a_time: int
) -> None:
    expected = sampled(some, 200, 4, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "_BYTES_AT_A_TIME", at_a_time)
        held = HeldSamples(texts_of(some), 1)
        for sites in (None, asked):
            groups = list(held.groups(sites))
            seen = [{document.site for document in group.documents} for group in groups]
            wanted = [site for site in expected if sites is None or site in sites]
            assert [site for of_group in seen for site in sorted(map(str, of_group))] == wanted
            for group, of_group in zip(groups, seen, strict=True):
                assert len(group.values) <= at_a_time or len(of_group) == 1


@given(st.lists(st.integers(0, 9), max_size=9), st.integers(0, 20))
def test_together_cuts_and_loses_nothing(sizes: list[int], at_a_time: int) -> None:
    sites = [str(number) for number in range(len(sizes))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "_BYTES_AT_A_TIME", at_a_time)
        groups = list(together(sites, dict(zip(sites, sizes, strict=True))))
    assert [site for group in groups for site in group] == sites
    assert all(groups)
    # Each group is as large as it may be.
    for group, following in pairwise(groups):
        assert sum(sizes[int(site)] for site in [*group, following[0]]) > at_a_time


def test_without_a_least_there_is_no_sample() -> None:
    assert list(HeldSamples(texts_of([Page("a.example", 1, "", "a")]), 0).groups()) == []


@given(st.text(max_size=20))
def test_any_address_has_a_key(url: str) -> None:
    one = Document("a", "", "a", url=url)
    assert len(address_key(one)) == 16
    assert address_key(one) == address_key(one._replace(id="b", url=f"{url.partition('#')[0]}#x"))


def test_a_sampler_is_quick_and_small_on_a_site_of_many_pages() -> None:
    few = lay_out(["x"] * 1000)
    sampler = Sampler()
    begin = time.process_time()
    for part in range(50):
        documents = tuple(
            Document(f"{part}-{row}", "", "p", url=f"https://big.example/{part}/{row}") for row in range(1000)
        )
        sampler.add(Texts(documents, few.values, few.offsets, few.replaced, (), ()))
    assert time.process_time() - begin < 2
    assert [len(held) for held in sampler.sites.values()] == [200]
    assert [len(held) for held in sampler._largest.values()] == [200]
