"""What every place of training costs from never to continuous, and where one overtakes another.

A venue stands for the cheapest candidate it trains, wherever that answers. All venues are evaluated
at once over a grid of cadences; crossings are then looked for as along any other axis, with venues
as sides. A model of one's own is meant all along: trained once and never again at a cadence of 0.
As published, untrained, is the scenario without one, and has a cost at 0 alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from calculators.arrays import Array, Index, filled
from calculators.checks import holds
from calculators.evaluation import Evaluation, Pair, evaluate
from calculators.explained import Explained
from calculators.explore import cadence_words as words
from calculators.explore.along import Along, Depth, Looker, answered
from calculators.explore.axis import Axis
from calculators.explore.break_even import largest_difference, of_every_two
from calculators.explore.envelope import Products, contenders, joined
from calculators.explore.quality import average_loss
from calculators.explore.sides import Side
from calculators.explore.sweep import Sweep, evaluations
from calculators.market.premium import Premium
from calculators.memory import SHARED, Memory
from calculators.places import UNTRAINED, VENUES, AnswersAt, TrainedAt
from calculators.points import Points
from calculators.results import Category, Crossing, Finding, LineItem, PairBreakEven
from calculators.rules.pace import CONTINUOUS
from calculators.rules.pace import RULE as ONLINE
from calculators.scenario import Scenario
from calculators.training.base import Plan, Trial
from calculators.training.registry import plans
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record, value
from pricing.units import HOURS_PER_MONTH

AXIS = "retrains_per_month"
NAMED = (0.0, 1 / 12, 1 / 3, 1.0, 365 / 84, 30.0, 730.0, 43_800.0)
"""Never, yearly, quarterly, monthly, weekly, daily, hourly, every minute."""
STEPS = 41  # values between the least often and the most often, evenly on a logarithmic scale
NOBODY = -1

Verdict = Literal["crosses", "always", "never", "not_comparable"]
LimitCode = Literal[
    "", "continuous", "run_time", "online", "own_model", "rule", "missing", "answers"
]
"""Blank: nothing limits it. ``continuous``: possible, but machines work all month. The others:
not possible, because a run takes longer than the interval; the product does not learn online; what
is published cannot be trained; a rule forbids it; a price or figure lacks; nothing that may answer
goes with it."""


@record
class Limit:
    """What limits a venue at one cadence; its words are made when they are read."""

    code: LimitCode
    interval_hours: float  # infinite where it is never trained again
    run_hours: float | None = None  # wall clock of one run; None where it is not known
    _say: Callable[[], str] = field(default=lambda: "", repr=False)

    @property
    def possible(self) -> bool:
        """Whether the venue may be chosen there."""
        return self.code in ("", "continuous")

    @property
    def text(self) -> str:
        """In words, with the figures behind it."""
        return self._say()


@record
class Venue:
    """One place of training at P cadences."""

    id: TrainedAt
    usd_per_month: Array  # (P,) least cost of what it trains, answering in it; NaN: not possible
    candidates: tuple[str, ...]  # id of that candidate at each; blank where none
    products: tuple[str, ...]  # what trains it there; blank where none
    run_hours: Array  # (P,) wall clock of one run; NaN where it is not known
    limits: tuple[Limit, ...]
    quality_usd_per_month: Array | None  # (P,) worth of what is lost on average; None: not counted

    @property
    def name(self) -> str:
        """In words, to stand after "trained"."""
        return words.venue(self.id)

    @property
    def net_usd_per_month(self) -> Array:
        """Cost and the worth of lost quality (P,); NaN where not possible."""
        lost = self.quality_usd_per_month
        return self.usd_per_month if lost is None else self.usd_per_month + lost


@value
class Curve:
    """A venue's line without never: the grid, and what lies beside crossings and ends of venues."""

    retrains_per_month: Array
    usd_per_month: Array  # lost quality in it where that is counted; NaN: not possible


