"""Copies made to be missed: the makers of ``benchmarks/attacks.py``, and what is found of what they make.

Covers: every maker of ``benchmarks/evading/``, and the whole line on what it makes. Compares against: laws
(strength 0 changes nothing, the share that is promised is altered, the same draw makes the same pages), made
texts, and floors a little below what was measured, where corpora are at hand: skipped where these are not. Run:
``pytest tests/test_attacks.py``, and with ``-m slow``
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

import reuse
from reuse.findings import Finding
from tests.test_benchmarks import benchmark
from tests.test_pipeline import as_prose, words_of

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"


def texts(seed: int, count: int) -> list[str]:
    """Return made texts of eight paragraphs; some words have capitals, some are numbers."""
    draw = Random(seed)
    found = []
    for number in range(count):
        words = words_of(1000 * seed + number, 480)
        dressed = (word.capitalize() if draw.random() < 0.1 else word for word in words)
        found.append(
            as_prose([str(draw.randrange(9999)) if draw.random() < 0.02 else word for word in dressed])
        )
    return found


@pytest.fixture(scope="module")
def evading() -> ModuleType:
    """Return the package of the makers."""
    return benchmark("evading")


@pytest.fixture(scope="module")
def text(evading: ModuleType) -> Any:
    """Return an article."""
    return evading.Text.of(texts(1, 1)[0])


@pytest.fixture(scope="module")
def at_hand(evading: ModuleType) -> Any:
    """Return what an attacker has at hand."""
    own = [evading.Text.of(one) for one in texts(2, 4)]
    sources = [(f"s{n}", evading.Text.of(one)) for n, one in enumerate(texts(3, 8))]
    synonyms = {word: word[::-1] for word in words_of(0, 5000)}
    return evading.Material(Random(0), own, sources, synonyms)


def made(at_hand: Any, attack: Any, text: Any, strength: float, seed: str = "one") -> Any:
    return attack.make(text, strength, at_hand._replace(draw=Random(seed)))


# --- laws of the makers -------------------------------------------------------------------------


def shown(attack: Any, page: str) -> str:
    """Return the text of a page; of HTML what its one article has between the tags."""
    if not attack.is_html:
        return page
    paragraphs = re.findall(r"<p>(.*?)</p>", page, re.S)
    return "\n\n".join(paragraphs)


def test_a_text_is_cut_and_written_without_loss(evading: ModuleType) -> None:
    for one in texts(4, 3):
        text = evading.Text.of(one)
        assert text.written == one
        assert [text.written[slice(*span)] for span in text.spans] == text.sentences
        assert len(text.sentences) > 20


def test_strength_0_changes_nothing(evading: ModuleType, at_hand: Any, text: Any) -> None:
    for attack in evading.ATTACKS:
        pages = made(at_hand, attack, text, 0).pages
        assert [shown(attack, page) for page in pages] == [text.written], attack.name


def test_the_same_draw_makes_the_same_pages_and_another_draw_others(
    evading: ModuleType, at_hand: Any, text: Any
) -> None:
    for attack in evading.ATTACKS:
        for strength in (attack.strengths[0], attack.strengths[-1]):
            one, again = (made(at_hand, attack, text, strength) for _ in range(2))
            assert one == again
        middle = [made(at_hand, attack, text, attack.strengths[1], seed).pages for seed in "ab"]
        assert (middle[0] != middle[1]) == (attack.name != "put on several pages"), attack.name


def test_every_strength_changes_more_than_the_one_before(evading: ModuleType, at_hand: Any, text: Any) -> None:
    for attack in evading.ATTACKS:
        changed = [made(at_hand, attack, text, strength).pages for strength in attack.strengths]
        assert all(pages != (text.written,) for pages in changed), attack.name
        assert len({*changed}) == len(attack.strengths), attack.name


def of(evading: ModuleType, name: str) -> Any:
    return next(attack for attack in evading.ATTACKS if attack.name == name)


PER_WORD = (
    "full width", "zero-width spaces", "soft hyphens", "strokes over letters", "right-to-left overrides",
    "circled letters", "small capitals", "full stops in words", "hyphens in words",
)  # fmt: skip


@pytest.mark.parametrize("name", PER_WORD)
@pytest.mark.parametrize("share", [0.1, 0.6, 1.0])
def test_a_share_of_the_words_is_altered(
    evading: ModuleType, at_hand: Any, text: Any, name: str, share: float
) -> None:
    (page,) = made(at_hand, of(evading, name), text, share).pages
    before, after = text.written.split(), page.split()
    able = [word for word in before if re.search(r"[^\W\d_]{2,}", word)]
    altered = sum(a != b for a, b in zip(before, after, strict=True))
    assert altered == round(share * len(able))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_words_are_deleted_put_in_and_replaced_at_the_rate_that_is_asked(
    evading: ModuleType, at_hand: Any, text: Any, share: float
) -> None:
    before = text.written.split()
    expected = round(share * len(before))
    (page,) = made(at_hand, of(evading, "words deleted"), text, share).pages
    assert len(before) - len(page.split()) == expected
    (page,) = made(at_hand, of(evading, "words put in"), text, share).pages
    assert len(page.split()) - len(before) == expected
    content = [word for word in before if len(re.sub(r"\W", "", word)) >= 5]
    for name in ("synonyms", "other words"):
        (page,) = made(at_hand, of(evading, name), text, share).pages
        altered = sum(a != b for a, b in zip(before, page.split(), strict=True))
        assert 0.9 * share * len(content) <= altered <= round(share * len(content)), name


def sentences_of(evading: ModuleType, page: str) -> list[str]:
    return evading.Text.of(page).sentences  # type: ignore[no-any-return]


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_what_is_shuffled_is_all_there_in_another_order(
    evading: ModuleType, at_hand: Any, text: Any, share: float
) -> None:
    (page,) = made(at_hand, of(evading, "sentences shuffled"), text, share).pages
    after = sentences_of(evading, page)
    assert Counter(after) == Counter(text.sentences)
    assert sum(a != b for a, b in zip(after, text.sentences, strict=True)) == round(share * len(after))
    (page,) = made(at_hand, of(evading, "paragraphs shuffled"), text, share).pages
    moved = sum(a != b for a, b in zip(evading.Text.of(page).paragraphs, text.paragraphs, strict=True))
    assert moved == round(share * len(text.paragraphs))
    for name in ("neighbouring words swapped", "words shuffled in windows of five"):
        (page,) = made(at_hand, of(evading, name), text, share).pages
        assert Counter(page.split()) == Counter(text.written.split())


def test_padding_is_as_long_as_is_asked_and_the_article_is_in_it(
    evading: ModuleType, at_hand: Any, text: Any
) -> None:
    for name in ("padding in front", "padding behind", "paragraphs scattered"):
        (page,) = made(at_hand, of(evading, name), text, 3).pages
        assert 4 * text.words <= len(page.split()) <= 4 * text.words + 300
        paragraphs = [" ".join(paragraph) for paragraph in text.paragraphs]
        places = [page.index(paragraph) for paragraph in paragraphs]
        assert places == sorted(places)


def test_parts_are_as_many_as_is_asked_and_together_the_article(
    evading: ModuleType, at_hand: Any, text: Any
) -> None:
    for pages in (2, 5, 20):
        copy = made(at_hand, of(evading, "put on several pages"), text, pages)
        assert len(copy.pages) == pages
        assert [one for page in copy.pages for one in sentences_of(evading, page)] == text.sentences
        padded = made(at_hand, of(evading, "the same, with padding"), text, pages)
        assert all(page.endswith(part) for page, part in zip(padded.pages, copy.pages, strict=True))


def test_left_out_sentences_are_told(evading: ModuleType, at_hand: Any, text: Any) -> None:
    copy = made(at_hand, of(evading, "sentences left out"), text, 0.6)
    assert len(copy.taken) == len(text.sentences) - round(0.6 * len(text.sentences))
    assert sentences_of(evading, copy.pages[0]) == [text.sentences[place] for place in copy.taken]


def test_sources_that_are_interleaved_are_told_and_all_there(
    evading: ModuleType, at_hand: Any, text: Any
) -> None:
    for name in ("interleaved by sentence", "interleaved by paragraph"):
        copy = made(at_hand, of(evading, name), text, 4)
        assert len(copy.others) == 3
        taken = [text, *(one for other, one in at_hand.sources if other in copy.others)]
        assert Counter(sentences_of(evading, copy.pages[0])) == Counter(
            sentence for one in taken for sentence in one.sentences
        )


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_share_is_put_into_quotation_marks(
    evading: ModuleType, at_hand: Any, text: Any, share: float
) -> None:
    (page,) = made(at_hand, of(evading, "paragraphs in quotation marks"), text, share).pages
    assert page.count("“") == page.count("”") == round(share * len(text.paragraphs))
    assert page.replace("“", "").replace("”", "") == text.written
    (page,) = made(at_hand, of(evading, "sentences in quotation marks"), text, share).pages
    assert page.count("“") == round(share * len(text.sentences))


def test_a_word_is_learnt_from_what_two_rewriters_put_in_its_place() -> None:
    synonyms = benchmark("evading.synonyms")
    pairs = [("the officials denied that report", "the managers denied that report")] * 2
    pairs.append(("he walked towards town slowly", "he walked towards home slowly"))
    assert synonyms.learnt(pairs) == {"officials": "managers"}
    beside = ["the senator spoke to voters", "the minister spoke to voters", "a purple giraffe sleeps all day"]
    assert synonyms.nearest(beside * 3)["senator"] == "minister"


# --- quotation marks around everything ----------------------------------------------------------


def judged(source: str, page: str) -> Finding:
    """Return what is said of a pair."""
    return reuse.compare(reuse.Document("s", source, "s"), reuse.Document("p", page, "p")).finding


def paragraphs(seed: int, count: int, words: int) -> list[str]:
    return [" ".join(as_prose(words_of(100 * seed + n, words)).split()) for n in range(count)]


OWN = paragraphs(2, 8, 60)


def in_marks(some: Sequence[str]) -> list[str]:
    return [f"“{one}”" for one in some]


def test_quotation_marks_around_all_of_an_article_make_no_quotation_of_it() -> None:
    article = paragraphs(1, 5, 50)
    found = judged("\n\n".join(article), "\n\n".join([*OWN, *in_marks(article)]))
    assert found.verdict == "near-duplicate"
    assert found.quoted_words > 200


def test_what_the_article_quotes_itself_is_a_quotation() -> None:
    speech, narration = in_marks(paragraphs(1, 4, 50)), paragraphs(3, 1, 60)[0]
    # With a sentence of the narration four fifths of the article are there.
    page = "\n\n".join([*OWN, narration[: narration.index(".") + 1], *speech])
    found = judged("\n\n".join([narration, *speech]), page)
    assert found.matched_source_words > 0.8 * found.source_words
    assert found.verdict == "quotation"


def test_a_part_of_an_article_or_a_short_one_may_be_quoted() -> None:
    article = paragraphs(1, 5, 50)
    part = judged("\n\n".join(article), "\n\n".join([*OWN, *in_marks(article[:3])]))
    assert part.verdict == "quotation"
    short = judged(article[0], "\n\n".join([*OWN, *in_marks(article[:1])]))
    assert (short.verdict, short.source_words) == ("quotation", 50)


# --- what is found ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"needs corpora in {CORPORA.name}, which do not ship")
def test_a_few_articles_are_found_as_the_table_says() -> None:
    attacks = benchmark("attacks")
    rows = attacks.read(CORPORA / "news-background-en.jsonl.xz")[:3000]
    at = attacks.field(rows, [], 8)
    synonyms = attacks.nearest([row["text"] for row in rows[:500]])
    some = attacks.ATTACKS[::2]
    found, _ = attacks.measured(at, list(attacks.cases(at, some, synonyms, fewer=1)))
    assert [row.attack for row in found] == [attack.name for attack in some]
    assert attacks.missed(found) == []
    assert sum(row.recall >= 0.8 for row in found) >= len(found) // 2
