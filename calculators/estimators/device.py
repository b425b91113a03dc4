"""A device answering for its own user: speed, memory, first load and energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from calculators.arrays import Array
from calculators.estimators import handheld
from calculators.estimators.figures import Seconds, together
from calculators.estimators.handheld import Chip, Run
from calculators.estimators.oracle import Oracle
from calculators.estimators.shapes import Shape, kin, of_work, yardstick
from calculators.estimators.types import DeviceEstimate, Estimate, Label, Work
from pricing.schema import DeviceRow

Duty = Literal["burst", "sustained"]
PRECISIONS = {"fp16": "fp16", "fp8": "int8", "int8": "int8", "int4": "int8", "fp4": "int8"}
"""What a unit of a device computes in for weights of a precision."""


@dataclass(frozen=True)
class Question:
    """One device, one kind of request."""

    work: Work
    shape: Shape
    device: DeviceRow
    chip: Chip
    duty: Duty
    oracle: Oracle


def estimate(work: Work, device: DeviceRow, duty: Duty, oracle: Oracle) -> DeviceEstimate:
    """One request on one device, alone; refused with the reason where it cannot run."""
    shape = of_work(work, oracle.fits)
    asked = Question(work, shape, device, handheld.chip_of(device), duty, oracle)
    memory, room = _memory_mb(asked), _room_mb(asked)
    if memory > room:
        reason = f"needs {memory:,.0f} MB of memory; about {room:,.0f} MB may be used"
        return DeviceEstimate(False, reason, "", memory)
    if work.kind == "llm":
        return _language(asked, memory)
    return _network(asked, memory)


def _memory_mb(asked: Question) -> float:
    """Weights, and for a language model the cache at its longest."""
    fits, work = asked.oracle.fits, asked.work
    need = asked.shape.weight_bytes(8.0 * fits.value("weight_bytes", work.precision))
    if work.kind == "llm":
        need = need + asked.shape.cache_bytes * (work.input_tokens + work.output_tokens)
    return float(np.max(need)) / 1e6


def _room_mb(asked: Question) -> float:
    """Memory an application may use; the smallest configuration sold where it is not stated."""
    fits, device = asked.oracle.fits, asked.device
    stated = device.ram_gb or fits.value("assumed_ram", device.device_class)
    return stated * 1e3 * fits.value("device_memory_share")


def _pace(asked: Question, found: Seconds) -> Seconds:
    """Sustained use keeps a share of the first minute's speed."""
    row = asked.oracle.fits.row("device_sustained", asked.device.device_class)
    if asked.duty == "burst" or row.value >= 1.0:
        return found
    low, high = row.low or row.value, row.high or row.value
    words = f"sustained use keeps {row.value:.2f} of the first minute's speed"
    return found.slower(1.0 / row.value, 1.0 / high, 1.0 / low, words)


# -------------------------------------------------------------------------- language models


def _language_run(asked: Question) -> Run:
    """Unit and software that commonly run a language model on the platform."""
    chip, fits = asked.chip, asked.oracle.fits
    choices = {
        "ios": ("gpu", "mlx-swift"),
        "mac": ("gpu", "llama.cpp"),
        "windows": ("npu", "qualcomm-genie-qnn"),
        "jetson": ("gpu", "mlc-llm"),
        "pi": ("cpu", "llama.cpp"),
    }
    unit, engine = choices.get(chip.family, ("cpu", "litert-lm"))
    if chip.soc.startswith("snapdragon-8-elite"):
        unit, engine = "npu", "qualcomm-genie-qnn"
    bits = 8.0 * fits.value("weight_bytes", asked.work.precision)
    return Run(unit, engine, asked.work.precision, bits)


def _language(asked: Question, memory: float) -> DeviceEstimate:
    work, oracle, chip, shape = asked.work, asked.oracle, asked.chip, asked.shape
    run = _language_run(asked)
    bandwidth = chip.bandwidth or oracle.fits.value("assumed_bandwidth") * 1e9
    step_terms = handheld.token_terms(shape, bandwidth, run.bits)
    labels = handheld.token_labels(shape, chip, run)
    step = oracle.seconds("device_token", "device_llm_decode", step_terms, labels)
    if chip.bandwidth:
        step = step.at_least(step_terms[0])
    each = oracle.seconds(
        "device_prompt", "device_llm_prefill",
        handheld.prompt_terms(shape), handheld.prompt_labels(shape, chip, run),
    )  # fmt: skip
    step, each = _pace(asked, step), _pace(asked, each)
    prompt = np.maximum(work.input_tokens * (1.0 - work.cached_input_share), 0.0)
    first = together(step, prompt, each, "prompt tokens, then the first token")
    more = np.maximum(work.output_tokens - 1.0, 0.0)
    answer = together(first, more, step, "time to first token and time per further token")
    return DeviceEstimate(
        can_run=True,
        reason="",
        unit=run.unit.upper(),
        memory_mb=memory,
        answer_ms=answer.time_ms(),
        ttft_ms=first.time_ms(),
        tpot_ms=step.time_ms(),
        first_load_ms=_first_load(asked, memory),
        energy_j_per_request=_energy(asked, answer, run),
    )


