"""The real tables: every rule holds, sources are named, and they hold what the product promises."""

from __future__ import annotations

from collections import defaultdict

import pytest

from calculators.presets import DEFAULT_PRESET, default_scenario, from_preset, presets
from pricing import rules, tableset
from pricing.book import PriceBook, digest, editions
from pricing.loader import TABLE_DIR, load_tables
from pricing.schema import (
    DeviceMixRow,
    InstanceRow,
    ModelRow,
    PriceRow,
    ServiceRow,
    Sourced,
    VendorRow,
)
from pricing.table import Table
from pricing.tables import SPECS, names

PRESETS = {
    "celebrity_match",
    "deep_art",
    "live_camera",
    "support_chat",
    "summariser",
    "voice_notes",
    "document_ocr",
    "semantic_search",
    "photo_moderation",
    "hospital_imaging",
    "keyboard",
    "recommender",
}


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    return load_tables()


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


def test_tables_load_without_a_fault(tables: dict[str, Table]) -> None:
    assert set(tables) == set(SPECS)
    assert {path.stem for path in TABLE_DIR.glob("*.csv")} == set(SPECS)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_holds(tables: dict[str, Table], rule: rules.Rule) -> None:
    assert [str(fault) for fault in rule(tables)] == []


def test_every_figure_has_a_source_with_a_title(book: PriceBook) -> None:
    for name in SPECS:
        for row in book.rows(name):
            if isinstance(row, Sourced):
                assert book.sources[row.source].title.strip(), (name, row)


def test_links_are_addresses_or_documents_of_our_own(book: PriceBook) -> None:
    root = TABLE_DIR.parent.parent
    for source in book.sources.values():
        away = source.url.startswith(("https://", "http://"))
        assert source.url == "" or away or (root / source.url).is_file(), source


def test_digest_is_stable_over_a_reload() -> None:
    first = {edition: digest(edition) for edition in editions()}
    tableset.forget()
    assert {edition: digest(edition) for edition in editions()} == first
    assert len(set(first.values())) == len(first)
    assert all(len(value) == 64 for value in first.values())


def test_each_priced_meter_answers_today_or_has_ended(book: PriceBook) -> None:
    """No key is lost between the tables and the lookup."""
    lost = []
    for product, meters in book.meters.items():
        for meter in meters:
            key = f"{product}/{meter}"
            rows = [row for row in book.history(key) if row.effective_from <= book.price_date]
            ended = any(row.status == "end" for row in rows)
            if book.tariff(key, "us") is None and not ended:
                lost.append(key)
    assert lost == []


def test_bands_of_every_tariff_are_marginal_and_whole(book: PriceBook) -> None:
    for product, meters in book.meters.items():
        for meter in meters:
            tariff = book.tariff(f"{product}/{meter}", "us")
            if tariff is None:
                continue
            assert tariff.bands[0].start == 0
            ends = [band.end for band in tariff.bands]
            assert [band.start for band in tariff.bands[1:]] == ends[:-1]
            assert ends[-1] == tariff.unknown_above


# ------------------------------------------------- what the first comparison needs to be honest


def test_prices_are_known_at_several_dates(book: PriceBook) -> None:
    dates = {
        name: {row.effective_from for row in book.table(name, PriceRow)} for name in names("price")
    }
    assert len(dates["rental_prices"]) >= 5
    assert len(dates["token_prices"]) >= 5


def test_rentals_have_every_term(book: PriceBook) -> None:
    meters = {row.meter for row in book.table("rental_prices", PriceRow)}
    assert meters >= {"on_demand", "spot", "1y", "3y"}
    machines = book.table("rented_instances", InstanceRow)
    assert any(row.accelerator for row in machines)
    assert any(not row.accelerator for row in machines)


def test_one_open_model_has_several_hosts(book: PriceBook) -> None:
    hosts: dict[str, set[str]] = defaultdict(set)
    for row in book.table("services", ServiceRow):
        if row.model and book.tariff(f"{row.product}/input", "us"):
            hosts[row.model].add(row.vendor)
    assert max(len(vendors) for vendors in hosts.values()) >= 5


def test_several_vendors_have_volume_tiers(book: PriceBook) -> None:
    tiered = {
        row.key.partition("/")[0]
        for row in book.table("task_api_prices", PriceRow)
        if row.tier_from > 0 and row.status == "price"
    }
    assert len(tiered) >= 2


def test_shared_costs_are_priced(book: PriceBook) -> None:
    for key in (
        "us/grid/business",
        "us/grid/household",
        "world/colocation/standard",
        "aws/egress/standard",
        "aws/load_balancer/standard",
        "aws/object_storage/standard",
    ):
        assert book.tariff(key, "us") is not None, key
    for key in ("eu/grid/business", "eu/grid/household"):
        assert book.tariff(key, "eu") is not None, key


def test_presets_are_the_promised_ones(book: PriceBook) -> None:
    assert set(presets(book)) == PRESETS
    assert DEFAULT_PRESET == "celebrity_match"


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_preset_is_a_valid_scenario(book: PriceBook, name: str) -> None:
    preset = presets(book)[name]
    scenario = from_preset(name, {}, book)
    assert preset.label.strip()
    assert preset.summary.strip()
    assert scenario.preset == name
    models = {row.model for row in book.table("models", ModelRow)}
    mixes = {row.mix for row in book.table("device_mixes", DeviceMixRow)}
    assert scenario.model in models
    assert scenario.device_mix in mixes


def test_default_scenario_is_the_designs(book: PriceBook) -> None:
    scenario = default_scenario(book)
    assert scenario.requests_per_month == 1_000_000
    assert scenario.requests_per_user_per_month == 10  # 100,000 users
    assert scenario.horizon_months == 36
    assert scenario.growth_pct_per_month == 0
    assert not scenario.own_model_required


def test_every_vendor_of_a_product_is_described(book: PriceBook) -> None:
    """A vendor without a row would pass as unknown terms, silently, for all its products."""
    known = {row.vendor for row in book.table("vendors", VendorRow)}
    named = {row.vendor for row in book.table("services", ServiceRow)}
    named |= {row.vendor for row in book.every(InstanceRow)}
    assert named - known == set()
