"""Invariants of the real tables, worked out again from the files as they stand.

The loader has its own rules; these tests read the CSV themselves and compute each fault a second
way, so that a rule that stops working is found. The last ones follow every price into the
candidates, and every line item back to its row.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from math import inf, isclose
from typing import get_args

import numpy as np
import pytest

from calculators.block import Block
from calculators.case import Case
from calculators.compare import compare
from calculators.options.registry import serve_place
from calculators.places import PLACES, VENUES
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.results import Comparison, LineItem
from calculators.scenario import build, fields
from calculators.training.managed_api import export_plan
from pricing.book import PriceBook, Tariff
from pricing.loader import TABLE_DIR
from pricing.schema import DeviceMixRow, PriceRow, Task
from pricing.tables import names
from tests.calculators.world import FixedEstimators, fixed

Row = Mapping[str, str]


@cache
def raw(name: str) -> tuple[Row, ...]:
    """Rows of one file as text."""
    with (TABLE_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def prices(*tables: str) -> Iterator[Row]:
    """Price rows of some tables, or of all."""
    for name in tables or names("price"):
        yield from raw(name)


def product(row: Row) -> str:
    return row["key"].rpartition("/")[0]


def meter(row: Row) -> str:
    return row["key"].rpartition("/")[2]


@cache
def machines() -> Mapping[str, Row]:
    return {row["product"]: row for row in (*raw("rented_instances"), *raw("hosted_instances"))}


@cache
def book() -> PriceBook:
    return PriceBook.load()


# the figures -------------------------------------------------------------------------------------


def test_a_key_has_one_value_on_one_date() -> None:
    """Same key, region, day, band and edition twice would be two truths."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in prices():
        name = (
            row["key"],
            row["region"],
            row["effective_from"],
            str(float(row["tier_from"])),
            row["edition"],
        )
        assert name not in seen, (row, seen.get(name))
        seen[name] = row


def test_bands_meet_without_gap_or_overlap() -> None:
    tariffs: dict[tuple[str, ...], list[tuple[float, float]]] = defaultdict(list)
    for row in prices():
        name = (row["key"], row["region"], row["effective_from"], row["edition"])
        tariffs[name].append((float(row["tier_from"]), float(row["tier_to"] or inf)))
    assert sum(len(bands) > 1 for bands in tariffs.values()) >= 10
    for tariff, bands in tariffs.items():
        bands.sort()
        assert bands[0][0] == 0, tariff
        assert bands[-1][1] == inf, tariff
        assert all(low[1] == high[0] for low, high in pairwise(bands)), tariff


def test_a_price_is_above_zero_and_an_end_has_none() -> None:
    for name in names("price"):
        for row in raw(name):
            if row["status"] == "price":
                assert float(row["value"]) > 0 or name == "network_prices", row
            else:
                assert row["value"] == "", row


def test_each_product_keeps_its_currency_and_each_key_its_unit() -> None:
    money, units = defaultdict(set), defaultdict(set)
    for row in prices():
        money[product(row), row["region"]].add(row["currency"])
        units[row["key"]].add(row["unit"])
    assert {name: found for name, found in money.items() if len(found) > 1} == {}
    assert {name: found for name, found in units.items() if len(found) > 1} == {}


def test_every_figure_is_older_than_its_edition() -> None:
    for row in prices():
        assert date.fromisoformat(row["as_of"]) <= date.fromisoformat(row["edition"]), row


# machines ----------------------------------------------------------------------------------------


def per_card() -> Iterator[tuple[Row, Row, float]]:
    """Hourly prices of machines with an accelerator: (price row, machine, per card)."""
    for row in prices("rental_prices", "hosted_prices"):
        machine = machines()[product(row)]
        count = float(machine["accelerator_count"])
        if row["value"] and count and row["unit"] in ("hour", "second"):
            hourly = float(row["value"]) * (3600 if row["unit"] == "second" else 1)
            yield row, machine, hourly / count


