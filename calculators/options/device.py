"""The users' own devices: who can run it, how fast, what it draws, and how the model gets there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calculators import labour, users
from calculators.arrays import Array, BoolArray
from calculators.charges import Charge, Ledger
from calculators.estimators.types import DeviceEstimate, Estimate
from calculators.explained import Explained, Quantity, explained
from calculators.inputs import Inputs
from calculators.network import band_name, bands
from calculators.options.base import Block, Product, empty_block
from calculators.results import Finding
from pricing.schema import ModelRow
from pricing.units import factor

CDN_KEYS = ("bunny/cdn/standard", "aws/cdn/standard")
SLOW = 0.95
EVERYONE = 1 - 1e-9  # shares of a mix add up to 1 but for rounding
QUANTITIES: tuple[Quantity, ...] = (
    "answer_ms", "ttft_ms", "tpot_ms", "first_load_ms", "energy_j_per_request",
)  # fmt: skip
"""Fields of a device's estimate that carry a rule and rows."""
BYTES_PER_WEIGHT = {"fp16": 2.0, "fp8": 1.0, "int8": 1.0, "int4": 0.5625}
"""4-bit formats carry scales: 4.5 bits a weight (docs/estimators.md)."""


@dataclass(frozen=True)
class Population:
    """What the users' devices can do, D devices by N points."""

    shares: Array  # (D,)
    estimates: tuple[DeviceEstimate, ...]
    names: tuple[str, ...]
    able: BoolArray  # (D, N): runs it within the budgets
    answer_ms: Array  # (D, N)
    joules: Array  # (D, N) per request
    battery_pct: Array  # (D, N) of a full battery per active day
    refusals: tuple[str, ...]

    @property
    def reach(self) -> Array:
        """Share of users served, (N,)."""
        # shares of a mix add up to 1 but for rounding, and a hybrid serves the rest
        return np.asarray(np.minimum((self.shares[:, None] * self.able).sum(0), 1.0))

    def mean(self, values: Array) -> Array:
        """Mean over the users served, (N,); 0 when there is none."""
        weight = self.shares[:, None] * self.able
        total = weight.sum(0)
        known = np.where(self.able, values, 0.0)
        return np.asarray((weight * known).sum(0) / np.where(total > 0, total, 1.0))

    def mean_known(self, values: Array) -> tuple[Array, Array]:
        """Mean over the users served whose figure is known, NaN where none is; their share (N,)."""
        served = self.shares[:, None] * self.able
        known = served * ~np.isnan(values)
        total, covered = served.sum(0), known.sum(0)
        mean = (known * np.nan_to_num(values)).sum(0) / np.where(covered > 0, covered, 1.0)
        share = covered / np.where(total > 0, total, 1.0)
        return np.where(covered > 0, mean, np.nan), np.minimum(share, 1.0)

    def quantile(self, values: Array, share: float) -> Array:
        """Value not exceeded by ``share`` of the users served, (N,)."""
        weight = self.shares[:, None] * self.able
        order = np.argsort(np.where(self.able, values, np.inf), axis=0)
        ranked = np.take_along_axis(values, order, 0)
        mass = np.cumsum(np.take_along_axis(weight, order, 0), 0)
        total = mass[-1]
        hit = np.argmax(mass >= share * total - 1e-12, axis=0)
        found = np.take_along_axis(ranked, hit[None], 0)[0]
        return np.where(total > 0, found, np.nan)


def _override(inputs: Inputs, name: str) -> Estimate:
    value = inputs[name]
    return Estimate(value, value, value, "override", f"Your own measurement ({name}).")


def _estimate(inputs: Inputs, device: str) -> DeviceEstimate:
    duty = inputs.scenario.duty
    found = inputs.estimated(
        ("device", device, duty), lambda: inputs.estimators.device(inputs.work, device, duty)
    )
    if not found.can_run:
        return found
    if inputs.given("measured_device_ms"):
        found = replace(found, answer_ms=_override(inputs, "measured_device_ms"))
    if inputs.given("measured_device_j_per_request"):
        own = _override(inputs, "measured_device_j_per_request")
        found = replace(found, energy_j_per_request=own)
    return found


