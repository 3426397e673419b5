"""Covers `reuse.passages`: where the passages of real texts lie, and what they are called."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

import numpy as np
import pytest

from reuse.options import Options
from reuse.pairs import KINDS, Passages, Scores
from reuse.passages import locate
from reuse.runs import find_runs
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.values import Document, Tokens

ARTICLE = (
    "The harbour of Westhaven stayed closed on Monday after a freighter lost thirty containers in the storm. "
    "Divers searched the channel until nightfall and saw eleven of them on the sandbank below the lighthouse. "
    "“Nobody will enter this port before every box is accounted for,” said Ingrid Holm, the harbour master. "
    "Ferries to the islands were cancelled, some two thousand commuters took the bus across the old bridge. "
    "The shipping company apologised and promised to pay for the search, which costs the town a fortune. "
    "Fishermen complained that their nets were torn, while the mayor asked the ministry for a second tugboat. "
    "A spokesman for the insurers would not say when the wreckage might be lifted from the bottom of the bay."
)
REWRITTEN = (
    "Westhaven's harbour remained shut on Monday when a freighter dropped thirty containers during the storm. "
    "Until nightfall divers combed the channel, and eleven were found on the sandbank beneath the lighthouse. "
    "Nobody is to enter the port until every box has been accounted for, harbour master Ingrid Holm declared. "
    "Island ferries were called off; about two thousand commuters rode the bus over the old bridge instead. "
    "An apology came from the shipping company, which promised to pay for a search costing the town dearly. "
    "While fishermen complained of torn nets, the mayor wants a second tugboat from the ministry. "
    "The insurers' spokesman did not say when wreckage could be lifted from the bottom of the bay."
)
OTHER = (
    "Parliament debated the budget for schools until late on Thursday, and no side would yield. "
    "Teachers marched past the building with drums; they want smaller classes and a rise of six percent. "
    "The finance committee votes next week, though observers expect another delay."
)


class Found(NamedTuple):
    """One passage in words."""

    source: str
    page: str
    kind: str
    moved: bool
    quoted_words: int


def passages_of(source: str, page: str, options: Options | None = None) -> Passages:
    """Return the passages of one pair of texts."""
    options = options or Options()
    sources, pages = (tokenize(extract([Document("a", text, "a.txt")]), options) for text in (source, page))
    row = np.zeros(1, np.int32)
    return located(Scores.named(row, row), sources, pages, options)


def located(scores: Scores, sources: Tokens, pages: Tokens, options: Options) -> Passages:
    """Return the passages of pairs, rewritten ones among them."""
    runs = find_runs(scores, sources, pages, options)
    return locate(scores, runs, sources, pages, options)


def found(source: str, page: str, options: Options | None = None) -> list[Found]:
    """Return the passages of one pair of texts, with their texts."""
    passages = passages_of(source, page, options)
    return [
        Found(
            source[passages.source_begin[m] : passages.source_end[m]],
            page[passages.page_begin[m] : passages.page_end[m]],
            KINDS[passages.kind[m]],
            bool(passages.moved[m]),
            int(passages.quoted_words[m]),
        )
        for m in range(len(passages.words))
    ]


def test_a_whole_copy_is_one_verbatim_passage() -> None:
    whole = ARTICLE.rstrip(".")
    assert found(ARTICLE, ARTICLE) == [Found(whole, whole, "verbatim", moved=False, quoted_words=11)]
    passages = passages_of(ARTICLE, f"{OTHER}\n{ARTICLE}\n{OTHER}")
    assert passages.equal_words.tolist() == passages.words.tolist() == passages.source_words.tolist()
    assert passages.source_words_covered().tolist() == passages.words.tolist()


def test_a_copy_in_another_hand_is_a_copy() -> None:
    page = ARTICLE.upper().replace("“", "«").replace("”", "»").replace("E", "É")
    assert [(passage.page, passage.kind) for passage in found(ARTICLE, page)] == [
        (page.rstrip("."), "verbatim")
    ]


def test_an_edited_copy_is_one_edited_passage() -> None:
    edited = ARTICLE.replace("thirty", "forty").replace("some two", "about three").replace("old ", "")
    (passage,) = found(ARTICLE, f"{OTHER} {edited} {OTHER}")
    assert (passage.source, passage.page) == (ARTICLE.rstrip("."), edited.rstrip("."))
    assert (passage.kind, passage.moved) == ("edited", False)


def test_a_rewritten_article_is_spun() -> None:
    passages = found(ARTICLE, f"{OTHER}\n{REWRITTEN}\n{OTHER}")
    assert "spun" in {passage.kind for passage in passages}
    assert sum(len(passage.page) for passage in passages) > 0.9 * len(REWRITTEN)
    assert all(passage.page in REWRITTEN for passage in passages)


def test_paragraphs_in_another_order_are_moved() -> None:
    sentences = ARTICLE.split(". ")
    first, second = ". ".join(sentences[:3]), ". ".join(sentences[4:6])
    passages = found(ARTICLE, f"{second}.\n{OTHER}\n{first}.")
    assert [(passage.page, passage.kind, passage.moved) for passage in passages] == [
        (second, "verbatim", True),
        (first, "verbatim", False),
    ]


def test_a_quotation_alone_is_a_quoted_passage() -> None:
    said = "Nobody will enter this port before every box is accounted for"
    (passage,) = found(ARTICLE, f"{OTHER} {said}, it was told. {OTHER}")
    assert passage == Found(said, said, "verbatim", moved=False, quoted_words=11)


def test_min_run_is_the_shortest_run_that_is_a_passage() -> None:
    page = f"{OTHER} They lay on the sandbank below the lighthouse."
    assert [passage.page for passage in found(ARTICLE, page)] == ["on the sandbank below the lighthouse"]
    assert found(ARTICLE, page, Options(min_run=7)) == []


@pytest.mark.parametrize(
    ("source", "page"), [(ARTICLE, OTHER), ("…", ARTICLE), (ARTICLE, "…"), ("one", "two"), ("!", "?")]
)
def test_where_nothing_was_reused_there_is_no_passage(source: str, page: str) -> None:
    passages = passages_of(source, page)
    assert passages.offsets.tolist() == [0, 0]
    assert {len(getattr(passages, field.name)) for field in fields(Passages) if field.name != "offsets"} == {0}


def test_scripts_without_spaces() -> None:
    article = (
        "港口星期一仍然关闭，因为一艘货轮在暴风雨中丢失了三十个集装箱。潜水员搜索航道直到天黑，在灯塔下的沙洲上找到了十一个。"
        "前往各岛的渡轮全部取消，约两千名通勤者改乘巴士经过旧桥。航运公司道歉并承诺支付搜索费用。"
    )
    page = f"议会周四就学校预算辩论到深夜，双方都不肯让步。{article}教师们敲着鼓走过大楼。"
    (passage,) = found(article, page)
    assert passage == Found(article.rstrip("。"), article.rstrip("。"), "verbatim", moved=False, quoted_words=0)


def test_pairs_keep_their_order_and_their_texts() -> None:
    options = Options()
    contents = [ARTICLE, OTHER, "nothing at all"]
    texts = extract([Document(str(number), text, "a.txt") for number, text in enumerate(contents)])
    tokens = tokenize(texts, options)
    source, page = (np.array(rows, np.int32) for rows in ([1, 2, 0], [1, 0, 0]))
    passages = located(Scores.named(source, page), tokens, tokens, options)
    assert passages.offsets.tolist() == [0, 1, 1, 2]
    assert passages.pair.tolist() == [0, 2]
    assert passages.per_pair(passages.words).tolist() == [tokens.counts[1], 0, tokens.counts[0]]
    spans = zip([OTHER, ARTICLE], passages.page_begin, passages.page_end, strict=True)
    assert [text[begin:end] for text, begin, end in spans] == [OTHER.rstrip("."), ARTICLE.rstrip(".")]


def test_threads_change_nothing() -> None:
    page = f"{OTHER}\n{REWRITTEN}\n{ARTICLE}"
    assert found(ARTICLE, page, Options(threads=1)) == found(ARTICLE, page, Options(threads=8))
