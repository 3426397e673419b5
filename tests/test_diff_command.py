"""``reuse diff`` from the shell: every form, what ends in exit code 1, and what goes wrong.

Covers: ``reuse/cli/diff.py``. Compares against: two audits of pages that changed in between. Run:
``pytest tests/test_diff_command.py``
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reuse.cli.diff import KINDS
from reuse.report.diff import followed
from tests.static_pages import Page
from tests.test_cli import ARTICLE, OWN, jsonl
from tests.test_forged_reports import ODD, places, put, safe

if TYPE_CHECKING:
    from tests.conftest import Command

TOWN = f"{ARTICLE} {OWN}"
FAIR = (
    "Rain fell on the fair all day long, the band went home early, and the cakes were given away at noon. "
    "Prices for apples have halved since the harvest; growers blame imports, shops blame growers."
)
ELSEWHERE = (
    "A choir from the hills sings at the station every Friday, which is more than anybody had hoped for when "
    "the waiting room was painted green. Our readers have sent in what they saw from their balconies."
)
FORMS = ("table", "html", "md", "csv", "jsonl")


@pytest.fixture
def nights(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave two reports: one page is gone and one is new, one has got worse, one stays, one has moved."""
    monkeypatch.chdir(tmp_path)
    jsonl("articles.jsonl", {"id": "town", "text": TOWN}, {"id": "fair", "text": FAIR})
    edited = TOWN.replace("Tuesday", "Wednesday")
    pages = {
        "gone": {"text": TOWN, "url": "https://one.example/gone"},
        "worse": {"text": f"{ELSEWHERE} {OWN}", "url": "https://one.example/worse"},
        "stays": {"text": TOWN, "url": "https://two.example/stays"},
        "a": {"text": edited, "url": "https://two.example/moved"},
    }
    jsonl("monday.jsonl", *({"id": name, **page} for name, page in pages.items()))
    moved = pages.pop("a")
    del pages["gone"]
    pages |= {"b": moved, "fresh": {"text": FAIR, "url": "https://three.example/fresh"}}
    pages["worse"]["text"] = TOWN
    jsonl("tuesday.jsonl", *({"id": name, **page} for name, page in pages.items()))
    for night in ("monday", "tuesday"):
        done = command("audit", "articles.jsonl", f"{night}.jsonl", "-o", night, "-q")
        assert done.code == 0, done.err


def rows(out: str) -> dict[str, str]:
    told = map(json.loads, out.splitlines())
    return {row["page"]["id"]: row["direction"] or row["status"] for row in told}


@pytest.mark.usefixtures("nights")
def test_two_nights_are_compared(command: Command) -> None:
    done = command("diff", "monday", "tuesday", "-f", "jsonl")
    assert (done.code, rows(done.out)) == (
        0,
        {"fresh": "new", "worse": "worse", "gone": "gone", "stays": "same", "b": "same"},
    )
    assert "note: 1 finding known again by address or text, under another id\n" in done.err
    assert command("diff", "monday", "tuesday", "-q").err == ""
    back = command("diff", "tuesday", "monday", "-f", "jsonl")
    assert rows(back.out) == {"gone": "new", "worse": "better", "fresh": "gone", "stays": "same", "a": "same"}


@pytest.mark.usefixtures("nights")
def test_all_forms_tell_the_same(command: Command) -> None:
    table = command("diff", "monday", "tuesday").out
    assert table.endswith(
        "1 new (1 identical); 1 changed (1 worse); 1 gone (1 identical), 1 of them on pages that were not read "
        "again; 2 still there (1 identical, 1 near-duplicate).\n"
    )
    told = [line.split()[0] for line in table.splitlines() if line.startswith(("new ", "worse ", "gone "))]
    assert told == ["new", "worse", "gone"]
    read = csv.DictReader(io.StringIO(command("diff", "monday", "tuesday", "-f", "csv").out))
    assert {row["page"]: row["direction"] or row["status"] for row in read} == rows(
        command("diff", "monday", "tuesday", "-f", "jsonl").out
    )
    page = Page(command("diff", "monday", "tuesday", "-f", "html").out)
    assert "https://three.example/fresh" in page.links
    assert "https://three.example/fresh" in command("diff", "monday", "tuesday", "-f", "md").out


@pytest.mark.usefixtures("nights")
@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_what_would_be_printed(command: Command, form: str) -> None:
    printed = command("diff", "monday/findings.jsonl", "tuesday", "-f", form).out.encode()
    suffix = "txt" if form == "table" else form
    named = ("-f", form) if form == "table" else ()
    done = command("diff", "monday", "tuesday", "-o", f"told.{suffix}", *named)
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith(f"written to told.{suffix}\n")
    written = Path(f"told.{suffix}").read_bytes()
    assert written.removeprefix(b"\xef\xbb\xbf") == printed
    assert written.startswith(b"\xef\xbb\xbf") == (form == "csv")


@pytest.mark.usefixtures("nights")
def test_a_report_can_come_through_a_pipe(command: Command) -> None:
    stream = Path("tuesday/findings.jsonl").read_bytes()
    piped = command("diff", "monday", "-", "-f", "jsonl", stdin=stream)
    Path("tuesday/pages.keys.zst").unlink()  # which pages were read does not come through the pipe
    assert piped.out == command("diff", "monday", "tuesday", "-f", "jsonl").out


@pytest.mark.usefixtures("nights")
@pytest.mark.parametrize(
    ("demands", "code"),
    [
        ([], 0),
        (["new:excerpt"], 1),
        (["new:identical"], 1),
        (["gone:identical"], 1),
        (["worse:identical"], 1),
        (["changed:near-duplicate"], 1),
        (["new:identical", "gone:excerpt"], 1),
    ],
)
def test_what_is_demanded_ends_in_exit_code_1(command: Command, demands: list[str], code: int) -> None:
    flags = [word for demand in demands for word in ("--fail-on", demand)]
    assert command("diff", "monday", "tuesday", *flags).code == code
    assert command("diff", "monday", "monday", *flags).code == 0


