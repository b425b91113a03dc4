"""How many machines, for how many hours: whole machines, headroom, schedules, commitments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.accounts.calendar import Calendar
from calculators.arrays import Array, Index, any_true
from calculators.case import Case
from calculators.costs.day import HOURS_PER_DAY, Day, scheduled_day, whole_day
from pricing.records import record, value
from pricing.units import HOURS_PER_MONTH, SECONDS_PER_MONTH


@value
class Fleet:
    """Machines of C candidates, (C, N, S) each."""

    machines: Array  # needed in the busiest hour, spares included
    hours: Array  # machine-hours paid in a month
    busy_hours: Array  # the hours of a month counted at full load, over all machines
    counted: Array  # whole machines, each hour of the day counted where hours differ
    spare: Array  # of them kept so that one may fail (N,)

    @property
    def busy_share(self) -> Array:
        """Mean load / paid capacity."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.busy_hours / self.hours)

    def take(self, rows: Index) -> Fleet:
        """The fleets of some of the machines."""
        machines, hours, busy, counted = (
            part[rows] for part in (self.machines, self.hours, self.busy_hours, self.counted)
        )
        return Fleet(machines, hours, busy, counted, self.spare)


@record
class Rates:
    """What one replica answers [requests/s], (C, N), and how many a machine holds."""

    capacity_rps: Array  # at full load
    usable_rps: Array  # with headroom, and so that every budget is met
    replicas_per_machine: Array


@value
class Sizing:
    """How whole machines, or units of an endpoint, follow the load; figures of one candidate.

    ``max(least, ceil(ceil(peak / usable) / replicas) x step) + spare``, with ``peak`` the
    requests a second of the busiest hour: ``peak_per_request`` of each request of the month.
    """

    usable_rps: float  # of one replica, or one unit
    replicas: float  # on one machine
    spare: float
    peak_per_request: float  # requests/s of the busiest hour, of one request a month
    least: float = 1.0
    step: float = 1.0

    def machines(self, requests: Array) -> Array:
        """Whole machines for requests a month."""
        peak = requests * self.peak_per_request
        needed = np.ceil(np.ceil(peak / self.usable_rps * (1 - 1e-12)) / self.replicas)
        return np.maximum(self.least, needed * self.step) + self.spare


def machines_for(rate_rps: Array, usable_rps: Array, replicas_per_machine: Array) -> Array:
    """Whole machines for a rate; ``usable_rps`` is one replica's. At least one machine."""
    # a rate of exactly k replicas must not become k + 1 through rounding of the division
    replicas = np.ceil(rate_rps / usable_rps * (1 - 1e-12))
    return np.maximum(1.0, np.ceil(replicas / replicas_per_machine))


def size(case: Case, share: Array, rates: Rates, kept: Array) -> Fleet:
    """The fleet for ``share`` (N,) of the requests, with ``kept`` (N,) spare machines."""
    usable, per_machine = rates.usable_rps[..., None], rates.replicas_per_machine[..., None]
    mean = (case.demand.mean_rps * share[:, None])[None]
    spare = kept[:, None]
    billing = case.scenario.billing
    peak = peak_load(case)[:, None]
    needed = counted = machines_for(mean * peak, usable, per_machine) + spare
    if billing == "always_on":
        hours = needed * HOURS_PER_MONTH
    elif billing == "scheduled":
        hours = needed * case["scheduled_hours_per_month"][:, None]
    else:
        hours = _autoscaled_hours(case, mean, usable, per_machine) + spare * HOURS_PER_MONTH
        counted = np.round(hours * (HOURS_PER_DAY / HOURS_PER_MONTH))
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = rates.capacity_rps[..., None] * per_machine
        busy_hours = mean / whole * HOURS_PER_MONTH
    return Fleet(needed, hours, busy_hours, counted, kept)


def idle_hours(case: Case, share: Array, rates: Rates, fleet: Fleet) -> Array:
    """Machine-hours a month in which whole machines that are paid have nothing to answer (C, N, S).

    Spare machines count: they stand by, and a run of training can be begun anew.
    """
    usable, per_machine = rates.usable_rps[..., None], rates.replicas_per_machine[..., None]
    mean = (case.demand.mean_rps * share[:, None])[None]
    busy = _autoscaled_hours(case, mean, usable, per_machine)
    return np.maximum(fleet.hours - busy, 0.0)


def day_of(case: Case) -> Day:
    """The hours of the day at each point, as the machines are switched on."""

    def make() -> Day:
        peak = case["peak_to_mean"]
        if case.scenario.billing != "scheduled":
            return whole_day(peak)
        return scheduled_day(peak, case["scheduled_hours_per_month"])

    return case.shared("day", make)


def peak_load(case: Case) -> Array:
    """Load of the busiest time over the mean (N,): an hour, or as many hours as can be waited."""
    return day_of(case).highest_mean(case["can_wait_hours"])


def _autoscaled_hours(case: Case, mean: Array, usable: Array, per_machine: Array) -> Array:
    """Machine-hours a month where each hour of the day runs what it needs (C, N, S)."""
    load = day_of(case).load
    hours = np.zeros(np.broadcast_shapes(mean.shape, usable.shape, load[:, :1].shape))
    for hour in range(HOURS_PER_DAY):
        hours = hours + machines_for(mean * load[:, hour][:, None], usable, per_machine)
    return hours * HOURS_PER_MONTH / HOURS_PER_DAY


@value
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
    if yearly_pct is None or not any_true(yearly_pct != 0):
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


MAX_STEPS = 400  # beyond it a step is under 0.25 % of the machines' cost


def step_spacing(case: Case, share: float, machine_rps: float, *, by_hour: bool = False) -> Array:
    """Requests a month from one step to the next (first point): one machine more at each multiple.

    ``machine_rps`` is the usable rate of a machine. One figure for each month of other volume, and
    for each hour of the day that scales by itself: with ``by_hour`` whatever the scenario says.
    """
    calendar = case.demand.calendar
    growth = calendar.volumes
    if by_hour or case.scenario.billing == "autoscaled":
        loads = np.unique(day_of(case).load[:1].round(12))
    else:
        loads = peak_load(case)[:1]
    if not np.isfinite(machine_rps) or machine_rps <= 0 or share <= 0:
        return np.zeros(0)
    per_machine = machine_rps * SECONDS_PER_MONTH / share
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
