"""Hours and energy of training runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from calculators.estimators.question import SIZE
from calculators.estimators.types import Hardware, TrainingJob
from tests.calculators.estimators.estimating import H100, H100_OF_8, estimators, language, vision

Method = Literal["from_scratch", "fine_tune", "lora"]


def job(method: Method, params: float) -> TrainingJob:
    work = language(params=params, model="", precision="fp16")
    return TrainingJob(method, work, np.zeros(1), np.full(1, 1e8))


def test_small_card_refuses_a_large_fine_tune() -> None:
    found = estimators().trainings(job("fine_tune", 70550.0), [Hardware("L4", 1)])
    assert not found.fits[0, 0]
    assert "optimizer" in found.reason(0)
    assert found.estimate("hours", 0) is None


def test_dense_pre_training_speed() -> None:
    # llm-foundry: MPT-7B at 10,475 tokens/s per H100 on 128 of them
    found = estimators().trainings(job("from_scratch", 6659.0), [H100_OF_8], 16).hours
    # no network is named, so the row itself cannot answer; its hours lie in the interval
    measured = 1e8 / (10475 * 128) / 3600
    assert found.low[0, 0] <= measured <= found.high[0, 0]
    assert found.mid[0, 0] == pytest.approx(measured, rel=0.4)


def test_lora_is_faster_and_smaller_than_a_full_tune() -> None:
    machines = [H100_OF_8, Hardware("L40S", 1)]
    lora = estimators().trainings(job("lora", 8028.0), machines)
    full = estimators().trainings(job("fine_tune", 8028.0), machines)
    assert lora.hours.mid[0, 0] < full.hours.mid[0, 0]
    assert lora.fits[:, 0].tolist() == [True, True]
    assert full.fits[:, 0].tolist() == [True, False]


def test_energy_is_power_times_hours() -> None:
    found = estimators().trainings(job("lora", 8028.0), [Hardware("A100-80GB-SXM", 8)], 2)
    # 2 x 8 x 400 W x 0.85
    assert found.energy_kwh.mid[0, 0] == pytest.approx(found.hours.mid[0, 0] * 5.44)
    energy = found.estimate("energy_kwh", 0)
    assert energy is not None
    assert energy.rule == "5.44 kW of accelerators x hours"


def test_whether_it_fits_is_decided_at_each_point() -> None:
    sizes = np.array([1e3, 5e3, 50e3, np.nan])
    work = replace(language(model=""), params_millions=sizes, active_params_millions=sizes)
    run = TrainingJob("fine_tune", work, np.zeros(1), np.full(1, 1e8))
    found = estimators().trainings(run, [H100, H100_OF_8])
    assert found.fits[0].tolist() == [True, False, False, True]
    assert found.fits[1].tolist() == [True, True, False, True]
    assert found.reason(0, 3) == SIZE
    assert np.isnan(found.hours.mid[1]).tolist() == [False, False, True, True]


def test_a_network_of_unknown_arithmetic_is_refused() -> None:
    run = TrainingJob("fine_tune", vision(gflops=np.nan, model=""), np.full(1, 1e6), np.zeros(1))
    found = estimators().trainings(run, [H100, Hardware("Z80", 1)])
    assert not found.fits.any()
    assert found.reason(0) == "needs the arithmetic of one sample (gflops_per_request)"
    assert found.reason(1) == "a specification of Z80"
