"""What venues share: which plan is paired with what, staff, rules, the choice at each point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators import remedies
from calculators.case import Case
from calculators.places import Venue
from calculators.rules import pace
from calculators.rules.vendors import training
from calculators.training import base, registry
from calculators.training.base import Plan
from calculators.training.registry import plans
from calculators.wanted import NoLongerWantedError
from tests.calculators.world import case, compared, items, option

OWN: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "horizon_months": 12,
}


def test_nothing_is_trained_when_nothing_is_asked() -> None:
    for chosen in compared().options:
        assert chosen.trained_at == "none"
        assert not any("rain" in item.name for item in chosen.line_items)


def test_machines_cannot_answer_untrained_when_an_own_model_is_required() -> None:
    found = compared(**OWN)
    untrained = {item.id for item in found.options if item.trained_at == "none"}
    assert untrained  # ready-made services, listed with the reason
    assert not untrained & {item.id for item in found.options if item.status == "feasible"}


def test_without_training_there_is_one_plan() -> None:
    assert [plan.trained_at for plan in plans(case())] == ["none"]
    venues = [plan.trained_at for plan in plans(case(**OWN))]
    assert venues == [
        "none",
        "managed_api",
        "hosted_platform",
        "hosted_platform",
        "rented",
        "owned",
        "device",
    ]


def test_the_cheapest_at_each_point() -> None:
    costs = np.array([[1.0, 5.0, np.nan], [2.0, 4.0, 9.0], [np.inf, np.inf, np.inf]])
    chosen = base.cheapest(costs)
    assert chosen.tolist() == [0, 1, 1]
    assert base.picked(costs, chosen).tolist() == [1, 4, 9]
    assert base.picked(np.array([[7.0], [8.0], [9.0]]), chosen).tolist() == [7, 8, 8]
    # one choice for all points, of figures that differ between them
    assert base.picked(costs, np.array([1])).tolist() == [2, 4, 9]


def test_a_run_must_end_before_the_next_is_due() -> None:
    """One retraining a month leaves 730 hours, 73 leave ten, none all the time there is."""
    asked = case({"retrains_per_month": [1.0, 73.0, 0.0]}, training_method="fine_tune")
    made = pace.too_slow(asked, np.array([11.0]))
    assert made.fails[0].tolist() == [False, True, False]
    said = made.finding(0, 1)
    assert said is not None
    assert said.text == "Training: One run takes 11.0 hours; retraining is due every 10.0."
    in_time = made.finding(0, 0)
    assert in_time is not None
    assert in_time.verdict == "pass"
    assert in_time.text == "Training: One run takes 11.0 hours; retraining is due every 730.0."
    assert made.finding(0, 2) is None  # never trained again: no rule


def test_terms_follow_the_vendor_chosen_at_each_point() -> None:
    asked = case({"requests_per_month": [1.0, 2.0]}, training_data_sensitivity="internal", **OWN)
    heard = [training(asked, vendor, "rented") for vendor in ("acme", "delta")]
    (made,) = base.vendor_rules(heard, np.array([0, 1]))
    assert made.fails[0].tolist() == [False, True]
    passed = made.finding(0, 0)
    assert passed is not None
    assert passed.verdict == "pass"
    said = made.finding(0, 1)
    assert said is not None
    assert said.text.startswith("Training: Delta may train on what is sent")


@pytest.mark.parametrize("level", ["on_premises", "on_device"])
def test_a_venue_the_data_may_not_go_to_is_refused(level: str) -> None:
    (rule,) = base.venue_rule(case(training_data_sensitivity=level, **OWN), "rented")
    said = rule.finding(0, 0)
    assert said is not None
    assert said.text.startswith("Training: Data may not leave")
    (open_,) = base.venue_rule(case(**OWN), "rented")
    assert not open_.fails.any()


def test_the_first_training_and_each_retraining_are_work() -> None:
    """Three hours a time at 100 USD on rented machines; the user's own hours as they are."""
    found = items(option(compared(**OWN), "rented>rented:acme/m1:on_demand"))
    assert found["Work for the first training"].amount_usd == pytest.approx(300)
    assert found["Work for retraining"].quantity == pytest.approx(4 * 12 * 3)
    own = items(option(compared(**OWN, hours_per_retrain=7), "rented>rented:acme/m1:on_demand"))
    assert own["Work for retraining"].quantity == pytest.approx(4 * 12 * 7)


