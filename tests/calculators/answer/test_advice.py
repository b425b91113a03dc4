"""The advice says what the comparison found, with figures that stand in it."""

from __future__ import annotations

import pytest

from calculators.answer import advice as advised
from calculators.answer.advice import REASONS, SENTENCES, Advice, advice, nearest
from calculators.compare import compare
from calculators.presets import from_preset, presets
from calculators.results import Band, Comparison, Strip
from pricing.book import PriceBook
from tests.sampling import few

BOOK = PriceBook.load()


def compared(preset: str, **changed: object) -> Comparison:
    return compare(from_preset(preset, changed, BOOK), BOOK)


def brief(found: Comparison) -> Advice:
    return advice(found, measure=False)


@pytest.mark.parametrize("preset", few([*presets(BOOK)], 5))
def test_it_names_the_answer_and_three_reasons(preset: str) -> None:
    found = compared(preset)
    said = brief(found)
    assert found.cheapest is not None
    assert (said.answer_at, said.train_at) == (found.cheapest.answers_at, found.cheapest.trained_at)
    assert 2 <= len(said.because) <= SENTENCES
    assert next(item.rule for item in said.because) == "cost"
    assert said.survives_labour == found.survives_labour
    assert all(item.facts for item in said.because)


def test_the_figures_are_those_of_the_page() -> None:
    found = compared("voice_notes")
    best, second = found.cheapest, found.runner_up
    assert best is not None
    assert second is not None
    said = brief(found)
    facts = {fact.name: fact.value for item in said.because for fact in item.facts}
    assert best.company_usd is not None
    assert second.company_usd is not None
    months = found.scenario.horizon_months
    assert facts["monthly_usd"] == pytest.approx(best.company_usd / months)
    extra = (second.company_usd - best.company_usd) / months
    assert facts["extra_usd_per_month"] == pytest.approx(extra)
    assert said.runner_up_extra_usd_per_month == pytest.approx(extra)
    per_user = best.company_usd / best.served_user_months
    assert facts["usd_per_user_month"] == pytest.approx(per_user)


def test_what_training_costs_is_the_sum_of_its_items() -> None:
    found = compared("deep_art")
    best = found.cheapest
    assert best is not None
    seen = advised.Seen(found, best)
    items = [item.amount_usd for item in best.line_items if item.category == "training"]
    assert items
    assert seen.training == pytest.approx(sum(items) / found.scenario.horizon_months)


def test_where_nothing_is_allowed_it_says_why() -> None:
    said = brief(compared("support_chat", offline_required=True))
    assert said.answer_at is None
    assert said.train_at is None
    assert said.because
    assert {item.rule for item in said.because} == {"nothing_allowed"}
    assert said.flips == ()
    assert said.runner_up is None


def test_flips_along_the_volume_are_those_of_the_comparison() -> None:
    found = compared("celebrity_match")
    said = brief(found)
    assert said.flips is not None
    assert [(turn.at, turn.to_place) for turn in said.flips] == [
        (flip.at, flip.to_kind) for flip in found.flips[: advised.FLIPS]
    ]


def strip(field: str, here: float, edge: float, beyond: str | None, distance: float) -> Strip:
    low, high = 0.0, 100.0
    if edge > here:
        bands = (Band(low, edge, "rented", 0.0), Band(edge, high, beyond, 0.0))
    else:
        bands = (Band(low, edge, beyond, 0.0), Band(edge, high, "rented", 0.0))
    return Strip(field, "unit", low, high, here, bands, edge, distance)


def test_the_nearest_flips_of_all_inputs() -> None:
    found = list(
        nearest(
            [
                strip("input_tokens", 0.0, 0.0, None, 0.0),  # stands at the edge: another question
                strip("latency_budget_ms", 50.0, 40.0, None, 0.1),
                strip("growth_pct_per_month", 1.0, 3.0, "owned", 0.3),
                strip("staff_usd_per_hour", 50.0, 20.0, "device", 0.2),
                strip("request_kb", 10.0, 90.0, "managed_api", 0.9),
            ]
        )
    )
    assert [(turn.field, turn.direction, turn.to_place) for turn in found] == [
        ("staff_usd_per_hour", "below", "device"),
        ("growth_pct_per_month", "above", "owned"),
        ("request_kb", "above", "managed_api"),
    ]


def test_a_flip_to_nothing_is_told_where_there_is_no_other() -> None:
    (turn,) = nearest([strip("latency_budget_ms", 50.0, 40.0, None, 0.1)])
    assert turn.to_place is None
    assert turn.direction == "below"


def test_what_to_measure_first_is_worth_a_percent_of_the_cost() -> None:
    found = compared("celebrity_match")
    assert found.cheapest is not None
    assert found.cheapest.company_usd is not None
    least = found.cheapest.company_usd / found.scenario.horizon_months / 100
    told = advised.measured(found)
    assert told
    assert all(item.usd >= least for item in told)
    assert [item.usd for item in told] == sorted((item.usd for item in told), reverse=True)


def test_reasons_are_named_once() -> None:
    assert len({reason.id for reason in REASONS}) == len(REASONS)


def test_the_work_that_retraining_brings_is_told_beside_its_machines() -> None:
    # once a month 6 hours at 91 USD
    found = compared("deep_art")
    (said,) = (item for item in brief(found).because if item.rule == "training")
    facts = {fact.name: fact.value for fact in said.facts}
    assert facts["work_usd"] == pytest.approx(6 * 91)
    assert "$546" in said.text


def test_a_share_too_small_to_show_is_not_called_nothing() -> None:
    """Training an image model costs 3.29 of 1,310 USD a month: a quarter of a percent."""
    said = next(item for item in brief(compared("deep_art")).because if item.rule == "training")
    assert "a month of that (0.2 %)" in said.text
    assert "(0 %)" not in said.text
