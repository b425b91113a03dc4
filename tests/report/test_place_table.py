"""The table of places: what stands in a row, and the order of each column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from report import lock_in, place_table
from report.place_table import COLUMNS, SORTABLE, Cell, Row


@pytest.fixture(scope="module")
def found() -> Comparison:
    book = PriceBook.load()
    return compare(from_preset("support_chat", {}, book), book)


def column(rows: tuple[Row, ...], name: str) -> list[Cell]:
    return [row.cells[SORTABLE.index(name)] for row in rows]


def test_every_place_is_one_row(found: Comparison) -> None:
    rows = place_table.rows(found)
    options = [found.option(row.option_id) for row in rows]
    assert {option.kind for option in options if option} == set(PLACES)
    assert all(len(row.cells) == len(COLUMNS) for row in rows)
    assert [row.chosen for row in rows] == ["recommended", *[""] * (len(rows) - 1)]


def row(name: str, month: float | None) -> Row:
    cells = [Cell("") for _ in COLUMNS]
    cells[SORTABLE.index("month")] = Cell("", by=month)
    return Row(name, "feasible", "", tuple(cells))


@pytest.mark.parametrize(
    ("by", "descending", "order"),
    [("month", False, "bcad"), ("month", True, "acbd"), ("nothing", True, "abcd")],
)
def test_rows_without_a_figure_stand_last_both_ways(by: str, descending: bool, order: str) -> None:
    rows = [row("a", 30.0), row("b", 1.0), row("c", 2.0), row("d", None)]
    found = place_table.ordered(rows, by, descending=descending)
    assert "".join(item.option_id for item in found) == order


def test_every_column_can_be_sorted(found: Comparison) -> None:
    rows = place_table.rows(found)
    for name in SORTABLE:
        assert set(place_table.ordered(rows, name, descending=True)) == set(rows)


def test_who_could_look_in(found: Comparison) -> None:
    rows = place_table.rows(found)
    said = {
        option.kind: cell.text
        for item, cell in zip(rows, column(rows, "who"), strict=True)
        if (option := found.option(item.option_id))
    }
    assert said["owned"] == said["device"] == "nobody outside"
    assert said["managed_api"] not in ("", "nobody outside")


def test_what_ties_an_option(found: Comparison) -> None:
    rented = next(item for item in found.best_of_kind if item.kind == "rented")
    year = replace(rented, id="none>rented:gcp/e2-standard-2:1y")
    hour = replace(rented, id="none>rented:gcp/e2-standard-2")
    assert (lock_in.months_paid(year), lock_in.months_paid(hour)) == (12, 0)
    assert "12 months" in lock_in.words(year)
    assert lock_in.words(hour) == "none: by the hour"
    assert lock_in.rank(year) > lock_in.rank(hour)
    api = next(item for item in found.best_of_kind if item.kind == "managed_api")
    own = replace(api, marks=("the vendor's own model",))
    assert "nobody else" in lock_in.words(own)
    assert lock_in.rank(own) > lock_in.rank(replace(api, marks=()))


def test_no_digit_that_means_nothing(found: Comparison) -> None:
    carbon = [cell.text for cell in column(place_table.rows(found), "carbon")]
    assert not [text for text in carbon if "0.000" in text]


@pytest.mark.parametrize(
    ("grams", "text"),
    [
        (0.004, "under 0.01 g"),
        (5.149, "5.15 g"),
        (1_260.0, "1.26 kg"),
        (1_260_000.0, "1.26 t"),
        (None, "–"),
    ],
)
def test_carbon_stands_in_the_unit_people_read(grams: float | None, text: str) -> None:
    assert place_table._grams(grams).replace("\u00a0", " ") == text
