"""What comes on top of a machine's price, by hand: cores, memory, disk."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.world import another_world, case, compared, compared_in, items, option

HERE = {"machine_disk_gb": 100.0, "worker_cpu_cores": 2.0, "worker_memory_gib": 8.0}
RENTED = "none>rented:acme/m1:on_demand"
DISK = "acme/rented/disk,0.08,gb_month"


def with_extras(folder: Path, *rows: str) -> PriceBook:
    return another_world(folder, {"extra_prices": rows}, assumptions=HERE)


def asked(book: PriceBook, machine: str = RENTED, **changes: Any) -> Option:
    return option(compared_in(book, horizon_months=12, **changes), machine)


def test_a_disk_is_billed_while_the_machine_is_rented(tmp_path: Path) -> None:
    """Two machines (one spare) x 100 GB x 0.08 a month x 12 months = 192 USD."""
    chosen = asked(with_extras(tmp_path, DISK))
    disk = items(chosen)["Disks of the machines"]
    assert disk.unit == "gb_month"
    assert disk.quantity == pytest.approx(2 * 100 * 12)
    assert disk.amount_usd == pytest.approx(192)
    assert disk.basis == "100 GB x hours a machine is rented; the amount is our assumption"


def test_a_gibibyte_is_not_a_gigabyte(tmp_path: Path) -> None:
    # 100 GB = 93.132257 GiB x 0.1 x 2 machines x 12 months
    chosen = asked(with_extras(tmp_path, "acme/rented/disk,0.1,gib_month"))
    assert items(chosen)["Disks of the machines"].amount_usd == pytest.approx(93.132257 * 2.4)


def test_half_the_hours_half_the_disk(tmp_path: Path) -> None:
    book = with_extras(tmp_path, DISK)
    chosen = asked(book, billing="scheduled", scheduled_hours_per_month=365)
    assert items(chosen)["Disks of the machines"].amount_usd == pytest.approx(96)


def test_a_vendor_without_a_row_is_charged_nothing_and_says_so(tmp_path: Path) -> None:
    book = with_extras(tmp_path, DISK)
    chosen = asked(book, "none>rented:beta/e1:on_demand")
    assert "Disks of the machines" not in items(chosen)
    assert "Disks of the machines" not in items(option(compared(), RENTED))
    for other, errs in ((chosen, ["low"]), (asked(book), [])):
        assert [item.errs for item in other.not_modelled if "of a disk" in item.text] == errs


def test_a_machine_with_more_than_we_assume_is_billed_for_what_it_has(tmp_path: Path) -> None:
    """m4: four accelerators, 32 virtual CPUs, 128 GiB; 730 h a month.

    730 x max(4 x 2, 32) x 0.05 = 1,168 USD; 730 x max(4 x 8, 128) x 0.005 = 467.20 USD.
    """
    cores, memory = "acme/rented/cpu_core,0.05,core_hour", "acme/rented/memory,0.005,gib_hour"
    book = with_extras(tmp_path, cores, memory)
    machine = "none>rented:acme/m4:on_demand"
    chosen = option(compared_in(book, horizon_months=1, spare_instances=0), machine)
    lines = items(chosen)
    assert lines["Processor cores beside the accelerator"].amount_usd == pytest.approx(1168)
    assert lines["Memory beside the accelerator"].amount_usd == pytest.approx(467.2)
    assert "the machine's own" in lines["Memory beside the accelerator"].basis


def test_the_range_of_our_assumption_moves_the_charge(tmp_path: Path) -> None:
    book = another_world(tmp_path, {"extra_prices": [DISK]})
    found = case(book=book, scores={"machine_disk": [-1.0, 0.0, 1.0]})
    assert found.assume("machine_disk_gb") == pytest.approx([50, 100, 250])


def test_modal_is_a_quarter_dearer_than_its_accelerator() -> None:
    """2 x 0.0000131 + 8 x 0.00000222 = 0.00004396 a second, on a T4 of 0.000164: + 26.8 %."""
    book = PriceBook.load()
    made = from_preset("recommender", {"requests_per_month": 1e6, "horizon_months": 1}, book)
    chosen = option(compare(made, book), "rented>hosted_platform:modal/t4")
    lines = items(chosen)
    seconds = lines["Machines billed while up"].quantity
    assert lines["Processor cores beside the accelerator"].quantity == pytest.approx(2 * seconds)
    assert lines["Memory beside the accelerator"].quantity == pytest.approx(8 * seconds)
    top = sum(
        lines[name].amount_usd
        for name in ("Processor cores beside the accelerator", "Memory beside the accelerator")
    )
    assert top / lines["Machines billed while up"].amount_usd == pytest.approx(0.26805, abs=1e-5)


def test_an_older_edition_holds_no_such_price() -> None:
    book = PriceBook.load(date(2026, 11, 24))
    made = from_preset("recommender", {"requests_per_month": 1e6, "horizon_months": 1}, book)
    chosen = option(compare(made, book), "rented>hosted_platform:modal/t4")
    assert "Memory beside the accelerator" not in items(chosen)
