"""Machines with networks that answer in one pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from calculators.estimators.question import ARITHMETIC, AUDIO, SIZE
from calculators.estimators.types import Hardware, Work
from tests.calculators.estimators.estimating import H100, estimators, machine_rate, vision

STACKS: tuple[Literal["tuned", "standard", "basic"], ...] = ("tuned", "standard", "basic")
XEON = Hardware("", 0, vcpus=16, cpu="Intel Xeon Sapphire Rapids", memory_gib=64)
WHISPER = vision(gflops=np.nan, model="whisper-large-v3", params=1550.0, kind="speech")


def varied(work: Work, **arrays: list[float]) -> Work:
    changes: dict[str, Any] = {name: np.array(values) for name, values in arrays.items()}
    return replace(work, **changes)


def test_tuned_is_faster_than_standard_than_basic() -> None:
    rates = [machine_rate(estimators().servers(vision(), [H100], stack)) for stack in STACKS]
    assert rates[0] >= rates[1] >= rates[2] > 0


def test_the_share_of_tuned_is_named() -> None:
    found = estimators().servers(vision(), [H100], "basic")
    tuned = estimators().servers(vision(), [H100], "tuned")
    factor = found.stack_factor(0)
    assert factor == pytest.approx(found.capacity_rps.mid[0, 0] / tuned.capacity_rps.mid[0, 0])
    figure = found.estimate("answer_ms", 0)
    assert figure is not None
    words = f"basic serving software, here pytorch, reaches {factor:.2f} of tuned"
    assert figure.assumptions == (words,)
    assert tuned.stack_factor(0) == 1.0


def test_processors_answer() -> None:
    found = estimators().servers(vision(), [XEON])
    assert found.fits[0, 0]
    assert 1 < found.capacity_rps.mid[0, 0] < 1e4
    assert found.replica_accelerators[0, 0] == found.replicas_per_machine[0, 0] == 1


def test_it_has_no_tokens() -> None:
    found = estimators().servers(vision(), [H100, XEON])
    assert np.isnan(found.ttft_ms.mid).all()
    assert found.estimate("tpot_ms", 1) is None


def test_unknown_arithmetic_is_missing_not_zero() -> None:
    work = varied(vision(model=""), gflops_per_request=[np.nan, 8.22])
    found = estimators().servers(work, [H100])
    assert found.fits.all()
    assert (found.reason(0, 0), found.reason(0, 1)) == (ARITHMETIC, "")
    assert np.isnan(found.capacity_rps.mid[0]).tolist() == [True, False]


def test_a_network_of_unknown_size_is_missing_not_too_big() -> None:
    found = estimators().servers(vision(params=np.nan, model=""), [H100])
    assert found.fits[0, 0]
    assert found.reason(0) == SIZE


def test_a_network_too_big_is_refused() -> None:
    found = estimators().servers(varied(vision(), params_millions=[25.0, 90e3]), [H100])
    assert found.fits[0].tolist() == [True, False]
    # 90 x 2 bytes = 168 GiB
    assert found.reason(0, 1).startswith("needs 168 GiB for weights, ")


def test_network_known_only_by_its_rows() -> None:
    work = vision(gflops=np.nan, model="sdxl-1.0", params=3500.0, kind="image_generation")
    rate = estimators().servers(work, [Hardware("L40S", 1)], "tuned").capacity_rps.mid[0, 0]
    # MLPerf v5.1: 5.52 images/s offline on eight L40S; the precision there is FP8, here FP16
    assert 0.2 < rate < 1.2


def test_speech_by_the_second_of_audio() -> None:
    work = varied(WHISPER, audio_seconds=[30.0, 60.0, 0.0])
    found = estimators().servers(work, [Hardware("L4", 1)])
    short, long, silent = found.answer_ms.mid[0]
    assert long > 1.5 * short
    assert np.isnan(silent)
    assert [found.reason(0, point) for point in range(3)] == ["", "", AUDIO]


def test_speech_of_stated_arithmetic_needs_no_audio() -> None:
    stated = estimators().servers(vision(gflops=100.0, model="", kind="speech"), [H100])
    assert stated.reason(0) == ""
    derived = estimators().servers(vision(gflops=np.nan, model="", kind="speech"), [H100])
    assert derived.reason(0) == AUDIO


def test_a_measured_row_of_the_newest_round_answers() -> None:
    # MLPerf Inference v2.1 to v5.1: ResNet-50 offline in INT8
    found = estimators().servers(vision(precision="int8"), [H100], "tuned")
    figure = found.estimate("capacity_rps", 0)
    assert figure is not None
    assert figure.label == "measured" == found.words.label("capacity_rps", 0, 0)
    assert len(figure.rows) >= 1
