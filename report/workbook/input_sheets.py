"""The sheets of inputs and of prices: what may be changed, and what the app says then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from xlsxwriter.worksheet import Worksheet

from calculators.scenario import extra, fields
from pricing.book import Source
from pricing.units import label as unit_label
from report import words
from report.tables import InputRow, input_groups
from report.workbook import cells, probe
from report.workbook.cells import cell, number, text
from report.workbook.draft import Line, Move, Price
from report.workbook.model import Model
from report.workbook.moves import own_name
from report.workbook.style import PAPER_A3, Styles, pages

ALL_SAME = "every place as the app says"
INPUTS, PRICES = "Inputs", "Prices"
TOLD = 44
"""Width of what the app says of other values."""

# ------------------------------------------------------------------------------------- inputs

VALUE, EXPORTED = 2, 4
INPUT_HEAD = 3
INPUT_HEADS = (
    ("Input", 32),
    ("Name", 26),
    ("Value", 20),
    ("Unit", 18),
    ("As exported", 15),
    ("The preset's", 20),
    ("Tried: lower", 13),
    ("What the workbook gives then", TOLD),
    ("Tried: higher", 13),
    ("What the workbook gives then", TOLD),
)


def write_inputs(sheet: Worksheet, made: Model, styles: Styles) -> dict[str, str]:
    """The sheet of inputs; returns the cell of each live one, for formulas of other sheets."""
    style = styles.of
    text(sheet, 0, 0, "Inputs", style("title"))
    said = (
        "Change a cell of this colour and every sheet follows. All else is the app's to work out."
    )
    text(sheet, 1, 0, said, style("input"))
    _heads(sheet, INPUT_HEAD, INPUT_HEADS, styles, right=(VALUE, EXPORTED))
    row, found = INPUT_HEAD + 1, {}
    rows = {item.name: item for group in input_groups(made.comparison) for item in group.rows}
    for name, value in made.live.items():
        _live(sheet, row, name, value, rows.get(name), made, styles)
        found[name] = cells.on(INPUTS, cell(row, VALUE))
        row += 1
    fixed = [item for item in rows.values() if item.name not in made.live]
    for title, part in (
        ("Changed from the preset (not live: ask the app)", [r for r in fixed if r.changed]),
        ("As in the preset (not live: ask the app)", [r for r in fixed if not r.changed]),
    ):
        row = _fixed(sheet, row + 1, title, part, styles)
    sheet.freeze_panes(INPUT_HEAD + 1, 1)
    pages(sheet, paper=PAPER_A3, last_head=INPUT_HEAD)
    return found


def _live(
    sheet: Worksheet,
    row: int,
    name: str,
    value: float,
    known: InputRow | None,
    made: Model,
    styles: Styles,
) -> None:
    style = styles.of
    text(sheet, row, 0, fields()[name].title or name, style("bold"))
    text(sheet, row, 1, name, style("faint"))
    number(sheet, row, VALUE, value, style("input", "figure"))
    text(sheet, row, 3, extra(name, "unit"), style("unit"))
    number(sheet, row, EXPORTED, value, style("constant", "figure"))
    text(sheet, row, 5, known.preset_value if known else "", style("faint_wrap"))
    _tried(sheet, row, 6, name, made, styles)


def _fixed(sheet: Worksheet, row: int, title: str, rows: Sequence[InputRow], styles: Styles) -> int:
    for column in range(len(INPUT_HEADS)):
        sheet.write_blank(row, column, None, styles.of("section"))
    text(sheet, row, 0, title, styles.of("section"))
    for item in rows:
        row += 1
        text(sheet, row, 0, item.title, styles.of("text"))
        text(sheet, row, 1, item.name, styles.of("faint"))
        text(sheet, row, VALUE, item.value, styles.of("constant", "text"))
        text(sheet, row, 5, item.preset_value, styles.of("faint_wrap"))
    return row + 1


def _tried(
    sheet: Worksheet,
    row: int,
    column: int,
    name: str,
    made: Model,
    styles: Styles,
    *more: tuple[str, float],
) -> None:
    """The two other values of a live figure, and what the workbook gives then.

    ``more`` are other texts of the row that may take several lines.
    """
    longest = ""
    for side in (0, 1):
        moves = [
            (one.place, move)
            for one in made.sheets
            for move in one.moves
            if move.name == name and move.side == side
        ]
        at = column + 2 * side
        if not moves:
            said = "not tried: the app takes no other figure"
            text(sheet, row, at + 1, said, styles.of("faint_wrap"))
            continue
        number(sheet, row, at, moves[0][1].value, styles.of("constant", "figure"))
        said = told(moves)
        role = "good_wrap" if said == ALL_SAME else "bad_wrap"
        text(sheet, row, at + 1, said, styles.of(role))
        longest = max(longest, said, key=len)
    cells.fit_lines(sheet, row, (longest, TOLD), *more)


def told(moves: Sequence[tuple[str, Move]]) -> str:
    """Which places differ from the app, and why."""
    whys: dict[str, list[str]] = {}
    for place, move in moves:
        if not move.same:
            whys.setdefault(move.why, []).append(place)
    if not whys:
        return ALL_SAME
    return "; ".join(f"{', '.join(places)}: {why}" for why, places in whys.items())


# ------------------------------------------------------------------------------------- prices

USD, AS_EXPORTED = 2, 6
SOURCE = 46
PRICE_HEAD = 3
PRICE_HEADS = (
    ("Price", 40),
    ("What for", 34),
    ("USD per unit", 15),
    ("Unit", 15),
    ("Band from", 11),
    ("Band to", 11),
    ("As exported", 15),
    ("List price where yours holds", 14),
    ("Source", SOURCE),
    ("Address", 40),
    ("As of", 11),
    ("Confidence", 11),
    ("Edition", 11),
    ("Mind", 34),
    ("Used by", 34),
    ("Tried: lower", 13),
    ("What the workbook gives then", TOLD),
    ("Tried: higher", 13),
    ("What the workbook gives then", TOLD),
)
LAST_PRINTED = 14


def write_prices(
    sheet: Worksheet, made: Model, live: Mapping[str, str], styles: Styles
) -> tuple[dict[Price, str], tuple[int, int]]:
    """The sheet of prices; returns the cell of each, and the first and last row of them."""
    style = styles.of
    text(sheet, 0, 0, "Prices", style("title"))
    book = made.comparison.book
    said = f"Every price used: edition {book.edition}, prices of {words.day(book.price_date)}."
    text(sheet, 1, 0, said, style("text"))
    _heads(sheet, PRICE_HEAD, PRICE_HEADS, styles, right=(USD, 4, 5, AS_EXPORTED, 7))
    row, found = PRICE_HEAD + 1, {}
    first = row
    for price in made.prices:
        _price(sheet, row, price, made, styles)
        found[price] = cells.on(PRICES, cell(row, USD))
        row += 1
    last = max(row - 1, first)
    for line in _of_inputs(made):
        name = line.rate.live
        text(sheet, row, 0, fields()[name].title or name, style("text"))
        text(sheet, row, 1, "set on the sheet of inputs", style("faint"))
        cells.formula(sheet, row, USD, f"={live[name]}", style("formula", "rate"), made.live[name])
        text(sheet, row, 3, unit_label(line.item.unit), style("unit"))
        source = made.live_sources.get(name, line.item.source)
        _source(sheet, row, source, book.edition.isoformat(), styles)
        row += 1
    sheet.freeze_panes(PRICE_HEAD + 1, 1)
    pages(sheet, paper=PAPER_A3, last_head=PRICE_HEAD)
    sheet.print_area(0, 0, row, LAST_PRINTED)
    return found, (first, last)


def _price(sheet: Worksheet, row: int, price: Price, made: Model, styles: Styles) -> None:
    style = styles.of
    text(sheet, row, 0, price.key or price.source.title, style("bold"))
    text(sheet, row, 1, price.what, style("text"))
    number(sheet, row, USD, price.usd, style("input", "rate"))
    text(sheet, row, 3, unit_label(price.unit), style("unit"))
    if price.start > 0 or np.isfinite(price.end):
        number(sheet, row, 4, price.start, style("constant", "whole"))
        top = "and above" if not np.isfinite(price.end) else ""
        if top:
            text(sheet, row, 5, top, style("faint"))
        else:
            number(sheet, row, 5, price.end, style("constant", "whole"))
    number(sheet, row, AS_EXPORTED, price.usd, style("constant", "rate"))
    if price.source.list_ratio is not None:
        number(sheet, row, 7, price.usd * price.source.list_ratio, style("constant", "rate"))
    _source(sheet, row, price.source, price.edition, styles)
    text(sheet, row, 14, ", ".join(price.places), style("faint"))
    _tried(sheet, row, 15, own_name(price), made, styles, (price.source.title, SOURCE))


def _source(sheet: Worksheet, row: int, source: Source, edition: str, styles: Styles) -> None:
    style = styles.of
    for column, said in (
        (8, source.title),
        (9, source.url),
        (10, source.as_of.isoformat() if source.as_of else ""),
        (11, source.confidence),
        (12, edition),
        (13, "; ".join(filter(None, (*source.marks, source.note, "yours" * source.own)))),
    ):
        text(sheet, row, column, said, style("faint_wrap" if column == 8 else "text"))


def _of_inputs(made: Model) -> list[Line]:
    """One line for each live input that is a price."""
    found: dict[str, Line] = {}
    for one in made.sheets:
        for line in one.lines:
            if line.rate.live:
                found.setdefault(line.rate.live, line)
    return [found[name] for name in probe.LIVE if name in found]


def _heads(
    sheet: Worksheet,
    row: int,
    heads: Sequence[tuple[str, float]],
    styles: Styles,
    right: Sequence[int] = (),
) -> None:
    for column, (name, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        role = "head_right" if column in right or name.startswith("Tried") else "head"
        after = column - 1 in right or (column and heads[column - 1][0].startswith("Tried"))
        role = "head_unit" if role == "head" and after else role
        text(sheet, row, column, name, styles.of(role))
    sheet.set_row(row, 26)
