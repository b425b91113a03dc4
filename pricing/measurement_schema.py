"""Shapes of the measurement tables: what was measured, where, and what was fitted on it."""

from __future__ import annotations

from pricing.schema import Positive, Row, Slug, Sourced


class FitRow(Sourced):
    """One fitted or assumed coefficient of an estimator (docs/estimators.md lists them)."""

    fit: Slug  # name of the coefficient
    scope: str = ""  # what it holds for (a generation, a unit, a precision); blank: everything
    value: float
    low: float | None = None  # 80 % interval where one was fitted
    high: float | None = None
    unit: Slug
    fitted_on: Positive | None = None  # measured rows behind it; blank: not fitted


MEASUREMENT_TABLES: dict[str, type[Row]] = {
    "estimator_fits": FitRow,
}
MEASUREMENT_IDENTITY: dict[str, tuple[str, ...]] = {
    "estimator_fits": ("fit", "scope"),
}
