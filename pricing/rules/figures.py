"""Specifications, devices, assumptions and presets: what a figure can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pricing.faults import Fault
from pricing.measurement_schema import DeviceMemoryLimitRow
from pricing.rules.reading import (
    MOST_CHANGE,
    UNLESS_CONFIRMED,
    Tables,
    is_confirmed,
    is_slip,
    of,
)
from pricing.schema import (
    AcceleratorRow,
    AssumptionRow,
    DeviceMixRow,
    DeviceRow,
    EndpointRateRow,
    PresetRow,
    ServerRow,
)

INT8_OVER_FP16_LIMIT = 4.05  # GeForce INT8 is four times FP16 with FP32 accumulation; none above
FP8_OVER_FP16_LIMIT = 2.05  # dense FP8 is twice dense FP16; four times means sparse
WH_TOLERANCE = 0.06  # nominal voltages are rounded


def rates_are_dense(tables: Tables) -> Iterator[Fault]:
    """Sparse rates are twice the dense ones and fool every roofline."""
    for file, line, row in of(tables, AcceleratorRow):
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
    for file, line, row in of(tables, DeviceRow):
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
    devices = {row.device for _, _, row in of(tables, DeviceRow)}
    totals: dict[tuple[str, object], float] = defaultdict(float)
    last: dict[tuple[str, object], tuple[str, int]] = {}
    for file, line, row in of(tables, DeviceMixRow):
        totals[row.mix, row.edition] += row.share_pct
        last[row.mix, row.edition] = (file, line)
        if row.device not in devices:
            yield Fault(file, line, "device", row.device, "a row of devices.csv")
    for key, total in totals.items():
        if abs(total - 100) > 0.01:
            yield Fault(*last[key], "share_pct", f"sum {total:g}", f"100 over the mix {key[0]}")


def assumption_range(tables: Tables) -> Iterator[Fault]:
    """low <= mid <= high."""
    for file, line, row in of(tables, AssumptionRow):
        if not row.low <= row.mid <= row.high:
            got = f"{row.low:g} / {row.mid:g} / {row.high:g}"
            yield Fault(file, line, "mid", got, "low <= mid <= high")


def memory_limit_range(tables: Tables) -> Iterator[Fault]:
    """Shares of a memory are in order, and a range of sizes or years holds something."""
    for file, line, row in of(tables, DeviceMemoryLimitRow):
        if not row.low <= row.share <= row.high <= 1.0:
            got = f"{row.low:g} / {row.share:g} / {row.high:g}"
            yield Fault(file, line, "share", got, "low <= share <= high <= 1")
        if (row.ram_above_gb or 0.0) >= (row.ram_up_to_gb or float("inf")):
            yield Fault(
                file, line, "ram_up_to_gb", f"{row.ram_up_to_gb:g}", f"above {row.ram_above_gb:g}"
            )
        if (row.released_from or 0) > (row.released_to or 9999):
            yield Fault(
                file, line, "released_to", str(row.released_to), f"{row.released_from} or later"
            )


def assumption_not_negative(tables: Tables) -> Iterator[Fault]:
    """Hours, shares, rates: none of ours can be below zero, and a cost would become a gain."""
    for file, line, row in of(tables, AssumptionRow):
        if row.low < 0:
            yield Fault(file, line, "low", f"{row.low:g}", "0 or above")


def one_assumption_per_name(tables: Tables) -> Iterator[Fault]:
    """An assumption has one home."""
    seen: dict[tuple[str, object], str] = {}
    for file, line, row in of(tables, AssumptionRow):
        held = seen.setdefault((row.name, row.edition), file)
        if held != file:
            yield Fault(file, line, "name", row.name, f"a name not yet in {held}")


def endpoints_are_sized(tables: Tables) -> Iterator[Fault]:
    """What grows by units has a rate, and starts on one of its steps."""
    for file, line, row in of(tables, EndpointRateRow):
        if row.grows == "units" and row.rate is None:
            yield Fault(file, line, "rate", "(blank)", "what one unit answers, where units grow")
        if row.least_units % row.step_units:
            allowed = f"a multiple of step_units, {row.step_units:g}"
            yield Fault(file, line, "least_units", f"{row.least_units:g}", allowed)


def server_power_in_order(tables: Tables) -> Iterator[Fault]:
    """idle <= typical <= max."""
    for file, line, row in of(tables, ServerRow):
        known = [w for w in (row.idle_power_w, row.typical_power_w, row.max_power_w) if w]
        if known != sorted(known):
            got = " / ".join(f"{watt:g}" for watt in known)
            yield Fault(file, line, "idle_power_w", got, "idle <= typical <= max")


def presets_have_labels(tables: Tables) -> Iterator[Fault]:
    """Presets name what they are for."""
    labels = {row.preset for _, _, row in of(tables, PresetRow) if row.field == "label"}
    for file, line, row in of(tables, PresetRow):
        if row.preset not in labels:
            yield Fault(file, line, "preset", row.preset, "a preset with a label row")


def plausible_assumption(tables: Tables) -> Iterator[Fault]:
    """A later edition's figure is near the one it corrects: ten times as much is a slip."""
    held: dict[str, AssumptionRow] = {}
    for file, line, row in sorted(of(tables, AssumptionRow), key=lambda found: found[2].edition):
        before = held.get(row.name)
        if (
            before is not None
            and not is_confirmed(before, row)
            and is_slip(before.mid, row.mid, MOST_CHANGE)
        ):
            near = f"within {MOST_CHANGE:g} times of {before.mid:g}, what it corrects"
            yield Fault(file, line, "mid", f"{row.mid:g}", f"{near}, {UNLESS_CONFIRMED}")
        held[row.name] = row
