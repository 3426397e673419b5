"""The address of a page to its site: the domain that somebody has registered, told without a network."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

# Most addresses, for speed; none that `urlsplit` would read in another way.
_PLAIN_ADDRESS = re.compile(r"https?://([a-z0-9.-]+)(?::[0-9]*)?(?:[/?#]|\Z)", re.IGNORECASE)
# "https:", but not the host of "example.org:8080/a".
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)


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

    labels = unicodedata.normalize("NFKC", host).replace("。", ".").strip(".").split(".")
    host = ".".join(map(_in_letters, labels)).lower()
    if ":" in host:  # IPv6
        return host, False
    found = get_fld(SplitResult("https", host, "", "", ""), fail_silently=True, search_private=True)
    if found and found.find(".") > 0:  # not of "news", a suffix, nor of "a..com"
        return found, True
    return host.removeprefix("www.") or None, False


def _in_letters(label: str) -> str:
    """Return a label of a domain without Punycode, as it is if that is broken."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
