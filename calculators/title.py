"""A name of the user's own for a scenario: text that is shown, and nothing but text."""

from __future__ import annotations

import unicodedata

MOST_CHARS = 200
_REFUSED = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of characters nobody reads: controls, halves of a pair, unassigned, line ends."""
_TURNING = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
"""Marks that turn the direction of what stands around them: a title could dress up as another."""


def strange(text: str) -> tuple[str, ...]:
    """Characters a title may not hold, by their names, each once."""
    found = dict.fromkeys(
        char for char in text if char in _TURNING or unicodedata.category(char) in _REFUSED
    )
    return tuple(f"U+{ord(char):04X} {unicodedata.name(char, 'control')}" for char in found)


def allowed(text: str = "") -> str:
    """What a title may be, and which of its characters it may not hold."""
    rule = f"at most {MOST_CHARS} characters, no control or direction marks"
    named = ", ".join(strange(text)[:3])
    return f"{rule}; found {named}" if named else rule
