"""Tables as pages and reports show them: rows of finished words, exact to a cent.

Both draw the same rows, so that an export holds the numbers of the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calculators.places import AnswersAt
from calculators.presets import from_preset
from calculators.results import Comparison, LineItem, Option, Payer
from calculators.scenario import extra, fields
from pricing.book import Source
from pricing.units import label as unit_label
from report import confirmation, words
from report.money import balanced, show, to_cents
from report.ranked import ranked

MAX_REASONS = 2


@dataclass(frozen=True)
class PlaceRow:
    """The best candidate of a place, or of one pair trained_at > answers_at."""

    option_id: str
    kind: AnswersAt
    place: str
    label: str
    trained: str  # where the model is trained; blank where none is
    status: str
    possible: bool
    monthly: str
    spread: str  # interval of the monthly cost
    per_1000: str
    per_user: str
    slow: str  # 95 of 100 answers within
    why: str
    marks: tuple[str, ...]
    goes: str = ""  # who sees the requests, and where; blank where nobody offers it


@dataclass(frozen=True)
class CostRow:
    """One line item: quantity x rate = amount."""

    name: str
    period: str
    quantity: str
    unit: str
    rate: str
    amount: str
    basis: str
    source: Source


@dataclass(frozen=True)
class PayerCosts:
    """What one payer bears."""

    payer: Payer
    title: str
    rows: tuple[CostRow, ...]
    subtotal: str


@dataclass(frozen=True)
class CostTable:
    """An option's line items by payer; amounts re-add to the total to the cent."""

    option_id: str
    label: str
    payers: tuple[PayerCosts, ...]
    total: str
    present_value: str
    note: str = ""  # what of it is not known

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source of the table once, in order."""
        return tuple(dict.fromkeys(row.source for part in self.payers for row in part.rows))


@dataclass(frozen=True)
class InputRow:
    """One input, and whether it differs from what its preset says."""

    name: str
    title: str
    value: str
    preset_value: str
    changed: bool


@dataclass(frozen=True)
class InputGroup:
    """Inputs under one heading."""

    title: str
    rows: tuple[InputRow, ...]


def place_rows(comparison: Comparison) -> tuple[PlaceRow, ...]:
    """Every place by its best candidate, possible ones first; amounts as they are ranked."""
    return tuple(_row(option, comparison) for option in comparison.best_of_kind)


def pair_rows(comparison: Comparison) -> tuple[PlaceRow, ...]:
    """The same places with the model trained elsewhere, each pair by its best candidate."""
    return tuple(_row(option, comparison) for option in trained_elsewhere(comparison))


def trained_elsewhere(comparison: Comparison) -> tuple[Option, ...]:
    """The best candidate of every further pair of a place that is shown by its best."""
    shown = {option.id for option in comparison.best_of_kind}
    return tuple(option for option in comparison.best_of_pair if option.id not in shown)


def label(option: Option) -> str:
    """The product and where it is trained; blank where nobody offers it: the reason says it."""
    return "" if option.status == "not_offered" else option.label


def _row(option: Option, comparison: Comparison) -> PlaceRow:
    cost = ranked(option, comparison)
    trained = words.training(option, comparison.scenario)
    return PlaceRow(
        option_id=option.id,
        kind=option.kind,
        place=words.place(option.kind),
        label=label(option),
        trained="" if option.status == "not_offered" else trained,
        status=words.status(option),
        possible=option.status == "feasible",
        monthly=words.usd(cost.monthly_usd if cost else None),
        spread=words.usd_range(cost.low_usd, cost.high_usd) if cost else words.MISSING,
        per_1000=_per_1000(cost.usd_per_1000_requests if cost else None),
        per_user=words.usd_each(cost.usd_per_user_month if cost else None),
        slow=words.slow_time(option.latency),
        why=words.why(option, most=MAX_REASONS),
        marks=option.marks,
        goes=confirmation.short(option.data_goes),
    )


# --- line items ------------------------------------------------------------------------------
_PAYER_TITLES: dict[Payer, str] = {"company": "Paid by the company", "user": "Paid by users"}


_LEAST_PER_1000 = 1e-4


def _per_1000(usd: float | None) -> str:
    tiny = usd is not None and 0 < usd < _LEAST_PER_1000
    return words.usd_each(usd, _LEAST_PER_1000) if tiny else words.usd_in_column(usd)


def cost_table(option: Option) -> CostTable | None:
    """The line items of a priced option by payer; None when it is not priced.

    Where what users pay is not known, that part and the total are missing.
    """
    if option.company_usd is None:
        return None
    if option.total_usd is None or option.user_usd is None:
        return _without_users(option, option.company_usd)
    total = to_cents(option.total_usd)
    subtotals = balanced([option.company_usd, option.user_usd], total)
    payers = []
    for payer, subtotal in zip(_PAYER_TITLES, subtotals, strict=True):
        part = _payer(payer, option, subtotal)
        if part.rows or payer == "company":
            payers.append(part)
    return CostTable(
        option.id, option.label, tuple(payers), show(total), words.cents(option.npv_usd)
    )


def _without_users(option: Option, company_usd: float) -> CostTable:
    company = _payer("company", option, to_cents(company_usd))
    users = PayerCosts("user", _PAYER_TITLES["user"], (), words.MISSING)
    note = words.users_unknown(option) + "."
    return CostTable(option.id, option.label, (company, users), words.MISSING, words.MISSING, note)


def _payer(payer: Payer, option: Option, subtotal: int) -> PayerCosts:
    """What one payer bears, ``subtotal`` cents in all."""
    items = [item for item in option.line_items if item.payer == payer]
    return PayerCosts(payer, _PAYER_TITLES[payer], _cost_rows(items, subtotal), show(subtotal))


def _cost_rows(items: Sequence[LineItem], subtotal: int) -> tuple[CostRow, ...]:
    amounts = balanced([item.amount_usd for item in items], subtotal)
    return tuple(_cost_row(item, cents) for item, cents in zip(items, amounts, strict=True))


def _cost_row(item: LineItem, cents: int) -> CostRow:
    quantity, rate = figures(item)
    return CostRow(
        name=item.name,
        period=words.PERIODS[item.period],
        quantity=quantity,
        unit=unit_label(item.unit),
        rate=rate,
        amount=show(cents),
        basis=item.basis,
        source=item.source,
    )


def figures(item: LineItem) -> tuple[str, str]:
    """Quantity and rate with as many digits as it takes to recompute the amount to a cent."""
    for digits in range(6, 16):
        quantity, rate = words.exact(item.quantity, digits), words.exact(item.rate_usd, digits, 2)
        if abs(_read(quantity) * _read(rate) - item.amount_usd) < 0.005:
            return quantity, rate
    return words.exact(item.quantity, 16), words.exact(item.rate_usd, 16, 2)


def _read(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


# --- inputs ----------------------------------------------------------------------------------
def input_groups(comparison: Comparison) -> tuple[InputGroup, ...]:
    """Every input by group, marked where it differs from the preset."""
    scenario = comparison.scenario
    plain = from_preset(scenario.preset, {}, comparison.book)
    groups: dict[str, list[InputRow]] = {}
    for name in fields():
        value, preset_value = getattr(scenario, name), getattr(plain, name)
        row = InputRow(
            name=name,
            title=words.input_title(name),
            value=words.input_value(name, value),
            preset_value=words.input_value(name, preset_value),
            changed=value != preset_value,
        )
        groups.setdefault(extra(name, "group"), []).append(row)
    return tuple(InputGroup(words.GROUPS[group], tuple(rows)) for group, rows in groups.items())
