"""A report under another policy: what an audit under that policy would say, or that nobody can tell.

Covers: ``reuse report --policy --as-of``, ``reuse/report/under_policy.py``. Compares against: audits of the
example of ``tests/policy_example.py`` under each policy. Run: ``pytest tests/test_under_policy.py``
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reuse.cli.endings import exit_code
from reuse.errors import UsageError
from reuse.report.reading import Report, read_report
from reuse.report.under_policy import under_policy
from reuse.rights import read_policy
from reuse.rights.values import IGNORED, OPEN, OWN
from tests.policy_example import AS_OF, CASES, POLICY, write

if TYPE_CHECKING:
    from reuse.findings import Finding
    from reuse.rights import Policy, Standing
    from tests.conftest import Command

DAY = date.fromisoformat(AS_OF)
#: Edits after which the audit is asked nothing new: what is there, and where it stands, is all that counts.
SETTLED = (
    ("max_words = 80", "max_words = 400"),
    ("until = 2026-11-10", "until = 2026-11-30"),
    ('[[suppress]]\npage = "https://settled.org/*"', '[[suppress]]\npage = "https://elsewhere.example/*"'),
    ('sites = ["sportwire.net"]', 'sites = ["sportwire.net", "thirdpaper.info"]'),
    ('ignore = ["archive.org"]', 'ignore = ["archive.org", "lapsed.org"]'),
    ("after_days = 7", "after_days = 30\nmust_link = true\nkeep_byline = true"),
)
#: And one after which it is: here the credit is another.
OTHER_CREDIT = 'must_credit = ["Reprinted with leave"]'


def edited(*edits: tuple[str, str]) -> str:
    text = POLICY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


POLICIES = {
    "policy.toml": POLICY,
    "settled.toml": edited(*SETTLED),
    "credit.toml": edited(("must_credit = true", OTHER_CREDIT)),
}


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the example, and its reports under each policy, and without one in ``none``."""
    folder = tmp_path_factory.mktemp("audits")
    write(folder)
    inputs = [str(folder / name) for name in ("archive.jsonl", "crawl.warc.gz", "saved")]
    for name in (None, *POLICIES):
        if name:
            (folder / name).write_text(POLICIES[name], "utf-8")
        given = ["--policy", str(folder / name)] if name else []
        report = str(folder / (name or "none").removesuffix(".toml"))
        assert exit_code(["audit", *inputs, "--as-of", AS_OF, "-q", "-o", report, *given]) == 0
    return folder


def told(out: str) -> dict[str, dict[str, Any]]:
    return {one["finding"]: one for one in map(json.loads, out.splitlines())}


def terms(one: dict[str, Any]) -> dict[str, str]:
    return {term["name"]: term["status"] for term in one["standing"]["terms"]}


# --- the law: as an audit, or unclear ---------------------------------------------------------


@pytest.mark.parametrize("form", ["jsonl", "md", "html"])
def test_under_its_own_policy_a_report_is_what_it_was(command: Command, audits: Path, form: str) -> None:
    file = {"jsonl": "findings.jsonl", "md": "summary.md", "html": "report.html"}[form]
    done = command("report", audits / "policy", "--policy", audits / "policy.toml", "-f", form)
    assert done.code == 0
    assert done.out.encode() == (audits / "policy" / file).read_bytes()
    assert "left out" not in done.err


def test_where_the_audit_is_asked_nothing_new_all_is_as_in_an_audit(command: Command, audits: Path) -> None:
    before = told((audits / "policy" / "findings.jsonl").read_text("utf-8"))
    right = told((audits / "settled" / "findings.jsonl").read_text("utf-8"))
    anew = told(command("report", audits / "policy", "--policy", audits / "settled.toml", "-f", "jsonl").out)
    assert anew == right
    changed = {
        (before[key]["standing"]["status"], anew[key]["standing"]["status"])
        for key in anew
        if before[key]["standing"] != anew[key]["standing"]
    }
    assert changed >= {
        ("unlicensed", "licensed"), ("breach", "licensed"),
        ("suppressed", "unlicensed"), ("licensed", "breach"),
    }  # fmt: skip
    assert {before[key]["page"]["url"] for key in before.keys() - anew.keys()} == {"https://lapsed.org/1"}


