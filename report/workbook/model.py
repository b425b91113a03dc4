"""Everything the workbook says: figures and links only; the sheets are written from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculators.arrays import Array
from calculators.results import Comparison, LineItem, Option
from pricing.book import Source
from report.workbook import forms, probe
from report.workbook.draft import Draft, Hold, Line, Move, Price, Shelf, sheet_name
from report.workbook.forms import Driver
from report.workbook.moves import holds, price_moves


@dataclass(frozen=True, eq=False)
class Sheet:
    """One candidate: what its sheet is written from."""

    option: Option
    place: str
    known: Mapping[Driver, Array]  # values of drivers in the scenario itself, (M + 1,)
    lines: tuple[Line, ...]
    unpriced: tuple[LineItem, ...]
    moves: tuple[Move, ...]
    hold: Hold
    app_npv: float | None

    @property
    def drivers(self) -> Sequence[Driver]:
        """The drivers its lines need, those they follow from first."""
        every = (d for line in self.lines for d in _of_line(line))
        return tuple(dict.fromkeys([forms.Requests(), *every]))

    @property
    def app_usd(self) -> float:
        """The app's total: of both payers where both are known, else the company's."""
        option = self.option
        return float(option.company_usd or 0.0) if option.total_usd is None else option.total_usd


def _of_line(line: Line) -> list[Driver]:
    found = list(forms.drivers_of(line.fit.form))
    return found if line.units is None else [*found, *forms.drivers_of(line.units.form)]


@dataclass(frozen=True, eq=False)
class Model:
    """Everything the workbook says."""

    comparison: Comparison
    link: str
    live: Mapping[str, float]
    live_sources: Mapping[str, Source]  # of those that are prices
    prices: tuple[Price, ...]
    sheets: tuple[Sheet, ...]
    without: tuple[Option, ...]  # places without a total

    @property
    def months(self) -> int:
        """M."""
        return int(self.comparison.scenario.horizon_months)


def model(comparison: Comparison, link: str) -> Model:
    """Find the formulas of every place's best candidate."""
    scenario, book = comparison.scenario, comparison.book
    shown = [option for option in comparison.best_of_kind if option.company_usd is not None]
    without = tuple(option for option in comparison.best_of_kind if option.company_usd is None)
    live = probe.live_values(scenario, book)
    asked = probe.asked(live)
    names = [option.id for option in shown]
    seen = probe.look(scenario, book, names, asked.inputs) if names else []
    shelf = Shelf(book, scenario.region)
    drafts = [Draft(one, option, asked, shelf) for one, option in zip(seen, shown, strict=True)]

    ranges = holds(comparison, drafts, live)
    priced = price_moves(comparison, drafts, live, shelf.prices)
    sheets = tuple(
        Sheet(
            option=draft.option,
            place=sheet_name(draft.option),
            known={driver: values[0] for driver, values in draft.known.items()},
            lines=draft.lines,
            unpriced=draft.unpriced,
            moves=(*draft.moves, *priced[draft.option.id]),
            hold=ranges[draft.option.id],
            app_npv=draft.option.npv_usd,
        )
        for draft in drafts
    )
    return Model(
        comparison,
        link,
        live,
        probe.live_sources(scenario, book),
        tuple(shelf.prices),
        sheets,
        without,
    )
