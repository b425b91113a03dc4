"""Properties of machines under load, for whatever machines: more load is never faster or cheaper.

The invented world with machines that are slower the busier they are, and real presets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.case import Case
from calculators.compare import compare
from calculators.costs.fleet import Fleet, day_of
from calculators.evaluation import evaluate
from calculators.market.machines import MachineOffers
from calculators.memory import SHARED
from calculators.options.registry import serve_place
from calculators.places import PLACES, AnswersAt
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Comparison, Option
from calculators.serving.day import Day
from calculators.serving.machines import Serving, serving
from calculators.serving.sleeping import Sleeping
from pricing.book import PriceBook
from tests.calculators.serving.loaded import Busy
from tests.calculators.world import scenario, world

FEW = settings(max_examples=25)
ROUNDING = 1e-6  # quantiles of a day are found to 1e-7 of their logarithm
WIDER = 1e-3  # a busier hour's law widens to both sides, so a few of its answers are sooner

machines = st.builds(
    lambda rate, crowd, stretch, spread, more, batch: Busy(
        rate, 1000 * crowd / rate, stretch, spread, spread + more, batch
    ),
    rate=st.sampled_from([0.1, 10.0, 3000.0]),
    crowd=st.sampled_from([0.5, 1.0, 4.0, 60.0]),
    stretch=st.floats(0, 0.99),
    spread=st.floats(0.001, 0.3),
    more=st.floats(0, 0.3),
    batch=st.sampled_from([1.0, 16.0, 256.0]),
)
days = st.fixed_dictionaries(
    {
        "peak_to_mean": st.sampled_from([1.0, 3.0, 10.0, 24.0]),
        "billing": st.sampled_from(["always_on", "scheduled"]),
        "scheduled_hours_per_month": st.sampled_from([100.0, 304.0, 730.0]),
        "growth_pct_per_month": st.sampled_from([0.0, 0.0, 5.0, -5.0]),
        "model": st.sampled_from(["face-net", "chat-8b"]),
    }
)
LANGUAGE = {"task": "text_generation", "input_tokens": 100, "output_tokens": 50}


def written(changes: dict[str, Any]) -> dict[str, Any]:
    """Changes of the base scenario, with the lengths that a language model needs."""
    return {**LANGUAGE, **changes} if changes.get("model") == "chat-8b" else changes


def asked(busy: Busy, changes: dict[str, Any], points: int) -> tuple[Case, Serving, MachineOffers]:
    """The rented machines of the invented world at points that are alike."""
    made = Points(scenario(**written(changes)), points)
    case = busy.memory().case(made, world())
    offers = case.market.rented(("on_demand",))
    return case, serving(case, offers), offers


def slow(case: Case, found: Serving, offers: MachineOffers, fleet: Array) -> Array:
    """p95 of every offer at every point with given machines (N,), (C, N)."""
    shape = (found.capacity_rps.shape[0], case.size, case.demand.mean_rps.shape[-1])
    whole = np.broadcast_to(fleet[None, :, None], shape)
    given_ = Fleet(whole, whole, whole, whole, np.zeros(1))
    day = Day(case, found.answering, found.rates, given_, np.ones(1), offers.machine)
    rows, points = np.divmod(np.arange(offers.size * case.size), case.size)
    return day(rows, points)[1].reshape(offers.size, case.size)


# ------------------------------------------------------------------------- machines that stay up


@FEW
@given(machines, days, st.integers(1, 40))
def test_more_requests_are_never_faster(busy: Busy, day: dict[str, Any], fleet: int) -> None:
    """The same machines, from idle to three times what they answer."""
    full = busy.capacity_rps * fleet * 2_628_000
    volumes = np.clip(full * np.geomspace(1e-4, 3, 12), 1.0, 1e12)
    case = busy.memory().case(
        Points(scenario(**written(day)), 12).with_values({"requests_per_month": volumes}), world()
    )
    offers = case.market.rented(("on_demand",))
    found = serving(case, offers)
    times = slow(case, found, offers, np.full(12, float(fleet)))
    assert (np.diff(times, axis=1) >= -WIDER * times[:, 1:]).all()


@FEW
@given(machines, days, st.floats(0.01, 3))
def test_more_machines_are_never_slower(busy: Busy, day: dict[str, Any], load: float) -> None:
    requests = float(np.clip(busy.capacity_rps * load * 4 * 2_628_000, 1, 1e12))
    case, found, offers = asked(busy, {**day, "requests_per_month": requests}, 12)
    times = slow(case, found, offers, np.arange(1.0, 13.0))
    assert (np.diff(times, axis=1) <= WIDER * times[:, 1:]).all()


# ---------------------------------------------------------------------------- through comparisons

BOOK = PriceBook.load()
headroom = st.sampled_from(
    [
        ({"target_peak_load": 0.9}, {"target_peak_load": 0.5}),
        ({"target_peak_load": 0.5}, {"target_peak_load": 0.1}),
        ({"spare_instances": 0}, {"spare_instances": 2}),
    ]
)
volumes = st.floats(3, 10).map(lambda exponent: 10.0**exponent)
billing = st.sampled_from(["always_on", "scheduled", "autoscaled"])


def invented(busy: Busy, changes: dict[str, Any]) -> Comparison:
    return compare(scenario(**written(changes)), world(), busy.memory())


def with_machines(found: Comparison) -> dict[str, Option]:
    """Options whose machines are known, by id."""
    return {
        item.id: item
        for item in found.options
        if item.capacity is not None and item.latency.p95_ms is not None
    }


def assert_headroom_buys_speed(less: Comparison, more: Comparison) -> None:
    busy, eased = with_machines(less), with_machines(more)
    assert busy
    for name, option in busy.items():
        before, after = option.latency.p95_ms, eased[name].latency.p95_ms
        assert before is not None
        assert after is not None
        assert after <= before * (1 + ROUNDING), name


@FEW
@given(machines, volumes, billing, headroom, st.sampled_from([1.0, 3.0, 10.0]))
def test_headroom_buys_speed(
    busy: Busy,
    requests: float,
    billing: str,
    step: tuple[dict[str, Any], dict[str, Any]],
    peak: float,
) -> None:
    common = {"requests_per_month": requests, "billing": billing, "peak_to_mean": peak}
    less, more = (invented(busy, {**common, **changes}) for changes in step)
    assert_headroom_buys_speed(less, more)


BUDGETS = ("latency_budget_ms", "ttft_budget_ms", "min_tokens_per_s")
PRESETS = ("support_chat", "voice_notes", "photo_moderation", "recommender")
MACHINES: tuple[AnswersAt, ...] = ("hosted_platform", "rented", "owned")


def at_points(preset: str, values: dict[str, Any], changes: dict[str, Any]) -> Case:
    """A preset at points along a field."""
    size = len(next(iter(values.values())))
    points = Points(from_preset(preset, changes, BOOK), size).with_values(values)
    return SHARED.case(points, BOOK)


def shown(case: Case, place: AnswersAt) -> Array:
    """p95 of every candidate of a place at every point, as it is shown."""
    block = serve_place(case, PLACES[place], np.ones(1))
    assert block is not None
    rows, points = np.divmod(np.arange(block.size * case.size), case.size)
    return block.speed.times(rows, points)[1].reshape(block.size, case.size)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("billing", ["always_on", "autoscaled"])
@pytest.mark.parametrize(
    ("field", "values"), [("target_peak_load", [1, 0.7, 0.4, 0.1]), ("spare_instances", [0, 1, 5])]
)
def test_headroom_buys_speed_in_real_presets(
    preset: str, billing: str, field: str, values: list[float]
) -> None:
    # budgets may make another set of accelerators the cheapest at another headroom
    common = {"requests_per_month": 3e8, "billing": billing} | dict.fromkeys(BUDGETS)
    case = at_points(preset, {field: np.array(values)}, common)
    for place in MACHINES:
        times = shown(case, place)
        known = np.isfinite(times).all(1)
        assert known.any()
        assert (np.diff(times[known]) <= ROUNDING * times[known, 1:]).all()


# ------------------------------------------------------------------------- machines that may sleep


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("peak", [1.0, 3.0, 10.0])
def test_more_requests_meet_no_more_starts(preset: str, peak: float) -> None:
    """Every hosted machine that sleeps, from a request a month to a million million."""
    changes = {"peak_to_mean": peak, "billing": "autoscaled", "latency_budget_ms": None}
    grid = np.geomspace(1, 1e12, 60)
    case = at_points(preset, {"requests_per_month": grid}, changes)
    offers = case.market.hosted()
    sleeping = Sleeping.of(case, offers, serving(case, offers), np.ones(1))
    rows, points = np.divmod(np.arange(sleeping.rows.size * case.size), case.size)
    met = sleeping.started(sleeping.rows[rows], points).starts.met[:, 0]
    share = (met * day_of(case).weight).sum(-1).reshape(-1, case.size)
    known = np.isfinite(share).all(1)
    assert known.sum() > 10
    assert (np.diff(share[known]) <= 1e-12).all()
    assert (share[known, 0] > 0.99).all()


# ------------------------------------------------------------------------------ rates and budgets

concurrency = st.sampled_from([None, 1.0, 5.0, 1000.0])
budgets = st.sampled_from([300.0, 400.0, 700.0, 2000.0, 60_000.0])


@FEW
@given(
    machines,
    st.sampled_from([0.1, 0.5, 0.7, 1.0]),
    budgets,
    concurrency,
    st.sampled_from(["face-net", "chat-8b"]),
)
def test_the_usable_rate_keeps_the_headroom(
    busy: Busy, target: float, budget: float, most: float | None, model: str
) -> None:
    changes = {"target_peak_load": target, "latency_budget_ms": budget, "max_concurrency": most}
    _, found, _ = asked(busy, {**changes, "model": model}, 1)
    assert (found.usable_rps <= found.capacity_rps * target * (1 + 1e-12)).all()
    assert (found.usable_rps > 0).all()


@FEW
@given(machines, volumes, st.lists(budgets, min_size=2, max_size=2, unique=True), billing)
def test_a_looser_budget_never_needs_more_machines(
    busy: Busy, requests: float, limits: list[float], billing: str
) -> None:
    """Of budgets that an empty machine meets; what misses one is refused."""
    common = {"requests_per_month": requests, "billing": billing}
    tight, loose = (
        with_machines(invented(busy, {**common, "latency_budget_ms": limit}))
        for limit in sorted(limits)
    )
    for name, option in tight.items():
        assert option.capacity is not None
        other = loose[name].capacity
        assert other is not None
        if not too_slow(option):
            assert other.machines <= option.capacity.machines, name


def too_slow(option: Option) -> bool:
    return any((item.rule, item.verdict) == ("speed: answer", "fail") for item in option.findings)


@FEW
@given(machines, volumes, st.floats(255, 3000), st.sampled_from([0.1, 0.7, 1.0]), concurrency)
def test_what_an_empty_machine_meets_is_met_and_nothing_else(
    busy: Busy, requests: float, limit: float, target: float, most: float | None
) -> None:
    """Machines that stay up; more of them meet every budget that an empty one meets."""
    changes = {
        "requests_per_month": requests,
        "target_peak_load": target,
        "latency_budget_ms": limit,
        "max_concurrency": most,
    }
    found = with_machines(invented(busy, changes))
    case = busy.memory().case(Points(scenario(**changes), 1), world())
    block = serve_place(case, PLACES["rented"], np.ones(1))
    assert block is not None
    least = np.broadcast_to(block.speed.least_p95, (block.size, 1))[:, 0]
    for product, empty in zip(block.products.ids, least.tolist(), strict=True):
        option = found[f"none>rented:{product}"]
        assert too_slow(option) == (empty > limit)
        if option.status == "feasible":
            assert option.latency.p95_ms is not None
            assert option.latency.p95_ms <= limit * (1 + ROUNDING)


# ------------------------------------------------------------------------------- how many at once


@FEW
@given(machines, volumes, st.lists(st.floats(1, 500), min_size=2, max_size=2))
def test_more_at_once_never_needs_more_machines(
    busy: Busy, requests: float, most: list[float]
) -> None:
    """And at full load no more are in a replica than are allowed.

    Under a budget it may: a batch that gains nothing answers all of it at its end.
    """
    common = {"requests_per_month": requests, "latency_budget_ms": None}
    few, many = (
        with_machines(invented(busy, {**common, "max_concurrency": limit}))
        for limit in sorted(most)
    )
    for name, option in few.items():
        fewer, more = option.capacity, many[name].capacity
        assert fewer is not None
        assert more is not None
        assert more.machines <= fewer.machines
        assert fewer.at_once <= min(most) * fewer.replicas * (1 + 1e-9)
        assert fewer.usable_at_once <= fewer.at_once * (1 + 1e-9)


# ------------------------------------------------------------------------------------------- cost


@pytest.mark.parametrize("preset", [*PRESETS, "celebrity_match"])
@pytest.mark.parametrize("billing", ["always_on", "autoscaled"])
@pytest.mark.parametrize("growth", [0.0, 5.0])
def test_more_requests_never_cost_less(preset: str, billing: str, growth: float) -> None:
    """Every candidate of every place; no price in the tables goes down for all units at a tier."""
    grid = np.geomspace(1, 1e12, 60)
    changes = {"billing": billing, "growth_pct_per_month": growth}
    found = evaluate(at_points(preset, {"requests_per_month": grid}, changes))
    assert any("serverless" in name for name in found.ids)
    fell = np.diff(found.company) < -1e-9 * found.company[:, 1:]
    assert [found.id(row) for row in np.flatnonzero(fell.any(1)).tolist()] == []
