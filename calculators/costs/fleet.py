"""How many machines, for how many hours: whole machines, headroom, schedules, commitments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from calculators.accounts.calendar import Calendar
from calculators.arrays import Array, Index
from calculators.case import Case
from pricing.units import HOURS_PER_MONTH, SECONDS_PER_MONTH

HOURS_PER_DAY = 24
PEAK_HOUR = 20  # the day shape peaks in the evening; only the shape matters, not the hour


@dataclass(frozen=True)
class Fleet:
    """Machines of C candidates, (C, N, S) each."""

    machines: Array  # needed in the busiest hour, spares included
    hours: Array  # machine-hours paid in a month
    busy_hours: Array  # the hours of a month counted at full load, over all machines
    counted: Array  # whole machines, each hour of the day counted where hours differ

    @property
    def busy_share(self) -> Array:
        """Mean load / paid capacity."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.busy_hours / self.hours)

    def take(self, rows: Index) -> Fleet:
        """The fleets of some of the machines."""
        return Fleet(
            self.machines[rows], self.hours[rows], self.busy_hours[rows], self.counted[rows]
        )


def machines_for(
    rate_rps: Array, capacity_rps: Array, replicas_per_machine: Array, target: Array
) -> Array:
    """Whole machines for a rate; ``capacity_rps`` is one replica's. At least one machine."""
    # a rate of exactly k replicas must not become k + 1 through rounding of the division
    replicas = np.ceil(rate_rps / (capacity_rps * target) * (1 - 1e-12))
    return np.maximum(1.0, np.ceil(replicas / replicas_per_machine))


@cache
def _shape_table() -> tuple[Array, Array]:
    """Peak-to-mean of the day shape ((1 + cos) / 2)^k for a grid of k."""
    k = np.concatenate([[0.0], np.geomspace(1e-3, 1e4, 400)])
    day = (1 + np.cos(2 * np.pi * (np.arange(HOURS_PER_DAY) - PEAK_HOUR) / HOURS_PER_DAY)) / 2
    shape = np.maximum(day, 1e-300)[None, :] ** k[:, None]
    return 1 / shape.mean(axis=1), k


def day_shape(peak_to_mean: Array) -> Array:
    """Load of each hour relative to the mean, (N, 24); its maximum is ``peak_to_mean``.

    A raised cosine to a power; peaks above 24 (one hour holds the day) are met by that hour
    alone.
    """
    ratios, exponents = _shape_table()
    day = (1 + np.cos(2 * np.pi * (np.arange(HOURS_PER_DAY) - PEAK_HOUR) / HOURS_PER_DAY)) / 2
    k = np.interp(np.minimum(peak_to_mean, ratios[-1]), ratios, exponents)
    shape = np.maximum(day, 1e-300)[None, :] ** k[:, None]
    relative = shape / shape.mean(axis=1, keepdims=True)
    relative[:, PEAK_HOUR] = peak_to_mean  # the table of exponents is close, not exact
    return np.asarray(relative)


def size(case: Case, share: Array, capacity_rps: Array, replicas_per_machine: Array) -> Fleet:
    """The fleet for ``share`` (N,) of the requests; ``capacity_rps`` of one replica (C, N)."""
    capacity = capacity_rps[..., None]
    per_machine = replicas_per_machine[..., None]
    mean = (case.demand.mean_rps * share[:, None])[None]
    target = case["target_peak_load"][:, None]
    spare = case["spare_instances"][:, None]
    billing = case.scenario.billing
    hours_on = case["scheduled_hours_per_month"][:, None]
    squeeze = HOURS_PER_MONTH / hours_on if billing == "scheduled" else 1.0
    peak = case["peak_to_mean"][:, None]
    needed = counted = machines_for(mean * peak * squeeze, capacity, per_machine, target) + spare
    if billing == "always_on":
        hours = needed * HOURS_PER_MONTH
    elif billing == "scheduled":
        hours = needed * hours_on
    else:
        hours = _autoscaled_hours(case, mean, capacity, per_machine, target) + (
            spare * HOURS_PER_MONTH
        )
        counted = np.round(hours * (HOURS_PER_DAY / HOURS_PER_MONTH))
    with np.errstate(divide="ignore", invalid="ignore"):
        busy_hours = mean / (capacity * per_machine) * HOURS_PER_MONTH
    return Fleet(needed, hours, busy_hours, counted)


def _autoscaled_hours(
    case: Case, mean: Array, capacity: Array, per_machine: Array, target: Array
) -> Array:
    """Machine-hours a month where each hour of the day runs what it needs (C, N, S)."""
    shape = day_shape(case["peak_to_mean"])
    hours = np.zeros(np.broadcast_shapes(mean.shape, capacity.shape, shape[:, :1].shape))
    for hour in range(HOURS_PER_DAY):
        load = mean * shape[:, hour][:, None]
        hours = hours + machines_for(load, capacity, per_machine, target)
    return hours * HOURS_PER_MONTH / HOURS_PER_DAY


