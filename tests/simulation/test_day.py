"""The simulated day agrees with what is known exactly, and the rule of sleep with the day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from calculators.costs.day import Day, whole_day
from calculators.costs.sleep import Workers, billed_hours, starts
from calculators.day_times import DayTimes
from calculators.serving.under_load import Answering
from tests.calculators.world import UNLOADED
from tests.sampling import few
from tests.simulation.day import HOURS, Language, Network, Outcome, Setting, Sleep, simulate

MONTH_S = 2_628_000


def flat(rate: float, server: Language | Network, replicas: int = 1) -> Outcome:
    return simulate(Setting(server, (rate,) * HOURS, (replicas,) * HOURS))


# ------------------------------------------------------------------------------ one at a time


@pytest.mark.parametrize("load", [0.3, 0.7, 0.85])
def test_waiting_for_answers_of_one_length(load: float) -> None:
    """M/D/1: the mean time is s (1 + load / (2 (1 - load)))."""
    found = flat(load * 10, Network(0.1, 10))
    assert found.mean() == pytest.approx(0.1 * (1 + load / (2 * (1 - load))), rel=0.03)


def test_waiting_for_answers_of_unlike_length() -> None:
    """M/G/1 (Pollaczek and Khinchine): E[S^2] is exp(spread^2) times s^2."""
    found = flat(6, Network(0.1, 10, spread=0.6))
    waiting = 6 * 0.01 * np.exp(0.36) / (2 * (1 - 0.6))
    assert found.mean() == pytest.approx(0.1 + waiting, rel=0.05)


def test_as_many_are_inside_as_come_while_one_is() -> None:
    """Little's law, with those inside counted now and then."""
    for server in (Network(0.05, 60, batch=8), Language(0.1, 0.01, 100, 2.0, batch=16)):
        found = flat(0.6 * server.capacity_rps, server)
        assert found.inside == pytest.approx(found.seen_rps * found.mean(), rel=0.02)


# --------------------------------------------------------------------------- several together


def test_a_batch_answers_what_it_is_said_to() -> None:
    """16 together in 16 / 60 s, one in 0.05 s; at 0.9 of the most the batch is a good part full."""
    server = Network(0.05, 60, batch=16)
    fixed, each = server.step
    assert fixed + each == pytest.approx(0.05)
    assert fixed + 16 * each == pytest.approx(16 / 60)
    assert flat(0.01, server).mean() == pytest.approx(0.05, rel=0.01)
    busy = flat(54, server)
    assert busy.quantile(0.95) < 1.0  # it keeps up
    assert busy.mean() > 2 * 0.05


def test_steps_that_grow_with_the_batch_alone_share_the_machine_alike() -> None:
    """M/G/1 processor sharing: the mean is s / (1 - load), whatever the lengths."""
    server = Language(0.0, 0.01, 100, 1.0, batch=10**6, length_spread=0.8, prefill_s=0.0)
    assert server.step == pytest.approx((0.0, 0.01))
    assert flat(0.6, server).mean() == pytest.approx(1 / (1 - 0.6), rel=0.05)


