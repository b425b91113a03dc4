"""How sure a comparison is, as plain JSON values: USD a month, null where there is none."""

from __future__ import annotations

from typing import Any

from calculators.compare import compare
from calculators.results import Comparison, Odds, Recommendation, Uncertainty
from report.codec import Decoded, decode

Json = dict[str, Any]


def verdict(comparison: Comparison) -> Json:
    """``verdict`` and ``too_close`` of ``/api/v1/compare``."""
    found = comparison.verdict
    if found is None:
        return {"verdict": None, "too_close": False}
    first = found.places[0]
    return {
        "verdict": {
            "recommended": found.recommended,
            "against": list(found.against),
            "probability_cheapest": first.probability_cheapest,
            "expected_regret_usd_per_month": first.expected_regret_usd,
            "least_regret": found.least_regret,
            "draws": found.draws,
        },
        "too_close": found.too_close,
    }


def uncertainty_body(query: str) -> tuple[Json, Decoded]:
    """The body of ``/api/v1/uncertainty`` (fields: docs/api.md).

    Raises
    ------
    ScenarioError
        What the query cannot be read as.
    """
    found = decode(query, strict=True)
    return body(compare(found.scenario, found.book).uncertainty), found


def body(found: Uncertainty | None) -> Json:
    """What all draws say; where nothing is allowed there is nothing to draw."""
    if found is None:
        return {
            "draws": 0,
            "seed": None,
            "places": {},
            "too_close": False,
            "recommended": None,
            "against": [],
            "least_regret": None,
            "difference_usd_per_month": None,
            "worth_knowing": [],
            "tornado": [],
        }
    said = found.verdict
    return {
        "draws": said.draws,
        "seed": said.seed,
        "places": _places(said),
        "too_close": said.too_close,
        "recommended": said.recommended,
        "against": list(said.against),
        "least_regret": said.least_regret,
        "difference_usd_per_month": found.difference_usd,
        "worth_knowing": [
            {"factor": item.factor, "label": item.label, "usd_per_month": item.usd}
            for item in found.worth_knowing
        ],
        "tornado": [
            {
                "factor": bar.factor,
                "label": bar.label,
                "low_usd_per_month": bar.low_usd,
                "high_usd_per_month": bar.high_usd,
            }
            for bar in found.tornado
        ],
    }


def _places(said: Recommendation) -> Json:
    return {item.kind: _place(item) for item in said.places}


def _place(item: Odds) -> Json:
    return {
        "option": item.option_id,
        "p10_usd_per_month": item.p10_usd,
        "p50_usd_per_month": item.p50_usd,
        "p90_usd_per_month": item.p90_usd,
        "probability_cheapest": item.probability_cheapest,
        "expected_regret_usd_per_month": item.expected_regret_usd,
        "available_share": item.available,
    }