@record
class RentOrOwn:
    """At which cadence training on own machines overtakes renting them, or never."""

    verdict: Verdict  # of owning: always, never, or crosses
    crossings: tuple[Crossing, ...]  # every change of the cheaper of the two
    at: float | None  # the first cadence from which owning is the cheaper one; None: there is none
    low: float | None  # the lowest and the highest cadence of the grid at which both are possible
    high: float | None
    gap_low_usd: float | None  # USD a month by which owning is dearer there
    gap_high_usd: float | None
    gap_here_usd: float | None  # the same at the scenario's own cadence
    decides: Category | Literal[""]  # what makes most of the gap at the high end
    decides_usd: float | None  # its part of the gap, USD a month
    _say: Callable[[], str] = field(default=lambda: "", repr=False)

    @property
    def text(self) -> str:
        """In words."""
        return self._say()


@record
class Chosen:
    """The cheapest candidate of a venue at one cadence."""

    id: str
    answers_at: AnswersAt
    items: tuple[LineItem, ...]  # every cost
    trial: Trial | None  # a first run on a reduced dataset, where machines train it
    premium: Premium | None  # of the platform that trains it over raw compute
    explained: tuple[Explained, ...]  # what stands behind the hours of a run


@value
class Best:
    """The cadence at which a venue's cost and the worth of lost quality together are least."""

    venue: TrainedAt
    retrains_per_month: float
    usd_per_month: float
    quality_usd_per_month: float

    @property
    def net_usd_per_month(self) -> float:
        """Both together."""
        return self.usd_per_month + self.quality_usd_per_month

    @property
    def text(self) -> str:
        """In words."""
        return words.best(self.venue, self.retrains_per_month, self.net_usd_per_month)


@record
class Cadence:
    """Every venue from never to continuous; ``scenario`` is the one asked about."""

    scenario: Scenario
    retrains_per_month: Array  # (P,) ascending, 0 the first
    venues: Mapping[TrainedAt, Venue]
    here: int  # index of the scenario's own cadence
    quality_counted: bool
    look: _Look = field(repr=False)

    @property
    def interval_hours(self) -> Array:
        """Hours between retrainings (P,); infinite at 0."""
        return _interval(self.retrains_per_month)

    @property
    def cheapest(self) -> tuple[TrainedAt, ...]:
        """The cheapest venue at each cadence, blank where none is possible."""
        return tuple(_least(self.venues, self.retrains_per_month.size))

    @cached_property
    def crossings(self) -> tuple[PairBreakEven, ...]:
        """Break-even of every two venues that are possible somewhere."""
        found = self.look.along
        return () if found is None else of_every_two(found, words.venue_alone)

    def curve(self, name: TrainedAt) -> Curve:
        """What is drawn of a venue: a step between two cadences of the grid stands where it is."""
        x, net = self.retrains_per_month[1:], self.venues[name].net_usd_per_month[1:]
        if name == UNTRAINED or not self._beside[0].size:
            return Curve(x, net)
        more, costs = self._beside
        worth = _worth(self.scenario, more)
        own = costs[self.look.sides.index(name)] + (0.0 if worth is None else worth)
        every, first = np.unique(np.concatenate([x, more]), return_index=True)  # the grid's first
        return Curve(every, np.concatenate([net, own])[first])

    @cached_property
    def _beside(self) -> tuple[Array, Array]:
        """Cadences on both sides of every crossing and end (M,), and each venue's USD a month."""
        found = self.look.along
        if found is None:
            return np.zeros(0), np.zeros((0, 0))
        x, costs = found.sampled.x, found.sampled.found.costs
        known = (np.flatnonzero(row) for row in np.isfinite(costs))
        ends = [at for row in known if row.size for at in (row[0], row[-1])]
        at = np.union1d(found.beside_changes(cheapest=False), np.array(ends, dtype=np.intp))
        at = at[x[at] > 0]
        usd = np.where(np.isfinite(costs[:, at]), costs[:, at], np.nan)
        return x[at], usd / self.scenario.horizon_months

    @cached_property
    def rent_or_own(self) -> RentOrOwn:
        """The flip from renting to owning."""
        return _rent_or_own(self)

    @cached_property
    def best_of(self) -> Mapping[TrainedAt, Best | None]:
        """The best cadence of each venue with lost quality counted.

        None where a venue is possible at none, and for all where quality is not counted.
        """
        if not self.quality_counted:
            return dict.fromkeys(self.venues)
        return _best_of(self)

    @property
    def best(self) -> Best | None:
        """The best venue and cadence with lost quality counted; None where it is not."""
        known = [item for item in self.best_of.values() if item is not None]
        return min(known, key=lambda item: item.net_usd_per_month, default=None)

    def decides(self, one: TrainedAt, other: TrainedAt, point: int) -> tuple[Category, float]:
        """What makes most of the second venue's cost minus the first's, and its part [USD a month].

        Both must be possible at the cadence.
        """
        found = self.look.one(float(self.retrains_per_month[point]))
        first, second = (self.venues[name].candidates[point] for name in (one, other))
        category, usd = largest_difference(found, first, found, second)
        return category, usd / self.scenario.horizon_months

    def chosen(self, venue: TrainedAt, point: int) -> Chosen | None:
        """The best candidate of a venue at one cadence, item by item; None where none is."""
        name = self.venues[venue].candidates[point]
        return self.look.chosen(name, float(self.retrains_per_month[point])) if name else None


