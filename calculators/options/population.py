"""What the users' devices can do: who runs the model within the budgets, how fast, at what energy.

Arrays are (D, N): D devices of the mix, N points (or 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.block import at
from calculators.case import Case
from calculators.costs import users
from calculators.estimators.question import SIZE
from calculators.estimators.types import DeviceEstimates, Estimate
from calculators.explained import Explained, Quantity, explained
from calculators.factors import DEVICE_ENERGY, DEVICE_SPEED, Factor
from pricing.units import factor

Figure = Literal["answer_ms", "ttft_ms", "tpot_ms", "first_load_ms", "energy_j_per_request"]
QUANTITIES: tuple[Figure, ...] = (
    "answer_ms",
    "ttft_ms",
    "tpot_ms",
    "first_load_ms",
    "energy_j_per_request",
)
"""Figures of a device that carry a rule and rows."""
OWN: dict[Figure, str] = {
    "answer_ms": "measured_device_ms",
    "energy_j_per_request": "measured_device_j_per_request",
}
"""The field with which a user replaces a figure by a measurement."""


@dataclass(frozen=True, eq=False)
class Limit:
    """One budget of the devices: figures (D, N) that may not exceed it (N,)."""

    most: Array
    values: Array
    words: str


@dataclass(frozen=True, eq=False)
class Population:
    """The devices of a mix under the requests of a case."""

    case: Case
    names: tuple[str, ...]
    shares: Array  # (D, 1)
    battery_wh: Array  # (D, 1), NaN where it is not known
    estimates: DeviceEstimates  # of the distinct requests

    # figures -----------------------------------------------------------------------------------

    def _figure(self, quantity: Figure, moved_by: Factor, sign: float = 1.0) -> Array:
        """A figure of each device: the user's own, else the estimate at its score."""
        own = OWN.get(quantity)
        if own is not None and self.case.given(own):
            return np.where(self._can_run, self.case[own], np.nan)
        score = self.case.points.score(moved_by.name) * sign
        return self.case.requests.at(getattr(self.estimates, quantity), score)

    @cached_property
    def _can_run(self) -> BoolArray:
        return np.asarray(self.case.requests.spread(self.estimates.can_run), dtype=bool)

    @cached_property
    def computing_ms(self) -> Array:
        """Time of the network itself."""
        return self._figure("answer_ms", DEVICE_SPEED)

    @cached_property
    def answer_ms(self) -> Array:
        """Time to the complete answer, capture and drawing included."""
        return self.computing_ms + self.case.assume("app_overhead_ms")

    @cached_property
    def joules(self) -> Array:
        """Energy of one request above the screen-on baseline."""
        return self._figure("energy_j_per_request", DEVICE_ENERGY)

    @cached_property
    def battery_pct(self) -> Array:
        """Share of a full battery used on an active day [%]."""
        daily = self.case.demand.requests_per_user / self.case["active_days_per_month"]
        drawn = self.joules * daily * factor("joule", "watt_hour")
        return np.asarray(drawn / self.battery_wh * 100)

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """Budgets that decide who is served."""
        case = self.case
        battery = "uses {value:.1f} % of the battery on an active day"
        found = [Limit(case["battery_budget_pct_per_day"], self.battery_pct, battery)]
        if case.given("latency_budget_ms"):
            words = "takes {value:,.0f} ms an answer"
            found.append(Limit(case["latency_budget_ms"], self.answer_ms, words))
        if case.points.live:
            # capture and drawing run beside the network, a frame apart: they add delay, not frames
            words = "takes {value:,.0f} ms a frame"
            found.append(Limit(case.frame_ms, self.computing_ms, words))
        if case.given("ttft_budget_ms"):
            first = self._figure("ttft_ms", DEVICE_SPEED)
            words = "takes {value:,.0f} ms to the first word"
            found.append(Limit(case["ttft_budget_ms"], first, words))
        if case.given("min_tokens_per_s"):
            each = self._figure("tpot_ms", DEVICE_SPEED)
            words = "takes {value:,.0f} ms per token"
            found.append(Limit(1000 / case["min_tokens_per_s"], each, words))
        return tuple(found)

    @cached_property
    def able(self) -> BoolArray:
        """Whether a device runs the model within the budgets (D, N)."""
        found = self._can_run & ~np.isnan(self.computing_ms)
        for limit in self.limits:
            found = found & ~(np.nan_to_num(limit.values, nan=0.0) > limit.most)
        return np.asarray(found)

    def refusal(self, device: int, point: int) -> str:
        """Why a device does not serve its user; blank where it does."""
        request = self._request(point)
        if not at(self._can_run, device, point):
            return self.estimates.reason(device, request)
        for limit in reversed(self.limits):
            value = at(limit.values, device, point)
            if not np.isnan(value) and value > at(limit.most, 0, point):
                return limit.words.format(value=value)
        return ""

    def first_refusal(self, point: int) -> str:
        """The first reason why some device does not serve."""
        said = (self.refusal(device, point) for device in range(len(self.names)))
        return next((why for why in said if why), "")

    # over the users ----------------------------------------------------------------------------

    @cached_property
    def reach(self) -> Array:
        """Share of users served (N,)."""
        # shares of a mix add up to 1 but for rounding, and a hybrid serves the rest
        return np.asarray(np.minimum((self.shares * self.able).sum(0), 1.0))

    @cached_property
    def unknown(self) -> BoolArray:
        """Devices of which nothing can be said: a figure of the model is not given (D, N)."""
        unsized = np.isnan(self.case.params_millions) & np.isnan(self.computing_ms)
        return np.asarray(unsized | (self._can_run & np.isnan(self.computing_ms)))

    @cached_property
    def unknown_share(self) -> Array:
        """Share of users whose device may or may not serve them (N,)."""
        return np.asarray((self.shares * self.unknown).sum(0))

    def first_unknown(self, point: int) -> str:
        """What would have to be known of the first device of which nothing can be said."""
        if np.isnan(at(self.case.params_millions, 0, point)):
            return SIZE
        devices = (i for i in range(len(self.names)) if at(self.unknown, i, point))
        said = (self.estimates.reason(device, self._request(point)) for device in devices)
        return next((why for why in said if why), "speed of this model on some of the devices")

    def mean(self, values: Array) -> Array:
        """Mean over the users served (N,); 0 when there is none."""
        weight = self.shares * self.able
        total = weight.sum(0)
        known = np.where(self.able, values, 0.0)
        return np.asarray((weight * known).sum(0) / np.where(total > 0, total, 1.0))

    def mean_known(self, values: Array) -> tuple[Array, Array]:
        """Mean over the users served whose figure is known, NaN where none is; their share."""
        served = self.shares * self.able
        known = served * ~np.isnan(values)
        total, covered = served.sum(0), known.sum(0)
        mean = (known * np.nan_to_num(values)).sum(0) / np.where(covered > 0, covered, 1.0)
        share = covered / np.where(total > 0, total, 1.0)
        return np.where(covered > 0, mean, np.nan), np.minimum(share, 1.0)

    def quantile(self, values: Array, share: float) -> Array:
        """Value not exceeded by ``share`` of the users served (N,)."""
        weight = self.shares * self.able
        values, weight = np.broadcast_arrays(values, weight)
        order = np.argsort(np.where(self.able, values, np.inf), axis=0)
        ranked = np.take_along_axis(values, order, 0)
        mass = np.cumsum(np.take_along_axis(weight, order, 0), 0)
        total = mass[-1]
        hit = np.argmax(mass >= share * total - 1e-12, axis=0)
        found = np.take_along_axis(ranked, hit[None], 0)[0]
        return np.where(total > 0, found, np.nan)

    @cached_property
    def energy_unknown(self) -> BoolArray:
        """Where some served device's energy is not known (N,)."""
        return np.asarray((self.able & np.isnan(self.joules)).any(0))

    # words -------------------------------------------------------------------------------------

    def _request(self, point: int) -> int:
        index = self.case.requests.index
        if index is not None:
            return int(index[point])
        return point if self.estimates.can_run.shape[1] > 1 else 0

    def estimate(self, quantity: Figure, device: int, point: int) -> Estimate | None:
        """What stands behind a figure of a device."""
        own = OWN.get(quantity)
        if own is not None and self.case.given(own):
            value = np.array([at(self.case[own], 0, point)])
            rule = f"Your own measurement ({own})."
            return Estimate(value, value, value, "override", rule)
        return self.estimates.estimate(quantity, device, self._request(point))

    def label(self, point: int) -> str:
        """How most answer times were come by."""
        if self.case.given("measured_device_ms"):
            return "override"
        devices = [i for i in range(len(self.names)) if self._runs(i, point)]
        labels = [self.estimates.label(i, self._request(point)) for i in devices]
        known = [label for label in labels if label]
        return max(known, key=known.count) if known else "estimated"

    def _runs(self, device: int, point: int) -> bool:
        return bool(at(self._can_run, device, point))

    def explained(self, point: int) -> tuple[Explained, ...]:
        """What stands behind the figures of each device that can run it."""
        return self.case.shared(f"devices explained {point}", lambda: self._explained(point))

    def _explained(self, point: int) -> tuple[Explained, ...]:
        found: list[Explained] = []
        for device, name in enumerate(self.names):
            if self._runs(device, point):
                share = float(self.shares[device, 0])
                for quantity in QUANTITIES:
                    made = self.estimate(quantity, device, point)
                    found += explained(quantity, name, made, users_share=share)
                found.append(self._memory(device, point))
        return tuple(found)

    def _memory(self, device: int, point: int) -> Explained:
        rule = (
            "weights at their stored size; for a language model also the cache of a whole request"
        )
        size = at(self.estimates.memory_mb, device, self._request(point))
        share = float(self.shares[device, 0])
        name = self.names[device]
        quantity: Quantity = "memory_mb"
        return Explained(quantity, name, size, size, size, "estimated", rule, users_share=share)


def population(case: Case) -> Population:
    """The devices of the scenario's mix; raises :class:`UnknownMix`."""
    return case.shared("population", lambda: _population(case))


def _population(case: Case) -> Population:
    slices = users.mix(case)
    names = tuple(part.device.device for part in slices)
    return Population(
        case=case,
        names=names,
        shares=_column([part.share for part in slices]),
        battery_wh=_column([part.device.battery_wh or np.nan for part in slices]),
        estimates=case.devices(names),
    )


def _column(values: Sequence[float]) -> Array:
    return np.array(values, dtype=np.float64)[:, None]
