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
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from scipy.stats import norm, qmc

from calculators.arrays import Array, BoolArray, Index
from calculators.factors import FACTORS, P90_SCORE
from calculators.scenario import (
    BadField,
    Scenario,
    ScenarioError,
    allowed,
    fields,
    is_numeric,
    is_whole,
)

BATCH_AFTER_HOURS = 24.0
"""Batch services promise an answer within a day."""
FLEX_AFTER_HOURS = 1.0
"""Flex answers come when there is room: minutes, at busy times more. Our assumption."""
Wait = Literal["now", "flex", "batch"]
WAITS: tuple[Wait, ...] = ("now", "flex", "batch")
"""How long answers can wait: not at all, for idle capacity, or a day."""
PRICE_DATE = "price_date"


@dataclass(frozen=True, eq=False)
class Points:
    """N situations around one scenario."""

    scenario: Scenario
    size: int = 1
    columns: Mapping[str, Array] = field(default_factory=dict)  # numeric field -> (N,)
    words: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # other field -> N values
    scores: Mapping[str, Array] = field(default_factory=dict)  # factor -> (N,)
    labour_scale: Array = field(default_factory=lambda: np.ones(1))

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
        scores = {item.name: score[:, index] for index, item in enumerate(FACTORS)}
        return cls(scenario, count, scores=scores)

    def with_values(self, values: Mapping[str, Sequence[Any] | Array]) -> Points:
        """The same points with fields replaced, each by N values.

        Raises
        ------
        ScenarioError
            A name that is no field, or a value that the field does not allow.
        """
        columns, words = dict(self.columns), dict(self.words)
        for name, given in values.items():
            if name != PRICE_DATE and (name not in fields() or name == "preset"):
                known = ", ".join([*fields(), PRICE_DATE])
                raise ScenarioError([BadField(field="axis", value=name, allowed=known)])
            if name == PRICE_DATE:
                words[name] = list(given)
            elif is_numeric(name) and all(value is not None for value in given):
                columns[name] = _checked(self.scenario, name, given)
            else:
                words[name] = _each_checked(self.scenario, name, given)
        return replace(self, columns=columns, words=words)

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
        value = getattr(self.scenario, name)
        return np.array([np.nan if value is None else float(value)])

    def given(self, name: str) -> bool:
        """Whether an optional field has a value."""
        return name in self.columns or getattr(self.scenario, name) is not None

    def score(self, name: str) -> Array:
        """Score of a factor, (1,) or (N,)."""
        return self.scores.get(name, np.zeros(1))

    def at(self, point: int) -> Scenario:
        """The scenario of one point."""
        changes = {name: _plain(name, values[point]) for name, values in self.columns.items()}
        changes |= {n: v[point] for n, v in self.words.items() if n != PRICE_DATE}
        return self.scenario.with_changes(changes) if changes else self.scenario

    @property
    def trains(self) -> bool:
        """Whether a model of one's own is trained (the same at all points of a group)."""
        return self.scenario.trains or bool(np.any(self["retrains_per_month"] > 0))

    @property
    def live(self) -> bool:
        """Whether frames of a live picture are answered (the same at all points of a group)."""
        return bool(np.any(self["realtime_fps"] > 0))

    @property
    def in_batches(self) -> bool:
        """Whether answers can wait for batch prices (the same at all points of a group)."""
        return bool(np.any(self["can_wait_hours"] >= BATCH_AFTER_HOURS))

    @property
    def wait(self) -> Wait:
        """How long answers can wait (the same at all points of a group)."""
        return WAITS[int(_waits(self["can_wait_hours"]).max())]

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
    """Scores of every factor in ``count`` draws (count, F)."""
    sampler = qmc.Sobol(len(FACTORS), scramble=True, rng=np.random.default_rng(seed))
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
    if is_whole(name) and np.any(array != np.round(array)):
        odd = array[array != np.round(array)][0]
        raise ScenarioError([BadField(field=name, value=f"{odd:g}", allowed=allowed(name))])
    return array


def _each_checked(scenario: Scenario, name: str, values: Sequence[Any] | Array) -> Sequence[Any]:
    """N allowed values of a field that is no number, or whose value may be none."""
    return [getattr(scenario.with_changes({name: value}), name) for value in values]
