"""A crossing as it reads in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from calculators.answer.words import money, place
from calculators.explore.axis import NEAR, VOLUME, Axis
from calculators.percents import percent
from calculators.results import Category, Crossing

Naming = Callable[[str], str]
"""A place or the id of a candidate -> its words."""


def value(axis: Axis, at: float, unit: str | None = None) -> str:
    """A value with its unit."""
    said = axis.unit if unit is None else unit
    if axis.name == VOLUME:
        return f"{at:,.0f} requests a month"
    number = f"{at:,.0f}" if axis.whole else f"{at:,.5g}"
    return f"{number} {said}".strip()


def number(axis: Axis, at: float) -> str:
    """A value without its unit."""
    return value(axis, at).split(" ")[0]


def crossings(axis: Axis, found: Sequence[Crossing], name: Naming = place) -> str:
    """All crossings of two places, or of what ``name`` puts into words."""
    return "; ".join(_crossing(axis, item, name) for item in found) + "."


def _crossing(axis: Axis, item: Crossing, name: Naming) -> str:
    below, above = name(item.below), name(item.above)
    if item.until is not None:
        return (
            f"between {number(axis, item.at)} and {number(axis, item.until)} the steps of whole "
            f"machines change it back and forth; above, {above}"
        )
    if item.last_below is not None and item.first_above is not None:
        if item.kind == "feasibility":
            return _allowed(axis, item, below, above)
        if axis.whole:
            last, first = value(axis, item.last_below), value(axis, item.first_above)
            return f"up to {last} {below}; from {first} {above}"
    if item.last_below == item.at == 0:
        return f"at {value(axis, 0)} {below}, above {above}"
    return f"below {value(axis, item.at)} {below}, above {above}"


def _allowed(axis: Axis, item: Crossing, below: str, above: str) -> str:
    """The last and the first value at which a place is allowed."""
    assert item.last_below is not None
    assert item.first_above is not None
    ends = item.at == item.last_below
    why = "that is no longer allowed" if ends else "it becomes allowed"
    if axis.name == VOLUME:
        # allowed at whole requests: up to the last, from the next
        last = np.floor(item.at * (1 + NEAR)) if ends else np.ceil(item.at / (1 + NEAR)) - 1
        up_to, start = f"{last:,.0f} requests a month", f"{last + 1:,.0f}"
    else:
        up_to, start = value(axis, item.last_below), number(axis, item.first_above)
    return f"up to {up_to} {below}; from {start}, where {why}, {above}"


def never(cheaper: str, low: float | None, high: float | None) -> str:
    """One side is cheaper all along, by so much a month at the ends where both are priced."""
    ends = {"low": low, "high": high}
    known = {end: f"{money(abs(gap))} a month" for end, gap in ends.items() if gap is not None}
    gaps = dict.fromkeys(known.values())
    both = "both ends" if len(gaps) == 1 else "the ends"
    where = both if len(known) > 1 else f"the {''.join(known)} end"
    told = f"; the gap is {' and '.join(gaps)} at {where}" if known else ""
    return f"Cheaper all along: {cheaper}{told}."


CATEGORY: Mapping[Category, str] = MappingProxyType(
    {
        "work": "work",
        "compute": "computing or what a service charges",
        "training": "training",
        "network": "delivery and network",
        "energy": "energy and hosting",
        "purchase": "the purchase, less resale",
        "users": "what users pay",
        "fixed": "fixed costs of your own",
    }
)


def mostly(parts: Sequence[tuple[Category, float]]) -> str:
    """What makes most of the gap, at each end where both are priced (category, USD a month)."""
    if not parts:
        return ""
    names = list(dict.fromkeys(CATEGORY[name] for name, _ in parts))
    amounts = " and ".join(dict.fromkeys(money(abs(usd)) for _, usd in parts))
    what = " What differs most is"  # it may be more than the gap: others make up for it
    if len(names) == 1:
        return f"{what} {names[0]} ({amounts} a month)."
    return f"{what} {names[0]} at the low end and {names[1]} at the high end ({amounts})."


def not_together(first: tuple[str, bool], second: tuple[str, bool]) -> str:
    """Two sides, in words and whether each is allowed anywhere along the axis."""
    shut = [name for name, somewhere in (first, second) if not somewhere]
    if not shut:
        return "They are never both allowed."
    return f"They are never both allowed; nowhere on this axis: {', '.join(shut)}."


def unseen(axis: Axis, resolution: float) -> str:
    """Within what distance crossings may be missed."""
    of = "range looked at" if axis.straight else "volume" if axis.name == VOLUME else "value"
    return f" Crossings less than {percent(resolution, 2)} of the {of} apart may be missed."
