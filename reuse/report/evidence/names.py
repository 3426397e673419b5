"""The name of a site to that of its folder."""

from __future__ import annotations

import hashlib
import re

#: The folder of pages without an address.
WITHOUT_ADDRESS = "without-address"
#: Names that stand beside the folders, and those that some file systems keep for themselves, whatever follows
#: the first dot.
_TAKEN = {"index.html", "sites.csv"}
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
#: Longer names leave too little of the 260 characters that some systems allow a path.
_LONGEST, _KEPT = 80, 40


def folder_name(site: str | None) -> str:
    """Return the name of a site's folder, good for every file system; no two sites have the same.

    Parameters
    ----------
    site : str or None

    Returns
    -------
    str
        The domain, in Punycode where it has other letters than ASCII's. What is no domain, is very long, or has
        a name that some systems keep for themselves becomes what is left of it and 32 digits of its SHA-256,
        without a dot.

    Examples
    --------
    >>> folder_name("example.co.uk"), folder_name("bücher.example"), folder_name(None)
    ('example.co.uk', 'xn--bcher-kva.example', 'without-address')
    >>> folder_name("../con"), folder_name("nul.example")
    ('con-a2436930f2eb3e1e301f749a65022912', 'nul-example-79049f399786d8c1832e91cca82c3cd1')
    """
    if site is None:
        return WITHOUT_ADDRESS
    plain = _in_ascii(site)
    if plain and len(plain) <= _LONGEST and plain not in _TAKEN and plain.partition(".")[0] not in _RESERVED:
        return plain
    rest = re.sub("[^a-z0-9]+", "-", (plain or site).lower())[:_KEPT].strip("-")
    return f"{rest or 'site'}-{hashlib.sha256(site.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _in_ascii(site: str) -> str | None:
    """Return a domain in ASCII, None if it is none or comes back as another one."""
    try:
        plain = site.encode("idna").decode()
        same = plain.encode().decode("idna") == site
    except UnicodeError:
        return None
    return plain if same and _DOMAIN.fullmatch(plain) else None
