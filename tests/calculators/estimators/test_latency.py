"""First and further tokens of a request alone and under load, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators import latency
from calculators.estimators.book import Fits
from tests.calculators.estimators.estimating import estimators
from tests.calculators.estimators.test_load import LENGTHS, PART, REPLICA


def fits() -> Fits:
    return estimators().predictor.fits


def test_terms_of_the_first_token() -> None:
    terms = latency.first_terms(REPLICA, LENGTHS, 0.5, saturated=True)[:, 1, 0]
    prefill, weights = 5.4e9 * 400 / 8e15, 2.5e9 / 8e12
    launch = 1e-3 * 40 / 32
    queue, saturated = 0.5 * (prefill + weights), 100 * prefill
    assert terms == pytest.approx([prefill, weights, launch, 2 * launch, queue, saturated])


def test_terms_of_a_further_token() -> None:
    terms = latency.token_terms(REPLICA, LENGTHS)[:, 0, 0]
    assert terms == pytest.approx([2.5e9 / 2e12, 1e5 * 1100 / 2e12, 1e-3 * 40 / 32, 0.0, 0.0])


def test_load_over_spare_capacity() -> None:
    idle = latency.utilisation_odds(REPLICA, LENGTHS, 0.0, fits())
    busy = latency.utilisation_odds(REPLICA, LENGTHS, 1.0, fits())
    drowned = latency.utilisation_odds(REPLICA, LENGTHS, 1e9, fits())
    assert np.all(idle == 0)
    assert np.all(busy > 0)
    assert drowned[:, 0] == pytest.approx(0.95 / 0.05)


def test_a_hundred_others_in_the_step() -> None:
    flops = 2e15 * fits().value("prior_mfu")
    wanted = 100 * (5e9 / flops + 1e5 * 1100 / 2e12)
    assert latency.saturation_seconds(REPLICA, LENGTHS, fits())[0, 0] == pytest.approx(wanted)


@pytest.mark.parametrize(("bits", "kind"), [(16.0, "16"), (8.0, "8"), (6.0, "4"), (4.5, "4")])
def test_classes_of_weights(bits: float, kind: str) -> None:
    assert latency.token_labels(PART, bits, "e")["format"] == f"hopper/{kind}"
