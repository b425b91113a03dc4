"""A device answering for its own user: speed, memory, first load and energy."""

from __future__ import annotations

from typing import Literal

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.intervals import around
from calculators.estimators.memory import cache_bytes_per_token, context_tokens, weight_bytes
from calculators.estimators.passing import request_gflops
from calculators.estimators.types import DeviceEstimate, Estimate, Work
from pricing.schema import DeviceRow

Duty = Literal["burst", "sustained"]


def estimate(work: Work, device: DeviceRow, duty: Duty, fits: Fits) -> DeviceEstimate:
    """One request on one device, alone."""
    memory = _memory_mb(work, fits)
    room = None if device.ram_gb is None else device.ram_gb * 1e3 * _share(fits)
    if room is None:
        return DeviceEstimate(False, f"memory of {device.device} is not known", "", memory)
    if memory > room:
        reason = f"needs {memory:,.0f} MB; about {room:,.0f} MB may be used"
        return DeviceEstimate(False, reason, "", memory)
    if work.kind == "llm":
        return _language(work, device, duty, memory, fits)
    return _network(work, device, duty, memory, fits)


def _share(fits: Fits) -> float:
    return fits.value("device_memory_share")


def _memory_mb(work: Work, fits: Fits) -> float:
    need = weight_bytes(work, fits)
    if work.kind == "llm":
        need = need + cache_bytes_per_token(work, fits) * context_tokens(work)
    return float(np.max(need)) / 1e6


def _pace(device: DeviceRow, duty: Duty, fits: Fits) -> tuple[float, tuple[str, ...]]:
    """Share of burst speed, and the words for it."""
    if duty == "burst":
        return 1.0, ()
    share = fits.value("device_sustained", device.device_class)
    return share, (f"sustained use keeps {share:.2f} of the first minute's speed",)


def _language(
    work: Work, device: DeviceRow, duty: Duty, memory: float, fits: Fits
) -> DeviceEstimate:
    if device.bandwidth_gb_s is None:
        reason = f"memory bandwidth of {device.device} is not known"
        return DeviceEstimate(False, reason, "", memory)
    share, note = _pace(device, duty, fits)
    read = weight_bytes(work, fits) * work.active_params_millions / work.params_millions
    step = read / (device.bandwidth_gb_s * 1e9 * fits.value("device_decode_efficiency"))
    step_ms = step * 1e3 / share
    tops = fits.value("device_prefill_tops", device.device_class)
    prompt = work.input_tokens * (1.0 - work.cached_input_share)
    first_ms = 2.0 * work.active_params_millions * 1e6 * prompt / (tops * 1e12) * 1e3 / share
    rule = "weights read per token over the memory bandwidth this class of device reaches"

    def made(mid: Array, group: str) -> Estimate:
        return around(mid, fits, group, "estimated", rule, (), note)

    answer_ms = first_ms + work.output_tokens * step_ms
    return DeviceEstimate(
        can_run=True,
        reason="",
        unit="GPU" if device.device_class != "board" else "CPU",
        memory_mb=memory,
        answer_ms=made(answer_ms, "device_decode"),
        ttft_ms=made(first_ms + step_ms, "device_decode"),
        tpot_ms=made(step_ms, "device_decode"),
        first_load_ms=_first_load(memory, fits),
        energy_j_per_request=_energy(answer_ms, device, "llm", fits),
    )


def _network(
    work: Work, device: DeviceRow, duty: Duty, memory: float, fits: Fits
) -> DeviceEstimate:
    share, note = _pace(device, duty, fits)
    unit = _unit(device)
    scope = f"{device.device_class}/{unit.lower()}"
    gmacs = request_gflops(work, fits) / 2.0
    if not np.all(gmacs > 0):
        return DeviceEstimate(False, "needs the arithmetic of one request", unit, memory)
    fast = unit == "NPU" and work.precision in ("int8", "int4")
    speed = fits.value("device_network_rate", scope) * (
        fits.value("device_int8_speedup") if fast else 1.0
    )
    answer_ms = (fits.value("device_network_t0", scope) + gmacs / speed * 1e3) / share
    rule = f"a fixed part and arithmetic over the rate of {unit}s in this class of device"
    return DeviceEstimate(
        can_run=True,
        reason="",
        unit=unit,
        memory_mb=memory,
        answer_ms=around(answer_ms, fits, "device_vision", "estimated", rule, (), note),
        first_load_ms=_first_load(memory, fits),
        energy_j_per_request=_energy(answer_ms, device, unit.lower(), fits),
    )


def _unit(device: DeviceRow) -> Literal["NPU", "GPU", "CPU"]:
    """The fastest unit software commonly reaches on that class of device."""
    if device.device_class == "board":
        return "GPU" if "Orin" in device.soc or "Tegra" in device.soc else "CPU"
    if device.npu_tops_int8 or device.device_class in ("phone", "tablet"):
        return "NPU"
    return "GPU"


def _first_load(memory: float, fits: Fits) -> Estimate:
    mid = np.array([memory / fits.value("device_load_mb_per_s") * 1e3])
    rule = "reading and preparing the weights at a stated rate"
    return around(mid, fits, "device_energy", "estimated", rule)


def _energy(answer_ms: Array, device: DeviceRow, unit: str, fits: Fits) -> Estimate:
    """Power while computing, less the screen-on baseline, times the time of the answer."""
    power = fits.value("device_power", f"{device.device_class}/{unit}")
    base = fits.value("device_baseline", f"{device.device_class}/{unit}")
    joule = (power - base) * answer_ms / 1e3
    rule = f"({power:g} W while computing - {base:g} W with the screen on) x time"
    return around(joule, fits, "device_energy", "estimated", rule)
