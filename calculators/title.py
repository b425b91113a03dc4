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
_JOINER = "\u200d"
_MARKS = frozenset({"Mn", "Mc", "Me", "Sk"})
"""Categories of what is drawn on the letter before it; a skin tone is a ``Sk``."""


def strange(text: str) -> tuple[str, ...]:
    """Characters a title may not hold, by their names, each once."""
    found = dict.fromkeys(
        char for char in text if char in _TURNING or unicodedata.category(char) in _REFUSED
    )
    return tuple(f"U+{ord(char):04X} {unicodedata.name(char, 'control')}" for char in found)


def cut(text: str, most: int) -> str:
    """The text where it has at most so many characters, else its beginning and "…".

    What belongs to the letter before it (an accent, a joiner and what it joins) is not cut from it.
    """
    if len(text) <= most:
        return text
    end = max(most - 1, 0)
    while end and _joined(text[end - 1], text[end]):
        end -= 1
    return f"{text[:end].rstrip()}…" if end else ""


def _joined(before: str, after: str) -> bool:
    return _JOINER in (before, after) or unicodedata.category(after) in _MARKS


def allowed(text: str = "") -> str:
    """What a title may be, and which of its characters it may not hold."""
    rule = f"at most {MOST_CHARS} characters, no control or direction marks"
    named = ", ".join(strange(text)[:3])
    return f"{rule}; found {named}" if named else rule
