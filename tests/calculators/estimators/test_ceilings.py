"""No estimate uses a share of the peaks that no measured row of its generation reached."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.estimators.ceilings import ENOUGH, Ceilings, floor_seconds
from calculators.estimators.measured import Ready
from calculators.estimators.terms import Sample
from calculators.estimators.types import Hardware
from pricing.book import PriceBook
from pricing.schema import AcceleratorRow
from tests.calculators.estimators.estimating import estimators, language, vision

TERA = 1e12


def row(name: str, seconds: float, generation: str = "hopper/fp8", **labels: Any) -> Ready:
    """A row whose arithmetic takes 1 s and whose bytes take 0.5 s at the peaks."""
    named = {"generation": generation, "model": "m", "engine": "e", **labels}
    sample = Sample(name, seconds, (0.6, 0.4, 0.3, 0.2, 0.0, 0.0), named)
    return Ready("llm_load", "llm_full_load", sample, "request")


def test_a_ceiling_is_the_greatest_share_of_its_class() -> None:
    """Times of 2, 4 and 5 s: shares of 0.5, 0.25 and 0.2 of compute, half of that of bandwidth."""
    found = Ceilings.of([row("a", 2.0), row("b", 4.0), row("c", 5.0)])
    assert found.of_labels("llm_load", {"generation": "hopper/fp8"}) == (0.5, 0.25)
    # a class without enough rows has the share of its generation, then that of all
    assert found.of_labels("llm_load", {"generation": "hopper/fp16"}) == (0.5, 0.25)
    assert found.of_labels("llm_load", {"generation": "ada/fp8"}) == (0.5, 0.25)
    assert found.of_labels("training", {"generation": "hopper"}) == ()
    assert found.of_labels("llm_load", {"generation": "cpu/fp16"}) == (np.inf, np.inf)


def test_rows_that_say_nothing_of_a_share_set_none() -> None:
    rows = [row(str(index), 4.0) for index in range(ENOUGH)]
    odd = [
        row("unstated", 1.5, dataset="d"),
        row("beyond", 0.9, engine="other"),  # more than the peak
        row("with it", 1.2, engine="other"),
    ]
    found = Ceilings.of([*rows, *odd])
    assert found.of_labels("llm_load", {"generation": "hopper/fp8", "engine": "e"}) == (0.25, 0.125)
    assert not found.hold("llm_load", {"engine": "other"})
    assert found.of_labels("llm_load", {"generation": "hopper/fp8", "engine": "other"})[0] == np.inf


def test_too_few_rows_make_no_ceiling() -> None:
    found = Ceilings.of([row(str(index), 4.0) for index in range(ENOUGH - 1)])
    assert found.of_labels("llm_load", {"generation": "hopper/fp8"}) == (np.inf, np.inf)


def test_the_slower_resource_is_the_floor() -> None:
    """1 s of arithmetic at half the peak is 2 s; 0.5 s of bytes at a fifth of it 2.5 s."""
    terms = np.array([0.6, 0.4, 0.3, 0.2, 0.0, 0.0])
    assert floor_seconds("llm_load", terms, np.array([0.5, 0.2])) == pytest.approx(2.5)
    assert floor_seconds("llm_load", terms, np.array([0.5, np.inf])) == pytest.approx(2.0)


def half_precision(name: str) -> float:
    rows = PriceBook.load().table("accelerators", AcceleratorRow)
    found = next(item for item in rows if item.accelerator == name)
    return (found.bf16_tflops or found.fp16_tflops or 0.0) * TERA


@pytest.mark.parametrize(
    ("part", "most"),
    [
        # NVIDIA DeepLearningExamples at 729963dd47: ResNet-50 fp16 on T4, 1,198 images/s of
        # 8.18 GFLOP are 9.8 of 65 TFLOP/s = 0.15, the most of the Turing rows in fp16
        ("T4", 0.152),
        # timm at fp16 on RTX 3090: ViT-L/16 reaches 0.844 of 71 TFLOP/s, the most of Ampere
        ("Jetson Orin Nano Super 8GB", 0.845),
    ],
)
@pytest.mark.parametrize("software", ["tuned", "standard", "basic"])
def test_a_vision_transformer_stays_below_the_ceiling(
    part: str, most: float, software: Any
) -> None:
    """ViT-B/16, 33.7 GFLOP a picture."""
    work = vision(33.7, 16.5, 86.6, "vit_base_patch16_224")
    found = estimators().servers(work, [Hardware(part, 1)], software).capacity_rps
    share = float(found.mid[0, 0]) * 33.7e9 / half_precision(part)
    assert 0 < share <= most
    assert found.low[0, 0] <= found.mid[0, 0] <= found.high[0, 0]


@pytest.mark.parametrize("software", ["tuned", "standard"])
@pytest.mark.parametrize("part", ["A100-80GB-SXM", "L40S", "H100-SXM", "B200"])
def test_language_models_stay_below_the_ceiling(part: str, software: Any) -> None:
    """Llama-like 30B of unknown name, dense and with a tenth of it active."""
    learnt = estimators().predictor.learnt
    ceilings = estimators().predictor.ceilings
    for active in (30e3, 3e3):
        work = language(512.0, 256.0, "", "fp8", 30e3)
        work = type(work)(**{**work.__dict__, "active_params_millions": np.array([active])})
        found = estimators().servers(work, [Hardware(part, 1)], software)
        if not found.fits[0, 0]:
            continue
        chip = learnt.catalogue.parts[part]
        computed = chip.computes_in("fp8")
        labels = {"generation": f"{chip.generation}/{computed}"}
        most = ceilings.of_labels("llm_load", labels)[0]
        flops = float(found.capacity_rps.mid[0, 0]) * 2 * active * 1e6 * (512 + 256)
        assert flops / chip.rate("fp8") <= most
