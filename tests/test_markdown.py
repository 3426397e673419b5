"""A summary in Markdown: what it tells, and that nothing from outside becomes markup.

Covers: ``reuse/report/markdown.py``. Compares against: markdown-it, a renderer of CommonMark and of tables, and
what GitHub makes links of. Run: ``pytest tests/test_markdown.py``
"""

from __future__ import annotations

import dataclasses
import html
import random
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import reuse
from reuse.findings import Owed
from reuse.pairs import VERDICTS
from reuse.report.escape import markdown_code, markdown_target, markdown_text, one_line, running
from reuse.report.markdown import markdown
from reuse.report.overview import BY, NO_ADDRESS, groups, overview
from reuse.report.table import shorten
from reuse.rights import Dated, Precedence, Standing
from reuse.rights.values import STANDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

laws = settings(derandomize=True, deadline=None, max_examples=150)

ARTICLE = (
    "The town council decided on Tuesday evening to close the old iron bridge to lorries until the spring. "
    "Engineers who inspected it after the flood found cracks in two of its piers, said the mayor, Ida Holm. "
    "Shopkeepers on the far bank fear for their trade; a ferry is to run every half hour from November."
)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- comment",
    "![image](https://evil.example/pixel.png)",
    "[link](javascript:alert(1))",
    "](https://evil.example) [",
    "[ref]: https://evil.example",
    "[^1]",
    "a | b || \\| c \\",
    "| --- | --- |",
    "\\",
    "`code` ``more`` `",
    "`@`@@a`",
    "**bold** _em_ ~~gone~~ $x$ $$y$$",
    "# heading",
    "- [ ] task",
    "1. one",
    "> quote",
    "---",
    "\n\n# another\n\n<b>",
    "\r\n| a | b |\r\n| - | - |\r\n",
    "https://evil.example www.evil.example ftp://evil.example",
    "WWW.evil.example HTTPS://evil.example",
    "<https://evil.example>",
    "mail me@evil.example mailto:me@evil.example",
    "@admin #123 GH-123 owner/repo#1 owner/repo@abcdef",
    "&lt;b&gt; &#60;b&#62; &copy; &amp;lt;",
    "{{ template }} {% raw %}",
    "\u202etxt.exe\x1b[2J\u2028\ud800\x00",
    "    four spaces",
    " ",
    "x" * 5000,
]
#: Characters that mean something, drawn more often than others.
hostile_text = st.text("\\`*_[](){}<>&|~$!#@:/.-+='\"^ \n\t0aw;\u202e", max_size=24) | st.sampled_from(HOSTILE)

ADDRESSES = [
    "https://example.org/plain?x=1&y=2#top",
    "https://example.org/a_(b)|c*d_e",
    "https://example.org/?q=&copy;&lt;script&gt;",
    "https://example.org/$x$/`y`/<z>/'\"",
    "https://example.org/ä/漢",
    "https://example.org/a b",
    "HTTP://EXAMPLE.ORG/upper",
]
NO_TARGETS = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//example.org/a",
    "example.org/a",
    "https://",
    "https://[",
    "https://bank.example@evil.example/",
    "https://bank.example\\@evil.example/",
    "https://exa mple.org/",
    "https://example.org/\u202e",
    "https://example.org/\n)",
    "https://example.org/\ud800",
    f"https://example.org/{'a' * 3000}",
    "",
]


