"""Offers, terms and context prices of one book in one region, each looked up once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar, cast

import numpy as np

from calculators.arrays import BoolArray, Index
from calculators.estimators.types import Hardware
from calculators.market.machines import MachineOffers, Offer, hardware_of
from calculators.market.quality import Quality
from calculators.market.reading import reads
from calculators.market.services import SERVING_METERS, Services
from calculators.market.weights import Weights
from calculators.places import DEVICE
from pricing.book import PriceBook, Tariff
from pricing.kept import Kept, cached_property
from pricing.schema import (
    DeviceMixRow,
    DeviceRow,
    InstanceRow,
    MediaRow,
    ModelReleaseRow,
    ModelRow,
    ModelTermsRow,
    PageRow,
    ServerRow,
    ServiceInputRow,
    ServiceRow,
    Term,
    TokenizerRow,
    TokenTermsRow,
    VendorRow,
    VendorTermRow,
)
from pricing.terms import Stated, stated

T = TypeVar("T")
STAND_IN_VENDOR = "aws"  # its network price stands in where a vendor's own was not seen
SERVING_MARKETS = ("hosted_endpoint", "hosted_serverless")
LISTS_KEPT = 64  # chosen lists of offers: payment terms, tasks, venues
DERIVED_KEPT = 1024  # what modules derive: the twelve presets at volumes far apart ask for 900


class UnknownMix(ValueError):
    """The scenario names a model or device mix the tables do not hold."""


def months_until(day: date, start: date) -> int:
    """Whole months from a day to an end; 0 where it has ended or ends within the first."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(months - (day.day < start.day), 0)


