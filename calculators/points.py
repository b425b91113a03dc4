"""Points: the inputs of N situations as named columns, whatever they are for.

One scenario, the ends of every uncertain factor, a sweep, a map and random draws are all the same
object; what evaluates it never sees which. A column replaces a field of the scenario (or the score
of a factor) by one value a point; fields without a column are the same at all points.

Numbers are columns of the arithmetic. What decides *which* arithmetic applies - a word, a switch,
the price date, whether anything is trained, whether answers come in batches or live - is common to
a *group* of points; :meth:`Points.groups` splits them, so that every input may vary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from scipy.stats import norm, qmc

from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.factors import DRAWN, GROWTH, MOVED_BY, P90_SCORE, value_at
from calculators.scenario import (
    BadField,
    Scenario,
    ScenarioError,
    allowed,
    fields,
    is_numeric,
    is_whole,
)
from pricing.kept import cached_property
from pricing.own import KINDS, Kind, Own, kind_of, subject
from pricing.records import record

BATCH_AFTER_HOURS = 24.0
"""Batch services promise an answer within a day."""
FLEX_AFTER_HOURS = 1.0
"""Flex answers come when there is room: minutes, at busy times more. Our assumption."""
Wait = Literal["priority", "now", "flex", "batch"]
"""In which turn answers are asked for; ahead of others only where they cannot wait."""
WAITS: tuple[Wait, ...] = ("now", "flex", "batch")
"""How long answers can wait: not at all, for idle capacity, or a day."""
PRICE_DATE = "price_date"
READ_BY_THEMSELVES = frozenset(
    {
        "training_over_inference",
        "server_typical_power_ratio",
        "serverless_idle_seconds",
        "serverless_start_seconds",
        *(
            f"radio_{what}_{link}"
            for what in ("up_j_per_mb", "down_j_per_mb", "tail_j")
            for link in ("wifi", "4g", "5g", "fixed")
        ),
    }
)
"""Assumptions with a factor whose row is read too, not their value at the points alone."""
OWN_REFERENCE: Mapping[Kind, float] = MappingProxyType(
    {"price": 1.0, "discount": 0.0, "fixed": 0.0}
)
"""What a market is made with where a kind of own figure has a column; an assumption with ours."""
ONES = np.ones(1)
MIDDLE = np.zeros(1)
MIDDLE.flags.writeable = False  # the score of every factor that has none
GROWN = "growth_pct_per_month"
GROWN_ENDS = ("growth_low", "growth_high")


@record
class Points:
    """N situations around one scenario."""

    scenario: Scenario
    size: int = 1
    columns: Mapping[str, Array] = field(default_factory=dict)  # numeric field -> (N,)
    words: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # other field -> N values
    scores: Mapping[str, Array] = field(default_factory=dict)  # factor -> (N,)
    labour_scale: Array = field(default_factory=lambda: np.ones(1))
    _read: dict[str, Array] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Growth moved by its factor is a column like any other, whoever gave the score."""
        if GROWTH.name in self.scores and GROWN not in self.columns and ranged(self.scenario):
            moved = grown(self.scenario, self.scores[GROWTH.name])
            object.__setattr__(self, "columns", {**self.columns, GROWN: moved})

    # making ------------------------------------------------------------------------------------

    @classmethod
    def base(cls, scenario: Scenario) -> Points:
        """The scenario itself."""
        return cls(scenario)

    @classmethod
    def sweep(cls, scenario: Scenario, name: str, values: Sequence[Any] | Array) -> Points:
        """The scenario at each value of one field, or at each ``price_date``."""
        return cls(scenario, len(values)).with_values({name: values})

    @classmethod
    def map(
        cls,
        scenario: Scenario,
        x: tuple[str, Sequence[Any] | Array],
        y: tuple[str, Sequence[Any] | Array],
    ) -> Points:
        """Every pair of two fields' values; point ``j * len(x) + i`` has x[i] and y[j]."""
        (x_name, x_values), (y_name, y_values) = x, y
        across = [value for _ in y_values for value in x_values]
        along = [value for value in y_values for _ in x_values]
        return cls(scenario, len(across)).with_values({x_name: across, y_name: along})

    @classmethod
    def ends(cls, scenario: Scenario, names: Iterable[str]) -> Points:
        """The scenario, then the low and the high end of each factor alone: 1 + 2 F points."""
        moved = list(names)
        scores = {}
        for index, name in enumerate(moved):
            score = np.zeros(1 + 2 * len(moved))
            score[1 + 2 * index], score[2 + 2 * index] = -1.0, 1.0
            scores[name] = score
        return cls(scenario, 1 + 2 * len(moved), scores=scores)

    @classmethod
    def draws(cls, scenario: Scenario, count: int, seed: int = 0) -> Points:
        """Draws of every factor: scrambled Sobol, the first ``n`` of more draws are the same."""
        score = _sobol(count, seed)
        scores = {item.name: score[:, index] for index, item in enumerate(DRAWN)}
        return cls(scenario, count, scores=scores)

    def with_values(self, values: Mapping[str, Sequence[Any] | Array]) -> Points:
        """The same points with fields replaced, each by N values.

        Raises
        ------
        ScenarioError
            A name that is no field, or a value that the field does not allow.
        """
        columns, words = dict(self.columns), dict(self.words)
        around = self.scenario
        if values.keys() & {GROWN, *GROWN_ENDS}:  # at each value of it, growth has no range around
            around = around.with_changes(dict.fromkeys(GROWN_ENDS))
        for name, given in values.items():
            own = kind_of(name)
            if name != PRICE_DATE and own is None and (name not in fields() or name == "preset"):
                known = ", ".join([*fields(), PRICE_DATE, *(f"{kind}.<...>" for kind in KINDS)])
                raise ScenarioError([BadField(field="axis", value=name, allowed=known)])
            if name in GROWN_ENDS:  # move draws alone: allowed, and nothing to evaluate
                _each_checked(around, name, given, beside=GROWN)
            elif name == PRICE_DATE:
                words[name] = list(given)
            elif is_by_value(name):
                words[name] = [self.scenario.with_changes({name: v}).own.get(name) for v in given]
            elif is_numeric(name) and all(value is not None for value in given):
                columns[name] = _checked(around, name, given)
            else:
                words[name] = _each_checked(around, name, given)
        return replace(self, scenario=around, columns=columns, words=words)

    def scaled(self, labour: Array) -> Points:
        """The same points with all hours of work times ``labour`` (N,)."""
        return replace(self, labour_scale=np.asarray(labour, dtype=np.float64))

    def take(self, index: Index | slice) -> Points:
        """Some of the points."""
        chosen = np.arange(self.size)[index]

        def part(values: Array) -> Array:
            return values[chosen] if values.size > 1 else values

        return replace(
            self,
            size=int(chosen.size),
            columns={name: part(values) for name, values in self.columns.items()},
            words={name: [values[i] for i in chosen] for name, values in self.words.items()},
            scores={name: part(values) for name, values in self.scores.items()},
            labour_scale=part(self.labour_scale),
        )

    # reading -----------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Array:
        """A numeric field as (1,) or (N,); NaN where it is not set."""
        column = self.columns.get(name)
        if column is not None:
            return column
        found = self._read.get(name)
        if found is None:
            value = self.scenario.own.get(name) if kind_of(name) else getattr(self.scenario, name)
            found = np.array([np.nan if value is None else float(value)])
            found.flags.writeable = False  # whoever reads it next gets the same
            self._read[name] = found
        return found

    def given(self, name: str) -> bool:
        """Whether an optional field has a value."""
        if name in self.columns:
            return True
        own = kind_of(name) is not None
        return (self.scenario.own.get(name) if own else getattr(self.scenario, name)) is not None

    def score(self, name: str) -> Array:
        """Score of a factor, (1,) or (N,)."""
        return self.scores.get(name, MIDDLE)

    def at(self, point: int) -> Scenario:
        """The scenario of one point."""
        changes: dict[str, Any] = {
            name: _plain(name, values[point]) for name, values in self.columns.items()
        }
        changes |= {n: v[point] for n, v in self.words.items() if n != PRICE_DATE}
        if GROWN in changes:  # known at this point
            changes |= dict.fromkeys(GROWN_ENDS)
        return self.scenario.with_changes(changes) if changes else self.scenario

    @property
    def laid_over(self) -> Own:
        """Own figures the market is made with: of those with a column, the reference.

        A price with a column stands at :data:`OWN_REFERENCE`, a discount at none, and
        :meth:`price_scale` brings each point's rates to its own.
        """
        kinds = {name: kind for name in self.columns if (kind := kind_of(name))}
        varied = {name: OWN_REFERENCE.get(kind) for name, kind in kinds.items()}
        return self.scenario.own.changed(varied) if varied else self.scenario.own

    @property
    def varies_prices(self) -> bool:
        """Whether a price or a discount has a column."""
        return any(kind_of(name) in ("price", "discount") for name in self.columns)

    def price_scale(self, key: str, table: str, *, discounts: bool = True) -> Array:
        """What the rate of a price key in the market is times at the points, (1,) or (N,).

        1 but where the key, or the discount that holds for it, has a column.
        """
        price = self.columns.get(f"price.{key}")
        if price is not None:
            return price / OWN_REFERENCE["price"]
        own = self.laid_over
        if not discounts or key in own.of_kind("price"):
            return ONES
        held = own.discount_of(key, table)
        column = None if held is None else self.columns.get(f"discount.{held}")
        return ONES if column is None else np.asarray(1 - column / 100)

    @cached_property
    def trains(self) -> bool:
        """Whether a model of one's own is trained (the same at all points of a group)."""
        return self.scenario.trains or self.retrains

    @property
    def needs_own_model(self) -> bool:
        """Whether only a model of one's own will do: asked for, or because it is retrained.

        The same at all points of a group.
        """
        return self.scenario.own_model_required or self.retrains

    @property
    def retrains(self) -> bool:
        """Whether the model is trained again (the same at all points of a group)."""
        return any_true(self["retrains_per_month"] > 0)

    @cached_property
    def live(self) -> bool:
        """Whether frames of a live picture are answered (the same at all points of a group)."""
        return any_true(self["realtime_fps"] > 0)

    @cached_property
    def in_batches(self) -> bool:
        """Whether answers can wait for batch prices (the same at all points of a group)."""
        return any_true(self["can_wait_hours"] >= BATCH_AFTER_HOURS)

    @cached_property
    def wait(self) -> Wait:
        """In which turn answers are asked for (the same at all points of a group)."""
        found = WAITS[int(_waits(self["can_wait_hours"]).max())]
        ahead = self.scenario.service_tier == "priority"
        return "priority" if ahead and found == "now" else found

    # groups ------------------------------------------------------------------------------------

    def groups(self) -> list[tuple[Points, Index, date | None]]:
        """Points to which one arithmetic applies, where they stand, and their price date."""
        keys = self._keys()
        if keys is None:
            return [(self, np.arange(self.size), None)]
        members: dict[tuple[Any, ...], list[int]] = {}
        for point, key in enumerate(zip(*keys.values(), strict=True)):
            members.setdefault(key, []).append(point)
        found = []
        for key, here in members.items():
            index = np.array(here, dtype=np.intp)
            part = replace(self.take(index), words={})
            said = dict(zip(keys, key, strict=True))
            day = said.pop(PRICE_DATE, None)
            changes = {name: value for name, value in said.items() if name in self.words}
            if changes:
                part = replace(part, scenario=part.scenario.with_changes(changes))
            found.append((part, index, day))
        return found

    def _keys(self) -> dict[str, Sequence[Any]] | None:
        """What tells groups apart, N values each; None where all points are of one group."""
        keys: dict[str, Sequence[Any]] = dict(self.words)
        for name, splits in DECIDING.items():
            column = self.columns.get(name)
            if column is not None and column.size > 1:
                sides = splits(column)
                if sides.min() != sides.max():
                    keys[f"{name}?"] = sides.tolist()
        return keys or None


