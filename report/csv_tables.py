"""Every table and chart as CSV: ``/api/v1/<name>.csv?<scenario>``, one record a table.

A row is what the JSON of the same figures says, flattened: nothing is worked out here. Columns are
named as in the JSON, the unit last. What a table asks besides the scenario stands in ``takes``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from report import csv_accuracy, csv_choice, csv_explored, csv_options, csv_prices, csv_sides, links
from report.codec import Decoded
from report.csv_file import Column, Row
from report.csv_question import Parameter
from report.devices import device_rows
from report.retraining_table import retraining_rows
from report.tradeoffs import tradeoff_rows

Rows = Callable[[str], tuple[Iterable[Row], Decoded]]
"""From a query to the rows, and what the query was read as; raises ScenarioError."""


@dataclass(frozen=True)
class Table:
    """One table that can be had as a file."""

    name: str
    says: str  # what a row is, and of what
    columns: Sequence[Column]
    rows: Rows
    takes: Sequence[Parameter] = ()

    @property
    def path(self) -> str:
        """Where it is."""
        return links.csv(self.name)


_OPTIONS = (
    Table(
        "options",
        "Every candidate, in the order of the answer: feasible ones by cost first.",
        csv_options.OPTIONS,
        csv_options.options,
    ),
    Table(
        "items",
        "Line items: quantity x rate = amount over the period, of the best candidate of each "
        "place, of one candidate, or of all.",
        csv_options.ITEMS,
        csv_options.items,
        (csv_options.OPTION,),
    ),
    Table(
        "cash_flow",
        "What is paid at the start (month 0) and in each month, of the same candidates.",
        csv_options.CASH_FLOW,
        csv_options.cash_flow,
        (csv_options.OPTION,),
    ),
    Table(
        "devices",
        "The users' devices: who is served, how fast, at what cost in battery.",
        csv_options.DEVICES,
        csv_options.devices,
    ),
)
_EXPLORED = (
    Table(
        "curves",
        "Cost a month of the best candidate of each place along one input: the lines of the chart.",
        csv_explored.CURVES,
        csv_explored.curves,
        (csv_explored.AXIS,),
    ),
    Table(
        "crossings",
        "Where two places or candidates cost the same: of every two places along the volume, or "
        "of the two asked for along any input.",
        csv_explored.CROSSINGS,
        csv_explored.crossings,
        csv_explored.PAIR,
    ),
    Table(
        "strips",
        "Who wins over the bounds of every input; a row is a stretch with one winner.",
        csv_explored.STRIPS,
        csv_explored.strips,
        csv_explored.OF_STRIPS,
    ),
    Table(
        "payback",
        "What two options have cost by the end of each month.",
        csv_explored.PAYBACK,
        csv_explored.payback,
        csv_explored.SIDES,
    ),
    Table(
        "map",
        "The cheapest place over two inputs; a row is a cell.",
        csv_explored.MAP,
        csv_explored.cells,
        csv_explored.OF_MAP,
    ),
    Table(
        "map_lines",
        "Points of the map at which the cheapest place changes, or one stops being allowed.",
        csv_explored.MAP_LINES,
        csv_explored.map_lines,
        csv_explored.OF_MAP,
    ),
    Table(
        "history",
        "The answer at the prices of earlier days; a row is a place on a day.",
        csv_explored.HISTORY,
        csv_explored.history,
        (csv_explored.MODE,),
    ),
    Table(
        "history_moves",
        "Prices that changed from one of these days to the next, and what each did.",
        csv_explored.HISTORY_MOVES,
        csv_explored.history_moves,
        (csv_explored.MODE,),
    ),
    Table(
        "uncertainty",
        "How sure the answer is: ranges, chance and regret of each place.",
        csv_explored.UNCERTAINTY,
        csv_explored.uncertainty,
    ),
    Table(
        "tornado",
        "What moves the difference of the two cheapest places, and what is worth knowing.",
        csv_explored.TORNADO,
        csv_explored.tornado,
    ),
)
_SIDES = (
    Table(
        "side_by_side",
        "The best candidate of each place in each of up to four scenarios.",
        csv_sides.PLACES,
        csv_sides.places,
    ),
    Table(
        "side_by_side_items",
        "What the answers of up to four scenarios are made of.",
        csv_sides.ITEMS,
        csv_sides.items,
    ),
    Table(
        "side_by_side_inputs",
        "Inputs in which up to four scenarios differ.",
        csv_sides.INPUTS,
        csv_sides.inputs,
    ),
)
_BEHIND = (
    Table(
        "prices",
        "Prices in force on the price date, with source, evidence and who uses them.",
        csv_prices.PRICES,
        csv_prices.prices,
        csv_prices.FILTERS,
    ),
    Table(
        "accuracy",
        "Published measurements and our estimates made without them.",
        csv_accuracy.ROWS,
        csv_accuracy.rows,
        (csv_accuracy.GROUP,),
    ),
    Table(
        "accuracy_errors",
        "How far off the estimates are, by kind of measurement.",
        csv_accuracy.ERRORS,
        csv_accuracy.errors,
        (csv_accuracy.HIDDEN, csv_accuracy.SPLIT),
    ),
    Table(
        "not_covered",
        "Published measurements without an estimate, and why.",
        csv_accuracy.NOT_COVERED,
        csv_accuracy.not_covered,
    ),
)
_CHOICE = (
    Table(
        "tradeoffs",
        "What each place means for the app; a row is a place and a concern.",
        csv_choice.TRADEOFFS,
        tradeoff_rows,
    ),
    Table(
        "users_devices",
        "The users' devices, whether or not they answer: who can, how fast, at what energy.",
        csv_choice.USERS_DEVICES,
        device_rows,
    ),
    Table(
        "retraining",
        "What each place of training costs, from never trained again to every minute.",
        csv_choice.RETRAINING,
        retraining_rows,
    ),
)
_ALL = (*_OPTIONS, *_EXPLORED, *_CHOICE, *_SIDES, *_BEHIND)
TABLES: Mapping[str, Table] = {table.name: table for table in _ALL}
"""Tables by name, in the order documents list them."""
