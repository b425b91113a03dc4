"""Fees beside the units: a base fee for each month, a fee for each request."""

from __future__ import annotations

import numpy as np

from calculators.market.forms.line import Asked, Form, Line, Lines

MONTHLY, EACH = "base_fee", "request_fee"


def _lines(asked: Asked, lines: Lines) -> Lines:
    found = [*lines]
    base = asked.services.fee(MONTHLY)
    if base is not None:  # the price of one month, in whatever time it is written
        months = np.array([[asked.month / size] for size in base.size_of_unit[:, 0]])
        found.append(Line(base, months, per="month", named="Base fee", allowance=False))
    each = asked.services.fee(EACH)
    if each is not None:
        once = 1.0 / each.size_of_unit
        found.append(Line(each, once, named="Fee for each request", allowance=False))
    return found


FORM = Form("fees", _lines)