@pytest.mark.usefixtures("nights")
def test_what_the_policy_settles_fails_nothing(command: Command) -> None:
    lines = Path("tuesday/findings.jsonl").read_text("utf-8").splitlines()
    standing: dict[str, object] = {
        "status": "licensed",
        "reason": "it is",
        "partner": "P",
        "reference": None,
        "terms": [],
        "until": None,
    }
    settled = [json.dumps(json.loads(line) | {"standing": standing}) for line in lines]
    Path("settled.jsonl").write_text("\n".join(settled), "utf-8")
    done = command(
        "diff", "monday", "settled.jsonl", "--fail-on", "new:excerpt", "--fail-on", "changed:excerpt"
    )
    assert done.code == 0, done.err
    assert "not listed, for the policy settles them" in done.out
    assert command("diff", "settled.jsonl", "tuesday", "--fail-on", "worse:excerpt").code == 1


@pytest.mark.usefixtures("nights")
def test_a_suppression_that_has_expired_is_worse(command: Command) -> None:
    rule = '[[suppress]]\nsite = "two.example"\nreason = "agreed by phone"\nuntil = 2026-11-20\n'
    Path("policy.toml").write_text(rule, "utf-8")
    for night, day in (("before", "2026-11-19"), ("after", "2026-11-22")):
        policy = ("--policy", "policy.toml", "--as-of", day)
        assert command("audit", "articles.jsonl", "monday.jsonl", "-o", night, "-q", *policy).code == 0
    done = command("diff", "before", "after", "--fail-on", "worse:identical")
    assert done.code == 1
    assert done.out.endswith(
        "nothing new; 2 changed (2 worse); nothing gone; 2 still there (1 identical, 1 excerpt).\n"
    )
    assert "(the suppression ran until 2026-11-20)" in " ".join(done.out.split())
    assert "note: OLD is as of 2026-11-19, NEW as of 2026-11-22\n" in done.err
    assert command("diff", "after", "before", "--fail-on", "changed:excerpt").code == 0


def test_kinds_are_those_of_the_library() -> None:
    assert KINDS == followed.KINDS


@pytest.mark.usefixtures("nights")
def test_as_many_are_told_as_are_asked_for(command: Command) -> None:
    for form in ("jsonl", "csv"):
        told = command("diff", "monday", "tuesday", "-f", form, "--top", 2).out.splitlines()
        assert len(told) == 2 + (form == "csv")
    assert "… and 2 more (--top)" in command("diff", "monday", "tuesday", "--top", 1).out
    assert "… and 1 more finding." in command("diff", "monday", "tuesday", "--top", 1, "-f", "html").out


@pytest.mark.usefixtures("nights")
@pytest.mark.parametrize(
    ("arguments", "code", "fault"),
    [
        (["monday", "nowhere"], 3, "is not there; name a report folder"),
        (["monday"], 2, "Missing argument 'NEW'"),
        (["-", "-"], 2, "standard input cannot be OLD and NEW at once"),
        (["monday", "tuesday", "-o", "told.pdf"], 2, "name a format with -f"),
        (["monday", "tuesday", "-o", "nowhere/told.md"], 3, "its folder is not there"),
        (
            ["monday", "tuesday", "--fail-on", "newer:spun"],
            2,
            "'newer:spun' is no KIND:VERDICT; write new:excerpt",
        ),
        (["monday", "tuesday", "--fail-on", "new:quotation"], 2, "is no KIND:VERDICT"),
        (["monday", "tuesday", "--fail-on", "new"], 2, "is no KIND:VERDICT"),
        (["monday", "tuesday", "--top", "0"], 2, "--top"),
        (["monday", "articles.jsonl"], 3, "articles.jsonl:1: is of"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(
    command: Command, arguments: list[str], code: int, fault: str
) -> None:
    before = sorted(Path().rglob("*"))
    done = command("diff", *arguments)
    assert (done.code, done.out) == (code, "")
    assert fault in " ".join(done.err.split())
    assert sorted(Path().rglob("*")) == before


@pytest.mark.usefixtures("nights")
@pytest.mark.parametrize("form", FORMS)
def test_no_forged_value_ends_in_a_fault_of_ours(command: Command, form: str) -> None:
    line, *others = Path("tuesday/findings.jsonl").read_text("utf-8").splitlines()
    told, run = json.loads(line), json.loads(Path("tuesday/run.json").read_text("utf-8"))
    shutil.copytree("tuesday", "forged")
    # Each place in turn meets another odd value in each form; all pairs would take minutes.
    for step, place in enumerate(places(told)[1::9]):
        new = ODD[(7 * step + FORMS.index(form)) % len(ODD)]
        Path("forged/findings.jsonl").write_text(
            "\n".join([json.dumps(put(told, place, new)), *others]), "utf-8"
        )
        check_forged(command, form)
    Path("forged/findings.jsonl").write_text("\n".join([line, *others]), "utf-8")
    for name in ("version", "as_of", "policy", "common_sources", "options", "pages", "unreadable"):
        for new in ODD:
            Path("forged/run.json").write_text(json.dumps(run | {name: new}), "utf-8")
            check_forged(command, form)


def check_forged(command: Command, form: str) -> None:
    for sides in (("monday", "forged"), ("forged", "monday")):
        done = command("diff", *sides, "-f", form)
        assert done.code in (0, 2, 3), done.err
        assert safe(done.out)
        assert safe(done.err)
