"""Terms and labels of work on devices, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators import device_form
from calculators.estimators.device import language_run, network_run
from calculators.estimators.device_form import Chip, Run
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
