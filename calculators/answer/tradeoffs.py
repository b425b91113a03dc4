"""What each place means for an app, concern by concern, each in a unit of its own.

The concerns are those of the article behind this product: whose model, whose data, where they go,
without a network, how fast, what leaving costs, who keeps the model fresh, how much work, how many
platforms, whether the model can be copied, what growth costs, what users pay. A figure is computed
by the one evaluation or read from a table; none is a score. Missing is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Literal

import numpy as np

from calculators.answer.first_release import first_release
from calculators.answer.flows import Flows, flows, products
from calculators.answer.leaving import Leaving, leaving
from calculators.arrays import Array
from calculators.block import EVERYONE, at
from calculators.case import Case
from calculators.costs import delivery, labour, network
from calculators.estimators.question import SIZE
from calculators.evaluation import Evaluation, Pair, evaluate
from calculators.memory import Memory
from calculators.options.device import updates_usd
from calculators.options.managed_api import offered
from calculators.options.population import mean_known, population
from calculators.percents import percent
from calculators.places import DEVICE, MANAGED_API, PLACES, UNTRAINED, AnswersAt, Place
from calculators.points import Points
from calculators.results import Comparison, DataGoes, Finding, LineItem, Option, Status
from calculators.training.device import Run
from calculators.work import kind
from pricing.book import PriceBook, Source
from pricing.kept import cached_property
from pricing.records import record, value

Better = Literal["less", "more"]
VOLUMES = np.array([1.0, 2.0])
"""The scenario's volume, and the second one that growth is measured at."""
HERE, TWICE = 0, 1
PICTURES = frozenset({"vision", "image_generation"})
"""Kinds of models that answer pictures, which may be live."""
UNPROTECTED, TAKEN_OUT = "apps_models_unprotected", "apps_models_taken_out"
ASSUMED = (UNPROTECTED, TAKEN_OUT)
"""Assumptions behind how exposed a model is."""
PER_PLATFORM = "conversion_hours_per_platform"
SLOW = 0.95
SAME = 1e-9  # figures nearer than this, as a share, are the same but for rounding


@value
class Concern:
    """Something a place is asked; ``better`` says which of two figures nobody would not prefer.

    Figures nearer than ``step`` to each other, or ``shown`` alike, read the same: none is better.
    """

    id: str
    unit: str
    better: Better
    step: float
    shown: Callable[[float], str] = repr

    def gain(self, one: float, other: float) -> float:
        """By how much one figure is better than another; 0 where they read the same."""
        gain = other - one if self.better == "less" else one - other
        near = abs(gain) <= max(self.step, SAME * max(abs(one), abs(other)))
        return 0.0 if near or self.shown(one) == self.shown(other) else gain


def _amount(value: float) -> str:
    """Amounts are shown with three figures."""
    return f"{value:.3g}"


def _time(ms: float) -> str:
    """Times are shown in whole milliseconds; in seconds and minutes with two figures."""
    if ms < 1000:
        return f"{ms:.0f}"
    return f"{ms / 1000:.2g} s" if ms < 120_000 else f"{ms / 60_000:.2g} min"


def _estimate(value: float) -> str:
    """Hours and pictures are shown whole, under ten with one decimal; three figures at most."""
    return _amount(round(value) if value >= 10 else round(value, 1))


@value
class Fact:
    """What a place says to a concern: a figure in its unit, or why there is none.

    ``word`` tells cases apart that are worded unlike; ``parts`` are the figures behind.
    """

    concern: str
    value: float | None
    word: str = ""
    lacks: str = ""  # what is missing where there is no figure
    parts: Mapping[str, float] = field(default_factory=dict)
    items: tuple[LineItem, ...] = ()  # costs or hours it adds up from
    goes: DataGoes | None = None
    findings: tuple[Finding, ...] = ()
    sources: tuple[Source, ...] = ()


