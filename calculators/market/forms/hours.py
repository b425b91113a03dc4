"""Peak hours: prices that hold in some hours of the week, by the share of the load in them."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from calculators.arrays import Array, any_true
from calculators.checks import Gap
from calculators.market.forms.line import HOURS_PER_WEEK, Asked, Form, Lines

WORDS = ", peak hours"
_HOURS = re.compile(r"(\d\d)-(\d\d)")
_DAYS = re.compile(r"([1-7])-([1-7]) ")


@cache
def hours_of(text: str) -> tuple[bool, ...]:
    """Which hours of a week from Monday on a row's words name; raises ValueError.

    ``1-5 01-04 06-10``: Monday to Friday, from 1 to 4 and from 6 to 10, UTC. Several sets of days
    are parted by a semicolon.
    """
    week = np.zeros((7, 24), dtype=bool)
    for part in text.split(";"):
        days = _DAYS.match(part.strip() + " ")
        spans = _HOURS.findall(part)
        if days is None or not spans:
            raise ValueError(f"{text!r} is not written as in: 1-5 01-04 06-10")
        for first, last in spans:
            week[int(days[1]) - 1 : int(days[2]), int(first) : int(last)] = True
    return tuple(week.reshape(HOURS_PER_WEEK).tolist())


def at_peak(asked: Asked) -> Array:
    """Share of the requests within each service's peak hours (C, N)."""
    words = [row.peak_hours if row else "" for row in asked.terms]
    if not any(words):
        return np.zeros((1, 1))
    by_hour = asked.by_hour()
    none = np.zeros(by_hour.shape[0])
    shares = [by_hour[:, np.array(hours_of(text))].sum(-1) if text else none for text in words]
    return np.stack(shares)


def _lines(asked: Asked, lines: Lines) -> Lines:
    share = at_peak(asked)
    if not any_true(share):
        return lines
    found = []
    for line in lines:
        found += line.moved(asked.services.meter(f"peak_{line.meter.name}"), share, WORDS)
    return found


def _gaps(asked: Asked) -> list[Gap]:
    """Requests in peak hours of services whose price for them was not seen."""
    inside = at_peak(asked) > 0
    if not any_true(inside):
        return []
    lacks = np.zeros(asked.size, dtype=bool)
    for quantity in ("input", "output"):
        lacks |= asked.services.bills(quantity) & ~asked.services.bills(f"peak_{quantity}")
    rows = asked.services.rows
    return [Gap(inside & lacks[:, None], lambda i, _: f"{rows[i].name}: price of peak hours")]


FORM = Form("peak hours", _lines, _gaps)
