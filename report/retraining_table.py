"""Cadences and venues as flat records and in words: what the page and its file show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calculators.answer.flows import split
from calculators.explore.cadence_words import often
from calculators.places import PLACES, UNTRAINED
from report import words
from report.codec import Decoded
from report.retraining import retraining_body

Json = dict[str, Any]
NAMED: Mapping[float, str] = {
    0.0: "never",
    1 / 12: "yearly",
    1 / 3: "quarterly",
    1.0: "monthly",
    365 / 84: "weekly",
    30.0: "daily",
    730.0: "hourly",
    43_800.0: "every minute",
}
"""Retrainings a month -> what people call it."""
LIMITS: Mapping[str, str] = {
    "": "nothing",
    "continuous": "must learn online",
    "run_time": "a run takes too long",
    "online": "does not learn online",
    "own_model": "is not trained",
    "rule": "a rule forbids it",
    "missing": "a price is missing",
    "answers": "nothing to go with it",
}
"""What limits a venue, in a few words."""
POSSIBLE = ("", "continuous")


def retraining_rows(query: str) -> tuple[list[Json], Decoded]:
    """A row for every place of training and cadence."""
    body, found = retraining_body(query)
    rows = [
        {
            "trained_at": venue,
            "retrains_per_month": often_,
            "interval_hours": body["interval_hours"][turn],
            "usd_per_month": item["usd_per_month"][turn],
            "quality_usd_per_month": (item["quality_usd_per_month"] or {turn: None})[turn],
            "net_usd_per_month": item["net_usd_per_month"][turn],
            "option": item["candidate"][turn],
            "trained_on": item["trained_on"][turn],
            "run_hours": item["run_hours"][turn],
            "limit": limit(item, turn)["code"] or None,
            "limit_says": limit(item, turn)["text"],
        }
        for venue, item in body["venues"].items()
        for turn, often_ in enumerate(body["retrains_per_month"])
    ]
    return rows, found


def limit(venue: Json, point: int) -> Json:
    """What limits a venue at one cadence."""
    found: Json = next(item for item in venue["limits"] if item["from"] <= point <= item["to"])
    return found


_AS_GOOD_AS = 0.002
"""0.333 a month is said quarterly."""


def called(retrains_per_month: float) -> str:
    """A cadence as people say it: "monthly", "6.2 times a month"."""
    for value, name in NAMED.items():
        if abs(retrains_per_month - value) <= _AS_GOOD_AS * value:
            return name
    return often(retrains_per_month)


def last_possible(venue: Json, count: int) -> int | None:
    """The most frequent cadence at which a venue is possible; None where it never is."""
    found = [turn for turn in range(count) if venue["usd_per_month"][turn] is not None]
    return found[-1] if found else None


def place_of(candidate: str) -> str:
    """Where the cheapest candidate of a venue answers."""
    _, place, _ = split(candidate)
    return words.place(PLACES[place].id)


def sentence(body: Json) -> str:
    """The cheapest place of training at the scenario's cadence, and what it costs in all."""
    here = body["here"]
    when = called(body["retrains_per_month"][here])
    best = body["cheapest"][here]
    if best is None:
        return f"Trained again {when}, no place of training is possible."
    venue = body["venues"][best]
    usd = words.usd(venue["usd_per_month"][here])
    place = PLACES[split(venue["candidate"][here])[1]].words
    head = "Never trained again" if when == "never" else f"Trained again {when}"
    if best == UNTRAINED:
        return f"Used as published, without training, it costs least: {usd} a month, on {place}."
    return (
        f"{head}, a model {venue['words']} costs least: {usd} a month with the answers it gives "
        f"on {place}."
    )


def quality(body: Json) -> str:
    """The best cadence, or what it would take to say one."""
    if body["best"] is not None:
        return str(body["best"]["text"])
    if body["quality_counted"]:
        return "With lost quality counted, no place of training is possible at any cadence."
    return (
        "How often is best is not said: that needs what a point of quality is worth to you and "
        "how many points a model loses in a month (inputs, training). This is cost alone."
    )


def flips(body: Json) -> Sequence[Json]:
    """Where the cheapest place of training changes: ``{at, below, above}``, exact where it is."""
    x, cheapest = body["retrains_per_month"], body["cheapest"]
    found = []
    for turn in range(1, len(x)):
        before, after = cheapest[turn - 1], cheapest[turn]
        if before != after:
            at = _exact(body, before, after, x[turn - 1], x[turn])
            found.append({"at": at, "below": before, "above": after})
    return found


def _exact(body: Json, before: str | None, after: str | None, low: float, high: float) -> float:
    """The crossing of two places between neighbouring cadences; the upper one where none is."""
    pairs = (pair for pair in body["crossings"] if {pair["a"], pair["b"]} == {before, after})
    inside = (
        item["at"] for pair in pairs for item in pair["crossings"] if low <= item["at"] <= high
    )
    return float(next(inside, high))
