"""How times of one replica grow with its load: cases by hand, and what always holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.curve import Curve, First, Step, of_network

LOADS = np.linspace(0.0, 1.2, 25)[None, :]


def column(*values: float) -> Array:
    return np.array(values)[:, None]


def curve(
    rise: float, waking: float = 0.0, reach: float = 1.0, batch: float = 46.0, used: float = 0.5
) -> Curve:
    step = Step(column(rise), column(waking), column(reach))
    return Curve(
        stretch=1.0 - 1.0 / step.among(column(batch)),
        spread=column(0.08),
        spread_full=column(0.12),
        batch=column(batch),
        step=step,
        first=First(column(0.25), column(0.5), column(used)),
    )


CURVES = st.builds(
    curve,
    rise=st.floats(1e-5, 0.5),
    waking=st.one_of(st.just(0.0), st.floats(0.01, 15.0)),
    reach=st.floats(0.005, 2.0),
    batch=st.floats(1.0, 2000.0),
    used=st.floats(0.0, 0.9),
)


def test_dense_step_by_hand() -> None:
    # T(46) = 1 + 0.02 x 45 = 1.9; stretch = 1 - 1/1.9 = 0.47368
    # half loaded: T = 1 / (1 - 0.5 x 0.47368) = 1.31034
    # Little: B = 0.5 x 46 x 1.31034 / 1.9 = 15.862, n = 1 + 15.862 x 45/46 = 16.517,
    # and T(16.517) = 1 + 0.02 x 15.517 = 1.31034
    found = curve(rise=0.02).grown(np.array([[0.0, 0.5, 1.0, 3.0]]))
    assert found[0] == pytest.approx([1.0, 1.31034, 1.9, 1.9], abs=1e-5)


def test_waking_experts_by_hand() -> None:
    # reach ln 2: each sequence wakes half of what sleeps. T(n) = 1 + 2 (0.5 - 2^-n)
    # batch 3: T(3) = 1.75. load x: B = 3 x T / 1.75, n = 1 + 2/3 B
    # n = 2: T = 1.5, B = 1.5, load = 1.5 x 1.75 / (3 x 1.5) = 0.58333
    found = curve(rise=0.0, waking=2.0, reach=float(np.log(2.0)), batch=3.0)
    grown = found.grown(np.array([[0.0, 0.58333333, 1.0]]))
    assert grown[0] == pytest.approx([1.0, 1.5, 1.75], abs=1e-5)


def test_first_token_by_hand() -> None:
    # half loaded: 1 + 0.25 (1.31034 - 1) + 0.5 x 0.25 / 0.75 = 1.24425
    found = curve(rise=0.02).first_grown(np.array([[0.0, 0.5]]))
    assert found[0] == pytest.approx([1.0, 1.24425], abs=1e-5)


def test_spread_grows_with_the_square_of_the_load() -> None:
    # sqrt(0.08^2 + (0.12^2 - 0.08^2) / 4) = 0.091652
    found = curve(rise=0.02).deviation(np.array([[0.0, 0.5, 1.0, 2.0]]))
    assert found[0] == pytest.approx([0.08, 0.091652, 0.12, 0.12], abs=1e-6)


@given(CURVES)
def test_times_never_fall_with_load(found: Curve) -> None:
    for grown in (found.grown(LOADS), found.first_grown(LOADS), found.deviation(LOADS)):
        assert np.all(np.diff(grown, axis=1) >= -1e-6 * grown[:, 1:])
    assert found.grown(LOADS)[0, 0] == pytest.approx(1.0)
    assert found.first_grown(LOADS)[0, 0] == pytest.approx(1.0)


@given(CURVES)
def test_full_at_load_one(found: Curve) -> None:
    assert found.step is not None
    full = found.step.among(found.batch)
    assert found.grown(column(1.0))[0, 0] == pytest.approx(full[0, 0], rel=1e-6)
    assert found.grown(column(1.0))[0, 0] == pytest.approx(1.0 / (1.0 - found.stretch[0, 0]))


@given(CURVES, st.floats(0.0, 1.0))
def test_littles_law(found: Curve, load: float) -> None:
    """Sequences written = rate x time, where the rate is ``load`` of that at saturation."""
    assert found.step is not None
    batch, grown = found.batch[0, 0], found.grown(column(load))
    written = load * batch / found.step.among(found.batch) * grown
    among = 1.0 + written * (batch - 1.0) / batch
    assert found.step.among(among)[0, 0] == pytest.approx(grown[0, 0], rel=1e-4)


@given(st.floats(1e-4, 10.0), st.floats(0.1, 1e4))
def test_a_network_holds_its_batch_when_full(alone: float, rate: float) -> None:
    fits = Fits([])
    fits.value = lambda fit, *_: {"full_batch": 256.0}.get(fit, 0.1)  # type: ignore[method-assign]
    found = of_network(fits, column(alone), column(rate))
    full = alone * found.grown(column(1.0))[0, 0]
    assert full == pytest.approx(max(256.0 / rate, alone))


def test_some_of_the_machines() -> None:
    step = Step(column(0.1, 0.2, 0.3), column(0.0), column(1.0))
    batch = column(10.0, 20.0, 30.0)
    tail = column(0.1)
    whole = Curve(1.0 - 1.0 / step.among(batch), tail, tail, batch, step)
    rows = np.array([2, 0])
    assert np.array_equal(whole.take(rows).grown(LOADS), whole.grown(LOADS)[rows])
