"""Two runs to what a reader must know before he compares what they have found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reuse.report.summary import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reuse.report.reading import Report

#: Digits of a checksum that are enough to tell two apart.
_DIGITS = 12


def notices(old: Report, new: Report) -> Iterator[str]:
    """Yield in what two runs differ, each a line of which parts are other people's words.

    Parameters
    ----------
    old, new : Report
        Of what a run does not tell nothing is said.
    """
    yield from _settings(old, new)
    for name in ("version", "policy", "common_sources"):
        was, now = _made_with(old.run, name), _made_with(new.run, name)
        if old.run and new.run and was != now:
            what = name.replace("_", " ")
            yield f"the runs differ in {what}: {was}, then {now}; some changes may come of that"
    yield from _days(old.run.get("as_of"), new.run.get("as_of"))
    for name in ("pages", "sources", "documents"):
        before, after = old.run.get(name, 0), new.run.get(name, 0)
        if new.run and after < before:
            yield f"NEW has read {after:,} {name}, OLD {before:,}: what is gone may not have been read"
    if unread := new.run.get("unreadable"):
        yield f"{plural(len(unread), 'input')} of NEW could not be read: what is gone may be in them"


def _days(was: object, now: object) -> Iterator[str]:
    if isinstance(was, str) and isinstance(now, str) and was != now:
        swapped = "; OLD is the later one: are they swapped?" if was > now else ""
        yield f"OLD is as of {was}, NEW as of {now}{swapped}"


def _settings(old: Report, new: Report) -> Iterator[str]:
    digests = old.options_digest, new.options_digest
    if not all(digests) or digests[0] == digests[1]:
        return
    before, after = (one.run.get("options") or {} for one in (old, new))
    names = [name for name in sorted(before.keys() & after.keys()) if before[name] != after[name]]
    told = ", ".join(f"{name} {before[name]}, then {after[name]}" for name in names)
    yield f"the runs differ in options ({told or ', then '.join(digests)}); some changes may come of that"


def _made_with(run: Mapping[str, Any], name: str) -> str:
    """Return what a run was made with: a version, or a file with the beginning of its checksum."""
    told = run.get(name)
    if isinstance(told, dict):
        file, sha256 = told.get("file"), str(told.get("sha256"))[:_DIGITS]
        return f"{file} ({sha256})" if file else sha256
    return "none" if told is None else str(told)
