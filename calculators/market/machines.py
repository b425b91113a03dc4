"""Machines that can be had at a price, as columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.estimators.types import Hardware
from pricing.book import EditionKey, PriceBook, Source, Tariff
from pricing.kept import Kept, cached_property
from pricing.measurement_schema import AliasRow
from pricing.records import record, value
from pricing.schema import AcceleratorRow, InstanceRow, ServerRow
from pricing.units import factor

EDITIONS_KEPT = 16
MOST = 16  # accelerators of one machine
NARROW_KEPT = 16  # narrow lists of one list: places x explorations at a time


@value
class Offer:
    """A machine at one payment term; servers are bought and have none."""

    row: InstanceRow | ServerRow
    term: str
    tariff: Tariff

    @property
    def id(self) -> str:
        """Stable id: product and, for rented machines, the term."""
        return f"{self.row.product}:{self.term}" if self.term else self.row.product

    @property
    def vendor(self) -> str:
        """Who runs the machine; blank for what is owned."""
        return self.row.vendor if isinstance(self.row, InstanceRow) else ""

    @property
    def hardware(self) -> Hardware:
        """The machine as the estimator knows it."""
        return hardware_of(self.row)


def hardware_of(row: InstanceRow | ServerRow) -> Hardware:
    """A machine of a table as the estimator knows it."""
    vcpus = row.vcpus if isinstance(row, InstanceRow) else None
    return Hardware(row.accelerator, int(row.accelerator_count), vcpus, row.cpu, row.memory_gib)


class UnknownMachine(ValueError):
    """The scenario names a machine the tables do not hold."""


def machine_named(book: PriceBook, name: str) -> Hardware:
    """The machine a benchmark ran on.

    A product that can be rented, hosted or bought, an accelerator (``H100-SXM``) or several of
    them (``8x H100-SXM``); capitals, blanks and hyphens do not matter.

    Raises
    ------
    UnknownMachine
        None of these.
    """
    known = _machines_by_name.get(book.edition_key, lambda: _read_machines(book))
    found = known.get(_plain(name))
    if found is not None:
        return found
    several = re.fullmatch(r"(\d{1,2})\s*x\s*(.+)", name.strip(), re.IGNORECASE)
    one = known.get(_plain(several[2])) if several else None
    if several is None or one is None or not one.accelerator or not 1 <= int(several[1]) <= MOST:
        raise UnknownMachine(name)
    return Hardware(one.accelerator, int(several[1]))


def machine_names(book: PriceBook) -> tuple[str, ...]:
    """Machines to choose from, as they are called; :func:`machine_named` takes more spellings."""
    accelerators = [row.accelerator for row in book.table("accelerators", AcceleratorRow)]
    instances = ("rented_instances", "hosted_instances")
    products = [row.product for name in instances for row in book.table(name, InstanceRow)]
    servers = [row.product for row in book.table("servers", ServerRow)]
    return tuple(dict.fromkeys([*accelerators, *products, *servers]))


def server_names(book: PriceBook) -> tuple[str, ...]:
    """Machines an own server may be, as they are called: servers, then accelerators."""
    servers = [row.product for row in book.table("servers", ServerRow) if row.accelerator]
    accelerators = [row.accelerator for row in book.table("accelerators", AcceleratorRow)]
    return tuple(dict.fromkeys([*servers, *accelerators]))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.lower())


def _read_machines(book: PriceBook) -> Mapping[str, Hardware]:
    found = {
        _plain(row.accelerator): Hardware(row.accelerator, 1)
        for row in book.table("accelerators", AcceleratorRow)
    }
    for alias in book.table("aliases", AliasRow):
        if alias.kind == "accelerator" and (one := found.get(_plain(alias.name))) is not None:
            found.setdefault(_plain(alias.alias), one)
    for name in ("rented_instances", "hosted_instances"):
        found |= {_plain(row.product): hardware_of(row) for row in book.table(name, InstanceRow)}
    servers = book.table("servers", ServerRow)
    return found | {_plain(row.product): hardware_of(row) for row in servers}


@record
class Distinct:
    """Distinct values of a column of C, and which of them each row has."""

    values: tuple[str, ...]
    index: Index  # (C,)

    @classmethod
    def of(cls, column: Sequence[str]) -> Distinct:
        """The values in the order in which they first occur."""
        place = {value: position for position, value in enumerate(dict.fromkeys(column))}
        return cls(tuple(place), np.array([place[value] for value in column], dtype=np.intp))


@record
class MachineOffers:
    """C offers; what estimates need once for each of their H distinct machines."""

    offers: tuple[Offer, ...]

    @property
    def size(self) -> int:
        """C."""
        return len(self.offers)

    def where(self, kept: BoolArray) -> MachineOffers:
        """Those of a mask (C,)."""
        if kept.all():
            return self
        return MachineOffers(tuple(self.offers[i] for i in np.flatnonzero(kept)))

    def named(self, products: frozenset[str] | None) -> MachineOffers:
        """Those with an id among ``products``; None: all."""
        if products is None:
            return self
        return self._named.get(products, lambda: self._with_ids(products))

    def _with_ids(self, products: frozenset[str]) -> MachineOffers:
        pairs = zip(self.offers, self.ids, strict=True)
        return MachineOffers(tuple(offer for offer, name in pairs if name in products))

    @cached_property
    def _named(self) -> Kept[frozenset[str], MachineOffers]:
        """Narrow lists asked for again and again: their columns are made once."""
        return Kept(NARROW_KEPT)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of the offers."""
        return tuple(offer.id for offer in self.offers)

    @cached_property
    def _machines(self) -> tuple[tuple[Hardware, ...], Index]:
        machines = [offer.hardware for offer in self.offers]
        place = {machine: position for position, machine in enumerate(dict.fromkeys(machines))}
        index = np.array([place[machine] for machine in machines], dtype=np.intp)
        return tuple(place), index

    @property
    def hardware(self) -> tuple[Hardware, ...]:
        """The H distinct machines."""
        return self._machines[0]

    @property
    def machine(self) -> Index:
        """Which of the distinct machines an offer is, (C,)."""
        return self._machines[1]

    @cached_property
    def vendors(self) -> Distinct:
        """Who runs each machine."""
        return Distinct.of([offer.vendor for offer in self.offers])

    @cached_property
    def usd(self) -> Array:
        """Price per unit of the tariff (C, 1)."""
        return np.array([[offer.tariff.usd] for offer in self.offers])

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Unit each price is for."""
        return tuple(offer.tariff.unit for offer in self.offers)

    @cached_property
    def units_per_hour(self) -> Array:
        """Units of the tariff in an hour (C, 1)."""
        per = {unit: factor("hour", unit) for unit in dict.fromkeys(self.units)}
        return np.array([[per[unit]] for unit in self.units])

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Where each price is from."""
        return tuple(offer.tariff.source for offer in self.offers)

    @cached_property
    def confidence(self) -> tuple[str, ...]:
        """Class of evidence of each price."""
        return tuple(source.confidence for source in self.sources)

    @cached_property
    def other_region(self) -> BoolArray:
        """Whether only another region's price is known (C,)."""
        return np.array([source.other_region for source in self.sources], dtype=bool)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Payment term of each offer."""
        return tuple(offer.term for offer in self.offers)

    def term_is(self, term: str) -> BoolArray:
        """Which offers are at a payment term (C,)."""
        found = self._of_term.get(term)
        return np.zeros(self.size, dtype=bool) if found is None else found

    @cached_property
    def _of_term(self) -> Mapping[str, BoolArray]:
        terms = dict.fromkeys(self.terms)
        return {term: np.array([own == term for own in self.terms], dtype=bool) for term in terms}

    @cached_property
    def products(self) -> tuple[tuple[str, str], ...]:
        """Vendor and product of each offer."""
        return tuple((offer.vendor, offer.row.product) for offer in self.offers)

    @cached_property
    def by_name(self) -> Index:
        """The offers in the order of their products' names (C,)."""
        return np.argsort([name for _, name in self.products], kind="stable").astype(np.intp)

    def words(self, of: Mapping[str, str]) -> tuple[str, ...]:
        """A word for each offer by its term."""
        return tuple(of[term] for term in self.terms)


_machines_by_name: Kept[EditionKey, Mapping[str, Hardware]] = Kept(EDITIONS_KEPT)


def machine_name(hardware: Hardware) -> str:
    """A machine in words."""
    if not hardware.accelerator:
        if not hardware.vcpus:
            return "CPU server"
        return f"{hardware.vcpus:g} virtual CPU{'s' if hardware.vcpus != 1 else ''}"
    return f"{hardware.count} x {hardware.accelerator}"
