"""Managed APIs of one task, as columns: what each bills, and in which bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.market.bands import Bands, band_name
from calculators.market.machines import NARROW_KEPT, Distinct
from pricing.book import PriceBook, Source, Tariff
from pricing.kept import Kept
from pricing.schema import EndpointRateRow, RateLimitRow, ServiceRow
from pricing.units import factor, vocabulary

METERS = ("standard", "input", "cached_input", "output")
"""Quantities of a request that a service may bill."""
SERVING_METERS = (*METERS, "endpoint")
COUNTED = ("image", "page", "request")
"""Bases of units of which one request holds one."""
LACKS = {
    "token": "tokens of one request",
    "character": "tokens of one request",
    "audio_second": "seconds of audio in one request",
}
"""Base of a unit -> what a request of size 0 has not said."""


def batch_name(meter: str) -> str:
    """The meter that bills the same quantity where answers can wait."""
    return "batch" if meter == "standard" else f"batch_{meter}"


@dataclass(frozen=True, eq=False)
class Meter:
    """One billed quantity of T services."""

    quantity: str  # which of :data:`METERS`
    rows: Index  # (T,) services that bill it
    tariffs: tuple[Tariff, ...]
    names: tuple[str, ...]  # meter of each tariff, batch or not
    bands: Bands
    bases: tuple[str, ...]  # base of each tariff's unit
    size_of_unit: Array  # (T, 1) base units in one unit of the tariff
    everything: BoolArray  # (T,) bills the whole input: no cached price is known

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Unit of each tariff."""
        return tuple(tariff.unit for tariff in self.tariffs)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Where each price is from."""
        return tuple(tariff.source for tariff in self.tariffs)

    def titles(self, level: int) -> tuple[str, ...]:
        """Line item of each service's band."""
        return self._titles[level]

    @cached_property
    def _titles(self) -> Sequence[tuple[str, ...]]:
        pairs = list(zip(self.names, self.tariffs, strict=True))
        return [
            tuple(band_name(title(name), tariff, level) for name, tariff in pairs)
            for level in range(self.bands.start.shape[1])
        ]


def title(meter: str) -> str:
    """A meter as a line item."""
    said = {"standard": "Requests", "batch": "Requests, batch price"}.get(meter)
    return said or f"{meter.replace('_', ' ').capitalize()} tokens"


