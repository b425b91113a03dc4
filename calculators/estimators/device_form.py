"""Forms of on-device work: small networks, language models, speech, loading and power.

A network in one pass [s]: multiply-adds at 1 TMAC/s, activations at 10 G elements/s and a fixed
1 ms; the effects carry what a unit of a chip really reaches. A language model's token [s]:
weights over the memory bandwidth and a fixed 1 ms. A prompt token [s]: ``2 A`` at 1 TFLOP/s.
Speech [s]: the encoder once a window at 1 TFLOP/s; the decoder's weights over the memory bandwidth
and 1 ms for every token it writes. Loading [s]: the file at 1 GB/s. Power [W]: one term of 1 W,
moved by the class of device and the unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from calculators.arrays import Array
from calculators.estimators.shapes import MEGA, Shape, family
from calculators.estimators.terms import Effect, EffectLabel, Form, stacked
from pricing.records import value
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
        Effect("year", ((0, 1),)),
        Effect("series", ((0, 1),)),
        Effect("vague", (ALL,)),
        Effect("reach", ((0, 1),)),
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
ALL_TOKEN = (0, 1)
TOKEN = Form(
    name="device_token",
    terms=("weights", "fixed"),
    effects=(
        Effect("base", ((0,), (1,))),
        Effect("unknown_bandwidth", ((0,),)),
        Effect("unit", ((0,),)),
        Effect("reach", ((0,),)),
        Effect("family", ((0,),)),
        Effect("year", (ALL_TOKEN,)),
        Effect("series", (ALL_TOKEN,)),
        Effect("vague", (ALL_TOKEN,)),
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
        Effect("year", ((0,),)),
        Effect("series", ((0,),)),
        Effect("vague", ((0,),)),
        Effect("reach", ((0,),)),
        Effect("chip", ((0,),)),
        Effect("format", ((0,),)),
        Effect("engine", ((0,),)),
        Effect("model", ((0,),)),
    ),
)
SPEECH = Form(
    name="device_speech",
    terms=("arithmetic", "weights", "tokens"),
    effects=(
        Effect("base", ((0,), (1,), (2,))),
        Effect("unsized", (ALL,)),
        Effect("speaks", (ALL,)),
        Effect("streaming", (ALL,)),
        Effect("chunk", (ALL,)),
        Effect("unit", ((0,), (1, 2))),
        Effect("family", (ALL,)),
        Effect("reach", ((0, 2),)),
        Effect("year", (ALL,)),
        Effect("series", (ALL,)),
        Effect("vague", (ALL,)),
        Effect("chip", (ALL,)),
        Effect("engine", ((0,), (1, 2))),
        Effect("threads", (ALL,)),
        Effect("format", ((0, 1),)),
        Effect("kin", (ALL,)),
        Effect("model", (ALL,)),
    ),
)
LOAD = Form(
    name="device_load",
    terms=("file",),
    effects=(
        Effect("base", ((0,),)),
        Effect("when", ((0,),)),
        Effect("unit", ((0,),)),
        Effect("engine", ((0,),)),
        Effect("chip", ((0,),)),
    ),
)
POWER = Form(
    name="device_power",
    terms=("power",),
    effects=(
        Effect("base", ((0,),)),
        Effect("of", ((0,),)),
        Effect("family", ((0,),)),
        Effect("unit", ((0,),)),
        Effect("task", ((0,),)),
        Effect("chip", ((0,),)),
    ),
)
REFERENCE_YEAR = 2021.0  # where the effect of the year is zero
YEARS = 3.0  # one unit of it


PHONES = ("ios", "android")
"""Families whose power is alike and whose memory is as slow as the slowest of their year and class
where nobody says."""
PREPARED = ("npu", "auto")  # units for which software prepares the weights the first time


@value
class Chip:
    """The chip in a device: maker's line, year and memory bandwidth as far as known."""

    soc: str
    family: str
    year: float | None
    series: float
    bandwidth: float | None  # bytes/s


@value
class Run:
    """How a device runs a network."""

    unit: str  # npu, gpu, cpu or auto
    engine: str
    precision: str
    bits: float
    in_app: bool = False
    sustained: bool = False
    threads: float | None = None


def soc_id(text: str) -> str:
    """Chip name as a slug, without cores and maker: "Apple A15 (5-core GPU)" -> "apple-a15"."""
    bare = re.sub(r"\(.*?\)|qualcomm|samsung|mediatek|nvidia", "", text.lower())
    return re.sub(r"[^a-z0-9.+]+", "-", bare).strip("-")


def series_of(soc: str) -> float:
    """0 for the top line of a maker, negative below: Snapdragon 7 is -0.5, 6 is -1, 4 is -1.5."""
    found = re.match(r"snapdragon-(\d)(s?)", soc)
    if found:
        step = {"8": 0.0, "7": -0.5, "6": -1.0, "4": -1.5}.get(found.group(1), 0.0)
        return step - (0.1 if found.group(2) else 0.0)
    return next((step for line, step in LOWER_LINES if re.match(line, soc)), 0.0)


LOWER_LINES = (
    (r"dimensity-8\d{3}", -0.5),
    (r"dimensity-7\d{3}", -1.0),
    (r"dimensity-6\d{3}", -1.5),
    (r"dimensity-\d{3}\b", -1.0),
    (r"helio", -1.5),
    (r"exynos-1\d{3}", -1.0),
    (r"exynos-\d{3}\b", -1.5),
)
"""Lines below a maker's top one, on the scale of Snapdragon."""


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
    if chip.bandwidth is not None:
        found["reach"] = (run.unit, math.log(chip.bandwidth / REFERENCE_BANDWIDTH))
    return found | age_labels(chip, run)


