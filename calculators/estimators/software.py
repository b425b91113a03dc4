"""Serving and training software that stands for a stack: tuned, standard, basic."""

from __future__ import annotations

from collections.abc import Mapping

from calculators.estimators.hardware import Part
from calculators.estimators.types import Stack

NVIDIA = ("turing", "volta", "ampere", "ada", "hopper", "blackwell")
NEWEST = {"tensorrt-llm": "TensorRT-LLM perf doc v1.0", "vllm": "MLPerf Inference v5.1"}
"""The newest document of the tuned rows of a software: what tuned means today."""
SOFTWARE: Mapping[str, Mapping[Stack, str]] = {
    "vision": {
        "tuned": "tensorrt-mlperf",
        "standard": "pytorch-timm",
        "basic": "pytorch",
    },
    "encoder": {
        "tuned": "tensorrt-mlperf",
        "standard": "infinity-torch",
        "basic": "sentence-transformers-fp16",
    },
    "speech": {
        "tuned": "faster-whisper-batched",
        "standard": "faster-whisper",
        "basic": "openai-whisper",
    },
    "image_generation": {
        "tuned": "tensorrt-mlperf",
        "standard": "diffusers-compile",
        "basic": "diffusers",
    },
    "recommender": {
        "tuned": "tensorrt-mlperf",
        "standard": "pytorch-timm",
        "basic": "pytorch",
    },
}
"""Software that serves a network in one pass, by kind of network."""
ON_CPU: Mapping[Stack, str] = {
    "tuned": "cpu-mlperf",
    "standard": "onnxruntime",
    "basic": "pytorch-timm",
}
"""Software that serves a network in one pass on processors."""
TRAINING: Mapping[str, Mapping[Stack, str]] = {
    "llm": {
        "tuned": "nvidia-megatron-bridge",
        "standard": "mosaicml-llm-foundry",
        "basic": "torchtune-readme",
    },
    "other": {
        "tuned": "nvidia-deeplearningexamples",
        "standard": "timm-train-benchmark",
        "basic": "timm-train-benchmark",
    },
}
"""Software that trains, for language models and for other networks."""
ROUNDS = tuple(
    f"MLPerf Inference {version}" for version in ("v5.1", "v4.1", "v4.0", "v3.1", "v3.0", "v2.1")
)
"""Rounds in which a measured row is looked for, newest first."""


def tuned_language(part: Part) -> str:
    """Software of the tuned rows of language models under load."""
    if part.is_cpu:
        return "cpu-mlperf"
    return "tensorrt-llm" if part.generation in NVIDIA else "vllm"


def lone_language(part: Part) -> str:
    """Software of the rows of one language model request at a time."""
    return "llama.cpp" if part.is_cpu else "tensorrt-llm"


def one_pass(part: Part, kind: str, stack: Stack) -> str:
    """Software of networks that answer in one pass."""
    if part.is_cpu:
        return ON_CPU[stack]
    if stack == "tuned" and part.generation not in NVIDIA:
        return "vendor-mlperf"
    return SOFTWARE[kind][stack]