def test_a_refusal_at_all_points_says_why_nothing_lifts_it() -> None:
    made = base.failed("No.", "nobody sells it")
    told = made.finding(0, 5)
    assert told == remedies.for_good("training", "Training: No.", "nobody sells it")
    assert told is not None
    assert (told.verdict, told.lasting, told.needs) == ("fail", "nobody sells it", ())
    assert made.fails.tolist() == [[True]]


def test_a_job_without_a_method_is_a_fine_tuning() -> None:
    assert base.job(case(**OWN)).method == "fine_tune"
    assert base.job(case(**OWN, training_method="from_scratch")).method == "from_scratch"


def test_training_data_may_be_more_sensitive_than_requests() -> None:
    found = compared(**OWN, training_data_sensitivity="on_premises")
    feasible = {item.trained_at for item in found.options if item.status == "feasible"}
    assert feasible <= {"owned", "device"}
    assert feasible
    served = {item.answers_at for item in found.options if item.status == "feasible"}
    assert "rented" in served  # the requests themselves are public


# ------------------------------------------------------------------------------- people and labels

LABELLED: dict[str, Any] = {**OWN, "labelling_usd_per_example": 0.5, "training_examples": 3000}
RENTED = "rented>rented:acme/m1:on_demand"


def labels(**changes: Any) -> dict[str, float]:
    found = items(option(compared(**{**LABELLED, **changes}), RENTED))
    return {name: item.amount_usd for name, item in found.items() if name.startswith("Labels")}


def test_labels_come_with_time_and_not_with_retrainings() -> None:
    """3,000 seen in three passes are 1,000: 500 USD once; a tenth of them new in a month.

    Trained 4 or 4,000 times a month: 0.1 x 1,000 x 0.50 x 12 = 600.
    """
    assert labels() == {
        "Labels of the first training": pytest.approx(500),
        "Labels of new examples": pytest.approx(600),
    }
    assert labels(retrains_per_month=4000)["Labels of new examples"] == pytest.approx(600)


def test_a_retraining_labels_no_more_than_the_whole_set() -> None:
    """Every two years and a half, one in thirty months: 1,000 x 0.50 x 12 / 30 = 200."""
    assert labels(retrains_per_month=1 / 30)["Labels of new examples"] == pytest.approx(200)


def test_no_labels_where_they_cost_nothing_nor_on_the_devices_that_learn() -> None:
    assert labels(labelling_usd_per_example=0) == {}
    found = compared(**LABELLED, device_mix="new_phones", params_millions=1)
    learnt = [item for item in found.options if item.trained_at == "device"]
    assert learnt
    for chosen in learnt:
        assert not [item for item in chosen.line_items if item.name.startswith("Labels")]


def test_people_attend_to_so_many_retrainings_a_month() -> None:
    """3 hours each at 100 USD, of eight a month at most; hours of one's own for every one."""
    for often, attended in ((4, 4), (8, 8), (500, 8)):
        found = items(option(compared(**{**OWN, "retrains_per_month": often}), RENTED))
        assert found["Work for retraining"].amount_usd == pytest.approx(attended * 12 * 300)
    own = items(
        option(compared(**{**OWN, "retrains_per_month": 300, "hours_per_retrain": 1}), RENTED)
    )
    assert own["Work for retraining"].amount_usd == pytest.approx(300 * 12 * 100)


def test_a_trial_is_said_and_costs_nothing_on_top() -> None:
    """A tenth of 8.8 h at 0.40: 0.35 USD; no item of it."""
    chosen = option(compared(**OWN), RENTED)
    (said,) = (item for item in chosen.findings if item.rule == "reduced dataset")
    assert "begin with 10 % of the data: one run takes 53 minutes and costs 0.35 USD" in said.text
    assert not [item for item in chosen.line_items if "trial" in item.name.lower()]


def test_plans_nobody_waits_for_any_more_keep_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[Case] = []

    def stopped(asked: Case, _: Venue) -> list[Plan]:
        cases.append(asked)
        asked.shared("machines", lambda: 1)
        raise NoLongerWantedError

    monkeypatch.setattr(registry, "_plans", lambda _: stopped)
    with pytest.raises(NoLongerWantedError):
        registry.plans(case(own_model_required=True, retrains_per_month=1.5))
    assert not cases[0]._shared
