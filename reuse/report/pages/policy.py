"""What a page of ours may do, told to browsers in its Content-Security-Policy: load nothing, send nothing."""

from __future__ import annotations

import base64
import hashlib


def policy(style: str, script: str | None = None) -> str:
    """Return the policy of a page with one style sheet, and one script or none.

    Parameters
    ----------
    style, script : str
        What stands between their tags: anything else is refused, as are attributes with styles or scripts.

    Examples
    --------
    >>> policy("p {}").split("; ")[0]
    "default-src 'none'"
    """
    parts = ["default-src 'none'", f"style-src '{_digest(style)}'", "base-uri 'none'", "form-action 'none'"]
    if script is not None:
        parts += [f"script-src '{_digest(script)}'", "require-trusted-types-for 'script'"]
    return "; ".join(parts)


def _digest(code: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
