"""The answer on one page in finished words: what to do, what it costs, what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from calculators.places import PLACES
from calculators.results import Comparison, Exclusion, Option
from report import headline, words
from report.ranked import ranked
from report.used_values import name_of

MOST_FORBIDDEN = 4
"""Reasons named on a page that has a chart to show."""


def subject(comparison: Comparison) -> str:
    """The app and the volume everything speaks of."""
    scenario = comparison.scenario
    months = scenario.horizon_months
    return (
        f"{name_of(scenario, comparison.book)} · {words.number(scenario.requests_per_month)} "
        f"requests a month · {months} month{'s' if months != 1 else ''}"
    )


# --- now and at ten times the volume -----------------------------------------------------------
@dataclass(frozen=True)
class NowAndThen:
    """What it costs now and at ten times the volume."""

    heads: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]
    note: str  # what users pay besides; blank where it would not show


def now_and_then(comparison: Comparison) -> NowAndThen | None:
    """Place, cost a month and per user, now and at ten times; None where nothing is possible."""
    best, ten = comparison.cheapest, comparison.ten_times
    if best is None:
        return None
    cost = ranked(best, comparison)
    then = comparison.option(ten.option_id) if ten.option_id else None
    volume = comparison.scenario.requests_per_month
    spread = words.usd_range(cost.low_usd, cost.high_usd) if cost else words.MISSING
    return NowAndThen(
        ("", f"Now: {words.number(volume)} requests", f"At {words.number(volume * 10)} requests"),
        (
            ("Where", words.place(best.kind), words.place(then.kind) if then else words.MISSING),
            (
                "A month",
                words.usd(cost.monthly_usd if cost else None),
                words.usd(ten.monthly_usd),
            ),
            ("8 in 10 cases", spread, words.MISSING),
            (
                f"Per user and month{_some(best)}",
                words.usd_each(cost.usd_per_user_month if cost else None),
                words.usd_each(ten.usd_per_user_month),
            ),
        ),
        _besides(comparison),
    )


def _some(best: Option) -> str:
    """Of which users, where not all of them are served."""
    return f", of {words.percent(best.served_share)}" if best.served_share < 1 else ""


def _besides(comparison: Comparison) -> str:
    best = comparison.cheapest
    cost = ranked(best, comparison) if best else None
    if cost is None or not (cost.users_matter or cost.users_usd is None):
        return ""
    if cost.users_usd is None:
        return "What users pay besides is not known."
    return f"Users pay {words.usd(cost.users_usd)} a month besides (energy, battery, data)."


def flip(comparison: Comparison) -> str:
    """The nearest change of the answer along the volume."""
    if comparison.cheapest is None:
        return ""
    if not comparison.flips:
        return headline.no_flip(comparison)
    near = comparison.flips[0]
    return (
        f"It stops being cheapest {near.direction} {words.number(near.at)} requests a month, "
        f"where {PLACES[near.to_kind].words} would be."
    )


# --- what is forbidden -------------------------------------------------------------------------
@dataclass(frozen=True)
class Forbidden:
    """Places that one rule rules out."""

    places: str
    text: str
    change: str


def forbidden(comparison: Comparison) -> tuple[tuple[Forbidden, ...], int]:
    """What a rule forbids, and only that, and how many reasons the page leaves to a later one."""
    ruled_out = {item.kind for item in comparison.best_of_kind if item.status == "infeasible"}
    found = _grouped([item for item in comparison.excluded if item.kind in ruled_out])
    if comparison.cheapest is None:
        return found, 0
    return found[:MOST_FORBIDDEN], max(0, len(found) - MOST_FORBIDDEN)


def excluded(comparison: Comparison) -> tuple[tuple[str, tuple[Forbidden, ...]], ...]:
    """Every place that cannot be chosen, by why: ruled out, a figure missing, not offered."""
    called = {item.kind: words.status(item) for item in comparison.best_of_kind}
    by_word: dict[str, list[Exclusion]] = {}
    for item in comparison.excluded:
        by_word.setdefault(called.get(item.kind, words.STATUSES["infeasible"]), []).append(item)
    return tuple((word, _grouped(found)) for word, found in by_word.items())


def _grouped(found: Sequence[Exclusion]) -> tuple[Forbidden, ...]:
    """One entry for each reason, with the places it rules out."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in found:
        names = places.setdefault((item.text, item.change), [])
        name = words.place(item.kind)
        names.append(words.lower(name) if names else name)
    return tuple(
        Forbidden(", ".join(names), words.spoken(text).rstrip(".") + ".", change)
        for (text, change), names in places.items()
    )
