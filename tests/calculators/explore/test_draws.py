"""Draws: who is the cheapest how often, by hand and in the tiny world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.explore.draws import Draws, costs_at, draws, feasible
from calculators.factors import DRAWN, EARLY
from calculators.memory import SHARED, Memory
from calculators.places import AnswersAt
from calculators.points import Points
from calculators.presets import from_preset, presets
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, compared
from tests.sampling import few

BOOK = PriceBook.load()
INF = np.inf


def by_hand(places: tuple[AnswersAt, ...], middle: Sequence[float], costs: Any) -> Draws:
    rows = np.array(costs, dtype=np.float64)
    priced = np.where(np.isfinite(rows), rows, 99.0)
    return Draws(places, places, np.array(middle), rows, priced, np.zeros_like(rows))


HAND = by_hand(
    ("device", "rented", "owned"),
    [10.0, 10.2, 20.0],
    [[9, 10, 11, INF, INF], [10, 10, 12, 13, INF], [9, 30, 8, 20, INF]],
)


def listed(**changes: Any) -> OptionList:
    options = compared(**changes).options
    assert isinstance(options, OptionList)
    return options


def test_by_hand() -> None:
    """Of four draws with an answer: device 2 (the first of equal ones), rented 1, owned 1."""
    assert HAND.probability_cheapest == pytest.approx([2 / 4, 1 / 4, 1 / 4])
    # over the least (9, 10, 8, 13): rented 1 + 0 + 4 + 0, owned 0 + 20 + 0 + 7
    # device 0 + 0 + 3 in the three draws in which it may be used
    assert HAND.expected_regret == pytest.approx([3 / 3, 5 / 4, 27 / 4])
    assert HAND.available_share == pytest.approx([3 / 4, 1, 1])
    # less than rented in 2 of 4, less than owned in 1 of 4
    assert HAND.beats == pytest.approx([2 / 4, 1 / 4])
    assert HAND.contested == ("rented", "owned")
    assert HAND.least_regret is None


def test_the_error_of_a_mean_regret_by_hand() -> None:
    """Regrets 0, 0, 0, 40 are 10 in the mean, off by (100 x 3 + 900) ** 0.5 / 4 = 8.66."""
    costs = np.array([[10.0, 10, 10, 60], [12.0, 12, 12, 20]])
    found = by_hand(("device", "rented"), [10, 12], costs)
    assert found.regret_error == pytest.approx([8.66025, 3**0.5 / 4])  # 2, 2, 2, 0: 1.5, off 0.43
    odds = found.verdict().places
    assert [one.regret_is_known for one in odds] == [False, False]  # 87 and 29 % of the mean
    many = by_hand(("device", "rented"), [10, 12], np.tile(costs, 30)).verdict().places
    assert [one.regret_is_known for one in many] == [True, True]  # a thirtieth: 16 and 5 %
    seldom = np.hstack([np.tile(costs, 30), [[INF] * 121, [9.0] * 121]])
    shut = by_hand(("device", "rented"), [10, 12], seldom).verdict().places[0]
    assert shut.available < 0.5
    assert not shut.regret_is_known


def test_percentiles_are_costs_of_draws() -> None:
    found = by_hand(("device",), [1.0], np.arange(1.0, 101.0)[None])
    assert found.percentile(0.05) == [5]
    assert found.percentile(0.95) == [95]


def test_a_clear_winner_is_not_contested() -> None:
    costs = [[9.0] * 9 + [12.0], [11.0] * 10]
    assert by_hand(("device", "rented"), [9, 11], costs).contested == ()
    close = by_hand(("device", "rented"), [10.8, 11], costs)
    assert close.contested == ("rented",)  # 1.8 % under it: less than 3 %


@pytest.mark.parametrize(("wins", "sure"), [(66, False), (67, True)])
def test_two_of_three_draws_decide(wins: int, sure: bool) -> None:
    costs = [[1.0] * 100, [2.0] * wins + [0.5] * (100 - wins)]
    found = by_hand(("device", "rented"), [1, 2], costs)
    assert found.verdict().recommended == ("device" if sure else None)
    assert found.verdict().too_close is not sure
    assert found.verdict().against == (() if sure else ("rented",))


@pytest.mark.parametrize(("cost", "sure"), [(97.0, True), (97.1, False)])
def test_three_per_cent_decide(cost: float, sure: bool) -> None:
    found = by_hand(("device", "rented"), [cost, 100], [[1.0] * 4, [2.0] * 4])
    assert found.verdict().too_close is not sure


def test_the_least_regret_may_be_anothers() -> None:
    """Cheaper in three draws of four, 40 dearer in the fourth; not if it may be used less often."""
    costs = np.array([[10.0, 10, 10, 60], [12.0, 12, 12, 20]])
    found = by_hand(("device", "rented"), [10, 12], costs)
    assert found.expected_regret.tolist() == [10, 1.5]
    assert found.least_regret == "rented"
    costs[1, 0] = INF
    assert by_hand(("device", "rented"), [10, 12], costs).least_regret is None


def test_a_verdict_is_in_dollars_a_month() -> None:
    costs = np.arange(10.0, 110.0, 10)[None] * 36
    odds = replace(by_hand(("device",), [1.0], costs), months=36.0).verdict().places[0]
    assert (odds.p10_usd, odds.p50_usd, odds.p90_usd) == (10, 50, 90)
    assert (odds.probability_cheapest, odds.expected_regret_usd, odds.available) == (1, 0, 1)


def test_where_nothing_is_allowed_nobody_wins() -> None:
    nobody = by_hand(("device",), [1.0], [[INF, INF]])
    assert nobody.probability_cheapest.tolist() == [0]
    assert np.isnan(nobody.expected_regret).all()
    odds = nobody.verdict().places[0]
    assert (odds.p50_usd, odds.expected_regret_usd, odds.available) == (None, None, 0)
    assert draws(listed(offline_required=True, model_secrecy=True), MEMORY) is None


@pytest.mark.parametrize("preset", few([*presets(BOOK)], 5))
def test_the_first_512_of_many_are_the_512(preset: str) -> None:
    options = compare(from_preset(preset, {}, BOOK), BOOK).options
    assert isinstance(options, OptionList)
    few, many = draws(options, SHARED, 512), draws(options, SHARED, 1024)
    assert few is not None
    assert many is not None
    assert few.ids == many.ids
    assert np.array_equal(few.costs, many.costs[:, :512])
    assert few.probability_cheapest.sum() == pytest.approx(1)
    assert few.middle.tolist() == sorted(few.middle)


def test_each_place_keeps_its_own_candidate() -> None:
    options = listed()
    found = draws(options, MEMORY, 64)
    assert found is not None
    best = {option.answers_at: option.id for option in options.best_of_place if option.total_usd}
    allowed = {place: best[place] for place in found.places}
    assert tuple(allowed.values()) == found.ids
    assert (found.costs > 0).all()


RECUR = 12
"""Factors that come first in draws: hours of work that recur, and speeds."""
MOVES = 0.1  # of a cost's logarithm: places that hardly move need no order


@pytest.mark.parametrize("preset", few([*presets(BOOK)], 5))
def test_what_moves_a_place_most_takes_the_first_dimensions(preset: str) -> None:
    """Of the squares of what each factor alone moves a cost by, most are of the first factors."""
    options = compare(from_preset(preset, {}, BOOK), BOOK).options
    assert isinstance(options, OptionList)
    found = options.found
    points = Points.ends(found.case.scenario, [item.name for item in DRAWN])
    costs, _, _ = costs_at(found, feasible(options), points, SHARED)
    with np.errstate(invalid="ignore"):
        apart = np.log(costs[:, 2::2]) - np.log(costs[:, 1::2])
    squares = np.where(np.isfinite(apart), apart / 2, 0.0) ** 2
    moved = squares.sum(1) > MOVES**2
    shares = squares[moved] / squares[moved].sum(1, keepdims=True)
    assert moved.any()
    assert (shares[:, :RECUR].sum(1) > 0.6).all()
    assert (shares[:, :EARLY].sum(1) > 0.9).all()


def test_draws_of_another_volume_read_speeds_that_were_kept_and_are_as_alone() -> None:
    def drawn(volume: float, memory: Memory) -> Draws:
        scenario = from_preset("voice_notes", {"requests_per_month": volume}, BOOK)
        options = compare(scenario, BOOK, memory).options
        assert isinstance(options, OptionList)
        made = draws(options, memory)
        assert made is not None
        return made

    memory, alone = (Memory(estimators=SHARED.estimators) for _ in range(2))
    drawn(1e6, memory)
    kept = len(memory.drawn)
    assert kept > 0
    again = drawn(1.01e6, memory)
    assert len(memory.drawn) == kept
    np.testing.assert_array_equal(again.costs, drawn(1.01e6, alone).costs)
