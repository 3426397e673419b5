"""A policy file to a policy, or to everything that is wrong with it, line by line and field by field."""

from __future__ import annotations

import ast
import difflib
import hashlib
import os
import re
import tomllib
from datetime import date, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from reuse.errors import PolicyError
from reuse.rights.addresses import Sites, address_of
from reuse.rights.names import folded
from reuse.rights.policy import ANY, FOLLOW, Partner, Policy, Suppression, Terms
from reuse.rights.toml_lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from reuse.rights.toml_lines import Path

#: A policy is written by hand; so many bytes are twenty thousand suppressions.
MOST_BYTES = 2**21
#: Of a line, and parts of a dotted key: beyond them the parser takes time that grows with their square.
_MOST_IN_LINE, _MOST_PARTS = 4_000, 20
#: Faults that are told.
_MOST_FAULTS = 50
_MOST_CHARACTERS = 500
_WIDTH = 60
_FINDING = re.compile("[0-9a-f]{16}")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_AT_LINE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_KEY = re.compile(r"""\s*([\w.'"-]+)\s*=|\s*\[+\s*([\w.'" -]+?)\s*\]""")
_LIKE_A_DAY = re.compile(r"[^=]*=\s*\d+[./-]\d+[./-]\d+")
_DOTTED = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){{{_MOST_PARTS}}}""")
#: Keys as the parser shows them.
_PARTS = re.compile(r"""\((?:'[^']*'|"[^"]*")(?:, (?:'[^']*'|"[^"]*"))*,?\)""")


class _Fault(NamedTuple):
    """What is wrong with a value, and where that stands."""

    path: Path
    what: str


class _NotMeantError(ValueError):
    """A value that cannot be meant; the message has the fault, the value and the remedy."""


def read_policy(path: str) -> Policy:
    r"""Read a policy file.

    Parameters
    ----------
    path : str
        Of a TOML file; README.md, "The policy file", documents its fields.

    Returns
    -------
    Policy

    Raises
    ------
    PolicyError
        With every fault of the file, each with its line and its field.

    Examples
    --------
    >>> import os, tempfile
    >>> text = '[[partner]]\nname = "The Courier"\nsites = ["courier.example"]\nterms.max_word = 80'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = os.path.join(folder, "policy.toml")
    ...     with open(file, "w") as opened:
    ...         written = opened.write(text)
    ...     try:
    ...         policy = read_policy(file)
    ...     except PolicyError as fault:
    ...         print(fault.faults[0].replace(folder + os.sep, ""))
    policy.toml:4: partner 1 ("The Courier"), terms.max_word: no such field; did you mean max_words?
    """
    content = _read(path)
    text = _decoded(path, content)
    if too_long := list(_too_long(path, text)):
        raise PolicyError(too_long[:_MOST_FAULTS])
    try:
        return _policy(path, content, text)
    except RecursionError as fault:
        raise PolicyError([f"{path}: arrays within arrays without end; a list is enough"]) from fault


def _policy(path: str, content: bytes, text: str) -> Policy:
    told = _parsed(path, text)
    reading = _Reading(told)
    policy = reading.policy(os.path.basename(path), hashlib.sha256(content).hexdigest())
    if reading.faults:
        raise PolicyError(_located(path, text, told, reading.faults))
    return policy


# --- the file ---------------------------------------------------------------------------------


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise PolicyError([f"{path}: the policy cannot be read: {why}; name a TOML file"]) from fault
    except ValueError as fault:  # a NUL in the name
        raise PolicyError([f"{path!r}: no file can have that name; name a TOML file"]) from fault
    if len(content) > MOST_BYTES:
        raise PolicyError([f"{path}: the policy is larger than {MOST_BYTES:,} bytes; remove what has expired"])
    return content


