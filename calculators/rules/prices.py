"""Cautions about the prices an answer rests on."""

from __future__ import annotations

from calculators.case import Case
from calculators.market.machines import Offer
from calculators.results import Finding
from pricing.tables import SPOT


def old_spot(case: Case, offer: Offer) -> Finding | None:
    """What to say of a spot price that is older at the price date than spot prices keep.

    It still counts, marked: a discount for machines that may be taken away lasts, its size does
    not. None where the price is fresh or no spot price.
    """
    source = offer.tariff.source
    if offer.term != "spot" or not source.stale or source.as_of is None:
        return None
    days = (case.book.price_date - source.as_of).days
    text = (
        f"The spot price of {offer.row.name} was read {days:,} days before the price date; "
        f"spot prices keep for {SPOT.days}."
    )
    return Finding("spot price", "caution", text, "look up today's price")
