"""What an option costs in the terms it is ranked by: the company's part, or the users' too.

Headline figures, charts and the table of places all speak of this figure, as the answer's
sentence does; what users pay besides is shown apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculators.results import Option
from calculators.scenario import Scenario

WORTH_SHOWING = 0.005
"""Share of the headline below which a part beside it is less than its rounding."""


@dataclass(frozen=True)
class Ranked:
    """Dollars; the range is the 80 % interval."""

    monthly_usd: float
    low_usd: float | None  # a month
    high_usd: float | None
    usd_per_1000_requests: float | None
    usd_per_user_month: float | None
    users_usd: float  # a month, paid by users and not in the figures above

    @property
    def users_matter(self) -> bool:
        """Whether the users' part would show at all beside the ranked figure."""
        return self.users_usd >= WORTH_SHOWING * self.monthly_usd and self.users_usd > 0


def ranked(option: Option, scenario: Scenario) -> Ranked | None:
    """The ranked cost of an option; None when it is not priced."""
    cost = option.ranked_usd(scenario.rank_by)
    if cost is None or option.total_usd is None:
        return None
    months = scenario.horizon_months
    apart = option.total_usd - cost
    share = cost / option.total_usd if option.total_usd else 1.0
    per_1000, per_user = option.usd_per_1000_requests, option.usd_per_user_month
    return Ranked(
        monthly_usd=cost / months,
        low_usd=_end(option.low_usd, apart, months),
        high_usd=_end(option.high_usd, apart, months),
        usd_per_1000_requests=per_1000 * share if per_1000 is not None else None,
        usd_per_user_month=per_user * share if per_user is not None else None,
        users_usd=apart / months,
    )


def _end(total: float | None, apart: float, months: int) -> float | None:
    """One end of the interval of the total, without the part that is not ranked."""
    return None if total is None else max(total - apart, 0.0) / months
