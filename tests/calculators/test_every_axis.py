"""Any input may vary: many points in one evaluation give what comparisons of each give.

Any two fields, words and switches and the price date too, are given several values at once in any
preset. Candidates, status, cost, what users pay, the slow answer and the words said must be those
of a comparison of each point's own scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calculators.answer.options import OptionList, statuses
from calculators.block import at
from calculators.compare import compare
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import SHARED
from calculators.points import GROWN_ENDS, PRICE_DATE, Points
from calculators.presets import from_preset, presets
from calculators.results import Comparison, Option
from calculators.scenario import Scenario, ScenarioError, bounds, choices, fields, is_numeric
from pricing.book import PriceBook
from pricing.schema import DeviceMixRow, ModelRow, VendorRow

BOOK = PriceBook.load()
PRESETS = tuple(presets(BOOK))
POINTS = 3

# ------------------------------------------------------------------------------- what is varied

NUMBERS: Mapping[str, Sequence[float | None]] = {
    "requests_per_month": [1e3, 2e5, 1e6, 3e7, 1e9],
    "retrains_per_month": [0.0, 0.3, 4.0, 80.0, 2000.0],
    "realtime_fps": [0.0, 1.0, 24.0, 240.0],
    "can_wait_hours": [0.0, 23.0, 24.0, 72.0],
    "horizon_months": [1, 3, 12, 13, 36, 60],
    "growth_pct_per_month": [-5.0, 0.0, 3.0],
    "params_millions": [None, 1.0, 25.0, 7000.0, 3e4],
    "active_params_millions": [None, 1.0, 1000.0],
    "gflops_per_request": [None, 0.5, 20.0],
    "input_tokens": [0.0, 100.0, 1000.0, 8000.0],
    "output_tokens": [0.0, 10.0, 500.0],
    "cached_input_share": [0.0, 0.5, 0.6],
    "cache_writes_share": [0.0, 0.2, 0.4],
    "images_per_request": [0.0, 1.0, 5.0],
    "image_width_px": [256.0, 1024.0],
    "image_height_px": [512.0, 2000.0],
    "video_seconds": [0.0, 5.0],
    "utc_offset_hours": [None, -7.5, 0.0, 9.0],
    "weekend_share": [None, 0.0, 0.5],
    "audio_seconds": [0.0, 20.0, 600.0],
    "request_kb": [0.0, 150.0, 1e4],
    "response_kb": [0.0, 2.0, 1e4],
    "features_per_request": [1, 3],
    "requests_per_user_per_month": [1.0, 10.0, 300.0, 1e5],
    "active_days_per_month": [1.0, 10.0, 30.0],
    "installs_per_month": [None, 0.0, 1e4],
    "peak_to_mean": [1.0, 3.0, 12.0],
    "training_examples": [100.0, 5e4, 4e6, 1e10],
    "training_tokens": [1e5, 1e8, 1e11],
    "dataset_gb": [0.0, 5.0, 1e4],
    "experiments_per_retrain": [1.0, 3.0, 20.0],
    "labelling_usd_per_example": [0.0, 0.05, 2.0],
    "quality_point_usd_per_month": [0.0, 400.0],
    "quality_loss_per_month": [0.0, 0.5, 3.0],
    "latency_budget_ms": [None, 60.0, 800.0, 5000.0],
    "ttft_budget_ms": [None, 100.0, 1000.0],
    "min_tokens_per_s": [None, 10.0, 100.0],
    "session_seconds": [1.0, 600.0],
    "min_reach_pct": [0.0, 60.0, 95.0],
    "battery_budget_pct_per_day": [0.01, 2.0, 50.0],
    "radio_tail_j": [None, 0.0, 10.0],
    "target_peak_load": [0.2, 0.7, 1.0],
    "scheduled_hours_per_month": [20.0, 220.0, 730.0],
    "spare_instances": [0, 1, 3],
    "discount_rate_pct": [0.0, 8.0, 30.0],
    "staff_usd_per_hour": [None, 0.0, 80.0],
    "integration_hours": [None, 0.0, 100.0],
    "ops_hours_per_month": [None, 0.0, 10.0],
    "ops_hours_per_machine": [None, 0.0, 10.0],
    "hours_per_retrain": [None, 0.0, 10.0],
    "electricity_usd_per_kwh": [None, 0.0, 0.4],
    "pue": [None, 1.0, 2.0],
    "price_change_pct_per_year_api": [-20.0, 0.0, 30.0],
    "price_change_pct_per_year_rental": [-20.0, 0.0, 30.0],
    "price_change_pct_per_year_hardware": [-20.0, 0.0, 30.0],
    "price_change_pct_per_year_electricity": [-20.0, 0.0, 30.0],
    "max_concurrency": [None, 1.0, 30.0],
    "measured_requests_per_s": [None, 0.5, 50.0],
    "measured_answer_ms": [None, 20.0, 2000.0],
    "measured_concurrency": [None, 1.0, 16.0],
    "measured_device_ms": [None, 5.0, 500.0],
    "measured_device_j_per_request": [None, 0.0, 3.0],
    "release_hours": [None, 0.0, 8.0],
    "validation_hours": [None, 0.0, 1.0],
    "growth_low": [None, -20.0, 0.0],
    "growth_high": [None, 0.0, 5.0],
    "today_usd_per_month": [None, 0.0, 900.0],
    "today_fixed_usd_per_month": [None, 0.0, 50.0],
    "own_server_usd": [None, 399.0, 250_000.0],
    "own_server_life_months": [None, 12.0, 48.0],
    "own_server_resale_pct": [None, 0.0, 25.0],
    "own_server_w": [None, 40.0, 6000.0],
}
"""Values on both sides of what a number decides."""
OTHER: Mapping[str, Sequence[Any]] = {
    PRICE_DATE: [BOOK.price_date, date(2026, 7, 1), date(2025, 12, 31)],
    "addons": [(), ("streaming",), ("speakers", "channels")],
    "measured_device": ["iPhone 15", "Samsung Galaxy A53", "every"],
    "title": ["", "Ours"],
    "today": ["", "none>device:us_mainstream"],
    "own_server": ["", "RTX 3090", "nvidia/jetson-orin-nano-super"],
    "measured_on": ["H100-SXM", "4x l4", "nvidia/jetson-orin-nano-super"],
    "model": ["", *(row.model for row in BOOK.table("models", ModelRow))],
    "device_mix": sorted({row.mix for row in BOOK.table("device_mixes", DeviceMixRow)}),
    "platforms": [("ios",), ("ios", "android"), ("web",), ("pc", "web")],
    "providers_allowed": [(), *((row.vendor,) for row in BOOK.table("vendors", VendorRow)[:5])],
    "agreements_signed": [(), ("acme",), ("deepinfra", "aws-ai")],
    "training_data_sensitivity": [None, "public", "regulated", "on_premises", "on_device"],
}
MEASURED_ON: dict[str, Any] = {"measured_on": "L4", "measured_device": "iPhone 15"}
SIZED: Mapping[str, Any] = {"image_width_px": 800.0, "image_height_px": 600.0}
"""Images have a size, whether any are sent or not."""
VARIED = tuple(name for name in (*fields(), PRICE_DATE) if name != "preset")


def values(name: str) -> Sequence[Any]:
    """What a field is varied over."""
    if name in NUMBERS:
        return NUMBERS[name]
    if name in OTHER:
        return OTHER[name]
    return choices(name) or (False, True)


def test_every_field_is_varied_over_values_it_allows() -> None:
    for name in VARIED:
        assert len(values(name)) > 1, name
        if name != PRICE_DATE:
            for value in values(name):
                beside = {"growth_pct_per_month": value} if name in GROWN_ENDS and value else {}
                Scenario(**MEASURED_ON, **SIZED).with_changes({name: value, **beside})
    assert {name for name in VARIED if name != PRICE_DATE and is_numeric(name)} == set(NUMBERS)
    assert all(low is not None for low, _, _ in map(bounds, NUMBERS))
    assert get_args(fields()["task"].annotation)


# -------------------------------------------------------------------------- the same, two ways


@dataclass(frozen=True)
class Together:
    """One evaluation of each group of points."""

    points: Points
    parts: Mapping[int, tuple[Evaluation, int]]  # point -> the evaluation that holds it, its column
    days: Mapping[int, date]

    @classmethod
    def of(cls, points: Points) -> Together:
        """Every point evaluated with those of its group."""
        parts: dict[int, tuple[Evaluation, int]] = {}
        days: dict[int, date] = {}
        for part, index, day in points.groups():
            book = BOOK if day is None else BOOK.at(day)
            found = evaluate(SHARED.case(part, book))
            for column, point in enumerate(index.tolist()):
                parts[point] = (found, column)
                days[point] = book.price_date
        return cls(points, parts, days)

    def alone(self, point: int) -> Comparison:
        """A comparison of one point's own scenario."""
        return compare(self.points.at(point), BOOK.at(self.days[point]))


