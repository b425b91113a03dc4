"""Compare every place: evaluate all candidates at once and read the answer from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.advice import excluded, labour_text, lever, not_offered, reason, sentence
from calculators.arrays import Array
from calculators.break_even import explore
from calculators.estimators import Estimators
from calculators.evaluation import Evaluation, evaluate
from calculators.inputs import Factor, Inputs
from calculators.option_table import (
    BASE,
    FIRST_FACTOR,
    LABOUR_DOUBLE,
    LABOUR_NONE,
    POINTS,
    TEN_TIMES,
    spread,
)
from calculators.option_table import options as options_of
from calculators.results import (
    Comparison,
    Option,
    Status,
    TenTimes,
)
from calculators.scenario import Scenario
from calculators.walking import FACTORS
from pricing.book import PriceBook

BOOKS_KEPT = 16  # price dates and editions whose estimators are kept


_KNOWN: dict[int, tuple[PriceBook, Estimators, dict[object, object]]] = {}


def estimators(book: PriceBook) -> tuple[Estimators, dict[object, object]]:
    """The estimators over a book's tables and their memory, made once per loaded book."""
    if id(book) not in _KNOWN:
        if len(_KNOWN) >= BOOKS_KEPT:
            _KNOWN.clear()
        _KNOWN[id(book)] = (book, Estimators(book), {})
    _, found, memory = _KNOWN[id(book)]
    return found, memory


def inputs_for(scenario: Scenario, book: PriceBook) -> Inputs:
    """The scenario at the points a comparison needs: base, labour, ten times, factor ends."""
    volume = np.full(POINTS, scenario.requests_per_month)
    volume[TEN_TIMES] *= 10
    scale = np.ones(POINTS)
    scale[LABOUR_NONE], scale[LABOUR_DOUBLE] = 0.0, 2.0
    factors: dict[Factor, Array] = {}
    for index, name in enumerate(FACTORS):
        z = np.zeros(POINTS)
        z[FIRST_FACTOR + 2 * index], z[FIRST_FACTOR + 2 * index + 1] = -1.0, 1.0
        factors[name] = z
    found, memory = estimators(book)
    return Inputs(
        scenario=scenario,
        book=book,
        estimators=found,
        estimates=memory,
        axes={"requests_per_month": volume},
        factors=factors,
        labour_scale=scale,
    )


def compare(scenario: Scenario, book: PriceBook) -> Comparison:
    """Price every candidate and rank what is allowed.

    Raises
    ------
    UnknownModel, UnknownMix
        The scenario names a model or device mix the tables do not hold.
    """
    inputs = inputs_for(scenario, book)
    found = evaluate(inputs)
    options = options_of(found)
    ranked = found.ranked
    order = sorted(range(len(options)), key=lambda i: _place(options[i], ranked[i, BASE]))
    listed = tuple(options[i] for i in order) + _not_offered(found)
    best = order[0] if order and np.isfinite(ranked[order[0], BASE]) else None
    second = _runner_up(found, ranked, order, best)
    cheapest = options[best] if best is not None else None
    return Comparison(
        scenario=scenario,
        book=book,
        options=listed,
        cheapest=cheapest,
        runner_up=options[second] if second is not None else None,
        too_close=_too_close(found, best, second),
        survives_labour=_survives(found, ranked, best),
        labour_text=labour_text(found, ranked, best),
        ten_times=_ten_times(found, ranked, options),
        lever=lever(cheapest),
        excluded=excluded(listed),
        _explore=lambda: explore(scenario, found),
        _say=lambda made: (sentence(made), reason(made)),
    )


def _place(option: Option, cost: float) -> tuple[int, float, str]:
    return _rank(option.status), cost, option.id


def _rank(status: Status) -> int:
    return ("feasible", "incomplete", "infeasible", "not_offered").index(status)


def _runner_up(
    found: Evaluation, ranked: Array, order: Sequence[int], best: int | None
) -> int | None:
    if best is None:
        return None
    kind = found.entries[best].kind
    others = (i for i in order if found.entries[i].kind != kind and np.isfinite(ranked[i, BASE]))
    return next(others, None)


def _too_close(found: Evaluation, best: int | None, second: int | None) -> bool:
    if best is None or second is None:
        return False
    cost = found.company if found.inputs.scenario.rank_by == "company" else found.total
    _, high = spread(cost[best] - cost[second])
    return bool(high >= 0)


def _survives(found: Evaluation, ranked: Array, best: int | None) -> bool | None:
    if best is None:
        return None
    kind = found.entries[best].kind
    winners = [int(np.argmin(ranked[:, point])) for point in (LABOUR_NONE, LABOUR_DOUBLE)]
    return all(found.entries[winner].kind == kind for winner in winners)


def _ten_times(found: Evaluation, ranked: Array, options: Sequence[Option]) -> TenTimes:
    if not options or not np.isfinite(ranked[:, TEN_TIMES]).any():
        return TenTimes(None, "", None, None)
    winner = int(np.argmin(ranked[:, TEN_TIMES]))
    cost = float(ranked[winner, TEN_TIMES])
    months = float(found.inputs["horizon_months"][0])
    served = np.broadcast_to(found.entries[winner].block.served_share, (POINTS,))
    users = float((found.inputs.user_months * served)[TEN_TIMES])
    return TenTimes(options[winner].id, options[winner].label, cost / months, cost / users)


def _not_offered(found: Evaluation) -> tuple[Option, ...]:
    """One line for each place nobody offers."""
    return tuple(not_offered(kind) for kind in found.not_offered)
