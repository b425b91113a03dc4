"""Which inputs may vary over the points of one evaluation, and which decide too much for that.

Most fields enter the arithmetic as arrays. Others decide things for all points together: which
machines hold the model, which of two prices is charged, whether anything is trained. Those are
evaluated value by value (:func:`calculators.sweeps.along`); giving them to one evaluation is an
error, never a wrong figure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calculators.arrays import Array

APART: Mapping[str, str] = {
    "params_millions": "which machines hold the model is decided for all points together",
    "active_params_millions": "which machines hold the model is decided for all points together",
    "gflops_per_request": "machines are estimated for all points together",
    "input_tokens": "the memory of a request is estimated for all points together",
    "output_tokens": "the memory of a request is estimated for all points together",
    "cached_input_share": "machines are estimated for all points together",
    "audio_seconds": "machines are estimated for all points together",
    "can_wait_hours": "batch prices are charged at all points or at none",
}
"""Fields that are no axis of one evaluation, and why."""
ACROSS_ZERO: Mapping[str, str] = {
    "retrains_per_month": "with nothing else trained, 0 means no training at all",
    "realtime_fps": "0 means no live picture",
}
"""Fields that are an axis on either side of 0, not across it."""


class NotAnAxis(ValueError):
    """A field cannot vary over the points of one evaluation."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        super().__init__(f"{field} cannot vary within one evaluation: {why}; use sweeps.along")


def together(field: str, values: Array, *, trains: bool) -> bool:
    """Whether one evaluation may hold these values of a field; ``trains`` whatever the cadence."""
    return not _fault(field, values, trains)


def check(axes: Mapping[str, Array], *, trains: bool) -> None:
    """Raise :class:`NotAnAxis` for the first field that may not vary as asked."""
    for field, values in axes.items():
        why = _fault(field, values, trains)
        if why:
            raise NotAnAxis(field, why)


def _fault(field: str, values: Array, trains: bool) -> str:
    if values.size < 2 or np.all(values == values.flat[0]):
        return ""
    if field == "retrains_per_month" and trains:
        return ""
    if field in ACROSS_ZERO and np.any(values > 0) != np.all(values > 0):
        return ACROSS_ZERO[field]
    return APART.get(field, "")
