"""One candidate in every situation that was asked about, and the formulas found for its costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.costs import labour, own_server
from calculators.options.rented import TERMS
from calculators.places import PLACES
from calculators.results import LineItem, Option
from pricing.book import PriceBook, Source
from pricing.kept import cached_property
from report.workbook import forms, probe
from report.workbook.forms import Driver, Fit, Fixed, Tiered

Group = Literal["capex", "opex", "credit", "users"]
GROUPS: tuple[Group, ...] = ("capex", "opex", "credit", "users")
SAME = 1e-6
"""What two totals may differ by and still be one, as a share."""


@dataclass(eq=False)
class Price:
    """One price, or one band of it: a cell of the sheet of prices."""

    key: str  # price key, assumption or what the user stated
    what: str
    unit: str
    usd: float
    start: float
    end: float
    source: Source
    edition: str
    places: list[str] = field(default_factory=list)
    said: dict[int, str] = field(default_factory=dict)  # other value -> what the app says of it


@dataclass(frozen=True, eq=False)
class Rate:
    """USD for a unit: a price or a live input, times a factor."""

    usd: float
    factor: float
    price: Price | None = None
    live: str = ""  # name of a live input


@dataclass(frozen=True, eq=False)
class Line:
    """One line item as a formula."""

    item: LineItem
    amount_usd: float  # the app's
    npv_usd: float
    group: Group
    fit: Fit
    units: Fit | None  # what a band is of
    months: Array  # (M + 1,) the app's quantity where it falls
    rate: Rate

    @property
    def payer(self) -> str:
        """Who pays it."""
        return self.item.payer


@dataclass(frozen=True)
class Move:
    """One live figure at another value: what the app says, and what the formulas give."""

    name: str  # of the input, or the key of the price
    side: int  # which of its two other values
    value: float
    app_usd: float  # total, or present value where only that moves; NaN: it says none
    made_usd: float
    why: str  # blank where they are one

    @property
    def same(self) -> bool:
        """Whether the workbook gives what the app says."""
        return not self.why


@dataclass(frozen=True)
class Hold:
    """Volumes between which a candidate's constants hold [requests a month]."""

    low: float
    high: float
    below: str  # what the app does otherwise beyond it; blank at the end of what was tried
    above: str


def sheet_name(option: Option) -> str:
    """The place, as sheets are called: an apostrophe would have to be quoted in every formula."""
    return PLACES[option.kind].name.replace("'", "\u2019")


# ------------------------------------------------------------------------------------ prices


class Shelf:
    """Prices of the sheet of prices, each once, in the order they are met."""

    def __init__(self, book: PriceBook, region: str) -> None:
        self.book, self.region = book, region
        self._made: dict[tuple[str, str, float], Price] = {}

    @property
    def prices(self) -> list[Price]:
        """Every price so far."""
        return list(self._made.values())

    def rate(self, item: LineItem, start: float, end: float, place: str) -> Rate:
        """What a line's rate is, a price of the shelf or a live input times a factor."""
        key = item.source.key
        if key == probe.WAGE:
            return Rate(item.rate_usd, 1.0, live=probe.WAGE)
        if key in (probe.POWER, f"{self.region}/grid/business"):
            return Rate(item.rate_usd, 1.0, live=probe.POWER)
        price = self._price(item, start, end)
        if place not in price.places:
            price.places.append(place)
        factor = item.rate_usd / price.usd if price.usd else 1.0
        return Rate(item.rate_usd, 1.0 if abs(factor - 1) < 1e-12 else factor, price)

    def _price(self, item: LineItem, start: float, end: float) -> Price:
        source = item.source
        name = (source.key or source.title, source.title, start)
        if name not in self._made:
            self._made[name] = self._new(item, start, end)
        return self._made[name]

    def _new(self, item: LineItem, start: float, end: float) -> Price:
        key, book = item.source.key, self.book
        usd, what = item.rate_usd, item.name
        tariff = None
        if item.source.price_key:
            tariff = book.tariff(key, self.region) or book.context_tariff(key, self.region)
        if tariff is not None:
            usd = next((band.usd for band in tariff.bands if band.start == start), tariff.usd)
        unit = tariff.unit if tariff else item.unit
        return Price(key, what, unit, usd, start, end, item.source, book.edition.isoformat())


# ------------------------------------------------------------------------------------ drafts


