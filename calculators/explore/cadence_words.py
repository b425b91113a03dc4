"""Sentences about training venues and cadences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from calculators.answer.words import money
from calculators.explore.words import CATEGORY
from calculators.places import UNTRAINED, VENUES, TrainedAt
from calculators.results import Category, Crossing

WORDS: Mapping[TrainedAt, str] = MappingProxyType(
    {
        UNTRAINED: "used as published",
        "managed_api": "trained on a managed service",
        "hosted_platform": "trained on a hosted platform",
        "rented": "trained on rented machines",
        "owned": "trained on own machines",
        "device": "trained on the users' devices",
    }
)
"""What is done with a model at a venue."""


def venue(name: TrainedAt) -> str:
    """A venue after "the model is"."""
    return WORDS.get(name, name)


def venue_alone(name: TrainedAt) -> str:
    """A venue as a side of a break-even."""
    return "no training" if name == UNTRAINED else f"training on {ON[name]}"


ON: Mapping[TrainedAt, str] = MappingProxyType(
    {name: WORDS[name].removeprefix("trained on ") for name in VENUES}
)


def often(retrains_per_month: float) -> str:
    """A cadence in words, after "trained again".

    >>> [often(x) for x in (0, 1, 30, 2.5)]
    ['never', 'once a month', '30 times a month', '2.5 times a month']
    >>> [often(x) for x in (999.7, 12_476.4)]
    ['1,000 times a month', '12,476 times a month']
    """
    if retrains_per_month == 0:
        return "never"
    if retrains_per_month == 1:
        return "once a month"
    # 999.5 and more would round to 1e+03
    digits = ",.3g" if retrains_per_month < LARGE - 0.5 else ",.0f"
    return f"{retrains_per_month:{digits}} times a month"


LARGE = 1000.0
"""From here on whole numbers."""


def published_not_enough() -> str:
    """A model of one's own is asked for."""
    return "You asked for a model of your own; one used as published is none."


def published_never_learns() -> str:
    """What is published is not trained by us."""
    return "A model used as published is never trained again."


def nothing_published() -> str:
    """Nothing that may answer is offered untrained."""
    return "Nothing that may be used here answers without training."


def nothing_trains(name: TrainedAt) -> str:
    """No product at a venue."""
    return f"Nothing we know can be {venue(name)} for this task."


def nothing_answers(name: TrainedAt) -> str:
    """What could be trained may answer nowhere."""
    return f"A model {venue(name)} is allowed to answer nowhere here."


def missing(what: Sequence[str]) -> str:
    """A price or figure that lacks."""
    return f"Not priced: {'; '.join(what)}."


def not_both(shut: Sequence[TrainedAt]) -> str:
    """Renting and owning cannot be compared."""
    if not shut:
        return "Renting and owning are never both possible at one cadence."
    names = " and ".join(ON[name] for name in shut)
    return f"Not comparable: training on {names} is possible at no cadence."


def rent_or_own(
    verdict: str,
    crossings: Sequence[Crossing],
    gaps: Sequence[tuple[float, float]],
    decides: tuple[Category, float],
) -> str:
    """Rent or own by cadence: where it flips, the gap at some cadences, and what makes the last.

    ``gaps`` are cadences and USD a month by which owning is dearer there. Sentences are short: one
    a stretch, one a gap.
    """
    category, usd = decides
    if verdict == "never":
        head = ["Training on own machines is never the cheaper one."]
    elif verdict == "always":
        head = ["Training on own machines is the cheaper one all along."]
    else:
        head = _stretches(crossings)
    sides = [_gap(cadence, gap) for cadence, gap in gaps]
    most = (
        f"There the biggest difference is {CATEGORY[category]}: {money(abs(usd))} a month "
        f"{'more' if usd > 0 else 'less'} with own machines."
    )
    return " ".join([*head, *sides, most])


def _gap(retrains_per_month: float, usd: float) -> str:
    """What own machines cost more or less at one cadence."""
    never = retrains_per_month == 0
    when = "never trained again" if never else f"trained again {often(retrains_per_month)}"
    more = "more" if usd > 0 else "less"
    return f"If the model is {when}, own machines cost {money(abs(usd))} a month {more}."


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= LARGE else f"{value:,.3g}"


def _stretches(crossings: Sequence[Crossing]) -> list[str]:
    """One sentence for each stretch of cadences, from the least on."""
    first = crossings[0]
    below = ON.get(first.below, first.below)
    until = f"Up to {_number(first.at)} trainings a month"
    said = [f"{until} {below} are cheaper to train on{_only(first)}."]
    for item, after in zip(crossings, [*crossings[1:], None], strict=True):
        start = item.at if item.until is None else item.until
        if item.until is not None:
            said.append(
                f"From {_number(item.at)} to {_number(start)} it turns back and forth, with each "
                "machine that is added."
            )
        until = f"Above {_number(start)}"
        if after is not None:
            until = f"From {_number(start)} to {_number(after.at)}"
        said.append(f"{until} {ON.get(item.above, item.above)} are cheaper{_only(item)}.")
    return said


def _only(item: Crossing) -> str:
    """Where a side starts or stops being possible, the other may stand alone."""
    return ", or the only ones possible" if item.kind == "feasibility" else ""


def best(name: TrainedAt, retrains_per_month: float, net_usd: float) -> str:
    """The best venue and cadence."""
    return (
        f"Cost and lost quality together are least trained again {often(retrains_per_month)}, "
        f"{venue(name)}: {money(net_usd)} a month."
    )
