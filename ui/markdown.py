"""Plain text made safe for Streamlit's markdown: dollars are not formulas, names not styles."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>$~|#:])")

_UNIT = re.compile(r"(?<=\d) (?=(?:%|k|M|B|T|ms|s|kWh|GB|million|billion|trillion)\b|%)")


def plain(text: str) -> str:
    """Show ``text`` as it is, a number never apart from its unit."""
    return _SPECIAL.sub(r"\\\1", _UNIT.sub("\N{NO-BREAK SPACE}", text))


def bold(text: str) -> str:
    """Show ``text`` as it is, in bold."""
    return f"**{plain(text)}**"


def link(text: str, url: str) -> str:
    """A link that opens its source; plain text where there is nothing to open."""
    if not url.startswith(("https://", "http://")):
        return plain(text)
    return f"[{plain(text)}]({url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"
