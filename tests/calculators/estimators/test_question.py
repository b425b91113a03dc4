"""Requests spread over points, and what is missing to say anything of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators.question import ARRAYS, SIZE, TOKENS, Gaps, arrays, broadcast, taken
from tests.calculators.estimators.estimating import language


def test_figures_of_a_request_get_one_shape() -> None:
    work = broadcast(replace(language(), params_millions=np.arange(3.0)))
    assert [array.shape for array in arrays(work)] == [(3,)] * len(ARRAYS)
    assert work.layers == 32
    one = taken(work, slice(1, 2))
    assert one.params_millions.tolist() == [1.0]
    assert one.input_tokens.tolist() == [500.0]


def test_shapes_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        broadcast(replace(language(), params_millions=np.ones(3), input_tokens=np.ones(2)))


def test_the_first_gap_is_named() -> None:
    gaps = Gaps({SIZE: np.array([True, False, False]), TOKENS: np.array([True, True, False])})
    assert [gaps.said(point) for point in range(3)] == [SIZE, TOKENS, ""]
    assert gaps.any.tolist() == [True, True, False]
    assert np.isnan(gaps.known).tolist() == [True, True, False]
