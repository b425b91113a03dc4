"""The workbook as a file: sheets in order, the same bytes for the same comparison."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO

from xlsxwriter.workbook import Workbook

from calculators import METHOD
from calculators.presets import presets
from calculators.results import Comparison
from report.workbook.input_sheets import INPUTS, PRICES, write_inputs, write_prices
from report.workbook.model import Model, model
from report.workbook.option_sheet import Links, OptionSheet
from report.workbook.probe import DISCOUNT
from report.workbook.result_sheets import (
    CASH_FLOW,
    CHECK,
    SUMMARY,
    write_cash_flow,
    write_check,
    write_summary,
)
from report.workbook.style import Styles

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
"""What a cell holds is said where it is written, never guessed from its text."""


def report_xlsx(comparison: Comparison, link: str = "") -> bytes:
    """The workbook of a comparison; ``link`` is its complete address."""
    return written(model(comparison, link))


def written(made: Model) -> bytes:
    """The file of a model."""
    held = BytesIO()
    book = Workbook(held, OPTIONS)
    _properties(book, made)
    styles = Styles(book)
    names = [SUMMARY, INPUTS, PRICES, *(one.place for one in made.sheets), CASH_FLOW, CHECK]
    sheets = {name: book.add_worksheet(name) for name in names}
    title = title_of(made.comparison)
    live = write_inputs(sheets[INPUTS], made, styles)
    prices, rows = write_prices(sheets[PRICES], made, live, styles)
    links = Links(live, prices, made.live[DISCOUNT])
    places = [
        OptionSheet(sheets[one.place], one, title, made.months, links, styles).write()
        for one in made.sheets
    ]
    write_summary(sheets[SUMMARY], made, title, places, styles)
    write_cash_flow(sheets[CASH_FLOW], made, places, styles)
    write_check(sheets[CHECK], made, places, rows, styles)
    sheets[SUMMARY].activate()
    book.close()
    # sheets know their book: without this some 15,000 cells wait for Python's collector
    book.worksheets_objs.clear()
    book.sheetnames.clear()
    return held.getvalue()


def _properties(book: Workbook, made: Model) -> None:
    priced = made.comparison.book
    book.set_properties(
        {
            "title": title_of(made.comparison),
            "author": "Crossover",
            "comments": f"Prices of {priced.price_date}, edition {priced.edition}, method {METHOD}",
            # the day of the prices, not of the clock: the same answer is the same file
            "created": datetime.combine(priced.price_date, time()),
        }
    )
    book.set_calc_mode("auto")


def title_of(comparison: Comparison) -> str:
    """What the user calls the scenario, else what its preset is called."""
    scenario = comparison.scenario
    found = presets(comparison.book).get(scenario.preset)
    return scenario.title.strip() or (found.label if found else scenario.preset)
