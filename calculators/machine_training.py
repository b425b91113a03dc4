"""Training on machines by the hour, rented or on a platform: choose the cheapest that can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from calculators.arrays import Array
from calculators.charges import Ledger
from calculators.estimators.types import Hardware
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


def best(
    inputs: Inputs, venue: TrainedAt, found: Sequence[Offer]
) -> tuple[Offer | None, Array, str]:
    """The cheapest offer that can train it lawfully: offer, hours of one run, or why none."""
    reason = "No machine for training is priced."
    ranked = []
    for offer in found:
        estimate = base.estimate(inputs, offer.hardware)
        if not estimate.fits or estimate.hours is None:
            reason = estimate.reason or reason
            continue
        key = ("forbidden", venue, offer.row.vendor)
        forbidden = inputs.once(key, partial(_forbidden, inputs, venue, offer.row.vendor))
        lost = float(overhead(inputs, offer.term).flat[0])
        hours = float(estimate.hours.mid.flat[0]) * lost
        cost = hours * factor("hour", offer.tariff.unit) * offer.tariff.usd
        ranked.append((forbidden, cost, offer.row.product, offer, estimate.hours))
    if not ranked:
        return None, np.full(1, np.nan), reason
    _, _, _, offer, chosen = min(ranked, key=lambda item: item[:3])
    return offer, chosen.at(inputs.factor("training")) * overhead(inputs, offer.term), ""


def _forbidden(inputs: Inputs, venue: TrainedAt, vendor: str) -> bool:
    plan = Plan(venue, "", "", vendor, Ledger(inputs.calendar))
    base.rules(plan, inputs)
    return plan.blocked


def overhead(inputs: Inputs, term: str) -> Array:
    """Hours paid for an hour of training: spot machines lose work when taken away."""
    lost = inputs.assume("spot_interruption_overhead") if term == "spot" else np.zeros(1)
    return 1 + lost


def plan(inputs: Inputs, venue: TrainedAt, found: Sequence[Offer], words: str) -> Plan:
    """The venue's plan with machine time, storage and staff."""
    offer, hours, reason = best(inputs, venue, found)
    if offer is None:
        made = Plan(venue, "", words, "", Ledger(inputs.calendar), offered=bool(found))
        made.findings.append(Finding("training", "fail", f"Training: {reason}"))
        made.missing.append("a priced machine that can train it")
        base.rules(made, inputs)
        return made
    term = "" if offer.term == "on_demand" else f":{offer.term}"
    made = Plan(
        venue,
        f"{offer.row.product}{term}",
        f"{words}: {offer.row.name} at {inputs.vendor_name(offer.row.vendor)}",
        offer.row.vendor,
        Ledger(inputs.calendar),
        hours_per_run=float(hours.flat[0]),
        exportable=offer.row.exportable == "yes",
        explained=explained(
            "training_hours",
            machine_name(offer.hardware),
            base.estimate(inputs, offer.hardware).hours,
        ),
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
