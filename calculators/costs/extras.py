"""What comes on top of the price of a machine: processor cores, memory, disk.

Who bills by the accelerator bills the cores and the memory beside it too, and a rented machine's
disk is seldom in its price. Only what a row of ``extra_prices`` prices is charged; how much of it
a copy of the model takes is our assumption, or what the machine has at least.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from calculators.accounts.charges import Assuming, Drift, Ledger, here
from calculators.arrays import Array, BoolArray, any_true, filled
from calculators.case import Case
from calculators.checks import Check
from calculators.costs.tiered import MISSING
from calculators.market.machines import MachineOffers, Offer
from calculators.results import Finding
from pricing.book import Source, Tariff
from pricing.records import record, value
from pricing.schema import InstanceRow
from pricing.units import factor


@value
class Part:
    """Something a machine needs that may be billed by itself."""

    meter: str  # of its key: vendor/market/meter
    title: str  # line item
    assumption: str  # how much of it
    stated: str  # column of a machine's row with what it has at least; blank: none
    held: str  # unit of that amount kept for an hour
    by_accelerator: bool  # for each copy, not for each machine
    words: str


PARTS = (
    Part(
        meter="cpu_core",
        title="Processor cores beside the accelerator",
        assumption="worker_cpu_cores",
        stated="vcpus",
        held="core_hour",
        by_accelerator=True,
        words="cores x hours a machine is up",
    ),
    Part(
        meter="memory",
        title="Memory beside the accelerator",
        assumption="worker_memory_gib",
        stated="memory_gib",
        held="gib_hour",
        by_accelerator=True,
        words="GiB x hours a machine is up",
    ),
    Part(
        meter="disk",
        title="Disks of the machines",
        assumption="machine_disk_gb",
        stated="",
        held="gb_hour",
        by_accelerator=False,
        words="GB x hours a machine is rented",
    ),
)


@record
class Priced:
    """What one part costs at C offers; those that do not bill it are left out of ``billed``."""

    billed: BoolArray  # (C,)
    tariffs: tuple[Tariff | None, ...]  # None where it is not billed
    usd: Array  # (C, 1) per unit, 0 where it is not billed
    units: tuple[str, ...]
    per_held: Array  # (C, 1) units in the part's own unit
    least: Array  # (C, 1) of the part, as the row of the machine states it
    copies: Array  # (C, 1)
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, part: Part, case: Case, offers: MachineOffers) -> Priced:
        """Looked up once for each list of offers."""
        found = [_tariff(part, case, offer) for offer in offers.offers]
        stated = [_stated(part, offer) for offer in offers.offers]
        copies = [offer.row.accelerator_count for offer in offers.offers]
        return cls(
            billed=np.array([tariff is not None for tariff in found], dtype=bool),
            tariffs=tuple(found),
            usd=np.array([[tariff.usd if tariff else 0.0] for tariff in found]),
            units=tuple(tariff.unit if tariff else part.held for tariff in found),
            per_held=np.array([[factor(part.held, t.unit) if t else 0.0] for t in found]),
            least=np.array([[amount] for amount in stated]),
            copies=np.array([[max(float(n), 1.0) if part.by_accelerator else 1.0] for n in copies]),
            sources=tuple(tariff.source if tariff else MISSING for tariff in found),
        )


def _tariff(part: Part, case: Case, offer: Offer) -> Tariff | None:
    """The price of a part at an offer's vendor; before its first row that one, marked."""
    if not isinstance(offer.row, InstanceRow):
        return None
    return case.market.context(f"{offer.row.vendor}/{offer.row.market}/{part.meter}")


def _stated(part: Part, offer: Offer) -> float:
    return float(getattr(offer.row, part.stated, None) or 0.0) if part.stated else 0.0


def priced(part: Part, case: Case, offers: MachineOffers) -> Priced:
    """What one part costs at some offers."""
    return case.market.derived(f"extra {part.meter}", offers, lambda: Priced.of(part, case, offers))


def charge(
    ledger: Ledger, case: Case, offers: MachineOffers, hours: Array, drift: Drift | None
) -> None:
    """Charge each part where the vendor bills it; ``hours`` (C, N, S) are machine-hours a month."""
    for part in PARTS:
        prices = priced(part, case, offers)
        if not any_true(prices.billed):
            continue
        each = np.maximum(case.assume(part.assumption) * prices.copies, prices.least)
        units = filled(hours) * (each * prices.per_held)[..., None]
        ledger.monthly(
            part.title,
            prices.units,
            units,
            prices.usd * case.scales(prices.tariffs),
            prices.sources,
            category="compute",
            basis=Assuming(_basis(part, case, prices), (part.assumption,)),
            drift=drift,
        )


DISK = PARTS[-1]
NO_DISK = Finding(
    "price",
    "caution",
    "No price of a disk is known here; none is charged beside the machine.",
    "the vendor's price of it",
    errs="low",
)


def without_disk(case: Case, offers: MachineOffers) -> Check:
    """Machines of vendors whose price of a disk was not seen."""
    billed = priced(DISK, case, offers).billed.tolist()
    return Check.each([None if own else NO_DISK for own in billed])


def _basis(part: Part, case: Case, prices: Priced) -> Callable[[int, int], str]:
    assumed = case.assume(part.assumption)

    def say(candidate: int, point: int) -> str:
        ours = here(assumed, point) * float(prices.copies[candidate, 0])
        least = float(prices.least[candidate, 0])
        whose = "our assumption" if ours >= least else "the machine's own"
        return f"{max(ours, least):g} {part.words}; the amount is {whose}"

    return say
