"""Weeks to a first release as JSON."""

from __future__ import annotations

from typing import Any

from calculators.answer.first_release import WEEKLY, FirstRelease, first_release
from calculators.results import Comparison, Option

Json = dict[str, Any]


def of_option(option: Option, comparison: Comparison) -> Json | None:
    """Of an option of a comparison; None where its book does not say how work becomes weeks."""
    if WEEKLY not in comparison.book.assumptions:
        return None
    found = first_release(
        option.line_items,
        option.training_explained,
        option.answers_at,
        comparison.scenario,
        comparison.book,
    )
    return as_json(found)


def as_json(found: FirstRelease) -> Json:
    """Low, middle and high, and the parts of the middle [weeks]."""
    return {
        "weeks_low": found.low,
        "weeks": found.mid,
        "weeks_high": found.high,
        "parts": dict(found.parts),
    }
