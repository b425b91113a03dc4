"""Ratios and differences of rows of devices, and the reading of their files."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.cases import Names, device_case
from benchmarks.device_states import pairs, sustained_rows
from calculators.estimators.measured import device_samples
from pricing.book import PriceBook
from pricing.measurement_schema import DeviceMeasurementRow
from tests.calculators.estimators.estimating import estimators

ROWS = PriceBook.load().table("device_measurements", DeviceMeasurementRow)


def test_sustained_shares_are_those_of_the_pairs() -> None:
    """22 of 33, 18 of 48 and 27 of 56 tokens per s."""
    assert len(pairs(ROWS)) == 3
    found = {row["scope"]: row for row in sustained_rows(ROWS)}
    assert found["phone/npu"]["value"] == pytest.approx(22 / 33, abs=1e-4)
    gpu = math.sqrt(18 / 48 * 27 / 56)
    assert found["phone/gpu"]["value"] == pytest.approx(gpu, abs=1e-4)
    logs = np.log([22 / 33, 18 / 48, 27 / 56])
    reach = 1.2816 * np.std(logs, ddof=1)
    assert found["phone/gpu"]["low"] == pytest.approx(gpu * math.exp(-reach), abs=1e-4)


RAW = {
    "model": "whisper-large-v3-turbo",
    "task": "speech recognition, 10 minutes of audio",
    "parameters_millions": "809",
    "macs_or_gflops": "",
    "macs_unit": "",
    "precision": "",
    "device": "iPhone 15 Pro",
    "runtime": "Core ML (an app)",
    "compute_unit": "NPU",
    "latency_ms": "82000",
    "tokens_per_s_prefill": "",
    "tokens_per_s_decode": "",
    "rtf": "",
    "x_realtime": "",
    "energy_mj_per_inference": "",
    "j_per_token": "",
    "average_power_w": "",
    "source_date": "2024-11-06",
    "notes": "",
}


def read(**changes: str) -> DeviceMeasurementRow:
    return device_case({**RAW, **changes}, Names.of([], {}), "case-1")


def test_speech_is_read_with_its_audio() -> None:
    row = read()
    assert (row.kind, row.audio_s, row.latency_ms) == ("speech", 600.0, 82000.0)
    sample = device_samples(row, estimators().predictor.catalogue)[0]
    assert (sample.group, sample.sample.seconds) == ("device_speech", 82.0)
    # a rate is told for one window of 30 s
    rate = read(latency_ms="", x_realtime="10", task="speech recognition")
    assert rate.audio_s == 30.0
    assert rate.latency_ms == pytest.approx(3000.0)
    slow = read(latency_ms="", rtf="0.5", task="speech recognition")
    assert slow.latency_ms == pytest.approx(15_000.0)
    part = read(task="speech recognition, one decoder token", latency_ms="6")
    assert (part.part, part.audio_s) == ("decoder_token", None)


@pytest.mark.parametrize(
    ("unit", "runtime", "read_as"),
    [
        ("CPU", "ONNX Runtime Web WASM, 4 threads", "wasm"),
        ("GPU", "ONNX Runtime Web WebGPU, Chrome", "webgpu"),
        ("GPU or CPU, not stated", "cactus (llama.cpp based)", "auto"),
        ("CPU+NPU", "Core ML", "npu"),
    ],
)
def test_units_of_pages_and_units_not_stated(unit: str, runtime: str, read_as: str) -> None:
    assert read(compute_unit=unit, runtime=runtime).unit == read_as


def test_states_loads_and_power_are_read() -> None:
    row = read(
        state="sustained, after 10 minutes of continuous generation",
        first_load_ms="113000",
        warm_load_ms="8100",
        peak_memory_mb="3100",
        notes="power is ANE power",
        average_power_w="4.2",
    )
    assert (row.sustained, row.minute) == ("yes", 10.0)
    assert (row.first_load_ms, row.later_load_ms, row.peak_memory_mb) == (113e3, 8100.0, 3100.0)
    assert (row.power_w, row.power_of) == (4.2, "unit")
