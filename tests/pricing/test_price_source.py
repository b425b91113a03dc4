"""A new price source is one CSV and one TableSpec: nothing else is told about it.

The specs are added to the registry as `pricing/tables.py` would; the CSVs lie with the others.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pricing import tables
from pricing.book import PriceBook
from pricing.changes import between, corrections
from pricing.faults import TableError
from pricing.loader import load_tables
from pricing.schema import Described, PriceRow
from pricing.tables import Age, TableSpec, price_table, stale_after_days
from report import coverage, price_list
from tests.pricing.tiny import PRICE_HEADER, price, write_tables
from ui import wording

FIRST = date(2026, 1, 1)
SEAT = "acme/editor/seat"
DATED = "2026-01-01,2025-12-31,A,list,,"

LICENCES = TableSpec(
    name="licences",
    shape=Described,
    identity=("product",),
    kind="catalogue",
    label="Licences",
)
LICENCE_PRICES = price_table(
    name="licence_prices",
    label="Software licences",
    age=Age("licence", 400),
    age_of={"trial": Age("trial", 7)},
    catalogue=("licences",),
    bases=("second",),
)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for spec in (LICENCES, LICENCE_PRICES):
        monkeypatch.setitem(tables.SPECS, spec.name, spec)


def with_licences(folder: Path, rows: str) -> Path:
    write_tables(folder)
    (folder / "licences.csv").write_text(
        "product,name,edition,as_of,confidence,source,locator,note\n"
        f"acme/editor,An editor,{DATED}\n"
    )
    (folder / "licence_prices.csv").write_text(PRICE_HEADER + rows)
    return folder


def seat(value: float = 12, *, key: str = SEAT, unit: str = "month", **more: Any) -> str:
    return price(key, value, unit, since="2025-06-01", **more)


def test_it_is_loaded_and_answers(tmp_path: Path) -> None:
    book = PriceBook.load(directory=with_licences(tmp_path, seat()))
    tariff = book.tariff(SEAT)
    assert tariff is not None
    assert (tariff.usd, tariff.unit) == (12, "month")
    assert book.meters["acme/editor"] == {"seat"}
    assert [row.key for row in book.table("licence_prices", PriceRow)] == [SEAT]
    assert ("licence_prices", tariff.row) in book.in_force()


@pytest.mark.parametrize(
    ("row", "column", "allowed"),
    [
        (seat(key="acme/pencil/seat"), "key", "a product of licences.csv"),
        (seat(key="acme/editor/desk", unit="image"), "unit", "a unit of second"),
        (seat(0), "value", "above 0"),
        (seat(currency="EUR"), "currency", "USD as in earlier rows"),
        (seat(), "key", "one row per edition"),
        (seat(region="mars"), "region", "a region of regions.csv"),
    ],
)
def test_the_rules_check_it(tmp_path: Path, row: str, column: str, allowed: str) -> None:
    with pytest.raises(TableError) as caught:
        load_tables(with_licences(tmp_path, seat() + row))
    faults = [fault for fault in caught.value.faults if fault.column == column]
    assert {fault.file for fault in faults} == {"licence_prices.csv"}
    assert allowed in faults[0].allowed


@pytest.mark.parametrize(("meter", "days"), [("seat", 400), ("trial", 7)])
@pytest.mark.parametrize("over", [0, 1])
def test_it_ages_by_its_own_days(tmp_path: Path, meter: str, days: int, over: int) -> None:
    read = str(FIRST - timedelta(days=days + over))
    row = seat(key=f"acme/editor/{meter}", as_of=read)
    book = PriceBook.load(directory=with_licences(tmp_path, row))
    tariff = book.tariff(f"acme/editor/{meter}")
    assert tariff is not None
    assert tariff.source.stale == book.is_stale("licence_prices", tariff.row) == bool(over)
    assert book.at(FIRST - timedelta(days=1)).is_stale("licence_prices", tariff.row) is False


def test_the_report_names_its_age() -> None:
    """The sentence about old figures in the PDF lists these."""
    assert stale_after_days() == {
        "trial": 7,
        "spot": 30,
        "rental": 90,
        "api": 180,
        "hardware": 365,
        "licence": 400,
    }


def test_the_price_list_and_the_coverage_page_show_it(tmp_path: Path) -> None:
    book = PriceBook.load(directory=with_licences(tmp_path, seat(as_of="2024-01-01")))
    [line] = [line for line in price_list.lines(book, {}) if line.table == "licence_prices"]
    assert (line.product, line.vendor, line.marks) == ("An editor", "Acme", "old")
    assert wording.price_table(line.table) == "Software licences"
    assert price_list.frame([line])["Price"].tolist() == [12]
    assert "| licence_prices | 1 | 1 | 1 | 0 | 0 | 2024-01-01 |" in coverage._tables(book)
    assert "| licence_prices | 1 | 0 | 0 | 1 | 2025-06-01 |" in coverage._history(book)


def test_its_changes_and_corrections_are_told(tmp_path: Path) -> None:
    later = price(SEAT, 15, "month", since="2025-10-01")
    mended = seat(11, edition="2026-02-01", as_of="2026-01-20")
    folder = with_licences(tmp_path, seat() + later + mended)
    first = PriceBook.load(FIRST, directory=folder)
    [change] = between(first.at(date(2025, 7, 1)), first)
    assert (change.key, change.old_usd, change.new_usd) == (SEAT, 12, 15)
    told = corrections(first, PriceBook.load(directory=folder))
    assert ("licence_prices", "value", "12.0", "11.0") in [
        (one.table, one.column, one.old, one.new) for one in told
    ]
