"""Compare every place: evaluate all candidates at once and read the answer from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calculators.advice import excluded, labour_text, lever, not_offered, reason, sentence
from calculators.arrays import Array
from calculators.break_even import FACTORS, explore
from calculators.estimators import Estimators
from calculators.evaluation import Entry, Evaluation, evaluate
from calculators.inputs import Factor, Inputs
from calculators.results import (
    Comparison,
    Option,
    Status,
    TenTimes,
)
from calculators.scenario import Scenario
from pricing.book import PriceBook

BASE, LABOUR_NONE, LABOUR_DOUBLE, TEN_TIMES = 0, 1, 2, 3
FIRST_FACTOR = 4
POINTS = FIRST_FACTOR + 2 * len(FACTORS)
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


def spread(values: Array) -> tuple[Array, Array]:
    """80 % interval around the base of values (..., POINTS): factor swings in quadrature.

    Each factor is independent of the others; its two ends are an 80 % interval, so the root of
    the summed squares is one for the whole (first order).
    """
    base = values[..., BASE, None]
    swings = (values[..., FIRST_FACTOR:] - base).reshape(*values.shape[:-1], len(FACTORS), 2)
    up = np.maximum(swings.max(-1), 0.0)
    down = np.minimum(swings.min(-1), 0.0)
    return (
        values[..., BASE] - np.sqrt((down**2).sum(-1)),
        values[..., BASE] + np.sqrt((up**2).sum(-1)),
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
    options = _options(found)
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
    users = float(np.broadcast_to(found.inputs.user_months, (POINTS,))[TEN_TIMES])
    return TenTimes(options[winner].id, options[winner].label, cost / months, cost / users)


def _options(found: Evaluation) -> list[Option]:
    if not found.entries:
        return []
    low, high = spread(found.total)
    figures = Figures(
        total=found.total[:, BASE].tolist(),
        company=found.company[:, BASE].tolist(),
        user=found.user[:, BASE].tolist(),
        present=found.present[:, BASE].tolist(),
        month1=found.month1[:, BASE].tolist(),
        low=low.tolist(),
        high=high.tolist(),
        blocked=found.blocked[:, BASE].tolist(),
        unpriced=found.unpriced[:, BASE].tolist(),
    )
    return [_option(found, index, figures) for index in range(len(found.entries))]


@dataclass(frozen=True)
class Figures:
    """Money of every candidate at the base point."""

    total: list[float]
    company: list[float]
    user: list[float]
    present: list[float]
    month1: list[float]
    low: list[float]
    high: list[float]
    blocked: list[bool]
    unpriced: list[bool]

    def priced(self, index: int) -> bool:
        """Whether every price is known."""
        return not self.unpriced[index] and math.isfinite(self.total[index])

    def status(self, index: int) -> Status:
        """Whether a candidate may be ranked."""
        if self.blocked[index]:
            return "infeasible"
        return "feasible" if self.priced(index) else "incomplete"


def _option(found: Evaluation, index: int, figures: Figures) -> Option:
    entry = found.entries[index]
    block, product = entry.block, entry.block.products[entry.index]
    priced = figures.priced(index)
    total = figures.total[index] if priced else None
    served = float(block.served_share.flat[0])
    by_company = found.inputs.scenario.rank_by == "company"
    headline = (figures.company[index] if by_company else total) if priced else None
    return Option(
        id=entry.id,
        kind=entry.kind,
        label=_label(entry),
        trained_at=entry.plan.trained_at,
        answers_at=entry.kind,
        vendor=product.vendor,
        status=figures.status(index),
        findings=entry.findings,
        missing=tuple(dict.fromkeys(entry.missing)),
        total_usd=total,
        company_usd=figures.company[index] if priced else None,
        user_usd=figures.user[index] if priced else None,
        npv_usd=figures.present[index] if priced else None,
        monthly_usd=_per(total, float(found.inputs["horizon_months"].flat[0])),
        month1_usd=figures.month1[index] if priced else None,
        usd_per_1000_requests=_per(total, float(found.inputs.served_requests[0]) * served / 1000),
        usd_per_user_month=_per(headline, float(found.inputs.user_months[0]) * served),
        low_usd=figures.low[index] if priced else None,
        high_usd=figures.high[index] if priced else None,
        served_share=served,
        battery_pct_per_day=_first(block.battery_pct),
        different_model=product.different_model,
        other_region=product.other_region,
        marks=_marks(entry),
        carbon_g_per_1000_requests=None,
        _items=lambda: entry.line_items(BASE) if priced else (),
        _latency=lambda: block.latency(entry.index),
        _capacity=lambda: block.capacity_of(entry.index),
    )


def _first(values: Array | None) -> float | None:
    return None if values is None else float(values.flat[0])


def _per(amount: float | None, divisor: float) -> float | None:
    return amount / divisor if amount is not None and divisor > 0 else None


def _label(entry: Entry) -> str:
    label = entry.block.products[entry.index].label
    return f"{label}; {entry.plan.label}" if entry.plan.label else label


def _marks(entry: Entry) -> tuple[str, ...]:
    product = entry.block.products[entry.index]
    marks = list(product.marks)
    marks += ["different model"] * product.different_model
    marks += ["price of another region"] * product.other_region
    marks += ["weak price evidence"] * (product.confidence == "C")
    return tuple(marks)


def _not_offered(found: Evaluation) -> tuple[Option, ...]:
    """One line for each place nobody offers."""
    return tuple(not_offered(kind) for kind in found.not_offered)
