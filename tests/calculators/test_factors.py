"""What is uncertain: each ranged assumption stands in one factor, each factor moves something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.evaluation import Evaluation, evaluate
from calculators.factors import (
    BY_NAME,
    DRAWN,
    EARLY,
    ESTIMATES,
    FACTORS,
    FIXED,
    GROWTH,
    MOVED_BY,
    PRICES,
    Distribution,
    value_at,
)
from calculators.points import Points
from pricing.book import PriceBook
from tests.calculators.market.talking import inputs, media, pages, talking, terms, tokenizer
from tests.calculators.world import MEMORY, folder_of_tests, scenario, world

BOOK = PriceBook.load()
RANGED = {name for name, row in BOOK.assumptions.items() if row.low != row.high}


# ---------------------------------------------------------------------------------- declarations


def test_every_ranged_assumption_stands_in_one_factor_or_says_why_not() -> None:
    stands_in = Counter(name for item in FACTORS for name in item.moves)
    assert [name for name, times in stands_in.items() if times > 1] == []
    assert RANGED - set(stands_in) - set(FIXED) == set()
    assert set(stands_in) & set(FIXED) == set()
    assert all(len(reason.split()) > 3 for reason in FIXED.values())


def test_nothing_unknown_to_the_book_is_declared() -> None:
    assert (set(MOVED_BY) | set(FIXED)) - set(BOOK.assumptions) == set()
    assert set(MOVED_BY) - RANGED == set()  # a factor that moves nothing


def test_names_are_unique_and_estimates_move_no_assumption() -> None:
    assert len(BY_NAME) == len(FACTORS)
    assert all(item.label for item in FACTORS)
    alone = [item for item in FACTORS if not item.moves]
    assert alone == [*ESTIMATES, *PRICES, GROWTH]
    assert all(item.prices for item in PRICES)


# ----------------------------------------------------------------------------------- distributions

HOW: tuple[Distribution, ...] = ("lognormal", "logit", "percent", "above_one")


def ranges(how: Distribution) -> st.SearchStrategy[tuple[float, float, float]]:
    """low <= mid <= high inside what a distribution is for."""
    low, high = {
        "lognormal": (1e-3, 1e2),
        "logit": (1e-3, 1 - 1e-3),
        "percent": (0.1, 99.9),
        "above_one": (1.001, 1e3),
    }[how]
    three = st.lists(st.floats(low, high), min_size=3, max_size=3)
    return three.map(lambda values: (min(values), sorted(values)[1], max(values)))


@pytest.mark.parametrize("how", HOW)
@given(data=st.data())
def test_ends_and_middle_are_hit(how: Distribution, data: st.DataObject) -> None:
    low, mid, high = data.draw(ranges(how))
    found = value_at(low, mid, high, np.array([-1.0, 0.0, 1.0]), how)
    assert found == pytest.approx([low, mid, high])
    assert found[1] == mid


@pytest.mark.parametrize("how", HOW)
@given(data=st.data())
def test_values_rise_with_the_score_and_stay_possible(
    how: Distribution, data: st.DataObject
) -> None:
    low, mid, high = data.draw(ranges(how))
    found = value_at(low, mid, high, np.linspace(-4, 4, 33), how)
    assert (np.diff(found) >= -1e-12 * found[1:]).all()
    least, most = {
        "lognormal": (0, np.inf),
        "logit": (0, 1),
        "percent": (0, 100),
        "above_one": (1, np.inf),
    }[how]
    assert (found >= least).all()
    assert (found <= most).all()


@pytest.mark.parametrize("how", HOW)
def test_a_figure_without_a_range_or_of_nothing_does_not_move(how: Distribution) -> None:
    scores = np.array([-2.0, 0.0, 2.0])
    assert value_at(0.5, 0.5, 0.5, scores, how).tolist() == [0.5] * 3
    assert value_at(0, 0, 5, scores, how).tolist() == [0] * 3


def test_ends_at_the_edge_of_what_is_possible_are_held_inside() -> None:
    assert value_at(0, 0.5, 1, np.array([-1.0, 1.0]), "logit") == pytest.approx([0, 1], abs=1e-8)
    assert value_at(0, 2, 4, np.array([-1.0]), "lognormal")[0] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("name", sorted(MOVED_BY))
def test_no_assumption_of_the_book_leaves_what_is_possible(name: str) -> None:
    """Over six standard deviations: nothing negative, no share above 1, no overhead below 1."""
    row, item = BOOK.assumption(name), MOVED_BY[name]
    assert row.low <= row.mid <= row.high
    found = value_at(row.low, row.mid, row.high, np.linspace(-5, 5, 41), item.distribution)
    assert (found >= 0).all()
    if name in ("pue", "p95_to_p50_network"):
        assert (found >= 1).all()  # a building draws what is in it, the slow case is the slower
    if item.distribution == "logit":
        assert (found <= 1).all()
    elif row.unit == "percent":
        assert (value_at(row.low, row.mid, row.high, np.array([3.0]), "lognormal") <= 100).all()


# ----------------------------------------------------------------------- every one moves something

TRAINED: dict[str, Any] = {"own_model_required": True, "retrains_per_month": 6}
LEARNS: dict[str, Any] = {**TRAINED, "assume.own_examples_short_times": 1e6}
"""Trained on devices whatever they meet: what else bounds it decides."""
TYPED: dict[str, Any] = {**LEARNS, "task": "next_word"}
"""The same for a task that devices learn: what use itself labels."""
STATED: tuple[dict[str, Any], ...] = (
    {},
    {**TYPED, "device_mix": "new_phones", "training_examples": 25_000},
    {"existing_stack": False, "ml_expertise": "none", "link": "wifi"},
    {"ml_expertise": "team", "link": "5g"},
    {"link": "fixed", "platforms": ("web",), "retrains_per_month": 1, "device_mix": "new_phones"},
    {"requests_per_month": 1000},
    {"growth_pct_per_month": 3, "growth_low": 1, "growth_high": 6},
    {"task": "text_generation", "model": "chat-8b", "input_tokens": 50, "output_tokens": 50},
    {"task": "translation", "model": "", "params_millions": 100, "input_tokens": 250},
    {**TYPED, "device_mix": "new_phones", "platforms": ("web",), "retrains_per_month": 2},
    {**TYPED, "device_mix": "new_phones", "retrains_per_month": 3},
    {**TRAINED, "requests_per_month": 15e6},
    {"ops_hours_per_machine": None, "horizon_months": 60},
    {**TRAINED, "retrains_per_month": 65, "dataset_gb": 100},
    {**TRAINED, "retrains_per_month": 65, "labelling_usd_per_example": 0.2},
    {"device_mix": "new_phones", "session_seconds": 180},
    {"device_mix": "ranged"},
    {**TYPED, "device_mix": "new_phones", "retrains_per_month": 1.5, "requests_per_month": 1e9},
    {**TYPED, "device_mix": "new_phones", "retrains_per_month": 4, "training_examples": 160_000},
    {**TYPED, "device_mix": "new_phones", "retrains_per_month": 2, "training_examples": 160_000},
    {**TYPED, "device_mix": "new_phones", "params_millions": 70},
    {**TYPED, "device_mix": "new_phones", "model": "pixel-net"},
    *(
        {"task": "text_generation", "input_tokens": 50, "output_tokens": 50, "reasoning": effort}
        | {"model": "", "params_millions": 100}
        for effort in ("low", "medium", "high")
    ),
    *(
        {"task": task, "model": "", "params_millions": 25, "request_kb": 400}
        for task in ("image_classification", "image_moderation", "object_detection", "ocr")
    ),
    {"task": "speech_to_text", "model": "hear-net", "audio_seconds": 30},
)
"""Situations in which each assumption means something."""


BARE = {
    "hosted_instances": ["acme/bare,acme,Acme Bare,hosted_serverless,bare,T100,1,,,,yes,yes,yes"],
    "hosted_prices": ["acme/bare/on_demand,0.0005,second"],
    "extra_prices": [
        "acme/hosted_serverless/cpu_core,0.0000131,core_second",
        "acme/hosted_serverless/memory,0.00000222,gib_second",
        "acme/rented/disk,0.08,gb_month",
    ],
}
"""A machine that says nothing of its cores, and what comes on top of it."""


@cache
def stated_world() -> PriceBook:
    """The invented world with a model that thinks and counts otherwise, and a bare machine."""
    return talking(
        folder_of_tests("stated"),
        floor=True,
        token_terms=[
            terms("gamma/chat", tokenizer="other", reasoning="optional"),
            terms("gamma/big-chat", media="squares"),
        ],
        media_tokens=[media("squares", "patches", side=32, fit_long=4096, audio_per_s=25)],
        page_tokens=[pages("pages", each=500, text="yes")],
        service_inputs=[
            inputs("gamma/big-chat", images="yes", sound="yes", documents="yes", pages="pages")
        ],
        tokenizers=[tokenizer("o200k", "en", 1), tokenizer("other", "en", 1.5)],
        **BARE,
    )


def figures(found: Evaluation) -> Iterator[Array | BoolArray]:
    """All that a factor may change: cost, what users pay, speed, battery, what is allowed."""
    yield from (found.company, found.user, found.blocked, found.pointless)
    for pair in found.pairs:
        points = np.arange(found.case.size)
        for row in pair.rows:
            yield pair.block.speed.times(np.full(points.size, row), points)[1]
        yield pair.block.served_share
        if pair.block.battery is not None:
            yield pair.block.battery.pct_per_day
        if pair.block.kwh is not None:
            yield pair.block.kwh


def changed(found: Evaluation) -> set[int]:
    """Points at which something is other than at the first."""
    points: set[int] = set()
    for values in figures(found):
        rows = values.reshape(-1, values.shape[-1])
        if rows.shape[1] > 1:
            same = np.isclose(rows, rows[:, :1], rtol=1e-9, atol=0, equal_nan=True)
            points |= set(np.flatnonzero(~same.all(0)).tolist())
    return points


def each_alone(changes: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Assumptions that change something by themselves, all else at the middle, with the end."""
    names = sorted(MOVED_BY)
    ends = [(name, end) for name in names for end in ("low", "high")]
    points = Points(scenario(**changes), 1 + len(ends))
    # by month: what is laid into the case below stands in no key of what is kept otherwise
    asked = MEMORY.case(points, stated_world(), by_month=True)
    for index, name in enumerate(names):
        row = asked.book.assumption(name)
        column = np.full(points.size, row.mid)
        column[1 + 2 * index], column[2 + 2 * index] = row.low, row.high
        asked._assumed[name] = column
    return {ends[point - 1] for point in changed(evaluate(asked))}


