"""``/api/v1/history``: the answer at the prices of earlier days, as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from calculators.explore.history import MODES, Day, Equal, Held, Mode, Moved, history
from calculators.scenario import BadField, ScenarioError
from report.codec import Decoded, clip, decode

Json = dict[str, Any]
MODE = "mode"


def history_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input or a mode that is refused.
    """
    found = decode(query, strict=True, other=(MODE,))
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    made = history(found.scenario, found.book, _mode(dict(pairs).get(MODE, "")))
    months = found.scenario.horizon_months
    body = {
        "mode": made.mode,
        "edition": found.book.edition.isoformat(),
        "price_date": found.book.price_date.isoformat(),
        "rank_by": found.scenario.rank_by,
        "choice": made.choice,
        "days": [_day(day, months) for day in made.days],
        "held": {"count": len(made.held), "rows": [_held(row) for row in made.held]},
        "followed": list(made.followed),
        "left_out": made.left_out,
        "days_looked_at": made.looked_at,
    }
    return body, found


def _mode(text: str) -> Mode:
    if text and text not in MODES:
        raise ScenarioError([BadField(field=MODE, value=clip(text), allowed=" | ".join(MODES))])
    return next((mode for mode in MODES if mode == text), MODES[0])


def _day(day: Day, months: int) -> Json:
    best = next(iter(day.places), None)
    return {
        "day": day.day.isoformat(),
        "winner": best,
        "option": None if best is None else day.places[best].id,
        "places": {
            place: {"id": item.id, "cost_usd_per_month": item.usd / months}
            for place, item in day.places.items()
        },
        "break_even": _equal(day.equal),
        "choice_usd_per_month": None if day.choice_usd is None else day.choice_usd / months,
        "moved": [_moved(item, months) for item in day.moved],
        "held": day.held,
    }


def _equal(found: Equal | None) -> Json | None:
    if found is None:
        return None
    return {
        "first": found.first,
        "second": found.second,
        "requests_per_month": found.volume,
        "cheaper_below": found.cheaper_below,
    }


def _moved(item: Moved, months: int) -> Json:
    return {
        "key": item.key,
        "region": item.region,
        "old_usd": item.old_usd,
        "new_usd": item.new_usd,
        "old_held": item.was_held,
        "no_later_than": item.uncertain,
        "usd_per_month": {place: usd / months for place, usd in item.usd.items()},
    }


def _held(row: Held) -> Json:
    return {
        "key": row.key,
        "region": row.region,
        "known_from": row.known_from.isoformat(),
        "held_until": row.until.isoformat(),
        "why": row.why,
    }
