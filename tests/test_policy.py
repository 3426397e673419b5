"""Policy files: what is read of them, and every fault with its line and its field.

Covers: ``reuse/rights/policy_file.py``, ``toml_lines.py``, ``policy.py``. Compares against: policies that are
written and read again, and files with a mark at the line that is wrong. Run: ``pytest tests/test_policy.py``
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reuse.errors import PolicyError, UsageError
from reuse.rights import Policy, read_policy
from reuse.rights.addresses import Sites, fits
from reuse.rights.policy import Partner, Suppression, Terms
from reuse.rights.toml_lines import Lines
from tests.made_findings import finding, page, said

TODAY = date(2026, 11, 22)


def written(folder: Path, text: str | bytes) -> str:
    file = folder / "policy.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def faults(folder: Path, text: str | bytes) -> list[str]:
    """Return what is wrong with a policy file, without the folder it lies in."""
    with pytest.raises(PolicyError) as told:
        read_policy(written(folder, text))
    assert isinstance(told.value, UsageError)
    assert str(told.value) == "\n".join(told.value.faults)
    return [fault.replace(f"{folder}/", "") for fault in told.value.faults]


# --- what a file says -------------------------------------------------------------------------

WHOLE = """
[publisher]
names = ["Example News", "Пример"]
sites = ["example.com"]
ignore = ["archive.org", "https://search.example.net/cache/"]

[[partner]]
name = "The Courier"
sites = ["courier.org", "news.third.org/syndicated"]
reference = "2024-113"
from = 2026-01-01
until = 2026-12-31
sources = ["sport-*", "https://www.example.com/sport/*"]

[partner.terms]
must_link = "follow"
max_words = 80
max_share = 0.5
after_days = 2
must_credit = ["By permission of Example News"]
keep_byline = true
canonical = true
verbatim = true

[[partner]]
name = "Second"
sites = ["second.org"]
terms = { full = true, must_link = true, must_credit = true, canonical = false }

[[suppress]]
finding = "0123456789abcdef"
reason = "a misunderstanding"
until = 2027-01-01

