"""The sheet of one candidate: constants, what costs follow from, line items, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from xlsxwriter.worksheet import Worksheet

from calculators.arrays import Array
from pricing.units import label as unit_label
from report import words
from report.workbook import cells, forms, probe
from report.workbook.cells import Grid, Written, cell, in_column, in_row, number, text
from report.workbook.draft import GROUPS, Group, Line, Price
from report.workbook.forms import Driver, Fit, Fixed, Form, Monthly, Sum, Tiered
from report.workbook.model import Sheet
from report.workbook.style import PAPER_A3, Styles, pages

(
    ITEM,
    COUNTED,
    FOLLOWS,
    UNIT,
    EACH,
    ALSO,
    START,
    END,
    PAYER,
    GROUP,
    QUANTITY,
    FACTOR,
    RATE,
    AMOUNT,
    PRESENT,
    APP,
    DIFFERENCE,
    FIRST,
) = range(18)
HEADS = (
    ("Item", 38),
    ("What is counted", 46),
    ("How it follows", 36),
    ("Unit", 14),
    ("Of each", 14),
    ("Of each second", 13),
    ("Band from", 12),
    ("Band to", 12),
    ("Paid by", 10),
    ("Part of cash flow", 10),
    ("Quantity over the period", 17),
    ("Times the price", 9),
    ("USD per unit", 13),
    ("Amount USD", 15),
    ("Present value USD", 15),
    ("The app's amount USD", 15),
    ("Difference USD", 11),
)
TEXTS = frozenset({ITEM, COUNTED, FOLLOWS, UNIT, GROUP})
TEXTS_ALL = TEXTS | {PAYER}
HEAD = 6
DISCOUNT = 7
GROUP_WORDS: Mapping[Group, str] = {
    "capex": "Company: purchases",
    "opex": "Company: running costs",
    "credit": "Company: credits",
    "users": "Users",
}


@dataclass(eq=False)
class Places:
    """Where other sheets find what this one has."""

    name: str
    total: str  # cells
    company: str
    users: str
    present: str
    requests: str  # of each month
    by_group: dict[str, int] = field(default_factory=dict)  # row of each part's months
    items: tuple[int, int] = (0, 0)  # first and last row of the line items
    inside: str = ""  # whether the volume is within the range


@dataclass(frozen=True)
class Links:
    """Cells of the sheets of inputs and prices."""

    live: Mapping[str, str]
    prices: Mapping[Price, str]
    discount_pct: float


class OptionSheet:
    """Writes one candidate."""

    def __init__(
        self, sheet: Worksheet, made: Sheet, title: str, months: int, links: Links, styles: Styles
    ) -> None:
        self.sheet, self.made, self.title, self.styles = sheet, made, title, styles
        self.months, self.links = months, links
        self.grid = Grid(FIRST, months, HEAD, links.live[probe.VOLUME], links.live[probe.GROWTH])
        self.row = DISCOUNT + 1
        self._bands: list[tuple[Form, int]] = []  # what bands are of, and the row it stands in
        self._free: dict[tuple[float, ...], int] = {}

    @property
    def last(self) -> int:
        """Column of the last month."""
        return FIRST + self.months

    def write(self) -> Places:
        """Everything, from top to bottom."""
        self._head()
        self._constants()
        self._drivers()
        first, last = self._items()
        places = self._totals(first, last)
        self._unpriced()
        self.sheet.freeze_panes(HEAD + 1, 1)
        pages(self.sheet, paper=PAPER_A3, last_head=HEAD)
        self.sheet.print_area(0, 0, self.row, DIFFERENCE)
        return places

    # head ----------------------------------------------------------------------------------------

    def _head(self) -> None:
        sheet, style, option = self.sheet, self.styles.of, self.made.option
        text(sheet, 0, 0, self.made.place, style("title"))
        text(sheet, 1, 0, option.label, style("bold"))
        text(sheet, 2, 0, f"{self.title} - {option.id}", style("faint"))
        text(
            sheet,
            3,
            0,
            f"Status: {words.STATUSES[option.status]}. {_reasons(self.made)}",
            style("text"),
        )
        text(sheet, 4, 0, hold_words(self.made), style("text"))
        for column, (name, width) in enumerate(HEADS):
            sheet.set_column(column, column, width)
            role = "head_unit" if column == PAYER else "head"
            text(sheet, HEAD, column, name, style(role if column in TEXTS_ALL else "head_right"))
        sheet.set_column(FIRST, self.last, 13)
        sheet.set_row(HEAD, 36)
        for month in range(self.months + 1):
            number(sheet, HEAD, FIRST + month, month, style("head_right", "month"))
        self._label(
            DISCOUNT, "Discount factor", "USD today for a USD then", "from the discount rate"
        )
        rate = self.links.live[probe.DISCOUNT]
        yearly = self.links.discount_pct
        for month in range(self.months + 1):
            at = in_row(HEAD, FIRST + month)
            value = (1 + yearly / 100) ** (-month / 12)
            self._formula(DISCOUNT, FIRST + month, f"=(1+{rate}/100)^(-{at}/12)", value, "figure")

    def _label(
        self, row: int, name: str, counted: str = "", follows: str = "", unit: str = ""
    ) -> None:
        for column, said in ((ITEM, name), (COUNTED, counted), (FOLLOWS, follows), (UNIT, unit)):
            if said:
                style = "text" if column in (ITEM, UNIT) else "wrap"
                text(self.sheet, row, column, said, self.styles.of(style))
        cells.fit_lines(self.sheet, row, (counted, HEADS[COUNTED][1]), (follows, HEADS[FOLLOWS][1]))

    def _formula(
        self,
        row: int,
        column: int,
        words_: str,
        value: float | str,
        kind: str,
        role: str = "formula",
    ) -> None:
        cells.formula(self.sheet, row, column, words_, self.styles.of(role, kind), value)

    def _constant(self, row: int, column: int, value: float, kind: str = "figure") -> None:
        number(self.sheet, row, column, value, self.styles.of("constant", kind))

    def _section(self, name: str) -> None:
        self.row += 1
        for column in range(self.last + 1):
            self.sheet.write_blank(self.row, column, None, self.styles.of("section"))
        text(self.sheet, self.row, 0, name, self.styles.of("section"))
        self.row += 1

    # constants -----------------------------------------------------------------------------------

    def _constants(self) -> None:
        self._section("Constants of this candidate: the app's figures, not live")
        volume = self.links.live[probe.VOLUME]
        low, high = (self._one(*said, "whole") for said in _ends(self.made))
        inside = f'=IF(AND({volume}>={low},{volume}<={high}),"yes","no: ask the app")'
        self._label(self.row, "Is the volume within that range?", "", "live")
        self._formula(self.row, EACH, inside, "yes", "plain", "right")
        self.inside = cell(self.row, EACH)
        self.row += 1
        for driver in self.made.drivers:
            for key, name, why, unit, value in _driver_constants(driver):
                self.grid.constants[driver, key] = self._one(name, why, unit, value)

    def _one(self, name: str, why: str, unit: str, value: float, kind: str = "figure") -> str:
        """One constant; returns its cell."""
        self._label(self.row, name, why, "constant: taken from the app", unit)
        self._constant(self.row, EACH, value, kind)
        self.row += 1
        return cell(self.row - 1, EACH)

    # drivers -------------------------------------------------------------------------------------

    def _drivers(self) -> None:
        self._section("What costs follow from, month by month")
        for driver in self.made.drivers:
            self._extra_row(driver)
            self._label(self.row, *_DRIVER_WORDS[type(driver)])
            self.grid.rows[driver] = self.row
            for month in range(self.months + 1):
                said = cells.of_driver(driver, month, self.grid)
                if said is not None:
                    value = float(self.made.known[driver][month])
                    self._formula(self.row, FIRST + month, said, value, "quantity")
            self.row += 1
        for line in self.made.lines:
            self._of_band(line)
            self._of_month(line.fit.form, line.item.name)

    def _extra_row(self, driver: Driver) -> None:
        """A row of constants by month that a driver reads."""
        match driver:
            case forms.Left(begun):
                values = forms.months_left(self.months, begun.term)
                name = "Months of a contract after the period, by the month it begins in"
            case forms.Sold(_, left):
                values = np.array([left[self.months - m] for m in range(self.months + 1)])
                name = "Share of the price left at the end, by the month of purchase"
            case _:
                return
        self.grid.by_month[driver, "left"] = self._constant_row(name, "", values)

    def _constant_row(self, name: str, unit: str, values: Array) -> int:
        self._label(self.row, name, "", "constant: taken from the app", unit)
        for month, value in enumerate(values.tolist()):
            if value:
                self._constant(self.row, FIRST + month, value)
        self.row += 1
        return self.row - 1

    def _of_band(self, line: Line) -> None:
        """The rows a tariff's band is of: all units, and the free ones."""
        form, units = line.fit.form, line.units
        if not isinstance(form, Tiered) or units is None:
            return
        free = tuple(form.free.tolist())
        if any(free) and free not in self._free:
            unit = unit_label(line.item.unit)
            self._free[free] = self._constant_row("Free units a month", unit, form.free)
        if self._band_row(form.units) is None:
            name = f"{_stem(line.item.name)}: all units a month"
            if form.parts != 1:
                name += ", of each of its equal parts"
            self._of_month(units.form, name)
            months = forms.quantity(units.form, _as_one(self.made.known))[0]
            self._quantities(self.row, units, months, name, line.item.unit)
            self._bands.append((form.units, self.row))
            self.row += 1

    def _band_row(self, form: Form) -> int | None:
        return next((row for other, row in self._bands if alike(form, other)), None)

    def _of_month(self, form: Form, name: str) -> None:
        """A row of what is used of a driver in each month, where months differ."""
        if isinstance(form, Monthly) and (form, "each") not in self.grid.by_month:
            row = self._constant_row(f"{name}: of each, by month", "", form.each)
            self.grid.by_month[form, "each"] = row

    # quantities ----------------------------------------------------------------------------------

    def _quantities(self, row: int, fit: Fit, months: Array, name: str, unit: str) -> None:
        """One quantity: its words, its coefficients, its months."""
        form = fit.form
        self._label(row, name, "", follows(fit), unit_label(unit))
        first = cells.leading(form)
        if first is not None:
            self._constant(row, EACH, first)
        if isinstance(form, Sum) and len(form.terms) > 1:
            self._constant(row, ALSO, form.terms[1][1])
        own = self._written(form, row)
        for month in range(self.months + 1):
            said = cells.of_form(form, month, self.grid, own)
            value = float(months[month])
            if said is not None:
                self._formula(row, FIRST + month, said, value, "quantity")
            elif value:
                self._constant(row, FIRST + month, value, "quantity")

    def _written(self, form: Form, row: int) -> Written:
        each, also = in_column(row, EACH), in_column(row, ALSO)
        if isinstance(form, Monthly):
            return Written(each_row=self.grid.by_month[form, "each"])
        if not isinstance(form, Tiered):
            return Written(each, also)
        self._constant(row, START, form.start, "whole" if form.start >= 1 else "figure")
        if np.isfinite(form.end):
            self._constant(row, END, form.end, "whole")
        else:
            text(self.sheet, row, END, "and above", self.styles.of("faint"))
        units = self._band_row(form.units)
        assert units is not None
        free = self._free.get(tuple(form.free.tolist()))
        return Written(each, also, in_column(row, START), in_column(row, END), units, free)

    # items ---------------------------------------------------------------------------------------

    def _items(self) -> tuple[int, int]:
        self._section("Line items: quantity x USD per unit")
        first = self.row
        for line in self.made.lines:
            self._item(line)
        return first, max(self.row - 1, first)

    def _item(self, line: Line) -> None:
        row, item, style = self.row, line.item, self.styles.of
        self._quantities(row, line.fit, line.months, item.name, item.unit)
        if item.basis:
            text(self.sheet, row, COUNTED, item.basis, style("wrap"))
            said = follows(line.fit)
            widths = (HEADS[COUNTED][1], HEADS[FOLLOWS][1])
            cells.fit_lines(self.sheet, row, (item.basis, widths[0]), (said, widths[1]))
        text(self.sheet, row, PAYER, item.payer, style("text"))
        text(self.sheet, row, GROUP, line.group, style("text"))
        months = f"{in_column(row, FIRST)}:{in_column(row, self.last)}"
        total = float(line.months.sum())
        self._formula(row, QUANTITY, f"=SUM({months})", total, "quantity")
        self._rate(row, line)
        amount = f"={in_column(row, QUANTITY)}*{in_column(row, RATE)}"
        self._formula(row, AMOUNT, amount, line.amount_usd, "usd")
        factors = f"{cell(DISCOUNT, FIRST)}:{cell(DISCOUNT, self.last)}"
        present = f"={in_column(row, RATE)}*SUMPRODUCT({months},{factors})"
        self._formula(row, PRESENT, present, line.npv_usd, "usd")
        self._constant(row, APP, line.amount_usd, "usd")
        gap = f"=ROUND({in_column(row, AMOUNT)}-{in_column(row, APP)},2)"
        self._formula(row, DIFFERENCE, gap, 0.0, "usd")
        self.row += 1

    def _rate(self, row: int, line: Line) -> None:
        rate = line.rate
        held = self.links.live[rate.live] if rate.live else self.links.prices[_priced(line)]
        said = f"={held}"
        if rate.factor != 1:
            self._constant(row, FACTOR, rate.factor, "figure")
            said += f"*{in_column(row, FACTOR)}"
        self._formula(row, RATE, said, rate.usd, "rate")

    # totals --------------------------------------------------------------------------------------

    def _totals(self, first: int, last: int) -> Places:
        cells.red_unless_zero(self.sheet, first, DIFFERENCE, last, self.styles)
        self._section("Totals over the period and by month")
        option = self.made.option
        both = option.total_usd is not None
        company = self._total_row("Company", first, last, "company")
        users = self._total_row("Users", first, last, "user") if both else ""
        total = self._sum_row(company, users)
        places = Places(
            self.made.place,
            total=cell(total, AMOUNT),
            company=cell(company, AMOUNT),
            users=cell(users, AMOUNT) if isinstance(users, int) else "",
            present=cell(total, PRESENT),
            requests=f"{in_row(self.grid.rows[forms.Requests()], FIRST + 1)}:"
            f"{in_row(self.grid.rows[forms.Requests()], self.last)}",
            items=(first, last),
            inside=self.inside,
        )
        self.row += 1
        for group in GROUPS:
            if group != "users" or both:
                places.by_group[group] = self._group_row(group, first, last)
        return places

    def _total_row(self, name: str, first: int, last: int, payer: str) -> int:
        row = self.row
        lines = [line for line in self.made.lines if line.payer == payer]
        text(self.sheet, row, ITEM, name, self.styles.of("bold"))
        payers = _down(PAYER, first, last)
        for column, value in (
            (AMOUNT, sum(line.amount_usd for line in lines)),
            (PRESENT, sum(line.npv_usd for line in lines)),
        ):
            said = f'=SUMIF({payers},"{payer}",{_down(column, first, last)})'
            self._formula(row, column, said, value, "usd", "bold")
        option = self.made.option
        app = option.company_usd if payer == "company" else option.user_usd
        self._against(row, float(app or 0.0))
        self.row += 1
        return row

    def _against(self, row: int, app: float) -> None:
        self._constant(row, APP, app, "usd")
        gap = f"=ROUND({in_column(row, AMOUNT)}-{in_column(row, APP)},2)"
        self._formula(row, DIFFERENCE, gap, 0.0, "usd")

    def _sum_row(self, company: int, users: int | str) -> int:
        """Both payers, or the company alone where what users pay is not known."""
        row, made = self.row, self.made
        both = isinstance(users, int)
        name = "Total" if both else "Total (what users pay is not known)"
        text(self.sheet, row, ITEM, name, self.styles.of("total"))
        payers = {"company", "user"} if both else {"company"}
        npv = sum(line.npv_usd for line in made.lines if line.payer in payers)
        for column, value in ((AMOUNT, made.app_usd), (PRESENT, npv)):
            said = f"={cell(company, column)}"
            said += f"+{cell(users, column)}" if isinstance(users, int) else ""
            self._formula(row, column, said, value, "usd", "total")
        self._against(row, made.app_usd)
        self.row += 1
        return row

    def _group_row(self, group: Group, first: int, last: int) -> int:
        row = self.row
        lines = [line for line in self.made.lines if line.group == group]
        text(self.sheet, row, ITEM, GROUP_WORDS[group], self.styles.of("text"))
        groups, rates = _down(GROUP, first, last), _down(RATE, first, last)
        for month in range(self.months + 1):
            column = FIRST + month
            months = f"{in_row(first, column)}:{in_row(last, column)}"
            said = f'=SUMPRODUCT(({groups}="{group}")*{rates}*{months})'
            value = sum(float(line.months[month]) * line.rate.usd for line in lines)
            self._formula(row, column, said, value, "usd")
        total = f"{in_row(row, FIRST)}:{in_row(row, self.last)}"
        amount = sum(line.amount_usd for line in lines)
        self._formula(row, AMOUNT, f"=SUM({total})", amount, "usd")
        self.row += 1
        return row

    def _unpriced(self) -> None:
        if not self.made.unpriced:
            return
        self._section("Not priced: no price is known, so they are in no total")
        for item in self.made.unpriced:
            self._label(self.row, item.name, item.basis, "missing, not 0", unit_label(item.unit))
            number(
                self.sheet,
                self.row,
                QUANTITY,
                item.quantity,
                self.styles.of("constant", "quantity"),
            )
            self.row += 1


