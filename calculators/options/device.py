"""The users' own devices: how the model gets there, what it costs, and for whom it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from calculators import remedies
from calculators.accounts.charges import Assuming, Charge, Ledger
from calculators.arrays import Array, any_true, filled
from calculators.block import EVERYONE, Battery, Block, Products, Speed, at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import delivery, labour, users
from calculators.costs.delivery import Copies, Delivery, store_limit_mb
from calculators.estimators.question import SIZE
from calculators.estimators.types import Duty
from calculators.on_devices import ModelUpdate
from calculators.options.devices_shown import half_within, shown
from calculators.options.population import Population, population
from calculators.percents import percent
from calculators.places import Place
from calculators.results import Finding, Needed
from calculators.serving.machines import user_gaps

SLOW = 0.95
DUTIES: tuple[Duty, Duty] = ("burst", "sustained")
SAME = 1.01  # times nearer than this are not worth two figures


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
        checks=(_platforms(case, people), _heat(people), _battery(case, people)),
        gaps=(*gaps, energy),
        data_leaves=False,
        label=lambda _, point: people.label(point),
        explained=lambda _, point: people.explained(point),
        battery=Battery(*known),
        on_devices=lambda n: case.shared(f"devices shown {n}", lambda: shown(people, n)),
        machine_kwh=lambda: np.zeros((1, 1)),
        learnt_there=learnt_there,
    )


def _products(case: Case) -> Products:
    label = "The model on the users' devices"
    return Products.of([case.scenario.device_mix], lambda _: label, [""], ["A"])


def _platforms(case: Case, people: Population) -> Check:
    """Who is no user of the app, and who is served by a page in a browser."""
    apart, names = users.left_out(case), ", ".join(case.scenario.platforms)

    def say(_: int, point: int) -> Finding | None:
        said = []
        if 0 < apart < 1:
            text = f"{percent(apart)} of this mix run none of the app's platforms ({names})"
            said.append(f"{text}: they are no users of it, and shares are of the others.")
        browser = at((people.served * people.in_browser).sum(0), 0, point)
        if not browser:
            return Finding("platforms", "pass", " ".join(said)) if said else None
        text = f"{percent(browser)} of users compute in their browser, slower than in an app, "
        said.append(text + "and fetch the model anew whenever its cache drops it.")
        return Finding("platforms", "caution", " ".join(said), "an app of their system")

    return Check(np.zeros((1, 1), dtype=bool), say)


def _heat(people: Population) -> Check:
    """Both speeds, where they differ, and which one the budgets must meet."""

    def say(_: int, point: int) -> Finding | None:
        first, lasting = (half_within(people, duty, point) for duty in DUTIES)
        if first is None or lasting is None or lasting <= first * SAME:
            return None
        text = (
            f"Half of the answers take up to {first:,.0f} ms in the first minute and "
            f"{lasting:,.0f} ms after minutes on end; {_met(at(people.heat, 0, point))}."
        )
        return Finding("heat", "pass", text)

    return Check(np.zeros((1, 1), dtype=bool), say)


def _met(heat: float) -> str:
    """Which speed the budgets must meet."""
    if heat <= 0:
        return "the limits are held against the first"
    if heat >= 1:
        return "the limits are held against the second"
    return f"the limits are held against one {percent(heat)} of the way, at the end of one use"


def _battery(case: Case, people: Population) -> Check:
    """How many users' battery use is not known, where not all is."""
    _, known = people.mean_known(people.battery_pct)

    def say(_: int, point: int) -> Finding | None:
        covered = at(known, 0, point)
        if not case.scenario.battery_wear or covered >= EVERYONE or at(people.reach, 0, point) <= 0:
            return None
        mean = "the mean is over the others" if covered > 0 else "no mean can be given"
        text = f"Battery use is not known for {percent(1 - covered)} of the users served; {mean}."
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
        served, least = at(people.reach, 0, point) * 100, at(needed, 0, point)
        text = f"Serves {percent(served / 100)} of users; you asked for {least:g} %."
        if not at(short, 0, point):
            # of devices of which nothing can be said it is not known that they are served
            return Finding("reach", "pass", text) if served >= least - 1e-9 else None
        worst = people.first_refusal(point)
        text += f" Why not more: {worst.rstrip('.')}." if worst else ""
        change = "a smaller model, a hybrid with a fallback, or a lower share of users served"
        needs = _fewer(served) or _somebody(people, point)
        if not needs:
            return remedies.for_good("reach", text, "no device we know of runs it; servers could")
        return Finding("reach", "fail", text, change, needs=needs)

    return Check(short[None], say, people.reach * 100, needed)


def _fewer(served: float) -> tuple[Needed, ...]:
    """The share of users that are served; nothing where none is."""
    least = np.floor(served * 10 + 1e-8) / 10  # as the rule is judged
    return (Needed("min_reach_pct", float(least)),) if least > 0 else ()


