"""Prices of rented machines out of gpuhunt's catalogues, or a recording of them.

A recording is plain JSON: ``{"package", "version", "catalogues": {provider: version}, "items":
[{"provider", "instance_name", "location", "price", "spot"}]}``.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pricing.refreshing.quotes import Catalogue, Quote
from pricing.refreshing.tokens import UnknownRecording
from pricing.schema import InstanceRow, SourceRow

PACKAGE = "gpuhunt"
VENDORS = {"lambdalabs": "lambda", "oci": "oracle"}
"""Where the package calls a vendor otherwise than this book."""
ONE_PRICE = ("global", "unstated")
FIELDS = ("provider", "instance_name", "location", "price", "spot")


@dataclass(frozen=True)
class Held:
    """A priced machine of this book: which regions its meters have."""

    row: InstanceRow
    regions: Mapping[str, tuple[str, ...]]  # meter -> regions


def record(
    items: Iterable[Any], version: str, catalogues: Mapping[str, str]
) -> dict[str, Any]:  # fmt: skip
    """The catalogues as plain JSON, machines of this book's vendors alone."""
    return {
        "package": PACKAGE,
        "version": version,
        "catalogues": dict(catalogues),
        "items": [{name: getattr(item, name) for name in FIELDS} for item in items],
    }


def slug(name: str) -> str:
    """An instance name as this book writes it."""
    return re.sub(r"\s+", "_", name.strip().lower())


def dated(catalogues: Mapping[str, str]) -> date:
    """The oldest day of the catalogues: versions begin with YYYYMMDD.

    Raises
    ------
    UnknownRecording
        No catalogue carries a day.
    """
    days = [
        datetime.strptime(found[1], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        for version in catalogues.values()
        if (found := re.match(r"(\d{8})", version))
    ]
    if not days:
        raise UnknownRecording(f"no day in the catalogue versions {sorted(catalogues.values())}")
    return min(days)


def catalogue(recording: Mapping[str, Any], held: Sequence[Held]) -> Catalogue:
    """The recording in this book's keys, for vendors the catalogues hold.

    A region must match, except where this book holds one price for all of a vendor: then the
    catalogue must have one price too. Spot prices differ by zone: the median counts.

    Raises
    ------
    UnknownRecording
        The file is of another package, or undated.
    """
    if recording.get("package") != PACKAGE:
        raise UnknownRecording(f"a recording of {PACKAGE}, not of {recording.get('package')!r}")
    read_on = dated(recording["catalogues"])
    offers: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for item in recording["items"]:
        vendor = VENDORS.get(item["provider"], item["provider"])
        product = f"{vendor}/{slug(item['instance_name'])}"
        meter = "spot" if item["spot"] else "on_demand"
        offers[product][meter, item["location"]].append(float(item["price"]))
    vendors = {VENDORS.get(name, name) for name in recording["catalogues"]}
    mine = [item for item in held if item.row.vendor in vendors]
    reading = _Reading(offers)
    for item in mine:
        reading.machine(item)
    families: dict[str, list[str]] = defaultdict(list)
    for item in mine:
        families[f"{item.row.vendor} {item.row.accelerator or 'CPU'}"].append(item.row.product)
    return Catalogue(
        source=_source(str(recording["version"]), recording["catalogues"], read_on),
        confidence="B",
        quotes=tuple(reading.quotes),
        families={name: tuple(members) for name, members in families.items()},
        absent=frozenset(item.row.product for item in mine if item.row.product not in offers),
        skipped=tuple(reading.skipped),
        not_held=_not_held(offers, mine),
    )


def _not_held(offers: Mapping[str, object], held: Sequence[Held]) -> dict[str, tuple[str, ...]]:
    known = {item.row.product for item in held}
    rest: dict[str, list[str]] = defaultdict(list)
    for product in sorted(offers):
        if product not in known:
            rest[product.partition("/")[0]].append(product)
    return {vendor: tuple(products) for vendor, products in rest.items()}


def _source(version: str, catalogues: Mapping[str, str], read_on: date) -> SourceRow:
    parts = ", ".join(f"{name} {value}" for name, value in sorted(catalogues.items()))
    return SourceRow(
        id=f"{PACKAGE}-{read_on:%Y%m%d}",
        title=f"gpuhunt {version} catalogues of {read_on}",
        publisher="dstack",
        url=f"https://pypi.org/project/gpuhunt/{version}/",
        read_on=read_on,
        note=f"catalogue versions: {parts}",
    )


class _Reading:
    """Turns offers into quotes and says what it had to leave out."""

    def __init__(self, offers: Mapping[str, Mapping[tuple[str, str], list[float]]]) -> None:
        self.offers = offers
        self.quotes: list[Quote] = []
        self.skipped: list[str] = []

    def machine(self, item: Held) -> None:
        offered = self.offers.get(item.row.product)
        if offered is None:
            return
        for meter in ("on_demand", "spot"):
            for region in item.regions.get(meter, ()):
                self._quote(item.row, meter, region, offered)

    def _quote(
        self, row: InstanceRow, meter: str, region: str,
        offered: Mapping[tuple[str, str], list[float]],
    ) -> None:  # fmt: skip
        key = f"{row.product}/{meter}"
        found = [
            price
            for (kind, place), prices in offered.items()
            for price in prices
            if kind == meter and (place == region or region in ONE_PRICE) and price > 0
        ]
        if not found:
            self.skipped.append(f"{key}: no {meter} price in {region}")
            return
        if meter == "on_demand" and len(set(found)) > 1:
            self.skipped.append(f"{key}: several prices in {region}, {min(found)} to {max(found)}")
            return
        where = f"{row.vendor}, {row.name}, {region}"
        note = "median over zones" if len(set(found)) > 1 else ""
        value = statistics.median(found)
        self.quotes.append(Quote(key, region, value, "hour", where, note=note))
