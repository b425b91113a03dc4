"""What crosses the network: egress charges, and the time and radio energy of a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from calculators.accounts.charges import Ledger
from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.checks import Gap
from calculators.costs.tiered import MISSING, Tiers
from calculators.market.machines import Distinct
from pricing.book import Source, Tariff
from pricing.kept import cached_property
from pricing.records import value
from pricing.units import factor

KILOBITS_PER_KILOBYTE = 8.0
TRANSIT = "transit_usd_per_mbps_month"


def egress_prices(case: Case, vendors: tuple[str, ...]) -> Tiers:
    """Prices of data leaving vendors; "" is what is owned.

    Another vendor's price, marked, stands in where a vendor's own was not seen.
    """

    def make() -> Tiers:
        pairs = tuple(case.market.network(vendor or "owned", "egress") for vendor in vendors)
        return Tiers(
            what="data leaving",
            title="Data sent to users",
            vendors=tuple(case.market.vendor_name(vendor) or "own machines" for vendor in vendors),
            tariffs=tuple(tariff for tariff, _ in pairs),
            sources=tuple(stand_in_source(*pair) for pair in pairs),
            base="kb",
            stands_in=tuple(stands_in for _, stands_in in pairs),
        )

    return case.market.derived("egress", vendors, make)


def egress(ledger: Ledger, case: Case, vendors: Distinct, share: Array) -> Gap:
    """Charge answers leaving each candidate's vendor; returns where a price is missing, (C, N)."""
    prices = egress_prices(case, vendors.values)
    kilobytes = case.demand.requests * share[:, None] * case["response_kb"][:, None]
    basis = "requests x size returned"
    return prices.charge(ledger, case, kilobytes, vendors.index[:, None], basis)


def transit(ledger: Ledger, case: Case, busiest_rps: Array) -> None:
    """Answers leaving machines of one's own: the busiest hour's bandwidth, by the month.

    ``busiest_rps`` (N, S) requests a second. Providers bill the 95th percentile of a month's five
    minute means, which the busiest hour of every day exceeds no more than it must.
    """
    megabits = busiest_rps * (case["response_kb"] * KILOBITS_PER_KILOBYTE / 1e3)[:, None]
    ledger.monthly(
        "Internet transit",
        "mbps_month",
        megabits,
        case.assume(TRANSIT),
        [case.assumption_source(TRANSIT)],
        category="network",
        basis="answers of the busiest hour in megabits a second x price of transit",
    )


def stand_in_source(tariff: Tariff | None, stands_in: bool) -> Source:
    """The tariff's source, saying so where another vendor's price stands in."""
    if tariff is None:
        return MISSING
    if not stands_in:
        return tariff.source
    title = f"{tariff.source.title} (stands in: this vendor's own price was not seen)"
    return replace(tariff.source, title=title, confidence="C", other_region=False, note="")


@value
class Trip:
    """Milliseconds of a request on the network (N,), median and slow (95th percentile)."""

    round_trips: Array
    upload: Array
    download: Array
    slow_ratio: Array
    assumed: tuple[str, ...] = ()  # names of the assumptions behind it

    def part(self, points: slice) -> Trip:
        """The same at some of its points."""
        turns, up, down, slow = (
            values[points] if values.size > 1 else values
            for values in (self.round_trips, self.upload, self.download, self.slow_ratio)
        )
        return Trip(turns, up, down, slow, self.assumed)

    @cached_property
    def p50(self) -> Array:
        """Median trip."""
        return self.round_trips + self.upload + self.download

    @cached_property
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
    return _radio_j(case, case.assume)


def radio_ends(case: Case) -> tuple[Array, Array, Array]:
    """The same at the low ends, the middles and the high ends of what it rests on."""
    rows = case.book.assumption
    return (
        _radio_j(case, lambda name: np.array([rows(name).low])),
        _radio_j(case, lambda name: np.array([rows(name).mid])),
        _radio_j(case, lambda name: np.array([rows(name).high])),
    )


def _radio_j(case: Case, assume: Callable[[str], Array]) -> Array:
    link = case.scenario.link
    sent = case["request_kb"] * factor("kb", "mb")
    received = case["response_kb"] * factor("kb", "mb")
    own = case.given("radio_tail_j")
    tail = case["radio_tail_j"] if own else assume(f"radio_tail_j_{link}")
    return np.asarray(
        sent * assume(f"radio_up_j_per_mb_{link}")
        + received * assume(f"radio_down_j_per_mb_{link}")
        + tail
    )


def load_balancer(ledger: Ledger, case: Case, vendors: Distinct, hours: float) -> BoolArray:
    """One load balancer in front of the machines; returns who lacks a price, (C,)."""

    def make() -> Sequence[tuple[Tariff | None, bool, Source]]:
        pairs = [case.market.network(vendor, "load_balancer") for vendor in vendors.values]
        return [(found, other, stand_in_source(found, other)) for found, other in pairs]

    held = case.market.derived("load balancers", vendors.values, make)
    usd = np.array([[np.nan if tariff is None else tariff.usd] for tariff, _, _ in held])
    usd = usd * case.scales([tariff for tariff, _, _ in held], [other for _, other, _ in held])
    units = [tariff.unit if tariff else "hour" for tariff, _, _ in held]
    sources = [source for _, _, source in held]
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
