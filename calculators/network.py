"""What crosses the network: egress charges, and the time and radio energy of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array
from calculators.charges import Ledger
from calculators.inputs import Inputs
from pricing.book import Source, Tariff
from pricing.units import factor

STAND_IN_VENDOR = "aws"  # its egress price stands in where a vendor's own was not seen
KILOBITS_PER_KILOBYTE = 8.0


def bands(tariff: Tariff, units: Array, free: float | Array = 0.0) -> list[tuple[float, Array]]:
    """Marginal tiers: (USD per unit, units billed in the band), ``units`` a month's count.

    Free units are the first of the month and use up the lowest bands.
    """
    split = []
    for band in tariff.bands:
        start = np.maximum(band.start, free)
        split.append((band.usd, np.clip(units - start, 0, np.maximum(band.end - start, 0))))
    return split


def tariff_for(inputs: Inputs, vendor: str, service: str) -> tuple[Tariff | None, bool]:
    """A vendor's network price, or the stand-in; True when it stands in."""
    area = inputs.scenario.region
    own = inputs.book.tariff(f"{vendor}/{service}/standard", area)
    if own is not None:
        return own, False
    return inputs.book.tariff(f"{STAND_IN_VENDOR}/{service}/standard", area), True


def egress(ledger: Ledger, inputs: Inputs, vendors: Sequence[str], share: Array) -> list[str]:
    """Charge answers leaving each candidate's vendor; returns what is missing, per candidate."""
    kilobytes = inputs.requests * share[:, None] * inputs["response_kb"][:, None]
    missing = [""] * len(vendors)
    tariffs = {vendor: tariff_for(inputs, vendor, "egress") for vendor in dict.fromkeys(vendors)}
    depth = max((len(found.bands) for found, _ in tariffs.values() if found), default=0)
    origin = {vendor: stand_in_source(*pair) for vendor, pair in tariffs.items()}
    sources = [origin[vendor] for vendor in vendors]
    units = tuple(found.unit if (found := tariffs[vendor][0]) else "gb" for vendor in vendors)
    for level in range(depth):
        amount, rate = {}, {}
        for vendor, (found, _) in tariffs.items():
            if found is None or level >= len(found.bands):
                amount[vendor], rate[vendor] = np.zeros_like(kilobytes), 0.0
                continue
            monthly = kilobytes * factor("kb", found.unit)
            rate[vendor], amount[vendor] = bands(found, monthly)[level]
        titles = {
            vendor: band_name("Data sent to users", found, level)
            for vendor, (found, _) in tariffs.items()
        }
        ledger.monthly(
            tuple(titles[vendor] for vendor in vendors),
            units,
            np.stack([amount[vendor] for vendor in vendors]),
            np.array([[rate[vendor]] for vendor in vendors]),
            sources,
            basis="requests x size returned",
        )
    for index, vendor in enumerate(vendors):
        if tariffs[vendor][0] is None:
            missing[index] = f"egress price of {vendor}"
    return missing


def stand_in_source(tariff: Tariff | None, stands_in: bool) -> Source:
    """The tariff's source, saying so where another vendor's price stands in."""
    if tariff is None:
        return Source("missing", "", None, "C")
    if not stands_in:
        return tariff.source
    title = f"{tariff.source.title} (stands in: this vendor's own price was not seen)"
    found = tariff.source
    return Source(title, found.url, found.as_of, "C", found.key, found.region, found.stale)


def band_name(name: str, tariff: Tariff | None, level: int) -> str:
    """Name of a line item, with its tier where the tariff has several."""
    if tariff is None or len(tariff.bands) == 1 or level >= len(tariff.bands):
        return name
    band = tariff.bands[level]
    top = f"to {band.end:,.0f}" if np.isfinite(band.end) else "and above"
    return f"{name}, from {band.start:,.0f} {top} a month"


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


def trip(inputs: Inputs) -> Trip:
    """Time on the users' connection: round trips, sending, receiving."""
    link = inputs.scenario.link
    # kilobits over megabits per second are milliseconds
    up = inputs["request_kb"] * KILOBITS_PER_KILOBYTE / inputs.assume(f"uplink_mbps_{link}")
    down = inputs["response_kb"] * KILOBITS_PER_KILOBYTE / inputs.assume(f"downlink_mbps_{link}")
    turns = inputs.assume(f"rtt_ms_{link}") * inputs.assume("round_trips_per_request")
    speeds = (f"rtt_ms_{link}", f"uplink_mbps_{link}", f"downlink_mbps_{link}")
    assumed = (*speeds, "round_trips_per_request", "p95_to_p50_network")
    return Trip(turns, up, down, inputs.assume("p95_to_p50_network"), assumed)


def radio_j_per_request(inputs: Inputs) -> Array:
    """Energy of sending a request and receiving its answer, above the screen-on baseline."""
    link = inputs.scenario.link
    sent = inputs["request_kb"] * factor("kb", "mb")
    received = inputs["response_kb"] * factor("kb", "mb")
    tail = inputs.chosen("radio_tail_j", f"radio_tail_j_{link}", "device")
    return (
        sent * inputs.assume(f"radio_up_j_per_mb_{link}", "device")
        + received * inputs.assume(f"radio_down_j_per_mb_{link}", "device")
        + tail
    )
