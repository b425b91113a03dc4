"""Maps: each cell is what a comparison there says, whatever the two inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.explore import who_wins as mapping
from calculators.explore.envelope import NOBODY, Search
from calculators.explore.who_wins import Map, who_wins
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, compared, scenario, world
from tests.sampling import few

VOLUMES = np.geomspace(1e4, 1e8, 7)
BOOK = PriceBook.load()


def mapped(x: Any, y: Any, **changes: Any) -> Map:
    return who_wins(scenario(**changes), x, y, world(), MEMORY)


@pytest.mark.parametrize(
    ("field", "values", "changes"),
    [
        ("staff_usd_per_hour", [0.0, 40.0, 300.0], {}),
        ("retrains_per_month", [0.0, 2.0, 700.0], {}),
        ("params_millions", [1.0, 900.0, 20_000.0], {}),
        ("latency_budget_ms", [100.0, 700.0, 5_000.0], {"device_mix": "new_phones"}),
        ("billing", ["always_on", "autoscaled"], {}),
        ("data_sensitivity", ["public", "on_premises", "on_device"], {}),
    ],
)
def test_a_cell_is_the_comparison_there(field: str, values: list[Any], changes: Any) -> None:
    found = mapped(("requests_per_month", VOLUMES), (field, values), **changes)
    assert found.winner.shape == (len(values), VOLUMES.size)
    for row, value in enumerate(values):
        for column, volume in enumerate(VOLUMES):
            there = compared(**{**changes, field: value, "requests_per_month": volume})
            assert_cell(found, (row, column), there)


def assert_cell(found: Map, cell: tuple[int, int], there: Any) -> None:
    """Winner, cost, margin and number of places of one cell."""
    feasible = [item for item in there.best_of_kind if item.status == "feasible"]
    assert found.feasible[cell] == len(feasible)
    if there.cheapest is None:
        assert (found.winner[cell], found.candidate[cell]) == (NOBODY, NOBODY)
        assert np.isinf(found.cost[cell])
        assert np.isnan(found.margin[cell])
        return
    assert found.places[found.winner[cell]] == there.cheapest.kind
    assert found.candidates[found.candidate[cell]].id == there.cheapest.id
    cost = there.cheapest.ranked_usd("company")
    assert found.cost[cell] == pytest.approx(cost, rel=1e-12)
    if there.runner_up is None:
        assert np.isinf(found.margin[cell])
    else:
        more = there.runner_up.ranked_usd("company") - cost
        assert found.margin[cell] == pytest.approx(more, rel=1e-9, abs=1e-6)


def test_coarse_cells_stand_in_every_row_and_column() -> None:
    for rows, columns in ((100, 100), (60, 200), (41, 37), (500, 3)):
        cells = mapping._spread(rows, columns)
        assert cells.size <= 1.3 * mapping.COARSE
        down, across = np.divmod(cells, columns)
        assert set(down.tolist()) == set(range(rows)) or columns < 10
        assert set(across.tolist()) == set(range(columns))
        assert {0, columns - 1, (rows - 1) * columns, rows * columns - 1} <= set(cells.tolist())
    assert mapping._spread(20, 20).size == 400


SIZE = ("params_millions", np.geomspace(1, 70_000, 48))
WAGE = ("staff_usd_per_hour", np.geomspace(20, 200, 48))


@pytest.mark.parametrize("preset", few(["deep_art", "recommender", "celebrity_match"], 1))
@pytest.mark.parametrize("y", [SIZE, WAGE], ids=lambda item: item[0])
def test_contenders_of_coarse_cells_win_the_map(preset: str, y: Any) -> None:
    """Less than one cell in two hundred differs from every candidate looked at in every cell."""
    asked = from_preset(preset, {}, BOOK)
    x = ("requests_per_month", asked.requests_per_month * np.geomspace(1e-3, 1e3, 48))
    found = who_wins(asked, x, y, BOOK, SHARED)
    full = Search(BOOK, SHARED).at(Points.map(asked, x, y))
    cost = full.costs.min(0).reshape(48, 48)
    same = np.isclose(found.cost, cost, rtol=1e-9) | (np.isinf(found.cost) & np.isinf(cost))
    assert (~same).mean() < 0.005
    assert (found.winner.ravel() != full.best).mean() < 0.005


def test_where_nothing_is_allowed() -> None:
    found = mapped(
        ("requests_per_month", VOLUMES),
        ("staff_usd_per_hour", [50.0]),
        offline_required=True,
        model_secrecy=True,
    )
    assert (found.winner == NOBODY).all()
    assert (found.feasible == 0).all()


def test_presets_have_maps_of_their_own() -> None:
    for name in presets(BOOK):
        asked = from_preset(name, {}, BOOK)
        found = who_wins(
            asked, ("requests_per_month", [1e5, 1e7]), ("pue", [1.1, 2.0]), BOOK, SHARED
        )
        assert found.winner.shape == (2, 2)
        assert (found.margin[found.winner != NOBODY] >= 0).all()


@pytest.mark.parametrize("field", ["nonsense", "preset"])
def test_what_is_no_field_is_refused(field: str) -> None:
    with pytest.raises(ScenarioError):
        mapped(("requests_per_month", VOLUMES), (field, [1.0]))
