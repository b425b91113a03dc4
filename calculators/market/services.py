"""Managed APIs of one task, as columns: what each bills, and in which bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.market.bands import Bands, band_name
from calculators.market.machines import NARROW_KEPT, Distinct
from calculators.market.weights import Weights
from calculators.points import Wait
from pricing.book import PriceBook, Source, Tariff
from pricing.kept import Kept, cached_property
from pricing.records import record
from pricing.schema import (
    EndpointRateRow,
    OnePriceRow,
    RateLimitRow,
    ServiceRow,
    TaskTermsRow,
    TokenTermsRow,
)
from pricing.units import factor, vocabulary

METERS_KEPT = 64
QUANTITIES = ("standard", "input", "cached_input", "cache_write", "output")
"""What of a request a service may bill."""
SERVING_METERS = ("standard", "input", "cached_input", "output", "endpoint")
CHEAPER: Mapping[Wait, tuple[Wait, ...]] = MappingProxyType(
    {"priority": (), "now": (), "flex": ("flex",), "batch": ("batch", "flex")}
)
"""How long answers can wait -> the prices asked for first, before that for answers at once."""
AHEAD: Wait = "priority"
"""Answers ahead of others: a dearer price, where a service has one on the price date."""
COUNTED = ("image", "page", "request")
"""Bases of units of which one request holds one."""
LACKS = {
    "token": "tokens of one request",
    "character": "tokens of one request",
    "audio_second": "seconds of audio in one request",
    "video_second": "seconds of film in one request",
}
"""Base of a unit -> what a request of size 0 has not said."""


def meter_name(quantity: str, wait: Wait) -> str:
    """The meter that bills a quantity of answers asked for in a turn."""
    if wait == "now":
        return quantity
    return wait if quantity == "standard" else f"{wait}_{quantity}"


@record
class Meter:
    """One price of T services, all of one name."""

    name: str
    rows: Index  # (T,) services that have it
    tariffs: tuple[Tariff, ...]
    bands: Bands
    bases: tuple[str, ...]  # base of each tariff's unit
    size_of_unit: Array  # (T, 1) base units in one unit of the tariff

    @classmethod
    def of(cls, name: str, held: Sequence[tuple[int, Tariff]]) -> Meter:
        """The columns of some services' tariffs."""
        tariffs = tuple(tariff for _, tariff in held)
        bases = tuple(vocabulary()[tariff.unit].base for tariff in tariffs)
        pairs = zip(tariffs, bases, strict=True)
        return cls(
            name=name,
            rows=np.array([index for index, _ in held], dtype=np.intp),
            tariffs=tariffs,
            bands=Bands.of(tariffs),
            bases=bases,
            size_of_unit=np.array([[factor(tariff.unit, base)] for tariff, base in pairs]),
        )

    def of_rows(self, rows: Index) -> tuple[Meter, Index]:
        """The same price of those services among ``rows`` that have it, and their places there."""
        own = {int(row): member for member, row in enumerate(self.rows)}
        places = np.array([i for i, row in enumerate(rows.tolist()) if row in own], dtype=np.intp)
        if np.array_equal(rows[places], self.rows):
            return self, places
        held = [(int(rows[i]), self.tariffs[own[int(rows[i])]]) for i in places]
        return self._some.get(rows[places].tobytes(), lambda: Meter.of(self.name, held)), places

    @cached_property
    def _some(self) -> Kept[bytes, Meter]:
        """Choices asked for again and again."""
        return Kept(NARROW_KEPT)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Unit of each tariff."""
        return tuple(tariff.unit for tariff in self.tariffs)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Where each price is from."""
        return tuple(tariff.source for tariff in self.tariffs)

    def titles(self, level: int, name: str = "") -> tuple[str, ...]:
        """Line item of each service's band."""
        return self._titles.get((level, name), lambda: self._titled(level, name))

    def _titled(self, level: int, name: str) -> tuple[str, ...]:
        said = name or title(self.name)
        return tuple(band_name(said, tariff, level) for tariff in self.tariffs)

    @cached_property
    def _titles(self) -> Kept[tuple[int, str], tuple[str, ...]]:
        return Kept(METERS_KEPT)


