"""Workbooks of scenarios, what to change in them, and what the app says then by itself.

What the app says is asked of a comparison of its own with the one input changed, not of what the
workbook's builder asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import load_workbook

from calculators.answer.flows import products
from calculators.compare import compare
from calculators.evaluation import evaluate
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Comparison, Option
from calculators.scenario import Scenario
from pricing.book import PriceBook
from report.workbook import probe
from report.workbook.draft import Move
from report.workbook.file import written
from report.workbook.input_sheets import INPUT_HEAD, INPUTS, PRICE_HEAD, PRICES
from report.workbook.model import Model, model
from report.workbook.moves import own_name

TOLERANCE = 1e-4
"""0.01 %: what the workbook may differ by from the app's same candidate."""


@dataclass(frozen=True)
class Made:
    """One workbook, with what stands behind it."""

    name: str
    comparison: Comparison
    model: Model
    file: bytes

    @property
    def read(self) -> list[str]:
        """Totals and present values of every place, as addresses."""
        held = load_workbook(BytesIO(self.file))["Summary"]
        rows = {held.cell(row, 1).value: row for row in range(held.max_row, 0, -1)}  # the first
        places = [one.place for one in self.model.sheets]
        return [f"Summary!{column}{rows[place]}" for place in places for column in "DG"]

    def changes(self) -> Iterator[tuple[Move, dict[str, float]]]:
        """Every live figure at its two other values, as cells to set."""
        if not self.model.sheets:
            return
        for move in self.model.sheets[0].moves:
            yield move, self.cells(move.name, move.value)

    def cells(self, name: str, value: float) -> dict[str, float]:
        """Cells of a live input, or of every band of a price."""
        if name in self.model.live:
            row = INPUT_HEAD + 2 + list(self.model.live).index(name)
            return {f"{INPUTS}!C{row}": value}
        return {
            f"{PRICES}!C{PRICE_HEAD + 2 + index}": value
            for index, price in enumerate(self.model.prices)
            if own_name(price) == name
        }


def made(name: str, changes: Mapping[str, object], book: PriceBook, preset: str = "") -> Made:
    """The workbook of a preset with some inputs changed."""
    scenario = from_preset(preset or name, changes, book)
    comparison = compare(scenario, book)
    found = model(comparison, "")
    return Made(name, comparison, found, written(found))


def app_says(
    scenario: Scenario, book: PriceBook, name: str, value: float, options: Sequence[Option]
) -> list[tuple[float, float]]:
    """Total and present value of the same candidates with one input changed, by the app."""
    changes: dict[str, float | None] = {name: value}
    if name == probe.GROWTH:
        changes |= dict.fromkeys(("growth_low", "growth_high"))
    other = (
        scenario.with_changes({"own": scenario.own.changed(changes)})
        if name.startswith(("price.", "assume."))
        else scenario.with_changes(changes)
    )
    names = [option.id for option in options]
    found = evaluate(SHARED.case(Points(other, 1), book, products(names)))
    said = []
    for option in options:
        index = found.at[option.id]
        company, user = float(found.company[index, 0]), float(found.user[index, 0])
        total = company if option.total_usd is None else company + user
        said.append((total, float(found.npv[index, 0])))
    return said


def same(one: float, other: float) -> bool:
    """Whether two amounts are one to 0.01 %."""
    return abs(one - other) <= TOLERANCE * abs(other) + 0.005
