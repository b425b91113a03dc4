"""What an option costs in the terms it is ranked by: the company's part, or the users' too.

Headline figures, charts and the table of places all speak of this figure, as the answer's
sentence does; what users pay besides is shown apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculators.results import Comparison, Option

WORTH_SHOWING = 0.005
"""Share of the headline below which a part beside it is less than its rounding."""


@dataclass(frozen=True)
class Ranked:
    """Dollars; the range is p10 to p90 of the ranked figure itself."""

    monthly_usd: float
    low_usd: float | None  # a month
    high_usd: float | None
    usd_per_1000_requests: float | None
    usd_per_user_month: float | None
    users_usd: float | None  # a month, paid by users besides; None: not known

    @property
    def users_matter(self) -> bool:
        """Whether the users' part would show at all beside the ranked figure."""
        paid = self.users_usd or 0.0
        return paid >= WORTH_SHOWING * self.monthly_usd and paid > 0


def ranked(option: Option, comparison: Comparison, *, spread: bool = True) -> Ranked | None:
    """The ranked cost of an option; None when it is not priced.

    Without ``spread`` the range is left out: of a place that may not be used it takes
    draws of its own.
    """
    rank_by, months = comparison.scenario.rank_by, comparison.scenario.horizon_months
    cost = option.ranked_usd(rank_by)
    if cost is None:
        return None
    ends = option.range.ranked(rank_by) if spread and option.range is not None else None
    total = option.total_usd
    return Ranked(
        monthly_usd=cost / months,
        low_usd=None if ends is None else ends[0] / months,
        high_usd=None if ends is None else ends[1] / months,
        usd_per_1000_requests=_per(cost, option.served_requests / 1000),
        usd_per_user_month=_per(cost, option.served_user_months),
        users_usd=None if total is None else (total - cost) / months,
    )


def _per(cost: float, uses: float) -> float | None:
    return cost / uses if uses > 0 else None
