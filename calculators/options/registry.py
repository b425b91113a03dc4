"""From a place's record to the module that prices it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import cast

from calculators.arrays import Array
from calculators.block import Block
from calculators.case import Case
from calculators.places import Place

Serve = Callable[[Case, Place, Array], Block | None]
"""A place's candidates for a share (N,) of the requests; None where nothing is offered."""
PACKAGE = "calculators.options"


@cache
def _serve(module: str) -> Serve:
    full = module if "." in module else f"{PACKAGE}.{module}"
    return cast(Serve, import_module(full).serve)


def serve_place(case: Case, place: Place, share: Array) -> Block | None:
    """Every candidate of a place, by the module its record names."""
    return _serve(place.module)(case, place, share)
