"""Values to pieces of Markdown: CommonMark, with the tables of GitHub's dialect.

What comes from outside is escaped here: nothing becomes markup, a link or a mention.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reuse.report.escape import markdown_target, markdown_text, one_line, running
from reuse.report.summary import plural
from reuse.report.table import name_of, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reuse.values import Document

#: Characters of a name.
NAME = 100
#: What stands between two characters, and would be left over where a text is cut behind it.
_BETWEEN = "\u200c\u200d\ufe0f"


def rows_of(*headers: str, rows: Iterable[Sequence[str]]) -> str:
    """Return a table.

    Parameters
    ----------
    *headers : str
        Those that begin with ``>`` stand above columns of numbers.
    rows : iterable of sequence of str
        Cells, made safe.

    Examples
    --------
    >>> print(rows_of("site", ">pages", rows=[("example.org", "3")]))
    | site | pages |
    | --- | ---: |
    | example.org | 3 |
    """
    lines = [[header.removeprefix(">") for header in headers]]
    lines.append(["---:" if header.startswith(">") else "---" for header in headers])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (*lines, *rows))


def more(count: int, what: str) -> str:
    r"""Return a paragraph that counts what was left out, nothing if that is nothing.

    Examples
    --------
    >>> more(2, "site"), more(0, "site")
    ('\n\n… and 2 more sites.', '')
    """
    return f"\n\n… and {plural(count, f'more {what}')}." if count > 0 else ""


def cut(text: str, most: int) -> str:
    """Return text on one line, so many characters of it at most."""
    safe = one_line(text)
    return safe if len(safe) <= most else f"{safe[: most - 1].rstrip(_BETWEEN)}…"


def prose(text: str, most: int) -> str:
    """Return running text for the middle of a line, so many characters of it at most."""
    return markdown_text(cut(running(text), most))


def document(one: Document) -> str:
    """Return a document by its title, or else its name, as a link if it has an address."""
    return named(one.title, name_of(one), one.url)


def named(title: str | None, name: str, url: str | None) -> str:
    """Return the same of what is told of a document."""
    of_id = markdown_text(shorten(name, NAME))
    shown = (prose(title, NAME) if title else of_id) or "(no name)"
    if target := markdown_target(url):
        return f"[{shown}]({target})"
    return f"{shown} ({of_id})" if title else shown
