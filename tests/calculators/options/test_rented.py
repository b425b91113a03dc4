"""Rented machines by hand: commitments, growth, prices that change.

One T100 serves a mean of 6,132,000 requests a month (see ``costs/test_fleet.py``).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from calculators.compare import compare
from calculators.options.rented import terms
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.training.test_machines import spot_read
from tests.calculators.world import amounts, case, compared, compared_in, items, option

FULL = 6_132_000


ON_DEMAND, ONE_YEAR, THREE_YEARS = "by the hour", "one-year commitment", "three-year commitment"


def rented(machine: str = "acme/m1:on_demand", /, **changes: Any) -> Option:
    return option(compared(**changes), f"none>rented:{machine}")


def rent(chosen: Option) -> float:
    return sum(
        item.amount_usd for item in chosen.line_items if item.name.startswith("Machines rented")
    )


# --------------------------------------------------------------------------------- commitments


@pytest.mark.parametrize(
    ("horizon", "inside", "left"),
    # two machines at 0.70 USD an hour: 2 x 730 x 0.70 = 1,022 USD a month
    [
        (1, 1, 11),
        (9, 9, 3),  # nine months used, twelve paid
        (12, 12, 0),
        (13, 13, 11),  # a second contract runs to month 24
        (24, 24, 0),
        (36, 36, 0),
    ],
)
def test_a_one_year_commitment_is_paid_to_its_end(horizon: int, inside: int, left: int) -> None:
    chosen = rented("acme/m1:1y", horizon_months=horizon)
    found = amounts(chosen)
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(inside * 1022)
    if left:
        assert found["Commitment left after the period"] == pytest.approx(left * 1022)
        assert items(chosen)["Commitment left after the period"].period == "once"
    else:
        assert "Commitment left after the period" not in found


@pytest.mark.parametrize(("horizon", "left"), [(30, 6), (36, 0), (37, 35)])
def test_a_three_year_commitment(horizon: int, left: int) -> None:
    # 2 x 730 x 0.50 = 730 USD a month
    chosen = rented("acme/m1:3y", horizon_months=horizon, max_commitment="3y")
    found = amounts(chosen)
    assert found[f"Machines rented {THREE_YEARS}"] == pytest.approx(horizon * 730)
    assert found.get("Commitment left after the period", 0) == pytest.approx(left * 730)


def test_a_commitment_left_is_discounted_to_the_end_of_the_period() -> None:
    chosen = rented("acme/m1:1y", horizon_months=9, discount_rate_pct=10)
    left = items(chosen)["Commitment left after the period"]
    assert left.amount_usd == pytest.approx(3066)
    assert left.npv_usd == pytest.approx(3066 / 1.1 ** (9 / 12))


@pytest.mark.parametrize(
    ("ceiling", "terms"),
    [("on_demand", {"on_demand"}), ("1y", {"on_demand", "1y"}), ("3y", {"on_demand", "1y", "3y"})],
)
@pytest.mark.parametrize("spot", [False, True])
def test_the_longest_commitment_is_a_ceiling(ceiling: str, terms: set[str], spot: bool) -> None:
    found = compared(max_commitment=ceiling, spot_serving=spot)
    offered = {
        item.id.rpartition(":")[2]
        for item in found.options
        if item.id.startswith("none>rented:acme/m1:")
    }
    assert offered == terms | ({"spot"} if spot else set())


def test_terms_accepted() -> None:
    assert terms(case(max_commitment="on_demand")) == ("on_demand",)
    assert terms(case(max_commitment="3y", spot_serving=True)) == ("on_demand", "1y", "3y", "spot")


def test_spot_machines_are_a_caution() -> None:
    found = compared(spot_serving=True)
    chosen = option(found, "none>rented:acme/m1:spot")
    assert chosen.status == "feasible"
    assert [item.rule for item in chosen.findings if item.verdict == "caution"] == ["spot", "price"]
    by_the_hour = option(found, "none>rented:acme/m1:on_demand")
    assert not [item for item in by_the_hour.findings if item.rule == "spot"]


# -------------------------------------------------------------------------------------- growth


def test_growing_stairs_month_by_month() -> None:
    """1, 2 and 4 machines, each with a spare: 2 + 3 + 5 = 10 machine-months."""
    changes: dict[str, Any] = {
        "requests_per_month": FULL,
        "growth_pct_per_month": 100,
        "horizon_months": 3,
    }
    assert rent(rented(**changes)) == pytest.approx(10 * 730 * 1.0)
    committed = rented("acme/m1:1y", **changes)
    found = amounts(committed)
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(10 * 730 * 0.7)
    # two machines since month 1 (9 months left), one since month 2 (10), two since month 3 (11)
    left = 2 * 9 + 1 * 10 + 2 * 11
    assert found["Commitment left after the period"] == pytest.approx(left * 730 * 0.7)


def test_renewal_of_machines_added_along_the_way() -> None:
    """Growth 10 % for 14 months: each machine's contracts start when it is first needed."""
    months, growth, start = 14, 1.1, FULL
    need = [math.ceil(start * growth**month / FULL * (1 - 1e-12)) + 1 for month in range(months)]
    left = 0
    for month, (now, before) in enumerate(zip(need, [0, *need], strict=False)):
        used = months - month
        left += (now - before) * (math.ceil(used / 12) * 12 - used)
    chosen = rented(
        "acme/m1:1y", requests_per_month=start, growth_pct_per_month=10, horizon_months=months
    )
    found = amounts(chosen)
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(sum(need) * 511)
    assert found["Commitment left after the period"] == pytest.approx(left * 511)


