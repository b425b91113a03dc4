"""The sheets of results: summary, cash flow by month, the app against the workbook."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from calculators import METHOD
from calculators.results import Option
from report import words
from report.workbook import cells
from report.workbook.cells import cell, in_column, in_row, number, text
from report.workbook.draft import GROUPS, Group
from report.workbook.input_sheets import (
    AS_EXPORTED,
    EXPORTED,
    INPUT_HEAD,
    INPUTS,
    PRICES,
    USD,
    VALUE,
)
from report.workbook.model import Model, Sheet
from report.workbook.option_sheet import FIRST, GROUP_WORDS, Places, hold_words
from report.workbook.style import PAPER_A3, Styles, pages

WHY = 80
"""Width of the reasons."""
SUMMARY, CASH_FLOW, CHECK = "Summary", "Cash flow by month", "Check"

# ------------------------------------------------------------------------------------ summary

HEADS = (
    ("Place", 24),
    ("Best candidate there", 52),
    ("Status", 12),
    ("Total USD", 14),
    ("Company USD", 14),
    ("Users USD", 12),
    ("Present value USD", 14),
    ("A month USD", 12),
    ("Per 1,000 requests served USD", 13),
    ("Share of requests served", 10),
    ("Ranked USD", 14),
    ("The app's total USD", 14),
    ("Difference USD", 11),
    ("Volume within its range", 11),
)
RANKED, APP, DIFFERENCE = 10, 11, 12
TEXTS = (0, 1, 2)


def write_summary(
    sheet: Worksheet, made: Model, title: str, places: Sequence[Places], styles: Styles
) -> None:
    """What it costs where, live."""
    style, comparison = styles.of, made.comparison
    text(sheet, 0, 0, title, style("title"))
    text(sheet, 1, 0, comparison.sentence, style("bold"))
    row = 2
    for said in _facts(made):
        text(sheet, row, 0, said, style("faint"))
        row += 1
    row += 1
    text(sheet, row, 0, "Cheapest as the inputs stand", style("bold"))
    cheapest_row = row
    row += 2
    for column, (name, width) in enumerate(HEADS):
        sheet.set_column(column, column, width)
        text(sheet, row, column, name, style("head" if column in TEXTS else "head_right"))
    sheet.set_row(row, 36)
    first = row + 1
    for place, one in zip(places, made.sheets, strict=True):
        row += 1
        _place(sheet, row, place, one, made, styles)
    last = row
    _cheapest(sheet, cheapest_row, first, last, made, styles)
    for option in made.without:
        row += 1
        _without(sheet, row, option, styles)
    cells.red_unless_zero(sheet, first, DIFFERENCE, last, styles)
    row = _ranges(sheet, row + 2, made, styles)
    _legend(sheet, row + 1, styles)
    pages(sheet)


def _facts(made: Model) -> list[str]:
    comparison = made.comparison
    scenario, book = comparison.scenario, comparison.book
    months = scenario.horizon_months
    period = f"{months} month{'s' if months != 1 else ''}"
    facts = [
        (
            f"{words.number(scenario.requests_per_month)} requests a month, {period}, US dollars, "
            "undiscounted but for the present value (yearly rate, month end)"
        ),
        f"Prices of {words.day(book.price_date)}, edition {book.edition}, method {METHOD}",
    ]
    if made.link:
        facts.append(f"The same in the app: {made.link}")
    return facts


def _place(
    sheet: Worksheet, row: int, place: Places, one: Sheet, made: Model, styles: Styles
) -> None:
    style, option = styles.of, one.option

    def add(column: int, said: str, value: float | str, kind: str = "usd") -> None:
        cells.formula(sheet, row, column, said, style("formula", kind), value)

    def there(address: str) -> str:
        return cells.on(place.name, address)

    text(sheet, row, 0, place.name, style("bold"))
    text(sheet, row, 1, option.label, style("text"))
    text(sheet, row, 2, words.STATUSES[option.status], style("text"))
    npv = sum(
        line.npv_usd
        for line in one.lines
        if option.total_usd is not None or line.payer == "company"
    )
    add(3, f"={there(place.total)}", one.app_usd)
    add(4, f"={there(place.company)}", float(option.company_usd or 0.0))
    if place.users:
        add(5, f"={there(place.users)}", float(option.user_usd or 0.0))
    else:
        text(sheet, row, 5, "not known", style("right"))
    add(6, f"={there(place.present)}", npv)
    add(7, f"={in_column(row, 3)}/{made.months}", one.app_usd / made.months)
    _per_1000(sheet, row, place, one, styles)
    by_company = made.comparison.scenario.rank_by == "company"
    source = 4 if by_company else 3
    if option.status == "feasible":
        ranked = option.company_usd if by_company else option.total_usd
        add(RANKED, f"={in_column(row, source)}", float(ranked or 0.0))
    else:
        text(sheet, row, RANKED, "not ranked", style("right"))
    number(sheet, row, APP, one.app_usd, style("constant", "usd"))
    add(DIFFERENCE, f"=ROUND({in_column(row, 3)}-{in_column(row, APP)},2)", 0.0)
    cells.formula(sheet, row, 13, f"={there(place.inside)}", style("right"), "yes")


def _per_1000(sheet: Worksheet, row: int, place: Places, one: Sheet, styles: Styles) -> None:
    option, style = one.option, styles.of
    number(sheet, row, 9, option.served_share, style("constant", "factor"))
    if option.served_share <= 0:
        text(sheet, row, 8, "none served", style("right"))
        return
    served = f"SUM({cells.on(place.name, place.requests)})*{in_column(row, 9)}/1000"
    value = one.app_usd / (option.served_requests / 1000)
    cells.formula(
        sheet, row, 8, f"={in_column(row, 3)}/({served})", style("formula", "small"), value
    )


def _cheapest(
    sheet: Worksheet, row: int, first: int, last: int, made: Model, styles: Styles
) -> None:
    rank_by = made.comparison.scenario.rank_by
    ranked_usd = {
        one.place: usd
        for one in made.sheets
        if one.option.status == "feasible" and (usd := one.option.ranked_usd(rank_by)) is not None
    }
    if not ranked_usd:
        text(sheet, row, 1, "none: no place meets every need", styles.of("bad"))
        return
    ranked = f"{cell(first, RANKED)}:{cell(last, RANKED)}"
    names = f"{cell(first, 0)}:{cell(last, 0)}"
    said = f"=INDEX({names},MATCH(MIN({ranked}),{ranked},0))"
    name = min(ranked_usd, key=lambda place: ranked_usd[place])
    cells.formula(sheet, row, 1, said, styles.of("bold"), name)


def _without(sheet: Worksheet, row: int, option: Option, styles: Styles) -> None:
    text(sheet, row, 0, words.place(option.kind), styles.of("bold"))
    text(sheet, row, 1, option.label, styles.of("text"))
    text(sheet, row, 2, words.STATUSES[option.status], styles.of("text"))
    text(sheet, row, 3, "no total", styles.of("right"))
    said = " ".join(words.spoken(reason) for reason in option.reasons[:2])
    text(sheet, row, 4, said, styles.of("faint"))


def _ranges(sheet: Worksheet, row: int, made: Model, styles: Styles) -> int:
    """Within which volumes each place's constants hold."""
    text(sheet, row, 0, "Where constants hold", styles.of("section"))
    sheet.write_blank(row, 1, None, styles.of("section"))
    for one in made.sheets:
        row += 1
        text(sheet, row, 0, one.place, styles.of("text"))
        text(sheet, row, 1, hold_words(one), styles.of("faint"))
    return row + 1