@dataclass(frozen=True, eq=False)
class Services:
    """C services of one task at one price date."""

    book: PriceBook
    region: str
    rows: tuple[ServiceRow, ...]

    @property
    def size(self) -> int:
        """C."""
        return len(self.rows)

    def where(self, kept: BoolArray) -> Services:
        """Those of a mask (C,)."""
        if kept.all():
            return self
        return self._some.get(kept.tobytes(), lambda: self._where(kept))

    def _where(self, kept: BoolArray) -> Services:
        rows = tuple(self.rows[i] for i in np.flatnonzero(kept))
        return Services(self.book, self.region, rows)

    @cached_property
    def _some(self) -> Kept[bytes, Services]:
        """Lists asked for again and again: their columns are made once."""
        return Kept(NARROW_KEPT)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the services."""
        return tuple(row.product for row in self.rows)

    @cached_property
    def vendors(self) -> Distinct:
        """Who runs each service."""
        return Distinct.of([row.vendor for row in self.rows])

    @cached_property
    def token_api(self) -> BoolArray:
        """Which bill tokens of a named model (C,)."""
        return np.array([row.kind == "token_api" for row in self.rows], dtype=bool)

    @cached_property
    def trainable(self) -> BoolArray:
        """Which can be trained on the user's data (C,)."""
        return np.array([row.trainable == "yes" for row in self.rows], dtype=bool)

    def of_model(self, model: str) -> BoolArray:
        """Which answer with the weights of a model (C,)."""
        return np.array([bool(row.model) and row.model == model for row in self.rows], dtype=bool)

    def of_class(self, quality_class: str) -> BoolArray:
        """Which are of a class of quality (C,)."""
        return np.array([row.quality_class == quality_class for row in self.rows], dtype=bool)

    @cached_property
    def granularity(self) -> Array:
        """Billing step in the meter's unit (C, 1); 0 where billed exactly."""
        steps = [0.0 if row.kind == "token_api" else row.granularity or 0.0 for row in self.rows]
        return np.array(steps)[:, None]

    @cached_property
    def minimum(self) -> Array:
        """Least billed for one request, in the meter's unit (C, 1)."""
        return np.array([[row.minimum_units] for row in self.rows])

    @cached_property
    def features(self) -> Array:
        """Calls billed for one request (C, 1)."""
        return np.array([[row.features] for row in self.rows])

    @cached_property
    def free_units(self) -> Array:
        """Units free in a month (C, 1); 0 where none are known."""
        return np.array([[row.free_units_per_month or 0.0] for row in self.rows])

    @cached_property
    def free_months(self) -> Array:
        """Months for which they are free (C, 1)."""
        return np.array([[row.free_months or np.inf] for row in self.rows])

    def tariff(self, row: ServiceRow, meter: str) -> Tariff | None:
        """A price of a service in force."""
        return self.book.tariff(f"{row.product}/{meter}", self.region)

    @cached_property
    def standard(self) -> tuple[Meter, ...]:
        """What is billed for answers at once."""
        return tuple(self._meters(batch=False))

    @cached_property
    def batch(self) -> tuple[Meter, ...]:
        """What is billed for answers that can wait."""
        return tuple(self._meters(batch=True))

    def _meters(self, *, batch: bool) -> list[Meter]:
        found: list[Meter] = []
        for quantity in METERS:
            held: list[tuple[int, Tariff, str, bool]] = []
            for index, row in enumerate(self.rows):
                known = self.book.meters[row.product]
                name = self.chosen(row, quantity, batch=batch)
                tariff = self.tariff(row, name) if name else None
                if tariff is not None and countable(tariff.unit):
                    whole = quantity == "input" and "cached_input" not in known
                    held.append((index, tariff, name, whole))
            if held:
                found.append(_meter(quantity, held))
        return found

    def chosen(self, row: ServiceRow, quantity: str, *, batch: bool) -> str:
        """The meter that bills a quantity of a service; blank when it bills none."""
        known = self.book.meters[row.product]
        if quantity not in known:
            return ""
        return batch_name(quantity) if batch and batch_name(quantity) in known else quantity

    def gaps(self, index: int, *, batch: bool) -> list[str]:
        """Prices a service lacks now."""
        row, found = self.rows[index], []
        for quantity in METERS:
            name = self.chosen(row, quantity, batch=batch)
            if not name:
                continue
            tariff = self.tariff(row, name)
            if tariff is None:
                found.append(f"{row.name}: current price of {name.replace('_', ' ')}")
            elif not countable(tariff.unit):
                found.append(f"{row.name}: how a request counts in {tariff.unit}")
        if self.has_endpoint(row) and self.tariff(row, "endpoint") is None:
            found.append(f"{row.name}: endpoint price")
        return found

    def incomplete(self, *, batch: bool) -> BoolArray:
        """Which lack a price, whatever the volume (C,)."""
        return self._incomplete[int(batch)]

    @cached_property
    def _incomplete(self) -> tuple[BoolArray, BoolArray]:
        plain, waiting = (
            np.array([bool(self.gaps(i, batch=batch)) for i in range(self.size)], dtype=bool)
            for batch in (False, True)
        )
        return plain, waiting

    def evidence(self, *, batch: bool) -> tuple[list[str], BoolArray]:
        """Weakest class of evidence of each service's prices, and which are of another region."""
        return self._evidence[int(batch)]

    @cached_property
    def _evidence(self) -> tuple[tuple[list[str], BoolArray], tuple[list[str], BoolArray]]:
        return self._of_sources(batch=False), self._of_sources(batch=True)

    def _of_sources(self, *, batch: bool) -> tuple[list[str], BoolArray]:
        used = [self.serving_sources(index, batch=batch) for index in range(self.size)]
        worst = [
            max([source.confidence for source in sources] or [row.confidence])
            for sources, row in zip(used, self.rows, strict=True)
        ]
        for index, _ in self.endpoints:  # how many units are paid for is evidence too
            rate = self.rates[index]
            if rate is not None and rate.grows == "units":
                worst[index] = max(worst[index], rate.confidence)
        elsewhere = [any(source.other_region for source in sources) for sources in used]
        return [str(held) for held in worst], np.array(elsewhere, dtype=bool)

    def has_endpoint(self, row: ServiceRow) -> bool:
        """Whether a trained model is charged while it stands ready."""
        return "endpoint" in self.book.meters[row.product]

    @cached_property
    def endpoints(self) -> tuple[tuple[int, Tariff], ...]:
        """Services charged while they stand ready, with the price."""
        found = []
        for index, row in enumerate(self.rows):
            tariff = self.tariff(row, "endpoint") if self.has_endpoint(row) else None
            if tariff is not None:
                found.append((index, tariff))
        return tuple(found)

    @cached_property
    def rates(self) -> tuple[EndpointRateRow | None, ...]:
        """What one unit of each service's endpoint answers; None where no row says it."""
        known = {row.product: row for row in self.book.table("endpoint_rates", EndpointRateRow)}
        return tuple(known.get(row.product) for row in self.rows)

    @cached_property
    def limits(self) -> tuple[tuple[RateLimitRow, ...], ...]:
        """How much each service is said to let through."""
        known: dict[str, list[RateLimitRow]] = {}
        for row in self.book.table("rate_limits", RateLimitRow):
            known.setdefault(row.product, []).append(row)
        return tuple(tuple(known.get(row.product, ())) for row in self.rows)

    def in_batches(self, index: int) -> bool:
        """Whether a service has a batch price, and with it a queue of its own."""
        known = self.book.meters[self.rows[index].product]
        return any(batch_name(quantity) in known for quantity in METERS)

    def serving_sources(self, index: int, *, batch: bool) -> list[Source]:
        """Sources of a service's prices."""
        return self._serving_sources[int(batch)][index]

    @cached_property
    def _serving_sources(self) -> tuple[list[list[Source]], list[list[Source]]]:
        plain, waiting = (
            [self._sources_of(index, batch=batch) for index in range(self.size)]
            for batch in (False, True)
        )
        return plain, waiting

    def _sources_of(self, index: int, *, batch: bool) -> list[Source]:
        row, found = self.rows[index], []
        for quantity in METERS:
            name = self.chosen(row, quantity, batch=batch)
            tariff = self.tariff(row, name) if name else None
            if tariff is not None and countable(tariff.unit):
                found.append(tariff.source)
        found += [tariff.source for place, tariff in self.endpoints if place == index]
        return found