def differences(points: Points) -> Iterator[str]:
    """Where the two ways disagree."""
    together = Together.of(points)
    for point, (found, column) in together.parts.items():
        try:
            alone = together.alone(point)
        except ScenarioError as refusal:
            # What one has today must be an option of the point's other inputs. A look along an
            # axis asks for that before it starts; alone it is refused by name.
            if [bad.field for bad in refusal.bad] != ["today"]:
                yield f"{point}: {refusal}"
            continue
        assert isinstance(alone.options, OptionList)
        single = alone.options.found
        if set(found.ids) != set(single.ids):
            yield f"{point}: candidates {sorted(set(found.ids) ^ set(single.ids))[:4]}"
            continue
        order = np.array([found.at[name] for name in single.ids], dtype=np.intp)
        yield from (f"{point}: {said}" for said in _figures(found, column, order, single))
        yield from (f"{point}: {said}" for said in _words(found, column, alone))


def _figures(
    found: Evaluation, column: int, order: np.ndarray, single: Evaluation
) -> Iterator[str]:
    ours, theirs = statuses(found, column)[order], statuses(single)
    for name, one, other in (
        ("status", ours.astype(float), theirs.astype(float)),
        ("company", found.company[order, column], single.company[:, 0]),
        ("user", found.user[order, column], single.user[:, 0]),
        ("p95", slow(found, column)[order], slow(single, 0)),
        ("npv", found.npv[order, column], single.npv[:, 0]),
        ("month1", found.month1[order, column], single.month1[:, 0]),
    ):
        same = np.isclose(one, other, rtol=1e-9, atol=1e-6, equal_nan=True)
        if name in ("npv", "month1"):  # of what is not priced they say nothing
            same |= np.isnan(single.company[:, 0])
        for index in np.flatnonzero(~same)[:2]:
            yield f"{name} of {single.ids[index]}: {one[index]} and alone {other[index]}"


