"""What crosses the network: egress charges, and the time and radio energy of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.market.bands import Bands, band_name
from calculators.market.machines import Distinct
from pricing.book import Source, Tariff
from pricing.units import factor

KILOBITS_PER_KILOBYTE = 8.0


@dataclass(frozen=True, eq=False)
class Egress:
    """Prices of data leaving V vendors; a stand-in where a vendor's own was not seen."""

    vendors: tuple[str, ...]
    pairs: tuple[tuple[Tariff | None, bool], ...]

    @cached_property
    def bands(self) -> Bands:
        """Tiers of each vendor."""
        return Bands.of([tariff for tariff, _ in self.pairs])

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Unit of each vendor's price."""
        return tuple(tariff.unit if tariff else "gb" for tariff, _ in self.pairs)

    @cached_property
    def units_per_kb(self) -> Array:
        """Units of the tariff in a kilobyte (V, 1, 1)."""
        return np.array([[[factor("kb", unit)]] for unit in self.units])

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Source of each vendor's price."""
        return tuple(stand_in_source(*pair) for pair in self.pairs)

    @cached_property
    def missing(self) -> BoolArray:
        """Vendors without any price (V,)."""
        return np.array([tariff is None for tariff, _ in self.pairs], dtype=bool)

    def titles(self, level: int) -> tuple[str, ...]:
        """Line item of each vendor's band."""
        return self._titles[level]

    @cached_property
    def _titles(self) -> Sequence[tuple[str, ...]]:
        return [
            tuple(band_name("Data sent to users", tariff, level) for tariff, _ in self.pairs)
            for level in range(self.bands.start.shape[1])
        ]


def egress_prices(case: Case, vendors: tuple[str, ...]) -> Egress:
    """Prices of data leaving vendors; "" is what is owned."""

    def make() -> Egress:
        pairs = tuple(case.market.network(vendor or "owned", "egress") for vendor in vendors)
        return Egress(vendors, pairs)

    return case.market.derived("egress", vendors, make)


def egress(ledger: Ledger, case: Case, vendors: Distinct, share: Array) -> BoolArray:
    """Charge answers leaving each candidate's vendor; returns who lacks a price, (C,)."""
    prices = egress_prices(case, vendors.values)
    kilobytes = case.demand.requests * share[:, None] * case["response_kb"][:, None]
    units = kilobytes[None] * prices.units_per_kb
    every = vendors.index
    for level, amount, usd in prices.bands.split(units):
        ledger.monthly(
            prices.titles(level),
            prices.units,
            amount[every],
            usd[every],
            prices.sources,
            category="network",
            basis="requests x size returned",
            chosen=every[:, None],
        )
    return prices.missing[every]


def stand_in_source(tariff: Tariff | None, stands_in: bool) -> Source:
    """The tariff's source, saying so where another vendor's price stands in."""
    if tariff is None:
        return Source("missing", "", None, "C")
    if not stands_in:
        return tariff.source
    title = f"{tariff.source.title} (stands in: this vendor's own price was not seen)"
    return replace(tariff.source, title=title, confidence="C", other_region=False, note="")


@dataclass(frozen=True)
class Trip:
    """Milliseconds of a request on the network (N,), median and slow (95th percentile)."""

    round_trips: Array
    upload: Array
    download: Array
    slow_ratio: Array
    assumed: tuple[str, ...] = ()  # names of the assumptions behind it

    @property
    def p50(self) -> Array:
        """Median trip."""
        return self.round_trips + self.upload + self.download

    @property
    def p95(self) -> Array:
        """Slow trip."""
        return self.p50 * self.slow_ratio


def trip(case: Case) -> Trip:
    """Time on the users' connection: round trips, sending, receiving."""
    return case.shared("trip", lambda: _trip(case))


def _trip(case: Case) -> Trip:
    link = case.scenario.link
    # kilobits over megabits per second are milliseconds
    up = case["request_kb"] * KILOBITS_PER_KILOBYTE / case.assume(f"uplink_mbps_{link}")
    down = case["response_kb"] * KILOBITS_PER_KILOBYTE / case.assume(f"downlink_mbps_{link}")
    turns = case.assume(f"rtt_ms_{link}") * case.assume("round_trips_per_request")
    speeds = (f"rtt_ms_{link}", f"uplink_mbps_{link}", f"downlink_mbps_{link}")
    assumed = (*speeds, "round_trips_per_request", "p95_to_p50_network")
    return Trip(turns, up, down, case.assume("p95_to_p50_network"), assumed)


def radio_j_per_request(case: Case) -> Array:
    """Energy of sending a request and receiving its answer, above the screen-on baseline."""
    link = case.scenario.link
    sent = case["request_kb"] * factor("kb", "mb")
    received = case["response_kb"] * factor("kb", "mb")
    tail = case.chosen("radio_tail_j", f"radio_tail_j_{link}")
    return np.asarray(
        sent * case.assume(f"radio_up_j_per_mb_{link}")
        + received * case.assume(f"radio_down_j_per_mb_{link}")
        + tail
    )


def load_balancer(ledger: Ledger, case: Case, vendors: Distinct, hours: float) -> BoolArray:
    """One load balancer in front of the machines; returns who lacks a price, (C,)."""

    def make() -> Sequence[tuple[Tariff | None, Source]]:
        pairs = [case.market.network(vendor, "load_balancer") for vendor in vendors.values]
        return [(tariff, stand_in_source(tariff, stands_in)) for tariff, stands_in in pairs]

    pairs = case.market.derived("load balancers", vendors.values, make)
    usd = np.array([[np.nan if tariff is None else tariff.usd] for tariff, _ in pairs])
    units = [tariff.unit if tariff else "hour" for tariff, _ in pairs]
    sources = [source for _, source in pairs]
    ledger.monthly(
        "Load balancer",
        units,
        hours * np.ones_like(case.demand.calendar.growth),
        usd[vendors.index],
        sources,
        category="network",
        basis="one, all month",
        chosen=vendors.index[:, None],
    )
    return np.asarray(np.isnan(usd[vendors.index, 0]))
