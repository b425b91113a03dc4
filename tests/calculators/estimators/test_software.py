"""Software that stands for a stack on a kind of hardware."""

from __future__ import annotations

from dataclasses import replace

from calculators.estimators import software
from tests.calculators.estimators.test_load import PART

AMD = replace(PART, generation="cdna3")
CPU = replace(PART, generation="cpu", is_cpu=True)


def test_language_models() -> None:
    tuned = [software.tuned_language(part) for part in (PART, AMD, CPU)]
    assert tuned == ["tensorrt-llm", "vllm", "cpu-mlperf"]
    alone = [software.lone_language(part) for part in (PART, AMD, CPU)]
    assert alone == ["tensorrt-llm", "tensorrt-llm", "llama.cpp"]


def test_networks_in_one_pass() -> None:
    assert software.one_pass(PART, "vision", "tuned") == "tensorrt-mlperf"
    assert software.one_pass(AMD, "vision", "tuned") == "vendor-mlperf"
    assert software.one_pass(AMD, "speech", "basic") == "openai-whisper"
    assert software.one_pass(CPU, "speech", "standard") == "onnxruntime"