def slow(found: Evaluation, column: int) -> np.ndarray:
    """The slow answer of every candidate."""
    return np.concatenate(
        [
            pair.block.speed.times(pair.rows, np.full(pair.size, column, dtype=np.intp))[1]
            for pair in found.pairs
        ]
    )


def _words(found: Evaluation, column: int, alone: Comparison) -> Iterator[str]:
    """What is said of the best of each pair of places."""
    for option in alone.best_of_pair:
        if option.status == "not_offered":
            continue
        pair, own = found.where(found.at[option.id])
        battery = pair.block.battery
        for name, one, other in (
            ("findings", pair.findings(own, column), option.findings),
            ("missing", pair.missing(own, column), option.missing),
            ("label", pair.label(own, column), option.label),
            ("trained on", pair.trained_on(own, column), option.training_product),
            ("items", _names(pair.line_items(own, column), option), _names(None, option)),
            ("battery", battery and at(battery.pct_per_day, 0, column), option.battery_pct_per_day),
        ):
            if one != other and not (name == "battery" and _nearly(one, other)):
                yield f"{name} of {option.id}: {one} and alone {other}"


def _names(items: Any, option: Option) -> list[str]:
    if option.company_usd is None:
        return []
    return [item.name for item in (option.line_items if items is None else items)]