@pytest.fixture(scope="module")
def moved() -> set[tuple[str, str]]:
    """What moves in at least one of the stated situations."""
    return set().union(*(each_alone(changes) for changes in STATED))


@pytest.mark.parametrize("name", sorted(MOVED_BY))
def test_each_assumption_alone_changes_something(name: str, moved: set[tuple[str, str]]) -> None:
    assert {end for what, end in moved if what == name} & {"low", "high"}, name


def test_each_factor_changes_something() -> None:
    """The same through scores, estimates included."""
    names = [item.name for item in FACTORS]
    seen: set[str] = set()
    for changes in STATED:
        points = Points.ends(scenario(**changes), names)
        found = evaluate(MEMORY.case(points, stated_world()))
        seen |= {names[(point - 1) // 2] for point in changed(found)}
    assert set(names) - seen == set()


def test_a_factor_moves_all_its_assumptions_at_once() -> None:
    asked = case_at("connection_speed", 1.0)
    for name in BY_NAME["connection_speed"].moves:
        assert asked.assume(name)[0] == pytest.approx(asked.book.assumption(name).high)
    assert asked.assume("rtt_ms_4g")[0] == asked.book.assumption("rtt_ms_4g").mid


def test_what_is_fixed_stays_at_its_middle() -> None:
    asked = case_at("cost_of_work", 1.0)
    for name in FIXED:
        assert asked.assume(name).tolist() == [asked.book.assumption(name).mid]


def case_at(factor: str, score: float) -> Case:
    points = Points(scenario(), scores={factor: np.array([score])})
    return MEMORY.case(points, world())


def test_draws_take_each_factor_once_and_name_those_that_come_first() -> None:
    assert sorted(item.name for item in DRAWN) == sorted(item.name for item in FACTORS)
    assert DRAWN[0].name == "cost_of_work"
    others = [item for item in FACTORS if item in DRAWN[EARLY:]]
    assert list(DRAWN[EARLY:]) == others  # as they are listed