[[suppress]]
site = "third.org"
source = "sport-*"
reason = "settled"
until = 2026-11-22
"""


def test_a_whole_policy(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, WHOLE))
    courier, second = policy.partners
    assert policy.names == ("Example News", "Пример")
    assert policy.own.entries == ("example.com",)
    assert policy.sites == {"example.com"}
    assert policy.ignored.entries == ("archive.org", "https://search.example.net/cache/")
    assert courier == Partner(
        "The Courier",
        Sites(("courier.org", "news.third.org/syndicated")),
        Terms(
            asked=(
                "must_link", "max_words", "max_share", "after_days", "must_credit", "keep_byline", "canonical",
                "verbatim",
            ),
            max_words=80,
            max_share=0.5,
            after_days=2,
            must_link="follow",
            must_credit=("By permission of Example News",),
            keep_byline=True,
            canonical=True,
            verbatim=True,
        ),
        "2024-113",
        date(2026, 1, 1),
        date(2026, 12, 31),
        ("sport-*", "https://www.example.com/sport/*"),
    )  # fmt: skip
    assert second.terms == Terms(
        ("full", "must_link", "must_credit"), full=True, must_link="any", must_credit=policy.names
    )
    assert policy.suppressions == (
        Suppression("a misunderstanding", date(2027, 1, 1), finding="0123456789abcdef"),
        Suppression("settled", date(2026, 11, 22), source="sport-*", site="third.org"),
    )
    assert (policy.file, policy.sha256) == ("policy.toml", hashlib.sha256(WHOLE.encode()).hexdigest())


@pytest.mark.parametrize("text", ["", "\ufeff# nothing\r\n", "[publisher]\r\nnames = ['A']\r\n"])
def test_little_is_a_policy_too(text: str, tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, text)).partners == ()


# --- round trip -------------------------------------------------------------------------------

WORDS = st.text("abc äöü新\"'\\#[]{}=*", max_size=12).map(lambda text: f"a{text}".strip())
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
LABELS = st.sampled_from(["courier", "second", "third", "münchen"])


@st.composite
def domains(draw: st.DrawFn, below: str) -> str:
    """Return a domain, or the beginning of an address, that those below another do not cover."""
    path = draw(st.sampled_from(["", "/news", "/a/b"]))
    return f"{draw(LABELS)}{draw(st.integers(0, 99))}.{below}{path}"


def some(of: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def partners(draw: st.DrawFn, number: int, names: tuple[str, ...]) -> Partner:
    more: dict[str, Any] = {
        "after_days": draw(st.none() | st.integers(0, 400)),
        "must_link": draw(st.sampled_from([None, "any", "follow"])),
        "must_credit": draw(st.just(()) | st.just(names) | some(WORDS)),
        **{name: draw(st.booleans()) for name in ("keep_byline", "canonical", "verbatim")},
    }
    most: dict[str, Any] = {"max_words": draw(st.integers(1, 500)), "max_share": draw(st.floats(0.01, 1))}
    much: dict[str, Any] = draw(st.sampled_from([{"full": True}, most, {"max_words": 80}, {"max_share": 1.0}]))
    asked = {name: value for name, value in (much | more).items() if value not in (None, False, ())}
    order = draw(st.permutations(list(asked)))
    first, last = sorted(draw(st.tuples(DAYS, DAYS)))
    return Partner(
        draw(WORDS),
        Sites(draw(some(domains(f"p{number}.org")))),
        Terms(tuple(order), **asked),
        draw(st.none() | WORDS),
        draw(st.sampled_from([None, first])),
        draw(st.sampled_from([None, last])),
        draw(st.just(()) | some(WORDS)),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    names = draw(some(WORDS))
    found = [draw(partners(number, names)) for number in range(draw(st.integers(0, 3)))]
    suppressions = [
        Suppression(draw(WORDS), draw(DAYS), page=f"page-{number}", source=draw(st.none() | WORDS))
        for number in range(draw(st.integers(0, 3)))
    ]
    own, ignored = (Sites(draw(some(domains(below)))) for below in ("own.org", "ignored.org"))
    return Policy(names, own, ignored, tuple(found), tuple(suppressions))


def as_toml(policy: Policy) -> str:
    """Write a policy as a file."""
    publisher = {"names": policy.names, "sites": policy.own.entries, "ignore": policy.ignored.entries}
    parts = ["[publisher]", *fields(publisher)]
    for one in policy.partners:
        told = {"name": one.name, "sites": one.sites.entries, "reference": one.reference, "from": one.first}
        parts += ["[[partner]]", *fields(told | {"until": one.last, "sources": one.sources or None})]
        terms = {name: getattr(one.terms, name) for name in one.terms.asked}
        terms["must_link"] = {"any": True, "follow": "follow", None: None}[one.terms.must_link]
        if terms.get("must_credit") == policy.names:
            terms["must_credit"] = True
        parts += ["[partner.terms]", *fields({name: terms[name] for name in one.terms.asked})]
    for suppression in policy.suppressions:
        told = {"page": suppression.page, "source": suppression.source, "reason": suppression.reason}
        parts += ["[[suppress]]", *fields(told | {"until": suppression.until})]
    return "\n".join(parts)


def fields(values: dict[str, Any]) -> list[str]:
    return [f"{name} = {value_of(value)}" for name, value in values.items() if value is not None]


def value_of(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(value_of, value))}]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(policy=policies())
def test_what_is_written_is_read(policy: Policy, tmp_path: Path) -> None:
    text = as_toml(policy)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    found = read_policy(written(tmp_path, text))
    assert (found.names, found.own, found.ignored) == (policy.names, policy.own, policy.ignored)
    assert found.partners == policy.partners
    assert found.suppressions == policy.suppressions
    assert found.sha256 == sha256


# --- faults -----------------------------------------------------------------------------------

PARTNER = '[[partner]]\nname = "The Courier"\nsites = ["courier.org"]\nterms.full = true\n'
LIMITED = "[[partner]]\nname = 'A'\nsites = ['a.org']\n"
SUPPRESS = '[[suppress]]\nreason = "agreed"\nuntil = 2027-01-01\n'

#: Files with one fault, which is in the line that ends with "#!"; the field, and the beginning of what is told.
BROKEN = [
    ("names = ['A'] #!", "names", "no such field; it belongs below [publisher]"),
    ("[publisher]\nname = ['A'] #!", "publisher.name", "no such field; did you mean names?"),
    ("[publisher]\nnames = 'A' #!", "publisher.names", 'is "A"; write a list, ["A"]'),
    ("[publisher]\nnames = [] #!", "publisher.names", "is empty; name one at least"),
    ("[publisher]\nnames = ['A', 5] #!", "publisher.names 2", "is 5; write a text in quotes"),
    ("[publisher]\nnames = [\n'A',\n# no\n'B',\n'A', #!\n]", "publisher.names 3", '"A" stands there twice'),
    ("[publisher]\nnames = ['A',\n' ', #!\n]", "publisher.names 2", "is empty; write a text"),
    ('[publisher]\nnames = ["a\\nb"] #!', "publisher.names 1", 'is "a\\u000ab", with a line end'),
    (f"[publisher]\nnames = ['{'a' * 501}'] #!", "publisher.names 1", "has 501 characters, the limit is 500"),
    ("[publisher]\nsites = ['*.a.org'] #!", "publisher.sites 1", 'is "*.a.org"; write the domain alone'),
    ("[publisher]\nsites = ['co.uk'] #!", "publisher.sites 1", 'is "co.uk", under which anybody'),
    ("[publisher]\nsites = ['https://['] #!", "publisher.sites 1", 'is "https://[", which is no domain'),
    ("[publisher]\nsites = ['a b.org'] #!", "publisher.sites 1", 'is "a b.org", which is no domain'),
    ("[publisher]\nsites = ['mailto:a@b.org'] #!", "publisher.sites 1", "is"),
    ("[publisher]\nsites = ['a.org/?x=1'] #!", "publisher.sites 1", "is"),
    ("[publisher]\nsites = ['a.org']\nignore = ['b.a.org'] #!", "publisher.ignore 1", '"b.a.org" lies in'),
    ("publisher = 5 #!", "publisher", "is 5; write it as a table, [publisher]"),
    ("[partner] #!\nname = 'A'", "partner", "is a table; write each as a table of its own, [[partner]]"),
    ("partner = [5] #!", "partner 1", "is 5; write it as a table, [[partner]]"),
    ("[partners] #!", "partners", "no such table; did you mean [[partner]]?"),
    ("[zebra] #!", "zebra", "no such table; there are [publisher], [[partner]], [[suppress]]"),
    (f"{PARTNER}\n[[supress]] #!\npage = 'a'\n[[supress]]\npage = 'b'", "supress",
     "no such table; did you mean [[suppress]]?"),
    (f"{PARTNER}[zebra.one] #!\na = 1\n[zebra.two]", "zebra", "no such table; there are"),
    (f"{PARTNER}[partner.term] #!\nfull = true", 'partner 1 ("The Courier"), term',
     "no such table; did you mean [partner.terms]?"),
    (f"{PARTNER}[[partner.suppress]] #!", 'partner 1 ("The Courier"), suppress', "no such table"),
    (f"{PARTNER}{PARTNER.replace(']]', ']] #!')}", "partner 2", "is for the same sites, days"),
    (f"{PARTNER}url = 'a' #!", "partner 1", "no such field; there are name, sites"),
    (f"{PARTNER}max_words = 5 #!", "partner 1", "no such field; it belongs below [partner.terms]"),
    (f"{PARTNER}from = '2026-01-01' #!", "partner 1", 'is "2026-01-01"; write a day such as'),
    (f"{PARTNER}until = 2026-01-01T10:00:00Z #!", "partner 1", "is 2026-01-01T10:00:00+00:00; write the day"),
    (f"{PARTNER}until = 10:00:00 #!", "partner 1", "is 10:00:00; write a day such as"),
    (f"{PARTNER}from = 2026-02-01\nuntil = 2026-01-01 #!", "partner 1", "is 2026-01-01, before from"),
    (f"{PARTNER}reference = '' #!", "partner 1", "is empty"),
    (f"{PARTNER}sources = 'a' #!", "partner 1", 'is "a"; write a list'),
    ("[publisher]\nsites = ['a.org']\n[[partner]]\nsites = [\n'x.a.org', #!\n]\nname = 'A'\nterms.full = true",
     'partner 1 ("A"), sites 1', '"x.a.org" lies in a.org of publisher.sites'),
    ("[[partner]] #!\nsites = ['a.org']\nterms.full = true", "partner 1, name", "is missing; who is it?"),
    ("[[partner]] #!\nname = 'A'\nterms.full = true", 'partner 1 ("A"), sites', "is missing; where"),
    ("[[partner]] #!\nname = 'A'\nsites = ['a.org']", 'partner 1 ("A"), terms', "is missing; what"),
    (f"{LIMITED}terms = 5 #!", 'partner 1 ("A"), terms', "is 5; write it as"),
    (f"{LIMITED}[partner.terms] #!", 'partner 1 ("A"), terms', "says neither"),
    (f"{PARTNER}terms.max_words = 5 #!", "partner 1", "contradicts full = true"),
    (f"{PARTNER}terms.max_word = 5 #!", "partner 1", "no such field; did you mean max_words?"),
    (f"{PARTNER}terms.after_days = 1.5 #!", "partner 1", "is 1.5; write a whole number such as 7"),
    (f"{PARTNER}terms.after_days = true #!", "partner 1", "is true; write a whole number such as 7"),
    (f"{PARTNER}terms.after_days = -1 #!", "partner 1", "is -1; write a number from 0 to 36,500"),
    (f"{PARTNER}terms.must_link = 'folow' #!", "partner 1", 'is "folow"; write true, false or "follow"'),
    (f"{PARTNER}terms.must_credit = 5 #!", "partner 1", "is 5; write true, a text, or a list of texts"),
    (f"{PARTNER}terms.must_credit = true #!", "partner 1", "is true, but publisher.names is missing"),
    (f"{PARTNER}terms.keep_byline = 'yes' #!", "partner 1", 'is "yes"; write true or false'),
    (f"{LIMITED}terms.max_share = 50 #!", 'partner 1 ("A"), terms.max_share',
     "is 50; write a share above 0, at most 1, 0.5 for 50 per cent"),
    (f"{LIMITED}terms.max_share = nan #!", 'partner 1 ("A"), terms.max_share', "is nan"),
    (f"{LIMITED}terms.max_words = 0 #!", 'partner 1 ("A"), terms.max_words', "is 0; write a number from 1"),
    (f"{LIMITED}[partner.terms]\n\nmax_words = 80.0 #!", "partner 1", "is 80.0; write a whole number"),
    (f"{LIMITED}terms.full = false #!", "partner 1", "says neither full"),
    (f"{SUPPRESS.replace(']]', ']] #!')}", "suppress 1", "names neither finding, page, source nor site"),
    (f"{SUPPRESS}finding = 'ABC' #!", "suppress 1, finding", 'is "ABC"; write the 16 hexadecimal digits'),
    (f"{SUPPRESS}page = 5 #!", "suppress 1, page", "is 5; write a text in quotes"),
    ("[[suppress]] #!\npage = 'a'\nuntil = 2027-01-01", "suppress 1, reason", "is missing; write why"),
    ("[[suppress]] #!\npage = 'a'\nreason = 'b'", "suppress 1, until", "is missing; write the last day"),
    (f"{SUPPRESS}page = 'a'\n{SUPPRESS.replace(']]', ']] #!')}page = 'a'", "suppress 2",
     "is for the same findings as suppress 1"),
    ('[[suppress]]\nreason = """\n[[suppress]]\n"""#!\nuntil = 2027-01-01\npage = "a"', "suppress 1", "is"),
    ("suppress = [\n{page = 'a', reason = 'b', until = 2027-01-01},\n"
     "{page = 'c', reason = 5, until = 2027-01-01}, #!\n]", "suppress 2, reason", "is 5; write a text"),
    ("[publisher]\nnames = ['A'\n[x] #!", "", "this is no TOML: unclosed array"),
    ("[publisher]\nnames = A #!", "names", "this is no TOML: invalid value"),
    ("[publisher]\nnames = ['A']\nnames = ['B'] #!", "names", "this is no TOML: cannot overwrite a value"),
    ("[publisher]\nnames = ['A']\n[publisher] #!", "publisher",
     "this is no TOML: cannot declare publisher twice"),
    ("[[partner]]\nname = 'A'\n[partner.terms]\n[partner.terms] #!", "partner.terms",
     "this is no TOML: cannot declare partner.terms twice"),
    ("[publisher]\nnames = [\n'A',\n'†', #!\n]", "publisher.names 2", 'is "†", without a letter or a digit'),
    (f"{PARTNER}terms.must_credit = '—' #!", "partner 1", 'is "—", without a letter or a digit'),
    (f"{PARTNER}terms.must_credit = ['a', '…'] #!", "partner 1", 'is "…", without a letter or a digit'),
    (f"{PARTNER}terms.after_days = {'9' * 5000} #!", "", "the line has 5,022 characters, the limit is 4,000"),
    (f"{PARTNER}terms.after_days = 0x{'f' * 3900} #!", "partner 1", "is a number of many digits; write"),
    (f"a{'.a' * 30} = 1 #!", "", "a key of more than 20 parts; write a table"),
    ("[[suppress]]\nuntil = 2027-02-30 #!", "until", "this is no TOML: invalid date or datetime (column"),
    ("[[suppress]]\nuntil = 2027-02-30 #!", "until", "; write a day of the calendar as 2026-12-31, without"),
    ("[[suppress]]\nuntil = 31.12.2026 #!", "until", "; write a day of the calendar as 2026-12-31, without"),
    ("[[suppress]]\nuntil = 31/12/2026 #!", "until", "; write a day of the calendar as 2026-12-31, without"),
    ("[publisher]\nnames = ['A\n'] #", "names", "this is no TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "field", "words"), BROKEN)
def test_every_fault_has_its_line_and_its_field(text: str, field: str, words: str, tmp_path: Path) -> None:
    told = faults(tmp_path, text)
    assert len(told) == 1, told
    place, _, rest = told[0].partition(": ")
    marked = [number for number, line in enumerate(text.split("\n"), 1) if line.endswith("#!")]
    if marked:
        line = int(place.removeprefix("policy.toml:"))
        # A text over several lines is where it begins.
        assert line == marked[0] or '"""' in text.split("\n")[line - 1]
    assert rest.startswith(field), told
    assert words in rest
    assert re.search("; |: ", rest), "no remedy"


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    told = faults(tmp_path, "\n".join(f"[[suppress]]\nreson = 'a'\npage = {number}" for number in range(3)))
    assert len(told) == 12
    lines = [int(fault.split(":")[1]) for fault in told]
    assert lines == sorted(lines)
    many = faults(tmp_path, "\n".join(f"[[suppress]]\npage = {number}" for number in range(500)))
    assert len(many) == 51
    assert many[-1] == "policy.toml: 1,450 more faults; correct these first"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_a_policy_is_a_policy_or_its_faults(data: st.DataObject, tmp_path: Path) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        end = min(len(text), at + data.draw(st.sampled_from([0, 0, 1, 3, 30])))
        put = data.draw(
            st.sampled_from(["", "[", "]", '"', "=", "\n", "x", "5", "[[partner]]\n", "true", "\\n", "{", "#"])
        )
        text = text[:at] + put + text[end:]
    for fault in told_of(written(tmp_path, text)):
        found = re.fullmatch(rf"{re.escape(str(tmp_path))}/policy\.toml:(\d+): .+", fault)
        assert found, fault
        assert 1 <= int(found[1]) <= text.count("\n") + 1


