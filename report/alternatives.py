"""Other models that would do it, as the page, the PDF and the API tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calculators.explore.draws import CLEAR
from calculators.results import Alternative, Comparison
from report import words

Json = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One alternative in words."""

    model: str
    place: str  # and product
    saves: str  # a month
    cost: str  # a month
    changes: str


def lines(comparison: Comparison) -> list[Line]:
    """Those that cost less than the answer, in words."""
    return [_line(item, comparison) for item in comparison.cheaper_alternatives]


def _line(item: Alternative, comparison: Comparison) -> Line:
    monthly = _monthly(item, comparison)
    return Line(
        model=item.model_name,
        place=f"{words.place(item.option.kind)}: {item.option.label}",
        saves=words.usd_apart(monthly + (item.saves_usd_per_month or 0.0), monthly),
        cost=words.usd(monthly),
        changes=" ".join(change.text for change in item.changes),
    )


def _monthly(item: Alternative, comparison: Comparison) -> float:
    """What it costs a month, USD."""
    cost = item.option.ranked_usd(comparison.scenario.rank_by) or 0.0
    return cost / comparison.scenario.horizon_months


def heading(comparison: Comparison) -> str:
    """What the best of them would save; blank where none would.

    Less than what makes a place clearly the cheapest is no saving to head a list with.
    """
    found = lines(comparison)
    if not found:
        return ""
    first = found[0]
    best = comparison.cheaper_alternatives[0]
    if (best.saves_usd_per_month or 0.0) < CLEAR * _monthly(best, comparison):
        return f"Another model would cost nearly the same, {first.cost} a month: {first.model}."
    return f"Another model would do it for {first.saves} a month less: {first.model}."


def payload(comparison: Comparison) -> list[Json]:
    """The best few of each place, by what they save (fields: docs/api.md)."""
    return [_json(item) for item in comparison.alternatives]


def _json(item: Alternative) -> Json:
    score, asked = item.score, item.score_of_asked
    return {
        "id": item.option.id,
        "label": item.option.label,
        "kind": item.option.kind,
        "model": item.model,
        "model_name": item.model_name,
        "total_usd": item.option.total_usd,
        "company_usd": item.option.company_usd,
        "saves_usd_per_month": item.saves_usd_per_month,
        "score": None if score is None else score.value,
        "score_of_asked": None if asked is None else asked.value,
        "index": None if score is None else score.index_name,
        "score_source": None if score is None else _source(item),
        "changes": [{"what": change.what, "text": change.text} for change in item.changes],
    }


def _source(item: Alternative) -> Json | None:
    if item.score is None:
        return None
    source = item.score.source
    return {
        "title": source.title,
        "url": source.url,
        "as_of": source.as_of.isoformat() if source.as_of else None,
        "confidence": source.confidence,
    }
