"""Who is late because a machine slept: what is decided early is what all hours of a day say."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from calculators.arrays import Array, BoolArray, Index
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset
from calculators.serving.late import Answers, Starting
from calculators.serving.machines import serving
from calculators.serving.sleeping import Sleeping
from pricing.book import PriceBook

PRESETS = ("celebrity_match", "photo_moderation", "document_ocr", "voice_notes", "support_chat")
HOSTED = PLACES["hosted_platform"]


def late_at(preset: str, peak: float) -> BoolArray:
    """Of all hosted machines that sleep, over volumes and budgets."""
    volumes, budgets = np.geomspace(1e2, 1e9, 22), np.geomspace(200, 120_000, 9)
    pairs = np.array(list(product(volumes, budgets)))
    columns = {"requests_per_month": pairs[:, 0], "latency_budget_ms": pairs[:, 1]}
    scenario = from_preset(preset, {"peak_to_mean": peak}, PriceBook.load())
    case = SHARED.case(Points(scenario, len(pairs), columns=columns), PriceBook.load())
    offers, everything = case.market.hosted(), np.ones(1)
    asked = serving(case, offers)
    sleeping = Sleeping.of(case, offers, asked, everything)
    check = sleeping.check(asked.day(asked.fleet(everything, HOSTED), everything, sleeping))[0]
    return check.fails[sleeping.rows]


@pytest.mark.parametrize(("preset", "peak"), [*product(PRESETS, [1.0, 3.0, 12.0])])
def test_what_one_hour_decides_all_hours_decide_alike(
    preset: str, peak: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = [0, 0]
    look = Starting._one_hour

    def counted(self: Starting, rows: Index, points: Index, limit_ms: Array) -> Array:
        share = look(self, rows, points, limit_ms)
        decided[0] += int(np.isfinite(share).sum())
        decided[1] += share.size
        return share

    monkeypatch.setattr(Starting, "_one_hour", counted)
    early = late_at(preset, peak)
    monkeypatch.setattr(Starting, "_one_hour", lambda *_: np.full(_[1].size, np.nan))
    assert (early == late_at(preset, peak)).all()
    assert early.any()
    assert not early.all()
    assert decided[0] > 0.3 * decided[1]


@pytest.mark.parametrize(
    ("columns", "share", "unlike"),
    [
        ({"staff_usd_per_hour": [20.0, 60.0, 90.0]}, 1.0, 1),  # money moves no start
        ({"discount.hf": [0.0, 10.0, 20.0]}, 1.0, 1),
        ({"requests_per_month": [1e5, 1e6, 1e7]}, 1.0, 3),
        ({"requests_per_month": [1e5, 1e6, 1e7]}, 0.0, 1),  # devices answer everything
        ({"latency_budget_ms": [900.0, 900.0, 1000.0]}, 1.0, 2),
        ({"peak_to_mean": [2.0, 3.0, 4.0]}, 1.0, 3),  # the mean is the same, its hours are not
        ({"params_millions": [10.0, 20.0, 30.0]}, 1.0, 3),
    ],
)
def test_points_alike_in_all_that_starts_rest_on_are_looked_at_once(
    columns: dict[str, list[float]], share: float, unlike: int
) -> None:
    scenario = from_preset("photo_moderation", {}, PriceBook.load())
    values = {name: np.array(column) for name, column in columns.items()}
    case = SHARED.case(Points(scenario, 3, columns=values), PriceBook.load())
    offers, part = case.market.hosted(), np.array([share])
    once, like = Sleeping.of(case, offers, serving(case, offers), part)._unlike
    assert once.size == unlike
    assert like.size == 3


def one(*, met: float, limit_ms: float, refused: bool = False) -> Starting:
    """A start of 10 s that never varies, met first by all; answers of 100 ms, 200 ms when busy."""
    cell = np.ones((1, 1))
    return Starting(
        limit_ms=np.array([limit_ms]),
        met=met * cell,
        first=met * cell,
        refused=np.array([[refused]]),
        start_ms=10_000 * cell,
        deviation=0 * cell,
        busy=Answers(200 * cell, 0.01 * cell),
        empty=Answers(100 * cell, 0.01 * cell),
    )


def never(rows: Index, _: Index, __: Array) -> Array:
    raise AssertionError(f"{rows.size} cells were asked by the hour")


def test_few_that_meet_a_start_are_not_too_many() -> None:
    """4 of 100 wait 10 s, the rest answer within a second."""
    assert not one(met=0.04, limit_ms=1000).too_many_late(never).any()


def test_half_of_those_that_wait_longer_than_the_limit_are_too_many() -> None:
    """20 of 100 meet a start; anything up to 10 s is over 5 s for half of them: 10 of 100."""
    assert one(met=0.2, limit_ms=5000).too_many_late(never).all()


def test_all_that_wait_a_start_as_long_as_the_limit_are_too_many() -> None:
    """Nobody waits over 10 s, but with the answer all who wait all of it take over 10.05 s."""
    found = one(met=0.2, limit_ms=10_050)
    assert not (found.met * found._waits_longer() > 0.05).any()
    assert found.too_many_late(never).all()


def test_a_limit_that_only_the_busiest_hour_misses_is_asked_by_the_hour() -> None:
    """With 100 ms 10.1 s, with 200 ms 10.2 s: at 10.15 s the hours of the day decide."""
    for share, late in ((0.05, False), (0.052, True)):
        found = one(met=0.2, limit_ms=10_150).too_many_late(lambda *_, s=share: np.array([s]))
        assert found.all() == late


def test_who_is_refused_counts_as_late() -> None:
    assert one(met=0.051, limit_ms=1e9, refused=True).too_many_late(never).all()
    assert not one(met=0.049, limit_ms=1e9, refused=True).too_many_late(never).any()


def test_an_unknown_answer_is_not_called_late() -> None:
    found = one(met=float("nan"), limit_ms=1000)
    assert not found.too_many_late(lambda rows, *_: np.full(rows.size, np.nan)).any()
