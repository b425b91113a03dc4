"""Figures of the user's own as pages, reports and JSON show them: each beside the list's.

They are the prices, discounts, fixed costs and assumptions of :mod:`pricing.own`, and what the
user says of a server of theirs. Benchmarks are not among them: they are measured, not paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calculators.own import describe
from calculators.scenario import Scenario, extra, fields
from pricing.book import PriceBook
from pricing.own import NOTHING
from report import words

SERVER = {
    "own_server_usd": "",
    "own_server_life_months": "server_life_months",
    "own_server_resale_pct": "resale_after_36_months_pct",
    "own_server_w": "",
}
"""Inputs on a server of one's own -> the assumption they take the place of, if any."""


@dataclass(frozen=True)
class OwnFigure:
    """One figure of the user's own."""

    name: str  # as links write it
    title: str
    value: float
    unit: str
    list_value: float | None  # what holds without it; None where there is no one figure


def own_figures(scenario: Scenario, book: PriceBook) -> tuple[OwnFigure, ...]:
    """Every figure of the user's own in a scenario, at a book with or without them."""
    return (*_laid_over(scenario, book), *_of_server(scenario, book))


def _laid_over(scenario: Scenario, book: PriceBook) -> list[OwnFigure]:
    found = []
    for name, value in scenario.own.figures:
        known = describe(name, book, scenario.region)
        title, unit, listed = (known.title, known.unit, known.listed) if known else (name, "", None)
        found.append(OwnFigure(name, title, value, unit, listed))
    return found


def _of_server(scenario: Scenario, book: PriceBook) -> list[OwnFigure]:
    found = []
    for name, assumption in SERVER.items():
        value = getattr(scenario, name)
        if value is None:
            continue
        listed = book.listed_assumptions[assumption].mid if assumption else None
        if name == "own_server_usd":
            tariff = book.list_price(f"{scenario.own_server}/purchase", scenario.region)
            listed = None if tariff is None else tariff.usd
        title = words.input_title(name)
        found.append(OwnFigure(name, title, float(value), extra(name, "unit"), listed))
    return found


def without(scenario: Scenario) -> Scenario:
    """The scenario with every figure of the user's own taken off."""
    plain = {name: fields()[name].default for name in (*SERVER, "own_server")}
    return scenario.with_changes({**plain, "own": NOTHING})


def in_use(scenario: Scenario, book: PriceBook) -> str:
    """How many are in use, in a sentence; blank without any."""
    count = len(own_figures(scenario, book))
    if not count:
        return ""
    many = "figures" if count > 1 else "figure"
    return f"{count} {many} of your own in use, in place of the list's."


def as_json(scenario: Scenario, book: PriceBook) -> list[dict[str, Any]]:
    """``own_figures`` of the API."""
    return [
        {
            "name": item.name,
            "value": item.value,
            "unit": item.unit,
            "list_value": item.list_value,
        }
        for item in own_figures(scenario, book)
    ]


def row(item: OwnFigure) -> dict[str, str]:
    """One figure in words: its name, what it is, its value and the list's."""
    unit = f" {item.unit}" if item.unit else ""
    listed = words.MISSING if item.list_value is None else words.exact(item.list_value, 12)
    return {
        "name": item.name,
        "title": item.title,
        "value": f"{words.exact(item.value, 12)}{unit}",
        "listed": listed,
    }