@value
class Told:
    """One place by its best candidate."""

    place: AnswersAt
    option: Option
    facts: Mapping[str, Fact]
    beaten_by: tuple[AnswersAt, ...]  # places at least as good everywhere, and better somewhere

    @property
    def status(self) -> Status:
        """Of the candidate."""
        return self.option.status

    @property
    def unbeaten(self) -> bool:
        """Possible, and nobody possible is as good on every count."""
        return self.status == "feasible" and not self.beaten_by


@record
class Asked:
    """One place with what it is asked from."""

    comparison: Comparison
    option: Option
    found: Evaluation
    every: Flows

    @property
    def case(self) -> Case:
        """At the volume of the scenario and at twice it."""
        return self.found.case

    @property
    def place(self) -> Place:
        """Where it answers."""
        return PLACES[self.option.kind]

    @cached_property
    def where(self) -> tuple[Pair, int]:
        """The candidate's pair, and its place in it."""
        return self.found.where(self.found.at[self.option.id])

    @property
    def pair(self) -> Pair:
        """The candidate's pair."""
        return self.where[0]

    @property
    def row(self) -> int:
        """The candidate's product in the block."""
        pair, own = self.where
        return int(pair.rows[own])

    @cached_property
    def device_share(self) -> float:
        """Share of the users whose device answers; 0 where none does."""
        if self.place.id == DEVICE:
            return self.option.served_share
        return self.option.device_share or 0.0

    @property
    def months(self) -> float:
        """Of the horizon."""
        return at(self.case["horizon_months"], 0, HERE)

    @cached_property
    def hours(self) -> Sequence[LineItem]:
        """Work."""
        return [item for item in self.option.line_items if item.unit == "staff_hour"]

    @cached_property
    def gone(self) -> Leaving:
        """What leaving costs."""
        return leaving(self.comparison, self.found, self.every, self.option)


# ------------------------------------------------------------------------------------- concerns


def _cost(asked: Asked) -> Fact:
    usd = asked.option.ranked_usd(asked.case.scenario.rank_by)
    if usd is None:
        return Fact("cost", None, lacks=_lacking(asked.option))
    return Fact("cost", usd / asked.months, items=_largest(asked))


def _speed(asked: Asked) -> Fact:
    found = asked.option.latency
    if found.p95_ms is None:
        lacks = "computing time, which nobody publishes"
        return Fact("speed", None, lacks=lacks, parts=found.parts_ms)
    parts = {**found.parts_ms, "half": found.p50_ms or 0.0}
    return Fact("speed", found.p95_ms, word=found.label, parts=parts)


def _live(asked: Asked) -> Fact:
    """Frames a second of the slowest stage; nothing to say where no picture is asked."""
    if kind(asked.case.scenario.task) not in PICTURES:
        return Fact("live", None, word="no picture")
    slowest = _frame_ms(asked)
    if np.isnan(slowest):
        return Fact("live", None, lacks="computing time of one frame, which nobody publishes")
    return Fact("live", 1000 / slowest, parts={"one frame": slowest})


def _frame_ms(asked: Asked) -> float:
    """Time the slowest stage spends on one frame; of a hybrid the slower of both that answer."""
    speed, share = asked.pair.block.speed, asked.device_share
    stages = []
    if asked.place.id != DEVICE and share < EVERYONE:
        stages.append(at(speed.frame, asked.row, HERE))
    if asked.place.on_device and (share > 0 or not stages):
        people = population(asked.case)
        stages.append(at(people.quantile(people.computing_ms, SLOW), 0, HERE))
    return float(np.max(stages))


def _own_model(asked: Asked) -> Fact:
    """Share of what the place offers that can answer with a model of one's own."""
    behind = asked.place.parts[-1]
    if behind != MANAGED_API:
        return Fact("own_model", 1.0, word="any")
    services = offered(asked.case)
    able = int(services.trainable.sum())
    parts = {"able": float(able), "all": float(services.size)}
    word = "here" if asked.pair.block.products.trained_here[asked.row] else "other"
    return Fact("own_model", able / services.size, word=word, parts=parts)


