"""Rules that span cells or rows: each is a real fault met in a real price table.

A rule is a function from the tables to faults; :data:`RULES` lists them all. They hold over the
whole history, so an old row that breaks one must be corrected in a later edition or dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from pricing.faults import Fault
from pricing.schema import (
    IDENTITY,
    INSTANCE_TABLES,
    PRICE_TABLES,
    SOURCE_TABLES,
    TABLES,
    AcceleratorRow,
    AssumptionRow,
    DeviceMixRow,
    DeviceRow,
    InstanceRow,
    PresetRow,
    PriceRow,
    RegionRow,
    Row,
    ServerRow,
    ServiceRow,
    Sourced,
    SourceRow,
    UnitRow,
)

if TYPE_CHECKING:
    from pricing.loader import Table

Tables = Mapping[str, "Table"]
Rule = Callable[[Tables], Iterator[Fault]]
R = TypeVar("R", bound=Row)

WINDOWS_USD_PER_VCPU_HOUR = 0.046  # licence in Linux price lists: docs/method.md, price faults
SAME_PRICE_TOLERANCE = 0.005  # sizes of a family may differ by rounding of the hourly figure
INT8_OVER_FP16_LIMIT = 4.05  # GeForce INT8 is four times FP16 with FP32 accumulation; none above
FP8_OVER_FP16_LIMIT = 2.05  # dense FP8 is twice dense FP16; four times means sparse
WH_TOLERANCE = 0.06  # nominal voltages are rounded


def check(tables: Tables) -> list[Fault]:
    """Every fault of every rule."""
    return [fault for rule in RULES for fault in rule(tables)]


def _each(tables: Tables, names: Iterable[str], shape: type[R]) -> Iterator[tuple[str, int, R]]:
    for name in names:
        table = tables.get(name)
        if table is None:
            continue
        for line, row in zip(table.lines, table.rows, strict=True):
            if isinstance(row, shape):
                yield f"{name}.csv", line, row


def _of(tables: Tables, shape: type[R]) -> Iterator[tuple[str, int, R]]:
    names = [name for name, kind in TABLES.items() if issubclass(kind, shape)]
    return _each(tables, names, shape)


def _prices(tables: Tables) -> Iterator[tuple[str, int, PriceRow]]:
    return _each(tables, PRICE_TABLES, PriceRow)


def known_source(tables: Tables) -> Iterator[Fault]:
    """Every figure names a source; one nobody can open is confidence C."""
    sources = {row.id: row for _, _, row in _each(tables, SOURCE_TABLES, SourceRow)}
    for file, line, row in _of(tables, Sourced):
        source = sources.get(row.source)
        if source is None:
            yield Fault(file, line, "source", row.source, "an id of a sources table")
        elif not source.url and row.confidence != "C":
            yield Fault(file, line, "confidence", row.confidence, "C: its source cannot be opened")


def one_source_per_id(tables: Tables) -> Iterator[Fault]:
    """A source id means one thing."""
    seen: set[str] = set()
    for file, line, row in _each(tables, SOURCE_TABLES, SourceRow):
        if row.id in seen:
            yield Fault(file, line, "id", row.id, "each source id once over all sources tables")
        seen.add(row.id)


def dates_in_order(tables: Tables) -> Iterator[Fault]:
    """Nothing was read after the edition that holds it."""
    for file, line, row in _of(tables, Sourced):
        if row.as_of > row.edition:
            yield Fault(file, line, "as_of", str(row.as_of), f"on or before {row.edition}")


def known_unit_and_region(tables: Tables) -> Iterator[Fault]:
    """Units and regions come from their vocabularies."""
    units = {row.unit for _, _, row in _each(tables, ["units"], UnitRow)}
    regions = {row.region for _, _, row in _each(tables, ["regions"], RegionRow)}
    for file, line, row in _prices(tables):
        if row.unit not in units:
            yield Fault(file, line, "unit", row.unit, "a unit of units.csv")
        if row.region not in regions:
            yield Fault(file, line, "region", row.region, "a region of regions.csv")
    for file, line, assumption in _of(tables, AssumptionRow):
        if assumption.unit not in units:
            yield Fault(file, line, "unit", assumption.unit, "a unit of units.csv")


def known_product(tables: Tables) -> Iterator[Fault]:
    """Every machine or service that is priced is described."""
    products = {row.product for _, _, row in _of(tables, ServiceRow)}
    products |= {row.product for _, _, row in _each(tables, INSTANCE_TABLES, InstanceRow)}
    products |= {row.product for _, _, row in _of(tables, ServerRow)}
    described = set(PRICE_TABLES) - {"network_prices", "energy_prices"}
    for file, line, row in _each(tables, sorted(described), PriceRow):
        if row.product not in products:
            allowed = "a product of services, instances or servers"
            yield Fault(file, line, "key", row.key, allowed)


def known_accelerator(tables: Tables) -> Iterator[Fault]:
    """Machines name accelerators that have a specification."""
    known = {row.accelerator for _, _, row in _of(tables, AcceleratorRow)} | {""}
    machines = [*_each(tables, INSTANCE_TABLES, InstanceRow), *_of(tables, ServerRow)]
    for file, line, row in machines:
        assert isinstance(row, InstanceRow | ServerRow)
        if row.accelerator not in known:
            yield Fault(file, line, "accelerator", row.accelerator, "a row of accelerators.csv")
        if bool(row.accelerator) != (row.accelerator_count > 0):
            yield Fault(
                file,
                line,
                "accelerator_count",
                str(row.accelerator_count),
                "above 0 with an accelerator, 0 without",
            )


def identity_once(tables: Tables) -> Iterator[Fault]:
    """One identity has one row per edition: the same key twice would be two truths."""
    for name, table in tables.items():
        columns = IDENTITY[name]
        dated = "edition" in TABLES[name].model_fields
        identity = attrgetter(*columns, *(["edition"] if dated else []))
        seen: dict[object, int] = {}
        for line, row in zip(table.lines, table.rows, strict=True):
            first = seen.setdefault(identity(row), line)
            if first != line:
                parts = [str(getattr(row, column)) for column in columns]
                yield Fault(
                    f"{name}.csv", line, columns[0], " ".join([*parts, str(_edition(row))]),
                    f"one row per edition; line {first} has it already",
                )  # fmt: skip


def _edition(row: Row) -> object:
    return getattr(row, "edition", None)


Tariff = list[tuple[str, int, PriceRow]]


def _tariffs(tables: Tables) -> dict[tuple[object, ...], Tariff]:
    tariffs: dict[tuple[object, ...], Tariff] = defaultdict(list)
    for file, line, row in _prices(tables):
        tariffs[row.key, row.region, row.effective_from, row.edition].append((file, line, row))
    return tariffs


def tiers_without_gaps(tables: Tables) -> Iterator[Fault]:
    """Bands start at 0, meet end to end, and the last is open."""
    for bands in _tariffs(tables).values():
        bands.sort(key=lambda band: band[2].tier_from)
        file, line, first = bands[0]
        if first.tier_from != 0:
            yield Fault(file, line, "tier_from", str(first.tier_from), "0 for the first band")
        for (_, _, below), (file, line, above) in pairwise(bands):
            if below.tier_to != above.tier_from:
                yield Fault(
                    file,
                    line,
                    "tier_from",
                    str(above.tier_from),
                    f"{below.tier_to}, where the band below ends (no gap, no overlap)",
                )
        file, line, last = bands[-1]
        if last.tier_to is not None:
            yield Fault(
                file,
                line,
                "tier_to",
                str(last.tier_to),
                "blank in the last band, or a band with status unknown_above",
            )


def value_where_priced(tables: Tables) -> Iterator[Fault]:
    """A price has a value; an end or an unknown band has none."""
    for file, line, row in _prices(tables):
        if row.status == "price" and row.value is None:
            yield Fault(file, line, "value", "(blank)", "a number; missing prices have no row")
        if row.status != "price" and row.value is not None:
            yield Fault(file, line, "value", str(row.value), f"blank where status is {row.status}")


def zero_is_not_a_price(tables: Tables) -> Iterator[Fault]:
    """0 stands for unknown in many tables; only network allowances are truly free."""
    for file, line, row in _prices(tables):
        if row.value == 0 and not file.startswith("network"):
            yield Fault(file, line, "value", "0", "above 0; leave out what is not known")


def one_unit_and_currency(tables: Tables) -> Iterator[Fault]:
    """A key keeps its unit, and one region of it its currency."""
    units: dict[str, str] = {}
    money: dict[tuple[str, str], str] = {}
    for file, line, row in _prices(tables):
        if units.setdefault(row.key, row.unit) != row.unit:
            yield Fault(file, line, "unit", row.unit, f"{units[row.key]} as in earlier rows")
        held = money.setdefault((row.key, row.region), row.currency)
        if held != row.currency:
            yield Fault(file, line, "currency", row.currency, f"{held} as in earlier rows")


def _machine_prices(tables: Tables) -> dict[tuple[object, ...], dict[str, tuple[str, int, float]]]:
    by_machine: dict[tuple[object, ...], dict[str, tuple[str, int, float]]] = defaultdict(dict)
    for file, line, row in _each(tables, ["rental_prices"], PriceRow):
        if row.value is not None:
            key = (row.product, row.region, row.effective_from, row.edition)
            by_machine[key][row.meter] = (file, line, row.value)
    return by_machine


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


def _instances(tables: Tables) -> dict[str, InstanceRow]:
    return {row.product: row for _, _, row in _each(tables, INSTANCE_TABLES, InstanceRow)}


def accelerator_floor(tables: Tables) -> Iterator[Fault]:
    """A price under the floor of its class is a bid floor, a unit slip or another currency."""
    floors = {row.accelerator: row.floor_usd_per_hour for _, _, row in _of(tables, AcceleratorRow)}
    units = {row.unit: row for _, _, row in _each(tables, ["units"], UnitRow)}
    machines = _instances(tables)
    for file, line, row in _each(tables, ["rental_prices", "hosted_prices"], PriceRow):
        machine, unit, hour = machines.get(row.product), units.get(row.unit), units.get("hour")
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
    machines = _instances(tables)
    groups: dict[tuple[object, ...], list[tuple[str, int, PriceRow, InstanceRow]]] = defaultdict(
        list
    )
    for file, line, row in _each(tables, ["rental_prices", "hosted_prices"], PriceRow):
        machine = machines.get(row.product)
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


def rates_are_dense(tables: Tables) -> Iterator[Fault]:
    """Sparse rates are twice the dense ones and fool every roofline."""
    for file, line, row in _of(tables, AcceleratorRow):
        half = row.fp16_tflops or row.bf16_tflops
        if not half or "CUDA-core" in row.note:
            continue
        if row.fp8_tflops and row.fp8_tflops > FP8_OVER_FP16_LIMIT * half:
            yield Fault(
                file,
                line,
                "fp8_tflops",
                str(row.fp8_tflops),
                f"at most {2 * half:g} (twice FP16); more is the sparse rate",
            )
        if row.int8_tops and row.int8_tops > INT8_OVER_FP16_LIMIT * half:
            yield Fault(
                file,
                line,
                "int8_tops",
                str(row.int8_tops),
                f"at most {4 * half:g} (four times FP16); more is the sparse rate",
            )


def battery_energy(tables: Tables) -> Iterator[Fault]:
    """Wh = mAh x V / 1000, in the same row."""
    for file, line, row in _of(tables, DeviceRow):
        if row.battery_wh and row.battery_mah and row.battery_v:
            product = row.battery_mah * row.battery_v / 1000
            if abs(product - row.battery_wh) > WH_TOLERANCE * product:
                yield Fault(
                    file,
                    line,
                    "battery_wh",
                    str(row.battery_wh),
                    f"{product:.2f} = {row.battery_mah:g} mAh x {row.battery_v:g} V",
                )


def mixes_are_whole(tables: Tables) -> Iterator[Fault]:
    """The slices of a device mix sum to 100 % and name known devices."""
    devices = {row.device for _, _, row in _of(tables, DeviceRow)}
    totals: dict[tuple[str, object], float] = defaultdict(float)
    last: dict[tuple[str, object], tuple[str, int]] = {}
    for file, line, row in _of(tables, DeviceMixRow):
        totals[row.mix, row.edition] += row.share_pct
        last[row.mix, row.edition] = (file, line)
        if row.device not in devices:
            yield Fault(file, line, "device", row.device, "a row of devices.csv")
    for key, total in totals.items():
        if abs(total - 100) > 0.01:
            yield Fault(*last[key], "share_pct", f"sum {total:g}", f"100 over the mix {key[0]}")


def assumption_range(tables: Tables) -> Iterator[Fault]:
    """low <= mid <= high."""
    for file, line, row in _of(tables, AssumptionRow):
        if not row.low <= row.mid <= row.high:
            got = f"{row.low:g} / {row.mid:g} / {row.high:g}"
            yield Fault(file, line, "mid", got, "low <= mid <= high")


def one_assumption_per_name(tables: Tables) -> Iterator[Fault]:
    """An assumption has one home."""
    seen: dict[tuple[str, object], str] = {}
    for file, line, row in _of(tables, AssumptionRow):
        held = seen.setdefault((row.name, row.edition), file)
        if held != file:
            yield Fault(file, line, "name", row.name, f"a name not yet in {held}")


def server_power_in_order(tables: Tables) -> Iterator[Fault]:
    """idle <= typical <= max."""
    for file, line, row in _of(tables, ServerRow):
        known = [w for w in (row.idle_power_w, row.typical_power_w, row.max_power_w) if w]
        if known != sorted(known):
            got = " / ".join(f"{watt:g}" for watt in known)
            yield Fault(file, line, "idle_power_w", got, "idle <= typical <= max")


def preset_fields_once(tables: Tables) -> Iterator[Fault]:
    """Presets name what they are for."""
    labels = {row.preset for _, _, row in _of(tables, PresetRow) if row.field == "label"}
    for file, line, row in _of(tables, PresetRow):
        if row.preset not in labels:
            yield Fault(file, line, "preset", row.preset, "a preset with a label row")


RULES: tuple[Rule, ...] = (
    known_source,
    one_source_per_id,
    dates_in_order,
    known_unit_and_region,
    known_product,
    known_accelerator,
    identity_once,
    tiers_without_gaps,
    value_where_priced,
    zero_is_not_a_price,
    one_unit_and_currency,
    commitments_are_cheaper,
    accelerator_floor,
    family_equal_per_accelerator,
    rates_are_dense,
    battery_energy,
    mixes_are_whole,
    assumption_range,
    one_assumption_per_name,
    server_power_in_order,
    preset_fields_once,
)
