"""Intervals of crossings: each factor alone at its ends, solved again by brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.answer.options import OptionList
from calculators.arrays import Array
from calculators.explore.along import Along, along
from calculators.explore.axis import Axis
from calculators.explore.break_even import explore
from calculators.explore.intervals import Meeting, intervals
from calculators.explore.sweep import over
from calculators.points import Points
from calculators.results import Crossing
from tests.calculators.world import MEMORY, compared, world


def looked(axis: str, **changes: Any) -> Along:
    options = compared(**changes).options
    assert isinstance(options, OptionList)
    found = along(options.found, MEMORY, Axis.of(axis, options.found.case))
    assert found is not None
    return found


def told(axis: str, **changes: Any) -> list[tuple[Crossing, Any]]:
    options = compared(**changes).options
    assert isinstance(options, OptionList)
    made = explore(options.found, MEMORY, axis)
    return [(item, pair) for pair in made.break_even for item in pair.crossings]


def moves(found: Along, item: Crossing) -> Array:
    """How far each end of each factor moves a crossing, as logarithms (F, 2).

    Each place's best at the middle is held at every value of a fine grid, whose nearest change of
    the sign is the crossing that moved.
    """
    near = np.geomspace(0.25, 4, 101) * item.at
    x = np.unique([*np.geomspace(found.axis.first, found.axis.high, 101), *near, item.at])
    x = x[(x >= found.axis.first) & (x <= found.axis.high)]
    ends = Points.ends(found.scenario, found.factors)
    scores = {name: np.repeat(ends.score(name)[1:], x.size) for name in found.factors}
    columns = {found.axis.name: np.tile(x, ends.size - 1)}
    points = Points(found.scenario, x.size * (ends.size - 1), columns=columns, scores=scores)
    made = over(points, world(), MEMORY)
    middle = np.abs(found.sampled.x[:, None] - x).argmin(0)
    sides = []
    for place in (item.below, item.above):
        numbers = found.sampled.found.winners[found.search.places.index(place), middle]
        rows = [made.at[found.search.candidates.known[number].id] for number in numbers]
        sides.append(made.ranked[np.tile(rows, ends.size - 1), np.arange(points.size)])
    gap = (sides[0] - sides[1]).reshape(-1, x.size)
    return np.array([_move(x, row, item.at) for row in gap]).reshape(-1, 2)


def _move(x: Array, gap: Array, at: float) -> float:
    turns = np.flatnonzero((gap[:-1] <= 0) & (gap[1:] > 0))
    if not turns.size:
        own = int(np.searchsorted(x, at))
        return float(np.log((x[-1] if gap[own] < 0 else x[0]) / at))
    share = gap[turns] / (gap[turns] - gap[turns + 1])
    there = x[turns] + (x[turns + 1] - x[turns]) * share
    return float(np.log(there[np.abs(np.log(there / at)).argmin()] / at))


@pytest.mark.parametrize(
    ("axis", "changes"),
    [
        ("requests_per_month", {}),
        ("requests_per_month", {"device_mix": "new_phones", "requests_per_month": 1e5}),
        ("response_kb", {"requests_per_month": 1e7}),
        ("staff_usd_per_hour", {}),
    ],
)
def test_an_interval_is_the_factors_ends_in_squares(axis: str, changes: dict[str, Any]) -> None:
    found = looked(axis, **changes)
    meet = [
        (item, pair)
        for item, pair in told(axis, **changes)
        if item.kind == "exact"
        and item.last_below is None
        # with machines billed while busy the best product changes on the way: several roots
        and "hosted_platform" not in item.below + item.above
    ]
    assert meet
    for item, pair in meet[:4]:
        each = moves(found, item)
        down = np.sqrt((np.minimum(each.min(1), 0) ** 2).sum())
        up = np.sqrt((np.maximum(each.max(1), 0) ** 2).sum())
        ends = item.at * np.exp(-down), item.at * np.exp(up)
        low, high = np.clip(ends, found.axis.first, pair.axis_high)
        own = max(item.low, found.axis.first)
        assert np.log(own / low) == pytest.approx(0, abs=0.02 + 0.1 * down), item
        assert np.log(item.high / high) == pytest.approx(0, abs=0.02 + 0.1 * up), item


def test_an_interval_holds_its_crossing_and_stays_on_the_axis() -> None:
    for axis in ("requests_per_month", "horizon_months", "retrains_per_month", "min_reach_pct"):
        for item, pair in told(axis):
            end = item.at if item.until is None else item.until
            assert pair.axis_low <= item.low <= item.at <= end
            assert end <= item.high <= pair.axis_high


def test_what_no_factor_moves_has_no_interval() -> None:
    """The last price seen ends at 35,000,000 images, whatever hours and machines cost."""
    asked = {"requests_per_month": 1e7, "ops_hours_per_machine": 500}
    items = told("requests_per_month", task="object_detection", **asked)
    ends = [item for item, _ in items if item.kind == "feasibility"]
    assert ends
    for item in ends:
        assert (item.low, item.high) == (item.at, item.at)


GROWING = {"growth_pct_per_month": 2.0, "growth_low": 0.0, "growth_high": 4.0}


def test_prices_and_a_range_of_growth_move_crossings_too() -> None:
    certain = looked("requests_per_month", growth_pct_per_month=2.0)
    assert {"service_prices", "rental_prices", "server_speed"} <= set(certain.factors)
    assert "growth" not in certain.factors
    assert set(looked("requests_per_month", **GROWING).factors) == {*certain.factors, "growth"}


def test_an_interval_narrows_where_growth_is_certain() -> None:
    def widths(**changes: Any) -> Array:
        items = told("requests_per_month", **changes)
        return np.array([np.log(item.high / max(item.low, 1.0)) for item, _ in items])

    wide, narrow = widths(**GROWING), widths(growth_pct_per_month=2.0)
    assert wide.size == narrow.size > 0
    assert (wide >= narrow - 1e-9).all()
    assert wide.sum() > narrow.sum()


def test_no_crossing_no_interval() -> None:
    assert intervals(looked("requests_per_month"), []) == []


def test_a_crossing_that_a_factors_end_removes_is_open_to_the_axis_end() -> None:
    """A straight crossing far out: at the other end of its factors the two never meet."""
    found = looked("requests_per_month")
    places = found.search.places
    one, other = places.index("managed_api"), places.index("device+managed_api")
    low, high = found.axis.low, found.axis.high
    # nowhere near equal there: whatever moves it, moves it off the axis
    meeting = Meeting(at=low * 2, left=low * 2, right=low * 2, below=other, above=one)
    ((start, end),) = intervals(found, [meeting])
    assert low <= start <= low * 2 <= end <= high
