"""Premiums for processing within a region: a part of every price on top of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import Array, any_true
from calculators.market.forms.line import Asked, Form, Line, Lines

PLACES = {"us": "the United States", "eu": "the European Union"}


def _lines(asked: Asked, lines: Lines) -> Lines:
    region = asked.services.region
    if region not in PLACES or not asked.stays:
        return lines
    rates = [getattr(row, f"residency_{region}_pct", None) for row in asked.terms]
    premium = np.array([[(rate or 0.0) / 100] for rate in rates])
    if not any_true(premium):
        return lines
    return [*lines, *(found for line in lines for found in _on_top(asked, line, premium))]


def _on_top(asked: Asked, line: Line, premium: Array) -> list[Line]:
    rows = np.array([row for row in line.rows if premium[row, 0] > 0], dtype=np.intp)
    if not rows.size:
        return []
    part, _ = line.meter.of_rows(rows)
    places = np.array([line.rows.tolist().index(row) for row in part.rows], dtype=np.intp)
    return [
        replace(
            line,
            meter=part,
            units=line.units[places],
            scale=premium[part.rows] * (1.0 if line.scale is None else line.scale[places]),
            sources=tuple(asked.services.terms_source(int(row)) for row in part.rows),
            named=f"{line.name}: processing in {PLACES[asked.services.region]}",
        )
    ]


FORM = Form("residency", _lines)
