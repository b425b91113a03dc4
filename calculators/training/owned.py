"""Training on own computers: the purchase, or machines already there, energy, and time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.charges import Ledger
from calculators.estimators.types import Estimate
from calculators.explained import explained
from calculators.inputs import Inputs
from calculators.machines import machine_name
from calculators.options import owned as servers
from calculators.results import Finding
from calculators.training import base
from calculators.training.base import Plan
from pricing.units import HOURS_PER_MONTH, factor


def plan(inputs: Inputs) -> list[Plan]:
    """The server with the lowest cost over the horizon that can train it.

    Several where it is another at other points: each is shut where it is not the cheapest.
    """
    found, hours, reason = _able(inputs)
    if not found:
        made = Plan("owned", "", "trained on own machines", "", Ledger(inputs.calendar))
        base.rules(made, inputs)
        made.findings.append(Finding("training", "fail", f"Training: {reason}"))
        made.missing.append("a priced server that can train it")
        return [made]
    costs = [_cost(inputs, offer, run.mid) for offer, run in zip(found, hours, strict=True)]
    chosen = base.cheapest(np.stack(np.broadcast_arrays(*costs)))
    return [_plan(inputs, found[index], hours[index], shut) for index, shut in chosen]


def _plan(inputs: Inputs, chosen: servers.Offer, hours: Estimate, shut: BoolArray) -> Plan:
    made = Plan("owned", "", "trained on own machines", "", Ledger(inputs.calendar), shut=shut)
    base.rules(made, inputs)
    per_run = hours.at(inputs.factor("training"))
    made.product, made.label = chosen.row.product, f"trained on {chosen.row.name}"
    made.hours_per_run = float(per_run.flat[0])
    made.explained = explained("training_hours", machine_name(chosen.hardware), hours)
    if not inputs.scenario.owned_already:
        _buy(made, inputs, chosen, per_run)
    _energy(made, inputs, chosen, per_run)
    base.staff(made, inputs, "owned")
    base.too_slow(made, inputs, per_run)
    return made


def _able(inputs: Inputs) -> tuple[list[servers.Offer], list[Estimate], str]:
    found, hours, reason = [], [], "No server to buy is priced."
    for offer in servers.offers(inputs):
        estimate = base.estimate(inputs, offer.hardware)
        if not estimate.fits or estimate.hours is None:
            reason = estimate.reason or reason
            continue
        if np.isnan(servers.max_power_w(inputs, offer.row)):
            continue
        found.append(offer)
        hours.append(estimate.hours)
    return found, hours, reason


def machines_needed(inputs: Inputs, per_run: Array) -> Array:
    """Whole machines so that a month's runs fit into its hours (N, S); at least one."""
    busy = base.runs_per_month(inputs) * per_run[:, None]
    return np.maximum(1.0, np.ceil(busy / HOURS_PER_MONTH * (1 - 1e-12)))


def _cost(inputs: Inputs, offer: servers.Offer, per_run: Array) -> Array:
    """Rough order of cost, (1,) or (N,): purchase if any, and energy."""
    need = machines_needed(inputs, per_run).max(-1)
    price = 0.0 if inputs.scenario.owned_already else offer.tariff.usd * need
    kwh = _kwh_per_run(inputs, offer, per_run)
    runs = inputs.calendar.sum(base.runs_per_month(inputs)) + base.runs_at_start(inputs)
    power = servers.electricity(inputs)
    tariff = power[0] if power else 0.0
    return np.asarray(price + kwh * runs * tariff)


def _buy(made: Plan, inputs: Inputs, chosen: servers.Offer, per_run: Array) -> None:
    need = machines_needed(inputs, per_run)[None]
    only: Sequence[servers.Offer] = [chosen]
    servers.purchase(made.ledger.charges, inputs, only, need)


def _kwh_per_run(inputs: Inputs, chosen: servers.Offer, per_run: Array) -> Array:
    watts = servers.max_power_w(inputs, chosen.row)
    pue = inputs.chosen("pue", "pue")
    return per_run * watts * factor("watt", "kilowatt") * pue


def _energy(made: Plan, inputs: Inputs, chosen: servers.Offer, per_run: Array) -> None:
    power = servers.electricity(inputs)
    if power is None:
        made.missing.append("business electricity price")
        return
    kwh = _kwh_per_run(inputs, chosen, per_run)
    basis = "hours of one run x most power drawn x building overhead (PUE)"
    made.ledger.once(
        "Electricity for the first training",
        "kwh",
        kwh * base.runs_at_start(inputs),
        power[0],
        [power[1]],
        basis=basis,
    )
    made.ledger.monthly(
        "Electricity for retraining",
        "kwh",
        base.runs_per_month(inputs) * kwh[:, None],
        power[0],
        [power[1]],
        period="per retrain",
        basis=basis,
        drift_pct=inputs["price_change_pct_per_year_electricity"],
        drift_source=inputs.input_source("price_change_pct_per_year_electricity"),
    )
