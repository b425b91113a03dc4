"""Training on rented machines: anything goes, paid by the hour, weights taken away."""

from __future__ import annotations

from calculators.case import Case
from calculators.places import Venue
from calculators.training import machines
from calculators.training.base import Plan


def plans(case: Case, venue: Venue) -> list[Plan]:
    """The cheapest rented machine that can train it, on demand or spot."""
    terms = ("on_demand", "spot")
    offers = case.market.trainers("rented_instances", "rented", terms)
    return machines.plans(case, venue.id, offers, "trained on a rented machine")
