"""The figures at the top of the page and of the report."""

from __future__ import annotations

import math
from dataclasses import dataclass

from calculators.explore.axis import FACTOR, VOLUME
from calculators.results import Comparison, Option
from calculators.scenario import Scenario, bounds
from report import words
from report.ranked import ranked


@dataclass(frozen=True)
class Figure:
    """A headline figure: what it is, its value with 3 significant figures, and its range."""

    label: str
    value: str
    note: str


def figures(comparison: Comparison) -> tuple[Figure, ...]:
    """Cost a month, per user, next flip and biggest lever; nothing when no place is possible."""
    best = comparison.cheapest
    if best is None:
        return ()
    return (
        monthly(best, comparison),
        per_user(best, comparison),
        next_flip(comparison),
        lever(comparison),
    )


def monthly(best: Option, comparison: Comparison) -> Figure:
    """What the cheapest option costs a month, and at ten times the volume."""
    cost = ranked(best, comparison)
    if cost is None:
        return Figure("Cost a month", words.MISSING, "not priced")
    note = _mean(comparison) + f"8 in 10 cases: {words.usd_range(cost.low_usd, cost.high_usd)}"
    if comparison.ten_times.monthly_usd is not None:
        note += f"; at 10 times the volume {words.usd(comparison.ten_times.monthly_usd)}"
    if cost.users_matter:
        note += f"; users pay {words.usd(cost.users_usd)} on top"
    if cost.users_usd is None:
        note += "; what users pay is not known"
    return Figure("Cost a month", words.usd(cost.monthly_usd), note)


def _mean(comparison: Comparison) -> str:
    """Over what a month's cost is the mean, where months are not alike."""
    scenario = comparison.scenario
    if not scenario.growth_pct_per_month:
        return ""
    return f"mean of {scenario.horizon_months} months; "


def per_user(best: Option, comparison: Comparison) -> Figure:
    """The same for each user served."""
    grown = comparison.ten_times.usd_per_user_month
    note = f"at 10 times the volume: {words.usd_each(grown)}"
    if best.served_share < 1:
        note = f"of the {words.percent(best.served_share)} of users it serves; {note}"
    cost = ranked(best, comparison)
    if users(comparison.scenario) < 1:
        return Figure("Per user a month", words.MISSING, "fewer than one user a month")
    each = words.usd_each(cost.usd_per_user_month if cost else None)
    return Figure("Per user a month", each, note)


def users(scenario: Scenario) -> float:
    """People who use the app in its first month."""
    return scenario.requests_per_month / scenario.requests_per_user_per_month


def users_words(scenario: Scenario) -> str:
    """The same in words: "100,000 users", "1 user", "under 1 user"."""
    many = users(scenario)
    if many < 1:
        return "under 1 user"
    return f"{words.number(many)} user{'' if many == 1 else 's'}"


def next_flip(comparison: Comparison) -> Figure:
    """Where another place becomes cheapest: looked for along the volume when it is asked for."""
    if not comparison.flips:
        alone = comparison.runner_up is None
        low, high = (words.short(end) for end in looked_over(comparison.scenario))
        holds = f"the answer holds from {low} to {high} requests a month"
        return Figure("Next flip", "none", "no other place is allowed" if alone else holds)
    nearest = comparison.flips[0]
    value = f"{nearest.direction} {words.short(nearest.at)}"
    return Figure("Next flip", value, f"requests a month: {words.place(nearest.to_kind)}")


def looked_over(scenario: Scenario) -> tuple[float, float]:
    """From which volume to which flips are looked for: three decades each way."""
    least, most, _ = bounds(VOLUME)
    volume = scenario.requests_per_month
    return max(volume / FACTOR, least or 0.0), min(volume * FACTOR, most or math.inf)


def no_flip(comparison: Comparison) -> str:
    """That no other volume changes the answer, as far as was looked; blank for a place alone."""
    if comparison.runner_up is None:
        return ""  # the reason says that no other place is allowed
    low, high = (words.number(end) for end in looked_over(comparison.scenario))
    return f"No other place becomes cheapest from {low} to {high} requests a month."


def labour(comparison: Comparison) -> str:
    """Whether other hours of work change the answer; blank for a place alone: none could win."""
    return comparison.labour_text if comparison.runner_up is not None else ""


def lever(comparison: Comparison) -> Figure:
    """The cost that decides most."""
    found = comparison.lever
    if found is None:
        return Figure("Biggest lever", words.MISSING, "no cost stands out")
    return Figure("Biggest lever", found.name, found.text)
