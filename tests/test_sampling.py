"""A few cases run every day, none is lost."""

from __future__ import annotations

import pytest

from tests.sampling import few


def test_so_many_run_every_day_spread_evenly_and_none_is_lost() -> None:
    made = few(range(10), 4)  # 0, 10 / 4 = 2.5, 5, 7.5
    assert [one.values[0] for one in made] == list(range(10))
    assert [one.values[0] for one in made if not one.marks] == [0, 2, 5, 7]
    assert all(not one.marks for one in few("abc", 5))


@pytest.mark.parametrize(("cases", "most"), [([], 3), ([1], 0)])
def test_none_every_day_is_refused(cases: list[int], most: int) -> None:
    with pytest.raises(ValueError, match="at least one must run every day"):
        few(cases, most)
