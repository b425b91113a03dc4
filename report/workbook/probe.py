"""What the app says of some candidates at other inputs, month by month: one evaluation of many.

Everything a formula of the workbook has to reproduce is asked here, of the one path that all
results come from: half and double of every live input, and many volumes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.accounts.charges import Charge
from calculators.answer.flows import products
from calculators.arrays import Array, BoolArray, Index
from calculators.costs import labour, purchase
from calculators.costs.fleet import Sizing
from calculators.evaluation import Evaluation, Pair, evaluate
from calculators.memory import SHARED
from calculators.points import Points
from calculators.scenario import Scenario, fields
from pricing.book import PriceBook, Source
from pricing.kept import cached_property

VOLUME, GROWTH, DISCOUNT = "requests_per_month", "growth_pct_per_month", "discount_rate_pct"
WAGE, POWER = labour.WAGE, "electricity_usd_per_kwh"
LIVE = (VOLUME, GROWTH, WAGE, POWER, DISCOUNT)
"""Inputs that may be changed in the workbook."""
TIMES = (0.5, 2.0)
"""What every live input is tried at, times its value."""
INSTEAD: Mapping[str, tuple[float, float]] = {GROWTH: (2.0, 4.0), DISCOUNT: (4.0, 16.0)}
"""What is tried where the input is 0, of which half and double are 0 too."""
WIDE = 41  # odd: the scenario's own volume is the middle one
WIDEST = 50.0
MORE = ((1.7, 3.0), (0.6, 3.0), (1.0, -2.0), (3.3, 1.0), (1.0, 1.0))
"""Other volumes, as shares of the scenario's, at other growth [% per month]."""


@dataclass(frozen=True, eq=False)
class Asked:
    """P situations, the scenario itself first: a value of each live input, (P,)."""

    inputs: Mapping[str, Array]
    moves: Mapping[tuple[str, int], int]  # (input, which of its two other values) -> situation
    wide: Index  # situations of other volumes alone, in order, the scenario's own among them

    @property
    def size(self) -> int:
        """P."""
        return int(self.inputs[VOLUME].size)


def live_values(scenario: Scenario, book: PriceBook) -> dict[str, float]:
    """Value of each live input; what the user leaves empty is the list's or our assumption.

    The price of electricity is left out where nobody knows it.
    """
    case = SHARED.case(Points.base(scenario), book)
    power = purchase.electricity(case)
    found = {
        VOLUME: float(scenario.requests_per_month),
        GROWTH: float(scenario.growth_pct_per_month),
        WAGE: float(labour.usd_per_hour(case)[0]),
        DISCOUNT: float(scenario.discount_rate_pct),
    }
    if power is not None:
        found[POWER] = float(power[0][0])
    return {name: found[name] for name in LIVE if name in found}


def live_sources(scenario: Scenario, book: PriceBook) -> dict[str, Source]:
    """Where the live inputs that are prices come from."""
    case = SHARED.case(Points.base(scenario), book)
    power = purchase.electricity(case)
    found = {WAGE: case.chosen_source(WAGE, WAGE)}
    return found if power is None else {**found, POWER: power[1]}


def others(name: str, value: float) -> tuple[float, ...]:
    """The two other values an input is tried at, within what it allows."""
    tried = INSTEAD[name] if value == 0 and name in INSTEAD else tuple(value * t for t in TIMES)
    return tuple(float(np.clip(item, *bounds(name))) for item in tried)


def bounds(name: str) -> tuple[float, float]:
    """Least and most of a numeric input."""
    kinds = {type(item).__name__: item for item in fields()[name].metadata}
    low, high = kinds.get("Ge"), kinds.get("Le")
    return (low.ge if low else -np.inf, high.le if high else np.inf)


def asked(values: Mapping[str, float]) -> Asked:
    """The situations of :data:`LIVE` inputs and of other volumes."""
    rows = [dict(values)]
    moves: dict[tuple[str, int], int] = {}
    for name, value in values.items():
        for side, other in enumerate(others(name, value)):
            moves[name, side] = len(rows)
            rows.append({**values, name: other})
    rows += [
        {**values, VOLUME: _volume(values[VOLUME] * times), GROWTH: growth}
        for times, growth in MORE
    ]
    first = len(rows)
    spread = np.geomspace(1 / WIDEST, WIDEST, WIDE)
    volumes = np.unique(np.clip(values[VOLUME] * spread, *bounds(VOLUME)))
    rows += [{**values, VOLUME: float(volume)} for volume in volumes]
    return Asked(
        {name: np.array([row[name] for row in rows]) for name in values},
        moves,
        np.arange(first, first + volumes.size),
    )


