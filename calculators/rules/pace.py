"""How often something can be trained: a run against the time until the next, and without pause.

Retrained every hour or more often a product has to learn online, from what comes in as it comes.
Services and platforms say whether they do (``continuous_learning`` of their row); on machines of
one's own software it is up to that software.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.arrays import Array, BoolArray, filled
from calculators.case import Case
from calculators.checks import Check
from calculators.costs import run_time
from calculators.places import MANAGED_API
from calculators.results import Finding, Needed
from pricing.schema import ServiceRow
from pricing.units import HOURS_PER_MONTH

CONTINUOUS = 730.0
"""Retrainings a month from which on training is continuous: every hour."""
RULE = "learning online"
LESS_OFTEN = "retrain less often than every hour"
SELDOMER = Needed("retrains_per_month", CONTINUOUS - 1)
OFTEN = "Training: retrained every hour or more often, "


def hours_between(case: Case) -> Array:
    """Hours from one retraining to the next (N,); infinite where there is none."""
    with np.errstate(divide="ignore"):
        return np.asarray(HOURS_PER_MONTH / case["retrains_per_month"])


def too_slow(case: Case, hours: Array) -> Check:
    """A run longer than the time between retrainings never finishes; ``hours`` (N,).

    ``hours`` is wall clock from the order to the result, wherever it runs.
    """
    between = hours_between(case)
    late = filled(hours, 0.0) > between

    def say(_: int, point: int) -> Finding | None:
        takes = float(hours[point if hours.size > 1 else 0])
        due = float(between[point if between.size > 1 else 0])
        if not np.isfinite(due) or np.isnan(takes):
            return None
        text = f"Training: One run takes {_takes(takes, due)}."
        if not late[point if late.size > 1 else 0]:
            return Finding("training time", "pass", text)
        needs = (Needed("retrains_per_month", _slower(takes)),)
        return Finding("training time", "fail", text, "retrain less often", needs=needs)

    return Check(late[None], say, hours, between)


def _slower(hours: float) -> float:
    """A cadence at which a run is done before the next one begins, to three digits."""
    most = HOURS_PER_MONTH / hours
    step = 10.0 ** (np.floor(np.log10(most)) - 2)
    return float(np.floor(most / step) * step)


def _takes(hours: float, due: float) -> str:
    """Hours of a run against those until the next, in minutes where hours would say nothing."""
    if min(hours, due) >= 1:
        return f"{hours:,.1f} hours; retraining is due every {due:,.1f}"
    taken, until = (f"{h:,.1f} hours" if h >= 1 else f"{h * 60:.2g} minutes" for h in (hours, due))
    return f"{taken}; retraining is due every {until}"


def continuous(case: Case) -> BoolArray:
    """Where training is continuous, (1,) or (N,)."""
    return np.asarray(case["retrains_per_month"] >= CONTINUOUS)


def unable(case: Case, said: Sequence[str]) -> BoolArray:
    """Where products that are known not to would have to (C, N) or (C, 1)."""
    cannot = np.array([word == "no" for word in said], dtype=bool)[:, None]
    return np.asarray(cannot & continuous(case))


def product(case: Case, name: str, word: str, point: int) -> Finding | None:
    """What is said of a product at a point: ``word`` is yes, no or unknown."""
    always = continuous(case)
    if not always[point if always.size > 1 else 0]:
        return None
    if word == "yes":
        text = f"Training: {name} learns online, from what comes in as it comes."
        return Finding(RULE, "pass", text)
    if word == "no":
        text = f"{OFTEN}it must learn online; {name} does not."
        return Finding(RULE, "fail", text, LESS_OFTEN, needs=(SELDOMER,))
    text = f"{OFTEN}it must learn online; whether {name} does is not stated."
    return Finding(RULE, "caution", text, LESS_OFTEN)


def own_software(case: Case, month_hours: Array) -> Check:
    """A word on what continuous training buys, where the software is one's own.

    ``month_hours`` (1,) or (N,): hours of machines a month.
    """
    always = continuous(case)

    def say(_: int, point: int) -> Finding | None:
        hours = float(month_hours[point if month_hours.size > 1 else 0])
        if not always[point if always.size > 1 else 0] or np.isnan(hours):
            return None
        text = (
            f"{OFTEN}machines work {hours:,.0f} hours a month (a month has {HOURS_PER_MONTH:.0f}). "
            "That pays only where the model learns online, from what came in since the last time; "
            "without, it is cost alone."
        )
        return Finding(RULE, "caution", text, LESS_OFTEN)

    return Check(np.zeros((1, 1), dtype=bool), say)


def services(case: Case, rows: Sequence[ServiceRow]) -> list[Check]:
    """Rules of C services on how often each can be trained; none on those that are not trained.

    One that learns online takes in what comes as it comes: it is bound by no run's time.
    """
    words = [row.continuous_learning if row.trainable == "yes" else "" for row in rows]
    slow = too_slow(case, run_time.service_hours(case, MANAGED_API))
    bound = np.array([word not in ("", "yes") for word in words], dtype=bool)[:, None]

    def late(candidate: int, point: int) -> Finding | None:
        return slow.finding(0, point) if bound[candidate, 0] else None

    def online(candidate: int, point: int) -> Finding | None:
        word = words[candidate]
        return product(case, rows[candidate].name, word, point) if word else None

    return [
        Check(np.asarray(bound & slow.fails), late),
        Check(unable(case, words), online),
    ]
