"""The users' own devices: how the model gets there, what it costs, and for whom it answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.accounts.charges import Charge, Ledger
from calculators.arrays import Array
from calculators.block import EVERYONE, Battery, Block, Products, Speed, at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import labour, users
from calculators.estimators.question import SIZE
from calculators.market.bands import Bands, band_name
from calculators.options.population import Population, population
from calculators.places import Place
from calculators.results import Finding
from calculators.serving.machines import user_gaps
from pricing.book import Tariff
from pricing.units import factor

CDN_KEYS = ("bunny/cdn/standard", "aws/cdn/standard")
SLOW = 0.95
BYTES_PER_WEIGHT = {"fp16": 2.0, "fp8": 1.0, "int8": 1.0, "int4": 0.5625}
"""4-bit formats carry scales: 4.5 bits a weight (docs/estimators.md)."""


def serve(case: Case, place: Place, share: Array) -> Block:
    """The users' devices for whoever's can; a device alone has no fallback."""
    del share  # all requests; who is served is the device's own matter
    made = devices(case, place, alone=True)
    return replace(made, checks=(*made.checks, _reach(case)), gaps=(*made.gaps, _unknown(case)))


def devices(case: Case, place: Place, *, alone: bool) -> Block:
    """The users' devices, for the share of users that can.

    In a hybrid (not ``alone``) the other place charges the user's own hours: they are for the
    whole, not for each half.
    """
    people = population(case)
    ledger, gaps, learnt_there = _account(case, people, place, alone=alone)
    known = people.mean_known(people.battery_pct)
    counts = case.scenario.rank_by != "company"
    energy = Gap(
        people.energy_unknown[None],
        lambda _, __: "energy of this model on some of the devices",
        ranked=counts,
        energy=True,
    )
    return Block(
        place=place,
        products=_products(case),
        charges=tuple(ledger.charges),
        speed=Speed(
            answer_p50=people.quantile(people.answer_ms, 0.5)[None],
            answer_p95=people.quantile(people.answer_ms, SLOW)[None],
            assumed=("app_overhead_ms",),
        ),
        served_share=people.reach,
        checks=(_battery(case, people),),
        gaps=(*gaps, energy),
        data_leaves=False,
        label=lambda _, point: people.label(point),
        explained=lambda _, point: people.explained(point),
        battery=Battery(*known),
        machine_kwh=lambda: np.zeros((1, 1)),
        learnt_there=learnt_there,
    )


def _products(case: Case) -> Products:
    label = "The model on the users' devices"
    return Products.of([case.scenario.device_mix], lambda _: label, [""], ["A"])


def _battery(case: Case, people: Population) -> Check:
    """How many users' battery use is not known, where not all is."""
    _, known = people.mean_known(people.battery_pct)

    def say(_: int, point: int) -> Finding | None:
        covered = at(known, 0, point)
        if not case.scenario.battery_wear or covered >= EVERYONE or at(people.reach, 0, point) <= 0:
            return None
        mean = "the mean is over the others" if covered > 0 else "no mean can be given"
        text = f"Battery use is not known for {1 - covered:.0%} of the users served; {mean}."
        change = "the battery of those devices, or your own measurement"
        return Finding("battery", "caution", text, change)

    return Check(np.zeros((1, 1), dtype=bool), say)


def _reach(case: Case) -> Check:
    """Too few users served is a refusal."""
    people = population(case)
    needed = case["min_reach_pct"]
    served = people.reach + people.unknown_share
    short = (served * 100 < needed - 1e-9) | (served <= 0)

    def say(_: int, point: int) -> Finding | None:
        if not at(short, 0, point):
            return None
        served, least = at(people.reach, 0, point) * 100, at(needed, 0, point)
        text = f"Serves {served:.0f} % of users; you asked for {least:g} %."
        worst = people.first_refusal(point)
        text += f" Others: {worst.rstrip('.')}." if worst else ""
        change = "a smaller model, a hybrid with a fallback, or a lower share of users served"
        return Finding("reach", "fail", text, change)

    return Check(short[None], say, people.reach * 100, needed)


def _unknown(case: Case) -> Gap:
    """Whether enough users are served hangs on devices of which nothing can be said."""
    people = population(case)
    where = (people.unknown_share > 0) & (people.reach * 100 < case["min_reach_pct"] - 1e-9)
    return Gap(where[None], lambda _, point: people.first_unknown(point))


# --------------------------------------------------------------------------------------- costs