def _own_data(asked: Asked) -> Fact:
    """Who sees one's training data; 1: a vendor does, 0: nobody else."""
    if asked.option.trained_at == UNTRAINED:
        return Fact("own_data", None, word="none")
    goes = asked.option.training_data_goes
    if goes is None:
        return Fact("own_data", None, word=asked.option.trained_at, lacks="a venue that can")
    told = _findings(asked, lambda item: item.rule.startswith("training "))
    return Fact(
        "own_data",
        float(bool(goes.vendor)),
        word=asked.option.trained_at,
        goes=goes,
        findings=told,
        sources=goes.sources,
    )


def _data(asked: Asked) -> Fact:
    """Share of the requests a vendor sees."""
    goes = asked.option.data_goes
    if goes is None:
        return Fact("data", None, lacks="an offer")
    share = 1 - asked.device_share if goes.vendor else 0.0
    told = _findings(asked, lambda item: bool(item.vendor) and "training " not in item.rule)
    return Fact("data", max(share, 0.0), goes=goes, findings=told, sources=goes.sources)


def _offline(asked: Asked) -> Fact:
    return Fact("offline", asked.device_share)


def _leaving(asked: Asked) -> Fact:
    found = asked.gone
    if found.lacks:
        return Fact("leaving", None, word=found.word, lacks=found.lacks, items=found.items)
    usd = sum(item.amount_usd for item in found.items)
    return Fact("leaving", usd, word=found.word, items=found.items)


def _fresh(asked: Asked) -> Fact:
    """Who brings newer models, and what one costs the company beside its training hours."""
    retired = _findings(asked, lambda item: item.rule == "retirement")
    if asked.option.trained_at == UNTRAINED:
        vendors = not asked.option.model and asked.place.parts[-1] == MANAGED_API
        return Fact("fresh", None, word="vendor" if vendors else "nobody", findings=retired)
    demand = asked.case.demand
    models = float(demand.calendar.sum(demand.retrains)[HERE])
    items = tuple(
        item
        for item in asked.option.line_items
        if item.period == "per retrain" and item.payer == "company"
    )
    if not models:
        return Fact("fresh", None, word="once", findings=retired)
    parts = {"models": models}
    fact = Fact("fresh", None, word="you", parts=parts, items=items, findings=retired)
    all_sent = _sending(asked)
    if all_sent is None:
        lacks = SIZE if _unsized(asked.case) else delivery.PRICE
        return replace(fact, lacks=lacks)
    sent = all_sent / models
    usd = sum(item.amount_usd for item in items) / models + sent
    return replace(fact, value=usd, parts={**fact.parts, "sent": sent})


def _sending(asked: Asked) -> float | None:
    """What sending all new models to devices costs the company; None where that is not known."""
    case = asked.case
    if not asked.place.on_device:
        return 0.0
    if _unsized(case):
        return None
    if asked.option.trained_at != DEVICE:
        usd = at(updates_usd(case), 0, HERE)
        return None if np.isnan(usd) else usd
    joined = Run(case, population(case)).joined_gb
    if np.isnan(at(delivery.usd(case, joined), 0, HERE)):
        return None  # what nobody prices is not charged
    _, own = asked.where
    made = (charge.item(row, HERE) for charge, row in asked.pair.training_charges(own))
    return sum(item.amount_usd for item in made if item is not None and item.unit == "gb")


def _unsized(case: Case) -> bool:
    """Whether the size of the model file is not known."""
    return bool(np.isnan(at(delivery.model_size_mb(case), 0, HERE)))


