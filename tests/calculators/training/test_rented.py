"""Training on rented machines: on demand or spot, weights taken away to anywhere."""

from __future__ import annotations

from typing import Any

from calculators.places import PLACES
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
