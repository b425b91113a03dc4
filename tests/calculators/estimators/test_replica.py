"""What a network needs on a set of accelerators, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.replica import Lengths, Replica
from tests.calculators.estimators.estimating import estimators
from tests.calculators.estimators.test_load import LENGTHS, REPLICA, SHAPE


def test_sequences_beside_the_weights() -> None:
    fits = estimators().predictor.fits
    usable, resident = fits.value("usable_memory"), fits.value("resident_output")
    found = REPLICA.held_at_once(LENGTHS, fits)
    # 80 and 320 GB, 10 GB of weights, 1e5 bytes a token
    each = 1e5 * (1000 + resident * 200)
    wanted = [(usable * 80e9 - 10e9) / each, (usable * 320e9 - 10e9) / each]
    assert found[:, 0] == pytest.approx(wanted)


def test_no_room_holds_nothing() -> None:
    heavy = Replica(SHAPE, REPLICA.sets, "fp8", 80.0, REPLICA.cache)  # 100 GB
    assert heavy.held_at_once(LENGTHS, estimators().predictor.fits)[0, 0] == 0.0


def test_a_request_without_tokens_still_takes_a_place() -> None:
    nothing = Lengths(np.zeros(1), np.zeros(1), np.zeros(1))
    assert np.isfinite(REPLICA.held_at_once(nothing, estimators().predictor.fits)).all()


@pytest.mark.parametrize(("batch", "share"), [(1.0, 0.25), (2.0, 0.4375), (1e6, 1.0)])
def test_experts_that_a_batch_reaches(batch: float, share: float) -> None:
    """A quarter of the weights for one token; 1 - (3/4)^B for B."""
    assert REPLICA.touched(np.array([batch]))[0] == pytest.approx(10e9 * share)


def test_precision_decides_weights_and_cache() -> None:
    fits = estimators().predictor.fits
    four = Replica.of(SHAPE, REPLICA.sets, "int4", fits)
    assert four.bits == 4.5
    assert four.weights[0] == pytest.approx(10e9 * 4.5 / 8)
    assert Replica.of(SHAPE, REPLICA.sets, "int4", fits, bits=3.0).bits == 3.0
    assert four.cache[0] == pytest.approx(1e5 * fits.value("kv_bytes", "int4") / 2)