class Draft:
    """One candidate in every situation, with the formulas that were found for it."""

    def __init__(self, seen: probe.Seen, option: Option, asked: probe.Asked, shelf: Shelf) -> None:
        self.seen, self.option, self.asked, self.shelf = seen, option, asked, shelf

    @cached_property
    def requests(self) -> Array:
        """Requests of each month in each situation (P, M + 1)."""
        return requests(self.asked.inputs, int(self.seen.pair.case.scenario.horizon_months))

    @cached_property
    def candidates(self) -> list[Driver]:
        """Drivers that its costs may follow from."""
        found: list[Driver] = [forms.FirstRequests()]
        sizing = self.seen.sizings[0]
        if sizing is None or sizing.peak_per_request <= 0:
            return found
        case = self.seen.pair.case
        machines = forms.Machines(sizing)
        found += [machines, forms.Effort(machines, float(case.assume(labour.EXPONENT)[0]))]
        for term in sorted({months for months in TERMS.values() if months}):
            begun = forms.Begun(machines, term)
            found += [forms.Paid(begun), forms.Left(begun)]
        return [*found, *_stock(machines, self.seen)]

    @cached_property
    def known(self) -> dict[Driver, Array]:
        """Their values in each situation."""
        return forms.values(self.candidates, self.requests)

    @cached_property
    def _fits(self) -> list[tuple[probe.Traced, Fit, Fit | None]]:
        return [(cost, *self._fit(cost)) for cost in self.seen.costs]

    def _fit(self, cost: probe.Traced) -> tuple[Fit, Fit | None]:
        known, like, tier = self.known, self.seen.like_first, cost.charge.tier
        if tier is None:
            return forms.fit(cost.months, known, like), None
        size = self.asked.size
        units = forms.fit(probe.of_row(tier.units, cost.row, size), known, like)
        form = Tiered(
            units.form,
            float(_of(tier.start, cost.row)[0]),
            float(_of(tier.end, cost.row)[0]),
            np.broadcast_to(_of(tier.free, cost.row), cost.months.shape[1:]).copy(),
            float(_of(tier.parts, cost.row)[0]),
        )
        made = forms.quantity(form, known)
        return Fit(form, forms.near(made, cost.months)), units

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Its line items, those that a tariff may bring at other volumes too."""
        return tuple(
            self._line(cost, found, units)
            for cost, found, units in self._fits
            if self._written(cost, found) and np.isfinite(cost.rate[0])
        )

    @cached_property
    def unpriced(self) -> tuple[LineItem, ...]:
        """Line items without a price."""
        return tuple(
            self._item(cost)
            for cost, found, _ in self._fits
            if self._written(cost, found) and not np.isfinite(cost.rate[0])
        )

    def _written(self, cost: probe.Traced, found: Fit) -> bool:
        return bool(cost.months[0].any()) or not isinstance(found.form, Fixed)

    def _item(self, cost: probe.Traced) -> LineItem:
        """The line item at the first situation that has it."""
        point = int(np.argmax(cost.months.any(axis=1)))
        item = cost.charge.item(cost.row, 0) or cost.charge.item(cost.row, point)
        assert item is not None
        return item

    def _line(self, cost: probe.Traced, found: Fit, units: Fit | None) -> Line:
        item = self._item(cost)
        form = found.form
        band = (form.start, form.end) if isinstance(form, Tiered) else (0.0, np.inf)
        present = cost.charge.item(cost.row, 0)
        return Line(
            item=item,
            amount_usd=0.0 if present is None else present.amount_usd,
            npv_usd=0.0 if present is None else present.npv_usd,
            group=_group(cost),
            fit=found,
            units=units,
            months=cost.months[0],
            rate=self.shelf.rate(item, *band, sheet_name(self.option)),
        )

    # what the formulas give ----------------------------------------------------------------------

    def totals(
        self,
        known: Mapping[Driver, Array],
        rate: Mapping[Line, Array],
        discount: Array | None = None,
    ) -> Array:
        """Total the formulas give in some situations, of the payers that are known (P,).

        ``rate`` holds the rates that are not the scenario's; ``discount`` (P,) asks for present
        values.
        """
        usd: Array = np.zeros(known[forms.Requests()].shape)
        for line in self.counted:
            times = rate.get(line, np.array([line.rate.usd]))
            usd = usd + forms.quantity(line.fit.form, known) * times[:, None]
        if discount is None:
            return np.asarray(usd.sum(axis=1))
        monthly = (1 + discount / 100) ** (1 / 12)
        return np.asarray((usd * monthly[:, None] ** -np.arange(float(usd.shape[-1]))).sum(axis=1))

    @cached_property
    def counted(self) -> tuple[Line, ...]:
        """Lines that enter its total."""
        if self.option.total_usd is not None:
            return self.lines
        return tuple(line for line in self.lines if line.payer == "company")

    def app(self, seen: probe.Seen) -> Array:
        """The app's total in some situations, of the same payers (P,)."""
        return seen.company if self.option.total_usd is None else seen.company + seen.users

    @cached_property
    def made(self) -> Array:
        """What the formulas give in each situation (P,)."""
        return self.totals(self.known, self.rates(self.asked.inputs))

    def rates(self, inputs: Mapping[str, Array]) -> dict[Line, Array]:
        """Rates that follow a live input."""
        return {
            line: inputs[line.rate.live] * line.rate.factor
            for line in self.lines
            if line.rate.live in inputs
        }

    @cached_property
    def holds(self) -> BoolArray:
        """Where the formulas give what the app says (P,)."""
        return same(self.made, self.app(self.seen))

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Every live input at its two other values."""
        return tuple(self._move(*asked) for asked in self.asked.moves.items())

    def _move(self, asked: tuple[str, int], point: int) -> Move:
        name, side = asked
        value = float(self.asked.inputs[name][point])
        if name == probe.DISCOUNT:
            part = {driver: values[[point]] for driver, values in self.known.items()}
            made = self.totals(part, {}, self.asked.inputs[name][[point]])
            app = self.seen.npv[[point]] if self.option.npv_usd is not None else made
        else:
            made, app = self.made[[point]], self.app(self.seen)[[point]]
        why = "" if same(made, app)[0] else self.why(self.seen, point, self.amounts(point))
        return Move(name, side, value, float(app[0]), float(made[0]), why)

    def amounts(self, point: int) -> dict[str, float]:
        """Amounts of the formulas by line item in one situation."""
        part = {driver: values[[point]] for driver, values in self.known.items()}
        here = {name: values[[point]] for name, values in self.asked.inputs.items()}
        return self.amounts_at(part, self.rates(here))

    def amounts_at(
        self, known: Mapping[Driver, Array], rate: Mapping[Line, Array]
    ) -> dict[str, float]:
        """The same in a situation that was not asked about before, P of 1."""
        found: dict[str, float] = {}
        for line in self.counted:
            usd = float(rate.get(line, np.array([line.rate.usd]))[0])
            made = float(forms.quantity(line.fit.form, known).sum()) * usd
            found[line.item.name] = found.get(line.item.name, 0.0) + made
        return found

    def why(self, seen: probe.Seen, point: int, made: Mapping[str, float]) -> str:
        """Why the app says something else in a situation, in words."""
        if not np.isfinite(self.app(seen)[point]):
            return "the app has no price for this"
        first, here = self.seen.trained_on[0], seen.trained_on[point]
        if first != here:
            return f"the app would train on {here or 'nothing'} instead of {first or 'nothing'}"
        if self.seen.sizings[0] != seen.sizings[point]:
            return "the app would choose another set of machines"
        return f"constant here, counted anew by the app: {_largest(seen.items(point), made)}"


def requests(inputs: Mapping[str, Array], months: int) -> Array:
    """Requests of each month (P, M + 1), 0 at the start."""
    found = np.zeros((inputs[probe.VOLUME].size, months + 1))
    growth = 1 + inputs[probe.GROWTH][:, None] / 100
    found[:, 1:] = inputs[probe.VOLUME][:, None] * growth ** np.arange(months)
    return found


def same(made: Array, app: Array) -> BoolArray:
    """Where two totals (P,) are one."""
    return np.asarray(np.isfinite(app) & (np.abs(made - app) <= SAME * np.abs(app) + SAME))


def _largest(app: Mapping[str, float], made: Mapping[str, float]) -> str:
    """The items that differ most, two at most."""
    gaps = {
        name: abs(app.get(name, 0.0) - made.get(name, 0.0)) for name in dict.fromkeys([*app, *made])
    }
    scale = sum(abs(usd) for usd in app.values())
    wide = [name for name, usd in gaps.items() if usd > SAME * scale]
    return "; ".join(sorted(wide, key=lambda name: -gaps[name])[:2])


def _of(values: Array, row: int) -> Array:
    return np.asarray(values[row if values.shape[0] > 1 else 0])


def _stock(machines: forms.Machines, seen: probe.Seen) -> list[Driver]:
    """Servers bought and sold, where they last whole months."""
    case = seen.pair.case
    life = float(own_server.life_months(case)[0])
    if life != round(life) or life < 1:
        return []
    ages = np.arange(int(case.scenario.horizon_months) + 1.0)
    ages = np.arange(max(ages.size, int(life) + 1) + 0.0)
    left = own_server.resale(case).left(ages)
    bought = forms.Bought(machines, int(life))
    return [bought, forms.Sold(bought, tuple(np.broadcast_to(left, ages.shape).tolist()))]


def _group(cost: probe.Traced) -> Group:
    """Which part of the cash flow it belongs to."""
    charge = cost.charge
    if charge.payer == "user":
        return "users"
    if charge.credit or charge.of_credit:
        return "credit"
    return "capex" if charge.period == "once" and charge.category == "purchase" else "opex"
