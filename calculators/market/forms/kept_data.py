"""Data the vendor keeps: a listed price that supposes it, where the price without is not public."""

from __future__ import annotations

from calculators.checks import Check
from calculators.market.forms.line import Asked, Form, Lines, finds
from calculators.results import Finding

SUPPOSED = Finding(
    "not modelled",
    "caution",
    "The listed price is that of customers whose data the vendor may keep and learn from; what it "
    "costs to opt out is not published. The bill may be higher.",
    "the vendor's price for those who opt out",
    errs="low",
)


def _lines(_: Asked, lines: Lines) -> Lines:
    return lines


def _says(asked: Asked) -> list[Check]:
    return finds(asked, lambda row: row.price_with_logging == "yes", SUPPOSED)


FORM = Form("logging", _lines, says=_says)