def population(inputs: Inputs) -> Population:
    """Estimate every device of the mix; which serve depends on the budgets."""
    return inputs.once("population", lambda: _population(inputs))


def _population(inputs: Inputs) -> Population:
    slices = users.mix(inputs)
    found = tuple(_estimate(inputs, part.device.device) for part in slices)
    points = inputs.points
    z = inputs.factor("device")

    def rows(pick: str) -> Array:
        values = [getattr(item, pick) for item in found]
        filled = [
            np.full(1, np.nan) if v is None else v.at(z if pick[0] == "e" else z * 0)
            for v in values
        ]
        return np.stack([np.broadcast_to(v, (points,)) for v in filled])

    answer = rows("answer_ms") + inputs.assume("app_overhead_ms")
    joules = rows("energy_j_per_request")
    daily = inputs.requests_per_user / inputs["active_days_per_month"]
    capacity = np.array([[part.device.battery_wh or np.nan] for part in slices])
    battery = joules * daily * factor("joule", "watt_hour") / capacity * 100
    runs = np.array([[item.can_run and item.answer_ms is not None] for item in found])
    able = np.broadcast_to(runs, (len(found), points)).copy()
    refusals = ["" if item.can_run else item.reason for item in found]
    for limit, values, words in _limits(inputs, found, answer, battery):
        over = np.nan_to_num(values, nan=0.0) > limit
        for index in np.flatnonzero(able[:, 0] & over[:, 0]):
            refusals[index] = words.format(value=values[index, 0])
        able &= ~over
    return Population(
        np.array([part.share for part in slices]),
        found,
        tuple(part.device.device for part in slices),
        able,
        answer,
        joules,
        battery,
        tuple(refusals),
    )


def _limits(
    inputs: Inputs, found: tuple[DeviceEstimate, ...], answer: Array, battery: Array
) -> list[tuple[Array, Array, str]]:
    budget = inputs["battery_budget_pct_per_day"]
    limits = [(budget, battery, "uses {value:.1f} % of the battery on an active day")]
    if inputs.given("latency_budget_ms"):
        limits.append((inputs["latency_budget_ms"], answer, "takes {value:,.0f} ms an answer"))
    if np.any(inputs["realtime_fps"] > 0):
        # capture and drawing run beside the network, a frame apart: they add delay, not frames
        alone = _rows(found, "answer_ms", inputs.points)
        limits.append((inputs.frame_ms, alone, "takes {value:,.0f} ms a frame"))
    if inputs.given("ttft_budget_ms"):
        first = _rows(found, "ttft_ms", inputs.points)
        limits.append((inputs["ttft_budget_ms"], first, "takes {value:,.0f} ms to the first word"))
    if inputs.given("min_tokens_per_s"):
        per_token = _rows(found, "tpot_ms", inputs.points)
        slowest = 1000 / inputs["min_tokens_per_s"]
        limits.append((slowest, per_token, "takes {value:,.0f} ms per token"))
    return limits


def _rows(found: tuple[DeviceEstimate, ...], pick: str, points: int) -> Array:
    values = [getattr(item, pick) for item in found]
    filled = [np.full(1, np.nan) if value is None else value.mid for value in values]
    return np.stack([np.broadcast_to(value, (points,)) for value in filled])


def model_size_mb(inputs: Inputs) -> Array:
    """Size of the model file in the scenario's number format, MB; NaN when unknown."""
    row: ModelRow | None = inputs.model_row
    published = getattr(row, f"size_mb_{inputs.scenario.precision}", None)
    if published and not inputs.given("params_millions"):
        return np.array([float(published)])
    million_bytes = inputs.params_millions * BYTES_PER_WEIGHT[inputs.scenario.precision]
    return np.asarray(million_bytes * 1e6 * factor("byte", "mb"))


