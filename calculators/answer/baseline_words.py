"""What one has today, in words: the end of the headline, and a line below it."""

from __future__ import annotations

from calculators.answer.words import money
from calculators.results import Comparison, Today


def clause(found: Comparison) -> str:
    """The end of the headline where staying is cheapest; blank where it is not, or forbidden."""
    today = found.today
    if today is None or today.monthly_usd is None or not today.stays:
        return ""
    if today.status == "infeasible":
        return ""
    return f"; cheapest is to stay with what you have, at {money(today.monthly_usd)} a month"


def line(found: Comparison) -> str:
    """What the recommended option saves against today, or why that cannot be told."""
    today = found.today
    if today is None:
        return ""
    if today.monthly_usd is None:
        return f"{_have(today)} is not priced here: {'; '.join(today.reasons)}."
    monthly = money(today.monthly_usd)
    said = f"{_have(today)} costs {monthly} a month from here on{_ruled(today)}."
    best = found.cheapest
    if best is None or best.id == today.id:
        return said
    return f"{said} {_switch(found, today)}"


def _have(today: Today) -> str:
    if today.id is None:
        return "What you have today"
    return f"What you have today ({_inside(today.label)})"


def _inside(label: str) -> str:
    """A label inside a sentence."""
    return label.replace("; ", ", ")


def _ruled(today: Today) -> str:
    if today.status != "infeasible":
        return ""
    return f" and is not allowed under these requirements ({today.reasons[0].rstrip('.')})"


def _switch(found: Comparison, today: Today) -> str:
    """The switch to the recommended option, in words."""
    best = found.cheapest
    saving = today.savings.get(best.id) if best is not None else None
    if best is None or saving is None:
        return ""
    label = _inside(best.label)
    once = money(today.switch_usd)
    if saving.usd_per_month <= 0:
        more = money(-saving.usd_per_month)
        return f"Switching to {label} would cost {more} a month more, {once} of switching included."
    less = money(saving.usd_per_month)
    text = f"Switching to {label} saves {less} a month, {once} of switching included"
    if saving.paid_back_month is None:
        return f"{text}."
    if saving.paid_back_month == 0:
        return f"{text}, from the start."
    return f"{text}, and pays for itself after {saving.paid_back_month:.1f} months."