@dataclass(frozen=True)
class Commitment:
    """Machines under contract."""

    paid: Array  # by segment (C, N, S)
    left: Array  # machine-months after the horizon, to the end of the terms (C, N)
    paid_dearer: Array | None = None  # the same times the change of price since today
    left_dearer: Array | None = None


def committed(
    need: Array, calendar: Calendar, term: int, yearly_pct: Array | None = None
) -> Commitment:
    """Machines under contracts of ``term`` months for ``need`` (C, N, S).

    Each machine is contracted when first needed and renewed while needed; a contract runs to its
    end even past the horizon. Its price is that of the month it begins in, for the whole term: a
    change of ``yearly_pct`` a year is met at renewal only. Growth is monotone, so machines only
    come or only go.
    """
    months = calendar.horizon  # (N, 1)
    if need.shape[-1] != int(calendar.last[-1]):  # no growth, no drift: the need is constant
        whole = np.ceil(months / term) * term
        return Commitment(need, need[..., 0] * (whole - months)[:, 0])
    begun = _contracts(need, term)
    beyond = np.where(calendar.weight > 0, np.maximum(calendar.first + term - 1 - months, 0.0), 0.0)
    found = Commitment(_running(begun, term), (begun * beyond).sum(-1))
    if yearly_pct is None or not np.any(yearly_pct != 0):
        return found
    dearer = begun * (calendar.drift(yearly_pct) - 1)
    return replace(found, paid_dearer=_running(dearer, term), left_dearer=(dearer * beyond).sum(-1))


def _contracts(need: Array, term: int) -> Array:
    """Contracts that begin in each month, renewals included (C, N, months)."""
    rising = need[..., -1:] >= need[..., :1]
    grown = np.diff(need, axis=-1, prepend=0.0)
    kept = np.zeros_like(need)  # where the need falls: all of it anew after each term
    kept[..., ::term] = need[..., ::term]
    for start in range(term, need.shape[-1], term):
        here = grown[..., start : start + term]
        here += grown[..., start - term : start - term + here.shape[-1]]
    return np.where(rising, grown, kept)


def _running(begun: Array, term: int) -> Array:
    """What began within the last ``term`` months, for each month."""
    total = np.cumsum(begun, axis=-1)
    total[..., term:] -= total[..., :-term].copy()
    return total


def serverless_seconds(case: Case, share: Array, answer_ms: Array, capacity_rps: Array) -> Array:
    """Worker-seconds billed in a month by a scale-to-zero host, (C, N, S).

    Requests arrive at random (M/G/infinity). A worker is billed from its start until it stops:
    it stays for some idle seconds after the last request, so with rate r and W = answer time +
    idle time it is up a share 1 - exp(-rW) of the time, and starts anew r exp(-rW) times a
    second, each start billed too. Never less than rate / (capacity x target_peak_load) workers.
    """
    rate = (case.demand.mean_rps * share[:, None])[None]
    stays = answer_ms[..., None] / 1000 + case.assume("serverless_idle_seconds")[:, None]
    asleep = np.exp(-rate * stays)
    starting = rate * asleep * case.assume("serverless_start_seconds")[:, None]
    loaded = rate / (capacity_rps[..., None] * case["target_peak_load"][:, None])
    busy = np.maximum(1 - asleep + starting, loaded)
    return np.asarray(busy * SECONDS_PER_MONTH)


MAX_STEPS = 400  # beyond it a step is under 0.25 % of the machines' cost


def step_spacing(
    case: Case, share: float, capacity_rps: float, replicas_per_machine: float
) -> Array:
    """Requests a month from one step to the next (first point): one machine more at each multiple.

    One figure for each month of other volume, and for each hour of the day that scales by itself.
    """
    calendar = case.demand.calendar
    growth = np.unique(calendar.growth[0][calendar.weight[0] > 0])
    billing = case.scenario.billing
    if billing == "autoscaled":
        loads = np.unique(day_shape(case["peak_to_mean"][:1]).round(12))
    else:
        loads = case["peak_to_mean"][:1]
    squeeze = 1.0
    if billing == "scheduled":
        squeeze = HOURS_PER_MONTH / float(case["scheduled_hours_per_month"][0])
    rate = capacity_rps * replicas_per_machine * float(case["target_peak_load"][0])
    if not np.isfinite(rate) or rate <= 0 or share <= 0:
        return np.zeros(0)
    per_machine = rate * SECONDS_PER_MONTH / (squeeze * share)
    return np.asarray(per_machine / np.outer(growth, loads[loads > 0]).ravel())


def step_volumes(spacing: Array, top: float) -> Array:
    """The first steps, up to ``top`` requests a month."""
    edges = np.unique(np.outer(spacing, np.arange(1, MAX_STEPS + 1)))
    edges = edges[edges <= top]
    return edges if edges.size <= 4 * MAX_STEPS else edges[: 4 * MAX_STEPS]


def steps_between(spacing: Array, low: float, high: float) -> tuple[Array, Array]:
    """First multiple of each spacing above ``low``, and how many lie up to ``high``."""
    first = np.floor(low / spacing) + 1
    return first, np.maximum(np.floor(high / spacing) - first + 1, 0.0)
