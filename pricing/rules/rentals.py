"""Prices of machines by the hour: commitments, floors, sizes of one family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pricing.faults import Fault
from pricing.rules.reading import Tables, each, machines, of, units
from pricing.schema import AcceleratorRow, InstanceRow, PriceRow
from pricing.tables import prices_of

WINDOWS_USD_PER_VCPU_HOUR = 0.046  # licence in Linux price lists: docs/method.md, price faults
SAME_PRICE_TOLERANCE = 0.005  # sizes of a family may differ by rounding of the hourly figure

Meters = Mapping[str, tuple[str, int, float]]  # meter -> file, line, price


def _prices(tables: Tables) -> Iterator[tuple[str, int, PriceRow]]:
    return each(tables, prices_of(InstanceRow), PriceRow)


def _machine_prices(tables: Tables) -> Mapping[tuple[object, ...], Meters]:
    found: dict[tuple[object, ...], dict[str, tuple[str, int, float]]] = defaultdict(dict)
    for file, line, row in _prices(tables):
        if row.value is not None:
            key = (row.product, row.region, row.effective_from, row.edition)
            found[key][row.meter] = (file, line, row.value)
    return found


def commitments_are_cheaper(tables: Tables) -> Iterator[Fault]:
    """1y or 3y equal to list is a missing price; spot above list is a slip."""
    for meters in _machine_prices(tables).values():
        if "on_demand" not in meters:
            continue
        listed = meters["on_demand"][2]
        for meter in ("1y", "3y"):
            if meter in meters and meters[meter][2] >= listed:
                file, line, value = meters[meter]
                yield Fault(
                    file,
                    line,
                    "value",
                    str(value),
                    f"below the on-demand {listed}; equal means missing: drop the row",
                )
        if "spot" in meters and meters["spot"][2] > listed:
            file, line, value = meters["spot"]
            yield Fault(file, line, "value", str(value), f"at most the on-demand {listed}")


def accelerator_floor(tables: Tables) -> Iterator[Fault]:
    """A price under the floor of its class is a bid floor, a unit slip or another currency."""
    floors = {row.accelerator: row.floor_usd_per_hour for _, _, row in of(tables, AcceleratorRow)}
    known, by_product = units(tables), machines(tables)
    for file, line, row in _prices(tables):
        machine, unit, hour = by_product.get(row.product), known.get(row.unit), known.get("hour")
        if machine is None or row.value is None or unit is None or hour is None:
            continue
        if unit.base != hour.base:  # serverless hosts bill by the second
            continue
        floor = floors.get(machine.accelerator)
        per_card = row.value * hour.factor / unit.factor / max(machine.accelerator_count, 1)
        if floor is not None and per_card < floor:
            yield Fault(
                file,
                line,
                "value",
                str(row.value),
                f"at least {floor} per hour per {machine.accelerator}",
            )


def family_equal_per_accelerator(tables: Tables) -> Iterator[Fault]:
    """Sizes of one family cost the same per accelerator; if not, suspect a Windows licence."""
    by_product = machines(tables)
    groups: dict[tuple[object, ...], list[tuple[str, int, PriceRow, InstanceRow]]] = defaultdict(
        list
    )
    for file, line, row in _prices(tables):
        machine = by_product.get(row.product)
        carded = machine is not None and machine.accelerator and machine.accelerator_count > 0
        if machine and carded and row.value is not None and row.meter != "spot":
            key = (machine.vendor, machine.market, machine.family, machine.accelerator, row.meter)
            groups[*key, row.region, row.effective_from, row.edition].append(
                (file, line, row, machine)
            )
    for members in groups.values():
        yield from _unequal(members)


def _unequal(members: list[tuple[str, int, PriceRow, InstanceRow]]) -> Iterator[Fault]:
    rates = [(row.value or 0) / machine.accelerator_count for _, _, row, machine in members]
    lowest = min(rates)
    for (file, line, row, machine), rate in zip(members, rates, strict=True):
        excess = rate - lowest
        if excess <= SAME_PRICE_TOLERANCE * lowest + 1e-9:
            continue
        allowed = f"{lowest * machine.accelerator_count:.4f}, as other sizes of {machine.family}"
        if machine.vcpus:
            per_vcpu = excess * machine.accelerator_count / machine.vcpus
            if abs(per_vcpu - WINDOWS_USD_PER_VCPU_HOUR) < 0.001:
                allowed += " (the excess is a Windows licence)"
        yield Fault(file, line, "value", str(row.value), allowed)
