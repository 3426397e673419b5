"""Findings to ``report.html``: one file that opens from disk, with all that it shows inside.

The page is a skeleton, a style sheet and a script, all three in ``assets/``, and data: an index of what the
lists show, and blocks of texts and details that the script unpacks when they are looked at. Data are JSON,
packed by deflate and written in base64, so that nothing in them can be taken for markup. The page may load
nothing, and run nothing but its own script: its Content-Security-Policy names the hashes of both.
"""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from reuse import __version__
from reuse.findings import disguise
from reuse.pairs import ACCUSED, KINDS, VERDICTS
from reuse.report.command import command
from reuse.report.decided import STANDINGS_SAY, credit_lines
from reuse.report.escape import json_safe, running
from reuse.report.groups import lag_in_words
from reuse.report.meanings import CAVEAT, SAYS
from reuse.report.overview import NO_ADDRESS, depths, overview, strip, text_of
from reuse.report.pages.pieces import cut
from reuse.report.pages.policy import policy
from reuse.report.records import head_record
from reuse.report.selection import ORDERS
from reuse.report.timeline import day_of, days
from reuse.rights import values
from reuse.rights.values import STANDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from reuse.findings import Finding
    from reuse.pipeline import Comparison
    from reuse.report.overview import Group
    from reuse.values import Document, Ids, Offsets

#: Findings in a page, unless asked for others: more make a file that browsers are slow to open.
MOST = 10_000
#: What the page can begin with.
VIEWS = ("overview", "findings", "sites", "articles", "pages")
_ASSETS = files("reuse.report.pages") / "assets"
#: In this order: each names only what stands before it.
_SCRIPTS = (
    "data.js",
    "dom.js",
    "hash.js",
    "charts.js",
    "table.js",
    "decided.js",
    "findings.js",
    "overview.js",
    "groups.js",
    "marks.js",
    "article.js",
    "follow.js",
    "reader.js",
    "facts.js",
    "pair.js",
    "main.js",
)
#: Characters of JSON in a block: it is packed well, and unpacked in a blink.
_BLOCK = 200_000
_LEVEL = 6
#: Lines of more words are shown in the heat strip as several paragraphs of this many at most.
_PARAGRAPH = 120
#: Notes and unreadable inputs that are listed; ``run.json`` has all.
_LISTED = 200


def write_html(
    write: Callable[[bytes], object],
    findings: Sequence[Finding],
    run: Mapping[str, Any],
    compare: Callable[[Iterable[Finding]], Iterator[Comparison]] | None,
    *,
    chosen: str | None = None,
    view: str = VIEWS[0],
    order: str = ORDERS[0],
    most: int = MOST,
) -> None:
    """Write findings as a page.

    Parameters
    ----------
    write : callable
        Takes the page piece by piece, UTF-8.
    findings : sequence of Finding
        In the order in which they are listed.
    run : mapping
        What ``run.json`` holds, or nothing.
    compare : callable or None
        Sets findings side by side, in their order. Without it the page has no texts: numbers and offsets alone.
    chosen : str or None
        The words of a choice, if these are some findings of a report alone.
    view : str
        One of `VIEWS`: what is shown first.
    order : str
        What that order is called, one of `reuse.report.selection.ORDERS`.
    most : int
        Findings that the page has, the first; counts are of all.
    """
    head, foot = _skeleton()
    write(head)
    blocks = _Blocks(write)
    shown = findings[:most]
    index = _Index(findings, shown, run)
    # Findings of one source stand together, and so do the texts that resemble each other: they pack well.
    rows = sorted(range(len(shown)), key=lambda row: (index.source_row(row), row))
    if compare is None:
        for row in rows:
            index.block[row] = blocks.add("findings", row, _detail(shown[row]))
    else:
        texts = _Texts(blocks)
        for row, compared in zip(rows, compare(shown[row] for row in rows), strict=True):
            source = index.source_row(row)
            if index.lacks_article(compared.finding):
                article = _article(compared, index.findings_of(compared.finding), texts)
                index.article_block[source] = blocks.add("sources", source, article)
            index.block[row] = blocks.add("findings", row, _compared(compared, texts))
    blocks.close()
    asked = {"group": view, "order": order, "chosen": chosen, "text": compare is not None}
    write(_data("index", _json(asked | index.value())))
    write(foot)


# --- the page ---------------------------------------------------------------------------------


