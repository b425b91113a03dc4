"""``/api/v1/retraining``: cost by place of training from never to continuous, as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from calculators.answer.first_release import first_release
from calculators.arrays import Array
from calculators.explore.cadence import Best, Cadence, Curve, Limit, RentOrOwn, Venue, cadence
from calculators.market.premium import Premium
from calculators.results import LineItem
from report.break_even import body as crossings_of
from report.codec import Decoded, decode
from report.first_release import as_json

Json = dict[str, Any]


def retraining_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input that is refused.
    """
    found = decode(query, strict=True)
    return body(cadence(found.scenario, found.book)), found


def body(made: Cadence) -> Json:
    """Everything said about cadences (fields: docs/api.md)."""
    return {
        "retrains_per_month": made.retrains_per_month.tolist(),
        "interval_hours": numbers(made.interval_hours),
        "here": made.here,
        "quality_counted": made.quality_counted,
        "venues": {
            name: {
                **_venue(item),
                "curve": _curve(made.curve(name)),
                "best": _best(made.best_of[name]),
                **_here(made, name),
            }
            for name, item in made.venues.items()
        },
        "cheapest": [name or None for name in made.cheapest],
        "crossings": [crossings_of(pair) for pair in made.crossings],
        "rent_or_own": _rent_or_own(made.rent_or_own),
        "best": _best(made.best),
    }


def _venue(item: Venue) -> Json:
    lost = item.quality_usd_per_month
    return {
        "words": item.name,
        "usd_per_month": numbers(item.usd_per_month),
        "candidate": [name or None for name in item.candidates],
        "trained_on": [name or None for name in item.products],
        "run_hours": numbers(item.run_hours),
        "limits": _limits(item.limits),
        "quality_usd_per_month": None if lost is None else numbers(lost),
        "net_usd_per_month": numbers(item.net_usd_per_month),
    }


def _curve(found: Curve) -> Json:
    """A line as it is drawn."""
    return {
        "retrains_per_month": found.retrains_per_month.tolist(),
        "usd_per_month": numbers(found.usd_per_month),
    }


def _here(made: Cadence, name: str) -> Json:
    """What is known of a venue at the scenario's own cadence; ``null`` where it is not possible."""
    found = made.chosen(name, made.here)
    if found is None:
        return dict.fromkeys(("cycle", "reduced_dataset", "premium", "first_release"))
    weeks = first_release(
        found.items, found.explained, found.answers_at, made.scenario, made.look.book
    )
    return {
        "cycle": _cycle(found.items, made.scenario.horizon_months),
        "reduced_dataset": None if found.trial is None else asdict(found.trial),
        "premium": _premium(found.premium),
        "first_release": as_json(weeks),
    }


def _cycle(items: Sequence[LineItem], months: int) -> list[Json]:
    return [
        {
            "name": item.name,
            "payer": item.payer,
            "period": item.period,
            "category": item.category,
            "usd_per_month": item.amount_usd / months,
            "basis": item.basis,
        }
        for item in items
    ]


def _premium(found: Premium | None) -> Json | None:
    if found is None:
        return None
    return {**asdict(found), "ratio": found.ratio, "text": found.text}


def _limits(found: Sequence[Limit]) -> list[Json]:
    """What limits a venue, a run of like points once: ``from`` and ``to`` are indices."""
    made: list[Json] = []
    for point, item in enumerate(found):
        if made and made[-1]["code"] == item.code:
            made[-1]["to"] = point
        else:
            made.append({"code": item.code, "from": point, "to": point, "text": item.text})
    return made


def _rent_or_own(found: RentOrOwn) -> Json:
    return {
        "verdict": found.verdict,
        "owning_from": found.at,
        "low": found.low,
        "high": found.high,
        "gap_low_usd_per_month": found.gap_low_usd,
        "gap_high_usd_per_month": found.gap_high_usd,
        "gap_here_usd_per_month": found.gap_here_usd,
        "decides": found.decides or None,
        "decides_usd_per_month": found.decides_usd,
        "text": found.text,
    }


def _best(found: Best | None) -> Json | None:
    if found is None:
        return None
    return {
        "venue": found.venue,
        "retrains_per_month": found.retrains_per_month,
        "usd_per_month": found.usd_per_month,
        "quality_usd_per_month": found.quality_usd_per_month,
        "net_usd_per_month": found.net_usd_per_month,
        "text": found.text,
    }


def numbers(values: Array) -> list[float | None]:
    """Figures as JSON has them: what is not finite is ``null``."""
    return [value if math.isfinite(value) else None for value in values.tolist()]
