"""Forms of on-device work: small networks, language models and power.

A network in one pass [s]: multiply-adds at 1 TMAC/s, activations at 10 G elements/s and a fixed
1 ms; the effects carry what a unit of a chip really reaches. A language model's token [s]:
weights over the memory bandwidth and a fixed 1 ms. A prompt token [s]: ``2 A`` at 1 TFLOP/s.
Power [W]: one term of 1 W, moved by the class of device and the unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from calculators.arrays import Array
from calculators.estimators.shapes import MEGA, Shape, family
from calculators.estimators.terms import Effect, EffectLabel, Form, stacked
from pricing.schema import DeviceRow

ALL = (0, 1, 2)
NETWORK = Form(
    name="device_network",
    terms=("arithmetic", "activations", "fixed"),
    effects=(
        Effect("base", ((0,), (1,), (2,))),
        Effect("unsized", ((0, 1),)),
        Effect("unit", ((0,), (1,), (2,))),
        Effect("format", ((0, 1),)),
        Effect("family", ((0, 1), (2,))),
        Effect("year", (ALL,)),
        Effect("series", (ALL,)),
        Effect("chip", ((0, 1), (2,))),
        Effect("chip_format", (ALL,)),
        Effect("engine", (ALL,)),
        Effect("engine_format", (ALL,)),
        Effect("in_app", ((2,),)),
        Effect("kin", ((0,), (0, 1), (2,))),
        Effect("model", ((0, 1), (0,))),
        Effect("model_unit", (ALL,)),
        Effect("model_format", (ALL,)),
    ),
)
TOKEN = Form(
    name="device_token",
    terms=("weights", "fixed"),
    effects=(
        Effect("base", ((0,), (1,))),
        Effect("unknown_bandwidth", ((0,),)),
        Effect("unit", ((0,),)),
        Effect("family", ((0,),)),
        Effect("chip", ((0, 1),)),
        Effect("engine", ((0,), (1,))),
        Effect("format", ((0,),)),
        Effect("engine_format", ((0,),)),
        Effect("engine_chip", ((0, 1),)),
        Effect("sustained", ((0, 1),)),
        Effect("sustained_engine", ((0, 1),)),
        Effect("model", ((0, 1),)),
    ),
)
PROMPT = Form(
    name="device_prompt",
    terms=("arithmetic",),
    effects=(
        Effect("base", ((0,),)),
        Effect("unit", ((0,),)),
        Effect("family", ((0,),)),
        Effect("chip", ((0,),)),
        Effect("format", ((0,),)),
        Effect("engine", ((0,),)),
        Effect("model", ((0,),)),
    ),
)
POWER = Form(
    name="device_power",
    terms=("power",),
    effects=(
        Effect("base", ((0,),)),
        Effect("family", ((0,),)),
        Effect("unit", ((0,),)),
        Effect("task", ((0,),)),
        Effect("chip", ((0,),)),
    ),
)
REFERENCE_YEAR = 2021.0  # where the effect of the year is zero
YEARS = 3.0  # one unit of it


@dataclass(frozen=True)
class Chip:
    """The chip in a device: maker's line, year and memory bandwidth as far as known."""

    soc: str
    family: str
    year: float | None
    series: float
    bandwidth: float | None  # bytes/s


@dataclass(frozen=True)
class Run:
    """How a device runs a network."""

    unit: str  # npu, gpu, cpu or auto
    engine: str
    precision: str
    bits: float
    in_app: bool = False
    sustained: bool = False


def soc_id(text: str) -> str:
    """Chip name as a slug, without cores and maker: "Apple A15 (5-core GPU)" -> "apple-a15"."""
    bare = re.sub(r"\(.*?\)|qualcomm|samsung|mediatek|nvidia", "", text.lower())
    return re.sub(r"[^a-z0-9.+]+", "-", bare).strip("-")


def series_of(soc: str) -> float:
    """0 for the top line of a maker, negative below: Snapdragon 7 is -0.5, 6 is -1, 4 is -1.5."""
    found = re.match(r"snapdragon-(\d)(s?)", soc)
    if not found:
        return 0.0
    step = {"8": 0.0, "7": -0.5, "6": -1.0, "4": -1.5}.get(found.group(1), 0.0)
    return step - (0.1 if found.group(2) else 0.0)


def network_terms(shape: Shape) -> Array:
    """Terms of one pass (3, 1, N), the same on every device."""
    rows = (
        shape.gflops[None] / 2.0 / 1e3,
        shape.activations[None] * MEGA / 1e10,
        1e-3,
    )
    return stacked(rows)