def _decoded(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        wrong = content[fault.start : fault.start + 1].hex()
        raise PolicyError([f"{path}:{line}: byte 0x{wrong} is not UTF-8; save the file as UTF-8"]) from fault


def _too_long(path: str, text: str) -> Iterator[str]:
    """Yield what would take the parser more than a moment."""
    for row, line in enumerate(text.split("\n"), 1):
        if len(line) > _MOST_IN_LINE:
            told = f"the line has {len(line):,} characters, the limit is {_MOST_IN_LINE:,}"
            yield f"{path}:{row}: {told}; shorten it, or write a list in several lines"
        elif _DOTTED.search(line):
            yield f"{path}:{row}: a key of more than {_MOST_PARTS} parts; write a table"


def _parsed(path: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise PolicyError([_not_toml(path, text, str(fault))]) from fault


def _not_toml(path: str, text: str, message: str) -> str:
    """Return what the parser says, with the line, and the field if one begins there."""
    message = _PARTS.sub(lambda parts: ".".join(ast.literal_eval(parts[0])), message)
    found = _AT_LINE.fullmatch(message)
    remedy = "write texts in quotes, dates without, every field and table once"
    if not found:
        line = text.count("\n") + 1 if "end of document" in message else None
        place = path if line is None else f"{path}:{line}"
        return f"{place}: this is no TOML: {_lower(message)}; {remedy}"
    row = int(found[2])
    at_fault = text.split("\n")[row - 1]
    if _LIKE_A_DAY.match(at_fault):
        remedy = "write a day of the calendar as 2026-12-31, without quotes"
    key = _KEY.match(at_fault)
    field = f"{key[1] or key[2]}: " if key else ""
    return f"{path}:{row}: {field}this is no TOML: {_lower(found[1])} (column {found[3]}); {remedy}"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _located(path: str, text: str, told: Mapping[str, Any], faults: Iterable[_Fault]) -> Iterator[str]:
    """Yield faults with their lines, in order, as many as anybody reads."""
    lines = Lines(text)
    known = sorted(((lines.line_of(one.path), one) for one in faults), key=itemgetter(0))
    for line, fault in known[:_MOST_FAULTS]:
        yield f"{path}:{line}: {_label(told, fault.path)}: {fault.what}"
    if len(known) > _MOST_FAULTS:
        yield f"{path}: {len(known) - _MOST_FAULTS:,} more faults; correct these first"


def _label(told: Any, path: Path) -> str:
    """Return a field in words: ``partner 2 ("The Courier"), terms.max_words``."""
    parts: list[str] = []
    for step, key in enumerate(path):
        value = _within(told, key)
        if isinstance(key, int):
            name = value.get("name") if isinstance(value, dict) else None
            parts[-1] += f" {key + 1}" + (f" ({_shown(name)})" if isinstance(name, str) else "")
        else:
            of_item = step > 0 and isinstance(path[step - 1], int)
            shown = _escaped(key[:_WIDTH])
            parts.append(f", {shown}" if of_item else f".{shown}" if parts else shown)
        told = value
    return "".join(parts)


def _within(told: Any, key: str | int) -> Any:
    """Return what stands under a key or a number; None if nothing does."""
    if isinstance(told, list):
        return told[int(key)]
    return told.get(key) if isinstance(told, dict) else None


def _shown(value: object) -> str:
    """Return a value as TOML writes it, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        cut = value if len(value) <= _WIDTH else f"{value[:_WIDTH]}…"
        return f'"{_escaped(cut)}"'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and value.bit_length() > _WIDTH:  # it may have more digits than Python writes
        return "a number of many digits"
    return str(value)[:_WIDTH]


def _escaped(text: str) -> str:
    return _CONTROLS.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text)


# --- values -----------------------------------------------------------------------------------


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _NotMeantError(f"is {_shown(value)}; write a text in quotes")
    if not value.strip():
        raise _NotMeantError("is empty; write a text, or leave the field out")
    if len(value) > _MOST_CHARACTERS:
        raise _NotMeantError(f"has {len(value):,} characters, the limit is {_MOST_CHARACTERS}; shorten it")
    if _CONTROLS.search(value):
        raise _NotMeantError(f"is {_shown(value)}, with a line end or a control character; write one line")
    return value.strip()


def _name(value: object) -> str:
    text = _text(value)
    if not folded(text):
        raise _NotMeantError(f"is {_shown(text)}, without a letter or a digit; write what pages can say")
    return text


def _day(value: object) -> date:
    if isinstance(value, datetime):
        raise _NotMeantError(f"is {value.isoformat()}; write the day alone, {value.date()}")
    if isinstance(value, date):
        return value
    remedy = "write a day such as 2026-11-22, without quotes"
    raise _NotMeantError(f"is {_shown(value)}; {remedy}")


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _NotMeantError(f"is {_shown(value)}; write true or false")
    return value


def _whole(least: int, most: int, example: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if type(value) is not int:
            raise _NotMeantError(f"is {_shown(value)}; write a whole number such as {example}")
        if not least <= value <= most:
            raise _NotMeantError(f"is {_shown(value)}; write a number from {least} to {most:,}")
        return value

    return read


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _NotMeantError(f"is {_shown(value)}; write a share such as 0.5")
    if not 0 < value <= 1:
        percent = f", {value / 100:g} for {value:g} per cent" if 1 < value <= 100 else ""
        raise _NotMeantError(f"is {_shown(value)}; write a share above 0, at most 1{percent}")
    return float(value)


def _link(value: object) -> str | None:
    if value == FOLLOW or isinstance(value, bool):
        return FOLLOW if value == FOLLOW else ANY if value else None
    raise _NotMeantError(f'is {_shown(value)}; write true, false or "{FOLLOW}"')


def _site(value: object) -> str:
    entry = _text(value)
    if "*" in entry:
        raise _NotMeantError(f"is {_shown(entry)}; write the domain alone: it covers all hosts below it")
    place = address_of(entry)
    if place is None or re.search(r"\s", entry) or "@" in entry.partition("/")[0]:
        raise _NotMeantError(f"is {_shown(entry)}, which is no domain or web address; write example.org/news")
    if "?" in entry or "#" in entry:
        raise _NotMeantError(f"is {_shown(entry)}; leave out what stands from ? or # on: folders are compared")
    if _is_suffix(place.host):
        raise _NotMeantError(
            f"is {_shown(entry)}, under which anybody can have a domain; name the domain below"
        )
    return entry


def _is_suffix(host: str) -> bool:
    from tld import is_tld

    return bool(is_tld(host, search_private=True))


def _finding(value: object) -> str:
    text = _text(value)
    if not _FINDING.fullmatch(text):
        raise _NotMeantError(f"is {_shown(text)}; write the 16 hexadecimal digits that a report names it by")
    return text


#: The fields of each table, and what reads them; of `_LISTS` every item.
_FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "": {},
    "publisher": {"names": _name, "sites": _site, "ignore": _site},
    "partner": {
        "name": _text,
        "sites": _site,
        "reference": _text,
        "from": _day,
        "until": _day,
        "sources": _text,
    },
    "partner.terms": {
        "full": _truth,
        "max_words": _whole(1, 10_000_000, 80),
        "max_share": _share,
        "after_days": _whole(0, 36_500, 7),
        "must_link": _link,
        "must_credit": _text,
        "keep_byline": _truth,
        "canonical": _truth,
        "verbatim": _truth,
    },
    "suppress": {
        "finding": _finding,
        "page": _text,
        "source": _text,
        "site": _site,
        "reason": _text,
        "until": _day,
    },
}
#: Tables in each table.
_TABLES = {"": ("publisher", "partner", "suppress"), "partner": ("terms",)}
#: How the file writes them.
_HEADERS = {
    "publisher": "[publisher]",
    "partner": "[[partner]]",
    "terms": "[partner.terms]",
    "suppress": "[[suppress]]",
}
_LISTS = {"names", "ignore", "sources", "sites"}
_NEEDED = {
    "partner": {"name": "who is it?", "sites": "where do they publish?", "terms": "what may they print?"},
    "suppress": {
        "reason": "write why, for whoever asks next year",
        "until": "write the last day on which it holds",
    },
}
_SELECTORS = ("finding", "page", "source", "site")
_HOW_MUCH = ("full", "max_words", "max_share")


class _Reading:
    """Goes through what a file says, and keeps every fault it meets."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self.faults: list[_Fault] = []

    def policy(self, file: str, sha256: str) -> Policy:
        """Return the policy; not to be used if there are faults."""
        self._known_fields(self._told, "", ())
        publisher = self._fields(self._table(self._told, "publisher", ()), "publisher", ("publisher",))
        names = tuple(publisher.get("names", ()))
        partners = tuple(
            self._partner(table, at, names) for at, table in enumerate(self._tables(self._told, "partner"))
        )
        suppressions = tuple(
            self._suppression(table, at) for at, table in enumerate(self._tables(self._told, "suppress"))
        )
        own, ignored = (Sites(tuple(publisher.get(name, ()))) for name in ("sites", "ignore"))
        self._no_site_twice(own, ignored)
        self._no_licence_twice(partners)
        self._no_suppression_twice(suppressions)
        found = (one for one in partners if one)
        return Policy(names, own, ignored, tuple(found), tuple(filter(None, suppressions)), file, sha256)

    def _fault(self, path: Path, what: str) -> None:
        self.faults.append(_Fault(path, what))

    # --- tables -------------------------------------------------------------------------------

    def _table(self, told: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
        value = told.get(name, {})
        if isinstance(value, dict):
            return value
        one = ".".join([str(key) for key in path if isinstance(key, str)] + [name])
        self._fault((*path, name), f"is {_shown(value)}; write it as a table, [{one}]")
        return {}

    def _tables(self, told: Mapping[str, Any], name: str) -> list[Any]:
        value = told.get(name, [])
        if isinstance(value, list):
            return value
        self._fault((name,), f"is {_shown(value)}; write each as a table of its own, [[{name}]]")
        return []

    def _known_fields(self, told: Mapping[str, Any], table: str, path: Path) -> None:
        known = [*_FIELDS[table], *_TABLES.get(table, ())]
        for field, value in told.items():
            if field not in known:
                kind = "table" if _is_table(value) else "field"
                self._fault((*path, field), f"no such {kind}; {_nearest(field, table, known)}")

    def _fields(self, told: Any, table: str, path: Path) -> dict[str, Any]:
        """Return the fields of a table that can be meant."""
        if not isinstance(told, dict):
            self._fault(path, f"is {_shown(told)}; write it as a table, [[{table}]]")
            return {}
        if table in _FIELDS:
            self._known_fields(told, table, path)
        found = {}
        for field, read in _FIELDS[table].items():
            if field in told:
                value = self._value(field, read, told[field], (*path, field))
                if value is not None:
                    found[field] = value
        for field, question in _NEEDED.get(table, {}).items():
            if field not in told:
                self._fault((*path, field), f"is missing; {question}")
        return found

    def _value(self, field: str, read: Callable[[Any], Any], value: Any, path: Path) -> Any:
        """Return what a field holds; None where that cannot be meant."""
        if field == "must_credit":
            return self._credit(value, path)
        if field in _LISTS:
            return self._list(read, value, path)
        try:
            return read(value)
        except _NotMeantError as fault:
            self._fault(path, str(fault))
            return None

    def _list(self, read: Callable[[Any], Any], value: Any, path: Path) -> list[Any] | None:
        if not isinstance(value, list):
            self._fault(path, f"is {_shown(value)}; write a list, [{_shown(value)}]")
            return None
        if not value:
            self._fault(path, "is empty; name one at least, or leave the field out")
            return None
        found: dict[Any, None] = {}
        for at, item in enumerate(value):
            one = self._value("", read, item, (*path, at))
            if one is not None and one in found:
                self._fault((*path, at), f"{_shown(item)} stands there twice; remove one")
            elif one is not None:
                found[one] = None
        return list(found)

    def _credit(self, value: Any, path: Path) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, list):
            return tuple(self._list(_name, value, path) or ())
        if not isinstance(value, str):
            self._fault(path, f"is {_shown(value)}; write true, a text, or a list of texts")
            return None
        one = self._value("", _name, value, path)
        return None if one is None else (one,)

    # --- licences -----------------------------------------------------------------------------

    def _partner(self, told: Any, at: int, names: tuple[str, ...]) -> Partner | None:
        path: Path = ("partner", at)
        before = len(self.faults)
        known = self._fields(told, "partner", path)
        terms = Terms()
        if isinstance(told, dict) and "terms" in told:
            before_terms = len(self.faults)
            table = self._table(told, "terms", path)
            if len(self.faults) == before_terms:
                terms = self._terms(table, (*path, "terms"), names)
        first, last = known.get("from"), known.get("until")
        if first and last and first > last:
            self._fault((*path, "until"), f"is {last}, before from, {first}; exchange them")
        if len(self.faults) > before:
            return None
        sites, sources = Sites(tuple(known["sites"])), tuple(known.get("sources", ()))
        return Partner(known["name"], sites, terms, known.get("reference"), first, last, sources)

    def _terms(self, told: dict[str, Any], path: Path, names: tuple[str, ...]) -> Terms:
        known = self._fields(told, "partner.terms", path)
        if told.get("full") is True:
            for field in ("max_words", "max_share"):
                if field in told:
                    what = "contradicts full = true, which lets them print all; remove one of the two"
                    self._fault((*path, field), what)
        elif (
            all(told.get(field, False) is False for field in _HOW_MUCH)
            and not told.keys() - _FIELDS["partner.terms"]
        ):
            what = "says neither full, nor max_words, nor max_share; how much may they print?"
            self._fault(path, what)
        if known.get("must_credit") is True:
            known["must_credit"] = names
            if not names and "names" not in self._table(self._told, "publisher", ()):
                what = (
                    "is true, but publisher.names is missing; name the publisher there, or write the text here"
                )
                self._fault((*path, "must_credit"), what)
        asked = {field: known[field] for field in told if known.get(field) not in (None, False, ())}
        return Terms(asked=tuple(asked), **asked)

    def _suppression(self, told: Any, at: int) -> Suppression | None:
        path: Path = ("suppress", at)
        before = len(self.faults)
        known = self._fields(told, "suppress", path)
        if isinstance(told, dict) and not any(field in told for field in _SELECTORS):
            self._fault(path, "names neither finding, page, source nor site; name what it is for")
        return None if len(self.faults) > before else Suppression(**known)

    # --- contradictions -----------------------------------------------------------------------

    def _no_site_twice(self, own: Sites, ignored: Sites) -> None:
        """Find sites of others that lie within the publisher's, or those that are not looked at."""
        within = {"publisher.sites": own, "publisher.ignore": ignored}
        lists: list[tuple[Path, list[Any], tuple[str, ...]]] = [
            (("publisher", "ignore"), list(ignored.entries), ("publisher.sites",))
        ]
        tables = self._told.get("partner", [])
        for at, table in enumerate(tables if isinstance(tables, list) else ()):
            sites = table.get("sites") if isinstance(table, dict) else None
            lists.append((("partner", at, "sites"), sites if isinstance(sites, list) else [], tuple(within)))
        for path, entries, others in lists:
            for at, entry in enumerate(entries):
                for name in others:
                    cover = within[name].cover(entry) if isinstance(entry, str) else None
                    if cover:
                        what = f"{_shown(entry)} lies in {cover} of {name}; remove it from one of the two"
                        self._fault((*path, at), what)

    def _no_licence_twice(self, partners: Iterable[Partner | None]) -> None:
        known: dict[object, int] = {}
        for at, one in enumerate(partners):
            if one is None:
                continue
            key = (frozenset(one.sites.entries), one.first, one.last, frozenset(one.sources))
            if known.setdefault(key, at) != at:
                same = f"is for the same sites, days and sources as partner {known[key] + 1}"
                self._fault(("partner", at), f"{same}; remove one of the two")

    def _no_suppression_twice(self, suppressions: Iterable[Suppression | None]) -> None:
        known: dict[object, int] = {}
        for at, one in enumerate(suppressions):
            if one is None:
                continue
            key = (one.finding, one.page, one.source, one.site)
            if known.setdefault(key, at) != at:
                what = f"is for the same findings as suppress {known[key] + 1}; remove one of the two"
                self._fault(("suppress", at), what)


def _nearest(field: str, table: str, known: list[str]) -> str:
    """Return the field that is meant, or where it belongs, or which there are."""
    if near := difflib.get_close_matches(field, known, 1):
        return f"did you mean {_HEADERS.get(near[0], near[0])}?"
    places = [name for name, fields in _FIELDS.items() if field in fields]
    places += [name for name, tables in _TABLES.items() if field in tables]
    for place in places:
        if place != table:
            return f"it belongs below {_HEADERS.get(place, f'[{place}]')}"
    return f"there are {', '.join(_HEADERS.get(name, name) for name in known)}"


def _is_table(value: object) -> bool:
    rows = value if isinstance(value, list) else [value]
    return bool(rows) and all(isinstance(row, dict) for row in rows)