# ------------------------------------------------------------------------------ one pass


def _network_run(asked: Question) -> Run:
    """Unit and software that commonly run a small network on the platform."""
    chip, precision = asked.chip, PRECISIONS[asked.work.precision]
    choices = {
        "ios": ("npu", "core-ml", "fp16"),
        "mac": ("npu", "core-ml", "fp16"),
        "windows": ("npu", "onnx-runtime", precision),
        "jetson": ("gpu", "tensorrt", precision),
        "pi": ("cpu", "ncnn", precision),
    }
    unit, engine, computed = choices.get(chip.family, ("cpu", "ncnn", precision))
    if chip.family == "android" and _has_npu(chip):
        unit, engine = "npu", "litert-tflite"
    return Run(unit, engine, computed, 16.0 if computed == "fp16" else 8.0)


def _has_npu(chip: Chip) -> bool:
    """Whether software reaches a neural unit: upper lines of the years measured."""
    line = ("snapdragon-7", "snapdragon-8", "exynos-2", "tensor", "google-tensor", "dimensity-8",
            "dimensity-9")  # fmt: skip
    return chip.soc.startswith(line) and (chip.year or 0.0) >= 2021.0


def _network(asked: Question, memory: float) -> DeviceEstimate:
    oracle = asked.oracle
    run = _network_run(asked)
    shape, scale = asked.shape, np.ones(1)
    known = oracle.catalogue.models.get(asked.work.model)
    fitted = oracle.learnt.form("device_network")
    unsized = known is not None and known.gflops_per_request is None
    if unsized and known is not None and fitted.knows("unsized", kin(known.model)):
        shape = yardstick(shape, oracle.fits)
    elif not np.all(shape.gflops > 0):
        return DeviceEstimate(False, "needs the arithmetic of one request", "", memory)
    parts = handheld.network_terms(shape) * scale
    labels = handheld.network_labels(shape, asked.chip, run)
    found = _pace(asked, oracle.seconds("device_network", "device_vision", parts, labels))
    return DeviceEstimate(
        can_run=True,
        reason="",
        unit=run.unit.upper(),
        memory_mb=memory,
        answer_ms=found.time_ms(),
        first_load_ms=_first_load(asked, memory),
        energy_j_per_request=_energy(asked, found, run),
    )


# ------------------------------------------------------------------------ load and energy


def _first_load(asked: Question, memory: float) -> Estimate:
    """Reading and preparing the weights at a stated rate."""
    row = asked.oracle.fits.row("device_load_mb_per_s")
    low, high = row.low or row.value, row.high or row.value
    rule = f"{memory:,.0f} MB read and prepared at {row.value:g} MB/s"
    times = [np.array([memory / rate * 1e3]) for rate in (high, row.value, low)]
    return Estimate(times[0], times[1], times[2], "estimated", rule)


def _energy(asked: Question, answer: Seconds, run: Run) -> Estimate:
    """Power while computing over the screen-on baseline, times the time of the answer."""
    low, mid, high, label, rows = _power(asked, run)
    use = "llm" if asked.work.kind == "llm" else run.unit
    base = asked.oracle.fits.value("device_baseline", f"{asked.device.device_class}/{use}")
    over = max(mid - base, 0.1 * mid)
    up = np.hypot(answer.log_high - answer.log_mid, np.log(high / mid))
    down = np.hypot(answer.log_mid - answer.log_low, np.log(mid / low))
    joule: Array = over * np.exp(answer.log_mid)
    rule = f"({mid:.2g} W while computing - {base:g} W with the screen on) x time of the answer"
    return Estimate(
        joule * np.exp(-down), joule, joule * np.exp(up), label, rule, rows, answer.assumptions
    )


def _power(asked: Question, run: Run) -> tuple[float, float, float, Label, tuple[str, ...]]:
    """Watts while computing: low, middle, high; fitted for language models, assumed for others."""
    oracle = asked.oracle
    if asked.work.kind != "llm":
        row = oracle.fits.row("device_power", f"{asked.device.device_class}/{run.unit}")
        return row.low or row.value, row.value, row.high or row.value, "estimated", ()
    labels = handheld.power_labels(asked.chip, run, "llm")
    found = oracle.seconds("device_power", "device_energy", np.ones((1, 1)), labels)
    ends = [float(np.exp(log[0])) for log in (found.log_low, found.log_mid, found.log_high)]
    known = oracle.learnt.form("device_power").knows("chip", asked.chip.soc)
    return ends[0], ends[1], ends[2], "scaled" if known else "estimated", found.rows
