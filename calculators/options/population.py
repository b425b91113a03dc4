"""What the users' devices can do: who runs the model within the budgets, how fast, at what energy.

Arrays are (D, N): D devices of the mix, N points (or 1).

Two estimates stand behind every figure: the speed of the first minute, and the lasting one after
minutes on end. ``duty`` says which one the budgets must meet; a single use longer than a minute
moves from the first to the second, with the logarithm of its minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from calculators.arrays import Array, BoolArray, any_true, filled
from calculators.block import at
from calculators.case import Case
from calculators.costs import users
from calculators.costs.users import Slice
from calculators.estimators.question import SIZE
from calculators.estimators.types import DeviceEstimates, DeviceQuantity, Duty, Estimate
from calculators.explained import Explained, Quantity, explained
from calculators.factors import DEVICE_ENERGY, DEVICE_MIX, DEVICE_SPEED, Factor
from calculators.options.measured_device import EVERY, Of, OwnDevice, own_device
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import factor

Figure = DeviceQuantity
QUANTITIES: tuple[Figure, ...] = (
    "answer_ms",
    "ttft_ms",
    "tpot_ms",
    "handling_ms",
    "first_load_ms",
    "later_load_ms",
    "power_w",
    "energy_j_per_request",
)
"""Figures of a device that carry a rule and rows."""
MEASURED: dict[Figure, str] = {
    "answer_ms": "measured_device_ms",
    "energy_j_per_request": "measured_device_j_per_request",
}
"""The field with which a user replaces a figure by a measurement."""
SCALED: dict[Figure, Of] = {
    "answer_ms": "time",
    "ttft_ms": "time",
    "tpot_ms": "time",
    "energy_j_per_request": "energy",
}
"""Figures that a measurement of time or of energy moves."""
ENDS = (-1.0, 0.0, 1.0)
"""Scores of the low end, the middle and the high end of an 80 % interval."""
WARM = " once the device is warm"
MANY_MS = 10_000.0  # from here on people read seconds


@record
class Limit:
    """One budget of the devices: figures (D, N) that may not exceed it (N,)."""

    field: str  # the input it is
    most: Array
    values: Array
    words: str
    heats: bool = True  # whether a warm device takes longer


@record
class Population:
    """The devices of a mix under the requests of a case."""

    case: Case
    parts: tuple[Slice, ...]
    own: OwnDevice

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The devices."""
        return tuple(part.device.device for part in self.parts)

    @cached_property
    def battery_wh(self) -> Array:
        """Energy of a full battery (D, 1), NaN where it is not known."""
        return _column([part.device.battery_wh or np.nan for part in self.parts])

    @cached_property
    def in_browser(self) -> BoolArray:
        """Devices in whose browser the app runs (D, 1)."""
        return np.array([[part.in_browser] for part in self.parts])

    @cached_property
    def is_user(self) -> BoolArray:
        """Devices to which the app comes (D, 1)."""
        return np.array([[part.is_user] for part in self.parts])

    @cached_property
    def shares(self) -> Array:
        """Share of the app's users with each device, (D, 1) or (D, N)."""
        return self.shares_at(self.case.points.score(DEVICE_MIX.name))

    def shares_at(self, score: Array) -> Array:
        """The same where the users' devices are more able, or less, than expected."""
        return users.shares_at(self.parts, score, self._direction)

    @cached_property
    def _direction(self) -> Array:
        """Devices faster for this model than the middle user's, and slower ones, (D, N)."""
        times = self.case.requests.spread(self.estimates.answer_ms.mid)
        # what cannot run it is the slowest
        return users.direction(self.parts, np.where(np.isnan(times), np.inf, times))

    # estimates ---------------------------------------------------------------------------------

    def estimated(self, duty: Duty) -> DeviceEstimates:
        """The devices in the first minute of use, or after minutes on end."""
        return self.estimates if duty == "burst" else self._lasting

    def _asked(self, duty: Duty) -> DeviceEstimates:
        places = tuple(part.in_browser for part in self.parts)
        return self.case.devices(self.names, places, duty)

    @cached_property
    def estimates(self) -> DeviceEstimates:
        """The devices in the first minute of use."""
        return self._asked("burst")

    @cached_property
    def _lasting(self) -> DeviceEstimates:
        return self._asked("sustained")

    @cached_property
    def heat(self) -> Array:
        """Share of the way from the first minute's figures to the lasting ones, (1,) or (N,)."""
        if self.case.scenario.duty == "sustained":
            return np.ones(1)
        minutes = self.case["session_seconds"] * factor("second", "minute")
        cold, warm = (self.case.assume(f"heat_{name}_minutes") for name in ("starts", "settles"))
        return np.asarray(np.clip(np.log(minutes / cold) / np.log(warm / cold), 0.0, 1.0))

    def _figure(self, quantity: Figure, moved_by: Factor, sign: float = 1.0) -> Array:
        """A figure of each device in use, at the score of the factor that moves it."""
        return self.in_use(quantity, self.case.points.score(moved_by.name) * sign)

    def in_use(self, quantity: Figure, score: Array) -> Array:
        """A figure of each device as warm as a use makes it, at scores (N,)."""
        if not any_true(self.heat):
            return self.of("burst", quantity, score)
        lasting = self.of("sustained", quantity, score)
        if (self.heat == 1).all():
            return lasting
        first = self.of("burst", quantity, score)
        with np.errstate(divide="ignore", invalid="ignore"):
            warm = first * (lasting / first) ** self.heat
        return np.where(first == 0, first, warm)

    def of(self, duty: Duty, quantity: Figure, score: Array) -> Array:
        """A figure in the first minute or after minutes on end; the user's own where measured."""
        found = self.estimated(duty)
        field = MEASURED.get(quantity)
        if field and self.case.scenario.measured_device == EVERY and self.case.given(field):
            return np.where(self._can_run, self.case[field], np.nan)
        moves = SCALED.get(quantity)
        if not self.own.given or moves is None:
            return self.case.requests.at(getattr(found, quantity), score)
        exact = self.own.exact(moves)
        scores = score * ~exact if any_true(score) else score
        values = self.case.requests.at(getattr(found, quantity), scores) * self.own.ratio(moves)
        if field and duty == "burst":
            values = np.where(exact, self.case[field], values)
        return np.asarray(values)

    @cached_property
    def _can_run(self) -> BoolArray:
        """Where the model runs: by our rules, or because the user saw it run."""
        by_rule = np.asarray(self.case.requests.spread(self.estimates.can_run), dtype=bool)
        return by_rule | self.own.here

    @cached_property
    def computing_ms(self) -> Array:
        """Time of the network itself."""
        return self._figure("answer_ms", DEVICE_SPEED)

    @cached_property
    def answer_ms(self) -> Array:
        """Time to the complete answer, with what the app does before and after it."""
        return self.computing_ms + self.handling(self.case.points.score(DEVICE_SPEED.name))

    def handling(self, score: Array) -> Array:
        """Time of the app around an answer; ours for every app where none is known for this."""
        found = self.case.requests.at(self.estimates.handling_ms, score)
        if any_true(np.isnan(found)):
            found = np.where(np.isnan(found), self.case.assume("app_overhead_ms"), found)
        return found

    @cached_property
    def joules(self) -> Array:
        """Energy of one request above the screen-on baseline."""
        return self._figure("energy_j_per_request", DEVICE_ENERGY)

    @cached_property
    def battery_pct(self) -> Array:
        """Share of a full battery used on an active day [%]."""
        return self.share_of_battery(self.joules)

    def share_of_battery(self, joules: Array) -> Array:
        """What requests of so many joules each take of a full battery on an active day [%]."""
        daily = self.case.demand.requests_per_user / self.case["active_days_per_month"]
        drawn = joules * daily * factor("joule", "watt_hour")
        return np.asarray(drawn / self.battery_wh * 100)

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """Budgets that decide who is served."""
        case = self.case
        battery = "uses {share} % of the battery on an active day"
        name = "battery_budget_pct_per_day"
        found = [Limit(name, case[name], self.battery_pct, battery, heats=False)]
        if case.given("latency_budget_ms"):
            words = "takes {time} an answer"
            name = "latency_budget_ms"
            found.append(Limit(name, case[name], self.answer_ms, words))
        if case.points.live:
            # capture and drawing run beside the network, a frame apart: they add delay, not frames
            words = "takes {time} a frame"
            found.append(Limit("realtime_fps", case.frame_ms, self.computing_ms, words))
        if case.given("ttft_budget_ms"):
            first = self._figure("ttft_ms", DEVICE_SPEED)
            if any_true(case.hidden_tokens > 0):
                first = first + case.hidden_tokens * self._figure("tpot_ms", DEVICE_SPEED)
            words = "takes {time} to the first word"
            name = "ttft_budget_ms"
            found.append(Limit(name, case[name], first, words))
        if case.given("min_tokens_per_s"):
            each = self._figure("tpot_ms", DEVICE_SPEED)
            words = "takes {time} a token"
            slowest = 1000 / case["min_tokens_per_s"]
            found.append(Limit("min_tokens_per_s", slowest, each, words))
        return tuple(found)

    @cached_property
    def able(self) -> BoolArray:
        """Whether a user's device runs the model within the budgets (D, N)."""
        return self._within({})

    def _within(self, most: Mapping[str, float]) -> BoolArray:
        """The same with other limits, by the input each stands for (D, N)."""
        found = self._can_run & ~np.isnan(self.computing_ms) & self.is_user
        for limit in self.limits:
            allowed = most.get(limit.field, limit.most)
            found = found & ~(filled(limit.values, 0.0) > allowed)
        return np.asarray(found)

    def share_within(self, most: Mapping[str, float]) -> Array:
        """Share of users served with other limits, in the unit of each limit's figures (N,)."""
        return self._served_by(self._within(most), self.shares)

    def refusal(self, device: int, point: int) -> str:
        """Why a device does not serve its user; blank where it does."""
        request = self.request(point)
        if not at(self._can_run, device, point):
            return self.estimates.reason(device, request)
        for limit in reversed(self.limits):
            value = at(limit.values, device, point)
            if not np.isnan(value) and value > at(limit.most, 0, point):
                warm = limit.heats and at(self.heat, 0, point) > 0
                said = limit.words.format(share=_share(value), time=_time(value))
                return said + (WARM if warm else "")
        return ""

    def first_refusal(self, point: int) -> str:
        """The first reason why some user's device does not serve."""
        if not any_true(self.is_user):
            systems = " or ".join(dict.fromkeys(part.device.platform for part in self.parts))
            return f"the app is on none of their systems ({systems}), nor on the web"
        devices = np.flatnonzero(self.is_user[:, 0])
        said = (self.refusal(int(device), point) for device in devices)
        return next((why for why in said if why), "")

    def closest(self, point: int) -> tuple[int, float, bool] | None:
        """The user's device that lacks least; None where nobody has one.

        Also by what factor it exceeds the limit it exceeds most, or has less memory than is
        needed, and whether it is the memory.
        """
        users = [device for device in range(len(self.names)) if at(self.is_user, device, point)]
        runs = [device for device in users if at(self._can_run, device, point)]
        if runs:
            over = {device: self._over(device, point) for device in runs}
            least = min(over, key=lambda device: over[device])
            return least, over[least], False
        request = self.request(point)
        need, room = self.estimates.memory_mb, self.estimates.room_mb
        short = {d: at(need, d, request) / at(room, d, request) for d in users}
        known = {device: factor for device, factor in short.items() if not np.isnan(factor)}
        if not known:
            return None
        least = min(known, key=lambda device: known[device])
        return least, known[least], True

    def _over(self, device: int, point: int) -> float:
        shares = (at(it.values, device, point) / at(it.most, 0, point) for it in self.limits)
        return max((share for share in shares if not np.isnan(share)), default=np.inf)

    # over the users ----------------------------------------------------------------------------

    @cached_property
    def reach(self) -> Array:
        """Share of users served (N,)."""
        return self.reached(self.shares)

    def reached(self, shares: Array) -> Array:
        """The same with other shares of the devices."""
        return self._served_by(self.able, shares)

    def _served_by(self, able: BoolArray, shares: Array) -> Array:
        """Share of users whose device is among some (D, N), at shares of the devices (N,)."""
        # shares of a mix add up to 1 but for rounding; a hybrid serves the rest, if there is one
        everybody = (able | ~self.is_user).all(0) & any_true(self.is_user)
        return np.where(everybody, 1.0, np.minimum((shares * able).sum(0), 1.0))

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
        if self.own.why:
            return f"a measurement we can scale ({self.own.name}: {self.own.why})"
        devices = (i for i in range(len(self.names)) if at(self.unknown, i, point))
        said = (self.estimates.reason(device, self.request(point)) for device in devices)
        return next((why for why in said if why), "speed of this model on some of the devices")

    @cached_property
    def served(self) -> Array:
        """Share of the app's users served with each device (D, N)."""
        return np.asarray(self.shares * self.able)

    def mean(self, values: Array) -> Array:
        """Mean over the users served (N,); 0 when there is none."""
        total = self.served.sum(0)
        known = np.where(self.able, values, 0.0)
        return np.asarray((self.served * known).sum(0) / np.where(total > 0, total, 1.0))

    def mean_known(self, values: Array) -> tuple[Array, Array]:
        """Mean over the users served whose figure is known, NaN where none is; their share."""
        return mean_known(self.served, values)

    def quantile(self, values: Array, share: float) -> Array:
        """Value not exceeded by ``share`` of the users served (N,)."""
        values, weight, able = np.broadcast_arrays(values, self.served, self.able)
        order = np.argsort(np.where(able, values, np.inf), axis=0)
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

    def request(self, point: int) -> int:
        """Which of the distinct requests a point has."""
        index = self.case.requests.index
        if index is not None:
            return int(index[point])
        return point if self.estimates.can_run.shape[1] > 1 else 0

    def estimate(
        self, quantity: Figure, device: int, point: int, duty: Duty = "burst"
    ) -> Estimate | None:
        """What stands behind a figure of a device."""
        field = MEASURED.get(quantity)
        if field and self.case.scenario.measured_device == EVERY and self.case.given(field):
            value = np.array([at(self.case[field], 0, point)])
            return Estimate(value, value, value, "override", f"Your own measurement ({field}).")
        found = self.estimated(duty).estimate(quantity, device, self.request(point))
        moves = SCALED.get(quantity)
        if not self.own.given or moves is None:
            return found
        low, mid, high = (
            np.array([at(self.of(duty, quantity, np.full(1, end)), device, point)]) for end in ENDS
        )
        if any_true(np.isnan(mid)):
            return None
        rows, notes = (found.rows, found.assumptions) if found else ((), ())
        if at(self.own.exact(moves), device, point) and duty == "burst":
            return Estimate(low, mid, high, "override", "Your own measurement.")
        rule = f"scaled from yours on {self.own.name}, by the ratio of our estimates"
        return Estimate(low, mid, high, "scaled", rule, rows, notes)

    def label(self, point: int) -> str:
        """How most answer times were come by."""
        labels = [
            self.label_of(device, point)
            for device in range(len(self.names))
            if self._runs(device, point)
        ]
        known = [label for label in labels if label]
        return max(known, key=known.count) if known else "estimated"

    def label_of(self, device: int, point: int) -> str:
        """How the answer time of a device was come by; blank where it is not known."""
        if self.case.scenario.measured_device == EVERY and self.case.given("measured_device_ms"):
            return "override"
        if self.own.given and self.own.has_time:
            return "override" if at(self.own.here, device, point) else "scaled"
        return self.estimates.label(device, self.request(point))

    def _runs(self, device: int, point: int) -> bool:
        return bool(at(self._can_run & self.is_user, device, point))

    def explained(self, point: int) -> tuple[Explained, ...]:
        """What stands behind the figures of each device that can run it."""
        return self.case.shared(f"devices explained {point}", lambda: self._explained(point))

    def _explained(self, point: int) -> tuple[Explained, ...]:
        found: list[Explained] = []
        for device, name in enumerate(self.names):
            if self._runs(device, point):
                share = at(self.shares, device, point)
                for quantity in QUANTITIES:
                    made = self.estimate(quantity, device, point)
                    found += explained(quantity, name, made, users_share=share)
                lasting = self.estimate("answer_ms", device, point, "sustained")
                found += explained("lasting_answer_ms", name, lasting, users_share=share)
                found.append(self._memory(device, point))
        return tuple(found)

    def _memory(self, device: int, point: int) -> Explained:
        rule = (
            "weights, the cache of a whole request and buffers at the peak: what nine of ten "
            "measured runs stayed under"
        )
        size = at(self.estimates.memory_mb, device, self.request(point))
        share = at(self.shares, device, point)
        name = self.names[device]
        quantity: Quantity = "memory_mb"
        return Explained(quantity, name, size, size, size, "estimated", rule, users_share=share)