@pytest.mark.parametrize("had", ["none", *(name.removesuffix(".toml") for name in POLICIES)])
@pytest.mark.parametrize("name", POLICIES)
def test_a_term_is_as_in_an_audit_or_unclear(command: Command, audits: Path, had: str, name: str) -> None:
    right = told((audits / name.removesuffix(".toml") / "findings.jsonl").read_text("utf-8"))
    anew = told(command("report", audits / had, "--policy", audits / name, "-f", "jsonl").out)
    before = told((audits / had / "findings.jsonl").read_text("utf-8"))
    assert anew.keys() == right.keys() & before.keys()
    doubts: Counter[str] = Counter()
    for key, one in anew.items():
        assert [one[what] for what in ("attribution", "precedence", "verdict")] == [
            before[key][what] for what in ("attribution", "precedence", "verdict")
        ]
        assert terms(one).keys() == terms(right[key]).keys()
        for term, status in terms(one).items():
            if status != terms(right[key])[term]:
                assert (term, status) == ("must_credit", "unclear")
                doubts[one["source"]["id"]] += 1
        if one["source"]["id"] not in doubts:
            assert one["standing"] == right[key]["standing"]
        assert one["standing"]["status"] in OPEN or right[key]["standing"]["status"] not in OPEN
    if had == "none":  # it was asked for no credit at all
        asked = {key for key, one in anew.items() if "must_credit" in terms(one)}
        assert {terms(anew[key])["must_credit"] for key in asked} == {"unclear"}
        assert "the audit has not looked for it" in str([anew[key]["standing"]["reason"] for key in asked])
    elif had == name.removesuffix(".toml") or "credit" not in (had, name.removesuffix(".toml")):
        assert not doubts


def test_a_credit_that_was_asked_for_stays_missing(command: Command, audits: Path) -> None:
    """Digest's is the same in both policies, and the Courier's is not."""
    anew = told(command("report", audits / "policy", "--policy", audits / "credit.toml", "-f", "jsonl").out)
    credit = {one["source"]["id"]: terms(one).get("must_credit") for one in anew.values()}
    assert credit["news-digest-other-credit"] == "broken"
    assert credit["news-digest-keeps-all"] == "kept"
    assert credit["news-courier-no-credit"] == credit["news-courier-keeps-all"] == "unclear"


# --- what else is told ------------------------------------------------------------------------


def test_the_run_is_told_anew(command: Command, audits: Path) -> None:
    policy = read_policy(str(audits / "policy.toml"))
    bare = read_report(str(audits / "none"))
    anew = under_policy(bare, policy)
    right = read_report(str(audits / "policy")).run
    changed = ("policy", "standings", "notices", "inputs")
    assert {name: anew.run[name] for name in changed[:3]} == {name: right[name] for name in changed[:3]} | {
        "standings": dict(Counter(one.status for one in map(standing, whole(bare, policy))))
    }
    assert {name: told for name, told in anew.run.items() if name not in changed} == {
        name: told for name, told in right.items() if name not in changed
    }
    assert bare.run["policy"] is None
    page = command("report", audits / "none", "--policy", audits / "policy.toml", "-f", "md").out
    assert f"policy policy.toml, SHA-256 {policy.sha256}" in page
    assert "## Licences" in page


def standing(finding: Finding) -> Standing:
    assert finding.standing
    return finding.standing


def whole(report: Report, policy: Policy) -> tuple[Finding, ...]:
    return under_policy(report, policy, kept=(OWN, IGNORED)).findings