def _down(column: int, first: int, last: int) -> str:
    return f"{cell(first, column)}:{cell(last, column)}"


def _priced(line: Line) -> Price:
    assert line.rate.price is not None
    return line.rate.price


def _as_one(known: Mapping[Driver, Array]) -> dict[Driver, Array]:
    return {driver: values[None] for driver, values in known.items()}


def alike(one: Form, other: Form) -> bool:
    """Whether two forms are one."""
    match one, other:
        case (Fixed(a), Fixed(b)):
            return bool(np.array_equal(a, b))
        case (Sum(a), Sum(b)):
            return [d for d, _ in a] == [d for d, _ in b] and bool(
                np.allclose([t for _, t in a], [t for _, t in b], rtol=1e-12)
            )
        case (Monthly(a, x), Monthly(b, y)):
            return a == b and bool(np.array_equal(x, y))
    return False


def _stem(name: str) -> str:
    """A band's line item without its band."""
    return name.partition(", from ")[0]


def _reasons(made: Sheet) -> str:
    return " ".join(words.spoken(reason) for reason in made.option.reasons[:2])


def hold_words(made: Sheet) -> str:
    """Within which volumes the sheet gives what the app says, and what happens beyond them."""
    hold = made.hold
    if hold.low == hold.high:
        said = f"Holds at {words.number(hold.low)} requests a month only"
        return f"{said}; at others: {hold.above or hold.below}."
    said = (
        f"Holds from {words.number(hold.low)} to {words.number(hold.high)} requests a month, "
        "at the growth of the scenario"
    )
    beyond = [f"below: {hold.below}"] if hold.below else []
    beyond += [f"above: {hold.above}"] if hold.above else []
    return f"{said}; {'; '.join(beyond)}." if beyond else f"{said}, the most that was tried."