def _start(asked: Asked) -> Fact:
    """Hours of work before it answers, and the weeks until it does."""
    option, comparison = asked.option, asked.comparison
    items = tuple(item for item in asked.hours if item.period == "once")
    if option.company_usd is None:
        return Fact("start", None, lacks=_lacking(option))
    weeks = first_release(
        option.line_items,
        option.explained,
        option.answers_at,
        comparison.scenario,
        comparison.book,
    )
    ends = {"low": weeks.low, "weeks": weeks.mid, "high": weeks.high}
    hours = sum(item.quantity for item in items)
    return Fact("start", hours, parts={**ends, **weeks.parts}, items=items)


def _run(asked: Asked) -> Fact:
    """Hours of work a month, mean of the horizon."""
    items = tuple(item for item in asked.hours if item.period != "once")
    if asked.option.company_usd is None:
        return Fact("run", None, lacks=_lacking(asked.option))
    return Fact("run", sum(item.quantity for item in items) / asked.months, items=items)


def _platforms(asked: Asked) -> Fact:
    """Work for one more platform, hours; behind a server there is none of the model's."""
    if not asked.place.on_device:
        return Fact("platforms", 0.0, word="server")
    case = asked.case
    each = at(labour.hours(case, PER_PLATFORM), 0, HERE)
    parts = {"platforms": float(len(case.scenario.platforms))}
    source = case.assumption_source(PER_PLATFORM)
    return Fact("platforms", each, word="device", parts=parts, sources=(source,))


def _copied(asked: Asked) -> Fact:
    """Share of the users on whose devices the model file is."""
    if not asked.place.on_device:
        return Fact("copied", 0.0, word="server")
    case = asked.case
    parts = {name: at(case.assume(name), 0, HERE) for name in (UNPROTECTED, TAKEN_OUT)}
    sources = tuple(dict.fromkeys(case.assumption_source(name) for name in parts))
    return Fact("copied", asked.device_share, word="device", parts=parts, sources=sources)


def _growth(asked: Asked) -> Fact:
    """USD for a thousand requests more: twice the volume against the volume, candidate held."""
    found, case = asked.found, asked.case
    usd = found.cost[found.at[asked.option.id]]
    share = asked.pair.block.served_share
    served = case.demand.served_requests * share
    if not np.isfinite(usd).all():
        lacks = "a price at twice the volume" if np.isfinite(usd[HERE]) else ""
        return Fact("growth", None, lacks=lacks or _lacking(asked.option))
    more = float(usd[TWICE] - usd[HERE]), float(served[TWICE] - served[HERE])
    if more[1] <= 0:
        return Fact("growth", None, lacks="anybody it serves")
    parts = {"here": float(usd[HERE]) / asked.months, "twice": float(usd[TWICE]) / asked.months}
    return Fact("growth", more[0] / more[1] * 1000, parts=parts)


def _battery(asked: Asked) -> Fact:
    """Mean share of a full battery on a day: computing where the device can, else sending."""
    case = asked.case
    people = population(case)
    sending = people.share_of_battery(network.radio_j_per_request(case))
    drawn: Array = sending
    users = people.shares
    if asked.place.id == DEVICE:
        drawn, users = people.battery_pct, people.served
    elif asked.place.on_device:
        drawn = np.where(people.able, people.battery_pct, sending)
    mean, known = (at(part, 0, HERE) for part in mean_known(users, drawn))
    parts = {"known": known, "radio": float(asked.place.id != DEVICE)}
    if np.isnan(mean):
        return Fact("battery", None, lacks="the battery or the energy of the users' devices")
    return Fact("battery", mean, parts=parts)


