"""Arithmetic and labels of training, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.training_form import (
    TrainingSetup,
    doublings_of_length,
    doublings_of_size,
    flops_per_token,
    hardware_labels,
)
from tests.calculators.estimators.estimating import estimators
from tests.calculators.estimators.test_load import PART


def test_six_operations_a_parameter_and_token_and_attention() -> None:
    fits = estimators().predictor.fits
    layers, hidden = fits.value("layers_scale"), fits.value("hidden_scale")
    # at 8 billion the power laws are their scales
    wanted = 6 * (8e9 + layers * hidden * 2048)
    full = flops_per_token(np.array([8000.0]), "from_scratch", 2048.0, fits)[0]
    assert full == pytest.approx(wanted)
    frozen = flops_per_token(np.array([8000.0]), "lora", 2048.0, fits)[0]
    assert frozen == pytest.approx(wanted * 4 / 6)


def test_labels_of_a_cluster() -> None:
    labels = hardware_labels(TrainingSetup(PART, 16, "engine", "fp8"), "job")
    assert labels["generation"] == "hopper/fp8"
    assert labels["spread"] == ("engine", 4.0)
    assert labels["job_spread"] == ("job", 4.0)
    assert "spread" not in hardware_labels(TrainingSetup(PART, 1, "engine", "fp8"), "")


def test_doublings() -> None:
    assert doublings_of_size(np.array([16_000.0, 1000.0])).tolist() == [1.0, -3.0]
    assert doublings_of_length(4096.0) == 1.0
