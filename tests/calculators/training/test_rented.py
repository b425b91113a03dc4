"""Training on rented machines: on demand or spot, weights taken away to anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from pricing.book import PriceBook
from tests.calculators.world import compared

OWN: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


def test_what_is_trained_on_rented_machines_answers_anywhere() -> None:
    found = compared(**OWN, device_mix="everyone", min_reach_pct=80)
    answers = {
        item.answers_at
        for item in found.options
        if item.trained_at == "rented" and item.status == "feasible"
    }
    assert answers == set(PLACES) - {"managed_api", "device+managed_api"}


def test_a_service_answers_with_no_model_trained_elsewhere() -> None:
    found = compared(**OWN)
    assert not [
        item
        for item in found.options
        if item.trained_at == "rented" and item.answers_at.endswith("managed_api")
    ]


def test_hourly_runs_of_a_small_model_pay_their_start() -> None:
    """A recommender trained 730 times a month: five minutes of start a run are 60.8 hours.

    The runs themselves would be minutes in all; at the price of eight H100 (10 USD) 608 USD.
    """
    book = PriceBook.load()
    found = compare(from_preset("recommender", {"horizon_months": 1}, book), book)
    machines = [
        item
        for chosen in found.options
        if chosen.trained_at == "rented" and chosen.status == "feasible"
        for item in chosen.line_items
        if item.name == "Machines for retraining"
    ]
    assert machines
    assert all(item.quantity >= 730 * 5 / 60 for item in machines)


def test_a_service_that_learns_online_trains_without_pause() -> None:
    """Three hours a run, due every hour: it learns as events come, and no month has more hours.

    Billed 5.7 hours for each: 36 months x 730 h x 5.7 = 149,796 h at 0.24 USD.
    """
    book = PriceBook.load()
    found = compare(from_preset("recommender", {}, book), book)
    chosen = next(
        item for item in found.options if item.id == "managed_api>managed_api:aws-ai/personalize"
    )
    (again,) = (item for item in chosen.line_items if item.name == "Retraining")
    assert again.quantity == pytest.approx(36 * 730 * 5.7)
    said = [item for item in chosen.findings if item.rule == "learning online"]
    assert [item.verdict for item in said] == ["pass"]
    assert not [item for item in chosen.findings if item.rule == "training time"]
