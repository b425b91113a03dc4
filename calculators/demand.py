"""How much is asked: users, requests and installs by month, at every point.

Arrays over points are (N,) or (1,), over points and months (N, S) or (1, S).
"""

from __future__ import annotations

import numpy as np

from calculators.accounts.calendar import Calendar
from calculators.arrays import Array, any_true
from calculators.points import Points
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import SECONDS_PER_MONTH

DRIFTS = ("api", "rental", "hardware", "electricity")


@record
class Demand:
    """What the users of N situations ask for."""

    points: Points
    free_ends: tuple[float, ...]  # months after which a free allowance of the task ends
    install_share: Array  # of the users, a month, where installs are not given

    @cached_property
    def calendar(self) -> Calendar:
        """Months of the horizon."""
        drifts = (self.points[f"price_change_pct_per_year_{kind}"] for kind in DRIFTS)
        return Calendar.build(
            self.points["horizon_months"],
            self.points["growth_pct_per_month"],
            self.points["discount_rate_pct"],
            monthly=any(any_true(drift != 0) for drift in drifts),
            ends=self.free_ends,
        )

    @cached_property
    def users(self) -> Array:
        """Users in month 1."""
        scenario = self.points.scenario
        if scenario.hold == "users":
            # the users the scenario itself has; more volume means each asks more
            given = scenario.requests_per_month / self.points["requests_per_user_per_month"]
            return np.asarray(given)
        return self.points["requests_per_month"] / self.points["requests_per_user_per_month"]

    @cached_property
    def requests_per_user(self) -> Array:
        """Requests of one user in month 1."""
        return self.points["requests_per_month"] / self.users

    @cached_property
    def requests(self) -> Array:
        """Requests a month (N, S)."""
        return np.asarray(self.points["requests_per_month"][:, None] * self.calendar.growth)

    @cached_property
    def users_by_month(self) -> Array:
        """Users (N, S)."""
        growth = self.calendar.growth
        if self.points.scenario.hold == "users":
            growth = np.ones_like(growth)
        return np.asarray(self.users[:, None] * growth)

    @cached_property
    def mean_rps(self) -> Array:
        """Mean requests per second (N, S)."""
        return self.requests / SECONDS_PER_MONTH

    @cached_property
    def installs(self) -> Array:
        """New installs a month (N, S)."""
        if self.points.given("installs_per_month"):
            return np.asarray(self.points["installs_per_month"][:, None] * self.calendar.growth)
        return np.asarray(self.users_by_month * self.install_share[:, None])

    @cached_property
    def served_requests(self) -> Array:
        """Requests over the horizon."""
        return self.calendar.sum(self.requests)

    @cached_property
    def user_months(self) -> Array:
        """Users times months over the horizon."""
        return self.calendar.sum(self.users_by_month)

    @cached_property
    def retrains(self) -> Array:
        """Retrainings in each month (N, S); 0 when nothing is trained."""
        monthly = self.points["retrains_per_month"] if self.points.trains else np.zeros(1)
        return np.asarray(monthly[:, None] * np.ones_like(self.calendar.growth))

    @cached_property
    def runs(self) -> Array:
        """Training runs of the retrainings in a month (N, S), failed attempts included."""
        return np.asarray(self.retrains * self.points["experiments_per_retrain"][:, None])
