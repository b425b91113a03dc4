"""Tokens read and tokens written, each at a price of its own."""

from __future__ import annotations

import numpy as np

from calculators.market.forms.line import Asked, Form, Line, Lines


def _lines(asked: Asked, lines: Lines) -> Lines:
    found = [*lines]
    for quantity in ("input", "output"):
        meter = asked.services.meter(quantity)
        if meter is not None:
            held = asked.of(f"{quantity}_tokens", meter.rows)
            units = np.broadcast_to(held, (meter.rows.size, held.shape[1])) / meter.size_of_unit
            found.append(Line(meter, units))
    return found


FORM = Form("tokens", _lines)
