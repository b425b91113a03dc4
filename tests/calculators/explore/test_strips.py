"""Strips: who wins over the bounds of every input; edges are crossings, nothing is merged."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from calculators.answer.options import BASE, OptionList
from calculators.case import Case
from calculators.compare import compare
from calculators.explore.axis import LIMITS, TAKEN_FROM, Axis
from calculators.explore.strips import ALONE, strips
from calculators.explore.sweep import over
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.results import Asked, Band, Comparison, Strip
from calculators.scenario import fields, is_numeric
from pricing.book import PriceBook
from tests.calculators.explore.test_axis import NOT_ALONE
from tests.sampling import few

BOOK = PriceBook.load()
SAMPLED = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"strips of {name}"))  # looked for once
    for name in ("celebrity_match", "document_ocr", "live_camera")
]

LOOSE = 0.3
"""Edges at most that are no nearer to a crossing than the strip says: places that alternate."""


@cache
def of_preset(name: str) -> Comparison:
    return compare(from_preset(name, {}, BOOK), BOOK)


def strip_of(name: str, field: str) -> Strip:
    return next(strip for strip in of_preset(name).strips if strip.field == field)


def winners(found: Comparison, field: str, x: np.ndarray) -> list[str | None]:
    """The cheapest place at each value, among all candidates."""
    assert isinstance(found.options, OptionList)
    axis = Axis.of(field, found.options.found.case)
    made = over(axis.points(found.scenario, x), found.book, SHARED)
    best = made.ranked.argmin(0)
    known = np.isfinite(made.ranked.min(0))
    return [made.places[row] if here else None for row, here in zip(best, known, strict=True)]


@pytest.mark.parametrize("name", SAMPLED)
def test_every_input_has_one_and_bands_cover_its_bounds(name: str) -> None:
    made = of_preset(name).strips
    wanted = {field for field in fields() if is_numeric(field)} - NOT_ALONE
    assert {strip.field for strip in made} == wanted
    for strip in made:
        assert strip.bands[0].start == strip.low
        assert strip.bands[-1].end == strip.high
        for one, other in pairwise(strip.bands):
            assert one.end == other.start
            assert one.place != other.place
        assert strip.unit == Axis.of(strip.field, _case(name)).unit
        for band in strip.bands:
            assert band.start <= band.end
            assert band.place is None or band.place in PLACES


def _case(name: str) -> Case:
    options = of_preset(name).options
    assert isinstance(options, OptionList)
    return options.found.case


@pytest.mark.parametrize("name", SAMPLED)
def test_nearest_flip_first_and_what_moves_nothing_last(name: str) -> None:
    made = of_preset(name).strips
    near = [strip.distance for strip in made]
    assert near == sorted(near)
    assert 0 <= near[0] < 1
    for strip in made:
        assert (strip.nearest_flip is None) == (strip.distance == np.inf)
        if len(strip.bands) == 1:
            assert strip.nearest_flip is None
    singles = [len(strip.bands) == 1 for strip in made]
    assert singles == sorted(singles)


@pytest.mark.parametrize("name", SAMPLED)
def test_at_the_scenarios_own_value_the_answer_wins(name: str) -> None:
    found = of_preset(name)
    best = None if found.cheapest is None else found.cheapest.kind
    for strip in found.strips:
        if strip.here is None:
            continue
        around = {b.place for b in strip.bands if b.start <= strip.here <= b.end}
        assert best in around, strip.field


@pytest.mark.parametrize("name", SAMPLED)
def test_in_each_band_its_place_wins_and_at_each_edge_it_changes(name: str) -> None:
    """A full evaluation inside of bands, and a millionth to both sides of edges."""
    found = of_preset(name)
    seen = 0
    for strip in found.strips:
        if len(strip.bands) == 1:
            continue
        axis = Axis.of(strip.field, _case(name))
        step = 3e-7 * (axis.high - axis.low) if axis.straight else 0.0
        for one, other in pairwise(strip.bands):
            edge = one.end
            if axis.whole:
                beside = [edge - 1, edge]
            elif edge == 0:
                beside = [0.0, axis.first]
            else:
                # where a search was given up, the edge is as near as the strip says
                left_open = one.resolution * edge if axis.exact else 0.0
                away = max(step or 1e-6 * edge, 1.01 * left_open)
                beside = [edge - away, edge + away]
            said = winners(found, strip.field, np.clip(beside, axis.low, axis.high))
            assert said == [one.place, other.place], (strip.field, edge)
            seen += 1
    assert seen > 3


@pytest.mark.parametrize("name", SAMPLED)
def test_in_the_middle_of_a_band_its_place_wins(name: str) -> None:
    """Of bands that are wider than what the strip says it may miss."""
    found = of_preset(name)
    for strip in found.strips:
        axis = Axis.of(strip.field, _case(name))
        # 0 stands apart: there is nothing between it and the next value
        beyond = [band for band in strip.bands if band.end > axis.first]
        wide = [band for band in beyond if band.end - band.start > missable(axis, band)]
        if not wide or axis.whole:
            continue
        ends = axis.scaled(np.array([[max(b.start, axis.first), b.end] for b in wide]))
        said = winners(found, strip.field, axis.valued(ends.mean(1)))
        assert said == [band.place for band in wide], strip.field


def missable(axis: Axis, band: Band) -> float:
    """Within what width changes may be missed, in the axis' own unit."""
    return band.resolution * (axis.high - axis.low if axis.straight else band.end)