def population(case: Case) -> Population:
    """The devices of the scenario's mix; raises :class:`UnknownMix`."""
    return case.shared("population", lambda: _population(case))


def _population(case: Case) -> Population:
    parts = users.mix(case)
    names = tuple(part.device.device for part in parts)
    return Population(case, parts, own_device(case, names))


def mean_known(weight: Array, values: Array) -> tuple[Array, Array]:
    """Mean of values (D, N) where they are known, NaN where none is; the share that is."""
    known = weight * ~np.isnan(values)
    total, covered = weight.sum(0), known.sum(0)
    mean = (known * filled(values)).sum(0) / np.where(covered > 0, covered, 1.0)
    share = covered / np.where(total > 0, total, 1.0)
    return np.where(covered > 0, mean, np.nan), np.minimum(share, 1.0)


def _column(values: Sequence[float]) -> Array:
    return np.array(values, dtype=np.float64)[:, None]


def _share(pct: float) -> str:
    """Per cent to three figures: what is little is not told as none.

    >>> [_share(value) for value in (0.00164, 2.04, 131.7, 4_210.0)]
    ['0.00164', '2.04', '132', '4,210']
    """
    return f"{pct:,.0f}" if pct >= 100 else f"{pct:.3g}"


def _time(value_ms: float) -> str:
    """Milliseconds as people read them: 130 ms, 169 s."""
    return f"{value_ms:,.0f} ms" if value_ms < MANY_MS else f"{value_ms / 1000:,.0f} s"
