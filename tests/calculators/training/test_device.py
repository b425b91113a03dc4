"""Training on the users' devices, by hand: time of a night, energy, wear, nothing shipped."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.evaluation import evaluate
from tests.calculators.world import amounts, case, compared, evaluated, items, option

OWN: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


ON_DEVICE = "device>device:new_phones"


RENTED_THERE = "rented>device:new_phones"


def test_training_on_the_device_by_hand() -> None:
    """20,000 examples x (50 + 30) ms x 3 = 4,800 s = 1.33 h: inside two hours."""
    found = compared(**{**OWN, "device_mix": "new_phones"})
    chosen = option(found, "device>device:new_phones")
    assert chosen.status == "feasible"
    slow = compared(**{**OWN, "device_mix": "new_phones", "training_examples": 40_000})
    refused = option(slow, "device>device:new_phones")
    assert refused.status == "infeasible"
    assert "one run takes 2.7 hours of a device; 2 overnight fit" in refused.reasons[0]


def test_users_pay_for_training_on_their_devices() -> None:
    """A run: 20,000 examples x 3 x 2 J = 120,000 J = 33.3333 Wh, on each of 100,000 phones.

    first 3 runs: 100,000 x 3 x 33.3333 = 10,000,000 Wh x 0.005 = 50,000 USD of wear
    wall 10,000 kWh / 0.8 x 0.20 = 2,500 USD; then 4 x 12 times as much
    """
    found = items(option(compared(**{**OWN, "device_mix": "new_phones"}), ON_DEVICE))
    wear = found["Users' battery wear: first training"]
    assert wear.quantity == pytest.approx(1e7)
    assert (wear.payer, wear.unit) == ("user", "watt_hour")
    assert wear.amount_usd == pytest.approx(50_000)
    power = found["Users' electricity: first training"]
    assert power.unit == "kwh"
    assert power.amount_usd == pytest.approx(2500)
    for name, once in (("Users' battery wear", 50_000), ("Users' electricity", 2500)):
        again = found[f"{name}: retraining"]
        assert again.amount_usd == pytest.approx(48 * once)
        assert (again.payer, again.period) == ("user", "per retrain")


def test_retraining_on_the_device_is_work_but_no_release() -> None:
    # five hours of work a time at 100 USD; eight hours of release with a model trained elsewhere
    found = compared(**{**OWN, "device_mix": "new_phones"})
    learnt = amounts(option(found, ON_DEVICE))
    assert learnt["Work for the first training"] == pytest.approx(500)
    assert learnt["Work for retraining"] == pytest.approx(48 * 500)
    assert "Work to release a new model" not in learnt
    sent = amounts(option(found, RENTED_THERE))
    assert sent["Work to release a new model"] == pytest.approx(48 * 2 * 400)


def test_a_model_learnt_on_the_device_is_sent_with_the_install_only() -> None:
    """On the web: 5,000 installs x 0.05 GB = 250 GB a month.

    Trained elsewhere also half of 100,000 users x 4 = 200,000 updates x 0.05 = 10,000 GB
    """
    found = compared(**{**OWN, "device_mix": "new_phones", "platforms": ("web",)})
    learnt = items(option(found, ON_DEVICE))["Model sent to devices"]
    assert learnt.quantity == pytest.approx(12 * 250)
    sent = items(option(found, RENTED_THERE))["Model sent to devices"]
    assert sent.quantity == pytest.approx(12 * 10_250)


def test_totals_of_a_model_learnt_on_the_device_are_its_items() -> None:
    chosen = option(compared(**{**OWN, "device_mix": "new_phones"}), ON_DEVICE)
    assert sum(amounts(chosen).values()) == pytest.approx(chosen.total_usd)
    company = sum(item.amount_usd for item in chosen.line_items if item.payer == "company")
    assert company == pytest.approx(chosen.company_usd)


def test_a_large_model_is_not_trained_on_a_device() -> None:
    found = compared(**{**OWN, "device_mix": "new_phones", "model": "big-net"})
    refused = option(found, "device>device:new_phones")
    assert refused.status == "infeasible"
    assert "2,500 million parameters is too large" in refused.reasons[0]


def test_a_model_trained_on_the_device_stays_there() -> None:
    for chosen in compared(**{**OWN, "device_mix": "new_phones"}).options:
        if chosen.trained_at == "device":
            assert chosen.answers_at == "device"


def test_what_a_device_may_train_follows_its_factor() -> None:
    """20 to 60 million weights, 1 to 4 hours: a model of 25 million is too large at the low end."""
    found = evaluate(
        case(scores={"device_training": [0.0, -1.0, 1.0]}, **OWN, device_mix="new_phones")
    )
    assert found.blocked[found.at[ON_DEVICE]].tolist() == [False, True, False]


def test_examples_and_size_are_judged_at_each_point() -> None:
    found = evaluated(
        {
            "training_examples": [20_000.0, 40_000.0, 20_000.0],
            "params_millions": [25.0, 25.0, 40.0],
        },
        **OWN,
        device_mix="new_phones",
    )
    pair, own = found.where(found.at[ON_DEVICE])
    said = [
        [item.text for item in pair.findings(own, point) if item.verdict == "fail"]
        for point in range(3)
    ]
    assert said[0] == []
    assert "one run takes 2.7 hours" in said[1][0]
    assert "40 million parameters is too large" in said[2][0]


def test_a_model_of_unknown_size_is_not_too_large() -> None:
    """Its size can be given: that lacks, and nothing is refused for it."""
    found = evaluated(**OWN, device_mix="new_phones", model="unknown-net")
    pair, own = found.where(found.at[ON_DEVICE])
    assert "the size of the model (params_millions)" in pair.missing(own, 0)
    assert not [item for item in pair.findings(own, 0) if item.rule == "training"]