def _legend(sheet: Worksheet, row: int, styles: Styles) -> None:
    text(sheet, row, 0, "How to read it", styles.of("section"))
    for role, name, said in (
        ("input", "Live", "change it, on the sheets of inputs and prices"),
        ("formula", "Formula", "follows from the live cells"),
        ("constant", "The app's figure", "does not follow; the cell beside it says why"),
    ):
        row += 1
        text(sheet, row, 0, name, styles.of(role))
        text(sheet, row, 1, said, styles.of("text"))


# ---------------------------------------------------------------------------------- cash flow


def write_cash_flow(
    sheet: Worksheet, made: Model, places: Sequence[Places], styles: Styles
) -> None:
    """What is paid at the start and by the end of each month, by place."""
    style = styles.of
    text(sheet, 0, 0, "Cash flow by month, USD, undiscounted", style("title"))
    said = (
        "Month 0 is the start; what recurs is paid by the end of its month; credits are negative."
    )
    text(sheet, 1, 0, said, style("faint"))
    head, first = 3, 2
    text(sheet, head, 0, "Place", style("head"))
    text(sheet, head, 1, "Over the period", style("head_right"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 16)
    sheet.set_column(first, first + made.months, 12)
    for month in range(made.months + 1):
        number(sheet, head, first + month, month, style("head_right", "month"))
    row = head + 1
    for place, one in zip(places, made.sheets, strict=True):
        row = _flow(sheet, row, place, one, made.months, styles)
    sheet.freeze_panes(head + 1, 2)
    pages(sheet, paper=PAPER_A3, last_head=head)


def _flow(
    sheet: Worksheet, row: int, place: Places, one: Sheet, months: int, styles: Styles
) -> int:
    """One place: its parts, their sum, what has been paid so far."""
    style, first = styles.of, 2
    for column in range(first + months + 1):
        sheet.write_blank(row, column, None, style("section"))
    text(sheet, row, 0, place.name, style("section"))
    top = row + 1
    flows = {group: _by_month(one, group, months) for group in GROUPS if group in place.by_group}
    for group, values in flows.items():
        row += 1
        text(sheet, row, 0, GROUP_WORDS[group], style("text"))
        for month, value in enumerate(values):
            there = cells.on(place.name, cell(place.by_group[group], FIRST + month))
            cells.formula(sheet, row, first + month, f"={there}", style("formula", "usd"), value)
        _over_period(sheet, row, months, sum(values), styles, "formula")
    total = [sum(parts) for parts in zip(*flows.values(), strict=True)]
    row += 1
    text(sheet, row, 0, "All", style("total"))
    for month, value in enumerate(total):
        parts = f"{in_row(top, first + month)}:{in_row(row - 1, first + month)}"
        cells.formula(sheet, row, first + month, f"=SUM({parts})", style("total", "usd"), value)
    _over_period(sheet, row, months, sum(total), styles, "total")
    row += 1
    text(sheet, row, 0, "Paid so far", style("faint"))
    so_far = 0.0
    for month, value in enumerate(total):
        so_far += value
        before = f"+{in_row(row, first + month - 1)}" if month else ""
        said = f"={in_row(row - 1, first + month)}{before}"
        cells.formula(sheet, row, first + month, said, style("faint", "usd"), so_far)
    return row + 2


def _over_period(
    sheet: Worksheet, row: int, months: int, value: float, styles: Styles, role: str
) -> None:
    said = f"=SUM({in_row(row, 2)}:{in_row(row, 2 + months)})"
    cells.formula(sheet, row, 1, said, styles.of(role, "usd"), value)


def _by_month(one: Sheet, group: Group, months: int) -> list[float]:
    lines = [line for line in one.lines if line.group == group]
    return [
        sum(float(line.months[month]) * line.rate.usd for line in lines)
        for month in range(months + 1)
    ]


# -------------------------------------------------------------------------------------- check


def write_check(
    sheet: Worksheet,
    made: Model,
    places: Sequence[Places],
    prices: tuple[int, int],
    styles: Styles,
) -> None:
    """The app against the workbook, as exported and at other values of every live figure."""
    style = styles.of
    text(sheet, 0, 0, "The app against the workbook", style("title"))
    text(sheet, 2, 0, "All inputs and prices as exported?", style("text"))
    cells.formula(sheet, 2, 1, _unchanged(made, prices), style("bold"), "yes")
    said = "If no, the differences below are what the changes do, not faults."
    text(sheet, 2, 2, said, style("faint"))
    for column, (name, width) in enumerate(
        (("Place", 40), ("The app USD", 18), ("The workbook USD", 18), ("Difference USD", 16))
    ):
        sheet.set_column(column, column, width)
        text(sheet, 4, column, name, style("head" if not column else "head_right"))
    row = 4
    for place, one in zip(places, made.sheets, strict=True):
        row += 1
        text(sheet, row, 0, place.name, style("text"))
        number(sheet, row, 1, one.app_usd, style("constant", "usd"))
        total = f"={cells.on(place.name, place.total)}"
        cells.formula(sheet, row, 2, total, style("formula", "usd"), one.app_usd)
        gap = f"=ROUND({in_column(row, 2)}-{in_column(row, 1)},2)"
        cells.formula(sheet, row, 3, gap, style("formula", "usd"), 0.0)
    first, last = 5, max(row, 5)
    row += 1
    text(sheet, row, 0, "App against workbook", style("total"))
    gaps = f"{cell(first, 3)}:{cell(last, 3)}"
    cells.formula(sheet, row, 3, f"=SUMPRODUCT(ABS({gaps}))", style("total", "usd"), 0.0)
    cells.red_unless_zero(sheet, first, 3, row, styles)
    _tried(sheet, row + 2, made, styles)
    sheet.freeze_panes(0, 1)
    pages(sheet, paper=PAPER_A3)


def _unchanged(made: Model, prices: tuple[int, int]) -> str:
    first, last = INPUT_HEAD + 1, INPUT_HEAD + len(made.live)
    pairs = [(INPUTS, VALUE, EXPORTED, first, last)]
    if made.prices:
        pairs.append((PRICES, USD, AS_EXPORTED, *prices))
    parts = [
        f"SUMPRODUCT(ABS({_column(name, now, a, b)}-{_column(name, then, a, b)}))"
        for name, now, then, a, b in pairs
    ]
    return f'=IF({"+".join(parts)}=0,"yes","no")'


def _column(sheet: str, column: int, first: int, last: int) -> str:
    return cells.on(sheet, f"{cell(first, column)}:{cell(last, column)}")


def _tried(sheet: Worksheet, row: int, made: Model, styles: Styles) -> None:
    """What the app says of each place when one live figure alone is changed."""
    style = styles.of
    text(sheet, row, 0, "What the app says when one live figure is changed", style("section"))
    row += 1
    said = (
        "Type the value, read the total of a place (for the discount rate its present value), and "
        "compare. A price of several bands is set in all of them. Red: the workbook gives another "
        "figure, for the reason at the end of the row."
    )
    text(sheet, row, 0, said, style("faint"))
    row += 1
    heads = ("Live figure", "Value to type", *(one.place for one in made.sheets), "Why not")
    for column, name in enumerate(heads):
        text(
            sheet,
            row,
            column,
            name,
            style("head" if column in (0, len(heads) - 1) else "head_right"),
        )
    sheet.set_column(4, len(heads) - 2, 16)
    sheet.set_column(len(heads) - 1, len(heads) - 1, WHY)
    sheet.set_row(row, 26)
    every = [one.moves for one in made.sheets]
    for moves in zip(*every, strict=True):
        row += 1
        text(sheet, row, 0, moves[0].name, style("text"))
        number(sheet, row, 1, moves[0].value, style("constant", "figure"))
        whys = []
        for column, (one, move) in enumerate(zip(made.sheets, moves, strict=True), 2):
            number(sheet, row, column, move.app_usd, style("text" if move.same else "bad", "usd"))
            if not move.same:
                whys.append(f"{one.place}: {move.why}")
        why = "; ".join(whys)
        text(sheet, row, len(heads) - 1, why, style("bad_wrap"))
        cells.fit_lines(sheet, row, (why, WHY))


__all__ = ["CASH_FLOW", "CHECK", "SUMMARY", "write_cash_flow", "write_check", "write_summary"]
