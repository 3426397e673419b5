"""``reuse policy`` from the shell: what is in force on a day, whose an address is, what is wrong with a file.

Covers: ``reuse/cli/policy.py``, ``reuse/report/policy.py``. Compares against: the policy of
``tests/policy_example.py``, and what is right to say of its pages. Run: ``pytest tests/test_policy_command.py``
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import reuse
from reuse.errors import PolicyError
from reuse.report.escape import one_line
from reuse.report.policy import policy_record, policy_text
from reuse.rights import read_policy
from tests.policy_example import AS_OF, CASES, POLICY

if TYPE_CHECKING:
    from tests.conftest import Command

PACKAGE = Path(reuse.__file__).parent


@pytest.fixture(autouse=True)
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the policy of the example."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, "utf-8")
    return path


def record(command: Command, *arguments: object) -> dict[str, Any]:
    done = command("policy", *arguments, "-f", "json")
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1)
    told: dict[str, Any] = json.loads(done.out)
    return told


# --- what is in force -------------------------------------------------------------------------


def test_all_of_the_file_is_told(command: Command, policy: Path) -> None:
    known, told = read_policy(str(policy)), record(command, policy, "--as-of", AS_OF)
    assert (told["names"], told["sites"], told["ignore"]) == (
        ["Example News"],
        ["example.com"],
        ["archive.org"],
    )
    assert (told["file"], told["sha256"], told["as_of"]) == ("policy.toml", known.sha256, AS_OF)
    assert [one["name"] for one in told["partners"]] == [one.name for one in known.partners]
    courier, *_, digest, _, _, wire = told["partners"]
    assert courier["terms"] == {"full": True, "must_link": "follow", "must_credit": ["Example News"]}
    assert (courier["reference"], courier["from"], courier["until"]) == ("2024-113", "2026-01-01", "2026-11-10")
    assert digest["terms"]["max_share"] == 0.3
    assert wire["sources"] == ["sport-*"]
    assert told["notices"] == [str(notice) for notice in known.notices(date.fromisoformat(AS_OF))]
    assert len(told["notices"]) == 2
    assert told["pages"] == []


@pytest.mark.parametrize(
    ("day", "state", "holds"),
    [
        ("2025-12-31", "to come", [True, True]),
        ("2026-01-01", "in force", [True, True]),
        ("2026-10-31", "in force", [True, True]),
        ("2026-11-01", "in force", [True, False]),
        ("2026-11-10", "in force", [True, False]),
        ("2026-11-11", "ended", [True, False]),
        ("2027-06-30", "ended", [True, False]),
        ("2027-07-01", "ended", [False, False]),
    ],
)
def test_first_and_last_days_are_covered(
    command: Command, policy: Path, day: str, state: str, holds: list[bool]
) -> None:
    told = record(command, policy, "--as-of", day)
    assert told["partners"][0]["state"] == state
    assert {one["state"] for one in told["partners"][1:]} == {"in force"}
    assert [one["holds"] for one in told["suppressions"]] == holds
    table = command("policy", policy, "--as-of", day).out
    in_force = 5 + (state == "in force")
    counted = f"6 licences, {in_force} in force; {plural(sum(holds))} in force, {2 - sum(holds)} expired\n"
    assert table.splitlines(keepends=True)[0] == f"policy.toml on {day}: {counted}"
    assert ("\nno longer suppressed " in table) == (not all(holds))
    assert ("\nsuppressed " in table) == any(holds)


def plural(count: int) -> str:
    return f"{count} suppression{'' if count == 1 else 's'}"


def test_the_day_alone_changes_what_is_told(
    command: Command, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules["reuse.cli.policy"]
    monkeypatch.setattr(module, "today", lambda: date(2026, 11, 22))
    assert command("policy", policy).out == command("policy", policy, "--as-of", AS_OF).out
    monkeypatch.setattr(module, "today", lambda: date(2030, 1, 1))
    assert command("policy", policy).out == command("policy", policy, "--as-of", "2030-01-01").out


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_tables_fit_and_leave_nothing_out(policy: Path, width: int) -> None:
    known, day = read_policy(str(policy)), date.fromisoformat(AS_OF)
    told, out = policy_record(known, day), policy_text(known, day, width)
    lines = out.splitlines()
    assert max(len(line) for line in lines[1:] if not line.startswith("note: ")) <= width
    words = set(out.split())
    for one in told["partners"]:
        assert {*one["name"].split(), *one["sites"], *" ".join(one["terms_in_words"]).split()} <= words
    for one in told["suppressions"]:
        assert {*one["reason"].split(), one["until"]} <= words
    assert [line.removeprefix("note: ") for line in lines if line.startswith("note: ")] == told["notices"]


def test_every_term_has_words(command: Command, tmp_path: Path) -> None:
    terms = 'max_words = 1\nafter_days = 1\nmax_share = 1\nmust_credit = ["A", "B"]\nkeep_byline = true'
    text = f'[[partner]]\nname = "P"\nsites = ["p.example"]\n[partner.terms]\n{terms}\ncanonical = false\n'
    (tmp_path / "other.toml").write_text(text, "utf-8")
    (one,) = record(command, "other.toml")["partners"]
    assert one["terms_in_words"] == [
        "1 word of an article at most",
        "1 day after the article or later",
        "100% of an article at most",
        "says “A” or “B”",
        "names the author",
    ]
    assert list(one["terms"]) == ["max_words", "after_days", "max_share", "must_credit", "keep_byline"]


def test_an_empty_policy_allows_nothing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("", "utf-8")
    out = command("policy", "empty.toml", "--as-of", AS_OF).out
    assert out.splitlines()[0] == (
        f"empty.toml on {AS_OF}: 0 licences, 0 in force; 0 suppressions in force, 0 expired"
    )
    assert "own sites  none" in out
    assert "---" not in out


# --- whose an address is ----------------------------------------------------------------------


def test_pages_are_whose_an_audit_takes_them_to_be(command: Command, policy: Path) -> None:
    cases = [case for case in CASES if not case.is_saved]
    asked = [word for case in cases for word in ("--page", case.url)]
    told = record(command, policy, "--as-of", AS_OF, *asked)["pages"]
    hosts = {host for one in read_policy(str(policy)).partners for host in one.sites.entries}
    for case, page in zip(cases, told, strict=True):
        assert page["url"] == case.url
        settled = case.status if case.status in ("own", "ignored") else None
        of_partner = any(host in case.url for host in hosts)
        assert page["whose"] == (settled or ("partner" if of_partner else "nobody")), case.name
        assert bool(page["partners"]) == (page["whose"] == "partner")
        assert bool(page["suppressions"]) == (case.status == "suppressed"), case.name
    assert {page["whose"] for page in told} == {"own", "ignored", "partner", "nobody"}


def test_whose_pages_are_is_told_alone(command: Command, policy: Path) -> None:
    pages = ("https://www.courier.org/1", "www.example.com", "https://settled.org/x", "sportwire.net/2")
    asked = [word for page in pages for word in ("--page", page)]
    out = command("policy", policy, "--as-of", AS_OF, *asked).out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert (
        "https://www.courier.org/1 partner The Courier (2024-113): ended, from 2026-01-01, until 2026-11-10"
        in lines
    )
    assert "www.example.com own lies in example.com, your own site" in lines
    assert "https://settled.org/x nobody no licence covers it" in lines
    assert any(
        line.startswith("suppressed until 2027-06-30 (page https://settled.org/*): settled") for line in lines
    )
    assert "- only the articles sport-*" in lines
    assert "Valley Weekly" not in out


@pytest.mark.parametrize("page", ["", "a b", "mailto:a@b.example", "https://[", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(command: Command, policy: Path, page: str) -> None:
    done = command("policy", policy, "--page", page)
    assert (done.code, done.out) == (2, "")
    assert "is no web address; write one such as" in done.err


# --- what goes wrong --------------------------------------------------------------------------


def test_every_fault_of_a_broken_file_is_told(command: Command, tmp_path: Path) -> None:
    broken = POLICY.replace("max_words", "max_word").replace("2027-06-30", '"soon"').replace("0.3", "30")
    (tmp_path / "broken.toml").write_text(broken, "utf-8")
    with pytest.raises(PolicyError) as told:
        read_policy("broken.toml")
    assert len(told.value.faults) == 3
    done = command("policy", "broken.toml")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [f"reuse: {one_line(fault)}" for fault in told.value.faults]
    assert command("policy", "nowhere.toml").code == command("policy", tmp_path).code == 2


def test_a_day_that_is_none_is_refused(command: Command, policy: Path) -> None:
    done = command("policy", policy, "--as-of", "22.11.2026")
    assert (done.code, done.out) == (2, "")
    assert "2026-11-22" in done.err


def test_hostile_names_steer_nothing(command: Command, tmp_path: Path) -> None:
    odd = "\u202eevil\u200b"
    text = (
        f'[publisher]\nnames = ["{odd}"]\n[[partner]]\nname = "{odd}"\nsites = ["a.example"]\n'
        f'reference = "{odd}"\nsources = ["{odd}"]\n[partner.terms]\nfull = true\nmust_credit = "{odd}"\n'
        f'[[suppress]]\npage = "{odd}*"\nreason = "{odd}"\nuntil = 2020-01-01\n'
        f'[[suppress]]\nsource = "{odd}"\nreason = "{odd}"\nuntil = 2030-01-01\n'
    )
    (tmp_path / "odd.toml").write_text(text, "utf-8")
    some = ("odd.toml", "--as-of", AS_OF, "--page", f"https://a.example/{odd}")
    for arguments in (some[:3], some, (*some, "-f", "json")):
        out = command("policy", *arguments).out
        assert not {"\u202e", "\u200b"} & set(out)
        assert "evil" in out
    assert json.loads(command("policy", *some, "-f", "json").out)["partners"][0]["name"] == odd


def test_ten_thousand_suppressions_are_counted_soon(command: Command, tmp_path: Path) -> None:
    many = "".join(
        f'[[suppress]]\nsite = "s{n}.example"\nreason = "r"\nuntil = {2020 + n % 20}-01-01\n'
        for n in range(10_000)
    )
    (tmp_path / "many.toml").write_text(many, "utf-8")
    began = time.process_time()
    out = command("policy", "many.toml", "--as-of", AS_OF).out
    told = record(command, "many.toml", "--as-of", AS_OF, "--page", "https://s19.example/")
    assert time.process_time() - began < 10
    assert len(out.splitlines()) < 250
    assert "6,500 suppressions in force, 3,500 expired" in out
    assert "… and 6,400 suppressions more (-f json)" in out
    assert len(told["suppressions"]) == 10_000
    assert [one["site"] for one in told["pages"][0]["suppressions"]] == ["s19.example"]
