"""The table of places: one row each, what is shown in a cell and what it is sorted by.

Cells are finished words; beside each stands the number its column is sorted by, None where there
is none (last in either direction).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from calculators.places import PLACES
from calculators.results import STATUSES, Comparison, DataGoes, Option
from report import lock_in, words
from report.ranked import ranked
from report.tables import label, trained_elsewhere


@dataclass(frozen=True)
class Column:
    """One column: its id in links, its heading, what it means, and how it is aligned."""

    id: str
    title: str
    means: str
    numeric: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("place", "Place", "Where requests are answered, with the best product found for it."),
    Column("month", "A month", "The total over the period divided by its months, in USD.", True),
    Column("per_1000", "Per 1,000", "USD for 1,000 answered requests.", True),
    Column("p95", "95 of 100 within", "Time to the complete answer of 95 requests in 100.", True),
    Column("goes", "Data goes to", "In which region requests are answered and kept."),
    Column("who", "Who could look in", "Whose staff and helpers could read a request."),
    Column("tied", "Lock-in", "What must be paid, sold or built anew before you can leave."),
    Column("carbon", "Carbon per 1,000", "Grams of CO2 equivalent for 1,000 requests.", True),
    Column("verdict", "Verdict", "Whether every rule is met, and the first reason if not."),
)
"""In their order on the page."""
SORTABLE = tuple(column.id for column in COLUMNS)


@dataclass(frozen=True)
class Cell:
    """Words, smaller words under them, and what the column is sorted by."""

    text: str
    under: str = ""
    by: float | str | None = None


@dataclass(frozen=True)
class Row:
    """One option as a row."""

    option_id: str
    status: str  # id of the status, with "care" where a rule asks for care
    chosen: str  # "recommended" or "cheapest" on the row the answer names
    cells: tuple[Cell, ...]  # one a column


def rows(comparison: Comparison) -> tuple[Row, ...]:
    """Every place by its best candidate, in the order of the answer."""
    return _rows(comparison.best_of_kind, comparison)


def other_rows(comparison: Comparison) -> tuple[Row, ...]:
    """The same places with the model trained elsewhere."""
    return _rows(trained_elsewhere(comparison), comparison)


def _rows(found: Iterable[Option], comparison: Comparison) -> tuple[Row, ...]:
    return tuple(_row(option, comparison) for option in found)


def _row(option: Option, comparison: Comparison) -> Row:
    said = words.status(option)
    return Row(
        option_id=option.id,
        status="care" if said == words.WITH_CARE else option.status,
        chosen=words.chosen(comparison) if option is comparison.cheapest else "",
        cells=_cells(option, comparison, said),
    )


def _cells(option: Option, comparison: Comparison, said: str) -> tuple[Cell, ...]:
    """The cells of an option; ``said`` is its status in words."""
    cost = ranked(option, comparison, spread=False)
    monthly = cost.monthly_usd if cost else None
    each = cost.usd_per_1000_requests if cost else None
    carbon, slow = option.carbon_g_per_1000_requests, option.latency.p95_ms
    goes, who = _goes(option.data_goes), _who(option.data_goes)
    return (
        Cell(words.place(option.kind), label(option), list(PLACES).index(option.kind)),
        Cell(words.usd(monthly), "", monthly),
        Cell(words.usd_in_column(each), "", each),
        Cell(words.milliseconds(slow), "", slow),
        Cell(goes, "", goes),
        Cell(who, "", who),
        Cell(lock_in.words(option), "", lock_in.rank(option)),
        Cell(_grams(carbon), "", carbon),
        Cell(said, _why(option, ", ".join(option.marks)), _verdict_order(option, said)),
    )


_LEAST_G = 0.01
"""Grams below which no digit of the method means anything."""


def _grams(carbon: float | None) -> str:
    if carbon is None:
        return words.MISSING
    if carbon < _LEAST_G:
        return f"under {_LEAST_G:g}\u00a0g"
    size, unit = next(((size, unit) for size, unit in _MASSES if carbon >= size), (1.0, "g"))
    return f"{words.number(carbon / size)}\u00a0{unit}"


_MASSES = ((1e6, "t"), (1e3, "kg"))
"""Grams of what larger amounts are told in."""


def _why(option: Option, marks: str) -> str:
    """The first reason and the marks of prices; nothing where nothing speaks against it."""
    said = words.why(option, most=1)
    if option.status == "feasible" and not option.reasons:
        said = ""
    return " ".join(part for part in (said, f"{marks.capitalize()}." if marks else "") if part)


def _verdict_order(option: Option, said: str) -> float:
    care = 0.5 if said == words.WITH_CARE else 0.0
    return STATUSES.index(option.status) + care


def _goes(found: DataGoes | None) -> str:
    """The region requests are kept in, or that they stay."""
    if found is None:
        return ""
    if not found.vendor:
        return f"stays on {found.name}"
    known = {"": "region not known", "elsewhere": "outside your region"}
    return known.get(found.region) or words.choice(found.region)


def _who(found: DataGoes | None) -> str:
    """The vendor and its helpers; nobody outside where no vendor sees them."""
    if found is None:
        return ""
    if not found.vendor:
        return "nobody outside"
    helpers = {"": "its helpers (unknown)", "listed": "its listed helpers"}
    return " and ".join([found.name, *filter(None, [helpers.get(found.sub_processors, "")])])


# --- order -----------------------------------------------------------------------------------
def ordered(found: Sequence[Row], by: str, *, descending: bool) -> tuple[Row, ...]:
    """Rows sorted by a column; those without a value last; by no column: as they are."""
    if by not in SORTABLE:
        return tuple(found)
    index = SORTABLE.index(by)
    known = [row for row in found if not _lacks(row.cells[index].by)]
    rest = [row for row in found if _lacks(row.cells[index].by)]
    key = {row.option_id: row.cells[index].by for row in known}
    known.sort(key=lambda row: key[row.option_id], reverse=descending)  # type: ignore[arg-type,return-value]
    return (*known, *rest)


def _lacks(value: float | str | None) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))
