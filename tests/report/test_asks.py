"""Inputs the form leaves out change nothing, and what somebody has entered is never left out."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Comparison
from calculators.scenario import ScenarioError, bounds, choices, fields, is_numeric
from pricing.book import PriceBook
from report import asks

BOOK = PriceBook.load()


def figures(found: Comparison) -> list[tuple[object, ...]]:
    return [
        (o.id, o.status, o.company_usd, o.user_usd, o.latency.p95_ms, o.battery_pct_per_day)
        for o in found.best_of_pair
    ]


def others(name: str, value: Any) -> list[Any]:
    """Values unlike the one that is set."""
    if is_numeric(name):
        low, high, _ = bounds(name)
        return [(value or 1) * 3, high if high and high < 1e4 else (value or 1) * 50, low]
    if isinstance(value, bool):
        return [not value]
    known = [(one,) if isinstance(value, tuple) else one for one in choices(name)]
    return [one for one in known if one != value][:2]


@pytest.mark.parametrize("preset", ["celebrity_match", "support_chat", "voice_notes"])
def test_what_is_left_out_changes_nothing(preset: str) -> None:
    plain = from_preset(preset, {}, BOOK)
    shown = figures(compare(plain, BOOK))
    tried = 0
    for name in sorted(asks.silent(plain)):
        for value in others(name, getattr(plain, name)):
            try:
                changed = plain.with_changes({name: value})
            except ScenarioError:
                continue  # what may not be set alone cannot move anything
            tried += 1
            assert figures(compare(changed, BOOK)) == shown, f"{name}={value}"
            break
    assert tried >= 5


def test_what_somebody_entered_stays() -> None:
    plain = from_preset("celebrity_match", {}, BOOK)
    assert "reasoning" in asks.silent(plain)
    assert "reasoning" not in asks.silent(plain, ["reasoning"])


def test_the_turn_of_answers_is_asked_where_language_models_may_answer() -> None:
    for preset, asked in (("support_chat", True), ("celebrity_match", False)):
        plain = from_preset(preset, {}, BOOK)
        assert ("service_tier" not in asks.silent(plain)) == asked
    assert "service_tier" not in asks.silent(
        from_preset("voice_notes", {"other_models": True}, BOOK)
    )


def test_what_matters_comes_with_what_makes_it_matter() -> None:
    plain = from_preset("celebrity_match", {}, BOOK)
    trained = plain.with_changes({"retrains_per_month": 1})
    assert asks.TRAINED - {"training_tokens"} <= asks.silent(plain)
    assert not (asks.TRAINED - {"training_tokens"}) & asks.silent(trained)
    timed = plain.with_changes({"billing": "scheduled"})
    assert "scheduled_hours_per_month" not in asks.silent(timed)


def test_every_name_is_a_field() -> None:
    named = asks.TEXT | asks.TRAINED | asks.ON_MACHINE | asks.ON_DEVICE
    assert named <= set(fields())
