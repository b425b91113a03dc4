"""Part units that are rounded up once for a month and a feature, not for each request."""

from __future__ import annotations

from dataclasses import replace

from calculators.arrays import any_true
from calculators.market.forms.line import Asked, Form, Lines, flags


def _lines(asked: Asked, lines: Lines) -> Lines:
    own = flags(asked, lambda row: row.monthly_rounding == "yes")
    if not any_true(own):
        return lines
    return [replace(line, whole_months=own[line.rows]) for line in lines]


FORM = Form("rounding by month", _lines)
