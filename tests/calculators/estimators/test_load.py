"""Terms of a request at full load, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators import load
from calculators.estimators.columns import Sets
from calculators.estimators.hardware import Part
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.shapes import Shape

PART = Part(
    name="card",
    generation="hopper",
    flops={"fp16": 1e15, "fp8": 2e15},
    bandwidth=2e12,
    memory=80e9,
    fast_link=True,
    link_rate=5e11,
    tdp_w=700.0,
)
SHAPE = Shape(
    model="net",
    kind="llm",
    params=np.array([10e3]),
    active=np.array([2.5e3]),
    gflops=np.array([np.nan]),
    activations=np.array([np.nan]),
    layers=np.array([40.0]),
    hidden=np.array([5000.0]),
    cache_bytes=np.array([1e5]),
)
REPLICA = Replica(SHAPE, Sets.of([PART, PART], [1, 4]), "fp8", 8.0, SHAPE.cache_bytes)
LENGTHS = Lengths(np.array([1000.0]), np.array([400.0]), np.array([200.0]))


def test_six_terms() -> None:
    terms = load.terms(REPLICA, LENGTHS, np.array([20.0]))
    assert terms.shape == (6, 2, 1)
    # (2 x 2.5e9 + 2 x 40 x 5000 x 1000) x 400 / 2e15
    assert terms[0, :, 0] == pytest.approx([5.4e9 * 400 / 2e15, 5.4e9 * 400 / 8e15])
    # 200 x 2 x 2.5e9 / 2e15
    assert terms[1, 0, 0] == pytest.approx(200 * 5e9 / 2e15)
    # 200 x 1e5 bytes x (1000 + 100) / 2e12
    assert terms[2, 0, 0] == pytest.approx(200 * 1e5 * 1100 / 2e12)
    # 20 answers reach all but 0.75 ** 20 of the weights, 10e9 bytes
    touched = 10e9 * (1 - 0.75**20)
    assert terms[3, 1, 0] == pytest.approx(200 * touched / 8e12 / 20)
    assert terms[4, 0, 0] == pytest.approx(200 * 1e-3 / 20)
    # 8 x 40 x 5000 bytes a token, 600 tokens, three of four parts away
    assert terms[5, :, 0] == pytest.approx([0.0, 8 * 40 * 5000 * 600 * 0.75 / 5e11])


def test_no_request_beats_the_specification() -> None:
    floor = load.floor_seconds(REPLICA, LENGTHS)
    terms = load.terms(REPLICA, LENGTHS, np.array([1e6]))
    assert np.all(floor >= terms[1] * (1 - 1e-12))
    assert np.all(floor >= terms[2] * (1 - 1e-12))


def test_labels_of_a_set() -> None:
    labels = load.hardware_labels(PART, 4, "fp8", "engine", "document")
    assert labels["generation"] == "hopper/fp8"
    assert labels["spread"] == ("fast", 2.0)
    assert "spread" not in load.hardware_labels(PART, 1, "fp8", "engine", "document")
    assert load.pair_tail(PART, "int4") == "|card|int4"
