"""Panels of hardware, and what is remembered of the networks asked about."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.judge import read
from calculators.estimators import load
from calculators.estimators.columns import Machines
from calculators.estimators.predictor import Asked, Panel, Predictor
from calculators.estimators.terms import EffectLabel
from calculators.estimators.types import Hardware
from tests.calculators.estimators.estimating import estimators

MACHINES = (Hardware("H100-SXM", 2), Hardware("L4", 1), Hardware("RTX 5090", 1))


@pytest.fixture
def predictor() -> Predictor:
    return Predictor(estimators().predictor.learnt)


@pytest.fixture
def panel(predictor: Predictor) -> Panel:
    sets = Machines.of(MACHINES, estimators()._parts).sets

    def labels() -> list[dict[str, EffectLabel]]:
        return [
            load.hardware_labels(part, size, "fp8", "tensorrt-llm", "")
            for part, size in zip(sets.parts, sets.sizes, strict=True)
        ]

    return predictor.panel(
        "llm_load",
        "some",
        labels,
        lambda: {"pair": [load.pair_tail(part, "fp8") for part in sets.parts]},
    )


def asked(panel: Panel, model: str) -> Asked:
    return Asked(panel, "llm_full_load", model, {"experts": ""})


TERMS = np.exp(np.random.default_rng(1).normal(-3, 1, (6, 4, 3)))
ROWS = np.arange(4)


@pytest.mark.parametrize("model", ["llama-3.1-8b", "never-heard-of", "unnamed"])
def test_a_panel_predicts_what_each_piece_of_hardware_does(
    predictor: Predictor, panel: Panel, model: str
) -> None:
    """Against the prediction from all labels of one piece of hardware, as the judge makes it."""
    many = predictor.times(asked(panel, model), TERMS, ROWS)
    for row in range(len(panel.labels)):
        labels = asked(panel, model).on(row)
        for point in range(3):
            one = read(
                panel.fitted, TERMS[:, row, point : point + 1], labels, None, predictor.ceilings
            )
            assert many.log_mid[row, point] == pytest.approx(one.log_mid, rel=1e-12)
            assert many.labels.at(row, point) == one.label


def test_networks_never_seen_share_what_is_remembered(predictor: Predictor, panel: Panel) -> None:
    for model in ("one", "two", "three"):
        predictor.times(asked(panel, model), TERMS, ROWS)
    assert len(predictor._queries) == 1
    predictor.times(asked(panel, "llama-3.1-8b"), TERMS, ROWS)
    assert len(predictor._queries) == 2


def test_hardware_without_rows_is_new_and_wider(predictor: Predictor, panel: Panel) -> None:
    found = predictor.times(asked(panel, ""), np.ones((6, 4, 1)), ROWS)
    width = (found.log_high - found.log_low)[:, 0]
    assert panel.known.tolist() == [True, True, True, False]
    assert width[3] > width[0]
