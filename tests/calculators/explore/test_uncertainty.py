"""What is worth knowing and what moves the difference: by hand, and in the tiny world."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from calculators import factors
from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.explore.draws import ALL, SEED, Draws, draws
from calculators.explore.uncertainty import (
    BINS,
    Certainty,
    Ends,
    bins_of,
    least_regret,
    most_worth,
    worth_knowing,
)
from calculators.factors import Factor
from calculators.memory import SHARED
from calculators.presets import from_preset, presets
from calculators.results import Comparison, Uncertainty
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, compared

BOOK = PriceBook.load()
N = 4096
RNG = np.random.default_rng(7)
SCORES = RNG.standard_normal((3, N))
FREE = np.full(3, np.inf)


def made(*costs: np.ndarray) -> Draws:
    """Places whose costs are given in N draws."""
    rows = np.stack(costs)
    names = ("device", "rented", "owned")[: len(costs)]
    return Draws(names, names, np.median(rows, axis=1), rows, rows, np.zeros_like(rows))


@cache
def real(preset: str, **changes: Any) -> Comparison:
    return compare(from_preset(preset, changes, BOOK), BOOK)


def sure(found: Comparison) -> Uncertainty:
    assert found.uncertainty is not None
    return found.uncertainty


# ----------------------------------------------------------------------------------- worth knowing


def test_bins_hold_as_many_draws_each_and_follow_the_score() -> None:
    bins = bins_of(SCORES)
    assert (np.bincount(bins[1]) == N / BINS).all()
    assert bins[1][SCORES[1].argmin()] == 0
    assert bins[1][SCORES[1].argmax()] == BINS - 1


def test_the_least_regret_of_two_bins_by_hand() -> None:
    """Bin 0: 0 and 6 against 4 and 0, the second's 2 is less; bin 1: 1 and 1 against 5, 5: 1.

    Two draws each: (2 + 1) / 2.
    """
    regret = np.array([[0.0, 6, 1, 1], [4.0, 0, 5, 5]])
    everywhere = np.ones_like(regret, dtype=bool)
    assert least_regret(regret, everywhere, np.array([[0, 0, 1, 1]])).tolist() == [1.5]
    # the second is not available in its draw without regret: 4 against 3
    shut = np.array([[True] * 4, [True, False, True, True]])
    assert least_regret(regret, shut, np.array([[0, 0, 1, 1]])).tolist() == [2.0]


def test_a_factor_that_decides_alone_is_worth_the_whole_regret() -> None:
    """The second place costs less wherever the score is above 0.5: nothing else matters."""
    found = made(np.full(N, 10.0), np.where(SCORES[0] > 0.5, 5.0, 15.0))
    whole = float(found.expected_regret[0])
    only = worth_knowing(found, SCORES, np.array([np.inf, 0, 0]))
    assert only.tolist() == [whole, 0, 0]
    among = worth_knowing(found, SCORES, FREE)
    assert among[0] == pytest.approx(whole, rel=0.03)  # one bin of 64 holds both sides of 0.5
    assert among[1:] == pytest.approx([0, 0], abs=0.01 * whole)


def test_two_factors_by_hand() -> None:
    """Costs 10 and 12 + 4 z: known z, one takes the second below z = -0.5.

    The regret is E max(0, -2 - 4 z) = 4 (phi(0.5) - 0.5 Phi(-0.5)) = 0.791, all of it z's where
    the other factor moves both alike.
    """
    common = np.exp(SCORES[1])
    found = made(10 + common, 12 + 4 * SCORES[0] + common)
    worth = worth_knowing(found, SCORES, FREE)
    assert found.expected_regret[0] == pytest.approx(0.791, rel=0.06)
    assert worth[0] == pytest.approx(0.791, rel=0.08)
    assert worth[1] == pytest.approx(0, abs=0.02)


def test_what_turns_no_choice_is_worth_exactly_nothing() -> None:
    """Costs 10 against 12 + 4 y, y of no factor: in every bin the first place regrets least.

    It regrets E max(0, -2 - 4 y) = 0.791, the second 2 more, with 64 draws a bin 7 deviations
    away: no bin turns. What is left are the same 4,096 regrets summed bin by bin, in another order
    each time: 1e-14 USD were told.
    """
    for seed in range(10):
        rng = np.random.default_rng(seed)
        scores, other = rng.standard_normal((3, N)), 12 + 4 * rng.standard_normal(N)
        found = made(np.full(N, 10.0), other)
        everywhere = np.ones((2, N), dtype=bool)
        least = least_regret(found.regret, everywhere, bins_of(scores))
        assert least == pytest.approx(np.full(3, found.expected_regret[0]), rel=1e-12)
        assert worth_knowing(found, scores, FREE).tolist() == [0, 0, 0]


def test_never_below_nothing_nor_above_the_whole() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        scores = rng.standard_normal((6, 640))
        found = made(*(np.exp(rng.standard_normal(6) @ scores * 0.4) for _ in range(3)))
        most = rng.uniform(0, 2, 6)
        worth = worth_knowing(found, scores, most)
        assert (worth >= 0).all()
        assert (worth <= found.expected_regret[0]).all()
        assert (worth <= most).all()


def test_without_regret_nothing_is_worth_knowing() -> None:
    assert worth_knowing(made(np.ones(N), np.full(N, 2.0)), SCORES, FREE).tolist() == [0, 0, 0]
    nowhere = made(np.full(N, np.inf), np.full(N, 2.0))
    assert worth_knowing(nowhere, SCORES, FREE).tolist() == [0, 0, 0]


def test_no_more_is_worth_than_exchanging_the_factor_changes() -> None:
    """Two draws: exchanged, the second place costs 3 and 1 more; the third factor shuts it once."""
    found = made(np.array([1.0, 1]), np.array([5.0, 6]))
    exchanged = np.array([[[1.0, 1], [2, 2], [1, 1]], [[8.0, 7], [6, 7], [5, np.inf]]])
    assert most_worth(found, exchanged).tolist() == [2, 0, np.inf]


# ---------------------------------------------------------------------------------------- tornado


def test_bars_of_the_difference_by_hand() -> None:
    """10 against 12: the first factor makes it 13 and 9 against 12, the second moves both by 5.

    The third does not move anything, the fourth shuts the second place at its high end.
    """
    moved = tuple(Factor(name, name.upper()) for name in "abcd")
    first = [10, 13, 9, 15, 5, 10, 10, 10, 10]
    second = [12, 12, 12, 17, 7, 12, 12, 12, np.inf]
    found = Ends(moved, np.array([first, second], dtype=float))
    assert found.difference == -2
    assert [(bar.factor, bar.label, bar.low_usd, bar.high_usd) for bar in found.bars] == [
        ("d", "D", -2, None),
        ("a", "A", 1, -3),
    ]


def test_a_place_alone_has_no_difference() -> None:
    alone = Ends((Factor("a", "A"),), np.array([[1.0, 2, 3]]))
    assert alone.difference is None
    assert alone.bars == ()


def test_each_end_is_what_the_comparison_of_that_figure_says() -> None:
    """The bar of the wage: both places compared at its low and at its high end."""
    found = compared(request_kb=0, response_kb=0, radio_tail_j=0)
    assert found.cheapest is not None
    assert found.runner_up is not None
    (bar,) = (bar for bar in sure(found).tornado if bar.factor == "cost_of_work")
    for wage, told in ((50, bar.low_usd), (150, bar.high_usd)):
        there = compared(request_kb=0, response_kb=0, radio_tail_j=0, staff_usd_per_hour=wage)
        one, other = (there.option(o.id) for o in (found.cheapest, found.runner_up))
        assert one is not None
        assert other is not None
        assert told == pytest.approx((one.company_usd - other.company_usd) / 36)  # type: ignore[operator]


# ------------------------------------------------------------------------------- a real comparison


@pytest.mark.parametrize("preset", ["celebrity_match", "document_ocr", "hospital_imaging"])
def test_the_whole_of_a_comparison(preset: str) -> None:
    found = real(preset)
    told, verdict = sure(found), sure(found).verdict
    assert (verdict.draws, verdict.seed) == (ALL, SEED)
    assert sum(item.probability_cheapest for item in verdict.places) == pytest.approx(1)
    whole = verdict.places[0].expected_regret_usd
    assert whole is not None
    assert {item.factor for item in told.worth_knowing} == {item.name for item in factors.FACTORS}
    worth = [item.usd for item in told.worth_knowing]
    assert worth == sorted(worth, reverse=True)
    assert all(0 <= usd <= whole for usd in worth)
    assert found.cheapest is not None
    # of a thousandth of the cost no factor alone stands out of the noise it is measured against
    assert worth[0] > 0.01 * whole or whole < 0.001 * (found.cheapest.total_usd or 0)
    assert verdict.places[0].option_id == found.cheapest.id
    for item in verdict.places:
        assert item.p10_usd is not None
        assert item.p50_usd is not None
        assert item.p90_usd is not None
        assert 0 < item.p10_usd < item.p50_usd < item.p90_usd


def test_what_moves_nothing_is_worth_nothing() -> None:
    worth = {item.factor: item.usd for item in sure(real("celebrity_match")).worth_knowing}
    for name in ("training_speed", "characters", "growth", "hidden_output", "spot_interruptions"):
        assert worth[name] == 0, name


def test_a_figure_that_is_given_is_known_and_narrows() -> None:
    """Hours and their cost given: their factors are worth nothing, every range is narrower."""
    free = {"battery_wear": False}
    known = {"staff_usd_per_hour": 75, "ops_hours_per_month": 8, "integration_hours": 40}
    wide, narrow = (
        sure(real("photo_moderation", **free)),
        sure(real("photo_moderation", **free, **known)),
    )
    worth = {item.factor: item.usd for item in narrow.worth_knowing}
    assert worth["cost_of_work"] == 0
    assert all(usd == 0 for name, usd in worth.items() if name.startswith("integration_hours"))
    for item in narrow.verdict.places:
        before = wide.verdict.of(item.kind)
        assert before is not None
        spread = [odds.p90_usd / odds.p10_usd for odds in (before, item)]  # type: ignore[operator]
        assert spread[1] < spread[0], item.kind


def test_the_same_question_has_the_same_numbers() -> None:
    one = compare(from_preset("photo_moderation", {}, BOOK), BOOK).uncertainty
    other = compare(from_preset("photo_moderation", {}, BOOK), BOOK).uncertainty
    assert one == other


def test_growth_is_uncertain_only_where_its_range_is_given() -> None:
    flat = {"growth_pct_per_month": 3}
    certain, unsure = (
        real("photo_moderation", **flat),
        real("photo_moderation", **flat, growth_low=0, growth_high=6),
    )
    assert certain.cheapest is not None
    assert unsure.cheapest is not None
    assert certain.cheapest.total_usd == unsure.cheapest.total_usd  # at the middle nothing changes
    bars = {bar.factor for bar in sure(unsure).tornado}
    assert "growth" in bars
    assert "growth" not in {bar.factor for bar in sure(certain).tornado}
    api = [sure(found).verdict.of("managed_api") for found in (certain, unsure)]
    spread = [odds.p90_usd / odds.p10_usd for odds in api if odds]  # type: ignore[operator]
    assert spread[1] > 1.3 * spread[0]


def test_where_nothing_is_allowed_there_is_nothing_to_say() -> None:
    found = compared(offline_required=True, model_secrecy=True)
    assert found.verdict is None
    assert found.uncertainty is None
    assert not found.too_close
    assert found.certainty_text == ""


def test_the_draws_of_the_page_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made_of: list[int] = []

    def watched(listed: OptionList, memory: Any, count: int = 512, seed: int = 0) -> Draws | None:
        made_of.append(count)
        return draws(listed, memory, count, seed)

    monkeypatch.setattr("calculators.explore.uncertainty.draws", watched)
    found = compared(requests_per_month=123_457)
    for _ in range(2):
        assert found.sentence
        assert found.certainty_text
        assert found.cheapest is not None
        assert found.cheapest.range is not None
        assert found.verdict is not None
    assert made_of == [512]


@pytest.mark.parametrize("preset", sorted(presets(BOOK))[1::4])
def test_ranges_are_those_of_the_verdict(preset: str) -> None:
    found = real(preset)
    assert found.cheapest is not None
    assert found.verdict is not None
    months = found.scenario.horizon_months
    first = found.verdict.places[0]
    assert found.cheapest.range is not None
    low, high = found.cheapest.range.ranked(found.scenario.rank_by)
    assert (low / months, high / months) == pytest.approx((first.p10_usd, first.p90_usd))


def test_memory_and_listing_are_all_it_needs() -> None:
    options = compared().options
    assert isinstance(options, OptionList)
    assert Certainty(options, MEMORY).verdict() == Certainty(options, MEMORY).verdict()
    assert SHARED is not MEMORY
