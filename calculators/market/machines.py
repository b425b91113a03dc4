"""Machines that can be had at a price, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.estimators.types import Hardware
from pricing.book import Source, Tariff
from pricing.kept import Kept
from pricing.schema import InstanceRow, ServerRow
from pricing.units import factor

NARROW_KEPT = 16  # narrow lists of one list: places x explorations at a time


@dataclass(frozen=True)
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


@dataclass(frozen=True, eq=False)
class Distinct:
    """Distinct values of a column of C, and which of them each row has."""

    values: tuple[str, ...]
    index: Index  # (C,)

    @classmethod
    def of(cls, column: Sequence[str]) -> Distinct:
        """The values in the order in which they first occur."""
        place = {value: position for position, value in enumerate(dict.fromkeys(column))}
        return cls(tuple(place), np.array([place[value] for value in column], dtype=np.intp))


@dataclass(frozen=True, eq=False)
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
        return np.array([found == term for found in self.terms], dtype=bool)

    def words(self, of: Mapping[str, str]) -> tuple[str, ...]:
        """A word for each offer by its term."""
        return tuple(of[term] for term in self.terms)


def machine_name(hardware: Hardware) -> str:
    """A machine in words."""
    if not hardware.accelerator:
        if not hardware.vcpus:
            return "CPU server"
        return f"{hardware.vcpus:g} virtual CPU{'s' if hardware.vcpus != 1 else ''}"
    return f"{hardware.count} x {hardware.accelerator}"
