"""The answer through price history: on each day on which a price of a best candidate changed.

Everything is as the scenario says it today - what is offered, allowed and asked for - but for the
prices: those of options seen on three days or more have their price of the day. Two ways to deal
with what is not known: *hold* keeps every other price as it is today and names it; *known* looks at
those options alone, and only from the day on which all their prices are known.

Which days matter is found without an evaluation of each: a cost is linear in the rates of its line
items, so today's evaluation, put back price by price, tells who was best when. The days kept are
then evaluated as any other scenario, among the candidates that were near the best on some day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np

from calculators.answer.price_effect import resting
from calculators.arrays import Array, BoolArray, Index, any_true, filled
from calculators.case import Only
from calculators.evaluation import Evaluation, evaluate
from calculators.explore.axis import VOLUME, Axis
from calculators.memory import SHARED, Memory
from calculators.places import AnswersAt
from calculators.points import Points
from calculators.rules.constraints import released
from calculators.scenario import Scenario
from pricing.book import PriceBook, Tariff
from pricing.history import Followed, followed, is_uncertain
from pricing.kept import Kept, cached_property
from pricing.records import record, value

Mode = Literal["hold", "known"]
MODES: tuple[Mode, ...] = ("hold", "known")
FEWEST_DAYS = 3  # on which the prices of an option must have been seen, for it to be followed
NEAR = 1.02  # of the best by the estimate: who is looked at again
SAME = 1e-9  # of a cost: rounding
GRID, FINER = 33, 33  # volumes at which two places are compared, and between the two that differ
MARKETS = 2  # kept on the way: each day is looked at once
RowKey = tuple[str, str]


@value
class Best:
    """A place's best candidate of one day."""

    id: str
    usd: float  # ranked, over the horizon


@value
class Moved:
    """A price that changed since the day before, and what it did to the best of each place.

    The best of either day: one that got dearer may have lost its place.
    """

    key: str
    region: str
    old_usd: float
    new_usd: float
    was_held: bool  # the old price was not known: it stood at today's
    uncertain: bool  # in force no later than this day: the change may be older
    usd: Mapping[AnswersAt, float]  # over the horizon, now minus with the old price

    @property
    def size(self) -> float:
        """The largest move of any place."""
        return max((abs(usd) for usd in self.usd.values()), default=0.0)


@value
class Equal:
    """The volume nearest to the scenario's at which the first two places cost the same."""

    first: AnswersAt
    second: AnswersAt
    volume: float | None  # None: one is cheaper at every volume looked at
    cheaper_below: AnswersAt | None


@value
class Day:
    """The answer with the prices of one day."""

    day: date
    places: Mapping[AnswersAt, Best]  # those with an allowed option, cheapest first
    moved: tuple[Moved, ...]  # biggest first
    held: int  # prices of these options that stand at today's
    choice_usd: float | None  # what the option that is best today would have cost
    equal: Equal | None


@value
class Held:
    """A price that stands at today's before its first row."""

    key: str
    region: str
    known_from: date  # of its first row
    until: date  # the last day on which it is held
    why: Literal["not yet known", "seen on too few days"]


@record
class History:
    """The answer through time, oldest day first."""

    mode: Mode
    choice: str | None  # the cheapest option of today
    days: tuple[Day, ...] = ()
    held: tuple[Held, ...] = ()  # of options that are best of their place on some day
    followed: tuple[str, ...] = ()  # of these, options whose prices were seen on enough days
    keys: frozenset[str] = frozenset()  # prices that are those of the day, where known
    looked_at: int = 0  # days on which one of them was seen
    left_out: int = 0  # options of today that `known` does not look at


def history(
    scenario: Scenario, book: PriceBook, mode: Mode = "hold", memory: Memory = SHARED
) -> History:
    """The answer of a scenario at the prices of earlier days."""
    return _Walk(scenario, book, mode, memory).found()


