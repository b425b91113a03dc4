"""What one has today and what options save against it, as plain JSON values."""

from __future__ import annotations

from typing import Any

from calculators.results import Comparison, LineItem, Today

Json = dict[str, Any]


def today(comparison: Comparison) -> Json | None:
    """What one has; null where the inputs name nothing."""
    found = comparison.today
    if found is None:
        return None
    return {
        "id": found.id,
        "label": found.label,
        "status": found.status,
        "reasons": list(found.reasons),
        "monthly_usd": found.monthly_usd,
        "total_usd": found.total_usd,
        "npv_usd": found.npv_usd,
        "stays": found.stays,
        "switch_usd": found.switch_usd,
        "switch_items": [_item(item) for item in found.switch_items],
    }


def saving(found: Today | None, option_id: str) -> Json:
    """What an option saves, and when the switch to it has paid back."""
    saved = None if found is None else found.savings.get(option_id)
    return {
        "saves_usd_per_month": None if saved is None else saved.usd_per_month,
        "switch_paid_back_month": None if saved is None else saved.paid_back_month,
    }


def _item(item: LineItem) -> Json:
    return {
        "name": item.name,
        "quantity": item.quantity,
        "unit": item.unit,
        "rate_usd": item.rate_usd,
        "amount_usd": item.amount_usd,
        "source": item.source.title,
        "basis": item.basis,
    }