def told_of(path: str) -> tuple[str, ...]:
    """Return the faults of a policy file, none if it can be meant."""
    try:
        read_policy(path)
    except PolicyError as told:
        return told.faults
    return ()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(
        ["", "[publisher]", "[[partner]]", "[partner.terms]", "[[suppress]]", "[[partner.terms]]"]
    ),
    field=st.sampled_from(
        [*Terms.__dataclass_fields__, "names", "sites", "ignore", "name", "from", "until", "page"]
    ),
    value=st.sampled_from(
        [
            "1",
            "-1",
            "nan",
            "1e400",
            "true",
            "''",
            "'a'",
            "[]",
            "[[]]",
            "[{}]",
            "{}",
            "{a=1}",
            "2026-01-01",
            "07:00:00",
        ]
    ),
)
def test_any_value_in_any_field_is_told_or_taken(table: str, field: str, value: str, tmp_path: Path) -> None:
    head = "[[partner]]\n" if table == "[partner.terms]" else ""
    told = told_of(written(tmp_path, f"{head}{table}\n{field} = {value}\n"))
    assert all("policy.toml:" in fault for fault in told)


def test_a_field_of_control_characters_stays_on_its_line(tmp_path: Path) -> None:
    told = faults(tmp_path, '"a\\nb\\u001b[2J" = 1\n')
    assert told == [
        "policy.toml:1: a\\u000ab\\u001b[2J: no such field; there are [publisher], [[partner]], [[suppress]]"
    ]


