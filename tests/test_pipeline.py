"""The straight line from documents to findings, through the public API.

Covers: `reuse.audit`, `reuse.compare`, `reuse.dedupe` and all stages between. Compares against: the verdicts in
``seeds/MANIFEST.toml``, texts made to be of one kind, sets of words in a row, and laws (what may not change a
finding, spans that hold the same words, counts that add up). Run: ``pytest tests/test_pipeline.py``
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import random
import re
import time
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reuse
from reuse import ACCUSED, Document, Finding, Notice, Options, Unreadable
from reuse.pipeline import Tally, hold
from reuse.report.clusters import cluster_records, dedupe_summary
from reuse.report.records import json_line, record
from reuse.report.summary import summary
from reuse.texts import extract
from reuse.tokens import tokenize
from reuse.values import key_of_id
from tests.report_folders import write_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reuse.pipeline import Audit, Deduplication

laws = settings(derandomize=True, deadline=None, max_examples=40)

SEEDS = Path(__file__).parents[1] / "seeds"
MANIFEST: dict[str, Any] = tomllib.loads((SEEDS / "MANIFEST.toml").read_text("utf-8"))
ORIGINAL = "sources/prisons-original.txt"
SPUN = "pages/prisons-spun-copy.txt"


# --- texts to work with -----------------------------------------------------------------------


def vocabulary() -> list[str]:
    """Return some three thousand made-up words."""
    syllables = [head + vowel for head in "bdfgklmnprstvz" for vowel in "aeiou"]
    draw = random.Random(0)
    return sorted({"".join(draw.choices(syllables, k=draw.choice((2, 3, 4)))) for _ in range(3000)})


VOCABULARY = vocabulary()


def words_of(seed: int, count: int) -> list[str]:
    """Return made-up narration: every third word is grammar, the others come from one vocabulary."""
    draw = random.Random(seed)
    grammar = ("the", "of", "and", "to", "in", "a", "was", "that")
    return [draw.choice(grammar if number % 3 == 2 else VOCABULARY) for number in range(count)]


def prose(seed: int, count: int) -> str:
    """Return `count` words of narration in sentences and paragraphs."""
    return as_prose(words_of(seed, count))


def as_prose(words: Sequence[str]) -> str:
    """Set words in sentences of 12 and paragraphs of 5 sentences."""
    sentences = [" ".join(sentence).capitalize() + "." for sentence in batched(words, 12)]
    return "\n\n".join(" ".join(paragraph) for paragraph in batched(sentences, 5))


def batched(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[begin : begin + size] for begin in range(0, len(items), size)]


def document(name: str, text: str | bytes, **more: Any) -> Document:
    return Document(name, text, f"{name}.txt", **more)


def judged(source: str, page: str, options: Options | None = None) -> Finding:
    """Return the finding of one source and one page, from an audit; it must be a candidate."""
    (finding,) = audited([source], [page], options).scored
    return finding


def audited(sources: Sequence[str], pages: Sequence[str], options: Options | None = None) -> Audit:
    """Audit texts under the names s0, s1, ... and p0, p1, ..."""
    return reuse.audit(
        [document(f"s{number}", text) for number, text in enumerate(sources)],
        [document(f"p{number}", text) for number, text in enumerate(pages)],
        options,
    )


def lines(audit: Audit) -> str:
    """Return what ``findings.jsonl`` holds with ``--all``."""
    digest = audit.options.digest()
    return "".join(json_line(record(finding, digest)) for finding in audit.scored)


def names(audit: Audit) -> list[tuple[str, str]]:
    return [(finding.page.id, finding.source.id) for finding in audit.scored]


# --- the seeds --------------------------------------------------------------------------------


def seed(path: str) -> Document:
    return Document(path, (SEEDS / path).read_bytes(), path)


@pytest.mark.parametrize("entry", MANIFEST["document"], ids=lambda entry: entry["path"])
def test_seeds_are_those_that_were_handed_over(entry: dict[str, str]) -> None:
    assert hashlib.sha256((SEEDS / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]


def test_manifest_lists_every_seed_and_every_pair() -> None:
    there = {file.relative_to(SEEDS).as_posix() for file in SEEDS.glob("*/*") if file.is_file()}
    assert there == {entry["path"] for entry in MANIFEST["document"]}
    pairs = {frozenset(pair["documents"]) for pair in MANIFEST["pair"]}
    assert pairs == {frozenset(pair) for pair in itertools.combinations(sorted(there), 2)}


def test_a_phrase_repeated_in_both_texts_is_taken_from_its_own_place() -> None:
    phrase = ["as", "the", "committee", "said", "in", "its", "report"]
    sources, pages = [], []
    for number in range(12):
        sources += [*(f"s{number}n{place}" for place in range(60)), *phrase]
        pages += [*(f"p{number}n{place}" for place in range(58 + number % 5)), *phrase]
    finding = judged(" ".join(sources), " ".join(pages))
    assert finding.matched_source_words == finding.matched_words == 12 * len(phrase)
    assert finding.moved_words == 0


def test_sentences_put_between_those_of_a_copy_are_not_counted_with_it() -> None:
    source, own = words_of(1, 400), words_of(2, 400)
    page = [
        word for begin in range(0, 400, 20) for word in source[begin : begin + 20] + own[begin : begin + 20]
    ]
    finding = judged(as_prose(source), as_prose(page))
    assert finding.verdict in ("near-duplicate", "excerpt")
    assert 0.9 * 400 <= finding.matched_words <= 1.2 * 400


def test_paragraphs_in_another_order_are_verbatim_and_moved() -> None:
    paragraphs = [words_of(number, 80) for number in range(5)]
    page = [word for number in (3, 0, 1, 4, 2) for word in paragraphs[number]]
    finding = judged(as_prose([word for words in paragraphs for word in words]), as_prose(page))
    assert finding.words_by_kind["verbatim"] >= 0.98 * finding.page_words
    assert 80 <= finding.moved_words <= 240


def test_a_short_page_that_is_part_of_an_article_is_an_excerpt() -> None:
    source = words_of(1, 300)
    assert judged(as_prose(source), as_prose(source[40:70])).verdict == "excerpt"
    other = reuse.compare(Document("a", as_prose(source), "a"), Document("b", prose(2, 30), "b"))
    assert other.finding.verdict == "independent"


def test_passages_of_the_spun_seed_are_nearly_all_of_it() -> None:
    finding = reuse.compare(seed(ORIGINAL), seed(SPUN)).finding
    assert finding.share_of_page >= 0.99
    assert finding.share_of_source >= 0.99
    assert finding.words_by_kind["spun"] > 0.9 * finding.page_words
    (passage,) = finding.passages
    assert 0.7 < passage.identity < 0.8


@pytest.mark.parametrize("pair", MANIFEST["pair"], ids=lambda pair: " ".join(pair["documents"]))
@pytest.mark.parametrize("direction", [1, -1], ids=["forth", "back"])
def test_seeds_are_judged_as_the_manifest_says(pair: dict[str, list[str]], direction: int) -> None:
    source, page = pair["documents"][::direction]
    finding = reuse.compare(seed(source), seed(page)).finding
    assert finding.verdict in pair["verdicts"], finding.reasons
    accused = {ORIGINAL, SPUN} == {source, page}
    assert (finding.verdict in ACCUSED) == accused
    assert (finding.verdict == "spun") == accused


def audit_of_seeds(options: Options | None = None) -> Audit:
    paths = sorted(entry["path"] for entry in MANIFEST["document"])
    return reuse.audit([seed(path) for path in paths], [seed(path) for path in paths], options)


def test_all_seeds_against_all_accuse_the_one_copy_both_ways() -> None:
    audit = audit_of_seeds()
    apart = [finding for finding in audit.findings if finding.source.id != finding.page.id]
    assert {(finding.source.id, finding.page.id, finding.verdict) for finding in apart} == {
        (ORIGINAL, SPUN, "spun"),
        (SPUN, ORIGINAL, "spun"),
    }
    same = [finding for finding in audit.findings if finding.source.id == finding.page.id]
    assert [finding.verdict for finding in same] == ["identical"] * 5
    right = {frozenset(pair["documents"]): pair["verdicts"] for pair in MANIFEST["pair"]}
    for finding in audit.scored:
        if finding.source.id != finding.page.id:
            assert finding.verdict in right[frozenset((finding.source.id, finding.page.id))]


# --- verdicts by kind of reuse ----------------------------------------------------------------

DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper case": str.upper,
    "wrapped": lambda text: "\r\n".join(text.split()),
    "without punctuation": lambda text: text.replace(".", "").replace("\n", " "),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in text),
    "accents": lambda text: text.replace("e", "é").replace("o", "o\u0308"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text.replace("a", "á")),
    "soft hyphens": lambda text: text.replace("ka", "k\u00ada"),
    "zero width": lambda text: text.replace("e", "\u200be\u200d"),
    "Cyrillic letters": lambda text: text.replace("o", "о").replace("p", "р"),
    "byte order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_copy_is_identical_in_any_dress(disguise: str) -> None:
    text = prose(1, 200)
    finding = judged(text, DISGUISES[disguise](text))
    assert finding.verdict == "identical"
    assert finding.share_of_page == finding.share_of_source == finding.resemblance == 1
    assert finding.longest_run == finding.page_words == finding.source_words == 200
    assert [(passage.words, passage.quoted_words) for passage in finding.passages] == [(200, 0)]


@laws
@given(st.integers(0, 10**6), st.sets(st.integers(0, 299), min_size=1, max_size=5))
def test_a_copy_with_a_few_words_edited_is_a_near_duplicate(seed: int, places: set[int]) -> None:
    words = words_of(seed, 300)
    edited = [f"{word}x" if place in places else word for place, word in enumerate(words)]
    finding = judged(as_prose(words), as_prose(edited))
    assert finding.verdict == "near-duplicate"
    (passage,) = finding.passages
    # Near an end, runs too short to count are no part of it.
    assert 300 - Options().min_run * len(places) <= passage.equal_words <= 300 - len(places)
    assert passage.equal_words <= passage.words <= 300
    assert passage.kind == ("verbatim" if passage.words == passage.equal_words else "edited")
    assert finding.words_by_kind[passage.kind] == passage.words


def test_a_source_inside_a_page_four_times_its_size_is_a_near_duplicate() -> None:
    source = prose(1, 150)
    finding = judged(source, "\n\n".join((prose(2, 200), source, prose(3, 250))))
    assert finding.verdict == "near-duplicate"
    assert finding.share_of_source == finding.source_in_page == 1
    assert finding.share_of_page == pytest.approx(150 / 600)
    assert finding.resemblance < 0.3


@pytest.mark.parametrize("begin", [0, 240, 480, 879])
@pytest.mark.parametrize("place", [0, 300, 500])
def test_a_lifted_paragraph_in_a_text_of_its_own_is_an_excerpt(begin: int, place: int) -> None:
    source, own = words_of(1, 1000), words_of(2, 500)
    lifted = source[begin : begin + 120]
    page = [*own[:place], *lifted, *own[place:]]
    finding = judged(as_prose(source), as_prose(page))
    assert finding.verdict == "excerpt"
    (passage,) = finding.passages
    # Chance may lengthen it by a word at either end.
    assert 120 <= passage.words <= 124
    for text, span in (
        (as_prose(source), slice(passage.source_begin, passage.source_end)),
        (as_prose(page), slice(passage.page_begin, passage.page_end)),
    ):
        assert " ".join(lifted) in " ".join(re.findall(r"\w+", text[span].casefold()))


@pytest.mark.parametrize(("source_words", "taken"), [(200, 100), (400, 150), (800, 300)])
@pytest.mark.parametrize("own_words", [0, 400])
def test_words_taken_over_unchanged_are_not_called_spun(source_words: int, taken: int, own_words: int) -> None:
    source, own = words_of(1, source_words), words_of(2, own_words)
    begin = source_words // 4
    page = [*own[:250], *source[begin : begin + taken], *own[250:]]
    finding = judged(as_prose(source), as_prose(page))
    # Spun is what was rewritten; here every word in common stands in one run.
    assert finding.verdict == "excerpt"
    assert finding.longest_run >= taken


SPEECH = " ".join(words_of(50, 70))


@pytest.mark.parametrize(
    "marks",
    [
        ("“{}”", "“{}”"),
        ('"{}"', "«{}»"),
        ("„{}“", '"{}"'),
        ("“{}”", "{}"),
        ("{}", "“{}”"),
        ("「{}」", "『{}』"),
    ],
    ids=["curly", "straight and guillemets", "low", "dropped by the page", "added by the page", "corners"],
)
def test_quoted_speech_in_common_is_a_quotation(marks: tuple[str, str]) -> None:
    source, page = (
        f"{prose(own, 150)}\n\n{mark.format(SPEECH)}\n\n{prose(own + 1, 150)}"
        for own, mark in zip((60, 70), marks, strict=True)
    )
    finding = judged(source, page)
    assert finding.verdict == "quotation"
    assert finding.quoted_words == 70
    assert finding.matched_words - finding.quoted_words <= 4


def test_the_same_words_without_any_marks_are_no_quotation() -> None:
    finding = judged(f"{prose(60, 150)}\n\n{SPEECH}", f"{prose(70, 150)}\n\n{SPEECH}")
    assert finding.quoted_words == 0
    assert finding.verdict not in ("quotation", "identical", "near-duplicate")


@laws
@given(st.integers(0, 10**6), st.integers(20, 400), st.integers(20, 400))
def test_texts_of_the_same_vocabulary_are_not_accused(seed: int, source_words: int, page_words: int) -> None:
    source, page = prose(seed, source_words), prose(seed + 10**7, page_words)
    assert audited([source], [page]).findings == ()
    finding = reuse.compare(document("s", source), document("p", page)).finding
    assert finding.verdict == "independent", finding.reasons
    assert finding.probability < 0.5


COUNCIL = """The town council decided on Tuesday evening to close the old iron bridge to lorries until the
spring. Engineers who inspected it after the flood found cracks in two of its five piers, said the mayor, Ida
Holm. Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November."""
BRIDGE_ELSEWHERE = """Lorries will have to take the motorway when winter comes: Ida Holm, the mayor, has shut
the iron bridge to them. Two piers are cracked, the council heard on Tuesday. What becomes of the shops across
the river nobody can say, although there will be boats twice an hour from November onwards, if it allows."""


def test_two_reports_of_one_event_are_not_accused() -> None:
    for source, page in itertools.permutations((COUNCIL, BRIDGE_ELSEWHERE)):
        finding = reuse.compare(document("s", source), document("p", page)).finding
        assert finding.verdict == "independent"


FERRY = (
    "市议会星期二晚上决定，从下个月起禁止货车通过老铁桥，直到明年春天修复工程结束为止。洪水过后检查桥梁的工程师"
    "发现五个桥墩中有两个出现裂缝，最深的一条达到三十厘米。市长表示，安全必须放在第一位，渡轮将从十一月一日起每半"
    "小时开一班。对岸的店主担心生意受到影响，他们要求市政府减免冬季的租金，并在码头旁边设立新的停车场。"
)
TEA_HOUSE = (
    "沿着河边往北走，经过磨坊和旧渡口，就到了老陈的茶馆。他每天清晨五点起来烧水，把竹椅一张一张摆在院子里，等着第一批"
    "客人。夏天的时候，孩子们在树下写作业，老人们下棋聊天，谁也不着急回家。茶馆的墙上挂着三十年前的照片，那时候河上还有"
    "木船。"
)
WEATHER = (
    "气象台预计，本周末将有一股较强冷空气南下，山区夜间最低气温可能降到零度以下，局部地方会有霜冻。农业部门提醒果农提前"
    "给柑橘树覆盖薄膜，蔬菜大棚要注意保温通风。下周一以后天气转晴，气温缓慢回升。"
)


def test_a_chinese_text_inside_another_is_found_character_for_character() -> None:
    finding = judged(FERRY, f"{TEA_HOUSE}\n{FERRY}\n{WEATHER}")
    assert finding.verdict == "near-duplicate"
    (passage,) = finding.passages
    page = f"{TEA_HOUSE}\n{FERRY}\n{WEATHER}"
    assert page[passage.page_begin : passage.page_end] == FERRY.removesuffix("。")
    # A word is a character here.
    assert passage.words == finding.source_words == sum(c.isalpha() for c in FERRY)
    assert 140 <= passage.words <= 160


def test_a_chinese_paragraph_taken_out_of_another_text_is_accused() -> None:
    finding = judged(f"{WEATHER}\n{FERRY}\n{WEATHER[::-1]}", f"{TEA_HOUSE}\n{FERRY}")
    assert finding.verdict in ACCUSED
    assert finding.longest_run >= 140


def test_chinese_texts_of_their_own_are_not_accused() -> None:
    for source, page in itertools.permutations((FERRY, TEA_HOUSE, WEATHER), 2):
        finding = reuse.compare(document("s", source), document("p", page)).finding
        assert finding.verdict == "independent"


# --- what is compared, and what is not --------------------------------------------------------


@pytest.mark.parametrize(("words", "expected"), [(19, []), (20, ["identical"]), (21, ["identical"])])
def test_documents_with_too_few_words_get_no_verdict(words: int, expected: list[str]) -> None:
    text = prose(1, words)
    audit = audited([text], [text, prose(2, 100)])
    assert [finding.verdict for finding in audit.scored] == expected
    too_short = [] if expected else ["s0", "p0"]
    assert list(audit.too_short) == audit.run()["too_short"] == too_short
    if not expected:
        with pytest.raises(reuse.InputError, match=r"s0: fewer than 20 words.*--min-words"):
            reuse.compare(document("s0", text), document("p0", text))


@pytest.mark.parametrize("words", [1, 2, 4])
def test_texts_shorter_than_a_shingle_are_no_duplicates_of_each_other(words: int) -> None:
    options = Options(min_words=1)
    texts = [prose(number, words) for number in range(4)]
    # Key terms may bring a text and its own copy, and nothing else.
    found = audited(texts, texts[::-1], options).findings
    assert all(finding.source_sha256 == finding.page_sha256 for finding in found)
    assert {finding.verdict for finding in found} <= {"identical"}
    finding = reuse.compare(document("s", texts[0]), document("p", texts[1]), options).finding
    assert finding.verdict not in ACCUSED
    assert finding.resemblance == 0


@pytest.mark.parametrize(("sources", "pages"), [(0, 0), (0, 2), (2, 0)])
def test_an_empty_side_is_an_audit_without_findings(sources: int, pages: int) -> None:
    audit = audited([prose(n, 50) for n in range(sources)], [prose(n, 50) for n in range(pages)])
    assert audit.scored == audit.findings == ()
    assert audit.too_short == ()
    assert (len(audit.sources), len(audit.pages)) == (sources, pages)
    assert json.loads(json.dumps(audit.run()))["candidates"] == 0
    assert f"no {'page' if sources else 'source'} could be read" in summary(audit)


def test_sketched_sources_have_options_and_boilerplate_of_their_own() -> None:
    mine = [document("s", prose(1, 100))]
    known = hold(mine, Options(shingle=4, window=6))
    assert reuse.audit(known, mine).findings[0].verdict == "identical"
    differ = "were sketched with shingle 4 and not 5, window 6 and not 4; sketch them anew"
    with pytest.raises(reuse.UsageError, match=differ):
        reuse.audit(known, mine, Options())
    with pytest.raises(reuse.UsageError, match="have boilerplate of their own"):
        reuse.audit(known, mine, boilerplate=[document("b", prose(2, 50))])


def test_duplicates_are_each_reported() -> None:
    text = prose(1, 100)
    audit = audited([text, prose(2, 100), text], [text, text])
    assert names(audit) == [("p0", "s0"), ("p0", "s2"), ("p1", "s0"), ("p1", "s2")]
    assert {finding.verdict for finding in audit.findings} == {"identical"}
    assert len({finding.id for finding in audit.findings}) == 4
    assert len({finding.page_sha256 for finding in audit.findings}) == 1


PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 9


def test_what_could_not_be_read_and_what_was_said_goes_along() -> None:
    text = prose(1, 100)
    gone, note = Unreadable("gone.txt", None, "is not there"), Notice("pages", "passed over 3 .jpg")
    audit = reuse.audit([gone, document("s", text)], [note, document("p", text), document("b", PROGRAM)])
    assert names(audit) == [("p", "s")]
    assert audit.notices == (note,)
    assert [row.path for row in audit.unreadable] == ["gone.txt", "b.txt"]
    assert [row["path"] for row in audit.run()["unreadable"]] == ["gone.txt", "b.txt"]
    with pytest.raises(reuse.InputError, match=r"b\.txt: is binary"):
        reuse.compare(document("s", text), document("b", PROGRAM))


def test_replaced_characters_are_told() -> None:
    broken = prose(1, 100).encode() + " – \xe9t\xe9 – ".encode() + b"\xff"
    audit = reuse.audit([document("s", broken)], [document("p", "tail \udc80\0 " + prose(1, 100))])
    assert [(notice.path, notice.message.split()[0]) for notice in audit.notices] == [("s", "1"), ("p", "2")]
    assert audit.run()["notices"] == [str(notice) for notice in audit.notices]


def test_contents_are_released_once_they_are_texts() -> None:
    audit = audited([prose(1, 50)], [prose(1, 50)])
    ((_, pages),) = audit.pages.rounds(1)
    rows = np.arange(1, dtype=np.int32)
    held = audit.sources.documents(rows), audit.sources.texts(rows).documents, pages.documents
    assert [document.content for documents in held for document in documents] == [b""] * 3


def test_every_stage_is_announced_in_order() -> None:
    stages: list[str] = []
    text = prose(1, 50)
    audit = reuse.audit([document("s", text)], [document("p", text)], watch=stages.append)
    before = ["reading sources", "reading pages", "boilerplate"]
    assert stages == before
    assert len(audit.findings) == len(audit.scored) == 1
    assert [stage for stage, _ in itertools.groupby(stages)] == [
        *before,
        "candidates",
        "scores, passages and verdicts",
    ]


# --- caps and candidates ----------------------------------------------------------------------

NEWSLETTER = " ".join(words_of(80, 30))


def test_a_line_in_too_many_articles_brings_no_pairs() -> None:
    sources = [f"{prose(number, 100)}\n\n{NEWSLETTER}" for number in range(3)]
    page = f"{NEWSLETTER}\n\n{prose(9, 100)}"
    free, capped = (
        audited(sources, [page], Options(max_articles=cap, term_candidates=0, single_hits=0)) for cap in (3, 2)
    )
    assert len(free.scored) == 3
    assert free.tally.capped_articles == 0
    assert capped.scored == ()
    assert capped.tally.capped_articles == capped.run()["capped_by_articles"] >= 2
    assert "too common" in summary(capped)


def test_a_passage_of_a_story_that_is_in_the_archive_many_times_brings_some() -> None:
    passage = prose(80, 60)
    sources = [f"{prose(number, 100)}\n\n{passage}" for number in range(30)]
    options = Options(max_articles=3, term_candidates=0)
    audit = audited(sources, [f"{prose(99, 100)}\n\n{passage}"], options)
    first = sorted((f"s{number}" for number in range(30)), key=key_of_id)[: options.single_hits]
    by_postings = [finding.source.id for finding in audit.scored if "postings" in finding.lanes]
    assert by_postings == sorted(first)
    assert audit.tally.capped_articles > 10
    # Of a turn of phrase as frequent there is nothing to tell.
    phrase = " ".join(words_of(81, 9))
    sources = [f"{prose(number, 100)} {phrase}" for number in range(30)]
    assert audited(sources, [f"{prose(99, 100)} {phrase}"], options).scored == ()


def test_a_line_on_too_many_sites_brings_no_pairs_but_on_one_site_it_does() -> None:
    source = f"{prose(1, 100)}\n\n{NEWSLETTER}"

    def audit_of(sites: Sequence[str]) -> Audit:
        pages = [
            document(f"p{row}", f"{NEWSLETTER}\n\n{prose(row + 10, 100)}", url=f"https://{site}/{row}")
            for row, site in enumerate(sites)
        ]
        return reuse.audit([document("s", source)], pages, Options(max_sites=2, term_candidates=0))

    capped = audit_of(["a.org", "www.b.org", "c.org"])
    assert capped.scored == ()
    assert capped.tally.capped_sites == capped.run()["capped_by_sites"] >= 2
    one_site = audit_of(["a.org", "www.a.org", "A.ORG:80"])
    assert len(one_site.scored) == 3
    assert one_site.tally.capped_sites == 0


def test_what_is_capped_still_counts_in_pairs_that_others_bring() -> None:
    sources = [f"{prose(number, 100)}\n\n{NEWSLETTER}" for number in range(3)]
    free, capped = (
        audited(sources, sources[:1], Options(max_articles=cap, term_candidates=0, single_hits=0))
        for cap in (3, 2)
    )
    (whole,) = (finding for finding in free.scored if finding.source.id == "s0")
    assert len(capped.scored) == 1
    assert capped.tally.capped_articles
    assert tuple(map(by_itself, capped.scored)) == (by_itself(whole),)
    assert whole.verdict == "identical"
    assert whole.resemblance == 1


@pytest.mark.parametrize("hits", [0, 1, 2, 3, 4, 9])
def test_of_pairs_with_one_fingerprint_the_rarest_are_scored(hits: int) -> None:
    # Five words of each source are on the page: one phrase stands in three sources, one in two, one in one.
    phrase_of = [0, 1, 2, 0, 0, 1]
    times = Counter(phrase_of)
    rarest_first = sorted(range(6), key=lambda row: (times[phrase_of[row]], key_of_id(f"s{row}")))
    phrases = [" ".join(words_of(90 + number, 5)) for number in range(3)]
    sources = [f"{prose(row, 60)} x{row} {phrases[phrase]} y{row}" for row, phrase in enumerate(phrase_of)]
    page = f"{prose(40, 60)} one {phrases[0]} two {phrases[1]} three {phrases[2]} four"
    audit = audited(sources, [page], Options(window=1, single_hits=hits, term_candidates=0))
    assert names(audit) == [("p0", f"s{row}") for row in sorted(rarest_first[:hits])]
    assert audit.tally.pairs == 6
    if not hits:
        assert "--single-hits" in summary(audit)


def test_near_copies_over_every_cap_are_brought_by_bands() -> None:
    # The publisher's own versions of a story: each of its fingerprints is in too many articles.
    story = words_of(1, 200)
    sources = [as_prose([*story, f"version{row}"]) for row in range(3)]
    pages = [as_prose([*story, "copied"]), prose(2, 200)]
    free, capped = (
        audited(sources, pages, Options(max_articles=cap, max_term_articles=cap, single_hits=0))
        for cap in (3, 1)
    )
    for audit, lanes in ((free, ("postings", "bands")), (capped, ("bands",))):
        assert names(audit) == [("p0", "s0"), ("p0", "s1"), ("p0", "s2")]
        assert {finding.lanes for finding in audit.scored} == {lanes}
        assert {finding.verdict for finding in audit.scored} == {"near-duplicate"}
        by_lane = audit.run()["candidates_by_lane"]
        assert by_lane == {"postings": 3 * ("postings" in lanes), "bands": 3, "terms": 0}
    # Apart from the lane, a finding is the same.
    assert capped.scored == tuple(dataclasses.replace(finding, lanes=("bands",)) for finding in free.scored)


def test_a_lifted_paragraph_is_brought_by_postings_alone() -> None:
    lifted = words_of(1, 80)
    source, page = as_prose([*lifted, *words_of(2, 900)]), as_prose([*words_of(3, 900), *lifted])
    assert judged(source, page, Options(term_candidates=0)).lanes == ("postings",)


# --- near-duplicates within one corpus --------------------------------------------------------


def deduped(texts: Sequence[str], options: Options | None = None, **more: Sequence[Any]) -> Deduplication:
    """Deduplicate texts under the names d0, d1, ...; `more` are fields of theirs."""
    fields = [dict(zip(more, values, strict=True)) for values in zip(*more.values(), strict=True)]
    fields = fields or [{} for _ in texts]
    corpus = [
        document(f"d{row}", text, **field) for row, (text, field) in enumerate(zip(texts, fields, strict=True))
    ]
    return reuse.dedupe(corpus, options)


def pairs_found(result: Deduplication) -> dict[tuple[int, int], float]:
    """Return the resemblance of each pair of rows, source first."""
    pairs = result.pairs
    rows = zip(pairs.source.tolist(), pairs.page.tolist(), strict=True)
    return dict(zip(rows, pairs.resemblance.tolist(), strict=True))


def resembling(texts: Sequence[str]) -> dict[tuple[int, int], float]:
    """Return the resemblance of each pair of texts that has any, counted on sets of five words in a row."""
    sets = []
    for text in texts:
        words = re.findall(r"\w+", text.casefold())
        sets.append(
            {tuple(words[begin : begin + 5]) for begin in range(len(words) - 4)} if len(words) >= 20 else set()
        )
    return {
        (one, other): len(sets[one] & sets[other]) / len(sets[one] | sets[other])
        for one, other in itertools.combinations(range(len(texts)), 2)
        if sets[one] & sets[other]
    }


def edited(words: Sequence[str], seed: int, count: int) -> list[str]:
    """Return words of which so many in a row were replaced, somewhere."""
    begin = random.Random(seed).randrange(len(words) - count + 1)
    return [*words[:begin], *words_of(seed + 10**6, count), *words[begin + count :]]


@pytest.fixture(scope="module")
def crawl() -> list[str]:
    """Return a corpus of which a third are copies, edited copies and copies of these, in no order."""
    draw = random.Random(4)
    originals = [words_of(1000 + number, draw.randrange(120, 400)) for number in range(60)]
    versions = [
        edited(words, 2000 + 10 * number + version, draw.choice([0, 1, 3, 6]))
        for number, words in enumerate(originals[:12])
        for version in range(draw.randrange(1, 5))
    ]
    unlike = [
        [*words[: len(words) // 3], *words_of(3000 + row, 200)] for row, words in enumerate(originals[12:20])
    ]
    short = [words_of(1, 12)] * 3
    texts = [as_prose(words) for words in (*originals, *versions, *unlike, *short)]
    texts += [text.upper() for text in texts[60:64]]
    draw.shuffle(texts)
    return texts


@pytest.fixture(scope="module")
def alike(crawl: list[str]) -> dict[tuple[int, int], float]:
    """Return the resemblance of each pair of the crawl that has any."""
    return resembling(crawl)


def reaching(least: float, alike: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    return {pair: resemblance for pair, resemblance in alike.items() if resemblance >= least}


@pytest.mark.parametrize("keep", ["first", "longest"])
def test_near_duplicates_are_the_pairs_that_sets_of_shingles_say(
    crawl: list[str], alike: dict[tuple[int, int], float], keep: str
) -> None:
    result = deduped(crawl, Options(keep=keep))
    expected = reaching(0.5, alike)
    found = pairs_found(result)
    assert {(min(pair), max(pair)): share for pair, share in found.items()} == expected
    assert len(expected) > 40
    # So much alike that no plan overlooks them.
    assert min(expected.values()) > 0.7
    # The preferred one of each pair is its source, and pairs stand in page order.
    words = result.words.tolist()
    worse = [(-words[row] * (keep == "longest"), row) for row in range(len(crawl))]
    assert all(worse[source] < worse[page] for source, page in found)
    assert list(found) == sorted(found, key=lambda pair: pair[::-1])
    assert result.too_short.tolist() == [row for row, count in enumerate(words) if count < 20]
    assert words == [len(re.findall(r"\w+", text)) for text in crawl]


@laws
@given(st.floats(0.05, 1), st.floats(0.01, 0.9999), st.sampled_from(["first", "longest"]))
def test_no_pair_below_the_threshold_is_reported(
    crawl: list[str], alike: dict[tuple[int, int], float], resemblance: float, recall: float, keep: str
) -> None:
    options = Options(resemblance=resemblance, recall=recall, permutations=256, keep=keep)
    found = pairs_found(deduped(crawl, options))
    expected = reaching(resemblance, alike)
    assert all(expected[min(pair), max(pair)] == share for pair, share in found.items())
    # The more alike, the more surely found: copies always are.
    assert {pair for pair, share in expected.items() if share == 1} <= {
        (min(pair), max(pair)) for pair in found
    }


def test_clusters_keep_one_of_each_story(crawl: list[str], alike: dict[tuple[int, int], float]) -> None:
    result = deduped(crawl)
    pairs = reaching(0.5, alike)
    dropped = set(result.dropped.tolist())
    kept = set(range(len(crawl))) - dropped
    assert not any(set(pair) <= kept for pair in pairs)
    for row in dropped:
        of = int(result.clusters.duplicate_of[row])
        assert of in kept
        assert result.clusters.resemblance[row] == pairs[min(row, of), max(row, of)]
    # What is left has no near-duplicate any more.
    assert len(deduped([crawl[row] for row in sorted(kept)]).pairs) == 0


def test_findings_of_a_corpus_are_those_of_an_audit(crawl: list[str]) -> None:
    result = deduped(crawl)
    findings = list(result.findings())
    assert len(findings) == len(result.pairs)
    assert findings == list(result.findings())
    assert {finding.lanes for finding in findings} == {("bands",)}
    assert {finding.verdict for finding in findings} == {"identical", "near-duplicate"}
    corpus = [document(f"d{row}", text) for row, text in enumerate(crawl)]
    audited_pairs = {
        (finding.source.id, finding.page.id): finding for finding in reuse.audit(corpus, corpus).scored
    }
    rows = [(int(finding.source.id[1:]), int(finding.page.id[1:])) for finding in findings]
    for finding, pair in zip(findings, rows, strict=True):
        other = audited_pairs[finding.source.id, finding.page.id]
        assert dataclasses.replace(by_itself(finding), lanes=other.lanes) == by_itself(other)
        assert finding.resemblance == pairs_found(result)[pair]
    # In page order, then by source id.
    assert rows == sorted(rows, key=lambda pair: (pair[1], f"d{pair[0]}"))
    source, page = rows[0]
    comparison = reuse.compare(corpus[source], corpus[page])
    assert comparison.finding == dataclasses.replace(by_itself(findings[0]), lanes=())


def test_many_pairs_are_verified_and_judged_some_at_a_time(
    crawl: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = deduped(crawl)
    findings = list(whole.findings())
    monkeypatch.setattr("reuse.pipeline.judged.PAIRS_AT_A_TIME", 3)
    parts = deduped(crawl)
    assert pairs_found(parts) == pairs_found(whole)
    assert list(parts.findings()) == findings


@pytest.mark.parametrize("threads", [2, 8])
def test_threads_change_no_cluster(crawl: list[str], threads: int) -> None:
    def all_of(result: Deduplication) -> tuple[str, list[Any], list[Finding]]:
        return json.dumps(result.run()), list(cluster_records(result)), list(result.findings())

    assert all_of(deduped(crawl, Options(threads=threads))) == all_of(deduped(crawl, Options(threads=1)))


def test_a_flood_of_near_copies_is_one_cluster_with_one_kept() -> None:
    story = words_of(1, 150)
    texts = [as_prose([*story[:number], f"version{number}", *story[number:]]) for number in range(150)] * 2
    free, flooded = (deduped(texts, Options(max_bucket=most)) for most in (1000, 20))
    assert (free.overfull, len(free.pairs)) == (0, 300 * 299 // 2)
    for result in (free, flooded):
        assert [len(members) for members in result.clusters.members()] == [300]
        assert result.clusters.kept.tolist() == [True] + [False] * 299
        assert set(result.clusters.duplicate_of.tolist()) == {0}
    # Every bucket's first 20 were paired with all: no square of 300.
    assert flooded.compared < 300 * 299 // 2
    assert flooded.overfull == flooded.run()["overfull_buckets"] > 0
    assert "overfull, where only the first 20 of the documents" in dedupe_summary(flooded)
    assert "overfull" not in dedupe_summary(free)


def test_of_a_chain_of_versions_more_than_one_is_kept() -> None:
    # Each has two thirds in common with the next, the first next to nothing with the last.
    words = words_of(1, 300)
    versions = [as_prose(words[begin : begin + 104]) for begin in range(0, 200, 20)]
    result = deduped(versions, Options(recall=0.9999, permutations=512))
    (members,) = result.clusters.members()
    assert members.tolist() == list(range(10))
    assert result.clusters.kept.tolist() == [True, False] * 5
    assert set(pairs_found(result)) == {(row, row + 1) for row in range(9)}


@pytest.mark.parametrize(("keep", "kept"), [("first", "d0"), ("longest", "d2"), ("oldest", "d3")])
def test_which_of_a_cluster_is_kept_is_the_users_choice(keep: str, kept: str) -> None:
    story = words_of(1, 100)
    texts = [as_prose([*story, *["more"] * count]) for count in (0, 1, 3, 2, 3)]
    dates = ["2026-11-21", None, "2026-11-22", "Fri, 20 Nov 2026 23:00:00 +0000", "2026-11-21T00:30:00+01:00"]
    result = deduped(texts, Options(keep=keep), date=dates)
    assert [stays.id for stays in result.documents(np.flatnonzero(result.clusters.kept))] == [kept]
    assert {finding.source.id for finding in result.findings()} >= {kept}
    assert all(finding.page.id != kept for finding in result.findings())


def test_without_dates_the_oldest_cannot_be_kept() -> None:
    with pytest.raises(reuse.UsageError, match="no document has a date"):
        deduped([prose(1, 50)] * 2, Options(keep="oldest"))
    assert len(deduped([], Options(keep="oldest")).clusters.kept) == 0


@pytest.mark.parametrize(
    "texts",
    [[], [prose(1, 50)], [prose(1, 50), prose(2, 50)], ["Too short.", "Too short."], [prose(1, 19)] * 2],
    ids=["nothing", "one", "unlike", "no shingle", "too short"],
)
def test_a_corpus_without_near_duplicates_stays_whole(texts: list[str]) -> None:
    for options in (None, Options(min_words=1)) if texts != [prose(1, 19)] * 2 else (None,):
        result = deduped(texts, options)
        assert list(result.findings()) == []
        assert len(result.pairs) == len(result.dropped) == len(result.clusters.members()) == 0
        assert result.clusters.kept.tolist() == [True] * len(texts)
        run = json.loads(json.dumps(result.run()))
        assert (run["documents"], run["pairs"], run["clusters"], run["dropped"]) == (len(texts), 0, 0, 0)


def test_a_run_of_dedupe_records_its_options_and_counts(crawl: list[str]) -> None:
    options = Options(resemblance=0.6, threads=2)
    note, gone = Notice("crawl", "passed over 3 .jpg"), Unreadable("gone.txt", None, "is not there")
    corpus = [document(f"d{row}", text) for row, text in enumerate(crawl)]
    result = reuse.dedupe([note, *corpus, document("b", PROGRAM), gone], options)
    run = json.loads(json.dumps(result.run()))
    plan = reuse.plan_bands(options)
    assert (run["schema"], run["version"]) == ("reuse.run/5", reuse.__version__)
    assert (run["options"], run["options_digest"]) == (options.digested(), options.digest())
    assert run["plan"] == {"bands": plan.bands, "rows": plan.rows, "recall": round(plan.recall, 6)}
    assert run["documents"] == len(crawl)
    assert run["candidates"] >= run["pairs"] == len(result.pairs)
    assert run["overfull_buckets"] == 0
    assert run["clusters"] == len(result.clusters.members()) > 5
    assert run["dropped"] == len(result.dropped) >= run["clusters"]
    assert run["too_short"] == [short.id for short in result.documents(result.too_short)]
    assert len(run["too_short"]) == 3
    assert run["notices"] == [str(note)]
    assert [row["path"] for row in run["unreadable"]] == ["b.txt", "gone.txt"]
    assert result.notices == (note,)
    assert (
        repr(result)
        == f"Deduplication(documents={len(crawl)}, pairs={len(result.pairs)}, dropped={run['dropped']})"
    )


def test_stages_of_dedupe_are_announced_in_order() -> None:
    stages: list[str] = []
    reuse.dedupe([document("a", prose(1, 50))], watch=stages.append)
    assert stages == ["reading", "boilerplate", "sketches", "candidates", "scores"]


# --- laws -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus() -> tuple[list[Document], list[Document]]:
    """Return sources and pages with reuse of every kind, the seeds among them."""
    sources = [words_of(number, count) for number, count in enumerate((400, 1200, 400))]
    speech = " ".join(words_of(50, 70))
    texts = [
        as_prose(sources[0]),
        as_prose([*words_of(10, 300), *sources[1][50:170], *words_of(11, 100)]),
        as_prose([f"{word}s" if place % 40 == 7 else word for place, word in enumerate(sources[2])]),
        f"{prose(12, 200)} “{speech}” {as_prose(sources[0][300:340])}",
        f"{as_prose(sources[1][:150])}\n\n{as_prose(sources[2][:150])}",
        prose(13, 300),
        prose(14, 10),
    ]
    articles = [document(f"article-{number}", as_prose(words)) for number, words in enumerate(sources)]
    articles.append(document("article-speech", f"{prose(15, 200)} “{speech}”"))
    articles.append(seed(ORIGINAL))
    pages = [document(f"page-{number}", text, url=f"https://{number}.org") for number, text in enumerate(texts)]
    return articles, pages + [seed(entry["path"]) for entry in MANIFEST["document"]]


def test_threads_change_no_byte_of_a_report(
    corpus: tuple[list[Document], list[Document]], tmp_path: Path
) -> None:
    reports = []
    for threads in (1, 2, 8):
        audit = reuse.audit(*corpus, Options(threads=threads))
        folder = tmp_path / str(threads)
        write_folder(folder, audit.scored, audit)
        reports.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert reports[0] == reports[1] == reports[2]
    assert reports[0]["findings.jsonl"].count(b"\n") > 8
    assert {finding.verdict for finding in audit.scored} >= {"identical", "near-duplicate", "spun", "excerpt"}


@laws
@given(order=st.permutations(range(5)))
def test_the_order_of_sources_changes_nothing(
    corpus: tuple[list[Document], list[Document]], order: list[int]
) -> None:
    articles, pages = corpus
    shuffled = reuse.audit([articles[row] for row in order], pages)
    assert lines(shuffled) == lines(reuse.audit(articles, pages))
    assert names(shuffled) == sorted(
        names(shuffled), key=lambda pair: ([page.id for page in pages].index(pair[0]), pair[1])
    )


def test_pages_one_by_one_give_the_findings_of_all_together(
    corpus: tuple[list[Document], list[Document]],
) -> None:
    articles, pages = corpus
    # No place is taken from a pair by another one.
    options = Options(single_hits=len(articles))
    alone = [finding for page in pages for finding in reuse.audit(articles, [page], options).scored]
    assert tuple(alone) == reuse.audit(articles, pages, options).scored


def test_compare_says_what_audit_says(corpus: tuple[list[Document], list[Document]]) -> None:
    by_id = [{found.id: found for found in side} for side in corpus]
    for finding in reuse.audit(*corpus).scored:
        source, page = by_id[0][finding.source.id], by_id[1][finding.page.id]
        comparison = reuse.compare(source, page)
        # The same but for what brought the pair: here it was named.
        assert comparison.finding == dataclasses.replace(by_itself(finding), lanes=())
        assert finding.lanes
        for text, given_document, sha256 in (
            (comparison.source_text, source, finding.source_sha256),
            (comparison.page_text, page, finding.page_sha256),
        ):
            content = given_document.content
            assert text == (content if isinstance(content, str) else content.decode())
            assert hashlib.sha256(text.encode()).hexdigest() == sha256


def test_scores_are_the_same_from_either_side(corpus: tuple[list[Document], list[Document]]) -> None:
    for source, page in itertools.product(*corpus):
        try:
            one, other = reuse.compare(source, page).finding, reuse.compare(page, source).finding
        except reuse.InputError as fault:
            assert "too short" in str(fault)  # noqa: PT017 - one document of the corpus is
            continue
        assert one.resemblance == other.resemblance
        assert (one.source_in_page, one.page_in_source) == (other.page_in_source, other.source_in_page)
        assert one.longest_run == other.longest_run
        assert (one.features["order"], one.features["shared"]) == (
            other.features["order"],
            other.features["shared"],
        )
        assert (one.verdict == "identical") == (other.verdict == "identical")


ODD_WORDS = """
word other Third forth, fifth. “sixth” don’t co-operate café cafe\u0301 ﬁne ｗｉｄｅ Ⅷ ½ 漢字 かな ไทย ខ្មែរ
नमस्ते كِتاب שָׁלוֹם soft\u00adhyphen zero\u200bwidth раypal \U0001f600 \U0001d41a\U0001d41b « »
"""
FRAGMENTS = [*ODD_WORDS.split(), "\u2028", "\r\n"]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.lists(st.sampled_from(FRAGMENTS), min_size=4, max_size=30),
    st.lists(st.sampled_from(FRAGMENTS) | st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=12),
    st.sampled_from([" ", "\n", ", "]),
)
def test_spans_hold_the_same_words_and_counts_add_up(
    source: list[str], page: list[str | tuple[int, int]], between: str
) -> None:
    taken = [
        part if isinstance(part, str) else between.join(source[part[0] : part[0] + part[1]]) for part in page
    ]
    texts = between.join(source), between.join(taken) or "word"
    options = Options(min_words=1, shingle=2, character_shingle=2, window=1, min_run=2, min_shared=1, threads=1)
    for finding in audited([texts[0]], [texts[1]], options).scored:
        check_counts(finding, options)
        check_spans(finding, *texts)


def test_spans_and_counts_of_the_corpus(corpus: tuple[list[Document], list[Document]]) -> None:
    audit = reuse.audit(*corpus)
    assert sum(len(finding.passages) for finding in audit.scored) > 10
    for finding in audit.scored:
        check_counts(finding, audit.options)
        check_spans(finding, *audit.texts_of(finding))


def by_itself(finding: Finding) -> Finding:
    """Return a finding as it would be if its page had no other, and nobody asked who was first."""
    credited = finding.matched_words if finding.verdict in ACCUSED else 0
    return dataclasses.replace(
        finding, credited_words=credited, also_matches=(), attribution=None, precedence=None
    )


def check_spans(finding: Finding, source: str, page: str) -> None:
    """Assert that the spans of each passage are cut into its words, and that these are as alike as it says."""
    spans = [
        text[begin:end]
        for passage in finding.passages
        for text, begin, end in (
            (source, passage.source_begin, passage.source_end),
            (page, passage.page_begin, passage.page_end),
        )
    ]
    tokens = tokenize(extract([document(str(row), span) for row, span in enumerate(spans)]), Options(threads=1))
    words = [tokens.hash[begin:end].tolist() for begin, end in itertools.pairwise(tokens.offsets.tolist())]
    for passage, taken, has in zip(finding.passages, words[::2], words[1::2], strict=True):
        assert (len(taken), len(has)) == (passage.source_words, passage.words)
        assert (passage.kind == "verbatim") == (taken == has)
        assert passage.equal_words <= sum((Counter(taken) & Counter(has)).values())


def check_counts(finding: Finding, options: Options) -> None:
    """Assert that the numbers of a finding fit each other."""
    passages = finding.passages
    assert finding.matched_words == sum(passage.words for passage in passages) <= finding.page_words
    assert finding.quoted_words == sum(passage.quoted_words for passage in passages) <= finding.matched_words
    assert finding.matched_source_words <= finding.source_words
    assert finding.matched_source_words <= sum(passage.source_words for passage in passages)
    assert finding.credited_words <= finding.matched_words
    assert sum(finding.words_by_kind.values()) == finding.page_words
    assert finding.moved_words <= finding.matched_words
    assert all(options.min_run <= passage.words for passage in passages)
    verbatim = [passage.words for passage in passages if passage.kind == "verbatim"]
    assert max(verbatim, default=0) <= finding.longest_run <= min(finding.page_words, finding.source_words)
    assert all(left.page_end <= right.page_begin for left, right in itertools.pairwise(passages))
    for share in (
        finding.share_of_page,
        finding.share_of_source,
        finding.resemblance,
        finding.source_in_page,
        finding.page_in_source,
        finding.probability,
        *(passage.identity for passage in passages),
    ):
        assert 0 <= share <= 1
    assert finding.resemblance <= min(finding.source_in_page, finding.page_in_source)
    assert finding.reasons
    assert all(reason and reason == reason.strip() for reason in finding.reasons)


# --- what a run records -----------------------------------------------------------------------


def test_a_run_records_its_options_and_counts(corpus: tuple[list[Document], list[Document]]) -> None:
    options = Options(window=3, threads=2)
    audit = reuse.audit(*corpus, options)
    scored = audit.scored
    run = json.loads(json.dumps(audit.run()))
    assert run["schema"] == "reuse.run/5"
    plan = reuse.plan_bands(options)
    assert run["plan"] == {
        "bands": plan.bands,
        "rows": plan.rows,
        "recall": pytest.approx(plan.recall, abs=1e-6),
    }
    lanes = [lane for finding in scored for lane in finding.lanes]
    assert run["candidates_by_lane"] == {lane: lanes.count(lane) for lane in ("postings", "bands", "terms")}
    assert run["overfull_buckets"] == 0
    assert run["version"] == reuse.__version__
    assert run["options_digest"] == options.digest() == dataclasses.replace(options, threads=1).digest()
    assert "threads" not in run["options"]
    assert (run["sources"], run["pages"]) == tuple(map(len, corpus))
    assert run["candidates"] == len(scored) == sum(run["verdicts"].values())
    assert run["pairs_sharing_a_fingerprint"] >= run["candidates_by_lane"]["postings"] > 0
    assert run["too_short"] == ["page-6"]


def test_what_is_judged_once_more_is_not_counted_twice(
    corpus: tuple[list[Document], list[Document]],
) -> None:
    audit = reuse.audit(*corpus)
    run = audit.run()  # judges all, as nothing has been
    assert run["candidates"] == len(audit.scored) > 0
    whole = Tally()
    batches = list(audit.batches())
    for batch in batches:
        whole.add(batch.tally)
    assert tuple(finding for batch in batches for finding in batch.scored) == audit.scored
    assert audit.tally == whole
    assert audit.run() == run


def test_a_finding_is_named_by_its_pair_alone() -> None:
    text = prose(1, 100)
    once = judged(text, text)
    again = judged(text, f"{text} {prose(2, 100)}", Options(window=2))
    assert once.id == again.id
    assert len(once.id) == 16
    # The names of a pair cannot run into each other.
    twisted = [
        reuse.compare(document(source, text), document(page, text)).finding.id
        for source, page in (("a", "bc"), ("ab", "c"), ("c", "ab"))
    ]
    assert len(set(twisted)) == 3


def test_the_most_copied_story_is_no_boilerplate() -> None:
    article = prose(1, 60)
    pages = [document(f"p{number}", f"{prose(number + 2, 20)} {article}") for number in range(300)]
    audit = reuse.audit([document("s", article)], pages, reuse.Options(max_sites=10))
    assert len(audit.findings) == 300


def test_the_probability_does_not_contradict_the_verdict() -> None:
    quoted = "\u201c" + prose(3, 80) + "\u201d"
    common = " ".join(["the of and to in it is on that by"] * 6)
    for text in (quoted, common, prose(4, 30)):
        finding = judged(text, text)
        assert finding.verdict == "identical"
        assert finding.probability == 0.999


def test_official_titles_in_chinese_are_no_excerpt() -> None:
    # Six titles of 13 to 17 characters in two texts that have nothing else in common.
    rng = random.Random(5)

    def drawn(count: int) -> str:
        return "".join(chr(rng.randrange(0x4E00, 0x9F00)) for _ in range(count))

    titles = [drawn(length) for length in (13, 14, 15, 16, 17, 17)]
    source, page = ("\u3002".join(drawn(40) + title for title in titles) for _ in range(2))
    assert judged(source, page).verdict not in reuse.ACCUSED


@pytest.mark.parametrize("words", [20, 39])
def test_a_template_of_few_words_is_no_copy(words: int) -> None:
    shared = prose(6, words).split()
    page = [word if place % 4 else f"other{place}" for place, word in enumerate(shared)]
    finding = reuse.compare(document("s", " ".join(shared)), document("p", " ".join(page))).finding
    assert finding.features["order"] > 0.2
    assert finding.verdict not in ACCUSED


def test_a_page_of_a_million_words_is_judged_in_seconds() -> None:
    sources = [document(f"s{number}", prose(number, 200)) for number in range(5)]
    page = document("p", " ".join([prose(0, 100), *(f"w{number * 7919 % 50_021}" for number in range(10**6))]))
    begin = time.process_time()
    (finding,) = reuse.audit(sources, [page], reuse.Options(threads=1)).findings
    assert finding.source.id == "s0"
    assert time.process_time() - begin < 20