def _meter(quantity: str, held: Sequence[tuple[int, Tariff, str, bool]]) -> Meter:
    tariffs = tuple(tariff for _, tariff, _, _ in held)
    bases = tuple(vocabulary()[tariff.unit].base for tariff in tariffs)
    pairs = zip(tariffs, bases, strict=True)
    return Meter(
        quantity=quantity,
        rows=np.array([index for index, _, _, _ in held], dtype=np.intp),
        tariffs=tariffs,
        names=tuple(name for _, _, name, _ in held),
        bands=Bands.of(tariffs),
        bases=bases,
        size_of_unit=np.array([[factor(tariff.unit, base)] for tariff, base in pairs]),
        everything=np.array([whole for _, _, _, whole in held], dtype=bool),
    )


def countable(unit: str) -> bool:
    """Whether what a request holds is known in a unit."""
    base = vocabulary()[unit].base
    return base in ("token", "audio_second", "character", *COUNTED)


def sizes(quantity: str, held: Mapping[str, Array]) -> dict[str, Array]:
    """What one request holds of a quantity, by base of the unit; each (N,)."""
    tokens = {
        "input": held["input_tokens"] * (1 - held["cached_input_share"]),
        "cached_input": held["input_tokens"] * held["cached_input_share"],
        "output": held["output_tokens"],
        "standard": held["input_tokens"] + held["output_tokens"],
    }[quantity]
    found = {
        "token": tokens,
        "audio_second": held["audio_seconds"],
        "character": held["characters"],
    }
    return found | {base: np.ones(1) for base in COUNTED}
