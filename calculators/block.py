"""What every option kind returns: a block of candidates evaluated together, built once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculators.accounts.charges import Charge
from calculators.arrays import Array, BoolArray, Index, columns, filled, later
from calculators.checks import Check, Gap, holds, union
from calculators.costs.fleet import Sizing
from calculators.costs.network import Trip
from calculators.estimators.types import Label
from calculators.explained import Explained
from calculators.on_devices import OnDevices
from calculators.places import DEVICE, Place
from calculators.results import Capacity, Finding, Latency, NearLimit
from pricing.kept import cached_property
from pricing.records import record

EVERYONE = 1 - 1e-9  # shares of a mix add up to 1 but for rounding


@record
class Products:
    """C concrete things that can answer, as columns."""

    ids: Sequence[str]  # vendor/product[:term], stable and independent of volume
    label: Callable[[int], str]
    vendors: Sequence[str]  # vendors.csv ids; "" for what the company or the user owns
    confidence: Sequence[str]
    different_model: BoolArray  # (C,)
    other_region: BoolArray  # (C,)
    trained_here: BoolArray  # (C,) answers only with a model trained on the same service
    ready_made: BoolArray  # (C,) answers with the vendor's model
    marks_of: Callable[[int], tuple[str, ...]] = field(default=lambda _: ())
    # what else to say of a product in a word or two
    models: Sequence[str] = ()  # behind each, where it is not the one on the machines
    reads: BoolArray | None = None  # (C,) does another kind of model's task; None: none does

    @property
    def size(self) -> int:
        """C."""
        return len(self.ids)

    def of_vendor(self, vendor: str) -> BoolArray:
        """Which are of a vendor (C,)."""
        return np.asarray(self._vendors == vendor)

    @cached_property
    def _vendors(self) -> NDArray[np.str_]:
        return np.array(self.vendors, dtype=np.str_)

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        label: Callable[[int], str],
        vendors: Sequence[str],
        confidence: Sequence[str],
        other_region: BoolArray | None = None,
    ) -> Products:
        """Machines: they answer with whatever model is put on them."""
        none = np.zeros(len(ids), dtype=bool)
        other = none if other_region is None else other_region
        return cls(ids, label, vendors, confidence, none, other, none, none)


Times = tuple[Array, Array]
"""Median and slow time (95th percentile) of some cells [ms]."""


@record
class Ends:
    """Computing times of a cell at the high and at the low end of the capacity of its machines."""

    load: float  # of a machine in the fullest hour
    fast: Times
    slow: Times
    keeps_up: bool  # at the low end too; else a backlog grows on top


@record
class Later:
    """Times of a day over some of its points, counted from the first of them."""

    day: Callable[[Index, Index], Times]
    first: int

    def __call__(self, candidates: Index, points: Index) -> Times:
        """Median and slow computing times of some cells (n,) [ms]."""
        return self.day(candidates, points + self.first)


@record
class Speed:
    """Milliseconds of C candidates at N points, (C, N) or broadcasting to it; NaN if unknown.

    ``answer`` is computing time alone, on a machine with nothing else to do: what no load could
    beat. ``day`` gives the computing times over all requests of a day for some cells; None where
    they are those of every request. Where devices answer some of the requests, ``devices`` weighs
    their time against this one's.
    """

    answer_p50: Array
    answer_p95: Array
    ttft: Array | None = None  # language models, slow
    tpot: Array | None = None
    trip: Trip | None = None  # None: nothing is sent
    devices: DeviceTimes | None = None
    day: Callable[[Index, Index], Times] | None = None
    near_limit: Callable[[int, int], Ends | None] = field(default=lambda _, __: None)
    assumed: tuple[str, ...] = ()  # names of the assumptions in it

    def part(self, points: slice) -> Speed:
        """The same of machines or a service at some of their points."""
        day = self.day
        return replace(
            self,
            answer_p50=columns(self.answer_p50, points),
            answer_p95=columns(self.answer_p95, points),
            ttft=None if self.ttft is None else columns(self.ttft, points),
            tpot=None if self.tpot is None else columns(self.tpot, points),
            trip=None if self.trip is None else self.trip.part(points),
            day=Later(day, points.start) if day is not None and points.start else day,
            near_limit=later(self.near_limit, points),
        )

    @cached_property
    def least_p95(self) -> Array:
        """Slow time to the complete answer that no load could beat.

        Where two places answer it is the slower one's, so that it is never flattered.
        """
        own = self.answer_p95 + (0.0 if self.trip is None else self.trip.p95)
        if self.devices is None:
            return np.asarray(own)
        slower = np.maximum(filled(self.devices.p95), own)
        # nothing leaves a mix of devices that all answer by themselves
        return np.where(self.devices.share < EVERYONE, slower, self.devices.p95)

    def computing(self, candidates: Index, points: Index) -> Times:
        """Computing times of some cells over all requests of a day."""
        if self.day is not None:
            return self.day(candidates, points)
        return (
            cells(self.answer_p50, candidates, points),
            cells(self.answer_p95, candidates, points),
        )

    def times(self, candidates: Index, points: Index) -> Times:
        """Times to the complete answer of some cells, over all requests of a day."""
        return self.complete(self.computing(candidates, points), candidates, points)

    def complete(self, computing: Times, candidates: Index, points: Index) -> Times:
        """Computing times with the trip, and with the devices that answer a share."""
        half, slow = computing
        if self.trip is not None:
            half = half + cells(self.trip.p50, candidates, points)
            slow = slow + cells(self.trip.p95, candidates, points)
        if self.devices is None:
            return half, slow
        parts = (self.devices.p50, self.devices.p95, self.devices.share)
        p50, p95, share = (cells(part, candidates, points) for part in parts)
        mixed = filled(p50) * share + half * (1 - share)
        slower = np.maximum(filled(p95), slow)
        apart = share < EVERYONE
        return np.where(apart, mixed, p50), np.where(apart, slower, p95)

    @cached_property
    def frame(self) -> Array:
        """Time the slowest stage spends on one frame: sending it, computing, or getting it back.

        Frames follow each other, so the stages work side by side; the delay of the whole is the
        latency budget's matter. Devices keep or lose their place in the mix by the same rule.
        """
        return np.asarray(np.maximum(self.answer_p95, self.carried))

    @property
    def carried(self) -> Array:
        """Time the slower way of the network spends on one frame (N,); 0 where nothing is sent."""
        if self.trip is None:
            return np.zeros(1)
        return np.asarray(np.maximum(self.trip.upload, self.trip.download))

    @property
    def least_sent(self) -> Array:
        """Slow time of the network alone (N,), however fast the machine computes."""
        if self.trip is None:
            return np.zeros(1)
        if self.devices is None:
            return np.asarray(self.trip.p95)
        return np.where(self.devices.share < EVERYONE, self.trip.p95, 0.0)

    @cached_property
    def first_word(self) -> Array | None:
        """Slow time to the first word of the machine's answers that no load could beat."""
        if self.ttft is None:
            return None
        return np.asarray(self.ttft + (0.0 if self.trip is None else self.trip.p95))