def test_what_is_no_text_and_no_file(tmp_path: Path) -> None:
    assert faults(tmp_path, b"# \xff\n") == ["policy.toml:1: byte 0xff is not UTF-8; save the file as UTF-8"]
    assert faults(tmp_path, b"a = 1\n\xc3") == ["policy.toml:2: byte 0xc3 is not UTF-8; save the file as UTF-8"]
    assert "arrays within arrays without end" in faults(tmp_path, "a = " + "[" * 3_000)[0]
    assert "larger than 2,097,152 bytes" in faults(tmp_path, b"#" * (2**21 + 1))[0]
    for name, words in (
        (str(tmp_path), "directory"),
        (str(tmp_path / "none"), "No such file"),
        ("a\0", "no file"),
    ):
        with pytest.raises(PolicyError, match=words):
            read_policy(name)


def test_ten_thousand_suppressions_take_no_second(tmp_path: Path) -> None:
    one = '[[suppress]]\nfinding = "{:016x}"\nreason = "agreed"\nuntil = 2027-01-01\n'
    sound = "\n".join(one.format(number) for number in range(10_000))
    begun = time.process_time()
    policy = read_policy(written(tmp_path, sound))
    broken = faults(tmp_path, sound.replace(f'"{9_999:016x}"', "5"))
    assert time.process_time() - begun < 3
    assert len(policy.suppressions) == 10_000
    assert broken[0].startswith("policy.toml:49997: suppress 10000, finding: is 5")
    known = [finding(page=page(url=None)) for _ in range(3)]
    begun = time.process_time()
    assert [list(policy.suppressions_of(one)) for one in known] == [[], [], []]
    assert time.process_time() - begun < 0.5