def _somebody(people: Population, point: int) -> tuple[Needed, ...]:
    """Inputs with which the device that lacks least serves its users."""
    if not any_true(people.is_user):
        systems = tuple(dict.fromkeys(users.platform_of(part.device) for part in people.parts))
        return (Needed("platforms", systems),)
    found = people.closest(point)
    if found is None:
        return ()
    device, factor, memory = found
    if memory:
        weights = at(delivery.model_size_mb(people.case), 0, point)
        room = at(people.estimates.room_mb, device, people.request(point)) / weights
        return remedies.held(people.case, point, room, 1 / factor)
    wider = {
        limit.field: _allowing(limit.field, at(limit.values, device, point))
        for limit in people.limits
        if at(limit.values, device, point) > at(limit.most, 0, point)
    }
    named = tuple(Needed(field, value) for field, value in wider.items())
    return (*named, *_no_fewer(people, wider, point)) if named else ()


def _no_fewer(people: Population, wider: Mapping[str, float], point: int) -> tuple[Needed, ...]:
    """The share of users served under wider limits, where it is less than was asked for."""
    most = {name: 1000 / value if name in RATES else value for name, value in wider.items()}
    served = at(people.share_within(most), 0, point) * 100
    return () if served >= at(people.case["min_reach_pct"], 0, point) else _fewer(served)


def _allowing(field: str, value: float) -> float:
    """The input that a device's figure meets: rates are per second, the rest are upper limits."""
    if field in RATES:
        return remedies.down(1000 / value)
    return float(np.ceil(value * 10) / 10)


RATES = ("realtime_fps", "min_tokens_per_s")
"""Inputs that ask for so many a second, where devices say how long one takes."""


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
    joules = people.mean(filled(people.joules))
    basis = "energy of one answer above the screen-on baseline"
    gaps = user_gaps(case, users.charge(drawn, case, joules, people.reach, basis))
    sent = Delivery(case, _copies(case, people))
    if sent.unsized:
        gaps.append(Gap.always(SIZE))
        plain = _joined(case, work, drawn)
        return plain, gaps, tuple(plain.charges) if case.points.trains else None
    if case.points.trains:
        sent.work(shipped)
    gaps += _delivered(shipped, case, sent, updates=True)
    ledger = _joined(case, work, shipped, drawn)
    if not case.points.trains:
        return ledger, gaps, None
    installed = case.ledger()
    _delivered(installed, case, sent, updates=False)
    return ledger, gaps, (*work.charges, *installed.charges, *drawn.charges)


def _joined(case: Case, *parts: Ledger) -> Ledger:
    ledger = case.ledger()
    ledger.add([charge for part in parts for charge in part.charges])
    return ledger


def _convert(ledger: Ledger, case: Case) -> None:
    """Work to convert the model and test it."""
    # our hours are per platform; the user's own are for the whole
    times = 1 if case.given("integration_hours") else len(case.scenario.platforms)
    name = "Work to convert and test"
    labour.once(ledger, case, name, "conversion_hours_per_platform", "integration_hours", times)


def _copies(case: Case, people: Population) -> Copies:
    """To whose devices the model goes, and for whom no store carries it."""
    size = delivery.model_size_mb(case)
    outside = [
        np.ones(1)
        * (part.in_browser | (size > store_limit_mb(case, users.platform_of(part.device))))
        for part in people.parts
    ]
    beyond = np.stack(np.broadcast_arrays(*outside))
    return Copies(
        served=people.served.sum(0),
        outside=(people.served * beyond).sum(0),
        in_browser=(people.served * people.in_browser).sum(0),
    )


def _delivered(ledger: Ledger, case: Case, sent: Delivery, *, updates: bool) -> list[Gap]:
    """Bytes the store does not carry; returns what is missing."""
    gigabytes, what = sent.installs_gb, "installs and what browsers' caches drop"
    if updates:
        gigabytes, what = gigabytes + sent.updates_gb, f"{what}, and new weights"
    basis = f"{what}: what no app store carries x model size"
    told = Assuming(basis, delivery.sent_assumed(case, updates=updates))
    return delivery.charge(ledger, case, "Model sent to devices", gigabytes, told)


def updates_usd(case: Case) -> Array:
    """What sending new weights to the devices costs over the horizon, first downloads apart (N,).

    NaN where something is sent and a price lacks.
    """
    sent = Delivery(case, _copies(case, population(case)))
    return delivery.usd(case, sent.installs_gb + sent.updates_gb) - delivery.usd(
        case, sent.installs_gb
    )


def update(case: Case, point: int) -> ModelUpdate:
    """What bringing the model to the devices takes at a point, in month 1."""
    sent = Delivery(case, _copies(case, population(case)))
    size = at(delivery.model_size_mb(case), 0, point)
    hours = np.where(sent.with_release[:, None], sent.release_hours, sent.check_hours)
    return ModelUpdate(
        size_mb=None if np.isnan(size) else size,
        store_limit_mb={
            name: at(store_limit_mb(case, name), 0, point) for name in case.scenario.platforms
        },
        new_models=at(case.demand.retrains[:, 0], 0, point),
        fetch_share=at(case.assume("release_update_share"), 0, point),
        installs_gb=None if sent.unsized else at(sent.installs_gb[:, 0], 0, point),
        updates_gb=None if sent.unsized else at(sent.updates_gb[:, 0], 0, point),
        with_release=bool(at(sent.with_release, 0, point)),
        work_hours=at(hours[:, 0], 0, point),
    )
