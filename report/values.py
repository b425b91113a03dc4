r"""One scenario value as text and back.

Numbers keep every digit, yes/no are words, nothing is an empty text, and lists are separated by
commas (a comma inside a name is written ``\,``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_letters, digits
from typing import get_args, get_origin
from urllib.parse import quote, urlencode

from calculators.scenario import fields

EMPTY_NAME = '""'
_SAFE = ",:/"  # allowed in a query as they are, and easier to read so
_AS_IT_IS = f"{ascii_letters}{digits}_.-~{_SAFE}".encode()
_ESCAPED = re.compile(r'([\\,"])')
_PIECE = re.compile(r"\\.|\\\Z|,|[^\\,]+", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def write(value: object) -> str:
    """The written form of a scenario value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(_escape(str(part)) for part in value)
    if isinstance(value, float):
        return _number(value)
    return str(value)


def parse(name: str, text: str) -> str | tuple[str, ...] | None:
    """The value written as ``text`` for the field ``name``; numbers are left to validation."""
    annotation = fields()[name].annotation
    if get_origin(annotation) is tuple:
        return parts(text)
    if text == "" and type(None) in get_args(annotation):
        return None
    return text


def parts(text: str) -> tuple[str, ...]:
    """The names of a written list."""
    return tuple(_unescape(part) for part in _parts(text))


def is_number(text: str) -> bool:
    """Whether ``text`` is a number as links write it: digits, a point, an exponent.

    Python reads more (``1_000``, spaces around, other scripts' digits); a link that another
    program made by mistake is named rather than guessed at.
    """
    return _NUMBER.fullmatch(text) is not None


def width(text: str) -> int:
    """Characters a text takes in a query: one each where it stands as it is, else three a byte."""
    raw = text.encode()
    return len(raw) + 2 * len(raw.translate(None, _AS_IT_IS))


def joined(pairs: Iterable[tuple[str, str]]) -> str:
    """The query string of written names and values."""
    return urlencode(list(pairs), quote_via=quote, safe=_SAFE)


def _parts(text: str) -> list[str]:
    """What stands between commas, an empty name too; nothing in an empty text."""
    parts = [""]
    for piece in _PIECE.findall(text):
        if piece == ",":
            parts.append("")
        else:
            parts[-1] += piece
    return parts if text else []


def _number(value: float) -> str:
    """Shortest text that reads back as the same number, without a ``+`` (a space in a query)."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value).replace("e+", "e")


def _escape(name: str) -> str:
    return _ESCAPED.sub(r"\\\1", name) or EMPTY_NAME


def _unescape(part: str) -> str:
    return "" if part == EMPTY_NAME else re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL)
