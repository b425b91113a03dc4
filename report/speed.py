"""Answer times with their parts, and the budgets they are held against, as plain JSON values."""

from __future__ import annotations

import math
from typing import Any

from calculators.results import Option
from calculators.scenario import Scenario

Json = dict[str, Any]


def budgets(scenario: Scenario) -> Json:
    """Milliseconds allowed; null where nothing is asked for."""
    fps, pace = scenario.realtime_fps, scenario.min_tokens_per_s
    return {
        "answer_ms": scenario.latency_budget_ms,
        "first_word_ms": scenario.ttft_budget_ms,
        "token_ms": 1000 / pace if pace else None,
        "frame_ms": 1000 / fps if fps else None,
        "link": scenario.link,
    }


def parts(option: Option) -> Json:
    """What the median and the slow time are made of; of live video the stages of a frame."""
    found = option.latency
    stages = found.frame_ms
    slowest = max(stages, key=lambda name: _or_most(stages[name])) if stages else None
    return {
        "p50_parts": _known(found.parts_ms),
        "p95_parts": _known(found.slow_parts_ms),
        "frame": None if slowest is None else {"stages": _known(stages), "slowest": slowest},
    }


def _or_most(value: float) -> float:
    """A stage nobody knows may be the slowest."""
    return math.inf if math.isnan(value) else value


def _known(found: dict[str, float]) -> Json:
    return {name: value if math.isfinite(value) else None for name, value in found.items()}
