"""Units of one request: images, pages, characters, seconds, or its tokens at one price."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.market.forms.line import Asked, Form, Line, Lines
from calculators.market.services import COUNTED, Meter

HELD = {
    "token": ("input_tokens", "output_tokens"),
    "audio_second": ("audio_seconds",),
    "character": ("characters",),
}
"""Base of a unit -> what of a request counts in it."""


def size(asked: Asked, meter: Meter) -> Array:
    """What one request holds in the base of each tariff's unit (T, N)."""
    found = []
    for row, base in zip(meter.rows.tolist(), meter.bases, strict=True):
        held = np.ones(1)
        if base not in COUNTED:
            parts = [asked.of(name, np.array([row]))[0] for name in HELD[base]]
            held = np.sum(np.broadcast_arrays(*parts), axis=0)
        found.append(held)
    return np.stack(np.broadcast_arrays(*found))


def _lines(asked: Asked, lines: Lines) -> Lines:
    meter = asked.services.meter("standard")
    if meter is None:
        return lines
    return [*lines, Line(meter, size(asked, meter) / meter.size_of_unit)]


FORM = Form("per unit", _lines)