def _skeleton() -> tuple[bytes, bytes]:
    """Return what comes before the data, and what behind."""
    style = (_ASSETS / "report.css").read_text("utf-8")
    bodies = "\n".join((_ASSETS / name).read_text("utf-8") for name in _SCRIPTS)
    script = f'"use strict";\n(() => {{\n{bodies}\n}})();\n'
    parts = {
        "title": "Text reuse report",
        "csp": html.escape(policy(style, script)),
        "style": style,
        "script": script,
    }
    page = (_ASSETS / "report.html").read_text("utf-8")
    head, foot = re.sub(r"\{\{(title|csp|style|script)\}\}", lambda found: parts[found[1]], page).split(
        "{{data}}"
    )
    return head.encode(), foot.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _data(name: str, encoded: str) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    packed = packer.compress(_utf8(encoded)) + packer.flush()
    return b'<script type="application/octet-stream" id="%s">%s</script>\n' % (
        name.encode(),
        base64.b64encode(packed),
    )


def _utf8(encoded: str) -> bytes:
    try:
        return encoded.encode()
    except UnicodeEncodeError:  # halves of characters, in names that somebody has put there
        return json_safe(encoded).encode()


class _Blocks:
    """Collects values and writes a block whenever there are enough."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._packer = ThreadPoolExecutor(max_workers=1)  # packs one block while the next is made
        self._packed: Future[bytes] | None = None
        self._number = 0
        self._held: dict[str, list[str]] = {}
        self._size = 0

    def add(self, kind: str, number: int, value: object) -> int:
        """Put a value into a block, and return which."""
        encoded = f'"{number}":{_json(value)}'
        self._held.setdefault(kind, []).append(encoded)
        self._size += len(encoded)
        at = self._number
        if self._size >= _BLOCK:
            self._end()
        return at

    def close(self) -> None:
        """Write what is held."""
        if self._held:
            self._end()
        self._write_packed()
        self._packer.shutdown()

    def _end(self) -> None:
        kinds = (f'"{kind}":{{{",".join(values)}}}' for kind, values in self._held.items())
        block = f"{{{','.join(kinds)}}}"
        self._write_packed()
        self._packed = self._packer.submit(_data, f"block-{self._number}", block)
        self._held, self._size = {}, 0
        self._number += 1

    def _write_packed(self) -> None:
        if self._packed is not None:
            self._write(self._packed.result())
            self._packed = None


class _Texts:
    """Gives each text a number, and puts it into a block at its first mention."""

    def __init__(self, blocks: _Blocks) -> None:
        self._blocks = blocks
        self._known: dict[str, tuple[int, int]] = {}

    def place(self, sha256: str, text: str) -> dict[str, int]:
        """Return the number of a text, and the block it is in."""
        if sha256 not in self._known:
            number = len(self._known)
            self._known[sha256] = number, self._blocks.add("texts", number, text)
        number, block = self._known[sha256]
        return {"text": number, "textBlock": block}


# --- a finding, an article --------------------------------------------------------------------


def _compared(compared: Comparison, texts: _Texts) -> dict[str, Any]:
    """Return a finding with both its texts."""
    finding = compared.finding
    source, page = _Units(compared.source_text), _Units(compared.page_text)
    of_source, of_page = cut(compared)
    return {
        **_detail(finding, source, page),
        "source": {
            **texts.place(finding.source_sha256, compared.source_text),
            "pieces": source.pieces(of_source.begin, of_source.style),
        },
        "page": {
            **texts.place(finding.page_sha256, compared.page_text),
            "pieces": page.pieces(of_page.begin, of_page.style),
        },
    }


def _detail(finding: Finding, source: _Units | None = None, page: _Units | None = None) -> dict[str, Any]:
    """Return what is told of a finding beside its texts; offsets are code points where these are not there."""
    told = head_record(finding, "")
    del told["options"]
    for trick in told["tricks"]:
        del trick["places"]
    told["also_matches"] = _printable(told["also_matches"])  # as the lists name them
    told["credits"] = list(credit_lines(finding.attribution)) if finding.attribution else []
    passages = finding.passages
    spans = (
        (source, [(p.source_begin, p.source_end) for p in passages]),
        (page, [(p.page_begin, p.page_end) for p in passages]),
    )
    of_source, of_page = (units.spans(places) if units else places for units, places in spans)
    rows = [
        [
            KINDS.index(p.kind),
            int(p.moved),
            *there,
            *here,
            p.words,
            p.source_words,
            p.equal_words,
            p.quoted_words,
        ]
        for p, there, here in zip(passages, of_source, of_page, strict=True)
    ]
    return {"record": told, "passages": rows, "source": None, "page": None}


def _article(compared: Comparison, findings: Sequence[Finding], texts: _Texts) -> dict[str, Any]:
    """Return how many pages have each word of an article, and each paragraph."""
    text, tokens, sha256 = compared.source_text, compared.source_tokens, compared.finding.source_sha256
    depth = depths(findings)
    units = _Units(text)
    first = np.flatnonzero(np.diff(depth, prepend=-1))
    last = np.append(first[1:], len(depth)) - 1
    begin, end = tokens.begin[first], tokens.end[last]
    # Between two words of equal depth is what stands between them, and between others nothing.
    cuts = np.stack([begin, end], axis=1).ravel()
    levels = np.stack([depth[first], np.zeros_like(first)], axis=1).ravel()
    keep = np.append(cuts[1:], len(text)) > cuts
    cuts, levels = np.append(0, cuts[keep]), np.append(0, levels[keep])
    if len(cuts) > 1 and cuts[1] == 0:
        cuts, levels = cuts[1:], levels[1:]
    low = _paragraphs(text, tokens.begin)
    high = np.append(low[1:], len(depth))
    places = units.spans(list(zip(tokens.begin[low].tolist(), tokens.end[high - 1].tolist(), strict=True)))
    counts = (high - low, np.add.reduceat((depth > 0).astype(np.int32), low), np.maximum.reduceat(depth, low))
    return {
        **texts.place(sha256, text),
        "pieces": units.pieces(cuts.astype(np.int32), levels),
        "paragraphs": [
            [*place, *told]
            for place, *told in zip(places, *(column.tolist() for column in counts), strict=True)
        ],
    }


def _paragraphs(text: str, begin: Ids) -> Offsets:
    """Return the first word of each line that has one, and of each part of a long one."""
    ends = np.array([found.start() for found in re.finditer("\n", text)], np.int32)
    firsts = np.flatnonzero(np.diff(np.searchsorted(ends, begin), prepend=-1))
    sizes = np.diff(firsts, append=len(begin))
    parts = -(-sizes // _PARAGRAPH)
    part = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    words: Offsets = np.repeat(firsts, parts) + np.repeat(sizes, parts) * part // np.repeat(parts, parts)
    return words


class _Units:
    """Places in a text as a browser counts them, in UTF-16."""

    def __init__(self, text: str) -> None:
        self._at: Offsets | None = None
        self._length = len(text)
        if not text.isascii():
            wide = np.frombuffer(text.encode("utf-32-le"), np.uint32) > 0xFFFF
            if wide.any():
                self._at = np.concatenate([[0], np.cumsum(wide + 1)])

    def spans(self, spans: Sequence[tuple[int, int]]) -> list[list[int]]:
        """Return spans of code points in these units."""
        if self._at is None or not spans:
            return [list(span) for span in spans]
        counted: list[list[int]] = self._at[np.array(spans)].tolist()
        return counted

    def pieces(self, begin: Ids, style: NDArray[Any]) -> list[int]:
        """Return the length and the style of each piece, one after another."""
        ends = np.empty(len(begin) + 1, np.int32)
        ends[:-1], ends[-1] = begin, self._length
        counted = ends if self._at is None else self._at[ends]
        pairs = np.empty((len(begin), 2), np.int64)
        pairs[:, 0], pairs[:, 1] = counted[1:] - counted[:-1], style
        flat: list[int] = pairs.ravel().tolist()
        return flat


# --- the index --------------------------------------------------------------------------------


class _Index:
    """What the lists of the page show, in columns."""

    def __init__(self, findings: Sequence[Finding], shown: Sequence[Finding], run: Mapping[str, Any]) -> None:
        self._run, self._given = run, findings
        self._overview = overview(findings, run.get("pages_by_site"))
        self.shown = shown
        self.block = [-1] * len(self.shown)
        self._of_source: dict[str, list[Finding]] = {}
        for finding in findings:
            self._of_source.setdefault(finding.source.id, []).append(finding)
        # Of a report too large for a page the first articles and sites are listed, and those of its findings.
        first = slice(len(shown))
        self._sources = _numbered(self._overview.by_source[first], [finding.source.id for finding in shown])
        self._pages = _numbered((), [finding.page.id for finding in shown])
        self._sites = _numbered(self._overview.by_site[first], [finding.page.site or "" for finding in shown])
        self._texts: dict[str, str] = {}
        self.article_block = [-1] * len(self._sources)

    def source_row(self, row: int) -> int:
        """Return the row of the source of a finding."""
        return self._sources[self.shown[row].source.id]

    def findings_of(self, finding: Finding) -> Sequence[Finding]:
        """Return all findings of the source of one."""
        return self._of_source[finding.source.id]

    def lacks_article(self, finding: Finding) -> bool:
        """Tell whether the text of a finding's source is the one to show, and is not there yet."""
        lacking = self.article_block[self._sources[finding.source.id]] < 0
        return lacking and finding.source_sha256 == self._told_by(finding.source.id)

    def _told_by(self, source: str) -> str:
        if source not in self._texts:
            self._texts[source] = text_of(self._of_source[source])
        return self._texts[source]

    def value(self) -> dict[str, Any]:
        """Return the index as JSON values; to be asked when the blocks of all are known."""
        run, told = self._run, self._overview
        return {
            "version": _printable(run.get("version", __version__)),
            "options": _printable(run.get("options_digest")),
            "command": command(run),
            "counted": {name: run[name] for name in ("sources", "pages", "documents") if name in run}
            | {"unreadable": len(run.get("unreadable", []))},
            "unreadable": _printable(run.get("unreadable", [])[:_LISTED]),
            "notices": _printable(run.get("notices", [])[:_LISTED]),
            "settings": _printable(run.get("options", {})),
            "total": len(self._given),
            "shown": len(self.shown),
            "verdicts": VERDICTS,
            "meanings": [SAYS[verdict] for verdict in VERDICTS],
            "caveat": CAVEAT,
            "kinds": KINDS,
            "verdictCounts": told.verdicts,
            **self._decided(),
            "words": told.words,
            "reused": {name: getattr(told, name) for name in ("findings", "pages", "sources", "sites")},
            "findings": self._findings(),
            "sources": self._articles(),
            "pages": self._page_columns(),
            "sites": self._site_columns(),
            "timeline": {
                "unit": told.timeline.unit,
                "bars": [bar._asdict() for bar in told.timeline.bars],
                "undated": told.timeline.undated,
            },
        }

    def _decided(self) -> dict[str, Any]:
        """Return how many findings have which standing and which order, and what decided that."""
        accused = [finding for finding in self._given if finding.verdict in ACCUSED]
        standings = Counter(finding.standing.status for finding in accused if finding.standing)
        orders = Counter(finding.precedence.order for finding in accused if finding.precedence)
        policy = self._run.get("policy")
        return {
            "standings": STANDINGS,
            "standingMeanings": [STANDINGS_SAY[status] for status in STANDINGS],
            "standingCounts": [standings[status] for status in STANDINGS],
            "orders": values.ORDERS,
            "orderCounts": [orders[order] for order in values.ORDERS],
            "asOf": _printable(self._run.get("as_of")),
            "policy": _printable(policy.get("file")) if isinstance(policy, dict) else None,
            "explained": self._run.get("explained", 0),
        }

    def _findings(self) -> dict[str, list[Any]]:
        rows = self.shown
        kinds = [finding.words_by_kind for finding in rows]
        return {
            "id": [finding.id for finding in rows],
            "verdict": [VERDICTS.index(finding.verdict) for finding in rows],
            "probability": [round(finding.probability, 6) for finding in rows],
            "source": [self._sources[finding.source.id] for finding in rows],
            "page": [self._pages[finding.page.id] for finding in rows],
            "words": [finding.matched_words for finding in rows],
            "credited": [finding.credited_words for finding in rows],
            **{kind: [words[kind] for words in kinds] for kind in KINDS},
            "moved": [finding.moved_words for finding in rows],
            "quoted": [finding.quoted_words for finding in rows],
            "ofPage": [round(finding.share_of_page, 4) for finding in rows],
            "ofSource": [round(finding.share_of_source, 4) for finding in rows],
            "longest": [finding.longest_run for finding in rows],
            "tricks": [int(any(disguise(finding.tricks))) for finding in rows],
            "also": [len(finding.also_matches) for finding in rows],
            "standing": [STANDINGS.index(one.standing.status) if one.standing else -1 for one in rows],
            "order": [values.ORDERS.index(one.precedence.order) if one.precedence else -1 for one in rows],
            "common": [sum(owed.words for owed in one.owed) for one in rows],
            "block": self.block,
        }

    def _articles(self) -> dict[str, list[Any]]:
        """Return all sources of findings, and behind them those that other pairs have."""
        groups = {group.key: group for group in self._overview.by_source}
        some = [(groups.get(name), self._of_source[name]) for name in self._sources]
        return {
            **_documents([findings[0].source for _, findings in some]),
            "date": [_printable(day_of(findings[0].source.date)) for _, findings in some],
            "site": [_printable(findings[0].source.site) for _, findings in some],
            "words": [group.of_words if group else findings[0].source_words for group, findings in some],
            "taken": [group.words if group else 0 for group, _ in some],
            "pages": [group.pages if group else 0 for group, _ in some],
            "sites": [group.sites if group else 0 for group, _ in some],
            "findings": [group.findings if group else 0 for group, _ in some],
            "credited": [group.credited if group else 0 for group, _ in some],
            "strip": [[round(depth, 2) for depth in strip(depths(findings)).tolist()] for _, findings in some],
            "block": self.article_block,
        }

    def _page_columns(self) -> dict[str, list[Any]]:
        groups = {group.key: group for group in self._overview.by_page}
        first = {finding.page.id: finding for finding in reversed(self.shown)}
        published = days(self._given)
        some = [(groups.get(name), first[name]) for name in self._pages]
        return {
            **_documents([finding.page for _, finding in some]),
            "date": [published[name] for name in self._pages],
            "site": [self._sites[finding.page.site or ""] for _, finding in some],
            "words": [group.of_words if group else finding.page_words for group, finding in some],
            "language": [_printable(finding.page_language or finding.page.language) for _, finding in some],
            "findings": [group.findings if group else 0 for group, _ in some],
            "credited": [group.words if group else 0 for group, _ in some],
        }

    def _site_columns(self) -> dict[str, list[Any]]:
        known = {group.key: group for group in self._overview.by_site}
        groups = [known.get(name) for name in self._sites]
        return {
            "name": [_printable(name or NO_ADDRESS) for name in self._sites],
            "pages": [group.pages if group else 0 for group in groups],
            "sources": [group.sources if group else 0 for group in groups],
            "findings": [group.findings if group else 0 for group in groups],
            "words": [group.words if group else 0 for group in groups],
            "worst": [VERDICTS.index(group.worst if group else VERDICTS[-1]) for group in groups],
            "first": [group.first if group else None for group in groups],
            "last": [group.last if group else None for group in groups],
            "counts": [group.counts if group else [0] * len(ACCUSED) for group in groups],
            "read": [group.pages_read if group else None for group in groups],
            "lag": [group.lag if group else None for group in groups],
            "lagTold": [
                "" if group is None or group.lag is None else lag_in_words(group.lag) for group in groups
            ],
            "lagOf": [group.lag_of if group else 0 for group in groups],
            "open": [group.open if group else 0 for group in groups],
            "mirrors": [_mirrors(group) for group in groups],
            "mirrored": [group.mirrored if group else 0 for group in groups],
        }


def _mirrors(group: Group | None) -> list[Any]:
    """Return the sites that mirror one: name, articles that both have, and how alike they are."""
    some = group.mirrors if group else ()
    return [[_printable(mirror.site), mirror.sources, round(mirror.alike, 4)] for mirror in some]


def _numbered(groups: Sequence[Group], names: Iterable[str]) -> dict[str, int]:
    """Give rows to groups, and behind them to other names."""
    return {name: row for row, name in enumerate(dict.fromkeys([*(group.key for group in groups), *names]))}


def _documents(documents: Sequence[Document]) -> dict[str, list[Any]]:
    names = ("id", "title", "url", "author")
    return {name: [_printable(getattr(document, name)) for document in documents] for name in names}


def _printable(value: Any) -> Any:
    """Return JSON values with every text in them on one line, odd characters written as escapes."""
    if isinstance(value, str):
        return running(value)
    if isinstance(value, dict):
        return {name: _printable(inner) for name, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list | tuple) else value