#: Files of many lines and one fault, or as many.
LONG = {
    "headers in a text": 'reason = """' + "\n[" * 20_000 + '\n"""',
    "rows": "suppress = [\n" + '{page = "a", reason = 5},\n' * 10_000 + "]",
    "names": "[publisher]\nnames = [\n" + "".join(f'"n{n}",\n' for n in range(20_000)) + "5]",
    "fields": "[publisher]\n" + "".join(f"n{n} = 1\n" for n in range(10_000)),
    "dotted fields": "[publisher]\n" + "".join(f"{'a.' * 15}b{n} = 1\n" for n in range(5_000)),
    "a dotted field": f"a{'.a' * 20_000} = 1",
    "tables": "".join(f"[a{n}]\n" for n in range(10_000)),
}


@pytest.mark.parametrize("name", LONG)
def test_no_file_takes_time_that_grows_with_its_square(name: str, tmp_path: Path) -> None:
    begun = time.process_time()
    assert faults(tmp_path, LONG[name])
    assert time.process_time() - begun < 4


def test_nesting_that_is_read_once_and_not_twice_is_told(tmp_path: Path) -> None:
    for depth in range(440, 500):
        (told,) = faults(tmp_path, f"a = {'[' * depth}{']' * depth}")
        assert "no such field" in told or "arrays within arrays" in told


