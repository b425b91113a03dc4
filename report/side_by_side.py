"""Up to four scenarios beside each other: what differs, what each answers, and what it is made of.

A link holds A in full and the others as differences (:mod:`report.sides`). Each is compared by
itself, by the same engine; nothing here is worked out a second way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from calculators import METHOD
from calculators.compare import compare
from calculators.own import describe
from calculators.places import PLACES
from calculators.presets import presets
from calculators.results import Comparison, LineItem, Option
from calculators.scenario import BadField, Scenario, ScenarioError, extra, fields
from pricing.book import PriceBook
from pricing.kept import cached_property
from report import words
from report.codec import Decoded, decode, encode
from report.pins import Was
from report.ranked import Ranked, ranked
from report.sides import FIRST, LETTERS
from report.today import today
from report.upgrades import SCHEMA
from report.used_values import models, stands_for

Json = dict[str, Any]
Compare = Callable[[Scenario, PriceBook], Comparison]
TODAY = "today"
_SAME_CENTS = 0.005


@dataclass(frozen=True)
class Side:
    """One of the scenarios, and its answer."""

    letter: str
    comparison: Comparison

    @property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.comparison.scenario

    @property
    def name(self) -> str:
        """``A``, or ``A: title`` where it has one."""
        letter = self.letter.upper()
        return f"{letter}: {self.scenario.title}" if self.scenario.title else letter

    @property
    def best(self) -> Option | None:
        """The cheapest option that is allowed."""
        return self.comparison.cheapest

    @cached_property
    def cost(self) -> Ranked | None:
        """What the answer costs, as ranked, with its range."""
        return None if self.best is None else ranked(self.best, self.comparison)

    @property
    def monthly_usd(self) -> float | None:
        """Dollars a month of the answer, as ranked."""
        return None if self.cost is None else self.cost.monthly_usd

    @property
    def query(self) -> str:
        """A link to this scenario alone."""
        best = self.best
        total = None if best is None else best.total_usd
        was = Was(best.id, total) if best is not None and total is not None else None
        return encode(self.scenario, self.comparison.book, was)


@dataclass(frozen=True)
class Difference:
    """An input, or a figure of one's own, in which not all agree."""

    name: str  # as links write it
    title: str
    unit: str
    values: Mapping[str, object]  # letter -> value; None: not set

    names: Mapping[str, str] = field(default_factory=dict)  # value -> what readers call it
    stood_for: Mapping[str, str] = field(default_factory=dict)  # letter -> what is used instead

    def said(self, letter: str) -> str:
        """The value as a reader writes it, with its unit."""
        value = self.values[letter]
        if isinstance(value, str) and value in self.names:
            return self.names[value]
        if value is None and self.stood_for.get(letter):
            return f"{self.stood_for[letter]} (nothing entered)"
        if self.name in fields():
            return words.input_value(self.name, value)
        if not isinstance(value, float):
            return "the list's"
        return " ".join(part for part in (words.exact(value, 12), self.unit) if part)

    @property
    def with_unit(self) -> str:
        """The title, with the unit where it does not say it itself."""
        return self.title if self._told else f"{self.title} ({self.unit})"

    @property
    def _told(self) -> bool:
        return self.unit in ("", "share") or self.unit.replace(" per ", " a ") in self.title.lower()

    def short(self, letter: str) -> str:
        """The value, without a unit that the title says already."""
        return self.bare(letter) if self._told else self.said(letter)

    def bare(self, letter: str) -> str:
        """The value beside a title with its unit."""
        value = self.values[letter]
        if isinstance(value, bool) or not isinstance(value, int | float) or self.unit == "share":
            return self.said(letter)
        return words.exact(float(value), 12)


@dataclass(frozen=True)
class ItemRow:
    """What one thing costs a month in each answer; None where it is no part of it."""

    name: str
    category: str
    payer: str
    monthly_usd: Mapping[str, float | None]

    @property
    def spread(self) -> float:
        """How far apart the answers are in it."""
        found = [usd or 0.0 for usd in self.monthly_usd.values()]
        return max(found) - min(found)