def test_sizes_of_a_family_cost_the_same_per_card() -> None:
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for row, machine, usd in per_card():
        if meter(row) != "spot":
            name = (
                machine["vendor"],
                machine["market"],
                machine["family"],
                machine["accelerator"],
                meter(row),
                row["region"],
                row["effective_from"],
                row["edition"],
            )
            groups[name].append(usd)
    assert sum(len(found) > 1 for found in groups.values()) >= 20
    unequal = {name: found for name, found in groups.items() if max(found) > 1.006 * min(found)}
    assert unequal == {}


def test_no_price_is_under_the_floor_of_its_card() -> None:
    floors = {row["accelerator"]: row["floor_usd_per_hour"] for row in raw("accelerators")}
    checked = 0
    for row, machine, usd in per_card():
        floor = floors[machine["accelerator"]]
        if floor and row["unit"] == "hour" and row["currency"] == "USD":
            assert usd >= float(floor) * (1 - 1e-9), (row, floor)
            checked += 1
    assert checked > 500


def test_no_two_machines_differ_by_a_windows_licence() -> None:
    """0.046 USD a virtual CPU and hour is the licence: a Windows price taken for Linux."""
    groups: dict[tuple[str, ...], list[tuple[float, float, str]]] = defaultdict(list)
    for row in prices("rental_prices"):
        machine = machines()[product(row)]
        if not (row["value"] and machine["vcpus"]) or meter(row) != "on_demand":
            continue
        cpus = float(machine["vcpus"])
        share = float(machine["accelerator_count"]) or cpus  # what the price is for
        kin = machine["accelerator"] or machine["family"]
        name = (machine["vendor"], kin, row["region"], row["effective_from"])
        groups[name].append((float(row["value"]) / share, cpus / share, product(row)))
    for family, found in groups.items():
        for usd, cpus, machine_id in found:
            for other, _, other_id in found:
                licence = (usd - other) / cpus
                assert not isclose(licence, 0.046, abs_tol=0.0005), (family, machine_id, other_id)


def test_commitments_are_below_the_list_price_in_force() -> None:
    """Equal to list means that the commitment's price is missing; spot never costs more."""
    listed: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for row in prices("rental_prices"):
        if meter(row) == "on_demand" and row["value"]:
            listed[product(row), row["region"]].append((row["effective_from"], float(row["value"])))
    checked = 0
    for row in prices("rental_prices"):
        if meter(row) == "on_demand" or not row["value"]:
            continue
        known = [
            item for item in listed[product(row), row["region"]] if item[0] <= row["effective_from"]
        ]
        if known:
            price = max(known)[1]
            equal = meter(row) == "spot"  # two of six zones quote spot at list price
            assert float(row["value"]) < price or (equal and float(row["value"]) == price), row
            checked += 1
    assert checked > 100


def test_three_years_cost_no_more_than_one() -> None:
    terms: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for row in prices("rental_prices"):
        if meter(row) in ("1y", "3y") and row["value"]:
            terms[product(row), row["region"], row["effective_from"]][meter(row)] = float(
                row["value"]
            )
    both = {name: found for name, found in terms.items() if len(found) == 2}
    assert both
    assert {name: found for name, found in both.items() if found["3y"] > found["1y"]} == {}


# hardware ----------------------------------------------------------------------------------------


def test_rates_are_dense() -> None:
    """A sparse rate is twice the dense one; no format gains more than its width allows."""
    for row in raw("accelerators"):
        half = float(row["fp16_tflops"] or row["bf16_tflops"] or 0)
        if not half or "CUDA-core" in row["note"]:
            continue
        for column, most in (("fp8_tflops", 2), ("int8_tops", 4), ("fp4_tflops", 8)):
            if row[column]:
                assert float(row[column]) <= most * half * 1.02, (row["accelerator"], column)
        if row["fp8_tflops"] and row["fp4_tflops"]:
            assert float(row["fp4_tflops"]) <= 4.1 * float(row["fp8_tflops"]), row["accelerator"]
        if row["fp16_tflops"] and row["bf16_tflops"]:
            assert isclose(float(row["bf16_tflops"]), half, rel_tol=0.02), row["accelerator"]


def test_battery_energy_is_charge_times_voltage() -> None:
    checked = 0
    for row in raw("devices"):
        if row["battery_wh"] and row["battery_mah"] and row["battery_v"]:
            energy = float(row["battery_mah"]) / 1000 * float(row["battery_v"])
            assert isclose(energy, float(row["battery_wh"]), rel_tol=0.06), row["device"]
            checked += 1
    assert checked >= 20


