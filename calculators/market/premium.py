"""What a platform's machine costs over the same accelerators rented raw."""

from __future__ import annotations

from collections.abc import Mapping

from calculators.market.machines import MachineOffers, Offer
from calculators.market.market import Market
from pricing.records import value

ON_DEMAND = ("on_demand",)


@value
class Premium:
    """A platform's machine and the same accelerators raw, by the hour."""

    usd_per_hour: float
    raw_usd_per_hour: float
    raw_product: str  # id of the raw machine
    raw_name: str  # it and who rents it out, in words
    same_vendor: bool

    @property
    def ratio(self) -> float:
        """The platform's price over the raw one."""
        return self.usd_per_hour / self.raw_usd_per_hour

    @property
    def text(self) -> str:
        """In words."""
        change = (self.ratio - 1) * 100
        more = f"{change:,.0f} % more" if change >= 0 else f"{-change:,.0f} % less"
        return (
            f"An hour costs {self.usd_per_hour:,.3g} USD; the same accelerators rented raw, "
            f"{self.raw_name}, {self.raw_usd_per_hour:,.3g}: {more} on the platform."
        )


def premium(market: Market, offer: Offer) -> Premium | None:
    """A platform's offer over raw compute; None where nobody rents out the same accelerators.

    Raw is the cheapest machine on demand with as many of the same accelerators: of the same vendor
    where it has one, else of anybody.
    """
    found = market.derived("raw machines", ON_DEMAND, lambda: _raw(market))
    own = _like(offer)
    raw = found.get((offer.vendor, *own)) or found.get(("", *own))
    if raw is None:
        return None
    one = MachineOffers((offer,))
    hour = float(one.usd[0, 0] * one.units_per_hour[0, 0])
    usd, cheapest = raw
    name = f"{cheapest.row.name} at {market.vendor_name(cheapest.vendor)}"
    same = cheapest.vendor == offer.vendor
    return Premium(hour, usd, cheapest.row.product, name, same)


def _like(offer: Offer) -> tuple[str, float]:
    return offer.row.accelerator, float(offer.row.accelerator_count)


def _raw(market: Market) -> Mapping[tuple[str, str, float], tuple[float, Offer]]:
    """Cheapest raw machine of each vendor, and of all (blank), by accelerators."""
    offers = market.trainers("rented_instances", "rented", ON_DEMAND)
    found: dict[tuple[str, str, float], tuple[float, Offer]] = {}
    hours = (offers.usd[:, 0] * offers.units_per_hour[:, 0]).tolist() if offers.size else []
    for usd, offer in zip(hours, offers.offers, strict=True):
        for vendor in (offer.vendor, ""):
            key = (vendor, *_like(offer))
            if key not in found or usd < found[key][0]:
                found[key] = (usd, offer)
    return found