def test_shrinking_frees_machines_by_the_hour_but_not_committed_ones() -> None:
    """4, 2, 1 machines and a spare: 5 + 3 + 2 by the hour, 5 + 5 + 5 under contract, 9 x 5 left."""
    changes: dict[str, Any] = {
        "requests_per_month": 4 * FULL,
        "growth_pct_per_month": -50,
        "horizon_months": 3,
    }
    assert rent(rented(**changes)) == pytest.approx(10 * 730 * 1.0)
    found = amounts(rented("acme/m1:1y", **changes))
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(15 * 511)
    assert found["Commitment left after the period"] == pytest.approx(5 * 9 * 511)


# --------------------------------------------------------------------- prices that change


def test_a_commitment_keeps_its_price_and_its_renewal_does_not() -> None:
    """One machine and a spare for two years at 0.70, the price doubling in a year.

    today 2 x 24 x 730 x 0.70 = 24,528; the second year's contract costs twice as much:
    2 x 12 x 730 x 0.70 = 12,264 more, and nothing is left after 24 months
    """
    found = amounts(rented("acme/m1:1y", horizon_months=24, price_change_pct_per_year_rental=100))
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx(24_528)
    assert found[f"Machines rented {ONE_YEAR}: price change"] == pytest.approx(12_264)
    assert "Commitment left after the period" not in found


def test_what_is_left_of_a_commitment_costs_what_it_did_when_it_began() -> None:
    """18 months: the contract of month 13 has 6 months left, at twice today's price.

    2 x 6 x 730 x 0.70 = 6,132 and as much again; inside the period 6 months x 2 x 511 = 6,132 more
    """
    found = amounts(rented("acme/m1:1y", horizon_months=18, price_change_pct_per_year_rental=100))
    assert found["Commitment left after the period"] == pytest.approx(6132)
    assert found["Commitment left after the period: price change"] == pytest.approx(6132)
    assert found[f"Machines rented {ONE_YEAR}: price change"] == pytest.approx(6132)


