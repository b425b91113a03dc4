"""Tiered prices of data, by hand: bands, units, and volumes beyond the last price seen."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.costs import delivery
from calculators.evaluation import evaluate
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.world import case, compared_in, frozen, items, option

BETA = "none>rented:beta/e1:on_demand"
DATED = "2026-01-01,2025-12-31,A,world,,"


def a_world_with(folder: Path, *lines: str, without: str = "none") -> PriceBook:
    """The invented world, with rows of network prices in full in place of a key's."""
    shutil.copytree(frozen(), folder, dirs_exist_ok=True)
    path = folder / "network_prices.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith(without)]
    path.write_text("\n".join([*kept, *(f"{line},{DATED}" for line in lines)]) + "\n")
    return PriceBook.load(directory=folder)


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    """Data leaving beta: 0.10 a GB for the first 100 GB a month, then not seen."""
    known = "beta/egress/standard,0.1,gb,USD,global,0,100,2025-06-01,price"
    beyond = "beta/egress/standard,,gb,USD,global,100,,2025-06-01,unknown_above"
    return a_world_with(tmp_path / "tables", known, beyond)


def sent(book: PriceBook, requests: float, **changes: Any) -> Option:
    """An answer is 2 kB: 50 M requests a month are 100 GB."""
    found = compared_in(book, requests_per_month=requests, horizon_months=12, **changes)
    return option(found, BETA)


def test_up_to_the_last_band_all_of_it_is_charged(book: PriceBook) -> None:
    # 50 M x 2 kB = 100 GB x 0.10 x 12 months = 120 USD
    chosen = sent(book, 50_000_000)
    assert chosen.status == "feasible"
    assert items(chosen)["Data sent to users"].amount_usd == pytest.approx(120)


def test_beyond_the_last_band_the_price_is_missing(book: PriceBook) -> None:
    chosen = sent(book, 50_000_100)
    assert chosen.status == "incomplete"
    assert chosen.total_usd is None
    assert chosen.missing == ("price of data leaving Beta above 100 GB a month",)


def test_growth_leads_beyond_the_band_in_a_later_month(book: PriceBook) -> None:
    # 100 GB x 0.98 in month 1 and 1 % a month: 98 x 1.01^3 = 100.97 in month 4
    assert sent(book, 49_000_000, growth_pct_per_month=1).status == "incomplete"
    assert sent(book, 40_000_000, growth_pct_per_month=1).status == "feasible"  # 89.2 in month 12


def test_months_after_the_horizon_do_not_count(book: PriceBook) -> None:
    """One point looks at 2 months, the other at 12: the calendar holds the months of both."""
    asked = case(
        {"horizon_months": [2.0, 12.0]},
        book=book,
        requests_per_month=49_000_000,
        growth_pct_per_month=1,
    )
    found = evaluate(asked)
    pair, own = found.where(found.at[BETA])
    lacks = [pair.missing(own, point) for point in range(2)]
    assert lacks[0] == ()
    assert lacks[1] == ("price of data leaving Beta above 100 GB a month",)


def test_a_model_delivered_beyond_the_last_band(tmp_path: Path) -> None:
    """Web installs, and what caches drop, come from the network: 0.02 a GB up to 10,000 GB."""
    row = "bunny/cdn/standard,{},gb,USD,global,{},2025-06-01,{}"
    known, beyond = (
        row.format("0.02", "0,10000", "price"),
        row.format("", "10000,", "unknown_above"),
    )
    book = a_world_with(tmp_path / "tables", known, beyond, without="bunny/cdn")

    def shipped(installs: float) -> Option:
        asked: dict[str, Any] = {
            "platforms": ("web",),
            "device_mix": "new_phones",
            "installs_per_month": installs,
            "min_reach_pct": 1,
        }
        found = compared_in(book, **asked)
        return next(item for item in found.options if item.id.startswith("none>device:"))

    few, many = (
        next(i for i in shipped(installs).line_items if i.name == "Model sent to devices")
        for installs in (100, 10_100)
    )
    per_install = (many.quantity - few.quantity) / 10_000 / 36
    dropped = few.quantity / 36 - 100 * per_install
    assert few.rate_usd == 0.02
    below, above = ((gb - dropped) / per_install for gb in (9_990, 10_010))
    assert not [text for text in shipped(below).missing if "delivered" in text]
    assert "price of models delivered by bunny above 10,000 GB a month" in shipped(above).missing


