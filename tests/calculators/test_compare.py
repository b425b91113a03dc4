"""One comparison: the winner, the runner-up, ten times the volume, work at nothing and double."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

import pytest

from calculators.compare import LABOUR, VOLUMES, compare, points
from calculators.memory import Memory
from calculators.presets import from_preset
from calculators.scenario import bounds
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, compared, option, scenario, world


def test_ten_times_is_the_comparison_at_ten_times() -> None:
    for changes in (
        {},
        {"min_reach_pct": 80},
        {"hold": "users"},
        {"growth_pct_per_month": 3},
        {"rank_by": "company_and_user"},
        {"requests_per_month": 1e7},
    ):
        found = compared(**changes)
        scenario = found.scenario
        per_user = scenario.requests_per_user_per_month
        if scenario.hold == "users":  # the same users ask ten times as often
            per_user *= 10
        ten = compared(
            **{
                **changes,
                "requests_per_month": 10 * scenario.requests_per_month,
                "requests_per_user_per_month": per_user,
            }
        )
        assert ten.cheapest is not None
        cost = ten.cheapest.ranked_usd(scenario.rank_by)
        assert cost is not None
        assert found.ten_times.option_id == ten.cheapest.id
        assert found.ten_times.monthly_usd == pytest.approx(cost / scenario.horizon_months)
        share = cost / (ten.cheapest.total_usd or math.nan)
        assert found.ten_times.usd_per_user_month == pytest.approx(
            share * (ten.cheapest.usd_per_user_month or math.nan)
        )


def test_the_points_of_a_comparison() -> None:
    found = points(scenario(requests_per_month=7))
    ends = [bounds("requests_per_month")[0], 7000]
    assert found["requests_per_month"].tolist() == [*(7 * VOLUMES).tolist(), *ends]
    assert (7 * VOLUMES).tolist() == [7, 7, 7, 70]
    assert found.labour_scale.tolist() == LABOUR.tolist() == [1, 0, 2, 1, 1, 1]
    assert found.at(0) == scenario(requests_per_month=7)


def test_the_runner_up_is_the_best_of_another_place() -> None:
    found = compared()
    assert found.cheapest is not None
    assert found.runner_up is not None
    others = [
        item
        for item in found.options
        if item.status == "feasible" and item.kind != found.cheapest.kind
    ]
    assert found.runner_up is others[0]
    assert found.cheapest is found.options[0]


def test_one_place_alone_has_no_runner_up() -> None:
    found = compared(data_sensitivity="on_device", device_mix="new_phones")
    assert found.cheapest is not None
    assert found.runner_up is None
    assert not found.too_close


def test_nothing_is_worked_out_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws and exploration cost evaluations of their own."""

    def never(*_: Any) -> None:
        raise AssertionError("not asked for")

    monkeypatch.setattr("calculators.explore.uncertainty.draws", never)
    monkeypatch.setattr("calculators.compare.explore", never)
    found = compared(requests_per_month=123_456)
    assert found.cheapest is not None
    assert found.ten_times.option_id is not None
    assert found.survives_labour is not None
    assert [item.status for item in found.options]
    with pytest.raises(AssertionError, match="not asked for"):
        _ = found.reason


def test_it_does_not_matter_what_was_compared_before() -> None:
    fresh = compare(scenario(), world(), Memory(estimators=MEMORY.estimators))
    again = compared()
    assert [(item.id, item.total_usd) for item in fresh.options] == [
        (item.id, item.total_usd) for item in again.options
    ]


def test_an_option_is_found_by_its_id() -> None:
    found = compared()
    assert found.option("none>owned:acme/node1") is option(found, "none>owned:acme/node1")
    assert found.option("nobody") is None
    assert found.options[0].id.count(">") == 1


# ------------------------------------------------------------------------- what was not given

MACHINES = ("hosted_platform", "rented", "owned")
SIZE = "the size of the model (params_millions)"


@pytest.mark.parametrize("task", ["face_match", "text_generation", "speech_to_text"])
def test_a_model_without_name_or_size_is_incomplete_and_says_what_to_give(task: str) -> None:
    """No machine is refused for memory of a size nobody stated."""
    book = PriceBook.load()
    asked = {"model": "", "task": task, "input_tokens": 100, "output_tokens": 100}
    asked |= {"audio_seconds": 20}
    found = compare(from_preset("celebrity_match", asked, book), book)
    for item in found.options:
        if item.kind in MACHINES:
            assert item.status == "incomplete", item.id
            assert SIZE in item.missing, item.id
        assert not any(re.search(r"\bnan\b", reason) for reason in item.reasons), item.id


def test_training_a_model_without_size_is_incomplete_too() -> None:
    book = PriceBook.load()
    asked = {"model": "", "own_model_required": True, "retrains_per_month": 1}
    found = compare(from_preset("celebrity_match", asked, book), book)
    for item in found.options:
        if item.trained_at in ("rented", "owned") and item.answers_at in MACHINES:
            assert item.status == "incomplete", (item.id, item.reasons)
            assert SIZE in item.missing, item.id


# ---------------------------------------------------------------------------------- early dates


@pytest.mark.parametrize("region", ["us", "eu"])
@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2024, 6, 1), date(2023, 3, 1)])
def test_an_answer_exists_where_anything_can_be_priced(day: date, region: str) -> None:
    """Electricity nobody had written down yet voids no answer; a model not yet out does."""
    book = PriceBook.load().at(day)
    for preset in ("celebrity_match", "support_chat", "photo_moderation"):
        found = compare(from_preset(preset, {"region": region}, book), book)
        if preset == "support_chat" and day < date(2024, 7, 23):
            assert "Not yet released: Llama-3.1-8B came out on 2024-07-23." in str(found.reason)
        else:
            assert found.cheapest is not None, (preset, found.reason)


def test_users_electricity_without_a_price_is_their_own_gap() -> None:
    """At any date: what users pay may be missing, what the company pays is not for that."""
    newest = PriceBook.load()
    for day in (date(2025, 12, 31), date(2022, 1, 1)):
        book = newest.at(day)
        found = compare(from_preset("celebrity_match", {}, book), book)
        for item in found.options:
            lacks = [gap for gap in item.missing if not gap.startswith("household electricity")]
            if item.status == "incomplete":
                assert lacks, item.id
            if item.status == "feasible" and item.missing:
                assert (item.total_usd, item.user_usd) == (None, None)
                assert item.company_usd is not None
                assert math.isfinite(item.company_usd)


def test_sources_are_those_of_the_line_items() -> None:
    for made in compared(own_model_required=True, retrains_per_month=2).best_of_pair:
        assert made.sources == tuple(dict.fromkeys(item.source for item in made.line_items))