# every price is there for something --------------------------------------------------------------


EVERYTHING = fixed(FixedEstimators(phones=None, on_device=inf))
"""What a machine or device can do is fixed, since only prices are followed here."""


@pytest.fixture(scope="module")
def priced() -> PriceBook:
    """The real book."""
    return book()


SWEEP = {
    "data_sensitivity": "public",
    "min_confidence": "C",
    "max_commitment": "3y",
    "spot_serving": True,
    "params_millions": 100,
    "gflops_per_request": 1,
    "device_mix": "us_mainstream",
    "platforms": ("web",),
    "retrains_per_month": 1,
    "training_method": "fine_tune",
    "requests_per_month": 1e6,
}
ALONE = tuple(name for name, place in PLACES.items() if not place.fallback)


def reached(priced: PriceBook) -> set[str]:
    """Products that some scenario offers as a candidate, trains on or charges for."""
    scenarios = [
        {"task": task, "quality_class": quality, "region": region}
        for task in get_args(Task)
        for quality in ("small", "mid", "frontier")
        for region in ("us", "eu")
    ]
    services = case(SWEEP, priced).market.services_anywhere()
    named = {(row.task, row.model) for row in services if row.model}
    scenarios += [{"task": task, "model": model} for task, model in sorted(named)]
    found: set[str] = set()
    for index, changes in enumerate(scenarios):
        asked = case({**SWEEP, **changes}, priced)
        places = ALONE if index < 2 else ALONE[:1]  # machines are the same for every task
        for place in places:
            block = serve_place(asked, PLACES[place], np.ones(1))
            found |= offered(block) if block is not None else set()
    found |= taken_away(priced)
    market = case(SWEEP, priced).market
    for table, kind in (("hosted_instances", "hosted_training"), ("rented_instances", "rented")):
        offers = market.trainers(table, kind, ("on_demand", "spot"))
        found |= {offer.row.product for offer in offers.offers}
    return found


def taken_away(priced: PriceBook) -> set[str]:
    """Services that train a model of some size by some method and let it leave."""
    found: set[str] = set()
    for method in ("fine_tune", "lora"):
        for size in (8e3, 5e4, 1.5e5, 4e5):
            changes = {"task": "text_generation", "training_method": method}
            asked = case({**SWEEP, **changes, "params_millions": size}, priced)
            plan = export_plan(asked, VENUES["managed_api"])
            assert plan is not None, changes
            keys = [source.key for charge in plan.charges for source in charge.sources]
            found |= {key.rpartition("/")[0] for key in keys}
    return found


def case(changes: Mapping[str, object], priced: PriceBook) -> Case:
    return EVERYTHING.case(Points(build(changes)), priced)


def offered(block: Block) -> set[str]:
    """Products a block's candidates are, or are charged for."""
    keys = [source.key for charge in block.charges for source in charge.sources]
    products = {name.partition(":")[0] for name in block.products.ids}
    return products | {key.rpartition("/")[0] for key in keys}


REASONS = {
    r"fireworks/(lora|full)-dpo-.*": "preference tuning: no training method of a scenario is that",
    r".*/grid": "a scenario knows us and eu; other places are what a user may enter instead",
    r".*/(cdn|cdn_volume)": "one list prices models sent to devices; the others are for comparison",
    r".*/object_storage": "charged where its vendor's machines train; else for comparison",
    r".*/egress": "charged where a vendor has machines; a vendor without any is for comparison",
}
"""Priced products no scenario reaches, by pattern, and why they are kept."""

NO_CPU = "its processor has no specification, so its speed cannot be estimated"


def unreached(priced: PriceBook) -> dict[str, str]:
    """Products with a price in force that no candidate rests on -> the reason given."""
    found = {}
    known = reached(priced)
    for row in priced.every(PriceRow):
        if row.product in known or row.product in found:
            continue
        meters = priced.meters.get(row.product, ())
        if all(priced.tariff(f"{row.product}/{item}") is None for item in meters):
            continue  # retired: history only
        machine = machines().get(row.product)
        if machine and not machine["accelerator"] and not machine["cpu"]:
            found[row.product] = NO_CPU
            continue
        reasons = [why for pattern, why in REASONS.items() if re.fullmatch(pattern, row.product)]
        found[row.product] = reasons[0] if reasons else ""
    return found


