"""Charts described without a drawing library: the page and the print draw the same ones.

``cost_curve`` and ``breakdown`` turn a :class:`Comparison` into plain data: positions, words,
colours, ticks and a sentence for readers who cannot see the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from calculators.places import AnswersAt
from calculators.results import Comparison, Curve, Option
from calculators.scenario import extra
from report import words
from report.axes import (
    MIN_LABEL_GAP,
    TINY,
    Axis,
    linear_ticks,
    log_ticks,
    positive,
    read,
    span,
    spread_labels,
    stairs,
)
from report.categories import CATEGORIES, Category, category
from report.palette import Style, style
from report.ranked import ranked


@dataclass(frozen=True)
class Series:
    """A place's line. ``y`` is None where the place is not possible (a gap in the line)."""

    kind: AnswersAt
    label: str
    style: Style
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    end_x: float  # where the line stops
    end_y: float
    label_y: float  # where its label stands, at the right edge of the chart
    is_cheapest: bool


@dataclass(frozen=True)
class Mark:
    """A point named on the chart."""

    x: float
    y: float | None
    label: str
    side: Literal["", "below", "above"] = ""  # of the reader's position


@dataclass(frozen=True)
class CostCurve:
    """Monthly cost of every possible place as one input grows."""

    title: str
    x_axis: Axis
    y_axis: Axis
    series: tuple[Series, ...]
    here: Mark
    flips: tuple[Mark, ...]
    alt: str


@dataclass(frozen=True)
class Segment:
    """Part of a bar."""

    category: Category
    monthly_usd: float  # mean over the horizon; credits are negative
    names: tuple[str, ...]  # the line items it adds up


@dataclass(frozen=True)
class Bar:
    """What one place's best option is made of."""

    kind: AnswersAt
    label: str
    option_id: str
    segments: tuple[Segment, ...]
    total_usd: float  # a month, in the terms of the ranking
    users_usd: float  # a month, paid by users besides; 0 where it would not show
    is_cheapest: bool
    scale: float = 1.0  # of its length; below 1 it is drawn shorter, and says so

    @property
    def shortened(self) -> bool:
        """Whether it is not drawn to scale."""
        return self.scale < 1

    @property
    def reach(self) -> tuple[float, float]:
        """How far it is drawn to the left and to the right of 0."""
        parts = [part.monthly_usd * self.scale for part in self.segments]
        return sum(min(part, 0.0) for part in parts), sum(max(part, 0.0) for part in parts)


NOT_TO_SCALE = "not to scale"
"""Said of a bar that is drawn shorter."""


@dataclass(frozen=True)
class Breakdown:
    """Monthly cost of each place's best option by category."""

    title: str
    x_axis: Axis
    bars: tuple[Bar, ...]
    categories: tuple[Category, ...]  # those that occur, in drawing order
    alt: str


_LEAST_SEEN = 0.008
"""Share of the axis below which a part of a bar is no wider than the line around it."""


def shown(spec: Breakdown) -> tuple[Category, ...]:
    """Categories that some bar is seen to hold: a legend names no other."""
    least = _LEAST_SEEN * (spec.x_axis.high - spec.x_axis.low)
    seen = {
        part.category
        for bar in spec.bars
        for part in bar.segments
        if abs(part.monthly_usd) * bar.scale >= least
    }
    return tuple(item for item in spec.categories if item in seen)


# --- cost curve ------------------------------------------------------------------------------
def cost_curve(comparison: Comparison, axis: str = "requests_per_month") -> CostCurve:
    """The cost curve along ``axis``; without series when no place is possible."""
    curves = [curve for curve in comparison.curves if curve.axis == axis and _drawn(curve)]
    here_x = float(getattr(comparison.scenario, axis))
    best = comparison.cheapest
    cost = ranked(best, comparison, spread=False) if best else None
    x_axis = _x_axis(curves, axis, here_x)
    here_y = positive(cost.monthly_usd) if cost else None
    y_axis = _y_axis(curves, here_y)
    series = _spread([_series(curve, best) for curve in curves], y_axis)
    flips = _flips(comparison, axis, x_axis, curves)
    return CostCurve(
        title=curve_title(axis),
        x_axis=x_axis,
        y_axis=y_axis,
        series=series,
        here=Mark(here_x, here_y, f"you are here: {words.short(here_x)}"),
        flips=flips,
        alt=_curve_alt(comparison, axis, series, flips, here_y),
    )


