"""Terms and labels of work on devices, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators import device_form
from calculators.estimators.device_form import Chip, Run
from calculators.estimators.device_runs import language_run, network_run
from tests.calculators.estimators.test_network import VISION

PHONE = Chip("snapdragon-8-gen-3", "android", 2024.0, 0.0, 77e9)


def test_terms_of_one_pass_and_of_a_token() -> None:
    # 4 G multiply-adds at 1 T/s, 11 M elements at 10 G/s, 1 ms
    assert device_form.network_terms(VISION)[:, 0, 0] == pytest.approx([4e-3, 1.1e-3, 1e-3])
    bandwidth = np.array([[50e9], [100e9]])
    terms = device_form.token_terms(VISION, bandwidth, 4.5)
    # 2,500 M active weights of 4.5 bits
    assert terms[0, :, 0] == pytest.approx([2.5e9 * 4.5 / 8 / 50e9, 2.5e9 * 4.5 / 8 / 100e9])
    assert terms[1, :, 0] == pytest.approx([1e-3, 1e-3])
    assert device_form.prompt_terms(VISION)[0, 0, 0] == pytest.approx(2 * 2.5e9 / 1e12)


def test_labels_say_chip_unit_and_software() -> None:
    run = Run("npu", "litert-tflite", "int8", 8.0)
    labels = device_form.network_labels(PHONE, run)
    assert labels["chip_format"] == "snapdragon-8-gen-3/npu/int8"
    assert labels["year"] == ("npu", 1.0)
    assert device_form.network_tails(run)["model_format"] == "/npu/int8"


@pytest.mark.parametrize(
    ("chip", "small", "large"),
    [
        (PHONE, "npu", "cpu"),
        (replace(PHONE, soc="snapdragon-8-elite"), "npu", "npu"),
        (replace(PHONE, soc="snapdragon-6-gen-1"), "cpu", "cpu"),
        (replace(PHONE, year=2019.0), "cpu", "cpu"),
        (replace(PHONE, family="ios"), "npu", "gpu"),
        (replace(PHONE, family="pi"), "cpu", "cpu"),
        (replace(PHONE, family="jetson"), "gpu", "gpu"),
    ],
)
def test_units_that_software_reaches(chip: Chip, small: str, large: str) -> None:
    assert network_run(chip, "int8").unit == small
    assert language_run(chip, "int4", 4.5).unit == large


def test_speech_is_windows_and_tokens() -> None:
    """Encoder 100 M, decoder 50 M, 50 positions/s, windows of 30 s; 40 s of audio at 2 tokens/s."""
    network = device_form.Heard(np.array([100.0]), np.array([50.0]), 50.0, 30.0)
    terms = network.terms(np.array([40.0]), np.array([[1e9]]), 16.0, 2.0)[:, 0, 0]
    # 2 x 100 M x 50 x 60 s at 1 TFLOP/s; 80 tokens x 100 MB at 1 GB/s; 80 ms
    assert terms == pytest.approx([0.6, 8.0, 0.08])
    encoder = network.terms(np.array([40.0]), np.array([[1e9]]), 16.0, 2.0, "encoder")[:, 0, 0]
    assert encoder == pytest.approx([0.6, 0.0, 0.0])
    token = network.terms(np.array([40.0]), np.array([[1e9]]), 16.0, 2.0, "decoder_token")[:, 0, 0]
    assert token == pytest.approx([0.0, 0.1, 1e-3])
