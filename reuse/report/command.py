"""What ``run.json`` tells of a run to the shell command that repeats it."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from reuse.options import Options
from reuse.report.escape import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Names of commands by what they call their inputs, in the order in which they take them.
_COMMANDS = {"audit": ("sources", "pages"), "dedupe": ("corpus",), "compare": ("source", "page")}
#: Inputs that are flags, some of which may be given again.
_FLAGS = {
    "lists": "--from-file",
    "include": "--include",
    "exclude": "--exclude",
    "boilerplate": "--boilerplate",
    "common_sources": "--common-source",
    "policy": "--policy",
    "as_of": "--as-of",
}
#: Options without a flag: what is left out, and explained, is known once the texts are read.
_NO_FLAG = {"boilerplate", "common_sources"}
_DEFAULT = Options()
#: What stands for itself between the quotation marks of ``$'...'``.
_PLAIN = re.compile(r"[ !-&(-\[\]-~]")


def command(run: Mapping[str, Any]) -> str | None:
    r"""Return the command that finds the same again, from the folder in which it was given.

    Parameters
    ----------
    run : mapping
        What ``run.json`` holds; of it `inputs` and `options` are looked at.

    Returns
    -------
    str or None
        One line for a POSIX shell, with what differs from the defaults; names with characters that steer a
        terminal or are no text are written as ``$'\x1b'``, which bash, ksh and zsh understand. None where the
        inputs are not known: a run by the library.

    Examples
    --------
    >>> command({"inputs": {"sources": "my articles", "pages": ["-x"], "all": True}, "options": {"window": 5}})
    "reuse audit --all --window 5 -- 'my articles' -x"
    >>> command({"options": {}}) is None
    True
    """
    inputs = run.get("inputs") or {}
    for name, sides in _COMMANDS.items():
        if sides[0] in inputs:
            named = [path for side in sides for path in _listed(inputs.get(side))]
            flags = [*_flags(inputs), *_options(run.get("options") or {})]
            needs_end = any(path.startswith("-") and path != "-" for path in named)
            words = [*flags, "--", *named] if needs_end else [*named, *flags]
            return " ".join(("reuse", name, *map(_quoted, words)))
    return None


def _listed(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _flags(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is said of the inputs."""
    if inputs.get("all"):
        yield "--all"
    for name, flag in _FLAGS.items():
        for value in _listed(inputs.get(name)):
            yield from _flag(flag, value)
    for name, value in (inputs.get("fields") or {}).items():
        if value is not None:
            yield from _flag(f"--{name}-field", value)


def _options(options: Mapping[str, Any]) -> Iterator[str]:
    for field in fields(Options):
        value = options.get(field.name, getattr(_DEFAULT, field.name))
        if field.name not in _NO_FLAG and value != getattr(_DEFAULT, field.name):
            yield from _flag(f"--{field.name.replace('_', '-')}", str(value))


def _flag(flag: str, value: str) -> tuple[str, ...]:
    """Return a flag and its value as words; as one word where the value could be taken for a flag."""
    return (f"{flag}={value}",) if value.startswith("-") else (flag, value)


def _quoted(word: str) -> str:
    return shlex.quote(word) if one_line(word) == word else f"$'{''.join(map(_escaped, word))}'"


def _escaped(character: str) -> str:
    """Return a character as it stands within ``$'...'``; a byte that is no text was kept as a surrogate."""
    if _PLAIN.match(character):
        return character
    code = ord(character)
    is_byte = 0xDC80 <= code <= 0xDCFF
    content = bytes([code - 0xDC00]) if is_byte else character.encode("utf-8", "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in content)