def serve(inputs: Inputs, *, alone: bool = True) -> Block:
    """The users' devices, for the share of users that can.

    In a hybrid (not ``alone``) the other place charges the user's own hours: they are for the
    whole, not for each half.
    """
    people = population(inputs)
    product = Product(inputs.scenario.device_mix, "The model on the users' devices", "")
    block = empty_block("device", [product], inputs)
    block.networked = block.data_leaves = False
    block.machine_kwh = lambda: np.zeros(1)
    block.assumed = ("app_overhead_ms",)
    block.explained_of = lambda _: _explained(people)
    reach = people.reach
    block.served_share = reach
    block.answer_ms = people.quantile(people.answer_ms, 0.5)[None]
    block.answer_p95_ms = people.quantile(people.answer_ms, SLOW)[None]
    labels = [e.answer_ms.label for e in people.estimates if e.answer_ms is not None]
    block.label = [max(labels, key=labels.count) if labels else "estimated"]
    _battery(block, inputs, people)
    charge(block, inputs, people, alone=alone)
    if people.able[:, 0].any() and np.isnan(people.joules[people.able[:, 0]][:, 0]).any():
        block.missing[0].append("energy of this model on some of the devices")
    return block


def _battery(block: Block, inputs: Inputs, people: Population) -> None:
    """Mean battery use of those whose device says enough; how many they are where not all."""
    block.battery_pct, block.battery_known_share = people.mean_known(people.battery_pct)
    covered = float(block.battery_known_share.flat[0])
    if inputs.scenario.battery_wear and people.reach.flat[0] > 0 and covered < EVERYONE:
        mean = "the mean is over the others" if covered > 0 else "no mean can be given"
        text = f"Battery use is not known for {1 - covered:.0%} of the users served; {mean}."
        change = "the battery of those devices, or your own measurement"
        block.findings[0].append(Finding("battery", "caution", text, change))


def _explained(people: Population) -> tuple[Explained, ...]:
    """What stands behind the figures of each device that can run it."""
    found: list[Explained] = []
    for name, share, item in zip(people.names, people.shares, people.estimates, strict=True):
        if item.can_run:
            users_share = float(share)
            for quantity in QUANTITIES:
                made = getattr(item, quantity)
                found += explained(quantity, name, made, users_share=users_share)
            found.append(_memory(name, item, users_share))
    return tuple(found)


def _memory(name: str, item: DeviceEstimate, users_share: float) -> Explained:
    rule = "weights at their stored size; for a language model also the cache of a whole request"
    size = item.memory_mb
    return Explained(
        "memory_mb", name, size, size, size, "estimated", rule, users_share=users_share
    )


def charge(block: Block, inputs: Inputs, people: Population, *, alone: bool) -> None:
    """Work per platform, delivery of the model, and the users' energy."""
    ledger = block.ledger
    if alone or not inputs.given("integration_hours"):
        _convert(ledger, inputs)
    if alone or not inputs.given("ops_hours_per_month"):
        labour.run(ledger, inputs, "device")
    drawn = Ledger(inputs.calendar)
    joules = people.mean(np.nan_to_num(people.joules))
    block.missing[0] += users.charge(
        drawn, inputs, joules, people.reach, "energy of one answer above the screen-on baseline"
    )
    work = list(ledger.charges)
    ledger.charges += [*_shipped(block, inputs, people), *drawn.charges]
    if inputs.trains:
        installed = Ledger(inputs.calendar)
        _delivery(installed, inputs, people, updates=False)
        block.learnt_there = [*work, *installed.charges, *drawn.charges]


