"""Cells: addresses, and drivers and forms as spreadsheet formulas.

Text is only ever written as text (``text``): what a user types, a title with a leading ``=`` too,
can be no formula.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from report.workbook import forms
from report.workbook.forms import Driver, Fixed, Form, Monthly, Sum, Tiered
from report.workbook.style import Styles

LONGEST = 32_000
"""Characters a cell may hold, less a few."""
ROUNDING = "(1-1E-12)"
"""A load of exactly k machines must not need k + 1 through rounding of the division."""


def text(sheet: Worksheet, row: int, column: int, words: str, style: Format) -> None:
    """Write words as words."""
    sheet.write_string(row, column, words[:LONGEST], style)


def number(sheet: Worksheet, row: int, column: int, value: float, style: Format) -> None:
    """Write a figure; what is not known is said, never 0."""
    if math.isfinite(value):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, "not known", style)


def formula(
    sheet: Worksheet, row: int, column: int, words: str, style: Format, value: float | str
) -> None:
    """Write a formula with the app's figure as what it gives."""
    sheet.write_formula(row, column, words, style, value)


LINE_POINTS = 12.0
"""Height of a line of the text that is used."""


def fit_lines(sheet: Worksheet, row: int, *texts: tuple[str, float]) -> None:
    """Make a row as high as the longest of some texts, each given with its column's width."""
    # a column is as many digits wide; a little more letters of this face fit
    lines = max((math.ceil(len(words) * 0.95 / width) for words, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, LINE_POINTS * lines + 1)


def red_unless_zero(sheet: Worksheet, first: int, column: int, last: int, styles: Styles) -> None:
    """Differences stand out."""
    rule = {"type": "cell", "criteria": "!=", "value": 0, "format": styles.of("bad", "usd")}
    sheet.conditional_format(first, column, last, column, rule)


def cell(row: int, column: int) -> str:
    """``$D$7``."""
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def in_row(row: int, column: int) -> str:
    """``Q$7``: the row stays, the month moves."""
    return str(xl_rowcol_to_cell(row, column, row_abs=True))


def in_column(row: int, column: int) -> str:
    """``$D7``: the column stays."""
    return str(xl_rowcol_to_cell(row, column, col_abs=True))


def letters(column: int) -> str:
    """``Q``."""
    return str(xl_col_to_name(column))


def on(sheet: str, address: str) -> str:
    """An address of another sheet."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{address}"


@dataclass(eq=False)
class Grid:
    """Where a sheet's months and rows stand."""

    first: int  # column of the start; month m is that many columns on
    months: int
    head: int  # row with the months' numbers
    volume: str  # cells of the live inputs
    growth: str
    rows: dict[Driver, int] = field(default_factory=dict)
    constants: dict[tuple[object, str], str] = field(default_factory=dict)  # of drivers
    by_month: dict[tuple[object, str], int] = field(default_factory=dict)  # rows of constants

    def column(self, month: int) -> int:
        """Column of a month, 0 the start."""
        return self.first + month

    def at(self, driver: Driver, month: int) -> str:
        """A driver in a month."""
        return in_row(self.rows[driver], self.column(month))

    def span(self, driver: Driver, start: int, end: int) -> str:
        """A driver from one month to another."""
        return f"{self.at(driver, start)}:{self.at(driver, end)}"


def starts(driver: Driver) -> bool:
    """Whether a driver has a figure at the start."""
    return isinstance(driver, forms.FirstRequests | forms.Bought)


def of_driver(driver: Driver, month: int, grid: Grid) -> str | None:  # noqa: PLR0911 - one each
    """The formula of a driver in a month; None where it has none."""
    if month == 0 and not starts(driver):
        return None
    match driver:
        case forms.Requests():
            month_cell = in_row(grid.head, grid.column(month))
            return f"={grid.volume}*(1+{grid.growth}/100)^({month_cell}-1)"
        case forms.FirstRequests():
            return f"={grid.at(forms.Requests(), 1)}" if month == 0 else None
        case forms.Machines():
            return _machines(driver, month, grid)
        case forms.Effort(machines, _):
            return f"={grid.at(machines, month)}^{grid.constants[driver, 'exponent']}"
        case forms.Bought() | forms.Sold():
            return _of_stock(driver, month, grid)
        case forms.Begun() | forms.Paid() | forms.Left():
            return _of_contracts(driver, month, grid)


def _of_contracts(
    driver: forms.Begun | forms.Paid | forms.Left, month: int, grid: Grid
) -> str | None:
    match driver:
        case forms.Begun():
            return _begun(driver, month, grid)
        case forms.Paid(begun):
            return f"=SUM({grid.span(begun, max(1, month - begun.term + 1), month)})"
        case forms.Left():
            return _left(driver, month, grid)


def _of_stock(driver: forms.Bought | forms.Sold, month: int, grid: Grid) -> str | None:
    if isinstance(driver, forms.Bought):
        return _bought(driver, month, grid)
    return _sold(driver, month, grid)


def _machines(driver: forms.Machines, month: int, grid: Grid) -> str:
    def held(name: str) -> str:
        return grid.constants[driver, name]

    peak = f"{grid.at(forms.Requests(), month)}*{held('peak')}"
    replicas = f"CEILING({peak}/{held('usable')}*{ROUNDING},1)"
    whole = f"CEILING({replicas}/{held('replicas')},1)"
    return f"=MAX({held('least')},{whole}*{held('step')})+{held('spare')}"


def _begun(driver: forms.Begun, month: int, grid: Grid) -> str:
    need = driver.machines
    now, first, last = (grid.at(need, m) for m in (month, 1, grid.months))
    before = f"-{grid.at(need, month - 1)}" if month > 1 else ""
    again = f"+{grid.at(driver, month - driver.term)}" if month > driver.term else ""
    anew = now if (month - 1) % driver.term == 0 else "0"
    return f"=IF({last}>={first},{now}{before}{again},{anew})"


def _left(driver: forms.Left, month: int, grid: Grid) -> str | None:
    if month < grid.months:
        return None
    row = grid.by_month[driver, "left"]
    first, last = (in_row(row, grid.column(m)) for m in (1, grid.months))
    return f"=SUMPRODUCT({grid.span(driver.begun, 1, grid.months)},{first}:{last})"


def _bought(driver: forms.Bought, month: int, grid: Grid) -> str | None:
    if month == grid.months:
        return None
    need = driver.machines
    held = f"MAX({grid.span(need, 1, month + 1)})"
    before = f"-MAX({grid.span(need, 1, month)})" if month else ""
    again = f"+{grid.at(driver, month - driver.life)}" if month >= driver.life else ""
    return f"={held}{before}{again}"


def _sold(driver: forms.Sold, month: int, grid: Grid) -> str | None:
    bought, life, last = driver.bought, driver.bought.life, grid.months
    if month == last:
        first = max(last - life, 0)
        row = grid.by_month[driver, "left"]
        shares = f"{in_row(row, grid.column(first))}:{in_row(row, grid.column(last - 1))}"
        return f"=SUMPRODUCT({grid.span(bought, first, last - 1)},{shares})"
    if month < life:
        return None
    return f"={grid.at(bought, month - life)}*{grid.constants[driver, 'left']}"


@dataclass(frozen=True)
class Written:
    """Cells that one form reads."""

    each: str = ""  # of the first driver
    also: str = ""  # of the second
    start: str = ""
    end: str = ""
    units: int = 0  # row of what a band is of
    free: int | None = None  # row of free units
    each_row: int = 0  # row of figures by month


def of_form(form: Form, month: int, grid: Grid, own: Written) -> str | None:
    """The formula of a quantity in a month; None where it is a constant or nothing."""
    match form:
        case Fixed(months):
            return f"={own.each}" if month and uniform(form) and months[month] else None
        case Sum(terms):
            parts = [
                f"{held}*{grid.at(driver, month)}" if driver is not None else held
                for (driver, _), held in zip(terms, (own.each, own.also), strict=False)
                if month > 0 or (driver is not None and starts(driver))
            ]
            return "=" + "+".join(parts) if parts else None
        case Monthly(driver, _):
            if month == 0 and not starts(driver):
                return None
            return f"={in_row(own.each_row, grid.column(month))}*{grid.at(driver, month)}"
        case Tiered():
            return _tiered(form, month, grid, own) if month else None


def _tiered(form: Tiered, month: int, grid: Grid, own: Written) -> str:
    units = in_row(own.units, grid.column(month))
    top = f"MIN({units},{own.end})" if math.isfinite(form.end) else units
    free = "" if own.free is None else in_row(own.free, grid.column(month))
    floor = f"MAX({own.start},{free})" if free else own.start
    inside = f"MAX(0,{top}-{floor})"
    return f"={own.each}*{inside}" if form.parts != 1 else f"={inside}"


def uniform(form: Fixed) -> bool:
    """Whether it is the same in every month and nothing at the start."""
    months = form.months
    return months.size > 1 and months[0] == 0 and bool((months[1:] == months[1]).all())


def leading(form: Form) -> float | None:
    """What stands in the column of the first coefficient."""
    match form:
        case Fixed(months):
            return float(months[1]) if uniform(form) else None
        case Sum(terms):
            return terms[0][1] if terms else None
        case Tiered() if form.parts != 1:
            return form.parts
        case _:
            return None
