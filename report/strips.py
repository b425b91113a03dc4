"""``/api/v1/strips``: who wins over the bounds of every input, as JSON."""

from __future__ import annotations

import math
from typing import Any

from calculators.compare import compare
from calculators.results import Band, Strip
from report.codec import Decoded, decode

Json = dict[str, Any]


def strips_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input that is refused.
    """
    found = decode(query, strict=True)
    comparison = compare(found.scenario, found.book)
    return {"strips": [_strip(strip) for strip in comparison.strips]}, found


def _strip(strip: Strip) -> Json:
    return {
        "field": strip.field,
        "unit": strip.unit,
        "low": _finite(strip.low),
        "high": _finite(strip.high),
        "here": _finite(strip.here),
        "bands": [_band(band) for band in strip.bands],
        "nearest_flip": _finite(strip.nearest_flip),
        "distance": _finite(strip.distance),
    }


def _band(band: Band) -> Json:
    return {
        "from": _finite(band.start),
        "to": _finite(band.end),
        "place": band.place,
        "resolution": _finite(band.resolution),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
