"""The few ordered draws against many plain ones: the same percentiles, the same verdict."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.explore.draws import VERDICT, draws
from calculators.memory import SHARED
from calculators.results import Comparison, Recommendation
from tests.calculators.explore import plain

MANY = 200_000
PAGE_TURN = 0.62, 0.71
"""Shares between which 512 draws may say otherwise than 8,192."""
SAMPLE = (("celebrity_match", 0), ("photo_moderation", 4), ("semantic_search", 0))
FEW = 20_000


def apart(said: Recommendation, many: plain.Plain) -> np.ndarray:
    """How far percentiles are from those of plain draws (P, 3), as a share."""
    own = [(item.p10_usd, item.p50_usd, item.p90_usd) for item in said.places]
    return np.abs(np.array(own, dtype=np.float64) / many.ends - 1)


def verdict(found: Comparison) -> Recommendation:
    assert found.uncertainty is not None
    return found.uncertainty.verdict


@pytest.mark.parametrize(("preset", "turn"), SAMPLE)
def test_ordered_draws_say_what_plain_ones_say(preset: str, turn: int) -> None:
    """Of 20,000 plain draws the percentiles themselves are a few per cent off."""
    found = plain.compared(preset, turn)
    said, many = verdict(found), plain.drawn(found, FEW)
    often = [item.available > 0.5 for item in said.places]
    assert apart(said, many)[often].max() < 0.06
    assert said.too_close == many.too_close or many.on_the_edge


@pytest.mark.soak
@pytest.mark.parametrize(("preset", "turn"), list(plain.scenarios()))
def test_percentiles_and_verdict_of_200_000_plain_draws(preset: str, turn: int) -> None:
    """Percentiles of places that may be used in most draws: those of others rest on few of them."""
    found = plain.compared(preset, turn)
    if found.cheapest is None:
        pytest.skip("nothing is allowed")
    said, many = verdict(found), plain.drawn(found, MANY)
    grows = found.scenario.growth_low is not None
    counted = [item.available > 0.5 for item in said.places]
    most = np.nanmax(apart(said, many)[counted])
    same = said.too_close == many.too_close or many.on_the_edge
    assert (same, most < (0.03 if grows else 0.02)) == (True, True), most  # both, whichever fails


@pytest.mark.soak
@pytest.mark.parametrize(("preset", "turn"), list(plain.scenarios()))
def test_the_page_says_what_all_draws_say(preset: str, turn: int) -> None:
    """Wherever the share that decides is not about two thirds."""
    found = plain.compared(preset, turn)
    if found.cheapest is None:
        pytest.skip("nothing is allowed")
    many = draws(found.options, SHARED, 8192)  # type: ignore[arg-type]
    assert many is not None
    least = float(many.beats.min()) if many.beats.size else 1.0
    low, high = PAGE_TURN
    assert found.verdict is not None
    assert found.verdict.draws == VERDICT
    assert found.verdict.too_close == verdict(found).too_close or low <= least <= high
