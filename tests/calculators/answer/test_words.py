"""The answer in words: sentence, reason, labour, lever, what is ruled out and why."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.answer.words import either, first_fails, listed, money, ours_share, place
from calculators.compare import compare
from calculators.percents import percent
from calculators.places import PLACES, AnswersAt
from calculators.presets import from_preset
from calculators.results import Finding, Option
from pricing.book import PriceBook
from tests.calculators.world import compared

BOOK = PriceBook.load()
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
    assert api.sentence == "Run it on a managed API"
    device = compared(
        device_mix="new_phones",
        data_sensitivity="on_device",
        measured_device="phone-a",
        measured_device_j_per_request=1,
    )
    assert device.sentence == "Run it on the users' devices"
    hybrid = compared(
        **QUIET,
        **sure,
        data_sensitivity="on_premises",
        requests_per_month=1e9,
        measured_requests_per_s=10,
        measured_on="acme/m1",
    )
    assert hybrid.sentence == (
        "Run it on the users' devices, with your own machines for the 20 % of users whose device "
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
        "Depends on our labour assumptions: if people's work cost nothing, the users' devices, "
        "with a managed API for the rest, would win."
    )
    assert compared(data_sensitivity="on_device").labour_text == ""


SURE: dict[str, Any] = {
    "integration_hours": 0,
    "ops_hours_per_month": 0,
    "measured_requests_per_s": 10,
    "measured_on": "acme/m1",
    "measured_device": "phone-a",
    "measured_device_j_per_request": 1,
    "staff_usd_per_hour": 100,
}


def test_what_is_clear_in_the_draws_is_said_outright() -> None:
    found = compared(**QUIET, **SURE)
    assert found.verdict is not None
    assert found.cheapest is not None
    assert found.verdict.recommended == found.cheapest.kind
    assert "Too close" not in found.sentence
    assert found.certainty_text == (
        f"Of 512 cases drawn at random from everything uncertain, {place(found.cheapest.kind)}, "
        "are cheapest in 100 %."
    )


def test_too_close_names_the_places_it_fails_against_and_what_an_error_costs() -> None:
    found = compare(from_preset("document_ocr", {}, BOOK), BOOK)
    verdict = found.verdict
    assert verdict is not None
    assert found.too_close
    assert verdict.recommended is None
    named = [PLACES[kind].in_list for kind in (verdict.places[0].kind, *verdict.against)]
    assert found.sentence == f"Too close to call: {', '.join(named[:-1])} or {named[-1]}"
    first = verdict.places[0]
    assert f"cheapest in {percent(first.probability_cheapest)}, not clear" in found.certainty_text
    assert all(place(kind) in found.certainty_text for kind in verdict.against)
    assert first.expected_regret_usd is not None
    assert f"{money(first.expected_regret_usd)} a month more than the" in found.certainty_text
    assert verdict.least_regret is not None
    assert f"By that measure {place(verdict.least_regret)}" in found.certainty_text


def test_many_places_are_counted() -> None:
    kinds: tuple[AnswersAt, ...] = ("device", "rented", "owned", "managed_api", "hosted_platform")
    assert either(kinds[:2]) == "the users' devices or rented machines"
    assert either(kinds[:3]) == "the users' devices, rented machines or your own machines"
    assert either(kinds).endswith("rented machines or one of 3 more")


def test_a_mix_among_others_has_no_commas_of_its_own() -> None:
    api, mix, own = "managed_api", "device+managed_api", "owned"
    assert listed((api, mix)) == "a managed API and devices + managed API"
    assert listed((api, mix, own)) == ("a managed API, devices + managed API and your own machines")
    assert listed((api, mix, own, "rented")) == (
        "a managed API, devices + managed API and 2 more places"
    )
    assert listed((mix,)) == place(mix)
    assert either((api, mix)) == "a managed API or devices + managed API"


def test_a_place_alone_needs_no_certainty() -> None:
    found = compared(data_sensitivity="on_device", device_mix="new_phones")
    assert found.certainty_text == ""
    assert found.sentence == "Run it on the users' devices"


def test_the_lever_is_the_largest_item_of_the_difference() -> None:
    """The same hours of work stand in both: however large, they decide nothing."""
    found = compared()
    best, second = found.cheapest, found.runner_up
    assert best is not None
    assert second is not None
    assert found.lever is not None
    own, other = (by_kind(option) for option in (best, second))
    gaps = {name: other.get(name, 0) - own.get(name, 0) for name in own | other}
    largest = max(gaps, key=lambda name: abs(gaps[name]))
    assert found.lever.name == largest
    assert found.lever.usd == pytest.approx(gaps[largest])
    assert found.lever.share == pytest.approx(abs(gaps[largest]) / sum(map(abs, gaps.values())))
    side = "more" if gaps[largest] > 0 else "less"
    assert found.lever.text == (
        f"{money(abs(gaps[largest]) / 36)} a month {side} with {place(second.kind)}"
    )


def by_kind(option: Option) -> dict[str, float]:
    """What the company pays by what it is for: parts of one item are one."""
    found: dict[str, float] = {}
    for item in option.line_items:
        if item.payer == "company":
            head = item.name.split(",")[0].split(":")[0]
            found[head] = found.get(head, 0.0) + item.amount_usd
    return found


def test_alone_the_lever_is_the_largest_cost() -> None:
    found = compared(data_sensitivity="on_device", device_mix="new_phones")
    assert found.cheapest is not None
    assert found.lever is not None
    own = by_kind(found.cheapest)
    assert found.lever.name == max(own, key=lambda name: own[name])
    assert found.lever.share == pytest.approx(max(own.values()) / sum(own.values()))


def test_our_own_assumptions_are_told_where_they_are_most_of_the_cost() -> None:
    """An API: 46 of our hours, 4,600 USD, of 19,000; at a tenth of the requests of 6,040."""
    assert ours_share(compared(**QUIET)) == pytest.approx(4_600 / 19_000)
    assert compared(**QUIET).ours_text == ""
    few = compared(**QUIET, requests_per_month=1e5, data_sensitivity="internal")
    assert few.cheapest is not None
    assert ours_share(few) > 0.5
    assert few.ours_text == (
        f"Our own assumptions make {percent(ours_share(few))} of this cost: enter your own figures."
    )
    own = {"integration_hours": 10, "ops_hours_per_month": 1}
    assert ours_share(compared(**QUIET, **own)) == 0


def test_the_reason_names_cost_range_and_distance() -> None:
    found = compared(requests_per_month=1e8, device_mix="new_phones")
    assert found.cheapest is not None
    assert found.runner_up is not None
    assert "a month (in 8 of 10 cases between $" in found.reason
    assert found.reason.startswith(f"On {place(found.cheapest.kind)} it costs $")
    assert f"next best place: {place(found.runner_up.kind)} at $" in found.reason


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
        assert f"in 8 of 10 cases between {money(low / 36)} and {money(high / 36)})" in found.reason


def test_a_reason_without_a_second_place() -> None:
    found = compared(device_mix="new_phones", data_sensitivity="on_device")
    assert found.reason.endswith("no other place is allowed and priced.")


# ------------------------------------------------------------------------------ what is ruled out


def test_a_place_is_ruled_out_by_the_candidate_that_came_nearest() -> None:
    """No provider is allowed: the cheapest, Delta, fails its own terms besides; Gamma does not."""
    found = compared(data_sensitivity="internal", providers_allowed=("nobody",))
    excluded = {item.kind: item for item in found.excluded}
    assert excluded["managed_api"].text == "Gamma is not among the providers you allow."
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
