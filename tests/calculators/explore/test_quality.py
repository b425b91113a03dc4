"""Quality lost between two trainings, by hand and by properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calculators.explore.quality import ALL_POINTS, average_loss


def test_half_of_what_is_lost_until_the_next_training() -> None:
    """2 points a month: 36 months / 2 x 2 = 36; every two months 2; twice a month 0.5."""
    found = average_loss(np.array([0.0, 0.5, 2.0]), 2.0, 36.0)
    assert found.tolist() == pytest.approx([36.0, 2.0, 0.5])


def test_who_is_trained_more_rarely_than_the_period_lasts_is_trained_once_in_it() -> None:
    assert average_loss(np.array([0.01]), 1.0, 12.0).tolist() == [6.0]


def test_no_more_than_all_is_lost() -> None:
    """10 points a month over 20 months: 50 on average for ten months, then 100 for ten: 75."""
    assert average_loss(np.array([0.0]), 10.0, 20.0).tolist() == pytest.approx([75.0])


@example(5e-324, 1.0, [0.0, 1.0])  # the least loss there is
@given(
    st.floats(0, 100),
    st.floats(1, 120),
    st.lists(st.floats(0, 43_800), min_size=2, max_size=6),
)
def test_more_trainings_never_lose_more(loss: float, months: float, often: list[float]) -> None:
    found = average_loss(np.sort(np.array(often)), loss, months)
    assert (np.diff(found) <= 1e-9 * ALL_POINTS).all()
    assert ((found >= 0) & (found <= ALL_POINTS)).all()
