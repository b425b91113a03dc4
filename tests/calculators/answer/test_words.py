"""The answer in words: sentence, reason, labour, lever, what is ruled out and why."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.answer.words import first_fails, money
from calculators.results import Finding
from tests.calculators.world import amounts, compared

QUIET: dict[str, Any] = {"request_kb": 0, "response_kb": 0, "radio_tail_j": 0}


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0, "$0"),
        (0.001234, "$0.00123"),
        (1.234, "$1.23"),
        (999.4, "$999"),
        (1234.5, "$1,230"),
        (1_234_567, "$1,230,000"),
        (-1234.5, "$-1,230"),
    ],
)
def test_three_figures_for_headlines(usd: float, text: str) -> None:
    assert money(usd) == text


def test_the_sentence_names_the_place() -> None:
    sure: dict[str, Any] = {"staff_usd_per_hour": 0, "battery_wear": False}
    api = compared(**QUIET, **sure, device_mix="old_phones")
    assert api.sentence == "Answer with a managed API"
    device = compared(
        device_mix="new_phones",
        data_sensitivity="on_device",
        measured_device="phone-a",
        measured_device_j_per_request=1,
    )
    assert device.sentence == "Answer on the users' devices"
    hybrid = compared(
        **QUIET,
        **sure,
        data_sensitivity="on_premises",
        requests_per_month=1e9,
        measured_requests_per_s=10,
        measured_on="acme/m1",
    )
    assert hybrid.sentence == (
        "Answer on the users' devices, with your own machines for the 20% of users whose device "
        "cannot"
    )


def test_double_and_no_work_are_decided_on_the_whole() -> None:
    """With hours given, doubling them is entering twice as many."""
    hours: dict[str, Any] = {"integration_hours": 30, "ops_hours_per_month": 4}
    found = compared(**hours)
    assert found.cheapest is not None
    answers = [
        compared(integration_hours=30 * times, ops_hours_per_month=4 * times).cheapest
        for times in (0, 2)
    ]
    same = all(answer is not None and answer.kind == found.cheapest.kind for answer in answers)
    assert found.survives_labour == same
    assert ("same place wins" in found.labour_text) == same


def test_work_that_decides_says_who_would_win() -> None:
    """Free, the devices' conversion costs nothing; twice as long changes nothing."""
    found = compared()
    assert found.survives_labour is False
    assert found.labour_text == (
        "Depends on our labour assumptions: if the work cost nothing, the users' devices, with a "
        "managed API for the rest would win."
    )
    assert compared(data_sensitivity="on_device").labour_text == ""


def test_too_close_means_the_margin_lies_inside_the_range() -> None:
    """No range, no doubt; with it, an API 23 % ahead is too close to call."""
    sure = compared(
        **QUIET,
        integration_hours=0,
        ops_hours_per_month=0,
        measured_requests_per_s=10,
        measured_on="acme/m1",
        measured_device="phone-a",
        measured_device_j_per_request=1,
        staff_usd_per_hour=100,
    )
    assert not sure.too_close
    assert "Too close" not in sure.sentence
    doubtful = compared()
    assert doubtful.too_close
    assert doubtful.sentence.startswith("Too close to call")
    far = compared(requests_per_month=1000)
    assert not far.too_close or far.runner_up is not None


def test_the_lever_is_the_largest_cost() -> None:
    found = compared()
    assert found.cheapest is not None
    assert found.lever is not None
    by_name = amounts(found.cheapest)
    company = found.cheapest.company_usd
    assert company is not None
    largest = max(by_name, key=lambda name: by_name[name])
    assert found.lever.name == largest
    assert found.lever.share == pytest.approx(by_name[largest] / company)


def test_the_reason_names_cost_range_and_distance() -> None:
    found = compared(requests_per_month=1e8, device_mix="new_phones")
    assert found.cheapest is not None
    assert found.runner_up is not None
    assert "a month (between $" in found.reason
    assert found.cheapest.label in found.reason
    assert found.runner_up.label in found.reason


def test_the_reason_is_in_the_figures_that_are_ranked() -> None:
    """By what the company pays, or that and what users pay."""
    for rank_by in ("company", "company_and_user"):
        found = compared(rank_by=rank_by)
        assert found.cheapest is not None
        assert found.cheapest.range is not None
        usd = found.cheapest.ranked_usd(rank_by)
        assert usd is not None
        low, high = found.cheapest.range.ranked(rank_by)
        assert f"costs {money(usd / 36)} a month" in found.reason
        assert f"(between {money(low / 36)} and {money(high / 36)})" in found.reason


def test_a_reason_without_a_second_place() -> None:
    found = compared(device_mix="new_phones", data_sensitivity="on_device")
    assert found.reason.endswith("no other place is allowed and priced.")


# ------------------------------------------------------------------------------ what is ruled out


def test_a_place_is_ruled_out_by_the_candidate_that_came_nearest() -> None:
    """No provider is allowed: the cheapest, Delta, fails its own terms besides; Gamma does not."""
    found = compared(data_sensitivity="internal", providers_allowed=("nobody",))
    excluded = {item.kind: item for item in found.excluded}
    assert excluded["managed_api"].text == "gamma is not among the providers you allow."
    assert excluded["managed_api"].change == "allow gamma"


def test_of_equal_ones_the_cheapest_speaks_for_its_place() -> None:
    """Everything fails the same rule: what would be cheapest is named first in the list too."""
    found = compared(data_sensitivity="on_device")
    for kind in ("managed_api", "rented", "owned", "hosted_platform"):
        (best,) = (item for item in found.best_of_kind if item.kind == kind)
        rivals = [
            item.company_usd
            for item in found.options
            if item.kind == kind and item.company_usd is not None
        ]
        assert best.company_usd == min(rivals), kind


def test_what_nothing_can_buy_off_is_said_first() -> None:
    money_rule = Finding("evidence", "fail", "weak", "accept it")
    data_rule = Finding("data", "fail", "may not leave", "other data", absolute=True)
    caution = Finding("terms", "caution", "unknown")
    assert first_fails((money_rule, caution, data_rule)) == [data_rule, money_rule]


def test_an_exclusion_says_all_that_would_have_to_change() -> None:
    found = compared(data_sensitivity="on_premises", offline_required=True)
    excluded = {item.kind: item for item in found.excluded}
    assert excluded["rented"].text == "Data may not leave your premises."
    assert excluded["rented"].change == "data that may leave the premises, and allow a network"


def test_what_cannot_be_priced_is_no_refusal() -> None:
    """No machine holds the model; services lack what a request holds: that can be given."""
    found = compared(task="translation", model="", params_millions=20_000)
    assert found.cheapest is None
    assert found.sentence == "No answer yet: what is allowed cannot be priced completely"
    assert found.reason == "Missing: tokens of one request."
