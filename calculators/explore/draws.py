"""Random draws: how sure the cheapest place is, and what choosing another would cost.

Risks are drawn, choices are not: each place keeps the candidate that is its best at the middle
values. Every factor moves at once (:meth:`Points.draws`); the first 512 of 8,192 draws are the
same as 512 draws. A place is *not available* in a draw in which a rule forbids its candidate (no
machine keeps a budget, too few devices can run the model); its own cost and regret are over the
draws in which it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from calculators.answer.options import BASE, OptionList
from calculators.answer.ranges import narrowed
from calculators.arrays import Array, BoolArray, any_true
from calculators.evaluation import Evaluation
from calculators.memory import Memory
from calculators.places import AnswersAt
from calculators.points import Points
from calculators.results import OFTEN, Odds, Range, Recommendation
from pricing.kept import cached_property
from pricing.records import record

VERDICT, ALL = 512, 8192
"""Draws behind the verdict on the page, and behind everything else."""
SEED = 12
"""Of sixteen looked at, the one whose percentiles were nearest to what all of them say together.

In six scenarios whose percentiles are the least sure; four were then looked at in sixty.
"""
CELLS = 1_000_000  # months x candidates x draws evaluated at once: bounds the memory
LEAST = 256  # draws evaluated at once, however many months they have
SURE = 2 / 3  # of the draws in which the recommended place beats each other one
CLEAR = 0.03  # share by which its cost lies under the next one's
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@record
class Draws:
    """Cost over the horizon of P places' candidates in N draws."""

    places: tuple[AnswersAt, ...]  # by cost at the middle values, the cheapest first
    ids: tuple[str, ...]
    middle: Array  # (P,) as ranked, at the middle values
    costs: Array  # (P, N) as ranked, infinite where the candidate is not available in that draw
    company: Array  # (P, N), whether available or not; NaN where it is not known
    user: Array  # (P, N)
    months: float = 1.0  # of the horizon
    seed: int = SEED

    @property
    def size(self) -> int:
        """N."""
        return int(self.costs.shape[1])

    @cached_property
    def answered(self) -> BoolArray:
        """Draws in which some place is available (N,)."""
        return np.asarray(np.isfinite(self.costs).any(0))

    @cached_property
    def open(self) -> Array:
        """Costs in these draws (P, N')."""
        return np.asarray(self.costs[:, self.answered])

    @cached_property
    def available(self) -> BoolArray:
        """Where a place may be used, of the draws in which some may (P, N')."""
        return np.isfinite(self.open)

    @cached_property
    def available_share(self) -> Array:
        """In how many of these draws a place may be used (P,)."""
        return np.asarray(self.available.sum(1) / max(self.open.shape[1], 1))

    @cached_property
    def regret(self) -> Array:
        """Cost of a place minus the least of the draw (P, N'); infinite where not available."""
        return np.asarray(self.open - self.open.min(0)) if self.open.size else self.open

    @cached_property
    def expected_regret(self) -> Array:
        """Mean regret over the draws in which a place may be used (P,); NaN where it never may."""
        return _mean(self.regret, self.available)

    @cached_property
    def regret_error(self) -> Array:
        """Standard error of the mean regret (P,), of independent draws; NaN where it never may."""
        away = np.where(self.available, self.regret - self.expected_regret[:, None], 0.0)
        count = self.available.sum(1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.sqrt((away**2).sum(1)) / count)

    def percentile(self, share: float) -> Array:
        """Cost that a share of the draws stays under, of those in which a place may be used (P,).

        NaN where it never may.
        """
        return np.asarray(self.percentiles(share)[0])

    def percentiles(self, *shares: float) -> Array:
        """The same of several shares, (len(shares), P)."""
        return _percentiles(self.open, self.available, shares)

    @cached_property
    def probability_cheapest(self) -> Array:
        """Share of the draws in which a place costs least (P,); they add up to 1.

        Draws in which no place is available are left out; without any other one all are 0.
        """
        winner = self.open.argmin(0)
        wins = np.bincount(winner, minlength=len(self.places))
        return np.asarray(wins / max(winner.size, 1))

    @cached_property
    def beats(self) -> Array:
        """Share of the draws in which the cheapest place costs less than each other (P - 1,)."""
        wins = (self.open[0] < self.open[1:]).sum(1)
        return np.asarray(wins / max(self.open.shape[1], 1))

    @property
    def contested(self) -> tuple[AnswersAt, ...]:
        """Places that the cheapest one does not clearly beat; empty where it is recommended."""
        unsure = self.beats < SURE
        near = self.middle[0] > (1 - CLEAR) * self.middle[1:]
        return tuple(
            p for p, doubt in zip(self.places[1:], (unsure | near).tolist(), strict=True) if doubt
        )

    @cached_property
    def usable(self) -> BoolArray:
        """Places that one would choose for lesser regret: available more often than not (P,).

        The cheapest one is, whatever its share.
        """
        return np.asarray(self.available_share >= min(OFTEN, float(self.available_share[0])))

    @property
    def least_regret(self) -> AnswersAt | None:
        """The place of least expected regret, where that is not the cheapest one.

        Of places that may be used at least as often as the cheapest.
        """
        held = self.available_share >= self.available_share[0]
        regret = np.where(held & ~np.isnan(self.expected_regret), self.expected_regret, np.inf)
        least = int(regret.argmin())
        return self.places[least] if regret[least] < regret[0] else None

    def verdict(self) -> Recommendation:
        """What these draws say of the answer."""
        low, mid, high = self.percentiles(LOW, MIDDLE, HIGH) / self.months
        regret, error = self.expected_regret / self.months, self.regret_error / self.months
        odds = (
            Odds(
                kind=place,
                option_id=self.ids[p],
                p10_usd=_known(low[p]),
                p50_usd=_known(mid[p]),
                p90_usd=_known(high[p]),
                probability_cheapest=float(self.probability_cheapest[p]),
                expected_regret_usd=_known(regret[p]),
                available=float(self.available_share[p]),
                regret_error_usd=_known(error[p]),
            )
            for p, place in enumerate(self.places)
        )
        return Recommendation(self.size, self.seed, tuple(odds), self.contested, self.least_regret)

    def first(self, count: int) -> Draws:
        """The same draws of the first places alone."""
        return replace(
            self,
            places=self.places[:count],
            ids=self.ids[:count],
            middle=self.middle[:count],
            costs=self.costs[:count],
            company=self.company[:count],
            user=self.user[:count],
        )

    def range(self, name: str) -> Range | None:
        """p10 to p90 of a candidate's cost by who pays; None where it has none.

        Over the draws in which it is available; of one that never is, over all it is priced in.
        """
        p = self.ids.index(name)
        company, total = self.company[p], self.company[p] + self.user[p]
        allowed = np.isfinite(self.costs[p])
        counted = allowed if any_true(allowed) else np.isfinite(company)
        if not any_true(counted):
            return None
        low, high = _ends(company[counted])
        whole = (low, high) if any_true(np.isnan(total[counted])) else _ends(total[counted])
        return Range(low, high, *whole)