@cache
def renderer() -> MarkdownIt:
    """Return a parser of CommonMark with HTML, tables and strikethrough; what is escaped stays by itself."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("text_join")


def flat(tokens: Sequence[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *flat(token.children or ()))]


def shown(token: Token) -> str:
    """Return what a reader sees of a line."""
    return "".join(
        inner.content for inner in flat([token])[1:] if inner.type in ("text", "text_special", "code_inline")
    )


ALLOWED = {
    *(
        f"{kind}_{end}"
        for kind in ("heading", "paragraph", "table", "thead", "tbody")
        for end in ("open", "close")
    ),
    *(f"{kind}_{end}" for kind in ("tr", "th", "td", "link", "strong") for end in ("open", "close")),
    *(f"{kind}_{end}" for kind in ("bullet_list", "list_item") for end in ("open", "close")),
    *("inline", "text", "text_special", "code_inline"),
}
#: What GitHub makes a link, a mention or mathematics of, in text that is no code.
LINKED_BY_ITSELF = re.compile(r"[a-z]://|www\.|\w@\w|@\w|#\d|GH-\d|mailto:\S+@", re.IGNORECASE)


def check_harmless(text: str) -> list[Token]:
    """Parse a summary, and see that nothing in it is but what we make."""
    text.encode()
    tokens = flat(renderer().parse(text))
    assert {token.type for token in tokens} <= ALLOWED
    assert all(token.markup == "**" for token in tokens if token.type == "strong_open")
    for token in tokens:
        if token.type == "text":
            assert not LINKED_BY_ITSELF.search(token.content), token.content
    return tokens


def table_cells(tokens: Sequence[Token]) -> list[list[str]]:
    """Return the rows of all tables as they are shown."""
    rows: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if before.type in ("th_open", "td_open"):
            rows[-1].append(shown(token))
    return rows


def links(tokens: Sequence[Token]) -> list[str]:
    return [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]


def headings(tokens: Sequence[Token]) -> list[str]:
    return [shown(token) for before, token in pairwise(tokens) if before.type == "heading_open"]


# --- text and links -----------------------------------------------------------------------------


@settings(laws, max_examples=600)
@given(hostile_text | st.text(max_size=20))
@example("`@")
@example("@`")
@example("@@``@")
@example("\\|\\\\|")
@example("www.\\www.a")
def test_text_is_shown_as_it_is_in_a_cell(text: str) -> None:
    tokens = check_harmless(f"| a | b |\n| --- | --- |\n| {markdown_text(text)} | end |")
    cells = table_cells(tokens)
    assert cells[1:] == [[one_line(text).strip(), "end"]]


@laws
@given(hostile_text.filter(str.strip))
def test_code_is_shown_as_it_is(text: str) -> None:
    (_, line, _) = renderer().parse(f"so: {markdown_code(text)}")
    label, code = flat([line])[1:]
    assert (label.content, code.type, code.content) == ("so: ", "code_inline", one_line(text))


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_web_address_is_a_target(url: str) -> None:
    target = markdown_target(url)
    assert target is not None
    tokens = check_harmless(f"| a |\n| --- |\n| [x]({target}) |")
    (href,) = links(tokens)
    assert href == quote(url, "/:?#[]@!&'*+,;=%")
    assert table_cells(tokens) == [["a"], ["x"]]


@pytest.mark.parametrize("url", [None, *NO_TARGETS, *HOSTILE])
def test_anything_else_is_no_target(url: str | None) -> None:
    if url is None or not url.startswith("https://evil.example"):
        assert markdown_target(url) is None


@laws
@given(st.text(max_size=12) | hostile_text, st.text(max_size=12) | hostile_text)
def test_no_address_leaves_its_link(path: str, query: str) -> None:
    target = markdown_target(f"https://example.org/{path}?{query}")
    if target is not None:
        tokens = check_harmless(f"| a | b |\n| --- | --- |\n| [x]({target}) | end |")
        assert links(tokens)[0].startswith("https://example.org/")
        assert len(links(tokens)) == 1
        assert table_cells(tokens)[1:] == [["x", "end"]]


# --- the summary --------------------------------------------------------------------------------


@cache
def an_audit() -> reuse.Audit:
    """Return an audit whose documents have hostile names; some have addresses and dates."""
    sources = [
        reuse.Document(f"s{n} {name}", f"{ARTICLE} {n} was said", "s", title=name or None)
        for n, name in enumerate(HOSTILE[:4])
    ]
    pages = [
        reuse.Document(
            f"p{n} {name}",
            ARTICLE if n % 2 else ARTICLE.replace("lorries", "trucks"),
            "p",
            url=(*ADDRESSES, *NO_TARGETS)[n % 20] or None,
            title=name if n % 3 else None,
            date=f"2026-{n % 11 + 1:02}-01" if n % 4 else None,
        )
        for n, name in enumerate(HOSTILE)
    ]
    return reuse.audit(sources, pages)


def a_run() -> dict[str, Any]:
    inputs = {"sources": HOSTILE[11], "pages": HOSTILE[:5]}
    unreadable = [
        {"path": name, "line": n or None, "reason": f"is {name}; mend it"} for n, name in enumerate(HOSTILE)
    ]
    return an_audit().run() | {"inputs": inputs, "unreadable": unreadable, "version": HOSTILE[0]}


@pytest.mark.parametrize("group_by", [None, *BY])
def test_nothing_from_outside_is_markup(group_by: str | None) -> None:
    audit = an_audit()
    tokens = check_harmless(markdown(audit.scored, a_run(), group_by=group_by, top=200))
    expected = {html.unescape(target) for f in audit.scored if (target := markdown_target(f.page.url))}
    assert set(links(tokens)) <= expected
    assert len(set(links(tokens))) >= (len(expected) if group_by in (None, "page") else 2)
    heads = headings(tokens)
    if group_by is None:
        assert heads[1:] == [
            "Verdicts",
            "Who was first",
            "Sites",
            "Articles",
            "Published",
            "Findings, the worst first",
            "What could not be read",
            "How this was made",
        ]
    else:
        assert heads[3] == f"By {group_by}"
        assert len(heads) - 6 == len(groups(audit.scored, group_by))


def test_what_is_decided_is_told_and_harmless() -> None:
    decided = [
        dataclasses.replace(
            finding,
            owed=(Owed(name, ADDRESSES[n % len(ADDRESSES)] or None, name if n % 2 else None, 5),),
            standing=Standing(STANDINGS[n % len(STANDINGS)], name, name, name),
            precedence=Precedence("page-first", Dated(stated=name), Dated(stated=name), None, name),
        )
        for n, (finding, name) in enumerate(zip(an_audit().findings, HOSTILE * 9, strict=False))
    ]
    run = a_run() | {"as_of": HOSTILE[3], "policy": {"file": HOSTILE[4], "sha256": HOSTILE[5]}, "explained": 3}
    tokens = check_harmless(markdown(decided, run, top=200))
    heads = headings(tokens)
    assert heads[2:5] == ["Licences", "Who was first", "Common sources"]
    rows = table_cells(tokens)
    assert sum(row[0] in STANDINGS for row in rows) == min(len(decided), len(STANDINGS))
    whys = [row[6] for row in rows if len(row) == 7][1:]
    assert len(whys) == len(decided)
    assert all(f"{word}: " in why for why in whys for word in ("licence", "dates", "common"))


def test_findings_are_shown_by_their_names() -> None:
    audit = an_audit()
    rows = table_cells(check_harmless(markdown(audit.scored, a_run(), top=200)))
    found = [row for row in rows if len(row) == 7]
    assert len(found) == len(audit.findings) + 1
    names = {row[1] for row in found}
    for finding in audit.findings:
        title = finding.page.title
        name = shorten(finding.page.id, 100).strip()
        if title is None:
            assert name in names
        elif markdown_target(finding.page.url) and title.strip():
            whole = running(title)
            assert (whole if len(whole) <= 100 else f"{whole[:99]}…").strip() in names
    for row in rows:
        if row[0] in ("spun", "identical") and len(row) == 4:
            assert int(row[1]) == sum(finding.verdict == row[0] for finding in audit.scored)


def test_an_overview_stands_at_the_head() -> None:
    audit = an_audit()
    text = markdown(audit.scored, a_run())
    whole = overview(audit.scored)
    assert text.startswith(f"# {whole.findings} findings of reuse\n")
    assert (
        f"{whole.pages} pages of {whole.sites} sites: {whole.words:,} words of {whole.sources} articles" in text
    )
    assert f"Looked at: {len(HOSTILE)} pages, 4 articles." in text


def test_rows_are_bounded_and_the_rest_is_counted() -> None:
    audit = an_audit()
    text = markdown(audit.scored, a_run(), top=3)
    assert f"… and {len(audit.findings) - 3} more findings." in text
    assert f"… and {len(HOSTILE) - 20} more inputs." in text
    by_page = markdown(audit.scored, {}, group_by="page", top=2)
    assert f"… and {overview(audit.scored).pages - 2} more pages." in by_page
    assert by_page.count("\n### ") == 2


def test_bars_tell_the_months() -> None:
    audit = an_audit()
    rows = table_cells(check_harmless(markdown(audit.scored, {})))
    first = next(number for number, row in enumerate(rows) if row[0] == "month")
    months = [row for row in rows[first + 1 :] if re.fullmatch(r"2026-\d\d", row[0])]
    assert [row[0] for row in months] == [f"2026-{month:02}" for month in range(1, 12)]
    most = max(int(row[1]) for row in months)
    assert [len(row[2]) for row in months] == [-(-30 * int(row[1]) // most) for row in months]


def test_the_order_of_findings_makes_no_difference() -> None:
    findings = list(an_audit().scored)
    told = [markdown(findings, a_run(), group_by=by) for by in (None, *BY)]
    random.Random(1).shuffle(findings)
    assert [markdown(findings, a_run(), group_by=by) for by in (None, *BY)] == told


@pytest.mark.parametrize("group_by", [None, *BY])
def test_without_a_finding_it_says_so(group_by: str | None) -> None:
    independent = [dataclasses.replace(f, verdict="independent") for f in an_audit().scored]
    for findings, count in (([], "7"), (independent, str(len(independent)))):
        text = markdown(findings, {"sources": 1, "pages": 2, "verdicts": {"independent": 7}}, group_by=group_by)
        assert text.startswith("# No reuse found\n\nLooked at: 2 pages, 1 article.\n")
        assert f"\n| independent | {count} |" in text
        assert headings(check_harmless(text)) == ["No reuse found", "Verdicts"]


@pytest.mark.parametrize("group_by", [None, *BY])
def test_of_some_findings_nothing_is_told_of_the_others(group_by: str | None) -> None:
    audit, choice = an_audit(), "--site example.org --page '`x` | <b>'"
    run = a_run() | {"verdicts": {"independent": 7000, "quotation": 8000}}
    some = audit.findings[:3]
    text = markdown(some, run, group_by=group_by, chosen=choice)
    tokens = check_harmless(text)
    assert text.startswith("# 3 findings of reuse\n")
    assert "Looked at" not in text
    assert "could not be read" not in text
    assert "7,000" not in text
    assert "8,000" not in text
    assert headings(tokens)[-1] == "How this was made"
    told = [shown(token) for token in tokens if token.type == "inline"]
    assert any(line.endswith(f" Of the report: {choice}.") for line in told)
    counts = [(row[0], int(row[1])) for row in table_cells(tokens) if len(row) == 4 and row[1].isdecimal()]
    assert counts == [
        (verdict, count) for verdict in VERDICTS if (count := sum(one.verdict == verdict for one in some))
    ]
    assert "8,000" in markdown(some, run, group_by=group_by)


def test_where_no_finding_fits_it_says_so() -> None:
    run = {"sources": 5, "pages": 4, "verdicts": {"independent": 7}, "version": "1"}
    text = markdown([], run, chosen="--site third.org")
    assert text.startswith(
        "# No finding fits the choice\n\nOf the report: `--site third.org`.\n\n## How this was"
    )
    independent = [dataclasses.replace(one, verdict="independent") for one in an_audit().scored[:2]]
    text = markdown(independent, run, chosen="--site third.org")
    assert text.startswith("# No reuse found\n\nOf the report: `--site third.org`.\n\n## Verdicts\n")
    assert "\n| independent | 2 |" in text
    assert "spun" not in text.partition("| independent")[0]


@pytest.mark.parametrize("title", ["می\u200cخواهم", "क्\u200dष", "\U0001f469\u200d\U0001f680 *launch*\n\tsoon"])
def test_titles_keep_what_their_scripts_need(title: str) -> None:
    page = an_audit().findings[0].page._replace(title=title, url="https://example.org/a")
    reason = f"reuses\n{title}"
    one = dataclasses.replace(an_audit().findings[0], page=page, reasons=(reason,))
    rows = table_cells(check_harmless(markdown([one], {})))
    (told,) = (row for row in rows if len(row) == 7 and row[0] == one.verdict)
    assert (told[1], told[6]) == (" ".join(title.split()), " ".join(reason.split()))
    many = dataclasses.replace(one, page=page._replace(title="ن\u200c" * 80), source=page._replace(id="a\n\tb"))
    (told,) = (
        row
        for row in table_cells(check_harmless(markdown([many], {})))
        if len(row) == 7 and row[0] != "verdict"
    )
    assert told[1].startswith("ن\u200cن")
    assert told[1].endswith("ن…")
    assert len(told[1]) <= 100


def test_names_are_shown_to_the_letter() -> None:
    page = an_audit().findings[0].page._replace(id="a\n  b\u200d", title=None, url=None)
    text = markdown([dataclasses.replace(an_audit().findings[0], page=page)], {})
    assert markdown_text("a\\n  b\\u200d") in text


@pytest.mark.parametrize(("words", "told"), [(1000, "100%"), (999, "99%"), (9, "<1%"), (10, "1%")])
def test_a_share_of_all_is_all(words: int, told: str) -> None:
    first = an_audit().findings[0]
    some = dataclasses.replace(first.passages[0], source_token=0, source_words=words, page_token=0, words=words)
    one = dataclasses.replace(first, passages=(some,), matched_words=words, matched_source_words=words)
    one = dataclasses.replace(one, page_words=1000, source_words=1000)
    rows = table_cells(check_harmless(markdown([one], {})))
    (finding,) = (row for row in rows if len(row) == 7 and row[0] == one.verdict)
    assert finding[4:6] == [told, told]
    (site,) = (row for row in rows if row[0] == (first.page.site or NO_ADDRESS))
    assert site[2] == told
    assert f"({told})," in markdown([one], {}, group_by="page")


def test_of_one_corpus_it_says_so() -> None:
    documents = [reuse.Document(name, ARTICLE, name) for name in "ab"]
    result = reuse.dedupe(documents)
    text = markdown(list(result.findings()), result.run())
    assert "Looked at: 2 documents, compared with each other." in text
    check_harmless(text)


def test_what_cannot_be_grouped_by_is_said_so() -> None:
    with pytest.raises(reuse.UsageError, match="cannot be grouped by 'author'"):
        markdown([], {}, group_by="author")


@pytest.mark.parametrize("boilerplate", [1234, {"sources": 5, "pages": 1234}])
def test_what_was_left_out_is_told(boilerplate: int | dict[str, int]) -> None:
    run = {"boilerplate_words": boilerplate, "too_short": ["a", "b"], "notices": ["a note"]}
    text = markdown([], run | {"capped_by_articles": 2, "capped_by_sites": 1, "options_digest": "abc"})
    assert text.endswith(
        "## How this was made\n\n- 1,234 words of boilerplate left out\n- 2 documents too short for a verdict\n"
        "- 3 fingerprints too common to bring pairs\n- 1 note of the readers in `run.json`\n"
    )
