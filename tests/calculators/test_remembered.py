"""What is remembered, or worked out for two places at once, never shows in an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.compare import points
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import SHARED, Memory
from calculators.options import twofold
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.scenario import Scenario
from pricing.book import PriceBook

BOOK = PriceBook.load()
FEW = settings(max_examples=15)
CHANGES: dict[str, list[Any]] = {
    "requests_per_month": [900.0, 40_000.0, 3e7],
    "latency_budget_ms": [150.0, 2_500.0],
    "target_peak_load": [0.3, 0.9],
    "max_concurrency": [None, 4],
    "peak_to_mean": [1.0, 6.0],
    "retrains_per_month": [0.5, 30.0],
    "experiments_per_retrain": [1.0, 7.0],
    "training_examples": [1_000.0, 90_000.0],
    "horizon_months": [5, 48],
    "output_tokens": [20.0, 900.0],
    "billing": ["always_on", "autoscaled", "scheduled"],
    "hosting": ["colocation", "none"],
    "link": ["4g", "wifi"],
    "region": ["us", "eu"],
    "data_sensitivity": ["public", "regulated"],
    "staff_usd_per_hour": [0.0, 140.0],
    "growth_pct_per_month": [0.0, 4.0],
}


def anew() -> Memory:
    """A memory that knows nothing but what estimators learnt."""
    return Memory(estimators=SHARED.estimators)


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Scenario, Scenario]:
    """Two scenarios that differ in an input or two."""
    base = from_preset(draw(st.sampled_from(sorted(presets(BOOK)))), {}, BOOK)
    names = st.sets(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=2)
    first, second = (
        base.with_changes({name: draw(st.sampled_from(CHANGES[name])) for name in draw(names)})
        for _ in range(2)
    )
    return first, second


@settings(FEW)
@given(pair=neighbours())
def test_a_second_answer_is_what_it_would_be_alone(pair: tuple[Scenario, Scenario]) -> None:
    memory = anew()
    evaluate(memory.case(points(pair[0]), BOOK))
    second, alone = (evaluate(held.case(points(pair[1]), BOOK)) for held in (memory, anew()))
    assert_alike(second, alone)
    assert set(second.case.assumed) == set(alone.case.assumed)


@settings(FEW)
@given(pair=neighbours())
def test_places_served_at_once_are_as_served_alone(pair: tuple[Scenario, Scenario]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        both = evaluate(anew().case(points(pair[0]), BOOK))
        patch.setattr(twofold, "MOST", 0)
        alone = evaluate(anew().case(points(pair[0]), BOOK))
    assert_alike(both, alone)


def test_many_points_are_as_few() -> None:
    """More than are served at once, over an input that moves who is allowed."""
    scenario = from_preset("voice_notes", {}, BOOK)
    limits = np.geomspace(100.0, 20_000.0, twofold.MOST + 1)
    many = evaluate(anew().case(Points.sweep(scenario, "latency_budget_ms", limits), BOOK))
    some = slice(40, 60)
    few = evaluate(anew().case(Points.sweep(scenario, "latency_budget_ms", limits[some]), BOOK))
    assert few.ids == many.ids
    assert few.ranked == pytest.approx(many.ranked[:, some], rel=1e-12)


@pytest.mark.parametrize("name", ["voice_notes", "recommender"])
def test_a_place_shows_the_products_asked_for_and_no_others(name: str) -> None:
    """A place alone and behind the devices, asked for different products, served at once."""
    scenario = from_preset(name, {}, BOOK)
    every = evaluate(anew().case(Points(scenario), BOOK))
    held = {place: sorted({i.partition(":")[2] for i in of}) for place, of in by_place(every)}
    rented, behind = held["rented"], held["device+rented"]
    only = {"rented": frozenset(rented[:2]), "device+rented": frozenset(behind[2:5])}
    found = dict(by_place(evaluate(anew().case(Points(scenario), BOOK, only))))
    assert {i.partition(":")[2] for i in found["rented"]} == only["rented"]
    assert {i.partition(":")[2] for i in found["device+rented"]} == only["device+rented"]
    at = dict(zip(every.ids, every.ranked[:, 0], strict=True))
    some = evaluate(anew().case(Points(scenario), BOOK, only))
    assert some.ranked[:, 0] == pytest.approx([at[name] for name in some.ids], rel=1e-12)


def test_nothing_is_offered_where_no_product_asked_for_exists() -> None:
    scenario = from_preset("voice_notes", {}, BOOK)
    every = dict(by_place(evaluate(anew().case(Points(scenario), BOOK))))
    one = frozenset([every["rented"][0].partition(":")[2]])
    only = {"rented": one, "device+rented": frozenset(["nobody/nothing:on_demand"])}
    found = evaluate(anew().case(Points(scenario), BOOK, only))
    assert {pair.place.id for pair in found.pairs} == {"rented"}
    assert "device+rented" in {place.id for place in found.not_offered}


def by_place(found: Evaluation) -> list[tuple[str, list[str]]]:
    """Ids of an evaluation by place; none where nothing is priced there."""
    held: dict[str, list[str]] = {}
    for name, place in zip(found.ids, found.places, strict=True):
        held.setdefault(place, []).append(name)
    return list(held.items())


def assert_alike(one: Evaluation, other: Evaluation) -> None:
    """The same candidates at the same costs, with the same words."""
    assert one.ids == other.ids
    for figure in ("ranked", "company", "user", "npv", "month1"):
        here, there = getattr(one, figure), getattr(other, figure)
        assert here == pytest.approx(there, rel=1e-12, nan_ok=True), figure
    for index in range(0, one.size, max(1, one.size // 12)):
        for point in (0, one.case.size - 1):
            assert told(one, index, point) == told(other, index, point)


def told(found: Evaluation, index: int, point: int) -> list[Any]:
    """What is said of one candidate at one point."""
    pair, own = found.where(index)
    row = int(pair.rows[own])
    block = pair.block
    capacity, sizing = block.capacity(row, point), block.sizing(row, point)
    return [
        pair.label(own, point),
        pair.trained_on(own, point),
        pair.missing(own, point),
        pair.findings(own, point),
        [(item.name, item.basis, item.source) for item in pair.line_items(own, point)],
        np.round(block.spacing_of(row, point), 6).tolist(),
        np.round(block.edges_of(row, 1e9, point), 3).tolist(),
        None if capacity is None else (round(capacity.requests_per_s, 9), capacity.machine),
        None if sizing is None else round(sizing.peak_per_request, 12),
    ]
