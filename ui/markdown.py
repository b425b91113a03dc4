"""Plain text made safe for Streamlit's markdown: dollars are not formulas, names not links."""

from __future__ import annotations

import re

from report.words import glued

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>$~|#:])")

# Streamlit looks for these after backslashes are gone, so only a character between helps: web
# addresses and mail addresses would become links, a material name an icon.
_CALLED = re.compile(r"(www(?=\.)|:(?=//)|@|:(?=material/))", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"  # takes no room and breaks no line


def plain(text: str) -> str:
    """Show ``text`` as it is: no link, style or icon; a number never apart from its unit."""
    dead = _CALLED.sub(rf"\1{_JOINER}", text)
    return _SPECIAL.sub(r"\\\1", glued(dead))


def bold(text: str) -> str:
    """Show ``text`` as it is, in bold."""
    return f"**{plain(text)}**"


def link(text: str, url: str) -> str:
    """A link that opens its source; plain text where there is nothing to open."""
    if not url.startswith(("https://", "http://")):
        return plain(text)
    return f"[{plain(text)}]({url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"
