"""How sure the answer is: the verdict, what is worth knowing, and what moves the difference.

One mechanism: the draws of :mod:`calculators.explore.draws`. The first 512 are the verdict and the
ranges of the page; all 8,192 are behind what knowing a factor would save. The difference between
the two cheapest places is looked at with each factor alone at its ends.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators import factors
from calculators.answer.options import BASE, OptionList
from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.explore.draws import ALL, SEED, VERDICT, Draws, costs_at, drawn, draws, feasible
from calculators.factors import Factor
from calculators.memory import Memory
from calculators.points import Points, ranged
from calculators.results import Bar, Range, Recommendation, Uncertainty, Worth
from pricing.kept import cached_property

BINS = 64  # of equal probability, of a factor's draws
SHUFFLES = 16  # of the draws: what so many bins gain by chance alone
EXCHANGED = 32  # draws in which each factor is exchanged alone, to see how much it moves
UNMOVED = 1e-9  # share of a cost or a regret: a smaller change is none


class Certainty:
    """What the draws say of one comparison; each part is made when first asked for."""

    def __init__(self, listed: OptionList, memory: Memory) -> None:
        self.listed, self.memory = listed, memory

    # the page ------------------------------------------------------------------------------------

    @cached_property
    def whole(self) -> Draws:
        """The draws of the best of every place that is priced, those that may be ranked first."""
        return drawn(self.listed, [*feasible(self.listed), *self._shut], self.memory, VERDICT)

    @cached_property
    def few(self) -> Draws | None:
        """The draws of places that may be ranked; None where nothing is allowed.

        Read from :attr:`whole` where somebody has asked for that: nothing is drawn twice.
        """
        if "whole" not in self.__dict__:
            return draws(self.listed, self.memory, VERDICT)
        count = len(feasible(self.listed))
        return self.whole.first(count) if count else None

    def verdict(self) -> Recommendation | None:
        """Whether the cheapest place is clearly so."""
        return None if self.few is None else self.few.verdict()

    def range(self, candidate: int) -> Range | None:
        """p10 to p90 of the best candidate of a place; None for any other."""
        if candidate not in self.listed.first_of_place:
            return None
        name = self.listed.found.id(candidate)
        if "whole" not in self.__dict__ and self.few is not None and name in self.few.ids:
            return self.few.range(name)
        return self.whole.range(name) if name in self.whole.ids else None

    @property
    def _shut(self) -> Sequence[int]:
        """The best of places that may not be ranked but are priced."""
        listed = self.listed
        shut = set(listed.first_of_place) - set(feasible(listed))
        return [i for i in sorted(shut) if np.isfinite(listed.found.company[i, BASE])]

    # all draws -----------------------------------------------------------------------------------

    def uncertainty(self) -> Uncertainty | None:
        """Everything from all draws; None where nothing is allowed."""
        many = draws(self.listed, self.memory, ALL)
        if many is None:
            return None
        ends, exchanged = self._ends(), self._exchanged()
        most = np.zeros(len(factors.FACTORS))
        acts = [item in self._active for item in factors.FACTORS]
        most[acts] = most_worth(many, exchanged)
        worth = worth_knowing(many, self._scores(ALL), most)
        named = zip(factors.FACTORS, (worth / many.months).tolist(), strict=True)
        told = sorted((Worth(item.name, item.label, usd) for item, usd in named), key=_by_worth)
        return Uncertainty(many.verdict(), tuple(told), ends.difference, ends.bars)

    @cached_property
    def _active(self) -> tuple[Factor, ...]:
        case = self.listed.found.case
        return factors.active(case.assumed, growth=ranged(case.scenario))

    def _ends(self) -> Ends:
        """Every place with each factor alone at its low and its high end."""
        found, best = self.listed.found, feasible(self.listed)
        points = Points.ends(found.case.scenario, [item.name for item in self._active])
        costs, _, _ = costs_at(found, best, points, self.memory)
        return Ends(self._active, costs / found.case.scenario.horizon_months)

    def _scores(self, count: int) -> Array:
        """Scores of every factor in the draws (F, count)."""
        points = Points.draws(self.listed.found.case.scenario, count, SEED)
        return np.stack([points.scores[item.name] for item in factors.FACTORS])

    def _exchanged(self) -> Array:
        """Cost of every place where each factor alone is exchanged in some draws (P, F', E).

        For that of another draw, half of them further on.
        """
        found, names = self.listed.found, [item.name for item in self._active]
        rows = zip(factors.FACTORS, self._scores(EXCHANGED), strict=True)
        scores = {item.name: np.tile(row, len(names)) for item, row in rows}
        for turn, name in enumerate(names):
            here = slice(turn * EXCHANGED, (turn + 1) * EXCHANGED)
            scores[name][here] = np.roll(scores[name][here], EXCHANGED // 2)
        points = Points(found.case.scenario, EXCHANGED * len(names), scores=scores)
        costs, _, _ = costs_at(found, feasible(self.listed), points, self.memory)
        return costs.reshape(len(costs), len(names), EXCHANGED)


def most_worth(found: Draws, exchanged: Array) -> Array:
    """No more than this can knowing a factor save (F',), by costs (P, F', E) where it is exchanged.

    What is saved by knowing is at most what the factor changes in what the cheapest place costs
    more than another. Infinite where it decides whether one of the two may be used; 0 where it
    changes nothing.
    """
    before = found.costs[found.usable][:, None, : exchanged.shape[2]]
    after = exchanged[found.usable]
    here, there = np.isfinite(before), np.isfinite(after)
    both = here & here[:1] & there & there[:1]
    with np.errstate(invalid="ignore"):
        change = np.abs((after - after[:1]) - (before - before[:1]))
        still = change <= UNMOVED * np.maximum(before, before[:1])
    apart = np.where(both, np.where(still, 0.0, change), np.where(here == there, 0.0, np.inf))
    return np.asarray(apart.max(0).mean(1))


def _by_worth(item: Worth) -> float:
    return -item.usd


def _differ(one: Array, other: Array) -> BoolArray:
    """Where two costs are not the same; two infinite ones are."""
    same = np.isclose(one, other, rtol=UNMOVED, atol=0)
    return np.asarray(~same)


class Ends:
    """Costs a month of P places at the middle and at both ends of each factor (P, 1 + 2 F)."""

    def __init__(self, moved: tuple[Factor, ...], costs: Array) -> None:
        self.factors, self.costs = moved, costs

    @property
    def difference(self) -> float | None:
        """The cheapest minus the next place, all factors at their middle."""
        return float(self.costs[0, 0] - self.costs[1, 0]) if len(self.costs) > 1 else None

    @property
    def bars(self) -> tuple[Bar, ...]:
        """That difference at both ends of each factor that moves it, the widest first."""
        if self.difference is None:
            return ()
        one, other = self.costs[:2, 1:]
        with np.errstate(invalid="ignore"):
            gaps = np.where(np.isfinite(one) & np.isfinite(other), one - other, np.nan)
        changed = _either(_differ(gaps, np.full_like(gaps, self.difference)))
        rows = zip(self.factors, gaps.reshape(-1, 2), changed, strict=True)
        bars = [
            Bar(item.name, item.label, _known(low), _known(high))
            for item, (low, high), moves in rows
            if moves
        ]
        return tuple(sorted(bars, key=_width, reverse=True))


def _either(ends: BoolArray) -> Sequence[bool]:
    """Whether something holds at either end of each factor, by ends (2 F,)."""
    return [bool(low or high) for low, high in ends.reshape(-1, 2)]


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _width(bar: Bar) -> float:
    """Bars at whose end a place drops out come first."""
    if bar.low_usd is None or bar.high_usd is None:
        return np.inf
    return abs(bar.high_usd - bar.low_usd)


# what is worth knowing ----------------------------------------------------------------------------


def worth_knowing(found: Draws, scores: Array, most: Array) -> Array:
    """Expected regret of the cheapest place that knowing each factor would save (F,).

    ``scores`` (F, N) of the draws. None is worth more than ``most`` (F,), which is 0 for a factor
    that moves nothing; where a single one moves anything it is worth the whole regret. Knowing in
    which of 64 bins of equal probability a factor lies, one takes the place of least mean regret
    there. Choosing the least of noisy means gains by chance too: what bins of shuffled draws gain
    is taken off.

    A place's mean is over the draws of the bin in which it may be used, as its regret is; a bin
    counts by those of the cheapest place, so that all bins of it make its whole regret.
    """
    whole, moved = float(found.expected_regret[0]), most > 0
    if not whole > 0 or not any_true(moved):  # also where it may never be used
        return np.zeros(len(scores))
    if moved.sum() == 1:
        return np.where(moved, whole, 0.0)
    regret, available = found.regret[found.usable], found.available[found.usable]
    any_bins = bins_of(scores[:1])[:, found.answered]
    shuffled = np.random.default_rng(found.seed).permuted(
        np.broadcast_to(any_bins, (SHUFFLES, any_bins.shape[1])), axis=1
    )
    by_chance = float(least_regret(regret, available, shuffled).mean())
    # what moves nothing saves nothing: its draws need no bins
    bins = bins_of(scores[moved])[:, found.answered]
    saved = np.zeros(len(scores))
    saved[moved] = by_chance - least_regret(regret, available, bins)
    # the same draws summed in another order differ in their last digits, which no knowledge saves
    saved[saved <= UNMOVED * whole] = 0.0
    return np.asarray(np.clip(saved, 0.0, np.minimum(most, whole)))


def bins_of(scores: Array) -> Index:
    """Bin of each draw by the rank of its score (F, N): as many draws in each."""
    ranks = scores.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return np.asarray(ranks * BINS // scores.shape[1], dtype=np.intp)


def least_regret(regret: Array, available: BoolArray, bins: Index) -> Array:
    """Mean regret where the best place of each bin is taken (F,), by bins (F, N) of the draws.

    ``regret`` and ``available`` are (P, N), the first place the one whose draws weigh a bin.
    """
    rows = len(bins)
    cells = rows * BINS
    flat = (bins + BINS * np.arange(rows)[:, None]).ravel()

    def summed(values: Array) -> Array:
        weighed = np.bincount(flat, weights=np.tile(values, rows), minlength=cells)
        return np.asarray(weighed, dtype=np.float64)

    sums = np.stack([summed(values) for values in np.where(available, regret, 0.0)])
    counts = np.stack([summed(mask.astype(np.float64)) for mask in available])
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(counts > 0, sums / counts, np.inf)
    weights = counts[0]
    least = np.where(weights > 0, means.min(0), 0.0)
    return np.asarray((least * weights).reshape(rows, BINS).sum(1) / available[0].sum())
