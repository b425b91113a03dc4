"""Every plan that can be paired with a place of answering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import cast

from calculators.case import Case
from calculators.places import VENUES, Venue
from calculators.training.base import Plan, untrained

PACKAGE = "calculators.training"


@cache
def _plans(module: str) -> Callable[[Case, Venue], Sequence[Plan]]:
    full = module if "." in module else f"{PACKAGE}.{module}"
    return cast(Callable[[Case, Venue], Sequence[Plan]], import_module(full).plans)


def plans(case: Case) -> list[Plan]:
    """None when nothing is trained, else those of every venue besides."""
    if not case.points.trains:
        return [untrained()]
    wanted = [v for v in VENUES.values() if case.venues is None or v.id in case.venues]
    made = [plan for venue in wanted for plan in _plans(venue.module)(case, venue)]
    return [untrained(), *made]