@record
class DeviceTimes:
    """Times of the devices that answer a share of the requests, (N,)."""

    p50: Array
    p95: Array
    share: Array


@record
class Battery:
    """Mean battery use over the users served whose battery is known, and how many they are."""

    pct_per_day: Array  # (N,), NaN where none is known
    known_share: Array  # (N,)


@record
class Block:
    """C candidates of one place over N points."""

    place: Place
    products: Products
    charges: tuple[Charge, ...]
    speed: Speed
    served_share: Array  # (N,)
    checks: tuple[Check, ...] = ()
    gaps: tuple[Gap, ...] = ()
    pointless: BoolArray = field(default_factory=lambda: np.zeros((1, 1), dtype=bool))
    # (C, N): allowed, but one half of the mix has nothing to do
    data_leaves: bool = True  # requests reach a vendor's machines
    label: Callable[[int, int], Label | str] = field(default=lambda _, __: "")
    capacity: Callable[[int, int], Capacity | None] = field(default=lambda _, __: None)
    sizing: Callable[[int, int], Sizing | None] = field(default=lambda _, __: None)
    # how whole machines follow the load
    explained: Callable[[int, int], tuple[Explained, ...]] = field(default=lambda _, __: ())
    battery: Battery | None = None
    on_devices: Callable[[int], OnDevices | None] = field(default=lambda _: None)
    # what is known of the users' devices at a point
    machine_kwh: Callable[[], Array] | None = None  # (C, N) over the horizon, NaN where unknown
    grids: Callable[[], Sequence[str]] | None = None  # whose grid feeds each machine; "" unknown
    machines: Array | None = None  # (C, N, S) whole machines, each hour of the
    # day counted where hours differ: where they change, cost steps
    edges_at: Callable[[int, float, int], Array] = field(default=lambda _, __, ___: np.zeros(0))
    # volumes (requests a month, up to the given one) at which a candidate's cost bends or steps,
    # for the share of the requests and the machines of a point
    spacing_at: Callable[[int, int], Array] = field(default=lambda _, __: np.zeros(0))
    # requests a month between steps: a candidate steps at every multiple of each; at a point
    breaks: Callable[[str], Array] = field(default=lambda _: np.zeros(0))
    # values of another numeric input just above which the cost of some candidate jumps
    idle_hours: Callable[[], Array] | None = None  # (C, N, S) a month, of whole own machines
    learnt_there: tuple[Charge, ...] | None = None
    # its costs when the model is trained where it answers
    _timed: dict[int, Times] = field(default_factory=dict, init=False, repr=False)
    # point -> computing times of all candidates, where somebody reads all of them

    @property
    def size(self) -> int:
        """C."""
        return self.products.size

    def with_checks(self, *checks: Check) -> Block:
        """The same block under further rules."""
        return replace(self, checks=(*self.checks, *checks))

    def edges_of(self, candidate: int, top: float, point: int = 0) -> Array:
        """Volumes up to ``top`` at which the cost of a candidate bends or steps."""
        return self.edges_at(candidate, top, point)

    def spacing_of(self, candidate: int, point: int = 0) -> Array:
        """Requests a month between its steps: it steps at every multiple of each."""
        return self.spacing_at(candidate, point)

    def part(self, points: slice) -> Block:
        """The block of machines or services at some of its points, one behind the other."""
        first, kwh, idle = points.start, self.machine_kwh, self.idle_hours
        return replace(
            self,
            charges=tuple(charge.part(points) for charge in self.charges),
            speed=self.speed.part(points),
            checks=tuple(check.part(points) for check in self.checks),
            gaps=tuple(gap.part(points) for gap in self.gaps),
            label=later(self.label, points),
            capacity=later(self.capacity, points),
            sizing=later(self.sizing, points),
            explained=later(self.explained, points),
            machine_kwh=None if kwh is None else lambda: columns(kwh(), points),
            machines=None if self.machines is None else columns(self.machines, points),
            edges_at=lambda row, top, point: self.edges_at(row, top, first + point),
            spacing_at=later(self.spacing_at, points),
            idle_hours=None if idle is None else lambda: columns(idle(), points),
        )

    @cached_property
    def blocked(self) -> BoolArray:
        """Where a rule fails; broadcasts to (C, N)."""
        return union([check.fails for check in self.checks])

    @cached_property
    def unconfirmed(self) -> BoolArray:
        """Where something of a vendor's terms is not confirmed; broadcasts to (C, N)."""
        return union([check.unconfirmed for check in self.checks])

    @cached_property
    def required(self) -> BoolArray:
        """Where that must be confirmed before a candidate is ranked; broadcasts to (C, N)."""
        return union([check.required for check in self.checks])

    @cached_property
    def unpriced(self) -> BoolArray:
        """Where a figure that enters the ranking is missing; broadcasts to (C, N)."""
        return union([gap.where for gap in self.gaps if gap.ranked])

    @cached_property
    def users_unpriced(self) -> BoolArray:
        """Where what users pay is not known; broadcasts to (C, N)."""
        return union([gap.where for gap in self.gaps if not gap.ranked])

    @cached_property
    def users_energy_unknown(self) -> BoolArray:
        """Where what users' devices draw is not known; broadcasts to (C, N)."""
        return union([gap.where for gap in self.gaps if gap.energy])

    @cached_property
    def kwh(self) -> Array | None:
        """Electricity of the machines over the horizon (C, N), NaN where it is not known."""
        return None if self.machine_kwh is None else self.machine_kwh()

    @cached_property
    def grid_names(self) -> Sequence[str]:
        """Whose grid feeds each machine; empty where it is the users' own."""
        return () if self.grids is None else self.grids()

    def findings(self, candidate: int, point: int = 0) -> tuple[Finding, ...]:
        """What every rule says of one candidate at one point."""
        said = (check.finding(candidate, point) for check in self.checks)
        return tuple(item for item in said if item is not None)

    def missing(self, candidate: int, point: int = 0) -> tuple[str, ...]:
        """What one candidate lacks at one point."""
        lacking = (gap for gap in self.gaps if holds(gap.where, candidate, point))
        said = dict.fromkeys(gap.text(candidate, point) for gap in lacking)
        return tuple(text for text in said if text)

    def time_all(self, point: int = 0) -> None:
        """Work out the times of all candidates at once: for who will read all of them."""
        if point not in self._timed:
            every = np.arange(self.size)
            self._timed[point] = self.speed.computing(every, np.full(self.size, point))

    def _computing(self, candidate: int, point: int) -> Times:
        """Computing times of one candidate, (1,) each."""
        every = self._timed.get(point)
        if every is None:
            return self.speed.computing(np.array([candidate]), np.array([point]))
        half, slow = every
        return half[candidate : candidate + 1], slow[candidate : candidate + 1]

    def latency(self, candidate: int, point: int = 0) -> Latency:
        """Median and slow time to the complete answer of one candidate, with its parts."""
        speed, cell = self.speed, (np.array([candidate]), np.array([point]))
        computing = self._computing(candidate, point)
        p50, p95 = (float(part[0]) for part in speed.complete(computing, *cell))
        trip = speed.trip
        parts: dict[str, float] = {}
        assumed = speed.assumed
        if trip is not None:
            parts = {
                "round trips": at(trip.round_trips, 0, point),
                "sending": at(trip.upload, 0, point),
                "receiving": at(trip.download, 0, point),
            }
            assumed = (*trip.assumed, *assumed)
        if np.isnan(p50):
            return Latency(None, None, parts, "", assumed)
        parts["computing"] = float(computing[0][0])
        if speed.devices is not None:
            parts = _weighed(parts, speed.devices, point)
        label: Any = self.label(candidate, point)
        near = partial(self._near_limit, candidate, point)
        slow = self._slow_parts(float(computing[1][0]), point)
        return Latency(p50, p95, parts, label, assumed, near, slow)

    def _slow_parts(self, computing: float, point: int) -> dict[str, float]:
        """Parts of the slow answer: they add up on a machine, of a mix the slower half counts."""
        devices, trip = self.speed.devices, self.speed.trip
        own = {} if trip is None else {"network": at(trip.p95, 0, point)}
        own["computing"] = computing
        if devices is None:
            return own
        here = {"on the device": at(devices.p95, 0, point)}
        alone = at(devices.share, 0, point) >= EVERYONE
        return here if alone or sum(own.values()) < here["on the device"] else own

    def frame_stages(self, candidate: int, point: int = 0) -> dict[str, float]:
        """Milliseconds each stage of the machine's answer spends on a frame; the slowest decides.

        Stages of different frames run side by side. None of a device alone, which has one stage.
        """
        if self.place.id == DEVICE:
            return {}
        stages = {"computing": at(self.speed.answer_p95, candidate, point)}
        if self.speed.trip is not None:
            stages["sending"] = at(self.speed.trip.upload, 0, point)
            stages["receiving"] = at(self.speed.trip.download, 0, point)
        return stages

    def _near_limit(self, candidate: int, point: int) -> NearLimit | None:
        """Times of a candidate whose machines are near their limit."""
        ends = self.speed.near_limit(candidate, point)
        if ends is None:
            return None
        cell = np.array([candidate]), np.array([point])
        fast, slow = (self.speed.complete(times, *cell) for times in (ends.fast, ends.slow))
        p50, p95 = ((float(a[0]), float(b[0])) for a, b in zip(fast, slow, strict=True))
        return NearLimit(ends.load, p50, p95, ends.keeps_up)