class _Walk:
    """Looks for the days that matter, then at each of them."""

    def __init__(self, scenario: Scenario, book: PriceBook, mode: Mode, memory: Memory) -> None:
        self.scenario, self.book, self.mode = scenario, book, mode
        self.memory = Memory(memory.estimators, Kept(MARKETS), memory.estimates)
        self.now = evaluate(memory.case(Points(scenario, 1), book, full=False))
        ranked = self.now.ranked[:, 0]
        self.members: Index = np.flatnonzero(np.isfinite(ranked)).astype(np.intp)  # (F,)
        self.cost = ranked[self.members]
        self.kinds = [self.now.places[i] for i in self.members.tolist()]
        self.ids = [self.now.ids[i] for i in self.members.tolist()]
        self.series = self._series()
        self.days = self._days()
        self.ratios = {place: self._ratios(place) for place in self.moving}

    # what rests on what -----------------------------------------------------------------------

    def _series(self) -> Mapping[RowKey, Mapping[int, float]]:
        """Prices of options: row -> member -> dollars that rest on it today."""
        dated: Mapping[RowKey, Followed] = followed(self.book)
        by_company = self.scenario.rank_by == "company"
        amounts = resting(self.now, self.members, company_only=by_company)
        self.dated = dated
        mine = self.scenario.own.of_kind("price")  # holds on every day
        own = {p: usd for p, usd in amounts.items() if p in dated and p[0] not in mine}
        days: dict[int, set[date]] = {}
        for place, members in own.items():
            for member in members:
                days.setdefault(member, set()).update(dated[place].days)
        self.enough = np.array(
            [len(days.get(member, ())) >= FEWEST_DAYS for member in range(self.members.size)],
            dtype=bool,
        )
        self.priced = np.array([member in days for member in range(self.members.size)], dtype=bool)
        return own

    @property
    def moving(self) -> Sequence[RowKey]:
        """Prices on which an option rests that is followed."""
        return [
            place for place, members in self.series.items() if any_true(self.enough[list(members)])
        ]

    def _days(self) -> tuple[date, ...]:
        """Days on which one of them was seen, and the price date."""
        first = min(self.book.days, default=self.book.price_date)  # a euro price needs a rate
        seen = {day for place in self.moving for day in self.dated[place].days if day >= first}
        return (*sorted(seen - {self.book.price_date}), self.book.price_date)

    def _tariff(self, place: RowKey, day: date) -> Tariff | None:
        """The price of a row on a day; None where it was not known in this region."""
        return self.book.listed_on(place[0], self.scenario.region, day)

    def _ratios(self, place: RowKey) -> Array:
        """Price of each day over today's (D,); NaN where it is not known."""
        now = self._tariff(place, self.book.price_date)
        if now is None or not now.usd:
            return np.ones(len(self.days))
        found = [self._tariff(place, day) for day in self.days]
        return np.array([np.nan if tariff is None else tariff.usd / now.usd for tariff in found])

    # who was best when ------------------------------------------------------------------------

    def _estimated(self) -> Array:
        """Cost of each member at the prices of each day (F, D), infinite where it is not shown."""
        cost = np.repeat(self.cost[:, None], len(self.days), axis=1)
        unknown = np.zeros(cost.shape, dtype=bool)
        for place, ratio in self.ratios.items():
            for member, usd in self.series[place].items():
                cost[member] += usd * (filled(ratio, 1.0) - 1)
                unknown[member] |= np.isnan(ratio)
        if self.mode == "known":
            shown = self.enough | ~self.priced
            cost = np.where(unknown | ~shown[:, None] | self._unreleased, np.inf, cost)
        return cost

    @property
    def _unreleased(self) -> BoolArray:
        """Days on which the model that answers was not out (F, D)."""
        days = np.array(self.days, dtype="datetime64[D]")
        out = []
        for member in self.members.tolist():
            pair, own = self.now.where(member)
            out.append(released(pair.block, self.now.case)[int(pair.rows[own])])
        return np.array(out, dtype="datetime64[D]")[:, None] > days

    @property
    def _of_place(self) -> Sequence[Index]:
        """Members of each place."""
        kinds = np.array(self.kinds)
        return [np.flatnonzero(kinds == kind) for kind in dict.fromkeys(self.kinds)]

    def _near(self, cost: Array) -> BoolArray:
        """Members that may be the best of their place on some day at some volume (F,).

        What a member costs at a volume of today, times what the day's prices make of it at the
        scenario's own, is compared with the least of that, with some room.
        """
        near = np.zeros(self.members.size, dtype=bool)
        near[int(self.cost.argmin())] = True
        wide = self._at(self.book, None, self._volumes)
        rows = np.array([wide.at[name] for name in self.ids], dtype=np.intp)
        by_volume = wide.ranked[rows]  # (F, V)
        ratio = cost / self.cost[:, None]  # (F, D)
        for members in self._of_place:
            shown, times = by_volume[members], ratio[members]
            for turn in range(len(self.days)):
                here = shown * times[:, turn, None]
                may = (here <= here.min(0) * NEAR) & np.isfinite(here)
                near[members] |= may.any(1)
        return near

    def _kept(self, cost: Array) -> BoolArray:
        """Days on which the best of some place costs otherwise than on the day before (D,)."""
        kept = np.zeros(len(self.days), dtype=bool)
        kept[[0, -1]] = True
        for members in self._of_place:
            here = cost[members]
            first, least = here.argmin(0), here.min(0)
            before, after = least[:-1], least[1:]
            with np.errstate(invalid="ignore"):
                moved = np.abs(after - before) > SAME * np.maximum(after, before)
            opened = np.isfinite(after) != np.isfinite(before)
            kept[1:] |= filled(moved).astype(bool) | opened | (first[1:] != first[:-1])
        return kept

    def found(self) -> History:
        """Every day that matters."""
        if not self.members.size:
            return History(self.mode, None)
        cost = self._estimated()
        kept, shown = self._kept(cost), np.isfinite(cost)
        only = self._only(self._near(cost))
        turns = np.flatnonzero(kept & shown.any(0)).tolist()
        keys = frozenset(key for key, _ in self.moving)
        days: list[Day] = []
        for turn in turns:
            view = self.book.with_prices_of(self.days[turn], keys)
            made = self._day(view, only, turn, shown[:, turn])
            if days:
                made = replace(made, moved=self._moved(made, days[-1]))
            days.append(made)
        best = {item.id for day in days for item in day.places.values()}
        members = [self.ids.index(name) for name in self.ids if name in best]
        return History(
            mode=self.mode,
            choice=self.ids[int(self.cost.argmin())],
            days=tuple(days),
            held=self._held(members, turns),
            followed=tuple(self.ids[member] for member in members if self.enough[member]),
            keys=keys,
            looked_at=len(self.days),
            left_out=int((self.priced & ~self.enough).sum()) if self.mode == "known" else 0,
        )

    def _only(self, near: BoolArray) -> Only:
        chosen: dict[AnswersAt, set[str]] = {}
        for member in np.flatnonzero(near).tolist():
            pair, own = self.now.where(int(self.members[member]))
            product = pair.block.products.ids[pair.rows[own]]
            chosen.setdefault(pair.place.id, set()).add(product)
        return {place: frozenset(names) for place, names in chosen.items()}

    # one day ------------------------------------------------------------------------------------

    def _day(self, view: PriceBook, only: Only, turn: int, shown: BoolArray) -> Day:
        names = {self.ids[member] for member in np.flatnonzero(shown).tolist()}
        volumes = self._volumes
        here = int(np.searchsorted(volumes, self.scenario.requests_per_month))
        found = self._at(view, only, volumes)
        places = _best(found, names, here)
        ordered = dict(sorted(places.items(), key=lambda item: item[1].usd))
        mine = self.ids[int(self.cost.argmin())]
        choice = found.at.get(mine) if mine in names else None
        usd = None if choice is None else float(found.ranked[choice, here])
        return Day(
            day=self.days[turn],
            places=ordered,
            moved=(),
            held=len(self._held_rows(self._best_of(ordered), turn)),
            choice_usd=usd if usd is not None and np.isfinite(usd) else None,
            equal=self._equal(view, only, names, found, volumes, list(ordered)),
        )

    def _at(self, view: PriceBook, only: Only | None, volumes: Array) -> Evaluation:
        points = Points(self.scenario, volumes.size, columns={VOLUME: volumes})
        return evaluate(self.memory.case(points, view, only, full=False))

    @cached_property
    def _volumes(self) -> Array:
        return Axis.of(VOLUME, self.now.case).grid(GRID)

    def _equal(
        self,
        view: PriceBook,
        only: Only,
        names: set[str],
        found: Evaluation,
        volumes: Array,
        order: Sequence[AnswersAt],
    ) -> Equal | None:
        """Where the first two places cost the same, nearest to the scenario's volume."""
        if len(order) < 2:
            return None
        first, second = order[0], order[1]
        gap = _gap(found, names, first, second)
        cell = self._nearest(volumes, gap)
        if cell is None:
            return Equal(first, second, None, None)
        ends = float(volumes[cell]), float(volumes[cell + 1])
        finer = np.linspace(*ends, FINER) if ends[0] <= 0 else np.geomspace(*ends, FINER)
        gap = _gap(self._at(view, only, finer), names, first, second)
        cell = self._nearest(finer, gap)
        if cell is None:
            return Equal(first, second, None, None)
        left, right = float(gap[cell]), float(gap[cell + 1])
        low, high = float(finer[cell]), float(finer[cell + 1])
        at = low + (high - low) * left / (left - right)
        return Equal(first, second, at, first if left > 0 else second)

    def _nearest(self, volumes: Array, gap: Array) -> int | None:
        """The cell in which two costs meet that is nearest to the scenario."""
        with np.errstate(invalid="ignore"):
            turns = np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0)
        if not turns.size:
            return None
        here = np.log(self.scenario.requests_per_month)
        with np.errstate(divide="ignore"):
            apart = np.abs(np.log(volumes[turns]) + np.log(volumes[turns + 1]) - 2 * here)
        return int(turns[apart.argmin()])

    # prices that moved, and those that are held -------------------------------------------------

    def _best_of(self, places: Mapping[AnswersAt, Best]) -> Sequence[int]:
        """The best candidates of a day's places, by member."""
        return [self.ids.index(best.id) for best in places.values()]

    def _moved(self, now_day: Day, day_before: Day) -> tuple[Moved, ...]:
        """What changed for those that are best, and for those that no longer are."""
        found = []
        turn, before = self.days.index(now_day.day), self.days.index(day_before.day)
        members = [*self._best_of(day_before.places), *self._best_of(now_day.places)]
        for place in self.moving:
            old, new = (self._tariff(place, self.days[at]) for at in (before, turn))
            ratio = filled(self.ratios[place], 1.0)
            step = ratio[turn] - ratio[before]
            usd = {
                self.kinds[member]: float(amount * step)
                for member in members
                if (amount := self.series[place].get(member)) and step
            }
            if usd and new is not None:
                now = self._tariff(place, self.book.price_date)
                held = now if old is None else old
                assert held is not None
                unsure = is_uncertain(new)
                found.append(Moved(*place, held.usd, new.usd, old is None, unsure, usd))
        return tuple(sorted(found, key=lambda item: (-item.size, item.key, item.region)))

    def _held_rows(self, members: Sequence[int], turn: int) -> Sequence[RowKey]:
        """Prices on which members rest that stand at today's."""
        if self.days[turn] == self.book.price_date:
            return []
        rows = dict.fromkeys(
            place for place, resting_on in self.series.items() for m in members if m in resting_on
        )
        return [
            place
            for place in rows
            if place not in self.ratios or np.isnan(self.ratios[place][turn])
        ]

    def _held(self, members: Sequence[int], turns: Sequence[int]) -> tuple[Held, ...]:
        until: dict[RowKey, date] = {}
        for turn in turns:
            for place in self._held_rows(members, turn):
                until[place] = self.days[turn]
        return tuple(
            Held(
                *place,
                known_from=self.dated[place].days[0],
                until=day,
                why="not yet known" if place in self.ratios else "seen on too few days",
            )
            for place, day in sorted(until.items())
        )


def _best(found: Evaluation, names: set[str], point: int) -> dict[AnswersAt, Best]:
    """The cheapest candidate of each place at one point, of those that are shown."""
    made: dict[AnswersAt, Best] = {}
    for index in np.argsort(found.ranked[:, point], kind="stable").tolist():
        usd = float(found.ranked[index, point])
        if not np.isfinite(usd):
            break
        if found.ids[index] in names:
            made.setdefault(found.places[index], Best(found.ids[index], usd))
    return made


def _gap(found: Evaluation, names: set[str], first: AnswersAt, second: AnswersAt) -> Array:
    """What the second place costs more at each point (N,); NaN where one is not allowed."""
    sides = []
    for kind in (first, second):
        rows = [
            index
            for index, name in enumerate(found.ids)
            if found.places[index] == kind and name in names
        ]
        sides.append(found.ranked[rows].min(0))
    with np.errstate(invalid="ignore"):
        gap = sides[1] - sides[0]
    return np.where(np.isfinite(gap), gap, np.nan)
