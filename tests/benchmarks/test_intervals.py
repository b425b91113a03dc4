"""Intervals are set with three tenths of the rows hidden at once, and judged the same way."""

from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.accuracy import project_rows
from benchmarks.calibration import HELD, LARGEST, Scaled, quantile, shrunk, table
from benchmarks.intervals import DRAWS, FEWER, draws, interval_rows
from benchmarks.judge import together
from benchmarks.third import Thinned, drawn
from calculators.estimators.learnt import Learnt
from pricing.book import PriceBook


def rows_of(values: Sequence[float], repeated: int = 1) -> list[tuple[str, float]]:
    return [(f"r{index}", value) for index, value in enumerate(values)] * repeated


def test_the_quantile_is_one_of_the_values() -> None:
    ten = Scaled.of(rows_of(np.arange(1.0, 11.0).tolist()))
    assert quantile(ten) == 10.0  # ceil(11 x 0.83) = 10 of 10
    hundred = Scaled.of(rows_of(np.arange(1.0, 100.0).tolist()))
    assert quantile(hundred) == 84.0  # ceil(100 x 0.83) = 83 of 99: 98 x 83/99 = 82.2, next 84
    assert shrunk(ten, 2.0) == pytest.approx((10 * LARGEST + 10.0 * 2.0) / 20.0)
    assert HELD > 0.8


def test_a_row_left_out_twice_counts_once() -> None:
    """Few rows are known badly: their largest value stands for 80 %, however often it is seen."""
    few = Scaled.of(rows_of([1.0, 2.0, 3.0], repeated=40))
    assert few.rows == 3
    assert quantile(few) == 3.0


def test_small_cells_are_drawn_to_all_of_their_kind() -> None:
    cells = {
        ("a", "scaled", "known"): rows_of([1.0] * 90),
        ("b", "scaled", "known"): rows_of([3.0]),
    }
    made = table(cells)
    assert made["a", "scaled", "known"][1] == 90
    assert made["a", "scaled", "known"][0] == pytest.approx(1.0)
    assert made["b", "scaled", "known"][0] == pytest.approx((3.0 + 10 * 1.0) / 11)
    scopes = {row["scope"]: row["value"] for row in interval_rows(cells)}
    assert scopes["b"] == scopes["b/scaled/known"] == pytest.approx(13 / 11, abs=1e-4)


def test_a_draw_hides_rows_whole_machines_and_whole_networks() -> None:
    rows = project_rows(PriceBook.load())
    made = draws(rows)
    assert [what for what, _ in made] == ["row", "hardware", "model"] * DRAWS
    first = dict(made[:3])
    units = {together(row) for row in rows.values()}
    assert len({together(rows[name]) for name in first["row"]}) == round(FEWER * len(units))
    left = {row.model for name, row in rows.items() if name not in first["model"]}
    assert not left & {rows[name].model for name in first["model"]}


def test_a_thinned_book_knows_nothing_of_hidden_rows() -> None:
    book = PriceBook.load()
    rows = project_rows(book)
    hidden = drawn(rows, 0)
    assert not {together(rows[name]) for name in hidden} & {
        together(row) for name, row in rows.items() if name not in hidden
    }
    learnt = Learnt.of(Thinned(book, hidden))
    seen = {item.sample.row for items in learnt.ready.values() for item in items}
    assert seen
    assert not seen & hidden
    named = {row.model for name, row in rows.items() if name not in hidden}
    assert set(learnt.catalogue.models) <= named
    assert all(not start for start in learnt.start.values())
