"""Training on the users' devices, by hand: nights, memory, energy, bytes, nothing shipped."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.evaluation import evaluate
from calculators.options.population import population
from calculators.results import Needed
from calculators.training.device import Run
from tests.calculators.world import amounts, case, compared, evaluated, items, option

OWN: dict[str, Any] = {
    "task": "next_word",  # use itself says what would have been right
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


ON_DEVICE = "device>device:new_phones"


RENTED_THERE = "rented>device:new_phones"


def test_training_on_the_device_by_hand() -> None:
    """20,000 examples x 100 ms once warm x 3 = 6,000 s = 1.667 h: one night of two hours.

    At most 7 nights, which is before the next run is due (730 / 24 / 4 = 7.6): 14 h, so
    14 x 3,600 / 0.3 = 168,000 examples.
    """
    chosen = option(compared(**{**OWN, "device_mix": "new_phones"}), ON_DEVICE)
    assert chosen.status == "feasible"
    (said,) = (item for item in chosen.findings if item.rule == "training")
    # 20,000 x 3 x 2 J = 120,000 J of 15 Wh = 54,000 J: 222 %
    assert said.text == (
        "Training: a run takes 1.7 hours (0.83 nights of 2 hours) of a device, warm, on its "
        "charger, as much energy as 222 % of a full battery."
    )
    (hours,) = (item for item in chosen.explained if item.quantity == "training_hours")
    assert (hours.low, hours.mid, hours.high) == pytest.approx((1.333333, 1.666667, 2.083333))
    for examples, status in ((167_000, "feasible"), (169_000, "infeasible")):
        found = compared(**{**OWN, "device_mix": "new_phones", "training_examples": examples})
        assert option(found, ON_DEVICE).status == status
    slow = compared(**{**OWN, "device_mix": "new_phones", "training_examples": 984_000})
    refused = option(slow, ON_DEVICE)
    assert "a run needs 41 nights of 2 hours (phone-a); 7 nights fit." in refused.reasons[0]


def test_a_run_ends_before_the_next_one_is_due() -> None:
    """Daily: 730 / 24 / 30 = 1.01 nights, 2.03 h, 24,300 examples."""
    for examples, status in ((24_000, "feasible"), (24_700, "infeasible")):
        changes = {"retrains_per_month": 30, "training_examples": examples}
        found = compared(**{**OWN, "device_mix": "new_phones", **changes})
        assert option(found, ON_DEVICE).status == status


def test_users_pay_the_electricity_of_training_on_their_devices() -> None:
    """A run: 20,000 examples x 3 x 2 J = 120,000 J = 33.3333 Wh, on each of 100,000 phones.

    first 3 runs: 100,000 x 3 x 33.3333 = 10,000,000 Wh; wall 10,000 kWh / 0.8 x 0.20 = 2,500 USD;
    then 4 x 12 times as much. On the charger no battery wears.
    Sending: 25 million x 4 bytes = 100 MB x 1 J and 50 MB back x 0.5 J = 125 J;
    100,000 x 3 x 125 J = 10.4167 kWh / 0.8 x 0.20 = 2.604 USD
    """
    found = items(option(compared(**{**OWN, "device_mix": "new_phones"}), ON_DEVICE))
    assert not [name for name in found if "wear" in name and "train" in name]
    for first, again, usd in (
        ("first training", "retraining", 2500),
        ("sending what was first learnt", "sending what was learnt", 2.604167),
    ):
        once = found[f"Users' electricity: {first}"]
        assert (once.payer, once.unit) == ("user", "kwh")
        assert once.amount_usd == pytest.approx(usd)
        later = found[f"Users' electricity: {again}"]
        assert later.amount_usd == pytest.approx(48 * usd)
        assert (later.payer, later.period) == ("user", "per retrain")


def test_the_joined_model_goes_back_to_every_device() -> None:
    # 12 runs a month x 100,000 phones x 0.05 GB x 0.01 USD
    found = items(option(compared(**{**OWN, "device_mix": "new_phones"}), ON_DEVICE))
    back = found["Joined model sent to devices"]
    assert back.payer == "company"
    assert back.amount_usd == pytest.approx(12 * 12 * 100_000 * 0.05 * 0.01)


def test_what_leaves_a_device_is_told() -> None:
    for sensitivity, verdict in (("public", "pass"), ("personal", "caution")):
        changes = {"training_data_sensitivity": sensitivity}
        found = compared(**{**OWN, "device_mix": "new_phones", **changes})
        (said,) = (
            item for item in option(found, ON_DEVICE).findings if item.rule == "training bytes"
        )
        assert said.verdict == verdict
        assert "each device sends 100 MB of what it learnt in a run" in said.text


def test_retraining_on_the_device_is_work_but_no_release() -> None:
    # five hours of work a time at 100 USD; two hours of a check with a model trained elsewhere
    found = compared(**{**OWN, "device_mix": "new_phones"})
    learnt = amounts(option(found, ON_DEVICE))
    assert learnt["Work for the first training"] == pytest.approx(500)
    assert learnt["Work for retraining"] == pytest.approx(48 * 500)
    assert "Work to check new weights" not in learnt
    sent = amounts(option(found, RENTED_THERE))
    assert sent["Work to check new weights"] == pytest.approx(48 * 200)


def test_a_model_learnt_on_the_device_is_sent_with_the_install_only() -> None:
    """On the web: 5,000 installs and 100,000 x 0.3 that a cache lost x 0.05 GB = 1,750 GB a month.

    Trained elsewhere also half of 100,000 users x 4 = 200,000 updates x 0.05 = 10,000 GB
    """
    web = {"platforms": ("web",)}
    found = compared(**{**OWN, "device_mix": "new_phones", **web})
    learnt = items(option(found, ON_DEVICE))["Model sent to devices"]
    assert learnt.quantity == pytest.approx(12 * 1750)
    sent = items(option(found, RENTED_THERE))["Model sent to devices"]
    assert sent.quantity == pytest.approx(12 * 11_750)


def test_a_page_does_not_train_at_night() -> None:
    found = compared(**{**OWN, "device_mix": "new_phones", "platforms": ("web",)})
    refused = option(found, ON_DEVICE)
    assert refused.status == "infeasible"
    assert "a page in a browser computes only while it is open" in refused.reasons[0]


def test_totals_of_a_model_learnt_on_the_device_are_its_items() -> None:
    chosen = option(compared(**{**OWN, "device_mix": "new_phones"}), ON_DEVICE)
    assert sum(amounts(chosen).values()) == pytest.approx(chosen.total_usd)
    company = sum(item.amount_usd for item in chosen.line_items if item.payer == "company")
    assert company == pytest.approx(chosen.company_usd)


def test_a_large_model_is_not_trained_on_a_device() -> None:
    found = compared(**{**OWN, "device_mix": "new_phones", "model": "big-net"})
    refused = option(found, "device>device:new_phones")
    assert refused.status == "infeasible"
    # 12 bytes a weight
    assert refused.reasons[0] == (
        "Training: 2,500 million parameters: training needs 30 GB of memory where an app may use "
        "1 GB (phone-a)."
    )


def test_activations_of_a_batch_are_held_too() -> None:
    """25 million x 12 bytes + 20 million x 4 bytes x 4 examples = 620 MB."""
    asked = case(
        **{**OWN, "task": "medical_imaging", "model": "pixel-net", "device_mix": "new_phones"}
    )
    assert Run(asked, population(asked)).memory_mb.tolist() == [620]


def test_a_model_trained_on_the_device_stays_there() -> None:
    for chosen in compared(**{**OWN, "device_mix": "new_phones"}).options:
        if chosen.trained_at == "device":
            assert chosen.answers_at == "device"


def test_what_a_device_may_train_follows_its_factor() -> None:
    """100,000 examples take 8.3 h; 2 nights of 1 hour at the low end, 7 of 2 in the middle."""
    changes = {**OWN, "training_examples": 100_000, "device_mix": "new_phones"}
    found = evaluate(case(scores={"device_training": [0.0, -1.0, 1.0]}, **changes))
    assert found.blocked[found.at[ON_DEVICE]].tolist() == [False, True, False]


def test_examples_and_size_are_judged_at_each_point() -> None:
    found = evaluated(
        {
            "training_examples": [20_000.0, 984_000.0, 20_000.0],
            "params_millions": [25.0, 25.0, 100.0],
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
    assert "a run needs 41 nights" in said[1][0]
    assert "100 million parameters: training needs 1.2 GB" in said[2][0]


def test_a_model_of_unknown_size_is_not_too_large() -> None:
    """Its size can be given: that lacks, and nothing is refused for it."""
    found = evaluated(**OWN, device_mix="new_phones", model="unknown-net")
    pair, own = found.where(found.at[ON_DEVICE])
    assert "the size of the model (params_millions)" in pair.missing(own, 0)
    fails = [item for item in pair.findings(own, 0) if item.verdict == "fail"]
    assert not [item for item in fails if item.rule == "training"]


def test_more_examples_than_a_users_device_meets_are_told() -> None:
    """10 requests a month, four runs in it, three passes: 7.5 examples of the 20,000 asked for."""
    chosen = option(compared(**{**OWN, "device_mix": "new_phones"}), ON_DEVICE)
    (said,) = (item for item in chosen.findings if item.rule == "own examples")
    assert said.verdict == "caution"
    assert "takes 20,000 examples; a user's own device meets about 7.5 " in said.text
    enough = compared(**{**OWN, "device_mix": "new_phones", "training_examples": 7})
    found = option(enough, ON_DEVICE).findings
    assert not [item for item in found if item.rule == "own examples"]


def test_far_more_examples_than_a_device_meets_are_refused() -> None:
    """7.5 met, ten times that is 75: 75 pass, 76 do not, and 75 is what would let them."""
    changes = {**OWN, "device_mix": "new_phones", "assume.own_examples_short_times": 10}
    few, many = (
        option(compared(**{**changes, "training_examples": examples}), ON_DEVICE)
        for examples in (75, 76)
    )
    enough, far = (
        next(item for item in chosen.findings if item.rule == "own examples")
        for chosen in (few, many)
    )
    assert (enough.verdict, far.verdict) == ("caution", "fail")
    assert (few.status, many.status) == ("feasible", "infeasible")
    assert far.needs == (Needed("training_examples", 75.0),)


def test_devices_learn_no_more_than_once_a_night() -> None:
    """A month has 30.4 nights."""
    nightly, oftener = (
        option(
            compared(
                **{
                    **OWN,
                    "device_mix": "new_phones",
                    "retrains_per_month": often,
                    "training_examples": 100,
                }
            ),
            ON_DEVICE,
        )
        for often in (30, 31)
    )
    assert (nightly.status, oftener.status) == ("feasible", "infeasible")
    assert "devices learn at night" in oftener.reasons[0]


def test_all_that_keeps_devices_from_learning_is_named_at_once() -> None:
    """Once a night leaves 730 / 24 / 30 = 1.014 nights, 2.03 h: 24,333 examples of 0.3 s."""
    asked = {**OWN, "device_mix": "new_phones", "retrains_per_month": 31}
    chosen = option(compared(**{**asked, "training_examples": 100_000}), ON_DEVICE)
    (said,) = (item for item in chosen.findings if item.rule == "training time")
    assert said.needs == (
        Needed("retrains_per_month", 30.0),
        Needed("training_examples", 24_300.0),
    )
    within = {**asked, "retrains_per_month": 30, "training_examples": 24_300}
    assert option(compared(**within), ON_DEVICE).status == "feasible"


@pytest.mark.parametrize(
    ("task", "learns"),
    [("next_word", True), ("recommendation", True), ("image_classification", False)],
)
def test_devices_learn_only_what_use_itself_labels(task: str, learns: bool) -> None:
    """What was typed next is known; what is on a picture is not, however few there are."""
    asked = {**OWN, "task": task, "device_mix": "new_phones", "training_examples": 1}
    said = [
        item
        for one in compared(**asked).options
        if one.trained_at == "device"
        for item in one.findings
        if item.rule == "own labels"
    ]
    assert bool(said) != learns
    for item in said:
        assert "a run takes 1 examples with the right answer to each" in item.text
        assert item.verdict == "fail"
        assert item.lasting