@pytest.mark.parametrize("named", ["finding", "page", "source"])
@pytest.mark.parametrize("pattern", ["{}", "https://{}.example/*"])
def test_twenty_thousand_suppressions_are_not_asked_one_by_one(named: str, pattern: str) -> None:
    until = date(2027, 1, 1)
    some: list[dict[str, Any]] = [{named: pattern.format(f"x{number}")} for number in range(20_000)]
    right = finding()
    here = {"finding": right.id, "page": "https://courier.org/*", "source": right.source.id}[named]
    last = Suppression("agreed", until, **{named: here})
    policy = Policy(suppressions=(*(Suppression("agreed", until, **one) for one in some), last))
    assert list(policy.suppressions_of(right)) == [last]
    begun = time.process_time()
    for _ in range(200):
        assert list(policy.suppressions_of(right)) == [last]
    assert time.process_time() - begun < 0.2


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "finding": st.sampled_from([finding().id, "0" * 16]),
                "page": st.sampled_from(
                    ["page-1", "*", "page*", "*1", "https://courier.org/*", "https://b.org/*"]
                ),
                "source": st.sampled_from(["article-1", "art*", "*", "https://www.example.com/*", "b"]),
                "site": st.sampled_from(["courier.org", "courier.org/storm", "b.org"]),
            },
        ),
        max_size=8,
    )
)
def test_suppressions_are_those_that_fit_in_the_order_of_the_file(named: list[dict[str, Any]]) -> None:
    some = tuple(Suppression(f"{at}", TODAY, **one) for at, one in enumerate(named))
    fitting = [one for one in some if one.fits(finding(), "https://courier.org/storm")]
    assert list(Policy(suppressions=some).suppressions_of(finding())) == fitting


