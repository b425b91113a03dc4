"""Terms and labels of networks that answer in one pass, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators import network
from calculators.estimators.columns import Sets
from calculators.estimators.shapes import family
from tests.calculators.estimators.estimating import estimators
from tests.calculators.estimators.test_load import PART, SHAPE

VISION = replace(
    SHAPE,
    kind="vision",
    params=np.array([25.0]),
    gflops=np.array([8.0]),
    activations=np.array([11.0]),
)


def test_four_terms() -> None:
    fits = estimators().predictor.fits
    terms = network.terms(VISION, Sets.of([PART], [1]), "fp16", 8.0, fits)
    # 8 GFLOP at 1e15; 11 M elements of 2 bytes and 25 M weights of 2 bytes, shared by 8, at 2e12
    wanted = [8e9 / 1e15, 11e6 * 2 / 2e12, 25e6 * 2 / 2e12 / 8, 1e-3 / 8]
    assert terms[:, 0, 0] == pytest.approx(wanted)


def test_a_request_alone_has_labels_of_its_own() -> None:
    alone = network.model_labels("resnet50", "single", "")
    assert alone["alone"] == "resnet50|single"
    assert alone["kin"] == "resnet"
    assert network.model_labels("resnet50", "offline", "")["alone"] == ""


@pytest.mark.parametrize(
    ("model", "related"),
    [
        ("resnet101", "resnet"),
        ("roberta-large", "roberta"),
        ("yolo11n", "yolo"),
        ("vit-b16", "vit"),
        ("3d-unet", "3d-unet"),
        ("", ""),
    ],
)
def test_families_by_name(model: str, related: str) -> None:
    assert family(model) == related
