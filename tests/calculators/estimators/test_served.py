"""Language models among others: terms by hand, and a replica at both of its ends."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators import served
from calculators.estimators.book import Fits
from calculators.estimators.columns import Sets
from calculators.estimators.hardware import Part
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.shapes import Shape
from calculators.estimators.types import Hardware
from tests.calculators.estimators.estimating import estimators, language

PART = Part("card", "hopper", {"fp16": 1e15}, 2e12, 80e9, True, 5e11, 700.0)


def shape(params: float, active: float) -> Shape:
    return Shape(
        model="net",
        kind="llm",
        params=np.array([params]),
        active=np.array([active]),
        gflops=np.array([np.nan]),
        activations=np.array([np.nan]),
        layers=np.array([32.0]),
        hidden=np.array([4000.0]),
        cache_bytes=np.array([1e5]),
    )


def replica(active: float = 10e3) -> Replica:
    found = shape(10e3, active)
    return Replica(found, Sets.of([PART, PART], [1, 4]), "fp16", 16.0, found.cache_bytes)


LENGTHS = Lengths(np.array([1000.0]), np.array([1000.0]), np.array([200.0]))


def test_terms_of_a_step() -> None:
    terms = served.step_terms(replica(), LENGTHS, np.array([[10.0]]))
    # one card: W = 2e10 bytes / 2e12; cache 10 x 1e5 x 1100 / 2e12; decode 10 x 2e10 / 1e15
    # prefill 9/200 x (2e10 + 2 x 32 x 4000 x 1000) x 1000 / 1e15; host 10 x 0.1 ms
    one = [1e-3, 0.01, 5.5e-4, 2e-4, 9.1152e-4, 0.0, 1e-3, 0.0]
    assert terms[:, 0, 0] == pytest.approx(one)
    # four: a quarter of each, two doublings; traffic (10 + 9 x 5) x 8 x 32 x 4000 x 3/4 / 5e11
    four = [1e-3, 0.0025, 1.375e-4, 5e-5, 2.2788e-4, 2e-3, 1e-3, 8.448e-5]
    assert terms[:, 1, 0] == pytest.approx(four)


def test_terms_of_a_first_token() -> None:
    step, rate = np.array([[0.02]]), np.array([[10.0]])
    terms = served.wait_terms(replica(), LENGTHS, step, rate, held=5.0)
    # prompt 2.0256e13 / 1e15 = 20.256 ms; its share of the time 10 x 20.256 ms / 0.5 = 0.40512,
    # odds 0.68101 of finding one; four others of the client come with it
    one = [0.020256, 0.01, 1e-3, 0.0, 0.01, 0.02, 0.0137945, 0.081024, 0.0]
    assert terms[:, 0, 0] == pytest.approx(one, rel=1e-4)


@pytest.mark.parametrize("active", [10e3, 1e3])
def test_a_replica_is_full_at_its_batch(active: float) -> None:
    machine, batch = replica(active), np.full((2, 1), 64.0)
    found = served.served(machine, LENGTHS, batch, np.zeros((8, 2, 1)), np.zeros((9, 2, 1)))
    step = found.token * found.step.among(batch)
    terms = served.step_terms(machine, LENGTHS, batch).sum(axis=0)
    assert step == pytest.approx(terms)
    # Little: what is written at once is the rate times the time of all tokens of an answer
    assert found.rate * 200.0 * step == pytest.approx(batch)


def test_labels_no_row_carries_leave_the_terms_alone() -> None:
    labels = [served.hardware_labels(PART, "fp16", 16.0, "nobody's")]
    assert not served.log_slowdowns(Fits([]), served.STEP, labels).any()


@pytest.mark.parametrize("stack", ["tuned", "standard", "basic"])
def test_estimates_carry_a_curve(stack: str) -> None:
    machines = (Hardware("H100-SXM", 1), Hardware("L4", 8), Hardware("B200", 2))
    found = estimators().servers(language(), machines, stack)  # type: ignore[arg-type]
    grown = found.curve.grown(np.array([[0.0, 0.5, 1.0]]))
    assert np.all(np.diff(grown, axis=1) > 0)
    assert grown[:, 0] == pytest.approx(1.0)
    assert np.all(found.curve.first_grown(np.array([[0.5]])) > 1.0)
