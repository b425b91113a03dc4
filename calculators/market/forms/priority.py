"""Priority: a dearer price for answers ahead of others. It is said, nothing is billed at it.

No input asks for such answers: the price for answers in their turn is billed.
"""

from __future__ import annotations

from calculators.checks import Check
from calculators.market.forms.line import Asked, Form, Lines
from calculators.market.services import Meter
from calculators.results import Finding

METER = "priority_input"
PLAIN = "input"


def _lines(_: Asked, lines: Lines) -> Lines:
    return lines


def _usd(meter: Meter | None) -> dict[int, float]:
    """USD of a token of each service that has the price, in its first band."""
    if meter is None:
        return {}
    usd = [tariff.usd for tariff in meter.tariffs] / meter.size_of_unit[:, 0]
    return dict(zip(meter.rows.tolist(), usd.tolist(), strict=True))


def _says(asked: Asked) -> list[Check]:
    """Only of answers that cannot wait: who can wait asks for no precedence."""
    first = _usd(asked.services.meter(METER)) if asked.wait == "now" else {}
    if not first:
        return []
    plain = _usd(asked.services.meter(PLAIN))
    said = [
        _dearer(first[index] / plain[index]) if index in first and index in plain else None
        for index in range(asked.size)
    ]
    return [Check.each(said)]


def _dearer(times: float) -> Finding:
    text = (
        f"Answers ahead of others (priority) are sold at {times:.3g} times the price of what is "
        "read; no input asks for them, and nothing is billed at that price."
    )
    return Finding("not modelled", "pass", text, "the vendor's own price list", errs="low")


FORM = Form("priority", _lines, says=_says)