def _volume(value: float) -> float:
    return float(np.clip(value, *bounds(VOLUME)))


@dataclass(frozen=True, eq=False)
class Traced:
    """One cost of a candidate in P situations."""

    charge: Charge
    row: int
    months: Array  # (P, M + 1) quantity where it falls
    rate: Array  # (P,)

    @cached_property
    def usd(self) -> Array:
        """Over the horizon (P,); nothing of something unpriced costs nothing."""
        total = self.months.sum(axis=1)
        return np.where(total == 0, 0.0, total * self.rate)


@dataclass(frozen=True, eq=False)
class Seen:
    """One candidate in P situations."""

    found: Evaluation
    index: int
    size: int
    _kept: dict[str, list[Traced]] = field(default_factory=dict)

    @cached_property
    def _where(self) -> tuple[Pair, int]:
        return self.found.where(self.index)

    @property
    def pair(self) -> Pair:
        """Its training with its place."""
        return self._where[0]

    @cached_property
    def costs(self) -> list[Traced]:
        """Every cost it has in the first situation or another."""
        pair, own = self._where
        every = (self._traced(charge, row) for charge, row in pair.charges(own))
        return [item for item in every if item.months.any()]

    def _traced(self, charge: Charge, row: int) -> Traced:
        if charge.by_month is None:
            raise ValueError(f"{charge.name}: the case kept no months")
        return Traced(charge, row, of_row(charge.by_month, row, self.size), self._rate(charge, row))

    def _rate(self, charge: Charge, row: int) -> Array:
        held = charge.rate_usd[row if charge.rate_usd.shape[0] > 1 else 0]
        return np.asarray(np.broadcast_to(held, (self.size,)))

    @property
    def company(self) -> Array:
        """What the company pays over the horizon (P,)."""
        return np.asarray(self.found.company[self.index])

    @property
    def users(self) -> Array:
        """What users pay over the horizon (P,); NaN where it is not known."""
        return np.asarray(self.found.user[self.index])

    @property
    def npv(self) -> Array:
        """Present value of both (P,)."""
        return np.asarray(self.found.npv[self.index])

    @cached_property
    def sizings(self) -> list[Sizing | None]:
        """How its machines follow the load in each situation."""
        pair, own = self._where
        row = int(pair.rows[own])
        return [pair.block.sizing(row, point) for point in range(self.size)]

    @cached_property
    def trained_on(self) -> list[str]:
        """The product that trains it in each situation."""
        pair, own = self._where
        return [pair.trained_on(own, point) for point in range(self.size)]

    @cached_property
    def like_first(self) -> BoolArray:
        """Where it has the machines and the training of the first situation (P,)."""
        same = [
            (sizing, trained) == (self.sizings[0], self.trained_on[0])
            for sizing, trained in zip(self.sizings, self.trained_on, strict=True)
        ]
        return np.array(same, dtype=bool)

    def items(self, point: int) -> dict[str, float]:
        """Amounts of its line items by name in one situation."""
        pair, own = self._where
        found: dict[str, float] = {}
        for item in pair.line_items(own, point):
            found[item.name] = found.get(item.name, 0.0) + item.amount_usd
        return found


def of_row(values: Array, row: int, size: int) -> Array:
    """What a candidate has of an array (C or 1, P or 1, M + 1), as (P, M + 1)."""
    held = values[row if values.shape[0] > 1 else 0]
    return np.asarray(np.broadcast_to(held, (size, held.shape[-1])))


def look(
    scenario: Scenario,
    book: PriceBook,
    names: Sequence[str],
    inputs: Mapping[str, Array],
    *,
    by_month: bool = True,
) -> list[Seen]:
    """Some candidates at inputs of P situations (P,) each; ``inputs`` may hold own figures."""
    size = next(iter(inputs.values())).size
    points = Points(scenario, size, columns=inputs)
    found = evaluate(SHARED.case(points, book, products(names), by_month=by_month))
    return [Seen(found, found.at[name], size) for name in names]