def test_own_and_ignored_findings_are_left_out_as_in_an_audit(command: Command, audits: Path) -> None:
    options = ("report", audits / "none", "--policy", audits / "policy.toml")
    done = command(*options, "-f", "jsonl")
    assert "note: 2 findings left out on own and ignored sites; --standing names them\n" in done.err
    urls = {case.url for case in CASES if case.status in (OWN, IGNORED)}
    assert not urls & {one["page"]["url"] for one in told(done.out).values()}
    named = told(command(*options, "--standing", "own", "--standing", "ignored", "-f", "jsonl").out)
    assert {one["page"]["url"] for one in named.values()} == urls
    policy, bare = read_policy(str(audits / "policy.toml")), read_report(str(audits / "none"))
    of_all = replace(bare, run={**bare.run, "inputs": {**bare.run["inputs"], "all": True}})
    assert under_policy(of_all, policy).findings == whole(bare, policy)
    done = command("report", audits / "policy", "--policy", audits / "credit.toml", "-q")
    assert done.err == ""


def test_what_the_audit_has_left_out_is_noted(command: Command, audits: Path) -> None:
    done = command("report", audits / "policy", "--policy", audits / "settled.toml", "-f", "md")
    assert "the audit's own policy has left out 2 findings on own and ignored sites; audit again" in done.err
    assert "the suppression of site lapsed.org expired" in done.err
    anew = under_policy(read_report(str(audits / "policy")), read_policy(str(audits / "settled.toml")))
    assert len(anew.run["notices"]) == len(set(anew.run["notices"]))
    assert not [notice for notice in anew.run["notices"] if notice.startswith("policy.toml: ")]


def test_a_pair_that_is_not_accused_has_no_standing(audits: Path) -> None:
    bare = read_report(str(audits / "policy"))
    passed = replace(bare.findings[0], verdict="quotation")
    anew = under_policy(replace(bare, findings=(passed,)), read_policy(str(audits / "policy.toml")))
    assert [one.standing for one in anew.findings] == [None]
    assert anew.run["standings"] == {}


# --- the day ----------------------------------------------------------------------------------


def test_the_day_is_that_of_the_audit(command: Command, audits: Path) -> None:
    options = ("report", audits / "policy", "--policy", audits / "policy.toml", "-f", "jsonl")
    same, later = command(*options), command(*options, "--as-of", "2027-07-01")
    assert same.out == command(*options, "--as-of", AS_OF).out
    changed = {
        one["source"]["id"]
        for key, one in told(later.out).items()
        if one["standing"] != told(same.out)[key]["standing"]
    }
    assert changed == {"news-suppressed"}
    assert "the suppression of page https://settled.org/* expired on 2027-06-30" in later.err


def test_findings_from_a_pipe_need_a_day(command: Command, audits: Path) -> None:
    stream = (audits / "policy" / "findings.jsonl").read_bytes()
    options = ("report", "-", "--policy", audits / "policy.toml", "-f", "jsonl")
    done = command(*options, stdin=stream)
    assert (done.code, done.out) == (2, "")
    assert "name one with --as-of" in done.err
    assert command(*options, "--as-of", AS_OF, stdin=stream).out.encode() == stream


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--as-of", AS_OF], "--as-of does nothing without --policy"),
        (
            ["--policy", "policy.toml", "--as-of", "2026-11-21"],
            "2026-11-21 is before the day of the audit, 2026-11-22",
        ),
        (["--policy", "policy.toml", "--as-of", "soon"], "'soon' is no day"),
        (["--policy", "nowhere.toml"], "the policy cannot be read"),
        (["--policy", "broken.toml"], "broken.toml:1: partners: no such field; did you mean [[partner]]?"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    command: Command, audits: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], fault: str
) -> None:
    monkeypatch.chdir(audits)
    Path("broken.toml").write_text("partners = 1\n", "utf-8")
    done = command("report", "policy", *options)
    assert (done.code, done.out) == (2, "")
    assert fault in done.err