def _ends(values: Array) -> tuple[float, float]:
    low, high = np.quantile(values, [LOW, HIGH], method="inverted_cdf")
    return float(low), float(high)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _mean(values: Array, counted: BoolArray) -> Array:
    """Mean of what counts of each row (P,); NaN where nothing does."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(counted, values, 0.0).sum(1) / counted.sum(1))


def _percentiles(values: Array, counted: BoolArray, shares: Sequence[float]) -> Array:
    """Percentiles of what counts of each row (S, P), each one of them; NaN where nothing does."""
    found = np.full((len(shares), len(values)), np.nan)
    for place, (row, here) in enumerate(zip(values, counted, strict=True)):
        if any_true(here):
            found[:, place] = np.quantile(row[here], shares, method="inverted_cdf")
    return found


def feasible(listed: OptionList) -> list[int]:
    """The best candidate of each place that may be ranked, the cheapest first."""
    found = listed.found
    return [i for i in listed.first_of_place if np.isfinite(found.ranked[i, BASE])]


def draws(
    listed: OptionList, memory: Memory, count: int = VERDICT, seed: int = SEED
) -> Draws | None:
    """Draw every factor ``count`` times; None where nothing is allowed at the middle values."""
    best = feasible(listed)
    return drawn(listed, best, memory, count, seed) if best else None


def drawn(
    listed: OptionList, candidates: Sequence[int], memory: Memory, count: int, seed: int = SEED
) -> Draws:
    """The same of chosen candidates, whether they may be ranked or not."""
    found = listed.found
    points = Points.draws(found.case.scenario, count, seed)
    ids = tuple(found.id(i) for i in candidates)
    kept = np.stack([*costs_at(found, candidates, points, memory)])
    return Draws(
        places=tuple(found.places[i] for i in candidates),
        ids=ids,
        middle=found.ranked[list(candidates), BASE],
        costs=kept[0],
        company=kept[1],
        user=kept[2],
        months=float(found.case.scenario.horizon_months),
        seed=seed,
    )


def costs_at(
    found: Evaluation, candidates: Sequence[int], points: Points, memory: Memory
) -> tuple[Array, Array, Array]:
    """Ranked, company's and users' cost of candidates at any points, (P, N) each.

    In slices that bound the memory. A candidate that is not there at a point (its training is not
    possible) is not available, and not priced.
    """
    ids = [found.id(i) for i in candidates]
    parts = [_figures(made, ids) for made in _slices(found, candidates, points, memory)]
    ranked, company, user = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    return ranked, company, user


def _slices(
    found: Evaluation, candidates: Sequence[int], points: Points, memory: Memory
) -> Iterator[Evaluation]:
    months = points_months(found, points)
    step = max(LEAST, CELLS // (months * max(len(candidates), 1)))
    for start in range(0, points.size, step):
        yield narrowed(found, candidates, points.take(slice(start, start + step)), memory)


def points_months(found: Evaluation, points: Points) -> int:
    """Months that stand alone in the calendar of the points."""
    months = found.case.demand.calendar.first.size
    moving = any_true(points["growth_pct_per_month"] != 0)
    return max(months, found.case.scenario.horizon_months if moving else 1)


def _figures(made: Evaluation, ids: Sequence[str]) -> tuple[Array, Array, Array]:
    rows = [made.at.get(name, -1) for name in ids]
    absent = np.array(rows)[:, None] < 0

    def of(values: Array, without: float) -> Array:
        return np.where(absent, without, values[rows])

    return of(made.ranked, np.inf), of(made.company, np.nan), of(made.user, np.nan)