def curve_title(axis: str = "requests_per_month") -> str:
    """What the cost curve along an input is called."""
    return f"Cost a month as {_axis_noun(axis)} grow"


def _drawn(curve: Curve) -> bool:
    return any(positive(value) is not None for value in curve.monthly_usd)


def _axis_noun(axis: str) -> str:
    return "requests" if axis == "requests_per_month" else words.input_title(axis).lower()


def _x_axis(curves: Sequence[Curve], axis: str, here: float) -> Axis:
    """The range over which any place has a cost, the reader's own position included."""
    seen, _ = span([(curve.x, curve.monthly_usd) for curve in curves])
    low = max(float(seen.min(initial=here)), TINY)
    high = max(float(seen.max(initial=here)), TINY)
    if low == high:
        low, high = max(low / 10, TINY), high * 10
    volume = axis == "requests_per_month"  # in the words of the page, as the other axis
    title = "" if volume else extra(axis, "unit")
    return Axis(title or words.input_title(axis), low, high, log_ticks(low, high), log=True)


def _y_axis(curves: Sequence[Curve], here: float | None) -> Axis:
    _, seen = span([(curve.x, curve.monthly_usd) for curve in curves])
    values = seen if here is None else np.append(seen, here)
    low, high = 1.0, 1000.0
    if values.size:
        low, high = max(float(values.min()) / 1.3, TINY), float(values.max()) * 1.3
    return Axis("USD a month", low, high, log_ticks(low, high, "$"), log=True)


def _series(curve: Curve, best: Option | None) -> Series:
    x, y = stairs(curve.x, curve.monthly_usd)
    end_x, end_y = next((a, b) for a, b in zip(x[::-1], y[::-1], strict=True) if b is not None)
    return Series(
        kind=curve.kind,
        label=words.place(curve.kind),
        style=style(curve.kind),
        x=x,
        y=y,
        end_x=end_x,
        end_y=end_y,
        label_y=end_y,
        is_cheapest=best is not None and best.kind == curve.kind,
    )


def _spread(series: Sequence[Series], axis: Axis) -> tuple[Series, ...]:
    """End labels apart by :data:`MIN_LABEL_GAP` of the axis, as near their lines as can be."""
    span = math.log(axis.high / axis.low)
    shares = [math.log(item.end_y / axis.low) / span for item in series]
    placed = spread_labels(shares, MIN_LABEL_GAP)
    labels = [axis.low * math.exp(share * span) for share in placed]
    return tuple(
        Series(**{**vars(item), "label_y": at}) for item, at in zip(series, labels, strict=True)
    )


def _flips(
    comparison: Comparison, axis: str, x_axis: Axis, curves: Sequence[Curve]
) -> tuple[Mark, ...]:
    """The nearest flip on either side of the reader's position."""
    marks = []
    nearest = {flip.direction: flip for flip in reversed(comparison.flips) if flip.axis == axis}
    for flip in nearest.values():
        if x_axis.low <= flip.at <= x_axis.high:
            label = f"{flip.direction} {words.short(flip.at)}: {words.place(flip.to_kind)}"
            marks.append(Mark(flip.at, _cheapest_at(curves, flip.at), label, flip.direction))
    return tuple(marks)


def _cheapest_at(curves: Sequence[Curve], x: float) -> float | None:
    """The lowest line at ``x``, read between its two neighbours on the logarithmic axes."""
    found = [y for curve in curves if (y := read(curve.x, curve.monthly_usd, x)) is not None]
    return min(found, default=None)