def test_a_deduplication_has_no_pages_of_partners(command: Command, audits: Path, tmp_path: Path) -> None:
    (tmp_path / "twice.jsonl").write_bytes((audits / "archive.jsonl").read_bytes().splitlines()[0] + b"\n")
    (tmp_path / "again.jsonl").write_text(
        (tmp_path / "twice.jsonl").read_text("utf-8").replace('"id": "', '"id": "again-'), "utf-8"
    )
    command("dedupe", tmp_path / "twice.jsonl", tmp_path / "again.jsonl", "-q", "-o", tmp_path / "out")
    done = command("report", tmp_path / "out", "--policy", audits / "policy.toml", "--as-of", AS_OF)
    assert (done.code, done.out) == (2, "")
    assert "not of an audit" in done.err


# --- what an audit without the policy cannot have looked for ----------------------------------


def changed(audits: Path, **attribution: Any) -> tuple[Report, Finding]:
    """Return the report without a policy, of one finding of the Courier's whose article has no address."""
    report = read_report(str(audits / "none"))
    (one,) = (one for one in report.findings if one.source.id == "news-courier-no-link")
    assert one.attribution
    source = one.source._replace(url=None)
    known = replace(one, source=source, attribution=replace(one.attribution, **attribution))
    return replace(report, findings=(known,)), known


def the_term(report: Report, policy: Policy, name: str) -> tuple[str, str]:
    (one,) = under_policy(report, policy).findings
    (term,) = (term for term in standing(one).terms if term.name == name)
    return term.status, term.reason


def test_a_link_that_was_not_looked_for_is_not_missing(audits: Path) -> None:
    report, one = changed(audits)
    policy = read_policy(str(audits / "policy.toml"))
    assert one.attribution is not None
    assert one.attribution.link == "none"
    assert the_term(report, policy, "must_link") == (
        "unclear", "links to your sites were not looked for, so that no link is known",
    )  # fmt: skip
    with_address = replace(report, findings=tuple(one for one in read_report(str(audits / "none")).findings
                                                  if one.source.id == "news-courier-no-link"))  # fmt: skip
    assert the_term(with_address, policy, "must_link") == ("broken", "has no link to the article")


def test_a_canonical_address_on_a_site_that_is_named_now_is_the_publishers(audits: Path) -> None:
    from reuse.metadata import Fact

    policy = read_policy(str(audits / "policy.toml"))
    text = POLICY.replace("must_credit = true", "canonical = true")
    (audits / "canonical.toml").write_text(text, "utf-8")
    report, one = changed(audits, canonical="other")
    assert one.metadata
    said = Fact("https://www.example.com/there", "link rel=canonical")
    known = replace(one, metadata=replace(one.metadata, canonical_url=said))
    policy = read_policy(str(audits / "canonical.toml"))
    status, reason = the_term(replace(report, findings=(known,)), policy, "canonical")
    assert (status, reason.endswith("and the archive gives none of the article")) == ("unclear", True)
    there = replace(known, metadata=replace(one.metadata, canonical_url=Fact("https://third.example/", "link")))
    assert the_term(replace(report, findings=(there,)), policy, "canonical")[0] == "broken"


def test_of_two_licences_each_may_ask_for_another_credit(audits: Path) -> None:
    """The audit has said that one credit is missing; that the other is, nobody knows."""
    second = '\n[[partner]]\nname = "Courier Two"\nsites = ["courier.org"]\n'
    licence = 'terms = {full = true, must_credit = "By us"}\n'
    (audits / "two.toml").write_text(f"{POLICY}{second}{licence}", "utf-8")
    report = read_report(str(audits / "policy"))
    some = tuple(one for one in report.findings if one.source.id == "news-courier-no-credit")
    assert standing(some[0]).status == "breach"
    anew = under_policy(replace(report, findings=some), read_policy(str(audits / "two.toml")))
    assert standing(anew.findings[0]).status == "unclear"


def test_a_report_without_credits_is_refused(audits: Path) -> None:
    report = read_report(str(audits / "none"))
    bare = replace(report, findings=(replace(report.findings[0], attribution=None),))
    with pytest.raises(UsageError, match="not of an audit"):
        under_policy(bare, read_policy(str(audits / "policy.toml")), DAY)