def title(meter: str) -> str:
    """A meter as a line item."""
    if meter in ("standard", "streaming", *CHEAPER):
        kind = "" if meter == "standard" else f", {meter} price"
        return f"Requests{kind}"
    return f"{meter.replace('_', ' ').capitalize()} tokens"


@record
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

    @cached_property
    def models(self) -> tuple[str, ...]:
        """Model behind each service; blank where it is not known."""
        return tuple(row.model for row in self.rows)

    @cached_property
    def names_weights(self) -> BoolArray:
        """Which answer with weights that have a name (C,); the others with the vendor's own."""
        named = np.array([bool(row.model) for row in self.rows], dtype=bool)
        return np.asarray(self.token_api | named)

    def of_task(self, task: str) -> BoolArray:
        """Which are made for a task (C,); others do it by reading."""
        return np.array([row.task == task for row in self.rows], dtype=bool)

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

    def meter(self, name: str) -> Meter | None:
        """A price by name, of all services that have it now; None where none has."""
        return self._meters.get(name, lambda: self._meter(name))

    @cached_property
    def _meters(self) -> Kept[str, Meter | None]:
        return Kept(METERS_KEPT)

    def _meter(self, name: str, *, counted: bool = True) -> Meter | None:
        held = [
            (index, tariff)
            for index, row in enumerate(self.rows)
            if name in self.book.meters[row.product]
            and (tariff := self.tariff(row, name)) is not None
            and (countable(tariff.unit) or not counted)
        ]
        return Meter.of(name, held) if held else None

    def fee(self, name: str) -> Meter | None:
        """A price that counts nothing of what a request holds; None where no service has it."""
        return self._fees.get(name, lambda: self._meter(name, counted=False))

    @cached_property
    def _fees(self) -> Kept[str, Meter | None]:
        return Kept(METERS_KEPT)

    def bills(self, quantity: str) -> BoolArray:
        """Which have ever had a price for a quantity (C,)."""
        return np.array([quantity in self.book.meters[row.product] for row in self.rows])

    def chosen(self, row: ServiceRow, quantity: str, wait: Wait) -> str:
        """The meter that bills a quantity of a service; blank when it bills none."""
        known = self.book.meters[row.product]
        if quantity not in known:
            return ""
        if wait == AHEAD:  # known before or after its day, it is no tier of this day
            ahead = meter_name(quantity, wait)
            return quantity if self.tariff(row, ahead) is None else ahead
        names = (meter_name(quantity, cheaper) for cheaper in CHEAPER[wait])
        return next((name for name in names if name in known), quantity)

    def gaps(self, index: int, wait: Wait) -> list[str]:
        """Prices a service lacks now."""
        row, found = self.rows[index], []
        for quantity in QUANTITIES:
            name = self.chosen(row, quantity, wait)
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

    def incomplete(self, wait: Wait) -> BoolArray:
        """Which lack a price, whatever the volume (C,)."""
        return self._standing(wait).incomplete

    def evidence(self, wait: Wait) -> tuple[list[str], BoolArray]:
        """Weakest class of evidence of each service's prices, and which are of another region."""
        return self._standing(wait).worst, self._standing(wait).elsewhere

    def _standing(self, wait: Wait) -> _Standing:
        return self._standings.get(wait, lambda: self._of_wait(wait))

    @cached_property
    def _standings(self) -> Kept[Wait, _Standing]:
        return Kept(len(CHEAPER))

    def _of_wait(self, wait: Wait) -> _Standing:
        used = [self._sources_of(index, wait) for index in range(self.size)]
        worst = [
            max([source.confidence for source in sources] or [row.confidence])
            for sources, row in zip(used, self.rows, strict=True)
        ]
        for index, _ in self.endpoints:  # how many units are paid for is evidence too
            rate = self.rates[index]
            if rate is not None and rate.grows == "units":
                worst[index] = max(worst[index], rate.confidence)
        # where a service answers ahead of others it answers in turn: in no further region
        placed = [self._sources_of(i, "now") for i in range(self.size)] if wait == AHEAD else used
        elsewhere = [
            any(source.other_region for source in (*sources, *others))
            for sources, others in zip(used, placed, strict=True)
        ]
        incomplete = [bool(self.gaps(i, wait)) for i in range(self.size)]
        return _Standing(
            used,
            [str(held) for held in worst],
            np.array(elsewhere, dtype=bool),
            np.array(incomplete, dtype=bool),
        )

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
    def terms(self) -> tuple[TokenTermsRow | None, ...]:
        """Limits and rules of each service's tokens; None where no row says them."""
        known = {row.product: row for row in self.book.table("token_terms", TokenTermsRow)}
        return tuple(known.get(row.product) for row in self.rows)

    @cached_property
    def cache_least(self) -> Array:
        """Tokens of the shortest prompt each service caches (C, 1); NaN where nobody says.

        Where a service does not state it, the most that is stated of the same weights elsewhere:
        what is not said must not make one seller of a model cheaper than another.
        """
        known = Weights(self.book).least_cached
        elsewhere = np.array([[known.get(row.product, np.nan)] for row in self.rows])
        own = self.stated("cache_least")
        return np.where(np.isnan(own), elsewhere, own)

    @cached_property
    def one_price(self) -> BoolArray:
        """Of which it is said that long prompts cost as short ones do (C,)."""
        said = {row.product for row in self.book.table("one_prices", OnePriceRow)}
        flat = [row is not None and row.flat == "yes" for row in self.terms]
        pairs = zip(self.rows, flat, strict=True)
        return np.array([own or row.product in said for row, own in pairs], dtype=bool)

    def stated(self, column: str) -> Array:
        """A figure of each service's terms (C, 1); NaN where it is not stated."""
        return self._stated.get(column, lambda: self._column(column))

    def _column(self, column: str) -> Array:
        found = [getattr(row, column, None) for row in self.terms]
        made = np.array([[np.nan if value is None else float(value)] for value in found])
        made.flags.writeable = False
        return made

    @cached_property
    def _stated(self) -> Kept[str, Array]:
        return Kept(METERS_KEPT)

    @cached_property
    def by_token(self) -> tuple[bool, ...]:
        """Which bill tokens read or written."""
        names = {"input", "output"}
        return tuple(bool(self.book.meters[row.product] & names) for row in self.rows)

    @cached_property
    def task_terms(self) -> tuple[TaskTermsRow | None, ...]:
        """How each service counts anything but tokens; None where no row says it."""
        known = {row.product: row for row in self.book.table("task_terms", TaskTermsRow)}
        return tuple(known.get(row.product) for row in self.rows)

    def terms_source(self, index: int) -> Source:
        """Where a service's rules are from; raises ValueError where there are none."""
        found = self._terms_sources[index]
        if found is None:
            raise ValueError(f"no terms of {self.rows[index].product}")
        return found

    @cached_property
    def _terms_sources(self) -> tuple[Source | None, ...]:
        return tuple(
            None if row is None else self.book.source(row, kind="api", key=row.product)
            for row in self.terms
        )

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
        return any(meter_name(quantity, "batch") in known for quantity in QUANTITIES)

    def serving_sources(self, index: int, wait: Wait) -> list[Source]:
        """Sources of a service's prices."""
        return self._standing(wait).used[index]

    def _sources_of(self, index: int, wait: Wait) -> list[Source]:
        row, found = self.rows[index], []
        for quantity in QUANTITIES:
            name = self.chosen(row, quantity, wait)
            tariff = self.tariff(row, name) if name else None
            if tariff is not None and countable(tariff.unit):
                found.append(tariff.source)
        found += [tariff.source for place, tariff in self.endpoints if place == index]
        return found


@record
class _Standing:
    """What the prices of C services rest on, for answers asked for in a turn."""

    used: list[list[Source]]
    worst: list[str]
    elsewhere: BoolArray
    incomplete: BoolArray


def countable(unit: str) -> bool:
    """Whether what a request holds is known in a unit."""
    base = vocabulary()[unit].base
    return base in (*LACKS, *COUNTED)
