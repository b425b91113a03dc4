"""Training on rented machines: paid by the hour or under contract, weights taken away."""

from __future__ import annotations

from calculators.case import Case
from calculators.options.rented import UP_TO
from calculators.places import Venue
from calculators.training import machines
from calculators.training.base import Plan

SPOT = "spot"
"""A run that is taken away is begun again: it is always a way to train."""


def plans(case: Case, venue: Venue) -> list[Plan]:
    """The cheapest rented machine that can train it: on demand, spot, or committed to all month."""
    terms = (*UP_TO[case.scenario.max_commitment], SPOT)
    offers = case.market.trainers("rented_instances", "rented", terms)
    return machines.plans(case, venue.id, offers, "trained on a rented machine")
