"""Form 1 of a packed link: the whole readable query, compressed.

What is held is the query's raw deflate stream (RFC 1951), which may refer to the words of
:data:`WORDS`. Those never change; other words would be another form.
"""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

FORM = "1"
WORDS = Path(__file__).parent / "packed_1.txt"
"""What queries are made of, the most frequent last: names of inputs, and words they may be."""
_RAW = -zlib.MAX_WBITS


def write(query: str) -> bytes:
    """A query of ASCII characters."""
    return squeezed(query.encode("ascii"))


def read(held: bytes, most_chars: int) -> str:
    """The query held; raises ValueError where it is none or longer than that."""
    return loosened(held, most_chars).decode("ascii")


def squeezed(raw: bytes) -> bytes:
    """A raw deflate stream of some bytes."""
    tight = zlib.compressobj(9, zlib.DEFLATED, _RAW, zdict=_words())
    return tight.compress(raw) + tight.flush()


def loosened(stream: bytes, most: int) -> bytes:
    """What a stream holds; raises ValueError where it is none or holds more than ``most`` bytes."""
    loose = zlib.decompressobj(_RAW, zdict=_words())
    try:
        raw = loose.decompress(stream, most + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not loose.eof or loose.unused_data or len(raw) > most:
        raise ValueError("not one whole stream of that size")
    return raw


@cache
def _words() -> bytes:
    return WORDS.read_bytes()