def test_training_data_is_kept_in_bands_and_in_the_vendors_gigabytes(tmp_path: Path) -> None:
    """The first 10 GB free, then 0.05 a GB; and a vendor who counts GiB."""
    row = "acme/object_storage/standard,{},{},USD,global,{},2025-06-01,price"
    own: dict[str, Any] = {
        "own_model_required": True,
        "training_method": "fine_tune",
        "dataset_gb": 50,
    }
    own |= {"training_examples": 1000, "horizon_months": 1}

    def kept(*bands: str) -> dict[str, float]:
        book = a_world_with(tmp_path / str(len(bands)), *bands, without="acme/object_storage")
        chosen = option(compared_in(book, **own), "rented>rented:acme/m1:on_demand")
        return {i.name: i.amount_usd for i in chosen.line_items if "stored" in i.name}

    # 50 GB: 10 free, 40 x 0.05 = 2.00 (the first band's price alone would be 0)
    free, paid = row.format("0", "gb_month", "0,10"), row.format("0.05", "gb_month", "10,")
    tiers = kept(free, paid)
    assert sum(tiers.values()) == pytest.approx(2.0)
    assert "Training data stored, from 10 and above a month" in tiers
    # 50 GB = 46.566129 GiB x 0.10
    (amount,) = kept(row.format("0.1", "gib_month", "0,")).values()
    assert amount == pytest.approx(4.6566129)


def test_three_hundred_terabytes_leave_oracle_and_azure() -> None:
    """Both tariffs were seen up to 10 TB a month; AWS's is known to the end."""
    asked = {
        "requests_per_month": 1_000_000_000,
        "response_kb": 300,
        "own_model_required": False,
        "retrains_per_month": 0,
        "training_method": "none",
        "horizon_months": 1,
    }
    book = PriceBook.load()
    found = compare(from_preset("deep_art", asked, book), book)
    rented = [item for item in found.options if item.id.startswith("none>rented:")]
    for vendor in ("oracle", "azure"):
        theirs = [item for item in rented if item.id.startswith(f"none>rented:{vendor}/")]
        assert theirs
        assert not [item.id for item in theirs if item.status == "feasible"]
        assert all(
            any("above 10,000 GB a month" in text for text in item.missing) for item in theirs
        )
    # 100 free; 10,240 x 0.09; 40,960 x 0.085; 102,400 x 0.07; 146,300 x 0.05
    aws = next(item for item in rented if item.id.startswith("none>rented:aws/g4dn.xlarge"))
    egress = sum(i.amount_usd for i in aws.line_items if i.name.startswith("Data sent to users"))
    assert egress == pytest.approx(921.6 + 3481.6 + 7168 + 7315)


def test_what_delivery_costs_is_missing_only_where_it_reaches_the_band_without_a_price(
    tmp_path: Path,
) -> None:
    """100 GB a month at 0.02 are 2 USD; 20,000 GB go beyond what is known."""
    row = "bunny/cdn/standard,{},gb,USD,global,{},2025-06-01,{}"
    known, beyond = (
        row.format("0.02", "0,10000", "price"),
        row.format("", "10000,", "unknown_above"),
    )
    book = a_world_with(tmp_path / "tables", known, beyond, without="bunny/cdn")
    asked = case(book=book, horizon_months=1)
    few, many = (delivery.usd(asked, np.full((1, 1), sent)) for sent in (100.0, 20_000.0))
    assert few == pytest.approx([2.0])
    assert np.isnan(many).all()
