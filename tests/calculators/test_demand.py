"""How much is asked, by hand: users, requests, installs and retrainings by month and by point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.demand import Demand
from tests.calculators.world import case, compared, items, option


def demand(**changes: Any) -> Demand:
    return case(**changes).demand


def test_users_follow_the_volume_unless_they_are_held() -> None:
    values = {"requests_per_month": [1e6, 4e6]}
    free = case(values).demand
    assert free.users.tolist() == [100_000, 400_000]
    assert free.requests_per_user.tolist() == [10, 10]
    held = case(values, hold="users").demand
    assert held.users.tolist() == [100_000]
    assert held.requests_per_user.tolist() == [10, 40]


def test_growth_compounds_from_the_second_month_on() -> None:
    found = demand(growth_pct_per_month=100, horizon_months=3)
    assert found.requests[0].tolist() == [1e6, 2e6, 4e6]
    assert found.users_by_month[0].tolist() == [1e5, 2e5, 4e5]
    assert found.served_requests.tolist() == [7e6]
    assert found.user_months.tolist() == [7e5]
    held = demand(growth_pct_per_month=100, horizon_months=3, hold="users")
    assert held.users_by_month[0].tolist() == [1e5] * 3
    assert held.requests[0].tolist() == [1e6, 2e6, 4e6]


def test_growth_counts_requests_month_by_month() -> None:
    found = compared(requests_per_month=1000, growth_pct_per_month=100, horizon_months=3)
    chosen = option(found, "none>managed_api:delta/faces")
    # 1,000 + 2,000 + 4,000 requests
    assert items(chosen)["Requests"].quantity == pytest.approx(7000)
    assert chosen.usd_per_1000_requests == pytest.approx((chosen.total_usd or 0) / 7)


def test_installs_are_a_share_of_the_users_or_the_users_own_figure() -> None:
    """5 % in the middle; a factor moves it between 2 and 10 %."""
    assert demand().installs[0, 0] == 5000
    ends = case(scores={"new_installs": [-1.0, 1.0]}).demand
    assert ends.installs[:, 0] == pytest.approx([2000, 10_000])
    own = demand(installs_per_month=7, growth_pct_per_month=100, horizon_months=2)
    assert own.installs[0].tolist() == [7, 14]


def test_a_second_has_its_share_of_a_month() -> None:
    # 730 h x 3,600 s
    assert demand(requests_per_month=2_628_000).mean_rps[0, 0] == 1


def test_months_are_single_where_something_changes_by_month() -> None:
    """Else they end with a free allowance: after 3 and 12 months for faces."""
    assert demand().calendar.last.tolist() == [3, 12, 36]
    assert demand(task="recommendation").calendar.last.tolist() == [36]
    for name in ("api", "rental", "hardware", "electricity"):
        drifting = demand(**{f"price_change_pct_per_year_{name}": 1})
        assert drifting.calendar.last.size == 36
    assert demand(growth_pct_per_month=1).calendar.last.size == 36


def test_retrainings_and_runs_of_a_month() -> None:
    found = demand(retrains_per_month=4, experiments_per_retrain=3, horizon_months=1)
    assert (found.retrains[0, 0], found.runs[0, 0]) == (4, 12)
    assert demand(horizon_months=1).runs[0, 0] == 0  # nothing is trained


def test_a_horizon_of_its_own_at_every_point() -> None:
    found = case({"horizon_months": [1, 12, 36]}).demand
    assert found.served_requests == pytest.approx([1e6, 12e6, 36e6])
    assert np.isfinite(found.calendar.discount).all()
