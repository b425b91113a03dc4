"""Form 2 of a packed link: figures as figures, words as their places in a list.

What is held is one whole number, highest byte first, made of digits of unlike bases: the digit read
first is the lowest. A word of 16 takes four bits so, and a figure no more than its own digits need.
:data:`WORDS` says which inputs there were when the form was made, in which order, what kind each
is of, and which words it knew; it never changes. What it does not know (a later input, a later
vendor, a figure of one's own) is text, so a link of any later schema can be written too.

In order: the texts, together; the first scenario, up to three beside it, what the link pins. Of
each scenario one digit an input says whether it is named, its value follows, and then the names and
values of what the form does not know.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl

from report import packed_words
from report.values import is_number, joined, width
from report.values import write as written

FORM = "2"
WORDS = Path(__file__).parent / "packed_2.json"
LETTERS = ("b", "c", "d")
_MOST_TEXT = 1 << 14
_MOST_UNKNOWN = 512
_PARTED = "\0"
Pairs = list[tuple[str, str]]


class NotHeldError(ValueError):
    """A query this form has no place for, or digits that no query has."""


def write(query: str) -> bytes:
    """A query of ASCII characters; raises NotHeldError where it cannot be told to the letter."""
    out = Digits()
    parts = _parts(parse_qsl(query, keep_blank_values=True))
    _write_scenario(parts[""], out)
    for letter in LETTERS:
        out.put(letter in parts, 2)
        if letter in parts:
            _write_scenario(parts[letter], out)
    _write_named(parts["pins"], _known().pins, out)
    held = out.held()
    if read(held, len(query)) != query:  # such as figures written in a way of one's own
        raise NotHeldError(query)
    return held


def read(held: bytes, most_chars: int) -> str:
    """The query held; raises ValueError where it is none, or as soon as it is longer than that."""
    digits = Read.of(held, most_chars)
    pairs = _read_scenario(digits)
    for letter in LETTERS:
        if digits.take(2):
            pairs += _read_scenario(digits, f"{letter}.")
    pairs += _read_named(_known().pins, digits)
    digits.end()
    return joined(pairs)


def _parts(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """What is said of each scenario, and what is pinned."""
    pinned = {name for name, _ in _known().pins}
    found: dict[str, dict[str, str]] = {"": {}, "pins": {}}
    for name, text in pairs:
        letter, dot, rest = name.partition(".")
        if name in pinned:
            found["pins"][name] = text
        elif dot and letter in LETTERS:
            found.setdefault(letter, {})[rest] = text
        else:
            found[""][name] = text
    return found


# --- a scenario ------------------------------------------------------------------------------
def _write_scenario(given: Mapping[str, str], out: Digits) -> None:
    known = _known().inputs
    _write_named(given, known, out)
    names = {name for name, _ in known}
    unknown = [(name, text) for name, text in given.items() if name not in names]
    out.put(len(unknown), _MOST_UNKNOWN)
    for name, text in unknown:
        out.text(name)
        NUMBER.write(text, out)


def _read_scenario(digits: Read, whose: str = "") -> Pairs:
    pairs = _read_named(_known().inputs, digits, whose)
    unknown = digits.take(_MOST_UNKNOWN)
    return pairs + [digits.pair(whose + digits.text(), NUMBER) for _ in range(unknown)]


def _write_named(given: Mapping[str, str], known: Sequence[tuple[str, Kind]], out: Digits) -> None:
    for name, kind in known:
        out.put(name in given, 2)
        if name in given:
            kind.write(given[name], out)


def _read_named(known: Sequence[tuple[str, Kind]], digits: Read, whose: str = "") -> Pairs:
    return [digits.pair(whose + name, kind) for name, kind in known if digits.take(2)]


# --- digits ----------------------------------------------------------------------------------
@dataclass
class Digits:
    """Digits being written, each with its base, and texts."""

    _digits: list[tuple[int, int]] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)

    def put(self, digit: int, base: int) -> None:
        """One digit, from 0 to below its base; raises NotHeldError beyond."""
        if not 0 <= digit < base:
            raise NotHeldError(f"{digit} of {base}")
        self._digits.append((digit, base))

    def text(self, text: str) -> None:
        """A text, kept with the others."""
        if _PARTED in text:
            raise NotHeldError(text)
        self._texts.append(text)

    def held(self) -> bytes:
        """All of it, the texts first."""
        raw = _PARTED.join(self._texts).encode()
        squeezed = packed_words.squeezed(raw) if raw else b""
        texts = Digits()
        texts.put(len(squeezed), _MOST_TEXT)
        texts.put(int.from_bytes(squeezed), 256 ** len(squeezed))
        number = 0
        for digit, base in reversed([*texts._digits, *self._digits]):
            number = number * base + digit
        return number.to_bytes(-(-number.bit_length() // 8))


@dataclass
class Read:
    """Digits being read, into a query of so many characters at most."""

    _rest: int
    _left: int  # characters that may still be made
    _texts: Iterator[str] = field(default_factory=lambda: iter(()))

    @classmethod
    def of(cls, held: bytes, most_chars: int) -> Read:
        """Raises ValueError where the texts are none, or longer than a query may be."""
        if held[:1] == b"\0":  # another way to write the same number
            raise NotHeldError("a number that begins with nothing")
        found = cls(int.from_bytes(held), most_chars + 1)  # the first pair has no "&" before it
        size = found.take(_MOST_TEXT)
        squeezed = found.take(256**size).to_bytes(size)
        raw = packed_words.loosened(squeezed, most_chars) if squeezed else b""
        found._texts = iter(raw.decode().split(_PARTED))
        return found

    def take(self, base: int) -> int:
        """The next digit."""
        self._rest, digit = divmod(self._rest, base)
        return digit

    def text(self) -> str:
        """The next text; raises NotHeldError where there is none."""
        found = next(self._texts, None)
        if found is None:
            raise NotHeldError("fewer texts than asked for")
        return found

    def pair(self, name: str, kind: Kind) -> tuple[str, str]:
        """A name and its value; raises NotHeldError where the query gets too long by them."""
        self._left -= len("&=") + width(name)
        text = kind.read(self)
        self._left -= width(text)
        if self._left < 0:
            raise NotHeldError("longer than a query may be")
        return name, text

    def spelled(self, parts: Iterable[str]) -> str:
        """A text of parts; raises NotHeldError at the first there is no room for in the query."""
        found, left = [], self._left
        for part in parts:
            left -= width(part)
            if left < 0:
                raise NotHeldError("longer than a query may be")
            found.append(part)
        return "".join(found)

    def end(self) -> None:
        """Raises NotHeldError where more was held than was read."""
        if self._rest or next(self._texts, ""):
            raise NotHeldError("more than a query")


# --- kinds of values -------------------------------------------------------------------------
class Kind(Protocol):
    """How the values of an input are written."""

    def write(self, text: str, out: Digits) -> None:
        """Any text, also one that is no value of the kind."""

    def read(self, digits: Read) -> str:
        """It again; raises ValueError."""


class Number:
    """A figure by its decimal digits; far from 1, by its eight bytes (IEEE 754)."""

    _AS_TEXT, _EMPTY, _ZERO, _BYTES = range(4)
    _MOST_DIGITS = 17
    _LAST = _BYTES + 2 * _MOST_DIGITS
    _LEAST_EXPONENT, _EXPONENTS = -22, 32

    def write(self, text: str, out: Digits) -> None:
        """Its sign and number of digits, the digits, the power of ten of the last one."""
        if text == "":
            out.put(self._EMPTY, self._LAST + 1)
        elif not is_number(text) or written(value := float(text)) != text:
            out.put(self._AS_TEXT, self._LAST + 1)
            out.text(text)
        elif value == 0:
            out.put(self._ZERO, self._LAST + 1)
        else:
            self._figure(value, out)

    def _figure(self, value: float, out: Digits) -> None:
        shortest = Decimal(repr(abs(value))).normalize().as_tuple()
        count, power = len(shortest.digits), int(shortest.exponent) - self._LEAST_EXPONENT
        if not 0 <= power < self._EXPONENTS:
            out.put(self._BYTES, self._LAST + 1)
            out.put(int.from_bytes(struct.pack(">d", value)), 256**8)
            return
        out.put(self._BYTES + count + (self._MOST_DIGITS if value < 0 else 0), self._LAST + 1)
        first, *rest = shortest.digits
        out.put(first - 1, 9)
        out.put(int("0" + "".join(map(str, rest))), 10 ** (count - 1))
        out.put(power, self._EXPONENTS)

    def read(self, digits: Read) -> str:
        """As links write it."""
        kind = digits.take(self._LAST + 1)
        if kind == self._AS_TEXT:
            return digits.text()
        if kind in (self._EMPTY, self._ZERO):
            return "" if kind == self._EMPTY else "0"
        if kind == self._BYTES:
            (value,) = struct.unpack(">d", digits.take(256**8).to_bytes(8))
            return written(float(value))
        minus, after_first = divmod(kind - self._BYTES - 1, self._MOST_DIGITS)
        first, rest = digits.take(9) + 1, digits.take(10**after_first)
        power = digits.take(self._EXPONENTS) + self._LEAST_EXPONENT
        sign = "-" if minus else ""
        return written(float(f"{sign}{first * 10**after_first + rest}e{power}"))


@dataclass(frozen=True)
class Word:
    """One of some words by its place."""

    words: Mapping[str, int]

    def write(self, text: str, out: Digits) -> None:
        """0 is an empty one, 1 another word."""
        place = 0 if text == "" else self.words.get(text, -1) + 2
        out.put(place, len(self.words) + 2)
        if place == 1:
            out.text(text)

    def read(self, digits: Read) -> str:
        """The word."""
        place = digits.take(len(self.words) + 2)
        if place == 1:
            return digits.text()
        return "" if place == 0 else [*self.words][place - 2]


@dataclass(frozen=True)
class Names:
    """Some of some names: where they stand in order one bit each, else place after place."""

    words: Mapping[str, int]
    _EMPTY, _AS_TEXT, _IN_ORDER, _ONE_BY_ONE = range(4)
    _MOST = 256

    def write(self, text: str, out: Digits) -> None:
        """Names with signs of their own are text."""
        places = [self.words.get(name, -1) for name in text.split(",")] if text else []
        if not places:
            out.put(self._EMPTY, 4)
        elif min(places) < 0 or len(places) >= self._MOST:
            out.put(self._AS_TEXT, 4)
            out.text(text)
        elif places == sorted(set(places)):
            out.put(self._IN_ORDER, 4)
            for place in range(len(self.words)):
                out.put(place in places, 2)
        else:
            out.put(self._ONE_BY_ONE, 4)
            out.put(len(places), self._MOST)
            for place in places:
                out.put(place, len(self.words))

    def read(self, digits: Read) -> str:
        """The names with commas between."""
        kind, words = digits.take(4), [*self.words]
        if kind == self._EMPTY:
            return ""
        if kind == self._AS_TEXT:
            return digits.text()
        if kind == self._IN_ORDER:
            return ",".join(name for name in words if digits.take(2))
        places = (digits.take(len(words)) for _ in range(digits.take(self._MOST)))
        return digits.spelled("," * (turn > 0) + words[at] for turn, at in enumerate(places))


class Text:
    """A text of the user's: with the others, or letter by letter where it has few of many."""

    _LETTERS = 0x110000

    def write(self, text: str, out: Digits) -> None:
        """By the place of each letter between the lowest and the highest, where that is shorter."""
        codes = [ord(letter) for letter in text]
        low, span = min(codes, default=0), max(codes, default=0) - min(codes, default=0) + 1
        apart = span ** len(codes) < 256 ** len(packed_words.squeezed(text.encode()))
        out.put(apart, 2)
        if not apart:
            out.text(text)
            return
        out.put(len(codes), _MOST_TEXT)
        out.put(low, self._LETTERS)
        out.put(span, self._LETTERS + 1)
        for code in codes:
            out.put(code - low, span)

    def read(self, digits: Read) -> str:
        """The text."""
        if not digits.take(2):
            return digits.text()
        count, low, span = (
            digits.take(base) for base in (_MOST_TEXT, self._LETTERS, self._LETTERS + 1)
        )
        if span == 0:
            raise NotHeldError("letters of no kind")
        return digits.spelled(chr(low + digits.take(span)) for _ in range(count))


