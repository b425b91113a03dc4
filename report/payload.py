"""A comparison as plain JSON values: amounts are null where nothing is priced, never NaN."""

from __future__ import annotations

import math
from typing import Any

from calculators import METHOD
from calculators.results import Comparison, Crossing, LineItem, Option, PairBreakEven
from report.upgrades import SCHEMA

Json = dict[str, Any]


def payload(comparison: Comparison, warnings: tuple[str, ...] = ()) -> Json:
    """The body of ``/api/v1/compare`` (fields: docs/api.md)."""
    body: Json = {
        "schema": SCHEMA,
        "edition": comparison.book.edition.isoformat(),
        "price_date": comparison.book.price_date.isoformat(),
        "method": METHOD,
        "scenario": comparison.scenario.model_dump(mode="json"),
        "cheapest": comparison.cheapest.id if comparison.cheapest else None,
        "options": [_option(option) for option in comparison.options],
        "break_even": [_pair(pair) for pair in comparison.break_even],
    }
    if warnings:
        body["warnings"] = list(warnings)
    return body


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _option(option: Option) -> Json:
    return {
        "id": option.id,
        "kind": option.kind,
        "label": option.label,
        "trained_at": option.trained_at,
        "answers_at": option.answers_at,
        "status": option.status,
        "reasons": list(option.reasons),
        "total_usd": _finite(option.total_usd),
        "npv_usd": _finite(option.npv_usd),
        "monthly_usd": _finite(option.monthly_usd),
        "month1_usd": _finite(option.month1_usd),
        "usd_per_1000_requests": _finite(option.usd_per_1000_requests),
        "carbon_g_per_1000_requests": _finite(option.carbon_g_per_1000_requests),
        "carbon_text": option.carbon_text,
        "usd_per_user_month": _finite(option.usd_per_user_month),
        "company_usd": _finite(option.company_usd),
        "user_usd": _finite(option.user_usd),
        "latency_ms": {
            "p50": _finite(option.latency.p50_ms),
            "p95": _finite(option.latency.p95_ms),
        },
        "line_items": [_item(item) for item in option.line_items],
    }


def _item(item: LineItem) -> Json:
    as_of = item.source.as_of
    return {
        "name": item.name,
        "payer": item.payer,
        "period": item.period,
        "quantity": _finite(item.quantity),
        "unit": item.unit,
        "rate_usd": _finite(item.rate_usd),
        "amount_usd": _finite(item.amount_usd),
        "credit": item.credit,
        "source": {
            "title": item.source.title,
            "url": item.source.url,
            "as_of": as_of.isoformat() if as_of else None,
            "confidence": item.source.confidence,
        },
    }


def _pair(pair: PairBreakEven) -> Json:
    return {
        "first": pair.first,
        "second": pair.second,
        "axis": pair.axis,
        "axis_low": _finite(pair.axis_low),
        "axis_high": _finite(pair.axis_high),
        "verdict": pair.verdict,
        "text": pair.text,
        "gap_low_usd": _finite(pair.gap_low_usd),
        "gap_high_usd": _finite(pair.gap_high_usd),
        "resolution": _finite(pair.resolution),
        "crossings": [_crossing(crossing) for crossing in pair.crossings],
    }


def _crossing(crossing: Crossing) -> Json:
    return {
        "at": _finite(crossing.at),
        "low": _finite(crossing.low),
        "high": _finite(crossing.high),
        "kind": crossing.kind,
        "below": crossing.below,
        "above": crossing.above,
        "until": _finite(crossing.until),
        "last_below": _finite(crossing.last_below),
        "first_above": _finite(crossing.first_above),
    }
