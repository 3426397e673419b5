"""What stands on many pages of a site, and texts without it.

Covers: ``reuse/boilerplate.py``, ``reuse/stretches.py``, and what `Texts` keeps of it. Compares against: texts
of which it is known what is boilerplate, the tokens of texts that never had it, the seeds, all of it at once.
Run: ``pytest tests/test_boilerplate.py``
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import lzma
import random
import resource
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse.boilerplate import find_boilerplate, leave_out, of_samples
from reuse.pipeline import judge_pairs
from reuse.pipeline.holding import held
from reuse.samples import HeldSamples
from reuse.stretches import Stretch, Stretches
from reuse.texts import extract, lay_out
from reuse.tokens import tokenize
from reuse.values import Boilerplate, Document, Notice, Texts, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

laws = settings(derandomize=True, deadline=None, max_examples=40)

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
OPTIONS = reuse.Options(threads=1)
NOTHING = extract([])
ORIGINAL, SPUN = "sources/prisons-original.txt", "pages/prisons-spun-copy.txt"
INDEPENDENT = sorted(f"pages/{file.name}" for file in (ROOT / "seeds" / "pages").glob("report-*"))

MENU = "Home News Sport Business Weather\nTravel Culture Opinion Video Live"
BOX = "Sign up for our newsletter and never miss a story from the valley."
NOTICE = (
    "All rights reserved. This material may not be published, broadcast, rewritten or redistributed, in whole "
    "or in part, without the express written permission of the publisher."
)


def prose(name: str, words: int = 100) -> str:
    """Return an article that shares nothing with one of another name, in sentences."""
    sentences = [" ".join(f"{name}{n}" for n in range(begin, begin + 10)) for begin in range(0, words, 10)]
    return ". ".join(sentences) + "."


def page(text: str, site: str | None, number: object) -> Document:
    url = site and f"https://www.{site}/{number}"
    return Document(f"{site}-{number}", text, "pages.jsonl", url=url)


def site_of(bodies: Iterable[str], site: str = "copy.example", *, around: str = "{}") -> list[Document]:
    """Return a page of a site for each body, with the same text around it."""
    return [page(around.format(body), site, number) for number, body in enumerate(bodies)]


def left(texts: Texts, row: int) -> str:
    """Return what of a text is matched."""
    return texts.values[texts.offsets[row] : texts.offsets[row + 1]].tobytes().decode()


def boilerplate_of(
    sources: Texts, pages: Texts, options: reuse.Options, own: Texts | None = None
) -> Boilerplate:
    """Return the boilerplate of an audit; of one corpus, if the same object is given twice."""
    mine = of_samples(HeldSamples(sources, options.boilerplate_pages), options, own)
    if pages is sources:
        return mine
    return find_boilerplate(
        held(sources, options, mine), HeldSamples(pages, options.boilerplate_pages), options
    )


def listed_in(texts: Texts) -> list[Stretch]:
    """Return the list of what was left out of texts."""
    stretches = Stretches()
    stretches.add(texts)
    return list(stretches)


def without(
    pages: Iterable[Document], sources: Iterable[Document] = (), options: reuse.Options = OPTIONS
) -> list[str]:
    """Return what is matched of each page; white space, and marks that stand alone, aside."""
    texts = extract(pages)
    texts = leave_out(texts, boilerplate_of(extract(sources), texts, options), options)
    return [words(left(texts, row)) for row in range(len(texts))]


def words(text: str) -> str:
    return " ".join(part for part in text.split() if any(map(str.isalnum, part)))


# --- laws -------------------------------------------------------------------------------------

piece = st.sampled_from(
    [BOX, NOTICE, MENU, "ein Wort", "漢字かな漢字かな漢字かな漢字", "é", "Read more", prose("x", 40)]
)
content = st.lists(piece, min_size=1, max_size=5).flatmap(
    lambda pieces: st.sampled_from(["\n", " ", "\r\n", " – "]).map(lambda between: between.join(pieces))
)
drawn_pages = st.lists(
    st.tuples(content, st.sampled_from(["a.example", "b.example", None]), st.integers(0, 30)), max_size=14
)


def drawn(rows: Sequence[tuple[str, str | None, int]]) -> list[Document]:
    """Return drawn pages, each with some words of its own."""
    return [page(f"{text}\n{prose(f'own{own}', 80)}", site, row) for row, (text, site, own) in enumerate(rows)]


@laws
@given(drawn_pages)
def test_texts_stay_whole_and_spans_stay_right(rows: list[tuple[str, str | None, int]]) -> None:
    texts = extract(drawn(rows))
    rest = leave_out(texts, boilerplate_of(NOTHING, texts, OPTIONS), OPTIONS)
    assert [rest[row] for row in range(len(rest))] == [texts[row] for row in range(len(texts))]
    assert [*map(bytes, rest.whole(range(len(rest))))] == [*map(bytes, texts.whole(range(len(texts))))]
    before, after = tokenize(texts, OPTIONS), tokenize(rest, OPTIONS)
    assert (before.counts - after.counts).tolist() == rest.words_left_out.tolist()
    for row in range(len(texts)):
        spans = {}
        for tokens in (before, after):
            part = slice(tokens.offsets[row], tokens.offsets[row + 1])
            spans[tokens is before] = list(
                zip(*(c[part].tolist() for c in (tokens.begin, tokens.end, tokens.hash)), strict=True)
            )
        assert set(spans[False]) <= set(spans[True])
        out = [(b, e) for b, e, _ in rest.left_out.stretches(row)] if rest.left_out else []
        inside = {span for span in spans[True] if any(b <= span[0] and span[1] <= e for b, e in out)}
        assert set(spans[True]) - set(spans[False]) == inside


@laws
@given(drawn_pages, st.randoms(use_true_random=False), st.integers(1, 5))
def test_neither_order_nor_batches_nor_threads_matter(
    rows: list[tuple[str, str | None, int]], random: Random, size: int
) -> None:
    documents = drawn(rows)
    texts = extract(documents)
    boilerplate = boilerplate_of(NOTHING, texts, OPTIONS)
    whole = leave_out(texts, boilerplate, OPTIONS)
    expected = {document.id: left(whole, row) for row, document in enumerate(documents)}
    turned = list(documents)
    random.shuffle(turned)
    options = dataclasses.replace(OPTIONS, threads=3)
    again = boilerplate_of(NOTHING, extract(turned), options)
    assert_same(again, boilerplate)
    for begin in range(0, len(turned), size):
        batch = leave_out(extract(turned[begin : begin + size]), again, options)
        for row, document in enumerate(batch.documents):
            assert left(batch, row) == expected[document.id]


def assert_same(one: Boilerplate, other: Boilerplate) -> None:
    assert one.digest() == other.digest()
    assert one.sites == other.sites
    for field in ("hash", "pages", "offsets", "named"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field), strict=True)


@laws
@given(drawn_pages)
def test_without_sites_nothing_is_left_out(rows: list[tuple[str, str | None, int]]) -> None:
    texts = extract(drawn([(text, None, own) for text, _, own in rows]))
    boilerplate = boilerplate_of(texts, extract(drawn([("x", None, 0)])), OPTIONS)
    assert len(boilerplate) == 0
    assert boilerplate.digest() == ""
    assert leave_out(texts, boilerplate, OPTIONS) is texts


def test_where_nothing_of_a_site_is_there_the_texts_are_the_same() -> None:
    pages = extract(site_of(map(prose, "abcde"), around=f"{{}}\n{BOX}"))
    boilerplate = boilerplate_of(NOTHING, pages, OPTIONS)
    others = extract(site_of(map(prose, "xyz")))
    assert len(boilerplate) > 0
    assert leave_out(others, boilerplate, OPTIONS) is others
    assert others.words_left_out.tolist() == [0, 0, 0]
    assert listed_in(others) == []
    assert leave_out(pages, boilerplate, OPTIONS).values is not pages.values


def test_what_is_left_makes_the_shingles_of_a_text_that_never_had_it() -> None:
    halves = [(prose(f"{name}a", 50), prose(f"{name}b", 50)) for name in "pqrstu"]
    texts = extract(site_of("\n".join((first, BOX, second)) for first, second in halves))
    rest = leave_out(texts, boilerplate_of(NOTHING, texts, OPTIONS), OPTIONS)
    clean = tokenize(extract(site_of("\n".join(half) for half in halves)), OPTIONS)
    tokens = tokenize(rest, OPTIONS)
    np.testing.assert_array_equal(tokens.hash, clean.hash)
    np.testing.assert_array_equal(tokens.flags, clean.flags)


def test_a_copy_around_boilerplate_is_judged_as_if_that_were_not_there() -> None:
    article = seed(ORIGINAL)
    half = article.index("\n", len(article) // 2)
    copy = f"{MENU}\n{article[:half]}\n{BOX}\n{article[half:]}\n{NOTICE}"
    pages = extract(
        [
            *site_of(map(prose, "abcdef"), around=f"{MENU}\n{{}}\n{BOX}\n{NOTICE}"),
            page(copy, "copy.example", "x"),
        ]
    )
    sources = extract([page(article, None, 1)])
    rest = leave_out(pages, boilerplate_of(sources, pages, OPTIONS), OPTIONS)
    rows = np.array([0], np.int32), np.array([6], np.int32)
    (before,) = judge_pairs((sources, pages), *rows, OPTIONS)
    (after,) = judge_pairs((sources, rest), *rows, OPTIONS)
    assert (before.verdict, after.verdict) == ("near-duplicate", "identical")
    assert after.page_words == after.source_words
    assert after.page_sha256 == before.page_sha256 == hashlib.sha256(copy.encode()).hexdigest()
    (passage,) = after.passages
    whole = rest[6][passage.page_begin : passage.page_end]
    assert whole.startswith(article[:40].strip())
    assert BOX in whole


# --- what is boilerplate ----------------------------------------------------------------------


@pytest.mark.parametrize("around", [f"{MENU}\n{{}}\n{BOX}\n{NOTICE}", f"{NOTICE} {{}} {NOTICE}", f"{{}} {BOX}"])
def test_what_stands_on_the_pages_of_a_site_is_left_out(around: str) -> None:
    bodies = [prose(name) for name in "abcdef"]
    assert without(site_of(bodies, around=around)) == bodies


def test_five_pages_make_boilerplate_and_four_do_not() -> None:
    pages = site_of(map(prose, "abcde"), around=f"{{}}\n{BOX}")
    assert BOX not in without(pages)[0]
    assert BOX in without(pages[:4])[0]
    three = dataclasses.replace(OPTIONS, boilerplate_pages=3)
    assert BOX not in without(pages[:4], options=three)[0]
    none = dataclasses.replace(OPTIONS, boilerplate_pages=0)
    assert BOX in without(pages, options=none)[0]


def test_pages_of_one_address_are_one_page() -> None:
    pages = site_of(map(prose, "abcd"), around=f"{{}}\n{BOX}")
    again = pages[0]._replace(content=f"{prose('e')}\n{BOX}", url=f"{pages[0].url}#comments")
    assert BOX in without([*pages, again])[0]
    assert BOX not in without([*pages, again._replace(url=f"{pages[0].url}?p=2")])[0]


def test_of_pages_of_one_address_the_order_does_not_decide() -> None:
    pages = [
        page(f"{prose(f'n{number}v{version}x')}\n{box}", "copy.example", number)
        for number in range(8)
        for version, box in enumerate((BOX, NOTICE))
    ]
    found = boilerplate_of(NOTHING, extract(pages), OPTIONS)
    assert_same(boilerplate_of(NOTHING, extract(pages[::-1]), OPTIONS), found)


def test_nothing_changes_where_few_sites_sources_or_pairs_are_held_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    articles = [prose(f"article{number}x", 300) for number in range(6)]
    sources = extract(
        page(f"{article}\n{BOX}", "mine.example", number) for number, article in enumerate(articles)
    )
    pages = extract(
        each
        for number, article in enumerate(articles)
        for each in site_of(
            (f"{prose(f'own{number}n{n}x', 400)}\n{BOX}" for n in range(5)),
            f"s{number}.example",
            around=f"{article if number % 2 else NOTICE}\n{{}}\n{NOTICE if number % 3 else article[:100]}",
        )
    )
    expected = boilerplate_of(sources, pages, OPTIONS)
    assert len(expected.sites) == 7
    monkeypatch.setattr("reuse.samples._BYTES_AT_A_TIME", 1)
    monkeypatch.setattr("reuse.sources._AT_A_TIME", 2)
    monkeypatch.setattr("reuse.boilerplate._PAIRS_AT_A_TIME", 3)
    assert_same(boilerplate_of(sources, pages, OPTIONS), expected)


def test_one_page_in_twenty_must_have_it() -> None:
    bodies = [prose(f"n{number}x") for number in range(120)]
    for count, is_left_out in ((5, False), (6, True)):
        pages = site_of(f"{body}\n{BOX}" if row < count else body for row, body in enumerate(bodies))
        assert (BOX not in without(pages)[0]) == is_left_out


@pytest.mark.parametrize(("own", "is_left_out"), [(20, False), (40, True)])
def test_pages_that_are_nearly_empty_say_nothing(own: int, is_left_out: bool) -> None:  # noqa: FBT001
    bodies = [prose(f"n{number}x", own) for number in range(30)]
    pages = site_of(bodies, around=f"{{}}\n{BOX}")
    assert (BOX not in without(pages)[0]) == is_left_out


def test_a_sample_does_not_depend_on_the_order_of_pages() -> None:
    boxes = [prose(f"box{number}x", 20) for number in range(20)]
    bodies = [f"{prose(f'n{number}x')}\n{boxes[number % 20]}" for number in range(400)]
    pages = site_of(bodies)
    found = boilerplate_of(NOTHING, extract(pages), OPTIONS)
    assert 0 < len(found) < 20 * 16  # boxes on one page in twenty, give or take
    assert_same(boilerplate_of(NOTHING, extract(pages[::-1]), OPTIONS), found)


def test_sites_have_boilerplate_of_their_own() -> None:
    here = site_of(map(prose, "abcde"), "here.example", around=f"{{}}\n{BOX}")
    there = site_of(map(prose, "pqrst"), "there.example", around="{}\n" + NOTICE)
    stray = page(f"{prose('z')}\n{BOX}\n{NOTICE}", "there.example", "stray")
    alone = page(f"{prose('y')}\n{BOX}\n{NOTICE}", "alone.example", "alone")
    result = without([*here, *there, stray, alone])
    assert result[-2:] == [words(f"{prose('z')} {BOX}"), words(f"{prose('y')} {BOX} {NOTICE}")]


@pytest.mark.parametrize("count", [5, 50])
@pytest.mark.parametrize("comments", [0, 20, 100])
def test_copies_of_one_article_are_no_boilerplate(count: int, comments: int) -> None:
    article = prose("a", 300)
    pages = site_of(f"{article}\nPrint\n{prose(f'comment{number}n', comments)}" for number in range(count))
    assert all(article in rest for rest in without(pages))
    # Nor do they hide what is, or are they hidden by it.
    others = [page(prose(name), "copy.example", name) for name in "pqrstuvw"]
    both = [each._replace(content=f"{each.content!s}\n{BOX}") for each in (*pages, *others)]
    result = without(both)
    assert all(article in rest for rest in result[:count])
    assert not any(BOX in rest for rest in result)


@pytest.mark.parametrize("around", ["{}", f"{MENU}\n{{}}\n{NOTICE}"])
def test_an_article_of_the_publisher_is_no_boilerplate(around: str) -> None:
    article = prose("a", 300)
    comments = [prose(f"comment{number}n", 400) for number in range(20)]
    pages = site_of((f"{article}\n{comment}" for comment in comments), around=around)
    # Where nobody wrote it, it is what stands on each page.
    assert without(pages) == comments
    sources = [page(article, "mine.example", 1), page(prose("b", 300), "mine.example", 2)]
    expected = [words(f"{article} {comment}") for comment in comments]
    assert without(pages, sources) == expected
    sources = [page(f"{article}\n{BOX}", "mine.example", 1), page(prose("b", 300), None, 2)]
    assert without(pages, sources) == expected


def test_a_source_is_measured_without_its_own_boilerplate() -> None:
    own = [page(f"{prose(name)}\n{BOX}\n{NOTICE}", "mine.example", name) for name in "abcdefgh"]
    mine = [*own, page(f"{prose('short', 50)}\n{BOX}\n{NOTICE}", "mine.example", "short")]
    pages = site_of(map(prose, "pqrstu"), around=f"{{}}\n{BOX}\n{NOTICE}")
    # Two boxes are more than a quarter of the short article; they are no part of it.
    assert without(pages, mine) == list(map(prose, "pqrstu"))
    assert without(mine, mine) == [*map(prose, "abcdefgh"), prose("short", 50)]
    # Where they stand in one source alone, they are.
    assert BOX in without(pages, mine[-1:])[0]


def test_teasers_of_an_article_on_every_page_are_boilerplate() -> None:
    article = prose("a", 300)
    teaser = article[: article.index("a30 ")]
    pages = site_of(map(prose, "pqrstu"), around=f"{{}}\nMost read\n{teaser}")
    assert without(pages, [page(article, None, 1)]) == list(map(prose, "pqrstu"))


@pytest.mark.parametrize(("taken", "found"), [(50, 0), (140, 10)])
def test_an_excerpt_on_many_pages_is_no_boilerplate(taken: int, found: int) -> None:
    article = prose("source", 600)
    excerpt = " ".join(article.split()[:taken])
    pages = site_of(f"{prose(f'own{n}', 300)}\n{excerpt}" for n in range(10))
    audit = reuse.audit([Document("s", article, "s")], pages, OPTIONS)
    assert len(audit.findings) == found


def test_an_article_over_five_addresses_is_no_boilerplate() -> None:
    article = prose("a", 500)
    parts = [
        article[begin : begin + len(article) // 5 + 1]
        for begin in range(0, len(article), len(article) // 5 + 1)
    ]
    pages = site_of(
        [f"{part}\nPage {number}" for number, part in enumerate(parts)], around=f"{MENU}\n{{}}\n{BOX}"
    )
    for sources in ([], [page(article, None, 1)]):
        result = without(pages, sources)
        assert all(words(part) in rest for part, rest in zip(parts, result, strict=True))
    # Nor if each part stands on five addresses, beside other text.
    many = [
        page(f"{part}\n{prose(f'p{row}x{number}n', 150)}", "copy.example", f"{row}-{number}")
        for row, part in enumerate(parts)
        for number in range(5)
    ]
    result = without(many, [page(article, None, 1)])
    assert all(words(parts[row // 5]) in rest for row, rest in enumerate(result))


def test_versions_of_a_story_among_the_sources_are_no_boilerplate() -> None:
    story = [f"{prose('story', 200)}\n{prose(f'update{number}n', 150)}" for number in range(8)]
    sources = site_of(story, "mine.example", around=f"{{}}\n{BOX}")
    sources += [page(f"{prose(name)}\n{BOX}", "mine.example", name) for name in "abcdef"]
    assert without(sources, sources)[:8] == list(map(words, story))


def seed(name: str) -> str:
    return (ROOT / "seeds" / name).read_text("utf-8")


def test_a_spun_article_beside_other_text_is_no_boilerplate() -> None:
    spun = words(seed(SPUN))
    pages = site_of(
        [f"{spun}\n{prose(f'filler{number}n', 1_500)}" for number in range(8)], around=f"{MENU}\n{{}}"
    )
    original = [page(seed(ORIGINAL), None, 1)]
    assert not any(spun in rest for rest in without(pages))
    assert all(spun in rest for rest in without(pages, original))
    # Independent reports of the event retell nobody.
    for name in INDEPENDENT:
        other = words(seed(name))
        pages = site_of([f"{other}\n{prose(f'filler{number}n', 1_500)}" for number in range(8)])
        assert not any(other in rest for rest in without(pages, original)), name


def test_turns_of_phrase_are_no_boilerplate() -> None:
    phrase = "who did not immediately respond to a request for comment on Tuesday"
    bodies = [f"{prose(f'{name}a', 50)} She asked {phrase}, {prose(f'{name}b', 50)}" for name in "pqrstu"]
    assert without(site_of(bodies)) == bodies
    assert len(boilerplate_of(NOTHING, extract(site_of(bodies)), OPTIONS)) == 0
    # Where it has a line to itself, it is.
    rest = without(site_of(body.replace(f"{phrase},", f"\n{phrase}\n") for body in bodies))
    assert not any(phrase in text for text in rest)


def test_scripts_without_spaces_have_boilerplate_too() -> None:
    box = "登録して最新のニュースを毎朝メールで受け取りましょう"
    bodies = ["".join(chr(0x4E00 + 200 * row + n) for n in range(150)) for row in range(6)]
    assert without(site_of(bodies, around=f"{box}\n{{}}")) == bodies


# --- what the user names ----------------------------------------------------------------------


def test_what_the_user_names_is_left_out_of_all_texts() -> None:
    own = extract([Document("o", f"{BOX}\nRead more\r\n\n{NOTICE}\nGo on", "own.txt")])
    boilerplate = boilerplate_of(NOTHING, NOTHING, OPTIONS, own)
    texts = extract(
        [page(f"It said {BOX.upper()} Then {NOTICE} Read more. Go on", site, 1) for site in ("a.b", None)]
    )
    rest = leave_out(texts, boilerplate, OPTIONS)
    assert [words(left(rest, row)) for row in range(2)] == ["It said Then Read more. Go on"] * 2
    assert [str(notice) for notice in boilerplate.notices] == [
        "own.txt: lines of boilerplate shorter than a shingle (5 words), which cannot be matched: 2 of 4; give "
        "more of what stands around them, or lower --shingle"
    ]
    assert isinstance(boilerplate.notices[0], Notice)
    # It is left out although the site's own is not looked for, and although an article has it.
    none = dataclasses.replace(OPTIONS, boilerplate_pages=0)
    again = boilerplate_of(extract([page(BOX, None, 1)]), texts, none, own)
    assert again.digest() == boilerplate.digest() != ""


def test_shingles_do_not_cross_lines_of_what_is_named() -> None:
    own = lay_out(["one two three four five\nsix seven eight nine ten", "", "\n \n", "eleven twelve"])
    boilerplate = boilerplate_of(NOTHING, NOTHING, OPTIONS, own)
    assert len(boilerplate.named) == 2
    texts = lay_out(["x one two three four five six seven eight nine y", "three four five six seven"])
    rest = leave_out(texts, boilerplate, OPTIONS)
    assert [words(left(rest, row)) for row in range(2)] == [
        "x six seven eight nine y",
        "three four five six seven",
    ]


def test_the_list_of_what_was_left_out_can_be_given_back() -> None:
    pages = extract(site_of(map(prose, "abcdef"), around=f"{MENU}\n{{}}\n{NOTICE}"))
    rest = leave_out(pages, boilerplate_of(NOTHING, pages, OPTIONS), OPTIONS)
    listed = listed_in(rest)
    assert [(each.site, each.text, each.pages) for each in listed] == [
        ("copy.example", NOTICE[:-1], 6),
        ("copy.example", words(MENU), 6),
    ]
    assert [each.words for each in listed] == [len(each.text.split()) for each in listed]
    assert all(
        list(json.loads(json.dumps(each._asdict()))) == ["site", "text", "words", "pages"] for each in listed
    )
    own = lay_out([each.text for each in listed])
    none = dataclasses.replace(OPTIONS, boilerplate_pages=0)
    again = leave_out(pages, boilerplate_of(NOTHING, pages, none, own), OPTIONS)
    np.testing.assert_array_equal(again.values, rest.values)


@laws
@given(drawn_pages, st.integers(1, 5), st.sampled_from([1, 3, 2**17]))
def test_what_was_left_out_is_listed_alike_however_many_texts_are_counted_at_a_time(
    rows: list[tuple[str, str | None, int]], size: int, held: int
) -> None:
    texts = extract(drawn(rows))
    boilerplate = boilerplate_of(NOTHING, texts, OPTIONS, lay_out(["ein Wort", "漢字かな漢字かな漢字"]))
    whole = leave_out(texts, boilerplate, OPTIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reuse.stretches._MOST_HELD", held)
        patch.setattr("reuse.stretches.MOST_STRETCHES", min(held, 200))
        stretches = Stretches()
        for begin in range(0, len(texts), size):
            stretches.add(whole.take(range(begin, min(begin + size, len(texts)))))
        assert list(stretches) == listed_in(whole)
    assert stretches.words == int(whole.words_left_out.sum())


def test_a_list_of_what_is_different_on_every_page_takes_no_more_memory_with_more_pages() -> None:
    own = [prose(f"box{number}x", 8) for number in range(30)]
    boilerplate = boilerplate_of(NOTHING, NOTHING, OPTIONS, lay_out([*own, NOTICE]))
    pages = extract(
        page(f"{' '.join(random.Random(row).sample(own, 6))} and that was {NOTICE}", "a.example", row)
        for row in range(2_000)
    )
    whole = leave_out(pages, boilerplate, OPTIONS)
    used = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reuse.stretches._MOST_HELD", 500)
        for count in (1_000, 2_000):
            some = whole.take(range(count))
            tracemalloc.start()
            stretches = Stretches()
            stretches.add(some)
            used.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
            (first, *others) = stretches
            assert (first.pages, len(others)) == (count, 199)
            assert stretches.words == int(some.words_left_out.sum())
    assert used[1] < 1.3 * used[0]


def test_the_list_is_bounded_and_the_most_frequent_come_first() -> None:
    own = lay_out([prose(f"box{number}x", 10) for number in range(300)] + [prose("long", 2_000)])
    boilerplate = boilerplate_of(NOTHING, NOTHING, OPTIONS, own)
    boxes = [own[row] for row in range(300)]
    texts = extract(
        [page("\n–\n".join(f"and {box}" for box in boxes[row:]), "a.example", row) for row in range(0, 300, 50)]
        + [page(f"{own[300]} and {boxes[0]}", "b.example", 1)]
    )
    listed = listed_in(leave_out(texts, boilerplate, OPTIONS))
    assert [each.site for each in listed] == ["a.example"] * 200 + ["b.example"] * 2
    assert [each.pages for each in listed[:200]] == [6] * 50 + [5] * 50 + [4] * 50 + [3] * 50
    longest = max(listed, key=lambda each: each.words)
    assert longest.words == 2_000
    assert len(longest.text) <= 2_000
    assert own[300].startswith(f"{longest.text} ")


def test_a_digest_names_the_shingles() -> None:
    def digest(boxes: Sequence[str], site: str = "a.example", own: Sequence[str] = (), pages: int = 6) -> str:
        bodies = [prose(f"n{number}x") for number in range(pages)]
        texts = extract(site_of(bodies, site, around="\n".join(("{}", *boxes))))
        return boilerplate_of(NOTHING, texts, OPTIONS, lay_out(own)).digest()

    one = digest([BOX])
    assert len(one) == 64
    int(one, 16)
    assert one == digest([BOX], pages=9)
    others = [
        digest([NOTICE]),
        digest([BOX], "b.example"),
        digest([BOX], own=[NOTICE]),
        digest([], own=[BOX]),
        "",
    ]
    assert len({one, *others}) == 6
    assert reuse.Options(boilerplate=one).digest() != reuse.Options().digest()


# --- hostile sites ----------------------------------------------------------------------------


def seconds_of(call: object, *arguments: object) -> tuple[float, object]:
    begin = time.process_time()
    assert callable(call)
    result = call(*arguments)
    return time.process_time() - begin, result


def test_a_site_of_many_pages_costs_what_its_sample_does() -> None:
    body = prose("w", 40)
    pages = extract(
        page(f"{number} {body} {number}\n{BOX}", "big.example", number) for number in range(100_000)
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, _ = seconds_of(boilerplate_of, NOTHING, pages, OPTIONS)
    assert seconds < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


@pytest.mark.slow
def test_many_sites_of_one_page_cost_little() -> None:
    pages = extract(page(f"{BOX}\n{number}", f"s{number}.example", number) for number in range(100_000))
    seconds, found = seconds_of(boilerplate_of, NOTHING, pages, OPTIONS)
    assert seconds < 5
    assert isinstance(found, Boilerplate)
    assert len(found) == 0


def test_texts_that_repeat_themselves_are_done_in_linear_time() -> None:
    texts = ["spam " * 50_000, "spam egg " * 25_000, "漢" * 80_000, "spam\n" * 50_000]
    pages = extract(
        page(f"{text}\n{prose(f'n{row}x')}", "spam.example", row) for row, text in enumerate(texts * 3)
    )
    seconds, found = seconds_of(boilerplate_of, pages, pages, OPTIONS)
    assert seconds < 5
    assert isinstance(found, Boilerplate)
    seconds, rest = seconds_of(leave_out, pages, found, OPTIONS)
    assert seconds < 5
    assert isinstance(rest, Texts)
    assert words(left(rest, 0)) == prose("n0x")


def test_pages_too_large_for_a_sample_are_cleaned_all_the_same() -> None:
    large = [page(f"{prose(f'n{row}x', 40_000)}\n{BOX}", "copy.example", f"large{row}") for row in range(6)]
    assert all(BOX in rest for rest in without(large))
    small = site_of(map(prose, "abcdef"), around=f"{{}}\n{BOX}")
    assert not any(BOX in rest for rest in without([*large, *small]))


def test_odd_addresses_and_texts_are_no_fault() -> None:
    odd = [
        "https://[",
        "https://a.example/\ud800",
        "//",
        "mailto:x@y.example",
        "https://a.example:99999/",
        "\0",
        "",
    ]
    pages: list[Document | Unreadable] = [
        Document(str(row), f"{prose(f'n{row}x')}\n{BOX}", "p", url=url) for row, url in enumerate(odd * 6)
    ]
    texts = extract(
        [*pages, Document("e", "", "p", url="https://a.example/e"), Unreadable("u", None, "is no text")]
    )
    rest = leave_out(texts, boilerplate_of(texts, texts, OPTIONS), OPTIONS)
    assert [rest[row] for row in range(len(rest))] == [texts[row] for row in range(len(texts))]


def test_ten_thousand_pages_take_seconds() -> None:
    rng = np.random.default_rng(0)
    table = np.array([f"w{number}" for number in range(5_000)], object)
    drawn_words = table[rng.integers(0, len(table), (2_500, 800))]
    pages = extract(
        page("\n".join((MENU, " ".join(row), NOTICE)), f"s{number % 20}.example", number)
        for number, row in enumerate(drawn_words)
    )
    seconds, found = seconds_of(boilerplate_of, NOTHING, pages, OPTIONS)
    assert isinstance(found, Boilerplate)
    assert len(found.sites) == 20
    # A quarter of ten thousand, in a quarter of the four seconds these may take on a slow machine.
    assert seconds < 1
    seconds, _ = seconds_of(leave_out, pages, found, OPTIONS)
    assert seconds < 1


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="needs ../shared/corpora")
def test_articles_of_an_agency_lose_nothing() -> None:
    with lzma.open(CORPORA / "news-background-en.jsonl.xz", "rt") as lines:
        records = [json.loads(line) for line in lines]
    texts = extract(
        page(record["text"], f"{record['id'].partition('-')[0]}.example", record["id"]) for record in records
    )
    assert len({document.site for document in texts.documents}) == 2
    assert leave_out(texts, boilerplate_of(NOTHING, texts, OPTIONS), OPTIONS) is texts