def _ends(made: Sheet) -> tuple[tuple[str, str, str, float], tuple[str, str, str, float]]:
    hold = made.hold
    why = "within it the app chooses the same machines and the formulas give what it says"
    return (
        ("Least volume these constants hold for", hold.below or why, "requests a month", hold.low),
        (
            "Largest volume these constants hold for",
            hold.above or why,
            "requests a month",
            hold.high,
        ),
    )


def _driver_constants(driver: Driver) -> Sequence[tuple[str, str, str, str, float]]:
    match driver:
        case forms.Machines(sizing):
            load = "requests/s of the busiest hour, for one request a month that comes here"
            plan = "what the app plans for one copy of the model: headroom kept, budgets met"
            return (
                ("peak", "Busiest hour", load, "requests/s", sizing.peak_per_request),
                ("usable", "Rate of one copy or unit", plan, "requests/s", sizing.usable_rps),
                ("replicas", "Copies on a machine", "by memory", "copies", sizing.replicas),
                ("least", "Least machines or units", "", "machines", sizing.least),
                ("step", "Units come in steps of", "", "machines", sizing.step),
                ("spare", "Spare machines", "so that one may fail", "machines", sizing.spare),
            )
        case forms.Effort(_, exponent):
            why = "ten like machines are less than ten times the work of one"
            return (("exponent", "Exponent of machines", why, "", exponent),)
        case forms.Sold(bought, left):
            return (
                (
                    "left",
                    "Share of the price left at the end of life",
                    "",
                    "",
                    left[min(bought.life, len(left) - 1)],
                ),
            )
        case _:
            return ()