def test_every_priced_product_reaches_a_candidate_or_says_why(priced: PriceBook) -> None:
    lost = unreached(priced)
    assert [name for name, reason in lost.items() if not reason] == []
    idle = [pattern for pattern in REASONS if not any(re.fullmatch(pattern, name) for name in lost)]
    assert idle == [], "these reasons are not needed any more: take them out"


# every line item rests on a row ------------------------------------------------------------------

DERIVED = ("Network and cabling", "Maintenance and spare parts")
"""Charged as a share of the purchase price; the share is named in the line item."""
STAND_IN = " (stands in: this vendor's own price was not seen)"


def one_of_each(found: Comparison) -> Iterator[LineItem]:
    """Line items of each answering product and each training plan once."""
    seen: set[str] = set()
    for option in found.options:
        _, _, answers = option.id.partition(">")
        trained = f"{option.trained_at} {option.training_product}"
        if {trained, answers} <= seen:
            continue
        seen |= {trained, answers}
        yield from option.line_items


def row_of(item: LineItem, rows: Mapping[tuple[str, str], Sequence[PriceRow]]) -> PriceRow | None:
    """The price row a line item's source was made from."""
    candidates = rows.get((item.source.key, item.source.region), ())
    days = [row for row in candidates if row.as_of == item.source.as_of]
    return next(
        (row for row in days if row.note == item.source.note or STAND_IN in item.source.title), None
    )


def check_price(item: LineItem, row: PriceRow, tariff: Tariff, priced: PriceBook) -> None:
    """Source of the row, word for word, and its rate."""
    source = priced.sources[row.source]
    title = source.title if not row.locator else f"{source.title}, {row.locator}"
    stands_in = item.source.title.endswith(STAND_IN)
    assert item.source.title.removesuffix(STAND_IN) == title, item
    assert item.source.url == source.url, item
    assert item.source.confidence == ("C" if stands_in else row.confidence), item
    if item.name not in DERIVED:
        rates = [band.usd for band in tariff.bands]
        assert any(isclose(item.rate_usd, rate, rel_tol=1e-9) for rate in rates), (item, rates)


def check_other(item: LineItem, priced: PriceBook) -> None:
    """An assumption, an input or a device: each names itself and where it comes from."""
    key = item.source.key
    assert item.source.title, item
    if key in priced.assumptions:
        assert item.source == priced.assumption_source(key), item
    elif key in fields():
        assert item.source.title.startswith("Scenario input: "), item
    elif ": processing in " in item.name:
        own = {row["product"]: row for row in raw("token_terms")}[key]
        assert item.source.url == priced.sources[own["source"]].url, item
    else:
        devices = {row["device"]: row for row in raw("devices")}
        assert key in devices, item
        assert item.source.url == priced.sources[devices[key]["source"]].url, item


@pytest.mark.parametrize("name", sorted({row["preset"] for row in raw("presets")}))
def test_every_line_item_carries_the_source_of_its_row(priced: PriceBook, name: str) -> None:
    """All of them: a rate without a row, or with another row's source, fails."""
    rows: dict[tuple[str, str], list[PriceRow]] = defaultdict(list)
    for row in priced.every(PriceRow):
        rows[row.key, row.region].append(row)
    scenario = from_preset(name, {"spot_serving": True, "max_commitment": "3y"}, priced)
    checked = 0
    for item in one_of_each(compare(scenario, priced, EVERYTHING)):
        if not item.source.region:
            check_other(item, priced)
        else:
            found, tariff = row_of(item, rows), priced.tariff(item.source.key, scenario.region)
            assert found is not None, item
            assert tariff is not None, item
            check_price(item, found, tariff, priced)
        checked += 1
    assert checked > 300


def test_presets_are_all_followed(priced: PriceBook) -> None:
    assert set(presets(priced)) == {row["preset"] for row in raw("presets")}
    mixes = {row.mix for row in priced.table("device_mixes", DeviceMixRow)}
    assert {from_preset(name, {}, priced).device_mix for name in presets(priced)} <= mixes
