"""Training on a hosted platform, by hand: its price, and whether the model may leave it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calculators.evaluation import evaluate
from tests.calculators.world import amounts, another_world, case, compared, compared_in, option

OWN: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


LOCKED = "hosted_platform>hosted_platform:beta/keep-endpoint"


def test_hosted_training_is_billed_at_the_platforms_price() -> None:
    # three runs of 8 h x 1.50
    chosen = option(compared(**OWN), "hosted_platform>rented:acme/m1:on_demand")
    assert amounts(chosen)["Machines for the first training"] == 36
    assert chosen.training_product == "acme/trainer"


def test_a_platform_that_keeps_the_model_answers_only_there() -> None:
    """Its machines are cheaper (1.20), so they train what answers there; nothing else may."""
    found = compared(**OWN)
    trained = {
        item.id: item.training_product
        for item in found.options
        if item.trained_at == "hosted_platform"
    }
    assert trained.pop(LOCKED) == "beta/keep-trainer"
    assert trained
    assert set(trained.values()) == {"acme/trainer"}
    said = [item.text for item in option(found, LOCKED).findings if item.rule == "export"]
    assert said == ["The platform keeps the trained model."]


def test_a_model_that_must_be_owned_is_trained_where_it_may_leave() -> None:
    found = compared(**OWN, export_required=True)
    trained = [item for item in found.options if item.trained_at == "hosted_platform"]
    assert {item.training_product for item in trained} == {"acme/trainer"}
    assert option(found, LOCKED).status == "feasible"  # there it only answers
    assert not [item for item in option(found, LOCKED).findings if item.rule == "export"]


def test_a_platform_that_does_not_train_keeps_nothing(tmp_path: Path) -> None:
    """Where a platform that lets go is cheaper, it trains what answers on the other too."""
    book = another_world(
        tmp_path,
        {"hosted_prices": ["acme/trainer/on_demand,1,hour"]},
        without=["acme/trainer/on_demand"],
    )
    chosen = option(compared_in(book, **OWN), LOCKED)
    assert chosen.training_product == "acme/trainer"
    assert not [item for item in chosen.findings if item.rule == "export"]


def test_a_pair_stands_there_once() -> None:
    ids = evaluate(case(**OWN)).ids
    assert len(set(ids)) == len(ids)


def test_a_platform_says_what_it_costs_over_raw_compute() -> None:
    """1.50 USD an hour against m1 of the same vendor on demand."""
    chosen = option(compared(**OWN), "hosted_platform>rented:acme/m1:on_demand")
    (said,) = (item for item in chosen.findings if item.rule == "premium")
    machines = case(**OWN).market.trainers("rented_instances", "rented", ("on_demand",))
    (raw,) = (offer for offer in machines.offers if offer.row.product == "acme/m1")
    more = 1.5 / raw.tariff.usd - 1
    assert f"{raw.tariff.usd:.3g}: {more * 100:.0f} % more on the platform" in said.text
