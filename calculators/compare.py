"""Compare every place: evaluate all candidates at once and read the answer from them."""

from __future__ import annotations

from datetime import date

import numpy as np

from calculators.answer import baseline, baseline_words, words
from calculators.answer.alternatives import alternatives
from calculators.answer.options import BASE, OptionList
from calculators.answer.own_model import own_model
from calculators.answer.would_pass import Remedies
from calculators.arrays import any_true
from calculators.block import at
from calculators.evaluation import Evaluation, evaluate
from calculators.explore.axis import VOLUME, ends_around
from calculators.explore.break_even import between, explore
from calculators.explore.since import answers_since
from calculators.explore.strips import strips
from calculators.explore.uncertainty import Certainty
from calculators.memory import SHARED, Memory
from calculators.points import Points
from calculators.results import Comparison, Option, TenTimes
from calculators.scenario import Scenario, ScenarioError, bounds
from pricing.book import PriceBook

LABOUR_NONE, LABOUR_DOUBLE, TEN_TIMES = 1, 2, 3
VOLUMES = np.array([1.0, 1.0, 1.0, 10.0])
LABOUR = np.array([1.0, 0.0, 2.0, 1.0, 1.0, 1.0])
"""Points of a comparison: as entered, work at zero and double, ten times the volume.

The ends of the axis of the volume follow, which flips and curves are told up to.
"""


def compare(scenario: Scenario, book: PriceBook, memory: Memory = SHARED) -> Comparison:
    """Price every candidate and rank what is allowed.

    Raises
    ------
    UnknownModel, UnknownMix
        The scenario names a model or device mix the tables do not hold.
    ScenarioError
        What one has today is no option of these inputs in this edition.
    """
    if refused := baseline.unheld(scenario, book, memory):
        raise ScenarioError([refused])
    found = evaluate(memory.case(points(scenario), book))
    # draws read the order of candidates from a list of their own: options know their range, and
    # a list that both knew would be freed by Python's collector alone
    sure = Certainty(OptionList(found, lambda _: None), memory)
    listed = OptionList(found, sure.range)
    best = _best(found, listed)
    second = _runner_up(found, listed, best)
    return Comparison(
        scenario=scenario,
        book=book.with_own(scenario.own),
        options=listed,
        cheapest=None if best is None else listed.of(best),
        runner_up=None if second is None else listed.of(second),
        survives_labour=_survives(found, best),
        ten_times=_ten_times(found),
        _explore=lambda axis: explore(found, memory, axis),
        _between=lambda asked: between(found, memory, asked),
        _strips=lambda only: strips(found, memory, only),
        _say=lambda made: (
            words.sentence(made) + baseline_words.clause(made),
            words.reason(made),
            words.labour(found, best, (LABOUR_NONE, LABOUR_DOUBLE)),
            words.certainty(made),
            words.ours(made),
        ),
        _excluded=lambda: words.excluded(listed),
        _lever=words.lever,
        _verdict=sure.verdict,
        _draw=lambda: sure.whole,
        _uncertainty=sure.uncertainty,
        _since=lambda: _since(scenario, book, memory),
        _confirmed=lambda: _confirmed(found, listed),
        _today=lambda: baseline.today(scenario, book, memory),
        _own_model=lambda: own_model(scenario, book, memory, found),
        _remedies=Remedies(scenario, book, memory, listed),
        _alternatives=lambda cheaper: alternatives(
            scenario,
            book,
            memory,
            None if best is None else listed.of(best),
            cheaper=cheaper,
        ),
    )


def _since(scenario: Scenario, book: PriceBook, memory: Memory) -> date | None:
    first = answers_since(scenario, book, memory)
    return None if first is None else first.day


def points(scenario: Scenario) -> Points:
    """Where a comparison is evaluated."""
    low, high, _ = bounds(VOLUME)
    ends = ends_around(scenario.requests_per_month, low or 0.0, high or np.inf)
    volume = np.append(scenario.requests_per_month * VOLUMES, ends)
    return Points(scenario, LABOUR.size, columns={VOLUME: volume}).scaled(LABOUR)


def _best(found: Evaluation, listed: OptionList) -> int | None:
    if not found.size:
        return None
    first = int(listed.order[0])
    return first if np.isfinite(found.ranked[first, BASE]) else None


def _confirmed(found: Evaluation, listed: OptionList) -> Option | None:
    """The cheapest feasible candidate with nothing unconfirmed."""
    order = listed.order
    sure = np.isfinite(found.ranked[order, BASE]) & ~found.unconfirmed[order, BASE]
    return listed.of(int(order[sure.argmax()])) if any_true(sure) else None


def _runner_up(found: Evaluation, listed: OptionList, best: int | None) -> int | None:
    """The best candidate of another place."""
    if best is None:
        return None
    others = (i for i in listed.first_of_place if found.places[i] != found.places[best])
    return next((i for i in others if np.isfinite(found.ranked[i, BASE])), None)


def _survives(found: Evaluation, best: int | None) -> bool | None:
    if best is None:
        return None
    winners = found.ranked[:, [LABOUR_NONE, LABOUR_DOUBLE]].argmin(0)
    return all(found.places[int(winner)] == found.places[best] for winner in winners)


def _ten_times(found: Evaluation) -> TenTimes:
    costs = found.ranked[:, TEN_TIMES]
    if not costs.size or not any_true(np.isfinite(costs)):
        return TenTimes(None, "", None, None)
    winner = int(costs.argmin())
    pair, own = found.where(winner)
    case, cost = found.case, float(costs[winner])
    months = at(case["horizon_months"], 0, TEN_TIMES)
    served = at(pair.block.served_share, 0, TEN_TIMES)
    users = at(case.demand.user_months, 0, TEN_TIMES) * served
    each = cost / users if users > 0 else None  # nobody may be served by what costs least
    return TenTimes(pair.id(own), pair.label(own, TEN_TIMES), cost / months, each)
