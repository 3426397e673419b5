"""The example of a policy, from its files to its findings: every term kept and broken, every order, a release.

Covers: ``reuse audit --policy --as-of --common-source``, ``reuse/rights``, and how reports show it. Compares
against: what is right to say of each page, as ``tests/policy_example.py`` has it.
Run: ``pytest tests/test_policy_example.py``
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from reuse.rights.policy import Terms
from reuse.rights.values import IGNORED, OPEN, ORDERS, OWN, STANDINGS
from tests.conftest import Command
from tests.policy_example import AS_OF, CASES, ELSEWHERE, POLICY, RELEASED, Case, write

Report = tuple[dict[tuple[str, str], dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the example."""
    folder = tmp_path_factory.mktemp("example")
    write(folder)
    return folder


@pytest.fixture
def audit(example: Path, command: Command, tmp_path: Path) -> Callable[..., Report]:
    """Return a function that audits the example and reads the report: findings by article and page, the run."""

    def call(*options: str) -> Report:
        inputs = [example / name for name in ("archive.jsonl", "crawl.warc.gz", "saved")]
        done = command("audit", *inputs, "--threads", 1, "-o", tmp_path / "report", *options)
        assert done.code == 0, done.err
        lines = (tmp_path / "report" / "findings.jsonl").read_text("utf-8").splitlines()
        told = [json.loads(line) for line in lines]
        found = {(one["source"]["id"], one["page"]["url"] or one["page"]["path"]): one for one in told}
        return found, json.loads((tmp_path / "report" / "run.json").read_text("utf-8"))

    return call


def options(example: Path) -> list[str]:
    policy, release = (str(example / name) for name in ("policy.toml", "release.txt"))
    return ["--policy", policy, "--common-source", release, "--as-of", AS_OF]


def of(case: Case, found: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    """Return the finding of a case."""
    (one,) = (
        told
        for (source, page), told in found.items()
        if source == case.source and (page == case.url or case.name in page)
    )
    return one


# --- what is decided --------------------------------------------------------------------------


def test_every_page_is_told_what_is_right(audit: Callable[..., Report], example: Path) -> None:
    found, run = audit(*options(example), "--all")
    for case in CASES:
        told = of(case, found)
        standing = told["standing"]
        broken = tuple(term["name"] for term in standing["terms"] if term["status"] == "broken")
        assert (standing["status"], broken) == (case.status, case.broken), case.name
        assert told["precedence"]["order"] == case.order, (case.name, told["precedence"])
        loud = "THE PAGE IS OLDER THAN YOUR ARTICLE" in told["precedence"]["reason"]
        assert loud == (case.order == "page-first")
    assert run["as_of"] == AS_OF
    assert run["policy"]["file"] == "policy.toml"
    accused = Counter(case.status for case in CASES)
    accused["unlicensed"] += sum(is_accused for *_, is_accused in RELEASED)
    assert run["standings"] == {status: accused[status] for status in STANDINGS if accused[status]}


def test_the_example_has_every_term_kept_and_broken_and_every_order(
    audit: Callable[..., Report], example: Path
) -> None:
    found, _ = audit(*options(example), "--all")
    terms = {
        (term["name"], term["status"])
        for told in found.values()
        for term in (told["standing"] or {"terms": ()})["terms"]
    }
    names = {field.name for field in fields(Terms)} - {"asked"}
    assert {name for name, status in terms if status == "kept"} == names
    assert {name for name, status in terms if status == "broken"} == names - {"full"}
    assert {case.order for case in CASES} == set(ORDERS)
    assert {case.status for case in CASES} == set(STANDINGS)
    partners = {told["standing"]["partner"] for told in found.values() if told["standing"]}
    assert len(partners - {None}) == 6


def test_a_press_release_explains_what_three_articles_share(
    audit: Callable[..., Report], example: Path
) -> None:
    with_it, run = audit(*options(example), "--all")
    without, _ = audit("--as-of", AS_OF, "--all")
    for name, _, is_accused in RELEASED:
        pair = ("news-on-release", f"{ELSEWHERE}/{name}")
        assert without[pair]["verdict"] not in ("quotation", "independent")
        assert without[pair]["common_sources"] == []
        told = with_it[pair]
        assert (told["verdict"] not in ("quotation", "independent")) == is_accused
        (owed,) = told["common_sources"]
        assert owed["id"].endswith("release.txt")
        assert owed["words"] == len((example / "release.txt").read_text("utf-8").split())
    assert run["explained"] == sum(not is_accused for *_, is_accused in RELEASED)


def test_what_needs_no_decision_is_not_written_or_does_not_fail(
    audit: Callable[..., Report], command: Command, example: Path, tmp_path: Path
) -> None:
    found, run = audit(*options(example))
    written = Counter(told["standing"]["status"] for told in found.values())
    assert not {OWN, IGNORED} & set(written)
    assert run["standings"][OWN] == run["standings"][IGNORED] == 1
    assert set(written) == set(STANDINGS) - {OWN, IGNORED}
    licensed = [case for case in CASES if case.status not in OPEN]
    pages = tmp_path / "licensed.jsonl"
    lines = (json.loads(line) for line in (example / "archive.jsonl").read_text("utf-8").splitlines())
    names = {case.source for case in licensed if case.status == "own"}
    copies = (one | {"id": f"copy-{one['id']}"} for one in lines if one["id"] in names)
    pages.write_text("".join(json.dumps(one) + "\n" for one in copies), "utf-8")
    done = command(
        "audit", example / "archive.jsonl", pages, "--policy", example / "policy.toml", "--as-of", AS_OF,
        "--fail-on", "excerpt",
    )  # fmt: skip
    assert done.code == 0
    bare = command("audit", example / "archive.jsonl", pages, "--as-of", AS_OF, "--fail-on", "excerpt")
    assert bare.code == 1


# --- how it is shown --------------------------------------------------------------------------


def test_every_form_of_the_report_shows_it(
    audit: Callable[..., Report], command: Command, example: Path, tmp_path: Path
) -> None:
    found, _ = audit(*options(example))
    report = tmp_path / "report"
    table = command("report", report, "--top", 100).out
    assert table.count("licence: ") == sum(told["standing"]["status"] in OPEN for told in found.values())
    assert "THE PAGE IS OLDER" in " ".join(table.split())
    summary = (report / "summary.md").read_text("utf-8")
    for heading in ("## Licences", "## Who was first", "## Common sources"):
        assert heading in summary
    assert f"as of {AS_OF}" in summary
    assert "2 pairs explained by common sources" in summary
    assert command("report", report, "--evidence", tmp_path / "case").code == 0
    older = (tmp_path / "case" / "thirdpaper.info" / "notice.md").read_text("utf-8")
    assert "OLDER than the work" in older
    assert not (tmp_path / "case" / "settled.org").exists()
    courier = (tmp_path / "case" / "courier.org" / "notice.md").read_text("utf-8")
    assert "Term `must_link`: broken: has no link to the article" in courier
    assert "courier-keeps-all" not in courier


def test_the_readme_has_the_example(example: Path, command: Command, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert f"```toml\n{POLICY}```" in readme
    for case in CASES:
        broken = " ".join(f"`{name}`" for name in case.broken)
        assert f"| `{case.name}` | {case.status} | {broken} | {case.order} |" in readme
    inputs = [example / name for name in ("archive.jsonl", "crawl.warc.gz", "saved")]
    done = command("audit", *inputs, *options(example), "-o", tmp_path / "report")
    (line,) = (line for line in (done.out + done.err).splitlines() if line.startswith("38 sources"))
    assert f"```text\n{line}\n```" in readme