def _weighed(parts: dict[str, float], devices: DeviceTimes, point: int) -> dict[str, float]:
    """Parts of the mean answer: the devices' by their share, the machine's by the rest."""
    share = at(devices.share, 0, point)
    rest = 1 - share if share < EVERYONE else 0.0
    weighed = {name: value * rest if rest else 0.0 for name, value in parts.items()}
    here = np.nan_to_num(at(devices.p50, 0, point)) * share
    return {"on the device": float(here), **weighed}


def cells(values: Array, candidates: Index, points: Index) -> Array:
    """Some cells of an array that broadcasts to (C, N)."""
    rows = values if values.ndim == 2 else values.reshape((1,) * (2 - values.ndim) + values.shape)
    many, varied = rows.shape[0] > 1, rows.shape[1] > 1
    if many:
        return np.asarray(rows[candidates, points if varied else 0])
    return np.asarray(rows[0, points]) if varied else np.full(points.shape, rows[0, 0])


def at(values: NDArray[Any], candidate: int, point: int) -> float:
    """One figure of an array that broadcasts to (C, N)."""
    rows = values if values.ndim == 2 else values.reshape((1,) * (2 - values.ndim) + values.shape)
    return float(rows[candidate if rows.shape[0] > 1 else 0, point if rows.shape[1] > 1 else 0])