def _account(
    case: Case, people: Population, place: Place, *, alone: bool
) -> tuple[Ledger, list[Gap], tuple[Charge, ...] | None]:
    """Costs, what is missing, and the costs where the model is trained on the device itself."""
    work, drawn, shipped = case.ledger(), case.ledger(), case.ledger()
    if alone or not case.given("integration_hours"):
        _convert(work, case)
    if alone or not case.given("ops_hours_per_month"):
        labour.run(work, case, place.labour)
    joules = people.mean(np.nan_to_num(people.joules))
    basis = "energy of one answer above the screen-on baseline"
    gaps = user_gaps(case, users.charge(drawn, case, joules, people.reach, basis))
    _release(shipped, case)
    gaps += _delivery(shipped, case, people, updates=True)
    ledger = case.ledger()
    ledger.add((*work.charges, *shipped.charges, *drawn.charges))
    if not case.points.trains:
        return ledger, gaps, None
    installed = case.ledger()
    _delivery(installed, case, people, updates=False)
    return ledger, gaps, (*work.charges, *installed.charges, *drawn.charges)


def _convert(ledger: Ledger, case: Case) -> None:
    """Work to convert the model and test it."""
    # our hours are per platform; the user's own are for the whole
    times = 1 if case.given("integration_hours") else len(case.scenario.platforms)
    name = "Work to convert and test"
    labour.once(ledger, case, name, "conversion_hours_per_platform", "integration_hours", times)


def _release(ledger: Ledger, case: Case) -> None:
    """Work to send a model trained anew elsewhere to the devices."""
    release = "hours_per_release_per_platform"
    hours = labour.hours(case, release) * len(case.scenario.platforms)
    per_month = case.demand.retrains * hours[:, None]
    name = "Work to release a new model"
    labour.monthly_work(ledger, case, name, per_month, release, per_retrain=True)


def model_size_mb(case: Case) -> Array:
    """Size of the model file in the scenario's number format, MB; NaN when unknown."""
    published = getattr(case.model_row, f"size_mb_{case.scenario.precision}", None)
    if published and not case.given("params_millions"):
        return np.array([float(published)])
    million_bytes = case.params_millions * BYTES_PER_WEIGHT[case.scenario.precision]
    return np.asarray(million_bytes * 1e6 * factor("byte", "mb"))


def _delivery(ledger: Ledger, case: Case, people: Population, *, updates: bool) -> list[Gap]:
    """Bytes the store does not carry: models over its limit, the web, and frequent updates.

    Returns what is missing.
    """
    size_mb = model_size_mb(case)
    if np.isnan(size_mb).any():
        return [Gap.always(SIZE)]
    outside = _share_outside_store(case, size_mb)
    copies = case.demand.installs * outside[:, None]
    if updates:
        copies = copies + _updated(case, outside)
    gigabytes = size_mb * factor("mb", "gb")
    per_month = copies * people.reach[:, None] * gigabytes[:, None]
    if not per_month.any():
        return []
    tariff = _delivery_price(case)
    if tariff is None:
        needed = np.asarray((per_month > 0).any(-1))[None]
        return [Gap(needed, lambda _, __: "content delivery price")]
    units = per_month * factor("gb", tariff.unit)
    what = "installs and updates" if updates else "installs"
    for level, amount, usd in Bands.of([tariff]).split(units[None]):
        ledger.monthly(
            band_name("Model sent to devices", tariff, level),
            tariff.unit,
            amount,
            usd,
            [tariff.source],
            category="network",
            basis=f"{what} outside the app stores x model size",
        )
    return []


def _delivery_price(case: Case) -> Tariff | None:
    """What delivery costs; before its first price that one, marked."""
    found = (
        look_up(key) for look_up in (case.market.tariff, case.market.context) for key in CDN_KEYS
    )
    return next((tariff for tariff in found if tariff is not None), None)


def _updated(case: Case, outside: Array) -> Array:
    """Copies of new models a month (N, S); too frequent ones come outside the stores."""
    often = case["retrains_per_month"] > case.assume("store_releases_per_month")
    fetch = case.assume("release_update_share")[:, None]
    users_updated = case.demand.users_by_month * fetch * case.demand.retrains
    return np.asarray(users_updated * np.where(often, 1.0, outside)[:, None])


def _share_outside_store(case: Case, size_mb: Array) -> Array:
    """Share of installs whose model does not come with the store's own download."""
    platforms = case.scenario.platforms
    outside = np.zeros_like(size_mb)
    for platform in platforms:
        if platform == "web":
            outside = outside + 1.0
        else:
            outside = outside + (size_mb > case.assume(f"store_limit_mb_{platform}"))
    return outside / len(platforms)
