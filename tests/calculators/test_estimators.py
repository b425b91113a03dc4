"""Server, device and training estimates: refusals, labels, stacks, shapes of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from calculators.arrays import Array
from calculators.estimators.types import Estimate, Hardware, TrainingJob, Work
from tests.calculators.estimating import (
    H100,
    H100_OF_8,
    estimators,
    language,
    machine_rate,
    vision,
)

STACKS: tuple[Literal["tuned", "standard", "basic"], ...] = ("tuned", "standard", "basic")


def ordered(found: Estimate | None) -> bool:
    assert found is not None
    return bool(np.all(found.low <= found.mid) and np.all(found.mid <= found.high))


def test_every_figure_has_an_interval_a_label_and_rows() -> None:
    found = estimators().server(language(), H100_OF_8)
    for figure in (found.capacity_rps, found.answer_ms, found.ttft_ms, found.tpot_ms):
        assert figure is not None
        assert ordered(figure)
        assert figure.low[0] < figure.high[0]
        assert figure.label == "scaled"
        assert figure.rows
        assert figure.rule


def test_a_measured_row_is_the_answer() -> None:
    # TensorRT-LLM v0.17 and v1.0, Llama 3(.1) 8B FP8 on one H100, 500 in, 2,000 out:
    # 16,500.69 and 17,660 output tokens/s; the geometric mean over 2,000 tokens
    found = estimators().server(language(500.0, 2000.0), H100, "tuned").capacity_rps
    assert found is not None
    assert found.label == "measured"
    assert found.mid[0] * 2000 == pytest.approx((16500.69 * 17660.0) ** 0.5, rel=1e-3)
    assert found.low[0] * 2000 < 16500.69
    assert found.high[0] * 2000 > 17660.0


def test_other_software_makes_a_measured_row_scaled() -> None:
    tuned = estimators().server(language(500.0, 2000.0), H100, "tuned")
    standard = estimators().server(language(500.0, 2000.0), H100, "standard")
    assert standard.capacity_rps is not None
    assert standard.capacity_rps.label == "scaled"
    assert any("standard" in words for words in standard.capacity_rps.assumptions)
    assert machine_rate(standard) == pytest.approx(machine_rate(tuned) * standard.stack_factor)


@pytest.mark.parametrize("work", [language(), vision()], ids=["language", "vision"])
def test_tuned_is_faster_than_standard_than_basic(work: Work) -> None:
    rates = [machine_rate(estimators().server(work, H100, stack)) for stack in STACKS]
    assert rates[0] >= rates[1] >= rates[2] > 0


def test_a_described_network_is_estimated_and_wider() -> None:
    named = estimators().server(language(), H100).capacity_rps
    sized = estimators().server(language(model=""), H100).capacity_rps
    assert named is not None
    assert sized is not None
    assert sized.label == "estimated"
    assert sized.high[0] / sized.low[0] > named.high[0] / named.low[0]


def test_points_are_independent_of_each_other() -> None:
    prompts = np.array([128.0, 500.0, 1234.0, 9000.0])
    together = estimators().server(language(prompts), H100).capacity_rps
    assert together is not None
    for index, prompt in enumerate(prompts):
        alone = estimators().server(language(prompt), H100).capacity_rps
        assert alone is not None
        for name in ("low", "mid", "high"):
            assert getattr(together, name)[index] == pytest.approx(getattr(alone, name)[0])


def test_model_that_does_not_fit_is_refused_with_the_reason() -> None:
    found = estimators().server(language(params=70550.0, model="", precision="fp16"), H100)
    assert not found.fits
    assert "GiB" in found.reason
    assert found.capacity_rps is None


def test_smallest_set_that_holds_the_model() -> None:
    found = estimators().server(language(params=70550.0, model="", precision="fp16"), H100_OF_8)
    assert found.fits
    assert found.replica_accelerators in {2, 4}
    assert found.replicas_per_machine == 8 // found.replica_accelerators


def test_unknown_hardware_is_a_missing_figure() -> None:
    found = estimators().server(language(), Hardware("Z80", 1))
    assert found.capacity_rps is None
    assert "specification of Z80" in found.reason


def test_processor_without_virtual_cpus_is_a_missing_figure() -> None:
    found = estimators().server(vision(), Hardware("", 0, cpu="AWS Graviton4"))
    assert found.capacity_rps is None
    assert "virtual CPUs" in found.reason


def test_processors_answer() -> None:
    found = estimators().server(
        vision(), Hardware("", 0, vcpus=16, cpu="Intel Xeon Sapphire Rapids", memory_gib=64)
    )
    assert found.fits
    assert 1 < machine_rate(found) < 1e4
    assert found.replica_accelerators == 1


def test_unknown_arithmetic_is_missing_not_zero() -> None:
    found = estimators().server(vision(gflops=np.nan, model=""), H100)
    assert found.capacity_rps is None
    assert "arithmetic" in found.reason


def test_network_known_only_by_its_rows() -> None:
    work = vision(gflops=np.nan, model="sdxl-1.0", params=3500.0, kind="image_generation")
    found = estimators().server(work, Hardware("L40S", 1), "tuned")
    assert found.capacity_rps is not None
    # MLPerf v5.1: 5.52 images/s offline on eight L40S; the precision there is FP8, here FP16
    assert 0.2 < found.capacity_rps.mid[0] < 1.2


def test_speech_by_the_second_of_audio() -> None:
    one = np.ones(1)
    work = vision(gflops=np.nan, model="whisper-large-v3", params=1550.0, kind="speech")
    short = estimators().server(_heard(work, one * 30), Hardware("L4", 1)).answer_ms
    long = estimators().server(_heard(work, one * 60), Hardware("L4", 1)).answer_ms
    assert short is not None
    assert long is not None
    assert long.mid[0] > 1.5 * short.mid[0]


def _heard(work: Work, seconds: Array) -> Work:
    return replace(work, audio_seconds=seconds)


def test_latency_budget_lowers_capacity() -> None:
    free = machine_rate(estimators().server(language(), H100))
    strict = machine_rate(estimators().server(language(), H100, "standard", np.array([3000.0])))
    loose = machine_rate(estimators().server(language(), H100, "standard", np.array([20000.0])))
    assert strict < loose <= free


# ---------------------------------------------------------------------------------- devices


def test_phone_runs_a_small_network() -> None:
    found = estimators().device(vision(precision="fp16"), "iPhone 14 Pro")
    assert found.can_run
    assert found.unit == "NPU"
    assert found.answer_ms is not None
    # Apple publishes 0.9 to 2.2 ms for networks of this size on that chip
    assert 0.3 < found.answer_ms.mid[0] < 6


def test_phone_refuses_a_large_model() -> None:
    found = estimators().device(language(precision="int4"), "iPhone 14 Pro")
    assert not found.can_run
    assert "MB" in found.reason
    assert found.memory_mb > 4000


def test_phone_runs_a_small_language_model() -> None:
    work = language(precision="int4", params=1543.0, model="qwen2.5-1.5b")
    found = estimators().device(work, "iPhone 17 Pro")
    assert found.tpot_ms is not None
    assert found.ttft_ms is not None
    assert found.answer_ms is not None
    assert 5 < found.tpot_ms.mid[0] < 60
    assert found.answer_ms.mid[0] > found.ttft_ms.mid[0]


def test_unknown_device_is_refused() -> None:
    assert "no specification" in estimators().device(vision(), "Nokia 3310").reason


# --------------------------------------------------------------------------------- training


def job(method: Literal["from_scratch", "fine_tune", "lora"], params: float) -> TrainingJob:
    work = language(params=params, model="", precision="fp16")
    return TrainingJob(method, work, np.zeros(1), np.full(1, 1e8))


def test_small_card_refuses_a_large_fine_tune() -> None:
    found = estimators().training(job("fine_tune", 70550.0), Hardware("L4", 1))
    assert not found.fits
    assert "optimizer" in found.reason


def test_dense_pre_training_speed() -> None:
    # llm-foundry: MPT-7B at 10,475 tokens/s per H100 on 128 of them
    found = estimators().training(job("from_scratch", 6659.0), Hardware("H100-SXM", 8), 16)
    assert found.hours is not None
    # no network is named, so the row itself cannot answer; its hours lie in the interval
    measured = 1e8 / (10475 * 128) / 3600
    assert found.hours.low[0] <= measured <= found.hours.high[0]
    assert found.hours.mid[0] == pytest.approx(measured, rel=0.4)


def test_lora_is_faster_and_smaller_than_a_full_tune() -> None:
    lora = estimators().training(job("lora", 8028.0), Hardware("H100-SXM", 8))
    full = estimators().training(job("fine_tune", 8028.0), Hardware("H100-SXM", 8))
    assert lora.hours is not None
    assert full.hours is not None
    assert lora.hours.mid[0] < full.hours.mid[0]
    assert not estimators().training(job("fine_tune", 8028.0), Hardware("L40S", 1)).fits
    assert estimators().training(job("lora", 8028.0), Hardware("L40S", 1)).fits
