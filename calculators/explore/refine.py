"""Looking closer where the cheaper of two places may change, until no such cell is left open.

A *cell* lies between two neighbouring values. It is looked into when, of two places,

- the cheaper one changes, or one of them starts or stops being allowed;
- the costs at its ends are nearer to each other than what costs may do unseen in between: climb
  by whole machines (a staircase leaves the straight line between its ends by no more than one
  machine of every month), change the winner or bend;

or when one place's cost makes a step that a chart would show. Where a block knows its steps along
the volume they are looked at directly; elsewhere cells are cut into many parts at once, so that a
step is found in four or five rounds to a billionth of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import combinations
from typing import TypeVar

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.explore.axis import MET, VOLUME, Axis
from calculators.explore.envelope import Envelope
from pricing.records import record

ROUNDS = 14
CUTS_IN_ROUND = 900  # values looked at in one round, spread over the cells that need it
FEWEST_CUTS, MOST_CUTS = 3, 63  # of one cell
STEPS_IN_CELL = 48  # known steps looked at directly; where there are more the cell is cut
LINE = 0.1  # of a cell: where lines that bend a little meet is told by straight ones so closely
SECANT_SPREADS = (1 / 32, 1 / 512)  # of a cell, around the point where straight lines would meet
SAG = 0.25  # of a cell's rise: how far a cost may leave the span of its ends
SAFETY = 2.0  # on what a staircase does between two values
VISIBLE_STEP = 0.01  # of the cost
PLAIN_STEP = 0.03  # of the cost: what a chart on the way to the flips shows upright
VISIBLE_WIDTH = 1e-4  # of the axis' length, within which such a step is located
ROUNDING = 1e-12  # of the cost

T = TypeVar("T")
Look = Callable[[Array], Envelope]
"""The envelope at some values of the axis."""


@record
class Sampled:
    """An envelope at ascending values of an axis (M,)."""

    x: Array
    found: Envelope

    @staticmethod
    def joined(parts: list[Sampled]) -> Sampled:
        """The values of all parts in order, each once."""
        x, first = np.unique(np.concatenate([part.x for part in parts]), return_index=True)
        return Sampled(x, Envelope.joined([part.found for part in parts]).take(first))


@record
class Stairs:
    """The known steps of one candidate along the axis."""

    spacing: Array  # a step at every multiple of each
    single: Array  # other steps and bends


KnownSteps = Callable[[int], Stairs | None]
"""Number of a candidate -> where its cost steps, as far as that is known."""


Looking = Generator[Array, Envelope, T]
"""Asks for the envelope at values of the axis, one set after the other, and returns something."""


def refined(
    look: Look,
    axis: Axis,
    coarse: Sampled,
    more: Array,
    steps: KnownSteps,
    series: float,
    limit: int,
    *,
    cheapest: bool = False,
) -> tuple[Sampled, Array]:
    """What :func:`refining` returns, each set of values looked at with ``look``."""
    asking = refining(axis, coarse, more, steps, series, limit, cheapest=cheapest)
    try:
        x = next(asking)
        while True:
            x = asking.send(look(x))
    except StopIteration as end:
        found: tuple[Sampled, Array] = end.value
        return found


def refining(
    axis: Axis,
    coarse: Sampled,
    more: Array,
    steps: KnownSteps,
    series: float,
    limit: int,
    *,
    cheapest: bool = False,
    charted: bool = True,
    cuts: int = MOST_CUTS,
) -> Looking[tuple[Sampled, Array]]:
    """The envelope with every value that matters between two sides, and what was left open.

    Parameters
    ----------
    axis
        Whose values are looked at.
    coarse
        Values looked at so far.
    more
        Values to look at in any case, together with the first cuts.
    steps
        Where candidates are known to step.
    series
        Stairs of one candidate: months, times hours of the day where each has its own machines.
    limit
        Values to evaluate at most.
    cheapest
        Look only for changes between sides that may be the cheapest of all there; what two
        others do to each other is left for later.
    charted
        Locate steps that a chart would show, whoever is the cheapest there.
    cuts
        Of one cell in a round, at most.

    Yields
    ------
    Array
        Values whose envelope is sent back.

    Returns
    -------
    Sampled
        All values looked at.
    Array
        For each two sides (Q,) in the order of ``combinations``: width of the widest cell in
        which crossings may be left, as a share of its value (of a straight axis' length).
    """
    places = len(coarse.found.costs)
    refiner = _Refiner(axis, steps, series, places, cheapest, charted, most_cuts=cuts)
    first = refiner.cuts(refiner.cells_of(coarse)).within(limit)
    x = np.setdiff1d(np.concatenate([more, first.values]), coarse.x)
    start = Sampled.joined([coarse, Sampled(x, (yield x))]) if x.size else coarse
    limit -= first.values.size
    parts, cells = [start], refiner.cells_of(start)
    for _ in range(ROUNDS):
        made = refiner.cuts(cells).within(limit)
        if not made.values.size:
            break
        limit -= made.values.size
        x, which = np.unique(made.values, return_inverse=True)
        new = Sampled(x, (yield x))
        parts.append(new)
        cells = refiner.cells(*refiner.cut(cells, made, new, which.reshape(-1)))
    return Sampled.joined(parts), refiner.left_open(cells)


@record
class _Cells:
    """A cells that must be looked into."""

    left: Array  # (A,)
    right: Array
    ends: tuple[Envelope, Envelope]  # at the left and at the right ends
    pairs: BoolArray  # (Q, A): two places that may cross in it unseen, or do
    meeting: Array  # (Q, A): where straight lines meet; NaN for lines that do not or are none
    concerned: BoolArray  # (P, A): places whose steps matter in it
    plain: BoolArray  # (A,): only lines that meet, no step and no end of what is allowed

    @property
    def size(self) -> int:
        """A."""
        return int(self.left.size)


@record
class _Cuts:
    """Values inside cells, and which cell each is in; cells nearest to the scenario first."""

    cell: Index
    values: Array
    order: Index  # cells in the order in which they matter

    def within(self, limit: int) -> _Cuts:
        """Whole cells, as many as a number of values allows."""
        counts = np.bincount(self.cell, minlength=self.order.size)[self.order]
        if counts.sum() <= limit:
            return self
        kept = np.zeros(self.order.size, dtype=bool)
        kept[self.order[np.cumsum(counts) <= limit]] = True
        chosen = kept[self.cell]
        return _Cuts(self.cell[chosen], self.values[chosen], self.order)


class _Refiner:
    """What decides whether and where a cell is cut."""

    def __init__(
        self,
        axis: Axis,
        steps: KnownSteps,
        series: float,
        places: int,
        cheapest: bool,
        charted: bool,
        *,
        most_cuts: int,
    ) -> None:
        self.axis, self.steps, self.series = axis, steps, series
        self.cheapest, self.charted, self.most_cuts = cheapest, charted, most_cuts
        pairs = np.array(list(combinations(range(places), 2)), dtype=np.intp).reshape(-1, 2)
        self.first, self.second = pairs[:, 0], pairs[:, 1]
        self._open = np.zeros(len(pairs))

    # which cells -------------------------------------------------------------------------------

    def cells_of(self, sampled: Sampled) -> _Cells:
        """Cells between any neighbouring values that must be looked into."""
        return self.cells(sampled, np.zeros(sampled.x.size, dtype=np.intp))

    def cells(self, sampled: Sampled, part: Index) -> _Cells:
        """Cells between neighbouring values of the same part (M,) that must be looked into."""
        x, found = sampled.x, sampled.found
        room = (part[1:] == part[:-1]) & self.axis.open(x[:-1], x[1:])
        at = np.flatnonzero(room)
        low, high = found.take(at), found.take(at + 1)
        unseen = self._unseen(x, found, part, at, low, high)
        gaps = [self._gap(end) for end in (low, high)]
        both = np.isfinite(gaps[0]) & np.isfinite(gaps[1])
        if self.cheapest:
            both &= self._contested(low, high, unseen)
        changed = both & (np.sign(gaps[0]) * np.sign(gaps[1]) < 0)
        least = np.minimum(np.abs(gaps[0]), np.abs(gaps[1]))
        near = both & ~changed & (least < unseen[self.first] + unseen[self.second])
        still = _still(low, high)
        lines = changed & still[self.first] & still[self.second]
        width = x[at + 1] - x[at]
        with np.errstate(divide="ignore", invalid="ignore"):
            meets = x[at] + width * gaps[0] / (gaps[0] - gaps[1])
            doubt = width * (unseen[self.first] + unseen[self.second]) / np.abs(gaps[0] - gaps[1])
        met = lines & (doubt <= MET * self.axis.size(x[at], x[at + 1]))
        lines &= ~met & (doubt <= LINE * width)
        pairs = (changed & ~met) | near
        ends = np.isfinite(low.costs) != np.isfinite(high.costs)
        if not self.charted and self.cheapest:
            ends &= self._cheap_enough(low, high, unseen)
        shown = self._shown(x[at], x[at + 1], low, high)
        wanted = pairs.any(0) | ends.any(0) | shown.any(0)
        made = _Cells(
            left=x[at],
            right=x[at + 1],
            ends=(low, high),
            pairs=pairs,
            meeting=np.where(lines, meets, np.nan),
            concerned=shown | self._of_places(pairs) | ends,
            plain=~(pairs & ~lines).any(0) & ~ends.any(0) & ~(shown & ~still).any(0),
        )
        return _chosen(made, np.flatnonzero(wanted))

    def _gap(self, end: Envelope) -> Array:
        """Cost of the first of two places minus that of the second (Q, A); no rounding in it."""
        one, other = end.costs[self.first], end.costs[self.second]
        with np.errstate(invalid="ignore"):
            gap = one - other
            return np.where(np.abs(gap) <= ROUNDING * np.minimum(one, other), 0.0, gap)

    def _contested(self, low: Envelope, high: Envelope, unseen: Array) -> BoolArray:
        """Two places of which either may be the cheapest of all somewhere in a cell (Q, A)."""
        with np.errstate(invalid="ignore"):
            least = np.minimum(low.costs, high.costs) - unseen
            may = least <= self._most(low, high, unseen)
        return np.asarray(may[self.first] & may[self.second])

    def _cheap_enough(self, low: Envelope, high: Envelope, unseen: Array) -> BoolArray:
        """Sides that may be the cheapest where they start or stop being allowed (P, A)."""
        least = np.minimum(low.costs, high.costs) * (1 - SAG)
        return np.asarray(least <= self._most(low, high, unseen))

    def _most(self, low: Envelope, high: Envelope, unseen: Array) -> Array:
        """What the cheapest costs at most anywhere in a cell (A,)."""
        with np.errstate(invalid="ignore"):
            return np.asarray((np.maximum(low.costs, high.costs) + unseen).min(0))

    def _of_places(self, pairs: BoolArray) -> BoolArray:
        """Places that are one of two, (P, A)."""
        places = int(self.second.max(initial=0)) + 1
        found = np.zeros((places, pairs.shape[1]), dtype=bool)
        np.logical_or.at(found, self.first, pairs)
        np.logical_or.at(found, self.second, pairs)
        return found

    def _unseen(
        self, x: Array, found: Envelope, part: Index, at: Index, low: Envelope, high: Envelope
    ) -> Array:
        """How far each place's cost may leave the straight line within a cell (P, A)."""
        with np.errstate(invalid="ignore"):
            rise = np.abs(high.costs - low.costs)
        most = rise * (1 + SAG)
        bent = _bend(x, found, part)
        sharpest = np.fmax(bent[:, at], bent[:, at + 1]) * (x[at + 1] - x[at]) ** 2
        smooth = np.where(np.isnan(sharpest), most, np.minimum(sharpest, most))
        machines = np.abs(high.machines - low.machines)
        with np.errstate(divide="ignore", invalid="ignore"):
            one = np.where(machines > 0, rise / machines * self.series, 0.0)
        stairs = np.minimum(SAFETY * one.sum(0), rise)
        same = (low.winners == high.winners) & (low.winners >= 0)
        found_unseen = np.where(_still(low, high), smooth, np.where(same, stairs, most))
        return np.where(found_unseen > ROUNDING * low.costs, found_unseen, 0.0)

    def _shown(self, left: Array, right: Array, low: Envelope, high: Envelope) -> BoolArray:
        """Where a chart would show a step of a place (P, A)."""
        machines = np.abs(high.machines - low.machines).sum(0)
        if not self.charted:
            return np.zeros(machines.shape, dtype=bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.abs(high.costs - low.costs) / machines
        wide = self.axis.scaled(right) - self.axis.scaled(left) > VISIBLE_WIDTH * self.axis.widest
        least = PLAIN_STEP if self.cheapest else VISIBLE_STEP
        same = low.winners == high.winners
        large = same & (machines > 0) & (step > least * low.costs)
        if self.axis.name == VOLUME:
            # cost never falls as load rises: somebody cheaper starts being allowed there
            large |= ~same & (high.costs < low.costs * (1 - least))
        return np.asarray(large & wide)

    # where they are cut ------------------------------------------------------------------------

    def cuts(self, cells: _Cells) -> _Cuts:
        """Values to look at inside the cells."""
        known_cell, known = self._known(cells)
        stepped = np.bincount(known_cell, minlength=cells.size) > 0
        met_cell, met = self._met(cells)
        cut = np.flatnonzero(~cells.plain & ~stepped)
        even_cell, even = self._even(cells, cut)
        cell = np.concatenate([known_cell, met_cell, even_cell]).astype(np.intp)
        values = np.concatenate([known, met, even])
        return _Cuts(*_inside(cells, cell, values), self._nearest(cells))

    def _nearest(self, cells: _Cells) -> Index:
        here = self.axis.here if self.axis.here is not None else self.axis.first
        own = self.axis.scaled(np.array([here]))
        return np.asarray(np.argsort(np.abs(self.axis.scaled(cells.left) - own), kind="stable"))

    def _even(self, cells: _Cells, chosen: Index) -> tuple[Index, Array]:
        """Even parts of some cells."""
        if not chosen.size:
            return chosen, np.zeros(0)
        count = min(max(CUTS_IN_ROUND // chosen.size, FEWEST_CUTS), self.most_cuts)
        shares = np.linspace(0, 1, count + 2)[1:-1]
        values = self.axis.between(cells.left[chosen], cells.right[chosen], shares)
        return np.repeat(chosen, count), values.ravel()

    def _met(self, cells: _Cells) -> tuple[Index, Array]:
        """Where straight lines meet, just before and after it, and some way to each side."""
        pair, cell = np.nonzero(np.isfinite(cells.meeting))
        at = cells.meeting[pair, cell][:, None]
        left, right = cells.left[cell], cells.right[cell]
        near = self.axis.near(left, right)[:, None] * np.array([-0.5, 0.5])
        wide = (right - left)[:, None] * np.outer(SECANT_SPREADS, [-1, 1]).ravel()
        around = at + np.concatenate([near, wide], axis=1)
        return np.repeat(cell, around.shape[1]), around.ravel()

    def _known(self, cells: _Cells) -> tuple[Index, Array]:
        """Known steps inside cells that have few of them, and the value just after each."""
        winners = np.where(cells.concerned, np.stack([end.winners for end in cells.ends]), -1)
        counts = np.zeros(cells.size)
        found: list[tuple[Index, Array]] = []
        for number in np.unique(winners[winners >= 0]):
            stairs = self.steps(int(number))
            if stairs is None:
                continue
            own = np.flatnonzero((winners == number).any((0, 1)))
            inside, values = _steps_inside(stairs, cells.left[own], cells.right[own])
            counts += np.bincount(own[inside], minlength=cells.size)
            found.append((own[inside], values))
        if not found:
            return np.zeros(0, dtype=np.intp), np.zeros(0)
        cell, values = (np.concatenate(part) for part in zip(*found, strict=True))
        few = counts[cell] <= STEPS_IN_CELL
        cell, values = cell[few], values[few]
        after = values + self.axis.near(values, values)
        return _inside(cells, np.concatenate([cell, cell]), np.concatenate([values, after]))

    # afterwards --------------------------------------------------------------------------------

    def cut(self, cells: _Cells, cuts: _Cuts, new: Sampled, which: Index) -> tuple[Sampled, Index]:
        """All values in and around the cells that were cut, and the cell of each."""
        done = np.unique(cuts.cell)
        self._note(cells, np.setdiff1d(np.arange(cells.size), done))
        cell = np.concatenate([cuts.cell, done, done])
        x = np.concatenate([new.x[which], cells.left[done], cells.right[done]])
        low, high = (end.take(done) for end in cells.ends)
        found = Envelope.joined([new.found.take(which), low, high])
        order = np.lexsort((x, cell))
        x, cell = x[order], cell[order]
        once = np.concatenate([[True], (np.diff(x) > 0) | (np.diff(cell) > 0)])
        return Sampled(x[once], found.take(order[once])), cell[once]

    def left_open(self, cells: _Cells) -> Array:
        """Width of the widest cell of two places that was not looked into (Q,)."""
        self._note(cells, np.arange(cells.size))
        return self._open

    def _note(self, cells: _Cells, left: Index) -> None:
        if not left.size:
            return
        wide = cells.right[left] - cells.left[left]
        if self.axis.straight:
            share = wide / (self.axis.high - self.axis.low)
        else:
            share = wide / np.maximum(cells.left[left], self.axis.first)
        widest = np.where(cells.pairs[:, left], share, 0.0).max(1)
        self._open = np.maximum(self._open, widest)


def _inside(cells: _Cells, cell: Index, values: Array) -> tuple[Index, Array]:
    """Those of some values that lie between the ends of the cell they are for."""
    inside = (values > cells.left[cell]) & (values < cells.right[cell])
    return cell[inside], values[inside]


def _chosen(cells: _Cells, at: Index) -> _Cells:
    low, high = cells.ends
    return _Cells(
        cells.left[at],
        cells.right[at],
        (low.take(at), high.take(at)),
        cells.pairs[:, at],
        cells.meeting[:, at],
        cells.concerned[:, at],
        cells.plain[at],
    )


def _still(low: Envelope, high: Envelope) -> BoolArray:
    """Where the same candidate wins with the same machines at both ends (P, A)."""
    same = (low.winners == high.winners) & (low.winners >= 0)
    return np.asarray(same & (low.machines == high.machines).all(0))


def _bend(x: Array, found: Envelope, part: Index) -> Array:
    """Second divided difference of each place's cost at each value (P, M); NaN where it steps."""
    bent = np.full(found.costs.shape, np.nan)
    if x.size < 3:
        return bent
    whole = (part[2:] == part[:-2]) & (x[1:-1] > x[:-2]) & (x[2:] > x[1:-1])
    middle = np.flatnonzero(whole) + 1
    before, here, after = (found.take(middle + shift) for shift in (-1, 0, 1))
    left, right = x[middle] - x[middle - 1], x[middle + 1] - x[middle]
    with np.errstate(invalid="ignore"):
        slope = (here.costs - before.costs) / left, (after.costs - here.costs) / right
        turn = np.abs(slope[1] - slope[0]) / (left + right)
    still = _still(before, here) & _still(here, after)
    bent[:, middle] = np.where(still, turn, np.nan)
    return bent


def _steps_inside(stairs: Stairs, left: Array, right: Array) -> tuple[Index, Array]:
    """Which interval (A,) each step is in, and the steps; too many are counted, not listed."""
    nothing = np.zeros(0, dtype=np.intp)
    cells, values = [nothing], [np.zeros(0)]
    if stairs.spacing.size:
        first = np.floor(left[:, None] / stairs.spacing) + 1
        count = np.maximum(np.ceil(right[:, None] / stairs.spacing) - first, 0.0)
        # of a cell with too many it is enough to know that
        count = np.minimum(count, STEPS_IN_CELL + 1).astype(np.intp)
        cell, series = (part.ravel() for part in np.indices(count.shape))
        times = count.ravel()
        start = np.repeat(np.cumsum(times) - times, times)
        multiple = np.repeat(first.ravel(), times) + np.arange(start.size) - start
        cells.append(np.repeat(cell, times))
        values.append(multiple * np.repeat(stairs.spacing[series], times))
    if stairs.single.size:
        inside = (stairs.single > left[:, None]) & (stairs.single < right[:, None])
        cell, which = np.nonzero(inside)
        cells.append(cell)
        values.append(stairs.single[which])
    return np.concatenate(cells).astype(np.intp), np.concatenate(values)
