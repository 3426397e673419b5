"""A report folder with other values in its files, through ``reuse report`` and ``reuse diff``.

The bytes of a fuzzer are changes, a line each: ``findings.0.page.title="x"`` puts what stands behind the sign,
as it stands, in the place of a value of the first finding; ``run.sources=-1`` in that of ``run.json``, and
``texts=`` is all of a file.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import zstandard

from reuse.cli.endings import exit_code
from tests.fuzz_readers.makers import some, value
from tests.fuzz_readers.oracles import folder

SEEDS = Path(__file__).parents[2] / "seeds"
_FILES = {
    "run": "run.json",
    "findings": "findings.jsonl",
    "texts": "texts.jsonl.zst",
    "clusters": "clusters.jsonl",
    "pages": "pages.keys.zst",
}
_MARK = '"\ue000"'
#: 0, and what README.md calls wrong options, inputs and findings that fail.
_CODES = {0, 1, 2, 3}
_FORMS = ("table", "csv", "jsonl", "md", "html")


@cache
def _true() -> Path:
    """Return the folder of a report as it was written."""
    place = folder() / "true"
    audit = ["audit", str(SEEDS / "sources"), str(SEEDS / "pages"), "--all", "-o", str(place), "-q"]
    assert ended(audit)[0] == 0
    return place


def report(content: bytes) -> None:
    """Render and compare a report some of whose values are others: it is shown, or refused in a line."""
    forged = folder() / "forged"
    shutil.rmtree(forged, ignore_errors=True)
    shutil.copytree(_true(), forged)
    _forge(forged, content.decode("utf-8", "replace").splitlines())
    form = _FORMS[len(content) % len(_FORMS)]
    for arguments in (
        ["report", str(forged), "-f", form],
        ["report", str(forged), "-f", form, "--no-text", "--group-by", ("site", "page")[len(content) % 2]],
        ["diff", str(_true()), str(forged), "-f", "jsonl"],
        ["diff", str(forged), str(_true())],
    ):
        code, out, err = ended(arguments)
        assert code in _CODES, f"{' '.join(arguments[:1])} ends with {code}: {err}"
        assert "Traceback" not in err
        if code in (2, 3):
            assert err.startswith(("reuse: ", "Usage: ")), err
        if arguments[3:4] == ["jsonl"] or arguments[4:5] == ["jsonl"]:
            for line in out.splitlines():
                json.loads(line)


def _forge(forged: Path, changes: list[str]) -> None:
    for change in changes:
        path, sign, told = change.partition("=")
        name, *way = path.split(".")
        if not sign or name not in _FILES:
            continue
        file = forged / _FILES[name]
        content = told.encode("utf-8", "replace")
        if way and name in ("run", "findings"):
            content = _changed(file.read_text("utf-8"), way, told, lines=name == "findings").encode(
                "utf-8", "replace"
            )
        file.write_bytes(zstandard.compress(content) if file.suffix == ".zst" and told[:1] != "\0" else content)


def _changed(text: str, way: list[str], told: str, *, lines: bool) -> str:
    """Return JSON with what is told in the place of a value; as it is if there is no such place."""
    try:
        values: Any = [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)
        inner = values
        for step in way[:-1]:
            inner = inner[int(step)] if isinstance(inner, list) else inner[step]
        inner[int(way[-1]) if isinstance(inner, list) else way[-1]] = json.loads(_MARK)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return text
    whole = (
        "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values)
        if lines
        else json.dumps(values, ensure_ascii=False)
    )
    return whole.replace(_MARK, told)


def ended(arguments: list[str]) -> tuple[int, str, str]:
    """Run a command in this process; return its code and what it printed."""
    out, err = io.BytesIO(), io.BytesIO()
    with (
        contextlib.redirect_stdout(io.TextIOWrapper(out, "utf-8", write_through=True)),
        contextlib.redirect_stderr(io.TextIOWrapper(err, "utf-8", write_through=True)),
    ):
        code = exit_code(arguments)
        return code, out.getvalue().decode(), err.getvalue().decode()


WAYS = (
    *(
        "findings.0.page.title",
        "findings.0.page.url",
        "findings.0.page.id",
        "findings.0.source.words",
        "findings.0.verdict",
    ),
    *(
        "findings.0.probability",
        "findings.0.passages",
        "findings.0.passages.0.page",
        "findings.0.features",
        "findings.1",
    ),
    *(
        "findings.0.features.order",
        "findings.0.page.sha256",
        "findings.0.schema",
        "findings.0.tricks",
        "findings.0.metadata",
    ),
    *(
        "findings.0.page.apart",
        "findings.0.also_matches",
        "findings.0.scores.matched_words",
        "findings.0.reasons",
    ),
    *(
        "findings.0.page.date",
        "findings.0.page.language",
        "findings.0.standing",
        "findings.0.licence",
        "findings.0.options",
    ),
    *(
        "run.schema",
        "run.sources",
        "run.pages",
        "run.options",
        "run.inputs",
        "run.notices",
        "run.unreadable",
        "run.as_of",
    ),
    *(
        "run.version",
        "run.verdicts",
        "run.pages_by_site",
        "run.policy",
        "run.started",
        "run.seconds",
        "run.options_digest",
    ),
    *("findings", "texts", "run", "pages", "clusters"),
)


def changes(random: Random) -> bytes:
    """Return changes."""
    lines = [f"{random.choice(WAYS)}={value(random)}" for _ in range(1 + len(some(random, 2)))]
    return "\n".join(lines).encode("utf-8", "replace")
