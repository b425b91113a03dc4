"""Physical sense of the estimates, whatever the question."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.estimators.types import Hardware, TrainingJob
from tests.calculators.estimators.estimating import (
    estimators,
    language,
    machine_rate,
    vision,
    with_hardware,
)

CARDS = ("T4", "A100-80GB-SXM", "L4", "L40S", "H100-SXM", "H200", "MI300X", "B200")
card = st.sampled_from(CARDS)
count = st.sampled_from((1, 2, 4, 8))
tokens = st.floats(1.0, 16_000.0)
stack = st.sampled_from(("tuned", "standard", "basic"))
models = st.sampled_from(
    (("llama-3.1-8b", 8028.0), ("", 3000.0), ("", 8000.0), ("", 32_000.0), ("qwen3-32b", 32_759.0))
)
precision = st.sampled_from(("fp16", "fp8", "int8", "int4"))
more = st.floats(1.0, 3.0)


Model = tuple[str, float]


@given(card, count, models, precision, tokens, tokens, more, stack)
def test_longer_prompts_and_answers_are_never_faster(
    name: str,
    size: int,
    model: Model,
    kind: str,
    prompt: float,
    output: float,
    by: float,
    software: Any,
) -> None:
    """On one set of accelerators; a longer request may be given a larger set."""
    prompts = np.array([prompt, prompt * by, prompt])
    outputs = np.array([output, output, output * by])
    work = language(prompts, outputs, model[0], kind, model[1])
    found = estimators().servers(work, [Hardware(name, size)], software)
    rate, answer = found.capacity_rps.mid[0], found.answer_ms.mid[0]
    first, sets = found.ttft_ms.mid[0], found.replica_accelerators[0]
    for point in (1, 2):
        if found.fits[0, point] and sets[point] == sets[0]:
            assert rate[point] <= rate[0] * (1 + 1e-9)
            assert answer[point] >= answer[0] * (1 - 1e-9)
            assert first[point] >= first[0] * (1 - 1e-9)


@given(
    card,
    count,
    models,
    precision,
    tokens,
    tokens,
    more,
    st.sampled_from(("memory_gib", "bandwidth_gb_s", "rates")),
)
def test_better_hardware_is_never_slower(
    name: str,
    size: int,
    model: Model,
    kind: str,
    prompt: float,
    output: float,
    by: float,
    what: str,
) -> None:
    work = language(prompt, output, model[0], kind, model[1])
    before = machine_rate(estimators().servers(work, [Hardware(name, size)]))
    row = next(r for r in CARD_ROWS if r[0] == name)
    columns = row[1] if what == "rates" else (what,)
    better = with_hardware(name, **dict.fromkeys(columns, by))
    assert machine_rate(better.servers(work, [Hardware(name, size)])) >= before * (1 - 1e-9)


RATES = ("fp16_tflops", "bf16_tflops", "fp8_tflops", "int8_tops", "fp4_tflops")


def _rates(name: str) -> tuple[str, tuple[str, ...]]:
    from pricing.book import PriceBook
    from pricing.schema import AcceleratorRow

    rows = PriceBook.load().table("accelerators", AcceleratorRow)
    row = next(row for row in rows if row.accelerator == name)
    return name, tuple(rate for rate in RATES if getattr(row, rate))


CARD_ROWS = [_rates(name) for name in CARDS]


@given(card, models, precision, tokens, tokens)
def test_never_above_the_limits_of_the_hardware(
    name: str, model: tuple[str, float], kind: str, prompt: float, output: float
) -> None:
    work = language(prompt, output, model[0], kind, model[1])
    found = estimators().servers(work, [Hardware(name, 1)], "tuned")
    if not found.fits[0, 0]:
        return
    part, _ = estimators()._parts.find(Hardware(name, 1))
    assert part is not None
    bits = {"fp16": 16.0, "fp8": 8.0, "int8": 8.0, "int4": 4.5}[kind]
    flops = 2e6 * model[1] * (prompt + output)
    assert found.capacity_rps.high[0, 0] * flops <= part.rate(kind) * (1 + 1e-9)
    read = model[1] * 1e6 * bits / 8
    assert found.tpot_ms.low[0, 0] / 1e3 >= read / part.bandwidth * (1 - 1e-9)


@given(card, st.floats(0.1, 500.0), st.floats(0.1, 200.0), more)
def test_more_arithmetic_or_activations_is_never_faster(
    name: str, gflops: float, activations: float, by: float
) -> None:
    def rate(g: float, a: float) -> float:
        work = vision(g, a, model="")
        return machine_rate(estimators().servers(work, [Hardware(name, 1)]))

    start = rate(gflops, activations)
    assert rate(gflops * by, activations) <= start * (1 + 1e-9)
    assert rate(gflops, activations * by) <= start * (1 + 1e-9)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), tokens, tokens)
def test_a_prefix_cache_never_slows(one: float, two: float, prompt: float, output: float) -> None:
    def rate(cached: float) -> float:
        work = language(prompt, output, cached=cached)
        return machine_rate(estimators().servers(work, [Hardware("H100-SXM", 1)]))

    low, high = sorted((one, two))
    assert rate(high) >= rate(low) * (1 - 1e-9)


DEVICES = (
    "iPhone 15 Pro",
    "iPhone 17 Pro",
    "Samsung Galaxy S25",
    "MacBook Pro 14 (M4)",
    "Raspberry Pi 5",
    "Jetson Orin Nano Super 8GB",
)


@given(st.sampled_from(DEVICES), st.floats(1.0, 4000.0), st.floats(1.0, 2000.0))
def test_energy_is_power_times_time(name: str, prompt: float, output: float) -> None:
    work = language(np.array([prompt, 2 * prompt]), output, "llama-3.2-1b", "int4", 1235.0)
    found = estimators().devices(work, [name])
    watt = found.energy_j_per_request.mid[0] / (found.answer_ms.mid[0] / 1e3)
    assert watt[0] == pytest.approx(watt[1])
    assert 0.3 < watt[0] < 120


@given(st.sampled_from(DEVICES), st.floats(0.05, 60.0), more)
def test_devices_make_sense(name: str, gflops: float, by: float) -> None:
    def answer_ms(gflops: float, duty: Any = "burst") -> float:
        found = estimators().devices(vision(gflops, model=""), [name], duty)
        return float(found.answer_ms.mid[0, 0])

    small = answer_ms(gflops)
    assert answer_ms(gflops * by) >= small * (1 - 1e-9)
    assert answer_ms(gflops, "sustained") >= small * (1 - 1e-9)


@given(st.floats(100.0, 9000.0), st.sampled_from((1, 2, 4)), more)
def test_training_makes_sense(params: float, machines: int, by: float) -> None:
    def hours(
        tokens: float, size: float, method: Literal["lora", "from_scratch"] = "lora"
    ) -> tuple[float, float]:
        work = language(params=size, model="", precision="fp16")
        job = TrainingJob(method, work, np.zeros(1), np.full(1, tokens))
        found = estimators().trainings(job, [Hardware("A100-80GB-SXM", 8)], machines)
        return float(found.hours.mid[0, 0]), float(found.energy_kwh.mid[0, 0])

    start, energy = hours(1e8, params)
    assert start * (1 - 1e-9) <= hours(1e8 * by, params)[0] <= start * by * (1 + 1e-9)
    whole = hours(1e8, params, "from_scratch")[0]
    assert hours(1e8 * by, params, "from_scratch")[0] == pytest.approx(whole * by)
    assert hours(1e8, params * by)[0] >= start * (1 - 1e-9)
    # 8 x 400 W x 0.85 per machine
    assert energy == pytest.approx(start * 2.72 * machines, rel=1e-6)