@pytest.mark.parametrize("name", SAMPLED)
def test_an_edge_is_the_crossing_of_the_two_places_beside_it(name: str) -> None:
    """Two looks at costs that bend meet nearly at a point, or within what the strip says."""
    found = of_preset(name)
    seen, loose = 0, 0
    for strip in found.strips:
        axis = Axis.of(strip.field, _case(name))
        for one, other in pairwise(strip.bands):
            if one.place is None or other.place is None:
                continue
            pair = found.between(Asked(strip.field, one.place, other.place))
            ends = [(item.at, item.until or item.at) for item in pair.crossings]
            edge, said = one.end, (strip.field, one.end, ends)
            off = min((max(low - edge, edge - high, 0.0) for low, high in ends), default=np.inf)
            size = axis.high - axis.low if axis.straight else edge
            near = 1e-9 if one.resolution == 0 else 2e-6
            assert off <= max(near, one.resolution) * size, said
            seen, loose = seen + 1, loose + (off > near * size)
    assert loose <= LOOSE * seen, (loose, seen)


@pytest.mark.parametrize("field", ["video_seconds", "audio_seconds"])
def test_an_input_looked_at_with_others_is_what_it_is_alone(field: str) -> None:
    """No embedding model takes film: had the work of a request been filled in, machines would."""
    strip = strip_of("semantic_search", field)
    assert [band.place for band in strip.bands] == ["managed_api", None]


def test_who_is_allowed_between_two_coarse_values_alone_is_found() -> None:
    """Larger networks need machines that are too dear before, and too slow soon after."""
    options = of_preset("voice_notes").options
    assert isinstance(options, OptionList)
    (strip,) = strips(options.found, SHARED, ["active_params_millions"])
    inside = np.linspace(2100.0, 2500.0, 9)
    said = winners(of_preset("voice_notes"), strip.field, inside)
    told = [next(b.place for b in strip.bands if b.start <= x < b.end) for x in inside]
    assert told == said


def test_what_is_not_feasible_anywhere_has_no_place() -> None:
    strip = strip_of("live_camera", "realtime_fps")
    assert [band.place for band in strip.bands] == ["device", None]
    assert strip.nearest_flip == strip.bands[0].end


def test_places_in_turn_are_not_merged() -> None:
    """The budget: nobody is so quick, devices in between, then a hosted platform."""
    strip = strip_of("celebrity_match", "latency_budget_ms")
    assert [band.place for band in strip.bands] == [None, "device", "hosted_platform"]
    there_and_back = strip_of("document_ocr", "staff_usd_per_hour")
    assert [band.place for band in there_and_back.bands][1] == "hosted_platform"


def test_an_input_nobody_asks_for_has_one_band_without_doubt() -> None:
    found = of_preset("celebrity_match")
    strip = strip_of("celebrity_match", "training_tokens")
    (band,) = strip.bands
    assert found.cheapest is not None
    assert (band.place, band.resolution) == (found.cheapest.kind, 0.0)


@pytest.mark.parametrize("name", few([*presets(BOOK)], 5))
def test_what_stands_for_open_inputs_moves_no_candidate(name: str) -> None:
    """So they may take part in an evaluation of other inputs; the one that may not is named."""
    options = of_preset(name).options
    assert isinstance(options, OptionList)
    base = options.found
    open_ = [
        axis
        for field in (*TAKEN_FROM, *LIMITS)
        if field not in ALONE and getattr(base.case.scenario, field) is None
        for axis in (Axis.of(field, base.case),)
        if axis.here is not None
    ]
    columns = {axis.name: np.array([axis.here]) for axis in open_}
    made = over(Points(base.case.scenario, 1, columns=columns), BOOK, SHARED)
    known = base.ranked[[base.at[name] for name in made.ids], BASE]
    assert np.allclose(made.ranked[:, 0], known, rtol=1e-9)


@pytest.mark.soak
@pytest.mark.parametrize("name", few([*presets(BOOK)], 5))
def test_every_preset(name: str) -> None:
    test_every_input_has_one_and_bands_cover_its_bounds(name)
    test_nearest_flip_first_and_what_moves_nothing_last(name)
    test_at_the_scenarios_own_value_the_answer_wins(name)
    test_in_the_middle_of_a_band_its_place_wins(name)
    test_an_edge_is_the_crossing_of_the_two_places_beside_it(name)
