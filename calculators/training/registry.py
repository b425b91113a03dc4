"""Every plan that can be paired with a place of answering."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import cast

from calculators.case import Case
from calculators.places import VENUES, TrainedAt, Venue
from calculators.points import Points
from calculators.training.base import Plan, untrained
from pricing.kept import Kept
from pricing.records import value

PACKAGE = "calculators.training"
VOLUME = "requests_per_month"
NOT_TRAINING = (VOLUME, "title")
"""Inputs that move no plan of a venue that is not :attr:`Venue.by_use`."""


@cache
def _plans(module: str) -> Callable[[Case, Venue], Sequence[Plan]]:
    full = module if "." in module else f"{PACKAGE}.{module}"
    return cast(Callable[[Case, Venue], Sequence[Plan]], import_module(full).plans)


def plans(case: Case) -> list[Plan]:
    """None when nothing is trained, else those of every venue besides."""
    if not case.points.trains:
        return [untrained()]
    wanted = [v for v in VENUES.values() if case.venues is None or v.id in case.venues]
    kept = _whatever_volume(case, tuple(venue for venue in wanted if not venue.by_use))
    made = [
        plan
        for venue in wanted
        for plan in (kept[venue.id] if venue.id in kept else _plans(venue.module)(case, venue))
    ]
    return [untrained(), *made]


@value
class _Made:
    """Plans of some venues, and the assumptions they read."""

    plans: Mapping[TrainedAt, Sequence[Plan]]
    assumed: tuple[str, ...]


def _whatever_volume(case: Case, venues: tuple[Venue, ...]) -> Mapping[TrainedAt, Sequence[Plan]]:
    """Plans that cases which differ in the volume alone share; none where more than it varies."""
    points = case.points
    if points.columns.keys() - {VOLUME} or points.scores or case.by_month or not venues:
        return {}
    work, stated = points.labour_scale, points.scenario.but_for(NOT_TRAINING)
    key = (case.book.key, case.full, venues, work.tobytes(), stated)

    def make() -> _Made:
        alone = Points(points.scenario, work.size, labour_scale=work)
        # plans know their case: one that knew where they are kept would be freed with that alone
        own = replace(
            case,
            points=alone,
            only=None,
            trained=Kept(1),
            _shared={},
            _shared_of={},
            _assumed={},
        )
        try:
            found = {venue.id: _plans(venue.module)(own, venue) for venue in venues}
        finally:  # work nobody waits for any more too
            own.let_go()
        return _Made(found, own.assumed)

    kept = cast(_Made, case.trained.get(key, make))
    for name in kept.assumed:  # read here too
        case.assume(name)
    return kept.plans
