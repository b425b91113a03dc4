"""Machines with language models: sets of accelerators, rates, labels, what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from calculators.estimators.question import SIZE, TOKENS
from calculators.estimators.types import Estimate, Hardware, ServerEstimates
from tests.calculators.estimators.estimating import (
    H100,
    H100_OF_8,
    estimators,
    language,
    machine_rate,
)

STACKS: tuple[Literal["tuned", "standard", "basic"], ...] = ("tuned", "standard", "basic")
QUANTITIES: tuple[Literal["capacity_rps", "answer_ms", "ttft_ms", "tpot_ms"], ...] = (
    "capacity_rps",
    "answer_ms",
    "ttft_ms",
    "tpot_ms",
)


def known(found: ServerEstimates, machine: int = 0, point: int = 0) -> Estimate:
    figure = found.estimate("capacity_rps", machine, point)
    assert figure is not None
    return figure


def test_every_figure_has_an_interval_a_label_and_rows() -> None:
    found = estimators().servers(language(), [H100_OF_8])
    for quantity in QUANTITIES:
        figure = found.estimate(quantity, 0)
        assert figure is not None
        assert figure.low[0] < figure.mid[0] < figure.high[0]
        assert figure.label == "scaled"
        assert figure.rows
        assert figure.rule


def test_a_measured_row_is_the_answer() -> None:
    # TensorRT-LLM v0.17 and v1.0, Llama 3(.1) 8B FP8 on one H100, 500 in, 2,000 out:
    # 16,500.69 and 17,660 output tokens/s; the geometric mean over 2,000 tokens
    found = known(estimators().servers(language(500.0, 2000.0), [H100], "tuned"))
    assert found.label == "measured"
    assert found.mid[0] * 2000 == pytest.approx((16500.69 * 17660.0) ** 0.5, rel=1e-3)
    assert found.low[0] * 2000 < 16500.69
    assert found.high[0] * 2000 > 17660.0


def test_other_software_makes_a_measured_row_scaled() -> None:
    tuned = estimators().servers(language(500.0, 2000.0), [H100], "tuned")
    standard = estimators().servers(language(500.0, 2000.0), [H100], "standard")
    found = known(standard)
    assert found.label == "scaled"
    assert any("standard" in words for words in found.assumptions)
    assert machine_rate(standard) == pytest.approx(machine_rate(tuned) * standard.stack_factor(0))


def test_tuned_is_faster_than_standard_than_basic() -> None:
    rates = [machine_rate(estimators().servers(language(), [H100], stack)) for stack in STACKS]
    assert rates[0] >= rates[1] >= rates[2] > 0


def test_a_described_network_is_estimated_and_wider() -> None:
    named = known(estimators().servers(language(), [H100]))
    sized = known(estimators().servers(language(model=""), [H100]))
    assert sized.label == "estimated"
    assert sized.high[0] / sized.low[0] > named.high[0] / named.low[0]


# ------------------------------------------------------------------------- set of accelerators


def test_model_that_does_not_fit_is_refused_with_the_reason() -> None:
    work = language(params=70550.0, model="", precision="fp16")
    found = estimators().servers(work, [H100])
    assert not found.fits[0, 0]
    # 70.55 x 2 bytes = 131 GiB; 0.9 of 80 GB
    assert found.reason(0).startswith("needs 131 GiB for weights and the cache of one request")
    assert (found.replica_accelerators[0, 0], found.replicas_per_machine[0, 0]) == (0, 0)
    assert found.estimate("capacity_rps", 0) is None
    assert found.label(0) == ""


def test_the_set_is_the_smallest_that_holds_the_model_or_twice_that() -> None:
    work = language(params=70550.0, model="", precision="fp16")
    found = estimators().servers(work, [H100_OF_8])
    assert found.fits[0, 0]
    assert found.replica_accelerators[0, 0] in {2, 4}
    assert found.replicas_per_machine[0, 0] == 8 // found.replica_accelerators[0, 0]


def test_the_set_is_chosen_at_each_point() -> None:
    """From 3 to 700 billion parameters in fp16 on machines of eight cards of 80 GB and of one."""
    sizes = np.array([3e3, 30e3, 70e3, 150e3, 700e3])
    work = replace(
        language(model="", precision="fp16"), params_millions=sizes, active_params_millions=sizes
    )
    found = estimators().servers(work, [H100_OF_8, H100])
    sets = found.replica_accelerators[0]
    smallest = [1, 1, 2, 8, 0]  # 2 bytes a weight over 0.9 of 80 GB
    for size, least in zip(sets, smallest, strict=True):
        assert size in {least, 2 * least}
    assert found.fits[0].tolist() == [True, True, True, True, False]
    assert found.fits[1].tolist() == [True, True, False, False, False]
    held = found.fits[0]
    assert np.array_equal(found.replicas_per_machine[0, held], 8 // sets[held])
    assert np.array_equal(np.isnan(found.capacity_rps.mid), ~found.fits)


def test_a_larger_machine_never_answers_less() -> None:
    sizes = np.geomspace(500, 400_000, 60)
    work = replace(language(model=""), params_millions=sizes, active_params_millions=sizes)
    machines = [Hardware("A100-80GB-SXM", count) for count in (1, 2, 4, 8)]
    found = estimators().servers(work, machines)
    rates = np.nan_to_num(found.capacity_rps.mid * found.replicas_per_machine)
    assert np.all(rates[1:] >= rates[:-1] * (1 - 1e-9))


def test_experts_may_appear_along_an_axis() -> None:
    """Active parameters from all to a tenth: fewer read, more requests/s."""
    active = np.array([30e3, 28e3, 15e3, 3e3])
    work = replace(
        language(model=""), params_millions=np.full(1, 30e3), active_params_millions=active
    )
    rates = estimators().servers(work, [H100_OF_8]).capacity_rps.mid[0]
    assert np.all(np.diff(rates[:2]) > 0)
    assert np.all(np.diff(rates[2:]) > 0)


# ------------------------------------------------------------------------------ what is missing


def test_a_model_of_unknown_size_is_missing_not_too_big() -> None:
    sizes = np.array([np.nan, 8028.0])
    work = replace(language(), params_millions=sizes, active_params_millions=sizes)
    found = estimators().servers(work, [H100])
    assert found.fits.all()
    assert found.reason(0, 0) == SIZE
    assert found.reason(0, 1) == ""
    assert found.estimate("answer_ms", 0, 0) is None
    assert np.isnan(found.capacity_rps.mid[0]).tolist() == [True, False]
    assert found.replicas_per_machine[0, 0] == 1


def test_a_request_without_tokens_has_no_rate() -> None:
    work = language(np.array([0.0, 100.0, 0.0]), np.array([0.0, 0.0, 100.0]))
    found = estimators().servers(work, [H100])
    assert [found.reason(0, point) for point in range(3)] == [TOKENS, "", ""]
    assert np.isnan(found.capacity_rps.mid[0]).tolist() == [True, False, False]
    assert np.isnan(found.answer_ms.low[0]).tolist() == [True, False, False]