_DRIVER_WORDS: Mapping[type, tuple[str, str, str, str]] = {
    forms.Requests: (
        "Requests",
        "all users together",
        "volume x (1 + growth) ^ (month - 1)",
        "requests",
    ),
    forms.FirstRequests: ("Requests of month 1, at the start", "", "as month 1", "requests"),
    forms.Machines: (
        "Whole machines or units",
        "",
        "CEILING of the busiest hour over the rate, spares on top",
        "machines",
    ),
    forms.Effort: ("Machines, as work counts them", "", "machines ^ exponent", "machines"),
    forms.Begun: (
        "Contracts that begin",
        "",
        "what is added, and renewals after each term",
        "machines",
    ),
    forms.Paid: ("Contracts that run", "", "begun within the term", "machines"),
    forms.Left: ("Contracts after the period", "", "contracts x months left", "machine-months"),
    forms.Bought: (
        "Servers bought",
        "",
        "what is added, and replacements at the end of life",
        "servers",
    ),
    forms.Sold: ("Servers sold", "", "servers x share of the price left", "servers"),
}

NAMES: Mapping[type, str] = {
    forms.Requests: "requests",
    forms.FirstRequests: "requests of month 1",
    forms.Machines: "whole machines",
    forms.Effort: "machines as work counts them",
    forms.Begun: "contracts that begin",
    forms.Paid: "contracts that run",
    forms.Left: "months of contracts left",
    forms.Bought: "servers bought",
    forms.Sold: "servers sold x price left",
}


def follows(fit: Fit) -> str:
    """How a quantity follows, in words; a constant that is one only here says so."""
    form = fit.form
    match form:
        case Fixed() if fit.everywhere:
            return "the same whatever the volume"
        case Fixed():
            return "constant: the app counts it anew at another volume"
        case Sum(terms):
            said = [
                f"{which} x {NAMES[type(driver)]}" if driver is not None else which
                for (driver, _), which in zip(terms, ("of each", "of each second"), strict=False)
            ]
            return " + ".join(said)
        case Monthly(driver, _):
            return f"of each by month x {NAMES[type(driver)]}"
        case Tiered():
            return "MIN and MAX of the band, after free units"
