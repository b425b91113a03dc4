"""Flips and curves along the volume from a look that scenarios of unlike volumes share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from calculators import compare as whole
from calculators.evaluation import Evaluation, evaluate
from calculators.explore import along as looks
from calculators.explore import by_volume
from calculators.explore.along import Along, along
from calculators.explore.axis import VOLUME, Axis
from calculators.explore.break_even import explore
from calculators.explore.by_volume import Seen, nearest
from calculators.explore.refine import Sampled
from calculators.memory import SHARED, Memory
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Exploration
from pricing.book import PriceBook

BOOK = PriceBook.load()


def fresh() -> Memory:
    """Learnt estimators, and no look yet."""
    return Memory(SHARED.estimators, SHARED.markets, SHARED.estimates)


def base(preset: str, volume: float, **changes: Any) -> Evaluation:
    scenario = from_preset(preset, {VOLUME: volume, **changes}, BOOK)
    return evaluate(SHARED.case(whole.points(scenario), BOOK))


def around(preset: str, volume: float, memory: Memory) -> Exploration:
    return explore(base(preset, volume), memory)


@pytest.mark.parametrize("preset", ["celebrity_match", "support_chat", "voice_notes"])
def test_what_is_told_is_the_same_whoever_asked_before(preset: str) -> None:
    after, alone = fresh(), fresh()
    _ = around(preset, 2_000_000, after).flips
    one, other = (around(preset, 3_456_000, memory) for memory in (after, alone))
    assert one.flips == other.flips
    assert [(c.kind, c.x, c.option_ids) for c in one.curves] == [
        (c.kind, c.x, c.option_ids) for c in other.curves
    ]
    for first, second in zip(one.curves, other.curves, strict=True):
        np.testing.assert_allclose(first.monthly_usd, second.monthly_usd, rtol=1e-12)


@pytest.mark.parametrize("preset", ["celebrity_match", "support_chat", "document_ocr"])
@pytest.mark.parametrize("volume", [1.0, 700.0, 250_000.0, 1e6, 9.99e11])
def test_flips_are_those_of_a_look_of_its_own(preset: str, volume: float) -> None:
    found = base(preset, volume)
    shared, own = explore(found, fresh()), alone(found)
    assert [(f.direction, f.to_kind, f.to_label) for f in shared.flips] == [
        (f.direction, f.to_kind, f.to_label) for f in own.flips
    ]
    for one, other in zip(shared.flips, own.flips, strict=True):
        assert one.at == pytest.approx(other.at, rel=1e-8)
    for curve in shared.curves:
        axis = Axis.of(VOLUME, found.case)
        assert (curve.x[0], curve.x[-1]) == (axis.first, axis.high)
        assert volume in curve.x


def alone(found: Evaluation) -> Exploration:
    """The same without a window."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_volume, "_own_alone", lambda _: True)
        made = explore(found, fresh())
        assert made.flips is not None
    return made


def test_another_volume_of_two_decades_needs_nothing_but_its_comparison() -> None:
    asked: list[tuple[int, bool]] = []

    class Spied(Memory):
        def case(self, points: Any, book: Any, only: Any = None, *rest: Any, **named: Any) -> Any:
            asked.append((points.size, only is None))
            return super().case(points, book, only, *rest, **named)

    memory = Spied(SHARED.estimators, SHARED.markets, SHARED.estimates)
    _ = around("celebrity_match", 2_000_000, memory).flips
    assert asked[0] == (16 * 8 + 1, True)
    asked.clear()
    _ = around("celebrity_match", 50_000_000, memory).flips
    assert asked == []
    scenario = from_preset("celebrity_match", {VOLUME: 6_000_000}, BOOK)
    _ = explore(evaluate(SHARED.case(Points(scenario), BOOK)), memory).flips
    assert asked == [(3, False)]  # three values of the contenders
    asked.clear()
    _ = around("celebrity_match", 50_000, memory).flips
    assert asked[0] == (16 * 8 + 1, True)


@pytest.mark.parametrize("changes", [{"hold": "users"}, {"growth_pct_per_month": 2.0}])
def test_where_the_scenarios_own_volume_matters_nothing_is_shared(changes: dict[str, Any]) -> None:
    memory = fresh()
    found = explore(base("celebrity_match", 2_000_000, **changes), memory)
    assert found.flips is not None
    assert len(memory.looks) == 0


def test_where_nothing_is_feasible_one_look_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_volume, "along", None)  # a look of its own would fail
    nowhere = base("celebrity_match", 2_000_000, offline_required=True, latency_budget_ms=0.001)
    assert not np.isfinite(nowhere.ranked).any()
    found = explore(nowhere, fresh())
    assert (found.flips, found.curves) == ((), ())


def test_what_a_window_left_open_is_looked_into_from_the_scenario_s_own_volume(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looks, "VALUES", 5)  # far fewer than the flips of this scenario need
    found = base("voice_notes", 2_000_000)
    axis = Axis.of(VOLUME, found.case)
    told, own = nearest(found, fresh(), axis), along(found, SHARED, axis, cheapest=True)
    assert told is not None
    assert own is not None
    assert any(own.left_open.values())
    assert told.left_open == own.left_open
    np.testing.assert_array_equal(told.sampled.x, own.sampled.x)


def test_what_differs_besides_the_volume_is_another_window() -> None:
    memory = fresh()
    for changes in ({}, {"title": "of my own"}, {"staff_usd_per_hour": 33.0}):
        found = base("celebrity_match", 2_000_000, **changes)
        nearest(found, memory, Axis.of(VOLUME, found.case))
    assert len(memory.looks) == 2  # a title changes no figure


def test_a_window_that_lacks_a_place_s_best_is_not_used() -> None:
    found = base("celebrity_match", 2_000_000)
    axis, memory = Axis.of(VOLUME, found.case), fresh()
    made = nearest(found, memory, axis)
    assert made is not None
    own = along(found, memory, axis, cheapest=True)
    assert own is not None
    lacking = _without_the_best(made)

    class Worse(type(memory.looks)):  # type: ignore[misc]
        def get(self, key: Any, make: Any) -> Any:
            seen = super().get(key, make)
            assert isinstance(seen, Seen)
            return replace(seen, products=lacking)

    poor = Memory(SHARED.estimators, SHARED.markets, SHARED.estimates, looks=Worse(1))
    told = nearest(found, poor, axis)
    assert told is not None
    np.testing.assert_array_equal(told.sampled.x, own.sampled.x)
    np.testing.assert_array_equal(told.sampled.found.costs, own.sampled.found.costs)


def _without_the_best(made: Along) -> dict[Any, frozenset[str]]:
    """Contenders but for the one that is the cheapest at the scenario's own volume."""
    sampled: Sampled = made.sampled
    here = int(np.searchsorted(sampled.x, made.axis.here or 0.0))
    place = int(sampled.found.best[here])
    best = made.search.candidates.known[int(sampled.found.winners[place, here])]
    return {**made.products, best.place: made.products[best.place] - {best.product}}
