"""JSON of a comparison: what is known and what is missing, and how little the best costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.explore import draws, uncertainty
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison, Finding
from pricing.book import PriceBook
from report import constraints
from report.payload import Json, best, decided, payload
from tests.report import examples
from tests.sampling import few


def real(preset: str) -> Comparison:
    book = PriceBook.load()
    return compare(from_preset(preset, {}, book), book)


def option(body: Json, name: str) -> Json:
    found: Json = next(item for item in body["options"] if item["id"] == name)
    return found


@pytest.mark.parametrize("preset", few(["celebrity_match", "deep_art", "live_camera"], 1))
def test_the_best_are_one_of_each_place_and_the_same_as_in_the_whole(preset: str) -> None:
    comparison = real(preset)
    short, whole = best(comparison), payload(comparison)
    assert {place["id"] for place in short["places"]} == set(PLACES)
    for place in short["places"]:
        item, full = place["option"], option(whole, place["option"]["id"])
        assert item["answers_at"] == place["id"]
        shown, fully = item["on_devices"], full["on_devices"]
        apart = {"on_devices": None, "would_allow_it": None}
        assert {**item, **apart} == {**full, **apart}
        assert (shown is None) == (fully is None)
        if shown is not None:
            assert devices_of(short, shown) == fully["devices"]
            same = shown.keys() - {"devices", "devices_as_at"}
            assert all(shown[name] == fully[name] for name in same)
    assert short["cheapest"] == whole["cheapest"]


def test_an_option_that_is_shut_out_says_with_what_it_is_allowed() -> None:
    """Live video stops every server: with the frames a second it names, it passes."""
    comparison = real("live_camera")
    short = {place["id"]: place["option"] for place in best(comparison)["places"]}
    assert short["rented"]["would_allow_it"] is None  # it takes as long as a third of the answer
    answer = best(comparison, break_even=True)
    made = {place["id"]: place["option"] for place in answer["places"]}
    assert made["device"]["would_allow_it"] is None  # nothing stops it
    needed = made["rented"]["would_allow_it"]
    assert made["rented"]["status"] == "infeasible"
    assert needed == {"latency_budget_ms": 143.0}
    shut = comparison.option(made["rented"]["id"])
    assert shut is not None
    said = constraints.allowing_words(shut, comparison)
    assert said == "Allowed with “Slowest acceptable answer” 143 ms."
    after = compare(comparison.scenario.with_changes(needed), comparison.book)
    opened = after.option(made["rented"]["id"])
    assert opened is not None
    assert opened.status == "feasible"


def devices_of(short: Json, shown: Json) -> object:
    """The list itself, or that of the place it is said to be the same as."""
    if shown["devices_as_at"] is None:
        return shown["devices"]
    assert shown["devices"] is None
    place = next(item for item in short["places"] if item["id"] == shown["devices_as_at"])
    return place["option"]["on_devices"]["devices"]


def test_the_best_are_found_without_making_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a candidate nobody asked for")

    comparison = real("deep_art")
    monkeypatch.setattr(OptionList, "__getitem__", refuse)
    monkeypatch.setattr(OptionList, "__iter__", refuse)
    assert len(best(comparison)["places"]) == len(PLACES)


def test_crossings_are_null_unless_asked_for() -> None:
    assert payload(examples.PLAIN)["break_even"] is None
    assert payload(examples.PLAIN, break_even=True)["break_even"] == []


def test_rules_say_verdict_number_and_what_would_change() -> None:
    unsure = Finding("terms", "caution", "Whether Acme trains on inputs is not known.", "ask Acme")
    listed = examples.HandMade(replace(examples.API, _findings=lambda: (unsure,)))
    body = payload(replace(examples.PLAIN, options=listed))
    assert body["options"][0]["rules"] == [
        {
            "rule": "terms",
            "verdict": "caution",
            "text": unsure.text,
            "change": "ask Acme",
            "needs": {},
            "lasting": None,
            "source": None,
        }
    ]


def test_ranges_are_by_payer_and_null_where_there_is_none() -> None:
    second = replace(examples.RENTED, id="none>rented:acme/dearer", _range=lambda: None)
    listed = examples.HandMade(*examples.OPTIONS, second)
    body = payload(replace(examples.PLAIN, options=listed))
    found = option(body, examples.RENTED.id)["range"]
    company, total = examples.RENTED.company_usd, examples.RENTED.total_usd
    assert company is not None
    assert total is not None
    assert found["company_low_usd"] == pytest.approx(0.8 * company)
    assert found["company_high_usd"] == pytest.approx(1.4 * company)
    assert found["total_high_usd"] == pytest.approx(1.5 * total)
    assert option(body, second.id)["range"] is None
    assert option(body, examples.HYBRID.id)["range"] is None


def test_unknown_users_leave_the_companys_part() -> None:
    lacking = replace(
        examples.API,
        user_usd=None,
        total_usd=None,
        monthly_usd=None,
        npv_usd=None,
        _missing=lambda: ("household price",),
    )
    body = payload(replace(examples.PLAIN, options=examples.HandMade(lacking)))
    found = body["options"][0]
    assert found["status"] == "feasible"
    assert found["company_usd"] == examples.API.company_usd
    assert found["user_usd"] is found["total_usd"] is found["monthly_usd"] is None
    assert found["range"]["company_low_usd"] is not None
    assert found["range"]["total_low_usd"] is found["range"]["total_high_usd"] is None
    assert "needs household price" in found["reasons"]


def test_a_mix_says_how_much_devices_answer_and_what_trained_it() -> None:
    body = best(real("deep_art"))
    for item in (place["option"] for place in body["places"]):
        mixed = bool(PLACES[item["answers_at"]].fallback)
        assert (item["device_share"] is not None) == (mixed and item["status"] != "not_offered")
        assert bool(item["training_product"]) == (item["trained_at"] not in ("none",))


def test_flips_and_what_to_measure_come_only_where_crossings_are_asked_for() -> None:
    def refuse(axis: str = "") -> Any:
        raise AssertionError("looked beyond the comparison")

    comparison = real("voice_notes")
    alone = replace(comparison, _explore=refuse, _uncertainty=refuse)
    said = best(alone)["advice"]
    assert (said["flips"], said["flips_along"], said["measure_first"]) == (None, None, None)
    whole = best(comparison, break_even=True)["advice"]
    assert whole["flips_along"] == "requests_per_month"
    assert whole["flips"] is not None
    assert whole["measure_first"]
    found_first = {"flips", "flips_along", "measure_first"}
    assert all(whole[name] == said[name] for name in said.keys() - found_first)


@pytest.mark.parametrize("preset", ["celebrity_match", "keyboard"])
def test_verdict_and_ranges_come_from_one_set_of_draws(
    preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = []
    make = draws.drawn

    def note(*args: Any, **named: Any) -> Any:
        sets.append(args[1])
        return make(*args, **named)

    alone = real(preset)
    verdict, ranges = alone.verdict, [option.range for option in alone.best_of_kind]
    comparison = real(preset)
    monkeypatch.setattr(uncertainty, "drawn", note)
    monkeypatch.setattr(uncertainty, "draws", note)
    best(comparison)
    assert len(sets) == 1
    assert comparison.verdict == verdict
    assert [option.range for option in comparison.best_of_kind] == ranges


def test_what_is_decided_before_any_draw_is_a_part_of_the_short_answer() -> None:
    comparison = real("deep_art")

    def refuse() -> None:
        raise AssertionError("drawn")

    drawn_by_nobody = replace(comparison, _verdict=refuse, _draw=refuse)
    made, whole = decided(drawn_by_nobody), best(comparison)
    assert made["cheapest"] == whole["cheapest"]
    assert made["headline"].items() <= whole["headline"].items()
    for place, full in zip(made["places"], whole["places"], strict=True):
        assert place["option"].items() <= full["option"].items()
        assert place["option"]["line_items"] == full["option"]["line_items"]
