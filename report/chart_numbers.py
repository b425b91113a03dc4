"""What the charts of Compare show, as rows of figures."""

from __future__ import annotations

from dataclasses import dataclass

from report import words
from report.axes import read
from report.chart_spec import Breakdown, CostCurve


@dataclass(frozen=True)
class Numbers:
    """A chart's figures: a heading and a name a row, a heading a column, dollars a month."""

    corner: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]  # by row, None where nothing is possible


def curve(spec: CostCurve) -> Numbers:
    """Every place at the marks of the axis, at the reader's own position and at the flips."""
    marks = (
        {tick.at for tick in spec.x_axis.ticks} | {spec.here.x} | {flip.x for flip in spec.flips}
    )
    at = sorted(x for x in marks if spec.x_axis.low <= x <= spec.x_axis.high)
    return Numbers(
        "Requests a month",
        tuple(words.number(x) for x in at),
        tuple(line.label for line in spec.series),
        tuple(tuple(read(line.x, line.y, x) for line in spec.series) for x in at),
    )


def bars(spec: Breakdown) -> Numbers:
    """Every place by kind of cost, and in all."""
    held = [{part.category.id: part.monthly_usd for part in bar.segments} for bar in spec.bars]
    return Numbers(
        "Place",
        tuple(bar.label for bar in spec.bars),
        (*(item.label for item in spec.categories), "In all"),
        tuple(
            (*(parts.get(item.id, 0.0) for item in spec.categories), sum(parts.values()))
            for parts in held
        ),
    )