def age_labels(chip: Chip, run: Run) -> dict[str, EffectLabel]:
    """Year and line of a chip; a mark where its year is not known."""
    found: dict[str, EffectLabel] = {}
    if chip.year is None:
        found["vague"] = f"{chip.family}/{run.unit}"
    else:
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
        **age_labels(chip, run),
        "unknown_bandwidth": "" if chip.bandwidth else chip.soc,
        "unit": run.unit,
        "reach": reach_label(chip, run),
        "family": f"{chip.family}/{run.unit}",
        "chip": f"{chip.soc}/{run.unit}",
        "engine": engine,
        "format": kind,
        "engine_format": f"{engine}/{kind}",
        "engine_chip": f"{engine}/{chip.soc}",
        "sustained": chip.family if run.sustained else "",
        "sustained_engine": f"{chip.family}/{run.engine}" if run.sustained else "",
    }


REFERENCE_BANDWIDTH = 60e9  # bytes/s at which the effect of the reach is zero


def reach_label(chip: Chip, run: Run) -> EffectLabel:
    """Units that a wide memory does not feed: how the bandwidth moves what they reach of it."""
    if chip.bandwidth is None or run.unit == "gpu":
        return ""
    return (run.unit, math.log(chip.bandwidth / REFERENCE_BANDWIDTH))


def prompt_terms(shape: Shape) -> Array:
    """Terms of one prompt token (1, 1, N): 2 A at 1 TFLOP/s [s]."""
    return 2.0 * shape.active[None, None, :] * MEGA / 1e12


def prompt_labels(chip: Chip, run: Run) -> dict[str, EffectLabel]:
    """Labels of a prompt token that chip and software decide."""
    wide: EffectLabel = ""
    if chip.bandwidth is not None and run.unit == "gpu":
        # makers widen the memory with the graphics unit: its only measure that is known of all
        wide = (run.unit, math.log(chip.bandwidth / REFERENCE_BANDWIDTH))
    return {
        **age_labels(chip, run),
        "reach": wide,
        "unit": run.unit,
        "family": f"{chip.family}/{run.unit}",
        "chip": f"{chip.soc}/{run.unit}",
        "format": f"{run.unit}/{_bits(run.bits)}",
        "engine": f"{run.engine}/{run.unit}",
    }


@value
class Heard:
    """A speech network as its rows and questions see it: encoder and decoder apart."""

    encoder: Array  # millions of parameters (N,)
    decoder: Array  # millions, read again for every token written
    frames_per_s: float  # positions the encoder sees of a second of audio
    window_s: float  # audio is padded to whole windows; 0 where it is not

    def terms(
        self,
        audio_s: Array,
        bandwidth: Array,
        bits: float,
        tokens_per_s: float,
        part: str = "whole",
    ) -> Array:
        """Terms of ``audio_s`` (N,) seconds on D devices (3, D, N) [s].

        ``bandwidth`` (D, 1) [bytes/s]. A part is the encoder alone, or one token of the decoder.
        """
        heard = audio_s
        if self.window_s:
            heard = np.ceil(audio_s / self.window_s - 1e-9) * self.window_s
        arithmetic = 2.0 * self.encoder * MEGA * self.frames_per_s * heard / 1e12
        writes = self.decoder > 0
        tokens = np.where(writes, tokens_per_s * audio_s, 0.0)
        if part == "encoder":
            tokens = np.zeros_like(tokens)
        if part == "decoder_token":
            arithmetic, tokens = np.zeros_like(arithmetic), np.ones_like(tokens)
        weights = tokens * self.decoder * MEGA * bits / 8.0 / bandwidth
        return stacked((arithmetic[None], weights, tokens[None] * 1e-3))


ALL_CORES = 4.0  # threads at which the effect of their number is zero


def speech_labels(chip: Chip, run: Run) -> dict[str, EffectLabel]:
    """Labels of speech that chip and software decide."""
    found: dict[str, EffectLabel] = {
        **age_labels(chip, run),
        "unit": run.unit,
        "family": f"{chip.family}/{run.unit}",
        "chip": f"{chip.soc}/{run.unit}",
        "engine": f"{run.engine}/{run.unit}",
        "format": f"{run.unit}/{_bits(run.bits)}",
    }
    if chip.bandwidth is not None:
        # chips with a wide memory compute faster too
        found["reach"] = ("all", math.log(chip.bandwidth / REFERENCE_BANDWIDTH))
    if run.threads is not None and run.threads != ALL_CORES:
        found["threads"] = (run.unit, math.log(ALL_CORES / run.threads))
    return found


def speech_model_labels(model: str) -> dict[str, EffectLabel]:
    """Labels of speech that the network decides."""
    return {"kin": family(model), "model": model}


def when(unit: str, later: bool) -> str:
    """What a load is: the weights are prepared for the unit, or only read.

    Nothing is prepared for processors and, as far as rows say, for graphics units.
    """
    return "prepared" if not later and unit in PREPARED else "read"


def load_labels(chip: Chip, run: Run, later: bool) -> dict[str, EffectLabel]:
    """Labels of loading, the first time or later, that chip and software decide."""
    named = when(run.unit, later)
    return {
        "when": named,
        "unit": f"{named}/{run.unit}",
        "engine": f"{named}/{run.engine}",
        "chip": chip.soc,
    }


def power_labels(chip: Chip, run: Run, kind: str, of: str) -> dict[str, EffectLabel]:
    """Labels of the power while computing; ``of`` says what the watts are of."""
    group = "phone" if chip.family in PHONES else chip.family
    return {
        "of": of,
        "family": group,
        "unit": f"{group}/{run.unit}",
        "task": f"{group}/{'llm' if kind == 'llm' else 'network'}",
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