# --- lines ------------------------------------------------------------------------------------


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[tuple[tuple[str | int, ...], int]]]:
    """Return TOML, and of some of its values the line in which they begin."""
    lines: list[str] = []
    known: list[tuple[tuple[str | int, ...], int]] = []
    counts: dict[str, int] = {}
    for header in ["", *draw(st.lists(st.sampled_from(["[[one]]", "[[two]]"]), max_size=5))]:
        where: tuple[str | int, ...] = ()
        if header:
            lines.append(draw(st.sampled_from(["", " "])) + header + draw(st.sampled_from(["", " # [x]"])))
            name = header.strip("[]")
            counts[name] = counts.get(name, -1) + 1
            where = (name, counts[name])
            known.append((where, len(lines)))
        for key in draw(st.lists(st.sampled_from("abc"), unique=True)):
            lines += draw(st.lists(st.sampled_from(["", "# [[one]]", "   "]), max_size=2))
            begin = len(lines) + 1
            known.append(((*where, key), begin))
            form = draw(st.sampled_from(["number", "text", "array", "table"]))
            if form == "array":
                lines.append(f"{key} = [ # first")
                for item in range(draw(st.integers(1, 4))):
                    lines.append(draw(st.sampled_from(["[1],", "'''[[one]]\n''',", "{x = 1}, # }", "5,"])))
                    known.append(
                        ((*where, key, item), begin + sum(line.count("\n") + 1 for line in lines[begin:]))
                    )
                    lines = "\n".join(lines).split("\n")
                    known[-1] = ((*where, key, item), known[-1][1] - lines[known[-1][1] - 1 :].count("''',"))
                lines.append("]")
            elif form == "text":
                lines += [f'{key} = """', "[[two]]", 'a = 1"""']
            elif form == "table":
                lines.append(f"{key} = {{x = 1}}")
                known.append(((*where, key, "x"), begin))
            else:
                lines.append(f"{key} = 1")
    return "\n".join(lines), known


@settings(max_examples=80, deadline=None)
@given(files())
def test_lines_of_values(file: tuple[str, list[tuple[tuple[str | int, ...], int]]]) -> None:
    text, known = file
    tomllib.loads(text)
    lines = Lines(text)
    for path, line in known:
        assert lines.line_of(path) == line, (path, text)
        assert lines.line_of((*path, "nothing", 7)) == line


