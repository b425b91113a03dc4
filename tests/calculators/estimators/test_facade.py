"""The estimators as callers see them: unknown hardware, no hardware, many threads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators import Estimators
from calculators.estimators.predictor import Predictor
from calculators.estimators.types import Hardware, TrainingJob
from pricing.book import PriceBook
from pricing.kept import Kept
from tests.calculators.estimators.estimating import (
    H100,
    H100_OF_8,
    estimators,
    language,
    vision,
)


def test_unknown_hardware_is_a_missing_figure() -> None:
    found = estimators().servers(language(), [Hardware("Z80", 1), H100])
    assert found.fits[0, 0]
    assert found.reason(0) == "a specification of Z80"
    assert (found.replica_accelerators[0, 0], found.replicas_per_machine[0, 0]) == (0, 1)
    assert np.isnan(found.capacity_rps.mid[:, 0]).tolist() == [True, False]


def test_processor_without_virtual_cpus_is_a_missing_figure() -> None:
    found = estimators().servers(vision(), [Hardware("", 0, cpu="AWS Graviton4")])
    assert np.isnan(found.capacity_rps.mid[0, 0])
    assert "virtual CPUs" in found.reason(0)


def test_no_machines_is_no_answer() -> None:
    job = TrainingJob("lora", language(), np.zeros(1), np.full(1, 1e8))
    assert estimators().servers(language(), []).fits.shape == (0, 1)
    assert estimators().servers(vision(), []).capacity_rps.mid.shape == (0, 1)
    assert estimators().devices(language(), [], "sustained").can_run.shape == (0, 1)
    assert estimators().trainings(job, []).hours.mid.shape == (0, 1)


def test_one_machine_alone_is_what_it_is_among_others() -> None:
    prompts = np.array([128.0, 500.0, 9000.0])
    alone = estimators().servers(language(prompts), [H100])
    among = estimators().servers(language(prompts), [H100_OF_8, H100])
    assert alone.fits.all()
    assert np.array_equal(alone.capacity_rps.mid[0], among.capacity_rps.mid[1])
    assert np.array_equal(alone.replica_accelerators[0], among.replica_accelerators[1])


def test_what_does_not_fit_says_why() -> None:
    refused = estimators().servers(language(params=70550.0, model="", precision="fp16"), [H100])
    assert not refused.fits[0, 0]
    assert "GiB" in refused.reason(0)
    device = estimators().devices(language(precision="int4"), ["iPhone 14 Pro"])
    assert not device.can_run[0, 0]
    assert device.memory_mb[0, 0] > 4000


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads change as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def forgetful() -> Estimators:
    """Estimators that remember next to nothing, with the fits already learnt."""
    learnt = estimators().predictor.learnt
    made = Estimators(PriceBook.load(), Predictor(learnt, _panels=Kept(2), _queries=Kept(2)))
    made._machines, made._mixes = Kept(1), Kept(1)
    return made


@pytest.mark.usefixtures("impatient")
def test_eight_threads_get_the_same_answers() -> None:
    """Memories of one or two entries, so that every thread drops what the others made."""
    sizes = np.array([1e3, 8e3, 60e3])
    work = replace(language(model=""), params_millions=sizes, active_params_millions=sizes)
    machines = [[H100], [H100_OF_8, H100], [Hardware("L4", 4)], [H100_OF_8]]
    wanted = [estimators().servers(work, some).capacity_rps.mid for some in machines]
    shared = forgetful()

    def ask(thread: int) -> bool:
        right = True
        for step in range(24):
            place = (thread + step) % len(machines)
            found = shared.servers(work, machines[place])
            right &= np.array_equal(found.capacity_rps.mid, wanted[place], equal_nan=True)
            right &= bool(found.estimate("capacity_rps", 0))
        return right

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))


def test_browsers_are_said_of_every_device() -> None:
    with pytest.raises(ValueError, match="in_browser is about 1 of 2 devices"):
        estimators().devices(language(), ["iPhone 14", "iPhone 15"], in_browser=[True])


def test_power_times_the_answer_is_the_energy() -> None:
    """Middle values: (power over the screen) [W] x answer [s] = energy [J]."""
    work = language(precision="int4", params=1000.0)
    found = estimators().devices(work, ["iPhone 17 Pro", "Nokia 3310"])
    joules = found.power_w.mid[0, 0] * found.answer_ms.mid[0, 0] / 1e3
    assert found.energy_j_per_request.mid[0, 0] == pytest.approx(joules)
    assert np.isnan(found.power_w.mid[1, 0])
    figure = found.estimate("power_w", 0)
    assert figure is not None
    assert figure.rule.endswith("W with the screen on")
