"""A place alone and behind the devices: two shares of the requests, worked out in one go.

What a place costs differs between the two in the share of the requests alone, and at few points
the way through its arithmetic is dearer than the figures. So all points stand twice in a case of
their own, first with every request, then with those that devices leave; each half is a block.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import Array, any_true
from calculators.block import Block
from calculators.case import Case, Only
from calculators.options.population import population
from calculators.options.registry import serve_place
from calculators.places import MANAGED_API, PLACES, AnswersAt, Place

MOST = 128  # points: of more of them the figures are the larger part, and one by one is as quick
EVERY: Array = np.ones(1)
EVERY.flags.writeable = False


def alone(case: Case, place: Place) -> Block | None:
    """The candidates of a place that answers every request."""
    hybrid = next((item for item in PLACES.values() if item.fallback == place.id), None)
    if hybrid is None or not _together(case, place, hybrid):
        return serve_place(case, place, EVERY)
    found = _halves(case, place)
    return None if found is None else found[0]


def behind(case: Case, hybrid: Place, share: Array) -> Block | None:
    """The candidates of the place behind the devices, for what these leave of a share (N,)."""
    place = PLACES[hybrid.fallback]
    if any_true(share != 1) or not _together(case, place, hybrid):
        left = share - population(case).reach
        return serve_place(case, replace(place, id=hybrid.id), left)
    found = _halves(case, place)
    return None if found is None else found[1]


def _together(case: Case, place: Place, hybrid: Place) -> bool:
    """Whether both are asked for and worth one go."""
    if case.size > MOST or case.by_month:
        return False
    if place.id == MANAGED_API and (case.points.trains or case.scenario.today):
        return False  # who may keep a model, and who is used today, differs with the devices
    return case.only is None or (place.id in case.only and hybrid.id in case.only)


def _halves(case: Case, place: Place) -> tuple[Block, Block] | None:
    """Every request, and those that devices leave; None where nothing is offered."""

    def make() -> tuple[Block, Block] | None:
        twice = case.shared("every point twice", lambda: _twice(case))
        left = np.broadcast_to(1 - population(case).reach, (case.size,))
        found = serve_place(twice, place, np.concatenate([np.ones(case.size), left]))
        for name in twice.assumed:  # both read it
            case.assume(name)
        if found is None:
            return None
        first, second = (slice(start, start + case.size) for start in (0, case.size))
        return found.part(first), found.part(second)

    return case.shared(f"{place.id} twice", make)


def _twice(case: Case) -> Case:
    """The same points one after the other, twice, with products of either place."""
    points = case.points.take(np.tile(np.arange(case.size), 2))
    only = None if case.only is None else _either(case.only)
    return replace(case, points=points, only=only, _shared={}, _shared_of={}, _assumed={})


def _either(only: Only) -> Only:
    """Products looked at in a place, or behind the devices."""
    found: dict[AnswersAt, frozenset[str] | None] = dict(only)
    for place in PLACES.values():
        if place.fallback in only and place.id in only:
            one, other = only[place.fallback], only[place.id]
            found[place.fallback] = None if one is None or other is None else one | other
    return found
