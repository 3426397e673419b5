"""The address of a page to its site, the domain that somebody has registered, and to one spelling of the page.

Both are told without a network.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

# Most addresses, for speed; none that `urlsplit` would read in another way.
_PLAIN_ADDRESS = re.compile(r"https?://([a-z0-9.-]+)(?::[0-9]*)?(?:[/?#]|\Z)", re.IGNORECASE)
# "https:", but not the host of "example.org:8080/a".
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)
_BROKEN = re.compile(r"[\s\\]")
_ESCAPED = re.compile("%[0-9a-f]{2}", re.IGNORECASE)
#: What means the same escaped and not (RFC 3986); all other than that and the escapes is told as it is.
_UNRESERVED = re.compile("[A-Za-z0-9._~-]")
_AS_IT_IS = "%/:=&?+!$,;'@()*[]"
#: What campaigns add to an address: it names the same page without them.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id", re.IGNORECASE)


def site_of(url: str) -> str | None:
    """Return the site of an address: the domain that somebody registered.

    By the Public Suffix List that `tld` comes with, private part included: ``foo.blogspot.com`` is a site of
    its own. Domains are in lower case and in letters, not in Punycode. An IP address, a name such as
    ``localhost`` and a host under an unknown suffix are sites as they are, without ``www.``.

    Parameters
    ----------
    url : str
        Without a scheme, as in ``example.org/a``, it has a site only if its suffix is known.

    Returns
    -------
    str or None
        None where no host can be told.

    Examples
    --------
    >>> site_of("https://www.news.example.co.uk/1"), site_of("//foo.blogspot.com/"), site_of("//localhost/1")
    ('example.co.uk', 'foo.blogspot.com', 'localhost')
    >>> site_of("example.org/a"), site_of("a.txt")
    ('example.org', None)
    """
    if plain := _PLAIN_ADDRESS.match(url):
        return _site_of_host(plain[1].lower())[0]
    bare = not url.startswith("//") and not _SCHEME.match(url)
    try:
        host = urlsplit(f"//{url}" if bare else url).hostname
    except ValueError:  # "https://[": no host can be told
        return None
    if not host:
        return None
    site, known = _site_of_host(host)
    return site if known or not bare else None


@lru_cache(maxsize=65_536)
def _site_of_host(host: str) -> tuple[str | None, bool]:
    """Return the site of a host, and whether it is a domain under a suffix in the list."""
    from tld import get_fld

    host = _host_in_letters(host)
    if ":" in host:  # IPv6
        return host, False
    found = get_fld(SplitResult("https", host, "", "", ""), fail_silently=True, search_private=True)
    if found and found.find(".") > 0:  # not of "news", a suffix, nor of "a..com"
        return found, True
    return host.removeprefix("www.") or None, False


def _host_in_letters(host: str) -> str:
    labels = unicodedata.normalize("NFKC", host).replace("。", ".").strip(".").split(".")
    return ".".join(map(_in_letters, labels)).lower()


def _in_letters(label: str) -> str:
    """Return a label of a domain without Punycode, as it is if that is broken."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


@lru_cache(maxsize=8_192)
def page_key(url: str | None) -> str | None:
    """Return one spelling of an address for all that name the same page.

    Parameters
    ----------
    url : str or None
        A scheme may be missing: ``example.org/a``.

    Returns
    -------
    str or None
        Without scheme, port, ``www.``, fragment, the slash at its end, and what campaigns add; the host in
        lower case and in letters, path and query escaped in one way, the query in the order of its names. None
        where it is no web address.

    Examples
    --------
    >>> page_key("http://www.Example.org:8080/caf%c3%a9/?utm_source=mail&p=2&a=1#top")
    '//example.org/caf%C3%A9?a=1&p=2'
    >>> page_key("https://example.org/café?a=1&p=2")
    '//example.org/caf%C3%A9?a=1&p=2'
    >>> page_key("mailto:desk@example.org"), page_key("/news/1"), page_key(None)
    (None, None, None)
    """
    given = (url or "").strip()
    full = given if given.startswith("//") or _SCHEME.match(given) else f"//{given}"
    try:
        parts = urlsplit(full)
        host = _host_in_letters(parts.hostname or "").removeprefix("www.")
    except ValueError:  # "https://[": no host can be told
        return None
    if not host or parts.scheme not in ("", "http", "https") or _BROKEN.search(parts.netloc):
        return None
    query = _normal_query(parts.query)
    return f"//{host}{normal_path(parts.path)}{'?' if query else ''}{query}"


def normal_path(path: str) -> str:
    """Return the path of an address without the slash at its end, escaped in one way.

    Examples
    --------
    >>> normal_path("/caf%c3%a9/") == normal_path("/café"), normal_path("/%61%2fb"), normal_path("/a b")
    (True, '/a%2Fb', '/a%20b')
    """
    return _ESCAPED.sub(_unescaped, _in_ascii(path)).rstrip("/")


def _normal_query(query: str) -> str:
    """Return a query without what campaigns add; of one name each value stays before those behind it."""
    asked = parse_qsl(_in_ascii(query), keep_blank_values=True, encoding="latin-1")  # so each byte stays itself
    kept = sorted((pair for pair in asked if not _TRACKING.fullmatch(pair[0])), key=lambda pair: pair[0])
    return urlencode(kept, encoding="latin-1")


def _in_ascii(text: str) -> str:
    return quote(text, _AS_IT_IS, errors="surrogatepass")


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if _UNRESERVED.fullmatch(character) else escape[0].upper()
