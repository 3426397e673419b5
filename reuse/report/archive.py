"""What is in an index, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabulate import tabulate

from reuse.report.escape import one_line
from reuse.report.summary import plural

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def archive_text(found: Mapping[str, Any]) -> str:
    """Return what `reuse.index.info` found, as a few lines and a table."""
    options = ", ".join(f"{name} {value:g}" for name, value in found["options"].items())
    plan = f"{plural(found['plan']['bands'], 'band')} of {plural(found['plan']['rows'], 'row')}"
    texts = "texts are kept" if found["texts"] == "kept" else "texts are read again from where they came"
    ratio = "" if found["file_to_text"] is None else f", {found['file_to_text']:g} times the text"
    rows = [(name, f"{table['rows']:,}", size(table["bytes"])) for name, table in found["tables"].items()]
    headers, align = ("table", "rows", "on disk"), ("left", "right", "right")
    sites = [f"  {one_line(site)}  {count:,}" for site, count in found["largest_sites"].items()]
    more = found["sites"] - len(sites)
    lines = [
        f"{one_line(found['path'])}: {plural(found['documents'], 'document')}, "
        f"{plural(found['words'], 'word')}",
        f"{size(found['file_bytes'])} for {size(found['text_bytes'])} of text{ratio}; {texts}",
        f"format {found['format']}, version {found['algorithm']} of the algorithm, written by reuse "
        f"{found['written_by']}, digest {found['digest']}",
        f"made with {options}",
        f"bands: {plan}; signatures: {found['signatures']}",
        "",
        tabulate(rows, headers, "simple", colalign=align, disable_numparse=True),
        "",
        f"{plural(found['sites'], 'site')}, {plural(found['without_site'], 'document')} without one",
        *sites,
        *([f"  and {more:,} more"] if more > 0 else []),
    ]
    return "\n".join(lines) + "\n"


def size(count: int) -> str:
    """Return a number of bytes with a unit.

    Examples
    --------
    >>> size(999), size(1_234_567)
    ('999 bytes', '1.2 MB')
    """
    amount, unit = float(count), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:,.1f} {_UNITS[unit]}" if unit else f"{count} {_UNITS[0]}"
