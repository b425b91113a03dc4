"""Which unit and software run a network on a device, natively and in its browser."""

from __future__ import annotations

from collections.abc import Mapping

from calculators.estimators.device_form import Chip, Run
from calculators.estimators.types import WorkKind

Choice = tuple[str, str]  # unit, software
PRECISIONS = {"fp16": "fp16", "fp8": "int8", "int8": "int8", "int4": "int8", "fp4": "int8"}
"""What a unit of a device computes in for weights of a precision."""

LANGUAGE: Mapping[str, Choice] = {
    "ios": ("gpu", "mlx-swift"),
    "mac": ("gpu", "llama.cpp"),
    "windows": ("npu", "qualcomm-genie-qnn"),
    "jetson": ("gpu", "mlc-llm"),
    "pi": ("cpu", "llama.cpp"),
}
NETWORKS: Mapping[str, Choice] = {
    "ios": ("npu", "core-ml"),
    "mac": ("npu", "core-ml"),
    "windows": ("npu", "onnx-runtime"),
    "jetson": ("gpu", "tensorrt"),
    "pi": ("cpu", "ncnn"),
}
SPEECH: Mapping[str, Choice] = {
    "ios": ("npu", "core-ml"),
    "mac": ("npu", "core-ml"),
    "jetson": ("gpu", "tensorrt"),
}
"""Unit and software by family of devices, where nobody chose."""
OTHERWISE: Mapping[str, Choice] = {
    "language": ("cpu", "litert-lm"),
    "network": ("cpu", "ncnn"),
    "speech": ("cpu", "sherpa-onnx"),
}
GPU: Mapping[str, Mapping[str, str]] = {
    "language": {"ios": "mlx-swift", "jetson": "mlc-llm", "android": "litert-lm"},
    "network": {"ios": "core-ml", "mac": "core-ml", "jetson": "tensorrt", "android": "ncnn"},
    "speech": {"ios": "core-ml", "mac": "mlx-swift", "jetson": "tensorrt"},
}
GPU_OTHERWISE = {"language": "llama.cpp", "network": "onnx-runtime", "speech": "onnx-runtime"}
"""Software of the graphics unit."""
CPU: Mapping[str, Mapping[str, str]] = {
    "language": {"ios": "executorch-xnnpack", "android": "executorch-xnnpack"},
    "network": {"ios": "executorch-xnnpack", "android": "ncnn", "pi": "ncnn"},
    "speech": {},
}
CPU_OTHERWISE = {"language": "llama.cpp", "network": "onnx-runtime", "speech": "sherpa-onnx"}
"""Software of the processor."""
PAGE: Mapping[str, str] = {"llm": "webgpu", "image_generation": "webgpu", "speech": "webgpu"}
"""Unit of a page in a browser by kind of network; wasm for all others.

Four reports have WebGPU slower than WASM for small networks; large ones gain by it.
"""
SHOWN = {"webgpu": "WebGPU", "wasm": "WASM"}
"""Units that people do not write in capitals."""
LINES = (
    "snapdragon-7",
    "snapdragon-8",
    "exynos-2",
    "tensor",
    "google-tensor",
    "dimensity-8",
    "dimensity-9",
)
"""Lines of chips whose neural unit software reaches."""


def form_of(kind: WorkKind) -> str:
    """Which of the forms of times covers a kind: language, speech or network."""
    return {"llm": "language", "speech": "speech"}.get(kind, "network")


def language_run(chip: Chip, precision: str, bits: float) -> Run:
    """Unit and software that commonly run a language model on the platform."""
    unit, engine = LANGUAGE.get(chip.family, OTHERWISE["language"])
    if chip.soc.startswith("snapdragon-8-elite"):
        unit, engine = "npu", "qualcomm-genie-qnn"
    return Run(unit, engine, precision, bits)


def network_run(chip: Chip, precision: str) -> Run:
    """Unit and software that commonly run a small network on the platform."""
    unit, engine = NETWORKS.get(chip.family, OTHERWISE["network"])
    if chip.family == "android" and _has_npu(chip):
        unit, engine = "npu", "litert-tflite"
    return _computing(unit, engine, precision)


def speech_run(chip: Chip, precision: str, bits: float) -> Run:
    """Unit and software that commonly run a speech network on the platform."""
    unit, engine = SPEECH.get(chip.family, OTHERWISE["speech"])
    return Run(unit, engine, precision, bits)


def common_run(kind: WorkKind, chip: Chip, precision: str, bits: float) -> Run:
    """Unit and software that commonly run a kind of network on the platform."""
    form = form_of(kind)
    if form == "language":
        return language_run(chip, precision, bits)
    if form == "speech":
        return speech_run(chip, precision, bits)
    return network_run(chip, PRECISIONS[precision])


def run_on(unit: str, kind: WorkKind, chip: Chip, precision: str, bits: float) -> Run:
    """The same on a stated unit, the graphics unit or the processor."""
    form = form_of(kind)
    known, otherwise = (GPU, GPU_OTHERWISE) if unit == "gpu" else (CPU, CPU_OTHERWISE)
    engine = known[form].get(chip.family, otherwise[form])
    if form == "network":
        return _computing(unit, engine, PRECISIONS[precision])
    return Run(unit, engine, precision, bits)


def _computing(unit: str, engine: str, precision: str) -> Run:
    computed = "fp16" if engine == "core-ml" else precision
    return Run(unit, engine, computed, 16.0 if computed == "fp16" else 8.0)


def _has_npu(chip: Chip) -> bool:
    """Whether software reaches a neural unit: upper lines of the years measured."""
    return chip.soc.startswith(LINES) and (chip.year or 0.0) >= 2021.0
