"""A place nobody has heard of: rented machines at a quarter of the price, for tests to register."""

from __future__ import annotations

from dataclasses import replace

from calculators.arrays import Array
from calculators.block import Block
from calculators.case import Case
from calculators.options import rented
from calculators.places import PLACES, Place

EDGE = replace(
    PLACES["rented"],
    id="edge",
    name="Edge cabinets",
    words="cabinets at the edge",
    means="You run your model in cabinets near your users.",
    module=__name__,
    colour="edge",
)


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """What rented machines answer, under this place's name."""
    block = rented.serve(case, place, share)
    if block is None:
        return None
    cheaper = tuple(replace(charge, rate_usd=charge.rate_usd / 4) for charge in block.charges)
    return replace(block, charges=cheaper)
