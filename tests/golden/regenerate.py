"""``python -m tests.golden.regenerate``: write the golden quotes anew and say what moved.

Run it when a method changes on purpose, read the differences, and name them in CHANGELOG.md under
Method. The quotes rest on the invented tables beside them, so no price of the book moves them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from calculators.places import DEVICE, PLACES, VENUES
from calculators.results import Comparison, LineItem, Option
from tests.calculators.world import compared

QUOTES = Path(__file__).parent / "quotes"
MONEY = (
    "total_usd",
    "company_usd",
    "user_usd",
    "npv_usd",
    "monthly_usd",
    "month1_usd",
    "low_usd",
    "high_usd",
)
ANSWERED: dict[str, Any] = {
    "min_reach_pct": 80,
    "discount_rate_pct": 8,
    "requests_per_month": 10_000_000,
    "growth_pct_per_month": 2,
    "price_change_pct_per_year_api": 5,
    "max_commitment": "1y",
}
TRAINED: dict[str, Any] = {
    "own_model_required": True,
    "retrains_per_month": 4,
    "discount_rate_pct": 8,
    "device_mix": "new_phones",
    "price_change_pct_per_year_rental": 10,
}
KEPT = "trained_at-hosted_platform-that_keeps_it"
KEPT_ID = "hosted_platform>hosted_platform:beta/keep-endpoint"
"""A model that its platform does not let go answers there."""


def quotes() -> dict[str, dict[str, Any]]:
    """The best option of each place of answering, and of each place of training."""
    answered, trained = compared(**ANSWERED), compared(**TRAINED)
    typed = compared(**TRAINED, task="next_word")  # devices learn only what use itself labels
    found = {f"answers_at-{kind}": quote(best(answered, answers_at=kind)) for kind in PLACES}
    found |= {
        f"trained_at-{at}": quote(best(typed if at == DEVICE else trained, trained_at=at))
        for at in VENUES
    }
    return found | {KEPT: quote(best(trained, id=KEPT_ID))}


def best(found: Comparison, **wanted: str) -> Option:
    """The cheapest feasible option with these attributes."""
    return next(
        option
        for option in found.options
        if option.status == "feasible"
        and all(getattr(option, name) == value for name, value in wanted.items())
    )


def quote(option: Option) -> dict[str, Any]:
    """An option as it is kept: money to a cent, quantities to nine figures."""
    known = {name: getattr(option, name) for name in MONEY}
    money = {name: None if usd is None else round(usd, 2) for name, usd in known.items()}
    items = [line(item) for item in option.line_items]
    return {
        "id": option.id,
        "training_product": option.training_product,
        **money,
        "line_items": items,
    }


def line(item: LineItem) -> dict[str, Any]:
    """A line item as it is kept."""
    return {
        "name": item.name,
        "payer": item.payer,
        "period": item.period,
        "quantity": float(f"{item.quantity:.9g}"),
        "unit": item.unit,
        "rate_usd": float(f"{item.rate_usd:.9g}"),
        "amount_usd": round(item.amount_usd, 2),
        "credit": item.credit,
        "source": item.source.key or item.source.title,
    }


def main() -> None:
    """Write every quote; name those whose total moved."""
    QUOTES.mkdir(exist_ok=True)
    made = quotes()
    for path in QUOTES.glob("*.json"):
        if path.stem not in made:
            path.unlink()
    for name, content in made.items():
        path = QUOTES / f"{name}.json"
        before = json.loads(path.read_text()) if path.exists() else {"id": "", "total_usd": None}
        if before != content:
            sys.stdout.write(
                f"{name}: {before['id']} {before['total_usd']} -> "
                f"{content['id']} {content['total_usd']}\n"
            )
        path.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
