"""Draws: who is the cheapest how often, by hand and in the tiny world."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.explore.draws import Draws, draws
from calculators.memory import SHARED
from calculators.presets import from_preset, presets
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, compared

BOOK = PriceBook.load()
INF = np.inf

HAND = Draws(
    places=("device", "rented", "owned"),
    ids=("a", "b", "c"),
    middle=np.array([10.0, 10.2, 20.0]),
    costs=np.array([[9.0, 10, 11, INF, INF], [10.0, 10, 12, 13, INF], [9.0, 30, 8, 20, INF]]),
)


def listed(**changes: Any) -> OptionList:
    options = compared(**changes).options
    assert isinstance(options, OptionList)
    return options


def test_by_hand() -> None:
    """Of four draws with an answer: device 2 (the first of equal ones), rented 1, owned 1."""
    assert HAND.probability_cheapest == pytest.approx([2 / 4, 1 / 4, 1 / 4])
    # over the least (9, 10, 8, 13): rented 1 + 0 + 4 + 0, owned 0 + 20 + 0 + 7
    assert HAND.expected_regret == pytest.approx([INF, 5 / 4, 27 / 4])
    # less than rented in 2 of 5, less than owned in 1 of 5
    assert HAND.beaten_by == pytest.approx([2 / 5, 1 / 5])
    assert HAND.contested == ("rented", "owned")


def test_percentiles_are_costs_of_draws() -> None:
    found = Draws(("device",), ("a",), np.ones(1), np.arange(1.0, 101.0)[None])
    assert found.percentile(0.05) == [5]
    assert found.percentile(0.95) == [95]


def test_a_clear_winner_is_not_contested() -> None:
    costs = np.array([[9.0] * 9 + [12.0], [11.0] * 10])
    assert Draws(("device", "rented"), ("a", "b"), np.array([9.0, 11]), costs).contested == ()
    close = Draws(("device", "rented"), ("a", "b"), np.array([10.8, 11]), costs)
    assert close.contested == ("rented",)  # 1.8 % under it: less than 3 %


def test_where_nothing_is_allowed_nobody_wins() -> None:
    nobody = Draws(("device",), ("a",), np.ones(1), np.array([[INF, INF]]))
    assert nobody.probability_cheapest.tolist() == [0]
    assert nobody.expected_regret.tolist() == [INF]
    assert draws(listed(offline_required=True, model_secrecy=True), MEMORY) is None


@pytest.mark.parametrize("preset", presets(BOOK))
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
    # the range on the page, a sum of squares, holds about what the draws say of the same candidate;
    # a budget that buys machines bends its cost
    shown = options.by_id(many.ids[0])
    allowed = many.costs[0][np.isfinite(many.costs[0])]
    assert shown is not None
    assert shown.range is not None
    drawn = np.quantile(allowed, [0.1, 0.9])
    assert drawn == pytest.approx(
        [shown.range.company_low_usd, shown.range.company_high_usd], rel=0.35
    )


def test_each_place_keeps_its_own_candidate() -> None:
    options = listed()
    found = draws(options, MEMORY, 64)
    assert found is not None
    best = {option.answers_at: option.id for option in options.best_of_place if option.total_usd}
    allowed = {place: best[place] for place in found.places}
    assert tuple(allowed.values()) == found.ids
    assert (found.costs > 0).all()