def ranged(scenario: Scenario) -> bool:
    """Whether growth has a range."""
    return any(getattr(scenario, name) is not None for name in GROWN_ENDS)


def grown(scenario: Scenario, score: Array) -> Array:
    """Growth [% per month] at its factor's ``score`` (N,); an end left empty does not move it."""
    given = (scenario.growth_low, scenario.growth_pct_per_month, scenario.growth_high)
    middle = scenario.growth_pct_per_month
    low, mid, high = (1 + (middle if end is None else end) / 100 for end in given)
    moved = 100 * (value_at(low, mid, high, score, "lognormal") - 1)
    return np.where(score == 0, middle, moved)  # no rounding where nothing moves


def is_by_value(name: str) -> bool:
    """Whether an own figure tells groups of points apart: much is worked out from its row."""
    return kind_of(name) == "assume" and not _at_points(subject(name))


def _at_points(assumption: str) -> bool:
    """Whether all that reads an assumption takes its value at the points.

    What no factor moves, and what is read by its row, tells groups of points apart instead.
    """
    return assumption in MOVED_BY and assumption not in READ_BY_THEMSELVES


def _waits(hours: Array) -> Index:
    """Which of :data:`WAITS` answers can wait for (N,)."""
    return np.searchsorted([FLEX_AFTER_HOURS, BATCH_AFTER_HOURS], hours, side="right")