# --- what a policy answers --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "url", "is_covered"),
    [
        ("courier.org", "https://courier.org/a", True),
        ("courier.org", "http://WWW.m.Courier.org:8080/a", True),
        ("courier.org", "https://courier.org./a", True),
        ("courier.org", "courier.org/a", True),
        ("courier.org", "https://badcourier.org/a", False),
        ("courier.org", "https://courier.org.evil.com/a", False),
        ("courier.org", "https://courier.org@evil.com/a", False),
        ("courier.org", "https://evil.com/https://courier.org/", False),
        ("courier.org", "https://evil.com\\@courier.org/", False),
        ("courier.org", "javascript://courier.org/a", False),
        ("courier.org", "https://[", False),
        ("courier.org", None, False),
        ("courier.org/news", "https://courier.org/news", True),
        ("courier.org/news/", "https://courier.org/news/1?x=2", True),
        ("courier.org/news", "https://courier.org/newsroom", False),
        ("courier.org/news", "https://courier.org/news/../own", False),
        ("courier.org/news", "https://courier.org/news/%2e%2E/own", False),
        ("https://courier.org/news", "http://courier.org/news/1", True),
        ("courier.org/café", "https://courier.org/caf%c3%a9/1", True),
        ("courier.org/caf%C3%A9", "https://courier.org/café/1", True),
        ("courier.org/a%2Fb", "https://courier.org/a/b", False),
        ("münchen.de", "https://xn--mnchen-3ya.de/a", True),
        ("xn--mnchen-3ya.de", "https://münchen.de/a", True),
        ("10.0.0.1", "http://10.0.0.1:80/a", True),
        ("localhost", "http://localhost:8000/a", True),
    ],
)
def test_what_a_site_covers(entry: str, url: str | None, is_covered: bool) -> None:  # noqa: FBT001
    assert (Sites((entry,)).cover(url) is not None) == is_covered


@given(st.lists(st.sampled_from(["a", "b", "*"]), max_size=8), st.text("ab", max_size=8))
def test_patterns_as_regular_expressions_have_them(parts: list[str], text: str) -> None:
    pattern = re.compile("".join(".*" if part == "*" else part for part in parts))
    assert fits("".join(parts), text) == bool(pattern.fullmatch(text))


def test_a_hostile_name_takes_no_time() -> None:
    begun = time.process_time()
    assert not fits("*a" * 20 + "*b", "a" * 100_000)
    assert time.process_time() - begun < 1


def test_suppressions_fit_all_that_they_name() -> None:
    one = finding()
    until = date(2027, 1, 1)
    right = {"finding": one.id, "page": "https://courier.org/*", "source": "article-*", "site": "courier.org"}
    wrong = {
        "finding": "0" * 16,
        "page": "https://courier.org/",
        "source": "article",
        "site": "courier.org/news",
    }
    for names in (["finding"], ["page"], ["source"], ["site"], list(right)):
        chosen = Suppression("agreed", until, **{name: right[name] for name in names})
        assert list(Policy(suppressions=(chosen,)).suppressions_of(one)) == [chosen]
        for name in names:
            other = Suppression("agreed", until, **({key: right[key] for key in names} | {name: wrong[name]}))
            assert list(Policy(suppressions=(other,)).suppressions_of(one)) == []
    exact = Suppression("agreed", until, page="page-1")
    assert list(Policy(suppressions=(exact,)).suppressions_of(one)) == [exact]


def test_an_address_that_the_page_alone_tells_suppresses_nothing() -> None:
    from reuse.metadata import Fact

    claimed = finding(metadata=said(url=Fact("https://courier.org/storm", "link rel=canonical")))
    for named in (
        {"page": "https://courier.org/storm"},
        {"page": "https://courier.org/*"},
        {"site": "courier.org"},
    ):
        one = Suppression("agreed", date(2027, 1, 1), **named)
        assert list(Policy(suppressions=(one,)).suppressions_of(claimed)) == []
        assert list(Policy(suppressions=(one,)).suppressions_of(finding())) == [one]


def test_notices_are_of_the_day_alone(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, WHOLE))
    assert policy.notices(TODAY) == ()
    (expired,) = policy.notices(TODAY + datetime.timedelta(1))
    assert str(expired) == (
        "policy.toml: the suppression of source sport-*, site third.org expired on 2026-11-22: "
        "renew it, or remove it"
    )
    ended, *_ = policy.notices(date(2027, 1, 1))
    assert "the licence of The Courier (2024-113) ended on 2026-12-31" in str(ended)
    assert "begins on 2026-01-01" in str(policy.notices(date(2025, 12, 31))[0])
    (empty,) = Policy(("Example News",), file="policy.toml").notices(TODAY)
    assert str(empty).startswith("policy.toml: the policy says nothing: every finding will be unlicensed; add")
    assert Policy(own=Sites(("example.com",))).notices(TODAY) == ()
    many = Policy(suppressions=tuple(Suppression("a", TODAY, page=f"p{number}") for number in range(50)))
    assert len(many.notices(date(2027, 1, 1))) == 21
