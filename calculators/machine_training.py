"""Training on machines by the hour, rented or on a platform: choose the cheapest that can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.charges import Ledger
from calculators.estimators.types import Estimate, Hardware
from calculators.explained import explained
from calculators.inputs import Inputs
from calculators.machines import machine_name
from calculators.results import Finding, TrainedAt
from calculators.training import base
from calculators.training.base import Plan
from pricing.book import Source, Tariff
from pricing.schema import InstanceRow
from pricing.units import factor

STORAGE_KEY = "{vendor}/object_storage/standard"


@dataclass(frozen=True)
class Offer:
    """A machine at one payment term, for training."""

    row: InstanceRow
    term: str
    tariff: Tariff

    @cached_property
    def hardware(self) -> Hardware:
        """The machine as the estimator knows it."""
        row = self.row
        return Hardware(
            row.accelerator, int(row.accelerator_count), row.vcpus, row.cpu, row.memory_gib
        )


def offers(inputs: Inputs, table: str, market: str, terms: Sequence[str]) -> list[Offer]:
    """Machines of a market with an accelerator, a price and allowed evidence."""
    scenario = inputs.scenario
    priced = inputs.kept(
        ("training offers", table, market, tuple(terms), scenario.region),
        lambda: _priced(inputs, table, market, terms),
    )
    allowed = scenario.providers_allowed
    return [
        offer
        for offer in priced
        if offer.tariff.source.confidence <= scenario.min_confidence
        and (not allowed or offer.row.vendor in allowed)
    ]


def _priced(inputs: Inputs, table: str, market: str, terms: Sequence[str]) -> list[Offer]:
    found = []
    for row in inputs.book.table(table, InstanceRow):
        if row.market != market or not row.accelerator:
            continue
        for term in terms:
            tariff = inputs.book.tariff(f"{row.product}/{term}", inputs.scenario.region)
            if tariff is not None:
                found.append(Offer(row, term, tariff))
    return found


@dataclass(frozen=True)
class Chosen:
    """The cheapest offer: hours of one run, and where another is cheaper (N,)."""

    offer: Offer
    hours: Estimate
    shut: BoolArray


def best(inputs: Inputs, venue: TrainedAt, found: Sequence[Offer]) -> tuple[list[Chosen], str]:
    """The cheapest offer that can train it lawfully, or why there is none.

    Several where it is another at other points.
    """
    reason = "No machine for training is priced."
    able: list[tuple[bool, str, Offer, Estimate]] = []
    for offer in found:
        estimate = base.estimate(inputs, offer.hardware)
        if not estimate.fits or estimate.hours is None:
            reason = estimate.reason or reason
            continue
        key = ("forbidden", venue, offer.row.vendor)
        forbidden = inputs.once(key, partial(_forbidden, inputs, venue, offer.row.vendor))
        able.append((forbidden, offer.row.product, offer, estimate.hours))
    if not able:
        return [], reason
    lawful = [item for item in able if not item[0]] or able
    lawful.sort(key=lambda item: item[1])  # of equal ones the first by name
    costs = [_per_run(inputs, offer, hours) for _, _, offer, hours in lawful]
    chosen = base.cheapest(np.stack(np.broadcast_arrays(*costs)))
    return [Chosen(lawful[index][2], lawful[index][3], shut) for index, shut in chosen], ""


def _per_run(inputs: Inputs, offer: Offer, hours: Estimate) -> Array:
    """Cost of a run, (1,) or (N,)."""
    paid = hours.mid * float(overhead(inputs, offer.term).flat[0])
    return np.asarray(paid * factor("hour", offer.tariff.unit) * offer.tariff.usd)


def _forbidden(inputs: Inputs, venue: TrainedAt, vendor: str) -> bool:
    plan = Plan(venue, "", "", vendor, Ledger(inputs.calendar))
    base.rules(plan, inputs)
    return bool(plan.blocked.any())


def overhead(inputs: Inputs, term: str) -> Array:
    """Hours paid for an hour of training: spot machines lose work when taken away."""
    lost = inputs.assume("spot_interruption_overhead") if term == "spot" else np.zeros(1)
    return 1 + lost


def plan(inputs: Inputs, venue: TrainedAt, found: Sequence[Offer], words: str) -> list[Plan]:
    """The venue's plan with machine time, storage and staff; several where the choice changes."""
    chosen, reason = best(inputs, venue, found)
    if not chosen:
        made = Plan(venue, "", words, "", Ledger(inputs.calendar), offered=bool(found))
        made.findings.append(Finding("training", "fail", f"Training: {reason}"))
        made.missing.append("a priced machine that can train it")
        base.rules(made, inputs)
        return [made]
    return [_plan(inputs, venue, item, words) for item in chosen]


def _plan(inputs: Inputs, venue: TrainedAt, chosen: Chosen, words: str) -> Plan:
    offer = chosen.offer
    hours = chosen.hours.at(inputs.factor("training")) * overhead(inputs, offer.term)
    term = "" if offer.term == "on_demand" else f":{offer.term}"
    made = Plan(
        venue,
        f"{offer.row.product}{term}",
        f"{words}: {offer.row.name} at {inputs.vendor_name(offer.row.vendor)}",
        offer.row.vendor,
        Ledger(inputs.calendar),
        hours_per_run=float(hours.flat[0]),
        exportable=offer.row.exportable == "yes",
        explained=explained("training_hours", machine_name(offer.hardware), chosen.hours),
        shut=chosen.shut,
    )
    per_run = hours * factor("hour", offer.tariff.unit)
    machine_time(made, inputs, per_run, offer.tariff)
    storage(made, inputs, offer.row.vendor)
    base.staff(made, inputs, venue)
    base.rules(made, inputs)
    base.too_slow(made, inputs, hours)
    return made


def machine_time(made: Plan, inputs: Inputs, per_run: Array, tariff: Tariff) -> None:
    """Machine time of the first training and of every retraining."""
    basis = "hours of one run x runs until one is good enough"
    made.ledger.once(
        "Machines for the first training",
        tariff.unit,
        per_run * base.runs_at_start(inputs),
        tariff.usd,
        [tariff.source],
        basis=basis,
    )
    made.ledger.monthly(
        "Machines for retraining",
        tariff.unit,
        base.runs_per_month(inputs) * per_run[:, None],
        tariff.usd,
        [tariff.source],
        period="per retrain",
        basis=basis,
        drift_pct=inputs["price_change_pct_per_year_rental"],
        drift_source=inputs.input_source("price_change_pct_per_year_rental"),
    )


def storage(made: Plan, inputs: Inputs, vendor: str) -> None:
    """Training data kept with the vendor all through the horizon."""
    area = inputs.scenario.region
    own = inputs.book.tariff(STORAGE_KEY.format(vendor=vendor), area)
    tariff = own or inputs.book.tariff(STORAGE_KEY.format(vendor="aws"), area)
    if tariff is None:
        made.missing.append("storage price")
        return
    source: Source = tariff.source
    gigabytes = inputs["dataset_gb"][:, None] * np.ones_like(inputs.calendar.growth)
    basis = "training data" if own else "training data; another vendor's price stands in"
    made.ledger.monthly(
        "Training data stored", tariff.unit, gigabytes, tariff.usd, [source], basis=basis
    )
