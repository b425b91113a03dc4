"""Pages in browsers: the mark of few measurements comes from the rows and goes with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators.device_web import Web
from calculators.estimators.predictor import Predictor
from tests.calculators.estimators.estimating import estimators


def web(pages: tuple[tuple[str, str], ...]) -> Web:
    predictor = estimators().predictor
    return Web.of(Predictor(replace(predictor.learnt, pages=pages)), "llm")


def test_the_rows_of_the_tables_are_few() -> None:
    found = Web.of(estimators().predictor, "vision")
    assert (found.rows, found.devices, found.few) == (6, 3, True)
    assert (found.unit, found.base) == ("wasm", "cpu")


@pytest.mark.parametrize(("rows", "devices", "few"), [(19, 5, True), (20, 4, True), (20, 5, False)])
def test_the_mark_falls_away_with_twenty_rows_from_five_devices(
    rows: int, devices: int, few: bool
) -> None:
    found = web(tuple((f"r{n}", f"d{n % devices}") for n in range(rows)))
    assert found.few is few
    assert found.notes[0].endswith("measurements") is few
    reach = float(found.factor.log_high - found.factor.log_mid)
    assert reach == pytest.approx(np.log(3) if few else 0.0)
