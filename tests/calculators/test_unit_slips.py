"""Slips of unit that published tools have made: each would change a figure here, and is caught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calculators.estimators.hardware import accelerator_part
from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.faults import TableError
from pricing.loader import load_tables
from pricing.schema import AcceleratorRow, ModelRow
from pricing.units import factor
from tests.calculators.world import another_world, case, compared, compared_in, items, option
from tests.pricing.tiny import price, with_prices


def services(*rows: str) -> dict[str, list[str]]:
    """Translation services, each billed by the character in steps of one."""
    return {
        "services": [
            f"unit/{row},unit,{row},task_api,translation,,,,0,1,0,,yes,no,no,no," for row in rows
        ]
    }


def translated(book: PriceBook, **changes: Any) -> Comparison:
    base = {
        "task": "translation",
        "model": "",
        "params_millions": 100,
        "input_tokens": 250,
        "requests_per_month": 1000,
        "horizon_months": 1,
    }
    return compared_in(book, **{**base, **changes})


def test_per_thousand_and_per_million_are_the_same_price(tmp_path: Path) -> None:
    """0.02 USD per 1,000 characters = 20 per million = 0.002 per 100; 1,000 requests of 1,000."""
    book = another_world(
        tmp_path,
        {
            **services("thousand", "million", "hundred"),
            "task_api_prices": [
                "unit/thousand/standard,0.02,thousand_characters",
                "unit/million/standard,20,million_characters",
                "unit/hundred/standard,0.002,hundred_characters",
            ],
        },
    )
    found = translated(book)
    for name in ("thousand", "million", "hundred"):
        item = items(option(found, f"none>managed_api:unit/{name}"))["Requests"]
        assert item.amount_usd == pytest.approx(20.0), name


def test_audio_hours_minutes_and_seconds_are_the_same_price(tmp_path: Path) -> None:
    units = {
        "hour": ("0.36", "audio_hour"),
        "minute": ("0.006", "audio_minute"),
        "second": ("0.0001", "audio_second"),
    }
    book = another_world(
        tmp_path,
        {
            "services": [
                f"unit/{name},unit,{name},task_api,speech_to_text,,,,0,1,0,,yes,no,no,no,"
                for name in units
            ],
            "task_api_prices": [
                f"unit/{name}/standard,{value},{unit}" for name, (value, unit) in units.items()
            ],
        },
    )
    found = translated(book, task="speech_to_text", audio_seconds=90)
    for name in units:
        # 1,000 x 1.5 minutes x 0.006
        item = items(option(found, f"none>managed_api:unit/{name}"))["Requests"]
        assert item.amount_usd == pytest.approx(9.0), name


def test_hours_seconds_and_months_of_a_machine_are_the_same_price(tmp_path: Path) -> None:
    """1 USD an hour = 730 a month = 1/3,600 a second."""
    units = {
        "hour": ("1", "hour"),
        "month": ("730", "month"),
        "second": (f"{1 / 3600!r}", "second"),
    }
    book = another_world(
        tmp_path,
        {
            "rented_instances": [
                f"unit/{name},unit,{name},rented,u{name},T100,1,,8,32,yes,yes,no" for name in units
            ],
            "rental_prices": [
                f"unit/{name}/on_demand,{value},{unit}" for name, (value, unit) in units.items()
            ],
        },
    )
    found = compared_in(book, horizon_months=3)
    for name in units:
        found_items = items(option(found, f"none>rented:unit/{name}:on_demand"))
        item = found_items["Machines rented by the hour"]
        assert item.amount_usd == pytest.approx(3 * 2 * 730), name  # a machine and its spare


@pytest.mark.parametrize("unit", ["month", "second"])
def test_a_price_by_the_hour_filed_under_another_unit_is_refused(tmp_path: Path, unit: str) -> None:
    """730 times too low (a real fault), or 3,600 times too high: the first is below the floor."""
    row = price("acme/one/on_demand", 1.0, unit, since="2025-07-01")
    with pytest.raises(TableError) as caught:
        load_tables(with_prices(tmp_path, {"rental_prices": row}))
    columns = {fault.column for fault in caught.value.faults}
    assert "unit" in columns  # a key keeps its unit
    assert ("value" in columns) == (unit == "month")  # and 1 USD a month is no price of a card


def test_cents_filed_as_dollars_are_refused_as_other_sizes_disagree(tmp_path: Path) -> None:
    row = price("acme/four/on_demand", 400, "hour", since="2025-07-01")
    row += price("acme/one/on_demand", 1, "hour", since="2025-07-01")
    with pytest.raises(TableError, match="as other sizes of g"):
        load_tables(with_prices(tmp_path, {"rental_prices": row}))


def test_gigabytes_are_decimal_and_gibibytes_binary(tmp_path: Path) -> None:
    """100 M answers of 2 kB are 200 GB = 186.26 GiB."""
    units = ("gb", "gib")
    book = another_world(
        tmp_path,
        {
            "rented_instances": [
                f"u{unit}/m,u{unit},m,rented,u{unit},T100,1,,8,32,yes,yes,no" for unit in units
            ],
            "rental_prices": [f"u{unit}/m/on_demand,1,hour" for unit in units],
            "network_prices": [f"u{unit}/egress/standard,0.1,{unit}" for unit in units],
        },
    )
    found = compared_in(book, requests_per_month=1e8, horizon_months=1)
    sent = {
        unit: items(option(found, f"none>rented:u{unit}/m:on_demand"))["Data sent to users"]
        for unit in units
    }
    assert sent["gb"].amount_usd == pytest.approx(20.0)
    assert sent["gib"].amount_usd == pytest.approx(20.0 / 1.073741824)


def test_accelerator_memory_is_binary() -> None:
    row = AcceleratorRow.model_validate(
        {
            "accelerator": "X",
            "vendor": "x",
            "generation": "ampere",
            "fp16_tflops": 100,
            "memory_gib": 80,
            "bandwidth_gb_s": 1000,
            "edition": "2026-01-01",
            "as_of": "2025-12-31",
            "confidence": "A",
            "source": "x",
        }
    )
    part = accelerator_part(row)
    assert part is not None
    assert part.memory == 80 * 1024**3  # 85.9e9 bytes
    assert part.bandwidth == 1000e9  # but bandwidth is decimal
    assert part.rate("fp16") == 100e12


def test_joules_are_not_watt_hours() -> None:
    """3,600 requests of 2 J are 2 Wh, not 7,200."""
    found = compared(device_mix="new_phones", requests_per_month=3600, horizon_months=1)
    wear = items(option(found, "none>device:new_phones"))["Users' battery wear"]
    assert wear.unit == "watt_hour"
    assert wear.quantity == pytest.approx(2.0)


def test_watts_are_not_watt_hours() -> None:
    """A server of 1,000 W idle for a month of 730 h at PUE 1.5: 1,095 kWh."""
    found = compared(requests_per_month=1, spare_instances=0, horizon_months=1)
    energy = items(option(found, "none>owned:acme/node8"))["Electricity of the servers"]
    assert energy.quantity == pytest.approx(1.0 * 730 * 1.5, rel=1e-6)


def test_a_multiply_accumulate_is_two_operations() -> None:
    assert factor("gmac", "gflop") == 2
    # 5 GFLOP in the table are 5 GFLOP of work, not 2.5 or 10
    assert case(model="face-net").requests.work.gflops_per_request[0] == 5
    assert case(model="face-net", gflops_per_request=7).requests.work.gflops_per_request[0] == 7


@pytest.mark.parametrize(
    ("model", "gmacs"), [("resnet18", 1.82), ("resnet50", 4.11), ("mobilenetv2_100", 0.31)]
)
def test_published_macs_are_doubled_in_the_catalogue(model: str, gmacs: float) -> None:
    """timm publishes GMACs at 224 pixels; the catalogue holds operations."""
    rows = {row.model: row for row in PriceBook.load().table("models", ModelRow)}
    assert rows[model].gflops_per_unit == pytest.approx(2 * gmacs, rel=0.01)


@pytest.mark.parametrize(
    ("name", "dense"),
    # vendors' data sheets print the sparse figure first: twice these
    [("H100-SXM", 989.4), ("L4", 121), ("A100-80GB-SXM", 312), ("L40S", 362)],
)
def test_rates_are_dense(name: str, dense: float) -> None:
    rows = {row.accelerator: row for row in PriceBook.load().table("accelerators", AcceleratorRow)}
    assert rows[name].fp16_tflops == pytest.approx(dense, rel=0.02)


def test_growth_and_rates_are_percent() -> None:
    found = case(growth_pct_per_month=5, horizon_months=2, discount_rate_pct=8).demand
    assert found.requests[0].tolist() == pytest.approx([1e6, 1.05e6])
    assert found.calendar.rate[0, 0] == pytest.approx(1.08 ** (1 / 12) - 1)


def test_a_share_of_a_mix_is_percent_and_a_reach_is_a_share() -> None:
    found = compared(min_reach_pct=0.5)
    chosen = option(found, "none>device:everyone")
    assert chosen.served_share == pytest.approx(0.8)
    assert chosen.status == "feasible"
