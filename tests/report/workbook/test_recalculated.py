"""The workbook recalculated by another program's formulas: a packaged engine, no LibreOffice.

A small sample, few months and few sheets: that engine takes seconds to read a workbook. `make
check-exports` does the same for every preset and sheet in LibreOffice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import formulas
import pytest
from openpyxl import load_workbook

from pricing.book import PriceBook
from report.workbook.file import written
from tests.exports.workbooks import Made, app_says, made, same

BOOK = PriceBook.load()
Reading = Callable[[Mapping[str, float]], list[float]]


def few(found: Made, *places: str) -> Made:
    """The same workbook with some of its places."""
    kept = tuple(sheet for sheet in found.model.sheets if sheet.option.kind in places)
    model = replace(found.model, sheets=kept)
    return replace(found, model=model, file=written(model))


SAMPLES: Mapping[str, tuple[str, dict[str, object], tuple[str, ...]]] = {
    # bands after a free allowance, contracts that grow, servers
    "celebrity_match": (
        "celebrity_match",
        {"horizon_months": 2, "growth_pct_per_month": 40, "requests_per_month": 30_000_000},
        ("managed_api", "rented"),
    ),
    # idle and loaded electricity, servers bought and sold
    "summariser": (
        "summariser",
        {"horizon_months": 2, "growth_pct_per_month": 40, "title": "=1+1"},
        ("managed_api", "owned"),
    ),
}


@pytest.fixture(
    scope="module",
    params=["celebrity_match", pytest.param("summariser", marks=pytest.mark.soak)],
)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A workbook, and the engine that has read it."""
    preset, changes, places = SAMPLES[request.param]
    found = few(made(request.param, changes, BOOK, preset), *places)
    path = tmp_path_factory.mktemp("workbook") / "held.xlsx"
    path.write_bytes(found.file)
    return found, _Engine(path)


class _Engine:
    """The packaged engine with one workbook."""

    def __init__(self, path: Path) -> None:
        self._file = path.name
        self._model = formulas.ExcelModel().loads(str(path)).finish()

    def name(self, address: str) -> str:
        sheet, _, place = address.rpartition("!")
        return f"'[{self._file}]{sheet.upper()}'!{place}"

    def everything(self) -> dict[str, Any]:
        found = self._model.calculate()
        return {str(key).upper(): value for key, value in found.items()}

    def asking(self, cells: Mapping[str, float], addresses: list[str]) -> Reading:
        """What is read at changes of some cells, whose values as they are are given."""
        names = [self.name(address) for address in cells]
        function = self._model.compile(names, [self.name(address) for address in addresses])

        def read(changes: Mapping[str, float]) -> list[float]:
            found = function(*{**cells, **changes}.values())
            return [float(item.value[0, 0]) for item in found]

        return read


def test_every_formula_gives_the_value_it_was_written_with(sample: tuple[Made, _Engine]) -> None:
    found, engine = sample
    said = load_workbook(BytesIO(found.file))
    held = load_workbook(BytesIO(found.file), data_only=True)
    made_ = engine.everything()
    wrong, count = [], 0
    for sheet in said:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                value = held[sheet.title][cell.coordinate].value
                got = made_[engine.name(f"{sheet.title}!{cell.coordinate}").upper()].value[0, 0]
                if isinstance(value, str):
                    fine = str(got) == value
                else:
                    fine = abs(float(got) - value) <= 1e-7 * (1 + abs(value))
                if not fine:
                    wrong.append((sheet.title, cell.coordinate, cell.value, value, got))
    assert not wrong
    assert count > 200


def test_a_live_figure_changed_gives_what_the_app_says(sample: tuple[Made, _Engine]) -> None:
    found, engine = sample
    options = [sheet.option for sheet in found.model.sheets]
    live = _as_they_are(found)
    read = engine.asking(live, found.read)
    equal = 0
    for turn, (move, cells) in enumerate(found.changes()):
        values = read(cells)
        says = app_says(found.comparison.scenario, BOOK, move.name, move.value, options)
        for place, (sheet, app) in enumerate(zip(found.model.sheets, says, strict=True)):
            pairs = zip(values[2 * place : 2 * place + 2], app, strict=True)
            fine = all(same(*pair) for pair in pairs)
            known = sheet.moves[turn]
            assert fine or known.why, (sheet.place, move.name, move.value, values, app)
            equal += fine
    assert equal > len(options) * len(found.model.live)


def _as_they_are(found: Made) -> dict[str, float]:
    """Every live cell with its value."""
    held: Any = load_workbook(BytesIO(found.file))
    addresses = dict.fromkeys(address for _, cells in found.changes() for address in cells)
    parts = {address: address.rpartition("!") for address in addresses}
    return {address: float(held[name][place].value) for address, (name, _, place) in parts.items()}