def cadence(scenario: Scenario, book: PriceBook, memory: Memory | None = None) -> Cadence:
    """Cost by venue from never to continuous, what limits each, crossings, and the best cadence.

    Parameters
    ----------
    scenario
        Its own ``retrains_per_month`` is one of the cadences; all else is held.
    book
        The prices.
    memory
        What is remembered between evaluations; the program's own unless given.
    """
    look = _Look(scenario, book, memory or SHARED)
    x = _grid(scenario.retrains_per_month)
    made = _Table(look, x)
    venues = {name: made.venue(name) for name in (UNTRAINED, *VENUES)}
    return Cadence(
        scenario=scenario,
        retrains_per_month=x,
        venues=MappingProxyType(venues),
        here=int(np.searchsorted(x, scenario.retrains_per_month)),
        quality_counted=_counted(scenario),
        look=look,
    )


def _grid(here: float) -> Array:
    """Cadences looked at: named ones, steps between them, and the scenario's own."""
    first = min(NAMED[1], here) if here > 0 else NAMED[1]
    steps = np.geomspace(first, NAMED[-1], STEPS)
    found = np.unique(np.concatenate([NAMED, steps, [here]]))
    named = np.array([*NAMED, here])
    # what rounding alone tells from a named value is that value
    near = np.isclose(found[:, None], named, rtol=1e-9).any(1) & ~np.isin(found, named)
    return np.asarray(found[~near])


