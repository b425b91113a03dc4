"""Standard serving software: what it adds to a step, and what was measured with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.load_fits import LoadFits, LoadRows
from benchmarks.loads import point_of
from calculators.estimators import stack
from calculators.estimators.figures import Slowdown
from calculators.estimators.types import Hardware, ServerEstimates
from pricing.book import PriceBook
from pricing.measurement_schema import LoadMeasurementRow
from tests.calculators.estimators.estimating import estimators, language, machine_rate
from tests.sampling import few


def asked(
    precision: str, part: str, software: Any = "standard", count: int = 1, **work: Any
) -> ServerEstimates:
    """Llama-3.1-8B, prompts of 512 and answers of 256 tokens, unless told otherwise."""
    request = language(**{"prompt": 512.0, "output": 256.0, "precision": precision, **work})
    return estimators().servers(request, [Hardware(part, count)], software)


def test_terms_are_shares_of_the_tuned_step() -> None:
    """A step of 5 ms with 40 answers: 1 ms is 0.2 of it, 40 x 10 us = 0.4 ms are 0.08."""
    made = stack.terms(np.array([[5e-3]]), 40.0)
    assert made.reshape(-1).tolist() == pytest.approx([1.0, 0.2, 0.08])
    assert stack.plain_terms().reshape(-1).tolist() == [1.0, 0.0, 0.0]


def test_two_slowdowns_multiply_and_their_ranges_add_in_squares() -> None:
    one = Slowdown(np.full((1, 1), 0.2), np.full((1, 1), -0.1), np.full((1, 1), 0.5))
    both = one.further(Slowdown.to_share(np.exp(-1.0), np.exp(-1.4), np.exp(-0.6)))
    assert both.log_mid[0, 0] == pytest.approx(1.2)
    assert both.log_low[0, 0] == pytest.approx(1.2 - np.hypot(0.3, 0.4))
    assert both.log_high[0, 0] == pytest.approx(1.2 + np.hypot(0.3, 0.4))


@pytest.mark.parametrize(
    ("precision", "part", "measured"),
    [
        # pChitral/vllm-cost-meter data/master_results.csv at 3f308c03de (2026-06-10): vLLM 0.19,
        # most output tokens a second over offered rates up to 200 requests/s
        ("fp16", "H100-SXM", 6237.59),
        ("fp8", "H100-SXM", 8155.07),
        ("fp8", "A100-80GB-PCIe", 2488.45),
    ],
)
def test_vllm_at_full_load(precision: str, part: str, measured: float) -> None:
    """Inside the 80 % range, and the middle within 30 %."""
    found = asked(precision, part)
    low, mid, high = (
        float(end[0, 0]) * 256 * found.replicas_per_machine[0, 0]
        for end in (found.capacity_rps.low, found.capacity_rps.mid, found.capacity_rps.high)
    )
    assert low <= measured <= high
    assert mid == pytest.approx(measured, rel=0.3)


@pytest.mark.parametrize(
    ("precision", "part", "prompt", "measured_ms"),
    [
        ("fp16", "H100-SXM", 512.0, 6.563),  # the same file, one request a second
        ("fp8", "H100-SXM", 512.0, 4.73),
        ("fp16", "L4", 240.0, 61.2),  # AccelMark at 5797fc4274 (2026-05-19), vLLM 0.7.3, one alone
        ("fp16", "H200", 240.0, 7.62),
    ],
)
def test_vllm_with_one_request(
    precision: str, part: str, prompt: float, measured_ms: float
) -> None:
    """Alone the gap is small: the middle within 30 % of the time per token."""
    found = asked(precision, part, prompt=prompt).tpot_ms
    assert found.low[0, 0] <= measured_ms <= found.high[0, 0]
    assert float(found.mid[0, 0]) == pytest.approx(measured_ms, rel=0.3)


@pytest.mark.parametrize("precision", ["fp16", "fp8", "int4"])
@pytest.mark.parametrize("part", ["A10G", "L4", "A100-80GB-SXM", "H100-SXM", "B200", "MI300X"])
def test_dense_networks_are_fastest_with_tuned_software(precision: str, part: str) -> None:
    basic, standard, tuned = (
        asked(precision, part, software) for software in ("basic", "standard", "tuned")
    )
    assert machine_rate(basic) <= machine_rate(standard) <= machine_rate(tuned)
    for quantity in ("ttft_ms", "tpot_ms", "answer_ms"):
        times = [float(getattr(each, quantity).mid[0, 0]) for each in (tuned, standard, basic)]
        assert times == sorted(times)
    assert 0 < basic.stack_factor(0) <= standard.stack_factor(0) <= tuned.stack_factor(0) == 1.0


def test_the_gap_is_larger_at_full_load_than_alone() -> None:
    standard, tuned = (asked("fp8", "H100-SXM", software) for software in ("standard", "tuned"))
    alone = float(tuned.tpot_ms.mid[0, 0] / standard.tpot_ms.mid[0, 0])
    assert standard.stack_factor(0) < alone <= 1.0


def test_a_newer_card_does_not_answer_less() -> None:
    rates = [machine_rate(asked("fp8", part)) for part in ("L4", "A100-80GB-SXM", "H100-SXM")]
    assert rates == sorted(rates)
    assert machine_rate(asked("fp8", "H100-SXM")) <= machine_rate(asked("fp8", "B200"))


@pytest.mark.parametrize("part", few(["H100-SXM", "H200", "B200", "L4"], 1))
def test_standard_software_has_the_ends_that_load_curves_are_judged_by(part: str) -> None:
    """Both ends are those of the forms that predict load curves, unless tuned software is slower.

    The judge takes them from the same function (``LoadFits.language``).
    """
    book = PriceBook.load()
    rows = list(book.table("load_measurements", LoadMeasurementRow))
    base = next(r for r in rows if (r.model, r.source) == ("llama-3.1-8b", "pchitral"))
    bare = {"part": part, "precision": "fp16", "version": "", "source": "", "count": 1}
    row = base.model_copy(update={**bare, "parallel": 1, "weight_bits": None})
    learnt = estimators().predictor.learnt
    made = LoadFits.learn(LoadRows.of(rows, learnt.catalogue), learnt.catalogue, ())
    judged = made.language(point_of(row, learnt.catalogue))
    standard, tuned = (asked("fp16", part, software) for software in ("standard", "tuned"))
    rate = min(judged.rate, float(tuned.capacity_rps.mid[0, 0]))
    token = max(1e3 * float(judged.served.token[0, 0]), float(tuned.tpot_ms.mid[0, 0]))
    assert float(standard.capacity_rps.mid[0, 0]) == pytest.approx(rate, rel=0.01)
    assert float(standard.tpot_ms.mid[0, 0]) == pytest.approx(token, rel=0.01)