@pytest.mark.parametrize("load", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("each", few([1.0, 0.5, 0.2, 0.05, 0.01, 0.003], 3))
def test_who_comes_during_a_batch_waits_as_the_law_says(each: float, load: float) -> None:
    """Each further answer takes a share of the first: from one after the other to all in one."""
    batch, one = 256, np.ones((1, 1))
    capacity = batch / (1 - each + batch * each)  # a second alone
    curve = replace(
        UNLOADED, stretch=one - capacity / batch, spread=0 * one, spread_full=0 * one, batch=one
    )
    law = Answering(0 * one, 1000 * one, 0 * one, 0 * one, capacity * one, curve)
    found = flat(load * capacity, Network(1.0, capacity, batch=batch))
    for share, time in ((0.5, law.p50), (0.95, law.p95)):
        shown = float(time(np.full((1, 1), load))[0, 0]) / 1000
        assert shown == pytest.approx(found.quantile(share), rel=0.21)


LLAMA = Language(0.15, 0.0077, 256, capacity_rps=12.0, batch=128, prefill_s=0.03)


def test_a_language_model_alone_takes_the_time_of_its_tokens() -> None:
    found = flat(0.001, LLAMA)
    assert found.mean() == pytest.approx(0.15 + 256 * 0.0077, rel=0.01)
    assert LLAMA.step == pytest.approx((0.00755, 0.00015), rel=0.01)  # 6.7 and 0.13 ms on an H100


@pytest.mark.parametrize("load", [0.3, 0.5, 0.7])
def test_times_grow_as_the_law_of_the_step_says(load: float) -> None:
    """TPOT = a + b x batch and Little's law: T(load) = T(0) / (1 - stretch x load)."""
    fixed, each = LLAMA.step
    stretch = 1 - (fixed + each) / (fixed + each * LLAMA.batch)
    found = flat(load * LLAMA.capacity_rps, LLAMA)
    assert found.mean() / LLAMA.alone_s == pytest.approx(1 / (1 - stretch * load), rel=0.2)


def test_above_its_capacity_a_backlog_grows() -> None:
    assert flat(1.1 * LLAMA.capacity_rps, LLAMA).quantile(0.95) > 10 * LLAMA.alone_s


# --------------------------------------------------------------------------------- a whole fleet


def test_few_of_many_replicas_stand_for_all() -> None:
    one, many = flat(7, Network(0.1, 10)), flat(7 * 500, Network(0.1, 10), replicas=500)
    assert many.quantile(0.95) == pytest.approx(one.quantile(0.95), rel=0.05)
    assert many.seen_rps == pytest.approx(7, rel=0.02)


def test_hours_weigh_as_their_requests() -> None:
    """9 of 10 requests at 0.2 of the load, one at 0.9: the slow tenth makes p95, not the median."""
    server = Network(0.1, 10)
    rates = [2.0] * 12 + [9 * 2 / 81] * 11 + [9.0]
    replicas = [1] * 23 + [1]
    found = simulate(Setting(server, rates, replicas))
    share = np.bincount(found.hour, found.weight, HOURS) / found.weight.sum()
    assert share == pytest.approx(np.array(rates) / np.sum(rates), abs=5e-3)
    assert found.mean(23) > 3 * found.mean(0)


def test_seeds_repeat() -> None:
    setting = Setting(Network(0.1, 10), (5.0,) * HOURS)
    first, again = (simulate(setting, days=2, seed=3) for _ in range(2))
    assert first.quantile(0.95) == again.quantile(0.95)
    assert simulate(setting, days=2, seed=4).quantile(0.95) != first.quantile(0.95)


# ------------------------------------------------------------------------------------------ sleep

CASES = [  # requests a month, peak to mean, idle time-out, start
    (2.19e5, 1.0, 30, 20),
    (2.19e5, 4.0, 30, 20),
    (1e3, 3.0, 30, 20),
    (3e5, 3.0, 5, 60),
    (1e5, 4.0, 900, 123),
    (3e3, 3.0, 3600, 240),
]


def worker(idle: float, start: float, spread: float = 0.0) -> tuple[Workers, Sleep]:
    one: dict[str, Any] = {"idle_s": idle, "start_s": start}
    figures = {"answer_s": 0.126, "usable_rps": 28.0, "full_rps": 40.0} | one
    columns = {name: np.full((1, 1), value) for name, value in figures.items()}
    return Workers(**columns, starts_billed=np.ones((1, 1), dtype=bool)), Sleep(idle, start, spread)


def slept(requests: float, day: Day, sleep: Sleep, **figures: Any) -> Outcome:
    rates = requests / MONTH_S * day.relative[0]
    server = Network(0.126, 40.0, batch=6, **figures)
    return simulate(Setting(server, rates.tolist(), sleep=sleep))


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize(("requests", "peak", "idle", "start"), few(CASES, 2, unpack=True))
def test_the_rule_of_sleep_is_what_happens(
    requests: float, peak: float, idle: float, start: float, refuses: bool
) -> None:
    day = whole_day(np.array([peak]))
    some, sleep = worker(idle, start)
    found = slept(requests, day, Sleep(idle, start, refuses=refuses))
    mean = np.full((1, 1, 1), requests / MONTH_S)
    billed = billed_hours(day, mean, some)[0, 0, 0] / 730
    assert billed == pytest.approx(found.up_share.mean(), rel=0.03)
    met = starts(mean * day.relative[None], some).share(day)[0, 0]
    assert met == pytest.approx(found.met_share, rel=0.03, abs=5e-4)
    assert found.refused_share == (pytest.approx(found.met_share) if refuses else 0.0)
    assert sleep.idle_s == idle


def test_one_after_the_other_the_rule_of_sleep_holds_too() -> None:
    """Answers of 10 s at half the load: the queue keeps the worker up."""
    figures = {"answer_s": 10.0, "usable_rps": 0.07, "full_rps": 0.1, "idle_s": 10.0, "start_s": 20}
    columns = {name: np.full((1, 1), float(value)) for name, value in figures.items()}
    some = Workers(**columns, starts_billed=np.ones((1, 1), dtype=bool))
    found = simulate(Setting(Network(10.0, 0.1), (0.05,) * HOURS, sleep=Sleep(10, 20)))
    flat_day = whole_day(np.array([1.0]))
    billed = billed_hours(flat_day, np.full((1, 1, 1), 0.05), some)[0, 0, 0] / 730
    assert billed == pytest.approx(found.up_share.mean(), rel=0.03)


@pytest.mark.parametrize("spread", [0.0, 0.44])
@pytest.mark.parametrize(("requests", "peak", "idle", "start"), few(CASES, 2, unpack=True))
def test_times_of_the_day_are_what_happens(
    requests: float, peak: float, idle: float, start: float, spread: float
) -> None:
    """Median and slow time with starts, within the 15 % that a shown time is to be trusted by."""
    day = whole_day(np.array([peak]))
    some, sleep = worker(idle, start, spread)
    found = slept(requests, day, sleep, spread=0.2)
    who = starts(np.full((1, 1, 1), requests / MONTH_S) * day.relative[None], some)
    times = DayTimes(
        weight=day.weight,
        median=np.full((1, 1), 0.126),
        deviation=np.full((1, 1), 0.2),
        met=who.met[0],
        first=who.first[0],
        start=np.full((1, 1), start),
        start_deviation=np.full((1, 1), spread),
    )
    for share in (0.5, 0.95):
        happened = found.quantile(share)
        # where the share is next to that of the starts, half a percent of it is a large time
        assert times.share_within(np.array([happened * 1.15]))[0] >= share - 0.005
        assert times.share_within(np.array([happened / 1.15]))[0] <= share + 0.005