DECIDING: Mapping[str, Callable[[Array], BoolArray | Index]] = {
    "retrains_per_month": lambda values: values > 0,  # with nothing else trained, 0 is no training
    "realtime_fps": lambda values: values > 0,  # 0 is no live picture
    "can_wait_hours": _waits,
}
"""Numeric fields a value of which decides what applies, and where they do."""


@lru_cache(maxsize=4)
def _sobol(count: int, seed: int) -> Array:
    """Scores of every factor in ``count`` draws (count, F), in the order they are drawn in."""
    sampler = qmc.Sobol(len(DRAWN), scramble=True, rng=np.random.default_rng(seed))
    # the end points of (0, 1) have no finite score
    uniform = np.clip(sampler.random(count), 1e-12, 1 - 1e-12)
    score = np.asarray(norm.ppf(uniform) / P90_SCORE)
    score.flags.writeable = False
    return score


def _plain(name: str, value: float) -> float | int:
    """A column's value as the field holds it."""
    whole = is_whole(name)
    return round(float(value)) if whole else float(value)


def _checked(scenario: Scenario, name: str, values: Sequence[Any] | Array) -> Array:
    """N allowed values of a numeric field; the ends stand for those between."""
    array = np.asarray(values, dtype=np.float64)
    for value in (array.min(), array.max()) if array.size and np.isfinite(array).all() else array:
        scenario.with_changes({name: _plain(name, value) if np.isfinite(value) else float(value)})
    if is_whole(name) and any_true(array != np.round(array)):
        odd = array[array != np.round(array)][0]
        raise ScenarioError([BadField(field=name, value=f"{odd:g}", allowed=allowed(name))])
    return array


def _each_checked(
    scenario: Scenario, name: str, values: Sequence[Any] | Array, beside: str = ""
) -> Sequence[Any]:
    """N allowed values of a field that is no number, or whose value may be none.

    ``beside`` is a field that has to have the same value, where one is given.
    """
    changes = [
        {name: value} | ({beside: value} if beside and value is not None else {})
        for value in values
    ]
    return [getattr(scenario.with_changes(change), name) for change in changes]