def network_labels(chip: Chip, run: Run) -> dict[str, EffectLabel]:
    """Labels of one pass that chip and software decide."""
    kind = f"{run.unit}/{run.precision}"
    found: dict[str, EffectLabel] = {
        "unit": run.unit,
        "format": kind,
        "family": f"{chip.family}/{run.unit}",
        "chip": f"{chip.soc}/{run.unit}",
        "chip_format": f"{chip.soc}/{kind}",
        "engine": f"{run.engine}/{run.unit}",
        "engine_format": f"{run.engine}/{kind}",
        "in_app": "app" if run.in_app else "",
    }
    if chip.year is not None:
        found["year"] = (run.unit, (chip.year - REFERENCE_YEAR) / YEARS)
    if chip.series:
        found["series"] = (run.unit, chip.series)
    return found


def network_model_labels(model: str, unsized: str) -> dict[str, EffectLabel]:
    """Labels of one pass that the network decides."""
    return {"unsized": unsized, "kin": family(model), "model": model}


TAILED = ("model_unit", "model_format")  # effects that network and device decide together


def network_tails(run: Run) -> dict[str, str]:
    """What follows the network's name in labels that both decide."""
    return {"model_unit": f"/{run.unit}", "model_format": f"/{run.unit}/{run.precision}"}


def token_terms(shape: Shape, bandwidth: Array, bits: float) -> Array:
    """Terms of one output token (2, D, N) [s]; ``bandwidth`` (D, 1) [bytes/s]."""
    return stacked((shape.active_bytes(bits) / bandwidth, 1e-3))


def _bits(bits: float) -> str:
    return "16" if bits > 10 else "8" if bits > 7 else "4" if bits > 3.5 else "2"


def token_labels(chip: Chip, run: Run) -> dict[str, EffectLabel]:
    """Labels of an output token that chip and software decide."""
    engine, kind = f"{run.engine}/{run.unit}", _bits(run.bits)
    return {
        "unknown_bandwidth": "" if chip.bandwidth else chip.soc,
        "unit": run.unit,
        "family": f"{chip.family}/{run.unit}",
        "chip": f"{chip.soc}/{run.unit}",
        "engine": engine,
        "format": kind,
        "engine_format": f"{engine}/{kind}",
        "engine_chip": f"{engine}/{chip.soc}",
        "sustained": chip.family if run.sustained else "",
        "sustained_engine": f"{chip.family}/{run.engine}" if run.sustained else "",
    }


def prompt_terms(shape: Shape) -> Array:
    """Terms of one prompt token (1, 1, N): 2 A at 1 TFLOP/s [s]."""
    return 2.0 * shape.active[None, None, :] * MEGA / 1e12


def prompt_labels(chip: Chip, run: Run) -> dict[str, EffectLabel]:
    """Labels of a prompt token that chip and software decide."""
    return {
        "unit": run.unit,
        "family": f"{chip.family}/{run.unit}",
        "chip": f"{chip.soc}/{run.unit}",
        "format": f"{run.unit}/{_bits(run.bits)}",
        "engine": f"{run.engine}/{run.unit}",
    }


def power_labels(chip: Chip, run: Run, kind: str) -> dict[str, EffectLabel]:
    """Labels of the power while computing."""
    return {
        "family": chip.family,
        "unit": f"{chip.family}/{run.unit}",
        "task": f"{chip.family}/{'llm' if kind == 'llm' else 'network'}",
        "chip": chip.soc,
    }


def chip_of(device: DeviceRow) -> Chip:
    """The chip of a device of devices.csv."""
    soc = soc_id(device.soc or device.device)
    family = {"ios": "ios", "macos": "mac", "windows": "windows"}.get(device.platform, "android")
    if device.device_class == "board":
        family = "pi" if device.device.startswith("Raspberry") else "jetson"
    bandwidth = None if device.bandwidth_gb_s is None else device.bandwidth_gb_s * 1e9
    year = None if device.release_year is None else float(device.release_year)
    return Chip(soc, family, year, series_of(soc), bandwidth)


def chip_in(name: str, chips: Mapping[str, Chip]) -> Chip | None:
    """The chip that the id of an unknown device names, the longest name first."""
    spoken = {soc.removeprefix("apple-"): chip for soc, chip in chips.items()}
    for soc in sorted(spoken, key=len, reverse=True):
        if f"-{soc}-" in f"-{name}-":
            return spoken[soc]
    return None