class Day:
    """A day, as days since 2020 began."""

    _BEFORE, _MOST = date(2019, 12, 31), 1 << 15

    def write(self, text: str, out: Digits) -> None:
        """0 is any other text."""
        try:
            days = (date.fromisoformat(text) - self._BEFORE).days
        except ValueError:
            days = 0
        if not 0 < days < self._MOST:
            days = 0
        out.put(days, self._MOST)
        if not days:
            out.text(text)

    def read(self, digits: Read) -> str:
        """Year, month and day."""
        days = digits.take(self._MOST)
        return (self._BEFORE + timedelta(days)).isoformat() if days else digits.text()


class Headline:
    """The answer a link showed: an id and a total."""

    def write(self, text: str, out: Digits) -> None:
        """The id as text."""
        option, colon, total = text.rpartition(":")
        out.put(bool(colon), 2)
        out.text(option if colon else text)
        if colon:
            NUMBER.write(total, out)

    def read(self, digits: Read) -> str:
        """Both with a colon between."""
        colon, option = digits.take(2), digits.text()
        return f"{option}:{NUMBER.read(digits)}" if colon else option


NUMBER = Number()


# --- what was known --------------------------------------------------------------------------
@dataclass(frozen=True)
class Known:
    """Inputs and pins in their order, with how each is written."""

    inputs: Sequence[tuple[str, Kind]]
    pins: Sequence[tuple[str, Kind]]


@cache
def _known() -> Known:
    frozen = json.loads(WORDS.read_text(encoding="utf-8"))
    places = {
        of: {word: place for place, word in enumerate(words)}
        for of, words in frozen["words"].items()
    }
    plain: Mapping[str, Kind] = {
        "number": NUMBER,
        "text": Text(),
        "day": Day(),
        "headline": Headline(),
    }

    def kind(named: str, of: str) -> Kind:
        if named == "word":
            return Word(places[of])
        return Names(places[of]) if named == "list" else plain[named]

    inputs, pins = (
        [(name, kind(named, of)) for name, named, of in frozen[part]] for part in ("inputs", "pins")
    )
    return Known(inputs, pins)
