"""How many machines, for how many hours: whole machines, headroom, schedules, commitments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from calculators.arrays import Array
from calculators.calendar import Calendar
from calculators.inputs import Inputs
from pricing.units import HOURS_PER_MONTH, SECONDS_PER_MONTH

HOURS_PER_DAY = 24
PEAK_HOUR = 20  # the day shape peaks in the evening; only the shape matters, not the hour


@dataclass(frozen=True)
class Fleet:
    """Machines of C candidates, (C, N, S) each."""

    machines: Array  # needed in the busiest hour, spares included
    hours: Array  # machine-hours paid in a month
    busy_share: Array  # mean load / paid capacity


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


def size(inputs: Inputs, share: Array, capacity_rps: Array, replicas_per_machine: Array) -> Fleet:
    """The fleet for ``share`` (N,) of the requests; ``capacity_rps`` of one replica (C, N)."""
    capacity = capacity_rps[..., None]
    per_machine = replicas_per_machine[..., None]
    mean = (inputs.mean_rps * share[:, None])[None]
    target = inputs["target_peak_load"][:, None]
    peak = inputs["peak_to_mean"][:, None]
    spare = inputs["spare_instances"][:, None]
    billing = inputs.scenario.billing
    hours_on = inputs["scheduled_hours_per_month"][:, None]
    squeeze = HOURS_PER_MONTH / hours_on if billing == "scheduled" else 1.0
    needed = machines_for(mean * peak * squeeze, capacity, per_machine, target) + spare
    if billing == "always_on":
        hours = needed * HOURS_PER_MONTH
    elif billing == "scheduled":
        hours = needed * hours_on
    else:
        hours = _autoscaled_hours(inputs, mean, capacity, per_machine, target, spare)
    paid = hours / HOURS_PER_MONTH * capacity * per_machine
    with np.errstate(divide="ignore", invalid="ignore"):
        busy = mean / paid
    return Fleet(needed, hours, busy)


def _autoscaled_hours(
    inputs: Inputs, mean: Array, capacity: Array, per_machine: Array, target: Array, spare: Array
) -> Array:
    shape = day_shape(inputs["peak_to_mean"])
    hours = np.zeros(np.broadcast_shapes(mean.shape, capacity.shape))
    for hour in range(HOURS_PER_DAY):
        load = mean * shape[:, hour][:, None]
        hours = hours + machines_for(load, capacity, per_machine, target) + spare
    return hours * HOURS_PER_MONTH / HOURS_PER_DAY


def committed(need: Array, calendar: Calendar, term: int) -> tuple[Array, Array]:
    """Machines under contract by segment (C, N, S), and machine-months left after the horizon.

    Each machine is contracted for ``term`` months when first needed and renewed while needed; a
    contract runs to its end even past the horizon. Growth is monotone, so machines only come or
    only go.
    """
    months = calendar.horizon  # (N, 1)
    if need.shape[-1] != int(calendar.last[-1]):  # no growth: the need is constant
        whole = np.ceil(months / term) * term
        return need, need[..., 0] * (whole - months)[:, 0]
    month = calendar.first
    inside = calendar.weight > 0
    rising = need[..., -1:] >= need[..., :1]
    added = np.diff(need, axis=-1, prepend=0.0)
    remaining = np.where(inside, months - month + 1, 0.0)
    left_rising = (added * (np.ceil(remaining / term) * term - remaining)).sum(-1)
    block_start = ((month - 1) // term * term).astype(np.intp)
    falling = need[..., block_start]
    last_block = (np.ceil(months / term) * term - months)[:, 0]
    at_end = np.take_along_axis(
        falling, np.broadcast_to((months.astype(np.intp) - 1)[None], (*falling.shape[:2], 1)), -1
    )[..., 0]
    paid = np.where(rising, need, falling)
    left = np.where(rising[..., 0], left_rising, at_end * last_block)
    return paid, left


def serverless_seconds(
    inputs: Inputs, share: Array, answer_ms: Array, capacity_rps: Array
) -> Array:
    """Worker-seconds billed in a month by a scale-to-zero host, (C, N, S).

    Requests arrive at random (M/G/infinity). A worker is billed from its start until it stops:
    it stays for some idle seconds after the last request, so with rate r and W = answer time +
    idle time it is up a share 1 - exp(-rW) of the time, and starts anew r exp(-rW) times a
    second, each start billed too. Never less than rate / (capacity x target_peak_load) workers.
    """
    rate = (inputs.mean_rps * share[:, None])[None]
    stays = answer_ms[..., None] / 1000 + inputs.assume("serverless_idle_seconds")[:, None]
    asleep = np.exp(-rate * stays)
    starting = rate * asleep * inputs.assume("serverless_start_seconds")[:, None]
    loaded = rate / (capacity_rps[..., None] * inputs["target_peak_load"][:, None])
    busy = np.maximum(1 - asleep + starting, loaded)
    return busy * SECONDS_PER_MONTH


MAX_STEPS = 400  # beyond it a step is under 0.25 % of the machines' cost


def step_volumes(
    inputs: Inputs, share: float, capacity_rps: float, replicas_per_machine: float, top: float
) -> Array:
    """Requests a month, up to ``top``, at which one machine more is needed (first point)."""
    calendar = inputs.calendar
    growth = np.unique(calendar.growth[0][calendar.weight[0] > 0])
    billing = inputs.scenario.billing
    if billing == "autoscaled":
        loads = np.unique(day_shape(inputs["peak_to_mean"][:1]).round(12))
    else:
        loads = inputs["peak_to_mean"][:1]
    squeeze = 1.0
    if billing == "scheduled":
        squeeze = HOURS_PER_MONTH / inputs.scenario.scheduled_hours_per_month
    rate = capacity_rps * replicas_per_machine * float(inputs["target_peak_load"][0])
    if not np.isfinite(rate) or rate <= 0 or share <= 0:
        return np.zeros(0)
    per_machine = rate * SECONDS_PER_MONTH / (squeeze * share)
    steps = np.arange(1, MAX_STEPS + 1) * per_machine
    scale = np.outer(growth, loads[loads > 0]).ravel()
    edges = np.unique((steps[None, :] / scale[:, None]).ravel())
    edges = edges[edges <= top]
    return edges if edges.size <= 4 * MAX_STEPS else edges[: 4 * MAX_STEPS]
