"""A link packed into one parameter, ``z``: for those too long for a chat or a code off paper.

It is the whole readable query, compressed; nothing is stored anywhere, so it lives as long as the
program does. The address bar never holds it: a page that is opened by one writes what it read in
words. What is read is the form's number, base64 (RFC 4648, section 5, without padding) of a check
sum (CRC-32, four bytes, the highest first) and the query's raw deflate stream (RFC 1951), which
may refer to the words of :data:`WORDS`. Those never change; other words would be another form.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from functools import cache
from pathlib import Path

FIELD = "z"
FORM = "1"
WORDS = Path(__file__).parent / "packed_1.txt"
"""What queries are made of, the most frequent last: names of inputs, and words they may be."""
ALLOWED = "a packed link, whole, as Share gives it"
LONG = 1200
"""Characters up to which an address is given in words."""
_SIGNS = re.compile(r"[A-Za-z0-9_-]{8,}", re.ASCII)
_RAW = -zlib.MAX_WBITS
_SUM_BYTES = 4
_HOW = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED)
"""Ways to write one stream; among many digits short repetitions cost more than they save."""


class UnreadableError(ValueError):
    """A packed query that is cut, mistyped or larger than a query may be."""


def pack(query: str) -> str:
    """The value of ``z`` that stands for a query of ASCII characters."""
    raw = query.encode("ascii")
    held = zlib.crc32(raw).to_bytes(_SUM_BYTES) + min((_tight(raw, how) for how in _HOW), key=len)
    return FORM + base64.urlsafe_b64encode(held).decode().rstrip("=")


def unpack(value: str, most_chars: int) -> str:
    """The query a value stands for; never is more than ``most_chars`` of it made.

    Raises
    ------
    UnreadableError
        It is none of :func:`pack`, or stands for more than that.
    """
    form, text = value[:1], value[1:]
    if form != FORM or len(value) > most_chars or not _SIGNS.fullmatch(text):
        raise UnreadableError(ALLOWED)
    held = _bytes(text)
    loose = zlib.decompressobj(_RAW, zdict=_words())
    try:
        raw = loose.decompress(held[_SUM_BYTES:], most_chars + 1)
    except zlib.error:
        raise UnreadableError(ALLOWED) from None
    whole = loose.eof and not loose.unused_data and len(raw) <= most_chars
    if not whole or zlib.crc32(raw).to_bytes(_SUM_BYTES) != held[:_SUM_BYTES] or not raw.isascii():
        raise UnreadableError(ALLOWED)
    return raw.decode("ascii")


def shorter(address: str) -> str:
    """An address in words, or with its query packed where the words are long and that helps."""
    path, mark, query = address.partition("?")
    if len(address) <= LONG or not query.isascii():
        return address
    return min(address, f"{path}{mark}{FIELD}={pack(query)}", key=len)


def _bytes(text: str) -> bytes:
    try:
        held = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise UnreadableError(ALLOWED) from None
    if base64.urlsafe_b64encode(held).decode().rstrip("=") != text:  # another way to write it
        raise UnreadableError(ALLOWED)
    return held


def _tight(raw: bytes, how: int) -> bytes:
    tight = zlib.compressobj(9, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, how, zdict=_words())
    return tight.compress(raw) + tight.flush()


@cache
def _words() -> bytes:
    return WORDS.read_bytes()
