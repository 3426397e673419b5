"""Text of strangers made safe to show: nothing in it may move a cursor, turn a line or start a formula."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlsplit

#: Characters that are not seen, or steer what is, as the inside of a class. `ODD` in pages/assets/dom.js has
#: the same but for line ends and tabs, which HTML shows.
_ODD = (
    "\x00-\x1f\x7f-\x9f"  # controls: they steer terminals
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # these turn what follows
    "\u2028\u2029"  # line ends to some readers
    "\xad\u034f\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"  # of these nothing is shown
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that are blank
    "\u180b-\u180f\ufe00-\ufe0f"  # these choose another form of what stands before them
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # controls of shorthand, and of music
    "\U000e0000-\U000e0fff"  # tags, in which a second text can hide, and more that choose forms
    "\ud800-\udfff"  # halves of pairs: no encoding has them
)
#: Scripts that are written with joiners: Arabic, Syriac, Indic, Burmese, Khmer, Mongolian.
_JOINED = (
    "\u0620-\u06ff\u0700-\u07bf\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u17ff"
    "\u1807\u180a\u1810-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufefc"
)
_MONGOLIAN = "\u1807\u180a\u1810-\u18af"
_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: Emoji, and the arrows, signs of mathematics and other symbols that have a second form.
_PICTURE = "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
# The class comes first, by which candidates are found fast. Then come places where they belong: of a joiner
# between letters, or pictures, that it joins; of what chooses a form behind a picture, a keycap, a character, a
# letter of Mongolian. There they are left alone.
_UNSAFE = re.compile(
    f"[{_ODD}]"
    f"(?!(?<=[{_JOINED}][\u200c\u200d])[{_JOINED}])"
    f"(?!(?<=[{_PICTURE}]\u200d)[{_PICTURE}])"
    f"(?!(?<=[{_PICTURE}]\ufe0f\u200d)[{_PICTURE}])"
    "(?!(?<=[#*0-9]\ufe0f)\u20e3)"
    f"(?<![{_PICTURE}{_HAN}][\ufe00-\ufe0f])"
    f"(?<![{_MONGOLIAN}][\u180b-\u180f])"
    f"(?<![{_HAN}][\U000e0100-\U000e01ef])"
)
_ANYWHERE = re.compile(f"[{_ODD}]")
_SPACE = re.compile("[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")
#: Spreadsheets take these for the beginning of a formula, some of them full width too; at the beginning of a
#: cell, or of what becomes one where the file is split at semicolons or tabs, or without regard to quotes.
_FORMULA = re.compile(r'^(?=\s*[=+\-@＝＋－＠])|([,;|][\s"]*)(?=[=+\-@＝＋－＠])')


def one_line(text: str) -> str:
    r"""Return `text` with everything a terminal would obey, or not show, written as an escape.

    Joiners and what chooses the form of a character stay where they belong: between letters of scripts that are
    written with them, between pictures, behind what has another form.

    Examples
    --------
    >>> print(one_line("a\x1b[2Jb\u202ec\u200dd"))
    a\x1b[2Jb\u202ec\u200dd
    >>> one_line("\u0646\u200c\u0645 \u2764\ufe0f") == "\u0646\u200c\u0645 \u2764\ufe0f"
    True
    """
    return _UNSAFE.sub(lambda found: found.group().encode("unicode_escape", "backslashreplace").decode(), text)


def running(text: str) -> str:
    r"""Return running text on one line: blanks for white space, and the same escapes.

    Examples
    --------
    >>> running("a\tb\x1b[2J\u202ec\r\n\u0646\u200c\u0645") == r"a b\x1b[2J\u202ec " + "\u0646\u200c\u0645"
    True
    """
    return one_line(_SPACE.sub(" ", text))


def markup(text: str) -> str:
    r"""Return running text as HTML, in which the same characters stand as labels that tell their numbers.

    Line ends and tabs stay, for a style that keeps white space.

    Examples
    --------
    >>> markup("a<b\u202ec\r\n")
    'a&lt;b<span class="odd">U+202E</span>c&#13;\n'
    """
    return _UNSAFE.sub(_label, html.escape(text))


def _label(found: re.Match[str]) -> str:
    character = found.group()
    if character in "\t\n":
        return character
    if character == "\r":  # as it stands, a browser would read another character
        return "&#13;" if found.string.startswith("\n", found.end()) else "&#13;<br>"
    return f'<span class="odd">U+{ord(character):04X}</span>'


def json_safe(encoded: str) -> str:
    r"""Return JSON with the same characters as JSON escapes, wherever they stand; its value is unchanged.

    Examples
    --------
    >>> json_safe('"\x9b1m"')
    '"\\u009b1m"'
    """
    return _ANYWHERE.sub(_json_escape, encoded)


def _json_escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def cell(text: str) -> str:
    """Return `text` as a spreadsheet cell: one line, and never a formula, nor several cells with one.

    What begins like a formula has ``'`` before it; so has what would begin like one behind a comma, a semicolon
    or a bar, where a file is split in another way than it was written.

    Examples
    --------
    >>> cell("=HYPERLINK(1)"), cell("plain, -ish"), cell("x;=1+1")
    ("'=HYPERLINK(1)", "plain, '-ish", "x;'=1+1")
    """
    return _FORMULA.sub(r"\1'", one_line(text))


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
    if _ANYWHERE.search(url) or url != url.strip():
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
