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
from pathlib import Path
from typing import Any

from pricing.refreshing.quotes import Catalogue, Quote
from pricing.refreshing.tokens import Followed, UnknownRecording
from pricing.refreshing.tokens import followed as _followed
from pricing.schema import InstanceRow, SourceRow

PACKAGE = "gpuhunt"
IDS = Path(__file__).parent / "gpuhunt_ids.csv"
ONE_PRICE = ("global", "unstated")
Name = tuple[str, str]  # provider, instance name
Place = tuple[str, str]  # meter, region
FIELDS = ("provider", "instance_name", "location", "price", "spot")


def followed(path: Path = IDS) -> list[Followed]:
    """The hand-kept table of machines: provider and instance name as the package writes them."""
    return _followed(path)


@dataclass(frozen=True)
class Held:
    """A machine of this book with a price in force: which regions its meters have."""

    row: InstanceRow
    regions: Mapping[str, tuple[str, ...]]  # meter -> regions


def record(items: Iterable[Any], version: str, catalogues: Mapping[str, str]) -> dict[str, Any]:
    """The catalogues as plain JSON, machines of this book's vendors alone."""
    return {
        "package": PACKAGE,
        "version": version,
        "catalogues": dict(catalogues),
        "items": [{name: getattr(item, name) for name in FIELDS} for item in items],
    }


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


def catalogue(
    recording: Mapping[str, Any], held: Sequence[Held], wanted: Sequence[Followed] | None = None
) -> Catalogue:
    """The recording in this book's keys, for machines followed at providers it holds.

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
    offers: dict[Name, dict[Place, list[float]]] = defaultdict(lambda: defaultdict(list))
    for item in recording["items"]:
        meter = "spot" if item["spot"] else "on_demand"
        name = (item["provider"], item["instance_name"])
        offers[name][meter, item["location"]].append(float(item["price"]))
    machines = {item.row.product: item for item in held}
    reading, families, absent = _Reading(), defaultdict(list), set()
    mine = [
        item
        for item in (followed() if wanted is None else wanted)
        if item.product in machines and item.provider in recording["catalogues"]
    ]
    for item in mine:
        machine = machines[item.product]
        families[f"{item.provider} {machine.row.accelerator or 'CPU'}"].append(item.product)
        if (item.provider, item.model) in offers:
            reading.machine(machine, offers[item.provider, item.model])
        else:
            absent.add(item.product)
    return Catalogue(
        source=_source(str(recording["version"]), recording["catalogues"], read_on),
        confidence="B",
        quotes=tuple(reading.quotes),
        families={name: tuple(members) for name, members in families.items()},
        absent=frozenset(absent),
        sources_table="sources_machines",
        skipped=tuple(reading.skipped),
        not_held=_not_held(offers, mine),
    )


def _not_held(offers: Iterable[Name], mine: Sequence[Followed]) -> dict[str, tuple[str, ...]]:
    known = {(item.provider, item.model) for item in mine}
    rest: dict[str, list[str]] = defaultdict(list)
    for provider, name in sorted(offers):
        if (provider, name) not in known:
            rest[provider].append(name)
    return {provider: tuple(names) for provider, names in rest.items()}


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

    def __init__(self) -> None:
        self.quotes: list[Quote] = []
        self.skipped: list[str] = []

    def machine(self, item: Held, offered: Mapping[Place, Sequence[float]]) -> None:
        """Every price of one machine in the regions this book holds."""
        for meter in ("on_demand", "spot"):
            for region in item.regions.get(meter, ()):
                self._quote(item.row, meter, region, offered)

    def _quote(
        self,
        row: InstanceRow,
        meter: str,
        region: str,
        offered: Mapping[Place, Sequence[float]],
    ) -> None:
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
