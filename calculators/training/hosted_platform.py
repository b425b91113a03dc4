"""Training on a hosted platform; whether the model may leave is the platform's word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from calculators.case import Case
from calculators.checks import Check
from calculators.market.machines import MachineOffers
from calculators.market.premium import Premium, premium
from calculators.places import Venue
from calculators.results import Finding
from calculators.training import machines
from calculators.training.base import Plan


def plans(case: Case, venue: Venue) -> list[Plan]:
    """The cheapest platform machine that can train it; one more for each that keeps the model."""
    offers = case.market.trainers("hosted_instances", "hosted_training", ("on_demand",))
    if case.scenario.export_required:
        every = offers
        offers = case.market.derived("trainers that let go", every, lambda: _free(every))
    made = [
        _over_raw(case, plan, offers)
        for plan in machines.plans(case, venue.id, offers, "trained on a hosted platform")
    ]
    keep = {offer.row.product for offer in offers.offers if not machines.leaves(offer.row)}
    return [plan if plan.only_vendor is None else _kept(plan, keep) for plan in made]


def _free(offers: MachineOffers) -> MachineOffers:
    """Those that let the model go."""
    return offers.where(np.array([machines.leaves(offer.row) for offer in offers.offers], bool))


def _over_raw(case: Case, plan: Plan, offers: MachineOffers) -> Plan:
    """What the platform chosen at a point costs over the same accelerators raw, said and kept."""
    of = {offer.row.product: offer for offer in offers.offers}

    def over(point: int) -> Premium | None:
        chosen = of.get(plan.product(point))
        return None if chosen is None else premium(case.market, chosen)

    def say(_: int, point: int) -> Finding | None:
        found = over(point)
        return None if found is None else Finding("premium", "pass", f"Training: {found.text}")

    check = Check(np.zeros((1, 1), dtype=bool), say)
    return replace(plan, checks=(*plan.checks, check), premium=over)


def _kept(plan: Plan, keep: Collection[str]) -> Plan:
    """A caution wherever a platform trains that does not let the model go."""
    text, change = "The platform keeps the trained model.", "a platform that allows export"
    said = Finding("export", "caution", text, change)
    nowhere = np.zeros((1, 1), dtype=bool)
    check = Check(nowhere, lambda _, point: said if plan.product(point) in keep else None)
    return replace(plan, checks=(*plan.checks, check))