@dataclass(frozen=True)
class SideBySide:
    """Scenarios beside each other, A first."""

    sides: Sequence[Side]

    @property
    def letters(self) -> tuple[str, ...]:
        """Whose columns there are."""
        return tuple(side.letter for side in self.sides)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Inputs in which not all agree, in the order of the form; own figures after them."""
        found = [
            Difference(
                name,
                _TITLES.get(name) or words.input_title(name),
                extra(name, "unit"),
                {side.letter: getattr(side.scenario, name) for side in self.sides},
            )
            for name in fields()
            if name != "title"  # it heads the columns, and changes no figure
        ]
        return tuple(
            self._in_words(item) if item.name in fields() else item
            for item in [*found, *self._own()]
            if _differs(item)
        )

    def _in_words(self, item: Difference) -> Difference:
        """With the names of ids, and what is used where nothing was entered."""
        stood_for = {
            side.letter: stands_for(item.name, side.comparison)
            for side in self.sides
            if item.values[side.letter] is None
        }
        return replace(item, names=self._names(item.name), stood_for=stood_for)

    def _names(self, name: str) -> Mapping[str, str]:
        """What readers call the values of an input that holds ids; presets without explanation."""
        book = self.sides[0].comparison.book
        if name == "preset":
            return {key: known.label.partition(":")[0] for key, known in presets(book).items()}
        if name == "model":
            return models(book)
        if name == "today":
            sides = [(side.scenario.today, side.comparison) for side in self.sides]
            found = {key: made.option(key) for key, made in sides if key}
            return {key: option.label for key, option in found.items() if option is not None}
        return {}

    def _own(self) -> Iterable[Difference]:
        names = dict.fromkeys(name for side in self.sides for name, _ in side.scenario.own.figures)
        first = self.sides[0]
        for name in names:
            known = describe(name, first.comparison.book, first.scenario.region)
            title, unit = (known.title, known.unit) if known is not None else (name, "")
            values = {side.letter: side.scenario.own.get(name) for side in self.sides}
            yield Difference(name, title, unit, values)

    @cached_property
    def items(self) -> tuple[ItemRow, ...]:
        """Line items of the answers by name and payer, those that differ most first."""
        each = {side.letter: _monthly_items(side) for side in self.sides}
        known = {key: item for found in each.values() for key, (item, _) in found.items()}
        rows = []
        for key, item in known.items():
            usd = {
                letter: found[key][1] if key in found else None for letter, found in each.items()
            }
            rows.append(ItemRow(item.name, item.category, item.payer, usd))
        return tuple(sorted(rows, key=lambda row: (-row.spread, row.name)))

    def changed(self, side: Side) -> str:
        """What is different about a side and what that does, against A, in words."""
        first = self.sides[0]
        return " ".join([self._inputs_words(side), _answer_words(first, side), self._most(side)])

    def _inputs_words(self, side: Side) -> str:
        own = [item for item in self.differences if _unlike(item, FIRST, side.letter)]
        if not own:
            return f"{side.letter.upper()} is A again: nothing differs."
        most = 1 if own[0].name == "preset" else _MOST_SHOWN  # the rest follows from the app
        shown = [
            f"{words.lower(item.title)}: {item.short(side.letter)} instead of {item.short(FIRST)}"
            for item in own[:most]
        ]
        more = len(own) - most
        if more > 0:
            shown.append(f"{more} more input{'s' if more > 1 else ''}")
        return f"{side.letter.upper()} differs in {'; '.join(shown)}."

    def _most(self, side: Side) -> str:
        """The item that differs most; nothing where the answers cost the same."""
        gaps = [
            ((row.monthly_usd[side.letter] or 0.0) - (row.monthly_usd[FIRST] or 0.0), row.name)
            for row in self.items
        ]
        usd, name = max(gaps, key=lambda gap: abs(gap[0]), default=(0.0, ""))
        if abs(usd) < _SAME_CENTS:
            return ""
        way = "more" if usd > 0 else "less"
        return f"What differs most: {words.lower(name)}, {words.usd(abs(usd))} a month {way}."


_MOST_SHOWN = 4
_TITLES = {"preset": "The app"}


def _differs(item: Difference) -> bool:
    first = item.values[FIRST]
    return any(value != first for value in item.values.values())


def _unlike(item: Difference, first: str, second: str) -> bool:
    return item.values[first] != item.values[second]


def _monthly_items(side: Side) -> Mapping[tuple[str, str], tuple[LineItem, float]]:
    """(name, payer) -> one of the items, and dollars a month of all of that name."""
    if side.best is None:
        return {}
    months = side.scenario.horizon_months
    amounts: dict[tuple[str, str], list[float]] = {}
    first: dict[tuple[str, str], LineItem] = {}
    for item in side.best.line_items:
        key = (item.name, item.payer)
        amounts.setdefault(key, []).append(item.amount_usd)
        first.setdefault(key, item)
    return {key: (first[key], math.fsum(found) / months) for key, found in amounts.items()}


def _answer_words(first: Side, side: Side) -> str:
    """Whether the answer changes, and what it costs more or less."""
    best, was = side.best, first.best
    if best is None:
        return "Then nothing is possible." if was is not None else "Nothing is possible in either."
    place = PLACES[best.kind].words
    if was is None:
        return f"Then {place} is possible, at {words.usd(side.monthly_usd)} a month."
    if best.kind == was.kind:
        other = "" if best.id == was.id else f" (now {best.label})"
        said = f"The answer stays {place}{other}"
    else:
        said = f"The answer becomes {place} instead of {PLACES[was.kind].words}"
    return f"{said}, at {words.usd(side.monthly_usd)} a month{_gap_words(first, side)}."


def _gap_words(first: Side, side: Side) -> str:
    had, has = first.monthly_usd, side.monthly_usd
    if had is None or has is None:
        return ""
    if abs(has - had) < _SAME_CENTS:
        return ", the same"
    way = "more" if has > had else "less"
    return f", {words.usd(abs(has - had))} {way} than A"


# --- reading ---------------------------------------------------------------------------------
def side_by_side(found: Decoded, compare: Compare = compare) -> SideBySide:
    """Every scenario of a link, compared."""
    each = {FIRST: found.scenario, **found.others}
    return SideBySide(
        tuple(
            Side(letter, compare(each[letter], found.book))
            for letter in (FIRST, *LETTERS)
            if letter in each
        )
    )


def several(query: str) -> tuple[SideBySide, Decoded]:
    """The scenarios of a query.

    Raises
    ------
    ScenarioError
        An input that is refused, or a query that holds one scenario alone.
    """
    found = decode(query, strict=True)
    if not found.others:
        allowed = "a scenario beside A, as what differs: b.<input>=<value>, c. and d. alike"
        raise ScenarioError([BadField(field="b.<input>", value="(none)", allowed=allowed)])
    return side_by_side(found), found


# --- as JSON ---------------------------------------------------------------------------------
def side_by_side_body(query: str) -> tuple[Json, Decoded]:
    """The body of ``/api/v1/side-by-side`` (fields: docs/api.md); raises as :func:`several`."""
    made, found = several(query)
    first = made.sides[0].comparison
    body = {
        "schema": SCHEMA,
        "edition": found.book.edition.isoformat(),
        "price_date": found.book.price_date.isoformat(),
        "method": METHOD,
        "scenarios": [_scenario(made, side) for side in made.sides],
        "today": today(first),
        "differences": [_said(item) for item in made.differences],
        "items": [
            {
                "name": row.name,
                "category": row.category,
                "payer": row.payer,
                "monthly_usd": dict(row.monthly_usd),
            }
            for row in made.items
        ],
    }
    return body, found


def _said(item: Difference) -> Json:
    values = {
        letter: list(value) if isinstance(value, tuple) else value
        for letter, value in item.values.items()
    }
    return {"field": item.name, "title": item.title, "unit": item.unit, "values": values}


def _scenario(made: SideBySide, side: Side) -> Json:
    best, cost, found = side.best, side.cost, side.comparison
    return {
        "letter": side.letter,
        "title": side.scenario.title,
        "query": side.query,
        "sentence": found.sentence,
        "cheapest": None if best is None else best.id,
        "kind": None if best is None else best.kind,
        "label": None if best is None else best.label,
        "rank_by": side.scenario.rank_by,
        "total_usd": None if best is None else best.total_usd,
        "company_usd": None if best is None else best.company_usd,
        "monthly_usd": side.monthly_usd,
        "low_usd_per_month": None if cost is None else cost.low_usd,
        "high_usd_per_month": None if cost is None else cost.high_usd,
        "usd_per_user_month": None if cost is None else cost.usd_per_user_month,
        "p95_ms": None if best is None else _finite(best.latency.p95_ms),
        "too_close": found.too_close,
        "changed": "" if side.letter == FIRST else made.changed(side),
        "places": {option.kind: _place(option, found) for option in found.best_of_kind},
    }


def _place(option: Option, found: Comparison) -> Json:
    cost = ranked(option, found, spread=False)
    return {
        "option": option.id,
        "status": option.status,
        "monthly_usd": None if cost is None else cost.monthly_usd,
        "p95_ms": _finite(option.latency.p95_ms),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
