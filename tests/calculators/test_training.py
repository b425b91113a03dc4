"""Training by hand: machine hours, experiments, storage, purchase or spare machines, and bounds.

One run takes 8 hours on one T100.
"""

from __future__ import annotations

from typing import Any

import pytest

from calculators.results import Option
from tests.calculators.world import amounts, compared, items, option

OWN: dict[str, Any] = {"own_model_required": True, "retrains_per_month": 4, "horizon_months": 12}
RENTED = "rented:acme/m1:spot"
HOSTED = "hosted_platform:acme/trainer"
ON_DEVICE = "device>device:new_phones"


def trained(venue: str, answers: str = "rented:acme/m1:on_demand", **changes: Any) -> Option:
    return option(compared(**{**OWN, **changes}), f"{venue}>{answers}")


def test_rented_training_pays_for_every_experiment() -> None:
    """Spot at 0.40: 8 h and a tenth lost to interruptions = 8.8 h, three experiments a time.

    first 3 x 8.8 x 0.40 = 10.56; then 4 a month x 12 x 10.56 = 506.88
    """
    found = amounts(trained(RENTED))
    assert found["Machines for the first training"] == pytest.approx(10.56)
    assert found["Machines for retraining"] == pytest.approx(506.88)
    # 5 GB x 0.02 x 12 months; three hours of work a time at 100 USD
    assert found["Training data stored"] == pytest.approx(1.2)
    assert found["Work for the first training"] == pytest.approx(300)
    assert found["Work for retraining"] == pytest.approx(4 * 12 * 300)


def test_spot_machines_lose_time_they_do_not_gain_it() -> None:
    found = items(trained(RENTED))
    assert found["Machines for the first training"].quantity == pytest.approx(3 * 8 * 1.1)


def test_retraining_is_a_cost_per_retrain() -> None:
    found = items(trained(RENTED))
    for name in ("Machines for retraining", "Work for retraining"):
        assert found[name].period == "per retrain"
    assert found["Machines for the first training"].period == "once"


@pytest.mark.parametrize("retrains", [0, 0.5, 1, 30])
def test_cost_follows_the_cadence(retrains: float) -> None:
    found = amounts(trained(RENTED, retrains_per_month=retrains, training_method="fine_tune"))
    assert found.get("Machines for retraining", 0) == pytest.approx(retrains * 12 * 10.56)
    assert found["Machines for the first training"] == pytest.approx(10.56)


def test_hosted_training_is_billed_at_the_platforms_price() -> None:
    # three runs of 8 h x 1.50
    found = amounts(trained(HOSTED, export_required=True))
    assert found["Machines for the first training"] == pytest.approx(36)


def test_a_platform_that_keeps_the_model_answers_only_there() -> None:
    """Its machines are cheaper (1.20), so it is chosen where nothing must be exported."""
    found = compared(**OWN)
    ids = [item.id for item in found.options if item.id.startswith("hosted_platform:beta")]
    assert ids == ["hosted_platform:beta/keep-trainer>hosted_platform:beta/keep-endpoint"]
    exported = compared(**{**OWN, "export_required": True})
    ids = [item.id for item in exported.options if item.id.startswith("hosted_platform:")]
    assert ids
    assert all(name.startswith(HOSTED) for name in ids)


def test_training_on_own_machines_buys_the_cheaper_one() -> None:
    """Eight hours on one card at 20,000 USD, rather than one hour on eight at 240,000.

    8 h x 0.6 kW x 1.5 = 7.2 kWh x 0.10 = 0.72 a run
    """
    chosen = trained("owned:acme/node1")
    found = amounts(chosen)
    assert found["Servers bought"] == 20_000
    assert found["Network and cabling"] == 2000
    assert found["Servers sold at the end of use"] == pytest.approx(-0.8 * 20_000)
    assert found["Electricity for the first training"] == pytest.approx(3 * 0.72)
    assert found["Electricity for retraining"] == pytest.approx(4 * 12 * 3 * 0.72)


def test_spare_machines_cost_nothing_to_buy() -> None:
    chosen = option(
        compared(**{**OWN, "owned_already": True}), "owned:acme/node1>rented:acme/m1:on_demand"
    )
    assert "Servers bought" not in amounts(chosen)
    assert "Electricity for retraining" in amounts(chosen)


def test_more_runs_than_a_month_holds_need_more_machines() -> None:
    # 31 a month x 3 x 8 h = 744 h: more than 730
    thirty = items(trained("owned:acme/node1", retrains_per_month=30))
    more = items(trained("owned:acme/node1", retrains_per_month=31))
    assert (thirty["Servers bought"].quantity, more["Servers bought"].quantity) == (1, 2)


def test_a_run_longer_than_its_cadence_is_refused() -> None:
    # 730 / 8.8 = 82.95 retrainings a month can be finished one after the other
    assert trained(RENTED, retrains_per_month=82).status == "feasible"
    late = trained(RENTED, retrains_per_month=84)
    assert late.status == "infeasible"
    assert "One run takes 8.8 hours; retraining is due every 8.7." in late.reasons[0]


def test_nothing_is_trained_when_nothing_is_asked() -> None:
    for chosen in compared().options:
        assert chosen.trained_at == "none"
        assert not any("rain" in item.name for item in chosen.line_items)


def test_machines_cannot_answer_untrained_when_an_own_model_is_required() -> None:
    found = compared(**OWN)
    untrained = {item.id for item in found.options if item.trained_at == "none"}
    assert untrained  # ready-made services, listed with the reason
    assert not untrained & {item.id for item in found.options if item.status == "feasible"}


# ---------------------------------------------------------------------------- on the device


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
    sent = amounts(option(found, f"{RENTED}>device:new_phones"))
    assert sent["Work to release a new model"] == pytest.approx(48 * 2 * 400)


def test_a_model_learnt_on_the_device_is_sent_with_the_install_only() -> None:
    """On the web: 5,000 installs x 0.05 GB = 250 GB a month.

    Trained elsewhere also half of 100,000 users x 4 = 200,000 updates x 0.05 = 10,000 GB
    """
    found = compared(**{**OWN, "device_mix": "new_phones", "platforms": ("web",)})
    learnt = items(option(found, ON_DEVICE))["Model sent to devices"]
    assert learnt.quantity == pytest.approx(12 * 250)
    sent = items(option(found, f"{RENTED}>device:new_phones"))["Model sent to devices"]
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


# ------------------------------------------------------------------- where training data may go


def test_training_data_may_be_more_sensitive_than_requests() -> None:
    found = compared(**OWN, training_data_sensitivity="on_premises")
    feasible = {item.trained_at for item in found.options if item.status == "feasible"}
    assert feasible <= {"owned", "device"}
    assert feasible
    served = {item.answers_at for item in found.options if item.status == "feasible"}
    assert "rented" in served  # the requests themselves are public