def _nearly(one: Any, other: Any) -> bool:
    if other is None:
        return one is None or bool(np.isnan(one))
    return one is not None and bool(np.isclose(one, other, rtol=1e-9))


@cache
def scenario(preset: str) -> Scenario:
    return from_preset(preset, {**MEASURED_ON, **SIZED}, BOOK)


def check(preset: str, columns: Mapping[str, Sequence[Any]]) -> None:
    points = Points(scenario(preset), POINTS).with_values(columns)
    assert list(differences(points)) == []


# ------------------------------------------------------------------------------------ any two


@st.composite
def two_fields(draw: st.DrawFn) -> tuple[str, dict[str, list[Any]]]:
    """A preset, and two of its fields with a value at each point."""
    names = draw(st.lists(st.sampled_from(VARIED), min_size=2, max_size=2, unique=True))
    if "hold" in names and "requests_per_month" in names:
        names.remove("hold")  # users who are held are those of the scenario the axis starts from
    columns = {
        name: draw(st.lists(st.sampled_from(values(name)), min_size=POINTS, max_size=POINTS))
        for name in names
    }
    return draw(st.sampled_from(PRESETS)), columns


PROPERTY = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


IPHONES: dict[str, list[Any]] = {"platforms": [("ios",)] * POINTS, "task": ["face_match"] * POINTS}
"""Every user of the app is served by their phone: shares that add up to 1 but for rounding."""


NOT_OFFERED: dict[str, list[Any]] = {
    "today": ["", "none>device:us_mainstream", "none>device:us_mainstream"][:POINTS],
    "task": ["face_match"] * POINTS,
}
"""Alone, what one has today is refused where no option of the other inputs is it."""

BESIDE: dict[str, list[Any]] = {"model": ["gpt-j-6b", "all-minilm-l12-v2", "qwen3-4b"]}
"""Quantiles that take different numbers of steps to find, in one evaluation."""


LABELS: dict[str, list[Any]] = {"labelling_usd_per_example": [2.0, 2.0, 0.0]}
"""Labels that cost nothing at one of the points: no item of a bill there."""


GROWING: dict[str, list[Any]] = {"growth_pct_per_month": [0.0, 0.0, 3.0]}
"""Electricity of a run is told of each point, its hours are those of all: a trial says both."""


TOO_LARGE: dict[str, list[Any]] = {"params_millions": [3e4, 1.0, 3e4], "addons": [(), (), ()]}
"""At two points no machine can train it: no vendor is chosen there, and none's terms are told."""


@settings(PROPERTY, max_examples=25)
@example(("celebrity_match", IPHONES))
@example(("recommender", TOO_LARGE))
@example(("live_camera", GROWING))
@example(("recommender", LABELS))
@example(("deep_art", NOT_OFFERED))
@example(("summariser", BESIDE))
@given(two_fields())
def test_any_two_fields_give_at_each_point_what_it_gives_alone(
    asked: tuple[str, dict[str, list[Any]]],
) -> None:
    check(*asked)


@pytest.mark.soak
@settings(PROPERTY, max_examples=2000)
@given(two_fields())
def test_any_two_fields_for_hours(asked: tuple[str, dict[str, list[Any]]]) -> None:
    check(*asked)


TOKENS = ("input_tokens", "output_tokens", "text_language", "reasoning", "images_per_request")
SHARES = ("cached_input_share", "cache_writes_share", "can_wait_hours", "weekend_share")


@settings(PROPERTY, max_examples=12)
@given(st.sampled_from(TOKENS), st.sampled_from(SHARES), st.data())
def test_what_language_models_are_asked_for(one: str, other: str, data: st.DataObject) -> None:
    """The same of the inputs their bills hang on, where they hang on them."""
    columns = {
        name: data.draw(st.lists(st.sampled_from(values(name)), min_size=POINTS, max_size=POINTS))
        for name in (one, other)
    }
    check("support_chat", columns)


def test_hours_that_hardly_weigh_have_times_too() -> None:
    """Found by the long check: a network whose active part is not stated, in one of three sizes."""
    sizes: list[float | None] = [None, None, 1.0]
    check("keyboard", {"params_millions": sizes, "active_params_millions": [None] * POINTS})
