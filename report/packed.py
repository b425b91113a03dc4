"""A link packed into one parameter, ``z``: for those too long for a chat or a code off paper.

It is the whole readable query; nothing is stored anywhere, so it lives as long as the program does.
The address bar never holds it: a page that is opened by one writes what it read in words. What is
read is the form's sign, then base64 (RFC 4648, section 5, without padding) of a check sum of the
query (CRC-32, four bytes, the highest first) and what the form makes of it: the words compressed
(:mod:`report.packed_words`), or figures and places of words (:mod:`report.packed_figures`). Forms
never change; every one there ever was is read.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl

from calculators import title
from report import packed_figures, packed_words
from report.values import joined

FIELD = "z"
ALLOWED = "a packed link, whole, as Share gives it"
LONG = 1200
"""Characters up to which an address is given in words."""
_TITLES = frozenset({"title", *(f"{letter}.title" for letter in packed_figures.LETTERS)})
_READ: Mapping[str, Callable[[bytes, int], str]] = {
    packed_words.FORM: packed_words.read,
    packed_figures.FORM: packed_figures.read,
}
FORMS = "".join(_READ)
_SIGNS = re.compile(r"[A-Za-z0-9_-]{6,}", re.ASCII)
_SUM_BYTES = 4


class UnreadableError(ValueError):
    """A packed query that is cut, mistyped or larger than a query may be."""


def pack(query: str) -> str:
    """The shortest value of ``z`` that stands for a query of ASCII characters."""
    found = [packed_words.FORM + _signs(query, packed_words.write(query))]
    with suppress(packed_figures.NotHeldError):  # one not as we write it keeps its words
        found.append(packed_figures.FORM + _signs(query, packed_figures.write(query)))
    return min(found, key=len)


def unpack(value: str, most_chars: int) -> str:
    """The query a value stands for; never is more than ``most_chars`` of it made.

    Raises
    ------
    UnreadableError
        It is none of :func:`pack`, or stands for more than that.
    """
    form, text = value[:1], value[1:]
    if form not in _READ or len(value) > most_chars or not _SIGNS.fullmatch(text):
        raise UnreadableError(ALLOWED)
    held = _bytes(text)
    try:
        query = _READ[form](held[_SUM_BYTES:], most_chars)
        raw = query.encode("ascii")
    except ValueError:
        raise UnreadableError(ALLOWED) from None
    if _sum(raw) != held[:_SUM_BYTES]:
        raise UnreadableError(ALLOWED)
    return query


@dataclass(frozen=True)
class Given:
    """An address as it is handed on, and what was done so that no program cuts it."""

    address: str
    packed: bool = False
    titles: int | None = None
    """Characters of a title that were kept; None where every title is whole."""


def given(address: str) -> Given:
    """An address in words; packed where they pass ``LONG``; with shorter titles where that does.

    A title moves no figure, and is all that can be given up: figures of seventeen digits beside 200
    letters of large alphabets hold more than 1,200 characters can say, however they are written.
    """
    path, mark, query = address.partition("?")
    if len(address) <= LONG or not query.isascii():
        return Given(address)
    page = f"{path}{mark}{FIELD}="
    tight = page + pack(query)
    if len(tight) > LONG and (cut := _with_shorter_titles(page, query)):
        return cut
    return Given(tight, packed=True) if len(tight) < len(address) else Given(address)


def shorter(address: str) -> str:
    """What :func:`given` makes of an address."""
    return given(address).address


def _with_shorter_titles(page: str, query: str) -> Given | None:
    """With as much of each title as fits; None where it does not fit without any."""
    pairs = parse_qsl(query, keep_blank_values=True)
    longest = max((len(text) for name, text in pairs if name in _TITLES), default=0)

    def cut(most: int) -> str:
        texts = ((name, title.cut(text, most) if name in _TITLES else text) for name, text in pairs)
        return page + pack(joined(texts))

    fitting = bisect_right(range(longest), LONG, key=lambda most: len(cut(most)))
    return Given(cut(fitting - 1), packed=True, titles=fitting - 1) if fitting else None


def _sum(raw: bytes) -> bytes:
    return zlib.crc32(raw).to_bytes(_SUM_BYTES)


def _signs(query: str, held: bytes) -> str:
    return base64.urlsafe_b64encode(_sum(query.encode("ascii")) + held).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        held = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise UnreadableError(ALLOWED) from None
    if base64.urlsafe_b64encode(held).decode().rstrip("=") != text:  # another way to write it
        raise UnreadableError(ALLOWED)
    return held
