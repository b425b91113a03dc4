"""The one codec between a scenario and a readable query string.

A link holds its preset, every input that differs from it, the user's own figures if there are
any, and the schema version, edition, price date and method that gave the numbers. What it leaves
out was frozen with its schema and edition (:mod:`report.defaults`), so it keeps its meaning when a
default moves. The same query serves pages, report and API. Plain named fields only. Up to three
more scenarios stand in it as what differs (:mod:`report.sides`). One too long to hand on may come
packed into one parameter (:mod:`report.packed`); it is unpacked first and then read as any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl

from calculators import METHOD
from calculators.scenario import BadField, Scenario, ScenarioError, fields, nothing_measured
from pricing.book import PriceBook
from report import house, packed, pins, sides, words
from report.pins import PINS, Was
from report.resolve import plain_scenario, resolve
from report.upgrades import SCHEMA, UPGRADES, Chain
from report.values import joined, write

MAX_QUERY_CHARS = 16_000
MAX_PARAMETERS = 500
MAX_SHOWN_CHARS = 80
_ONCE = "each parameter once"

Query = str | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Notice:
    """An input that was not taken as given, and what was used instead."""

    field: str
    got: str
    allowed: str
    used: str


@dataclass(frozen=True)
class Decoded:
    """What a query means: the scenario, the book it pins and the headline it showed."""

    scenario: Scenario
    book: PriceBook
    method: str  # the method the link was made with
    was: Was | None
    notices: tuple[Notice, ...]
    others: Mapping[str, Scenario] = field(default_factory=dict)  # letter -> one beside this

    @property
    def method_differs(self) -> bool:
        """Whether the running formulas are not those the link was made with."""
        return self.method != METHOD


def encode(
    scenario: Scenario,
    book: PriceBook,
    was: Was | None = None,
    others: Mapping[str, Scenario] = MappingProxyType({}),
) -> str:
    """The complete query string, without a leading question mark.

    ``others`` are the scenarios beside this one by their letters.
    """
    plain = plain_scenario(scenario.preset, book)
    pairs = [
        (name, write(value))
        for name in fields()
        if (value := getattr(scenario, name)) != getattr(plain, name) or name == "preset"
    ]
    pairs += [(name, write(value)) for name, value in scenario.own.figures]
    pairs += [
        (sides.named(letter, name), text)
        for letter in sides.LETTERS
        if letter in others
        for name, text in sides.differences(scenario, others[letter], book)
    ]
    pairs += [
        ("v", str(SCHEMA)),
        ("edition", book.edition.isoformat()),
        ("price_date", book.price_date.isoformat()),
        ("method", METHOD),
    ]
    if was is not None:
        pairs.append(("was", pins.write_was(was)))
    return joined(pairs)


def decode(
    query: Query,
    *,
    strict: bool = False,
    other: Collection[str] = (),
    chain: Chain = UPGRADES,
) -> Decoded:
    """Read a query; what it does not name is what its preset meant in its edition and schema.

    Parameters
    ----------
    query
        The query string (with or without ``?``), or its decoded pairs.
    strict
        False for pages: what cannot be taken is replaced and named in ``notices``, as is where a
        benchmark ran of which no figure is given. True for the API: raises
        :class:`ScenarioError` naming every refused field, value and what is allowed.
    other
        Parameters that belong to a page rather than to the scenario; left alone.
    chain
        Steps that bring links of older schema versions up to date.
    """
    bad: list[BadField] = []
    pairs = _unpacked(_pairs(query, bad), bad)
    beside = {*other, *pins.VIEW}
    given = {name: text for name, text in _single(pairs, bad) if name not in beside}
    given = {**house.laid_under(given), **given}
    schema, book = pins.version(given, bad), pins.book(given, bad)
    method, was = pins.method(given, bad), pins.was(given, bad)
    asked = sides.split({name: text for name, text in given.items() if name not in PINS})
    scenario, refused = resolve(asked.base, book, schema, chain)
    others, of_others = sides.read(
        asked, given, scenario, refused, lambda inputs: resolve(inputs, book, schema, chain)
    )
    bad += [*refused, *of_others]
    if strict and bad:
        raise ScenarioError([_clipped(item) for item in bad])
    notices = [_notice(item, scenario, others, book) for item in bad]
    if not strict:
        notices += [
            Notice(item.field, clip(item.value), item.allowed, "our own estimates")
            for item in unread(scenario, others)
        ]
    return Decoded(scenario, book, method, was, tuple(notices), others)


def _pairs(query: Query, bad: list[BadField]) -> list[tuple[str, str]]:
    """Names and values; nothing when the query is too long to be a scenario."""
    if not isinstance(query, str):
        return list(query)
    return _split(query.removeprefix("?"), bad)


def _split(text: str, bad: list[BadField]) -> list[tuple[str, str]]:
    if len(text) > MAX_QUERY_CHARS or text.count("&") >= MAX_PARAMETERS:
        limit = f"at most {MAX_QUERY_CHARS:,} characters and {MAX_PARAMETERS} parameters"
        bad.append(BadField(field="query", value=text, allowed=limit))
        return []
    return parse_qsl(text, keep_blank_values=True)


def _unpacked(pairs: Iterable[tuple[str, str]], bad: list[BadField]) -> list[tuple[str, str]]:
    """What a packed link stands for, before what stands beside it; one in another is no input."""
    every = list(pairs)
    found: list[tuple[str, str]] = []
    given = list(dict.fromkeys(text for name, text in every if name == packed.FIELD))
    try:
        if given:
            found = _split(packed.unpack(given[0], MAX_QUERY_CHARS), bad)
    except packed.UnreadableError as error:
        bad.append(BadField(field=packed.FIELD, value=given[0], allowed=str(error)))
    bad += [BadField(field=packed.FIELD, value=text, allowed=_ONCE) for text in given[1:]]
    return found + [pair for pair in every if pair[0] != packed.FIELD]


def _single(pairs: Iterable[tuple[str, str]], bad: list[BadField]) -> Iterable[tuple[str, str]]:
    """Each name once: the first holds, a later one that differs is refused."""
    first: dict[str, str] = {}
    for name, text in pairs:
        if first.setdefault(name, text) != text:
            bad.append(BadField(field=name, value=text, allowed=_ONCE))
    return first.items()


def clip(text: str) -> str:
    """A value as messages show it: printable, and cut when long."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return shown if len(shown) <= MAX_SHOWN_CHARS else shown[: MAX_SHOWN_CHARS - 1] + "…"


