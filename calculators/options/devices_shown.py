"""The users' devices at one point as plain figures: who is served, by which evidence, how fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.block import at
from calculators.costs import users
from calculators.estimators.types import Duty
from calculators.factors import DEVICE_SPEED
from calculators.on_devices import OnDevices, OneDevice, Spread
from calculators.options.population import ENDS, Figure, Population, mean_known
from pricing.kept import cached_property
from pricing.records import record

OURS = "crossover-assumptions"
"""The source of rows that are our own judgement."""
ENERGY: Figure = "energy_j_per_request"


def shown(people: Population, point: int, radio: Sequence[Array] = ()) -> OnDevices:
    """The devices at one point; ``radio`` are joules (low, middle, high) of who sends."""
    made = people.case.shared(f"devices at {point}", lambda: _Shown(people, point))
    return made.all(radio)


@record
class _Shown:
    people: Population
    point: int
    _made: dict[tuple[str, str], list[Array]] = field(default_factory=dict)
    # figures of all devices: each is read of one device after another

    def all(self, radio: Sequence[Array]) -> OnDevices:
        """Every figure."""
        people, case = self.people, self.people.case
        battery = [people.mean_known(end) for end in self._batteries()]
        reach = [self._at(people.reached(shares)) for shares in self._shares()]
        served = self._at(people.served.sum(0))
        browser = self._at((people.served * people.in_browser).sum(0))
        return OnDevices(
            duty=case.scenario.duty,
            session_seconds=self._at(case["session_seconds"]),
            heat=self._at(people.heat),
            reach=Spread(min(reach), self._at(people.reach), max(reach)),
            left_out=users.left_out(case),
            browser_share=browser / served if served else 0.0,
            first_minute_ms=half_within(people, "burst", self.point),
            lasting_ms=half_within(people, "sustained", self.point),
            battery_pct=_spread(*(self._at(mean) for mean, _ in battery)),
            battery_known_share=self._at(battery[1][1]),
            radio_pct=self._radio(radio),
            devices=self.devices,
        )

    def _at(self, values: Array | BoolArray, device: int = 0) -> float:
        return at(values, device, self.point)

    def _ends(self, quantity: Figure) -> list[Array]:
        """A figure in use at its low end, middle and high end, (D, N) each."""
        made = self._made.get(("in use", quantity))
        if made is None:
            made = [self.people.in_use(quantity, np.full(1, end)) for end in ENDS]
            self._made["in use", quantity] = made
        return made

    def _batteries(self) -> list[Array]:
        """Share of a battery at the ends of the energy, (D, N) each."""
        made = self._made.get(("battery", ENERGY))
        if made is None:
            made = [self.people.share_of_battery(end) for end in self._ends(ENERGY)]
            self._made["battery", ENERGY] = made
        return made

    def _times(self, duty: Duty) -> list[Array]:
        """Times to the complete answer at the ends, with what the app does at its middle."""
        made = self._made.get(("time", duty))
        if made is None:
            around = self.people.handling(np.zeros(1))
            ends = (self.people.of(duty, "answer_ms", np.full(1, end)) for end in ENDS)
            made = self._made["time", duty] = [end + around for end in ends]
        return made

    def _shares(self) -> list[Array]:
        """Shares of the devices where these are less able, as expected, and more, each (D, N)."""
        return [self.people.shares_at(np.full(1, end)) for end in ENDS]

    def _radio(self, joules: Sequence[Array]) -> Spread | None:
        """Battery of an active day that sending takes from the users who are not served."""
        people = self.people
        sends = people.shares * ~people.able
        means = [mean_known(sends, people.share_of_battery(end))[0] for end in joules]
        return _spread(*(self._at(mean) for mean in means)) if means else None

    @cached_property
    def devices(self) -> tuple[OneDevice, ...]:
        """Each device of the mix, those of most users first."""
        people = self.people
        order = sorted(
            np.flatnonzero(people.is_user[:, 0]).tolist(),
            key=lambda device: (-self._at(people.shares, device), people.names[device]),
        )
        return tuple(self._device(device) for device in order)

    def _device(self, device: int) -> OneDevice:
        people, part = self.people, self.people.parts[device]
        low, high = users.ends_of(people.parts, device)
        serves = bool(self._at(people.able, device))
        memory = at(people.estimates.memory_mb, device, people.request(self.point))
        return OneDevice(
            name=people.names[device],
            system=part.device.platform,
            in_browser=part.in_browser,
            share=Spread(low, self._at(people.shares, device), high),
            source=people.case.book.source(part.row, kind="hardware", key=part.row.device),
            note=part.row.note,
            ours=self._ours(device),
            serves=serves,
            why_not="" if serves else self._why_not(device),
            label=people.label_of(device, self.point),
            first_minute_ms=self._time(device, "burst"),
            lasting_ms=self._time(device, "sustained"),
            first_load_ms=self._range("first_load_ms", device),
            later_load_ms=self._range("later_load_ms", device),
            memory_mb=None if np.isnan(memory) else memory,
            power_w=self._range("power_w", device),
            battery_pct=_spread(*(self._at(end, device) for end in self._batteries())),
        )

    def _ours(self, device: int) -> bool:
        """Whether nobody publishes the share of a device.

        What several devices of one system cite is published of all of them together, how many
        users the system has: the split among them is ours.
        """
        part = self.people.parts[device]
        cited = [
            other.row.device
            for other in self.people.parts
            if other.device.platform == part.device.platform
            and (other.row.source, other.row.locator) == (part.row.source, part.row.locator)
        ]
        return part.row.source == OURS or len(cited) > 1

    def _why_not(self, device: int) -> str:
        people = self.people
        return people.refusal(device, self.point) or people.first_unknown(self.point)

    def _time(self, device: int, duty: Duty) -> Spread | None:
        """Time to the complete answer, with what the app does around it at its middle."""
        return _spread(*(self._at(end, device) for end in self._times(duty)))

    def _range(self, quantity: Figure, device: int) -> Spread | None:
        return _spread(*(self._at(end, device) for end in self._ends(quantity)))


def half_within(people: Population, duty: Duty, point: int) -> float | None:
    """Time within which half of the users served have their answer [ms]; None if not known."""
    found = at(
        people.case.shared(f"half within, {duty}", lambda: _half_within(people, duty)), 0, point
    )
    return None if np.isnan(found) else found


def _half_within(people: Population, duty: Duty) -> Array:
    """The same at all points (N,), NaN where it is not known."""
    score = people.case.points.score(DEVICE_SPEED.name)
    times = people.of(duty, "answer_ms", score) + people.handling(score)
    return people.quantile(times, 0.5)


def _spread(low: float, mid: float, high: float) -> Spread | None:
    """None where the figure is not known."""
    return None if np.isnan(mid) else Spread(low, mid, high)