def _curve_alt(
    comparison: Comparison,
    axis: str,
    series: Sequence[Series],
    flips: Sequence[Mark],
    cost: float | None,
) -> str:
    noun = _axis_noun(axis)
    if not series:
        return f"No place can be priced and used, so there is no cost curve over {noun}."
    low, high = min(s.x[0] for s in series), max(s.x[-1] for s in series)
    names = ", ".join(item.label for item in series)
    text = (
        f"Cost a month against {noun} from {words.number(low)} to {words.number(high)}, "
        f"both logarithmic, for {names}."
    )
    best = comparison.cheapest
    if best is not None:
        here = words.number(float(getattr(comparison.scenario, axis)))
        text += f" At {here} the cheapest is {words.place(best.kind)}: "
        text += f"{words.usd(cost)} a month."
    for flip in flips:
        text += f" It flips {flip.label}."
    return text


# --- breakdown -------------------------------------------------------------------------------
def breakdown(comparison: Comparison) -> Breakdown:
    """What the best priced option of each place costs a month, by category."""
    bars = comparable([_bar(comparison, option) for option in _best_of_place(comparison)])
    used = {segment.category for bar in bars for segment in bar.segments}
    low = min([bar.reach[0] for bar in bars], default=0.0)
    high = max([bar.reach[1] for bar in bars], default=1.0) or 1.0
    return Breakdown(
        title="What it is made of",
        x_axis=Axis("USD a month", low * 1.05, high * 1.05, linear_ticks(low, high), log=False),
        bars=bars,
        categories=tuple(item for item in CATEGORIES if item in used),
        alt=_breakdown_alt(bars),
    )


def _best_of_place(comparison: Comparison) -> list[Option]:
    """The best option of each place where one is possible, in the comparison's order."""
    return [option for option in comparison.best_of_kind if option.status == "feasible"]


def _bar(comparison: Comparison, option: Option) -> Bar:
    months = comparison.scenario.horizon_months
    cost = ranked(option, comparison, spread=False)
    amounts: dict[Category, float] = {}
    names: dict[Category, list[str]] = {}
    for item in option.line_items:
        part = category(item)
        amounts[part] = amounts.get(part, 0.0) + item.amount_usd / months
        held = names.setdefault(part, [])
        if item.name not in held:
            held.append(item.name)
    segments = tuple(
        Segment(part, amounts[part], tuple(names[part])) for part in CATEGORIES if amounts.get(part)
    )
    best = comparison.cheapest
    return Bar(
        kind=option.kind,
        label=words.place(option.kind),
        option_id=option.id,
        segments=segments,
        total_usd=cost.monthly_usd if cost else 0.0,
        users_usd=(cost.users_usd or 0.0) if cost and cost.users_matter else 0.0,
        is_cheapest=best is not None and best.id == option.id,
    )


LONGEST = 30.0
"""Times as long as the second shortest bar; where a bar would be longer the others would vanish."""
BEYOND = 1.3
"""Length of a bar that is drawn shorter, in lengths of the longest that is to scale."""


def comparable(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """The same bars, those that would dwarf the others drawn shorter in all their parts."""
    reaches = sorted(bar.reach[1] for bar in bars if bar.reach[1] > 0)
    if not reaches:
        return tuple(bars)
    # the second, where there are more than two: a place that costs next to nothing is no measure
    most = LONGEST * reaches[1 if len(reaches) > 2 else 0]
    longest = BEYOND * max(reach for reach in reaches if reach <= most)
    return tuple(
        replace(bar, scale=longest / bar.reach[1]) if bar.reach[1] > most else bar for bar in bars
    )


def _breakdown_alt(bars: Sequence[Bar]) -> str:
    if not bars:
        return "No place can be priced and used, so there is nothing to break down."
    return "Cost a month by category: " + "; ".join(_bar_words(bar) for bar in bars) + "."


def _bar_words(bar: Bar) -> str:
    text = f"{bar.label} {words.usd(bar.total_usd)}"
    text += f" ({NOT_TO_SCALE})" if bar.shortened else ""
    if not bar.segments:
        return text
    largest = max(bar.segments, key=lambda item: item.monthly_usd)
    return f"{text}, mostly {words.lower(largest.category.label)}"