class Market:
    """What one price date offers to one region."""

    def __init__(self, book: PriceBook, region: str) -> None:
        self.book = book
        self.region = region
        self.key = book.edition_key
        self._machines: Kept[tuple[str, tuple[str, ...]], MachineOffers] = Kept(LISTS_KEPT)
        self._services: Kept[tuple[str, bool], Services] = Kept(LISTS_KEPT)
        self._derived: Kept[tuple[str, object], object] = Kept(DERIVED_KEPT)

    # machines ----------------------------------------------------------------------------------

    def rented(self, terms: tuple[str, ...]) -> MachineOffers:
        """Rented machines with a price and a specification, at some payment terms."""
        return self._machines.get(("rented", terms), lambda: self._rented(terms))

    def _rented(self, terms: Sequence[str]) -> MachineOffers:
        rows = self.book.table("rented_instances", InstanceRow)
        return self._at_terms([row for row in rows if _estimable(row)], terms)

    def hosted(self) -> MachineOffers:
        """Machines of hosting platforms that answer requests."""
        return self._machines.get(("hosted", ()), self._hosted)

    def _hosted(self) -> MachineOffers:
        rows = self.book.table("hosted_instances", InstanceRow)
        serving = [row for row in rows if row.market in SERVING_MARKETS and _estimable(row)]
        found = [
            Offer(row, "", tariff)
            for row in serving
            if (tariff := self.tariff(f"{row.product}/on_demand")) is not None
        ]
        return MachineOffers(tuple(found))

    def servers(self) -> MachineOffers:
        """Servers to buy that have a price and an accelerator."""
        return self._machines.get(("servers", ()), self._servers)

    def _servers(self) -> MachineOffers:
        found = [
            Offer(row, "", tariff)
            for row in self.book.table("servers", ServerRow)
            if row.accelerator and (tariff := self.tariff(f"{row.product}/purchase")) is not None
        ]
        return MachineOffers(tuple(found))

    def trainers(self, table: str, market: str, terms: tuple[str, ...]) -> MachineOffers:
        """Machines with accelerators on which a model can be trained."""
        key = (f"train {table} {market}", terms)
        return self._machines.get(key, lambda: self._trainers(table, market, terms))

    def _trainers(self, table: str, market: str, terms: Sequence[str]) -> MachineOffers:
        rows = self.book.table(table, InstanceRow)
        found = [row for row in rows if row.market == market and row.accelerator]
        return self._at_terms(found, terms)

    def _at_terms(self, rows: Sequence[InstanceRow], terms: Sequence[str]) -> MachineOffers:
        meters = self.book.meters
        found = [
            Offer(row, term, tariff)
            for row in rows
            for term in terms
            if term in meters.get(row.product, ())
            and (tariff := self.tariff(f"{row.product}/{term}")) is not None
        ]
        return MachineOffers(tuple(found))

    @cached_property
    def machines(self) -> Mapping[Hardware, int]:
        """Every distinct machine that can answer requests, with its place among them."""
        rented = self.book.table("rented_instances", InstanceRow)
        hosted = self.book.table("hosted_instances", InstanceRow)
        servers = self.book.table("servers", ServerRow)
        found = [hardware_of(row) for row in (*rented, *hosted) if _estimable(row)]
        found += [hardware_of(row) for row in servers if row.accelerator]
        return {machine: place for place, machine in enumerate(dict.fromkeys(found))}

    def holds(self, offers: MachineOffers) -> bool:
        """Whether the tables hold each machine: a user's own may be none of them."""
        return all(machine in self.machines for machine in offers.hardware)

    def rows_of(self, offers: MachineOffers) -> Index:
        """Which of all distinct machines those of some offers are (H,)."""

        def make() -> Index:
            return np.array([self.machines[item] for item in offers.hardware], dtype=np.intp)

        return self.derived("machines of", offers, make)

    def exporters(self, task: str) -> Sequence[ServiceRow]:
        """Services that train a model for a task and let it leave, by product."""

        def make() -> Sequence[ServiceRow]:
            rows = [row for row in self.services_anywhere() if row.task == task]
            found = [row for row in rows if row.trainable == row.exportable == "yes"]
            return sorted(found, key=lambda row: row.product)

        return self.derived("exporters", task, make)

    # services ----------------------------------------------------------------------------------

    def services(self, task: str, *, others: bool = False) -> Services:
        """Services in offer that do a task; with ``others`` language models that can do it too."""
        return self._services.get((task, others), lambda: self._of_task(task, others=others))

    def _of_task(self, task: str, *, others: bool) -> Services:
        rows = [row for row in self.services_anywhere() if row.task == task and self._offers(row)]
        if others:
            rows += [row for row in self._readers(task) if self._offers(row)]
        return Services(self.book, self.region, tuple(rows))

    def _offers(self, row: ServiceRow) -> bool:
        ended = row.retires_on is not None and row.retires_on <= self.book.price_date
        return not ended and bool(set(self.book.meters.get(row.product, ())) & set(SERVING_METERS))

    def _readers(self, task: str) -> Iterator[ServiceRow]:
        """Language models that take what a task is about, counted by a rule that is known."""
        terms = {row.product: row for row in self.book.table("token_terms", TokenTermsRow)}
        for row in self.services_anywhere():
            own, takes = terms.get(row.product), self.inputs.get(row.product)
            rule = self.media.get(self.media_rule(row.product, own.media if own else ""))
            if reads(task, row, rule, takes):
                yield row

    def some_services(self, task: str, kept: BoolArray, *, others: bool = False) -> Services:
        """Those of a task's services that a mask (C,) keeps."""
        every = self.services(task, others=others)
        if kept.all():
            return every
        return self.derived("services", (task, others, kept.tobytes()), lambda: every.where(kept))

    def services_anywhere(self) -> Sequence[ServiceRow]:
        """Every service, whatever it offers today, with the model it answers with."""
        return self._anywhere

    @cached_property
    def _anywhere(self) -> Sequence[ServiceRow]:
        return tuple(map(self.names.named, self.book.table("services", ServiceRow)))

    def free_ends(self, task: str) -> tuple[float, ...]:
        """Months after which a free allowance for a task ends."""

        def make() -> tuple[float, ...]:
            rows = [row for row in self.services_anywhere() if row.task == task]
            return tuple({row.free_months for row in rows if row.free_months is not None})

        return self.derived("free months", task, make)

    def model_ends(self, task: str, *, others: bool = False) -> tuple[float, ...]:
        """Months after which a service in offer is followed by another at another price."""

        def make() -> tuple[float, ...]:
            start = self.book.price_date
            return tuple(
                {
                    float(months_until(row.retires_on, start))
                    for row in self.services(task, others=others).rows
                    if row.retires_on is not None and row.successor
                }
            )

        return self.derived("ends of models", (task, others), make)

    # prices ------------------------------------------------------------------------------------

    def tariff(self, key: str, *, discounts: bool = True) -> Tariff | None:
        """The price of a key in force in the region; of a stand-in without ``discounts``."""
        return self.book.tariff(key, self.region, discounts=discounts)

    def network(self, vendor: str, service: str) -> tuple[Tariff | None, bool]:
        """A vendor's network price, or the stand-in; True when it stands in.

        Where neither has a price yet, the first known one, marked: traffic was paid for before.
        A discount of the vendor whose price stands in is not on it.
        """
        keys = (f"{vendor}/{service}/standard", f"{STAND_IN_VENDOR}/{service}/standard")
        for look_up in (self.tariff, self.context):
            for key, stands_in in zip(keys, (False, True), strict=True):
                found = look_up(key, discounts=not stands_in)
                if found is not None:
                    return found, stands_in
        return None, True

    def context(self, key: str, *, discounts: bool = True) -> Tariff | None:
        """A price of the surroundings; before its first row the first known one, marked."""
        book, region = self.book, self.region
        return self.derived(
            "context price",
            (key, discounts),
            lambda: book.context_tariff(key, region, discounts=discounts),
        )

    # names and terms ---------------------------------------------------------------------------

    @cached_property
    def vendors(self) -> Mapping[str, VendorRow]:
        """Vendor id -> its terms."""
        return {row.vendor: row for row in self.book.table("vendors", VendorRow)}

    def vendor_terms(self, venue: str) -> Mapping[str, Mapping[Term, Stated]]:
        """Vendor -> term -> what counts of what it sells there; what nobody says is not in it."""
        rows = self.book.table("vendor_terms", VendorTermRow)
        return self.derived("terms", venue, lambda: stated(rows, venue))

    def vendor_name(self, vendor: str) -> str:
        """A vendor as it is called on the page."""
        row = self.vendors.get(vendor)
        return row.name if row else vendor

    @cached_property
    def models(self) -> Mapping[str, ModelRow]:
        """Model id -> its row."""
        return {row.model: row for row in self.book.table("models", ModelRow)}

    @cached_property
    def releases(self) -> Mapping[str, ModelReleaseRow]:
        """Model id -> the day from which anybody could have it, and who says so."""
        return {row.model: row for row in self.book.table("model_releases", ModelReleaseRow)}

    @cached_property
    def names(self) -> Weights:
        """Which model answers behind each service."""
        return Weights(self.book)

    @cached_property
    def quality(self) -> Quality:
        """Scores and classes of models."""
        return Quality(self.book)

    def tokenizer(self, model: str) -> str:
        """Tokenizer of a model; blank where it is not known."""
        terms = self.model_terms.get(model)
        return terms.tokenizer if terms else self.names.tokenizer(model)

    def model_name(self, model: str) -> str:
        """A model as it is called on the page."""
        row = self.models.get(model) or self.names.sold.get(model)
        return row.name if row else model

    @cached_property
    def released_on(self) -> Mapping[str, date]:
        """Model id -> the day from which anybody could have it; without one it is older."""
        return {model: row.released_on for model, row in self.releases.items()}

    @cached_property
    def weights(self) -> Mapping[str, str]:
        """Service -> the model whose weights answer; blank where they are not known."""
        return {row.product: row.model for row in self.services_anywhere()}

    @cached_property
    def model_terms(self) -> Mapping[str, ModelTermsRow]:
        """Model id -> how it counts and thinks."""
        return {row.model: row for row in self.book.table("model_terms", ModelTermsRow)}

    @cached_property
    def media(self) -> Mapping[str, MediaRow]:
        """Rule -> how images, sound and film are counted."""
        return {row.media: row for row in self.book.every(MediaRow)}

    @cached_property
    def pages(self) -> Mapping[str, PageRow]:
        """Rule -> how pages of documents are counted."""
        return {row.pages: row for row in self.book.table("page_tokens", PageRow)}

    @cached_property
    def inputs(self) -> Mapping[str, ServiceInputRow]:
        """Service -> what it takes beside text."""
        rows = self.book.table("service_inputs", ServiceInputRow)
        return {row.product: row for row in rows}

    def media_rule(self, product: str, otherwise: str) -> str:
        """By which rule a service counts pictures and sound: its own, else ``otherwise``."""
        takes = self.inputs.get(product)
        return (takes.media if takes else "") or otherwise

    def page_rule(self, product: str) -> PageRow | None:
        """How a service counts pages of a document it takes; None where that is not known."""
        takes = self.inputs.get(product)
        return None if takes is None or takes.documents != "yes" else self.pages.get(takes.pages)

    @cached_property
    def tokenizers(self) -> Mapping[tuple[str, str], TokenizerRow]:
        """Tokenizer and language -> tokens of the same text against the reference."""
        rows = self.book.table("tokenizers", TokenizerRow)
        return {(row.tokenizer, row.language): row for row in rows}

    @cached_property
    def devices(self) -> Mapping[str, DeviceRow]:
        """Device -> its row."""
        return {row.device: row for row in self.book.table(f"{DEVICE}s", DeviceRow)}

    @cached_property
    def _mixes(self) -> Mapping[str, tuple[DeviceMixRow, ...]]:
        found: dict[str, list[DeviceMixRow]] = {}
        for row in self.book.table("device_mixes", DeviceMixRow):
            found.setdefault(row.mix, []).append(row)
        return {name: tuple(rows) for name, rows in found.items()}

    def mix(self, name: str) -> tuple[DeviceMixRow, ...]:
        """Slices of a population of devices; raises :class:`UnknownMix`."""
        rows = self._mixes.get(name)
        if rows is None:
            raise UnknownMix(name)
        return rows

    # what modules derive -----------------------------------------------------------------------

    def derived(self, what: str, of: object, make: Callable[[], T]) -> T:
        """A figure that depends on the market and ``of`` alone, worked out once.

        ``of`` is compared by equality: pass the offers or the id it is made from.
        """
        return cast(T, self._derived.get((what, of), make))


def _estimable(row: InstanceRow) -> bool:
    """Whether a machine says enough about itself to be estimated."""
    return bool(row.accelerator) or (row.vcpus is not None and bool(row.cpu))
