"""Beyond the grid too: nothing forbidden is ranked, and what is named lets the candidate pass."""

from __future__ import annotations

import pytest

from calculators.answer.constraint_price import constraint_prices
from calculators.answer.needed import asked as changed
from calculators.answer.needed import shut
from calculators.scenario import Scenario
from tests.advice import beyond, grid
from tests.sampling import few

SEED = 20261127
CASES = list(enumerate(beyond.scenarios(150, SEED)))


@pytest.mark.parametrize(("turn", "asked"), few(CASES, 3, unpack=True))
def test_what_is_named_lets_a_candidate_pass(turn: int, asked: Scenario) -> None:
    found = grid.evaluated(asked)
    assert grid.violations(found) == []
    assert grid.unexplained(found) == []
    assert grid.still_shut(asked, found, most=4) == [], turn


@pytest.mark.parametrize(("turn", "asked"), few(CASES[:30], 2, unpack=True))
def test_a_near_miss_passes_in_a_scenario_of_its_own(turn: int, asked: Scenario) -> None:
    found = constraint_prices(asked, grid.BOOK)
    near = [item.near for item in found.each if item.near is not None]
    for miss in (*near, *found.places):
        after = grid.evaluated(*changed(asked, grid.BOOK, miss.needs))
        assert shut(grid.said(after, after.at[miss.option.id])) == (), (turn, miss.option.id)
