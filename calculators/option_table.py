"""Options read from an evaluation: money, status, marks, and the range around them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from calculators import carbon
from calculators.arrays import Array
from calculators.carbon import Carbon
from calculators.evaluation import Entry, Evaluation
from calculators.inputs import Inputs
from calculators.options.base import Block
from calculators.results import Option, Status
from calculators.walking import FACTORS

BASE, LABOUR_NONE, LABOUR_DOUBLE, TEN_TIMES = 0, 1, 2, 3
FIRST_FACTOR = 4
POINTS = FIRST_FACTOR + 2 * len(FACTORS)
"""Points of a comparison: as entered, work at zero and double, ten times the volume, and both ends
of every uncertain group."""


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


def options(found: Evaluation) -> list[Option]:
    """One option per candidate, with the figures of the base point."""
    if not found.entries:
        return []
    low, high = spread(found.total)
    blocks = {entry.kind: entry.block for entry in found.entries}
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
        months=float(found.inputs["horizon_months"].flat[0]),
        thousands=float(found.inputs.served_requests[BASE]) / 1000,
        user_months=float(found.inputs.user_months[BASE]),
        places={kind: Shared.of(block, found.inputs) for kind, block in blocks.items()},
    )
    return [_option(found, index, figures) for index in range(len(found.entries))]


@dataclass(frozen=True)
class Shared:
    """Figures of a place that its candidates have in common, or that are worked out together."""

    served_share: float
    battery_pct: float | None
    battery_known_share: float | None
    carbon: Carbon

    @classmethod
    def of(cls, block: Block, inputs: Inputs) -> Shared:
        """Those of a block at the base point."""
        return cls(
            float(block.served_share.flat[0]),
            _first(block.battery_pct),
            _first(block.battery_known_share),
            carbon.of(block, inputs),
        )


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
    months: float
    thousands: float  # requests over the period, in thousands
    user_months: float
    places: Mapping[str, Shared]  # by place of answering

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
    place = figures.places[block.answers_at]
    served = place.served_share
    return Option(
        id=entry.id,
        kind=entry.kind,
        label=_label(entry),
        trained_at=entry.plan.trained_at,
        answers_at=entry.kind,
        vendor=product.vendor,
        status=figures.status(index),
        findings=entry.findings,
        missing=tuple(dict.fromkeys(entry.missing)) if entry.missing else (),
        total_usd=total,
        company_usd=figures.company[index] if priced else None,
        user_usd=figures.user[index] if priced else None,
        npv_usd=figures.present[index] if priced else None,
        monthly_usd=_per(total, figures.months),
        month1_usd=figures.month1[index] if priced else None,
        usd_per_1000_requests=_per(total, figures.thousands * served),
        usd_per_user_month=_per(total, figures.user_months * served),
        low_usd=figures.low[index] if priced else None,
        high_usd=figures.high[index] if priced else None,
        served_share=served,
        battery_pct_per_day=place.battery_pct,
        battery_known_share=place.battery_known_share,
        different_model=product.different_model,
        other_region=product.other_region,
        marks=_marks(entry),
        carbon_g_per_1000_requests=place.carbon.grams[entry.index],
        carbon_text=place.carbon.texts[entry.index],
        _items=lambda: entry.line_items(BASE) if priced else (),
        _latency=lambda: block.latency(entry.index),
        _capacity=lambda: block.capacity_of(entry.index),
        _explained=lambda: (*block.explained_of(entry.index), *entry.plan.explained),
    )


def _first(values: Array | None) -> float | None:
    return None if values is None or np.isnan(values.flat[0]) else float(values.flat[0])


def _per(amount: float | None, divisor: float) -> float | None:
    return amount / divisor if amount is not None and divisor > 0 else None


def _label(entry: Entry) -> str:
    label = entry.block.products[entry.index].label
    return f"{label}; {entry.plan.label}" if entry.plan.label else label


def _marks(entry: Entry) -> tuple[str, ...]:
    product = entry.block.products[entry.index]
    if not (product.different_model or product.other_region or product.confidence == "C"):
        return product.marks
    marks = list(product.marks)
    marks += ["different model"] * product.different_model
    marks += ["price of another region"] * product.other_region
    marks += ["weak price evidence"] * (product.confidence == "C")
    return tuple(marks)