ASKED: Mapping[Concern, Callable[[Asked], Fact]] = {
    Concern("cost", "USD a month", "less", 1.0, _amount): _cost,
    Concern("growth", "USD per 1,000 requests more", "less", 0.01, _amount): _growth,
    Concern("speed", "ms", "less", 1.0, _time): _speed,
    Concern("live", "frames a second", "more", 0.1, _estimate): _live,
    Concern("offline", "share of users", "more", 0.001, percent): _offline,
    Concern("data", "share of requests a vendor sees", "less", 0.001): _data,
    Concern("own_model", "share of what is offered", "more", 0.001): _own_model,
    Concern("own_data", "1: a vendor sees it", "less", 0.001): _own_data,
    Concern("fresh", "USD per new model", "less", 0.01, _amount): _fresh,
    Concern("leaving", "USD once", "less", 1.0, _amount): _leaving,
    Concern("start", "hours of work", "less", 0.1, _estimate): _start,
    Concern("run", "hours of work a month", "less", 0.1, _estimate): _run,
    Concern("platforms", "hours of work for one more", "less", 0.1, _estimate): _platforms,
    Concern("copied", "share of users who hold the file", "less", 0.001, percent): _copied,
    Concern("battery", "% of a full battery a day", "less", 0.01, _amount): _battery,
}
"""Every concern, in the order of the page, with who answers it."""
CONCERNS: Sequence[Concern] = tuple(ASKED)
CONCERN: Mapping[str, Concern] = {item.id: item for item in CONCERNS}


# ------------------------------------------------------------------------------------ all places


def tradeoffs(comparison: Comparison, book: PriceBook, memory: Memory) -> tuple[Told, ...]:
    """Every place by its best candidate, in the order of :data:`PLACES`.

    A place that nobody offers has no facts.
    """
    best = {option.kind: option for option in comparison.best_of_kind}
    options = [best[name] for name in PLACES if name in best]
    offers = [option for option in options if option.status != "not_offered"]
    ids = [option.id for option in offers]
    scenario = comparison.scenario
    volumes = scenario.requests_per_month * VOLUMES
    points = Points(scenario, VOLUMES.size, columns={"requests_per_month": volumes})
    found = evaluate(memory.case(points, book, products(ids)))
    every = flows(scenario, book, memory, ids)
    facts = {option.kind: _facts(Asked(comparison, option, found, every)) for option in offers}
    possible = [option.kind for option in offers if option.status == "feasible"]
    return tuple(
        Told(
            option.kind,
            option,
            facts.get(option.kind, {}),
            _beaten(option.kind, {name: facts[name] for name in possible}),
        )
        for option in options
    )


def _facts(asked: Asked) -> Mapping[str, Fact]:
    return {concern.id: answer(asked) for concern, answer in ASKED.items()}


def _beaten(place: AnswersAt, possible: Mapping[AnswersAt, Mapping[str, Fact]]) -> tuple[str, ...]:
    """Places that are at least as good as a possible one on every count, and better on one."""
    if place not in possible:
        return ()
    own = possible[place]
    return tuple(other for other, facts in possible.items() if other != place and beats(facts, own))


def beats(one: Mapping[str, Fact], other: Mapping[str, Fact]) -> bool:
    """Whether ``one`` is at least as good everywhere and better somewhere; no weights.

    What is not known of either cannot be said to be as good. What neither has anything to say to
    (a live picture where none is asked) does not count.
    """
    better = False
    for concern in CONCERNS:
        first, second = one[concern.id], other[concern.id]
        if first.value is None and second.value is None and not (first.lacks or second.lacks):
            continue
        if first.value is None or second.value is None:
            return False
        gain = concern.gain(first.value, second.value)
        if gain < 0:
            return False
        better = better or gain > 0
    return better


# ------------------------------------------------------------------------------------ small ones


def _findings(asked: Asked, wanted: Callable[[Finding], bool]) -> tuple[Finding, ...]:
    return tuple(item for item in asked.option.findings if wanted(item))


def _largest(asked: Asked, most: int = 3) -> tuple[LineItem, ...]:
    """The largest costs of what is ranked."""
    counted = [
        item
        for item in asked.option.line_items
        if item.payer == "company" or asked.case.scenario.rank_by != "company"
    ]
    return tuple(sorted(counted, key=lambda item: -item.amount_usd)[:most])


def _lacking(option: Option) -> str:
    return ", ".join(option.missing) or "a price"
