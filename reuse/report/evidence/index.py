"""All sites of the evidence to ``index.html`` and ``sites.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from reuse import __version__
from reuse.pairs import VERDICTS
from reuse.report.escape import markup
from reuse.report.evidence.names import folder_name
from reuse.report.meanings import CAVEAT
from reuse.report.overview import groups
from reuse.report.pages.static import link, static_page
from reuse.report.spreadsheet import csv_table
from reuse.report.summary import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reuse.findings import Finding
    from reuse.values import Document


class Site(NamedTuple):
    """A site, and how much was found on it.

    Attributes
    ----------
    name : str or None
        None of pages without an address.
    found : tuple of Finding
        On its pages.
    folder : str
        The name of its folder.
    pages, words : int
        Words are counted once, also where several sources explain a page.
    """

    name: str | None
    found: tuple[Finding, ...]
    folder: str
    pages: int
    words: int


def site_of(name: str | None, found: Sequence[Finding]) -> Site:
    """Count what was found on a site."""
    (group,) = groups(found, "site")
    return Site(name, tuple(found), folder_name(name), group.pages, group.words)


def sites_table(sites: Iterable[Site]) -> Iterator[bytes]:
    """Yield the lines of ``sites.csv``."""
    rows = ((site.name, site.folder, len(site.found), site.pages, site.words) for site in sites)
    return csv_table(("site", "folder", "findings", "pages", "words"), rows)


def index(sites: Sequence[Site], run: Mapping[str, Any], *, texts: bool) -> str:
    """Return ``index.html``.

    Parameters
    ----------
    sites : sequence of Site
        In their order.
    run : mapping
        What ``run.json`` holds.
    texts : bool
        Whether there are findings side by side to lead to.
    """
    return static_page("Evidence of text reuse", _lines(sites, run, texts=texts))


def _lines(sites: Sequence[Site], run: Mapping[str, Any], *, texts: bool) -> Iterator[str]:
    total = sum(len(site.found) for site in sites)
    yield f'<header><p class="kicker">textreuse {markup(str(run.get("version", __version__)))}</p>'
    yield "<h1>Evidence of text reuse</h1>"
    yield f'<p class="lead">{plural(total, "finding")} on {plural(len(sites), "site")}.</p>'
    yield f'<p class="caveat">{CAVEAT} Each site has a folder of its own, made to be handed on.</p></header>'
    yield '<main><section aria-labelledby="sites"><h2 id="sites">Sites</h2>'
    yield '<table class="numbers"><thead><tr><th scope="col">site</th><th scope="col">findings</th>'
    yield '<th scope="col">pages</th><th scope="col">words</th><th scope="col">files</th></tr></thead><tbody>'
    for number, site in enumerate(sites):
        files = " ".join(f'<a href="{site.folder}/{name}">{name}</a>' for name in ("notice.md", "pairs.csv"))
        numbers = (f"{count:,}" for count in (len(site.found), site.pages, site.words))
        yield f'<tr><th scope="row"><a href="#site-{number}">{_shown(site.name)}</a></th>'
        yield "".join(f"<td>{cell}</td>" for cell in (*numbers, files)) + "</tr>"
    yield "</tbody></table></section>"
    for number, site in enumerate(sites):
        yield f'<section aria-labelledby="site-{number}"><h2 id="site-{number}">{_shown(site.name)}</h2>'
        yield '<table class="findings"><thead><tr><th scope="col">verdict</th><th scope="col">page</th>'
        yield '<th scope="col">source</th><th scope="col">words</th></tr></thead><tbody>'
        yield from (_row(finding, site.folder, texts=texts) for finding in _by_weight(site.found))
        yield "</tbody></table></section>"
    yield "</main>"


def _by_weight(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (VERDICTS.index(one.verdict), -one.matched_words))


def _row(finding: Finding, folder: str, *, texts: bool) -> str:
    verdict = markup(finding.verdict)
    place = f'<a href="{folder}/findings/{finding.id}.html">{verdict}</a>' if texts else verdict
    page, source = (_document(one) for one in (finding.page, finding.source))
    cells = f"<td>{page}</td><td>{source}</td><td>{finding.matched_words:,}</td>"
    return f'<tr><th scope="row">{place}</th>{cells}</tr>'


def _document(document: Document) -> str:
    address = link(document.url) if document.url else f"<bdi>{markup(document.id)}</bdi>"
    return f"<bdi>{markup(document.title)}</bdi><br>{address}" if document.title else address


def _shown(site: str | None) -> str:
    return f"<bdi>{markup(site)}</bdi>" if site else "pages without an address"
