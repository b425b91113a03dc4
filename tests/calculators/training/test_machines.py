"""Training on machines by the hour, by hand: the cheapest that can, experiments, storage, bounds.

One run takes 8 hours on one T100.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calculators.evaluation import evaluate
from calculators.results import Option
from calculators.training.machines import allowed
from tests.calculators.world import (
    amounts,
    another_world,
    case,
    compared,
    compared_in,
    items,
    option,
)

OWN: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


def trained(
    venue: str = "rented", answers: str = "rented:acme/m1:on_demand", **changes: Any
) -> Option:
    return option(compared(**{**OWN, **changes}), f"{venue}>{answers}")


def test_rented_training_pays_for_every_experiment() -> None:
    """Spot at 0.40: 8 h and a tenth lost to interruptions = 8.8 h, three experiments a time.

    first 3 x 8.8 x 0.40 = 10.56; then 4 a month x 12 x 10.56 = 506.88
    """
    found = amounts(trained())
    assert found["Machines for the first training"] == pytest.approx(10.56)
    assert found["Machines for retraining"] == pytest.approx(506.88)
    # 5 GB x 0.02 x 12 months; three hours of work a time at 100 USD
    assert found["Training data stored"] == pytest.approx(1.2)
    assert found["Work for the first training"] == pytest.approx(300)
    assert found["Work for retraining"] == pytest.approx(4 * 12 * 300)


def test_spot_machines_lose_time_they_do_not_gain_it() -> None:
    found = items(trained())
    assert found["Machines for the first training"].quantity == pytest.approx(3 * 8 * 1.1)


def test_retraining_is_a_cost_per_retrain() -> None:
    found = items(trained())
    for name in ("Machines for retraining", "Work for retraining"):
        assert found[name].period == "per retrain"
    assert found["Machines for the first training"].period == "once"


@pytest.mark.parametrize("retrains", [0, 0.5, 1, 30])
def test_cost_follows_the_cadence(retrains: float) -> None:
    found = amounts(trained(retrains_per_month=retrains, training_method="fine_tune"))
    assert found.get("Machines for retraining", 0) == pytest.approx(retrains * 12 * 10.56)
    assert found["Machines for the first training"] == pytest.approx(10.56)


def test_a_run_longer_than_its_cadence_is_refused() -> None:
    # 730 / 8.8 = 82.95 retrainings a month can be finished one after the other
    assert trained(retrains_per_month=82).status == "feasible"
    late = trained(retrains_per_month=84)
    assert late.status == "infeasible"
    assert "One run takes 8.8 hours; retraining is due every 8.7." in late.reasons[0]


def test_the_product_that_trains_is_said_beside_the_pair() -> None:
    chosen = trained()
    assert chosen.id == "rented>rented:acme/m1:on_demand"
    assert chosen.training_product == "acme/m1:spot"
    assert chosen.label.endswith("trained on a rented machine: m1 at Acme")
    (hours,) = (item for item in chosen.explained if item.quantity == "training_hours")
    assert (hours.low, hours.mid, hours.high) == (4, 8, 16)


def test_storage_of_another_vendor_stands_in(tmp_path: Path) -> None:
    book = another_world(tmp_path, {}, without=["acme/object_storage"])
    found = compared_in(book, **OWN)
    stored = items(option(found, "rented>rented:acme/m1:on_demand"))["Training data stored"]
    assert "another vendor's price stands in" in stored.basis


def test_hours_follow_the_score_of_training() -> None:
    """4 to 16 hours a run: half and twice the machine time."""
    asked = case(scores={"training_speed": [0.0, -1.0, 1.0]}, **OWN)
    (pair,) = (
        pair
        for pair in evaluate(asked).pairs
        if (pair.plan.trained_at, pair.place.id) == ("rented", "device")
    )
    first = [
        item.amount_usd
        for point in range(3)
        for item in pair.line_items(0, point)
        if item.name == "Machines for the first training"
    ]
    assert first == pytest.approx([10.56, 5.28, 21.12])


def test_only_allowed_evidence_and_providers_train() -> None:
    offers = case().market.trainers("hosted_instances", "hosted_training", ("on_demand",))
    assert allowed(case(), offers) is offers
    kept = allowed(case(providers_allowed=("beta",)), offers)
    assert kept.ids == ("beta/keep-trainer:on_demand",)
    assert allowed(case(providers_allowed=("nobody",)), offers).size == 0


def test_where_nothing_trains_the_reason_is_a_refusal_and_no_price() -> None:
    chosen = trained(providers_allowed=("delta",))
    assert (chosen.status, chosen.company_usd) == ("infeasible", None)
    assert "Training: No machine for training is priced." in chosen.reasons
    assert "a priced machine that can train it" in chosen.missing


def test_a_vendor_that_may_see_the_data_is_preferred_to_a_cheaper_one(tmp_path: Path) -> None:
    """Half the price at a vendor that trains on what is sent: chosen for public data only."""
    book = another_world(
        tmp_path,
        {
            "rented_instances": ["delta/d1,delta,d1,rented,d,T100,1,,8,32,yes,yes,no"],
            "rental_prices": ["delta/d1/on_demand,0.2,hour"],
        },
    )
    name = "rented>owned:acme/node1"
    public = option(compared_in(book, **OWN), name)
    internal = option(compared_in(book, **OWN, training_data_sensitivity="internal"), name)
    assert (public.training_product, internal.training_product) == ("delta/d1", "acme/m1:spot")
    assert internal.status == "feasible"


def test_work_lost_on_spot_machines_follows_its_factor() -> None:
    """0.05 to 0.2 of an hour: spot at every point, each at its own hours."""
    asked = case(scores={"spot_interruptions": [0.0, -1.0, 1.0]}, **OWN)
    (pair,) = (
        pair
        for pair in evaluate(asked).pairs
        if (pair.plan.trained_at, pair.place.id) == ("rented", "device")
    )
    assert {pair.plan.product(point) for point in range(3)} == {"acme/m1:spot"}
    hours = [
        item.quantity
        for point in range(3)
        for item in pair.line_items(0, point)
        if item.name == "Machines for the first training"
    ]
    assert hours == pytest.approx([3 * 8 * 1.1, 3 * 8 * 1.05, 3 * 8 * 1.2])
