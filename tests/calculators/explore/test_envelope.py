"""The best of each place at each point, and the contenders that a coarse pass chooses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.arrays import Array
from calculators.explore.envelope import NOBODY, SERVING, Search, contenders, joined
from calculators.explore.sweep import Sweep, sweep
from calculators.places import PLACES
from calculators.points import Points
from tests.calculators.world import MEMORY, scenario, world

VOLUMES = np.geomspace(1e3, 1e9, 25)
INF = np.inf


def search(volumes: Array = VOLUMES, **changes: Any) -> tuple[Search, Any]:
    made = Search(world(), MEMORY)
    return made, made.at(Points.sweep(scenario(**changes), "requests_per_month", volumes))


@pytest.mark.parametrize(
    "changes",
    [{}, {"device_mix": "new_phones"}, {"own_model_required": True, "retrains_per_month": 2}],
)
def test_the_envelope_is_the_least_of_every_candidate(changes: dict[str, Any]) -> None:
    made, found = search(**changes)
    full = sweep(scenario(**changes), "requests_per_month", VOLUMES, world(), MEMORY)
    for turn, place in enumerate(made.places):
        cost, _ = full.best(place)
        assert np.array_equal(found.costs[turn], cost)
        for point, number in enumerate(found.winners[turn]):
            if number == NOBODY:
                assert np.isinf(cost[point])
                continue
            winner = made.candidates.known[number]
            assert winner.place == place
            assert full.ranked[full.at[winner.id], point] == cost[point]
            assert winner.label


def test_the_cheapest_place_is_the_first_of_equal_ones() -> None:
    _, found = search(np.array([1e4, 1e6]))
    assert np.array_equal(found.best, found.costs.argmin(0))
    nothing, none = search(np.array([1e4]), offline_required=True, model_secrecy=True)
    assert none.best.tolist() == [NOBODY]
    assert nothing.candidates.known == []


def test_whole_machines_of_the_winner() -> None:
    # one machine serves 6,132,000 requests a month at most; a spare stands by
    volumes = np.array([1e6, 6_132_000, 6_133_000, 5e7])
    made, found = search(volumes, growth_pct_per_month=0)
    rented = made.places.index("rented")
    machines = found.machines[SERVING, rented]
    months = machines[0] / 2
    assert (machines / months).tolist() == [2, 2, 3, np.ceil(5e7 / 6_132_000) + 1]
    assert found.machines[SERVING, made.places.index("device")].tolist() == [0, 0, 0, 0]


def fake(ranked: list[list[float]]) -> Sweep:
    names = tuple(f"none>rented:p{row}" for row in range(len(ranked)))
    products = tuple(f"p{row}" for row in range(len(ranked)))
    return Sweep(names, ("rented",) * len(ranked), products, np.array(ranked))


def test_contenders_are_the_best_somewhere() -> None:
    found = fake([[1, 3, 5], [2, 2, 6], [3, 3, 5.5]])
    assert contenders(found, slice(None)) == {"rented": {"p0", "p1"}}
    assert contenders(fake([[INF, INF], [INF, INF]])) == {}


def test_who_is_open_at_one_of_two_neighbours_may_win_between_them() -> None:
    # p1 opens somewhere between the first two, and is cheaper than p0 until p2 opens too
    found = fake([[9, 9, 9], [INF, 7, 7], [INF, 4, 4]])
    assert contenders(found, slice(None)) == {"rented": {"p0", "p1", "p2"}}
    assert contenders(found) == {"rented": {"p0", "p2"}}
    assert contenders(found, slice(1, None)) == {"rented": {"p0", "p2"}}
    # dearer than the best on the other side: never
    assert contenders(fake([[9, 9], [INF, 9.5], [INF, 4]]), slice(None)) == {"rented": {"p0", "p2"}}


def test_products_of_either() -> None:
    one = {"rented": frozenset({"a"}), "owned": frozenset({"b"})}
    other = {"rented": frozenset({"c"}), "device": frozenset({"d"})}
    assert joined(one, other) == {"rented": {"a", "c"}, "owned": {"b"}, "device": {"d"}}


def test_contenders_alone_give_the_same_envelope() -> None:
    _, found = search()
    full = sweep(scenario(), "requests_per_month", VOLUMES, world(), MEMORY)
    narrow = Search(world(), MEMORY, contenders(full))
    again = narrow.at(Points.sweep(scenario(), "requests_per_month", VOLUMES))
    assert np.array_equal(found.costs, again.costs)
    assert set(narrow.only or {}) <= set(PLACES)


def test_of_equally_fast_ones_only_the_cheapest_may_win_in_between() -> None:
    """A budget shuts out the slower first: p1 is as fast as p2 and dearer; p3 is faster."""
    ranked = [[9.0, 9.0], [INF, 7.0], [INF, 4.0], [INF, 6.0]]
    names = tuple(f"p{row}" for row in range(4))
    times = np.array([[100.0] * 2, [50.0] * 2, [50.0] * 2, [40.0] * 2])
    found = Sweep(names, ("rented",) * 4, names, np.array(ranked), {"p95_ms": times})
    assert contenders(found, slice(None)) == {"rented": {"p0", "p2", "p3"}}
