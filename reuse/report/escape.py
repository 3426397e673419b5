"""Text of strangers made safe to show: nothing in it may move a cursor, turn a line or start a formula."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlsplit

# C0 and C1 controls steer terminals; bidirectional controls and invisibles make a line read as another one;
# U+2028 and U+2029 are line ends to some readers; lone surrogates cannot be encoded.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACE = re.compile("[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")
_JOINERS = re.compile(
    "(?<=[\u0600-\u1fff\u3040-\ud7ff\U0001f000-\U0001ffff\ufe0f])([\u200c\u200d])(?=[\u0600-\u1fff\u2600-\u27bf\u3040-\ud7ff\U0001f000-\U0001ffff])"
)
# Spreadsheets take these for the beginning of a formula, some of them full width too.
_FORMULA = re.compile(r"^[\s\u00a0]*[=+\-@\t\r＝＋－＠]")


def one_line(text: str) -> str:
    r"""Return `text` with everything a terminal would obey, or not show, written as an escape.

    Examples
    --------
    >>> one_line("a\x1b[2Jb\u202ec")
    'a\\x1b[2Jb\\u202ec'
    """
    return _UNSAFE.sub(lambda found: found.group().encode("unicode_escape", "backslashreplace").decode(), text)


def running(text: str) -> str:
    r"""Return running text on one line: blanks for white space, and the same escapes.

    Joiners stay where the scripts that need them have them, between letters beyond Latin, Greek and Cyrillic.

    Examples
    --------
    >>> running("a\tb\x1b[2J\u202ec\r\n\u0646\u200c\u0645") == r"a b\x1b[2J\u202ec " + "\u0646\u200c\u0645"
    True
    """
    parts = _JOINERS.split(_SPACE.sub(" ", text))
    return "".join(part if n % 2 else one_line(part) for n, part in enumerate(parts))


def markup(text: str) -> str:
    r"""Return running text as HTML, in which the same characters stand as labels that tell their numbers.

    Line ends and tabs stay, for a style that keeps white space; so do the joiners of `running`.

    Examples
    --------
    >>> markup("a<b\u202ec\r\n")
    'a&lt;b<span class="odd">U+202E</span>c&#13;\n'
    """
    if text.isprintable():  # as most are: none of these characters is
        return html.escape(text)
    return "".join(
        part if n % 2 else _UNSAFE.sub(_label, html.escape(part)) for n, part in enumerate(_JOINERS.split(text))
    )


def _label(found: re.Match[str]) -> str:
    character = found.group()
    if character in "\t\n":
        return character
    if character == "\r":  # as it stands, a browser would read another character
        return "&#13;" if found.string.startswith("\n", found.end()) else "&#13;<br>"
    return f'<span class="odd">U+{ord(character):04X}</span>'


def json_safe(encoded: str) -> str:
    r"""Return JSON with the same characters as JSON escapes; its value is unchanged.

    Examples
    --------
    >>> json_safe('"\x9b1m"')
    '"\\u009b1m"'
    """
    return _UNSAFE.sub(_json_escape, encoded)


def _json_escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def cell(text: str) -> str:
    """Return `text` as a spreadsheet cell: one line, and never a formula.

    Examples
    --------
    >>> cell("=HYPERLINK(1)"), cell("plain")
    ("'=HYPERLINK(1)", 'plain')
    """
    safe = one_line(text)
    return f"'{safe}" if _FORMULA.match(safe) else safe


#: What means something to Markdown in the middle of a line, or in a table's cell: emphasis, code, links, HTML,
#: references, mathematics; braces for the templates of static sites.
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~${}]")
#: What becomes a link by itself: addresses by the colon or the full stop; mentions and numbers of issues.
_ADDRESSES = re.compile(r"(?<=[a-z])(?=://)|(?<=www)(?=\.)", re.IGNORECASE)
_MENTIONS = re.compile(r"@+|#+(?=[0-9])|GH-(?=[0-9])", re.IGNORECASE)
#: What stays as it is in an address, beside letters, digits and ``-._~``. Dollars make mathematics.
_OF_ADDRESS = "/:?#[]@!&'*+,;=%"
_REFERENCE = re.compile(r"&(?=#?[0-9a-z]+;)", re.IGNORECASE)
#: Longer addresses become no links.
_LONGEST_ADDRESS = 2_000


def markdown_text(text: str) -> str:
    r"""Return text that Markdown shows as it is, in the middle of a line: CommonMark's, and that of GitHub.

    Examples
    --------
    >>> print(markdown_text("*Sale*|<b>: ask @you, www.example.org"))
    \*Sale\*\|\<b\>: ask `@`you, www\.example.org
    """
    escaped = _MARKUP.sub(r"\\\g<0>", one_line(text).strip())
    return _MENTIONS.sub(r"`\g<0>`", _ADDRESSES.sub(r"\\", escaped))


def markdown_code(text: str) -> str:
    """Return text as code, between more backticks than it has in a row.

    Examples
    --------
    >>> markdown_code("a`b")
    '``a`b``'
    """
    safe = one_line(text)
    fence = "`" * (max(map(len, re.findall("`+", safe)), default=0) + 1)
    edge = " " if safe.startswith(("`", " ")) or safe.endswith(("`", " ")) else ""
    return f"{fence}{edge}{safe}{edge}{fence}"


def is_web_address(url: str) -> bool:
    """Tell whether an address may become a link: one that leads to the web, to the site that it shows.

    Examples
    --------
    >>> is_web_address("https://example.org/@b"), is_web_address("https://bank.example@evil.example/")
    (True, False)
    """
    if one_line(url) != url or url != url.strip():
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # "https://[": leads nowhere
        return False
    return parts.scheme in ("http", "https") and bool(host) and not re.search(r"[@\\\s]", parts.netloc)


def markdown_target(url: str | None) -> str | None:
    """Return an address as the target of a link; None if it leads elsewhere than to the web, or than it seems.

    Examples
    --------
    >>> markdown_target("https://example.org/a b)(|ä?x=1&y=2#top")
    'https://example.org/a%20b%29%28%7C%C3%A4?x=1&y=2#top'
    >>> markdown_target("javascript:alert(1)"), markdown_target("https://bank.example@evil.example/")
    (None, None)
    """
    if not url or len(url) > _LONGEST_ADDRESS or not is_web_address(url):
        return None
    return _REFERENCE.sub("&amp;", quote(url, _OF_ADDRESS))
