"""Terms of a run of fine-tuning, worked by hand; and what a run takes as published."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.estimators.tune_form import (
    TuneSetup,
    TuneWork,
    micro_batches,
    picture_flops,
    terms,
    text_flops,
    work_labels,
)
from calculators.estimators.types import Hardware, Stack, TrainingJob
from tests.calculators.estimators.estimating import estimators, language, vision
from tests.calculators.estimators.test_load import PART

FITS = estimators().predictor.fits
ONE = np.ones(1)


def test_terms_of_a_run() -> None:
    """8 billion parameters, 1,000 examples in 500 micro-batches on two accelerators."""
    work = TuneWork("llm", "full", 8000 * ONE, 8000 * ONE, 1e18 * ONE, 1000 * ONE, 500 * ONE)
    found = terms(work, 1e14 * ONE, 1e12 * ONE, 2 * ONE, FITS)[:, 0]
    each = 250
    layers = FITS.value("layers_scale")  # at 8 billion the power law is its scale
    assert found == pytest.approx(
        [
            1e18 / 2e14,
            each * FITS.value("tune_swept_bytes") * 8e9 / 1e12,
            each * layers * FITS.value("tune_launch_seconds"),
            500 * FITS.value("tune_loading_seconds", "llm"),
            FITS.value("tune_starting_seconds"),
        ]
    )


def test_arithmetic_by_method() -> None:
    """6, 4 and 2 a parameter and token; 3, 2 and 1 forward passes of a picture."""
    full, lora, frozen = (
        text_flops(8000 * ONE, method, 1e6 * ONE, 0 * ONE, FITS)[0]
        for method in ("full", "qlora", "frozen")
    )
    assert (full, lora, frozen) == pytest.approx((6 * 8e15, 4 * 8e15, 2 * 8e15))
    pictures = [picture_flops(10 * ONE, m, 5 * ONE, FITS)[0] for m in ("full", "lora", "frozen")]
    assert pictures == pytest.approx([3 * 5e10, 2 * 5e10, 5e10])


def test_micro_batches() -> None:
    """So many packed sequences of 2,048 tokens, else so many examples, at once; one at least."""
    assert micro_batches(1000 * ONE, 4096 * ONE, 2048, 1)[0] == 2
    assert micro_batches(1000 * ONE, 49152 * ONE, 2048, 4)[0] == 6  # 24 sequences, four at once
    assert micro_batches(1000 * ONE, 4096 * ONE, 2048, 4)[0] == 1
    assert micro_batches(1000 * ONE, 4096 * ONE, None, 2)[0] == 500
    assert micro_batches(ONE, ONE, None, 2)[0] == 1


def test_labels() -> None:
    labels = TuneSetup(PART, 8, "trl").labels()
    assert labels["spread"] == ("cards", 3.0)
    assert labels["loader"] == labels["engine"] == "trl"
    assert "spread" not in TuneSetup(PART, 1, "trl").labels()
    assert work_labels("llm", "lora", "dora", "packed", experts=True)["variant"] == "dora"


# ------------------------------------------------------------------------------- as asked for


def hours(run: TrainingJob, machine: Hardware, stack: Stack = "standard") -> float:
    return float(estimators().trainings(run, [machine], stack=stack).hours.mid[0, 0])


def tune(params: float = 8028.0, tokens: float = 1e7, examples: float = 5e4) -> TrainingJob:
    work = language(params=params, model="", precision="fp16")
    return TrainingJob("fine_tune", work, examples * ONE, tokens * ONE)


A100S = Hardware("A100-80GB-SXM", 8)


def test_a_full_tune_of_7b_on_52k_examples_takes_hours_not_minutes() -> None:
    """Stanford Alpaca: LLaMA-7B, 52,000 examples three times, about 200 tokens each, 3 hours."""
    run = tune(params=6738.0, tokens=52e3 * 3 * 200, examples=52e3 * 3)
    found = estimators().trainings(run, [A100S]).hours
    assert found.low[0, 0] < 3.0 < found.high[0, 0]
    assert 3.0 / 2.0 < found.mid[0, 0] < 3.0 * 2.0


@pytest.mark.parametrize("kind", ["text", "pictures"])
def test_better_software_takes_no_longer(kind: str) -> None:
    run = tune()
    if kind == "pictures":
        run = TrainingJob("fine_tune", vision(model=""), 1e5 * ONE, np.zeros(1))
    tuned, standard, basic = (hours(run, A100S, s) for s in ("tuned", "standard", "basic"))
    assert tuned <= standard <= basic


def test_four_bits_are_unpacked_at_every_step() -> None:
    """LoRA on weights of 4 bits is slower than on 16 where both fit."""
    half = replace(tune(), method="lora")
    four = replace(half, work=language(params=8028.0, model="", precision="int4"))
    card = Hardware("A100-80GB-SXM", 1)
    assert hours(half, card) < hours(four, card) < 3 * hours(half, card)


def test_cards_share_the_work_with_losses() -> None:
    one, eight = (hours(tune(params=1000.0), Hardware("A100-80GB-SXM", n)) for n in (1, 8))
    assert one / 8 < eight < one


@settings(max_examples=25, deadline=None)
@given(
    st.floats(1e4, 1e9),
    st.floats(1.0, 4.0),
    st.sampled_from(["tuned", "standard", "basic"]),
)
def test_more_tokens_never_take_less_time(tokens: float, times: float, stack: Stack) -> None:
    some, more = tune(tokens=tokens), tune(tokens=tokens * times)
    assert hours(some, A100S, stack) <= hours(more, A100S, stack) * (1 + 1e-9)