def test_machines_added_later_are_contracted_at_that_months_price() -> None:
    """2, 3 and 5 machines: one of month 2 for 2 months, two of month 3 for one, in the period.

    month 2 is 2^(1/12) - 1 = 0.0594631 dearer, month 3 2^(2/12) - 1 = 0.1224620:
    (2 x 0.0594631 + 2 x 0.1224620) x 511 = 185.927 more; left 10 and 2 x 11 months:
    (10 x 0.0594631 + 22 x 0.1224620) x 511 = 1,680.574 more
    """
    found = amounts(
        rented(
            "acme/m1:1y",
            requests_per_month=FULL,
            growth_pct_per_month=100,
            horizon_months=3,
            price_change_pct_per_year_rental=100,
        )
    )
    change = f"Machines rented {ONE_YEAR}: price change"
    assert found[change] == pytest.approx(185.927, abs=1e-3)
    left = found["Commitment left after the period: price change"]
    assert left == pytest.approx(1680.574, abs=2e-3)


def test_a_shrinking_fleet_renews_what_it_still_needs() -> None:
    """5, 3, 2, 2, ... machines, halving: 5 under contract for a year, then 2 at twice the price.

    month 13 of 13: 2 x 511 = 1,022 more, and 11 months of them left: 11,242 more
    """
    found = amounts(
        rented(
            "acme/m1:1y",
            requests_per_month=4 * FULL,
            growth_pct_per_month=-50,
            horizon_months=13,
            price_change_pct_per_year_rental=100,
        )
    )
    assert found[f"Machines rented {ONE_YEAR}"] == pytest.approx((12 * 5 + 2) * 511)
    assert found[f"Machines rented {ONE_YEAR}: price change"] == pytest.approx(1022)
    assert found["Commitment left after the period: price change"] == pytest.approx(11_242)


def test_machines_by_the_hour_drift_every_month() -> None:
    """Two machines at 1.00: the sum of 2^(k/12) - 1 over k = 0 .. 11 is 4.8171537 months."""
    found = amounts(rented(horizon_months=12, price_change_pct_per_year_rental=100))
    (change,) = (usd for name, usd in found.items() if name.endswith("price change"))
    assert change == pytest.approx(2 * 730 * 4.8171537)


def test_a_commitment_is_paid_whatever_the_schedule() -> None:
    changes: dict[str, Any] = {
        "billing": "scheduled",
        "scheduled_hours_per_month": 220,
        "horizon_months": 12,
    }
    assert rent(rented("acme/m1:1y", requests_per_month=1000, **changes)) == pytest.approx(
        2 * 730 * 12 * 0.7
    )
    assert rent(rented(requests_per_month=1000, **changes)) == pytest.approx(2 * 220 * 12)


@pytest.mark.parametrize(("read_on", "old"), [("2025-12-02", False), ("2025-12-01", True)])
def test_an_old_spot_price_of_a_machine_that_answers_is_said(
    tmp_path: Path, read_on: str, old: bool
) -> None:
    """Spot prices keep for 30 days; the price date is 2026-01-01."""
    found = compared_in(spot_read(tmp_path, read_on), spot_serving=True)
    said = [f.text for f in option(found, "none>rented:acme/m1:spot").findings if "spot" in f.rule]
    assert said[0] == "Spot machines may be taken away at short notice."
    words = "The spot price of m1 was read 31 days before the price date; spot prices keep for 30."
    assert said[1:] == ([words] if old else [])
    by_the_hour = option(found, "none>rented:acme/m1:on_demand")
    assert not [f for f in by_the_hour.findings if "spot" in f.rule]


def test_a_machine_is_named_once() -> None:
    """Where the vendor's product is called after the machine, that is its name."""
    book = PriceBook.load()
    chat = compare(from_preset("support_chat", {}, book), book)
    labels = {item.label.partition(" at ")[0] for item in chat.options if item.kind == "rented"}
    assert "RTX 3090 24GB" in labels
    assert "1 x L4, g2-standard-4" in labels
    twice = [
        said
        for said in labels
        if (word := said.split(" x ")[-1].split(",")[0])
        and said.partition(", ")[2].startswith(word)
    ]
    assert twice == []