def _clipped(item: BadField) -> BadField:
    return BadField(field=clip(item.field), value=clip(item.value), allowed=item.allowed)


def _notice(
    item: BadField, scenario: Scenario, others: Mapping[str, Scenario], book: PriceBook
) -> Notice:
    shown = _clipped(item)
    letter, dot, name = item.field.partition(".")
    if dot and letter in others:  # a side's own input: what that side holds
        used = _used(name, others[letter], book)
    else:
        used = _used(item.field, scenario, book)
    return Notice(shown.field, shown.value, shown.allowed, used)


def unread(scenario: Scenario, others: Mapping[str, Scenario]) -> list[BadField]:
    """What nothing reads: where a benchmark ran of which no figure is given.

    Pages name it beside what was refused, the API among its warnings; nobody refuses it.
    """
    every = {"": scenario, **{f"{letter}.": side for letter, side in others.items()}}
    return [
        item.model_copy(update={"field": f"{before}{item.field}"})
        for before, one in every.items()
        for item in nothing_measured(one)
    ]


def _used(field: str, scenario: Scenario, book: PriceBook) -> str:
    pinned: Mapping[str, str] = {
        "v": f"version {SCHEMA}",
        "edition": str(book.edition),
        "price_date": str(book.price_date),
        "method": f"the running method {METHOD}",
        "query": f"the preset {scenario.preset}",
        packed.FIELD: f"the preset {scenario.preset}",
    }
    if field in fields():
        return words.input_value(field, getattr(scenario, field))
    return pinned.get(field, "nothing: it was left out")