def _convert(ledger: Ledger, inputs: Inputs) -> None:
    """Work to convert the model and test it."""
    convert = "conversion_hours_per_platform"
    # our hours are per platform; the user's own are for the whole
    times = 1 if inputs.given("integration_hours") else len(inputs.scenario.platforms)
    ledger.once(
        "Work to convert and test",
        "staff_hour",
        labour.hours(inputs, convert, "integration_hours") * times,
        labour.usd_per_hour(inputs),
        [inputs.chosen_source("staff_usd_per_hour", "staff_usd_per_hour")],
        basis=f"{times} x {labour.basis(inputs, convert, 'integration_hours')}",
        labour=True,
    )


def _shipped(block: Block, inputs: Inputs, people: Population) -> list[Charge]:
    """Models sent to the devices: with every install, and when trained anew elsewhere."""
    release = "hours_per_release_per_platform"
    hours = labour.hours(inputs, release) * len(inputs.scenario.platforms)
    shipped = Ledger(inputs.calendar)
    labour.monthly_work(
        shipped,
        inputs,
        "Work to release a new model",
        inputs.retrains * hours[:, None],
        release,
        per_retrain=True,
    )
    block.missing[0] += _delivery(shipped, inputs, people, updates=True)
    return shipped.charges


def _delivery(ledger: Ledger, inputs: Inputs, people: Population, *, updates: bool) -> list[str]:
    """Bytes the store does not carry: models over its limit, the web, and frequent updates.

    Returns what is missing.
    """
    size_mb = model_size_mb(inputs)
    if np.isnan(size_mb).any():
        return ["size of the model"]
    gigabytes = size_mb * factor("mb", "gb")
    outside = _share_outside_store(inputs, size_mb)
    copies = inputs.installs * outside[:, None]
    if updates:
        copies = copies + _updated(inputs, outside)
    per_month = copies * people.reach[:, None] * gigabytes[:, None]
    if not per_month.any():
        return []
    tariffs = [inputs.book.tariff(key, inputs.scenario.region) for key in CDN_KEYS]
    tariff = next((found for found in tariffs if found is not None), None)
    if tariff is None:
        return ["content delivery price"]
    unit = per_month * factor("gb", tariff.unit)
    what = "installs and updates" if updates else "installs"
    for level, (usd, amount) in enumerate(bands(tariff, unit)):
        ledger.monthly(
            band_name("Model sent to devices", tariff, level),
            tariff.unit,
            amount,
            usd,
            [tariff.source],
            basis=f"{what} outside the app stores x model size",
        )
    return []


def _updated(inputs: Inputs, outside: Array) -> Array:
    """Copies of new models a month (N, S); too frequent ones come outside the stores."""
    often = inputs["retrains_per_month"] > inputs.assume("store_releases_per_month")
    users = inputs.users_by_segment * inputs.assume("release_update_share") * inputs.retrains
    return np.asarray(users * np.where(often, 1.0, outside)[:, None])


def _share_outside_store(inputs: Inputs, size_mb: Array) -> Array:
    """Share of installs whose model does not come with the store's own download."""
    platforms = inputs.scenario.platforms
    outside = np.zeros_like(size_mb)
    for platform in platforms:
        if platform == "web":
            outside = outside + 1.0
        else:
            outside = outside + (size_mb > inputs.assume(f"store_limit_mb_{platform}"))
    return outside / len(platforms)


def reach_findings(block: Block, inputs: Inputs, people: Population) -> None:
    """A device alone has no fallback: too few users served is a refusal."""
    needed = inputs["min_reach_pct"]
    short = (people.reach * 100 < needed - 1e-9) | (people.reach <= 0)
    block.blocked[0] |= np.broadcast_to(short, block.blocked[0].shape)
    if not short.flat[0]:
        return
    served = float(people.reach.flat[0]) * 100
    text = f"Serves {served:.0f} % of users; you asked for {float(needed.flat[0]):g} %."
    worst = next((why for why in people.refusals if why), "")
    if worst:
        text += f" Others: {worst.rstrip('.')}."
    change = "a smaller model, a hybrid with a fallback, or a lower share of users served"
    block.findings[0].append(Finding("reach", "fail", text, change))
