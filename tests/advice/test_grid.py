"""No constraint is outweighed, each refusal says what would change it, and that is true."""

from __future__ import annotations

import pytest

from tests.advice import grid
from tests.advice.grid import Cell
from tests.sampling import few


def _checked(cell: Cell, most: int | None) -> None:
    asked = grid.scenario(cell)
    found = grid.evaluated(asked)
    assert grid.violations(found) == []
    assert grid.unexplained(found) == []
    assert grid.still_shut(asked, found, most) == []
    assert grid.dearer_without(asked, found) == []
    assert grid.unbalanced(found) == []


@pytest.mark.parametrize("cell", few(grid.sample(), 8), ids=str)
def test_a_sample_of_cells_keeps_every_promise(cell: Cell) -> None:
    _checked(cell, most=3)


def test_the_grid_is_whole() -> None:
    # 12 presets x 6 kinds of data x offline, live, export on or off x 2 regions
    assert len(grid.cells()) == 12 * 6 * 2 * 2 * 2 * 2 == 1152
    assert len(grid.sample()) == grid.SAMPLE


@pytest.mark.soak
@pytest.mark.parametrize("preset", dict.fromkeys(cell[0] for cell in grid.cells()))
def test_every_cell_keeps_every_promise(preset: str) -> None:
    for cell in grid.cells():
        if cell[0] == preset:
            _checked(cell, most=None)
