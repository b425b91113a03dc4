"""Devices: what runs, how fast, what it draws, and why it does not run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators.question import AUDIO, SIZE, TOKENS
from tests.calculators.estimators.estimating import estimators, language, vision

SMALL = language(precision="int4", params=1543.0, model="qwen2.5-1.5b")


def test_phone_runs_a_small_network() -> None:
    found = estimators().devices(vision(precision="fp16"), ["iPhone 14 Pro"])
    assert found.can_run[0, 0]
    assert found.unit(0) == "NPU"
    # Apple publishes 0.9 to 2.2 ms for networks of this size on that chip
    assert 0.3 < found.answer_ms.mid[0, 0] < 6
    assert np.isnan(found.tpot_ms.mid).all()


def test_phone_refuses_a_large_model() -> None:
    found = estimators().devices(language(precision="int4"), ["iPhone 14 Pro"])
    assert not found.can_run[0, 0]
    assert found.reason(0).startswith("needs 4,6")
    assert found.memory_mb[0, 0] > 4000
    assert found.unit(0) == found.label(0) == ""
    assert found.estimate("first_load_ms", 0) is None


def test_whether_it_runs_is_decided_at_each_point() -> None:
    sizes = np.array([500.0, 1500.0, 8000.0, 70e3])
    work = replace(
        language(precision="int4", model=""), params_millions=sizes, active_params_millions=sizes
    )
    found = estimators().devices(work, ["iPhone 14 Pro", "MacBook Pro 14 (M4)"])
    assert found.can_run[0].tolist() == [True, True, False, False]
    assert found.can_run[1].tolist() == [True, True, True, False]
    assert np.array_equal(np.isnan(found.answer_ms.mid), ~found.can_run)
    assert np.all(np.diff(found.memory_mb[0]) > 0)


def test_phone_runs_a_small_language_model() -> None:
    found = estimators().devices(SMALL, ["iPhone 17 Pro"])
    assert 5 < found.tpot_ms.mid[0, 0] < 60
    assert found.answer_ms.mid[0, 0] > found.ttft_ms.mid[0, 0]


def test_sustained_use_is_slower_and_says_so() -> None:
    names = ["iPhone 17 Pro", "Raspberry Pi 5"]
    burst = estimators().devices(SMALL, names)
    tired = estimators().devices(SMALL, names, "sustained")
    assert tired.answer_ms.mid[0, 0] > burst.answer_ms.mid[0, 0]
    figure = tired.estimate("energy_j_per_request", 0)
    assert figure is not None
    assert "sustained use keeps" in figure.assumptions[0]


def test_a_measured_device_stays_measured_where_use_does_not_slow_it() -> None:
    """ResNet-50 was measured on the phone and on the board; only the phone gets warm."""
    row = estimators().predictor.catalogue.models["resnet50"]
    assert row.gflops_per_request
    assert row.activations_millions
    work = vision(row.gflops_per_request, row.activations_millions, precision="int8")
    names = ["iPhone 14 Pro", "Raspberry Pi 4B"]
    burst = estimators().devices(work, names)
    tired = estimators().devices(work, names, "sustained")
    assert [burst.label(0), burst.label(1)] == ["measured", "measured"]
    assert [tired.label(0), tired.label(1)] == ["scaled", "measured"]
    for found in (burst, tired):
        for device in range(2):
            figure = found.estimate("answer_ms", device)
            assert figure is not None
            assert figure.label == found.label(device)


def test_loading_takes_the_memory_at_a_stated_rate() -> None:
    found = estimators().devices(SMALL, ["iPhone 17 Pro"])
    load = found.estimate("first_load_ms", 0)
    assert load is not None
    rate = estimators().predictor.fits.value("device_load_mb_per_s")
    assert load.mid[0] == pytest.approx(found.memory_mb[0, 0] / rate * 1e3)
    assert load.rule.endswith(f"MB read and prepared at {rate:g} MB/s")


def test_unknown_device_is_refused() -> None:
    found = estimators().devices(vision(), ["Nokia 3310", "iPhone 17 Pro"])
    assert found.can_run[:, 0].tolist() == [False, True]
    assert found.reason(0) == "no specification of Nokia 3310"
    assert found.memory_mb[0, 0] == 0.0


def test_what_is_missing() -> None:
    phone = ["iPhone 17 Pro"]
    nothing = replace(SMALL, params_millions=np.full(1, np.nan))
    assert estimators().devices(nothing, phone).reason(0) == SIZE
    assert estimators().devices(nothing, phone).can_run[0, 0]
    silent = estimators().devices(vision(gflops=np.nan, kind="speech", model=""), phone)
    assert (silent.reason(0), silent.can_run[0, 0]) == (AUDIO, True)
    unsized = estimators().devices(vision(gflops=np.nan, model=""), phone)
    assert (unsized.reason(0), unsized.can_run[0, 0]) == (
        "needs the arithmetic of one request",
        False,
    )
    wordless = estimators().devices(language(0.0, 0.0, "", "int4", 500.0), phone)
    assert wordless.reason(0) == TOKENS
    assert np.isnan(wordless.answer_ms.mid[0, 0])