def _interval(often: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(HOURS_PER_MONTH / often)


def _counted(scenario: Scenario) -> bool:
    return scenario.quality_point_usd_per_month > 0 and scenario.quality_loss_per_month > 0


def _worth(scenario: Scenario, often: Array) -> Array | None:
    """Worth of what is lost on average at cadences (P,) [USD a month]; None: not counted."""
    if not _counted(scenario):
        return None
    lost = average_loss(often, scenario.quality_loss_per_month, scenario.horizon_months)
    return np.asarray(lost * scenario.quality_point_usd_per_month)


def _least(venues: Mapping[TrainedAt, Venue], size: int) -> list[TrainedAt]:
    names = list(venues)
    cost = np.stack([filled(venues[name].usd_per_month, np.inf) for name in names])
    first = cost.argmin(0)
    return [names[first[i]] if np.isfinite(cost[first[i], i]) else "" for i in range(size)]


# ------------------------------------------------------------------------------ what is evaluated


@record
class _Look:
    """Evaluations of a scenario with a model of its own, and of it as it is."""

    asked: Scenario
    book: PriceBook
    memory: Memory

    @cached_property
    def scenario(self) -> Scenario:
        """The same with a model of its own, whatever the cadence."""
        return self.asked.with_changes({"own_model_required": True})

    def points(self, x: Array) -> Points:
        """Cadences around it."""
        return Points(self.scenario, x.size, columns={AXIS: x})

    @cached_property
    def base(self) -> Evaluation:
        """The scenario itself."""
        return evaluate(self.memory.case(Points(self.scenario), self.book, full=False))

    @cached_property
    def untrained(self) -> Evaluation | None:
        """The scenario with nothing trained; None where it asks for a model of its own."""
        if self.asked.own_model_required:
            return None
        none = {AXIS: 0, "training_method": "none"}
        return evaluate(
            self.memory.case(Points(self.asked.with_changes(none)), self.book, full=False)
        )

    @cached_property
    def axis(self) -> Axis:
        """All cadences of the grid."""
        whole = Axis.of(AXIS, self.base.case, NAMED[0], NAMED[-1])
        return replace(whole, first=float(_grid(self.scenario.retrains_per_month)[1]))

    @property
    def sides(self) -> Sequence[TrainedAt]:
        """Venues in the order of the look along the axis."""
        return (*VENUES,)

    @cached_property
    def along(self) -> Along | None:
        """Every venue along the axis, at each value that matters."""
        return answered(_Looker(self.base, self.memory, self.axis, Depth(charted=False), SIDES))

    def one(self, often: float) -> Evaluation:
        """All candidates at one cadence."""
        return evaluate(self.memory.case(self.points(np.array([often])), self.book, full=True))

    def chosen(self, name: str, often: float) -> Chosen:
        """One candidate at one cadence."""
        untrained = name.startswith(f"{UNTRAINED}>") and self.untrained is not None
        found = self.untrained if untrained else self.one(often)
        assert found is not None
        pair, own = found.where(found.at[name])
        plan = pair.plan
        return Chosen(
            name,
            pair.place.id,
            pair.line_items(own, 0),
            plan.trial(0),
            plan.premium(0),
            plan.explained(0),
        )


SIDES = tuple(Side(name, "", venue=name) for name in VENUES)
"""Venues as sides of a break-even."""


class _Looker(Looker):
    """Looks along the cadence with venues as sides: a venue's products may answer anywhere."""

    @cached_property
    def _by_venue(self) -> Sweep:
        """Every candidate at coarse values, with its venue where its place is told elsewhere."""
        venues = tuple(name.partition(">")[0] for name in self.every.ids)
        return replace(self.every, places=venues, products=self.every.ids)

    def _contenders(self) -> Products:
        found = contenders(self._by_venue, slice(1, None))
        return _by_place([name for names in found.values() for name in names])

    def _suspects(self, made: Along, beside: Index, known: Array) -> Products:
        if not beside.size:
            return {}
        every, x = self._by_venue, self.coarse.x
        right = np.clip(np.searchsorted(x, made.sampled.x[beside]), 1, x.size - 1)
        found: list[str] = []
        for turn, side in enumerate(self.sides):
            rows = every.of_place(side.venue)
            ends = every.ranked[np.ix_(rows, right - 1)], every.ranked[np.ix_(rows, right)]
            may = (np.minimum(*ends) < known[turn] * self._doubt).any(1)
            found += [every.ids[row] for row in rows[may]]
        more = _by_place(found)
        nothing: frozenset[str] = frozenset()
        left = {place: names - made.products.get(place, nothing) for place, names in more.items()}
        return {place: names for place, names in left.items() if names}


def _by_place(ids: Sequence[str]) -> Products:
    """Products of candidates by where they answer."""
    made: Products = {}
    for name in ids:
        place, _, product = name.partition(">")[2].partition(":")
        made = joined(made, {place: frozenset((product,))})
    return made


# ------------------------------------------------------------------------------------- the table


@dataclass(eq=False)
class _Cell:
    """One venue at one cadence."""

    cost: float = np.nan  # over the horizon
    candidate: str = ""
    product: str = ""
    run_hours: float = np.nan
    limit: Limit | None = None


class _Table:
    """Every venue at every cadence, filled from evaluations of groups of points."""

    def __init__(self, look: _Look, x: Array, names: Sequence[TrainedAt] = (*VENUES,)) -> None:
        self.look, self.x = look, x
        self.interval = _interval(x)
        self.cells: dict[TrainedAt, list[_Cell]] = {
            name: [_Cell() for _ in range(x.size)] for name in (UNTRAINED, *VENUES)
        }
        for here, found in evaluations(look.points(x), look.book, look.memory):
            made = plans(found.case)
            for name in names:
                own = [plan for plan in made if plan.trained_at == name]
                self._fill(name, here, found, own)
        if x[0] == 0:
            self._fill_untrained()

    def venue(self, name: TrainedAt) -> Venue:
        """One venue at all cadences."""
        cells, scenario = self.cells[name], self.look.asked
        months = scenario.horizon_months
        worth = _worth(scenario, self.x)
        cost = np.array([cell.cost for cell in cells]) / months
        return Venue(
            id=name,
            usd_per_month=cost,
            candidates=tuple(cell.candidate for cell in cells),
            products=tuple(cell.product for cell in cells),
            run_hours=np.array([cell.run_hours for cell in cells]),
            limits=tuple(cell.limit or Limit("answers", np.inf) for cell in cells),
            quality_usd_per_month=worth,
        )

    def _fill(self, name: TrainedAt, here: Index, found: Evaluation, own: Sequence[Plan]) -> None:
        rows = np.array(
            [i for i, text in enumerate(found.ids) if _venue(text) == name], dtype=np.intp
        )
        ranked = found.ranked[rows] if rows.size else np.full((1, found.case.size), np.inf)
        first = ranked.argmin(0)
        for column, point in enumerate(here.tolist()):
            cost = float(ranked[first[column], column])
            if np.isfinite(cost):
                index = int(rows[first[column]])
                self.cells[name][point] = self._open(point, found, index, column, cost)
            else:
                self.cells[name][point] = self._shut(name, point, found, rows, own, column)

    def _open(self, point: int, found: Evaluation, index: int, column: int, cost: float) -> _Cell:
        """A venue at a cadence at which it is possible."""
        pair, turn = found.where(index)
        return _Cell(
            cost,
            found.ids[index],
            pair.trained_on(turn, column),
            _run_hours(pair.plan, column),
            self._possible(point, pair, turn, column),
        )

    def _shut(
        self,
        name: TrainedAt,
        point: int,
        found: Evaluation,
        rows: Index,
        own: Sequence[Plan],
        column: int,
    ) -> _Cell:
        """A venue at a cadence at which it is not."""
        plan = _nearest(own, column)
        takes = _run_hours(plan, column)
        code, say = _why_not(name, found, rows, plan, column)
        hours = None if np.isnan(takes) else takes
        limit = Limit(code, float(self.interval[point]), hours, say)
        return _Cell(run_hours=takes, limit=limit)

    def _possible(self, point: int, pair: Pair, turn: int, column: int) -> Limit:
        """Nothing is in the way, or what continuous training asks of the product."""
        interval, takes = float(self.interval[point]), _run_hours(pair.plan, column)
        hours = None if np.isnan(takes) else takes
        if self.x[point] < CONTINUOUS:
            return Limit("", interval, hours)

        def say() -> str:
            found = pair.findings(turn, column)
            return next((item.text for item in found if item.rule == ONLINE), "")

        return Limit("continuous", interval, hours, say)

    def _fill_untrained(self) -> None:
        """As published: at never alone."""
        asked = self.look.asked.own_model_required
        say = words.published_not_enough if asked else words.published_never_learns
        for cell, interval in zip(self.cells[UNTRAINED], self.interval.tolist(), strict=True):
            cell.limit = Limit("own_model", interval, None, say)
        found = self.look.untrained
        if found is None:
            return
        cell, ranked = self.cells[UNTRAINED][0], found.ranked[:, 0]
        if ranked.size and np.isfinite(ranked.min()):
            index = int(ranked.argmin())
            cell.cost, cell.candidate = float(ranked[index]), found.ids[index]
            cell.limit = Limit("", np.inf)
        else:
            cell.limit = Limit("answers", np.inf, None, words.nothing_published)


def _venue(name: str) -> TrainedAt:
    return name.partition(">")[0]


def _run_hours(plan: Plan | None, point: int) -> float:
    return float("nan") if plan is None else _at(plan.run_hours, point)


def _at(values: Array | None, point: int) -> float:
    """One value of (1,) or (N,); NaN where there are none."""
    return float("nan") if values is None else float(values[point if values.size > 1 else 0])


def _nearest(own: Sequence[Plan], point: int) -> Plan | None:
    """Of a venue's plans the one least in the way: not forbidden, else fewest rules against it."""
    if not own:
        return None
    return min(
        own,
        key=lambda plan: (
            sum(holds(check.fails, 0, point) for check in plan.checks),
            holds(plan.unpriced, 0, point),
        ),
    )


def _why_not(
    name: TrainedAt, found: Evaluation, rows: Index, plan: Plan | None, point: int
) -> tuple[LimitCode, Callable[[], str]]:
    """Why a venue is not possible: of the plan that comes nearest, else of whom it trains."""
    if plan is None:
        return "answers", lambda: words.nothing_trains(name)
    failing = [check for check in plan.checks if holds(check.fails, 0, point)]
    said = [item for item in (check.finding(0, point) for check in failing) if item is not None]
    if not said and (missing := plan.missing(point)):
        return "missing", lambda: words.missing(missing)
    said = said or _of_candidates(found, rows, point)
    if not said:
        return "answers", lambda: words.nothing_answers(name)
    alone = RULES.get(said[0].rule) if len(said) == 1 else None
    return alone or "rule", lambda: said[0].text


LOOKED_AT = 6
"""Candidates asked why they may not: the cheapest, priced or not."""


def _of_candidates(found: Evaluation, rows: Index, point: int) -> list[Finding]:
    """What forbids the candidate with least against it, of the cheapest of a venue."""
    cost = filled(found.cost[rows, point], np.inf)
    asked = []
    for row in rows[np.argsort(cost, kind="stable")[:LOOKED_AT]].tolist():
        pair, own = found.where(row)
        asked.append([item for item in pair.findings(own, point) if item.verdict == "fail"])
    return min((said for said in asked if said), key=len, default=[])


RULES: Mapping[str, LimitCode] = MappingProxyType({"training time": "run_time", ONLINE: "online"})
"""Rules on how often something can be trained, by their short names."""


# ------------------------------------------------------------------------------- the best cadence

CLOSER, ROUNDS = 17, 3
"""Cadences looked at between two neighbours of the best one, and how many times over."""


def _best_of(made: Cadence) -> dict[TrainedAt, Best | None]:
    """The best cadence of each venue, looked for ever closer around the best of the grid."""
    found: dict[TrainedAt, Best | None] = {}
    for name, item in made.venues.items():
        net = item.net_usd_per_month
        if np.isnan(net).all():
            found[name] = None
            continue
        x, table = made.retrains_per_month, item
        point = int(np.nanargmin(net))
        for _ in range(ROUNDS):
            if x[point] == 0 or name == UNTRAINED:
                break
            low, high = x[max(point - 1, 0)] or x[point] / 2, x[min(point + 1, x.size - 1)]
            x = np.unique(np.concatenate([np.geomspace(low, high, CLOSER), [x[point]]]))
            table = _Table(made.look, x, (name,)).venue(name)
            point = int(np.nanargmin(table.net_usd_per_month))
        lost = table.quality_usd_per_month
        assert lost is not None
        found[name] = Best(
            name, float(x[point]), float(table.usd_per_month[point]), float(lost[point])
        )
    return found


# --------------------------------------------------------------------------------- rent or own

RENTED, OWNED = "rented", "owned"


def _rent_or_own(made: Cadence) -> RentOrOwn:
    """Crossings of the two venues, and the gap at the ends of what is possible with both."""
    rent, own = made.venues[RENTED], made.venues[OWNED]
    gap = own.usd_per_month - rent.usd_per_month
    both = np.flatnonzero(~np.isnan(gap))
    if not both.size:
        shut = [item.id for item in (rent, own) if np.isnan(item.usd_per_month).all()]
        none = (None,) * 6
        return RentOrOwn("not_comparable", (), *none, "", None, lambda: words.not_both(shut))
    low, high = int(both[0]), int(both[-1])
    pair = next(item for item in made.crossings if {item.first, item.second} == {RENTED, OWNED})
    verdict = pair.verdict if pair.first == OWNED else TURNED[pair.verdict]
    start = next((item.at for item in pair.crossings if item.above == OWNED), None)
    ends = float(made.retrains_per_month[low]), float(made.retrains_per_month[high])
    gaps = float(gap[low]), float(gap[high])
    decides, usd = made.decides(RENTED, OWNED, high)
    own_gap = float(gap[made.here])
    said = [(ends[0], gaps[0])]
    if low < made.here < high and not np.isnan(own_gap):
        said.append((made.scenario.retrains_per_month, own_gap))
    said.append((ends[1], gaps[1]))
    return RentOrOwn(
        verdict,
        pair.crossings,
        start,
        *ends,
        *gaps,
        None if np.isnan(own_gap) else own_gap,
        decides,
        usd,
        lambda: words.rent_or_own(verdict, pair.crossings, said, (decides, usd)),
    )


TURNED: Mapping[Verdict, Verdict] = MappingProxyType(
    {
        "always": "never",
        "never": "always",
        "crosses": "crosses",
        "not_comparable": "not_comparable",
    }
)
"""What the first of two is to the second, said of the second."""
